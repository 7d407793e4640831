"""Births, marriages and deaths: schema `etat_civil`."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from sandbox.city import names, people
from sandbox.city.people import Resident
from sandbox.city.tables import Column, Row, Table, generator, put, repeat, spoil

BIRTHS, MARRIAGES, DEATHS = 20_000, 5_500, 12_000
_FIRST, _LAST = date(2016, 1, 1), date(2025, 12, 31)

_OLDEST_PARENT = date(1974, 1, 1)


def births(seed: int) -> Table:
    """20,000 births over ten years; about 0.6 % of the rows are bad."""
    rng = generator(seed, "naissance")
    parents = tuple(who for who in people.residents(seed) if who.born >= _OLDEST_PARENT)
    days = sorted(_day(rng) for _ in range(BIRTHS))
    rows = [_birth(rng, parents, rank, day) for rank, day in enumerate(days, 1)]
    stains = [
        *[put(sexe=None)] * 30,
        *[put(prenom=None)] * 20,
        *[put(prenom="Sans prénom")] * 4,
        *[put(quartier=None)] * 20,
        *[put(quartier="Hors commune")] * 4,
        put(date_naissance=date(2206, 3, 5)),
        put(date_naissance=date(202, 6, 14)),
        put(date_naissance=date(1900, 1, 1)),
    ]
    rows = repeat(rng, spoil(rng, rows, *stains), 20)
    columns = (
        Column("id", "bigint", "Numéro de l'acte"),
        Column("nom", "text", "Nom de l'enfant", "surname"),
        Column("prenom", "text", "Premier prénom, tel que saisi"),
        Column("sexe", "text", "F ou M"),
        Column("date_naissance", "date", "Date de naissance", "birth_date"),
        Column("quartier", "text", "Quartier de résidence des parents"),
        Column("nom_mere", "text", "Nom complet de la mère", "full_name"),
        Column("nom_pere", "text", "Nom complet du père ou de l'autre parent", "full_name"),
        Column("adresse", "text", "Domicile des parents", "address"),
        Column("nir", "text", "Numéro de sécurité sociale attribué à l'enfant", "nir"),
    )
    return Table("etat_civil", "naissance", "Actes de naissance", columns, tuple(rows))


def marriages(seed: int) -> Table:
    """5,500 marriages over ten years; about 0.4 % of the rows are bad."""
    rng = generator(seed, "mariage")
    crowd = people.residents(seed)
    rows = []
    for rank, day in enumerate(sorted(_day(rng) for _ in range(MARRIAGES)), 1):
        first, second = rng.sample(crowd, 2)
        rows.append(_marriage(rng, rank, day, first, second))
    stains: list[Callable[[Row], Row]] = [
        *[put(quartier=None)] * 8,
        *[put(adresse=None)] * 8,
        put(date_mariage=date(1900, 1, 1)),
        put(date_mariage=date(2204, 7, 6)),
        put(date_mariage=None),
    ]
    rows = repeat(rng, spoil(rng, rows, *stains), 4)
    columns = (
        Column("id", "bigint", "Numéro de l'acte"),
        Column("date_mariage", "date", "Date du mariage"),
        Column("quartier", "text", "Quartier du domicile commun"),
        Column("nom_1", "text", "Nom du premier époux", "surname"),
        Column("prenom_1", "text", "Prénom du premier époux", "given_name"),
        Column("nom_2", "text", "Nom du second époux", "surname"),
        Column("prenom_2", "text", "Prénom du second époux", "given_name"),
        Column("adresse", "text", "Domicile commun", "address"),
        Column("temoins", "text", "Noms des témoins", "full_name"),
    )
    return Table("etat_civil", "mariage", "Actes de mariage", columns, tuple(rows))


def deaths(seed: int) -> Table:
    """12,000 deaths over ten years; about 0.3 % of the rows are bad."""
    rng = generator(seed, "deces")
    days = sorted(_day(rng) for _ in range(DEATHS))
    # The dead are numbered after the living: nobody dies twice, or signs a permit afterwards.
    rows = [
        _death(rng, rank, day, people.resident(seed, people.POPULATION + rank))
        for rank, day in enumerate(days, 1)
    ]
    stains: list[Callable[[Row], Row]] = [
        *[put(quartier=None)] * 15,
        *[put(nir=None)] * 10,
        put(date_deces=date(2205, 11, 2)),
        put(date_deces=None),
    ]
    rows = repeat(rng, spoil(rng, rows, *stains), 8)
    columns = (
        Column("id", "bigint", "Numéro de l'acte"),
        Column("date_deces", "date", "Date du décès"),
        Column("nom", "text", "Nom du défunt", "surname"),
        Column("prenom", "text", "Prénom du défunt", "given_name"),
        Column("date_naissance", "date", "Date de naissance du défunt", "birth_date"),
        Column("nir", "text", "Numéro de sécurité sociale", "nir"),
        Column("quartier", "text", "Quartier du dernier domicile"),
        Column("adresse", "text", "Dernier domicile", "address"),
    )
    return Table("etat_civil", "deces", "Actes de décès", columns, tuple(rows))


def _day(rng: random.Random) -> date:
    return _FIRST + timedelta(days=rng.randint(0, (_LAST - _FIRST).days))


def _birth(rng: random.Random, parents: tuple[Resident, ...], rank: int, born: date) -> Row:
    mother, father = rng.choice(parents), rng.choice(parents)
    sex = "M" if rng.random() < 0.512 else "F"
    number = people.nir(rng, sex, born, commune="13001")
    return {
        "id": rank,
        "nom": people.write_surname(rng, rng.choice((father, father, mother)).surname),
        "prenom": _given_name(rng, sex),
        "sexe": sex,
        "date_naissance": born,
        "quartier": people.pick_quartier(rng),
        "nom_mere": people.write_full_name(rng, mother),
        "nom_pere": people.write_full_name(rng, father) if rng.random() < 0.96 else None,
        "adresse": people.write_address(rng, mother),
        "nir": people.write_nir(rng, number) if rng.random() < 0.97 else None,
    }


def _given_name(rng: random.Random, sex: str) -> str:
    """A few names are given often, most of them once or twice a year; some are typed carelessly."""
    pool = names.GIVEN_F if sex == "F" else names.GIVEN_M
    rank = min(int(rng.paretovariate(0.75) * 6) - 6, 10_000)
    name = pool[rank] if rank < len(pool) else rng.choice(pool)
    return rng.choices((name, name.upper(), f"{name} ", name.lower()), weights=(94, 4, 1, 1))[0]


def _marriage(rng: random.Random, rank: int, day: date, first: Resident, second: Resident) -> Row:
    return {
        "id": rank,
        "date_mariage": day,
        "quartier": people.pick_quartier(rng),
        "nom_1": people.write_surname(rng, first.surname),
        "prenom_1": first.given,
        "nom_2": people.write_surname(rng, second.surname),
        "prenom_2": second.given,
        "adresse": people.write_address(rng, first),
        "temoins": people.write_full_name(rng, second) if rng.random() < 0.5 else None,
    }


def _death(rng: random.Random, rank: int, day: date, who: Resident) -> Row:
    return {
        "id": rank,
        "date_deces": day,
        "nom": people.write_surname(rng, who.surname),
        "prenom": who.given,
        "date_naissance": who.born,
        "nir": people.write_nir(rng, who.nir),
        "quartier": people.pick_quartier(rng),
        "adresse": people.write_address(rng, who),
    }
