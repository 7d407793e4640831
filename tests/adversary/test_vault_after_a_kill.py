"""Raw extracts do not outlive a kill: whatever the moment, the next sweep leaves the vault empty.

And no sweep takes anything from a run that lives, works slowly, waits for its next task or is tried again.
"""

from __future__ import annotations

import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aqueduc.anonymise import anonymise_extract
from aqueduc.errors import DatasetBusy, StoreError
from aqueduc.run import Run, sweep_dead_runs_and_expired_data
from aqueduc.sources.stage import extract_source
from aqueduc.store import RESUMABLE_S, WAITING_S, SweepResult, Vault, Window
from aqueduc.validate import validate_anonymised_rows
from tests.adversary.dying import Doomed, wait, with_vault
from tests.adversary.town import Town, found_town
from tests.publish.servers import bucket
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

STAGES = ("sources", "anonymise", "validate")
STRIDE = 3


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Its file has a name to drop and a line to reject."""
    made = found_town(tmp_path)
    made.file(
        {"quartier": quartier, "nom": nom}
        for quartier, nom in (("Centre", "Durand"), ("Nord", "Martin"), ("", "Moreau"), ("Sud", "Petit"))
    )
    made.declare(
        columns={"quartier": "publish", "nom": "drop"},
        fields=[{"name": "quartier", "constraints": {"required": True}}],
        reject_at_most="50%",
    )
    return made


@pytest.fixture
def bucket_town(town: Town, tmp_path: Path) -> Iterator[Town]:
    """The same, whose vault is a bucket."""
    (tmp_path / "buckets" / "coffre").mkdir(parents=True)
    with bucket(tmp_path / "buckets", tmp_path / "rclone") as options:
        yield replace(town, desk=with_vault(town.desk, Vault("s3://coffre/ville", options)))


def left_in(town: Town) -> list[str]:
    """What a sweep must not leave: files of runs, on the vault's disk, the store's, and this machine's."""
    place = town.desk.place
    vault, store = place.vault, Path(place.store.url.removeprefix("file://"))
    found = [*vault.list_write_times("raw"), *vault.list_write_times(".leases")]
    # Of no run: by it a bucket was asked whether it keeps conditions, and the next process asks again.
    found = [key for key in found if not key.endswith("/.conditional-writes")]
    folders = [store / ".scratch"]
    if vault.is_local:
        folders.append(Path(vault.url.removeprefix("file://")) / ".scratch")
    files = (path for folder in folders if folder.is_dir() for path in folder.rglob("*"))
    return found + [str(path) for path in files if path.is_file() and not is_unborn_lock(path)]


def is_unborn_lock(path: Path) -> bool:
    """The empty lock of a folder whose maker died before it had its name: nothing was ever put there."""
    return path.name == "lock" and path.parent.name.startswith(".aqueduc-") and path.stat().st_size == 0


def raw_in(town: Town) -> bool:
    return any("/.leases/" not in path and not path.startswith(".leases") for path in left_in(town))


def test_the_next_sweep_after_a_kill_anywhere_leaves_the_vault_empty(town: Town, tmp_path: Path) -> None:
    doomed = Doomed(town.desk, tmp_path / "mort")
    had: dict[str, list[bool]] = defaultdict(list)
    rank = 0
    while (where := doomed.killed(rank)) is not None:
        had[where.split()[0]].append(raw_in(town))
        sweep_dead_runs_and_expired_data(town.desk.place, days=30)
        assert left_in(town) == [], f"killed {where} ({rank})"
        rank += STRIDE
        assert rank < 1_000, "what the dead left makes each run write more than the one before"
    assert left_in(town) == [], "a run that ends leaves nothing either"
    # It was worth trying: in each stage, some of the dead did leave something.
    assert {stage for stage in STAGES if any(had[stage])} == set(STAGES)
    assert rank > 20


def test_in_a_bucket_the_dead_are_swept_once_their_lease_has_run_out(
    bucket_town: Town, tmp_path: Path
) -> None:
    """Each of the dead is another run: they all leave something, and none of them can be asked."""
    place = bucket_town.desk.place
    deaths: list[str] = []
    while True:
        doomed = Doomed(bucket_town.desk, tmp_path / "mort", run=f"r{len(deaths)}", lasts_s=20)
        where = doomed.killed(len(deaths))
        if where is None:
            break
        deaths.append(where.split()[0])
    assert set(STAGES) <= set(deaths)
    assert raw_in(bucket_town)

    def swept() -> bool:
        sweep_dead_runs_and_expired_data(place, days=30)
        return left_in(bucket_town) == []

    assert eventually(swept, 60, every=1), left_in(bucket_town)


def test_in_a_bucket_the_dead_are_left_until_their_lease_has_run_out(
    bucket_town: Town, tmp_path: Path
) -> None:
    doomed = Doomed(bucket_town.desk, tmp_path / "mort", lasts_s=8)
    assert doomed.killed(0, stage="anonymise") is not None
    swept = sweep_dead_runs_and_expired_data(bucket_town.desk.place, days=30)
    assert (swept.raw, swept.alive) == (0, 1), "nobody can know yet that it is dead"
    assert eventually(
        lambda: sweep_dead_runs_and_expired_data(bucket_town.desk.place, days=30).raw == 1, 30, every=0.5
    )
    assert left_in(bucket_town) == []


@pytest.mark.parametrize("resumable", [False, True], ids=["command", "tasks"])
def test_a_slow_run_is_never_swept(town: Town, tmp_path: Path, resumable: bool) -> None:
    """Its heart beats: one is paused in each stage, all at once, for longer than their leases last, among sweeps."""
    place = town.desk.place
    running = []
    for stage in STAGES:
        (tmp_path / stage).mkdir()
        doomed = Doomed(town.desk, tmp_path / stage / "pause", run=stage, lasts_s=5, resumable=resumable)
        running.append((doomed, doomed.start(1, wait, stage=stage)))
        assert eventually(doomed.note.exists, 60, every=0.1)
    until = time.monotonic() + 8
    while time.monotonic() < until:
        swept = sweep_dead_runs_and_expired_data(place, days=30)
        assert (swept.raw, swept.scratch, swept.failed) == (0, 0, 0)
        time.sleep(0.3)
    for doomed, process in running:
        doomed.note.with_name("go").touch()
        process.join(120)
        assert process.exitcode == 0, doomed.note.read_text()
    assert left_in(town) == []


def test_a_slow_run_in_a_bucket_is_never_swept(bucket_town: Town, tmp_path: Path) -> None:
    doomed = Doomed(bucket_town.desk, tmp_path / "pause", lasts_s=6)
    process = doomed.start(0, wait, stage="anonymise")
    assert eventually(doomed.note.exists, 60, every=0.1)
    until = time.monotonic() + 13
    while time.monotonic() < until:
        assert sweep_dead_runs_and_expired_data(bucket_town.desk.place, days=30).raw == 0
        time.sleep(0.5)
    (tmp_path / "go").touch()
    process.join(120)
    assert process.exitcode == 0
    assert left_in(bucket_town) == []


def test_of_two_runs_of_a_dataset_only_the_dead_one_is_swept(town: Town, tmp_path: Path) -> None:
    living = Doomed(town.desk, tmp_path / "pause", run="vivante")
    process = living.start(1, wait, stage="anonymise")
    assert eventually(living.note.exists, 60, every=0.1)
    (tmp_path / "autre").mkdir()
    dead = Doomed(town.desk, tmp_path / "autre" / "mort", run="morte")
    assert dead.killed(1, stage="anonymise") is not None
    folder = Path(town.desk.place.vault.url.removeprefix("file://")) / "raw" / "jeu"
    assert sorted(path.name for path in folder.iterdir()) == ["morte", "vivante"]
    swept = sweep_dead_runs_and_expired_data(town.desk.place, days=30)
    assert (swept.raw, swept.alive) == (1, 1)
    assert [path.name for path in folder.iterdir()] == ["vivante"]
    (tmp_path / "go").touch()
    process.join(120)
    assert process.exitcode == 0


def test_two_windows_of_a_dataset_are_two_folders(town: Town, tmp_path: Path) -> None:
    """A backfill: each run has its own lease."""
    vault = town.desk.place.vault
    for month, run in ((1, "backfill__janvier"), (2, "backfill__février")):
        window = Window(datetime(2026, month, 1, tzinfo=UTC), datetime(2026, month + 1, 1, tzinfo=UTC))
        with vault.hold_run_folder_lease("jeu", run, resumable=True):
            (tmp_path / "raw.parquet").write_bytes(b"x")
            vault.store_raw_extract(tmp_path / "raw.parquet", dataset="jeu", run=run, rows=1, window=window)
    ended = sweep_dead_runs_and_expired_data(
        town.desk.place, days=30, going=lambda _, run: "janvier" in run, thorough=True
    )
    assert (ended.raw, ended.alive) == (1, 1)
    assert [key.split("/")[-1] for key in vault.list("raw/jeu")] == ["backfill__janvier"]


# --- the tasks of one run, and their retries ----------------------------------------------------------------


def test_a_retry_finds_the_extract_of_the_task_that_was_killed(town: Town, tmp_path: Path) -> None:
    """Airflow kills a task, or finds it killed, and tries it again ten minutes later."""
    place, dataset = town.desk.place, town.dataset()
    run = Run("jeu", "scheduled__2026-03-10T08:00:00+00:00", force=True)
    doomed = Doomed(town.desk, tmp_path / "mort", run=run.id, resumable=True)
    assert (doomed.killed(1, stage="anonymise") or "").startswith("anonymise")
    for _ in range(3):
        assert sweep_dead_runs_and_expired_data(place, days=30).raw == 0
    handle = place.vault.leases.read_latest_claim(
        "raw/jeu/scheduled__2026-03-10T08_00_00_00_00-" + _digest(run.id)
    )
    assert handle is not None and handle.resumable
    with place.vault.hold_run_folder_lease(run.dataset, run.id, resumable=True):
        again = extract_source(dataset, run, place).handle
    assert again is not None
    sweep_dead_runs_and_expired_data(place, days=30)
    with place.vault.hold_run_folder_lease(run.dataset, run.id, resumable=True):
        safe = anonymise_extract(dataset, run, again, place).handle
    sweep_dead_runs_and_expired_data(place, days=30)
    with place.vault.hold_run_folder_lease(run.dataset, run.id, resumable=True):
        validate_anonymised_rows(dataset, run, safe, place)
    place.vault.shred_extracts(run.dataset, run.id)
    assert left_in(town) == []


def _digest(run: str) -> str:
    import hashlib

    return hashlib.sha256(run.encode()).hexdigest()[:8]


def test_a_run_of_several_tasks_is_swept_once_nobody_heard_of_it_for_three_hours(
    town: Town, tmp_path: Path
) -> None:
    doomed = Doomed(town.desk, tmp_path / "mort", resumable=True)
    assert doomed.killed(1, stage="anonymise") is not None
    _age(town, RESUMABLE_S - 120)
    assert sweep_dead_runs_and_expired_data(town.desk.place, days=30).raw == 0
    _age(town, RESUMABLE_S + 1)
    assert sweep_dead_runs_and_expired_data(town.desk.place, days=30).raw == 1
    assert left_in(town) == []


def test_a_run_that_airflow_says_goes_on_is_kept_and_renewed_for_a_day(town: Town, tmp_path: Path) -> None:
    """A night without workers: its lease has run out, and the hourly sweep asks."""
    place = town.desk.place
    assert Doomed(town.desk, tmp_path / "mort", resumable=True).killed(1, stage="anonymise") is not None
    _age(town, RESUMABLE_S * 2)
    assert sweep_dead_runs_and_expired_data(place, days=30, going=lambda *_: True).raw == 0
    assert sweep_dead_runs_and_expired_data(place, days=30).raw == 0, "renewed, for those who cannot ask"
    later = replace(place, clock=lambda: datetime.now(UTC) + timedelta(seconds=WAITING_S + 60))
    assert sweep_dead_runs_and_expired_data(later, days=30, going=lambda *_: True, thorough=True).raw == 1
    assert left_in(town) == []


def test_a_run_that_airflow_says_has_ended_is_swept_at_once(town: Town, tmp_path: Path) -> None:
    """Marked as failed by hand, or its teardown was killed, too."""
    asked: list[tuple[str, str]] = []

    def ended(dataset: str, run: str) -> bool:
        asked.append((dataset, run))
        return False

    assert Doomed(town.desk, tmp_path / "mort", run="manual__à la main", resumable=True).killed(
        1, stage="anonymise"
    )
    assert sweep_dead_runs_and_expired_data(town.desk.place, days=30, going=ended).raw == 0, (
        "asked of what looks dead only"
    )
    assert asked == []
    assert sweep_dead_runs_and_expired_data(town.desk.place, days=30, going=ended, thorough=True).raw == 1
    assert asked == [("jeu", "manual__à la main")]
    assert left_in(town) == []


def _age(town: Town, seconds: float) -> None:
    """As if its lease had been renewed so long ago."""
    then = time.time() - seconds
    for path in Path(town.desk.place.vault.url.removeprefix("file://")).glob(".leases/raw/**/*"):
        if path.is_file():
            os.utime(path, (then, then))


# --- sweeps themselves --------------------------------------------------------------------------------------


def test_an_extract_without_any_lease_is_nobody_s(town: Town, tmp_path: Path) -> None:
    """What a former version, or a hand, left there."""
    vault = town.desk.place.vault
    (tmp_path / "raw.parquet").write_bytes(b"Durand")
    vault.store_raw_extract(tmp_path / "raw.parquet", dataset="retiré", run="r", rows=1, window=None)
    assert sweep_dead_runs_and_expired_data(town.desk.place, days=30) == SweepResult(raw=1)
    assert left_in(town) == []


def test_rejected_rows_of_every_dataset_expire_and_an_export_gives_no_second_life(
    town: Town, tmp_path: Path
) -> None:
    place = town.desk.place
    town.run()
    (rejected,) = place.vault.list_rejection_keys("jeu")
    (tmp_path / "rejected.parquet").write_bytes(b"Durand")
    gone = place.vault.store_rejections(
        tmp_path / "rejected.parquet", dataset="jeu-sans-déclaration", run="r", stage="validate"
    )
    town.forget()
    soon = datetime.now(UTC) + timedelta(days=29)
    assert sweep_dead_runs_and_expired_data(replace(place, clock=lambda: soon), days=30).rejected == 0
    folder = Path(place.vault.url.removeprefix("file://"))
    old = time.time() - 31 * 86_400
    for key in (rejected, gone):
        os.utime(folder / key, (old, old))
    place.vault.write_text(rejected.replace(".parquet", ".csv"), "exporté aujourd'hui")
    assert sweep_dead_runs_and_expired_data(place, days=None).rejected == 0, (
        "where nobody can say how long, they stay"
    )
    assert sweep_dead_runs_and_expired_data(place, days=30).rejected == 2
    assert not [path for path in (folder / "rejected").rglob("*") if path.is_file()]


def test_what_cannot_be_destroyed_is_counted_and_the_rest_goes(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aqueduc.errors import StoreUnwritable

    vault = town.desk.place.vault
    for run in ("a", "b", "c"):
        (tmp_path / "raw.parquet").write_bytes(b"x")
        vault.store_raw_extract(tmp_path / "raw.parquet", dataset="jeu", run=run, rows=1, window=None)
    delete = Vault.delete

    def refuse(self: Vault, key: str) -> None:
        if key == "raw/jeu/b":
            raise StoreUnwritable(self.url, "droits insuffisants")
        delete(self, key)

    monkeypatch.setattr(Vault, "delete", refuse)
    assert sweep_dead_runs_and_expired_data(town.desk.place, days=30) == SweepResult(raw=2, failed=1)
    assert vault.list("raw/jeu") == ["raw/jeu/b"]


def test_a_run_that_meets_a_sweep_waits_for_its_end(town: Town) -> None:
    """Back after hours, while its folder is being destroyed."""
    vault = town.desk.place.vault
    sweeper = vault.leases.take_lease("raw/jeu/r", owner="sweep-1")
    with (
        pytest.raises(DatasetBusy, match="reprise toute seule"),
        vault.hold_run_folder_lease("jeu", "r", resumable=True),
    ):
        pass
    sweeper.release()
    with vault.hold_run_folder_lease("jeu", "r", resumable=True):
        pass


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_taken_for_dead_writes_nothing_more(town: Town, tmp_path: Path, stage: str) -> None:
    """A machine suspended for hours, whose process wakes up after its folder was swept: not even the report of the
    stage, rejected rows or what is remembered of the source."""
    doomed = Doomed(town.desk, tmp_path / "pause", lasts_s=2)
    process = doomed.start(4 if stage == "sources" else 1, wait, stage=stage)
    assert eventually(doomed.note.exists, 60, every=0.1)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)
    leases = town.desk.place.vault.leases
    assert eventually(
        lambda: not leases.map_claimed_keys_to_liveness("raw")["raw/jeu/" + _folder(town)], 20, every=0.2
    )
    sweep_dead_runs_and_expired_data(town.desk.place, days=30)
    before = kept_in(town)
    (tmp_path / "go").touch()
    os.kill(process.pid, signal.SIGCONT)
    process.join(120)
    assert process.exitcode == 1, "LeaseLost"
    assert kept_in(town) == before
    sweep_dead_runs_and_expired_data(town.desk.place, days=30)
    assert left_in(town) == []
    assert not town.portal.joinpath("jeux").exists()


def kept_in(town: Town) -> dict[str, int]:
    """Every file of the store and of the vault that stays after a run, with when it was last written."""
    place = town.desk.place
    roots = [Path(root.url.removeprefix("file://")) for root in (place.store, place.vault)]
    files = [path for root in roots for path in root.rglob("*") if path.is_file()]
    passing = (".scratch", ".leases", "raw")
    return {str(path): path.stat().st_mtime_ns for path in files if not set(passing) & set(path.parts)}


def _folder(town: Town) -> str:
    (key,) = town.desk.place.vault.leases.map_claimed_keys_to_liveness("raw")
    return key.rsplit("/", 1)[-1]


def test_a_run_begins_by_sweeping(town: Town, tmp_path: Path) -> None:
    assert Doomed(town.desk, tmp_path / "mort", run="morte").killed(1, stage="anonymise") is not None
    assert raw_in(town)
    town.declare("autre", columns={"quartier": "publish", "nom": "drop"})
    with pytest.raises(StoreError):
        _run_in_a_vault_that_stops_after_the_sweep(town)
    assert not raw_in(town)


def _run_in_a_vault_that_stops_after_the_sweep(town: Town) -> None:
    from aqueduc.pipeline import run_pipeline

    class Stops(Vault):
        def hold_run_folder_lease(self, *_: object, **__: object) -> object:
            raise StoreError("Fini.", where="ici", remedy="rien")

    desk = with_vault(town.desk, Stops(town.desk.place.vault.url))
    run_pipeline(town.dataset("autre"), desk.city, Run("autre", "r"), desk.place)
