"""Can a schema be applied? What keeps it from being, told of the schema alone, or against the columns of a file."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

import duckdb

from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.validate.compiler import compile_schema
from aqueduc.validate.findings import SchemaUnusable
from aqueduc.validate.plan import LINE, ValidationPlan


def find_schema_problems(dataset: Dataset, con: duckdb.DuckDBPyConnection) -> Sequence[Finding]:
    """What would keep the schema of ``dataset`` from being applied to any file: a pattern, a bound, a key or a check
    that cannot be understood. Its columns are taken for texts."""
    schema = dataset.table_schema
    columns = {field.name: "VARCHAR" for field in schema.fields} | {LINE: "BIGINT"}
    plan, problems = compile_schema(
        schema, dataset.key, columns, partial(is_valid_re2, con), ZoneInfo(dataset.timezone)
    )
    return problems if plan is None else [*problems, *find_mistyped_bounds_and_choices(con, plan)]


def is_valid_re2(con: duckdb.DuckDBPyConnection, expression: str) -> bool:
    """Whether DuckDB understands a regular expression."""
    try:
        con.execute("SELECT regexp_full_match('', ?)", [expression]).fetchall()
    except duckdb.InvalidInputException:
        return False
    return True


def find_mistyped_bounds_and_choices(con: duckdb.DuckDBPyConnection, plan: ValidationPlan) -> list[Finding]:
    """The bounds and choices of a schema that are no values of their field."""
    if not plan.constants:
        return []
    row = con.execute("SELECT " + ", ".join(f"{item.sql} IS NULL" for item in plan.constants)).fetchone()
    wrong = [item for item, unread in zip(plan.constants, row or (), strict=True) if unread]
    return [
        SchemaUnusable(
            column=column,
            detail={"why": _("ce que dit « {} » n'est pas une valeur du type du champ").format(rule)},
        )
        for column, rule in dict.fromkeys((item.column, item.rule) for item in wrong)
    ]
