"""The one HTTP client, that of sources and that of platforms: one policy of tries, timeouts, no cookies, and
redirections followed by hand, so that credentials only go where they belong.

A try that fails raises an HttpFailure. After the last one the error that the caller's side makes of it is
raised, outside of any ``except``: what a server said must not even hang behind it as its context.
"""

import email.utils
import ipaddress
import logging
import os
import re
import socket
import ssl
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    nap,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random_exponential,
)

from aqueduc import __version__
from aqueduc.errors import AqueducError
from aqueduc.fencing import raise_if_any_lock_is_lost
from aqueduc.language import Message, _

T = TypeVar("T")

TRIES = 4
CONNECT_TIMEOUT_S = 10.0
LONGEST_WAIT_S = 60.0
MOST_REDIRECTIONS = 5
_READ_ONLY = ("GET", "HEAD", "OPTIONS")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NUMERIC = re.compile(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200")))
"""Where clouds tell a machine its secrets, beside the link-local address that most of them take."""
_BACK_OFF = wait_exponential(multiplier=0.5) + wait_random_exponential(multiplier=0.5)


class HttpFailure(Exception):
    """One try that failed. ``may_pass``: another may not. ``undone``: it surely changed nothing there, since
    it did not arrive or was turned away for haste. ``wait_s``: what the server asks for."""

    may_pass: ClassVar[bool] = True

    def __init__(self, reason: str = "", *, undone: bool = False, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.undone, self.wait_s = reason, undone, wait_s


class NoAnswer(HttpFailure):
    """``reason``: the class of httpx's error."""


class UntrustedServerCertificate(NoAnswer):
    """The server's certificate is signed by an authority unknown here, expired, or another host's."""


class TooManyRequestsOrServerError(HttpFailure):
    """429, or above 499. ``reason``: the status."""


class UndecodableResponse(HttpFailure):
    """It is not compressed as it says. ``reason``: the class of httpx's error."""

    may_pass = False


class InvalidUrl(HttpFailure):
    """It is not the address of anything."""

    may_pass = False


class ForbiddenInternalAddress(HttpFailure):
    """It leads where nothing of a city's is: to what a machine says of itself, or from elsewhere into its network."""

    may_pass = False


class TokenNotGranted(HttpFailure):
    """The authorisation server gave no token to this account. ``reason``: the status."""

    may_pass = False


class OAuthClientCredentialsAuth(httpx.Auth):
    """OAuth 2 (RFC 6749, 4.4): a token is asked for when there is none, and once more when it is refused.

    The secret goes to ``token_url`` and nowhere else.
    """

    def __init__(self, token_url: str, client: str, secret: str, scope: str = "") -> None:
        self._asked = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._token_url, self._basic = token_url, httpx.BasicAuth(client, secret)
        self._token = ""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Raises TokenNotGranted, TooManyRequestsOrServerError."""
        renewed = not self._token
        if renewed:
            yield from self._renew_token()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED and not renewed:
            yield from self._renew_token()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renew_token(self) -> Generator[httpx.Request, httpx.Response]:
        asking = httpx.Request("POST", self._token_url, data=self._asked)
        response = yield next(self._basic.sync_auth_flow(asking))
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS or status > 499:
            raise TooManyRequestsOrServerError(str(status), undone=True, wait_s=_parse_retry_after(response))
        response.read()
        try:
            self._token = str(response.json()["access_token"]) if status == httpx.codes.OK else ""
        except (ValueError, KeyError, TypeError):
            self._token = ""
        if not self._token:
            raise TokenNotGranted(str(status))


_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@lru_cache(maxsize=4)
def _load_cached_ssl_context(trust_env: bool, *_named: str | None) -> ssl.SSLContext:
    """Those that httpx trusts, ``_named`` by the environment: reading them costs 10 ms, and each platform of each run
    has a client."""
    return httpx.create_ssl_context(trust_env=trust_env)


class HttpClient:
    """To be used in a ``with`` block, which closes it."""

    leaves_alone: ClassVar[bool] = False
    """A server that asks for more than a minute is not asked again (the whole task will be, later), rather
    than after a minute all the same."""

    def __init__(
        self,
        *,
        read_timeout_s: float,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        headers: Mapping[str, str],
        sleep: Callable[[float], None] = nap.sleep,
        **options: Any,
    ) -> None:
        """``options`` are httpx's: what carries requests, and how one logs in."""
        # httpx logs every address it asks for, with its query and the name of its file.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._sleep = sleep
        if "verify" not in options:
            trust_env = options.get("trust_env", True)
            options["verify"] = _load_cached_ssl_context(trust_env, *map(os.environ.get, _AUTHORITIES))
        # None is kept: that of a request of ours would go with a visitor's, which another thread may be making.
        options["cookies"] = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._http = httpx.Client(
            timeout=httpx.Timeout(read_timeout_s, connect=connect_timeout_s, pool=connect_timeout_s),
            headers={
                "User-Agent": f"aqueduc/{__version__}",
                "Accept-Encoding": "gzip, deflate",
                **headers,
            },
            follow_redirects=False,
            **options,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def retry_request(
        self,
        once: Callable[[], T],
        error_of: Callable[[HttpFailure], AqueducError],
        *,
        idempotent: bool = True,
    ) -> T:
        """What ``once`` returns at the first try that does not fail, of four. What is not ``idempotent`` is
        only tried again when it was surely not done. Raises what ``error_of`` makes of the last failure."""

        def is_worth_retrying(error: BaseException) -> bool:
            if not isinstance(error, HttpFailure) or not error.may_pass:
                return False
            return (idempotent or error.undone) and not (
                self.leaves_alone and (error.wait_s or 0) > LONGEST_WAIT_S
            )

        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_compute_retry_wait,
            retry=retry_if_exception(is_worth_retrying),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return tries(once)
        except HttpFailure as failure:
            error = error_of(failure)
        raise error

    @contextmanager
    def stream_response(self, method: str, url: str, **content: Any) -> Iterator[httpx.Response]:
        """One try: an answer that is yet to be read. Raises HttpFailure, and LeaseLost."""
        if method not in _READ_ONLY:
            raise_if_any_lock_is_lost()
        checked = {"trace": _refuse_connected_metadata_address}
        try:
            self._refuse_metadata_address_behind_proxy(httpx.URL(url))
            with self._http.stream(method, url, extensions=checked, **content) as response:
                status = response.status_code
                if status == httpx.codes.TOO_MANY_REQUESTS or status > 499:
                    raise TooManyRequestsOrServerError(
                        str(status), undone=status < 500, wait_s=_parse_retry_after(response)
                    )
                _refuse_unexpected_content_encodings(response)
                yield response
        except httpx.DecodingError as error:
            raise UndecodableResponse(type(error).__name__) from None
        except httpx.TransportError as error:
            kind = UntrustedServerCertificate if "CERTIFICATE_VERIFY_FAILED" in str(error) else NoAnswer
            raise kind(type(error).__name__, undone=isinstance(error, _NEVER_SENT)) from None
        except httpx.InvalidURL:
            raise InvalidUrl from None

    def _refuse_metadata_address_behind_proxy(self, url: httpx.URL) -> None:
        """A proxy makes the connection where nobody sees what a name led to: it is looked up here as well. What this
        machine cannot look up is the proxy's. Raises ForbiddenInternalAddress."""
        if self._http._transport_for_url(url) is self._http._transport:
            return
        try:
            found = socket.getaddrinfo(url.host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        if any(_is_metadata_address(str(address[0])) for *_kind, address in found):
            raise ForbiddenInternalAddress

    @contextmanager
    def follow_redirects(
        self,
        url: str,
        headers_at: Callable[[str], Mapping[str, str]],
        *,
        method: str = "GET",
        until: Callable[[httpx.Response], bool] = lambda _: False,
        hops: int = MOST_REDIRECTIONS,
    ) -> Iterator[httpx.Response]:
        """One try at ``url``, and at each address that it sends to, with the headers that each may see: the
        last answer, itself a redirection when they have no end. Raises HttpFailure."""
        with self.stream_response(method, url, headers=headers_at(url)) as response:
            following = response.next_request
            if following is None or hops == 0 or until(response):
                yield response
                return
            target = str(following.url)
        if redirects_from_public_to_private_network(url, target):
            raise ForbiddenInternalAddress
        more = self.follow_redirects(target, headers_at, method=method, until=until, hops=hops - 1)
        with more as response:
            yield response


def redirects_from_public_to_private_network(url: str, target: str) -> bool:
    """Whether ``target`` is written as an address of a private network, or of this machine, and ``url`` is not. A
    name may be one of the city's own, which its network answers with a private address: it says nothing."""
    return _is_private_network_url(target) and not _is_private_network_url(url)


def describe_forbidden_internal_address() -> tuple[Message, Message]:
    """What an operator reads of a ForbiddenInternalAddress, and what there is to do."""
    return (
        _(
            "L'adresse mène à une machine du réseau interne, ou à ce que celle-ci dit d'elle-même : elle n'est pas suivie."
        ),
        _("regarder qui l'a écrite (la fiche sur la plateforme, l'API, le serveur de noms), et la corriger"),
    )


def _is_private_network_url(url: str) -> bool:
    origin = parse_url_origin(url)
    host = httpx.URL(url).host.rstrip(".").lower() if origin else ""
    address = _parse_ip_address(host)
    return not address.is_global if address else host == "localhost" or host.endswith(".localhost")


def _parse_ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Of a host that is a number in any of the forms that a system's resolver takes (``127.1``, ``0x7f000001``); of
    an IPv4 address within an IPv6 one, the former."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host)) if _NUMERIC.fullmatch(host) else None
        except OSError:
            return None
    within = None
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return within or address


def _refuse_connected_metadata_address(event: str, seen: Mapping[str, Any]) -> None:
    """Asked by httpcore before a byte is sent: what a name led to at that very moment. Raises ForbiddenInternalAddress."""
    if event != "connection.connect_tcp.complete":
        return
    reached = seen["return_value"].get_extra_info("server_addr")
    if reached and _is_metadata_address(str(reached[0])):
        seen["return_value"].close()
        raise ForbiddenInternalAddress


def _is_metadata_address(host: str) -> bool:
    address = _parse_ip_address(host)
    return address is not None and (address.is_link_local or address in _METADATA)


def _refuse_unexpected_content_encodings(response: httpx.Response) -> None:
    """Raises UndecodableResponse for a body that was compressed twice, or by what was not asked for: a chunk of it, which
    httpx undoes at once, could be thousands of times what one layer of gzip makes it."""
    codings = response.headers.get("content-encoding", "").lower().split(",")
    if len(codings) > 1 or codings[0].strip() in ("br", "zstd"):
        raise UndecodableResponse("Content-Encoding")


def parse_url_origin(url: str) -> tuple[str, str] | None:
    """Scheme, host and port, by the very parser that will make the request; None for what is no URL."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return None
    return parts.scheme, parts.netloc.decode()


def join_url(url: str, link: str) -> str:
    """``link`` as seen from ``url``; "" when it is no link."""
    try:
        return str(httpx.URL(url).join(link))
    except (httpx.InvalidURL, ValueError):
        return ""


def _compute_retry_wait(state: RetryCallState) -> float:
    failure = state.outcome.exception() if state.outcome else None
    asked = failure.wait_s if isinstance(failure, HttpFailure) else None
    return float(_BACK_OFF(state)) if asked is None else min(asked, LONGEST_WAIT_S)


def _parse_retry_after(response: httpx.Response) -> float | None:
    """Seconds, from either form of the header."""
    text = response.headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
