"""What a class still shows to whoever is one of its units, against the same thing counted unit by unit."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.disclosure.models import SensitiveAttribute
from aqueduc.anonymise.unit_verification import UNIT, _check_attribute_disclosure_per_unit
from tests.examples import share

Line = tuple[str | None, str | None, int | None]


def gives_away(lines: list[Line], least: int) -> bool:
    """Determines if a class has fewer than ``least`` values, or fewer than ``least - 1`` beside a unit's own."""
    classes: dict[str | None, dict[str | None, set[int | None]]] = defaultdict(lambda: defaultdict(set))
    for district, illness, unit in lines:
        classes[district][illness].add(unit)
    return any(
        len(values) < least
        or any(
            sum(bearers != {unit} for bearers in values.values()) < least - 1
            for unit in set().union(*values.values())
        )
        for values in classes.values()
    )


@settings(max_examples=share(150), deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from(("Nord", None)),
            st.sampled_from(("asthme", "grippe", "rhume", None)),
            st.sampled_from((1, 2, 3, None)),
        ),
        min_size=1,
        max_size=10,
    ),
    least=st.integers(2, 3),
)
@example(lines=[("Nord", "asthme", 1), ("Nord", "grippe", 1)], least=2)
@example(lines=[("Nord", "asthme", 1), ("Nord", "grippe", 1), ("Nord", "rhume", 2)], least=3)
def test_a_unit_that_knows_its_own_value_is_counted_out(lines: list[Line], least: int) -> None:
    columns = zip(*lines, strict=True)
    types = (pa.string(), pa.string(), pa.int64())
    table = pa.table(
        {
            name: pa.array(values, type)
            for name, values, type in zip(("district", "illness", UNIT), columns, types, strict=True)
        }
    )
    with TemporaryDirectory() as folder:
        attribute = SensitiveAttribute("illness", distinct=least)
        found = list(
            _check_attribute_disclosure_per_unit(
                table, ["district"], attribute, Path(folder, "pairs.parquet")
            )
        )
    assert bool(found) == gives_away(lines, least)
