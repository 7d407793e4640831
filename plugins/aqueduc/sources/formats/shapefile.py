"""A zipped shapefile: its attributes, and its positions in WGS84.

GDAL transforms the layer's own reference system (Lambert-93, most often) as the .prj beside it says. The parts of
the layer are unpacked first, within limits: GDAL reads in a zip what the zip says of itself.
"""

import re
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from aqueduc.language import _, n_
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.findings import GuessedTableEncoding
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.archive import list_zip_files, unpack_zip_members
from aqueduc.sources.formats.dbf import FIELD, DbfEncoding, find_dbf_encoding, list_dbf_fields
from aqueduc.sources.formats.layers import LAYER_COLUMNS, GdalLayerFile, read_layer, read_layer_column_names
from aqueduc.sources.formats.magic import FileHead, read_file_head
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.origin import SourceOrigin

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_UNREADABLE = _("Le shapefile n'est pas lisible (un de ses fichiers manque ou est abîmé).")
_REMEDY = _("le réexporter entier du SIG, avec son .prj, ou en GeoJSON (EPSG:4326)")
_DBF_START = struct.Struct("<4xIHH")
"""How many records, and how long its header and each record are."""
_NAME_BYTES = 11
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def _unpack_layer(origin: SourceOrigin, scratch: Path, path: Path, layer: str | None) -> GdalLayerFile:
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
    if _is_truncated_dbf(folder / "layer.dbf"):
        raise origin.build_unreadable_error(_UNREADABLE, _REMEDY)
    encoding = _choose_dbf_encoding_and_write_cpg(origin, folder)
    renamed = _rename_repeated_fields(folder / "layer.dbf", encoding.name)
    return GdalLayerFile(
        str(folder / "layer.shp"),
        "ESRI Shapefile",
        _UNREADABLE,
        _("Le shapefile ne dit pas son système de coordonnées (le fichier .prj manque)."),
        _REMEDY,
        partial(_read_dbf_dates, origin, folder / "layer.dbf"),
        decoding=encoding.character_replacements,
        renamed=renamed,
        findings=(GuessedTableEncoding(detail={"encoding": encoding.name}),) if encoding.guessed else (),
    )


def _choose_dbf_encoding_and_write_cpg(origin: SourceOrigin, folder: Path) -> DbfEncoding:
    """The encoding of the attributes; GDAL is told what it knows of it. Raises SourceUnreadable."""
    encoding = DbfEncoding("utf-8")
    if (dbf := folder / "layer.dbf").exists():
        encoding = find_dbf_encoding(dbf, folder / "layer.cpg")
    if not encoding.readable:
        raise origin.build_unreadable_error(
            _("Le .cpg du shapefile dit un encodage qui n'est pas lu : {name}.").format(name=encoding.name),
            _("le réexporter du SIG en UTF-8, avec son .cpg, ou en GeoPackage"),
        )
    if not encoding.fits:
        raise origin.build_unreadable_error(
            _("Les textes du shapefile (.dbf) ne sont pas tous dans l'encodage {name}.").format(
                name=encoding.name
            ),
            _(
                "mettre dans l'archive le .cpg qui dit leur vrai encodage (« UTF-8 », « 1252 »…), ou réexporter la couche "
                "du SIG en UTF-8"
            ),
        )
    (folder / "layer.cpg").write_text(encoding.gdal_encoding, "ascii")
    return encoding


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
        raise origin.build_unreadable_error(
            _("L'archive {what}.").format(what=what)
            if head.members is not None
            else _("Ce n'est pas une archive zip lisible."),
            _("y mettre un seul shapefile (.shp, .dbf, .shx, .prj), ou le nommer sous « sheet: »"),
        )
    return names[0]


# --- the table of attributes --------------------------------------------------------------------------------


def _rename_repeated_fields(path: Path, encoding: str) -> dict[str, str]:
    """Gives a name of its own to each field of an unpacked .dbf that has another one's, as those that were cut to ten
    characters may: GDAL's rows must have different names. Returns what each of these stands for."""
    renamed: dict[str, str] = {}
    with suppress(OSError, struct.error), path.open("r+b") as file:
        _count, header, _length = _DBF_START.unpack(file.read(_DBF_START.size))
        file.seek(FIELD)
        fields = list_dbf_fields(file.read(max(header - FIELD, 0)))
        names = [name.decode(encoding, "replace") for name, _kind, _place in fields]
        met = Counter(column.casefold() for column in LAYER_COLUMNS)
        free = (f"field{rank}" for rank in count() if f"field{rank}" not in map(str.casefold, names))
        for rank, name in enumerate(names, start=1):
            met[name.casefold()] += 1
            if met[name.casefold()] > 1:
                own = next(free)
                file.seek(rank * FIELD)
                file.write(own.encode().ljust(_NAME_BYTES, b"\0"))
                renamed[own] = f"{name} ({met[name.casefold()]})"
    return renamed


def _is_truncated_dbf(path: Path) -> bool:
    """GDAL stops at the first record that a .dbf lacks, without a word."""
    with suppress(OSError, struct.error), path.open("rb") as file:
        records, header, length = _DBF_START.unpack(file.read(_DBF_START.size))
        return bool(header + records * length > path.stat().st_size)
    return path.exists()


def _read_dbf_dates(
    origin: SourceOrigin, path: Path, _numbering: str, names: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """The rank of each record of the .dbf, then its dates. A .dbf is records of one length, after a header that
    says the type and the width of each field. Raises SourceUnreadable."""
    with suppress(OSError, struct.error), path.open("rb") as file:
        records, header, length = _DBF_START.unpack(file.read(_DBF_START.size))
        file.seek(FIELD)
        fields = list_dbf_fields(file.read(max(header - FIELD, 0)))
        dates = [place for _name, kind, place in fields if kind == b"D"]
        if len(dates) == len(names) and max(date.stop for date in dates) <= length:
            file.seek(header)
            for rank in range(records):
                record = file.read(length)
                yield rank, *(_format_dbf_date_as_iso(record[date]) for date in dates)
            return
    raise origin.build_unreadable_error(_UNREADABLE, _REMEDY)


def _format_dbf_date_as_iso(cell: bytes) -> str | None:
    """What is no date is left as it stands: validation tells it."""
    text = cell.decode("ascii", "replace").strip(" \0")
    if not text.strip("0"):
        return None
    return _DAY.sub(r"\1-\2-\3", text) if _DAY.fullmatch(text) else text


# --- as a format ------------------------------------------------------------------------------------------


def _extract_shapefile(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_layer(request, _unpack_layer(request.source_origin, request.scratch, path, options.sheet))


def _probe_shapefile_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    file = _unpack_layer(request.source_origin, request.scratch, path, options.sheet)
    return ProbeResult(read_layer_column_names(request.source_origin, request.scratch, file))


def _is_shapefile_file(head: FileHead) -> bool:
    return bool(_list_shp_members(head))


def _list_shapefile_table_outlines(
    origin: SourceOrigin, path: Path, scratch: Path
) -> tuple[TableOutline, ...]:
    names = [PurePosixPath(name).stem for name in _list_shp_members(read_file_head(path))]
    several = len(names) > 1
    outlines = []
    for name in names[:20]:
        file = _unpack_layer(origin, scratch, path, name)
        outlines.append(
            TableOutline(
                names=read_layer_column_names(origin, scratch, file),
                options={"sheet": name} if several else {},
                label=name if several else "",
                typed=True,
                moved=True,
                doubts=tuple(finding.build_sentence_message() for finding in file.findings),
            )
        )
    return tuple(outlines)


READER = FormatReader(
    extract=_extract_shapefile,
    probe=_probe_shapefile_columns,
    recognises=_is_shapefile_file,
    outline=_list_shapefile_table_outlines,
    opens_zip=True,
)
