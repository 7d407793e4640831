"""Files as people hand them in, made on the spot: each with what a person would read in it, cell by cell, written
here by hand."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Rows = list[list[str]]
_LONG = "Nombre de places de stationnement réservées aux personnes à mobilité réduite dans le parking"


@dataclass(frozen=True)
class Twin:
    """A file called ``name``. ``rows``: what is to be published of it, its header first. ``source``: what the
    draft must say of it. ``answers``: those of a steward who would not publish all. ``declared``:
    what the declaration that is answered says."""

    name: str
    data: bytes
    rows: Rows
    source: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    declared: dict[str, Any] = field(default_factory=dict)


def text(name: str, written: str, *rows: str, encoding: str = "utf-8", **more: Any) -> Twin:
    """``rows``: cells between bars."""
    return Twin(name, written.encode(encoding), [row.split("|") for row in rows], **more)


def workbook(name: str, cells: Sequence[Sequence[Any]], *rows: str, merged: str = "", **more: Any) -> Twin:
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append(list(row))
    if merged:
        book.active.merge_cells(merged)
    held = BytesIO()
    book.save(held)
    return Twin(name, held.getvalue(), [row.split("|") for row in rows], **more)


def document(name: str, value: Any, *rows: str, **more: Any) -> Twin:
    return text(name, value if isinstance(value, str) else json.dumps(value), *rows, **more)


PLACES = ("lieu|places", "Mairie|12", "Poste|7")
_WRITTEN = b"lieu,places\nMairie,12\nPoste,7\n"


def _write_people() -> str:
    """Twenty people, ten within a hundred metres of the centre of a cell of 500 m: (897750, 6273250) then (899250,
    6271250) in Lambert 93."""
    surnames = [
        "Martin",
        "Bernard",
        "Thomas",
        "Petit",
        "Robert",
        "Richard",
        "Durand",
        "Dubois",
        "Moreau",
        "Laurent",
    ]
    lines = ["nom;prénom;téléphone;date de naissance;secteur;longitude;latitude"]
    for given, sector, year, lon, lat in (
        ("Camille", "Nord", 1980, 5.445777, 43.530759),
        ("Louise", "Sud", 1990, 5.463546, 43.512354),
    ):
        lines += [
            f"{surname};{given};06 12 34 56 {rank:02};{rank + 1:02}/03/{year};{sector};"
            f"{lon + (rank - 5) / 1e4:.6f};{lat - (rank - 5) / 1e4:.6f}"
            for rank, surname in enumerate(surnames)
        ]
    return "\n".join(lines) + "\n"


def _write_parquet() -> bytes:
    held = BytesIO()
    pq.write_table(pa.table({"lieu": ["Mairie", "Poste"], "places": [12, 7]}), held)
    return held.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return held.getvalue()


TWINS: dict[str, Callable[[], Twin]] = {
    "empty-headers": lambda: text(
        "a.csv",
        "lieu;;ville;;\nMairie;12;Aix;;\nPoste;7;Puyricard;;\n",
        "lieu|colonne 2|ville",
        "Mairie|12|Aix",
        "Poste|7|Puyricard",
    ),
    "repeated-headers": lambda: text(
        "a.csv",
        "lieu;acces;acces;Acces\nMairie;a;b;c\nPoste;d;e;f\n",
        "lieu|acces|acces (2)|Acces (3)",
        "Mairie|a|b|c",
        "Poste|d|e|f",
    ),
    "long-headers": lambda: text(
        "a.csv",
        f"{_LONG};{_LONG} relais;n\n12;3;1\n4;5;2\n",
        "Nombre de places de stationnement réservées aux personnes|"
        "Nombre de places de stationnement réservées aux personnes (2)|n",
        "12|3|1",
        "4|5|2",
    ),
    "no-header": lambda: text(
        "a.csv",
        "Mairie;12;13100;2024-01-03\nPoste;7;13090;2024-02-04\nGare;9;13100;2024-03-05\n",
        "colonne_1|colonne_2|colonne_3|colonne_4",
        "Mairie|12|13100|2024-01-03",
        "Poste|7|13090|2024-02-04",
        "Gare|9|13100|2024-03-05",
        source={"header": False},
    ),
    "no-header-and-words-alone": lambda: text(
        "a.csv",
        "Mairie;Nord\nPoste;Sud\nMairie;Sud\nGare;Nord\n",
        "lieu|secteur",
        "Mairie|Nord",
        "Poste|Sud",
        "Mairie|Sud",
        "Gare|Nord",
        source={"header": False},
        answers={
            "colonne 1": "{publish: true, as: lieu}",
            "colonne 2": "{publish: true, as: secteur}",
        },
    ),
    "header-on-row-3": lambda: text(
        "a.csv", "Liste des lieux\nexport du 3 mars\nlieu;places\nMairie;12\nPoste;7\n", *PLACES
    ),
    "several-lists": lambda: document(
        "a.json",
        {"lieux": [{"lieu": "a"}], "velos": {"bornes": [{"borne": "x", "n": 1}, {"borne": "y", "n": 2}]}},
        "borne|n",
        "x|1",
        "y|2",
        source={"records": "velos.bornes"},
    ),
    "not-a-number-in-json": lambda: document(
        "a.json",
        '[{"lieu": "Mairie", "v": NaN}, {"lieu": "Poste", "v": 2.50}]',
        "lieu|v",
        "Mairie|",
        "Poste|2.5",
    ),
    "keyed-objects": lambda: document(
        "a.json",
        {"p1": {"lieu": "Mairie", "n": 1}, "p2": {"lieu": "Poste", "n": 2}},
        "cle|lieu|n",
        "p1|Mairie|1",
        "p2|Poste|2",
        source={"keyed": "cle"},
    ),
    "dbf-types": lambda: text(
        "a.csv",
        '"NUMERO,N,10,0";"LIEU,C,50";"SURFACE,N,12,2"\n1;Parc;12,5\n2;Jardin;7,25\n',
        "NUMERO|LIEU|SURFACE",
        "1|Parc|12.5",
        "2|Jardin|7.25",
        source={"decimal": ","},
    ),
    "empty-markers": lambda: text(
        "a.csv",
        "lieu;places;etage\nMairie;12;-\nPoste;-;haut\nGare;7;NC\n",
        "lieu|places|etage",
        "Mairie|12|",
        "Poste||haut",
        "Gare|7|",
        answers={"missing": "['', '-', NC]"},
    ),
    "longitude-latitude": lambda: text(
        "a.csv",
        "lieu;longitude;latitude\nMairie;5,447;43,529\nPoste;5,45;43,53\n",
        "lieu|longitude|latitude",
        "Mairie|5.447|43.529",
        "Poste|5.45|43.53",
        declared={"geometry": {"longitude": "longitude", "latitude": "latitude"}},
    ),
    "a-number-for-a-name": lambda: text(
        "a.csv",
        "lieu;0442919191;places\nMairie;centre;12\nPoste;nord;7\n",
        "lieu|acces|places",
        "Mairie|centre|12",
        "Poste|nord|7",
        answers={"colonne 2": "{publish: true, as: acces}"},
    ),
    "where-somebody-lives": lambda: text(
        "a.csv",
        _write_people(),
        "date de naissance|secteur|longitude|latitude",
        *["1980|Nord|5.445777|43.530759"] * 10,
        *["1990|Sud|5.463546|43.512354"] * 10,
        answers={
            "date de naissance": "{generalise: year}",
            "longitude": "{snap: 500}",
            "latitude": "{snap: 500}",
        },
        declared={"geometry": {"longitude": "longitude", "latitude": "latitude"}},
    ),
    "cp1252": lambda: text(
        "a.csv",
        "équipement;œuvre\nÉcole d’été;€uro\nThéâtre;cœur\n",
        "équipement|œuvre",
        "École d’été|€uro",
        "Théâtre|cœur",
        encoding="cp1252",
        source={"encoding": "cp1252"},
    ),
    "byte-order-mark": lambda: text("a.csv", "\ufefflieu,places\nMairie,12\nPoste,7\n", *PLACES),
    "utf-16": lambda: text("a.csv", "lieu;places\nMairie;12\nPoste;7\n", *PLACES, encoding="utf-16"),
    "utf-16-without-a-mark": lambda: text(
        "a.csv",
        "lieu;places\nMairie;12\nPoste;7\n",
        *PLACES,
        encoding="utf-16-be",
        source={"encoding": "utf-16-be"},
    ),
    "a-zero-byte": lambda: text(
        "a.csv",
        "lieu;acces\nMairie;a\0b\nPoste;c\n",
        "lieu|acces",
        "Mairie|a\0b",
        "Poste|c",
    ),
    "tabs": lambda: text("a.txt", "lieu\tplaces\nMairie\t12\nPoste\t7\n", *PLACES, source={"format": None}),
    "quoted-newlines": lambda: text(
        "a.csv",
        'lieu;acces\nMairie;"par la cour; à droite"\nPoste;"dit\n""ouvert"""\n',
        "lieu|acces",
        "Mairie|par la cour; à droite",
        'Poste|dit\n"ouvert"',
    ),
    "blank-rows": lambda: text("a.csv", "\n\nlieu;places\n\nMairie;12\n;\nPoste;7\n\n", *PLACES),
    "french-dates": lambda: text(
        "a.csv",
        "lieu;ouverture\nMairie;03/01/2024\nPoste;14/02/2024\n",
        "lieu|ouverture",
        "Mairie|2024-01-03",
        "Poste|2024-02-14",
        source={"dates": "DD/MM/YYYY"},
    ),
    "midnight-somewhere": lambda: text(
        "a.csv",
        "lieu,debut\nMairie,2022-01-01T00:00:00+01:00\nPoste,2022-01-02T00:00:00+01:00\n",
        "lieu|debut",
        "Mairie|2022-01-01T00:00:00",
        "Poste|2022-01-02T00:00:00",
    ),
    "exponents": lambda: text(
        "a.csv", "lieu;debit\nMairie;1e5\nPoste;2e3\n", "lieu|debit", "Mairie|100000", "Poste|2000"
    ),
}
WORKBOOKS: dict[str, Callable[[], Twin]] = {
    "under-a-title": lambda: workbook(
        "a.xlsx",
        [["Liste des lieux"], [], ["lieu", "places"], ["Mairie", 12], ["Poste", 7]],
        *PLACES,
        merged="A1:B1",
    ),
    "with-merged-cells": lambda: workbook(
        "a.xlsx",
        [["secteur", "lieu"], ["Nord", "Mairie"], [None, "Poste"], ["Sud", "Gare"]],
        "secteur|lieu",
        "Nord|Mairie",
        "Nord|Poste",
        "Sud|Gare",
        merged="A2:A3",
    ),
    "with-gaps-and-repetitions": lambda: workbook(
        "a.xlsx",
        [["lieu", None, "acces", "acces", None], ["Mairie", 1, "a", "b", None], ["Poste", 2, "c", "d", None]],
        "lieu|colonne 2|acces|acces (2)",
        "Mairie|1|a|b",
        "Poste|2|c|d",
    ),
    "without-a-header": lambda: workbook(
        "a.xlsx",
        [["Mairie", 12, 13100], ["Poste", 7, 13090]],
        "colonne_1|colonne_2|colonne_3",
        "Mairie|12|13100",
        "Poste|7|13090",
        source={"header": False},
    ),
    "with-dates": lambda: workbook(
        "a.xlsx",
        [
            ["lieu", "ouverture", "surface"],
            ["Mairie", date(2024, 1, 3), 1.5],
            ["Poste", date(2024, 2, 3), 2.25],
        ],
        "lieu|ouverture|surface",
        "Mairie|2024-01-03|1.5",
        "Poste|2024-02-03|2.25",
    ),
    "json-lines": lambda: text(
        "a.csv", '{"lieu": "Mairie", "places": 12}\n{"lieu": "Poste", "places": 7}\n', *PLACES
    ),
    "xml": lambda: text(
        "a.xml",
        "<ville><nom>Aix</nom><lieux><l places='12'><lieu>Mairie</lieu></l><l places='7'><lieu>Poste</lieu></l>"
        "</lieux></ville>",
        "places|lieu",
        "12|Mairie",
        "7|Poste",
        source={"records": "ville/lieux/l"},
    ),
    "parquet": lambda: Twin("a.parquet", _write_parquet(), [row.split("|") for row in PLACES]),
    "gzip": lambda: Twin("a.csv.gz", gzip.compress(_WRITTEN), [row.split("|") for row in PLACES]),
    "a-file-in-a-zip": lambda: Twin(
        "a.zip",
        _zip({"f/lieux.txt": _WRITTEN, "f/lisez-moi.pdf": b"%PDF"}),
        [row.split("|") for row in PLACES],
        source={"format": None, "member": "f/lieux.txt"},
    ),
    "a-json-file-alone-in-a-zip": lambda: Twin(
        "a.zip",
        _zip({"lieux.json": b'[{"lieu": "Mairie", "places": 12}, {"lieu": "Poste", "places": 7}]'}),
        [row.split("|") for row in PLACES],
        source={"format": "json", "member": None},
    ),
}
_BINARY = "un fichier binaire de format inconnu"
NO_TABLES: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-1.7 Dupont", "un document PDF"),
    "image": (b"\x89PNG\r\n\x1a\nDupont", "une image PNG"),
    "xml-of-one-row": (b"<?xml version='1.0'?><lieux><lieu>Dupont</lieu></lieux>", "aucun tableau"),
    "avro": (b"Obj\x01Dupont", "un fichier Avro"),
    "svg": (b"<svg><text>Dupont</text></svg>", "une image SVG"),
    "html": (b"\xef\xbb\xbf<!DOCTYPE html><p>Dupont", "une page HTML"),
    "gzip": (b"\x1f\x8b\x08Dupont", "L'archive est abîmée"),
    "parquet": (b"PAR1Dupont", "Parquet lisible"),
    "binary": (b"Q\x01\x00\x02Dupont\x00\x90\xff" * 40, _BINARY),
    "binary-of-few-zeros": (b"MAGIC\x00\x01\x00" + b"Dupont\x80\x81\n" * 50, _BINARY),
    "integers": (b"".join(n.to_bytes(2, "little") for n in range(200)), _BINARY),
    "zeros": (b"\x00" * 3000, _BINARY),
    "utf-32": ("lieu;nom\nMairie;Dupont\n".encode("utf-32"), "un texte en UTF-32"),
    "topojson": (
        b'{"type": "Topology", "objects": {"l": {"type": "GeometryCollection", "geometries": '
        b'[{"type": "Point", "coordinates": [1, 2], "properties": {"nom": "Dupont"}}]}}, "arcs": []}',
        "un TopoJSON",
    ),
    "damaged-zip": (b"PK\x03\x04Dupont", "L'archive est abîmée"),
}
"""What is no table, or in a format that is not read, with its name in the message."""
