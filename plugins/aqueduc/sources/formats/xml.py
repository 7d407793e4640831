"""XML by path: one row for each element that repeats, read one at a time.

Expat of the standard library rather than a tree (lxml, defusedxml's ElementTree): a tree of the whole, or one
pruned while it grows, is what a document that lies about its size makes unbounded.
"""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from aqueduc.errors import SourceUnreadable
from aqueduc.language import _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.jsonstream import list_member_names
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.records import RecordSpool
from aqueduc.sources.xmlstream import (
    UnexpectedXml,
    XmlPathCounts,
    XmlRecordReader,
    iterate_raising_source_errors,
)

_OUTLINED_BLOCKS = 64
_OUTLINED_PATHS = 20_000
_OUTLINED_RECORDS = 100
_ELSEWHERE = frozenset(("svg", "gpx"))


def read_xml(
    request: ExtractRequest, path: Path, *, records: str, at_most: int | None = None
) -> ExtractResult:
    """Reads the elements at the path ``records`` (``export/lignes/ligne``); only the first ones with
    ``at_most``. Their attributes and children are its columns, those of nested elements dotted. A row is
    numbered by its rank. Raises SourceUnreadable."""
    steps = tuple(part for part in records.split("/") if part)
    if not steps:
        raise request.source_origin.build_unreadable_error(
            _("La déclaration ne dit pas quel élément du XML est une ligne."),
            _("écrire « records: » : le chemin de l'élément qui se répète, par exemple export/lignes/ligne"),
        )
    spool = RecordSpool(request)
    with path.open("rb") as file, spool.open_spool() as out:
        for record in islice(
            _iterate_xml_records_raising_source_errors(request.source_origin, XmlRecordReader(file, steps)),
            at_most,
        ):
            spool.add_record(record, out)
    if not spool.count:
        raise request.source_origin.build_unreadable_error(
            _("Aucun élément n'est à ce chemin du document : {records}.").format(records=records),
            _("corriger « records: » : tous les noms depuis la racine, sans préfixe, séparés par « / »"),
        )
    return spool.write_records_as_table()


def _iterate_xml_records_raising_source_errors(
    origin: SourceOrigin, stream: XmlRecordReader
) -> Iterator[dict[str, Any]]:
    """Raises SourceUnreadable."""
    return iterate_raising_source_errors(stream.read_records(), partial(_build_unreadable_xml_error, origin))


def _build_unreadable_xml_error(origin: SourceOrigin, error: UnexpectedXml, count: int) -> SourceUnreadable:
    after = _(" (après l'enregistrement n° {count})").format(count=count) if count else ""
    return origin.build_unreadable_error(
        _("Le fichier n'est pas le XML attendu : {reason}{after}.").format(reason=error.reason, after=after),
        _("le réexporter entier, sans DTD, dans l'encodage que dit sa première ligne"),
    )


# --- as a format ------------------------------------------------------------------------------------------


def _extract_xml(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_xml(request, path, records=options.records)


def _probe_xml_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    return ProbeResult(
        read_xml(request, path, records=options.records, at_most=RECORDS_READ).column_names, whole=False
    )


def _is_xml_file(head: FileHead) -> bool:
    name = head.xml_root_name_and_attributes[0].lower()
    return bool(name) and name not in _ELSEWHERE and not head.is_html


def _list_xml_table_outlines(origin: SourceOrigin, path: Path, _scratch: Path) -> tuple[TableOutline, ...]:
    """The elements that repeat and hold something, the most numerous first, the least deep among equals."""
    wrong: UnexpectedXml | None = None
    with path.open("rb") as file:
        found = XmlPathCounts(file)
        try:
            found.count_paths_at_beginning(_OUTLINED_BLOCKS, _OUTLINED_PATHS)
        except UnexpectedXml as error:
            wrong = error
    if wrong is not None:
        raise _build_unreadable_xml_error(origin, wrong, 0)
    paths = [steps for steps, count in found.counts.items() if count > 1 and steps in found.members]
    paths.sort(key=lambda steps: (-found.counts[steps], len(steps)))
    within = [steps for steps in paths if not any(_is_nested_path(steps, other) for other in paths)]
    return tuple(_build_record_table_outline(origin, path, steps) for steps in within[:10])


def _is_nested_path(steps: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(steps) > len(other) and steps[: len(other)] == other


def _build_record_table_outline(origin: SourceOrigin, path: Path, steps: tuple[str, ...]) -> TableOutline:
    with path.open("rb") as file:
        records = list(
            islice(
                _iterate_xml_records_raising_source_errors(origin, XmlRecordReader(file, steps)),
                _OUTLINED_RECORDS,
            )
        )
    address = "/".join(steps)
    return TableOutline(names=list_member_names(records), options={"records": address}, label=address)


READER = FormatReader(
    extract=_extract_xml, probe=_probe_xml_columns, recognises=_is_xml_file, outline=_list_xml_table_outlines
)
