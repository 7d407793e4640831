"""Labelled columns, as a French city's files hold them: personal ones and harmless look-alikes.

Written blind, without sight of any scanner. Every person, number and address below is drawn at random.
Standard library only; the same columns come out of every run (seed base 1103).
"""

from __future__ import annotations

import datetime as dt
import json
import random
import string
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

SEED = 1103
NB = "\u00a0"
NNB = "\u202f"
Value = TypeVar("Value")
ZW = ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060")


@dataclass(frozen=True)
class Column:
    """One labelled column, with whatever stands beside it when the label depends on that."""

    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: bool = True


# ------------------------------------------------------------------------------------------------- pools

MEN = [
    "Jean",
    "Pierre",
    "Michel",
    "André",
    "Philippe",
    "Alain",
    "Bernard",
    "Jacques",
    "Daniel",
    "Patrick",
    "Christian",
    "Nicolas",
    "Julien",
    "Thomas",
    "Mathieu",
    "Antoine",
    "Hugo",
    "Lucas",
    "Théo",
    "Enzo",
    "Mohamed",
    "Karim",
    "Mehdi",
    "Yanis",
    "Ibrahim",
    "Loïc",
    "Gaël",
    "Rémi",
    "Jérôme",
    "Stéphane",
    "Frédéric",
    "Sébastien",
    "Benoît",
    "Noé",
    "Aurélien",
    "Cédric",
    "Fabien",
    "Lionel",
    "Didier",
    "Gérard",
    "Jean-Luc",
    "Jean-Baptiste",
    "Ange",
    "Ousmane",
    "Hery",
    "Emre",
    "Tiago",
    "Kévin",
    "Dorian",
    "Maxence",
    "Célestin",
]
WOMEN = [
    "Marie",
    "Nathalie",
    "Isabelle",
    "Sylvie",
    "Catherine",
    "Martine",
    "Christine",
    "Françoise",
    "Valérie",
    "Sandrine",
    "Stéphanie",
    "Céline",
    "Julie",
    "Émilie",
    "Aurélie",
    "Camille",
    "Léa",
    "Manon",
    "Chloé",
    "Inès",
    "Zoé",
    "Anaïs",
    "Océane",
    "Fatima",
    "Samira",
    "Nadia",
    "Leïla",
    "Aïcha",
    "Hélène",
    "Agnès",
    "Béatrice",
    "Geneviève",
    "Solène",
    "Maëlle",
    "Noémie",
    "Clémence",
    "Joëlle",
    "Anne-Sophie",
    "Marie-Claude",
    "Lætitia",
    "Rose-May",
    "Fanja",
    "Elif",
    "Beatriz",
    "Awa",
    "Djamila",
    "Ghislaine",
    "Maud",
    "Ophélie",
    "Lou",
]
KIDS = [
    "Léo",
    "Jade",
    "Louise",
    "Gabriel",
    "Raphaël",
    "Emma",
    "Ambre",
    "Arthur",
    "Alba",
    "Maël",
    "Lina",
    "Mila",
    "Noah",
    "Adam",
    "Romy",
    "Isaac",
    "Iris",
    "Sohan",
]
LAST = [
    "Martin",
    "Bernard",
    "Thomas",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Dubois",
    "Moreau",
    "Laurent",
    "Simon",
    "Michel",
    "Lefèbvre",
    "Leroy",
    "Roux",
    "David",
    "Bertrand",
    "Morel",
    "Fournier",
    "Girard",
    "Bonnet",
    "Dupont",
    "Lambert",
    "Fontaine",
    "Rousseau",
    "Vincent",
    "Müller",
    "Faure",
    "Mercier",
    "Blanc",
    "Guérin",
    "Boyer",
    "Garnier",
    "Chevalier",
    "François",
    "Legrand",
    "Gauthier",
    "Garcia",
    "Perrin",
    "Robin",
    "Clément",
    "Morin",
    "Nicolas",
    "Henry",
    "Roussel",
    "Mathieu",
    "Gautier",
    "Masson",
    "Marchand",
    "Duval",
    "Denis",
    "Dumont",
    "Marie",
    "Lemaire",
    "Noël",
    "Meyer",
    "Dufour",
    "Meunier",
    "Brun",
    "Blanchard",
    "Giraud",
    "Joly",
    "Rivière",
    "Lucas",
    "Brunet",
    "Gaillard",
    "Barbier",
    "Arnaud",
    "Martinez",
    "Gérard",
    "Roche",
    "Renard",
    "Schmitt",
    "Roy",
    "Leroux",
    "Colin",
    "Vidal",
    "Caron",
    "Picard",
    "Roger",
    "Fabre",
    "Aubert",
    "Lemoine",
    "Renaud",
    "Dumas",
    "Lacroix",
    "Olivier",
    "Philippe",
    "Bourgeois",
    "Pierre",
    "Benoît",
    "Rey",
    "Leclerc",
    "Payet",
    "Rolland",
    "Leclercq",
    "Guillaume",
    "Lecomte",
    "Lopez",
    "Jean",
    "Dupuy",
    "Guillot",
    "Hubert",
    "Berger",
    "Carpentier",
    "Sanchez",
    "Dupuis",
    "Moulin",
    "Louis",
    "Deschamps",
    "Huet",
    "Vasseur",
    "Perez",
    "Boucher",
    "Fleury",
]
RARE = (
    (
        "Rakotomalala Keskinkaya Andrianarisoa N'Diaye M'Bodj "
        "Ouattara Tchikaya Benkhelifa Aït-Ouarab Boudjellal "
        "Özdemir Yıldırım Szczepaniak Wojciechowski Nguyễn Phommachanh Sivanandan Teixeira-Gonçalves Kouyaté "
        "Ratsimbazafy Diawara El-Khattabi Zouggarh Mavroudis "
        "Hovhannisyan Gvozdenović Lo Quang Xiong Saïd-Ali "
        "Mzé Razafindrakoto Oyono-Ndong Bellagamba Quilichini "
        "Casabianca Pieraggi Etcheverry Goikoetxea Le~Goff "
        "Kervadec Plouzané-Bihan Schweighoffer Vandenbroucke "
        "Dellatorre D'Angelo De~la~Fuente Tuheiava Wamytan"
    )
    .replace("~", "_")
    .split()
)
ROADS = [
    "rue Victor Hugo",
    "avenue du Général Leclerc",
    "chemin des Oliviers",
    "boulevard de Strasbourg",
    "impasse des Mimosas",
    "rue de la République",
    "allée des Tamaris",
    "traverse du Cap",
    "montée Saint-Jean",
    "rue Jean Jaurès",
    "place Grenette",
    "chemin de la Loubière",
    "avenue Émile Didier",
    "rue du Docteur Fanton",
    "quai de la Roquette",
    "rue des Arènes",
    "cours Gambetta",
    "route de Sainte-Marguerite",
    "rue Frédéric Mistral",
    "chemin du Fort Rouge",
    "rue Carnot",
    "avenue Jean Moulin",
    "lotissement Les Restanques",
    "sentier des Douaniers",
    "rue Pasteur",
    "chemin de Charance",
    "rue du Colonel Roux",
    "boulevard Georges Clemenceau",
    "rue Gabriel Péri",
    "faubourg de Bonne",
]
TOWNS = (
    ("83000", "Toulon"),
    ("83200", "Toulon"),
    ("83100", "Toulon"),
    ("13200", "Arles"),
    ("13104", "Mas-Thibert"),
    ("13129", "Salin-de-Giraud"),
    ("05000", "Gap"),
    ("05130", "Tallard"),
    ("83160", "La Valette-du-Var"),
    ("83500", "La Seyne-sur-Mer"),
    ("83130", "La Garde"),
    ("05400", "Veynes"),
    ("83190", "Ollioules"),
)
SCHOOLS = [
    "École élémentaire Jules Ferry",
    "École maternelle Les Cigales",
    "Groupe scolaire Jean Giono",
    "Collège Marcel Pagnol",
    "École Marie Mauron",
    "École primaire Claret",
    "Collège Frédéric Mistral",
    "Lycée Dumont d'Urville",
    "École Émile Loubet",
    "École Louis Pergaud",
    "Groupe scolaire Anselme Gras",
    "École maternelle La Chourmouse",
    "École Porte Colombe",
]
QUARTERS = [
    "Le Mourillon",
    "Pont du Las",
    "Saint-Jean du Var",
    "Claret",
    "Siblas",
    "La Rode",
    "Les Routes",
    "Trinquetaille",
    "Barriol",
    "Griffeuille",
    "La Roquette",
    "Monplaisir",
    "Mouleyrès",
    "Fontreyne",
    "Beauregard",
    "Saint-Mens",
    "Le Haut-Gap",
    "Porte Colombe",
    "Romette",
    "Charance",
]
ILL = [
    "diabète de type 1",
    "asthme",
    "épilepsie",
    "allergie à l'arachide",
    "insuffisance rénale",
    "cancer du sein",
    "dépression",
    "maladie d'Alzheimer",
    "sclérose en plaques",
    "BPCO",
    "hypertension",
    "trisomie 21",
    "AVC",
    "schizophrénie",
    "maladie de Parkinson",
    "drépanocytose",
    "hépatite C",
    "VIH",
    "autisme",
    "mucoviscidose",
]
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
WEB = [
    "orange.fr",
    "wanadoo.fr",
    "gmail.com",
    "free.fr",
    "hotmail.fr",
    "laposte.net",
    "sfr.fr",
    "yahoo.fr",
    "outlook.com",
    "live.fr",
]
PLATE = "ABCDEFGHJKLMNPQRSTVWXYZ"


# ----------------------------------------------------------------------------------------------- helpers


def bare(text: str) -> str:
    """ASCII lower-case letters and digits only."""
    flat = unicodedata.normalize("NFD", text.replace("ı", "i").replace("æ", "ae").replace("œ", "oe"))
    return "".join(c for c in flat.lower() if c in string.ascii_lowercase + string.digits)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def wide(text: str) -> str:
    """Full-width digits."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and c.isascii() else c for c in text)


def seeded(r: random.Random, text: str, marks: tuple[str, ...] = ZW, count: int = 2) -> str:
    """Invisible characters strewn inside."""
    for _ in range(count):
        at = r.randrange(1, len(text))
        text = text[:at] + r.choice(marks) + text[at:]
    return text


def digits(r: random.Random, n: int) -> str:
    return "".join(r.choice(string.digits) for _ in range(n))


def letters(r: random.Random, n: int, among: str = PLATE) -> str:
    return "".join(r.choice(among) for _ in range(n))


def hexa(r: random.Random, n: int) -> str:
    return letters(r, n, "0123456789abcdef")


def group(text: str, *sizes: int, sep: str = " ") -> str:
    """The text cut in groups; the last size repeats."""
    out, at, k = [], 0, 0
    while at < len(text):
        size = sizes[min(k, len(sizes) - 1)]
        out.append(text[at : at + size])
        at, k = at + size, k + 1
    return sep.join(out)


def day(r: random.Random, first: int, last: int) -> dt.date:
    return dt.date(first, 1, 1) + dt.timedelta(days=r.randrange(365 * (last - first + 1)))


def fr(d: dt.date) -> str:
    return d.strftime("%d/%m/%Y")


def serial(d: dt.date) -> int:
    return (d - dt.date(1899, 12, 30)).days


def luhn(payload: str) -> str:
    """The payload with its Luhn digit."""
    total = 0
    for k, c in enumerate(reversed(payload)):
        n = int(c) * (2 if k % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return payload + str(-total % 10)


def nir(r: random.Random, dept: str = "", head: str = "") -> str:
    """Fifteen characters, key included; Corsican departments allowed."""
    where = dept or r.choice(("83", "13", "05", "06", "84", "69", "75", "59", "33"))
    rest = (
        digits(r, 8 - len(where)) if where != "99" else r.choice(("352", "351", "127", "139")) + digits(r, 3)
    )
    body = f"{head or r.choice('12')}{r.randrange(100):02d}{r.randrange(1, 13):02d}{where}{rest}"
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - number % 97:02d}"


def iban_of(country: str, bban: str) -> str:
    value = "".join(str(int(c, 36)) for c in bban + country + "00")
    return f"{country}{98 - int(value) % 97:02d}{bban}"


def rib(r: random.Random, bank: str = "") -> str:
    bank = bank or r.choice(("30003", "30004", "10278", "13106", "20041", "19106", "11315", "14607"))
    desk, account = digits(r, 5), digits(r, 11)
    key = 97 - (89 * int(bank) + 15 * int(desk) + 3 * int(account)) % 97
    return f"{bank}{desk}{account}{key:02d}"


def iban(r: random.Random) -> str:
    return iban_of("FR", rib(r))


def siren(r: random.Random) -> str:
    return luhn(r.choice("345789") + digits(r, 7))


def siret(r: random.Random) -> str:
    return luhn(siren(r) + f"{r.randrange(1, 90):04d}")


def ean(payload: str) -> str:
    total = sum(int(c) * (3 if k % 2 else 1) for k, c in enumerate(payload))
    return payload + str(-total % 10)


def card(r: random.Random, head: str = "", size: int = 16) -> str:
    head = head or r.choice(("4974", "4970", "5132", "5136", "4561", "5355"))
    return luhn(head + digits(r, size - 1 - len(head)))


def siv(r: random.Random, sep: str = "-") -> str:
    return sep.join((letters(r, 2), f"{r.randrange(1, 1000):03d}", letters(r, 2)))


def mobile(r: random.Random) -> str:
    return r.choice(("06", "06", "07")) + r.choice("1234568") + digits(r, 7)


def landline(r: random.Random) -> str:
    return "04" + r.choice(("94", "90", "92", "91")) + digits(r, 6)


def home_ip(r: random.Random) -> str:
    head = r.choice(("90.", "86.", "82.64.", "176.", "109.", "78.", "92."))
    while head.count(".") < 4:
        head += f"{r.randrange(1, 255)}."
    return head[:-1]


def mac_of(r: random.Random, oui: str = "") -> str:
    return (oui or r.choice(("a483e7", "f0d1a9", "3c2ef9", "8c85c1", "c0eefb", "ac5f3e"))) + hexa(r, 6)


def mrz_digit(text: str) -> str:
    weights = (7, 3, 1)
    total = sum((0 if c == "<" else int(c, 36)) * weights[k % 3] for k, c in enumerate(text))
    return str(total % 10)


@dataclass(frozen=True)
class Who:
    """The person of a row, the same for every column of its table."""

    i: int
    first: str
    last: str
    sex: str
    birth: dt.date
    kid: str
    kid_birth: dt.date
    number: int
    road: str
    code: str
    town: str

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def upper(self) -> str:
        return f"{self.last.upper()} {self.first}"

    @property
    def civ(self) -> str:
        return "Mme" if self.sex == "F" else "M."

    @property
    def trigram(self) -> str:
        return (bare(self.first)[0] + bare(self.last)[:2]).upper()

    @property
    def initials(self) -> str:
        return f"{bare(self.first)[0]}{bare(self.last)[0]}".upper()

    @property
    def street(self) -> str:
        return f"{self.number} {self.road}"

    @property
    def box(self) -> str:
        return f"{bare(self.first)}.{bare(self.last)}"

    def age(self, on: int = 2024) -> int:
        return on - self.birth.year


Make = Callable[[random.Random, Who], object]


def someone(seed: str, i: int) -> Who:
    r = random.Random(seed)
    sex = r.choice("FM")
    code, town = r.choice(TOWNS)
    last = r.choice(RARE) if r.random() < 0.18 else r.choice(LAST)
    return Who(
        i=i,
        first=r.choice(WOMEN if sex == "F" else MEN),
        last=last.replace("_", " "),
        sex=sex,
        birth=day(r, 1938, 2004),
        kid=r.choice(KIDS),
        kid_birth=day(r, 2012, 2022),
        number=r.randrange(1, 180),
        road=r.choice(ROADS),
        code=code,
        town=town,
    )


class Bench:
    """Where the columns are laid down, each with its own seed."""

    def __init__(self) -> None:
        self.columns: list[Column] = []

    def add(
        self,
        personal: bool,
        kind: str,
        header: str,
        why: str,
        make: Make,
        n: int,
        beside: Mapping[str, Make] | None,
        neutral: bool,
        gap: float,
    ) -> None:
        key = f"{SEED}:{len(self.columns)}"
        crowd = [someone(f"{key}:{i}", i) for i in range(n)]

        def lay(name: str, maker: Make, holes: float) -> tuple[object, ...]:
            r = random.Random(f"{key}:{name}")
            cells = [maker(r, w) for w in crowd]
            return tuple(None if holes and r.random() < holes else c for c in cells)

        sides = {name: lay(name, maker, 0.0) for name, maker in (beside or {}).items()}
        values = lay("\0", make, gap)
        self.columns.append(Column(header, values, personal, kind, why, sides, neutral))

    def p(
        self,
        kind: str,
        header: str,
        why: str,
        make: Make,
        n: int = 120,
        beside: Mapping[str, Make] | None = None,
        neutral: bool = True,
        gap: float = 0.0,
    ) -> None:
        self.add(True, kind, header, why, make, n, beside, neutral, gap)

    def h(
        self,
        kind: str,
        header: str,
        why: str,
        make: Make,
        n: int = 120,
        beside: Mapping[str, Make] | None = None,
        neutral: bool = True,
        gap: float = 0.0,
    ) -> None:
        self.add(False, kind, header, why, make, n, beside, neutral, gap)


def on(value: Value, then: Callable[[Value], object]) -> object:
    return then(value)


def js(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def pick(*options: str) -> Make:
    """One of these, at random."""
    return lambda r, w: r.choice(options)


def full(r: random.Random, w: Who) -> str:
    return w.full


def upper(r: random.Random, w: Who) -> str:
    return w.upper


def last_only(r: random.Random, w: Who) -> str:
    return w.last.upper()


def first_only(r: random.Random, w: Who) -> str:
    return w.first


def child(r: random.Random, w: Who) -> str:
    return f"{w.last.upper()} {w.kid}"


# ---------------------------------------------------------------------------------- personal: state numbers


def lay_nir(b: Bench) -> None:
    k = "nir"
    b.p(
        k,
        "N° Sécurité sociale",
        "NIR with its key, spaced as on the card",
        lambda r, w: group(nir(r), 1, 2, 2, 2, 3, 3, 2),
        140,
        gap=0.05,
    )
    b.p(k, "nir_agent", "NIR, fifteen digits in a row", lambda r, w: nir(r), 200)
    b.p(
        k,
        "Matricule SS",
        "NIR without key stored as a number, beside the agent's name",
        lambda r, w: int(nir(r, head="2" if w.sex == "F" else "1")[:13]),
        90,
        {"Agent": upper},
    )
    b.p(
        k,
        "num_secu",
        "Corsican-born agents (2A, 2B) with no-break spaces",
        lambda r, w: group(nir(r, r.choice(("2A", "2B"))), 1, 2, 2, 2, 3, 3, 2).replace(" ", NB),
        75,
    )
    b.p(
        k,
        "Référence dossier",
        "half the file references are the holder's NIR",
        lambda r, w: nir(r) if w.i % 2 else f"CCAS-{r.randrange(2018, 2025)}-{r.randrange(9999):04d}",
        160,
    )
    b.p(
        k,
        "N°SS",
        "NIR typed in full-width digits with stray zero-width marks",
        lambda r, w: seeded(r, wide(nir(r)), count=1),
        64,
    )
    b.p(
        k,
        "payload_paie",
        "NIR inside a JSON payroll cell",
        lambda r, w: js({"mat": r.randrange(1000, 9999), "nir": nir(r), "ech": r.randrange(1, 12)}),
        80,
    )
    b.p(
        k,
        "Bénéficiaire (CPAM)",
        "NIR of people born abroad (99), key after a slash",
        lambda r, w: on(nir(r, "99"), lambda s: f"{s[:13]} / {s[13:]}"),
        70,
    )
    b.p(
        k,
        "equipement",
        "a wrong header over NIR with dots, key in brackets",
        lambda r, w: on(nir(r), lambda s: f"{group(s[:13], 1, 2, 2, 2, 3, 3, sep='.')} [{s[13:]}]"),
        66,
    )


def lay_iban(b: Bench) -> None:
    k = "iban"
    b.p(
        k,
        "IBAN",
        "IBAN of families paid back for the canteen",
        lambda r, w: group(iban(r), 4),
        150,
        {"Titulaire": full},
    )
    b.p(
        k,
        "Coordonnées bancaires",
        "IBAN, BIC and the holder in one cell",
        lambda r, w: (
            f"{iban(r)} / {r.choice(('AGRIFRPP813', 'CEPAFRPP131', 'PSSTFRPPMAR'))} – {w.civ} {w.last}"
        ),
        90,
    )
    b.p(
        k,
        "RIB",
        "bank details in the old RIB form beside the parent's name",
        lambda r, w: group(rib(r), 5, 5, 11, 2),
        85,
        {"nom_parent": upper},
    )

    def abroad(r: random.Random, w: Who) -> str:
        land = r.choice(("BE", "DE", "ES", "PT", "IT", "MA", "TN", "LU"))
        size = {"BE": 12, "DE": 18, "ES": 20, "PT": 21, "MA": 24, "TN": 20, "LU": 16, "IT": 0}[land]
        bban = digits(r, size) if size else letters(r, 1) + digits(r, 22)
        return group(iban_of(land, bban), 4)

    b.p(k, "compte étranger", "foreign IBANs of seasonal workers", abroad, 72, {"saisonnier": full})
    b.p(
        k,
        "compte_vac",
        "IBAN in lower case, hyphens or U+202F between groups",
        lambda r, w: group(iban(r), 4, sep=r.choice(("-", NNB, "."))).lower(),
        68,
        {"vacataire": upper},
    )
    b.p(
        k,
        "Mode de règlement",
        "a quarter of the cells hold the payer's IBAN",
        lambda r, w: (
            f"prélèvement {iban(r)}" if w.i % 4 == 0 else r.choice(("chèque", "espèces", "CB", "CESU"))
        ),
        240,
        {"payeur": full},
    )
    b.p(
        k,
        "html_mandat",
        "IBAN inside the HTML of a SEPA mandate",
        lambda r, w: f"<p>Débiteur&nbsp;: {w.full}<br/><b>IBAN</b>&nbsp;: {group(iban(r), 4)}</p>",
        60,
    )
    b.p(
        k,
        "Ibam bénéficière",
        "misspelt header, IBAN cut over two lines with tabs",
        lambda r, w: on(iban(r), lambda s: f"{s[:14]}\n\t{s[14:]}"),
        61,
        {"Alloc.": lambda r, w: f"{w.civ} {w.last}"},
    )


def lay_card(b: Bench) -> None:
    k = "card"
    b.p(
        k,
        "Carte bancaire",
        "sixteen digits passing Luhn, grouped by four",
        lambda r, w: group(card(r), 4),
        110,
    )
    b.p(k, "no_cb", "card numbers stored as integers", lambda r, w: int(card(r)), 130)
    b.p(
        k,
        "moyen_paiement",
        "card, expiry and holder in one cell",
        lambda r, w: (
            f"{group(card(r), 4, sep='-')} exp {r.randrange(1, 13):02d}/{r.randrange(25, 30)} {w.upper}"
        ),
        70,
    )
    b.p(
        k,
        "Paiement",
        "one cell in five carries a whole card number",
        lambda r, w: (
            f"CB {card(r)}" if w.i % 5 == 2 else r.choice(("Espèces", "Chèque n° 0045", "Régie web"))
        ),
        200,
    )
    b.p(
        k,
        "carte (nbsp)",
        "Amex and Mastercard, no-break spaces",
        lambda r, w: (group(card(r, "3742", 15), 4, 6, 5) if w.i % 2 else group(card(r, "5410"), 4)).replace(
            " ", NB
        ),
        65,
    )
    b.p(
        k,
        "retour_tpe",
        "card number inside the JSON of a payment terminal",
        lambda r, w: js({"pan": card(r), "mt": r.randrange(200, 9000), "dev": "EUR"}),
        60,
    )
    b.p(
        k,
        "reference_regie",
        "neutral header over card numbers with dots and zero-width marks",
        lambda r, w: seeded(r, group(card(r), 4, sep="."), count=1),
        77,
    )


def lay_papers(b: Bench) -> None:
    def old_card(r: random.Random, w: Who) -> str:
        where = r.choice(("833", "132", "051", "061"))
        return f"{r.randrange(5, 21):02d}{r.randrange(1, 13):02d}{where}{digits(r, 5)}"

    def new_card(r: random.Random) -> str:
        return letters(r, 1, "TXFKHL") + letters(r, 8, "0123456789CFGHJKLMNPRTVWXYZ")

    def old_pass(r: random.Random) -> str:
        return f"{r.randrange(12, 25):02d}{letters(r, 2)}{digits(r, 5)}"

    def old_licence(r: random.Random) -> str:
        where = r.choice(("83", "13", "05", "06"))
        return f"{r.randrange(70, 100):02d}{r.randrange(1, 13):02d}{where}{digits(r, 6)}"

    def born(w: Who) -> str:
        return w.birth.strftime("%y%m%d")

    k = "identity_card"
    b.p(
        k,
        "N° CNI",
        "old twelve-digit identity card numbers beside the voter's name",
        old_card,
        140,
        {"Électeur": upper},
    )
    b.p(
        k,
        "cnie",
        "new nine-character identity cards beside their holders",
        lambda r, w: new_card(r),
        95,
        {"nom": last_only, "prenom": first_only},
    )
    b.p(
        k,
        "Pièce d'identité",
        "number, date and place of issue of an identity card",
        lambda r, w: (
            f"CNI n° {old_card(r, w)} délivrée le {fr(day(r, 2008, 2020))} par la préfecture "
            f"{r.choice(('du Var', 'des Hautes-Alpes', 'des Bouches-du-Rhône'))}"
        ),
        80,
    )

    def mrz_card(r: random.Random, w: Who) -> str:
        first = f"IDFRA{bare(w.last).upper()[:25]:<<25}{digits(r, 6)}"
        number = old_card(r, w)
        given = f"{bare(w.first).upper()[:14]:<<14}"
        second = number + mrz_digit(number) + given + born(w) + mrz_digit(born(w)) + w.sex
        return f"{first}\n{second}{mrz_digit(first + second)}"

    b.p(k, "scan_recto", "machine-readable lines of French identity cards", mrz_card, 60)
    b.p(
        k,
        "justificatif",
        "identity card numbers among other kinds of proofs",
        lambda r, w: (
            f"carte identité {group(old_card(r, w), 4)}"
            if w.i % 3 == 0
            else r.choice(("quittance EDF", "avis d'imposition", "livret de famille", "facture d'eau"))
        ),
        180,
        {"demandeur": full},
    )
    b.p(
        k,
        "num_piece",
        "identity card numbers turned into integers (leading 0 lost)",
        lambda r, w: int(old_card(r, w)),
        90,
        {"mandant": upper, "mandataire": full},
        neutral=False,
    )
    b.p(
        k,
        "Observations",
        "« C.N.I. » typed with odd spaces and full-width digits",
        lambda r, w: f"C.N.I.{NB}:\t{wide(old_card(r, w))} ({w.last})",
        63,
    )

    k = "passport"
    b.p(
        k,
        "N° passeport",
        "French passports beside their holders",
        lambda r, w: old_pass(r),
        130,
        {"Voyageur": upper},
    )
    b.p(
        k,
        "passeport_jumelage",
        "lower case and spaced passports of a twinning trip",
        lambda r, w: group(old_pass(r), 2, 2, 5).lower(),
        60,
        {"participant": full},
    )
    b.p(
        k,
        "Document présenté",
        "a sentence with the passport number",
        lambda r, w: f"Passeport n° {old_pass(r)}, valide jusqu'au {fr(day(r, 2025, 2033))}",
        75,
    )

    def mrz_pass(r: random.Random, w: Who) -> str:
        number, until = old_pass(r), day(r, 2025, 2033).strftime("%y%m%d")
        core = number + mrz_digit(number), born(w) + mrz_digit(born(w)), until + mrz_digit(until)
        rest = "<" * 14 + "0"
        name = f"P<FRA{bare(w.last).upper()}<<{bare(w.first).upper()}"
        check = mrz_digit(core[0] + core[1] + core[2] + rest)
        return f"{name:<<44}\n{core[0]}FRA{core[1]}{w.sex}{core[2]}{rest}{check}"

    b.p(k, "mrz", "machine-readable lines of passports", mrz_pass, 60)
    b.p(
        k,
        "passport étranger",
        "foreign passports (MA, DZ, IT, TN) beside the children's families",
        lambda r, w: r.choice(
            (
                f"{letters(r, 2)}{digits(r, 7)}",
                digits(r, 9),
                f"Y{letters(r, 1)}{digits(r, 7)}",
                f"{letters(r, 1)}{digits(r, 6)}",
            )
        ),
        70,
        {"famille": upper},
        neutral=False,
    )
    b.p(
        k,
        "réf. pièce",
        "one proof in four is a passport, bold in HTML",
        lambda r, w: (
            f"<b>PASSEPORT</b> {old_pass(r)}" if w.i % 4 == 1 else r.choice(("carte d'élève", "néant", ""))
        ),
        160,
        {"Nom complet": full},
    )
    b.p(
        k,
        "lieu",
        "wrong header; passports with zero-width marks, names beside",
        lambda r, w: "passeport " + seeded(r, old_pass(r)),
        62,
        {"nom": upper},
    )

    k = "driving_licence"
    b.p(
        k,
        "N° permis de conduire",
        "twelve-digit licences beside the drivers' names",
        lambda r, w: old_licence(r),
        110,
        {"Chauffeur": upper},
    )
    b.p(
        k,
        "permis_eu",
        "credit-card licences (13AA00002 form) of drivers",
        lambda r, w: "permis " + f"{r.randrange(13, 25)}{letters(r, 2)}{digits(r, 5)}",
        80,
        {"agent": full},
    )
    b.p(
        k,
        "Habilitations",
        "licence number amid the qualifications of an agent",
        lambda r, w: f"CACES R482 ; permis C n° {old_licence(r)} ; AIPR" if w.i % 3 else "AIPR opérateur",
        120,
        {"agent CTM": upper},
    )
    b.p(
        k,
        "Permis B",
        "number, date and prefecture of the licence",
        lambda r, w: (
            f"Permis n°{group(old_licence(r), 6)} délivré "
            f"le {fr(day(r, 1980, 2012))} (préf. {r.choice(['83', '13', '05'])})"
        ),
        72,
    )
    b.p(
        k,
        "conducteur_json",
        "licence number in a JSON cell",
        lambda r, w: js(
            {"conducteur": w.full, "permis": old_licence(r), "cat": r.choice(("B", "C", "D", "BE"))}
        ),
        60,
    )
    b.p(
        k,
        "permis cdt.",
        "odd grouping, no-break spaces and dots in licence numbers",
        lambda r, w: "pc " + group(old_licence(r), 2, 2, 2, 3, 3, sep=r.choice((NB, "."))),
        66,
        {"Taxi (titulaire)": full},
        gap=0.06,
    )
    b.p(
        k,
        "remarque",
        "licence numbers under a header that says nothing",
        lambda r, w: f"permis de conduire {old_licence(r)} vu, photocopie au dossier" if w.i % 2 else "RAS",
        100,
    )


# ------------------------------------------------------------------------------ personal: lines and machines

FAULTS = (
    "{a}.{b}@wanadoo",
    "{a}.{b}@orange .fr",
    "{a}{b}hotmail;fr",
    "{b}.{a}orange.fr",
    "{a}.{b}@gmail,com",
    "{a}_{b}@@free.fr",
    "{a}.{b} @laposte.net",
    "{a}.{b}@sfr..fr",
    "{a}-{b}@hotmail;fr",
)


def lay_lines(b: Bench) -> None:
    k = "phone"
    b.p(k, "Tél. portable", "mobile numbers of members", lambda r, w: group(mobile(r), 2), 180, gap=0.08)
    b.p(
        k,
        "portable",
        "mobiles turned into integers, leading 0 lost, beside names",
        lambda r, w: int(mobile(r)),
        120,
        {"nom_responsable_legal": full},
    )
    b.p(
        k,
        "numero de telephone",
        "odd groupings as people type them",
        lambda r, w: group(
            mobile(r), *r.choice(((2, 3, 3, 2), (2, 4, 4), (4, 3, 3), (3, 3, 4), (2, 2, 3, 3)))
        ),
        90,
    )
    b.p(
        k,
        "TEL PARENT 1",
        "international forms of French mobiles",
        lambda r, w: r.choice(("+33 (0)", "+33", "0033 ", "33", "+33" + NB)) + group(mobile(r)[1:], 1, 2),
        100,
    )
    b.p(
        k,
        "Contact",
        "a name, then a number",
        lambda r, w: f"{w.civ} {w.last} {group(mobile(r), 2, sep='.')}",
        85,
    )
    b.p(
        k,
        "tel_famille_etranger",
        "foreign numbers of pupils' families",
        lambda r, w: (
            r.choice(("+213 5", "+212 6", "+39 3", "+261 34", "+351 9", "+90 53", "+49 17", "+221 77 "))
            + group(digits(r, 8), 2)
        ),
        60,
        {"élève": child},
    )
    b.p(
        k,
        "equipement",
        "wrong header: two private numbers parted by a slash",
        lambda r, w: f"{group(landline(r), 2)} / {group(mobile(r), 2)}",
        95,
        {"locataire": upper},
    )
    b.p(
        k,
        "Tèl",
        "full-width digits and zero-width marks",
        lambda r, w: seeded(r, wide(group(mobile(r), 2))),
        62,
    )
    b.p(
        k,
        "tel (saisie libre)",
        "letter O for the zero, l for one: a reader still dials it",
        lambda r, w: group(mobile(r), 2).replace("0", "O").replace("1", r.choice("1l")),
        70,
        {"adhérent": full},
    )
    b.p(
        k,
        "Fiche",
        "numbers among labels in HTML",
        lambda r, w: f'<span class="n">{w.full}</span><br><a href="tel:{mobile(r)}">appeler</a>',
        60,
    )

    k = "email"
    b.p(k, "Courriel", "private mailboxes", lambda r, w: f"{w.box}@{r.choice(WEB)}", 210, gap=0.04)
    b.p(
        k,
        "adresse mail",
        "mailboxes mistyped in every way",
        lambda r, w: r.choice(FAULTS).format(a=bare(w.first), b=bare(w.last)),
        120,
    )
    b.p(
        k,
        "mel_contact",
        "« arobase », [at] and (point) to fool the robots",
        lambda r, w: (
            w.box
            + r.choice((" arobase ", "[at]", " (at) ", " AT ", "(a)"))
            + r.choice(WEB).replace(".", r.choice((".", " point ", "[dot]")))
        ),
        80,
    )
    b.p(
        k,
        "mailto",
        "mailboxes inside HTML links",
        lambda r, w: f'<a href="mailto:{w.box}@{r.choice(WEB)}?subject=Forum">écrire</a>',
        64,
    )
    b.p(
        k,
        "instructeur_mail",
        "professional boxes that bear an agent's name",
        lambda r, w: (
            f"{bare(w.first)[0]}.{bare(w.last)}"
            f"@{r.choice(('mairie-toulon.fr', 'ville-arles.fr', 'ville-gap.fr'))}"
        ),
        90,
    )
    b.p(
        k,
        "contact_asso",
        "generic boxes mixed with those of private people",
        lambda r, w: (
            f"{bare(w.last)}{r.randrange(45, 99)}@{r.choice(WEB)}"
            if w.i % 3 == 0
            else f"contact@club-{bare(r.choice(QUARTERS))}.fr"
        ),
        150,
    )
    b.p(
        k,
        "E-MAIL(S)",
        "upper case, pipes and no-break spaces",
        lambda r, w: (
            f"{w.box}@{r.choice(WEB)}".upper() + f"{NB}|{NB}" + f"{bare(w.kid)}.{bare(w.last)}@GMAIL.COM"
        ),
        60,
    )
    b.p(
        k,
        "site_web",
        "wrong header: mailboxes amid web addresses",
        lambda r, w: (
            f"{bare(w.last)}.{bare(w.first)[:3]}@{r.choice(WEB)}"
            if w.i % 6 == 0
            else f"https://www.{bare(r.choice(QUARTERS))}-sports.org"
        ),
        240,
    )

    k = "ip"
    b.p(
        k,
        "ip",
        "public addresses of visitors with the instant of each visit",
        lambda r, w: home_ip(r),
        200,
        {
            "horodatage": lambda r, w: (
                f"2024-03-{r.randrange(1, 29):02d}T{r.randrange(24):02d}:{r.randrange(60):02d}:07Z"
            )
        },
    )
    b.p(
        k,
        "adresse_v6",
        "IPv6 of home boxes",
        lambda r, w: f"{r.choice(('2a01:e0a', '2a01:cb1d', '2a02:8428'))}:" + group(hexa(r, 24), 4, sep=":"),
        80,
    )
    b.p(
        k,
        "X-Forwarded-For",
        "the citizen's address before the proxy's",
        lambda r, w: f"{home_ip(r)}, 10.0.{r.randrange(9)}.12",
        95,
    )
    b.p(
        k,
        "connexion",
        "address and port of a citizen's session",
        lambda r, w: f"{home_ip(r)}:{r.randrange(30000, 65000)}",
        66,
        {"compte": lambda r, w: w.box},
    )
    b.p(
        k,
        "log",
        "lines of a web server",
        lambda r, w: (
            f"{home_ip(r)} - - [{r.randrange(1, 29):02d}"
            f'/Mar/2024:1{r.randrange(9)}:22:41 +0100] "GET /cantine HTTP/1.1" 200 '
            f"{r.randrange(900, 9000)}"
        ),
        130,
    )
    b.p(
        k,
        "avis",
        "address of the voter after the opinion given",
        lambda r, w: f"{r.choice(('Favorable', 'Défavorable', 'Sans avis'))} (depuis {home_ip(r)})",
        75,
    )
    b.p(
        k,
        "meta",
        "address in the JSON of an on-line petition",
        lambda r, w: js(
            {"ip": home_ip(r), "ua": r.choice(("Firefox/124.0", "Safari/17.3")), "signataire": w.initials}
        ),
        60,
    )

    k = "mac"
    b.p(
        k,
        "mac_client",
        "radio identifiers of visitors' phones",
        lambda r, w: group(mac_of(r), 2, sep=":"),
        220,
        {"vu_le": lambda r, w: f"2024-07-14 {r.randrange(18, 24)}:{r.randrange(60):02d}"},
    )
    b.p(
        k,
        "Station WiFi",
        "upper case, hyphens, phones seen on the public Wi-Fi",
        lambda r, w: group(mac_of(r), 2, sep="-").upper(),
        100,
        {"modèle": pick("iPhone 13", "Galaxy S22", "Redmi Note 11", "Pixel 7")},
    )
    b.p(
        k,
        "client (bornes Cisco)",
        "dotted form of the stations' logs",
        lambda r, w: group(mac_of(r), 4, sep="."),
        80,
        {"utilisateur": lambda r, w: w.box},
    )
    b.p(
        k,
        "id_terminal",
        "twelve hexadecimal digits of readers' tablets, lent by name",
        lambda r, w: mac_of(r),
        70,
        {"emprunteur": full},
    )
    b.p(
        k,
        "journal_hotspot",
        "association lines with the phone's address",
        lambda r, w: (
            f"assoc {group(mac_of(r), 2, sep=':')} rssi=-{r.randrange(40, 90)} ssid=ARLES-WIFI-PUBLIC"
        ),
        90,
    )
    b.p(
        k,
        "appareil",
        "the phone's own name, with its owner's first name and its address",
        lambda r, w: f"iPhone de {w.first} ({group(mac_of(r, 'f0d1a9'), 2, sep=':')})",
        62,
    )
    b.p(
        k,
        "adr. physique",
        "spaces (U+202F) between the bytes, beside the pupil",
        lambda r, w: group(mac_of(r), 2, sep=NNB).upper(),
        60,
        {"élève (prêt tablette)": child},
    )

    k = "plate"
    b.p(
        k,
        "Immatriculation",
        "vehicles of residents with a parking permit",
        lambda r, w: siv(r),
        230,
        gap=0.03,
    )
    b.p(k, "plaque", "lower case, spaced", lambda r, w: siv(r, " ").lower(), 100)
    b.p(
        k,
        "N° minéralogique",
        "plates of before 2009",
        lambda r, w: (
            f"{r.randrange(10, 9999)} {letters(r, 2, 'ABCDEFGHJKLMNPQRSTVWXYZ')}"
            f" {r.choice(('83', '13', '05', '2A'))}"
        ),
        70,
        {"propriétaire": upper},
    )
    b.p(
        k,
        "Véhicule",
        "make, colour and plate of cars in the pound",
        lambda r, w: (
            f"{r.choice(('RENAULT Clio', 'PEUGEOT 208', 'DACIA Sandero', 'VW Polo'))} "
            f"{r.choice(('grise', 'blanche', 'noire', 'bleue'))} {siv(r)}"
        ),
        110,
    )
    b.p(
        k,
        "Motif intervention PM",
        "plate joined within the motive of the patrol",
        lambda r, w: (
            f"Stationnement gênant {siv(r, '')}"
            if w.i % 3 == 0
            else r.choice(("Ronde école", "Marché", "Nuisances sonores", "Chien errant"))
        ),
        210,
    )
    b.p(
        k,
        "immat. étrangère",
        "foreign plates beside the holder's name",
        lambda r, w: r.choice(
            (
                f"{letters(r, 2)} {digits(r, 3)} {letters(r, 2)} (I)",
                f"1-{letters(r, 3)}-{digits(r, 3)} (B)",
                f"GE {digits(r, 6)} (CH)",
                f"M-{letters(r, 2)} {digits(r, 4)} (D)",
            )
        ),
        60,
        {"abonné": full},
    )
    b.p(
        k,
        "badge_parking",
        "two plates of a household, zero-width marks",
        lambda r, w: seeded(r, f"{siv(r, NB)}|{siv(r)}", count=1),
        75,
    )


# ---------------------------------------------------------------------------------- personal: who and where


def lay_people(b: Bench) -> None:
    k = "person_name"
    b.p(
        k,
        "Nom",
        "surnames beside first names of registered children",
        last_only,
        200,
        {"Prénom": lambda r, w: w.kid},
    )
    b.p(k, "NOM Prénom", "whole names of agents", upper, 180)
    b.p(
        k,
        "intervenant",
        "names in no list, first names too",
        lambda r, w: (
            f"{r.choice(RARE).replace('_', ' ')}"
            f" {r.choice(('Hery', 'Emre', 'Fanja', 'Thi Mai', 'Vahe', 'Kofi'))}"
        ),
        70,
    )
    b.p(
        k,
        "Propriétaire(s)",
        "« M. et Mme », « Mlle », « Vve »",
        lambda r, w: (
            f"{r.choice(('M. et Mme', 'Mr & Mme', 'Vve', 'Mlle', 'M. ou Mme', 'Consorts'))} {w.last.upper()}"
        ),
        120,
    )
    b.p(
        k,
        "equipe",
        "several people parted by pipes and slashes",
        lambda r, w: f"{w.full}{r.choice(('|', ' / ', ';', ' - '))}{r.choice(WOMEN)} {r.choice(LAST)}",
        80,
    )
    b.p(
        k,
        "Nom de l'élève",
        "decomposed accents and zero-width marks",
        lambda r, w: seeded(r, nfd(f"{w.kid} {w.last}"), count=1),
        90,
    )
    b.p(
        k,
        "Titulaire licence taxi",
        "half companies, half natural persons",
        lambda r, w: (
            w.upper if w.i % 2 else f"{r.choice(('SARL', 'SAS', 'EURL'))} TAXIS {r.choice(QUARTERS).upper()}"
        ),
        110,
    )
    b.p(
        k,
        "lieu",
        "wrong header over the names of tutors",
        lambda r, w: f"{w.first} {w.last.upper()}" if w.i % 7 else "",
        98,
    )
    b.p(k, "Responsable", "initial of the first name and surname", lambda r, w: f"{w.first[0]}. {w.last}", 76)
    b.p(
        k,
        "concessionnaire",
        "holders of graves, maiden names included",
        lambda r, w: (
            f"{w.last.lower()} {w.first.lower()}" + (f" née {r.choice(LAST).lower()}" if w.sex == "F" else "")
        ),
        150,
        {"carré": lambda r, w: f"{r.choice('ABCDEF')}{r.randrange(1, 40)}"},
    )
    b.p(
        k,
        "liste_inscrits",
        "an HTML list of people",
        lambda r, w: f"<ul><li>{w.full}</li><li>{w.kid} {w.last}</li></ul>",
        60,
    )
    b.p(
        k,
        "enfants",
        "JSON arrays of children",
        lambda r, w: js([{"nom": w.last, "prenom": w.kid}, {"nom": w.last, "prenom": r.choice(KIDS)}]),
        62,
    )
    b.p(
        k,
        "Pétitionaire",
        "misspelt header: owners asking for a building permit, one third companies",
        lambda r, w: f"SCCV {r.choice(QUARTERS)}" if w.i % 3 == 0 else f"{w.civ} {w.last} {w.first}",
        170,
        {"n° PC": lambda r, w: f"PC 083 137 2{r.randrange(2, 5)} 0{digits(r, 4)}"},
    )
    b.p(
        k,
        "fichier",
        "names of people within the names of scanned files",
        lambda r, w: f"{bare(w.last).upper()}_{w.first}_acte_naissance.pdf",
        64,
    )

    k = "address"
    b.p(
        k,
        "Adresse du demandeur",
        "home of a named applicant",
        lambda r, w: f"{w.street}, {w.code} {w.town}",
        150,
        {"Demandeur": full},
    )
    b.p(
        k,
        "domiciliation",
        "inverted: road first, then number",
        lambda r, w: f"{w.road}, {w.number} {w.town.upper()}",
        80,
        {"nom": upper},
    )
    b.p(
        k,
        "Adr. foyer",
        "flat, stair, « chez »",
        lambda r, w: f"{w.street} bât {r.choice('ABC')} apt {r.randrange(1, 60)} chez {w.civ} {w.last}",
        90,
    )
    b.p(
        k,
        "ADRESSE",
        "upper case, postal abbreviations",
        lambda r, w: (
            f"{w.number}"
            f" {r.choice(('AV GAL LECLERC', 'BD STRASBOURG', 'CHE OLIVIERS', 'R V HUGO', 'IMP MIMOSAS'))} "
            f"{w.code} {w.town.upper()}"
        ),
        140,
        {"assuré": upper},
    )
    b.p(
        k,
        "coordonnees_postales",
        "several lines, name first",
        lambda r, w: f"{w.civ} {w.full}\n{w.street}\n{w.code} {w.town}",
        75,
    )
    b.p(
        k,
        "voie",
        "number and road split, the voter's name beside",
        lambda r, w: w.road,
        120,
        {"n°": lambda r, w: w.number, "électrice/électeur": upper},
    )
    b.p(
        k,
        "Observations accueil",
        "home addresses in one cell of four",
        lambda r, w: (
            f"habite désormais {w.number} bis {w.road} (3e ét.)"
            if w.i % 4 == 0
            else r.choice(("dossier complet", "à rappeler", "pièce manquante"))
        ),
        160,
        {"usager": full},
    )
    b.p(
        k,
        "localisation",
        "villas and hamlets without a number, names beside",
        lambda r, w: (
            f"Villa « {r.choice(('Mon Repos', 'Lou Cigaloun', 'Ker Mimi'))}"
            f" », quartier {r.choice(QUARTERS)}, {w.code}"
        ),
        60,
        {"occupant": lambda r, w: f"{w.civ} {w.last}"},
    )
    b.p(
        k,
        "resp_adresse",
        "« 12 b rue », no-break spaces, decomposed accents",
        lambda r, w: nfd(f"{w.number}{r.choice((' b', ' ter', 'B', ''))} {w.road}".replace(" ", NB)),
        70,
        {"resp_nom": last_only, "resp_prenom": first_only},
    )

    k = "birth_date"
    b.p(
        k,
        "Date de naissance",
        "births of voters",
        lambda r, w: fr(w.birth),
        160,
        {"nom": last_only, "prénoms": first_only},
    )
    b.p(
        k,
        "Né(e) le",
        "Excel serials of births; bare integers once the header is gone",
        lambda r, w: serial(w.birth),
        100,
        {"agent": upper},
        neutral=False,
    )
    b.p(
        k,
        "ddn",
        "compact births beside the pupils' names",
        lambda r, w: w.kid_birth.strftime("%Y%m%d"),
        90,
        {"élève": child},
    )
    b.p(
        k,
        "Naissance",
        "month in letters",
        lambda r, w: (
            f"{w.birth.day if w.birth.day > 1 else '1er'} {MONTHS[w.birth.month - 1]} {w.birth.year}"
        ),
        80,
        {"titulaire": full},
    )
    b.p(
        k,
        "DDN enfant",
        "real dates of children in a crèche",
        lambda r, w: w.kid_birth,
        130,
        {"Enfant": child},
    )
    b.p(
        k,
        "état civil",
        "date and place of birth in words",
        lambda r, w: f"né{'e' if w.sex == 'F' else ''} le {fr(w.birth)} à {w.town}",
        85,
    )
    b.p(
        k,
        "date naiss.",
        "two-digit years, dots and hyphens",
        lambda r, w: w.birth.strftime(r.choice(("%d.%m.%y", "%d-%m-%y", "%d/%m/%y"))),
        66,
        {"licencié": full},
    )
    b.p(
        k,
        "birthdate",
        "ISO instants written by a web form",
        lambda r, w: f"{w.birth.isoformat()}T00:00:00.000Z",
        70,
        {"firstname": first_only, "lastname": last_only},
    )
    b.p(
        k,
        "remarques",
        "child's first name, initial and birth in an all-purpose column",
        lambda r, w: f"{w.kid} {w.last[0]}. (née le {fr(w.kid_birth)})" if w.i % 3 else "fratrie",
        72,
    )

    k = "home_position"
    b.p(
        k,
        "lat",
        "latitude of the home of a named carer of children",
        lambda r, w: round(43.12 + r.random() / 20, 6),
        90,
        {"lon": lambda r, w: round(5.9 + r.random() / 15, 6), "assistante maternelle": full},
    )
    b.p(
        k,
        "geo_point_2d",
        "point of the home of a helped old person, by name",
        lambda r, w: f"{44.54 + r.random() / 20:.6f}, {6.05 + r.random() / 20:.6f}",
        110,
        {"bénéficiaire APA": upper},
    )
    b.p(
        k,
        "geom",
        "WKT of the homes of families",
        lambda r, w: f"POINT ({4.6 + r.random() / 20:.5f} {43.66 + r.random() / 20:.5f})",
        70,
        {"famille": lambda r, w: f"M. et Mme {w.last}"},
    )
    b.p(
        k,
        "geojson",
        "GeoJSON of a pupil's home",
        lambda r, w: js(
            {
                "type": "Point",
                "coordinates": [round(5.9 + r.random() / 15, 5), round(43.12 + r.random() / 20, 5)],
            }
        ),
        62,
        {"élève transporté": child},
    )
    b.p(
        k,
        "X_L93",
        "Lambert 93 abscissa of the home of an isolated person",
        lambda r, w: round(935000 + r.random() * 9000, 1),
        80,
        {"Y_L93": lambda r, w: round(6227000 + r.random() * 9000, 1), "personne isolée (canicule)": full},
    )
    b.p(
        k,
        "lien carte",
        "map link to a home, beside the home's address and its tenant",
        lambda r, w: (
            f"https://www.google.com/maps?q={43.12 + r.random() / 20:.5f},{5.9 + r.random() / 15:.5f}"
        ),
        60,
        {"locataire": full, "adresse": lambda r, w: f"{w.street} {w.town}"},
    )
    b.p(
        k,
        "gps",
        "degrees and minutes of homes with a medical device",
        lambda r, w: (
            f"{43 + r.randrange(2)}°{r.randrange(10, 60)}'{r.randrange(60):02d}"
            f'"N 5°{r.randrange(10, 60)}\'{r.randrange(60):02d}"E'
        ),
        64,
        {"patient à haut risque vital": upper},
    )

    k = "person_header"
    ticks: tuple[tuple[str, str, Make], ...] = (
        (
            "Julie DURAND",
            "hours of an agent, one column by agent",
            lambda r, w: r.choice((7, 7.5, 8, 3.5, 0)),
        ),
        ("MARTIN Paul", "attendance ticks of a councillor", lambda r, w: r.choice(("X", "", "X", "P"))),
        (
            "aurelie.brunet@orange.fr",
            "answers of one person to a poll",
            lambda r, w: r.choice(("OK", "(OK)", "", "non")),
        ),
        ("Mme Blanc", "caseload of an instructing agent", lambda r, w: r.randrange(30)),
        ("Rakotomalala Hery", "votes of one member", lambda r, w: r.choice(("pour", "contre", "abst."))),
        ("M. Keskinkaya", "kilometres driven by one agent", lambda r, w: round(r.random() * 90, 1)),
        ("DUPONT_Marie-Claude", "leave taken, by day", lambda r, w: r.choice((0, 0, 0, 0.5, 1))),
        ("s.benkhelifa@ville-gap.fr", "tickets closed by an agent, by week", lambda r, w: r.randrange(3, 44)),
        (
            "Heures\nN'DIAYE Awa",
            "overtime of a named agent, header on two lines",
            lambda r, w: round(r.random() * 6) / 2,
        ),
    )
    for number, (header, why, make) in enumerate(ticks):
        b.p(
            k,
            header,
            why,
            make,
            60 + 9 * number,
            {"semaine": lambda r, w: f"S{w.i % 52 + 1:02d}"},
            neutral=False,
        )


# ---------------------------------------------------------------------- personal: memberships, roles, health


YOUNG_ILL = (
    "asthme",
    "diabète de type 1",
    "épilepsie",
    "allergie à l'arachide",
    "drépanocytose",
    "mucoviscidose",
)
FAINTS = ("malaise cardiaque", "crise d'épilepsie", "AVC", "overdose")
BABY_ILL = ("asthmatique", "trisomie 21", "allergie PLV", "cardiopathie")
CHECKS = ("vu", "relancé", "validé", "clos")
STAFF_3 = ("FDE", "GLA", "VPE", "HCO")


def lay_traits(b: Bench) -> None:
    k = "sports_licence"
    b.p(
        k,
        "N° licence FFF",
        "ten-digit football licences beside the players",
        lambda r, w: f"25{digits(r, 8)}",
        150,
        {"Joueur": upper},
    )
    b.p(
        k,
        "licence judo",
        "sex, birth and first letters of the surname: a person by itself",
        lambda r, w: (
            f"{w.sex}{w.birth.strftime('%d%m%Y')}{bare(w.last).upper()[:5]:*<5}{r.randrange(1, 4):02d}"
        ),
        80,
    )
    b.p(
        k,
        "Lic. FFBB",
        "basket-ball licences beside the names",
        lambda r, w: f"{r.choice(('VT', 'BC', 'JH'))}{digits(r, 6)}",
        90,
        {"nom": last_only, "prenom": lambda r, w: w.kid},
    )
    b.p(
        k,
        "adhésion",
        "licence number, discipline and member in one cell",
        lambda r, w: f"{w.full} – licence FFT n° {digits(r, 7)} {letters(r, 1)}",
        75,
    )
    b.p(
        k,
        "num_lic_hand",
        "thirteen-digit handball licences",
        lambda r, w: f"61{r.choice(['83', '13', '05'])}{digits(r, 9)}",
        66,
        {"licenciée": full},
        neutral=False,
    )
    b.p(
        k,
        "certificat",
        "licence given instead of the medical certificate",
        lambda r, w: f"licence FFA {digits(r, 7)} ({w.last})" if w.i % 3 else "certificat médical fourni",
        120,
    )
    b.p(
        k,
        "Voile",
        "sailing licences in lower case with a no-break space, beside children",
        lambda r, w: f"lic. {digits(r, 7)}{NB}{letters(r, 1).lower()}",
        60,
        {"stagiaire": child},
    )

    k = "caf_number"
    b.p(
        k,
        "N° allocataire CAF",
        "family allowance numbers beside the parents",
        lambda r, w: digits(r, 7),
        140,
        {"responsable": upper},
        neutral=False,
    )
    b.p(
        k,
        "caf",
        "number and letter, prefixed",
        lambda r, w: f"CAF {digits(r, 7)} {letters(r, 1)}",
        90,
        {"foyer": full},
    )
    b.p(
        k,
        "Régime",
        "one household in two gives its CAF number",
        lambda r, w: (
            f"alloc. CAF n°{digits(r, 7)}" if w.i % 2 else r.choice(("MSA", "Régime général", "ENIM"))
        ),
        110,
        {"Enfant": child},
    )
    b.p(
        k,
        "quotient",
        "quotient, then the number of the allowance file",
        lambda r, w: f"QF {r.randrange(300, 1800)} (matricule CAF {group(digits(r, 7), 4, 3)})",
        72,
        {"nom": last_only},
    )
    b.p(
        k,
        "aides",
        "JSON of a social file",
        lambda r, w: js({"allocataire": w.upper, "caf": digits(r, 7), "rsa": r.random() < 0.4}),
        60,
    )
    b.p(
        k,
        "num caf13",
        "leading zeros lost, department before the number",
        lambda r, w: f"{r.choice(('131', '831', '051'))}/{r.randrange(10000, 2999999)} CAF",
        64,
        {"mère": lambda r, w: f"{r.choice(WOMEN)} {w.last}"},
    )
    b.p(
        k,
        "Piéces",
        "full-width digits under a misspelt header",
        lambda r, w: f"attestation CAF n°{NB}{wide(digits(r, 7))}",
        63,
        {"parent1": full},
    )

    k = "social_profile"
    b.p(
        k,
        "Instagram",
        "private handles",
        lambda r, w: f"@{bare(w.first)}{r.choice(('_', '.', ''))}{bare(w.last)[:6]}{r.randrange(99)}",
        80,
        {"bénévole": full},
    )
    b.p(
        k,
        "profil_fb",
        "profile pages named after people",
        lambda r, w: f"https://www.facebook.com/{w.box}.{r.randrange(1, 99)}",
        90,
    )
    b.p(
        k,
        "LinkedIn",
        "pages of named agents",
        lambda r, w: f"linkedin.com/in/{bare(w.first)}-{bare(w.last)}-{hexa(r, 8)}",
        70,
    )
    b.p(
        k,
        "réseaux",
        "snap, insta and tiktok of teenagers",
        lambda r, w: (
            f"snap : {bare(w.kid)}{r.choice(('du', 'x', '_'))}{r.choice(('83', '13', '05'))}"
            f" / insta {bare(w.kid)}.{bare(w.last)[:4]}"
        ),
        66,
    )
    b.p(
        k,
        "auteur",
        "authors of messages to the city, by handle and displayed name",
        lambda r, w: f"{w.first} {w.last[0]}. (@{bare(w.last)}{r.randrange(1960, 2006)})",
        130,
    )
    b.p(
        k,
        "mastodon",
        "federated handles",
        lambda r, w: f"@{w.box}@{r.choice(('piaille.fr', 'mastodon.social', 'mamot.fr'))}",
        60,
    )
    b.p(
        k,
        "lien",
        "private profiles amid pages of the city",
        lambda r, w: (
            f"https://www.tiktok.com/@{bare(w.first)}.{bare(w.last)}"
            if w.i % 4 == 0
            else r.choice(("https://www.facebook.com/villedetoulon", "https://www.instagram.com/ville_arles"))
        ),
        120,
    )

    k = "trigram"
    b.p(k, "Tri", "trigrams beside the agents they stand for", lambda r, w: w.trigram, 80, {"Agent": upper})
    b.p(
        k,
        "saisi par",
        "initials with a date: who did it",
        lambda r, w: f"saisi {w.initials[0]}.{w.initials[1]}. le {fr(day(r, 2022, 2024))}",
        100,
    )
    staff = ("JDU", "MBL", "SRA", "KBE", "AFO", "LGU", "PMA")
    b.p(
        k,
        "visa",
        "trigrams of the agents who checked, parted by a slash",
        lambda r, w: f"{r.choice(staff)}/{r.choice(staff)}",
        140,
        neutral=False,
    )
    b.p(
        k,
        "instructeur",
        "the same seven trigrams of instructing agents",
        pick("CRO", "NHA", "TVI", "EMO", "BGI", "OLE"),
        220,
        neutral=False,
    )
    b.p(
        k,
        "modif_par",
        "logins made of an initial and a surname",
        lambda r, w: f"{bare(w.first)[0]}{bare(w.last)}",
        90,
    )
    b.p(
        k,
        "Suivi",
        "« vu », « relancé » and the trigram of the agent",
        lambda r, w: f"{r.choice(CHECKS)} par {r.choice(STAFF_3)} {r.randrange(1, 29)}/0{r.randrange(1, 10)}",
        95,
    )
    b.p(
        k,
        "resp. (init.)",
        "lower-case initials beside the person's whole name",
        lambda r, w: f"{w.initials[0]}{w.initials[1]}".lower(),
        66,
        {"chargé d'opération": full},
    )

    k = "health"
    b.p(
        k,
        "PAI",
        "allergies and illnesses beside the child's name",
        lambda r, w: r.choice(YOUNG_ILL) if w.i % 3 == 0 else "non",
        150,
        {"Enfant": child},
    )
    b.p(
        k,
        "Observations RH",
        "handicap and fitness of a named agent",
        lambda r, w: r.choice(
            ("RQTH", "inapte au port de charges", "mi-temps thérapeutique", "reclassement (lombalgie)", "RAS")
        ),
        100,
        {"Agent": upper},
    )
    b.p(
        k,
        "Motif d'absence",
        "sick leave by named agent",
        lambda r, w: r.choice(
            (
                "CMO",
                "maladie ordinaire",
                "accident du travail",
                "longue maladie",
                "congé annuel",
                "grossesse pathologique",
            )
        ),
        200,
        {"nom prénom": upper},
    )
    b.p(
        k,
        "regime_alim",
        "diets for medical reasons, beside pupils",
        lambda r, w: r.choice(
            ("sans gluten (cœliaque)", "diabétique", "sans arachide - EpiPen", "standard", "standard")
        ),
        130,
        {"élève": child},
    )
    b.p(
        k,
        "traitement",
        "treatments of residents by name",
        lambda r, w: r.choice(
            ("Ventoline 2 bouffées", "insuline Lantus 12 UI", "Dépakine", "Levothyrox 75", "Aricept 10")
        ),
        70,
        {"résident": lambda r, w: f"{w.civ} {w.last}"},
    )
    b.p(
        k,
        "signalement",
        "a name and an illness in one cell",
        lambda r, w: f"{w.civ} {w.last} : {r.choice(ILL)}",
        85,
    )
    b.p(
        k,
        "aménagement vote",
        "voters who cannot move, by name",
        lambda r, w: r.choice(
            ("fauteuil roulant", "malvoyante", "sous oxygène", "déficience auditive", "hémiplégie")
        ),
        60,
        {"électeur": full},
    )
    b.p(
        k,
        "vaccins à jour",
        "vaccines of named children",
        lambda r, w: r.choice(
            ("DTP ok / ROR manquant", "DTP ok", "contre-indication médicale", "BCG non fait")
        ),
        64,
        {"nom enfant": child},
    )

    k = "age_illness"
    b.p(
        k,
        "Situation",
        "age and illness of a followed person",
        lambda r, w: f"{w.age()} ans, {r.choice(ILL)}",
        90,
    )
    b.p(
        k,
        "cas",
        "sex, age and illness in short",
        lambda r, w: f"{w.sex} {w.age()} a. - {r.choice(ILL)} - {r.choice(QUARTERS)}",
        75,
    )
    b.p(
        k,
        "Âge",
        "ages beside an illness and a small area",
        lambda r, w: w.age(),
        120,
        {"pathologie": lambda r, w: r.choice(ILL), "quartier": lambda r, w: r.choice(QUARTERS)},
    )
    b.p(
        k,
        "Compte rendu VSAV",
        "rescue of a person, with age and complaint",
        lambda r, w: f"{'Femme' if w.sex == 'F' else 'Homme'} de {w.age()} ans, {r.choice(FAINTS)}, {w.road}",
        80,
    )
    b.p(
        k,
        "json_suivi",
        "age and illness in JSON",
        lambda r, w: js({"age": w.age(), "patho": r.choice(ILL), "gir": r.randrange(1, 6)}),
        60,
    )
    b.p(
        k,
        "enfant accueilli",
        "age in months and illness of a child in a crèche",
        lambda r, w: (
            f"{r.randrange(4, 36)} mois, {r.choice(BABY_ILL)}, section {r.choice(('bébés', 'moyens'))}"
        ),
        66,
    )
    b.p(
        k,
        "pathologie",
        "illnesses beside year of birth and street",
        lambda r, w: r.choice(ILL),
        70,
        {"année naiss.": lambda r, w: w.birth.year, "rue": lambda r, w: w.road},
    )


# ---------------------------------------------------------------------------------------- personal: free text

ROADWORKS = (
    "Nid-de-poule à reboucher {road}",
    "Lampadaire éteint devant {school}",
    "Dépôt sauvage, enlèvement programmé",
    "Marquage au sol effacé, quartier {quarter}",
    "Tampon d'égout descellé {road}",
    "Taille de haie sur voie publique",
    "Passage de la balayeuse le {day}",
    "Panneau AB4 couché",
    "RAS",
    "Intervention reportée pour cause de pluie",
    "Fuite sur le réseau, transmis au délégataire",
    "Feu tricolore en clignotant, carrefour {road}",
)
PATROL = (
    "Patrouille pédestre secteur {quarter}",
    "Surveillance sortie {school}",
    "Véhicule ventouse signalé, pas de suite",
    "Opération tranquillité vacances, rien à signaler",
    "Tapage nocturne {road}, calme au passage",
    "Marché hebdomadaire",
    "Assistance sapeurs-pompiers {road}",
    "Alarme intempestive au gymnase",
    "Divagation de chiens à {quarter}",
)
NURSERY = (
    "Sortie au jardin si le temps le permet",
    "Prévoir un change complet",
    "Réunion de rentrée le {day}",
    "Atelier peinture section des grands",
    "Fermeture exceptionnelle à 17h",
    "Commande de couches à passer",
    "Visite de la PMI le {day}",
    "Adaptation prévue sur deux semaines",
    "Spectacle de fin d'année",
)
TOWNPLAN = (
    "Dossier complet le {day}",
    "Avis ABF favorable avec prescriptions",
    "Pièces PC4 et PC5 manquantes",
    "Zone UB du PLU, hauteur max 9 m",
    "Clôture à conserver côté {road}",
    "Transmis au contrôle de légalité",
    "Sursis à statuer, périmètre {quarter}",
    "Raccordement EU à prévoir",
    "DP tacite au {day}",
)
GRANTS = (
    "Aide au fonctionnement, saison 2023-2024",
    "Achat de ballons et chasubles",
    "Bilan financier à fournir",
    "Tournoi annuel du quartier {quarter}",
    "Convention triennale signée le {day}",
    "Subvention exceptionnelle, toiture du local",
    "Mise à disposition du gymnase le mardi",
    "Dossier incomplet : manque le RIB de l'association",
    "Loto au profit du Téléthon",
)
SOCIAL = (
    "Rendez-vous le {day}",
    "Demande de bons alimentaires",
    "Orientation vers la mission locale",
    "Dossier en attente de pièces",
    "Aide à la facture d'énergie accordée",
    "Commission du {day} : avis favorable",
    "Plan d'apurement en cours",
    "Ne s'est pas présenté",
)
BOOKS = (
    "Réservation disponible jusqu'au {day}",
    "Livre rendu abîmé",
    "Suggestion : plus de mangas",
    "Prêt prolongé de trois semaines",
    "Heure du conte à la section jeunesse",
    "Boîte de retour pleine",
    "Atelier généalogie complet",
    "Climatisation en panne au niveau 2",
)
POLLS = (
    "Ouverture du bureau à 8h00",
    "Enveloppes comptées par paquets de cent",
    "Dépouillement terminé à 19h42",
    "Un bulletin déchiré annexé au procès-verbal",
    "Affluence faible entre 14h et 16h",
    "Urne scellée, deux clés",
    "Isoloir accessible installé à {school}",
    "Aucune réclamation",
)
STAFF = (
    "Formation habilitation électrique le {day}",
    "Entretien annuel à planifier",
    "Dotation EPI remise",
    "Poste vacant depuis le {day}",
    "Renfort saisonnier à {quarter}",
    "Télétravail deux jours par semaine",
    "Prime exceptionnelle votée",
    "Badge à reprogrammer",
)
SPORT = (
    "Terrain synthétique impraticable",
    "Match reporté au {day}",
    "Vestiaire 3 fermé",
    "Éclairage à régler au stade",
    "Créneau du jeudi attribué au hand",
    "Filets à changer",
    "Tournoi U11 à {quarter}",
    "Douches froides signalées",
)


def prose(bank: tuple[str, ...]) -> Make:
    def write(r: random.Random, w: Who) -> str:
        return r.choice(bank).format(
            road=r.choice(ROADS),
            school=r.choice(SCHOOLS),
            quarter=r.choice(QUARTERS),
            day=fr(day(r, 2022, 2024)),
        )

    return write


def leaky(bank: tuple[str, ...], every: int, leak: Make, at: int = 0) -> Make:
    """Harmless sentences, with a leak in one row out of `every`."""
    plain = prose(bank)
    return lambda r, w: leak(r, w) if w.i % every == at else plain(r, w)


def after(bank: tuple[str, ...], every: int, leak: Make, at: int = 0) -> Make:
    """Harmless sentences, followed by the leak in one row out of `every`."""
    plain = prose(bank)
    return lambda r, w: f"{plain(r, w)}. {leak(r, w)}" if w.i % every == at else plain(r, w)


FACTS = ("signale un tapage", "verbalisé sur place", "refuse d'obtempérer", "se plaint de son voisin")


def lay_prose(b: Bench) -> None:
    b.p(
        "phone",
        "commentaire_voirie",
        "free text, a mobile to call back in every row",
        after(ROADWORKS, 1, lambda r, w: f"Rappeler le {group(mobile(r), 2)}"),
        120,
    )
    b.p(
        "phone",
        "Description du signalement",
        "free text, a mobile in one row of ten",
        after(ROADWORKS, 10, lambda r, w: f"tel riverain : {mobile(r)}", 3),
        300,
    )
    b.p(
        "phone",
        "obs.",
        "free text, one mobile in 320 rows",
        leaky(
            SPORT,
            320,
            lambda r, w: f"clés du vestiaire chez le gardien, son perso {group(mobile(r), 2, 3, 3, 2)}",
            211,
        ),
        320,
    )
    b.p(
        "email",
        "Message",
        "free text, a private mailbox in one row of two",
        after(BOOKS, 2, lambda r, w: f"Me répondre sur {w.box}@{r.choice(WEB)} svp"),
        140,
    )
    b.p(
        "email",
        "suite donnée",
        "free text, one mistyped mailbox in ten rows",
        after(GRANTS, 10, lambda r, w: r.choice(FAULTS[:4]).format(a=bare(w.first), b=bare(w.last)), 7),
        200,
    )
    b.p(
        "email",
        "Remarques du public",
        "free text, a single mailbox in 300 rows",
        leaky(
            BOOKS,
            300,
            lambda r, w: f"Où en est mon inscription ? {bare(w.last)}.{bare(w.first)} arobase laposte.net",
            158,
        ),
        300,
    )
    b.p(
        "person_name",
        "main_courante",
        "patrol log, « M. X » or « Mme Y » in half the rows",
        leaky(PATROL, 2, lambda r, w: f"{w.civ} {w.last} {r.choice(FACTS)}, {w.road}"),
        180,
    )
    b.p(
        "person_name",
        "Cahier de transmission",
        "nursery log, child's first name and surname in one row of ten",
        leaky(NURSERY, 10, lambda r, w: f"{w.kid} {w.last} est tombé dans la cour, parents prévenus", 4),
        250,
    )
    b.p(
        "person_name",
        "Avis instructeur",
        "planning notes, a neighbour named in one row of 300",
        leaky(
            TOWNPLAN,
            300,
            lambda r, w: f"Recours gracieux déposé par Mme {r.choice(RARE[:6])} Fanja, voisine",
            77,
        ),
        360,
    )
    b.p(
        "person_name",
        "objet_subvention",
        "grants, the club's treasurer named in one row of four",
        after(GRANTS, 4, lambda r, w: f"Voir avec la trésorière {r.choice(WOMEN)} {w.last.upper()}", 1),
        160,
    )
    b.p(
        "person_name",
        "procès-verbal",
        "polling notes naming assessors in each row",
        after(POLLS, 1, lambda r, w: f"Assesseurs : {w.full}, {r.choice(MEN)} {r.choice(LAST)}"),
        70,
    )
    b.p(
        "address",
        "Détail intervention",
        "patrol at people's homes, half of the rows",
        leaky(PATROL, 2, lambda r, w: f"Différend familial au domicile de {w.civ} {w.last}, {w.street}", 1),
        150,
    )
    b.p(
        "address",
        "note terrain",
        "homes of named people in one row of ten",
        after(ROADWORKS, 10, lambda r, w: f"Bac à livrer chez {w.full}, {w.road} n°{w.number}", 2),
        220,
    )
    b.p(
        "address",
        "Compte-rendu",
        "one named home in 300 rows",
        leaky(SOCIAL, 300, lambda r, w: f"Visite à domicile {w.street} apt 12, famille {w.last}", 250),
        310,
    )
    b.p(
        "health",
        "suivi_social",
        "social notes about a named person's health in half the rows",
        leaky(
            SOCIAL,
            2,
            lambda r, w: f"{w.civ} {w.last} hospitalisé{'e' if w.sex == 'F' else ''} pour {r.choice(ILL)}",
        ),
        130,
    )
    b.p(
        "health",
        "Infos utiles",
        "nursery notes, a child's illness in one row of ten",
        leaky(
            NURSERY,
            10,
            lambda r, w: (
                f"PAI de {w.kid} {w.last} "
                f": {r.choice(('EpiPen dans le sac', 'asthme, Ventoline', 'convulsions'))}"
            ),
            9,
        ),
        210,
    )
    b.p(
        "health",
        "commentaire RH",
        "one agent's illness in 300 rows",
        leaky(STAFF, 300, lambda r, w: f"{w.full} en arrêt, dépression, retour pas avant l'été", 190),
        330,
    )
    b.p(
        "age_illness",
        "Intervention secours",
        "age and illness of people helped, one row of three",
        leaky(
            PATROL,
            3,
            lambda r, w: f"Dame de {r.randrange(70, 97)} ans désorientée (Alzheimer), ramenée {w.road}",
        ),
        120,
    )
    b.p(
        "age_illness",
        "fiche canicule",
        "age and illness in one row of ten",
        after(
            SOCIAL, 10, lambda r, w: f"Monsieur {w.age()} ans, insuffisant cardiaque, vit seul {w.street}", 5
        ),
        200,
    )
    b.p(
        "birth_date",
        "note état-civil",
        "births in sentences, with names, in half the rows",
        leaky(
            BOOKS,
            2,
            lambda r, w: (
                f"Carte jeune pour {w.kid} {w.last}, né le {w.kid_birth.day}"
                f" {MONTHS[w.kid_birth.month - 1]} {w.kid_birth.year}"
            ),
        ),
        100,
    )
    b.p(
        "plate",
        "Constat",
        "plates in one row of ten of the patrol log",
        after(PATROL, 10, lambda r, w: f"Peugeot 3008 {siv(r, ' ')} enlevée", 6),
        260,
    )
    b.p(
        "plate",
        "texte libre ASVP",
        "one plate in 300 rows",
        leaky(PATROL, 300, lambda r, w: f"la dame de la clio {siv(r, '').lower()} revient toujours", 120),
        305,
    )
    b.p(
        "iban",
        "Note régie",
        "an IBAN in one row of ten, holder named",
        after(GRANTS, 10, lambda r, w: f"Rembourser {w.full} sur {group(iban(r), 4)}", 8),
        180,
    )
    b.p(
        "nir",
        "annotation",
        "a social security number in one row of ten",
        after(STAFF, 10, lambda r, w: f"n° sécu {nir(r)} transmis à la paie", 1),
        170,
    )
    b.p(
        "nir",
        "Divers",
        "one NIR in 300 rows, no word to announce it",
        leaky(SOCIAL, 300, lambda r, w: f"Dossier {group(nir(r), 1, 2, 2, 2, 3, 3, 2)} reçu en double", 33),
        300,
    )
    b.p(
        "trigram",
        "journal_modifs",
        "who did what, by trigram, in each row",
        lambda r, w: (
            f"{day(r, 2023, 2024):%d/%m} {r.choice(('JDU', 'MBL', 'SRA'))}"
            f" : {str(prose(TOWNPLAN)(r, w)).lower()}"
        ),
        110,
    )
    b.p(
        "social_profile",
        "Source",
        "posts of private people cited in one row of ten",
        after(BOOKS, 10, lambda r, w: f"Vu sur insta @{bare(w.first)}_{bare(w.last)}{r.randrange(99)}", 0),
        150,
    )
    b.p(
        "sports_licence",
        "Réclamation",
        "licence numbers of players in one row of five",
        after(SPORT, 5, lambda r, w: f"Joueur {w.last.upper()} licence n°25{digits(r, 8)} suspendu"),
        125,
    )
    b.p(
        "caf_number",
        "suivi facture cantine",
        "CAF numbers in one row of five",
        after(SOCIAL, 5, lambda r, w: f"QF relu sur CDAP, alloc {digits(r, 7)} Mme {w.last}", 2),
        115,
    )
    b.p(
        "person_name",
        "Résumé (JSON)",
        "comment threads in JSON, signed by people",
        lambda r, w: js({"txt": prose(ROADWORKS)(r, w), "par": w.full, "vu": r.random() < 0.5}),
        90,
    )
    b.p(
        "phone",
        "corps_html",
        "HTML of messages, mobile and name at the foot, in half the rows",
        lambda r, w: (
            f"<div><p>{prose(ROADWORKS)(r, w)}</p>"
            + (f"<p>{w.full}<br>{group(mobile(r), 2, sep='-')}</p>" if w.i % 2 else "")
            + "</div>"
        ),
        84,
    )
    b.p(
        "ip",
        "ticket",
        "a citizen's address in one row of ten of support tickets",
        after(BOOKS, 10, lambda r, w: f"Compte bloqué de {w.box}, dernière connexion {home_ip(r)}", 3),
        140,
    )


# --------------------------------------------------------------------------------------------------- harmless

FAMOUS = [
    "Rue Victor Hugo",
    "Avenue Jean Moulin",
    "Boulevard Georges Clemenceau",
    "Place Gabriel Péri",
    "Rue Frédéric Mistral",
    "Quai Marx Dormoy",
    "Avenue Émile Didier",
    "Rue Pierre Semard",
    "Allée Simone Veil",
    "Rue Marie Curie",
    "Impasse Paul Cézanne",
    "Rond-point Bir-Hakeim",
]
CLUBS = [
    "Club nautique du {q}",
    "Les Amis de {q}",
    "Rugby Club {q}",
    "Comité des fêtes de {q}",
    "Amicale laïque {q}",
    "Judo Club {q}",
    "Association des commerçants de {q}",
    "Chorale de {q}",
    "Secours populaire - {q}",
    "Boule lyonnaise {q}",
]
TREES = [
    "Platanus x acerifolia",
    "Olea europaea 'Cipressino'",
    "Celtis australis",
    "Prunus cerasifera 'Nigra'",
    "Pinus pinea",
    "Quercus ilex",
    "Lagerstroemia indica 'Rosa Nova'",
    "Acer platanoides 'Emerald Queen'",
    "Tilia henryana",
    "Rosa 'Pierre de Ronsard'",
    "Malus 'John Downie'",
]
DISHES = [
    "Daube provençale",
    "Filet de colin sauce Nantua",
    "Tarte aux pommes",
    "Salade César",
    "Poire Belle-Hélène",
    "Gratin dauphinois",
    "Tourtons du Champsaur",
    "Pâtes bolognaise",
    "Brandade de morue",
    "Yaourt nature",
    "Carottes Vichy",
    "Pêche Melba",
    "Riz de Camargue IGP",
]
TITLES = [
    "Jean de Florette",
    "Madame Bovary",
    "Thérèse Raquin",
    "Eugénie Grandet",
    "Tartarin de Tarascon",
    "Mireille",
    "L'Arlésienne",
    "Le Père Goriot",
    "Manon Lescaut",
    "Cyrano de Bergerac",
    "Notre-Dame de Paris",
    "Germinal",
    "Candide",
    "Le Tour du monde en 80 jours",
]
DEAD = [
    "Hugo, Victor (1802-1885)",
    "Zola, Émile (1840-1902)",
    "Daudet, Alphonse (1840-1897)",
    "Mistral, Frédéric (1830-1914)",
    "Sand, George (1804-1876)",
    "Balzac, Honoré de (1799-1850)",
    "Verne, Jules (1828-1905)",
    "Molière (1622-1673)",
    "Flaubert, Gustave (1821-1880)",
]
JOBS = [
    "Adjoint technique principal",
    "ATSEM",
    "Rédacteur territorial",
    "Gardien-brigadier",
    "Ingénieur voirie",
    "Éducateur de jeunes enfants",
    "Directrice de crèche",
    "Maître-nageur sauveteur",
    "Chargé de mission mobilité",
    "Agent d'état civil",
    "Auxiliaire de puériculture",
]
GYMS = [
    "Gymnase Louis Baille",
    "Stade Fernand Fournier",
    "Palais des sports Jauréguiberry",
    "Piscine Marius Cabassud",
    "Stade Robert Morel",
    "Gymnase Jean-François Lamour",
    "Stade Félix Mayol",
    "Complexe Léo Lagrange",
    "Patinoire Brown Ferrand",
    "Gymnase Marie Marvingt",
]
SERVICES = [
    "Direction des espaces verts",
    "Service état civil",
    "Police municipale",
    "CCAS",
    "Direction de la voirie",
    "Médiathèque",
    "Service des sports",
    "Urbanisme",
]


PLAYS = ("Le Malade imaginaire", "Roméo et Juliette", "Dom Juan", "Carmen", "Andromaque")
WORTHIES = (
    "Victor Hugo (1802-1885), écrivain",
    "Jean Moulin (1899-1943), préfet et résistant",
    "Dominique Villars (1745-1814), botaniste",
    "Frédéric Mistral (1830-1914), poète",
)


def treasury(desk: str, account: str) -> str:
    """Bank details of a public accountant (letters count as digits in the key)."""
    key = 97 - (89 * 30001 + 15 * int(desk) + 3 * int(account.replace("C", "3"))) % 97
    return f"30001{desk}{account}{key:02d}"


TREASURY = (
    treasury("00512", "C8300000000"),
    treasury("00380", "C0500000000"),
    treasury("00154", "C1300000000"),
)


def lay_codes(b: Bench) -> None:
    """Numbers and codes."""
    h = b.h
    h("nir", "SIRET", "establishments, Luhn-valid", lambda r, w: siret(r), 180)
    h(
        "phone",
        "siren",
        "companies as integers",
        lambda r, w: int(siren(r)),
        150,
        {"raison_sociale": lambda r, w: f"SARL {r.choice(QUARTERS)} Bâtiment"},
    )
    h(
        "caf_number",
        "N° SIRET (espacé)",
        "establishments grouped with no-break spaces",
        lambda r, w: group(siret(r), 3, 3, 3, 5).replace(" ", NB),
        90,
    )
    h(
        "identity_card",
        "tva_intracom",
        "VAT numbers of suppliers",
        lambda r, w: on(siren(r), lambda s: f"FR{(12 + 3 * (int(s) % 97)) % 97:02d}{s}"),
        80,
    )
    h(
        "caf_number",
        "code_insee",
        "commune codes",
        lambda r, w: r.choice(("83137", "13004", "05061", "83126", "2A004", "05170")),
        200,
    )
    h(
        "caf_number",
        "Code postal",
        "postal codes as integers, zero lost",
        lambda r, w: r.choice((83000, 83200, 13200, 5000, 5130)),
        240,
    )
    h(
        "identity_card",
        "rna",
        "register numbers of associations",
        lambda r, w: f"W{r.choice(('832', '131', '051'))}{digits(r, 6)}",
        130,
    )
    h(
        "phone",
        "montant_centimes",
        "amounts in cents, nine digits",
        lambda r, w: r.randrange(600000000, 799999999),
        100,
        neutral=False,
    )
    h(
        "phone",
        "Volume eau (L)",
        "annual volumes by building",
        lambda r, w: r.randrange(100000, 99999999),
        95,
        {"Bâtiment": lambda r, w: r.choice(SCHOOLS)},
    )
    h(
        "nir",
        "PRM",
        "fourteen-digit delivery points of the city's buildings",
        lambda r, w: f"2{digits(r, 13)}",
        70,
        {"site": lambda r, w: r.choice(GYMS)},
    )
    h(
        "caf_number",
        "index_compteur",
        "meter readings",
        lambda r, w: 1204000 + w.i * 731 + r.randrange(500),
        150,
    )
    h(
        "identity_card",
        "N° délibération",
        "numbers of council decisions",
        lambda r, w: f"2024-{r.randrange(1, 13):02d}-{w.i:03d}",
        110,
    )
    h(
        "plate",
        "Référence produit",
        "lighting parts that look like plates",
        lambda r, w: f"Luminaire réf. {siv(r)}",
        85,
    )
    h("card", "EAN13", "bar codes of supplies", lambda r, w: ean(f"3{digits(r, 11)}"), 120)
    h(
        "nir",
        "ISBN",
        "books of the library",
        lambda r, w: group(ean(f"9782{digits(r, 8)}"), 3, 1, 4, 4, 1, sep="-"),
        160,
    )
    h(
        "ip",
        "version_logiciel",
        "four-part version numbers",
        lambda r, w: f"v{r.randrange(1, 12)}.{r.randrange(20)}.{r.randrange(10)}.{r.randrange(400)}",
        75,
        {"Logiciel": pick("Ciril", "Arpège Concerto", "QGIS Server", "GLPI", "Berger-Levrault e.magnus")},
    )
    h(
        "ip",
        "IP automate",
        "private addresses of pumps",
        lambda r, w: f"192.168.{r.randrange(20)}.{r.randrange(2, 250)}",
        90,
    )
    h(
        "ip",
        "exemple_ip",
        "documentation addresses in a guide",
        lambda r, w: r.choice(("192.0.2.", "198.51.100.", "203.0.113.")) + str(r.randrange(1, 255)),
        60,
    )
    h(
        "ip",
        "article CCTP",
        "numbers of clauses of a tender",
        lambda r, w: f"{r.randrange(1, 9)}.{r.randrange(1, 12)}.{r.randrange(1, 9)}.{r.randrange(1, 5)}",
        80,
        {"lot": pick("Lot 1 - Gros œuvre", "Lot 2 - VRD", "Lot 3 - Menuiseries")},
    )
    h(
        "mac",
        "empreinte",
        "MD5 of published files",
        lambda r, w: hexa(r, 32),
        100,
        {"fichier": lambda r, w: f"budget_{2000 + w.i % 25}.csv"},
    )
    h(
        "mac",
        "sha1_court",
        "twelve-digit commits of the data repository",
        lambda r, w: hexa(r, 12),
        70,
        {"message": pick("maj jeu", "correction géométrie", "nouveau schéma")},
    )
    h(
        "mac",
        "DevEUI",
        "sixteen hexadecimal digits of LoRa air probes",
        lambda r, w: group(f"70b3d5{hexa(r, 10)}", 2, sep="-"),
        64,
        {"capteur": lambda r, w: f"CO2 salle {r.randrange(1, 20)} - {r.choice(SCHOOLS)}"},
    )
    h("mac", "couleur_web", "colours of metro-like maps", lambda r, w: f"#{hexa(r, 6)}", 60)
    h(
        "mac",
        "uuid",
        "identifiers of equipments",
        lambda r, w: str(uuid.UUID(int=r.getrandbits(128), version=4)),
        120,
    )
    h(
        "card",
        "id_transaction_mandat",
        "payment orders of the treasury: sixteen digits, year first, not Luhn",
        lambda r, w: on(
            f"2023{digits(r, 12)}", lambda s: s if luhn(s[:-1]) != s else f"{s[:-1]}{(int(s[-1]) + 1) % 10}"
        ),
        100,
    )
    h(
        "card",
        "IMEI boîtier",
        "boxes of street-light controllers",
        lambda r, w: luhn(f"35{digits(r, 12)}"),
        60,
        {"armoire": lambda r, w: f"EP-{w.i:03d}"},
    )
    h(
        "nir",
        "ref_cadastrale",
        "parcels with commune code",
        lambda r, w: f"83137000{letters(r, 2)}{r.randrange(1, 900):04d}",
        130,
    )
    h(
        "plate",
        "section parcelle",
        "section and parcel",
        lambda r, w: f"{letters(r, 2)} {r.randrange(1, 900)}",
        100,
        {"commune": pick("Toulon", "Arles", "Gap")},
    )
    h(
        "passport",
        "code_acte_ccam",
        "medical acts of a price list",
        lambda r, w: f"{letters(r, 4, 'ABCDEFGHJ')}{digits(r, 3)}",
        70,
        {"tarif": lambda r, w: round(r.random() * 200, 2)},
    )
    h(
        "trigram",
        "code_service",
        "three-letter codes of departments",
        pick("DRH", "DSI", "DGS", "DEV", "CTM", "PMU", "DAF"),
        140,
    )
    h("trigram", "IATA", "airport codes", pick("TLN", "MRS", "NCE", "CDG", "LYS", "AJA"), 64)
    h("trigram", "zonage", "zones of the local plan", pick("UA", "UB", "UCa", "AU1", "N", "A", "Nh"), 190)
    h(
        "passport",
        "N° marché",
        "public contracts",
        lambda r, w: f"{r.randrange(18, 25)}{letters(r, 2, 'TSF')}{digits(r, 5)}",
        80,
        {
            "objet": pick(
                "Travaux de voirie", "Fourniture de papier", "Entretien des ascenseurs", "Assurances"
            )
        },
    )
    h(
        "driving_licence",
        "N° bon de commande",
        "purchase orders, twelve digits",
        lambda r, w: f"2024{w.i:08d}",
        120,
    )
    h("sports_licence", "numero_abri", "bus shelters", lambda r, w: f"AB{r.randrange(100000, 999999)}", 66)
    h(
        "phone",
        "Référence régie",
        "ten-digit references that begin with 06",
        lambda r, w: f"06{w.i:04d}{digits(r, 4)}",
        90,
        {"libellé": pick("Horodateur", "Parking Liberté", "Marché forain")},
        neutral=False,
    )
    h(
        "iban",
        "IBAN trésorerie",
        "account of the public accountant, at the Banque de France",
        lambda r, w: (
            f"Trésorerie {('Toulon', 'Gap', 'Arles')[w.i % 3]} – {group(iban_of('FR', TREASURY[w.i % 3]), 4)}"
        ),
        60,
    )
    h(
        "plate",
        "ligne_poteau",
        "pole numbers",
        lambda r, w: f"{letters(r, 2)}-{r.randrange(100, 999)}",
        72,
        {"réseau": pick("BT", "HTA", "EP")},
    )
    h(
        "caf_number",
        "FINESS",
        "health establishments",
        lambda r, w: f"{r.choice(('83', '13', '05'))}0{digits(r, 6)}",
        68,
        {"type": pick("EHPAD", "CMP", "Pharmacie mutualiste")},
    )
    h("sports_licence", "UAI", "codes of schools", lambda r, w: f"083{digits(r, 4)}{letters(r, 1)}", 90)
    h(
        "identity_card",
        "code_inventaire",
        "inventory of furniture",
        lambda r, w: f"MOB{r.randrange(2001, 2024)}{w.i:05d}",
        110,
    )
    h("trigram", "note énergie", "energy labels", pick("A", "B", "C", "D", "E", "F", "G"), 88)
    h(
        "social_profile",
        "hashtag",
        "hashtags of campaigns",
        pick("#Toulon", "#ArlesEnFête", "#GapBouge", "#ZeroDechet", "#MoisSansTabac"),
        70,
    )
    h(
        "social_profile",
        "compte officiel",
        "accounts of the institutions",
        pick("@villedetoulon", "@ville_arles", "@VilledeGap", "@metropoleTPM", "@prefet83"),
        60,
    )
    h(
        "mac",
        "coordonnées couleur",
        "RAL colours of furniture",
        lambda r, w: f"RAL {r.randrange(1000, 9020)}",
        62,
    )


def lay_times(b: Bench) -> None:
    """Dates, hours and years."""
    h = b.h
    h("birth_date", "date_deliberation", "sessions of the council", lambda r, w: day(r, 2014, 2024), 140)
    h(
        "birth_date",
        "Date de la manifestation",
        "events, French form",
        lambda r, w: fr(day(r, 2023, 2025)),
        120,
        {"manifestation": pick("Feria", "Fête de la musique", "Marché de Noël", "Carnaval")},
    )
    h(
        "birth_date",
        "date_plantation",
        "planting of trees",
        lambda r, w: day(r, 1950, 2023).isoformat(),
        150,
        {"espèce": lambda r, w: r.choice(TREES)},
    )
    h(
        "birth_date",
        "mise en service",
        "Excel serials of street lamps",
        lambda r, w: serial(day(r, 1975, 2020)),
        110,
        {"lampe": lambda r, w: f"EP{w.i:04d}"},
    )
    h("birth_date", "maj", "compact dates of update", lambda r, w: day(r, 2019, 2024).strftime("%Y%m%d"), 95)
    h(
        "birth_date",
        "Date d'inauguration",
        "openings of public buildings, month in letters",
        lambda r, w: on(day(r, 1880, 2015), lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}"),
        75,
        {"bâtiment": lambda r, w: r.choice(GYMS)},
    )
    h(
        "birth_date",
        "Date de naissance",
        "births of the ponies of the riding school",
        lambda r, w: fr(day(r, 2004, 2020)),
        60,
        {
            "animal": pick("Poney Shetland", "Poney Connemara", "Cheval Camargue"),
            "puce": lambda r, w: f"FRA001{digits(r, 9)}",
        },
    )
    h(
        "ip",
        "horodatage",
        "instants of bicycle counts",
        lambda r, w: f"2024-05-{r.randrange(1, 31):02d}T{r.randrange(24):02d}:00:00+02:00",
        300,
    )
    h("birth_date", "annee_construction", "years of buildings", lambda r, w: r.randrange(1880, 2022), 160)
    h(
        "phone",
        "epoch",
        "Unix instants of sensors",
        lambda r, w: 1700000000 + w.i * 3600 + r.randrange(60),
        200,
    )
    h(
        "address",
        "Horaires d'ouverture",
        "opening hours of counters",
        pick("8h30-12h / 13h30-17h", "lun-ven 9h-18h", "sur RDV", "Me 14h-19h ; Sa 10h-17h"),
        80,
    )
    h("birth_date", "exercice", "budget years", lambda r, w: 2012 + w.i % 13, 130)
    h(
        "birth_date",
        "Date d'arrêté",
        "acts, dots",
        lambda r, w: day(r, 2020, 2024).strftime("%d.%m.%Y"),
        85,
        {"nature": pick("circulation", "permission de voirie", "débit de boissons temporaire")},
    )
    h(
        "person_header",
        "14/07/2024",
        "daily visitors of a pool, one column by date",
        lambda r, w: r.randrange(900),
        60,
    )
    h(
        "person_header",
        "Gymnase Louis Baille",
        "hours of use of a gymnasium named after someone, pivoted",
        lambda r, w: r.randrange(0, 14),
        70,
    )
    h(
        "person_header",
        "Jean Jaurès",
        "boardings at the stop of this name, pivoted",
        lambda r, w: r.randrange(400),
        84,
        {"heure": lambda r, w: f"{w.i % 24}h", "arrêt": pick("montées")},
        neutral=False,
    )
    h(
        "person_header",
        "contact@ville-gap.fr",
        "messages a month of the general box",
        lambda r, w: r.randrange(120, 900),
        60,
    )
    h(
        "birth_date",
        "dernière révision",
        "inspections of lifts, two-digit years",
        lambda r, w: day(r, 2021, 2024).strftime("%d/%m/%y"),
        66,
        {"ascenseur": lambda r, w: f"ASC-{w.i:02d}"},
    )


def lay_places(b: Bench) -> None:
    """Places and public premises."""
    h = b.h
    h("person_name", "nom_voie", "streets named after people, no number", lambda r, w: r.choice(FAMOUS), 220)
    h(
        "person_name",
        "arret_bus",
        "stops named after people",
        pick("Jean Jaurès", "Maréchal Foch", "Champ de Mars", "Émile Zola", "Gare SNCF", "Général de Gaulle"),
        150,
        {"ligne": lambda r, w: f"L{r.randrange(1, 40)}"},
    )
    h("person_name", "Établissement", "schools", lambda r, w: r.choice(SCHOOLS), 140)
    h("person_name", "GYMNASE", "sports halls, upper case", lambda r, w: r.choice(GYMS).upper(), 70)
    h("person_name", "quartier", "districts", lambda r, w: r.choice(QUARTERS), 200)
    h(
        "person_name",
        "salle",
        "meeting rooms named after people",
        pick("Salle Franck Arnal", "Salle Mozart", "Espace Van Gogh", "Salle Simone Veil", "Salle Dum'Art"),
        64,
    )
    h(
        "address",
        "Adresse mairie",
        "town hall and its annexes",
        pick(
            "Hôtel de ville, avenue de la République, 83000 Toulon",
            "Mairie annexe du Mourillon, 11 rue Lamalgue",
            "Mairie de quartier, 3 rue du Colonel Roux, 05000 Gap",
        ),
        60,
    )
    h(
        "address",
        "adresse_ecole",
        "addresses of schools, named in the cell",
        lambda r, w: f"{r.choice(SCHOOLS)} - {r.randrange(1, 90)} {r.choice(ROADS)}",
        95,
    )
    h(
        "address",
        "Adresse bureau de vote",
        "polling places",
        lambda r, w: f"{r.randrange(1, 60)} {r.choice(ROADS)}",
        110,
        {"Bureau": lambda r, w: f"BV {w.i + 1:03d} – {r.choice(SCHOOLS)}"},
    )
    h(
        "address",
        "localisation défibrillateur",
        "defibrillators in public premises",
        lambda r, w: f"{r.choice(GYMS)}, hall d'entrée",
        80,
    )
    h(
        "address",
        "Emprise des travaux",
        "works between two crossings",
        lambda r, w: f"{r.choice(ROADS)} (entre {r.choice(ROADS)} et {r.choice(ROADS)})",
        130,
    )
    h(
        "home_position",
        "latitude",
        "street trees",
        lambda r, w: round(43.66 + r.random() / 30, 6),
        250,
        {"longitude": lambda r, w: round(4.6 + r.random() / 30, 6), "essence": lambda r, w: r.choice(TREES)},
    )
    h(
        "home_position",
        "coordonnees_bornes",
        "charging points",
        lambda r, w: f"[{5.9 + r.random() / 20:.6f}, {43.12 + r.random() / 20:.6f}]",
        75,
        {"type_prise": pick("T2", "CCS", "EF")},
    )
    h(
        "home_position",
        "wkt",
        "bins for glass",
        lambda r, w: f"POINT({6.05 + r.random() / 20:.6f} {44.54 + r.random() / 20:.6f})",
        140,
        {"équipement": pick("colonne verre", "colonne papier")},
    )
    h(
        "home_position",
        "geo_shape",
        "outlines of districts",
        lambda r, w: js(
            {
                "type": "Polygon",
                "coordinates": [
                    [[round(5.9 + r.random() / 20, 4), round(43.1 + r.random() / 20, 4)] for _ in range(4)]
                ],
            }
        ),
        60,
    )
    h(
        "home_position",
        "X",
        "Lambert 93 abscissae of hydrants",
        lambda r, w: round(935000 + r.random() * 9000, 2),
        120,
        {"Y": lambda r, w: round(6227000 + r.random() * 9000, 2), "hydrant": lambda r, w: f"PI {w.i:04d}"},
    )
    h(
        "person_name",
        "Circonscription des élus",
        "districts of councillors",
        pick("Canton de Toulon-1", "Canton d'Arles", "Canton de Gap-2", "2e circonscription du Var"),
        66,
    )
    h(
        "person_name",
        "commune",
        "communes, some with saints",
        pick(
            "Saint-Martin-de-Crau",
            "Saint-Mandrier-sur-Mer",
            "Sainte-Anastasie",
            "Fos-sur-Mer",
            "La Roche-des-Arnauds",
            "Port-Saint-Louis-du-Rhône",
        ),
        170,
    )
    h(
        "address",
        "PK",
        "kilometre points of roads",
        lambda r, w: f"RN{r.choice((85, 94, 97, 113))} PR {r.randrange(1, 90)}+{r.randrange(999):03d}",
        90,
    )
    h(
        "person_name",
        "Monument",
        "monuments and the people they honour",
        pick(
            "Buste de Frédéric Mistral",
            "Statue de Cuverville",
            "Tombeau du connétable de Lesdiguières",
            "Fontaine Amédée Pichot",
        ),
        62,
    )
    h(
        "address",
        "lieu marché",
        "markets, by place",
        pick("Cours Lafayette", "Boulevard des Lices", "Place aux Herbes", "Parking de la Providence"),
        78,
    )
    h(
        "person_name",
        "plage",
        "beaches",
        pick("Plage du Mourillon", "Anse Méjean", "Plage de Piémanson", "Anse Tabarly", "Plage Napoléon"),
        60,
    )


def lay_names(b: Bench) -> None:
    """Companies, works, species, first names counted."""
    h = b.h
    h(
        "person_name",
        "raison_sociale",
        "companies, some with surnames",
        lambda r, w: " ".join(
            (
                r.choice(("SARL", "SAS", "SA")),
                r.choice(("Garage", "Menuiserie", "Transports")),
                r.choice(LAST),
                r.choice(("et Fils", "Frères", "& Cie")),
            )
        ),
        120,
    )
    h(
        "person_name",
        "Association",
        "associations",
        lambda r, w: r.choice(CLUBS).format(q=r.choice(QUARTERS)),
        170,
    )
    h(
        "person_name",
        "attributaire",
        "holders of public contracts",
        pick(
            "Eiffage Route Méditerranée",
            "Colas France",
            "Veolia Eau",
            "SPIE CityNetworks",
            "Bouygues Énergies & Services",
            "Charles Queyras TP",
        ),
        130,
    )
    h(
        "person_name",
        "prenom",
        "first names given in the year, with counts",
        lambda r, w: r.choice([*KIDS, *WOMEN[:14]]),
        180,
        {"nombre": lambda r, w: r.randrange(3, 60), "annee": lambda r, w: 2010 + w.i % 14},
    )
    h(
        "person_name",
        "Prénoms (liste)",
        "first names with their own counts in the cell",
        lambda r, w: f"{r.choice(KIDS).upper()} ({r.randrange(3, 40)})",
        75,
    )
    h("person_name", "essence", "trees and cultivars named after people", lambda r, w: r.choice(TREES), 210)
    h("person_name", "Plat du jour", "dishes", lambda r, w: r.choice(DISHES), 140)
    h("person_name", "titre", "titles of old novels", lambda r, w: r.choice(TITLES), 160)
    h(
        "person_name",
        "Auteur",
        "authors long dead, with dates",
        lambda r, w: r.choice(DEAD),
        90,
        {"cote": lambda r, w: f"R {r.randrange(800, 900)} HUG"},
    )
    h(
        "person_name",
        "Spectacle",
        "shows from the classics",
        lambda r, w: f"{r.choice(PLAYS)} – {r.choice(('20h30', '15h'))}",
        68,
    )
    h("person_name", "emploi", "job titles", lambda r, w: r.choice(JOBS), 150)
    h(
        "trigram",
        "grade_cat",
        "category of posts, counted",
        pick("A", "B", "C"),
        120,
        {"effectif": lambda r, w: r.randrange(5, 300)},
    )
    h(
        "person_name",
        "Rôle",
        "roles in a body, nobody named",
        pick("Président", "Vice-présidente", "Trésorier", "Membre titulaire", "Suppléant"),
        77,
    )
    h(
        "person_name",
        "licence_donnees",
        "licences of datasets",
        pick("Licence Ouverte / Open Licence 2.0 (Etalab)", "ODbL 1.0", "CC BY 4.0"),
        64,
    )
    h(
        "person_name",
        "vent_tempete",
        "storms with first names",
        pick("Tempête Alex", "Tempête Ciarán", "Tempête Gloria", "Épisode méditerranéen", "Tempête Louis"),
        60,
    )
    h(
        "person_name",
        "navire",
        "ships calling in the port",
        pick("MARIE-GALANTE", "JEAN NICOLI", "DANIELLE CASANOVA", "PASCAL PAOLI", "MEGA EXPRESS TWO"),
        82,
    )
    h(
        "person_name",
        "cépage_variete",
        "apples and wine grapes",
        pick(
            "Granny Smith", "Reine des reinettes", "Reinette Clochard", "Mourvèdre", "Rolle", "Pomme Jeanne"
        ),
        63,
    )
    h(
        "person_name",
        "Liste électorale (nuance)",
        "lists at an election",
        pick(
            "Toulon en confiance",
            "Arles l'Ensemble",
            "Gap la volonté d'agir",
            "Divers gauche",
            "Divers droite",
        ),
        70,
        {"voix": lambda r, w: r.randrange(20, 900)},
    )
    h(
        "person_name",
        "Jeux (ludothèque)",
        "games",
        pick("Docteur Maboul", "Dixit", "Qui est-ce ?", "Mr. Jack", "Les Aventuriers du rail"),
        62,
    )
    h(
        "person_name",
        "fournisseur",
        "suppliers, upper case",
        pick(
            "LECLERC DRIVE PRO", "RAJA SAS", "MANUTAN COLLECTIVITES", "LACOSTE DACTYL BUREAU", "MAJUSCULE SA"
        ),
        100,
    )
    h(
        "person_name",
        "collection",
        "collections of a museum",
        pick(
            "Fonds Réattu (XIXe)",
            "Dessins, Jacques Réattu (1760-1833)",
            "Moulages antiques",
            "Costumes d'Arles",
        ),
        60,
    )
    h(
        "person_name",
        "marque",
        "makes of the fleet, models bearing first names",
        pick("Renault Mégane", "Renault Zoé", "Citroën Berlingo", "Škoda Octavia", "Alfa Romeo Giulia"),
        66,
    )


def lay_contacts(b: Bench) -> None:
    """Services' contacts, and the web."""
    h = b.h
    h(
        "phone",
        "Standard mairie",
        "switchboards of services",
        lambda r, w: f"{r.choice(SERVICES)} : 04 94 36 {r.randrange(30, 40)} {r.randrange(10, 99)}",
        70,
    )
    h(
        "phone",
        "telephone_service",
        "landlines of departments",
        lambda r, w: group(landline(r), 2),
        80,
        {"service": lambda r, w: r.choice(SERVICES)},
    )
    h(
        "phone",
        "Numéro vert",
        "free and short numbers",
        pick("0 800 00 83 00", "3919", "115", "0 805 20 05 05", "3977", "17"),
        60,
    )
    h(
        "phone",
        "tel_ecole",
        "landlines of schools",
        lambda r, w: landline(r),
        90,
        {"école": lambda r, w: r.choice(SCHOOLS)},
    )
    h(
        "email",
        "mail_service",
        "mailboxes of services",
        pick(
            "mairie@ville-gap.fr",
            "etat-civil@mairie-toulon.fr",
            "urbanisme@ville-arles.fr",
            "sports@mairie-toulon.fr",
            "accueil.ccas@ville-gap.fr",
        ),
        110,
    )
    h(
        "email",
        "courriel école",
        "official boxes of schools",
        lambda r, w: f"ce.083{digits(r, 4)}{letters(r, 1).lower()}@ac-nice.fr",
        72,
    )
    h(
        "email",
        "dpo",
        "the box of the data protection officer",
        pick("dpo@metropoletpm.fr", "dpd@ville-arles.fr", "cnil-dpo@ville-gap.fr"),
        60,
    )
    h(
        "social_profile",
        "url_demarche",
        "pages of services",
        lambda r, w: (
            f"https://www.ville-gap.fr/demarches/{r.choice(('passeport', 'cantine', 'voirie'))}?id={w.i}"
        ),
        100,
    )
    h(
        "social_profile",
        "page_fb",
        "official pages",
        lambda r, w: (
            "https://www.facebook.com/"
            + r.choice(("villedetoulon", "VilleArles", "museereattu", "mediathequegap"))
        ),
        65,
    )
    h(
        "email",
        "identifiant dcat",
        "identifiers with an @ but no person",
        lambda r, w: f"jeu-{w.i:03d}@ville-de-toulon",
        68,
    )
    h(
        "ip",
        "DNS publics",
        "well-known public resolvers set on equipment",
        pick("9.9.9.9", "1.1.1.1", "80.67.169.12", "8.8.8.8"),
        60,
        {"équipement": pick("Borne Wi-Fi parc", "Panneau lumineux", "Automate piscine")},
    )
    h(
        "mac",
        "MAC caméra",
        "addresses of the city's own cameras and bollards",
        lambda r, w: group(mac_of(r, "00408c"), 2, sep=":"),
        62,
        {
            "équipement": lambda r, w: (
                f"{r.choice(('Caméra VP', 'Borne escamotable'))} {w.i:02d} - {r.choice(QUARTERS)}"
            )
        },
    )
    h(
        "ip",
        "OID",
        "identifiers of supervised objects",
        lambda r, w: f"1.3.6.1.4.1.{r.randrange(9, 9999)}.{r.randrange(1, 5)}.{r.randrange(1, 9)}",
        66,
    )


def lay_health(b: Bench) -> None:
    """Health and age, without anyone."""
    h = b.h
    h(
        "health",
        "pathologie",
        "illness counts by year",
        lambda r, w: r.choice(ILL),
        80,
        {"effectif": lambda r, w: r.randrange(15, 4000), "annee": lambda r, w: 2012 + w.i % 11},
    )
    h(
        "health",
        "stock_pharmacie",
        "first-aid stock",
        pick(
            "Paracétamol 500 mg bte 16",
            "Sérum physiologique",
            "Compresses stériles",
            "Ventoline 100 µg",
            "Biseptine 250 ml",
        ),
        90,
        {"quantité": lambda r, w: r.randrange(60)},
    )
    h(
        "age_illness",
        "tranche_age",
        "bands of ages",
        pick("0-2 ans", "3-5 ans", "6-10 ans", "11-17 ans", "18-25 ans", "60 ans et +"),
        140,
        {"inscrits": lambda r, w: r.randrange(11, 700)},
    )
    h(
        "age_illness",
        "Taux standardisé",
        "rates of diabetes by territory",
        lambda r, w: f"{r.random() * 9:.2f} %".replace(".", ","),
        100,
        {"territoire": lambda r, w: r.choice(QUARTERS)},
    )
    h(
        "health",
        "allergènes",
        "allergens of dishes",
        pick("gluten, lait", "arachide", "œuf", "poisson, moutarde", "aucun"),
        130,
        {"plat": lambda r, w: r.choice(DISHES)},
    )
    h(
        "health",
        "thème prévention",
        "campaigns",
        pick(
            "Octobre rose : cancer du sein",
            "Mars bleu",
            "Journée mondiale du diabète",
            "Mois sans tabac",
            "Dépistage VIH",
        ),
        64,
    )
    h(
        "health",
        "Accessibilité",
        "access of public buildings",
        pick("PMR", "boucle magnétique", "malvoyants : bande de guidage", "non accessible"),
        95,
        {"ERP": lambda r, w: r.choice(GYMS)},
    )
    h(
        "age_illness",
        "age_moyen",
        "average age of staff by department",
        lambda r, w: round(36 + r.random() * 14, 1),
        60,
        {"direction": lambda r, w: r.choice(SERVICES)},
    )
    h(
        "health",
        "maladie de l'arbre",
        "diseases of trees",
        pick("chancre coloré", "Xylella fastidiosa", "oïdium", "graphiose", "sain"),
        110,
        {"arbre": lambda r, w: r.choice(TREES)},
    )
    h(
        "health",
        "spécialité",
        "specialities of a municipal health centre",
        pick("Cardiologie", "Diabétologie", "Pédiatrie", "Psychiatrie de secteur", "PMI"),
        61,
    )
    h(
        "age_illness",
        "public",
        "audience of shows and workshops",
        pick("dès 3 ans", "tout public", "à partir de 12 ans", "6-9 ans", "seniors"),
        88,
    )


def lay_plain(b: Bench) -> None:
    """Plain headers, plain content: most columns of real life."""
    h = b.h
    k = "ordinary"
    h(k, "montant", "euros", lambda r, w: round(r.random() * 9000, 2), 200)
    h(
        k,
        "Montant voté",
        "amounts with U+202F and the euro sign",
        lambda r, w: f"{r.randrange(1, 90)}{NNB}{r.randrange(999):03d},00{NB}€",
        120,
    )
    h(
        k,
        "nature",
        "budget lines",
        pick(
            "6042 Achats de prestations",
            "60612 Énergie - électricité",
            "6574 Subventions",
            "64111 Rémunération principale",
            "2315 Installations",
        ),
        150,
    )
    h(k, "Section", "budget sections", pick("Fonctionnement", "Investissement"), 110)
    h(k, "statut", "states", pick("ouvert", "clos", "en cours"), 130)
    h(
        k,
        "type_dechet",
        "kinds of waste",
        pick("OMR", "Emballages", "Verre", "Biodéchets", "Encombrants"),
        140,
    )
    h(k, "tonnage", "tonnes", lambda r, w: round(r.random() * 400, 3), 96)
    h(k, "temp_eau", "temperatures of pools", lambda r, w: round(25 + r.random() * 4, 1), 260)
    h(k, "Surface (m²)", "areas", lambda r, w: r.randrange(20, 12000), 100)
    h(k, "hauteur_m", "heights of trees", lambda r, w: f"{r.randrange(2, 25)} m", 115)
    h(k, "nb_places", "parking places", lambda r, w: r.randrange(5, 900), 67)
    h(k, "taux d'occupation", "percentages", lambda r, w: f"{r.randrange(101)} %", 180)
    h(
        k,
        "revêtement",
        "surfaces of sports grounds",
        pick("gazon naturel", "synthétique", "parquet", "résine", "terre battue"),
        83,
    )
    h(k, "puissance_kW", "power of chargers", pick("7.4", "22", "50", "150"), 92)
    h(k, "Inscrits", "voters by polling place", lambda r, w: r.randrange(600, 1300), 105)
    h(
        k,
        "Abstention",
        "share of abstention",
        lambda r, w: f"{30 + r.random() * 35:.2f}".replace(".", ","),
        106,
    )
    h(
        k,
        "objet",
        "purpose of decisions",
        pick(
            "Adoption du procès-verbal",
            "Budget primitif",
            "Garantie d'emprunt",
            "Tarifs de la cantine",
            "Cession d'un délaissé de voirie",
        ),
        145,
    )
    h(k, "jour", "days", pick("lundi", "mardi", "mercredi", "jeudi", "vendredi"), 98)
    h(k, "gratuit", "yes or no", pick("oui", "non"), 72)
    h(k, "vitesse", "speed limits", lambda r, w: r.choice((20, 30, 50, 70)), 155)
    h(k, "sens_circulation", "way of traffic", pick("double sens", "sens unique", "sauf vélos"), 133)
    h(k, "materiau", "pipes", pick("fonte", "PEHD", "PVC", "grès", "amiante-ciment"), 124)
    h(k, "diametre", "diameters in millimetres", lambda r, w: f"DN{r.choice((60, 80, 100, 150, 200))}", 122)
    h(k, "comptage_velo", "hourly counts", lambda r, w: r.randrange(140), 390)
    h(k, "PM10", "fine particles", lambda r, w: round(8 + r.random() * 40, 1), 365)
    h(k, "ensoleillement", "hours of sun", lambda r, w: round(r.random() * 14, 1), 310)
    h(k, "ordre", "row order", lambda r, w: w.i + 1, 400)
    h(k, "mode_gestion", "management", pick("régie", "DSP", "marché public"), 73)
    h(
        k,
        "niveau",
        "classes of pupils",
        pick("PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2"),
        112,
        {"effectif": lambda r, w: r.randrange(14, 29)},
    )
    h(k, "unité", "units", pick("kWh", "m3", "t", "ml", "U"), 79)


def lay_sentences(b: Bench) -> None:
    """Free text in which nobody stands."""
    h = b.h
    h("free_text", "description", "reports on roads", prose(ROADWORKS), 240)
    h("free_text", "Commentaires", "patrols, nobody named", prose(PATROL), 130)
    h("free_text", "Vie de la crèche", "nursery notices", prose(NURSERY), 90)
    h("free_text", "prescriptions", "planning notes", prose(TOWNPLAN), 150)
    h("free_text", "Objet de l'aide", "grants to associations", prose(GRANTS), 105)
    h("free_text", "avis_lecteurs", "library notices", prose(BOOKS), 84)
    h("free_text", "déroulement du scrutin", "polling notices", prose(POLLS), 76)
    h("free_text", "actualité sport", "sports notices", prose(SPORT), 100)
    h("free_text", "consigne RH", "staff notices", prose(STAFF), 71)
    h(
        "free_text",
        "message_accueil",
        "sentences with the service's own number and box",
        after(
            ROADWORKS,
            3,
            lambda r, w: "Appeler le service voirie au 04 94 36 30 00 ou écrire à voirie@mairie-toulon.fr",
        ),
        120,
    )
    h(
        "free_text",
        "biographie voie",
        "why streets bear their names, people of old",
        lambda r, w: f"{r.choice(WORTHIES)}. Voie classée le {fr(day(r, 1960, 2010))}",
        66,
    )
    h(
        "free_text",
        "html_page",
        "HTML of notices",
        lambda r, w: f"<p>{prose(GRANTS)(r, w)}</p><hr/><em>Ville d'Arles</em>",
        62,
    )
    h(
        "free_text",
        "proprietes",
        "JSON of furniture",
        lambda r, w: js(
            {
                "type": r.choice(("banc", "corbeille", "potelet")),
                "pose": r.randrange(1995, 2024),
                "etat": r.choice("ABC"),
            }
        ),
        93,
    )


# --------------------------------------------------------------------------------------------------- the set


def columns() -> tuple[Column, ...]:
    """Every labelled column, the same at each call."""
    bench = Bench()
    for lay in (
        lay_nir,
        lay_iban,
        lay_card,
        lay_papers,
        lay_lines,
        lay_people,
        lay_traits,
        lay_prose,
        lay_codes,
        lay_times,
        lay_places,
        lay_names,
        lay_contacts,
        lay_health,
        lay_plain,
        lay_sentences,
    ):
        lay(bench)
    return tuple(bench.columns)


KINDS = [
    "nir",
    "iban",
    "card",
    "phone",
    "email",
    "plate",
    "ip",
    "mac",
    "person_name",
    "address",
    "birth_date",
    "identity_card",
    "passport",
    "driving_licence",
    "sports_licence",
    "caf_number",
    "social_profile",
    "trigram",
    "health",
    "age_illness",
    "home_position",
    "person_header",
]
