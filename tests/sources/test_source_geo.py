"""GeoPackage and KML: attributes as they stand, positions in WGS84, and what a hostile file would have read."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile

import duckdb
import pytest

from aqueduc import duck
from aqueduc.errors import SourceNotFound, SourceUnreadable
from aqueduc.sources.formats import layers
from aqueduc.sources.formats.layers import GdalLayerFile
from aqueduc.sources.origin import SourceOrigin

POINTS = dict.fromkeys(("code", "nom", "haut", "longitude", "latitude"), "publish")
SHAPES = dict.fromkeys(("code", "nom", "haut", "geometry"), "publish")
# Marseille's Vieux-Port by its published coordinates in each system (IGN, to a metre).
LAMBERT_93 = (892390.0, 6247035.0)
WGS84 = (5.3698, 43.2965)


@pytest.fixture(scope="module")
def geopackage(tmp_path_factory):
    """Three layers: points, polygons, and a table without positions."""
    folder = tmp_path_factory.mktemp("gpkg")
    with duck.open_duckdb(folder, extensions=("spatial",)) as con:
        con.execute(
            "CREATE TABLE postes AS SELECT '0' || range AS code, 'É' || range AS nom, 1.5 AS haut, "
            "ST_Point(892390.0 + range, 6247035.0) AS geom FROM range(4)"
        )
        for name, kind in (("postes", "POINT"), ("zones", "POLYGON")):
            shape = "geom" if name == "postes" else "ST_Buffer(geom, 5, 1) AS geom"
            con.execute(
                f"COPY (SELECT code, nom, haut, {shape} FROM postes) TO '{folder}/{name}.gpkg' "
                f"(FORMAT gdal, DRIVER 'GPKG', SRS 'EPSG:2154', GEOMETRY_TYPE '{kind}')"
            )
    return folder


def declare(house, data, columns=POINTS, name="a.gpkg", **source):
    (house.drop / name).write_bytes(data)
    return house.declare({"file": "depot", "path": name, **source}, columns, types={"haut": "number"})


def test_points_are_moved_to_wgs84(house, geopackage):
    data = (geopackage / "postes.gpkg").read_bytes()
    names, rows = house.table(house.extract(declare(house, data, {**POINTS, "fid": "drop"})))
    assert names == ["__line", "fid", "code", "nom", "haut", "longitude", "latitude"]
    with sqlite3.connect(geopackage / "postes.gpkg") as con:
        expected = con.execute("SELECT fid, code, nom FROM postes ORDER BY fid").fetchall()
    assert [(int(row[1]), *row[2:4]) for row in rows] == expected
    assert abs(float(rows[0][5]) - WGS84[0]) < 1e-3 and abs(float(rows[0][6]) - WGS84[1]) < 1e-3


def test_polygons_are_geojson(house, geopackage):
    data = (geopackage / "zones.gpkg").read_bytes()
    found = house.rows(house.extract(declare(house, data, {**SHAPES, "fid": "drop"})))
    shape = json.loads(found[0][-1])
    assert shape["type"] == "Polygon" and abs(shape["coordinates"][0][0][0] - WGS84[0]) < 1e-2


def damage(path, statement):
    with sqlite3.connect(path) as con:
        con.execute(statement)
    con.close()
    return path.read_bytes()


def copied(geopackage, tmp_path):
    path = tmp_path / "b.gpkg"
    path.write_bytes((geopackage / "postes.gpkg").read_bytes())
    return path


def test_a_layer_is_chosen_by_its_name(house, geopackage, tmp_path):
    path = copied(geopackage, tmp_path)
    damage(path, "CREATE TABLE tarifs (code TEXT, nom TEXT, haut REAL)")
    damage(path, "INSERT INTO tarifs VALUES ('01', 'a', 2.0)")
    data = damage(
        path,
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('tarifs', 'attributes', 'tarifs')",
    )
    assert "plusieurs couches" in house.fails(SourceUnreadable, declare(house, data))
    columns = dict.fromkeys(("code", "nom", "haut"), "publish")
    found = house.extract(declare(house, data, columns, sheet="tarifs"))
    assert house.rows(found) == [(1, "01", "a", "2")]
    assert "autre" in house.fails(SourceNotFound, declare(house, data, columns, sheet="autre"))


def test_a_view_is_no_layer(house, geopackage, tmp_path):
    """It would run a query without end."""
    path = copied(geopackage, tmp_path)
    damage(
        path,
        "CREATE VIEW sans_fin AS WITH RECURSIVE n(code) AS (SELECT 1 UNION ALL SELECT code + 1 FROM n) SELECT * FROM n",
    )
    data = damage(path, "UPDATE gpkg_contents SET table_name = 'sans_fin'")
    assert "aucune couche" in house.fails(SourceUnreadable, declare(house, data))


def test_a_geopackage_that_is_none(house, geopackage, canary):
    data = (geopackage / "postes.gpkg").read_bytes()
    (house.folder / "secret.csv").write_text(f"code\n{canary}\n")
    virtual = (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{house.folder}/secret.csv</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    for content, words in (
        (b"", "vide (0 octet)"),
        (data[:5000], "GeoPackage"),
        (data[:68] + b"\0\0\0\0" + data[72:], "base SQLite"),
        (virtual.encode(), "c'est un document XML"),
    ):
        assert words in house.fails(SourceUnreadable, declare(house, content))


def test_a_shapefile_that_leads_elsewhere_is_not_followed(house, canary):
    """GDAL would take a list of other files for what its name says."""
    (house.folder / "secret.csv").write_text(f"code\n{canary}\n")
    virtual = (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{house.folder}/secret.csv</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.shp", virtual)
    assert "shapefile" in house.fails(SourceUnreadable, declare(house, out.getvalue(), name="a.zip"))


# --- dates --------------------------------------------------------------------------------------------------

# What a .dbf holds of a date, and what is read there; through GDAL and DuckDB, half of them are other days.
DBF_DATES = {
    b"19000101": "1900-01-01",
    b"19691231": "1969-12-31",
    b"00010101": "0001-01-01",
    b"18500505": "1850-05-05",
    b"19700101": "1970-01-01",
    b"20240229": "2024-02-29",
    b"99991231": "9999-12-31",
    b"        ": None,
    b"\0\0\0\0\0\0\0\0": None,
    b"00000000": None,
    b"0       ": None,
    b"20230230": "2023-02-30",
    b"19000100": "1900-01-00",
    b"1/2/2000": "1/2/2000",
    b"\xff       ": "\N{REPLACEMENT CHARACTER}",
}
DATED = dict.fromkeys(("n", "pose", "vu", "longitude", "latitude"), "publish")


def build_dbf(rows, deleted=()):
    """Of a number and two dates, by the format's own description (dBase III)."""
    fields = (("n", b"N", 9), ("pose", b"D", 8), ("vu", b"D", 8))
    described = b"".join(
        struct.pack("<11sc4xBB14x", name.encode(), kind, width, 0) for name, kind, width in fields
    )
    header = struct.pack("<BBBBIHH20x", 3, 126, 1, 1, len(rows), 32 + len(described) + 1, 26)
    records = (
        (b"*" if rank in deleted else b" ") + b"%9s" % number + pose + seen
        for rank, (number, pose, seen) in enumerate(rows)
    )
    return header + described + b"\r" + b"".join(records) + b"\x1a"


def pack_points(folder, dbf, count):
    target = folder / "a.shp"
    with duck.open_duckdb(folder, extensions=("spatial",)) as con:
        con.execute(
            f"COPY (SELECT 1 AS n, ST_Point(3.0 + range / 1e6, 43.0) AS geom FROM range({count})) TO '{target}' "
            "(FORMAT gdal, DRIVER 'ESRI Shapefile', SRS 'EPSG:4326')"
        )
    target.with_suffix(".dbf").write_bytes(dbf)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path in folder.glob("a.*"):
            packed.write(path, path.name)
    return out.getvalue()


def test_a_date_of_a_shapefile_is_the_one_of_its_dbf(house, tmp_path):
    """Of more records than are written at once, one of them deleted: each date stays with its position."""
    cells = [*DBF_DATES]
    records = [(b"%d" % rank, cells[rank % len(cells)], cells[rank * 7 % 13]) for rank in range(40_000)]
    data = pack_points(tmp_path, build_dbf(records, deleted={2}), len(records))
    found = house.extract(declare(house, data, DATED, name="a.zip"))
    expected = [
        (number.decode(), DBF_DATES[pose], DBF_DATES[seen])
        for rank, (number, pose, seen) in enumerate(records)
        if rank != 2
    ]
    rows = house.rows(found)
    assert [row[1:4] for row in rows] == expected
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert all(abs(float(row[4]) - 3 - int(row[1]) / 1e6) < 1e-7 for row in rows)
    # These points are not in the city.
    assert {one.code for one in found.report.findings} == {"positions-lointaines"}


def test_positions_of_which_nothing_is_said_are_told(house, tmp_path):
    """A .dbf half written: its records are there, and hold zeros."""
    records = [(b"1", b"20200101", b"        "), *[(b"\0" * 9, b"\0" * 8, b"\0" * 8)] * 12]
    found = house.extract(declare(house, pack_points(tmp_path, build_dbf(records), 13), DATED, name="a.zip"))
    assert [row[1:4] for row in house.rows(found)] == [("1", "2020-01-01", None), *[(None, None, None)] * 12]
    finding, away = found.report.findings
    assert away.code == "positions-lointaines"
    assert (finding.code, finding.count) == ("positions-sans-attribut", 12)
    assert finding.lines == tuple(range(2, 12))
    assert finding.message.startswith("12 lignes de la couche avec une position seule")
    assert "réexporter" in finding.remedy


@pytest.mark.parametrize("kept", [0, 11, 60, -30])
def test_a_dbf_cut_short_is_told(house, tmp_path, kept):
    """GDAL would give the rows before the cut, or none of the attributes."""
    dbf = build_dbf([(b"1", b"20200101", b"20200102")] * 3)
    data = pack_points(tmp_path, dbf[:kept], 3)
    assert "est abîmé" in house.fails(SourceUnreadable, declare(house, data, DATED, name="a.zip"))


# --- the encoding of attributes -------------------------------------------------------------------------------

SPECIES = ("Érable", "Chêne vert", "Cèdre – à 5 €", "Œillet")
NAMED = dict.fromkeys(("essence", "santé", "longitude", "latitude"), "publish")


def pack_species(folder, encoding, cpg=None, language=0, texts=SPECIES):
    """A layer of two texts, one of which has an accent in its name."""
    described = b"".join(
        struct.pack("<11sc4xBB14x", name.encode(encoding, "replace"), b"C", 30, 0)
        for name in ("essence", "santé")
    )
    header = struct.pack("<BBBBIHH17xB2x", 3, 126, 1, 1, len(texts), 32 + len(described) + 1, 61, language)
    cells = (text.encode(encoding, "replace").ljust(30) for text in texts)
    records = b"".join(b" " + cell + "bonne".ljust(30).encode() for cell in cells)
    data = pack_points(folder, header + described + b"\r" + records + b"\x1a", len(texts))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as again:
        for name in packed.namelist():
            if not name.endswith(".cpg"):
                again.writestr(name, packed.read(name))
        if cpg is not None:
            again.writestr("a.cpg", cpg)
    return out.getvalue()


@pytest.mark.parametrize(
    "encoding, cpg, language",
    [
        *(
            ("cp1252", cpg, 0)
            for cpg in ("1252", "CP1252", "windows-1252", "ANSI 1252\r\n", "LATIN1", "ISO-8859-1", "88591", "LDID/87")
        ),
        *(("utf-8", cpg, 0) for cpg in ("UTF8", "utf-8", "UTF-8\n", "65001")),
        ("utf-8", "UTF-8", 0x57),
        ("iso8859-15", "ISO 8859-15", 0),
        ("cp1252", None, 0x03),
        ("cp1252", None, 0x57),
    ],
)  # fmt: skip
def test_attributes_are_read_in_the_encoding_that_is_said(house, tmp_path, encoding, cpg, language):
    texts = [text.replace("–", "-") if encoding == "iso8859-15" else text for text in SPECIES]
    found = house.extract(
        declare(house, pack_species(tmp_path, encoding, cpg, language, texts), NAMED, name="a.zip")
    )
    names, rows = house.table(found)
    assert names[1:3] == ["essence", "santé"] and [row[1] for row in rows] == texts
    assert {one.code for one in found.report.findings} == {"positions-lointaines"}


def test_attributes_of_dos_are_read(house, tmp_path):
    for cpg, language in (("850", 0), ("cp850", 0), ("OEM 850", 0), (None, 2)):
        data = pack_species(tmp_path, "cp850", cpg, language, SPECIES[:2])
        found = house.extract(declare(house, data, NAMED, name="a.zip"))
        assert [row[1] for row in house.rows(found)] == [*SPECIES[:2]]


@pytest.mark.parametrize(
    "encoding, cpg, language",
    [
        ("cp1252", None, 0),
        ("cp1252", "", 0),
        ("cp1252", "nimporte", 0),
        ("utf-8", None, 0),
        ("utf-8", None, 0x57),
    ],
)
def test_an_encoding_that_nothing_says_is_guessed_and_told(house, tmp_path, encoding, cpg, language):
    data = pack_species(tmp_path, encoding, cpg, language)
    found = house.extract(declare(house, data, NAMED, name="a.zip"))
    assert [row[1] for row in house.rows(found)] == [*SPECIES]
    (told,) = [one for one in found.report.findings if one.code == "encodage-attributs-devine"]
    assert told.message.startswith(f"encodage des attributs deviné : {encoding} ; ni un .cpg ni le .dbf")
    assert ".cpg" in told.remedy


def test_attributes_without_accents_ask_for_no_encoding(house, tmp_path):
    found = house.extract(
        declare(
            house,
            pack_points(tmp_path, build_dbf([(b"1", b"20200101", b"20200102")]), 1),
            DATED,
            name="a.zip",
        )
    )
    assert {one.code for one in found.report.findings} == {"positions-lointaines"}


def test_a_wrong_encoding_is_called_so(house, tmp_path):
    said = house.fails(
        SourceUnreadable, declare(house, pack_species(tmp_path, "cp1252", "UTF-8"), NAMED, name="a.zip")
    )
    assert "ne sont pas tous dans l'encodage utf-8" in said and ".cpg" in said and "abîmé" not in said
    assert not any(text in said for text in SPECIES)
    said = house.fails(
        SourceUnreadable, declare(house, pack_species(tmp_path, "cp1252", "GBK"), NAMED, name="a.zip")
    )
    assert "un encodage qui n'est pas lu : gbk" in said and "UTF-8" in said


MOMENTS = (
    ("1900-01-01", "1900-01-01T00:00:00.000Z"),
    ("1969-12-31", "1969-12-31T23:59:59.500Z"),
    (None, None),
    ("", " "),
    ("1970-01-01", "2020-01-01T00:00:00Z"),
    ("2023-02-30", "hier"),
)


def date_geopackage(folder, key="INTEGER PRIMARY KEY"):
    """A table whose keys are not its ranks."""
    path = folder / "dates.gpkg"
    with duck.open_duckdb(folder, extensions=("spatial",)) as con:
        con.execute(
            f"COPY (SELECT 1 AS n, ST_Point(3, 43) AS geom) TO '{path}' (FORMAT gdal, DRIVER 'GPKG', SRS 'EPSG:4326')"
        )
    damage(path, f"CREATE TABLE suivi (cle {key}, jour DATE, instant DATETIME)")
    damage(
        path,
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('suivi', 'attributes', 'suivi')",
    )
    with sqlite3.connect(path) as con:
        con.executemany(
            "INSERT INTO suivi VALUES (?, ?, ?)", [(10 * rank + 7, *row) for rank, row in enumerate(MOMENTS)]
        )
    con.close()
    return path.read_bytes()


def test_dates_of_a_geopackage_are_those_it_holds(house, tmp_path):
    columns = dict.fromkeys(("cle", "jour", "instant"), "publish")
    found = house.extract(declare(house, date_geopackage(tmp_path), columns, sheet="suivi"))
    assert [row[1:] for row in house.rows(found)] == [
        (str(10 * rank + 7), day or None, (instant or "").strip() or None)
        for rank, (day, instant) in enumerate(MOMENTS)
    ]


def test_dates_without_a_key_to_tell_whose_they_are(house, tmp_path):
    columns = dict.fromkeys(("cle", "jour", "instant"), "publish")
    data = date_geopackage(tmp_path, key="INTEGER")
    assert "clé primaire" in house.fails(SourceUnreadable, declare(house, data, columns, sheet="suivi"))


# --- KML ----------------------------------------------------------------------------------------------------

PLACEMARKS = """<?xml version="1.0" encoding="utf-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
<Placemark id="p1"><name>Mairie</name><ExtendedData><Data name="code"><value>01001</value></Data>
<SchemaData><SimpleData name="haut">1.50</SimpleData></SchemaData></ExtendedData>
<Point><coordinates>5.3698,43.2965,12</coordinates></Point></Placemark>
<Placemark><name>Gare</name><Point><coordinates> 5.38,43.30 </coordinates></Point></Placemark>
%s</Folder></Document></kml>"""
ZONE = """<Placemark><name>Parc</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>
5,43 5,44 6,44 5,43</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>5.1,43.2
5.1,43.3 5.2,43.3 5.1,43.2</coordinates></LinearRing></innerBoundaryIs></Polygon></MultiGeometry></Placemark>"""
CANARY = "Canari-Zoé-0612345678"
OF_KML = dict.fromkeys(("id", "name", "code", "haut", "longitude", "latitude"), "publish")


def test_kml_keeps_the_data_of_each_placemark(house):
    found = house.extract(declare(house, (PLACEMARKS % "").encode(), OF_KML, name="a.kml"))
    names, rows = house.table(found)
    assert [dict(zip(names[1:], row[1:], strict=True)) for row in rows] == [
        {
            "id": "p1",
            "name": "Mairie",
            "code": "01001",
            "haut": "1.50",
            "longitude": "5.3698",
            "latitude": "43.2965",
        },
        {"id": None, "name": "Gare", "code": None, "haut": None, "longitude": "5.38", "latitude": "43.30"},
    ]


def test_kml_shapes_and_kmz(house):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("doc.kml", PLACEMARKS % ZONE)
        packed.writestr("files/a.png", b"\x89PNG")
    columns = {**OF_KML, "geometry": "publish"}
    found = house.extract(declare(house, out.getvalue(), columns, name="a.kmz"))
    assert json.loads(house.rows(found)[-1][-1]) == {
        "type": "Polygon",
        "coordinates": [
            [[5, 43], [5, 44], [6, 44], [5, 43]],
            [[5.1, 43.2], [5.1, 43.3], [5.2, 43.3], [5.1, 43.2]],
        ],
    }


@pytest.mark.parametrize(
    "more, words",
    [
        (
            "<Placemark><name>Canari-Zoé-0612345678</name><Point><coordinates>x,y</coordinates></Point></Placemark>",
            "mal écrite",
        ),
        ("<Placemark><name>a</name><name>Canari-Zoé-0612345678</name></Placemark>", "deux fois le même nom"),
        ("<Placemark><Track><coord>Canari</coord></Track></Placemark>", "trajet"),
        ("<Placemark>", "bien formé"),
    ],
)
def test_kml_that_cannot_be_read(house, more, words):
    assert words in house.fails(
        SourceUnreadable, declare(house, (PLACEMARKS % more).encode(), OF_KML, name="a.kml")
    )


def test_kml_with_a_dtd(house):
    data = b'<!DOCTYPE kml [<!ENTITY a "b">]><kml><Placemark><name>&a;</name></Placemark></kml>'
    assert "DTD" in house.fails(SourceUnreadable, declare(house, data, OF_KML, name="a.kml"))


def _build_text_dbf(names, rows):
    """Of texts of four bytes; the names stand in the bytes of the header as they are given."""
    described = b"".join(struct.pack("<11sc4xBB14x", name, b"C", 4, 0) for name in names)
    width = 1 + 4 * len(names)
    header = struct.pack("<BBBBIHH20x", 3, 126, 1, 1, len(rows), 32 + len(described) + 1, width)
    records = (b" " + b"".join(b"%-4s" % cell for cell in row) for row in rows)
    return header + described + b"\r" + b"".join(records) + b"\x1a"


def test_fields_that_were_cut_to_one_name_are_read_as_in_a_csv(house, tmp_path):
    names = (b"vehicule_1", b"VEHICULE_1", b"field0", b"geom", b"autre", b"vehicule_1")
    data = pack_points(tmp_path, _build_text_dbf(names, [(b"a", b"b", b"c", b"d", b"e", b"f")] * 2), 2)
    columns = ("vehicule_1", "VEHICULE_1 (2)", "field0", "geom (2)", "autre", "vehicule_1 (3)")
    found = house.extract(declare(house, data, dict.fromkeys(columns, "publish"), name="a.zip"))
    assert house.table(found)[0][1:7] == list(columns)
    assert house.rows(found)[0][1:7] == ("a", "b", "c", "d", "e", "f")


def test_what_is_not_the_fault_of_a_layer_is_not_called_damage():
    damaged = [kind("x") for kind in (duckdb.IOException, duckdb.InvalidInputException)]
    assert all(map(layers._is_damaged_file_error, damaged))
    others = [
        kind("x") for kind in (duckdb.BinderException, duckdb.OutOfMemoryException, duckdb.InternalException)
    ]
    assert not any(map(layers._is_damaged_file_error, others))
    origin = SourceOrigin("essai", "file", "depot", "a.zip")
    said = layers._build_unreadable_layer_error(
        origin, GdalLayerFile("", "", "abîmé", "", "", iter), damaged=False
    )
    assert "abîmé." in said.what and "un de ses fichiers manque" not in said.what
