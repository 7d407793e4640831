"""Objections recorded and lifted: in the vault, then as what each run is held to, then in the ledger.

What the source was last seen to be is forgotten first: whatever dies in between, the next run reads it again
and obeys the vault. Recorded again, an objection is the same one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from typing import Any

from aqueduc import __version__
from aqueduc.alert_queue import Alert, queue_new_alerts
from aqueduc.anonymise import AnonymiseReport
from aqueduc.anonymise.objections import (
    Objection,
    find_same_objection,
    map_added_columns_to_origins,
    read_objections,
    replace_objections,
    store_objections_to_enforce,
)
from aqueduc.anonymise.scrubbing import refuse_personal_texts
from aqueduc.certify.bound import list_served_platforms_under_convention
from aqueduc.certify.witness.making import append_act_entry
from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.term import convert_to_city_date, is_city_convention_in_force
from aqueduc.errors import InvalidObjectionRequest
from aqueduc.language import _, join_messages, quote_text
from aqueduc.publish.proof.former import find_run_that_prepared_rows
from aqueduc.run import Workspace
from aqueduc.sources import change

_DONE = {"objection": "Opposition enregistrée", "objection-lifted": "Opposition levée"}


@dataclass(frozen=True)
class ObjectionRequester:
    """Who asks for it, and why. ``verified``: their key signed it; else the name is as it was typed."""

    by: str
    reason: str
    verified: bool = False


def record_objection(
    dataset: Dataset,
    city: City,
    run: str,
    new: Objection,
    cells: Sequence[str],
    order: ObjectionRequester,
    workspace: Workspace,
) -> int:
    """Keeps what ``new`` designates out of every later revision; returns its number. ``cells``: what it was
    made of, () for a period. The entry of the ledger says who, why and in which columns, never a cell.

    Raises InvalidObjectionRequest, StoreError, DatasetBusy, ConnectionMissing, SourceError.
    """
    refuse_joined_or_computed_columns(dataset, new.columns, workspace)
    refuse_personal_texts(
        {_("Le motif"): order.reason}, _("jeu {id}").format(id=dataset.id), workspace.include
    )
    with workspace.store.lock(f"datasets/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
        if dataset.moved_from:
            # What is online under the former name is this dataset's.
            workspace.store.adopt_records_of_former_name(dataset.moved_from, dataset.id)
        known = read_objections(workspace.vault, dataset)
        # The same one again only completes what a death cut short.
        same = find_same_objection(known, new, cells)
        at = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
        one = same or replace(new, id=secrets.token_hex(8), at=at)
        kept = known if same else (*known, one)
        _write_objections_and_ledger_entry(dataset, city, run, kept, one, "objection", order, workspace)
        if city.convention is not None and list_served_platforms_under_convention(
            dataset.id, city, workspace.store
        ):
            in_force = is_city_convention_in_force(
                city, convert_to_city_date(workspace.clock(), city.timezone)
            )
            queue_new_alerts(
                workspace.store, [_build_region_objection_alert(dataset, one, in_force=in_force)]
            )
    return 1 + kept.index(one)


def lift_objection(
    dataset: Dataset, city: City, run: str, number: int, order: ObjectionRequester, workspace: Workspace
) -> None:
    """Ends the objection of this ``number`` (from 1): the next run publishes these rows again.

    Raises InvalidObjectionRequest when there is none, StoreError, DatasetBusy, ConnectionMissing.
    """
    refuse_personal_texts(
        {_("Le motif"): order.reason}, _("jeu {id}").format(id=dataset.id), workspace.include
    )
    with workspace.store.lock(f"datasets/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
        known = read_objections(workspace.vault, dataset)
        if not 1 <= number <= len(known):
            raise InvalidObjectionRequest(
                _("Ce jeu n'a pas d'opposition n° {number}. Rien n'a été fait.").format(number=number),
                where=_("jeu {id}").format(id=dataset.id),
                remedy=_("« aqueduc objection {id} » donne leurs numéros").format(id=dataset.id),
            )
        lifted = known[number - 1]
        kept = (*known[: number - 1], *known[number:])
        _write_objections_and_ledger_entry(
            dataset, city, run, kept, lifted, "objection-lifted", order, workspace
        )


def _build_region_objection_alert(dataset: Dataset, one: Objection, *, in_force: bool) -> Alert:
    """Convention, article 7.2: what is withdrawn in part leaves the copies of the Region, too. Noted is not yet
    republished: what is online may show the rows for as long as something holds the publication."""
    what = (
        _("La Ville retire des lignes de « {title} » (convention, article 7.2).")
        if in_force
        else _("La Ville retire des lignes de « {title} ».")
    )
    return Alert(
        kind="withdrawal",
        subject=dataset.id,
        title=dataset.title,
        occurrence=one.id,
        what=what.format(title=dataset.title),
        remedy=_(
            "la Ville sert ce jeu sans ces lignes dès sa prochaine publication ; il vous est demandé de ne plus diffuser "
            "les copies de ce jeu, puis de les remplacer toutes, moissons et sauvegardes comprises, et de le confirmer"
        ),
        audience=("region",),
        at=one.at,
    )


def refuse_joined_or_computed_columns(dataset: Dataset, columns: Sequence[str], workspace: Workspace) -> None:
    """Raises InvalidObjectionRequest for a column that is joined or computed; SourceError."""
    for name, origins in map_added_columns_to_origins(dataset, workspace, columns).items():
        raise InvalidObjectionRequest(
            _(
                "« {name} » est ajoutée aux lignes de la source (« join: » ou « computed: ») : une autre table ou une "
                "autre expression ferait revenir ce qu'elle désigne. Rien n'a été fait."
            ).format(name=name),
            where=_("jeu {id}").format(id=dataset.id),
            remedy=_("désigner ces lignes par une colonne de la source : {listed}").format(
                listed=join_messages(map(quote_text, origins))
            ),
        )


def read_last_certified_column_types(dataset: Dataset, workspace: Workspace) -> dict[str, str]:
    """The SQL type that the source gave each column when it was last certified; empty before."""
    store, certificate = workspace.store, workspace.store.read_current_certificate(dataset.id)
    if not certificate:
        return {}
    run = find_run_that_prepared_rows(store, dataset.id, str(certificate["run"]))
    report = AnonymiseReport.read(store, dataset.id, run)
    return dict(report.types) if report else {}


def _write_objections_and_ledger_entry(
    dataset: Dataset,
    city: City,
    run: str,
    kept: Sequence[Objection],
    one: Objection,
    kind: str,
    order: ObjectionRequester,
    workspace: Workspace,
) -> None:
    store, now = workspace.store, workspace.clock().astimezone(UTC)
    at = now.isoformat(timespec="seconds")
    recording = kind == "objection"
    # First of all: whatever dies in between, the next run reads the source, which has not changed.
    change.mark_source_states_outdated(workspace.vault, dataset.id)
    # A promise is raised after the vault, and lowered before it: a run never waits for what is nowhere.
    if not recording:
        store_objections_to_enforce(store, dataset.id, kept, at)
    replace_objections(workspace.vault, dataset, kept)
    if recording:
        store_objections_to_enforce(store, dataset.id, kept, at)
    entry = _build_objection_ledger_entry(dataset, run, one, len(kept), kind, order, at)
    append_act_entry(dataset.id, run, now, entry, city, workspace)


def _build_objection_ledger_entry(
    dataset: Dataset, run: str, one: Objection, count: int, kind: str, order: ObjectionRequester, at: str
) -> dict[str, Any]:
    columns = ", ".join(one.columns)
    known = "par" if order.verified else "au nom (écrit, non vérifié) de"
    period = f", du {one.first} au {one.last}" if one.is_about_period else ""
    return {
        "kind": kind,
        "dataset": dataset.id,
        "run": run,
        "columns": list(one.columns),
        "period": [one.first, one.last] if one.is_about_period else None,
        "objections": count,
        "objection": one.id,
        **asdict(order),
        "at": at,
        "version": __version__,
        "lecture": [
            {"libelle": "Jeu de données", "valeur": f"{dataset.title} ({dataset.id})"},
            {"libelle": _DONE[kind], "valeur": f"lignes désignées par {columns}{period}"},
            {"libelle": "Décision", "valeur": f"{known} {order.by} ; motif : {order.reason}"},
        ],
    }
