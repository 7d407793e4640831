"""What it costs to look at a city of 1,000 datasets, all of them sound: declarations read, ledgers verified, the
lists, pages, feed and files of its portal asked for as a visitor.

A few datasets are published for real (here one); the others are their copies, in the portal and in the store,
under names, ids, certificates and digests of their own.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import LoadedCity, load_all_declarations, load_city, load_dataset
from aqueduc.pipeline import run_pipeline
from aqueduc.publish.planning.drift import PRIVATE, READ, compute_value_digest
from aqueduc.publish.platform import get_platform_settings, open_platform
from aqueduc.reconciliation import reconcile
from aqueduc.run import Run, Workspace
from aqueduc.store import Store, Vault, compute_bytes_sha256
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
cadence: %s
source: {file: depot, path: %s}
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


def build_city(root: Path, size: int, own: Mapping[str, str] | None = None, copied: str = "yearly") -> None:
    """``size`` datasets, published. ``own``: those with a source of their own, which are not copied, and their
    cadence; the others copy one for each of the cadences of ``copied``."""
    own = own or {}
    cadences = copied.split()
    for name in ("include/datasets", "include/schemas", "depot"):
        (root / name).mkdir(parents=True)
    (root / "include" / "city.yaml").write_text(CITY % (root / "portail"), encoding="utf-8")
    (root / "include" / "schemas" / "jeu.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    lines = "".join(f"{rank:05},Lieu {rank}\n" for rank in range(200))
    models = [MODEL, *(f"{MODEL}-{cadence}" for cadence in cadences[1:])]
    for name, cadence in [*own.items(), *zip(models, cadences, strict=True)]:
        path = f"{name}.csv" if name in own else "jeu.csv"
        (root / "depot" / path).write_text(f"code,nom\n{lines}", encoding="utf-8")
        declare(root, name, cadence, path)
    workspace, loaded = open_workspace(root), find_city(root)
    for name in [*own, *models]:
        dataset = load_dataset(root / "include" / "datasets" / f"{name}.yaml", loaded)
        assert run_pipeline(dataset, loaded.city, Run(name, "r1"), workspace).certificate
    copies = {f"jeu-{rank:04}": rank % len(models) for rank in range(size - len(own) - len(models))}
    for name, rank in copies.items():
        declare(root, name, cadences[rank])
        copy_record(root, name, models[rank])
    write_shared_pages(root, {name: models[rank] for name, rank in copies.items()})
    with open_platform(get_platform_settings(PLATFORM, loaded.city), loaded.city, workspace) as platform:
        records: dict[str, Any] = {one.id: one.observed for one in platform.read_record_listings({}).records}  # type: ignore[attr-defined]
    for name, rank in copies.items():
        copy_state(workspace, loaded, name, models[rank], records[name])


def declare(root: Path, name: str, cadence: str, path: str = "jeu.csv") -> None:
    text = DECLARATION % (name, cadence, path)
    (root / "include" / "datasets" / f"{name}.yaml").write_text(text, encoding="utf-8")


def copy_record(root: Path, name: str, model: str) -> None:
    folder = root / "portail" / "jeux" / name
    shutil.copytree(root / "portail" / "jeux" / model, folder)
    document = json.loads((folder / "fiche.json").read_text(encoding="utf-8"))
    document["record"] = name
    document["fiche"] |= {"slug": name, "title": f"Jeu {name}"}
    (folder / "fiche.json").write_text(json.dumps(document), encoding="utf-8")


def write_shared_pages(root: Path, copies: Mapping[str, str]) -> None:
    """The feed has a node for each; what the shared pages were made of says so."""
    portal = root / "portail"
    feed = json.loads((portal / "catalog.jsonld").read_text(encoding="ascii"))
    nodes = {one["dct:identifier"]: one for one in feed["@graph"] if one.get("@type") == "dcat:Dataset"}
    for name, model in copies.items():
        node = nodes[model]
        feed["@graph"].append({**node, "@id": f"{node['@id']}-{name}", "dct:identifier": name})
    (portal / "catalog.jsonld").write_text(json.dumps(feed), encoding="ascii")
    made = json.loads((portal / "etat.json").read_text(encoding="utf-8"))
    made["files"]["catalog.jsonld"] = compute_bytes_sha256((portal / "catalog.jsonld").read_bytes())
    for name, model in copies.items():
        made["pages"][name] = {
            key.replace(f"jeux/{model}/", f"jeux/{name}/"): one for key, one in made["pages"][model].items()
        }
    (portal / "etat.json").write_text(json.dumps(made), encoding="utf-8")


def copy_state(workspace: Workspace, loaded: LoadedCity, name: str, model: str, record: Any) -> None:
    """What the store would know of it: ids and digests, a certificate, and runs that found it unchanged."""
    store = workspace.store
    state = store.read_json(f"datasets/{model}/platforms/{PLATFORM}.json")
    now: dict[str, Any] = {**record.extras, **record.fields, PRIVATE: record.hidden}
    for one in record.resources:
        now |= {f"{one.id}.{field}": value for field, value in one.fields.items()}
        now[f"{one.id}.#stamp"] = one.stamp
    left = {
        field: digest if f".{READ}" in field else compute_value_digest(now.get(field))
        for field, digest in state["left"].items()
    }
    store.write_json(f"datasets/{name}/platforms/{PLATFORM}.json", {**state, "record": name, "left": left})
    certificate = store.read_current_certificate(model) or {}
    entry = {key: value for key, value in certificate.items() if key not in ("previous", "sealed")}
    entry["dataset"] = name
    at = datetime.fromisoformat(entry["served_at"])
    key, link = append_ledger_entry(store, name, "r1", at, entry)
    dataset = load_dataset(workspace.include / "datasets" / f"{name}.yaml", loaded)
    pointer = store.read_current_revision_pointer(model) or {}
    own = {"dataset": name, "fingerprint": dataset.fingerprint, "certificate": key}
    store.write_current_revision_pointer(name, {**pointer, **own, "certificate_sha256": link.sha256})
    for rank in range(ENTRIES):
        later = at + timedelta(seconds=rank + 1)
        unchanged = {"kind": "unchanged", "run": f"r{rank + 2}", "at": later.isoformat(), "lecture": []}
        append_ledger_entry(store, name, f"r{rank + 2}", later, unchanged)
