"""What a publication that died left on the platform: brought to its end by the next run, one that may not publish
included."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aqueduc.anonymise.objections import Objection, replace_objections, store_objections_to_enforce
from aqueduc.certify import certify_run
from aqueduc.certify.ledger import verify_ledger
from aqueduc.convention.claims import ClaimDraft, close_claim, record_claim
from aqueduc.declaration import Dataset
from aqueduc.declaration.spec import REOPEN
from aqueduc.errors import (
    AqueducError,
    GateClosed,
    PlatformUnavailable,
    PublicationGateClosed,
    StoreUnwritable,
    ValidationGateClosed,
)
from aqueduc.language import _
from aqueduc.pipeline import run_pipeline
from aqueduc.publish.report import PublishReport
from aqueduc.publish.stage import _PublicationExecutor
from aqueduc.run import GuardWaiver, RestorationOrder, Run
from aqueduc.sources.change import mark_source_states_outdated
from aqueduc.store import RESTORED_BACKUP
from aqueduc.withdrawal import WithdrawalOrder, lift_withdrawal, record_withdrawal_order
from tests.making import Desk
from tests.publish.publishing import Killed
from tests.publish.showcase import Showcase, showcase


@pytest.fixture
def portal(tmp_path: Path) -> Showcase:
    folder = tmp_path / "depot"
    folder.mkdir()
    connection = {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}})}
    return showcase(tmp_path, environment=connection)


def declare(portal: Showcase) -> Dataset:
    return portal.desk.dataset("jeu", publish={"mode": "upload", "formats": ["csv"]})


def run(portal: Showcase, name: str, *rows: str, waived: Run | None = None) -> None:
    source = portal.folder.parent / "depot" / "jeu.csv"
    source.write_text("\n".join(("quartier", *rows, "")), encoding="utf-8")
    run_pipeline(declare(portal), portal.desk.city, waived or Run("jeu", name), portal.desk.place)


def interrupt(
    portal: Showcase,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    *rows: str,
    at: str = "_read_back",
    waived: Run | None = None,
) -> None:
    """Written, and not read back; or not even written."""

    def die(*_arguments: object) -> None:
        raise PlatformUnavailable("coupé", where="ici", remedy="attendre")

    with monkeypatch.context() as patched:
        patched.setattr(_PublicationExecutor, at, die)
        with pytest.raises(PlatformUnavailable):
            run(portal, name, *rows, waived=waived)
    assert (portal.desk.place.store.read_publication_in_progress("jeu") or {})["run"] == name


def read_certified_run(portal: Showcase) -> str:
    return str((portal.desk.place.store.read_current_certificate("jeu") or {})["run"])


def test_a_run_that_may_not_publish_ends_what_another_began(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = portal.desk.place.store
    run(portal, "un", "Nord", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    with pytest.raises(ValidationGateClosed):
        run(portal, "trois", *["06 12 34 56 78"] * 20)
    assert "L'exécution deux avait commencé à publier : sa publication est achevée." in caplog.text
    assert store.read_publication_in_progress("jeu") is None and read_certified_run(portal) == "deux"
    assert "Sud" in (portal.folder / "jeux/jeu/jeu.csv").read_text(encoding="utf-8")
    assert verify_ledger(store, "jeu").is_valid
    # What the run before it had certified, and not the one that was brought to its end.
    run(portal, "quatre", "Nord", "Nord")
    assert read_certified_run(portal) == "quatre"
    assert "Sud" not in (portal.folder / "jeux/jeu/jeu.csv").read_text(encoding="utf-8")


def plant(portal: Showcase) -> None:
    """What a gate stops."""
    (portal.folder.parent / "depot" / "jeu.csv").write_text("quartier\n" + "06 12 34 56 78\n" * 20, "utf-8")


def change_lists(portal: Showcase) -> None:
    (portal.desk.include / "lexicons").mkdir()
    (portal.desk.include / "lexicons" / "noms.txt").write_text(
        "# lists: surnames\nMartinelli\n", encoding="utf-8"
    )


def change_city(portal: Showcase) -> None:
    with (portal.desk.include / "city.yaml").open("a", encoding="utf-8") as file:
        file.write("\nholidays: [2026-05-01]\n")


def decide(portal: Showcase) -> None:
    """An entry of the ledger, whatever it says."""
    order = WithdrawalOrder(
        run="ordre",
        by="Jeanne Martin",
        requester="une personne concernée",
        reason="essai",
        on=date(2126, 1, 1),
    )
    record_withdrawal_order(["jeu"], order, portal.desk.city, portal.desk.place)
    lift_withdrawal(["jeu"], "Jeanne Martin", "erreur", "levee", portal.desk.city, portal.desk.place)


def suspend(portal: Showcase, *, elsewhere: bool = False) -> None:
    """A claim that is closed again before anything was taken off, or that names no dataset."""
    named: dict[str, Any] = {} if elsewhere else {"datasets": ("jeu",), "suspend": True}
    place, city = portal.desk.place, portal.desk.city
    said = ClaimDraft("claim", "Une ligne de trop.", "Jeanne Martin", place.clock(), **named)
    claim = record_claim(said, city, place)
    close_claim(claim.id, "Jeanne Martin", "rien à changer", city, place)


def take_off(portal: Showcase) -> None:
    """As a suspension does first, of which the ledger may say nothing yet."""
    mark_source_states_outdated(portal.desk.place.vault, "jeu")


def restore_backup(portal: Showcase) -> None:
    """By a machine whose clock is behind."""
    at = "2001-01-01T00:00:00+00:00"
    resumed = {"by": "Jeanne", "reason": "panne", "at": at}
    portal.desk.place.store.write_json(RESTORED_BACKUP, {"backed_up": at, "restored": at, "resumed": resumed})


def publish_elsewhere(portal: Showcase) -> None:
    """The store is an older copy: what is online is neither what it certified nor what it began."""
    (portal.folder / "jeux/jeu/jeu.csv").write_text("quartier\nEst\n", encoding="utf-8")


def object_to_a_row(portal: Showcase) -> None:
    """Recorded, and killed before the store was told."""
    replace_objections(portal.desk.place.vault, declare(portal), [Objection(("quartier",), id="un")])


def promise(portal: Showcase) -> None:
    objections = [Objection(("quartier",), id="un")]
    store_objections_to_enforce(portal.desk.place.store, "jeu", objections, datetime.now(UTC).isoformat())


def upgrade(portal: Showcase) -> None:
    """The rows were validated by another version."""
    store = portal.desk.place.store
    report = store.read_report("jeu", "deux", "validate") or {}
    store.write_report("jeu", "deux", "validate", {**report, "version": "0.0.9"})


def begin_before(portal: Showcase) -> None:
    """A mark of another version says nothing of what was decided."""
    store = portal.desk.place.store
    mark = {
        name: said
        for name, said in (store.read_publication_in_progress("jeu") or {}).items()
        if name != "decisions"
    }
    store.write_json("datasets/jeu/writing.json", mark)


@pytest.mark.parametrize(
    "change",
    [
        change_lists,
        change_city,
        decide,
        suspend,
        partial(suspend, elsewhere=True),
        take_off,
        restore_backup,
        publish_elsewhere,
        begin_before,
        object_to_a_row,
        promise,
        upgrade,
    ],
)
def test_nothing_is_ended_of_what_something_was_decided_or_changed_since(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch, change: Callable[[Showcase], None]
) -> None:
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    # The run that comes next is at work already, with the files that it read.
    dataset, city = declare(portal), portal.desk.city
    change(portal)
    before = (portal.folder / "jeux/jeu/jeu.csv").read_bytes()
    plant(portal)
    with pytest.raises(GateClosed):
        run_pipeline(dataset, city, Run("jeu", "trois"), portal.desk.place)
    assert read_certified_run(portal) == "un" and portal.desk.place.store.read_publication_in_progress("jeu")
    assert (portal.folder / "jeux/jeu/jeu.csv").read_bytes() == before


def test_nothing_is_ended_of_what_had_written_nothing(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud", at="_apply_writes")
    plant(portal)
    with pytest.raises(ValidationGateClosed):
        run_pipeline(declare(portal), portal.desk.city, Run("jeu", "trois"), portal.desk.place)
    assert read_certified_run(portal) == "un" and "n'a pas fini" in caplog.text
    assert "Sud" not in (portal.folder / "jeux/jeu/jeu.csv").read_text(encoding="utf-8")


def test_what_a_person_had_put_online_again_is_ended_by_nobody(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(portal, "un", "Nord")
    reopened = Run("jeu", "deux", waivers=(GuardWaiver(REOPEN, "Jeanne Martin", "revu"),))
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud", waived=reopened)
    plant(portal)
    with pytest.raises(ValidationGateClosed):
        run_pipeline(declare(portal), portal.desk.city, Run("jeu", "trois"), portal.desk.place)
    assert read_certified_run(portal) == "un"


def test_another_declaration_ends_nothing(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    wider = portal.desk.dataset("jeu", publish={"mode": "upload", "formats": ["csv"]}, licence="odc-odbl")
    plant(portal)
    with pytest.raises(ValidationGateClosed):
        run_pipeline(wider, portal.desk.city, Run("jeu", "trois"), portal.desk.place)
    assert "ce qui est en ligne peut mêler deux révisions" in caplog.text
    assert read_certified_run(portal) == "un"


def test_a_first_publication_is_not_ended(portal: Showcase, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(portal, monkeypatch, "un", "Nord")
    plant(portal)
    with pytest.raises(ValidationGateClosed):
        run_pipeline(declare(portal), portal.desk.city, Run("jeu", "deux"), portal.desk.place)
    assert portal.desk.place.store.read_current_revision_pointer("jeu") is None


@pytest.mark.parametrize(
    "options", [{"dry_run": True}, {"restoration": RestorationOrder("f" * 64, "Jeanne Martin", "erreur")}]
)
def test_neither_a_trial_nor_the_order_of_a_person_ends_anything(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    plant(portal)
    with pytest.raises(AqueducError):
        run_pipeline(declare(portal), portal.desk.city, Run("jeu", "trois", **options), portal.desk.place)
    assert read_certified_run(portal) == "un"


def test_what_is_said_last_is_why_the_run_was_stopped(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    with pytest.raises(ValidationGateClosed):
        run(portal, "trois", *["06 12 34 56 78"] * 20)
    assert read_certified_run(portal) == "deux"
    shown = portal.desk.place.store.read_json("overview/jeu.json")
    assert (shown["state"], shown["run"]) == ("held", "trois") and shown["remedy"]


def test_what_was_read_back_waits_for_its_certificate(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is online is of one revision: nothing is to be ended."""
    run(portal, "un", "Nord")
    with monkeypatch.context() as patched:
        patched.setattr("aqueduc.certify.certify_run", fill_the_disk)
        with pytest.raises(StoreUnwritable):
            run(portal, "deux", "Nord", "Sud")
    published = PublishReport.read(portal.desk.place.store, "jeu", "deux")
    plant(portal)
    with pytest.raises(ValidationGateClosed):
        run_pipeline(declare(portal), portal.desk.city, Run("jeu", "trois"), portal.desk.place)
    assert read_certified_run(portal) == "un"
    assert PublishReport.read(portal.desk.place.store, "jeu", "deux") == published


def kill(*_arguments: object) -> None:
    raise Killed


def fill_the_disk(*_arguments: object) -> None:
    raise StoreUnwritable("ici", _("droits insuffisants"))


def test_what_is_written_again_and_cut_short_is_not_certified_by_its_first_reading_back(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(portal, "un", "Nord")
    with monkeypatch.context() as patched:
        patched.setattr("aqueduc.certify.certify_run", fill_the_disk)
        with pytest.raises(StoreUnwritable):
            run(portal, "deux", "Nord", "Sud")
    publish_elsewhere(portal)
    with monkeypatch.context() as patched:
        patched.setattr(_PublicationExecutor, "_read_back", kill)
        with pytest.raises(Killed):
            run(portal, "deux", "Nord", "Sud")
    with pytest.raises(PublicationGateClosed):
        certify_run(declare(portal), portal.desk.city, Run("jeu", "deux"), portal.desk.place)
    assert portal.desk.place.store.read_publication_in_progress("jeu")


def test_one_that_died_within_the_second_of_the_next_is_settled_with_it(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one has nothing to write: it read back all that the first had written."""
    now = datetime.now(UTC)
    portal.desk = Desk(replace(portal.desk.place, clock=lambda: now))
    run(portal, "un", "Nord")
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    run(portal, "trois", "Nord", "Sud")
    assert (
        portal.desk.place.store.read_publication_in_progress("jeu") is None
        and read_certified_run(portal) == "trois"
    )
