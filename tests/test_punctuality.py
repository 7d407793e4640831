"""What the benchmark of a fleet says of runs that were missed or doubled, and of the CPU of processes that ended."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from benchmarks.accounting import read_cpu_seconds, read_own_cpu_seconds, read_private_mb
from benchmarks.punctuality import (
    choose_window_start,
    compute_quantile,
    find_window_end,
    judge_punctuality,
    list_due_instants,
    list_due_slots,
)

PARIS = "Europe/Paris"
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
CRONS = {"a": "*/1 * * * *", "b": "*/2 * * * *", "c": "*/5 * * * *", "slow": "0 0 * * *"}


def minutes(*after: int) -> list[datetime]:
    return [NOON + timedelta(minutes=one) for one in after]


def test_an_instant_is_due_after_the_start_and_at_the_end() -> None:
    assert list_due_instants("*/2 * * * *", PARIS, NOON, NOON + timedelta(minutes=6)) == minutes(2, 4, 6)
    assert list_due_instants("*/2 * * * *", PARIS, NOON - timedelta(seconds=1), NOON) == minutes(0)
    assert list_due_instants("*/5 * * * *", PARIS, NOON, NOON + timedelta(minutes=4)) == []


def test_a_day_is_that_of_the_city() -> None:
    midnight = list_due_instants("0 0 * * *", PARIS, NOON, NOON + timedelta(days=1))
    assert midnight == [datetime(2026, 11, 27, 23, 0, tzinfo=UTC)]


def test_the_slow_ones_are_due_within_no_window_of_minutes() -> None:
    due = list_due_slots(CRONS, PARIS, NOON, NOON + timedelta(minutes=5))
    assert [name for name, _at in due].count("a") == 5
    assert {name for name, _at in due} == {"a", "b", "c"}
    assert due == sorted(due, key=lambda slot: slot[1])


def test_the_window_ends_once_enough_runs_are_due() -> None:
    assert find_window_end(CRONS, PARIS, NOON, 1) == NOON + timedelta(minutes=1)
    # a, then a and b, then a, then a and b: six by the fourth minute.
    assert find_window_end(CRONS, PARIS, NOON, 6) == NOON + timedelta(minutes=4)
    with pytest.raises(ValueError, match="shorter cadences"):
        find_window_end({"slow": "0 0 * * *"}, PARIS, NOON, 3)


def test_the_window_begins_after_the_daily_runs() -> None:
    quick = {name: cron for name, cron in CRONS.items() if name != "slow"}
    assert choose_window_start(quick, CRONS, PARIS, NOON, 6) == NOON
    midnight = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
    for before in (1, 3):
        assert choose_window_start(quick, CRONS, PARIS, midnight - timedelta(minutes=before), 6) == midnight
    assert choose_window_start(quick, CRONS, PARIS, midnight, 6) == midnight


def test_runs_that_are_those_due_are_exact() -> None:
    due = list_due_slots(CRONS, PARIS, NOON, NOON + timedelta(minutes=5))
    verdict = judge_punctuality(due, reversed(due))
    assert verdict.is_exact
    assert verdict.describe() == ""


def test_a_missed_a_doubled_and_an_unasked_run_are_found() -> None:
    due = list_due_slots(CRONS, PARIS, NOON, NOON + timedelta(minutes=5))
    missed, doubled, unasked = due[2], due[4], ("slow", NOON + timedelta(minutes=3))
    verdict = judge_punctuality(due, [*(one for one in due if one != missed), doubled, unasked])
    assert (verdict.missed, verdict.doubled, verdict.unasked) == ((missed,), (doubled,), (unasked,))
    assert not verdict.is_exact
    assert verdict.describe() == ("1 missed (b at 12:02); 1 doubled (a at 12:04); 1 unasked (slow at 12:03)")


def test_a_run_that_moved_by_a_minute_is_missed_and_unasked() -> None:
    verdict = judge_punctuality([("b", NOON)], [("b", NOON + timedelta(minutes=1))])
    assert (len(verdict.missed), len(verdict.doubled), len(verdict.unasked)) == (1, 0, 1)


def test_quantiles_are_values_that_were_measured() -> None:
    lags = [float(one) for one in range(1, 101)]
    assert [compute_quantile(lags, share) for share in (0, 0.5, 0.95, 1)] == [1, 50, 95, 100]
    assert compute_quantile([7.0], 0.95) == 7


BURN = "import time\nwhile time.process_time() < 0.3: pass"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}]); print('over', flush=True); input()"


def test_the_cpu_of_a_child_that_ended_is_counted() -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "over\n"
        server = psutil.Process(parent.pid)
        assert read_cpu_seconds(server) - read_own_cpu_seconds(server) >= 0.29
        assert read_private_mb(server) > 1
        parent.communicate("\n")
    assert read_cpu_seconds(server) == read_private_mb(server) == 0, "ended meanwhile"
