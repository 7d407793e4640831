"""A year of a city that ``aqueduc init`` makes, by the Aqueduc that is first on the path: each day its file says
something else, and is published. The number of days is the argument; the clock of the runs says each of them."""

import os
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

import aqueduc.run
from aqueduc.cli.app import app

NAME = "equipements-sportifs"
build_workspace = aqueduc.run.build_workspace_from_environment


def succeed(now: datetime, *words: str) -> None:
    aqueduc.run.utc_now = lambda: now
    aqueduc.run.build_workspace_from_environment = lambda *given: replace(
        build_workspace(*given), clock=lambda: now
    )
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output


def make_year(days: int) -> None:
    began = datetime.now(UTC) - timedelta(days=days + 1)
    succeed(began, "init", "ville")
    os.chdir("ville")
    exported = re.findall(r"^export (\w+)='(.*)'$", Path(".env").read_text("utf-8"), re.MULTILINE)
    os.environ.update(exported)
    succeed(began, "run", NAME, "--dry-run")
    succeed(began, "agree", NAME, "--by", "essai", "--reason", "Exemple fourni")
    source = Path("depot") / f"{NAME}.csv"
    first = source.read_text("utf-8")
    assert first.count(";1200;") == 1
    for day in range(days):
        source.write_text(first.replace(";1200;", f";{1200 + day};"), "utf-8")
        succeed(began + timedelta(days=day + 1), "run", NAME)


if __name__ == "__main__":
    make_year(int(sys.argv[1]))
