"""The seat of an association was published « chez » somebody by name: the header made a thing of it, and three
rows out of three opened or closed the gate by luck. A resident by title, beside the position of a tree, was
taken for a label that comes back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.anonymise.homes import find_home_position_hits
from aqueduc.anonymise.residual import scan_output_file
from aqueduc.anonymise.scan import IdentifierKind, ScanHit, scan_table
from aqueduc.anonymise.scan.names import load_builtin_names
from aqueduc.errors import ValidationGateClosed
from tests.adversary.test_sentences import walked
from tests.making import Desk, desk

CLUBS = ("Amicale des boulistes", "Société nautique", "Harmonie municipale", "Comité des fêtes")


def find(kind: IdentifierKind, column: str, **columns: list[Any]) -> ScanHit | None:
    return next((h for h in scan_table(pa.table(columns)) if (h.column, h.kind) == (column, kind)), None)


def seats(*homes: str) -> dict[str, list[Any]]:
    others = ["3 rue des Lilas", "Mairie, place de la République", "7 rue des Lilas", "Mairie"] * 10
    cells = [*homes, *others]
    return {
        "nom": [f"{CLUBS[rank % 4]} {rank}" for rank in range(len(cells))],
        "adresse_siege": cells,
        "adherents": [20 + rank for rank in range(len(cells))],
    }


@pytest.mark.parametrize(
    "home",
    [
        "chez Sophie Bernard, 12 impasse du Puits",
        "Chez Karim Haddad, 4 rue Haute",
        "chez BERNARD Sophie 12 impasse du Puits",
        "c/o Hélène Roux",
        "aux bons soins de Karim Haddad, 4 rue Haute",
        "Chez Sophie Bernard",
        "chez J. Bernard, 12 impasse du Puits",
    ],
)
def test_one_seat_at_the_home_of_somebody_closes(home: str) -> None:
    hit = find(IdentifierKind.PERSON_NAME, "adresse_siege", **seats(home))
    assert hit is not None and hit.is_blocking_hit and hit.rows == 1


def test_all_who_are_named_are_counted() -> None:
    homes = (
        "chez Sophie Bernard, 12 impasse du Puits",
        "Chez Karim Haddad, 4 rue Haute",
        "c/o Hélène Roux",
        "chez Mme Lambert, 2 place Vieille",
    )
    hit = find(IdentifierKind.PERSON_NAME, "adresse_siege", **seats(*homes))
    assert hit is not None and hit.is_blocking_hit and hit.rows == 4


@pytest.mark.parametrize(
    "shop",
    ["Chez Paul, 3 rue Basse", "Restaurant Chez Marcel", "Chez Paul et Marie, 4 rue Basse", "Chez Régine"],
)
def test_a_shop_that_is_called_chez_is_nobodys_home(shop: str) -> None:
    hit = find(IdentifierKind.PERSON_NAME, "adresse_siege", **seats(shop))
    assert hit is None or not hit.is_blocking_hit


@pytest.mark.parametrize("shop", ["Chez Jean Dupont", "Chez Victor Hugo"])
def test_the_name_of_a_shop_is_not_told_as_a_home(shop: str) -> None:
    labels = [f"Boulangerie du Port {rank}" for rank in range(40)]
    hit = find(IdentifierKind.PERSON_NAME, "enseigne", enseigne=[shop, *labels])
    assert hit is None or not hit.is_sure


def trees(note: str) -> dict[str, list[Any]]:
    return {
        "essence": ["Platane", "Tilleul", "Érable"] * 4,
        "note": [note, "", "à élaguer"] * 4,
        "x": [851_234.5 + 13 * rank for rank in range(12)],
        "y": [6_534_321.5 + 17 * rank for rank in range(12)],
        "hauteur": [12, 14, 9] * 4,
    }


@pytest.mark.parametrize("note", ["M. Lambert, riverain", "Mme Roux"])
def test_a_resident_by_title_beside_a_position_closes(note: str) -> None:
    table = trees(note)
    hit = find(IdentifierKind.PERSON_NAME, "note", **table)
    assert hit is not None and hit.is_blocking_hit and hit.rows == 4
    home = find(IdentifierKind.HOME_POSITION, "x", **table)
    assert home is not None and home.is_blocking_hit


def test_trees_without_anybody_close_nothing() -> None:
    assert not any(hit.is_blocking_hit for hit in scan_table(pa.table(trees("planté en 1998"))))


@pytest.fixture
def here(tmp_path: Any) -> Desk:
    return desk(tmp_path)


def test_a_home_that_two_searches_find_is_found_once(here: Desk, tmp_path: Path) -> None:
    """Beside a name that is published, and one that is kept back: the officer counted it for two."""
    columns = trees("Mme Roux, riveraine")
    waivers = [
        {"column": name, "kind": "home_position", "reason": "arbres", "date": "2026-06-30", "by": "C. Fabre"}
        for name in ("x", "y")
    ]
    dataset = here.dataset(columns={**dict.fromkeys(columns, "publish"), "nom": "drop"}, waivers=waivers)
    path = tmp_path / "valid.parquet"
    pq.write_table(pa.table(columns), path)
    assert list(find_home_position_hits(dataset, path, 12)), "the second search finds it too"
    some = {**columns, "x": [None, *columns["x"][1:]]}
    pq.write_table(pa.table(some), tmp_path / "some.parquet")
    (first, *_) = find_home_position_hits(dataset, tmp_path / "some.parquet", 12)
    assert (first.column, first.rows, first.cells) == ("x", 11, 11), "an empty cell shows no home"
    report = scan_output_file(dataset, path, tmp_path, load_builtin_names()).report
    seen = [(one.column, one.kind) for one in report.sightings]
    assert ("x", "home_position") in seen and len(seen) == len(set(seen))


def test_a_seat_at_a_home_is_published_by_nobody(here: Desk) -> None:
    columns = seats("chez Sophie Bernard, 12 impasse du Puits")
    dataset = here.dataset(columns=dict.fromkeys(columns, "publish"))
    with pytest.raises(ValidationGateClosed, match="un nom de personne") as closed:
        walked(here, dataset, pa.table(columns))
    assert "Bernard" not in str(closed.value)


def test_a_column_is_read_some_cells_at_a_time(
    here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it holds is told of all of them: a first batch without a position says nothing."""
    lon, lat = [2.35 + n / 7000 for n in range(20)], [43.5 + n / 7000 for n in range(20)]
    columns: dict[str, list[Any]] = {
        "a": [None] * 4 + lon,
        "b": [None] * 4 + [f"{one:.5f}".replace(".", ",") for one in lat],
        "c": [""] * 4 + [f"{y:.4f}, {x:.4f}" for x, y in zip(lon, lat, strict=True)],
        "price": [n / 100 for n in range(24)],
        "never": [float("nan")] * 24,
        "said": ["à voir"] * 24,
    }
    dataset = here.dataset(columns={**dict.fromkeys(columns, "publish"), "nom": "drop"})
    pq.write_table(pa.table(columns), tmp_path / "valid.parquet")
    whole = list(find_home_position_hits(dataset, tmp_path / "valid.parquet", 24))
    assert {hit.column for hit in whole} == {"a", "c"}
    monkeypatch.setattr("aqueduc.parquet.BATCH_ROWS", 4)
    assert list(find_home_position_hits(dataset, tmp_path / "valid.parquet", 24)) == whole
