"""The vault and the store: locks, shredding, damaged objects."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aqueduc.errors import (
    DatasetBusy,
    StoreError,
    StoreUnavailable,
    StoreUnwritable,
    convert_write_errors_to_store_unwritable,
)
from aqueduc.scratch import (
    FOREIGN_S,
    compute_boot_id_hash,
    open_scratch_folder,
    overwrite_file_with_zeros,
    sweep_scratch,
)
from aqueduc.store import Store, StoreRoot, Vault, build_safe_filename
from tests.publish.servers import bucket


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "store").as_uri())


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault((tmp_path / "vault").as_uri())


def test_an_address_that_nothing_installed_opens_says_what_to_install() -> None:
    with pytest.raises(StoreError, match="n'ouvre ces adresses") as raised:
        Store("inconnu://jeux")
    assert "aqueduc-opendata[s3]" in raised.value.remedy and "inconnu://jeux" in raised.value.where


def test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_before_it_counts(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = tmp_path / "neuf"
    local.write_text("des lignes")
    target = Path(store.url.removeprefix("file://")) / "objects/ab/cd"
    asked: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda number: asked.append((os.fstat(number).st_ino, target.exists())))
    store.move_local_file_to_key(local, "objects/ab/cd")
    assert asked == [(target.stat().st_ino, False), (target.parent.stat().st_ino, True)]


def test_what_is_overwritten_is_so_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "extrait"
    raw.write_text("des personnes")
    asked: list[tuple[int, bytes]] = []
    monkeypatch.setattr(os, "fsync", lambda number: asked.append((os.fstat(number).st_ino, raw.read_bytes())))
    overwrite_file_with_zeros(raw)
    assert asked == [(raw.stat().st_ino, b"\0" * 13)]


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
        assert store.list_datasets() == ["jeu"]
        assert store.list("datasets/jeu") == ["datasets/jeu/current.json", "datasets/jeu/platforms"]
        assert store.list("datasets/jeu/platforms") == ["datasets/jeu/platforms/region.json"]
        assert store.list("runs/jeu") == ["runs/jeu/essai.lock"]
        # Below a file there is nothing, as below what is not there.
        assert store.read_json("datasets/jeu.lock/released.json") is None
        assert store.list("datasets/jeu.lock") == []
    store.adopt_records_of_former_name("jeu", "nouveau")
    assert [key for key in store.list("datasets/nouveau") if "lock" in key or "/." in key] == []


def test_a_bucket_lists_no_lease() -> None:
    store = Store("memory://essai-liste")
    store.write_json("datasets/jeu/current.json", {})
    with store.lock("datasets/jeu", where="jeu"):
        assert store.list_datasets() == ["jeu"]


def test_a_damaged_object_is_written_again(store: Store, tmp_path: Path) -> None:
    def keep() -> str:
        local = tmp_path / "a.parquet"
        local.write_bytes(b"whole")
        return store.store_parquet_by_sha256(
            local, dataset="jeu", run="r", stage="valid", rows=1, window=None
        ).key

    key = keep()
    (tmp_path / "store" / key).write_bytes(b"wh")
    assert keep() == key
    assert (tmp_path / "store" / key).read_bytes() == b"whole"


_KILLED = """
import os, signal, sys
from aqueduc.store import Vault
with Vault(sys.argv[1]).open_scratch_folder() as folder:
    (folder / "numbered.csv").write_text("Durand")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_wiped_by_the_next_sweep(vault: Vault, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, vault.url], check=False, env=_environment())
    scratch = tmp_path / "vault" / ".scratch"
    assert len(list(scratch.rglob("numbered.csv"))) == 1
    with vault.open_scratch_folder() as mine:
        (mine / "kept").touch()
        vault.sweep_scratch()
        assert [path.name for path in scratch.rglob("*/work/*")] == ["kept"]
    assert list(scratch.iterdir()) == []


def date_below(folder: Path, moment: float) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (moment, moment))


def test_scratch_of_a_process_that_lives_elsewhere_is_left_until_nothing_is_written_there(
    vault: Vault, tmp_path: Path
) -> None:
    """Made under another kernel, with its lock or without: only time can tell."""
    for name in ("aqueduc-0badcafe-0123456789abcdef", "aqueduc-0badcafe-fedcba9876543210"):
        folder = tmp_path / "vault" / ".scratch" / name / "work"
        folder.mkdir(parents=True)
        (folder / "raw.parquet").write_text("Durand")
    (folder.parent / "lock").touch()
    assert vault.sweep_scratch() == 0
    date_below(tmp_path / "vault" / ".scratch", tmp_path.lstat().st_mtime - FOREIGN_S - 60)
    assert vault.sweep_scratch() == 2
    assert list((tmp_path / "vault" / ".scratch").iterdir()) == []


def test_a_scratch_folder_being_made_is_left_whatever_this_clock_says(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file server, or a clock that jumps: a folder without its lock yet is dated by another clock than ours."""
    for name in (f".aqueduc-{compute_boot_id_hash()}-0123456789abcdef", "aqueduc-0badcafe-0123456789abcdef"):
        (tmp_path / "vault" / ".scratch" / name / "work").mkdir(parents=True)
    later = time.time() + 2 * FOREIGN_S
    monkeypatch.setattr("time.time", lambda: later)
    assert vault.sweep_scratch() == 0
    assert len(list((tmp_path / "vault" / ".scratch").iterdir())) == 2


def test_what_only_begins_like_a_scratch_folder_is_somebodys(tmp_path: Path) -> None:
    work = tmp_path / "aqueduc-essai" / "export.csv"
    work.parent.mkdir()
    work.write_text("nom")
    for path in (work, work.parent):
        os.utime(path, (time.time() - FOREIGN_S - 60,) * 2)
    assert sweep_scratch(tmp_path, private=True) == 0
    assert work.read_text() == "nom"


def test_what_a_link_in_a_scratch_folder_leads_to_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "python").write_text("another's")
    with open_scratch_folder(tmp_path / "scratch", private=True) as folder:
        (folder / "python").symlink_to(tmp_path / "python")
    assert (tmp_path / "python").read_text() == "another's"


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
    made = [build_safe_filename(name) for name in names]
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


# --- a store that cannot be written -------------------------------------------------------------------------

_READ_ONLY = """
import os, sys
from pathlib import Path
from aqueduc.store import Store, Vault
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
root = {"store": Store, "vault": Vault}[sys.argv[1]]
def local():
    path = Path(sys.argv[3]) / "a"
    path.write_bytes(b"x")
    return path
ways = {
    "open": lambda: root(sys.argv[2] + "/below"),
    "document": lambda: root(sys.argv[2]).write_json("a/b.json", {}),
    "file": lambda: root(sys.argv[2]).move_local_file_to_key(local(), "a/c"),
    "delete": lambda: root(sys.argv[2]).delete("there/x"),
    "lock": lambda: root(sys.argv[2]).leases.take_lease("datasets/jeu", owner="r"),
    "scratch": lambda: root(sys.argv[2]).open_scratch_folder().__enter__(),
}
for name, way in ways.items():
    try:
        way()
    except Exception as error:
        print(name, type(error).__name__, str(error).replace(chr(10), " "))
    else:
        print(name, "nothing")
"""


@pytest.mark.parametrize("which", ["store", "vault"])
def test_a_store_that_cannot_be_written_is_an_error_with_a_remedy(which: str, tmp_path: Path) -> None:
    folder, writable = tmp_path / which, tmp_path / "scratch"
    (folder / "there").mkdir(parents=True)
    (folder / "there" / "x").touch()
    writable.mkdir()
    writable.chmod(0o777)
    for path in (*tmp_path.parents[: len(tmp_path.parts) - 2], tmp_path):
        if path.owner() == Path.home().owner():
            path.chmod(path.stat().st_mode | 0o755)
    for path in (folder, folder / "there"):
        path.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", _READ_ONLY, which, folder.as_uri(), str(writable)],
        capture_output=True,
        text=True,
        check=True,
        env=_environment(),
    )
    told = [line.split(" ", 2) for line in done.stdout.splitlines()]
    assert len(told) == 6
    for name, kind, message in told:
        assert kind == "StoreUnwritable", (name, message)
        assert "droits insuffisants" in message and "Que faire : donner au compte" in message


def test_a_store_in_the_place_of_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    with pytest.raises(StoreUnwritable, match="un fichier tient la place d'un dossier"):
        Store((tmp_path / "store").as_uri())


def test_a_disk_mounted_read_only_says_so() -> None:
    with (
        pytest.raises(StoreUnwritable, match="lecture seule"),
        convert_write_errors_to_store_unwritable("file:///depot"),
    ):
        raise OSError(errno.EROFS, "Read-only file system")
    with pytest.raises(OSError, match="No space"), convert_write_errors_to_store_unwritable("file:///depot"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_bucket_that_is_not_there_or_does_not_answer_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with bucket(tmp_path / "buckets", tmp_path / "rclone") as options:
        store = Store("s3://absent/depot", options)
        assert store.list("datasets") == []
        for write in (
            lambda: store.write_json("a.json", {}),
            lambda: store.leases.take_lease("datasets/jeu", owner="r"),
        ):
            with pytest.raises(StoreUnwritable, match="il n'existe pas"):
                write()
    gone = Store("s3://absent/depot", {**options, "config_kwargs": {"retries": {"max_attempts": 1}}})
    with pytest.raises(StoreUnavailable, match="ne répond pas") as caught:
        gone.write_json("a.json", {})
    assert caught.value.retryable
    assert "un-secret-d-essai" not in str(caught.value)


def test_the_options_of_a_bucket_may_say_what_is_always_so() -> None:
    """fsspec's list of what it has seen is never kept, whether a setting says it or not."""
    for said in (True, False):
        root = StoreRoot("memory://aqueduc-options", {"use_listings_cache": said})
        root.write("un", b"1")
        assert root.list("") or root.exists("un")
