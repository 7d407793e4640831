"""Points that may set thousands apart: no number of a text is silently divided by a thousand."""

from __future__ import annotations

import json

import pytest

from aqueduc.declaration.loader import load_city, load_dataset
from aqueduc.errors import DeclarationError, SourceUnreadable

ROWS = "lieu;tonnage\na;1.234\nb;12.000\nc;450\n"


def declare(house, rows, kind="number", columns=("lieu", "tonnage"), name="a.csv", **source):
    (house.drop / name).write_text(rows)
    file = {"file": "depot", "path": name, **({"delimiter": ";"} if name.endswith(".csv") else {}), **source}
    return house.declare(file, dict.fromkeys(columns, "publish"), types={columns[-1]: kind})


def read(house, dataset):
    found = house.extract(dataset)
    return [row[2] for row in house.rows(found)], found.report.findings


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_points_that_set_thousands_apart_are_read_as_such(house, decimal, kind):
    rows = ROWS + "d;1.000.000\ne;-2.500,00\n"
    dataset = declare(house, rows, kind, decimal=decimal, thousands=["tonnage"])
    cells, findings = read(house, dataset)
    assert [float(cell) for cell in cells] == [1234, 12000, 450, 1000000, -2500]
    assert not findings


def test_a_point_elsewhere_in_a_column_of_thousands_is_no_number(house):
    cells, _ = read(house, declare(house, ROWS + "d;12.5\n", thousands=["tonnage"]))
    assert cells[3] == "12..5"


def test_points_are_decimals_where_no_column_has_thousands(house):
    cells, findings = read(house, declare(house, ROWS, thousands=[]))
    assert cells == ["1.234", "12.000", "450"] and not findings
    cells, findings = read(house, declare(house, "lieu;tonnage\na;12.000\n", "integer", thousands=[]))
    assert cells == ["12"] and not findings


@pytest.mark.parametrize("decimal, code", [(".", "milliers-non-dits"), (",", "nombres-ambigus")])
def test_points_of_which_nobody_said_what_they_are_are_told(house, decimal, code):
    _, (finding,) = read(house, declare(house, ROWS, decimal=decimal))
    assert (finding.code, finding.column, finding.count, finding.lines) == (code, "tonnage", 2, (2, 3))
    assert "« thousands: [tonnage] »" in finding.remedy
    assert "1.234" not in str(finding)


def test_an_integer_of_which_nobody_said_what_its_point_is_stays_as_it_is(house):
    """Twelve, or twelve thousand: its field refuses it."""
    cells, (finding,) = read(house, declare(house, ROWS, "integer"))
    assert cells == ["1.234", "12.000", "450"] and finding.code == "milliers-non-dits"


@pytest.mark.parametrize("other", ["1.5", "0.875", "1234.567", "1.2345"])
def test_a_cell_that_can_only_be_a_decimal_tells_of_the_others(house, other):
    assert not read(house, declare(house, f"{ROWS}d;{other}\n"))[1]


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("other", ["1.000.000", "1.250,00"])
def test_a_column_is_never_read_half_as_thousands(house, decimal, other):
    with pytest.raises(SourceUnreadable) as refused:
        house.extract(declare(house, f"{ROWS}d;{other}\n", decimal=decimal))
    assert "« tonnage » : un seul point sépare trois chiffres dans 2 lignes" in str(
        refused.value
    ) and "1.234" not in str(refused.value)
    assert "« thousands: [tonnage] »" in str(refused.value.remedy)


def test_degrees_with_three_decimals_are_no_thousands(house):
    rows = "lieu;latitude\na;43.500\nb;43.512\n"
    cells, findings = read(house, declare(house, rows, columns=("lieu", "latitude")))
    assert cells == ["43.500", "43.512"] and not findings


def test_the_numbers_of_a_json_are_what_they_are(house):
    rows = json.dumps([{"lieu": "a", "tonnage": 1.234}, {"lieu": "b", "tonnage": "1.234"}])
    assert not read(house, declare(house, rows, name="a.json"))[1]
    cells, _ = read(house, declare(house, rows, name="a.json", thousands=["tonnage"]))
    assert cells == ["1.234", "1234"]


def test_a_field_that_groups_by_points_is_given_the_points(house):
    """Read as an integer, 12.000 lost its thousands before its field saw them."""
    declare(house, ROWS, "integer")
    schema = house.include / "schemas/essai.json"
    document = json.loads(schema.read_text())
    document["fields"][1]["groupChar"] = "."
    schema.write_text(json.dumps(document))
    dataset = load_dataset(house.include / "datasets/essai.yaml", load_city(house.include))
    assert read(house, dataset) == (["1.234", "12.000", "450"], ())


def test_a_column_of_thousands_that_does_not_exist_is_refused(house):
    with pytest.raises(DeclarationError) as refused:
        declare(house, ROWS, thousands=["tonage"])
    assert "thousands" in str(refused.value) and "tonnage" in str(refused.value)
