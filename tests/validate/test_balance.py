"""Nothing is dropped in silence: whatever a file holds, each of its records is published, rejected or
suppressed, and the three stages say so with the same numbers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import anonymise_extract
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import AqueducError
from aqueduc.run import Run
from aqueduc.sources.stage import extract_source
from aqueduc.validate import validate_anonymised_rows
from tests.examples import share
from tests.making import Desk, desk

pytestmark = pytest.mark.end_to_end

FIELDS = [
    {"name": "id", "constraints": {"unique": True}},
    {"name": "mois", "type": "yearmonth"},
    {"name": "genre"},
    {"name": "montant", "type": "number", "constraints": {"minimum": 0}},
]
COLUMNS = {
    "id": "publish",
    "jour": {"generalise": "month", "as": "mois"},
    "genre": "publish",
    "montant": "publish",
}
CELLS = {
    "id": st.integers(1, 200).map(str),
    "jour": st.sampled_from([*["03/01/2026"] * 8, "2026-02-04", "2026-03-04", "05/02/26", "hier", ""]),
    "genre": st.sampled_from(["pin", "pin", "pin", "chêne", 'a;"b"', "deux\nlignes", ""]),
    "montant": st.sampled_from(["1", "2,5", "1 000", "1.000,5", "-3", "cent", ""]),
}
ROWS = st.lists(st.tuples(*CELLS.values(), st.sampled_from([*[""] * 9, "trop"])), min_size=10, max_size=40)


@pytest.fixture
def bureau(tmp_path: Path) -> Desk:
    made = desk(tmp_path)
    folder = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    connections = EnvironmentConnections({"AIRFLOW_CONN_DEPOT": json.dumps(folder)})
    made.dataset(
        source={
            "file": "depot",
            "path": "jeu.csv",
            "delimiter": "auto",
            "decimal": ",",
            "dates": "DD/MM/YYYY",
            "footer": "Total",
        },
        columns=COLUMNS,
        fields=FIELDS,
        reject_at_most=1,
        privacy={"quasi_identifiers": ["jour"], "k": 5, "suppress_at_most": 1},
    )
    return Desk(replace(made.place, connections=connections))


@settings(
    max_examples=share(25, of=10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, titles=st.integers(0, 2), foot=st.booleans())
def test_rows_in_are_rows_out_rejected_or_suppressed(
    bureau: Desk, rows: list[tuple[str, ...]], titles: int, foot: bool
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows([["Liste", "", "", ""]] * titles)
    writer.writerow(["id", "jour", "genre", "montant"])
    writer.writerows([*row[:4], *row[4:][: bool(row[4])]] for row in rows)
    (bureau.include.parent / "jeu.csv").write_text(text.getvalue() + "Total;;;9\n" * foot, encoding="utf-8")
    records = sum(any(cell.strip() for cell in row) for row in rows)

    dataset = load_dataset(bureau.include / "datasets" / "jeu.yaml", load_city(bureau.include))
    run = Run("jeu", "essai", force=True)
    try:
        raw = extract_source(dataset, run, bureau.place)
        assert raw.handle is not None
        safe = anonymise_extract(dataset, run, raw.handle, bureau.place)
        valid = validate_anonymised_rows(dataset, run, safe.handle, bureau.place)
    except AqueducError as error:
        # Nothing is left to publish: nothing is.
        assert error.code in ("porte-anonymisation", "porte-validation")
        return
    one, two, three = raw.report, safe.report, valid.report
    assert one.rows + one.rejected == records
    assert (two.rows_in, three.rows_in) == (one.rows, two.rows_out)
    rejected = one.rejected + two.rejected + three.rejected
    suppressed = two.suppressed + three.suppressed
    assert records == three.rows_out + rejected + suppressed
    assert three.rows_out == bureau.read(valid.handle).num_rows


def test_where_each_row_of_a_file_went(bureau: Desk) -> None:
    """Ten sound rows; one cut wrong, one undated, one below the minimum, one alone in its month."""
    sound = [f"{rank};03/01/2026;pin;1" for rank in range(10)]
    faulty = ["a;03/01/2026;pin", "b;hier;pin;1", "c;03/01/2026;pin;-1", "d;03/02/2026;pin;1"]
    text = "\n".join(["Liste;;;", "id;jour;genre;montant", *sound, *faulty, "Total;;;9"])
    (bureau.include.parent / "jeu.csv").write_text(text, encoding="utf-8")
    dataset = load_dataset(bureau.include / "datasets" / "jeu.yaml", load_city(bureau.include))
    run = Run("jeu", "essai")
    raw = extract_source(dataset, run, bureau.place)
    assert raw.handle is not None
    safe = anonymise_extract(dataset, run, raw.handle, bureau.place)
    valid = validate_anonymised_rows(dataset, run, safe.handle, bureau.place)
    assert (raw.report.rows, raw.report.rejected) == (13, 1)
    assert (safe.report.rejected, safe.report.suppressed) == (1, 1)
    assert (valid.report.rejected, valid.report.suppressed, valid.report.rows_out) == (1, 0, 10)
