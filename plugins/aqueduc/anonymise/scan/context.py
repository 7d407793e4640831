"""What columns say of each other: a trigram beside a name, the position of a home, an age beside an illness,
people as headers; and what is a table of counts, which names nobody.

Pure functions over what was measured of all columns of a table. They add hits, and weaken the evidence that
the table as a whole takes back.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from aqueduc.anonymise.scan import people
from aqueduc.anonymise.scan.beside_things import (
    MOST,
    OBJECTS,
    downgrade_evidence_in_thing_tables,
    is_quantity_column,
)
from aqueduc.anonymise.scan.evidence import LIKELY, NOTED, ORDER, POSSIBLE, KindEvidence
from aqueduc.anonymise.scan.features import build_mask_of_features, detect_naming_features
from aqueduc.anonymise.scan.kinds import HitStrength, IdentifierKind, NotedHitReason, ScanHit
from aqueduc.anonymise.scan.masks import has_any_bit
from aqueduc.anonymise.scan.names import NameLists, fold_case_accents
from aqueduc.anonymise.scan.normal import decode_and_normalise_text
from aqueduc.anonymise.scan.table import ScannedColumn
from aqueduc.anonymise.scan.verdict import get_current_year
from aqueduc.anonymise.scan.verdict_people import HOSTS, ILL_CALLED


def adjust_table_evidence(
    columns: Sequence[ScannedColumn], are_classes: Callable[[Sequence[str]], bool], rows: int
) -> tuple[ScannedColumn, ...]:
    """The columns, with what the table as a whole takes back: what is a service's or a thing's; names of works and
    breeds beside how many there are, illnesses where nobody is ill. A name, health or an age with an illness is
    asked of a person at least (``POSSIBLE``), whatever stands beside it, but where the rows are classes and their
    counts. ``are_classes`` says whether rows are classes by these columns, ``rows`` how many there are."""
    columns = _downgrade_names_of_authors_and_labels(downgrade_evidence_in_thing_tables(columns, rows))
    if any(column.has_evidence_of(*_OF_SOMEBODY) for column in columns if not _has_only_given_names(column)):
        return _upgrade_health_beside_people(_upgrade_evidence_beside_people(columns))
    if _counts_classes(columns, are_classes):
        return tuple(_downgrade_evidence_of_kinds(column, *_COUNTED, to=NOTED) for column in columns)
    if any("count" in column.name_hints for column in columns):
        return tuple(_downgrade_evidence_of_kinds(column, *_COUNTED) for column in columns)
    if len(columns) > 1 and not any(map(_is_age_birth_year_or_sex_column, columns)):
        return tuple(_downgrade_impersonal_health_evidence(column, columns) for column in columns)
    return _upgrade_health_beside_people(columns)


def _upgrade_health_beside_people(columns: Sequence[ScannedColumn]) -> tuple[ScannedColumn, ...]:
    """A person decides on an illness beside somebody's name, age or sex, the more so where it is rare: the
    fewer are ill, the easier they are to name."""
    people = [
        column for column in columns if column.has_evidence_of(*_NAMED) or _is_age_or_sex_column(column)
    ]
    return tuple(
        replace(column, evidence=tuple(map(_upgrade_noted_health_to_possible, column.evidence)))
        if any(other is not column for other in people)
        else column
        for column in columns
    )


def _is_age_or_sex_column(column: ScannedColumn) -> bool:
    """Of somebody by its cells or its header: small numbers alone may be places that are left."""
    aged = _is_age_column(column) and "age" in column.name_hints
    return (
        aged
        or column.measured.compute_share_with_any_feature("age_cell") > 0.6
        or column.measured.compute_share_with_any_feature("sex") > 0.8
    )


def _upgrade_noted_health_to_possible(one: KindEvidence) -> KindEvidence:
    noted = one.kind is IdentifierKind.HEALTH and one.strength is NOTED
    return replace(one, strength=POSSIBLE) if noted and one.noted_for is not NotedHitReason.TABLE else one


def _counts_classes(columns: Sequence[ScannedColumn], are_classes: Callable[[Sequence[str]], bool]) -> bool:
    """Determines if each row is a class, by all the columns that are no measure, and how many are in it."""
    dated = [
        column
        for column in columns
        if column.figures.is_within_bounds(1890, 2100) and _is_integer_column(column)
    ]
    counts = [
        column
        for column in columns
        if _is_integer_column(column) and column not in dated and (column.figures.low or 0) >= 0
    ]
    keys = [column.name for column in columns if column not in counts]
    return bool(counts) and len(keys) > 1 and are_classes(keys)


def _downgrade_names_of_authors_and_labels(columns: Sequence[ScannedColumn]) -> tuple[ScannedColumn, ...]:
    """Without the authors of works of before 1900, and the labels that are called after somebody: a few that
    come back among others, in a table that counts them."""
    old = any(column.measured.compute_share_with_any_feature("old_year") > 0.8 for column in columns)
    counted = any(
        is_quantity_column(column) or column.measured.compute_share_with_any_feature("living") > MOST
        for column in columns
    )
    others = sum(column.has_evidence_of(*_OF_SOMEBODY) for column in columns)
    if others != 1 or not (old or counted):
        return tuple(columns)
    placed = next(_find_position_columns(columns), None) is not None
    return tuple(
        _downgrade_evidence_of_kinds(column, IdentifierKind.PERSON_NAME)
        if old or _is_catalogue_label_column(column, placed=placed)
        else column
        for column in columns
    )


def _downgrade_evidence_of_kinds(
    column: ScannedColumn, *kinds: IdentifierKind, to: HitStrength = POSSIBLE
) -> ScannedColumn:
    lowered = (
        replace(one, strength=to, noted_for=NotedHitReason.TABLE)
        if one.kind in kinds and one.strength is not NOTED and ILL_CALLED not in one.features
        else one
        for one in column.evidence
    )
    return replace(column, evidence=tuple(lowered))


def _is_catalogue_label_column(column: ScannedColumn, *, placed: bool) -> bool:
    """Labels that come back, some of which bear a name. Madame Meilland is a rose; « la parcelle de M. Dupont » is
    no label, were it said of every row."""
    m = column.measured
    if m.count_cells_with_any_feature("titled", without=("titled_first", "learned", "initialled")):
        return False
    for one in column.evidence:
        if HOSTS[0] in one.features or ("titled" in one.features and placed):
            return False
        if one.kind is IdentifierKind.PERSON_NAME and "person" not in column.name_hints:
            called = m.count_distinct_values_with_any_feature(*one.features, without=one.without)
            return one.count_matching_rows(m) >= _COMES_BACK * called and 2 * called <= sum(m.values.values())
    return False


_COMES_BACK = 3


def _is_large_or_fractional_quantity_column(column: ScannedColumn) -> bool:
    """More than any age, or a share of one."""
    return is_quantity_column(column) and (
        (column.figures.high or 0) > _OLDEST or column.figures.fractional > 0.5
    )


def _is_age_birth_year_or_sex_column(column: ScannedColumn) -> bool:
    """Of somebody: an age, a sex, a year of birth."""
    figures = column.figures
    born = (
        _is_integer_column(column)
        and figures.is_within_bounds(1905, 2100)
        and (figures.high or 0) - (figures.low or 0) >= 30
    )
    return _is_age_column(column) or born or column.measured.compute_share_with_any_feature("sex") > 0.8


def _downgrade_impersonal_health_evidence(
    column: ScannedColumn, columns: Sequence[ScannedColumn]
) -> ScannedColumn:
    """Without the illnesses that are counted, taught or fought; what is said of somebody stays."""
    m = column.measured
    said = m.count_cells_with_any_feature("state", "ill_aged", without=("public",))
    statuses = said >= _COMES_BACK * m.count_distinct_values_with_any_feature(
        "state", "ill_aged", without=("public",)
    )
    if said and not (statuses and any(map(_is_large_or_fractional_quantity_column, columns))):
        return column
    if "health" in column.name_hints and not any(map(is_quantity_column, columns)):
        return column
    return _downgrade_evidence_of_kinds(column, IdentifierKind.HEALTH, IdentifierKind.AGE_ILLNESS)


_OLDEST = 122
_OF_SOMEBODY = (
    IdentifierKind.NIR,
    IdentifierKind.PHONE,
    IdentifierKind.EMAIL,
    IdentifierKind.BIRTH_DATE,
    IdentifierKind.ADDRESS,
    IdentifierKind.PERSON_NAME,
    IdentifierKind.IBAN,
)
_NAMED = (IdentifierKind.PERSON_NAME, IdentifierKind.BIRTH_DATE, IdentifierKind.NIR)
_COUNTED = (IdentifierKind.PERSON_NAME, IdentifierKind.HEALTH, IdentifierKind.AGE_ILLNESS)


def _upgrade_evidence_beside_people(columns: Sequence[ScannedColumn]) -> tuple[ScannedColumn, ...]:
    """What would be a service's is somebody's, for all that one can tell, beside the names of people."""
    if not any(column.has_evidence_of(IdentifierKind.PERSON_NAME) for column in columns):
        return tuple(columns)
    return tuple(
        replace(column, evidence=tuple(map(_upgrade_noted_contact_to_possible, column.evidence)))
        for column in columns
    )


_REACHED_BY = (IdentifierKind.PHONE, IdentifierKind.PLATE, IdentifierKind.SOCIAL_PROFILE)


def _upgrade_noted_contact_to_possible(one: KindEvidence) -> KindEvidence:
    return replace(one, strength=POSSIBLE) if one.strength is NOTED and one.kind in _REACHED_BY else one


def _has_only_given_names(column: ScannedColumn) -> bool:
    """Given names and nothing else."""
    m = column.measured
    return (
        m.compute_share_with_any_feature("given", "given_weak") > 0.5
        and m.compute_share_with_any_feature("several", "titled", "initialled") < 0.1
    )


def _is_integer_column(column: ScannedColumn) -> bool:
    return column.figures.is_numeric and column.figures.fractional == 0


# --- hits that need two columns ---------------------------------------------------------------------------

PairTest = Callable[[Sequence[str], str], bool]
"""Whether the last column holds initials of the first ones, row by row."""


def find_cross_column_hits(
    columns: Sequence[ScannedColumn], names: NameLists, initials: PairTest
) -> Iterator[ScanHit]:
    """The hits that no column gives alone."""
    yield from _find_initials_beside_name_hits(columns, initials)
    yield from _find_home_position_hits(columns)
    yield from _find_age_illness_hits(columns)
    yield from _find_health_flag_hits(columns)
    yield from _find_hits_beside_person_names(columns)
    yield from find_person_header_hits(columns, names)


def _find_initials_beside_name_hits(
    columns: Sequence[ScannedColumn], initials: PairTest
) -> Iterator[ScanHit]:
    named = [column for column in columns if column.has_evidence_of(IdentifierKind.PERSON_NAME)]
    for column in columns:
        short = column.measured.compute_share_with_any_feature("trigram", "account", "login")
        if short < 0.6 or column.has_evidence_of(IdentifierKind.TRIGRAM):
            continue
        alone = [(person.name,) for person in named if person is not column]
        # Given name and surname may have a column each.
        joined = [(first.name, last.name) for first in named for last in named if first is not last][:6]
        if any(initials(person, column.name) for person in (*alone, *joined)):
            yield column.build_hit(
                IdentifierKind.TRIGRAM,
                LIKELY,
                column.measured.count_cells_with_any_feature("trigram", "account", "login"),
            )


# Metropolitan France, then Réunion, the Antilles, Guyane, Mayotte: degrees.
_LATITUDES = ((41.0, 51.5), (-21.6, -20.7), (14.2, 18.2), (2.0, 6.0), (-13.2, -12.5))
_LONGITUDES = ((-5.6, 10.0), (55.1, 55.9), (-63.2, -60.7), (-54.7, -51.5), (44.9, 45.4))
# Lambert-93 and the nine zones of the conic projection CC42 to CC50, Web Mercator: metres.
_EASTINGS = ((90_000, 1_260_000), (1_100_000, 2_400_000), (-620_000, 1_120_000))
_NORTHINGS = ((6_000_000, 7_150_000), (1_000_000, 9_350_000), (5_000_000, 6_700_000))


# In metres: what a city counts spreads further, and not beside seven figures that spread as little.
_A_REGION = 150_000


def _find_home_position_hits(columns: Sequence[ScannedColumn]) -> Iterator[ScanHit]:
    """Positions beside a name or an address: of a home, for all that one can tell."""
    somebody = any(column.has_evidence_of(*_AT_HOME) or _has_mobile_phones(column) for column in columns)
    things = any(
        column.measured.compute_share_with_any_feature(*OBJECTS, without=("point",)) > MOST
        for column in columns
    )
    for column in _find_position_columns(columns):
        if somebody or ("home" in column.name_hints and not things):
            yield column.build_hit(
                IdentifierKind.HOME_POSITION, LIKELY if "thing" not in column.name_hints else POSSIBLE
            )


_AT_HOME = (IdentifierKind.PERSON_NAME, IdentifierKind.ADDRESS, IdentifierKind.EMAIL, IdentifierKind.NIR)


def _has_mobile_phones(column: ScannedColumn) -> bool:
    return (
        column.has_evidence_of(IdentifierKind.PHONE)
        and column.measured.compute_share_with_any_feature("mobile", "mobile_text") > 0.3
    )


def _find_position_columns(columns: Sequence[ScannedColumn]) -> Iterator[ScannedColumn]:
    """Columns that give a point alone, or two by two."""
    yield from (column for column in columns if _is_point_column(column))
    for firsts, seconds, decimals in ((_LATITUDES, _LONGITUDES, 0.6), (_NORTHINGS, _EASTINGS, 0.0)):
        for first, second in zip(firsts, seconds, strict=True):
            across = [column for column in columns if _is_coordinate_column(column, first, decimals)]
            along = [column for column in columns if _is_coordinate_column(column, second, decimals)]
            pairs = [(a, b) for a in across for b in along if a is not b]
            if pairs:
                yield from pairs[0]
                return


def _is_point_column(column: ScannedColumn) -> bool:
    m = column.measured
    return m.compute_share_with_any_feature("point") > 0.6 or m.sql_type.startswith("GEOMETRY")


def _is_coordinate_column(column: ScannedColumn, bounds: tuple[float, float], decimals: float) -> bool:
    hinted = "position" in column.name_hints
    figures = column.figures
    metres = decimals == 0 and figures.is_numeric
    narrow = (
        metres and figures.is_within_bounds(*bounds) and (figures.high or 0) - (figures.low or 0) < _A_REGION
    )
    precise = figures.fine > decimals or (metres and (hinted or figures.fine > 0 or narrow))
    return precise and figures.is_within_bounds(*bounds) and figures.low != figures.high


def _find_age_illness_hits(columns: Sequence[ScannedColumn]) -> Iterator[ScanHit]:
    aged = [column for column in columns if _is_age_column(column)]
    for column in columns:
        m = column.measured
        ills = m.count_cells_with_any_feature("state", "ill", without=("public",))
        if (
            not aged
            or not ills
            or ills < 0.3 * m.cells
            or column.has_evidence_of(IdentifierKind.AGE_ILLNESS)
            or _has_noted_health(column)
        ):
            continue
        yield column.build_hit(IdentifierKind.AGE_ILLNESS, LIKELY, ills)
        yield from (age.build_hit(IdentifierKind.AGE_ILLNESS, LIKELY) for age in aged if age is not column)


def _has_noted_health(column: ScannedColumn) -> bool:
    """Whether the table took back what was found of health."""
    found = [one for one in column.evidence if one.kind is IdentifierKind.HEALTH]
    return any(one.strength is NOTED for one in found)


def _is_age_column(column: ScannedColumn) -> bool:
    if (
        column.has_evidence_of(IdentifierKind.BIRTH_DATE)
        or column.measured.compute_share_with_any_feature("age_cell") > 0.6
    ):
        return True
    figures = column.figures
    person = (
        _is_integer_column(column)
        and figures.is_within_bounds(0, 115)
        and not {"count", "measure"} & column.name_hints.topics
    )
    if "age" in column.name_hints:
        return person
    return (
        person
        and 18 <= (figures.median or 0) <= 90
        and (figures.high or 0) > 40
        and column.measured.distinct >= 12
    )


def _find_health_flag_hits(columns: Sequence[ScannedColumn]) -> Iterator[ScanHit]:
    """Yes or no under « rqth », « enceinte », « handicap »."""
    for column in columns:
        told = column.name_hints
        if (
            "health_flag" not in told
            or {"thing", "access", "count"} & told.topics
            or column.has_evidence_of(IdentifierKind.HEALTH)
        ):
            continue
        flags = (
            column.measured.sql_type == "BOOLEAN"
            or column.measured.compute_share_with_any_feature("yes_no") > 0.8
        )
        if flags or (column.figures.is_within_bounds(0, 1) and column.figures.held):
            yield column.build_hit(IdentifierKind.HEALTH, POSSIBLE)


def _find_hits_beside_person_names(columns: Sequence[ScannedColumn]) -> Iterator[ScanHit]:
    """Numbers, dates and codes that say little by themselves, beside somebody's name."""
    # One name among labels does not make the numbers of all rows somebody's.
    if not any(
        column.has_evidence_of(IdentifierKind.PERSON_NAME) and not _has_names_in_too_few_cells(column)
        for column in columns
    ):
        return
    numbers = any(
        _is_integer_column(column) and column.figures.is_within_bounds(0, 9999) for column in columns
    )
    called = max(
        column.measured.distinct for column in columns if column.has_evidence_of(IdentifierKind.PERSON_NAME)
    )
    for column in columns:
        if any(one.strength is not NOTED for one in column.evidence):
            continue
        kind = (
            _classify_identifier_number_column(column)
            or _classify_birth_year_column(column)
            or _classify_health_column(column)
            or _classify_road_column_as_address(column, numbers)
        )
        # Somebody has one licence: a number a row beside names that come back is a copy's, a record's.
        others = kind is IdentifierKind.SPORTS_LICENCE and column.measured.distinct > _COMES_BACK * called
        if kind is not None and not others:
            yield column.build_hit(kind, POSSIBLE)


def _has_names_in_too_few_cells(column: ScannedColumn) -> bool:
    found = (one for one in column.evidence if one.kind is IdentifierKind.PERSON_NAME)
    return any(one.noted_for is NotedHitReason.FEW for one in found)


def _classify_health_column(column: ScannedColumn) -> IdentifierKind | None:
    """Diagnoses, what they are allergic to; any text where the header says health."""
    m = column.measured
    if {"thing", "count"} & column.name_hints.topics and "health" not in column.name_hints:
        return None
    # P01 to P09, each once, are the keys of a table.
    diagnosed = m.compute_share_with_any_feature("diagnosis") > 0.8 and (
        m.distinct < m.cells or m.count_cells_with_any_feature("diagnosis_point")
    )
    said = m.compute_share_with_any_feature("substance", "state", "ill") > 0.1 or diagnosed
    return (
        IdentifierKind.HEALTH
        if said or ("health" in column.name_hints and m.compute_share_with_any_feature("shaped") > 0.5)
        else None
    )


def _classify_road_column_as_address(column: ScannedColumn, numbers: bool) -> IdentifierKind | None:
    """A road whose number is in another column."""
    many = column.measured.compute_share_with_any_feature("road") > 0.8 and column.measured.distinct >= 5
    return IdentifierKind.ADDRESS if numbers and many else None


def _classify_birth_year_column(column: ScannedColumn) -> IdentifierKind | None:
    """Whole years that spread as those of the living do, or that the header says to be of births."""
    figures = column.figures
    if not _is_integer_column(column) or not figures.is_within_bounds(1905, get_current_year()):
        return None
    if "birth" in column.name_hints:
        return IdentifierKind.BIRTH_DATE
    spread = (figures.high or 0) - (figures.low or 0) >= _GENERATION and (figures.median or 0) <= 2003
    return IdentifierKind.BIRTH_DATE if spread and not column.name_hints.topics & _OF_THINGS else None


_GENERATION = 25
_OF_THINGS = frozenset({"measure", "event", "count", "thing"})


def _classify_identifier_number_column(column: ScannedColumn) -> IdentifierKind | None:
    m, years = column.measured, column.measured.years
    if column.name_hints.topics & _OF_THINGS:
        return None
    distinct = m.distinct > 0.8 * m.cells
    for feature, kind in (
        ("passport", IdentifierKind.PASSPORT),
        ("twelve", IdentifierKind.IDENTITY_CARD),
        ("mac_bare", IdentifierKind.MAC),
    ):
        if (
            m.compute_share_with_any_feature(feature) > 0.5
            and distinct
            and not m.compute_share_with_any_feature("mac_odd") > 0.1
        ):
            return kind
    if years is not None and m.compute_share_with_any_feature("date") > 0.8:
        return IdentifierKind.BIRTH_DATE if years.upper - years.lower >= 2 and years.low >= 1905 else None
    # One number in twenty-three has that key by chance.
    if m.count_cells_with_any_feature("school") > 0.95 * m.cells:
        return None
    coded = (
        m.count_cells_with_all_features("paper_code", "numbered", without=("date", "date_short"))
        > 0.9 * m.cells
    )
    return IdentifierKind.SPORTS_LICENCE if coded and distinct and m.distinct >= 20 else None


# --- people as headers ------------------------------------------------------------------------------------


def find_person_header_hits(columns: Sequence[ScannedColumn], names: NameLists) -> Iterator[ScanHit]:
    """Columns whose header is a person's name, or their e-mail address, as in a table turned round."""
    parts = [split_header_parts(column.name) for column in columns]
    headers = [part for of_column in parts for part in of_column]
    spaced = [header.replace("_", " ").replace(".", " ") for header in headers]
    # At once: a question costs its patterns, hardly its cells.
    said = detect_naming_features(pa.array([header or " " for header in (*headers, *spaced)]), names)
    starts = np.cumsum([0, *map(len, parts)])[:-1]
    sure = np.logical_or.reduceat(_find_person_headers(headers, said[: len(headers)], strict=True), starts)
    # Small letters joined by a line may be anything, once: not in several columns.
    loose = np.logical_or.reduceat(_find_person_headers(spaced, said[len(headers) :], strict=False), starts)
    named = (
        sure | loose if sum(loose) >= 2 else sure | (loose & _flag_headers_of_three_words_or_more(columns))
    )
    named |= np.array([_is_person_header(column.name, names) for column in columns], bool)
    for column, yes in zip(columns, named.tolist(), strict=True):
        if yes:
            yield column.build_hit(IdentifierKind.PERSON_HEADER, LIKELY)


def _is_person_header(header: str, names: NameLists) -> bool:
    """Of somebody, perhaps after a word: ozdemir_elif, planning-samira-benali, Visites de Thérèse Lefèvre."""
    words = [
        fold_case_accents(word)
        for word in _HEADER_WORDS.findall(decode_and_normalise_text(header).partition("(")[0])
    ]
    if len(words) == 2 and people.is_full_name(words[0], words[1], names):
        return True
    if "." in header and "_" not in header and people.is_login_made_from_name(header, names):
        return True
    first, rest = words[:1], [word for word in words[1:] if word not in _PARTICLES]
    if len(rest) != 2 or first[0] in people.NAMED_PLACES:
        return False
    return people.is_full_name(rest[0], rest[1], names)


_HEADER_WORDS = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset(("de", "du", "d", "des", "pour", "par"))


def _flag_headers_of_three_words_or_more(columns: Sequence[ScannedColumn]) -> Any:
    """Whether each header has more words than a label of two that happen to be names."""
    return np.array(
        [len(people.list_name_words_without_titles(column.name.replace("_", " "))) > 2 for column in columns],
        bool,
    )


def split_header_parts(header: str) -> list[str]:
    """The header, its lines, what stands before brackets and around dashes, what follows small letters: of
    « Heures - Awa N'Diaye (titulaire) », of « heures_Awa_NDiaye ».
    """
    whole = decode_and_normalise_text(header)
    parts = [
        decode_and_normalise_text(part)
        for part in (*_AROUND.split(header), _SMALL_WORDS.sub("", header).replace("_", " "))
    ]
    return list(dict.fromkeys((whole, *(part for part in parts if part and part != whole))))


_SMALL_WORDS = re.compile(r"^(?:[a-zà-ÿ]{2,}[ _.-]+)+(?=[A-ZÀ-Þ])")
_AROUND = re.compile(r"[\n\r|:()\[\]]+|\s[-–—/]\s")


def _find_person_headers(headers: Sequence[str], said: Any, *, strict: bool) -> Any:
    """Whether each header, of which ``said`` has the features, names somebody; ``strict``: as people's names are
    written."""

    def have_any_feature(*features: str) -> Any:
        return has_any_bit(said, build_mask_of_features(features))

    capitals = np.array([header[:1].isupper() for header in headers], bool)
    whole = have_any_feature("several") & ~have_any_feature("thing", "brand", "worded", "famous")
    named = (
        have_any_feature("given", "given_weak")
        & have_any_feature("surname", "unknown", "initialled")
        & have_any_feature("capital")
    )
    formed = have_any_feature("caps_proper", "initialled") & have_any_feature("unknown", "surname", "given")
    if strict:
        return have_any_feature("email_personal", "titled") | (whole & ((named & capitals) | formed))
    return have_any_feature("titled") | (whole & named)


def select_strongest_hits(hits: Sequence[ScanHit]) -> tuple[ScanHit, ...]:
    """At most one hit a column and kind, the surest; in the order they came."""
    best: dict[tuple[str, IdentifierKind], ScanHit] = {}
    for hit in hits:
        known = best.get((hit.column, hit.kind))
        if known is None or ORDER.index(hit.strength) < ORDER.index(known.strength):
            best[hit.column, hit.kind] = hit
    return tuple(best.values())


_LONGEST_LOGIN = 24


def is_initials_of_person(person: str, short: str) -> bool:
    """Whether ``short`` is made of the initials of ``person`` (JD, JDU, DUJ, DUP, JEDU of Jean Dupont), or of
    more of the name, as a login is (jdupont, dupontj).
    """
    if "/" in short:
        return any(is_initials_of_person(person, part) for part in short.split("/"))
    words = people.list_name_words_without_titles(person)
    letters = "".join(char for char in fold_case_accents(short) if char.isalpha())
    if len(words) < 2 or not 2 <= len(letters) <= _LONGEST_LOGIN:
        return False
    for first, last in ((words[0], words[-1]), (words[-1], words[0])):
        made = {first[:n] + last[: len(letters) - n] for n in range(1, len(letters))}
        if (
            letters in made
            or letters == "".join(word[0] for word in words)
            or letters == last[: len(letters)]
        ):
            return True
    return False
