"""What a conversion makes of one file: drafts, with what is open in each, and what could not be converted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aqueduc.draft.writing import YamlLine, to_decide
from aqueduc.findings import Finding

LONGEST_ID = 100


@dataclass(frozen=True)
class OpenPoint:
    """A point that a person has to settle, at ``key`` of the declaration (``publish.split``). ``marked``: the
    draft says « à décider » there, and is refused until it no longer does; else it is something to do
    elsewhere, such as a connection to make."""

    key: str
    finding: Finding
    marked: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "marked": self.marked, **self.finding.to_json()}


@dataclass(frozen=True)
class DatasetDraft:
    """A draft of one declaration: ``id`` is its file's name; ``schema`` a Table Schema, ``sql`` a query, each
    None when there is none to write. ``origin`` says in French what it was made of."""

    id: str
    origin: str
    lines: tuple[YamlLine, ...]
    open: tuple[OpenPoint, ...]
    schema: Mapping[str, Any] | None = None
    sql: str | None = None


@dataclass(frozen=True)
class Conversion:
    """The conversion of ``file``: its drafts; ``refused`` says what did not become one, and why."""

    file: str
    drafts: tuple[DatasetDraft, ...] = ()
    refused: tuple[Finding, ...] = ()


@dataclass
class OpenPointCollector:
    """The points left open, gathered while a draft is made."""

    open: list[OpenPoint] = field(default_factory=list)

    def ask(self, key: str, finding: Finding) -> str:
        """Notes what is to be decided, and returns the mark to write in its place."""
        self.open.append(OpenPoint(key, finding))
        return to_decide(finding.remedy.format(**finding.words()).french)

    def remind(self, key: str, finding: Finding) -> None:
        """Notes something to do that no value of the draft can say."""
        self.open.append(OpenPoint(key, finding, marked=False))


def identifier(*names: str, taken: Iterable[str] = ()) -> str:
    """The names as one identifier of a dataset: lower case, digits and hyphens, its own among ``taken``."""
    text = unicodedata.normalize("NFKD", "-".join(names)).encode("ascii", "ignore").decode().casefold()
    base = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:LONGEST_ID].rstrip("-") or "jeu"
    known, candidate, rank = set(taken), base, 2
    while candidate in known:
        end = f"-{rank}"
        candidate, rank = f"{base[: LONGEST_ID - len(end)].rstrip('-')}{end}", rank + 1
    return candidate


def sentence(text: object) -> str:
    """A text as one reads it: without the blanks of another YAML's layout, its paragraphs kept."""
    paragraphs = re.split(r"\n\s*\n", str(text or "").replace("\r\n", "\n"))
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in paragraphs)))


def texts(value: object) -> Sequence[str]:
    """A text, a list of texts, or of small mappings with a ``name``, as a list of texts."""
    items = value if isinstance(value, list) else [value]
    named = (item.get("name") if isinstance(item, Mapping) else item for item in items)
    return [text for text in (sentence(name) for name in named if name is not None) if text]
