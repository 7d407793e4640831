"""What the tests of a withdrawal share: orders, and a bench whose dataset leaves and comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx

from aqueduc.certify.ledger import list_certificates
from aqueduc.decisions import read_withdrawal_mark
from aqueduc.withdrawal import (
    WithdrawalOrder,
    WithdrawalOutcome,
    enforce_withdrawal,
    lift_withdrawal,
    record_withdrawal_order,
)
from tests.publish.publishing import Bench


def build_order(run: str = "ordre-1", **changes: Any) -> WithdrawalOrder:
    said: dict[str, Any] = {
        "by": "Jeanne Martin",
        "requester": "une personne concernée",
        "reason": "opposition d'une personne",
        **changes,
    }
    return WithdrawalOrder(run=run, **said)


def decide(made: Bench, *, on: date | None = None, hide_now: bool = False, run: str = "ordre-1") -> None:
    record_withdrawal_order(
        [made.slug], build_order(run, on=on, hide_now=hide_now), made.desk.city, made.desk.place
    )


def act(made: Bench, wire: httpx.BaseTransport | None = None) -> WithdrawalOutcome:
    return enforce_withdrawal(made.slug, made.desk.city, made.desk.place, transport=wire, sleep=made.pause)


def leave(made: Bench, **options: Any) -> WithdrawalOutcome:
    """Withdrawn, to its end, and proved."""
    decide(made, **options)
    outcome = act(made)
    assert (outcome.proved, outcome.failures) == (True, ()), outcome.failures
    return outcome


def lift(made: Bench) -> None:
    assert read_withdrawal_mark(made.desk.place.store, made.slug) is not None
    lift_withdrawal([made.slug], "Jeanne Martin", "erreur", "levee-1", made.desk.city, made.desk.place)


def entries(made: Bench, kind: str) -> list[dict[str, Any]]:
    store = made.desk.place.store
    found = (store.read_json(key) for key in store.list_ledger_entry_keys(made.slug))
    return [entry for entry in found if entry["kind"] == kind]


def served_addresses(made: Bench) -> list[str]:
    """Every address of a file that a certificate of the dataset names."""
    certificates = [one for _name, one in list_certificates(made.desk.place.store, made.slug)]
    return [str(shown["url"]) for one in certificates for shown in one["resources"] if shown["sha256"]]
