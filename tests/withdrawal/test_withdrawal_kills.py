"""A withdrawal killed (SIGKILL) right before each of its effects: the next call ends it, with the same proof."""

from __future__ import annotations

import signal
import sys
from itertools import count
from pathlib import Path

import pytest

from aqueduc.certify.ledger import verify_ledger
from aqueduc.errors import WithdrawalInForce
from aqueduc.withdrawal import enforce_withdrawal, record_withdrawal_order
from tests.making import Desk
from tests.publish.everywhere import open_bench
from tests.publish.publishing import Bench, Doom, DoomedWire, at_once, rows
from tests.warm import get_warm_context
from tests.withdrawal.withdrawing import act, build_order, entries, lift

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]


def withdraw_and_die(desk: Desk, slug: str, doom: Doom) -> None:
    sys.addaudithook(doom.heard)
    record_withdrawal_order([slug], build_order(), desk.city, desk.place)
    enforce_withdrawal(slug, desk.city, desk.place, transport=DoomedWire(doom=doom), sleep=at_once)


def killed(made: Bench, rank: int) -> str | None:
    """What the effect number ``rank`` would have been; None when there is none."""
    root = str(made.desk.include.parent)
    doom = Doom(rank, root, f"{root}/mort", early=True)
    Path(doom.note).unlink(missing_ok=True)
    process = get_warm_context().Process(target=withdraw_and_die, args=(made.desk, made.slug, doom))
    process.start()
    process.join(120)
    if process.exitcode == 0:
        return None
    assert process.exitcode == -signal.SIGKILL, process.exitcode
    return Path(doom.note).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["portal", pytest.param("ckan", marks=pytest.mark.thorough)])
def test_before_each_effect(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    deaths = []
    for rank in count():
        with open_bench(kind, tmp_path / str(rank), request) as made:
            before = made.certified(rows(5))
            died = killed(made, rank)
            if died is not None:
                deaths.append(died)
                # What the same order does once more, whatever it had done.
                record_withdrawal_order([made.slug], build_order(), made.desk.city, made.desk.place)
            assert act(made).proved, died
            with pytest.raises(WithdrawalInForce):
                made.publish(rows(4))
            assert len(entries(made, "withdrawal")) == 1, died
            assert len(entries(made, "withdrawn")) in (1, 2), died
            lift(made)
            again = made.certified(rows(5))
            assert again.revision == before.revision
            assert again.record_url == before.record_url
            assert [one["id"] for one in again.resources] == [one["id"] for one in before.resources], died
            assert verify_ledger(made.desk.place.store, made.slug).is_valid, died
        if died is None:
            break
    assert any("withdrawal.json" in one for one in deaths)
    assert len(deaths) > (8 if kind == "ckan" else 15), deaths
