"""A JSON document in a folder: what an API answers, kept on a disk."""

from itertools import islice
from pathlib import Path

from aqueduc.language import _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader
from aqueduc.sources.jsonstream import JsonStream, UnexpectedJson
from aqueduc.sources.records import RecordSpool


def read_json_file(
    request: ExtractRequest, path: Path, *, records: str, keyed: str | None, at_most: int | None = None
) -> ExtractResult:
    """Reads the list (or, ``keyed``, the object) of objects at the dotted path ``records``; only its first
    ones with ``at_most``. A row is numbered by its rank. Raises SourceUnreadable."""
    spool = RecordSpool(request)
    wrong: UnexpectedJson | None = None
    steps = tuple(part for part in records.split(".") if part)
    with path.open(encoding="utf-8-sig") as file, spool.open_spool() as out:
        stream = JsonStream(file, steps, keyed=keyed)
        try:
            for record in islice(stream.read_records(), at_most):
                spool.add_record(record, out)
        except UnexpectedJson as error:
            wrong = error
    if wrong is not None:
        after = _(" (après l'enregistrement n° {count})").format(count=spool.count) if spool.count else ""
        raise request.source_origin.build_unreadable_error(
            _("Le fichier n'est pas le JSON attendu : {reason}{after}.").format(
                reason=wrong.reason, after=after
            ),
            _("vérifier « records: » et « keyed: », ou le redéposer entier, en UTF-8"),
        )
    return spool.write_records_as_table()


# --- as a format ------------------------------------------------------------------------------------------


def _extract_json(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_json_file(request, path, records=options.records, keyed=options.keyed)


def _probe_json_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    found = read_json_file(request, path, records=options.records, keyed=options.keyed, at_most=RECORDS_READ)
    return ProbeResult(found.column_names, whole=False)


def _is_json_file(head: FileHead) -> bool:
    return head.ascii_text_without_bom[:1] in (b"{", b"[")


READER = FormatReader(extract=_extract_json, probe=_probe_json_columns, recognises=_is_json_file)
