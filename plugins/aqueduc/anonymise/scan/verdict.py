"""From counts and the name of a column to hits: the evidence that each kind asks for.

Pure functions. What is too little evidence says nothing: a scan that cries at every SIREN is soon waived as a
whole.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from aqueduc.anonymise.scan import verdict_people
from aqueduc.anonymise.scan.evidence import CERTAIN, LIKELY, NOTED, ORDER, POSSIBLE, Evidence
from aqueduc.anonymise.scan.hints import Hints, hints
from aqueduc.anonymise.scan.kinds import Kind
from aqueduc.anonymise.scan.measure import Measured, Years


def evidence(m: Measured) -> tuple[Evidence, ...]:
    """What the column holds: at most one per kind, the surest."""
    if not m.cells:
        return ()
    told = hints(m.column)
    found: dict[Kind, Evidence] = {}
    for judge in JUDGES:
        for one in judge(m, told):
            known = found.get(one.kind)
            surer = known is None or ORDER.index(one.strength) < ORDER.index(known.strength)
            if surer and one.rows(m):
                found[one.kind] = one
    return tuple(found.values())


def _beats_chance(m: Measured, valid: str, shaped: str, odds: float) -> bool:
    """Whether more candidates pass their check digits than numbers drawn at random would."""
    passed, tried = m.count(valid), m.count(shaped)
    return passed > 0 and (passed >= 0.5 * tried or passed > 5 * tried * odds + 3)


def _nir(m: Measured, told: Hints) -> Iterator[Evidence]:
    if _beats_chance(m, "nir", "nir_shaped", 1 / 97):
        yield Evidence(Kind.NIR, CERTAIN, ("nir",))
    yield Evidence(Kind.NIR, LIKELY, ("nir_spaced", "nir_grouped"))
    bare = m.count("nir_bare")
    if bare >= 0.5 * m.count("thirteen") or (bare and "nir" in told):
        yield Evidence(Kind.NIR, LIKELY, ("nir_bare",))
    # The numbers of radio devices (IMEI) have as many digits, and Luhn's.
    devices = m.count("fifteen_luhn", without=("nir",)) > 0.5 * m.count("nir_shaped", "fifteen_luhn")
    # A number that begins with a year has months that nobody was born in.
    dated = m.count("nir_month") < 0.3 * m.count("nir_shaped")
    if not devices and not dated and m.count("nir_shaped") >= 0.5 * m.count("card_shaped", "nir_shaped"):
        # Their keys are wrong, their shape is not chance: a twentieth of numbers of fifteen digits have it.
        yield Evidence(Kind.NIR, POSSIBLE, ("nir_shaped",))
    if "nir" in told:
        yield Evidence(Kind.NIR, LIKELY, ("nir_digits", "nir_shaped"))


def _bank(m: Measured, told: Hints) -> Iterator[Evidence]:
    if _beats_chance(m, "iban", "iban_shaped", 1 / 97):
        yield Evidence(Kind.IBAN, CERTAIN, ("iban",))
    elif _beats_chance(m, "rib", "rib_shaped", 1 / 97):
        yield Evidence(Kind.IBAN, CERTAIN, ("rib",))
    yield Evidence(Kind.IBAN, CERTAIN, ("iban_grouped",))
    yield Evidence(Kind.IBAN, NOTED, ("iban_public",))
    yield Evidence(Kind.IBAN, LIKELY if "iban" in told else POSSIBLE, ("iban_cut",), ("iban_public",))
    if "iban" in told:
        yield Evidence(Kind.IBAN, LIKELY, ("iban_shaped", "rib_shaped"), ("iban_public",))
    if _beats_chance(m, "card", "card_shaped", 1 / 10):
        yield Evidence(Kind.CARD, CERTAIN if m.share("card") > 0.5 else LIKELY, ("card",))


_LONGER = ("nir", "nir_spaced", "nir_grouped", "iban", "iban_grouped", "rib", "card", "siret")
_NO_PHONE = (*_LONGER, "phone_service")


def _phone(m: Measured, told: Hints) -> Iterator[Evidence]:
    """Shares are those of the cells that are nothing but a number of nine or ten digits, among such cells:
    texts and what else the column holds neither raise nor lower them."""
    yield Evidence(Kind.PHONE, NOTED, ("phone_service",), _LONGER)
    if m.variety("moment_pairs") >= MANY and m.count("moment_pairs") >= 0.95 * m.count("phone", "plain"):
        # Day, month, year, hours and minutes: of telephones, one in fifty could be.
        yield Evidence(Kind.PHONE, NOTED, ("phone",), _LONGER)
        return
    if "service" in told and "person" not in told:
        yield Evidence(Kind.PHONE, NOTED, ("phone", "plain", "phone_near", "dialled"), _LONGER)
        yield Evidence(Kind.PHONE, POSSIBLE, ("mobile", "mobile_text"), _NO_PHONE)
        return
    if "voucher" in told and "phone" not in told and "person" not in told:
        # Of accounts: a whole cell is the number of a paper.
        yield Evidence(Kind.PHONE, NOTED, ("phone", "plain"), _LONGER)
        yield Evidence(Kind.PHONE, LIKELY, ("phone_told", "plain_text"), _NO_PHONE)
        return
    code = "code" in told and "phone" not in told
    # References are written in threes and fours; nobody but a telephone goes by pairs.
    yield Evidence(Kind.PHONE, CERTAIN, ("phone_usual" if code else "phone",), _NO_PHONE)
    yield Evidence(Kind.PHONE, LIKELY, ("phone_told", "plain_text"), _NO_PHONE)
    near = LIKELY if "phone" in told else NOTED if code else POSSIBLE
    yield Evidence(Kind.PHONE, near, ("phone_near",), _NO_PHONE)
    if "phone" in told and m.count("nine_luhn") <= 0.5 * m.count("dialled", "shorn"):
        yield Evidence(
            Kind.PHONE,
            LIKELY,
            ("phone", "plain", "shorn", "shorn_called", "shorn_pairs", "dialled"),
            _NO_PHONE,
        )
    if m.share("shorn_pairs") > 0.05:
        yield Evidence(Kind.PHONE, LIKELY, ("phone", "plain", "shorn_pairs"), _NO_PHONE)
    yield from _ten_digits(m, code)
    yield from _nine_digits(m, told, code)


def _ten_digits(m: Measured, code: bool) -> Iterator[Evidence]:
    tens = m.count("plain", without=("plain_text",))
    mobile = m.both("plain", "mobile") / tens if tens else 0.0
    few = m.starts is not None and m.numbers >= MANY and m.starts < min(15, m.numbers / 4)
    numbered = code or (mobile > 0.9 and few)
    yield Evidence(Kind.PHONE, NOTED if numbered else POSSIBLE, ("plain",), _NO_PHONE)
    if mobile > (0.4 if code else 0.3) and not few:
        yield Evidence(Kind.PHONE, POSSIBLE if code else LIKELY, ("plain",), _NO_PHONE)


def _nine_digits(m: Measured, told: Hints, code: bool) -> Iterator[Evidence]:
    """What a spreadsheet made of 0612345678: many beginnings, many mobiles, no check digit, no other size."""
    nines = m.count("shorn", "shorn_called")
    numbers = nines + m.count("plain", without=("plain_text",))
    diverse = m.starts is not None and m.starts >= min(15, numbers / 4)
    if not nines or code or not diverse or m.count("nine_luhn") > 0.5 * nines:
        return
    called = m.count("shorn_called") > 0.5 * m.count("digits")
    mobile = m.count("mobile", without=("phone",)) > 0.35 * numbers
    if called or (mobile and "measure" not in told and numbers > 0.8 * m.count("digits")):
        yield Evidence(Kind.PHONE, LIKELY, ("phone", "plain", "shorn", "shorn_called", "shorn_pairs"))


def _email(_m: Measured, told: Hints) -> Iterator[Evidence]:
    service = "service" in told and "person" not in told
    yield Evidence(Kind.EMAIL, CERTAIN, ("email_named",))
    yield Evidence(Kind.EMAIL, POSSIBLE if service else CERTAIN, ("email_personal",))
    yield Evidence(Kind.EMAIL, LIKELY if "email" in told else POSSIBLE, ("email_near",))
    yield Evidence(Kind.EMAIL, NOTED, ("email",))


UNSPOILT = 10
# So many codes have letters that chance would not repeat.
MANY = 30
FEW_SERIES = 16
FEW_SHAPES = 3
# Nobody who was born before it is alive.
LONG_AGO = 1900
_PLATES = ("siv_whole", "fni_whole", "siv_text", "fni_text")


def _plate(m: Measured, told: Hints) -> Iterator[Evidence]:
    plates = m.count("siv_whole", "fni_whole", "plate_like")
    if "plate" in told:
        yield Evidence(Kind.PLATE, CERTAIN, ("siv_whole", "siv_text", "fni_text"))
        yield Evidence(Kind.PLATE, LIKELY, ("fni_whole", "siv_near", "plate_abroad", "vin"))
        if plates > 0.5 * m.cells:
            yield Evidence(Kind.PLATE, LIKELY, (*_PLATES, "plate_like"))
        return
    # References have the letters that plates have not.
    spoilt = m.count("siv_spoilt") > 0.1 * m.count("siv_whole", "siv_spoilt")
    olds = (
        0
        if m.count("fni_spoilt") > 0.1 * m.count("fni_whole", "fni_spoilt")
        else m.share("fni_whole", "fni_last")
    )
    few = _is_in_few_series(m)
    if ("code" in told and "parked" not in told) or spoilt or few:
        # Drawn at random, two references in five have such letters: ten without are no chance.
        chance = spoilt or few or m.count("siv_whole") < UNSPOILT
        yield Evidence(Kind.PLATE, NOTED if chance else POSSIBLE, ("siv_whole",), ("fni_text",))
        yield Evidence(Kind.PLATE, LIKELY, ("fni_text",))
        return
    if m.count("siv_text") and not m.count("siv_text", "fni_text", without=("goods",)):
        # A part and its reference: filtre xk 371-vr.
        yield Evidence(Kind.PLATE, NOTED, ("siv_text",))
        return
    yield Evidence(Kind.PLATE, LIKELY, ("siv_text", "fni_text"))
    if m.share("siv_whole") > 0.5 or (olds and m.share("siv_whole", "fni_whole", "fni_last") > 0.5):
        yield Evidence(Kind.PLATE, LIKELY, ("siv_whole", "fni_whole", "fni_last"))
    if m.share("plate_abroad") > 0.3:
        yield Evidence(Kind.PLATE, LIKELY, ("plate_abroad",))
    yield Evidence(Kind.PLATE, POSSIBLE, ("siv_whole", "siv_near"))
    if m.share("vin") > 0.5:
        yield Evidence(Kind.PLATE, LIKELY, ("vin",))


def _network(m: Measured, told: Hints) -> Iterator[Evidence]:
    yield Evidence(Kind.IP, CERTAIN, ("ipv6_public",))
    routed = m.count("ipv4_large") > 0.3 * m.count("ipv4") and m.count("ipv4_high") > 0.1 * m.count("ipv4")
    if "network" in told or routed:
        yield Evidence(Kind.IP, CERTAIN, ("ipv4_public", "ipv6_public"))
        yield Evidence(Kind.IP, NOTED, ("ipv4", "ipv6"))
    if m.count("mac_letter") > 0.3 * m.count("mac"):
        yield Evidence(Kind.MAC, CERTAIN, ("mac",))
    if "network" in told:
        yield Evidence(Kind.MAC, LIKELY, ("mac", "mac_bare"))
    bare = m.count("mac_bare")
    if bare >= 20 and m.count("mac_odd") < 0.1 * bare:
        yield Evidence(Kind.MAC, POSSIBLE, ("mac_bare",))


def _birth(m: Measured, told: Hints) -> Iterator[Evidence]:
    years = m.years
    if years is not None and years.dated >= m.count("date") and years.last < LONG_AGO:
        yield Evidence(Kind.BIRTH_DATE, NOTED, ("date", "born"))
        return
    yield Evidence(Kind.BIRTH_DATE, LIKELY, ("born",))
    birth = "birth" in told and "thing" not in told
    believed = "code" not in told or (m.serials is not None and _born_as_adults(m.serials, m.distinct))
    if birth and believed and m.count("serial") > 0.8 * m.count("digits"):
        # Days since 1900: a date that went through a spreadsheet.
        yield Evidence(Kind.BIRTH_DATE, LIKELY, ("serial",))
    neutral = not told.topics & {"code", "thing", "measure", "event"}
    if neutral and m.serials and _on_any_day(m.serials) and _born_as_adults(m.serials, m.distinct):
        yield Evidence(Kind.BIRTH_DATE, POSSIBLE, ("serial",))
    if "birth" in told:
        yield Evidence(Kind.BIRTH_DATE, LIKELY, ("date",))
        if m.share("date_short") > 0.8:
            yield Evidence(Kind.BIRTH_DATE, LIKELY, ("date_short",))
    if years is None or years.dated < 0.3 * m.cells:
        return
    if "birth" in told:
        yield Evidence(Kind.BIRTH_DATE, CERTAIN, ("date",))
    elif "event" not in told and "thing" not in told:
        if _born_as_adults(years, m.distinct):
            yield Evidence(Kind.BIRTH_DATE, LIKELY, ("date",))
        if "day" not in told and _born_as_children(years, m.cells):
            yield Evidence(Kind.BIRTH_DATE, POSSIBLE, ("date",))


def _born_as_adults(years: Years, distinct: int) -> bool:
    """Decades of years, as the living have them; on any days, where some are children."""
    oldest, youngest = (1925, 2018) if _on_any_day(years) else (1905, 2014)
    alive = years.low >= oldest and years.high <= youngest and 1935 <= years.median <= 2003
    spread = years.upper - years.lower >= 10 and years.distinct >= min(15, distinct / 2)
    return alive and spread and years.firsts < 0.1


def _born_as_children(years: Years, cells: int) -> bool:
    """Days since 2000, alone. What goes on to this year is more often a file of events: then only with the
    fewer weekends of births (Saturdays and Sundays have a fifth fewer than other days, INSEE)."""
    if years.low < 2000 or years.days < max(30, 0.8 * cells) or years.firsts > 0.05 or not _on_any_day(years):
        return False
    youngest = datetime.now(UTC).year - 3
    if years.high <= youngest:
        return years.high - years.low >= 4
    return years.high <= youngest + 3 and years.high - years.low >= 2 and years.weekends <= 0.25


def _on_any_day(years: Years) -> bool:
    """As chance would have them: on weekends too, as many different days as draws would give."""
    return years.days >= 30 and 0.85 <= years.evenness <= 1.15 and 0.17 <= years.weekends <= 0.4


def _is_in_few_series(m: Measured) -> bool:
    """Whether the same few letters come back in all codes, as models, lots and contracts are called."""
    return m.series is not None and m.distinct >= MANY and m.series < min(FEW_SERIES, m.distinct / 4)


def _papers(m: Measured, told: Hints) -> Iterator[Evidence]:
    yield Evidence(Kind.IDENTITY_CARD, LIKELY, ("card_told", "mrz"))
    yield Evidence(Kind.PASSPORT, LIKELY, ("passport_told",))
    yield Evidence(Kind.DRIVING_LICENCE, LIKELY, ("driving_told",))
    old = m.share("paper_shaped") > 0.3 and m.count("paper_shaped") > 0.8 * m.count("twelve")
    if "driving" in told:
        yield Evidence(Kind.DRIVING_LICENCE, LIKELY, ("twelve", "passport", "paper_code"))
        return
    if "permit" in told:
        yield Evidence(Kind.DRIVING_LICENCE, LIKELY, ("paper_shaped", "passport"))
        return
    if "passport" in told:
        yield Evidence(Kind.PASSPORT, LIKELY, ("passport", "card_new", "paper_code"))
    elif "identity" in told:
        yield Evidence(Kind.IDENTITY_CARD, LIKELY, ("twelve", "card_new", "passport", "paper_code"))
    if told.topics & {"code", "measure", "event"}:
        return
    # Letters and digits come in any order on a card, in one on the plates of makers.
    card = m.share("card_new") > 0.5 and (m.shapes is None or m.distinct < MANY or m.shapes > FEW_SHAPES)
    if old or card:
        yield Evidence(Kind.IDENTITY_CARD, POSSIBLE, ("paper_shaped", "card_new") if old else ("card_new",))
    # Numbered from one on, as contracts and decrees of a year are: no passport office counts so low.
    low = m.count("passport_low") >= 0.5 * m.count("passport")
    if m.share("passport") > 0.5 and not low and not _is_in_few_series(m):
        yield Evidence(Kind.PASSPORT, POSSIBLE, ("passport",))


def _memberships(m: Measured, told: Hints) -> Iterator[Evidence]:
    yield Evidence(Kind.SPORTS_LICENCE, LIKELY, ("sport_told",))
    yield Evidence(Kind.CAF_NUMBER, LIKELY, ("caf_told",))
    if "sport" in told:
        yield Evidence(Kind.SPORTS_LICENCE, LIKELY, ("paper_code",), ("date",))
    if "caf" in told:
        yield Evidence(Kind.CAF_NUMBER, LIKELY, ("seven_letter", "paper_code"))
    elif (
        m.share("seven_letter") > 0.5
        and m.count("uai") < 0.5 * m.count("seven_letter")
        and "code" not in told
    ):
        yield Evidence(Kind.CAF_NUMBER, POSSIBLE, ("seven_letter",))


def _accounts(m: Measured, told: Hints) -> Iterator[Evidence]:
    yield Evidence(Kind.SOCIAL_PROFILE, LIKELY, ("profile_person",))
    yield Evidence(Kind.SOCIAL_PROFILE, NOTED, ("profile", "profile_org"))
    if "person" in told:
        yield Evidence(Kind.SOCIAL_PROFILE, LIKELY, ("profile", "profile_org"))
    elif not told.topics & {"service", "thing"}:
        # Where most are organisations' and none is somebody's, all are.
        organised = m.count("profile_org") > 4 * m.count("profile", without=("profile_org",))
        all_are = organised and not m.count("profile_person")
        yield Evidence(Kind.SOCIAL_PROFILE, NOTED if all_are else POSSIBLE, ("profile",))


JUDGES = (
    *(_nir, _bank, _phone, _email, _plate, _network, _birth, _papers, _memberships, _accounts),
    *verdict_people.JUDGES,
)
