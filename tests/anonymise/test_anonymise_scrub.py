"""``scrub``: what the scan is sure of by its form never survives, and what is no identifier does."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import anonymise_extract
from aqueduc.anonymise.scan.features import BITS, detect_features
from aqueduc.anonymise.scan.masks import has_any_bit
from aqueduc.anonymise.scan.normal import normalise_cells
from aqueduc.anonymise.scrubbing import MARKER, TRACES, scrub_texts
from tests.examples import share
from tests.making import desk

SAID = [
    ("rappeler le 06 12 34 56 78 svp", "rappeler le [retiré] svp"),
    ("0612345678 0712345678", "[retiré] [retiré]"),
    ("écrire à zoe.canari@exemple.fr, merci", "écrire à [retiré], merci"),
    ("Mme Canari demande un banc", "[retiré] demande un banc"),
    ("vu avec M. Jean DUPONT hier", "vu avec [retiré] hier"),
    ("véhicule AB-123-CD gênant", "véhicule [retiré] gênant"),
    ("habite 12 bis rue des Lilas", "habite [retiré] Lilas"),
    ("assuré 1 84 12 76 451 089 46, payé", "assuré [retiré], payé"),
    ("virement FR76 3000 6000 0112 3456 7890 189 fait", "virement [retiré] fait"),
]
LET_BE = [
    "Nid de poule rue Victor Hugo, devant l'école Jules Ferry",
    "Marché 2023M0012, lot 4, 12 345,67 €",
    "SIREN 356000000",
    "réunion du 12/03/2024 à 14h30",
    "",
]


@pytest.mark.parametrize("said, left", SAID)
def test_what_is_found_is_replaced_and_the_rest_stays(said: str, left: str):
    assert scrub_texts(pa.array([said])).to_pylist() == [left]


def test_what_is_no_identifier_stays():
    assert scrub_texts(pa.array(LET_BE)).to_pylist() == LET_BE


pieces = st.sampled_from(
    [*(said for said, _ in SAID), *LET_BE, ", ", " ", "/", "\n", "n°", "12", "M. ", "rue "]
)
texts = st.lists(st.one_of(pieces, st.text(max_size=12)), min_size=1, max_size=6).map("".join)


@given(st.lists(texts, min_size=1, max_size=100))
@example([", "])
@settings(max_examples=share(12), deadline=None)
def test_no_trace_survives(said: list[str]):
    left = scrub_texts(pa.array(said, pa.string()))
    held = [text for text in normalise_cells(left).to_pylist() if text]
    wanted = sum(1 << BITS[name] for name in TRACES)
    assert len(left) == len(said)
    assert not held or not has_any_bit(detect_features(pa.array(held)), wanted).any()
    assert scrub_texts(left).to_pylist() == left.to_pylist()


def test_the_report_counts_the_rows(tmp_path: Path):
    here = desk(tmp_path)
    dataset = here.dataset(columns={"quartier": "publish", "note": "scrub"})
    notes = ["Mme Canari a appelé", "rien", None, "Mme Canari a appelé"]
    run = here.run()
    safe = anonymise_extract(
        dataset, run, here.raw(pa.table({"quartier": list("abcd"), "note": notes}), run), here.place
    )
    assert here.read(safe.handle).sort_by("__line")["note"].to_pylist() == [
        f"{MARKER} a appelé",
        "rien",
        None,
        f"{MARKER} a appelé",
    ]
    (told,) = safe.report.findings
    assert (told.code, told.column, told.count) == ("texte-nettoye", "note", 2)
    assert "Canari" not in str(safe.report.to_json())
