"""The help of a command and the message of a misspelt one, in the language spoken now.

typer has one language at a time, fixed at import; what is shown here is drawn from what it knows of its
commands and parameters.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperCommand

from aqueduc.cli import manual
from aqueduc.language import Message, _, join_messages, translate

WIDTH = 100

USAGE = _("Utilisation : ")
ARGUMENTS, OPTIONS, COMMANDS = (
    _("Arguments"),
    _("Options"),
    _("Commandes"),
)
CODES = (
    ("0", _("tout va bien")),
    (
        "1",
        _("une déclaration est fautive, une porte s'est fermée, ou la plateforme refuse"),
    ),
    ("2", _("la commande est mal écrite")),
    (
        "3",
        _("quelque chose ne répond pas, et répondra peut-être plus tard"),
    ),
)
_OF_TYPER = {
    "--help": _("Montrer cette aide."),
    "--install-completion": _(
        "Installer la complétion (touche Tab) pour l'interpréteur de commandes courant."
    ),
    "--show-completion": _("Montrer le script de complétion, pour l'installer soi-même."),
}


def render_help(command: Any, context: typer.Context) -> str:
    """The help of ``command``, as text (with colours where the terminal has them)."""
    console = Console(highlight=False)
    width = min(console.width, WIDTH)
    with console.capture() as capture:
        for line in _format_help_lines(command, context, width):
            console.print(line, soft_wrap=True)
    return capture.get().rstrip()


def _format_help_lines(command: Any, context: typer.Context, width: int) -> Iterator[Text]:
    yield Text.assemble((str(USAGE), "bold"), format_usage_line(context))
    for paragraph in translate(command.help).split("\n\n"):
        yield Text("\n" + "\n".join(_wrap_lines(paragraph, width)))
    params = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    for title, kind in ((ARGUMENTS, "argument"), (OPTIONS, "option")):
        yield from _format_help_section(
            title, [_build_parameter_help_row(p, kind) for p in params if p.param_type_name == kind], width
        )
    names = command.list_commands(context) if hasattr(command, "list_commands") else []
    rows = [
        (name, translate(command.get_command(context, name).help).split("\n\n", 1)[0].strip())
        for name in names
    ]
    yield from _format_help_section(COMMANDS, rows, width)
    yield from _format_help_section(_("Codes de sortie"), [(code, str(text)) for code, text in CODES], width)


def _format_help_section(title: Message, rows: Sequence[tuple[str, str]], width: int) -> Iterator[Text]:
    if not rows:
        return
    yield Text(f"\n{title}", "bold")
    margin = max(len(name) for name, _ in rows) + 4
    for name, text in rows:
        first, *others = _wrap_lines(text, width - margin) or [""]
        yield Text.assemble("  ", (f"{name:<{margin - 2}}", "cyan"), first)
        for line in others:
            yield Text(" " * margin + line)


def _wrap_lines(text: str, width: int) -> list[str]:
    """Lines of at most ``width``. French signs stay with their word: rich would fold at a no-break space."""
    tied = _TIED.sub(lambda sign: sign[0].replace(" ", "\N{NO-BREAK SPACE}"), " ".join(text.split()))
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in textwrap.wrap(tied, max(width, 20))]


_TIED = re.compile(r"« | [»:;?!](?= |$)")


def _build_parameter_help_row(param: Any, kind: str) -> tuple[str, str]:
    if param.opts[0] in _OF_TYPER:
        return param.opts[0], str(_OF_TYPER[param.opts[0]])
    if kind == "argument":
        name = translate(param.metavar) or param.name.upper()
        more = [str(_("obligatoire"))] if param.required else []
    else:
        name = ", ".join([*param.opts, *param.secondary_opts])
        name += (
            "" if getattr(param, "is_flag", False) or not param.metavar else f" {translate(param.metavar)}"
        )
        shown = param.default not in (None, False, True, (), []) and not callable(param.default)
        more = [str(_("par défaut : {}").format(param.default))] if shown else []
    text = translate(param.help)
    return name, f"{text} [{', '.join(more)}]" if more else text


def format_usage_line(context: typer.Context) -> str:
    """``aqueduc run [OPTIONS] JEU``."""
    command: Any = context.command
    words = [context.command_path, f"[{str(OPTIONS).upper()}]"]
    for param in command.get_params(context):
        if param.param_type_name == "argument":
            name = translate(param.metavar) or param.name.upper()
            words.append((name if param.required else f"[{name}]") + ("…" if param.nargs != 1 else ""))
    if hasattr(command, "list_commands"):
        words.append(str(_("COMMANDE")) + " …")
    return " ".join(words)


# --- misspelt -----------------------------------------------------------------------------------------------

_MEANT = _(" Peut-être : {} ?")
_SEE = _("Voir : {} --help")
COMMAND_LINE_ERROR: type[Exception] = typer.BadParameter.__mro__[2]
"""What all that is wrong with a command line derives from: click's own before typer 0.26, and until 0.27.3 without a
public name."""


def describe_usage_error(error: Exception) -> str:
    """What is wrong with a command line, and where its help is."""
    context = getattr(error, "ctx", None)
    text = str(_describe_command_line_error(error))
    return f"{text}\n{_SEE.format(context.command_path)}" if context else text


def _describe_command_line_error(error: Any) -> Message:
    hint = _get_parameter_hint(error)
    match type(error).__name__:
        case "NoSuchOption":
            found = _("L'option {} n'existe pas.").format(error.option_name)
            if error.option_name == "--lang":
                return join_messages(
                    (found, _(" Elle se place avant la commande : aqueduc {} en …").format("--lang")), ""
                )
            return (
                join_messages((found, _MEANT.format(", ".join(error.possibilities))), "")
                if error.possibilities
                else found
            )
        case "MissingParameter":
            return _("Il manque {}.").format(hint)
        case "BadParameter":
            return _("{} : {}").format(hint, error.message) if hint else Message(error.message)
        case "NoSuchCommand":
            found = _("La commande « {} » n'existe pas.").format(error.name)
            near = error.possibilities[:1]  # the nearest comes first
            return join_messages((found, _MEANT.format(", ".join(near))), "") if near else found
        case _:
            return _("Commande mal écrite : {}").format(error.format_message())


def _get_parameter_hint(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return ""
    return translate(param.metavar) if param.param_type_name == "argument" else param.opts[0]


# --- commands whose help is in the language spoken ----------------------------------------------------------


class TranslatedCommand(TyperCommand):
    """A command whose help is in the language spoken."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(manual.render_help(self, ctx))

    def get_short_help_str(self, limit: int = 60) -> str:
        return translate(self.help).split(".")[0][: limit * 2]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        return translate_completion_help(super().shell_complete(ctx, incomplete))


def translate_completion_help(items: list[Any]) -> list[Any]:
    for item in items:
        item.help = translate(item.help)
    return items
