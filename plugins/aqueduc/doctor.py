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
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import unquote, urlsplit

from aqueduc import __version__
from aqueduc.alert_queue import read_undelivered_messages
from aqueduc.alerts.channels import check_mail_server
from aqueduc.alerts.silence import Beat, build_silence_alert, read_heartbeat
from aqueduc.backup import read_last_backup
from aqueduc.certify.signature import compute_key_identifier, load_signer_from_connection
from aqueduc.certify.witness.places import list_places, read_place_states
from aqueduc.cities import DeployedCity, choose_city
from aqueduc.connections import ConnectionLookup
from aqueduc.decisions import read_pending_backup_restore_mark
from aqueduc.declaration import City, Dataset, load_all_declarations, load_city
from aqueduc.declaration.city import list_city_connections
from aqueduc.errors import AqueducError, ConnectionMissing, DeclarationError
from aqueduc.http import HttpClient, HttpFailure
from aqueduc.language import LocalisedNumber, Message, Sentence, _, format_percentage, join_messages, n_
from aqueduc.publish.findings import RegressedLedger
from aqueduc.registry import load_airflow_entry_point
from aqueduc.run import Workspace, build_workspace_from_environment
from aqueduc.sightings import list_ongoing_platform_differences
from aqueduc.sources import SOURCES
from aqueduc.store import decode_json_or_none

CheckState = Literal["fine", "watch", "wrong", "skipped"]

WATCHED_OFFSET_S, LARGEST_OFFSET_S = 2.0, 10.0
"""Seconds between two clocks. Beyond the largest one Airflow refuses the tokens of tasks (``[api_auth] jwt_leeway``);
the other is over what the whole seconds of a storage hide."""
WATCHED_FREE, LEAST_FREE = (0.10, 50 << 30), (0.05, 10 << 30)
"""The share of a disk and the bytes under both of which it is to be watched, or enlarged."""
BACKUP_AGE = timedelta(days=2)
"""Backups are daily: one was missed."""


@dataclass(frozen=True)
class DoctorFinding:
    """What a check found. ``figure``: how much, since when, or why it was not looked at; ``remedy``: the command or the
    setting that mends it. ``subject``: what it is about, where a check is about several things."""

    state: CheckState
    figure: Sentence
    remedy: Sentence = ""
    subject: Sentence = ""


@dataclass(frozen=True)
class AirflowInspection:
    """What Airflow's database says: how many seconds its clock is ahead, and the slots of its pools.
    ``name_…_pool``: how the pools are called."""

    connections: ConnectionLookup = field(repr=False)
    name_platform_pool: Callable[[str], str]
    name_source_pool: Callable[[str], str]
    offset_s: float = 0.0
    pools: Mapping[str, float] = field(default_factory=dict)


AirflowInspector = Callable[[DeployedCity], AirflowInspection | DoctorFinding]
"""What the entry point ``airflow`` of ``aqueduc.doctor`` names: a finding where the database was not read."""


@dataclass(frozen=True)
class ExaminedDeployment:
    """What the checks look at. ``broken``: how many declarations are wrong. ``airflow``: None where it is not
    installed, a finding where its database was not read. ``probe``: asks the sources and the platforms; None where no
    server is to be asked."""

    workspace: Workspace
    city: City
    datasets: tuple[Dataset, ...]
    broken: int
    airflow: AirflowInspection | DoctorFinding | None
    probe: "ServerProbe | None" = None

    @property
    def lacks_airflow_connections(self) -> bool:
        """Whether a connection that is not in the environment may be one of Airflow's, which were not read."""
        return isinstance(self.airflow, DoctorFinding)

    @cached_property
    def now(self) -> datetime:
        return self.workspace.clock()

    @cached_property
    def storage(self) -> Mapping[str, float | AqueducError]:
        """By the names of store and vault, how many seconds their clocks are ahead, or why they do not answer."""
        found: dict[str, float | AqueducError] = {}
        for label, root in ((_("le dépôt"), self.workspace.store), (_("le coffre"), self.workspace.vault)):
            try:
                found[str(label)] = measure_clock_offset(root.probe_access, self.workspace.clock)
            except AqueducError as error:
                found[str(label)] = error
        return found

    @cached_property
    def pointers(self) -> Mapping[str, Mapping[str, Any]]:
        """Of each dataset that is published. Raises StoreError."""
        store = self.workspace.store
        found = {name: store.read_current_revision_pointer(name) for name in store.list_datasets()}
        return {name: pointer for name, pointer in found.items() if pointer}


ServerProbe = Callable[[ExaminedDeployment], Iterator[DoctorFinding]]


def examine_deployment(probe: ServerProbe | None = None) -> Iterator[tuple["DoctorCheck", DoctorFinding]]:
    """The findings of all checks, in their order: what is wrong with the deployment is told, and not raised."""
    try:
        inspect: AirflowInspector | None = load_airflow_entry_point("aqueduc.doctor")
        told = inspect(choose_city(os.environ)) if inspect else None
        airflow = told if isinstance(told, AirflowInspection) else None
        workspace = build_workspace_from_environment(airflow.connections if airflow else None)
        loaded = load_city(workspace.include)
        declared = load_all_declarations(workspace.include, loaded)
    except DeclarationError as error:
        problem = error.problems[0]
        yield CHECKS[0], DoctorFinding("wrong", problem.message(), problem.format_remedy(), "city.yaml")
        return
    except AqueducError as error:
        yield CHECKS[1], _convert_error_to_finding(error)
        return
    deployment = ExaminedDeployment(
        workspace, loaded.city, declared.datasets, len(declared.errors), told, probe
    )
    for check in CHECKS:
        if check.needs_storage and not all(isinstance(one, float) for one in deployment.storage.values()):
            yield check, DoctorFinding("skipped", _("le dépôt ou le coffre ne répond pas"))
            continue
        try:
            yield from ((check, found) for found in check.examine(deployment))
        except AqueducError as error:
            yield check, _convert_error_to_finding(error)


def _convert_error_to_finding(error: AqueducError, subject: Sentence = "") -> DoctorFinding:
    return DoctorFinding("wrong", error.what, error.remedy, subject)


# --- what is declared, and reached --------------------------------------------------------------------------


def _check_declarations(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    figure = n_("{count} déclaration en ordre", "{count} déclarations en ordre", len(deployment.datasets))
    if deployment.broken:
        figure = _("{right}, {wrong} à corriger").format(right=figure, wrong=deployment.broken)
        yield DoctorFinding("wrong", figure, _("aqueduc check dit où, et comment"))
    else:
        yield DoctorFinding("fine", figure)


def _check_storage(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    for label, found in deployment.storage.items():
        if isinstance(found, AqueducError):
            yield _convert_error_to_finding(found, label)
        else:
            yield DoctorFinding("fine", _("écrit, relu et effacé"), subject=label)


def _check_connections(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    named = list_city_connections(deployment.city) - {deployment.city.notify.mail}
    for dataset in deployment.datasets:
        if SOURCES[dataset.source.kind].connection_types:
            named.add(dataset.source.connection)
        named.update(key for column in dataset.columns if (key := column.rule.key_connection_id))
    unknown: list[str] = []
    wrong = 0
    for name in sorted(named):
        try:
            deployment.workspace.connections.get(name)
        except AqueducError as error:
            if isinstance(error, ConnectionMissing) and deployment.lacks_airflow_connections:
                unknown.append(name)
            else:
                wrong += 1
                yield _convert_error_to_finding(error, name)
    if unknown:
        figure = _("pas dans l'environnement, et celles d'Airflow ne se lisent pas d'ici : {names}")
        yield DoctorFinding("skipped", figure.format(names=", ".join(unknown)))
    readable = len(named) - len(unknown) - wrong
    if readable or not named:
        figure = n_("{count} configurée et lisible", "{count} configurées et lisibles", readable)
        yield DoctorFinding("fine", figure)
    if deployment.probe:
        yield from deployment.probe(deployment)


# --- the machine --------------------------------------------------------------------------------------------


def measure_clock_offset(ask: Callable[[], datetime], clock: Callable[[], datetime]) -> float:
    """How many seconds the clock that ``ask`` reads is ahead of ``clock``: none where it says a moment of the asking,
    or the whole second in which that was."""
    before = clock()
    theirs = ask()
    ahead, behind = (theirs - clock()).total_seconds(), (before - theirs).total_seconds()
    return ahead if ahead > 0 else -behind if behind > 1 else 0.0


def _check_clock(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    offsets = {name: one for name, one in deployment.storage.items() if isinstance(one, float)}
    if isinstance(deployment.airflow, AirflowInspection):
        offsets[str(_("la base d'Airflow"))] = deployment.airflow.offset_s
    if deployment.probe:
        offsets.update(_measure_platform_offsets(deployment))
    if not offsets:
        yield DoctorFinding("skipped", _("aucune autre horloge n'a répondu"))
        return
    name, worst = max(offsets.items(), key=lambda one: abs(one[1]))
    seconds = LocalisedNumber(abs(worst), ",.1f")
    figure = _("{seconds} s d'écart avec {name}").format(seconds=seconds, name=name)
    if abs(worst) <= WATCHED_OFFSET_S:
        yield DoctorFinding("fine", figure)
        return
    remedy = _(
        "mettre les deux machines à l'heure (timedatectl set-ntp true) : au-delà de {most} s, Airflow refuse les "
        "tâches, et ce qui est daté l'est faux"
    ).format(most=LocalisedNumber(LARGEST_OFFSET_S, ""))
    yield DoctorFinding("wrong" if abs(worst) > LARGEST_OFFSET_S else "watch", figure, remedy)


def _measure_platform_offsets(deployment: ExaminedDeployment) -> Iterator[tuple[str, float]]:
    """By the date (RFC 9110, 6.6.1) that the web server of each platform puts on its answer; nothing without one."""
    connections, clock = deployment.workspace.connections, deployment.workspace.clock
    with HttpClient(read_timeout_s=10.0, headers={}) as client:

        def ask(url: str) -> datetime:
            with client.stream_response("HEAD", url) as response:
                return email.utils.parsedate_to_datetime(response.headers.get("Date", "")).replace(tzinfo=UTC)

        for one in deployment.city.platforms:
            with suppress(AqueducError, HttpFailure, ValueError):
                url = one.spec.public_url or connections.get(one.connection).base_url
                yield one.name, measure_clock_offset(partial(ask, url), clock)


def _check_disk(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """One finding a file system, whatever stands on it."""
    workspace, city = deployment.workspace, deployment.city
    places: dict[Sentence, object] = {
        _("le dépôt"): workspace.store.url,
        _("le coffre"): workspace.vault.url,
        _("les fichiers temporaires"): tempfile.gettempdir(),
    }
    for one in city.platforms:
        # One that no connection leads to is a folder: its own, or that of the environment.
        if not one.kind.connection:
            places[one.name] = getattr(one.spec, "folder", None) or workspace.portal
    places |= {outlet.name: outlet.folder for outlet in city.outlets}
    disks: dict[int, tuple[Path, list[Sentence]]] = {}
    for label, address in places.items():
        parts = urlsplit(str(address))
        if parts.scheme in ("", "file"):
            path = Path(unquote(parts.path))
            path = next(known for known in (path, *path.parents) if known.exists())
            disks.setdefault(path.stat().st_dev, (path, []))[1].append(label)
    for path, labels in disks.values():
        used, subject = shutil.disk_usage(path), join_messages(labels)
        share = used.free / used.total if used.total else 1.0
        figure = _("{free} Go libres, {share} ({path})").format(
            free=LocalisedNumber(used.free / (1 << 30), ",.1f"), share=format_percentage(share), path=path
        )
        wrong, watch = (share < least and used.free < bytes_ for least, bytes_ in (LEAST_FREE, WATCHED_FREE))
        if not watch:
            yield DoctorFinding("fine", figure, subject=subject)
            continue
        remedy = _(
            "agrandir ce volume, ou faire de la place : « revision_days: » de city.yaml efface les révisions "
            "remplacées, HISTORY_DAYS de .env les journaux d'Airflow"
        )
        yield DoctorFinding("wrong" if wrong else "watch", figure, remedy, subject)


def _check_versions(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    known = [f"Aqueduc {__version__}", f"Python {platform.python_version()}"]
    for title, package in (("DuckDB", "duckdb"), ("Airflow", "apache-airflow")):
        try:
            known.append(f"{title} {version(package)}")
        except PackageNotFoundError:
            continue
    numbers = ", ".join(known)
    if newer := _find_newer_writer(deployment):
        figure = _("{known} ; Aqueduc {newer} a écrit dans le dépôt").format(known=numbers, newer=newer)
        remedy = _("installer Aqueduc {newer} ici aussi, workers compris").format(newer=newer)
        yield DoctorFinding("wrong", figure, remedy)
    else:
        yield DoctorFinding("fine", numbers)
    folder = deployment.workspace.include.parent / "dags"
    theirs = {path.name: path.read_bytes() for path in folder.glob("*.py")}
    ours = sorted((Path(__file__).parent / "cli" / "starter" / "dags").glob("*.txt"))
    differing = [path.stem for path in ours if theirs.get(path.stem) != path.read_bytes()]
    if folder.is_dir() and differing:
        figure = _("ne sont pas ceux de cette version : {names}").format(names=", ".join(differing))
        remedy = _("les prendre d'un dépôt neuf : aqueduc init /tmp/neuf && cp /tmp/neuf/dags/*.py {folder}")
        yield DoctorFinding("watch", figure, remedy.format(folder=folder), "dags/")


def _find_newer_writer(deployment: ExaminedDeployment) -> str:
    """The newest version that certified what is published, if it is newer than this one. Raises StoreError."""

    def parse(text: str) -> list[int]:
        return list(map(int, re.findall(r"\d+", text)[:3]))

    keys = [str(one["certificate"]) for one in deployment.pointers.values() if one.get("certificate")]
    found = (decode_json_or_none(data or b"") or {} for data in deployment.workspace.store.read_many(keys))
    newest = max((str(one.get("version", "")).split(" ")[0] for one in found), key=parse, default="")
    return newest if parse(newest) > parse(__version__) else ""


def _check_airflow(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    airflow = deployment.airflow
    if not isinstance(airflow, AirflowInspection):
        yield airflow or DoctorFinding("skipped", _("il n'est pas installé ici"))
        return
    used = {one.publication.primary_platform for one in deployment.datasets}
    wanted = {airflow.name_source_pool(one.source.connection): 0 for one in deployment.datasets}
    wanted |= {
        airflow.name_platform_pool(one.name): one.spec.pool
        for one in deployment.city.platforms
        if one.name in used
    }
    sound = True
    for name, size in sorted(wanted.items()):
        slots = airflow.pools.get(name)
        if not slots:
            state: CheckState = "wrong"
            absent, closed = _("absent : ses tâches attendent"), _("aucune place : ses tâches attendent")
            figure = absent if slots is None else closed
        elif size and slots != size:
            state = "watch"
            figure = _("{slots} places, et « pool: {size} » dans city.yaml").format(slots=slots, size=size)
        else:
            continue
        sound = False
        mended = f'airflow pools set {name} {size or 4} "Aqueduc"'
        yield DoctorFinding(state, figure, mended, name)
    if sound:
        pools = n_("{count} pool", "{count} pools", len(wanted))
        figure = _("sa base répond, elle est de sa version ; {pools}").format(pools=pools)
        yield DoctorFinding("fine", figure)


# --- who signs, and who may decide --------------------------------------------------------------------------


def _check_keys(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    yield _check_signing_key(deployment)
    secrets = deployment.workspace.include.parent / ".env"
    if secrets.is_file() and (mode := stat.S_IMODE(secrets.stat().st_mode)) & 0o077:
        figure = _("lisible d'autres comptes (mode {mode})").format(mode=f"{mode:o}")
        yield DoctorFinding("wrong", figure, f"chmod 600 {secrets}", ".env")


def _check_signing_key(deployment: ExaminedDeployment) -> DoctorFinding:
    subject, signing = _("signature"), deployment.city.signing
    if signing is None:
        figure = _("aucune clé : qui écrit dans le dépôt peut refaire un registre entier")
        remedy = _("aqueduc key signing cle.pem, puis « signing: » de city.yaml")
        return DoctorFinding("watch", figure, remedy, subject)
    try:
        signer = load_signer_from_connection(deployment.workspace.connections.get(signing.connection))
    except AqueducError as error:
        if isinstance(error, ConnectionMissing) and deployment.lacks_airflow_connections:
            figure = _("la connexion « {id} » n'est pas dans l'environnement").format(id=signing.connection)
            return DoctorFinding("skipped", figure, subject=subject)
        return _convert_error_to_finding(error, subject)
    if signer.key_id in map(compute_key_identifier, signing.keys):
        return DoctorFinding("fine", _("la clé se lit, et se vérifie"), subject=subject)
    figure = _("la clé de « {id} » n'est pas sous « signing: keys: » : ce qu'elle signe ne se vérifie pas")
    remedy = _("ajouter sa clé publique à la fin de « keys: », ou remettre la clé privée d'avant")
    return DoctorFinding("wrong", figure.format(id=signing.connection), remedy, subject)


# --- what is kept, seen from elsewhere, and told ------------------------------------------------------------


def _check_backups(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    store = deployment.workspace.store
    if held := read_pending_backup_restore_mark(store):
        figure = _("celle du {day} a été rétablie : rien n'est publié").format(day=held["backed_up"][:10])
        remedy = _("refaire ce qui a été décidé depuis, puis : aqueduc backup --resume --by … --reason …")
        yield DoctorFinding("wrong", figure, remedy)
        return
    last = read_last_backup(store)
    remedy = _("aqueduc backup DOSSIER, chaque jour (cron)")
    if last is None and not deployment.pointers:
        yield DoctorFinding("skipped", _("rien n'est encore publié"))
    elif last is None:
        yield DoctorFinding("watch", _("le dépôt n'en connaît aucune"), remedy)
    elif last[1]:
        figure = _("registres rompus dans la dernière : {names}").format(names=", ".join(last[1]))
        yield DoctorFinding("wrong", figure, _("garder celle d'avant ; aqueduc verify dit où"))
    else:
        age = deployment.now - last[0]
        figure = _("la dernière a {age}").format(age=format_age(age))
        old = age > BACKUP_AGE
        yield DoctorFinding("watch" if old else "fine", figure, remedy if old else "")


def _check_witness(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    yield from _check_named_entries(deployment)
    yield from _check_checkpoints(deployment)


def _check_checkpoints(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """When each place last received a checkpoint, or why it has not."""
    subject, settings = _("points de contrôle"), deployment.city.witness
    if not settings.is_declared:
        yield DoctorFinding("skipped", _("aucun lieu déclaré (« witness: » de city.yaml)"), subject=subject)
    states = read_place_states(deployment.workspace)
    for place in list_places(deployment.city, deployment.workspace):
        state = states.get(place.name, {})
        if why := state.get("why"):
            yield DoctorFinding("wrong", why, _("aqueduc reconcile, une fois ce lieu joignable"), place.name)
        elif "at" in state:
            age = deployment.now - datetime.fromisoformat(state["at"])
            figure = _("le dernier a {age}").format(age=format_age(age))
            old = age > BACKUP_AGE
            yield DoctorFinding(
                "watch" if old else "fine", figure, "aqueduc reconcile" if old else "", place.name
            )
        else:
            yield DoctorFinding("watch", _("rien n'y a encore été déposé"), "aqueduc reconcile", place.name)


def _check_named_entries(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """Who keeps, elsewhere than in the store, an entry of the ledger of each dataset: its public record, on the
    platforms whose records have a place for it; and whether the last look at them found one that the ledger lacks."""
    differences = list_ongoing_platform_differences(deployment.workspace.store)
    regressed = {one.dataset for one in differences if one.code == RegressedLedger.code}
    if regressed:
        figure = _("la fiche publique nomme une entrée que le registre n'a pas : {names}")
        remedy = _("aqueduc reconcile, puis docs/administrateur/registre.md")
        yield DoctorFinding("wrong", figure.format(names=", ".join(sorted(regressed))), remedy)
        return
    naming = {one.name for one in deployment.city.platforms if one.kind.capabilities.names_ledger_entry}
    published = [one for one in deployment.datasets if one.id in deployment.pointers]
    without = [one for one in published if not naming.intersection(one.publication.platforms)]
    if not published:
        yield DoctorFinding("skipped", _("rien n'est encore publié"))
    elif not without:
        figure = n_(
            "la fiche publique de {count} jeu nomme une entrée de son registre",
            "la fiche publique de {count} jeux nomme une entrée de leur registre",
            len(published),
        )
        yield DoctorFinding("fine", figure)
    else:
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
        yield DoctorFinding("watch", figure, remedy)


def _check_mail(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """Whether mail leaves, and whether the two DAGs that have people told ended lately."""
    store, city = deployment.workspace.store, deployment.city
    yield _check_mail_connection(deployment)
    for beat in get_args(Beat):
        last = read_heartbeat(store, beat)
        if last and deployment.now - last > timedelta(hours=city.notify.silence_hours):
            alert = build_silence_alert(beat, last, city, deployment.now)
            yield DoctorFinding("wrong", alert.what, alert.remedy, _("alertes"))


def _check_mail_connection(deployment: ExaminedDeployment) -> DoctorFinding:
    notify = deployment.city.notify
    waiting = read_undelivered_messages(deployment.workspace.store)
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
        return DoctorFinding(state, figure, waiting.remedy)
    try:
        connection = deployment.workspace.connections.get(notify.mail)
        if deployment.probe:
            check_mail_server(connection)
    except ConnectionMissing as error:
        if deployment.lacks_airflow_connections:
            figure = _("la connexion « {id} » n'est pas dans l'environnement").format(id=notify.mail)
            return DoctorFinding("skipped", figure)
        figure = _("aucun serveur de courrier, rien ne part (connexion « {id} »)").format(id=notify.mail)
        return DoctorFinding(state, figure, error.remedy)
    answering, configured = (
        _("le serveur de « {id} » répond"),
        _("« {id} » est configurée, aucun message n'attend"),
    )
    figure = (answering if deployment.probe else configured).format(id=notify.mail)
    return DoctorFinding("fine", figure)


def format_age(age: timedelta) -> Message:
    """In the largest unit of which there are two: « 3 jours », « 47 heures », « 12 minutes »."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes >= 2 * 1440:
        return n_("{count} jour", "{count} jours", minutes // 1440)
    if minutes >= 2 * 60:
        return n_("{count} heure", "{count} heures", minutes // 60)
    return n_("{count} minute", "{count} minutes", minutes)


@dataclass(frozen=True)
class DoctorCheck:
    name: str
    label: Message
    examine: Callable[[ExaminedDeployment], Iterator[DoctorFinding]]
    needs_storage: bool = True


CHECKS = (
    DoctorCheck("declarations", _("déclarations"), _check_declarations, needs_storage=False),
    DoctorCheck("storage", _("stockage"), _check_storage, needs_storage=False),
    DoctorCheck("connections", _("connexions"), _check_connections, needs_storage=False),
    DoctorCheck("airflow", _("Airflow et ses pools"), _check_airflow, needs_storage=False),
    DoctorCheck("clock", _("horloge"), _check_clock, needs_storage=False),
    DoctorCheck("disk", _("disque"), _check_disk, needs_storage=False),
    DoctorCheck("versions", _("versions"), _check_versions),
    DoctorCheck("keys", _("clés"), _check_keys),
    DoctorCheck("backups", _("sauvegardes"), _check_backups),
    DoctorCheck("witness", _("témoin du registre"), _check_witness),
    DoctorCheck("mail", _("courrier"), _check_mail),
)
