"""One set of the authorities that this machine trusts: each client of HTTP would read them anew (15 ms of CPU, of
which a test that publishes takes several), and no test changes them."""

from __future__ import annotations

from functools import cache

import httpx._transports.default as transports

_share_context = cache(transports.create_ssl_context)


def share_authorities() -> None:
    """From now on the clients of this process share one context of TLS for each way of asking."""
    transports.create_ssl_context = _share_context  # type: ignore[attr-defined]
