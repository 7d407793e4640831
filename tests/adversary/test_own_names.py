"""A city may name a column as a query of ours names one of its own: « removed », « n » or « unit » broke every
revision after the first, and « h » made the comparison answer wrongly.

Names of ours that stand beside a city's columns begin with ``__``, which no declaration may say. Here columns
bear every name that the code gives, and what comes out is what comes out under names that mean nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import aqueduc
from aqueduc.anonymise.differencing import suppress_differencing_rows
from aqueduc.anonymise.release_history import RelatedDataset
from aqueduc.anonymise.scan import scan_table
from aqueduc.declaration import Dataset
from aqueduc.errors import DeclarationError
from aqueduc.validate.corrections import compute_cell_hmac, load_or_create_correction_hmac_keys
from tests.anonymise.corridor import Corridor
from tests.making import desk

ENGINE = Path(aqueduc.__file__).parent
# Names given in SQL (of columns, tables, windows and their aliases), and to columns of Arrow.
GIVEN = re.compile(
    r"\b(?:AS|TABLE|VIEW|JOIN|FROM|WINDOW|OVER|USING \() ?[\"']?([a-z][a-z_]*)\b"
    r"|\) ([a-z])\b|append_column\(\"(\w+)\"|\[\*names, \"(\w+)\"\]"
)
PLACED = [f"{letter}{rank}" for letter in "cfklotvr" for rank in (0, 1)]


def collect_own_names() -> list[str]:
    found: set[str] = set(PLACED)
    for folder in ("anonymise", "validate", "publish", "record", "rules", "sources"):
        for path in sorted((ENGINE / folder).rglob("*.py")):
            code = "\n".join(line for line in path.read_text("utf-8").splitlines() if "import " not in line)
            found.update(name for groups in GIVEN.findall(code) for name in groups if name)
    return sorted(found)


OWN = collect_own_names()
# What such names were before they began so.
BEFORE = (
    *("n", "h", "s", "r", "p", "q", "keep", "units", "most", "turn", "rank", "added", "removed", "side"),
    *("old_before", "component", "i", "nothing", "size", "rows", "unit", "class", "count_all", "n_sum"),
    *(
        "who",
        "what",
        "cell",
        "moved",
        "k0",
        "lon",
        "lat",
        "lon_n",
        "lat_n",
        "share",
        "surprise",
        "count_all_sum",
    ),
)
NAMES = sorted(name for name in {*OWN, *BEFORE} if not name.startswith("__"))
Row = tuple[str, str]


def make_rows(**classes: tuple[int, int]) -> list[Row]:
    return [
        (name, cell)
        for name, counts in classes.items()
        for cell, n in zip("ab", counts, strict=True)
        for _ in range(n)
    ]


# One row comes and one goes, which isolates them; then many.
REVISIONS = (
    make_rows(C=(8, 8), D=(8, 8)),
    make_rows(C=(8, 9), D=(8, 7)),
    make_rows(C=(16, 8), D=(8, 8), E=(6, 6), F=(1, 2)),
)
PRIVACY: dict[str, Any] = {"k": 5, "suppress_at_most": 1}
GUARDS = dict.fromkeys(("shrink", "grow", "shift", "nulls"), "any")


def build_extract(quasi: Sequence[str], others: Sequence[str], rows: Sequence[Row]) -> pa.Table:
    """Each name of ``quasi`` holds the class of the row, each other what is beside."""
    cells = {
        name: [row[rank] for row in rows] for rank, names in enumerate((quasi, others)) for name in names
    }
    return pa.table({**cells, "commande": [f"n° {rank}" for rank in range(len(rows))]})


def walk_revisions(
    folder: Path, quasi: Sequence[str], others: Sequence[str], **privacy: Any
) -> list[tuple[list[Any], list[str], int]]:
    """What leaves at each revision, the findings, and how many rows do not leave."""
    here = Corridor(desk(folder))
    # A text to publish them by: some of these headers (« first_line ») look like those of people.
    column = {"publish": True, "basis": "CGCT, art. L. 2121-26"}
    dataset = here.here.dataset(
        columns={**dict.fromkeys([*quasi, *others], column), "commande": "drop"},
        privacy={**PRIVACY, "quasi_identifiers": list(quasi), **privacy},
        guards=GUARDS,
    )
    found = []
    for rows in REVISIONS:
        walked = here.walk(dataset, build_extract(quasi, others, rows))
        reports = walked.anonymised.report, walked.validated.report
        codes = [finding.code for finding in reports[0].findings]
        found.append((walked.rows, codes, reports[0].suppressed + reports[1].suppressed))
    return found


def rename(names: Sequence[str]) -> list[str]:
    return [f"col_{rank:03}" for rank in range(len(names))]


def test_no_declaration_may_take_a_name_of_ours(tmp_path: Path) -> None:
    here = desk(tmp_path)
    for name in ("__s", "__line", "__unit", "__n"):
        for columns in ({name: "publish"}, {"quartier": {"publish": True, "as": name}}, {name: "drop"}):
            with pytest.raises(DeclarationError, match="__"):
                here.dataset(columns={"rue": "publish", **columns})


@pytest.mark.parametrize("module", ["anonymise/differencing.py", "anonymise/risk.py"])
def test_queries_over_all_columns_give_reserved_names(module: str) -> None:
    given = re.findall(r"\bAS (?!VARCHAR|FROM|SELECT|INTEGER|\{)(\w+)", (ENGINE / module).read_text("utf-8"))
    assert given
    assert all(name.startswith("__") for name in given), given


MODELS: dict[str, dict[str, Any]] = {"k": {}, "units": {"unit": "commande"}}


@pytest.mark.parametrize("model", list(MODELS))
def test_quasi_identifiers_under_names_of_ours(tmp_path: Path, model: str) -> None:
    own, plain = (
        walk_revisions(tmp_path / folder, names, ["autre"], **MODELS[model])
        for folder, names in (("own", BEFORE), ("plain", rename(BEFORE)))
    )
    assert own == plain
    assert all(withheld for _, _, withheld in own[1:])


BESIDE = 12


def walk_beside(folder: Path, others: Sequence[str]) -> list[tuple[list[Any], list[str], int]]:
    sensitive = {name: {"distinct": 2} for name in others}
    return walk_revisions(folder, ["classe"], others, unit="commande", sensitive=sensitive)


@pytest.fixture(scope="module")
def beside_plain(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[list[Any], list[str], int]]:
    return walk_beside(tmp_path_factory.mktemp("plain") / "plain", rename(BEFORE[:BESIDE]))


@pytest.mark.parametrize("start", range(0, len(BEFORE), BESIDE))
def test_columns_beside_them_under_names_of_ours(
    tmp_path: Path, beside_plain: list[tuple[list[Any], list[str], int]], start: int
) -> None:
    # The last ones are taken again, so that as many stand beside.
    names = BEFORE[min(start, len(BEFORE) - BESIDE) :][:BESIDE]
    own = walk_beside(tmp_path / "own", names)
    assert own == beside_plain
    assert all(withheld for _, _, withheld in own[1:])


@pytest.fixture(scope="module")
def declare(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Dataset]:
    return desk(tmp_path_factory.mktemp("ville")).dataset


@pytest.mark.parametrize(
    "names",
    [*(pytest.param([name], marks=pytest.mark.thorough) for name in BEFORE), NAMES],
    ids=[*BEFORE, "all of them"],
)
def test_a_comparison_under_each_name(
    declare: Callable[..., Dataset], tmp_path: Path, names: list[str]
) -> None:
    """Beside a revision, beside one with fewer quasi-identifiers, and beside another dataset."""
    for quasi, others in ((names, ["autre"]), (["classe"], names[:20]), (["classe", *names], ["autre"])):
        columns = [*quasi, *others]
        dataset = declare(
            columns=dict.fromkeys(columns, "publish"), privacy={**PRIVACY, "quasi_identifiers": quasi}
        )
        before, after = (build_extract(quasi, others, rows).select(columns) for rows in REVISIONS[:2])
        earlier, larger = tmp_path / "before.parquet", tmp_path / "larger.parquet"
        pq.write_table(before, earlier)
        pq.write_table(before.select(columns[1:]), larger)
        beside = RelatedDataset("autre-jeu", tuple(quasi), 5, ())
        with duckdb.connect() as con:
            con.register("after", after)
            result = suppress_differencing_rows(
                con,
                "SELECT * FROM after",
                dataset,
                [str(earlier), str(larger)],
                [(beside, f"FROM read_parquet('{earlier}')")],
            )
            assert con.execute(f"SELECT count(*) FROM ({result.released_rows_sql})").fetchone()
        assert result.withheld >= 4


def test_a_search_beside_columns_under_names_of_ours() -> None:
    cells = ["jean.dupont@example.fr", "mairie", "école"] * 40
    table = pa.table({"courriel": cells, "nom_agent": ["Jean Dupont"] * 120, "sigle": ["JD"] * 120})
    found = {(hit.column, hit.kind, hit.rows) for hit in scan_table(table)}
    assert {column for column, *_ in found} == set(table.column_names)
    # A column named « lat », « nom » or « zone » says something of its own to the search.
    for names in (sorted(set(BEFORE) - {"lon", "lat"}), ["who"], ["what"]):
        beside = table
        for name in names:
            beside = beside.append_column(name, pa.array([""] * 120))
        assert {(hit.column, hit.kind, hit.rows) for hit in scan_table(beside)} == found


def test_a_search_of_many_rows_beside_a_column_named_cell() -> None:
    """Distinct values are grouped first where rows are many."""
    table = pa.table({"courriel": ["jean.dupont@example.fr", "mairie"] * 60_000, "cell": ["rouge"] * 120_000})
    assert [(hit.column, hit.rows) for hit in scan_table(table)] == [("courriel", 60_000)]


def test_a_population_of_columns_under_names_of_ours(tmp_path: Path) -> None:
    names = ["n", "p", "class", "population"]
    here = Corridor(desk(tmp_path))
    people = tmp_path / "include" / "population.csv"
    people.write_text(";".join([*names, "count"]) + "\n" + ";".join([*"CCCC", "30"]) + "\n", encoding="utf-8")
    dataset = here.here.dataset(
        columns={**dict.fromkeys(names, "publish"), "autre": "publish", "commande": "drop"},
        privacy={
            **PRIVACY,
            "quasi_identifiers": names,
            "k_map": {"at_least": 20, "file": "population.csv", "count": "count"},
        },
        guards=GUARDS,
    )
    assert (
        here.walk(dataset, build_extract(names, ["autre"], make_rows(C=(8, 8), D=(8, 8)))).table.num_rows
        == 16
    )


def test_a_correction_of_a_column_under_a_name_of_ours(tmp_path: Path) -> None:
    here = desk(tmp_path)
    (here.include / "corrections").mkdir()
    columns = {"code": "publish", "k0": "publish", "line": "publish"}
    key = load_or_create_correction_hmac_keys(here.place.vault)[0]
    mark = compute_cell_hmac(key, "jeu", ("A",), "k0", "faux")
    (here.include / "corrections" / "jeu.csv").write_text(
        f"code,column,before,after,by,why\nA,k0,{mark},juste,Jeanne Martin,vu sur place\n",
        encoding="utf-8",
    )
    dataset = here.dataset(columns=columns, key=["code"])
    table = pa.table({"code": ["A", "B"], "k0": ["faux", "bon"], "line": ["1", "2"]})
    walked = Corridor(here).walk(dataset, table)
    assert [row[1] for row in walked.rows] == ["juste", "bon"]


def test_quarters_whose_file_holds_their_position_too(tmp_path: Path) -> None:
    """Of a map of quarters, the attributes ``lon`` and ``lat`` are usual: where to write their names."""
    here = desk(tmp_path)
    (here.include / "geo").mkdir()
    ring = [[5.3, 43.4], [5.5, 43.4], [5.5, 43.6], [5.3, 43.6], [5.3, 43.4]]
    feature = {
        "type": "Feature",
        "properties": {"nom": "Centre", "lon": 5.4, "lat": 43.5, "lon_n": 1, "lat_n": 1},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    collection = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (here.include / "geo" / "quartiers.geojson").write_text(collection)
    dataset = here.dataset(
        columns={
            "lon": {"locate": {"polygons": "geo/quartiers.geojson", "name": "nom"}, "as": "quartier"},
            "lat": "drop",
        },
        geometry={"longitude": "lon", "latitude": "lat"},
        reject_at_most=1,
    )
    table = pa.table({"lon": [5.4, 5.35], "lat": [43.5, 43.45]})
    assert Corridor(here).walk(dataset, table).rows == [("Centre",), ("Centre",)]
