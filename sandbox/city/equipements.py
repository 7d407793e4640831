"""What the city looks after, as its services drop it in files: defibrillators (XLSX) and trees (GeoJSON)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sandbox.city import names, people
from sandbox.city.tables import REFERENCE, Column, Row, Table, generator, put, repeat, spoil

DEFIBRILLATORS, TREES = 150, 3_000

DEFIBRILLATOR_COLUMNS = (
    Column("nom"),
    Column("lat_coor1", "double precision"),
    Column("long_coor1", "double precision"),
    Column("adr_num"),
    Column("adr_voie"),
    Column("com_cp"),
    Column("com_insee"),
    Column("com_nom"),
    Column("acc"),
    Column("acc_lib"),
    Column("disp_j"),
    Column("disp_h"),
    Column("etat_fonct"),
    Column("fab_rais"),
    Column("modele"),
    Column("num_serie"),
    Column("dermnt", "integer", "Date de la dernière maintenance, en numéro de série Excel"),
    Column("referent_nom", personal="full_name"),
    Column("referent_mobile", personal="phone"),
)

TREE_COLUMNS = (
    Column("id", "integer"),
    Column("genre"),
    Column("espece"),
    Column("nom_vernaculaire"),
    Column("date_plantation"),
    Column("hauteur", "double precision", "Hauteur en mètres"),
    Column("quartier"),
    Column("signale_par", personal="full_name"),
    Column("remarque", personal="text"),
    Column("longitude", "double precision"),
    Column("latitude", "double precision"),
)

_MAKERS = (("Cardia-Sud", "CS-200"), ("Vitalpuls", "VP One"), ("Reanima", "R-3 Plus"), ("Hexacoeur", "HX 12"))
_SPECIES = (
    ("Platanus", "x hispanica", "Platane commun", 30),
    ("Celtis", "australis", "Micocoulier de Provence", 20),
    ("Pinus", "halepensis", "Pin d'Alep", 14),
    ("Cupressus", "sempervirens", "Cyprès de Provence", 9),
    ("Quercus", "ilex", "Chêne vert", 8),
    ("Olea", "europaea", "Olivier", 6),
    ("Cercis", "siliquastrum", "Arbre de Judée", 5),
    ("Tilia", "tomentosa", "Tilleul argenté", 4),
    ("Melia", "azedarach", "Lilas de Perse", 2),
    ("Morus", "kagayamae", "Mûrier platane", 2),
)
_EXCEL_EPOCH = date(1899, 12, 30)


def excel_serial(day: date) -> int:
    """The number a spreadsheet stores for a date."""
    return (day - _EXCEL_EPOCH).days


def defibrillators(seed: int) -> Table:
    """150 defibrillators, two of them badly filled in; maintenance dates are Excel serial numbers."""
    rng = generator(seed, "defibrillateurs")
    rows = [_defibrillator(rng, seed, rank) for rank in range(1, DEFIBRILLATORS + 1)]
    rows = spoil(rng, rows, put(dermnt="à vérifier"), put(num_serie=rows[0]["num_serie"]))
    comment = "Défibrillateurs de la Ville"
    return Table("depot", "defibrillateurs", comment, DEFIBRILLATOR_COLUMNS, tuple(rows))


def trees(seed: int) -> Table:
    """3,000 trees; about 0.5 % are bad (swapped coordinates, impossible dates, text in a number, twins)."""
    rng = generator(seed, "arbres")
    mentions: set[tuple[str, str]] = set()
    rows = [_tree(rng, seed, rank, mentions) for rank in range(1, TREES + 1)]
    stains = [
        *[put(longitude=43.5291, latitude=5.4474)] * 3,
        put(longitude=None, latitude=None),
        *[put(hauteur="12 m")] * 2,
        put(hauteur=-4),
        put(date_plantation="2019-02-30"),
        put(date_plantation="0000-00-00"),
        put(genre=None),
        put(id=None),
    ]
    rows = repeat(rng, spoil(rng, rows, *stains), 3)
    comment = "Arbres d'alignement et des parcs"
    return Table("depot", "arbres", comment, TREE_COLUMNS, tuple(rows), frozenset(mentions))


def near(rng: random.Random, quartier: names.Quartier, spread: float) -> tuple[float, float]:
    """A point (longitude, latitude) around the centre of a district, `spread` degrees at one sigma."""
    return (
        round(quartier.longitude + min(max(rng.gauss(0, spread), -2 * spread), 2 * spread), 6),
        round(quartier.latitude + min(max(rng.gauss(0, spread), -2 * spread), 2 * spread), 6),
    )


def _defibrillator(rng: random.Random, seed: int, rank: int) -> Row:
    who = rng.choice(people.residents(seed))
    longitude, latitude = near(rng, rng.choice(names.QUARTIERS), 0.006)
    maker, model = rng.choice(_MAKERS)
    inside = rng.random() < 0.6
    return {
        "nom": f"DAE {rng.choice(names.FACILITIES)} n° {rank}",
        "lat_coor1": latitude,
        "long_coor1": longitude,
        "adr_num": str(rng.randrange(1, 90)) if rng.random() < 0.85 else None,
        "adr_voie": rng.choice(names.PUBLIC_STREETS),
        "com_cp": rng.choice(("13100", "13090", "13290", "13540")),
        "com_insee": "13001",
        "com_nom": rng.choices(("Aix-en-Provence", "AIX EN PROVENCE "), weights=(92, 8))[0],
        "acc": "Intérieur" if inside else "Extérieur",
        "acc_lib": "non" if inside else "oui",
        "disp_j": "lundi|mardi|mercredi|jeudi|vendredi" if inside else "7j/7",
        "disp_h": "heures ouvrables" if inside else "24h/24",
        "etat_fonct": rng.choices(("En fonctionnement", "Hors service", "Absent momentanément"), (92, 5, 3))[
            0
        ],
        "fab_rais": maker,
        "modele": model,
        "num_serie": f"{maker[:2].upper()}{rng.randrange(10_000, 99_999)}X{rank:03d}",
        "dermnt": excel_serial(REFERENCE - timedelta(days=rng.randrange(3, 700))),
        "referent_nom": people.write_full_name(rng, who),
        "referent_mobile": people.write_phone(rng, who.phone) if rng.random() < 0.9 else None,
    }


def _tree(rng: random.Random, seed: int, rank: int, mentions: set[tuple[str, str]]) -> Row:
    quartier = rng.choices(names.QUARTIERS, weights=[q.people for q in names.QUARTIERS])[0]
    genus, species, common, _ = rng.choices(_SPECIES, weights=[item[3] for item in _SPECIES])[0]
    longitude, latitude = near(rng, quartier, 0.005)
    planted = date(1950, 1, 1) + timedelta(days=rng.randrange(75 * 365))
    reporter = (
        people.write_full_name(rng, rng.choice(people.residents(seed))) if rng.random() < 0.08 else None
    )
    return {
        "id": rank,
        "genre": genus,
        "espece": species,
        "nom_vernaculaire": rng.choices((common, common.upper(), f"{common} "), weights=(94, 4, 2))[0],
        "date_plantation": planted.isoformat() if rng.random() < 0.7 else None,
        "hauteur": round(rng.uniform(2, 24), 1) if rng.random() < 0.9 else None,
        "quartier": quartier.name,
        "signale_par": reporter,
        "remarque": _remark(rng, seed, reporter, mentions),
        "longitude": longitude,
        "latitude": latitude,
    }


def _remark(
    rng: random.Random, seed: int, reporter: str | None, mentions: set[tuple[str, str]]
) -> str | None:
    if reporter is None:
        return "à élaguer" if rng.random() < 0.1 else None
    who = rng.choice(people.residents(seed))
    if rng.random() < 0.5:
        mentions.add(("address", who.address))
        return f"branche tombée devant le {who.address}"
    phone = people.write_phone(rng, who.phone)
    mentions.add(("phone", phone))
    return f"signalé par téléphone, rappeler le {phone}"
