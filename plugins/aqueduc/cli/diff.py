"""``diff``: what would change on the platform if a dataset ran now."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from aqueduc.cli.common import (
    AsJson,
    DatasetName,
    End,
    Start,
    build_window_from_options,
    command,
    convert_error_to_json,
    err,
    load_dataset_command_context,
    out,
    print_json,
    print_refusal_of_real_run,
    print_text,
)
from aqueduc.language import (
    N_,
    LocalisedNumber,
    _,
    build_row_count_message,
    format_labelled_text,
    n_,
    quote_text,
)

if TYPE_CHECKING:
    from aqueduc.publish.difference import (
        FieldChange,
        PublicationDifference,
        ResourceChange,
        RowChangeCounts,
        TableChange,
    )

_NOT_WRITTEN = _("Rien n'a été écrit, ni ici ni là-bas.")
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
    from aqueduc.cli.progress import open_run_progress
    from aqueduc.cli.rehearsal import open_sandbox, rehearse_dataset
    from aqueduc.pipeline import PREPARATION
    from aqueduc.publish.difference import compute_publication_difference
    from aqueduc.publish.term import select_platforms_allowed_by_convention

    desk = load_dataset_command_context(dataset)
    window = build_window_from_options(desk.dataset, start, end)
    with open_sandbox(desk.workspace) as inside:
        with open_run_progress(err, PREPARATION, quiet=as_json) as progress:
            watched = replace(inside, observe_rows=progress.row_observer)
            tried = rehearse_dataset(desk.dataset, window, watched, progress.end_stage)
        if tried.error is not None or tried.validated_handle is None:
            raise tried.error or typer.Abort
        city = desk.loaded.city
        in_term = select_platforms_allowed_by_convention(desk.dataset, city, tried.run, inside.clock())
        found = {
            name: compute_publication_difference(
                desk.dataset, city, tried.run, tried.validated_handle, inside, platform=name
            )
            for name in in_term.names
        }
    refusal = print_refusal_of_real_run(desk, tried.run)
    if as_json:
        refused = None if refusal is None else convert_error_to_json(refusal)
        absent = [one.to_json() for one in in_term.findings]
        print_json(
            {"dataset": dataset, "refused": refused, "absent": absent, **_build_differences_json(found)}
        )
        return
    for finding in in_term.findings:
        print_text(out, f"  ! {finding}", style="yellow")
    for name, one in found.items():
        if len(desk.dataset.publication.platforms) > 1:
            print_text(out, f"\n{quote_text(name)}", style="bold")
        _print_difference(one)


def _build_differences_json(found: Mapping[str, PublicationDifference]) -> dict[str, Any]:
    """The first platform's, and the others' beside it when there are several."""
    first, *others = found.items()
    elsewhere = [{"platform": name, **one.to_json()} for name, one in others]
    changes = any(one.writes for one in found.values())
    return {"changes": changes, **first[1].to_json(), **({"elsewhere": elsewhere} if elsewhere else {})}


# --- on the screen ------------------------------------------------------------------------------------------


def _print_difference(found: PublicationDifference) -> None:
    print_text(out, "")
    if not found.writes:
        print_text(
            out, _("Rien ne changerait : la plateforme sert déjà ce que dit la source."), style="green"
        )
    else:
        print_text(
            out,
            (_("Nouvelle fiche : {}") if found.new else _("Fiche : {}")).format(found.record_url),
            style="bold",
        )
        if found.visibility:
            print_text(out, f"  ! {_VISIBILITY[found.visibility]}", style="yellow")
        for change in found.fields:
            if found.new and (change.name in _TECHNICAL or change.after is None):
                continue
            _print_lines(_format_field_change(change, new=found.new))
        if found.resources or found.tables:
            print_text(out, f"\n{_RESOURCES}", style="bold")
            _print_lines(line for change in found.resources for line in _format_resource_change(change))
            _print_lines(_format_table_change(change) for change in found.tables)
        if found.rows is not None:
            print_text(out, f"\n{_ROWS}", style="bold")
            _print_lines(_format_row_changes(found.rows))
    for finding in found.findings:
        print_text(out, f"  ! {finding}", style="yellow")
    print_text(out, f"\n{_NOT_WRITTEN}", style="dim")


def _print_lines(lines: Iterable[Text]) -> None:
    for line in lines:
        out.print(line)


def _format_field_change(change: FieldChange, *, new: bool) -> Iterator[Text]:
    name = str(_FIELDS.get(change.name, change.name))
    before, after = _format_value(change.before), _format_value(change.after)
    if not change.told:
        yield Text.assemble("  ~ ", (str(format_labelled_text(name, _("change"))), "cyan"))
    elif new:
        yield Text.assemble(
            ("  + ", "green"), (str(format_labelled_text(name, "")), "cyan"), _shorten_text(after)
        )
    elif "\n" in before + after or max(len(before), len(after)) > _LONGEST:
        yield Text.assemble(("  ~ ", "yellow"), (name, "cyan"))
        yield from _format_line_differences(before, after)
    else:
        yield Text.assemble(
            ("  ~ ", "yellow"),
            (str(format_labelled_text(name, "")), "cyan"),
            (before or "∅", "red"),
            " → ",
            (after or "∅", "green"),
        )


def _format_line_differences(before: str, after: str) -> Iterator[Text]:
    """The lines that differ of a long text, as ``diff`` shows them."""
    wanted, there = (text.replace("\r\n", "\n").splitlines() for text in (after, before))
    for line in difflib.ndiff(there, wanted):
        if line.startswith(("- ", "+ ")) and line[2:].strip():
            yield Text(f"      {line}", "red" if line.startswith("-") else "green")


def _format_value(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _shorten_text(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _format_resource_change(change: ResourceChange) -> Iterator[Text]:
    mark, style = {"added": ("+", "green"), "updated": ("~", "yellow"), "removed": ("-", "red")}[change.what]
    sizes = [
        str(_("{size} ko").format(size=LocalisedNumber(size / 1000, ",.1f")))
        for size in (change.bytes_before, change.bytes_after)
        if size is not None
    ]
    replaced = change.what == "updated" and change.file
    name = str(format_labelled_text(change.name, _("nouveau fichier"))) if replaced else change.name
    yield Text.assemble((f"  {mark} ", style), (name, "cyan"), f" ({' → '.join(sizes)})" if sizes else "")
    for field in change.fields:
        for line in _format_field_change(field, new=False):
            yield Text("  ").append_text(line)


_TABLES = {
    "created": _("table interrogeable créée"),
    "filled": _("table interrogeable rechargée, sans être vidée"),
    "updated": _("table interrogeable mise à jour par différence"),
    "replaced": _("table interrogeable remplacée par une autre, préparée à côté"),
    "redefined": _("colonnes de la table redéfinies"),
    "dropped": _("table interrogeable retirée"),
}


def _format_table_change(change: TableChange) -> Text:
    columns = [
        *(f"+{name}" for name in change.columns_added),
        *(f"-{name}" for name in change.columns_dropped),
    ]
    name = str(format_labelled_text(change.name, "")) if change.name else ""
    return Text.assemble(
        ("  ~ ", "yellow"),
        (name, "cyan"),
        str(_TABLES[change.what]),
        f" ({', '.join(columns)})" if columns else "",
    )


def _format_row_changes(rows: RowChangeCounts) -> Iterator[Text]:
    added, changed, deleted = rows.inserted or 0, rows.updated or 0, rows.deleted or 0
    for mark, style, count, shown in (
        ("+", "green", added, n_("{count} ligne ajoutée", "{count} lignes ajoutées", added)),
        ("~", "yellow", changed, n_("{count} ligne modifiée", "{count} lignes modifiées", changed)),
        ("-", "red", deleted, n_("{count} ligne supprimée", "{count} lignes supprimées", deleted)),
    ):
        if count:
            yield Text.assemble((f"  {mark} ", style), str(shown))
    yield Text(f"    {build_row_count_message(rows.before)} → {build_row_count_message(rows.after)}", "dim")
