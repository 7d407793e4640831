"""GML: properties as they stand, positions in WGS84 whatever the order of axes, and what cannot be read."""

from __future__ import annotations

import gzip
import json

import pytest

from aqueduc.errors import SourceNotFound, SourceUnreadable
from aqueduc.sources import xmlstream
from aqueduc.sources.formats import gml
from aqueduc.sources.formats.magic import read_file_head
from aqueduc.sources.formats.reader import recognise_format
from aqueduc.sources.origin import SourceOrigin

CANARY = "Canari-Zoé-0612345678"
POINTS = dict.fromkeys(("gml_id", "code", "longitude", "latitude"), "publish")
SHAPES = dict.fromkeys(("gml_id", "code", "geometry"), "publish")
# Marseille's Vieux-Port by its published coordinates in each system (IGN, to a metre).
LAMBERT_93 = "892390.0 6247035.0"
WGS84 = (5.3698, 43.2965)
_SPACES = (
    'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" '
    'xmlns:v="http://ville.example" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
URN = "urn:ogc:def:crs:EPSG::4326"


def collect(*features, root="wfs:FeatureCollection", more="", member="wfs:member", before=""):
    members = "".join(f"<{member}>{feature}</{member}>" for feature in features)
    document = f'<?xml version="1.0" encoding="utf-8"?><{root} {_SPACES} {more}>{before}{members}</{root}>'
    return document.encode()


def tree(shape, cells="<v:code>01001</v:code>", rank=1, kind="v:arbre"):
    where = f"<v:geom>{shape}</v:geom>" if shape else ""
    return f'<{kind} gml:id="a.{rank}"><gml:boundedBy/>{cells}{where}</{kind}>'


def point(position="5.3698 43.2965", system="EPSG:4326"):
    return f'<gml:Point srsName="{system}"><gml:pos>{position}</gml:pos></gml:Point>'


def ring(positions):
    return f"<gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing>"


def polygon(boundaries):
    return f'<gml:Polygon srsName="EPSG:4326">{boundaries}</gml:Polygon>'


def polygon_of(positions, side="exterior"):
    return polygon(f"<gml:{side}>{ring(positions)}</gml:{side}>")


def line(positions, more=""):
    return (
        f'<gml:LineString srsName="EPSG:4326"><gml:posList {more}>{positions}</gml:posList></gml:LineString>'
    )


def declare(house, data, columns=POINTS, name="a.gml", **source):
    (house.drop / name).write_bytes(data)
    return house.declare({"file": "depot", "path": name, **source}, columns)


def read(house, data, columns=POINTS, **source):
    names, rows = house.table(house.extract(declare(house, data, columns, **source)))
    return [dict(zip(names[1:], row[1:], strict=True)) for row in rows]


def read_shape(house, shape):
    (row,) = read(house, collect(tree(shape)), SHAPES)
    return json.loads(row["geometry"])


# --- cells ----------------------------------------------------------------------------------------------------


def test_properties_are_as_they_stand(house):
    """Of the code, GDAL would make a number."""
    cells = (
        "<v:code> 01001 </v:code><v:haut uom='m'>1.50</v:haut><v:nom xsi:nil='true'/>"
        "<v:lieu><v:Adresse><v:rue>R. &amp; B.</v:rue><v:no>7</v:no></v:Adresse></v:lieu>"
        "<v:mot>a</v:mot><v:mot>b</v:mot><v:voir xlink:href='#b'/>"
    )
    expected = {
        "gml_id": "a.1",
        "code": "01001",
        "haut": "1.50",
        "haut.uom": "m",
        "nom": None,
        "lieu.Adresse.rue": "R. & B.",
        "lieu.Adresse.no": "7",
        "mot": '["a","b"]',
        "voir.href": "#b",
        "longitude": "5.3698",
        "latitude": "43.2965",
    }
    assert read(house, collect(tree(point(), cells)), dict.fromkeys(expected, "publish")) == [expected]


def test_gml_2_of_a_gis(house):
    feature = (
        '<ogr:arbre fid="arbre.0"><ogr:code>01</ogr:code><ogr:geom><gml:Point srsName="EPSG:2154"><gml:coordinates>'
        "892390.0,6247035.0,12</gml:coordinates></gml:Point></ogr:geom></ogr:arbre>"
    )
    data = collect(
        feature, root="ogr:FeatureCollection", member="gml:featureMember", more='xmlns:ogr="http://ogr"'
    )
    (row,) = read(house, data, dict.fromkeys(("fid", "code", "longitude", "latitude"), "publish"))
    assert (row["fid"], row["code"]) == ("arbre.0", "01")
    assert abs(float(row["longitude"]) - WGS84[0]) < 1e-3 and abs(float(row["latitude"]) - WGS84[1]) < 1e-3


def test_several_members_in_one_and_a_frame_that_says_where_they_are(house):
    shape = "<gml:Point><gml:pos>43.2965 5.3698</gml:pos></gml:Point>"
    frame = f'<gml:boundedBy><gml:Envelope srsName="{URN}"/></gml:boundedBy>'
    both = tree(shape) + tree(shape, rank=2)
    rows = read(house, collect(both, member="gml:featureMembers", before=frame))
    assert [tuple(row.values()) for row in rows] == [
        (f"a.{rank}", "01001", "5.3698", "43.2965") for rank in (1, 2)
    ]


def test_a_feature_without_position_and_a_file_of_none(house):
    columns = dict.fromkeys(("gml_id", "code"), "publish")
    assert read(house, collect(tree("")), columns) == [{"gml_id": "a.1", "code": "01001"}]
    rows = read(house, collect(tree(""), tree(point(), rank=2)))
    assert [row["longitude"] for row in rows] == [None, "5.3698"]


# --- the order of axes ------------------------------------------------------------------------------------------


LATITUDE_FIRST = (
    URN,
    "urn:x-ogc:def:crs:EPSG:4326",
    "urn:ogc:def:crs:EPSG:6.9:4326",
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "urn:ogc:def:crs:EPSG::4171",
    "urn:ogc:def:crs:EPSG::4979",
)
LONGITUDE_FIRST = (
    "EPSG:4326",
    "http://www.opengis.net/gml/srs/epsg.xml#4326",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "CRS:84",
)
EAST_FIRST = ("urn:ogc:def:crs:EPSG::2154", "EPSG:2154", "urn:ogc:def:crs:IGNF::LAMB93", "IGNF:LAMB93")


def test_the_order_of_axes_is_the_one_of_the_name(house):
    """Several systems in one file, as well; ETRS89-LAEA has its northing first."""
    systems = {
        **dict.fromkeys(LATITUDE_FIRST, "43.2965 5.3698"),
        **dict.fromkeys(LONGITUDE_FIRST, "5.3698 43.2965"),
        **dict.fromkeys(EAST_FIRST, LAMBERT_93),
        "urn:ogc:def:crs:EPSG::3035": "2254771.8 3944516.6",
        "EPSG:3035": "3944516.6 2254771.8",
    }
    rows = read(house, collect(*(tree(point(position, system)) for system, position in systems.items())))
    for system, row in zip(systems, rows, strict=True):
        found = float(row["longitude"]), float(row["latitude"])
        assert abs(found[0] - WGS84[0]) < 1e-3 and abs(found[1] - WGS84[1]) < 1e-3, system


@pytest.mark.parametrize("system, position", [(URN, "5.3698 43.2965"), ("EPSG:4326", "43.2965 5.3698")])
def test_axes_that_the_city_proves_swapped(house, system, position):
    """A service that names its system in one way, and writes in the other."""
    house.city(bbox=[5.2, 43.1, 5.6, 43.4])
    assert "inversées" in house.fails(
        SourceUnreadable, declare(house, collect(tree(point(position, system))))
    )


@pytest.mark.parametrize(
    "system",
    [
        "EPSG:999999", "urn:ogc:def:crs:EPSG::999999", "Lambert93", "", "urn:ogc:def:crs,crs:EPSG::2154,crs:EPSG::5720",
        f"EPSG:{CANARY}", "EPSG:2154') FROM read_text('/etc/passwd') --", "http://ailleurs.example/crs.xml#2154",
    ],
)  # fmt: skip
def test_a_system_that_nobody_knows(house, system):
    said = house.fails(SourceUnreadable, declare(house, collect(tree(point(LAMBERT_93, system)))))
    assert "L'objet n° 1 ne dit pas son système de coordonnées" in said and "srsName" in said


def test_a_position_that_names_no_system(house):
    data = collect(tree(point()), tree("<gml:Point><gml:pos>1 2</gml:pos></gml:Point>", rank=2))
    assert "L'objet n° 2 ne dit pas" in house.fails(SourceUnreadable, declare(house, data))


def test_a_position_off_the_globe(house):
    said = house.fails(SourceUnreadable, declare(house, collect(tree(point("892390 6247035")))))
    assert "n'est pas en degrés" in said


# --- shapes -----------------------------------------------------------------------------------------------------

SQUARE = "5 43 6 43 6 44 5 43"
HOLE = "5.5 43.1 5.6 43.1 5.6 43.2 5.5 43.1"


def pairs(text):
    numbers = [float(one) for one in text.split()]
    return [numbers[at : at + 2] for at in range(0, len(numbers), 2)]


POLYGON = polygon(f"<gml:exterior>{ring(SQUARE)}</gml:exterior><gml:interior>{ring(HOLE)}</gml:interior>")


def ring_of(*curves):
    """A boundary of several curves, in place of one line."""
    members = "".join(f"<gml:curveMember>{curve}</gml:curveMember>" for curve in curves)
    return polygon(f"<gml:exterior><gml:Ring>{members}</gml:Ring></gml:exterior>")


def bent(positions):
    """A curve of segments."""
    segment = f"<gml:LineStringSegment><gml:posList>{positions}</gml:posList></gml:LineStringSegment>"
    return f"<gml:Curve><gml:segments>{segment}</gml:segments></gml:Curve>"


READ = [
    (ring_of(bent("5 43 6 43"), line("6 43 6 44"), bent("6 44 5 43")), "Polygon", [pairs(SQUARE)]),
    (ring_of(line(SQUARE)), "Polygon", [pairs(SQUARE)]),
    (
        '<gml:LineString srsName="EPSG:4326"><gml:pos>5 43</gml:pos><gml:pos>6 44</gml:pos></gml:LineString>',
        "LineString",
        pairs("5 43 6 44"),
    ),
    (
        '<gml:LineString srsName="EPSG:4326"><gml:posList srsDimension="3">5 43 1 6 44 2</gml:posList></gml:LineString>',
        "LineString",
        pairs("5 43 6 44"),
    ),
    (
        '<gml:LineString srsName="EPSG:4326"><gml:coordinates decimal="," cs=" " ts=";">5,5 43;6 44</gml:coordinates>'
        "</gml:LineString>",
        "LineString",
        pairs("5.5 43 6 44"),
    ),
    (
        '<gml:LineString srsName="EPSG:4326"><gml:coord><gml:X>5</gml:X><gml:Y>43</gml:Y></gml:coord><gml:coord>'
        "<gml:X>6</gml:X><gml:Y>44</gml:Y></gml:coord></gml:LineString>",
        "LineString",
        pairs("5 43 6 44"),
    ),
    (
        '<gml:Curve srsName="EPSG:4326"><gml:segments>'
        "<gml:LineStringSegment><gml:posList>5 43 6 44</gml:posList></gml:LineStringSegment>"
        "<gml:LineStringSegment><gml:posList>6 44 7 45</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve>",
        "LineString",
        pairs("5 43 6 44 7 45"),
    ),
    (POLYGON, "Polygon", [pairs(SQUARE), pairs(HOLE)]),
    (
        '<gml:Polygon srsName="EPSG:4326"><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>5,43 6,43 6,44 5,43'
        "</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>",
        "Polygon",
        [pairs(SQUARE)],
    ),
    (
        f'<gml:Surface srsName="EPSG:4326"><gml:patches><gml:PolygonPatch><gml:exterior>{ring(SQUARE)}</gml:exterior>'
        "</gml:PolygonPatch></gml:patches></gml:Surface>",
        "Polygon",
        [pairs(SQUARE)],
    ),
    (
        f'<gml:MultiSurface srsName="EPSG:4326"><gml:surfaceMember>{POLYGON}</gml:surfaceMember></gml:MultiSurface>',
        "MultiPolygon",
        [[pairs(SQUARE), pairs(HOLE)]],
    ),
    (
        f"<gml:MultiPoint><gml:pointMembers>{point('5 43')}{point('6 44')}</gml:pointMembers></gml:MultiPoint>",
        "MultiPoint",
        pairs("5 43 6 44"),
    ),
    (
        '<gml:MultiCurve srsName="EPSG:4326"><gml:curveMember><gml:LineString><gml:posList>5 43 6 44</gml:posList>'
        "</gml:LineString></gml:curveMember></gml:MultiCurve>",
        "MultiLineString",
        [pairs("5 43 6 44")],
    ),
]


def test_shapes(house):
    rows = read(house, collect(*(tree(shape) for shape, _kind, _coordinates in READ)), SHAPES)
    for (shape, kind, coordinates), row in zip(READ, rows, strict=True):
        assert json.loads(row["geometry"]) == {"type": kind, "coordinates": coordinates}, shape


def test_shapes_of_several_kinds(house):
    parts = "".join(f"<gml:geometryMember>{one}</gml:geometryMember>" for one in (point("5 43"), POLYGON))
    both = f"<gml:MultiGeometry>{parts}</gml:MultiGeometry>"
    assert [part["type"] for part in read_shape(house, both)["geometries"]] == ["Point", "Polygon"]
    data = collect(tree(point()), tree(POLYGON, rank=2))
    rows = read(house, data, {**POINTS, **SHAPES})
    assert [(row["longitude"], row["geometry"] is None) for row in rows] == [("5.3698", True), (None, False)]


ARC = '<gml:Curve srsName="EPSG:4326"><gml:segments><gml:Arc/></gml:segments></gml:Curve>'


@pytest.mark.parametrize(
    "shape, words",
    [
        (point(CANARY), "mal écrite"),
        (point("5"), "mal écrite"),
        (point("5 nan"), "mal écrite"),
        (point("1_0 4"), "mal écrite"),
        (point("٥ ٤"), "mal écrite"),
        (point("5 1e999"), "mal écrite"),
        (point("5 43 6 44"), "mal écrite"),
        ('<gml:Point srsName="EPSG:4326"/>', "mal écrite"),
        ('<gml:MultiPoint><gml:pointMember xlink:href="#p"/></gml:MultiPoint>', "mal écrite"),
        (f'<gml:MultiCurve><gml:curveMember>{point()}</gml:curveMember></gml:MultiCurve>', "mal écrite"),
        (polygon_of("5 43 6 43 6 44 5 44"), "mal écrite"),
        (polygon_of("5 43 6 43 5 43"), "mal écrite"),
        (polygon_of(SQUARE, "interior"), "mal écrite"),
        (ring_of(bent("5 43 6 43"), bent("6 44 5 43")), "mal écrite"),
        (ring_of(bent("5 43 6 43"), bent("6 43 6 44")), "mal écrite"),
        (ring_of(bent("5 43 6 43"), bent("6 43 5 43")), "mal écrite"),
        (ring_of(point()), "mal écrite"),
        (ring_of(), "mal écrite"),
        (ring_of(bent("5 43 6 43"), "<gml:OrientableCurve orientation='-'/>"), "un arc"),
        (ring_of("<gml:Curve><gml:segments><gml:Arc/></gml:segments></gml:Curve>"), "un arc"),
        (polygon_of("5 43 1 6 43 1 6 44 1 5 43 1"), "mal écrite"),
        (line("5 43 6"), "mal écrite"),
        (line("5 43 6", 'srsDimension="0"'), "mal écrite"),
        (ARC, "un arc"),
        ('<gml:Solid srsName="EPSG:4326"/>', "un volume"),
        (
            f"<gml:MultiPoint><gml:pointMembers>{point()}{point(system=URN)}</gml:pointMembers></gml:MultiPoint>",
            "plusieurs systèmes",
        ),
        (f"{point()}{point()}", "plusieurs positions"),
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_read(house, shape, words):
    data = collect(tree(point()), tree(shape, rank=2))
    said = house.fails(SourceUnreadable, declare(house, data))
    assert words in said and "après l'objet n° 1" in said


# --- documents ----------------------------------------------------------------------------------------------------


def test_types_of_features_are_chosen_from(house):
    data = collect(tree(point()), tree(point(), "<v:nom>A</v:nom>", rank=7, kind="v:banc"))
    said = house.fails(SourceUnreadable, declare(house, data))
    assert "plusieurs types d'objets" in said and "« arbre », « banc »" in said
    columns = dict.fromkeys(("gml_id", "nom", "longitude", "latitude"), "publish")
    assert [row["gml_id"] for row in read(house, data, columns, sheet="banc")] == ["a.7"]
    assert "« arbre », « banc »" in house.fails(SourceNotFound, declare(house, data, sheet="autre"))


def test_collections_of_a_collection(house):
    inner = f"<wfs:FeatureCollection><wfs:member>{tree(point())}</wfs:member></wfs:FeatureCollection>"
    assert len(read(house, collect(inner, inner.replace("a.1", "a.2"), more='numberReturned="2"'))) == 2


@pytest.mark.parametrize(
    "more", ['numberReturned="3"', 'numberOfFeatures="3"', 'numberReturned="2" numberMatched="900"']
)
def test_fewer_features_than_the_document_announces(house, more):
    data = collect(tree(point()), tree(point(), rank=2), more=more)
    assert "n'a pas tous les objets" in house.fails(SourceUnreadable, declare(house, data))


def test_as_many_features_as_announced(house):
    data = collect(tree(point()), more='numberReturned="1" numberMatched="unknown"')
    assert len(read(house, data)) == 1


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "vide (0 octet)"),
        (collect(), "aucun objet"),
        (collect(tree(point()))[:-40], "coupé"),
        (collect(tree(point())).replace(b"</v:geom>", b"</v:z>"), "bien formé"),
        (b"<kml><Placemark/></kml>", "c'est un document KML"),
        (b"<!DOCTYPE html><html></html>", "une page HTML"),
        (b'<o:ExceptionReport xmlns:o="http://www.opengis.net/ows"><o:Exception/></o:ExceptionReport>', "document XML"),
        (b"gml_id,code\na,b\n", "bien formé"),
        (collect(tree(point(), f"<v:nom>{CANARY}</v:nom><v:gml_id>1</v:gml_id>")), "deux fois le même nom"),
        (collect(tree(point(), "<v:longitude>1</v:longitude>")), "« longitude »"),
        (b"\xff\xfe" + collect(tree(point())).decode().encode("utf-16-le"), "GML"),
    ],
)  # fmt: skip
def test_what_is_no_gml(house, data, words):
    assert words in house.fails(SourceUnreadable, declare(house, data))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://ailleurs.example/a.dtd">',
    ],
)
def test_a_document_with_a_dtd(house, doctype):
    data = collect(tree(point())).replace(b"?>", f"?>{doctype}".encode(), 1)
    assert "DTD" in house.fails(SourceUnreadable, declare(house, data))


def test_a_document_too_deep_and_a_feature_without_end(house, monkeypatch):
    deep = f"{'<v:a>' * 80}{'</v:a>' * 80}"
    assert "profondément" in house.fails(SourceUnreadable, declare(house, collect(tree(point(), deep))))
    monkeypatch.setattr(xmlstream, "LARGEST_RECORD", 100_000)
    huge = collect(tree(f'<gml:Point srsName="EPSG:4326"><gml:pos>{"5 " * 60_000}</gml:pos></gml:Point>'))
    assert "démesuré" in house.fails(SourceUnreadable, declare(house, huge))


def test_a_document_in_an_archive(house):
    (house.drop / "a.gml.gz").write_bytes(gzip.compress(collect(tree(point()))))
    dataset = house.declare({"file": "depot", "path": "a.gml.gz"}, POINTS)
    assert house.rows(house.extract(dataset)) == [(1, "a.1", "01001", "5.3698", "43.2965")]


def test_many_features_are_read_in_their_order(house):
    """More than are moved at once, in two systems."""
    features = []
    for rank in range(10_000):
        there = f"{5 + rank / 1e5:.5f}"
        where = point(f"{there} 43") if rank % 2 else point(f"43 {there}", URN)
        features.append(tree(where, rank=rank))
    rows = read(house, collect(*features))
    assert [row["gml_id"] for row in rows] == [f"a.{rank}" for rank in range(10_000)]
    assert all(abs(float(row["longitude"]) - 5 - rank / 1e5) < 1e-7 for rank, row in enumerate(rows))


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_what_a_draft_sees(tmp_path):
    data = collect(tree(point()), tree(POLYGON, "<v:nom>A</v:nom>", rank=7, kind="v:zone"))
    path = tmp_path / "a.gml"
    path.write_bytes(data)
    assert recognise_format(read_file_head(path)) == "gml"
    origin = SourceOrigin("essai", "file", "depot", "a.gml")
    tables = gml.READER.outline(origin, path, tmp_path)
    assert [(one.label, one.names, one.options) for one in tables] == [
        ("arbre", ("gml_id", "code", "longitude", "latitude"), {"sheet": "arbre"}),
        ("zone", ("gml_id", "nom", "geometry"), {"sheet": "zone"}),
    ]


def test_a_record_of_metadata_is_no_gml(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(
        b'<gmd:MD_Metadata xmlns:gml="http://www.opengis.net/gml/3.2"><gmd:a/></gmd:MD_Metadata>'
    )
    assert recognise_format(read_file_head(path)) == "xml"
