"""One page of an API, and what leads to the next one: what every way of handing out pages speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aqueduc.sources.client import DownloadedBody


@dataclass(frozen=True)
class PageAnswer:
    """One page. ``outside``: the members of the answer that are not its records. ``rank`` counts from 0;
    ``rows`` are the records of this page, ``total_rows`` those of all so far."""

    body: DownloadedBody
    outside: Mapping[str, Any]
    rank: int
    rows: int
    total_rows: int


class InvalidNextPageLink(Exception):
    """What stands at ``path`` of an answer cannot lead to a page."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


NextPage = str | Mapping[str, str] | None
"""A link, absolute or not; or the parameters of the present address that change; or None: no page follows."""


ABSENT = object()


def get_value_at_dotted_path(document: Any, path: str, default: Any = None) -> Any:
    """The value at a dotted path; a name that itself holds dots (``@odata.nextLink``) is found too."""
    if not isinstance(document, Mapping):
        return default
    if path in document:
        return document[path]
    head, _, rest = path.partition(".")
    return get_value_at_dotted_path(document.get(head), rest, default) if rest else default


LONGEST_COUNT = 18


def parse_count(value: Any) -> int | None:
    """A number of rows, as an answer says it; None for what is none («unknown» of WFS, or a number out of all measure)."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) <= LONGEST_COUNT else None
