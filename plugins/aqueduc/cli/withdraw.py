"""``withdraw``: datasets taken away from the public, and the proof of it; lifted; or which are withdrawn."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aqueduc.cli.common import (
    LATER,
    WRONG,
    AsJson,
    build_cli_run_id,
    command,
    complete_dataset_name,
    convert_error_to_json,
    err,
    format_local_moment,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, _, n_

if TYPE_CHECKING:
    from aqueduc.decisions import WithdrawalMark
    from aqueduc.declaration.spec import City
    from aqueduc.run import Workspace
    from aqueduc.withdrawal import WithdrawalOutcome

_WHO = _('cela demande qui, pour qui et pourquoi : --by "Prénom Nom" --requester "…" --reason "…"')
_STATES = {
    "proved": _("{} : retiré par {} le {} ; vérifié fermé aux visiteurs le {}"),
    "nothing": _("{} : retiré par {} le {} ; rien n'en avait été publié"),
    "left": _("{} : retiré par {} le {} ; pas encore vérifié"),
    "to come": _("{} : à retirer, décidé par {} le {} ; prend effet le {}"),
}


@command(
    N_(
        "Retire des jeux du public : cachés, vidés, puis vérifiés disparus.\n\n"
        "Vérifiés comme un visiteur ou, d'un portail dont l'adresse n'est pas déclarée, dans son dossier. Sur "
        "chaque plateforme et dans chaque emplacement, toutes révisions comprises. Aucune exécution ne les publie "
        "plus jusqu'à --lift, qui rend la même révision sous le même identifiant. Sans --by : reprend ce qu'un "
        "retrait a laissé. Sans jeu : ceux qui sont retirés."
    )
)
def withdraw(
    datasets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=N_("JEU"),
            help=N_("Les jeux : le nom de leur fichier, sans « .yaml »."),
            autocompletion=complete_dataset_name,
            show_default=False,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=N_("Tous les jeux."))] = False,
    by: Annotated[str, typer.Option("--by", help=N_("Qui le décide : prénom et nom."))] = "",
    requester: Annotated[str, typer.Option("--requester", help=N_("Qui l'a demandé."))] = "",
    reason: Annotated[str, typer.Option("--reason", help=N_("Pourquoi, sans citer de donnée."))] = "",
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            metavar=N_("JOUR"),
            formats=["%Y-%m-%d"],
            help=N_("Le jour où plus rien n'est public (sinon tout de suite)."),
        ),
    ] = None,
    hide_now: Annotated[
        bool, typer.Option("--hide-now", help=N_("Avec --on : cacher dès maintenant."))
    ] = False,
    lift: Annotated[bool, typer.Option("--lift", help=N_("Lever le retrait."))] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help=N_("Avec --all : ne pas demander confirmation."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    workspace, loaded = open_workspace_and_city()
    named = _select_datasets(tuple(datasets or ()), workspace, everything=everything, lift=lift)
    if not named:
        _print_withdrawals(workspace, loaded.city, as_json=as_json)
        return
    if everything:
        _require_confirmation(len(named), lift=lift, yes=yes)
    if lift:
        _lift_withdrawal(named, by, reason, workspace, loaded.city, as_json=as_json)
        return
    if by or requester or reason or on or hide_now:
        if not (by.strip() and requester.strip() and reason.strip()):
            raise typer.BadParameter(str(_WHO))
        _record_withdrawal_order(
            named, (by, requester, reason), on, workspace, loaded.city, hide_now=hide_now
        )
    _execute_withdrawals(named, workspace, loaded.city, as_json=as_json)


def _select_datasets(
    datasets: tuple[str, ...], workspace: Workspace, *, everything: bool, lift: bool
) -> tuple[str, ...]:
    """Those that are named, or all that the order is about. Raises typer.BadParameter for both."""
    from aqueduc.decisions import read_withdrawal_mark
    from aqueduc.withdrawal import list_known_datasets

    if everything and datasets:
        raise typer.BadParameter(str(_("nommer des jeux, ou demander --all : pas les deux.")))
    if not everything:
        return tuple(dict.fromkeys(datasets))
    return tuple(
        name
        for name in list_known_datasets(workspace)
        if (read_withdrawal_mark(workspace.store, name) is not None) is lift
    )


def _require_confirmation(count: int, *, lift: bool, yes: bool) -> None:
    """Raises typer.Abort, and typer.BadParameter where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(str(_("--all demande confirmation : ajouter --yes.")))
    what = (
        n_("Lever le retrait de {count} jeu ?", "Lever le retrait de {count} jeux ?", count)
        if lift
        else n_("Retirer {count} jeu du public ?", "Retirer {count} jeux du public ?", count)
    )
    typer.confirm(str(what), abort=True, err=True)


def _record_withdrawal_order(
    datasets: Sequence[str],
    who: tuple[str, str, str],
    on: datetime | None,
    workspace: Workspace,
    city: City,
    *,
    hide_now: bool,
) -> None:
    from aqueduc.withdrawal import WithdrawalOrder, record_withdrawal_order

    day = on.date() if on else None
    record_withdrawal_order(
        datasets, WithdrawalOrder(*who, run=build_cli_run_id(), on=day, hide_now=hide_now), city, workspace
    )


def _execute_withdrawals(datasets: Sequence[str], workspace: Workspace, city: City, *, as_json: bool) -> None:
    from aqueduc.withdrawal import require_withdrawal_marks, resume_or_recheck_withdrawals

    require_withdrawal_marks(datasets, workspace)
    done = resume_or_recheck_withdrawals(datasets, city, workspace)
    if as_json:
        failed = [{"dataset": name, **convert_error_to_json(error)} for name, error in done.failures]
        print_json({"datasets": [_build_outcome_document(one) for one in done.outcomes], "failures": failed})
    else:
        for one in done.outcomes:
            _print_outcome(one, workspace, city)
        for _dataset, error in done.failures:
            print_text(err, error, style="red")
    if done.failures:
        raise typer.Exit(LATER if all(error.retryable for _name, error in done.failures) else WRONG)


def _build_outcome_document(outcome: WithdrawalOutcome) -> dict[str, Any]:
    return {
        "dataset": outcome.mark.dataset,
        "effective_at": outcome.mark.effective_at,
        "proved": outcome.proved,
        "asked": [check.to_json() for check in outcome.checks],
        "left": [name for name, _error in outcome.failures],
    }


def _print_outcome(outcome: WithdrawalOutcome, workspace: Workspace, city: City) -> None:
    from aqueduc.withdrawal.letters import build_region_letter_key

    mark = outcome.mark
    print_text(
        out, _describe_withdrawal_state(mark, city.timezone), style="green" if outcome.proved else "yellow"
    )
    if not workspace.store.exists(build_region_letter_key(mark.dataset)):
        return
    letter = f"{workspace.store.url}/{build_region_letter_key(mark.dataset)}"
    if city.convention is None:
        print_text(
            out,
            _("Aucune adresse de la Région n'est déclarée (« convention: ») : lettre à imprimer, {}.").format(
                letter
            ),
            style="yellow",
        )
    else:
        print_text(out, _("Lettre à la Région : {}").format(letter))


def _describe_withdrawal_state(mark: WithdrawalMark, timezone: str) -> object:
    from aqueduc.run import utc_now

    state = "left" if mark.is_due(utc_now()) else "to come"
    if mark.proved_at:
        # Without a place, there was nothing to ask a visitor's question of.
        state = "proved" if any(mark.places.values()) else "nothing"
    at = (format_local_moment(one, timezone) for one in (mark.at, mark.proved_at or mark.effective_at))
    return _STATES[state].format(mark.dataset, mark.by, *at)


def _lift_withdrawal(
    datasets: Sequence[str], by: str, reason: str, workspace: Workspace, city: City, *, as_json: bool
) -> None:
    from aqueduc.withdrawal import lift_withdrawal

    if not (by.strip() and reason.strip()):
        raise typer.BadParameter(str(_('cela demande qui et pourquoi : --by "Prénom Nom" --reason "…"')))
    lift_withdrawal(datasets, by, reason, build_cli_run_id(), city, workspace)
    if as_json:
        print_json([{"dataset": name, "lifted": True} for name in datasets])
        return
    for name in datasets:
        print_text(
            out,
            _(
                "{} : retrait levé ; s'il a quitté la ligne, le jeu y revient à la prochaine publication."
            ).format(name),
            style="green",
        )


def _print_withdrawals(workspace: Workspace, city: City, *, as_json: bool) -> None:
    from aqueduc.withdrawal import list_withdrawal_marks

    marks = list_withdrawal_marks(workspace.store)
    if as_json:
        print_json([{name: v for name, v in one.to_json().items() if name != "places"} for one in marks])
        return
    for mark in marks:
        print_text(out, _describe_withdrawal_state(mark, city.timezone))
    if not marks:
        print_text(err, _("Aucun jeu n'est retiré."))
