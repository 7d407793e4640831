"""What a publication that died left on the platform: brought to its end by the next run, one that may not publish
included."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aqueduc.anonymise.objections import Objection, promise_objections
from aqueduc.certify.ledger import verify_ledger
from aqueduc.declaration import Dataset
from aqueduc.errors import AqueducError, PlatformUnavailable, ValidationGateClosed
from aqueduc.pipeline import run_pipeline
from aqueduc.publish.stage import _PublicationTask
from aqueduc.run import Run
from tests.making import Desk
from tests.publish.showcase import Showcase, showcase


@pytest.fixture
def portal(tmp_path: Path) -> Showcase:
    folder = tmp_path / "depot"
    folder.mkdir()
    connection = {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}})}
    return showcase(tmp_path, environment=connection)


def declare(portal: Showcase) -> Dataset:
    return portal.desk.dataset("jeu", publish={"mode": "upload", "formats": ["csv"]})


def run(portal: Showcase, name: str, *rows: str) -> None:
    source = portal.folder.parent / "depot" / "jeu.csv"
    source.write_text("\n".join(("quartier", *rows, "")), encoding="utf-8")
    run_pipeline(declare(portal), portal.desk.city, Run("jeu", name), portal.desk.place)


def interrupt(portal: Showcase, monkeypatch: pytest.MonkeyPatch, name: str, *rows: str) -> None:
    """Written, and not read back."""

    def die(*_arguments: object) -> None:
        raise PlatformUnavailable("coupé", where="ici", remedy="attendre")

    with monkeypatch.context() as patched:
        patched.setattr(_PublicationTask, "_read_back", die)
        with pytest.raises(PlatformUnavailable):
            run(portal, name, *rows)
    assert (portal.desk.place.store.writing("jeu") or {})["run"] == name


def read_certified_run(portal: Showcase) -> str:
    return str((portal.desk.place.store.certificate("jeu") or {})["run"])


def test_a_run_that_may_not_publish_ends_what_another_began(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = portal.desk.place.store
    run(portal, "un", "Nord", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    with pytest.raises(ValidationGateClosed):
        run(portal, "trois", *["06 12 34 56 78"] * 20)
    assert "L'exécution deux avait commencé à publier : sa publication est achevée." in caplog.text
    assert store.writing("jeu") is None and read_certified_run(portal) == "deux"
    assert "Sud" in (portal.folder / "jeux/jeu/jeu.csv").read_text(encoding="utf-8")
    assert verify_ledger(store, "jeu").holds
    # What the run before it had certified, and not the one that was brought to its end.
    run(portal, "quatre", "Nord", "Nord")
    assert read_certified_run(portal) == "quatre"
    assert "Sud" not in (portal.folder / "jeux/jeu/jeu.csv").read_text(encoding="utf-8")


def test_what_holds_a_publication_holds_the_end_of_one(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An objection since: its rows would show what it designates. A changed declaration: its gates are those of
    another one."""
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    wider = portal.desk.dataset("jeu", publish={"mode": "upload", "formats": ["csv"]}, licence="odc-odbl")
    (portal.folder.parent / "depot" / "jeu.csv").write_text("quartier\n" + "06 12 34 56 78\n" * 20, "utf-8")
    with pytest.raises(ValidationGateClosed):
        run_pipeline(wider, portal.desk.city, Run("jeu", "trois"), portal.desk.place)
    assert "Une publication a été interrompue, et n'a pu être achevée :" in caplog.text
    promise_objections(
        portal.desk.place.store, "jeu", [Objection(("quartier",), id="un")], datetime.now(UTC).isoformat()
    )
    with pytest.raises(AqueducError):
        run(portal, "quatre", *["06 12 34 56 78"] * 20)
    assert read_certified_run(portal) == "un" and portal.desk.place.store.writing("jeu")


def test_a_trial_ends_nothing(portal: Showcase, monkeypatch: pytest.MonkeyPatch) -> None:
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    (portal.folder.parent / "depot" / "jeu.csv").write_text("quartier\n" + "06 12 34 56 78\n" * 20, "utf-8")
    with pytest.raises(ValidationGateClosed):
        run_pipeline(declare(portal), portal.desk.city, Run("jeu", "trois", dry_run=True), portal.desk.place)
    assert read_certified_run(portal) == "un"


def test_one_that_died_within_the_second_of_the_next_is_settled_with_it(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one has nothing to write: it read back all that the first had written."""
    now = datetime.now(UTC)
    portal.desk = Desk(replace(portal.desk.place, clock=lambda: now))
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    run(portal, "trois", "Nord", "Sud")
    assert portal.desk.place.store.writing("jeu") is None and read_certified_run(portal) == "trois"
