"""Codes that look like numbers: texts whose zeros a number would lose (``1.10``, ``2.0``, ``1E5``).

Read as numbers, two codes may become one, and none can be written back. A price (``12.50``) loses a zero too, that
means nothing: what tells them apart is the name of the column, how its cells are written, and what its source is.
"""

from dataclasses import dataclass

import duckdb

from aqueduc import duck
from aqueduc.declaration.column_name_hints import is_code_column_name, is_measure_column_name
from aqueduc.declaration.positions import classify_coordinate_axis
from aqueduc.declaration.spec import LexicalFormat
from aqueduc.sources.reading import CellReader

_NUMBER = "[+-]?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?"
_LEADING_ZERO = "[+-]?0[0-9].*"
_WHOLE_POWER = "[0-9]+[eE][0-9]+"
_OUTLINE = "[0-9]{1,2}[.][0-9]{2}"
_INTERNATIONAL = "[+][0-9]{9,}"
_THOUSANDS = "[0-9][ \u00a0\u2007\u2009\u202f][0-9]"


@dataclass(frozen=True)
class NumberNotationCounts:
    """How the cells that read as numbers are written. ``zeros``: how many end in a zero behind the mark; ``bare``
    of them in « .0 » alone. ``odd``: how many start with zeros, or are whole powers. ``decimals``: how many
    different numbers of decimals there are; ``whole``: how many cells have none. ``grouped``: whether some thousands
    are set apart."""

    zeros: int
    bare: int
    odd: int
    decimals: int
    whole: int
    grouped: bool
    outlined: bool
    """Whether all are two digits at most, a point, two digits: prices, or chapters."""

    @property
    def has_uniform_decimals(self) -> bool:
        """All with the same number of decimals, as amounts are printed; or only « .0 » behind what is whole, as
        programs print their numbers."""
        return self.decimals == 1 or (self.whole == 0 and self.zeros == self.bare)


@dataclass(frozen=True)
class CodeOrNumber:
    """What the cells that read as numbers had better be. ``code``: text. ``outline``: numbers, unless they are those of
    chapters or versions, which only a person can tell."""

    code: bool
    outline: bool = False


def distinguish_codes_from_numbers(
    con: duckdb.DuckDBPyConnection, name: str, decimal: str, *, typed: bool
) -> CodeOrNumber:
    """Of the cells of ``words``: ``t`` as they stand, ``p`` prepared. ``typed``: a source that keeps its numbers as
    such. Raises duckdb.Error."""
    writing = _count_number_notations(con, decimal)
    if not writing.zeros and not writing.odd:
        return CodeOrNumber(code=False)
    if is_code_column_name(name):
        return CodeOrNumber(code=True)
    if is_measure_column_name(name) or classify_coordinate_axis(name) or writing.grouped or decimal == ",":
        return CodeOrNumber(code=False)
    code = typed or writing.odd > 0 or not writing.has_uniform_decimals
    return CodeOrNumber(code, outline=writing.outlined and not code)


def _count_number_notations(con: duckdb.DuckDBPyConnection, decimal: str) -> NumberNotationCounts:
    reading = LexicalFormat(decimal="," if decimal == "," else ".")
    number = CellReader("number", reading).build_canonical_value_sql("p")
    odd = " OR ".join(
        f"regexp_full_match({cell}, {duck.literal(shape)})"
        for cell, shape in (("c", _LEADING_ZERO), ("c", _WHOLE_POWER), ("t", _INTERNATIONAL))
    )
    row = duck.fetch_single_row(
        con,
        "SELECT count(*) FILTER (regexp_matches(c, '[.][0-9]*0$')), count(*) FILTER (regexp_matches(c, '[.]0$')), "
        f"count(*) FILTER ({odd}), count(DISTINCT length(regexp_extract(c, '[.]([0-9]+)', 1))), "
        "count(*) FILTER (NOT contains(c, '.')), "
        f"coalesce(bool_or(regexp_matches(p, {duck.literal(_THOUSANDS)})), false), "
        f"bool_and(regexp_full_match(p, {duck.literal(_OUTLINE)})) "
        f"FROM (SELECT t, p, {number} AS c FROM words) WHERE regexp_full_match(c, {duck.literal(_NUMBER)})",
    )
    zeros, bare, odd, decimals, whole, grouped, outlined = row
    return NumberNotationCounts(
        int(zeros), int(bare), int(odd), int(decimals), int(whole), bool(grouped), bool(outlined)
    )
