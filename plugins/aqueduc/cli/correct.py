"""``correct``: one cell of a rejected row, written into the city's file of corrections."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    command,
    load_dataset_command_context,
    out,
    print_json,
    print_text,
    replace_file,
)
from aqueduc.cli.rejected import RunName, list_rejection_keys
from aqueduc.findings import format_source_line_number, parse_source_line_number
from aqueduc.language import N_, _

if TYPE_CHECKING:
    from aqueduc.declaration.spec import Dataset


@command(
    N_(
        "Corrige une cellule d'une ligne rejetée, dans include/corrections/, en attendant la source.\n\n"
        "Seulement une colonne publiée telle quelle et qui ne touche à personne : le fichier garde la "
        "valeur juste. L'ancienne n'y est que par sa marque ; si la source change, la correction cesse."
    )
)
def correct(
    dataset: DatasetName,
    line: Annotated[
        int,
        typer.Option(
            "--line", parser=parse_source_line_number, metavar="N", help=N_("La ligne de la source.")
        ),
    ],
    column: Annotated[str, typer.Option("--column", help=N_("La colonne, sous son nom publié."))],
    to: Annotated[
        str,
        typer.Option("--to", help=N_("La valeur juste, écrite comme dans la source ; vide : rien.")),
    ],
    by: Annotated[str, typer.Option("--by", help=N_("Qui corrige : prénom et nom."))],
    why: Annotated[str, typer.Option("--why", help=N_("Pourquoi, ou d'après quoi, sans citer de donnée."))],
    run: RunName = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    desk = load_dataset_command_context(dataset)
    refuse_personal_texts({_("Le motif"): why}, _("jeu {id}").format(id=dataset), desk.workspace.include)
    _refuse_uncorrectable_column(desk.dataset, column)
    file, row = _read_rejected_row(desk, run, line)
    shown = _write_correction(
        desk, row, (column, _validate_and_canonicalise_value(desk, file, line, column, to)), by, why
    )
    if as_json:
        print_json({"dataset": dataset, "file": shown, "line": line, "column": column})
    else:
        print_text(
            out,
            _("Ajouté à {} : relire le fichier, l'enregistrer avec le reste, puis relancer le jeu.").format(
                shown
            ),
            style="green",
        )


def _refuse_uncorrectable_column(dataset: Dataset, column: str) -> None:
    from aqueduc.declaration.corrections import (
        explain_uncorrectable_column,
        list_quasi_identifier_and_sensitive_columns,
    )

    if not dataset.key:
        raise typer.BadParameter(
            str(_("ce jeu ne déclare pas de clé : rien ne désigne ses lignes ; corriger à la source"))
        )
    indirect = list_quasi_identifier_and_sensitive_columns(dataset.privacy)
    for name in (*dataset.key, column):
        refused = explain_uncorrectable_column(dataset.columns, indirect, name)
        if refused is not None:
            raise typer.BadParameter(str(refused))
    if column in dataset.key:
        raise typer.BadParameter(str(_("la clé ne se corrige pas ici : elle désigne la ligne")))


def _write_correction(
    desk: DatasetCommandContext, row: Mapping[str, Any], correction: tuple[str, str], by: str, why: str
) -> str:
    """Adds the cell of ``correction`` (its column, and what it should be); returns the file, as it is shown."""
    from aqueduc.declaration.corrections import EMPTY, FOLDER, TAIL
    from aqueduc.validate.corrections import compute_cell_hmac, load_or_create_correction_hmac_keys

    declared, (column, after) = desk.dataset, correction
    path = desk.workspace.include / FOLDER / f"{declared.id}.csv"
    shown = f"{desk.workspace.include.name}/{FOLDER}/{path.name}"
    key = tuple(row[name] for name in declared.key)
    if None in key:
        raise typer.BadParameter(
            str(_("la clé de cette ligne n'est pas remplie : elle ne peut être corrigée qu'à la source"))
        )
    _refuse_second_correction(declared, key, column, shown)
    before = compute_cell_hmac(
        load_or_create_correction_hmac_keys(desk.workspace.vault)[0], declared.id, key, column, row[column]
    )
    cells = [*key, column, before or EMPTY, after, by.strip(), why.strip()]
    _append_correction(path, [*declared.key, *TAIL], cells)
    return shown


def _refuse_second_correction(dataset: Dataset, key: tuple[str, ...], column: str, file: str) -> None:
    for other in dataset.corrections:
        if (other.key, other.column) == (key, column):
            raise typer.BadParameter(
                str(
                    _("cette cellule est déjà corrigée, à la ligne {} de {} : y changer la valeur").format(
                        other.line, file
                    )
                )
            )


def _validate_and_canonicalise_value(
    desk: DatasetCommandContext, file: str, line: int, column: str, to: str
) -> str:
    """``to`` as the source's cells come to validation, once declared dates and decimals are read; "" for
    nothing. Raises typer.BadParameter where the run would reject it again."""
    from aqueduc import duck
    from aqueduc.sources.reading import CellReader
    from aqueduc.validate.trial import find_schema_breaches_after_correction

    vault, declared = desk.workspace.vault, desk.dataset
    (source,) = (one.name for one in declared.columns if one.published_as == column)
    with vault.open_local_file_of_key(file) as path, vault.open_scratch_folder() as scratch:
        with duck.open_duckdb(scratch) as con:
            (value,) = duck.fetch_single_row(
                con,
                f"SELECT {CellReader.build_readers_by_column(declared)[source].build_canonical_cell_sql(duck.literal(to))}",
            )
        breaches = find_schema_breaches_after_correction(
            declared, path, line, (column, value), desk.workspace.store, scratch
        )
    if breaches:
        raise typer.BadParameter(
            str(
                _("la prochaine exécution rejetterait encore cette ligne : {}. Rien n'a été écrit").format(
                    " ; ".join(finding.message() for finding in breaches)
                )
            )
        )
    return value or ""


def _read_rejected_row(desk: DatasetCommandContext, run: str | None, line: int) -> tuple[str, dict[str, Any]]:
    """The key of the file of rejected rows, and the row there, its cells as text. Raises typer.BadParameter."""
    from aqueduc import duck

    vault, identifier = desk.workspace.vault, desk.dataset.id
    for key in list_rejection_keys(vault, identifier, run):
        if not key.endswith("/validate.parquet"):
            continue
        with (
            vault.open_local_file_of_key(key) as path,
            vault.open_scratch_folder() as scratch,
            duck.open_duckdb(scratch) as con,
        ):
            found = con.execute(
                "SELECT CAST(COLUMNS(* EXCLUDE (__line, __rules)) AS VARCHAR) "
                f"FROM {duck.build_read_parquet_sql(path)} WHERE __line = ?",
                [line],
            )
            names = [name for name, *_ in found.description or ()]
            row = found.fetchone()
        if row is not None:
            return key, dict(zip(names, row, strict=True))
    raise typer.BadParameter(
        str(
            _(
                "la validation n'a pas rejeté de ligne {} dans cette exécution (voir : aqueduc rejected {})"
            ).format(format_source_line_number(line), identifier)
        )
    )


def _append_correction(path: Path, header: list[str], cells: list[str]) -> None:
    """Whole or not at all: the file is rewritten beside, then put in place."""
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not text.strip():
        text = ""
        writer.writerow(header)
    elif not text.endswith("\n"):
        text += "\n"
    writer.writerow(cells)
    replace_file(path, (text + out.getvalue()).encode())
