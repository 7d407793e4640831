"""``explain``: a declaration in French prose, to be read and signed."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    command,
    convert_os_error_to_bad_parameter,
    err,
    load_dataset_command_context,
    out,
    print_json,
    print_text,
    write_text_file,
)
from aqueduc.language import N_, _, get_current_language

if TYPE_CHECKING:
    from aqueduc.record.explanation import PublicationExplanation
    from aqueduc.record.statement import OpinionAndAgreementContext

Opinion = Literal["favorable", "réservé", "défavorable"]
_WRITTEN = _("Écrit : {}")


@command(
    N_(
        "Explique un jeu en français : ce qui sort, ce qui reste, comment, pourquoi, à qui, à quel "
        "rythme ; ce que rien ne vérifie ; ce qui a changé depuis le dernier avis.\n\n"
        "C'est le texte que signe le délégué à la protection des données ; il ne contient aucune donnée "
        "de la source, et porte les empreintes de la déclaration et de city.yaml. --html en fait une "
        "page à imprimer, avec la place des signatures. Une fois le papier signé, --signed en garde la "
        "trace dans include/signatures/ : rien ne le vérifie, rien ne l'attend."
    )
)
def explain(
    dataset: DatasetName,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar=N_("FICHIER"),
            help=N_("Écrire une page HTML, à imprimer et à signer."),
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            "--markdown",
            metavar=N_("FICHIER"),
            help=N_("Écrire le texte en Markdown."),
        ),
    ] = None,
    signed: Annotated[
        Opinion | None,
        typer.Option(
            "--signed",
            help=N_("Enregistrer l'avis signé (avec --by et --role)."),
        ),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help=N_("Qui a signé."))] = None,
    role: Annotated[str | None, typer.Option("--role", help=N_("En quelle qualité."))] = None,
    remarks: Annotated[
        str, typer.Option("--remarks", help=N_("Ses observations, sans citer de donnée."))
    ] = "",
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            formats=["%Y-%m-%d"],
            help=N_("Le jour de la signature (aujourd'hui)."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.record import explanation, prose

    desk = load_dataset_command_context(dataset)
    today = desk.workspace.clock().astimezone(ZoneInfo(desk.loaded.city.timezone)).date()
    if signed is not None:
        _record_signed_opinion(desk, signed, by, role, remarks, on.date() if on else today, today)
    whole = _build_last_opinion_context(desk, today)
    text = explanation.build_publication_explanation(desk.dataset, desk.loaded.city, whole)
    if html is not None:
        short = replace(whole, most_changes=explanation.PRINTED_CHANGES)
        printed = explanation.build_publication_explanation(desk.dataset, desk.loaded.city, short)
        write_text_file(html, prose.render_explanation_html(printed))
        print_text(err, _WRITTEN.format(html))
    if markdown is not None:
        write_text_file(markdown, prose.render_explanation_markdown(text))
        print_text(err, _WRITTEN.format(markdown))
    if as_json:
        print_json({"dataset": dataset, "explanation": asdict(text)})
    elif not (html or markdown or signed):
        _print_explanation(text)


def _build_last_opinion_context(desk: DatasetCommandContext, today: date) -> OpinionAndAgreementContext:
    """Of today, with every change since the last opinion. Raises DeclarationError for opinions that cannot be
    read, StoreError."""
    from aqueduc.certify.holds import describe_holds_in_force
    from aqueduc.declaration.signatures import find_last_opinion, read_opinions_under_all_identifiers
    from aqueduc.publish.proof.agreement import find_current_decision
    from aqueduc.record.statement import OpinionAndAgreementContext

    given = read_opinions_under_all_identifiers(desk.workspace.include, desk.dataset)
    agreement = find_current_decision(desk.dataset, desk.loaded.city, desk.workspace)
    held = describe_holds_in_force(desk.dataset, desk.loaded.city, desk.workspace.store, today)
    return OpinionAndAgreementContext(today, find_last_opinion(given, today), agreement=agreement, held=held)


def _record_signed_opinion(
    desk: DatasetCommandContext,
    signed: Opinion,
    by: str | None,
    role: str | None,
    remarks: str,
    day: date,
    today: date,
) -> None:
    """Adds the opinion to those of the dataset. Raises PersonalTextRefused."""
    from aqueduc.anonymise.scrubbing import refuse_personal_texts
    from aqueduc.declaration import signatures
    from aqueduc.record.facts import collect_dataset_facts

    if not (by and by.strip() and role and role.strip()):
        raise typer.BadParameter(str(_("--signed demande --by (prénom et nom) et --role")))
    include, dataset, city = desk.workspace.include, desk.dataset, desk.loaded.city
    refuse_personal_texts(
        {_("La qualité"): role, _("Les observations"): remarks}, _("jeu {id}").format(id=dataset.id), include
    )
    given = signatures.read_signed_opinions(include, dataset.id)
    last = signatures.find_last_opinion(
        signatures.read_opinions_under_all_identifiers(include, dataset), today
    )
    if day > today or (last and day < last.day):
        told = _("--on : le {day} n'est pas encore venu, ou précède le dernier avis enregistré")
        raise typer.BadParameter(str(told.format(day=day.isoformat())))
    one = signatures.SignedOpinion(
        day=day,
        by=by,
        role=role,
        opinion=signed,
        remarks=remarks,
        fingerprint=dataset.fingerprint,
        city=city.fingerprint,
        version=dataset.software_version_and_code_digest,
        facts=collect_dataset_facts(dataset, city),
    )
    with convert_os_error_to_bad_parameter(f"include/{signatures.FOLDER}"):
        written = signatures.write_signed_opinions(include, dataset.id, (*given, one))
    print_text(err, _WRITTEN.format(written))


def _print_explanation(text: PublicationExplanation) -> None:
    if get_current_language() == "en":
        print_text(err, _("Ce texte, qui se signe, n'existe qu'en français."), style="dim")
    from rich.markdown import Markdown

    from aqueduc.record import prose

    if out.is_terminal:
        # rich folds at no-break spaces too: it would leave a quotation mark alone on its line.
        plain = (
            prose.render_explanation_markdown(text)
            .replace("\N{NO-BREAK SPACE}»", "»")
            .replace("«\N{NO-BREAK SPACE}", "«")
        )
        out.print(Markdown(plain), width=min(out.width, 100))
    else:
        typer.echo(prose.render_explanation_markdown(text), nl=False)
