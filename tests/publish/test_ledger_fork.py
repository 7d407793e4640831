"""A ledger that cannot fork: heads that are lost or set back, entries that are gone, processes that are really stopped;
on a disk, and in a bucket that keeps conditions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.ledger import append_ledger_entry, verify_ledger
from aqueduc.certify.seal import SealedLedger, seal_ledger
from aqueduc.errors import DatasetBusy, DecisionRefused, LedgerDisagreement
from aqueduc.ledger_chain import read_ledger_head, require_whole_ledger
from aqueduc.store import Store, build_ledger_head_key
from tests.making import desk
from tests.publish.servers import bucket, conditional_bucket
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    url: str
    options: Mapping[str, Any]

    def open(self) -> Store:
        return Store(self.url, self.options)


@pytest.fixture(scope="module")
def shared_bucket() -> Iterator[Mapping[str, Any]]:
    """One server for all tests, each of which has a city of its own in it."""
    with conditional_bucket("depot") as options:
        yield options


@pytest.fixture(params=["disk", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "disk":
        return Place((tmp_path / "store").as_uri(), {})
    return Place(f"s3://depot/{tmp_path.name}", request.getfixturevalue("shared_bucket"))


@pytest.fixture
def store(place: Place) -> Store:
    return place.open()


def append(store: Store, rank: int, **more: Any) -> str:
    at = START + timedelta(days=rank)
    entry = {"kind": "unchanged", "run": f"r{rank}", "at": at.isoformat(), **more}
    return append_ledger_entry(store, "jeu", f"r{rank}", at, entry)[0]


@pytest.fixture
def ledger(store: Store) -> list[str]:
    return [append(store, rank) for rank in range(5)]


def codes(store: Store) -> list[str]:
    return [one.code for one in verify_ledger(store, "jeu").breaks]


def seal(store: Store, tmp_path: Path, onto: str = "") -> SealedLedger:
    made = desk(tmp_path / "ville")
    who = {"by": "Ada Martin", "identified": "typed", "envelope": None}
    place = replace(made.place, store=store)
    return seal_ledger("jeu", "sauvegarde perdue", lambda _said: who, made.city, place, onto)


def set_head(store: Store, rank: int | None) -> None:
    store.delete("datasets/jeu/heads")
    if rank is not None:
        key = f"datasets/jeu/ledger/r{rank + 1:08d}.json"
        store.write_json(build_ledger_head_key("jeu"), store.read_json(key)["previous"])


# --- a head that is lost, or set back -----------------------------------------------------------------------


@pytest.mark.parametrize("rank", [None, 2, 0])
def test_nothing_is_appended_to_a_head_that_was_deleted_or_set_back(
    store: Store, ledger: list[str], rank: int | None, tmp_path: Path
) -> None:
    set_head(store, rank)
    before = {key: store.read(key) for key in store.list("datasets/jeu/ledger")}
    for _again in range(2):
        with pytest.raises(LedgerDisagreement) as caught:
            append(store, 9)
        assert "aqueduc ledger seal jeu" in caught.value.remedy
        with pytest.raises(LedgerDisagreement):
            require_whole_ledger(store, "jeu")
    assert {key: store.read(key) for key in store.list("datasets/jeu/ledger")} == before
    sealed = seal(store, tmp_path)
    assert [one.entry for one in sealed.branches] == ["r00000004.json"] and not sealed.missing
    assert append(store, 9).endswith("r00000006.json")
    require_whole_ledger(store, "jeu")
    verdict = verify_ledger(store, "jeu")
    assert verdict.is_valid and verdict.entries == 7
    assert [one["by"] for one in verdict.seals] == ["Ada Martin"]


def test_one_step_back_is_a_death_and_is_repaired(store: Store, ledger: list[str]) -> None:
    set_head(store, 3)
    assert append(store, 9).endswith("r00000005.json")
    assert codes(store) == []


def test_a_ledger_of_before_that_has_a_head_for_each_rank_goes_on(store: Store, ledger: list[str]) -> None:
    """Its greatest head counts, until there is one that is replaced."""
    newest = store.read_json(build_ledger_head_key("jeu"))
    set_head(store, None)
    for head in (store.read_json(ledger[3])["previous"], newest):
        store.write_json(f"datasets/jeu/heads/{head['rank']:08d}.json", head)
    assert codes(store) == [] and store.read_ledger_head("jeu") == newest
    for rank in range(9, 12):
        append(store, rank)
    assert codes(store) == []
    require_whole_ledger(store, "jeu")


def test_nothing_is_listed_to_append(
    store: Store, ledger: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But the claims of the lock."""

    def refuse(_store: Store, prefix: str) -> list[str]:
        raise AssertionError(prefix)

    monkeypatch.setattr(Store, "list", refuse)
    for rank, kind in enumerate(("unchanged", "certificate", "unchanged", "agreement"), 9):
        append(store, rank, kind=kind)


# --- entries that are gone, changed, or nobody's ------------------------------------------------------------


def test_an_entry_deleted_from_the_middle_stops_publication(
    store: Store, ledger: list[str], tmp_path: Path
) -> None:
    store.delete(ledger[2])
    with pytest.raises(LedgerDisagreement, match="devrait avoir 5 entrées, et en a 4"):
        require_whole_ledger(store, "jeu")
    assert "entree-absente" in codes(store)
    sealed = seal(store, tmp_path)
    assert [one.entry for one in sealed.missing] == ["r00000002.json"]
    assert [one.entry for one in sealed.branches] == ["r00000004.json", "r00000001.json"]
    require_whole_ledger(store, "jeu")
    assert verify_ledger(store, "jeu").is_valid
    store.delete(ledger[1])
    assert "entree-absente" in codes(store), "what is lost after the seal is told again"


@pytest.mark.parametrize(
    "touch",
    [
        lambda store, keys: store.delete(keys[-1]),
        lambda store, keys: store.write(keys[-1], (store.read(keys[-1]) or b"").replace(b"r4", b"r9")),
        lambda store, keys: store.write(keys[-1], b'{"previous'),
        lambda store, keys: store.write("datasets/jeu/ledger/r00000005.json", b"{}"),
        lambda store, keys: store.write(build_ledger_head_key("jeu"), b'{"entry'),
        lambda store, keys: store.write(build_ledger_head_key("jeu"), b"{}"),
        lambda store, keys: store.delete("datasets/jeu/ledger"),
    ],
    ids=[
        "newest removed",
        "newest changed",
        "newest cut short",
        "a stranger in the next slot",
        "head cut short",
        "a head of nothing",
        "all of it removed",
    ],
)
def test_what_no_death_explains_stops_until_it_is_sealed(
    store: Store, ledger: list[str], touch: Any, tmp_path: Path
) -> None:
    touch(store, ledger)
    with pytest.raises(LedgerDisagreement):
        append(store, 9)
    seal(store, tmp_path)
    append(store, 9)
    require_whole_ledger(store, "jeu")
    assert codes(store) == []


def test_a_fork_of_before_is_sealed_with_both_branches(
    store: Store, ledger: list[str], tmp_path: Path
) -> None:
    """As the version of before left it: two entries that follow the same one, under names of their own."""
    fork = {**store.read_json(ledger[3]), "run": "autre", "at": "2026-03-09T00:00:00+00:00"}
    store.write_json("datasets/jeu/ledger/20260309T000000Z-autre.json", fork)
    assert codes(store) == ["entree-etrangere"]
    with pytest.raises(DecisionRefused, match="Aucune branche"):
        seal(store, tmp_path, "r00000001.json")
    sealed = seal(store, tmp_path, "r00000004.json")
    assert {one.entry for one in sealed.branches} == {"r00000004.json", "20260309T000000Z-autre.json"}
    verdict = verify_ledger(store, "jeu")
    assert verdict.is_valid and verdict.entries == 7
    store.write_json("datasets/jeu/ledger/20260309T000000Z-autre.json", {**fork, "run": "refait"})
    assert "entree-modifiee" in codes(store), "the branch that does not go on is kept as well"


def test_a_ledger_that_holds_is_not_sealed(store: Store, ledger: list[str], tmp_path: Path) -> None:
    with pytest.raises(DecisionRefused, match="rien à sceller"):
        seal(store, tmp_path)
    assert verify_ledger(store, "jeu").seals == ()


@pytest.mark.parametrize("kind", ["withdrawal", "withdrawn", "hidden", "objection", "claim"])
def test_what_takes_off_the_public_waits_for_the_seal(
    store: Store, ledger: list[str], kind: str, tmp_path: Path
) -> None:
    set_head(store, None)
    for _again in range(2):
        append(store, 9, kind=kind)
    append(store, 10, kind=kind)
    assert seal(store, tmp_path).appended == 2
    runs = [store.read_json(key)["run"] for key in store.list_ledger_entry_keys("jeu")]
    assert runs[-2:] == ["r9", "r10"]
    assert store.list_pending_entry_keys("jeu") == []
    assert codes(store) == []


# --- processes that are really stopped ----------------------------------------------------------------------

CHILD = """
import os, signal, sys, json
from datetime import UTC, datetime
from aqueduc import leases, store as module
from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.errors import LeaseLost
from aqueduc.store import Store

url, options, method, part, run = sys.argv[1], json.loads(sys.argv[2]), *sys.argv[3:6]
# Short, since another waits for its end; longer than a busy machine takes to come to the write.
hold = leases.LeaseRegistry.hold_lease
leases.LeaseRegistry.hold_lease = lambda self, key, **more: hold(self, key, **{**more, "lasts_s": 8})
if method == "replace":
    # On a disk: after the question, before the rename. In a bucket: after the question, before the request.
    import pathlib
    kept = pathlib.Path.replace
    def stopping(self, target):
        if part in str(target):
            os.kill(os.getpid(), signal.SIGSTOP)
        return kept(self, target)
    pathlib.Path.replace = stopping
    wire = module._StoreErrorRaisingFileSystem.__getattr__
    def stopping_wire(self, name):
        call = wire(self, name)
        def told(path, *rest, **named):
            if name == "pipe_file" and part in path:
                os.kill(os.getpid(), signal.SIGSTOP)
            return call(path, *rest, **named)
        return told if name == "pipe_file" else call
    module._StoreErrorRaisingFileSystem.__getattr__ = stopping_wire
else:
    for name in ("_create_local_file", "_create_object"):
        made = getattr(Store, name)
        def stopping(self, key, data, made=made):
            if part in key:
                os.kill(os.getpid(), signal.SIGSTOP)
            return made(self, key, data)
        setattr(Store, name, stopping)
store = Store(url, options)
at = datetime(2026, 4, 1, tzinfo=UTC)
try:
    with store.lock("datasets/jeu", where=""):
        append_ledger_entry(store, "jeu", run, at, {"kind": "unchanged", "run": run, "at": at.isoformat()})
        store.write_json("datasets/jeu/current.json", {"run": run})
except LeaseLost:
    sys.exit(75)
"""


def start_stopped(place: Place, tmp_path: Path, method: str, part: str) -> subprocess.Popen[bytes]:
    """A process that appends, and stops itself (SIGSTOP) between its question and that write."""
    program = tmp_path / "enfant.py"
    program.write_text(CHILD, encoding="utf-8")
    arguments = [place.url, json.dumps(dict(place.options)), method, part, "lent"]
    child = subprocess.Popen([sys.executable, str(program), *arguments])

    def stopped() -> bool:
        assert child.poll() is None
        state = Path(f"/proc/{child.pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
        return state.startswith("T")

    assert eventually(stopped, every=0.05)
    return child


def go_on(child: subprocess.Popen[bytes]) -> int:
    os.kill(child.pid, signal.SIGCONT)
    return child.wait(60)


def succeeds(act: Callable[[], object]) -> bool:
    try:
        act()
    except DatasetBusy:
        return False
    return True


def test_a_process_that_was_stopped_appends_to_no_chain_but_one(
    place: Place, store: Store, ledger: list[str], tmp_path: Path
) -> None:
    child = start_stopped(place, tmp_path, "create", "/ledger/r")
    try:
        assert eventually(lambda: succeeds(lambda: append(store, 6)))
        assert eventually(lambda: succeeds(lambda: append(store, 7)))
        head = read_ledger_head(store, "jeu")
        assert go_on(child) == 75
    finally:
        child.kill()
    assert read_ledger_head(store, "jeu") == head
    assert codes(store) == []
    append(store, 8)
    require_whole_ledger(store, "jeu")
    verdict = verify_ledger(store, "jeu")
    assert verdict.is_valid and verdict.entries == 8


def follow_stopped(place: Place, tmp_path: Path, part: str, lock: str, follow: Callable[[], object]) -> None:
    """On a disk, whoever would follow waits for it, or for its death; in a bucket, what it would replace is gone."""
    child = start_stopped(place, tmp_path, "replace", part)
    try:
        if is_local := place.open().is_local:
            for claim in (tmp_path / "store/.leases" / lock).glob("0*"):
                os.utime(claim, (0, 0))
            assert not succeeds(follow), "its lease ran out, and it may still write"
            go_on(child)
        assert eventually(lambda: succeeds(follow))
        if not is_local:
            assert go_on(child) == 75
    finally:
        child.kill()


def test_a_process_that_was_stopped_sets_no_head_back(
    place: Place, store: Store, ledger: list[str], tmp_path: Path
) -> None:
    follow_stopped(place, tmp_path, "/heads/", "ledgers/jeu", lambda: append(store, 6))
    assert store.read_json(build_ledger_head_key("jeu"))["entry"] == "r00000006.json"
    append(store, 7)
    require_whole_ledger(store, "jeu")
    verdict = verify_ledger(store, "jeu")
    assert verdict.is_valid and verdict.entries == 8, "what was appended before it was stopped stays"


def test_a_process_that_was_stopped_sets_no_pointer_back(
    place: Place, store: Store, ledger: list[str], tmp_path: Path
) -> None:
    def publish() -> None:
        with store.lock("datasets/jeu", where=""):
            store.write_json("datasets/jeu/current.json", {"run": "après"})

    store.write_json("datasets/jeu/current.json", {"run": "avant"})
    follow_stopped(place, tmp_path, "current.json", "datasets/jeu", publish)
    assert store.read_json("datasets/jeu/current.json") == {"run": "après"}


def test_whoever_is_killed_in_the_middle_of_a_write_holds_nobody_up(
    place: Place, store: Store, ledger: list[str], tmp_path: Path
) -> None:
    child = start_stopped(place, tmp_path, "replace", "current.json")
    child.kill()
    child.wait(60)
    assert eventually(
        lambda: succeeds(lambda: store.leases.take_lease("datasets/jeu", owner="autre").release())
    )


# --- buckets ------------------------------------------------------------------------------------------------


def test_a_bucket_is_asked_whether_it_keeps_conditions(tmp_path: Path) -> None:
    with conditional_bucket("depot") as options:
        for _again in range(2):
            made = Store("s3://depot/ville", options)
            assert made.has_conditional_writes
        assert made.create("a.json", b"1") and made.create("a.json", b"1")
        assert not made.create("a.json", b"2") and made.read("a.json") == b"1"
    (tmp_path / "buckets" / "depot").mkdir(parents=True)
    with bucket(tmp_path / "buckets", tmp_path / "rclone") as options:
        made = Store("s3://depot/ville", options)
        assert not made.has_conditional_writes
        assert made.create("a.json", b"1") and not made.create("a.json", b"2")
        for rank in range(3):
            append(made, rank)
        assert codes(made) == []
