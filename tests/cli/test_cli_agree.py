"""``agree``: nothing leaves before a person said yes; what is decided is theirs, and is asked again when it
changes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from typer.testing import CliRunner

from aqueduc.agreement import (
    AgreementRequest,
    build_agreement_request,
    record_agreement_decision,
    require_city_person_with_role,
    sign_statement_as_city_person,
)
from aqueduc.alert_queue import list_waiting_alerts
from aqueduc.alerts.recipients import find_recipients
from aqueduc.certify.officer import list_risk_shares
from aqueduc.certify.signature import generate_signing_key_pair, verify_dsse_envelope
from aqueduc.cli.app import app
from aqueduc.connections import EnvironmentConnections
from aqueduc.decisions import Decision
from aqueduc.declaration import Dataset, LoadedCity, load_city, load_dataset
from aqueduc.errors import DecisionRefused
from tests.cli.office import COLUMNS, Office, Said, nobody_in, open_office, people

PRIVATE, PUBLIC = generate_signing_key_pair()
OTHER, _public = generate_signing_key_pair()
KEY = {"AIRFLOW_CONN_DECISION": json.dumps({"conn_type": "generic", "password": PRIVATE})}
PEOPLE = {
    "jmartin": {"name": "Jeanne Martin", "roles": ["signatory"], "key": PUBLIC},
    "pdurand": {"name": "Paul Durand", "roles": ["operator"], "key": PUBLIC},
    "sansclef": {"name": "Sylvie Petit", "roles": ["signatory"]},
}
YES = ("--by", "jmartin", "--reason", "registre tenu à jour")
WAITS = "[accord-manquant] Ce jeu attend l'accord d'une personne"


class Prompt(Office):
    """The same commands, without a process for each."""

    def aqueduc(self, *arguments: str, **environment: str) -> Said:
        done = CliRunner().invoke(app, arguments, env={**self.environment, **environment})
        return Said(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_prompt(tmp_path)


def open_prompt(root: Path) -> Office:
    """Which publishes on a portal of its own, with the agreement of its officer."""
    made = Prompt(**open_office(root).__dict__)
    portal = {"type": "portal", "folder": str(root / "portail")}
    change_city(made, platforms={"portail": portal}, agreement="required", people=PEOPLE)
    return made


@pytest.fixture(scope="module")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose dataset was tried, where those who come change nothing."""
    made = open_prompt(tmp_path_factory.mktemp("undecided"))
    assert made.aqueduc("run", "jeu", "--dry-run").code == 0
    return made


def change_city(office: Office, **changes: Any) -> None:
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city.update(changes)
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")


def agree(office: Office, *arguments: str) -> Said:
    return office.aqueduc("agree", "jeu", *(arguments or YES), **KEY)


def plain(said: Said) -> str:
    """A text to sign without its typography, and without what Markdown escapes."""
    return said.out.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")


def published_columns(office: Office) -> list[str]:
    """At the address that never changes; none before anything is there."""
    file = office.desk.include.parent / "portail" / "jeux" / "jeu" / "jeu.csv"
    return file.read_text(encoding="utf-8").splitlines()[0].split(",") if file.exists() else []


def test_nothing_leaves_before_somebody_agrees(office: Office) -> None:
    for options in ((), ("--force",)):
        held = office.aqueduc("run", "jeu", *options)
        assert held.code == 1
        assert WAITS in held.err
        assert "personne n'a encore accordé la publication de ce jeu" in held.err
        assert "aqueduc agree jeu" in held.err
    assert published_columns(office) == []
    (alert,) = list_waiting_alerts(office.desk.place.store)
    assert (alert.kind, alert.subject, alert.audience) == ("agreement", "jeu", ("signatory",))

    given = agree(office)
    assert given.code == 0, given.all
    assert "Accordé par Jeanne Martin" in given.out
    assert office.aqueduc("run", "jeu").code == 0
    assert published_columns(office) == ["numero", "annee", "quartier", "montant"]
    (file, *_) = sorted((office.store / "datasets" / "jeu" / "ledger").glob("*.json"))
    entry = json.loads(file.read_text())
    assert verify_dsse_envelope(entry["envelope"], entry["decision"]["about"], [PUBLIC]) == "valid"
    certificate = office.desk.place.store.read_current_certificate("jeu")
    assert certificate is not None
    assert (certificate["agreement"]["by"], certificate["agreement"]["entry"]) == ("jmartin", file.name)
    said = {line["libelle"]: line["valeur"] for line in certificate["lecture"]}
    assert said["Accord exprès"].startswith("de Jeanne Martin (jmartin), par sa clé, le ")
    assert file.name in said["Accord exprès"]
    assert f"(registre : {file.name})" in plain(office.aqueduc("explain", "jeu"))
    assert office.aqueduc("verify", "jeu").code == 0
    assert nobody_in(given.all + json.dumps(entry))


def test_evidence_has_what_was_shown_to_who_agreed(office: Office, tmp_path: Path) -> None:
    office.aqueduc("run", "jeu", "--dry-run")
    assert agree(office).code == 0
    archive, days = tmp_path / "preuves.zip", ("--from", "2020-01-01", "--to", "2099-12-31")
    assert office.aqueduc("evidence", "jeu", *days, "--output", str(archive)).code == 0
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    (entry,) = [
        json.loads(data) for name, data in files.items() if "/ledger/" in name and name.endswith(".json")
    ]
    shown = entry["shown"]["request"]
    kept = files[f"depot/datasets/jeu/requests/{shown}.json"]
    assert hashlib.sha256(kept).hexdigest() == shown
    assert "Le risque mesuré" in json.loads(kept)["text"]
    assert nobody_in(kept.decode())


def test_the_city_says_which_role_agrees_and_whom_it_asks(office: Office) -> None:
    officer = {"name": "Aline Roche", "email": "a@ville.example", "roles": ["dpo"], "key": PUBLIC}
    change_city(office, people={**PEOPLE, "aroche": officer}, agreement_role="dpo", dpo="a@ville.example")
    assert WAITS in office.aqueduc("run", "jeu").err
    (alert,) = list_waiting_alerts(office.desk.place.store)
    (told,) = find_recipients(alert, office.desk.city, None) or ()
    assert (alert.audience, told.to) == (("dpo",), "a@ville.example")
    refused = agree(office)
    assert (refused.code, "Jeanne Martin n'a pas le rôle dpo" in refused.err) == (1, True)
    assert "demander à une personne qui l'a (aroche)" in refused.err
    assert "Accordé par Aline Roche" in agree(office, "--by", "aroche", "--reason", "ainsi déclaré").out
    assert office.aqueduc("run", "jeu").code == 0


def prepare_decision(
    office: Office, identified: Literal["key", "airflow"]
) -> tuple[Dataset, LoadedCity, AgreementRequest, Decision]:
    """What is asked after a dry run, and Jeanne Martin's agreement to it."""
    office.aqueduc("run", "jeu", "--dry-run")
    place = office.desk.place
    loaded = load_city(place.include)
    dataset = load_dataset(place.include / "datasets" / "jeu.yaml", loaded)
    request = build_agreement_request(dataset, loaded.city, place)
    at = place.clock().isoformat(timespec="seconds")
    given = Decision(
        "agreement", "jeu", True, request.about, "jmartin", identified, "motif", at, "Jeanne Martin"
    )
    return dataset, loaded, request, given


def test_what_was_signed_is_what_is_recorded(office: Office) -> None:
    """The signed envelope of a refusal agrees to nothing, nor does that of another dataset."""
    place = office.desk.place
    dataset, loaded, request, given = prepare_decision(office, "key")
    person = require_city_person_with_role(loaded.city, "jmartin")
    for other in (
        replace(given, agreed=False),
        replace(given, dataset="autre"),
        replace(given, reason="autre"),
    ):
        signed = sign_statement_as_city_person(
            person, request.about, other.to_json(), EnvironmentConnections(KEY)
        )
        with pytest.raises(DecisionRefused, match="n'est pas signée de la clé de Jeanne Martin"):
            record_agreement_decision(dataset, loaded.city, "essai", request, given, place, signed)
    assert WAITS in office.aqueduc("run", "jeu").err


def test_an_agreement_for_what_is_no_longer_declared_is_refused(office: Office) -> None:
    place = office.desk.place
    _dataset, loaded, request, given = prepare_decision(office, "airflow")
    office.declare(licence="odc-odbl")
    changed = load_dataset(place.include / "datasets" / "jeu.yaml", loaded)
    with pytest.raises(DecisionRefused) as refused:
        record_agreement_decision(changed, loaded.city, "essai", request, given, place)
    assert "n'est plus celle sur laquelle porte cette décision" in refused.value.what
    assert "jeu jeu" in str(refused.value.where) and "aqueduc agree jeu --show" in str(refused.value.remedy)
    assert list_agreements(office) == []


def list_agreements(office: Office) -> list[Path]:
    return sorted((office.store / "datasets" / "jeu" / "ledger").glob("*agreement*.json"))


def test_what_is_decided_is_read_first(office: Office) -> None:
    none = agree(office)
    assert none.code == 1
    assert "[decision-refusee] Aucune exécution n'a mesuré le risque de cette déclaration" in none.err
    assert "aqueduc run jeu --dry-run" in none.err
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
    shown = office.aqueduc("agree", "jeu", "--show")
    assert shown.code == 0
    for heading in ("Ce qui est demandé", "Le risque mesuré", "La fiche", "Ce qui sort"):
        assert f"## {heading}" in shown.out
    assert "C'est la première décision sur ce jeu" in shown.out
    assert "40 lignes lues" in shown.out
    read = office.aqueduc("agree", "jeu", "--show", "--json").json
    assert agree(office).code == 0
    (file,) = (office.store / "datasets" / "jeu" / "ledger").glob("*.json")
    entry = json.loads(file.read_text())
    assert {name: entry["shown"][name] for name in read["digests"]} == read["digests"]
    assert (office.store / "datasets" / "jeu" / "requests" / f"{entry['shown']['request']}.json").exists()
    assert nobody_in(shown.all)


def test_the_record_that_is_shown_is_the_one_that_is_published(office: Office) -> None:
    """But for what the day of the publication sets."""
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
    shown = plain(office.aqueduc("agree", "jeu", "--show"))
    place = office.desk.place
    loaded = load_city(place.include)
    dataset = load_dataset(place.include / "datasets" / "jeu.yaml", loaded)
    fiche = build_agreement_request(dataset, loaded.city, place).fiche
    assert agree(office).code == 0 and office.aqueduc("run", "jeu").code == 0
    portal = place.include.parent / "portail" / "jeux" / "jeu"
    period = f"{fiche['temporal_start']}/{fiche['temporal_end']}"
    assert any(period in page.read_text(encoding="utf-8") for page in portal.rglob("*.html"))
    assert str(fiche["temporal_start"]) in shown
    # A cell of the source, which is kept with what was shown.
    (request,) = (office.store / "datasets" / "jeu" / "requests").glob("*.json")
    assert str(fiche["temporal_start"]) in request.read_text(encoding="utf-8")
    assert "hors les dates extrêmes et l'emprise que la fiche" in plain(office.aqueduc("explain", "jeu"))
    assert not [name for name in fiche if name.endswith(("_publication_date", "_modification_date", "_head"))]


def test_groups_have_no_line_where_none_are_made() -> None:
    risk = {"before": None, "after": None, "unique": 0.5}
    names = [name for name, *_ in list_risk_shares({"k": None, "unit": (), "risk": risk})]
    assert names == ["Lignes uniques", "Corrélation (non mesurée)", "Inférence (non mesurée)"]


def test_only_what_matters_is_asked_again(office: Office) -> None:
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
    assert agree(office).code == 0
    assert office.aqueduc("run", "jeu").code == 0
    office.declare(keywords=["essai"], title="Un autre titre", description="Corrigé.")
    assert office.aqueduc("run", "jeu").code == 0, "a keyword asks nobody"

    office.declare(columns={**COLUMNS, "montant": {"round": 10}})
    held = office.aqueduc("run", "jeu", "--force")
    assert held.code == 1
    assert WAITS in held.err and "a changé sur le fond depuis que Jeanne Martin l'a accordée" in held.err
    assert "Colonne « montant » :" in held.err and "(auparavant : " in held.err
    assert "montant" in published_columns(office), "what is online stays"
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
    assert "Colonne « montant » :" in plain(office.aqueduc("agree", "jeu", "--show"))
    assert "aucun n'est en vigueur pour cette déclaration" in plain(office.aqueduc("explain", "jeu"))
    assert agree(office).code == 0
    assert office.aqueduc("run", "jeu").code == 0


def test_a_refusal_holds_until_a_later_agreement(office: Office) -> None:
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
    assert agree(office).code == 0
    assert office.aqueduc("run", "jeu").code == 0
    revision = office.aqueduc("restore", "jeu", "--json").json["current"]
    refused = agree(office, *YES, "--refuse")
    assert refused.code == 0 and "Refusé par Jeanne Martin" in refused.out
    office.drop(people(80))
    for arguments in (
        ("run", "jeu"),
        ("run", "jeu", "--force"),
        ("restore", "jeu", "--revision", revision, "--by", "jmartin", "--reason", "essai"),
    ):
        held = office.aqueduc(*arguments, **KEY)
        assert held.code == 1
        assert "Jeanne Martin a refusé la publication de ce jeu le" in held.err
        assert "(registre tenu à jour)" in held.err
    assert office.desk.place.store.read_restoration_mark("jeu") is None, "nothing was begun"
    said = plain(office.aqueduc("explain", "jeu"))
    assert "accord exprès avant publication : refusé par Jeanne Martin, le " in said
    assert (
        "(motif : registre tenu à jour ; registre : " in said
        and "jusqu'à un accord, Aqueduc n'en publie" in said
    )
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0, "the officer still reads the risk"
    assert "refusé par Jeanne Martin, le " in plain(office.aqueduc("agree", "jeu", "--show"))
    assert "Essai : validé ; rien n'est parti vers la plateforme." in office.aqueduc("report", "jeu").out
    assert agree(office).code == 0
    assert office.aqueduc("run", "jeu").code == 0
    entries = office.aqueduc("verify", "jeu")
    assert entries.code == 0, entries.all


@pytest.mark.parametrize(
    "by, key, words",
    [
        ("inconnu", PRIVATE, ("Personne n'est déclaré sous le nom « inconnu »", "compte Airflow")),
        ("pdurand", PRIVATE, ("Paul Durand n'a pas le rôle signatory", "jmartin, sansclef")),
        ("sansclef", PRIVATE, ("Aucune clé publique n'est inscrite pour Sylvie Petit", "aqueduc key signing")),
        ("jmartin", OTHER, ("n'est pas celle de Jeanne Martin", "dont « key: » de cette personne")),
        ("jmartin", "rien", ("n'est pas une clé Ed25519 au format PEM",)),
        ("jmartin", "", ("La connexion « decision » n'est pas configurée", "AIRFLOW_CONN_DECISION")),
    ],
)  # fmt: skip
def test_who_may_not_decide_decides_nothing(
    undecided: Office, by: str, key: str, words: tuple[str, ...]
) -> None:
    known = {"AIRFLOW_CONN_DECISION": json.dumps({"conn_type": "generic", "password": key})} if key else {}
    said = undecided.aqueduc("agree", "jeu", "--by", by, "--reason", "essai", **known)
    assert said.code == 1
    for word in words:
        assert word in said.err
    assert "PRIVATE KEY" not in said.all.replace("BEGIN PRIVATE KEY", "").replace("END PRIVATE KEY", "")
    assert not (undecided.store / "datasets" / "jeu" / "ledger").exists()
    assert undecided.aqueduc("run", "jeu").code == 1


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((), '--by PERSONNE --reason "…"'),
        (("--by", "jmartin"), '--by PERSONNE --reason "…"'),
        (("--by", "jmartin", "--reason", "  "), '--by PERSONNE --reason "…"'),
    ],
)
def test_what_makes_no_sense_is_said(office: Office, arguments: tuple[str, ...], words: str) -> None:
    said = office.aqueduc("agree", "jeu", *arguments, **KEY)
    assert said.code == 2 and words in said.err
    unknown = office.aqueduc("agree", "jen", *YES, **KEY)
    assert unknown.code == 2 and "Peut-être : jeu" in unknown.err


def test_a_guard_is_waived_by_a_person_whose_key_proves_it(office: Office) -> None:
    change_city(office, agreement="none")
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    office.drop(people(40))
    waive = ("run", "jeu", "--waive", "shrink", "--reason", "abattage annoncé", "--by")
    typed = office.aqueduc(*waive, "Jeanne Martin", **KEY)
    assert typed.code == 1 and "Personne n'est déclaré sous le nom « Jeanne Martin »" in typed.err
    none = office.aqueduc(*waive, "pdurand")
    assert none.code == 1 and "AIRFLOW_CONN_DECISION" in none.err
    waived = office.aqueduc(*waive, "pdurand", **KEY)
    assert waived.code == 0, waived.all
    certificate = office.desk.place.store.read_current_certificate("jeu")
    assert certificate is not None
    said = {line["libelle"]: line["valeur"] for line in certificate["lecture"]}
    assert said["Garde levée : lignes en moins"].startswith(
        "au nom de : Paul Durand (pdurand) (par sa clé) ; motif : "
    )


def test_a_mark_without_its_entry_opens_nothing(office: Office) -> None:
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
    assert agree(office).code == 0
    folder = office.store / "datasets" / "jeu"
    (entry,) = (folder / "ledger").glob("*.json")
    whole = entry.read_bytes()
    entry.write_bytes(whole.replace(b"registre tenu", b"registre vide"))
    held = office.aqueduc("run", "jeu")
    assert held.code == 1
    assert "n'est pas dans le registre de ce jeu tel qu'il y a été écrit" in held.err
    assert entry.name in held.err and "aqueduc verify jeu" in held.err
    entry.write_bytes(whole)
    mark = json.loads((folder / "agreement.json").read_text())
    (folder / "agreement.json").write_text(json.dumps({**mark, "entry": "", "sha256": ""}))
    assert office.aqueduc("run", "jeu").code == 1, "who died while deciding left it closed"
    assert agree(office).code == 0
    assert office.aqueduc("run", "jeu").code == 0


def test_an_older_mark_put_back_undoes_no_refusal(office: Office) -> None:
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
    assert agree(office).code == 0
    mark = office.store / "datasets" / "jeu" / "agreement.json"
    agreed = mark.read_bytes()
    assert agree(office, *YES, "--refuse").code == 0
    mark.write_bytes(agreed)
    held = office.aqueduc("run", "jeu")
    assert held.code == 1 and "n'est pas dans le registre de ce jeu tel qu'il y a été écrit" in held.err
    assert not list((office.desk.include.parent / "portail").rglob("jeu.csv"))


def test_a_city_that_asks_for_none_says_so(office: Office) -> None:
    change_city(office, agreement="none")
    assert office.aqueduc("run", "jeu").code == 0
    certificate = office.desk.place.store.read_current_certificate("jeu")
    assert certificate is not None
    said = {line["libelle"]: line["valeur"] for line in certificate["lecture"]}
    assert said["Accord exprès"] == "recueilli par la Ville hors d'Aqueduc (city.yaml : « agreement: none »)"
    text = plain(office.aqueduc("explain", "jeu"))
    assert "la Ville le recueille hors d'Aqueduc (réglage de city.yaml)" in text
    asked = agree(office)
    assert asked.code == 2 and "agreement: none" in asked.err
