"""A run, and its workspace: what every stage is given besides the declaration."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from aqueduc.bucket import build_s3fs_options_from_connection, parse_storage_options_json
from aqueduc.cities import DeployedCity, choose_city, read_cities
from aqueduc.connections import ConnectionLookup, EnvironmentConnections
from aqueduc.decisions import (
    Identification,
    read_claim_retention_holds_and_suspensions,
    read_pending_backup_restore_mark,
    read_withdrawal_mark,
)
from aqueduc.errors import (
    RestoredBackupInForce,
    RevisionRestorationInForce,
    StoreError,
    SuspensionInForce,
    WithdrawalInForce,
)
from aqueduc.store import Going, Store, SweepResult, Vault, Window, answer_unknown_liveness

log = logging.getLogger(__name__)


def measure_elapsed_seconds(started: float) -> float:
    """Since ``started``, of the monotonic clock, to the millisecond."""
    return round(time.monotonic() - started, 3)


def utc_now() -> datetime:
    return datetime.now(UTC)


RowObserver = Callable[[int], None]
"""Called, from any thread, with how many more rows were read from a source, or sent to a platform."""


@dataclass(frozen=True)
class GuardWaiver:
    """A waiver of ``guard`` for one run, by a person, for a reason. ``identified``: how they were known; ""
    for a name that somebody typed."""

    guard: str
    by: str
    reason: str
    identified: Identification | Literal[""] = ""

    @property
    def author_report_fields(self) -> dict[str, str]:
        """As reports keep it; a name that nothing proves has no ``identified``."""
        known = {"identified": self.identified} if self.identified else {}
        return {"by": self.by, "reason": self.reason, **known}


@dataclass(frozen=True)
class RestorationOrder:
    """An order to put a former ``revision`` online again (its digest, or how it begins), by a person, for a
    reason."""

    revision: str
    by: str
    reason: str


@dataclass(frozen=True)
class Run:
    """A run of a dataset: one Airflow DAG run, or one ``aqueduc run``.

    ``window`` is the data interval of a windowed dataset (None for a snapshot). ``force``: go on even though
    the source has not changed. ``dry_run``: stop before the platform. ``restoration``: nothing is extracted,
    a former revision is published.
    """

    dataset: str
    id: str
    window: Window | None = None
    force: bool = False
    dry_run: bool = False
    waivers: tuple[GuardWaiver, ...] = ()
    restoration: RestorationOrder | None = None

    def find_waiver(self, guard: str) -> GuardWaiver | None:
        return next((waiver for waiver in self.waivers if waiver.guard == guard), None)


@dataclass(frozen=True)
class Workspace:
    """The workspace of a run: the city's folder, the store, the vault, the connections and the clock.
    ``portal``: the URL of the folder of a portal that names none. ``observe_rows``: None where nobody watches
    the run."""

    include: Path
    store: Store
    vault: Vault
    connections: ConnectionLookup = field(repr=False)
    clock: Callable[[], datetime] = utc_now
    portal: str = ""
    observe_rows: RowObserver | None = field(default=None, repr=False)


def refuse_withdrawn_or_suspended_dataset(run: Run, workspace: Workspace) -> None:
    """Raises WithdrawalInForce for any run that would publish what a person withdrew, SuspensionInForce what an
    open claim suspends, RevisionRestorationInForce over what a person put online again, RestoredBackupInForce anything
    until a person says that a backup may be gone on with; StoreError."""
    if run.dry_run:
        return
    if backup := read_pending_backup_restore_mark(workspace.store):
        raise RestoredBackupInForce(backup["backed_up"][:10])
    withdrawal = read_withdrawal_mark(workspace.store, run.dataset)
    if withdrawal is not None and withdrawal.is_hold_in_force(workspace.clock()):
        raise WithdrawalInForce(run.dataset, withdrawal.by, withdrawal.reason)
    if claims := read_claim_retention_holds_and_suspensions(workspace.store).suspended.get(run.dataset):
        raise SuspensionInForce(run.dataset, claims)
    mark = None if run.restoration else workspace.store.read_restoration_mark(run.dataset)
    if mark is not None:
        raise RevisionRestorationInForce(run.dataset, mark)


def sweep_dead_runs_and_expired_data(
    workspace: Workspace,
    *,
    days: int | None,
    going: Going = answer_unknown_liveness,
    thorough: bool = False,
) -> SweepResult:
    """Destroys what dead runs left in the vault, in the store's temporary folders and on this machine,
    rejected rows kept for more than ``days`` (None, where ``city.yaml`` cannot say: they stay), and what was
    remembered of the sources of datasets that are withdrawn, or not declared any more; but of the datasets
    that a claim holds, neither of these.

    ``going``, ``thorough``: see ``Vault.destroy_dead_run_files_and_old_rejections``. Raises StoreError when the
    vault cannot be read at all.
    """
    held = _find_datasets_under_retention_hold(workspace.store)
    swept = workspace.vault.destroy_dead_run_files_and_old_rejections(
        now=workspace.clock(),
        days=days if held is not None else None,
        going=going,
        thorough=thorough,
        held=held or frozenset(),
    )
    return replace(
        swept,
        scratch=swept.scratch + workspace.store.sweep_scratch(),
        forgotten=0 if held is None else _delete_source_memory_of_ended_datasets(workspace, held),
    )


def _delete_source_memory_of_ended_datasets(workspace: Workspace, held: frozenset[str]) -> int:
    folder, now = workspace.include / "datasets", workspace.clock()
    if not folder.is_dir():
        return 0  # nothing says what is declared

    def is_retained(dataset: str) -> bool:
        withdrawal = read_withdrawal_mark(workspace.store, dataset)
        withdrawn = withdrawal is not None and withdrawal.is_hold_in_force(now)
        return dataset in held or ((folder / f"{dataset}.yaml").is_file() and not withdrawn)

    return workspace.vault.delete_unkept_source_fingerprints(is_retained)


def _find_datasets_under_retention_hold(store: Store) -> frozenset[str] | None:
    """Those of which nothing expires; None where that cannot be read, and then nothing does."""
    try:
        return frozenset(read_claim_retention_holds_and_suspensions(store).held)
    except StoreError as error:
        log.warning("%s", error)
        return None


def build_workspace_from_environment(
    connections: ConnectionLookup | None = None,
    environment: Mapping[str, str] = os.environ,
    city: DeployedCity | None = None,
    include: Path | None = None,
) -> Workspace:
    """The workspace that ``AQUEDUC_INCLUDE``, ``AQUEDUC_STORE``, ``AQUEDUC_VAULT`` and ``AQUEDUC_PORTAL``
    describe; where there are several cities (``AQUEDUC_CITIES``), that of ``city``, or of the one chosen by
    ``AQUEDUC_CITY``. ``include``: the folder of the declarations, for who knows it; a city that Airflow fetches has
    no other.

    Without them: ``include/``, and ``store``, ``vault`` and ``portal`` below ``.aqueduc/``, in the working
    directory. What fsspec needs to open store and vault (S3 credentials, endpoint) is that of the connection
    whose id ``AQUEDUC_STORE_CONNECTION`` or ``AQUEDUC_VAULT_CONNECTION`` gives, completed by the JSON of
    ``AQUEDUC_STORE_OPTIONS`` or ``AQUEDUC_VAULT_OPTIONS``. Raises ConnectionMissing, InvalidConnectionSettings,
    InvalidCitiesSetting.
    """
    connections = connections or EnvironmentConnections(environment)
    city = city or choose_city(environment)
    own = city.build_city_environment_variables(environment)
    if include is None:
        city.require_known_include_folder()
        include = Path(own.get("AQUEDUC_INCLUDE", "include")).resolve()
    return Workspace(
        include=include,
        store=Store(*_read_storage_url_and_options(city, environment, "store", connections)),
        vault=Vault(*_read_storage_url_and_options(city, environment, "vault", connections)),
        connections=city.scope_connections(connections, read_cities(environment).values()),
        portal=_get_storage_url(own, "portal"),
    )


def build_store_from_environment(
    connections: ConnectionLookup | None = None,
    environment: Mapping[str, str] = os.environ,
    city: DeployedCity | None = None,
) -> Store:
    """The store alone, as ``build_workspace_from_environment`` finds it: for who must not have the key of the vault."""
    connections = connections or EnvironmentConnections(environment)
    return Store(
        *_read_storage_url_and_options(city or choose_city(environment), environment, "store", connections)
    )


def _read_storage_url_and_options(
    city: DeployedCity, environment: Mapping[str, str], name: str, connections: ConnectionLookup
) -> tuple[str, dict[str, Any]]:
    own = city.build_city_environment_variables(environment, name)
    variable = f"AQUEDUC_{name.upper()}"
    url, connection = _get_storage_url(own, name), own.get(f"{variable}_CONNECTION")
    known = build_s3fs_options_from_connection(url, connections.get(connection)) if connection else {}
    options = f"{variable}_OPTIONS"
    given = parse_storage_options_json(
        city.get_storage_options_variable_name(name) or options, own.get(options)
    )
    return url, known | given


def _get_storage_url(environment: Mapping[str, str], name: str) -> str:
    return environment.get(f"AQUEDUC_{name.upper()}") or Path(f".aqueduc/{name}").resolve().as_uri()
