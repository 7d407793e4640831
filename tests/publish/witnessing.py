"""Real witnesses: a git repository that refuses to be rewritten, and a time-stamping authority that openssl answers for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sandbox.door import answering

_CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""


def git(*arguments: str, into: Path) -> str:
    done = subprocess.run(["git", "-C", str(into), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def make_remote(folder: Path) -> Path:
    """A bare repository that takes commits, and no rewriting."""
    folder.mkdir()
    git("init", "--quiet", "--bare", into=folder)
    git("config", "receive.denyNonFastForwards", "true", into=folder)
    git("config", "receive.denyDeletes", "true", into=folder)
    return folder


def list_commits(remote: Path) -> list[str]:
    """Their subjects, the newest first."""
    return git("log", "--format=%s", "registre", into=remote).splitlines()


class Authority(ThreadingHTTPServer):
    """Answers what ``openssl ts`` does; ``folder`` has its root (``root.pem``)."""

    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/tsr"


class _Handler(BaseHTTPRequestHandler):
    server: Authority

    def do_POST(self) -> None:
        folder = self.server.folder
        (folder / "query.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        asked = ("-config", "tsa.cnf", "-queryfile", "query.tsq")
        openssl("ts", "-reply", *asked, "-out", "answer.tsr", into=folder)
        answer = (folder / "answer.tsr").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return


def openssl(*arguments: str, into: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=into, capture_output=True, check=True)


@contextmanager
def serve_authority(folder: Path) -> Iterator[Authority]:
    folder.mkdir()
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "rsa:2048", "-nodes", "-keyout")
    openssl(
        "req",
        "-x509",
        *key,
        "root.key",
        "-subj",
        "/CN=Racine",
        "-days",
        "30",
        "-out",
        "root.pem",
        into=folder,
    )
    openssl("req", "-new", *key, "tsa.key", "-subj", "/CN=Horodatage", "-out", "tsa.csr", into=folder)
    signed = (
        "-req",
        "-in",
        "tsa.csr",
        "-CA",
        "root.pem",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "30",
    )
    openssl("x509", *signed, "-extfile", "tsa.cnf", "-extensions", "ext", "-out", "tsa.pem", into=folder)
    server = Authority(("127.0.0.1", 0), _Handler)
    server.folder = folder
    with answering(server):
        yield server
