"""GeoPackage: one layer of it, or a table without positions."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

from aqueduc.errors import SourceUnreadable
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.layers import (
    GdalLayerFile,
    format_safe_layer_names,
    read_layer,
    read_layer_column_names,
)
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sql import identifier, literal

_LISTED = (
    "SELECT c.table_name FROM gpkg_contents c JOIN sqlite_master m ON m.name = c.table_name "
    "WHERE c.data_type IN ('features', 'attributes') AND m.type = 'table' ORDER BY c.rowid LIMIT 1000"
)
_DAMAGED = (sqlite3.Error, OSError, UnicodeDecodeError)
"""What SQLite raises of a damaged file; the last, of its own message, when that quotes what is no UTF-8."""
_UNREADABLE = _("Le GeoPackage n'est pas lisible (coupé, ou abîmé).")
_UNLOCATED = _("La couche du GeoPackage ne dit pas son système de coordonnées.")
_REMEDY = _("le réexporter entier du SIG, avec son système de coordonnées, ou en GeoJSON (EPSG:4326)")


def _list_layers(origin: SourceOrigin, path: Path) -> tuple[str, ...]:
    """The tables that a GeoPackage says it holds. A view is none: a query of somebody's would be run. Raises
    SourceUnreadable."""
    names: tuple[str, ...] | None = None
    with (
        suppress(*_DAMAGED),
        closing(_open_read_only_database(path)) as con,
    ):
        names = tuple(str(name) for (name,) in con.execute(_LISTED))
    if names is None:
        raise origin.build_unreadable_error(_UNREADABLE, _REMEDY)
    return names


def _open_read_only_database(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def _read_datetime_texts_with_row_key(
    origin: SourceOrigin, path: Path, layer: str, numbering: str, names: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """Which a GeoPackage keeps as text. Raises SourceUnreadable."""
    wrong = _UNREADABLE
    texts = ", ".join(f"nullif(trim(CAST({identifier(name)} AS TEXT)), '')" for name in names)
    with suppress(*_DAMAGED), closing(_open_read_only_database(path)) as con:
        keys = con.execute(f"SELECT name FROM pragma_table_info({literal(layer)}) WHERE pk > 0").fetchall()
        if keys == [(numbering,)]:
            yield from con.execute(f"SELECT {identifier(numbering)}, {texts} FROM {identifier(layer)}")
            return
        wrong = _(
            "La couche du GeoPackage n'a pas de clé primaire : ses dates ne se rattachent à aucune ligne."
        )
    raise origin.build_unreadable_error(wrong, _REMEDY)


def _find_layer(origin: SourceOrigin, path: Path, wanted: str | None) -> GdalLayerFile:
    names = _list_layers(origin, path)
    found = [name for name in names if wanted in (None, name)]
    if wanted is not None and not found:
        raise origin.build_missing_error(
            _("Le GeoPackage n'a pas de couche « {wanted} ».").format(wanted=wanted),
            _("corriger « sheet: » ; il a : {listed}").format(listed=format_safe_layer_names(names)),
        )
    if len(found) != 1:
        raise _build_ambiguous_layer_error(origin, names)
    return _build_gdal_layer_description(origin, path, found[0])


def _build_ambiguous_layer_error(origin: SourceOrigin, names: tuple[str, ...]) -> SourceUnreadable:
    if not names:
        return origin.build_unreadable_error(_("Le GeoPackage ne contient aucune couche."), _REMEDY)
    return origin.build_unreadable_error(
        _("Le GeoPackage a plusieurs couches : rien ne dit laquelle lire."),
        _("la nommer sous « sheet: » ; il a : {listed}").format(listed=format_safe_layer_names(names)),
    )


def _build_gdal_layer_description(origin: SourceOrigin, path: Path, name: str) -> GdalLayerFile:
    read_moments = partial(_read_datetime_texts_with_row_key, origin, path, name)
    return GdalLayerFile(str(path), "GPKG", _UNREADABLE, _UNLOCATED, _REMEDY, read_moments, layer=name)


# --- as a format ------------------------------------------------------------------------------------------


def _extract_geopackage(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_layer(request, _find_layer(request.source_origin, path, options.sheet))


def _probe_geopackage_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    file = _find_layer(request.source_origin, path, options.sheet)
    return ProbeResult(read_layer_column_names(request.source_origin, request.scratch, file))


def _is_geopackage_file(head: FileHead) -> bool:
    return head.start.startswith(b"SQLite format 3") and head.start[68:72] in (b"GPKG", b"GP10", b"GP11")


def _list_geopackage_table_outlines(
    origin: SourceOrigin, path: Path, scratch: Path
) -> tuple[TableOutline, ...]:
    names = _list_layers(origin, path)
    several = len(names) > 1
    return tuple(
        TableOutline(
            names=read_layer_column_names(origin, scratch, _build_gdal_layer_description(origin, path, name)),
            options={"sheet": name} if several else {},
            label=name if several else "",
            typed=True,
            moved=True,
        )
        for name in names[:20]
    )


READER = FormatReader(
    extract=_extract_geopackage,
    probe=_probe_geopackage_columns,
    recognises=_is_geopackage_file,
    outline=_list_geopackage_table_outlines,
)
