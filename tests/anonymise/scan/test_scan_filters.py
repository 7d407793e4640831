"""What looks at bytes before a pattern does turns no cell away that the pattern would have found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.scan import features, normal, patterns
from aqueduc.anonymise.scan.cell_bytes import CellBytes
from aqueduc.anonymise.scan.features import SHAPES, detect_features
from aqueduc.anonymise.scan.masks import group_equal_bitmasks
from aqueduc.anonymise.scan.names import load_builtin_names, read_builtin_list
from aqueduc.anonymise.scan.normal import normalise_cells
from tests.adversary.labelled_columns import read_labelled_columns
from tests.anonymise.scan.test_scan_normal import LET_BE, WRITTEN
from tests.examples import share

SETS = ("first", "third", "fifth", "sixth", "eighth")
# Of each kind of cell, and of what may begin and end it.
PIECES = (
    *(
        "Jean",
        "DUPONT",
        "élève",
        "M.",
        "12 rue des Lilas",
        "a.b@orange.fr",
        "AA-123-AA",
        "12AB34567",
        "n° 4",
        "cœur",
    ),
    *("2024-01-05", "T10:22:07Z", "43.29651", "-5.36978", "12,5", "3.0", "0612345678", "184127645108919"),
    *("9f86d081884c7d659a2feaa0c55ad015", "01010000", "00" * 20, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    *(" ", "  ", ",", ";", "(", ")", "[", "]", "+", "-", ".", "/", "%", "€", "°", "'", '"', "=", "|", "&"),
    *("\u00a0", "\u200b", "’", "–", "½", "Ã©", "\\u00e9", "%40", "\n", "<b>", '{"a":', "٣", "\x00", "😀"),
)
cells = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=3), st.text("0123456789abcdefT:-., ", max_size=30)),
    min_size=1,
    max_size=4,
).map("".join)
arrays = st.lists(cells.filter(bool), min_size=1, max_size=30).map(lambda texts: pa.array(texts, pa.string()))


@pytest.fixture(scope="module")
def labelled() -> pa.StringArray:
    """Each text once, of what strangers wrote as people and as adversaries do."""
    columns = [column for name in SETS for column in read_labelled_columns(name)]
    told = (
        value for column in columns for values in (column.values, *column.beside.values()) for value in values
    )
    return pa.array(sorted({str(value) for value in told if value not in (None, "")})[::4], pa.string())


def detect_unfiltered(texts: pa.StringArray) -> Any:
    """The features where each pattern is asked of each cell that none before it took."""
    with pytest.MonkeyPatch.context() as patch:
        of_all = np.full(256, (1 << len(SHAPES)) - 1, np.uint8)
        patch.setattr(features, "_BEGINS", of_all)
        patch.setattr(features, "_ENDS", of_all)
        patch.setattr(features, "build_byte_set_table", lambda *_: of_all)
        return detect_features(texts)


def normalise_unfiltered(texts: pa.StringArray) -> list[str | None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normal, "_can_skip_normalisation", lambda _: False)
        formed: list[str | None] = normalise_cells(texts).to_pylist()
    return formed


@given(texts=arrays)
@settings(max_examples=share(150), deadline=None)
def test_a_cell_has_the_features_that_it_has_without_the_filters(texts: pa.StringArray):
    assert detect_features(texts).tolist() == detect_unfiltered(texts).tolist()


def test_what_strangers_wrote_has_the_features_that_it_has_without_the_filters(labelled: pa.StringArray):
    assert len(labelled) > 5_000
    assert detect_features(labelled).tolist() == detect_unfiltered(labelled).tolist()


@given(texts=arrays, start=st.integers(0, 3))
@settings(max_examples=share(100), deadline=None)
def test_the_cells_that_have_a_digit_are_told_by_their_bytes(texts: pa.StringArray, start: int):
    some = texts.slice(min(start, len(texts) - 1))
    assert CellBytes(some).have_any_byte(b"0123456789").tolist() == [
        not set(cell).isdisjoint("0123456789") for cell in some.to_pylist()
    ]


def keep_naming_features(masks: Any) -> list[int]:
    found, which = group_equal_bitmasks(masks)
    return [found[rank] & features.NAMING_FEATURES for rank in which]


def test_what_may_be_a_name_is_told_so_whatever_else_is_asked(labelled: pa.StringArray):
    some, names = normalise_cells(labelled), load_builtin_names()
    cells = some.filter(pc.not_equal(some, ""))
    few = features.detect_naming_features(cells, names)
    assert keep_naming_features(few) == keep_naming_features(detect_features(cells))


@given(texts=arrays)
@settings(max_examples=share(100), deadline=None)
def test_what_is_written_oddly_is_told_to_be_a_name_or_not(texts: pa.StringArray):
    few = features.detect_naming_features(texts, load_builtin_names())
    assert keep_naming_features(few) == keep_naming_features(detect_features(texts))


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_no_cell_of_a_shape_begins_or_ends_with_another_byte(
    shape: features.CellShapeDetectors, labelled: pa.StringArray
):
    of_shape = labelled.filter(pa.array(shape.fits(labelled))).to_pylist()
    assert {text.encode()[0] for text in of_shape} <= {*shape.begins}
    assert {text.encode()[-1] for text in of_shape} <= {*shape.ends}


@given(texts=arrays)
@settings(max_examples=share(300), deadline=None)
def test_an_array_that_is_told_plain_at_once_is_in_normal_form(texts: pa.StringArray):
    assert normalise_cells(texts).to_pylist() == normalise_unfiltered(texts)


@pytest.mark.parametrize("text", [*LET_BE, *(written for written, _ in WRITTEN.values())])
def test_a_text_alone_is_told_plain_only_if_it_is(text: str):
    alone = pa.array([text, None])
    assert normalise_cells(alone).to_pylist() == normalise_unfiltered(alone)


def test_a_slice_of_an_array_is_looked_at_alone():
    texts = pa.array(["  06\u00a012", "Banc cassé", "lot 7", " x"])
    assert normalise_cells(texts.slice(1, 2)).to_pylist() == ["Banc cassé", "lot 7"]
    assert (
        detect_features(texts.slice(1, 2)).tolist()
        == detect_features(pa.array(["Banc cassé", "lot 7"])).tolist()
    )


def write_tolerantly(name: str) -> st.SearchStrategy[str]:
    """As the patterns read it: with accents or without, a hyphen for a space, capitals anywhere."""
    letters = (
        st.sampled_from("- " if letter in "- " else patterns._ACCENTED.get(letter, letter)).flatmap(
            lambda found: st.sampled_from(sorted({found, found.upper()}))
        )
        for letter in name
    )
    return st.tuples(*letters).map("".join)


@given(st.sampled_from(read_builtin_list("namesakes.txt")).flatmap(write_tolerantly), st.sampled_from(PIECES))
@settings(max_examples=share(150), deadline=None)
def test_what_is_named_after_somebody_is_looked_for_wherever_it_is(name: str, piece: str):
    texts = pa.array([f"{piece} {name}."])
    if pc.match_substring_regex(texts, patterns.NAMESAKE)[0].as_py():
        assert features._may_hold_named_after_phrases(texts)


@pytest.mark.parametrize(
    "name", ["Aimé-Césaire", "HONORE D'ESTIENNE D'ORVES", "du Docteur Roux", "des Frères Lumière"]
)
def test_few_cells_lose_those_whom_places_are_named_after(name: str):
    assert (
        features.remove_named_after_phrases(pa.array(["x", f"(école) {name}"])).to_pylist()[1]
        != f"(école) {name}"
    )


def test_few_cells_lose_what_they_lose_among_many(labelled: pa.StringArray):
    every = normalise_cells(labelled).slice(0, 600)
    for remove in (features.remove_offices_and_named_after_phrases, features.remove_named_after_phrases):
        some = pa.chunked_array([remove(every.slice(at, 100)) for at in range(0, len(every), 100)])
        assert some.to_pylist() == remove(every).to_pylist()
