"""The help of a command and the message of a misspelt one, in the language spoken now.

typer has one language at a time, fixed at import; what is shown here is drawn from what it knows of its
commands and parameters.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from aqueduc.cli.bilingual import in_language
from aqueduc.language import Said

WIDTH = 100

USAGE = Said("Utilisation", "Usage")
ARGUMENTS, OPTIONS, COMMANDS = (
    Said("Arguments", "Arguments"),
    Said("Options", "Options"),
    Said("Commandes", "Commands"),
)
EXIT_CODES = Said("Codes de sortie", "Exit codes")
CODES = (
    ("0", Said("tout va bien", "all is well")),
    (
        "1",
        Said(
            "une déclaration est fautive, une porte s'est fermée, ou la plateforme refuse",
            "a declaration is wrong, a gate has closed, or the platform refuses",
        ),
    ),
    ("2", Said("la commande est mal écrite", "the command is misspelt")),
    (
        "3",
        Said(
            "quelque chose ne répond pas, et répondra peut-être plus tard",
            "something does not answer, and may answer later",
        ),
    ),
)
_OF_TYPER = {
    "help": Said("Montrer cette aide.", "Show this help."),
    "install_completion": Said(
        "Installer la complétion (touche Tab) pour l'interpréteur de commandes courant.",
        "Install completion (Tab key) for the current shell.",
    ),
    "show_completion": Said(
        "Montrer le script de complétion, pour l'installer soi-même.",
        "Show the completion script, to install it by hand.",
    ),
}
_DEFAULT = Said("par défaut : {}", "default: {}")
_REQUIRED = Said("obligatoire", "required")


def page(command: Any, context: typer.Context) -> str:
    """The help of ``command``, as text (with colours where the terminal has them)."""
    console = Console(highlight=False)
    width = min(console.width, WIDTH)
    with console.capture() as capture:
        for line in _page(command, context, width):
            console.print(line, soft_wrap=True)
    return capture.get().rstrip()


def _page(command: Any, context: typer.Context, width: int) -> Iterator[Text]:
    yield Text.assemble((f"{USAGE}{_colon()}", "bold"), usage(context))
    for paragraph in in_language(command.help).split("\n\n"):
        yield Text("\n" + "\n".join(_wrap_lines(paragraph, width)))
    params = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    for title, kind in ((ARGUMENTS, "argument"), (OPTIONS, "option")):
        yield from _section(
            title, [_describe_option(p, kind) for p in params if p.param_type_name == kind], width
        )
    names = command.list_commands(context) if hasattr(command, "list_commands") else []
    rows = [(name, _first_sentence(in_language(command.get_command(context, name).help))) for name in names]
    yield from _section(COMMANDS, rows, width)
    yield from _section(EXIT_CODES, [(code, str(text)) for code, text in CODES], width)


def _section(title: Said, rows: Sequence[tuple[str, str]], width: int) -> Iterator[Text]:
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


def _colon() -> str:
    return str(Said(" : ", ": "))


def _describe_option(param: Any, kind: str) -> tuple[str, str]:
    if kind == "argument":
        name = in_language(param.metavar) or param.name.upper()
        more = [str(_REQUIRED)] if param.required else []
    else:
        name = ", ".join([*param.opts, *param.secondary_opts])
        name += "" if _is_flag(param) or not param.metavar else f" {in_language(param.metavar)}"
        shown = param.default not in (None, False, True, (), []) and not callable(param.default)
        more = [str(_DEFAULT.format(param.default))] if shown else []
    text = str(_OF_TYPER[param.name]) if param.name in _OF_TYPER else in_language(param.help)
    return name, f"{text} [{', '.join(more)}]" if more else text


def _is_flag(param: Any) -> bool:
    return bool(getattr(param, "is_flag", False)) or param.name in _OF_TYPER


def usage(context: typer.Context) -> str:
    """``aqueduc run [OPTIONS] JEU``."""
    command: Any = context.command
    words = [context.command_path, f"[{OPTIONS.fr.upper()}]"]
    for param in command.get_params(context):
        if param.param_type_name == "argument":
            name = in_language(param.metavar) or param.name.upper()
            words.append((name if param.required else f"[{name}]") + ("…" if param.nargs != 1 else ""))
    if hasattr(command, "list_commands"):
        words.append(str(Said("COMMANDE", "COMMAND")) + " …")
    return " ".join(words)


def _first_sentence(text: str) -> str:
    return text.split("\n\n", 1)[0].strip()


# --- misspelt -----------------------------------------------------------------------------------------------

_NO_COMMAND = Said("La commande « {} » n'existe pas.", "There is no command “{}”.")
_NO_OPTION = Said("L'option {} n'existe pas.", "There is no option {}.")
_MISSING = Said("Il manque {}.", "{} is missing.")
_BAD = Said("{} : {}", "{}: {}")
_BARE = Said("Commande mal écrite : {}", "Misspelt command: {}")
_MEANT = Said(" Peut-être : {} ?", " Perhaps: {}?")
_LANG_FIRST = Said(
    " Elle se place avant la commande : aqueduc {} en …", " It comes before the command: aqueduc {} en …"
)
_SEE = Said("Voir : {} --help", "See: {} --help")


def misspelt(error: typer.TyperException) -> str:
    """What is wrong with a command line, and where its help is."""
    context = getattr(error, "ctx", None)
    text = str(_said_of(error))
    return f"{text}\n{_SEE.format(context.command_path)}" if context else text


def _said_of(error: Any) -> Said:
    hint = _hint(error)
    match type(error).__name__:
        case "NoSuchOption":
            found = _NO_OPTION.format(error.option_name)
            if error.option_name == "--lang":
                return _join_texts(found, _LANG_FIRST.format("--lang"))
            return (
                _join_texts(found, _MEANT.format(", ".join(error.possibilities)))
                if error.possibilities
                else found
            )
        case "MissingParameter":
            return _MISSING.format(hint)
        case "BadParameter":
            return _BAD.format(hint, error.message) if hint else Said(error.message, error.message)
        case "NoSuchCommand":
            found = _NO_COMMAND.format(error.name)
            near = error.possibilities[:1]  # the nearest comes first
            return _join_texts(found, _MEANT.format(", ".join(near))) if near else found
        case _:
            return _BARE.format(error.format_message())


def _hint(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return ""
    return in_language(param.metavar) if param.param_type_name == "argument" else param.opts[0]


def _join_texts(*texts: Said) -> Said:
    return Said("".join(text.fr for text in texts), "".join(text.en for text in texts))
