"""How text is read: what each column holds, and the SQL that rewrites a cell in its canonical form.

Canonical: ``2026-03-01`` for a date, ``2026-03-01T14:05:00`` for a datetime, ``-1063850.25`` for a number,
``12`` for an integer. A cell that does not parse as declared is left as it is: validation rejects its row,
with its line, which no silent NULL would allow. A blank cell, or one that says it is missing, is NULL.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from aqueduc import duck
from aqueduc.declaration.positions import classify_coordinate_axis
from aqueduc.declaration.spec import (
    ColumnDeclaration,
    Dataset,
    FieldType,
    LexicalFormat,
    SchemaField,
    TableSchema,
)

LexicalType = Literal["date", "datetime", "number", "integer", "string"]

BLANKS = " \t\n\r\v\f\u00a0\u2007\u2009\u200b\u202f\u3000\ufeff"
"""What surrounds a cell without meaning anything; French thousands hang on several of them."""

_OF_FIELD: Mapping[FieldType, LexicalType] = {
    "date": "date",
    "datetime": "datetime",
    "number": "number",
    "integer": "integer",
    "year": "integer",
}

# A mark of a date pattern: what it looks like, and what strptime calls it.
_MARKS = {
    "YYYY": ("[0-9]{4}", "%Y"),
    "YY": ("[0-9]{2}", "%y"),
    "MM": ("[0-9]{1,2}", "%m"),
    "DD": ("[0-9]{1,2}", "%d"),
}
ISO_DAY = "YYYY-MM-DD"
EXCEL = "excel"
"""As a pattern of dates: the day numbers that a spreadsheet keeps."""

LONE_POINT = "[-+\N{MINUS SIGN}]?[1-9][0-9]{0,2}[.][0-9]{3}"
"""A number with one point, before three digits: decimals or thousands. 0.875 and 1234.567 are decimals."""
SEVERAL_POINTS = r"[-+]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[-+]?[1-9][0-9]{0,2}\.[0-9]{3},[0-9]+"
"""A number of which the points can only be of thousands."""
DECIMAL_POINT = r"[-+]?(?:0?\.[0-9]+|[0-9]{4,}\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,}))(?:[eE][-+]?[0-9]+)?"
"""A number of which the point can only be that of decimals."""

_TIME = "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_MIDNIGHT = "0{1,2}:00(?::00)?"
_FRACTION = r"(?:\.[0-9]+)?"
_TAIL = rf"{_FRACTION} ?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?"
GROUPING_BLANKS = " \u00a0\u2007\u2009\u202f"
_GROUPING = f"[{GROUPING_BLANKS}]"
_MINUS = "\N{MINUS SIGN}"
# Day 0 of a spreadsheet's calendar; five digits reach from 1927 to 2173.
SERIAL_DAY = "[0-9]{5}(?:\\.[0-9]+)?"
_WHOLE_SERIAL_DAY = "[0-9]{5}(?:\\.0+)?"
_SERIAL_ORIGIN = "1899-12-30"


def map_columns_to_lexical_types(dataset: Dataset) -> dict[str, LexicalType]:
    """What each declared source column is read as: its rule says so, or the field it is published in."""
    return {column.name: _choose_lexical_type(column, dataset.table_schema) for column in dataset.columns}


def _choose_lexical_type(column: ColumnDeclaration, schema: TableSchema) -> LexicalType:
    reads = column.rule.input_type
    if reads != "field":
        return reads
    field = schema.find_field(column.published_as or "")
    # A field with a pattern of its own says how its text is written: it is judged as it stands.
    if field is not None and field.format in ("default", "any"):
        return _OF_FIELD.get(field.type, "string")
    return "string"


@dataclass(frozen=True)
class NumberSeparators:
    """The marks by which the field of a schema reads its numbers, where they are not those of the canonical form.

    A cell that is a number in its source (of a workbook, of a JSON…) is written with them: read as a text of this
    field, 88.5 would be 885 where the point is what sets thousands apart."""

    decimal: str
    group: str
    whole: bool

    @classmethod
    def from_field(cls, field: SchemaField | None) -> Self | None:
        """None where the field reads the canonical form, or is no number."""
        if field is None or field.type not in ("number", "integer"):
            return None
        whole = field.type == "integer"
        # Integers have no decimal mark that a field could say.
        found = cls("." if whole else field.decimal_char, field.group_char, whole)
        return None if found.decimal == "." and "." not in found.group else found

    @property
    def decimal_separator(self) -> str:
        """Before the decimals. Where the field knows no mark for them, one that it refuses: a row is then rejected,
        rather than its number taken for another."""
        if self.decimal and self.decimal not in self.group:
            return self.decimal
        return "," if "." in self.group else "."

    def format_number_with_separators(self, number: str) -> str:
        """A number, from its canonical form."""
        return (_NO_DECIMALS.sub("", number) if self.whole else number).replace(".", self.decimal_separator)

    def build_number_text_sql(self, number: str) -> str:
        """The same, as an SQL expression over the VARCHAR expression ``number``."""
        bare = f"regexp_replace({number}, {duck.literal(_NO_DECIMALS.pattern)}, '')" if self.whole else number
        return f"replace({bare}, '.', {duck.literal(self.decimal_separator)})"


_NO_DECIMALS = re.compile(r"[.]0+$")


def map_columns_to_number_separators(dataset: Dataset) -> dict[str, NumberSeparators]:
    """By source column, those of the field that it is read as; else, of those whose thousands a point sets apart,
    the marks of its texts, which a number of the source is written with."""
    kinds = map_columns_to_lexical_types(dataset)
    grouped = {
        name: NumberSeparators(",", ".", kinds[name] == "integer")
        for name in list_columns_with_thousands_separator(dataset)
    }
    return grouped | _map_columns_to_field_separators(dataset)


def _map_columns_to_field_separators(dataset: Dataset) -> dict[str, NumberSeparators]:
    found = {
        column.name: NumberSeparators.from_field(dataset.table_schema.find_field(column.published_as or ""))
        for column in dataset.columns
        if column.rule.input_type == "field"
    }
    return {name: marks for name, marks in found.items() if marks}


def list_columns_with_thousands_separator(dataset: Dataset) -> frozenset[str]:
    """The columns of numbers whose thousands a point sets apart, as the source's declaration says; the field that
    says its own marks has the last word."""
    declared = frozenset(dataset.reading.thousands or ())
    numbers = {
        name for name, kind in map_columns_to_lexical_types(dataset).items() if kind in ("number", "integer")
    }
    return declared & numbers - _map_columns_to_field_separators(dataset).keys()


def list_columns_with_ambiguous_points(dataset: Dataset) -> frozenset[str]:
    """The columns of numbers of which nobody said what a point before three digits is. A degree is never of
    thousands."""
    if dataset.reading.thousands is not None:
        return frozenset()
    position = dataset.geometry and {dataset.geometry.longitude, dataset.geometry.latitude}
    fields = {
        column.name: dataset.table_schema.find_field(column.published_as or "") for column in dataset.columns
    }
    return frozenset(
        name
        for name, kind in map_columns_to_lexical_types(dataset).items()
        if kind in ("number", "integer")
        and not _declares_separators(fields[name])
        and not (classify_coordinate_axis(name) or name in (position or ()))
    )


def _declares_separators(field: SchemaField | None) -> bool:
    return field is not None and bool(field.model_fields_set & {"decimal_char", "group_char"})


@dataclass(frozen=True)
class CellReader:
    """Reads the cells of one column. ``marks``: those of its field, which reads them again. ``cut_time``: a date
    written with a time of day is that date; with an offset too, it is a moment, whose day depends on the clock, and
    stays one (but midnight in UTC, which is how programs write a date). ``grouped``: a point sets its thousands apart.
    ``doubtful``: nobody said whether one does."""

    kind: LexicalType
    reading: LexicalFormat
    cut_time: bool = False
    spreadsheet: bool = False
    marks: NumberSeparators | None = None
    grouped: bool = False
    doubtful: bool = False

    @classmethod
    def build_readers_by_column(cls, dataset: Dataset, *, written: bool = False) -> Mapping[str, Self]:
        """By source column; an undeclared one is text. ``written``: all cells are texts, none was a number."""
        kinds, marks = map_columns_to_lexical_types(dataset), _map_columns_to_field_separators(dataset)
        grouped = list_columns_with_thousands_separator(dataset)
        doubtful = list_columns_with_ambiguous_points(dataset) if written else frozenset()
        return {
            column.name: cls(
                kind=kinds[column.name],
                reading=dataset.reading,
                cut_time=column.rule.capabilities.temporal,
                spreadsheet=dataset.source.capabilities.spreadsheet,
                marks=marks.get(column.name),
                grouped=column.name in grouped,
                doubtful=column.name in doubtful,
            )
            for column in dataset.columns
        }

    def build_canonical_cell_sql(self, text: str) -> str:
        """An SQL expression: the canonical form of the VARCHAR expression ``text``, or NULL."""
        return self.build_nonmissing_canonical_cell_sql(self.build_null_if_missing_sql(text))

    def build_null_if_missing_sql(self, text: str) -> str:
        """An SQL expression: what the VARCHAR expression ``text`` holds, NULL where that is nothing or a word for it."""
        cell = self.build_clean_cell_sql(text)
        missing = {"", *self.reading.missing}
        if len(missing) == 1:
            return f"nullif({cell}, '')"
        return f"CASE WHEN {cell} NOT IN ({', '.join(map(duck.literal, sorted(missing)))}) THEN {cell} END"

    def build_nonmissing_canonical_cell_sql(self, cell: str) -> str:
        """An SQL expression: the canonical form of what ``build_null_if_missing_sql`` gives."""
        value = self.build_canonical_value_sql(cell)
        return self._build_text_with_field_separators_sql(cell, value, self.marks) if self.marks else value

    def _build_text_with_field_separators_sql(self, cell: str, value: str, marks: NumberSeparators) -> str:
        """An SQL expression: the canonical ``value`` of a cell as its field reads it. Where the source's declaration
        says other marks than the field does, the field has the last word: the cell stands as it is."""
        same = self.reading.decimal == marks.decimal != "."
        text = marks.build_number_text_sql(value) if same else cell
        # Of an integer, the reading may have taken thousands for decimals that are nothing.
        lone = f"regexp_full_match({cell}, {duck.literal(LONE_POINT)})"
        changed = f"(contains({value}, '.') OR {lone}) AND {value} <> {cell}"
        return f"CASE WHEN {changed} THEN {text} ELSE {value} END"

    def build_clean_cell_sql(self, text: str) -> str:
        """An SQL expression: the cell without what stands around it, nor what its reader added."""
        cell = build_trim_sql(text)
        return _build_spreadsheet_date_or_time_sql(cell) if self.spreadsheet else cell

    def build_is_ambiguous_number_sql(self, text: str) -> str | None:
        """A condition: the cell may be read as a number in two ways. None where that cannot be."""
        if self.kind not in ("number", "integer") or self.spreadsheet or self.reading.thousands is not None:
            return None
        if self.reading.decimal != ",":
            return None
        return f"regexp_full_match({build_trim_sql(text)}, {duck.literal(LONE_POINT)})"

    def build_canonical_value_sql(self, cell: str) -> str:
        """An SQL expression: the canonical form of a cell cleaned by ``build_clean_cell_sql`` that holds something."""
        value, plain = self._build_parsed_value_sql(cell), self._build_canonical_cell_pattern()
        if plain is None:
            return value
        return f"CASE WHEN regexp_full_match({cell}, {duck.literal(plain)}) THEN {cell} ELSE {value} END"

    def _build_canonical_cell_pattern(self) -> str | None:
        """The pattern of cells that are their own canonical form: most are, and the other patterns cost more."""
        if self.kind == "integer" or (self.kind == "number" and self.grouped):
            return "-?[0-9]+"
        if self.kind == "number":
            return r"-?[0-9]+(?:\.[0-9]+)?"
        if self.kind == "date" and self.reading.date in (ISO_DAY, EXCEL):
            return "[0-9]{4}-[0-9]{2}-[0-9]{2}"
        return None

    def _build_parsed_value_sql(self, cell: str) -> str:
        if self.kind in ("number", "integer"):
            whole = self.kind == "integer"
            if self.grouped:
                return _build_thousands_separated_number_sql(cell, whole=whole)
            value = _build_canonical_number_sql(cell, self.reading.decimal, whole=whole)
            if whole and self.doubtful:
                # 12.000 is twelve or twelve thousand: an integer field takes it for neither.
                return f"CASE WHEN regexp_full_match({cell}, {duck.literal(LONE_POINT)}) THEN {cell} ELSE {value} END"
            return value
        if self.kind == "string":
            return cell
        serials = self.spreadsheet or self.reading.date == EXCEL
        patterns = dict.fromkeys(pattern for pattern in (self.reading.date, ISO_DAY) if pattern != EXCEL)
        if self.kind == "date":
            parsed = [_build_iso_date_text_sql(cell, pattern, cut_time=self.cut_time) for pattern in patterns]
            if self.cut_time:
                parsed += [_build_iso_datetime_text_sql(cell, pattern) for pattern in patterns]
            day, unit, form = SERIAL_DAY if self.cut_time else _WHOLE_SERIAL_DAY, "day", "%Y-%m-%d"
        else:
            parsed = [_build_iso_datetime_text_sql(cell, pattern) for pattern in patterns]
            day, unit, form = SERIAL_DAY, "second", "%Y-%m-%dT%H:%M:%S"
        if serials:
            parsed.append(_build_serial_date_sql(cell, day, unit, form))
        return f"coalesce({', '.join(parsed)}, {cell})"


_OFFSET_MOMENT = (
    "^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:[.][0-9]+)?)? ?"
    "([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$"
)


def build_parse_offset_datetime_sql(text: str) -> str:
    """An SQL expression: the TIMESTAMPTZ that the VARCHAR ``text`` writes with its offset; NULL for any other text."""
    written = duck.literal(_OFFSET_MOMENT)
    date, time, seconds, shift = (f"regexp_extract({text}, {written}, {group})" for group in (1, 2, 3, 4))
    full = f"{date} || ' ' || {time} || coalesce(nullif({seconds}, ''), ':00') || upper({shift})"
    return f"CASE WHEN regexp_matches({text}, {written}) THEN TRY_CAST({full} AS TIMESTAMPTZ) END"


def build_local_datetime_text_sql(text: str) -> str:
    """An SQL expression: the VARCHAR ``text``; where it is a moment with an offset, that moment by the clock of the
    session, without one."""
    local = f"replace(CAST(CAST({build_parse_offset_datetime_sql(text)} AS TIMESTAMP) AS VARCHAR), ' ', 'T')"
    return f"coalesce({local}, {text})"


def build_trim_sql(text: str) -> str:
    """Without the blanks around. Most cells start and end in plain ASCII: they are spared a search that takes
    twelve times as long."""
    plain = f"{text} BETWEEN '!' AND '~' AND {text}[-1] BETWEEN '!' AND '~'"
    return f"CASE WHEN {plain} THEN {text} ELSE trim({text}, {duck.literal(BLANKS)}) END"


def _build_canonical_number_sql(cell: str, decimal: str, *, whole: bool) -> str:
    """Thousands set apart by blanks, or by the mark that is not the decimal one where that leaves no doubt:
    several times, or before decimals. A lone one (``1.063``) may as well be a decimal mark."""
    mark, other = (",", r"\.") if decimal == "," else (r"\.", ",")
    digits = f"[0-9]+|[0-9]{{1,3}}(?:{_GROUPING}[0-9]{{3}})+"
    shape = f"[-+{_MINUS}]?(?:{digits})(?:{mark}[0-9]+)?(?:[eE][-+]?[0-9]+)?"
    thousands = f"{other}[0-9]{{3}}"
    marked = (
        f"[-+{_MINUS}]?[0-9]{{1,3}}(?:(?:{thousands})+{mark}[0-9]+|(?:{thousands}){{2,}}(?:{mark}[0-9]+)?)"
    )

    def build_canonical_expression(noise: str) -> str:
        plain = f"regexp_replace({cell}, {duck.literal(noise + '|^[+]')}, '', 'g')"
        number = f"replace(replace({plain}, ',', '.'), {duck.literal(_MINUS)}, '-')"
        return rf"regexp_replace({number}, '\.0+$', '')" if whole else number

    return (
        f"CASE WHEN regexp_full_match({cell}, {duck.literal(shape)}) THEN {build_canonical_expression(_GROUPING)} "
        f"WHEN regexp_full_match({cell}, {duck.literal(marked)}) THEN {build_canonical_expression(other)} ELSE {cell} END"
    )


def _build_thousands_separated_number_sql(cell: str, *, whole: bool) -> str:
    """Thousands set apart by points, or by blanks. A point elsewhere makes of the cell no number: it is neither."""
    mark = f"[.]|{_GROUPING}|^[+]"
    shape = f"[-+{_MINUS}]?(?:[0-9]+|[0-9]{{1,3}}(?:[.][0-9]{{3}})+|[0-9]{{1,3}}(?:{_GROUPING}[0-9]{{3}})+)(?:,[0-9]+)?"
    plain = f"regexp_replace({cell}, {duck.literal(mark)}, '', 'g')"
    number = f"replace(replace({plain}, ',', '.'), {duck.literal(_MINUS)}, '-')"
    value = rf"regexp_replace({number}, '\.0+$', '')" if whole else number
    other = f"CASE WHEN TRY_CAST({cell} AS DOUBLE) IS NULL THEN {cell} ELSE replace({cell}, '.', '..') END"
    return f"CASE WHEN regexp_full_match({cell}, {duck.literal(shape)}) THEN {value} ELSE {other} END"


def _build_iso_date_text_sql(cell: str, pattern: str, *, cut_time: bool) -> str:
    shape, form = _build_date_regex_and_strptime_format(pattern)
    time = (
        f"(?:{_TIME}{_FRACTION}|{_MIDNIGHT}{_FRACTION} ?(?:Z|[+-]00:?00))" if cut_time else _MIDNIGHT + _TAIL
    )
    written = duck.literal(f"^({shape})(?:[T ]{time})?$")
    return f"strftime(try_strptime(regexp_extract({cell}, {written}, 1), {duck.literal(form)}), '%Y-%m-%d')"


def _build_iso_datetime_text_sql(cell: str, pattern: str) -> str:
    shape, form = _build_date_regex_and_strptime_format(pattern)
    written = duck.literal(f"^({shape})(?:[T ]({_TIME})({_TAIL}))?$")
    day, time, tail = (f"regexp_extract({cell}, {written}, {group})" for group in (1, 2, 3))
    full = (
        f"CASE WHEN {time} = '' THEN '0:00:00' WHEN length({time}) < 6 THEN {time} || ':00' ELSE {time} END"
    )
    moment = f"try_strptime({day} || ' ' || {full}, {duck.literal(form + ' %H:%M:%S')})"
    return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S') || replace({tail}, ' ', '')"


def _build_serial_date_sql(cell: str, day: str, unit: str, form: str) -> str:
    """A date a spreadsheet shows as a number, because nobody formatted the cell as a date."""
    seconds = f"to_seconds(round(CAST({cell} AS DOUBLE) * 86400))"
    moment = f"date_trunc('{unit}', TIMESTAMP '{_SERIAL_ORIGIN}' + {seconds})"
    return f"CASE WHEN regexp_full_match({cell}, '{day}') THEN strftime({moment}, '{form}') END"


def _build_spreadsheet_date_or_time_sql(cell: str) -> str:
    """The reader gives a date as a midnight, and a time of day as a moment of 1899."""
    day = rf"regexp_replace({cell}, '^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}) 00:00:00$', '\1')"
    return f"CASE WHEN regexp_matches({cell}, '^1899-12-3[01] ') THEN substr({cell}, 12) ELSE {day} END"


def _build_date_regex_and_strptime_format(pattern: str) -> tuple[str, str]:
    """A regular expression and a strptime format for ``DD/MM/YYYY``; a time of day needs no pattern."""
    day = re.split(r"[T ]+(?=[Hh])", pattern)[0]
    shape = form = ""
    for mark, other in re.findall("(YYYY|YY|MM|DD)|(.)", day):
        expression, directive = _MARKS.get(mark, (re.escape(other), other.replace("%", "%%")))
        shape += expression
        form += directive
    return shape, form
