"""Errors: what they say, and that they survive the way between two processes."""

from __future__ import annotations

import errno
import pickle
import re
from pathlib import Path

import pytest

from aqueduc import duck, errors
from aqueduc.anonymise.findings import ExcessiveRejections, MissingColumn
from aqueduc.duck import open_duckdb
from aqueduc.errors import (
    AnonymisationGateClosed,
    AqueducError,
    DiskFull,
    QueryEngineFailure,
    SourceUnavailable,
    StoreUnwritable,
    UnexpectedDefect,
    choose_gate_remedy,
    convert_to_aqueduc_error,
)
from aqueduc.findings import Finding
from tests.guide import DOCS


def test_the_drawing_of_the_hierarchy_is_the_hierarchy() -> None:
    """In the module's docstring: each class below its base, with what is worth trying again marked."""
    drawn, bases = set(), ["AqueducError"]
    for line in (errors.__doc__ or "").splitlines():
        if row := re.fullmatch(r"    ((?:│   )*)[├└]── (\w+)(?: +(\(r\)))?(?: .*)?", line):
            depth = 1 + len(row[1]) // 4
            bases[depth:] = [row[2]]
            drawn.add((row[2], bases[depth - 1], bool(row[3])))
    there = {
        (kind.__name__, kind.__bases__[0].__name__, kind.retryable)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, AqueducError) and kind is not AqueducError
    }
    assert drawn == there


@pytest.mark.parametrize("threads", ["0", "deux", "-1", "1e9", "²"])
def test_a_number_of_threads_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: str
) -> None:
    monkeypatch.setenv("AQUEDUC_THREADS", threads)
    with pytest.raises(QueryEngineFailure) as caught, open_duckdb(tmp_path):
        pass
    assert caught.value.what == "AQUEDUC_THREADS n'est pas un nombre de 1 à 256."
    monkeypatch.setenv("AQUEDUC_THREADS", "3")
    with open_duckdb(tmp_path) as con:
        assert duck.fetch_count(con, "SELECT current_setting('threads')") == 3


def test_the_operator_s_page_says_what_to_do_of_each_error() -> None:
    page = (DOCS / "operateur" / "pannes.md").read_text(encoding="utf-8")
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AqueducError)
    ]
    raised = {kind.code for kind in kinds if not any(kind in other.__bases__ for other in kinds)}
    assert [
        code for code in sorted(raised) if not re.search(rf"^\| .*`{code}`.* \| .* \|$", page, re.M)
    ] == []


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = SourceUnavailable("La base ne répond pas.", where="connexion urbanisme", remedy="la relancer")
    wanted = (
        "[source-injoignable] La base ne répond pas.\n  Où : connexion urbanisme\n  Que faire : la relancer"
    )
    assert str(error) == wanted
    assert error.retryable


def test_errors_cross_processes() -> None:
    closed = AnonymisationGateClosed(
        "Fermée.", findings=[MissingColumn(column="nom")], where="jeu", remedy="corriger"
    )
    again = pickle.loads(pickle.dumps(closed))
    assert (type(again), str(again), again.findings) == (type(closed), str(closed), closed.findings)


def test_a_defect_keeps_the_class_and_the_place_but_not_the_text() -> None:
    try:
        int("Sarrazouls-Canari")
    except ValueError as error:
        told = str(UnexpectedDefect.from_exception(error))
    assert "builtins.ValueError" in told
    assert "Canari" not in told


def test_a_full_disk_is_said_to_be_one() -> None:
    """/dev/full is the kernel's own disk without room."""
    with pytest.raises(OSError) as caught, Path("/dev/full").open("w", buffering=1) as full:
        full.write("ligne\n")
    error = convert_to_aqueduc_error(caught.value)
    assert isinstance(error, DiskFull)
    assert error.retryable
    assert isinstance(convert_to_aqueduc_error(OSError(errno.EIO, "Nom de la personne")), UnexpectedDefect)
    assert convert_to_aqueduc_error(error) is error


def test_a_full_disk_under_the_engine_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copied() -> None:
        with open_duckdb(tmp_path) as con:
            con.execute("COPY (SELECT range AS nom FROM range(1000000)) TO '/dev/full' (FORMAT csv)")

    with pytest.raises(QueryEngineFailure, match="IOException"):
        copied()
    monkeypatch.setattr(duck, "NO_ROOM_BYTES", 1 << 60)
    with pytest.raises(DiskFull) as caught:
        copied()
    assert caught.value.where == str(tmp_path)


def _close(*findings: Finding) -> str:
    remedy = choose_gate_remedy(findings)
    return str(AnonymisationGateClosed("Non.", findings=findings, where="ici", remedy=remedy))


def test_a_gate_says_each_remedy_once() -> None:
    alike = _close(MissingColumn(column="a"), MissingColumn(column="b"))
    (remedy,) = {MissingColumn(column=name).format_remedy() for name in "ab"}
    assert alike.count(remedy) == 1 and alike.endswith(f"Que faire : {remedy}")
    other = ExcessiveRejections(detail={"total": 3, "limit": "1 %"})
    text = _close(MissingColumn(column="a"), other, MissingColumn(column="b"))
    assert text.count(remedy) == text.count(other.format_remedy()) == 1
    assert text.index("« a »") < text.index("« b »") < text.index(remedy) < text.index("sur 3")
    assert text.endswith("Que faire : faire ce que demande chaque constat ci-dessus, puis relancer")
    assert _close().endswith("Que faire : signaler ce défaut")


def test_an_error_of_any_kind_is_told_otherwise() -> None:
    """One whose sentence is its own too: it is built from other arguments."""
    error = StoreUnwritable("file:///depot", "EROFS")
    told = error.copy_with_sentence("Deux endroits ont échoué.")
    assert type(told) is StoreUnwritable and told.what == "Deux endroits ont échoué."
    assert (told.where, told.remedy) == (error.where, error.remedy)
    assert error.what != told.what
