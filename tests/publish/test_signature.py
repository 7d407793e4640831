"""Signed certificates: verified here, and by tools that know nothing of Aqueduc."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.ledger import append_ledger_entry, build_signature_storage_key
from aqueduc.certify.signature import (
    build_intoto_statement,
    compute_key_identifier,
    generate_signing_key_pair,
    load_signer_from_connection,
    verify_dsse_envelope,
)
from aqueduc.connections import Connection
from aqueduc.errors import SigningKeyUnreadable
from aqueduc.store import Store
from tests.guide import read_ledger_page_commands

DATA = b"code,nom\n1,a\n"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    return generate_signing_key_pair()


def signed(private: str) -> dict[str, Any]:
    signer = load_signer_from_connection(Connection("signature", "generic", password=private))
    statement = build_intoto_statement("entree.json", "e" * 64, [("jeu.csv", DIGEST)], {"dataset": "jeu"})
    return signer.sign(statement)


def test_a_signature_holds_for_each_of_its_subjects(keys: tuple[str, str]) -> None:
    private, public = keys
    envelope = signed(private)
    assert verify_dsse_envelope(envelope, DIGEST, [public]) == "valid"
    assert verify_dsse_envelope(envelope, "e" * 64, [generate_signing_key_pair()[1], public]) == "valid"
    assert verify_dsse_envelope(envelope, "f" * 64, [public]) == "invalid"
    assert verify_dsse_envelope(None, DIGEST, [public]) == "unsigned"
    assert verify_dsse_envelope(envelope, DIGEST, [generate_signing_key_pair()[1]]) == "unknown-key"


def alter_payload(envelope: dict[str, Any]) -> None:
    payload = base64.b64decode(envelope["payload"]).replace(b'"jeu"', b'"jeU"')
    envelope["payload"] = base64.b64encode(payload).decode()


@pytest.mark.parametrize(
    "forge",
    [
        alter_payload,
        lambda envelope: envelope.update(payloadType="text/plain"),
        lambda envelope: envelope["signatures"][0].update(sig=base64.b64encode(b"\0" * 64).decode()),
        lambda envelope: envelope["signatures"][0].update(sig="pas du base64 !"),
        lambda envelope: envelope.update(signatures=[]),
        lambda envelope: envelope.pop("payload"),
    ],
    ids=["payload", "type", "zeros", "no base64", "none", "no payload"],
)
def test_a_forged_envelope_is_invalid(
    keys: tuple[str, str], forge: Callable[[dict[str, Any]], object]
) -> None:
    envelope = signed(keys[0])
    forge(envelope)
    assert verify_dsse_envelope(envelope, DIGEST, [keys[1]]) == "invalid"


@pytest.mark.parametrize("damage", [lambda pem: "", lambda pem: pem[:60], lambda pem: "secret-canari"])
def test_a_key_that_cannot_be_read_is_told_and_never_shown(
    keys: tuple[str, str], damage: Callable[[str], str]
) -> None:
    with pytest.raises(SigningKeyUnreadable) as caught:
        load_signer_from_connection(Connection("signature", "generic", password=damage(keys[0])))
    said = str(caught.value)
    assert "connexion signature" in said
    assert "BEGIN PRIVATE KEY" in caught.value.remedy
    assert "canari" not in said


def test_a_key_on_one_line_is_read(keys: tuple[str, str]) -> None:
    signer = load_signer_from_connection(
        Connection("signature", "generic", password=keys[0].replace("\n", "\\n"))
    )
    assert signer.key_id == compute_key_identifier(keys[1])
    assert "PRIVATE" not in repr(signer)


# --- with the tools of others -------------------------------------------------------------------------------


@pytest.fixture
def there(keys: tuple[str, str], tmp_path: Path) -> Path:
    """What a citizen has: the public key, a certificate with its envelope, and a file that the platform
    served."""
    private, public = keys
    store, at = Store(str(tmp_path / "store")), datetime(2026, 3, 1, tzinfo=UTC)
    certificate = {
        "kind": "certificate",
        "run": "r0",
        "served_at": at.isoformat(),
        "resources": [{"url": "https://ville.example/jeu.csv", "sha256": DIGEST}],
    }
    signer = load_signer_from_connection(Connection("signature", "generic", password=private))
    key, link = append_ledger_entry(store, "jeu", "r0", at, certificate, signer)
    # As the guide says to make it from city.yaml.
    pem = f"-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n"
    (tmp_path / "ville.pub").write_text(pem, encoding="utf-8")
    (tmp_path / "jeu.csv").write_bytes(DATA)
    (tmp_path / "autre.csv").write_bytes(DATA + b"2,b\n")
    (tmp_path / "jeu.dsse").write_bytes(store.read(build_signature_storage_key(key, link.sha256)) or b"")
    (tmp_path / "certificat.json").write_bytes(store.read(key) or b"")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_the_guide_s_openssl_verifies_the_signature_of_both(there: Path) -> None:
    commands = guide_commands("openssl pkeyutl")
    done = run(there, "sh", "-ec", commands)
    assert done.returncode == 0, done.stderr
    envelope = json.loads((there / "jeu.dsse").read_text(encoding="utf-8"))
    subjects = json.loads(base64.b64decode(envelope["payload"]))["subject"]
    signed_files = {subject["digest"]["sha256"] for subject in subjects}
    kept = [(there / name).read_bytes() for name in ("jeu.csv", "certificat.json")]
    assert signed_files == {hashlib.sha256(data).hexdigest() for data in kept}
    alter_payload(envelope)
    (there / "jeu.dsse").write_text(json.dumps(envelope), encoding="utf-8")
    assert run(there, "sh", "-ec", commands).returncode != 0


@pytest.fixture(scope="session")
def cosign(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Debian's cosign, unpacked beside the tests where the machine has none."""
    if found := shutil.which("cosign"):
        return found
    folder = tmp_path_factory.mktemp("cosign")
    got = run(folder, "apt-get", "download", "cosign") if shutil.which("apt-get") else None
    packages = list(folder.glob("cosign_*.deb"))
    if got is None or not packages:
        pytest.skip("no cosign on this machine")
    run(folder, "dpkg-deb", "-x", str(packages[0]), str(folder))
    return str(folder / "usr" / "bin" / "cosign")


def guide_commands(tool: str) -> str:
    """About the files that are there."""
    return read_ledger_page_commands(tool).replace("ENTREE", "jeu").replace("FICHIER", "jeu.csv")


def test_the_guide_s_cosign_verifies_a_served_file_and_its_certificate(there: Path, cosign: str) -> None:
    command = guide_commands("cosign").replace("cosign", cosign, 1)
    for name in ("jeu.csv", "certificat.json"):
        done = run(there, "sh", "-ec", command.replace("jeu.csv", name))
        assert done.returncode == 0, done.stderr
    refused = run(there, "sh", "-ec", command.replace("jeu.csv", "autre.csv"))
    assert refused.returncode != 0
    assert "digest" in refused.stderr
