"""Records that people made on a OneGeo Suite, where files are but links, are taken over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sandbox import onegeo as onegeo_of
from sandbox.onegeo import PASSWORD, USER, USERGROUP, OneGeo
from sandbox.onegeo.contract import FORMATS
from tests.publish.adopting import (
    PERSON,
    Adoption,
    csv_text,
    geojson_text,
    open_adoption_office,
    people_text,
)
from tests.publish.showcase import served
from tests.publish.test_publish_outlet import with_outlet

KNOWN = {name: key for key, name in FORMATS.items()}
COLUMNS = ("code", "libellé", "surface", "jour")
# The records whose link is kept, as one that Aqueduc holds; those whose file is not read, beside which ours are put.
LINKED = ("arbres", "marches_2024", "fontaines", "oeuvres")
UNREAD = ("ici", "cache", "abime")


@pytest.fixture
def site() -> Iterator[OneGeo]:
    with onegeo_of.serving() as there:
        yield there


@contextmanager
def open_city(root: Path, site: OneGeo) -> Iterator[tuple[Adoption, str]]:
    """The city, and the address of a web server of its own, where its files are."""
    connection = {"conn_type": "onegeo", "host": f"{site.url}/fr/", "login": USER, "password": PASSWORD}
    platforms = {"datasud": {"type": "onegeo", "connection": "datasud"}}
    made = open_adoption_office(root, {"AIRFLOW_CONN_DATASUD": json.dumps(connection)}, platforms)
    (root / "www").mkdir()
    with served(root / "www") as address:
        with_outlet(made.office.desk, root / "www", address)
        yield made, address


def make_record(site: OneGeo, codename: str, title: str, **fields: Any) -> int:
    said = {"codename": codename, "display_name": title, "usergroup": USERGROUP, "publish": True}
    base = {
        "description": f"Ce que contient « {title} ».",
        "tags": ["ville"],
        "last_update_date": "2026-01-05",
    }
    return int(site.create_dataset(USER, {**said, **base, **fields})["id"])


def add_link(site: OneGeo, record: int, name: str, href: str, kind: str = "CSV") -> int:
    shell = {
        "codename": f"main-{record}-{len(site.resources)}",
        "display_name": name,
        "usergroup_id": USERGROUP,
    }
    made = int(site.create_resource(USER, shell)["id"])
    site.add_link(USER, {"resource_id": made, "href": href, "dataformat_id": KNOWN[kind]}, file=True)
    site.attach(USER, {"resource_id": made, "dataset_id": record, "publish": True, "type": 1})
    return made


FILLED = {"license_id": "odc-odbl", "author_email": "sig@ville.example", "updateFrequency": "semiannual"}


@pytest.mark.end_to_end
def test_eight_records_are_taken_over(site: OneGeo, tmp_path: Path) -> None:
    with open_city(tmp_path, site) as (city, address):
        files = {
            "arbres": csv_text(14).encode(),
            "marches_2024": csv_text(20, comma=";").encode("cp1252"),
            "fontaines": csv_text(8).encode(),
            "ici": csv_text(6).encode(),
            "oeuvres": csv_text(9).encode(),
            "cache": csv_text(7).encode(),
            "abime": b"%PDF-1.7 \x00\x01 pas un tableau",
            "inscrits": people_text(40).encode(),
        }
        for name, data in files.items():
            (tmp_path / "www" / f"{name}.csv").write_bytes(data)
        (tmp_path / "www" / "fontaines.geojson").write_text(geojson_text(8))
        records = {
            name: make_record(
                site, "Marches_2024" if name == "marches_2024" else name, f"Jeu « {name} » de l'été"
            )
            for name in files
        }
        site.change_dataset(USER, records["cache"], {"publish": False})
        links = {name: f"{address}/{name}.csv" for name in files} | {"ici": f"{site.url}/fr/dl/ici.csv"}
        kept = {name: add_link(site, records[name], f"Fichier {name}", href) for name, href in links.items()}
        beside = add_link(site, records["fontaines"], "Carte", f"{address}/fontaines.geojson", "GeoJSON")
        site.filled["arbres"] = FILLED
        site.edited_by_hand()
        before = deepcopy((site.datasets, site.resources, site.attachments))
        said = city.adopt("--all")
        assert said.code == 0, said.all
        assert (site.datasets, site.resources, site.attachments) == before, "nothing is written there"
        assert PERSON not in said.all
        _check_the_drafts(city, records, kept)
        for name, data in files.items():
            _decide(city, name, csv_text(6).encode() if name == "abime" else data)
            assert city.refusals(name) == []
        for name in files:
            city.publish(name)
        datasets, resources, _attachments = before
        for name, record in records.items():
            after = site.datasets[record]
            for same in ("id", "codename", "display_name", "usergroup", "uuid"):
                assert after[same] == datasets[record][same], (name, same)
            assert after["publish"], "hidden until somebody wrote that it is open"
            if name != "inscrits":
                assert site.resources[kept[name]]["href"] == resources[kept[name]]["href"], name
        for name in files:
            _expect_only_what_is_declared_to_change(
                name, datasets[records[name]], site.datasets[records[name]]
            )
        # What the draft does not name is not touched: a link to the platform itself, and what cannot be read.
        for name in UNREAD:
            assert site.resources[kept[name]] == resources[kept[name]], name
            there = [one["resource"]["id"] for one in site.attached(records[name])]
            assert len(there) == 2 and there[0] == kept[name], "ours is put after what is there"
        for name in LINKED:
            assert site.resources[kept[name]] == {
                **resources[kept[name]],
                "display_name": f"{datasets[records[name]]['display_name']} (CSV)",
            }, "its name is rewritten, as the guide says"
        assert site.resources[beside] == resources[beside], "what is not declared is left as it is"
        assert len(site.attached(records["arbres"])) == 1, "the link is one resource, as before"
        assert links["inscrits"] not in {one["href"] for one in site.resources.values()}
        writes = len(site.attachments)
        for name in files:
            city.publish(name)
        assert (len(site.datasets), len(site.attachments)) == (len(records), writes)


def _expect_only_what_is_declared_to_change(name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Of a whole record: what the guide's « Ce qui change, ce qui reste » names, and nothing else."""
    expected = {**before}
    # How the dataset was prepared, below the description that stood there.
    assert after["description"].startswith(before["description"] + "\n\n## Comment ce jeu a été préparé\n")
    expected["description"] = after["description"]
    if name not in LINKED:
        # Files were put: the day is that of the run.
        assert after["last_update_date"] > before["last_update_date"]
        expected["last_update_date"] = after["last_update_date"]
    if name == "cache":
        # Somebody answered « access: open ».
        expected["publish"] = True
    assert after == expected, name


def _check_the_drafts(city: Adoption, records: dict[str, int], kept: dict[str, int]) -> None:
    drafts = {name: city.document(name) for name in records}
    assert (drafts["arbres"]["licence"], drafts["arbres"]["cadence"]) == ("odc-odbl", "twice-a-year")
    assert drafts["arbres"]["contact"] == "sig@ville.example"
    assert drafts["arbres"]["publish"]["adopts"]["datasud"] == {
        "record": str(records["arbres"]),
        "resources": {"csv": str(kept["arbres"])},
    }
    assert drafts["arbres"]["publish"]["mode"] == "index"
    assert drafts["marches_2024"]["licence"].startswith("à décider : la fiche ne dit pas de licence")
    assert "#   encoding: cp1252" in city.text("marches_2024")
    for name in UNREAD:
        assert drafts[name]["columns"].startswith("à décider"), name
        assert drafts[name]["publish"]["outlet"].endswith("— web")
        assert "resources" not in drafts[name]["publish"]["adopts"]["datasud"]
    assert drafts["cache"]["access"].endswith("same_organization | open")


def _decide(city: Adoption, name: str, data: bytes) -> None:
    """A link shows the source itself: whoever hides a column of it puts files of theirs instead."""
    city.drop(f"{name}.csv", data)
    more = {"encoding": "cp1252", "delimiter": ";", "decimal": ","} if name == "marches_2024" else {}
    answers = {"libellé": "publish", "licence": "lov2", "access": "open"}
    if 'columns: "à décider' in city.text(name):
        answers["columns"] = json.dumps(dict.fromkeys(COLUMNS, "publish"), ensure_ascii=False)
        city.write_schema(name, [{"name": one, "type": "string"} for one in COLUMNS])
    city.decide(name, {"file": "depot", "path": f"{name}.csv", **more}, **answers)
    if name == "inscrits":
        lines = [
            "  outlet: web" if line.startswith("  link: ") else line for line in city.text(name).split("\n")
        ]
        city.path(name).write_text("\n".join(lines), "utf-8")
