"""A field of a schema that says which column it describes follows what the declaration says of that column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration import Dataset
from aqueduc.errors import DeclarationError
from tests.making import Desk, desk

OPENED = {
    "name": "ouverture",
    "column": "Date d'ouverture",
    "type": "date",
    "format": "%d/%m/%Y",
    "title": "Ouverture",
    "constraints": {"required": True, "minimum": "2000-01-01"},
}
PLACE = {"name": "lieu", "column": "lieu", "type": "string"}


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def declared(here: Desk, rule: Any, *fields: dict[str, Any]) -> Dataset:
    columns = {"lieu": "publish", "Date d'ouverture": rule}
    return here.dataset(columns=columns, fields=[*(fields or (OPENED, PLACE))])


def shown(dataset: Dataset) -> list[tuple[str, str]]:
    return [(field.name, field.type) for field in dataset.table_schema.fields]


@pytest.mark.parametrize(
    "rule, field",
    [
        ("publish", ("Date d'ouverture", "date")),
        ({"publish": True, "as": "ouverte_le"}, ("ouverte_le", "date")),
        ({"generalise": "month", "as": "mois"}, ("mois", "yearmonth")),
        ({"generalise": "year"}, ("Date d'ouverture", "year")),
        ({"generalise": "quarter", "as": "trimestre"}, ("trimestre", "string")),
    ],
)
def test_a_field_has_the_name_and_the_type_of_what_is_published(
    here: Desk, rule: Any, field: tuple[str, str]
) -> None:
    assert shown(declared(here, rule)) == [field, ("lieu", "string")]


def test_a_field_of_a_dropped_column_is_left_out(here: Desk) -> None:
    assert shown(declared(here, "drop")) == [("lieu", "string")]


def test_a_field_as_it_is_keeps_its_constraints_and_another_form_the_promise_to_be_filled(here: Desk) -> None:
    as_it_is = declared(here, "publish").table_schema.fields[0]
    assert (as_it_is.format, as_it_is.constraints.minimum) == ("%d/%m/%Y", "2000-01-01")
    month = declared(here, {"generalise": "month"}).table_schema.fields[0]
    assert (month.format, month.constraints.minimum, month.title) == ("default", None, "Ouverture")
    assert month.constraints.required


def test_what_is_published_does_not_say_which_column_it_was(here: Desk) -> None:
    assert "column" not in declared(here, "publish").table_schema.model_dump_json()


def test_a_field_of_a_column_that_is_declared_no_more_is_still_told(here: Desk) -> None:
    with pytest.raises(DeclarationError) as wrong:
        declared(here, "publish", OPENED, PLACE, {"name": "ville", "column": "ville"})
    assert "ville" in str(wrong.value)


def test_a_field_that_describes_no_column_must_be_published(here: Desk) -> None:
    with pytest.raises(DeclarationError) as wrong:
        declared(here, "drop", {"name": "ouverture", "type": "date"}, PLACE)
    assert "ouverture" in str(wrong.value)


def test_a_question_about_a_column_hides_no_other_problem_and_makes_none(here: Desk) -> None:
    with pytest.raises(DeclarationError) as wrong:
        declared(here, "à décider : publier ? — drop | publish")
    assert [problem.code for problem in wrong.value.problems] == ["a-decider"]
