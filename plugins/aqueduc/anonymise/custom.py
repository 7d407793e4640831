"""The city's own functions, ``include/transforms/*.py``: from a batch of values to as many.

::

    import pandas as pd

    def commune(adresses: pd.Series) -> pd.Series: ...

A function whose parameter is annotated ``pyarrow.Array`` (or ``pa.Array``) gets Arrow, any other a pandas
Series; both hold the distinct, non-null values of the column, as text, and the answer is read as text.

Sandboxed by convention: it is given the values of its column and nothing else, it runs in the task's process,
and the file's SHA-256 is part of the declaration, which the certificate names.
"""

from __future__ import annotations

import importlib.util
import inspect
import io
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pyarrow as pa

from aqueduc.anonymise.findings import TransformFailed
from aqueduc.declaration.model import Transform
from aqueduc.errors import AnonymisationGateClosed
from aqueduc.language import Said


def custom(include: Path, column: str, rule: Transform) -> Callable[[pa.Array], pa.Array]:
    """The city's function, from texts to texts. It raises AnonymisationGateClosed for whatever goes wrong in
    it: an exception of theirs may quote a cell, so that only its class is told."""
    function = _loaded(include, column, rule)
    arrow = _takes_arrow(function)
    # Here and not above: it is 80 MB in the memory of each task, the publication of a big file included.
    import pandas as pd

    def applied(texts: pa.Array) -> pa.Array:
        try:
            with _hushed():
                given = function(texts) if arrow else function(pd.Series(texts.to_pylist(), dtype="object"))
            result = _texts(given)
        except Exception as error:  # noqa: BLE001 - code of the city's: anything may come out of it
            raise _closed(column, rule, _RAISED.format(type(error).__name__)) from None
        if len(result) != len(texts):
            raise _closed(column, rule, _COUNT.format(len(result), len(texts)))
        return result

    return applied


_RAISED = Said("elle a levé {}", "it raised {}")
_COUNT = Said("elle rend {} valeurs pour {} reçues", "it gives {} values for {} received")
_ABSENT = Said("elle n'est pas dans le fichier", "it is not in the file")


def _loaded(include: Path, column: str, rule: Transform) -> Callable[..., Any]:
    path = include / rule.path
    spec = importlib.util.spec_from_file_location(f"aqueduc_transform_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise _closed(column, rule, _ABSENT)
    module = importlib.util.module_from_spec(spec)
    try:
        with _hushed():
            spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - code of the city's: anything may come out of it
        raise _closed(column, rule, _RAISED.format(type(error).__name__)) from None
    function = getattr(module, rule.function, None)
    if not callable(function):
        raise _closed(column, rule, _ABSENT)
    return function  # type: ignore[no-any-return]


@contextmanager
def _hushed() -> Iterator[None]:
    """What the city's code prints, logs or warns of may be a cell, and would reach the log of the task."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _takes_arrow(function: Callable[..., Any]) -> bool:
    parameters = list(inspect.signature(function).parameters.values())
    annotation = str(parameters[0].annotation) if parameters else ""
    return "pa.Array" in annotation or "pyarrow" in annotation


def _texts(given: Any) -> pa.Array:
    import pandas as pd

    values = given.to_pylist() if isinstance(given, pa.Array | pa.ChunkedArray) else list(given)
    return pa.array([None if pd.isna(value) else str(value) for value in values], pa.string())


def _closed(column: str, rule: Transform, why: Said) -> AnonymisationGateClosed:
    finding = TransformFailed(
        column=column, detail={"function": rule.function, "file": rule.path, "why": why}
    )
    return AnonymisationGateClosed(
        "Une fonction de la Ville n'a pas rempli son office.",
        findings=[finding],
        where=f"include/{rule.path}",
        remedy=finding.what_to_do(),
    )
