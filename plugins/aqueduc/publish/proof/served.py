"""What an address served, as proof: status, size, hash, and whether a visitor was turned away."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx

_LOGIN = ("/user/login", "/login")


@dataclass(frozen=True)
class ServedContent:
    """What an address served. ``refused``: the server turned a visitor away; what is merely not there is not
    refused. ``size`` bytes were received, ``total`` is the length of the whole when the server said it.
    ``head`` are the first bytes, as many as were asked for; ``sha256`` is None when the end was not read."""

    status: int
    refused: bool
    size: int
    total: int | None
    sha256: str | None
    head: bytes
    media_type: str
    etag: str = ""

    @property
    def is_success(self) -> bool:
        return self.status in (200, 206)

    @property
    def is_refused_or_absent(self) -> bool:
        """Refused, or denied to exist, as CKAN does for the files of a private record: only means something
        where somebody else was served."""
        return self.refused or self.status == 404


def read_served_content(
    response: httpx.Response,
    *,
    keep: int,
    whole: bool,
    into: BinaryIO | None = None,
    limit: int | None = None,
) -> ServedContent:
    """Reads ``response`` to its end (or to ``keep`` bytes unless ``whole``, or past ``limit``), keeping its
    first ``keep``, and writing all that is read of it ``into`` a file."""
    digest, size, head = hashlib.sha256(), 0, bytearray()
    complete = True
    for block in response.iter_bytes(1 << 20):
        digest.update(block)
        size += len(block)
        head += block[: max(0, keep - len(head))]
        if into is not None:
            into.write(block)
        if (not whole and size >= keep) or (limit is not None and size > limit):
            complete = False
            break
    return ServedContent(
        status=response.status_code,
        refused=response.status_code in {401, 403} or is_login_redirect(response),
        size=size,
        total=_parse_total_size(response),
        sha256=digest.hexdigest() if complete else None,
        head=bytes(head),
        media_type=response.headers.get("Content-Type", "").split(";")[0].strip(),
        etag=response.headers.get("ETag", ""),
    )


def is_login_redirect(response: httpx.Response) -> bool:
    """Some platforms send a visitor who may not read to the login page."""
    return response.is_redirect and urlsplit(response.headers.get("Location", "")).path.endswith(_LOGIN)


def _parse_total_size(response: httpx.Response) -> int | None:
    text = response.headers.get("Content-Range", "").rpartition("/")[2]
    if not text and response.status_code == 200:
        text = response.headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None
