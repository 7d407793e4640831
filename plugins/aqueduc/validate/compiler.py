"""A Table Schema and the columns at hand → SQL for DuckDB.

The SQL is a ladder of views, each column of which DuckDB computes only if somebody asks for it::

    received   __line, c0, c1…      the Parquet file, columns renamed in the schema's order
    texts      + t0, t1…            the text of each cell, NULL where it is missing
    judged     + …                  what Python says of it, where SQL cannot
    cells      + v0, v1…            its value, NULL where it does not read
    broken     __line, f0, f1…      only the rows that break a rule: one boolean for each check (a table)

Before ``broken``: one small table for each judgement that Python makes on distinct texts, one for the items
of each array, one for each uniqueness with the lines that repeat, one for each foreign key with the lines
that refer to nothing. Column names of the data never mix with those of the SQL.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path

from aqueduc.anonymise.units import UNIT
from aqueduc.declaration.spec import SchemaField, TableSchema
from aqueduc.duck import build_read_parquet_sql, identifier, is_number_type, literal
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.validate.constraints import (
    ORDERED,
    CompiledArrayItemChecks,
    CompiledPattern,
    build_bound_checks,
    build_enum_check,
    build_length_checks,
    build_pattern_check,
    build_required_check,
    build_type_check,
    compile_array_item_checks,
    compile_pattern,
    list_schema_bounds_and_choices,
)
from aqueduc.validate.findings import (
    DuplicateValue,
    FieldAbsent,
    MissingReference,
    RepeatedPrimaryKey,
    RowBlank,
    SchemaUnusable,
    UnknownSchemaColumn,
)
from aqueduc.validate.french import compile_custom_checks
from aqueduc.validate.plan import (
    LINE,
    Accepts,
    ArrayItemChecks,
    FieldSql,
    ForeignKeyCheck,
    PythonVerdictColumn,
    RowCheck,
    UniquenessCheck,
    ValidationPlan,
)
from aqueduc.validate.types import (
    MANY,
    UNREADABLE,
    build_membership_sql,
    find_cell_text_parser,
    find_typed_column_converter,
)

JOINS_AT_ONCE = 12


def compile_schema(
    schema: TableSchema,
    key: Sequence[str],
    columns: Mapping[str, str],
    accepts: Accepts,
    zone: tzinfo = UTC,
) -> tuple[ValidationPlan | None, list[Finding]]:
    """The plan of ``schema``, or what makes it inapplicable.

    ``columns``: DuckDB's type of each column of the data, ``__line`` included. ``key`` (published names) and
    the schema's primaryKey must both be unique and complete, as the specification wants: frictionless lets a
    composite key have holes. ``zone``: whose clock a moment with an offset is written at; the session must
    have it too.
    """
    problems = [*_check_columns_match_schema(schema, columns), *_check_schema_fields(schema, key)]
    patterns = {
        rank: compile_pattern(field.constraints.pattern, accepts)
        for rank, field in enumerate(schema.fields)
        if field.constraints.pattern is not None
    }
    problems += [
        _build_unusable_field_finding(schema.fields[rank], _BAD_PATTERN)
        for rank, pattern in patterns.items()
        if pattern is None
    ]
    problems += _check_array_item_schemas(schema, accepts)
    if problems:
        return None, problems
    keys = tuple(dict.fromkeys(names for names in (tuple(key), schema.primary_key) if names))
    compared = _find_compared_fields(schema, keys)
    cells = tuple(
        _compile_field_sql(
            rank, field, columns[field.name], schema.missing_values, zone, compared=field.name in compared
        )
        for rank, field in enumerate(schema.fields)
    )
    known = {rank: pattern for rank, pattern in patterns.items() if pattern is not None}
    return _build_validation_plan(schema, cells, known, keys, accepts, zone)


def _build_validation_plan(
    schema: TableSchema,
    cells: tuple[FieldSql, ...],
    patterns: Mapping[int, CompiledPattern],
    keys: tuple[tuple[str, ...], ...],
    accepts: Accepts,
    zone: tzinfo,
) -> tuple[ValidationPlan | None, list[Finding]]:
    values = {cell.field.name: cell.value for cell in cells}
    blank_row = _build_blank_row_test_sql(cells)
    items = {
        rank: found
        for rank, cell in enumerate(cells)
        if (found := compile_array_item_checks(rank, cell, accepts, zone))
    }
    uniques, references = (
        tuple(_build_uniqueness_checks(cells, keys)),
        tuple(_build_foreign_key_checks(schema, cells)),
    )
    own_checks, own_judgements, problems = compile_custom_checks(schema, cells, blank_row)
    if problems:
        return None, list(problems)
    plan = ValidationPlan(
        cells=cells,
        judgements=(*_build_python_verdict_columns(cells, patterns), *own_judgements),
        items=tuple(found.items for found in items.values()),
        uniques=uniques,
        references=references,
        checks=(
            *_build_cell_checks(cells, patterns, items, keys, blank_row),
            *own_checks,
            *_build_table_checks(uniques, references),
            RowCheck((), RowBlank, blank_row, {}),
        ),
        constants=(
            *(constant for cell in cells for constant in list_schema_bounds_and_choices(cell)),
            *(constant for found in items.values() for constant in found.constants),
        ),
        order=tuple(values[name] for name in (keys[0] if keys else values)),
    )
    return plan, []


def _build_blank_row_test_sql(cells: Sequence[FieldSql]) -> str:
    """SQL: no cell at all. The others are only looked at where the first one is absent."""
    first, *others = (cell.absent for cell in cells)
    rest = " AND ".join(others) or "TRUE"
    return f"CASE WHEN {first} THEN {rest} ELSE FALSE END"


def _find_compared_fields(schema: TableSchema, keys: Sequence[Sequence[str]]) -> set[str]:
    """The fields whose values are compared with one another or with a list."""
    names = {name for group in keys for name in group}
    for field in schema.fields:
        if field.constraints.unique or field.constraints.enum is not None:
            names.add(field.name)
    for link in schema.foreign_keys:
        names.update(link.fields, () if link.reference.resource else link.reference.fields)
    return names


# --- is the schema applicable? ------------------------------------------------------------------------

_BAD_PATTERN = _("son motif (pattern) n'est pas une expression régulière valide")
_BAD_FORMAT = _("format « {format} » inconnu pour le type {type}")
_NO_BOUNDS = _("minimum et maximum n'ont pas de sens pour le type {type}")


def _check_columns_match_schema(schema: TableSchema, columns: Mapping[str, str]) -> Iterator[Finding]:
    names = [LINE, *(field.name for field in schema.fields)]
    yield from (FieldAbsent(column=name) for name in names if name not in columns)
    yield from (UnknownSchemaColumn(column=name) for name in columns if name not in names)


def _check_schema_fields(schema: TableSchema, key: Sequence[str]) -> Iterator[Finding]:
    folded = Counter(field.name.casefold() for field in schema.fields)
    for field in schema.fields:
        if folded[field.name.casefold()] > 1:
            yield _build_unusable_field_finding(field, _("un autre champ a le même nom, aux majuscules près"))
        if find_cell_text_parser(field) is None:
            yield _build_unusable_field_finding(
                field, _BAD_FORMAT.format(format=field.format, type=field.type)
            )
        if _has_bounds(field) and field.type not in ORDERED:
            yield _build_unusable_field_finding(field, _NO_BOUNDS.format(type=field.type))
    for name in dict.fromkeys((*key, *schema.primary_key)):
        if schema.find_field(name) is None:
            yield SchemaUnusable(
                column=name, detail={"why": _("la clé le cite, ce n'est pas un champ du schéma")}
            )
    for link in schema.foreign_keys:
        named = (*link.fields, *(() if link.reference.resource else link.reference.fields))
        for name in dict.fromkeys(named):
            if schema.find_field(name) is None:
                yield SchemaUnusable(
                    column=name, detail={"why": _("foreignKeys le cite, ce n'est pas un champ du schéma")}
                )
        if len(link.fields) != len(link.reference.fields):
            yield SchemaUnusable(
                column=", ".join(link.fields),
                detail={"why": _("foreignKeys renvoie à un autre nombre de champs")},
            )


def _check_array_item_schemas(schema: TableSchema, accepts: Accepts) -> Iterator[Finding]:
    for field in schema.fields:
        item = field.array_item if field.type == "array" else None
        if item is None:
            continue
        pattern = item.constraints.pattern
        if find_cell_text_parser(item) is None:
            yield _build_unusable_field_finding(field, _BAD_FORMAT.format(format=item.format, type=item.type))
        if _has_bounds(item) and item.type not in ORDERED:
            yield _build_unusable_field_finding(field, _NO_BOUNDS.format(type=item.type))
        if pattern is not None and compile_pattern(pattern, accepts) is None:
            yield _build_unusable_field_finding(field, _BAD_PATTERN)


def _has_bounds(field: SchemaField) -> bool:
    limits = field.constraints
    bounds = (limits.minimum, limits.maximum, limits.exclusive_minimum, limits.exclusive_maximum)
    return any(bound is not None for bound in bounds)


def _build_unusable_field_finding(field: SchemaField, why: Message) -> Finding:
    return SchemaUnusable(column=field.name, detail={"why": why})


# --- the parts of a plan ------------------------------------------------------------------------------


def _copy_field_with_plain_number_format(field: SchemaField, native: str) -> SchemaField:
    """The field as it reads the text of a number that comes typed: with a point, whatever marks its texts have."""
    if field.type not in ("integer", "number") or not is_number_type(native):
        return field
    return field.model_copy(update={"decimal_char": ".", "group_char": "", "bare_number": True})


def _compile_field_sql(
    rank: int, field: SchemaField, native: str, missing: Sequence[str], zone: tzinfo, *, compared: bool
) -> FieldSql:
    column, text, value = f"c{rank}", f"t{rank}", f"v{rank}"
    how, trust = (
        find_cell_text_parser(field, zone) or UNREADABLE,
        find_typed_column_converter(field.type, native),
    )
    is_text = native == "VARCHAR"
    own = missing if field.missing_values is None else field.missing_values
    nothing = [word for word in own if word or is_text]
    written = column if is_text else _build_cell_text_sql(column, native)
    absent = f"{text} IS NULL" if nothing else f"{column} IS NULL"
    if trust is not None:
        value_sql = trust.value.replace("{c}", column)
        value_sql = f"CASE WHEN NOT ({absent}) THEN {value_sql} END" if nothing else value_sql
    else:
        read = (find_cell_text_parser(_copy_field_with_plain_number_format(field, native), zone) or how).read
        value_sql = f"judged_{rank}" if how.judge is not None else read(text)
    return FieldSql(
        field=field,
        typed=how,
        sql_type=trust.sql_type if trust else how.sql_type,
        always=trust.always if trust else how.always,
        text=text,
        text_sql=f"CASE WHEN NOT {build_membership_sql(written, nothing)} THEN {written} END"
        if nothing
        else written,
        value=value,
        value_sql=value_sql,
        absent=absent,
        same=f"same_{rank}" if compared and how.identity is not None else value,
        judge=None if trust else how.judge,
    )


def _build_cell_text_sql(column: str, native: str) -> str:
    """Lists and structures of a database are JSON once they are text."""
    nested = native.endswith("]") or native.startswith(("STRUCT", "MAP"))
    return f"CAST(to_json({column}) AS VARCHAR)" if nested else f"CAST({column} AS VARCHAR)"


def _build_python_verdict_columns(
    cells: Sequence[FieldSql], patterns: Mapping[int, CompiledPattern]
) -> Iterator[PythonVerdictColumn]:
    for rank, cell in enumerate(cells):
        limits = cell.field.constraints
        if cell.judge is not None:
            yield PythonVerdictColumn(f"judged_{rank}", cell.text, cell.sql_type, cell.judge)
        if cell.typed.identity is not None and cell.same != cell.value:
            yield PythonVerdictColumn(cell.same, cell.text, "VARCHAR", cell.typed.identity)
        if cell.typed.size and (limits.min_length is not None or limits.max_length is not None):
            yield PythonVerdictColumn(f"sized_{rank}", cell.text, "BIGINT", cell.typed.size)
    for rank, pattern in patterns.items():
        if pattern.judge is not None:
            yield PythonVerdictColumn(f"matched_{rank}", cells[rank].text, "BOOLEAN", pattern.judge)


def _build_uniqueness_checks(
    cells: Sequence[FieldSql], keys: Sequence[tuple[str, ...]]
) -> Iterator[UniquenessCheck]:
    same = {cell.field.name: cell.same for cell in cells}
    for names in keys:
        own = tuple(same[name] for name in names)
        yield UniquenessCheck(f"repeated_{'_'.join(own)}", names, own, RepeatedPrimaryKey)
    for cell in cells:
        name = cell.field.name
        if cell.field.constraints.unique and (name,) not in keys:
            yield UniquenessCheck(f"repeated_{cell.same}", (name,), (cell.same,), DuplicateValue)


def _build_foreign_key_checks(schema: TableSchema, cells: Sequence[FieldSql]) -> Iterator[ForeignKeyCheck]:
    named = {cell.field.name: cell for cell in cells}
    for rank, link in enumerate(schema.foreign_keys):
        own = [named[name] for name in link.fields]
        there = link.reference
        yield ForeignKeyCheck(
            name=f"orphans_{rank}",
            columns=link.fields,
            values=tuple(cell.value if there.resource else cell.same for cell in own),
            types=tuple(cell.sql_type for cell in own),
            dataset=there.resource,
            others=tuple(
                f"o{place}" if there.resource else named[name].same for place, name in enumerate(there.fields)
            ),
            there=there.fields,
        )


def _build_cell_checks(
    cells: Sequence[FieldSql],
    patterns: Mapping[int, CompiledPattern],
    items: Mapping[int, CompiledArrayItemChecks],
    keys: Sequence[tuple[str, ...]],
    blank_row: str,
) -> Iterator[RowCheck]:
    in_key = {name for names in keys for name in names}
    long = [cell.text for cell in cells if len(cell.field.constraints.enum or ()) >= MANY]
    for rank, cell in enumerate(cells):
        yield from build_type_check(cell)
        yield from build_required_check(cell, in_key=cell.field.name in in_key, blank_row=blank_row)
        yield from build_length_checks(
            cell, sized=f"sized_{rank}" if cell.typed.size else f"length({cell.text})"
        )
        yield from build_bound_checks(cell)
        if rank in patterns:
            yield from build_pattern_check(cell, patterns[rank], f"matched_{rank}")
        yield from build_enum_check(cell, joined=cell.text in long[:JOINS_AT_ONCE])
        if rank in items:
            yield from items[rank].checks


def _build_table_checks(
    uniques: Sequence[UniquenessCheck], references: Sequence[ForeignKeyCheck]
) -> Iterator[RowCheck]:
    for unique in uniques:
        yield RowCheck(unique.columns, unique.kind, _build_line_membership_sql(unique.name), {})
    for reference in references:
        detail = {"there": ", ".join(reference.there), "dataset": reference.dataset}
        yield RowCheck(
            reference.columns, MissingReference, _build_line_membership_sql(reference.name), detail
        )


def _build_line_membership_sql(table: str) -> str:
    return f"{LINE} IN (SELECT {LINE} FROM {table})"


# --- the SQL ------------------------------------------------------------------------------------------


def build_received_rows_view_sql(plan: ValidationPlan, path: Path) -> str:
    columns = ", ".join(f"{identifier(cell.field.name)} AS c{rank}" for rank, cell in enumerate(plan.cells))
    source = build_read_parquet_sql(path)
    return f"CREATE TEMP VIEW received AS SELECT {LINE}, {columns} FROM {source}"


def build_cell_texts_view_sql(plan: ValidationPlan) -> str:
    texts = ", ".join(f"{cell.text_sql} AS {cell.text}" for cell in plan.cells)
    return f"CREATE TEMP VIEW texts AS SELECT *, {texts} FROM received"


def build_python_verdict_table_sql(judgement: PythonVerdictColumn) -> str:
    """SQL of the table of a ``PythonVerdictColumn``: the function ``judgement.name`` must be registered."""
    text = judgement.text
    asked = f"{text} IS NOT NULL" + (f" AND NOT ({judgement.sure})" if judgement.sure else "")
    distinct = f"SELECT DISTINCT {text} AS t FROM texts WHERE {asked}"
    return f"CREATE TEMP TABLE {judgement.name} AS SELECT t, {judgement.name}(t) AS v FROM ({distinct})"


def build_array_item_verdict_table_sql(items: ArrayItemChecks) -> str:
    """SQL of the table of the items' checks: the functions ``items.name`` (a text → its items) and
    ``items.functions`` must be registered."""
    laid = f"SELECT DISTINCT {items.text} AS t FROM texts WHERE {items.text} IS NOT NULL"
    laid = f"SELECT t, unnest({items.name}(t)) AS i FROM ({laid})"
    laid = f"SELECT t, i.c AS c, i.s AS s FROM ({laid})"
    laid = f"SELECT *, {items.text_sql} AS it FROM ({laid})"
    laid = f"SELECT *, {items.value_sql} AS iv FROM ({laid})"
    fails = zip(items.fails, items.verdict_columns, strict=True)
    broken = ", ".join(f"bool_or({sql}) AS {column}" for sql, column in fails)
    return f"CREATE TEMP TABLE {items.name} AS SELECT t, {broken} FROM ({laid}) GROUP BY t"


def batch_verdict_tables_for_joins(plan: ValidationPlan) -> list[list[PythonVerdictColumn | ArrayItemChecks]]:
    """The tables of verdicts, so many at a time: each join has its share of memory, however small it is."""
    tables: list[PythonVerdictColumn | ArrayItemChecks] = [*plan.judgements, *plan.items]
    return [tables[start : start + JOINS_AT_ONCE] for start in range(0, len(tables), JOINS_AT_ONCE)]


def build_verdict_views_sql(plan: ValidationPlan) -> list[str]:
    """SQL of the view ``judged``: ``texts`` and a column for each verdict, in as many steps as it takes."""
    groups = batch_verdict_tables_for_joins(plan)
    made = [
        f"CREATE TEMP TABLE verdicts_{rank} AS SELECT {LINE}, {_build_verdict_columns_sql(group)} "
        f"FROM texts{_build_text_verdict_joins_sql(group)}"
        for rank, group in enumerate(groups[1:])
    ]
    last = groups[:1]
    columns = "".join(f", {_build_verdict_columns_sql(group)}" for group in last)
    columns += "".join(f", verdicts_{rank}.* EXCLUDE ({LINE})" for rank in range(len(made)))
    joins = "".join(_build_text_verdict_joins_sql(group) for group in last)
    joins += "".join(f" JOIN verdicts_{rank} USING ({LINE})" for rank in range(len(made)))
    return [*made, f"CREATE TEMP VIEW judged AS SELECT texts.*{columns} FROM texts{joins}"]


def _build_verdict_columns_sql(tables: Sequence[PythonVerdictColumn | ArrayItemChecks]) -> str:
    return ", ".join(
        f"{table.name}.{column}"
        for table in tables
        for column in (
            table.verdict_columns if isinstance(table, ArrayItemChecks) else [f"v AS {table.name}"]
        )
    )


def _build_text_verdict_joins_sql(tables: Sequence[PythonVerdictColumn | ArrayItemChecks]) -> str:
    return "".join(f" LEFT JOIN {table.name} ON {table.name}.t = texts.{table.text}" for table in tables)


def build_typed_cells_view_sql(plan: ValidationPlan) -> str:
    values = ", ".join(f"{cell.value_sql} AS {cell.value}" for cell in plan.cells)
    return f"CREATE TEMP VIEW cells AS SELECT *, {values} FROM judged"


def build_cell_values_sql(plan: ValidationPlan, wanted: Sequence[str]) -> str:
    """SQL of ``__line`` and the columns ``wanted`` of ``cells``, with the verdicts that they are made of and
    no others: a join to each table of verdicts takes its share of memory, asked for or not."""
    made = {cell.value: cell.value_sql for cell in plan.cells}
    columns = [f"{made[name]} AS {name}" if name in made else name for name in dict.fromkeys(wanted)]
    needed = [
        table for table in plan.judgements if any(re.search(rf"\b{table.name}\b", piece) for piece in columns)
    ]
    select = f"SELECT {LINE}, {', '.join(columns)} FROM"
    if len(needed) > JOINS_AT_ONCE:
        return f"{select} judged"
    joined = ", ".join(f"{table.name}.v AS {table.name}" for table in needed)
    inner = (
        f"SELECT texts.*, {joined} FROM texts{_build_text_verdict_joins_sql(needed)}"
        if needed
        else "SELECT * FROM texts"
    )
    return f"{select} ({inner})"


def build_repeated_lines_sql(plan: ValidationPlan, unique: UniquenessCheck) -> str:
    """SQL of every line after the first with the same values; rows that lack one of them repeat nothing.

    First the hashes that are met twice, which cost less than values to group by, then the values of these
    rows alone.
    """
    values = ", ".join(unique.values)
    full = " AND ".join(f"{value} IS NOT NULL" for value in unique.values)
    source = build_cell_values_sql(plan, unique.values)
    # Read twice: what costs joins is kept, what is only a cast is computed again for less.
    once = "MATERIALIZED" if "JOIN" in source or "judged" in source else "NOT MATERIALIZED"
    return (
        f"CREATE TEMP TABLE {unique.name} AS WITH keyed AS {once} (SELECT * FROM ({source}) WHERE {full}), "
        f"hashes AS MATERIALIZED (SELECT hash({values}) AS h FROM keyed GROUP BY h HAVING count(*) > 1), "
        f"twice AS MATERIALIZED (SELECT * FROM keyed WHERE hash({values}) IN (SELECT h FROM hashes)), "
        f"firsts AS (SELECT {values}, min({LINE}) AS first_line FROM twice GROUP BY {values}) "
        f"SELECT {LINE} FROM twice JOIN firsts USING ({values}) WHERE {LINE} > first_line"
    )


def build_orphan_rows_sql(
    plan: ValidationPlan, reference: ForeignKeyCheck, other: tuple[str, Mapping[str, str]] | None
) -> str:
    """SQL of the rows whose values no row of ``other`` has (SQL of a table; DuckDB's types of its columns);
    None: of the dataset itself.

    Types that differ, numbers apart, are compared as text. A row without any of the values refers to nothing;
    as for frictionless, one that has only some of them must find those very ones.
    """
    source, types = other or (
        f"({build_cell_values_sql(plan, reference.others)})",
        {cell.same: cell.sql_type if cell.same == cell.value else "VARCHAR" for cell in plan.cells},
    )
    pairs = [
        _build_comparable_pair_sql(value, kind, theirs, types.get(theirs, kind))
        for value, kind, theirs in zip(reference.values, reference.types, reference.others, strict=True)
    ]
    there = ", ".join(f"{other} AS r{rank}" for rank, (_, other) in enumerate(pairs))
    equal = "=" if len(pairs) == 1 else "IS NOT DISTINCT FROM"
    found = " AND ".join(f"{value} {equal} r{rank}" for rank, (value, _) in enumerate(pairs))
    some = " OR ".join(f"{value} IS NOT NULL" for value in reference.values)
    return (
        f"CREATE TEMP TABLE {reference.name} AS "
        f"SELECT {LINE} FROM (SELECT * FROM ({build_cell_values_sql(plan, reference.values)}) WHERE {some}) AS ours "
        f"ANTI JOIN (SELECT DISTINCT {there} FROM {source}) AS theirs ON {found}"
    )


_NUMBERS = ("BIGINT", "INTEGER", "DOUBLE", "DECIMAL", "HUGEINT", "SMALLINT", "TINYINT", "FLOAT")


def _build_comparable_pair_sql(value_sql: str, kind: str, other_sql: str, other_kind: str) -> tuple[str, str]:
    if kind == other_kind or (kind.startswith(_NUMBERS) and other_kind.startswith(_NUMBERS)):
        return value_sql, other_sql
    return f"CAST({value_sql} AS VARCHAR)", f"CAST({other_sql} AS VARCHAR)"


def build_failing_rows_sql(plan: ValidationPlan) -> str:
    flags = ", ".join(f"({check.fails}) AS f{rank}" for rank, check in enumerate(plan.checks))
    some = " OR ".join(f"f{rank}" for rank in range(len(plan.checks)))
    return f"CREATE TEMP TABLE broken AS SELECT * FROM (SELECT {LINE}, {flags} FROM cells) WHERE {some}"


def build_check_summary_sql(plan: ValidationPlan, shown_lines: int) -> str:
    """SQL of one row: for each check, how many rows break it and their first lines."""
    counts = ", ".join(
        f"count(*) FILTER (f{rank}), min({LINE}, {shown_lines}) FILTER (f{rank})"
        for rank in range(len(plan.checks))
    )
    return f"SELECT {counts} FROM broken"


def build_rejected_rows_sql(plan: ValidationPlan) -> str:
    """SQL of the rejected rows: ``__line``, ``__rules`` (such as ``date_depot:type``), then the row as
    received."""
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


def build_accepted_rows_sql(
    plan: ValidationPlan, *, numbered: bool = False, units: Path | None = None
) -> str:
    """SQL of the view ``kept``: the rows that break nothing, typed, columns in the schema's order.
    ``numbered``: with their lines; with the column ``UNIT`` of the file ``units``."""
    values = ", ".join(f"{cell.value} AS {identifier(cell.field.name)}" for cell in plan.cells)
    values = f"{LINE}, {values}" if numbered else values
    rows = build_cell_values_sql(plan, [cell.value for cell in plan.cells])
    joined = ""
    if units is not None:
        values += f", {UNIT}"
        of_line = f"SELECT {LINE}, {UNIT} FROM {build_read_parquet_sql(units)}"
        joined = f" JOIN ({of_line}) USING ({LINE})"
    kept = f"SELECT {values} FROM ({rows}) AS read ANTI JOIN broken USING ({LINE}){joined}"
    return f"CREATE TEMP VIEW kept AS {kept}"


def build_sorted_output_sql(plan: ValidationPlan, rows: str, *, numbered: bool = False) -> str:
    """SQL of what may be published of ``rows`` (SQL over ``kept``), sorted by value, so that the source's
    order does not show; ``numbered``: in the order of its lines."""
    if numbered:
        return f"SELECT * EXCLUDE ({LINE}) FROM ({rows}) ORDER BY {LINE}"
    names = {cell.value: identifier(cell.field.name) for cell in plan.cells}
    order = ", ".join(f"{names[value]} NULLS LAST" for value in plan.order)
    return f"SELECT * FROM ({rows}) ORDER BY {order}"
