"""Builds the DAG of one dataset from its declaration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, BaseOperator, CronDataIntervalTimetable, Param, chain, get_parsing_context
from airflow.sdk.definitions.param import ParamsDict

from aqueduc.declaration import City, Dataset, dataset_paths, load_city, load_dataset
from aqueduc.errors import DeclarationError
from aqueduc_airflow import prose
from aqueduc_airflow.operators import (
    ANONYMISE,
    CERTIFY,
    EXTRACT,
    PUBLISH,
    PUBLISHED,
    SHRED,
    VALIDATE,
    AnonymiseOperator,
    CertifyOperator,
    ExtractOperator,
    PublishOperator,
    ShredOperator,
    UnreadableOperator,
    ValidateOperator,
)

_REJECTED_DAYS = 30  # when city.yaml cannot say

# Far enough back for a city to open its archives with a backfill; catchup is off, so nothing runs by itself.
START = datetime(2000, 1, 1, tzinfo=UTC)

NAMES = {
    EXTRACT: "Extraire",
    ANONYMISE: "Anonymiser",
    VALIDATE: "Valider",
    PUBLISH: "Publier",
    CERTIFY: "Certifier",
    PUBLISHED: "Publié",
    SHRED: "Détruire l'extrait brut",
}


# What the last call of dags_of could not read, for whoever reports it (``bundle``): path -> message.
broken: dict[Path, str] = {}


def pool_of(platform: str) -> str:
    return f"plateforme_{platform}"


def asset_of(dataset: Dataset, city: City) -> Asset:
    """What a certified run updates; other DAGs may be scheduled on it."""
    return Asset(name=dataset.id, uri=f"aqueduc://{city.organisation}/{dataset.id}", group="aqueduc")


def include_beside(dag_file: str) -> Path:
    """``AQUEDUC_INCLUDE``, or the folder ``include`` next to the one of the DAGs.

    Next to it, so that a run pinned by a DAG bundle to a commit reads the declarations of that commit.
    """
    given = os.environ.get("AQUEDUC_INCLUDE")
    return Path(given).resolve() if given else Path(dag_file).resolve().parent.parent / "include"


def dags_of(include: Path) -> Iterator[DAG]:
    """One DAG per declaration; only the one wanted when a task is about to run.

    What cannot be read becomes a DAG that says so; when it is ``city.yaml``, all of them.
    """
    wanted = get_parsing_context().dag_id
    paths = [path for path in dataset_paths(include) if wanted in (None, path.stem)]
    try:
        loaded = load_city(include)
    except DeclarationError as error:
        broken[include / "city.yaml"] = str(error)
        yield from (unreadable(path, error, include) for path in paths)
        return
    for path in paths:
        try:
            dataset = load_dataset(path, loaded)
        except DeclarationError as error:
            broken[path] = str(error)
            yield unreadable(path, error, include, loaded.city.rejected_days)
        else:
            yield dag_of(dataset, loaded.city, include)


def dag_of(dataset: Dataset, city: City, include: Path) -> DAG:
    """extract → anonymise → validate → publish → certify → published, and shred at the end of every run."""
    cron = dataset.frequency.cron
    with DAG(
        dag_id=dataset.id,
        dag_display_name=dataset.title,
        description=dataset.description,
        doc_md=prose.page(dataset, city),
        schedule=CronDataIntervalTimetable(cron, timezone=city.timezone) if cron else None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        tags=prose.tags(dataset),
        params={
            "force": Param(False, type="boolean", title="Republier même si rien n'a changé"),
            "dry_run": Param(False, type="boolean", title="Essai à blanc : tout faire sauf publier"),
        },
        default_args={"owner": prose.short_owner(dataset.owner)},
    ) as dag:
        job: dict[str, Any] = {"dataset": dataset, "city": city, "include": include}
        extract = ExtractOperator(**_named(EXTRACT), **job)
        anonymise = AnonymiseOperator(**_named(ANONYMISE), **job)
        validate = ValidateOperator(**_named(VALIDATE), **job)
        publish = PublishOperator(**_named(PUBLISH), pool=pool_of(dataset.publication.platform), **job)
        certify = CertifyOperator(**_named(CERTIFY), asset=asset_of(dataset, city), **job)
        extract >> anonymise >> validate >> publish >> certify
        _end(certify, dataset.id, include, city.rejected_days)
    # Airflow copies the DAG's params into each task and validates every copy at each parse (6 of 8 ms a DAG);
    # a task reads the DAG's all the same.
    for task in dag.tasks:
        task.params = ParamsDict()
    return dag


def unreadable(
    path: Path, error: DeclarationError, include: Path, rejected_days: int = _REJECTED_DAYS
) -> DAG:
    """A DAG with the same tasks that says what is wrong in the file, and still shreds what a run left."""
    with DAG(
        dag_id=path.stem,
        dag_display_name=f"{path.stem} (déclaration illisible)",
        description="La déclaration de ce jeu est à corriger ; rien n'est publié tant qu'elle ne l'est pas.",
        doc_md=f"### Déclaration illisible\n\n```text\n{error}\n```\n",
        schedule=None,
        start_date=START,
        max_active_runs=1,
        tags=["déclaration:illisible"],
    ) as dag:
        stages = [
            UnreadableOperator(**_named(task), error=error)
            for task in (EXTRACT, ANONYMISE, VALIDATE, PUBLISH, CERTIFY)
        ]
        chain(*stages)
        _end(stages[-1], path.stem, include, rejected_days)
    return dag


def _end(last: BaseOperator, dataset_id: str, include: Path, rejected_days: int) -> None:
    """The raw extract is shredded by a teardown without setup: it runs even when the extraction failed.

    A run whose extract could not be destroyed is a failed run, published or not. Since that makes the
    teardown decide how a run ends, ``published`` decides with it: no process runs for it, and it fails with
    any of the stages.
    """
    shred = ShredOperator(
        **_named(SHRED), dataset_id=dataset_id, include=include, rejected_days=rejected_days
    )
    shred.as_teardown(on_failure_fail_dagrun=True)
    last >> [EmptyOperator(**_named(PUBLISHED)), shred]


def _named(task: str) -> dict[str, Any]:
    return {"task_id": task, "task_display_name": NAMES[task]}
