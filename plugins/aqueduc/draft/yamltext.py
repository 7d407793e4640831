"""YAML as a person would write it: plain where it can be, quoted where it must."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

WIDTH = 108


def format_yaml_scalar(value: Any) -> str:
    """A value in block context: ``Permis de construire``, ``'no'``, ``5``."""
    text = yaml.safe_dump(value, allow_unicode=True, width=float("inf"), default_flow_style=True)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def format_yaml_flow(value: Any) -> str:
    """A value that may stand inside brackets: ``{generalise: year, as: annee}``, ``[a, b]``."""
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{format_yaml_flow(key)}: {format_yaml_flow(item)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(format_yaml_flow(item) for item in value) + "]"
    return format_yaml_scalar([value])[1:-1]


def quote_yaml_text(text: str) -> str:
    """A text between double quotes, on one line."""
    return yaml.safe_dump(text, allow_unicode=True, width=float("inf"), default_style='"').removesuffix("\n")


def format_yaml_comment(text: str, indent: str = "", mark: str = "#") -> list[str]:
    """Comment lines no longer than the page."""
    start = f"{indent}{mark} "
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=start) or [indent + "#"]
