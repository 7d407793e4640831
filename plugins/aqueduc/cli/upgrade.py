"""``upgrade``: declarations of an older format, written anew in that of today."""

from __future__ import annotations

from typing import Annotated

import typer

from aqueduc.cli.common import (
    AsJson,
    command,
    convert_os_error_to_bad_parameter,
    out,
    print_json,
    print_text,
    replace_file,
)
from aqueduc.language import N_, _


@command(
    N_(
        "Récrit les déclarations d'un ancien format dans celui d'aujourd'hui.\n\n"
        "Seules les clés qui changent de nom sont récrites : les commentaires et l'ordre restent. Un format plus "
        "récent que cet Aqueduc est refusé."
    )
)
def upgrade(
    check: Annotated[
        bool, typer.Option("--check", help=N_("Dire les fichiers à récrire, et n'en écrire aucun."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from aqueduc.declaration.upgrading import FORMAT, build_upgraded_declarations
    from aqueduc.run import build_workspace_from_environment

    include = build_workspace_from_environment().include
    # All of them are read before one is written.
    found = list(build_upgraded_declarations(include))
    for path, text in () if check else found:
        with convert_os_error_to_bad_parameter(path):
            replace_file(path, text.encode())
    names = [path.relative_to(include).as_posix() for path, _text in found]
    if as_json:
        print_json({"format": FORMAT, "files": names, "written": bool(found) and not check})
        return
    for name in names:
        print_text(out, (_("À récrire : {}") if check else _("Récrit : {}")).format(f"{include.name}/{name}"))
    if not found:
        print_text(out, _("Rien à récrire : les déclarations sont au format {}.").format(FORMAT))
