"""What the dag-processor does for declarations besides parsing: their import errors, their memory, their end.

``[dag_processor] dag_bundle_config_list`` names the class of each DAG bundle::

    [{"name": "dags-folder", "classpath": "aqueduc_airflow.bundle.DeclarationsBundle", "kwargs": {}}]

``DeclarationsBundle`` reads a folder of this machine; ``git_bundle.DeclarationsGitBundle`` a repository.

*Import errors.* Airflow attaches an import error to a file and hides all the DAGs of that file; ours all come
from ``dags/datasets.py``. An importer may report errors of other files, though, which hides nothing of this
one. Airflow forgets such an error each time it refreshes the bundle (every five minutes by default), repaired
or not: a parse is asked for at once, so that it comes back in seconds.

*Code.* A dataset's « Code » tab shows its declaration.

*Memory.* The manager, which refreshes the bundle, forks a process for each parse: what it keeps
(``dag_cache``) saves that process from reading again what has not changed.

*Pools.* Those of the sources and the platforms of all declarations are made where they are missing, so that their size
can be changed before the first run; the scheduler makes one that is still missing when a run starts (``plugin``).

*End.* Airflow marks as stale, within two minutes, the DAG of a declaration that was removed: it leaves the
list and is not scheduled, its history stays. We pause it too, so that it does not start by itself if the file
comes back. The DAG of a run still going on stays until that run has ended.

Without the setting every declaration is read at each parse, a broken one shows as a DAG marked unreadable,
a DAG whose declaration left is stale, and not paused, and a pool is made by the first run that waits for it.
"""

from __future__ import annotations

import logging
import os
import time
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.dag_processing.bundles.base import BaseDagBundle
from airflow.dag_processing.bundles.local import LocalDagBundle

from aqueduc.cities import ONLY_CITY, DeployedCity
from aqueduc.declaration import list_dataset_paths
from aqueduc.language import _
from aqueduc_airflow import factory
from aqueduc_airflow.capacity import list_needed_pools, make_missing_pools
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder, is_dag_id_of, split_dag_id
from aqueduc_airflow.compat import FoundDeclarations, R, hook_dag_imports
from aqueduc_airflow.dag_cache import DagRunHistory, get_dag_cache
from aqueduc_airflow.failures import ErrorCapture, unread_declarations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from airflow.sdk import DAG
    from sqlalchemy.orm import Session

DAG_FILE = "datasets.py"

log = logging.getLogger(__name__)


def read_declarations_of_dag_file(
    dag_file: Path, read: Callable[[], R], get_dags: Callable[[R], Iterable[DAG]]
) -> tuple[R, FoundDeclarations]:
    """One import error per declaration that the file could not read; and, as the code of each DAG, the declaration that
    it could read rather than the file that reads them all."""
    unread: dict[Path, str] = {}
    context = copy_context()
    context.run(unread_declarations.set, unread)
    result = context.run(read)
    sources: dict[str, Path] = {}
    if dag_file.name == DAG_FILE:
        include = factory.find_include_folder(str(dag_file))
        for dag in get_dags(result):
            known = split_dag_id(dag.dag_id)
            sources[dag.dag_id] = include / "datasets" / f"{known[1] if known else dag.dag_id}.yaml"
    return result, FoundDeclarations(
        {_format_display_path(path): why for path, why in unread.items()},
        {dag_id: path for dag_id, path in sources.items() if path not in unread and path.is_file()},
    )


def _format_display_path(path: Path) -> str:
    """From ``include/`` on, as messages have it."""
    root = path.parent if path.name == "city.yaml" else path.parent.parent
    return str(path.relative_to(root.parent)).encode("utf-8", "replace").decode()


class DeclarationsBundleMixin(BaseDagBundle):
    """What a bundle does for the declarations, wherever its files come from: to stand before the bundle that
    brings them."""

    _parse_asked = -float("inf")
    _initializing = False

    def initialize(self) -> None:
        """Called by tasks too, which a bundle that fetches its files makes refresh themselves."""
        self._initializing = True
        try:
            super().initialize()
        finally:
            self._initializing = False

    def refresh(self) -> None:
        """The files first; then, in the manager of the dag-processor, what is made of them.

        The manager refreshes after it has initialized, before it looks for files; it is the one process of ours
        that may open Airflow's database.
        """
        super().refresh()
        if not self.path.is_dir():
            log.error(
                "%s",
                _(
                    "Le dossier de DAG {path} n'existe pas : aucun jeu n'est lu (« path », dans [dag_processor] "
                    "dag_bundle_config_list)."
                ).format(path=self.path),
            )
        if not self._initializing:
            self._cache_dags_and_sync_airflow_database()

    def _cache_dags_and_sync_airflow_database(self) -> None:
        from airflow.utils.session import create_session

        hook_dag_imports(read_declarations_of_dag_file, self.name)
        include = factory.find_include_folder(str(self.path / DAG_FILE))
        with ErrorCapture() as settings:
            city, memory = find_city_of_folder(include), get_dag_cache(include)
        if settings.error:
            # The parse says so where people look; nothing is known to have been removed.
            log.error("%s", settings.error)
            return
        factory.cache_dags(include)
        declared = {build_dag_id(city, path.stem) for path in list_dataset_paths(include)}
        with create_session() as session:
            memory.runs = read_dag_run_history(session, self.name)
            if (include / "city.yaml").is_file() and os.access(include / "datasets", os.R_OK | os.X_OK):
                # No city at all is a folder not mounted, or a checkout under way: nothing was removed.
                # A paused DAG would never end the run that goes on: it is paused once that has ended.
                pause_dags_without_file(session, self.name, declared | memory.runs.going, city)
            make_missing_pools(session, list_needed_pools(built.dag for built in memory.built.values()))
            if len(memory.built) < len(declared):
                self._request_priority_parsing(session)

    def _request_priority_parsing(self, session: Session) -> None:
        """The manager will forget the import errors after this refresh. It also answers such a request by a
        refresh, which must not ask again."""
        from airflow.models.dagbag import DagPriorityParsingRequest

        now = time.monotonic()
        if now - self._parse_asked >= self.refresh_interval / 2:
            self._parse_asked = now
            session.merge(DagPriorityParsingRequest(bundle_name=self.name, relative_fileloc=DAG_FILE))


class DeclarationsBundle(DeclarationsBundleMixin, LocalDagBundle):
    """A local folder of DAGs, whose ``datasets.py`` builds those of the declarations."""


def read_dag_run_history(session: Session, bundle: str) -> DagRunHistory:
    """The declarations' DAGs that ever ran, and those with a run going on.

    A queued run of a paused DAG is not going on: nothing of it has started, and nothing will.
    """
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.state import DagRunState
    from sqlalchemy import and_, or_, select
    from sqlalchemy.orm import selectinload

    shown = (
        select(DagModel)
        .where(DagModel.bundle_name == bundle, DagModel.relative_fileloc == DAG_FILE)
        .options(selectinload(DagModel.tags))
    )
    ours = (
        select(DagModel.dag_id)
        .join(DagRun, DagRun.dag_id == DagModel.dag_id)
        .where(DagModel.bundle_name == bundle, DagModel.relative_fileloc == DAG_FILE)
        .distinct()
    )
    going = or_(
        DagRun.state == DagRunState.RUNNING,
        and_(DagRun.state == DagRunState.QUEUED, DagModel.is_paused.is_(False)),
    )
    return DagRunHistory(
        frozenset(session.scalars(ours)),
        frozenset(session.scalars(ours.where(going))),
        {
            dag.dag_id: (str(dag.dag_display_name), tuple(tag.name for tag in dag.tags))
            for dag in session.scalars(shown)
        },
    )


def pause_dags_without_file(
    session: Session, bundle: str, kept: set[str], city: DeployedCity = ONLY_CITY
) -> list[str]:
    """Pauses the DAGs of ``city`` that Airflow found stale, but those to be ``kept``; the names of the paused.

    Stale first: a file that is missing for a moment (an editor saving it, a checkout) pauses nothing. Nor does the
    setting of the cities that is lost, or gives this folder another code: all its DAGs have then other names, and
    nothing would switch them on again. The audit log of the DAG says who paused it, and why.
    """
    from airflow.models.dag import DagModel
    from airflow.models.log import Log
    from sqlalchemy import select

    stale = select(DagModel).where(
        DagModel.bundle_name == bundle,
        DagModel.relative_fileloc == DAG_FILE,
        DagModel.is_stale.is_(True),
        DagModel.is_paused.is_(False),
    )
    removed = [
        dag for dag in session.scalars(stale) if dag.dag_id not in kept and is_dag_id_of(city, dag.dag_id)
    ]
    for dag in removed:
        dag.is_paused = True
        reason = str(_("déclaration retirée de include/datasets : le DAG est mis en pause"))
        session.add(Log("paused", owner="aqueduc", extra=reason, dag_id=dag.dag_id))
        log.info("%s", _("DAG {dag} : {reason}.").format(dag=dag.dag_id, reason=reason))
    return [dag.dag_id for dag in removed]
