"""The declarations under which a dataset was published: their texts, and since when each was in force.

The store keeps each text once, under its SHA-256, which certificates name. What was never published is not there:
the history of the files is that of the city's own git.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff

from aqueduc.certify.certificate import RunCertificate
from aqueduc.declaration.spec import City, Dataset
from aqueduc.store import (
    JsonRecord,
    Store,
    build_declaration_key,
    compute_bytes_sha256,
    encode_canonical_json,
)

CITY_FILE = "city.yaml"
MOST_VERSIONS = 200
CONTEXT_LINES = 2


@dataclass(frozen=True)
class DeclarationVersion(JsonRecord):
    """A text, from the first ``run`` that was certified under it on. ``since``: ISO 8601, UTC."""

    sha256: str
    since: str
    run: str


def store_declaration_text(dataset: Dataset, city: City, store: Store) -> str:
    """Keeps what was declared: the files' own text, of which none holds a cell. Returns its SHA-256."""
    paths = {
        f"datasets/{dataset.path.name}": dataset.path,
        CITY_FILE: city.path,
        dataset.schema_path: city.path.parent / dataset.schema_path,
    }
    document = {
        "dataset": dataset.id,
        "fingerprint": dataset.fingerprint,
        "environment": dataset.environment,
        "files": {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()},
        "query": dataset.source.query,
        # What they hold is the city's own, and may be large: their hash says which they were.
        **({"joined": {one.file: one.sha256 for one in dataset.join}} if dataset.join else {}),
    }
    data = encode_canonical_json(document)
    key = build_declaration_key(digest := compute_bytes_sha256(data))
    if not store.exists(key):
        store.write(key, data)
    return digest


def append_declaration_version(store: Store, certificate: RunCertificate) -> None:
    """Adds the declaration of a certificate, where it names one, to those of its dataset, unless it is the newest.
    Raises StoreError."""
    known = list_declaration_versions(store, certificate.dataset)
    if not certificate.declaration or (known and known[-1].sha256 == certificate.declaration):
        return
    added = DeclarationVersion(certificate.declaration, certificate.served_at, certificate.run)
    versions = [one.to_json() for one in (*known, added)[-MOST_VERSIONS:]]
    store.write_json(_build_versions_key(certificate.dataset), versions)


def list_declaration_versions(store: Store, dataset: str) -> tuple[DeclarationVersion, ...]:
    """Oldest first; none before the first certificate that was given since they are noted. Raises
    StoreError."""
    return tuple(map(DeclarationVersion.from_json, store.read_json(_build_versions_key(dataset)) or ()))


def read_declared_files(store: Store, version: DeclarationVersion) -> Mapping[str, str]:
    """The text of each file of a declaration, by its name below ``include/``. Raises StoreError."""
    files: dict[str, str] = (store.read_json(build_declaration_key(version.sha256)) or {}).get("files", {})
    return files


def compare_declared_files(
    before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """The files that differ, each with its lines as ``diff -u`` writes them, without its heading."""
    for name in sorted({*before, *after}):
        old, new = (one.get(name, "").splitlines() for one in (before, after))
        lines = list(unified_diff(old, new, lineterm="", n=CONTEXT_LINES))[2:]
        if lines:
            yield name, lines


def _build_versions_key(dataset: str) -> str:
    return f"datasets/{dataset}/declarations.json"
