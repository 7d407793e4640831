"""Is a deployment well? One check for each thing that its administrator looks after, and the way to mend it.

Nothing is changed, but a small file that is written into the store and the vault, read back and removed. What this
process cannot know (Airflow's database, which a worker does not open) is said not to have been looked at.
"""

import email.utils
import os
import platform
import re
import shutil
import stat
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import unquote, urlsplit

from aqueduc import __version__
from aqueduc.agreement.identity import CONNECTION as DECISION
from aqueduc.alert_queue import read_undelivered_messages
from aqueduc.alerts.channels import check_mail_server
from aqueduc.alerts.silence import Beat, build_silence_alert, read_heartbeat
from aqueduc.anonymise.objections import find_lost_objection_ids
from aqueduc.backup import read_last_backup
from aqueduc.certify.ledger import build_signature_storage_key
from aqueduc.certify.signature import compute_key_identifier, load_signer_from_connection
from aqueduc.cities import DeployedCity, choose_city
from aqueduc.connections import ConnectionLookup
from aqueduc.decisions import (
    read_claim_retention_holds_and_suspensions,
    read_pending_backup_restore_mark,
    read_withdrawal_mark,
)
from aqueduc.declaration import City, Dataset, LoadedCity, load_all_declarations, load_city
from aqueduc.declaration.city import list_city_connections
from aqueduc.duck import find_duckdb_extension_path
from aqueduc.errors import AqueducError, ConnectionMissing, DeclarationError
from aqueduc.http import HttpClient, HttpFailure
from aqueduc.language import (
    LocalisedNumber,
    Message,
    Sentence,
    _,
    format_percentage,
    join_messages,
    n_,
)
from aqueduc.leases import WAITING_S
from aqueduc.platforms import PLATFORMS
from aqueduc.registry import load_airflow_entry_point
from aqueduc.run import Workspace, build_workspace_from_environment
from aqueduc.sightings import list_ongoing_platform_differences
from aqueduc.sources import SOURCES
from aqueduc.store import READERS, Vault, decode_json_or_none

CheckName = Literal[
    "declarations", "storage", "connections", "clock", "disk", "versions", "keys", "backups", "witness", "mail",
    "alerts", "vault", "publications", "airflow", "pools",
]  # fmt: skip
CheckState = Literal["fine", "watch", "wrong", "skipped"]

WATCHED_OFFSET_S, LARGEST_OFFSET_S = 2.0, 10.0
"""Seconds between two clocks. Beyond the largest one Airflow refuses the tokens of tasks (``[api_auth] jwt_leeway``);
a machine that asks the time (NTP) is well below the other, which is over what the whole seconds of a storage hide."""
WATCHED_FREE, LEAST_FREE = 0.10, 0.05
ENOUGH_FREE_BYTES, FEW_FREE_BYTES = 50 << 30, 10 << 30
"""A disk is judged by its share that is free, unless that is much all the same."""
BACKUP_AGE = timedelta(days=2)
"""Backups are daily: one was missed."""
SIGNING_KEY_AGE = timedelta(days=3 * 365)
"""The longest use of a private key that signs: NIST SP 800-57, part 1, revision 5, 5.3.6."""
LEFTOVER_AGE = timedelta(hours=2)
"""The sweep is hourly: it has failed, or does not run."""
LONG_PUBLICATION = timedelta(hours=3)
"""A task lasts an hour at most, and a killed one is tried again within minutes."""
_LEDGERS_ASKED = 10
_EXTENSIONS = ("postgres_scanner", "spatial")

_SWEEP = _("aqueduc sweep ; puis voir dans Airflow pourquoi « aqueduc_sweep » ne le fait pas chaque heure")


@dataclass(frozen=True)
class DoctorFinding:
    """What a check found. ``figure``: how much, since when, or why it was not looked at; ``remedy``: the command or the
    setting that mends it. ``subject``: what it is about, where a check is about several things."""

    check: CheckName
    state: CheckState
    figure: Sentence
    remedy: Sentence = ""
    subject: Sentence = ""

    def to_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.__dict__.items()}


@dataclass(frozen=True)
class PoolUse:
    """A pool of Airflow's: how many tasks it lets run, how many do, and how many wait."""

    slots: float
    running: int
    queued: int


@dataclass(frozen=True)
class AirflowInspection:
    """What Airflow's database says: whether its tables are those of the Airflow installed (``migrated``; without it,
    nothing else was read), how many seconds its clock is ahead, its pools, and the names of its accounts (None where
    their manager keeps none there). ``name_platform_pool`` and ``name_source_pool``: how the pools are called."""

    migrated: bool
    connections: ConnectionLookup = field(repr=False)
    name_platform_pool: Callable[[str], str]
    name_source_pool: Callable[[str], str]
    offset_s: float = 0.0
    pools: Mapping[str, PoolUse] = field(default_factory=dict)
    accounts: frozenset[str] | None = None


AirflowInspector = Callable[[DeployedCity], AirflowInspection | DoctorFinding]
"""What the entry point ``airflow`` of ``aqueduc.doctor`` names: a finding where the database was not read."""


@dataclass(frozen=True)
class ExaminedDeployment:
    """What the checks look at. ``airflow``: None where its database was not read; ``has_airflow``: it is installed.
    ``offsets``: how many seconds other clocks are ahead, by their names. ``probe``: asks the sources and the
    platforms; None where no server is to be asked."""

    workspace: Workspace
    loaded: LoadedCity
    datasets: tuple[Dataset, ...]
    airflow: AirflowInspection | None
    has_airflow: bool
    offsets: Mapping[str, float]
    probe: "ServerProbe | None" = None

    @property
    def city(self) -> City:
        return self.loaded.city

    @property
    def lacks_airflow_connections(self) -> bool:
        """Whether a connection that is not in the environment may be one of Airflow's, which were not read."""
        return self.airflow is None and self.has_airflow

    @cached_property
    def now(self) -> datetime:
        return self.workspace.clock()

    @cached_property
    def pointers(self) -> Mapping[str, Mapping[str, Any]]:
        """Of each dataset that is published. Raises StoreError."""
        store = self.workspace.store
        found = _read_each(store.read_current_revision_pointer, store.list_datasets())
        return {name: pointer for name, pointer in found.items() if pointer}


ServerProbe = Callable[[ExaminedDeployment], Iterator[DoctorFinding]]
Read = TypeVar("Read")


def _read_each(read: Callable[[str], Read], names: Iterable[str]) -> dict[str, Read]:
    """What ``read`` gives for each of ``names``, several at once: a bucket takes its time."""
    names = list(names)
    with ThreadPoolExecutor(READERS) as pool:
        return dict(zip(names, pool.map(read, names), strict=True))


def examine_deployment(probe: ServerProbe | None = None) -> Iterator[DoctorFinding]:
    """The findings of all checks, in their order: what is wrong with the deployment is told, and not raised."""
    try:
        told = _ask_airflow()
        airflow = told if isinstance(told, AirflowInspection) and told.migrated else None
        workspace = build_workspace_from_environment(airflow.connections if airflow else None)
        loaded = load_city(workspace.include)
    except DeclarationError as error:
        problem = error.problems[0]
        yield DoctorFinding("declarations", "wrong", problem.message(), problem.format_remedy(), "city.yaml")
        return
    except AqueducError as error:
        yield _convert_error_to_finding("storage", error)
        return
    declared = load_all_declarations(workspace.include, loaded)
    yield _build_declarations_finding(len(declared.datasets), len(declared.errors))
    offsets = {} if airflow is None else {str(_("la base d'Airflow")): airflow.offset_s}
    answers = True
    for finding in _probe_storage(workspace, offsets):
        answers = answers and finding.state == "fine"
        yield finding
    has_airflow = told is not None
    deployment = ExaminedDeployment(
        workspace, loaded, declared.datasets, airflow, has_airflow, offsets, probe
    )
    for name, check in CHECKS.items():
        if name in _OF_STORAGE and not answers:
            yield DoctorFinding(name, "skipped", _("le dépôt ou le coffre ne répond pas"))
            continue
        try:
            yield from check(deployment)
        except AqueducError as error:
            yield _convert_error_to_finding(name, error)
    yield _build_airflow_finding(told)
    yield from _check_pools(deployment)


def _convert_error_to_finding(check: CheckName, error: AqueducError, subject: Sentence = "") -> DoctorFinding:
    return DoctorFinding(check, "wrong", error.what, error.remedy, subject)


def _ask_airflow() -> AirflowInspection | DoctorFinding | None:
    """None where Airflow is not installed. Raises InvalidCitiesSetting."""
    inspect: AirflowInspector | None = load_airflow_entry_point("aqueduc.doctor")
    return None if inspect is None else inspect(choose_city(os.environ))


def _build_declarations_finding(right: int, wrong: int) -> DoctorFinding:
    figure = n_("{count} déclaration en ordre", "{count} déclarations en ordre", right)
    if not wrong:
        return DoctorFinding("declarations", "fine", figure)
    figure = _("{right}, {wrong} à corriger").format(right=figure, wrong=wrong)
    return DoctorFinding("declarations", "wrong", figure, _("aqueduc check dit où, et comment"))


# --- where things are ---------------------------------------------------------------------------------------


def _probe_storage(workspace: Workspace, offsets: dict[str, float]) -> Iterator[DoctorFinding]:
    """Adds to ``offsets`` how many seconds their clocks are ahead."""
    for label, root in ((_("le dépôt"), workspace.store), (_("le coffre"), workspace.vault)):
        try:
            offsets[str(label)] = measure_clock_offset(root.probe_access, workspace.clock)
        except AqueducError as error:
            yield _convert_error_to_finding("storage", error, label)
        else:
            figure = _("écrit, relu et effacé ({url})").format(url=root.url)
            yield DoctorFinding("storage", "fine", figure, subject=label)


def measure_clock_offset(ask: Callable[[], datetime], clock: Callable[[], datetime]) -> float:
    """How many seconds the clock that ``ask`` reads is ahead of ``clock``: none where it says a moment of the asking,
    or the whole second in which that was."""
    before = clock()
    theirs = ask()
    ahead, behind = (theirs - clock()).total_seconds(), (before - theirs).total_seconds()
    return ahead if ahead > 0 else -behind if behind > 1 else 0.0


def _check_clock(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    offsets = {
        **deployment.offsets,
        **(dict(_measure_platform_offsets(deployment)) if deployment.probe else {}),
    }
    if not offsets:
        yield DoctorFinding("clock", "skipped", _("aucune autre horloge n'a répondu"))
        return
    name, worst = max(offsets.items(), key=lambda one: abs(one[1]))
    figure = _("{seconds} s d'écart avec {name}").format(
        seconds=LocalisedNumber(abs(worst), ",.1f"), name=name
    )
    if abs(worst) <= WATCHED_OFFSET_S:
        yield DoctorFinding("clock", "fine", figure)
        return
    remedy = _(
        "mettre les deux machines à l'heure (timedatectl set-ntp true) : au-delà de {most} s, Airflow refuse les "
        "tâches, et ce qui est daté l'est faux"
    ).format(most=LocalisedNumber(LARGEST_OFFSET_S, ""))
    yield DoctorFinding("clock", "wrong" if abs(worst) > LARGEST_OFFSET_S else "watch", figure, remedy)


def _measure_platform_offsets(deployment: ExaminedDeployment) -> Iterator[tuple[str, float]]:
    """By the date that the web server of each platform puts on its answer; nothing of one that says none."""
    for settings in deployment.city.platforms:
        try:
            connections = deployment.workspace.connections
            url = settings.spec.public_url or connections.get(settings.connection).base_url
            with HttpClient(read_timeout_s=10.0, headers={}) as client:
                ask = partial(_read_http_date, client, url)
                yield settings.name, measure_clock_offset(ask, deployment.workspace.clock)
        except (AqueducError, HttpFailure, ValueError):
            continue


def _read_http_date(client: HttpClient, url: str) -> datetime:
    """Always in GMT (RFC 9110, 5.6.7). Raises HttpFailure; ValueError where the answer has no date."""
    with client.stream_response("HEAD", url) as response:
        return email.utils.parsedate_to_datetime(response.headers.get("Date", "")).replace(tzinfo=UTC)


def _check_disk(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """One finding a file system, whatever stands on it."""
    disks: dict[int, tuple[Path, list[Sentence]]] = {}
    for label, address in _list_places(deployment):
        parts = urlsplit(address)
        if parts.scheme in ("", "file"):
            path = Path(unquote(parts.path) if parts.scheme else address)
            path = next(one for one in (path, *path.parents) if one.exists())
            disks.setdefault(path.stat().st_dev, (path, []))[1].append(label)
    for path, labels in disks.values():
        yield _build_disk_finding(path, join_messages(labels))


def _list_places(deployment: ExaminedDeployment) -> Iterator[tuple[Sentence, str]]:
    workspace, city = deployment.workspace, deployment.city
    yield _("le dépôt"), workspace.store.url
    yield _("le coffre"), workspace.vault.url
    yield _("les fichiers temporaires"), tempfile.gettempdir()
    for settings in city.platforms:
        # One that no connection leads to is a folder: its own, or that of the environment.
        if not settings.kind.connection:
            yield settings.name, str(getattr(settings.spec, "folder", None) or workspace.portal)
    for outlet in city.outlets:
        yield outlet.name, outlet.folder


def _build_disk_finding(path: Path, labels: Message) -> DoctorFinding:
    used, entries = shutil.disk_usage(path), os.statvfs(path)
    share = used.free / used.total if used.total else 1.0
    inodes = entries.f_favail / entries.f_files if entries.f_files else 1.0
    free = LocalisedNumber(used.free / (1 << 30), ",.1f")
    figure = _("{free} Go libres, {share} ({path})").format(
        free=free, share=format_percentage(share), path=path
    )
    if inodes < WATCHED_FREE:
        figure = _("{figure} ; inodes libres : {share}").format(
            figure=figure, share=format_percentage(inodes)
        )
    wrong = inodes < LEAST_FREE or (share < LEAST_FREE and used.free < FEW_FREE_BYTES)
    watch = inodes < WATCHED_FREE or (share < WATCHED_FREE and used.free < ENOUGH_FREE_BYTES)
    if not (wrong or watch):
        return DoctorFinding("disk", "fine", figure, subject=labels)
    remedy = _(
        "agrandir ce volume, ou faire de la place : « revision_days: » de city.yaml efface les révisions remplacées, "
        "HISTORY_DAYS de .env les journaux d'Airflow"
    )
    return DoctorFinding("disk", "wrong" if wrong else "watch", figure, remedy, labels)


def _check_versions(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    known = [("Aqueduc", __version__), ("Python", platform.python_version())]
    for title, package in (("DuckDB", "duckdb"), ("Airflow", "apache-airflow")):
        try:
            known.append((title, version(package)))
        except PackageNotFoundError:
            continue
    numbers = ", ".join(f"{title} {number}" for title, number in known)
    if missing := [name for name in _EXTENSIONS if not _is_extension_installed(name)]:
        figure = _("{known} ; sans {missing}, extension de DuckDB")
        remedy = _("réinstaller : pip install --force-reinstall aqueduc-opendata=={version}")
        figure = figure.format(known=numbers, missing=", ".join(missing))
        yield DoctorFinding("versions", "wrong", figure, remedy.format(version=__version__))
    elif newer := _find_newer_writer(deployment):
        figure = _("{known} ; Aqueduc {newer} a écrit dans le dépôt").format(known=numbers, newer=newer)
        remedy = _("installer Aqueduc {newer} ici aussi, workers compris").format(newer=newer)
        yield DoctorFinding("versions", "wrong", figure, remedy)
    else:
        yield DoctorFinding("versions", "fine", numbers)
    yield from _compare_dag_files(deployment.workspace.include.parent / "dags")


def _is_extension_installed(name: str) -> bool:
    try:
        return find_duckdb_extension_path(name).is_file()
    except ModuleNotFoundError:
        return False


def _find_newer_writer(deployment: ExaminedDeployment) -> str:
    """The newest version that certified what is published, if it is newer than this one. Raises StoreError."""
    keys = [str(one["certificate"]) for one in deployment.pointers.values() if one.get("certificate")]
    found = (decode_json_or_none(data or b"") or {} for data in deployment.workspace.store.read_many(keys))
    newest = max((str(one.get("version", "")).split(" ")[0] for one in found), key=_parse_version, default="")
    return newest if _parse_version(newest) > _parse_version(__version__) else ""


def _parse_version(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", re.split(r"[^0-9.]", text, maxsplit=1)[0])))


def _compare_dag_files(folder: Path) -> Iterator[DoctorFinding]:
    """Whether the city's DAG files, which ``aqueduc init`` wrote, are those of this version."""
    if not folder.is_dir():
        return
    ours = sorted((Path(__file__).parent / "cli" / "starter" / "dags").glob("*.txt"))
    theirs = {path.name: path.read_bytes() for path in folder.glob("*.py")}
    differing = [path.stem for path in ours if theirs.get(path.stem) != path.read_bytes()]
    if differing:
        figure = _("ne sont pas ceux de cette version : {names}").format(names=", ".join(differing))
        remedy = _("les prendre d'un dépôt neuf : aqueduc init /tmp/neuf && cp /tmp/neuf/dags/*.py {folder}")
        yield DoctorFinding("versions", "watch", figure, remedy.format(folder=folder), "dags/")


# --- who reaches what, and who may decide -------------------------------------------------------------------


def _check_connections(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    named = list_city_connections(deployment.city) - {deployment.city.notify.mail}
    for dataset in deployment.datasets:
        if SOURCES[dataset.source.kind].connection_types:
            named.add(dataset.source.connection)
        named.update(key for column in dataset.columns if (key := column.rule.key_connection_id))
    missing: list[DoctorFinding] = []
    unread: list[DoctorFinding] = []
    for name in sorted(named):
        try:
            deployment.workspace.connections.get(name)
        except ConnectionMissing as error:
            missing.append(_convert_error_to_finding("connections", error, name))
        except AqueducError as error:
            unread.append(_convert_error_to_finding("connections", error, name))
    if missing and deployment.lacks_airflow_connections:
        figure = _("pas dans l'environnement, et celles d'Airflow ne se lisent pas d'ici : {names}")
        names = join_messages(one.subject for one in missing)
        yield DoctorFinding("connections", "skipped", figure.format(names=names))
    else:
        yield from missing
    yield from unread
    readable = len(named) - len(missing) - len(unread)
    if readable or not named:
        figure = n_("{count} configurée et lisible", "{count} configurées et lisibles", readable)
        yield DoctorFinding("connections", "fine", figure)
    if deployment.probe:
        yield from deployment.probe(deployment)


def _check_keys(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    yield _check_signing_key(deployment)
    yield _check_people(deployment)
    yield from _check_decision_key(deployment)
    store, vault = deployment.workspace.store, deployment.workspace.vault
    lost = [one.id for one in deployment.datasets if find_lost_objection_ids(store, vault, one)]
    if lost:
        figure = _("le coffre a perdu celles de {names} : rien n'en est plus publié").format(
            names=", ".join(lost)
        )
        remedy = _(
            "rétablir objections/ du coffre depuis une sauvegarde, ou les noter de nouveau (aqueduc objection)"
        )
        yield DoctorFinding("keys", "wrong", figure, remedy, _("oppositions"))
    secrets = deployment.workspace.include.parent / ".env"
    if secrets.is_file() and (mode := stat.S_IMODE(secrets.stat().st_mode)) & 0o077:
        figure = _("lisible d'autres comptes (mode {mode})").format(mode=f"{mode:o}")
        yield DoctorFinding("keys", "wrong", figure, f"chmod 600 {secrets}", ".env")


def _check_signing_key(deployment: ExaminedDeployment) -> DoctorFinding:
    subject, signing = _("signature"), deployment.city.signing
    make = _("aqueduc key signing cle.pem, puis « signing: » de city.yaml")
    if signing is None:
        figure = _("aucune clé : qui écrit dans le dépôt peut refaire un registre entier")
        return DoctorFinding("keys", "watch", figure, make, subject)
    try:
        signer = load_signer_from_connection(deployment.workspace.connections.get(signing.connection))
    except ConnectionMissing as error:
        if not deployment.lacks_airflow_connections:
            return _convert_error_to_finding("keys", error, subject)
        figure = _("la connexion « {id} » n'est pas dans l'environnement").format(id=signing.connection)
        return DoctorFinding("keys", "skipped", figure, subject=subject)
    except AqueducError as error:
        return _convert_error_to_finding("keys", error, subject)
    if signer.key_id not in map(compute_key_identifier, signing.keys):
        figure = _(
            "la clé de « {id} » n'est pas sous « signing: keys: » : ce qu'elle signe ne se vérifie pas"
        )
        remedy = _("ajouter sa clé publique à la fin de « keys: », ou remettre la clé privée d'avant")
        return DoctorFinding("keys", "wrong", figure.format(id=signing.connection), remedy, subject)
    since = _find_first_signature(deployment, signer.key_id)
    if since is None:
        return DoctorFinding("keys", "fine", _("clé lisible, qui n'a encore rien signé"), subject=subject)
    age = deployment.now - since
    figure = _("clé lisible, en service depuis {age} au moins").format(age=format_age(age))
    if age <= SIGNING_KEY_AGE:
        return DoctorFinding("keys", "fine", figure, subject=subject)
    remedy = _("en changer, ce qui ne coûte aucune révision : {make}").format(make=make)
    return DoctorFinding("keys", "watch", figure, remedy, subject)


def _find_first_signature(deployment: ExaminedDeployment, key_id: str) -> datetime | None:
    """When the first of the entries that the key signed was added, in the first ledgers by their names: in each, one key
    signs after another. Raises StoreError."""
    store = deployment.workspace.store

    def is_signed(entry: str) -> bool:
        envelope = store.read_json(build_signature_storage_key(entry)) or {}
        return any(one["keyid"] == key_id for one in envelope.get("signatures", ()))

    first = []
    for name in store.list_ledger_names()[:_LEDGERS_ASKED]:
        entries = store.list_ledger_entry_keys(name)
        rank = bisect_left(entries, True, key=is_signed)
        first += [entry.rsplit("/", 1)[-1][:16] for entry in entries[rank : rank + 1]]
    return datetime.strptime(f"{min(first)}+0000", "%Y%m%dT%H%M%SZ%z") if first else None


def _check_people(deployment: ExaminedDeployment) -> DoctorFinding:
    city, subject = deployment.city, _("personnes")
    accounts = deployment.airflow.accounts if deployment.airflow else None
    without = [one.id for one in city.people if one.key is None and one.id not in (accounts or ())]
    deciders = [one for one in city.people if city.agreement_role in one.roles]
    if not city.people:
        figure = _("aucune sous « people: » : un nom tapé suffit pour décider")
        remedy = _(
            "y inscrire qui décide, avec une clé publique (aqueduc key signing) ou un compte dans Airflow"
        )
        return DoctorFinding("keys", "watch", figure, remedy, subject)
    if city.agreement == "required" and not deciders:
        figure = _("aucune n'a le rôle {role}, qui accorde : rien ne peut être publié")
        remedy = _("donner ce rôle à quelqu'un sous « people: » de city.yaml")
        return DoctorFinding("keys", "wrong", figure.format(role=city.agreement_role), remedy, subject)
    if without and accounts is None:
        figure = _("sans clé : {names} ; les comptes d'Airflow ne se lisent pas d'ici")
        return DoctorFinding("keys", "skipped", figure.format(names=", ".join(without)), subject=subject)
    if without:
        figure = _("ni clé ni compte dans Airflow : {names}").format(names=", ".join(without))
        remedy = _(
            "leur faire un compte de ce nom (airflow users create), ou une clé (aqueduc key signing) sous « key: »"
        )
        return DoctorFinding("keys", "watch", figure, remedy, subject)
    figure = n_("{count} peut décider", "{count} peuvent décider", len(city.people))
    return DoctorFinding("keys", "fine", figure, subject=subject)


def _check_decision_key(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """That of who decides at the prompt of this machine, if there is one here."""
    subject, people = _("décision"), deployment.city.people
    try:
        signer = load_signer_from_connection(deployment.workspace.connections.get(DECISION))
    except ConnectionMissing:
        return
    except AqueducError as error:
        yield _convert_error_to_finding("keys", error, subject)
        return
    owners = [one.name for one in people if one.key and compute_key_identifier(one.key) == signer.key_id]
    if owners:
        yield DoctorFinding("keys", "fine", _("clé de {name}").format(name=owners[0]), subject=subject)
    elif people:
        figure = _("la clé de « {id} » n'est celle de personne sous « people: »").format(id=DECISION)
        remedy = _("inscrire sa clé publique sous « key: » de cette personne, ou l'ôter de l'environnement")
        yield DoctorFinding("keys", "watch", figure, remedy, subject)


# --- what is kept, and seen from elsewhere ------------------------------------------------------------------


def _check_backups(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    store = deployment.workspace.store
    if held := read_pending_backup_restore_mark(store):
        figure = _("celle du {day} a été rétablie : rien n'est publié").format(day=held["backed_up"][:10])
        remedy = _("refaire ce qui a été décidé depuis, puis : aqueduc backup --resume --by … --reason …")
        yield DoctorFinding("backups", "wrong", figure, remedy)
        return
    last = read_last_backup(store)
    remedy = _("aqueduc backup DOSSIER, chaque jour (cron)")
    if last is None and not deployment.pointers:
        yield DoctorFinding("backups", "skipped", _("rien n'est encore publié"))
    elif last is None:
        yield DoctorFinding("backups", "watch", _("le dépôt n'en connaît aucune"), remedy)
    elif last[1]:
        figure = _("registres rompus dans la dernière : {names}").format(names=", ".join(last[1]))
        remedy = _("garder celle d'avant ; aqueduc verify dit où")
        yield DoctorFinding("backups", "wrong", figure, remedy)
    else:
        age = deployment.now - last[0]
        figure = _("la dernière a {age}").format(age=format_age(age))
        old = age > BACKUP_AGE
        yield DoctorFinding("backups", "watch" if old else "fine", figure, remedy if old else "")


def _check_witness(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """Who keeps, elsewhere than in the store, an entry of the ledger of each dataset: its public record, on the
    platforms whose records have a place for it."""
    kinds = {one.name: PLATFORMS.get(one.spec.type) for one in deployment.city.platforms}
    naming = {name for name, kind in kinds.items() if kind and kind.capabilities.names_ledger_entry}
    published = [one for one in deployment.datasets if one.id in deployment.pointers]
    without = [one for one in published if not naming.intersection(one.publication.platforms)]
    if not published:
        yield DoctorFinding("witness", "skipped", _("rien n'est encore publié"))
        return
    if not without:
        figure = n_(
            "la fiche publique de {count} jeu nomme une entrée de son registre",
            "la fiche publique de {count} jeux nomme une entrée de leur registre",
            len(published),
        )
        yield DoctorFinding("witness", "fine", figure)
        return
    figure = n_(
        "{count} jeu n'en a pas : ses fiches n'ont pas de place pour une entrée du registre ({where})",
        "{count} jeux n'en ont pas : leurs fiches n'ont pas de place pour une entrée du registre ({where})",
        len(without),
        where=", ".join(sorted({name for one in without for name in one.publication.platforms})),
    )
    remedy = _(
        "les publier aussi sur un portail, un CKAN ou data.gouv.fr ; sinon, garder des sauvegardes là où qui écrit "
        "dans le dépôt n'écrit pas"
    )
    yield DoctorFinding("witness", "watch", figure, remedy)


# --- who is told --------------------------------------------------------------------------------------------


def _check_mail(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    notify, waiting = deployment.city.notify, read_undelivered_messages(deployment.workspace.store)
    # A city that never named a mail server may want none.
    state: CheckState = "wrong" if "mail" in notify.model_fields_set else "watch"
    if waiting is not None:
        figure = n_(
            "{count} message attend depuis {age} : {what}",
            "{count} messages attendent depuis {age} : {what}",
            waiting.count,
            age=format_age(deployment.now - datetime.fromisoformat(waiting.since)),
            what=waiting.what,
        )
        yield DoctorFinding("mail", state, figure, waiting.remedy)
        return
    try:
        connection = deployment.workspace.connections.get(notify.mail)
        if deployment.probe:
            check_mail_server(connection)
    except ConnectionMissing as error:
        if deployment.lacks_airflow_connections:
            figure = _("la connexion « {id} » n'est pas dans l'environnement").format(id=notify.mail)
            yield DoctorFinding("mail", "skipped", figure)
            return
        figure = _("aucun serveur de courrier, rien ne part (connexion « {id} »)").format(id=notify.mail)
        yield DoctorFinding("mail", state, figure, error.remedy)
        return
    except AqueducError as error:
        yield _convert_error_to_finding("mail", error)
        return
    asked, configured = (
        _("le serveur de « {id} » répond"),
        _("« {id} » est configurée, aucun message n'attend"),
    )
    yield DoctorFinding("mail", "fine", (asked if deployment.probe else configured).format(id=notify.mail))


def _check_alerts(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    store, longest = deployment.workspace.store, timedelta(hours=deployment.city.notify.silence_hours)
    beats: Mapping[Beat, tuple[Message, str]] = {
        "delivery": (_("envoi"), "aqueduc alerts --send"),
        "reconciliation": (_("vérification"), "aqueduc reconcile"),
    }
    for beat, (label, by_hand) in beats.items():
        last = read_heartbeat(store, beat)
        if last is None:
            figure = _("jamais encore ; Airflow s'en charge, ou : {command}").format(command=by_hand)
            yield DoctorFinding("alerts", "skipped", figure, subject=label)
            continue
        figure = _("il y a {age}").format(age=format_age(deployment.now - last))
        if deployment.now - last <= longest:
            yield DoctorFinding("alerts", "fine", figure, subject=label)
        else:
            alert = build_silence_alert(beat, last, deployment.city, deployment.now)
            yield DoctorFinding("alerts", "wrong", figure, alert.remedy, label)
    if differences := len(list(list_ongoing_platform_differences(store))):
        figure = n_("{count} écart trouvé", "{count} écarts trouvés", differences)
        remedy = _("aqueduc reconcile dit lesquels, et quoi faire")
        yield DoctorFinding("alerts", "watch", figure, remedy, beats["reconciliation"][0])


# --- what should be gone ------------------------------------------------------------------------------------


def _check_vault(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    vault, days = deployment.workspace.vault, deployment.city.rejected_days
    alive = vault.leases.map_claimed_keys_to_liveness("raw")
    extracts = _measure_ages_of_runs(vault, "raw", deployment.now, max)
    leftovers = {key: age for key, age in extracts.items() if not alive.get(key) and age > LEFTOVER_AGE}
    waiting = [key for key, age in extracts.items() if alive.get(key) and age.total_seconds() > WAITING_S]
    if leftovers:
        figure = _("{names} : aucune exécution ne les tient, depuis {age}").format(
            names=_join_datasets(leftovers), age=format_age(max(leftovers.values()))
        )
        yield DoctorFinding("vault", "wrong", figure, _SWEEP, _("extraits bruts"))
    if waiting:
        figure = _("{names} : en attente depuis plus d'un jour").format(names=_join_datasets(waiting))
        remedy = _("voir dans Airflow ce que ces exécutions attendent (pause, pool, worker), ou les arrêter")
        yield DoctorFinding("vault", "watch", figure, remedy, _("extraits bruts"))
    held = read_claim_retention_holds_and_suspensions(deployment.workspace.store).held
    rejected = _measure_ages_of_runs(vault, "rejected", deployment.now, min)
    longest = timedelta(days=days) + LEFTOVER_AGE
    overdue = {key: age for key, age in rejected.items() if age > longest and key.split("/")[1] not in held}
    if overdue:
        figure = _("{names} : gardées {age}, pour {days} jours au plus").format(
            names=_join_datasets(overdue), age=format_age(max(overdue.values())), days=days
        )
        yield DoctorFinding("vault", "wrong", figure, _SWEEP, _("lignes rejetées"))
    if not (leftovers or waiting or overdue):
        figure = _("{extracts}, lignes rejetées de {runs}").format(
            extracts=n_("{count} extrait en cours", "{count} extraits en cours", len(extracts)),
            runs=n_("{count} exécution", "{count} exécutions", len(rejected)),
        )
        yield DoctorFinding("vault", "fine", figure)


def _measure_ages_of_runs(
    vault: Vault, folder: str, now: datetime, choose: Callable[[datetime, datetime], datetime]
) -> dict[str, timedelta]:
    """Of each ``<folder>/<dataset>/<run>``, the age of the one of its files that ``choose`` prefers. Raises StoreError."""
    moments: dict[str, datetime] = {}
    for key, moment in vault.list_write_times(folder).items():
        run = "/".join(key.split("/")[:3])
        moments[run] = choose(moment, moments.get(run, moment))
    return {run: now - moment for run, moment in moments.items()}


def _join_datasets(runs: Iterable[str]) -> str:
    return ", ".join(sorted({run.split("/")[1] for run in runs}))


def _check_publications(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """Those that hold a dataset for long, or died while they wrote: what is served is then not what is certified."""
    store, now = deployment.workspace.store, deployment.now
    marks = _read_each(store.read_publication_in_progress, store.list_datasets())
    ages = {name: now - datetime.fromisoformat(mark["at"]) for name, mark in marks.items() if mark}
    sound = True
    for name, age in ages.items():
        withdrawal = read_withdrawal_mark(store, name)
        if age <= LONG_PUBLICATION or (withdrawal and withdrawal.is_hold_in_force(now)):
            continue
        sound = False
        if store.leases.is_held(f"datasets/{name}"):
            figure = _("son bail est tenu depuis {age}").format(age=format_age(age))
            remedy = _("voir dans Airflow ce que fait cette exécution, et l'arrêter si elle n'avance plus")
            yield DoctorFinding("publications", "watch", figure, remedy, name)
        else:
            figure = _("interrompue il y a {age}, et jamais finie").format(age=format_age(age))
            yield DoctorFinding("publications", "wrong", figure, f"aqueduc run {name}", name)
    if sound:
        yield DoctorFinding("publications", "fine", _("{count} en cours").format(count=len(ages)))


# --- Airflow ------------------------------------------------------------------------------------------------


def _build_airflow_finding(told: AirflowInspection | DoctorFinding | None) -> DoctorFinding:
    if isinstance(told, DoctorFinding):
        return told
    if told is None:
        return DoctorFinding("airflow", "skipped", _("il n'est pas installé ici"))
    if told.migrated:
        return DoctorFinding("airflow", "fine", _("sa base répond, et elle est de sa version"))
    figure = _("sa base n'est pas de sa version : il ne démarre pas")
    return DoctorFinding("airflow", "wrong", figure, _("la sauvegarder (pg_dump), puis : airflow db migrate"))


def _check_pools(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    airflow = deployment.airflow
    if airflow is None:
        yield DoctorFinding("pools", "skipped", _("la base d'Airflow n'a pas été lue"))
        return
    used = {one.publication.primary_platform for one in deployment.datasets}
    sizes = {one.name: one.spec.pool for one in deployment.city.platforms if one.name in used}
    wanted = {airflow.name_source_pool(one.source.connection): 0 for one in deployment.datasets}
    wanted |= {airflow.name_platform_pool(name): size for name, size in sizes.items()}
    sound = True
    for name, size in sorted(wanted.items()):
        pool, mended = airflow.pools.get(name), f'airflow pools set {name} {size or 4} "Aqueduc"'
        if pool is None or pool.slots == 0:
            absent, closed = _("absent : ses tâches attendent"), _("aucune place : ses tâches attendent")
            yield DoctorFinding("pools", "wrong", absent if pool is None else closed, mended, name)
        elif size and pool.slots != size:
            figure = _("{slots} places, et « pool: {size} » dans city.yaml")
            yield DoctorFinding("pools", "watch", figure.format(slots=pool.slots, size=size), mended, name)
        else:
            continue
        sound = False
    if sound:
        found = [airflow.pools[name] for name in wanted]
        figure = _("{pools}, {running} en cours, {queued}").format(
            pools=n_("{count} pool", "{count} pools", len(found)),
            running=n_("{count} tâche", "{count} tâches", sum(one.running for one in found)),
            queued=n_("{count} attend", "{count} attendent", sum(one.queued for one in found)),
        )
        yield DoctorFinding("pools", "fine", figure)


def format_age(age: timedelta) -> Message:
    """In the largest unit of which there are two: « 3 jours », « 47 heures », « 12 minutes »."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes >= 2 * 1440:
        return n_("{count} jour", "{count} jours", minutes // 1440)
    if minutes >= 2 * 60:
        return n_("{count} heure", "{count} heures", minutes // 60)
    return n_("{count} minute", "{count} minutes", minutes)


_OF_STORAGE = frozenset({"versions", "keys", "backups", "witness", "mail", "alerts", "vault", "publications"})
CHECKS: Mapping[CheckName, Callable[[ExaminedDeployment], Iterator[DoctorFinding]]] = {
    "connections": _check_connections,
    "clock": _check_clock,
    "disk": _check_disk,
    "versions": _check_versions,
    "keys": _check_keys,
    "backups": _check_backups,
    "witness": _check_witness,
    "mail": _check_mail,
    "alerts": _check_alerts,
    "vault": _check_vault,
    "publications": _check_publications,
}
