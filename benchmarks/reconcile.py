"""What it costs to look at a city of 1,000 datasets, all of them sound: declarations read, ledgers verified, the
lists, pages, feed and files of its portal asked for as a visitor.

One dataset is published for real; the others are its copies, in the portal and in the store, under names, ids,
certificates and digests of their own.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import LoadedCity, load_all_declarations, load_city, load_dataset
from aqueduc.pipeline import run_pipeline
from aqueduc.publish.planning.drift import PRIVATE, READ, digest_value
from aqueduc.publish.platform import get_platform_settings, open_platform
from aqueduc.reconciliation import reconcile
from aqueduc.run import Run, Workspace
from aqueduc.store import Store, Vault, digest_bytes
from benchmarks.frame import Row, measured

DATASETS = 1_000
MODEL, PLATFORM = "modele", "portail"
ENTRIES = 3
"""Of the ledger of each dataset, besides its certificate."""
CITY = """
name: Ville d'essai
organisation: ville
siren: "211300017"
insee: "13001"
bbox: [5.27, 43.44, 5.51, 43.63]
agreement: none
platforms: {portail: {type: portal, folder: "%s"}}
defaults: {licence: lov2, contact: opendata@ville.example, platform: portail}
"""
DECLARATION = """
title: Jeu %s
description: Un jeu parmi mille.
owner: Direction des essais
theme: GOVE
cadence: yearly
source: {file: depot, path: jeu.csv}
columns: {code: publish, nom: publish}
key: [code]
schema: schemas/jeu.json
publish: {mode: upload, formats: [csv]}
"""
SCHEMA = {"fields": [{"name": "code", "type": "string"}, {"name": "nom", "type": "string"}]}


def run(size: int = DATASETS) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        build_city(Path(folder), size)
        return [
            measured(load, folder, size).row("declarations read", rows=size),
            measured(look, folder, size).row("aqueduc reconcile, declarations read too", rows=size),
        ]


def load(folder: str, size: int) -> None:
    assert len(load_all_declarations(Path(folder) / "include", find_city(Path(folder))).datasets) == size


def look(folder: str, size: int) -> None:
    root = Path(folder)
    loaded = find_city(root)
    declared = load_all_declarations(root / "include", loaded)
    found = reconcile(declared, loaded.city, open_workspace(root), datetime.now(UTC))
    assert found.datasets == size
    assert found.differences == (), found.differences[:3]


def find_city(root: Path) -> LoadedCity:
    return load_city(root / "include")


def open_workspace(root: Path) -> Workspace:
    depot = json.dumps({"conn_type": "fs", "extra": {"path": str(root / "depot")}})
    return Workspace(
        include=root / "include",
        store=Store((root / "store").as_uri()),
        vault=Vault((root / "vault").as_uri()),
        connections=EnvironmentConnections({"AIRFLOW_CONN_DEPOT": depot}),
    )


# --- a city, by copies --------------------------------------------------------------------------------------


def build_city(root: Path, size: int) -> None:
    for name in ("include/datasets", "include/schemas", "depot"):
        (root / name).mkdir(parents=True)
    (root / "include" / "city.yaml").write_text(CITY % (root / "portail"), encoding="utf-8")
    (root / "include" / "schemas" / "jeu.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    lines = "".join(f"{rank:05},Lieu {rank}\n" for rank in range(200))
    (root / "depot" / "jeu.csv").write_text(f"code,nom\n{lines}", encoding="utf-8")
    declare(root, MODEL)
    workspace, loaded = open_workspace(root), find_city(root)
    dataset = load_dataset(root / "include" / "datasets" / f"{MODEL}.yaml", loaded)
    assert run_pipeline(dataset, loaded.city, Run(MODEL, "r1"), workspace).certificate
    names = [MODEL, *(f"jeu-{rank:04}" for rank in range(size - 1))]
    for name in names[1:]:
        declare(root, name)
        copy_record(root, name)
    write_shared_pages(root, names)
    with open_platform(get_platform_settings(PLATFORM, loaded.city), loaded.city, workspace) as platform:
        records: dict[str, Any] = {one.id: one.observed for one in platform.survey({}).records}  # type: ignore[attr-defined]
    for name in names[1:]:
        copy_state(workspace, loaded, name, records[name])


def declare(root: Path, name: str) -> None:
    (root / "include" / "datasets" / f"{name}.yaml").write_text(DECLARATION % name, encoding="utf-8")


def copy_record(root: Path, name: str) -> None:
    folder = root / "portail" / "jeux" / name
    shutil.copytree(root / "portail" / "jeux" / MODEL, folder)
    document = json.loads((folder / "fiche.json").read_text(encoding="utf-8"))
    document["record"] = name
    document["fiche"] |= {"slug": name, "title": f"Jeu {name}"}
    (folder / "fiche.json").write_text(json.dumps(document), encoding="utf-8")


def write_shared_pages(root: Path, names: list[str]) -> None:
    """The feed has a node for each; what the shared pages were made of says so."""
    portal = root / "portail"
    feed = json.loads((portal / "catalog.jsonld").read_text(encoding="ascii"))
    (node,) = [one for one in feed["@graph"] if one.get("@type") == "dcat:Dataset"]
    feed["@graph"] += [{**node, "@id": f"{node['@id']}-{name}", "dct:identifier": name} for name in names[1:]]
    (portal / "catalog.jsonld").write_text(json.dumps(feed), encoding="ascii")
    made = json.loads((portal / "etat.json").read_text(encoding="utf-8"))
    made["files"]["catalog.jsonld"] = digest_bytes((portal / "catalog.jsonld").read_bytes())
    own = made["pages"][MODEL]
    for name in names[1:]:
        made["pages"][name] = {
            key.replace(f"jeux/{MODEL}/", f"jeux/{name}/"): one for key, one in own.items()
        }
    (portal / "etat.json").write_text(json.dumps(made), encoding="utf-8")


def copy_state(workspace: Workspace, loaded: LoadedCity, name: str, record: Any) -> None:
    """What the store would know of it: ids and digests, a certificate, and runs that found it unchanged."""
    store = workspace.store
    state = store.read_json(f"datasets/{MODEL}/platforms/{PLATFORM}.json")
    now: dict[str, Any] = {**record.extras, **record.fields, PRIVATE: record.hidden}
    for one in record.resources:
        now |= {f"{one.id}.{field}": value for field, value in one.fields.items()}
        now[f"{one.id}.#stamp"] = one.stamp
    left = {
        field: digest if f".{READ}" in field else digest_value(now.get(field))
        for field, digest in state["left"].items()
    }
    store.write_json(f"datasets/{name}/platforms/{PLATFORM}.json", {**state, "record": name, "left": left})
    certificate = store.certificate(MODEL) or {}
    entry = {key: value for key, value in certificate.items() if key not in ("previous", "sealed")}
    entry["dataset"] = name
    at = datetime.fromisoformat(entry["served_at"])
    key, link = append_ledger_entry(store, name, "r1", at, entry)
    dataset = load_dataset(workspace.include / "datasets" / f"{name}.yaml", loaded)
    pointer = store.current(MODEL) or {}
    own = {"dataset": name, "fingerprint": dataset.fingerprint, "certificate": key}
    store.commit(name, {**pointer, **own, "certificate_sha256": link.sha256})
    for rank in range(ENTRIES):
        later = at + timedelta(seconds=rank + 1)
        unchanged = {"kind": "unchanged", "run": f"r{rank + 2}", "at": later.isoformat(), "lecture": []}
        append_ledger_entry(store, name, f"r{rank + 2}", later, unchanged)
