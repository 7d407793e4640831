"""What is agreed to: what changes the digest, in which words, and what changes neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.record.material import (
    collect_dataset_facts_under_agreement,
    describe_agreed_fact_changes,
    hash_declaration_parts_needing_agreement,
)
from tests.making import CITY, Desk, desk

COLUMNS: dict[str, Any] = {
    "quartier": "publish",
    "age": "publish",
    "nom": "drop",
    "secteur": {"generalise": {"hierarchy": "hierarchies/quartiers.csv", "level": 1}},
}
FIELDS = [{"name": "quartier", "type": "string"}, {"name": "age", "type": "integer"}, {"name": "secteur"}]
PRIVACY = {"quasi_identifiers": ["quartier", "age"], "k": 5}
SOUND: dict[str, Any] = {"columns": COLUMNS, "fields": FIELDS, "privacy": PRIVACY}
LADDER = "valeur;secteur\nMazarin;Centre\nJas;Ouest\n"


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    made = desk(tmp_path)
    (made.include / "hierarchies").mkdir()
    (made.include / "hierarchies" / "quartiers.csv").write_text(LADDER, encoding="utf-8")
    return made


def read(here: Desk, **changes: Any) -> tuple[str, dict[str, str]]:
    dataset = here.dataset(**{**SOUND, **changes})
    return (
        hash_declaration_parts_needing_agreement(dataset, here.city, here.include),
        collect_dataset_facts_under_agreement(dataset, here.city),
    )


def change_city(here: Desk, **changes: Any) -> None:
    path = here.include / "city.yaml"
    city = {**yaml.safe_load(path.read_text(encoding="utf-8")), **changes}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    "changes, label",
    [
        ({"columns": {**COLUMNS, "age": {"round": 10}}}, "Colonne « age »"),
        ({"columns": {**COLUMNS, "rue": "drop"}}, "Colonne « rue »"),
        ({"columns": {**COLUMNS, "quartier": {"publish": True, "basis": "CRPA, L. 1"}}}, "Colonne « quartier »"),
        ({"privacy": {**PRIVACY, "k": 6}}, "k-anonymat"),
        ({"privacy": {**PRIVACY, "unit": "nom"}}, "Unité comptée"),
        ({"privacy": {**PRIVACY, "quasi_identifiers": ["age"]}}, "Quasi-identifiants"),
        ({"licence": "odc-odbl"}, "Licence"),
        ({"access": "same_organization", "licence": "other-at"}, "Accès"),
        ({"source": {"file": "depot", "path": "autre.csv"}}, "Origine"),
        ({"source": {"file": "ailleurs", "path": "jeu.csv"}}, "Origine"),
        ({"guards": {"shrink": "50%"}}, "Gardes"),
        ({"processing": {"purpose": "essayer"}}, "Finalité"),
        ({"processing": {"persons": "les mineurs"}}, "Personnes concernées"),
        ({"reject_at_most": 0.5}, "Lignes fautives tolérées"),
        ({"fields": [FIELDS[0], {"name": "age", "type": "number"}, FIELDS[2]]}, "Schéma (SHA-256)"),
        ({"publish": {"mode": "upload", "platforms": ["datasud", "portail"]}}, "Plateforme « portail »"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_matters_changes_the_digest_and_is_told(here: Desk, changes: dict[str, Any], label: str) -> None:
    change_city(
        here, platforms={"datasud": {"type": "ckan", "connection": "datasud"}, "portail": {"type": "portal"}}
    )
    digest, facts = read(here)
    other, told = read(here, **changes)
    assert other != digest
    said = describe_agreed_fact_changes(facts, told)
    assert any(one.startswith(label) for one in said), said


def test_a_joined_table_is_agreed_on_and_what_it_holds_is_not(here: Desk) -> None:
    path = here.include / "references" / "quartiers.csv"
    path.parent.mkdir()
    path.write_text("quartier,canton\nJas,1\n", encoding="utf-8")
    columns = {**COLUMNS, "canton": "drop"}
    join = {"file": "references/quartiers.csv", "on": "quartier", "columns": ["canton"]}
    plain, _facts = read(here, columns=columns)
    digest, facts = read(here, columns=columns, join=join)
    assert digest != plain
    assert facts["Table jointe « references/quartiers.csv »"] == (
        "par quartier : « canton » ; lignes sans correspondance gardées"
    )
    other, told = read(here, columns=columns, join={**join, "unmatched": "reject"})
    assert other != digest
    assert describe_agreed_fact_changes(facts, told) == (
        "Table jointe « references/quartiers.csv » : par quartier : « canton » ; lignes sans correspondance rejetées "
        "(auparavant : par quartier : « canton » ; lignes sans correspondance gardées)",
    )
    computed, said = read(here, columns=columns, join=join, computed={"secteur": "upper(quartier)"})
    assert computed != digest and said["Colonne calculée « secteur »"] == "upper(quartier)"
    assert read(here, columns=columns, join=join, computed={"secteur": "lower(quartier)"})[0] != computed
    path.write_text("quartier,canton\nJas,2\n", encoding="utf-8")
    assert read(here, columns=columns, join=join) == (digest, facts)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Un autre titre"},
        {"description": "Une faute corrigée."},
        {"keywords": ["arbres"]},
        {"contact": "autre@ville.example"},
        {"owner": "Autre direction"},
        {"theme": "ENVI"},
        {"cadence": "monthly"},
        {"cadence": "at most 35 days"},
        {"publish": {"mode": "upload", "formats": ["csv", "parquet"]}},
        {"columns": dict(reversed(COLUMNS.items()))},
        {"fields": [{**FIELDS[0], "description": "Le quartier, expliqué."}, *FIELDS[1:]]},
    ],
    ids=lambda value: next(iter(value)),
)
def test_what_does_not_matter_asks_nobody(here: Desk, changes: dict[str, Any]) -> None:
    assert read(here)[0] == read(here, **changes)[0]


WAIVER = {
    "column": "quartier",
    "kind": "address",
    "reason": "rues",
    "date": "2026-06-30",
    "by": "Ana Roux, DPD",
}


@pytest.mark.parametrize(
    "changes", [{"by": "Luc Blanc, stagiaire"}, {"reason": "autre"}, {"date": "2026-07-01"}]
)
def test_who_waived_a_finding_when_and_why_is_part_of_it(here: Desk, changes: dict[str, str]) -> None:
    """Else somebody else's name would stand beside the agreement that was given to the first."""
    digest, facts = read(here, waivers=[WAIVER])
    other, told = read(here, waivers=[{**WAIVER, **changes}])
    assert other != digest
    assert any(
        one.startswith("Constat levé : « quartier »") for one in describe_agreed_fact_changes(facts, told)
    )


def test_the_city_s_own_words_ask_nobody(here: Desk) -> None:
    digest, _facts = read(here)
    change_city(here, dpo="dpo@ville.example", people={"a": {"name": "A", "roles": ["dpo"]}})
    assert read(here)[0] == digest
    change_city(here, rejected_days=30)
    assert read(here)[0] == digest, "what stands at its default asks nobody"
    for longer in ({"rejected_days": 300}, {"revision_days": 3000}):
        change_city(here, **longer)
        assert read(here)[0] != digest, "how long rows are kept is agreed on"
    change_city(here, platforms={"datasud": {"type": "ckan", "connection": "ailleurs"}})
    assert read(here)[0] != digest, "another connection leads elsewhere"


def test_the_order_of_the_source_is_part_of_it(here: Desk) -> None:
    plain = {"columns": {"quartier": "publish"}, "fields": FIELDS[:1]}
    digest = [
        hash_declaration_parts_needing_agreement(here.dataset(**plain, **more), here.city, here.include)
        for more in ({}, {"order": "source"})
    ]
    assert digest[0] != digest[1]


def test_a_file_that_a_rule_reads_is_part_of_it(here: Desk) -> None:
    digest, facts = read(here)
    (here.include / "hierarchies" / "quartiers.csv").write_text(
        LADDER.replace("Ouest", "Nord"), encoding="utf-8"
    )
    other, told = read(here)
    assert other != digest
    assert describe_agreed_fact_changes(facts, told), "told even where no fact has words for it"


@pytest.mark.parametrize("name", ["f.py", "aide.py", "tables/noms.txt"])
def test_what_a_function_imports_or_reads_beside_it_is_part_of_it(here: Desk, name: str) -> None:
    folder = here.include / "transforms" / "noms"
    (folder / "tables").mkdir(parents=True)
    (folder / "f.py").write_text("from aide import cache\n\ndef court(noms):\n    return cache(noms)\n")
    (folder / "aide.py").write_text("def cache(noms):\n    return noms.map(lambda _: 'X')\n")
    (folder / "tables" / "noms.txt").write_text("a\n")
    (folder.parent / "autre.py").write_text("def autre(noms):\n    return noms\n")
    rule = {"transform": {"path": "transforms/noms/f.py", "function": "court"}}
    declared = {"columns": {"nom": rule}, "fields": [{"name": "nom", "type": "string"}]}
    before = here.dataset(**declared)
    digest = hash_declaration_parts_needing_agreement(before, here.city, here.include)
    (folder.parent / "autre.py").write_text("def autre(noms):\n    return noms * 2\n")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "f.pyc").write_text("x")
    same = here.dataset(**declared)
    assert hash_declaration_parts_needing_agreement(same, here.city, here.include) == digest, (
        "another folder's"
    )
    assert same.fingerprint == before.fingerprint
    with (folder / name).open("a") as file:
        file.write("# v2\n")
    after = here.dataset(**declared)
    assert hash_declaration_parts_needing_agreement(after, here.city, here.include) != digest
    assert after.fingerprint != before.fingerprint


def test_an_embargo_that_is_moved_or_lifted_is_asked_again(here: Desk) -> None:
    digest, facts = read(here, publish_at="2030-01-01 10:00")
    for changes in ({"publish_at": "2020-01-01 10:00"}, {}):
        other, told = read(here, **changes)
        assert other != digest
        assert any(one.startswith("Embargo") for one in describe_agreed_fact_changes(facts, told))


@pytest.mark.parametrize("changes", [{"convention": False}, {"folder": "/srv/ailleurs"}, {"former_days": 90}])
def test_where_a_platform_shows_it_is_part_of_it(here: Desk, changes: dict[str, Any]) -> None:
    to_portal = {"publish": {"mode": "upload", "platform": "portail"}}
    platform = {"type": "portal", "folder": "/srv/www", "convention": True}
    change_city(here, platforms={"portail": platform}, defaults={**CITY["defaults"], "platform": "portail"})
    digest, facts = read(here, **to_portal)
    change_city(here, platforms={"portail": {**platform, "pool": 2, "withdrawn": "purge"}})
    assert read(here, **to_portal)[0] == digest, "how it is done there asks nobody"
    change_city(here, platforms={"portail": {**platform, **changes}})
    other, told = read(here, **to_portal)
    assert other != digest
    assert describe_agreed_fact_changes(facts, told)
