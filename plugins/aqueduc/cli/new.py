"""``new``: a first draft of a declaration, from a look at its source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aqueduc.cli.common import AsJson, answer, out, say
from aqueduc.cli.words import both
from aqueduc.language import Said

if TYPE_CHECKING:
    from aqueduc.draft import Catalogue, Draft, Wanted
    from aqueduc.draft.proposals import Proposal

_HEAD = (
    Said("Colonne", "Column"),
    Said("Type", "Type"),
    Said("Proposé", "Proposed"),
    Said("Pourquoi", "Why (in French)"),
)
_ASKED = Said("à décider : {}", "to decide: {}")
_WRITTEN = Said("Écrit : {}", "Written: {}")
_NEXT = Said(
    "{count} à prendre, chacune à sa place dans le fichier : aqueduc check include/datasets/{name}.yaml",
    "{count} to take, each at its place in the file: aqueduc check include/datasets/{name}.yaml",
)
_DECISIONS = Said("décisions", "decisions")
_EXISTS = Said(
    "{} existe déjà : choisir un autre nom, ou l'ôter d'abord (rien n'est réécrit).",
    "{} exists already: choose another name, or remove it first (nothing is written over).",
)
_NAME = Said(
    "« {} » ne peut pas être le nom d'un jeu : minuscules sans accent, chiffres et tirets, 100 caractères.",
    "“{}” cannot be the name of a dataset: lower case without accents, digits and hyphens, 100 characters.",
)
_ONE_SOURCE = Said(
    "dire d'où vient le jeu, une seule fois : SOURCE, ou --postgres avec --table, --http avec --path, --file "
    "avec --path",
    "say where the dataset comes from, once: SOURCE, or --postgres with --table, --http with --path, --file "
    "with --path",
)
_NO_FOLDER = Said(
    "« {} » n'est ni un dossier, ni une adresse http(s).", "“{}” is neither a folder nor a URL."
)

Name = Annotated[
    str,
    typer.Argument(
        metavar=both("JEU", "DATASET"),
        help=both(
            "Le nom à donner au jeu : son identifiant public, pour toujours.",
            "The name to give to the dataset: its public identifier, for ever.",
        ),
    ),
]
Source = Annotated[
    str | None,
    typer.Argument(
        metavar="SOURCE",
        help=both(
            "Un fichier ou une adresse, pour un premier coup d'œil sans connexion.",
            "A file or a URL, for a first look without a connection.",
        ),
    ),
]
Postgres = Annotated[
    str | None,
    typer.Option(
        "--postgres", metavar="CONNEXION", help=both("Une base PostgreSQL.", "A PostgreSQL database.")
    ),
]
Http = Annotated[str | None, typer.Option("--http", metavar="CONNEXION", help=both("Une API.", "An API."))]
File = Annotated[
    str | None,
    typer.Option("--file", metavar="CONNEXION", help=both("Un dossier de dépôt.", "A drop folder.")),
]
Table = Annotated[
    str | None,
    typer.Option("--table", metavar="SCHEMA.TABLE", help=both("La table à lire.", "The table to read.")),
]
At = Annotated[
    str | None,
    typer.Option(
        "--path",
        metavar=both("CHEMIN", "PATH"),
        help=both("Le chemin à l'API, ou dans le dossier.", "The path at the API, or in the folder."),
    ),
]
Schemas = Annotated[
    str | None,
    typer.Option(
        "--schemas",
        metavar=both("DOSSIER|URL", "FOLDER|URL"),
        help=both(
            "Où chercher un schéma national : un dossier, ou un index comme "
            "https://schema.data.gouv.fr/schemas/schemas.json ; par défaut include/schemas/national.",
            "Where to look for a national schema: a folder, or an index such as "
            "https://schema.data.gouv.fr/schemas/schemas.json; by default include/schemas/national.",
        ),
    ),
]
Enums = Annotated[
    bool,
    typer.Option(
        "--enums",
        help=both(
            "Écrire dans le schéma les valeurs des listes de codes (ce sont des cellules de la source).",
            "Write the values of lists of codes into the schema (they are cells of the source).",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    app.command(
        help=both(
            "Ébauche la déclaration d'un jeu et son schéma, à partir de sa source.\n\n"
            "Lit toute la source, sans en montrer ni en écrire une cellule : types, clés, données "
            "personnelles, schéma national qui convient. Ce qui est sûr est écrit ; le reste est « à "
            "décider », et check refuse le jeu tant qu'une décision manque. N'écrase aucun fichier.",
            "Drafts the declaration of a dataset and its schema, from its source.\n\n"
            "Reads all of the source, and neither shows nor writes a cell of it: types, keys, personal data, "
            "the national schema that fits. What is sure is written; the rest is left to decide, and check "
            "refuses the dataset until it is. Writes over no file.",
        )
    )(new)


def new(
    name: Name,
    source: Source = None,
    postgres: Postgres = None,
    http: Http = None,
    file: File = None,
    table: Table = None,
    path: At = None,
    schemas: Schemas = None,
    enums: Enums = False,
    as_json: AsJson = False,
) -> None:
    from aqueduc.draft import Misspelt, already_there, draft, write
    from aqueduc.run import workplace

    place = workplace()
    try:
        wanted = _wanted(_checked(name), source, postgres, http, file, table, path)
    except Misspelt as wrong:
        raise typer.BadParameter(f"{wrong}.") from None
    if there := already_there(wanted, place.include):
        raise typer.BadParameter(str(_EXISTS.format(f"{place.include.name}/{there[0]}")))
    with place.vault.scratch() as scratch:
        catalogue = _catalogue(schemas, place.include, scratch)
    made = draft(wanted, place, catalogue, enums=enums)
    try:
        write(made, place.include)
    except Misspelt as wrong:
        raise typer.BadParameter(f"{wrong}.") from None
    if as_json:
        answer(made.to_json())
    else:
        _show(made)


def _checked(name: str) -> str:
    from aqueduc.declaration.loader import SLUG

    if not SLUG.fullmatch(name):
        raise typer.BadParameter(str(_NAME.format(name)))
    return name


def _wanted(
    name: str,
    source: str | None,
    postgres: str | None,
    http: str | None,
    file: str | None,
    table: str | None,
    path: str | None,
) -> Wanted:
    """Raises Misspelt; typer.BadParameter for none or several sources."""
    from aqueduc import draft

    match (source, postgres, http, file, table, path):
        case (str() as bare, None, None, None, None, None):
            return draft.bare(name, bare)
        case (None, str() as connection, None, None, str() as target, None):
            return draft.table(name, connection, target)
        case (None, None, str() as connection, None, None, str() as target):
            return draft.address(name, connection, target)
        case (None, None, None, str() as connection, None, str() as target):
            return draft.file(name, connection, target)
    raise typer.BadParameter(str(_ONE_SOURCE))


def _catalogue(schemas: str | None, include: Path, scratch: Path) -> Catalogue:
    from aqueduc.draft import Catalogue, from_folder, from_index

    if schemas is None:
        national = include / "schemas" / "national"
        return from_folder(national) if national.is_dir() else Catalogue()
    if schemas.startswith(("http://", "https://")):
        return from_index(schemas, scratch)
    folder = Path(schemas).expanduser()
    if not folder.is_dir():
        raise typer.BadParameter(str(_NO_FOLDER.format(schemas)))
    return from_folder(folder)


# --- the screen ---------------------------------------------------------------------------------------


def _show(made: Draft) -> None:
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(*(str(head) for head in _HEAD), box=None, pad_edge=False)
    for proposal in made.plan.proposals:
        style = "yellow" if proposal.open else "" if proposal.first.field else "dim"
        grid.add_row(*(Text(cell, style=style) for cell in _row(proposal)))
    out.print(grid)
    out.print()
    for text in _notes(made):
        say(out, text)
    say(out, _WRITTEN.format(", ".join(f"include/{path}" for path in made.files)), style="green")
    count = f"{len(made.decisions)} "
    say(out, _NEXT.format(count=Said(count + _DECISIONS.fr, count + _DECISIONS.en), name=made.plan.name))


def _row(proposal: Proposal) -> tuple[str, ...]:
    rules = [option.rule for option in proposal.options]
    proposed = str(_ASKED.format(" | ".join(rules))) if proposal.open else rules[0]
    return proposal.name, proposal.subject.profile.kind, proposed, proposal.why


def _notes(made: Draft) -> Iterator[Any]:
    from aqueduc.draft.render import findings

    yield from findings(made.plan)
    yield ""
