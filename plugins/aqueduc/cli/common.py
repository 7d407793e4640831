"""What the commands share: the two screens, the answer in JSON, the name of a dataset and its completion."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from aqueduc.errors import AqueducError, DeclarationError, GateClosed
from aqueduc.language import (
    N_,
    Message,
    _,
    format_labelled_text,
    get_current_language,
    hide_control_characters,
)

if TYPE_CHECKING:
    from aqueduc.declaration import Dataset, LoadedCity
    from aqueduc.run import Run, Workspace
    from aqueduc.store import Window

ALL_WELL, WRONG, MISSPELT, LATER = 0, 1, 2, 3

# What goes into a file or a pipe has a width of its own: that of no terminal.
PIPE_WIDTH = 120


def _get_console_width(stream: Any) -> int | None:
    return None if stream.isatty() else PIPE_WIDTH


class SafeConsole(Console):
    """Rich's, that obeys nothing of what it shows: a cell or a title from elsewhere may hold the escapes that move
    a terminal's cursor, or rename its window."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield (
                segment if segment.control else Segment(hide_control_characters(segment.text), segment.style)
            )


out = SafeConsole(highlight=False, width=_get_console_width(sys.stdout))
err = SafeConsole(stderr=True, highlight=False, soft_wrap=True, width=_get_console_width(sys.stderr))

_in_json: ContextVar[bool] = ContextVar("in_json", default=False)


def build_cli_run_id() -> str:
    """Of a run that a command makes: ``cli__2026-03-01T10:00:00.000+00:00``."""
    from aqueduc.run import utc_now

    return f"cli__{utc_now().isoformat(timespec='milliseconds')}"


def is_json_mode() -> bool:
    """Whether the answer was asked for in JSON."""
    return _in_json.get()


def set_json_mode(wanted: bool) -> bool:
    _in_json.set(wanted)
    return wanted


def print_text(console: Console, text: object, style: str = "") -> None:
    """Prints a text as it is: what a city wrote is never taken for markup."""
    console.print(str(text), style=style, markup=False)


def print_json(document: Any) -> None:
    """Prints one JSON document on the standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def format_local_moment(instant: str, timezone: str) -> str:
    """An instant of ISO 8601 on the city's clock: ``12/03/2026 14:05``; for English, ``2026-03-12 14:05``."""
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone))
    return local.strftime("%Y-%m-%d %H:%M" if get_current_language() == "en" else "%d/%m/%Y %H:%M")


Function = TypeVar("Function", bound=Callable[..., None])
COMMANDS: dict[str, list[tuple[Callable[..., None], dict[str, Any]]]] = {}
"""By the name of a module: the functions of its commands, and what typer is told of each."""


def command(text: str, name: str | None = None, **more: Any) -> Callable[[Function], Function]:
    """Makes a function a command of its module; ``text``: its help."""

    def add_command(function: Function) -> Function:
        COMMANDS.setdefault(function.__module__, []).append((function, {"name": name, "help": text, **more}))
        return function

    return add_command


# --- the dataset named on the command line ------------------------------------------------------------------


class DatasetCommandContext(NamedTuple):
    """What a command on one dataset works with: the dataset, its city, and the workspace."""

    dataset: Dataset
    loaded: LoadedCity
    workspace: Workspace


def load_dataset_command_context(name: str, environment: str | None = None) -> DatasetCommandContext:
    """The context of a command on the dataset ``name``.

    Raises DeclarationError; typer.BadParameter for a dataset that nobody declared.
    """
    from aqueduc.declaration import load_city, load_dataset
    from aqueduc.run import build_workspace_from_environment

    workspace = build_workspace_from_environment()
    path = workspace.include / "datasets" / f"{name}.yaml"
    if Path(name).name != name or not path.is_file():
        raise build_unknown_dataset_error(name, workspace.include)
    loaded = load_city(workspace.include, environment)
    return DatasetCommandContext(load_dataset(path, loaded), loaded, workspace)


def print_refusal_of_real_run(desk: DatasetCommandContext, run: Run) -> AqueducError | None:
    """Before what a dry ``run`` says would be written: for what one that writes would be refused, which is returned."""
    from aqueduc.pipeline import describe_refusal_of_real_run, find_refusal_of_real_run

    refusal = find_refusal_of_real_run(desk.dataset, desk.loaded.city, run, desk.workspace)
    if refusal is not None and not is_json_mode():
        print_text(out, describe_refusal_of_real_run(refusal), style="yellow")
    return refusal


_UNKNOWN = _("aucun jeu « {} » dans {}.")


def open_workspace_and_city() -> tuple[Workspace, LoadedCity]:
    """The workspace and its city, for a command on all datasets. Raises DeclarationError."""
    from aqueduc.declaration import load_city
    from aqueduc.run import build_workspace_from_environment

    workspace = build_workspace_from_environment()
    return workspace, load_city(workspace.include)


def replace_file(path: Path, content: bytes) -> None:
    """Whole or not at all: it is written beside, then put in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    aside.replace(path)


@contextmanager
def convert_os_error_to_bad_parameter(path: Path | str) -> Iterator[None]:
    """Raises typer.BadParameter, which names ``path`` and why, where it cannot be written."""
    try:
        yield
    except OSError as error:
        raise typer.BadParameter(str(format_labelled_text(path, describe_os_error(error)))) from None


def write_text_file(path: Path, text: str) -> None:
    """Raises typer.BadParameter where the file cannot be written."""
    with convert_os_error_to_bad_parameter(path):
        path.write_text(text, encoding="utf-8")


def build_unknown_dataset_error(name: str, include: Path) -> typer.BadParameter:
    close = get_close_matches(name, [path.stem for path in (include / "datasets").glob("*.yaml")], cutoff=0.5)
    meant = _(" Peut-être : {} ?").format(", ".join(close)) if close else ""
    return typer.BadParameter(f"{_UNKNOWN.format(name, f'{include.name}/datasets')}{meant}")


def complete_dataset_name(incomplete: str) -> list[str]:
    """The declared datasets whose name starts so, from the names of files: nothing is loaded."""
    folder = Path(os.environ.get("AQUEDUC_INCLUDE", "include")) / "datasets"
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem.startswith(incomplete))


AsJson = Annotated[
    bool,
    typer.Option(
        "--json",
        help=N_("Répondre en JSON, pour un programme."),
        callback=set_json_mode,
        is_eager=True,
    ),
]
DatasetName = Annotated[
    str,
    typer.Argument(
        metavar=N_("JEU"),
        help=N_("Le jeu de données : le nom de son fichier, sans « .yaml »."),
        autocompletion=complete_dataset_name,
    ),
]


def describe_os_error(error: OSError) -> Message:
    """Why the system does not let a file be read or written."""
    if isinstance(error, PermissionError):
        return _("droits insuffisants")
    if isinstance(error, FileNotFoundError):
        return _("ce dossier n'existe pas")
    return _("erreur du disque")


# --- the window of a run ------------------------------------------------------------------------------------

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]

Start = Annotated[
    datetime | None,
    typer.Option(
        "--start",
        metavar="DATE",
        formats=_FORMATS,
        help=N_(
            "Début de l'intervalle à lire (2026-03-01, ou 2026-03-01T14:00, en UTC), pour un jeu lu par "
            "intervalle."
        ),
    ),
]
End = Annotated[
    datetime | None,
    typer.Option(
        "--end",
        metavar="DATE",
        formats=_FORMATS,
        help=N_("Fin de l'intervalle, exclue."),
    ),
]


def build_window_from_options(
    dataset: Dataset, start: datetime | None, end: datetime | None
) -> Window | None:
    """Raises typer.BadParameter unless the dataset wants what is given."""
    from aqueduc.store import Window

    if not dataset.windowed:
        if start or end:
            raise typer.BadParameter(
                str(_("« {} » se lit en entier : ni --start ni --end.").format(dataset.id))
            )
        return None
    if start is None or end is None:
        raise typer.BadParameter(
            str(
                _(
                    "« {} » se lit par intervalle : donner --start et --end, par exemple --start {} --end {}."
                ).format(dataset.id, *_format_last_month_bounds())
            )
        )
    if end <= start:
        raise typer.BadParameter(str(_("la fin de l'intervalle précède son début.")))
    return Window(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))


def _format_last_month_bounds() -> tuple[str, str]:
    end = datetime.now(UTC).replace(day=1)
    start = end.replace(year=end.year - (end.month == 1), month=12 if end.month == 1 else end.month - 1)
    return f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"


# --- an error as data ---------------------------------------------------------------------------------------


def convert_error_to_json(error: AqueducError) -> dict[str, Any]:
    """``code``, ``message``, ``where``, ``remedy``, ``retryable``, ``findings`` (of a gate, or of a file)."""
    findings = (
        error.findings
        if isinstance(error, GateClosed)
        else error.problems
        if isinstance(error, DeclarationError)
        else ()
    )
    return {
        "code": error.code,
        "message": error.what,
        "where": error.where,
        "remedy": error.remedy,
        "retryable": error.retryable,
        "findings": [finding.to_json() for finding in findings],
    }
