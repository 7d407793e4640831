"""``show``: what is published of a dataset and how it is proved; or its declaration, once resolved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from aqueduc.cli.common import (
    WRONG,
    AsJson,
    DatasetName,
    build_unknown_dataset_error,
    command,
    err,
    format_local_moment,
    load_dataset_command_context,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.errors import RevisionRestorationInForce, WithdrawalInForce
from aqueduc.language import N_, _

if TYPE_CHECKING:
    from aqueduc.declaration.diagnostics.tracing import TracedValue

_HISTORY = _("Dernières exécutions")
_WRITING = _("Une publication est en cours, ou a été interrompue : la plateforme sert peut-être autre chose.")
_SHOWN = 5


@command(
    N_(
        "Montre la révision publiée d'un jeu, son certificat et ses dernières exécutions.\n\n"
        "Avec --resolved : la déclaration complète, et d'où vient chaque valeur (le fichier lui-même, "
        "city.yaml, un jeu de colonnes, un environnement, la valeur par défaut d'Aqueduc)."
    )
)
def show(
    dataset: DatasetName,
    resolved: Annotated[
        bool,
        typer.Option(
            "--resolved",
            help=N_("La déclaration telle qu'elle s'applique, valeur par valeur."),
        ),
    ] = False,
    environment: Annotated[
        str | None,
        typer.Option(
            "--environment",
            metavar=N_("NOM"),
            help=N_(
                "Avec --resolved : l'environnement pour lequel lire (sinon celui d'AQUEDUC_ENVIRONMENT)."
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    if resolved:
        _print_resolved_declaration(dataset, environment, as_json=as_json)
    else:
        _print_publication(dataset, as_json=as_json)


# --- what is published --------------------------------------------------------------------------------------


def _print_publication(name: str, *, as_json: bool) -> None:
    from aqueduc.decisions import read_withdrawal_mark

    workspace, loaded = open_workspace_and_city()
    current = workspace.store.read_current_revision_pointer(name)
    if current is None and not (workspace.include / "datasets" / f"{name}.yaml").is_file():
        raise build_unknown_dataset_error(name, workspace.include)
    certificate = workspace.store.read_current_certificate(name)
    history = [
        workspace.store.read_json(key) for key in workspace.store.list_ledger_entry_keys(name)[-_SHOWN:]
    ]
    writing = workspace.store.read_publication_in_progress(name) is not None
    restored, withdrawn = (
        workspace.store.read_restoration_mark(name),
        read_withdrawal_mark(workspace.store, name),
    )
    if as_json:
        print_json(
            {
                "dataset": name,
                "current": current,
                "certificate": certificate,
                "history": [_build_ledger_entry_summary(entry) for entry in history],
                "writing": writing,
                "restored": restored,
                "withdrawn": withdrawn.to_json() if withdrawn else None,
            }
        )
    elif certificate is None:
        print_text(err, _("« {} » n'a encore rien publié.").format(name))
    else:
        _print_certificate(certificate, history, loaded.city.timezone, writing=writing)
        if restored:
            print_text(out, f"\n{RevisionRestorationInForce(name, restored).what}", style="yellow")
        if withdrawn and withdrawn.is_hold_in_force(workspace.clock()):
            said = WithdrawalInForce(name, withdrawn.by, withdrawn.reason)
            print_text(out, f"\n{said.what}", style="yellow")
    if current is None:
        raise typer.Exit(WRONG)


def _build_ledger_entry_summary(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": raw["kind"],
        "run": raw["run"],
        "at": raw.get("served_at") or raw.get("at"),
        "revision": raw.get("revision"),
    }


def _print_certificate(
    certificate: dict[str, Any], history: list[dict[str, Any]], timezone: str, *, writing: bool
) -> None:
    from rich.table import Table

    from aqueduc.certify.history import describe_ledger_entry

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", max_width=34)
    table.add_column()
    for line in certificate["lecture"]:
        table.add_row(Text(line["libelle"]), Text(str(line["valeur"])))
    out.print(table)
    out.print(f"\n{_HISTORY}", style="bold")
    for raw in reversed(history):
        at = format_local_moment(_build_ledger_entry_summary(raw)["at"], timezone)
        print_text(out, f"  {at}  {describe_ledger_entry(raw)}  ({raw['run']})")
    if writing:
        print_text(out, f"\n{_WRITING}", style="yellow")


# --- the declaration, resolved ------------------------------------------------------------------------------


def _print_resolved_declaration(name: str, environment: str | None, *, as_json: bool) -> None:
    from aqueduc.declaration.diagnostics.tracing import trace_declaration_values

    desk = load_dataset_command_context(name, environment)
    traced = trace_declaration_values(desk.dataset.path, desk.loaded)
    if as_json:
        values = [{**one.__dict__, "origin": one.origin.value} for one in traced]
        print_json({"dataset": name, "environment": desk.loaded.environment, "values": values})
    else:
        _print_traced_values(traced)


def _print_traced_values(traced: Sequence[TracedValue]) -> None:
    from rich.table import Table

    table = Table(
        *map(str, (_("Clé"), _("Valeur"), _("D'où elle vient"))),
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    table.columns[0].no_wrap = True
    for one in traced:
        own = one.origin == "file"
        where = (
            Text(str(_("ligne {}").format(one.line)), "dim")
            if own
            else Text(str(one.describe_origin()), "yellow")
        )
        table.add_row(Text(one.key, "cyan"), Text(" ".join(one.value.split())), where)
    out.print(table)
