"""The second opinion of the extra ``ner``: possible when the extra is there, silent when it is not."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.anonymise.scan import HitStrength, IdentifierKind, entities

TEXTS = ["Vu avec Ousmane Trévidic pour la terrasse du marché", "Nid de poule devant le gymnase municipal"]


def written(folder: Path) -> Path:
    path = folder / "notes.parquet"
    pq.write_table(pa.table({"note": TEXTS, "vide": [None, ""], "rang": [1, 2]}), path)
    return path


def test_without_the_extra_it_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entities, "is_ner_available", lambda: False)
    assert entities.find_ner_name_hits(written(tmp_path), frozenset()) == ()


@pytest.mark.skipif(not entities.is_ner_available(), reason="the extra ner is not installed")
def test_a_name_in_no_list_is_possible(tmp_path: Path) -> None:
    (hit,) = entities.find_ner_name_hits(written(tmp_path), frozenset())
    assert (hit.column, hit.kind, hit.rows, hit.cells) == ("note", IdentifierKind.PERSON_NAME, 1, 2)
    assert hit.strength is HitStrength.POSSIBLE
    assert entities.find_ner_name_hits(written(tmp_path), frozenset({"note"})) == ()
