"""A file of another project, read and handed to whoever understands it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aqueduc.declaration.diagnostics.document import Unreadable, read_document
from aqueduc.migrate import dagfactory, toronto
from aqueduc.migrate.conversion import Conversion
from aqueduc.migrate.findings import UnreadableFile


def _toronto(path: Path, document: Mapping[str, Any]) -> Conversion:
    return toronto.convert(path.name, document)


ORIGINS: Mapping[str, Callable[[Path, Mapping[str, Any]], Conversion]] = {
    "toronto": _toronto,
    "dag-factory": dagfactory.convert,
}


def convert(path: Path, origin: str) -> Conversion:
    """What the file at ``path`` becomes; ``origin`` is a key of ``ORIGINS``. A file that cannot be read is
    refused, not raised."""
    try:
        document = read_document(path, path.name)
    except Unreadable as error:
        return Conversion(path.name, refused=(UnreadableFile(detail={"why": error.problem.message()}),))
    return ORIGINS[origin](path, document.value)
