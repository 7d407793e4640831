"""The DAGs that the project's own declarations make, as Airflow reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

from aqueduc.declaration import City, Dataset, list_dataset_paths, load_city, load_dataset
from aqueduc_airflow import city_dags, factory, prose
from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.arrivals import ARRIVALS
from aqueduc_airflow.convention import CONVENTION, REMOVAL
from aqueduc_airflow.factory import (
    ALERTS,
    DIGEST,
    NAMES,
    RECONCILIATION,
    SWEEP,
    build_dataset_asset,
    build_dataset_dag,
)
from aqueduc_airflow.failures import unread_declarations
from aqueduc_airflow.withdrawal import WITHDRAWAL, WITHDRAWAL_WATCH
from tests.airflow.conftest import REPOSITORY
from tests.making import Desk

INCLUDE = REPOSITORY / "include"
CHAIN = ["extract", "anonymise", "validate", "publish", "certify", "published"]


OWN_TASKS = {
    AGREEMENT: {"Décider", "Publier"},
    SWEEP: {"Balayer"},
    ARRIVALS: {"Regarder les dépôts"},
    ALERTS: {"Envoyer", "Voir quels embargos ont pris fin", "Publier"},
    DIGEST: {"Envoyer"},
    RECONCILIATION: {"Vérifier"},
    CONVENTION: {"Veiller", "Demander le retrait"},
    REMOVAL: {"Lister", "Accorder", "Retirer et vérifier"},
    WITHDRAWAL: {"Demander confirmation", "Décider", "Retirer et vérifier"},
    WITHDRAWAL_WATCH: {"Veiller"},
}


def read_dags() -> DagBag:
    dags = REPOSITORY / "dags"
    return DagBag(str(dags), bundle_path=dags, bundle_name="dags-folder")


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return read_dags()


@pytest.fixture(scope="module")
def declared() -> dict[str, tuple[Dataset, City]]:
    loaded = load_city(INCLUDE)
    return {path.stem: (load_dataset(path, loaded), loaded.city) for path in list_dataset_paths(INCLUDE)}


def test_each_declaration_is_a_dag(bag: DagBag, declared: dict[str, tuple[Dataset, City]]) -> None:
    assert bag.import_errors == {}
    assert len(declared) >= 12
    assert set(declared) <= set(bag.dags)


@pytest.mark.parametrize("said, paused", [("", None), (" ", None), (city_dags.ACTIVE, False)])
def test_the_dags_of_the_whole_city_come_as_the_host_says(
    monkeypatch: pytest.MonkeyPatch, said: str, paused: bool | None
) -> None:
    """``None`` is Airflow's own setting; no dataset is ever switched on by it."""
    monkeypatch.setenv(city_dags.SERVICE_DAGS, said)
    found = read_dags()
    assert not found.import_errors
    given = {name: dag.is_paused_upon_creation for name, dag in found.dags.items()}
    assert {name: given.pop(name) for name in OWN_TASKS} == dict.fromkeys(OWN_TASKS, paused)
    assert set(given.values()) == {None}


def test_a_host_leaves_out_the_dags_of_the_whole_city(monkeypatch: pytest.MonkeyPatch, bag: DagBag) -> None:
    monkeypatch.setenv(city_dags.SERVICE_DAGS, city_dags.LEFT_OUT)
    found = read_dags()
    assert not found.import_errors
    assert set(found.dags) == set(bag.dags) - set(OWN_TASKS)


def test_a_word_that_means_nothing_is_told_and_stops_no_dataset(
    monkeypatch: pytest.MonkeyPatch, bag: DagBag
) -> None:
    """« on » is a boolean of YAML: Compose gives « true » for it."""
    monkeypatch.setenv(city_dags.SERVICE_DAGS, "true")
    found = read_dags()
    assert set(found.dags) == set(bag.dags) - set(OWN_TASKS)
    assert len(found.import_errors) == len(list((REPOSITORY / "dags").glob("*.py"))) - 1
    for message in found.import_errors.values():
        assert "[reglage-des-dags]" in message and "« active »" in message and "« none »" in message


def test_each_dag_survives_serialisation(bag: DagBag) -> None:
    """What the dag-processor stores, and the scheduler and the interface read."""
    for dag in bag.dags.values():
        stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))
        assert stored.task_ids == dag.task_ids
        names = OWN_TASKS.get(dag.dag_id) or set(map(str, NAMES.values()))
        assert {task.task_display_name for task in stored.tasks} == names


def test_roles_are_named_only_where_airflow_has_them(
    bag: DagBag, town: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {dag.access_control for dag in bag.dags.values()} == {None}
    monkeypatch.setattr(city_dags, "_uses_fab_auth_manager", lambda: True)
    decides = {"dpo", "signatory"}
    for dag, roles in ((_dag(town), {"operator"}), (factory.build_agreement_dag(town.include), decides)):
        assert set(dag.access_control or ()) == roles, "the others read, and do nothing"


def test_shape(bag: DagBag, declared: dict[str, tuple[Dataset, City]]) -> None:
    for name, (dataset, city) in declared.items():
        dag = bag.dags[name]
        for before, after in pairwise(CHAIN):
            assert after in dag.get_task(before).downstream_task_ids
        shred = dag.get_task("shred")
        assert shred.is_teardown
        assert shred.on_failure_fail_dagrun
        assert shred.upstream_task_ids == {"certify"}
        assert dag.get_task("publish").pool == f"plateforme_{dataset.publication.primary_platform}"
        assert dag.get_task("extract").pool == f"source_{dataset.source.connection}"
        assert dag.get_task("certify").outlets == [build_dataset_asset(dataset, city)]
        assert all(task.execution_timeout for task in dag.tasks if task.task_id != "published")
        assert (dag.catchup, dag.max_active_runs) == (False, 1)
        assert dag.dag_display_name == dataset.title


def test_cadence_is_the_schedule_in_the_citys_time(town: Desk) -> None:
    dag = _dag(town, cadence="monthly")
    assert dag.timetable.serialize() == {"expression": "0 0 1 * *", "timezone": "Europe/Paris"}


def test_what_it_comes_after_is_the_schedule_with_a_clock_or_without(town: Desk) -> None:
    """All of them; each is the asset that the other's certificate updates."""
    made = [town.dataset(name, title=name) for name in ("rues", "voies")]
    own = [build_dataset_asset(one, town.city) for one in made]
    alone = _dag(town, cadence="at most 35 days", after=["rues", "voies"])
    beside = _dag(town, cadence="monthly", after="voies")
    stored = [DagSerialization.from_dict(DagSerialization.to_dict(dag)).timetable for dag in (alone, beside)]
    assert [type(one).__name__ for one in stored] == ["AssetTriggeredTimetable", "AssetOrTimeSchedule"]
    assert [{asset.uri for _key, asset in one.asset_condition.iter_assets()} for one in stored] == [
        {asset.uri for asset in own},
        {own[1].uri},
    ]
    assert type(stored[0].asset_condition).__name__ == "SerializedAssetAll"
    assert stored[1].serialize()["timetable"]["__var"] == {
        "expression": "0 0 1 * *",
        "timezone": "Europe/Paris",
    }


def test_the_page_of_a_dag_says_what_it_comes_after(town: Desk) -> None:
    for name in ("rues", "voies"):
        town.dataset(name, title=name)
    beside = _dag(town, cadence="monthly", after="voies")
    assert "| tous les mois, et après une nouvelle publication de `voies` |" in (beside.doc_md or "")
    alone = _dag(town, cadence="at most 35 days", after=["rues", "voies"])
    said = "au moins une fois tous les 35 jours, et après une nouvelle publication de `rues`, `voies`"
    assert f"| {said} |" in (alone.doc_md or "")


def test_a_bound_alone_is_no_schedule(town: Desk) -> None:
    assert _dag(town, cadence="at most 35 days").timetable.can_be_scheduled is False


def test_no_cadence_is_no_schedule(town: Desk) -> None:
    assert _dag(town, cadence="as-needed").timetable.can_be_scheduled is False


def test_tags_let_an_operator_filter(town: Desk) -> None:
    dataset = town.dataset(owner="Direction de l'urbanisme", theme="TRAN")
    assert prose.build_dag_tags(dataset) == [
        "thème:transports",
        "mode:dépôt",
        "accès:ouvert",
        "service:urbanisme",
    ]


@pytest.mark.parametrize(
    "owner,short",
    [
        ("Direction de l'urbanisme", "urbanisme"),
        ("Direction générale des services", "services"),
        ("Service des espaces verts", "espaces verts"),
        ("Cabinet du maire", "Cabinet du maire"),
        ("d" * 90, "d" * 40),
    ],
)
def test_short_owner(owner: str, short: str) -> None:
    assert prose.shorten_owner(owner) == short


def test_page_says_what_leaves_and_how(town: Desk) -> None:
    dataset = town.dataset(
        columns={
            "quartier": "publish",
            "date_depot": {"generalise": "month"},
            "demandeur": "drop",
            "rapporteur": {"publish": True, "basis": "CGCT, art. L2121-25"},
        },
        privacy={"quasi_identifiers": ["quartier", "date_depot"], "k": 5, "suppress_at_most": "2%"},
    )
    page = prose.build_dag_documentation(dataset, town.city)
    assert "| `date_depot` | `date_depot` | ramenée au mois |" in page
    assert "publiée telle quelle ; fondement : CGCT, art. L2121-25" in page
    assert "au moins 5 lignes ; au plus 2 % des lignes" in page
    assert "Licence Ouverte" in page
    assert "toutes les semaines" in page
    left, stays = page.split("#### Ce qui reste à la Ville")
    assert "`demandeur`" in stays.split("####")[0]
    assert "demandeur" not in left
    assert "refusé" in page.split("#### Lancer à la main")[1]


def test_page_says_how_it_is_split_and_what_is_doubtful(town: Desk) -> None:
    dataset = town.dataset(publish={"mode": "upload", "split": {"by": "quartier", "per": "value"}})
    assert "en CSV, un fichier par valeur de `quartier`" in prose.build_dag_documentation(dataset, town.city)
    assert "À revoir" not in prose.build_dag_documentation(dataset, town.city)
    doubtful = town.dataset(licence="odc-by")
    assert "#### À revoir" in prose.build_dag_documentation(doubtful, town.city)
    assert "décret 2017-638" in prose.build_dag_documentation(doubtful, town.city)


def test_a_complaint_wraps_and_keeps_its_carets() -> None:
    said = (
        "1 erreur dans include/datasets/un_jeu.yaml\n\n"
        "include/datasets/un_jeu.yaml:5:10 : licence inconnue : « lov3 »\n"
        "    5 | licence: lov3\n      |          ^^^^\n      = vouliez-vous dire « lov2 » ?"
    )
    shown = prose.convert_error_to_markdown(said).splitlines()
    fence = shown.index("```text")
    assert shown[fence + 1 : fence + 4] == ["    5 | licence: lov3", "      |          ^^^^", "```"]
    assert "> vouliez-vous dire « lov2 » ?" in shown[fence + 4 :]
    assert "include/datasets/un\\_jeu.yaml:5:10 : licence inconnue : « lov3 »" in shown


def test_only_the_wanted_dag_is_read(town: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that is about to run parses its own declaration and no other, broken or not."""
    town.dataset("celui-ci")
    town.write("un-autre", "a: [b")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "celui-ci")
    unread_declarations.set(unread := {})
    assert [dag.dag_id for dag in factory.build_dataset_dags(town.include)] == ["celui-ci"]
    assert unread == {}


def test_archives_can_be_backfilled(town: Desk) -> None:
    assert _dag(town).start_date < datetime(2010, 1, 1, tzinfo=UTC)


def _dag(town: Desk, **changes: object) -> DAG:
    return build_dataset_dag(town.dataset(**changes), town.city, town.include)
