"""Validata as oracle of the French checks: the same verdict for each row, or a difference that has a name."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from aqueduc.declaration.national import prune_unpublished_optional_fields
from aqueduc.declaration.spec import TableSchema
from tests.validate.differences import VALIDATA, Comparison
from tests.validate.national import FOLDER, examples
from tests.validate.test_conformance import argued
from tests.validate.validata import ask

pytestmark = pytest.mark.end_to_end

SIRETS = (
    "83014132100034", "830 141 321 00034", "83014132100035", "8301413210003",
    "356 000 000 00048",
    "35600000000048", "35600000049837", "35600000009075", "35600000000049",
    "00000000000000", "830-141-321-00034",
    "83014132100034.", "８３０１４１３２１０００３４", "\u00a083014132100034", "83014132100034\n",
    "21130001500017",
    "21130001500018", "1e13", "-83014132100034", "43531948600029", "43531948600028",
    "73282932000074",
)  # fmt: skip
SIRENS = (
    "830141321", "830 141 321", "830141322", "356000000", "000000000", "83014132",
    "8301413211", "830.141.321",
    "213000015", "213000016", "FR83830141321", "８３０１４１３２１", " 830141321 ", "-830141321",
    "73282932",
)  # fmt: skip
PHONES = (
    "0199002737", "01 99 00 27 37", "01.99.00.27.37", "01-99-00-27-37",
    "+33 1 99 00 27 37", "+33199002737",
    "0033 1 99 00 27 37", "+33 (0)1 99 00 27 37", "115", "3949", "17", "112", "118218",
    "0800 00 00 00", "12",
    "0612345678", "06 12 34 56 78", "0512345678", "+32 2 123 45 67", "+1 650 253 0000",
    "+44 20 7946 0958",
    "04 42 91 90 00", "0442919000 / 0442919001", "04 42 91 90", "abc",
    "04 42 91 90 00 poste 12", "+", "+33",
    "٠٤٤٢٩١٩٠٠٠", "tel:+33442919000", "04  42  91  90  00", "(04) 42 91 90 00", "1616",
)  # fmt: skip
HOURS = (
    "Mo-Fr 09:00-12:00,14:00-17:00",
    "Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00; PH off", "24/7", "off",
    "Mo-Fr 9h-12h", "lundi-vendredi 09:00-12:00", "Mo 09:00-25:00", "Mo 09:00-12:00;",
    "09:00-12:00", "Mo",
    "sunrise-sunset", "Jan-Mar 10:00-12:00", "Mo-Fr 09:00+", "Mo[1] 09:00-12:00",
    "2026 Jan 01 10:00-11:00",
    'Mo-Fr 10:00-12:00 "sur rendez-vous"', "Mo-Fr 09:00 - 12:00", "Mo-Fr09:00-12:00",
    "week 1-53/2 Fr 09:00-12:00",
    "Mo-Fr 09:00-12:00 || closed", "easter off", "SH,PH off", "mo-fr 09:00-12:00",
    "Mo-Su", "Mo;;Tu",
)  # fmt: skip
ACTS = (
    "Finances locales/Subventions", "finances locales/subventions", "FINANCES LOCALES/x",
    "Finances locales",
    "Libertés publiques et pouvoirs de police/Police municipale",
    "Libertes publiques et pouvoirs de police/x",
    "Finances locales /Subventions", "Finances locales/ Subventions",
    "Finances/Subventions", "/", "/x",
    "Urbanisme/", "Urbanisme/a/b", "Urbanisme/a/ b", " Urbanisme/a",
    "Domaines de compétences par thèmes/x",
    "Domaines de compe\u0301tences par the\u0300mes/x",
    "Autres domaines de compétences/vœux", "7.5/Subventions",
)  # fmt: skip
YEARS = (
    "2020/2021", "2021/2020", "2020/2020", "2020", "2020-2021", "2020/21", "20/21",
    "0000/9999", "2020/2021 ",
    " 2020/2021", "2020/2021\n", "2020\n", "٢٠٢٠/٢٠٢١", "٢٠٢٠", "2020/2021/2022", "abc",
    "2020 / 2021", "+202/2021",
)  # fmt: skip
ODD = (
    None, "", " ", "0", "00", "x", "-", "NaN", "inf", "1e3", "1_000", "\u00a0",
    "'", '"', "\\", "é", "a\nb", "0.0",
)  # fmt: skip

SINGLE: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("french-siret-value", {}, SIRETS),
    ("french-siren-value", {}, SIRENS),
    ("phone-number-value", {}, PHONES),
    ("opening-hours-value", {}, HOURS),
    ("nomenclature-actes-value", {}, ACTS),
    ("year-interval-value", {}, YEARS),
    ("year-interval-value", {"allow-year-only": "true"}, YEARS),
    ("year-interval-value", {"allow-year-only": "yes"}, YEARS),
    ("year-interval-value", {"allow-year-only": "no"}, YEARS),
)
POSITIONS = (
    "5.44,43.52", "43.52,5.44", "0,0", "-61.5,16.2", "16.2,-61.5", "55.5,-21",
    "9.560091,45", "180,90", "2.35, 48.85",
    "-5.141277,48", "x", "45.2,-12.8", "-53,4", "-61,14.6",
)  # fmt: skip
NUMBERS = ("0", "1", "10", "-1", "007", "x", None, "9007199254740993", "9007199254740992")
DECIMALS = ("0", "1.5", "1.50", "-0", "0.1", "1e2", "100", "NaN", "INF", "x", None)
TEXTS = ("0", "10", "9", "a", "A", "é", "z", "1.0", "1e1", " 2", '"', "'", "\\", None, "NaN", "½", "٢")
DATES = ("2026-03-01", "2026-03-02", "1999-12-31", "2026-3-1", "x", "", None)
OPERATORS = (">", ">=", "==", "<=", "<")
COMPARED: tuple[tuple[dict[str, Any], Sequence[str | None]], ...] = (
    ({"type": "integer"}, NUMBERS),
    ({"type": "number"}, DECIMALS),
    ({"type": "string"}, TEXTS),
    ({"type": "date"}, DATES),
    ({"type": "date", "format": "%d/%m/%Y"}, ("01/03/2026", "02/03/2026", "31/12/1999", "x", None)),
    ({"type": "year"}, ("2026", "1999", "0001", "x", None)),
    ({"type": "yearmonth"}, ("2026-03", "2026-3", "1999-12", "x", None)),
)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return Comparison(VALIDATA)


# --- one column ---------------------------------------------------------------------------------------


def test_same_verdict_for_each_check_of_one_column(workshop: Any, compared: Comparison) -> None:
    cases = [_single(name, params, values) for name, params, values in SINGLE]
    cases += [
        _case([{"name": "x", "type": "geopoint"}], "french-gps-coordinates", {"column": "x"}, [POSITIONS])
    ]
    before = compared.cases
    _compare(workshop, compared, cases)
    assert compared.cases - before >= 1_500
    compared.check()


def _single(name: str, params: dict[str, Any], values: Sequence[str]) -> dict[str, Any]:
    cells = [*values, *_mutations(values, 150, seed=len(values)), *ODD]
    return _case([{"name": "x"}], name, {"column": "x", **params}, [cells])


def _mutations(values: Sequence[str], count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        text = chance.choice(values)
        place = chance.randrange(len(text) + 1)
        new = chance.choice(["", *"0123456789 /-+.:;aé\u00a0"])
        made.append(text[:place] + new + text[place + chance.randint(0, 1) :])
    return made


# --- several columns ----------------------------------------------------------------------------------


@pytest.mark.thorough
def test_same_verdict_for_each_check_of_several_columns(workshop: Any, compared: Comparison) -> None:
    before = compared.cases
    _compare(workshop, compared, [*_comparisons(), *_sums(), *_filled()])
    assert compared.cases - before >= 6_000
    compared.check()


def _comparisons() -> Iterator[dict[str, Any]]:
    """Each type with itself and with each other that may be compared with it, every pair of values."""
    for (one, left), (other, right) in itertools.product(COMPARED, COMPARED):
        known = {one["type"], other["type"]} <= {"integer", "number", "string", "year"} or one[
            "type"
        ] == other["type"]
        if not known:
            continue
        pairs = list(itertools.product(left, right))
        columns = [[pair[rank] for pair in pairs] for rank in (0, 1)]
        for operator in OPERATORS if one == other else ("<", ">="):
            params = {"column": "x", "column2": "y", "op": operator}
            yield _case(
                [{"name": "x", **one}, {"name": "y", **other}], "compare-columns-value", params, columns
            )


def _sums() -> Iterator[dict[str, Any]]:
    for kind, values in (
        ("integer", ("0", "1", "2", "3", "-1", "", None, "x")),
        ("number", ("0", "1", "1.5", "2", "2.5", "3", "0.1", "0.2", "0.3", "", "x")),
    ):
        rows = list(itertools.product(values, repeat=3))
        columns = [[row[rank] for row in rows] for rank in range(3)]
        fields = [{"name": name, "type": kind} for name in ("x", "y", "z")]
        yield _case(fields, "sum-columns-value", {"column": "x", "columns": ["y", "z"]}, columns)


def _filled() -> Iterator[dict[str, Any]]:
    rows = list(itertools.product(("a", "", None, "0", " "), ("1", "x", "", None, "0"), ("b", None)))
    columns = [[row[rank] for row in rows] for rank in range(3)]
    fields = [{"name": "x"}, {"name": "y", "type": "integer"}, {"name": "z"}]
    yield _case(fields, "cohesive-columns-value", {"column": "x", "othercolumns": ["y", "z"]}, columns)
    yield _case(fields, "one-of-required", {"column1": "x", "column2": "y"}, columns)


# --- national schemas ---------------------------------------------------------------------------------


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no national schemas in {FOLDER}")
def test_same_verdict_on_every_national_example(workshop: Any, compared: Comparison) -> None:
    """A file without some optional columns is a file of the schema without these fields."""
    cases = []
    for example in examples():
        checks = [check for check in example.schema.get("custom_checks", []) if example.header]
        schema = prune_unpublished_optional_fields(TableSchema.model_validate(example.schema), example.header)
        for check in schema.custom_checks if checks else ():
            present = [field for field in schema.fields if field.name in example.columns]
            fields = [field.model_dump(by_alias=True, exclude_unset=True) for field in present]
            columns = [example.columns[field["name"]] for field in fields]
            cases.append(_case(fields, check.name, dict(check.params), columns))
    assert len(cases) >= 10
    _compare(workshop, compared, cases)
    compared.check()


def test_each_difference_is_argued_and_is_one_still(compared: Comparison) -> None:
    """After those above."""
    names = [item.name for item in VALIDATA]
    assert set(names) <= argued()
    if compared.cases >= 7_500:
        assert compared.met == set(names), "a documented difference no longer exists"


# --- the two verdicts ---------------------------------------------------------------------------------


def _case(
    fields: list[dict[str, Any]], check: str, params: dict[str, Any], columns: Sequence[Sequence[str | None]]
) -> dict[str, Any]:
    """A column that is always filled in keeps a row from being blank."""
    schema = {"fields": [{"name": "always"}, *fields], "custom_checks": [{"name": check, "params": params}]}
    return {"schema": schema, "rows": [["always", *(field["name"] for field in fields)], *_rows(columns)]}


def _rows(columns: Sequence[Sequence[str | None]]) -> list[list[str | None]]:
    return [["k", *row] for row in zip(*columns, strict=True)]


def _compare(workshop: Any, compared: Comparison, cases: Sequence[dict[str, Any]]) -> None:
    for case, theirs in zip(cases, ask(cases), strict=True):
        schema, (header, *rows) = case["schema"], case["rows"]
        (check,) = schema["custom_checks"]
        columns = {name: [row[rank] for row in rows] for rank, name in enumerate(header)}
        ours = workshop.broken(schema, columns)
        rule = check["name"]
        crashed = {line for line, _, code in theirs if code == "crash"}
        broken = {line for line, _, code in theirs if re.sub("^reversed-", "", code) == rule}
        for line, row in enumerate(rows, start=2):
            mine = {rule} if any(name.endswith(f":{rule}") for name in ours.get(line, ())) else set()
            other = {"crash"} if line in crashed else {rule} if line in broken else set()
            field = {**schema["fields"][1], "check": rule, "others": schema["fields"][2:], "row": row[1:]}
            compared.add(field, row[1], mine, other)
