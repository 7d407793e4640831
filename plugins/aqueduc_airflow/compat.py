"""What Airflow 3.1 to 3.4 do each in their own way, under one name: the only module that knows which Airflow is there.

Each export says from which version on it is not needed. What is asked is whether a thing is there, never the number of
a version: a release candidate, or a provider newer than its Airflow, has what it has.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG
from airflow.utils.types import DagRunType

try:  # Not needed from 3.2 on.
    from airflow.sdk import AssetOrTimeSchedule
    from airflow.sdk.configuration import conf
    from airflow.sdk.exceptions import (
        AirflowFailException,
        AirflowNotFoundException,
        AirflowSkipException,
        AirflowTaskTimeout,
        DownstreamTasksSkipped,
    )
except ImportError:
    from airflow.configuration import conf
    from airflow.exceptions import (
        AirflowFailException,
        AirflowNotFoundException,
        AirflowSkipException,
        AirflowTaskTimeout,
        DownstreamTasksSkipped,
    )
    from airflow.timetables.assets import AssetOrTimeSchedule

try:  # Not needed from 3.3 on.
    from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule
except ImportError:
    ExceptionRetryPolicy = None

if TYPE_CHECKING:
    from airflow.models.dag import DagModel
    from airflow.providers.standard.operators.hitl import HITLOperator

__all__ = [
    "WITHOUT_BACKFILLS",
    "WITHOUT_LINEAGE",
    "AirflowNotFoundException",
    "AirflowSkipException",
    "AirflowTaskTimeout",
    "AssetOrTimeSchedule",
    "DownstreamTasksSkipped",
    "FoundDeclarations",
    "NeverTriedAgain",
    "build_retry_options",
    "conf",
    "does_dag_allow_backfills",
    "drop_params_of_dag",
    "emit_gauge",
    "forbid_retry_of_timeout",
    "get_triggering_account",
    "hook_dag_imports",
]

# --- how a task is tried again: not needed from 3.3 on, which has retry policies -----------------------------


class _DecidedByPolicy:
    """Nothing: the retry policy of the task says what is tried again."""


NeverTriedAgain: Any = _DecidedByPolicy if ExceptionRetryPolicy else AirflowFailException
"""To derive from, what fails at once whatever the ``retries`` of its task."""


def build_retry_options(again: Iterable[type[BaseException]], reason: str) -> dict[str, Any]:
    """The options of a task that is tried again after one of ``again`` only. Before 3.3 it is tried again after all but
    what is ``NeverTriedAgain``: what ``report_failures`` raises is either, and a task that took too long goes through
    ``forbid_retry_of_timeout``."""
    if ExceptionRetryPolicy is None:
        return {}
    rules = [RetryRule(exception=kind, action=RetryAction.RETRY, reason=reason) for kind in again]
    return {"retry_policy": ExceptionRetryPolicy(rules=rules, default=RetryAction.FAIL)}


def forbid_retry_of_timeout(error: BaseException | None) -> None:
    """Raises AirflowFailException for a task that took too long, where no policy says that it is not tried again."""
    if ExceptionRetryPolicy is None and isinstance(error, AirflowTaskTimeout):
        raise AirflowFailException(str(error)) from None


# --- what a DAG and its tasks are told -----------------------------------------------------------------------


WITHOUT_BACKFILLS: Mapping[str, Any] = (
    {"allowed_run_types": [kind for kind in DagRunType if kind != DagRunType.BACKFILL_JOB]}
    if "allowed_run_types" in inspect.signature(DAG).parameters
    else {}
)
"""The option of a DAG that runs in any way but by a backfill. Before 3.2 there is none, and the run itself has to refuse;
3.3 has one way to run more than 3.2."""

WITHOUT_LINEAGE: Mapping[str, Any] = (
    {"openlineage_inject_parent_info": False}
    if "openlineage_inject_parent_info" in inspect.signature(TriggerDagRunOperator).parameters
    else {}
)
"""The option of a TriggerDagRunOperator that adds nothing to the conf of the run. Before version 1.10 of the standard
provider there is none, and nothing is added."""


def does_dag_allow_backfills(dag: DagModel) -> bool:
    """Not needed from 3.2 on: before, Airflow refuses a backfill to no DAG."""
    return getattr(dag, "allowed_run_types", None) is None


def get_triggering_account(dag_run: Any) -> str:
    """Not needed from 3.2 on: before, a task is not told who asked for its run, and it is nobody's."""
    return getattr(dag_run, "triggering_user_name", None) or ""


def drop_params_of_dag(question: HITLOperator, *own: str) -> None:
    """Leaves to a question only the params that are its ``own``. Not needed from 3.2 on: before, Airflow gives it those of
    its DAG too, and refuses an answer that does not repeat them."""
    for name in set(question.params) - set(own):
        del question.params[name]


def emit_gauge(name: str, value: float, tags: Mapping[str, str] | None) -> None:
    """Not needed from 3.3 on, where it is ``airflow.sdk.observability.stats.gauge``."""
    try:
        from airflow.sdk.observability.stats import gauge
    except ImportError:
        try:
            from airflow.sdk.observability.stats import Stats
        except ImportError:
            from airflow.stats import Stats
        gauge = Stats.gauge
    gauge(name, value, tags=tags)


# --- what the dag-processor reads in a file ------------------------------------------------------------------


@dataclass(frozen=True)
class FoundDeclarations:
    """What a file of DAGs read. ``errors``: why files could not be read, by how Airflow's list calls them; ``sources``:
    by the id of a DAG, the file that its « Code » tab shows."""

    errors: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Path] = field(default_factory=dict)


R = TypeVar("R")


class ImportHook(Protocol):
    """Reads a file of DAGs in Airflow's own way, and returns what that gives, with what else there is to know of it."""

    def __call__(
        self, dag_file: Path, read: Callable[[], R], get_dags: Callable[[R], Iterable[DAG]]
    ) -> tuple[R, FoundDeclarations]: ...


def hook_dag_imports(hook: ImportHook, bundle: str) -> None:
    """From now on in this process, and in those it forks, files of DAGs are read by ``hook``, once however often this is
    called. Only the way of 3.4 is needed once 3.4 is the oldest."""
    if find_spec("airflow.sdk.importers"):
        importers = import_module("airflow.sdk.importers")
        registry = importers.get_importer_registry(bundle)
        _register_importer(registry, _build_definition_importer(importers, hook))
    elif find_spec("airflow.dag_processing.importers"):
        importers = import_module("airflow.dag_processing.importers")
        _register_importer(importers.get_importer_registry(), _build_file_importer(importers, hook))
    else:
        _hook_dag_bag(hook)


def _register_importer(registry: Any, importer: Any) -> None:
    if type(registry.get_importer("datasets.py")).__name__ != type(importer).__name__:
        registry.register(importer)


def _build_definition_importer(importers: Any, hook: ImportHook) -> Any:
    """That of 3.4, a beta of which was tried: an importer is asked for a DAG's code."""

    class HookedDefinitionImporter(importers.PythonDagImporter):
        _sources: Mapping[str, Path] = {}

        def import_definition(self, definition: Any, bundle: Any) -> Any:
            read = partial(super().import_definition, definition, bundle)
            result, found = hook(Path(repr(definition)), read, attrgetter("dags"))
            self._sources = found.sources
            _add_errors(importers.DagImportError, "source_reference", result, found)
            return result

        def get_source_code(self, definition: Any, dag_id: str | None = None) -> Any:
            source = self._sources.get(dag_id or "")
            if source is None:
                return super().get_source_code(definition, dag_id)
            text = source.read_text(encoding="utf-8")
            return importers.DagSourceCode(source_code=text, language="yaml")

    return HookedDefinitionImporter()


def _build_file_importer(importers: Any, hook: ImportHook) -> Any:
    """That of 3.2 and 3.3: a DAG's code is that of the file where it says it is."""

    class HookedFileImporter(importers.PythonDagImporter):
        def import_file(self, file_path: str | Path, **options: Any) -> Any:
            read = partial(super().import_file, file_path, **options)
            result, found = hook(Path(file_path), read, attrgetter("dags"))
            _move_dags(result.dags, found.sources)
            _add_errors(importers.DagImportError, "file_path", result, found)
            return result

    return HookedFileImporter()


def _hook_dag_bag(hook: ImportHook) -> None:
    """3.1 has no importers: its DagBag reads the files, and keeps their errors."""
    from airflow.models.dagbag import DagBag

    own = DagBag.process_file
    if own.__name__ == "process_hooked_file":
        return

    def process_hooked_file(bag: Any, filepath: Any, *args: Any, **options: Any) -> list[DAG]:
        dags, found = hook(Path(filepath), partial(own, bag, filepath, *args, **options), list)
        _move_dags(dags, found.sources)
        bag.import_errors.update(found.errors)
        return dags

    DagBag.process_file = process_hooked_file


def _add_errors(kind: Any, place: str, result: Any, found: FoundDeclarations) -> None:
    """``place``: how an error of this ``kind`` calls its file."""
    result.errors.extend(
        kind(message=why, error_type="declaration", stacktrace=why, **{place: name})
        for name, why in found.errors.items()
    )


def _move_dags(dags: Iterable[DAG], sources: Mapping[str, Path]) -> None:
    """Airflow still knows where to find each by its ``relative_fileloc``."""
    for dag in dags:
        if dag.dag_id in sources:
            dag.fileloc = str(sources[dag.dag_id])
