"""The evidence for people: names, addresses, births in words, health."""

from collections.abc import Iterator

from aqueduc.anonymise.scan.evidence import LIKELY, NOTED, POSSIBLE, KindEvidence
from aqueduc.anonymise.scan.hints import ColumnNameHints
from aqueduc.anonymise.scan.kinds import HitStrength, IdentifierKind, NotedHitReason
from aqueduc.anonymise.scan.measure import ColumnMeasure

# From this share of famous names on, a column lists streets or schools, unless its header says people.
FAME = 0.08
FEW = 3
# So many that capitals before a small word are no acronym's: STEP Touques, STEP Seine aval.
MANY_NAMES = 5
# From this share of platforms and ends of lines on, a column lists stops.
STOPS = 0.2
STREETS = ("address", "address_inverted", "lodged", "flat")
ILL_CALLED = "ill_called"
"""Somebody called by a given name and an initial, and an illness: of one, in any table."""
HOSTS = ("hosted", "hosted_name")
_LABEL = ("thing", "brand", "famous", "road")


def find_birth_words_evidence(_m: ColumnMeasure, _told: ColumnNameHints) -> Iterator[KindEvidence]:
    yield KindEvidence(IdentifierKind.BIRTH_DATE, LIKELY, ("born_words",))


def find_address_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    yield KindEvidence(IdentifierKind.ADDRESS, LIKELY, ("lodged",))
    if m.compute_share_with_any_feature("stop") > STOPS:
        yield KindEvidence(IdentifierKind.ADDRESS, NOTED, STREETS)
        return
    if (
        m.count_cells_with_any_feature(*STREETS)
        and not m.count_cells_with_any_feature(*STREETS, without=("goods", "fixture", "works"))
        and not m.count_cells_with_any_feature("domestic")
    ):
        # Each says what is to be mended before it says where.
        yield KindEvidence(IdentifierKind.ADDRESS, NOTED, STREETS)
        return
    numbered = m.compute_share_with_any_feature(*STREETS)
    premises = m.count_cells_with_any_feature("address_of_premises") > 0.3 * m.count_cells_with_any_feature(
        *STREETS
    )
    if "thing" in told or premises:
        # « equipement » over bare addresses is not believed, be they few; « adresse_equipement » is.
        believed = "address" in told or premises
        yield KindEvidence(IdentifierKind.ADDRESS, NOTED if believed else POSSIBLE, STREETS)
        return
    if numbered > 0.2:
        yield KindEvidence(IdentifierKind.ADDRESS, LIKELY, STREETS)
    if "address" in told and m.compute_share_with_any_feature(*STREETS, "way", "town") > 0.3:
        yield KindEvidence(IdentifierKind.ADDRESS, LIKELY, (*STREETS, "way", "town"))
    yield KindEvidence(IdentifierKind.ADDRESS, POSSIBLE, STREETS)


def find_person_name_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    yield from _find_name_after_chez_evidence(m, told)
    yield from _find_titled_name_evidence(m, told)
    yield from _find_name_inside_text_evidence(m, told)
    yield from _find_names_in_few_rows_evidence(m, told)
    # A person decides on a child in one row as in all, whatever the column is called.
    yield KindEvidence(IdentifierKind.PERSON_NAME, POSSIBLE, ("child",))
    if m.compute_share_with_any_feature("shaped") < 0.1:
        return
    yield from _find_whole_cell_name_evidence(m, told)
    yield from _find_login_evidence(m, told)


def _find_name_after_chez_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    """Whose home an address is, in one row as in all; first, so that all who are named are counted with them."""
    hosts = HOSTS if "address" in told else HOSTS[:1]
    if m.count_cells_with_any_feature(*hosts):
        yield KindEvidence(IdentifierKind.PERSON_NAME, LIKELY, (*hosts, "named", "titled"), ("famous",))


def _find_titled_name_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    # What is named after somebody was set apart: many titles are people, whatever the column is called.
    many = "person" in told or "thing" not in told or m.compute_share_with_any_feature("titled") > 0.1
    yield KindEvidence(IdentifierKind.PERSON_NAME, LIKELY if many else POSSIBLE, ("titled",))
    yield KindEvidence(IdentifierKind.PERSON_NAME, LIKELY if many else NOTED, ("titled", "learned"))


def _find_name_inside_text_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    """Named inside a text, or among other words."""
    rows = m.count_cells_with_any_feature("named", without=("famous",))
    if "thing" in told and "person" not in told:
        by = m.count_distinct_values_with_any_feature("named_by", without=("famous",)) >= FEW
        strength = POSSIBLE if by or rows > 0.3 * m.cells else NOTED
    else:
        strength = POSSIBLE if rows < 2 else LIKELY
    yield KindEvidence(IdentifierKind.PERSON_NAME, strength, ("named",), ("famous",))


_NAMED_CELL = (
    "given",
    "given_weak",
    "surname",
    "unknown",
    "caps_proper",
    "initialled",
    "titled",
    "titled_first",
)


def _find_names_in_few_rows_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    """Known given names and surnames, in a few rows among labels: three are no chance. One or two may be,
    unless the header says that people are there: beneficiaries are mostly associations, and somebody."""
    written = ("several", "surname", "capital", "clean")
    labels = (*_LABEL, "worded", "office", "premises")
    if m.count_cells_with_all_features(*written, "given", without=labels) >= FEW:
        yield KindEvidence(IdentifierKind.PERSON_NAME, POSSIBLE, ("given",), labels)
    yield KindEvidence(
        IdentifierKind.PERSON_NAME,
        POSSIBLE if "person" in told else NOTED,
        ("given", "given_weak"),
        labels,
        written,
        NotedHitReason.FEW,
    )


def _find_whole_cell_name_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    strength = _rate_full_name_evidence(m, told) or _rate_surname_or_given_name_evidence(m, told)
    if strength:
        yield KindEvidence(IdentifierKind.PERSON_NAME, strength, _NAMED_CELL, ("thing", "brand"))


def _rate_full_name_evidence(m: ColumnMeasure, told: ColumnNameHints) -> HitStrength | None:
    """Given name and surname in one cell, in either order, or written as only people are (DUPONT Jean)."""
    full = (
        m.count_cells_with_all_features("several", "given", "capital", without=(*_LABEL, "worded")) / m.cells
    )
    full += (
        m.count_cells_with_all_features(
            "several", "given_weak", "surname", "capital", without=(*_LABEL, "given", "worded")
        )
        / m.cells
    )
    # Petit and Boulanger are words; so are those of a title.
    loose = (
        full
        + m.count_cells_with_all_features("several", "given", "worded", "capital", without=_LABEL) / m.cells
    )
    form = m.count_cells_with_all_features("caps_proper", "clean", without=_LABEL) / m.cells
    pair = m.count_cells_with_all_features("several", "clean", "capital", without=_LABEL) / m.cells
    titled, initials = (
        m.compute_share_with_any_feature("titled_first", without=("thing",)),
        m.compute_share_with_any_feature("initialled", without=_LABEL),
    )
    if "person" in told:
        sure = loose > 0.1 or initials > 0.2 or titled > 0.1 or form > 0.3 or pair > 0.5
        return LIKELY if sure else None
    if m.compute_share_with_any_feature("famous") > FAME:
        return NOTED if full > 0.2 else None
    if "thing" in told:
        return POSSIBLE if full > 0.1 or titled > 0.5 else None
    if full > 0.3 or (form > 0.5 and full > 0.1) or initials > 0.5 or titled > 0.3:
        return LIKELY
    if "name" in told and (loose > 0.15 or initials > 0.3 or titled > 0.1 or (form > 0.3 and full > 0.03)):
        return LIKELY
    unlisted = (
        m.count_cells_with_all_features("several", "clean", "capital", "unknown", without=_LABEL) / m.cells
    )
    if (
        (pair > 0.7 and full > 0.1)
        or (form > 0.7 and m.count_distinct_values_with_any_feature("caps_proper") > MANY_NAMES)
        or full > 0.1
        or (pair > 0.8 and unlisted > 0.4 and full > 0.03)
    ):
        return POSSIBLE
    return None


def _rate_surname_or_given_name_evidence(m: ColumnMeasure, told: ColumnNameHints) -> HitStrength | None:
    """A column of surnames, or of given names. Few of them that come back may be a list of labels, unless the header
    says people: they are doubted then, never passed over. Names are counted, not values: what stands between them
    makes no name surer."""
    if m.compute_share_with_any_feature("single", without=_LABEL) < 0.6:
        return None
    known = m.count_cells_with_all_features("single", "surname", without=(*_LABEL, "given")) / m.cells
    given = m.count_cells_with_all_features("single", "given", without=_LABEL) / m.cells
    clean = m.count_cells_with_all_features("single", "clean", without=_LABEL) / m.cells
    if "person" in told:
        return LIKELY if known + given > 0.08 or clean > 0.6 else None
    if "thing" in told or m.compute_share_with_any_feature("famous") > FAME:
        return None
    many = min(8, m.cells / 2)
    if known + given > (0.15 if "name" in told else 0.5) and ("name" in told or clean > 0.6):
        return (
            LIKELY
            if m.count_distinct_values_with_any_feature("surname", "given", without=_LABEL) >= many
            else POSSIBLE
        )
    unlisted = m.count_distinct_values_with_any_feature("clean", without=_LABEL)
    if "name" in told and clean > 0.8:
        return LIKELY if unlisted >= many else POSSIBLE
    capital = (
        m.count_cells_with_all_features("single", "clean", "capital", "unknown", without=_LABEL) / m.cells
    )
    rare = known + given > 0.08 and known + given + capital > 0.9 and unlisted >= 20
    return POSSIBLE if rare else None


def _find_login_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    if m.compute_share_with_any_feature("login") > 0.4:
        yield KindEvidence(IdentifierKind.PERSON_NAME, NOTED if "thing" in told else LIKELY, ("login",))
    if "account" in told and m.compute_share_with_any_feature("account", without=("thing",)) > 0.5:
        yield KindEvidence(IdentifierKind.PERSON_NAME, LIKELY, ("account", "login"))


def find_home_position_evidence(_m: ColumnMeasure, _told: ColumnNameHints) -> Iterator[KindEvidence]:
    """Said to be a home by the words before the coordinates; beside other columns, see ``context``."""
    yield KindEvidence(IdentifierKind.HOME_POSITION, POSSIBLE, ("home_point",))


def find_health_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    """What is said of somebody; an illness where the header, a name or an age makes it somebody's."""
    hinted = "health" in told
    states = m.count_cells_with_any_feature("state", without=("public",))
    ills = m.count_cells_with_any_feature("state", "ill", without=("public",))
    yield KindEvidence(IdentifierKind.HEALTH, LIKELY, (ILL_CALLED,))
    yield KindEvidence(IdentifierKind.AGE_ILLNESS, LIKELY if "thing" not in told else POSSIBLE, ("ill_aged",))
    if "thing" in told and not hinted:
        # Things have no state of health: a word for it is of somebody, in one row as in all.
        yield KindEvidence(
            IdentifierKind.HEALTH, POSSIBLE if states else NOTED, ("state", "ill"), ("public",)
        )
        return
    if (
        hinted
        and "thing" not in told
        and m.count_cells_with_any_feature("substance", without=("public",)) > 0.3 * m.cells
    ):
        yield KindEvidence(IdentifierKind.HEALTH, LIKELY, ("substance", "state", "ill"), ("public",))
    if states >= 2 or (states and m.cells < 50) or (hinted and ills > 0.1 * m.cells) or ills > 0.5 * m.cells:
        yield KindEvidence(IdentifierKind.HEALTH, LIKELY, ("state", "ill"), ("public",))
    if states or ills > 0.2 * m.cells:
        yield KindEvidence(IdentifierKind.HEALTH, POSSIBLE, ("state", "ill"), ("public",))
    yield KindEvidence(
        IdentifierKind.HEALTH, NOTED, ("state", "ill"), ("public",), noted_for=NotedHitReason.FEW
    )
    yield KindEvidence(IdentifierKind.HEALTH, NOTED, ("state", "ill"))


def find_staff_initials_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    """Who did it, in two to four letters; beside a column of names, see ``context``."""
    services = {"thing", "code", "count"} & told.topics
    words = m.compute_share_with_any_feature("thing", "worded")
    if "agent" in told and not services and m.compute_share_with_any_feature("trigram") > 0.6 and words < 0.3:
        yield KindEvidence(IdentifierKind.TRIGRAM, LIKELY, ("trigram",))
    if (
        {"agent", "account"} & told.topics
        and not services
        and m.compute_share_with_any_feature("trigram_login") > 0.6
    ):
        yield KindEvidence(IdentifierKind.TRIGRAM, LIKELY, ("trigram_login",))
    yield KindEvidence(IdentifierKind.TRIGRAM, LIKELY, ("login_told",))
    told_of = m.count_cells_with_any_feature("trigram_told")
    if told_of >= max(2, 0.02 * m.cells):
        yield KindEvidence(
            IdentifierKind.TRIGRAM, LIKELY if told_of > 0.3 * m.cells else POSSIBLE, ("trigram_told",)
        )
    if m.count_cells_with_any_feature("trigram_dated") >= max(5, 0.05 * m.cells):
        yield KindEvidence(IdentifierKind.TRIGRAM, POSSIBLE, ("trigram_dated",))


JUDGES = (
    find_birth_words_evidence,
    find_address_evidence,
    find_person_name_evidence,
    find_home_position_evidence,
    find_health_evidence,
    find_staff_initials_evidence,
)
