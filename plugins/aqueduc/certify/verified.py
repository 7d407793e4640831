"""What of a ledger was verified already, so that a reconciliation reads only what was added since.

The mark is kept in the store, where who writes there could make another: it counts only where the newest checkpoint of
the city names, by its digest, an entry at it or after it, is let go of after ``WHOLE_EVERY``, and ``verify`` does not heed
it. Whatever is not as expected has the whole ledger read, which says what is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Self

from aqueduc.certify.ledger import (
    find_stale_certificate_pointer,
    verify_entry_signatures,
    verify_ledger,
)
from aqueduc.checkpoint import Checkpoint
from aqueduc.findings import Finding
from aqueduc.ledger_chain import SEAL, LedgerEntryFile, LedgerEntryLink
from aqueduc.store import (
    Store,
    build_current_revision_pointer_key,
    build_ledger_entry_key,
    compute_bytes_sha256,
    decode_json_or_none,
    encode_canonical_json,
)

WHOLE_EVERY = timedelta(days=30)


@dataclass(frozen=True)
class VerifiedMark:
    """``newest``: the entry up to which it was verified; ``whole_at``: when all of it last was; ``certificate``: SHA-256 of
    the one that the pointer named; ``keys``: digest of the public keys that signatures were compared with."""

    newest: LedgerEntryLink
    whole_at: datetime
    certificate: str
    keys: str

    def to_json(self) -> dict[str, Any]:
        kept = {"certificate": self.certificate, "keys": self.keys}
        return {"newest": self.newest.to_json(), "whole_at": self.whole_at.isoformat(), **kept}

    @classmethod
    def from_json(cls, raw: Any) -> Self | None:
        """None for what is no mark: it is only work that is done again."""
        try:
            newest, at = (
                LedgerEntryLink.from_json(raw["newest"]),
                datetime.fromisoformat(raw["whole_at"]).astimezone(UTC),
            )
            return cls(newest, at, str(raw["certificate"]), str(raw["keys"]))
        except (KeyError, TypeError, ValueError):
            return None


def find_ledger_breaks_since_checkpoint(
    store: Store, dataset: str, keys: Sequence[str], checkpoint: Checkpoint | None, now: datetime
) -> tuple[Finding, ...]:
    """What is wrong with a ledger, of which only what was added since it was last verified is read; all of it where no
    ``checkpoint`` names what was verified, and once in ``WHOLE_EVERY``. Notes how far it was verified. Raises
    StoreError."""
    witnessed = checkpoint.heads.get(dataset) if checkpoint else None
    mark = VerifiedMark.from_json(decode_json_or_none(store.read(_build_mark_key(dataset)) or b""))
    digest = compute_bytes_sha256(encode_canonical_json(sorted(keys)))
    if (
        mark is not None
        and witnessed is not None
        and mark.keys == digest
        and timedelta(0) <= now - mark.whole_at < WHOLE_EVERY
        and (further := _verify_since(store, dataset, mark, witnessed, keys))
    ):
        if further != mark:
            store.write_json(_build_mark_key(dataset), further.to_json())
        return ()
    head, certificate = _read_head(store, dataset), _get_certificate(_read_pointer(store, dataset))
    breaks = verify_ledger(store, dataset, keys).breaks
    if checkpoint is not None and head is not None and not breaks:
        made = VerifiedMark(head, now, certificate, digest)
        store.write_json(_build_mark_key(dataset), made.to_json())
    return breaks


def _verify_since(
    store: Store, dataset: str, mark: VerifiedMark, witnessed: LedgerEntryLink, keys: Sequence[str]
) -> VerifiedMark | None:
    """How far it is verified now; None where anything is not as a ledger that was only added to would have it, the entry
    that is ``witnessed`` at the mark or after it."""
    head, there = _read_head(store, dataset), len(store.list_ledger_entry_keys(dataset))
    # Who writes in the store may have written any rank there.
    if head is None or head.rank - mark.newest.rank > there:
        return None
    ranks = range(mark.newest.rank + 1, head.rank + 1)
    slots = [
        f"datasets/{dataset}/ledger/{mark.newest.entry}",
        *(build_ledger_entry_key(dataset, rank) for rank in ranks),
    ]
    files = [
        LedgerEntryFile.from_bytes(key, data or b"")
        for key, data in zip(slots, store.read_many(slots), strict=True)
    ]
    if not _is_chain(files, mark.newest, head) or witnessed not in [file.own_link for file in files]:
        return None
    # What stands between, or is gone, before the mark.
    if there != files[-1].entry_count:
        return None
    added = files[1:]
    if keys and any(one != "valid" for _, one in verify_entry_signatures(store, dataset, added, keys)):
        return None
    pointer = _read_pointer(store, dataset)
    certificate = _get_certificate(pointer)
    certificates = [file for file in reversed(added) if file.is_certificate]
    if (
        any(find_stale_certificate_pointer(pointer, certificates))
        if certificates
        else certificate != mark.certificate
    ):
        return None
    return replace(mark, newest=head, certificate=certificate)


def _is_chain(files: Sequence[LedgerEntryFile], first: LedgerEntryLink, head: LedgerEntryLink) -> bool:
    """Whether ``files`` lead from the ``first`` to the ``head``, each bound to the one before; a seal is not gone past."""
    if files[0].sha256 != first.sha256 or not all(file.is_chained_entry for file in files):
        return False
    bound = all(
        file.previous_link == before.own_link and file.document.get("kind") != SEAL
        for before, file in pairwise(files)
    )
    return bound and files[-1].own_link == head


def _read_head(store: Store, dataset: str) -> LedgerEntryLink | None:
    """None for one that was cut short too: the walk over the whole tells of it."""
    raw = decode_json_or_none(store.read_ledger_head_bytes(dataset) or b"")
    return LedgerEntryLink.from_json(raw) if raw else None


def _read_pointer(store: Store, dataset: str) -> Mapping[str, Any]:
    return decode_json_or_none(store.read(build_current_revision_pointer_key(dataset)) or b"") or {}


def _get_certificate(pointer: Mapping[str, Any]) -> str:
    return str(pointer.get("certificate_sha256") or "")


def _build_mark_key(dataset: str) -> str:
    return f"datasets/{dataset}/verified.json"
