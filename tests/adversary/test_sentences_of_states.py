"""What the pages to sign say of a state in which a declaration, a run and what is online are not alike."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from aqueduc.anonymise.report import AnonymiseReport
from aqueduc.certify.officer import build_officer_report, render_officer_page
from aqueduc.declaration import Dataset
from aqueduc.run import Run
from tests.adversary.test_sentences import LINKED, TODAY, walked
from tests.making import Desk, desk

UPLOADED = {"publish": {"mode": "upload", "formats": ["csv"]}}
TWO = pa.table({"quartier": ["Centre", "Nord"]})


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def show(here: Desk, dataset: Dataset, run: Run, **told: object) -> str:
    """The officer's page of a run, with plain spaces; ``told``: over what its report says."""
    report = build_officer_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None
    page = html.unescape(render_officer_page({**report, **told}))
    return " ".join(page.replace("\\N{NO-BREAK SPACE}", " ").split())


# --- the run, and the declaration of today ------------------------------------------------------------------


def test_a_run_is_told_as_it_was_published_whatever_the_mode_declared_since(here: Desk) -> None:
    linked = walked(here, here.dataset(**LINKED), TWO, "lien")
    page = show(here, here.dataset(**UPLOADED), linked, published="yes")
    assert "le lien redemandé sans compte" in page
    assert (
        "<b>1 déclarée</b>" in page and "publiée telle quelle" not in page and "Le fichier validé" not in page
    )
    uploaded = walked(here, here.dataset(**UPLOADED), TWO, "fichiers")
    page = show(here, here.dataset(**LINKED), uploaded, published="yes")
    assert "par sondage pour les grands fichiers" in page and "<b>1 publiée telle quelle</b>" in page
    # Of a report of before, the declaration of today is all that is known.
    before = AnonymiseReport.read(here.place.store, "jeu", linked.id)
    assert before is not None
    replace(before, at_source=None).write(here.place.store, "jeu", linked.id)
    assert "<b>1 publiée telle quelle</b>" in show(here, here.dataset(**UPLOADED), linked, published="yes")
