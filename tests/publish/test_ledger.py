"""The ledger: what was written in it stays, and whoever touches it is found out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.ledger import (
    append_ledger_entry,
    build_signature_storage_key,
    verify_ledger,
)
from aqueduc.certify.signature import Signer, generate_signing_key_pair, load_signer_from_connection
from aqueduc.connections import Connection, EnvironmentConnections
from aqueduc.errors import LedgerTampering, StoreError
from aqueduc.ledger_chain import read_ledger_head
from aqueduc.run import Workspace, sweep_dead_runs_and_expired_data
from aqueduc.store import Store, StoreRoot, Vault, build_ledger_head_key, compute_bytes_sha256

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def certified(store: Store, rank: int, **more: Any) -> str:
    """A run that published: its entry, then the pointer, as ``certify`` does it."""
    at = START + timedelta(days=rank)
    entry = {"kind": "certificate", "run": f"r{rank}", "served_at": at.isoformat(), **more}
    key, link = append_ledger_entry(store, "jeu", f"r{rank}", at, entry)
    pointer = {"certificate": key, "certificate_sha256": link.sha256, "published_at": at.isoformat()}
    store.write_current_revision_pointer("jeu", pointer)
    return key


def looked(store: Store, rank: int) -> str:
    at = START + timedelta(days=rank)
    return append_ledger_entry(
        store, "jeu", f"r{rank}__looked", at, {"kind": "unchanged", "run": f"r{rank}", "at": at.isoformat()}
    )[0]


@pytest.fixture
def ledger(store: Store) -> list[str]:
    return [certified(store, 0), looked(store, 1), certified(store, 2), looked(store, 3), looked(store, 4)]


def codes(store: Store) -> list[str]:
    return [one.code for one in verify_ledger(store, "jeu").breaks]


def test_an_honest_ledger_holds(store: Store, ledger: list[str]) -> None:
    verdict = verify_ledger(store, "jeu")
    assert verdict.is_valid
    assert (verdict.entries, verdict.certificates, verdict.sealed) == (5, 2, 0)


def test_nothing_published_holds(store: Store) -> None:
    assert verify_ledger(store, "jeu").is_valid


# --- whoever touches it -------------------------------------------------------------------------------------


def change_a_byte(store: Store, keys: list[str]) -> None:
    store.write(keys[1], (store.read(keys[1]) or b"").replace(b"unchanged", b"unchangeD"))


def drop(store: Store, keys: list[str]) -> None:
    store.delete(keys[1])


def swap(store: Store, keys: list[str]) -> None:
    one, other = store.read(keys[1]) or b"", store.read(keys[3]) or b""
    store.write(keys[1], other)
    store.write(keys[3], one)


def remove_the_newest(store: Store, keys: list[str]) -> None:
    store.delete(keys[-1])


def cut_short(store: Store, keys: list[str]) -> None:
    store.write(keys[2], (store.read(keys[2]) or b"")[:40])


def slip_one_in(store: Store, keys: list[str]) -> None:
    entry = json.loads(store.read(keys[2]) or b"")
    store.write_json("datasets/jeu/ledger/20260301T120000Z-faux.json", entry)


def set_the_pointer_back(store: Store, keys: list[str]) -> None:
    first = store.read(keys[0]) or b""
    store.write_current_revision_pointer(
        "jeu",
        {**(store.read_current_revision_pointer("jeu") or {}), "certificate": keys[0], "bytes": len(first)},
    )


def set_the_head_back(store: Store, keys: list[str]) -> None:
    last = store.read_json(keys[-1])
    for key in store.list("datasets/jeu/heads"):
        store.delete(key)
    store.write_json(build_ledger_head_key("jeu"), last["previous"])


def remove_the_head(store: Store, keys: list[str]) -> None:
    store.delete("datasets/jeu/heads")


def cut_the_head_short(store: Store, keys: list[str]) -> None:
    store.write(store.find_ledger_head_key("jeu") or "", b'{"entry": "')


def cut_the_pointer_short(store: Store, keys: list[str]) -> None:
    store.write("datasets/jeu/current.json", b'{"certif')


@pytest.mark.parametrize(
    "forge, code, named",
    [
        (change_a_byte, "entree-modifiee", 1),
        (drop, "entree-absente", 1),
        (swap, "entree-modifiee", 3),
        (remove_the_newest, "entree-absente", -1),
        (cut_short, "entree-illisible", 2),
        (slip_one_in, "entree-etrangere", None),
        (set_the_pointer_back, "pointeur-recule", 2),
        (set_the_head_back, "tete-en-retard", -1),
        (remove_the_head, "tete-absente", None),
        (cut_the_head_short, "tete-absente", None),
        (cut_the_pointer_short, "pointeur-recule", 2),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_each_forgery_is_found_and_said_where(
    store: Store, ledger: list[str], forge: Callable[[Store, list[str]], None], code: str, named: int | None
) -> None:
    forge(store, ledger)
    first = verify_ledger(store, "jeu").breaks[0]
    assert first.code == code
    assert named is None or ledger[named].rsplit("/", 1)[-1] in first.message()
    assert "ne rien supprimer" in first.format_remedy()


def test_what_is_older_than_the_chain_is_sealed_by_its_first_entry(store: Store) -> None:
    older = [f"datasets/jeu/ledger/2026010{day}T000000Z-r.json" for day in (1, 2, 3)]
    for key in older:
        store.write_json(key, {"kind": "unchanged"})
    assert codes(store) == ["tete-absente"]
    certified(store, 0)
    assert verify_ledger(store, "jeu").sealed == 3
    assert verify_ledger(store, "jeu").is_valid
    store.write_json(older[1], {"kind": "certificate"})
    assert codes(store) == ["scelle-rompu"]


@pytest.mark.parametrize(
    "touch",
    [
        lambda store, key: store.write(key, (store.read(key) or b"").replace(b"r2", b"r9")),
        lambda store, key: store.write(key, b"{"),
        lambda store, key: store.delete(key),
    ],
    ids=["changed", "cut short", "removed"],
)
def test_a_certificate_that_was_touched_is_believed_by_nobody(
    store: Store, ledger: list[str], touch: Callable[[Store, str], None]
) -> None:
    assert (store.read_current_certificate("jeu") or {})["run"] == "r2"
    touch(store, ledger[2])
    with pytest.raises(LedgerTampering) as caught:
        store.read_current_certificate("jeu")
    assert ledger[2] in caught.value.where
    assert "ne rien supprimer" in caught.value.remedy


@pytest.mark.parametrize("what", ["ledger/r00000002.json", "heads/newest.json", "current.json"])
def test_what_was_cut_short_is_never_offered_for_deletion(store: Store, ledger: list[str], what: str) -> None:
    key = f"datasets/jeu/{what}"
    store.write(key, (store.read(key) or b"")[:20])
    with pytest.raises(StoreError) as caught:
        store.read_json(key)
    assert key in caught.value.where
    assert caught.value.remedy.startswith("ne rien supprimer ; restaurer")
    with pytest.raises(StoreError) as lost:
        certified(store, 9) if what.startswith("heads") else store.read_current_certificate("jeu")
    assert "supprimer puis" not in lost.value.remedy


def test_no_sweep_however_late_takes_a_certificate(tmp_path: Path, store: Store, ledger: list[str]) -> None:
    later = datetime(2126, 1, 1, tzinfo=UTC)
    place = Workspace(
        tmp_path, store, Vault(str(tmp_path / "vault")), EnvironmentConnections({}), clock=lambda: later
    )
    before = {key: store.read(key) for key in store.list("datasets/jeu/ledger")}
    sweep_dead_runs_and_expired_data(place, days=0, going=lambda _dataset, _run: False, thorough=True)
    assert {key: store.read(key) for key in store.list("datasets/jeu/ledger")} == before
    assert verify_ledger(store, "jeu").is_valid


def test_a_head_is_known_by_its_name_wherever_its_entry_stands(store: Store, ledger: list[str]) -> None:
    name = store.read_newest_ledger_entry_name("jeu")
    number, sha256 = name.split(":")
    assert number == "5"
    assert store.has_ledger_entry("jeu", name)
    # Two entries of one second may be listed the other way round.
    assert store.has_ledger_entry("jeu", f"2:{sha256}") and store.has_ledger_entry("jeu", f"99:{sha256}")
    remove_the_newest(store, ledger)
    assert not store.has_ledger_entry("jeu", name)
    assert store.read_newest_ledger_entry_name("rien") == ""


def delay_listings(monkeypatch: pytest.MonkeyPatch, hidden: int) -> None:
    """A bucket whose listing does not show yet what was written last."""
    shown = StoreRoot.list

    def list_late(root: StoreRoot, prefix: str) -> list[str]:
        keys = shown(root, prefix)
        return keys[: len(keys) - hidden] if prefix.endswith("/ledger") else keys

    monkeypatch.setattr(StoreRoot, "list", list_late)


@pytest.mark.parametrize("hidden", [1, 2, 3])
def test_a_listing_that_is_late_breaks_no_chain(
    store: Store, ledger: list[str], monkeypatch: pytest.MonkeyPatch, hidden: int
) -> None:
    with monkeypatch.context() as late:
        delay_listings(late, hidden)
        certified(store, 5)
        looked(store, 6)
        assert codes(store) == []
        assert store.has_ledger_entry("jeu", store.read_newest_ledger_entry_name("jeu"))
        assert not store.is_named_ledger_entry_missing("jeu", store.read_newest_ledger_entry_name("jeu"))
    verdict = verify_ledger(store, "jeu")
    assert (verdict.is_valid, verdict.entries, verdict.certificates) == (True, 7, 3)
    assert store.read_newest_ledger_entry_name("jeu").startswith("7:")


def test_what_is_gone_is_missed_however_late_the_listing(
    store: Store, ledger: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_the_newest(store, ledger)
    delay_listings(monkeypatch, 1)
    assert "entree-absente" in codes(store)


# --- signatures ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    signer: Signer
    public: str


def new_key() -> Key:
    private, public = generate_signing_key_pair()
    return Key(load_signer_from_connection(Connection("signature", "generic", password=private)), public)


def signed(store: Store, rank: int, key: Key | None) -> str:
    at = START + timedelta(days=rank)
    entry = {"kind": "objection", "at": at.isoformat()}
    return append_ledger_entry(store, "jeu", f"r{rank}", at, entry, key.signer if key else None)[0]


def signature_breaks(store: Store, *keys: Key) -> list[tuple[str, str]]:
    verdict = verify_ledger(store, "jeu", [key.public for key in keys])
    return [(one.code, one.detail.get("entry", "")) for one in verdict.breaks]


def test_a_key_that_was_changed_still_verifies_what_it_signed(store: Store) -> None:
    first, second = new_key(), new_key()
    signed(store, 0, None)
    older, newer = signed(store, 1, first), signed(store, 2, second)
    assert signature_breaks(store, first, second) == []
    assert signature_breaks(store, second) == [("signataire-inconnu", older.rsplit("/", 1)[-1])]
    assert signature_breaks(store, first) == [("signataire-inconnu", newer.rsplit("/", 1)[-1])]
    assert signature_breaks(store) == []


def signature_of(store: Store, key: str) -> str:
    return build_signature_storage_key(key, compute_bytes_sha256(store.read(key) or b""))


@pytest.mark.parametrize(
    "forge, code",
    [
        (lambda store, key: store.delete(signature_of(store, key)), "signature-absente"),
        (lambda store, key: store.write(signature_of(store, key), b'{"payload'), "signature-fausse"),
        (
            lambda store, key: store.write_json(signature_of(store, key), new_key().signer.sign({})),
            "signataire-inconnu",
        ),
    ],
    ids=["removed", "cut short", "signed by another"],
)
def test_a_signature_that_was_touched_is_found(
    store: Store, forge: Callable[[Store, str], None], code: str
) -> None:
    mine = new_key()
    keys = [signed(store, rank, mine) for rank in range(3)]
    forge(store, keys[1])
    assert signature_breaks(store, mine) == [(code, keys[1].rsplit("/", 1)[-1])]


def test_a_whole_ledger_written_again_by_a_forger_is_signed_by_nobody(store: Store) -> None:
    mine = new_key()
    keys = [signed(store, rank, mine) for rank in range(3)]
    for key in (*keys, "datasets/jeu/heads"):
        store.delete(key)
    for rank in range(3):
        append_ledger_entry(
            store, "jeu", f"r{rank}", START + timedelta(days=rank), {"kind": "objection", "forged": 1}
        )
    assert signature_breaks(store, mine) == [("registre-sans-signature", "")]
    for key in [name for name in store.list("datasets/jeu/ledger") if name.endswith(".dsse")]:
        store.delete(key)
    assert signature_breaks(store, mine) == [("registre-sans-signature", "")]
    assert signature_breaks(store) == []


# --- whoever dies -------------------------------------------------------------------------------------------


class Killed(Exception):
    pass


class DyingStore(Store):
    """Dies before its write number ``last``."""

    last = -1

    def _count(self) -> None:
        self.last -= 1
        if self.last == -1:
            raise Killed

    def write(self, key: str, data: bytes) -> None:
        self._count()
        super().write(key, data)

    def create(self, key: str, data: bytes) -> bool:
        self._count()
        return super().create(key, data)


@pytest.mark.parametrize("dies_before", [0, 1, 2, 3])
@pytest.mark.parametrize("retried", [True, False])
def test_killed_before_any_write_the_next_run_leaves_a_ledger_that_holds(
    tmp_path: Path, dies_before: int, retried: bool
) -> None:
    store = DyingStore(str(tmp_path / "store"))
    certified(store, 0)
    looked(store, 1)
    store.last = dies_before
    with suppress(Killed):
        certified(store, 2)
    store.last = -1
    if retried:
        certified(store, 2)
    else:
        looked(store, 3)
        certified(store, 4)
    verdict = verify_ledger(store, "jeu")
    assert verdict.is_valid, verdict.breaks
    assert verdict.certificates == 2 + (not retried and dies_before > 1)


def test_a_run_that_says_the_same_again_adds_nothing(store: Store, ledger: list[str]) -> None:
    head = read_ledger_head(store, "jeu")
    assert certified(store, 2) == ledger[2]
    assert looked(store, 4) == ledger[4]
    assert read_ledger_head(store, "jeu") == head


def test_a_run_certified_otherwise_has_one_more_entry(store: Store, ledger: list[str]) -> None:
    before = {key: store.read(key) for key in ledger}
    again = certified(store, 2, licence="odc-odbl")
    assert again not in ledger
    assert {key: store.read(key) for key in ledger} == before
    assert verify_ledger(store, "jeu").is_valid


def test_a_ledger_that_is_being_written_is_not_told_as_broken(
    store: Store, ledger: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a certificate and the pointer that names it, whoever writes there holds the dataset."""
    at = START + timedelta(days=9)
    appended, waited = threading.Event(), threading.Event()

    def certify() -> None:
        with store.lock("datasets/jeu", where=""):
            entry = {"kind": "certificate", "run": "r9", "served_at": at.isoformat()}
            key, link = append_ledger_entry(store, "jeu", "r9", at, entry)
            appended.set()
            waited.wait(20)
            store.write_current_revision_pointer(
                "jeu", {"certificate": key, "certificate_sha256": link.sha256}
            )

    writer = threading.Thread(target=certify)
    writer.start()
    appended.wait()

    def pause(_seconds: float) -> None:
        waited.set()
        writer.join()

    monkeypatch.setattr("aqueduc.certify.ledger.time.sleep", pause)
    assert verify_ledger(store, "jeu").is_valid
    assert waited.is_set()


def test_one_whose_writer_died_is(store: Store, ledger: list[str]) -> None:
    at = START + timedelta(days=9)
    entry = {"kind": "certificate", "run": "r9", "served_at": at.isoformat()}
    append_ledger_entry(store, "jeu", "r9", at, entry)
    before = time.monotonic()
    assert len(codes(store)) == 1
    assert time.monotonic() - before < 5, "nobody writes there: nothing is waited for"
