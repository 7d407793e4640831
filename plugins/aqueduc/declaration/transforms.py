"""The city's own functions, looked at without running them."""

from __future__ import annotations

import ast

from aqueduc.declaration.complaints import Complaints
from aqueduc.declaration.model import Transform
from aqueduc.declaration.problems import Place, Problem, UnknownFunction, UnreadablePython, did_you_mean
from aqueduc.declaration.tree import PathKey


def check_function(complaints: Complaints, column: PathKey, rule: Transform, data: bytes) -> None:
    """Complains when the file of ``rule`` is not Python, or does not define its function."""
    try:
        module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        complaints.problems.append(_syntax(complaints, rule.path, error))
        complaints.reported.append((*column, "transform", "path"))
        return
    known = [found.name for found in module.body if isinstance(found, ast.FunctionDef)]
    if rule.function not in known:
        detail = {"name": rule.function, "file": rule.path, "advice": did_you_mean(rule.function, known)}
        complaints.at_value((*column, "transform", "function"), UnknownFunction, **detail)


def _syntax(complaints: Complaints, path: str, error: Exception) -> Problem:
    include = complaints.tree.document.file.split("/", 1)[0]
    line = getattr(error, "lineno", None) or 1
    place = Place(line, getattr(error, "offset", None) or 1, 1)
    text = (getattr(error, "text", None) or "").rstrip("\n")
    return UnreadablePython(file=f"{include}/{path}", place=place, text=text)
