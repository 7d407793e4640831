"""What a named person decided about a dataset, and the mark that holds the dataset to it.

A decision is an entry of the dataset's ledger (``certify.ledger``), which is never changed; its mark, a small
file of the store beside the pointer, is replaced by the next decision of the same kind and is what each run
reads. A mark without its entry proves nothing: whoever opens a gate by a mark reads the entry back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from aqueduc.store import Store

DecisionKind = Literal["agreement", "withdrawal", "withdrawal-lift"]
Identification = Literal["airflow", "key"]
"""How the person was known: the account that answered in Airflow, or the private key that signed."""


@dataclass(frozen=True)
class Decision:
    """``by``, a person of ``city.yaml`` or an account of Airflow, identified as ``identified`` says, agreed
    (``agreed``) or refused, at ``at`` (ISO 8601, UTC). ``about``: SHA-256 of what was decided on."""

    kind: DecisionKind
    dataset: str
    agreed: bool
    about: str
    by: str
    identified: Identification
    reason: str
    at: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Decision:
        return cls(**{name: raw[name] for name in cls.__dataclass_fields__})


def build_mark_key(dataset: str, name: str) -> str:
    """The key of a mark of a dataset: ``agreement``, ``withdrawal``."""
    return f"datasets/{dataset}/{name}.json"


def read_mark(store: Store, dataset: str, name: str) -> dict[str, Any] | None:
    """The mark; None where there is none. Raises StoreError."""
    found: dict[str, Any] | None = store.read_json(build_mark_key(dataset, name))
    return found
