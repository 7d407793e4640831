"""``check``: is what is declared right? And, with ``--connect``, does all it names answer?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from aqueduc.cli.common import LATER, WRONG, AsJson, command, err, out, print_json, print_text
from aqueduc.errors import DeclarationError
from aqueduc.language import N_, _, format_labelled_text, n_

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from aqueduc.cli.connect import ConnectionCheckResult
    from aqueduc.declaration import City, Dataset, LoadedCity
    from aqueduc.declaration.diagnostics.problem import DeclarationProblem
    from aqueduc.run import Workspace

_ASKING = _("Sources et plateformes")
_REFUSED = _(
    "une exécution la refuserait ici : Linux 5.13 ou plus récent avec Landlock, et la bibliothèque libseccomp ; ou "
    "l'accepter pour la Ville : confinement: none dans city.yaml"
)
_ACCEPTED = _(
    "la Ville l'accepte (confinement: none) : la fonction peut lire ici tout ce que lit le compte du service"
)

_UNWITNESSED = _(
    "Aucun témoin du registre n'est déclaré (« witness: » de city.yaml) : qui écrit dans le dépôt peut le ramener en "
    "arrière sans que cela se voie."
)


@command(
    N_(
        "Vérifie les déclarations, sans réseau : toutes les erreurs, avec leur ligne et leur remède.\n\n"
        "Un fichier fautif n'en cache aucun autre. Avec --connect, demande aussi à chaque source si "
        "elle répond et donne les colonnes déclarées, et à chaque plateforme si elle connaît "
        "l'organisation, la licence, et laisse écrire le jeton. Rien n'est écrit nulle part."
    )
)
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar=N_("FICHIER"),
            help=N_("Les déclarations à vérifier ; toutes, par défaut."),
        ),
    ] = None,
    connect: Annotated[
        bool,
        typer.Option(
            "--connect",
            help=N_("Interroger aussi les sources et les plateformes."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    from aqueduc.declaration import list_dataset_paths, load_all_declarations, load_city
    from aqueduc.run import build_workspace_from_environment

    workspace = build_workspace_from_environment()
    known = {path.resolve() for path in list_dataset_paths(workspace.include)}
    for path in files or ():
        if path.resolve() not in known:
            raise typer.BadParameter(
                str(
                    _("« {} » n'est pas une déclaration de {}.").format(
                        path, f"{workspace.include.name}/datasets"
                    )
                )
            )
    loaded = load_city(workspace.include)
    found = load_all_declarations(workspace.include, loaded, files or None)
    datasets, errors = _check_schemas_and_expressions(found.datasets, found.errors, loaded)
    answers: list[ConnectionCheckResult] = []
    if not as_json:
        _print_declaration_problems(datasets, errors)
        if not loaded.city.witness.is_declared:
            print_text(out, _UNWITNESSED, style="yellow")
    if connect:
        answers = _probe_and_print_connections(datasets, loaded, quiet=as_json)
    if as_json:
        print_json(_build_check_document(datasets, errors, answers if connect else None, loaded.city))
    if errors or any(not item.ok and not item.later for item in answers):
        raise typer.Exit(WRONG)
    if any(item.later for item in answers):
        raise typer.Exit(LATER)


def _check_schemas_and_expressions(
    datasets: Sequence[Dataset], errors: Sequence[DeclarationError], loaded: LoadedCity
) -> tuple[list[Dataset], list[DeclarationError]]:
    """The declarations that are still in order once their schemas were compiled, the tables of include/ that they join
    read, and their expressions parsed; and the errors, with those of the others."""
    from aqueduc.declaration.diagnostics.problem import build_declaration_error
    from aqueduc.duck import open_duckdb
    from aqueduc.run import build_workspace_from_environment

    workspace = build_workspace_from_environment()
    good, wrong = [], list(errors)
    with workspace.vault.open_scratch_folder() as scratch, open_duckdb(scratch) as con:
        for dataset in datasets:
            problems = (
                *_find_join_and_computed_problems(dataset, loaded, workspace),
                *_find_schema_problems(dataset, workspace.include, con),
            )
            if problems:
                wrong.append(build_declaration_error(problems, problems[0].file))
            else:
                doubts = _find_unconfined_functions(dataset, loaded.city, workspace.include)
                good.append(dataset.model_copy(update={"warnings": (*dataset.warnings, *doubts)}))
    return good, wrong


def _find_unconfined_functions(dataset: Dataset, city: City, include: Path) -> tuple[DeclarationProblem, ...]:
    """Doubts, not errors: the machine that checks is seldom the one that runs."""
    from aqueduc.declaration.diagnostics.catalogue import UnconfinedFunction
    from aqueduc.declaration.diagnostics.collector import ProblemCollector
    from aqueduc.declaration.files import read_include_document

    lacks = {column.name: column.rule.find_missing_system_support() for column in dataset.columns}
    if not any(lacks.values()):
        return ()
    advice = _REFUSED if city.confinement == "required" else _ACCEPTED
    collector = ProblemCollector(read_include_document(include, dataset.path))
    for name, reason in lacks.items():
        if reason is not None:
            words = {"column": name, "reason": reason, "advice": advice}
            collector.add_key_problem(("columns", name), UnconfinedFunction, **words)
    return tuple(collector.problems)


def _find_join_and_computed_problems(
    dataset: Dataset, loaded: LoadedCity, workspace: Workspace
) -> tuple[DeclarationProblem, ...]:
    if not (dataset.join or dataset.computed):
        return ()
    from aqueduc.sources.computing import find_expression_problems
    from aqueduc.sources.references import find_reference_table_problems

    return (
        *find_reference_table_problems(dataset, loaded.city, workspace),
        *find_expression_problems(dataset, workspace),
    )


def _find_schema_problems(
    dataset: Dataset, include: Path, con: DuckDBPyConnection
) -> tuple[DeclarationProblem, ...]:
    """Each at the key that names the schema."""
    from aqueduc.declaration.diagnostics.catalogue import InapplicableSchema
    from aqueduc.declaration.diagnostics.collector import ProblemCollector
    from aqueduc.declaration.files import read_include_document
    from aqueduc.validate.applicability import find_schema_problems

    found = find_schema_problems(dataset, con)
    if not found:
        return ()
    collector = ProblemCollector(read_include_document(include, dataset.path))
    for problem in found:
        words = {"reason": problem.message(), "advice": problem.format_remedy()}
        collector.add_value_problem(("schema",), InapplicableSchema, **words)
    return tuple(collector.problems)


def _probe_and_print_connections(
    datasets: Sequence[Dataset], loaded: LoadedCity, *, quiet: bool
) -> list[ConnectionCheckResult]:
    from aqueduc.cli.connect import probe_connections
    from aqueduc.run import build_workspace_from_environment

    answers = []
    if not quiet:
        print_text(out, f"\n{_ASKING}", style="bold")
    for item in probe_connections(datasets, loaded.city, build_workspace_from_environment()):
        answers.append(item)
        if not quiet:
            _print_connection_answer(item)
    return answers


# --- shown --------------------------------------------------------------------------------------------------


def _build_check_document(
    datasets: Sequence[Dataset],
    errors: Sequence[DeclarationError],
    answers: Sequence[ConnectionCheckResult] | None,
    city: City,
) -> dict[str, Any]:
    problems = [
        *({"severity": "error", **problem.to_json()} for error in errors for problem in error.problems),
        *(
            {"severity": "warning", **problem.to_json()}
            for dataset in datasets
            for problem in dataset.warnings
        ),
    ]
    return {
        "checked": len(datasets) + len(errors),
        "wrong": len(errors),
        "problems": problems,
        "witnessed": city.witness.is_declared,
        "connections": None if answers is None else [item.to_json() for item in answers],
    }


def _print_declaration_problems(datasets: Sequence[Dataset], errors: Sequence[DeclarationError]) -> None:
    for wrong in errors:
        _print_problem_text(str(wrong), "red")
    doubts = [problem for dataset in datasets for problem in dataset.warnings]
    for problem in doubts:
        _print_problem_text(str(format_labelled_text(_("à vérifier"), problem.render())), "yellow")
    good, wrong_count = len(datasets), len(errors)
    verdict = n_(
        "{count} déclaration en ordre, {wrong} à corriger, {doubts} à vérifier",
        "{count} déclarations en ordre, {wrong} à corriger, {doubts} à vérifier",
        good,
        wrong=wrong_count,
        doubts=len(doubts),
    )
    print_text(out, verdict, style="bold red" if errors else "bold green")


def _print_problem_text(text: str, style: str) -> None:
    """The first line of an error stands out; the lines of the file it quotes are shown as they are."""
    head, _, rest = text.partition("\n")
    print_text(err, head, style=f"bold {style}")
    print_text(err, f"{rest}\n" if rest else "")


def _print_connection_answer(item: ConnectionCheckResult) -> None:
    mark, style = ("✓", "green") if item.ok else ("…", "yellow") if item.later else ("✗", "red")
    out.print(
        Text.assemble(
            (f"{mark} ", style), (str(format_labelled_text(item.name, "")), "bold"), str(item.said)
        ),
        soft_wrap=True,
    )
    for line in (item.remedy, *item.doubts):
        if line:
            out.print(Text(f"    {line}", "yellow" if line in item.doubts else "dim"), soft_wrap=True)
