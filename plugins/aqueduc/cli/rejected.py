"""``rejected``: the rows a run set aside, by rule and line; their cells on request only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    command,
    load_dataset_command_context,
    out,
    print_json,
    print_text,
)
from aqueduc.findings import format_source_line_number
from aqueduc.language import N_, _, build_row_count_message, format_labelled_text, n_

if TYPE_CHECKING:
    from aqueduc.store import Vault

LINE = "__line"
LINES_SHOWN = 12
ROWS_SHOWN = 50

RunName = Annotated[
    str | None,
    typer.Option(
        "--run",
        metavar=N_("EXÉCUTION"),
        help=N_("Une exécution ; par défaut, la dernière."),
    ),
]

_TERMINAL = _(
    "les cellules ne s'affichent que sur un terminal, jamais dans un fichier ; pour un fichier : --export"
)
_CORRECT = _("Corriger à la source, ou : aqueduc correct {} --line N --column … --to … --by … --why …")
_AT_THE_SOURCE = _("Corriger à la source : sans « key: », rien ne désigne une ligne à « aqueduc correct ».")

_BEFORE_VALIDATION = _(
    "Ce que la validation n'a pas rejeté se corrige à la source, dans la table jointe ou dans la déclaration : « aqueduc "
    "correct » n'y va pas."
)


@command(
    N_(
        "Les lignes qu'une exécution a mises à l'écart, par règle, avec leur numéro dans la source.\n\n"
        "Aucune cellule n'est montrée, sauf avec --values, sur un terminal."
    ),
    "rejected",
)
def list_rejections(
    dataset: DatasetName,
    run: RunName = None,
    values: Annotated[
        bool,
        typer.Option(
            "--values",
            help=N_("Montrer les cellules sur ce terminal : elles peuvent être personnelles."),
        ),
    ] = False,
    export: Annotated[
        bool,
        typer.Option(
            "--export",
            help=N_("Écrire ces lignes en CSV, à côté d'elles dans le coffre."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    if values and (as_json or not out.is_terminal):
        raise typer.BadParameter(str(_("les cellules ne se donnent pas en JSON") if as_json else _TERMINAL))
    desk = load_dataset_command_context(dataset)
    vault = desk.workspace.vault
    keys = list_rejection_keys(vault, dataset, run)
    found = [(key, _count_rejections_by_rule(vault, key)) for key in keys]
    files = [_export_rejections_csv(vault, key) for key in keys] if export else []
    if as_json:
        print_json(_build_rejections_document(dataset, found, files))
        return
    if not found:
        print_text(
            out,
            _(
                "Aucune ligne rejetée n'est gardée pour ce jeu : une exécution (aqueduc run {dataset}, --dry-run compris) "
                "les garde pour un temps, dans le coffre ; « preview » ne garde rien."
            ).format(dataset=dataset),
        )
        return
    print_text(
        out,
        n_(
            "Exécution {run} : {count} ligne rejetée",
            "Exécution {run} : {count} lignes rejetées",
            sum(_count_rejected_rows(vault, key) for key in keys),
            run=keys[0].split("/")[-2],
        ),
        style="bold",
    )
    for key, rules in found:
        _print_rejections(_get_stage_of_rejection_key(key), rules)
        if values:
            _print_rejected_cells(vault, key)
    for file in files:
        print_text(
            out,
            _("Écrit dans le coffre : {} (données non anonymisées : ne pas le copier ailleurs)").format(file),
        )
    _print_correction_advice(desk, {_get_stage_of_rejection_key(key) for key in keys})


def _print_correction_advice(desk: DatasetCommandContext, stages: Collection[str]) -> None:
    if "validate" in stages:
        advice = _CORRECT.format(desk.dataset.id) if desk.dataset.key else _AT_THE_SOURCE
        print_text(out, advice, style="dim")
    if set(stages) != {"validate"}:
        print_text(out, _BEFORE_VALIDATION, style="dim")


def list_rejection_keys(vault: Vault, dataset: str, run: str | None) -> list[str]:
    """The keys of one run's rejected rows: of the last one that has some, unless it is named. Raises
    typer.BadParameter for a run that has none."""
    from aqueduc.store import build_safe_filename

    keys = vault.list_rejection_keys(dataset)
    runs = list(dict.fromkeys(key.split("/")[-2] for key in keys))
    if run is not None and build_safe_filename(run) not in runs:
        raise typer.BadParameter(
            str(
                _("aucune ligne rejetée par « {} » ; exécutions : {}").format(
                    run, ", ".join(runs[-5:]) or "—"
                )
            )
        )
    wanted = build_safe_filename(run) if run is not None else runs[-1] if runs else None
    return [key for key in keys if key.split("/")[-2] == wanted]


def _get_stage_of_rejection_key(key: str) -> str:
    return Path(key).stem


def _count_rejections_by_rule(vault: Vault, key: str) -> list[dict[str, Any]]:
    """Rule, count and first lines. A row that breaks several rules counts under each."""
    rows = _query_rejected_rows(
        vault,
        key,
        "SELECT rule, count(*), list_sort(list(__line))[:{n}] FROM (SELECT __line, unnest({rules}) AS rule "
        "FROM {table}) GROUP BY rule ORDER BY count(*) DESC, rule",
    )
    return [{"rule": rule, "count": count, "lines": list(lines)} for rule, count, lines in rows]


def _count_rejected_rows(vault: Vault, key: str) -> int:
    return int(_query_rejected_rows(vault, key, "SELECT count(*) FROM {table}")[0][0])


def _query_rejected_rows(vault: Vault, key: str, query: str) -> list[tuple[Any, ...]]:
    from aqueduc import duck

    with (
        vault.open_local_file_of_key(key) as path,
        vault.open_scratch_folder() as scratch,
        duck.open_duckdb(scratch) as con,
    ):
        table = duck.build_read_parquet_sql(path)
        listed = duck.read_column_types(con, table)["__rules"].endswith("[]")
        rules = "__rules" if listed else "string_split(__rules, ', ')"
        return con.execute(query.format(table=table, rules=rules, n=LINES_SHOWN)).fetchall()


def _print_rejections(stage: str, rules: Sequence[dict[str, Any]]) -> None:
    from aqueduc.cli.progress import STAGES

    print_text(out, STAGES[stage], style="bold")
    for item in rules:
        lines = ", ".join(map(format_source_line_number, item["lines"])) + (
            "…" if item["count"] > len(item["lines"]) else ""
        )
        where = n_("ligne {listed}", "lignes {listed}", len(item["lines"]), listed=lines)
        print_text(
            out, f"  • {format_labelled_text(item['rule'], build_row_count_message(item['count']))} ({where})"
        )


def _print_rejected_cells(vault: Vault, key: str) -> None:
    from rich.table import Table

    from aqueduc import duck

    with (
        vault.open_local_file_of_key(key) as path,
        vault.open_scratch_folder() as scratch,
        duck.open_duckdb(scratch) as con,
    ):
        found = con.execute(
            f"SELECT * FROM {duck.build_read_parquet_sql(path)} ORDER BY __line LIMIT {ROWS_SHOWN}"
        )
        names = [name for name, *_ in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    rows = [{**row, LINE: format_source_line_number(row[LINE])} for row in rows]
    faulty = [_list_faulty_columns(row["__rules"]) for row in rows]
    # What is wrong stands first: a terminal is narrower than a table.
    first = dict.fromkeys(name for listed in faulty for name in listed if name in names)
    order = list(dict.fromkeys((LINE, "__rules", *first, *names)))
    table = Table()
    for name in order:
        table.add_column(Text(str(_TITLES.get(name, name))))
    for row, wrong in zip(rows, faulty, strict=True):
        table.add_row(*(Text(_format_cell(row[name]), "bold red" if name in wrong else "") for name in order))
    out.print(table)
    left = _count_rejected_rows(vault, key) - ROWS_SHOWN
    if left > 0:
        print_text(out, _("… et {}").format(build_row_count_message(left)))


_TITLES = {LINE: _("ligne"), "__rules": _("règles")}


def _list_faulty_columns(rules: str | list[str]) -> list[str]:
    """Of rules such as ``montant:type``."""
    listed = rules if isinstance(rules, list) else rules.split(", ")
    return [rule.rpartition(":")[0] or rule for rule in listed]


def _format_cell(cell: Any) -> str:
    return "" if cell is None else ", ".join(cell) if isinstance(cell, list) else str(cell)


def _export_rejections_csv(vault: Vault, key: str) -> str:
    """Writes the rejected rows as CSV beside their Parquet file, to be removed with it. Returns where.

    It is made to be opened in a spreadsheet, and nothing has sorted what it holds: no cell of it is a formula."""
    from aqueduc import duck
    from aqueduc.validate.formulas import build_formula_prefix_sql

    target = f"{key.removesuffix('.parquet')}.csv"
    with (
        vault.open_local_file_of_key(key) as path,
        vault.open_scratch_folder() as scratch,
        duck.open_duckdb(scratch) as con,
    ):
        local = scratch / "rejected.csv"
        cells = ", ".join(
            f"{build_formula_prefix_sql(column)} AS {column}" if kind == "VARCHAR" else column
            for column, kind in (
                (duck.identifier(name), kind)
                for name, kind in duck.read_column_types(con, duck.build_read_parquet_sql(path)).items()
            )
        )
        con.execute(
            f"COPY (SELECT {cells} FROM {duck.build_read_parquet_sql(path)} ORDER BY __line) "
            f"TO {duck.literal(str(local))} (FORMAT csv, HEADER)"
        )
        vault.move_local_file_to_key(local, target)
    return f"{vault.url}/{target}"


def _build_rejections_document(
    dataset: str, found: Sequence[tuple[str, Any]], files: Sequence[str]
) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "run": found[0][0].split("/")[-2] if found else None,
        "stages": [{"stage": _get_stage_of_rejection_key(key), "rules": rules} for key, rules in found],
        "exported": list(files),
    }
