"""A number of a source is that number, whatever marks the field of the schema has for its texts."""

from __future__ import annotations

import json
from datetime import UTC

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc import duck
from aqueduc.declaration.loader import load_city, load_dataset
from aqueduc.declaration.spec import SchemaField
from aqueduc.sources.reading import NumberSeparators
from aqueduc.validate.compiler import _compile_field_sql
from aqueduc.validate.types import find_cell_text_parser
from tests.sources.test_source_geo import build_dbf, pack_points
from tests.sources.test_source_ods import book, cell, row, sheet

POINTS = {"type": "number", "bareNumber": False, "decimalChar": ",", "groupChar": "."}
BLANKS = {"type": "number", "bareNumber": False, "decimalChar": ",", "groupChar": " "}
NUMBERS = [88.5, 450.125, -12.5, 1250, 0.25, 1234567.875]
TEXTS = {".": ("1.250,00 €", 1250.0), " ": ("1 250,50 €", 1250.5)}


def drop_xlsx(folder, cells):
    page = openpyxl.Workbook()
    for line in [("nom", "montant"), *(("x", one) for one in cells)]:
        page.active.append(line)
    page.save(folder / "a.xlsx")
    return "a.xlsx"


def drop_ods(folder, cells):
    lines = [cell(one) if isinstance(one, str) else cell(str(one), "float") for one in cells]
    (folder / "a.ods").write_bytes(
        book(sheet(row(cell("nom"), cell("montant")), *(row(cell("x"), one) for one in lines)))
    )
    return "a.ods"


def drop_json(folder, cells):
    (folder / "a.json").write_text(json.dumps([{"nom": "x", "montant": one} for one in cells]))
    return "a.json"


def drop_ndjson(folder, cells):
    (folder / "a.ndjson").write_text("\n".join(json.dumps({"nom": "x", "montant": one}) for one in cells))
    return "a.ndjson"


def drop_geojson(folder, cells):
    features = [
        {"type": "Feature", "geometry": None, "properties": {"nom": "x", "montant": one}} for one in cells
    ]
    (folder / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return "a.geojson"


def drop_parquet(folder, cells):
    pq.write_table(pa.table({"nom": ["x"] * len(cells), "montant": pa.array(cells)}), folder / "a.parquet")
    return "a.parquet"


def drop_geopackage(folder, cells):
    listed = ", ".join(f"('x', {one}::DOUBLE)" for one in cells)
    with duckdb.connect() as con:
        con.execute(f"LOAD '{duck.find_duckdb_extension_path('spatial')}'")
        con.execute(
            f"COPY (SELECT *, ST_Point(5.4, 43.5) AS geom FROM (VALUES {listed}) AS t(nom, montant)) "
            f"TO '{folder}/a.gpkg' (FORMAT gdal, DRIVER 'GPKG', SRS 'EPSG:4326')"
        )
    return "a.gpkg"


MIXED = [drop_xlsx, drop_ods, drop_json, drop_ndjson, drop_geojson]
TYPED = [drop_parquet, drop_geopackage]


def read_field(house, path, field, columns=("nom", "montant"), read="montant", **source):
    """The values of the column ``read``, as its field reads what was extracted."""
    declared = dict.fromkeys(columns, "publish")
    house.declare({"file": "depot", "path": path, **source}, declared)
    fields = [{"name": name, **(field if name == read else {"type": "string"})} for name in columns]
    (house.include / "schemas/essai.json").write_text(json.dumps({"fields": fields}))
    found = house.extract(load_dataset(house.include / "datasets/essai.yaml", load_city(house.include)))
    names, rows = house.table(found)
    reader = find_cell_text_parser(SchemaField(name="montant", **field))
    texts = [line[names.index(read)] for line in rows]
    with duckdb.connect() as con:
        # In one query: the reader is a page of SQL, which takes longer to plan than to run.
        sql = f"SELECT {reader.read('t')} FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS t)"
        return [value for (value,) in con.execute(sql, [texts]).fetchall()]


@pytest.mark.parametrize("field", [POINTS, BLANKS], ids=["points", "blanks"])
@pytest.mark.parametrize("drop", MIXED)
def test_numbers_among_french_amounts_are_read_as_they_are(house, drop, field):
    text, value = TEXTS[field["groupChar"]]
    path = drop(house.drop, [text, *NUMBERS, text])
    assert read_field(house, path, field) == [value, *NUMBERS, value]


@pytest.mark.parametrize("field", [POINTS, BLANKS], ids=["points", "blanks"])
@pytest.mark.parametrize("drop", TYPED)
def test_numbers_of_a_typed_column_are_read_as_they_are(house, drop, field):
    columns = ("nom", "montant", "longitude", "latitude") if drop is drop_geopackage else ("nom", "montant")
    path = drop(house.drop, [float(one) for one in NUMBERS])
    assert read_field(house, path, field, columns) == NUMBERS


@pytest.mark.parametrize("drop", MIXED)
def test_a_number_with_decimals_is_no_whole_one_of_thousands(house, drop):
    field = {"type": "integer", "groupChar": "."}
    path = drop(house.drop, ["1.250", 88.5, 12])
    assert read_field(house, path, field) == [1250, None, 12]


def test_a_number_of_a_merged_cell_is_read_as_it_is(house):
    page = openpyxl.Workbook()
    for line in [("nom", "montant"), ("a", 88.5), ("b", None), ("c", "1.250,00 €")]:
        page.active.append(line)
    page.active.merge_cells("B2:B3")
    page.save(house.drop / "a.xlsx")
    assert read_field(house, "a.xlsx", POINTS) == [88.5, 88.5, 1250]


def test_a_number_that_fills_down_is_read_as_it_is(house):
    drop_xlsx(house.drop, [88.5, None, "1.250,00 €", None])
    assert read_field(house, "a.xlsx", POINTS, fill_down=["montant"]) == [88.5, 88.5, 1250, 1250]


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("field", [POINTS, BLANKS], ids=["points", "blanks"])
def test_a_text_is_read_with_the_marks_of_its_field_whatever_the_source_says(house, field, decimal):
    """« 1.250,5 » would be 1250.5, and that 12505."""
    text, value = TEXTS[field["groupChar"]]
    bare = text.removesuffix(" €")
    (house.drop / "a.csv").write_text(f"nom;montant\nx;{text}\nx;{bare}\nx;88,5\nx;7\n", "utf-8")
    assert read_field(house, "a.csv", field, delimiter=";", decimal=decimal) == [value, value, 88.5, 7]


def test_numbers_of_dbase_are_read_as_they_are(house, tmp_path):
    dates = (b"20260301", b"20260302")
    dbf = bytearray(build_dbf([(b"88.500", *dates), (b"450.125", *dates)]))
    # The decimals of the first field.
    dbf[32 + 17] = 3
    data = pack_points(tmp_path, bytes(dbf), 2)
    (house.drop / "a.zip").write_bytes(data)
    columns = ("n", "pose", "vu", "longitude", "latitude")
    assert read_field(house, "a.zip", POINTS, columns, read="n") == [88.5, 450.125]


def test_a_typed_number_that_is_judged_as_text_is_no_whole_one_of_thousands():
    """Of a database: only the type of its column is known."""
    field = SchemaField(name="n", type="integer", groupChar=".")
    found = _compile_field_sql(0, field, "DOUBLE", (), UTC, compared=False)
    with duckdb.connect() as con:
        values = con.execute(
            f"SELECT {found.value_sql} FROM (SELECT *, CAST(c0 AS VARCHAR) AS t0 "
            "FROM (VALUES (88.5::DOUBLE), (12)) AS t(c0))"
        ).fetchall()
    assert (885,) not in values and (120,) not in values


def test_a_mark_that_a_field_has_not_is_never_taken_for_thousands():
    marks = NumberSeparators.from_field(SchemaField(name="x", type="number", decimalChar=".", groupChar="."))
    assert marks is not None and marks.format_number_with_separators("88.5") == "88,5"
    assert NumberSeparators.from_field(SchemaField(name="x", type="number", groupChar=" ")) is None
