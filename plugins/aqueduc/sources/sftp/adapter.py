"""Files of an SFTP server, whose key is verified: nothing outside of the folder, and nothing but files."""

import binascii
import io
import logging
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Self, TypeVar

import paramiko

from aqueduc.connections import build_wrong_setting_error
from aqueduc.errors import AqueducError
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, locate_at_server
from aqueduc.sources.drops.downloading import write_complete_download_or_nothing
from aqueduc.sources.drops.extracting import build_drop_adapter
from aqueduc.sources.drops.listing import DropFile, FileDrop
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.sftp.known_hosts import MACHINE_FILES, KnownHosts, read_known_hosts
from aqueduc.sources.sftp.settings import SftpSettings, read_sftp_settings

READ_TIMEOUT_S = 60.0
BLOCK = 1 << 15
"""What one answer of a server holds: between two, the limits are looked at."""
KEEP_ALIVE_S = 30
MOST_REQUESTS = 1_024
"""Of 32 kB, on their way at once. Paramiko looks for room every 10 ms only: with 64, 190 MB took 47 s beside a
server that gives them in 6."""
_KEYS: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


T = TypeVar("T")


class _NonUtf8TolerantMessage(paramiko.Message):  # type: ignore[misc]  # paramiko has no types
    """Whose texts may be any bytes, as names are in Latin-1 on an old server: paramiko gives up a whole folder
    for one. They keep theirs as Python's own names of files do."""

    def get_text(self) -> str:
        return str(self.get_string(), "utf-8", "surrogateescape")

    @classmethod
    def from_message(cls, answer: paramiko.Message) -> Self:
        same = cls()
        same.packet = answer.packet
        return same


class _NonUtf8TolerantSftpClient(paramiko.SFTPClient):  # type: ignore[misc]
    def _request(self, t: int, *args: Any) -> tuple[int, paramiko.Message]:
        kind, answer = super()._request(t, *args)
        return kind, _NonUtf8TolerantMessage.from_message(answer)

    def _convert_status(self, msg: paramiko.Message) -> None:
        super()._convert_status(_NonUtf8TolerantMessage.from_message(msg))


class _UnknownHostKey(Exception):
    """Nobody said that this is the key of the server."""

    def __init__(self, key: paramiko.PKey) -> None:
        super().__init__("unknown host key")
        self.key = key


class _UnknownKeyRefusalPolicy:
    """A policy of paramiko's, which asks no more of it than this method."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        raise _UnknownHostKey(key)


@dataclass(frozen=True)
class SftpFolder:
    """A ``FileDrop`` in a folder of an SFTP server; ``base`` is its real path there."""

    in_place: ClassVar[bool] = False

    origin: SourceOrigin
    client: paramiko.SFTPClient
    base: PurePosixPath

    def find_file(self, path: str) -> DropFile:
        found = call_sftp_with_source_errors(
            self.origin, lambda: self.client.stat(str(self._resolve_inside_folder(path)))
        )
        if not stat.S_ISREG(found.st_mode or 0):
            raise self.origin.build_unreadable_error(
                _("Ce n'est pas un fichier."), _("corriger « path: » dans la déclaration")
            )
        return _build_drop_file(path, found)

    def list_files(self, folder: str, is_wanted: Callable[[str], bool]) -> Iterable[DropFile]:
        listed = call_sftp_with_source_errors(
            self.origin, lambda: self.client.listdir_attr(str(self._resolve_inside_folder(folder)))
        )
        for one in (one for one in listed if is_wanted(one.filename)):
            path = str(PurePosixPath(folder) / one.filename)
            found = self._stat_link_target(path) if stat.S_ISLNK(one.st_mode or 0) else one
            if found is not None and stat.S_ISREG(found.st_mode or 0):
                yield _build_drop_file(path, found)

    def _stat_link_target(self, path: str) -> paramiko.SFTPAttributes | None:
        """None for one that leads nowhere. Where it leads is looked at when it is fetched."""

        def stat_link_target_or_none() -> paramiko.SFTPAttributes | None:
            with suppress(FileNotFoundError, PermissionError):
                return self.client.stat(str(self.base / path))
            return None

        return call_sftp_with_source_errors(self.origin, stat_link_target_or_none)

    def fetch_file(self, file: DropFile, target: Path) -> Path:
        return write_complete_download_or_nothing(self.origin, file, self._read_blocks(file), target)

    def _read_blocks(self, file: DropFile) -> Iterator[bytes]:
        remote = call_sftp_with_source_errors(
            self.origin, lambda: self.client.open(str(self._resolve_inside_folder(file.path)))
        )
        try:
            call_sftp_with_source_errors(self.origin, lambda: remote.prefetch(file.size, MOST_REQUESTS))
            while block := call_sftp_with_source_errors(self.origin, lambda: remote.read(BLOCK)):
                yield block
        finally:
            with suppress(paramiko.SSHException, OSError, EOFError):
                remote.close()

    def _resolve_inside_folder(self, path: str) -> PurePosixPath:
        """The real path. Raises SourceAccessRefusal outside of the folder."""
        real = PurePosixPath(self.client.normalize(str(self.base / path)))
        if not real.is_relative_to(self.base) or ".." in PurePosixPath(path).parts:
            raise self.origin.build_refusal_error(
                _("Le chemin déclaré sort du dossier de dépôt."),
                _("déposer le fichier lui-même dans ce dossier"),
            )
        return real


def _build_drop_file(path: str, found: paramiko.SFTPAttributes) -> DropFile:
    return DropFile(path, found.st_size or 0, found.st_mtime)


@contextmanager
def open_sftp_folder(request: ExtractRequest) -> Iterator[FileDrop]:
    """The folder of the request's connection. Raises InvalidConnectionSettings, SourceUnavailable,
    SourceAccessRefusal, SourceNotFound."""
    settings = read_sftp_settings(request.connection)
    # It logs the host, the account and each file, and every failure with its trace.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    key = _read_private_key(request, settings)
    with paramiko.SSHClient() as ssh:
        _trust_known_keys(request, ssh, settings)

        def connect_and_open_folder() -> SftpFolder:
            _connect_ssh(ssh, settings, key)
            client = _open_sftp_client(ssh)
            return SftpFolder(
                request.source_origin, client, PurePosixPath(client.normalize(settings.folder or "."))
            )

        yield call_sftp_with_source_errors(request.source_origin, connect_and_open_folder)


def _open_sftp_client(ssh: paramiko.SSHClient) -> paramiko.SFTPClient:
    transport = ssh.get_transport()
    client = _NonUtf8TolerantSftpClient.from_transport(transport) if transport else None
    if transport is None or client is None:
        raise paramiko.SSHException("no session")
    # While a file is left to settle, nothing is said.
    transport.set_keepalive(KEEP_ALIVE_S)
    client.get_channel().settimeout(READ_TIMEOUT_S)
    return client


def _connect_ssh(ssh: paramiko.SSHClient, settings: SftpSettings, key: paramiko.PKey | None) -> None:
    ssh.connect(
        settings.host,
        settings.port,
        settings.login,
        settings.password or None,
        pkey=key,
        timeout=settings.timeout_s,
        banner_timeout=settings.timeout_s,
        auth_timeout=settings.timeout_s,
        channel_timeout=settings.timeout_s,
        allow_agent=False,
        look_for_keys=settings.look_for_keys,
        compress=settings.compress,
        disabled_algorithms=settings.disabled_algorithms or None,
    )


def _trust_known_keys(request: ExtractRequest, ssh: paramiko.SSHClient, settings: SftpSettings) -> None:
    """The key that the connection says; else those of its file, or of the machine's own files."""
    ssh.set_missing_host_key_policy(_UnknownKeyRefusalPolicy())
    if settings.host_key is not None:
        name = settings.host if settings.port == 22 else f"[{settings.host}]:{settings.port}"
        kind, text = settings.host_key
        ssh.get_host_keys().add(name, kind, _parse_host_key(request, kind, text))
        return
    if not settings.known_hosts:
        _add_known_host_keys(ssh, [found for path in MACHINE_FILES if (found := read_known_hosts(path))])
        return
    found = read_known_hosts(Path(settings.known_hosts))
    if found is None or found.is_garbled:
        raise build_wrong_setting_error(
            request.connection, "known_hosts", _("le chemin d'un fichier « known_hosts » lisible")
        )
    _add_known_host_keys(ssh, [found])


def _add_known_host_keys(ssh: paramiko.SSHClient, known: Sequence[KnownHosts]) -> None:
    """Of two keys of a kind for a server, the first is its own: ``add`` keeps the last."""
    revoked = {key for found in known for key in found.revoked}
    for entry in reversed([entry for found in known for entry in found.entries]):
        if entry.key.get_base64() not in revoked:
            for name in entry.hostnames:
                ssh.get_host_keys().add(name, entry.key.get_name(), entry.key)


def _parse_host_key(request: ExtractRequest, kind: str, text: str) -> paramiko.PKey:
    with suppress(paramiko.SSHException, paramiko.UnknownKeyType, ValueError):
        return paramiko.PKey.from_type_string(kind, binascii.a2b_base64(text))
    raise build_wrong_setting_error(
        request.connection, "host_key", _("la clé publique du serveur, comme « ssh-ed25519 AAAA… »")
    )


def _read_private_key(request: ExtractRequest, settings: SftpSettings) -> paramiko.PKey | None:
    """Of ``private_key`` or ``key_file``; None without any. Raises InvalidConnectionSettings."""
    setting = "private_key" if settings.private_key else "key_file"
    text = settings.private_key
    if settings.key_file and not text:
        with suppress(OSError, UnicodeDecodeError):
            text = Path(settings.key_file).read_text(encoding="utf-8")
    if not text and not settings.key_file:
        return None
    for kind in _KEYS:
        with suppress(paramiko.SSHException, ValueError):
            return kind.from_private_key(io.StringIO(text), settings.passphrase or None)
    raise build_wrong_setting_error(
        request.connection,
        setting,
        _("une clé privée (Ed25519, ECDSA, RSA) au format PEM, et sa phrase sous « private_key_passphrase »"),
    )


# --- what may fail --------------------------------------------------------------------------------------------


def call_sftp_with_source_errors(origin: SourceOrigin, once: Callable[[], T]) -> T:
    """What ``once`` returns. Raises SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable for
    what the server or the network does: outside of all ``with`` blocks, which would hang its exception on ours."""
    try:
        return once()
    except _UnknownHostKey as error:
        wrong: AqueducError = _build_unknown_key_error(origin, error.key)
    except paramiko.BadHostKeyException as error:
        wrong = _build_changed_key_error(origin, error.key)
    except (paramiko.AuthenticationException, paramiko.PasswordRequiredException):
        wrong = origin.build_refusal_error(
            _("Le serveur SFTP refuse ce compte."),
            _(
                "vérifier l'identifiant, le mot de passe ou la clé de la connexion, et que le compte est ouvert"
            ),
        )
    except PermissionError:
        wrong = origin.build_refusal_error(
            _("Le compte n'a pas le droit de lire ce chemin sur le serveur SFTP."),
            _("lui donner le droit de lecture sur le dossier et sur ses fichiers"),
        )
    except FileNotFoundError:
        wrong = origin.build_missing_error(
            _("Le fichier n'est pas sur le serveur SFTP."),
            _("le déposer, ou corriger « path: » dans la déclaration et dans la connexion"),
        )
    except UnicodeError:
        wrong = origin.build_unreadable_error(
            _("Un nom de dossier ou de lien du serveur SFTP n'est pas en UTF-8."),
            _("le renommer sans accent, ou corriger « path: » dans la déclaration et dans la connexion"),
        )
    except (paramiko.SSHException, paramiko.SFTPError, OSError, EOFError) as error:
        wrong = origin.build_unavailable_error(
            _("Le serveur SFTP ne répond pas, ou plus ({reason}).").format(reason=type(error).__name__),
            _("vérifier qu'il est démarré, l'adresse et le port de la connexion, et le pare-feu"),
        )
    raise wrong


def _build_unknown_key_error(origin: SourceOrigin, key: paramiko.PKey) -> AqueducError:
    return origin.build_refusal_error(
        _("Rien ne dit que la clé que montre le serveur SFTP est la sienne ({fingerprint}).").format(
            fingerprint=key.fingerprint
        ),
        _(
            "demander son empreinte à qui l'exploite ; si c'est celle-là, écrire dans les paramètres "
            'supplémentaires de la connexion : "host_key": "{key}"'
        ).format(key=f"{key.get_name()} {key.get_base64()}"),
    )


def _build_changed_key_error(origin: SourceOrigin, key: paramiko.PKey) -> AqueducError:
    return origin.build_refusal_error(
        _("La clé du serveur SFTP n'est plus celle qui est connue : il montre {fingerprint}.").format(
            fingerprint=key.fingerprint
        ),
        _(
            "demander à qui exploite le serveur si sa clé a changé ; si oui, corriger « host_key » ou le "
            "fichier « known_hosts » ; sinon, prévenir la sécurité informatique"
        ),
    )


ADAPTER = build_drop_adapter(
    open_sftp_folder,
    lambda connection, source: locate_at_server(
        connection, 22, str(PurePosixPath(read_sftp_settings(connection).folder or "") / source.path)
    ),
)
