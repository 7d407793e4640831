"""``diff``: what would change is told before it changes, and telling it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.region import Region
from tests.cli.office import Said, nobody_in, people
from tests.cli.test_cli_run import Branch, branch_of

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def branch(tmp_path: Path, region: Region) -> Iterator[Branch]:
    with branch_of(tmp_path, region) as made:
        yield made


def compared(branch: Branch) -> dict[str, Any]:
    said = branch.office.aqueduc("diff", branch.slug, "--json")
    assert said.code == 0, said.all
    assert nobody_in(said.all)
    return dict(said.json)


def shown(branch: Branch) -> Said:
    said = branch.office.aqueduc("diff", branch.slug)
    assert nobody_in(said.all)
    return said


def test_a_new_record(branch: Branch) -> None:
    found = compared(branch)
    assert found["new"] is True
    assert found["visibility"] == "shown"
    assert {change["name"]: change["after"] for change in found["fields"]}["title"] == "Jeu d'essai"
    assert [(change["what"], change["name"]) for change in found["resources"]] == [("added", "CSV")]
    assert [change["what"] for change in found["tables"]] == ["created"]
    assert found["rows"] is None
    assert "Nouvelle fiche" in shown(branch).out


def test_each_platform_has_its_own_changes(branch: Branch) -> None:
    city = branch.office.desk.include / "city.yaml"
    document = yaml.safe_load(city.read_text(encoding="utf-8"))
    (name,) = document["platforms"]
    document["platforms"]["portail"] = {"type": "portal", "folder": str(city.parent.parent / "portail")}
    city.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert branch.office.aqueduc("run", branch.slug).code == 0
    publish = {"mode": "upload", "platforms": [name, "portail"]}
    branch.office.declare(branch.slug, publish=publish)
    found = compared(branch)
    assert (found["changes"], found["new"], found["writes"]) == (True, False, [])
    (other,) = found["elsewhere"]
    assert (other["platform"], other["new"]) == ("portail", True)
    said = shown(branch).out
    assert said.index(f"« {name} »") < said.index("Rien ne changerait") < said.index("« portail »")
    explained = branch.office.aqueduc("explain", branch.slug).out
    assert "une table interrogeable là où la plateforme en tient une" in " ".join(explained.split())


def test_nothing_would_change(branch: Branch) -> None:
    assert branch.office.aqueduc("run", branch.slug).code == 0
    found = compared(branch)
    assert found["changes"] is False
    assert found["writes"] == []
    assert found["rows"] == {"before": 40, "after": 40, "inserted": 0, "updated": 0, "deleted": 0}
    assert "Rien ne changerait" in shown(branch).out


def test_the_fiche_field_by_field(branch: Branch) -> None:
    assert branch.office.aqueduc("run", branch.slug).code == 0
    branch.office.declare(branch.slug, title="Jeu retouché", licence="odc-odbl")
    found = compared(branch)
    changes = {change["name"]: (change["before"], change["after"]) for change in found["fields"]}
    assert changes["title"] == ("Jeu d'essai", "Jeu retouché")
    assert changes["license_id"] == ("lov2", "odc-odbl")
    said = shown(branch)
    assert "titre : Jeu d'essai → Jeu retouché" in said.out
    assert "licence : lov2 → odc-odbl" in said.out
    assert "Rien n'a été écrit" in said.out


def test_rows_are_counted(branch: Branch) -> None:
    # With privacy declared, a row that comes or goes alone would be held back.
    branch.office.declare(branch.slug, privacy=None)
    assert branch.office.aqueduc("run", branch.slug).code == 0
    rows = people(42)[1:]
    rows[4]["montant"] = "99.00"
    branch.office.drop(rows)
    found = compared(branch)
    assert found["rows"] == {"before": 40, "after": 41, "inserted": 2, "updated": 1, "deleted": 1}
    assert [(change["what"], change["file"]) for change in found["resources"]] == [("updated", True)]
    assert [change["what"] for change in found["tables"]] == ["updated"]
    said = shown(branch)
    for words in ("+ 2 lignes ajoutées", "~ 1 ligne modifiée", "- 1 ligne supprimée", "nouveau fichier"):
        assert words in said.out


def test_without_a_key_rows_come_and_go(branch: Branch) -> None:
    published = {"mode": "upload", "datastore": False}
    changes: dict[str, Any] = {"key": [], "publish": published, "privacy": None}
    branch.office.declare(branch.slug, **changes)
    assert branch.office.aqueduc("run", branch.slug).code == 0
    rows = people()
    rows[4]["montant"] = "99.00"
    branch.office.drop(rows)
    assert compared(branch)["rows"] == {
        "before": 40,
        "after": 40,
        "inserted": 1,
        "updated": None,
        "deleted": 1,
    }


def test_other_columns_cannot_be_counted(branch: Branch) -> None:
    # Without a protection to begin with: to take it away would hold the dataset.
    branch.office.declare(branch.slug, privacy=None)
    assert branch.office.aqueduc("run", branch.slug).code == 0
    columns = {"numero": "publish", "nom": "drop", "adresse": "drop", "jour": "drop", "quartier": "publish"}
    branch.office.declare(
        branch.slug,
        columns={**columns, "montant": "drop"},
        fields=[{"name": "numero"}, {"name": "quartier"}],
        privacy=None,
    )
    found = compared(branch)
    assert found["rows"] is None
    # What must no longer be seen leaves before the new table is there.
    gone, again = found["tables"]
    assert gone["what"] == "dropped"
    assert (again["what"], again["columns_dropped"]) == ("redefined", ["annee", "montant"])


def test_a_dataset_that_closes(branch: Branch) -> None:
    assert branch.office.aqueduc("run", branch.slug).code == 0
    branch.office.declare(branch.slug, licence="other-at", access={"level": "same_organization"})
    assert compared(branch)["visibility"] == "hidden"
    assert "serait cachée aux visiteurs" in shown(branch).out


def test_a_format_that_goes(branch: Branch) -> None:
    branch.office.declare(branch.slug, publish={"mode": "upload", "formats": ["csv", "parquet"]})
    assert branch.office.aqueduc("run", branch.slug).code == 0
    branch.office.declare(branch.slug)
    assert [(change["what"], change["name"]) for change in compared(branch)["resources"]] == [
        ("removed", "Parquet")
    ]


def test_telling_changes_nothing(branch: Branch) -> None:
    office = branch.office
    office.declare(branch.slug, privacy=None)
    assert office.aqueduc("run", branch.slug).code == 0
    office.drop(people(45))
    office.declare(branch.slug, title="Jeu retouché", privacy=None)
    before = branch.ask("package_show", id=branch.slug), office.remains()
    compared(branch)
    shown(branch)
    assert (branch.ask("package_show", id=branch.slug), office.remains()) == before


def test_what_would_stop_the_run_stops_the_comparison(branch: Branch) -> None:
    rows = people()
    rows[3]["montant"] = "Canarisson"
    branch.office.drop(rows)
    said = branch.office.aqueduc("diff", branch.slug, "--json")
    assert said.code == 1
    assert said.json["error"]["code"] == "porte-validation"
    assert nobody_in(said.all)
    assert branch.office.remains() == {}


def test_the_label_of_a_slice_is_never_told(branch: Branch) -> None:
    split = {"mode": "upload", "split": {"by": "quartier", "per": "value"}}
    branch.office.declare(branch.slug, publish=split)
    assert branch.office.aqueduc("run", branch.slug).code == 0
    branch.office.declare(branch.slug, publish=split, title="Jeu retouché")
    for said in (shown(branch), branch.office.aqueduc("diff", branch.slug, "--json")):
        assert said.code == 0
        assert "Nord" not in said.all
        assert "nord" not in said.all
    [first, *_] = said.json["resources"]
    assert first["name"].endswith("partie 1")
    assert not any(field["told"] for field in first["fields"])


def test_what_a_run_would_be_refused_for_is_said_first(branch: Branch) -> None:
    """Of a dataset that is withdrawn: neither command says that it would be shown again."""
    assert branch.office.aqueduc("run", branch.slug).code == 0
    who = ("--by", "Jeanne Martin", "--requester", "une personne concernée", "--reason", "essai")
    assert branch.office.aqueduc("withdraw", branch.slug, *who).code == 0
    refused = "Aujourd'hui, une exécution serait refusée, et rien de ce qui suit ne serait écrit : "
    for arguments in (("diff", branch.slug), ("run", branch.slug, "--dry-run", "--force")):
        said = branch.office.aqueduc(*arguments)
        assert said.code == 0, said.all
        told = " ".join(said.out.split())
        assert f"{refused}Ce jeu est retiré du public par Jeanne Martin" in told, said.out
        assert told.index(refused) < min(
            told.find(words) % 100_000 for words in ("deviendrait visible", "Serait écrit")
        )
    assert compared(branch)["refused"]["code"] == "jeu-retire"
