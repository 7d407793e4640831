"""How far a file about people may be told: quasi-identifiers added one by one while k-anonymity costs little.

The values are made by the rules' own SQL (``aqueduc.rules``); only counts of groups come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from aqueduc import duck
from aqueduc.anonymise.risk import find_small_classes
from aqueduc.draft.profiles import Profile, Written
from aqueduc.draft.proposals import Quasi
from aqueduc.rules import read_rule
from aqueduc.sources.reading import Cells, LexicalType

COST = 0.05
"""The largest share of the rows that k-anonymity may cost."""
_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Choice:
    """``kept`` in the order they were tried; each ``refused`` with the share of the rows it would have "
    "cost."""

    kept: tuple[Quasi, ...] = ()
    refused: tuple[tuple[Quasi, float], ...] = ()


def chosen(
    con: duckdb.DuckDBPyConnection, quasis: Sequence[Quasi], k: int, written: Written | None
) -> Choice:
    """Tries dates, places and categories before numbers, the coarsest first. Needs the view ``source``."""
    if not quasis:
        return Choice()
    forms = list(_forms(quasis))
    _make_view(con, forms, written)
    sizes = {_column(quasi): _distinct(con, quasi) for quasi in forms}
    kept: list[Quasi] = []
    refused: list[tuple[Quasi, float]] = []
    order = sorted(
        _groups(quasis),
        key=lambda group: (bool(group[0].width), max(sizes[_column(quasi)] for quasi in group)),
    )
    for group in order:
        form, share = _accepted(con, kept, group, k)
        if share <= COST:
            kept += form
        else:
            refused += [(quasi, share) for quasi in form]
    return Choice(tuple(kept), tuple(refused))


def _accepted(
    con: duckdb.DuckDBPyConnection, kept: Sequence[Quasi], group: Sequence[Quasi], k: int
) -> tuple[Sequence[Quasi], float]:
    """The finest form of ``group`` that costs little beside what is kept, or its coarsest; and its cost."""
    while True:
        names = tuple(_column(quasi) for quasi in (*kept, *group))
        share = find_small_classes(con, "coarse", names, k).share
        coarser = [quasi.coarser for quasi in group if quasi.coarser]
        if share <= COST or not coarser:
            return group, share
        group = coarser


def _forms(quasis: Sequence[Quasi]) -> Iterator[Quasi]:
    for quasi in quasis:
        yield quasi
        if quasi.coarser:
            yield from _forms([quasi.coarser])


def _column(quasi: Quasi) -> str:
    """The column of ``coarse`` that holds a form."""
    return f"{quasi.subject.name} {quasi.unit}"


def _groups(quasis: Sequence[Quasi]) -> list[list[Quasi]]:
    """A longitude and its latitude are kept or refused together."""
    positions = [quasi for quasi in quasis if quasi.metres]
    groups = [[quasi] for quasi in quasis if not quasi.metres]
    return [*groups, positions] if len(positions) == 2 else groups


def _make_view(con: duckdb.DuckDBPyConnection, quasis: Sequence[Quasi], written: Written | None) -> None:
    """``coarse``: each quasi-identifier in each form it may leave in."""
    con.execute("CREATE OR REPLACE TEMP VIEW raw AS " + _canonical(quasis, written))
    columns = ", ".join(f"{_coarse(quasi)} AS {duck.identifier(_column(quasi))}" for quasi in quasis)
    con.execute(f"CREATE OR REPLACE TEMP TABLE coarse AS SELECT {columns} FROM raw")


def _canonical(quasis: Sequence[Quasi], written: Written | None) -> str:
    profiles = {quasi.subject.name: quasi.subject.profile for quasi in quasis}
    columns = ", ".join(f"{_read(p, written)} AS {duck.identifier(name)}" for name, p in profiles.items())
    return f"SELECT {columns} FROM source"


def _read(profile: Profile, written: Written | None) -> str:
    name = duck.identifier(profile.name)
    if profile.native != "VARCHAR" or written is None:
        return name
    kinds: dict[str, LexicalType] = {
        "date": "date",
        "datetime": "datetime",
        "number": "number",
        "integer": "integer",
    }
    return Cells(kinds.get(profile.kind, "string"), written.reading, cut_time=True).sql(name)


def _coarse(quasi: Quasi) -> str:
    name = quasi.subject.name
    native = quasi.subject.profile.native
    if quasi.metres:
        # The grid itself is Lambert-93's, reckoned when the dataset runs: near enough to count groups.
        degrees = f"TRY_CAST(raw.{duck.identifier(name)} AS DOUBLE)"
        return f"CAST(floor({degrees} / {quasi.metres / _DEGREE_M!r}) AS BIGINT)"
    return read_rule(*quasi.rule).sql(f"raw.{duck.identifier(name)}", native)


def _distinct(con: duckdb.DuckDBPyConnection, quasi: Quasi) -> int:
    ((count,),) = con.execute(
        f"SELECT count(DISTINCT {duck.identifier(_column(quasi))}) FROM coarse"
    ).fetchall()
    return int(count)
