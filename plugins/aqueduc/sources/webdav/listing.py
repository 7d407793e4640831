"""What a WebDAV server says of a folder (RFC 4918): the answer to PROPFIND, read as a stream and never trusted."""

import email.utils
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from urllib.parse import unquote, urlsplit

from aqueduc.sources.xmlstream import UnexpectedXml, XmlStream

ASKED = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/>'
    b"<getlastmodified/><getetag/></prop></propfind>"
)
_KEPT = ("href", "status", "getcontentlength", "getlastmodified", "getetag")


@dataclass(frozen=True)
class WebdavEntry:
    """``path``: as the server says it, decoded, without a slash at its end. ``size``: None where it says none.
    ``status``: of the entry as a whole, "" where all is well."""

    path: str
    is_folder: bool
    size: int | None
    modified: float | None
    etag: str
    status: str = ""


@dataclass
class _ListingReader:
    """Gathers the entries of a ``multistatus``, event by event."""

    entries: list[WebdavEntry] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _inside: str = ""
    _is_folder: bool = False
    _in_properties: bool = False

    def start_element(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name == "response":
            self._texts, self._is_folder = {}, False
        self._is_folder |= name == "collection"
        self._in_properties |= name == "propstat"
        is_of_properties = name == "status" and self._in_properties
        self._inside = name if name in _KEPT and not is_of_properties else ""

    def add_text(self, text: str) -> None:
        if self._inside:
            self._texts[self._inside] = self._texts.get(self._inside, "") + text

    def end_element(self, name: str) -> None:
        self._inside = ""
        if name == "propstat":
            self._in_properties = False
        if name == "response" and self._texts.get("href"):
            self.entries.append(_build_entry(self._texts, is_folder=self._is_folder))


def _build_entry(texts: Mapping[str, str], *, is_folder: bool) -> WebdavEntry:
    size = texts.get("getcontentlength", "").strip()
    return WebdavEntry(
        path=unquote(urlsplit(texts["href"].strip()).path, errors="surrogateescape").rstrip("/"),
        is_folder=is_folder,
        size=int(size) if size.isdecimal() else None,
        modified=_parse_http_date_timestamp(texts.get("getlastmodified", "")),
        etag=texts.get("getetag", "").strip(),
        status=_parse_failure_status(texts.get("status", "")),
    )


def _parse_failure_status(text: str) -> str:
    """The number in « HTTP/1.1 507 Insufficient Storage »; "" for a success, or none."""
    found = re.fullmatch(r"\S+ ([3-5][0-9]{2})( .*)?", text.strip())
    return found[1] if found else ""


def _parse_http_date_timestamp(text: str) -> float | None:
    try:
        found = email.utils.parsedate_to_datetime(text.strip())
    except (ValueError, TypeError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def parse_webdav_listing(answer: bytes) -> tuple[WebdavEntry, ...] | None:
    """The entries of the answer to PROPFIND; None for what is no such answer."""
    reader = _ListingReader()
    stream = XmlStream(io.BytesIO(answer), reader.start_element, reader.end_element, reader.add_text)
    try:
        for _block in stream.parse_document_by_blocks():
            pass
    except (UnexpectedXml, ValueError):
        return None
    return tuple(reader.entries)
