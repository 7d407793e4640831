"""Errors: what they say, and that they survive the way between two processes."""

from __future__ import annotations

import pickle

from aqueduc.anonymise.findings import MissingColumn
from aqueduc.errors import AnonymisationGateClosed, Defect, SourceUnavailable


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
        told = str(Defect.of(error))
    assert "builtins.ValueError" in told
    assert "Canari" not in told
