"""The JSON reader against the standard one: same records, whatever the size of the pieces it reads."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqueduc.sources import jsonstream
from aqueduc.sources.jsonstream import JsonNumber, JsonStream, UnexpectedJson, format_json_value
from tests.examples import share

VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=12,
)
SIZES = pytest.mark.parametrize("size", [1, 2, 7, 1 << 18])


def plain(value):
    """Numbers as Python's own reader gives them."""
    if isinstance(value, JsonNumber):
        return json.loads(value)
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return [plain(member) for member in value] if isinstance(value, list) else value


@settings(max_examples=share(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(VALUES, max_size=6),
    around=st.dictionaries(st.text(), VALUES, max_size=3),
    size=st.integers(1, 40),
    indent=st.sampled_from([None, 2]),
    ascii_only=st.booleans(),
)
def test_same_as_the_standard_reader(monkeypatch, records, around, size, indent, ascii_only):
    monkeypatch.setattr(jsonstream, "CHUNK", size)
    document = {**around, "données": {"liste": records, "total": 3}, "fin": 1}
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    stream = JsonStream(io.StringIO(text), path=("données", "liste"))
    assert [plain(record) for record in stream.read_records()] == records
    assert plain(stream.outside) == {**around, "données": {"total": 3}, "fin": 1}


@settings(max_examples=share(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from('[]{}":,0 1e.-tru"fals\\n'), max_size=30), size=st.integers(1, 9))
def test_it_refuses_what_the_standard_reader_refuses(monkeypatch, text, size):
    monkeypatch.setattr(jsonstream, "CHUNK", size)
    try:
        expected = json.loads(text)
    except ValueError:
        expected = None
    try:
        found = [plain(record) for record in JsonStream(io.StringIO(text)).read_records()]
    except UnexpectedJson:
        found = None
    assert found == (expected if isinstance(expected, list) else None)


@SIZES
def test_numbers_keep_their_digits(monkeypatch, size):
    monkeypatch.setattr(jsonstream, "CHUNK", size)
    text = '[{"a": 1.10, "b": 123456789012345678901234567890, "c": -0.0, "d": 1E400, "e": [1.50, "1"]}]'
    (record,) = JsonStream(io.StringIO(text)).read_records()
    assert list(record.values())[:4] == ["1.10", "123456789012345678901234567890", "-0.0", "1E400"]
    assert format_json_value(record["e"]) == '[1.50,"1"]'
    assert Decimal(record["a"]).as_tuple().exponent == -2


def test_memory_is_bounded_by_a_record_not_by_the_document(monkeypatch):
    monkeypatch.setattr(jsonstream, "CHUNK", 1000)
    text = io.StringIO('{"r": [' + ",".join(f'{{"n": {n}}}' for n in range(20_000)) + "]}")
    stream = JsonStream(text, path=("r",))
    buffered = [len(stream._buffer) for _ in stream.read_records()]
    assert len(buffered) == 20_000
    assert max(buffered) < 3000


def test_a_value_without_an_end_is_given_up(monkeypatch):
    monkeypatch.setattr(jsonstream, "CHUNK", 100)
    monkeypatch.setattr(jsonstream, "LARGEST_VALUE", 1000)
    file = io.StringIO('["' + "x" * 100_000)
    with pytest.raises(UnexpectedJson, match="démesurée"):
        list(JsonStream(file).read_records())
    assert file.tell() < 3000
