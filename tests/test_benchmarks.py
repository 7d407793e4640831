"""Each benchmark still runs, at a scale where its figures mean nothing: what it asserts by itself holds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks import (
    anonymise,
    catalogue,
    disclosure,
    extract,
    fleet,
    ledger,
    parse,
    publish,
    reconcile,
    scan,
    stack,
    whole,
)
from benchmarks.__main__ import names
from benchmarks.frame import Row, table
from sandbox.city import City
from sandbox.region import Region

pytestmark = pytest.mark.thorough


def check(rows: Sequence[Row], *expected: str) -> None:
    """The rows begin as expected, and everything in them was measured."""
    assert [row.what.split(",")[0] for row in rows] == list(expected)
    assert all(row.seconds > 0 and row.cpu is not None and row.peak_mb for row in rows)
    assert len(table(rows).splitlines()) == len(rows) + 2


def test_every_benchmark_is_offered() -> None:
    assert names() == [
        "anonymise",
        "catalogue",
        "disclosure",
        "extract",
        "fleet",
        "ledger",
        "parse",
        "publish",
        "reconcile",
        "scan",
        "stack",
        "validate",
        "whole",
    ]


def test_anonymise() -> None:
    check(
        anonymise.run(size=20_000),
        "duckdb",
        "aqueduc",
        "aqueduc",
        "aqueduc",
        "pycanon",
        "aqueduc",
        "duckdb",
        "aqueduc",
    )


def test_catalogue() -> None:
    check(catalogue.run(size=20), *["catalogue"] * (7 if catalogue.CHROMIUM else 6))


def test_disclosure() -> None:
    """On 3,000 people, and for one k."""
    check(
        disclosure.run(size=3_000, people=3_000, asked=(5,)),
        "optimum",
        "local recoding",
        "the frequency table",
        "the search on it",
        "pycanon: k",
        "aqueduc: k",
    )


def test_ledger() -> None:
    check(ledger.run(size=20), "aqueduc verify", "aqueduc verify")


def test_reconcile() -> None:
    check(reconcile.run(size=5), "declarations read", "aqueduc reconcile")


def test_scan() -> None:
    check(scan.run(size=300), "duckdb", "aqueduc", "aqueduc", "aqueduc", "aqueduc")


def test_parse() -> None:
    rows = parse.run(sizes=(3,))
    aqueduc = [row for row in rows if row.what.startswith("aqueduc")]
    assert [row.rows for row in aqueduc] == [3, 3, 1]
    assert "to serialise" in aqueduc[0].note
    assert "to serialise" not in aqueduc[2].note
    others = ["by hand", "aqueduc", "aqueduc", "by hand", "aqueduc"]
    if "not measured" not in rows[0].note:
        others = ["dag-factory 1.1.0"] * 2 + others[:3] + ["dag-factory 1.1.0"] + others[3:]
    check(rows, *others)


@pytest.mark.sandbox
def test_extract(city: City) -> None:
    rows = extract.run(scale=0.01, city=city)
    check(rows, "psycopg", "aqueduc", "iconv and duckdb", "iconv and duckdb", "aqueduc")
    assert rows[4].rows == 2_000


@pytest.mark.sandbox
def test_fleet() -> None:
    """Six datasets, three of them quick: it waits for the next minute, and the figures of one run each."""
    rows = fleet.run(size=6, runs=2, mix=((1, 2), (2, 1)), alone=1)
    found = {row.what.split(" (")[0]: row for row in rows}
    assert all(row.seconds > 0 for row in rows)
    lag = found["scheduled runs, due to first task"]
    assert lag.rows in (2, 3)
    assert f"0 missed, 0 doubled of {lag.rows} due" in lag.note
    kinds = [found[f"scheduled runs, start to end, {kind}"].rows or 0 for kind in fleet.KINDS]
    assert sum(kinds) == lag.rows
    assert found[fleet.LOOK].rows == found["declarations parsed and serialised"].rows == 6
    costly = [row for row in rows if row.what.startswith(("a ", "aqueduc")) or row.what.endswith("meanwhile")]
    assert len(costly) == 10
    assert [row.what for row in costly if not row.cpu] == []
    # A task of a second may not be seen by the samples of memory.
    assert [row.what for row in costly if not row.peak_mb and row.what not in fleet.CITY_RUNS] == []
    assert rows[-1].what.startswith("EXTRAPOLATED, not measured")
    assert "from 6 datasets and" in rows[-1].note


@pytest.mark.sandbox
def test_publish(region: Region) -> None:
    rows = publish.run(size=200, megabytes=2, region=region, table_rows=3_000, revision_rows=6_000)
    assert [row.rows for row in rows] == [200] * 4 + [3_000, 3_000, 30] + [6_000] * 3 + [None] * 2
    assert "0 writes" in rows[1].note


def test_stack() -> None:
    check(
        list(stack.run(rows=30_000, pages=3)),
        *["aqueduc", "PostgresHook and pandas", "aqueduc", "pandas", "aqueduc", "HttpHook and pandas"],
    )


def test_whole() -> None:
    """Rows enough for classes of five, and four states; of the two variants, that which has a key."""
    check(
        list(whole.run(rows=30_000, states=4, variants=whole.VARIANTS[:1])),
        *["distinct rows"] * 8,
        *["without k"] * 3,
        *["twenty rows"] * 2,
    )
