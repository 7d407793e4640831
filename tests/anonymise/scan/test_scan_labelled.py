"""The residual scan on columns that somebody labelled: what it must find, what it must let be.

Half was written with the rules at hand, the other half by somebody who had not seen them; a third set,
written from the law alone before its author had read a rule, says how the scan generalises.
"""

import sys

import pytest

from tests.anonymise.scan.judging import Score, hits, score
from tests.anonymise.scan.labelled_blind import COLUMNS as BLIND
from tests.anonymise.scan.labelled_ours import COLUMNS as OURS
from tests.anonymise.scan.labelled_people import COLUMNS as PEOPLE
from tests.anonymise.scan.labelled_theirs import COLUMNS as THEIRS

# What is only possible counts as an alarm: a person has to decide it.
RECALL, PRECISION = 0.95, 0.95


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return {"ours": score(OURS), "theirs": score(THEIRS), "blind": score(BLIND), "people": score(PEOPLE)}


@pytest.mark.parametrize("name", ["ours", "theirs", "blind", "people"])
def test_each_set_reaches_the_bar(scores: dict[str, Score], name: str, capsys: pytest.CaptureFixture[str]):
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: {scores[name]}; missed {scores[name].missed}; cried {scores[name].cried}"
        )
    assert scores[name].recall >= RECALL
    assert scores[name].precision >= PRECISION


def test_the_two_halves_together_reach_the_bar(scores: dict[str, Score], capsys: pytest.CaptureFixture[str]):
    both = scores["ours"] + scores["theirs"]
    with capsys.disabled():
        sys.stdout.write(f"\ntogether: {both}")
    assert both.personal >= 60 and both.harmless >= 60
    assert both.recall >= RECALL
    assert both.precision >= PRECISION


def test_a_column_can_be_missed_and_cried_at():
    """The judge is no rubber stamp: labels turned round make every found column a false alarm."""
    turned = [type(one)(one.name, not one.personal, one.kind, one.values) for one in OURS]
    wrong = score(turned)
    assert wrong.recall < 0.1 and wrong.precision < 0.1


@pytest.mark.parametrize("column", [one for one in OURS if one.personal][::6], ids=lambda one: one.name)
def test_one_leak_in_a_long_column_is_counted(column):
    """The counts are exact, whatever the size of the batches and however often a cell comes back."""
    (first, *_) = hits(column, rows=400)
    (again, *_) = hits(column, rows=400)
    assert first == again and 0 < first.rows <= first.cells == 400
