"""The digest of Aqueduc's own code: two states of the program that bear one version number are two programs."""

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_SUFFIXES = (".py", ".j2", ".txt", ".json")


@cache
def compute_program_digest() -> str:
    """SHA-256 over the files of the installed package, by their names: code, templates, lists. A few hundred
    files, read once in a process, and never where DAGs are parsed."""
    root = str(Path(__file__).parent)
    digest = hashlib.sha256()
    for name in sorted(_list_files(root)):
        content = hashlib.sha256(Path(root, name).read_bytes()).hexdigest()
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


def _list_files(root: str) -> Iterator[str]:
    """Their names under ``root``. As text: some hundred Path objects take longer to make than their files to read."""
    for folder, folders, files in os.walk(root):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        yield from (os.path.relpath(f"{folder}/{name}", root) for name in files if name.endswith(_SUFFIXES))
