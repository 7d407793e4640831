"""What a compiled schema is made of: cells, checks, and the tables that Python or a comparison fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from aqueduc.declaration.model import SchemaField
from aqueduc.validate.deadline import Watched
from aqueduc.validate.findings import RowFinding
from aqueduc.validate.types import Judge, Typed

LINE = "__line"

Accepts = Callable[[str], bool]
"""Whether RE2 understands an expression."""


@dataclass(frozen=True)
class Cell:
    """One field in SQL.

    ``text`` and ``value`` are columns, computed by ``text_sql`` and ``value_sql``; ``absent`` is a condition
    that costs less than either. ``same`` is what two cells are compared by: the value itself, or a column of
    ``identity``. ``always``: a cell that is not absent has a value. ``judge``: what computes the value when
    SQL does not.
    """

    field: SchemaField
    typed: Typed
    sql_type: str
    always: bool
    text: str
    text_sql: str
    value: str
    value_sql: str
    absent: str
    same: str
    judge: Judge | None


@dataclass(frozen=True)
class Check:
    """``fails`` is SQL over one row; ``kind`` and ``detail`` make the finding. ``rule``: ``kind``'s, unless
    it stands for several."""

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
class Constant:
    """A bound or choice of the schema as SQL; the schema is unusable if it comes out NULL."""

    column: str
    rule: str
    sql: str


@dataclass(frozen=True)
class Judgement:
    """A Python function over the distinct texts ``{text}`` of ``texts``; its results are the column ``name``.

    ``sure``: SQL over the text that spares the function; the column is NULL there.
    """

    name: str
    text: str
    sql_type: str
    judge: Judge = attribute(repr=False)
    sure: str = ""


@dataclass(frozen=True)
class Items:
    """What the items of an array break, for each distinct text: a boolean column for each check.

    ``split`` gives the items of a text, as text, and whether each was written as a text; ``functions`` are
    the others that ``item_sql`` (text, then value, of one item) and the checks call, by name.
    """

    name: str
    text: str
    split: Judge = attribute(repr=False)
    text_sql: str
    value_sql: str
    fails: tuple[str, ...]
    functions: tuple[tuple[str, str, Judge], ...] = attribute(default=(), repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"{self.name}_{rank}" for rank in range(len(self.fails)))


@dataclass(frozen=True)
class Unique:
    """No two rows have the same values; lines of the later ones are in the table ``name``."""

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    kind: type[RowFinding]


@dataclass(frozen=True)
class Reference:
    """The values of each row are those of some row elsewhere; lines of the orphans are in the table ``name``.

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
class Plan:
    """A schema compiled against the columns at hand. ``order``: the values that sort what is published."""

    cells: tuple[Cell, ...]
    judgements: tuple[Judgement, ...]
    items: tuple[Items, ...]
    uniques: tuple[Unique, ...]
    references: tuple[Reference, ...]
    checks: tuple[Check, ...]
    constants: tuple[Constant, ...]
    order: tuple[str, ...]

    def watched(self) -> Iterator[tuple[str, Watched]]:
        """The patterns that Python runs, each with its field."""
        fields = {cell.text: cell.field.name for cell in self.cells}
        for judgement in self.judgements:
            if isinstance(judgement.judge, Watched):
                yield fields[judgement.text], judgement.judge
        for items in self.items:
            for _, _, judge in items.functions:
                if isinstance(judge, Watched):
                    yield fields[items.text], judge
