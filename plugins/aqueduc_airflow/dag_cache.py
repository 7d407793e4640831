"""What the dag-processor's manager remembers from one parse to the next.

Airflow forks a process for each parse and forgets all that it learned. The process inherits the manager's
memory, though: there ``bundle`` keeps the DAGs already built, so that an unchanged declaration is not read
again, and what Airflow's database knows of their runs. Nothing is written to a disk, and nothing is shared
with a process that the manager did not fork: elsewhere this memory is empty and every declaration is read.

A DAG is taken from memory only if nothing of what it was made of has changed, by content: its declaration,
the files it names, and every file of ``include/`` that several declarations may share.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from airflow.sdk import DAG

from aqueduc.declaration import Dataset
from aqueduc.declaration.diagnostics.document import open_without_blocking
from aqueduc.declaration.national import build_pin_path
from aqueduc_airflow.cities import find_city_of_folder
from aqueduc_airflow.failures import ErrorCapture

# What one declaration has to itself; the rest of include/ stands for all of them.
OWN = ("datasets", "schemas", "sql")

# Beyond, a file is known by what the kernel says of it; its ctime tells every write, and nobody can set it.
READ_WHOLE = 64 * 2**20

Digests = tuple[tuple[str, str], ...]
"""Paths, each with the SHA-256 of its content; "" for a file that is not there or cannot be read."""


@dataclass(frozen=True)
class DagRunHistory:
    """Of the DAGs of the declarations: those that ever ran, and those with a run going on. ``shown``: the title
    and the tags that Airflow's list has of each that ran."""

    ever: frozenset[str]
    going: frozenset[str]
    shown: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class CachedDag:
    """A DAG, and what it was made of: its own files, and ``shared`` for the rest."""

    dag: DAG
    own: Digests
    shared: str


@dataclass
class DagCache:
    """The DAGs built by former parses, and their runs. ``runs`` is None where nobody asked the database."""

    built: Mapping[Path, CachedDag]
    runs: DagRunHistory | None = None


dag_cache = DagCache({})
_of_cities: dict[str, DagCache] = {"": dag_cache}


def get_dag_cache(include: Path) -> DagCache:
    """That of the city whose declarations are there: the manager reads one bundle after the other."""
    return _of_cities.setdefault(find_city_of_folder(include).code, DagCache({}))


class FileDigester:
    """SHA-256 of files, each read once: make a new one for each parse."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def digest_file(self, path: str) -> str:
        if path not in self._known:
            self._known[path] = _compute_file_digest(path)
        return self._known[path]

    def digest_files(self, paths: Iterable[str]) -> Digests:
        return tuple((path, self.digest_file(path)) for path in paths)

    def digest_shared_files(self, include: Path) -> str:
        """Of every file below ``include`` that is not a declaration's own, and of our own settings."""
        whole = hashlib.sha256()
        for path in _walk_shared_files(str(include)):
            whole.update(f"{path}\0{self.digest_file(path)}\0".encode("utf-8", "surrogateescape"))
        whole.update(f"{find_city_of_folder(include)!r}\0".encode())
        for name in sorted(os.environ):
            if name.startswith("AQUEDUC_"):
                whole.update(f"{name}={os.environ[name]}\0".encode("utf-8", "surrogateescape"))
        return whole.hexdigest()


def find_cached_dag(include: Path, path: Path, shared: str, digester: FileDigester) -> DAG | None:
    """The DAG of the declaration at ``path``, if it is remembered and still true."""
    found = get_dag_cache(include).built.get(path)
    return found.dag if found and _is_cached_dag_current(found, shared, digester) else None


def fill_dag_cache(
    include: Path,
    paths: Iterable[Path],
    shared: str,
    read: Callable[[Path], Dataset],
    build: Callable[[Dataset], DAG],
) -> None:
    """Fills the memory, in the manager; ``shared`` was taken before anything that ``read`` and ``build`` use.

    What cannot be read or built is left for the parses to complain of.
    """
    digester, memory = FileDigester(), get_dag_cache(include)
    kept: dict[Path, CachedDag] = {}
    for path in paths:
        known = memory.built.get(path)
        if known is None or not _is_cached_dag_current(known, shared, digester):
            known = None
            with ErrorCapture():
                known = _build_dag_if_files_unchanged(path, shared, include, read, build)
        if known is not None:
            kept[path] = known
    memory.built = kept if FileDigester().digest_shared_files(include) == shared else {}


def _build_dag_if_files_unchanged(
    path: Path,
    shared: str,
    include: Path,
    read: Callable[[Path], Dataset],
    build: Callable[[Dataset], DAG],
) -> CachedDag | None:
    """Read twice, the second time between two digests of its files: None if they changed meanwhile."""
    before = FileDigester().digest_files(list_dataset_files(read(path), include))
    dataset = read(path)
    after = FileDigester().digest_files(list_dataset_files(dataset, include))
    return CachedDag(build(dataset), after, shared) if before == after else None


def list_dataset_files(dataset: Dataset, include: Path) -> list[str]:
    """The files that this declaration names."""
    named = [dataset.schema_path]
    if dataset.national:
        named.append(build_pin_path(dataset.national.name, dataset.national.version))
    named += dataset.source.include_file_paths
    named += [file.path for column in dataset.columns for file in column.rule.referenced_files]
    # One that it comes after may be removed, or come to wait for it.
    named += [f"datasets/{name}.yaml" for name in dataset.after]
    return [str(dataset.path), *(str(include / name) for name in named)]


def _is_cached_dag_current(built: CachedDag, shared: str, digester: FileDigester) -> bool:
    return built.shared == shared and all(digester.digest_file(path) == digest for path, digest in built.own)


def _walk_shared_files(include: str) -> Iterator[str]:
    for folder, folders, files in os.walk(include):
        top = folder == include
        folders[:] = sorted(name for name in folders if name[0] != "." and not (top and name in OWN))
        yield from (f"{folder}/{name}" for name in sorted(files))


def _compute_file_digest(path: str) -> str:
    try:
        with open(path, "rb", opener=open_without_blocking) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                return ""
            if found.st_size > READ_WHOLE:
                return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
            # No more than it says it has: of those of /proc, where a link may lead, some have no end.
            return hashlib.sha256(file.read(found.st_size)).hexdigest()
    except OSError:
        return ""
