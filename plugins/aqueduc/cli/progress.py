"""What the stages of a run show: a line each as they end and, on a terminal, how far a long one is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from aqueduc.language import (
    LocalisedNumber,
    Message,
    _,
    format_labelled_text,
    get_current_language,
    n_,
    use_language,
)
from aqueduc.reports import ReportedFinding

if TYPE_CHECKING:
    from aqueduc.run import RowObserver

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
        describe(_get_report_count(stage, key, report))
        for key, describe in _FIGURES.items()
        if _is_visible_count(stage, key, getattr(report, key, None))
    ]
    if stage == "publish" and report.record_url:
        said.append(report.record_url)
    return ", ".join(map(str, said))


def _get_report_count(stage: str, key: str, report: Any) -> int:
    """Lines that could not be cut into cells were read, too."""
    unread = report.rejected if (stage, key) == ("extract", "rows") else 0
    return int(getattr(report, key)) + unread


def _is_visible_count(stage: str, key: str, value: int | None) -> bool:
    """Whether this figure of a report is shown."""
    if value is None or (key == "rows" and stage != "extract"):
        return False
    return bool(value) or key not in _QUIET_AT_ZERO


LONG_SECONDS = 10.0
"""A run that takes longer shows how far it is, and a stage how fast it went."""
_MOVING: Mapping[str, Callable[[int], Message]] = {
    "extract": lambda count: n_("{count} ligne lue", "{count} lignes lues", count),
    "publish": lambda count: n_("{count} ligne envoyée", "{count} lignes envoyées", count),
}
"""The stages that tell their rows as they go through, and what these are."""


@contextmanager
def open_run_progress(
    console: Console, stages: Sequence[str], *, quiet: bool, after: float = LONG_SECONDS
) -> Iterator[RunProgress]:
    """Writes on ``console``, unless ``quiet``, a line as each of ``stages`` ends; and on the standard error, if
    it is a terminal and the run takes more than ``after`` seconds, what the stage at work has done so far."""
    progress = RunProgress(console, stages, quiet=quiet)
    timer = threading.Timer(after, progress.start_display)
    timer.daemon = True
    if progress.row_observer is not None:
        timer.start()
    try:
        yield progress
    finally:
        timer.cancel()
        progress.end_display()


class RunProgress:
    """What is known of a run while it goes on: the stage at work, since when, and the rows it has told."""

    def __init__(self, console: Console, stages: Sequence[str], *, quiet: bool) -> None:
        self._console, self._stages, self._quiet = console, tuple(stages), quiet
        self._stage, self._began, self._rows = self._stages[0], time.monotonic(), 0
        # The threads that write do not have the language of this one.
        self._language, self._lock, self._spinner = get_current_language(), threading.RLock(), Spinner("dots")
        self._live = Live(
            console=Console(stderr=True, highlight=False),
            get_renderable=self._render,
            transient=True,
            redirect_stdout=False,
        )
        self._shown = self._ended = False

    @property
    def row_observer(self) -> RowObserver | None:
        """For ``Workspace.observe_rows``: counting costs a little, and is for a terminal."""
        return self._add_row_count if self._live.console.file.isatty() else None

    def _add_row_count(self, count: int) -> None:
        with self._lock:
            self._rows += count

    def end_stage(self, stage: str, report: Any) -> None:
        """For ``run_pipeline``: called as each stage ends."""
        with self._lock:
            self._live.stop()
            if not self._quiet:
                seconds = time.monotonic() - self._began if self._console.is_terminal else 0.0
                self._console.print(_format_stage_line(stage, report, seconds))
            after = self._stages[self._stages.index(stage) + 1 :]
            self._stage, self._began, self._rows = (after or (stage,))[0], time.monotonic(), 0
            if self._shown and after:
                self._live.start(refresh=True)

    def start_display(self) -> None:
        """From now on."""
        with self._lock:
            if not self._ended:
                self._shown = True
                self._live.start(refresh=True)

    def end_display(self) -> None:
        """For good."""
        with self._lock:
            self._ended = True
            self._live.stop()

    def _render(self) -> RenderableType:
        seconds, rows = time.monotonic() - self._began, self._rows
        with use_language(self._language):
            said = [str(_NAMES[self._stage])]
            if rows and self._stage in _MOVING:
                said += [str(_MOVING[self._stage](rows)), str(_format_rows_per_second(rows, seconds))]
        said.append(str(timedelta(seconds=int(seconds))))
        self._spinner.update(text=Text(" · ".join(said), overflow="ellipsis", no_wrap=True))
        return self._spinner


def _format_rows_per_second(rows: int, seconds: float) -> Message:
    return n_("{count} ligne par seconde", "{count} lignes par seconde", round(rows / max(seconds, 0.001)))


def _format_stage_line(stage: str, report: Any, seconds: float) -> Text:
    """How many rows a second too, of a stage that read some for long."""
    done = [counts] if (counts := format_report_counts(stage, report)) else []
    rows = getattr(report, "rows_in", None) or getattr(report, "rows", None)
    if rows and seconds >= LONG_SECONDS:
        done.append(str(_format_rows_per_second(rows, seconds)))
    name = _NAMES[stage]
    return Text.assemble(("✓ ", "green"), str(format_labelled_text(name, ", ".join(done)) if done else name))


# --- what they found ----------------------------------------------------------------------------------------


def print_findings(console: Console, found: Mapping[str, Sequence[ReportedFinding]]) -> None:
    """``found`` by name of stage."""
    for stage, findings in found.items():
        for finding in findings:
            head = (("• ", "yellow"), (str(format_labelled_text(STAGES[stage], "")), "bold"))
            console.print(Text.assemble(*head, finding.message, (f"  [{finding.code}]", "dim")))
            if finding.remedy:
                console.print(Text(f"    {finding.remedy}", "dim"))
