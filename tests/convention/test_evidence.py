"""The archive of evidence: read again by other means than ours, and found out when it was tampered with."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.signature import generate_signing_key_pair
from aqueduc.connections import EnvironmentConnections
from aqueduc.convention.claims import ClaimDraft, record_claim
from aqueduc.convention.evidence import EvidenceArchive, EvidenceRequest, build_evidence_archive
from aqueduc.declaration import load_city, load_dataset
from aqueduc.store import Store
from tests.cli.office import COMMAND
from tests.convention.cities import BOTH, at, change_city, publish, two_portals
from tests.making import Desk
from tests.publish.showcase import Showcase


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Showcase:
    """A city that signs, with three revisions of a dataset: made once, and only read."""
    made = two_portals(tmp_path_factory.mktemp("ville"))
    private, public = generate_signing_key_pair()
    change_city(made, signing={"connection": "signature", "keys": [public]})
    known = {"AIRFLOW_CONN_SIGNATURE": json.dumps({"conn_type": "generic", "password": private})}
    made.desk = Desk(replace(made.desk.place, connections=EnvironmentConnections(known)))
    for day, count in (("2026-02-01", 3), ("2026-03-01", 5), ("2026-04-01", 7)):
        at(made, f"{day}T09:00:00")
        publish(made, BOTH, f"passage-{day}", count=count)
    wrong = ClaimDraft("claim", "une adresse de trop", "Jeanne Martin", made.desk.place.clock(), ("lieux",))
    record_claim(wrong, made.desk.city, made.desk.place)
    return made


def build(here: Showcase, first: str, last: str, *names: str) -> EvidenceArchive:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    return build_evidence_archive(
        EvidenceRequest(names or ("lieux",), *days), here.desk.city, here.desk.place
    )


def unpack(found: EvidenceArchive, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        archive.extractall(folder)
    return folder


# --- an independent reading: hashlib, openssl, and the documents themselves --------------------------------


def sums(folder: Path) -> Iterator[str]:
    """What is wrong with the digests."""
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            yield name
    listed = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}
    yield from there - listed - {"SHA256SUMS", "SHA256SUMS.dsse"}


def chain(folder: Path) -> Iterator[str]:
    """Where the chain of a ledger is broken, walked from its head."""
    for ledger in folder.glob("depot/datasets/*/ledger"):
        (head,) = (ledger.parent / "heads").iterdir()
        link = json.loads(head.read_text())
        while link:
            data = (ledger / link["entry"]).read_bytes()
            if hashlib.sha256(data).hexdigest() != link["sha256"]:
                yield f"{ledger.parent.name}/{link['entry']}"
                return
            link = json.loads(data)["previous"]


def signed(folder: Path, envelope: Path, data: bytes, scratch: Path) -> bool:
    """Whether openssl finds the signature right, and the statement is about these bytes."""
    found = json.loads(envelope.read_text())
    payload = base64.b64decode(found["payload"])
    kind = found["payloadType"].encode()
    (scratch / "signe").write_bytes(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload))
    (scratch / "sig").write_bytes(base64.b64decode(found["signatures"][0]["sig"]))
    (key,) = (folder / "cles").glob("*.pem")
    told = ["-pubin", "-inkey", str(key), "-rawin", "-in", "signe", "-sigfile", "sig"]
    done = subprocess.run(["openssl", "pkeyutl", "-verify", *told], cwd=scratch, capture_output=True)
    digests = [one["digest"]["sha256"] for one in json.loads(payload)["subject"]]
    return done.returncode == 0 and hashlib.sha256(data).hexdigest() in digests


def problems(folder: Path, scratch: Path) -> list[str]:
    scratch.mkdir(exist_ok=True)
    found = [f"sum:{one}" for one in sums(folder)] + [f"chain:{one}" for one in chain(folder)]
    envelopes = [*folder.glob("depot/datasets/*/ledger/*.dsse"), folder / "SHA256SUMS.dsse"]
    for envelope in envelopes:
        entry = envelope.with_name(f"{envelope.stem.rpartition('-')[0]}.json")
        about = entry if envelope.parent.name == "ledger" else folder / "SHA256SUMS"
        if not signed(folder, envelope, about.read_bytes(), scratch):
            found.append(f"signature:{envelope.name}")
    entries = {one.stem for one in folder.glob("depot/datasets/*/ledger/*.json")}
    if entries - {one.stem.rpartition("-")[0] for one in envelopes}:
        found.append("unsigned")
    return found


def aqueduc_verifies(folder: Path) -> bool:
    """As the guide in the archive says to, without a network."""
    environment = {
        **os.environ,
        "AQUEDUC_STORE": f"file://{folder}/depot",
        "AQUEDUC_VAULT": f"file://{folder}/coffre-vide",
        "AQUEDUC_INCLUDE": f"{folder}/include",
    }
    done = subprocess.run([str(COMMAND), "verify"], env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done.returncode == 0


# --- what is in it ------------------------------------------------------------------------------------------


def test_it_is_verified_by_openssl_by_hand_and_by_aqueduc(here: Showcase, tmp_path: Path) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    assert problems(folder, tmp_path / "essai") == []
    assert aqueduc_verifies(folder)
    guide = (folder / "LISEZMOI.txt").read_text()
    assert "- lieux : 3 révisions en ligne, en 3 périodes\n" in guide
    assert "Comparer cles/ avec les clés que la Ville publie" in guide
    assert "sha256sum -c SHA256SUMS" in guide
    assert "openssl pkeyutl -verify" in guide
    (claim,) = (folder / "depot/datasets/_convention/ledger").glob("*.json")
    assert json.loads(claim.read_text())["claim"]["what"] == "une adresse de trop"


def test_the_commands_of_its_guide_do_what_it_says(here: Showcase, tmp_path: Path) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    guide = (folder / "LISEZMOI.txt").read_text()
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    script = guide[guide.index("    python3 -c") : guide.index("   L'empreinte affichée")]
    (key,) = (folder / "cles").glob("*.pem")
    (entry, *_others) = sorted((folder / "depot/datasets/lieux/ledger").glob("*.dsse"))
    script = "\n".join(line[4:] for line in script.splitlines())
    script = script.replace("ENTREE.dsse", str(entry)).replace("cles/CLE.pem", str(key))
    done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    named = entry.with_name(f"{entry.stem.rpartition('-')[0]}.json")
    assert hashlib.sha256(named.read_bytes()).hexdigest() in done.stdout


@pytest.mark.parametrize(
    "first, last, count",
    [
        ("2026-01-01", "2026-01-31", 0),
        ("2026-02-01", "2026-02-01", 1),
        ("2026-02-10", "2026-02-20", 1),
        ("2026-02-15", "2026-03-01", 2),
        ("2026-04-01", "2026-04-01", 2),
        ("2026-02-01", "2026-12-31", 3),
    ],
)
def test_it_says_what_was_online_between_the_days(
    here: Showcase, tmp_path: Path, first: str, last: str, count: int
) -> None:
    found = build(here, first, last)
    folder = unpack(found, tmp_path / "archive")
    (one,) = json.loads((folder / "en-ligne.json").read_text())["datasets"]
    assert found.periods == len(one["periods"]) == count
    assert one["ledger_holds"] is True
    for period in one["periods"]:
        entry = json.loads((folder / "depot/datasets/lieux/ledger" / period["entry"]).read_text())
        assert entry["revision"] == period["revision"]
        assert {one["sha256"] for one in period["files"]} >= {one["sha256"] for one in entry["resources"]}


def test_a_revision_that_comes_back_is_one_in_two_periods_and_says_how_each_ended(tmp_path: Path) -> None:
    made = two_portals(tmp_path)
    for day, count in (("01", 3), ("02", 5), ("03", 3)):
        at(made, f"2026-02-{day}T09:00:00")
        publish(made, BOTH, f"passage-{day}", count=count)
    found = build(made, "2026-02-01", "2026-02-28")
    assert (found.periods, found.revisions) == (3, 2)
    folder = unpack(found, tmp_path / "archive")
    guide = (folder / "LISEZMOI.txt").read_text()
    assert "- lieux : 2 révisions en ligne, en 3 périodes\n" in guide
    assert "d'une révision remplacée ou cachée, avant ces jours aussi, les fichiers ont pu" in guide
    (one,) = json.loads((folder / "en-ligne.json").read_text())["datasets"]
    assert [period["ending"] for period in one["periods"]] == ["replaced", "replaced", ""]


def test_the_text_of_each_declaration_is_there_under_its_digest(here: Showcase, tmp_path: Path) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    for entry in (folder / "depot/datasets/lieux/ledger").glob("*.json"):
        certificate = json.loads(entry.read_text())
        kept = folder / "depot/declarations" / f"{certificate['declaration']}.json"
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == certificate["declaration"]
        document = json.loads(kept.read_text())
        assert document["fingerprint"] == certificate["fingerprint"]
        assert (
            document["files"]["datasets/lieux.yaml"]
            == (here.desk.include / "datasets/lieux.yaml").read_text()
        )
        assert "city.yaml" in document["files"]


def test_the_kept_text_loads_again_to_the_same_fingerprint(here: Showcase, tmp_path: Path) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    (kept,) = (folder / "depot/declarations").glob("*.json")
    document = json.loads(kept.read_text())
    include = tmp_path / "include-refait"
    for name, text in document["files"].items():
        path = include / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    again = load_dataset(include / "datasets/lieux.yaml", load_city(include))
    assert again.fingerprint == document["fingerprint"]


def test_no_published_row_is_in_it_and_the_same_days_give_the_same_bytes(
    here: Showcase, tmp_path: Path
) -> None:
    found = build(here, "2026-02-01", "2026-04-30")
    assert found.data == build(here, "2026-02-01", "2026-04-30").data
    names = zipfile.ZipFile(io.BytesIO(found.data)).namelist()
    assert not [name for name in names if name.endswith((".parquet", ".csv"))]
    assert "include/city.yaml" in names


# --- forged -------------------------------------------------------------------------------------------------


def resum(folder: Path) -> None:
    """The digests made again, as a forger would."""
    lines = [line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    text = "".join(f"{hashlib.sha256((folder / one).read_bytes()).hexdigest()}  {one}\n" for one in lines)
    (folder / "SHA256SUMS").write_text(text)


def rewrite(entry: Path, **changes: Any) -> None:
    document = json.loads(entry.read_text())
    entry.write_text(json.dumps({**document, **changes}, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def rechain(ledger: Path) -> None:
    """Each entry names the digest of the one before again, and the head the last one."""
    entries = sorted(ledger.glob("*.json"))
    link: dict[str, Any] | None = None
    for rank, entry in enumerate(entries):
        if link:
            rewrite(entry, previous=link)
        digest = hashlib.sha256(entry.read_bytes()).hexdigest()
        link = {"entry": entry.name, "sha256": digest, "rank": rank}
    (head,) = (ledger.parent / "heads").iterdir()
    head.write_text(json.dumps(link))
    pointer = json.loads((ledger.parent / "current.json").read_text())
    pointer["certificate_sha256"] = link["sha256"] if link else ""
    (ledger.parent / "current.json").write_text(json.dumps(pointer))


def test_a_claim_that_was_taken_out_is_found_out(here: Showcase, tmp_path: Path) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    for file in (folder / "depot/datasets/_convention/ledger").iterdir():
        file.unlink()
    assert not aqueduc_verifies(folder)


@pytest.mark.parametrize("cleverness", ["plain", "sums", "chain"])
def test_a_forged_certificate_is_found_out(here: Showcase, tmp_path: Path, cleverness: str) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    ledger = folder / "depot/datasets/lieux/ledger"
    first = min(ledger.glob("*.json"))
    rewrite(first, owner="Personne")
    if cleverness == "chain":
        rechain(ledger)
    if cleverness != "plain":
        resum(folder)
    found = problems(folder, tmp_path / "essai")
    assert any(one.startswith(f"signature:{first.stem}-") for one in found)
    assert ("signature:SHA256SUMS.dsse" in found) == (cleverness != "plain")
    assert not aqueduc_verifies(folder)


@pytest.mark.parametrize("name", ["en-ligne.json", "include/city.yaml"])
def test_what_is_not_in_a_ledger_is_signed_too(here: Showcase, tmp_path: Path, name: str) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    (folder / name).write_text((folder / name).read_text() + "\n# ajouté\n")
    assert problems(folder, tmp_path / "essai") == [f"sum:{name}"]
    resum(folder)
    assert problems(folder, tmp_path / "essai") == ["signature:SHA256SUMS.dsse"]


def test_an_entry_that_was_taken_out_is_missed(here: Showcase, tmp_path: Path) -> None:
    folder = unpack(build(here, "2026-02-01", "2026-04-30"), tmp_path / "archive")
    first = min((folder / "depot/datasets/lieux/ledger").glob("*.json"))
    first.unlink()
    next(first.parent.glob(f"{first.stem}-*.dsse")).unlink()
    assert not aqueduc_verifies(folder)


def test_a_broken_ledger_is_said_to_be_in_the_archive_itself(here: Showcase, tmp_path: Path) -> None:
    shutil.copytree(here.desk.place.store.url.removeprefix("file://"), tmp_path / "depot")
    store = Store((tmp_path / "depot").as_uri())
    store.delete(store.list_ledger_entry_keys("lieux")[0])
    days = (date(2026, 2, 1), date(2026, 4, 30))
    place = replace(here.desk.place, store=store)
    found = build_evidence_archive(EvidenceRequest(("lieux",), *days), here.desk.city, place)
    assert found.broken == ("lieux",)
    folder = unpack(found, tmp_path / "archive")
    assert "son registre est rompu" in (folder / "LISEZMOI.txt").read_text()


def test_of_a_city_that_does_not_sign_the_guide_says_so(tmp_path: Path) -> None:
    made = two_portals(tmp_path)
    at(made, "2026-02-01T09:00:00")
    publish(made, BOTH, "un")
    folder = unpack(build(made, "2026-02-01", "2026-02-28"), tmp_path / "archive")
    assert not (folder / "SHA256SUMS.dsse").exists()
    guide = (folder / "LISEZMOI.txt").read_text()
    assert "ne signait pas son registre" in guide
    assert "cles/" not in guide and not (folder / "cles").exists()
    assert [*sums(folder), *chain(folder)] == []
    assert aqueduc_verifies(folder)
    assert isinstance(Store(f"file://{folder}/depot").list_datasets(), list)
