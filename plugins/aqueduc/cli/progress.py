"""What the stages of a run show while they work: a spinner each on a terminal, a line each elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from aqueduc.cli.common import print_text
from aqueduc.language import LocalisedNumber, Message, _, format_label, n_
from aqueduc.reports import ReportedFinding

if TYPE_CHECKING:
    from aqueduc.pipeline import Watch

STAGES = {
    "extract": _("Extraire"),
    "anonymise": _("Anonymiser"),
    "validate": _("Valider"),
    "publish": _("Publier"),
    "certify": _("Certifier"),
}
RESTORATION = ("restore", "publish", "certify")
_NAMES = {**STAGES, "restore": _("Juger")}
_FIGURES: Mapping[str, Callable[[int], Message]] = {
    "rows": lambda count: n_("{count} ligne lue", "{count} lignes lues", count),
    "rows_in": lambda count: n_("{count} reçue", "{count} reçues", count),
    "rows_out": lambda count: n_("{count} gardée", "{count} gardées", count),
    "rejected": lambda count: n_("{count} rejetée", "{count} rejetées", count),
    "suppressed": lambda count: n_("{count} retirée", "{count} retirées", count),
    "smallest_class": lambda count: _("plus petit groupe : {}").format(LocalisedNumber(count)),
    "nothing_new": lambda _told: _("rien à écrire"),
}
_QUIET_AT_ZERO = frozenset({"rejected", "suppressed", "nothing_new"})


def format_report_counts(stage: str, report: Any) -> str:
    """The counts of a report, in words."""
    said: list[object] = [
        describe(getattr(report, key))
        for key, describe in _FIGURES.items()
        if _is_visible_count(stage, key, getattr(report, key, None))
    ]
    if stage == "publish" and report.record_url:
        said.append(report.record_url)
    return ", ".join(map(str, said))


def _is_visible_count(stage: str, key: str, value: int | None) -> bool:
    """Whether this figure of a report is shown."""
    if value is None or (key == "rows" and stage != "extract"):
        return False
    return bool(value) or key not in _QUIET_AT_ZERO


@contextmanager
def open_progress_watch(console: Console, stages: Sequence[str], *, quiet: bool) -> Iterator[Watch]:
    """Gives what ``run_pipeline`` calls as each stage ends. ``quiet``: shows nothing."""
    if quiet:
        yield lambda _stage, _report: None
    elif console.is_terminal:
        with _open_spinner_watch(console, stages) as watch:
            yield watch
    else:
        yield lambda stage, report: print_text(console, _format_stage_line(stage, report))


def _format_stage_line(stage: str, report: Any) -> str:
    done = format_report_counts(stage, report)
    return f"✓ {format_label(_NAMES[stage], done) if done else _NAMES[stage]}"


LONG_SECONDS = 10.0
"""A stage that takes longer says how fast it went."""


def _format_rate(report: Any, seconds: float) -> str:
    """How many rows a second, of a stage that read some for long."""
    rows = getattr(report, "rows_in", None) or getattr(report, "rows", None)
    if not rows or seconds < LONG_SECONDS:
        return ""
    return str(_(", {rate} lignes par seconde").format(rate=LocalisedNumber(round(rows / seconds))))


@contextmanager
def _open_spinner_watch(console: Console, stages: Sequence[str]) -> Iterator[Watch]:
    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.fields[name]:<11}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    with Progress(*columns, console=console, transient=False) as progress:
        tasks = {
            stage: progress.add_task(
                "", total=1, start=False, visible=False, name=str(_NAMES[stage]), said=""
            )
            for stage in stages
        }

        def begin(stage: str | None) -> None:
            if stage is not None:
                progress.start_task(tasks[stage])
                progress.update(tasks[stage], visible=True)

        def watch(stage: str, report: Any) -> None:
            task = progress.tasks[stages.index(stage)]
            said = format_report_counts(stage, report) + _format_rate(report, task.elapsed or 0.0)
            progress.update(tasks[stage], completed=1, said=said)
            after = stages[stages.index(stage) + 1 :]
            begin(after[0] if after else None)

        begin(stages[0])
        yield watch


# --- what they found ----------------------------------------------------------------------------------------


def print_findings(console: Console, found: Mapping[str, Sequence[ReportedFinding]]) -> None:
    """``found`` by name of stage."""
    for stage, findings in found.items():
        for finding in findings:
            head = (("• ", "yellow"), (str(format_label(STAGES[stage], "")), "bold"))
            console.print(Text.assemble(*head, finding.message, (f"  [{finding.code}]", "dim")))
            if finding.remedy:
                console.print(Text(f"    {finding.remedy}", "dim"))
