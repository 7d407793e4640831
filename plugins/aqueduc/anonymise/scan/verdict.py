"""From counts and the name of a column to hits: the evidence that each kind asks for.

Pure functions. What is too little evidence says nothing: a scan that cries at every SIREN is soon waived as a
whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from aqueduc.anonymise.scan import verdict_people
from aqueduc.anonymise.scan.evidence import CERTAIN, LIKELY, NOTED, ORDER, POSSIBLE, Evidence
from aqueduc.anonymise.scan.hints import Hints, hints
from aqueduc.anonymise.scan.kinds import Kind
from aqueduc.anonymise.scan.measure import Measured


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
    yield Evidence(Kind.NIR, LIKELY, ("nir_spaced",))
    bare = m.count("nir_bare")
    if bare >= 0.8 * m.count("thirteen") or (bare and "nir" in told):
        yield Evidence(Kind.NIR, LIKELY, ("nir_bare",))


def _bank(m: Measured, _told: Hints) -> Iterator[Evidence]:
    if _beats_chance(m, "iban", "iban_shaped", 1 / 97):
        yield Evidence(Kind.IBAN, CERTAIN, ("iban",))
    elif _beats_chance(m, "rib", "rib_shaped", 1 / 97):
        yield Evidence(Kind.IBAN, CERTAIN, ("rib",))
    if _beats_chance(m, "card", "card_shaped", 1 / 10):
        yield Evidence(Kind.CARD, CERTAIN if m.share("card") > 0.5 else LIKELY, ("card",))


_LONGER = ("nir", "nir_spaced", "iban", "rib", "card", "siret")


def _phone(m: Measured, told: Hints) -> Iterator[Evidence]:
    # References are written in threes and fours; nobody but a telephone goes by pairs.
    written = "phone_usual" if "code" in told else "phone"
    yield Evidence(Kind.PHONE, CERTAIN, (written,), _LONGER)
    if "phone" in told and m.share("dialled") > 0.3 and m.share("nine_luhn") < 0.5:
        yield Evidence(
            Kind.PHONE, LIKELY, ("phone", "plain", "shorn", "shorn_called", "shorn_pairs", "dialled"), _LONGER
        )
    if m.share("shorn_pairs") > 0.05:
        yield Evidence(Kind.PHONE, LIKELY, ("phone", "plain", "shorn_pairs"), _LONGER)
    diverse = m.starts is None or m.starts >= min(15, m.distinct / 4)
    mobile = m.share("mobile")
    scattered = m.share("plain") < 0.5 and "code" not in told
    if "phone" in told or scattered or (diverse and mobile > (0.4 if "code" in told else 0.3)):
        yield Evidence(Kind.PHONE, LIKELY, ("phone", "plain"), _LONGER)
    shorn = m.share("shorn", "shorn_called")
    if not shorn or m.share("nine_luhn") > 0.5 * shorn:
        return
    sure = diverse and shorn + m.share("plain") > 0.8 and mobile > 0.35 and "code" not in told
    if "phone" in told or sure or (m.share("shorn_called") > 0.5 and diverse):
        yield Evidence(Kind.PHONE, LIKELY, ("phone", "plain", "shorn", "shorn_called", "shorn_pairs"))


def _email(_m: Measured, _told: Hints) -> Iterator[Evidence]:
    yield Evidence(Kind.EMAIL, CERTAIN, ("email_personal",))
    yield Evidence(Kind.EMAIL, NOTED, ("email",))


def _plate(m: Measured, told: Hints) -> Iterator[Evidence]:
    siv, fni = m.share("siv_whole"), m.share("fni_whole")
    if "plate" in told and siv + fni > 0.05:
        yield Evidence(Kind.PLATE, CERTAIN, ("siv_whole", "fni_whole", "siv_text"))
    if "plate" in told and m.share("plate_like", "siv_whole") > 0.5:
        yield Evidence(Kind.PLATE, LIKELY, ("siv_whole", "fni_whole", "plate_like"))
    if "code" in told:
        yield Evidence(Kind.PLATE, POSSIBLE, ("siv_whole",))
        return
    if siv > 0.5 or (siv > 0.1 and siv + fni > 0.5):
        yield Evidence(Kind.PLATE, LIKELY, ("siv_whole", "fni_whole"))
    if fni > 0.8:
        yield Evidence(Kind.PLATE, LIKELY, ("fni_whole",))
    if siv <= 0.5:
        yield Evidence(Kind.PLATE, LIKELY, ("siv_text", "fni_text"))


def _network(m: Measured, told: Hints) -> Iterator[Evidence]:
    yield Evidence(Kind.IP, CERTAIN, ("ipv6",))
    if m.count("ipv4_large") > 0.3 * m.count("ipv4"):
        yield Evidence(Kind.IP, CERTAIN, ("ipv4", "ipv6"))
    if m.count("mac_letter") > 0.3 * m.count("mac"):
        yield Evidence(Kind.MAC, CERTAIN, ("mac",))
    if "network" in told and m.share("mac_bare") > 0.5:
        yield Evidence(Kind.MAC, LIKELY, ("mac", "mac_bare"))


def _birth(m: Measured, told: Hints) -> Iterator[Evidence]:
    yield Evidence(Kind.BIRTH_DATE, LIKELY, ("born",))
    if "birth" in told and not {"code", "thing"} & told.topics and m.share("serial") > 0.8:
        # Days since 1900: a date that went through a spreadsheet.
        yield Evidence(Kind.BIRTH_DATE, LIKELY, ("serial",))
    years = m.years
    if "birth" in told and m.share("date_short") > 0.8:
        yield Evidence(Kind.BIRTH_DATE, LIKELY, ("date_short",))
    if years is None or years.dated < 0.3 * m.cells:
        return
    if "birth" in told:
        yield Evidence(Kind.BIRTH_DATE, CERTAIN, ("date",))
    elif "event" not in told and "thing" not in told:
        adults = years.low >= 1905 and years.high <= 2014 and 1935 <= years.median <= 2000
        spread = years.upper - years.lower >= 10 and years.distinct >= min(15, m.distinct / 2)
        if adults and spread and years.firsts < 0.1:
            yield Evidence(Kind.BIRTH_DATE, LIKELY, ("date",))


JUDGES = (_nir, _bank, _phone, _email, _plate, _network, _birth, *verdict_people.JUDGES)
