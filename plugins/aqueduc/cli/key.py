"""``key``: a new key to sign the entries of the ledgers, and how to put it into service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from aqueduc.cli.common import AsJson, answer, command, out, say
from aqueduc.language import N_, _

_WRITTEN = _(
    "Clé privée écrite dans {} : la coller dans le mot de passe de la connexion de « signing: », puis la "
    "mettre au coffre et effacer ce fichier."
)
_PUBLIC = _(
    "Clé publique, à ajouter à la fin de « signing: keys: » de city.yaml (les précédentes restent : elles "
    "vérifient ce qu'elles ont signé) :"
)


@command(
    N_(
        "Fait une clé qui signera les certificats, la première ou une nouvelle.\n\n"
        "Changer de clé ne coûte aucune révision : ce qui a été signé le reste, et se vérifie avec la "
        "clé qui l'a signé."
    )
)
def key(
    into: Annotated[
        Path,
        typer.Argument(
            metavar=N_("FICHIER"),
            help=N_("Où écrire la clé privée, lisible de vous seul."),
        ),
    ],
    as_json: AsJson = False,
) -> None:
    from aqueduc.certify.signature import generate_key, identify_key

    private, public = generate_key()
    try:
        descriptor = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise typer.BadParameter(
            str(
                _("« {} » existe déjà : une clé qui a signé ne se remplace pas dans son fichier.").format(
                    into
                )
            )
        ) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(private)
    if as_json:
        answer({"private": str(into), "public": public, "id": identify_key(public)})
    else:
        say(out, _WRITTEN.format(into))
        say(out, _PUBLIC)
        say(out, f"    - {public}")
