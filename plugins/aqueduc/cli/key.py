"""``key``: the keys in service, and how each is changed: what signs, what makes pseudonyms, what marks
corrections, what opens the vault."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from aqueduc.cli.common import AsJson, command, open_workspace_and_city, out, print_json, print_text
from aqueduc.language import N_, _, n_

if TYPE_CHECKING:
    from aqueduc.declaration import Dataset, LoadedCity
    from aqueduc.run import Workspace

Kind = Literal["signing", "pseudonym", "corrections", "vault"]

_SIGNING_WRITTEN = _(
    "Clé privée écrite dans {} : la coller dans le mot de passe de la connexion de « signing: », puis la "
    "mettre au coffre de la Ville et effacer ce fichier."
)
_PUBLIC = _(
    "Clé publique, à ajouter à la fin de « signing: keys: » de city.yaml (les précédentes restent : elles "
    "vérifient ce qu'elles ont signé) :"
)
_PSEUDONYM_WRITTEN = _(
    "Clé écrite dans {} : la coller dans le mot de passe de la connexion, puis effacer ce fichier. La clé "
    "d'avant n'est gardée nulle part : la détruire, car elle refait le lien des pseudonymes déjà publiés."
)
_MARKS_RENEWED = _(
    "Nouvelle clé des marques de include/corrections/. Celles qui y sont valent toujours ({}). Si la clé "
    "d'avant a été volée : ôter ces corrections du fichier et les refaire (aqueduc correct)."
)
_MARKS = _("corrections : dans le coffre ; {}")


@command(
    N_(
        "Montre les clés en service et ce que coûte d'en changer, ou en change.\n\n"
        "signing : fait une clé qui signera les certificats. pseudonym : fait un secret pour une "
        "connexion de pseudonymes. corrections : renouvelle celle des marques, dans le coffre. vault : "
        "vérifie qu'une nouvelle clé d'accès ouvre bien le coffre."
    )
)
def key(
    what: Annotated[
        Kind | None,
        typer.Argument(metavar=N_("SORTE"), help=N_("La clé à changer ; toutes sont montrées, sans elle.")),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Argument(
            metavar=N_("FICHIER"),
            help=N_("Où écrire la clé, lisible de vous seul (signing, pseudonym)."),
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    made_in_file = what in ("signing", "pseudonym")
    if made_in_file and into is None:
        raise typer.BadParameter(
            str(_("« {} » demande le fichier où écrire la clé : aqueduc key {} cle.txt").format(what, what))
        )
    if into is not None and not made_in_file:
        raise typer.BadParameter(
            str(_("« {} » n'écrit aucun fichier : cette clé ne quitte pas le coffre.").format(what))
        )
    if what is None:
        _print_keys_in_service(as_json=as_json)
    elif what == "signing" and into:
        _make_signing_key(into, as_json=as_json)
    elif into:
        _make_pseudonym_key(into, as_json=as_json)
    elif what == "corrections":
        _rotate_correction_mark_key(as_json=as_json)
    else:
        _check_vault_access(as_json=as_json)


# --- one of them --------------------------------------------------------------------------------------------


def _make_signing_key(into: Path, *, as_json: bool) -> None:
    from aqueduc.certify.signature import compute_key_identifier, generate_signing_key_pair

    private, public = generate_signing_key_pair()
    _write_private_key_file(into, private)
    if as_json:
        print_json({"private": str(into), "public": public, "id": compute_key_identifier(public)})
    else:
        print_text(out, _SIGNING_WRITTEN.format(into))
        print_text(out, _PUBLIC)
        print_text(out, f"    - {public}")


def _make_pseudonym_key(into: Path, *, as_json: bool) -> None:
    _write_private_key_file(into, secrets.token_hex(32))
    rows = _list_pseudonym_key_connections(*open_workspace_and_city())
    if as_json:
        print_json({"private": str(into), "keys": rows})
    else:
        print_text(out, _PSEUDONYM_WRITTEN.format(into))
        _print_pseudonym_key_change_costs(rows)


def _write_private_key_file(into: Path, text: str) -> None:
    try:
        descriptor = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise typer.BadParameter(
            str(_("« {} » existe déjà : une clé ne se remplace pas dans son fichier.").format(into))
        ) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)


def _rotate_correction_mark_key(*, as_json: bool) -> None:
    from aqueduc.run import build_workspace_from_environment
    from aqueduc.validate.corrections import rotate_correction_hmac_key

    former = rotate_correction_hmac_key(build_workspace_from_environment().vault)
    if as_json:
        print_json({"former": former})
    else:
        print_text(out, _MARKS_RENEWED.format(_format_former_key_count(former)))


def _check_vault_access(*, as_json: bool) -> None:
    from aqueduc.run import build_workspace_from_environment

    vault = build_workspace_from_environment().vault
    vault.probe_access()
    if as_json:
        print_json({"vault": vault.url, "opens": True})
    else:
        print_text(
            out,
            _("Le coffre s'ouvre : un fichier d'essai y a été écrit, relu et détruit ({}).").format(
                vault.url
            ),
        )


# --- all of them --------------------------------------------------------------------------------------------


def _print_keys_in_service(*, as_json: bool) -> None:
    from aqueduc.certify.signature import compute_key_identifier
    from aqueduc.validate.corrections import count_correction_hmac_keys

    workspace, loaded = open_workspace_and_city()
    signing = loaded.city.signing
    rows, marks = (
        _list_pseudonym_key_connections(workspace, loaded),
        count_correction_hmac_keys(workspace.vault),
    )
    ids = [compute_key_identifier(public) for public in signing.keys] if signing else []
    if as_json:
        signature = {"connection": signing.connection, "ids": ids} if signing else None
        found = {"signing": signature, "pseudonym": rows, "corrections": marks, "vault": workspace.vault.url}
        print_json({"keys": found})
        return
    if signing:
        print_text(
            out,
            _("signature : connexion « {} », clé {} ; {}").format(
                signing.connection, ids[-1][:12], _format_former_key_count(len(ids) - 1)
            ),
        )
    else:
        print_text(out, _("signature : aucune (« signing: » n'est pas dans city.yaml)"))
    _print_pseudonym_key_change_costs(rows)
    print_text(out, _MARKS.format(_format_former_key_count(max(0, marks - 1))))
    print_text(
        out,
        _("coffre : {} ; Aqueduc ne le chiffre pas, le volume ou le seau s'en charge").format(
            workspace.vault.url
        ),
    )
    print_text(
        out, _("En changer ne coûte aucune révision : la signature, les corrections, le coffre."), style="dim"
    )


def _print_pseudonym_key_change_costs(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        print_text(
            out,
            _("pseudonymes : connexion « {} » ; en changer coûte une révision à {}").format(
                row["connection"], ", ".join(row["datasets"])
            ),
        )
        if row["windows"]:
            print_text(
                out,
                _(
                    "pseudonymes : {} à refaire (Backfill), sinon les anciennes gardent les anciens "
                    "pseudonymes"
                ).format(n_("{count} fenêtre", "{count} fenêtres", row["windows"])),
                style="yellow",
            )


def _format_former_key_count(count: int) -> object:
    return n_("{count} clé d'avant", "{count} clés d'avant", count)


def _list_pseudonym_key_connections(workspace: Workspace, loaded: LoadedCity) -> list[dict[str, Any]]:
    """Each connection that keeps a key of pseudonyms, the datasets that would have to be published anew with
    another one, and how many of their windows."""
    from aqueduc.declaration import load_all_declarations

    found: dict[str, list[Dataset]] = {}
    for dataset in load_all_declarations(workspace.include, loaded).datasets:
        used = {
            rule.key_connection_id
            for rule in (column.rule for column in dataset.columns)
            if rule.key_connection_id and rule.capabilities.marked_by_key
        }
        for connection in sorted(used):
            found.setdefault(connection, []).append(dataset)
    return [
        {
            "connection": connection,
            "datasets": [dataset.id for dataset in datasets],
            "windows": sum(
                len(workspace.store.read_validated_partitions(one.id)) for one in datasets if one.windowed
            ),
        }
        for connection, datasets in sorted(found.items())
    ]
