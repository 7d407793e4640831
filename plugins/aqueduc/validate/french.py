"""Validata's checks for French data, which a schema asks for under ``custom_checks``.

What each accepts is what Validata does (https://gitlab.com/validata-table/validata-table), rewritten; the
differences are argued in ``docs/conformance.md``. A check reads values where types make them comparable, and
texts elsewhere. A cell that is empty, or not of its type, has nothing to check; but it counts as filled in
for the checks about filling in.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from stdnum.fr import siren, siret

from aqueduc.declaration.spec import CustomCheck, TableSchema
from aqueduc.duck import literal
from aqueduc.language import NOTHING, Message, _
from aqueduc.sql import build_luhn_condition_sql
from aqueduc.validate.findings import (
    FailedColumnComparison,
    NomenclatureWrong,
    NoneOfRequired,
    NotCohesive,
    NotTheSum,
    OpeningHoursWrong,
    OutsideFrance,
    PhoneWrong,
    RowFinding,
    SchemaUnusable,
    SirenWrong,
    SiretWrong,
    ValidationFinding,
    YearIntervalWrong,
)
from aqueduc.validate.plan import FieldSql, PythonVerdictColumn, RowCheck
from aqueduc.validate.structures import parse_geopoint
from aqueduc.validate.types import SPACES, TextFunction


class UnusableCheck(Exception):
    """A custom check of the schema that cannot be made, and ``why``."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class _CustomCheckContext:
    """One check of the schema with the cells at hand. ``name`` is that of its ``PythonVerdictColumn``, if any."""

    name: str
    params: Mapping[str, Any]
    cells: Mapping[str, FieldSql]
    blank_row: str

    def get_field_named_by_parameter(self, parameter: str) -> FieldSql:
        return self._get_schema_field(self._get_parameter(parameter, str))

    def list_fields_named_by_parameter(self, parameter: str) -> tuple[FieldSql, ...]:
        return tuple(self._get_schema_field(name) for name in self._get_parameter(parameter, list))

    def _get_parameter(self, parameter: str, kind: type) -> Any:
        given = self.params.get(parameter)
        if not isinstance(given, kind) or not given:
            raise UnusableCheck(_("il manque au contrôle le paramètre « {name} »").format(name=parameter))
        return given

    def _get_schema_field(self, name: Any) -> FieldSql:
        if name not in self.cells:
            raise UnusableCheck(
                _("le contrôle cite « {name} », qui n'est pas un champ du schéma").format(name=name)
            )
        return self.cells[name]


CompiledCheck = tuple[RowCheck, PythonVerdictColumn | None]


def compile_custom_checks(
    schema: TableSchema, cells: Sequence[FieldSql], blank_row: str
) -> tuple[list[RowCheck], list[PythonVerdictColumn], list[ValidationFinding]]:
    """The checks a schema asks for, what Python must judge for them, and those that cannot be made."""
    named = {cell.field.name: cell for cell in cells}
    checks: list[RowCheck] = []
    judgements: list[PythonVerdictColumn] = []
    problems: list[ValidationFinding] = []
    for rank, asked in enumerate(schema.custom_checks):
        try:
            check, judgement = _compile_custom_check(
                asked, _CustomCheckContext(f"checked_{rank}", asked.params, named, blank_row)
            )
        except UnusableCheck as problem:
            problems.append(SchemaUnusable(column=asked.name, detail={"why": problem.why}))
            continue
        checks.append(check)
        judgements += [judgement] if judgement else []
    return checks, judgements, problems


def _compile_custom_check(check: CustomCheck, asked: _CustomCheckContext) -> CompiledCheck:
    maker = _MAKERS.get(check.name)
    if maker is None:
        raise UnusableCheck(
            _("ce contrôle n'est pas connu ; connus : {known}").format(known=", ".join(_MAKERS))
        )
    return maker(asked)


# --- one column, judged by Python ---------------------------------------------------------------------


def _build_python_check_compiler(
    kind: type[RowFinding], judge: TextFunction, sure: Callable[[str], str] | None = None
) -> Callable[[_CustomCheckContext], CompiledCheck]:
    """``sure`` is SQL that a text is right, for less than the price of Python."""

    def compile_python_check(asked: _CustomCheckContext) -> CompiledCheck:
        cell = asked.get_field_named_by_parameter("column")
        judgement = PythonVerdictColumn(
            asked.name, cell.text, "BOOLEAN", judge, sure(cell.text) if sure else ""
        )
        fails = f"{cell.value} IS NOT NULL AND {asked.name} IS FALSE"
        return RowCheck((cell.field.name,), kind, fails, {}), judgement

    return compile_python_check


def _is_siret(text: str) -> bool:
    return bool(siret.is_valid(text))


def _is_siren(text: str) -> bool:
    return bool(siren.is_valid(text))


def _build_siren_test_sql(text_sql: str) -> str:
    """SQL: nine digits of which the last checks the others."""
    return f"regexp_full_match({text_sql}, '[0-9]{{9}}') AND {build_luhn_condition_sql(text_sql, 9)}"


def _build_siret_test_sql(text_sql: str) -> str:
    """Those of La Poste have another sum: Python's affair."""
    head = f"left({text_sql}, 9)"
    return (
        f"regexp_full_match({text_sql}, '[0-9]{{14}}') AND {head} <> '356000000' "
        f"AND {build_luhn_condition_sql(text_sql, 14)} AND {build_luhn_condition_sql(head, 9)}"
    )


def _is_dialable_phone_number(text: str) -> bool:
    """A French number, a short one included (115, 3949), or an international one."""
    # The metadata of all countries: 60 ms that only a schema with phone numbers pays.
    import phonenumbers

    try:
        french = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(french) or phonenumbers.is_valid_short_number(french))


def _is_osm_opening_hours_text(text: str) -> bool:
    """https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification."""
    import opening_hours

    return bool(opening_hours.validate(text))


# The first level of the nomenclature of the acts that cities send to the prefect (@CTES).
SUBJECTS = (
    "commande publique",
    "urbanisme",
    "domaine et patrimoine",
    "fonction publique",
    "institutions et vie politique",
    "libertes publiques et pouvoirs de police",
    "finances locales",
    "domaines de competences par themes",
    "autres domaines de competences",
)


def _is_administrative_act_subject(text: str) -> bool:
    """A subject, case and accents apart, then ``/`` with no blank around it."""
    subject, slash, _ = text.partition("/")
    plain = unicodedata.normalize("NFD", subject.lower())
    plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    return bool(slash) and plain in SUBJECTS and "/ " not in text


# Longitudes, then latitudes, of boxes around the mainland and the overseas departments, in degrees (WGS84).
_FRANCE = (
    (-5.141277, 9.560091, 41.333571, 51.088989),
    (-61.809839, -61.001959, 15.832041, 16.514488),
    (-61.229033, -60.809655, 14.388646, 14.878723),
    (-54.60239, -51.619041, 2.111055, 5.748138),
    (55.216526, 55.836654, -21.389631, -20.8718),
    (45.01833, 45.299985, -13.005254, -12.63659),
)


def _compile_in_france_check(asked: _CustomCheckContext) -> CompiledCheck:
    field = asked.get_field_named_by_parameter("column").field
    if field.type != "geopoint":
        raise UnusableCheck(
            _("le contrôle porte sur une position (geopoint), pas sur le type {type}").format(type=field.type)
        )
    return _build_python_check_compiler(OutsideFrance, partial(_is_geopoint_in_france, field.format))(asked)


def _is_geopoint_in_france(geopoint_format: str, text: str) -> bool:
    """Whether the position lies in one of the boxes; ``geopoint_format``: that of Table Schema."""
    found = parse_geopoint(geopoint_format, text)
    return found is not None and any(
        west < found[0] < east and south < found[1] < north for west, east, south, north in _FRANCE
    )


# --- one column, in SQL -------------------------------------------------------------------------------


def _compile_year_interval_check(asked: _CustomCheckContext) -> CompiledCheck:
    cell = asked.get_field_named_by_parameter("column")
    alone = asked.params.get("allow-year-only") in ("true", "yes", True)
    interval = (
        f"regexp_full_match({cell.text}, '[0-9]{{4}}/[0-9]{{4}}') "
        f"AND left({cell.text}, 4) < right({cell.text}, 4)"
    )
    right = f"({interval} OR regexp_full_match({cell.text}, '[0-9]{{4}}'))" if alone else f"({interval})"
    said = _(", ou une seule année") if alone else NOTHING
    fails = f"{cell.value} IS NOT NULL AND NOT {right}"
    return RowCheck((cell.field.name,), YearIntervalWrong, fails, {"alone": said}), None


# --- several columns ----------------------------------------------------------------------------------


def _compile_all_or_none_check(asked: _CustomCheckContext) -> CompiledCheck:
    cells = (
        asked.get_field_named_by_parameter("column"),
        *asked.list_fields_named_by_parameter("othercolumns"),
    )
    absent = [f"({cell.absent})" for cell in cells]
    fails = f"({' OR '.join(absent)}) AND NOT ({' AND '.join(absent)})"
    return RowCheck(tuple(cell.field.name for cell in cells), NotCohesive, fails, {}), None


def _compile_one_of_required_check(asked: _CustomCheckContext) -> CompiledCheck:
    cells = (asked.get_field_named_by_parameter("column1"), asked.get_field_named_by_parameter("column2"))
    absent = " AND ".join(f"({cell.absent})" for cell in cells)
    fails = f"{absent} AND NOT ({asked.blank_row})"
    return RowCheck(tuple(cell.field.name for cell in cells), NoneOfRequired, fails, {}), None


def _compile_comparison_check(asked: _CustomCheckContext) -> CompiledCheck:
    """Numbers as numbers, dates as dates; texts as numbers where both are, else in the order of Unicode."""
    first, second = (
        asked.get_field_named_by_parameter("column"),
        asked.get_field_named_by_parameter("column2"),
    )
    operator = {">": ">", ">=": ">=", "==": "=", "<=": "<=", "<": "<"}.get(str(asked.params.get("op")))
    if operator is None:
        raise UnusableCheck(_("opérateur inconnu ; connus : > >= == <= <"))
    holds = _build_comparison_sql(first, operator, second)
    detail = {"first": first.field.name, "second": second.field.name, "op": asked.params["op"]}
    fails = f"{first.value} IS NOT NULL AND {second.value} IS NOT NULL AND ({holds}) IS NOT TRUE"
    return RowCheck((first.field.name, second.field.name), FailedColumnComparison, fails, detail), None


def _build_comparison_sql(first: FieldSql, operator: str, second: FieldSql) -> str:
    cells = (first, second)
    numeric = [_is_numeric(cell) for cell in cells]
    texts = [cell.sql_type == "VARCHAR" for cell in cells]
    if all(numeric):
        return f"{_build_nan_to_null_sql(first)} {operator} {_build_nan_to_null_sql(second)}"
    if all(number or text for number, text in zip(numeric, texts, strict=True)):
        one, other = (
            _build_nan_to_null_sql(cell) if _is_numeric(cell) else _build_number_cast_sql(cell.text)
            for cell in cells
        )
        # A number and a text that is none do not compare: the row fails.
        otherwise = f"{first.value} {operator} {second.value}" if all(texts) else "FALSE"
        both = f"{one} IS NOT NULL AND {other} IS NOT NULL"
        return f"CASE WHEN {both} THEN {one} {operator} {other} ELSE {otherwise} END"
    kinds = {cell.sql_type for cell in cells}
    if len(kinds) == 1 or kinds == frozenset({"DATE", "TIMESTAMP"}):
        return f"{first.value} {operator} {second.value}"
    raise UnusableCheck(
        _("`{first}` ({one}) et `{second}` ({other}) ne se comparent pas").format(
            first=first.field.name, second=second.field.name, one=first.field.type, other=second.field.type
        )
    )


def _compile_sum_check(asked: _CustomCheckContext) -> CompiledCheck:
    """Where all the terms and their sum are there. To a millionth: decimals of a double are not exact."""
    total, parts = (
        asked.get_field_named_by_parameter("column"),
        asked.list_fields_named_by_parameter("columns"),
    )
    if len(parts) < 2:
        raise UnusableCheck(_("une somme a au moins deux termes"))
    numbers = [
        f"CAST({cell.value} AS DOUBLE)" if _is_numeric(cell) else _build_number_cast_sql(cell.text)
        for cell in (total, *parts)
    ]
    full = " AND ".join(f"{cell.value} IS NOT NULL" for cell in (total, *parts))
    right = f"round({' + '.join(numbers[1:])}, 6) = round({numbers[0]}, 6)"
    shown = " + ".join(f"`{cell.field.name}`" for cell in parts)
    columns = tuple(cell.field.name for cell in (total, *parts))
    detail = {"total": total.field.name, "parts": shown}
    return RowCheck(columns, NotTheSum, f"{full} AND ({right}) IS NOT TRUE", detail), None


def _is_numeric(cell: FieldSql) -> bool:
    return cell.sql_type in {"DOUBLE", "BIGINT", "INTEGER"} or cell.sql_type.startswith("DECIMAL")


def _build_nan_to_null_sql(cell: FieldSql) -> str:
    """NaN is on no side of anything."""
    return f"nullif({cell.value}, 'NaN'::DOUBLE)" if cell.sql_type == "DOUBLE" else cell.value


def _build_number_cast_sql(text_sql: str) -> str:
    """SQL: the text as a number, blanks around it apart; NULL where it is none."""
    return f"TRY_CAST(trim({text_sql}, {literal(SPACES)}) AS DOUBLE)"


_MAKERS: Mapping[str, Callable[[_CustomCheckContext], CompiledCheck]] = {
    "french-siret-value": _build_python_check_compiler(SiretWrong, _is_siret, _build_siret_test_sql),
    "french-siren-value": _build_python_check_compiler(SirenWrong, _is_siren, _build_siren_test_sql),
    "phone-number-value": _build_python_check_compiler(PhoneWrong, _is_dialable_phone_number),
    "opening-hours-value": _build_python_check_compiler(OpeningHoursWrong, _is_osm_opening_hours_text),
    "french-gps-coordinates": _compile_in_france_check,
    "nomenclature-actes-value": _build_python_check_compiler(
        NomenclatureWrong, _is_administrative_act_subject
    ),
    "year-interval-value": _compile_year_interval_check,
    "cohesive-columns-value": _compile_all_or_none_check,
    "one-of-required": _compile_one_of_required_check,
    "compare-columns-value": _compile_comparison_check,
    "sum-columns-value": _compile_sum_check,
}
