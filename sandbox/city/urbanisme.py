"""Building permits: schema `urbanisme`."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sandbox.city import names, people
from sandbox.city.people import Resident
from sandbox.city.tables import REFERENCE, Column, Row, Table, generator, put, repeat, spoil

PERMITS = 4_000
FIRST_YEAR, LAST_YEAR = 2016, 2025

COLUMNS = (
    Column("numero", "text", "Numéro du permis"),
    Column("type_permis", "text", "PCMI, PC, PA ou PD"),
    Column("demandeur_nom", "text", "Nom du demandeur", "surname"),
    Column("demandeur_prenom", "text", "Prénom du demandeur", "given_name"),
    Column("demandeur_telephone", "text", "Téléphone du demandeur, tel que saisi", "phone"),
    Column("demandeur_courriel", "text", "Courriel du demandeur", "email"),
    Column("adresse_demandeur", "text", "Domicile du demandeur", "address"),
    Column("adresse_terrain", "text", "Adresse du terrain", "address"),
    Column("parcelle", "text", "Référence cadastrale sur 14 caractères", "parcel"),
    Column("date_depot", "date", "Date de dépôt du dossier"),
    Column("date_decision", "date", "Date de la décision ; vide si le dossier est en cours"),
    Column("decision", "text", "Sens de la décision"),
    Column("surface_m2", "numeric(10,2)", "Surface de plancher créée, en m²"),
    Column("logements", "integer", "Nombre de logements créés"),
    Column("quartier", "text", "Quartier du terrain"),
)

_MONTH_WEIGHTS = (7, 8, 10, 9, 9, 10, 9, 4, 9, 9, 8, 8)
_DECISIONS = ("Accordé", "Accordé avec prescriptions", "Refusé", "Sans suite", "Retiré")
_DECISION_WEIGHTS = (70, 14, 10, 4, 2)

# Business parks and the suburb of villas build large; the old districts hardly add a room.
_LARGE = {"La Duranne": 0.03, "Les Milles": 0.012, "Puyricard": 0.006, "Luynes": 0.006}
_HOUSE = {"Puyricard": 0.36, "Les Milles": 0.30, "Luynes": 0.34, "Célony": 0.34, "La Duranne": 0.18}


def permits(seed: int) -> Table:
    """About 4,000 permits filed over ten years, in the order of their filing; some 0.7 % of them are bad."""
    rng = generator(seed, "permis")
    days = sorted(_filing_day(rng) for _ in range(PERMITS))
    rows = [_permit(rng, seed, rank, day) for rank, day in enumerate(days, 1)]
    rows = repeat(rng, spoil(rng, rows, *_stains()), 6)
    return Table("urbanisme", "permis", "Permis déposés depuis 2016", COLUMNS, tuple(rows))


def _stains() -> list:
    return [
        put(date_depot=date(2205, 3, 14)),
        put(date_depot=date(1900, 1, 1), date_decision=None),
        put(date_decision=date(1999, 12, 31)),
        *[put(date_depot=None)] * 3,
        *[put(quartier="PUYRICARD ")] * 2,
        put(quartier="puyricard"),
        put(quartier="Hors commune"),
        *[put(surface_m2=-1)] * 3,
        put(surface_m2=9_999_999),
        *[put(decision="accorde")] * 3,
        *[put(logements=-1)] * 2,
        put(numero=None),
        put(numero=" "),
    ]


def _filing_day(rng: random.Random) -> date:
    year = rng.randint(FIRST_YEAR, LAST_YEAR)
    month = rng.choices(range(1, 13), weights=_MONTH_WEIGHTS)[0]
    return date(year, month, rng.randint(1, 28))


def _permit(rng: random.Random, seed: int, rank: int, filed: date) -> Row:
    who = rng.choice(people.residents(seed))
    company = rng.random() < 0.06
    quartier = rng.choices(names.QUARTIERS, weights=[q.permits for q in names.QUARTIERS])[0].name
    kind, surface, homes = _work(rng, quartier)
    decided, decision = _outcome(rng, filed)
    return {
        "numero": f"{'PC' if kind == 'PCMI' else kind} 013001 {filed:%y} {rng.choice('JKLM')}{rank:04d}",
        "type_permis": kind,
        "demandeur_nom": f"SCI {who.surname.upper()}" if company else people.write_surname(rng, who.surname),
        "demandeur_prenom": None if company else who.given,
        "demandeur_telephone": people.write_phone(rng, who.phone) if rng.random() < 0.85 else None,
        "demandeur_courriel": who.email if rng.random() < 0.7 else None,
        "adresse_demandeur": people.write_address(rng, who),
        "adresse_terrain": _plot_address(rng, seed, who),
        "parcelle": f"13001000{rng.choice('ABCDEHKL')}{rng.choice('ABCDEHKLMN')}{rng.randrange(1, 900):04d}",
        "date_depot": filed,
        "date_decision": decided,
        "decision": decision,
        "surface_m2": surface,
        "logements": homes,
        "quartier": quartier,
    }


def _work(rng: random.Random, quartier: str) -> tuple[str, float, int]:
    """Kind of permit, floor area in m² and homes created."""
    draw = rng.random()
    if draw < _LARGE.get(quartier, 0.002):
        surface = round(rng.uniform(400, 2_600), 1)
        return "PC", surface, int(surface // 70)
    if rng.random() < 0.07:
        return rng.choice(("PD", "PA")), 0.0, 0
    if rng.random() < _HOUSE.get(quartier, 0.02):
        surface = round(min(max(rng.gauss(142, 22), 102), 198), 1)
        return "PCMI", surface, 1
    return rng.choices(("PCMI", "PC"), weights=(8, 2))[0], round(min(max(rng.gauss(38, 18), 8), 96), 1), 0


def _outcome(rng: random.Random, filed: date) -> tuple[date | None, str | None]:
    decided = filed + timedelta(days=rng.randint(40, 150))
    if decided >= REFERENCE:
        return None, None
    return decided, rng.choices(_DECISIONS, weights=_DECISION_WEIGHTS)[0]


def _plot_address(rng: random.Random, seed: int, who: Resident) -> str:
    return people.write_address(rng, who if rng.random() < 0.7 else rng.choice(people.residents(seed)))
