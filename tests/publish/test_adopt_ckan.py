"""Records that people made on the sandbox's CKAN are taken over: ids, addresses and what nobody declared stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from aqueduc.errors import PlatformRequestRejection
from sandbox.region import Region
from tests.publish.adopting import (
    PERSON,
    Adoption,
    csv_text,
    geojson_text,
    list_questions,
    open_adoption_office,
    people_text,
    places_text,
)
from tests.publish.publishing import HTTP
from tests.publish.showcase import served

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]


@dataclass
class Hand:
    """Somebody of the city who makes records in CKAN's pages. ``made``: the names of the records."""

    region: Region
    tail: str = field(default_factory=lambda: uuid4().hex[:8])
    made: list[str] = field(default_factory=list)

    def action(self, action: str, *, files: dict[str, Any] | None = None, **data: Any) -> Any:
        sent = {"data": data, "files": files} if files else {"json": data}
        answer = HTTP.post(
            f"{self.region.url}/api/3/action/{action}", headers={"Authorization": self.region.token}, **sent
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def record(self, name: str, title: str, **fields: Any) -> str:
        """Its name, which no other test has."""
        slug = f"{name}-{self.tail}"
        base = {"owner_org": self.region.organisation, "private": False, "notes": f"Ce que contient {name}."}
        self.action("package_create", name=slug, title=title, **{**base, **fields})
        self.made.append(slug)
        return slug

    def file(self, record: str, filename: str, data: bytes, **fields: Any) -> str:
        upload = {"upload": (filename, data, "application/octet-stream")}
        made = self.action("resource_create", package_id=record, files=upload, **{"name": filename, **fields})
        return str(made["id"])

    def link(self, record: str, url: str, **fields: Any) -> str:
        return str(
            self.action("resource_create", package_id=record, url=url, **{"name": "Lien", **fields})["id"]
        )

    def show(self, record: str) -> dict[str, Any]:
        found: dict[str, Any] = self.action("package_show", id=record)
        return found

    def wipe(self) -> None:
        for name in self.made:
            HTTP.post(
                f"{self.region.url}/api/3/action/dataset_purge",
                json={"id": name},
                headers={"Authorization": self.region.admin_token},
            )


@pytest.fixture
def hand(region: Region) -> Iterator[Hand]:
    made = Hand(region)
    yield made
    made.wipe()


@pytest.fixture
def city(tmp_path: Path, region: Region) -> Adoption:
    return open_adoption_office(tmp_path, region.environment())


FULL: dict[str, Any] = {
    "license_id": "odc-odbl",
    "frequency": "monthly",
    "granularity": "iris",
    "author": "Direction des espaces verts",
    "maintainer_email": "arbres@ville.example",
    "tags": [{"name": "arbre"}, {"name": "ville verte"}],
    "groups": [{"name": "environnement-et-climat"}],
    "extras": [{"key": "projet", "value": "plan arbres"}],
}


def test_a_record_is_drafted_with_all_that_it_says_and_taken_over(hand: Hand, city: Adoption) -> None:
    name = hand.record("arbres", "Arbres « d'alignement », l'été", **FULL)
    data = csv_text(30).encode()
    kept = hand.file(name, "Arbres 2026.csv", data, format="CSV", description="À la main")
    notice = hand.file(name, "notice.pdf", b"%PDF-1.4 notice", format="PDF")
    before = hand.show(name)

    said = city.adopt(name)
    assert said.code == 0, said.all
    document = city.document(name)
    assert (document["title"], document["owner"]) == ("Arbres « d'alignement », l'été", FULL["author"])
    assert (document["licence"], document["cadence"], document["theme"]) == ("odc-odbl", "monthly", "ENVI")
    assert (document["granularity"], document["contact"]) == ("iris", "arbres@ville.example")
    assert document["keywords"] == ["arbre", "ville verte"]
    assert document["publish"]["adopts"] == {"datasud": {"record": before["id"], "resources": {"csv": kept}}}
    assert f"notice.pdf (PDF, {notice}) : restera telle quelle" in city.text(name)
    assert "Lieu dit" not in city.text(name) + said.all

    refused = city.check(name)
    assert refused.code == 1
    first, *others = list_questions(refused)
    assert first.startswith("d'où viennent ces lignes ? Écrire ici la source de la Ville")
    assert others == ["cette colonne peut-elle désigner une personne ? — drop | publish"]

    city.drop("arbres.csv", data)
    city.decide(name, {"file": "depot", "path": "arbres.csv"}, libellé="publish")
    assert city.check(name).code == 0, city.check(name).all
    told = city.office.aqueduc("diff", name)
    assert "Nouvelle fiche" not in told.out and "reprise, avec ses ressources" in told.out
    assert hand.show(name) == before, "neither the draft nor the difference writes there"
    city.publish(name)

    after = hand.show(name)
    for same in (
        "id",
        "name",
        "title",
        "license_id",
        "frequency",
        "granularity",
        "private",
        "url",
        "version",
    ):
        assert after.get(same) == before.get(same), same
    assert [one["name"] for one in after["tags"]] == ["arbre", "ville verte"]
    assert {"key": "projet", "value": "plan arbres"} in after["extras"]
    csv, pdf = after["resources"]
    was_csv, was_pdf = before["resources"]
    assert (csv["id"], csv["url"]) == (was_csv["id"], was_csv["url"])
    assert csv["name"] == f"{before['title']} (CSV)", "rewritten, as the guide says; its description too"
    assert was_csv["description"] == "À la main" not in csv["description"]
    assert pdf == was_pdf, "what is not declared is left as it is"
    assert HTTP.get(was_csv["url"]).content.count(b"\n") == 31
    again = city.office.aqueduc("diff", name)
    assert "Rien ne changerait" in again.out
    assert "déjà déclarée" in city.adopt().out


def yearly_text(year: int) -> bytes:
    rows = (f"{year}{rank:02},{year}-0{1 + rank % 9}-01,Bassin {rank}" for rank in range(6))
    return "\n".join(("numero,posee_le,nom", *rows, "")).encode()


def test_a_record_of_one_file_a_year_keeps_each_resource_and_its_first_day(
    hand: Hand, city: Adoption
) -> None:
    issued = [{"key": "issued", "value": "2019-05-06"}]
    name = hand.record("bassins", "Bassins", license_id="lov2", frequency="weekly", extras=issued)
    years = {
        year: hand.file(name, f"bassins-{year}.csv", yearly_text(year), format="CSV") for year in (2023, 2024)
    }
    assert city.adopt(name).code == 0
    assert "écrire « slices: {2024: {csv: identifiant}, …} »" in " ".join(
        line.strip().lstrip("# ") for line in city.text(name).splitlines()
    )

    head, *rows = yearly_text(2023).splitlines()
    city.drop("bassins.csv", b"\n".join((head, *rows, *yearly_text(2024).splitlines()[1:], b"")))
    city.decide(name, {"file": "depot", "path": "bassins.csv"}, nom="publish", theme="ENVI")
    document = city.document(name)
    kept = {"slices": {str(year): {"csv": identifier} for year, identifier in years.items()}}
    document["publish"]["split"] = {"by": "posee_le", "per": "year"}
    document["publish"]["adopts"]["datasud"] |= kept
    write_declaration(city, name, document)
    refused = "\n".join(city.refusals(name))
    assert (
        "« resources: » nomme les ressources d'un jeu en un fichier" in refused and "« slices: »" in refused
    )
    del document["publish"]["adopts"]["datasud"]["resources"]
    write_declaration(city, name, document)
    assert city.refusals(name) == []

    told = city.office.aqueduc("check", f"include/datasets/{name}.yaml", "--connect")
    assert told.code == 0, told.all
    assert "la fiche à reprendre est là, avec ses ressources" in " ".join(told.all.split())
    city.publish(name)
    after = hand.show(name)
    assert {one["id"]: one["slice"] for one in after["resources"]} == {
        identifier: str(year) for year, identifier in years.items()
    }
    texts = {one["slice"]: served_text(one) for one in after["resources"]}
    assert all(texts[str(year)].count(f"{year}-") == 6 for year in years)
    extras = {one["key"]: one["value"] for one in after.get("extras") or ()}
    day = after.get("dataset_publication_date") or extras["dataset_publication_date"]
    assert (day, extras.get("issued", "2019-05-06")) == ("2019-05-06", "2019-05-06")
    assert "Rien ne changerait" in city.office.aqueduc("diff", name).out


def write_declaration(city: Adoption, name: str, document: dict[str, Any]) -> None:
    city.path(name).write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")


def served_text(resource: dict[str, Any]) -> str:
    return HTTP.get(resource["url"]).text


def test_what_is_to_be_taken_over_is_looked_for_by_check(hand: Hand, city: Adoption) -> None:
    name = hand.record("lampes", "Lampes", license_id="lov2", frequency="weekly")
    identifier = hand.file(name, "lampes.csv", csv_text(5).encode(), format="CSV")
    assert city.adopt(name).code == 0
    city.drop("lampes.csv", csv_text(5).encode())
    city.decide(name, {"file": "depot", "path": "lampes.csv"}, libellé="publish")
    hand.action("resource_delete", id=identifier)
    told = city.office.aqueduc("check", f"include/datasets/{name}.yaml", "--connect")
    assert told.code == 1
    said = " ".join(told.all.split())
    assert f"Ce que ce jeu doit reprendre n'est pas sur la plateforme : {identifier}" in said
    assert "relancer « aqueduc adopt --from datasud »" in said


def test_a_slice_that_the_dataset_has_not_is_said_before_anything_is_written(
    hand: Hand, city: Adoption
) -> None:
    name = hand.record("bancs", "Bancs", license_id="lov2", frequency="weekly")
    identifier = hand.file(name, "bancs.csv", yearly_text(2023), format="CSV")
    assert city.adopt(name).code == 0
    city.drop("bancs.csv", yearly_text(2023))
    city.decide(name, {"file": "depot", "path": "bancs.csv"}, nom="publish", theme="ENVI")
    document = city.document(name)
    document["publish"]["split"] = {"by": "posee_le", "per": "year"}
    document["publish"]["adopts"]["datasud"] = {
        "record": document["publish"]["adopts"]["datasud"]["record"],
        "slices": {"2019": {"csv": identifier}},
    }
    write_declaration(city, name, document)
    before = hand.show(name)
    with pytest.raises(PlatformRequestRejection) as refused:
        city.publish(name)
    assert "n'a pas les parties que « slices: » nomme : 2019" in str(refused.value)
    assert hand.show(name) == before


EIGHT: dict[str, dict[str, Any]] = {
    "marches_publics": {"title": "Marchés publics", "license_id": "notspecified", "frequency": "unknown"},
    "fontaines": {"title": "Fontaines", "license_id": "lov2", "frequency": "annual"},
    "ailleurs": {"title": "Servi ailleurs", "license_id": "lov2", "frequency": "continuously"},
    "ete": {"title": "Œuvres d'été à « l'Étang »", "license_id": "cc-by", "frequency": "weekly"},
    "prive": {"title": "Pas encore public", "private": True, "license_id": "lov2", "frequency": "daily"},
    "casse": {"title": "Fichier abîmé", "license_id": "lov2", "frequency": "daily"},
    "budgets": {"title": "Budgets", "license_id": "lov2", "frequency": "annual"},
    "inscrits": {"title": "Inscrits aux ateliers", "license_id": "lov2", "frequency": "monthly"},
}


@pytest.mark.end_to_end
def test_eight_records_are_taken_over(hand: Hand, city: Adoption, tmp_path: Path) -> None:
    names = {
        key: hand.record(key, said.pop("title"), **said)
        for key, said in ((k, dict(v)) for k, v in EIGHT.items())
    }
    files = {
        "marches_publics": csv_text(20, comma=";").encode("cp1252"),
        "fontaines": places_text(12).encode(),
        "ailleurs": csv_text(15).encode(),
        "ete": csv_text(9).encode(),
        "prive": csv_text(7).encode(),
        "casse": b"%PDF-1.7 \x00\x01\x02 ceci n'est pas un tableau",
        "budgets": csv_text(11).encode(),
        "inscrits": people_text(40).encode(),
    }
    kept: dict[str, str] = {}
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "ailleurs.csv").write_bytes(files["ailleurs"])
    with served(tmp_path / "web") as address:
        for key, name in names.items():
            if key == "ailleurs":
                kept[key] = hand.link(name, f"{address}/ailleurs.csv", format="CSV")
            else:
                kept[key] = hand.file(name, f"{key}.csv", files[key], format="CSV")
        geojson = hand.file(
            names["fontaines"], "fontaines.geojson", geojson_text(12).encode(), format="GeoJSON"
        )
        former = hand.file(names["budgets"], "budgets-2024.csv", csv_text(8).encode(), format="CSV")
        before = {key: hand.show(name) for key, name in names.items()}
        said = city.adopt(*names.values())
        assert said.code == 0, said.all
        assert PERSON not in said.all and "Lieu dit" not in said.all
        _check_the_drafts(city, names, kept, former)
        _answer(city, names, files)
        for name in names.values():
            assert city.refusals(name) == []
        assert hand.show(names["budgets"]) == before["budgets"]
        for name in names.values():
            city.publish(name)
        after = {key: hand.show(name) for key, name in names.items()}
    for key in names:
        _check_what_stays(before[key], after[key], kept[key])
    assert {one["id"] for one in after["fontaines"]["resources"]} == {kept["fontaines"], geojson}
    assert [one for one in after["budgets"]["resources"] if one["id"] == former] == [
        one for one in before["budgets"]["resources"] if one["id"] == former
    ]
    assert after["ailleurs"]["resources"][0]["url"] == before["ailleurs"]["resources"][0]["url"]
    assert after["prive"]["private"] is True


def _check_the_drafts(city: Adoption, names: dict[str, str], kept: dict[str, str], former: str) -> None:
    drafts = {key: city.document(name) for key, name in names.items()}
    assert drafts["marches_publics"]["licence"].startswith("à décider : la fiche dit « notspecified »")
    assert drafts["marches_publics"]["cadence"].startswith("à décider")
    assert '#   delimiter: ";"' in city.text(names["marches_publics"])
    assert "#   encoding: cp1252" in city.text(names["marches_publics"])
    assert drafts["ailleurs"]["cadence"].endswith("continuous | hourly")
    assert drafts["ailleurs"]["publish"]["mode"].startswith("à décider")
    assert drafts["prive"]["access"].endswith("same_organization | open")
    assert drafts["casse"]["columns"].startswith("à décider")
    assert "Illisible" in city.text(names["casse"])
    assert drafts["ete"]["title"] == "Œuvres d'été à « l'Étang »"
    assert drafts["budgets"]["publish"]["adopts"]["datasud"]["resources"]["csv"].endswith(
        f"{kept['budgets']} | {former}"
    )
    assert drafts["inscrits"]["columns"]["courriel"].startswith(("à décider", "drop"))


def _answer(city: Adoption, names: dict[str, str], files: dict[str, bytes]) -> None:
    files = {**files, "casse": csv_text(6).encode()}
    more = {"marches_publics": {"encoding": "cp1252", "delimiter": ";", "decimal": ","}}
    for key, name in names.items():
        city.drop(f"{key}.csv", files[key])
        answers = {"libellé": "publish", **({} if key == "prive" else {"licence": "lov2"})}
        if key == "casse":
            answers["columns"] = "{code: publish, libellé: publish, surface: publish, jour: publish}"
            city.write_schema(
                name, [{"name": one, "type": "string"} for one in ("code", "libellé", "surface", "jour")]
            )
        city.decide(name, {"file": "depot", "path": f"{key}.csv", **more.get(key, {})}, **answers)


def _check_what_stays(before: dict[str, Any], after: dict[str, Any], kept: str) -> None:
    for same in ("id", "name", "title", "private", "url", "version"):
        assert after.get(same) == before.get(same), same
    was = {one["id"]: one for one in before["resources"]}
    now = {one["id"]: one for one in after["resources"]}
    assert was.keys() <= now.keys()
    assert kept in now
    for identifier, one in was.items():
        assert now[identifier]["url"] == one["url"]
