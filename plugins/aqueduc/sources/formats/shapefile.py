"""A zipped shapefile: its attributes, and its positions in WGS84.

GDAL transforms the layer's own reference system (Lambert-93, most often) as the .prj beside it says. The parts of
the layer are unpacked first, within limits: GDAL reads in a zip what the zip says of itself.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Any

from aqueduc.language import _, n_
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.archive import list_zip_files, unpack_zip_members
from aqueduc.sources.formats.layers import LayerFile, read_layer, read_layer_header
from aqueduc.sources.formats.magic import FileHead, read_file_head
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.origin import SourceOrigin

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_UNREADABLE = _("Le shapefile n'est pas lisible (un de ses fichiers manque ou est abîmé).")
_REMEDY = _("le réexporter entier du SIG, avec son .prj, ou en GeoJSON (EPSG:4326)")
_DBF_START = struct.Struct("<4xIHH")
"""How many records, and how long its header and each record are."""
_DBF_FIELD = 32
"""The length of what describes a field, and of what comes before."""
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def _unpack_layer(origin: SourceOrigin, scratch: Path, path: Path, layer: str | None) -> LayerFile:
    """The (only) layer of an archive. Raises SourceUnreadable."""
    head = read_file_head(path)
    inner = _find_shp_member(origin, head, layer)
    stem = inner[: -len(".shp")].lower()
    folder = scratch / "layer"
    folder.mkdir(exist_ok=True)
    parts = {
        name: folder / f"layer{PurePosixPath(name).suffix.lower()}"
        for name in list_zip_files(head)
        if PurePosixPath(name).suffix.lower() in _PARTS and name.lower().startswith(f"{stem}.")
    }
    for left in folder.iterdir():
        left.unlink()
    unpack_zip_members(origin, head, parts)
    if _is_cut_short(folder / "layer.dbf"):
        raise origin.unreadable(_UNREADABLE, _REMEDY)
    return LayerFile(
        str(folder / "layer.shp"),
        "ESRI Shapefile",
        _UNREADABLE,
        _("Le shapefile ne dit pas son système de coordonnées (le fichier .prj manque)."),
        _REMEDY,
        partial(_read_dates, origin, folder / "layer.dbf"),
    )


def _list_shp_members(head: FileHead) -> tuple[str, ...]:
    return tuple(name for name in list_zip_files(head) if name.lower().endswith(".shp"))


def _find_shp_member(origin: SourceOrigin, head: FileHead, layer: str | None) -> str:
    """The name of the .shp in the archive."""
    names = [name for name in _list_shp_members(head) if layer in (None, PurePosixPath(name).stem)]
    if len(names) != 1:
        what = (
            _("ne contient pas ce shapefile")
            if layer
            else n_("contient {count} shapefile", "contient {count} shapefiles", len(names))
        )
        raise origin.unreadable(
            _("L'archive {what}.").format(what=what)
            if head.members is not None
            else _("Ce n'est pas une archive zip lisible."),
            _("y mettre un seul shapefile (.shp, .dbf, .shx, .prj), ou le nommer sous « sheet: »"),
        )
    return names[0]


# --- the table of attributes --------------------------------------------------------------------------------


def _is_cut_short(path: Path) -> bool:
    """GDAL stops at the first record that a .dbf lacks, without a word."""
    with suppress(OSError, struct.error), path.open("rb") as file:
        count, header, length = _DBF_START.unpack(file.read(_DBF_START.size))
        return bool(header + count * length > path.stat().st_size)
    return path.exists()


def _read_dates(
    origin: SourceOrigin, path: Path, _numbering: str, names: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """The rank of each record of the .dbf, then its dates. A .dbf is records of one length, after a header that
    says the type and the width of each field. Raises SourceUnreadable."""
    with suppress(OSError, struct.error), path.open("rb") as file:
        count, header, length = _DBF_START.unpack(file.read(_DBF_START.size))
        file.seek(_DBF_FIELD)
        dates = _find_date_fields(file.read(max(header - _DBF_FIELD, 0)))
        if len(dates) == len(names) and max(date.stop for date in dates) <= length:
            file.seek(header)
            for rank in range(count):
                record = file.read(length)
                yield rank, *(_format_date(record[date]) for date in dates)
            return
    raise origin.unreadable(_UNREADABLE, _REMEDY)


def _find_date_fields(header: bytes) -> list[slice]:
    """Where in a record its dates are; its first byte marks it as deleted."""
    starts = range(0, len(header) - _DBF_FIELD + 1, _DBF_FIELD)
    fields = [header[start : start + _DBF_FIELD] for start in starts]
    end = next((rank for rank, field in enumerate(fields) if field[0] == 0x0D), len(fields))
    ends = list(accumulate((field[16] for field in fields[:end]), initial=1))
    return [
        slice(ends[rank], ends[rank + 1]) for rank, field in enumerate(fields[:end]) if field[11:12] == b"D"
    ]


def _format_date(cell: bytes) -> str | None:
    """What is no date is left as it stands: validation tells it."""
    text = cell.decode("ascii", "replace").strip(" \0")
    if not text.strip("0"):
        return None
    return _DAY.sub(r"\1-\2-\3", text) if _DAY.fullmatch(text) else text


# --- as a format ------------------------------------------------------------------------------------------


def _extract(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_layer(request, _unpack_layer(request.origin, request.scratch, path, options.sheet))


def _probe(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    file = _unpack_layer(request.origin, request.scratch, path, options.sheet)
    return ProbeResult(read_layer_header(request.origin, request.scratch, file))


def _recognises(head: FileHead) -> bool:
    return bool(_list_shp_members(head))


def _outline(origin: SourceOrigin, path: Path, scratch: Path) -> tuple[TableOutline, ...]:
    names = [PurePosixPath(name).stem for name in _list_shp_members(read_file_head(path))]
    several = len(names) > 1
    return tuple(
        TableOutline(
            names=read_layer_header(origin, scratch, _unpack_layer(origin, scratch, path, name)),
            options={"sheet": name} if several else {},
            label=name if several else "",
            typed=True,
            moved=True,
        )
        for name in names[:20]
    )


READER = FormatReader(
    extract=_extract, probe=_probe, recognises=_recognises, outline=_outline, opens_zip=True
)
