"""A git repository as a witness: each checkpoint is a commit on one branch, added and never replaced.

The ``git`` of the machine does it, in a folder of its own that is gone afterwards: nothing but the newest commit is
fetched. Nobody's configuration, hooks or helpers are read.
"""

import base64
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aqueduc.checkpoint import SignedCheckpoint, parse_signed_checkpoint
from aqueduc.connections import Connection
from aqueduc.declaration.spec import City
from aqueduc.declaration.spec.witness import GitWitness
from aqueduc.errors import InvalidCheckpoint, WitnessUnreachable
from aqueduc.language import Sentence, _
from aqueduc.run import Workspace
from aqueduc.store import encode_canonical_json

FILE = "checkpoint.json"
_PATIENCE_S = 15.0
_KEPT = ("PATH", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
_EXTRA = ("key_file", "private_key", "known_hosts_file")
"""What Airflow's form of a Git connection may say, of what is used here."""
_OVERTAKEN = (b"[rejected]", b"failed to update ref", b"cannot lock ref")
"""How a push of the same moment as another is refused; what a repository refuses by its own rules is told otherwise."""
_ABSENT = "couldn't find remote ref"


@dataclass
class GitWitnessPlace:
    """``branch`` of the repository at ``connection``."""

    settings: GitWitness
    city: City
    workspace: Workspace
    name: str = "git"
    is_readable: bool = True
    _read: str | None = field(default=None, init=False)

    def read_newest(self) -> SignedCheckpoint | None:
        """The checkpoint of the newest commit; None in a repository without any. Raises WitnessUnreachable,
        InvalidCheckpoint, ConnectionMissing, InvalidConnectionSettings, StoreError."""
        with self._open_repository() as repository:
            self._read = repository.fetch()
            return self._read_fetched(repository) if self._read else None

    def deposit(self, signed: SignedCheckpoint) -> bool:
        """Adds a commit after the one that was read, unless the newest one holds it; False where another one was added
        meanwhile. Raises what ``read_newest`` does."""
        with self._open_repository() as repository:
            parent = repository.fetch()
            if parent and self._holds(repository, signed):
                return True
            return parent == self._read and repository.push(repository.commit(signed, parent, self.city))

    def _holds(self, repository: "_GitRepository", signed: SignedCheckpoint) -> bool:
        try:
            return self._read_fetched(repository) == signed
        except InvalidCheckpoint:
            return False

    def _read_fetched(self, repository: "_GitRepository") -> SignedCheckpoint:
        return parse_signed_checkpoint(repository.read_fetched_file(), self.name)

    @contextmanager
    def _open_repository(self) -> Iterator["_GitRepository"]:
        connection = self.workspace.connections.get(self.settings.connection)
        where = _("connexion {id}").format(id=connection.id)
        if shutil.which("git") is None:
            raise WitnessUnreachable(where, _("« git » n'est pas installé"))
        with self.workspace.vault.open_scratch_folder() as folder:
            environment = _build_environment(connection, folder)
            made = _GitRepository(
                folder / "repository", connection.host, self.settings.branch, where, environment
            )
            made.run("init", "--quiet", "--bare", "--template=", str(made.folder))
            yield made


def _build_environment(connection: Connection, folder: Path) -> dict[str, str]:
    """No secret is in an argument, which other accounts of the machine may read."""
    extra = connection.get_checked_extra(_EXTRA)
    found = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        "HOME": str(folder),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
    }
    if authorities := os.environ.get("SSL_CERT_FILE"):
        found["GIT_SSL_CAINFO"] = authorities
    if connection.password and connection.host.startswith("http"):
        login = base64.b64encode(f"{connection.login}:{connection.password}".encode()).decode()
        settings = {"COUNT": "1", "KEY_0": "http.extraHeader", "VALUE_0": f"Authorization: Basic {login}"}
        found |= {f"GIT_CONFIG_{name}": value for name, value in settings.items()}
    key, options = str(extra.get("key_file") or ""), "-o BatchMode=yes -o StrictHostKeyChecking=yes"
    if extra.get("private_key"):
        key = str(folder / "key")
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(str(extra["private_key"]).replace("\\n", "\n").strip() + "\n")
    if known := extra.get("known_hosts_file"):
        options += f' -o UserKnownHostsFile="{known}"'
    found["GIT_SSH_COMMAND"] = f"ssh {options}" + (f' -o IdentitiesOnly=yes -i "{key}"' if key else "")
    return found


@dataclass(frozen=True)
class _GitRepository:
    folder: Path
    url: str
    branch: str
    where: Sentence
    environment: Mapping[str, str] = field(repr=False)

    def fetch(self) -> str | None:
        """The newest commit of the branch; None where there is no such branch yet."""
        ref = f"+refs/heads/{self.branch}:refs/witness"
        done = self._start("fetch", "--quiet", "--no-tags", "--depth=1", "--", self.url, ref)
        if done.returncode and _ABSENT in done.stderr.decode(errors="replace"):
            return None
        self._require_success(done)
        return self.run("rev-parse", "refs/witness").decode().strip()

    def read_fetched_file(self) -> bytes:
        """What the newest commit holds; empty where it lacks the file."""
        done = self._start("cat-file", "blob", f"refs/witness:{FILE}")
        return b"" if done.returncode else done.stdout

    def commit(self, signed: SignedCheckpoint, parent: str | None, city: City) -> str:
        checkpoint = signed.checkpoint
        blob = self.run("hash-object", "-w", "--stdin", given=encode_canonical_json(signed.to_json()))
        tree = self.run("mktree", given=b"100644 blob %b\t%b\n" % (blob.strip(), FILE.encode()))
        author = {"NAME": "Aqueduc", "EMAIL": city.contact or "aqueduc@invalid", "DATE": checkpoint.at}
        who = {
            f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in author.items()
        }
        after = ("-p", parent) if parent else ()
        return (
            self.run("commit-tree", tree.decode().strip(), *after, "-m", str(checkpoint.describe()), more=who)
            .decode()
            .strip()
        )

    def push(self, commit: str) -> bool:
        """Never forced; False where another commit was pushed meanwhile."""
        done = self._start("push", "--porcelain", "--", self.url, f"{commit}:refs/heads/{self.branch}")
        if done.returncode and any(one in done.stdout for one in _OVERTAKEN):
            return False
        self._require_success(done)
        return True

    def run(self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
        done = self._start(*arguments, given=given, more=more)
        self._require_success(done)
        return done.stdout

    def _require_success(self, done: subprocess.CompletedProcess[bytes]) -> None:
        """What git says may quote an address with its secret: it is not repeated."""
        if done.returncode:
            raise WitnessUnreachable(
                self.where, _("git s'est arrêté avec le code {code}").format(code=done.returncode)
            )

    def _start(
        self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Raises WitnessUnreachable after 15 seconds."""
        command = ("git", f"--git-dir={self.folder}", *arguments)
        pipe = subprocess.PIPE
        # In a group of its own: what it starts (ssh) is stopped with it.
        with subprocess.Popen(
            command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env={**self.environment, **(more or {})},
            start_new_session=True,
        ) as process:
            try:
                told = process.communicate(given, timeout=_PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise WitnessUnreachable(self.where, _("pas de réponse en 15 secondes")) from None
        return subprocess.CompletedProcess(command, process.returncode, *told)
