"""``verify``: every ledger walked back to its first entry, offline; and the certificate of a served file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aqueduc.cli.common import (
    WRONG,
    AsJson,
    build_unknown_dataset_error,
    command,
    complete_dataset_name,
    err,
    format_local_moment,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, Message, _, n_

if TYPE_CHECKING:
    from aqueduc.certify.ledger import LedgerVerdict

_CERTIFIED = _(
    "Ce fichier est celui que la plateforme servait le {}, d'après le certificat de l'exécution {} ({})."
)

_SEALED = _("{} : scellé le {} par {}, après une contradiction ({})")


@command(
    N_(
        "Vérifie, sans réseau, que le registre d'un jeu, ou de tous, n'est pas rompu.\n\n"
        "Chaque entrée porte l'empreinte de la précédente : une entrée modifiée, supprimée, échangée ou "
        "ajoutée à la main est nommée, et la commande sort avec le code 1. Qui peut écrire dans le dépôt peut "
        "cependant le ramener à un état antérieur ou, si nulle clé ne le signe (« signing: »), le refaire en "
        "entier : cela ne se voit pas ici. Avec --file : dit aussi quel "
        "certificat connaît ce fichier."
    )
)
def verify(
    dataset: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("JEU"),
            help=N_("Le jeu de données ; tous, sans lui."),
            autocompletion=complete_dataset_name,
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            exists=True,
            dir_okay=False,
            metavar=N_("FICHIER"),
            help=N_("Un fichier téléchargé de la plateforme."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.certify.ledger import find_certificates_by_file_hash, verify_ledger
    from aqueduc.store import compute_file_sha256

    workspace, loaded = open_workspace_and_city()
    store, city = workspace.store, loaded.city
    public_keys = city.signing.keys if city.signing else ()
    names = store.list_ledger_names()
    if dataset is not None and dataset not in names:
        raise build_unknown_dataset_error(dataset, workspace.include)
    chosen = [dataset] if dataset else names
    verdicts = [verify_ledger(store, name, public_keys) for name in chosen]
    digest = compute_file_sha256(file) if file else None
    matches = (
        [found for name in chosen for found in find_certificates_by_file_hash(store, name, digest)]
        if digest
        else []
    )
    if as_json:
        found = {"sha256": digest, "certificates": matches} if digest else None
        print_json({"ledgers": [_build_verdict_json(verdict) for verdict in verdicts], "file": found})
    else:
        _print_verdicts(verdicts, city.timezone)
        if digest:
            _print_certificate_matches(matches, city.timezone)
    if not all(verdict.is_valid for verdict in verdicts) or (digest and not matches):
        raise typer.Exit(WRONG)


def _build_verdict_json(verdict: LedgerVerdict) -> dict[str, Any]:
    counts = {name: getattr(verdict, name) for name in ("entries", "certificates", "sealed", "unsigned")}
    breaks, seals = [one.to_json() for one in verdict.breaks], list(verdict.seals)
    return {"dataset": verdict.dataset, "holds": verdict.is_valid, **counts, "breaks": breaks, "seals": seals}


def _print_verdicts(verdicts: list[LedgerVerdict], timezone: str) -> None:
    if not verdicts:
        print_text(err, _("Aucun registre : rien n'a encore été publié."))
    for verdict in verdicts:
        for seal in verdict.seals:
            at = format_local_moment(seal["at"], timezone)
            print_text(out, _SEALED.format(verdict.dataset, at, seal["by"], seal["reason"]), style="yellow")
        if verdict.breaks:
            print_text(out, _("{} : registre ROMPU").format(verdict.dataset), style="bold red")
            # The newest break is the one to look at: what stands before it may be named because of it.
            print_text(out, f"  {verdict.breaks[0].message()}")
            print_text(out, f"  → {verdict.breaks[0].format_remedy()}", style="yellow")
            continue
        entries = n_("{count} entrée", "{count} entrées", verdict.entries)
        certificates = n_("{count} certificat", "{count} certificats", verdict.certificates)
        print_text(
            out,
            _("{} : registre sans rupture, {} dont {}").format(verdict.dataset, entries, certificates),
            style="green",
        )
        if verdict.unsigned:
            print_text(out, _format_unsigned_entry_count(verdict.unsigned), style="yellow")
        if verdict.sealed:
            print_text(
                out, _("  ({} d'avant le chaînage, scellées ensemble)").format(verdict.sealed), style="dim"
            )


def _format_unsigned_entry_count(count: int) -> Message:
    return n_(
        "  ({count} entrée que nulle clé de la Ville ne signe : qui écrit dans le dépôt a pu la refaire)",
        "  ({count} entrées que nulle clé de la Ville ne signe : qui écrit dans le dépôt a pu les refaire)",
        count,
    )


def _print_certificate_matches(matches: list[dict[str, Any]], timezone: str) -> None:
    for found in matches:
        at = format_local_moment(found["served_at"], timezone)
        print_text(out, _CERTIFIED.format(at, found["run"], found["dataset"]), style="green")
    if not matches:
        print_text(
            out,
            _("Aucun certificat ne connaît ce fichier : il n'a pas été publié tel quel."),
            style="bold red",
        )
