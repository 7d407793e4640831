"""The digest of Aqueduc's own code: two states of the program that bear one version number are two programs."""

import hashlib
from functools import cache
from pathlib import Path


@cache
def compute_program_digest() -> str:
    """SHA-256 over the files of the installed package, by their names: code, templates, lists. A few hundred
    files, read once in a process, and never where DAGs are parsed."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in {".py", ".j2", ".txt", ".json"}):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()
