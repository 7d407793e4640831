"""One set of the authorities that are trusted: each client of HTTP would read them anew (15 ms of CPU, of which a
test that publishes takes several)."""

from __future__ import annotations

import os
import ssl
from functools import cache
from typing import Any

import httpx._transports.default as transports

_create_context = transports.create_ssl_context
_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@cache
def _share_context(
    _authorities: tuple[str | None, ...], options: tuple[tuple[str, Any], ...]
) -> ssl.SSLContext:
    return _create_context(**dict(options))


def share_authorities() -> None:
    """From now on the clients of this process share one context of TLS for each way of asking and each set of
    authorities that the environment names."""

    def find_context(**options: Any) -> ssl.SSLContext:
        return _share_context(tuple(map(os.environ.get, _AUTHORITIES)), tuple(options.items()))

    transports.create_ssl_context = find_context
