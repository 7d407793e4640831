"""How far a file about people may be told: quasi-identifiers added one by one while k-anonymity costs little.

The values are made by the rules' own SQL (``aqueduc.rules``); only counts of groups come out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from aqueduc import duck
from aqueduc.anonymise.risk import create_small_classes_table
from aqueduc.anonymise.units import UNIT, build_unit_hash_sql
from aqueduc.draft.profiles import ColumnProfile, SourceCellFormat
from aqueduc.draft.proposals import QuasiIdentifier
from aqueduc.rules import parse_declared_rule
from aqueduc.sources.reading import CellReader, LexicalType

COST = 0.05
"""The largest share of the rows that k-anonymity may cost."""
_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class QuasiIdentifierChoice:
    """The quasi-identifiers that leave: ``kept`` in the order they were tried; each ``refused`` with the
    share of the rows, from 0 to 1, that suppression would have cost."""

    kept: tuple[QuasiIdentifier, ...] = ()
    refused: tuple[tuple[QuasiIdentifier, float], ...] = ()


def choose_publishable_quasi_identifiers(
    con: duckdb.DuckDBPyConnection,
    quasis: Sequence[QuasiIdentifier],
    k: int,
    written: SourceCellFormat | None,
    unit: Sequence[str] = (),
) -> QuasiIdentifierChoice:
    """The quasi-identifiers that k-anonymity, counted in values of ``unit`` where there is one, lets leave for few
    rows.

    Tries dates, places and categories before numbers, the coarsest first. Needs the view ``source``. Raises
    duckdb.Error."""
    if not quasis:
        return QuasiIdentifierChoice()
    forms = list(_list_all_generalisation_forms(quasis))
    _create_generalised_table(con, forms, written, unit)
    sizes = {_build_form_column_name(quasi): _count_distinct_values(con, quasi) for quasi in forms}
    kept: list[QuasiIdentifier] = []
    refused: list[tuple[QuasiIdentifier, float]] = []
    order = sorted(
        _group_coordinate_pairs(quasis),
        key=lambda group: (
            bool(group[0].width),
            max(sizes[_build_form_column_name(quasi)] for quasi in group),
        ),
    )
    for group in order:
        form, share = _choose_finest_affordable_form(con, kept, group, k)
        if share <= COST:
            kept += form
        else:
            refused += [(quasi, share) for quasi in form]
    return QuasiIdentifierChoice(tuple(kept), tuple(refused))


def _choose_finest_affordable_form(
    con: duckdb.DuckDBPyConnection, kept: Sequence[QuasiIdentifier], group: Sequence[QuasiIdentifier], k: int
) -> tuple[Sequence[QuasiIdentifier], float]:
    """The finest form of ``group`` that costs little beside what is kept, or its coarsest; and its cost."""
    while True:
        names = tuple(_build_form_column_name(quasi) for quasi in (*kept, *group))
        share = create_small_classes_table(con, "coarse", names, k, UNIT).suppressed_share
        coarser = [quasi.coarser for quasi in group if quasi.coarser]
        if share <= COST or not coarser:
            return group, share
        group = coarser


def _list_all_generalisation_forms(quasis: Sequence[QuasiIdentifier]) -> Iterator[QuasiIdentifier]:
    for quasi in quasis:
        yield quasi
        if quasi.coarser:
            yield from _list_all_generalisation_forms([quasi.coarser])


def _build_form_column_name(quasi: QuasiIdentifier) -> str:
    """The column of ``coarse`` that holds a form."""
    return f"{quasi.subject.name} {quasi.unit}"


def _group_coordinate_pairs(quasis: Sequence[QuasiIdentifier]) -> list[list[QuasiIdentifier]]:
    """A longitude and its latitude are kept or refused together."""
    positions = [quasi for quasi in quasis if quasi.metres]
    groups = [[quasi] for quasi in quasis if not quasi.metres]
    return [*groups, positions] if len(positions) == 2 else groups


def _create_generalised_table(
    con: duckdb.DuckDBPyConnection,
    quasis: Sequence[QuasiIdentifier],
    written: SourceCellFormat | None,
    unit: Sequence[str],
) -> None:
    """``coarse``: each quasi-identifier in each form it may leave in, and whom the row is about: by ``unit``, or
    somebody else in each row."""
    counted = build_unit_hash_sql(unit, "source") if unit else "row_number() OVER ()"
    con.execute(
        "CREATE OR REPLACE TEMP VIEW raw AS "
        + _build_typed_columns_sql(quasis, written, f"{counted} AS {duck.identifier(UNIT)}")
    )
    columns = ", ".join(
        f"{_build_generalised_value_sql(quasi)} AS {duck.identifier(_build_form_column_name(quasi))}"
        for quasi in quasis
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE coarse AS SELECT {columns}, {UNIT} FROM raw")


def _build_typed_columns_sql(
    quasis: Sequence[QuasiIdentifier], written: SourceCellFormat | None, counted: str
) -> str:
    profiles = {quasi.subject.name: quasi.subject.profile for quasi in quasis}
    columns = ", ".join(
        f"{_build_typed_column_sql(p, written)} AS {duck.identifier(name)}" for name, p in profiles.items()
    )
    return f"SELECT {columns}, {counted} FROM source"


def _build_typed_column_sql(profile: ColumnProfile, written: SourceCellFormat | None) -> str:
    name = duck.identifier(profile.name)
    if profile.native != "VARCHAR" or written is None:
        return name
    kinds: dict[str, LexicalType] = {
        "date": "date",
        "datetime": "datetime",
        "number": "number",
        "integer": "integer",
    }
    kind = kinds.get(profile.kind, "string")
    return CellReader(
        kind, written.lexical_format, cut_time=True, grouped=profile.thousands
    ).build_canonical_cell_sql(name)


def _build_generalised_value_sql(quasi: QuasiIdentifier) -> str:
    name = quasi.subject.name
    native = quasi.subject.profile.native
    if quasi.metres:
        # The grid itself is Lambert-93's, reckoned when the dataset runs: near enough to count groups.
        degrees = f"TRY_CAST(raw.{duck.identifier(name)} AS DOUBLE)"
        return f"CAST(floor({degrees} / {quasi.metres / _DEGREE_M!r}) AS BIGINT)"
    return parse_declared_rule(*quasi.generalisation_rule).build_sql(f"raw.{duck.identifier(name)}", native)


def _count_distinct_values(con: duckdb.DuckDBPyConnection, quasi: QuasiIdentifier) -> int:
    ((count,),) = con.execute(
        f"SELECT count(DISTINCT {duck.identifier(_build_form_column_name(quasi))}) FROM coarse"
    ).fetchall()
    return int(count)
