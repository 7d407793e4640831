"""Help in both languages: typer takes one string, in which the two stand side by side until it is shown."""

from __future__ import annotations

from aqueduc.language import Said

_BETWEEN = "\N{INFORMATION SEPARATOR ONE}"


def both(french: str, english: str) -> str:
    """A text for ``help=`` and ``metavar=`` that ``in_language`` takes apart."""
    return f"{french}{_BETWEEN}{english}"


def in_language(text: str | None) -> str:
    """A text that ``both`` made, in the language spoken now; any other as it is."""
    french, between, english = (text or "").partition(_BETWEEN)
    return str(Said(french, english)) if between else french
