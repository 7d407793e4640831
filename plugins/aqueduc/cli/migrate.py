"""``import``: the declarations of another project, made into drafts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from aqueduc.cli.common import WRONG, AsJson, answer, err, out, say
from aqueduc.language import N_, Message, _, label, n_

if TYPE_CHECKING:
    from aqueduc.migrate import Conversion, DatasetDraft, OpenPoint

_WRITTEN = _("écrit : {}")
_THERE = _("« {} » existe déjà : rien n'a été écrit de ce jeu.")
_SHOWN = 3


def register(app: typer.Typer) -> None:
    app.command(
        "import",
        help=N_(
            "Reprend les déclarations d'un autre projet.\n\n"
            "Écrit des brouillons, et la liste de ce qui reste à décider à la main : « aqueduc check » les "
            "refuse jusque-là."
        ),
    )(import_)


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar=N_("FICHIERS"),
            help=N_("Les déclarations de l'autre projet."),
            exists=True,
            dir_okay=False,
        ),
    ],
    origin: Annotated[
        Literal["toronto", "dag-factory"],
        typer.Option("--from", help=N_("L'autre projet.")),
    ],
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            help=N_("Le dossier des déclarations ; par défaut, include/."),
            file_okay=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.migrate import convert

    include = into or Path(os.environ.get("AQUEDUC_INCLUDE", "include"))
    outcomes = [_save_drafts(convert(path, origin), include) for path in files]
    if as_json:
        answer([_in_json(outcome) for outcome in outcomes])
    else:
        for outcome in outcomes:
            _tell(outcome)
        _sum_up(outcomes)
    if any(outcome.refusals for outcome in outcomes):
        raise typer.Exit(WRONG)


class _FileOutcome:
    """What became of one file: drafts with the paths written (none: they were there), and refusals."""

    def __init__(
        self, converted: Conversion, written: list[tuple[DatasetDraft, tuple[str, ...]]], there: list[str]
    ) -> None:
        self.converted, self.written, self.there = converted, written, there

    @property
    def refusals(self) -> int:
        """What was to be converted and was not: a task left out of a DAG that gave a draft is none."""
        return len(self.there) + (0 if self.converted.drafts else len(self.converted.refused))


def _save_drafts(converted: Conversion, include: Path) -> _FileOutcome:
    from aqueduc.migrate import FileExists, save

    outcome = _FileOutcome(converted, [], [])
    for draft in converted.drafts:
        try:
            paths = save(draft, include)
        except FileExists as already:
            outcome.there.append(already.path.relative_to(include).as_posix())
            continue
        outcome.written.append((draft, tuple(path.relative_to(include).as_posix() for path in paths)))
    return outcome


def _in_json(outcome: _FileOutcome) -> dict[str, Any]:
    return {
        "file": outcome.converted.file,
        "drafts": [
            {"id": draft.id, "written": list(paths), "open": [one.to_json() for one in draft.open]}
            for draft, paths in outcome.written
        ],
        "already_there": outcome.there,
        "refused": [finding.to_json() for finding in outcome.converted.refused],
    }


def _tell(outcome: _FileOutcome) -> None:
    say(out, outcome.converted.file, style="bold")
    for draft, paths in outcome.written:
        say(out, f"  {_WRITTEN.format(', '.join(paths))}", style="green")
        for marked, count in ((True, _count_decisions), (False, _count_actions)):
            asked = [item for item in draft.open if item.marked is marked]
            if asked:
                say(out, f"    {count(len(asked))}")
                for line in _list_points(asked):
                    say(out, f"      {line}")
    for path in outcome.there:
        say(err, f"  {_THERE.format(path)}", style="red")
    for finding in outcome.converted.refused:
        say(err, f"  {finding}", style="yellow" if outcome.converted.drafts else "red")


def _count_decisions(count: int) -> Message:
    return n_("{count} point à décider", "{count} points à décider", count)


def _count_actions(count: int) -> Message:
    return n_("{count} chose à faire", "{count} choses à faire", count)


def _list_points(items: Iterable[OpenPoint]) -> Iterator[str]:
    """Place, why, and what; many of one sort are one line."""
    groups: dict[str, list[OpenPoint]] = {}
    for item in items:
        groups.setdefault(item.finding.code, []).append(item)
    for group in groups.values():
        if len(group) <= _SHOWN:
            yield from (str(label(item.key, item.finding)) for item in group)
        else:
            keys = ", ".join(item.key for item in group[:_SHOWN])
            plainest = min((item.finding.what_to_do() for item in group), key=len)
            yield str(label(f"{keys}… ({len(group)})", plainest))


def _sum_up(outcomes: list[_FileOutcome]) -> None:
    written = sum(len(outcome.written) for outcome in outcomes)
    decisions = sum(one.marked for outcome in outcomes for draft, _ in outcome.written for one in draft.open)
    refusals = sum(outcome.refusals for outcome in outcomes)
    parts = (
        n_("{count} déclaration écrite", "{count} déclarations écrites", written),
        _count_decisions(decisions),
        n_("{count} refus", "{count} refus", refusals),
    )
    say(out, ", ".join(map(str, parts)), style="red" if refusals else "green")
