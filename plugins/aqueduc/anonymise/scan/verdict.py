"""From counts and the name of a column to hits: the evidence that each kind asks for.

Pure functions. What is too little evidence says nothing: a scan that cries at every SIREN is soon waived as a
whole.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from aqueduc.anonymise.scan import verdict_people
from aqueduc.anonymise.scan.evidence import CERTAIN, LIKELY, NOTED, ORDER, POSSIBLE, KindEvidence
from aqueduc.anonymise.scan.hints import ColumnNameHints, find_column_name_hints
from aqueduc.anonymise.scan.kinds import IdentifierKind, NotedHitReason
from aqueduc.anonymise.scan.measure import ColumnMeasure, YearStatistics


def find_column_evidence(m: ColumnMeasure) -> tuple[KindEvidence, ...]:
    """What the column holds: at most one per kind, the surest."""
    if not m.cells:
        return ()
    told = find_column_name_hints(m.column)
    found: dict[IdentifierKind, KindEvidence] = {}
    for judge in JUDGES:
        for one in judge(m, told):
            known = found.get(one.kind)
            surer = known is None or ORDER.index(one.strength) < ORDER.index(known.strength)
            if surer and one.count_matching_rows(m):
                found[one.kind] = one
    return tuple(found.values())


def _has_excess_valid_checksums(m: ColumnMeasure, valid: str, shaped: str, odds: float) -> bool:
    """Whether more candidates pass their check digits than numbers drawn at random would."""
    passed, tried = m.count_cells_with_any_feature(valid), m.count_cells_with_any_feature(shaped)
    return passed > 0 and (passed >= 0.5 * tried or passed > 5 * tried * odds + 3)


def _find_nir_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    if _has_excess_valid_checksums(m, "nir", "nir_shaped", 1 / 97):
        yield KindEvidence(IdentifierKind.NIR, CERTAIN, ("nir",))
    yield KindEvidence(IdentifierKind.NIR, LIKELY, ("nir_spaced", "nir_grouped"))
    bare = m.count_cells_with_any_feature("nir_bare")
    if bare >= 0.5 * m.count_cells_with_any_feature("thirteen") or (bare and "nir" in told):
        yield KindEvidence(IdentifierKind.NIR, LIKELY, ("nir_bare",))
    # The numbers of radio devices (IMEI) have as many digits, and Luhn's.
    devices = m.count_cells_with_any_feature(
        "fifteen_luhn", without=("nir",)
    ) > 0.5 * m.count_cells_with_any_feature("nir_shaped", "fifteen_luhn")
    # A number that begins with a year has months that nobody was born in.
    dated = m.count_cells_with_any_feature("nir_month") < 0.3 * m.count_cells_with_any_feature("nir_shaped")
    if (
        not devices
        and not dated
        and m.count_cells_with_any_feature("nir_shaped")
        >= 0.5 * m.count_cells_with_any_feature("card_shaped", "nir_shaped")
    ):
        # Their keys are wrong, their shape is not chance: a twentieth of numbers of fifteen digits have it.
        yield KindEvidence(IdentifierKind.NIR, POSSIBLE, ("nir_shaped",))
    if "nir" in told:
        yield KindEvidence(IdentifierKind.NIR, LIKELY, ("nir_digits", "nir_shaped"))


def _find_bank_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    if _has_excess_valid_checksums(m, "iban", "iban_shaped", 1 / 97):
        yield KindEvidence(IdentifierKind.IBAN, CERTAIN, ("iban",))
    elif _has_excess_valid_checksums(m, "rib", "rib_shaped", 1 / 97):
        yield KindEvidence(IdentifierKind.IBAN, CERTAIN, ("rib",))
    yield KindEvidence(IdentifierKind.IBAN, CERTAIN, ("iban_grouped",))
    yield KindEvidence(IdentifierKind.IBAN, NOTED, ("iban_public",))
    yield KindEvidence(
        IdentifierKind.IBAN, LIKELY if "iban" in told else POSSIBLE, ("iban_cut",), ("iban_public",)
    )
    if "iban" in told:
        yield KindEvidence(IdentifierKind.IBAN, LIKELY, ("iban_shaped", "rib_shaped"), ("iban_public",))
    if _has_excess_valid_checksums(m, "card", "card_shaped", 1 / 10):
        yield KindEvidence(
            IdentifierKind.CARD,
            CERTAIN if m.compute_share_with_any_feature("card") > 0.5 else LIKELY,
            ("card",),
        )


_LONGER = ("nir", "nir_spaced", "nir_grouped", "iban", "iban_grouped", "rib", "card", "siret")
_NO_PHONE = (*_LONGER, "phone_service")


def _find_phone_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    """Shares are those of the cells that are nothing but a number of nine or ten digits, among such cells:
    texts and what else the column holds neither raise nor lower them."""
    yield KindEvidence(IdentifierKind.PHONE, NOTED, ("phone_service",), _LONGER)
    if m.count_distinct_values_with_any_feature("moment_pairs") >= MANY and m.count_cells_with_any_feature(
        "moment_pairs"
    ) >= 0.95 * m.count_cells_with_any_feature("phone", "plain"):
        # Day, month, year, hours and minutes: of telephones, one in fifty could be.
        yield KindEvidence(IdentifierKind.PHONE, NOTED, ("phone",), _LONGER)
        return
    if "service" in told and "person" not in told:
        yield KindEvidence(IdentifierKind.PHONE, NOTED, ("phone", "plain", "phone_near", "dialled"), _LONGER)
        yield KindEvidence(IdentifierKind.PHONE, POSSIBLE, ("mobile", "mobile_text"), _NO_PHONE)
        return
    if "voucher" in told and "phone" not in told and "person" not in told:
        # Of accounts: a whole cell is the number of a paper.
        yield KindEvidence(IdentifierKind.PHONE, NOTED, ("phone", "plain"), _LONGER)
        yield KindEvidence(IdentifierKind.PHONE, LIKELY, ("phone_told", "plain_text"), _NO_PHONE)
        return
    code = "code" in told and "phone" not in told
    # References are written in threes and fours; nobody but a telephone goes by pairs.
    yield KindEvidence(IdentifierKind.PHONE, CERTAIN, ("phone_usual" if code else "phone",), _NO_PHONE)
    yield KindEvidence(IdentifierKind.PHONE, LIKELY, ("phone_told", "plain_text"), _NO_PHONE)
    near = LIKELY if "phone" in told else NOTED if code else POSSIBLE
    yield KindEvidence(IdentifierKind.PHONE, near, ("phone_near",), _NO_PHONE)
    if "phone" in told and m.count_cells_with_any_feature(
        "nine_luhn"
    ) <= 0.5 * m.count_cells_with_any_feature("dialled", "shorn"):
        yield KindEvidence(
            IdentifierKind.PHONE,
            LIKELY,
            ("phone", "plain", "shorn", "shorn_called", "shorn_pairs", "dialled"),
            _NO_PHONE,
        )
    if m.compute_share_with_any_feature("shorn_pairs") > 0.05:
        yield KindEvidence(IdentifierKind.PHONE, LIKELY, ("phone", "plain", "shorn_pairs"), _NO_PHONE)
    yield from _find_ten_digit_phone_evidence(m, code)
    yield from _find_nine_digit_phone_evidence(m, told, code)


def _find_ten_digit_phone_evidence(m: ColumnMeasure, code: bool) -> Iterator[KindEvidence]:
    tens = m.count_cells_with_any_feature("plain", without=("plain_text",))
    mobile = m.count_cells_with_all_features("plain", "mobile") / tens if tens else 0.0
    few = m.starts is not None and m.numbers >= MANY and m.starts < min(15, m.numbers / 4)
    numbered = code or (mobile > 0.9 and few)
    yield KindEvidence(IdentifierKind.PHONE, NOTED if numbered else POSSIBLE, ("plain",), _NO_PHONE)
    if mobile > (0.4 if code else 0.3) and not few:
        yield KindEvidence(IdentifierKind.PHONE, POSSIBLE if code else LIKELY, ("plain",), _NO_PHONE)


def _find_nine_digit_phone_evidence(
    m: ColumnMeasure, told: ColumnNameHints, code: bool
) -> Iterator[KindEvidence]:
    """What a spreadsheet made of 0612345678: many beginnings, many mobiles, no check digit, no other size."""
    nines = m.count_cells_with_any_feature("shorn", "shorn_called")
    numbers = nines + m.count_cells_with_any_feature("plain", without=("plain_text",))
    diverse = m.starts is not None and m.starts >= min(15, numbers / 4)
    if not nines or code or not diverse or m.count_cells_with_any_feature("nine_luhn") > 0.5 * nines:
        return
    called = m.count_cells_with_any_feature("shorn_called") > 0.5 * m.count_cells_with_any_feature("digits")
    mobile = m.count_cells_with_any_feature("mobile", without=("phone",)) > 0.35 * numbers
    if called or (
        mobile and "measure" not in told and numbers > 0.8 * m.count_cells_with_any_feature("digits")
    ):
        yield KindEvidence(
            IdentifierKind.PHONE, LIKELY, ("phone", "plain", "shorn", "shorn_called", "shorn_pairs")
        )


def _find_email_evidence(_m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    service = "service" in told and "person" not in told
    yield KindEvidence(IdentifierKind.EMAIL, CERTAIN, ("email_named",))
    yield KindEvidence(IdentifierKind.EMAIL, POSSIBLE if service else CERTAIN, ("email_personal",))
    yield KindEvidence(IdentifierKind.EMAIL, LIKELY if "email" in told else POSSIBLE, ("email_near",))
    yield KindEvidence(IdentifierKind.EMAIL, NOTED, ("email",))


UNSPOILT = 10
# So many codes have letters that chance would not repeat.
MANY = 30
FEW_SERIES = 16
FEW_SHAPES = 3
# Nobody who was born before it is alive.
LONG_AGO = 1900
_PLATES = ("siv_whole", "fni_whole", "siv_text", "fni_text")


def _find_plate_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    plates = m.count_cells_with_any_feature("siv_whole", "fni_whole", "plate_like")
    if "plate" in told:
        yield KindEvidence(IdentifierKind.PLATE, CERTAIN, ("siv_whole", "siv_text", "fni_text"))
        yield KindEvidence(IdentifierKind.PLATE, LIKELY, ("fni_whole", "siv_near", "plate_abroad", "vin"))
        if plates > 0.5 * m.cells:
            yield KindEvidence(IdentifierKind.PLATE, LIKELY, (*_PLATES, "plate_like"))
        return
    # References have the letters that plates have not.
    spoilt = m.count_cells_with_any_feature("siv_spoilt") > 0.1 * m.count_cells_with_any_feature(
        "siv_whole", "siv_spoilt"
    )
    olds = (
        0
        if m.count_cells_with_any_feature("fni_spoilt")
        > 0.1 * m.count_cells_with_any_feature("fni_whole", "fni_spoilt")
        else m.compute_share_with_any_feature("fni_whole", "fni_last")
    )
    few = _has_few_code_series(m)
    if ("code" in told and "parked" not in told) or spoilt or few:
        # Drawn at random, two references in five have such letters: ten without are no chance.
        chance = spoilt or few or m.count_cells_with_any_feature("siv_whole") < UNSPOILT
        yield KindEvidence(IdentifierKind.PLATE, NOTED if chance else POSSIBLE, ("siv_whole",), ("fni_text",))
        yield KindEvidence(IdentifierKind.PLATE, LIKELY, ("fni_text",))
        return
    if m.count_cells_with_any_feature("siv_text") and not m.count_cells_with_any_feature(
        "siv_text", "fni_text", without=("goods",)
    ):
        # A part and its reference: filtre xk 371-vr.
        yield KindEvidence(IdentifierKind.PLATE, NOTED, ("siv_text",))
        return
    yield KindEvidence(IdentifierKind.PLATE, LIKELY, ("siv_text", "fni_text"))
    if m.compute_share_with_any_feature("siv_whole") > 0.5 or (
        olds and m.compute_share_with_any_feature("siv_whole", "fni_whole", "fni_last") > 0.5
    ):
        yield KindEvidence(IdentifierKind.PLATE, LIKELY, ("siv_whole", "fni_whole", "fni_last"))
    if m.compute_share_with_any_feature("plate_abroad") > 0.3:
        yield KindEvidence(IdentifierKind.PLATE, LIKELY, ("plate_abroad",))
    yield KindEvidence(IdentifierKind.PLATE, POSSIBLE, ("siv_whole", "siv_near"))
    yield KindEvidence(IdentifierKind.PLATE, NOTED, ("fni_whole",), noted_for=NotedHitReason.FEW)
    if m.compute_share_with_any_feature("vin") > 0.5:
        yield KindEvidence(IdentifierKind.PLATE, LIKELY, ("vin",))


def _find_ip_and_mac_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    yield KindEvidence(IdentifierKind.IP, CERTAIN, ("ipv6_public",))
    routed = m.count_cells_with_any_feature("ipv4_large") > 0.3 * m.count_cells_with_any_feature(
        "ipv4"
    ) and m.count_cells_with_any_feature("ipv4_high") > 0.1 * m.count_cells_with_any_feature("ipv4")
    if "network" in told or routed:
        yield KindEvidence(IdentifierKind.IP, CERTAIN, ("ipv4_public", "ipv6_public"))
        yield KindEvidence(IdentifierKind.IP, NOTED, ("ipv4", "ipv6"))
    if m.count_cells_with_any_feature("mac_letter") > 0.3 * m.count_cells_with_any_feature("mac"):
        yield KindEvidence(IdentifierKind.MAC, CERTAIN, ("mac",))
    if "network" in told:
        yield KindEvidence(IdentifierKind.MAC, LIKELY, ("mac", "mac_bare"))
    bare = m.count_cells_with_any_feature("mac_bare")
    if bare >= 20 and m.count_cells_with_any_feature("mac_odd") < 0.1 * bare:
        yield KindEvidence(IdentifierKind.MAC, POSSIBLE, ("mac_bare",))


def _find_birth_date_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    years = m.years
    if years is not None and years.dated >= m.count_cells_with_any_feature("date") and years.last < LONG_AGO:
        yield KindEvidence(IdentifierKind.BIRTH_DATE, NOTED, ("date", "born"))
        return
    yield KindEvidence(IdentifierKind.BIRTH_DATE, LIKELY, ("born",))
    birth = "birth" in told and "thing" not in told
    believed = "code" not in told or (m.serials is not None and _has_adult_birth_years(m.serials, m.distinct))
    if (
        birth
        and believed
        and m.count_cells_with_any_feature("serial") > 0.8 * m.count_cells_with_any_feature("digits")
    ):
        # Days since 1900: a date that went through a spreadsheet.
        yield KindEvidence(IdentifierKind.BIRTH_DATE, LIKELY, ("serial",))
    neutral = not told.topics & {"code", "thing", "measure", "event"}
    if (
        neutral
        and m.serials
        and _has_randomly_distributed_days(m.serials)
        and _has_adult_birth_years(m.serials, m.distinct)
    ):
        yield KindEvidence(IdentifierKind.BIRTH_DATE, POSSIBLE, ("serial",))
    if "birth" in told:
        yield KindEvidence(IdentifierKind.BIRTH_DATE, LIKELY, ("date",))
        if m.compute_share_with_any_feature("date_short") > 0.8:
            yield KindEvidence(IdentifierKind.BIRTH_DATE, LIKELY, ("date_short",))
    if years is None or years.dated < 0.3 * m.cells:
        return
    if "birth" in told:
        yield KindEvidence(IdentifierKind.BIRTH_DATE, CERTAIN, ("date",))
    elif "event" not in told and "thing" not in told:
        if _has_adult_birth_years(years, m.distinct):
            yield KindEvidence(IdentifierKind.BIRTH_DATE, LIKELY, ("date",))
        if "day" not in told and _has_child_birth_days(years, m.cells):
            yield KindEvidence(IdentifierKind.BIRTH_DATE, POSSIBLE, ("date",))


def _has_adult_birth_years(years: YearStatistics, distinct: int) -> bool:
    """Decades of years, as the living have them; on any days, where some are children."""
    oldest, youngest = (1925, 2018) if _has_randomly_distributed_days(years) else (1905, 2014)
    alive = years.low >= oldest and years.high <= youngest and 1935 <= years.median <= 2003
    spread = years.upper - years.lower >= 10 and years.distinct >= min(15, distinct / 2)
    return alive and spread and years.firsts < 0.1


def _has_child_birth_days(years: YearStatistics, cells: int) -> bool:
    """Days that end years ago, those of children and perhaps of adults among them: the more of these, the less
    the column would be one of a generation. What goes on to this year is more often a file of events: then
    only with the fewer weekends of births (Saturdays and Sundays have a fifth fewer than other days, INSEE)."""
    if (
        years.low < 1905
        or years.days < max(30, 0.8 * cells)
        or years.firsts > 0.05
        or not _has_randomly_distributed_days(years)
    ):
        return False
    youngest = get_current_year() - 3
    if years.high <= youngest:
        return years.high - years.low >= 4
    return years.high <= youngest + 3 and years.high - years.low >= 2 and years.weekends <= 0.25


def get_current_year() -> int:
    return datetime.now(UTC).year


def _has_randomly_distributed_days(years: YearStatistics) -> bool:
    """As chance would have them: on weekends too, as many different days as draws would give."""
    return years.days >= 30 and 0.85 <= years.evenness <= 1.15 and 0.17 <= years.weekends <= 0.4


def _has_few_code_series(m: ColumnMeasure) -> bool:
    """Whether the same few letters come back in all codes, as models, lots and contracts are called."""
    return m.series is not None and m.distinct >= MANY and m.series < min(FEW_SERIES, m.distinct / 4)


def _find_identity_paper_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    yield KindEvidence(IdentifierKind.IDENTITY_CARD, LIKELY, ("card_told", "mrz"))
    yield KindEvidence(IdentifierKind.PASSPORT, LIKELY, ("passport_told",))
    yield KindEvidence(IdentifierKind.DRIVING_LICENCE, LIKELY, ("driving_told",))
    old = m.compute_share_with_any_feature("paper_shaped") > 0.3 and m.count_cells_with_any_feature(
        "paper_shaped"
    ) > 0.8 * m.count_cells_with_any_feature("twelve")
    if "driving" in told:
        yield KindEvidence(IdentifierKind.DRIVING_LICENCE, LIKELY, ("twelve", "passport", "paper_code"))
        return
    if "permit" in told:
        yield KindEvidence(IdentifierKind.DRIVING_LICENCE, LIKELY, ("paper_shaped", "passport"))
        return
    if "passport" in told:
        yield KindEvidence(IdentifierKind.PASSPORT, LIKELY, ("passport", "card_new", "paper_code"))
    elif "identity" in told:
        yield KindEvidence(
            IdentifierKind.IDENTITY_CARD, LIKELY, ("twelve", "card_new", "passport", "paper_code")
        )
    if told.topics & {"code", "measure", "event"}:
        return
    # Letters and digits come in any order on a card, in one on the plates of makers.
    card = m.compute_share_with_any_feature("card_new") > 0.5 and (
        m.shapes is None or m.distinct < MANY or m.shapes > FEW_SHAPES
    )
    if old or card:
        yield KindEvidence(
            IdentifierKind.IDENTITY_CARD, POSSIBLE, ("paper_shaped", "card_new") if old else ("card_new",)
        )
    # Numbered from one on, as contracts and decrees of a year are: no passport office counts so low.
    low = m.count_cells_with_any_feature("passport_low") >= 0.5 * m.count_cells_with_any_feature("passport")
    if m.compute_share_with_any_feature("passport") > 0.5 and not low and not _has_few_code_series(m):
        yield KindEvidence(IdentifierKind.PASSPORT, POSSIBLE, ("passport",))


def _find_sports_and_caf_number_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    yield KindEvidence(IdentifierKind.SPORTS_LICENCE, LIKELY, ("sport_told",))
    yield KindEvidence(IdentifierKind.CAF_NUMBER, LIKELY, ("caf_told",))
    if "sport" in told:
        yield KindEvidence(IdentifierKind.SPORTS_LICENCE, LIKELY, ("paper_code",), ("date",))
    if "caf" in told:
        yield KindEvidence(IdentifierKind.CAF_NUMBER, LIKELY, ("seven_letter", "paper_code"))
    elif (
        m.compute_share_with_any_feature("seven_letter") > 0.5
        and m.count_cells_with_any_feature("uai") < 0.5 * m.count_cells_with_any_feature("seven_letter")
        and "code" not in told
    ):
        yield KindEvidence(IdentifierKind.CAF_NUMBER, POSSIBLE, ("seven_letter",))


def _find_student_number_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    """Of a pupil in one row as in all, but for the few of many references that happen to have that form."""
    catalogued = told.topics & {"code", "thing", "measure"} and m.compute_share_with_any_feature("ine") < 0.9
    bare = LIKELY if "pupil" in told else NOTED if catalogued else POSSIBLE
    yield KindEvidence(IdentifierKind.STUDENT_NUMBER, LIKELY, ("ine_told",))
    yield KindEvidence(IdentifierKind.STUDENT_NUMBER, bare, ("ine",))


def _find_social_profile_evidence(m: ColumnMeasure, told: ColumnNameHints) -> Iterator[KindEvidence]:
    yield KindEvidence(IdentifierKind.SOCIAL_PROFILE, LIKELY, ("profile_person",))
    yield KindEvidence(IdentifierKind.SOCIAL_PROFILE, NOTED, ("profile", "profile_org"))
    if "person" in told:
        yield KindEvidence(IdentifierKind.SOCIAL_PROFILE, LIKELY, ("profile", "profile_org"))
    elif not told.topics & {"service", "thing"}:
        # Where most are organisations' and none is somebody's, all are.
        organised = m.count_cells_with_any_feature("profile_org") > 4 * m.count_cells_with_any_feature(
            "profile", without=("profile_org",)
        )
        all_are = organised and not m.count_cells_with_any_feature("profile_person")
        yield KindEvidence(IdentifierKind.SOCIAL_PROFILE, NOTED if all_are else POSSIBLE, ("profile",))


JUDGES = (
    *(
        _find_nir_evidence,
        _find_bank_evidence,
        _find_phone_evidence,
        _find_email_evidence,
        _find_plate_evidence,
        _find_ip_and_mac_evidence,
        _find_birth_date_evidence,
        _find_identity_paper_evidence,
        _find_sports_and_caf_number_evidence,
        _find_student_number_evidence,
        _find_social_profile_evidence,
    ),
    *verdict_people.JUDGES,
)
