"""NDJSON: one JSON object a line, read one at a time, each number as it is written."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from aqueduc.language import _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.formats.text import read_line_blocks
from aqueduc.sources.jsonstream import UnexpectedJson, list_member_names, parse_json_value
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.records import RecordSpool

_OUTLINED = 100


def read_ndjson(request: ExtractRequest, path: Path, *, at_most: int | None = None) -> ExtractResult:
    """Reads each line as a record; only the first ones with ``at_most``. A row is numbered by its rank among
    the lines that are not blank. Raises SourceUnreadable."""
    spool = RecordSpool(request)
    with spool.open_spool() as out:
        for record in islice(_parse_json_lines(request.source_origin, path), at_most):
            spool.add_record(record, out)
    if not spool.count:
        raise request.source_origin.build_unreadable_error(
            _("Le fichier ne contient aucun enregistrement."), _("le redéposer entier")
        )
    return spool.write_records_as_table()


def _parse_json_lines(origin: SourceOrigin, path: Path) -> Iterator[Any]:
    """Raises SourceUnreadable."""
    number = 0
    for block in read_line_blocks(origin, path, "utf-8"):
        for line in block.split("\n"):
            number += 1
            if not line or line.isspace():
                continue
            value: Any = None
            wrong: UnexpectedJson | None = None
            try:
                value = parse_json_value(line)
            except UnexpectedJson as error:
                wrong = error
            if wrong is not None:
                raise origin.build_unreadable_error(
                    _("La ligne {number} n'est pas du JSON : {reason}.").format(
                        number=number, reason=wrong.reason
                    ),
                    _("réexporter le fichier, un objet JSON par ligne ; ou corriger « format: »"),
                )
            yield value


# --- as a format ------------------------------------------------------------------------------------------


def _extract_ndjson(request: ExtractRequest, path: Path, _options: FormatOptions) -> ExtractResult:
    return read_ndjson(request, path)


def _probe_ndjson_columns(request: ExtractRequest, path: Path, _options: FormatOptions) -> ProbeResult:
    return ProbeResult(read_ndjson(request, path, at_most=RECORDS_READ).column_names, whole=False)


def _is_ndjson_file(head: FileHead) -> bool:
    """Two objects at least, each on a line of its own."""
    lines = [line for line in head.ascii_text_without_bom.split(b"\n")[:20] if line.strip()]
    return len(lines) > 1 and all(
        line.startswith(b"{") and (line.rstrip().endswith(b"}") or line is lines[-1]) for line in lines
    )


def _list_ndjson_table_outlines(origin: SourceOrigin, path: Path, _scratch: Path) -> tuple[TableOutline, ...]:
    records = [
        record for record in islice(_parse_json_lines(origin, path), _OUTLINED) if isinstance(record, dict)
    ]
    return (TableOutline(names=list_member_names(records)),)


READER = FormatReader(
    extract=_extract_ndjson,
    probe=_probe_ndjson_columns,
    recognises=_is_ndjson_file,
    outline=_list_ndjson_table_outlines,
)
