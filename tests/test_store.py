"""The vault and the store: locks, shredding, damaged objects."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import fsspec
import pytest

from aqueduc.errors import DatasetBusy, StoreError
from aqueduc.store import LOCK_LEASE_S, Store, Vault, safe_name


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "store").as_uri())


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault((tmp_path / "vault").as_uri())


def test_a_lock_has_one_holder(store: Store) -> None:
    with (
        store.lock("datasets/jeu", where="jeu"),
        pytest.raises(DatasetBusy, match="Une autre exécution"),
        store.lock("datasets/jeu", where="jeu"),
    ):
        pass
    with store.lock("datasets/jeu", where="jeu"):
        pass


def _hold(url: str, ready: multiprocessing.Event) -> None:
    with Store(url).lock("datasets/jeu", where="jeu"):
        ready.set()
        time.sleep(60)


def test_a_lock_dies_with_its_process(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(store.url, ready))
    holder.start()
    assert ready.wait(30)
    with pytest.raises(DatasetBusy), store.lock("datasets/jeu", where="jeu"):
        pass
    holder.kill()
    holder.join()
    with store.lock("datasets/jeu", where="jeu"):
        pass


def test_a_listing_shows_nothing_that_the_store_put_there_for_itself(store: Store) -> None:
    """A lock, a lease, the marker of one that was taken over, a file half copied from another disk; but a
    run may be called anything."""
    store.write_json("datasets/jeu/current.json", {})
    store.write_json("datasets/jeu/platforms/region.json", {})
    store.write_json("runs/jeu/essai.lock/valid.json", {})
    base = Path(store.url.removeprefix("file://"))
    for name in (".objet.0a1b2c3d", "jeu.lock.0123456789abcdef", "platforms/region.lock"):
        (base / "datasets" / "jeu" / name).write_text("")
    (base / "datasets" / "jeu.lock.0123456789abcdef").write_text("")
    with store.lock("datasets/jeu", where="jeu"):
        assert store.datasets() == ["jeu"]
        assert store.list("datasets/jeu") == ["datasets/jeu/current.json", "datasets/jeu/platforms"]
        assert store.list("datasets/jeu/platforms") == ["datasets/jeu/platforms/region.json"]
        assert store.list("runs/jeu") == ["runs/jeu/essai.lock"]
        # Below a file there is nothing, as below what is not there.
        assert store.read_json("datasets/jeu.lock/released.json") is None
        assert store.list("datasets/jeu.lock") == []
    store.carry("jeu", "nouveau")
    assert [key for key in store.list("datasets/nouveau") if "lock" in key or "/." in key] == []


def test_a_bucket_lists_no_lease() -> None:
    store = Store("memory://essai-liste")
    store.write_json("datasets/jeu/current.json", {})
    with store.lock("datasets/jeu", where="jeu"):
        assert store.datasets() == ["jeu"]


def test_a_lease_elsewhere_is_taken_over_once_it_has_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store("memory://essai-lease")
    files = fsspec.filesystem("memory")
    files.pipe_file("/essai-lease/datasets/jeu.lock", f"former {time.time()}".encode())
    with pytest.raises(DatasetBusy), store.lock("datasets/jeu", where="jeu"):
        pass
    files.pipe_file("/essai-lease/datasets/jeu.lock", f"former {time.time() - LOCK_LEASE_S - 1}".encode())
    with store.lock("datasets/jeu", where="jeu"):
        # Whoever read the same stale lease comes second, whatever the order of its steps.
        assert not store._take_over("/essai-lease/datasets/jeu.lock", "slower")
        with pytest.raises(DatasetBusy), store.lock("datasets/jeu", where="jeu"):
            pass
    assert not files.exists("/essai-lease/datasets/jeu.lock")


def test_a_damaged_object_is_written_again(store: Store, tmp_path: Path) -> None:
    def keep() -> str:
        local = tmp_path / "a.parquet"
        local.write_bytes(b"whole")
        return store.keep(local, dataset="jeu", run="r", stage="valid", rows=1, window=None).key

    key = keep()
    (tmp_path / "store" / key).write_bytes(b"wh")
    assert keep() == key
    assert (tmp_path / "store" / key).read_bytes() == b"whole"


_KILLED = """
import os, signal, sys
from aqueduc.store import Vault
with Vault(sys.argv[1]).scratch() as folder:
    (folder / "numbered.csv").write_text("Durand")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_wiped_by_the_next_shredding(vault: Vault, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, vault.url], check=False, env=_environment())
    scratch = tmp_path / "vault" / ".scratch"
    assert len(list(scratch.rglob("numbered.csv"))) == 1
    with vault.scratch() as mine:
        (mine / "kept").touch()
        vault.shred("jeu", "r")
        assert [path.name for path in scratch.rglob("*") if path.is_file()] == ["kept"]


def test_the_extract_of_a_run_that_never_ended_does_not_stay(vault: Vault, tmp_path: Path) -> None:
    for run, age in (("dead", 3), ("alive", 0)):
        local = tmp_path / "raw.parquet"
        local.write_bytes(b"x")
        key = vault.keep_raw(local, dataset="jeu", run=run, rows=1, window=None).key
        then = time.time() - age * 86_400
        os.utime(tmp_path / "vault" / key, (then, then))
    vault.shred("jeu", "other")
    assert vault.list("raw/jeu") == ["raw/jeu/alive"]


def test_the_vault_is_for_its_owner_only(vault: Vault, tmp_path: Path) -> None:
    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("key", ["/etc/passwd", "../a", "a/../../b"])
def test_keys_stay_inside(store: Store, key: str) -> None:
    with pytest.raises(StoreError, match="Clé interdite"):
        store.read_json(key)


def test_run_identifiers_stay_distinct_as_file_names() -> None:
    names = [
        "manual__2026-01-01T00:00:00+00:00",
        "manual__2026-01-01T00_00_00_00_00",
        ".",
        "..",
        "é" * 300,
        "x" * 300,
    ]
    made = [safe_name(name) for name in names]
    assert len(set(made)) == len(names)
    assert all(0 < len(name.encode()) < 200 and name not in (".", "..") and "/" not in name for name in made)


def test_a_document_that_is_not_json_says_where(store: Store, tmp_path: Path) -> None:
    store.write_json("a/b.json", {"x": 1})
    assert json.loads((tmp_path / "store/a/b.json").read_text()) == {"x": 1}
    (tmp_path / "store/a/b.json").write_text("{")
    with pytest.raises(StoreError, match="n'est pas du JSON"):
        store.read_json("a/b.json")


def _environment() -> dict[str, str]:
    plugins = Path(__file__).resolve().parents[1] / "plugins"
    return {**os.environ, "PYTHONPATH": str(plugins)}
