"""What a run of a small dataset spares, as most are: what it has no use for is not loaded, nor made again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from aqueduc.cli.app import _select_command_of_first_word
from tests.cli.office import open_office
from tests.making import CITY

HEAVY = ("dateutil.parser", "duckdb", "numpy", "pandas", "psycopg", "pyarrow", "pyoxigraph", "rdflib")
RUN = f"""
import atexit, gc, sys
atexit.register(lambda: print(gc.get_freeze_count() > 10_000))
from aqueduc.cli import main
sys.argv = ["aqueduc", "run", "jeu"]
try:
    main()
finally:
    print([name for name in {HEAVY} if name in sys.modules])
"""


def test_a_run_loads_no_engine_that_it_does_without_and_leaves_no_garbage_to_look_for(tmp_path: Path) -> None:
    office = open_office(tmp_path, {"AQUEDUC_PORTAL": (tmp_path / "portail").as_uri()})
    city = {**CITY, "defaults": {"licence": "lov2", "contact": "opendata@ville.example"}}
    del city["platforms"]
    (office.desk.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    for told, loaded in (
        ("Publié", ["duckdb", "numpy", "pyarrow", "pyoxigraph"]),
        ("rien à faire", []),
    ):
        done = subprocess.run(
            [sys.executable, "-c", RUN],
            capture_output=True, text=True, timeout=120, env=dict(office.environment),
        )  # fmt: skip
        assert told in done.stdout, done.stderr
        assert done.stdout.splitlines()[-2:] == [str(loaded), "True"]


@pytest.mark.parametrize("first, made", [(["run"], ["run"]), (["--lang"], []), (["recette"], []), ([], [])])
def test_typer_makes_the_one_command_that_the_line_names(first: list[str], made: list[str]) -> None:
    assert [one.callback.__name__ for one in _select_command_of_first_word(first) if one.callback] == made


def test_a_misspelt_command_is_still_told_of_the_nearest(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    assert "Peut-être : preview ?" in office.aqueduc("previw").err
    assert "aqueduc run [OPTIONS] JEU" in office.aqueduc("run", "--help").out
