"""Every reader, and ``new``, on files that no honest software drops (``odd_files``): the process lives, what
is said is ours and holds no cell, time and memory are bounded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aqueduc import errors
from tests.adversary.odd_files import CANARY, ODD

pytestmark = pytest.mark.end_to_end

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 120
MEGABYTES = 2_500
READ = ("read", "drafted")
SUFFIXES = sorted({name.rpartition(".")[2] for name in ODD})
DAILY = ("geojson", "json", "xls")
# Of the kinds whose files take minutes, the nastiest among the quick ones.
NASTIEST = frozenset(
    (
        *("utf-16-cut.csv", "nul-bytes.csv", "quote-never-closed.csv", "a-thousand-quotes.csv"),
        *("header-of-sql.csv", "random.csv", "ragged-one-in-two.csv"),
        *("cut-in-half.xlsx", "a-billion-laughs.xlsx", "an-entity-from-a-file.xlsx", "far-cell.xlsx"),
        *("a-dimension-that-lies.xlsx", "sizes-that-lie.xlsx", "a-path-outside.xlsx"),
        *("cut.zip", "records-that-are-not.zip", "points-without-end.zip", "a-shape-without-end.zip"),
        *("a-path-outside.zip", "a-name-with-braces.zip", "nan.zip"),
    )
)
_SOURCES = {kind.__name__ for kind in (errors.SourceUnreadable, errors.SourceNotFound)}
_GATES = {"AnonymisationGateClosed"}
_PIECES = (CANARY, CANARY[:10], "0612345678", "Canari")


def group_of(name: str) -> str:
    """The files that one process reads: those of a kind, but for its nastiest."""
    suffix = name.rpartition(".")[2]
    return f"nastiest-{suffix}" if name in NASTIEST else suffix


GROUPS = sorted({group_of(name) for name in ODD})


def marked(names: Iterable[str], group: Callable[[str], str] = str) -> list[Any]:
    """The groups that take minutes wait for ``make thorough``."""
    return [
        name
        if group(name) in DAILY or group(name).startswith("nastiest-")
        else pytest.param(name, marks=pytest.mark.thorough)
        for name in names
    ]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd")


@cache
def outcomes(folder: Path, group: str) -> tuple[Mapping[str, Mapping[str, Any]], str, int]:
    """By file, what came of its extraction and of its draft; what the process wrote on standard error, and
    how it ended. It reads all the files of one group, one after the other: what one leaves meets the next."""
    names = [name for name in ODD if group_of(name) == group]
    place = folder / group
    place.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.adversary.odd_reading", str(place), *names],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([".", "plugins"])},
        capture_output=True,
        timeout=3_000,
        check=False,
    )
    found: dict[str, dict[str, Any]] = {}
    for line in done.stdout.decode().splitlines():
        said = json.loads(line)
        if "what" in said:
            found.setdefault(said["name"], {})[said["what"]] = said
    return found, done.stderr.decode("utf-8", "replace"), done.returncode


@pytest.mark.parametrize("group", marked(GROUPS))
def test_the_process_outlives_every_odd_file_and_writes_no_cell(folder, group):
    found, written, code = outcomes(folder, group)
    assert code == 0, (
        f"dead of {next((name for name in ODD if group_of(name) == group and name not in found), '?')}"
    )
    assert not any(piece in written for piece in _PIECES)
    assert "panicked" not in written


@pytest.mark.parametrize("name", marked(ODD, group_of))
def test_an_odd_file_is_read_or_refused_in_our_words_without_a_cell(folder, name):
    found = outcomes(folder, group_of(name))[0][name]
    assert set(found) == {"extract", "draft"} - ({"draft"} if name.startswith("flipped-") else set())
    for said in found.values():
        kind = said["said"].split()[0]
        assert kind in {*READ, *_SOURCES, *_GATES}, said["said"][-2_000:]
        assert not any(piece in said["said"] for piece in _PIECES)
        assert "During handling of the above exception" not in said["said"]
        assert kind in READ or "Que faire : " in said["said"]
        assert said["seconds"] < SECONDS
        assert said["megabytes"] < MEGABYTES


def test_there_are_more_than_a_hundred_of_them_for_every_reader():
    assert len(ODD) > 200
    assert set(SUFFIXES) == {"csv", "json", "geojson", "xlsx", "xls", "zip"}


def test_some_of_every_kind_are_read_each_day():
    assert set(ODD) >= NASTIEST
    daily = [name for name in ODD if name in NASTIEST or group_of(name) in DAILY]
    for suffix in SUFFIXES:
        assert sum(name.endswith(f".{suffix}") for name in daily) >= 6
