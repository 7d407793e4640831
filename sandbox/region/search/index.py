"""The documents: added, deleted, committed, and kept in a journal so that a restart finds them again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.region.search.documents import Document, make_document
from sandbox.region.search.nodes import Node
from sandbox.region.search.queries import filter_query
from sandbox.region.search.schema import Schema
from sandbox.region.search.scoring import score


@dataclass(frozen=True)
class _Addition:
    document: Document
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class _DeletionOfKey:
    key: str


@dataclass(frozen=True)
class _DeletionOfMatches:
    query: Node


_Operation = _Addition | _DeletionOfKey | _DeletionOfMatches


class Index:
    """Documents by key. Changes are seen, and written to the journal, at the next commit only."""

    def __init__(self, schema: Schema, journal: Path | None = None) -> None:
        self.schema = schema
        self._documents: dict[str, Document] = {}
        self._pending: list[_Operation] = []
        self._lock = threading.RLock()
        self._journal = journal
        if journal is not None and journal.exists():
            self._replay(journal)

    def documents(self) -> list[Document]:
        """The committed documents, oldest first."""
        with self._lock:
            return list(self._documents.values())

    def add(self, posted: Iterable[Mapping[str, Any]]) -> None:
        """Add or replace documents; all or none. Raises SolrError."""
        additions = [_Addition(make_document(raw, self.schema), raw) for raw in posted]
        with self._lock:
            self._pending += additions

    def delete(self, keys: Iterable[str], queries: Iterable[str]) -> None:
        """Delete by key and by query; raises SolrError on a query that cannot be read."""
        deletions: list[_Operation] = [_DeletionOfKey(key) for key in keys]
        deletions += [_DeletionOfMatches(filter_query(query, {})) for query in queries]
        with self._lock:
            self._pending += deletions

    def commit(self) -> None:
        """Make the pending changes visible, and lasting."""
        with self._lock:
            operations, self._pending = self._pending, []
            lines: list[str] = []
            for operation in operations:
                lines += self._apply(operation)
            if self._journal is not None and lines:
                with self._journal.open("a", encoding="utf-8") as handle:
                    handle.writelines(lines)

    def _apply(self, operation: _Operation) -> list[str]:
        """Apply one change; return its lines of journal."""
        match operation:
            case _Addition(document, raw):
                # Popped first: a document that is replaced becomes the newest.
                self._documents.pop(document.key, None)
                self._documents[document.key] = document
                return [_line(add=raw)]
            case _DeletionOfKey(key):
                return self._drop([key])
            case _DeletionOfMatches(query):
                matching = (key for key, kept in self._documents.items() if score(query, kept, self.schema))
                return self._drop(list(matching))

    def _drop(self, keys: Sequence[str]) -> list[str]:
        for key in keys:
            self._documents.pop(key, None)
        return [_line(delete=key) for key in keys]

    def _replay(self, journal: Path) -> None:
        raws: dict[str, Mapping[str, Any]] = {}
        for entry in _entries(journal):
            if "add" in entry:
                key = str(entry["add"][self.schema.key])
                raws.pop(key, None)
                raws[key] = entry["add"]
            else:
                raws.pop(entry["delete"], None)
        self._documents = {key: make_document(raw, self.schema) for key, raw in raws.items()}
        draft = journal.with_suffix(".draft")
        draft.write_text("".join(_line(add=raw) for raw in raws.values()), encoding="utf-8")
        draft.replace(journal)


def _line(**entry: Any) -> str:
    return json.dumps(entry, ensure_ascii=False) + "\n"


def _entries(journal: Path) -> Iterable[Mapping[str, Any]]:
    """The entries of a journal; a last line cut by a crash was never committed."""
    with journal.open(encoding="utf-8") as handle:
        for line in handle:
            if line.endswith("\n"):
                yield json.loads(line)
