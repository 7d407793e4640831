"""Reckons the tides, two a day."""

from __future__ import annotations

from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.records import RecordSpool
from aqueduc_tides import TidesSource

COLUMNS = ("port", "jour", "hauteur")


def extract(request: ExtractRequest, source: TidesSource) -> ExtractResult:
    spool = RecordSpool(request)
    with spool.open_spool() as out:
        for tide in range(2 * source.days):
            height = (0.1, 0.4)[tide % 2]
            record = (source.connection, f"2026-03-{1 + tide // 2:02}", str(height))
            spool.add_record(dict(zip(COLUMNS, record, strict=True)), out)
    return spool.write_records_as_table()


def probe(request: ExtractRequest, source: TidesSource) -> ProbeResult:
    return ProbeResult(COLUMNS)


ADAPTER = SourceAdapter(extract=extract, probe=probe)
