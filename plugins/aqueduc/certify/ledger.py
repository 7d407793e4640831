"""The ledger of a dataset: entries that are added and never changed, each bound to the one before it.

An entry carries ``previous``: the name, the SHA-256 and the rank of the entry before. The head names the newest in
the same way (``ledger_chain``), and the pointer to what is published carries the digest of its certificate. What
is changed, removed, swapped or slipped in makes the walk back from the head meet a digest that does not fit; what a
person sealed (``seal``) is told, and is no break.
What was written before entries were chained is sealed as a whole by the first chained one (``sealed``).
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from aqueduc.checkpoint import refuse_ledger_behind_known_checkpoint
from aqueduc.errors import InvalidCheckpoint, LeaseLost, LedgerDisagreement
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.leases import read_monotonic_seconds
from aqueduc.ledger_chain import (
    AGREEMENT,
    SEAL,
    LedgerEntryFile,
    LedgerEntryLink,
    find_newest_agreement_entry,
    read_entry_file,
    read_every_entry_file,
    read_newest_entry,
    write_ledger_head,
)
from aqueduc.store import (
    Store,
    build_current_revision_pointer_key,
    build_entry_of_run_key,
    build_ledger_entry_key,
    build_pending_entry_key,
    compute_bytes_sha256,
    decode_json_or_none,
    encode_canonical_json,
    format_compact_instant,
    parse_entry_rank,
)

ALWAYS_POSSIBLE = frozenset(
    {"withdrawal", "withdrawn", "hidden", "objection", "claim", "claim-told", "claim-closed", "seen"}
)
"""The kinds of entries that wait beside a ledger which contradicts itself: what takes off the public is never kept from
being done, nor what a look found from being noted."""

_LOOK = "unchanged"
_OF_RUNS = ("certificate", _LOOK)
_PATIENCE_S = 30
_PAUSE_S = 0.1


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
    seals: tuple[Mapping[str, Any], ...] = ()
    """By whom, when and why it was sealed after a disagreement, the newest first."""

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
    second time. That of a run that found nothing new is all that it leaves: it is said again once another was added.
    Where the ledger contradicts itself, what must always be possible (``ALWAYS_POSSIBLE``) is kept beside
    it, until a person seals it; it has no rank yet (-1).

    Raises LedgerDisagreement; LeaseLost when another process took the slot meanwhile: nothing was added. StoreError,
    DatasetBusy.
    """
    with store.lock(f"ledgers/{dataset}", where=_("jeu {dataset}").format(dataset=dataset)):
        try:
            newest = read_newest_entry(store, dataset)
            # A run has been compared with the witnesses before it began. A checkpoint that is damaged keeps no person
            # from anything: who damages it could remove it.
            if entry.get("kind") not in _OF_RUNS:
                with suppress(InvalidCheckpoint):
                    refuse_ledger_behind_known_checkpoint(store, dataset, newest.own_link if newest else None)
        except LedgerDisagreement:
            if entry.get("kind") not in ALWAYS_POSSIBLE:
                raise
            return _keep_entry_until_seal(store, dataset, run, at, entry, signer)
        if known := _find_identical_last_entry(store, dataset, run, entry, newest):
            return known
        return add_entry_after(store, dataset, run, entry, newest, signer)


def add_entry_after(
    store: Store,
    dataset: str,
    run: str,
    entry: Mapping[str, Any],
    newest: LedgerEntryFile | None,
    signer: Signer | None,
    rank: int | None = None,
) -> tuple[str, LedgerEntryLink]:
    """Adds ``entry`` after the ``newest``, at the slot after it or at ``rank``; for who holds the lock of the ledger.
    Raises LeaseLost when the slot is taken, StoreError."""
    bound: dict[str, Any] = (
        {"previous": newest.own_link.to_json()} if newest else _build_first_entry_seal(store, dataset)
    )
    if rank is None:
        rank = newest.own_link.rank + 1 if newest else int(bound["sealed"]["entries"])
    key = build_ledger_entry_key(dataset, rank)
    carried = {
        "entries": (newest.entry_count if newest else rank) + 1,
        "agreement": _get_entry_name(key)
        if entry.get("kind") == AGREEMENT
        else find_newest_agreement_entry(store, dataset, newest),
    }
    data = encode_canonical_json({"carried": carried, **entry, **bound})
    link = LedgerEntryLink(_get_entry_name(key), compute_bytes_sha256(data), rank)
    # Before the entry: one that is there is signed, and its run finds it again.
    if signer is not None:
        signed = signer.sign(_build_entry_intoto_statement(dataset, entry, link))
        store.write_json(build_signature_storage_key(key, link.sha256), signed)
    if entry.get("kind") != _LOOK:
        store.write_json(build_entry_of_run_key(dataset, run), {"entry": link.entry, "sha256": link.sha256})
    if not store.create(key, data):
        raise LeaseLost(f"{store.url}/{key}")
    write_ledger_head(store, dataset, link)
    return key, link


def _keep_entry_until_seal(
    store: Store, dataset: str, run: str, at: datetime, entry: Mapping[str, Any], signer: Signer | None
) -> tuple[str, LedgerEntryLink]:
    """Keeps what cannot be appended beside the ledger, signed; once, whoever says it again."""
    sha256 = compute_bytes_sha256(encode_canonical_json(entry))
    link = LedgerEntryLink(f"{format_compact_instant(at)}-{sha256[:16]}.json", sha256, -1)
    envelope = signer.sign(_build_entry_intoto_statement(dataset, entry, link)) if signer else None
    key = build_pending_entry_key(dataset, link.entry)
    if not store.exists(key):
        store.write_json(key, {"run": run, "entry": dict(entry), "envelope": envelope})
    return key, link


def repair_ledger_head(store: Store, dataset: str) -> None:
    """Names as the newest an entry that a process added just before it died, where no other will follow soon. Raises
    LedgerDisagreement, StoreError, DatasetBusy."""
    with store.lock(f"ledgers/{dataset}", where=_("jeu {dataset}").format(dataset=dataset)):
        read_newest_entry(store, dataset)


def _build_entry_intoto_statement(
    dataset: str, entry: Mapping[str, Any], link: LedgerEntryLink
) -> dict[str, Any]:
    """What is signed: the entry, and the files that it says a platform served."""
    predicate = {"dataset": dataset, "rank": link.rank}
    predicate |= {name: entry.get(name) for name in ("kind", "run", "revision", "served_at")}
    return build_intoto_statement(link.entry, link.sha256, _list_served_files(entry), predicate)


def build_signature_storage_key(key: str, sha256: str) -> str:
    """The key of the signature of the entry at ``key``, whose digest it has: of two writers of one slot, neither
    replaces what the other signed."""
    beside = key.removesuffix(".json")
    return (
        f"{beside}.dsse" if parse_entry_rank(_get_entry_name(key)) is None else f"{beside}-{sha256[:16]}.dsse"
    )


def _build_first_entry_seal(store: Store, dataset: str) -> dict[str, Any]:
    """What binds the first chained entry: those that stand there already."""
    older = [(file.name, file.sha256) for file in read_every_entry_file(store, dataset)]
    return {"previous": None, "sealed": _compute_seal_of_older_entries(older)}


def _find_identical_last_entry(
    store: Store, dataset: str, run: str, entry: Mapping[str, Any], newest: LedgerEntryFile | None
) -> tuple[str, LedgerEntryLink] | None:
    """The last chained entry of ``run``, where it says what ``entry`` says: that of a run that found nothing new, the
    ``newest`` of all."""
    file = newest
    if entry.get("kind") != _LOOK:
        named = store.find_entry_key_of_run(dataset, run)
        file = read_entry_file(store, dataset, _get_entry_name(named)) if named else None
    if file is None or not file.is_chained_entry:
        return None
    key = f"datasets/{dataset}/ledger/{file.name}"
    same = _drop_entry_time_and_chain_fields(file.document) == _drop_entry_time_and_chain_fields(
        decode_json_or_none(encode_canonical_json(entry))
    )
    return (key, file.own_link) if same else None


def _drop_entry_time_and_chain_fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry without when it was written and what binds it to the chain."""
    chain = ("previous", "sealed", "carried", "at")
    return {name: value for name, value in entry.items() if name not in chain}


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
    files = {file.name: file for file in read_every_entry_file(store, dataset)}
    # What was cut short is told as what is gone, and keeps nothing else from being looked at.
    head_document, pointer = (
        decode_json_or_none(data or b"")
        for data in (
            store.read_ledger_head_bytes(dataset),
            store.read(build_current_revision_pointer_key(dataset)),
        )
    )
    if not head_document:
        unchained = (MissingLedgerHead(count=len(files)),) if files else ()
        return LedgerVerdict(dataset, len(files), 0, len(files), len(files), unchained)
    head = LedgerEntryLink.from_json(head_document)
    walk = _walk_ledger_back(files, head, lambda name: read_entry_file(store, dataset, name))
    certificates = [file for file in walk.met.values() if file.is_certificate]
    signatures = verify_entry_signatures(store, dataset, list(walk.met.values()), public_keys)
    breaks = (
        *walk.breaks,
        *(() if walk.cut else _find_entries_unreached_from_head(files, walk, head)),
        *(_find_signature_breaks(signatures) if public_keys else ()),
        *find_stale_certificate_pointer(pointer, certificates),
    )
    older = len(_list_older_entries(files, walk.met))
    unsigned = sum(outcome == "unsigned" for _, outcome in signatures)
    seals = tuple(
        {name: file.document[name] for name in ("at", "by", "reason")}
        for file in walk.met.values()
        if file.document.get("kind") == SEAL
    )
    return LedgerVerdict(dataset, len(walk.met), len(certificates), older, unsigned, breaks, seals)


def list_certificates(store: Store, dataset: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The certificates in the ledger of a dataset, each with the name of its file; oldest first. Raises
    StoreError."""
    return [
        (file.name, file.document) for file in read_every_entry_file(store, dataset) if file.is_certificate
    ]


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
class _LedgerWalkResult:
    """A walk back: the entries met, by name, the newest first; ``cut`` when it could not reach the first."""

    met: Mapping[str, LedgerEntryFile]
    breaks: tuple[Finding, ...]
    cut: bool


def _walk_ledger_back(
    files: Mapping[str, LedgerEntryFile],
    head: LedgerEntryLink,
    read_unlisted: Callable[[str], LedgerEntryFile | None],
) -> _LedgerWalkResult:
    """From the head, then from the end of each branch that a seal tells of."""
    met: dict[str, LedgerEntryFile] = {}
    breaks: list[Finding] = []
    # What a person sealed: entries known to be missing, ends of branches, first entries that seal nothing any more.
    missing, ends, loose = set[LedgerEntryLink](), list[LedgerEntryLink](), set[str]()
    firsts: list[LedgerEntryFile] = []
    link: LedgerEntryLink | None = head
    sealed, cut = False, False
    while link is not None:
        file = files.get(link.entry) or read_unlisted(link.entry)
        again = file is not None and sealed and met.get(link.entry) == file
        if link not in missing and not again:
            unreadable = (
                sealed and file is not None and not file.is_chained_entry and file.sha256 == link.sha256
            )
            problem = None if unreadable else _verify_entry_against_link(file, link, met)
            breaks += [problem] if problem else []
            if file is not None and link.entry not in met and (file.is_chained_entry or unreadable):
                met[link.entry] = file
                if (seal := file.document).get("kind") == SEAL:
                    missing |= {LedgerEntryLink.from_json(one) for one in seal["missing"]}
                    ends += [LedgerEntryLink.from_json(one) for one in seal["branches"]]
                    loose |= set(seal["loose"])
                if file.previous_link is not None:
                    link = file.previous_link
                    continue
                firsts += [file] if file.is_chained_entry else []
            else:
                cut = True
        link, sealed = (ends.pop(0), True) if ends else (None, True)
    older = _list_older_entries(files, met)
    breaks += [
        BrokenSeal(detail={"entry": first.name})
        for first in firsts
        if first.name not in loose and not is_seal_of_older_entries_valid(first, older)
    ]
    return _LedgerWalkResult(met, tuple(breaks), cut)


def _verify_entry_against_link(
    file: LedgerEntryFile | None, link: LedgerEntryLink, met: Collection[str]
) -> Finding | None:
    detail = {"entry": link.entry, "rank": link.rank + 1}
    if file is None:
        return MissingEntry(detail=detail)
    if not file.is_chained_entry:
        return UnreadableEntry(detail=detail)
    if file.sha256 != link.sha256 or link.entry in met:
        return AlteredEntry(detail=detail)
    return None


def _list_older_entries(files: Mapping[str, LedgerEntryFile], met: Collection[str]) -> list[LedgerEntryFile]:
    """Those of before entries were chained."""
    return [file for file in files.values() if not file.is_chained_entry and file.name not in met]


def is_seal_of_older_entries_valid(first: LedgerEntryFile, older: Iterable[LedgerEntryFile]) -> bool:
    """Whether the ``first`` entry of a chain seals these."""
    names = sorted((file.name, file.sha256) for file in older)
    return first.document.get("sealed") == _compute_seal_of_older_entries(names)


def _find_entries_unreached_from_head(
    files: Mapping[str, LedgerEntryFile], walk: _LedgerWalkResult, head: LedgerEntryLink
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


def _find_signature_breaks(newest_first: Sequence[tuple[LedgerEntryFile, Outcome]]) -> Iterator[Finding]:
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


def verify_entry_signatures(
    store: Store, dataset: str, files: Sequence[LedgerEntryFile], public_keys: Sequence[str]
) -> list[tuple[LedgerEntryFile, Outcome]]:
    """Each of ``files`` with what its signature is; all unsigned without ``public_keys``. Raises StoreError."""
    if not public_keys:
        return [(file, "unsigned") for file in files]
    folder = f"datasets/{dataset}/ledger"
    found = store.read_many(
        [build_signature_storage_key(f"{folder}/{file.name}", file.sha256) for file in files]
    )
    # What was cut short is no JSON, hence no envelope.
    return [
        (
            file,
            verify_dsse_envelope(
                None if data is None else decode_json_or_none(data) or {}, file.sha256, public_keys
            ),
        )
        for file, data in zip(files, found, strict=True)
    ]


def find_stale_certificate_pointer(
    pointer: Mapping[str, Any] | None, certificates: Sequence[LedgerEntryFile]
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
