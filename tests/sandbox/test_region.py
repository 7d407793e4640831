"""The region is a real CKAN: what an editor of the city may do on it, and what a restart keeps."""

from __future__ import annotations

import base64
import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import requests

from sandbox import region as portal
from sandbox.processes import SandboxError
from sandbox.region import Region
from sandbox.region.__main__ import main
from sandbox.region.credentials import has_token_of_later
from tests.places import open_folder
from tests.waiting import eventually

FIRST_LEVEL_FIELDS: dict[str, Any] = {
    "datatype": ["donnees-ouvertes", "donnees-geographiques"],
    "frequency": "weekly",
    "granularity": "commune",
    "geocover": "jurisdiction",
    "support": "region-sud",
    "dataset_creation_date": "2024-01-31",
    "dataset_publication_date": "2024-02-01",
    "dataset_modification_date": "2024-03-15",
    "author": "Direction de l’urbanisme",
    "author_email": "donnees@ville.example",
    "spatial": '{"type": "Point", "coordinates": [5.44, 43.52]}',
}


@pytest.fixture
def dataset(region: Region) -> Iterator[dict[str, Any]]:
    made = done(region, "package_create", name=new_name(), title="Arbres de la ville", **owned(region))
    yield made
    done(region, "package_delete", id=made["id"])


def call(region: Region, action: str, *, token: str | None = None, **data: Any) -> requests.Response:
    return requests.post(
        f"{region.url}/api/3/action/{action}",
        json=data,
        headers={"Authorization": region.token if token is None else token},
        timeout=60,
    )


def done(region: Region, action: str, **data: Any) -> Any:
    answer = call(region, action, **data)
    assert answer.ok, answer.text
    return answer.json()["result"]


def upload(region: Region, dataset: str, file_name: str, content: bytes) -> dict[str, Any]:
    answer = requests.post(
        f"{region.url}/api/3/action/resource_create",
        data={
            "package_id": dataset,
            "name": file_name,
            "format": "CSV",
            "resource_type": "file.upload",
            "restricted": json.dumps({"level": "public"}),
        },
        files={"upload": (file_name, content, "text/csv")},
        headers={"Authorization": region.token},
        timeout=60,
    )
    assert answer.ok, answer.text
    return answer.json()["result"]


def new_name() -> str:
    return f"essai-{uuid4().hex[:12]}"


def owned(region: Region) -> dict[str, str]:
    return {"owner_org": region.organisation, "license_id": "lov2"}


def test_the_fields_of_datasud_are_kept_at_first_level(region: Region) -> None:
    name = new_name()
    done(region, "package_create", name=name, title="Permis", **owned(region), **FIRST_LEVEL_FIELDS)
    shown = done(region, "package_show", id=name)
    assert {field: shown[field] for field in FIRST_LEVEL_FIELDS} == FIRST_LEVEL_FIELDS
    assert shown["organization"]["name"] == "ville-aix-en-provence"
    assert not shown.get("extras")
    done(region, "package_delete", id=name)


@pytest.mark.parametrize(
    "refused",
    [
        {"frequency": "hourly"},
        {"granularity": "quartier"},
        {"datatype": ["donnees-inconnues"]},
        {"dataset_creation_date": "hier"},
        # Already a field of the schema: CKAN takes it at one place only.
        {"frequency": "weekly", "extras": [{"key": "frequency", "value": "weekly"}]},
    ],
)
def test_a_value_that_the_schema_does_not_know_is_refused(region: Region, refused: dict[str, Any]) -> None:
    answer = call(region, "package_create", name=new_name(), title="Essai", **owned(region), **refused)
    assert answer.status_code == 409
    assert answer.json()["error"]["__type"] == "Validation Error"


def test_a_field_that_the_schema_does_not_have_is_dropped_in_silence(region: Region) -> None:
    made = done(region, "package_create", name=new_name(), title="Essai", **owned(region), couleur="bleu")
    assert "couleur" not in made
    done(region, "package_delete", id=made["id"])


def test_the_licences_are_those_of_datasud_and_an_unknown_one_is_not_refused(region: Region) -> None:
    licences = {licence["id"]: licence for licence in done(region, "license_list")}
    assert set(licences) == {
        "lov2", "odc-odbl", "odc-by", "cc-by", "cc-by-sa", "cc-zero", "other-open", "other-at",
    }  # fmt: skip
    assert licences["lov2"]["title"] == "Licence Ouverte 2.0"

    made = done(
        region, "package_create", name=new_name(), title="E", owner_org=region.organisation, license_id="abc"
    )
    assert made["license_id"] == "abc"
    # What gives the mistake away: CKAN has no title for it, and does not call it open.
    assert (made["license_title"], made["isopen"]) == ("abc", False)
    done(region, "package_delete", id=made["id"])


def test_the_editor_puts_datasets_into_every_category(region: Region, dataset: dict[str, Any]) -> None:
    categories = done(region, "group_list")
    assert len(categories) == 16
    groups = [{"name": category} for category in categories]
    done(region, "package_patch", id=dataset["id"], groups=groups)
    shown = done(region, "package_show", id=dataset["id"])
    assert sorted(group["name"] for group in shown["groups"]) == sorted(categories)


def test_the_editor_is_no_administrator(region: Region) -> None:
    editor = done(region, "user_show", id=region.editor_name)
    assert editor["sysadmin"] is False
    promoted = call(region, "user_patch", id=region.editor_name, sysadmin=True)
    assert not promoted.ok or promoted.json()["result"]["sysadmin"] is False
    for action, data in {
        "organization_create": {"name": new_name()},
        "config_option_update": {"ckan.site_title": "x"},
        "organization_member_create": {
            "id": region.organisation,
            "username": region.editor_name,
            "role": "admin",
        },
        "group_create": {"name": new_name()},
    }.items():
        assert call(region, action, **data).status_code == 403, action


def test_a_token_that_is_missing_or_wrong_writes_nothing(region: Region) -> None:
    for token in ("", "faux", f"Bearer {region.token}"):
        answer = call(region, "package_create", token=token, name=new_name(), title="E", **owned(region))
        assert answer.status_code == 403


def test_an_upload_is_served_byte_for_byte_with_its_type(region: Region, dataset: dict[str, Any]) -> None:
    content = "id,espèce\n1,platane\n".encode()
    resource = upload(region, dataset["id"], "arbres.csv", content)
    assert resource["size"] == len(content)
    assert resource["mimetype"] == "text/csv"
    assert json.loads(resource["restricted"]) == {"level": "public"}
    assert requests.get(resource["url"], timeout=60).content == content


def test_the_datastore_works_with_the_token_of_the_editor(region: Region, dataset: dict[str, Any]) -> None:
    made = done(
        region,
        "datastore_create",
        resource={"package_id": dataset["id"], "name": "table", "format": "CSV"},
        fields=[{"id": "id", "type": "int"}, {"id": "espece", "type": "text"}],
        primary_key=["id"],
        records=[{"id": 1, "espece": "platane"}],
    )
    table = made["resource_id"]
    changed = [{"id": 1, "espece": "cèdre"}, {"id": 2, "espece": "pin"}]
    done(region, "datastore_upsert", resource_id=table, method="upsert", force=True, records=changed)
    found = done(region, "datastore_search", resource_id=table, sort="id")
    assert [row["espece"] for row in found["records"]] == ["cèdre", "pin"]


@pytest.fixture(scope="module")
def lonely_root(region: Region, sandbox_root: Path) -> Iterator[Path]:
    """A root for a region of one's own, to be stopped at will; only the Python environment is shared."""
    with open_folder() as root:
        portal.share_environments(sandbox_root, root)
        yield root
        portal.stop(root)


def test_a_restart_keeps_datasets_search_tokens_and_address(lonely_root: Path) -> None:
    region = portal.start(lonely_root, workers=1)
    made = done(region, "package_create", name=new_name(), title="Comptages zibeline", **owned(region))
    before = servers(lonely_root)
    assert len(before) >= 5

    assert portal.stop(lonely_root)
    assert not [process for process in before if alive(process)]
    assert [service.running for service in portal.status(lonely_root)] == [False] * 4

    assert portal.start(lonely_root, workers=1) == region
    assert done(region, "package_search", q="zibeline")["results"][0]["name"] == made["name"]
    done(region, "package_delete", id=made["id"])
    assert done(region, "package_search", q="zibeline")["count"] == 0


def test_what_a_crash_left_does_not_stop_the_next_start(lonely_root: Path) -> None:
    region = portal.start(lonely_root, workers=1)
    done(region, "package_create", name=new_name(), title="Comptages hermine", **owned(region))
    for process in servers(lonely_root):
        process.kill()
    # The index is lost too: it is made again from the database.
    (portal.folder(lonely_root) / "search.journal").unlink()

    assert portal.start(lonely_root, workers=1) == region
    assert done(region, "package_search", q="hermine")["count"] == 1


def test_with_xloader_an_uploaded_file_becomes_a_table(lonely_root: Path) -> None:
    region = portal.start(lonely_root, workers=1, xloader=True)
    assert [service.name for service in portal.status(lonely_root) if service.running][-1] == "worker"
    made = done(region, "package_create", name=new_name(), title="Comptages", **owned(region))
    resource = upload(region, made["id"], "comptages.csv", b"jour,passages\n2025-01-01,12\n2025-01-02,7\n")

    assert eventually(lambda: done(region, "resource_show", id=resource["id"])["datastore_active"], every=0.2)
    found = done(region, "datastore_search", resource_id=resource["id"], sort="_id")
    assert [row["passages"] for row in found["records"]] == ["12", "7"]


def test_starting_twice_starts_nothing(region: Region, sandbox_root: Path) -> None:
    before = servers(sandbox_root)
    assert portal.start(sandbox_root) == region
    assert servers(sandbox_root) == before


def test_what_holds_secrets_is_private(region: Region, sandbox_root: Path) -> None:
    folder = portal.folder(sandbox_root)
    secrets = secrets_of(region, sandbox_root)
    holders = [path for path in folder.rglob("*") if path.is_file() and holds_a_secret(path, secrets)]
    assert {path.name for path in holders} >= {"region.json", "ckan.ini", "tokens.json", "redis.conf"}
    for path in holders:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_no_secret_is_on_a_command_line(region: Region, sandbox_root: Path) -> None:
    for process in servers(sandbox_root):
        written = " ".join(process.cmdline())
        assert not [secret for secret in secrets_of(region, sandbox_root) if secret in written]


def test_the_connection_of_airflow(region: Region) -> None:
    connection = json.loads(region.environment()["AIRFLOW_CONN_DATASUD"])
    assert connection == {
        "conn_type": "ckan",
        "host": region.url,
        "password": region.token,
        "extra": {"organisation": "ville-aix-en-provence"},
    }


def test_the_pages_are_in_french(region: Region, dataset: dict[str, Any]) -> None:
    for path, expected in {
        "/": "Quelques jeux de données",
        f"/dataset/{dataset['name']}": "Fiche mise à jour le",
        "/group/": "Les catégories du portail",
        "/about": "La ville dont les données sont publiées ici est imaginaire",
    }.items():
        page = requests.get(f"{region.url}{path}", timeout=60)
        assert page.status_code == 200
        assert expected in page.text, path


def test_the_dcat_catalogue_is_served(region: Region, dataset: dict[str, Any]) -> None:
    record = requests.get(f"{region.url}/dataset/{dataset['name']}.ttl", timeout=60)
    assert record.status_code == 200
    assert "dcat:Dataset" in record.text


def test_the_command_line(region: Region, sandbox_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--root", str(sandbox_root)]) == 0
    assert "en marche" in capsys.readouterr().out
    assert main(["up", "--root", str(sandbox_root)]) == 0
    assert region.url in capsys.readouterr().out


def test_a_root_where_nothing_was_started(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert portal.status(tmp_path) == []
    assert portal.stop(tmp_path) is False
    with pytest.raises(SandboxError, match="start it first"):
        portal.load(tmp_path)
    assert main(["status", "--root", str(tmp_path)]) == 1
    assert main(["down", "--root", str(tmp_path)]) == 0
    assert list(tmp_path.iterdir()) == []


def servers(root: Path) -> list[psutil.Process]:
    """Every process of the region, the children of its servers included."""
    pid_files = [path for path in portal.folder(root).glob("**/*.pid") if path.name != "postmaster.pid"]
    leaders = [json.loads(path.read_text())["pid"] for path in pid_files]
    found = {psutil.Process(pid) for pid in leaders if psutil.pid_exists(pid)}
    found |= {child for leader in set(found) for child in leader.children(recursive=True)}
    # PostgreSQL's own helpers come and go.
    return sorted((p for p in found if p.pid in leaders or p.name() != "postgres"), key=lambda p: p.pid)


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def secrets_of(region: Region, root: Path) -> list[str]:
    """Tokens and passwords, those that only CKAN uses included."""
    kept = [
        path.read_text() for path in (portal.folder(root) / "secrets").iterdir() if path.name != "tokens.json"
    ]
    return [region.token, region.admin_token, region.editor_password, region.admin_password, *kept]


def holds_a_secret(path: Path, secrets: list[str]) -> bool:
    # The environment is CKAN's code; PostgreSQL keeps its own folder closed.
    if {"venv", "data"} & set(path.parts):
        return False
    content = path.read_bytes()
    return any(secret.encode() in content for secret in secrets)


def test_a_token_made_under_a_clock_of_later_is_found_out(region: Region, tmp_path: Path) -> None:
    """``make test CLOCK=`` twice: the second session begins before the tokens of the first one were made."""
    tokens = tmp_path / "tokens.json"
    assert not has_token_of_later(tokens)
    tokens.write_text(json.dumps({"admin": region.admin_token, "editeur": region.token}), encoding="utf-8")
    assert not has_token_of_later(tokens)
    claims = base64.urlsafe_b64encode(json.dumps({"jti": "x", "iat": int(time.time()) + 60}).encode())
    later = ".".join(("e30", claims.decode().rstrip("="), "signature"))
    tokens.write_text(json.dumps({"admin": region.admin_token, "editeur": later}), encoding="utf-8")
    assert has_token_of_later(tokens)
