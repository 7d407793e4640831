"""A command whose help is in the language spoken."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

from aqueduc.cli import manual
from aqueduc.language import translate


class TranslatedCommand(TyperCommand):
    """A command whose help is in the language spoken."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(manual.help_page(self, ctx))

    def get_short_help_str(self, limit: int = 60) -> str:
        return translate(self.help).split(".")[0][: limit * 2]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        return translate_help(super().shell_complete(ctx, incomplete))


def translate_help(items: list[Any]) -> list[Any]:
    for item in items:
        item.help = translate(item.help)
    return items
