"""``list``: every dataset, whether its declaration can be read or not, and whether it is still declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from aqueduc.cli.common import AsJson, command, format_local_moment, open_city, out, print_json
from aqueduc.language import N_, NOTHING, _

if TYPE_CHECKING:
    from aqueduc.declaration import Dataset
    from aqueduc.run import Workspace

_STATES = {
    "declared": NOTHING,
    "unreadable": _("déclaration illisible"),
    "undeclared": _("publié, plus déclaré"),
}
_HEAD = (
    _("Jeu"),
    _("Titre"),
    _("Diffusion"),
    _("Accès"),
    _("Mise à jour"),
    _("Publié le"),
)
_WIDE, _WHERE_THERE_IS_ROOM = 100, (2, 3)
"""Columns of a terminal from which nothing is squeezed, and which of ``_HEAD`` are left out below."""
_MODES = {"upload": _("fichier"), "index": _("lien")}
_OPEN, _RESTRICTED = _("ouvert"), _("restreint")
_LEFT = _("Ce qui est publié et n'est plus déclaré reste en ligne : le retirer, ou rétablir sa déclaration.")


@dataclass(frozen=True)
class _ListingRow:
    """A dataset in the list. ``state``: a key of ``_STATES``. What an unreadable declaration does not say is
    None."""

    dataset: str
    state: str
    published_at: str | None
    record_url: str | None
    title: str | None = None
    mode: str | None = None
    access: str | None = None
    licence: str | None = None
    cadence: str | None = None
    warnings: int = 0


@command(
    N_(
        "Liste les jeux de données, et ce qui en est publié.\n\n"
        "Une déclaration illisible n'en cache aucune autre ; un jeu publié que plus rien ne déclare est "
        "montré aussi."
    ),
    "list",
)
def list_datasets(as_json: AsJson = False) -> None:
    from aqueduc.declaration import load_all_declarations

    workspace, loaded = open_city()
    readable = {dataset.id: dataset for dataset in load_all_declarations(workspace.include, loaded).datasets}
    lines = tuple(_list_rows(workspace, readable))
    if as_json:
        print_json({"datasets": [line.__dict__ for line in lines]})
    else:
        _print_listing(lines, loaded.city.timezone)


def _list_rows(workspace: Workspace, readable: dict[str, Dataset]) -> Iterator[_ListingRow]:
    from aqueduc.declaration import list_dataset_paths

    declared = {path.stem for path in list_dataset_paths(workspace.include)}
    for name in sorted(declared.union(workspace.store.datasets())):
        current = workspace.store.current(name) or {}
        published: dict[str, Any] = {
            "published_at": current.get("published_at"),
            "record_url": current.get("record_url"),
        }
        if name in readable:
            yield _ListingRow(name, "declared", **published, **_build_declared_fields(readable[name]))
        elif name in declared:
            yield _ListingRow(name, "unreadable", **published)
        elif current:
            yield _ListingRow(name, "undeclared", **published)


def _build_declared_fields(dataset: Dataset) -> dict[str, Any]:
    return {
        "title": dataset.title,
        "mode": dataset.publication.mode.value,
        "access": dataset.access.level.value,
        "licence": dataset.licence.id,
        "cadence": dataset.frequency.word,
        "warnings": len(dataset.warnings),
    }


def _print_listing(lines: tuple[_ListingRow, ...], timezone: str) -> None:
    from aqueduc.declaration.vocabulary import find_frequency

    table = Table(box=None, pad_edge=False, header_style="bold")
    shown = [rank for rank in range(len(_HEAD)) if out.width >= _WIDE or rank not in _WHERE_THERE_IS_ROOM]
    for rank in shown:
        table.add_column(str(_HEAD[rank]), no_wrap=rank in (0, len(_HEAD) - 1))
    for line in lines:
        state = str(_STATES[line.state])
        cadence = find_frequency(line.cadence or "")
        known = (
            line.title,
            str(_MODES.get(line.mode or "", "")),
            str(_OPEN if line.access == "public" else _RESTRICTED),
            str(cadence.label) if cadence else "",
        )
        cells = [Text(state, "red"), *"———"] if state else [Text(text or "—") for text in known]
        when = (
            format_local_moment(line.published_at, timezone)
            if line.published_at
            else Text(str(_("jamais")), "dim")
        )
        row = [Text(line.dataset, "cyan"), *cells, when]
        table.add_row(*(row[rank] for rank in shown))
    out.print(table)
    states = {line.state for line in lines}
    for state, hint in (("unreadable", _("Voir ce qui ne va pas : aqueduc check")), ("undeclared", _LEFT)):
        if state in states:
            out.print(f"\n{hint}", style="yellow", markup=False)
