"""What a compiled schema is made of: cells, checks, and the tables that Python or a comparison fills."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from aqueduc.declaration.spec import SchemaField
from aqueduc.validate.deadline import TimedPattern
from aqueduc.validate.findings import RepeatedPrimaryKey, RowFinding
from aqueduc.validate.types import CellTextParser, TextFunction

LINE = "__line"

Accepts = Callable[[str], bool]
"""Whether RE2 understands an expression."""


@dataclass(frozen=True)
class FieldSql:
    """A field of the schema in SQL.

    ``text`` and ``value`` are columns, computed by ``text_sql`` and ``value_sql``; ``absent`` is a condition
    that costs less than either. ``same`` is what two cells are compared by: the value itself, or a column of
    ``identity``. ``always``: a cell that is not absent has a value. ``judge``: what computes the value when
    SQL does not.
    """

    field: SchemaField
    typed: CellTextParser
    sql_type: str
    always: bool
    text: str
    text_sql: str
    value: str
    value_sql: str
    absent: str
    same: str
    judge: TextFunction | None


@dataclass(frozen=True)
class RowCheck:
    """A check of each row: ``fails`` is SQL over one row; ``kind`` and ``detail`` make the finding. ``rule``:
    ``kind``'s, unless it stands for several."""

    columns: tuple[str, ...]
    kind: type[RowFinding]
    fails: str
    detail: dict[str, Any]
    rule: str = ""

    @property
    def name(self) -> str:
        """What is written beside a rejected row: ``date_depot:type``; for the whole row, ``blank``."""
        rule = self.rule or self.kind.rule
        return f"{'+'.join(self.columns)}:{rule}" if self.columns else rule


@dataclass(frozen=True)
class SchemaBoundOrChoice:
    """A bound or choice of the schema as SQL; the schema is unusable if it comes out NULL."""

    column: str
    rule: str
    sql: str


@dataclass(frozen=True)
class PythonVerdictColumn:
    """A column that Python computes from the distinct texts ``{text}`` of the view ``texts``, called
    ``name``.

    ``sure``: SQL over the text that spares the function; the column is NULL there.
    """

    name: str
    text: str
    sql_type: str
    judge: TextFunction = attribute(repr=False)
    sure: str = ""


@dataclass(frozen=True)
class ArrayItemChecks:
    """The checks of an array's items, for each distinct text: a boolean column for each.

    ``split`` gives the items of a text, as text, and whether each was written as a text; ``functions`` are
    the others that ``item_sql`` (text, then value, of one item) and the checks call, by name.
    """

    name: str
    text: str
    split: TextFunction = attribute(repr=False)
    text_sql: str
    value_sql: str
    fails: tuple[str, ...]
    functions: tuple[tuple[str, str, TextFunction], ...] = attribute(default=(), repr=False)

    @property
    def verdict_columns(self) -> tuple[str, ...]:
        return tuple(f"{self.name}_{rank}" for rank in range(len(self.fails)))


@dataclass(frozen=True)
class UniquenessCheck:
    """A check that no two rows have the same values; lines of the later ones are in the table ``name``."""

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    kind: type[RowFinding]


@dataclass(frozen=True)
class ForeignKeyCheck:
    """A check that the values of each row are those of some row elsewhere; lines of the orphans are in the
    table ``name``.

    ``dataset`` "" is the dataset itself. ``values`` are ours, with their types; ``others`` the columns of
    ``cells`` they are looked up in, or ``o0``, ``o1``… of another dataset. ``there``: their published names.
    """

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    types: tuple[str, ...]
    dataset: str
    others: tuple[str, ...]
    there: tuple[str, ...]


@dataclass(frozen=True)
class ValidationPlan:
    """A Table Schema compiled against the columns at hand. ``order``: the values that sort what is
    published."""

    cells: tuple[FieldSql, ...]
    judgements: tuple[PythonVerdictColumn, ...]
    items: tuple[ArrayItemChecks, ...]
    uniques: tuple[UniquenessCheck, ...]
    references: tuple[ForeignKeyCheck, ...]
    checks: tuple[RowCheck, ...]
    constants: tuple[SchemaBoundOrChoice, ...]
    order: tuple[str, ...]

    @property
    def has_row_key(self) -> bool:
        """Whether no two of the rows that are accepted are alike: a key that all of them have tells them apart, by the
        values that are published."""
        values = {cell.value for cell in self.cells}
        return any(one.kind is RepeatedPrimaryKey and values.issuperset(one.values) for one in self.uniques)

    def list_python_patterns(self) -> Iterator[tuple[str, TimedPattern]]:
        """The patterns that Python runs, each after the name of its field."""
        fields = {cell.text: cell.field.name for cell in self.cells}
        for judgement in self.judgements:
            if isinstance(judgement.judge, TimedPattern):
                yield fields[judgement.text], judgement.judge
        for items in self.items:
            for _, _, judge in items.functions:
                if isinstance(judge, TimedPattern):
                    yield fields[items.text], judge
