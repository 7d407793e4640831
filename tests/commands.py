"""The command line, built once in a process that calls it many times: its thirty commands are read from their functions
and their annotations at each call, which takes 40 ms of CPU, as long as most of what is then done."""

from __future__ import annotations

from functools import cache

import typer.testing


def build_commands_once() -> None:
    """From now on CliRunner gives each call the same commands; its words, environment and streams are its own."""
    if not hasattr(typer.testing._get_command, "cache_info"):
        typer.testing._get_command = cache(typer.testing._get_command)
