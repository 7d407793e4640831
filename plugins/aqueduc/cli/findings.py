"""What the stages found, on a screen: one line each, its remedy below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from aqueduc.cli.progress import STAGES
from aqueduc.language import label
from aqueduc.reports import ReportedFinding


def show_findings(console: Console, found: Mapping[str, Sequence[ReportedFinding]]) -> None:
    """``found`` by name of stage."""
    for stage, findings in found.items():
        for finding in findings:
            head = (("• ", "yellow"), (str(label(STAGES[stage], "")), "bold"))
            console.print(Text.assemble(*head, finding.message, (f"  [{finding.code}]", "dim")))
            if finding.remedy:
                console.print(Text(f"    {finding.remedy}", "dim"))
