"""Asked beside the stories that ``test_stories_installed`` has another Python run: whose code they meet there."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path


def test_the_code_is_that_of_the_wheel() -> None:
    installed = Path(sys.prefix).resolve()
    for name in ("aqueduc", "aqueduc_airflow"):
        assert Path(str(import_module(name).__file__)).resolve().is_relative_to(installed)
    assert Path(str(distribution("aqueduc-opendata").locate_file(""))).resolve().is_relative_to(installed)
    assert str(Path(__file__).resolve().parents[2] / "plugins") not in sys.path
