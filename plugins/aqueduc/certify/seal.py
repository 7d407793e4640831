"""The entry with which a named person goes on, where the head of a ledger and its entries contradict each other.

A seal says which ends the chain had (``branches``; ``previous`` is the one that goes on), which entries are missing,
and who decided so: nothing is deleted, ``verify`` tells of it for ever, and is content after it. What was kept beside
the ledger meanwhile (``pending``) is appended after it, in order. A ledger that a witness shows to have been rolled back
is sealed in the same way: the entry says which checkpoint named what it lacks, and so does the next checkpoint.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from aqueduc import __version__
from aqueduc.anonymise.scrubbing import refuse_personal_texts
from aqueduc.certify.ledger import (
    add_entry_after,
    is_seal_of_older_entries_valid,
)
from aqueduc.certify.sealed import describe_seal
from aqueduc.certify.signature import load_city_signer, verify_dsse_envelope
from aqueduc.certify.witness.making import witness_ledgers
from aqueduc.certify.witness.places import LostEntry, find_lost, listen_to_witnesses
from aqueduc.declaration.spec import City
from aqueduc.errors import DecisionRefused, LedgerDisagreement
from aqueduc.language import _
from aqueduc.ledger_chain import (
    AGREEMENT,
    SEAL,
    LedgerEntryFile,
    LedgerEntryLink,
    read_every_entry_file,
    read_newest_entry,
    require_whole_ledger,
)
from aqueduc.run import Workspace
from aqueduc.store import (
    Store,
    compute_bytes_sha256,
    decode_json_or_none,
    encode_canonical_json,
    parse_entry_rank,
)

LedgerIdentification = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Who decides, of what is said: ``by``, ``identified``, ``envelope``."""


@dataclass(frozen=True)
class SealedLedger:
    """What a seal did: its ``entry``, the ends of the branches (the one that goes on first), the entries that are
    missing, how many that were waiting were ``appended``, and the files of those whose signature is none."""

    entry: str
    branches: tuple[LedgerEntryLink, ...]
    missing: tuple[LedgerEntryLink, ...]
    appended: int
    refused: tuple[str, ...]


def seal_ledger(
    dataset: str,
    reason: str,
    identify: LedgerIdentification,
    city: City,
    workspace: Workspace,
    onto: str = "",
) -> SealedLedger:
    """Goes on from the entry ``onto``, or else from the end that has the newest one. ``identify``: who decides, of what
    is said (``by``, ``identified``, ``envelope``).

    Raises DecisionRefused where nothing is to be sealed, for no reason and for an ``onto`` that is the end of no branch;
    PersonalTextRefused; what ``identify`` raises; StoreError, DatasetBusy, ConnectionMissing, SigningKeyUnreadable.
    """
    store, where = workspace.store, _("registre de {dataset}").format(dataset=dataset)
    if not reason.strip():
        raise DecisionRefused(_("Aucun motif n'est donné."), where=where, remedy=_("donner --reason"))
    refuse_personal_texts({_("Le motif"): reason}, where, workspace.include)
    lost = find_lost(listen_to_witnesses(city, workspace), workspace, (dataset,))
    if not lost and _is_ledger_whole(store, dataset):
        raise DecisionRefused(
            _("Ce registre se suit : il n'y a rien à sceller."),
            where=where,
            remedy=_("« aqueduc verify {dataset} » le montre").format(dataset=dataset),
        )
    sealed, gone_back = _seal(dataset, reason, identify, city, workspace, onto, *lost)
    witness_ledgers((dataset,), city, workspace, gone_back)
    return sealed


def seal_ledgers_behind_witnesses(
    reason: str, identify: LedgerIdentification, city: City, workspace: Workspace
) -> list[SealedLedger]:
    """Seals each ledger that lacks what a witness names, as after a whole backup was put back; in one checkpoint.

    Raises PersonalTextRefused; what ``seal_ledger`` does.
    """
    lost = find_lost(listen_to_witnesses(city, workspace), workspace)
    if not lost:
        return []
    refuse_personal_texts({_("Le motif"): reason}, _("registre"), workspace.include)
    done = [_seal(one.dataset, reason, identify, city, workspace, "", one) for one in lost]
    names = [one.dataset for one in lost]
    witness_ledgers(names, city, workspace, [said for _sealed, gone_back in done for said in gone_back])
    return [sealed for sealed, _gone_back in done]


def _seal(
    dataset: str,
    reason: str,
    identify: LedgerIdentification,
    city: City,
    workspace: Workspace,
    onto: str,
    lost: LostEntry | None = None,
) -> tuple[SealedLedger, list[dict[str, Any]]]:
    """With what the next checkpoint says that was let go of."""
    store, now = workspace.store, workspace.clock().astimezone(UTC)
    signer = load_city_signer(city, workspace.connections)
    with store.lock(f"ledgers/{dataset}", where=_("registre de {dataset}").format(dataset=dataset)):
        files = read_every_entry_file(store, dataset)
        ends = _require_branch_ends(files, onto, dataset)
        branches = tuple(_build_link(file) for file in ends)
        missing = tuple(_list_missing_entries(store, dataset, files, lost))
        behind = lost.to_json() if lost else None
        said = {
            "kind": SEAL,
            "dataset": dataset,
            "branches": [one.to_json() for one in branches],
            "missing": [one.to_json() for one in missing],
            "loose": [one.name for one in files if _is_first_entry_loose(one, files)],
            "reason": " ".join(reason.split()),
            "behind": behind,
        }
        who = identify(said)
        run = f"seal__{now:%Y%m%dT%H%M%SZ}"
        entry = {
            **said,
            **who,
            "run": run,
            "at": now.isoformat(timespec="seconds"),
            "version": __version__,
            "carried": {"entries": len(files) + 1, "agreement": _find_newest_agreement(files)},
            "lecture": describe_seal(dataset, branches, missing, str(who["by"]), str(said["reason"]), behind),
        }
        slots = [parse_entry_rank(one.name) or 0 for one in files]
        rank = 1 + max([0, *slots, *(one.rank for one in (*branches, *missing))])
        _key, link = add_entry_after(store, dataset, run, entry, ends[0] if ends else None, signer, rank)
        public = city.signing.keys if city.signing else ()
        appended, refused = _append_pending_entries(store, dataset, signer, public)
    gone_back = [{**behind, "by": who["by"], "reason": said["reason"]}] if behind else []
    return SealedLedger(link.entry, branches, missing, appended, tuple(refused)), gone_back


def _is_ledger_whole(store: Store, dataset: str) -> bool:
    try:
        require_whole_ledger(store, dataset)
    except LedgerDisagreement:
        return False
    return True


def _find_newest_agreement(files: Sequence[LedgerEntryFile]) -> str | None:
    """Of all branches: a refusal in one that does not go on is undone by nobody."""
    given = [one for one in files if one.document.get("kind") == AGREEMENT]
    return max(given, key=lambda one: str(one.document.get("at"))).name if given else None


def _require_branch_ends(files: Sequence[LedgerEntryFile], onto: str, dataset: str) -> list[LedgerEntryFile]:
    """The entries that no other one follows, ``onto`` or the newest first; what is cut short is a branch of its
    own, and last. None where all of the ledger is gone: a new chain begins. Raises DecisionRefused where ``onto`` is not
    among them."""
    before = {(link.entry, link.sha256) for one in files if (link := one.previous_link)}
    ends = [
        one
        for one in files
        if (one.name, one.sha256) not in before and (one.is_chained_entry or not _is_older_entry(one))
    ]

    def order(one: LedgerEntryFile) -> tuple[bool, bool, str]:
        at = str(one.document.get("served_at") or one.document.get("at") or "")
        return one.name == onto, one.is_chained_entry, at

    ends.sort(key=order, reverse=True)
    if onto and not (ends and ends[0].name == onto and ends[0].is_chained_entry):
        raise DecisionRefused(
            _("Aucune branche de ce registre ne finit par l'entrée « {entry} ».").format(entry=onto),
            where=_("registre de {dataset}").format(dataset=dataset),
            remedy=_("donner la dernière entrée d'une branche : {names}").format(
                names=", ".join(one.name for one in ends if one.is_chained_entry) or "—"
            ),
        )
    # Without a chain, what is there is sealed like what is older than the chain.
    return ends if ends and ends[0].is_chained_entry else []


def _is_older_entry(file: LedgerEntryFile) -> bool:
    """Whether it may be of before entries were chained: it is whole, and has no slot."""
    return bool(file.document) and not file.is_chained_entry and parse_entry_rank(file.name) is None


def _build_link(file: LedgerEntryFile) -> LedgerEntryLink:
    """That of what is cut short has the rank of its slot, or none."""
    if file.is_chained_entry:
        return file.own_link
    return LedgerEntryLink(file.name, file.sha256, parse_entry_rank(file.name) or 0)


def _list_missing_entries(
    store: Store, dataset: str, files: Sequence[LedgerEntryFile], lost: LostEntry | None
) -> list[LedgerEntryLink]:
    """What the head, an entry or a checkpoint names, and is not there as it was."""
    there = {(one.name, one.sha256) for one in files}
    head = decode_json_or_none(store.read_ledger_head_bytes(dataset) or b"null")
    named = [one.previous_link for one in files] + [LedgerEntryLink.from_json(head) if head else None]
    named += [lost.link] if lost else []
    found = dict.fromkeys(one for one in named if one and (one.entry, one.sha256) not in there)
    return sorted(found, key=lambda one: one.rank)


def _is_first_entry_loose(file: LedgerEntryFile, files: Sequence[LedgerEntryFile]) -> bool:
    """Whether it begins a chain, and seals something else than what is older than the chain."""
    if not file.is_chained_entry or file.previous_link is not None:
        return False
    return not is_seal_of_older_entries_valid(file, filter(_is_older_entry, files))


def _append_pending_entries(
    store: Store, dataset: str, signer: Any, public_keys: Sequence[str]
) -> tuple[int, list[str]]:
    """Appends what was kept beside the ledger, in order; how many, and the files that the city has not signed, which
    stay."""
    appended, refused = 0, list[str]()
    for key in store.list_pending_entry_keys(dataset):
        kept = store.read_json(key)
        sha256 = compute_bytes_sha256(encode_canonical_json(kept["entry"]))
        if public_keys and verify_dsse_envelope(kept["envelope"], sha256, public_keys) != "valid":
            refused.append(key.rsplit("/", 1)[-1])
            continue
        add_entry_after(store, dataset, kept["run"], kept["entry"], read_newest_entry(store, dataset), signer)
        store.delete(key)
        appended += 1
    return appended, refused
