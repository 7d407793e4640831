"""A third labelled set, written from the law's list of identifiers before its author had read a rule of the scan.

It says how the scan generalises: nothing in the scan was tuned on it, and nothing should be. Nobody here exists.
"""

from __future__ import annotations

import datetime
import hashlib
import random
import string
import uuid
from collections.abc import Callable
from typing import Any

from tests.anonymise.scan.labelled import Labelled

Make = Callable[[random.Random], Any]

FIRST = (
    "Odile Gérard Maryse Kevin Jordan Yvette Raymond Huguette Sofiane Leïla Nadia Rachid Mathis Clara Louane Nolan "
    "Josiane Ginette Thierry Bruno Corinne Muriel Elodie Jérémy Wassim Inaya Ethan Lina Rose Marius Augustin Solène "
    "Anne-Sophie Jean-Marc Marie-Thérèse Moussa Aminata Svetlana Dimitri Rosa Manuel"
).split()
LAST = (
    "Perrin Chevalier Fabre Roussel Benali Haddad Cohen Lopez Fernandez Traoré Diallo Nguyen Kowalski Rossi Marchand "
    "Aubert Guérin Le_Goff De_Almeida Lacroix Carpentier Meyer Schmitt Pons Vidal Giraud Barthélemy Ben_Youssef "
    "Etchegaray Vandenberghe Boyer Maillard Cordier Zerbib Sanchez"
).split()
LAST = [name.replace("_", " ") for name in LAST]
ROADS = ("rue", "avenue", "chemin", "traverse", "impasse", "boulevard", "place", "montée")
ROAD_NAMES = (
    "des Acacias|Frédéric Mistral|du Vieux Puits|de la Liberté|Anatole France|des Cigales|Jules Guesde|"
    "de la Croix Rouge|Saint-Éloi|du Stade|des Quatre Vents|Marcel Pagnol|du Maréchal Foch"
).split("|")
TOWNS = "Salon|Arles|Gardanne|Trets|Pertuis|Cabriès|Lambesc|Éguilles|Rognes".split("|")


def cells(make: Make) -> Callable[[random.Random, int], list[Any]]:
    return lambda rng, n: [make(rng) for _ in range(n)]


def rarely(inside: Make, around: Make, every: int) -> Callable[[random.Random, int], list[Any]]:
    """`inside` in one cell out of `every`, `around` elsewhere."""
    return lambda rng, n: [(inside if i % every == every // 2 else around)(rng) for i in range(n)]


def holes(make: Make, share: float) -> Callable[[random.Random, int], list[Any]]:
    return lambda rng, n: [None if rng.random() < share else make(rng) for _ in range(n)]


def num(rng: random.Random, size: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(size))


def nir(rng: random.Random, department: str | None = None) -> tuple[str, ...]:
    """The six blocks of a number of social security, with its key."""
    where = department or f"{rng.choice([13, 84, 75, 6, 59, 69]):02d}"
    blocks = (rng.choice("12"), f"{rng.randrange(30, 100):02d}", f"{rng.randrange(1, 13):02d}", where)
    blocks += (f"{rng.randrange(1, 400):03d}", f"{rng.randrange(1, 900):03d}")
    number = int("".join(blocks).replace("2A", "19").replace("2B", "18"))
    return (*blocks, f"{97 - number % 97:02d}")


def iban(rng: random.Random, country: str, bank: str) -> str:
    body = "".join(num(rng, 1) if c == "#" else rng.choice(string.ascii_uppercase) for c in bank)
    as_digits = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{country}{98 - int(as_digits) % 97:02d}{body}"


def by_four(text: str) -> str:
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def phone(rng: random.Random, sep: str = "") -> str:
    return sep.join(["0" + rng.choice("1234567"), *(num(rng, 2) for _ in range(4))])


def siv(rng: random.Random, sep: str = "-") -> str:
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ"
    return sep.join(("".join(rng.choices(letters, k=2)), num(rng, 3), "".join(rng.choices(letters, k=2))))


def someone(rng: random.Random) -> tuple[str, str]:
    return rng.choice(FIRST), rng.choice(LAST)


def road(rng: random.Random) -> str:
    return f"{rng.choice(ROADS)} {rng.choice(ROAD_NAMES)}"


def date(rng: random.Random, first: int, last: int) -> datetime.date:
    start = datetime.date(first, 1, 1)
    return start + datetime.timedelta(days=rng.randrange((datetime.date(last, 12, 31) - start).days))


def works(rng: random.Random) -> str:
    what = (
        "Nid de poule",
        "Lampadaire éteint",
        "Dépôt sauvage",
        "Banc cassé",
        "Arbre penché",
        "Regard bruyant",
    )
    where = ("devant le gymnase", "près de la mairie", "sur le parking", f"angle {road(rng)}", "côté pair")
    then = ("à reprendre", "signalé deux fois", "urgent", "transmis au service", "vu le 12 mars", "lot n° 4")
    return f"{rng.choice(what)} {rng.choice(where)}, {rng.choice(then)}"


def luhn(body: str) -> str:
    total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(reversed(body)))
    return body + str(-total % 10)


def mailbox(rng: random.Random) -> str:
    first, last = someone(rng)
    plain = f"{first}.{last}".lower().replace(" ", "").translate(str.maketrans("éèïëçô", "eeieco"))
    return f"{plain}{rng.choice(['', '13', '84'])}@{rng.choice(['orange.fr', 'gmail.com', 'laposte.net', 'free.fr'])}"


PERSONAL: tuple[tuple[str, str, Callable[[random.Random, int], list[Any]]], ...] = (
    ("nir", "nir", cells(lambda r: " ".join(nir(r)))),
    ("identifiant", "nir", cells(lambda r: "".join(nir(r)))),
    ("num_assure", "nir", cells(lambda r: "".join(nir(r)[:6]))),
    ("matricule_ss", "nir", cells(lambda r: "-".join(nir(r, r.choice(["2A", "2B", None]))))),
    ("numero", "nir", holes(lambda r: int("".join(nir(r))), 0.4)),
    ("observations", "nir", rarely(lambda r: f"{works(r)} (assuré {' '.join(nir(r))})", works, 25)),
    ("rib", "iban", cells(lambda r: by_four(iban(r, "FR", "#" * 23)))),
    ("compte", "iban", cells(lambda r: iban(r, "FR", "##########@" + "#" * 12).lower())),
    ("reglement", "iban", cells(lambda r: f"IBAN : {by_four(iban(r, 'FR', '#' * 23))} - BIC AGRIFRPP"))
    ,
    ("banque_fournisseur", "iban", cells(lambda r: iban(r, *r.choice([("DE", "#" * 18), ("BE", "#" * 12), ("ES", "#" * 20)])))),
    ("tel", "phone", cells(lambda r: phone(r, "."))),
    ("contact", "phone", cells(lambda r: f"+33 (0){phone(r, ' ')[1:]}")),
    ("portable", "phone", cells(lambda r: int(f"{r.choice('67')}{num(r, 8)}"))),
    ("joindre", "phone", holes(lambda r: f"{phone(r, ' ')} / {phone(r, ' ')}", 0.5)),
    ("info", "phone", holes(lambda r: f"0033{phone(r)[1:]}", 0.2)),
    ("commentaire", "phone", rarely(lambda r: f"rappeler l'usager au {phone(r, '-')}", works, 10)),
    ("mail", "email", cells(mailbox)),
    ("col_12", "email", rarely(lambda r: f"contact: {mailbox(r)}", works, 30)),
    ("courriel_demandeur", "email", cells(lambda r: mailbox(r).upper())),
    ("immatriculation", "plate", cells(siv)),
    ("vehicule", "plate", cells(lambda r: f"{r.choice(['Clio', '208', 'Berlingo'])} {siv(r, '').lower()} {r.choice(['noire', 'grise'])}")),
    ("plaque", "plate", cells(lambda r: f"{num(r, 4)} {''.join(r.choices('ABCDEFGHJKLMNPQRSTVWXYZ', k=2))} {r.choice(['13', '84', '2A'])}")),
    ("motif", "plate", rarely(lambda r: f"véhicule {siv(r, ' ')} stationné sur trottoir", works, 8)),
    ("nom", "person_name", cells(lambda r: someone(r)[1].upper())),
    ("nom_prenom", "person_name", cells(lambda r: f"{someone(r)[1].upper()} {someone(r)[0]}")),
    ("demandeur", "person_name", cells(lambda r: f"{r.choice(['M.', 'Mme', 'M. et Mme'])} {someone(r)[1]}")),
    ("beneficiaire", "person_name", cells(lambda r: "{1}, {0}".format(*someone(r)))),
    ("responsable", "person_name", cells(lambda r: f"{r.choice(['Mme', 'M.'])} {someone(r)[0]} {someone(r)[1].upper()}")),
    ("prenom", "person_name", cells(lambda r: someone(r)[0])),
    ("redacteur", "person_name", cells(lambda r: f"{someone(r)[0][0]}. {someone(r)[1]}")),
    ("texte", "person_name", rarely(lambda r: f"M. {someone(r)[1]} demande un passage du service", works, 6)),
    ("suivi_par", "person_name", holes(lambda r: "{0} {1}".format(*someone(r)), 0.3)),
    ("c3", "person_name", cells(lambda r: "{0} {1}".format(*someone(r)))),
    ("adresse", "address", cells(lambda r: f"{r.randrange(1, 99)} bis {road(r)}, 13{num(r, 3)} {r.choice(TOWNS)}")),
    ("lieu_residence", "address", cells(lambda r: f"{r.choice(ROAD_NAMES)} ({r.choice(ROADS)}), {r.randrange(1, 99)}")),
    ("domicile", "address", cells(lambda r: f"Résidence Les Pins Bât {r.choice('ABC')} Apt {r.randrange(1, 60)}, {road(r)}")),
    ("adresse_1", "address", cells(lambda r: f"{r.randrange(1, 99)} {r.choice(['AV', 'BD', 'CHE', 'IMP', 'R'])} {r.choice(ROAD_NAMES).upper()}")),
    ("precisions", "address", rarely(lambda r: f"habite au {r.randrange(1, 99)} {road(r)}", works, 5)),
    ("date_naissance", "birth_date", cells(lambda r: date(r, 1930, 2015).strftime("%d/%m/%Y"))),
    ("ddn", "birth_date", cells(lambda r: int(date(r, 1930, 2015).strftime("%Y%m%d")))),
    ("ne_le", "birth_date", cells(lambda r: date(r, 1930, 2015).strftime("%d-%m-%y"))),
    ("naissance_conjoint", "birth_date", holes(lambda r: date(r, 1930, 2005), 0.5)),
    ("usager", "birth_date", cells(lambda r: f"né le {date(r, 1930, 2015):%d/%m/%Y} à {r.choice(TOWNS)}")),
    ("ip_client", "ip", cells(lambda r: ".".join(str(r.randrange(1, 255)) for _ in range(4)))),
    ("source", "ip", cells(lambda r: "2a01:" + ":".join(f"{r.randrange(65536):x}" for _ in range(7)))),
    ("terminal", "mac", cells(lambda r: ":".join(f"{r.randrange(256):02X}" for _ in range(6)))),
    ("borne_wifi", "mac", cells(lambda r: "-".join(f"{r.randrange(256):02x}" for _ in range(6)))),
)  # fmt: skip

HARMLESS: tuple[tuple[str, str, Callable[[random.Random, int], list[Any]]], ...] = (
    ("siren", "phone", cells(lambda r: int(luhn(f"{r.randrange(3, 9)}{num(r, 7)}")))),
    ("siret", "nir", cells(lambda r: luhn(f"{r.randrange(3, 9)}{num(r, 12)}"))),
    ("siret_titulaire", "phone", cells(lambda r: "{0} {1} {2} {3}".format(*(lambda s: (s[:3], s[3:6], s[6:9], s[9:]))(luhn(f"4{num(r, 12)}"))))),
    ("code_insee", "phone", cells(lambda r: f"13{r.randrange(1, 119):03d}")),
    ("cp", "phone", cells(lambda r: int(f"13{r.randrange(1, 1000):03d}"))),
    ("rna", "plate", cells(lambda r: f"W13{r.randrange(1, 5)}{num(r, 6)}")),
    ("latitude", "phone", cells(lambda r: round(r.uniform(43.1, 43.9), 7))),
    ("geo_point_2d", "phone", cells(lambda r: f"{r.uniform(43.1, 43.9):.9f}, {r.uniform(5.0, 5.9):.9f}")),
    ("x_l93", "phone", cells(lambda r: round(r.uniform(880000, 910000), 2))),
    ("num_delib", "birth_date", cells(lambda r: f"DL.{r.randrange(2015, 2025)}-{r.randrange(1, 400):03d}")),
    ("montant_ttc", "phone", cells(lambda r: f"{r.randrange(1, 999)} {num(r, 3)} {num(r, 3)},{num(r, 2)} €")),
    ("horodatage", "birth_date", cells(lambda r: f"{date(r, 2022, 2023)}T{r.randrange(24):02d}:{r.randrange(60):02d}:00Z")),
    ("date_depot", "birth_date", cells(lambda r: date(r, 2016, 2024).strftime("%d/%m/%Y"))),
    ("date_creation_asso", "birth_date", cells(lambda r: date(r, 1920, 2023))),
    ("mise_en_service", "birth_date", cells(lambda r: int(date(r, 1950, 2020).strftime("%Y%m%d")))),
    ("voie", "person_name", cells(lambda r: f"{r.choice(ROADS).title()} {r.choice(ROAD_NAMES)}")),
    ("etablissement", "person_name", cells(lambda r: r.choice("École Jules Ferry|Collège Marie Curie|Lycée Émile Zola|École maternelle Louise Michel|Groupe scolaire Jean Moulin|Crèche Françoise Dolto".split("|")))),
    ("equipement", "person_name", cells(lambda r: r.choice("Gymnase Pierre de Coubertin|Stade Georges Carcassonne|Piscine Yves Blanc|Salle Armand Lunel|Bibliothèque Simone Veil|Centre Albert Camus".split("|")))),
    ("arret", "person_name", cells(lambda r: r.choice("Paul Cézanne|Gare routière|Jean Jaurès|La Rotonde|Hôpital|Victor Hugo|Les Platanes|Lycée Vauvenargues|Saint-Jérôme|Parc relais".split("|")))),
    ("dossier", "plate", cells(lambda r: f"PC 013001 {r.randrange(15, 25)} {r.choice('JKL')}{num(r, 4)}")),
    ("parcelle", "plate", cells(lambda r: f"{''.join(r.choices('ABCDEHKLM', k=2))} {r.randrange(1, 600)}")),
    ("idu", "plate", cells(lambda r: f"13001000{''.join(r.choices('ABCDE', k=2))}{num(r, 4)}")),
    ("uuid", "phone", cells(lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)))),
    ("empreinte", "mac", cells(lambda r: hashlib.sha256(num(r, 9).encode()).hexdigest())),
    ("naf", "plate", cells(lambda r: f"{r.randrange(10, 97)}.{r.randrange(10, 99)}{r.choice('ABCDEFZ')}")),
    ("version_micrologiciel", "ip", cells(lambda r: f"{r.randrange(1, 4)}.{r.randrange(12)}.{r.randrange(30)}.{r.randrange(90)}")),
    ("ean", "nir", cells(lambda r: f"3{num(r, 12)}")),
    ("uai", "plate", cells(lambda r: f"013{num(r, 4)}{r.choice('ABCDEFGH')}")),
    ("finess", "phone", cells(lambda r: f"13{num(r, 7)}")),
    ("essence", "person_name", cells(lambda r: r.choice("Platanus x acerifolia|Celtis australis|Olea europaea|Pinus halepensis|Acer campestre|Rosa canina|Laurus nobilis".split("|")))),
    ("commune", "person_name", cells(lambda r: r.choice("Saint-Rémy-de-Provence|Sainte-Victoire|Saint-Marc|Aix|Marseille|Saint-Chamas|Port-Saint-Louis|Martigues".split("|")))),
    ("quartier", "person_name", cells(lambda r: r.choice("Jas de Bouffan|Encagnane|Saint-Eutrope|Val Saint-André|Mazarin|Pont de l'Arc|Les Milles".split("|")))),
    ("signalement", "address", cells(works)),
    ("url_photo", "email", cells(lambda r: f"https://medias.example.fr/{r.randrange(2015, 2024)}/{num(r, 8)}.jpg")),
    ("horaires", "phone", cells(lambda r: f"Lu-Ve {r.randrange(7, 10):02d}:00-12:00; Sa 0{r.randrange(8, 10)}:30-1{r.randrange(3)}:00")),
    ("raison_sociale", "person_name", cells(lambda r: r.choice("EIFFAGE ROUTE MEDITERRANEE|SAS COLAS|SNEF|VEOLIA EAU|SARL PROVENCE TP|BUREAU VERITAS CONSTRUCTION|SPL TERRITOIRE|ENEDIS".split("|")))),
    ("duree", "mac", cells(lambda r: f"{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}")),
    ("index_compteur", "phone", cells(lambda r: r.randrange(10**8, 10**9))),
    ("epoch", "phone", cells(lambda r: r.randrange(1_650_000_000, 1_690_000_000))),
    ("epoch_ms", "nir", cells(lambda r: r.randrange(1_650_000_000_000, 1_690_000_000_000))),
    ("marche", "plate", cells(lambda r: f"{r.randrange(2018, 2024)}M{num(r, 4)}")),
    ("cp_ville", "address", cells(lambda r: f"13{num(r, 3)} {r.choice(TOWNS).upper()}")),
    ("objet", "person_name", cells(lambda r: f"Attribution d'une subvention à l'association {r.choice(['Les Amis du Parc', 'Sport pour tous', 'Jazz en Provence'])} - exercice {r.randrange(2018, 2024)}")),
    ("adresse_equipement", "address", cells(lambda r: f"{r.randrange(1, 99)} {road(r)}")),
    ("ligne_budgetaire", "phone", cells(lambda r: f"011-6{num(r, 4)}-{num(r, 3)}")),
    ("population", "phone", cells(lambda r: r.randrange(300, 150_000))),
    ("tranche_age", "birth_date", cells(lambda r: r.choice("0-17 ans|18-24 ans|25-39 ans|40-64 ans|65 ans et plus".split("|")))),
    ("annee_naissance_enfant", "birth_date", cells(lambda r: r.randrange(2012, 2023))),
)  # fmt: skip

COLUMNS = (
    *(Labelled(name, True, kind, values) for name, kind, values in PERSONAL),
    *(Labelled(name, False, kind, values) for name, kind, values in HARMLESS),
)
