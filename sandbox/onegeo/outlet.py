"""The city's own web servers: one that serves a folder to all, and one that turns every visitor away."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sandbox.door import Door

OPEN, CLOSED = "donnees", "reserve"


def folder_of(root: Path, place: str) -> Path:
    """Where the files of a ``place`` stand below ``root``."""
    return root / "www" / place


class OutletDoor(Door):
    """Ranges and tags, as a good server has them. ``root`` holds both places."""

    root: Path

    def answered(self) -> None:
        place, _, path = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        if place == CLOSED:
            self.send(401, b"", "text/plain")
            return
        file = (folder_of(self.root, OPEN) / path).resolve()
        if place != OPEN or not file.is_file() or not file.is_relative_to(folder_of(self.root, OPEN)):
            self.send(404, b"", "text/plain")
            return
        self._serve(file.read_bytes(), f'"{file.stat().st_mtime_ns}"')

    def _serve(self, data: bytes, tag: str) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        kind, headers = "application/octet-stream", {"ETag": tag}
        if asked is None:
            self.send(200, data, kind, headers)
            return
        part = data[int(asked[1]) : int(asked[2]) + 1]
        span = f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(data)}"
        self.send(206, part, kind, {**headers, "Content-Range": span})
