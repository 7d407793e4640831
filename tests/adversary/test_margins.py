"""What stands beside withheld counts: each way to work one out closes the gate, and honest tables leave."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from aqueduc.anonymise.margins import check_revealing_margins
from aqueduc.declaration import Dataset
from aqueduc.errors import AnonymisationGateClosed
from tests.anonymise.corridor import Corridor
from tests.making import Desk, desk

YEARS, PLACES = ("2023", "2024", "2025"), ("Centre", "Luynes", "Puyricard", "Les Milles")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("marges"))


def births(seed: int = 1, most: int = 90) -> Rows:
    """Births by year, place and sex; one of them under the threshold of 5."""
    draw = random.Random(seed)
    rows = [
        {"annee": year, "quartier": place, "sexe": sex, "nombre": draw.randint(6, most)}
        for year in YEARS
        for place in PLACES
        for sex in ("F", "H")
    ]
    rows[5]["nombre"] = 3
    return rows


def declared(here: Desk, rows: Rows, **more: Any) -> Dataset:
    columns: dict[str, Any] = dict.fromkeys(rows[0], "publish")
    return here.dataset(columns={**columns, "nombre": {"suppress_under": 5}}, **more)


def found(here: Desk, rows: Rows, *, texts: bool = False, **more: Any) -> list[str | None]:
    """The columns that would give the missing count away. ``texts``: as a CSV file gives them."""
    return [one.column for one in looked_at(here, rows, texts=texts, **more)]


def looked_at(here: Desk, rows: Rows, *, texts: bool = False, **more: Any) -> list[Any]:
    cells = {name: [row[name] for row in rows] for name in rows[0]}
    if texts:
        cells = {n: [None if c is None else str(c) for c in column] for n, column in cells.items()}
        cells["nombre"] = [int(count) for count in cells["nombre"]]
    with duckdb.connect() as con:
        con.register("rows", pa.table(cells))
        return check_revealing_margins(con, declared(here, rows, **more), "rows")


def total(rows: Rows, **same: Any) -> int:
    return sum(row["nombre"] for row in rows if all(row[name] == value for name, value in same.items()))


# --- rows that are totals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Total",
            "TOTAL GÉNÉRAL",
            " total ",
            "Totaux",
            "Sous-total nord",
            "Ensemble",
            "Ensemble de la ville",
        ),
        *(
            "Ens.",
            "Tous quartiers",
            "Toutes communes confondues",
            "Cumul",
            "_T",
            "Aix-en-Provence",
            None,
            "Z",
        ),
    ],
)
def test_a_total_among_the_places_is_found_by_its_name_or_by_its_sum(here: Desk, name: str | None) -> None:
    rows = births()
    rows += [
        {"annee": year, "quartier": name, "sexe": sex, "nombre": total(rows, annee=year, sexe=sex)}
        for year in YEARS
        for sex in ("F", "H")
    ]
    assert found(here, rows) == ["quartier"]
    assert found(here, rows, key=["annee", "quartier", "sexe"]) == ["quartier"]


def test_one_total_of_a_table_of_one_year_is_found(here: Desk) -> None:
    draw = random.Random(2)
    rows = [{"quartier": f"q{rank}", "nombre": draw.randint(3, 40)} for rank in range(11)]
    assert found(here, rows) == []
    assert found(here, [*rows, {"quartier": "Aix", "nombre": total(rows)}]) == ["quartier"]


def test_the_blanks_of_a_cube_are_totals(here: Desk) -> None:
    """GROUP BY CUBE, as it comes out of a query."""
    with duckdb.connect() as con:
        con.register("births", pa.Table.from_pylist(births()))
        cube = con.execute(
            "SELECT annee, quartier, sexe, sum(nombre)::INTEGER AS nombre FROM births "
            "GROUP BY CUBE (annee, quartier, sexe)"
        ).to_arrow_table()
    assert found(here, cube.to_pylist()) == ["sexe", "annee", "quartier"]


def test_a_total_is_found_beside_a_number_that_no_row_shares(here: Desk) -> None:
    """The amounts of a CSV file are texts as the places are: they must not hide the groups."""
    rows = births()
    rows += [
        {"annee": year, "quartier": "Aix", "sexe": sex, "nombre": total(rows, annee=year, sexe=sex)}
        for year in YEARS
        for sex in ("F", "H")
    ]
    rows = [{**row, "cout": f"{rank * 37 + 11},5"} for rank, row in enumerate(rows)]
    assert found(here, rows, texts=True) == ["quartier"]


def test_a_coarser_level_of_the_same_column_is_a_total(here: Desk) -> None:
    draw = random.Random(3)
    months = [{"periode": f"{y}-{m:02}", "nombre": draw.randint(3, 80)} for y in YEARS for m in range(1, 13)]
    years = [
        {"periode": y, "nombre": sum(row["nombre"] for row in months if row["periode"].startswith(y))}
        for y in YEARS
    ]
    assert found(here, months) == []
    assert found(here, months + years) == ["periode"]
    codes = [{"code": f"{d}{n:03}", "nombre": draw.randint(3, 80)} for d in (13, 83, 84) for n in range(1, 9)]
    whole = [
        {"code": str(d), "nombre": sum(row["nombre"] for row in codes if row["code"].startswith(str(d)))}
        for d in (13, 83, 84)
    ]
    assert found(here, codes) == []
    assert found(here, codes + whole) == ["code"]


def test_the_total_of_an_amount_without_a_threshold_counts_too(here: Desk) -> None:
    """The row of three births is withheld with its amount; the amounts have a total, the births have none."""
    draw = random.Random(5)
    rows = [{**row, "montant": draw.randint(1_000, 9_000)} for row in births()]
    rows += [
        {
            "annee": year,
            "quartier": "Aix",
            "sexe": sex,
            "nombre": 12,
            "montant": sum(r["montant"] for r in rows if (r["annee"], r["sexe"]) == (year, sex)),
        }
        for year in YEARS
        for sex in ("F", "H")
    ]
    assert found(here, rows) == ["quartier"]


# --- columns that are worked out ----------------------------------------------------------------------------


def in_year(rows: Rows, row: dict[str, Any]) -> Rows:
    return [other for other in rows if other["annee"] == row["annee"]]


def before(rows: Rows, row: dict[str, Any]) -> int | None:
    year = str(int(row["annee"]) - 1)
    return next(
        (
            other["nombre"]
            for other in rows
            if (other["annee"], other["quartier"], other["sexe"]) == (year, row["quartier"], row["sexe"])
        ),
        None,
    )


def percent(part: float, whole: float, decimals: int) -> str:
    return f"{100 * part / whole:.{decimals}f}".replace(".", ",") + " %"


WORKED_OUT: dict[str, tuple[Callable[[Rows, dict[str, Any]], Any], str]] = {
    "total": (lambda rows, row: total(rows, annee=row["annee"]), "donne des totaux"),
    "total-general": (lambda rows, row: total(rows), "donne des totaux"),
    "population": (
        lambda rows, row: total(rows, annee=row["annee"], quartier=row["quartier"]),
        "donne des totaux",
    ),
    "moyenne": (lambda rows, row: f"{total(rows, annee=row['annee']) / 8:.1f}", "des moyennes"),
    "pour_mille": (lambda rows, row: round(1000 * row["nombre"] / total(rows)), "donne la part"),
    "part": (lambda rows, row: percent(row["nombre"], total(rows, annee=row["annee"]), 1), "donne la part"),
    "pourcentage": (
        lambda rows, row: percent(row["nombre"], total(rows, annee=row["annee"]), 0),
        "donne la part",
    ),
    "taux": (lambda rows, row: round(row["nombre"] / total(rows), 4), "donne la part"),
    "precedent": (before, "d'une autre ligne"),
    "variation": (
        lambda rows, row: None if before(rows, row) is None else row["nombre"] - (before(rows, row) or 0),
        "d'une autre ligne",
    ),
    "evolution": (
        lambda rows, row: (
            None
            if before(rows, row) is None
            else percent(row["nombre"] - (before(rows, row) or 0), before(rows, row) or 1, 1)
        ),
        "d'une autre ligne",
    ),
    "cumul_depuis": (
        lambda rows, row: sum(
            other["nombre"]
            for other in rows
            if (other["quartier"], other["sexe"]) == (row["quartier"], row["sexe"])
            and other["annee"] <= row["annee"]
        ),
        "d'une autre ligne",
    ),
}


@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("name", WORKED_OUT)
def test_a_column_from_which_the_missing_count_is_worked_out_is_found(
    here: Desk, name: str, texts: bool
) -> None:
    rows = births(7)
    made, said = WORKED_OUT[name]
    (one,) = looked_at(here, [{**row, name: made(rows, row)} for row in rows], texts=texts)
    assert (one.code, one.column) == ("colonne-qui-se-deduit", name)
    assert said in one.message() and "« nombre »" in one.message()


# --- what is honest leaves ----------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("most", [7, 9, 15, 30, 100, 400])
@pytest.mark.parametrize("seed", range(8))
def test_a_table_without_any_arithmetic_leaves(here: Desk, seed: int, most: int, texts: bool) -> None:
    """Small counts above all: among numbers under ten, one is often the sum of two others."""
    draw = random.Random(1_000 * seed + most)
    rows = [
        {
            **row,
            "nombre": draw.randint(0, most),
            "population": draw.choice((1_200, 3_400, 8_100)),
            "ecoles": draw.randint(0, 4),
            "moyenne": round(draw.uniform(18, 45), 1),
        }
        for row in births(seed, most)
    ]
    assert found(here, rows, texts=texts) == []


@pytest.mark.parametrize(
    "more",
    [
        {"autre": lambda rank, row: row["nombre"]},
        {"autre": lambda rank, row: 100},
        {"autre": lambda rank, row: rank},
        {"autre": lambda rank, row: None},
        {"autre": lambda rank, row: 2 * row["nombre"]},
        {"autre": lambda rank, row: f"{row['nombre'] / 7:.1f}"},
    ],
)
def test_a_number_that_says_nothing_of_other_rows_leaves(here: Desk, more: dict[str, Any]) -> None:
    rows = [{**row, "autre": more["autre"](rank, row)} for rank, row in enumerate(births())]
    assert found(here, rows) == []


def test_without_a_threshold_nothing_is_looked_for(here: Desk) -> None:
    with duckdb.connect() as con:
        con.register("rows", pa.table({"quartier": ["Total"], "nombre": [3]}))
        dataset = here.dataset(columns={"quartier": "publish", "nombre": "publish"})
        assert check_revealing_margins(con, dataset, "rows") == []


def test_the_gate_closes_and_says_which_column_and_what_to_do(tmp_path: Path) -> None:
    corridor = Corridor(desk(tmp_path))
    rows = [{**row, "total": total(births(), annee=row["annee"])} for row in births()]
    dataset = declared(corridor.here, rows)
    with pytest.raises(AnonymisationGateClosed, match="Ce qui sort trahirait ce qui est retiré") as closed:
        corridor.walk(dataset, pa.Table.from_pylist(rows))
    said = str(closed.value)
    assert (
        "« total » donne des totaux ou des moyennes de « nombre », alors que des lignes sont retirées" in said
    )
    assert "ne pas publier cette colonne (« drop »)" in said
    # Without a row to withhold, a total tells nothing that is not there.
    whole = [row | {"nombre": max(row["nombre"], 5)} for row in rows]
    assert len(corridor.walk(dataset, pa.Table.from_pylist(whole)).rows) == len(rows)
