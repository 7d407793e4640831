"""Signatures of the entries of a ledger: DSSE envelopes over in-toto statements, with Ed25519.

Whoever has the city's public key verifies one with standard tools (cosign, openssl) and without Aqueduc. The
private key is the password of a connection, and is in no file of Aqueduc. Sources: the DSSE protocol 1.0
(secure-systems-lab/dsse), in-toto attestation framework, statement v1.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aqueduc.connections import Connection, ConnectionLookup
from aqueduc.declaration.spec import City
from aqueduc.errors import SigningKeyUnreadable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:aqueduc:ledger-entry:1"

Outcome = Literal["valid", "unsigned", "unknown-key", "invalid"]


@dataclass(frozen=True)
class Signer:
    """A private key, and the identifier of its public one."""

    key_id: str
    _key: Ed25519PrivateKey = field(repr=False)

    def sign(self, statement: Mapping[str, Any]) -> dict[str, Any]:
        """The DSSE envelope of a statement."""
        payload = json.dumps(statement, ensure_ascii=False, sort_keys=True).encode()
        signature = self._key.sign(encode_dsse_signed_payload(PAYLOAD_TYPE, payload))
        return {
            "payloadType": PAYLOAD_TYPE,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": self.key_id, "sig": base64.b64encode(signature).decode()}],
        }


def load_city_signer(city: City, connections: ConnectionLookup) -> Signer | None:
    """The signer of a city; None where it declares none. Raises ConnectionMissing, SigningKeyUnreadable."""
    return load_signer_from_connection(connections.get(city.signing.connection)) if city.signing else None


def load_signer_from_connection(connection: Connection) -> Signer:
    """The signer whose private key, in PEM (PKCS#8), is the password of ``connection``.

    Raises SigningKeyUnreadable, without a character of it.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        # A form that takes one line, and the URI of a connection, turn the ends of lines into « \n ».
        key = load_pem_private_key(connection.password.replace("\\n", "\n").encode(), password=None)
    except (ValueError, TypeError):
        raise SigningKeyUnreadable(connection.id) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnreadable(connection.id)
    return Signer(compute_key_identifier(_encode_public_key_der_base64(key)), key)


def generate_signing_key_pair() -> tuple[str, str]:
    """A new key: the private one in PEM (PKCS#8), the public one in base64 (DER), as ``city.yaml`` has
    it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode(), _encode_public_key_der_base64(key)


def _encode_public_key_der_base64(key: Ed25519PrivateKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def compute_key_identifier(public: str) -> str:
    """The identifier of a public key given in base64 (DER): the SHA-256 of its DER, in hexadecimal. Raises
    ValueError for what is not base64."""
    return hashlib.sha256(base64.b64decode(public, validate=True)).hexdigest()


def build_intoto_statement(
    entry: str, sha256: str, files: Iterable[tuple[str, str]], predicate: Mapping[str, Any]
) -> dict[str, Any]:
    """An in-toto statement about an entry of a ledger (the name and SHA-256 of its file) and about the files
    that it says a platform served (name and SHA-256 of each)."""
    subjects = dict([(entry, sha256), *files])
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects.items()],
        "predicateType": PREDICATE_TYPE,
        "predicate": dict(predicate),
    }


def verify_dsse_envelope(envelope: Any, subject_sha256: str, public_keys: Sequence[str]) -> Outcome:
    """Whether one of ``public_keys`` (base64, DER) signed a statement about ``subject_sha256``. None is
    ``unsigned``, what is no envelope ``invalid``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    if envelope is None:
        return "unsigned"
    keys = {compute_key_identifier(public): public for public in public_keys}
    try:
        payload = base64.b64decode(envelope["payload"], validate=True)
        (signature,) = envelope["signatures"]
        if signature["keyid"] not in keys:
            return "unknown-key"
        key = load_der_public_key(base64.b64decode(keys[signature["keyid"]]))
        signed = encode_dsse_signed_payload(envelope["payloadType"], payload)
        key.verify(base64.b64decode(signature["sig"], validate=True), signed)  # type: ignore[union-attr, call-arg]
        subjects = [subject["digest"]["sha256"] for subject in json.loads(payload)["subject"]]
    except (InvalidSignature, KeyError, TypeError, ValueError, binascii.Error):
        return "invalid"
    return "valid" if subject_sha256 in subjects else "invalid"


def encode_dsse_signed_payload(payload_type: str, payload: bytes) -> bytes:
    """What is signed: the pre-authentication encoding (PAE) of DSSE 1.0."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
