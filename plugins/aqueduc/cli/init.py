"""``init``: a city's own repository, with one example to publish and nothing that is somebody else's."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from aqueduc import __version__
from aqueduc.cli.common import AsJson, command, convert_os_error_to_bad_parameter, out, print_json, print_text
from aqueduc.language import N_, _

_STARTER = Path(__file__).parent / "starter"
"""Each file ends in ``.txt``, so that no tool takes it for one of ours; ``dot.`` begins a hidden one."""

EXAMPLE = "equipements-sportifs"
_NEXT = (
    "cd {folder} && . ./.env",
    "aqueduc run {example} --dry-run",
    'aqueduc agree {example} --by essai --reason "{reason}"',
    "aqueduc run {example}",
)


@command(
    N_(
        "Fait le dépôt d'une collectivité : city.yaml expliqué clé par clé, les DAGs, un jeu d'exemple et son "
        "fichier, la vérification à chaque envoi, l'aide de l'éditeur.\n\n"
        "Le dossier ne doit pas exister, ou être vide. La clé qui y est faite (.env) sert à accorder "
        "l'exemple ; elle n'est à personne d'autre."
    )
)
def init(
    folder: Annotated[Path, typer.Argument(metavar=N_("DOSSIER"), help=N_("Le dossier à faire."))],
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar=N_("NOM"), help=N_("Le nom de la collectivité ; sinon, celui du dossier.")
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    target = folder.resolve()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise typer.BadParameter(
            str(_("« {} » existe déjà : choisir un dossier qui n'existe pas, ou vide.").format(folder))
        )
    chosen = " ".join(name.split()) or target.name.replace("-", " ").replace("_", " ").capitalize()
    with convert_os_error_to_bad_parameter(folder):
        written = _write_repository(target, chosen)
    next_lines = [
        line.format(folder=shlex.quote(str(folder)), example=EXAMPLE, reason=_("Exemple fourni"))
        for line in _NEXT
    ]
    if as_json:
        print_json({"folder": str(target), "files": written, "next": next_lines})
        return
    print_text(out, _("Écrit : {} fichiers dans {}. Ensuite :").format(len(written), folder), style="green")
    for line in next_lines:
        print_text(out, f"  {line}")


def _write_repository(target: Path, name: str) -> list[str]:
    """Whole or not at all: it is made beside, then put in place. Gives the paths, below ``target``."""
    aside = target.with_name(f".{target.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    files = dict(_render_starter_repository_files(target, name))
    for path, text in files.items():
        place = aside / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o600 if path == ".env" else 0o644)
        place.write_text(text, encoding="utf-8")
    aside.replace(target)
    return sorted(files)


def _render_starter_repository_files(target: Path, name: str) -> Iterator[tuple[str, str]]:
    from aqueduc.certify.signature import generate_signing_key_pair
    from aqueduc.declaration.editor import render_schemas_and_key_pages
    from aqueduc.declaration.naming import build_title_slug

    private, public = generate_signing_key_pair()
    values = {
        "@NAME@": json.dumps(name, ensure_ascii=False),
        "@ORGANISATION@": build_title_slug(name) or "ville",
        "@PUBLIC_KEY@": public,
        "@VERSION@": __version__,
        "@DEPOT@": _quote_connection_for_shell("fs", extra={"path": str(target / "depot")}),
        "@DECISION@": _quote_connection_for_shell("generic", password=private),
    }
    for path in sorted(path for path in _STARTER.rglob("*.txt")):
        place = path.relative_to(_STARTER).as_posix().removesuffix(".txt").replace("dot.", ".", 1)
        text = path.read_text(encoding="utf-8")
        for mark, value in values.items():
            text = text.replace(mark, name if mark == "@NAME@" and place == "README.md" else value)
        yield place, text
    for file, text in render_schemas_and_key_pages().items():
        yield f".vscode/schemas/{file}", text


def _quote_connection_for_shell(kind: str, **fields: object) -> str:
    """For a shell that reads the file."""
    return shlex.quote(json.dumps({"conn_type": kind, **fields}, ensure_ascii=False))
