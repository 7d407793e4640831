"""``verify``: every ledger walked back to its first entry, and compared with its witnesses; and the certificate of a
served file."""

from __future__ import annotations

from dataclasses import replace
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
    from aqueduc.certify.witness.places import LostEntry, WitnessAnswer
    from aqueduc.declaration import City
    from aqueduc.run import Workspace

_CERTIFIED = _(
    "Ce fichier est celui que la plateforme servait le {}, d'après le certificat de l'exécution {} ({})."
)

_SEALED = _("{} : scellé le {} par {}, après une contradiction ({})")

_UNWITNESSED = _(
    "Aucun point de contrôle de ces registres n'est connu : un retour en arrière du dépôt ne se verrait pas (« witness: » "
    "de city.yaml)."
)
_CHECKPOINT = _("Comparé au point de contrôle n° {number} du {at} ({place}), racine {root}…")
_STAMPED = _(" ; horodaté le {}")
_GONE_BACK = _("  {dataset} : l'entrée {entry} a été laissée par {by} ({reason})")


@command(
    N_(
        "Vérifie que le registre d'un jeu, ou de tous, n'est pas rompu, ni ramené en arrière.\n\n"
        "Chaque entrée porte l'empreinte de la précédente : une entrée modifiée, supprimée, échangée ou ajoutée à la main "
        "est nommée, et la commande sort avec le code 1. Qui peut écrire dans le dépôt peut cependant le ramener à un état "
        "antérieur ou, si nulle clé ne le signe (« signing: »), le refaire en entier : seul un point de contrôle gardé "
        "ailleurs le montre. Ceux des témoins de la Ville (« witness: ») qui se lisent sont demandés, et c'est tout ce qui "
        "l'est par le réseau ; --checkpoint en donne un autre. Avec --file : dit aussi quel certificat connaît ce fichier."
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
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            exists=True,
            dir_okay=False,
            metavar=N_("FICHIER"),
            help=N_("Un point de contrôle gardé ailleurs : le fichier d'un commit, ou un courriel (.eml)."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.certify.ledger import find_certificates_by_file_hash
    from aqueduc.certify.witness.places import listen_to_witnesses, read_checkpoint_file
    from aqueduc.store import compute_file_sha256

    workspace, loaded = open_workspace_and_city()
    store, city = workspace.store, loaded.city
    witnesses = listen_to_witnesses(city, workspace)
    witnesses += [read_checkpoint_file(checkpoint, city, workspace)] if checkpoint else []
    verdicts = _verify_ledgers(dataset, witnesses, city, workspace)
    chosen = [verdict.dataset for verdict in verdicts]
    digest = compute_file_sha256(file) if file else None
    matches = (
        [found for name in chosen for found in find_certificates_by_file_hash(store, name, digest)]
        if digest
        else []
    )
    if as_json:
        found = {"sha256": digest, "certificates": matches} if digest else None
        ledgers, heard = map(_build_verdict_json, verdicts), map(_build_witness_json, witnesses)
        print_json({"ledgers": list(ledgers), "witnesses": list(heard), "file": found})
    else:
        _print_verdicts(verdicts, city.timezone)
        _print_witnesses(witnesses, city.timezone)
        if digest:
            _print_certificate_matches(matches, city.timezone)
    if not all(verdict.is_valid for verdict in verdicts) or (digest and not matches):
        raise typer.Exit(WRONG)


def _verify_ledgers(
    dataset: str | None, witnesses: list[WitnessAnswer], city: City, workspace: Workspace
) -> list[LedgerVerdict]:
    from aqueduc.certify.ledger import verify_ledger
    from aqueduc.certify.witness.places import find_lost

    lost = {one.dataset: one for one in find_lost(witnesses, workspace)}
    # Of one whose whole folder is gone, only a witness knows.
    names = sorted({*workspace.store.list_ledger_names(), *lost})
    if dataset is not None and dataset not in names:
        raise build_unknown_dataset_error(dataset, workspace.include)
    keys = city.signing.keys if city.signing else ()
    return [
        _add_loss(verify_ledger(workspace.store, name, keys), lost.get(name))
        for name in ([dataset] if dataset else names)
    ]


def _add_loss(verdict: LedgerVerdict, lost: LostEntry | None) -> LedgerVerdict:
    """What a witness shows to be gone is the first thing to look at."""
    return replace(verdict, breaks=(lost.build_finding(), *verdict.breaks)) if lost else verdict


def _build_witness_json(witness: WitnessAnswer) -> dict[str, Any]:
    said: dict[str, Any] = {
        "place": str(witness.place),
        "failure": None,
        "checkpoint": None,
        "stamped_at": None,
    }
    if witness.failure:
        said["failure"] = {"code": witness.failure.code, "what": witness.failure.what}
    if witness.signed:
        kept = witness.signed.checkpoint
        told = {name: getattr(kept, name) for name in ("number", "at", "root", "sha256")}
        said["checkpoint"] = {**told, "ledgers": len(kept.heads), "gone_back": list(kept.gone_back)}
    if witness.stamped_at:
        said["stamped_at"] = witness.stamped_at.isoformat()
    return said


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


def _print_witnesses(witnesses: list[WitnessAnswer], timezone: str) -> None:
    if not any(one.signed or one.failure for one in witnesses):
        print_text(out, _UNWITNESSED, style="yellow")
    for one in witnesses:
        if one.failure:
            print_text(err, str(one.failure), style="yellow")
        if one.signed:
            kept = one.signed.checkpoint
            at = format_local_moment(kept.at, timezone)
            said = _CHECKPOINT.format(place=one.place, number=kept.number, at=at, root=kept.root[:16])
            stamped = format_local_moment(one.stamped_at.isoformat(), timezone) if one.stamped_at else ""
            print_text(out, f"{said}{_STAMPED.format(stamped)}" if stamped else said, style="dim")
            for back in kept.gone_back:
                print_text(out, _GONE_BACK.format(**back), style="yellow")


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
