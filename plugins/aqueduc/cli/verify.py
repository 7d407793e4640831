"""``verify``: every ledger walked back to its first entry, offline; and the certificate of a served file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aqueduc.cli.bilingual import both
from aqueduc.cli.common import (
    WRONG,
    AsJson,
    answer,
    dataset_names,
    err,
    moment,
    out,
    say,
    unknown_dataset,
)
from aqueduc.language import Said, format_count

if TYPE_CHECKING:
    from aqueduc.certify.ledger import LedgerVerdict

_ENTRY, _ENTRIES = Said("entrée", "entry"), Said("entrées", "entries")
_CERTIFICATE, _CERTIFICATES = Said("certificat", "certificate"), Said("certificats", "certificates")
_HOLDS = Said("{} : registre intact, {} dont {}", "{}: ledger whole, {} of which {}")
_SEALED = Said(
    "  ({} d'avant le chaînage, scellées ensemble)", "  ({} older than the chain, sealed as a whole)"
)
_BROKEN = Said("{} : registre ROMPU", "{}: ledger BROKEN")
_NOTHING = Said("Aucun registre : rien n'a encore été publié.", "No ledger: nothing was published yet.")
_CERTIFIED = Said(
    "Ce fichier est celui que la plateforme servait le {}, d'après le certificat de l'exécution {} ({}).",
    "This file is what the platform served on {}, says the certificate of the run {} ({}).",
)
_UNKNOWN_FILE = Said(
    "Aucun certificat ne connaît ce fichier : il n'a pas été publié tel quel.",
    "No certificate knows this file: it was not published as it is.",
)


def register(app: typer.Typer) -> None:
    app.command(
        help=both(
            "Vérifie, sans réseau, que personne n'a touché au registre d'un jeu, ou de tous.\n\n"
            "Chaque entrée porte l'empreinte de la précédente : une entrée modifiée, supprimée, échangée ou "
            "ajoutée à la main est nommée, et la commande sort avec le code 1. Avec --file : dit aussi quel "
            "certificat connaît ce fichier.",
            "Verifies, offline, that nobody touched the ledger of a dataset, or of all of them.\n\n"
            "Each entry carries the digest of the one before: an entry that was changed, removed, swapped or "
            "added by hand is named, and the command exits with 1. With --file: says which certificate knows "
            "that file, too.",
        )
    )(verify)


def verify(
    dataset: Annotated[
        str | None,
        typer.Argument(
            metavar=both("JEU", "DATASET"),
            help=both("Le jeu de données ; tous, sans lui.", "The dataset; all of them, without it."),
            autocompletion=dataset_names,
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            exists=True,
            dir_okay=False,
            metavar=both("FICHIER", "FILE"),
            help=both("Un fichier téléchargé de la plateforme.", "A file downloaded from the platform."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.certify.ledger import find_certificates, verify_ledger
    from aqueduc.declaration import load_city
    from aqueduc.run import find_workspace
    from aqueduc.store import sha256_of

    workspace = find_workspace()
    store = workspace.store
    names = store.datasets()
    if dataset is not None and dataset not in names:
        raise unknown_dataset(dataset, workspace.include)
    chosen = [dataset] if dataset else names
    verdicts = [verify_ledger(store, name) for name in chosen]
    digest = sha256_of(file) if file else None
    matches = [found for name in chosen for found in find_certificates(store, name, digest)] if digest else []
    if as_json:
        found = {"sha256": digest, "certificates": matches} if digest else None
        answer({"ledgers": [_to_json(verdict) for verdict in verdicts], "file": found})
    else:
        _show(verdicts)
        if digest:
            _show_matches(matches, load_city(workspace.include).city.timezone)
    if not all(verdict.holds for verdict in verdicts) or (digest and not matches):
        raise typer.Exit(WRONG)


def _to_json(verdict: LedgerVerdict) -> dict[str, Any]:
    counts = {
        name: getattr(verdict, name) for name in ("dataset", "holds", "entries", "certificates", "sealed")
    }
    return {**counts, "breaks": [one.to_json() for one in verdict.breaks]}


def _show(verdicts: list[LedgerVerdict]) -> None:
    if not verdicts:
        say(err, _NOTHING)
    for verdict in verdicts:
        if verdict.breaks:
            say(out, _BROKEN.format(verdict.dataset), style="bold red")
            # The newest break is the one to look at: what stands before it may be named because of it.
            say(out, f"  {verdict.breaks[0].message()}")
            say(out, f"  → {verdict.breaks[0].what_to_do()}", style="yellow")
            continue
        entries = format_count(verdict.entries, _ENTRY, _ENTRIES)
        certificates = format_count(verdict.certificates, _CERTIFICATE, _CERTIFICATES)
        say(out, _HOLDS.format(verdict.dataset, entries, certificates), style="green")
        if verdict.sealed:
            say(out, _SEALED.format(verdict.sealed), style="dim")


def _show_matches(matches: list[dict[str, Any]], timezone: str) -> None:
    for found in matches:
        at = moment(found["served_at"], timezone)
        say(out, _CERTIFIED.format(at, found["run"], found["dataset"]), style="green")
    if not matches:
        say(out, _UNKNOWN_FILE, style="bold red")
