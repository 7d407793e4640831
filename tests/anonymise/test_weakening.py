"""Which of two rules, or of two declarations, protects less: no list of examples stands for the order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqueduc.anonymise.weakening import (
    ProtectionState,
    build_protection_state,
    find_protection_losses,
    is_weaker_rule,
)
from aqueduc.rules import Rule
from aqueduc.rules.cell import StatisticalSecrecySuppression
from aqueduc.rules.clip import NumberClipping
from aqueduc.rules.constant import ConstantReplacement
from aqueduc.rules.drop import ColumnRemoval
from aqueduc.rules.generalise import DateGeneralisation, DateUnit, HierarchyGeneralisation, NumberBanding
from aqueduc.rules.locate import ZoneLookup
from aqueduc.rules.mask import CharacterMasking
from aqueduc.rules.noise import NoiseAddition, NoiseDistribution
from aqueduc.rules.pseudonym import Pseudonymisation
from aqueduc.rules.publish import UnchangedPublication
from aqueduc.rules.round import NumberRounding
from aqueduc.rules.scrub import IdentifierScrubbing
from aqueduc.rules.snap import GridSnapping
from aqueduc.rules.suppress_under import SmallCountRowSuppression
from aqueduc.rules.transform import CustomFunctionRule
from aqueduc.rules.truncate import DepartmentTruncation, TextTruncation
from tests.making import Desk, desk

_LAPLACE, _GAUSS = NoiseDistribution.LAPLACE, NoiseDistribution.GAUSSIAN
PAIRS: dict[str, tuple[Rule, Rule]] = {
    # the stronger first
    "generalise": (DateGeneralisation(unit=DateUnit.YEAR), DateGeneralisation(unit=DateUnit.MONTH)),
    "band": (NumberBanding(width=50), NumberBanding(width=10)),
    "hierarchy": (
        HierarchyGeneralisation(path="q.csv", level=2),
        HierarchyGeneralisation(path="q.csv", level=1),
    ),
    "truncate": (TextTruncation(length=2), TextTruncation(length=3)),
    "mask": (CharacterMasking(first=1), CharacterMasking(first=1, last=1)),
    "clip": (NumberClipping(minimum=0, maximum=90), NumberClipping(minimum=0)),
    "clip lower": (NumberClipping(minimum=10, maximum=90), NumberClipping(minimum=0, maximum=90)),
    "round": (NumberRounding(step=100), NumberRounding(step=10)),
    "snap": (GridSnapping(metres=500), GridSnapping(metres=100)),
    "noise": (
        NoiseAddition(distribution=_LAPLACE, scale=9, step=1, key="k"),
        NoiseAddition(distribution=_LAPLACE, scale=3, step=1, key="k"),
    ),
    "pseudonym": (Pseudonymisation(key="k", rotate=True), Pseudonymisation(key="k")),
    "suppress_under": (SmallCountRowSuppression(threshold=11), SmallCountRowSuppression(threshold=5)),
    "cell": (
        StatisticalSecrecySuppression(units="n", at_least=11),
        StatisticalSecrecySuppression(units="n", at_least=3),
    ),
    "cell largest": (
        StatisticalSecrecySuppression(units="n", at_least=3, largest="m", at_most=0.5),
        StatisticalSecrecySuppression(units="n", at_least=3, largest="m", at_most=0.85),
    ),
    "drop": (ColumnRemoval(), UnchangedPublication()),
    "drop band": (ColumnRemoval(), NumberBanding(width=50)),
    "scrub": (IdentifierScrubbing(), UnchangedPublication()),
    "department": (DepartmentTruncation(), UnchangedPublication()),
}
UNORDERED: list[tuple[Rule, Rule]] = [
    (CharacterMasking(first=1), TextTruncation(length=1)),
    (ZoneLookup(path="iris.geojson", name="iris"), ZoneLookup(path="quartiers.geojson", name="iris")),
    (
        CustomFunctionRule(path="t.py", function="f", sha256="1"),
        CustomFunctionRule(path="t.py", function="f", sha256="2"),
    ),
    (
        NoiseAddition(distribution=_LAPLACE, scale=9, step=1, key="k"),
        NoiseAddition(distribution=_GAUSS, scale=9, step=1, key="k"),
    ),
    (
        StatisticalSecrecySuppression(units="n", at_least=3, largest="m", at_most=0.5),
        StatisticalSecrecySuppression(units="n", at_least=3),
    ),
    (
        StatisticalSecrecySuppression(units="n", at_least=3),
        StatisticalSecrecySuppression(units="autre", at_least=3),
    ),
]
RULES = [rule for pair in [*PAIRS.values(), *UNORDERED] for rule in pair]


@pytest.mark.parametrize("stronger, weaker", PAIRS.values(), ids=PAIRS)
def test_the_weaker_rule_is_told_and_the_stronger_is_not(stronger: Rule, weaker: Rule) -> None:
    assert is_weaker_rule(stronger, weaker)
    assert not is_weaker_rule(weaker, stronger) or type(stronger) is not type(weaker)


@pytest.mark.parametrize("one, other", UNORDERED)
def test_rules_without_an_order_are_both_told(one: Rule, other: Rule) -> None:
    assert is_weaker_rule(one, other)


@given(st.sampled_from(RULES))
def test_the_same_rule_and_none_at_all_are_never_weaker(rule: Rule) -> None:
    assert not is_weaker_rule(rule, rule)
    assert not is_weaker_rule(UnchangedPublication(), rule)
    assert not is_weaker_rule(rule, ColumnRemoval()) and not is_weaker_rule(
        rule, ConstantReplacement(value="x")
    )
    assert isinstance(rule, UnchangedPublication) or is_weaker_rule(rule, UnchangedPublication())


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


COLUMNS: dict[str, Any] = {"quartier": "publish", "age": "publish", "revenu": "publish"}
PRIVACY: dict[str, Any] = {
    "quasi_identifiers": ["quartier", "age"],
    "k": 6,
    "sensitive": {"revenu": {"distinct": 3, "entropy": 2, "closeness": 0.3}},
    "population": "foyers",
}


def protection(here: Desk, **changes: Any) -> ProtectionState:
    return build_protection_state(here.dataset(columns=COLUMNS, **{"privacy": PRIVACY, **changes}))


@pytest.mark.parametrize(
    "change, said",
    [
        ({"k": 5}, "k était de 6, et serait de 5"),
        ({"suppress_at_most": "2.5%"}, "« suppress_at_most » était de 0 %, et serait de 2,5 %"),
        ({"quasi_identifiers": ["age"]}, "`quartier` comptait"),
        ({"sensitive": None}, "colonne sensible `revenu`"),
        ({"sensitive": {"revenu": {"distinct": 2, "entropy": 2, "closeness": 0.3}}}, "colonne sensible"),
        ({"sensitive": {"revenu": {"distinct": 3, "closeness": 0.3}}}, "colonne sensible `revenu`"),
        ({"sensitive": {"revenu": {"distinct": 3, "entropy": 2}}}, "colonne sensible `revenu`"),
        ({"population": None}, "« population: »"),
    ],
)
def test_each_line_of_privacy_is_held_to_what_it_was(here: Desk, change: dict[str, Any], said: str) -> None:
    before = protection(here)
    asked = {key: value for key, value in {**PRIVACY, **change}.items() if value is not None}
    (found,) = find_protection_losses(before, protection(here, privacy=asked))
    assert said in found.what.french_text
    assert not list(find_protection_losses(protection(here, privacy=asked), before))
    assert not list(find_protection_losses(before, before))


def test_levels_that_the_data_choose_and_a_hierarchy_that_is_gone_are_told(here: Desk) -> None:
    chosen = protection(here, privacy={**PRIVACY, "recode": "local", "hierarchies": {"age": [10, 50]}})
    for before, after, said in (
        (protection(here), chosen, "recode: local"),
        (chosen, protection(here), "`age` perdrait sa hiérarchie"),
    ):
        (found,) = find_protection_losses(before, after)
        assert said in found.what.french_text


def test_a_certificate_that_does_not_say_the_mode_nor_what_is_tolerated_is_read(here: Desk) -> None:
    written = protection(here).to_json()
    old = ProtectionState.from_json({k: v for k, v in written.items() if k not in ("mode", "reject_at_most")})
    assert old is not None and not list(find_protection_losses(old, protection(here, reject_at_most="1%")))
    again = ProtectionState.from_json(written)
    assert again == protection(here)


LEVELS: list[tuple[Any, Any, bool]] = [
    ([10, 50], [5, 50], True),
    ([10, 50], [15, 30], True),
    ([10, 50], [50], False),
    ([10, 50], [10], False),
    (["year"], ["quarter", "year"], True),
    (["quarter", "year"], ["year"], False),
    ({"prefix": [3]}, {"prefix": [4, 3]}, True),
    ({"prefix": [4, 3]}, {"prefix": [3]}, False),
    ([10, 50], {"prefix": [1]}, True),
    ([10, 50], None, True),
]


@pytest.mark.parametrize("was, now, weaker", LEVELS)
def test_a_declared_level_is_held_to_what_it_was(here: Desk, was: Any, now: Any, weaker: bool) -> None:
    def levels(ladder: Any, **more: Any) -> ProtectionState:
        asked = {**PRIVACY, **more, **({"hierarchies": {"age": ladder}} if ladder else {})}
        return protection(here, privacy=asked)

    before, after = levels(was), levels(now)
    found = [one.what.french_text for one in find_protection_losses(before, after)]
    assert [("plus fin" in one) for one in found] == [True] * weaker
    # Where the data chose among them too: a group may have been at the level that is gone.
    assert [
        one.what.french_text for one in find_protection_losses(levels(was, recode="local"), after)
    ] == found


@pytest.mark.parametrize(
    "was, now", list(itertools.combinations(["fixed", "global", "iterative", "local"], 2))
)
def test_levels_that_depend_more_on_the_data_are_told(here: Desk, was: str, now: str) -> None:
    before, after = (
        protection(here, privacy={**PRIVACY, "recode": recode, "hierarchies": {"age": [10]}})
        for recode in (was, now)
    )
    (found,) = find_protection_losses(before, after)
    assert f"recode: {now}" in found.what.french_text
    assert not list(find_protection_losses(after, before))


def test_a_protection_reads_back_as_it_was_written(here: Desk) -> None:
    """Through the certificate, which is JSON."""
    before = protection(here)
    assert ProtectionState.from_json(before.to_json()) == before
    assert (
        ProtectionState.from_json({**before.to_json(), "privacy": {"k": 5, "of_another_version": 1}}) is None
    )


ANA, BOB = ({"level": "only_allowed_users", "users": [one]} for one in ("ana", "bob"))
LEVELS_OF_ACCESS: list[tuple[Any, Any, bool]] = [
    ({"level": "open"}, {"level": "registered"}, False),
    ({"level": "registered"}, {"level": "open"}, True),
    ({"level": "registered"}, ANA, False),
    (ANA, {"level": "registered"}, True),
    (ANA, BOB, True),
    ({**ANA, "users": ["ana", "bob"]}, BOB, False),
    ({"level": "same_organization"}, {"level": "any_organization"}, True),
    ({"level": "any_organization"}, {"level": "same_organization"}, False),
    ({"level": "same_organization"}, {"level": "only_idgo_partners"}, True),
]


@pytest.mark.parametrize("was, now, wider", LEVELS_OF_ACCESS)
def test_access_is_held_to_what_it_was(here: Desk, was: Any, now: Any, wider: bool) -> None:
    def access(level: Any) -> ProtectionState:
        licence = "lov2" if level["level"] == "open" else "other-at"
        return protection(here, access=level, licence=licence)

    found = [one.what.french_text for one in find_protection_losses(access(was), access(now))]
    assert ["l'accès déclaré était" in one for one in found] == [True] * wider
    unknown = ProtectionState.from_json({**access(was).to_json(), "access": None})
    assert unknown is not None and not list(find_protection_losses(unknown, access(now)))


def test_a_column_renamed_at_the_source_is_held_to_what_its_readers_knew(here: Desk) -> None:
    banded = {"age": {"generalise": {"band": 10}}}
    before = build_protection_state(here.dataset(columns=banded))
    after = build_protection_state(here.dataset(columns={"age_exact": {"publish": True, "as": "age"}}))
    (found,) = find_protection_losses(before, after)
    assert found.column == "age_exact"


def test_what_is_made_otherwise_of_a_hidden_column_is_told(here: Desk) -> None:
    """Whoever answered for ``left(dossier, 1)`` has not answered for the whole of it; nor does the revision that
    had it come back under a declaration that makes it of something else."""
    waiver = {"column": "initiale", "kind": "derived", "by": "Claire Fabre", "date": "2026-06-01"}
    waiver["reason"] = "une initiale, de quarante mille dossiers"

    def made(expression: str, **more: Any) -> ProtectionState:
        columns = {"dossier": "drop", "code": "publish", "initiale": "publish"}
        return build_protection_state(
            here.dataset(columns=columns, computed={"initiale": expression}, **more)
        )

    first, whole = made("left(dossier, 1)", waivers=[waiver]), made("dossier", waivers=[waiver])
    harmless = made("upper(code)")
    (found,) = find_protection_losses(first, whole)
    assert found.column == "initiale" and "était faite autrement" in found.what.french_text
    assert [one.column for one in find_protection_losses(harmless, first)] == ["initiale"]
    assert not [*find_protection_losses(first, first), *find_protection_losses(first, harmless)]
    assert ProtectionState.from_json(first.to_json()) == first


def test_so_is_what_is_computed_of_another_table(here: Desk) -> None:
    """The expression is the same, and what it reads is not."""
    waiver = {"column": "lieu", "kind": "derived", "by": "Claire Fabre", "date": "2026-06-01"}
    waiver["reason"] = "un canton, de quarante mille adresses"
    (here.include / "references").mkdir()

    def made(file: str, **more: Any) -> ProtectionState:
        (here.include / file).write_text("dossier,canton\n1,2\n", encoding="utf-8")
        columns = {"dossier": "drop", "canton": "drop", "lieu": "publish"}
        join = {"file": file, "on": "dossier", "columns": ["canton"], **more}
        computed = {"lieu": "upper(canton)"}
        return build_protection_state(
            here.dataset(columns=columns, computed=computed, join=join, waivers=[waiver])
        )

    first = made("references/cantons.csv")
    assert not [*find_protection_losses(first, made("references/cantons.csv"))]
    assert [one.column for one in find_protection_losses(first, made("references/adresses.csv"))] == ["lieu"]
    assert [
        one.column
        for one in find_protection_losses(first, made("references/cantons.csv", unmatched="reject"))
    ] == ["lieu"]
