"""Files as people really write them: a generated twin of each dirt met in the files of real cities."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import openpyxl
import pytest

from aqueduc import duck
from aqueduc.errors import SourceUnreadable

ACCENTS = "L'été à Noël, çà et là ; Œuvre d'Eugène, préfète, forêt, goût"


def codes(found) -> dict[str, tuple[int, list[int]]]:
    return {finding.code: (finding.count, list(finding.lines)) for finding in found.report.findings}


def drop(house, name: str, content: bytes | str) -> None:
    (house.drop / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def declared(house, columns, types=None, **source):
    source = {"file": "depot", "path": "a.csv", "encoding": "auto", "delimiter": "auto", **source}
    return house.declare(source, dict.fromkeys(columns, "publish"), types=types)


# --- encodings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac-roman", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_an_encoding_that_nobody_declared_is_found(house, encoding):
    text = ACCENTS if encoding not in ("cp850",) else ACCENTS.replace("Œ", "OE")
    drop(house, "a.csv", f"nom;objet\n{text};x\n".replace(" ; ", " ").encode(encoding))
    found = house.extract(declared(house, ["nom", "objet"]))
    assert house.rows(found) == [(2, text.replace(" ; ", " "), "x")]


def test_the_doubt_of_a_guess_is_stated(house):
    drop(house, "a.csv", b"nom;objet\nd\xe9j\xe0;x\n")
    found = house.extract(declared(house, ["nom", "objet"]))
    assert house.rows(found) == [(2, "déjà", "x")]
    (finding,) = found.report.findings
    assert finding.code == "encodage-devine"
    assert "cp1252" in finding.message and "moins de cinq" in finding.message


@pytest.mark.parametrize("wrong", [b"caf\xe9", b"caf\x81", b"caf\xc3"])
def test_a_wrong_byte_does_not_make_another_encoding_of_utf8(house, wrong):
    """Read as cp1252, every accent would be published wrong, without a doubt."""
    good = "".join(f"Léa à Évry n° {rank};{rank}\n" for rank in range(20)).encode()
    drop(house, "a.csv", b"nom;objet\n" + good + wrong + b";x\n")
    message = house.fails(SourceUnreadable, declared(house, ["nom", "objet"]))
    assert "Un octet de la ligne 22 n'existe pas en utf-8" in message


def test_a_file_in_two_encodings_is_doubtful(house):
    lines = [("Léa à Évry;x\n", "utf-8"), *[("Léa à Évry, là-bas;x\n", "cp1252")] * 4]
    drop(house, "a.csv", b"nom;objet\n" + b"".join(text.encode(name) for text, name in lines))
    found = house.extract(declared(house, ["nom", "objet"]))
    (finding,) = found.report.findings
    assert finding.code == "encodage-devine"
    assert "semble écrite en UTF-8" in finding.message


# --- delimiters, titles, headers, feet ----------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_the_declared_columns(house, delimiter):
    """More commas than semicolons, on each line: whoever counts is wrong."""
    rows = [["nom, prénom, titre", "objet; nature", "ville|quartier"], ["a, b, c", "d; e", "f|g"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    drop(house, "a.csv", text.getvalue())
    found = house.extract(declared(house, rows[0]))
    assert house.table(found) == (["__line", *rows[0]], [(2, *rows[1])])


def test_titles_a_header_on_two_rows_and_a_foot(house):
    lines = [
        "Effectifs des écoles;;;;",
        '"édités le 3 mars,',
        'par la direction";;;;',
        ";;;;",
        "École;Filles;;Garçons;",
        ";maternelle;élémentaire;maternelle;élémentaire",
        "Total Énergies;1;2;3;4",
        "Sud;5;6;7;8",
        "",
        "Total;6;8;10;12",
        "Source : Ville",
    ]
    drop(house, "a.csv", "\r\n".join(lines))
    names = ["École", "Filles maternelle", "Filles élémentaire", "Garçons maternelle", "Garçons élémentaire"]
    found = house.extract(declared(house, names, header_rows=2, footer=["total", "Source :"]))
    # "Total Énergies" is not at the foot: it is a row.
    assert house.table(found) == (
        ["__line", *names],
        [(7, "Total Énergies", "1", "2", "3", "4"), (8, "Sud", "5", "6", "7", "8")],
    )
    assert codes(found) == {"lignes-de-titre": (3, []), "lignes-de-pied": (2, [10, 11])}


def test_two_rows_of_which_the_columns_are_named_by_one(house):
    """As of a workbook: « header_rows: 2 » had no effect, and the second row was published as data."""
    drop(house, "a.csv", "Effectifs;;\n;;\nÉcole;Filles;\n;maternelle;élémentaire\nSud;1;2\n")
    message = house.fails(SourceUnreadable, declared(house, ["École", "Filles", "colonne 3"], header_rows=2))
    assert "« header_rows: 2 » est sans effet" in message and "sous la ligne 2, qui est vide" in message
    assert "« Groupe Nom »" in message and "Sud" not in message


def test_a_foot_that_is_not_declared_is_not_swallowed(house):
    drop(house, "a.csv", "nom;nombre\na;1\nSource : Ville\n")
    message = house.fails(SourceUnreadable, declared(house, ["nom", "nombre"]))
    assert "ligne 3" in message


def test_names_that_come_back_and_columns_without_a_name(house):
    drop(house, "a.csv", "nom;tel;tel;;note;\na;1;2;3;;\n")
    found = house.extract(declared(house, ["nom", "tel", "tel (2)", "colonne 4", "note"]))
    assert house.table(found) == (
        ["__line", "nom", "tel", "tel (2)", "colonne 4", "note"],
        [(2, "a", "1", "2", "3", None)],
    )


def test_a_second_name_that_nobody_declared_is_refused(house):
    drop(house, "a.csv", "nom;tel;tel\na;1;2\n")
    assert "« tel »" in house.fails(SourceUnreadable, declared(house, ["nom", "tel"]))


def test_a_column_without_a_name_that_holds_something_is_refused(house, canary):
    drop(house, "a.csv", f"nom;tel;\na;1;\nb;2;{canary}\n")
    assert "n° 3 n'a pas de nom" in house.fails(SourceUnreadable, declared(house, ["nom", "tel"]))


def test_a_name_too_long_for_the_platform_is_given_another(house):
    long = "Surface de plancher autorisée au titre du permis de construire, en mètres carrés"
    drop(house, "a.csv", f"nom;{long}\na;12\n")
    source = {"file": "depot", "path": "a.csv", "delimiter": ";"}
    dataset = house.declare(source, {"nom": "publish", long: {"publish": True, "as": "surface_m2"}})
    assert house.table(house.extract(dataset))[0] == ["__line", "nom", long]


# --- cells -------------------------------------------------------------------------------------------------


def test_numbers_dates_codes_and_nothings(house):
    rows = [
        ["code", "montant", "jour", "note"],
        ["01001", " 1\u00a0063\u202f850,00    ", "29/03/00", "#N/A"],
        ["0164A", " -      ", "01/04/26", "deux\nlignes"],
        ["00", "1.063.850,25", "2026-05-02", "-"],
        ["7", "−12,5", "31/12/68", "N/A"],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    drop(house, "a.csv", text.getvalue().encode("utf-8"))
    types = {"montant": "number", "jour": "date"}
    reading = {"decimal": ",", "dates": "DD/MM/YY", "missing": ["#N/A", "N/A", "-"]}
    found = house.extract(declared(house, rows[0], types, **reading))
    assert house.rows(found) == [
        (2, "01001", "1063850.00", "2000-03-29", None),
        (3, "0164A", None, "2026-04-01", "deux\nlignes"),
        (5, "00", "1063850.25", "2026-05-02", None),
        (6, "7", "-12.5", "2068-12-31", None),
    ]


def test_cells_that_were_merged_once(house):
    drop(house, "a.csv", "quartier;rue\nNord;a\n;b\n \u00a0;c\nSud;\n;d\n")
    found = house.extract(declared(house, ["quartier", "rue"], fill_down=["quartier"]))
    rows = [(2, "Nord", "a"), (3, "Nord", "b"), (4, "Nord", "c"), (5, "Sud", None), (6, "Sud", "d")]
    assert house.rows(found) == rows


# --- workbooks ---------------------------------------------------------------------------------------------


def test_a_workbook_with_merged_cells_titles_and_totals(house):
    book = openpyxl.Workbook()
    page = book.active
    for row in [
        ["Équipements au 1er mars"],
        [],
        ["Quartier", "Équipements", None, "Code"],
        [None, "nom", "ouvert le", None],
        ["Nord", "École", "03/04/2020", "01001"],
        [None, "Stade", 46082, "0164A"],
        [None, "Gare", None, 7],
        ["Sud", "Halle", None, None],
        ["Total", 4, None, None],
    ]:
        page.append(row)
    for area in ("A1:D1", "A3:A4", "B3:C3", "D3:D4", "A5:A7"):
        page.merge_cells(area)
    book.save(house.drop / "a.xlsx")
    names = ["Quartier", "Équipements nom", "Équipements ouvert le", "Code"]
    source = {"file": "depot", "path": "a.xlsx", "header_rows": 2, "footer": "Total", "dates": "DD/MM/YYYY"}
    dataset = house.declare(source, dict.fromkeys(names, "publish"), types={names[2]: "date"})
    found = house.extract(dataset)
    assert house.table(found) == (
        ["__line", *names],
        [
            (5, "Nord", "École", "2020-04-03", "01001"),
            (6, "Nord", "Stade", "2026-03-01", "0164A"),
            (7, "Nord", "Gare", None, "7"),
            (8, "Sud", "Halle", None, None),
        ],
    )
    assert codes(found) == {
        "lignes-de-titre": (1, []),
        "cellules-fusionnees": (2, []),
        "lignes-de-pied": (1, [9]),
    }


def test_the_zeros_that_a_format_shows_are_those_of_a_code(house):
    """A spreadsheet shows 1001 as 01001, and keeps 1001; a text is what it is, whatever its format."""
    book = openpyxl.Workbook()
    for row in [["code", "nombre"], [1001, 7], ["12", 8], [13001, 9], ["2A004", 10], [None, 11], [1.5, 12]]:
        book.active.append(row)
    for row in range(2, 8):
        book.active[f"A{row}"].number_format = "00000"
    book.active["B2"].number_format = "0.00"
    book.save(house.drop / "a.xlsx")
    source = {"file": "depot", "path": "a.xlsx"}
    found = house.extract(house.declare(source, dict.fromkeys(["code", "nombre"], "publish")))
    assert [row[1:] for row in house.rows(found)] == [
        ("01001", "7"), ("12", "8"), ("13001", "9"), ("2A004", "10"), (None, "11"), ("1.5", "12"),
    ]  # fmt: skip


# --- JSON and shapefiles ------------------------------------------------------------------------------------


def test_a_json_file_and_one_whose_keys_are_data(house):
    rows = [{"places": 88, "etat": {"statut": "ouvert"}}, {"places": 0, "etat": {"statut": "N/A"}}]
    drop(house, "a.json", json.dumps({"data": rows}))
    source = {"file": "depot", "path": "a.json", "records": "data", "missing": ["N/A"]}
    found = house.extract(house.declare(source, {"places": "publish", "etat.statut": "publish"}))
    assert house.rows(found) == [(1, "88", "ouvert"), (2, "0", None)]
    drop(house, "a.json", json.dumps({"Rotonde": rows[0], "Carnot": rows[1]}))
    source = {"file": "depot", "path": "a.json", "keyed": "parking", "missing": ["N/A"]}
    columns = {"parking": "publish", "places": "publish", "etat.statut": "publish"}
    found = house.extract(house.declare(source, columns), "r2")
    assert house.rows(found) == [(1, "Rotonde", "88", "ouvert"), (2, "Carnot", "0", None)]


def test_a_name_said_twice_in_a_record_of_json_loses_no_value(house, canary):
    drop(house, "a.json", f'[{{"b": 1}}, {{"b": {{"c": "{canary}", "c": 1}}}}]')
    dataset = house.declare({"file": "depot", "path": "a.json"}, {"b.c": "publish"})
    assert "deux fois" in house.fails(SourceUnreadable, dataset)


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 1}', '{"a": {"parking": 1}}', '{"a": {}', "x"])
def test_a_json_file_that_is_not_as_declared(house, content):
    drop(house, "a.json", content)
    source = {"file": "depot", "path": "a.json", "keyed": "parking"}
    house.fails(SourceUnreadable, house.declare(source, {"parking": "publish"}))


@pytest.fixture(scope="session")
def lambert(tmp_path_factory):
    """Two zipped shapefiles in Lambert-93, as a GIS exports them: trees (points) and a quarter (polygon)."""
    folder = tmp_path_factory.mktemp("lambert")
    shapes = {
        "arbres": "SELECT 7 AS id, 'Érable' AS nom, 12.5::DOUBLE AS haut, ST_Point(700000, 6600000) AS geom "
        "UNION ALL SELECT 8, 'Cèdre', 3.0, ST_Point(700010, 6600000)",
        "quartier": "SELECT 1 AS id, ST_GeomFromText("
        "'POLYGON((897000 6272000, 897010 6272000, 897010 6272010, 897000 6272000))') AS geom",
    }
    with duck.open_duckdb(folder, extensions=("spatial",)) as con:
        for name, query in shapes.items():
            target = duck.literal(str(folder / f"{name}.shp"))
            options = "FORMAT gdal, DRIVER 'ESRI Shapefile', SRS 'EPSG:2154'"
            con.execute(f"COPY ({query}) TO {target} ({options})")
    return folder


def zipped(house, folder, name, without=()):
    with zipfile.ZipFile(house.drop / f"{name}.zip", "w") as archive:
        for path in sorted(folder.glob(f"{name}.*")):
            if path.suffix not in without:
                archive.write(path, f"export/{path.name}")


def test_a_shapefile_in_lambert_93(house, lambert):
    zipped(house, lambert, "arbres")
    columns = dict.fromkeys(["id", "nom", "haut", "longitude", "latitude"], "publish")
    found = house.extract(house.declare({"file": "depot", "path": "arbres.zip"}, columns))
    names, rows = house.table(found)
    assert names == ["__line", *columns]
    assert [row[:4] for row in rows] == [(1, "7", "Érable", "12.5"), (2, "8", "Cèdre", "3")]
    # The origin of the projection, by its definition (IGN): 700 km and 6 600 km stand at 3° E, 46.5° N.
    assert [float(cell) for cell in rows[0][4:]] == [3.0, 46.5]
    # Ten metres on the parallel of 46.5° of an earth of 6,378 km (the projection is 0.05 % short there).
    assert abs(float(rows[1][4]) - 3 - 10 / 76_700) < 1e-6


def test_the_shapes_of_a_layer_of_polygons(house, lambert):
    zipped(house, lambert, "quartier")
    source = {"file": "depot", "path": "quartier.zip"}
    ((_, _, shape),) = house.rows(
        house.extract(house.declare(source, {"id": "publish", "geometry": "publish"}))
    )
    assert json.loads(shape)["type"] == "Polygon"
    assert 5.4 < json.loads(shape)["coordinates"][0][0][0] < 5.5


@pytest.mark.parametrize("without, words", [({".prj"}, "système de coordonnées"), ({".shp"}, "0 shapefile.")])
def test_a_shapefile_that_lacks_a_part(house, lambert, without, words):
    zipped(house, lambert, "arbres", without)
    columns = dict.fromkeys(["id", "nom", "haut", "longitude", "latitude"], "publish")
    dataset = house.declare({"file": "depot", "path": "arbres.zip"}, columns)
    assert words in house.fails(SourceUnreadable, dataset)


@pytest.mark.parametrize(
    "content, words",
    [(b"", "vide (0 octet)"), (b"PK\x03\x04 abc", "archive zip"), (b"nom;objet\n", "archive zip")],
)
def test_what_is_no_archive(house, content, words):
    drop(house, "a.zip", content)
    dataset = house.declare({"file": "depot", "path": "a.zip"}, {"nom": "publish"})
    assert words in house.fails(SourceUnreadable, dataset)


def test_a_header_that_comes_back_at_a_later_refresh_is_not_published(house):
    """Files put end to end, each with its own header: all the columns are texts, and nothing would refuse them."""
    columns = {"nom": "publish", "ville": "publish"}
    dataset = house.declare({"file": "depot", "path": "a.csv", "delimiter": ";"}, columns)
    (house.drop / "a.csv").write_text("nom;ville\na;b\n", "utf-8")
    first = house.extract(dataset)
    assert not [one for one in first.report.findings if one.code == "en-tete-repete"]
    (house.drop / "a.csv").write_text("nom;ville\na;b\nnom;ville\nnom;b\n nom ;ville\n", "utf-8")
    found = house.extract(dataset, "r2")
    assert house.rows(found) == [(2, "a", "b"), (4, "nom", "b")]
    (told,) = [one for one in found.report.findings if one.code == "en-tete-repete"]
    assert (told.count, told.lines, found.report.rows, found.report.rejected) == (2, (3, 5), 2, 0)
    assert told.message.startswith("2 lignes répètent l'en-tête : elles ne sont pas publiées")


def test_the_rows_of_a_header_of_several_come_back_too(house):
    columns = {"Filles 0-14": "publish", "Filles 15+": "publish", "Garçons 0-14": "publish"}
    dataset = house.declare({"file": "depot", "path": "a.csv", "delimiter": ";", "header_rows": 2}, columns)
    header = "Filles;;Garçons\n0-14;15+;0-14\n"
    (house.drop / "a.csv").write_text(f"{header}1;2;3\n{header}4;5;6\n", "utf-8")
    found = house.extract(dataset)
    assert [row[1:] for row in house.rows(found)] == [("1", "2", "3"), ("4", "5", "6")]


@pytest.mark.parametrize(
    "columns, text, rows",
    [
        (["nom"], "nom\na\nnom\n", 2),
        (["1", "2"], "1;2\n1;2\n", 1),
    ],
)
def test_what_may_be_data_is_no_header_again(house, columns, text, rows):
    """Of one column, or of numbers only."""
    dataset = house.declare(
        {"file": "depot", "path": "a.csv", "delimiter": ";"}, dict.fromkeys(columns, "publish")
    )
    (house.drop / "a.csv").write_text(text, "utf-8")
    assert house.extract(dataset).report.rows == rows


def test_a_header_without_data_again_in_a_workbook(house):
    """With a column of numbers, one that nobody named, and one whose name comes twice."""
    book = openpyxl.Workbook()
    for line in [
        ("nom", "n", None, "nom"),
        ("a", 1, None, "c"),
        ("nom", "n", None, "nom"),
        ("b", 2, None, "d"),
    ]:
        book.active.append(line)
    book.save(house.drop / "a.xlsx")
    columns = {"nom": "publish", "n": "publish", "nom (2)": {"publish": True, "as": "autre"}}
    dataset = house.declare({"file": "depot", "path": "a.xlsx"}, columns, types={"n": "integer"})
    assert [row[1:] for row in house.rows(house.extract(dataset))] == [("a", "1", "c"), ("b", "2", "d")]
