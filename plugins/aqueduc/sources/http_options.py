"""What a connection of type ``http`` may say beside its address, as Airflow's HttpHook reads it."""

import re
import ssl
from collections.abc import Mapping
from typing import Any

import httpx

from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.http import OAuthClientCredentialsAuth, parse_url_origin
from aqueduc.language import _

OURS = ("headers", "token_url", "scope")
"""The hook takes for a header each key that it does not know (see ``_is_http_header_name``), and knows no OAuth 2."""

HONOURED = (*OURS, "verify", "verify_ssl", "cert", "proxies", "proxy", "timeout", "trust_env")

REFUSED = ("stream", "allow_redirects", "max_redirects", "check_response", "srv_lookup")
"""What the hook reads and a source does by itself (it streams, follows a few redirections within the host, and
checks every answer), or does not do (``srv_lookup``)."""

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_PROXIED = {"http": "http://", "https": "https://", "all": "all://"}


def build_http_options(connection: Connection) -> dict[str, Any]:
    """What ``HttpClient`` is told of a connection: ``headers``, ``auth``, ``trust_env``, and what it says of
    ``verify``, ``mounts`` (proxies), ``connect_timeout_s`` and ``read_timeout_s``.

    Raises InvalidConnectionSettings for what is not understood, by its name and without its value.
    """
    extra = connection.get_checked_extra((*HONOURED, *filter(_is_http_header_name, connection.extra)))
    context = _build_ssl_context_from_settings(connection, extra)
    proxies = extra.get("proxies", extra.get("proxy"))
    return {
        "headers": {"Accept": "application/json, application/geo+json, text/csv;q=0.9, */*;q=0.1"}
        | _read_headers(connection, extra),
        "auth": _read_auth(connection, extra),
        "trust_env": _read_boolean(connection, "trust_env", extra.get("trust_env", True)),
        **_read_timeouts(connection, extra.get("timeout")),
        **({} if context is None else {"verify": context}),
        **({"mounts": _build_proxy_transports(connection, proxies, context)} if proxies else {}),
    }


def _read_auth(connection: Connection, extra: Mapping[str, Any]) -> httpx.Auth | None:
    if address := extra.get("token_url"):
        origin = parse_url_origin(str(address))
        if not connection.login or origin is None or origin[0] not in ("http", "https"):
            raise build_wrong_setting_error(
                connection, "token_url", _("une adresse https://, avec un identifiant et un mot de passe")
            )
        return OAuthClientCredentialsAuth(
            str(address), connection.login, connection.password, str(extra.get("scope", ""))
        )
    return httpx.BasicAuth(connection.login, connection.password) if connection.login else None


def _is_http_header_name(name: str) -> bool:
    """``X-Api-Key``, ``Authorization``. Any other name may be a misspelt setting of safety."""
    return name not in REFUSED and ("-" in name or name[:1].isupper())


def _read_headers(connection: Connection, extra: Mapping[str, Any]) -> dict[str, str]:
    given = extra.get("headers", {})
    if not isinstance(given, dict):
        raise build_wrong_setting_error(connection, "headers", _('un objet, comme {"X-Api-Key": "…"}'))
    found = {
        str(name): str(value)
        for name, value in (
            given | {name: extra[name] for name in filter(_is_http_header_name, extra)}
        ).items()
    }
    for name, value in found.items():
        # A line feed would begin another header; what is not ASCII cannot be sent.
        if not (_HEADER_NAME.fullmatch(name) and value.isascii() and (value.isprintable() or not value)):
            raise build_wrong_setting_error(
                connection,
                name if _HEADER_NAME.fullmatch(name) else "headers",
                _(
                    "un texte sur une ligne, sans accent ni caractère invisible (le copier à nouveau, en entier)"
                ),
            )
    return found


def _read_timeouts(connection: Connection, given: object) -> dict[str, float]:
    """In seconds, of the connection and of each reading; a list has one of each."""
    if given is None:
        return {}
    values = given if isinstance(given, list) and len(given) == 2 else [given, given]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and one > 0 for one in values):
        raise build_wrong_setting_error(connection, "timeout", _("des secondes, par exemple 60"))
    return dict(zip(("connect_timeout_s", "read_timeout_s"), values, strict=True))


def _read_boolean(connection: Connection, name: str, given: object) -> bool:
    if not isinstance(given, bool):
        raise build_wrong_setting_error(connection, name, _("true ou false"))
    return given


def _build_ssl_context_from_settings(
    connection: Connection, extra: Mapping[str, Any]
) -> ssl.SSLContext | None:
    """None where nothing is said: httpx's own authorities."""
    verify, cert = extra.get("verify", extra.get("verify_ssl", True)), extra.get("cert")
    if verify is True and cert is None:
        return None
    if not isinstance(verify, bool | str):
        raise build_wrong_setting_error(
            connection, "verify", _("true, false, ou le chemin d'une autorité (PEM)")
        )
    context = _build_ssl_context_for_verify_setting(connection, verify)
    if cert is not None:
        _load_client_certificate(connection, context, cert)
    return context


def _build_ssl_context_for_verify_setting(connection: Connection, verify: bool | str) -> ssl.SSLContext:
    try:
        context = httpx.create_ssl_context() if verify is True else ssl.create_default_context()
        if isinstance(verify, str):
            context = ssl.create_default_context(cafile=verify)
    except (OSError, ValueError):
        raise build_wrong_setting_error(
            connection, "verify", _("le chemin d'une autorité (PEM) lisible")
        ) from None
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _load_client_certificate(connection: Connection, context: ssl.SSLContext, cert: object) -> None:
    files = cert if isinstance(cert, list) else [cert]
    if not (1 <= len(files) <= 2 and all(isinstance(file, str) for file in files)):
        raise build_wrong_setting_error(
            connection, "cert", _("le chemin d'un certificat, ou la liste [certificat, clé]")
        )
    try:
        context.load_cert_chain(*files)
    except (OSError, ValueError):
        raise build_wrong_setting_error(
            connection, "cert", _("un certificat et une clé (PEM) lisibles")
        ) from None


def _build_proxy_transports(
    connection: Connection, given: object, context: ssl.SSLContext | None
) -> dict[str, httpx.BaseTransport]:
    if not isinstance(given, dict) or not given.keys() <= _PROXIED.keys():
        raise build_wrong_setting_error(
            connection, "proxies", _('un objet, comme {"https": "http://proxy.ville.fr:3128"}')
        )
    verify = True if context is None else context
    try:
        return {
            _PROXIED[scheme]: httpx.HTTPTransport(proxy=address, verify=verify)
            for scheme, address in given.items()
        }
    except (ValueError, TypeError, httpx.InvalidURL):
        raise build_wrong_setting_error(connection, "proxies", _("l'adresse d'un proxy, http://…")) from None
