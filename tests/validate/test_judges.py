"""What Python judges, it judges of any text: a function that raised would stop the whole run."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqueduc.validate import french, structures, types
from tests.examples import share
from tests.validate.grid import ALPHABETS, VALUES

PARIS = ZoneInfo("Europe/Paris")
JUDGES: dict[str, Any] = {
    "siret": french._is_siret,
    "siren": french._is_siren,
    "phone": french._is_dialable_phone_number,
    "hours": french._is_osm_opening_hours_text,
    "act": french._is_administrative_act_subject,
    "position": partial(french._is_geopoint_in_france, "array"),
    "geojson": partial(structures.return_text_if_json_shape, structures.is_geojson),
    "topojson": partial(structures.return_text_if_json_shape, structures.is_topojson),
    "size": structures.count_json_items,
    "identity": structures.build_canonical_json,
    "items": structures.list_json_array_items_as_text,
    "geopoint": partial(structures.build_canonical_geopoint, "object"),
    "duration": structures.build_canonical_duration,
    "any date": partial(types._parse_any_date_and_time, types.datetime.date),
    "any moment": partial(types._parse_any_date_and_time, partial(types._convert_to_local_time, PARIS)),
    "any time": partial(types._parse_any_date_and_time, types._convert_naive_datetime_to_time),
    "pattern": partial(
        types._parse_with_strptime_pattern, "%d %B %Y %Z %z", partial(types._convert_to_local_time, PARIS)
    ),
    "week": partial(types._parse_with_strptime_pattern, "%G-W%V-%u", types.datetime.date),
}
LONG = (
    "[" * 100_000, "[" * 900 + "]" * 900, "[" * 3_000 + "]" * 3_000, '{"a":' * 900 + "1" + "}" * 900,
    "P" + "9" * 10_000 + "Y", "1" * 5000 + "e" + "9" * 20, "Mo " * 5000,
)  # fmt: skip
written = st.one_of(
    st.sampled_from([value for value in VALUES if value is not None]),
    *(st.text(alphabet, max_size=24) for alphabet in (*ALPHABETS, 'MoTuPHeasr 0123456789:-+;,"[]')),
    st.text(max_size=12),
)


@pytest.mark.parametrize("name", JUDGES)
@settings(max_examples=share(150), deadline=None)
@given(text=st.lists(written, min_size=1, max_size=2).map("".join))
@example(text="202:9999999999999999999999999999991/2020")
def test_a_judgement_never_raises(name: str, text: str) -> None:
    JUDGES[name](text)


@pytest.mark.parametrize("name", JUDGES)
def test_nor_of_a_text_without_end(name: str) -> None:
    for text in LONG:
        JUDGES[name](text)
