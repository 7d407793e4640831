"""The kinds of source: a folder each, and a line here. Nobody else names one.

A kind gives ``KIND`` (``aqueduc.declaration.source_kind``), light enough to be read whenever Airflow parses,
and an adapter (``aqueduc.sources.adapter``), which is loaded when it is used. What several of them need
stands beside the folders: the client of HTTP, the formats of files, how text is read. ``stage`` extracts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.registry import KindRegistry

if TYPE_CHECKING:
    from aqueduc.declaration.source_kind import SourceKind

SOURCES: KindRegistry[SourceKind] = KindRegistry(
    "aqueduc.sources",
    {
        "postgres": "aqueduc.sources.postgres:KIND",
        "mysql": "aqueduc.sources.mysql:KIND",
        "mssql": "aqueduc.sources.mssql:KIND",
        "oracle": "aqueduc.sources.oracle:KIND",
        "dbapi": "aqueduc.sources.dbapi:KIND",
        "http": "aqueduc.sources.http:KIND",
        "file": "aqueduc.sources.files:KIND",
        "sftp": "aqueduc.sources.sftp:KIND",
        "s3": "aqueduc.sources.s3:KIND",
        "webdav": "aqueduc.sources.webdav:KIND",
        "arcgis": "aqueduc.sources.arcgis:KIND",
        "opendatasoft": "aqueduc.sources.opendatasoft:KIND",
        "ogcapi": "aqueduc.sources.ogcapi:KIND",
        "wfs": "aqueduc.sources.wfs:KIND",
        "onegeo": "aqueduc.sources.onegeo:KIND",
        "ckan": "aqueduc.sources.ckan:KIND",
    },
)
