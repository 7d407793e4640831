"""A pattern means what it means to Python's ``fullmatch``, whether RE2 or Python runs it."""

from __future__ import annotations

import re
import traceback
import warnings
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.errors import ValidationGateClosed
from aqueduc.validate import deadline
from aqueduc.validate.constraints import compile_pattern, translate_to_re2
from tests.examples import share

PATTERNS = (
    r"abc|a.*", r"(?i)élodie|abc", r"(?s).*", r".*", r"\w+", r"\W+", r"[\w-]+", r"[^\W\d]+", r"\d+",
    r"[\d.]+", r"\D*", r"\s*", r"[^\s]*", r"\S+", r"\bab\b", r"a\Bb", r"(?=a)\w{2,3}", r"(?!a)\w+",
    r"(?<=a)b|ab", r"(\w)\1", r"(?P<x>a)(?P=x)", r"[a-z]{,2}", r"[a{,2}]+", r"[]a]+", r"[^]a]+", r"[^^]+",
    r"[\]a]+", r"[[]a[]]", r"[[:alpha:]]+", r"[a\-b]+", r"a++b?", r"(?>a)b", r"\x41|\u00e9|\U0001F600",
    r"[\u00C0-\u00FF]+", r"[\’\«]", r"a{1001}|ab", r"a(?#note)b", r"(?x) a b", r"\Aab\Z", r"^ab$",
    r"(?:(?:^|,)(a|b))+$", r"a$|^b", r"\t|\n", r"\.|\\|\/|\-", r"\101", r"a{2", r"{a}", r"(?a:\w)+",
    r"(|a|b)*", r"", r"[\b]", r"[\w\W]*", r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})|24/7",
    r"^(?:[^,]+,\s*)*[^,]+$", r"^W\d{9}$",
    r"^(Le |La |Les |L'|)([A-ZÉÇŒÈÎ])(('|-| |)[a-zàâéèêëïîÿôûüœç])*( \([A-Z][a-z]*\)|)$",
)  # fmt: skip

TEXTS = (
    "a", "b", "ab", "aa", "aaa", "abc", "ABC", "Abc", "abcd", "axb", "Élodie", "élodie", "ÉLODIE",
    "e\u0301", "œ", "١٢", "12", "1.2", "²", "½", "Ⅷ", "_", "-", "a-b", "a b", "a\nb", "ab\n", "\nab",
    "\n", "\t", "\u00a0", "\u2009", "\u200b", "\x1c", "\x85", "]", "[", "^", "[a]", "a]", "a:", "alph",
    "A", "é", "😀", "’", "«", "a,b", "b,a", "a,c", "a{2", "{a}", "a{2}", ",", "2", "/", "\\", ".", "\x08",
    "10:00-12:00", "24/7", "W123456789", "W12345678", "ab!", "L'Étang", "La Ciotat (Ville)", "日本", "ª",
    "K", "ſ",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_same_verdict_as_python(pattern: str) -> None:
    verdicts = _verdicts(pattern, TEXTS)
    assert verdicts is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        compiled = re.compile(pattern)
    expected = {text: compiled.fullmatch(text) is not None for text in TEXTS}
    different = {text: verdict for text, verdict in verdicts.items() if verdict != expected[text]}
    # Python has no Unicode property of its own: a few letters that fold to ASCII are known to differ.
    assert not different or (pattern.startswith("(?i)") and set(different) <= {"K", "ſ"}), different


@settings(max_examples=share(300), deadline=None)
@given(
    pattern=st.lists(
        st.sampled_from(
            [*r"ab1é.^$|()[]*+?-,{}", r"\d", r"\w", r"\s", r"\W", r"\S", r"\.", "[^", "{,2}", "{1,2}"]
        ),
        max_size=7,
    ).map("".join),
    texts=st.lists(st.text(alphabet="ab1é -,\n{}[]^٣", max_size=5), max_size=8),
)
def test_any_pattern_is_python_s_or_nobody_s(pattern: str, texts: list[str]) -> None:
    """RE2 never has another opinion; what neither understands is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        verdicts = _verdicts(pattern, texts)
        try:
            compiled = re.compile(pattern)
        except re.error:
            return  # RE2 may understand more (``a**`` is an error for both, ``(?<n>a)`` is not)
    assert verdicts is not None
    assert verdicts == {text: compiled.fullmatch(text) is not None for text in texts}


def test_what_only_python_can_say_goes_to_python() -> None:
    for pattern in (r"(?=a)b", r"(\w)\1", r"\ba", "a{1001}"):
        compiled = compile_pattern(pattern, _accepts)
        assert compiled is not None
        assert compiled.judge is not None
    assert translate_to_re2(r"\ba") is None


def test_a_schema_expression_of_xml_schema_runs_on_re2() -> None:
    compiled = compile_pattern(r"\p{Lu}\p{Ll}+", _accepts)
    assert compiled is not None
    assert compiled.expression == r"\p{Lu}\p{Ll}+"


def test_neither_engine_understands() -> None:
    assert compile_pattern("(unclosed", _accepts) is None


def test_the_engine_runs_both(workshop: Any) -> None:
    schema = {
        "fields": [
            {"name": "re2", "constraints": {"pattern": r"[\w ]+"}},
            {"name": "python", "constraints": {"pattern": r"(?!Z)[\w ]+"}},
        ]
    }
    texts = ["Élodie", "a-b", None, "Zoé"]
    broken = workshop.broken(schema, {"re2": texts, "python": texts})
    assert broken == {3: {"re2:pattern", "python:pattern"}, 4: {"blank"}, 5: {"python:pattern"}}


@pytest.mark.parametrize(
    "field",
    [
        {"name": "a", "constraints": {"pattern": "(?=a)(a|a)+b"}},
        {"name": "a", "type": "array", "arrayItem": {"constraints": {"pattern": "(?=a)(a|a)+b"}}},
    ],
    ids=["cell", "item"],
)
def test_a_pattern_that_backtracks_without_end_closes_the_gate(
    workshop: Any, monkeypatch: pytest.MonkeyPatch, field: Any
) -> None:
    monkeypatch.setattr(deadline, "SECONDS", 1.0)
    hostile = "a" * 60
    cell = f'["{hostile}"]' if field.get("type") == "array" else hostile
    with pytest.raises(ValidationGateClosed) as caught:
        workshop.validate({"fields": [field]}, {"a": ["ab" if cell == hostile else '["ab"]', cell]})
    assert [finding.code for finding in caught.value.findings] == ["schema-inapplicable"]
    assert "`a` : son motif (pattern) prend un temps démesuré" in str(caught.value)
    assert hostile not in "".join(traceback.format_exception(caught.value))
    assert not workshop.report()["passed"]


def _accepts(expression: str) -> bool:
    try:
        duckdb.sql("SELECT regexp_full_match('', $e)", params={"e": expression}).fetchall()
    except duckdb.InvalidInputException:
        return False
    return True


def _verdicts(pattern: str, texts: Any) -> dict[str, bool] | None:
    compiled = compile_pattern(pattern, _accepts)
    if compiled is None:
        return None
    if compiled.judge is not None:
        return dict(zip(texts, map(bool, compiled.judge.match_texts(list(texts))), strict=True))
    query = "SELECT t, regexp_full_match(t, $e) FROM (SELECT unnest($t::VARCHAR[]) AS t)"
    rows = duckdb.sql(query, params={"e": compiled.expression, "t": list(texts)}).fetchall()
    return dict(rows)


def test_scratch_is_left_empty(workshop: Any, tmp_path: Path) -> None:
    workshop.validate({"fields": [{"name": "a"}]}, {"a": ["x"]})
    assert list((tmp_path / "vault" / ".scratch").iterdir()) == []
    assert list((tmp_path / "store" / ".scratch").iterdir()) == []
