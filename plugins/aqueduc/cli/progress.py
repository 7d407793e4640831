"""What the stages of a run show while they work: a spinner each on a terminal, a line each elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from aqueduc.cli.common import say
from aqueduc.findings import plural
from aqueduc.language import Said, language

if TYPE_CHECKING:
    from aqueduc.pipeline import Watch

STAGES = {
    "extract": Said("Extraire", "Extract"),
    "anonymise": Said("Anonymiser", "Anonymise"),
    "validate": Said("Valider", "Validate"),
    "publish": Said("Publier", "Publish"),
    "certify": Said("Certifier", "Certify"),
}
_FIGURES = {
    "rows": Said("ligne{s} lue{s}", "row{s} read"),
    "rows_in": Said("reçue{s}", "received"),
    "rows_out": Said("gardée{s}", "kept"),
    "rejected": Said("rejetée{s}", "rejected"),
    "suppressed": Said("retirée{s}", "withheld"),
    "smallest_class": Said("plus petit groupe", "smallest group"),
    "nothing_new": Said("rien à écrire", "nothing to write"),
    "record_url": Said("", ""),
}
_QUIET_AT_ZERO = frozenset({"rejected", "suppressed", "nothing_new"})


def figures(stage: str, report: dict[str, Any]) -> str:
    """The counts of a report, in words."""
    said = [_figure(stage, key, report[key]) for key in _FIGURES if report.get(key) is not None]
    return ", ".join(text for text in said if text)


def _figure(stage: str, key: str, value: Any) -> str:
    if not value and key in _QUIET_AT_ZERO:
        return ""
    if key == "record_url" and stage != "publish":
        return ""
    if key == "rows" and stage != "extract":
        return ""
    label = str(_FIGURES[key].format(s="s" if _is_many(value) else ""))
    if isinstance(value, bool) or not isinstance(value, int):
        return label or str(value)
    number = f"{value:,}" if language() == "en" else plural(value, "", "").strip()
    return f"{label} : {number}" if key == "smallest_class" else f"{number} {label}"


def _is_many(value: Any) -> bool:
    """Whether so many take a plural: 0 does in English, and not in French."""
    return value != 1 and (value != 0 or language() == "en")


@contextmanager
def watching(console: Console, stages: Sequence[str], *, quiet: bool) -> Iterator[Watch]:
    """Gives what ``run_pipeline`` calls as each stage ends. ``quiet``: shows nothing."""
    if quiet:
        yield lambda _stage, _report: None
    elif console.is_terminal:
        with _spinners(console, stages) as watch:
            yield watch
    else:
        yield lambda stage, report: say(console, _line(stage, report))


def _line(stage: str, report: Any) -> str:
    return f"✓ {STAGES[stage]} : {figures(stage, report.to_json())}".rstrip(" :")


@contextmanager
def _spinners(console: Console, stages: Sequence[str]) -> Iterator[Watch]:
    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.fields[name]:<11}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    with Progress(*columns, console=console, transient=False) as progress:
        tasks = {
            stage: progress.add_task(
                "", total=1, start=False, visible=False, name=str(STAGES[stage]), said=""
            )
            for stage in stages
        }

        def begin(stage: str | None) -> None:
            if stage is not None:
                progress.start_task(tasks[stage])
                progress.update(tasks[stage], visible=True)

        def watch(stage: str, report: Any) -> None:
            progress.update(tasks[stage], completed=1, said=figures(stage, report.to_json()))
            after = stages[stages.index(stage) + 1 :]
            begin(after[0] if after else None)

        begin(stages[0])
        yield watch
