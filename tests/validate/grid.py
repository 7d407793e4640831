"""The grid of conformance: every type, format and constraint of Table Schema, crossed with the values that
people really write, and with seeded mutations of them.
"""

from __future__ import annotations

import json
import random
from typing import Any


def _geo(kind: str, **members: Any) -> str:
    return json.dumps({"type": kind, **members})


_POINT = {"type": "Point", "coordinates": [5.44, 43.52]}
_RING = [[0, 0], [1, 0], [1, 1], [0, 0]]
_OPEN = [[0, 0], [1, 0], [1, 1], [0, 1]]

GEOJSON = (
    _geo("Point", coordinates=[5.44, 43.52]), _geo("Point", coordinates=[5.44, 43.52, 120]),
    _geo("Point", coordinates=[5.44]), _geo("Point", coordinates=[]), _geo("Point", coordinates=["5", "43"]),
    _geo("Point", coordinates=[True, 1]), _geo("Point", coordinates=None), _geo("Point"),
    _geo("point", coordinates=[1, 2]),
    _geo("Point", coordinates=[500, 95]), _geo("Point", coordinates=[1, 2], bbox=[1, 2, 1, 2]),
    _geo("Point", coordinates=[1, 2], bbox=[1, 2, 1]), _geo("Point", coordinates=[1, 2], bbox="no"),
    _geo("Point", coordinates=[1, 2], crs={"type": "name", "properties": {"name": "EPSG:2154"}}),
    _geo("Point", coordinates=[1, 2], extra=1), _geo("MultiPoint", coordinates=[[1, 2], [3, 4]]),
    _geo("MultiPoint", coordinates=[]), _geo("MultiPoint", coordinates=[1, 2]),
    _geo("LineString", coordinates=[[1, 2], [3, 4]]), _geo("LineString", coordinates=[[1, 2]]),
    _geo("MultiLineString", coordinates=[[[1, 2], [3, 4]]]), _geo("MultiLineString", coordinates=[[[1, 2]]]),
    _geo("Polygon", coordinates=[_RING]), _geo("Polygon", coordinates=[_OPEN]),
    _geo("Polygon", coordinates=[]),
    _geo("Polygon", coordinates=[_RING[:3]]), _geo("Polygon", coordinates=_RING),
    _geo("Polygon", coordinates=[_RING, _RING]),
    _geo("MultiPolygon", coordinates=[[_RING]]), _geo("MultiPolygon", coordinates=[_RING]),
    _geo("GeometryCollection", geometries=[_POINT]), _geo("GeometryCollection", geometries=[]),
    _geo("GeometryCollection", geometries=[{"type": "Other"}]), _geo("GeometryCollection"),
    _geo("Feature", geometry=_POINT, properties={}), _geo("Feature", geometry=None, properties=None),
    _geo("Feature", geometry=_POINT), _geo("Feature", properties={}),
    _geo("Feature", geometry=_POINT, properties=[]),
    _geo("Feature", geometry=_POINT, properties={}, id="a"),
    _geo("Feature", geometry=_POINT, properties={}, id=[1]),
    _geo("Feature", geometry={"type": "GeometryCollection", "geometries": [_POINT]}, properties={}),
    _geo("FeatureCollection", features=[]), _geo("FeatureCollection"),
    _geo("FeatureCollection", features=[{"type": "Feature", "geometry": _POINT, "properties": {}}]),
    _geo("FeatureCollection", features=[_POINT]), _geo("Topology"), '{"coordinates": [1, 2]}', '{"type": 1}',
)  # fmt: skip

_ARCS = [[[0, 0], [1, 1]]]
TOPOJSON = (
    _geo("Topology", objects={}, arcs=[]), _geo("Topology", objects={"a": _POINT}, arcs=_ARCS),
    _geo("Topology", objects={"a": {"type": "LineString", "arcs": [0]}}, arcs=_ARCS),
    _geo("Topology", objects={"a": {"type": "Polygon", "arcs": [[0, -1]]}}, arcs=_ARCS),
    _geo("Topology", objects={"a": {"type": "Polygon", "arcs": [0]}}, arcs=_ARCS),
    _geo("Topology", objects={"a": {"type": "MultiPolygon", "arcs": [[[0]]]}}, arcs=_ARCS),
    _geo("Topology", objects={"a": {"type": "Circle", "arcs": [0]}}, arcs=_ARCS),
    _geo("Topology", objects=[], arcs=[]), _geo("Topology", objects={}), _geo("Topology", arcs=[]),
    _geo("Topology", objects={}, arcs=[[[0, 0]]]), _geo("Topology", objects={}, arcs=[[0, 1]]),
    _geo("Topology", objects={}, arcs=[], transform={"scale": [1, 1], "translate": [0, 0]}),
    _geo("Topology", objects={}, arcs=[], transform={"scale": [1, 1]}),
    _geo("Topology", objects={}, arcs=[], bbox=[0, 0, 1, 1]),
    _geo("Topology", objects={"a": {"type": "LineString", "arcs": [0.5]}}, arcs=_ARCS),
    _geo("Topology", objects={"a": {"type": "Point", "coordinates": [1, 2], "id": 1.5}}, arcs=[]),
    _geo("Topology", objects={"a": {"type": "GeometryCollection", "geometries": []}}, arcs=[]),
    _geo("LineString", arcs=[0]), _geo("MultiLineString", arcs=[[0]]),
)  # fmt: skip

VALUES = (
    # nothing, and what stands for it
    None, "", " ", "NA", "N/A", "-", "null", "None", "\u00a0",
    # integers
    "0", "1", "-1", "+1", "007", "42", "100", "101", "-0", "--1", "1-", "+ 1", " 12", "12 ",
    "\u00a012\u202f", "1_000", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    "12345678901234567890123", "0x1F", "0b1", "1e3", "\u0661\u0662", "\uff11\uff12", "1 000", "1\u202f000",
    "1,000",
    # numbers
    "1.0", "1.5", "1.50", "-1.5", "1.", ".5", "-.5", ".", "1,5", "-1,5", "1.063,50", "1 063,50", "1,063.50",
    "1e5", "1E-5", "1e400", "1e", "e5", "1.5.2", "NaN", "nan", "-nan", "sNaN", "inf", "INF", "-Infinity",
    "+inf", "infinit", "12 €", "€12", "€-12", "12%", "$ 1,5", "€.5", "env. 12", "12 rue", "rue 12 bis",
    "1.2e3 m", "0.1", "0,1", "99.99", "100.01", "1_0.5", "1._5",
    # booleans
    "true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "oui", "non", "Oui", "vrai", "faux", "yes",
    " true",
    # dates, times
    "2026-03-01", "2026-3-1", "2026-03-1", "2026-02-29", "2024-02-29", "2026-02-30", "2026-13-01",
    "2026-00-10", "26-03-01", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-03-01 ",
    " 2026-03-01", "2026/03/01", "20260301", "01/03/2026", "1/3/2026", "31/02/2026", "01/03/26",
    "32/01/2026", "1er mars 2026", "mars 2026", "March 1, 2026", "March 2026", "10 Mar 2026", "infinity",
    "epoch", "2026-03-01 (BC)", "46082", "2026-03-01T10:20:30", "2026-03-01T10:20:30Z",
    "2026-03-01T10:20:30z", "2026-03-01t10:20:30", "2026-03-01 10:20:30", "2026-03-01T10:20:30+02:00",
    "2026-03-01T10:20:30+0200", "2026-03-01T10:20:30+02", "2026-03-01T10:20:30-00:00",
    "2026-03-01T10:20:30+25:00", "2026-03-01T10:20:30+02:60", "2026-03-01T10:20:30.5",
    "2026-03-01T10:20:30,5", "2026-03-01T10:20:30.123456789", "2026-03-01T10:20", "2026-03-01T24:00:00",
    "2026-03-01T24:00:01", "2026-03-01T25:00:00", "2026-03-01T10:60:00", "2026-03-01T10:20:60",
    "2026-03-01x10:20:30", "2026-W09-7T10:20:30", "2026-02-30T10:20:30", "2026-03-01T10:20:30 Z",
    "2026-03-01T10:20:30Europe/Paris", "0001-01-01T00:00:00+02:00",
    "9999-12-31T23:59:59-02:00", "2016-12-31T23:59:60Z", "0999-01-01T00:00:00", "01/03/2026 10:20",
    "01/03/2026 10:20:30", "10:20:30", "10:20:30Z",
    "10:20:30+02:00", "10:20:30.5", "10:20:30,5", "10:20", "1:20:30", "24:00:00", "25:00:00", "10:60:00",
    "10:20:60", "10h20", "10:20:3", "noon",
    # years, months
    "2026", "1999", "0000", "9999", " 202", "+202", "-202", "2_02", "202", "20266", "26", "2026-03",
    "2026-3", "2026-13", "2026-00", "26-03", "2026-003", " 2026-03", "2026 - 03", "2026-T1", "03-2026",
    # positions
    "5.44,43.52", "5.44, 43.52", " 5.44 ,43.52", "5.44;43.52", "181,0", "-181,0", "0,91", "180,90", "5.44",
    "5.44,", ",", "5,4,3", "NaN,0", "inf,0", "1_0,2", "[5.44, 43.52]", "[5.44, 43.52, 3]", "[5.44]",
    "[181, 0]", "[]", "{}", '{"lon": 5.44, "lat": 43.52}', '{"lon": 5.44, "lat": 93.52}', '{"lon": 5.44}',
    '{"lat": "43", "lon": "5"}', '["5.44", "43.52"]', "[null, null]", '{"lon": 1, "lat": 2, "x": 3}',
    # texts
    "a", "ab", "abc", "abcd", "ABC", "Élodie", "élodie", "e\u0301", "abc\n", "\nabc", "a b", "a\tb",
    "a\u00a0b", "13090", "01001", "2A004", "1309", "130900", "W123456789", "a,b", "a;b", "[a]", "a]b", "\\",
    "'", '"', "😀", "aa", "a@b.fr", "prenom.nom@ville-aix.example.fr", "a@b", "@b.fr", "a@@b.fr", "a b@c.fr",
    "é@b.fr", "a@é.fr", "A@B.FR", '"a b"@c.fr', '"ab"@c.fr', "a.@b.fr", ".a@b.fr", "a@b..fr", "a@-b.fr",
    "a@127.0.0.1",
    "a+b@c.fr", "a@b.f", "https://example.fr", "http://example.fr/a b", "https://exemple.fr/é?q=1#f",
    "example.fr", "www.example.fr", "mailto:a@b.fr", "urn:x:y", "://x", "http:", "note : voir", "1http://x",
    "file:///a", "123e4567-e89b-42d3-a456-426614174000", "123E4567-E89B-42D3-A456-426614174000",
    "{123e4567-e89b-42d3-a456-426614174000}", "123e4567e89b42d3a456426614174000", "123e4567-e89b-42d3-a456",
    "YWJj", "YWI=", "YQ==", "YQ=", "YQ", "YWJ!", "YW Jj", "====",
    # durations
    "P1Y", "P12M", "P1Y2M10DT2H30M", "PT1H", "PT60M", "PT3600S", "P1W", "P7D", "P1Y2W", "-P1D", "+P1D", "P",
    "PT", "P1DT", "P1", "1D", "p1d", "P1d", "P 1D", "P1D ", "P1.5D", "P1,5D", "PT0.5S", "P0.5Y", "P-1D",
    "P1M1Y", "PT1S1H", "P1H", "PT1D", "P0D", "PT0S", "P1Y2M3W4DT5H6M7.89S", "P0003-06-04T12:30:05",
    "P00030604T123005", "PT1H30", "P1DT1H1D",
    # arrays and objects
    "[1]", "[1, 2]", "[1,2,3]", '["a"]', '["a","b"]', '[ "a" , "b" ]', '["b","a"]', '["a", null]',
    '["a", ""]',
    '["x"]', '["a", 1]', "[1.0]", "[1.5]", "[true]", "[null]", "[[1]]", "[1,]", "[1", "1]", "['a']", "[NaN]",
    "[Infinity]", "[1e400]", '["2026-03-01"]', '["abcd"]', '["a"] ', ' ["a"]', '["\\ud800"]', "[01]",
    "[" * 60 + "]" * 60, '{"a": 1}', '{"a":1}', '{"a": 1.0}', '{"a": 1, "b": 2}', '{"b": 2, "a": 1}',
    '{"a": 1, "a": 2}', "{a: 1}", "{'a': 1}", '{"a": NaN}', '{"a"}', '{"a": [1, {"b": null}]}', "null",
    "true", '"a"', '"[1]"',
    # GeoJSON
    *GEOJSON, *TOPOJSON,
)  # fmt: skip

ALPHABETS = ("0123456789-+.,eE_:TZ /aInfN ", "abcé _-.@:/\n\t\u00a0", '[]{}"lonat:,0123456789. ')


def mutations(count: int, seed: int) -> list[str]:
    """Values with one or two characters added, changed or removed."""
    chance = random.Random(seed)
    models = [value for value in VALUES if value]
    made = []
    for _ in range(count):
        chars = list(chance.choice(models))
        for _ in range(chance.randint(1, 2)):
            place = chance.randrange(len(chars) + 1)
            new = chance.choice(["", chance.choice(chance.choice(ALPHABETS))])
            chars[place : place + chance.randint(0, 1)] = new
        made.append("".join(chars))
    return made


FIELDS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "binary"},
    {"type": "string", "constraints": {"required": True}},
    {"type": "string", "constraints": {"minLength": 3}},
    {"type": "string", "constraints": {"maxLength": 3}},
    {"type": "string", "constraints": {"minLength": 2, "maxLength": 4, "required": True}},
    {"type": "string", "constraints": {"enum": ["abc", "Élodie", "13090", "it's"]}},
    {"type": "string", "constraints": {"pattern": "^\\d{5}$"}},
    {"type": "string", "constraints": {"pattern": "[0-9]{5}"}},
    {"type": "string", "constraints": {"pattern": "^([013-9]\\d|2[AB1-9])\\d{3}$"}},
    {"type": "string", "constraints": {"pattern": "\\w+"}},
    {"type": "string", "constraints": {"pattern": "[\\w\\s]+"}},
    {"type": "string", "constraints": {"pattern": "\\W+"}},
    {"type": "string", "constraints": {"pattern": "\\S+"}},
    {"type": "string", "constraints": {"pattern": "[^\\s]+"}},
    {"type": "string", "constraints": {"pattern": "[^\\W\\d]+"}},
    {"type": "string", "constraints": {"pattern": "\\D*"}},
    {"type": "string", "constraints": {"pattern": "abc|a.*"}},
    {"type": "string", "constraints": {"pattern": ".*"}},
    {"type": "string", "constraints": {"pattern": "(?=a)\\w{2,3}"}},
    {"type": "string", "constraints": {"pattern": "(\\w)\\1"}},
    {"type": "string", "constraints": {"pattern": "\\ba.*\\b"}},
    {"type": "string", "constraints": {"pattern": "[a-z]{,2}"}},
    {"type": "string", "constraints": {"pattern": "[]a-b]+"}},
    {"type": "string", "constraints": {"pattern": "[^]a]+"}},
    {"type": "string", "constraints": {"pattern": "[^^]+"}},
    {"type": "string", "constraints": {"pattern": "[[]a[]]"}},
    {"type": "string", "constraints": {"pattern": "[[:alpha:]]+"}},
    {"type": "string", "constraints": {"pattern": "[A-Za-z\\s\\-\\u00C0-\\u00FF]+"}},
    {"type": "string", "constraints": {"pattern": "[\\’\\«\\°\\'a-z]+"}},
    {"type": "string", "constraints": {"pattern": "(?:(?:^|,)(a|b))+$"}},
    {"type": "string", "constraints": {"pattern": "\\\\"}},
    {"type": "string", "constraints": {"pattern": "a{1001}|abc"}},
    {"type": "integer"},
    {"type": "integer", "bareNumber": False},
    {"type": "integer", "constraints": {"minimum": 0, "maximum": 100}},
    {"type": "integer", "constraints": {"minimum": "1", "required": True}},
    {"type": "integer", "constraints": {"enum": [1, 42, "007"]}},
    {"type": "number"},
    {"type": "number", "decimalChar": ","},
    {"type": "number", "decimalChar": ",", "groupChar": " "},
    {"type": "number", "decimalChar": ",", "groupChar": "."},
    {"type": "number", "groupChar": ","},
    {"type": "number", "groupChar": "\u202f", "decimalChar": ","},
    {"type": "number", "bareNumber": False},
    {"type": "number", "bareNumber": False, "decimalChar": ",", "groupChar": " "},
    {"type": "number", "constraints": {"minimum": 0.1, "maximum": 100}},
    {"type": "number", "constraints": {"minimum": "-1.5"}},
    {"type": "number", "decimalChar": ",", "constraints": {"maximum": "99,99"}},
    {"type": "number", "constraints": {"enum": [1, "1.5", 0.1]}},
    {"type": "boolean"},
    {"type": "boolean", "trueValues": ["oui", "vrai"], "falseValues": ["non", "faux"]},
    {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"], "constraints": {"required": True}},
    {"type": "boolean", "constraints": {"enum": [True]}},
    {"type": "date"},
    {"type": "date", "format": "%Y-%m-%d"},
    {"type": "date", "format": "%d/%m/%Y"},
    {"type": "date", "format": "%d/%m/%y"},
    {"type": "date", "format": "%Y%m%d"},
    {"type": "date", "format": "any"},
    {"type": "date", "constraints": {"minimum": "2024-02-29", "maximum": "2026-03-01"}},
    {"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "01/01/2026"}},
    {"type": "date", "constraints": {"enum": ["2026-03-01"]}},
    {"type": "datetime"},
    {"type": "datetime", "format": "%d/%m/%Y %H:%M"},
    {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"},
    {"type": "datetime", "format": "any"},
    {"type": "time"},
    {"type": "time", "format": "%H:%M"},
    {"type": "time", "format": "%Hh%M"},
    {"type": "time", "constraints": {"enum": ["10:20:30"]}},
    {"type": "year"},
    {"type": "year", "constraints": {"minimum": "2000", "maximum": 2026}},
    {"type": "yearmonth"},
    {"type": "yearmonth", "constraints": {"minimum": "2026-03"}},
    {"type": "yearmonth", "constraints": {"enum": ["2026-03", "1999-12"]}},
    {"type": "geopoint"},
    {"type": "geopoint", "format": "array"},
    {"type": "geopoint", "format": "object"},
    {"type": "geopoint", "constraints": {"enum": ["5.44,43.52", "180,90"]}},
    {"type": "geopoint", "format": "array", "constraints": {"enum": ["[5.44, 43.52]"]}},
    {"type": "any"},
    {"type": "any", "constraints": {"required": True, "enum": ["abc", "42"]}},
    {"type": "duration"},
    {"type": "duration", "constraints": {"enum": ["PT1H", "P1Y", "P7D"]}},
    {"type": "array"},
    {"type": "array", "constraints": {"minLength": 2, "maxLength": 2}},
    {"type": "array", "constraints": {"enum": [["a", "b"], [1], "[]"]}},
    {"type": "array", "arrayItem": {"type": "string"}},
    {"type": "array", "arrayItem": {"type": "string", "constraints": {"required": True, "enum": ["a", "b"]}}},
    {"type": "array", "arrayItem": {"type": "string", "constraints": {"minLength": 2, "pattern": "[a-z]+"}}},
    {"type": "array", "arrayItem": {"type": "string", "constraints": {"pattern": "(?=a)[a-z]+"}}},
    {"type": "array", "arrayItem": {"type": "integer", "constraints": {"minimum": 2}}},
    {"type": "array", "arrayItem": {"type": "number", "constraints": {"maximum": 2}}},
    {"type": "array", "arrayItem": {"type": "date", "format": "%Y-%m-%d"}},
    {"type": "array", "arrayItem": {"type": "array"}},
    {"type": "array", "arrayItem": {"type": "any"}},
    {"type": "object"},
    {"type": "object", "constraints": {"minLength": 1, "maxLength": 1}},
    {"type": "object", "constraints": {"enum": [{"a": 1}, '{"b": 2, "a": 1}'], "required": True}},
    {"type": "geojson"},
    {"type": "geojson", "format": "topojson"},
    {"type": "geojson", "constraints": {"required": True, "enum": [_POINT]}},
    {"type": "date", "format": "fmt:%d/%m/%Y"},
    {"type": "string", "missingValues": ["abc", "aa"]},
    {"type": "integer", "missingValues": [], "constraints": {"required": True}},
    {"type": "number", "missingValues": ["-", "N/A", ""], "constraints": {"exclusiveMinimum": 1}},
    {"type": "number", "constraints": {"exclusiveMinimum": "0.1", "exclusiveMaximum": 100}},
    {"type": "date", "constraints": {"exclusiveMinimum": "2024-02-29", "exclusiveMaximum": "2026-03-01"}},
    {"type": "yearmonth", "constraints": {"exclusiveMaximum": "2026-03"}},
    {"type": "datetime", "constraints": {"minimum": "2026-03-01T10:20:30", "enum": ["2026-03-01T10:20:30Z"]}},
    {"type": "time", "constraints": {"minimum": "10:20:30", "maximum": "23:00:00"}},
    {"type": "year", "constraints": {"enum": ["2026", 1999]}},
    {"type": "string", "format": "email", "constraints": {"pattern": ".*fr", "maxLength": 12}},
    {"type": "string", "format": "uri", "constraints": {"minLength": 20, "enum": ["https://example.fr"]}},
    {"type": "string", "format": "uuid", "constraints": {"required": True}},
    {"type": "boolean", "trueValues": ["oui"], "falseValues": [], "constraints": {"enum": ["oui"]}},
)  # fmt: skip

MISSING = ("", "NA", "-")

# Each type and format with the values its constraints are made of: two that read, the first one the lower.
BASES: tuple[tuple[dict[str, Any], tuple[Any, Any]], ...] = (
    ({"type": "string"}, ("13090", "abc")),
    ({"type": "string", "format": "email"}, ("a@b.fr", "prenom.nom@ville-aix.example.fr")),
    ({"type": "string", "format": "uri"}, ("https://example.fr", "urn:x:y")),
    (
        {"type": "string", "format": "uuid"},
        ("123e4567-e89b-42d3-a456-426614174000", "123E4567-E89B-42D3-A456-426614174000"),
    ),
    ({"type": "string", "format": "binary"}, ("YQ==", "YWJj")),
    ({"type": "number"}, ("0.1", 42)),
    ({"type": "number", "decimalChar": ",", "groupChar": " "}, ("1,5", "1 063,50")),
    ({"type": "number", "bareNumber": False}, ("12", "99.99")),
    ({"type": "integer"}, (1, "42")),
    ({"type": "integer", "bareNumber": False}, (1, "42")),
    ({"type": "boolean"}, ("true", False)),
    ({"type": "boolean", "trueValues": ["oui", "vrai"], "falseValues": ["non"]}, ("oui", "non")),
    ({"type": "date"}, ("2024-02-29", "2026-03-01")),
    ({"type": "date", "format": "%d/%m/%Y"}, ("01/03/2026", "02/03/2026")),
    ({"type": "date", "format": "any"}, ("2024-02-29", "2026-03-01")),
    ({"type": "datetime"}, ("2026-03-01T10:20:30", "2026-03-01T10:20:31")),
    ({"type": "datetime", "format": "%d/%m/%Y %H:%M"}, ("01/03/2026 10:20", "01/03/2026 10:21")),
    ({"type": "time"}, ("10:20:30", "23:00:00")),
    ({"type": "time", "format": "%H:%M"}, ("10:20", "23:00")),
    ({"type": "year"}, ("1999", 2026)),
    ({"type": "yearmonth"}, ("2026-03", "2026-12")),
    ({"type": "duration"}, ("PT60M", "P1Y")),
    ({"type": "geopoint"}, ("5.44,43.52", "180,90")),
    ({"type": "geopoint", "format": "array"}, ("[5.44, 43.52]", "[0, 0]")),
    ({"type": "geopoint", "format": "object"}, ('{"lon": 5.44, "lat": 43.52}', '{"lon": 0, "lat": 0}')),
    ({"type": "array"}, (["a", "b"], "[1]")),
    ({"type": "object"}, ({"a": 1}, "{}")),
    ({"type": "geojson"}, (_POINT, GEOJSON[0])),
    ({"type": "geojson", "format": "topojson"}, (TOPOJSON[0], TOPOJSON[1])),
    ({"type": "any"}, ("abc", "42")),
)
CONSTRAINTS = (
    "required", "minLength", "maxLength", "pattern", "enum", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum",
)  # fmt: skip


def constrained(field: dict[str, Any], constraint: str, values: tuple[Any, Any]) -> dict[str, Any]:
    """``field`` with one constraint, of a value that its type understands."""
    low, high = values
    said: dict[str, Any] = {
        "required": True,
        "minLength": 2,
        "maxLength": 18,
        "pattern": ".*[0-9a].*",
        "enum": [low, high],
        "minimum": low,
        "exclusiveMinimum": low,
        "maximum": high,
        "exclusiveMaximum": high,
    }
    return {**field, "constraints": {constraint: said[constraint]}}


def product() -> list[tuple[dict[str, Any], str]]:
    """Every type and format with every constraint, and the constraint's name."""
    return [(constrained(field, name, values), name) for field, values in BASES for name in CONSTRAINTS]
