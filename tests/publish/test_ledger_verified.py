"""A reconciliation reads what a ledger was added since it was last verified, and finds what the whole walk finds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aqueduc.certify.ledger import append_ledger_entry, verify_ledger
from aqueduc.certify.signature import Signer, generate_signing_key_pair, load_signer_from_connection
from aqueduc.certify.verified import WHOLE_EVERY, find_ledger_breaks_since_checkpoint
from aqueduc.checkpoint import Checkpoint
from aqueduc.connections import Connection
from aqueduc.ledger_chain import read_ledger_head
from aqueduc.store import Store, compute_bytes_sha256, encode_canonical_json

START = datetime(2026, 3, 1, tzinfo=UTC)
FOLDER = "datasets/jeu/ledger"
MARK = "datasets/jeu/verified.json"
PRIVATE, PUBLIC = generate_signing_key_pair()


class Reading(Store):
    """``seen``: the entries that were read."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.seen = set[str]()

    def read(self, key: str) -> bytes | None:
        if key.startswith(FOLDER) and key.endswith(".json"):
            self.seen.add(key)
        return super().read(key)


def sign() -> Signer:
    return load_signer_from_connection(Connection("signature", "generic", password=PRIVATE))


def add(store: Store, ranks: Collection[int], signer: Signer | None = None) -> None:
    """Every third one published, the others found nothing."""
    for rank in ranks:
        at = (START + timedelta(hours=rank)).isoformat()
        kind = {"kind": "unchanged", "at": at} if rank % 3 else {"kind": "certificate", "served_at": at}
        entry = {**kind, "run": f"r{rank}"}
        key, link = append_ledger_entry(store, "jeu", f"r{rank}", START, entry, signer or sign())
        if not rank % 3:
            store.write_current_revision_pointer(
                "jeu", {"certificate": key, "certificate_sha256": link.sha256}
            )


def checkpoint(store: Store) -> Checkpoint:
    head = read_ledger_head(store, "jeu")
    assert head is not None
    return Checkpoint("Ville", 1, START.isoformat(), None, {"jeu": head})


def find(
    store: Store, known: Checkpoint | None, days: int = 1, keys: tuple[str, ...] = (PUBLIC,)
) -> list[str]:
    now = START + timedelta(days=days)
    return [one.code for one in find_ledger_breaks_since_checkpoint(store, "jeu", keys, known, now)]


@pytest.fixture
def store(tmp_path: Path) -> Reading:
    """Verified whole, witnessed, then added to."""
    made = Reading(str(tmp_path / "store"))
    add(made, range(6))
    assert find(made, checkpoint(made)) == []
    return made


def test_only_what_was_added_is_read_after_a_checkpoint_and_the_whole_once_in_thirty_days(
    store: Reading,
) -> None:
    known = checkpoint(store)
    add(store, range(6, 8))
    store.seen.clear()
    assert find(store, known, 2) == []
    assert store.seen == {f"{FOLDER}/r0000000{rank}.json" for rank in (5, 6, 7)}
    for days, read in ((WHOLE_EVERY.days, 1), (WHOLE_EVERY.days + 1, 8), (WHOLE_EVERY.days + 2, 1)):
        store.seen.clear()
        assert find(store, checkpoint(store), days) == []
        assert len(store.seen) == read


def test_what_was_altered_before_the_mark_is_told_within_thirty_days_and_by_verify_at_once(
    store: Reading,
) -> None:
    store.write(f"{FOLDER}/r00000002.json", b"{}")
    assert find(store, checkpoint(store), 2) == []
    assert find(store, checkpoint(store), WHOLE_EVERY.days + 1) == ["entree-illisible"]
    assert not verify_ledger(store, "jeu", (PUBLIC,)).is_valid


def test_the_whole_is_read_where_nothing_witnesses_what_was_verified(store: Reading) -> None:
    older = checkpoint(store)
    add(store, [6])
    assert find(store, older) == []
    other = replace(read_ledger_head(store, "jeu") or older.heads["jeu"], sha256="0" * 64)
    for known in (
        None,
        older,
        Checkpoint("Ville", 1, "", None, {"jeu": other}),
        Checkpoint("Ville", 1, "", None, {}),
    ):
        store.seen.clear()
        assert find(store, known) == []
        assert len(store.seen) == 7
    store.seen.clear()
    assert find(store, checkpoint(store), keys=(PUBLIC, generate_signing_key_pair()[1])) == []
    assert len(store.seen) == 7, "by other keys"


@pytest.mark.parametrize("mark", [b"", b"[]", b"{}", b'{"newest": 3}', b'{"newest": {"entry": "r"}}'])
def test_a_mark_that_is_none_is_work_done_again(store: Reading, mark: bytes) -> None:
    store.write(MARK, mark)
    store.seen.clear()
    assert find(store, checkpoint(store)) == [] and len(store.seen) == 6


def test_a_head_at_a_rank_that_nothing_reaches_has_the_whole_read(store: Reading) -> None:
    known = checkpoint(store)
    store.write_json("datasets/jeu/heads/newest.json", {**known.heads["jeu"].to_json(), "rank": 10**12})
    store.seen.clear()
    told = find(store, known, 2)
    assert len(store.seen) == 6
    assert told == [one.code for one in verify_ledger(store, "jeu", (PUBLIC,)).breaks]


@pytest.mark.parametrize(
    "harm",
    [
        "altered after",
        "removed after",
        "removed before",
        "added",
        "unsigned",
        "pointer",
        "older pointer",
        "headless",
    ],
)
def test_what_is_harmed_is_told_as_the_whole_walk_tells_it(store: Reading, harm: str) -> None:
    known = checkpoint(store)
    if harm != "older pointer":
        add(store, range(6, 9))
    entry = f"{FOLDER}/r0000000{'2' if harm == 'removed before' else '7'}.json"
    match harm:
        case "altered after":
            store.write(entry, (store.read(entry) or b"") + b" ")
        case "removed after" | "removed before":
            store.delete(entry)
        case "added":
            store.write(
                f"{FOLDER}/r00000012.json", encode_canonical_json({"kind": "unchanged", "previous": None})
            )
        case "unsigned":
            for key in store.list(FOLDER):
                if key.startswith(f"{FOLDER}/r00000007") and key.endswith(".dsse"):
                    store.delete(key)
        case "pointer" | "older pointer":
            older = store.read(f"{FOLDER}/r00000000.json") or b""
            store.write_current_revision_pointer(
                "jeu",
                {
                    "certificate": f"{FOLDER}/r00000000.json",
                    "certificate_sha256": compute_bytes_sha256(older),
                },
            )
        case _:
            store.delete("datasets/jeu/heads/newest.json")
    told = find(store, known, 2)
    assert told and told == [one.code for one in verify_ledger(store, "jeu", (PUBLIC,)).breaks]
    assert find(store, known, 3) == told, "and again the day after"
