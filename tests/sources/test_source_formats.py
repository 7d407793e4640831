"""NDJSON, XML and Parquet, plain or compressed: what comes out is what others read in them, and each fault is told
without a cell."""

from __future__ import annotations

import datetime as dt
import decimal
import gzip
import io
import json
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.errors import SourceNotFound, SourceUnreadable
from aqueduc.sources import xmlstream
from aqueduc.sources.formats import archive

COLUMNS = {"nom": "publish", "nombre": "publish", "tel": "drop"}
ROWS = [{"nom": f"É{n}", "nombre": n / 4, "tel": f"06{n:08}"} for n in range(40)]


def drop(house, name, content, columns=COLUMNS, **source):
    """A dataset whose file is ``content``."""
    (house.drop / name).write_bytes(content)
    return house.declare({"file": "depot", "path": name, **source}, columns, types={"nombre": "number"})


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def found_in(house, dataset, run="r1"):
    names, rows = house.table(house.extract(dataset, run))
    return [dict(zip(names[1:], row[1:], strict=True)) for row in rows]


def zipped(members, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


# --- NDJSON -------------------------------------------------------------------------------------------------


def test_ndjson_as_pandas_reads_it(house):
    data = lines(ROWS)
    found = found_in(house, drop(house, "a.ndjson", data))
    expected = pd.read_json(io.BytesIO(data), lines=True, dtype=str)
    assert [row["nom"] for row in found] == list(expected["nom"])
    assert [float(row["nombre"]) for row in found] == [float(n) for n in expected["nombre"]]


def test_ndjson_keeps_numbers_and_unites_keys(house):
    data = b'\xef\xbb\xbf{"nom": "a", "nombre": 1.10, "tel": null}\n\n{"nom": {"court": "b"}, "autre": [1, 2]}\r\n'
    names, rows = house.table(
        house.extract(drop(house, "a.jsonl", data, {**COLUMNS, "nom.court": "drop", "autre": "drop"}))
    )
    assert (names, rows) == (
        ["__line", "nom", "nombre", "tel", "nom.court", "autre"],
        [(1, "a", "1.10", None, None, None), (2, None, None, None, "b", "[1,2]")],
    )


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "vide (0 octet)"),
        (b"\n\n", "aucun enregistrement"),
        (b'{"nom": "Canari', "La ligne 1 n'est pas du JSON"),
        (b'{"nom": "a"}\n{"nom": "a", "nom": "Canari"}\n', "La ligne 2 n'est pas du JSON : un même nom"),
        (b'{"nom": "a"} {"nom": "b"}\n', "du texte suit"),
        (b'["a"]\n', "L'enregistrement n° 1 n'est pas un objet"),
        ('{"nom": "É"}\n'.encode("cp1252"), "ligne 1 n'existe pas en utf-8"),
        (b'{"nom": ' + b"[" * 90 + b"]" * 90 + b"}\n", "imbriquées trop profondément"),
        (b"PAR1xxxxPAR1", "n'est pas ce que dit sa déclaration (ndjson) : c'est un fichier Parquet"),
    ],
)
def test_ndjson_that_is_none(house, content, words):
    assert words in house.fails(SourceUnreadable, drop(house, "a.ndjson", content))


@pytest.mark.parametrize(
    "rows", [[{f"c{n}": n for n in range(4001)}], [{f"c{n}": n} for n in range(4001)]], ids=["across", "down"]
)
def test_ndjson_of_too_many_columns(house, rows):
    message = house.fails(SourceUnreadable, drop(house, "a.ndjson", lines(rows)))
    assert "plus de 4 000 colonnes" in message.replace("\u202f", " ").replace("\u00a0", " ")


# --- XML ----------------------------------------------------------------------------------------------------


def document(rows, encoding="utf-8", root="export"):
    top = ElementTree.Element(root)
    below = ElementTree.SubElement(top, "lignes")
    for row in rows:
        line = ElementTree.SubElement(below, "ligne")
        for name, value in row.items():
            ElementTree.SubElement(line, name).text = str(value)
    return ElementTree.tostring(top, encoding=encoding, xml_declaration=True)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_xml_as_elementtree_reads_it(house, encoding):
    data = document(ROWS, encoding)
    found = found_in(house, drop(house, "a.xml", data, records="export/lignes/ligne"))
    tree = ElementTree.fromstring(data)
    assert [row["nom"] for row in found] == [line.findtext("nom") for line in tree.iter("ligne")]
    assert [row["nombre"] for row in found] == [line.findtext("nombre") for line in tree.iter("ligne")]


def test_xml_attributes_nested_and_repeated_elements(house):
    data = b"""<x:export xmlns:x="urn:x" xmlns:xsi="urn:i"><ligne id="7"><nom>a &amp; <![CDATA[<b>]]></nom>
    <adresse voie="rue"><ville>Aix</ville></adresse><prix devise="EUR"> 12 </prix><mot>u</mot><mot>v</mot>
    <vide xsi:nil="true"/></ligne><ligne id="8"><nom/><x:prix>3</x:prix></ligne></x:export>"""
    columns = dict.fromkeys(
        ("id", "nom", "adresse.voie", "adresse.ville", "prix.prix", "prix.devise"), "publish"
    )
    columns |= dict.fromkeys(("mot", "vide", "prix"), "drop")
    found = house.extract(drop(house, "a.xml", data, {**columns}, records="export/ligne"))
    names, rows = house.table(found)
    assert [dict(zip(names, row, strict=True)) for row in rows] == [
        {
            "__line": 1,
            "id": "7",
            "nom": "a & <b>",
            "adresse.voie": "rue",
            "adresse.ville": "Aix",
            "prix.prix": "12",
            "prix.devise": "EUR",
            "mot": '["u","v"]',
            "vide": None,
            "prix": None,
        },
        {
            "__line": 2,
            "id": "8",
            "nom": None,
            "adresse.voie": None,
            "adresse.ville": None,
            "prix.prix": None,
            "prix.devise": None,
            "mot": None,
            "vide": None,
            "prix": "3",
        },
    ]


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "Canari"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<export><ligne><nom>&b;</nom></ligne></export>"""
OUTSIDE = b"""<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><export><ligne><nom>&a;</nom></ligne></export>"""


@pytest.mark.parametrize(
    "content, words",
    [
        (LAUGHS, "type de document (DTD)"),
        (OUTSIDE, "type de document (DTD)"),
        (b'<!DOCTYPE export SYSTEM "http://127.0.0.1/x.dtd"><export/>', "type de document (DTD)"),
        (b"<export><ligne><nom>Canari</nom></ligne><ligne><nom>b", "coupé (après l'enregistrement n° 1)"),
        (b"<export><ligne><nom>Canari</ligne></export>", "n'est pas du XML bien formé"),
        (b"<export><ligne><nom>\xc9</nom></ligne></export>", "ligne 1"),
        (b"<?xml version='1.0' encoding='klingon'?><export/>", "encodage"),
        (b"<export><autre/></export>", "Aucun élément n'est à ce chemin"),
        (
            b"<export><ligne>" + b"<a>" * 90 + b"</a>" * 90 + b"</ligne></export>",
            "imbriqués trop profondément",
        ),
        (b"<export><ligne nom='Canari'><nom>b</nom></ligne></export>", "même nom"),
        (b"<!DOCTYPE html><html><body>Canari</body></html>", "c'est une page HTML"),
        (b"nom;nombre\nCanari;1\n", "n'est pas du XML bien formé"),
    ],
)
def test_xml_that_is_none(house, content, words):
    assert words in house.fails(SourceUnreadable, drop(house, "a.xml", content, records="export/ligne"))


def test_xml_without_a_path_or_with_a_record_without_end(house, monkeypatch):
    assert "quel élément" in house.fails(SourceUnreadable, drop(house, "a.xml", document(ROWS)))
    monkeypatch.setattr(xmlstream, "LARGEST_RECORD", 100)
    big = document([{"nom": "Canari" * 100}])
    assert "démesuré" in house.fails(
        SourceUnreadable, drop(house, "a.xml", big, records="export/lignes/ligne")
    )


# --- Parquet ------------------------------------------------------------------------------------------------

TYPED = {
    "entier": pa.array([1, None, -3]),
    "exact": pa.array([decimal.Decimal("1.10"), None, decimal.Decimal("-0.05")], pa.decimal128(12, 2)),
    "large": pa.array([decimal.Decimal("1.10"), None, decimal.Decimal(10) ** 45], pa.decimal256(60, 2)),
    "troue": pa.array([13001.0, None, 1.5]),
    "rien": pa.array([float("nan"), None, 1e300]),
    "oui": pa.array([True, None, False]),
    "jour": pa.array([dt.date(2026, 3, 1), None, dt.date(1900, 1, 1)]),
    "moment": pa.array([dt.datetime(2026, 3, 1, 14, 5), None, dt.datetime(2026, 3, 1)]),
    "instant": pa.array([dt.datetime(2026, 3, 1, 14, 5), None, None], pa.timestamp("us", "Europe/Paris")),
    "mots": pa.array([["a", "b"], None, []]),
    "lieu": pa.array([{"ville": "Aix", "n": 1}, None, {"ville": None, "n": 2}]),
    "texte": pa.array(["É", None, ""]).dictionary_encode(),
    "octets": pa.array(["É".encode(), None, b"\xff"]),
}


def parquet(table, **options):
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def test_parquet_of_every_type(house):
    data = parquet(pa.table(TYPED), row_group_size=2)
    types = {
        "jour": "date",
        "moment": "datetime",
        "instant": "datetime",
        "exact": "number",
        "entier": "integer",
    }
    (house.drop / "a.parquet").write_bytes(data)
    columns = dict.fromkeys(TYPED, "publish")
    found = house.extract(house.declare({"file": "depot", "path": "a.parquet"}, columns, types=types))
    names, rows = house.table(found)
    by_name = {name: [row[rank] for row in rows] for rank, name in enumerate(names)}
    assert by_name == {
        "__line": [1, 2, 3],
        "entier": ["1", None, "-3"],
        "exact": ["1.10", None, "-0.05"],
        "large": ["1.10", None, "1" + "0" * 45 + ".00"],
        "troue": ["13001", None, "1.5"],
        "rien": [None, None, "1e+300"],
        "oui": ["true", None, "false"],
        "jour": ["2026-03-01", None, "1900-01-01"],
        "moment": ["2026-03-01T14:05:00", None, "2026-03-01T00:00:00"],
        "instant": ["2026-03-01T14:05:00Z", None, None],
        "mots": ['["a","b"]', None, "[]"],
        "lieu": ['{"ville":"Aix","n":1}', None, '{"ville":null,"n":2}'],
        "texte": ["É", None, None],
        "octets": ["É", None, r"\xFF"],
    }


def test_parquet_whose_name_is_a_pattern(house):
    data = parquet(pa.Table.from_pylist(ROWS))
    dataset = drop(house, "a [1].parquet", data)
    assert [row["nom"] for row in found_in(house, dataset)] == [row["nom"] for row in ROWS]


def test_parquet_poisoned_anywhere(house):
    """Wherever a byte is turned, it is read as it stands or refused by a typed error."""
    data = parquet(pa.Table.from_pylist([{**row, "tel": "Canari-Zoé-0612345678"} for row in ROWS]))
    step = max(1, len(data) // 60)
    for rank, at in enumerate(range(0, len(data), step)):
        poisoned = bytearray(data)
        poisoned[at] ^= 0xFF
        dataset = drop(house, "a.parquet", bytes(poisoned))
        kept = house.in_vault()
        try:
            house.extract(dataset, f"r{rank}", force=True)
        except SourceUnreadable as error:
            house.message(error)
            assert house.in_vault() == kept


@pytest.mark.parametrize(
    "content, words",
    [
        (lambda data: data[: len(data) // 2], "coupé, abîmé"),
        (lambda data: b"PARE" + data[4:], "chiffré"),
        (lambda _: zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "format: xlsx"),
        (lambda _: b"nom;nombre\n", "Parquet lisible"),
        (lambda _: b"", "vide (0 octet)"),
        (lambda _: parquet(pa.table({"a": [1], "A": [2]})), "Aucune des colonnes"),
        (lambda _: parquet(pa.table({"nom": [1], "NOM": [2]})), "plusieurs colonnes du même nom"),
        (lambda _: parquet(pa.table({f"c{n}": [n] for n in range(4001)})), "plus de 4 000 colonnes"),
    ],
)
def test_parquet_that_is_none(house, content, words):
    data = parquet(pa.Table.from_pylist(ROWS))
    message = house.fails(SourceUnreadable, drop(house, "a.parquet", content(data)))
    assert words in message.replace("\u202f", " ").replace("\u00a0", " ")


# --- compressed ---------------------------------------------------------------------------------------------

TABLE = "nom,nombre,tel\n" + "".join(f"{row['nom']},{row['nombre']},{row['tel']}\n" for row in ROWS)


@pytest.mark.parametrize(
    "name, content, source",
    [
        ("a.csv.gz", gzip.compress(TABLE.encode()), {}),
        ("a.csv", gzip.compress(TABLE.encode()), {}),
        ("a.ndjson.gz", gzip.compress(lines(ROWS)), {}),
        ("a.xml.gz", gzip.compress(document(ROWS)), {"records": "export/lignes/ligne"}),
        (
            "a.zip",
            zipped({"lisez-moi.pdf": b"%PDF", "x/a.csv": TABLE, "__MACOSX/a.csv": "x"}),
            {"format": "csv"},
        ),
        ("a.zip", zipped({"a.parquet": parquet(pa.Table.from_pylist(ROWS))}), {"format": "parquet"}),
        ("gtfs.zip", zipped({"stops.txt": TABLE, "routes.txt": "x"}), {"member": "stops.txt"}),
        ("gtfs.zip", zipped({"f/stops.txt": TABLE, "f/routes.txt": "x"}), {"member": "stops.txt"}),
    ],
)
def test_compressed(house, name, content, source):
    found = found_in(house, drop(house, name, content, **source))
    assert [(row["nom"], float(row["nombre"]), row["tel"]) for row in found] == [
        tuple(row.values()) for row in ROWS
    ]


def encrypted():
    data = bytearray(zipped({"a.csv": TABLE}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    "content, source, words",
    [
        (zipped({"a.csv": TABLE, "b.csv": TABLE}), {}, "L'archive a 2 fichiers : rien ne dit lequel lire"),
        (zipped({}), {}, "aucun fichier"),
        (zipped({"a.csv": zipped({"a.csv": TABLE})}), {}, "contient une autre archive"),
        (gzip.compress(gzip.compress(TABLE.encode())), {}, "contient une autre archive"),
        (zipped({"../a.csv": TABLE}), {}, "sort d'elle"),
        (zipped({"a.csv": TABLE, "/etc/passwd": "x"}), {}, "sort d'elle"),
        (zipped({"a.csv": TABLE, "c:\\x": "x"}), {}, "sort d'elle"),
        (encrypted(), {}, "mot de passe"),
        (zipped({"a.csv": TABLE})[:-60], {}, "abîmée"),
        (gzip.compress(TABLE.encode())[:-20], {}, "abîmée"),
        (b"PK\x03\x04Canari", {}, "abîmée"),
        (zipped({"a.csv": b"%PDF-1.7 Canari"}), {}, "c'est un document PDF"),
        (gzip.compress(TABLE.encode()), {"member": "a.csv"}, "n'a qu'un fichier"),
        (TABLE.encode(), {"member": "a.csv"}, "n'est pas une archive"),
    ],
)
def test_archives_that_are_refused(house, content, source, words):
    dataset = drop(house, "a.zip", content, format="csv", **source)
    assert words in house.fails(SourceUnreadable, dataset)


def test_a_member_that_is_not_there(house):
    dataset = drop(house, "a.zip", zipped({"Canari.csv": TABLE}), format="csv", member="stops.txt")
    assert "stops.txt" in house.fails(SourceNotFound, dataset)


def test_bombs(house, monkeypatch):
    monkeypatch.setattr(archive, "SMALL_ENOUGH", 1 << 20)
    flat = b"nom,nombre,tel\n" + b"Canari,1,2\n" * 500_000
    for content in (zipped({"a.csv": flat}), gzip.compress(flat)):
        assert "au-delà de toute mesure" in house.fails(
            SourceUnreadable, drop(house, "a.zip", content, format="csv")
        )
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    many = zipped({f"{n}.csv": TABLE for n in range(4)})
    dataset = drop(house, "a.zip", many, format="csv", member="0.csv")
    assert "plus de 3 fichiers" in house.fails(SourceUnreadable, dataset)


def test_an_archive_that_lies_about_its_sizes(house, monkeypatch):
    """What the list of an archive says is believed by nobody: what comes out is counted."""
    monkeypatch.setattr(archive, "SMALL_ENOUGH", 1 << 20)
    flat = b"nom,nombre,tel\n" + b"Canari,1,2\n" * 500_000
    data = bytearray(zipped({"a.csv": flat}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = data.index(mark) + at
        data[where : where + 4] = (100).to_bytes(4, "little")
    message = house.fails(SourceUnreadable, drop(house, "a.zip", bytes(data), format="csv"))
    assert "abîmée" in message or "toute mesure" in message


# --- over HTTP ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body, source",
    [
        (TABLE.encode("cp1252"), {"format": "csv", "encoding": "cp1252"}),
        (TABLE.replace(",", ";").encode("cp1252"), {"format": "csv", "encoding": "auto", "delimiter": ";"}),
        (lines(ROWS), {"format": "ndjson"}),
        (document(ROWS), {"format": "xml", "records": "export/lignes/ligne"}),
        (parquet(pa.Table.from_pylist(ROWS)), {"format": "parquet"}),
        (zipped({"a.csv": TABLE, "b.csv": "x"}), {"format": "csv", "member": "a.csv"}),
        (gzip.compress(lines(ROWS)), {"format": "ndjson"}),
    ],
)
def test_an_api_serves_the_same_formats(house, api, reply, body, source):
    house.connect("api", conn_type="http", host=api.url)
    api.reply("/fichier", reply(body=body, headers={"Content-Type": "application/octet-stream"}))
    dataset = house.declare(
        {"http": "api", "path": "/fichier", **source}, COLUMNS, types={"nombre": "number"}
    )
    assert [(row["nom"], float(row["nombre"])) for row in found_in(house, dataset)] == [
        (row["nom"], row["nombre"]) for row in ROWS
    ]


def test_an_api_that_serves_something_else(house, api, reply):
    house.connect("api", conn_type="http", host=api.url)
    page = b"<!DOCTYPE html><html><body>Canari-Zo\xc3\xa9-0612345678</body></html>"
    api.reply("/fichier", reply(body=page, headers={"Content-Type": "text/csv"}))
    for kind in ("csv", "parquet", "ods", "ndjson"):
        dataset = house.declare({"http": "api", "path": "/fichier", "format": kind}, COLUMNS)
        assert "c'est une page HTML" in house.fails(SourceUnreadable, dataset)
