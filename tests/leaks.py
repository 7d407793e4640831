"""Looks for the sandbox's residents in what the platform serves."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

_WORD = re.compile(r"[a-z0-9]+")


def normalised(text: str) -> str:
    """Without case nor accents: how somebody who looks for a neighbour would read."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def personal_values(residents_file: Path) -> list[tuple[str, str]]:
    """Every (kind, value) the generator put into a source. Given names are published, as counts: left out."""
    with residents_file.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [(row["kind"], row["value"]) for row in rows if row["kind"] != "given_name"]


def found(values: Iterable[tuple[str, str]], served: Iterable[str]) -> dict[str, int]:
    """How many values of each kind occur in the texts served, as whole words; empty when none does.

    The pieces between separators are taken once each, so that ten million rows with few distinct cells are
    read as fast as they are few; a value is looked for only in the pieces that hold its rarest word.
    """
    pieces: set[str] = set()
    for text in served:
        pieces.update(normalised(piece) for piece in set(re.split(r'[\n\r\t,;"{}\[\]]+', text)))
    index: dict[str, list[str]] = defaultdict(list)
    for piece in pieces:
        for word in set(_WORD.findall(piece)):
            index[word].append(piece)
    counts: dict[str, int] = {}
    for kind, value in values:
        wanted = normalised(value)
        rarest = min((index.get(word, []) for word in _WORD.findall(wanted)), key=len, default=[])
        whole = re.compile(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])") if rarest else None
        if whole and any(wanted in piece and whole.search(piece) for piece in rarest):
            counts[kind] = counts.get(kind, 0) + 1
    return counts
