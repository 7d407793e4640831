"""What a reader may do about a dataset from its page: Airflow's own acts, their forms filled in as far as known.

Airflow 3.3 opens no form from a link. These are made of the parameters of the same DAGs and sent to Airflow's
own API, as whoever is logged in; the rights asked for here are those that it will ask for.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.sdk import Param

from aqueduc.certify.history import HistoryEvent
from aqueduc.language import N_, _
from aqueduc_airflow import forms
from aqueduc_airflow.agreement import AGREEMENT, DECIDE
from aqueduc_airflow.cities import build_dag_id
from aqueduc_airflow.pages.airflow_runs import DagFacts, PendingQuestion, split_dag_id_or_404
from aqueduc_airflow.pages.catalogue import CatalogueRow, format_moment
from aqueduc_airflow.runs import LIFT
from aqueduc_airflow.withdrawal import ASK, WITHDRAWAL

_ANY = frozenset({"published", "late", "held", "failed", "waiting", "restored", "never"})


@dataclass(frozen=True)
class DatasetAction:
    """What may be done, in the ``states`` where it makes sense. ``dag``: the one that does it, "" for the
    dataset's own. ``asks``: its parameters that are asked for, ``filled``: those that are known; ``needs``: those
    that may not stay empty. ``of_published``: it makes sense once something was published."""

    name: str
    label: str
    advice: str
    states: frozenset[str]
    asks: tuple[str, ...]
    needs: tuple[str, ...] = ()
    dag: str = ""
    filled: Mapping[str, Any] = field(default_factory=dict)
    of_published: bool = False


RUN, BACKFILL = "lancer", "rattraper"
ACTS = {
    act.name: act
    for act in (
        DatasetAction(
            RUN,
            N_("Lancer une exécution"),
            N_("La source est lue, anonymisée et validée de nouveau ; ce qui a changé est publié."),
            _ANY,
            ("force", "dry_run", "waive", "waive_by", "waive_reason"),
        ),
        DatasetAction(
            BACKFILL,
            N_("Rattraper des périodes passées"),
            N_("Une exécution par période de la source, de la première à la dernière, une à la fois."),
            _ANY,
            ("from_date", "to_date"),
            ("from_date", "to_date"),
        ),
        DatasetAction(
            "accord",
            N_("Demander l'accord"),
            N_("La question est posée à nouveau sous « Actions requises » ; accordée, le jeu est publié."),
            frozenset({"waiting"}),
            (),
            dag=AGREEMENT,
        ),
        DatasetAction(
            "retablir",
            N_("Rétablir une révision antérieure"),
            N_(
                "Elle est jugée selon la déclaration d'aujourd'hui, puis reste en ligne jusqu'à nouvel ordre."
            ),
            _ANY - {"restored"},
            ("restore", "restore_by", "restore_reason"),
            ("restore", "restore_by", "restore_reason"),
            of_published=True,
        ),
        DatasetAction(
            "rendre",
            N_("Lever le rétablissement"),
            N_("L'exécution publie de nouveau ce que donne la source."),
            frozenset({"restored"}),
            ("restore_by", "restore_reason"),
            ("restore_by", "restore_reason"),
            filled={"restore": LIFT},
        ),
        DatasetAction(
            "retirer",
            N_("Retirer du public"),
            N_(
                "Quelqu'un le confirme sous « Actions requises » ; puis plus rien n'est public, et c'est vérifié."
            ),
            _ANY,
            ("requester", "reason", "on", "hide_now"),
            ("requester", "reason"),
            dag=WITHDRAWAL,
            of_published=True,
        ),
        DatasetAction(
            "lever",
            N_("Lever le retrait"),
            N_(
                "Quelqu'un le confirme sous « Actions requises » ; les exécutions suivantes publient de nouveau."
            ),
            frozenset({"withdrawn"}),
            ("reason",),
            ("reason",),
            dag=WITHDRAWAL,
            filled={"lift": True},
        ),
    )
}


QUESTIONS = {
    AGREEMENT: N_("Accorder ou refuser cette publication"),
    WITHDRAWAL: N_("Confirmer ou refuser ce qui est demandé"),
}
"""What the answer to a question of each DAG decides."""


@dataclass(frozen=True)
class FormField:
    """A question as HTML asks it. ``kind``: yes, choices (any), choice (one), date or text; of a text,
    ``choices`` are suggestions."""

    name: str
    title: str
    advice: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...]
    longest: int
    pattern: str


def list_allowed_actions(
    user: Any,
    dag: DagFacts,
    row: CatalogueRow,
    questions: Iterable[PendingQuestion],
    city_dags: Container[str],
) -> list[DatasetAction]:
    """What ``user`` may do now of a dataset; a question that waits is not asked again. ``city_dags``: the DAGs of the whole
    city that this Airflow has."""
    asked = {question.asking_dag_name for question in questions}
    return [
        act
        for act in ACTS.values()
        if row.state in act.states
        and (row.published or not act.of_published)
        and act.dag not in asked
        and (not act.dag or act.dag in city_dags)
        and (act.dag or not dag.unread)
        and (act.name != BACKFILL or dag.has_backfills)
        and is_authorized_on_dag(user, "POST", find_action_dag_id(act, dag.dag_id), DagAccessEntity.RUN)
    ]


def list_answerable_questions(user: Any, questions: Iterable[PendingQuestion]) -> list[PendingQuestion]:
    """The questions that ``user`` may answer."""
    return [
        one for one in questions if is_authorized_on_dag(user, "PUT", one.dag_id, DagAccessEntity.HITL_DETAIL)
    ]


def is_authorized_on_dag(user: Any, method: Any, dag_id: str, entity: DagAccessEntity) -> bool:
    """Whether Airflow's API would let ``user`` do it."""
    allowed: bool = get_auth_manager().is_authorized_dag(
        method=method, access_entity=entity, details=DagDetails(id=dag_id), user=user
    )
    return allowed


def find_action_dag_id(act: DatasetAction, dag_id: str) -> str:
    """The DAG that does it for the dataset of ``dag_id``: that one, or one of its city."""
    city, _dataset = split_dag_id_or_404(dag_id)
    return build_dag_id(city, act.dag) if act.dag else dag_id


def build_trigger_request_body(act: DatasetAction, dag_id: str) -> dict[str, Any]:
    """What is sent to Airflow's API, but for what the form asks: that goes into ``conf`` where there is one."""
    _city, dataset = split_dag_id_or_404(dag_id)
    if act.name == BACKFILL:
        return {"dag_id": dag_id, "max_active_runs": 1, "reprocess_behavior": "failed"}
    known: dict[str, dict[str, Any]] = {AGREEMENT: {"dataset": dataset}, WITHDRAWAL: {"datasets": [dataset]}}
    return {"logical_date": None, "conf": {**known.get(act.dag, {}), **act.filled}}


def build_backfill_bounds(first: date, last: date, timezone: str) -> dict[str, str]:
    """Gives the instants between which the periods of these days start, both days included, wherever the browser is. An
    hour that the clocks skip or repeat is in its day."""
    zone = ZoneInfo(timezone)
    start, end = datetime.combine(first, time.min, zone), datetime.combine(last, time.max, zone)
    return {"from_date": start.isoformat(), "to_date": end.replace(microsecond=0, fold=1).isoformat()}


def build_action_api_and_result_paths(act: DatasetAction, dag_id: str) -> tuple[str, str]:
    """Below Airflow's address: where the form is sent, and what is shown then (``{run}``: the run it made)."""
    if act.name == BACKFILL:
        return "api/v2/backfills", f"dags/{quote(dag_id)}/backfills"
    dag = find_action_dag_id(act, dag_id)
    asking = {AGREEMENT: DECIDE, WITHDRAWAL: ASK}.get(act.dag)
    question = f"/tasks/{asking}/required_actions" if asking else ""
    return f"api/v2/dags/{quote(dag)}/dagRuns", f"dags/{quote(dag)}/runs/{{run}}{question}"


def build_form_fields(act: DatasetAction, revisions: Iterable[tuple[str, str]]) -> list[FormField]:
    """In the language spoken now; ``revisions``: those that were online before, each with its label."""
    params, known = _build_action_params(act), tuple(revisions)
    return [
        replace(
            one, kind="choice", choices=known, advice=str(_("Celles du registre, la plus récente d'abord."))
        )
        if one.name == "restore" and known
        else one
        for one in [_build_form_field(name, params[name], name in act.needs) for name in act.asks]
    ]


def _build_action_params(act: DatasetAction) -> dict[str, Param]:
    if act.name == BACKFILL:
        day = _("Les périodes qui commencent ce jour-là comptent aussi.")
        return {
            "from_date": forms.build_text_param(_("Du"), day, format="date"),
            "to_date": forms.build_text_param(_("Au"), day, format="date"),
        }
    return forms.build_withdrawal_form(()) if act.dag == WITHDRAWAL else forms.build_run_form()


def _build_form_field(name: str, param: Param, required: bool) -> FormField:
    schema = param.schema
    labels: Mapping[str, str] = schema.get("values_display", {})
    return FormField(
        name,
        schema["title"],
        param.description or "",
        _find_form_field_kind(schema),
        required,
        tuple((value, labels.get(value, value)) for value in schema.get("examples", ())),
        schema.get("maxLength", 0),
        schema.get("pattern", ""),
    )


def _find_form_field_kind(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "boolean":
        return "yes"
    if "array" in schema["type"]:
        return "choices"
    return "date" if schema.get("format") == "date" else "text"


def list_former_revisions(events: Iterable[HistoryEvent], timezone: str) -> list[tuple[str, str]]:
    """Those of ``events``, the newest first, but for the first, which is online: each with when it came."""
    shown: dict[str, str] = {}
    for event in events:
        if event.revision:
            # The last one that is seen is the oldest: when the revision was online for the first time.
            moment = format_moment(event.at.isoformat(), timezone)
            shown[event.revision] = f"{moment} ({event.revision[:12]})"
    return list(shown.items())[1:]
