"""Builds the DAG of each dataset from its declaration."""

import os
from collections.abc import Iterable, Iterator
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Asset, BaseOperator, Param, chain, get_parsing_context

from aqueduc.cities import ONLY_CITY, SETTING, DeployedCity
from aqueduc.declaration import City, Dataset, LoadedCity, list_dataset_paths, load_city, load_dataset
from aqueduc.errors import AqueducError
from aqueduc.language import Language, _, get_current_language, use_language
from aqueduc_airflow import prose
from aqueduc_airflow.capacity import (
    FIRST,
    build_platform_pool,
    build_priority_options,
    build_source_pool,
    build_task_resource_options,
    require_plugin,
)
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder, split_dag_id
from aqueduc_airflow.city_dags import (
    START,
    build_access_control,
    build_city_dag_options,
    build_queue_options,
    build_timetable,
    read_timezone_and_language,
)
from aqueduc_airflow.compat import WITHOUT_BACKFILLS, AssetOrTimeSchedule
from aqueduc_airflow.dag_cache import (
    DagRunHistory,
    FileDigester,
    fill_dag_cache,
    find_cached_dag,
    get_dag_cache,
)
from aqueduc_airflow.failures import ErrorCapture, RemovedDeclaration, unread_declarations
from aqueduc_airflow.forms import build_agreement_form, build_run_form
from aqueduc_airflow.notices import (
    DeliverAlertsOperator,
    ListPublicationsDueAfterEmbargoOperator,
    SendWeeklyDigestOperator,
)
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
    ShredRawExtractOperator,
    SweepVaultOperator,
    UnreadableDeclarationOperator,
    ValidateOperator,
)
from aqueduc_airflow.reconciliation import ReconcileOperator

OF_CITY = "aqueduc_"
"""How the names of the DAGs of the whole city begin, and none of a dataset."""
SWEEP = "aqueduc_sweep"
MOST_REQUESTS = 1000
"""Requests that wait for a person at once: as many as there may be datasets."""
ALERTS, DIGEST = "aqueduc_alerts", "aqueduc_digest"
RECONCILIATION = "aqueduc_reconciliation"

NAMES = {
    EXTRACT: _("Extraire"),
    ANONYMISE: _("Anonymiser"),
    VALIDATE: _("Valider"),
    PUBLISH: _("Publier"),
    CERTIFY: _("Certifier"),
    PUBLISHED: _("Publié"),
    SHRED: _("Détruire l'extrait brut"),
}
# A DAG whose declaration cannot be read: its name, its description, the title of its page, its tag.
_GONE = (
    _("{} (déclaration retirée)"),
    _("La déclaration de ce jeu n'est plus là ; rien n'est plus publié."),
    _("Déclaration retirée"),
    _("déclaration:retirée"),
)
UNREADABLE = (
    _("{} (déclaration illisible)"),
    _("La déclaration de ce jeu est à corriger ; rien n'est publié tant qu'elle ne l'est pas."),
    _("Déclaration illisible"),
    _("déclaration:illisible"),
)


def build_dataset_asset(dataset: Dataset, city: City, deployed: DeployedCity = ONLY_CITY) -> Asset:
    """What a certified run updates, and one that finds nothing new does not; other DAGs may be scheduled on it."""
    return _build_asset(dataset.id, city, deployed)


def _build_asset(dataset: str, city: City, deployed: DeployedCity) -> Asset:
    """Named as its DAG: of two assets of one name or address, Airflow would take one away. Of several cities, the one
    that is written in a repository says nothing of the address: it would be another's."""
    owner = deployed.code or quote(city.organisation, safe="")
    return Asset(name=build_dag_id(deployed, dataset), uri=f"aqueduc://{owner}/{dataset}", group="aqueduc")


def build_dataset_schedule(dataset: Dataset, city: City, deployed: DeployedCity = ONLY_CITY) -> Any:
    """The clock, the assets of all that it comes after, either, or nothing."""
    cron = dataset.frequency.cron
    clock: Any = build_timetable(cron, city.timezone) if cron else None
    if not dataset.after:
        return clock
    assets = [_build_asset(name, city, deployed) for name in dataset.after]
    return assets if clock is None else AssetOrTimeSchedule(timetable=clock, assets=assets)


def find_include_folder(dag_file: str) -> Path:
    """``AQUEDUC_INCLUDE`` where there is one city, or the folder ``include`` next to the one of the DAGs.

    Next to it, so that a run pinned by a DAG bundle to a commit reads the declarations of that commit.
    """
    given = None if os.environ.get(SETTING, "").strip() else os.environ.get("AQUEDUC_INCLUDE")
    return Path(given).resolve() if given else Path(dag_file).resolve().parent.parent / "include"


def build_dataset_dags(include: Path) -> Iterator[DAG]:
    """One DAG per declaration; only the one wanted when a task is about to run.

    A declaration that cannot be read has a DAG that says so where one is needed: for a task about to run, and
    for a DAG that ran before, whose history must not vanish. When ``city.yaml`` cannot be read, none can. Raises
    PluginNotInstalled, and DeclarationError where there is no declaration either: there is nothing else that could say it.
    """
    wanted = get_parsing_context().dag_id
    if wanted:
        yield from _build_running_task_dag(wanted, include)
        return
    if get_dag_cache(include).runs is None:
        # No bundle of ours has made the pools.
        require_plugin()
    paths = list_dataset_paths(include)
    unread: dict[str, AqueducError] = {}
    loaded = None
    with ErrorCapture() as city_file:
        loaded = load_city(include)
    if loaded is not None:
        yield from _build_dags_of_readable_declarations(paths, loaded, include, unread)
    elif city_file.error:
        unread_declarations.get({})[include / "city.yaml"] = str(city_file.error)
        if not paths and get_dag_cache(include).runs is None:
            raise city_file.error
        unread = {path.stem: city_file.error for path in paths}
    spoken = loaded.city.language if loaded else get_current_language()
    yield from _build_dags_of_broken_declarations(unread, include, spoken)
    yield from _build_dags_of_removed_declarations({path.stem for path in paths}, include, spoken)


def _build_dags_of_readable_declarations(
    paths: Iterable[Path], loaded: LoadedCity, include: Path, unread: dict[str, AqueducError]
) -> Iterator[DAG]:
    """The DAGs of what can be read; why the others cannot goes into ``unread``."""
    digester = FileDigester()
    shared = digester.digest_shared_files(include) if get_dag_cache(include).built else ""
    for path in paths:
        dag = find_cached_dag(include, path, shared, digester) or _build_dag_of_declaration(
            path, loaded, include, unread
        )
        if dag is not None:
            yield dag


def _build_dag_of_declaration(
    path: Path, loaded: LoadedCity, include: Path, unread: dict[str, AqueducError]
) -> DAG | None:
    """The DAG of the declaration at ``path``; None, and why in ``unread``, when it cannot be read."""
    dag = None
    with use_language(loaded.city.language):
        with ErrorCapture() as declaration:
            dag = build_dataset_dag(load_dataset(path, loaded), loaded.city, include)
        if declaration.error:
            unread[path.stem] = declaration.error
            unread_declarations.get({})[path] = str(declaration.error)
    return dag


def cache_dags(include: Path) -> None:
    """In the dag-processor's manager: what the parses to come need not read again (see ``dag_cache``)."""
    shared = FileDigester().digest_shared_files(include)
    loaded = None
    with ErrorCapture():
        loaded = load_city(include)
    if loaded is None:
        get_dag_cache(include).built = {}
        return
    fill_dag_cache(
        include,
        list_dataset_paths(include),
        shared,
        lambda path: load_dataset(path, loaded),
        lambda dataset: build_dataset_dag(dataset, loaded.city, include),
    )


def _build_running_task_dag(dag_id: str, include: Path) -> Iterator[DAG]:
    """The DAG of a task about to run, whatever became of its declaration: the task must say what is wrong,
    and the raw extract of its run must still be shredded."""
    known = split_dag_id(dag_id)
    if known is None or known[0] != find_city_of_folder(include):
        return
    path = include / "datasets" / f"{known[1]}.yaml"
    dag = None
    with ErrorCapture() as failure:
        if not path.exists():
            raise RemovedDeclaration.build_for_declaration(path, include)
        loaded = load_city(include)
        dag = build_dataset_dag(load_dataset(path, loaded), loaded.city, include)
    if failure.error:
        dag = build_stand_in_dag_with_error(
            known[1], failure.error, include, read_timezone_and_language(include)[1]
        )
    if dag is not None:
        yield dag


def _build_dags_of_broken_declarations(
    errors: dict[str, AqueducError], include: Path, spoken: Language
) -> Iterator[DAG]:
    """Stand-ins for the DAGs that ran before their declaration broke; for all where that is not known, and where there
    are several cities: Airflow shows its import errors to who may see those of all."""
    city, runs = find_city_of_folder(include), get_dag_cache(include).runs
    for name, error in errors.items():
        if name.startswith(OF_CITY):
            continue  # Its import error says so: a stand-in would take the place of the sweep, or of the alerts.
        if city.code or runs is None or name in runs.ever:
            # A file may have a name that no DAG can bear: its import error says so.
            with ErrorCapture():
                yield build_stand_in_dag_with_error(name, error, include, spoken)


def _build_dags_of_removed_declarations(declared: set[str], include: Path, spoken: Language) -> Iterator[DAG]:
    """Stand-ins for the DAGs whose declaration was removed during a run, until the run has ended."""
    runs = get_dag_cache(include).runs
    going = (split_dag_id(dag_id) for dag_id in (sorted(runs.going) if runs else ()))
    for name in [known[1] for known in going if known and known[0] == find_city_of_folder(include)]:
        if name not in declared:
            gone = RemovedDeclaration.build_for_declaration(include / "datasets" / f"{name}.yaml", include)
            yield build_stand_in_dag_with_error(name, gone, include, spoken)


def build_dataset_dag(dataset: Dataset, city: City, include: Path) -> DAG:
    """extract → anonymise → validate → publish → certify → published, and shred at the end of every run."""
    deployed = find_city_of_folder(include)
    with (
        use_language(city.language),
        DAG(
            dag_id=build_dag_id(deployed, dataset.id),
            dag_display_name=dataset.title,
            description=dataset.description,
            doc_md=prose.build_dag_documentation(dataset, city),
            schedule=build_dataset_schedule(dataset, city, deployed),
            start_date=START,
            catchup=False,
            max_active_runs=1,
            # A source that keeps no past state has nothing to give to a backfill: Airflow greys its form out.
            **({} if dataset.windowed else WITHOUT_BACKFILLS),
            access_control=build_access_control(deployed, "operator"),
            tags=[*prose.build_dag_tags(dataset), *prose.build_city_tags(deployed)],
            default_args={
                "owner": prose.shorten_owner(dataset.owner),
                **build_priority_options(dataset),
                **build_queue_options(deployed),
            },
        ) as dag,
    ):
        _add_stage_tasks(dataset, city, include)
    # Given last: Airflow validates the params given to a DAG at each parse, and copies them into each task
    # (two thirds of the time to build one). Copies, because a run's own values are written into them.
    dag.params.update({name: copy(option) for name, option in _build_cached_run_form(city.language).items()})
    return dag


def _add_stage_tasks(dataset: Dataset, city: City, include: Path) -> None:
    deployed = find_city_of_folder(include)
    job: dict[str, Any] = {"dataset": dataset, "city": city, "include": include}
    platform = city.find_platform_settings(dataset.publication.primary_platform)
    prepare = {**job, **build_task_resource_options(dataset.resources, deployed)}
    extract = ExtractOperator(
        **_build_task_id_and_name(EXTRACT),
        needed_pool=build_source_pool(dataset.source.connection, deployed),
        **prepare,
    )
    anonymise = AnonymiseOperator(**_build_task_id_and_name(ANONYMISE), **prepare)
    validate = ValidateOperator(**_build_task_id_and_name(VALIDATE), **prepare)
    publish = PublishOperator(
        **_build_task_id_and_name(PUBLISH),
        # One that city.yaml does not declare is refused by the task itself.
        needed_pool=build_platform_pool(platform, deployed) if platform else None,
        **job,
    )
    certify = CertifyOperator(
        **_build_task_id_and_name(CERTIFY), asset=build_dataset_asset(dataset, city, deployed), **job
    )
    extract >> anonymise >> validate >> publish >> certify
    _add_shred_and_published_tasks(certify, dataset.id, include)


@lru_cache(maxsize=2)
def _build_cached_run_form(spoken: Language) -> dict[str, Param]:
    """What may be asked of a run triggered by hand."""
    with use_language(spoken):
        return build_run_form()


def build_stand_in_dag_with_error(dataset: str, error: AqueducError, include: Path, spoken: Language) -> DAG:
    """A DAG with the same tasks that says what is wrong in the file, and still shreds what a run left."""
    name, why, heading, tag = _GONE if isinstance(error, RemovedDeclaration) else UNREADABLE
    city = find_city_of_folder(include)
    dag_id = build_dag_id(city, dataset)
    with use_language(spoken):
        title, tags = _get_original_dag_title_and_tags(dag_id, get_dag_cache(include).runs)
    with (
        use_language(spoken),
        DAG(
            dag_id=dag_id,
            dag_display_name=str(name.format(title)),
            description=str(why),
            doc_md=f"### {heading}\n\n{prose.convert_error_to_markdown(str(error))}\n",
            schedule=None,
            start_date=START,
            max_active_runs=1,
            # With one city, what the DAG had before its declaration broke is left as it is.
            access_control=build_access_control(city, "operator") if city.code else None,
            tags=[*tags, str(tag)],
            default_args={"owner": "aqueduc", **FIRST, **build_queue_options(city)},
        ) as dag,
    ):
        stages = [
            UnreadableDeclarationOperator(
                **_build_task_id_and_name(task),
                dataset_id=dataset,
                error=error,
                include=include,
                language=spoken,
            )
            for task in (EXTRACT, ANONYMISE, VALIDATE, PUBLISH, CERTIFY)
        ]
        chain(*stages)
        _add_shred_and_published_tasks(stages[-1], dataset, include)
    return dag


def _get_original_dag_title_and_tags(dag_id: str, runs: DagRunHistory | None) -> tuple[str, list[str]]:
    """The title and the tags of a DAG in Airflow's list, without what a broken declaration added to them; its
    name and none where they are not known."""
    title, tags = runs.shown.get(dag_id, (dag_id, ())) if runs else (dag_id, ())
    for name, _why, _heading, tag in (_GONE, UNREADABLE):
        title = title.removesuffix(str(name.format("")))
        tags = tuple(one for one in tags if one != str(tag))
    return title, list(tags)


def _add_shred_and_published_tasks(last: BaseOperator, dataset_id: str, include: Path) -> None:
    """The raw extract is shredded by a teardown without setup: it runs even when the extraction failed.

    A run whose extract could not be destroyed is a failed run, published or not. Since that makes the
    teardown decide how a run ends, ``published`` decides with it: no process runs for it, and it fails with
    any of the stages.
    """
    job: dict[str, Any] = {"dataset_id": dataset_id, "include": include, "language": get_current_language()}
    # What destroys waits behind nobody's reading.
    shred = ShredRawExtractOperator(**_build_task_id_and_name(SHRED), **FIRST, **job)
    shred.as_teardown(on_failure_fail_dagrun=True)
    last >> [EmptyOperator(**_build_task_id_and_name(PUBLISHED)), shred]


def build_sweep_dag(include: Path) -> DAG:
    """Every hour, what dead runs left in the vault is destroyed."""
    with (
        use_language(read_timezone_and_language(include)[1]),
        DAG(
            **build_city_dag_options(
                include,
                SWEEP,
                _("Balayer le coffre"),
                _("Détruit chaque heure ce que des exécutions tuées ont laissé dans le coffre."),
                _("coffre"),
                prose.SWEEP,
            ),
            schedule=build_timetable("17 * * * *", "UTC"),
        ) as dag,
    ):
        SweepVaultOperator(task_id="sweep", task_display_name=str(_("Balayer")), include=include)
    return dag


def build_reconciliation_dag(include: Path) -> DAG:
    """Every morning at six in the city's time, once the runs of the night are over, and whenever somebody
    asks."""
    timezone, spoken = read_timezone_and_language(include)
    with (
        use_language(spoken),
        DAG(
            **build_city_dag_options(
                include,
                RECONCILIATION,
                _("Vérifier tout ce qui est en ligne"),
                _("Compare chaque jour ce qui est déclaré, certifié, inscrit sur les plateformes et servi."),
                _("vérification"),
                prose.RECONCILIATION,
            ),
            schedule=build_timetable("0 6 * * *", timezone),
            **WITHOUT_BACKFILLS,
        ) as dag,
    ):
        ReconcileOperator(task_id="reconcile", task_display_name=str(_("Vérifier")), include=include)
    return dag


def build_alert_dag(include: Path) -> DAG:
    """Every ten minutes, what people must be told and could not be at once, and the runs that publish what is
    no longer under embargo."""
    with (
        use_language(read_timezone_and_language(include)[1]),
        DAG(
            **build_city_dag_options(
                include,
                ALERTS,
                _("Envoyer les alertes"),
                _("Envoie toutes les dix minutes les alertes qui attendent."),
                _("alertes"),
                prose.ALERTS,
            ),
            schedule=build_timetable("*/10 * * * *", "UTC"),
        ) as dag,
    ):
        DeliverAlertsOperator(task_id="deliver", task_display_name=str(_("Envoyer")), include=include)
        due = ListPublicationsDueAfterEmbargoOperator(
            task_id="due", task_display_name=str(_("Voir quels embargos ont pris fin")), include=include
        )
        TriggerDagRunOperator.partial(
            task_id="trigger",
            task_display_name=str(_("Publier")),
            skip_when_already_exists=True,
            reset_dag_run=False,
        ).expand_kwargs(due.output)
    return dag


def build_weekly_digest_dag(include: Path) -> DAG:
    """The week of the city's open data, on Monday at seven in the city's time."""
    timezone, spoken = read_timezone_and_language(include)
    with (
        use_language(spoken),
        DAG(
            **build_city_dag_options(
                include,
                DIGEST,
                _("Envoyer la semaine"),
                _("Envoie le lundi ce qui a été ouvert, mis à jour, retenu ou en retard."),
                _("alertes"),
            ),
            schedule=build_timetable("0 7 * * 1", timezone),
        ) as dag,
    ):
        SendWeeklyDigestOperator(task_id="digest", task_display_name=str(_("Envoyer")), include=include)
    return dag


def build_agreement_dag(include: Path) -> DAG:
    """A run for each dataset and state of its declaration that waits for a person."""
    from aqueduc_airflow.agreement import (
        AGREEMENT,
        DECIDE,
        PUBLISH_AGREED,
        AgreementDecisionOperator,
        TriggerAgreedPublicationOperator,
    )

    with (
        use_language(read_timezone_and_language(include)[1]),
        DAG(
            schedule=None,
            **build_city_dag_options(
                include,
                AGREEMENT,
                _("Accorder une publication"),
                _("Demande à une personne l'accord qu'un jeu attend, et le publie ensuite."),
                _("accord"),
                prose.AGREEMENT,
                max_active_runs=MOST_REQUESTS,
                roles=("dpo", "signatory"),
            ),
            params=build_agreement_form(path.stem for path in list_dataset_paths(include)),
        ) as dag,
    ):
        decide = AgreementDecisionOperator(
            task_id=DECIDE, task_display_name=str(_("Décider")), include=include
        )
        decide >> TriggerAgreedPublicationOperator(
            task_id=PUBLISH_AGREED,
            task_display_name=str(_("Publier")),
            trigger_dag_id=build_dag_id(find_city_of_folder(include), "{{ params.dataset }}"),
        )
    return dag


def _build_task_id_and_name(task: str) -> dict[str, Any]:
    return {"task_id": task, "task_display_name": str(NAMES[task])}
