"""What the catalogue of pages is made of: a row a dataset, written by what changes it, read again only then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from aqueduc.language import _, use_language
from aqueduc.overview import FOLDER, DatasetOverview, OverviewReader, compact_overview, update_overview_row
from aqueduc.store import Store
from tests.cli.office import Office, nobody_in, open_office, people

WHO = ("--by", "Jeanne Martin", "--reason", "demande du service", "--requester", "Direction des essais")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Which publishes on a portal of its own."""
    made = open_office(tmp_path)
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(tmp_path / "portail")}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return made


def row(office: Office) -> DatasetOverview:
    return OverviewReader(office.desk.place.store).read()["jeu"]


def test_what_happens_to_a_dataset_shows_in_its_row(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    first = row(office)
    assert (first.state, first.rows, first.trend, first.title) == ("published", 80, (80,), "Jeu d'essai")
    assert first.published_at == first.looked_at and first.smallest_class == 20

    assert office.aqueduc("run", "jeu").code == 0
    second = row(office)
    assert second.published_at == first.published_at and second.looked_at >= first.looked_at
    assert second.trend == (80,), "an unchanged source is no publication"

    office.drop(people(20))
    assert office.aqueduc("run", "jeu").code == 1
    held = row(office)
    assert (held.state, held.rows) == ("held", 80), "what is online is what it was"
    assert "retenu" in held.format_state_reason() and "shrink" in held.format_state_remedy()
    assert nobody_in(str(held))

    withdrawn = office.aqueduc("withdraw", "jeu", *WHO)
    assert withdrawn.code == 0, withdrawn.all
    assert row(office).state == "withdrawn"
    lifted = office.aqueduc("withdraw", "jeu", "--lift", *WHO[:4])
    assert lifted.code == 0, lifted.all
    assert row(office).state == "waiting"
    with use_language("en"):
        assert "comes back with the next publication" in row(office).format_state_reason()


def test_a_reader_reads_again_only_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aqueduc.overview.JUST_NOW", -timedelta(days=1))
    store = Store(tmp_path.as_uri())
    for name in ("a", "b"):
        update_overview_row(store, name, state="held", reason=_("Rien ne reste à publier."))
    reader = OverviewReader(store)
    assert set(reader.read()) == {"a", "b"}
    asked: list[str] = []
    read_json = store.read_json
    monkeypatch.setattr(store, "read_json", lambda key: asked.append(key) or read_json(key))
    assert reader.read()["a"].state == "held" and asked == []
    store.delete(f"{FOLDER}/a.json")
    assert set(reader.read()) == {"b"}


def test_a_new_server_reads_all_rows_in_few_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path.as_uri())
    for name in ("a", "b", "c"):
        update_overview_row(store, name, title=f"Jeu {name}", state="published")
    monkeypatch.setattr("aqueduc.overview.JUST_NOW", timedelta(0))
    compact_overview(store)
    update_overview_row(store, "b", state="held")
    read, ask = list[str](), store.read

    def count(key: str) -> bytes | None:
        read.append(key)
        return ask(key)

    monkeypatch.setattr(store, "read", count)
    rows = OverviewReader(store).read()
    assert read == ["overview.json", "overview/b.json"]
    assert {name: row.state for name, row in rows.items()} == {
        "a": "published",
        "b": "held",
        "c": "published",
    }
    store.delete("overview/c.json")
    assert set(OverviewReader(store).read()) == {"a", "b"}
