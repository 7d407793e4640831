"""Drafts written below ``include/``, beside what is there and never over it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from aqueduc.draft.writing import document
from aqueduc.findings import plural
from aqueduc.migrate.conversion import DatasetDraft


class FileExists(Exception):
    """The file at ``path`` exists, and nothing of the draft was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def save(draft: DatasetDraft, include: Path) -> tuple[Path, ...]:
    """Writes the declaration with its schema and query; returns their paths. Raises FileExists."""
    files = dict(_files(draft, include))
    for path in files:
        if path.exists():
            raise FileExists(path)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tuple(files)


def _files(draft: DatasetDraft, include: Path) -> Iterator[tuple[Path, str]]:
    """The declaration last: it is what makes the others count."""
    if draft.schema is not None:
        text = json.dumps(draft.schema, ensure_ascii=False, indent=2) + "\n"
        yield include / "schemas" / f"{draft.id}.json", text
    if draft.sql is not None:
        yield include / "sql" / f"{draft.id}.sql", draft.sql.rstrip() + "\n"
    yield include / "datasets" / f"{draft.id}.yaml", document(draft.lines, _header(draft))


def _header(draft: DatasetDraft) -> tuple[str, ...]:
    count = sum(one.marked for one in draft.open)
    decide = plural(count, "point est à décider", "points sont à décider")
    return (
        f"Tiré de {draft.origin} par « aqueduc import ».",
        f"{decide} ; « aqueduc check » refuse cette déclaration jusque-là.",
        "",
    )
