"""Points in the numbers of a source of text, of which nobody said whether they set thousands apart: one before three
digits may. 1.234 is twelve hundred and thirty-four where the same column has 1.000.000, and a decimal where it has
12.5; elsewhere only a person knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aqueduc import duck
from aqueduc.findings import Finding
from aqueduc.language import _, build_row_count_message, join_messages, quote_text
from aqueduc.sources.findings import AmbiguousNumbers, UnsaidThousands
from aqueduc.sources.origin import LINE, SourceOrigin
from aqueduc.sources.reading import (
    DECIMAL_POINT,
    LONE_POINT,
    SEVERAL_POINTS,
    CellReader,
    build_trim_sql,
)

if TYPE_CHECKING:
    import duckdb

LINES_SHOWN = 10


@dataclass(frozen=True)
class PointSeparatorTally:
    """Of a column, how many numbers have ``one`` point before three digits (``lines``: the first of them), points that
    can only be of thousands (``several``), a point that can only be of ``decimals``."""

    one: int
    several: int
    decimals: int
    lines: tuple[int, ...] = ()

    @property
    def are_points_thousands_separators(self) -> bool:
        return self.several > 0

    @property
    def are_points_ambiguous_separators(self) -> bool:
        return self.one > 0 and not self.several and not self.decimals


def build_point_separator_kind_sql(text: str) -> str:
    """SQL: 'one', 'several' or 'decimals' of a text, as in ``PointSeparatorTally``, which none is twice. Most texts have no
    point, and most points are of decimals: what is left is hardly ever asked."""
    shapes = (("decimals", DECIMAL_POINT), ("one", LONE_POINT), ("several", SEVERAL_POINTS))
    asked = " ".join(
        f"WHEN regexp_full_match({build_trim_sql(text)}, {duck.literal(shape)}) THEN '{kind}'"
        for kind, shape in shapes
    )
    return f"CASE WHEN NOT contains({text}, '.') THEN NULL {asked} END"


def build_separator_counts_sql(kind: str, weight: str = "1") -> str:
    """Three SQL aggregates over the ``kind`` of each cell: how often it is 'one', 'several' or 'decimals'."""
    return ", ".join(
        f"coalesce(sum({weight}) FILTER ({kind} = '{one}'), 0)" for one in ("one", "several", "decimals")
    )


def find_ambiguous_decimal_points(
    con: duckdb.DuckDBPyConnection,
    origin: SourceOrigin,
    relation: str,
    written: str,
    cells: Mapping[str, CellReader],
) -> Iterator[Finding]:
    """What is to be told of the doubtful columns; ``relation``: the rows as they came, ``written``: as they were read.
    With a decimal comma, reading leaves no trace of the points. Raises duckdb.Error, SourceUnreadable."""
    doubtful = {name: reader for name, reader in cells.items() if reader.doubtful}
    comma = any(reader.reading.decimal == "," for reader in doubtful.values())
    tallies = _tally_point_separators(con, relation if comma else written, tuple(doubtful))
    mixed = [name for name, tally in tallies.items() if tally.are_points_thousands_separators and tally.one]
    if mixed:
        count = sum(tallies[name].one for name in mixed)
        listed = join_messages(map(quote_text, mixed))
        raise origin.build_unreadable_error(
            _(
                "{columns} : un seul point sépare trois chiffres dans {rows}, et d'autres cellules ont des points qui ne "
                "peuvent séparer que des milliers ; lue ainsi, une partie serait mille fois trop petite."
            ).format(columns=listed, rows=build_row_count_message(count)),
            _("mettre « thousands: [{columns}] » sous « source: », ou corriger la source").format(
                columns=", ".join(mixed)
            ),
        )
    for name, tally in tallies.items():
        if tally.one and comma:
            yield AmbiguousNumbers(column=name, count=tally.one, lines=tally.lines)
        elif tally.are_points_ambiguous_separators:
            yield UnsaidThousands(column=name, count=tally.one, lines=tally.lines)


def _tally_point_separators(
    con: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]
) -> dict[str, PointSeparatorTally]:
    if not names:
        return {}
    kinds = ", ".join(
        f"{build_point_separator_kind_sql(duck.identifier(name))} AS kind{rank}"
        for rank, name in enumerate(names)
    )
    counted = ", ".join(
        f"{build_separator_counts_sql(f'kind{rank}')}, (min({LINE}, {LINES_SHOWN}) FILTER (kind{rank} = 'one'))"
        for rank in range(len(names))
    )
    found = duck.fetch_single_row(con, f"SELECT {counted} FROM (SELECT {LINE}, {kinds} FROM {relation})")
    tallies = {}
    for rank, name in enumerate(names):
        one, several, decimals, lines = found[4 * rank : 4 * rank + 4]
        tallies[name] = PointSeparatorTally(int(one), int(several), int(decimals), tuple(lines or ()))
    return tallies
