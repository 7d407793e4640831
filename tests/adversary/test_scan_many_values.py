"""Of many values, most are told apart all at once: what each of them is does not depend on how many stand beside it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.scan import people, things, tokens
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
