"""A checkpoint of the city: one Merkle root over the newest entry of every ledger, at a time.

It is signed and put where whoever writes the store cannot rewrite it (``certify.witness``). A ledger that lacks an entry
which a checkpoint names has been rolled back, however well its entries follow each other. The newest that the store knows
is ``checkpoint.json``; it proves nothing by itself, since it goes back with the rest, but costs one read.

Leaves and nodes are hashed as those of RFC 6962 (2.1): a leaf is no node, whatever it holds.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

from aqueduc.errors import InvalidCheckpoint, LedgerRolledBack
from aqueduc.language import Message, Sentence, _, n_
from aqueduc.ledger_chain import LedgerEntryLink
from aqueduc.store import Store, compute_bytes_sha256, decode_json_or_none, encode_canonical_json

KNOWN_CHECKPOINT = "checkpoint.json"
_TYPE = "aqueduc-checkpoint-1"


@dataclass(frozen=True)
class Checkpoint:
    """``heads``: the newest entry of each ledger, by its name. ``at``: ISO 8601, UTC. ``previous``: SHA-256 of the one
    before. ``gone_back``: what a named person let go of, each with its ``dataset``, the ``checkpoint`` (SHA-256) that named
    it, ``by`` whom and the ``reason``."""

    city: str
    number: int
    at: str
    previous: str | None
    heads: Mapping[str, LedgerEntryLink]
    gone_back: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def root(self) -> str:
        """The Merkle root over the heads, in the order of their names."""
        return compute_merkle_root(
            [
                encode_canonical_json({"dataset": name, **link.to_json()})
                for name, link in sorted(self.heads.items())
            ]
        )

    @cached_property
    def sha256(self) -> str:
        """Of its canonical JSON, which is what is signed and stamped."""
        return compute_bytes_sha256(self.encode())

    def describe(self) -> Message:
        """In a line, as a mail and a commit say it."""
        return n_(
            "Point de contrôle n° {number} : {count} registre, racine {root}.",
            "Point de contrôle n° {number} : {count} registres, racine {root}.",
            len(self.heads),
            number=self.number,
            root=self.root,
        )

    def encode(self) -> bytes:
        return encode_canonical_json(self.to_json())

    def to_json(self) -> dict[str, Any]:
        return {
            "type": _TYPE,
            "city": self.city,
            "number": self.number,
            "at": self.at,
            "previous": self.previous,
            "root": self.root,
            "ledgers": len(self.heads),
            "heads": {name: link.to_json() for name, link in self.heads.items()},
            "gone_back": [dict(one) for one in self.gone_back],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError or AttributeError for what is none."""
        heads = {str(name): LedgerEntryLink.from_json(link) for name, link in raw["heads"].items()}
        previous, gone_back = raw["previous"], tuple(dict(one) for one in raw["gone_back"])
        made = cls(str(raw["city"]), int(raw["number"]), str(raw["at"]), previous, heads, gone_back)
        if (raw["type"], raw["root"], raw["ledgers"]) != (_TYPE, made.root, len(heads)):
            raise ValueError("not the root of its heads")
        return made


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with the city's DSSE ``envelope`` (None: it has no key) and an authority's time stamp (base64 of
    RFC 3161's TimeStampResp; empty: none)."""

    checkpoint: Checkpoint
    envelope: Mapping[str, Any] | None = None
    timestamp: str = ""

    def to_json(self) -> dict[str, Any]:
        kept = {"envelope": self.envelope, "timestamp": self.timestamp}
        return {"checkpoint": self.checkpoint.to_json(), **kept}


def parse_signed_checkpoint(data: bytes, where: Sentence) -> SignedCheckpoint:
    """Raises InvalidCheckpoint for what is none, or is not whole."""
    raw = decode_json_or_none(data)
    try:
        made = Checkpoint.from_json(raw["checkpoint"])
        return SignedCheckpoint(made, raw["envelope"], str(raw["timestamp"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidCheckpoint(_("Ce point de contrôle est tronqué, ou n'en est pas un."), where) from None


def compute_merkle_root(leaves: Sequence[bytes]) -> str:
    """The Merkle tree hash of RFC 6962 (2.1) over ``leaves``, in hexadecimal."""
    return _hash_subtree(leaves).hex()


def _hash_subtree(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + _hash_subtree(leaves[:half]) + _hash_subtree(leaves[half:])).digest()


# --- what the store knows -----------------------------------------------------------------------------------


def read_known_checkpoint(store: Store) -> SignedCheckpoint | None:
    """The newest that the store knows; None where none was made. Raises InvalidCheckpoint, StoreError."""
    data = store.read(KNOWN_CHECKPOINT)
    return None if data is None else parse_signed_checkpoint(data, f"{store.url}/{KNOWN_CHECKPOINT}")


def write_known_checkpoint(store: Store, known: SignedCheckpoint) -> None:
    """Raises StoreError."""
    store.write_json(KNOWN_CHECKPOINT, known.to_json())


def find_lost_heads(
    store: Store, heads: Mapping[str, LedgerEntryLink], only: Collection[str] | None = None
) -> dict[str, LedgerEntryLink]:
    """Those of ``heads`` (of ``only`` these ledgers) that their ledgers lack: one read for each. Raises StoreError."""
    asked = {name: link for name, link in heads.items() if only is None or name in only}
    keys = [f"datasets/{name}/ledger/{link.entry}" for name, link in asked.items()]
    return dict(_select_unlike(asked, store.read_many(keys)))


def _select_unlike(
    asked: Mapping[str, LedgerEntryLink], found: Iterable[bytes | None]
) -> Iterator[tuple[str, LedgerEntryLink]]:
    for (name, link), data in zip(asked.items(), found, strict=True):
        if data is None or compute_bytes_sha256(data) != link.sha256:
            yield name, link


def refuse_ledger_behind_known_checkpoint(
    store: Store, dataset: str, newest: LedgerEntryLink | None = None
) -> None:
    """Raises LedgerRolledBack where the ledger lacks the entry that the known checkpoint names, which its ``newest`` most
    often is; InvalidCheckpoint, StoreError."""
    known = read_known_checkpoint(store)
    if known is not None and (newest is None or known.checkpoint.heads.get(dataset) != newest):
        refuse_ledger_behind(known.checkpoint, _("le dépôt"), store, dataset)


def refuse_ledger_behind(checkpoint: Checkpoint, place: Sentence, store: Store, dataset: str) -> None:
    """Raises LedgerRolledBack where the ledger lacks the entry that ``checkpoint`` names; StoreError."""
    for name, link in find_lost_heads(store, checkpoint.heads, (dataset,)).items():
        raise LedgerRolledBack(name, link.rank + 1, checkpoint.at[:10], place)
