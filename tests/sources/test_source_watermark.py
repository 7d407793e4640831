"""Reading only the rows that changed: a real PostgreSQL, every stage, and the file that the public reads."""

from __future__ import annotations

import csv
import html
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from aqueduc.anonymise.objections import build_personal_objection
from aqueduc.certify.objections import ObjectionRequester, lift_objection, record_objection
from aqueduc.certify.restoration import lift_restoration
from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc.errors import AqueducError, ValidationGateClosed
from aqueduc.pipeline import run_pipeline, run_preparation_stages
from aqueduc.publish import publish_revision
from aqueduc.record.explanation import OpinionAndAgreementContext, build_publication_explanation
from aqueduc.record.facts import collect_dataset_facts
from aqueduc.record.prose import render_explanation_html
from aqueduc.record.statement import build_dpo_statement_sections
from aqueduc.run import GuardWaiver, RestorationOrder, Run, Workspace
from aqueduc.sources.change import mark_source_states_outdated
from aqueduc.sources.report import ExtractReport
from aqueduc.validate.report import ValidateReport
from sandbox import postgres
from tests.examples import rarely
from tests.making import Desk
from tests.publish.showcase import showcase

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

SECRET = "Canari-Zoé-0612345678"
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
TABLE = """
DROP TABLE IF EXISTS permis;
CREATE TABLE permis (
    id int PRIMARY KEY, nature text, surface numeric, agent text, modifie_le timestamp);
INSERT INTO permis SELECT i, 'nature ' || i, i + 0.25, 'CANARY', timestamp '2026-03-01' + i * interval '1 hour'
FROM generate_series(1, 100) AS made(i)
"""
WATERMARK = {"column": "modifie_le", "lateness": "2 days", "full_every": "7 days"}
FIELDS = [{"name": "id", "type": "integer"}, {"name": "nature"}, {"name": "surface", "type": "number"}]


@dataclass
class Office:
    """The city, its base, and its portal. ``now``: the clock of the next run. ``forget_key``: SQL after which two rows may
    have the same; ``endless``: after which the second row has no date that ends."""

    desk: Desk
    base: Any
    portal: Path
    kind: str = "postgres"
    forget_key: str = "ALTER TABLE permis DROP CONSTRAINT permis_pkey"
    endless: str = "UPDATE permis SET modifie_le = 'infinity' WHERE id = 2"
    now: datetime = NOW
    runs: Iterator[int] = field(default_factory=lambda: count(1))
    last: str = ""

    @property
    def place(self) -> Workspace:
        return replace(self.desk.place, clock=lambda: self.now)

    def declare(self, watermark: dict[str, str] | None = WATERMARK, **changes: Any) -> Dataset:
        source = {self.kind: "urbanisme", "sql": "sql/permis.sql"}
        columns = {"id": "publish", "nature": "publish", "surface": "publish"}
        (self.desk.include / "sql/permis.sql").write_text("SELECT * FROM permis\n")
        self.desk.dataset(
            **{
                "source": {**source, **({"watermark": watermark} if watermark else {})},
                "columns": {**columns, "agent": "drop", "modifie_le": "drop"},
                "key": ["id"],
                "fields": FIELDS,
                "guards": {"shift": "any", "grow": "any"},
                **changes,
            }
        )
        return self.dataset

    @property
    def dataset(self) -> Dataset:
        return load_dataset(self.desk.include / "datasets/jeu.yaml", load_city(self.desk.include))

    def run(self, **how: Any) -> None:
        self.last = f"essai-{next(self.runs)}"
        self.now += timedelta(minutes=10)
        run_pipeline(self.dataset, self.desk.city, Run("jeu", self.last, **how), self.place)

    def change(self, sql: str) -> None:
        self.base.execute(sql.encode())

    @property
    def extract(self) -> ExtractReport:
        found = ExtractReport.read(self.place.store, "jeu", self.last)
        assert found is not None
        return found

    @property
    def validated(self) -> ValidateReport:
        found = ValidateReport.read(self.place.store, "jeu", self.last)
        assert found is not None
        return found

    @property
    def why_whole(self) -> str:
        """Why the last run read all; "" where it did not."""
        found = [one for one in self.extract.findings if one.code == "lecture-entiere"]
        assert len(found) == (self.extract.joined_to is None)
        return str(found[0].message) if found else ""

    @property
    def certificate(self) -> dict[str, Any]:
        pointer = self.place.store.read_current_revision_pointer("jeu") or {}
        return dict(self.place.store.read_json(pointer["certificate"]))

    def online(self) -> dict[int, tuple[str, str]]:
        with (self.portal / "jeux/jeu/jeu.csv").open(encoding="utf-8", newline="") as file:
            return {int(row["id"]): (row["nature"], row["surface"]) for row in csv.DictReader(file)}

    def source(self) -> dict[int, tuple[str, str]]:
        """What a reading of all would publish."""
        rows = self.base.execute(b"SELECT id, nature, surface FROM permis").fetchall()
        return {number: (nature, str(surface)) for number, nature, surface in rows}

    def same(self) -> bool:
        return {key: (nature, float(size)) for key, (nature, size) in self.online().items()} == {
            key: (nature, float(size)) for key, (nature, size) in self.source().items()
        }


@pytest.fixture(scope="module")
def base(cluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE permis")
    with psycopg.connect(cluster.dsn("permis"), autocommit=True) as city:
        yield city


@pytest.fixture(scope="module")
def first_run(cluster, base, tmp_path_factory) -> tuple[Office, Path]:
    """The city after its first run, and a copy of its folder."""
    folder = tmp_path_factory.mktemp("ville")
    base.execute(TABLE.replace("CANARY", SECRET).encode())
    cluster.create_owner("permis")
    address = {
        "conn_type": "postgres",
        "host": "127.0.0.1",
        "port": cluster.port,
        "schema": "permis",
        "login": postgres.OWNER,
        "password": cluster.password,
    }
    here = showcase(folder, environment={"AIRFLOW_CONN_URBANISME": json.dumps(address)})
    return run_for_the_first_time(Office(here.desk, base, here.folder), tmp_path_factory)


def run_for_the_first_time(found: Office, places: pytest.TempPathFactory) -> tuple[Office, Path]:
    found.declare()
    found.run()
    assert (found.extract.rows, found.extract.joined_to) == (100, None)
    return found, shutil.copytree(found.desk.include.parent, places.mktemp("copie") / "ville")


def restore_first_run(done: Office, copy: Path, table: str = TABLE) -> Office:
    """In the place of it: paths are part of what a city is."""
    root = done.desk.include.parent
    shutil.rmtree(root)
    shutil.copytree(copy, root)
    done.base.execute(table.replace("CANARY", SECRET).encode())
    return replace(done, runs=count(2))


@pytest.fixture
def office(first_run) -> Office:
    """As after the first run."""
    return restore_first_run(*first_run)


# --- what changed, and what did not -------------------------------------------------------------------------


def test_only_what_changed_is_read_and_joined_to_what_is_published(office):
    office.change(
        "UPDATE permis SET nature = 'autre', surface = 7, modifie_le = '2026-03-19 10:00' WHERE id IN (3, 4)"
    )
    office.change("INSERT INTO permis VALUES (101, 'neuf', 1.5, 'x', '2026-03-19 11:00')")
    office.run()
    late = 49  # of the two days before the newest, 52 to 100, the late ones again
    assert (office.why_whole, office.extract.rows) == ("", late + 3)
    assert (office.validated.carried, office.validated.rows_in) == (101 - late - 3, 101)
    assert office.same() and len(office.online()) == 101
    balance = office.certificate["balance"]
    assert balance == {"extracted": 52, "carried": 49, "published": 101, "rejected": 0, "suppressed": 0}
    assert ("Lignes reprises" in json.dumps(office.certificate["lecture"])) and office.certificate["scan"]
    assert "3 lignes" not in str(office.extract.findings) and SECRET not in json.dumps(office.certificate)


def test_the_second_of_two_goes_on_from_the_first(office):
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-18' WHERE id = 1")
    office.run()
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-19' WHERE id = 2")
    office.run()
    assert (office.why_whole, office.extract.rows) == ("", 2), "that of the 18th is within the lateness"
    assert office.same()


def test_nothing_that_changed_is_nothing_to_publish(office):
    before = office.certificate
    office.run()
    assert office.extract.unchanged and office.extract.rows == 49
    assert office.extract.unchanged_by == "watermark"
    assert office.certificate == before
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-18' WHERE id = 1")
    office.run()
    office.run()
    assert office.extract.unchanged and office.extract.rows == 1


def test_rows_as_new_as_the_newest_are_all_seen(office):
    """Of rows that are committed at the same moment, some may come after the run that saw the first."""
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-19' WHERE id = 2")
    office.run()
    assert (office.why_whole, office.extract.rows, office.same()) == ("", 2, True)


def test_a_late_row_is_seen_within_the_lateness_and_else_at_the_next_whole_reading(office):
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-17 00:00' WHERE id = 2")
    office.change("UPDATE permis SET nature = 'c', modifie_le = '2026-03-16 23:59:59' WHERE id = 3")
    office.run()
    assert office.why_whole == ""
    assert (office.online()[2][0], office.online()[3][0]) == ("b", "nature 3")
    office.now += timedelta(days=7)
    office.run()
    assert "full_every" in office.why_whole and office.same()


@pytest.mark.parametrize(
    "also", ["", "UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1"]
)
def test_a_deleted_row_has_all_of_it_read_at_once(office, also):
    office.declare({"column": "modifie_le", "lateness": "2 days", "deletions": "never"})
    office.run()
    office.change(f"DELETE FROM permis WHERE id = 5; {also}")
    office.run()
    assert "supprimées" in office.why_whole and office.same() and 5 not in office.online()


def test_a_deleted_row_beside_a_new_one_is_seen_by_the_next_run(office):
    office.change("DELETE FROM permis WHERE id = 5")
    office.change("INSERT INTO permis VALUES (205, 'a', 1, 'x', '2026-03-19')")
    office.run()
    assert office.why_whole == "" and {5, 205} <= office.online().keys()
    (told,) = (one for one in office.validated.findings if one.code == "lignes-en-ecart")
    assert str(told.message).startswith("1 ligne d'écart avec la source")
    office.run()
    assert "première" not in office.why_whole and office.extract.joined_to is None and office.same()


def test_a_row_that_came_too_late_is_seen_by_the_next_run(office):
    office.change("INSERT INTO permis VALUES (205, 'a', 1, 'x', '2026-03-02')")
    office.run()
    assert not office.extract.unchanged and 205 not in office.online()
    office.run()
    assert office.extract.joined_to is None and office.same()


def test_a_key_that_two_rows_have_closes_the_gate_of_the_next_run(office):
    office.change(office.forget_key)
    office.change("INSERT INTO permis VALUES (5, 'a', 1, 'x', '2026-03-19')")
    office.run()
    assert office.online()[5][0] == "a"
    with pytest.raises(ValidationGateClosed):
        office.run()


def test_rows_read_in_part_are_joined_though_nobody_knows_how_many_there_are(office, monkeypatch):
    read = ExtractReport.read
    monkeypatch.setattr(ExtractReport, "read", lambda *which: replace(read(*which), source_rows=None))
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    assert office.why_whole == "" and office.same()
    office.run()
    assert office.extract.joined_to is None, "and all is read next"


def test_another_base_has_all_of_it_read(office, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.watermark._compute_database_identity_digest", lambda *_: "une autre")
    office.run()
    assert "même base" in office.why_whole and office.same()


@pytest.mark.parametrize("newest", ["2026-03-20 09:05", "2026-03-20 10:30"])
def test_a_base_on_the_clock_of_utc_hides_nothing_behind_a_row_of_a_moment_to_come(office, newest):
    """The city's clock is an hour before it."""
    office.declare({"column": "modifie_le", "lateness": "1 hour", "full_every": "7 days"})
    office.change(f"UPDATE permis SET modifie_le = '{newest}' WHERE id = 1")
    office.run()
    office.now += timedelta(minutes=30)
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-20 09:15' WHERE id = 2")
    office.run()
    assert office.online()[2][0] == "b"


def test_a_changed_key_is_a_deletion_and_a_new_row(office):
    office.change("UPDATE permis SET id = 205, modifie_le = '2026-03-19' WHERE id = 5")
    office.run()
    assert office.why_whole == "" and {5, 205} <= office.online().keys()
    office.run()
    assert office.same()


def test_a_row_that_the_query_no_longer_gives_is_a_deletion(office):
    (office.desk.include / "sql/permis.sql").write_text("SELECT * FROM permis WHERE nature <> 'annulé'\n")
    office.run()
    office.change("UPDATE permis SET nature = 'annulé', modifie_le = '2026-03-19' WHERE id = 5")
    office.run()
    assert 5 not in office.online()


def test_a_row_that_says_nothing_of_when_is_read_each_time(office):
    office.change("UPDATE permis SET nature = 'a', modifie_le = NULL WHERE id = 1")
    office.run()
    assert (office.why_whole, office.extract.rows, office.online()[1][0]) == ("", 50, "a")
    office.change("UPDATE permis SET nature = 'b' WHERE id = 1")
    office.run()
    assert (office.why_whole, office.extract.rows, office.online()[1][0]) == ("", 50, "b")


@pytest.mark.parametrize(
    "backward",
    [
        "DELETE FROM permis WHERE id = 100",
        rarely("UPDATE permis SET modifie_le = '2026-03-02' WHERE id > 90"),
        "UPDATE permis SET modifie_le = '2025-01-01'",
        "UPDATE permis SET modifie_le = NULL WHERE id > 1",
    ],
)
def test_a_clock_that_goes_backwards_has_all_of_it_read_at_once(office, backward):
    office.change("UPDATE permis SET nature = 'a' WHERE id < 10")
    office.change(backward)
    office.run()
    assert "la plus récente" in office.why_whole and office.extract.joined_to is None
    assert office.same() and SECRET not in office.why_whole


def test_a_row_of_a_day_to_come_hides_nothing(office):
    office.change("UPDATE permis SET modifie_le = '2999-01-01' WHERE id = 1")
    office.change(office.endless)
    office.run()
    for day in (20, 21, 22):
        office.now = datetime(2026, 3, day, 20, tzinfo=UTC)
        office.change(
            f"UPDATE permis SET nature = '{day}', modifie_le = '2026-03-{day} 12:00' WHERE id = {day}"
        )
        office.run()
        assert office.why_whole == "" and office.extract.rows <= 5
        assert office.online()[day][0] == str(day)


@pytest.mark.parametrize(
    "clock, changed",
    [
        ("timestamptz", "2026-03-19 10:00+05"),
        ("date", "2026-03-19"),
        rarely("timestamp(0)", "2026-03-19 10:00"),
    ],
)
def test_any_clock_of_the_base(office, clock, changed):
    office.change(f"ALTER TABLE permis ALTER modifie_le TYPE {clock}")
    office.declare(title="Sur une autre horloge")
    (office.desk.include / "sql/permis.sql").write_text("SELECT * FROM permis -- relue\n")
    office.run()
    assert "déclaration" in office.why_whole
    office.run()
    assert office.extract.unchanged, office.extract
    office.change(f"UPDATE permis SET nature = 'a', modifie_le = '{changed}' WHERE id < 3")
    office.run()
    assert (office.why_whole, office.same()) == ("", True)
    office.run()
    assert office.extract.unchanged and office.extract.rows == 2


def test_a_column_that_is_no_clock_has_all_of_it_read_each_time(office):
    office.declare({**WATERMARK, "column": "nature"})
    office.run()
    office.change("UPDATE permis SET nature = 'a' WHERE id < 3")
    office.run()
    assert "« nature »" in office.why_whole and office.same()


# --- what asks for all of it --------------------------------------------------------------------------------


def test_another_declaration_has_all_of_it_read(office):
    office.change("ALTER TABLE permis ADD etage int DEFAULT 3")
    office.declare(
        columns={
            **dict.fromkeys(("id", "nature", "surface", "etage"), "publish"),
            "agent": "drop",
            "modifie_le": "drop",
        },
        fields=[*FIELDS, {"name": "etage", "type": "integer"}],
    )
    office.run()
    assert "déclaration" in office.why_whole and len(office.online()) == 100
    office.change("UPDATE permis SET etage = 4, modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    assert office.why_whole == "" and office.same()


def test_another_key_has_all_of_it_read(office):
    office.declare(key=["nature"])
    office.run()
    assert "déclaration" in office.why_whole
    office.change("UPDATE permis SET id = 300, modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    assert office.why_whole == "" and office.same()


def test_a_column_that_nobody_declared_closes_the_gate_as_ever(office):
    office.change("ALTER TABLE permis ADD nom_du_demandeur text")
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    with pytest.raises(AqueducError, match="nom_du_demandeur"):
        office.run()
    assert "type" in office.why_whole and office.online()[1][0] == "nature 1"


def test_another_program_has_all_of_it_read(office, monkeypatch):
    monkeypatch.setattr(Dataset, "software_version_and_code_digest", property(lambda _: "1.0 (code autre)"))
    office.run()
    assert "programme" in office.why_whole
    office.run()
    assert office.extract.unchanged


def test_what_a_person_took_off_has_all_of_it_read(office):
    mark_source_states_outdated(office.place.vault, "jeu")
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    assert office.why_whole and office.same()


def test_a_revision_that_was_put_online_again_is_not_joined_to(office):
    first = office.certificate["revision"]
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    office.run(restoration=RestorationOrder(first, "Jeanne Martin", "essai"))
    lift_restoration(office.dataset, office.desk.city, "fin", "Jeanne Martin", "essai", office.place)
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-19' WHERE id = 2")
    office.run()
    assert office.why_whole and office.same()


def test_a_published_file_that_is_gone_or_damaged_is_not_joined_to(office):
    (part,) = office.place.store.read_published_partitions("jeu")
    path = Path(office.place.store.url.removeprefix("file://")) / part.key
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data[:-1] + b"?")
    with pytest.raises(AqueducError, match="n'est plus celui"):
        office.run()
    path.write_bytes(data)
    office.run()
    assert "n'a pas abouti" in office.why_whole and office.same()
    (part,) = office.place.store.read_published_partitions("jeu")
    (path.parent.parent.parent / part.key).rename(path.with_name("ailleurs"))
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-19' WHERE id = 2")
    with suppress(AqueducError):  # the guards have nothing to compare with
        office.run()
    assert "n'est plus dans le dépôt" in office.why_whole


def test_an_objection_has_all_of_it_read_and_so_does_its_end(office):
    office.change("UPDATE permis SET nature = 'objet', modifie_le = '2026-03-19' WHERE id = 7")
    cells = ("objet",)
    new, order = build_personal_objection(["nature"], cells), ObjectionRequester("Jeanne Martin", "demande")
    record_objection(office.dataset, office.desk.city, "o1", new, cells, order, office.place)
    office.run()
    assert office.why_whole and 7 not in office.online()
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.run()
    assert "oppositions" in office.why_whole and 7 not in office.online()
    lift_objection(office.dataset, office.desk.city, "o2", 1, order, office.place)
    office.run()
    assert office.why_whole and office.same()
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-19' WHERE id = 2")
    office.run()
    assert (office.why_whole, office.same()) == ("", True)


def test_an_objection_that_comes_during_a_run_stops_it(office):
    """It designates a row that is not read again."""
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    stages = begin(office)
    next(stages)
    cells = ("nature 9",)
    new, order = build_personal_objection(["nature"], cells), ObjectionRequester("Jeanne Martin", "demande")
    record_objection(office.dataset, office.desk.city, "o1", new, cells, order, office.place)
    next(stages)
    with pytest.raises(ValidationGateClosed, match="réuni"):
        next(stages)
    office.run()
    assert office.why_whole and 9 not in office.online()


def test_a_declaration_that_changes_during_a_run_stops_it(office):
    """Each task reads it anew: what is published was made by the other."""
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    first = next(begin(office))
    assert first.report.joined_to
    run = Run("jeu", office.last)
    office.declare(
        columns={
            "id": "publish",
            "nature": {"truncate": 3},
            "surface": "publish",
            "agent": "drop",
            "modifie_le": "drop",
        }
    )
    stages = run_preparation_stages(office.dataset, run, office.place, first.handle)
    next(stages)
    with pytest.raises(ValidationGateClosed, match="réuni"):
        next(stages)
    office.run()
    assert office.why_whole and {one for one, _ in office.online().values()} == {"nat", "a"}


# --- runs that end otherwise --------------------------------------------------------------------------------


def begin(office: Office) -> Iterator[Any]:
    """The stages of a run before the publication, one by one."""
    office.last = f"essai-{next(office.runs)}"
    office.now += timedelta(minutes=10)
    return run_preparation_stages(office.dataset, Run("jeu", office.last), office.place)


def test_a_run_killed_between_publication_and_commit_leaves_the_former_mark(office):
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    before = office.place.store.read_current_revision_pointer("jeu")
    *_, validated = begin(office)
    publish_revision(
        office.dataset, office.desk.city, Run("jeu", office.last), validated.handle, office.place
    )
    assert office.place.store.read_current_revision_pointer("jeu") == before and office.same()
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2026-03-10' WHERE id = 2")
    office.run()
    assert office.why_whole and office.same(), "that of the 10th is before the mark that was never committed"
    office.change("UPDATE permis SET nature = 'c', modifie_le = '2026-03-19' WHERE id = 3")
    office.run()
    assert (office.why_whole, office.same()) == ("", True)


def test_a_run_killed_after_it_read_leaves_the_former_mark(office):
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    next(begin(office))
    office.run()
    assert "n'a pas abouti" in office.why_whole and office.same()


def test_a_refused_run_leaves_the_former_mark(office):
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.change("UPDATE permis SET nature = '', modifie_le = '2026-03-19' WHERE id = 2")
    office.declare(fields=[FIELDS[0], {"name": "nature", "constraints": {"required": True}}, FIELDS[2]])
    office.change("UPDATE permis SET nature = 'plein' WHERE id = 2")
    office.run()
    office.change("UPDATE permis SET nature = NULL, modifie_le = '2026-03-20 10:00' WHERE id = 2")
    before = office.online()
    with pytest.raises(ValidationGateClosed):
        office.run()
    assert office.why_whole == "" and office.online() == before
    office.change("UPDATE permis SET nature = 'ancien', modifie_le = '2026-03-18 10:00' WHERE id = 2")
    office.run()
    assert "n'a pas abouti" in office.why_whole and office.same()


def test_a_trial_leaves_no_trace(office):
    office.change("UPDATE permis SET nature = 'a', modifie_le = '2026-03-19' WHERE id = 1")
    office.run(dry_run=True)
    assert office.why_whole == "" and office.online()[1][0] == "nature 1"
    office.run()
    assert office.why_whole == "" and office.same()


# --- the gates judge the whole ------------------------------------------------------------------------------


def test_a_value_that_must_be_unique_is_compared_with_those_not_read(office):
    office.declare(fields=[FIELDS[0], {"name": "nature", "constraints": {"unique": True}}, FIELDS[2]])
    office.run()
    office.change("UPDATE permis SET nature = 'nature 9', modifie_le = '2026-03-19' WHERE id = 1")
    with pytest.raises(ValidationGateClosed) as caught:
        office.run()
    assert office.extract.joined_to and office.online()[1][0] == "nature 1"
    assert any("nature" in str(one) and not one.lines for one in caught.value.findings)


def test_a_reference_to_a_row_that_was_not_read_is_found(office):
    office.change("ALTER TABLE permis ADD suite int; UPDATE permis SET suite = 1 + id % 10")
    parent = {"fields": "suite", "reference": {"resource": "", "fields": "id"}}
    columns = dict.fromkeys(("id", "nature", "surface", "suite"), "publish")
    fields = [*FIELDS, {"name": "suite", "type": "integer"}]
    office.declare(columns={**columns, "agent": "drop", "modifie_le": "drop"}, fields=fields)
    office.desk.schema("jeu", fields, foreignKeys=[parent])
    office.run()
    office.change("UPDATE permis SET suite = 4, modifie_le = '2026-03-19' WHERE id = 50")
    office.run()
    assert office.why_whole == ""
    office.change("UPDATE permis SET suite = 999, modifie_le = '2026-03-19' WHERE id = 51")
    with pytest.raises(ValidationGateClosed):
        office.run()
    assert office.why_whole == ""


def test_personal_data_in_a_changed_row_closes_the_gate(office):
    office.change("UPDATE permis SET nature = '06 12 34 56 78', modifie_le = '2026-03-19' WHERE id = 1")
    with pytest.raises(ValidationGateClosed, match="personnelles"):
        office.run()
    assert office.extract.joined_to and office.online()[1][0] == "nature 1"
    scan = json.loads(office.place.store.read(f"runs/jeu/{office.last}/scan.json") or b"{}")
    assert scan["rows"] == 100, "the search is in all that would be published"


def test_the_guards_compare_the_whole(office):
    office.change(
        "INSERT INTO permis SELECT 1000 + i, 'n', 1, 'x', '2026-03-19' FROM generate_series(1, 300) AS t(i)"
    )
    office.declare(guards={"shift": "any", "grow": "100%"}, title="Avec une garde")
    with pytest.raises(ValidationGateClosed, match="retenu"):
        office.run()
    office.change("DELETE FROM permis WHERE id > 1000")
    office.run()
    office.change(
        "INSERT INTO permis SELECT 1000 + i, 'n', 1, 'x', '2026-03-19' FROM generate_series(1, 300) AS t(i)"
    )
    with pytest.raises(ValidationGateClosed, match="retenu"):
        office.run()
    assert office.why_whole == "" and office.validated.rows_in == 400


def test_few_rows_give_the_bytes_that_all_of_them_would(office):
    """Every kind of cell goes through the published file and is the same."""
    office.change(
        """
        DROP TABLE permis;
        CREATE TABLE permis AS SELECT i AS id, 'n°' || i AS nature, (i * 1.25)::numeric AS surface,
          (i / 7.0)::numeric(12, 4) AS exact, i / 3.0::float8 AS reel, i % 2 = 0 AS oui, date '2024-02-01' + i AS jour,
          timestamptz '2026-01-01 00:30+00' + i * interval '1 hour' AS instant, time '10:00' + i * interval '1 s' AS heure,
          json_build_array(i, NULL) AS liste, json_build_object('a', i) AS objet, CASE WHEN i % 3 = 0 THEN i END AS trou,
          to_char(date '2024-02-01' + i, 'DD/MM/YYYY') AS ecrit, replace((i / 4.0)::text, '.', ',') AS montant,
          CASE i % 2 WHEN 0 THEN 'oui' ELSE 'non' END AS dit, lpad(i::text, 5, '0') AS code, 2000 + i % 20 AS an,
          CASE WHEN i < 60 THEN timestamp '2026-03-01' ELSE '2026-03-18' END AS modifie_le
        FROM generate_series(1, 60) AS made(i)
        """
    )
    types = {
        "id": {"type": "integer"}, "nature": {}, "surface": {"type": "number"}, "exact": {"type": "number"},
        "reel": {"type": "number"}, "oui": {"type": "boolean"}, "jour": {"type": "date"},
        "instant": {"type": "datetime"}, "heure": {"type": "time"}, "liste": {"type": "array"},
        "objet": {"type": "object"}, "trou": {"type": "integer"}, "ecrit": {"type": "date", "format": "%d/%m/%Y"},
        "montant": {"type": "number", "decimalChar": ",", "constraints": {"pattern": "[0-9]+,[0-9]+"}},
        "dit": {"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
        "code": {"constraints": {"minLength": 5}}, "an": {"type": "year"},
    }  # fmt: skip
    office.declare(
        columns={**dict.fromkeys(types, "publish"), "modifie_le": "drop"},
        fields=[{"name": name, **of} for name, of in types.items()],
        title="Un autre jeu",
    )
    office.run(waivers=(GuardWaiver("shrink", "Jeanne Martin", "essai"),))
    office.change(
        "UPDATE permis SET surface = 3, exact = 1, montant = '7,5', modifie_le = '2026-03-19' WHERE id IN (4, 6)"
    )
    office.run()
    joined = office.validated
    assert office.why_whole == "" and (joined.rows_in, joined.carried) == (60, 57)
    office.run(force=True)
    assert office.extract.joined_to is None
    assert office.validated.output_sha256 == joined.output_sha256


@pytest.mark.parametrize(
    "how, said",
    [
        ({"full_every": "7 days"}, "7 jours après la dernière"),
        ({"deletions": "never"}, "n'est jamais supprimée"),
    ],
)
def test_whoever_signs_reads_what_is_not_read_again(office, how, said):
    dataset = office.declare({"column": "modifie_le", "lateness": "6 hours", **how})
    blocks = build_publication_explanation(dataset, office.desk.city, OpinionAndAgreementContext(NOW.date()))
    text = (
        render_explanation_html(blocks)
        .replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    text = html.unescape(text).replace("’", "'")
    assert said in text and "6 heures" in text and "reprises du fichier publié" in text
    statement = str(
        build_dpo_statement_sections(dataset, office.desk.city, OpinionAndAgreementContext(NOW.date()))
    )
    assert "une ligne supprimée à la source" in statement and "change chaque fois" in statement
    facts = [collect_dataset_facts(one, office.desk.city) for one in (dataset, office.declare(None))]
    assert "modifie_le" in facts[0]["Lignes modifiées"] and "Lignes modifiées" not in facts[1]
