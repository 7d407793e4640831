"""A table of a database of unknown make: the names of its columns are all that is asked of it beside its rows."""

import re

from aqueduc import duck
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.headings import refuse_data_like_names
from aqueduc.draft.kinds import SourceDraftingFunctions, SourceInspection, SourceNote
from aqueduc.draft.remote import build_inspection_extract_request
from aqueduc.draft.request import DraftRequest, InvalidDraftRequest
from aqueduc.draft.yamltext import format_yaml_comment
from aqueduc.language import _
from aqueduc.parquet import read_parquet
from aqueduc.sources.adapter import load_adapter
from aqueduc.sources.databases.drafting import COMMENT, MOST_ROWS, format_select, is_valid_unquoted_identifier
from aqueduc.sources.dbapi import KIND

_PART = r'(?:[^\W\d]\w*|"[^"\s]+"|`[^`\s]+`)'


def build_table_draft_request(name: str, connection: str, target: str) -> DraftRequest:
    """As the database's own SQL writes it. Raises InvalidDraftRequest."""
    if not re.fullmatch(rf"{_PART}(?:\.{_PART}){{0,3}}", target):
        raise InvalidDraftRequest(
            _("une table s'écrit comme dans une requête, par exemple « ventes » ou « schema.ventes »")
        )
    return DraftRequest(name, KIND.name, target, connection)


def inspect_table(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises PackageExtraMissing, ConnectionMissing, InvalidConnectionSettings, SourceError."""
    source = {wanted.kind: wanted.connection_name, "sql": f"sql/{wanted.name}.sql"}
    request = build_inspection_extract_request(
        wanted, bench, source, KIND.connection_types, f"SELECT * FROM {wanted.target}\n"
    )
    columns = load_adapter(request.dataset.source).probe(request, request.dataset.source).columns
    refuse_data_like_names(request.source_origin, columns)
    whole = _count_rows(wanted, bench, source) <= MOST_ROWS
    sql = format_select(
        wanted.target,
        [name if is_valid_unquoted_identifier(name) else duck.identifier(name) for name in columns],
    )
    read = sql if whole else f"{sql}LIMIT {MOST_ROWS}\n"
    return SourceInspection(
        source=source,
        raw=bench.run_extract(
            bench.write_and_load_all_text_declaration(wanted.name, source, columns, read), "raw"
        ),
        sql=sql,
        sql_comment="\n".join([*format_yaml_comment(str(COMMENT.format(wanted.target)), mark="--"), ""]),
        lexical=False,
        typed=True,
        whole=whole,
        notes=(
            SourceNote(
                _("table {target} de la connexion {reached_by}").format(
                    target=wanted.target, reached_by=wanted.connection_name
                )
            ),
        ),
    )


def _count_rows(wanted: DraftRequest, bench: DraftSandbox, source: dict[str, str]) -> int:
    name = "lignes"
    counted = {**source, "sql": f"sql/{name}.sql"}
    dataset = bench.write_and_load_all_text_declaration(
        name, counted, [name], f"SELECT COUNT(*) AS {name} FROM {wanted.target}\n"
    )
    (row,) = read_parquet(bench.run_extract(dataset, name).path).to_pylist()
    return int(row[name])


DRAFTING = SourceDraftingFunctions(choose=build_table_draft_request, look=inspect_table)
