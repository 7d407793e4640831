"""Two tenants after violence, one pupil of a class for the handicapped: counts of one went out, and ``new`` had asked
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from aqueduc.draft import build_draft_request_from_path_or_url, draft_declaration
from tests.draft.stewarding import table


def draft(folder: Path, header: str, counts: Sequence[object]) -> str:
    path = folder / "comptes.csv"
    motives = ("Décohabitation", "Sortie d'hébergement", "Loyer trop cher", "Mutation")
    lines = [
        f"S{rank % 3};{motives[rank % 4]};{count};{rank // 3 + 7.5}" for rank, count in enumerate(counts)
    ]
    path.write_text("\n".join([f"secteur;motif;{header};delai_mois", *lines, ""]), encoding="utf-8")
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), table(folder, {}).place
    )
    return made.files["datasets/essai.yaml"]


@pytest.mark.parametrize("header", ["Demandes", "Effectif", "Nb élèves", "dont femmes", "nombre"])
def test_small_counts_of_people_are_asked(tmp_path: Path, header: str) -> None:
    text = draft(tmp_path, header, [42, 2, 33, 1, 28, 17, 12, 61, 1_234, 56, 78, 90])
    assert "effectifs de moins de 5 dans 2 cellules" in text
    assert "drop | {suppress_under: 5" in text


@pytest.mark.parametrize(
    "header,counts", [("Demandes", [42, 12, 33, 21, 28, 17]), ("hauteur", [2, 3, 1, 4, 12, 9])]
)
def test_large_counts_and_measures_are_not(tmp_path: Path, header: str, counts: list[object]) -> None:
    assert "suppress_under" not in draft(tmp_path, header, counts * 2)
