"""The anonymisation of one run: what leaves, what stays, and that each gate closes."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import anonymise_extract, verify_output
from aqueduc.anonymise.stage import build_lookup_table_context
from aqueduc.connections import EnvironmentConnections
from aqueduc.duck import open_duckdb
from aqueduc.errors import AnonymisationGateClosed, ConnectionMissing, HandleFileMismatch
from tests.examples import share
from tests.making import Desk, desk

CANARY = "Sarrazouls-Canari"


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def test_rules_publish_what_they_promise(here: Desk) -> None:
    dataset = here.dataset(
        columns={
            "nom": "drop",
            "quartier": "publish",
            "date": {"generalise": "quarter", "as": "trimestre"},
            "mois": {"generalise": "month"},
            "annee": {"generalise": "year"},
            "heure": {"generalise": "hour"},
            "surface": {"generalise": {"band": 50}},
            "hauteur": {"generalise": {"band": 0.5}},
            "code": {"truncate": 2},
        }
    )
    run = here.run()
    table = pa.table(
        {
            "nom": [CANARY, None],
            "quartier": ["Centre", None],
            "date": ["2026-05-17", None],
            "mois": [datetime(2026, 1, 31, 23, 59), None],
            "annee": ["2025-12-31", None],
            "heure": ["2026-05-17 14:59:59", None],
            "surface": ["149.7", "-1"],
            "hauteur": [0.74, None],
            "code": ["13100", None],
        }
    )
    done = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    first, second = here.read(done.handle).to_pylist()
    assert first == {
        "__line": 1,
        "quartier": "Centre",
        "trimestre": "2026-T2",
        "mois": "2026-01",
        "annee": 2025,
        "heure": datetime(2026, 5, 17, 14),
        "surface": "100-149",
        "hauteur": "0.5;1",
        "code": "13",
    }
    assert second["surface"] == "-50--1"
    assert [second[name] for name in ("quartier", "trimestre", "code")] == [None, None, None]
    assert done.report.passed and (done.report.rows_in, done.report.rows_out) == (2, 2)


def test_undeclared_column_closes_the_gate_and_stores_nothing(here: Desk) -> None:
    dataset, run = here.dataset(), here.run()
    handle = here.raw(pa.table({"quartier": ["Centre"], "telephone": [CANARY]}), run)
    with pytest.raises(AnonymisationGateClosed) as closed:
        anonymise_extract(dataset, run, handle, here.place)
    message = str(closed.value)
    assert "une colonne que la déclaration ne connaît pas : « telephone »" in message
    assert "include/datasets/jeu.yaml" in message and "« drop » si elle ne doit pas sortir" in message
    assert CANARY not in message
    assert here.place.store.list("objects") == []
    report = here.place.store.read_report("jeu", run.id, "anonymise")
    assert report is not None and report["passed"] is False
    assert CANARY not in json.dumps(report)


def test_missing_column_closes_the_gate(here: Desk) -> None:
    dataset, run = here.dataset(columns={"quartier": "publish", "nom": "drop"}), here.run()
    with pytest.raises(AnonymisationGateClosed, match="« nom » n'est plus dans la source"):
        anonymise_extract(dataset, run, here.raw(pa.table({"quartier": ["Centre"]}), run), here.place)


def test_a_lost_header_does_not_put_a_row_into_the_message(here: Desk) -> None:
    dataset, run = here.dataset(columns={"quartier": "publish", "nom": "drop", "tel": "drop"}), here.run()
    handle = here.raw(pa.table({"Centre": ["Luynes"], CANARY: ["x"], "0611223344": ["y"]}), run)
    with pytest.raises(AnonymisationGateClosed) as closed:
        anonymise_extract(dataset, run, handle, here.place)
    assert CANARY not in str(closed.value) and "0611223344" not in str(closed.value)
    assert "la n° 2" in str(closed.value)


def test_a_value_no_rule_can_read_is_rejected_then_closes_the_gate(here: Desk) -> None:
    columns = {"quartier": "publish", "date": {"generalise": "month"}}
    table = pa.table({"quartier": ["a", "b", "c"], "date": ["2026-01-01", CANARY, "2026-01-02"]})
    tolerant, run = here.dataset(columns=columns, reject_at_most="40%"), here.run()
    done = anonymise_extract(tolerant, run, here.raw(table, run), here.place)
    assert (done.report.rows_in, done.report.rows_out, done.report.rejected) == (3, 2, 1)
    assert done.report.findings[0].lines == (2,)
    assert CANARY not in json.dumps(done.report.to_json())
    rejected = here.place.vault.list("rejected/jeu/essai")
    assert rejected == ["rejected/jeu/essai/anonymise.parquet"]
    strict = here.dataset(columns=columns)
    with pytest.raises(AnonymisationGateClosed, match="part tolérée") as closed:
        anonymise_extract(strict, run, here.raw(table, run), here.place)
    assert CANARY not in str(closed.value)


def test_small_counts_are_withheld(here: Desk) -> None:
    dataset = here.dataset(columns={"prenom": "publish", "nombre": {"suppress_under": 3}})
    run = here.run()
    table = pa.table({"prenom": ["A", "B", "C", "D"], "nombre": [3, 2, None, 40]})
    done = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    assert here.read(done.handle)["prenom"].to_pylist() == ["A", "D"]
    assert (done.report.suppressed, done.report.rejected) == (2, 0)


def privacy(k: int = 5, **more: object) -> dict[str, object]:
    return {"quasi_identifiers": ["quartier"], "k": k, **more}


def test_small_classes_are_suppressed_within_the_limit(here: Desk) -> None:
    dataset, run = here.dataset(privacy=privacy(suppress_at_most="20%")), here.run()
    quartiers = ["a"] * 6 + ["b"] * 5 + [None] * 5 + ["rare"] * 4
    done = anonymise_extract(dataset, run, here.raw(pa.table({"quartier": quartiers}), run), here.place)
    assert sorted(map(str, set(here.read(done.handle)["quartier"].to_pylist()))) == ["None", "a", "b"]
    assert (done.report.suppressed, done.report.smallest_class, done.report.classes) == (4, 5, 4)


def test_too_much_suppression_closes_the_gate(here: Desk) -> None:
    dataset, run = here.dataset(privacy=privacy(suppress_at_most="10%")), here.run()
    handle = here.raw(pa.table({"quartier": ["a"] * 16 + [CANARY] * 4}), run)
    with pytest.raises(AnonymisationGateClosed, match="généraliser davantage") as closed:
        anonymise_extract(dataset, run, handle, here.place)
    assert CANARY not in str(closed.value) and "20,0\u202f%" in str(closed.value)
    assert here.place.store.list("objects") == []


def test_where_most_rows_would_go_raising_the_limit_is_no_remedy(here: Desk) -> None:
    dataset, run = here.dataset(privacy=privacy(suppress_at_most="10%")), here.run()
    told = []
    for quartiers in (["a"] * 6 + [f"rue {rank}" for rank in range(14)], ["a"] * 3 + ["b"]):
        handle = here.raw(pa.table({"quartier": quartiers}), run)
        with pytest.raises(AnonymisationGateClosed) as closed:
            anonymise_extract(dataset, run, handle, here.place)
        (finding,) = closed.value.findings
        told.append(finding.format_remedy())
    most, fewer = told
    assert most.startswith(
        "« suppress_at_most » n'est pas ici le remède : ce serait retirer l'essentiel du jeu"
    )
    assert "(quartier)" in most and "« drop » pour les plus précis" in most and "des comptes" in most
    assert fewer.startswith("le jeu entier ne compte pas 5 lignes : aucune règle n'y changera rien")
    assert not any("relever" in text for text in told)


def test_an_empty_source_closes_the_gate(here: Desk) -> None:
    dataset, run = here.dataset(), here.run()
    handle = here.raw(pa.table({"quartier": pa.array([], pa.string())}), run)
    with pytest.raises(AnonymisationGateClosed, match="aucune ligne ne reste"):
        anonymise_extract(dataset, run, handle, here.place)


def test_an_empty_window_is_an_ordinary_one(here: Desk) -> None:
    source = {"http": "api", "path": "/x", "parameters": {"a": "{window_start}", "b": "{window_end}"}}
    dataset = here.dataset(source=source, privacy=privacy())
    run = here.run()
    nothing = here.raw(pa.table({"quartier": pa.array([], pa.string())}), run)
    done = anonymise_extract(dataset, run, nothing, here.place)
    assert done.report.passed and done.report.rows_out == 0 and done.report.smallest_class == 0


def test_altered_extract_is_refused(here: Desk) -> None:
    dataset, run = here.dataset(), here.run()
    handle = here.raw(pa.table({"quartier": ["a"]}), run)
    here.raw(pa.table({"quartier": ["b"]}), run)
    with pytest.raises(HandleFileMismatch):
        anonymise_extract(dataset, run, handle, here.place)


@pytest.mark.parametrize(
    "rule, value",
    [
        ({"generalise": {"band": 50}}, "nan"),
        ({"generalise": {"band": 50}}, "inf"),
        ({"generalise": {"band": 50}}, "1e30"),
        ({"generalise": {"band": 0.5}}, "-inf"),
        ({"generalise": "month"}, "infinity"),
        ({"generalise": "month"}, "epoch"),
        ({"generalise": "month"}, "today"),
        ({"suppress_under": 3}, "2.6"),
    ],
)
def test_what_is_no_value_for_a_rule_is_rejected(here: Desk, rule: dict[str, object], value: str) -> None:
    dataset = here.dataset(columns={"quartier": "publish", "x": rule}, reject_at_most="60%")
    run, good = here.run(), "2026-01-01" if "generalise" in rule and rule["generalise"] == "month" else "40"
    done = anonymise_extract(
        dataset, run, here.raw(pa.table({"quartier": ["a", "b"], "x": [value, good]}), run), here.place
    )
    assert (done.report.rejected, done.report.findings[0].lines) == (1, (1,))


@pytest.mark.parametrize(
    "value, band", [("0.3", "0.3;0.4"), ("-0.05", "-0.1;0"), ("1234567.25", "1234567.2;1234567.3")]
)
def test_bands_are_exact(here: Desk, value: str, band: str) -> None:
    dataset, run = here.dataset(columns={"x": {"generalise": {"band": 0.1}}}), here.run()
    done = anonymise_extract(dataset, run, here.raw(pa.table({"x": [value]}), run), here.place)
    assert here.read(done.handle)["x"].to_pylist() == [band]


def test_a_moment_with_an_offset_is_a_day_of_the_city(here: Desk) -> None:
    dataset, run = here.dataset(columns={"d": {"generalise": "month"}}), here.run()
    late = pa.array([datetime(2026, 2, 28, 23, 30)], pa.timestamp("us", tz="UTC"))
    done = anonymise_extract(dataset, run, here.raw(pa.table({"d": late}), run), here.place)
    assert here.read(done.handle)["d"].to_pylist() == ["2026-03"]


@pytest.mark.parametrize(
    "unit, kept", [("day", ["2026-03-01", "2026-02-28", "2026-03-29", "2026-03-01"]), ("hour", None)]
)
def test_a_moment_written_with_its_offset_is_one_of_the_city_s_clock(
    here: Desk, unit: str, kept: list[str] | None
) -> None:
    """As a database's is; without an offset, it is as written, even where clocks skip it."""
    dataset, run = here.dataset(columns={"d": {"generalise": unit}}), here.run()
    written = [
        "2026-02-28T23:30:00Z",
        "2026-03-01T00:30:00+05:00",
        "2026-03-29T02:30:00",
        "2026-02-28 23:30:00 UTC",
    ]
    done = anonymise_extract(dataset, run, here.raw(pa.table({"d": written}), run), here.place)
    found = [str(one) for one in here.read(done.handle)["d"].to_pylist()]
    hours = ["2026-03-01 00:00:00", "2026-02-28 20:00:00", "2026-03-29 02:00:00", "2026-03-01 00:00:00"]
    assert found == (kept or hours)


def test_what_leaves_the_rules_stays_in_the_vault_and_is_shredded_with_the_run(here: Desk) -> None:
    dataset, run = here.dataset(), here.run()
    done = anonymise_extract(dataset, run, here.raw(pa.table({"quartier": [CANARY]}), run), here.place)
    assert here.place.store.list("objects") == []
    assert here.place.vault.exists(done.handle.key)
    here.place.vault.shred_extracts("jeu", run.id)
    assert not here.place.vault.exists(done.handle.key)


def test_a_key_that_is_data_is_not_named(here: Desk) -> None:
    dataset = here.dataset(source={"http": "api", "path": "/x"})
    run = here.run()
    table = pa.table({"quartier": ["a"], f"votes.{CANARY}": ["1"], "telephone": ["2"]})
    with pytest.raises(AnonymisationGateClosed, match="« telephone »") as closed:
        anonymise_extract(dataset, run, here.raw(table, run), here.place)
    assert CANARY not in str(closed.value)


def test_positions_move_to_the_centre_of_their_cell(here: Desk) -> None:
    dataset = here.dataset(
        columns={"lon": {"snap": 100}, "lat": {"snap": 100}},
        geometry={"longitude": "lon", "latitude": "lat"},
        reject_at_most="50%",
    )
    run = here.run()
    # Two points a few metres apart share a cell; one outside the area of use is rejected.
    table = pa.table({"lon": [5.447427, 5.447440, 2000.0, None], "lat": [43.529742, 43.529750, 43.5, None]})
    done = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    rows = here.read(done.handle).to_pylist()
    assert len({(row["lon"], row["lat"]) for row in rows[:2]}) == 1
    assert abs(rows[0]["lon"] - 5.447427) < 0.001 and rows[0]["lon"] != 5.447427
    assert rows[2]["lon"] is None and done.report.rejected == 1


def test_pseudonym_is_hmac_sha256_under_the_key_of_the_connection(tmp_path: Path) -> None:
    key = "une-cle-d-essai-assez-longue"
    here = desk(tmp_path, {"AIRFLOW_CONN_SEL": json.dumps({"conn_type": "generic", "password": key})})
    columns = {"carte": {"pseudonym": "sel", "basis": "décision du conseil"}}
    dataset, run = here.dataset(columns=columns), here.run()
    done = anonymise_extract(dataset, run, here.raw(pa.table({"carte": ["é1", "é1", None]}), run), here.place)
    known = hmac.new(key.encode(), "é1".encode(), hashlib.sha256).hexdigest()
    assert here.read(done.handle)["carte"].to_pylist() == [known, known, None]


@settings(deadline=None, max_examples=share(40))
@given(st.lists(st.text(), max_size=5), st.binary(min_size=1, max_size=200), st.sampled_from([0, 500_000]))
def test_the_pseudonym_of_any_text_is_what_python_computes(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], key: bytes, many: int
) -> None:
    """In a table of those that differ, or for each row."""
    with pytest.MonkeyPatch.context() as patched, open_duckdb(tmp_path_factory.mktemp("sel")) as con:
        patched.setattr("aqueduc.rules.mapping.MANY_VALUES", many)
        con.register("given", pa.table({"nom": pa.array([*texts, None], pa.string())}))
        con.execute("CREATE VIEW raw AS FROM given")
        context = build_lookup_table_context(con, EnvironmentConnections({}), Path(), "jeu", "", None)
        mapped = context.create_keyed_hash_mapping("nom", "map_0", key)
        found = con.execute(f"SELECT nom, {mapped.value} FROM raw {mapped.join}").fetchall()
    assert len(found) == len(texts) + 1
    for text, pseudonym in found:
        assert pseudonym == (None if text is None else hmac.new(key, text.encode(), "sha256").hexdigest())


def test_pseudonym_refuses_a_short_key(tmp_path: Path) -> None:
    here = desk(tmp_path, {"AIRFLOW_CONN_SEL": json.dumps({"conn_type": "generic", "password": "court"})})
    dataset = here.dataset(columns={"carte": {"pseudonym": "sel", "basis": "décision"}})
    with pytest.raises(ConnectionMissing, match="moins de 16"):
        anonymise_extract(dataset, here.run(), here.raw(pa.table({"carte": ["x"]}), here.run()), here.place)


@settings(deadline=None, max_examples=share(40))
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", None]),
            st.dates(datetime(2024, 1, 1).date(), datetime(2026, 12, 31).date()),
            st.integers(0, 400),
        ),
        min_size=1,
        max_size=80,
    ),
    k=st.integers(5, 8),
)
def test_whatever_leaves_is_k_anonymous_and_balanced(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, object, int]], k: int
) -> None:
    here = desk(tmp_path_factory.mktemp("k"))
    dataset = here.dataset(
        columns={
            "quartier": "publish",
            "date": {"generalise": "year"},
            "surface": {"generalise": {"band": 100}},
            "nom": "drop",
        },
        privacy={"quasi_identifiers": ["quartier", "date", "surface"], "k": k, "suppress_at_most": 1},
    )
    run = here.run()
    names, dates, surfaces = zip(*rows, strict=True)
    secrets = [f"{CANARY}-{rank}" for rank in range(len(rows))]
    table = pa.table(
        {"quartier": pa.array(names, pa.string()), "date": dates, "surface": surfaces, "nom": secrets}
    )
    try:
        done = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    except AnonymisationGateClosed as closed:
        assert "aucune ligne ne reste" in str(closed)
        return
    out = here.read(done.handle)
    sizes = (
        out.group_by(["quartier", "date", "surface"]).aggregate([([], "count_all")])["count_all"].to_pylist()
    )
    assert min(sizes) >= k and min(sizes) == done.report.smallest_class
    assert done.report.rows_in == done.report.rows_out + done.report.suppressed + done.report.rejected
    assert CANARY not in str(out.to_pydict())


def test_the_judge_refuses_what_the_enforcer_would_have_missed(here: Desk, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    dataset = here.dataset(privacy=privacy())
    bad = tmp_path / "bad.parquet"
    pq.write_table(pa.table({"quartier": ["a"] * 5 + ["b"] * 4}), bad)
    verdict = verify_output(bad, dataset)
    assert not verdict.has_no_findings and verdict.smallest_class == 4
    pq.write_table(pa.table({"quartier": ["a"] * 5, "nom": [CANARY] * 5}), bad)
    assert verify_output(bad, dataset).findings[0].code == "colonne-etrangere"
    pq.write_table(pa.table({"quartier": ["a"] * 5 + [None] * 6}), bad)
    assert verify_output(bad, dataset).has_no_findings
