"""GeoJSON: properties as they are written, points as two columns, other shapes as text."""

from __future__ import annotations

import json

import pytest

from aqueduc.errors import SourceUnreadable

COLUMNS = {
    "id": "publish",
    "hauteur": "publish",
    "remarque": "drop",
    "longitude": "publish",
    "latitude": "publish",
}


def declare(house, columns=COLUMNS, **source):
    types = {"hauteur": "number", "longitude": "number", "latitude": "number"}
    return house.declare({"file": "depot", "path": "a.geojson", **source}, columns, types=types)


def drop(house, content):
    data = content if isinstance(content, bytes | str) else json.dumps(content, ensure_ascii=False)
    (house.drop / "a.geojson").write_bytes(data if isinstance(data, bytes) else data.encode())


def feature(properties, geometry=None):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features, **more):
    return {"type": "FeatureCollection", **more, "features": list(features)}


def test_points(house):
    drop(
        house,
        """\ufeff{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name":
        "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "features": [
        {"type": "Feature", "id": 9, "properties": {"id": "007", "hauteur": 1.10, "remarque": null},
         "geometry": {"type": "Point", "coordinates": [5.4474270, 43.5]}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [5, 43.50, 210.5]},
         "properties": {"hauteur": 12, "id": " 8 ", "remarque": "à élaguer"}},
        {"type": "Feature", "properties": {"id": "9"}, "geometry": null}]}""",
    )
    found = house.extract(declare(house))
    assert house.table(found) == (
        ["__line", *COLUMNS],
        [
            (1, "007", "1.10", None, "5.4474270", "43.5"),
            (2, "8", "12", "à élaguer", "5", "43.50"),
            (3, "9", None, None, None, None),
        ],
    )


def test_other_shapes_and_structured_properties(house):
    line = {"type": "LineString", "coordinates": [[5.1, 43.0], [5.2, 43.1]]}
    properties = {"id": 1, "note": {"moyenne": 2.50, "par": {"qui": None}}, "tags": ["a", 1.0, None]}
    drop(house, collection(feature(properties, line), feature({"id": 2, "actif": True, "note": None})))
    columns = dict.fromkeys(
        ["id", "note.moyenne", "note.par.qui", "tags", "geometry", "actif", "longitude", "latitude"],
        "publish",
    )
    names, rows = house.table(house.extract(declare(house, columns)))
    assert names == ["__line", *columns]
    assert rows == [
        (
            1,
            "1",
            "2.5",
            None,
            '["a",1.0,null]',
            '{"type":"LineString","coordinates":[[5.1,43.0],[5.2,43.1]]}',
            None,
            None,
            None,
        ),
        (2, "2", None, None, None, None, "true", None, None),
    ]


def test_a_point_that_is_not_one_is_left_to_validation(house):
    drop(house, collection(feature({"id": 1}, {"type": "Point", "coordinates": ["x", 2]})))
    assert house.rows(house.extract(declare(house)))[0][-1] == '{"type":"Point","coordinates":["x",2]}'


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", ["Le fichier est vide"]),
        (b"nom;x\n1;CANARY", ["un objet qui porte"]),
        ('{"type": "FeatureCollection"}', ["« features » n'y figure pas"]),
        ('{"features": {}}', ["une liste était attendue"]),
        ('{"features": [{"type": "Feature", "properties": {"id": "CANARY"', ["coupé", "objet n° 1"]),
        ('{"features": []}', ["aucun objet"]),
        (collection(feature({"id": 1}), {"id": "CANARY"}), ["L'objet n° 2", "Feature"]),
        (collection(["CANARY"]), ["L'objet n° 1"]),
        (collection(feature({"id": 1, "longitude": "CANARY"})), ["« longitude »", "renommer"]),
        (collection(feature({"id": 1, "ID": "CANARY"})), ["« id », « ID »"]),
        (collection(feature({"autre": "CANARY"}, {"type": "Polygon"})), ["n'en porte le nom"]),
        (collection(feature({"a.b": "CANARY", "a": {"b": 2}})), ["n° 1 porte deux fois le même nom"]),
        (collection(feature({"": "CANARY", "id": 1})), ["n'a pas de nom"]),
        (
            collection(feature({"id": "CANARY"}), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}),
            ["pas en WGS84"],
        ),
        ('{"features": [{"type": "Feature", "properties": {"id": Infinity}}]}', ["coupé, ou une valeur"]),
        ('{"features": [' + "[" * 100_000, ["imbriquées"]),
        ('{"features": []} CANARY', ["suit la fin"]),
        ('{"features": [], "features": []}', ["deux fois"]),
        ('{"features": [{"type": "Feature", "properties": {"id": "CANARY \\ud800"}}]}', ["n'existe pas"]),
        ('{"features": [{"type": "Feature", "properties": {"id": "é"}}]}'.encode("cp1252"), ["UTF-8"]),
    ],
)
def test_what_cannot_be_read(house, canary, content, words):
    text = content if isinstance(content, bytes | str) else json.dumps(content)
    data = text if isinstance(text, bytes) else text.encode()
    drop(house, data.replace(b"CANARY", canary.encode()))
    message = house.fails(SourceUnreadable, declare(house))
    assert all(word in message for word in words), message


def test_what_stands_beside_the_properties_is_counted_and_goes_nowhere(house, canary):
    """No column knows of it: a geometry keeps what the format knows of one."""
    line = {"type": "LineString", "coordinates": [[5.1, 43.0], [5.2, 43.1]]}
    several = {"type": "GeometryCollection", "geometries": [{**line, "qui": canary}, line]}
    features = [
        {**feature({"n": 1}, line), "id": "a.1", "proprietaire": canary},
        feature({"n": 2}, {**line, "proprietaire": canary}),
        feature({"n": 3}, several),
        feature({"n": 4}, {**line, "bbox": [5.1, 43.0, 5.2, 43.1]}),
    ]
    drop(house, collection(*features))
    found = house.extract(declare(house, {"n": "publish", "geometry": "publish"}))
    assert canary not in str(house.table(found)) and "bbox" in str(house.table(found))
    (told,) = [one for one in found.report.findings if one.code == "membres-non-lus"]
    assert told.count == 3 and canary not in told.message
    assert told.message.startswith("3 lignes du GeoJSON dont un membre se trouve à côté des propriétés")
    drop(house, collection(feature({"n": 1}, line)))
    again = house.extract(declare(house, {"n": "publish", "geometry": "publish"}))
    assert not [one for one in again.report.findings if one.code == "membres-non-lus"]
