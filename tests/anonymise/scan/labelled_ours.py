"""Half of the labelled set, written with the rules at hand: 30 columns that are personal, 30 that only look so.

Everything is drawn: no row of it is somebody.
"""

from __future__ import annotations

import hashlib
import random
import string
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.anonymise.scan.labelled import Labelled


def words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("\n", " ").split("|")]


GIVEN = words("""
Marie | Jean | Nathalie | Pierre | Isabelle | Michel | Sylvie | André | Catherine | Philippe |
Martine | Alain | Christine | Bernard | Françoise | Jacques | Valérie | Daniel | Sandrine | Patrick
| Stéphanie | Nicolas | Véronique | Christophe | Sophie | Laurent | Céline | Frédéric | Chantal |
Éric | Anne | David | Patricia | Julien | Julie | Stéphane | Brigitte | Pascal | Aurélie | Sébastien
| Caroline | Mohamed | Fatima | Karim | Yasmina | Léa | Hugo | Manon | Enzo | Chloé | Lucas | Inès |
Théo | Camille | Noah | Zoé | Gabriel | Aïcha | Mamadou | Giulia | Paolo | João | Ana | Piotr |
Agnieszka | Thi | Minh | Armen | Anahit | Gwenaëlle | Loïc | Maëlle | Yann
""")
SURNAMES = (
    (
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia "
        "David Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François "
        "Martinez Legrand Garnier Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu "
        "Clément Gauthier Dumont Lopez Fontaine Chevalier Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire "
        "Duval Joly Gautier Roger Roche Roy Noël Meyer Lucas Meunier Jean Pérez Marchand Dufour Blanchard Barbier "
        "Brun Dumas Brunet Schmitt Leroux Colas Fernandez Pierre Renard Arnaud Rolland Caron Aubert Giraud Leclerc "
        "Benali Haddad Traoré Diallo Ferreira Rossi Kowalski Sarkissian Tran Yıldız Vandenberghe O'Brien Le Goff "
        "Quéméneur Etcheverry Pantalacci Zunino Barthélémy Peyronnet Castagnède Arribat Fouquereau Vuillermoz "
        "Ollagnier Chabrol Pugnaire Estrangin Roustan Jauffret Reynier Silvy Michelot Audemar Pellautier"
    )
    .replace("Le Goff", "Le_Goff")
    .split()
)
SURNAMES = [name.replace("_", " ") for name in SURNAMES]
STREETS = words("""
Jean Jaurès | Victor Hugo | de la République | des Lilas | Mirabeau | du Moulin | de l'Église |
Pasteur | des Écoles | Gambetta | du Général de Gaulle | de la Gare | Paul Cézanne | des Tanneurs |
de Provence | du 8 mai 1945 | Émile Zola | Saint-Louis
""")
WAYS = ("rue", "avenue", "boulevard", "chemin", "impasse", "place", "allée", "cours")
COMMUNES = (
    "Aix-en-Provence",
    "Marseille",
    "Gardanne",
    "Martigues",
    "Vitrolles",
    "Salon-de-Provence",
    "Arles",
)
WORDS = words("""
demande | dossier | travaux | voirie | éclairage | trottoir | banc | arbre | bruit | marché |
piscine | cantine | horaires | terrasse | réunion | quartier | passage | clôture | fuite | graffiti
| panneau | stationnement | livraison | signalement | propreté
""")


def per_cell(make: Callable[[random.Random], Any]) -> Callable[[random.Random, int], list[Any]]:
    return lambda rng, n: [make(rng) for _ in range(n)]


def choice(*options: Any) -> Callable[[random.Random, int], list[Any]]:
    return per_cell(lambda rng: rng.choice(options))


def sometimes(make: Callable[[random.Random], str], every: int) -> Callable[[random.Random, int], list[Any]]:
    """A free text where about one cell out of ``every`` holds what ``make`` gives."""
    return per_cell(lambda rng: sentence(rng, make(rng)) if rng.randrange(every) == 0 else sentence(rng))


def sentence(rng: random.Random, inside: str | None = None) -> str:
    words = [rng.choice(WORDS) for _ in range(rng.randint(4, 12))]
    if inside:
        words.insert(rng.randint(1, len(words)), inside)
    text = " ".join(words)
    return text[0].upper() + text[1:] + rng.choice([".", "", " !"])


def digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(size))


def luhn(body: str) -> str:
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in body[::-2]) + sum(int(d) for d in body[-2::-2])
    return body + str(-doubled % 10)


def nir13(rng: random.Random) -> str:
    department = rng.choice([f"{rng.randint(1, 95):02d}", "13", "75", "2A", "2B", "99"])
    return (
        f"{rng.choice('12')}{rng.randint(25, 99):02d}{rng.randint(1, 12):02d}{department}"
        f"{rng.randint(1, 560):03d}{rng.randint(1, 900):03d}"
    )


def nir(rng: random.Random) -> str:
    body = nir13(rng)
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - number % 97:02d}"


def grouped(text: str, sizes: Sequence[int], separator: str = " ") -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    return separator.join(part for part in parts if part)


def iban(rng: random.Random, country: str = "FR", size: int = 23) -> str:
    body = digits(rng, size)
    number = int("".join(str(int(char, 36)) for char in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02d}{body}"


def mobile(rng: random.Random) -> str:
    return f"0{rng.choice('1244466667779')}{digits(rng, 8)}"


def plate(rng: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ"
    pair = lambda: rng.choice(letters) + rng.choice(letters)  # noqa: E731
    return f"{pair()}-{rng.randint(1, 999):03d}-{pair()}"


def day(rng: random.Random, first: int = 1930, last: int = 2007) -> date:
    return date(first, 1, 1) + timedelta(days=rng.randrange((last - first + 1) * 365))


def given(rng: random.Random) -> str:
    first = rng.choice(GIVEN)
    return f"{first}-{rng.choice(GIVEN)}" if rng.random() < 0.08 else first


def surname(rng: random.Random) -> str:
    name = rng.choice(SURNAMES)
    return f"{name}-{rng.choice(SURNAMES)}" if rng.random() < 0.05 else name


def street(rng: random.Random) -> str:
    return f"{rng.choice(WAYS)} {rng.choice(STREETS)}"


def email(rng: random.Random) -> str:
    plain = str.maketrans("éèêëàâïîôûçÉı '", "eeeeaaiioucEi-_")
    local = f"{given(rng)}{rng.choice(['.', '_', ''])}{surname(rng)}".translate(plain).lower()
    return f"{local}{rng.choice(['', '13', '84'])}@{rng.choice(['courriel.example', 'poste.example', 'fai.example'])}"


PERSONAL = (
    Labelled("nir", True, "nir", per_cell(nir)),
    Labelled("num_assure", True, "nir", per_cell(lambda r: grouped(nir(r), (1, 2, 2, 2, 3, 3, 2)))),
    Labelled("numero", True, "nir", per_cell(nir13)),
    Labelled(
        "matricule", True, "nir", per_cell(lambda r: int(nir(r).replace("2A", "13").replace("2B", "13")[:13]))
    ),
    Labelled(
        "commentaire",
        True,
        "nir",
        sometimes(lambda r: f"NIR {grouped(nir(r), (1, 2, 2, 2, 3, 3, 2))}", 40),
    ),
    Labelled("iban", True, "iban", per_cell(lambda r: grouped(iban(r), (4,) * 7))),
    Labelled(
        "compte",
        True,
        "iban",
        per_cell(lambda r: iban(r, *r.choice([("BE", 12), ("DE", 18), ("ES", 20), ("PT", 21), ("FR", 23)]))),
    ),
    Labelled("reglement", True, "iban", sometimes(lambda r: f"virement sur {iban(r).lower()}", 60)),
    Labelled("telephone", True, "phone", per_cell(mobile)),
    Labelled("tel", True, "phone", per_cell(lambda r: int(mobile(r)))),
    Labelled("joindre", True, "phone", per_cell(lambda r: grouped(mobile(r), (2,) * 5, r.choice("./-;")))),
    Labelled(
        "ligne_directe",
        True,
        "phone",
        per_cell(lambda r: f"+33 (0){mobile(r)[1]} {grouped(mobile(r)[2:], (2,) * 4)}"),
    ),
    Labelled(
        "numero_etranger",
        True,
        "phone",
        per_cell(
            lambda r: (
                f"{r.choice(['+32 4', '0032 4', '+41 7', '+49 15', '+39 3', '+213 5'])}"
                f"{grouped(digits(r, 8), (2,) * 4)}"
            )
        ),
    ),
    Labelled(
        "observation",
        True,
        "phone",
        sometimes(lambda r: f"rappeler le {grouped(mobile(r), (2,) * 5, r.choice([' ', '.', '-']))}", 50),
    ),
    Labelled("courriel", True, "email", per_cell(email)),
    Labelled(
        "mel",
        True,
        "email",
        per_cell(lambda r: email(r).replace("@", r.choice([" (at) ", "[at]", " arobase "]))),
    ),
    Labelled("immat", True, "plate", per_cell(lambda r: plate(r).lower().replace("-", r.choice(["", " "])))),
    Labelled(
        "plaque",
        True,
        "plate",
        per_cell(
            lambda r: (
                plate(r)
                if r.random() < 0.7
                else f"{r.randint(10, 9999)} {r.choice('ABCDEFGHJKLMNPQRSTVWXYZ')}{r.choice('ABCDEFGH')} "
                f"{r.randint(1, 95):02d}"
            )
        ),
    ),
    Labelled("constat", True, "plate", sometimes(lambda r: f"véhicule {plate(r)}", 30)),
    Labelled(
        "ip_source",
        True,
        "ip",
        per_cell(
            lambda r: f"{r.randint(20, 220)}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"
        ),
    ),
    Labelled(
        "terminal",
        True,
        "mac",
        per_cell(lambda r: grouped("".join(r.choice("0123456789abcdef") for _ in range(12)), (2,) * 6, ":")),
    ),
    Labelled("demandeur", True, "person_name", per_cell(lambda r: f"{surname(r).upper()} {given(r)}")),
    Labelled("contact", True, "person_name", per_cell(lambda r: f"{given(r)} {surname(r)}".lower())),
    Labelled("nom", True, "person_name", per_cell(lambda r: surname(r).upper())),
    Labelled("nom_famille", True, "person_name", per_cell(surname)),
    Labelled(
        "objet_demande",
        True,
        "person_name",
        sometimes(lambda r: f"{r.choice(['M.', 'Mme', 'Monsieur', 'Madame'])} {surname(r)}", 30),
    ),
    Labelled(
        "adresse",
        True,
        "address",
        per_cell(
            lambda r: (
                f"{r.randint(1, 180)}{r.choice(['', '', ' bis', ' B', ','])} {street(r)}, 13{digits(r, 3)} "
                f"{r.choice(COMMUNES)}"
            )
        ),
    ),
    Labelled("domicile", True, "address", per_cell(lambda r: f"{street(r).upper()}, {r.randint(1, 180)}")),
    Labelled(
        "date_naissance",
        True,
        "birth_date",
        per_cell(lambda r: day(r).strftime(r.choice(["%d/%m/%Y", "%d-%m-%y", "%d.%m.%Y"]))),
    ),
    Labelled("ddn", True, "birth_date", per_cell(lambda r: int(day(r).strftime("%Y%m%d")))),
)


def coordinates(rng: random.Random) -> str:
    return f"{43.4 + rng.random() / 5:.10f},{5.3 + rng.random() / 5:.10f}"


def siret(rng: random.Random) -> str:
    siren = luhn(digits(rng, 8))
    return luhn(siren + f"{rng.randint(1, 99):04d}")


HARMLESS = (
    Labelled("siren", False, "siren", per_cell(lambda r: luhn(f"{r.randint(3, 9)}{digits(r, 7)}"))),
    Labelled("tiers", False, "siren", per_cell(lambda r: int(luhn(f"{r.randint(3, 9)}{digits(r, 7)}")))),
    Labelled("siret", False, "siret", per_cell(siret)),
    Labelled("etablissement", False, "siret", per_cell(lambda r: grouped(siret(r), (3, 3, 3, 5)))),
    Labelled("code_insee", False, "insee", per_cell(lambda r: f"13{digits(r, 3)}")),
    Labelled("code_postal", False, "postcode", per_cell(lambda r: int(f"13{digits(r, 3)}"))),
    Labelled("rna", False, "rna", per_cell(lambda r: f"W13{digits(r, 7)}")),
    Labelled("coordonnees", False, "coordinates", per_cell(coordinates)),
    Labelled("longitude", False, "coordinates", per_cell(lambda r: 5.3 + r.random() / 5)),
    Labelled("latitude", False, "coordinates", per_cell(lambda r: f"+{43.4 + r.random() / 5:.7f}")),
    Labelled(
        "deliberation",
        False,
        "act",
        per_cell(lambda r: f"DL.{r.randint(2015, 2025)}-{r.randint(1, 600):03d}"),
    ),
    Labelled(
        "numero_acte",
        False,
        "act",
        per_cell(lambda r: f"013-211300017-{r.randint(2015, 2025)}{r.randint(1, 12):02d}15-{digits(r, 6)}-DE"),
    ),
    Labelled("montant", False, "amount", per_cell(lambda r: f"{r.randint(1, 999)} {digits(r, 3)},{digits(r, 2)} €")),
    Labelled("montant_ttc", False, "amount", per_cell(lambda r: round(r.random() * 1e6, 2))),
    Labelled(
        "horodatage",
        False,
        "timestamp",
        per_cell(lambda r: datetime(2024, 1, 1) + timedelta(seconds=r.randrange(31_000_000))),
    ),
    Labelled(
        "debut",
        False,
        "timestamp",
        per_cell(
            lambda r: (datetime(2023, 1, 1) + timedelta(minutes=r.randrange(900_000))).strftime(
                "%d/%m/%Y %H:%M:%S"
            )
        ),
    ),
    Labelled("epoch_ms", False, "timestamp", per_cell(lambda r: 1_700_000_000_000 + r.randrange(30_000_000_000))),
    Labelled("voie", False, "street", per_cell(street)),
    Labelled("nom_voie", False, "street", per_cell(lambda r: r.choice(STREETS).upper())),
    Labelled(
        "ecole",
        False,
        "school",
        choice(
            "École Jules Ferry", "École Marcel Pagnol", "Collège Rocher du Dragon", "École Jean Moulin",
            "Lycée Paul Cézanne", "École maternelle Frédéric Mistral", "Groupe scolaire Joseph d'Arbaud",
            "Jules Isaac", "Marie Mauron", "Saint-Joseph", "École Albert Camus", "Collège Louis Aragon",
        ),
    ),
    Labelled(
        "equipement",
        False,
        "equipment",
        choice(
            "Stade Georges Carcassonne", "Gymnase Louison Bobet", "Piscine Yves Blanc", "Salle Jean Monnet",
            "Parc Jourdan", "Complexe Maurice Plantier", "Bibliothèque Méjanes", "Théâtre Antoine Vitez",
        ),
    ),
    Labelled(
        "essence",
        False,
        "species",
        choice(
            "Platanus x acerifolia", "Acer campestre", "Prunus serrulata", "Cercis siliquastrum", "Pinus pinea",
            "Micocoulier de Provence", "Rosa 'Pierre de Ronsard'", "Olea europaea", "Érable champêtre", "Laurier",
        ),
    ),
    Labelled(
        "marque",
        False,
        "brand",
        choice("Yves Rocher", "Leroy Merlin", "Peugeot", "Renault", "Louis Vuitton", "Paul", "Citroën", "Bosch"),
    ),
    Labelled(
        "poste",
        False,
        "job",
        choice(
            "Adjoint administratif", "Chef de service", "Directrice générale adjointe", "Agent d'entretien",
            "Attaché territorial", "Maître-nageur", "Policier municipal", "Conservateur", "Rédacteur",
        ),
    ),
    Labelled("ean", False, "ean", per_cell(lambda r: luhn(f"3{digits(r, 11)}")[:13].zfill(13))),
    Labelled("id", False, "uuid", per_cell(lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)))),
    Labelled(
        "empreinte",
        False,
        "hash",
        per_cell(lambda r: hashlib.sha256(str(r.random()).encode()).hexdigest()),
    ),
    Labelled("dossier", False, "reference", per_cell(lambda r: f"04{r.randint(18, 25)}{r.randrange(10**6):06d}")),
    Labelled(
        "commentaire_technique",
        False,
        "free text",
        per_cell(lambda r: f"{sentence(r)} {street(r).capitalize()}, version {r.randint(1, 9)}.{r.randint(0, 20)}.1"),
    ),
    Labelled(
        "commune",
        False,
        "place",
        choice(*COMMUNES, "Saint-Cannat", "Jouques", "Ventabren", "Saint-Martin-de-Crau", "Éguilles", "Lambesc",
               "Peyrolles-en-Provence", "Le Tholonet", "Meyreuil", "Cabriès", "Rognes", "Vauvenargues"),
    ),
)  # fmt: skip

COLUMNS: list[Labelled] = [*PERSONAL, *HARMLESS]
