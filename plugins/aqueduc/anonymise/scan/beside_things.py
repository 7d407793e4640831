"""What a table of things takes back: the number of a part, the MAC of a camera, the telephone of a service.

A table is of things when a column of it says one in each row, and nothing in it is somebody's. What is told
by its form alone is then the things'; what is told in words, in the header, or by a check digit, stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat

from aqueduc.anonymise.scan.evidence import NOTED, POSSIBLE, KindEvidence
from aqueduc.anonymise.scan.kinds import IdentifierKind, NotedHitReason
from aqueduc.anonymise.scan.table import ScannedColumn

OBJECTS = ("goods", "fixture", "living", "works")
OFFICES = ("office", "premises", "company")
# Of the labels of a column: where most are things and none is somebody, all are.
MOST = 0.6

_OF_ONE = (
    IdentifierKind.NIR,
    IdentifierKind.EMAIL,
    IdentifierKind.PERSON_NAME,
    IdentifierKind.IBAN,
    IdentifierKind.CARD,
    IdentifierKind.SOCIAL_PROFILE,
    IdentifierKind.HEALTH,
)
_OF_OBJECTS = (IdentifierKind.MAC, IdentifierKind.BIRTH_DATE, IdentifierKind.NIR)
_SAID_BY = {
    IdentifierKind.NIR: {"nir", "person"},
    IdentifierKind.BIRTH_DATE: {"birth", "person"},
    IdentifierKind.PLATE: {"plate", "person"},
}
"""The topics of a header that say a kind, or whose it is."""
_WITH_KEY_OR_WORDS = ("nir", "nir_spaced", "nir_grouped", "born")
_FORMS = (
    IdentifierKind.IDENTITY_CARD,
    IdentifierKind.PASSPORT,
    IdentifierKind.DRIVING_LICENCE,
    IdentifierKind.CAF_NUMBER,
    IdentifierKind.SPORTS_LICENCE,
)
"""Kinds whose numbers have no check digit: letters and digits that a catalogue has too."""
_WRITTEN_AS_PHONES = ("phone", "phone_told", "plain_text", "phone_near", "mobile_text")


@dataclass(frozen=True)
class ThingTableColumns:
    """The columns of a table that say things (``objects``), what is put up or done in the street among them
    (``outdoors``), goods, plants or animals (``living``), and services, buildings or firms (``offices``);
    whether it counts or prices them, and whether it has the number of each in a register."""

    objects: tuple[ScannedColumn, ...]
    outdoors: tuple[ScannedColumn, ...]
    goods: tuple[ScannedColumn, ...]
    living: tuple[ScannedColumn, ...]
    offices: tuple[ScannedColumn, ...]
    counted: bool
    priced: bool
    registered: bool


def downgrade_evidence_in_thing_tables(
    columns: Sequence[ScannedColumn], rows: int
) -> tuple[ScannedColumn, ...]:
    """The columns, with the evidence that the things of their table take back."""
    table = _find_thing_columns(columns, rows)
    owned = any(column.measured.count_cells_with_any_feature("owned") for column in columns)
    labels = (*table.objects, *table.offices)
    people = {
        one.kind
        for column in columns
        for one in column.evidence
        # What a label of things looks like is a thing's, unless it is sure.
        if one.kind in _OF_ONE
        and one.strength is not NOTED
        and not (one.strength is POSSIBLE and column in labels)
    }
    if table.objects and not any(
        map(_is_kind_stated_by_header_or_check_digit, columns, repeat(IdentifierKind.NIR))
    ):
        people -= {IdentifierKind.NIR}
    people -= {IdentifierKind.HEALTH} if table.living else set()
    people -= {IdentifierKind.SOCIAL_PROFILE} if table.offices else set()
    if owned or people or not (table.objects or table.goods or table.offices):
        return tuple(columns)
    return tuple(
        replace(
            column, evidence=tuple(_downgrade_column_evidence(column, one, table) for one in column.evidence)
        )
        for column in columns
    )


def _find_thing_columns(columns: Sequence[ScannedColumn], rows: int) -> ThingTableColumns:
    def select_columns_with_features(*features: str) -> tuple[ScannedColumn, ...]:
        return tuple(column for column in columns if _has_features_in_most_rows(column, features, rows))

    return ThingTableColumns(
        objects=select_columns_with_features(*OBJECTS),
        outdoors=select_columns_with_features("fixture", "works"),
        goods=select_columns_with_features("goods", "unit"),
        living=select_columns_with_features("living"),
        offices=select_columns_with_features(*OFFICES),
        counted=any(is_quantity_column(column) for column in columns),
        priced=any(map(_is_price_column, columns)),
        registered=any(column.measured.compute_share_with_any_feature("uai") > 0.5 for column in columns),
    )


def _has_features_in_most_rows(column: ScannedColumn, features: Sequence[str], rows: int) -> bool:
    """In every row, or it says nothing of the others."""
    m = column.measured
    most = m.count_cells_with_any_feature(*features, without=("address", "point")) >= MOST * rows
    return 0 < rows <= m.cells and most and not {"person", "home"} & column.name_hints.topics


def is_quantity_column(column: ScannedColumn) -> bool:
    if column.measured.compute_share_with_any_feature("amount") > 0.8:
        return True
    return column.figures.is_numeric and not column.figures.is_within_bounds(1890, 2100)


def _is_price_column(column: ScannedColumn) -> bool:
    priced = column.figures.fractional > 0.5 or column.measured.compute_share_with_any_feature("amount") > 0.8
    return is_quantity_column(column) and (priced or "measure" in column.name_hints)


def _downgrade_column_evidence(
    column: ScannedColumn, one: KindEvidence, table: ThingTableColumns
) -> KindEvidence:
    said = _is_kind_stated_by_header_or_check_digit(column, one.kind) and not (
        one.kind is IdentifierKind.BIRTH_DATE and table.living
    )
    if said or one.strength is NOTED or not _is_evidence_about_thing(column, one, table):
        return one
    # Of somebody's health a person decides, whatever stands beside it.
    strength = POSSIBLE if one.kind is IdentifierKind.HEALTH else NOTED
    return replace(one, strength=strength, noted_for=NotedHitReason.TABLE)


def _is_kind_stated_by_header_or_check_digit(column: ScannedColumn, kind: IdentifierKind) -> bool:
    """Whether the header, a word before or a check digit says the kind: no neighbour takes that back."""
    telling = [one for one in column.evidence if one.kind is kind and {*one.features} & {*_WITH_KEY_OR_WORDS}]
    return bool(telling) or bool(_SAID_BY.get(kind, set()) & column.name_hints.topics)


def _is_evidence_about_thing(column: ScannedColumn, one: KindEvidence, table: ThingTableColumns) -> bool:
    m = column.measured
    if table.objects and one.kind in _OF_OBJECTS:
        return True
    if one.kind is IdentifierKind.ADDRESS and table.outdoors:
        return m.compute_share_with_any_feature("facing") > 0.5 or not any(
            each.measured.count_cells_with_any_feature("domestic") for each in table.outdoors
        )
    if one.kind is IdentifierKind.SOCIAL_PROFILE and table.offices:
        return one.strength is POSSIBLE
    if one.kind is IdentifierKind.BIRTH_DATE:
        return any(map(_is_office_directory, table.offices))
    if (table.objects or table.goods) and one.kind in _FORMS:
        return one.strength is POSSIBLE
    if one.kind is IdentifierKind.PLATE and table.living and table.counted:
        return True
    if one.kind is IdentifierKind.PLATE:
        return (bool(table.goods) and table.counted) or (bool(table.objects) and table.priced)
    if one.kind is IdentifierKind.HEALTH:
        return bool(table.living) and not m.count_cells_with_any_feature("state")
    if (
        one.kind is IdentifierKind.PHONE
        and table.goods
        and not m.count_cells_with_any_feature(*_WRITTEN_AS_PHONES)
    ):
        return not {"phone", "person"} & column.name_hints.topics
    return any(_is_contact_of_office(column, one.kind, office, table) for office in table.offices)


def _is_contact_of_office(
    column: ScannedColumn, kind: IdentifierKind, office: ScannedColumn, table: ThingTableColumns
) -> bool:
    """One address an office: those of its public are more. No mobile: of twenty people, most have one."""
    m = column.measured
    each = m.distinct <= 1.5 * office.measured.distinct
    if kind is IdentifierKind.PHONE:
        return not m.count_cells_with_any_feature("mobile", "mobile_text") and (each or m.cells >= 20)
    if kind is not IdentifierKind.ADDRESS:
        return False
    return (
        each
        or table.registered
        or _is_office_directory(office)
        or office.measured.compute_share_with_any_feature("company") > 0.8
    )


def _is_office_directory(office: ScannedColumn) -> bool:
    """Several places, most of which nobody is enrolled in: each row is one, with its address and its age."""
    m = office.measured
    return m.distinct >= 3 and m.count_cells_with_any_feature(
        "enrolling"
    ) < 0.5 * m.count_cells_with_any_feature(*OFFICES)
