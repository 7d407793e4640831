"""The stage as its neighbours see it: what it lets through, what it keeps back, what it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Resource, Schema
from frictionless import validate as frictionless_validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqueduc.declaration.spec import PrivacySettings
from aqueduc.errors import HandleFileMismatch, ValidationGateClosed
from aqueduc.run import Run
from aqueduc.store import Window
from aqueduc.validate import ValidateReport, stage, validate_anonymised_rows
from tests.examples import share
from tests.validate.conftest import numbered

PERMITS = {
    "fields": [
        {"name": "numero", "type": "string", "constraints": {"required": True, "pattern": "PC-\\d+"}},
        {"name": "date_depot", "type": "date", "constraints": {"minimum": "2020-01-01"}},
        {"name": "surface", "type": "number", "constraints": {"minimum": 0, "maximum": 10000}},
        {"name": "decision", "type": "string", "constraints": {"enum": ["accord", "refus"]}},
        {"name": "mois", "type": "yearmonth"},
    ],
    "primaryKey": ["numero"],
}


def permits(count: int = 20) -> dict[str, list[str | None]]:
    return {
        "numero": [f"PC-{rank}" for rank in range(count, 0, -1)],
        "date_depot": ["2026-03-01"] * count,
        "surface": ["12.5"] * count,
        "decision": ["accord"] * count,
        "mois": ["2026-03"] * count,
    }


# --- what passes --------------------------------------------------------------------------------------


def test_valid_rows_come_out_typed_and_sorted_without_their_lines(workshop: Any) -> None:
    validation = workshop.validate(PERMITS, permits(3), tolerated=0.0)
    table = workshop.output(validation)
    assert table.schema.names == ["numero", "date_depot", "surface", "decision", "mois"]
    assert table.column("numero").to_pylist() == ["PC-1", "PC-2", "PC-3"]
    assert [str(field.type) for field in table.schema] == [
        "string",
        "date32[day]",
        "double",
        "string",
        "string",
    ]
    assert validation.handle.stage == "valid"
    assert validation.handle.rows == 3
    assert validation.report.passed
    assert validation.report.findings == ()
    assert validation.report.rejected_key is None


def test_every_text_type_is_published_in_its_own(workshop: Any) -> None:
    cells = {
        "string": ("été", "été"),
        "integer": ("007", 7),
        "number": ("1.50", 1.5),
        "boolean": ("true", True),
        "date": ("2026-3-1", date(2026, 3, 1)),
        "datetime": ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8)),
        "time": ("10:20:30Z", time(10, 20, 30)),
        "year": ("2026", 2026),
        "yearmonth": ("2026-3", "2026-03"),
        "geopoint": ("5.44, 43.52", "5.44, 43.52"),
        "any": ("x", "x"),
    }
    schema = {"fields": [{"name": kind, "type": kind} for kind in cells]}
    validation = workshop.validate(schema, {kind: [text] for kind, (text, _) in cells.items()}, tolerated=0.0)
    assert workshop.output(validation).to_pylist() == [{kind: value for kind, (_, value) in cells.items()}]


@pytest.mark.parametrize(
    "field, cell, told, untold",
    [
        ({"type": "number"}, "12,50 €", '« "bareNumber": false »', "dates:"),
        ({"type": "integer"}, "12 k€", "ce qui change la valeur (« k€ », « M€ »", "dates:"),
        ({"type": "number", "bareNumber": False}, "12 k€", "n'est jamais ôté", "« decimal: »"),
        ({"type": "date"}, "avant-hier", "« dates: »", "decimal"),
        ({"type": "boolean"}, "peut-être", "« trueValues » et « falseValues »", "dates:"),
        ({"type": "time"}, "tantôt", "« missing: »", "dates:"),
    ],
    ids=lambda one: one["type"] if isinstance(one, dict) else None,
)
def test_the_remedy_of_a_cell_that_does_not_read_is_that_of_its_type(
    workshop: Any, field: dict[str, Any], cell: str, told: str, untold: str
) -> None:
    schema = {"fields": [{"name": "c", **field}, {"name": "ok", "type": "string"}]}
    validation = workshop.validate(schema, {"c": [cell, None], "ok": ["a", "b"]}, tolerated=1.0)
    (found,) = [one for one in validation.report.findings if one.code == "type"]
    assert told in found.remedy and untold not in found.remedy
    assert cell not in f"{found.message} {found.remedy}"


FRENCH_AMOUNT = {"type": "number", "bareNumber": False, "decimalChar": ",", "groupChar": " "}


@pytest.mark.parametrize(
    "field,text,value",
    [
        ({"type": "number", "decimalChar": ",", "groupChar": " "}, "1 063,50", 1063.5),
        ({"type": "number", "bareNumber": False, "decimalChar": ","}, "env. -12,5 €", -12.5),
        ({"type": "number", "bareNumber": False}, "€ .5", 0.5),
        ({"type": "integer", "bareNumber": False}, "12 kg", 12),
        (FRENCH_AMOUNT, "57 233,31 € TTC", 57233.31),
        (FRENCH_AMOUNT, "- 1 200 €", -1200),
        (FRENCH_AMOUNT, "\u22121 200 €", -1200),
        (FRENCH_AMOUNT, "(100 949,58 €)", -100949.58),
        (FRENCH_AMOUNT, "1 200 €-", -1200),
        (FRENCH_AMOUNT, "12 € - TTC", 12),
        (FRENCH_AMOUNT, "12 €/m²", 12),
        (FRENCH_AMOUNT, "12 € (env.)", 12),
        ({"type": "integer", "groupChar": "\u202f"}, "1\u202f063", 1063),
        ({"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]}, "non", False),
        ({"type": "date", "format": "%d/%m/%Y"}, "01/03/2026", date(2026, 3, 1)),
        ({"type": "date", "format": "any"}, "1 Mar 2026", date(2026, 3, 1)),
        ({"type": "datetime", "format": "%d/%m/%Y %Hh%M"}, "01/03/2026 10h20", datetime(2026, 3, 1, 10, 20)),
        (
            {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"},
            "2026-03-01T10:00:00+0200",
            datetime(2026, 3, 1, 8),
        ),
        ({"type": "time", "format": "%Hh%M"}, "10h20", time(10, 20)),
        ({"type": "geopoint", "format": "array"}, "[5.44, 43.52]", "[5.44, 43.52]"),
    ],
)
def test_formats(workshop: Any, field: dict[str, Any], text: str, value: Any) -> None:
    validation = workshop.validate({"fields": [{"name": "x", **field}]}, {"x": [text]}, tolerated=0.0)
    assert workshop.output(validation).column("x").to_pylist() == [value]


SCALED = [
    *(
        "1 200 k€",
        "1 200 K€",
        "1,5 M€",
        "1,5 Md€",
        "12 kEUR",
        "12 kF",
        "k€ 12",
        "3 millions",
        "10 %",
        "0,5 ‰",
    ),
    *("12 pour cent", "12 cts", "< 5", "≥ 12", "± 12", "+/- 12", "12½", "10³", "\u201312 €", "12 \u2013"),
    *("12,-", "-(12 €)", "(-12 €)", "(env. 12 €)", "3 € (x2)"),
]


def test_what_changes_a_number_is_not_dropped_from_around_it(workshop: Any) -> None:
    """A loss read as a gain, or thousands as units, would be published without a word."""
    schema = {"fields": [{"name": "x", **FRENCH_AMOUNT}]}
    validation = workshop.validate(schema, {"x": ["12 €", *SCALED]})
    assert workshop.output(validation).column("x").to_pylist() == [12]
    kept_back = workshop.rejected(validation.report.rejected_key).column("x").to_pylist()
    assert sorted(kept_back) == sorted(SCALED)
    (finding,) = validation.report.findings
    assert "sans « % », « k€ », « M€ » ni « < » autour" in str(finding.message)
    assert "lignes 3, 4, 5" in str(finding.message)
    assert not any(text in str(finding.message) for text in SCALED)


@pytest.mark.parametrize(
    "field,text",
    [
        ({}, "2025-03-01T00:00:00+01:00"),
        ({}, "2025-02-28T23:00:00Z"),
        ({"format": "%Y-%m-%dT%H:%M:%S%z"}, "2025-03-01T00:00:00+0100"),
        ({"format": "any"}, "2025-03-01T00:00:00+01:00"),
        ({"format": "any"}, " 2025-03-01 00:00:00.000000000"),
        ({"format": "any"}, "2025-02-28T23:00:00 UTC"),
        ({}, "2025-03-01T00:00:00"),
    ],
)
def test_a_moment_is_published_at_the_clock_of_the_city(
    workshop: Any, field: dict[str, Any], text: str
) -> None:
    """In UTC, the first of March would be the last day of February."""
    schema = {"fields": [{"name": "x", "type": "datetime", **field}]}
    dataset = workshop.dataset(schema).model_copy(update={"timezone": "Europe/Paris"})
    handle = workshop.safe(numbered({"x": [text]}))
    validation = validate_anonymised_rows(dataset, Run("essai", "r1"), handle, workshop.place)
    assert workshop.output(validation).column("x").to_pylist() == [datetime(2025, 3, 1)]


def test_a_moment_of_a_database_too(workshop: Any) -> None:
    moments = pa.array([datetime(2025, 6, 30, 22, tzinfo=UTC)], pa.timestamp("us", tz="UTC"))
    table = pa.table({"__line": pa.array([1], pa.int64()), "x": moments})
    dataset = workshop.dataset({"fields": [{"name": "x", "type": "datetime"}]})
    dataset = dataset.model_copy(update={"timezone": "Europe/Paris"})
    validation = validate_anonymised_rows(dataset, Run("essai", "r1"), workshop.safe(table), workshop.place)
    assert workshop.output(validation).column("x").to_pylist() == [datetime(2025, 7, 1)]


NATIVE = pa.table(
    {
        "__line": pa.array([1, 2, 3], pa.int64()),
        "id": pa.array([3, 2, 1], pa.int32()),
        "big": pa.array([2**40, None, 1], pa.int64()),
        "montant": pa.array([Decimal("10.50"), Decimal("0.10"), None], pa.decimal128(8, 2)),
        "ratio": pa.array([0.5, None, 2.0], pa.float32()),
        "jour": pa.array([date(2026, 3, 1), None, date(1999, 1, 1)], pa.date32()),
        "minuit": pa.array([datetime(2026, 3, 1), None, datetime(1999, 1, 1)], pa.timestamp("us")),
        "instant": pa.array([datetime(2026, 3, 1, 10, tzinfo=UTC)] * 3, pa.timestamp("us", tz="UTC")),
        "heure": pa.array([time(10, 20)] * 3, pa.time64("us")),
        "vrai": pa.array([True, False, None], pa.bool_()),
        "annee": pa.array([2026, 1999, 0], pa.int16()),
        "code": pa.array([13001, 1, None], pa.int32()),
    }
)
NATIVE_SCHEMA = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"minimum": 1}},
        {"name": "big", "type": "integer"},
        {"name": "montant", "type": "number", "constraints": {"minimum": 0.1, "enum": [10.5, 0.1]}},
        {"name": "ratio", "type": "number"},
        {"name": "jour", "type": "date", "constraints": {"minimum": "1999-01-01"}},
        {"name": "minuit", "type": "date"},
        {"name": "instant", "type": "datetime"},
        {"name": "heure", "type": "time"},
        {"name": "vrai", "type": "boolean"},
        {"name": "annee", "type": "year"},
        {"name": "code", "type": "string", "constraints": {"pattern": "\\d+", "maxLength": 5}},
    ],
    "primaryKey": "id",
}


def native_schema() -> dict[str, Any]:
    return {**NATIVE_SCHEMA, "primaryKey": ["id"]}


def test_native_columns_of_a_fitting_type_are_trusted(workshop: Any) -> None:
    validation = workshop.validate(native_schema(), NATIVE, tolerated=0.0)
    table = workshop.output(validation)
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        "id": "int64",
        "big": "int64",
        "montant": "decimal128(8, 2)",
        "ratio": "double",
        "jour": "date32[day]",
        "minuit": "date32[day]",
        "instant": "timestamp[us]",
        "heure": "time64[us]",
        "vrai": "bool",
        "annee": "int32",
        "code": "string",
    }
    assert table.column("id").to_pylist() == [1, 2, 3]
    assert table.column("montant").to_pylist() == [None, Decimal("0.10"), Decimal("10.50")]
    assert table.column("code").to_pylist() == [None, "1", "13001"]


def test_native_values_that_do_not_fit_are_found(workshop: Any) -> None:
    table = pa.table(
        {
            "__line": pa.array([1, 2, 3], pa.int64()),
            "entier": pa.array([1.5, 2.0, float("inf")], pa.float64()),
            "jour": pa.array([datetime(2026, 3, 1, 10), datetime(2026, 3, 1), None], pa.timestamp("us")),
            "loin": pa.array([2**20, 0, -(2**20)], pa.int32()).cast(pa.date32()),
            "nombre": pa.array([float("nan"), 5.0, -1.0], pa.float64()),
            "annee": pa.array([20260, 2026, -1], pa.int32()),
            "date": pa.array([1, 2, 3], pa.int32()),
            "code": pa.array([1, -99, 3], pa.int32()),
        }
    )
    schema = {
        "fields": [
            {"name": "entier", "type": "integer"},
            {"name": "jour", "type": "date"},
            {"name": "loin", "type": "date"},
            {"name": "nombre", "type": "number", "constraints": {"minimum": 0}},
            {"name": "annee", "type": "year"},
            {"name": "date", "type": "date"},
            {"name": "code", "type": "integer", "constraints": {"required": True}},
        ],
        "missingValues": ["", "-99"],
    }
    assert workshop.broken(schema, table) == {
        1: {"entier:type", "jour:type", "nombre:minimum", "annee:type", "date:type"},
        2: {"date:type", "code:required"},
        3: {"entier:type", "nombre:minimum", "annee:type", "date:type", "loin:type"},
    }


def test_missing_values_are_the_schema_s(workshop: Any) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}], "missingValues": ["NC", "n/a"]}
    validation = workshop.validate(schema, {"a": ["NC", "1", "n/a"], "b": ["", "NC", "x"]}, tolerated=0.0)
    assert workshop.output(validation).to_pylist() == [
        {"a": 1, "b": None},
        {"a": None, "b": ""},
        {"a": None, "b": "x"},
    ]


def test_the_same_rows_give_the_same_bytes(workshop: Any) -> None:
    count = 150_000  # more than one group of rows
    columns = {
        "id": [str(rank * 7919 % count) for rank in range(count)],
        "date": [f"20{rank % 30:02}-0{rank % 9 + 1}-11" for rank in range(count)],
        "n": [f"{rank % 1000 / 8}" for rank in range(count)],
    }
    schema = {
        "fields": [
            {"name": "id", "type": "integer", "constraints": {"unique": True}},
            {"name": "date", "type": "date", "format": "%Y-%m-%d"},
            {"name": "n", "type": "number"},
        ]
    }
    backwards = {name: values[::-1] for name, values in columns.items()}
    hashes = {workshop.validate(schema, columns, run=f"r{n}").report.output_sha256 for n in range(3)}
    hashes.add(workshop.validate(schema, backwards).report.output_sha256)
    assert len(hashes) == 1


# --- what is kept back --------------------------------------------------------------------------------


def broken_permits() -> dict[str, list[str | None]]:
    columns = permits()
    columns["date_depot"][3] = "01/03/2026"
    columns["date_depot"][5] = "2026-02-30"
    columns["surface"][5] = "-1"
    columns["decision"][7] = "peut-être"
    columns["numero"][9] = None
    return columns


def test_rejected_rows_rest_in_the_vault_with_their_lines_and_rules(workshop: Any) -> None:
    validation = workshop.validate(PERMITS, broken_permits(), tolerated=0.5)
    report = validation.report
    assert (report.rows_in, report.rows_out, report.rejected) == (20, 16, 4)
    rejected = workshop.rejected(report.rejected_key)
    assert rejected.schema.names[:2] == ["__line", "__rules"]
    assert rejected.select(["__line", "__rules", "date_depot"]).to_pylist() == [
        {"__line": 5, "__rules": ["date_depot:type"], "date_depot": "01/03/2026"},
        {"__line": 7, "__rules": ["date_depot:type", "surface:minimum"], "date_depot": "2026-02-30"},
        {"__line": 9, "__rules": ["decision:enum"], "date_depot": "2026-03-01"},
        {"__line": 11, "__rules": ["numero:required"], "date_depot": "2026-03-01"},
    ]


def test_findings_read_well(workshop: Any) -> None:
    validation = workshop.validate(PERMITS, broken_permits(), tolerated=0.5)
    assert [finding.message for finding in validation.report.findings] == [
        "`numero` : 1 ligne n'a pas de valeur, or elle est obligatoire (ligne 11)",
        "`date_depot` : 2 lignes ne sont pas des dates AAAA-MM-JJ (lignes 5, 7)",
        "`surface` : 1 ligne sous le minimum 0 (ligne 7)",
        "`decision` : 1 ligne hors de la liste (accord, refus) (ligne 9)",
    ]


def test_only_the_first_lines_are_shown(workshop: Any) -> None:
    columns = {"a": ["x"] * 312, "b": ["y"] * 312}
    schema = {"fields": [{"name": "a", "type": "date"}, {"name": "b"}]}
    with pytest.raises(ValidationGateClosed) as closed:
        workshop.validate(schema, columns, tolerated=0.0)
    assert "`a` : 312 lignes ne sont pas des dates AAAA-MM-JJ (lignes 2, 3, 4, 5, 6…)" in str(closed.value)


@pytest.mark.parametrize(
    "field,text,rule",
    [
        ({"type": "string", "constraints": {"required": True}}, None, "required"),
        ({"type": "string", "constraints": {"minLength": 3}}, "ab", "minLength"),
        ({"type": "string", "constraints": {"maxLength": 1}}, "ab", "maxLength"),
        ({"type": "string", "constraints": {"pattern": "a"}}, "ab", "pattern"),
        ({"type": "string", "constraints": {"pattern": "(?=a)a"}}, "ab", "pattern"),
        ({"type": "string", "constraints": {"enum": ["a"]}}, "ab", "enum"),
        ({"type": "string", "constraints": {"enum": []}}, "ab", "enum"),
        ({"type": "integer"}, "ab", "type"),
        ({"type": "integer", "constraints": {"minimum": 5}}, "4", "minimum"),
        ({"type": "integer", "constraints": {"maximum": 5}}, "6", "maximum"),
        ({"type": "number"}, "ab", "type"),
        ({"type": "number", "constraints": {"minimum": 0}}, "NaN", "minimum"),
        ({"type": "boolean"}, "ab", "type"),
        ({"type": "date"}, "ab", "type"),
        ({"type": "date", "format": "%d/%m/%Y"}, "2026-03-01", "type"),
        ({"type": "date", "format": "any"}, "mars", "type"),
        ({"type": "date", "format": "any"}, "March 2026", "type"),
        ({"type": "date", "format": "any"}, "03/04/2026", "type"),
        ({"type": "datetime", "format": "any"}, "2026-11-01T11:00:00 UTC+3", "type"),
        ({"type": "datetime", "format": "any"}, "2026-11-01T11:00:00.123456789", "type"),
        ({"type": "datetime"}, "2026-03-01", "type"),
        ({"type": "time"}, "24:00:00", "type"),
        ({"type": "year"}, "26", "type"),
        ({"type": "yearmonth"}, "2026-T1", "type"),
        ({"type": "geopoint"}, "43.52", "type"),
        ({"type": "geopoint", "format": "object"}, "[5, 43]", "type"),
        ({"type": "string", "format": "email"}, "ab", "type"),
    ],
)
def test_the_gate_closes_on_each_rule(
    workshop: Any, field: dict[str, Any], text: str | None, rule: str
) -> None:
    """One wrong cell among a hundred right rows, and no tolerance."""
    schema = {"fields": [{"name": "x", **field}, {"name": "y"}]}
    with pytest.raises(ValidationGateClosed) as closed:
        workshop.validate(schema, {"x": [text], "y": ["z"]}, tolerated=0.0)
    assert [(finding.column, finding.rule) for finding in closed.value.findings] == [("x", rule)]
    report = workshop.report()
    assert report["passed"] is False
    assert report["output_sha256"] is None
    assert workshop.rules_broken() == {2: {f"x:{rule}"}}


def test_a_tolerated_share_passes_and_one_row_more_does_not(workshop: Any) -> None:
    columns = permits(20)
    columns["date_depot"][0] = "hier"
    assert workshop.validate(PERMITS, columns, tolerated=0.05).report.rejected == 1
    columns["date_depot"][1] = "hier"
    with pytest.raises(ValidationGateClosed, match=r"2 lignes sur 20 \(10 %\).*tolérance de 5 %"):
        workshop.validate(PERMITS, columns, tolerated=0.05)


def test_the_message_says_where_and_what_to_do(workshop: Any) -> None:
    with pytest.raises(ValidationGateClosed) as closed:
        workshop.validate(PERMITS, broken_permits(), tolerated=0.0)
    text = str(closed.value)
    assert "Où : include/datasets/essai.yaml ; schéma : include/schemas/essai.json\n" in text
    assert "« reject_at_most: » dans include/datasets/essai.yaml" in text
    assert "aqueduc rejected essai" in text and ".parquet" not in text
    assert text.count("corriger ces lignes à la source, ou ce que la déclaration dit") == 1
    assert text.endswith("cette exécution n'a rien changé en ligne"), "nothing was ever published"
    assert closed.value.__cause__ is None
    assert closed.value.__context__ is None


@pytest.mark.parametrize("tolerated", [0.0, 1.0])
def test_an_empty_source_closes_the_gate(workshop: Any, tolerated: float) -> None:
    empty: dict[str, list[str]] = {name: [] for name in permits()}
    with pytest.raises(ValidationGateClosed, match="source vide"):
        workshop.validate(PERMITS, empty, tolerated=tolerated)


def test_an_empty_window_is_an_answer(workshop: Any) -> None:
    window = Window(datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
    validation = workshop.validate(PERMITS, {name: [] for name in permits()}, window=window)
    assert validation.handle.rows == 0
    assert workshop.output(validation).schema.names == list(permits())


def test_nothing_valid_closes_the_gate_whatever_is_tolerated(workshop: Any) -> None:
    columns = permits(2)
    columns["mois"] = ["janvier", "février"]
    with pytest.raises(ValidationGateClosed, match="aucune ligne valide"):
        workshop.validate(PERMITS, columns, tolerated=1.0)


# --- small classes ------------------------------------------------------------------------------------

STREETS = {"fields": [{"name": "quartier"}, {"name": "n", "type": "integer"}]}


def streets() -> dict[str, list[str | None]]:
    """Two classes of three, one of which loses a row to the schema."""
    return {"quartier": ["Nord"] * 3 + ["Sud"] * 3, "n": ["1", "2", "3", "4", "5", "six"]}


def test_rows_left_in_a_small_class_by_a_rejection_are_withheld(workshop: Any) -> None:
    privacy = PrivacySettings(quasi_identifiers=("quartier",), k=3, suppress_at_most=0.5)
    validation = workshop.validate(STREETS, streets(), tolerated=0.5, privacy=privacy)
    report = validation.report
    assert (report.rows_in, report.rows_out, report.rejected, report.suppressed) == (6, 3, 1, 2)
    assert report.smallest_class == 3
    assert workshop.output(validation).column("quartier").to_pylist() == ["Nord"] * 3
    assert ValidateReport.from_json(report.to_json()).to_json() == report.to_json()


def test_too_many_withheld_rows_close_the_gate(workshop: Any) -> None:
    privacy = PrivacySettings(quasi_identifiers=("quartier",), k=3, suppress_at_most=0.1)
    with pytest.raises(ValidationGateClosed, match="réidentification"):
        workshop.validate(STREETS, streets(), tolerated=0.5, privacy=privacy)
    assert workshop.report()["passed"] is False


def test_all_rows_withheld_close_the_gate(workshop: Any) -> None:
    privacy = PrivacySettings(quasi_identifiers=("quartier",), k=4, suppress_at_most=1.0)
    with pytest.raises(ValidationGateClosed, match="aucune ligne valide"):
        workshop.validate(STREETS, streets(), tolerated=0.5, privacy=privacy)


# --- uniqueness ---------------------------------------------------------------------------------------


def test_later_rows_of_a_repeated_key_are_rejected(workshop: Any) -> None:
    schema = {"fields": [{"name": "k"}, {"name": "n", "type": "number"}]}
    columns = {"k": ["a", "b", "a", "a", "b"], "n": ["1", "2", "1.0", "3", "2"]}
    assert workshop.broken(schema, columns, key=["k"]) == {
        4: {"k:primaryKey"},
        5: {"k:primaryKey"},
        6: {"k:primaryKey"},
    }
    assert workshop.broken(schema, columns, key=["k", "n"]) == {4: {"k+n:primaryKey"}, 6: {"k+n:primaryKey"}}


def test_the_key_of_the_declaration_and_that_of_the_schema_both_hold(workshop: Any) -> None:
    schema = {"fields": [{"name": "k"}, {"name": "n"}], "primaryKey": ["n"]}
    columns = {"k": ["a", "a", "b"], "n": ["1", "2", "1"]}
    assert workshop.broken(schema, columns, key=["k"]) == {3: {"k:primaryKey"}, 4: {"n:primaryKey"}}


def test_a_key_is_complete(workshop: Any) -> None:
    schema = {"fields": [{"name": "k"}, {"name": "n"}]}
    assert workshop.broken(schema, {"k": ["a", None], "n": [None, "1"]}, key=["k", "n"]) == {
        2: {"n:required"},
        3: {"k:required"},
    }


UNIQUE = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"unique": True}},
        {"name": "a", "type": "string"},
        {"name": "b", "type": "date"},
    ],
    "primaryKey": ["a"],
}


@settings(max_examples=share(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["1", "01", "2", "x", ""]),
            st.sampled_from(["a", "b", "c", "d", "é"]),
            st.sampled_from(["2026-03-01", "2026-3-1", "?", ""]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_same_rows_as_frictionless(workshop: Any, rows: list[tuple[str, str, str]]) -> None:
    resource = Resource(data=[["id", "a", "b"], *rows], schema=Schema.from_descriptor(UNIQUE))
    report = frictionless_validate(resource)
    theirs = {row for (row,) in report.flatten(["rowNumber"])}
    columns = {name: [row[rank] for row in rows] for rank, name in enumerate(("id", "a", "b"))}
    assert set(workshop.broken(UNIQUE, columns)) == theirs


# --- what cannot be applied ---------------------------------------------------------------------------


def test_a_field_without_column_and_a_column_without_field(workshop: Any) -> None:
    columns = permits(2)
    columns["surprise"] = columns.pop("mois")
    with pytest.raises(ValidationGateClosed) as closed:
        workshop.validate(PERMITS, columns)
    codes = [(finding.code, finding.column) for finding in closed.value.findings]
    assert codes == [("champ-absent", "mois"), ("colonne-en-trop", "surprise")]
    assert workshop.report()["passed"] is False


@pytest.mark.parametrize(
    "schema,key,why",
    [
        ({"fields": [{"name": "a", "format": "wkt"}]}, (), "format « wkt » inconnu"),
        ({"fields": [{"name": "a", "type": "date", "format": "%Q"}]}, (), "format « %Q » inconnu"),
        ({"fields": [{"name": "a", "type": "date", "format": "JJ/MM"}]}, (), "format « JJ/MM » inconnu"),
        ({"fields": [{"name": "a", "type": "geopoint", "format": "x"}]}, (), "inconnu"),
        ({"fields": [{"name": "a", "constraints": {"minimum": 1}}]}, (), "n'ont pas de sens"),
        ({"fields": [{"name": "a", "type": "date", "constraints": {"minimum": "hier"}}]}, (), "« minimum »"),
        ({"fields": [{"name": "a", "type": "date", "constraints": {"maximum": 3}}]}, (), "« maximum »"),
        ({"fields": [{"name": "a", "type": "integer", "constraints": {"enum": ["un"]}}]}, (), "« enum »"),
        ({"fields": [{"name": "a", "type": "boolean", "constraints": {"enum": [1]}}]}, (), "« enum »"),
        ({"fields": [{"name": "a", "constraints": {"enum": [True]}}]}, (), "« enum »"),
        ({"fields": [{"name": "a", "constraints": {"pattern": "("}}]}, (), "expression régulière"),
        ({"fields": [{"name": "a"}], "primaryKey": ["b"]}, (), "pas un champ"),
        ({"fields": [{"name": "a"}]}, ("b",), "pas un champ"),
    ],
)
def test_an_unusable_schema_closes_the_gate(workshop: Any, schema: Any, key: Any, why: str) -> None:
    with pytest.raises(ValidationGateClosed, match="Le schéma ne peut pas s'appliquer") as closed:
        workshop.validate(schema, {"a": ["x"]}, key=key)
    assert why in str(closed.value)


def test_names_that_differ_by_case_only_are_refused(workshop: Any) -> None:
    with pytest.raises(ValidationGateClosed, match="aux majuscules près"):
        workshop.validate({"fields": [{"name": "a"}, {"name": "A"}]}, {"a": ["x"], "A": ["y"]})


def test_names_never_mix_with_those_of_the_sql(workshop: Any) -> None:
    names = ["v0", "t1", "c0", "f0", "select", 'gui"llemet', "it's", "received", "first_line", "é à"]
    schema = {"fields": [{"name": name, "constraints": {"unique": True}} for name in names]}
    columns = {name: [f"{rank}b", f"{rank}a"] for rank, name in enumerate(names)}
    validation = workshop.validate(schema, columns, key=names, tolerated=0.0)
    table = workshop.output(validation)
    assert table.schema.names == names
    assert table.column("t1").to_pylist() == ["1a", "1b"]


# --- the count ----------------------------------------------------------------------------------------


def test_a_file_that_is_not_the_one_announced_closes_the_gate(workshop: Any) -> None:
    table = pa.table({"__line": [1, 2], "a": ["x", "y"]})
    dataset = workshop.dataset({"fields": [{"name": "a"}]})
    with pytest.raises(ValidationGateClosed, match="lignes annoncées : 3 ; reçues : 2"):
        validate_anonymised_rows(dataset, Run("essai", "r1"), workshop.safe(table, rows=3), workshop.place)


def test_a_row_without_its_line_closes_the_gate(workshop: Any) -> None:
    table = pa.table({"__line": pa.array([1, None], pa.int64()), "a": ["1", "x"]})
    with pytest.raises(ValidationGateClosed, match="dont avec leur numéro : 1"):
        workshop.validate({"fields": [{"name": "a", "type": "integer"}]}, table)


def test_two_rows_of_the_same_line_close_the_gate(workshop: Any) -> None:
    table = pa.table({"__line": pa.array([1, 1, 2], pa.int64()), "a": ["1", "x", "3"]})
    with pytest.raises(ValidationGateClosed, match="compte"):
        workshop.validate({"fields": [{"name": "a", "type": "integer"}]}, table)


def test_an_altered_file_is_refused(workshop: Any) -> None:
    handle = workshop.safe(pa.table({"__line": [1], "a": ["x"]}))
    path = Path(workshop.place.vault.url.removeprefix("file://")) / handle.key
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(HandleFileMismatch):
        validate_anonymised_rows(
            workshop.dataset({"fields": [{"name": "a"}]}), Run("essai", "r1"), handle, workshop.place
        )


@settings(max_examples=share(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(*[st.one_of(st.none(), st.text(max_size=4), st.sampled_from(["1", "2026-03-01"]))] * 3),
        max_size=12,
    ),
    kinds=st.tuples(*[st.sampled_from(["string", "integer", "date", "number", "yearmonth", "geopoint"])] * 3),
    unique=st.booleans(),
)
def test_rows_in_are_rows_out_plus_rejected(
    workshop: Any, rows: list[tuple[str | None, ...]], kinds: tuple[str, ...], unique: bool
) -> None:
    fields = [{"name": f"c{rank}", "type": kind} for rank, kind in enumerate(kinds)]
    fields[0]["constraints"] = {"unique": unique, "required": unique}  # type: ignore[assignment]
    columns = {f"c{rank}": [row[rank] for row in rows] for rank in range(3)}
    try:
        report = workshop.validate({"fields": fields}, columns).report
        out = pq.read_metadata(
            Path(workshop.place.store.url.removeprefix("file://"))
            / f"objects/{report.output_sha256[:2]}/{report.output_sha256}.parquet"
        ).num_rows
        assert report.rows_out == out
    except ValidationGateClosed:
        report = ValidateReport.from_json(workshop.report())
        assert report.rejected == report.rows_in
    rejected = workshop.rejected(report.rejected_key).num_rows if report.rejected_key else 0
    assert report.rejected == rejected
    assert report.rows_in == len(rows) == report.rows_out + report.rejected


@pytest.mark.parametrize("kind", ["string", "number", "integer", "date", "any", "geopoint"])
def test_rows_are_told_apart_by_their_key_as_they_are_when_counted(workshop: Any, kind: str) -> None:
    cells = [
        "1",
        "1.0",
        "1.00",
        "0.1",
        "0.10000000000000000001",
        "2026-03-01",
        "2026-3-1",
        "1, 2",
        "1.0, 2",
        "x",
    ]
    schema = {"fields": [{"name": "a", "type": kind}, {"name": "b"}], "primaryKey": ["a"]}
    validation = workshop.validate(schema, {"a": cells, "b": ["z"] * len(cells)}, tolerated=1.0)
    rows = [tuple(row.values()) for row in workshop.output(validation).to_pylist()]
    assert validation.report.unique == sum(rows.count(row) == 1 for row in rows)


# --- what is said -------------------------------------------------------------------------------------

CANARY = "Zéphyrine Kerguelen-Ploumanac'h"


def test_no_cell_in_any_message_or_report(workshop: Any, capfd: Any, caplog: Any, recwarn: Any) -> None:
    kinds = ["integer", "number", "boolean", "date", "datetime", "time", "year", "yearmonth", "geopoint"]
    fields = [{"name": kind, "type": kind} for kind in kinds]
    fields += [
        {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
        {"name": "any", "type": "date", "format": "any"},
        {"name": "motif", "constraints": {"pattern": "(?=x)x"}},
        {"name": "liste", "constraints": {"enum": ["x"], "maxLength": 2}},
        {"name": "seul", "constraints": {"unique": True}},
        {"name": "position", "type": "geopoint", "format": "object"},
    ]
    columns = {field["name"]: [CANARY, f"10:20 {CANARY}", CANARY] for field in fields}
    with pytest.raises(ValidationGateClosed) as closed:
        workshop.validate({"fields": fields}, columns, tolerated=0.5)
    captured = capfd.readouterr()
    said = [str(closed.value), repr(closed.value), json.dumps(workshop.report()), captured.out, captured.err]
    said += [caplog.text, *(str(warning.message) for warning in recwarn.list)]
    for word in CANARY.replace("-", " ").split():
        assert not any(word in text for text in said)


def test_the_report_survives_json(workshop: Any) -> None:
    report = workshop.validate(PERMITS, broken_permits(), tolerated=0.5).report
    written = json.loads(json.dumps(report.to_json()))
    assert written == workshop.report()
    assert ValidateReport.from_json(written).to_json() == written


def test_a_finding_of_a_later_version_is_still_read(workshop: Any) -> None:
    raw = workshop.validate(PERMITS, broken_permits(), tolerated=0.5).report.to_json()
    raw["findings"][0]["code"] = "inconnu-de-nous"
    assert ValidateReport.from_json(raw).findings[0].count == 1


def test_what_was_not_scanned_yet_rests_in_the_vault_only(
    workshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process killed during the scan leaves behind what it worked on: not in the store."""
    scan, seen = stage._scan_output_for_personal_data, []

    def look(*task: Any) -> Any:
        store, vault = (
            Path(root.url.removeprefix("file://")) for root in (workshop.place.store, workshop.place.vault)
        )
        seen.append(([*store.rglob("*.parquet")], [path.name for path in vault.rglob("valid.parquet")]))
        return scan(*task)

    monkeypatch.setattr(stage, "_scan_output_for_personal_data", look)
    workshop.validate({"fields": [{"name": "x"}]}, {"x": ["a"]}, tolerated=0.0)
    assert seen == [([], ["valid.parquet"])]
