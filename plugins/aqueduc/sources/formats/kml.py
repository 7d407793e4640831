"""KML: one row a placemark, with its own data and its position, which is in WGS84.

Read with expat: GDAL's driver of KML (the one that DuckDB has) keeps a name and a description, and loses the
data of each placemark (``ExtendedData``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

from aqueduc.errors import SourceUnreadable
from aqueduc.language import _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.geojson import build_geometry_cells
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.jsonstream import JsonNumber, list_member_names
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.records import RecordSpool
from aqueduc.sources.xmlstream import LARGEST_RECORD, UnexpectedXml, XmlStream, iterate_raising_source_errors

_OUTLINED = 100
_SHAPES = {"Point": "Point", "LineString": "LineString", "LinearRing": "LineString", "Polygon": "Polygon"}
_OWN = ("name", "description", "address", "phoneNumber", "begin", "end", "when")


@dataclass
class _PlacemarkReader:
    """Takes the events of a KML. ``done``: rows that are whole."""

    done: list[dict[str, Any]] = field(default_factory=list)
    _row: dict[str, Any] | None = None
    _names: list[str] = field(default_factory=list)
    _label: str = ""
    _texts: list[str] = field(default_factory=list)
    _shapes: list[dict[str, Any]] = field(default_factory=list)
    _rings: list[list[Any]] = field(default_factory=list)
    _size: int = 0

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        self._names.append(name)
        self._texts.clear()
        if name == "Placemark":
            self._row, self._shapes, self._size = {}, [], 0
            if attributes.get("id"):
                self._set_cell("id", attributes["id"])
        elif name in ("Data", "SimpleData"):
            self._label = attributes.get("name", "")
        elif name == "Polygon":
            self._rings = []
        elif name in ("Track", "Model") and self._row is not None:
            raise UnexpectedXml(_("une position y est un trajet ou un modèle, qu'Aqueduc ne lit pas"))

    def add_text(self, text: str) -> None:
        if self._row is None:
            return
        self._size += len(text)
        if self._size > LARGEST_RECORD:
            raise UnexpectedXml(_("un enregistrement y est démesuré"))
        self._texts.append(text)

    def end_element(self, name: str) -> None:
        self._names.pop()
        if self._row is None:
            return
        text = "".join(self._texts).strip()
        self._texts.clear()
        parent = self._names[-1] if self._names else ""
        if name == "Placemark":
            self._end_placemark(self._row)
        elif name == "SimpleData" or (name == "value" and parent == "Data"):
            self._set_cell(self._label, text)
        elif name in _OWN and parent in ("Placemark", "TimeSpan", "TimeStamp"):
            self._set_cell(name, text)
        elif name == "coordinates":
            self._add_placemark_geometry(parent, _parse_coordinates(text))
        elif name == "Polygon":
            self._shapes.append({"type": "Polygon", "coordinates": self._rings})

    def _set_cell(self, name: str, text: str) -> None:
        if self._row is None or not name:
            return
        if name in self._row:
            raise UnexpectedXml(_("une donnée y porte deux fois le même nom"))
        self._row[name] = text or None

    def _add_placemark_geometry(self, parent: str, positions: list[Any]) -> None:
        if "Polygon" in self._names:
            self._rings.append(positions)
        elif parent == "Point":
            self._shapes.append({"type": "Point", "coordinates": positions[0]})
        else:
            self._shapes.append({"type": "LineString", "coordinates": positions})

    def _end_placemark(self, row: dict[str, Any]) -> None:
        for name, value in build_geometry_cells(_merge_placemark_geometries(self._shapes)).items():
            if name in row:
                raise UnexpectedXml(_("une donnée y porte le nom de la colonne tirée de la position"))
            row[name] = value
        self.done.append(row)
        self._row = None


def _parse_coordinates(text: str) -> list[Any]:
    """``longitude,latitude[,altitude]`` between blanks."""
    positions = [[JsonNumber(part) for part in one.split(",") if part] for one in text.split()]
    if not positions or not all(
        len(one) in (2, 3) and all(map(_is_finite_number_text, one)) for one in positions
    ):
        raise UnexpectedXml(_("une position y est mal écrite"))
    return [one[:2] for one in positions]


def _is_finite_number_text(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _merge_placemark_geometries(shapes: list[dict[str, Any]]) -> dict[str, Any] | None:
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    kinds = {shape["type"] for shape in shapes}
    if len(kinds) == 1:
        return {"type": f"Multi{kinds.pop()}", "coordinates": [shape["coordinates"] for shape in shapes]}
    return {"type": "GeometryCollection", "geometries": shapes}


def _iterate_placemarks_raising_source_errors(
    origin: SourceOrigin, file: IO[bytes]
) -> Iterator[dict[str, Any]]:
    """Raises SourceUnreadable."""
    return iterate_raising_source_errors(_read_placemarks(file), partial(_build_unreadable_kml_error, origin))


def _read_placemarks(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Raises UnexpectedXml."""
    found = _PlacemarkReader()
    for _turn in XmlStream(
        file, found.start_element, found.end_element, found.add_text
    ).parse_document_by_blocks():
        yield from found.done
        found.done.clear()


def _build_unreadable_kml_error(origin: SourceOrigin, error: UnexpectedXml, count: int) -> SourceUnreadable:
    after = _(" (après l'objet n° {number})").format(number=count) if count else ""
    return origin.build_unreadable_error(
        _("Le fichier n'est pas un KML lisible : {reason}{after}.").format(reason=error.reason, after=after),
        _("le réexporter entier, sans DTD, ou en GeoJSON"),
    )


def read_kml(request: ExtractRequest, path: Path, *, at_most: int | None = None) -> ExtractResult:
    """Reads each placemark: its data, then ``longitude`` and ``latitude`` for a point, ``geometry`` (GeoJSON text) for
    anything else. Altitudes are left out. Raises SourceUnreadable."""
    spool = RecordSpool(request)
    with path.open("rb") as file, spool.open_spool() as out:
        for row in islice(_iterate_placemarks_raising_source_errors(request.source_origin, file), at_most):
            spool.add_record(row, out)
    if not spool.count:
        raise request.source_origin.build_unreadable_error(
            _("Le fichier ne contient aucun objet."), _("le redéposer entier")
        )
    return spool.write_records_as_table()


# --- as a format ------------------------------------------------------------------------------------------


def _extract_kml(request: ExtractRequest, path: Path, _options: FormatOptions) -> ExtractResult:
    return read_kml(request, path)


def _probe_kml_columns(request: ExtractRequest, path: Path, _options: FormatOptions) -> ProbeResult:
    return ProbeResult(read_kml(request, path, at_most=RECORDS_READ).column_names, whole=False)


def _is_kml_file(head: FileHead) -> bool:
    return head.xml_root_name_and_attributes[0] == "kml"


def _list_kml_table_outlines(origin: SourceOrigin, path: Path, _scratch: Path) -> tuple[TableOutline, ...]:
    with path.open("rb") as file:
        rows = list(islice(_iterate_placemarks_raising_source_errors(origin, file), _OUTLINED))
    return (TableOutline(names=list_member_names(rows)),)


READER = FormatReader(
    extract=_extract_kml, probe=_probe_kml_columns, recognises=_is_kml_file, outline=_list_kml_table_outlines
)
