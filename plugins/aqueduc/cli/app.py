"""The commands, put together; and the boundary where an error becomes a message and an exit code."""

import atexit
import gc
import os
import signal
import sys
from contextlib import ExitStack
from difflib import get_close_matches
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.models import CommandInfo

from aqueduc import __version__
from aqueduc.cities import CHOICE
from aqueduc.cli import (
    adopt,
    agree,
    alerts,
    backup,
    build_lexicon,
    check,
    claim,
    convention,
    correct,
    diff,
    doctor,
    evidence,
    explain,
    fetch_schema,
    history,
    init,
    key,
    ledger,
    listing,
    manual,
    new,
    objection,
    preview,
    reconcile,
    register,
    rejected,
    report,
    restore,
    run,
    schema,
    show,
    sweep,
    upgrade,
    verify,
    withdraw,
)
from aqueduc.cli.common import (
    COMMANDS,
    LATER,
    MISSPELT,
    WRONG,
    convert_error_to_json,
    err,
    is_json_mode,
    out,
    print_json,
    print_text,
    set_json_mode,
)
from aqueduc.cli.manual import TranslatedCommand, translate_completion_help
from aqueduc.errors import AqueducError, convert_to_aqueduc_error
from aqueduc.language import N_, _, use_language
from aqueduc.scratch import is_in_uninterruptible_section

MODULES = (
    *(
        init,
        new,
        adopt,
        check,
        preview,
        explain,
        agree,
        diff,
        run,
        restore,
        withdraw,
        objection,
        rejected,
        correct,
    ),
    *(
        doctor,
        report,
        sweep,
        alerts,
        listing,
        show,
        verify,
        history,
        reconcile,
        fetch_schema,
        build_lexicon,
        key,
        ledger,
    ),
    *(schema, upgrade, convention, claim, evidence, register, backup),
)
"""In the order of the help. Each defines its ``command``, and imports at its top nothing that takes time."""

GARBAGE = 200_000
"""Objects made between two searches for garbage, rather than 2,000: what is imported and kept was looked through each
time, for a tenth of the time of a small dataset's run."""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NoSuchCommand(typer.BadParameter):
    def __init__(self, name: str, possibilities: list[str], ctx: typer.Context) -> None:
        super().__init__(name, ctx)
        self.name, self.possibilities = name, possibilities


class AqueducCommandGroup(TyperGroup):
    """The boundary: no error is ever a traceback, which would show cells."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(manual.render_help(self, ctx))

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        return translate_completion_help(super().shell_complete(ctx, incomplete))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is None and not ctx.resilient_parsing and not cmd_name.startswith("-"):
            raise NoSuchCommand(cmd_name, get_close_matches(cmd_name, self.commands, cutoff=0.5), ctx)
        return found

    def main(self, *args: Any, **options: Any) -> NoReturn:
        set_json_mode(False)
        with ExitStack() as stack:
            try:
                code = super().main(*args, **{**options, "standalone_mode": False, "obj": stack})
            except AqueducError as error:
                code = _print_error_and_get_exit_code(error)
            except manual.COMMAND_LINE_ERROR as error:
                code = _print_usage_error_and_get_exit_code(error)
            except typer.Abort:
                code = 130
            except Exception as error:  # noqa: BLE001 - the boundary
                code = _print_error_and_get_exit_code(convert_to_aqueduc_error(error))
        # What the interruption did to a library on the way is no error of its own.
        sys.exit(128 + _stopped_by[0] if _stopped_by else code if isinstance(code, int) else 0)


def _print_error_and_get_exit_code(error: Any) -> int:
    if _stopped_by:
        return WRONG
    if is_json_mode():
        print_json({"error": convert_error_to_json(error)})
    else:
        print_text(err, str(error), style="red")
    return LATER if error.retryable else WRONG


def _print_usage_error_and_get_exit_code(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.message)
    else:
        print_text(err, manual.describe_usage_error(error), style="red")
    return MISSPELT


app = typer.Typer(
    cls=AqueducCommandGroup,
    help=N_("Aqueduc publie les données ouvertes de la Ville, et le prouve."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


def _set_language(context: typer.Context, lang: str | None) -> str | None:
    """Until the boundary, so that an error is told in the same language."""
    if lang not in (None, "fr", "en"):
        raise typer.BadParameter(str(_("fr ou en, rien d'autre")))
    if lang is not None and isinstance(context.obj, ExitStack):
        context.obj.enter_context(use_language("en" if lang == "en" else "fr"))
    return lang


def _set_city_environment_variable(context: typer.Context, city: str | None) -> str | None:
    """For the command, and what it starts."""
    if city is not None and isinstance(context.obj, ExitStack):
        former = os.environ.get(CHOICE)
        os.environ[CHOICE] = city
        context.obj.callback(_restore_city_environment_variable, former)
    return city


def _restore_city_environment_variable(former: str | None) -> None:
    if former is None:
        os.environ.pop(CHOICE, None)
    else:
        os.environ[CHOICE] = former


def _print_version(wanted: bool) -> None:
    if wanted:
        print_text(out, __version__)
        raise typer.Exit


@app.callback()
def _aqueduc(
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="fr|en",
            help=N_("La langue des réponses (sinon celle d'AQUEDUC_LANGUAGE, sinon le français)."),
            is_eager=True,
            callback=_set_language,
        ),
    ] = None,
    city: Annotated[
        str | None,
        typer.Option(
            "--city",
            metavar="CODE",
            help=N_("La ville, là où plusieurs sont déployées (sinon celle d'AQUEDUC_CITY)."),
            callback=_set_city_environment_variable,
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help=N_("Donner la version d'Aqueduc."), is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """The options of all commands."""


for _module in MODULES:
    for _function, _told in COMMANDS[_module.__name__]:
        app.command(**{"cls": TranslatedCommand, **_told})(_function)


def main() -> None:
    """Entry point. What is asked to stop shreds what it extracted, whoever asks, however often."""
    gc.set_threshold(GARBAGE)
    # The interpreter looks for garbage among all that was ever imported before it ends, for nobody: a fifth of the CPU
    # of a run that finds nothing new. Python 3.14 aborts where DuckDB is among what it did not look through.
    if sys.version_info < (3, 14):
        atexit.register(gc.freeze)
    for number in (*STOPS, signal.SIGALRM):
        signal.signal(number, _handle_stop_signal)
    known = app.registered_commands
    app.registered_commands = _select_command_of_first_word(sys.argv[1:2]) or known
    try:
        app(prog_name="aqueduc")
    finally:
        app.registered_commands = known
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)


def _select_command_of_first_word(first: list[str]) -> list[CommandInfo]:
    """The one that the ``first`` word of the line names, none for an option or a misspelt one: typer makes its command
    of the signature of each function that it is told of, and for all of them that takes as long as most commands."""
    return [
        one for one in app.registered_commands if [one.name or getattr(one.callback, "__name__", "")] == first
    ]


def _handle_stop_signal(number: int, _frame: FrameType | None) -> None:
    """Ends the command; again each second, since a library that is interrupted may make an error of it, and
    the code go on. Never in the middle of a shredding, which nobody's impatience must cut short."""
    if number in STOPS and not _stopped_by:
        _stopped_by.append(number)
        signal.setitimer(signal.ITIMER_REAL, 1, 1)
    if not is_in_uninterruptible_section():
        raise SystemExit(128 + _stopped_by[0])


_stopped_by: list[int] = []
