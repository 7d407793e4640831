"""What was asked of the city, and what may be seen of it then: the judge of every run.

Shares no code with the pipeline (``tests/chaos/test_chaos_model.py``): what it says of rows, of the ledger and of
the vault is made anew from what the documentation promises.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = tuple[str, ...]


class Violation(Exception):
    """A promise that was broken, in words."""


@dataclass(frozen=True)
class SourceState:
    """What a source held: all its rows as the public may read them. ``planted``: a person's value is among
    them, where none is declared, so that nothing of it may leave."""

    number: int
    header: Row
    rows: tuple[Row, ...]
    planted: bool = False

    @property
    def content(self) -> tuple[Row, ...]:
        return (self.header, *sorted(self.rows))


@dataclass(frozen=True)
class ExpectedFile:
    """A file that the public finds: its format, and how many rows of a state are in it (all of them, or those whose
    cell in the column ``by`` begins with ``start``)."""

    by: int | None = None
    start: str = ""

    def select(self, state: SourceState) -> tuple[Row, ...]:
        rows = [row for row in state.rows if self.by is None or row[self.by].startswith(self.start)]
        return (state.header, *sorted(rows))


@dataclass(frozen=True)
class SeenResource:
    """A resource as a visitor got it: ``body`` of its file, ``table`` of its rows, None where it has none."""

    id: str
    name: str
    format: str
    sha256: str
    status: int
    body: bytes
    table: tuple[Row, ...] | None


@dataclass(frozen=True)
class Seen:
    """What a visitor got of a dataset: the text of its record, None where there is none."""

    record: Mapping[str, Any] | None
    resources: tuple[SeenResource, ...] = ()


@dataclass
class DatasetModel:
    """One dataset: what it was asked to show so far, and which of these states may be public now (``None``:
    nothing at all)."""

    name: str
    declared: Mapping[str, str]
    files: tuple[ExpectedFile, ...]
    secrets: tuple[str, ...] = ()
    states: list[SourceState] = field(default_factory=list)
    possible: set[int | None] = field(default_factory=lambda: {None})
    entries: dict[str, str] = field(default_factory=dict)
    certified: list[str] = field(default_factory=list)
    late_write: bool = False
    """Whether a request may reach the platform, which checks no token, after another run has published: what it adds
    is there until the next look."""
    was_late: bool = False
    """Whether one ever might."""

    @property
    def asked(self) -> SourceState:
        return self.states[-1]

    def ask(self, state: SourceState) -> None:
        self.states.append(state)

    def expect_late_write(self) -> None:
        self.late_write = self.was_late = True

    def begin(self) -> None:
        """A run begins: what is asked may become public at any moment, unless a gate has to close."""
        if not self.asked.planted:
            self.possible.add(self.asked.number)

    def settle(self, seen: Seen) -> None:
        """After a run that nothing disturbed: exactly what was asked for is public; nothing new of a state that
        must not leave."""
        if not self.asked.planted:
            self.possible = {self.asked.number}
        self.late_write = False
        self.check_settled(seen)

    # --- what a visitor sees ------------------------------------------------------------------------------

    def check(self, seen: Seen) -> None:
        """At any moment: each file and each table is, whole, that of a state which may be public."""
        self._check_secrets("the record", json.dumps(seen.record, ensure_ascii=False))
        if seen.record is None:
            if None not in self.possible:
                raise Violation(f"{self.name}: its record is no longer shown")
            return
        names = [(resource.format, resource.name) for resource in seen.resources]
        if len(set(names)) < len(names) and not self.late_write:
            raise Violation(f"{self.name}: a file is shown twice")
        for resource in seen.resources:
            self._check_resource(resource)

    def _check_resource(self, resource: SeenResource) -> None:
        where = f"{self.name}, {resource.name}"
        if resource.status == 200:
            self._check_secrets(where, resource.body.decode("utf-8", "replace"))
            self._check_rows(f"{where}, file", parse_rows(resource.body))
        elif resource.status not in (404, 403):
            raise Violation(f"{where}: a visitor gets {resource.status}")
        if resource.table is not None:
            self._check_secrets(where, repr(resource.table))
            self._check_rows(f"{where}, table", resource.table)

    def _check_rows(self, where: str, rows: tuple[Row, ...]) -> None:
        known = {one.select(self.states[number]) for one in self.files for number in self._numbers()}
        if rows not in known:
            raise Violation(
                f"{where}: {len(rows) - 1} rows that are none of the states which may be public "
                f"({', '.join(map(str, sorted(self._numbers())))})"
            )

    def _numbers(self) -> list[int]:
        return [number for number in self.possible if number is not None]

    def _check_secrets(self, where: str, text: str) -> None:
        for secret in self.secrets:
            if secret.casefold() in text.casefold():
                raise Violation(f"{where}: a personal value is public")

    def check_settled(self, seen: Seen) -> None:
        """At rest: the record says what is declared, and each file is there once, with its table and its hash."""
        self.check(seen)
        if seen.record is None:
            return
        for key, value in self.declared.items():
            if str(seen.record.get(key)) != value:
                raise Violation(f"{self.name}: the platform does not have {key} as declared")
        for resource in seen.resources:
            if resource.status != 200:
                raise Violation(f"{self.name}, {resource.name}: its file is not served ({resource.status})")
            if resource.sha256 and hashlib.sha256(resource.body).hexdigest() != resource.sha256:
                raise Violation(
                    f"{self.name}, {resource.name}: the hash in the record is not that of the file"
                )
        served = sorted(parse_rows(resource.body) for resource in seen.resources)
        for number in self._numbers():
            wanted = (one.select(self.states[number]) for one in self.files)
            if served == sorted(one for one in wanted if len(one) > 1):
                return
        raise Violation(f"{self.name}: the files that are served are not those of one state")

    # --- what the city keeps ------------------------------------------------------------------------------

    def check_ledger(self, store: Path, seen: Seen) -> None:
        """The chain is whole, nothing that was once in it has changed or left, and what is public is what the last
        certificate says."""
        folder = store / "datasets" / self.name
        entries = {path.name: path.read_bytes() for path in sorted((folder / "ledger").glob("*.json"))}
        for name, digest in self.entries.items():
            if name not in entries or _digest(entries[name]) != digest:
                raise Violation(f"{self.name}: entry {name} of the ledger was changed or is gone")
        self.entries = {name: _digest(data) for name, data in entries.items()}
        _check_chain(self.name, entries, folder / "heads")
        runs = {json.loads(data).get("run") for data in entries.values()}
        for run in self.certified:
            if run not in runs:
                raise Violation(f"{self.name}: run {run} succeeded and is not in the ledger")
        # What died once all was written is certified by the next run that publishes, where a gate closes before.
        if len(self.possible) == 1:
            self._check_pointer(folder, entries, seen)

    def _check_pointer(self, folder: Path, entries: Mapping[str, bytes], seen: Seen) -> None:
        if not (folder / "current.json").exists():
            if self.certified:
                raise Violation(f"{self.name}: published, without a pointer")
            return
        pointer = json.loads((folder / "current.json").read_bytes())
        certificate = entries.get(pointer["certificate"].rsplit("/", 1)[-1], b"")
        if _digest(certificate) != pointer["certificate_sha256"]:
            raise Violation(f"{self.name}: the pointer is to no entry of the ledger")
        said = sorted(str(one["sha256"]) for one in json.loads(certificate)["resources"] if one.get("sha256"))
        served = sorted(_digest(resource.body) for resource in seen.resources)
        if said and said != served:
            raise Violation(f"{self.name}: what is served is not what the last certificate says")
        if (folder / "writing.json").exists():
            raise Violation(f"{self.name}: a publication is still noted as unfinished")


def parse_rows(body: bytes) -> tuple[Row, ...]:
    """A CSV file: its header, then its rows in an order of their own."""
    header, *rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig", "replace")))) or [[]]
    return (tuple(header), *sorted(tuple(row) for row in rows))


def _check_chain(name: str, entries: Mapping[str, bytes], heads: Path) -> None:
    if not entries:
        return
    newest = max(heads.glob("*.json"), default=None)
    if newest is None:
        raise Violation(f"{name}: the ledger has no head")
    link = json.loads(newest.read_bytes())
    met = 0
    while link is not None:
        data = entries.get(link["entry"])
        if data is None or _digest(data) != link["sha256"]:
            raise Violation(f"{name}: the chain of the ledger is broken at {link['entry']}")
        if link["rank"] != len(entries) - 1 - met:
            raise Violation(
                f"{name}: {len(entries)} entries, and {link['entry']} says to be number {link['rank'] + 1}"
            )
        met += 1
        link = json.loads(data)["previous"]
    if met != len(entries):
        raise Violation(f"{name}: {len(entries) - met} entries of the ledger are not in the chain")


def check_vault(vault: Path, secrets: Sequence[str]) -> None:
    """At rest: no extract, no lease and no temporary folder of a run; and none of the personal values, but in rows
    that are rejected."""
    for folder in ("raw", ".leases/raw", ".scratch"):
        if found := _list_files(vault / folder):
            raise Violation(f"the vault is not empty: {found[0].relative_to(vault)}")
    kept = (path for path in _list_files(vault) if "rejected" not in path.parts)
    _check_files(kept, secrets, "the vault keeps")


def check_store(store: Path, secrets: Sequence[str]) -> None:
    """At rest: no temporary folder, and no personal value, in whatever the store keeps."""
    if found := _list_files(store / ".scratch"):
        raise Violation(f"the store is not tidy: {found[0].relative_to(store)}")
    _check_files(_list_files(store), secrets, "the store keeps")


def check_said(text: str, secrets: Sequence[str]) -> None:
    """What a run printed."""
    for secret in secrets:
        if secret.casefold() in text.casefold():
            raise Violation("a run says a personal value")


def _check_files(paths: Iterable[Path], secrets: Sequence[str], told: str) -> None:
    for path in paths:
        data = path.read_bytes()
        if any(secret.encode() in data for secret in secrets):
            raise Violation(f"{told} a personal value: {path.name}")


def _list_files(folder: Path) -> list[Path]:
    """Those with something in them: a temporary folder that died before it was had has an empty lock for hours."""
    paths = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [path for path in paths if path.is_file() and path.stat().st_size]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
