"""A command whose help is in two languages."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

from aqueduc.cli import manual
from aqueduc.cli.bilingual import in_language


class BilingualCommand(TyperCommand):
    """A command whose help is in two languages."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(manual.page(self, ctx))

    def get_short_help_str(self, limit: int = 60) -> str:
        return in_language(self.help).split(".")[0][: limit * 2]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        return in_one_language(super().shell_complete(ctx, incomplete))


def in_one_language(items: list[Any]) -> list[Any]:
    for item in items:
        item.help = in_language(item.help)
    return items
