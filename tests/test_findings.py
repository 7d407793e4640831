"""Findings: the same thing in both languages, whatever room they come from."""

from __future__ import annotations

import importlib
import json
import pickle
import pkgutil
from string import Formatter

import pytest

import aqueduc
from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.findings import Finding
from aqueduc.language import Message, _, format_percentage, translate, use_language
from aqueduc.reports import ReportedFinding

for _module in pkgutil.walk_packages(aqueduc.__path__, "aqueduc."):
    if _module.name.endswith((".findings", ".problems")) or _module.name.startswith("aqueduc.rules."):
        importlib.import_module(_module.name)

KINDS = sorted(
    {kind for kind in Finding.iterate_subclasses() if kind.__module__.startswith("aqueduc.")},
    key=lambda kind: (kind.__module__, kind.code, kind.__name__),
)


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _words(text: str) -> str:
    """What a template says by itself: what stands in its holes is said in the language spoken already."""
    return "".join(words for words, *_ in Formatter().parse(text)).strip("` :")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_finding_says_the_same_in_both_languages(kind: type[Finding]) -> None:
    for text in (kind.sentence, kind.remedy):
        assert isinstance(text, Message)
        with use_language("en"):
            english = translate(text.text)
        # The mark of the plural: English participles have none.
        assert _holes(text.text) - {"s"} == _holes(english)
        assert text.text != english or not _words(text.text)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_finding_crosses_processes(kind: type[Finding]) -> None:
    """A kind that is a line of data has no name: another process finds it again by its code."""
    found = kind(
        **{"column": "rue", **({"file": "jeu.yaml"} if issubclass(kind, DeclarationProblem) else {})}
    )
    again = pickle.loads(pickle.dumps(found))
    assert type(again) is kind and again == found


def test_a_word_of_a_finding_is_in_the_language_of_its_sentence() -> None:
    from aqueduc.validate.findings import WrongValueType

    words = {"one": _("une date"), "many": _("des dates")}
    found = WrongValueType(column="jour", count=2, lines=(3, 4), detail=words)
    assert found.message() == "`jour` : 2 lignes ne sont pas des dates (lignes 3, 4)"
    with use_language("en"):
        assert found.message() == "`jour`: 2 rows are not dates (lines 3, 4)"
        kept = json.loads(json.dumps(found.to_json()))
        assert kept["detail"] == {"one": "a date", "many": "dates"}
        assert ReportedFinding.from_json(kept).message == kept["message"] == found.message()
    read = ReportedFinding.from_json(kept)  # in another language than it was written in
    assert (read.message, read.remedy) == (found.message(), found.format_remedy())


def test_one_row_is_singular() -> None:
    from aqueduc.anonymise.findings import SuppressedSmallClasses
    from aqueduc.sources.findings import RaggedRows

    one, two = (SuppressedSmallClasses(count=count, detail={"k": "5 lignes"}).message() for count in (1, 2))
    assert one.startswith("1 ligne dans") and one.endswith("retirée avant publication")
    assert two.startswith("2 lignes dans") and two.endswith("retirées avant publication")
    assert RaggedRows(count=1).message().startswith("1 ligne dont le nombre de cellules")


def test_a_sentence_agrees_with_what_it_counts() -> None:
    from aqueduc.publish.findings import OverlappingWindows
    from aqueduc.sources.findings import SuspectedSubtotalRows

    assert SuspectedSubtotalRows(count=1).message() == "1 ligne qui semble un total au milieu des données"
    assert SuspectedSubtotalRows(count=1).format_remedy().startswith("l'ôter du fichier : triée")
    many = SuspectedSubtotalRows(count=4_738, lines=(7,))
    assert many.format_remedy().startswith("les ôter du fichier : triées")
    assert many.message() == "4\u202f738 lignes qui semblent des totaux au milieu des données (ligne 7…)"
    with use_language("en"):
        kept = json.loads(json.dumps(many.to_json()))
        assert kept["message"] == "4,738 rows that look like totals among the data (line 7…)"
    assert ReportedFinding.from_json(kept).message == many.message()
    assert (
        OverlappingWindows(count=1).message().endswith("en chevauche 1 autre déjà publiée, sans la contenir")
    )


def test_a_share_has_a_space_before_its_sign_in_french() -> None:
    assert str(format_percentage(0.025)) == "2,5\u202f%"
    with use_language("en"):
        assert str(format_percentage(0.025)) == "2.5%"
