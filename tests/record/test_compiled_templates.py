"""Templates are compiled once, beside the modules of their package, as long as they stay the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from aqueduc.page import build_template_environment, compile_templates


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One with a template ``mot.html.j2``, imported, and the folder where Python keeps its code."""
    (tmp_path / "gabarits" / "templates").mkdir(parents=True)
    (tmp_path / "gabarits" / "__pycache__").mkdir()
    (tmp_path / "gabarits" / "__init__.py").touch()
    (tmp_path / "gabarits" / "templates" / "mot.html.j2").write_text("<p>{{ mot }}</p>")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "gabarits", raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    yield tmp_path / "gabarits"
    sys.modules.pop("gabarits", None)


def say(mot: str) -> str:
    return build_template_environment("gabarits").get_template("mot.html.j2").render(mot=mot)


def compiled(package: Path) -> list[Path]:
    return sorted(path for path in (package / "__pycache__").iterdir() if path.suffix != ".pyc")


def test_a_template_is_compiled_once(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("a < b") == "<p>a &lt; b</p>"
    assert [path.suffix for path in compiled(package)] == [".j2c"]
    monkeypatch.setattr(Environment, "_generate", lambda *_: pytest.fail("compiled again"))
    assert say("encore") == "<p>encore</p>"


def test_one_that_changed_is_compiled_again(package: Path) -> None:
    say("avant")
    (package / "templates" / "mot.html.j2").write_text("<b>{{ mot }}</b>")
    assert say("après") == "<b>après</b>"
    assert len(compiled(package)) == 1


@pytest.mark.parametrize("broken", [b"", b"j2", b"\x00" * 200])
def test_what_was_cut_short_is_compiled_again(package: Path, broken: bytes) -> None:
    say("avant")
    compiled(package)[0].write_bytes(broken)
    assert say("après") == "<p>après</p>"


def test_where_nothing_can_be_written_each_process_compiles(package: Path) -> None:
    (package / "__pycache__").rmdir()
    (package / "__pycache__").touch()
    assert say("mot") == "<p>mot</p>"


def test_nothing_is_written_where_python_writes_nothing(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert say("mot") == "<p>mot</p>"
    assert compiled(package) == []


def test_an_image_compiles_them_all() -> None:
    compile_templates()
