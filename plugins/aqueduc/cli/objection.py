"""``objection``: rows kept out of every later revision, at a person's request or for a period; which there are."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    build_cli_run_id,
    command,
    err,
    format_local_moment,
    load_dataset_command_context,
    out,
    print_json,
    print_text,
)
from aqueduc.errors import AqueducError, PublicationGateClosed
from aqueduc.language import N_, Message, _, build_row_count_message, n_

if TYPE_CHECKING:
    from aqueduc.anonymise.objections import Objection
    from aqueduc.certify.objections import ObjectionRequester
    from aqueduc.declaration.spec import Dataset
    from aqueduc.run import GuardWaiver
    from aqueduc.store import Window

_STILL_ONLINE = _(
    "L'opposition est enregistrée, et aucune révision à venir n'aura ces lignes ; mais ce qui est en ligne peut "
    "les montrer encore, car la republication est retenue. Lever ce qui la retient, ou retirer le jeu d'ici là."
)

_PENDING = _(
    "La dernière révision publiée date d'avant la dernière opposition : là où elle est en ligne, lancer "
    "« aqueduc run {dataset} --force »."
)
_PENDING_RESTORED = _(
    "La dernière révision publiée date d'avant la dernière opposition : là où elle est en ligne, lever la remise en "
    "ligne (« aqueduc restore {dataset} --lift »), puis lancer « aqueduc run {dataset} --force »."
)

_LIFTED = _("Opposition n° {} levée : elle n'ôte plus ces lignes à partir de la prochaine publication.")
_LIFTED_WINDOWED = _(
    "Opposition n° {} levée : elle n'ôte plus ces lignes une fois tous les intervalles refaits (Backfill "
    "d'Airflow) ; d'ici là, rien de neuf n'est publié."
)

_LINKED = _(
    "L'opposition est enregistrée, et arrête désormais chaque exécution : mais le lien mène à la source, et montre ces "
    "lignes tant qu'elle les sert. Les ôter de la source."
)


@command(
    N_(
        "Retire des lignes à la demande d'une personne, ou pour une période, de ce qui est publié et le sera.\n\n"
        "Les valeurs qui désignent les lignes sont demandées ensuite, au clavier (sinon lues de l'entrée "
        "standard, une par ligne), jamais en argument ; le coffre n'en garde que des empreintes à clé. Le "
        "jeu est aussitôt republié sans ces lignes, à moins que quelque chose ne retienne la publication : la "
        "commande le dit. Sans option : les oppositions en vigueur, sans valeur."
    )
)
def objection(
    dataset: DatasetName,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column", help=N_("La colonne de la source qui désigne les lignes ; plusieurs au besoin.")
        ),
    ] = None,
    first: Annotated[
        str,
        typer.Option("--from", metavar=N_("JOUR"), help=N_("Une période : son premier jour, AAAA-MM-JJ.")),
    ] = "",
    last: Annotated[
        str, typer.Option("--to", metavar=N_("JOUR"), help=N_("Son dernier jour, compris."))
    ] = "",
    lift: Annotated[
        int | None, typer.Option("--lift", metavar=N_("NUMÉRO"), help=N_("Lever cette opposition."))
    ] = None,
    by: Annotated[str, typer.Option("--by", help=N_("Qui le décide : prénom et nom."))] = "",
    reason: Annotated[str, typer.Option("--reason", help=N_("Pourquoi, sans citer de donnée."))] = "",
    as_json: AsJson = False,
) -> None:
    from aqueduc.anonymise.objections import build_personal_objection

    desk = load_dataset_command_context(dataset)
    columns = tuple(column or ())
    if lift is None and not columns:
        _print_objections(desk, as_json=as_json)
        return
    if not (by.strip() and reason.strip()):
        raise typer.BadParameter(str(_('cela demande qui et pourquoi : --by "Prénom Nom" --reason "…"')))
    if lift is not None:
        _lift_objection(
            desk, lift, _identify_objection_requester(desk, by.strip(), reason.strip()), as_json=as_json
        )
        return
    _refuse_unknown_columns(desk, columns)
    order = _identify_objection_requester(desk, by.strip(), reason.strip())
    if first or last:
        _record_objection_and_republish(
            desk, _parse_objection_period(columns, first, last), (), order, as_json=as_json
        )
    else:
        cells = _prompt_identifying_cells(desk, columns)
        _record_objection_and_republish(
            desk, build_personal_objection(columns, cells), cells, order, as_json=as_json
        )


def _identify_objection_requester(desk: DatasetCommandContext, by: str, reason: str) -> ObjectionRequester:
    """Where the city says who its people are, one of them proves to be; else the name is what was typed."""
    from aqueduc.agreement import identify_decider
    from aqueduc.certify.objections import ObjectionRequester

    said = {"objection": desk.dataset.id, "reason": reason}
    who = identify_decider(by, desk.loaded.city, said, desk.workspace.connections, role="dpo")
    return ObjectionRequester(who.name, reason, who.identified == "key")


# --- what designates the rows -------------------------------------------------------------------------------


def _refuse_unknown_columns(desk: DatasetCommandContext, columns: Sequence[str]) -> None:
    """Before any cell is asked for."""
    from aqueduc.certify.objections import refuse_joined_or_computed_columns

    known = [one.name for one in desk.dataset.columns]
    unknown = [name for name in columns if name not in known]
    if unknown:
        said = _("la source de ce jeu n'a pas de colonne déclarée {} ; elle a : {}.")
        raise typer.BadParameter(str(said.format(", ".join(unknown), ", ".join(known))))
    refuse_joined_or_computed_columns(desk.dataset, columns, desk.workspace)


def _parse_objection_period(columns: Sequence[str], first: str, last: str) -> Objection:
    from aqueduc.anonymise.objections import Objection

    if len(columns) != 1:
        raise typer.BadParameter(str(_("une période se lit dans une seule colonne.")))
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise typer.BadParameter(
            str(_("une période demande son premier et son dernier jour, comme 2026-03-31."))
        ) from None
    if days[0] > days[1]:
        raise typer.BadParameter(str(_("le dernier jour de cette période précède le premier.")))
    return Objection(tuple(columns), first=days[0].isoformat(), last=days[1].isoformat())


def _prompt_identifying_cells(desk: DatasetCommandContext, columns: Sequence[str]) -> tuple[str, ...]:
    """The cells that designate the rows. Asked without an echo: what a terminal shows stays in its history."""
    from aqueduc.anonymise.objections import normalise_cell_text
    from aqueduc.certify.objections import read_last_certified_column_types

    types = read_last_certified_column_types(desk.dataset, desk.workspace)
    cells = []
    for name in columns:
        cell = normalise_cell_text(types.get(name, "VARCHAR"), _prompt_value(name).strip())
        if not cell:
            raise typer.BadParameter(
                str(_("la valeur donnée pour « {} » est vide, ou n'est pas de son type.").format(name))
            )
        cells.append(cell)
    return tuple(cells)


def _prompt_value(column: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(str(_("Valeur de « {} »").format(column)), hide_input=True))
    return sys.stdin.readline()


# --- what is done -------------------------------------------------------------------------------------------


def _record_objection_and_republish(
    desk: DatasetCommandContext,
    given: Objection,
    cells: Sequence[str],
    order: ObjectionRequester,
    *,
    as_json: bool,
) -> None:
    from aqueduc.certify.objections import record_objection
    from aqueduc.run import GuardWaiver

    number = record_objection(
        desk.dataset, desk.loaded.city, build_cli_run_id(), given, cells, order, desk.workspace
    )
    online = desk.workspace.store.read_current_revision_pointer(desk.dataset.id) is not None
    # Rows that leave by a decision are no accident of the source.
    waivers = (GuardWaiver("shrink", order.by, order.reason),) if given.is_about_period else ()
    objected = _republish_all_windows(desk, waivers) if online else 0
    if as_json:
        print_json({"dataset": desk.dataset.id, "number": number, "published": online, "rows": objected})
        return
    print_text(out, _("Opposition n° {} enregistrée.").format(number), style="green")
    if not online:
        print_text(out, _("Ce jeu n'est pas publié ; il ne le sera que sans ces lignes."))
    elif objected:
        said = _("Republié sans ce que désignent les oppositions ({} au total).")
        print_text(out, said.format(build_row_count_message(objected)), style="green")
    else:
        said = _("Aucune ligne de la source n'est désignée : vérifier les valeurs, leur forme et la colonne.")
        print_text(out, said, style="yellow")


def _lift_objection(
    desk: DatasetCommandContext, number: int, order: ObjectionRequester, *, as_json: bool
) -> None:
    from aqueduc.certify.objections import lift_objection

    lift_objection(desk.dataset, desk.loaded.city, build_cli_run_id(), number, order, desk.workspace)
    if as_json:
        print_json({"dataset": desk.dataset.id, "lifted": number})
    else:
        print_text(out, describe_objection_lift(desk.dataset).format(number), style="green")


def describe_objection_lift(dataset: Dataset) -> Message:
    """When rows are published again that an objection kept out."""
    if dataset.publication.is_link_to_source:
        return _("Opposition n° {} levée : elle n'arrête plus les exécutions.")
    return _LIFTED_WINDOWED if dataset.windowed else _LIFTED


def _republish_all_windows(desk: DatasetCommandContext, waivers: tuple[GuardWaiver, ...]) -> int:
    """Each window in turn: the last one publishes them all. Returns how many rows were taken out."""

    windows = [part.window for part in desk.workspace.store.read_validated_partitions(desk.dataset.id)] or [
        None
    ]
    *earlier, last = windows if desk.dataset.windowed else [None]
    try:
        prepared = sum(
            _run_window_and_count_objected_rows(desk, window, waivers, waiting=True) for window in earlier
        )
        return prepared + _run_window_and_count_objected_rows(desk, last, waivers, waiting=False)
    except AqueducError:
        print_text(err, _LINKED if desk.dataset.publication.is_link_to_source else _STILL_ONLINE, style="red")
        raise


def _run_window_and_count_objected_rows(
    desk: DatasetCommandContext, window: Window | None, waivers: tuple[GuardWaiver, ...], *, waiting: bool
) -> int:
    from aqueduc.anonymise import AnonymiseReport
    from aqueduc.pipeline import run_pipeline
    from aqueduc.publish.findings import StalePartitions
    from aqueduc.run import Run

    run = Run(desk.dataset.id, build_cli_run_id(), window, force=True, waivers=waivers)
    try:
        run_pipeline(desk.dataset, desk.loaded.city, run, desk.workspace)
    except PublicationGateClosed as closed:
        # As it must be while other windows still show these rows: this one is prepared.
        if not (waiting and any(isinstance(one, StalePartitions) for one in closed.findings)):
            raise
    report = AnonymiseReport.read(desk.workspace.store, run.dataset, run.id)
    return report.objected if report else 0


def _print_objections(desk: DatasetCommandContext, *, as_json: bool) -> None:
    from aqueduc.anonymise.objections import has_pending_objection, read_objections

    known = read_objections(desk.workspace.vault, desk.dataset)
    pending = has_pending_objection(desk.workspace.store, desk.dataset.id)
    if as_json:
        listed = [
            {"number": rank, "columns": one.columns, "at": one.at, "first": one.first, "last": one.last}
            for rank, one in enumerate(known, start=1)
        ]
        print_json({"dataset": desk.dataset.id, "objections": listed, "pending": pending})
        return
    print_text(out, n_("{count} opposition en vigueur", "{count} oppositions en vigueur", len(known)))
    for rank, one in enumerate(known, start=1):
        at = format_local_moment(one.at, desk.loaded.city.timezone)
        period = _(", du {} au {}").format(one.first, one.last) if one.is_about_period else ""
        print_text(out, _("{}  {}  désignée par {}{}").format(rank, at, ", ".join(one.columns), period))
    if pending and not desk.dataset.publication.is_link_to_source:
        restored = desk.workspace.store.read_restoration_mark(desk.dataset.id) is not None
        said = _PENDING_RESTORED if restored else _PENDING
        print_text(out, said.format(dataset=desk.dataset.id), style="yellow")
