"""``diff``: what would change on the platform if a dataset ran now."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from aqueduc.cli.common import (
    AsJson,
    DatasetName,
    End,
    Start,
    answer,
    command,
    err,
    open_context,
    out,
    say,
    window_of,
)
from aqueduc.language import N_, Number, _, format_row_count, label, n_, quote

if TYPE_CHECKING:
    from aqueduc.publish.difference import (
        FieldChange,
        PublicationDifference,
        ResourceChange,
        RowChanges,
        TableChange,
    )

_NOT_WRITTEN = _("Rien n'a été écrit, ni ici ni là-bas.")
_RECORD = _("Fiche : {}")
_RESOURCES, _ROWS = _("Ressources"), _("Lignes")
_VISIBILITY = {
    "shown": _("deviendrait visible de tous"),
    "hidden": _("serait cachée aux visiteurs"),
}
# Said to machines only: an identifier, a rectangle, what follows from the name of the file.
_TECHNICAL = frozenset({"name", "owner_org", "geocover", "spatial"})
_FIELDS = {
    "name": _("nom"),
    "title": _("titre"),
    "notes": _("description"),
    "tags": _("mots-clés"),
    "groups": _("rayon"),
    "license_id": _("licence"),
    "owner_org": _("organisation"),
    "author": _("producteur"),
    "author_email": _("contact du producteur"),
    "maintainer": _("diffuseur"),
    "maintainer_email": _("contact"),
    "frequency": _("fréquence"),
    "granularity": _("granularité"),
    "datatype": _("type de donnée"),
    "spatial": _("emprise"),
    "restricted": _("accès"),
    "dataset_modification_date": _("date de modification"),
    "dataset_publication_date": _("date de publication"),
    "dataset_creation_date": _("date de création"),
    "description": _("description"),
    "license": _("licence"),
    "access_type": _("accès"),
    "temporal_coverage": _("période"),
    "aqueduc:dataset": _("jeu"),
    "aqueduc:published": _("date de publication"),
    "aqueduc:modified": _("date de modification"),
}
_LONGEST = 70


@command(
    N_(
        "Dit ce qui changerait sur la plateforme si le jeu tournait maintenant.\n\n"
        "La fiche champ par champ, les ressources et leurs fichiers, la table interrogeable, et combien "
        "de lignes seraient ajoutées, modifiées ou supprimées. La source est lue et la plateforme "
        "interrogée ; rien n'est écrit, et rien ne reste de l'essai."
    )
)
def diff(dataset: DatasetName, start: Start = None, end: End = None, as_json: AsJson = False) -> None:
    from aqueduc.cli.progress import watching
    from aqueduc.cli.rehearsal import open_sandbox, rehearse
    from aqueduc.pipeline import PREPARATION
    from aqueduc.publish.difference import compute_difference

    desk = open_context(dataset)
    window = window_of(desk.dataset, start, end)
    with open_sandbox(desk.workspace) as inside:
        with watching(err, PREPARATION, quiet=as_json) as watch:
            tried = rehearse(desk.dataset, window, inside, watch)
        if tried.error is not None or tried.valid is None:
            raise tried.error or typer.Abort
        city = desk.loaded.city
        found = {
            name: compute_difference(desk.dataset, city, tried.run, tried.valid, inside, platform=name)
            for name in desk.dataset.publication.platforms
        }
    if as_json:
        answer({"dataset": dataset, **_all(found)})
        return
    for name, one in found.items():
        if len(found) > 1:
            say(out, f"\n{quote(name)}", style="bold")
        _show(one)


def _all(found: Mapping[str, PublicationDifference]) -> dict[str, Any]:
    """The first platform's, and the others' beside it when there are several."""
    first, *others = found.items()
    elsewhere = [{"platform": name, **one.to_json()} for name, one in others]
    changes = any(one.writes for one in found.values())
    return {"changes": changes, **first[1].to_json(), **({"elsewhere": elsewhere} if elsewhere else {})}


# --- on the screen ------------------------------------------------------------------------------------------


def _show(found: PublicationDifference) -> None:
    say(out, "")
    if not found.writes:
        say(out, _("Rien ne changerait : la plateforme sert déjà ce que dit la source."), style="green")
    else:
        say(out, (_("Nouvelle fiche : {}") if found.new else _RECORD).format(found.record_url), style="bold")
        if found.visibility:
            say(out, f"  ! {_VISIBILITY[found.visibility]}", style="yellow")
        for change in found.fields:
            if found.new and (change.name in _TECHNICAL or change.after is None):
                continue
            _print(_field(change, new=found.new))
        if found.resources or found.tables:
            say(out, f"\n{_RESOURCES}", style="bold")
            _print(line for change in found.resources for line in _resource(change))
            _print(_table(change) for change in found.tables)
        if found.rows is not None:
            say(out, f"\n{_ROWS}", style="bold")
            _print(_rows(found.rows))
    for finding in found.findings:
        say(out, f"  ! {finding}", style="yellow")
    say(out, f"\n{_NOT_WRITTEN}", style="dim")


def _print(lines: Iterable[Text]) -> None:
    for line in lines:
        out.print(line)


def _field(change: FieldChange, *, new: bool) -> Iterator[Text]:
    name = str(_FIELDS.get(change.name, change.name))
    before, after = _text(change.before), _text(change.after)
    if not change.told:
        yield Text.assemble("  ~ ", (str(label(name, _("change"))), "cyan"))
    elif new:
        yield Text.assemble(("  + ", "green"), (str(label(name, "")), "cyan"), _short(after))
    elif "\n" in before + after or max(len(before), len(after)) > _LONGEST:
        yield Text.assemble(("  ~ ", "yellow"), (name, "cyan"))
        yield from _lines(before, after)
    else:
        yield Text.assemble(
            ("  ~ ", "yellow"),
            (str(label(name, "")), "cyan"),
            (before or "∅", "red"),
            " → ",
            (after or "∅", "green"),
        )


def _lines(before: str, after: str) -> Iterator[Text]:
    """The lines that differ of a long text, as ``diff`` shows them."""
    wanted, there = (text.replace("\r\n", "\n").splitlines() for text in (after, before))
    for line in difflib.ndiff(there, wanted):
        if line.startswith(("- ", "+ ")) and line[2:].strip():
            yield Text(f"      {line}", "red" if line.startswith("-") else "green")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


_WHAT = {"added": ("+", "green"), "updated": ("~", "yellow"), "removed": ("-", "red")}


def _resource(change: ResourceChange) -> Iterator[Text]:
    mark, style = _WHAT[change.what]
    sizes = [_size(size) for size in (change.bytes_before, change.bytes_after) if size is not None]
    replaced = change.what == "updated" and change.file
    name = str(label(change.name, _("nouveau fichier"))) if replaced else change.name
    yield Text.assemble((f"  {mark} ", style), (name, "cyan"), f" ({' → '.join(sizes)})" if sizes else "")
    for field in change.fields:
        for line in _field(field, new=False):
            yield Text("  ").append_text(line)


def _size(size: int) -> str:
    return str(_("{size} ko").format(size=Number(size / 1000, ",.1f")))


_TABLES = {
    "created": _("table interrogeable créée"),
    "filled": _("table interrogeable rechargée, sans être vidée"),
    "updated": _("table interrogeable mise à jour par différence"),
    "replaced": _("table interrogeable remplacée par une autre, préparée à côté"),
    "redefined": _("colonnes de la table redéfinies"),
    "dropped": _("table interrogeable retirée"),
}


def _table(change: TableChange) -> Text:
    columns = [
        *(f"+{name}" for name in change.columns_added),
        *(f"-{name}" for name in change.columns_dropped),
    ]
    name = str(label(change.name, "")) if change.name else ""
    return Text.assemble(
        ("  ~ ", "yellow"),
        (name, "cyan"),
        str(_TABLES[change.what]),
        f" ({', '.join(columns)})" if columns else "",
    )


def _rows(rows: RowChanges) -> Iterator[Text]:
    added, changed, deleted = rows.inserted or 0, rows.updated or 0, rows.deleted or 0
    for mark, style, count, shown in (
        ("+", "green", added, n_("{count} ligne ajoutée", "{count} lignes ajoutées", added)),
        ("~", "yellow", changed, n_("{count} ligne modifiée", "{count} lignes modifiées", changed)),
        ("-", "red", deleted, n_("{count} ligne supprimée", "{count} lignes supprimées", deleted)),
    ):
        if count:
            yield Text.assemble((f"  {mark} ", style), str(shown))
    yield Text(f"    {format_row_count(rows.before)} → {format_row_count(rows.after)}", "dim")
