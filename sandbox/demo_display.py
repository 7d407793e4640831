"""What the demo shows: a live line per dataset on a terminal, plain lines elsewhere, then the table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from aqueduc.declaration.spec import PublicationMode
from aqueduc.findings import format_french_count
from aqueduc_airflow.factory import NAMES
from aqueduc_airflow.operators import PUBLISHED, SHRED
from sandbox.airflow_api import FINISHED
from sandbox.demo_results import Result
from sandbox.demo_runs import Failure, Progress

_MARKS = {
    "success": ("✔", "green"),
    "failed": ("✘", "bold red"),
    "upstream_failed": ("·", "red"),
    "skipped": ("–", "cyan"),
    "up_for_retry": ("↻", "yellow"),
    "queued": ("…", "dim"),
    "scheduled": ("…", "dim"),
}
_MODES = {PublicationMode.UPLOAD: "dépôt", PublicationMode.INDEX: "lien"}
_TABLE_WIDTH = 95  # of all columns but the address
_LIVE_WIDTH = 120
_SHORT = {**{task: str(name) for task, name in NAMES.items()}, SHRED: "Détruire"}
_STAGES = tuple(task for task in NAMES if task != PUBLISHED)


class Display:
    """``watch`` is given the state of all datasets again and again; a terminal is redrawn in the block."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live = (
            Live(console=console, auto_refresh=True, refresh_per_second=8) if console.is_terminal else None
        )
        self._said: set[tuple[str, str, str]] = set()
        self._spinner = Spinner("dots", style="yellow")

    def __enter__(self) -> Display:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def watch(self, followed: Sequence[Progress]) -> None:
        if self._live:
            self._live.update(self._table(followed))
            return
        for progress in followed:
            self._say_ends(progress)

    def _table(self, followed: Sequence[Progress]) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", caption_justify="left")
        wide = self.console.width >= _LIVE_WIDTH
        table.add_column("Jeu de données", no_wrap=True)
        table.add_column("Périodes" if wide else "", justify="right", min_width=3)
        for stage in _STAGES:
            table.add_column(_SHORT[stage] if wide else _SHORT[stage][:4] + ".", justify="center")
        table.add_column("Durée", justify="right", min_width=5)
        for progress in followed:
            table.add_row(*self._row(progress))
        done = sum(progress.done for progress in followed)
        table.caption = f"{done} jeux finis sur {len(followed)}"
        return table

    def _row(self, progress: Progress) -> list[RenderableType]:
        count = len(progress.runs)
        style = "red" if progress.failed else "green" if progress.done else ""
        return [
            Text(progress.dataset.title if self.console.width >= _LIVE_WIDTH else progress.dataset.id, style),
            f"{progress.ended}/{count}" if count > 1 else "",
            *(self._mark(progress, stage) for stage in _STAGES),
            f"{progress.seconds:.0f} s" if progress.seconds is not None else "",
        ]

    def _mark(self, progress: Progress, stage: str) -> RenderableType:
        state = progress.tasks.get((progress.current, stage), "none")
        if state == "running":
            return self._spinner
        mark, style = _MARKS.get(state, ("", ""))
        return Text(mark, style=style)

    def _say_ends(self, progress: Progress) -> None:
        for run in progress.runs:
            state = progress.states.get(run)
            if state not in FINISHED or (progress.dataset.id, run, state) in self._said:
                continue
            self._said.add((progress.dataset.id, run, state))
            word = "réussi" if state == "success" else "ÉCHEC"
            of = (
                f" (période {progress.runs.index(run) + 1}/{len(progress.runs)})"
                if len(progress.runs) > 1
                else ""
            )
            self.console.print(f"  {progress.dataset.id}{of} : {word}", highlight=False)


def table_of(results: Sequence[Result], width: int) -> RenderableType:
    """Dataset, mode, rows in, out, rejected, withheld, smallest class, address; the addresses come below when
    ``width`` is too small for all in one line."""
    table = Table(
        title="Ce qui est publié",
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    wide = width >= _TABLE_WIDTH + max(len(_address(result)) for result in results)
    table.add_column("Jeu de données", no_wrap=True)
    table.add_column("Mode", no_wrap=True)
    for title in ("Lues", "Publiées", "Rejetées", "Retirées"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Plus petite classe" if wide else "Classe\nmin.", justify="right", no_wrap=True)
    if wide:
        table.add_column("Fiche", no_wrap=True)
    for result in results:
        counts = (result.rows_in, result.rows_out, result.rejected, result.suppressed)
        table.add_row(
            result.dataset.id,
            _MODES[result.dataset.publication.mode],
            *(_number(count) for count in counts),
            _number(result.smallest_class) if result.smallest_class else "–",
            *([_address(result)] if wide else []),
            style="" if result.published else "red",
        )
    if wide:
        return table
    below = (Text.assemble((f"  {one.dataset.id}  ", "bold"), _address(one)) for one in results)
    return Group(table, *below)


def _address(result: Result) -> Text:
    if not result.published:
        return Text("non publié", style="bold red")
    address = Text(result.url, style=f"link {result.url}", overflow="ignore")
    return address.append(" (inchangé)", style="cyan") if result.unchanged else address


def _number(count: int) -> str:
    return format_french_count(count, "", "").strip()


def failures_of(progress: Progress, found: Sequence[Failure]) -> RenderableType:
    """The first failure of a dataset, and how many more there are."""
    first, more = found[0], len(found) - 1
    name = str(NAMES.get(first.task, first.task))
    text = Text.assemble(
        (f"✘ {progress.dataset.id}, tâche « {name} »\n", "bold red"),
        first.message,
        ("\n  Journal : ", "bold"),
        first.url,
        f"\n  (et {format_french_count(more, 'autre échec', 'autres échecs')} de ce jeu)" if more else "",
    )
    text.overflow = "fold"
    return text
