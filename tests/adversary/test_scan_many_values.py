"""What a value is does not depend on how many stand beside it: of many, most are told apart all at once, and patterns are
asked of few by another program than of many."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.scan import plain_words, regex, things, tokens
from aqueduc.anonymise.scan.features import _WORD_STARTS, detect_features
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


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MANY_WORDS", 1)


@pytest.mark.usefixtures("few_are_many")
@settings(max_examples=share(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS.filter(bool), min_size=1, max_size=60))
@example(words=["SARL", "Sarl", "sarl", "EURL", "GmbH", "Ovic", "ABOVIC", "XKCD", "xkcds"])
def test_each_word_is_classified_as_it_is_alone(words: list[str]) -> None:
    cells = pa.array(words, pa.string())
    assert tokens.classify_tokens(cells, NAMES).tolist() == [
        tokens.classify_token(word, NAMES) for word in words
    ]


def detect_with(many: int, cells: list[str]) -> list[list[int]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_words, "MANY_CELLS", many)
        return detect_features(pa.array(cells, pa.string())).tolist()


LETTERS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=5, max_size=24)
PLAIN_WORDS = st.tuples(
    st.one_of(
        st.sampled_from([word for word in LISTED if word.isascii() and word.isalpha()]),
        st.sampled_from(
            ["diabetique", "asthmatique", "gmail", "arobas", "chez", "naissance", "voie", "forfait", "ecole", "selarl",
             "docteur", "madame", "terrasse", "ventoline", "cirrhose", "police", "marie", "cheval", "jdupont", "dupontj"]
        ),
        LETTERS,
    ),
    st.sampled_from(["", "", "a", "s", "x", "aux", "ovic", "ez"]),
    st.sampled_from([str.lower, str.upper, str.capitalize, str.swapcase]),
).map(lambda parts: parts[2](parts[0] + parts[1]))  # fmt: skip


@settings(max_examples=share(90), deadline=None)
@given(words=st.lists(PLAIN_WORDS, min_size=2, max_size=80))
@example(
    words=[
        "SARLX",
        "Ecoles",
        "ecoles",
        "chevaux",
        "CHEVAUX",
        "jdupont",
        "dupontj",
        "ABOVIC",
        "BCDFG",
        "bcdfg",
    ]
)
def test_words_of_one_form_have_the_same_features(words: list[str]) -> None:
    assert detect_with(1, words) == detect_with(len(words) + 1, words)


def test_every_listed_word_has_the_features_it_has_alone() -> None:
    lists = (NAMES.given, NAMES.surnames, NAMES.words, NAMES.common, things.list_thing_nouns_and_qualifiers())
    words = sorted(word for word in frozenset().union(*lists) if word.isascii() and word.isalpha())[::12]
    for cells in (words, [f"{word.upper()}S" for word in words], [f"b{word}".capitalize() for word in words]):
        assert detect_with(1, cells) == detect_with(len(cells) + 1, cells)


def test_there_may_be_no_plain_word_among_many() -> None:
    cells = ["Jean Dupont", "Élodie", "rue", "lieu-dit"]
    assert detect_with(1, cells) == detect_with(len(cells) + 1, cells)


def test_most_codes_are_of_few_forms() -> None:
    codes = pa.array([f"{chr(97 + n % 7)}qxk{chr(97 + n % 26)}wzv" for n in range(500)])
    forms = plain_words.compute_unlisted_word_forms(codes, NAMES, _WORD_STARTS)
    assert forms.min() >= 0
    assert len(set(forms.tolist())) < 5


@given(
    cells=st.lists(st.text(st.sampled_from("abé0 -@"), min_size=1, max_size=5), min_size=1, max_size=40),
    pattern=st.sampled_from(["^a", "b$", "^[^ ]*a.*$", "(^|[^a-z])b($|[^a-z])", "é ?@", "[^a]{2}"]),
    many=st.sampled_from([1, 3]),
)
def test_cells_are_read_as_lines(cells: list[str], pattern: str, many: int) -> None:
    asked = pa.array(cells, pa.string())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regex, "MANY_MATCHES", many)
        found = regex.find_matching_cells_or_flag_all(asked, pattern)
    exact = regex.find_matching_cells(asked, pattern)
    assert found.all() or (found == exact).all()
    assert found[exact].all()


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
