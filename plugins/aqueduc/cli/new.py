"""``new``: a first draft of a declaration, from a look at its source."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from aqueduc.cli.common import AsJson, command, out, print_json, print_text
from aqueduc.cli.manual import TranslatedCommand
from aqueduc.language import N_, _, join_messages, n_

if TYPE_CHECKING:
    from aqueduc.declaration.source_kind import SourceKindDraftSettings
    from aqueduc.draft import DeclarationDraft, DraftRequest, SchemaCatalogue
    from aqueduc.draft.proposals import ColumnProposal
    from aqueduc.run import Workspace

_HEAD = (
    _("Colonne"),
    _("Type"),
    _("Proposé"),
    _("Pourquoi"),
)
_NAME = _(
    "« {} » ne peut pas être le nom d'un jeu : minuscules sans accent, chiffres, tirets et tirets bas, "
    "100 caractères."
)
_CHOSEN = "aqueduc.new.source"

Name = Annotated[
    str,
    typer.Argument(
        metavar=N_("JEU"),
        help=N_("Le nom à donner au jeu : son identifiant public, pour toujours."),
    ),
]
Source = Annotated[
    str | None,
    typer.Argument(
        metavar="SOURCE",
        help=N_("Un fichier ou une adresse, pour un premier coup d'œil sans connexion."),
    ),
]
Schemas = Annotated[
    str | None,
    typer.Option(
        "--schemas",
        metavar=N_("DOSSIER|URL"),
        help=N_(
            "Où chercher un schéma national : un dossier, ou un index comme "
            "https://schema.data.gouv.fr/schemas/schemas.json ; par défaut include/schemas/national."
        ),
    ),
]
Enums = Annotated[
    bool,
    typer.Option(
        "--enums",
        help=N_("Écrire dans le schéma les valeurs des listes de codes (ce sont des cellules de la source)."),
    ),
]
Records = Annotated[
    str | None,
    typer.Option(
        "--records",
        metavar=N_("CHEMIN"),
        help=N_(
            "Laquelle lire, des listes d'un document JSON qui en a plusieurs : son chemin, avec des points ; "
            "par défaut la plus longue."
        ),
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option(
        "--sheet",
        metavar=N_("FEUILLE"),
        help=N_(
            "Laquelle lire, des feuilles d'un classeur : son nom, ou son numéro parmi celles qui se voient ; par défaut "
            "la première qui a l'air d'un tableau."
        ),
    ),
]
Interactive = Annotated[
    bool,
    typer.Option(
        "--interactive",
        help=N_(
            "Poser les questions une à une dans ce terminal, écrire chaque réponse, vérifier, puis montrer l'aperçu ; "
            "reprend une ébauche interrompue."
        ),
    ),
]


class CommandWithSourceKindOptions(TranslatedCommand):
    """With an option for each kind of source that can be drafted, and for what is read there: the kinds are
    loaded when ``new`` is called, or its help is."""

    def get_params(self, ctx: Any) -> list[Any]:
        name, source, *others = super().get_params(ctx)
        return [name, source, *_build_source_options(), *others]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What these options say stands in the context: typer only hands on what it found in a signature."""
        rest = super().parse_args(ctx, args)
        ctx.meta[_CHOSEN] = {param.name: ctx.params.pop(param.name) for param in _build_source_options()}
        return rest


@cache
def _build_source_options() -> tuple[Any, ...]:
    """As typer makes them of a function that takes them."""
    kinds = _list_draftable_source_kinds()
    targets = {options.target.option: options.target for options in kinds.values()}
    wanted = [
        *((kind, _("CONNEXION"), options.help) for kind, options in kinds.items()),
        *((target.option, target.metavar, target.help) for target in targets.values()),
    ]
    app = typer.Typer(add_completion=False)
    app.command()(
        _build_function_with_option_signature(
            {
                name: Annotated[str | None, typer.Option(f"--{name}", metavar=metavar.text, help=text.text)]
                for name, metavar, text in wanted
            }
        )
    )
    return tuple(typer.main.get_command(app).params)


def _build_function_with_option_signature(options: Mapping[str, Any]) -> Callable[..., None]:
    def take(**_: str | None) -> None:
        """Has the options for its parameters."""

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in options.items()
    ]
    take.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    take.__annotations__ = dict(options)
    return take


def _list_draftable_source_kinds() -> dict[str, SourceKindDraftSettings]:
    from aqueduc.sources import SOURCES

    return {kind.name: kind.draft for kind in SOURCES.list_builtin_kinds() if kind.draft}


@command(
    N_(
        "Ébauche la déclaration d'un jeu et son schéma, à partir de sa source.\n\n"
        "Lit toute la source, sans en montrer ni en écrire une cellule : types, clés, données "
        "personnelles, schéma national qui convient. Ce qui est sûr est écrit ; le reste est « à "
        "décider », et check refuse le jeu tant qu'une décision manque. N'écrase aucun fichier."
    ),
    cls=CommandWithSourceKindOptions,
)
def new(
    context: typer.Context,
    name: Name,
    source: Source = None,
    schemas: Schemas = None,
    enums: Enums = False,
    records: Records = None,
    sheet: Sheet = None,
    interactive: Interactive = False,
    as_json: AsJson = False,
) -> None:
    from aqueduc.draft import (
        InvalidDraftRequest,
        draft_declaration,
        find_existing_draft_files,
        write_declaration_draft,
    )
    from aqueduc.run import build_workspace_from_environment

    workspace = build_workspace_from_environment()
    declaration = workspace.include / "datasets" / f"{_require_valid_dataset_name(name)}.yaml"
    if interactive and (as_json or not (sys.stdin.isatty() and out.is_terminal)):
        raise typer.BadParameter(
            str(_("--interactive pose ses questions dans un terminal, et ceci n'en est pas un."))
        )
    if interactive and declaration.exists():
        _resume_interview(declaration, workspace)
        return
    try:
        wanted = _build_draft_request(name, source, context.meta[_CHOSEN])
        wanted = replace(wanted, records=records, sheet=sheet)
    except InvalidDraftRequest as wrong:
        raise typer.BadParameter(f"{wrong}.") from None
    if there := find_existing_draft_files(wanted, workspace.include):
        raise typer.BadParameter(
            str(
                _("{} existe déjà : choisir un autre nom, ou l'ôter d'abord (rien n'est réécrit).").format(
                    f"{workspace.include.name}/{there[0]}"
                )
            )
        )
    with workspace.vault.open_scratch_folder() as scratch:
        catalogue = load_schema_catalogue(schemas, workspace.include, scratch)
    made = draft_declaration(wanted, workspace, catalogue, enums=enums)
    try:
        write_declaration_draft(made, workspace.include)
    except InvalidDraftRequest as wrong:
        raise typer.BadParameter(f"{wrong}.") from None
    if as_json:
        print_json(made.to_json())
    else:
        _print_draft(made)
    if interactive:
        from aqueduc.cli.new_questions import DraftInterview

        proposals = {proposal.name: proposal for proposal in made.plan.proposals}
        DraftInterview(made.decisions, declaration, workspace, proposals).ask_all()


def _resume_interview(declaration: Path, workspace: Workspace) -> None:
    """Asks what is still to be decided in a draft that was made before."""
    from yaml import YAMLError

    from aqueduc.cli.new_questions import DraftInterview, read_earlier_draft_columns
    from aqueduc.draft.decisions import parse_pending_decisions

    shown = f"{workspace.include.name}/datasets/{declaration.name}"
    written = declaration.read_text("utf-8")
    try:
        left = parse_pending_decisions(written)
    except YAMLError:
        raise typer.BadParameter(str(_("{} ne se lit pas : aqueduc check dit où.").format(shown))) from None
    if not left:
        raise typer.BadParameter(str(_("{} existe déjà, et rien n'y reste à décider.").format(shown)))
    print_text(out, _("{} existe déjà : les questions qui y restent.").format(shown))
    recalled = read_earlier_draft_columns(written, workspace.include / "schemas" / f"{declaration.stem}.json")
    DraftInterview(left, declaration, workspace, recalled=recalled).ask_all()


def _require_valid_dataset_name(name: str) -> str:
    from aqueduc.declaration.loader import SLUG

    if not SLUG.fullmatch(name):
        raise typer.BadParameter(str(_NAME.format(name)))
    return name


def _build_draft_request(name: str, source: str | None, chosen: Mapping[str, str | None]) -> DraftRequest:
    """The request that the options make. ``chosen``: those of the kinds, and of what is read there. Raises
    InvalidDraftRequest; typer.BadParameter for none or several sources."""
    from aqueduc.draft import build_draft_request_from_path_or_url, load_source_drafting_functions

    given = {option: text for option, text in chosen.items() if text is not None}
    if source is not None and not given:
        return build_draft_request_from_path_or_url(name, source)
    kinds = _list_draftable_source_kinds()
    for kind, options in kinds.items():
        if source is None and given.keys() == {kind, options.target.option}:
            return load_source_drafting_functions(kind).choose(
                name, given[kind], given[options.target.option]
            )
    pairs = (_("--{} avec --{}").format(kind, options.target.option) for kind, options in kinds.items())
    raise typer.BadParameter(
        str(_("dire d'où vient le jeu, une seule fois : SOURCE, ou {}").format(join_messages(pairs)))
    )


def load_schema_catalogue(schemas: str | None, include: Path, scratch: Path) -> SchemaCatalogue:
    from aqueduc.draft import (
        SchemaCatalogue,
        fetch_schema_catalogue_from_index,
        load_schema_catalogue_from_folder,
    )

    if schemas is None:
        national = include / "schemas" / "national"
        return load_schema_catalogue_from_folder(national) if national.is_dir() else SchemaCatalogue()
    if schemas.startswith(("http://", "https://")):
        return fetch_schema_catalogue_from_index(schemas, scratch)
    folder = Path(schemas).expanduser()
    if not folder.is_dir():
        raise typer.BadParameter(
            str(_("« {} » n'est ni un dossier, ni une adresse http(s).").format(schemas))
        )
    return load_schema_catalogue_from_folder(folder)


# --- the screen ---------------------------------------------------------------------------------------


def _print_draft(made: DeclarationDraft) -> None:
    from rich.table import Table as Grid

    grid = Grid(*(str(head) for head in _HEAD), box=None, pad_edge=False)
    for proposal in made.plan.proposals:
        style = (
            "yellow" if proposal.is_undecided else "" if proposal.recommended_option.published_as else "dim"
        )
        grid.add_row(*(Text(cell, style=style) for cell in _format_proposal_row(proposal)))
    out.print(grid)
    out.print()
    for text in _list_draft_notes(made):
        print_text(out, text)
    print_text(
        out, _("Écrit : {}").format(", ".join(f"include/{path}" for path in made.files)), style="green"
    )
    count = n_("{count} décision", "{count} décisions", len(made.decisions))
    print_text(
        out,
        _(
            "{count} à prendre, chacune à sa place dans le fichier : aqueduc check include/datasets/{name}.yaml"
        ).format(count=count, name=made.plan.name),
    )


def _format_proposal_row(proposal: ColumnProposal) -> tuple[str, ...]:
    rules = [option.rule for option in proposal.options]
    proposed = str(_("à décider : {}").format(" | ".join(rules))) if proposal.is_undecided else rules[0]
    return proposal.name, proposal.subject.profile.kind, proposed, proposal.why


def _list_draft_notes(made: DeclarationDraft) -> Iterator[Any]:
    from aqueduc.draft.render import summarise_draft_in_paragraphs

    yield from summarise_draft_in_paragraphs(made.plan)
    yield ""
