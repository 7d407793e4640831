"""What can be wrong in a declaration: findings that point into a file, and how they are shown."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from aqueduc.errors import DeclarationError
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _, n_


class TextPosition(NamedTuple):
    """1-based line and column; ``width`` in characters."""

    line: int
    column: int
    width: int


TOP = TextPosition(1, 1, 1)
_WIDEST = 160
_LONGEST = 300
MOST = 100
"""Problems told of one file: beyond, the same mistake is repeated, and to look for more takes minutes."""


@dataclass(frozen=True, kw_only=True)
class DeclarationProblem(Finding):
    """``file`` is the path as shown, ``text`` the line it points at. The remedy is one line.

    ``environment``: the environment in which it is wrong, when it is right without any.
    """

    code: ClassVar[str] = "declaration"

    file: str
    place: TextPosition = TOP
    text: str = ""
    environment: str | None = None

    def render(self) -> str:
        """The message as a compiler would print it: place, line, caret, remedy."""
        line, column, width = self.place
        place = f"{self.file}:{line}:{column}"
        where = (
            str(_(" (environnement « {name} »)").format(name=self.environment)) if self.environment else ""
        )
        head = _replace_control_characters(
            str(_("{place} : {message}").format(place=place, message=self.message() + where))
        )
        remedy = _replace_control_characters(self.format_remedy())
        tail = f"\n      = {remedy}" if remedy else ""
        if not self.text.strip() or self.place == TOP:
            return head + tail
        text, column = _cut_long_line_around_column(self.text, column)
        text = _replace_control_characters(text)
        margin = f"{line:>5} | "
        under = " " * (len(margin) - 2) + "| " + _build_blank_padding(text[: column - 1])
        caret = "^" * _count_terminal_columns(text[column - 1 : column - 1 + width])
        return f"{head}\n{margin}{text}\n{under}{caret or '^'}{tail}"

    def template_values(self) -> dict[str, Any]:
        """What a file says is quoted, not copied: a word of it is cut when it is endless."""
        return {name: _shorten_word(word) for name, word in super().template_values().items()}

    def to_json(self) -> dict[str, Any]:
        """As every finding, with the place: ``line`` and ``character`` are 1-based."""
        place = {"file": self.file, "line": self.place.line, "character": self.place.column}
        found = super().to_json()
        del found["texts"]  # what a check answers is read at once, in the language it was asked in
        return {**found, **place, "environment": self.environment}


def _shorten_word(word: Any) -> Any:
    return f"{word[:_LONGEST]}…" if type(word) is str and len(word) > _LONGEST else word


def _replace_control_characters(text: str) -> str:
    """Without what a terminal would obey: a declaration must not write outside its own line."""
    return "".join(char if _is_safe_character(char) else "\N{REPLACEMENT CHARACTER}" for char in text)


def _is_safe_character(char: str) -> bool:
    return char.isprintable() or char == "\t" or unicodedata.category(char) == "Zs"


def _cut_long_line_around_column(text: str, column: int) -> tuple[str, int]:
    """A line that is too long for a screen, cut around the column it is shown for."""
    if len(text) <= _WIDEST:
        return text, column
    start = max(0, min(column - 1 - _WIDEST // 2, len(text) - _WIDEST))
    return text[start : start + _WIDEST], column - start


def _count_terminal_columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes: an accent written apart takes none."""
    return sum(not unicodedata.combining(char) for char in text)


def _build_blank_padding(text: str) -> str:
    return "".join("\t" if char == "\t" else " " for char in text if not unicodedata.combining(char))


def render_problems(problems: Sequence[DeclarationProblem]) -> str:
    """All the problems, file by file, in the order of the lines of each."""
    return "\n\n".join(
        _render_file_problems(file, [problem for problem in problems if problem.file == file])
        for file in dict.fromkeys(problem.file for problem in problems)
    )


def build_declaration_error(problems: Sequence[DeclarationProblem], where: Sentence) -> DeclarationError:
    """``problems`` as the error of the file ``where``, which shows them all."""
    return DeclarationError(problems, where=where, text=render_problems(problems))


def _render_file_problems(file: str, problems: Sequence[DeclarationProblem]) -> str:
    ordered = sorted(problems, key=lambda problem: problem.place)
    head = str(
        _("{count} dans {file}").format(
            count=n_("{count} erreur", "{count} erreurs", len(ordered)), file=file
        )
    )
    blocks = [head, *(problem.render() for problem in ordered)]
    return "\n\n".join([*blocks, str(_AND_MORE)] if len(ordered) >= MOST else blocks)


_AND_MORE = _("La lecture s'arrête à {most} erreurs : corriger celles-ci, puis vérifier de nouveau.").format(
    most=MOST
)
