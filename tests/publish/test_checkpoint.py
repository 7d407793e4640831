"""A ledger that is rolled back, head and all: nothing in the store shows it, and what was witnessed elsewhere does.

Each time the whole store goes back, the checkpoint that it knew included; on a real CKAN, and on OneGeo's contract server.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.certify.ledger import append_ledger_entry, verify_ledger
from aqueduc.certify.signature import generate_signing_key_pair
from aqueduc.certify.witness.making import append_act_entry, witness_city
from aqueduc.certify.witness.places import (
    find_lost,
    list_places,
    read_checkpoint_file,
    read_witnesses,
    refuse_run_behind_witness,
)
from aqueduc.checkpoint import compute_merkle_root, read_known_checkpoint
from aqueduc.errors import InvalidCheckpoint, LedgerRolledBack, WitnessUnreachable
from aqueduc.run import Run
from tests.alerts.postoffice import open_post_office, read_body
from tests.cli.office import Office, Said
from tests.guide import read_ledger_page_commands
from tests.making import CITY, Desk, desk
from tests.publish.everywhere import open_bench
from tests.publish.publishing import Bench, rows
from tests.publish.witnessing import git, list_commits, make_remote, serve_authority

pytestmark = pytest.mark.end_to_end

AT = datetime(2026, 3, 1, tzinfo=UTC)
WHO = ("--by", "Ada Martin", "--reason", "sauvegarde perdue")


# --- on a platform ------------------------------------------------------------------------------------------


@dataclass
class Town:
    """The bench's dataset, published by the command; ``remote``: the repository that witnesses it."""

    bench: Bench
    office: Office
    remote: Path
    root: Path

    @property
    def slug(self) -> str:
        return self.bench.slug

    def run(self, count: int) -> Said:
        """As many rows at the source, then a run."""
        self.office.drop([{name: str(cell) for name, cell in row.items()} for row in rows(count).to_pylist()])
        return self.office.aqueduc("run", self.slug)

    def keep(self) -> None:
        shutil.rmtree(self.root / "avant", ignore_errors=True)
        shutil.copytree(self.root / "store", self.root / "avant")

    def roll_back(self) -> None:
        shutil.rmtree(self.root / "store")
        shutil.copytree(self.root / "avant", self.root / "store")

    def require_refused(self) -> None:
        """The next run, with a source that changed or not, and ``verify``."""
        for arguments in (("run", self.slug), ("run", self.slug, "--force")):
            held = self.office.aqueduc(*arguments)
            assert held.code == 1 and "[registre-ramene-en-arriere]" in held.err, held.all
            assert "aqueduc ledger seal" in held.err and f"{datetime.now(UTC):%Y-%m-%d}" in held.err
        said = self.office.aqueduc("verify", "--json")
        broken = {
            one["dataset"]: one["breaks"][0]["code"] for one in said.json["ledgers"] if not one["holds"]
        }
        assert (said.code, broken) == (1, {self.slug: "registre-ramene-en-arriere"})


@contextmanager
def open_town(kind: str, root: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    with open_bench(kind, root, request) as made:
        remote, folder = make_remote(root / "temoin.git"), root / "depot"
        folder.mkdir()
        connections = {
            **made.desk.place.connections.variables,  # type: ignore[attr-defined]
            "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}}),
            "AIRFLOW_CONN_TEMOIN": json.dumps({"conn_type": "git", "host": str(remote)}),
        }
        environment = {
            **connections,
            "AQUEDUC_INCLUDE": str(made.desk.include),
            **{f"AQUEDUC_{name.upper()}": (root / name).as_uri() for name in ("store", "vault")},
        }
        declare(made.desk, git={"connection": "temoin"})
        made.dataset(source={"file": "depot", "path": "jeu.csv"})
        yield Town(made, Office(made.desk, folder, environment), remote, root)


def declare(made: Desk, **witness: Any) -> None:
    path = made.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**city, "witness": witness}, allow_unicode=True), encoding="utf-8")


@pytest.fixture(params=["ckan", "onegeo"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with open_town(request.param, tmp_path, request) as made:
        yield made


def reconcile(town: Town) -> Said:
    """That it finds a difference is nothing to these tests."""
    return town.office.aqueduc("reconcile")


@pytest.mark.sandbox
def test_a_publication_that_was_undone_is_refused_and_named(town: Town) -> None:
    assert town.run(5).code == 0
    reconcile(town)
    town.keep()
    assert town.run(6).code == 0
    reconcile(town)
    town.roll_back()
    assert verify_ledger(town.bench.desk.place.store, town.slug).is_valid, "it holds by itself"
    town.require_refused()
    told = reconcile(town)
    assert "incident" in told.out and "ramené en arrière" in told.out
    town.require_refused()


@pytest.mark.sandbox
def test_a_withdrawal_that_was_undone_does_not_come_back(town: Town) -> None:
    assert town.run(5).code == 0
    town.keep()
    withdrawn = town.office.aqueduc("withdraw", town.slug, *WHO, "--requester", "une habitante")
    assert withdrawn.code == 0, withdrawn.all
    assert len(list_commits(town.remote)) >= 1, "an act is witnessed at once"
    town.roll_back()
    town.require_refused()
    again = town.office.aqueduc("withdraw", town.slug, *WHO, "--requester", "une habitante")
    assert again.code == 0, again.all
    assert town.office.aqueduc("run", town.slug).code != 0


@pytest.mark.sandbox
def test_a_ledger_that_was_deleted_whole_is_refused_and_named(town: Town) -> None:
    assert town.run(5).code == 0
    reconcile(town)
    shutil.rmtree(town.root / "store")
    town.require_refused()


@pytest.mark.sandbox
def test_a_person_goes_on_and_it_is_told_for_ever(town: Town) -> None:
    assert town.run(5).code == 0
    town.keep()
    assert town.run(6).code == 0
    reconcile(town)
    town.roll_back()
    witnessed = len(list_commits(town.remote))
    town.require_refused()
    sealed = town.office.aqueduc("ledger", "seal", town.slug, *WHO)
    assert sealed.code == 0 and "1 entrée manquante" in sealed.out, sealed.all
    assert len(list_commits(town.remote)) == witnessed + 1
    (back,) = json.loads(git("show", "registre:checkpoint.json", into=town.remote))["checkpoint"]["gone_back"]
    assert (back["by"], back["reason"], back["dataset"]) == ("Ada Martin", "sauvegarde perdue", town.slug)
    before = json.loads(git("show", "registre~:checkpoint.json", into=town.remote))["checkpoint"]
    assert before["heads"][town.slug]["sha256"] == back["sha256"]
    assert town.run(7).code == 0
    assert reconcile(town).code in (0, 1)
    verified = town.office.aqueduc("verify")
    assert verified.code == 0, verified.all
    assert "scellé le" in verified.out and "Ada Martin" in verified.out


# --- without a platform -------------------------------------------------------------------------------------


@dataclass
class City:
    desk: Desk
    root: Path

    def witness(self) -> None:
        lost, silent = witness_city(self.desk.city, self.desk.place)
        assert (lost, silent) == ([], {})

    def append(self, run: str, dataset: str = "jeu") -> None:
        append_ledger_entry(self.desk.place.store, dataset, run, AT, {"kind": "unchanged", "run": run})

    def act(self, run: str, kind: str = "agreement", dataset: str = "jeu") -> None:
        entry = {"kind": kind, "run": run}
        append_act_entry(dataset, run, AT, entry, self.desk.city, self.desk.place)

    def refuse(self, dataset: str = "jeu") -> None:
        refuse_run_behind_witness(self.desk.city, Run(dataset, "essai"), self.desk.place)

    def lost(self) -> list[str]:
        place = self.desk.place
        places = list_places(self.desk.city, place)
        return [one.dataset for one in find_lost(read_witnesses(places, self.desk.city, place), place)]

    def lose(self, *names: str) -> None:
        for name in names:
            shutil.rmtree(self.root / "store" / name) if "." not in name else (
                self.root / "store" / name
            ).unlink()


@pytest.fixture
def city(tmp_path: Path) -> City:
    remote = make_remote(tmp_path / "temoin.git")
    connection = json.dumps({"conn_type": "git", "host": remote.as_uri()})
    made = City(desk(tmp_path, {"AIRFLOW_CONN_TEMOIN": connection}), tmp_path)
    declare(made.desk, git={"connection": "temoin"})
    return made


# The test vectors of Certificate Transparency (RFC 6962).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("count", sorted(ROOTS))
def test_the_root_is_that_of_rfc_6962(count: int) -> None:
    assert compute_merkle_root([bytes.fromhex(one) for one in LEAVES[:count]]) == ROOTS[count]


def test_a_checkpoint_forgets_nothing_that_was_lost(city: City) -> None:
    city.append("un")
    city.append("un", "autre")
    city.witness()
    city.lose("datasets/jeu", "checkpoint.json")
    for _day in range(2):
        lost, _silent = witness_city(city.desk.city, city.desk.place)
        assert [one.dataset for one in lost] == ["jeu"]
    city.act("deux", dataset="autre")
    assert city.lost() == ["jeu"], "an act of another dataset keeps it too"
    city.refuse("autre")


def test_an_act_is_witnessed_upon_what_is_elsewhere(city: City) -> None:
    city.append("un")
    city.append("un", "autre")
    city.witness()
    city.lose("checkpoint.json")
    city.act("deux")
    city.lose("datasets/jeu", "datasets/autre")
    assert city.lost() == ["autre", "jeu"]


def test_what_takes_off_the_public_waits_beside_a_ledger_that_went_back(city: City) -> None:
    city.append("un")
    shutil.copytree(city.root / "store", city.root / "avant")
    city.append("deux")
    city.witness()
    known = (city.root / "store" / "checkpoint.json").read_bytes()
    shutil.rmtree(city.root / "store")
    shutil.copytree(city.root / "avant", city.root / "store")
    (city.root / "store" / "checkpoint.json").write_bytes(known)
    with pytest.raises(LedgerRolledBack):
        city.act("trois")
    for kind in ("withdrawal", "hidden", "objection"):
        city.act(kind, kind)
    store = city.desk.place.store
    assert len(store.list_ledger_entry_keys("jeu")) == 1 and len(store.list_pending_entry_keys("jeu")) == 3


def test_a_checkpoint_that_is_damaged_keeps_nobody_from_deciding(city: City) -> None:
    city.append("un")
    city.witness()
    (city.root / "store" / "checkpoint.json").write_bytes(b"{")
    city.act("retrait", "withdrawal")
    assert len(city.desk.place.store.list_ledger_entry_keys("jeu")) == 2
    city.refuse()
    assert city.lost() == []


def test_acts_of_one_moment_are_each_in_the_newest_checkpoint(city: City) -> None:
    names = [f"jeu-{rank}" for rank in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda name: city.act("un", dataset=name), names))
    city.lose("datasets")
    assert city.lost() == names


def test_a_longer_ledger_that_was_made_anew_is_no_better(city: City) -> None:
    for run in ("un", "deux"):
        city.append(run)
    city.witness()
    city.lose("datasets/jeu", "checkpoint.json")
    for run in ("a", "b", "c"):
        city.append(run)
    assert verify_ledger(city.desk.place.store, "jeu").is_valid
    with pytest.raises(LedgerRolledBack):
        city.refuse()
    assert read_known_checkpoint(city.desk.place.store) is not None, "acts know of it from now on"


@pytest.mark.parametrize("when", ["continue", "stop"])
def test_a_place_that_does_not_answer(city: City, when: str, caplog: pytest.LogCaptureFixture) -> None:
    city.append("un")
    city.witness()
    declare(city.desk, git={"connection": "temoin"}, when_silent=when)
    shutil.move(city.root / "temoin.git", city.root / "ailleurs.git")
    if when == "stop":
        with pytest.raises(WitnessUnreachable):
            city.refuse()
    else:
        city.refuse()
    assert "ne répond pas, ou refuse" in caplog.text
    lost, silent = witness_city(city.desk.city, city.desk.place)
    assert (lost, list(silent)) == ([], ["git"])
    city.act("deux")
    city.lose("datasets/jeu")
    with pytest.raises((LedgerRolledBack, WitnessUnreachable)):
        city.refuse()


def test_a_password_is_told_nowhere(city: City, caplog: pytest.LogCaptureFixture) -> None:
    secret = "mot-de-passe-du-temoin"
    connection = {
        "conn_type": "git",
        "host": "http://127.0.0.1:9/temoin.git",
        "login": "u",
        "password": secret,
    }
    variables = {"AIRFLOW_CONN_TEMOIN": json.dumps(connection)}
    place = replace(city.desk.place, connections=replace(city.desk.place.connections, variables=variables))  # type: ignore[type-var]
    _lost, silent = witness_city(city.desk.city, place)
    assert silent["git"].code == "temoin-injoignable" and secret not in str(silent["git"]) + caplog.text


def test_history_in_the_repository_is_only_added_to(city: City) -> None:
    for run in ("un", "deux", "trois"):
        city.append(run)
        city.witness()
    said = list_commits(city.root / "temoin.git")
    assert [one.split(" :")[0] for one in said] == [f"Point de contrôle n° {one}" for one in (3, 2, 1)]


# --- signed, stamped, mailed --------------------------------------------------------------------------------


def test_a_checkpoint_that_the_city_did_not_sign_is_none(city: City) -> None:
    city.append("un")
    city.witness()
    private, public = generate_signing_key_pair()
    made = city.desk.place.connections.variables  # type: ignore[attr-defined]
    made["AIRFLOW_CONN_SIGNATURE"] = json.dumps({"conn_type": "generic", "password": private})
    path = city.desk.include / "city.yaml"
    signing = {"signing": {"connection": "signature", "keys": [public]}}
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **signing}, allow_unicode=True))
    _lost, silent = witness_city(city.desk.city, city.desk.place)
    assert "n'est pas signé d'une clé de la Ville" in str(silent["git"])
    city.witness()
    (kept,) = read_witnesses(list_places(city.desk.city, city.desk.place), city.desk.city, city.desk.place)
    assert kept.signed is not None and kept.failure is None
    forged = tmp_forgery(city, lambda raw: raw["checkpoint"].update(number=99))
    with pytest.raises(InvalidCheckpoint):
        read_checkpoint_file(forged, city.desk.city, city.desk.place)


def tmp_forgery(city: City, change: Callable[[dict[str, Any]], Any]) -> Path:
    raw = json.loads(git("show", "registre:checkpoint.json", into=city.root / "temoin.git"))
    change(raw)
    path = city.root / "point.json"
    path.write_text(json.dumps(raw))
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw["checkpoint"]["heads"].clear(),
        lambda raw: raw["checkpoint"].update(root="0" * 64),
        lambda raw: raw.pop("checkpoint"),
        lambda raw: raw["checkpoint"].update(city="Une autre"),
    ],
)
def test_what_is_no_checkpoint_is_refused(city: City, change: Callable[[dict[str, Any]], Any]) -> None:
    city.append("un")
    city.witness()
    with pytest.raises(InvalidCheckpoint):
        read_checkpoint_file(tmp_forgery(city, change), city.desk.city, city.desk.place)


def test_an_authority_stamps_it_and_a_file_is_enough(city: City) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    with serve_authority(city.root / "autorite") as authority:
        shutil.copy(authority.folder / "root.pem", city.desk.include / "autorite.pem")
        stamp = {"url": authority.url, "certificate": "autorite.pem"}
        declare(city.desk, timestamp=stamp, git={"connection": "temoin"})
        city.append("un")
        city.witness()
    kept = tmp_forgery(city, lambda _raw: None)
    declare(city.desk, timestamp=stamp)
    city.lose("datasets/jeu", "checkpoint.json")
    witness = read_checkpoint_file(kept, city.desk.city, city.desk.place)
    assert (
        witness.stamped_at is not None and abs((datetime.now(UTC) - witness.stamped_at).total_seconds()) < 60
    )
    assert [one.dataset for one in find_lost([witness], city.desk.place)] == ["jeu"]
    # Without Aqueduc, too.
    require_stamp_verified_by_openssl(kept, city.root / "autorite")
    later = tmp_forgery(city, lambda raw: raw["checkpoint"].update(at="2030-01-01T00:00:00+00:00"))
    with pytest.raises(InvalidCheckpoint, match="pas le sien"):
        read_checkpoint_file(later, city.desk.city, city.desk.place)
    _lost, silent = witness_city(city.desk.city, city.desk.place)
    assert list(silent) == ["timestamp"], "an authority that is away stops nothing"


def require_stamp_verified_by_openssl(kept: Path, folder: Path) -> None:
    """As the guide says to."""
    commands = read_ledger_page_commands("openssl ts").replace("autorite.pem", "root.pem")
    shutil.copy(kept, folder / "checkpoint.json")
    subprocess.run(["sh", "-ec", commands], cwd=folder, check=True)


def test_a_mail_is_enough_once_a_week(tmp_path: Path) -> None:
    with open_post_office(tmp_path) as office:
        office.declare(dpo="dpo@ville.example", witness={"mail": ["dpo", "region"]})
        made = City(Desk(office.workspace), tmp_path)
        made.append("un")
        for _day in range(2):
            made.witness()
        office.deliver()
        assert sorted(mail["To"] for mail in office.mails) == ["chef@region.example", "dpo@ville.example"]
        assert all("racine" in read_body(mail) for mail in office.mails)
        kept = tmp_path / "courriel.eml"
        kept.write_bytes(office.mails[0].as_bytes())
        made.lose("datasets/jeu", "checkpoint.json")
        witness = read_checkpoint_file(kept, office.desk.city, office.workspace)
        assert [one.dataset for one in find_lost([witness], office.workspace)] == ["jeu"]


def test_a_city_without_a_place_pays_and_keeps_nothing(tmp_path: Path) -> None:
    made = City(desk(tmp_path), tmp_path)
    assert "witness" not in CITY
    made.act("un")
    made.witness()
    assert not (tmp_path / "store" / "checkpoint.json").exists()
