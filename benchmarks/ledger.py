"""What it costs to verify a ledger of 1,000 signed certificates: each entry is read, its digest compared with
the one that the next entry carries; then its signature is verified besides.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aqueduc.certify.ledger import append_ledger_entry, verify_ledger
from aqueduc.certify.signature import Signer, generate_signing_key_pair, load_signer_from_connection
from aqueduc.connections import Connection
from aqueduc.store import Store
from benchmarks.frame import Row, measured

CERTIFICATES = 1_000
# What a certificate of the demonstration weighs, its reading in French included.
FILLING = "x" * 12_000


def run(size: int = CERTIFICATES) -> list[Row]:
    private, public = generate_signing_key_pair()
    with tempfile.TemporaryDirectory() as folder:
        fill(
            Store(folder),
            size,
            load_signer_from_connection(Connection("signature", "generic", password=private)),
        )
        return [
            measured(verify, folder, keys, size).row(f"aqueduc verify, {what}", rows=size)
            for what, keys in (("digests alone", ()), ("signatures too", (public,)))
        ]


def fill(store: Store, size: int, signer: Signer) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for rank in range(size):
        at = start + timedelta(hours=rank)
        entry = {"kind": "certificate", "run": f"r{rank}", "served_at": at.isoformat(), "filling": FILLING}
        key, link = append_ledger_entry(store, "jeu", f"r{rank}", at, entry, signer)
        store.write_current_revision_pointer("jeu", {"certificate": key, "certificate_sha256": link.sha256})


def verify(folder: str, keys: tuple[str, ...], size: int) -> None:
    verdict = verify_ledger(Store(folder), "jeu", keys)
    assert verdict.is_valid, verdict.breaks
    assert verdict.certificates == size == len(list(Path(folder, "datasets/jeu/ledger").glob("*.json")))
