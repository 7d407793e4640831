"""``diff``: what would change on the platform if a dataset ran now."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import typer

from aqueduc.cli.bilingual import both
from aqueduc.cli.common import AsJson, DatasetName, answer, err, open_context, out, say
from aqueduc.cli.window import End, Start, window_of
from aqueduc.language import Said, language

if TYPE_CHECKING:
    from rich.text import Text

    from aqueduc.publish.difference import Difference, FieldChange, ResourceChange, RowChanges, TableChange

_NOTHING = Said(
    "Rien ne changerait : la plateforme sert déjà ce que dit la source.",
    "Nothing would change: the platform already serves what the source says.",
)
_NOT_WRITTEN = Said("Rien n'a été écrit, ni ici ni là-bas.", "Nothing was written, neither here nor there.")
_NEW = Said("Nouvelle fiche : {}", "New record: {}")
_RECORD = Said("Fiche : {}", "Record: {}")
_RESOURCES, _ROWS = Said("Ressources", "Resources"), Said("Lignes", "Rows")
_VISIBILITY = {
    "shown": Said("deviendrait visible de tous", "would become visible to all"),
    "hidden": Said("serait cachée aux visiteurs", "would be hidden from visitors"),
}
# Said to machines only: an identifier, a rectangle, what follows from the name of the file.
_TECHNICAL = frozenset({"name", "owner_org", "geocover", "spatial"})
_FIELDS = {
    "name": Said("nom", "name"),
    "title": Said("titre", "title"),
    "notes": Said("description", "description"),
    "tags": Said("mots-clés", "keywords"),
    "groups": Said("rayon", "category"),
    "license_id": Said("licence", "licence"),
    "owner_org": Said("organisation", "organisation"),
    "author": Said("producteur", "producer"),
    "author_email": Said("contact du producteur", "producer's contact"),
    "maintainer": Said("diffuseur", "publisher"),
    "maintainer_email": Said("contact", "contact"),
    "frequency": Said("fréquence", "frequency"),
    "granularity": Said("granularité", "granularity"),
    "datatype": Said("type de donnée", "kind of data"),
    "spatial": Said("emprise", "extent"),
    "restricted": Said("accès", "access"),
    "dataset_modification_date": Said("date de modification", "modification date"),
    "dataset_publication_date": Said("date de publication", "publication date"),
    "dataset_creation_date": Said("date de création", "creation date"),
    "description": Said("description", "description"),
    "license": Said("licence", "licence"),
    "access_type": Said("accès", "access"),
    "temporal_coverage": Said("période", "period"),
    "aqueduc:dataset": Said("jeu", "dataset"),
    "aqueduc:published": Said("date de publication", "publication date"),
    "aqueduc:modified": Said("date de modification", "modification date"),
}
_LONGEST = 70


def register(app: typer.Typer) -> None:
    app.command(
        help=both(
            "Dit ce qui changerait sur la plateforme si le jeu tournait maintenant.\n\n"
            "La fiche champ par champ, les ressources et leurs fichiers, la table interrogeable, et combien "
            "de lignes seraient ajoutées, modifiées ou supprimées. La source est lue et la plateforme "
            "interrogée ; rien n'est écrit, et rien ne reste de l'essai.",
            "Tells what would change on the platform if the dataset ran now.\n\n"
            "The record field by field, the resources and their files, the table to query, and how many "
            "rows would be added, changed or deleted. The source is read and the platform asked; nothing is "
            "written, and nothing is left of the attempt.",
        )
    )(diff)


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
            say(out, f"\n« {name} »", style="bold")
        _show(one)


def _all(found: Mapping[str, Difference]) -> dict[str, Any]:
    """The first platform's, and the others' beside it when there are several."""
    first, *others = found.items()
    elsewhere = [{"platform": name, **one.to_json()} for name, one in others]
    changes = any(one.writes for one in found.values())
    return {"changes": changes, **first[1].to_json(), **({"elsewhere": elsewhere} if elsewhere else {})}


# --- on the screen ------------------------------------------------------------------------------------------


def _show(found: Difference) -> None:
    say(out, "")
    if not found.writes:
        say(out, _NOTHING, style="green")
    else:
        say(out, (_NEW if found.new else _RECORD).format(found.record_url), style="bold")
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
    from rich.text import Text

    label = str(_FIELDS.get(change.name, Said(change.name, change.name)))
    before, after = _text(change.before), _text(change.after)
    if not change.told:
        yield Text.assemble("  ~ ", (label, "cyan"), f" : {Said('change', 'changes')}")
    elif new:
        yield Text.assemble(("  + ", "green"), (label, "cyan"), f" : {_short(after)}")
    elif "\n" in before + after or max(len(before), len(after)) > _LONGEST:
        yield Text.assemble(("  ~ ", "yellow"), (label, "cyan"))
        yield from _lines(before, after)
    else:
        yield Text.assemble(
            ("  ~ ", "yellow"), (label, "cyan"), " : ", (before or "∅", "red"), " → ", (after or "∅", "green")
        )


def _lines(before: str, after: str) -> Iterator[Text]:
    """The lines that differ of a long text, as ``diff`` shows them."""
    from rich.text import Text

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
_REPLACED = Said("nouveau fichier", "new file")


def _resource(change: ResourceChange) -> Iterator[Text]:
    from rich.text import Text

    mark, style = _WHAT[change.what]
    sizes = [_size(size) for size in (change.bytes_before, change.bytes_after) if size is not None]
    said = f" : {_REPLACED}" if change.what == "updated" and change.file else ""
    yield Text.assemble(
        (f"  {mark} ", style), (change.name, "cyan"), said, f" ({' → '.join(sizes)})" if sizes else ""
    )
    for field in change.fields:
        for line in _field(field, new=False):
            yield Text("  ").append_text(line)


def _size(size: int) -> str:
    text = f"{size / 1000:,.1f}"
    if language() == "en":
        return f"{text} kB"
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",") + " ko"


_TABLES = {
    "created": Said("table interrogeable créée", "table to query created"),
    "filled": Said(
        "table interrogeable rechargée, sans être vidée", "table to query loaded again, without being emptied"
    ),
    "updated": Said(
        "table interrogeable mise à jour par différence", "table to query brought up to date by difference"
    ),
    "replaced": Said(
        "table interrogeable remplacée par une autre, préparée à côté",
        "table to query replaced by another, prepared beside",
    ),
    "redefined": Said("colonnes de la table redéfinies", "columns of the table defined again"),
    "dropped": Said("table interrogeable retirée", "table to query dropped"),
}


def _table(change: TableChange) -> Text:
    from rich.text import Text

    columns = [
        *(f"+{name}" for name in change.columns_added),
        *(f"-{name}" for name in change.columns_dropped),
    ]
    name = f"{change.name} : " if change.name else ""
    return Text.assemble(
        ("  ~ ", "yellow"),
        (name, "cyan"),
        str(_TABLES[change.what]),
        f" ({', '.join(columns)})" if columns else "",
    )


def _rows(rows: RowChanges) -> Iterator[Text]:
    from rich.text import Text

    from aqueduc.language import ROW, ROWS, format_count

    for mark, style, count, label in (
        ("+", "green", rows.inserted, Said("ajoutées", "added")),
        ("~", "yellow", rows.updated, Said("modifiées", "changed")),
        ("-", "red", rows.deleted, Said("supprimées", "deleted")),
    ):
        if count:
            yield Text.assemble((f"  {mark} ", style), f"{format_count(count, ROW, ROWS)} {label}")
    yield Text(f"    {format_count(rows.before, ROW, ROWS)} → {format_count(rows.after, ROW, ROWS)}", "dim")
