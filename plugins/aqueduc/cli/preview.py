"""``preview``: what a dataset would become, on the screen of whoever asks; nothing is published or kept."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from aqueduc.cli.common import (
    LATER,
    WRONG,
    AsJson,
    DatasetCommandContext,
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
    print_text,
)
from aqueduc.findings import format_source_line_number
from aqueduc.language import (
    N_,
    LocalisedNumber,
    Message,
    _,
    format_percentage,
    format_privacy_unit_count,
    translate,
)

if TYPE_CHECKING:
    from aqueduc.anonymise import AnonymiseReport
    from aqueduc.cli.rehearsal import RehearsalResult, SampleRow
    from aqueduc.run import Workspace
    from aqueduc.validate import ValidateReport

_HIDDEN = _("Les lignes ne sont montrées qu'à l'écran de qui les demande : la sortie n'est pas un terminal.")
_NOTHING_KEPT = _(
    "Essai terminé : rien n'a été publié, rien n'en reste (extrait, lignes rejetées et rapports détruits)."
)


@command(
    N_(
        "Essaie un jeu sur cette machine, de l'extraction à la validation, sans rien publier.\n\n"
        "Montre les premières lignes avant et après (à l'écran seulement, jamais dans un fichier ni un "
        "tube), le risque de réidentification, ce qui est rejeté et pourquoi, et la fiche comme la "
        "plateforme la montrerait. Rien n'en reste : tout est détruit à la fin, Ctrl-C compris."
    )
)
def preview(
    dataset: DatasetName,
    rows: Annotated[
        int,
        typer.Option(
            "--rows",
            metavar="N",
            min=0,
            max=50,
            help=N_("Combien de lignes montrer à l'écran."),
        ),
    ] = 3,
    start: Start = None,
    end: End = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.cli.progress import open_run_progress
    from aqueduc.cli.rehearsal import open_sandbox, rehearse_dataset, trace_fate_of_first_rows
    from aqueduc.pipeline import PREPARATION

    desk = load_dataset_command_context(dataset)
    window = build_window_from_options(desk.dataset, start, end)
    on_screen = sys.stdout.isatty() and not as_json
    with open_sandbox(desk.workspace) as inside:
        with open_run_progress(err, PREPARATION, quiet=as_json) as progress:
            watched = replace(inside, observe_rows=progress.row_observer)
            tried = rehearse_dataset(desk.dataset, window, watched, progress.end_stage)
        fiche = _build_record_preview(desk, tried, inside)
        if as_json:
            print_json(_build_preview_document(desk, tried, fiche))
        else:
            lines = trace_fate_of_first_rows(desk.dataset, tried, inside, rows) if on_screen and rows else ()
            _print_preview(desk, tried, lines, fiche, on_screen=on_screen)
    if tried.error is not None:
        if not as_json:
            raise tried.error
        raise typer.Exit(LATER if tried.error.retryable else WRONG)


def _build_preview_document(
    desk: DatasetCommandContext, tried: RehearsalResult, fiche: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "dataset": desk.dataset.id,
        "window": tried.run.window.to_json() if tried.run.window else None,
        "passed": tried.validated_handle is not None,
        "reports": {stage: report.to_json() for stage, report in tried.reports.reports_by_stage.items()},
        "rows": None,
        "rows_hidden": str(_("Les lignes ne sont montrées qu'à l'écran : jamais en JSON.")),
        "fiche": dict(fiche) or None,
        "error": convert_error_to_json(tried.error) if tried.error else None,
    }


# --- the fiche ----------------------------------------------------------------------------------------------


def _build_record_preview(
    desk: DatasetCommandContext, tried: RehearsalResult, inside: Workspace
) -> dict[str, Any]:
    """The record and its resources in the platform's words; empty when nothing could be published.

    A slice is told by its number: its label is a value of the data.
    """

    from aqueduc.record import RowPreparationCounts, build_fiche
    from aqueduc.record.coverage import measure_stored_parts_coverage
    from aqueduc.record.fields import build_record_fields, build_resource_description

    if tried.validated_handle is None:
        return {}
    dataset, city = desk.dataset, desk.loaded.city
    preparation = RowPreparationCounts(
        rejected=tried.reports.rejected_rows,
        suppressed=tried.reports.suppressed_rows - tried.reports.objected_rows,
        whole=tried.run.window is None,
    )
    today = inside.clock().astimezone(ZoneInfo(city.timezone)).date()
    coverage = measure_stored_parts_coverage(
        dataset, (tried.validated_handle,), inside.store, ZoneInfo(city.timezone)
    )
    fiche = build_fiche(dataset, city, preparation, issued=today, modified=today, coverage=coverage)
    resources = [
        {
            "name": f"{dataset.title} ({offered.format})"
            + (str(_(", partie {number}").format(number=offered.slice.number)) if offered.slice else ""),
            "format": offered.format,
            "bytes": offered.bytes or None,
            "link": offered.link or None,
            "description": build_resource_description(fiche, replace(offered, slice=None)),
        }
        for offered in _list_offered_distributions(desk, tried, inside)
    ]
    said = {name: value for name, value in build_record_fields(fiche).items() if value != ""}
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in said.items()},
        "resources": resources,
    }


def _list_offered_distributions(
    desk: DatasetCommandContext, tried: RehearsalResult, inside: Workspace
) -> Iterator[Any]:
    """The very files that would be sent, made and thrown away."""
    from aqueduc.publish.platform import PlatformCapabilities
    from aqueduc.publish.proof import link
    from aqueduc.publish.revision.modes import build_link_offer, build_upload_offers
    from aqueduc.sources.adapter import find_source_connection
    from aqueduc.store import open_verified_file as opened_file

    dataset, handle = desk.dataset, tried.validated_handle
    if dataset.publication.is_link_to_source:
        connection = find_source_connection(dataset.source, inside.connections)
        yield build_link_offer(dataset, link.build_absolute_link(dataset, connection)).distribution
        return
    assert handle is not None  # noqa: S101
    nowhere = PlatformCapabilities(
        (), frozenset(), "", None, frozenset(), frozenset(), tables=False, loader=False
    )
    with opened_file(inside.store, handle) as path, inside.store.open_scratch_folder() as scratch:
        offered = build_upload_offers(dataset, [(handle, path)], nowhere, inside.store, scratch)
        yield from (offer.distribution for offer in offered.offers)


# --- on the screen ------------------------------------------------------------------------------------------


def _print_preview(
    desk: DatasetCommandContext,
    tried: RehearsalResult,
    rows: tuple[SampleRow, ...],
    fiche: Mapping[str, Any],
    *,
    on_screen: bool,
) -> None:
    from aqueduc.cli.progress import print_findings

    _print_heading(_("Les premières lignes, avant et après"))
    if on_screen:
        _print_sample_rows(rows)
    else:
        print_text(out, _HIDDEN, style="yellow")
    if tried.reports.anonymise:
        _print_heading(_("Risque de réidentification"))
        _print_risk(_describe_risk(desk, tried.reports.anonymise, tried.reports.validate))
    if any(tried.reports.findings_by_stage.values()):
        _print_heading(_("Ce qui a été trouvé"))
        print_findings(out, tried.reports.findings_by_stage)
    if fiche:
        _print_heading(_("La fiche, comme la plateforme la montrerait"))
        _print_record_preview(desk, fiche)
    print_text(out, f"\n{_NOTHING_KEPT}", style="green" if tried.validated_handle else "")


def _print_heading(text: Message) -> None:
    out.print()
    out.rule(f"[bold]{text}[/]", align="left", style="dim")


def _print_sample_rows(rows: tuple[SampleRow, ...]) -> None:
    from rich.table import Table

    from aqueduc.cli.rehearsal import format_cell_on_one_line

    titles = _("Colonne"), _("Avant"), _("Après"), _("Règle")
    for row in rows:
        table = Table(*map(str, titles), box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for cell in row.cells:
            kept = row.leaves and cell.published_as is not None
            after = Text(format_cell_on_one_line(cell.after), "green") if kept else Text("—", "dim")
            name = (
                cell.column
                if cell.published_as in (None, cell.column)
                else f"{cell.column} → {cell.published_as}"
            )
            table.add_row(
                Text(name, "cyan"),
                Text(format_cell_on_one_line(cell.before)),
                after,
                Text(str(cell.treatment), "dim"),
            )
        style = "green" if row.leaves else "yellow"
        label = _("Ligne {} : ").format(format_source_line_number(row.line))
        out.print(Text.assemble((f"\n{label}", "bold"), (str(row.fate), style)))
        out.print(table)


def _print_risk(risk: Iterable[tuple[Message, object]]) -> None:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    for label, value in risk:
        table.add_row(Text(str(label)), Text(str(value)))
    out.print(table)


def _describe_risk(
    desk: DatasetCommandContext, anonymised: AnonymiseReport, validated: ValidateReport | None
) -> Iterator[tuple[Message, object]]:
    privacy = desk.dataset.privacy
    if privacy is None:
        yield (
            _("Anonymat de groupe"),
            _("sans objet : aucun quasi-identifiant déclaré"),
        )
    else:
        smallest = (validated or anonymised).smallest_class
        yield _("Quasi-identifiants"), ", ".join(anonymised.quasi_identifiers)
        yield _("k exigé"), format_privacy_unit_count(privacy.unit, privacy.k)
        yield _("Plus petit groupe publié"), smallest or "—"
        yield _("Groupes"), "—" if anonymised.classes is None else anonymised.classes
    suppressed = anonymised.suppressed + (validated.suppressed if validated else 0)
    rows = anonymised.rows_in
    counted = _("{part} sur {whole} ({share})").format(
        part=suppressed, whole=rows, share=format_percentage(suppressed / rows if rows else 0.0)
    )
    yield _("Lignes retirées"), counted


def _print_record_preview(desk: DatasetCommandContext, fiche: Mapping[str, Any]) -> None:
    from rich.console import Group
    from rich.markdown import Markdown
    from rich.panel import Panel
    from rich.table import Table

    dataset = desk.dataset
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold")
    for label, value in _list_record_facts(desk, fiche):
        facts.add_row(Text(str(label)), Text(str(value)))
    # rich folds at no-break spaces too: it would leave a quotation mark alone on its line.
    notes = fiche["notes"].replace("\N{NO-BREAK SPACE}»", "»").replace("«\N{NO-BREAK SPACE}", "«")
    files = [
        Text(f"• {resource['name']}{_format_resource_size_or_link(resource)}", "cyan")
        for resource in fiche["resources"]
    ]
    columns = [Markdown(resource["description"]) for resource in fiche["resources"][:1]]
    body = Group(Text(dataset.title, "bold"), "", Markdown(notes), "", facts, "", *files, "", *columns)
    out.print(Panel(body, border_style="dim", padding=(1, 2)))


def _list_record_facts(
    desk: DatasetCommandContext, fiche: Mapping[str, Any]
) -> Iterator[tuple[Message, object]]:
    """What the platforms of the dataset show of it beside its text, each by the roles of its own fields."""
    dataset, city = desk.dataset, desk.loaded.city
    platforms = [
        found for name in dataset.publication.platforms if (found := city.find_platform_settings(name))
    ]
    known = [platform.kind.capabilities for platform in platforms]
    roles = {role for capabilities in known for role in capabilities.field_roles.values()}
    yield _("Plateforme"), ", ".join(f"{one.name} ({translate(one.kind.label)})" for one in platforms)
    yield _("Producteur"), f"{dataset.owner}, {city.name}"
    if "contact" in roles:
        yield _("Contact"), dataset.contact
    if "licence" in roles:
        yield _("Licence"), dataset.licence.title
    yield _("Accès"), _describe_access(desk)
    if "frequency" in roles:
        yield _("Mise à jour"), dataset.frequency.label
    if "keywords" in roles and fiche["tags"]:
        yield _("Mots-clés"), ", ".join(fiche["tags"])
    for capabilities in known:
        if capabilities.left_to_people:
            yield _("À remplir là-bas"), capabilities.left_to_people


def _describe_access(desk: DatasetCommandContext) -> Message:
    if desk.dataset.access.is_open:
        return _("ouvert à tous")
    return _("restreint ({})").format(desk.dataset.access.level.value)


def _format_resource_size_or_link(resource: Mapping[str, Any]) -> str:
    if resource["link"]:
        return f" {resource['link']}"
    return f", {_('{size} ko').format(size=LocalisedNumber(resource['bytes'] / 1000, ',.1f'))}"
