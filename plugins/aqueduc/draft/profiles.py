"""What each column holds, found by reading all of it: type, blanks, distinct values, length; never a value.

A kind is proposed only if the very expressions that will read the source every night read its cells.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from aqueduc import duck
from aqueduc.declaration.column_name_hints import (
    is_code_column_name,
    is_date_column_name,
    is_measure_column_name,
    is_year_column_name,
)
from aqueduc.declaration.positions import classify_coordinate_axis
from aqueduc.declaration.spec import FieldType, LexicalFormat
from aqueduc.draft.amounts import AmountFormat, find_amount_format
from aqueduc.draft.codes import distinguish_codes_from_numbers
from aqueduc.draft.kinds import SourceInspection
from aqueduc.sources.origin import LINE
from aqueduc.sources.points import (
    PointSeparatorTally,
    build_point_separator_kind_sql,
    build_separator_counts_sql,
)
from aqueduc.sources.reading import GROUPING_BLANKS, CellReader, LexicalType
from aqueduc.sql import build_luhn_condition_sql

ISO = "YYYY-MM-DD"
PATTERNS = ("DD/MM/YYYY", "DD/MM/YY", "DD-MM-YYYY", "DD.MM.YYYY", "YYYY/MM/DD", "YYYYMMDD", "MM/DD/YYYY")
"""Ways of writing a date that are tried besides ISO 8601, the commonest in France first."""
SAMPLE = 20_000
"""Distinct cells on which the kinds that cannot be are ruled out, before all cells are read."""
TOLERATED = 0.01
"""Share of the cells that may not read as the kind of their column: they are dirt, and counted."""
ASKED = 0.34
"""Share of the cells that may not where the name of the column says its kind too: it is asked, with their lines."""
LINES_SHOWN = 5

SAY_NOTHING = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#VALEUR!",
    "#NOM?",
    "N/A",
    "n/a",
    "NULL",
    "null",
    "(null)",
)
"""What programs write for nothing."""
MAY_SAY_NOTHING = (
    *("NA", "NC", "N.C.", "ND", "N.D.", "NR", "N.R.", "NS", "N.S."),
    *("na", "nc", "n.c.", "nd", "n.d.", "nr", "n.r.", "ns", "n.s."),
    "-",
    "--",
    "?",
    "s.o.",
    "S.O.",
    "inconnu",
    "Inconnu",
    "Non renseigné",
)
"""What people write for nothing: believed in a column of numbers or dates only."""

_BOOLEANS = (
    (("oui", "Oui", "OUI"), ("non", "Non", "NON")),
    (("O",), ("N",)),
    (("vrai", "Vrai", "VRAI"), ("faux", "Faux", "FAUX")),
    (("true", "True", "TRUE"), ("false", "False", "FALSE")),
    (("t",), ("f",)),
)


SMALL_COUNT = 5
"""Under it, a count of people may be of one that somebody knows."""


@dataclass(frozen=True)
class ColumnProfile:
    """The profile of a column: ``filled`` of the ``rows`` hold something, ``distinct`` different things.

    ``misfits``: filled cells that do not read as ``kind``, on ``misfit_lines`` (the first of them).
    ``pattern``: how dates are written. ``decimal``: the decimal mark. ``words``: the (true, false) words of a
    boolean. ``zeros``: whole numbers that start with a zero. ``length`` is the mean in characters, ``spaces``
    the mean number of blanks in a cell.
    """

    name: str
    native: str
    rows: int
    filled: int
    distinct: int
    kind: FieldType = "string"
    misfits: int = 0
    misfit_lines: tuple[int, ...] = ()
    uncertain: bool = False
    """So many misfits that the kind is to be asked."""
    missed: FieldType | None = None
    """The kind that a text would have, but for as many of its cells as ``misfits`` says."""
    code: bool = False
    """Texts that look like numbers, and would lose zeros as such."""
    outline: bool = False
    """Numbers that may be those of chapters or versions: 1.10 is then not 1.1."""
    pattern: str = ""
    decimal: str = "."
    words: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    zeros: bool = False
    nothing: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Words of a text that may say nothing."""
    quiet: tuple[tuple[str, int], ...] = ()
    """The words that say nothing, or may, and how many cells hold each."""
    amounts: AmountFormat | None = None
    """Of texts that are all amounts with their currency."""
    length: float = 0.0
    spaces: float = 0.0
    spread: float = 0.0
    """Of numbers: the range of the middle half (third quartile less first)."""
    small: int = 0
    """Of numbers: how many are whole and from one to ``SMALL_COUNT`` less one."""
    serial: bool = False
    """Dates that a spreadsheet wrote as numbers."""
    sirets: bool = False
    """All its cells are numbers that SIRENE may have given to an establishment."""
    group: str = ""
    """Of numbers: the one blank that sets their thousands apart."""
    unordered: bool = False
    """Dates of which nothing tells the day from the month: none passes 12."""
    thousands: bool = False
    """Points set its thousands apart: some of its cells cannot be read otherwise."""
    commas: bool = False
    """Commas set its thousands apart: no field of a schema says so."""
    unsaid: int = 0
    """Of numbers: how many cells have a point that may set thousands apart, when nothing in the column tells."""

    @property
    def has_possible_thousands_points(self) -> bool:
        """Whether its points set thousands apart, or may: its decimal mark says nothing of the other columns."""
        return self.thousands or (self.unsaid > 0 and self.decimal == ".")

    @property
    def is_complete(self) -> bool:
        return self.rows > 0 and self.filled == self.rows

    @property
    def is_complete_and_unique(self) -> bool:
        return self.is_complete and self.distinct == self.rows > 1

    @property
    def is_empty(self) -> bool:
        return self.filled == 0

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "integer")

    @property
    def is_date_or_datetime(self) -> bool:
        return self.kind in ("date", "datetime")


@dataclass(frozen=True)
class SourceCellFormat:
    """The format of the cells of a whole source: what ``source:`` declares."""

    decimal: str = "."
    dates: str = ISO
    nothing: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Of texts: believed by nobody but a person."""
    thousands: tuple[str, ...] = ()
    """The columns whose thousands a point sets apart."""

    @property
    def lexical_format(self) -> LexicalFormat:
        mark = "," if self.decimal == "," else "."
        return LexicalFormat(decimal=mark, date=self.dates, missing=("", *self.nothing))


@dataclass(frozen=True)
class TableProfile:
    columns: tuple[ColumnProfile, ...]
    written: SourceCellFormat = field(default_factory=SourceCellFormat)

    def get_column(self, name: str) -> ColumnProfile:
        return next(profile for profile in self.columns if profile.name == name)


def profile_table(con: duckdb.DuckDBPyConnection, look: SourceInspection) -> TableProfile:
    """The profiles of all columns, read whole; defines the view ``source`` (``__line`` and the raw columns).
    Raises duckdb.Error."""
    con.execute(f"CREATE VIEW source AS SELECT * FROM {duck.build_read_parquet_sql(look.raw.path)}")
    columns = tuple(_profile_column(con, look, name, native) for name, native in look.raw.columns)
    return TableProfile(
        columns, _detect_source_cell_format(columns, look) if look.lexical else SourceCellFormat()
    )


def _profile_column(
    con: duckdb.DuckDBPyConnection, look: SourceInspection, name: str, native: str
) -> ColumnProfile:
    column = duck.identifier(name)
    ((rows, filled, distinct),) = con.execute(
        f"SELECT count(*), count({column}), count(DISTINCT {column}) FROM source"
    ).fetchall()
    base = ColumnProfile(name, native, int(rows), int(filled), int(distinct))
    if native != "VARCHAR":
        return _add_quartile_range_and_small_count(con, _set_kind_from_native_type(base))
    if not filled:
        return base
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE cells AS SELECT {column} AS t, count(*) AS n FROM source "
        f"WHERE {column} IS NOT NULL GROUP BY 1"
    )
    return _add_quartile_range_and_small_count(con, _profile_text_cells(con, base, look))


# --- columns that come typed --------------------------------------------------------------------------

_KINDS: Mapping[str, FieldType] = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "FLOAT": "number",
    "DOUBLE": "number",
}


def _set_kind_from_native_type(base: ColumnProfile) -> ColumnProfile:
    native = base.native
    if native in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"):
        return replace(base, kind="year" if is_year_column_name(base.name) else "integer")
    if native.startswith("DECIMAL"):
        return replace(base, kind="integer" if native.endswith(",0)") else "number")
    if native.startswith("TIMESTAMP"):
        return replace(base, kind="datetime")
    return replace(base, kind=_KINDS.get(native, "string"))


# --- columns of text ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _CellKindTest:
    """One way to read the cells: ``sql`` is a condition over ``t``, or ``p``, the same prepared for reading:
    repeated in each pattern, its preparation would take the planner longer than the cells take."""

    kind: FieldType
    sql: str
    pattern: str = ""
    decimal: str = "."
    words: tuple[tuple[str, ...], tuple[str, ...]] | None = None


_ZONED = ":[0-9]{2}(Z|[+-][0-9]{2}:?[0-9]{2})$"


def _list_cell_kind_tests(spreadsheet: bool) -> Iterator[_CellKindTest]:
    """In order of preference: the first that reads enough cells is the kind of the column."""
    for words in _BOOLEANS:
        listed = ", ".join(duck.literal(word) for word in (*words[0], *words[1]))
        yield _CellKindTest("boolean", f"t IN ({listed})", words=words)
    yield _CellKindTest(
        "integer", f"regexp_full_match({_build_canonical_cell_sql('integer')}, '[+-]?[0-9]{{1,18}}')"
    )
    # Where no cell has a mark, there is none to declare.
    for decimal in (".", ","):
        cell = _build_canonical_cell_sql("number", LexicalFormat(decimal=decimal))
        number = f"regexp_full_match({cell}, '[+-]?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?')"
        yield _CellKindTest("number", number, decimal=decimal)
    for kind, shape in (
        ("date", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        ("datetime", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}.*"),
    ):
        for pattern in (ISO, *PATTERNS):
            cell = _build_canonical_cell_sql(kind, LexicalFormat(date=pattern), spreadsheet=spreadsheet)  # type: ignore[arg-type]
            # As validation will: the calendar has no 0th of January, whatever a spreadsheet says.
            real = f"TRY_CAST(left({cell}, 10) AS DATE) IS NOT NULL"
            # Midnight somewhere is an instant, and the day before elsewhere.
            zoned = f" AND NOT regexp_matches(t, {duck.literal(_ZONED)})" if kind == "date" else ""
            sql = f"regexp_full_match({cell}, {duck.literal(shape)}) AND {real}{zoned}"
            yield _CellKindTest(kind, sql, pattern=pattern)  # type: ignore[arg-type]
    yield _CellKindTest("time", "regexp_full_match(t, '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]')")


def _build_canonical_cell_sql(
    kind: LexicalType, reading: LexicalFormat | None = None, *, spreadsheet: bool = False
) -> str:
    return CellReader(kind, reading or LexicalFormat(), spreadsheet=spreadsheet).build_canonical_value_sql(
        "p"
    )


def _profile_text_cells(
    con: duckdb.DuckDBPyConnection, base: ColumnProfile, look: SourceInspection
) -> ColumnProfile:
    length, spaces, zeros, sirets = duck.fetch_single_row(
        con,
        "SELECT sum(n * length(t)) / sum(n), sum(n * (length(t) - length(replace(t, ' ', '')))) / sum(n), "
        "bool_or(regexp_full_match(t, '0[0-9]+')), "
        f"bool_and(regexp_full_match(t, '[0-9]{{14}}') AND {build_luhn_condition_sql('t', 14)}) FROM cells",
    )
    counts = _count_null_words(con)
    says = [word for word in SAY_NOTHING if word in counts]
    quiet = [*says, *(word for word in MAY_SAY_NOTHING if word in counts)]
    base = replace(
        base,
        length=float(length),
        spaces=float(spaces),
        zeros=bool(zeros),
        sirets=bool(sirets),
        quiet=tuple((word, counts[word]) for word in quiet),
    )
    # NOT IN () is no SQL; no cell is empty.
    prepared = CellReader("string", LexicalFormat(), spreadsheet=look.spreadsheet).build_clean_cell_sql("t")
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW words AS SELECT t, n, {prepared} AS p FROM cells "
        f"WHERE t NOT IN ({_build_word_list_sql(['', *quiet])})"
    )
    left = duck.fetch_count(con, "SELECT sum(n) FROM words")
    if left and look.written:
        base = _detect_thousands_points(con, base)
    if not left:
        return replace(_exclude_null_words_from_profile(base, con, says), doubtful=tuple(quiet[len(says) :]))
    found = _detect_column_kind(con, base, look, left)
    if found.kind == "string":
        found = replace(found, amounts=find_amount_format(con, spreadsheet=look.spreadsheet))
        return replace(_exclude_null_words_from_profile(found, con, says), doubtful=tuple(quiet[len(says) :]))
    return _exclude_null_words_from_profile(found, con, quiet)


_COMMAS = "[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+[.][0-9]+"


def _detect_thousands_points(con: duckdb.DuckDBPyConnection, base: ColumnProfile) -> ColumnProfile:
    """What the points of the numbers are. Where they can only set thousands apart, the cells of ``words`` are prepared
    without them, and one that has a point elsewhere is no number: half of a column would be read a thousand times
    too small."""
    counts = duck.fetch_single_row(
        con,
        f"SELECT {build_separator_counts_sql('kind', 'n')}, coalesce(bool_or(contains(p, ',')), false), "
        f"coalesce(bool_or(regexp_full_match(p, {duck.literal(_COMMAS)})), false) "
        f"FROM (SELECT p, n, {build_point_separator_kind_sql('p')} AS kind FROM words)",
    )
    tally, comma = PointSeparatorTally(int(counts[0]), int(counts[1]), int(counts[2])), bool(counts[3])
    base = replace(base, commas=bool(counts[4]))
    if not (tally.several and (tally.one or not comma)):
        return replace(
            base,
            unsaid=tally.one
            if tally.are_points_ambiguous_separators and not classify_coordinate_axis(base.name)
            else 0,
        )
    con.execute("CREATE OR REPLACE TEMP TABLE pointed AS SELECT * FROM words")
    plain = CellReader("number", LexicalFormat(), grouped=True).build_canonical_value_sql("p")
    con.execute(f"CREATE OR REPLACE TEMP VIEW words AS SELECT t, n, {plain} AS p FROM pointed")
    return replace(base, thousands=True)


def _detect_column_kind(
    con: duckdb.DuckDBPyConnection, base: ColumnProfile, look: SourceInspection, left: int
) -> ColumnProfile:
    """The kind that reads most of the cells that say something, if it reads nearly all of them."""
    if base.zeros or base.length > 40:
        return base
    counted = [
        (left - duck.fetch_count(con, f"SELECT sum(n) FROM words WHERE {test.sql}"), test)
        for test in _select_kind_tests_passing_on_sample(con, look)
    ]
    allowed = TOLERATED * left if left >= 100 else 0
    sure = [pair for pair in counted if pair[0] <= allowed]
    asked = [
        pair
        for pair in counted
        if pair[0] <= ASKED * left and _is_kind_expected_from_name(pair[1].kind, base.name)
    ]
    told = () if is_code_column_name(base.name) else _TOLD
    nearly = [pair for pair in counted if pair[0] <= ASKED * left and pair[1].kind in told]
    possible = sure or asked or nearly
    if not possible:
        return base
    # The first of those that read as many: ``min`` keeps their order.
    best, test = min(possible, key=lambda pair: pair[0])
    lines = _list_misfit_lines(con, base.name, test) if best else ()
    if possible is nearly:
        return replace(base, missed=test.kind, misfits=best, misfit_lines=lines)
    found = replace(
        base,
        kind=test.kind,
        misfits=best,
        misfit_lines=lines,
        uncertain=not sure,
        pattern=test.pattern,
        decimal=test.decimal,
        words=test.words,
    )
    return _refine_number_or_date_kind(con, found, look)


_TOLD: tuple[FieldType, ...] = ("integer", "number", "date", "datetime")


def _is_kind_expected_from_name(kind: FieldType, name: str) -> bool:
    """Whether a column of this name is expected to hold this kind, whatever some of its cells say."""
    if is_code_column_name(name):
        return False
    if kind in ("date", "datetime"):
        return is_date_column_name(name)
    return kind in ("number", "integer") and is_measure_column_name(name)


def _list_misfit_lines(con: duckdb.DuckDBPyConnection, name: str, test: _CellKindTest) -> tuple[int, ...]:
    column = duck.identifier(name)
    ((lines,),) = con.execute(
        f"SELECT min({LINE}, {LINES_SHOWN}) FROM source "
        f"WHERE {column} IN (SELECT t FROM words WHERE NOT coalesce({test.sql}, false))"
    ).fetchall()
    return tuple(lines or ())


def _select_kind_tests_passing_on_sample(
    con: duckdb.DuckDBPyConnection, look: SourceInspection
) -> list[_CellKindTest]:
    """The tests that a sample of the distinct cells does not rule out."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE few AS SELECT t, p, 1 AS n FROM words LIMIT {SAMPLE}")
    tests = list(_list_cell_kind_tests(look.spreadsheet))
    counted = ", ".join(f"coalesce(sum(n) FILTER ({test.sql}), 0)" for test in tests)
    total, *fits = duck.fetch_single_row(con, f"SELECT sum(n), {counted} FROM few")
    return [test for test, count in zip(tests, fits, strict=True) if count >= (1 - ASKED) * total]


def _refine_number_or_date_kind(
    con: duckdb.DuckDBPyConnection, found: ColumnProfile, look: SourceInspection
) -> ColumnProfile:
    """Numbers that are codes, years or the day numbers of a spreadsheet; dates that are only numbers."""
    typed = (look.typed or not look.lexical) and found.name not in look.raw.outlined
    if found.kind == "number" and found.decimal == ",":
        found = replace(found, group=_find_thousands_space(con))
    if found.pattern.startswith("DD/MM/YYYY"):
        found = replace(found, unordered=_matches_every_cell(con, _UNORDERED))
    if found.is_number:
        meaning = distinguish_codes_from_numbers(con, found.name, found.decimal, typed=typed)
        if meaning.code:
            return _reset_profile_to_text_kind(replace(found, code=True))
        found = replace(found, outline=meaning.outline)
    if (
        found.kind in ("date", "datetime")
        and found.pattern == "YYYYMMDD"
        and not is_date_column_name(found.name)
    ):
        return replace(found, kind="integer", pattern="")
    if found.kind != "integer":
        return found
    if is_date_column_name(found.name) and _matches_every_cell(con, "regexp_full_match(t, '[0-9]{8}')"):
        return replace(found, kind="date", pattern="YYYYMMDD")
    if is_date_column_name(found.name) and _matches_every_cell(con, "regexp_full_match(t, '[2-6][0-9]{4}')"):
        return replace(found, kind="date", pattern=ISO, serial=True)
    if is_year_column_name(found.name) and _matches_every_cell(
        con, "regexp_full_match(t, '(1[89]|20|21)[0-9]{2}')"
    ):
        return replace(found, kind="year")
    if is_code_column_name(found.name) or _matches_some_cell(con, "regexp_full_match(t, '[+-]?[0-9]{16,}')"):
        return _reset_profile_to_text_kind(found)
    return found


_UNORDERED = "regexp_matches(t, '^(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/')"


def _find_thousands_space(con: duckdb.DuckDBPyConnection) -> str:
    """The blank that stands between digits; "" where none does, or several do."""
    met = ", ".join(
        f"coalesce(bool_or(regexp_matches(p, {duck.literal(f'[0-9]{blank}[0-9]{{3}}')})), false)"
        for blank in GROUPING_BLANKS
    )
    found = duck.fetch_single_row(con, f"SELECT {met} FROM words")
    used = [blank for blank, some in zip(GROUPING_BLANKS, found, strict=True) if some]
    return used[0] if len(used) == 1 else ""


def _reset_profile_to_text_kind(found: ColumnProfile) -> ColumnProfile:
    return replace(found, kind="string", misfits=0, misfit_lines=(), uncertain=False, decimal=".")


def _exclude_null_words_from_profile(
    base: ColumnProfile, con: duckdb.DuckDBPyConnection, nothing: Sequence[str]
) -> ColumnProfile:
    """The profile once the words that say nothing are taken for blanks."""
    if not nothing:
        return base
    counted, many = duck.fetch_single_row(
        con, f"SELECT sum(n), count(*) FROM cells WHERE t IN ({_build_word_list_sql(nothing)})"
    )
    return replace(
        base, filled=base.filled - int(counted), distinct=base.distinct - int(many), nothing=tuple(nothing)
    )


def _count_null_words(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    words = _build_word_list_sql((*SAY_NOTHING, *MAY_SAY_NOTHING))
    return {
        str(word): int(count)
        for word, count in con.execute(f"SELECT t, n FROM cells WHERE t IN ({words})").fetchall()
    }


def _add_quartile_range_and_small_count(
    con: duckdb.DuckDBPyConnection, profile: ColumnProfile
) -> ColumnProfile:
    if not profile.is_number:
        return profile
    text = duck.identifier(profile.name)
    number = (
        CellReader(
            "number",
            LexicalFormat(decimal="," if profile.decimal == "," else "."),
            grouped=profile.thousands,
        ).build_canonical_cell_sql(text)
        if profile.native == "VARCHAR"
        else text
    )
    spread, small = duck.fetch_single_row(
        con,
        f"SELECT quantile_cont(x, 0.75) - quantile_cont(x, 0.25), "
        f"count(*) FILTER (x % 1 = 0 AND x >= 1 AND x < {SMALL_COUNT}) "
        f"FROM (SELECT TRY_CAST({number} AS DOUBLE) AS x FROM source) WHERE isfinite(x)",
    )
    return replace(profile, spread=float(spread or 0.0), small=int(small))


# --- the whole source ---------------------------------------------------------------------------------


def _detect_source_cell_format(columns: Sequence[ColumnProfile], look: SourceInspection) -> SourceCellFormat:
    """What most cells use; a column that differs says so in its own field of the schema."""
    marks: Counter[str] = Counter()
    patterns: Counter[str] = Counter()
    for profile in columns:
        if profile.kind == "number" and not profile.has_possible_thousands_points:
            marks[profile.decimal] += profile.filled
        if profile.is_date_or_datetime and profile.pattern != ISO:
            patterns[profile.pattern] += profile.filled
    # A workbook's day numbers are read as dates without being told.
    serial = not look.spreadsheet and any(profile.serial for profile in columns)
    nothing = dict.fromkeys(word for profile in columns for word in profile.nothing)
    doubtful = dict.fromkeys(word for profile in columns for word in profile.doubtful)
    commas = any(profile.kind == "number" and profile.commas for profile in columns)
    decimal = "." if commas or not marks else marks.most_common(1)[0][0]
    return SourceCellFormat(
        decimal=decimal,
        dates=patterns.most_common(1)[0][0] if patterns else "excel" if serial else ISO,
        nothing=tuple(nothing),
        doubtful=tuple(word for word in doubtful if word not in nothing),
        thousands=tuple(profile.name for profile in columns if profile.thousands and profile.is_number),
    )


def build_strptime_pattern(pattern: str) -> str:
    """``DD/MM/YY`` as Table Schema writes it: ``%d/%m/%y``."""
    marks = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}
    return re.sub("YYYY|YY|MM|DD", lambda found: marks[found[0]], pattern)


# --- keys ---------------------------------------------------------------------------------------------

MOST_IN_PAIRS = 10


def find_key_candidates(
    con: duckdb.DuckDBPyConnection, profiles: TableProfile, known: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    """Columns, then pairs of columns, that are always filled and never repeat; those the database knows
    first."""
    alone = [
        (profile.name,)
        for profile in profiles.columns
        if profile.is_complete_and_unique and _is_possible_key(profile)
    ]
    found = dict.fromkeys([*(key for key in known if key), *alone])
    return tuple(found) if found else tuple(_find_unique_column_pairs(con, profiles))


def _is_possible_key(profile: ColumnProfile) -> bool:
    return profile.kind != "number" and profile.length <= 60


def _find_unique_column_pairs(
    con: duckdb.DuckDBPyConnection, profiles: TableProfile
) -> Iterator[tuple[str, ...]]:
    usable = [p for p in profiles.columns if p.is_complete and p.distinct > 1 and _is_possible_key(p)]
    usable = sorted(usable, key=lambda profile: -profile.distinct)[:MOST_IN_PAIRS]
    for rank, one in enumerate(usable):
        for other in usable[rank + 1 :]:
            if one.distinct * other.distinct < one.rows:
                continue
            pair = f"{duck.identifier(one.name)}, {duck.identifier(other.name)}"
            if duck.count_rows(con, f"(SELECT DISTINCT {pair} FROM source)") == one.rows:
                yield tuple(column.name for column in profiles.columns if column in (one, other))


# --- SQL ----------------------------------------------------------------------------------------------


def _matches_every_cell(con: duckdb.DuckDBPyConnection, condition: str) -> bool:
    return bool(duck.fetch_single_row(con, f"SELECT bool_and({condition}) FROM words")[0])


def _matches_some_cell(con: duckdb.DuckDBPyConnection, condition: str) -> bool:
    return bool(duck.fetch_single_row(con, f"SELECT bool_or({condition}) FROM words")[0])


def _build_word_list_sql(words: Sequence[str]) -> str:
    return ", ".join(duck.literal(word) for word in words)
