"""Car parks and bicycle counters: nothing is stored, every reading is computed from its time and place."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sandbox.city import people

PARIS = ZoneInfo("Europe/Paris")
CAR_PARK_STEP = timedelta(minutes=10)
HISTORY = timedelta(days=731)
PAGE_SIZE = 100

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class CarPark:
    """A car park: capacity in places, position in WGS84 degrees."""

    id: str
    name: str
    capacity: int
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Counter:
    """A bicycle counter: `busy` is the number of passages of an ordinary rush hour."""

    id: str
    name: str
    busy: int
    longitude: float
    latitude: float


CAR_PARKS = (
    CarPark("P01", "Rotonde", 1800, 5.4441, 43.5254),
    CarPark("P02", "Mignet", 800, 5.4477, 43.5243),
    CarPark("P03", "Méjanes", 800, 5.4414, 43.5240),
    CarPark("P04", "Carnot", 675, 5.4555, 43.5256),
    CarPark("P05", "Pasteur", 650, 5.4462, 43.5340),
    CarPark("P06", "Rambot", 400, 5.4581, 43.5305),
    CarPark("P07", "Signoret", 350, 5.4486, 43.5334),
    CarPark("P08", "Bellegarde", 340, 5.4502, 43.5322),
    CarPark("P09", "Cardeurs", 125, 5.4458, 43.5299),
)

COUNTERS = (
    Counter("V01", "Cours Gambetta", 96, 5.4562, 43.5228),
    Counter("V02", "Avenue Victor Hugo", 84, 5.4461, 43.5238),
    Counter("V03", "Boulevard du Roi René", 110, 5.4497, 43.5239),
    Counter("V04", "Route de Galice", 62, 5.4302, 43.5262),
    Counter("V05", "Avenue de l'Europe", 71, 5.4348, 43.5221),
    Counter("V06", "Pont de l'Arc", 48, 5.4502, 43.5093),
    Counter("V07", "Avenue Henri Pontier", 39, 5.4471, 43.5366),
    Counter("V08", "Voie verte de Luynes", 27, 5.4229, 43.4921),
    Counter("V09", "Route des Milles", 33, 5.4105, 43.5108),
    Counter("V10", "La Duranne - pôle d'activités", 22, 5.3433, 43.4941),
    Counter("V11", "Val Saint-André", 41, 5.4680, 43.5172),
    Counter("V12", "Campus Schuman", 120, 5.4402, 43.5186),
)

_SURVEYORS = 6
# Share of the rush-hour flow, hour by hour, on a working day and on a day off.
_WORKING = (2, 1, 1, 1, 2, 7, 24, 68, 100, 55, 36, 40, 58, 54, 42, 44, 64, 96, 88, 52, 28, 17, 10, 5)
_DAY_OFF = (5, 3, 2, 1, 1, 2, 5, 10, 20, 36, 48, 52, 44, 40, 46, 52, 54, 48, 38, 28, 20, 14, 10, 7)


def car_parks(seed: int, moment: datetime) -> list[dict[str, object]]:
    """The state of every car park at an aware `moment`: constant over each step of ten minutes."""
    slot = floor(moment, CAR_PARK_STEP)
    return [_car_park(seed, park, slot) for park in CAR_PARKS]


def counts(seed: int, start: datetime, end: datetime, page: int, now: datetime) -> tuple[int, list[dict]]:
    """(total, rows of the page) of the hours in [start, end), all counters; pages start at 1.

    Hours older than HISTORY, or not over at `now`, do not exist. All times are aware.
    """
    first = max(ceil_hour(start), ceil_hour(now - HISTORY))
    hours = max(0, int((min(ceil_hour(end), floor(now, _HOUR)) - first) / _HOUR))
    total = hours * len(COUNTERS)
    ranks = range((page - 1) * PAGE_SIZE, min(page * PAGE_SIZE, total))
    return total, [
        _count(seed, COUNTERS[rank % len(COUNTERS)], first + rank // len(COUNTERS) * _HOUR) for rank in ranks
    ]


@cache
def surveyors(seed: int) -> tuple[people.Resident, ...]:
    """The agents whose names the counters' software writes beside each reading."""
    return tuple(people.resident(seed, index) for index in range(_SURVEYORS))


def personal_values(seed: int) -> list[tuple[str, str]]:
    """The (kind, value) of the surveyors, as the API writes them."""
    values = [("full_name", who.full_name) for who in surveyors(seed)]
    return values + [("surname", who.surname) for who in surveyors(seed)]


def draw(seed: int, *what: object) -> float:
    """A number in [0, 1) that depends on its arguments only."""
    digest = hashlib.blake2b(repr((seed, *what)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def floor(moment: datetime, step: timedelta) -> datetime:
    """The start of the step that holds an aware moment, in UTC."""
    elapsed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return datetime(1970, 1, 1, tzinfo=UTC) + elapsed // step * step


def ceil_hour(moment: datetime) -> datetime:
    """The first full hour at or after an aware moment, in UTC."""
    hour = floor(moment, _HOUR)
    return hour if hour == moment else hour + _HOUR


def _car_park(seed: int, park: CarPark, slot: datetime) -> dict[str, object]:
    local = slot.astimezone(PARIS)
    status = _car_park_status(seed, park, local)
    hour = local.hour + local.minute / 60
    bell = math.exp(-(((hour - 15) / 4.5) ** 2))
    rate = 0.25 + (0.6 if local.weekday() < 6 else 0.35) * bell + 0.12 * (draw(seed, park.id, slot) - 0.5)
    free = round(park.capacity * (1 - min(max(rate, 0.02), 1)))
    return {
        "id": park.id,
        "nom": park.name,
        "places": {"ouvert": free, "fermé": 0}.get(status),
        "capacite": park.capacity,
        "statut": status,
        "longitude": park.longitude,
        "latitude": park.latitude,
        "horodatage": local.isoformat(),
    }


def _car_park_status(seed: int, park: CarPark, local: datetime) -> str:
    """One car park is shut a whole day now and then; a sensor is mute now and then."""
    if draw(seed, "fermeture", park.id, local.date()) < 0.03:
        return "fermé"
    return "inconnu" if draw(seed, "panne", park.id, local) < 0.02 else "ouvert"


def _count(seed: int, counter: Counter, hour: datetime) -> dict[str, object]:
    local = hour.astimezone(PARIS)
    profile = _DAY_OFF if local.weekday() > 4 else _WORKING
    season = 1 + 0.35 * math.sin((local.timetuple().tm_yday - 110) / 365 * 2 * math.pi)
    chance = draw(seed, counter.id, hour)
    passages = round(counter.busy * profile[local.hour] / 100 * season * (0.7 + 0.6 * chance))
    return {
        "compteur": counter.id,
        "nom": counter.name,
        "horodatage": local.isoformat(),
        "passages": None if draw(seed, "muet", counter.id, local.date()) < 0.01 else passages,
        "longitude": counter.longitude,
        "latitude": counter.latitude,
        "agent_releve": _surveyor(seed, counter, local),
    }


def _surveyor(seed: int, counter: Counter, local: datetime) -> str:
    """Each counter has its agent, another one every month."""
    return surveyors(seed)[(COUNTERS.index(counter) + local.month) % _SURVEYORS].full_name
