"""The ledger of a dataset: entries that are added and never changed, each bound to the one before it.

An entry carries ``previous_link``: the name, the SHA-256 and the rank of the entry before. ``head.json`` names
the newest in the same way, and the pointer to what is published carries the digest of its certificate. What
is changed, removed, swapped or slipped in makes the walk back from the head meet a digest that does not fit.
What was written before entries were chained is sealed as a whole by the first chained one (``sealed``).
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from aqueduc.certify.findings import (
    AlteredEntry,
    BrokenSeal,
    InvalidEntrySignature,
    MissingEntry,
    MissingEntrySignature,
    MissingLedgerHead,
    StaleLedgerHead,
    StaleRevisionPointer,
    UnknownEntrySigner,
    UnlinkedEntry,
    UnreadableEntry,
    UnsignedLedger,
)
from aqueduc.certify.signature import Outcome, Signer, build_intoto_statement, verify_dsse_envelope
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.leases import read_monotonic_seconds
from aqueduc.store import (
    Store,
    build_current_revision_pointer_key,
    build_ledger_entry_key,
    build_ledger_head_key,
    build_safe_filename,
    compute_bytes_sha256,
    decode_json_or_none,
    encode_canonical_json,
)

_STAMP = len("20260301T000000Z-")
_PATIENCE_S = 30
_PAUSE_S = 0.1


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
class LedgerVerdict:
    """What a walk over a whole ledger found: how many entries and certificates hold, how many entries are
    older than the chain and sealed as a whole, how many no key of the city's signed (who writes in the store could
    have made these), and every break, the newest first."""

    dataset: str
    entries: int
    certificates: int
    sealed: int
    unsigned: int
    breaks: tuple[Finding, ...]

    @property
    def is_valid(self) -> bool:
        return not self.breaks


# --- adding -------------------------------------------------------------------------------------------------


def append_ledger_entry(
    store: Store,
    dataset: str,
    run: str,
    at: datetime,
    entry: Mapping[str, Any],
    signer: Signer | None = None,
) -> tuple[str, LedgerEntryLink]:
    """Adds ``entry`` to the ledger, signed where there is a ``signer``; returns its key in the store and its
    link. What ``run`` said last is not said again: a run that died before it could commit adds nothing the
    second time.

    Raises StoreError, DatasetBusy.
    """
    with store.lock(f"ledgers/{dataset}", where=_("jeu {dataset}").format(dataset=dataset)):
        keys = store.list_ledger_entry_keys(dataset)
        head = _repair_and_read_head(store, dataset, keys)
        if known := _find_identical_last_entry(store, keys, run, entry):
            return known
        key = _build_unused_entry_key(store, dataset, run, at)
        before = {"previous": head.to_json()} if head else _build_first_entry_seal(store, keys)
        chained = {**entry, **before}
        data = encode_canonical_json(chained)
        link = _LedgerEntryFile(_get_entry_name(key), compute_bytes_sha256(data), chained).own_link
        if signer is not None:
            # Before the entry: one that is there is signed.
            store.write_json(
                build_signature_storage_key(key),
                signer.sign(_build_entry_intoto_statement(dataset, entry, link)),
            )
        store.write(key, data)
        store.write_json(build_ledger_head_key(dataset), link.to_json())
    return key, link


def repair_ledger_head(store: Store, dataset: str) -> None:
    """Names as the newest an entry that a process added just before it died, where no other will follow soon.
    Raises StoreError, DatasetBusy."""
    with store.lock(f"ledgers/{dataset}", where=_("jeu {dataset}").format(dataset=dataset)):
        _repair_and_read_head(store, dataset, store.list_ledger_entry_keys(dataset))


def _build_entry_intoto_statement(
    dataset: str, entry: Mapping[str, Any], link: LedgerEntryLink
) -> dict[str, Any]:
    """What is signed: the entry, and the files that it says a platform served."""
    predicate = {"dataset": dataset, "rank": link.rank}
    predicate |= {name: entry.get(name) for name in ("kind", "run", "revision", "served_at")}
    return build_intoto_statement(link.entry, link.sha256, _list_served_files(entry), predicate)


def build_signature_storage_key(key: str) -> str:
    """The key of the signature of the entry at ``key``."""
    return f"{key.removesuffix('.json')}.dsse"


def _build_first_entry_seal(store: Store, keys: Iterable[str]) -> dict[str, Any]:
    """What binds the first chained entry: those that stand there already."""
    files = (_read_entry_file(store, key) for key in keys)
    return {
        "previous": None,
        "sealed": _compute_seal_of_older_entries((file.name, file.sha256) for file in files),
    }


def _find_identical_last_entry(
    store: Store, keys: Sequence[str], run: str, entry: Mapping[str, Any]
) -> tuple[str, LedgerEntryLink] | None:
    """The last chained entry of ``run``, where it says what ``entry`` says."""
    end = f"{build_safe_filename(run)}.json"
    for key in reversed([key for key in keys if _get_entry_name(key)[_STAMP:] == end]):
        file = _read_entry_file(store, key)
        if file.is_chained_entry:
            same = _drop_entry_time_and_chain_fields(file.document) == _drop_entry_time_and_chain_fields(
                decode_json_or_none(encode_canonical_json(entry))
            )
            return (key, file.own_link) if same else None
    return None


def _drop_entry_time_and_chain_fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry without when it was written and what binds it to the chain."""
    return {name: value for name, value in entry.items() if name not in ("previous", "sealed", "at")}


def _build_unused_entry_key(store: Store, dataset: str, run: str, at: datetime) -> str:
    """No entry is ever written over, though a run may be certified again within the second."""
    while store.exists(key := build_ledger_entry_key(dataset, run, at)):
        at += timedelta(seconds=1)
    return key


def _repair_and_read_head(store: Store, dataset: str, keys: Sequence[str]) -> LedgerEntryLink | None:
    """The newest entry: that of ``head.json``, or one that a process added just before it died."""
    head = read_ledger_head(store, dataset)
    if head is not None and len(keys) == head.rank + 1:
        return head
    for file in (_read_entry_file(store, key) for key in reversed(keys)):
        if file.is_chained_entry and file.previous_link == head:
            store.write_json(build_ledger_head_key(dataset), file.own_link.to_json())
            return file.own_link
    return head


# --- reading ------------------------------------------------------------------------------------------------


def read_ledger_head(store: Store, dataset: str) -> LedgerEntryLink | None:
    """The newest entry of the ledger; None where nothing was chained yet. Raises StoreError."""
    raw = store.read_json(build_ledger_head_key(dataset))
    return LedgerEntryLink.from_json(raw) if raw else None


# --- verifying ----------------------------------------------------------------------------------------------


def verify_ledger(store: Store, dataset: str, public_keys: Sequence[str] = ()) -> LedgerVerdict:
    """Walks the whole ledger of a dataset back from its head, and compares the pointer with it; with
    ``public_keys`` (base64, DER), verifies that one of them signed each entry since the first that is signed.
    Reads only. A ledger that is being written holds a moment later: one that does not is looked at again for as
    long as somebody writes there, 30 seconds at most.

    Raises StoreError when the store does not answer.
    """
    deadline = read_monotonic_seconds() + _PATIENCE_S
    while True:
        busy = _is_ledger_being_written(store, dataset)
        verdict = _verify_ledger_once(store, dataset, public_keys)
        if verdict.is_valid or read_monotonic_seconds() > deadline:
            return verdict
        if not busy and not _is_ledger_being_written(store, dataset):
            return verdict
        time.sleep(_PAUSE_S)


def _is_ledger_being_written(store: Store, dataset: str) -> bool:
    return store.leases.is_held(f"ledgers/{dataset}") or store.leases.is_held(f"datasets/{dataset}")


def _verify_ledger_once(store: Store, dataset: str, public_keys: Sequence[str]) -> LedgerVerdict:
    files = {file.name: file for file in _read_entry_files(store, dataset)}
    # What was cut short is told as what is gone, and keeps nothing else from being looked at.
    head_document, pointer = (
        decode_json_or_none(store.read(key) or b"")
        for key in (build_ledger_head_key(dataset), build_current_revision_pointer_key(dataset))
    )
    if not head_document:
        unchained = (MissingLedgerHead(count=len(files)),) if files else ()
        return LedgerVerdict(dataset, len(files), 0, len(files), len(files), unchained)
    head = LedgerEntryLink.from_json(head_document)
    walk = _walk_ledger_back(files, head, lambda name: _read_unlisted_entry(store, dataset, name))
    certificates = [file for file in walk.met.values() if file.is_certificate]
    signatures = [
        (file, _verify_signature(store, dataset, file, public_keys) if public_keys else "unsigned")
        for file in walk.met.values()
    ]
    breaks = (
        *walk.breaks,
        *(() if walk.cut else _find_entries_unreached_from_head(files, walk, head)),
        *(_find_signature_breaks(signatures) if public_keys else ()),
        *_verify_certificate_pointer(pointer, certificates),
    )
    older = sum(not file.is_chained_entry for file in files.values())
    unsigned = sum(outcome == "unsigned" for _, outcome in signatures)
    return LedgerVerdict(dataset, len(walk.met), len(certificates), older, unsigned, breaks)


def list_certificates(store: Store, dataset: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The certificates in the ledger of a dataset, each with the name of its file; oldest first. Raises
    StoreError."""
    return [(file.name, file.document) for file in _read_entry_files(store, dataset) if file.is_certificate]


def list_certificate_platforms(certificate: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Each platform that a certificate says served the revision: ``platform``, ``record_url``, ``resources``
    and ``proofs``; the first is the certificate's own."""
    return (certificate, *certificate.get("elsewhere", ()))


def get_certificate_online_row_count(certificate: Mapping[str, Any]) -> int:
    """The rows of the whole revision that a certificate says was served; its ``balance`` is of the interval of
    its run alone."""
    known = certificate.get("online_rows")
    return int((certificate.get("balance") or {}).get("published", 0) if known is None else known)


def list_certified_record_urls(
    store: Store, dataset: str, platforms: Collection[str] | None = None
) -> list[str]:
    """Every address that the record of a dataset ever had, on ``platforms`` (None: all), as its certificates say,
    oldest first. Raises StoreError."""
    certificates = (certificate for _name, certificate in list_certificates(store, dataset))
    places = (place for one in certificates for place in list_certificate_platforms(one))
    return list(
        dict.fromkeys(
            str(place["record_url"])
            for place in places
            if platforms is None or place.get("platform") in platforms
        )
    )


def find_certificates_by_file_hash(store: Store, dataset: str, sha256: str) -> list[dict[str, Any]]:
    """The certificates that say a platform served a file of that SHA-256: ``dataset``, ``run``,
    ``served_at``, ``entry``; oldest first."""
    return [
        {"dataset": dataset, "run": entry["run"], "served_at": entry["served_at"], "entry": name}
        for name, entry in list_certificates(store, dataset)
        if any(digest == sha256 for _, digest in _list_served_files(entry))
    ]


def _list_served_files(certificate: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The address and the SHA-256 of each file that was served: by a platform, or where its links lead."""
    for place in list_certificate_platforms(certificate):
        hosted = {
            str(one["sha256"]): str(one.get("url", "")) for one in _select_items_with_hash(place, "resources")
        }
        linked = {
            str(one["sha256"]): f"{place.get('record_url', '')}#{one['what']}"
            for one in _select_items_with_hash(place, "proofs")
        }
        yield from ((name, digest) for digest, name in {**linked, **hosted}.items())


def _select_items_with_hash(place: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
    return [one for one in place.get(what, ()) if one.get("sha256")]


@dataclass(frozen=True)
class _LedgerEntryFile:
    """An entry as it stands in the folder; ``document`` is empty where its bytes are none."""

    name: str
    sha256: str
    document: Mapping[str, Any]

    @property
    def is_chained_entry(self) -> bool:
        return "previous" in self.document

    @property
    def is_certificate(self) -> bool:
        return self.document.get("kind") == "certificate"

    @property
    def own_link(self) -> LedgerEntryLink:
        before = self.previous_link
        rank = before.rank + 1 if before else int(self.document["sealed"]["entries"])
        return LedgerEntryLink(self.name, self.sha256, rank)

    @property
    def previous_link(self) -> LedgerEntryLink | None:
        raw = self.document.get("previous")
        return LedgerEntryLink.from_json(raw) if raw else None


@dataclass(frozen=True)
class _LedgerWalkResult:
    """A walk back: the entries met, by name, the newest first; ``cut`` when it could not reach the first."""

    met: Mapping[str, _LedgerEntryFile]
    breaks: tuple[Finding, ...]
    cut: bool


def _read_entry_files(store: Store, dataset: str) -> Iterator[_LedgerEntryFile]:
    for key in store.list_ledger_entry_keys(dataset):
        yield _read_entry_file(store, key)


def _read_entry_file(store: Store, key: str) -> _LedgerEntryFile:
    data = store.read(key) or b""
    found = decode_json_or_none(data)
    return _LedgerEntryFile(
        _get_entry_name(key), compute_bytes_sha256(data), found if isinstance(found, dict) else {}
    )


def _read_unlisted_entry(store: Store, dataset: str, name: str) -> _LedgerEntryFile | None:
    """An entry by its name: a bucket whose listing is late gives it to who asks for it. None where there is none."""
    key = f"datasets/{dataset}/ledger/{name}"
    return _read_entry_file(store, key) if "/" not in name and store.exists(key) else None


def _walk_ledger_back(
    files: Mapping[str, _LedgerEntryFile],
    head: LedgerEntryLink,
    read_unlisted: Callable[[str], _LedgerEntryFile | None],
) -> _LedgerWalkResult:
    met: dict[str, _LedgerEntryFile] = {}
    breaks: list[Finding] = []
    link = head
    while True:
        file = files.get(link.entry) or read_unlisted(link.entry)
        if problem := _verify_entry_against_link(file, link, met):
            breaks.append(problem)
        if file is None or not file.is_chained_entry or link.entry in met:
            return _LedgerWalkResult(met, tuple(breaks), cut=True)
        met[link.entry] = file
        if file.previous_link is None:
            break
        link = file.previous_link
    if not _is_seal_valid(file, files):
        breaks.append(BrokenSeal(detail={"entry": file.name}))
    return _LedgerWalkResult(met, tuple(breaks), cut=False)


def _verify_entry_against_link(
    file: _LedgerEntryFile | None, link: LedgerEntryLink, met: Collection[str]
) -> Finding | None:
    detail = {"entry": link.entry, "rank": link.rank + 1}
    if file is None:
        return MissingEntry(detail=detail)
    if not file.is_chained_entry:
        return UnreadableEntry(detail=detail)
    if file.sha256 != link.sha256 or link.entry in met:
        return AlteredEntry(detail=detail)
    return None


def _is_seal_valid(first: _LedgerEntryFile, files: Mapping[str, _LedgerEntryFile]) -> bool:
    older = sorted((name, file.sha256) for name, file in files.items() if not file.is_chained_entry)
    return first.document.get("sealed") == _compute_seal_of_older_entries(older)


def _find_entries_unreached_from_head(
    files: Mapping[str, _LedgerEntryFile], walk: _LedgerWalkResult, head: LedgerEntryLink
) -> Iterator[Finding]:
    """Entries that say they belong to the chain, and that no other one names."""
    for name, file in sorted(files.items()):
        if file.is_chained_entry and name not in walk.met:
            yield (StaleLedgerHead if file.previous_link == head else UnlinkedEntry)(detail={"entry": name})


_SIGNATURE_BREAKS: Mapping[Outcome, type[Finding]] = {
    "unsigned": MissingEntrySignature,
    "unknown-key": UnknownEntrySigner,
    "invalid": InvalidEntrySignature,
}


def _find_signature_breaks(newest_first: Sequence[tuple[_LedgerEntryFile, Outcome]]) -> Iterator[Finding]:
    """A city may begin to sign one day; whoever has begun signs every entry. A ledger of which nobody signed
    anything is told, too: it may be one whose signatures were removed, and whose entries were written again."""
    if not newest_first:
        return
    signed = [rank for rank, (_, outcome) in enumerate(newest_first) if outcome != "unsigned"]
    if not signed:
        yield UnsignedLedger()
    for file, outcome in newest_first[: signed[-1] + 1 if signed else 0]:
        if outcome in _SIGNATURE_BREAKS:
            yield _SIGNATURE_BREAKS[outcome](detail={"entry": file.name})


def _verify_signature(
    store: Store, dataset: str, file: _LedgerEntryFile, public_keys: Sequence[str]
) -> Outcome:
    data = store.read(build_signature_storage_key(f"datasets/{dataset}/ledger/{file.name}"))
    # What was cut short is no JSON, hence no envelope.
    return verify_dsse_envelope(
        None if data is None else decode_json_or_none(data) or {}, file.sha256, public_keys
    )


def _verify_certificate_pointer(
    pointer: Mapping[str, Any] | None, certificates: Sequence[_LedgerEntryFile]
) -> Iterator[Finding]:
    """The pointer names a certificate, and its digest, after which none of ``certificates`` (the newest of the chain
    first) was added that tells of a later publication: an old run may have been certified again. A clock that was ahead
    when one was added before says nothing."""
    if not certificates:
        return
    said = pointer or {}
    named = (_get_entry_name(str(said.get("certificate", ""))), said.get("certificate_sha256"))
    ranks = [rank for rank, file in enumerate(certificates) if (file.name, file.sha256) == named]
    newer = certificates[: ranks[0] + 1] if ranks else certificates
    newest = max(newer, key=lambda file: str(file.document["served_at"]))
    if (newest.name, newest.sha256) != named:
        yield StaleRevisionPointer(detail={"entry": newest.name})


# --- names and bytes ----------------------------------------------------------------------------------------


def _compute_seal_of_older_entries(older: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """One digest over the names and digests of the entries older than the chain, in the order of their
    names."""
    lines = [f"{sha256}  {name}\n" for name, sha256 in older]
    return {"entries": len(lines), "sha256": compute_bytes_sha256("".join(lines).encode())}


def _get_entry_name(key: str) -> str:
    return key.rsplit("/", 1)[-1]
