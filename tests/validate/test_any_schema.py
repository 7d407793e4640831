"""Whatever the schema and whatever the rows: findings, never a crash, and no row unaccounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aqueduc.declaration.spec import FieldType, TableSchema
from aqueduc.errors import ValidationGateClosed
from aqueduc.language import use_language
from aqueduc.validate import ValidateReport
from tests.examples import share
from tests.validate.grid import VALUES

pytestmark = pytest.mark.end_to_end

TYPES = get_args(FieldType)
FORMATS = (
    "default", "any", "email", "uri", "uuid", "binary", "array", "object", "topojson", "%d/%m/%Y", "%H:%M",
    "%d %B %Y", "%Y-%m-%dT%H:%M:%S%z", "%j", "%U %w %Y", "%%", "%d%d", "fmt:%Y", "%", "%Q", "", "x", "\x00",
)  # fmt: skip
PATTERNS = (
    r"\d+", "", ".*", "(", "[", "a{2,1}", r"(?=a)\w", r"(a)\1", r"\bx", "é", "\x00", "(a+)+b", "[z-a]",
    r"\p{L}", "(?i)É", "$^", "a{1001}", "'", "|", "\\", "(?P<n>a)(?P=n)", r"\Z", "(?s).",
)  # fmt: skip
NO_WORD: dict[str, Any] = {"trueValues": [], "falseValues": []}
# What is said of a file that may leave asks for nothing to be done.
ONLY_TOLD = ("donnee-signalee",)
NO_MARK = {"decimalChar": "", "bareNumber": False}
CHECKS = (
    "french-siret-value", "french-siren-value", "phone-number-value", "opening-hours-value",
    "french-gps-coordinates", "nomenclature-actes-value", "year-interval-value", "cohesive-columns-value",
    "one-of-required", "compare-columns-value", "sum-columns-value", "no-such-check",
)  # fmt: skip
texts = st.one_of(
    st.sampled_from([value for value in VALUES if value is not None]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
words = st.one_of(texts, st.integers(), st.floats(), st.booleans(), st.none())
scalars = st.one_of(words, st.lists(words, max_size=2), st.dictionaries(texts, words, max_size=2))
names = st.sampled_from(["a", "b", "c"])
constraints = st.fixed_dictionaries(
    {},
    optional={
        "required": st.booleans(),
        "unique": st.booleans(),
        "minimum": words,
        "maximum": words,
        "exclusiveMinimum": words,
        "exclusiveMaximum": words,
        "minLength": st.integers(0, 2**70),
        "maxLength": st.integers(0, 9),
        "pattern": st.one_of(st.sampled_from(PATTERNS), texts),
        "enum": st.lists(scalars, max_size=3),
    },
)
properties: dict[str, st.SearchStrategy[Any]] = {
    "format": st.sampled_from(FORMATS),
    "constraints": constraints,
    "missingValues": st.lists(texts, max_size=2),
    "decimalChar": st.one_of(st.sampled_from([",", ".", "", "·"]), texts),
    "groupChar": st.one_of(st.sampled_from([" ", ",", "", "'"]), texts),
    "bareNumber": st.booleans(),
    "trueValues": st.lists(texts, max_size=4),
    "falseValues": st.lists(texts, max_size=4),
}
items = st.fixed_dictionaries({"type": st.sampled_from(TYPES)}, optional=properties)
fields = st.fixed_dictionaries({"type": st.sampled_from(TYPES)}, optional={**properties, "arrayItem": items})
some = st.lists(names, min_size=1, max_size=2)
params = st.fixed_dictionaries(
    {},
    optional={
        "column": names,
        "column1": names,
        "column2": names,
        "columns": some,
        "othercolumns": some,
        "op": st.sampled_from([">", "==", "?"]),
        "allow-year-only": st.sampled_from(["true", "no", 3]),
    },
)
keys = st.builds(
    lambda own, there, resource: {"fields": own, "reference": {"resource": resource, "fields": there}},
    some,
    some,
    st.sampled_from(["", "autre-jeu"]),
)
schemas = st.builds(
    lambda described, more: {
        "fields": [{"name": name, **field} for name, field in zip("abc", described, strict=True)],
        **more,
    },
    st.tuples(fields, fields, fields),
    st.fixed_dictionaries(
        {},
        optional={
            "missingValues": st.lists(texts, max_size=3),
            "primaryKey": st.lists(names, max_size=2, unique=True),
            "foreignKeys": st.lists(keys, max_size=1),
            "custom_checks": st.lists(
                st.fixed_dictionaries({"name": st.sampled_from(CHECKS), "params": params}), max_size=2
            ),
        },
    ),
)
rows = st.lists(st.tuples(*[st.one_of(st.none(), texts)] * 3), max_size=6)


@settings(max_examples=share(60, of=10), deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=schemas, rows=rows)
@example(schema={"fields": [{"name": name, "constraints": {"enum": ["\x00"]}} for name in "abc"]}, rows=[])
@example(schema={"fields": [{"name": n, "type": "number", **NO_MARK} for n in "abc"]}, rows=[("1 €",) * 3])
@example(schema={"fields": [{"name": n, "type": "boolean", **NO_WORD} for n in "abc"]}, rows=[("oui",) * 3])
@example(
    schema={"fields": [{"name": n, "type": "string"} for n in "abc"]}, rows=[(None,) * 3, (None, None, "::1")]
)
def test_a_schema_gives_findings_and_every_row_is_accounted_for(
    workshop: Any, schema: dict[str, Any], rows: list[tuple[str | None, ...]]
) -> None:
    try:
        TableSchema.model_validate(schema)
    except ValidationError:
        return  # told when the declaration is read
    columns = {name: [row[rank] for row in rows] for rank, name in enumerate("abc")}
    try:
        report = workshop.validate(schema, columns).report
        written = _rows_of(workshop, report.output_sha256)
        assert report.passed
    except ValidationGateClosed as closed:
        assert closed.findings
        report, written = ValidateReport.from_json(workshop.report()), 0
        assert not report.passed
    assert report.rows_in == len(rows)
    if report.passed or report.rejected:
        rejected = workshop.rejected(report.rejected_key).num_rows if report.rejected_key else 0
        assert report.rejected == rejected
        kept = report.rows_in - rejected - report.suppressed
        assert kept == written if report.passed else kept >= 0
    for finding in report.findings:
        for tongue in ("fr", "en"):
            with use_language(tongue):
                assert "{" not in finding.code
                assert finding.message
                assert finding.remedy or finding.code in ONLY_TOLD


def _rows_of(workshop: Any, sha256: str) -> int:
    store = Path(workshop.place.store.url.removeprefix("file://"))
    count: int = pq.read_metadata(store / f"objects/{sha256[:2]}/{sha256}.parquet").num_rows
    return count
