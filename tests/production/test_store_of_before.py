"""A store, a vault, a portal and ledgers that an earlier version wrote are read, and gone on with, by this one.

``store_of_before.tar.xz`` is what the version of 26 November 2026 (ec03cbd8: the first with ``aqueduc init``) left of
two datasets of made-up data: ``init``, ``run --dry-run``, ``agree`` and ``run`` of each, then a second publication, of
``lampadaires`` with a row that its schema rejects, of ``marches`` under ``--waive shrink``. Its declarations
(``include/``) and the files they read (``depot/``) are in it. The person who agreed has the key that ``_key`` makes.

The last test has a year of daily publications made by the package of ``YEAR_BY``, and goes on with today's.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
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
    """This version tells more of what was agreed (the guards, the days of keeping), hence asks again, and somebody who
    may sign: what is online stays there meanwhile."""
    stood = city.read(".aqueduc/portal")
    for dataset in DATASETS:
        refused = city.aqueduc("agree", dataset, "--by", "essai", "--reason", "Nouvelle version")
        assert refused.code == 1 and "ajouter signatory à ses « roles: »" in refused.err, refused.all
    people = city.root / "include" / "city.yaml"
    people.write_text(people.read_text("utf-8").replace("roles: [dpo]", "roles: [dpo, signatory]"), "utf-8")
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


# --- a year, gone on with by the package of today -----------------------------------------------------------

REPOSITORY = Path(__file__).resolve().parents[2]
YEAR_BY, DAYS, NAME = "148bd8aaa7777f1cfbccd67b5aa02e2a9197146b", 365, "equipements-sportifs"
"""The commit of 0.1.0 in whose containers a dataset was published for the first time."""
MAIN = "import sys; from aqueduc.cli import main; sys.argv[0] = 'aqueduc'; main()"


def _unpack_wheel(tree: Path, into: Path) -> Path:
    """The package that is built of ``tree``, to be put first on the path."""
    uv = Path(sys.executable).with_name("uv")
    options = ("--quiet", "--offline", "--wheel", "--out-dir", str(into / "dist"))
    subprocess.run([uv, "build", *options, tree], check=True, capture_output=True)
    (wheel,) = (into / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(into / "package")
    return into / "package"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """The package of ``YEAR_BY``."""
    tree = tmp_path / "former" / "tree"
    tree.mkdir(parents=True)
    parts = ("pyproject.toml", "README.md", "LICENSE", "plugins", "dags")
    done = subprocess.run(
        ["git", "archive", YEAR_BY, *parts], cwd=REPOSITORY, capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"the history of this clone has no commit {YEAR_BY[:8]}")
    subprocess.run(["tar", "--extract"], cwd=tree, input=done.stdout, check=True)
    return _unpack_wheel(tree, tmp_path / "former")


@dataclass(frozen=True)
class Year:
    """A city, and the packages that make it."""

    root: Path
    environment: dict[str, str]

    def run(self, package: Path, *words: str) -> Said:
        given = {**self.environment, "PYTHONPATH": str(package)}
        command = [sys.executable, "-c", MAIN, *words]
        done = subprocess.run(command, cwd=self.root, env=given, capture_output=True, text=True, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    def read(self, folder: str) -> dict[str, bytes]:
        return {str(one): one.read_bytes() for one in (self.root / folder).rglob("*") if one.is_file()}

    def read_portal(self) -> dict[str, bytes]:
        found = self.read(".aqueduc/portal")
        return {name: data for name, data in found.items() if "/.leases/" not in name}

    def gather_evidence(self, package: Path, into: Path) -> dict[str, bytes]:
        """What is proved of the whole year, without the words that say how to verify it."""
        span = ("--from", "2020-01-01", "--to", f"{datetime.now(UTC):%Y-%m-%d}")
        said = self.run(package, "evidence", NAME, *span, "--output", str(into))
        assert said.code == 0, said.all
        with zipfile.ZipFile(into) as archive:
            # The list of digests has that of these words.
            words = ("LISEZMOI.txt", "SHA256SUMS")
            return {one: archive.read(one) for one in archive.namelist() if one not in words}


@pytest.mark.thorough
def test_a_year_that_an_earlier_package_wrote_goes_on(former: Path, tmp_path: Path) -> None:
    today = _unpack_wheel(REPOSITORY, tmp_path / "today")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(former)}
    command = [sys.executable, str(Path(__file__).with_name("year_of_before.py")), str(DAYS)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    root = tmp_path / "ville"
    exported = re.findall(r"^export (\w+)='(.*)'$", (root / ".env").read_text("utf-8"), re.MULTILINE)
    year = Year(root, {**environment, **dict(exported)})
    ledger = f".aqueduc/store/datasets/{NAME}/ledger"
    certified = [name for name in year.read(ledger) if name.endswith(".json")]
    assert len(certified) == DAYS + 1, "the agreement, and a certificate a day"
    # A day passed since, on which the portal may take off what was replaced long before: that is not the upgrade's.
    said = year.run(former, "run", NAME)
    assert said.code == 0, said.all
    entries, portal = year.read(ledger), year.read_portal()

    for words in (("history", NAME), ("check",)):
        before, after = year.run(former, *words), year.run(today, *words)
        # This version adds an advice, that no witness of the ledger is declared.
        assert before.code == after.code == 0 and after.out.startswith(before.out), after.all
    before, after = (year.run(package, "verify", "--json") for package in (former, today))
    assert before.code == after.code == 0, after.all
    told, tells = (json.loads(said.out)["ledgers"] for said in (before, after))
    assert [one.items() <= more.items() for one, more in zip(told, tells, strict=True)] == [True]
    assert year.gather_evidence(today, tmp_path / "now.zip") == year.gather_evidence(
        former, tmp_path / "then.zip"
    )
    assert (year.read(ledger), year.read_portal()) == (entries, portal), "reading writes nothing"

    said = year.run(today, "run", NAME)
    assert said.code == 0, said.all
    looked = year.read(ledger)
    (added,) = (json.loads(looked[name]) for name in looked.keys() - entries.keys() if name.endswith(".json"))
    assert added["kind"] == "unchanged" and entries.items() <= looked.items()
    assert year.read_portal() == portal, "nothing is published again"

    source = root / "depot" / f"{NAME}.csv"
    source.write_text(source.read_text("utf-8").replace(";2600;", ";2601;"), "utf-8")
    said = year.run(today, "run", NAME)
    assert said.code == 0, said.all
    gone_on = year.read(ledger)
    assert looked.items() <= gone_on.items(), "no entry was written anew"
    (found,) = year.run(today, "verify", "--json").json["ledgers"]
    assert (found["holds"], found["entries"]) == (True, DAYS + 4)
    assert "doctor" not in year.run(former, "--help").out, "that was the package of before"
    assert year.run(today, "doctor").code == 0
