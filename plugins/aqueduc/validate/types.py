"""The types of Table Schema: how a cell becomes a value, one small function per type.

A cell that came as text is judged on its text, as frictionless judges it; where the two differ, the
function says so. A cell that came typed (PostgreSQL) is trusted when its type fits (``TypedColumnConverter``), and
otherwise judged on its text form. Most types are SQL; the few that SQL cannot say exactly are a Python
function, applied once to each distinct text.

The published types hold what cities write, not more: integers beyond 64 bits and numbers beyond the range of
a double do not read; a double keeps 15 significant digits.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import partial
from typing import Any

from aqueduc.declaration.spec import FieldType, SchemaField
from aqueduc.duck import literal
from aqueduc.language import NOTHING, Message, _, join_choices_with_or, join_messages, quote_text
from aqueduc.validate import structures
from aqueduc.validate.strptime import build_strptime_sql_parser

Read = Callable[[str], str]
"""From the SQL of a text to the SQL of its value, NULL where the text does not read."""

TextFunction = Callable[[str], Any]
"""The same in Python: from a text to its value, or None. Never raises."""

# What Python strips and matches as white space, and so what frictionless does.
SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
FEW, MANY = 2, 64
"""How many constants DuckDB compares one by one, and how many are worth a join."""

SPACE_CLASS = "".join(f"\\x{{{ord(char):x}}}" for char in SPACES)


@dataclass(frozen=True)
class CellTextParser:
    """How the cells of one field are read.

    ``one`` and ``many`` name what is expected, for findings. ``always``: any text reads, so there is no type
    to check. With ``judge``, ``read`` is only used for the schema's own constants. ``identity``: from a text,
    or from what a schema says in JSON, to what is equal for equal values, where the value itself is not; None
    where it does not read. ``size``: the length of a text that has another than its characters.
    """

    sql_type: str
    read: Read
    one: Message
    many: Message
    always: bool = False
    judge: TextFunction | None = None
    identity: Callable[[Any], str | None] | None = None
    size: TextFunction | None = None


@dataclass(frozen=True)
class TypedColumnConverter:
    """How a column that is already typed gives its values: ``value`` is SQL over the column ``{c}``."""

    sql_type: str
    value: str
    always: bool = True


_VALUE, _VALUES = _("une valeur"), _("des valeurs")

UNREADABLE = CellTextParser("VARCHAR", lambda _: "NULL", _VALUE, _VALUES)
"""Of a format that nobody knows: nothing reads."""


def find_cell_text_parser(field: SchemaField, zone: tzinfo = UTC) -> CellTextParser | None:
    """How ``field`` reads text; None when its format is unknown for its type. ``zone``: whose clock a moment with
    an offset is written at, which must be the session's.

    ``fmt:`` before a pattern is a former way to write it, which the specification keeps.
    """
    if field.format.startswith("fmt:"):
        field = field.model_copy(update={"format": field.format.removeprefix("fmt:")})
    if field.type == "datetime":
        return _build_datetime_parser(field, zone)
    build = _BY_FORMAT.get(field.type)
    return build(field) if build else _OF_ONE_FORMAT[field.type]


# --- text ---------------------------------------------------------------------------------------------


def _return_text_sql(text_sql: str) -> str:
    return text_sql


def _build_conditional_sql_function(condition: str, value: str = "{t}") -> Read:
    """``value`` where ``condition`` holds; both are SQL over the text ``{t}``."""
    return lambda text: f"CASE WHEN {condition} THEN {value} END".replace("{t}", text)


def build_membership_sql(value_sql: str, texts: Sequence[str], *, joined: bool = False) -> str:
    """SQL: whether ``value_sql``, which is a text, is one of ``texts``.

    DuckDB makes a join of an IN of more than a few constants: the fastest way for a long list, and 15 MB of
    memory each, which the ninety lists of a national schema cannot all have. So the short ones are looked
    through, and the long ones too unless they may be ``joined``.
    """
    listed = ", ".join(literal(text) for text in texts)
    if not texts:
        return "FALSE"
    looked = len(texts) > FEW and not (joined and len(texts) >= MANY)
    return f"list_contains([{listed}], {value_sql})" if looked else f"{value_sql} IN ({listed})"


def _build_full_match_sql(pattern: str) -> str:
    return f"regexp_full_match({{t}}, {literal(pattern)})"


_LATIN = r"a-z0-9\x{00A0}-\x{024F}!#$%&'*+/=?^_`{|}~-"
EMAIL = (
    rf"(?i)([{_LATIN}]+(\.[{_LATIN}]+)*)"
    r"@([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}][\p{L}\p{N}-]{0,61}\p{L}"
)
URI = rf"[a-zA-Z][a-zA-Z0-9+.-]*:[^{SPACE_CLASS}]+"
UUID = r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
BASE64 = r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"

# frictionless accepts blanks in a URI, UUIDs without hyphens or in braces, quoted local parts of e-mail
# addresses, and junk between base64 characters; the specification and the readers of the file do not.
_STRING_FORMATS = {
    "uri": (
        URI,
        _("une adresse (URI)"),
        _("des adresses (URI)"),
    ),
    "email": (
        EMAIL,
        _("une adresse électronique"),
        _("des adresses électroniques"),
    ),
    "uuid": (UUID, _("un identifiant UUID"), _("des identifiants UUID")),
    "binary": (
        BASE64,
        _("un contenu en base64"),
        _("des contenus en base64"),
    ),
}


def _build_string_parser(field: SchemaField) -> CellTextParser | None:
    if field.format == "default":
        return CellTextParser("VARCHAR", _return_text_sql, _("un texte"), _("des textes"), always=True)
    if field.format not in _STRING_FORMATS:
        return None
    pattern, one, many = _STRING_FORMATS[field.format]
    lengths = "strpos({t}, '@') <= 65 AND length({t}) - strpos({t}, '@') <= 253 AND "
    condition = (lengths if field.format == "email" else "") + _build_full_match_sql(pattern)
    return CellTextParser("VARCHAR", _build_conditional_sql_function(condition), one, many)


def _build_geopoint_parser(field: SchemaField) -> CellTextParser | None:
    """Published as written. Longitude first, both finite."""
    one, many = _("une position {}"), _("des positions {}")
    same = partial(structures.build_canonical_geopoint, field.format)
    pair = _("« longitude,latitude »")
    if field.format == "default":
        in_range = f"{_build_degree_range_test_sql(1, 180)} AND {_build_degree_range_test_sql(2, 90)}"
        return CellTextParser(
            "VARCHAR",
            _build_conditional_sql_function(f"{_build_full_match_sql('(?s)[^,_]*,[^,_]*')} AND {in_range}"),
            one.format(pair),
            many.format(pair),
            identity=same,
        )
    if field.format not in ("array", "object"):
        return None
    shape = "[longitude, latitude]" if field.format == "array" else '{"lon": …, "lat": …}'
    judge = partial(_return_text_if_valid_geopoint, field.format)
    return CellTextParser(
        "VARCHAR", _return_text_sql, one.format(shape), many.format(shape), judge=judge, identity=same
    )


def _build_degree_range_test_sql(part: int, bound: int) -> str:
    number = f"TRY_CAST(trim(split_part({{t}}, ',', {part}), {literal(SPACES)}) AS DOUBLE)"
    return f"{number} BETWEEN -{bound} AND {bound}"


def _return_text_if_valid_geopoint(shape: str, text: str) -> str | None:
    return text if structures.parse_geopoint(shape, text) else None


# --- structures ---------------------------------------------------------------------------------------


def _build_geojson_parser(field: SchemaField) -> CellTextParser | None:
    """Published as written."""
    known = {"default": ("GeoJSON", structures.is_geojson), "topojson": ("TopoJSON", structures.is_topojson)}
    if field.format not in known:
        return None
    name, shape = known[field.format]
    one, many = _("un objet {}"), _("des objets {}")
    return _build_json_structure_parser(shape, one.format(name), many.format(name))


def _build_json_structure_parser(shape: structures.Shape, one: Message, many: Message) -> CellTextParser:
    return CellTextParser(
        "VARCHAR",
        _return_text_sql,
        one,
        many,
        judge=partial(structures.return_text_if_json_shape, shape),
        identity=structures.build_canonical_json,
        size=structures.count_json_items,
    )


# --- numbers ------------------------------------------------------------------------------------------


def _build_integer_parser(field: SchemaField) -> CellTextParser | None:
    """Python's underscores between digits and digits of other scripts do not read, unlike frictionless.

    ``groupChar`` is honoured (version 2 of the specification; frictionless ignores it).
    """
    return CellTextParser(
        "BIGINT",
        partial(_build_integer_sql, field),
        join_messages((_("un nombre entier"), _describe_refused_number_affixes(field)), ""),
        join_messages((_("des nombres entiers"), _describe_refused_number_affixes(field)), ""),
    )


def _describe_refused_number_affixes(field: SchemaField) -> Message:
    return NOTHING if field.bare_number else _(" (sans « % », « k€ », « M€ » ni « < » autour)")


def _build_integer_sql(field: SchemaField, text_sql: str) -> str:
    if field.bare_number and not field.group_char:
        number = f"TRY_CAST({text_sql} AS BIGINT)"
        digits = f"[{SPACE_CLASS}]*[+-]?[0-9]+[{SPACE_CLASS}]*"
        # The text of the value being the text itself proves it at a fifth of the price of the expression.
        return (
            f"CASE WHEN CAST({number} AS VARCHAR) = {text_sql} THEN {number} "
            f"WHEN regexp_full_match({text_sql}, {literal(digits)}) "
            f"THEN TRY_CAST(trim({text_sql}, {literal(SPACES)}) AS BIGINT) END"
        )
    bare = _build_bare_number_sql(field, text_sql)
    return f"CASE WHEN regexp_full_match({bare}, '[+-]?[0-9]+') THEN TRY_CAST({bare} AS BIGINT) END"


def _build_number_parser(field: SchemaField) -> CellTextParser | None:
    """NaN and INF read, as the specification wants. Underscores and digits of other scripts do not."""
    mark = NOTHING
    if field.decimal_char != ".":
        mark = _(" (décimales après « {} »)").format(field.decimal_char)
    mark = join_messages((mark, _describe_refused_number_affixes(field)), "")
    one, many = _("un nombre{}"), _("des nombres{}")
    return CellTextParser("DOUBLE", partial(_build_number_sql, field), one.format(mark), many.format(mark))


def _build_number_sql(field: SchemaField, text_sql: str) -> str:
    if field.bare_number and not field.group_char and field.decimal_char == ".":
        stripped = f"trim({text_sql}, {literal(SPACES)})"
        return _build_valid_number_or_null_sql(
            text_sql, f"COALESCE(TRY_CAST({text_sql} AS DOUBLE), TRY_CAST({stripped} AS DOUBLE))"
        )
    bare = _build_bare_number_sql(field, text_sql)
    if field.decimal_char != ".":
        mark = literal(field.decimal_char)
        bare = f"CASE WHEN NOT contains({bare}, '.') THEN replace({bare}, {mark}, '.') END"
    return _build_valid_number_or_null_sql(bare, f"TRY_CAST({bare} AS DOUBLE)")


def _build_valid_number_or_null_sql(text_sql: str, number_sql: str) -> str:
    """Refuses what DuckDB's cast takes and should not: underscores, two signs, numbers too big for a double
    (they come out infinite, which only the word may mean).
    """
    return (
        f"CASE WHEN contains({text_sql}, '_') OR contains({text_sql}, '+-') THEN NULL "
        f"WHEN isinf({number_sql}) AND NOT contains(lower({text_sql}), 'inf') THEN NULL ELSE {number_sql} END"
    )


def _build_bare_number_sql(field: SchemaField, text_sql: str) -> str:
    """The text without blanks around, without what stands before and after the digits (``bareNumber: false``)
    and without ``groupChar``; NULL where what stands around changes the value.

    Unlike frictionless, a decimal mark right before the first digit is kept: ``€ .5`` is not 5.
    """
    sql = f"trim({text_sql}, {literal(SPACES)})"
    if not field.bare_number:
        sql = _build_number_without_affixes_sql(field, f"replace({sql}, '\u2212', '-')")
    return f"replace({sql}, {literal(field.group_char)}, '')" if field.group_char else sql


# Around the digits of a number (``bareNumber: false``).
_DASH = r"\-\x{2010}-\x{2015}\x{FE63}\x{FF0D}"
_BLANK_OR_CURRENCY = rf"(?:[{SPACE_CLASS}\p{{Sc}}]|(?i:euros?|eur))*"
_DIGITS = r"\p{Nd}(?:.*\p{Nd})?"
_NEGATIVE = (
    rf"(?s){_BLANK_OR_CURRENCY}\({_BLANK_OR_CURRENCY}{_DIGITS}{_BLANK_OR_CURRENCY}\){_BLANK_OR_CURRENCY}"
    rf"|[^\p{{Nd}}()+{_DASH}]*{_DIGITS}{_BLANK_OR_CURRENCY}-{_BLANK_OR_CURRENCY}"
)
"""Accounts: ``(12 €)``, ``12 €-``."""
_MULTIPLE = (
    r"(?:[kKM]|[Mm]ds?|[Mm]rds?|[kKMmGc]\p{Sc}|(?i:[km](?:euros?|eur))|[kM]F|(?i:pct|pour[ -]?(?:cent|mille))|"
    r"(?i:milles?|milliers?|millions?|milliards?|dizaines?|douzaines?|centaines?|centimes?|cents?|cts?))"
)
_SCALED = "|".join(
    (
        # A share, a bound or a margin; a fraction or a power written small.
        r"[%\x{2030}\x{2031}\x{FF05}<>\x{2264}\x{2265}\x{00B1}]|\+[ /]*-|[\x{00BC}-\x{00BE}\x{2150}-\x{215E}]",
        r"\p{Nd}[\x{00B9}\x{00B2}\x{00B3}\x{2070}-\x{2079}]",
        # A multiple.
        rf"(?:^|[^\p{{L}}\p{{M}}]){_MULTIPLE}(?:$|[^\p{{L}}\p{{M}}])",
    )
)
"""What changes the scale of a number, or says that it is not the number."""
_SIGNED = "|".join(
    (
        # A dash that may be a minus: before the digits another than the hyphen, after them no hyphen of a word.
        r"^[^\p{Nd}]*[\x{2010}-\x{2015}\x{FE63}\x{FF0D}][^\p{L}\p{Nd}]*\p{Nd}",
        rf"\p{{Nd}}[^\p{{Nd}}]*[{_DASH}][{SPACE_CLASS}]*(?:$|[^\p{{L}}\p{{Nd}}{SPACE_CLASS}][^\p{{Nd}}]*$)",
        # A bracket that opens before the digits and does not close there.
        r"^[^\p{Nd}]*\([^)\p{Nd}]*\p{Nd}",
    )
)
"""What may be a minus."""


def _build_number_without_affixes_sql(field: SchemaField, sql: str) -> str:
    mark = f"(?:{re.escape(field.decimal_char)})?" if field.decimal_char else ""
    lead = rf"(?s)^[^-\p{{Nd}}]*?({mark}\p{{Nd}}|-)"
    bare = f"regexp_replace(regexp_replace({sql}, {literal(lead)}, '\\1'), '\\P{{Nd}}*$', '')"
    return (
        f"CASE WHEN regexp_matches({sql}, {literal(_SCALED)}) THEN NULL "
        f"WHEN regexp_full_match({sql}, {literal(_NEGATIVE)}) THEN '-' || {bare} "
        f"WHEN NOT regexp_matches({sql}, {literal(_SIGNED)}) THEN {bare} END"
    )


def _build_boolean_parser(field: SchemaField) -> CellTextParser | None:
    words = [quote_text(word) for word in [*field.true_values[:1], *field.false_values[:1]]]
    shown = join_choices_with_or(words) if words else _("aucun mot déclaré")
    return CellTextParser(
        "BOOLEAN",
        # frictionless lets falseValues win when a word is in both.
        lambda text: (
            f"CASE WHEN {build_membership_sql(text, field.false_values)} THEN FALSE "
            f"WHEN {build_membership_sql(text, field.true_values)} THEN TRUE END"
        ),
        _("un booléen ({})").format(shown),
        _("des booléens ({})").format(shown),
    )


# --- dates and times ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _TemporalType:
    """A type of dates or times. ``words``: what a value and several are called; ``pattern``: that of
    ``own_formats``, which ``read`` reads; ``finish``: the value of what Python read by another one."""

    sql_type: str
    words: tuple[Message, Message]
    pattern: str
    read: Read
    finish: Callable[[datetime], Any]
    own_formats: tuple[str, ...] = ("default",)

    def find_cell_text_parser(self, field: SchemaField) -> CellTextParser | None:
        if field.format in self.own_formats:
            return CellTextParser(
                self.sql_type, self.read, *_append_date_pattern_to_labels(self.words, self.pattern)
            )
        return _build_date_pattern_parser(field, self.sql_type, self.words, self.finish)


def _build_date_sql(text_sql: str) -> str:
    day = f"TRY_CAST({text_sql} AS DATE)"
    return (
        f"CASE WHEN strlen({text_sql}) = 10 AND CAST({day} AS VARCHAR) = {text_sql} THEN {day} "
        f"WHEN regexp_full_match({text_sql}, '[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}') AND year({day}) > 0 "
        f"THEN {day} END"
    )


_DAY, _CLOCK, _OFFSET = (
    r"\d{4}-\d{2}-\d{2}",
    r"\d{2}:\d{2}:\d{2}([.,]\d+)?",
    r"([Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)",
)


def _build_datetime_sql(text_sql: str) -> str:
    plain = literal(rf"{_DAY}[Tt ]{_CLOCK}")
    offset = literal(rf"{_DAY}[Tt ]{_CLOCK}{_OFFSET}")
    spaced = f"substr({text_sql}, 1, 10) || ' ' || replace(upper(substr({text_sql}, 12)), ',', '.')"
    naive = f"TRY_CAST({spaced} AS TIMESTAMP)"
    # The session's time zone is the city's, so the cast below gives its clock.
    shifted = f"CAST(TRY_CAST({spaced} AS TIMESTAMPTZ) AS TIMESTAMP)"
    return (
        f"CASE WHEN regexp_full_match({text_sql}, {plain}) THEN {_build_null_outside_years_1_to_9999_sql(naive)} "
        f"WHEN regexp_full_match({text_sql}, {offset}) THEN {_build_null_outside_years_1_to_9999_sql(shifted)} END"
    )


def _build_time_sql(text_sql: str) -> str:
    shape = literal(r"([01]\d|2[0-3]):\d{2}:\d{2}([.,]\d+)?[Zz]?")
    bare = f"rtrim(replace({text_sql}, ',', '.'), 'Zz')"
    return f"CASE WHEN regexp_full_match({text_sql}, {shape}) THEN TRY_CAST({bare} AS TIME) END"


def _build_null_outside_years_1_to_9999_sql(moment: str) -> str:
    """``moment``, or NULL outside of the years 1 to 9999, which neither ISO 8601 nor Python writes."""
    return f"CASE WHEN year({moment}) BETWEEN 1 AND 9999 THEN {moment} END"


def _build_date_pattern_parser(
    field: SchemaField, sql_type: str, words: tuple[Message, Message], finish: Callable[[datetime], Any]
) -> CellTextParser | None:
    """A strptime pattern, or ``any``: in SQL where it can say the same, else Python's own reading."""
    if field.format == "any":
        judge: TextFunction = partial(_parse_any_date_and_time, finish)
        return CellTextParser(sql_type, _return_text_sql, *words, judge=judge)
    if not _PATTERN.fullmatch(field.format):
        return None
    words = _append_date_pattern_to_labels(words, field.format)
    read = build_strptime_sql_parser(field.format, sql_type, SPACE_CLASS)
    if read is None:
        return CellTextParser(
            sql_type,
            _return_text_sql,
            *words,
            judge=partial(_parse_with_strptime_pattern, field.format, finish),
        )
    in_range = (
        read if sql_type == "TIME" else lambda text: _build_null_outside_years_1_to_9999_sql(read(text))
    )
    return CellTextParser(sql_type, in_range, *words)


def _parse_with_strptime_pattern(pattern: str, finish: Callable[[datetime], Any], text: str) -> Any:
    try:
        return finish(datetime.strptime(text, pattern))  # noqa: DTZ007 - the offset is the pattern's affair
    except (ValueError, OverflowError, re.error):
        return None


def _parse_any_date_and_time(finish: Callable[[datetime], Any], text: str) -> Any:
    """What dateutil reads, where the text says it all: parts it lacks would be filled from today's date.

    Read over two different days: if they show in the result, the text does not hold a complete value. Read with
    the day first as well, unless a year is: if the result is another (03/04), the text leaves it in doubt.
    """
    # Few tables have such cells, and it is 20 ms of CPU.
    from dateutil import parser  # type: ignore[import-untyped]

    if _DOUBTFUL.search(text):
        return None
    orders = (False,) if _YEAR_FIRST.match(text) else (False, True)
    days = (datetime(2000, 1, 1), datetime(2001, 2, 2))  # noqa: DTZ001
    try:
        found = {
            finish(parser.parse(text, default=day, dayfirst=order, tzinfos=_require_numeric_offset))
            for day in days
            for order in orders
        }
    except (ValueError, ArithmeticError, TypeError, AttributeError, RecursionError):
        return None
    return found.pop() if len(found) == 1 else None


_YEAR_FIRST = re.compile(r"\s*[0-9]{4}(?:[0-9]{4}|[^0-9])")
_DOUBTFUL = re.compile(r"[.,][0-9]{6}[0-9]*[1-9]|(?:UTC|GMT|Z)\s*[-+]", re.IGNORECASE)
"""Finer than a microsecond, which would be cut; ``UTC+3``, which means one thing to POSIX and the contrary to most."""


def _require_numeric_offset(name: str | None, seconds: int | None) -> timezone | None:
    """A zone known by name only does not read: dateutil ignores it, warning with a piece of the cell."""
    if seconds is not None:
        return timezone(timedelta(seconds=seconds))
    if name is None:
        return None
    raise ValueError("unknown time zone")


def _convert_naive_datetime_to_time(moment: datetime) -> time | None:
    return moment.time() if moment.tzinfo is None else None


def _convert_to_local_time(zone: tzinfo, moment: datetime) -> datetime:
    """Raises OverflowError outside of the years 1 to 9999."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) if moment.tzinfo else moment


_PATTERN = re.compile(r"(?=.*%)([^%]|%[aAbBcdfGHIjmMpSuUVwWxXyYzZ%])+", re.DOTALL)
_LETTERS: Mapping[str, object] = {
    "%d": _("JJ"),
    "%m": "MM",
    "%Y": _("AAAA"),
    "%y": _("AA"),
    "%H": "HH",
    "%M": "MM",
    "%S": "SS",
}


def _append_date_pattern_to_labels(words: tuple[Message, Message], pattern: str) -> tuple[Message, Message]:
    one, many = words
    shown = _format_strptime_pattern_for_readers(pattern)
    return join_messages((one, shown), " "), join_messages((many, shown), " ")


def _format_strptime_pattern_for_readers(pattern: str) -> Message | str:
    """``%d/%m/%Y`` as ``JJ/MM/AAAA``; a pattern with rarer directives is shown as it is."""
    parts = re.split("(%.)", pattern)
    if any(directive not in _LETTERS for directive in parts[1::2]):
        return pattern
    return join_messages((_LETTERS.get(part, part) for part in parts), "")


def build_source_date_labels(pattern: str) -> tuple[Message, Message]:
    """One date and several, as a source writes them: ``DD/MM/YYYY`` for « une date JJ/MM/AAAA »."""
    for mark, directive in (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d")):
        pattern = pattern.replace(mark, directive)
    return _append_date_pattern_to_labels((_("une date"), _("des dates")), pattern)


def _build_datetime_parser(field: SchemaField, zone: tzinfo) -> CellTextParser | None:
    """At the clock of ``zone`` when an offset is written. Between date and time, ``T`` or a blank: frictionless takes
    any character there, and ISO week dates."""
    return _TemporalType(
        "TIMESTAMP",
        (_("une date avec heure"), _("des dates avec heure")),
        "%Y-%m-%dT%H:%M:%S",
        _build_datetime_sql,
        partial(_convert_to_local_time, zone),
    ).find_cell_text_parser(field)


_BY_FORMAT: dict[FieldType, Callable[[SchemaField], CellTextParser | None]] = {
    "string": _build_string_parser,
    "number": _build_number_parser,
    "integer": _build_integer_parser,
    "boolean": _build_boolean_parser,
    "geopoint": _build_geopoint_parser,
    "geojson": _build_geojson_parser,
    # Month and day may have one digit, as for frictionless; they are published with two.
    "date": _TemporalType(
        "DATE",
        (_("une date"), _("des dates")),
        "%Y-%m-%d",
        _build_date_sql,
        datetime.date,
        ("default", "%Y-%m-%d"),
    ).find_cell_text_parser,
    # Without offset, as the specification writes it, a final ``Z`` apart; frictionless takes any. 24:00:00 does not
    # read: as a time of day it would be published as 00:00:00.
    "time": _TemporalType(
        "TIME",
        (_("une heure"), _("des heures")),
        "%H:%M:%S",
        _build_time_sql,
        _convert_naive_datetime_to_time,
    ).find_cell_text_parser,
}

_YEAR = _build_conditional_sql_function(_build_full_match_sql("[0-9]{4}"), "TRY_CAST({t} AS INTEGER)")
_MONTH = _build_conditional_sql_function(
    _build_full_match_sql("[0-9]{4}-(0?[1-9]|1[0-2])"), "substr({t}, 1, 5) || lpad(substr({t}, 6), 2, '0')"
)
_DURATION = _build_conditional_sql_function(
    f"{_build_full_match_sql(structures.DURATION)} AND right({{t}}, 1) NOT IN ('P', 'T')"
)
_OF_ONE_FORMAT: Mapping[FieldType, CellTextParser] = {
    # Four digits; frictionless also takes a sign or a blank among the four characters.
    "year": CellTextParser(
        "INTEGER", _YEAR, _("une année sur quatre chiffres"), _("des années sur quatre chiffres")
    ),
    # Published as ``AAAA-MM``. A month of one digit reads, as for frictionless; a year has four.
    "yearmonth": CellTextParser("VARCHAR", _MONTH, _("un mois AAAA-MM"), _("des mois AAAA-MM")),
    # All that follows is published as written.
    "duration": CellTextParser(
        "VARCHAR",
        _DURATION,
        _("une durée ISO 8601 (P1DT2H)"),
        _("des durées ISO 8601 (P1DT2H)"),
        identity=structures.build_canonical_duration,
    ),
    "array": _build_json_structure_parser(
        structures.is_json_array, _("un tableau JSON […]"), _("des tableaux JSON […]")
    ),
    "object": _build_json_structure_parser(
        structures.is_json_object, _("un objet JSON {{…}}").format(), _("des objets JSON {{…}}").format()
    ),
    "any": CellTextParser("VARCHAR", _return_text_sql, _VALUE, _VALUES, always=True),
}


# --- columns that come typed --------------------------------------------------------------------------

_INT64 = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
_REAL = frozenset({"FLOAT", "DOUBLE", "UBIGINT", "HUGEINT", "UHUGEINT"})
_MOMENT = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})


def find_typed_column_converter(kind: FieldType, native: str) -> TypedColumnConverter | None:
    """How a column of DuckDB's type ``native`` gives values of ``kind``; None: judge its text form.

    PostgreSQL's infinite dates and those outside of the years 1 to 9999 do not read.
    """
    match kind:
        case "integer":
            return _find_native_integer_converter(native)
        case "number":
            return _find_native_number_converter(native)
        case "boolean":
            return TypedColumnConverter("BOOLEAN", "{c}") if native == "BOOLEAN" else None
        case "date":
            return _find_native_date_converter(native)
        case "datetime":
            return _find_native_datetime_converter(native)
        case "time":
            return TypedColumnConverter("TIME", "{c}") if native == "TIME" else None
        case "year":
            year = "CASE WHEN {c} BETWEEN 0 AND 9999 THEN CAST({c} AS INTEGER) END"
            return TypedColumnConverter("INTEGER", year, always=False) if native in _INT64 else None
        case _:
            return None


def _find_native_integer_converter(native: str) -> TypedColumnConverter | None:
    if native in _INT64:
        return TypedColumnConverter("BIGINT", "CAST({c} AS BIGINT)")
    if native in _REAL or native.startswith("DECIMAL"):
        return TypedColumnConverter(
            "BIGINT", "CASE WHEN {c} = trunc({c}) THEN TRY_CAST({c} AS BIGINT) END", always=False
        )
    return None


def _find_native_number_converter(native: str) -> TypedColumnConverter | None:
    if native.startswith("DECIMAL"):
        return TypedColumnConverter(native, "{c}")
    return TypedColumnConverter("DOUBLE", "CAST({c} AS DOUBLE)") if native in _INT64 | _REAL else None


def _find_native_date_converter(native: str) -> TypedColumnConverter | None:
    if native == "DATE":
        return TypedColumnConverter("DATE", _build_null_outside_years_1_to_9999_sql("{c}"), always=False)
    if native in _MOMENT:
        midnight = "CASE WHEN {c} = date_trunc('day', {c}) THEN CAST({c} AS DATE) END"
        return TypedColumnConverter("DATE", _build_null_outside_years_1_to_9999_sql(midnight), always=False)
    return None


def _find_native_datetime_converter(native: str) -> TypedColumnConverter | None:
    if native in _MOMENT or native == "TIMESTAMP WITH TIME ZONE":
        return TypedColumnConverter(
            "TIMESTAMP", _build_null_outside_years_1_to_9999_sql("CAST({c} AS TIMESTAMP)"), always=False
        )
    return None
