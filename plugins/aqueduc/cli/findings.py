"""What the stages found, on a screen: one line each, its remedy below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from aqueduc.cli.progress import STAGES
from aqueduc.language import language


def show_findings(console: Console, reports: Mapping[str, Mapping[str, Any]]) -> None:
    """``reports`` by name of stage, as the stages wrote them."""
    colon = " : " if language() == "fr" else ": "
    for stage, report in reports.items():
        for finding in report.get("findings", ()):
            head = (("• ", "yellow"), (f"{STAGES[stage]}{colon}", "bold"))
            console.print(Text.assemble(*head, finding["message"], (f"  [{finding['code']}]", "dim")))
            if finding["remedy"]:
                console.print(Text(f"    {finding['remedy']}", "dim"))
