"""docker-compose.yaml as a city starts it: a made .env, a private authority, a repository made by ``aqueduc init``."""

from __future__ import annotations

import base64
import json
import os
import secrets
import ssl
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.compose.engine import REPOSITORY, run

PORTAL, FILES = "donnees.ville.test", "fichiers.ville.test"
_YEAR = timedelta(days=365)
_SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    **dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"), False
    ),
    **dict.fromkeys(("key_agreement", "encipher_only", "decipher_only"), False),
)
_AUTHORITY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorite d'essai de la Ville")])


@dataclass
class PrivateAuthority:
    """An authority that no public list knows, and the certificates that it gives."""

    folder: Path
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        """Writes ``ville.crt``, beside the authorities that this machine's administrator added, if any."""
        self.folder.mkdir(parents=True)
        (self.folder / "ville.crt").write_bytes(
            _write_pem(self._build(_AUTHORITY, self._key, []).sign(self._key, hashes.SHA256()))
        )
        for path in Path("/usr/local/share/ca-certificates").rglob("*.crt"):
            (self.folder / path.name).write_bytes(path.read_bytes())

    def give(self, folder: Path, *names: str) -> None:
        """Writes ``ville.pem`` and ``ville.key`` for a server of these names, readable by its account."""
        folder.mkdir(parents=True)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        (folder / "ville.pem").write_bytes(
            _write_pem(self._build(subject, key, names).sign(self._key, hashes.SHA256()))
        )
        (folder / "ville.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def trust(self) -> ssl.SSLContext:
        """What a visitor of the city trusts: this authority alone."""
        return ssl.create_default_context(cafile=str(self.folder / "ville.crt"))

    def _build(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, names: Iterable[str]
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_AUTHORITY)
            .public_key(key.public_key())
        )
        made = (
            made.serial_number(x509.random_serial_number())
            .not_valid_before(now - _YEAR)
            .not_valid_after(now + _YEAR)
        )
        # As Python's strict verification wants them: who may sign, and which key signed.
        server = [x509.DNSName(name) for name in names]
        made = made.add_extension(x509.BasicConstraints(ca=not server, path_length=None), critical=True)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = made.add_extension(identifier, critical=False)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        if server:
            return made.add_extension(x509.SubjectAlternativeName(server), critical=False)
        return made.add_extension(_SIGNS_CERTIFICATES, critical=True)


def _write_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass
class Stack:
    """One deployment. ``folder`` holds its .env, its city, its drop folder and its certificates."""

    folder: Path
    project: str
    listen: int
    authority: PrivateAuthority
    settings: dict[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @property
    def city(self) -> Path:
        return self.folder / "ma-ville"

    def write_environment(self, **changes: str) -> None:
        """Writes the .env, mode 0600, with every secret made."""
        hexadecimal = ("JWT_SECRET", "API_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
        hexadecimal += ("STORE_SECRET_KEY", "VAULT_SECRET_KEY")
        if not self.settings:
            self.settings = {
                **{name: secrets.token_hex(32) for name in hexadecimal},
                "ADMIN_PASSWORD": secrets.token_urlsafe(18),
                "FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
                "PUBLIC_URL": f"http://127.0.0.1:{self.listen}",
                "LISTEN": f"127.0.0.1:{self.listen}",
                "CITY": str(self.city),
                "DROP_FOLDER": str(self.folder / "depot"),
                "ADMIN_USER": "administration",
                "ADMIN_EMAIL": "administration@ville.test",
                "HISTORY_DAYS": "90",
                "CA_FOLDER": str(self.authority.folder),
                "COMPOSE_PROFILES": "web",
                "PORTAL_ADDRESS": f"https://{PORTAL}",
                "FILES_ADDRESS": f"https://{FILES}",
                "WEB_TLS": "/etc/caddy/tls/ville.pem /etc/caddy/tls/ville.key",
                "WEB_CERTIFICATES": str(self.folder / "certificats"),
            }
        self.settings |= changes
        path = self.folder / "env"
        path.touch(mode=0o600)
        path.write_text(
            "".join(f"{name}={value}\n" for name, value in self.settings.items()), encoding="utf-8"
        )

    def write_addresses(self, environments: Mapping[str, Mapping[str, str]]) -> None:
        """Stands in for the city's DNS: what publishes reaches the web server by the address of this machine; and gives
        services more variables, by their names."""
        hosts = [f"{name}:host-gateway" for name in (PORTAL, FILES)]
        services: dict[str, dict[str, Any]] = {"worker": {"extra_hosts": hosts}}
        for name, more in environments.items():
            services.setdefault(name, {})["environment"] = dict(more)
        (self.folder / "adresses.yaml").write_text(yaml.safe_dump({"services": services}), encoding="utf-8")

    def use(self, file: Path) -> None:
        """From now on the deployment is that of this Compose file."""
        self.files = (file, self.folder / "adresses.yaml")

    def compose(self, *arguments: str, text: str | None = None) -> str:
        """What ``docker compose`` prints, of this deployment."""
        files = [word for path in self.files for word in ("--file", str(path))]
        command = ("docker", "compose", "--project-name", self.project, *files)
        # No variable of the caller's may fill in for one of the .env.
        bare = [name for name in os.environ if name in self.settings]
        return run(*command, "--env-file", str(self.folder / "env"), *arguments, text=text, without=bare)

    def execute(self, service: str, *command: str, text: str | None = None) -> str:
        """What a command prints in the container of ``service``."""
        return self.compose("exec", "--no-TTY", service, *command, text=text)

    def list_containers(self, service: str = "") -> list[str]:
        """The identifiers of the containers of ``service``, or of all."""
        return self.compose("ps", "--all", "--quiet", *([service] if service else [])).split()

    def inspect(self, service: str) -> list[dict[str, Any]]:
        """What the engine says of each container of ``service``."""
        found: list[dict[str, Any]] = json.loads(run("docker", "inspect", *self.list_containers(service)))
        return found

    def read_logs(self, service: str = "") -> str:
        """What ``service``, or all, wrote on both outputs."""
        files = [word for path in self.files for word in ("--file", str(path))]
        command = [
            "docker",
            "compose",
            "--project-name",
            self.project,
            *files,
            "--env-file",
            str(self.folder / "env"),
        ]
        logs = ["logs", "--no-color", *([service] if service else [])]
        done = subprocess.run([*command, *logs], capture_output=True, text=True, check=True, cwd=REPOSITORY)
        return done.stdout + done.stderr
