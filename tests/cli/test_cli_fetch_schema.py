"""``fetch-schema``: a catalogue of the real one's shape is asked once; everything after that is offline."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from aqueduc.sources.national import download_schema_catalogue
from tests.cli.office import FIELDS, Office, Said

REAL = Path(__file__).resolve().parents[3] / "shared" / "reference" / "schemas"
OPTIONAL = [{"name": "commentaire", "type": "string"}]


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, asked: list[str], *arguments: Any, **more: Any) -> None:
        self.asked = asked
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Site:
    """A folder served as schema.data.gouv.fr is. ``asked``: the paths that were."""

    folder: Path
    url: str
    asked: list[str] = field(default_factory=list)

    @property
    def index(self) -> str:
        return f"{self.url}/schemas/schemas.json"

    def publish(self, versions: dict[str, Any], name: str = "ville/schema-permis") -> None:
        """The catalogue, with these versions of one schema, and something that is no table."""
        listed = []
        for version, document in versions.items():
            path = self.folder / "schemas" / name / version / "schema.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
            url = f"{self.url}/schemas/{name}/{version}/schema.json"
            listed.append({"version_name": version, "schema_url": url})
        entry = {"title": "Permis", "description": "", "contact": "", "examples": [], "labels": []}
        entries = [
            {**entry, "name": name, "schema_type": "tableschema", "versions": listed},
            {**entry, "name": "ville/schema-json", "schema_type": "jsonschema", "versions": listed},
        ]
        index = {"$schema": "https://opendataschema.frama.io/catalog/schema-catalog.json", "version": 1}
        text = json.dumps({**index, "schemas": entries})
        (self.folder / "schemas" / "schemas.json").write_text(text, "utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    (folder / "schemas").mkdir(parents=True)
    asked: list[str] = []
    handler = functools.partial(_Handler, asked, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(folder, f"http://127.0.0.1:{server.server_address[1]}", asked)
    server.shutdown()
    server.server_close()


def national(**more: Any) -> dict[str, Any]:
    """What the office publishes, and an optional field that it does not."""
    return {"fields": [*FIELDS, *OPTIONAL], "title": "Permis", **more}


def fetch(office: Office, site: Site, *arguments: str) -> Said:
    return office.aqueduc("fetch-schema", *arguments, "--index", site.index)


def pinned(office: Office, version: str) -> tuple[Path, Path]:
    start = office.desk.include / "schemas" / "national" / "ville" / "schema-permis"
    return start / f"{version}.json", start / f"{version}.pin.json"


def test_the_newest_version_is_pinned_and_runs_without_a_network(office: Office, site: Site) -> None:
    site.publish({"1.9.0": national(), "1.10.0": national()})
    said = fetch(office, site, "ville/schema-permis")
    assert said.code == 0, said.all
    assert "schema: {national: ville/schema-permis, version: 1.10.0}" in said.out
    schema, pin = pinned(office, "1.10.0")
    served = site.folder / "schemas" / "ville" / "schema-permis" / "1.10.0" / "schema.json"
    assert schema.read_bytes() == served.read_bytes()
    told = json.loads(pin.read_text())
    assert told["sha256"] == hashlib.sha256(served.read_bytes()).hexdigest()
    assert told["index"] == site.index
    office.declare(schema={"national": "ville/schema-permis", "version": "1.10.0"})
    site.asked.clear()
    assert office.aqueduc("check").code == 0
    dataset = office.desk.dataset(
        "jeu", **_declared(), schema={"national": "ville/schema-permis", "version": "1.10.0"}
    )
    assert dataset.national is not None
    assert dataset.national.sha256 == told["sha256"]
    assert dataset.schema_path == "schemas/national/ville/schema-permis/1.10.0.json"
    assert [field.name for field in dataset.table_schema.fields] == [field["name"] for field in FIELDS]
    shown = office.aqueduc("explain", "jeu")
    assert "national, ville/schema-permis 1.10.0" in " ".join(shown.out.split()), shown.all
    assert site.asked == []


def _declared() -> dict[str, Any]:
    from tests.cli.office import COLUMNS

    return {
        "columns": COLUMNS,
        "fields": FIELDS,
        "key": ["numero"],
        "privacy": {"quasi_identifiers": ["jour", "quartier"], "k": 5, "suppress_at_most": 0.1},
    }


def test_the_same_again_changes_nothing(office: Office, site: Site) -> None:
    site.publish({"1.0": national()})
    first = fetch(office, site, "ville/schema-permis", "1.0", "--json")
    assert first.json["fresh"] is True
    before = [path.read_bytes() for path in pinned(office, "1.0")]
    again = fetch(office, site, "ville/schema-permis", "1.0")
    assert again.code == 0
    assert "déjà là" in again.out
    assert 'version: "1.0"' in again.out
    assert [path.read_bytes() for path in pinned(office, "1.0")] == before


def test_a_version_served_anew_is_not_taken_silently(office: Office, site: Site) -> None:
    site.publish({"1.0.0": national()})
    fetch(office, site, "ville/schema-permis")
    before = [path.read_bytes() for path in pinned(office, "1.0.0")]
    site.publish({"1.0.0": national(title="Autre")})
    said = fetch(office, site, "ville/schema-permis")
    assert said.code == 1
    assert "--replace" in said.err
    assert [path.read_bytes() for path in pinned(office, "1.0.0")] == before
    assert fetch(office, site, "ville/schema-permis", "--replace").code == 0
    schema, pin = pinned(office, "1.0.0")
    assert b"Autre" in schema.read_bytes()
    assert json.loads(pin.read_text())["sha256"] == hashlib.sha256(schema.read_bytes()).hexdigest()


def test_a_pinned_file_that_changed_closes_the_declaration(office: Office, site: Site) -> None:
    site.publish({"1.0.0": national()})
    fetch(office, site, "ville/schema-permis")
    text = (office.desk.include / "datasets" / "jeu.yaml").read_text()
    text = text.replace("schemas/jeu.json", "{national: ville/schema-permis, version: 1.0.0}")
    (office.desk.include / "datasets" / "jeu.yaml").write_text(text)
    assert office.aqueduc("check").code == 0
    schema, _ = pinned(office, "1.0.0")
    schema.write_bytes(schema.read_bytes().replace(b'"required": true', b'"required": false'))
    said = office.aqueduc("check")
    assert said.code == 1
    assert "son empreinte a changé" in said.err
    assert fetch(office, site, "ville/schema-permis").code == 0


@pytest.mark.parametrize(
    "arguments,expected",
    [
        (("ville/schema-permi",), "peut-être : ville/schema-permis"),
        (("ville/schema-permis", "9.9.9"), "au choix : 1.0.0"),
        (("ville/schema-json", "1.0.0"), "n'est pas un Table Schema"),
        (("../../etc/passwd", "1.0.0"), "n'a pas de schéma"),
    ],
)
def test_what_the_catalogue_has_not(
    office: Office, site: Site, arguments: tuple[str, ...], expected: str
) -> None:
    site.publish({"1.0.0": national()})
    said = fetch(office, site, *arguments)
    assert said.code == 1, said.all
    assert expected in said.err
    assert not (office.desk.include / "schemas" / "national").exists()


def test_a_schema_that_no_run_could_apply_is_not_kept(office: Office, site: Site) -> None:
    site.publish({"1.0.0": {"fields": [{"name": "a", "type": "date", "format": "JJ/MM"}]}})
    said = fetch(office, site, "ville/schema-permis")
    assert said.code == 2
    assert not (office.desk.include / "schemas" / "national").exists()


def test_a_newer_version_is_announced_and_nothing_changes(office: Office, site: Site) -> None:
    site.publish({"1.9.0": national()})
    fetch(office, site, "ville/schema-permis")
    declare = {"national": "ville/schema-permis", "version": "1.9.0"}
    office.declare(schema=declare)
    assert _doubts(office) == []
    site.publish({"1.9.0": national(), "1.10.0": national()})
    [doubt] = _doubts(office)
    assert doubt.startswith("la version 1.10.0 est parue ; pour la suivre : aqueduc fetch-schema")
    site.publish({"2.0.0": national()})
    assert _doubts(office) == ["le catalogue n'a plus cette version"]
    (site.folder / "schemas" / "schemas.json").unlink()
    [silent] = _doubts(office)
    assert silent.startswith("le catalogue n'a pas répondu")
    assert not pinned(office, "1.10.0")[0].exists()


def _doubts(office: Office) -> list[str]:
    said = office.aqueduc("check", "--connect", "--json")
    [found] = [item for item in said.json["connections"] if item["subject"] == "schema"]
    assert found["ok"]
    return list(found["doubts"])


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no copy of the real catalogue in {REAL}")
def test_the_real_catalogue_is_read_whole(site: Site, tmp_path: Path) -> None:
    real = (REAL / "schemas.data.gouv.fr-index.json").read_bytes()
    (site.folder / "schemas" / "schemas.json").write_bytes(real)
    catalogue = download_schema_catalogue(site.index, tmp_path)
    assert len(catalogue.addresses) + len(catalogue.others) == len(json.loads(real)["schemas"])
    assert catalogue.find_newest_version("etalab/schema-irve-statique") == "2.3.1"
    assert catalogue.find_newer_version("etalab/schema-irve-statique", "2.3.0") == "2.3.1"
    assert catalogue.find_newer_version("etalab/schema-irve-statique", "2.3.1") is None
    assert all(versions for versions in catalogue.addresses.values())


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schemas": 3}', "<html>", '{"schemas": [1, {"name": 2}]}']
)
def test_a_catalogue_that_is_none(office: Office, site: Site, text: str) -> None:
    (site.folder / "schemas" / "schemas.json").write_text(text)
    said = fetch(office, site, "ville/schema-permis")
    assert said.code == 1
    assert "Traceback" not in said.all
