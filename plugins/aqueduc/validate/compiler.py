"""A Table Schema and the columns at hand → SQL for DuckDB.

The SQL is a ladder of views, each column of which DuckDB computes only if somebody asks for it::

    received   __line, c0, c1…      the Parquet file, columns renamed in the schema's order
    texts      + t0, t1…            the text of each cell, NULL where it is missing
    cells      + v0, v1…            its value, NULL where it does not read
    broken     __line, f0, f1…      only the rows that break a rule: one boolean for each check (a table)

Before ``broken``: one small table for each judgement that Python makes on distinct texts, and one for each
uniqueness with the lines that repeat. Column names of the data never mix with those of the SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path

from aqueduc.declaration.model import SchemaField, TableSchema
from aqueduc.duck import identifier, literal
from aqueduc.findings import Finding
from aqueduc.validate.constraints import (
    ORDERED,
    Cell,
    Check,
    Constant,
    Pattern,
    bound_checks,
    compile_pattern,
    constants,
    enum_check,
    length_checks,
    pattern_check,
    required_check,
    type_check,
)
from aqueduc.validate.findings import (
    ColumnUnknown,
    FieldAbsent,
    KeyRepeated,
    RowBlank,
    RowFinding,
    SchemaUnusable,
    ValueRepeated,
)
from aqueduc.validate.types import UNREADABLE, Judge, trusted, typed

LINE = "__line"
Accepts = Callable[[str], bool]
"""Whether RE2 understands an expression."""


@dataclass(frozen=True)
class Judgement:
    """A Python function over the distinct texts ``{text}``; its results join as ``{name}.v``."""

    name: str
    text: str
    sql_type: str
    judge: Judge = attribute(repr=False)


@dataclass(frozen=True)
class Unique:
    """No two rows have the same values; lines of the later ones are in the table ``name``."""

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    kind: type[RowFinding]


@dataclass(frozen=True)
class Plan:
    """A schema compiled against the columns at hand. ``order``: the values that sort what is published."""

    cells: tuple[Cell, ...]
    judgements: tuple[Judgement, ...]
    uniques: tuple[Unique, ...]
    checks: tuple[Check, ...]
    constants: tuple[Constant, ...]
    order: tuple[str, ...]


def compile_schema(
    schema: TableSchema, key: Sequence[str], columns: Mapping[str, str], accepts: Accepts
) -> tuple[Plan | None, list[Finding]]:
    """The plan, or what makes the schema inapplicable.

    ``columns``: DuckDB's type of each column of the data, ``__line`` included. ``key`` (published names) and
    the schema's primaryKey must both be unique and complete, as the specification wants: frictionless lets a
    composite key have holes.
    """
    problems = [*_misfits(schema, columns), *_unusable(schema, key)]
    patterns = dict(_patterns(schema, accepts))
    problems += [
        _unusable_field(schema.fields[rank], "son motif (pattern) n'est pas une expression régulière valide")
        for rank, pattern in patterns.items()
        if pattern is None
    ]
    if problems:
        return None, problems
    known = {rank: pattern for rank, pattern in patterns.items() if pattern is not None}
    keys = tuple(dict.fromkeys(names for names in (tuple(key), schema.primary_key) if names))
    cells = tuple(
        _cell(rank, field, columns[field.name], schema.missing_values)
        for rank, field in enumerate(schema.fields)
    )
    return _plan(cells, known, keys), []


def _plan(
    cells: tuple[Cell, ...], patterns: Mapping[int, Pattern], keys: tuple[tuple[str, ...], ...]
) -> Plan:
    values = {cell.field.name: cell.value for cell in cells}
    uniques = tuple(_uniques(cells, keys))
    return Plan(
        cells=cells,
        judgements=tuple(_judgements(cells, patterns)),
        uniques=uniques,
        checks=tuple(_checks(cells, patterns, keys, uniques)),
        constants=tuple(constant for cell in cells for constant in constants(cell)),
        order=tuple(values[name] for name in (keys[0] if keys else values)),
    )


# --- is the schema applicable? ------------------------------------------------------------------------


def _misfits(schema: TableSchema, columns: Mapping[str, str]) -> Iterator[Finding]:
    names = [LINE, *(field.name for field in schema.fields)]
    yield from (FieldAbsent(column=name) for name in names if name not in columns)
    yield from (ColumnUnknown(column=name) for name in columns if name not in names)


def _unusable(schema: TableSchema, key: Sequence[str]) -> Iterator[Finding]:
    folded = Counter(field.name.casefold() for field in schema.fields)
    for field in schema.fields:
        if folded[field.name.casefold()] > 1:
            yield _unusable_field(field, "un autre champ a le même nom, aux majuscules près")
        if typed(field) is None:
            yield _unusable_field(field, f"format « {field.format} » inconnu pour le type {field.type}")
        bounded = field.constraints.minimum is not None or field.constraints.maximum is not None
        if bounded and field.type not in ORDERED:
            yield _unusable_field(field, f"minimum et maximum n'ont pas de sens pour le type {field.type}")
    for name in dict.fromkeys((*key, *schema.primary_key)):
        if schema.field(name) is None:
            why = "la clé le cite, ce n'est pas un champ du schéma"
            yield SchemaUnusable(column=name, detail={"why": why})


def _unusable_field(field: SchemaField, why: str) -> Finding:
    return SchemaUnusable(column=field.name, detail={"why": why})


def _patterns(schema: TableSchema, accepts: Accepts) -> Iterator[tuple[int, Pattern | None]]:
    for rank, field in enumerate(schema.fields):
        if field.constraints.pattern is not None:
            yield rank, compile_pattern(field.constraints.pattern, accepts)


# --- the parts of a plan ------------------------------------------------------------------------------


def _cell(rank: int, field: SchemaField, native: str, missing: Sequence[str]) -> Cell:
    column, text, value = f"c{rank}", f"t{rank}", f"v{rank}"
    how, trust = typed(field) or UNREADABLE, trusted(field.type, native)
    is_text = native == "VARCHAR"
    nothing = ", ".join(literal(word) for word in missing if word or is_text)
    written = column if is_text else f"CAST({column} AS VARCHAR)"
    absent = f"{text} IS NULL" if nothing else f"{column} IS NULL"
    if trust is not None:
        value_sql = trust.value.replace("{c}", column)
        value_sql = f"CASE WHEN NOT ({absent}) THEN {value_sql} END" if nothing else value_sql
    else:
        value_sql = f"judged_{rank}.v" if how.judge is not None else how.read(text)
    return Cell(
        field=field,
        typed=how,
        sql_type=trust.sql_type if trust else how.sql_type,
        always=trust.always if trust else how.always,
        text=text,
        text_sql=f"CASE WHEN {written} NOT IN ({nothing}) THEN {written} END" if nothing else written,
        value=value,
        value_sql=value_sql,
        absent=absent,
        judge=None if trust else how.judge,
    )


def _judgements(cells: Sequence[Cell], patterns: Mapping[int, Pattern]) -> Iterator[Judgement]:
    for rank, cell in enumerate(cells):
        if cell.judge is not None:
            yield Judgement(f"judged_{rank}", cell.text, cell.sql_type, cell.judge)
    for rank, pattern in patterns.items():
        if pattern.judge is not None:
            yield Judgement(f"matched_{rank}", cells[rank].text, "BOOLEAN", pattern.judge)


def _uniques(cells: Sequence[Cell], keys: Sequence[tuple[str, ...]]) -> Iterator[Unique]:
    values = {cell.field.name: cell.value for cell in cells}
    for names in keys:
        own = tuple(values[name] for name in names)
        yield Unique(f"repeated_{'_'.join(own)}", names, own, KeyRepeated)
    for cell in cells:
        name = cell.field.name
        if cell.field.constraints.unique and (name,) not in keys:
            yield Unique(f"repeated_{cell.value}", (name,), (cell.value,), ValueRepeated)


def _checks(
    cells: Sequence[Cell],
    patterns: Mapping[int, Pattern],
    keys: Sequence[tuple[str, ...]],
    uniques: Sequence[Unique],
) -> Iterator[Check]:
    blank_row = " AND ".join(cell.absent for cell in cells)
    in_key = {name for names in keys for name in names}
    for rank, cell in enumerate(cells):
        yield from type_check(cell)
        yield from required_check(cell, in_key=cell.field.name in in_key, blank_row=blank_row)
        yield from length_checks(cell)
        yield from bound_checks(cell)
        if rank in patterns:
            yield from pattern_check(cell, patterns[rank], f"matched_{rank}")
        yield from enum_check(cell)
    for unique in uniques:
        yield Check(unique.columns, unique.kind, f"{LINE} IN (SELECT {LINE} FROM {unique.name})", {})
    yield Check((), RowBlank, blank_row, {})


# --- the SQL ------------------------------------------------------------------------------------------


def received_sql(plan: Plan, path: Path) -> str:
    columns = ", ".join(f"{identifier(cell.field.name)} AS c{rank}" for rank, cell in enumerate(plan.cells))
    source = f"read_parquet({literal(str(path))}, hive_partitioning = false)"
    return f"CREATE TEMP VIEW received AS SELECT {LINE}, {columns} FROM {source}"


def texts_sql(plan: Plan) -> str:
    texts = ", ".join(f"{cell.text_sql} AS {cell.text}" for cell in plan.cells)
    return f"CREATE TEMP VIEW texts AS SELECT *, {texts} FROM received"


def judged_sql(judgement: Judgement) -> str:
    """Needs the function ``judgement.name`` to be registered."""
    distinct = f"SELECT DISTINCT {judgement.text} AS t FROM texts WHERE {judgement.text} IS NOT NULL"
    return f"CREATE TEMP TABLE {judgement.name} AS SELECT t, {judgement.name}(t) AS v FROM ({distinct})"


def cells_sql(plan: Plan) -> str:
    values = [f"{cell.value_sql} AS {cell.value}" for cell in plan.cells]
    verdicts = [
        f"{judgement.name}.v AS {judgement.name}"
        for judgement in plan.judgements
        if judgement.name.startswith("matched")
    ]
    joins = "".join(
        f" LEFT JOIN {judgement.name} ON {judgement.name}.t = texts.{judgement.text}"
        for judgement in plan.judgements
    )
    return f"CREATE TEMP VIEW cells AS SELECT texts.*, {', '.join(values + verdicts)} FROM texts{joins}"


def repeated_sql(unique: Unique) -> str:
    """Every line after the first with the same values; rows that lack one of them repeat nothing."""
    values = ", ".join(unique.values)
    full = " AND ".join(f"{value} IS NOT NULL" for value in unique.values)
    twice = (
        f"SELECT {values}, min({LINE}) AS first_line FROM cells WHERE {full} "
        f"GROUP BY {values} HAVING count(*) > 1"
    )
    return (
        f"CREATE TEMP TABLE {unique.name} AS "
        f"SELECT {LINE} FROM cells JOIN ({twice}) USING ({values}) WHERE {LINE} > first_line"
    )


def broken_sql(plan: Plan) -> str:
    flags = ", ".join(f"({check.fails}) AS f{rank}" for rank, check in enumerate(plan.checks))
    some = " OR ".join(f"f{rank}" for rank in range(len(plan.checks)))
    return f"CREATE TEMP TABLE broken AS SELECT * FROM (SELECT {LINE}, {flags} FROM cells) WHERE {some}"


def summary_sql(plan: Plan, shown_lines: int) -> str:
    """For each check, how many rows and the first lines."""
    counts = ", ".join(
        f"count(*) FILTER (f{rank}), min({LINE}, {shown_lines}) FILTER (f{rank})"
        for rank in range(len(plan.checks))
    )
    return f"SELECT {counts} FROM broken"


def rejected_sql(plan: Plan) -> str:
    """``__line``, ``__rules`` (a list such as ``date_depot:type``), then the row as received."""
    names = ", ".join(
        f"CASE WHEN f{rank} THEN {literal(check.name)} END" for rank, check in enumerate(plan.checks)
    )
    rules = f"list_filter([{names}], lambda name: name IS NOT NULL)"
    row = ", ".join(
        f"received.c{rank} AS {identifier(cell.field.name)}" for rank, cell in enumerate(plan.cells)
    )
    return (
        f"SELECT broken.{LINE}, {rules} AS __rules, {row} "
        f"FROM broken JOIN received USING ({LINE}) ORDER BY broken.{LINE}"
    )


def kept_sql(plan: Plan) -> str:
    """The rows that break nothing, typed, in the schema's order: the view ``kept``."""
    values = ", ".join(f"cells.{cell.value} AS {identifier(cell.field.name)}" for cell in plan.cells)
    return f"CREATE VIEW kept AS SELECT {values} FROM cells ANTI JOIN broken USING ({LINE})"


def valid_sql(plan: Plan, rows: str) -> str:
    """What may be published of ``rows`` (SQL over ``kept``), sorted: the source's order never shows."""
    names = {cell.value: identifier(cell.field.name) for cell in plan.cells}
    order = ", ".join(f"{names[value]} NULLS LAST" for value in plan.order)
    return f"SELECT * FROM ({rows}) ORDER BY {order}"
