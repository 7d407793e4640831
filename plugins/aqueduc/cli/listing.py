"""``list``: every dataset, whether its declaration can be read or not, and whether it is still declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from aqueduc.cli.common import (
    AsJson,
    command,
    err,
    format_local_moment,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
    replace_file,
)
from aqueduc.language import N_, NOTHING, _

if TYPE_CHECKING:
    from aqueduc.declaration import Dataset, LoadedCity
    from aqueduc.declaration.spec import PlatformSettings
    from aqueduc.record.inventory import PlatformInventory
    from aqueduc.run import Workspace

_STATES = {
    "declared": NOTHING,
    "unreadable": _("déclaration illisible"),
    "undeclared": _("publié, plus déclaré"),
    "withdrawn": _("retiré"),
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
        "montré aussi. Avec --online : ce qu'une plateforme a réellement, lu à l'instant, jeux tenus à la main "
        "compris (convention, article 8)."
    ),
    "list",
)
def list_datasets(
    online: Annotated[
        bool, typer.Option("--online", help=N_("Lire la plateforme, et non les déclarations."))
    ] = False,
    platform: Annotated[
        str | None,
        typer.Option(
            "--platform",
            metavar=N_("NOM"),
            help=N_("Avec --online : la plateforme à lire ; sinon celle de la convention, ou la première."),
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--form",
            metavar="csv|json|dcat|html|mail",
            help=N_("Avec --online : une seule forme, sur la sortie (csv : le catalogue SCDL)."),
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar=N_("DOSSIER"), help=N_("Avec --online : toutes les formes, dans un dossier.")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.declaration import load_all_declarations

    workspace, loaded = open_workspace_and_city()
    if online:
        _print_or_write_platform_inventory(workspace, loaded, platform, "json" if as_json else form, into)
        return
    if platform or form or into:
        raise typer.BadParameter(str(_("--platform, --form et --into vont avec --online.")))
    readable = {dataset.id: dataset for dataset in load_all_declarations(workspace.include, loaded).datasets}
    lines = tuple(_build_listing_rows(workspace, readable))
    if as_json:
        print_json({"datasets": [line.__dict__ for line in lines]})
    else:
        _print_listing(lines, loaded.city.timezone)


def _build_listing_rows(workspace: Workspace, readable: dict[str, Dataset]) -> Iterator[_ListingRow]:
    from aqueduc.decisions import read_withdrawal_mark
    from aqueduc.declaration import list_dataset_paths

    declared = {path.stem for path in list_dataset_paths(workspace.include)}
    for name in sorted(declared.union(workspace.store.list_datasets())):
        current = workspace.store.read_current_revision_pointer(name) or {}
        published: dict[str, Any] = {
            "published_at": current.get("published_at"),
            "record_url": current.get("record_url"),
        }
        mark = read_withdrawal_mark(workspace.store, name)
        withdrawn = "withdrawn" if mark and mark.is_hold_in_force(workspace.clock()) else ""
        if name in readable:
            fields = _build_listing_fields_from_declaration(readable[name])
            yield _ListingRow(name, withdrawn or "declared", **published, **fields)
        elif name in declared:
            yield _ListingRow(name, "unreadable", **published)
        elif current:
            yield _ListingRow(name, withdrawn or "undeclared", **published)


def _build_listing_fields_from_declaration(dataset: Dataset) -> dict[str, Any]:
    return {
        "title": dataset.title,
        "mode": dataset.publication.mode.value,
        "access": dataset.access.level.value,
        "licence": dataset.licence.id,
        "cadence": dataset.frequency.word,
        "warnings": len(dataset.warnings),
    }


def _print_listing(lines: tuple[_ListingRow, ...], timezone: str) -> None:
    from rich.table import Table

    from aqueduc.declaration.vocabulary import parse_cadence

    table = Table(box=None, pad_edge=False, header_style="bold")
    shown = [rank for rank in range(len(_HEAD)) if out.width >= _WIDE or rank not in _WHERE_THERE_IS_ROOM]
    for rank in shown:
        table.add_column(str(_HEAD[rank]), no_wrap=rank in (0, len(_HEAD) - 1))
    for line in lines:
        state = str(_STATES[line.state])
        cadence = parse_cadence(line.cadence or "")
        known = (
            line.title,
            str({"upload": _("fichier"), "index": _("lien")}.get(line.mode or "", "")),
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


# --- what a platform really has -----------------------------------------------------------------------------

_FORMS = {"csv": "SCDL", "json": "JSON", "dcat": "DCAT", "html": "PAGE", "mail": "MAIL"}


def _print_or_write_platform_inventory(
    workspace: Workspace, loaded: LoadedCity, name: str | None, form: str | None, into: Path | None
) -> None:
    from aqueduc.declaration import load_all_declarations
    from aqueduc.reconciliation.inventory import read_platform_inventory
    from aqueduc.record.inventory import render_inventory_files

    if form is not None and form not in _FORMS:
        raise typer.BadParameter(str(_("une forme parmi : {}").format(", ".join(_FORMS))))
    settings = _choose_platform(loaded, name)
    found = read_platform_inventory(
        settings, load_all_declarations(workspace.include, loaded), loaded.city, workspace
    )
    if form is None and into is None:
        _print_inventory(found)
        return
    files = render_inventory_files(found, loaded.city)
    if into is not None:
        for file, data in files.items():
            replace_file(into / file, data)
        print_text(err, _("Écrit dans {} : {}").format(into, ", ".join(sorted(files))))
    if form is not None:
        typer.echo(_select_inventory_file(files, form).decode(), nl=False)


def _choose_platform(loaded: LoadedCity, name: str | None) -> PlatformSettings:
    """The one of this name, else that of the convention, else the first."""
    known = loaded.city.platforms
    if name is not None:
        found = loaded.city.find_platform_settings(name)
        if found is None:
            listed = ", ".join(one.name for one in known)
            raise typer.BadParameter(str(_("aucune plateforme « {} » ; il y a : {}").format(name, listed)))
        return found
    return next((one for one in known if one.under_convention), known[0])


def _select_inventory_file(files: Mapping[str, bytes], form: str) -> bytes:
    from aqueduc.record import inventory

    name = getattr(inventory, _FORMS[form])
    file = f"{name}.jsonld" if form == "dcat" else name
    if file not in files:
        raise typer.BadParameter(
            str(_("le catalogue SCDL demande le SIRET de la Ville : « siret: » dans city.yaml."))
        )
    return files[file]


def _print_inventory(found: PlatformInventory) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for rank, head in enumerate(
        (_("Jeu"), _("Titre"), _("État"), _("Licence"), _("Mis à jour le"), _("Formats"))
    ):
        table.add_column(str(head), no_wrap=rank == 0)
    for entry in found.entries:
        state = _("en ligne") if entry.visible else _("caché")
        altered = f" ({_('modifié là-bas')})" if entry.altered else ""
        table.add_row(
            Text(entry.dataset or str(_("(à la main)")), "cyan" if entry.dataset else "dim"),
            Text(entry.title),
            Text(f"{state}{altered}"),
            Text(entry.licence or "—"),
            Text(entry.modified or "—"),
            Text(", ".join(dict.fromkeys(one.format for one in entry.resources)) or "—"),
        )
    out.print(table)
