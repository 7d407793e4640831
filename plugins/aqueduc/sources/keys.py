"""Keys of a join, in one form on both sides: a base has types, and the table that is joined is text.

The type says the form, the source's own or else the declared one. What does not read as it is left as it stands, what
may be read in two ways is NULL: neither matches, and rows without a match are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aqueduc import duck
from aqueduc.declaration.spec import Dataset, ReferenceJoin, SchemaField
from aqueduc.language import _
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.reading import CellReader, LexicalType, build_parse_offset_datetime_sql, build_trim_sql

KeyKind = Literal["text", "number", "moment", "boolean", "time"]

_AWARE = "TIMESTAMP WITH TIME ZONE"
_INTEGERS = frozenset(
    {"INTEGER", "UINTEGER"}
    | {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
)
_OF_TYPE: Mapping[str, KeyKind] = {
    **dict.fromkeys((*_INTEGERS, "DECIMAL", "DOUBLE", "FLOAT"), "number"),
    **dict.fromkeys(("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", _AWARE), "moment"),
    "BOOLEAN": "boolean",
    "TIME": "time",
    "UUID": "text",
    "ENUM": "text",
}
_OF_READING: Mapping[LexicalType, KeyKind] = {
    "number": "number",
    "integer": "number",
    "date": "moment",
    "datetime": "moment",
    "string": "text",
}
_READ_AS: Mapping[KeyKind, LexicalType] = {
    "text": "string",
    "number": "number",
    "moment": "datetime",
    "boolean": "string",
    "time": "string",
}


@dataclass(frozen=True)
class JoinKey:
    """The column ``here`` of the source, of DuckDB's type ``native``, and ``there`` of the table. ``reader``: reads its
    cells, where they were read as another type than this; None: they are in their canonical form. ``day``: the rule of
    the column keeps no time of day. ``words``: what says true, and false."""

    here: str
    there: str
    kind: KeyKind
    native: str
    reader: CellReader | None
    day: bool
    words: tuple[tuple[str, ...], tuple[str, ...]]

    def build_source_key_sql(self, cell: str) -> str:
        """An SQL expression: the key of a row of the source, of which ``cell`` is a name, by the clock of the
        session."""
        if self.native == "VARCHAR":
            return self._build_text_value_key_sql(f"nullif({build_trim_sql(cell)}, '')")
        return self._build_native_value_key_sql(cell)

    def build_table_key_sql(self, cell: str) -> str:
        """An SQL expression: the key of a row of the table, whose cell was read by
        ``build_canonical_table_cell_sql``, by the clock of the session."""
        return self._build_text_value_key_sql(cell)

    def build_canonical_table_cell_sql(self) -> str:
        """An SQL expression: the cell of a row of the table."""
        cell = duck.identifier(self.there)
        if self.reader is None:
            return cell
        doubt = self.reader.build_is_ambiguous_number_sql(cell) or "false"
        return f"CASE WHEN NOT ({doubt}) THEN {self.reader.build_canonical_value_sql(cell)} END"

    def _build_native_value_key_sql(self, column: str) -> str:
        text = f"CAST({column} AS VARCHAR)"
        kind = self.native.partition("(")[0]
        if kind in ("DOUBLE", "FLOAT"):
            return f"CASE WHEN isfinite({column}) THEN {_build_number_key_sql(text)} END"
        if kind == "DECIMAL":
            return text if self.native.endswith(",0)") else f"regexp_replace({text}, '[.]?0+$', '')"
        if kind == _AWARE:
            return _build_local_moment_key_sql(column, day=self.day)
        return _build_normalised_moment_sql(text, day=self.day) if kind.startswith("TIMESTAMP") else text

    def _build_text_value_key_sql(self, text: str) -> str:
        match self.kind:
            case "number":
                return _build_number_key_sql(text)
            case "moment":
                return _build_moment_key_sql(text, day=self.day)
            case "boolean":
                yes, no = (", ".join(map(duck.literal, words)) for words in self.words)
                return f"CASE WHEN {text} IN ({no}) THEN 'false' WHEN {text} IN ({yes}) THEN 'true' ELSE {text} END"
            case "time":
                return f"coalesce(CAST(TRY_CAST({text} AS TIME) AS VARCHAR), {text})"
            case _:
                return text


def build_join_keys(
    origin: SourceOrigin, dataset: Dataset, join: ReferenceJoin, table: Dataset, types: Mapping[str, str]
) -> tuple[JoinKey, ...]:
    """``table``: what is joined, as its file is read. ``types``: DuckDB's, of the columns of the source; before it is
    read, the declaration speaks alone. Raises SourceUnreadable for a key of a type that no text equals."""
    declared = {column.name: column for column in dataset.columns}
    readers = CellReader.build_readers_by_column(dataset)
    keys = []
    for here, there in join.on.items():
        native, read = types.get(here, "VARCHAR"), readers[here].kind
        field = dataset.table_schema.find_field(declared[here].published_as or "") or SchemaField(name=here)
        kind = _OF_TYPE.get(native.partition("(")[0])
        if native == "VARCHAR":
            kind = "boolean" if field.type == "boolean" else _OF_READING[read]
        if kind is None:
            raise origin.build_unreadable_error(
                _(
                    "La clé « {name} » est d'un type ({type}) qui ne se compare pas à celle d'une table jointe."
                ).format(name=here, type=native),
                _("la convertir dans la requête, en texte, en nombre ou en date"),
            )
        reader = CellReader(_READ_AS[kind], table.reading, spreadsheet=table.source.capabilities.spreadsheet)
        again = reader if kind not in (_OF_READING[read], "boolean", "time") else None
        words = (field.true_values, field.false_values)
        keys.append(JoinKey(here, there, kind, native, again, readers[here].cut_time, words))
    return tuple(keys)


# --- the forms ----------------------------------------------------------------------------------------------

_NUMBER = "[-+]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)"


def _build_number_key_sql(text: str) -> str:
    """Without the zeros that change nothing, nor an exponent; digit by digit, since a key is rounded by nobody."""
    scaled = duck.literal(f"{_NUMBER}[eE][-+]?[0-9]{{1,3}}")
    return (
        f"CASE WHEN regexp_full_match({text}, {duck.literal(_NUMBER)}) THEN {_strip_needless_zeros_sql(text)} "
        f"WHEN regexp_full_match({text}, {scaled}) THEN {_strip_needless_zeros_sql(_expand_exponent_sql(text))} "
        f"ELSE {text} END"
    )


def _strip_needless_zeros_sql(number: str) -> str:
    for pattern, written in _NEEDLESS:
        number = f"regexp_replace({number}, '{pattern}', '{written}')"
    return number


_NEEDLESS = (
    (r"^[+]", ""),
    (r"^(-?)0+([0-9])", r"\1\2"),
    (r"^(-?)[.]", r"\10."),
    (r"([.][0-9]*[1-9])0+$", r"\1"),
    (r"[.]0*$", ""),
    (r"^-0$", "0"),
)
"""What a number is written with that changes nothing, and how it is written without."""


def _expand_exponent_sql(number: str) -> str:
    sign, whole, rest, scale = (
        f"regexp_extract({number}, '^([-+]?)([0-9]*)[.]?([0-9]*)[eE]([-+]?[0-9]+)$', {group})"
        for group in (1, 2, 3, 4)
    )
    digits = f"({whole} || {rest})"
    point = f"(length({whole}) + TRY_CAST({scale} AS INTEGER))"
    return (
        f"({sign} || CASE WHEN {point} <= 0 THEN '0.' || repeat('0', -{point}) || {digits} "
        f"WHEN {point} >= length({digits}) THEN {digits} || repeat('0', {point} - length({digits})) "
        f"ELSE left({digits}, {point}) || '.' || substr({digits}, {point} + 1) END)"
    )


def _build_moment_key_sql(text: str, *, day: bool) -> str:
    # Finer than a microsecond, the cast would round.
    fine = f"regexp_matches({text}, '[.][0-9]{{7}}')"
    aware = f"CASE WHEN NOT {fine} THEN {build_parse_offset_datetime_sql(text)} END"
    # A lambda, so that what names the moment many times does not read it as many times.
    local = f"list_transform([{aware}], lambda moment: {_build_local_moment_key_sql('moment', day=day)})[1]"
    return f"coalesce({local}, {_build_normalised_moment_sql(text, day=day)})"


def _build_local_moment_key_sql(moment: str, *, day: bool) -> str:
    """By the clock of the city; by that of Greenwich in the hour that comes twice, where a moment without an offset
    says neither."""
    local = f"CAST({moment} AS TIMESTAMP)"
    plain = _build_normalised_moment_sql(f"CAST({local} AS VARCHAR)", day=day)
    if day:
        return plain
    twice = " OR ".join(
        f"CAST({moment} {sign} INTERVAL 1 HOUR AS TIMESTAMP) = {local}" for sign in ("+", "-")
    )
    return f"CASE WHEN {twice} THEN CAST(timezone('UTC', {moment}) AS VARCHAR) || 'Z' ELSE {plain} END"


def _build_normalised_moment_sql(text: str, *, day: bool) -> str:
    """``2026-03-01`` at midnight, else ``2026-03-01T14:05:00``, without the zeros that end a fraction."""
    date, clock = "([0-9]{4}-[0-9]{2}-[0-9]{2})", "([0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]*[1-9])?)[.]?0*"
    spelled = rf"regexp_replace({text}, '^{date}[ Tt]{clock}$', '\1T\2')"
    cut = ".*" if day else "00:00:00"
    return rf"regexp_replace({spelled}, '^{date}T{cut}$', '\1')"
