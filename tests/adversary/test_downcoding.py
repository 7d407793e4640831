"""Downcoding (Cohen, "Attacks on Deidentification's Defenses", USENIX Security 2022): what an attacker learns
because a table was recoded no more than k asks. Against ``recode: local``, then against the default.

The attacker reads what is published, the hierarchies and k; no row of the source. The rows are those of
the paper, a mixture of Gaussians of which a few points are scattered widely: its clusters, each in its place,
make classes that a handful of rows keeps from being split.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from html import unescape
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.disclosure import (
    GeneralisationCube,
    NoAnonymousGeneralisation,
    PrivacyModel,
    Recoding,
    RecodingLimits,
    RecodingStrategy,
    build_band_hierarchy,
    build_frequency_table,
    build_generalisation_cube,
    compute_recoding,
)
from aqueduc.anonymise.disclosure.downcoding import count_rows_open_to_downcoding
from aqueduc.anonymise.disclosure.writing import build_recoded_rows_sql
from aqueduc.certify.officer import build_dpo_report, render_dpo_report_page
from aqueduc.errors import AnonymisationGateClosed
from aqueduc.record.explanation import OpinionAndAgreementContext, build_publication_explanation
from tests.anonymise.corridor import Corridor
from tests.examples import share
from tests.making import desk

SIDE = 1024
WIDTHS = (4, 16, 64, 256, 1024)
Point = tuple[str, str]


def clusters(k: int, seed: int, number: int = 120) -> list[Point]:
    """Each of 2k to 8k rows, 4 % of them scattered."""
    draw = random.Random(seed)
    points: list[Point] = []
    for _ in range(number):
        centre = (draw.uniform(0, SIDE), draw.uniform(0, SIDE))
        for _ in range(draw.randint(2 * k, 8 * k)):
            spread = 150 if draw.random() < 0.04 else 3
            x, y = (min(SIDE - 1, max(0, int(draw.gauss(at, spread)))) for at in centre)
            points.append((str(x), str(y)))
    return points


@dataclass(frozen=True)
class Published:
    """``rows``: what leaves, each beside the row of the source it is, which the attacker does not see."""

    cube: GeneralisationCube
    recoding: Recoding
    rows: list[tuple[Point, Point]]

    @property
    def labels(self) -> list[Point]:
        return sorted(label for label, _ in self.rows)


def published(
    points: Sequence[Point],
    k: int,
    scope: RecodingStrategy,
    widths: Sequence[float] = WIDTHS,
    most: float = 0.1,
) -> Published:
    """Raises NoAnonymousGeneralisation."""
    xs, ys = zip(*points, strict=True)
    table = pa.table({"x": xs, "y": ys, "rank": list(range(len(points)))})
    with duckdb.connect() as con:
        con.register("points", table)
        counted = build_frequency_table(con, "points", ("x", "y"), ())
        made = build_generalisation_cube(
            counted, [build_band_hierarchy(name, counted.values[at], widths) for at, name in enumerate("xy")]
        )
        recoding = compute_recoding(made, PrivacyModel(k), RecodingLimits(most), scope)
        rows = con.execute(build_recoded_rows_sql(con, "points", made, recoding)).fetchall()
    return Published(made, recoding, [((x, y), points[rank]) for x, y, rank in rows])


# --- the attack ---------------------------------------------------------------------------------------------


def width_of(label: str) -> int:
    """The position in ``WIDTHS`` of a published band; -1 for a value, and their number for ``*``."""
    if label == "*":
        return len(WIDTHS)
    low, _, high = label.partition("-")
    return WIDTHS.index(int(high) - int(low) + 1) if high else -1


def finer(label: str) -> list[str]:
    """What a published band may be made of, one level down; by arithmetic, without the data."""
    rank = width_of(label)
    low, wide = (0, SIDE) if label == "*" else (int(label.split("-")[0]), WIDTHS[rank])
    narrow = WIDTHS[rank - 1] if rank else 1
    return [f"{at}-{at + narrow - 1}" if narrow > 1 else f"{at}" for at in range(low, low + wide, narrow)]


@dataclass(frozen=True)
class Claim:
    """The ``size`` rows of the class ``label``, but k - 1 at most, share one of ``values`` in ``column``."""

    label: Point
    column: int
    size: int
    values: tuple[str, ...]


def claims(labels: Sequence[Point], k: int) -> Iterator[Claim]:
    """What the size of a class proves, if it was split as far as k allows."""
    sizes = Counter(labels)
    for label, size in sizes.items():
        for column in (0, 1):
            if width_of(label[column]) < 0:
                continue
            values = tuple(
                value
                for value in finer(label[column])
                if (value, label[1]) not in sizes or column == 1
                if (label[0], value) not in sizes or column == 0
            )
            if size > len(values) * (k - 1) and len(values) > 1:
                yield Claim(label, column, size, values)


def right(claim: Claim, rows: Sequence[tuple[Point, Point]], k: int) -> int:
    """How many rows the claim downcodes; 0 when it does not hold."""
    seen = Counter(
        value
        for label, point in rows
        if label == claim.label
        for value in claim.values
        if _within(point[claim.column], value)
    )
    most = max(seen.values(), default=0)
    return most if most >= claim.size - k + 1 else 0


def _within(point: str, band: str) -> bool:
    low, _, high = band.partition("-")
    return int(low) <= int(point) <= int(high or low)


def downcoded(shown: Published, k: int) -> tuple[float, int]:
    """The share of the claims that hold, and how many rows those downcode."""
    made = list(claims(shown.labels, k))
    held: dict[Point, int] = defaultdict(int)
    holds = 0
    for claim in made:
        rows = right(claim, shown.rows, k)
        holds += rows > 0
        held[claim.label] = max(held[claim.label], rows)
    return (holds / len(made) if made else 0.0), sum(held.values())


@pytest.mark.parametrize("k", [5, 10])
@pytest.mark.parametrize("seed", range(3))
def test_local_recoding_gives_finer_values_away_and_says_of_how_many_rows(k: int, seed: int) -> None:
    shown = published(clusters(k, seed), k, RecodingStrategy.LOCAL)
    holding, rows = downcoded(shown, k)
    assert holding == 1.0, "what minimality proves is true"
    assert rows >= 0.05 * len(shown.rows), "and it is no rarity"
    told = count_rows_open_to_downcoding(shown.cube, shown.recoding.nodes, shown.recoding.choice, k)
    # The attacker by arithmetic does not know which values the source never has; the measure does.
    assert rows <= told <= 1.5 * rows


@pytest.mark.parametrize("k", [5, 10])
def test_the_same_attack_on_declared_levels_claims_what_is_not(k: int) -> None:
    """Bands of 64, which keep 95 % of the rows. A class that could be split is not, so that its size proves
    nothing: nearly half of what the attacker takes for proved is false."""
    shown = published(clusters(k, 0), k, RecodingStrategy.FIXED, WIDTHS[2:])
    assert len(shown.rows) > 0.95 * shown.cube.rows
    holding, _ = downcoded(shown, k)
    assert holding < 0.6


MOVED = st.lists(st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)), min_size=1, max_size=80)


def moved_within(points: Sequence[Point], width: int, draw: random.Random) -> list[Point]:
    """Each value replaced by any other of its band."""
    return [
        (
            str(int(x) // width * width + draw.randrange(width)),
            str(int(y) // width * width + draw.randrange(width)),
        )
        for x, y in points
    ]


@settings(deadline=None, max_examples=share(60))
@given(MOVED, st.integers(2, 6), st.randoms(use_true_random=False))
def test_declared_levels_are_the_same_whatever_the_finer_values(
    points: list[tuple[int, int]], k: int, draw: random.Random
) -> None:
    """So that nobody can tell one from the other: what is published is a function of the bands alone."""
    coarse = [(str(x // 8 * 8), str(y // 8 * 8)) for x, y in points]
    first = published(coarse, k, RecodingStrategy.FIXED, WIDTHS[2:], most=1.0)
    other = published(moved_within(coarse, 64, draw), k, RecodingStrategy.FIXED, WIDTHS[2:], most=1.0)
    assert first.labels == other.labels
    assert first.recoding.suppressed == other.recoding.suppressed


@pytest.mark.parametrize(
    "scope", [RecodingStrategy.GLOBAL, RecodingStrategy.ITERATIVE, RecodingStrategy.LOCAL]
)
def test_levels_found_in_the_data_change_with_the_finer_values(scope: RecodingStrategy) -> None:
    """The property above can fail."""
    together, apart = [("3", "3")] * 12, [("3", "3")] * 9 + [("60", "60")] * 3
    assert published(together, 5, scope, most=0.0).labels != published(apart, 5, scope, most=0.0).labels


# --- through the stages -------------------------------------------------------------------------------------

LADDERS = {"x": [4, 16, 64, 256], "y": [4, 16, 64, 256]}


@pytest.fixture
def corridor(tmp_path: Any) -> Corridor:
    return Corridor(desk(tmp_path))


def declared(corridor: Corridor, ladders: dict[str, Any] = LADDERS, **privacy: Any) -> Any:
    asked = {"quasi_identifiers": ["x", "y"], "k": 5, "suppress_at_most": "10%", "hierarchies": ladders}
    return corridor.here.dataset(columns={"x": "publish", "y": "publish"}, privacy={**asked, **privacy})


def source(points: Sequence[Point]) -> pa.Table:
    xs, ys = zip(*points, strict=True)
    return pa.table({"x": xs, "y": ys})


def officer(corridor: Corridor, dataset: Any, walked: Any) -> tuple[dict[str, Any], str]:
    run = corridor.here.run(identifier=walked.anonymised.report.run)
    report = build_dpo_report(
        dataset,
        corridor.here.city,
        run,
        corridor.here.place.store,
        OpinionAndAgreementContext(date(2026, 7, 1)),
    )
    assert report is not None
    return report, " ".join(unescape(render_dpo_report_page(report)).split())


def explained(corridor: Corridor, dataset: Any) -> str:
    return str(
        asdict(
            build_publication_explanation(
                dataset, corridor.here.city, OpinionAndAgreementContext(date(2026, 7, 1))
            )
        )
    ).replace("\\xa0", " ")


def test_levels_are_the_declared_ones_unless_asked_otherwise(corridor: Corridor) -> None:
    dataset = declared(corridor, {"x": [64, 256], "y": [64, 256]})
    walked = corridor.walk(dataset, source(clusters(5, 0, 30)))
    assert {width_of(label) for row in walked.rows for label in row} == {WIDTHS.index(64)}
    report, page = officer(corridor, dataset, walked)
    assert (report["scope"], report["minimality"]) == ("fixed", None)
    assert "ils ne dépendent pas des données" in page
    said = explained(corridor, dataset)
    assert "Ce niveau ne dépend pas des données : il n'apprend rien d'elles." in said


@pytest.mark.parametrize(
    "recode, page_says, declaration_says",
    [
        (
            "global",
            "choisi d'après les données parmi 36 : ce",
            "qu'aucun autre niveau n'aurait, à 2 points près, perdu moins",
        ),
        ("iterative", "ne convenait pas à un niveau choisi avant", "dans un groupe qui ne convenait pas"),
        ("local", "toutes ses lignes, sauf 4 au plus, ont une même", "(toutes, sauf 4 au plus)"),
    ],
)
def test_what_levels_found_in_the_data_give_away_is_counted_and_said(
    corridor: Corridor, recode: str, page_says: str, declaration_says: str
) -> None:
    dataset = declared(corridor, recode=recode)
    walked = corridor.walk(dataset, source(clusters(5, 0, 30)))
    told = walked.anonymised.report.recoding["minimality"]
    assert told["choices"] == 36
    assert told["of"] == len(walked.rows)
    assert (told["rows"] > 0) == (recode != "global")
    report, page = officer(corridor, dataset, walked)
    assert report["minimality"] == told
    assert page_says in page
    said = explained(corridor, dataset)
    assert declaration_says in said and "choisi d'après les données" in said


def test_with_units_it_is_units_that_are_counted_and_nothing_is_said_to_be_proved(corridor: Corridor) -> None:
    """Each person twice: the same classes, the same claims, on twice the rows."""
    points = clusters(5, 0, 30)
    once = corridor.walk(declared(corridor, recode="local"), source(points)).anonymised.report
    twice = source([*points, *points])
    twice = twice.append_column("qui", pa.array([f"p{rank}" for rank in range(len(points))] * 2))
    asked = {"quasi_identifiers": ["x", "y"], "k": 5, "suppress_at_most": "10%", "hierarchies": LADDERS}
    dataset = corridor.here.dataset(
        "autre",
        columns={"x": "publish", "y": "publish", "qui": "drop"},
        privacy={**asked, "recode": "local", "unit": "qui"},
    )
    walked = corridor.walk(dataset, twice)
    told, before = (one.recoding["minimality"] for one in (walked.anonymised.report, once))
    assert (told["rows"], told["of"]) == (2 * before["rows"], 2 * before["of"])
    assert (told["proved"], before["proved"]) == (False, True)
    said = explained(corridor, dataset)
    assert "un groupe de plus de 4 unités (qui) par valeur plus précise possible, resté" in said
    assert "souvent parce que presque toutes ses lignes" in said and "sauf 4 au plus" not in said


def test_rows_whose_value_has_no_declared_level_are_withheld(corridor: Corridor) -> None:
    """However many they are: at the declared level, they would be published as they are."""
    points = [("3", "3")] * 40 + [("3", "vers 60")] * 9 + [("70", "3")] * 8
    dataset = declared(corridor, {"x": [64], "y": [64]}, suppress_at_most="20%")
    walked = corridor.walk(dataset, source(points))
    assert Counter(walked.rows) == {("0-63", "0-63"): 40, ("64-127", "0-63"): 8}
    (found, *_) = walked.anonymised.report.findings
    assert found.code == "hierarchie-inapplicable"
    assert "(nombre : 1) ; leurs lignes sont retirées" in found.message


def test_levels_that_are_too_fine_close_the_gate_and_say_which_would_do(corridor: Corridor) -> None:
    dataset = declared(corridor)
    with pytest.raises(AnonymisationGateClosed, match="aux niveaux déclarés, il faudrait retirer") as closed:
        corridor.walk(dataset, source(clusters(5, 0, 30)))
    (advice,) = [one.format_remedy() for one in closed.value.findings if one.code == "niveaux-trop-fins"]
    assert "« x » à partir du niveau" in advice or "« y » à partir du niveau" in advice
    few = source([("3", "3"), ("900", "900")])
    with pytest.raises(AnonymisationGateClosed, match="aucun des niveaux déclarés ne convient"):
        corridor.walk(dataset, few)


def test_the_advice_is_followed_with_success(corridor: Corridor) -> None:
    points = clusters(5, 0, 30)
    shown = published(points, 5, RecodingStrategy.GLOBAL, LADDERS["x"])
    (node,) = shown.recoding.nodes
    ladders = {name: widths[level - 1 :] for (name, widths), level in zip(LADDERS.items(), node, strict=True)}
    walked = corridor.walk(declared(corridor, ladders), source(points))
    assert sorted(walked.rows) == shown.labels


def test_a_lattice_too_large_to_search_is_no_matter_of_declared_levels() -> None:
    points = [("3", "3")] * 8
    xs, ys = zip(*points, strict=True)
    with duckdb.connect() as con:
        con.register("points", pa.table({"x": xs, "y": ys}))
        counted = build_frequency_table(con, "points", ("x", "y"), ())
        made = build_generalisation_cube(
            counted, [build_band_hierarchy(name, counted.values[at], WIDTHS) for at, name in enumerate("xy")]
        )
    limits = RecodingLimits(0.0, nodes=1)
    assert compute_recoding(made, PrivacyModel(5), limits, RecodingStrategy.FIXED).suppressed == 0
    with pytest.raises(NoAnonymousGeneralisation):
        compute_recoding(made, PrivacyModel(5), limits, RecodingStrategy.LOCAL)
