"""How the entries of a ledger follow each other: each has a slot of its own, and the head is derived from them.

An entry stands at a key that is its rank (``ledger/r00000025.json``) and is created only where nothing stands:
of two writers at one rank, however long one was stopped, the second has appended nothing. The head,
``heads/newest.json``, is replaced after the entry that it names was created, by who still holds the lock (``store``), so
that a process that comes late cannot set it back. From the head one looks forward: one entry that is bound to it was
added by a process that died before it could say so; whatever else differs is a ``LedgerDisagreement``.

Nothing is listed to append, but in a ledger of before. Those have entries named by instant and run, and a ``head.json``,
or a head for each rank, of which the greatest counts: all are read, and gone on with.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from aqueduc.errors import LedgerDisagreement
from aqueduc.language import Sentence, _
from aqueduc.store import (
    Store,
    build_ledger_entry_key,
    build_ledger_head_key,
    compute_bytes_sha256,
    decode_json_or_none,
    parse_entry_rank,
)

SEAL, AGREEMENT = "seal", "agreement"
"""The kinds of the entry with which a person goes on after a disagreement (``certify.seal``), and of an agreement or a
refusal."""
AGREEMENT_SUFFIX = "__agreement"
"""What the run of an agreement ends with, and so the name of its entry, before entries had slots."""


@dataclass(frozen=True)
class LedgerEntryLink:
    """Names an entry: ``entry``, its file in the folder of the ledger; ``sha256`` of its bytes; ``rank``, how
    many entries stand before it."""

    entry: str
    sha256: str
    rank: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(str(raw["entry"]), str(raw["sha256"]), int(raw["rank"]))


@dataclass(frozen=True)
class LedgerEntryFile:
    """An entry as it stands in the folder; ``document`` is empty where its bytes are none."""

    name: str
    sha256: str
    document: Mapping[str, Any]

    @classmethod
    def from_bytes(cls, key: str, data: bytes) -> Self:
        found = decode_json_or_none(data)
        return cls(
            key.rsplit("/", 1)[-1], compute_bytes_sha256(data), found if isinstance(found, dict) else {}
        )

    @property
    def is_chained_entry(self) -> bool:
        return "previous" in self.document

    @property
    def is_certificate(self) -> bool:
        return self.document.get("kind") == "certificate"

    @property
    def own_link(self) -> LedgerEntryLink:
        rank, before = parse_entry_rank(self.name), self.previous_link
        if rank is None:
            rank = before.rank + 1 if before else int(self.document["sealed"]["entries"])
        return LedgerEntryLink(self.name, self.sha256, rank)

    @property
    def previous_link(self) -> LedgerEntryLink | None:
        raw = self.document.get("previous")
        return LedgerEntryLink.from_json(raw) if raw else None

    @property
    def entry_count(self) -> int:
        """How many entries the folder has, this one the newest."""
        carried = self.document.get("carried") or {}
        return int(carried.get("entries", self.own_link.rank + 1))


def read_ledger_head(store: Store, dataset: str) -> LedgerEntryLink | None:
    """The newest entry of the ledger; None where nothing was chained yet. Raises StoreError."""
    raw = store.read_ledger_head(dataset)
    return LedgerEntryLink.from_json(raw) if raw else None


def read_entry_file(store: Store, dataset: str, name: str) -> LedgerEntryFile | None:
    """An entry by its name; None where there is none. Raises StoreError."""
    data = None if "/" in name else store.read(key := f"datasets/{dataset}/ledger/{name}")
    return None if data is None else LedgerEntryFile.from_bytes(key, data)


def read_every_entry_file(store: Store, dataset: str) -> list[LedgerEntryFile]:
    """Each entry of the folder, in the order of their names. Raises StoreError."""
    keys = store.list_ledger_entry_keys(dataset)
    return [
        LedgerEntryFile.from_bytes(key, data or b"")
        for key, data in zip(keys, store.read_many(keys), strict=True)
    ]


def find_newest_agreement_entry(store: Store, dataset: str, newest: LedgerEntryFile | None) -> str | None:
    """The newest entry of an agreement or a refusal, as the ``newest`` entry carries it: an older mark that is put back
    undoes no later decision. Of a ledger of before, only entries whose names may be theirs are read; a run that an
    agreement triggered is named after it."""
    if newest is not None and "carried" in newest.document:
        found: str | None = newest.document["carried"]["agreement"]
        return found
    for key in reversed(store.list_ledger_entry_keys(dataset)):
        if AGREEMENT_SUFFIX in key and (store.read_json(key) or {}).get("kind") == AGREEMENT:
            return key.rsplit("/", 1)[-1]
    return None


def read_newest_entry(store: Store, dataset: str) -> LedgerEntryFile | None:
    """The newest entry of the ledger, which the head is made to name where a process died before it did; None
    where nothing was chained yet. For who holds the lock of the ledger.

    Raises LedgerDisagreement when head and entries differ by more than that step; StoreError.
    """
    document = decode_json_or_none(store.read_ledger_head_bytes(dataset) or b"null")
    if document is None and store.read_ledger_head_bytes(dataset) is not None:
        raise LedgerDisagreement(dataset, _("la tête est illisible"))
    head = LedgerEntryLink.from_json(document) if document else None
    newest = read_entry_file(store, dataset, head.entry) if head else None
    if head and (newest is None or newest.sha256 != head.sha256):
        raise LedgerDisagreement(
            dataset,
            _("l'entrée que nomme la tête, « {entry} », manque ou a été modifiée").format(entry=head.entry),
        )
    following = _find_entries_after(store, dataset, newest)
    if not following:
        return newest
    (one, *more) = following
    if (
        more
        or not one.is_chained_entry
        or one.previous_link != head
        or one.own_link.rank != _next_rank(newest, one)
    ):
        raise LedgerDisagreement(dataset, _describe_entries_beyond_head(newest))
    write_ledger_head(store, dataset, one.own_link)
    return one


def _next_rank(newest: LedgerEntryFile | None, one: LedgerEntryFile) -> int:
    return newest.own_link.rank + 1 if newest else int((one.document.get("sealed") or {}).get("entries", -1))


def _find_entries_after(store: Store, dataset: str, newest: LedgerEntryFile | None) -> list[LedgerEntryFile]:
    """What stands beyond the ``newest`` entry that the head names: at the next two slots, or anywhere in a folder whose
    head is none of ours."""
    if newest is not None and parse_entry_rank(newest.name) is not None:
        rank = newest.own_link.rank
        keys = [build_ledger_entry_key(dataset, rank + step) for step in (1, 2)]
        found = zip(keys, store.read_many(keys), strict=True)
        return [LedgerEntryFile.from_bytes(key, data) for key, data in found if data is not None]
    if newest is not None and len(store.list_ledger_entry_keys(dataset)) == newest.entry_count:
        return []
    files = read_every_entry_file(store, dataset)
    if newest is None:
        return [file for file in files if file.is_chained_entry]
    bound = [file for file in files if file.previous_link == newest.own_link]
    # What is bound to nothing counts as well: it is not explained by a death.
    return bound if len(files) == newest.entry_count + 1 and bound else files


def _describe_entries_beyond_head(newest: LedgerEntryFile | None) -> Sentence:
    if newest is None:
        return _("il n'a pas de tête, et des entrées")
    return _("après l'entrée que nomme la tête, « {entry} », il y en a d'autres, ou il en manque").format(
        entry=newest.name
    )


def require_whole_ledger(store: Store, dataset: str) -> None:
    """Lets a publication go on only where the ledger is whole: its head and entries agree, as many entries stand there
    as were added, and none waits for a seal. Raises LedgerDisagreement; StoreError, DatasetBusy."""
    with store.lock(f"ledgers/{dataset}", where=_("jeu {dataset}").format(dataset=dataset)):
        newest, there = read_newest_entry(store, dataset), len(store.list_ledger_entry_keys(dataset))
        if newest is not None and there != newest.entry_count:
            raise LedgerDisagreement(
                dataset,
                _("il devrait avoir {expected} entrées, et en a {found}").format(
                    expected=newest.entry_count, found=there
                ),
            )
        if store.list_pending_entry_keys(dataset):
            raise LedgerDisagreement(dataset, _("des entrées attendent qu'il soit scellé pour y entrer"))


def write_ledger_head(store: Store, dataset: str, link: LedgerEntryLink) -> None:
    """Names the newest entry, in the place of the one before. For who holds the lock of the ledger. Raises StoreError."""
    store.write_json(build_ledger_head_key(dataset), link.to_json())
