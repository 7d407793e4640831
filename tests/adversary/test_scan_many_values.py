"""What a value is does not depend on how many stand beside it: of many, most are told apart all at once, and patterns are
asked of few by another program than of many."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.scan import people, regex, things, tokens
from aqueduc.anonymise.scan.features import detect_features
from aqueduc.anonymise.scan.names import load_builtin_names
from tests.examples import share

NAMES = load_builtin_names()
LISTED = sorted(
    word
    for words in (
        NAMES.given,
        NAMES.surnames,
        NAMES.words,
        NAMES.common,
        things._build_thing_bits_by_noun().keys(),
    )
    for word in sorted(words)[:: len(words) // 150 + 1]
)
PIECES = st.one_of(
    st.sampled_from(
        [*LISTED, "sarl", "gmbh", "saint", "mme", "de", "jaures", "martin", "dupont", "jean", "sen", "ovic", "xkqzr", "s"]
    ),
    st.text(st.sampled_from("abkqrszxé'-.79"), max_size=5),
)  # fmt: skip
WORDS = st.tuples(
    st.sampled_from(["", "j", "J.", "l'", "les "]),
    PIECES,
    st.sampled_from([str.lower, str.upper, str.capitalize, str]),
    st.sampled_from(["", "s", "x", "1", "2024", ".", "-Martin", " n° 4"]),
).map(lambda parts: parts[0] + parts[2](parts[1]) + parts[3])


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (tokens, people, things):
        monkeypatch.setattr(module, "MANY_WORDS", 1)


@settings(max_examples=share(120), deadline=None)
@given(words=st.lists(WORDS.filter(bool), min_size=1, max_size=60))
@example(
    words=[
        "SARL",
        "Sarl",
        "sarl",
        "EURL",
        "GmbH",
        "Ovic",
        "ABOVIC",
        "XKCD",
        "xkcds",
        "jdupont7",
        "dupontj",
        "Bancs",
    ]
)
def test_each_word_is_what_it_is_alone(words: list[str]) -> None:
    cells = pa.array(words, pa.string())
    assert tokens.classify_tokens(cells, NAMES).tolist() == [
        tokens.classify_token(word, NAMES) for word in words
    ]
    assert things._classify_first_words(cells).tolist() == [
        things._classify_first_word_as_thing(word) for word in words
    ]
    perhaps = people._may_be_login(cells, NAMES).tolist()
    assert all(perhaps[rank] or not people.is_login_text(word, NAMES) for rank, word in enumerate(words))


def test_most_codes_are_told_apart_at_once() -> None:
    codes = pa.array([f"{chr(97 + n % 7)}qxk{chr(97 + n % 26)}wzv" for n in range(500)])
    assert not tokens._may_be_listed(codes, NAMES).any()
    assert not people._may_be_login(codes, NAMES).any()
    assert np.all(tokens._classify_unlisted_words(codes) & tokens.CLASS["unknown"])


PIECES_OF_TEXT = st.one_of(
    st.sampled_from(
        [
            "06 12 34 56 78", "+33 4 42 91 90 00", "jean.dupont@mairie-aix.fr", "FR76 3000 6000 0112 3456 7890 189",
            "1 84 12 76 451 089 46", "AB-123-CD", "12 rue de la Paix", "Mme Élodie DUPONT", "née le 01/02/1980", "R+2",
            "https://fr.linkedin.com/in/jeandupont", "192.168.1.12", "00:1A:2B:3C:4D:5E", "J. Martin", "43.5297, 5.4474",
            "M. le maire de Gardanne", "salle Jean-Moulin", "chez Durand", "4970 1012 3456 7890", "diabète", "s/c M. Blanc",
            "\u00a0", "—", "é", "\n", "|", "; ", " ", "@", "x",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4),
)  # fmt: skip


@settings(max_examples=share(60, of=6), deadline=None)
@given(
    cells=st.lists(
        st.lists(PIECES_OF_TEXT, min_size=1, max_size=4).map("".join).filter(bool), min_size=1, max_size=12
    )
)
def test_few_cells_are_what_many_are(cells: list[str]) -> None:
    asked = pa.array(cells, pa.string())
    found = []
    for few in (0, len(cells)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(regex, "FEW_CELLS", few)
            found.append(detect_features(asked).tolist())
    assert found[0] == found[1]


def test_a_null_matches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = pa.array(["a", None, "b"])
    for few in (0, 3):
        monkeypatch.setattr(regex, "FEW_CELLS", few)
        assert regex.find_matching_cells(cells, "a|^$").tolist() == [True, False, False]
