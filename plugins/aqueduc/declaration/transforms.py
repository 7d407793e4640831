"""The city's own functions, looked at without running them."""

from __future__ import annotations

import ast

from aqueduc.declaration.diagnostics.advice import did_you_mean
from aqueduc.declaration.diagnostics.catalogue import UnknownFunction, UnreadablePython
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.diagnostics.problem import Place, Problem
from aqueduc.rules import NamedFile


def check_function(
    collector: ProblemCollector, column: PathKey, file: NamedFile, function: str, data: bytes
) -> None:
    """Complains when ``data``, those of ``file``, are not Python, or do not define ``function``."""
    try:
        module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        collector.problems.append(_syntax_problem(collector, file.path, error))
        collector.reported.append((*column, *file.keys))
        return
    known = [found.name for found in module.body if isinstance(found, ast.FunctionDef)]
    if function not in known:
        detail = {"name": function, "file": file.path, "advice": did_you_mean(function, known)}
        collector.at_value((*column, *file.keys[:-1], "function"), UnknownFunction, **detail)


def _syntax_problem(collector: ProblemCollector, path: str, error: Exception) -> Problem:
    include = collector.tree.document.file.split("/", 1)[0]
    line = getattr(error, "lineno", None) or 1
    place = Place(line, getattr(error, "offset", None) or 1, 1)
    text = (getattr(error, "text", None) or "").rstrip("\n")
    return UnreadablePython(file=f"{include}/{path}", place=place, text=text)
