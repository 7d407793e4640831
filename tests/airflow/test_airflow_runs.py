"""From a DAG run to a Run: the window, the options, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from aqueduc.declaration import Dataset
from aqueduc.errors import PersonalTextRefused
from aqueduc.run import GuardWaiver
from aqueduc_airflow.failures import InvalidRunRequest
from aqueduc_airflow.runs import build_run, compute_last_complete_interval
from tests.airflow.contexts import context, dag_run
from tests.making import Desk


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def windowed(town: Desk, cadence: str) -> Dataset:
    parameters = {"debut": "{window_start}", "fin": "{window_end}"}
    source = {"http": "mobilite", "path": "/comptages", "parameters": parameters}
    return town.dataset(cadence=cadence, source=source)


def test_a_snapshot_has_no_window(town: Desk) -> None:
    run = build_run(context(force=True), town.dataset(), town.city)
    assert (run.dataset, run.id) == ("jeu", "manual__2026-03-10T08:00:00+00:00")
    assert (run.window, run.force, run.dry_run) == (None, True, False)


def test_the_window_is_the_data_interval(town: Desk) -> None:
    scheduled = dag_run(
        run_type="scheduled", data_interval_start=at(2026, 2, 1), data_interval_end=at(2026, 3, 1)
    )
    window = build_run(context(scheduled), windowed(town, "monthly"), town.city).window
    assert window is not None
    assert (window.start, window.end) == (at(2026, 2, 1), at(2026, 3, 1))


@pytest.mark.parametrize(
    "cadence,before,start,end",
    [
        ("monthly", at(2026, 3, 10, 8), at(2026, 1, 31, 23), at(2026, 2, 28, 23)),
        ("hourly", at(2026, 3, 10, 8, 30), at(2026, 3, 10, 7), at(2026, 3, 10, 8)),
        ("hourly", at(2026, 3, 10, 8), at(2026, 3, 10, 7), at(2026, 3, 10, 8)),
        # The nights when the clocks change: a local day of 23, then of 25 hours.
        ("daily", at(2026, 3, 30, 6), at(2026, 3, 28, 23), at(2026, 3, 29, 22)),
        ("daily", at(2026, 10, 26, 6), at(2026, 10, 24, 22), at(2026, 10, 25, 23)),
    ],
)
def test_by_hand_it_is_the_last_complete_period_in_the_citys_time(
    town: Desk, cadence: str, before: datetime, start: datetime, end: datetime
) -> None:
    dataset = windowed(town, cadence)
    assert compute_last_complete_interval(dataset, town.city, before=before) == (start, end)
    window = build_run(context(dag_run(run_after=before)), dataset, town.city).window
    assert window is not None
    assert (window.start, window.end) == (start, end)


def test_windows_are_in_utc(town: Desk) -> None:
    window = build_run(context(), windowed(town, "daily"), town.city).window
    assert window is not None
    assert window.start.tzinfo is UTC
    assert window.label == "20260308T230000Z-20260309T230000Z"


def test_an_empty_interval_is_refused(town: Desk) -> None:
    run = dag_run(data_interval_start=at(2026, 2, 1), data_interval_end=at(2026, 2, 1))
    with pytest.raises(InvalidRunRequest, match="vide"):
        build_run(context(run), windowed(town, "monthly"), town.city)


def test_a_backfill_of_a_snapshot_is_refused_and_says_why(town: Desk) -> None:
    run = dag_run(run_type="backfill", data_interval_start=at(2026, 2, 1), data_interval_end=at(2026, 3, 1))
    with pytest.raises(InvalidRunRequest, match="l'état d'aujourd'hui sous une date d'hier") as refused:
        build_run(context(run), town.dataset(), town.city)
    assert refused.value.retryable is False


def test_an_unknown_option_is_refused(town: Desk) -> None:
    with pytest.raises(InvalidRunRequest, match="« forse »") as refused:
        build_run(context(dag_run(conf={"forse": True, "dry_run": True})), town.dataset(), town.city)
    assert "« force »" in refused.value.remedy


# --- waivers ------------------------------------------------------------------------------------------------

WHO = {"waive_by": "Jeanne Martin", "waive_reason": "abattage annoncé"}


def test_a_person_waives_guards_for_one_run(town: Desk) -> None:
    run = build_run(context(waive=["shrink", "reopen"], **WHO), town.dataset(), town.city)
    assert run.waivers == tuple(
        GuardWaiver(guard, "Jeanne Martin", "abattage annoncé") for guard in ("shrink", "reopen")
    )
    assert build_run(context(waive=None, waive_by=" "), town.dataset(), town.city).waivers == ()


def test_the_account_of_a_declared_person_waives_in_their_own_name(town: Desk) -> None:
    path = town.include / "city.yaml"
    people = {"pdurand": {"name": "Paul Durand", "roles": ["operator"]}}
    city = {**yaml.safe_load(path.read_text(encoding="utf-8")), "people": people}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    asked = {"waive": ["shrink"], "waive_reason": "abattage annoncé"}
    for typed in ({}, {"waive_by": "Jeanne Martin"}):
        run = build_run(
            context(dag_run(triggering_user_name="pdurand"), **asked, **typed), town.dataset(), town.city
        )
        assert run.waivers == (GuardWaiver("shrink", "Paul Durand (pdurand)", "abattage annoncé", "airflow"),)
    unknown = dag_run(triggering_user_name="root")
    (waiver,) = build_run(context(unknown, waive=["shrink"], **WHO), town.dataset(), town.city).waivers
    assert (waiver.by, waiver.identified) == ("Jeanne Martin", "")


@pytest.mark.parametrize(
    "said, words",
    [
        ({"waive": ["shrnk"], **WHO}, "Garde inconnue : « shrnk »"),
        ({"waive": ["shrink"], "waive_by": "Jeanne Martin"}, "qui la lève et pourquoi"),
        ({"waive": ["shrink"], "waive_reason": "essai"}, "qui la lève et pourquoi"),
        (WHO, "laquelle"),
    ],
)
def test_a_waiver_names_its_guard_a_person_and_a_reason(town: Desk, said: Any, words: str) -> None:
    with pytest.raises(InvalidRunRequest, match=words):
        build_run(context(**said), town.dataset(), town.city)


def test_a_backfill_waives_nothing(town: Desk) -> None:
    run = dag_run(run_type="backfill", data_interval_start=at(2026, 2, 1), data_interval_end=at(2026, 3, 1))
    with pytest.raises(InvalidRunRequest, match="pas pour tout un rattrapage"):
        build_run(context(run, waive=["shrink"], **WHO), windowed(town, "monthly"), town.city)


def test_the_reason_of_a_waiver_tells_of_nobody(town: Desk) -> None:
    asked = {"waive": ["shrink"], "waive_by": "Jeanne Martin", "waive_reason": "demandé par Jean Dupont"}
    with pytest.raises(PersonalTextRefused, match="semble citer une personne"):
        build_run(context(**asked), town.dataset(), town.city)
