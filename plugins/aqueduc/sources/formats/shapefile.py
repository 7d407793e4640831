"""A zipped shapefile: its attributes, and its positions in WGS84.

GDAL transforms the layer's own reference system (Lambert-93, most often) as the .prj beside it says. The parts of
the layer are unpacked first, within limits: GDAL reads in a zip what the zip says of itself.
"""

from pathlib import Path, PurePosixPath

from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.archive import list_zip_files, unpack_zip_members
from aqueduc.sources.formats.layers import LayerFile, read_layer, read_layer_header
from aqueduc.sources.formats.magic import FileHead, read_file_head
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.origin import SourceOrigin

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


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
    return LayerFile(
        str(folder / "layer.shp"),
        "ESRI Shapefile",
        _("Le shapefile n'est pas lisible (un de ses fichiers manque ou est abîmé)."),
        _("Le shapefile ne dit pas son système de coordonnées (le fichier .prj manque)."),
        _("le réexporter entier du SIG, avec son .prj, ou en GeoJSON (EPSG:4326)"),
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
            else _("contient {names} shapefiles").format(names=len(names))
        )
        raise origin.unreadable(
            _("L'archive {what}.").format(what=what)
            if head.members is not None
            else _("Ce n'est pas une archive zip lisible."),
            _("y mettre un seul shapefile (.shp, .dbf, .shx, .prj), ou le nommer sous « sheet: »"),
        )
    return names[0]


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
            moved=True,
        )
        for name in names[:20]
    )


READER = FormatReader(
    extract=_extract, probe=_probe, recognises=_recognises, outline=_outline, opens_zip=True
)
