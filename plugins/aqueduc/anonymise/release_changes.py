"""What differs between two revisions, remembered beside them so that it is counted once.

    datasets/<dataset>/compared/<sha256 of the newer>-<sha256 of the older>-<columns and versions>.npz

Two files of the store never change, nor does what differs between them. These are hashes of rows of the two
files, which lie in the same store in clear: no row that was withheld is in either, and none is here. They go
when one of the two files does. A document that is not whole, or that another version wrote, is made again.
"""

import hashlib
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from aqueduc.anonymise.disclosure.comparing import FileComparisonKey
from aqueduc.anonymise.disclosure.row_hashes import RowChanges
from aqueduc.store import Store, compute_bytes_sha256

_FORMAT = 3
_OBJECT = re.compile(r"[0-9a-f]{64}")
_DIGEST = 64


@dataclass(frozen=True)
class PersistentRowChangeStore:
    """The changes between files of a dataset; a ``RowChangeStore``. Files that are not objects of the store (an
    output that is not kept yet, several parts read as one) are not remembered."""

    dataset: str
    store: Store

    def load_row_changes(self, key: FileComparisonKey) -> RowChanges | None:
        name = self._build_changes_key(key)
        data = self.store.read(name) if name else None
        if not data or data[:_DIGEST].decode("ascii", "replace") != compute_bytes_sha256(data[_DIGEST:]):
            return None
        return RowChanges.from_bytes(data[_DIGEST:])

    def save_row_changes(self, key: FileComparisonKey, changes: RowChanges) -> None:
        if name := self._build_changes_key(key):
            data = changes.to_bytes()
            self.store.write(name, compute_bytes_sha256(data).encode() + data)

    def _build_changes_key(self, key: FileComparisonKey) -> str | None:
        files = (key.newer.stem, key.older.stem)
        if not all(map(_OBJECT.fullmatch, files)):
            return None
        meaning = (_FORMAT, version("pyarrow"), key.quasi, key.others)
        columns = hashlib.sha256(repr(meaning).encode()).hexdigest()[:16]
        return f"{_build_row_changes_folder(self.dataset)}/{'-'.join(files)}-{columns}.npz"


def delete_orphan_row_changes(dataset: str, store: Store) -> int:
    """Removes what is remembered of files that are not in the store any more; how many there were."""
    orphans = [
        key
        for key in store.list(_build_row_changes_folder(dataset))
        if not all(
            store.exists(f"objects/{sha256[:2]}/{sha256}.parquet")
            for sha256 in _OBJECT.findall(Path(key).name)
        )
    ]
    for key in orphans:
        store.delete(key)
    return len(orphans)


def _build_row_changes_folder(dataset: str) -> str:
    return f"datasets/{dataset}/compared"
