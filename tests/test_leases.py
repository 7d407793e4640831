"""Leases on a disk, in an S3 that knows no conditional write, and in memory."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aqueduc import leases as module
from aqueduc.errors import DatasetBusy, LeaseLost
from aqueduc.fencing import raise_if_any_lock_is_lost
from aqueduc.leases import Lease, LeaseRegistry
from aqueduc.store import Store
from tests.examples import share
from tests.publish.servers import bucket
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

PLUGINS = str(Path(__file__).resolve().parents[1] / "plugins")


@pytest.fixture
def on_disk(tmp_path: Path) -> tuple[str, dict[str, Any]]:
    return (tmp_path / "store").as_uri(), {}


@pytest.fixture
def in_bucket(tmp_path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """rclone's: it overwrites what ``If-None-Match`` says to leave."""
    (tmp_path / "buckets" / "depot").mkdir(parents=True)
    with bucket(tmp_path / "buckets", tmp_path / "rclone") as options:
        yield "s3://depot/store", options


@pytest.fixture(params=["on_disk", "in_bucket"])
def place(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    found: tuple[str, dict[str, Any]] = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def leases(place: tuple[str, dict[str, Any]]) -> LeaseRegistry:
    url, options = place
    return Store(url, options).leases


def refused(leases: LeaseRegistry, owner: str = "other", key: str = "datasets/jeu") -> bool:
    try:
        lease = leases.take_lease(key, owner=owner, lasts_s=1)
    except DatasetBusy:
        return True
    lease.release()
    return False


def test_a_lease_has_one_owner_until_it_is_given_back(leases: LeaseRegistry) -> None:
    lease = leases.take_lease("datasets/jeu", owner="a")
    assert refused(leases)
    assert not refused(leases, key="datasets/autre"), "another key is another lease"
    lease.raise_if_lost()
    lease.release()
    assert not refused(leases)


def test_tokens_only_grow(leases: LeaseRegistry) -> None:
    tokens = []
    for owner in ("a", "b", "a"):
        lease = leases.take_lease("datasets/jeu", owner=owner)
        tokens.append(lease.token)
        lease.release()
    assert tokens == sorted(set(tokens))
    leases.remove_all_claims("datasets/jeu")
    assert leases.read_latest_claim("datasets/jeu") is None


def test_the_heart_beat_outlives_what_a_lease_lasts(leases: LeaseRegistry) -> None:
    lease = leases.take_lease("datasets/jeu", owner="a", lasts_s=5)
    until = time.monotonic() + 9
    while time.monotonic() < until:
        assert refused(leases)
        lease.raise_if_lost()
        time.sleep(0.3)
    lease.release()


def test_a_lease_whose_heart_stopped_is_taken_over_and_its_holder_told(leases: LeaseRegistry) -> None:
    lease = leases.take_lease("datasets/jeu", owner="a", lasts_s=1.5)
    _stop_the_heart_of(lease)
    # On a disk its process lives and holds its lock: what counts is that nobody heard of it.
    assert eventually(lambda: not refused(leases, owner="b"), seconds=10, every=0.2)
    with pytest.raises(LeaseLost, match="plus donné signe de vie") as caught:
        lease.raise_if_lost()
    assert caught.value.retryable
    taken = leases.take_lease("datasets/jeu", owner="b")
    # The dead one comes back, beats and gives back: nothing of the other's is touched.
    lease._renew_claim()
    lease.release()
    taken.raise_if_lost()
    assert refused(leases, owner="c")
    taken.release()


def _stop_the_heart_of(lease: Lease) -> None:
    """As a process that hangs."""
    lease._stopped.set()
    lease._thread.join()
    lease._stopped.clear()


def test_the_next_process_of_an_owner_takes_it_up_and_the_former_loses_it(leases: LeaseRegistry) -> None:
    """A task that Airflow tries again while the first try, cut from the network, is still at work."""
    first = leases.take_lease("raw/jeu/r", owner="r", lasts_s=60, resumable=True)
    second = leases.take_lease("raw/jeu/r", owner="r", lasts_s=60, resumable=True)
    assert second.token > first.token
    first._renew_claim()
    with pytest.raises(LeaseLost):
        first.raise_if_lost()
    second._renew_claim()
    second.raise_if_lost()
    first.release()
    assert refused(leases, key="raw/jeu/r")
    second.release()


def test_a_lease_handed_over_lasts_without_a_process(leases: LeaseRegistry) -> None:
    leases.take_lease("raw/jeu/r", owner="r", lasts_s=2.5, resumable=True).hand_over_to_next_process()
    assert refused(leases, key="raw/jeu/r")
    assert eventually(lambda: not refused(leases, key="raw/jeu/r"), seconds=10, every=0.3)


def test_no_clock_but_the_store_s_decides(leases: LeaseRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    held = leases.take_lease("datasets/jeu", owner="a", lasts_s=5)
    for skew in (timedelta(days=-2), timedelta(days=2)):
        real = time.time
        monkeypatch.setattr(module.time, "time", lambda real=real, skew=skew: real() + skew.total_seconds())
        assert refused(leases)
        monkeypatch.undo()
    _stop_the_heart_of(held)
    monkeypatch.setattr(module.time, "time", lambda: 0.0)
    assert eventually(lambda: not refused(leases), seconds=20, every=0.3)


_CONTEND = """
import json, sys, time
from aqueduc.errors import DatasetBusy
from aqueduc.store import Store
url, options, counter, go = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], float(sys.argv[4])
leases = Store(url, options).leases
won = 0
time.sleep(max(0, go - time.time()))
end = time.time() + 6
while time.time() < end:
    try:
        lease = leases.take_lease("datasets/jeu", owner=f"p{sys.argv[5]}", lasts_s=30)
    except DatasetBusy:
        continue
    # A file of the test's disk says whether anybody else is in here.
    with open(counter, "x"):
        time.sleep(0.02)
    lease.raise_if_lost()
    import os; os.unlink(counter)
    won += 1
    lease.release()
print(won)
"""


def test_two_that_ask_at_the_same_moment_are_never_both_let_in(
    place: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    """Three processes that contend without rest, in an S3 without conditional writes as on a disk."""
    url, options = place
    go = str(time.time() + 4)
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                _CONTEND,
                url,
                json.dumps(options),
                str(tmp_path / "inside"),
                go,
                str(rank),
            ],
            env={**os.environ, "PYTHONPATH": PLUGINS},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(3)
    ]
    told = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    assert sum(int(out) for out, _ in told) >= 3


_HOLD = """
import json, sys, time
from aqueduc.store import Store
leases = Store(sys.argv[1], json.loads(sys.argv[2])).leases
lease = leases.take_lease("datasets/jeu", owner="a", lasts_s=float(sys.argv[3]))
print("taken", flush=True)
time.sleep(600)
"""


def _holder(place: tuple[str, dict[str, Any]], lasts_s: float) -> subprocess.Popen[str]:
    url, options = place
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, url, json.dumps(options), str(lasts_s)],
        env={**os.environ, "PYTHONPATH": PLUGINS},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "taken\n"
    return process


def test_on_a_disk_a_killed_process_is_known_at_once(on_disk: tuple[str, dict[str, Any]]) -> None:
    leases = Store(*on_disk).leases
    process = _holder(on_disk, 600)
    assert refused(leases)
    process.kill()
    process.wait()
    assert not refused(leases)


def test_on_another_machine_a_killed_process_is_known_when_its_lease_runs_out(
    on_disk: tuple[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk shared between machines may not share its locks."""
    process = _holder(on_disk, 3)
    process.kill()
    process.wait()
    monkeypatch.setattr(module, "compute_boot_id_hash", lambda: "elsewhere")
    leases = Store(*on_disk).leases
    assert refused(leases)
    assert eventually(lambda: not refused(leases), seconds=20, every=0.3)


def test_a_process_that_is_frozen_loses_its_lease_and_knows_it(place: tuple[str, dict[str, Any]]) -> None:
    leases = Store(*place).leases
    process = _holder(place, 2)
    process.send_signal(signal.SIGSTOP)
    assert eventually(lambda: not refused(leases, owner="b"), seconds=15, every=0.3)
    taken = leases.take_lease("datasets/jeu", owner="b", lasts_s=60)
    process.send_signal(signal.SIGCONT)
    time.sleep(1)
    taken._renew_claim()
    taken.raise_if_lost()
    assert refused(leases, owner="c")
    process.kill()
    process.wait()
    taken.release()


def test_what_a_former_process_wrote_too_late_does_not_win(in_bucket: tuple[str, dict[str, Any]]) -> None:
    """A heart-beat that was on its way while the claim was removed makes it anew: the next beat sees that it
    was superseded."""
    leases = Store(*in_bucket).leases
    first = leases.take_lease("raw/jeu/r", owner="r", resumable=True)
    second = leases.take_lease("raw/jeu/r", owner="r", resumable=True)
    first._claims.renew_claim("raw/jeu/r", first._name, first._claim.to_bytes())
    first._renew_claim()
    with pytest.raises(LeaseLost):
        first.raise_if_lost()
    assert list(second._claims.read_claim_write_times("raw/jeu/r")) == [second._name]
    second.release()


def test_a_claim_that_cannot_be_read_holds_until_it_runs_out(on_disk: tuple[str, dict[str, Any]]) -> None:
    store = Store(*on_disk)
    folder = Path(on_disk[0].removeprefix("file://")) / ".leases" / "datasets" / "jeu"
    folder.mkdir(parents=True)
    claim = folder / "00000007-1000-ff"
    claim.write_text("{")
    assert refused(store.leases)
    old = claim.stat().st_mtime - module.RESUMABLE_S - 1
    os.utime(claim, (old, old))
    assert store.leases.take_lease("datasets/jeu", owner="a").token == 8


class Contention(RuleBasedStateMachine):
    """Whatever the order of the steps of two contenders, at most one holds."""

    def __init__(self) -> None:
        super().__init__()
        self.leases = Store(f"memory://bail-{id(self)}").leases
        self.held: list[tuple[str, Lease]] = []

    @rule(owner=st.sampled_from("abc"), resumable=st.booleans())
    def take(self, owner: str, resumable: bool) -> None:
        try:
            lease = self.leases.take_lease("k", owner=owner, lasts_s=3600, resumable=resumable)
        except DatasetBusy:
            assert any(other != owner for other, _ in self.held)
            return
        assert all(other == owner for other, _ in self.held)
        assert all(lease.token > former.token for _, former in self.held)
        self.held.append((owner, lease))

    @precondition(lambda self: self.held)
    @rule()
    def beat(self) -> None:
        for _, lease in self.held:
            lease._renew_claim()

    @precondition(lambda self: self.held)
    @rule()
    def release_all(self) -> None:
        for _, lease in self.held:
            lease.release()
        self.held.clear()

    @invariant()
    def one_is_confirmed(self) -> None:
        for _, lease in self.held[:-1]:
            lease._renew_claim()
            assert lease._lost
        for _, lease in self.held[-1:]:
            lease._renew_claim()
            lease.raise_if_lost()

    def teardown(self) -> None:
        for _, lease in self.held:
            lease.release()


TestContention = Contention.TestCase
TestContention.settings = settings(max_examples=share(15), stateful_step_count=12, deadline=None)


def test_what_a_killed_writer_left_of_a_claim_is_known_and_cleared(
    on_disk: tuple[str, dict[str, Any]],
) -> None:
    """Of its first claim, killed before it was in place, and of the mark beside a claim that is."""
    leases = Store(*on_disk).leases
    folder = Path(on_disk[0].removeprefix("file://")) / ".leases" / "raw" / "jeu"
    for run in ("seul", "marqué"):
        (folder / run).mkdir(parents=True)
        (folder / run / ".00000001-600000-0123456789abcdef").write_bytes(b"")
    leases.take_lease("raw/jeu/marqué", owner="other", lasts_s=1).stop_heartbeat()
    assert leases.map_claimed_keys_to_liveness("raw").keys() == {"raw/jeu/seul", "raw/jeu/marqué"}
    for key in leases.map_claimed_keys_to_liveness("raw"):
        leases.remove_all_claims(key)
    assert not any(path.is_file() for path in folder.rglob("*"))


def test_a_claim_that_is_being_written_is_not_cleared(on_disk: tuple[str, dict[str, Any]]) -> None:
    leases = Store(*on_disk).leases
    folder = Path(on_disk[0].removeprefix("file://")) / ".leases" / "raw" / "jeu"
    folder.mkdir(parents=True)
    with (folder / ".00000001-600000-0123456789abcdef").open("xb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        leases.remove_all_claims("raw/jeu")
        assert Path(file.name).exists()


def test_who_lost_a_lock_writes_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that slept for too long may wake up anywhere: each of its writes asks."""
    store = Store((tmp_path / "store").as_uri())
    (tmp_path / "fichier").write_text("1")

    def wake_up_later() -> None:
        store.write("avant", b"1")
        now = module.read_monotonic_seconds()
        monkeypatch.setattr(module, "read_monotonic_seconds", lambda: now + module.PROCESS_S)

    def is_refused(act: Callable[[], None]) -> bool:
        try:
            act()
        except LeaseLost:
            return True
        return False

    acts: list[Callable[[], None]] = [
        lambda: store.write("apres", b"1"),
        lambda: store.write_json("apres", {}),
        lambda: store.move_local_file_to_key(tmp_path / "fichier", "apres"),
        lambda: store.copy("avant", "apres"),
        lambda: store.delete("avant"),
        raise_if_any_lock_is_lost,
    ]
    refusals = []
    with suppress(LeaseLost), store.lock("datasets/jeu", where="ici"):
        wake_up_later()
        refusals = [is_refused(act) for act in acts]
    assert refusals == [True] * len(acts)
    assert store.read("avant") == b"1"
    assert not store.exists("apres")
    store.write("apres", b"1")
