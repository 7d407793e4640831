"""The small readers of a migration: schedules, queries, identifiers; and the YAML that is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aqueduc.declaration.vocabulary import FREQUENCIES, frequency
from aqueduc.draft.writing import YamlLine, document
from aqueduc.migrate.cadence import cadence_of, runs_a_year
from aqueduc.migrate.columns import reading_pattern
from aqueduc.migrate.conversion import identifier, sentence, texts
from aqueduc.migrate.sql import column_names, only_reads, rename_interval


@pytest.mark.parametrize(
    "schedule, cadence",
    [
        ("@weekly", "weekly"),
        ("@once", None),
        (None, None),
        (" none ", None),
        ("0 3 * * *", "daily"),
        ("0 3 * * 1-5", "daily"),
        ("30 6,18 * * *", "daily"),
        ("0 4 * * mon", "weekly"),
        ("0 4 * * 1,4", "weekly"),
        ("0 0 * * 7", "weekly"),
        ("0 0 1,15 * *", "twice-a-month"),
        ("0 0 1 * *", "monthly"),
        ("0 0 1 */3 *", "quarterly"),
        ("0 2 1 jan,jul *", "twice-a-year"),
        ("0 2 1 6 *", "yearly"),
        ("0 * * * *", "hourly"),
        ("*/15 * * * *", "every 15 minutes"),
        ("0 0 29 2 *", None),
        ("0 0 1 1-6 *", None),
        ("0 0 31 2 *", None),
        ("0 0 0 * *", None),
        ("61 * * * *", None),
        ("n'importe quoi", None),
        (timedelta(days=1), "daily"),
        (timedelta(0), None),
        ({"__type__": "datetime.timedelta", "hours": 1}, "hourly"),
        ({"__type__": "airflow.timetables.trigger.CronTriggerTimetable", "cron": "0 1 * * 3"}, "weekly"),
        ({"__type__": "x.CronDataIntervalTimetable", "__args__": ["0 1 1 * *"]}, "monthly"),
        ({"__type__": "dateutil.relativedelta.relativedelta", "hour": 18}, None),
        (["s3://un/actif"], None),
    ],
)
def test_a_schedule_as_a_cadence(schedule: Any, cadence: str | None) -> None:
    assert cadence_of(schedule) == cadence
    assert cadence is None or frequency(cadence) is not None


def test_our_own_schedules_are_our_cadences() -> None:
    for word, known in FREQUENCIES.items():
        if known.cron and word != "continuous":
            assert cadence_of(known.cron) == word


def test_either_day_suits_when_both_are_given() -> None:
    assert runs_a_year("0 0 1 * 1") == pytest.approx(12 + 52.2 - 12 / 7, abs=1)


@pytest.mark.parametrize(
    "query, names",
    [
        ("select a, t.b, c as d, e f from t", ("a", "b", "d", "f")),
        ('SELECT DISTINCT "Nom Long", A.B FROM t', ("Nom Long", "b")),
        ("SELECT a::date, count(*) n, sum(x) AS total FROM t", ("a", "n", "total")),
        (
            "SELECT CASE WHEN a > 1 THEN 'x, y' ELSE 'from' END AS c, (SELECT max(b) FROM u) m FROM t",
            ("c", "m"),
        ),
        ("WITH w AS (SELECT z FROM u) SELECT a FROM w", ("a",)),
        ("-- select non\nSELECT a /* , b */ FROM t", ("a",)),
        ("SELECT 1 AS un", ("un",)),
        ("SELECT * FROM t", None),
        ("SELECT t.* FROM t", None),
        ("SELECT count(*) FROM t", None),
        ("SELECT a, a FROM t", None),
        ("SELECT a || b FROM t", None),
        ("SELECT CASE WHEN a THEN b END FROM t", None),
        ("SELECT 1", None),
        ("", None),
    ],
)
def test_the_columns_of_a_query(query: str, names: tuple[str, ...] | None) -> None:
    assert column_names(query) == names


@pytest.mark.parametrize(
    "query, reads",
    [
        ("SELECT a FROM t;", True),
        ("-- un mot\nWITH w AS (SELECT 1 AS a) SELECT a FROM w", True),
        ("SELECT a INTO u FROM t", False),
        ("WITH w AS (DELETE FROM t RETURNING a) SELECT a FROM w", False),
        ("SELECT 1; SELECT 2", False),
        ("SELECT 'insert; delete' AS a", True),
        ("TRUNCATE t", False),
        ("", False),
    ],
)
def test_a_query_that_only_reads(query: str, reads: bool) -> None:
    assert only_reads(query) is reads


def test_the_data_interval_of_airflow() -> None:
    assert rename_interval("j >= '{{ data_interval_start }}' AND j < {{data_interval_end}}") == (
        "j >= :window_start AND j < :window_end"
    )


@pytest.mark.parametrize(
    "pattern, ours",
    [
        ("", "YYYY-MM-DD"),
        ("%Y-%m-%d", "YYYY-MM-DD"),
        ("%Y-%m-%dT%H:%M:%S", "YYYY-MM-DD"),
        ("%Y-%m-%dT%H:%M:%S.%fZ", "YYYY-MM-DD"),
        ("%d/%m/%Y %H:%M", "DD/MM/YYYY"),
        ("epoch", None),
        ("%b %d, %Y", None),
        ("%m/%d/%Y %I:%M:%S %p", None),
        ("%Y%m%d%H%M%S", None),
    ],
)
def test_ways_of_writing_dates(pattern: str, ours: str | None) -> None:
    assert reading_pattern(pattern) == ours


def test_identifiers_are_slugs_of_their_own() -> None:
    assert identifier("Relevés_d'Eau", "Été 2024") == "releves-d-eau-ete-2024"
    assert identifier("a", taken=["a", "a-2"]) == "a-3"
    assert identifier("漢字") == "jeu"
    long = identifier("x" * 150)
    assert len(long) == 100
    assert len(identifier("x" * 150, taken=[long])) == 100


def test_texts_of_another_layout() -> None:
    assert sentence(" a\n  b\r\n\r\n c ") == "a b\n\nc"
    assert texts([{"name": "a", "id": None}, " b ", None, {"x": 1}, ""]) == ["a", "b"]
    assert texts("a") == ["a"]
    assert texts(None) == []


_WORDS = st.sampled_from(
    ["mot", "a: b", "#", "- x", "é", "«", "\n", "\n\n", "x" * 120, "...", "{", "à décider : x"]
)
_TEXTS = st.one_of(st.text(max_size=150), st.lists(_WORDS, max_size=40).map(" ".join))
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _TEXTS
)


@given(_SCALARS, st.lists(_SCALARS, max_size=4), st.dictionaries(_TEXTS, _SCALARS, max_size=3), _TEXTS)
def test_what_is_written_is_read_back(value: Any, items: list[Any], small: dict[str, Any], key: str) -> None:
    lines = [
        YamlLine("valeur", value, above=("", "un commentaire"), beside="à côté"),
        YamlLine("liste", items, beside="x"),
        YamlLine("dessous", [YamlLine(key, value), YamlLine(f"autre {key}", small)]),
    ]
    assert yaml.safe_load(document(lines, ("en-tête", ""))) == {
        "valeur": value,
        "liste": items,
        "dessous": {key: value, f"autre {key}": small},
    }
