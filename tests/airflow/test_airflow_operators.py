"""What each task does with Airflow's context and with what the engine says; the engine is played here."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from airflow.sdk import DAG
from airflow.sdk.exceptions import (
    AirflowRuntimeError,
    AirflowSkipException,
    AirflowTaskTimeout,
    DownstreamTasksSkipped,
    ErrorType,
)

import aqueduc.anonymise
import aqueduc.certify
import aqueduc.language
import aqueduc.pipeline
import aqueduc.publish
import aqueduc.sources.stage
import aqueduc.validate
from aqueduc import leases
from aqueduc.certify.certificate import RowBalance
from aqueduc.declaration.loader import SLUG
from aqueduc.errors import (
    AnonymisationGateClosed,
    EmbargoInForce,
    SourceUnavailable,
    StoreUnwritable,
    WithdrawalInForce,
)
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.record.statement import RAW_RETENTION
from aqueduc.run import sweep_dead_runs_and_expired_data
from aqueduc.store import ParquetFileHandle, Vault, build_safe_filename
from aqueduc_airflow.factory import build_dataset_asset, build_dataset_dag, build_sweep_dag
from aqueduc_airflow.failures import ReportedTaskFailure, RetryableTaskFailure, build_retry_policy_options
from tests.airflow.contexts import Hands, api_error, context, dag_run
from tests.making import Desk
from tests.pseudo import words_outside, write_catalogue

CELL = "Sarrazouls-Canari"
HANDLE = ParquetFileHandle("jeu", "essai", "raw", "raw/jeu/essai/raw.parquet", "0" * 64, 1200, None)


class TooMany(Finding):
    code = "trop"
    sentence = _("{rows} de trop")
    remedy = _("en retirer")


@pytest.fixture
def dag(town: Desk) -> DAG:
    return build_dataset_dag(town.dataset(), town.city, town.include)


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[Any, ...]]]:
    """``play(module, name, answer)``: the engine's function answers, or raises, and its calls are kept."""

    def played(module: Any, name: str, answer: Any) -> list[tuple[Any, ...]]:
        calls: list[tuple[Any, ...]] = []

        def function(*arguments: Any) -> Any:
            calls.append(arguments)
            if isinstance(answer, BaseException):
                raise answer
            return answer

        monkeypatch.setattr(module, name, function)
        return calls

    return played


def report(**facts: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"findings": (), **facts})


def test_extract_hands_on_a_handle_and_nothing_else(dag: DAG, play: Any, capsys: Any) -> None:
    play(aqueduc.sources.stage, "extract_source", SimpleNamespace(handle=HANDLE, report=report()))
    left = dag.get_task("extract").execute(context())
    assert ParquetFileHandle.from_json(json.loads(json.dumps(left))) == HANDLE
    assert "1 200 lignes extraites de la source « depot »" in capsys.readouterr().out.replace("\u202f", " ")


@pytest.fixture
def english(town: Desk) -> DAG:
    """The DAG of a city whose ``language:`` is English."""
    path = town.include / "city.yaml"
    city = {**yaml.safe_load(path.read_text(encoding="utf-8")), "language": "en"}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return build_dataset_dag(town.dataset(), town.city, town.include)


def test_a_task_speaks_the_language_of_its_city(english: DAG, play: Any, capsys: Any) -> None:
    play(aqueduc.sources.stage, "extract_source", SimpleNamespace(handle=HANDLE, report=report()))
    english.get_task("extract").execute(context())
    assert "1,200 rows extracted from the source “depot”" in capsys.readouterr().out


def test_a_task_fails_in_the_language_of_its_city(english: DAG, play: Any, capsys: Any) -> None:
    play(aqueduc.sources.stage, "extract_source", StoreUnwritable("/srv/depot", _("droits insuffisants")))
    with pytest.raises(ReportedTaskFailure) as failed:
        english.get_task("extract").execute(context())
    told = capsys.readouterr().out
    assert "cannot be written (permission denied)" in str(failed.value)
    assert "What to do: allow the account" in told and "Que faire" not in told


def test_what_a_task_says_comes_from_the_catalogue(
    english: DAG, play: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aqueduc.language, "LOCALES", write_catalogue(tmp_path / "pseudo"))
    play(aqueduc.sources.stage, "extract_source", StoreUnwritable("/srv/depot", _("droits insuffisants")))
    with pytest.raises(ReportedTaskFailure) as failed:
        english.get_task("extract").execute(context())
    assert words_outside(str(failed.value).removeprefix("[depot-en-lecture-seule]")) == []


def test_nothing_new_skips_what_follows_and_is_written_down(dag: DAG, play: Any, capsys: Any) -> None:
    play(aqueduc.sources.stage, "extract_source", SimpleNamespace(handle=None, report=report()))
    looked = play(aqueduc.certify, "record_unchanged_run", "key")
    with pytest.raises(DownstreamTasksSkipped) as skipped:
        dag.get_task("extract").execute(context())
    assert skipped.value.tasks == ["anonymise", "validate", "publish", "certify", "published"]
    assert len(looked) == 1
    assert "n'ont pas changé" in capsys.readouterr().out


@pytest.fixture
def closed(town: Desk) -> Callable[..., DAG]:
    """``closed(first, last)``: the DAG of a city closed from the ``first`` day from now on."""

    def made(first: int, last: int) -> DAG:
        today = datetime.now(ZoneInfo("Europe/Paris")).date()
        days = {
            "from": today + timedelta(days=first),
            "to": today + timedelta(days=last),
            "why": "congés d'été",
        }
        path = town.include / "city.yaml"
        city = {**yaml.safe_load(path.read_text(encoding="utf-8")), "holidays": [days]}
        path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
        return build_dataset_dag(town.dataset(), town.city, town.include)

    return made


@pytest.mark.parametrize("first,last", [(0, 0), (-3, 0), (-1, 1)])
@pytest.mark.parametrize("run_type", ["scheduled", "manual"])
def test_on_a_holiday_nothing_is_done(
    closed: Any, play: Any, capsys: Any, run_type: str, first: int, last: int
) -> None:
    calls = play(aqueduc.sources.stage, "extract_source", SimpleNamespace(handle=HANDLE, report=report()))
    with pytest.raises(AirflowSkipException):
        closed(first, last).get_task("extract").execute(context(dag_run(run_type=run_type)))
    assert calls == []
    assert ": congés d'été. Rien n'a été fait." in capsys.readouterr().out


def test_on_a_holiday_a_person_may_insist(closed: Any, play: Any, capsys: Any) -> None:
    calls = play(aqueduc.sources.stage, "extract_source", SimpleNamespace(handle=HANDLE, report=report()))
    closed(0, 0).get_task("extract").execute(context(force=True))
    assert len(calls) == 1
    assert "« force » passe outre" in capsys.readouterr().out


@pytest.mark.parametrize("first,last", [(1, 3), (-3, -1)])
def test_the_eve_and_the_morrow_are_days_like_others(closed: Any, play: Any, first: int, last: int) -> None:
    calls = play(aqueduc.sources.stage, "extract_source", SimpleNamespace(handle=HANDLE, report=report()))
    closed(first, last).get_task("extract").execute(context())
    assert len(calls) == 1


def test_stages_read_the_handle_of_the_one_before(dag: DAG, play: Any, capsys: Any) -> None:
    facts = {"rows_in": 1200, "rows_out": 1190, "suppressed": 7, "rejected": 3, "smallest_class": 5, "k": 5}
    facts["unit"] = ()
    calls = play(
        aqueduc.anonymise,
        "anonymise_extract",
        SimpleNamespace(handle=HANDLE, report=report(**facts, findings=(TooMany(count=3),))),
    )
    dag.get_task("anonymise").execute(context(left={"extract": HANDLE.to_json()}))
    assert calls[0][2] == HANDLE
    said = capsys.readouterr().out.replace("\u202f", " ")
    assert "1 200 lignes en entrée, 1 190 lignes en sortie ; 7 retirées" in said
    assert "Plus petite classe : 5 lignes (k exigé : 5)" in said
    assert "3 lignes de trop — en retirer" in said


def test_a_dataset_that_loses_its_rows_is_held_until_a_person_says_so(
    town: Desk, dag: DAG, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """The real engine this time: 60 rows where 100 are published."""
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: town.place)
    run = town.run(identifier=dag_run().run_id)

    def validated(count: int, **params: Any) -> Any:
        rows = {"__line": list(range(count)), "quartier": [f"{CELL} {rank}" for rank in range(count)]}
        with town.place.vault.open_scratch_folder() as scratch:
            pq.write_table(pa.table(rows), scratch / "safe.parquet")
            safe = town.place.vault.store_anonymised_extract(
                scratch / "safe.parquet", dataset="jeu", run=run.id, rows=count, window=None
            )
        left = {"anonymise": safe.to_json()}
        return dag.get_task("validate").execute(context(left=left, **params))

    full = ParquetFileHandle.from_json(validated(100))
    part = {"window": None, "object": full.key, "sha256": full.sha256, "rows": 100}
    town.place.store.write_current_revision_pointer("jeu", {"parts": [part], "certificate": None})
    with pytest.raises(ReportedTaskFailure) as failed:
        validated(60)
    assert failed.value.code == "porte-validation"
    assert _decision(failed.value) == "fail"
    said = capsys.readouterr().out.replace("\u202f", " ")
    assert "40 lignes de moins que dans la dernière révision publiée (40 % ; 30 % admis)" in said
    assert CELL not in said
    assert "Rapport de l'intendant : file://" in said
    told = town.place.store.read_report("jeu", run.id, "steward")
    assert told is not None and (told["state"], told["items"][0]["code"]) == ("held", "garde-lignes-perdues")
    with town.place.store.open_local_file_of_key(
        town.place.store.build_report_page_key("jeu", run.id, "steward")
    ) as page:
        assert "Retenu" in page.read_text(encoding="utf-8")
    left = validated(60, waive=["shrink"], waive_by="Jeanne Martin", waive_reason="abattage annoncé")
    assert ParquetFileHandle.from_json(left).rows == 60
    assert "levée (au nom de : Jeanne Martin ; motif : abattage annoncé)" in capsys.readouterr().out


def test_nothing_handed_on_says_what_to_do(dag: DAG, capsys: Any) -> None:
    with pytest.raises(ReportedTaskFailure):
        dag.get_task("validate").execute(context())
    assert "relancer l'exécution depuis la tâche « Extraire »" in capsys.readouterr().out


def test_under_embargo_nothing_fails_and_the_log_says_until_when(
    dag: DAG, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def refuse(*_arguments: Any) -> None:
        raise EmbargoInForce("jeu", "01/12/2026 10:00 (UTC+0100)")

    monkeypatch.setattr(aqueduc.publish, "publish_revision", refuse)
    with pytest.raises(AirflowSkipException, match="Publication différée"):
        dag.get_task("publish").execute(context(left={"validate": HANDLE.to_json()}))
    assert "Sous embargo jusqu'au 01/12/2026 10:00" in capsys.readouterr().out


def test_a_dry_run_stops_before_the_platform(
    dag: DAG, play: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = report(rows=1200, writes=("créer la fiche",), nothing_new=False, record_url="")
    calls = play(aqueduc.publish, "publish_revision", plan)
    with pytest.raises(AirflowSkipException):
        dag.get_task("publish").execute(context(left={"validate": HANDLE.to_json()}, dry_run=True))
    assert calls[0][2].dry_run is True
    assert "Écritures prévues : créer la fiche" in capsys.readouterr().out
    refusal = WithdrawalInForce("jeu", "Jeanne Martin", "opposition")
    monkeypatch.setattr(aqueduc.pipeline, "find_refusal_of_real_run", lambda *_: refusal)
    with pytest.raises(AirflowSkipException):
        dag.get_task("publish").execute(context(left={"validate": HANDLE.to_json()}, dry_run=True))
    told = capsys.readouterr().out
    assert "une exécution serait refusée, et rien de ce qui suit ne serait écrit" in told
    assert told.index("serait refusée") < told.index("Écritures prévues")


def test_certify_tells_the_asset(town: Desk, dag: DAG, play: Any) -> None:
    balance = RowBalance(extracted=1200, published=1190, rejected=3, suppressed=7)
    file = {"url": "https://portail.example/jeu.csv", "sha256": "f" * 64}
    link = {"url": "https://ville.example/jeu", "sha256": None}
    certificate = SimpleNamespace(
        revision="abc",
        window=None,
        balance=balance,
        record_url="https://portail.example/jeu",
        resources=({"id": "1", **file}, {"id": "2", **link}),
    )
    play(aqueduc.certify, "certify_run", certificate)
    events: dict[Any, Any] = {build_dataset_asset(town.dataset(), town.city): SimpleNamespace(extra={})}
    dag.get_task("certify").execute({**context(), "outlet_events": events})
    assert next(iter(events.values())).extra == {
        "révision": "abc",
        "intervalle": None,
        "extraites": 1200,
        "rejets": 3,
        "retraits": 7,
        "lignes": 1190,
        "fiche": "https://portail.example/jeu",
        "fichiers": [file],
    }


def test_a_closed_gate_fails_once_with_its_message_first(dag: DAG, play: Any, capsys: Any) -> None:
    closed = AnonymisationGateClosed(
        "Trop de lignes.", findings=(TooMany(count=2),), where="jeu jeu", remedy="élargir les tranches"
    )
    play(aqueduc.sources.stage, "extract_source", closed)
    with pytest.raises(ReportedTaskFailure) as failed:
        dag.get_task("extract").execute(context())
    assert str(failed.value) == str(closed)
    assert failed.value.code == "porte-anonymisation"
    assert _decision(failed.value) == "fail"
    assert str(closed) in capsys.readouterr().out


def test_a_task_that_fails_brings_to_its_end_what_another_run_began(dag: DAG, play: Any) -> None:
    down = SourceUnavailable("La base ne répond pas.", where="connexion x", remedy="attendre")
    play(aqueduc.sources.stage, "extract_source", down)
    finished = play(aqueduc.pipeline, "finish_interrupted_publication", None)
    with pytest.raises(RetryableTaskFailure):
        dag.get_task("extract").execute(context())
    assert len(finished) == 1


def test_what_runs_out_of_time_meanwhile_does_not_hide_why_a_task_fails(dag: DAG, play: Any) -> None:
    play(
        aqueduc.sources.stage,
        "extract_source",
        SourceUnavailable("La base ne répond pas.", where="x", remedy="y"),
    )
    play(aqueduc.pipeline, "finish_interrupted_publication", AirflowTaskTimeout("Timeout"))
    with pytest.raises(RetryableTaskFailure, match="ne répond pas"):
        dag.get_task("extract").execute(context())


def test_a_passing_failure_is_tried_again(dag: DAG, play: Any) -> None:
    down = SourceUnavailable("La base ne répond pas.", where="connexion x", remedy="attendre")
    play(aqueduc.sources.stage, "extract_source", down)
    with pytest.raises(RetryableTaskFailure) as failed:
        dag.get_task("extract").execute(context())
    assert _decision(failed.value) == "retry"
    assert dag.get_task("extract").retries == 2


@pytest.mark.parametrize("status", [None, 500, 503])
def test_a_task_that_asks_of_airflow_while_its_api_is_away_is_tried_again(
    dag: DAG, play: Any, capsys: Any, status: int | None
) -> None:
    play(aqueduc.sources.stage, "extract_source", api_error(status, CELL))
    with pytest.raises(RetryableTaskFailure) as failed:
        dag.get_task("extract").execute(context())
    assert failed.value.code == "airflow-injoignable"
    assert _decision(failed.value) == "retry"
    said = capsys.readouterr().out
    assert "[airflow-injoignable] L'API d'Airflow n'a pas pu répondre." in said
    assert CELL not in said


@pytest.mark.parametrize("refused", [api_error(422), api_error(None, kind=ErrorType.CONNECTION_NOT_FOUND)])
def test_what_airflow_refuses_to_a_stage_is_not_asked_again(
    dag: DAG, play: Any, refused: AirflowRuntimeError
) -> None:
    play(aqueduc.sources.stage, "extract_source", refused)
    with pytest.raises(ReportedTaskFailure) as failed:
        dag.get_task("extract").execute(context())
    assert failed.value.code == "defaut"
    assert _decision(failed.value) == "fail"


def test_a_stage_whose_handle_airflow_could_not_take_is_tried_again() -> None:
    """Airflow pushes the XCom once ``execute`` has returned: no stage sees it fail."""
    assert _decision(api_error(None)) == "retry"


def test_a_defect_tells_where_and_never_what(dag: DAG, play: Any, capsys: Any) -> None:
    """A driver's exception quotes the cell it chokes on."""
    play(aqueduc.sources.stage, "extract_source", ValueError(f"could not convert {CELL!r} to a number"))
    with pytest.raises(ReportedTaskFailure) as failed:
        dag.get_task("extract").execute(context())
    said = capsys.readouterr().out
    assert CELL not in said + str(failed.value) + repr(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__ is True
    assert "builtins.ValueError" in said
    assert "operators.py:" in said
    assert _decision(failed.value) == "fail"


def test_a_vault_that_cannot_be_cleaned_fails(dag: DAG, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from aqueduc.store import Vault

    def refused(*_: Any) -> None:
        raise PermissionError("nope")

    monkeypatch.setattr(Vault, "shred_extracts", refused)
    with pytest.raises(ReportedTaskFailure):
        dag.get_task("shred").execute(context())
    assert "PermissionError" in capsys.readouterr().out


def _decision(error: BaseException) -> str:
    policy = build_retry_policy_options()["retry_policy"]
    return str(policy.evaluate(error, try_number=1, max_tries=2).action.value)


# --- the vault ----------------------------------------------------------------------------------------------


@pytest.fixture
def sweeper(town: Desk) -> DAG:
    return build_sweep_dag(town.include)


def _swept(dag: DAG, states: dict[tuple[str, str], str] | None = None) -> None:
    hands = {**context(), "ti": Hands({}, states)}
    dag.get_task("sweep").execute(hands)


def _left(town: Desk, run: str, *, resumable: bool = True) -> None:
    with town.place.vault.hold_run_folder_lease("jeu", run, resumable=resumable):
        town.place.vault.write_text(f"raw/jeu/{build_safe_filename(run)}/raw.parquet", CELL)


def test_the_sweep_runs_every_hour_where_it_is_switched_on(sweeper: DAG) -> None:
    assert sweeper.timetable.serialize() == {"expression": "17 * * * *", "timezone": "UTC"}
    assert sweeper.is_paused_upon_creation is None, "as the host's own setting says"
    assert (sweeper.catchup, sweeper.max_active_runs) == (False, 1)
    assert not SLUG.fullmatch(sweeper.dag_id), "no dataset can have its name"
    assert (
        "(au début de chaque exécution ; chaque heure aussi sous Airflow, où il est actif)" in RAW_RETENTION
    )


def test_the_sweep_destroys_what_ended_and_keeps_what_goes_on(sweeper: DAG, town: Desk, capsys: Any) -> None:
    states = {"en cours": "running", "en file": "queued", "échouée": "failed", "réussie": "success"}
    for run in (*states, "inconnue"):
        _left(town, run)
    _date_by_our_clock(town)
    _swept(sweeper, {("jeu", run): state for run, state in states.items()})
    kept = {key.rsplit("/", 1)[-1] for key in town.place.vault.list("raw/jeu")}
    assert kept == {build_safe_filename(run) for run in ("en cours", "en file", "inconnue")}
    said = capsys.readouterr().out
    assert "2 extraits bruts et 0 dossier temporaire laissés par des exécutions tuées, détruits" in said
    assert CELL not in said and "échouée" not in said


def test_a_task_holds_its_run_from_start_to_end_and_until_the_next(
    dag: DAG, town: Desk, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, run = town.place.vault, dag_run().run_id
    held: list[bool] = []

    def watched(*_: Any) -> Any:
        _write_raw(town, run)
        _date_by_our_clock(town)
        assert sweep_dead_runs_and_expired_data(town.place, days=30).raw == 0
        held.append(vault.leases.map_claimed_keys_to_liveness("raw")[f"raw/jeu/{build_safe_filename(run)}"])
        raise SourceUnavailable("La base ne répond pas.", where="connexion x", remedy="attendre")

    monkeypatch.setattr(aqueduc.sources.stage, "extract_source", watched)
    with pytest.raises(RetryableTaskFailure):
        dag.get_task("extract").execute(context())
    assert held == [True]
    _date_by_our_clock(town)
    assert sweep_dead_runs_and_expired_data(town.place, days=30).alive == 1, "the next try finds it"
    dag.get_task("shred").execute(context())
    assert vault.list("raw/jeu") == [] and vault.leases.map_claimed_keys_to_liveness("raw") == {}


def test_a_task_taken_for_dead_leaves_no_report(
    dag: DAG, town: Desk, play: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another try took up the run: its report must stay. Any other failure leaves one."""
    store = town.place.store
    key = store.build_report_page_key("jeu", dag_run().run_id, "steward")

    with monkeypatch.context() as patched:

        def sleep_and_write(*_: Any) -> Any:
            now = leases.read_monotonic_seconds()
            patched.setattr(leases, "read_monotonic_seconds", lambda: now + 2 * leases.RESUMABLE_S)
            store.write_report("jeu", dag_run().run_id, "extract", {})

        patched.setattr(aqueduc.sources.stage, "extract_source", sleep_and_write)
        with pytest.raises(RetryableTaskFailure, match="tenue pour morte"):
            dag.get_task("extract").execute(context())
    assert not store.exists(key)
    assert store.read_report("jeu", dag_run().run_id, "extract") is None
    play(aqueduc.sources.stage, "extract_source", SourceUnavailable("Rien.", where="ici", remedy="attendre"))
    with pytest.raises(RetryableTaskFailure):
        dag.get_task("extract").execute(context())
    assert store.exists(key)


def _date_by_our_clock(town: Desk) -> None:
    """The file system's own clock, which ``make test CLOCK=`` does not shift, may be a month away from ours: a
    sweep then takes a folder just written for one that has waited for a month."""
    now = time.time()
    for path in Path(town.place.vault.url.removeprefix("file://")).rglob("*"):
        os.utime(path, (now, now))


def _write_raw(town: Desk, run: str) -> None:
    town.place.vault.write_text(f"raw/jeu/{build_safe_filename(run)}/raw.parquet", CELL)


def test_an_extraction_begins_by_sweeping(
    dag: DAG, town: Desk, play: Callable[..., Any], capsys: Any
) -> None:
    town.place.vault.write_text("raw/autre/morte/raw.parquet", CELL)
    down = SourceUnavailable("La base ne répond pas.", where="connexion x", remedy="attendre")
    play(aqueduc.sources.stage, "extract_source", down)
    with pytest.raises(RetryableTaskFailure):
        dag.get_task("extract").execute(context())
    assert town.place.vault.list("raw/autre") == []
    assert "1 extrait brut et 0 dossier temporaire" in capsys.readouterr().out


def test_a_city_that_cannot_be_read_is_swept_but_for_its_rejected_rows(
    sweeper: DAG, town: Desk, capsys: Any
) -> None:
    """How long it keeps them is not guessed."""
    vault = town.place.vault
    vault.write_text("raw/jeu/morte/raw.parquet", CELL)
    vault.write_text("rejected/jeu/r/validate.parquet", CELL)
    old = time.time() - 400 * 86_400
    os.utime(vault._build_full_path("rejected/jeu/r/validate.parquet"), (old, old))
    city = (town.include / "city.yaml").read_text(encoding="utf-8")
    (town.include / "city.yaml").write_text("name: Ville\n", encoding="utf-8")
    with pytest.raises(ReportedTaskFailure):
        _swept(sweeper)
    assert (vault.list("raw/jeu"), vault.list("rejected/jeu")) == ([], ["rejected/jeu/r"])
    assert "city.yaml" in capsys.readouterr().out
    (town.include / "city.yaml").write_text(city, encoding="utf-8")
    _swept(sweeper)
    assert vault.list("rejected/jeu") == []
    assert "lignes rejetées gardées assez longtemps, effacées (1 exécution)" in capsys.readouterr().out


def test_what_cannot_be_destroyed_fails_the_sweep(
    sweeper: DAG, town: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    town.place.vault.write_text("raw/jeu/morte/raw.parquet", CELL)

    def refuse(self: Vault, _: str) -> None:
        raise StoreUnwritable(self.url, "droits insuffisants")

    monkeypatch.setattr(Vault, "delete", refuse)
    with pytest.raises(ReportedTaskFailure):
        _swept(sweeper)
    said = capsys.readouterr().out
    assert "1 extrait brut que plus aucune exécution ne tient" in said and "Que faire" in said
