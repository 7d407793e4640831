"""A store, a vault, a portal and ledgers that an earlier version wrote are read, and gone on with, by this one.

``store_of_before.tar.xz`` is what the version of 26 November 2026 (ec03cbd8: the first with ``aqueduc init``) left of
two datasets of made-up data: ``init``, ``run --dry-run``, ``agree`` and ``run`` of each, then a second publication, of
``lampadaires`` with a row that its schema rejects, of ``marches`` under ``--waive shrink``. Its declarations
(``include/``) and the files they read (``depot/``) are in it. The person who agreed has the key that ``_key`` makes.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cli.office import COMMAND, Said
from tests.warm import run_warm_command

pytestmark = pytest.mark.end_to_end

STORED = Path(__file__).with_name("store_of_before.tar.xz")
DATASETS = ("lampadaires", "marches")
ADDRESS = "http://donnees.ville.example"


class _Portal(SimpleHTTPRequestHandler):
    """The portal's folder, whatever host is asked for: it answers as the proxy of the commands."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(ADDRESS))

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def _key() -> str:
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a made-up person").digest())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass(frozen=True)
class City:
    """The city of before, unpacked at ``root``."""

    root: Path
    environment: dict[str, str]

    def aqueduc(self, *arguments: str) -> Said:
        command = [str(COMMAND), *arguments]
        return Said(*run_warm_command(command, self.environment, self.root, timeout=120))

    def succeed(self, *arguments: str) -> Said:
        said = self.aqueduc(*arguments)
        assert said.code == 0, said.all
        return said

    def read(self, folder: str) -> dict[str, bytes]:
        """Each file below ``folder``, and what it holds."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted((self.root / folder).rglob("*"))
            if path.is_file() and ".leases" not in path.parts
        }

    def served(self) -> dict[str, bytes]:
        """The data files that the portal serves, by their addresses: the stable ones, and those of each revision."""
        files = self.read(".aqueduc/portal/jeux")
        return {path: data for path, data in files.items() if path.endswith((".csv", ".parquet"))}

    def current(self) -> dict[str, bytes]:
        """Those of the revisions that are published: without those that they replaced."""
        replaced = {
            f".aqueduc/portal/jeux/{dataset}/{one['path']}"
            for dataset in DATASETS
            for one in self.record(dataset)["former"]
        }
        return {path: data for path, data in self.served().items() if path not in replaced}

    def record(self, dataset: str) -> Any:
        return json.loads((self.root / f".aqueduc/portal/jeux/{dataset}/fiche.json").read_text("utf-8"))

    def identities(self) -> dict[str, Any]:
        """What no publication changes of a record: its name, its resources', the day when it first came."""
        records = {dataset: self.record(dataset) for dataset in DATASETS}
        return {
            dataset: (
                one["record"],
                one["fiche"]["issued"],
                [resource["id"] for resource in one["resources"]],
            )
            for dataset, one in records.items()
        }

    def ledger(self, dataset: str) -> dict[str, bytes]:
        return self.read(f".aqueduc/store/datasets/{dataset}/ledger")

    def verify(self) -> dict[str, Any]:
        return {one["dataset"]: one for one in self.succeed("verify", "--json").json["ledgers"]}


@pytest.fixture
def before(tmp_path: Path) -> Iterator[City]:
    with tarfile.open(STORED) as archive:
        archive.extractall(tmp_path, filter="data")
    handler = functools.partial(_Portal, directory=str(tmp_path / ".aqueduc" / "portal"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = f"http://127.0.0.1:{server.server_port}"
    depot = {"conn_type": "fs", "extra": {"path": str(tmp_path / "depot")}}
    yield City(
        tmp_path,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "HTTP_PROXY": proxy,
            "http_proxy": proxy,
            "AIRFLOW_CONN_DEPOT": json.dumps(depot),
            "AIRFLOW_CONN_DECISION": json.dumps({"conn_type": "generic", "password": _key()}),
        },
    )
    server.shutdown()
    server.server_close()


def test_what_an_earlier_version_wrote_is_read(before: City) -> None:
    stood = before.read(".aqueduc"), before.read("include")
    # The format of the declarations has not changed since.
    assert before.succeed("upgrade", "--json").json["files"] == []
    for found in before.verify().values():
        assert (found["holds"], found["entries"], found["certificates"]) == (True, 3, 2), found
    listed = before.succeed("list", "--json").json
    assert [one["dataset"] for one in listed["datasets"] if one["published_at"]] == list(DATASETS)
    told = before.succeed("history", "marches").out
    assert told.count("publié et certifié") == 2 and "Données inventées" in told
    report = before.succeed("report", "lampadaires").out
    assert "7 lignes lues, 1 rejetée" in report
    waived = " ".join(before.succeed("show", "marches").out.split())
    assert "Des marchés ont fermé" in waived
    rejected = before.succeed("rejected", "lampadaires").out
    assert "1 ligne rejetée" in rejected and "puissance_w:maximum" in rejected
    assert (before.read(".aqueduc"), before.read("include")) == stood, "reading writes nothing"


def test_what_an_earlier_version_published_goes_on(before: City) -> None:
    current, identities = before.current(), before.identities()
    ledgers = {dataset: before.ledger(dataset) for dataset in DATASETS}
    assert len(before.served()) > len(current) > 0
    _agree_anew(before)

    _run_both(before)
    # Of what was made under other rules only the newest stays: those of this version say more.
    assert before.served() == current, "the same bytes at the same addresses"
    assert before.identities() == identities
    _expect_no_difference(before)

    _change(before, "lampadaires", "L002;rue des Tilleuls;70;", "L002;rue des Tilleuls;40;")
    _change(before, "marches", "Quai;samedi;24", "Quai;samedi;25")
    _run_both(before)
    served = before.served()
    assert set(current) <= set(served), "each address still answers"
    for dataset in DATASETS:
        stable = f".aqueduc/portal/jeux/{dataset}/{dataset}.csv"
        assert served[stable] != current[stable]
        assert ledgers[dataset].items() <= before.ledger(dataset).items(), "no entry was written anew"
    assert before.identities() == identities
    for found in before.verify().values():
        assert found["holds"] and found["certificates"] == 3 + found["entries"] - 5, found
    _expect_no_difference(before)


def _run_both(city: City) -> None:
    for dataset in DATASETS:
        city.succeed("run", dataset)


def _agree_anew(city: City) -> None:
    """This version tells more of what was agreed (the guards, the days of keeping), hence asks again: what is online
    stays there meanwhile."""
    stood = city.read(".aqueduc/portal")
    for dataset in DATASETS:
        held = city.aqueduc("run", dataset)
        assert held.code == 1 and "[accord-manquant]" in held.err and "(nouveau)" in held.err, held.all
        city.succeed("run", dataset, "--dry-run")
        city.succeed("agree", dataset, "--by", "essai", "--reason", "Nouvelle version")
    assert city.read(".aqueduc/portal") == stood


def _change(city: City, dataset: str, old: str, new: str) -> None:
    path = city.root / "depot" / f"{dataset}.csv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def _expect_no_difference(city: City) -> None:
    found = city.succeed("reconcile", "--json").json
    assert found["differences"] == [], found["differences"]
