"""The command ``aqueduc``: check declarations, and run a dataset without Airflow.

Exit codes: 0 all is well; 1 a declaration is wrong, a gate is closed or the platform refuses; 2 the command
is misspelt; 3 something does not answer and may answer later.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from aqueduc import __version__
from aqueduc.declaration import Dataset, LoadedCity, dataset_paths, load_city, load_dataset
from aqueduc.declaration.queries import PLACEHOLDERS
from aqueduc.errors import AqueducError, DeclarationError, Defect
from aqueduc.run import Run, Workplace, utc_now, workplace
from aqueduc.store import Window

app = typer.Typer(
    help="Aqueduc publie les données ouvertes de la Ville, et le prouve.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


def main() -> None:
    """Entry point. Errors are messages, never tracebacks; what is asked to stop shreds what it extracted."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        app()
    except AqueducError as error:
        _fail(error)
    except Exception as error:  # noqa: BLE001 - the boundary: a traceback would show cells
        _fail(Defect.of(error))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def _fail(error: AqueducError) -> None:
    err.print(escape(str(error)), style="red")
    raise SystemExit(3 if error.retryable else 1) from None


@app.command()
def version() -> None:
    """Donne la version."""
    out.print(__version__)


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Déclarations ; toutes, par défaut.")] = None,
    as_json: AsJson = False,
) -> None:
    """Vérifie les déclarations, sans réseau : toutes les erreurs, avec leur ligne et leur remède."""
    place = workplace()
    loaded = load_city(place.include)
    paths = tuple(path.resolve() for path in files) if files else dataset_paths(place.include)
    errors: list[DeclarationError] = []
    for path in paths:
        try:
            load_dataset(path, loaded)
        except DeclarationError as error:
            errors.append(error)
    if as_json:
        _json([problem.to_json() | {"file": wrong.where} for wrong in errors for problem in wrong.problems])
    else:
        for wrong in errors:
            err.print(escape(str(wrong)) + "\n")
        verdict = f"{len(paths) - len(errors)} déclaration(s) en ordre, {len(errors)} à corriger"
        out.print(verdict, style="red" if errors else "green")
    if errors:
        raise typer.Exit(1)


@app.command(name="list")
def list_datasets(as_json: AsJson = False) -> None:
    """Liste les jeux de données déclarés et leur dernière publication."""
    place = workplace()
    rows = [_summary(dataset, place) for dataset in _all(place)]
    if as_json:
        _json(rows)
        return
    table = Table(
        "Jeu", "Titre", "Mode", "Accès", "Licence", "Cadence", "Publié le", box=None, pad_edge=False
    )
    for row in rows:
        table.add_row(*(escape(str(row[key] or "—")) for key in row))
    out.print(table)


@app.command()
def show(dataset: str, as_json: AsJson = False) -> None:
    """Montre la révision publiée d'un jeu et son certificat."""
    place = workplace()
    current = place.store.current(_load(dataset, place).id)
    if current is None:
        err.print(f"« {escape(dataset)} » n'a encore rien publié.")
        raise typer.Exit(1)
    certificate = place.store.read_json(current["certificate"])
    if as_json:
        _json(certificate)
    else:
        out.print_json(data=certificate)


@app.command()
def run(
    dataset: str,
    force: Annotated[bool, typer.Option(help="Continuer même si la source n'a pas changé.")] = False,
    dry_run: Annotated[bool, typer.Option(help="S'arrêter avant la plateforme.")] = False,
    start: Annotated[datetime | None, typer.Option(help="Début de l'intervalle (UTC).")] = None,
    end: Annotated[datetime | None, typer.Option(help="Fin de l'intervalle (UTC), exclue.")] = None,
    as_json: AsJson = False,
) -> None:
    """Parcourt toute la chaîne sans Airflow, de la source à la plateforme."""
    from aqueduc.pipeline import walk

    place = workplace()
    loaded = load_city(place.include)
    declared = _load(dataset, place, loaded)
    window = _window(declared, start, end)
    identifier = f"cli__{utc_now().isoformat(timespec='milliseconds')}"
    task = Run(declared.id, identifier, window, force=force, dry_run=dry_run)

    def watch(stage: str, report: Any) -> None:
        if not as_json:
            out.print(f"[green]✓[/] {STAGES[stage]:<12} {escape(_figures(report.to_json()))}")

    done = walk(declared, loaded.city, task, place, watch)
    if as_json:
        _json(
            done.certificate.to_json()
            if done.certificate
            else {"unchanged": done.unchanged, "dry_run": dry_run}
        )
    elif done.unchanged:
        out.print("La source n'a pas changé depuis la dernière publication : rien à faire.")


STAGES = {
    "extract": "Extraire",
    "anonymise": "Anonymiser",
    "validate": "Valider",
    "publish": "Publier",
    "certify": "Certifier",
}
_FIGURES = {
    "rows": "lignes",
    "rows_in": "lignes reçues",
    "rows_out": "gardées",
    "rejected": "rejetées",
    "suppressed": "retirées",
    "smallest_class": "plus petite classe",
    "record_url": "fiche",
}


def _figures(report: dict[str, Any]) -> str:
    return ", ".join(
        f"{label} : {report[key]}" for key, label in _FIGURES.items() if report.get(key) is not None
    )


def _window(dataset: Dataset, start: datetime | None, end: datetime | None) -> Window | None:
    given = start is not None and end is not None and start < end
    if dataset.windowed != given or (not given and (start or end)):
        wanted = (
            "attend --start et --end" if dataset.windowed else "n'a pas d'intervalle : ni --start ni --end"
        )
        raise typer.BadParameter(f"« {dataset.id} » {wanted} ({', '.join(PLACEHOLDERS)}).")
    return Window(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)) if start and end else None


def _load(name: str, place: Workplace, loaded: LoadedCity | None = None) -> Dataset:
    path = place.include / "datasets" / f"{name}.yaml"
    return load_dataset(path, loaded or load_city(place.include))


def _all(place: Workplace) -> Iterable[Dataset]:
    loaded = load_city(place.include)
    return [load_dataset(path, loaded) for path in dataset_paths(place.include)]


def _summary(dataset: Dataset, place: Workplace) -> dict[str, Any]:
    current = place.store.current(dataset.id)
    return {
        "dataset": dataset.id,
        "title": dataset.title,
        "mode": dataset.publication.mode.value,
        "access": dataset.access.level.value,
        "licence": dataset.licence.id,
        "cadence": dataset.frequency.word,
        "published_at": current["published_at"] if current else None,
    }


def _json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
