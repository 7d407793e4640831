"""Column sets: rules that several datasets share, in ``include/columns/``."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aqueduc.declaration.columns import parse_column_declarations
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import (
    ParsedDocument,
    UnreadableDocument,
    parse_document,
    read_regular_file_bytes,
)
from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.files import format_include_path
from aqueduc.declaration.layers import ValueLayer, ValueOrigin
from aqueduc.declaration.spec import ColumnSetSpec


@dataclass(frozen=True)
class ColumnSet:
    """``columns`` as they are written; ``problems``: what is wrong in the file besides its rules, which are
    read with the datasets that use them. ``document`` is None when the file cannot be read at all."""

    name: str
    data: bytes
    document: ParsedDocument | None
    columns: Mapping[str, Any]
    problems: tuple[DeclarationProblem, ...] = ()

    @property
    def is_unreadable(self) -> bool:
        """Whether its columns are not known, nor even their names."""
        return self.document is None or not self.columns

    def build_layer(self) -> ValueLayer | None:
        if self.document is None:
            return None
        return ValueLayer(
            ValueOrigin.COLUMN_SET, self.document, self.columns, ("columns",), mount=("columns",)
        )


def list_column_set_paths(include: Path) -> tuple[Path, ...]:
    """The column sets of a city, sorted by name."""
    return tuple(sorted((include / "columns").glob("*.yaml")))


def read_column_set(include: Path, path: Path) -> ColumnSet:
    """Reads one set; never raises: what is wrong is in ``problems``."""
    shown = format_include_path(include, path)
    try:
        data = read_regular_file_bytes(path, shown)
        document = parse_document(data, shown, "description: …")
    except UnreadableDocument as error:
        return ColumnSet(path.stem, b"", None, {}, (error.problem,))
    collector = ProblemCollector(document)
    columns = None
    with suppress(TooManyProblems):
        written = collector.parse_valid_part_of_model(
            ColumnSetSpec, collector.report_and_remove_undecided_values(document.value)
        )
        columns = document.value.get("columns") if not written.lacks_any_key("columns") else None
    return ColumnSet(path.stem, data, document, columns or {}, tuple(collector.problems))


def list_column_set_problems(found: ColumnSet) -> tuple[DeclarationProblem, ...]:
    """All that is wrong in a set, its rules included: for sets that no dataset uses."""
    if found.document is None:
        return found.problems
    collector = ProblemCollector(found.document)
    with suppress(TooManyProblems):
        parse_columns_reporting_problems(collector, found.columns)
    own = [problem for problem in collector.problems if problem not in found.problems]
    return (*found.problems, *own)


def parse_columns_reporting_problems(collector: ProblemCollector, columns: Mapping[str, Any]) -> Any:
    """Reads the rules of ``columns``; complains of those that are not understood."""
    read = parse_column_declarations(columns)
    for path, kind, detail in read.problems:
        place = collector.add_key_problem if kind.code == "cle-inconnue" else collector.add_value_problem
        place(("columns", *path), kind, **detail)
    return read
