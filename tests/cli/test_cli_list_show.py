"""``list``, ``show``, ``version``: what is there, whatever state the declarations are in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from aqueduc import __version__
from aqueduc.certify.certificate import RowBalance, RunCertificate
from aqueduc.certify.history import describe_ledger_entry
from aqueduc.certify.ledger import append_ledger_entry
from tests.cli.office import Office


def published(
    office: Office,
    name: str,
    *,
    at: str = "2026-03-01T04:05:06+00:00",
    resources: tuple[dict[str, Any], ...] = (),
    proofs: tuple[dict[str, Any], ...] = (),
) -> str:
    """Puts a certified revision into the store, as the last stage does. Returns the certificate's key."""
    certificate = RunCertificate(
        dataset=name,
        title="Jeu d'essai",
        owner="Direction des essais",
        run="scheduled__1",
        window=None,
        fingerprint="f" * 64,
        revision="r" * 64,
        balance=RowBalance(40, 38, 1, 1),
        k=5,
        smallest_class=6,
        quasi_identifiers=("annee", "quartier"),
        bases=(),
        treatments=(),
        chain={},
        licence="lov2",
        access="public",
        platform="datasud",
        mode="upload",
        record_url=f"https://datasud.example/dataset/{name}",
        resources=resources,
        proofs=proofs,
        served_at=at,
        version=__version__,
    )
    store = office.desk.place.store
    key, link = append_ledger_entry(
        store, name, "scheduled__1", datetime.fromisoformat(at), certificate.to_json()
    )
    store.write_current_revision_pointer(
        name,
        {
            "dataset": name,
            "revision": "r" * 64,
            "parts": [],
            "certificate": key,
            "certificate_sha256": link.sha256,
            "published_at": at,
            "record_url": certificate.record_url,
        },
    )
    return key


def listed(office: Office) -> dict[str, dict[str, Any]]:
    return {line["dataset"]: line for line in office.aqueduc("list", "--json").json["datasets"]}


def test_every_dataset_is_listed_whatever_its_state(office: Office) -> None:
    office.desk.write("casse", 'title: "Sans fin\n')
    published(office, "jeu")
    published(office, "orphelin")
    with office.desk.place.store.lock("datasets/jeu", where="jeu jeu"):
        lines = listed(office)
    assert {name: line["state"] for name, line in lines.items()} == {
        "casse": "unreadable",
        "jeu": "declared",
        "orphelin": "undeclared",
    }
    assert lines["casse"]["title"] is None
    assert lines["jeu"]["published_at"] == lines["orphelin"]["published_at"] == "2026-03-01T04:05:06+00:00"
    assert lines["orphelin"]["record_url"] == "https://datasud.example/dataset/orphelin"


def test_the_list_is_read_by_people_too(office: Office) -> None:
    office.desk.write("casse", 'title: "Sans fin\n')
    published(office, "orphelin")
    said = office.aqueduc("list")
    assert said.code == 0
    lines = {line.split(" ", 1)[0]: line for line in said.out.splitlines() if line}
    assert "déclaration illisible" in lines["casse"]
    assert "publié, plus déclaré" in lines["orphelin"]
    assert "01/03/2026 05:05" in lines["orphelin"], "on the city's own clock"
    assert "toutes les semaines" in lines["jeu"]
    assert "jamais" in lines["jeu"]
    assert "Voir ce qui ne va pas : aqueduc check" in said.out
    assert "reste en ligne" in said.out


def test_the_list_in_english(office: Office) -> None:
    said = office.aqueduc("--lang", "en", "list")
    assert "weekly" in said.out
    assert "never" in said.out


def test_nothing_published_yet(office: Office) -> None:
    said = office.aqueduc("show", "jeu")
    assert said.code == 1
    assert "« jeu » n'a encore rien publié." in said.err
    document = office.aqueduc("show", "jeu", "--json")
    assert document.code == 1
    assert document.json == {
        "dataset": "jeu",
        "current": None,
        "certificate": None,
        "history": [],
        "writing": False,
        "restored": None,
        "withdrawn": None,
    }


def test_the_certificate_is_read_in_french(office: Office) -> None:
    published(office, "jeu")
    said = office.aqueduc("show", "jeu")
    assert said.code == 0
    for words in (
        "Lignes extraites",
        "40 lignes",
        "5 lignes, sur annee, quartier",
        "Licence",
        "état complet",
    ):
        assert words in said.out
    assert "01/03/2026 05:05  publié et certifié  (scheduled__1)" in said.out
    assert "interrompue" not in said.out


def test_a_publication_that_died_is_said(office: Office) -> None:
    published(office, "jeu")
    office.desk.place.store.mark_publication_in_progress(
        "jeu", "scheduled__2", datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert "a été interrompue" in office.aqueduc("show", "jeu").out
    assert office.aqueduc("show", "jeu", "--json").json["writing"] is True


def test_what_is_no_longer_declared_can_still_be_shown(office: Office) -> None:
    published(office, "orphelin")
    assert office.aqueduc("show", "orphelin").code == 0
    office.desk.write("casse", 'title: "Sans fin\n')
    published(office, "casse")
    assert office.aqueduc("show", "casse").code == 0


def test_what_a_program_reads(office: Office) -> None:
    key = published(office, "jeu")
    document = office.aqueduc("show", "jeu", "--json").json
    assert set(document) == {
        "dataset",
        "current",
        "certificate",
        "history",
        "writing",
        "restored",
        "withdrawn",
    }
    assert document["current"]["certificate"] == key
    assert document["certificate"]["balance"]["published"] == 38
    assert document["history"] == [
        {
            "kind": "certificate",
            "run": "scheduled__1",
            "at": "2026-03-01T04:05:06+00:00",
            "revision": "r" * 64,
        }
    ]


@pytest.mark.parametrize("arguments, wanted", [([], f"{__version__}\n"), (["--json"], None)])
def test_the_version(office: Office, arguments: list[str], wanted: str | None) -> None:
    said = office.aqueduc("version", *arguments)
    assert said.code == 0
    if wanted:
        assert said.out == wanted
    else:
        assert said.json == {"version": __version__}


def test_the_version_as_an_option(office: Office) -> None:
    said = office.aqueduc("--version")
    assert (said.code, said.out) == (0, f"{__version__}\n")


def test_where_each_value_comes_from(office: Office) -> None:
    document = office.aqueduc("show", "jeu", "--resolved", "--json").json
    assert set(document) == {"dataset", "environment", "values"}
    values = {one["key"]: one for one in document["values"]}
    assert values["title"]["origin"] == "file"
    assert values["title"]["file"] == "include/datasets/jeu.yaml"
    assert values["licence"] == {
        "key": "licence",
        "value": "lov2",
        "origin": "default",
        "file": "include/city.yaml",
        "line": values["licence"]["line"],
    }
    said = office.aqueduc("show", "jeu", "--resolved")
    assert said.code == 0
    [licence] = [line for line in said.out.splitlines() if line.startswith("licence ")]
    assert "défaut de la Ville, include/city.yaml" in licence


def test_the_environment_a_declaration_is_read_for(office: Office) -> None:
    city = office.desk.include / "city.yaml"
    text = city.read_text(encoding="utf-8")
    city.write_text(text + "environments:\n  recette:\n    cadence: daily\n", encoding="utf-8")
    for arguments, environment in (
        (["--environment", "recette"], {}),
        ([], {"AQUEDUC_ENVIRONMENT": "recette"}),
    ):
        said = office.aqueduc("show", "jeu", "--resolved", "--json", *arguments, **environment)
        assert said.code == 0, said.all
        assert said.json["environment"] == "recette"
        [cadence] = [one for one in said.json["values"] if one["key"] == "cadence"]
        assert (cadence["value"], cadence["origin"]) == ("daily", "environment")


def test_the_schemas_of_an_editor(office: Office) -> None:
    every = office.aqueduc("schema").json
    assert set(every) == {"dataset.schema.json", "columns.schema.json", "city.schema.json"}
    assert office.aqueduc("schema", "dataset", "--json").json == every["dataset.schema.json"]
    folder = office.folder / "schemas"
    said = office.aqueduc("schema", "--into", str(folder))
    assert (said.code, said.out) == (0, "")
    assert {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()} == every
    wrong = office.aqueduc("schema", "ville")
    assert wrong.code == 2
    assert "au choix : city, columns, dataset" in wrong.err


def test_each_entry_of_the_ledger_has_a_name() -> None:
    """« agreement » is no French."""
    for kind in (
        "certificate",
        "unchanged",
        "lifted",
        "withdrawal",
        "withdrawn",
        "withdrawal-lift",
        "hidden",
    ):
        assert str(describe_ledger_entry({"kind": kind})) != kind
    for kind, name in (("objection", "opposition enregistrée"), ("objection-lifted", "opposition levée")):
        assert str(describe_ledger_entry({"kind": kind})) == name
    for agreed, name in ((True, "publication accordée"), (False, "publication refusée")):
        assert str(describe_ledger_entry({"kind": "agreement", "decision": {"agreed": agreed}})) == name
