"""The tenth set of columns that a stranger labelled: Finistère, Haut-Rhin, La Réunion, Béarn, Corse, Creuse and Seine-Saint-Denis."""

from __future__ import annotations

import datetime as dt
import json
import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

SEED = 20_101_968


@dataclass(frozen=True)
class Column:
    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: bool = True


KINDS = (
    "nir",
    "iban",
    "card",
    "phone",
    "email",
    "plate",
    "ip",
    "mac",
    "identity_card",
    "passport",
    "driving_licence",
    "sports_licence",
    "caf_number",
    "social_profile",
    "person_name",
    "address",
    "birth_date",
    "trigram",
    "health",
    "age_illness",
)

Rng = random.Random
Cell = Callable[[Rng, int], object]

SURNAMES = (
    "Le Goff",
    "Kerbrat",
    "Quéméner",
    "Abgrall",
    "Guivarc'h",
    "L'Hostis",
    "Cloarec",
    "Le Bihan",
    "Prigent",
    "Kervella",
    "Bescond",
    "Gourvennec",
    "Schmitt",
    "Muller",
    "Zimmermann",
    "Hoffstetter",
    "Wurtz",
    "Baumann",
    "Kauffmann",
    "Ehrhart",
    "Sutter",
    "Hoarau",
    "Payet",
    "Grondin",
    "Técher",
    "Rivière",
    "Boyer",
    "Fontaine",
    "Vitry",
    "Maillot",
    "Sautron",
    "Virapoullé",
    "Lacoste",
    "Casenave",
    "Lafitte",
    "Hourcade",
    "Lembeye",
    "Labarthe",
    "Santoni",
    "Casanova",
    "Luciani",
    "Mattei",
    "Paoli",
    "Giacobbi",
    "Poggi",
    "Benali",
    "Haddad",
    "Bouzid",
    "Diallo",
    "Traoré",
    "Coulibaly",
    "Nguyen",
    "Tran",
    "Yildiz",
    "Özdemir",
    "Kowalczyk",
    "Wozniak",
    "Da Silva",
    "Ferreira",
    "Gonçalves",
    "Rakotomalala",
    "Singh",
    "Popescu",
    "Ivanova",
    "Petrosyan",
    "Martin",
    "Bernard",
    "Lefèvre",
    "Moreau",
    "Garnier",
    "Chevalier",
    "Aubusson",
    "Peyronnet",
    "Lavergne",
    "Jouhandeau",
    "de La Bourdonnaye",
    "d'Abbadie",
    "Ben Slimane",
    "El Amrani",
    "N'Diaye",
)
FEMALE = (
    "Maëlle",
    "Rozenn",
    "Gwenaëlle",
    "Nolwenn",
    "Soizic",
    "Brigitte",
    "Mathilde",
    "Liesel",
    "Marie-Thérèse",
    "Odile",
    "Marie-Josée",
    "Expédite",
    "Lætitia",
    "Ghjulia",
    "Catherine",
    "Anne-Marie",
    "Fatoumata",
    "Aïcha",
    "Khadija",
    "Thi Lan",
    "Elif",
    "Agnieszka",
    "Conceição",
    "Hanitra",
    "Harpreet",
    "Ioana",
    "Anaïs",
    "Chloé",
    "Inès",
    "Zoé",
    "Jeanne",
    "Monique",
    "Josiane",
    "Sandrine",
)
MALE = (
    "Yann",
    "Erwan",
    "Loïc",
    "Goulven",
    "Ronan",
    "Jean-Yves",
    "Hervé",
    "Mathieu",
    "Jean-Paul",
    "Fritz",
    "Rémi",
    "Jean-Hugues",
    "Ludovic",
    "Thierry",
    "Pierre-Antoine",
    "Ange",
    "Dumè",
    "Peyo",
    "Arnaud",
    "Mamadou",
    "Ousmane",
    "Karim",
    "Mohamed",
    "Van Minh",
    "Mehmet",
    "Krzysztof",
    "João",
    "Solofo",
    "Gurpreet",
    "Mihai",
    "Léo",
    "Noé",
    "Théo",
    "Gérard",
    "Michel",
    "Bernard",
)
STREETS = (
    "rue de Siam",
    "rue des Lilas",
    "route de Kergoat",
    "hent Kerriou",
    "allée des Ajoncs",
    "venelle du Puits",
    "rue du Sauvage",
    "rue des Tanneurs",
    "rue de l'Ill",
    "Grand'Rue",
    "chemin Bois Rouge",
    "chemin Kerveguen",
    "rue Leconte de Lisle",
    "impasse des Letchis",
    "ruelle Magnan",
    "avenue des Pyrénées",
    "chemin Lasbordes",
    "rue Gambetta",
    "cours Paoli",
    "route des Sanguinaires",
    "boulevard Sampiero",
    "rue du Docteur Roux",
    "place du Marché",
    "avenue Jean Jaurès",
    "rue Marcel Cachin",
    "sentier des Vignes",
    "rue de la Tour",
    "rue Pasteur",
)
TOWNS = (
    ("29200", "Brest"),
    ("29300", "Quimperlé"),
    ("29600", "Morlaix"),
    ("29830", "Ploudalmézeau"),
    ("68100", "Mulhouse"),
    ("68000", "Colmar"),
    ("68500", "Guebwiller"),
    ("97410", "Saint-Pierre"),
    ("97450", "Saint-Louis"),
    ("97440", "Saint-André"),
    ("64300", "Orthez"),
    ("64400", "Oloron-Sainte-Marie"),
    ("20000", "Ajaccio"),
    ("20250", "Corte"),
    ("23200", "Aubusson"),
    ("23000", "Guéret"),
    ("93200", "Saint-Denis"),
    ("93500", "Pantin"),
)
PERSONAL_DOMAINS = (
    "orange.fr",
    "gmail.com",
    "wanadoo.fr",
    "laposte.net",
    "hotmail.fr",
    "free.fr",
    "sfr.fr",
    "yahoo.fr",
    "outlook.com",
)
VOIES = ("Rue", "Avenue", "Impasse", "Allée", "Place", "Chemin", "Boulevard", "Square")
FAMOUS = (
    "Jean Jaurès",
    "Victor Hugo",
    "Louis Pasteur",
    "Simone Veil",
    "Marie Curie",
    "Jules Ferry",
    "Anatole France",
    "Roland Garros",
    "Pascal Paoli",
    "Lucie Aubrac",
    "Jean Moulin",
    "Albert Schweitzer",
    "Théodore Botrel",
    "Henri IV",
    "Louise Michel",
    "George Sand",
    "Paul Éluard",
    "Rosa Parks",
    "Danielle Casanova",
    "Edmond Albius",
    "Aimé Césaire",
    "Général Leclerc",
    "Maréchal Foch",
    "Frédéric Mistral",
    "Jacques Prévert",
    "Olympe de Gouges",
    "Guy Môquet",
)
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


def rng(key: str) -> Rng:
    return random.Random(f"{SEED}/{key}")


def bare(s: str) -> str:
    return (
        "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))
        .replace("æ", "ae")
        .replace("Ö", "O")
    )


def slug(s: str) -> str:
    return "".join(c for c in bare(s).lower().replace(" ", "").replace("'", "") if c.isalnum() or c == "-")


def digits(r: Rng, n: int) -> str:
    return "".join(r.choice("0123456789") for _ in range(n))


def nom(r: Rng) -> str:
    return r.choice(SURNAMES)


def prenom(r: Rng) -> str:
    return r.choice(FEMALE + MALE)


def person(r: Rng) -> tuple[str, str]:
    return prenom(r), nom(r)


def title_name(r: Rng) -> str:
    f = r.random() < 0.5
    return f"{'Mme' if f else 'M.'} {r.choice(FEMALE if f else MALE)} {nom(r).upper()}"


def fullwidth(s: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in s)


def nir_body(r: Rng, lo: int = 35, hi: int = 99) -> str:
    dep = r.choice(("29", "68", "64", "23", "93", "2A", "2B", "75", "99", "97"))
    com = f"{r.randint(400, 424)}" if dep == "97" else f"{r.randint(1, 350):03d}"
    return f"{r.choice('12')}{r.randint(lo, hi):02d}{r.randint(1, 12):02d}{dep}{com}{r.randint(1, 420):03d}"


def nir_key(body: str) -> str:
    n = body[:5] + {"2A": "19", "2B": "18"}.get(body[5:7], body[5:7]) + body[7:]
    return f"{97 - int(n) % 97:02d}"


def nir(r: Rng, sep: str = " ", lo: int = 35, hi: int = 99) -> str:
    b = nir_body(r, lo, hi)
    return sep.join((b[0], b[1:3], b[3:5], b[5:7], b[7:10], b[10:13], nir_key(b)))


def iban(r: Rng, country: str = "FR") -> str:
    if country == "FR":
        bank, desk, acc = (
            r.choice(("30004", "20041", "14445", "12906", "17206", "19906", "10278")),
            digits(r, 5),
            digits(r, 11),
        )
        key = 97 - (89 * int(bank) + 15 * int(desk) + 3 * int(acc)) % 97
        b = f"{bank}{desk}{acc}{key:02d}"
    elif country == "DE":
        b = digits(r, 18)
    elif country == "BE":
        core = digits(r, 10)
        b = f"{core}{(int(core) % 97) or 97:02d}"
    else:
        b = digits(r, 21)
    num = "".join(str(int(c, 36)) for c in b + country + "00")
    return f"{country}{98 - int(num) % 97:02d}{b}"


def by4(s: str, sep: str = " ") -> str:
    return sep.join(s[i : i + 4] for i in range(0, len(s), 4))


def luhn_digit(s: str) -> str:
    t = 0
    for i, c in enumerate(reversed(s)):
        d = int(c)
        if i % 2 == 0:
            d = d * 2 - 9 if d > 4 else d * 2
        t += d
    return str(-t % 10)


def card(r: Rng) -> str:
    p = r.choice(("4970", "4974", "4978", "5131", "5132", "5355", "4975"))
    s = p + digits(r, 11)
    return s + luhn_digit(s)


def siren(r: Rng) -> str:
    s = r.choice("345789") + digits(r, 7)
    return s + luhn_digit(s)


def siret(r: Rng) -> str:
    s = siren(r) + f"{r.randint(1, 60):04d}".rjust(4, "0")
    return s + luhn_digit(s)


def mobile(r: Rng) -> str:
    return r.choice(("06", "06", "07")) + digits(r, 8)


def landline(r: Rng, pre: tuple[str, ...] = ("0298", "0389", "0559", "0495", "0555", "0262", "0148")) -> str:
    return r.choice(pre) + digits(r, 6)


def by2(s: str, sep: str = " ") -> str:
    return sep.join(s[i : i + 2] for i in range(0, len(s), 2))


def plate(r: Rng, sep: str = "-") -> str:
    L = "ABCDEFGHJKLMNPQRSTVWXYZ"
    return f"{r.choice('ABCDEFGH')}{r.choice(L)}{sep}{r.randint(1, 999):03d}{sep}{r.choice(L)}{r.choice(L)}"


def old_plate(r: Rng, sep: str = " ") -> str:
    L = "ABCDEFGHJKLMNPQRSTVWXYZ"
    return f"{r.randint(11, 9999)}{sep}{r.choice(L)}{r.choice(L)}{sep}{r.choice(('29', '68', '64', '2A', '2B', '23', '93', '974'))}"


def public_ip(r: Rng) -> str:
    return f"{r.choice((81, 82, 86, 90, 92, 109, 176, 78, 88))}.{r.randint(1, 254)}.{r.randint(0, 255)}.{r.randint(1, 254)}"


def public_ip6(r: Rng) -> str:
    return f"2a01:{r.choice(('cb', 'e0', 'cb1'))}{r.randint(1, 9)}:" + ":".join(
        f"{r.randint(1, 65535):x}" for _ in range(6)
    )


def mac(r: Rng, sep: str = ":") -> str:
    oui = r.choice(("f4f5d8", "a4c138", "3c22fb", "dca632", "8c8590", "b827eb", "f0d1a9", "5cf938"))
    s = oui + "".join(r.choice("0123456789abcdef") for _ in range(6))
    return sep.join(s[i : i + 2] for i in range(0, 12, 2))


def mail(r: Rng, pn: tuple[str, str] | None = None) -> str:
    p, n = pn or person(r)
    p, n = slug(p), slug(n)
    form = r.choice(("{p}.{n}", "{n}.{p}", "{i}{n}", "{p}{n}{y}", "{p}_{n}", "{n}{d}"))
    return (
        form.format(p=p, n=n, i=p[0], y=r.randint(55, 99), d=r.choice(("29", "68", "974", "64")))
        + "@"
        + r.choice(PERSONAL_DOMAINS)
    )


def home(r: Rng) -> str:
    return f"{r.randint(1, 148)}{r.choice(('', '', '', '', ' bis', ' ter', 'B'))} {r.choice(STREETS)}"


def home_town(r: Rng) -> str:
    cp, t = r.choice(TOWNS)
    return f"{home(r)}, {cp} {t}"


def birth(r: Rng, lo: int = 1932, hi: int = 2004) -> dt.date:
    return dt.date(r.randint(lo, hi), 1, 1) + dt.timedelta(days=r.randint(0, 364))


MONTHS = (
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
)


def words(d: dt.date) -> str:
    return f"{'1er' if d.day == 1 else d.day} {MONTHS[d.month - 1]} {d.year}"


def day(r: Rng, lo: int = 2015, hi: int = 2024) -> dt.date:
    return dt.date(r.randint(lo, hi), 1, 1) + dt.timedelta(days=r.randint(0, 364))


def serial(d: dt.date) -> int:
    return (d - dt.date(1899, 12, 30)).days


def spread(key: str, n: int, share: float, hit: Cell, other: Cell) -> tuple[object, ...]:
    """n cells, exactly round(n*share) (at least two) of which come from hit."""
    r = rng(key)
    k = max(2, round(n * share))
    where = set(r.sample(range(n), k))
    return tuple(hit(r, i) if i in where else other(r, i) for i in range(n))


def cells(key: str, n: int, f: Cell) -> tuple[object, ...]:
    r = rng(key)
    return tuple(f(r, i) for i in range(n))


def pick(*options: object) -> Cell:
    return lambda r, i: r.choice(options)


def gaps(key: str, values: tuple[object, ...]) -> tuple[object, ...]:
    """Real columns have holes: one cell in sixteen or so is left empty."""
    r = rng("gaps/" + key)
    return tuple(None if r.random() < 0.06 else v for v in values)


class Book:
    def __init__(self) -> None:
        self.out: list[Column] = []

    def p(
        self,
        kind: str,
        header: str,
        n: int,
        f: Cell,
        why: str,
        *,
        share: float = 1.0,
        other: Cell | None = None,
        beside: Mapping[str, tuple[object, ...]] | None = None,
        neutral: bool = True,
    ) -> None:
        key = f"P{len(self.out)}/{kind}/{header}"
        values = cells(key, n, f) if share >= 1 else spread(key, n, share, f, other or (lambda r, i: None))
        if share >= 1 and len(self.out) % 3 == 0:
            values = gaps(key, values)
        self.out.append(Column(header, values, True, kind, why, dict(beside or {}), neutral))

    def n(
        self,
        kind: str,
        header: str,
        n: int,
        f: Cell,
        why: str,
        *,
        beside: Mapping[str, tuple[object, ...]] | None = None,
        neutral: bool = True,
    ) -> None:
        key = f"N{len(self.out)}/{kind}/{header}"
        values = cells(key, n, f)
        if len(self.out) % 4 == 1:
            values = gaps(key, values)
        self.out.append(Column(header, values, False, kind, why, dict(beside or {}), neutral))


def _personal(b: Book) -> None:
    p = b.p
    # ---- nir
    p("nir", "N° Sécurité sociale", 120, lambda r, i: nir(r), "spaced NIR with key of agents")
    p("nir", "num_secu", 200, lambda r, i: nir(r, ""), "NIR of 15 digits stuck together")
    p(
        "nir",
        "Immatriculation SS (sans clé)",
        90,
        lambda r, i: nir_body(r),
        "NIR of 13 characters without key",
    )
    p(
        "nir",
        "matricule",
        140,
        lambda r, i: nir(r, r.choice((".", "-", " ", "\u00a0"))),
        "misleading header, separators vary, Corsican departments too",
    )
    p(
        "nir",
        "Observations régie",
        180,
        lambda r, i: r.choice(
            ("Assuré {} - dossier complet", "n° ss : {} (carte vitale vue)", "mutuelle ok, sécu {}")
        ).format(nir(r)),
        "NIR in the middle of a free text in 8 % of the rows",
        share=0.08,
        other=pick("Dossier complet", "RAS", "attestation reçue", "à relancer", None),
    )
    p(
        "nir",
        "Identifiant national",
        75,
        lambda r, i: fullwidth(nir(r, "\u202f")),
        "NIR in full-width digits with narrow spaces",
    )
    p(
        "nir",
        "NIR du responsable légal",
        100,
        lambda r, i: int(nir_body(r, 60, 95).replace("2A", "29").replace("2B", "29")),
        "NIR as an integer without key, parents of pupils",
    )
    p(
        "nir",
        "contrat",
        110,
        lambda r, i: json.dumps(
            {"contrat": f"CDD-{i + 200}", "nir": nir(r, ""), "quotite": r.choice((50, 80, 100))}
        ),
        "NIR in a JSON fragment",
    )
    # ---- iban
    p(
        "iban",
        "IBAN",
        100,
        lambda r, i: by4(iban(r)),
        "spaced IBANs of beneficiaries of a grant for individuals",
        beside=None,
    )
    p(
        "iban",
        "rib_famille",
        150,
        lambda r, i: iban(r),
        "compact IBANs of families for the canteen's direct debit",
    )
    p(
        "iban",
        "Coordonnées bancaires",
        90,
        lambda r, i: (
            by4(iban(r, r.choice(("FR", "FR", "FR", "DE", "BE")))).lower()
            if r.random() < 0.4
            else by4(iban(r), "-")
        ),
        "lower case, dashes, some German and Belgian accounts (Haut-Rhin)",
    )
    p(
        "iban",
        "mode de règlement",
        160,
        lambda r, i: f"Prélèvement {by4(iban(r))} (SEPA signé)",
        "IBAN inside a payment mode in 12 % of rows",
        share=0.12,
        other=pick("Chèque", "Espèces", "CB en ligne", "CESU", None),
    )
    p(
        "iban",
        "compte_a_crediter",
        80,
        lambda r, i: by4(iban(r), "\u00a0") if i % 3 else "IBAN" + iban(r),
        "no-break spaces or the word IBAN stuck to the account",
    )
    p(
        "iban",
        "remboursement caution",
        120,
        lambda r, i: f"<td>{by4(iban(r))}</td>",
        "HTML cells from the web form of room hire by residents",
    )
    p(
        "iban",
        "ref",
        70,
        lambda r, i: iban(r)[:9] + "\u200b" + iban(r)[9:] if i % 10 == 0 else iban(r),
        "IBANs under a misleading header, some broken by zero-width characters",
    )
    # ---- card
    p("card", "N° CB", 80, lambda r, i: by4(card(r)), "bank cards of festival goers")
    p("card", "carte", 120, lambda r, i: card(r), "compact bank cards under a vague header")
    p(
        "card",
        "moyen_paiement",
        150,
        lambda r, i: f"CB {by4(card(r), '-')} exp {r.randint(1, 12):02d}/{r.randint(22, 27)}",
        "card with its expiry, in a fifth of the rows",
        share=0.2,
        other=pick("chèque", "espèces", "virement", "ANCV"),
    )
    p(
        "card",
        "Commentaire caisse",
        200,
        lambda r, i: f"client a laissé sa carte {by4(card(r))}, à rappeler",
        "card in a free text in 4 % of the rows",
        share=0.04,
        other=pick("caisse juste", "écart +0,50", "fond de caisse 150 €", "rouleau TPE changé", None),
    )
    p("card", "porteur", 90, lambda r, i: int(card(r)), "bank cards as integers")
    p(
        "card",
        "transaction",
        60,
        lambda r, i: json.dumps({"pan": card(r), "montant": r.randint(5, 90)}),
        "card in a JSON export of the parking meters",
    )
    p(
        "card",
        "Paiement piscine",
        100,
        lambda r, i: by4(fullwidth(card(r)), "\u2009"),
        "full-width digits and thin spaces",
    )
    # ---- phone
    p("phone", "Tél. portable", 160, lambda r, i: by2(mobile(r)), "residents' mobiles")
    p(
        "phone",
        "telephone_parent1",
        200,
        lambda r, i: r.choice(
            (by2(mobile(r), "."), by2(mobile(r), "-"), mobile(r), "+33 " + by2(mobile(r))[1:])
        ),
        "parents' mobiles typed in several ways",
    )
    p(
        "phone",
        "Contact",
        130,
        lambda r, i: by2(r.choice((mobile(r), landline(r)))),
        "mobiles and landlines of allotment tenants beside their names",
        beside={"Locataire": cells("loc-jardin", 130, lambda r, i: title_name(r))},
    )
    p(
        "phone",
        "joindre au",
        90,
        lambda r, i: r.choice(("+33(0)", "0033 ", "+33\u00a0")) + by2(mobile(r))[1:],
        "international forms with (0)",
    )
    p(
        "phone",
        "Port.",
        110,
        lambda r, i: int(mobile(r)),
        "spreadsheet has eaten the leading zero: 9 digits integers beginning with 6 or 7",
        neutral=False,
        beside={"Nom": cells("port-nom", 110, lambda r, i: f"{nom(r).upper()} {prenom(r)}")},
    )
    p(
        "phone",
        "Remarques",
        220,
        lambda r, i: r.choice(
            (
                "rappeler le {} après 18h",
                "Mme absente, laisser msg au {}",
                "gardien : {}",
                "voisin à prévenir ({})",
            )
        ).format(by2(mobile(r), r.choice((" ", ".", "")))),
        "mobile in the free text of a report of the town hall's technical service, 10 %",
        share=0.1,
        other=pick(
            "lampadaire éteint", "nid de poule", "branche au sol", "tag sur mur", "dépôt sauvage signalé"
        ),
    )
    p(
        "phone",
        "GSM",
        100,
        lambda r, i: r.choice(("0692", "0693")) + " " + by2(digits(r, 6)),
        "mobiles of La Réunion, 0692/0693",
    )
    p(
        "phone",
        "tel",
        80,
        lambda r, i: "\u202f".join((by2(mobile(r)).split())) if i % 2 else fullwidth(mobile(r)),
        "narrow spaces or full-width digits",
    )
    p(
        "phone",
        "urgence",
        95,
        lambda r, i: f"{r.choice(('maman', 'papa', 'mamie', 'tata', 'nounou'))} {by2(mobile(r))}",
        "who to call for a child of the leisure centre",
    )
    # ---- email
    p("email", "Courriel", 180, lambda r, i: mail(r), "residents' mailboxes")
    p(
        "email",
        "adresse_mail_demandeur",
        140,
        lambda r, i: mail(r).upper() if i % 4 == 0 else " " + mail(r),
        "upper case and leading blanks",
    )
    p(
        "email",
        "mel",
        110,
        lambda r, i: mail(r).replace("@", r.choice((" @ ", "(at)", " arobase ", "[at]"))),
        "disguised arobases",
    )
    p(
        "email",
        "e-mail parents",
        120,
        lambda r, i: r.choice(
            (
                lambda m: m.replace(".fr", ""),
                lambda m: m.replace("gmail.com", "gmial.com"),
                lambda m: m.replace(".", ",", 1),
                lambda m: m + ";" + mail(r),
            )
        )(mail(r)),
        "mistyped addresses, commas, lost tops, two addresses in a cell",
    )
    p(
        "email",
        "Agent référent",
        90,
        lambda r, i: (lambda q: f"{slug(q[0])}.{slug(q[1])}@ville-mulhouse.example.fr")(person(r)),
        "professional mailboxes which name the agent",
    )
    p(
        "email",
        "message",
        160,
        lambda r, i: f"Bonjour, merci de me répondre à {mail(r)} cordialement",
        "address in a citizen's message, 7 %",
        share=0.07,
        other=pick(
            "La piscine est-elle ouverte lundi ?",
            "Merci pour le marché de Noël !",
            "Trop de bruit le soir",
            "Horaires de la déchèterie ?",
        ),
    )
    p("email", "lien", 70, lambda r, i: f'<a href="mailto:{mail(r)}">écrire</a>', "mailto links to people")
    p(
        "email",
        "inscrit_newsletter",
        130,
        lambda r, i: (lambda m: m.replace("@", "\u200b@").replace(".", "．", 1) if i % 3 == 0 else m)(
            mail(r)
        ),
        "zero-width characters and full-width dots",
    )
    # ---- plate
    p("plate", "Immatriculation", 150, lambda r, i: plate(r), "SIV plates of residents' parking permits")
    p(
        "plate",
        "véhicule",
        120,
        lambda r, i: (
            f"{r.choice(('Clio', '208', 'Kangoo', 'C3', 'Golf', 'Duster', 'Zoé'))} {r.choice(('grise', 'blanche', 'noire', 'bleue'))} {plate(r, r.choice(('-', ' ', '')))}"
        ),
        "make, colour and plate of fined cars",
    )
    p("plate", "immat_ancienne", 80, lambda r, i: old_plate(r), "old FNI plates (2A, 2B, 974...)")
    p(
        "plate",
        "plaque",
        140,
        lambda r, i: plate(r, r.choice(("", " ", ".", "\u00a0"))).lower() if i % 2 else old_plate(r, ""),
        "plates mixed, lower case, no separators",
    )
    p(
        "plate",
        "Constat",
        190,
        lambda r, i: f"Stationnement gênant, {plate(r)} verbalisé, fourrière appelée",
        "plate in a report of the municipal police, 9 %",
        share=0.09,
        other=pick(
            "Tapage nocturne",
            "Chien errant",
            "Différend de voisinage",
            "Patrouille marché RAS",
            "Sécurité sortie d'école",
        ),
    )
    p(
        "plate",
        "abonné parking",
        100,
        lambda r, i: fullwidth(plate(r, "‑")),
        "full-width digits and no-break hyphens",
    )
    p(
        "plate",
        "id_borne_session",
        110,
        lambda r, i: f"{i + 1000}|{plate(r, '')}|{r.randint(3, 40)}kWh",
        "charging session that carries the driver's plate",
    )
    # ---- ip
    p(
        "ip",
        "adresse_ip",
        200,
        lambda r, i: public_ip(r),
        "public IPs of the participants in an online consultation",
    )
    p(
        "ip",
        "IP du votant",
        120,
        lambda r, i: public_ip6(r),
        "residential IPv6 addresses of voters of the participatory budget",
    )
    p(
        "ip",
        "origine",
        150,
        lambda r, i: public_ip(r) if r.random() < 0.7 else public_ip6(r),
        "v4 and v6 mixed under a vague header",
    )
    p(
        "ip",
        "log",
        160,
        lambda r, i: (
            f'{public_ip(r)} - - [{r.randint(1, 28):02d}/Mar/2023:{r.randint(8, 19):02d}:{r.randint(0, 59):02d}:11 +0100] "GET /formulaire-ccas HTTP/1.1" 200'
        ),
        "web log of users of a social-aid form",
    )
    p(
        "ip",
        "X-Forwarded-For",
        90,
        lambda r, i: f"{public_ip(r)}, 10.0.{r.randint(0, 9)}.{r.randint(1, 250)}",
        "public IP of the visitor followed by the proxy",
    )
    p(
        "ip",
        "signature électronique",
        140,
        lambda r, i: f"signé le {day(r, 2022, 2023):%d/%m/%Y} depuis {public_ip(r)}:{r.randint(2000, 65000)}",
        "signature of a petition with IP and port, a quarter of the rows",
        share=0.25,
        other=pick("papier", "guichet", None),
    )
    # ---- mac
    p("mac", "adresse MAC", 120, lambda r, i: mac(r), "MACs of visitors' telephones on the public wifi")
    p(
        "mac",
        "client_mac",
        160,
        lambda r, i: mac(r, "-").upper(),
        "MACs with dashes, upper case, wifi of the library's users",
    )
    p(
        "mac",
        "terminal",
        100,
        lambda r, i: (lambda s: ".".join((s[:4], s[4:8], s[8:])))(mac(r, "")),
        "Cisco dotted MACs of users' phones",
        beside={"abonné": cells("abonne-wifi", 100, lambda r, i: " ".join(person(r)))},
    )
    p(
        "mac",
        "appareil usager",
        90,
        lambda r, i: mac(r, "").upper(),
        "12 hexadecimal digits without separators, users' devices",
        neutral=False,
    )
    p(
        "mac",
        "connexion",
        130,
        lambda r, i: f"{r.choice(('iPhone', 'Galaxy', 'Redmi', 'PC'))} de {prenom(r)} [{mac(r)}]",
        "device name with first name and MAC",
    )
    p(
        "mac",
        "evt_wifi",
        180,
        lambda r, i: f"assoc station {mac(r)} rssi -{r.randint(40, 88)}",
        "access-point events; stations in 30 %",
        share=0.3,
        other=pick("ap reboot", "channel 6", "channel 11", "dhcp ok"),
    )
    # ---- identity_card
    p(
        "identity_card",
        "N° CNI",
        110,
        lambda r, i: (
            f"{r.randint(2, 21):02d}{r.randint(1, 12):02d}{r.choice(('29', '68', '64', '23', '93'))}{digits(r, 6)}"
        ),
        "old identity cards of 12 digits",
        neutral=False,
    )
    p(
        "identity_card",
        "numero_carte_identite",
        90,
        lambda r, i: (
            r.choice("XYZDF")
            + r.choice(CODE_LETTERS)
            + "".join(r.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(7))
        ),
        "new cards of 9 characters",
        neutral=False,
    )
    p(
        "identity_card",
        "pièce présentée",
        140,
        lambda r, i: (
            f"CNI n° {digits(r, 2)}{r.randint(1, 12):02d}68{digits(r, 6)} délivrée par la préfecture du Haut-Rhin"
        ),
        "the card's number after the words CNI n°, half of the rows",
        share=0.5,
        other=pick("livret de famille", "néant", "facture EDF"),
    )
    p(
        "identity_card",
        "Justificatif d'identité",
        100,
        lambda r, i: (
            f"carte nationale d'identité {r.choice('XYZ')}{r.choice('ABCDEFGH')}{digits(r, 1)}{r.choice(CODE_LETTERS)}{r.choice(CODE_LETTERS)}{digits(r, 1)}{r.choice(CODE_LETTERS)}{digits(r, 2)}"
        ),
        "new card's number in words",
    )
    p(
        "identity_card",
        "mandataire procuration - CNI",
        80,
        lambda r, i: by4(f"{r.randint(4, 20):02d}{r.randint(1, 12):02d}2A{digits(r, 6)}", "\u00a0"),
        "Corsican cards with no-break spaces beside the proxy's name",
        neutral=False,
        beside={"mandataire": cells("mandataire", 80, lambda r, i: title_name(r))},
    )
    p(
        "identity_card",
        "CNI recto",
        70,
        lambda r, i: f"IDFRA{nom_mrz(r)}{digits(r, 6)}",
        "first line of the MRZ of the card",
        neutral=True,
    )
    # ---- passport
    p(
        "passport",
        "N° passeport",
        100,
        lambda r, i: (
            f"{r.randint(10, 24):02d}{r.choice('ABCDEFHKPRTV')}{r.choice('ABCDEFHIKPRTVXZ')}{digits(r, 5)}"
        ),
        "French passports of twinning travellers",
        neutral=False,
    )
    p(
        "passport",
        "passeport",
        70,
        lambda r, i: (
            f"{r.randint(10, 24):02d} {r.choice('ABCDEFHKPRTV')}{r.choice('ABCDEFHKPRTV')} {digits(r, 5)}".lower()
        ),
        "lower case and spaced",
        neutral=False,
    )
    p(
        "passport",
        "titre de voyage",
        90,
        lambda r, i: (
            f"Passeport {r.randint(13, 24)}{r.choice('ABCDEFHKPRTV')}{r.choice('ABCDEFHKPRTV')}{digits(r, 5)} exp. {day(r, 2025, 2032):%d/%m/%Y}"
        ),
        "passport's number with its expiry",
    )
    p(
        "passport",
        "MRZ",
        60,
        lambda r, i: (
            f"P<FRA{bare(nom(r)).upper().replace(' ', '<').replace(chr(39), '<')}<<{bare(prenom(r)).upper().replace(' ', '<').replace('-', '<')}".ljust(
                44, "<"
            )
        ),
        "first line of the passport's MRZ",
    )
    p(
        "passport",
        "Documents reçus (voyage jumelage)",
        130,
        lambda r, i: (
            f"autorisation parentale + passeport n°{r.randint(15, 24)}{r.choice('ACDEFH')}{r.choice('ACDEFH')}{digits(r, 5)}"
        ),
        "passport in a list of received documents, 15 %",
        share=0.15,
        other=pick("autorisation parentale", "fiche sanitaire", "rien reçu", "assurance + chèque"),
    )
    p(
        "passport",
        "remise_titre",
        85,
        lambda r, i: json.dumps(
            {
                "type": "PASSEPORT",
                "numero": f"{r.randint(18, 24)}{r.choice('DEFHK')}{r.choice('ACVX')}{digits(r, 5)}",
                "guichet": r.randint(1, 4),
            }
        ),
        "JSON of the titles handed out at the counter",
    )
    # ---- driving_licence
    p(
        "driving_licence",
        "N° permis de conduire",
        90,
        lambda r, i: (
            f"{r.randint(75, 99)}{r.randint(1, 12):02d}{r.choice(('29', '68', '64', '93'))}{digits(r, 6)}"
        ),
        "old licences of 12 digits of the drivers",
        neutral=False,
    )
    p(
        "driving_licence",
        "permis_num",
        80,
        lambda r, i: f"{r.randint(13, 24)}{r.choice('ABCDEFGH')}{r.choice('ABCDEFGHJK')}{digits(r, 5)}",
        "new licences, 2 digits 2 letters 5 digits",
        neutral=False,
    )
    p(
        "driving_licence",
        "NEPH",
        100,
        lambda r, i: (
            f"{r.randint(8, 23):02d}{r.randint(1, 12):02d}{r.choice(('29', '68', '23', '64'))}{r.choice(('1', '2', '3'))}{digits(r, 5)}"
        ),
        "NEPH numbers of young people helped to pass the licence",
        neutral=False,
    )
    p(
        "driving_licence",
        "Habilitation conduite",
        120,
        lambda r, i: (
            f"permis {r.choice(('B', 'C', 'BE', 'D'))} n° {r.randint(80, 99)}{r.randint(1, 12):02d}29{digits(r, 6)} obtenu en {r.randint(1985, 2012)}"
        ),
        "licence's category and number of agents of the technical centre",
    )
    p(
        "driving_licence",
        "Vérif. documents",
        150,
        lambda r, i: (
            f"permis de conduire {r.randint(14, 24)}{r.choice('ABCDE')}{r.choice('ABCDE')}{digits(r, 5)} vu ce jour"
        ),
        "licence in a free text, 20 %",
        share=0.2,
        other=pick("assurance ok", "carte grise ok", "à présenter", None),
    )
    p(
        "driving_licence",
        "bourse au permis - dossier",
        75,
        lambda r, i: f"NEPH : {r.randint(15, 23)}{r.randint(1, 12):02d}68{digits(r, 6)}",
        "NEPH after its word",
    )
    # ---- sports_licence
    p(
        "sports_licence",
        "N° licence FFF",
        130,
        lambda r, i: f"25{digits(r, 8)}",
        "football licences of 10 digits of young players",
        neutral=False,
    )
    p(
        "sports_licence",
        "licence_ffbb",
        90,
        lambda r, i: f"{r.choice(('VT', 'BC', 'JH'))}{digits(r, 6)}",
        "basketball licences",
        neutral=False,
    )
    p(
        "sports_licence",
        "Licence FFT",
        80,
        lambda r, i: f"{digits(r, 7)} {r.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}",
        "tennis licences, 7 digits and a letter",
        neutral=False,
    )
    p(
        "sports_licence",
        "licence handball",
        100,
        lambda r, i: f"6229{digits(r, 9)}",
        "handball licences of 13 digits beside the players' names",
        neutral=False,
        beside={"joueur": cells("hand", 100, lambda r, i: f"{nom(r).upper()} {prenom(r)}")},
    )
    p(
        "sports_licence",
        "licencié FFA n°",
        70,
        lambda r, i: int(f"{r.randint(1, 2)}{digits(r, 6)}"),
        "athletics licences as integers",
        neutral=False,
    )
    p(
        "sports_licence",
        "pass'sport",
        120,
        lambda r, i: (
            f"Licence FFTT n° {r.choice(('29', '68', '64'))}{digits(r, 5)} - {r.choice(('poussin', 'benjamin', 'minime', 'cadet'))}"
        ),
        "table-tennis licence in a text, 40 %",
        share=0.4,
        other=pick("dossier incomplet", "refusé", "en attente"),
    )
    p(
        "sports_licence",
        "no_licence FFR",
        100,
        lambda r, i: f"{r.choice('MF')}{r.randint(1955, 2014)}{digits(r, 8)}",
        "rugby-like licences with sex and birth year",
        neutral=False,
    )
    # ---- caf_number
    p(
        "caf_number",
        "N° allocataire CAF",
        180,
        lambda r, i: digits(r, 7),
        "CAF numbers of 7 digits",
        neutral=False,
    )
    p(
        "caf_number",
        "num_alloc",
        120,
        lambda r, i: f"{digits(r, 7)}{r.choice('ABCDEFGHJKLMNPRSTVWXYZ')}",
        "CAF numbers with their key letter",
        neutral=False,
    )
    p(
        "caf_number",
        "matricule CAF",
        100,
        lambda r, i: int(r.choice("123456789") + digits(r, 5)),
        "CAF numbers as integers of six digits",
        neutral=False,
        beside={
            "QF": cells("qf", 100, lambda r, i: r.randint(180, 1900)),
            "Famille": cells("famille-caf", 100, lambda r, i: nom(r).upper()),
        },
    )
    p(
        "caf_number",
        "Justificatif QF",
        140,
        lambda r, i: f"attestation CAF, allocataire n° {digits(r, 7)}, QF {r.randint(200, 1500)}",
        "CAF number in a justification, a third",
        share=0.33,
        other=pick("avis d'imposition", "non fourni", "MSA"),
    )
    p(
        "caf_number",
        "CAF / MSA",
        90,
        lambda r, i: f"{r.choice(('CAF29', 'CAF 68', 'CAF 974', 'caf64'))} {r.randint(1, 9)}{digits(r, 6)}",
        "fund and number of the family in a canteen file",
    )
    p(
        "caf_number",
        "allocataire",
        80,
        lambda r, i: digits(r, 3) + "\u00a0" + digits(r, 4) + " " + r.choice("ABCDEFGH"),
        "no-break space within and key letter",
        neutral=False,
    )
    # ---- social_profile
    p(
        "social_profile",
        "Instagram",
        80,
        lambda r, i: (
            "@"
            + (
                lambda q: (
                    f"{slug(q[0])}{r.choice(('.', '_', ''))}{slug(q[1])}{r.choice(('', '29', '_off', '2a'))}"
                )
            )(person(r))
        ),
        "handles of young people of a photo contest",
    )
    p(
        "social_profile",
        "Profil LinkedIn",
        70,
        lambda r, i: (lambda q: f"https://www.linkedin.com/in/{slug(q[0])}-{slug(q[1])}-{digits(r, 6)}")(
            person(r)
        ),
        "profile URLs of job seekers",
    )
    p(
        "social_profile",
        "reseau",
        110,
        lambda r, i: f"https://www.facebook.com/profile.php?id=1000{digits(r, 11)}",
        "numeric Facebook profiles of sponsors of a petition",
    )
    p(
        "social_profile",
        "auteur_photo",
        120,
        lambda r, i: (lambda q: f"https://instagram.com/{slug(q[0])}_{slug(q[1])}/")(person(r)),
        "authors' profiles, 30 %",
        share=0.3,
        other=pick("Service communication", "DR", None),
    )
    p(
        "social_profile",
        "pseudo X/Twitter",
        90,
        lambda r, i: (lambda q: f"twitter.com/{slug(q[0])[:6].capitalize()}{slug(q[1]).capitalize()[:8]}")(
            person(r)
        ),
        "profiles of people without a scheme",
    )
    p(
        "social_profile",
        "commentaire_publié",
        150,
        lambda r, i: (lambda q: f"merci à @{slug(q[0])}.{slug(q[1])} pour son aide samedi")(person(r)),
        "handle of a person in a comment, 12 %",
        share=0.12,
        other=pick("super fête !", "dommage pour la pluie", "à refaire l'an prochain", "vivement 2024"),
    )
    p(
        "social_profile",
        "lien_candidat",
        65,
        lambda r, i: (
            lambda q: r.choice(
                (
                    "https://www.tiktok.com/@{}{}",
                    "https://www.facebook.com/{}.{}",
                    "https://fr.linkedin.com/in/{}-{}",
                )
            ).format(slug(q[0]), slug(q[1]))
        )(person(r)),
        "candidates for the youth council",
    )
    # ---- person_name
    p(
        "person_name",
        "Nom Prénom",
        180,
        lambda r, i: f"{nom(r).upper()} {prenom(r)}",
        "full names of registered residents",
    )
    p("person_name", "bénéficiaire", 150, lambda r, i: title_name(r), "titles and full names")
    p("person_name", "nom_usage", 200, lambda r, i: nom(r).upper(), "surnames alone", neutral=True)
    p(
        "person_name",
        "Prénom de l'enfant",
        120,
        lambda r, i: prenom(r),
        "first names of the children of a crèche, one per row, beside the section",
        beside={"section": cells("section", 120, pick("Bébés", "Moyens", "Grands"))},
        neutral=False,
    )
    p(
        "person_name",
        "instructeur",
        300,
        pick("Rozenn KERBRAT", "Jean-Yves LE BIHAN", "Fatoumata DIALLO", "Mathieu WURTZ"),
        "four agents who come back in hundreds of rows",
    )
    p(
        "person_name",
        "Titulaire concession",
        140,
        lambda r, i: r.choice(
            ("Famille {n}", "Vve {n} née {m}", "{n} {p} et son épouse", "Mr & Mme {n}")
        ).format(n=nom(r).upper(), m=nom(r), p=prenom(r)),
        "holders of grave plots",
    )
    p(
        "person_name",
        "demandeur",
        160,
        lambda r, i: (
            bare(f"{prenom(r)} {nom(r)}").lower() if i % 2 else bare(f"{nom(r)} {prenom(r)}").upper()
        ),
        "no accents, any case and order",
    )
    p("person_name", "signataire", 90, lambda r, i: f"{prenom(r)[0]}. {nom(r)}", "initial and surname")
    p(
        "person_name",
        "objet",
        170,
        lambda r, i: f"Attribution d'une aide d'urgence à {title_name(r)}",
        "name of the helped in a deliberation's object, 10 %",
        share=0.1,
        other=pick(
            "Budget supplémentaire",
            "Tarifs de la cantine",
            "Convention avec le SDIS",
            "Tableau des effectifs",
            "Acquisition de parcelle",
        ),
    )
    p(
        "person_name",
        "locataire",
        110,
        lambda r, i: unicodedata.normalize("NFD", f"{prenom(r)} {nom(r)}"),
        "decomposed accents",
    )
    p("person_name", "élève", 130, lambda r, i: f"<b>{nom(r)}</b>&nbsp;{prenom(r)}", "HTML names of pupils")
    p(
        "person_name",
        "assistante maternelle",
        95,
        lambda r, i: f"{r.choice(FEMALE)} {nom(r).upper()}\u00a0",
        "childminders with a trailing no-break space",
    )
    p(
        "person_name",
        "participants",
        80,
        lambda r, i: ", ".join(" ".join(person(r)) for _ in range(r.randint(2, 4))),
        "several people in a cell",
    )
    p(
        "person_name",
        "Intervenant",
        140,
        lambda r, i: f"{nom(r)} {prenom(r)}",
        "people among companies, 25 %",
        share=0.25,
        other=pick("SARL Élagage Ouest", "Régie municipale", "Engie Solutions", "Veolia Eau"),
    )
    p(
        "person_name",
        "champ libre 3",
        75,
        lambda r, i: f"{nom(r).upper()},{prenom(r)}",
        "neutral header, comma separated",
    )
    p(
        "person_name",
        "Gardien de la paix / ASVP",
        100,
        lambda r, i: f"{r.choice(('Brigadier', 'ASVP', 'Gardien', 'Chef'))} {nom(r)}",
        "rank and surname of municipal officers",
    )
    # ---- address
    homeowners = cells("owners", 120, lambda r, i: f"{nom(r).upper()} {prenom(r)}")
    p(
        "address",
        "Adresse",
        120,
        lambda r, i: home_town(r),
        "homes beside the residents' names",
        beside={"Nom": homeowners},
    )
    p(
        "address",
        "adresse_domicile",
        160,
        lambda r, i: home_town(r).upper(),
        "homes in upper case",
        neutral=False,
    )
    p(
        "address",
        "Domicile du demandeur",
        110,
        lambda r, i: (
            home(r)
            .replace("rue", "r.")
            .replace("avenue", "av")
            .replace("boulevard", "bd")
            .replace("impasse", "imp")
        ),
        "abbreviated ways",
        neutral=False,
    )
    p(
        "address",
        "Résidence",
        90,
        lambda r, i: (
            f"Rés. Les {r.choice(('Ajoncs', 'Cigognes', 'Flamboyants', 'Goélands'))} bât {r.choice('ABCD')} esc {r.randint(1, 4)} appt {r.randint(1, 64)}, {home_town(r)}"
        ),
        "flats with building, stairs and number",
    )
    p(
        "address",
        "habite à",
        70,
        lambda r, i: (
            f"lieu-dit {r.choice(('Kerlouan', 'Penn ar Hoat', 'Le Mas', 'Campagne Bordeneuve', 'Piana Alta'))} {r.choice(('29233 CLÉDER', '23400 BOURGANEUF', '64190 NAVARRENX', '20137 PORTO-VECCHIO'))}"
        ),
        "homes in the countryside, header says so",
        neutral=False,
    )
    p(
        "address",
        "notes visite",
        150,
        lambda r, i: (
            f"Personne isolée, demeurant {home(r)} {r.choice(('2e étage', 'rdc', 'porte gauche', 'code 45B'))}"
        ),
        "home of an isolated person in a text, 20 %",
        share=0.2,
        other=pick("visite reportée", "absent", "RAS", "appel passé", None),
    )
    p(
        "address",
        "adr_foyer",
        130,
        lambda r, i: f"{home(r)}\n{'%s %s' % r.choice(TOWNS)}",
        "two-line homes of households",
        neutral=False,
    )
    p(
        "address",
        "Adresse des parents",
        100,
        lambda r, i: "chez " + title_name(r) + ", " + home_town(r),
        "care-of addresses",
    )
    p(
        "address",
        "livraison portage repas",
        85,
        lambda r, i: home(r),
        "homes of elderly people who get meals, beside their names",
        beside={
            "Convive": cells("convive", 85, lambda r, i: title_name(r)),
            "Régime": cells("regime", 85, pick("normal", "sans sel", "mixé")),
        },
    )
    # ---- birth_date
    p(
        "birth_date",
        "Date de naissance",
        200,
        lambda r, i: birth(r),
        "birth dates of voters as dates",
        neutral=False,
    )
    p(
        "birth_date",
        "né(e) le",
        150,
        lambda r, i: birth(r).strftime("%d/%m/%Y"),
        "French dates",
        neutral=False,
    )
    p(
        "birth_date",
        "date_naiss_enfant",
        120,
        lambda r, i: birth(r, 2012, 2020).strftime("%d-%m-%y"),
        "children, two-digit years",
        neutral=False,
    )
    p("birth_date", "DDN", 100, lambda r, i: serial(birth(r)), "spreadsheet's serial numbers", neutral=False)
    p("birth_date", "naissance", 90, lambda r, i: words(birth(r)), "in words", neutral=False)
    p(
        "birth_date",
        "état civil",
        110,
        lambda r, i: (
            f"{'née' if i % 2 else 'né'} le {birth(r):%d.%m.%Y} à {r.choice(('Brest', 'Colmar', 'Oran', 'Saint-Denis', 'Pau', 'Bastia'))}"
        ),
        "born on, at",
    )
    p(
        "birth_date",
        "anniv",
        130,
        lambda r, i: birth(r, 2007, 2016).strftime("%Y%m%d"),
        "pupils' dates as eight digits beside their names",
        neutral=False,
        beside={"élève": cells("anniv-eleve", 130, lambda r, i: f"{nom(r).upper()} {prenom(r)}")},
    )
    p(
        "birth_date",
        "Renseignements",
        140,
        lambda r, i: f"dossier de {nom(r)}, né le {words(birth(r))}, pièces jointes",
        "in a free text, 15 %",
        share=0.15,
        other=pick("dossier complet", "manque justificatif de domicile", "à convoquer"),
    )
    p(
        "birth_date",
        "date_naissance_agent",
        80,
        lambda r, i: dt.datetime.combine(birth(r, 1958, 1999), dt.time()).isoformat() + "Z",
        "ISO timestamps",
        neutral=False,
    )

    # ---- trigram
    def tri(r: Rng) -> str:
        q = person(r)
        return (bare(q[0])[0] + slug(q[1])[:2]).upper()

    team = ("RKE", "JYB", "FDI", "MWU", "LHO", "ACS")
    p(
        "trigram",
        "Agent",
        240,
        pick(*team),
        "trigrams of six agents who handle the files",
        neutral=False,
        beside={"Date intervention": cells("tri-date", 240, lambda r, i: day(r).isoformat())},
    )
    p(
        "trigram",
        "trigramme",
        60,
        lambda r, i: tri(r),
        "one trigram per agent beside the names",
        beside={"Nom agent": cells("tri-nom", 60, lambda r, i: f"{nom(r)} {prenom(r)}")},
        neutral=False,
    )
    p(
        "trigram",
        "saisi par",
        200,
        pick("ro.k", "jy.lb", "fa.d", "ma.w"),
        "lower case initials of clerks",
        neutral=False,
    )
    p(
        "trigram",
        "Initiales instructeur",
        150,
        pick("M.W.", "J-Y.L.B.", "F.D.", "R.K."),
        "dotted initials of instructors",
        neutral=False,
    )
    p(
        "trigram",
        "visa",
        130,
        lambda r, i: r.choice(team) + " " + day(r, 2022, 2023).strftime("%d/%m"),
        "initials and day of the visa",
        neutral=False,
    )
    p(
        "trigram",
        "relevé par",
        180,
        lambda r, i: "/".join(r.sample(team, 2)),
        "pairs of agents who read the meters",
        neutral=False,
    )
    # ---- health
    ills = (
        "diabète de type 1",
        "asthme sévère",
        "épilepsie",
        "allergie à l'arachide",
        "maladie de Crohn",
        "trouble bipolaire",
        "sclérose en plaques",
        "cancer du sein",
        "VIH",
        "insuffisance rénale",
    )
    p(
        "health",
        "PAI",
        120,
        lambda r, i: r.choice(
            (
                "Allergie arachide, stylo Anapen",
                "Asthme : ventoline",
                "Diabète, dextro avant repas",
                "Intolérance gluten",
                "Épilepsie, Buccolam",
            )
        ),
        "health plans of pupils",
        beside={"Élève": cells("pai", 120, lambda r, i: f"{nom(r).upper()} {prenom(r)}")},
    )
    p(
        "health",
        "motif d'absence",
        160,
        lambda r, i: r.choice(
            (
                "arrêt maladie - burn-out",
                "ALD cancer",
                "hospitalisation genou",
                "dépression",
                "grossesse pathologique",
                "congés annuels",
                "formation",
            )
        ),
        "agents' reasons of absence beside their number",
        beside={"agent": cells("absence", 160, lambda r, i: title_name(r))},
    )
    p(
        "health",
        "Observations CCAS",
        150,
        lambda r, i: f"{r.choice(('Mme', 'M.'))} {nom(r)} souffre de {r.choice(ills)}, suivi à l'hôpital",
        "illness of a named person in a text, 25 %",
        share=0.25,
        other=pick("aide alimentaire", "demande de logement", "RDV fixé", None),
    )
    p(
        "health",
        "handicap",
        90,
        lambda r, i: r.choice(
            (
                "RQTH, surdité bilatérale",
                "AAH 80 %, paraplégie",
                "MDPH en cours, autisme",
                "malvoyante",
                "fauteuil roulant après AVC",
            )
        ),
        "disability of the registered",
        beside={"Inscrit": cells("handi", 90, lambda r, i: f"{prenom(r)} {nom(r)}")},
    )
    p(
        "health",
        "régime / santé",
        110,
        lambda r, i: (
            f"mon fils est {r.choice(('allergique aux œufs', 'diabétique insulino-dépendant', 'intolérant au lactose', 'asthmatique'))}"
        ),
        "parents write about their son, 30 %",
        share=0.3,
        other=pick("néant", "rien à signaler", "-", None),
    )
    p(
        "health",
        "Compte rendu plan canicule",
        130,
        lambda r, i: r.choice(
            (
                "personne sous oxygène, Alzheimer avancé",
                "sort d'hospitalisation, insuffisance cardiaque",
                "patiente dialysée 3 fois/sem.",
                "sous chimiothérapie, très fatiguée",
            )
        ),
        "health of isolated people, half of the rows",
        share=0.5,
        other=pick("va bien", "pas de réponse", "volets fermés"),
        beside={"Nom": cells("canicule", 130, lambda r, i: title_name(r))},
    )
    p(
        "health",
        "avis_medecin_travail",
        80,
        lambda r, i: r.choice(
            (
                "inapte port de charges - lombalgie chronique",
                "apte avec réserve : épaule droite opérée",
                "apte",
                "mi-temps thérapeutique (dépression)",
            )
        ),
        "occupational doctor's opinions",
        beside={"matricule agent": cells("medtrav", 80, lambda r, i: f"A{digits(r, 5)}")},
    )

    # ---- age_illness
    def agei(r: Rng) -> str:
        return f"{r.choice(('homme', 'femme'))} {r.randint(19, 94)} ans, {r.choice(ills)}"

    p("age_illness", "profil", 100, lambda r, i: agei(r), "sex, age and illness of people visited")
    p(
        "age_illness",
        "Situation",
        160,
        lambda r, i: (
            f"Usager de {r.randint(60, 95)} ans atteint de {r.choice(('la maladie de Parkinson', 'DMLA', 'diabète', 'la maladie d’Alzheimer'))}"
        ),
        "age with illness in 20 %",
        share=0.2,
        other=pick("logement insalubre", "impayés", "surendettement"),
    )
    p(
        "age_illness",
        "intervention_secours",
        140,
        lambda r, i: (
            f"{r.randint(3, 89)} ans - {r.choice(('crise d’épilepsie', 'AVC', 'malaise diabétique', 'infarctus', 'crise d’asthme'))}"
        ),
        "rescue missions: age and illness of the victim",
    )
    p(
        "age_illness",
        "enfant suivi",
        70,
        lambda r, i: (
            f"garçon de {r.randint(3, 15)} ans, {r.choice(('TDAH', 'autisme', 'leucémie', 'mucoviscidose'))}"
            if i % 2
            else f"fillette ({r.randint(3, 11)}a) {r.choice(('asthme', 'épilepsie', 'trisomie 21'))}"
        ),
        "children, several spellings",
    )
    p(
        "age_illness",
        "fiche",
        85,
        lambda r, i: json.dumps({"age": r.randint(22, 88), "pathologie": r.choice(ills)}, ensure_ascii=False),
        "JSON with age and pathology",
    )
    p(
        "age_illness",
        "remarque infirmière",
        120,
        lambda r, i: (
            f"pat. {r.randint(40, 93)}\u00a0ans, {r.choice(('BPCO', 'ins. cardiaque', 'hépatite C', 'cancer du côlon', 'schizophrénie'))}, ttt en cours"
        ),
        "nurse's notes, no-break space",
    )
    # ---- more, as adversaries and hurried clerks type
    p(
        "nir",
        "SS assuré",
        100,
        lambda r, i: (lambda s: s[:-2] + f"{(int(s[-2:]) + 1) % 97:02d}" if i % 9 == 0 else s)(nir(r, "")),
        "one key in nine is mistyped",
        neutral=True,
    )
    p(
        "nir",
        "vacataires",
        60,
        lambda r, i: f"{nom(r).upper()} {prenom(r)} / {nir(r)}",
        "name and NIR of temporary staff in one cell",
    )
    p(
        "iban",
        "Infos versement secours",
        200,
        lambda r, i: f"virer sur {iban(r)} au nom de {title_name(r)}",
        "account of the helped in 5 %",
        share=0.05,
        other=pick("bon alimentaire", "chèque service", "mandat", "refus", None),
    )
    p(
        "card",
        "infos_reservation",
        130,
        lambda r, i: f"garantie {by4(card(r), '.')} cvv {digits(r, 3)}",
        "dotted cards with their cryptogram in half of the rows, camping",
        share=0.5,
        other=pick("arrhes par chèque", "sans garantie"),
    )
    p(
        "phone",
        "n° de tel (maison/port)",
        120,
        lambda r, i: f"{by2(landline(r))} / {by2(mobile(r), '.')}",
        "home and mobile in one cell",
    )
    p(
        "phone",
        "Tél",
        90,
        lambda r, i: (lambda s: s.replace("0", "O") if i % 4 == 0 else s[:-1] if i % 11 == 0 else s)(
            by2(mobile(r))
        ),
        "letter O for zero, some numbers a digit short",
    )
    p(
        "phone",
        "fiche_contact",
        70,
        lambda r, i: json.dumps({"resp": prenom(r), "tel": "+33" + mobile(r)[1:], "sms": r.random() < 0.5}),
        "JSON with the parent's mobile",
    )
    p(
        "email",
        "Contact bénévole",
        100,
        lambda r, i: (lambda q: f"{' '.join(q)} <{mail(r, q)}>")(person(r)),
        "name and address as in a mail's header",
    )
    p(
        "email",
        "retour enquête",
        250,
        lambda r, i: f"plus de pistes cyclables svp ({mail(r)})",
        "3 % of the answers to a survey carry the address",
        share=0.03,
        other=pick("moins de voitures", "plus de bancs", "des arbres !", "rien", "plus de bus le soir"),
    )
    p(
        "plate",
        "voiture partagée avec",
        65,
        lambda r, i: f"[{plate(r)}, {plate(r, ' ')}]",
        "two plates of the same household",
    )
    p(
        "plate",
        "macaron résident",
        100,
        lambda r, i: "\u200b".join(plate(r).split("-")) if i % 2 else plate(r, " - "),
        "zero-width separators, spaced dashes",
    )
    p(
        "ip",
        "hôte_client",
        110,
        lambda r, i: fullwidth(public_ip(r)) if i % 3 == 0 else f"[{public_ip(r)}]",
        "full-width digits and brackets, visitors of the family portal",
    )
    p(
        "ip",
        "détail connexion",
        100,
        lambda r, i: json.dumps(
            {
                "ip": public_ip(r),
                "ua": r.choice(("Firefox", "Chrome", "Safari")),
                "compte": f"u{r.randint(100, 999)}",
            }
        ),
        "JSON of the sessions of the family portal",
    )
    p(
        "mac",
        "device_id passant",
        90,
        lambda r, i: mac(r, " ") if i % 2 else mac(r, "\u2009:"),
        "spaced MACs of passers-by counted by wifi",
        neutral=True,
    )
    p(
        "identity_card",
        "Pièce d'identité",
        110,
        lambda r, i: (
            f"CI {r.randint(3, 19):02d}{r.randint(1, 12):02d}{r.choice(('29', '64', '93'))}{digits(r, 6)}"
            if i % 2
            else f"CNIe {r.choice('XYZ')}{r.choice('ABCDEFGH')}{digits(r, 1)}{r.choice('GHJKLM')}{r.choice('PRTV')}{digits(r, 1)}{r.choice('WXYZ')}{digits(r, 2)}"
        ),
        "old and new cards, abbreviated",
    )
    p(
        "passport",
        "identité vérifiée par",
        90,
        lambda r, i: f"PASSEPORT FR {r.randint(15, 24)}{r.choice('DEFHK')}{r.choice('ACVX')} {digits(r, 5)}",
        "passport's number after its word, 60 %",
        share=0.6,
        other=pick("connaissance personnelle", "badge"),
    )
    p(
        "driving_licence",
        "permis B",
        70,
        lambda r, i: fullwidth(f"{r.randint(78, 99)}{r.randint(1, 12):02d}29") + "\u00a0" + digits(r, 6),
        "old licences half in full width",
        neutral=False,
    )
    p(
        "sports_licence",
        "Adhérent",
        90,
        lambda r, i: f"{nom(r).upper()} {prenom(r)} (lic. FFF 25{digits(r, 8)})",
        "player and licence in one cell",
    )
    p(
        "caf_number",
        "dossier famille",
        100,
        lambda r, i: json.dumps(
            {"num_allocataire": digits(r, 7), "qf": r.randint(150, 1700), "enfants": r.randint(1, 5)}
        ),
        "JSON of the families' files",
    )
    p(
        "social_profile",
        "contact réseaux",
        75,
        lambda r, i: (
            lambda q: (
                f"{r.choice(('insta', 'snap', 'tiktok'))} : {slug(q[0])}_{slug(q[1])[:5]}{r.randint(1, 99)}"
            )
        )(person(r)),
        "networks and pseudonyms of young people",
    )
    p(
        "person_name",
        "Compte-rendu réunion",
        260,
        lambda r, i: f"{title_name(r)} demande un passage piéton devant chez elle",
        "3 % of the lines name a resident",
        share=0.03,
        other=pick(
            "Le maire ouvre la séance",
            "Point sur les travaux",
            "Questions diverses",
            "Budget de quartier présenté",
        ),
    )
    p(
        "person_name",
        "prop.",
        120,
        lambda r, i: (
            f"{nom(r).upper()} / {nom(r).upper()} Indivision"
            if i % 5 == 0
            else f"{nom(r).upper()} {prenom(r)[0]}."
        ),
        "owners of plots, surname with initial",
    )
    p(
        "person_name",
        "équipier",
        100,
        lambda r, i: "\u200b".join((prenom(r), " " + nom(r))),
        "zero-width space between the names",
    )
    p(
        "address",
        "Lieu du litige",
        110,
        lambda r, i: f"{home(r)}<br>{'%s %s' % r.choice(TOWNS)}<br>chez {title_name(r)}",
        "HTML homes of the parties",
    )
    p(
        "address",
        "point de prise en charge",
        90,
        lambda r, i: f"devant chez lui, {home_town(r)}",
        "where a disabled passenger is taken, at home",
        beside={"passager": cells("tpmr", 90, lambda r, i: title_name(r))},
    )
    p(
        "birth_date",
        "élève (nom, naissance)",
        90,
        lambda r, i: f"{nom(r).upper()} {prenom(r)} ({birth(r, 2011, 2018):%d/%m/%Y})",
        "pupil's name and birth in one cell",
    )
    p(
        "birth_date",
        "Né le",
        70,
        lambda r, i: (
            fullwidth(birth(r).strftime("%d/%m/%Y"))
            if i % 2
            else birth(r).strftime("%d / %m / %Y").replace(" ", "\u00a0")
        ),
        "full-width digits or no-break spaces",
        neutral=False,
    )
    p(
        "birth_date",
        "famille_json",
        80,
        lambda r, i: json.dumps(
            {"enfant": prenom(r), "date_naissance": birth(r, 2010, 2021).isoformat()}, ensure_ascii=False
        ),
        "JSON of a child's birth date",
    )
    p(
        "trigram",
        "suivi",
        140,
        lambda r, i: f"{r.choice(('vu', 'transmis à', 'clos par', 'attente'))} {r.choice(team)}",
        "trigram in a follow-up note",
        neutral=False,
        beside={"demande": cells("suivi", 140, pick("lampadaire", "arbre", "graffiti", "dépôt"))},
    )
    p(
        "trigram",
        "Resp. dossier",
        110,
        pick("RK", "JYLB", "FD", "MW", "LH"),
        "bare initials of those in charge",
        neutral=False,
    )
    p(
        "health",
        "info_medicale",
        80,
        lambda r, i: json.dumps(
            {
                "enfant": prenom(r),
                "traitement": r.choice(("Ventoline", "Dépakine", "insuline", "Ritaline")),
                "allergie": r.choice(("aucune", "pollen", "arachide")),
            },
            ensure_ascii=False,
        ),
        "JSON of children's treatments",
    )
    p(
        "health",
        "Courrier reçu",
        220,
        lambda r, i: (
            f"demande logement adapté, mon mari est {r.choice(('dialysé', 'atteint de Parkinson', 'amputé', 'sous oxygène', 'en chimiothérapie'))}"
        ),
        "4 % of the letters tell a husband's illness",
        share=0.04,
        other=pick("demande de composteur", "plainte bruit", "demande d'arrêté", "réservation de salle"),
    )
    p(
        "age_illness",
        "note",
        230,
        lambda r, i: (
            f"dame âgée de {r.randint(71, 97)} ans, {r.choice(('démence', 'diabète', 'cancer', 'dépression'))}, seule"
        ),
        "4 % of the notes",
        share=0.04,
        other=pick("RAS", "visite faite", "colis remis", "pas de réponse", None),
    )
    p(
        "age_illness",
        "Appel SAMU",
        75,
        lambda r, i: (
            f"{r.choice('HF')} {fullwidth(str(r.randint(18, 92)))} ans {r.choice(('infarctus', 'AVC', 'hypoglycémie diabète', 'overdose', 'asthme aigu'))}"
        ),
        "full-width ages of victims with illness",
    )


def nom_mrz(r: Rng) -> str:
    return bare(nom(r)).upper().replace(" ", "<").replace("'", "<").replace("-", "<").ljust(25, "<")


def _negative(b: Book) -> None:
    n = b.n
    # ================= deliberate traps =================
    n(
        "trap",
        "Montant mandat (centimes)",
        140,
        lambda r, i: r.randint(100_000, 99_999_999),
        "amounts in cents of the accounts' export",
    )
    n(
        "trap",
        "SIRET fournisseur",
        160,
        lambda r, i: siret(r),
        "SIRETs of public contracts' holders (companies)",
    )
    n("trap", "siren_association", 110, lambda r, i: int(siren(r)), "SIRENs of subsidised associations")
    n(
        "trap",
        "Compteur eau n°",
        90,
        lambda r, i: f"D{r.randint(8, 22):02d}{r.choice(('FA', 'UA', 'VC'))}{digits(r, 6)}",
        "serial numbers of water meters of municipal buildings",
        beside={
            "bâtiment": cells(
                "cpt-bat", 90, lambda r, i: f"{r.choice(('École', 'Gymnase', 'Stade'))} {r.choice(FAMOUS)}"
            )
        },
    )
    n(
        "trap",
        "PRM Linky bâtiments communaux",
        75,
        lambda r, i: f"{r.choice(('14', '16', '30', '23'))}{digits(r, 12)}",
        "delivery points of public buildings",
        neutral=False,
    )

    def isbn(r: Rng) -> str:
        s = "9782" + digits(r, 8)
        k = -sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(s)) % 10
        return s + str(k)

    n("trap", "ISBN", 180, lambda r, i: isbn(r), "ISBNs of the library's catalogue")
    n(
        "trap",
        "code-barres exemplaire",
        150,
        lambda r, i: f"29019{digits(r, 9)}",
        "library copies' bar codes of 14 digits",
        neutral=False,
    )
    n(
        "trap",
        "réf. cadastrale",
        170,
        lambda r, i: f"{r.choice('ABCDEZ')}{r.choice('ABCDEHKLP')} {r.randint(1, 480):04d}",
        "cadastral section and number of municipal plots",
    )
    n(
        "trap",
        "idu_parcelle",
        120,
        lambda r, i: (
            f"{r.choice(('29019', '68224', '97416', '2A004'))}000{r.choice('ABCD')}{r.choice('ABCDEHK')}{r.randint(1, 480):04d}"
        ),
        "14-character plot identifiers of the public domain",
    )
    n(
        "trap",
        "IP équipement",
        100,
        lambda r, i: f"10.{r.randint(10, 29)}.{r.randint(0, 20)}.{r.randint(1, 254)}",
        "private addresses of traffic-light controllers",
    )
    n("trap", "plage réseau", 60, lambda r, i: f"192.168.{i}.0/24", "private subnets by site")
    n(
        "trap",
        "Nom de la voie",
        200,
        lambda r, i: f"{r.choice(VOIES)} {r.choice(FAMOUS)}",
        "streets named after people",
    )
    n(
        "trap",
        "École",
        90,
        lambda r, i: (
            f"{r.choice(('École maternelle', 'École élémentaire', 'Groupe scolaire', 'Collège'))} {r.choice(FAMOUS)}"
        ),
        "schools named after people",
    )
    n(
        "trap",
        "Équipement sportif",
        80,
        lambda r, i: (
            f"{r.choice(('Gymnase', 'Stade', 'Piscine', 'Cosec', 'Salle'))} {r.choice(FAMOUS + ('Francis Le Blé', 'Armand Cesari', 'Colette Besson', 'Alain Mimoun'))}"
        ),
        "sports facilities named after champions",
    )
    n(
        "trap",
        "Attributaire",
        130,
        lambda r, i: r.choice(
            (
                "SARL {} et Fils",
                "Ets {} SAS",
                "{} TP SAS",
                "SAS Menuiserie {}",
                "Garage {} SA",
                "Entreprise {} SARL",
                "SCOP {} Élagage",
            )
        ).format(nom(r)),
        "companies whose name carries a surname",
    )
    n(
        "trap",
        "arrêt",
        160,
        lambda r, i: r.choice(
            FAMOUS
            + (
                "Mairie",
                "Gare routière",
                "Kerichen",
                "Porte Jeune",
                "Pont Neuf",
                "Lycée Lavoisier",
                "Cimetière",
                "Rond-point du Bouguen",
            )
        ).upper(),
        "bus stops, some named after people",
    )
    n(
        "trap",
        "cultivar",
        120,
        pick(
            "Rosa 'Madame Meilland'",
            "Rosa 'Pierre de Ronsard'",
            "Malus 'Evereste'",
            "Prunus 'Kanzan'",
            "Camellia 'Docteur Tinsley'",
            "Dahlia 'Bishop of Llandaff'",
            "Rosa 'Souvenir de la Malmaison'",
            "Syringa 'Charles Joly'",
            "Hydrangea 'Madame Emile Mouillère'",
        ),
        "cultivars with people's names",
    )
    n(
        "trap",
        "prenom_statistique",
        200,
        lambda r, i: r.choice(FEMALE + MALE).upper(),
        "first names given in the year, with their counts",
        beside={
            "annee": cells("pren-an", 200, lambda r, i: r.randint(2010, 2023)),
            "nombre": cells("pren-nb", 200, lambda r, i: r.randint(5, 64)),
        },
        neutral=True,
    )
    n(
        "trap",
        "Téléphone mairie",
        70,
        lambda r, i: by2(landline(r)),
        "switchboards of the town halls",
        beside={"Commune": cells("tel-com", 70, lambda r, i: "Mairie de " + r.choice(TOWNS)[1])},
        neutral=True,
    )
    n(
        "trap",
        "Tél. accueil service",
        65,
        lambda r, i: by2(f"02980{digits(r, 5)}", r.choice((".", " "))),
        "reception desks' phones",
        beside={
            "service": cells(
                "tel-serv", 65, pick("État civil", "Urbanisme", "Accueil CCAS", "Médiathèque", "Déchèterie")
            )
        },
    )
    n(
        "trap",
        "N° vert / court",
        60,
        pick("0 800 12 34 29", "3939", "115", "119", "0 800 840 800", "36 46", "17", "18"),
        "public help lines",
    )
    n(
        "trap",
        "mail de contact",
        90,
        lambda r, i: (
            f"{r.choice(('mairie', 'accueil', 'contact', 'urbanisme', 'etat-civil', 'secretariat', 'mediatheque'))}@{slug(r.choice(TOWNS)[1])}.fr"
        ),
        "generic mailboxes",
    )
    n(
        "trap",
        "courriel club",
        70,
        lambda r, i: (
            f"{r.choice(('contact', 'bureau', 'secretariat', 'info'))}@{r.choice(('stade-brestois-handball', 'fc-guebwiller', 'judo-corte', 'tennis-orthez', 'athle-gueret'))}{r.choice(('.fr', '.org'))}"
        ),
        "generic mailboxes of clubs",
    )
    n(
        "trap",
        "Titre",
        190,
        pick(
            "Le Père Goriot",
            "Madame Bovary",
            "Thérèse Desqueyroux",
            "Eugénie Grandet",
            "Bonjour tristesse",
            "L'Étranger",
            "Pierre et Jean",
            "Le Cheval d'orgueil",
            "César Birotteau",
            "Jacques le fataliste",
            "Lucien Leuwen",
            "Astérix en Corse",
        ),
        "novels' titles",
    )
    n(
        "trap",
        "film",
        80,
        pick(
            "Jules et Jim",
            "Erin Brockovich",
            "César et Rosalie",
            "Jean de Florette",
            "Forrest Gump",
            "Amélie Poulain",
            "Billy Elliot",
            "Vincent, François, Paul et les autres",
            "Ernest et Célestine",
        ),
        "films of the open-air cinema",
    )
    n(
        "trap",
        "n° délibération",
        140,
        lambda r, i: f"{r.randint(2019, 2024)}-{r.randint(1, 12):02d}-{r.randint(1, 60):03d}",
        "deliberation numbers",
    )
    n(
        "trap",
        "référence produit",
        110,
        lambda r, i: (
            f"{r.choice('ABCD')}{r.choice('KLMN')}-{digits(r, 3)}-{r.choice('PQRS')}{r.choice('TVWX')}"
        ),
        "stock references which look like plates",
        neutral=False,
        beside={
            "désignation": cells(
                "refprod",
                110,
                pick(
                    "Ampoule E27", "Robinet 1/2", "Peinture routière 25 kg", "Gants taille 9", "Visserie inox"
                ),
            ),
            "stock": cells("refstock", 110, lambda r, i: r.randint(0, 400)),
        },
    )
    n(
        "trap",
        "Compte Facebook officiel",
        60,
        lambda r, i: (
            f"https://www.facebook.com/{r.choice(('ville', 'mairie', 'mediatheque', 'musee', 'office.tourisme'))}.{slug(r.choice(TOWNS)[1])}"
        ),
        "institutions' pages",
    )
    n(
        "trap",
        "twitter_institution",
        65,
        lambda r, i: (
            "@"
            + r.choice(("Ville", "Mairie", "Metropole", "Musee", "OT_"))
            + bare(r.choice(TOWNS)[1]).replace("-", "").replace(" ", "")
        ),
        "institutions' handles",
    )
    n(
        "trap",
        "mise en service",
        180,
        lambda r, i: day(r, 1965, 2021).strftime("%d/%m/%Y"),
        "commissioning dates of lamps",
        beside={"type_lampe": cells("lampe", 180, pick("SHP", "LED", "IM"))},
    )
    n(
        "trap",
        "date_construction",
        90,
        lambda r, i: birth(r, 1890, 2010),
        "building dates of the municipal estate",
        beside={
            "bâtiment": cells(
                "constr",
                90,
                lambda r, i: (
                    f"{r.choice(('Halle', 'Gymnase', 'École', 'Chapelle'))} {r.choice(('nord', 'sud', 'du bourg', 'du port'))}"
                ),
            )
        },
        neutral=True,
    )
    n(
        "trap",
        "thème prévention santé",
        100,
        pick(
            "Octobre rose : cancer du sein",
            "Diabète : dépistage gratuit",
            "Mois sans tabac",
            "Addictions et jeunes",
            "Vaccination grippe",
            "Mars bleu",
            "Santé mentale",
            "Journée mondiale du VIH",
        ),
        "public health as a topic",
    )
    n(
        "trap",
        "tranche d'âge / pathologie (ARS)",
        80,
        lambda r, i: (
            f"{r.choice(('65-74 ans', '75 ans et +', '45-64 ans'))} : taux ALD {r.choice(('diabète', 'cancer', 'maladies cardiovasculaires'))}"
        ),
        "health indicators of a whole department by age group",
    )
    n(
        "trap",
        "code service",
        130,
        pick("DGS", "DRH", "DST", "CTM", "DSI", "EJE", "CCA", "URB"),
        "three-letter codes of services",
        neutral=False,
        beside={
            "libellé service": cells(
                "libserv",
                130,
                pick("Direction générale", "Ressources humaines", "Services techniques", "Urbanisme"),
            )
        },
    )
    n(
        "trap",
        "Code analytique",
        150,
        lambda r, i: f"{r.randint(1, 2)}{r.randint(20, 24)}{r.randint(1, 12):02d}{digits(r, 8)}",
        "13-digit analytic codes",
        neutral=False,
    )
    n(
        "trap",
        "n° de série",
        80,
        lambda r, i: "FR" + digits(r, 2) + r.choice("ABCD") + digits(r, 8),
        "serial numbers of defibrillators",
        beside={"lieu": cells("dae", 80, pick("Hall mairie", "Piscine", "Gymnase nord", "Médiathèque"))},
    )
    n(
        "trap",
        "EAN",
        100,
        lambda r, i: (lambda c: c + str(-sum(int(x) * (3 if j % 2 else 1) for j, x in enumerate(c)) % 10))(
            f"3{digits(r, 11)}"
        ),
        "bar codes of canteen products",
        neutral=False,
        beside={
            "article": cells(
                "ean-art", 100, pick("Petits pois 4/4", "Compote pomme", "Riz long 5 kg", "Thon naturel")
            )
        },
    )
    n(
        "trap",
        "N° TVA intracom.",
        70,
        lambda r, i: (lambda s: f"FR{(12 + 3 * (int(s) % 97)) % 97:02d}{s}")(siren(r)),
        "VAT numbers of supplying companies",
    )
    n(
        "trap",
        "RNA",
        90,
        lambda r, i: f"W{r.choice(('291', '681', '641', '2A1', '931', '9R1'))}{digits(r, 6)}",
        "associations' national numbers",
    )
    n(
        "trap",
        "Adresse équipement",
        110,
        lambda r, i: f"{r.randint(1, 90)} {r.choice(STREETS)}",
        "addresses of public facilities",
        beside={
            "équipement": cells(
                "adr-eq",
                110,
                pick(
                    "Crèche municipale",
                    "Bibliothèque",
                    "Gymnase",
                    "Mairie annexe",
                    "Déchèterie",
                    "Salle polyvalente",
                ),
            )
        },
    )
    n(
        "trap",
        "monument",
        75,
        lambda r, i: (
            f"{r.choice(('Statue de', 'Buste de', 'Stèle', 'Plaque commémorative'))} {r.choice(('Napoléon Bonaparte', 'Surcouf', 'La Tour d’Auvergne', 'Général Rapp', 'Pascal Paoli', 'Mahé de La Bourdonnais', 'Henri IV'))}"
        ),
        "statues of historical people",
    )
    n(
        "trap",
        "Finess",
        70,
        lambda r, i: f"{r.choice(('29', '68', '64', '23', '93'))}0{digits(r, 6)}",
        "numbers of health establishments of 9 digits",
        neutral=False,
    )
    n(
        "trap",
        "UAI",
        85,
        lambda r, i: (
            f"0{r.choice(('29', '68', '64', '93'))}{digits(r, 4)}{r.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}"
        ),
        "schools' codes: seven digits and a letter",
        beside={
            "établissement": cells(
                "uai", 85, lambda r, i: f"{r.choice(('École', 'Collège', 'Lycée'))} {r.choice(FAMOUS)}"
            )
        },
    )
    n(
        "trap",
        "modèle de véhicule",
        60,
        pick(
            "Renault Zoé",
            "Peugeot Partner",
            "Citroën C3",
            "Renault Clio",
            "Iveco Daily",
            "Renault Mégane",
            "Goupil G4",
        ),
        "municipal fleet by model, without plates",
    )
    n(
        "trap",
        "artiste (œuvre du musée)",
        90,
        pick(
            "Paul Gauguin",
            "Paul Sérusier",
            "Matthias Grünewald",
            "Martin Schongauer",
            "Eugène Boudin",
            "Jean Lurçat",
            "Émile Bernard",
            "Maurice Denis",
        ),
        "dead painters of the museum's works",
        beside={"date_oeuvre": cells("oeuvre", 90, lambda r, i: r.randint(1480, 1938))},
    )
    # ================= ordinary columns =================
    n("commune", "Commune", 150, lambda r, i: r.choice(TOWNS)[1], "communes")
    n(
        "commune",
        "code_insee",
        140,
        pick("29019", "68224", "68066", "97416", "64430", "2A004", "2B096", "23008", "93066", "93055"),
        "INSEE codes",
    )
    n("commune", "CP", 120, lambda r, i: r.choice(TOWNS)[0], "postal codes")
    n(
        "commune",
        "quartier",
        160,
        pick(
            "Recouvrance",
            "Saint-Marc",
            "Lambézellec",
            "Bellevue",
            "Les Quatre-Moulins",
            "Europe",
            "Centre-ville",
        ),
        "districts of Brest",
    )
    n(
        "commune",
        "canton",
        90,
        pick("Brest-1", "Brest-2", "Guipavas", "Landerneau", "Morlaix", "Crozon", "Plabennec"),
        "cantons",
    )
    n(
        "commune",
        "EPCI",
        80,
        pick(
            "Brest métropole",
            "CC du Pays d'Iroise",
            "Mulhouse Alsace Agglomération",
            "Colmar Agglomération",
            "CIVIS",
            "CA Pau Béarn Pyrénées",
            "CAPA",
            "CC Creuse Grand Sud",
        ),
        "intercommunal bodies",
    )
    n(
        "espace",
        "essence",
        180,
        pick(
            "Quercus robur",
            "Platanus x acerifolia",
            "Tilia cordata",
            "Acer campestre",
            "Castanea sativa",
            "Pinus pinaster",
            "Ginkgo biloba",
            "Delonix regia",
        ),
        "tree species",
    )
    n(
        "espace",
        "nom vernaculaire",
        150,
        pick(
            "Chêne pédonculé",
            "Platane commun",
            "Tilleul à petites feuilles",
            "Érable champêtre",
            "Flamboyant",
            "Châtaignier",
            "Arbousier",
        ),
        "common names of trees",
    )
    n("espace", "hauteur_m", 160, lambda r, i: round(r.uniform(2, 28), 1), "tree heights")
    n("espace", "circonférence (cm)", 140, lambda r, i: r.randint(12, 380), "trunk girths")
    n(
        "espace",
        "année plantation",
        130,
        lambda r, i: r.choice((None, r.randint(1920, 2022))),
        "planting years",
    )
    n(
        "espace",
        "état sanitaire",
        150,
        pick("bon", "moyen", "dépérissant", "mort", "à surveiller"),
        "trees' health",
        beside={"essence": cells("sanit", 150, pick("Platane", "Tilleul", "Frêne"))},
    )
    n(
        "espace",
        "parasite",
        90,
        pick("chancre coloré", "processionnaire du pin", "chalarose", "aucun", "charançon rouge"),
        "diseases of trees",
        beside={"arbre": cells("paras", 90, pick("Frêne", "Pin", "Palmier", "Platane"))},
    )
    n("espace", "surface_m2", 120, lambda r, i: round(r.uniform(20, 18000), 2), "areas of green spaces")
    n(
        "espace",
        "mode de gestion",
        110,
        pick("fauche tardive", "tonte différenciée", "éco-pâturage", "prairie fleurie"),
        "green spaces' management",
    )
    n(
        "budget",
        "Article",
        170,
        pick("60611", "60612", "60632", "6135", "615221", "6411", "65748", "2031", "21318"),
        "budget articles M57",
    )
    n(
        "budget",
        "Libellé nature",
        160,
        pick(
            "Eau et assainissement",
            "Énergie - électricité",
            "Rémunération principale",
            "Subventions aux associations",
            "Frais d'études",
            "Locations mobilières",
        ),
        "budget lines",
    )
    n(
        "budget",
        "crédits votés",
        150,
        lambda r, i: round(r.uniform(500, 2_500_000), 2),
        "voted credits in euros",
    )
    n(
        "budget",
        "Réalisé N-1",
        130,
        lambda r, i: f"{r.randint(1, 990)} {r.randint(0, 999):03d},{r.randint(0, 99):02d} €",
        "spent amounts in French writing",
    )
    n("budget", "Sens", 100, pick("Dépense", "Recette"), "expense or income")
    n(
        "budget",
        "fonction",
        120,
        pick("01", "020", "211", "212", "311", "321", "411", "511", "8223"),
        "functional codes of the budget",
    )
    n("budget", "taux d'exécution", 90, lambda r, i: f"{r.uniform(20, 100):.1f} %".replace(".", ","), "rates")
    n(
        "budget",
        "subvention accordée",
        110,
        lambda r, i: r.choice((300, 500, 800, 1500, 2200, 12000, 45000)),
        "grants to associations",
        beside={
            "association": cells(
                "subv",
                110,
                pick("Amicale laïque", "Harmonie municipale", "Club nautique", "Secours populaire"),
            )
        },
    )
    n(
        "marche",
        "objet du marché",
        100,
        pick(
            "Réfection de la toiture du gymnase",
            "Fourniture de denrées alimentaires",
            "Maîtrise d'œuvre halle",
            "Entretien des espaces verts lot 2",
            "Curage des réseaux",
            "Vérification des extincteurs",
        ),
        "objects of public contracts",
    )
    n(
        "marche",
        "procédure",
        90,
        pick("MAPA", "Appel d'offres ouvert", "Marché négocié", "Accord-cadre"),
        "procedures",
    )
    n(
        "marche",
        "code CPV",
        95,
        lambda r, i: (
            f"{r.choice(('45000000', '45233141', '15800000', '77310000', '71200000', '50750000'))}-{r.randint(0, 9)}"
        ),
        "CPV codes",
    )
    n("marche", "date de notification", 120, lambda r, i: day(r), "contracts' notification dates")
    n("marche", "durée (mois)", 100, pick(6, 12, 24, 36, 48), "contracts' months")
    n(
        "marche",
        "association",
        120,
        pick(
            "Amicale laïque de Recouvrance",
            "Les Restos du Cœur",
            "Secours populaire",
            "Cercle celtique Bro Leon",
            "Harmonie municipale",
            "Club nautique",
            "Comité des fêtes",
            "Croix-Rouge",
        ),
        "associations",
    )
    n("transport", "ligne", 150, pick("A", "1", "2", "3", "12", "N1", "Tram A", "C5"), "bus lines")
    n(
        "transport",
        "stop_lat",
        160,
        lambda r, i: round(r.uniform(48.35, 48.45), 6),
        "stops' latitudes",
        beside={"stop_name": cells("stoplat", 160, pick("Liberté", "Siam", "Gare", "Octroi"))},
    )
    n(
        "transport",
        "geo_point_2d",
        140,
        lambda r, i: f"{r.uniform(47.70, 47.80):.6f}, {r.uniform(7.28, 7.38):.6f}",
        "coordinates of bicycle racks",
        beside={"mobilier": cells("arceau", 140, pick("arceau", "box", "râtelier"))},
    )
    n(
        "transport",
        "departure_time",
        180,
        lambda r, i: f"{r.randint(5, 24):02d}:{r.randint(0, 59):02d}:00",
        "timetable",
    )
    n("transport", "TMJA", 110, lambda r, i: r.randint(120, 32000), "daily traffic counts")
    n("transport", "% PL", 100, lambda r, i: round(r.uniform(0.5, 14), 1), "share of lorries")
    n("transport", "V85 (km/h)", 80, lambda r, i: r.randint(28, 86), "speeds of the counting points")
    n("transport", "comptage vélo", 200, lambda r, i: r.randint(0, 640), "bicycles counted by the hour")
    n("transport", "capacité", 90, lambda r, i: r.choice((8, 12, 45, 120, 380)), "car parks' places")
    n("transport", "type de borne", 80, pick("Type 2", "Combo CCS", "CHAdeMO", "EF"), "charging plugs")
    n("transport", "puissance_kW", 95, pick(3.7, 7.4, 22, 50, 150), "charging powers")
    n(
        "transport",
        "id_pdc_itinerance",
        75,
        lambda r, i: f"FRBMET{r.choice('EP')}{digits(r, 6)}",
        "charging points' identifiers",
    )
    n(
        "transport",
        "PMR",
        130,
        pick("oui", "non", "NR"),
        "accessibility flag of stops",
        beside={"arrêt": cells("pmr", 130, pick("Liberté", "Gare", "Octroi", "Palais de justice"))},
    )
    n(
        "transport",
        "jauge Crit'Air",
        70,
        lambda r, i: f"Crit'Air {r.randint(0, 5)}",
        "stickers, counted by commune",
        beside={"nb véhicules": cells("critair", 70, lambda r, i: r.randint(40, 6000))},
    )
    n("dechets", "tonnage OMR", 100, lambda r, i: round(r.uniform(20, 2400), 2), "waste tonnage")
    n(
        "dechets",
        "flux",
        120,
        pick("OMR", "verre", "emballages", "biodéchets", "encombrants", "gravats"),
        "waste streams",
    )
    n(
        "dechets",
        "Jour de collecte",
        110,
        pick("lundi", "mardi", "mercredi", "jeudi", "vendredi semaine paire"),
        "collection days",
    )
    n("dechets", "volume bac (L)", 90, pick(120, 240, 340, 660, 770), "bins' volumes")
    n("dechets", "kg/hab", 80, lambda r, i: round(r.uniform(110, 320), 1), "kilograms per inhabitant")
    n(
        "dechets",
        "N° point d'apport",
        130,
        lambda r, i: f"PAV-{i + 1:04d}",
        "numbers of voluntary drop points",
    )
    n(
        "eau",
        "paramètre",
        140,
        pick(
            "Nitrates (en NO3)",
            "pH",
            "Turbidité",
            "Escherichia coli",
            "Chlore libre",
            "Conductivité à 25°C",
            "Plomb",
        ),
        "water quality parameters",
    )
    n(
        "eau",
        "résultat",
        150,
        lambda r, i: r.choice(("<0,5", "<1", f"{r.uniform(0, 50):.2f}".replace(".", ","))),
        "water analyses",
    )
    n("eau", "conformité bactério", 100, pick("C", "N", "S"), "conformity")
    n(
        "eau",
        "date de prélèvement",
        120,
        lambda r, i: day(r, 2019, 2024).strftime("%d/%m/%Y"),
        "sampling dates",
        beside={
            "point": cells(
                "prelev", 120, pick("Plage du Moulin Blanc", "Captage de Kerléguer", "Réservoir nord")
            )
        },
    )
    n(
        "eau",
        "Volume facturé m3",
        130,
        lambda r, i: r.randint(1000, 900000),
        "water volumes by commune",
        beside={"commune": cells("volcom", 130, lambda r, i: r.choice(TOWNS)[1])},
    )
    n("eau", "diamètre canalisation", 120, pick(40, 60, 80, 100, 125, 150, 200), "pipes' diameters")
    n(
        "eau",
        "matériau",
        110,
        pick("PVC", "fonte ductile", "PEHD", "amiante-ciment", "grès"),
        "pipes' materials",
    )
    n(
        "eau",
        "qualité baignade",
        80,
        pick("Excellent", "Bon", "Suffisant", "Insuffisant"),
        "bathing waters' classes",
    )
    n(
        "elections",
        "liste",
        90,
        pick(
            "Brest au cœur",
            "Union de la gauche",
            "Écologie pour tous",
            "Ensemble pour Colmar",
            "Rassemblement pour l'avenir",
            "Lutte ouvrière",
        ),
        "electoral lists",
    )
    n("elections", "Inscrits", 120, lambda r, i: r.randint(520, 1350), "registered voters by polling station")
    n(
        "elections",
        "% Exprimés",
        110,
        lambda r, i: f"{r.uniform(1, 55):.2f}".replace(".", ","),
        "shares of the votes",
    )
    n(
        "elections",
        "bureau de vote",
        130,
        lambda r, i: (
            f"BV {i + 1:03d} - {r.choice(('École du Port', 'Mairie', 'Salle des fêtes', 'École Nord', 'Gymnase centre', 'Maison de quartier'))}"
        ),
        "polling stations",
    )
    n(
        "elections",
        "nuance",
        100,
        pick("LSOC", "LDVD", "LECO", "LEXG", "LDIV", "LREG"),
        "political shades of lists",
    )
    n(
        "cantine",
        "Plat principal",
        120,
        pick(
            "Kig ha farz",
            "Choucroute garnie",
            "Rougail saucisses",
            "Filet de lieu, sauce citron",
            "Lasagnes végétariennes",
            "Parmentier de canard",
            "Omelette bio",
        ),
        "canteen menus",
    )
    n(
        "cantine",
        "dessert",
        110,
        pick("Far breton", "Kougelhopf", "Yaourt fermier", "Pomme bio", "Fiadone", "Compote"),
        "canteen desserts",
    )
    n(
        "cantine",
        "allergènes du plat",
        100,
        pick("gluten, lait", "œufs", "arachides", "poisson, moutarde", "aucun", "soja, céleri"),
        "allergens contained in dishes",
        beside={"plat": cells("allerg", 100, pick("Lasagnes", "Omelette", "Poisson pané", "Riz"))},
    )
    n("cantine", "tarif repas", 80, pick(0.8, 1.0, 2.35, 3.1, 4.6), "meals' prices")
    n(
        "cantine",
        "tranche QF",
        90,
        pick("0-400", "401-700", "701-1000", "> 1000"),
        "price scale",
        beside={"tarif": cells("bareme", 90, pick(0.8, 2.35, 4.6))},
    )
    n("cantine", "nb de repas servis", 140, lambda r, i: r.randint(12, 460), "meals by day and school")
    n("scolaire", "effectif", 100, lambda r, i: r.randint(35, 320), "pupils by school")
    n(
        "scolaire",
        "niveau",
        90,
        pick("PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2"),
        "levels",
        beside={"nb classes": cells("niv", 90, lambda r, i: r.randint(1, 5))},
    )
    n("scolaire", "secteur", 80, pick("public", "privé sous contrat", "Diwan"), "public or private")
    n(
        "horaires",
        "Horaires",
        100,
        pick(
            "Lu-Ve 8h30-12h / 13h30-17h",
            "Mardi 14h-18h, samedi 10h-12h",
            "9h00-19h00",
            "Mo-Fr 08:00-18:00",
            "fermé le lundi",
        ),
        "opening hours",
    )
    n(
        "horaires",
        "opening_hours",
        75,
        lambda r, i: f"Tu-Sa {r.randint(8, 10):02d}:00-{r.randint(17, 19)}:00; PH off",
        "OSM opening hours",
    )
    n(
        "agenda",
        "Événement",
        120,
        pick(
            "Fêtes maritimes",
            "Marché de Noël",
            "Foire aux oignons",
            "Fest-noz",
            "Carnaval",
            "Fête de la musique",
            "Semaine créole",
            "Foire à la châtaigne",
        ),
        "events",
    )
    n(
        "agenda",
        "date_debut",
        130,
        lambda r, i: day(r, 2022, 2024).isoformat(),
        "events' dates",
        beside={"titre": cells("agenda", 130, pick("Marché", "Concert", "Exposition", "Atelier"))},
    )
    n(
        "agenda",
        "tarif",
        90,
        pick("gratuit", "5 €", "8 € / 5 €", "prix libre", "entrée 12 €"),
        "entrance fees",
    )
    n("agenda", "public", 80, pick("tout public", "dès 6 ans", "adultes", "3-6 ans", "seniors"), "audiences")
    n(
        "agenda",
        "lieu",
        100,
        pick(
            "Le Quartz",
            "La Filature",
            "Salle Jeanne d'Arc",
            "Place Rapp",
            "Théâtre Luc Donat",
            "Halle aux grains",
        ),
        "venues",
    )
    n(
        "mobilier",
        "modèle mobilier",
        90,
        pick(
            "Banc Lyon 1800",
            "Corbeille Vigipirate 80L",
            "Potelet Agora",
            "Barrière Croix St-André",
            "Banc Estérel",
        ),
        "street furniture",
    )
    n("mobilier", "RAL", 100, pick("RAL 7016", "RAL 6005", "RAL 9005", "RAL 3004", "RAL 5010"), "colours")
    n(
        "mobilier",
        "couleur",
        70,
        pick("gris anthracite", "vert mousse", "rouge basque", "bleu", "inox brossé"),
        "colours",
    )
    n(
        "mobilier",
        "id_objet",
        150,
        lambda r, i: f"EP-{r.randint(1, 40):02d}-{i + 1:04d}",
        "lamps' identifiers",
    )
    n(
        "mobilier",
        "uuid",
        90,
        lambda r, i: (
            f"{r.getrandbits(32):08x}-{r.getrandbits(16):04x}-4{r.getrandbits(12):03x}-a{r.getrandbits(12):03x}-{r.getrandbits(48):012x}"
        ),
        "objects' UUIDs of the GIS",
    )
    n("mobilier", "état", 120, pick("neuf", "bon", "vétuste", "à remplacer"), "furniture's condition")
    n(
        "energie",
        "étiquette DPE",
        80,
        pick("A", "B", "C", "D", "E", "F", "G"),
        "energy labels of public buildings",
        beside={"site": cells("dpe", 80, pick("Mairie", "Gymnase", "École nord"))},
    )
    n(
        "energie",
        "conso_kWh",
        140,
        lambda r, i: r.randint(800, 640000),
        "consumption of buildings",
        beside={
            "site": cells(
                "conso", 140, pick("Hôtel de ville", "Piscine", "Gymnase du port", "École centre", "CTM")
            )
        },
    )
    n("energie", "IRIS", 100, lambda r, i: f"68224{r.randint(101, 1304):04d}", "IRIS codes of statistics")
    n("energie", "puissance lampe (W)", 110, pick(28, 36, 55, 70, 100, 150), "lamps' powers")
    n(
        "energie",
        "production PV",
        90,
        lambda r, i: round(r.uniform(0, 38), 3),
        "solar production by hour",
        beside={
            "centrale": cells("pv", 90, pick("Toit école centre", "Ombrières parking piscine", "Toit CTM"))
        },
    )
    n(
        "energie",
        "horodatage",
        200,
        lambda r, i: (dt.datetime(2023, 6, 1) + dt.timedelta(minutes=15 * i)).isoformat(),
        "quarter-hours of measures",
    )
    n("air", "PM10 µg/m3", 160, lambda r, i: round(r.uniform(4, 62), 1), "air quality")
    n("air", "indice ATMO", 100, pick("Bon", "Moyen", "Dégradé", "Mauvais"), "air index")
    n(
        "air",
        "station météo",
        80,
        pick("Brest-Guipavas", "Meyenheim", "Gillot-Aéroport", "Pau-Uzein", "Ajaccio-Campo"),
        "stations",
    )
    n(
        "air",
        "température",
        170,
        lambda r, i: None if i % 41 == 0 else round(r.uniform(-4, 34), 1),
        "temperatures",
    )
    n("air", "pluie_mm", 150, lambda r, i: round(max(0.0, r.gauss(2, 6)), 1), "rain")
    n(
        "voirie",
        "revêtement",
        120,
        pick("enrobé", "béton désactivé", "pavés granit", "stabilisé", "platelage bois"),
        "road surfaces",
    )
    n("voirie", "longueur (ml)", 130, lambda r, i: round(r.uniform(8, 1450), 1), "lengths")
    n("voirie", "sens de circulation", 90, pick("double sens", "sens unique", "DSC vélo"), "ways")
    n(
        "voirie",
        "code Rivoli",
        110,
        lambda r, i: f"{r.choice(('', 'B'))}{digits(r, 3 + (i % 2))}{r.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}"[
            -5:
        ],
        "street codes",
    )
    n(
        "voirie",
        "arrêté n°",
        120,
        lambda r, i: f"ARR-{r.randint(2021, 2024)}-{r.randint(1, 900):04d}",
        "traffic orders",
    )
    n(
        "voirie",
        "nature des travaux",
        110,
        pick(
            "renouvellement conduite AEP", "fibre optique", "réfection trottoir", "élagage", "branchement gaz"
        ),
        "works",
    )
    n(
        "voirie",
        "geo_shape",
        70,
        lambda r, i: json.dumps(
            {
                "type": "Point",
                "coordinates": [round(r.uniform(-4.55, -4.40), 5), round(r.uniform(48.35, 48.45), 5)],
            }
        ),
        "geometry of hydrants",
        beside={"objet": cells("hydr", 70, pick("PI 100", "BI 100", "PA"))},
    )
    n("voirie", "panneau", 100, pick("B14 - 30", "AB4", "C13a", "B6a1", "A13b", "B1"), "signs")
    n(
        "biblio",
        "cote",
        150,
        lambda r, i: (
            f"{r.choice(('R', 'BD', 'J', '843', '796.5', '551.46'))} {r.choice(('LEB', 'MAR', 'QUE', 'SIM', 'HUG'))}"
        ),
        "shelf marks",
    )
    n(
        "biblio",
        "éditeur",
        120,
        pick(
            "Gallimard Jeunesse",
            "Coop Breizh",
            "Actes Sud",
            "La Nuée bleue",
            "Albiana",
            "Orphie",
            "L'École des loisirs",
        ),
        "publishers",
    )
    n("biblio", "nb prêts", 140, lambda r, i: r.randint(0, 95), "loans by title")
    n("biblio", "support", 100, pick("Livre", "DVD", "CD", "Périodique", "Jeu"), "supports")
    n("biblio", "langue", 80, pick("fre", "bre", "cos", "eng", "oci", "gsw"), "languages")
    n("stat", "population municipale", 90, lambda r, i: r.randint(110, 139000), "populations of communes")
    n("stat", "part des 75 ans et +", 80, lambda r, i: round(r.uniform(5, 22), 1), "population shares")
    n(
        "stat",
        "nb allocataires CAF",
        75,
        lambda r, i: r.randint(60, 31000),
        "counts of allocataires by commune",
        beside={"commune": cells("nballoc", 75, lambda r, i: r.choice(TOWNS)[1])},
    )
    n("stat", "nombre de naissances", 60, lambda r, i: r.randint(900, 2100), "births by year")
    n(
        "stat",
        "catégorie d'agents",
        90,
        pick("A", "B", "C"),
        "civil-service categories with counts",
        beside={"effectif": cells("cata", 90, lambda r, i: r.randint(11, 640))},
    )
    n("stat", "ETP", 80, lambda r, i: round(r.uniform(10, 180), 1), "staff by department")
    n(
        "stat",
        "taux de vaccination",
        70,
        lambda r, i: f"{r.uniform(55, 97):.1f}%",
        "vaccination rates by commune",
    )
    n(
        "stat",
        "motif de signalement (agrégé)",
        90,
        pick("propreté", "éclairage", "voirie", "stationnement", "espaces verts"),
        "reasons of reports with counts",
        beside={"nb": cells("signal", 90, lambda r, i: r.randint(5, 900))},
    )
    n(
        "tourisme",
        "classement",
        90,
        pick("1 étoile", "2 étoiles", "3 étoiles", "4 étoiles", "non classé"),
        "hotels' stars",
    )
    n(
        "tourisme",
        "hébergement",
        80,
        pick(
            "Hôtel de la Plage",
            "Camping municipal du Goulet",
            "Auberge de jeunesse",
            "Résidence Les Flots",
            "Village vacances",
        ),
        "tourist lodgings",
    )
    n("tourisme", "nuitées", 100, lambda r, i: r.randint(10, 8000), "nights by month")
    n(
        "tourisme",
        "site web",
        75,
        lambda r, i: (
            f"https://www.{r.choice(('brest-metropole-tourisme', 'tourisme-mulhouse', 'corte-tourisme', 'ot-orthez'))}.com/{r.choice(('agenda', 'plages', 'musees', 'rando'))}/{i + 1}"
        ),
        "tourist pages",
    )
    n(
        "tourisme",
        "sentier",
        70,
        pick("GR 34", "GR R2", "GR 20", "Boucle des abers", "Circuit des tapisseries", "Sentier des crêtes"),
        "paths",
    )
    n("tourisme", "dénivelé", 90, lambda r, i: f"{r.randint(20, 1800)} m", "slopes")
    n("patrimoine", "protection MH", 80, pick("classé MH", "inscrit MH", "PLU", "aucune"), "protections")
    n("patrimoine", "siècle", 90, pick("XIIe", "XVe", "XVIIIe", "XIXe", "1er quart 20e siècle"), "centuries")
    n(
        "patrimoine",
        "PA Mérimée",
        100,
        lambda r, i: f"PA{r.choice(('000', '291', '680'))}{digits(r, 5)}",
        "heritage references",
    )
    n(
        "divers",
        "taille EPI",
        70,
        pick("S", "M", "L", "XL", "XXL", "42", "44"),
        "sizes of clothes in stock",
        beside={"stock": cells("epi", 70, lambda r, i: r.randint(0, 60))},
    )
    n("divers", "unité", 90, pick("kg", "m²", "ml", "U", "forfait", "h"), "units of the price list")
    n(
        "divers",
        "licence données",
        60,
        pick("Licence Ouverte 2.0", "ODbL", "CC-BY 4.0"),
        "licences of datasets",
    )
    n(
        "divers",
        "version logiciel",
        75,
        lambda r, i: f"{r.randint(1, 12)}.{r.randint(0, 20)}.{r.randint(0, 9)}.{r.randint(0, 300) + 256}",
        "software versions of four parts",
    )
    n(
        "divers",
        "code couleur",
        80,
        lambda r, i: f"#{r.getrandbits(24):06X}",
        "hexadecimal colours of the map's legend",
    )
    n("divers", "zone PLU", 110, pick("UA", "UBa", "UC", "1AUh", "N", "Ns", "A"), "zones of the local plan")
    n(
        "divers",
        "thématique",
        100,
        pick("Culture", "Sport", "Environnement", "Urbanisme", "Mobilité"),
        "themes",
    )
    n(
        "divers",
        "commentaire technique",
        130,
        pick(
            "relamping LED 2022",
            "prévoir reprise massif béton",
            "câble 3G2,5 HS",
            "RAS",
            None,
            "hauteur de feu 6 m",
        ),
        "technical remarks on lamps",
    )
    n("divers", "actif", 90, lambda r, i: r.random() < 0.8, "booleans")


def columns() -> list[Column]:
    b = Book()
    _personal(b)
    _negative(b)
    return b.out


def _check() -> None:
    cols = columns()
    pos = [c for c in cols if c.personal]
    neg = [c for c in cols if not c.personal]
    by = Counter(c.kind for c in pos)
    for k in KINDS:
        print(f"{k:16} {by[k]}")
    traps = sum(c.kind == "trap" for c in neg)
    print(f"personal {len(pos)}, negative {len(neg)} of which traps {traps}")
    print("negatives:", dict(Counter(c.kind for c in neg)))
    print(
        "header-dependent:",
        sum(not c.neutral for c in pos),
        "personal,",
        sum(not c.neutral for c in neg),
        "negative",
    )
    assert len(pos) >= 130 and len(neg) >= 130
    assert set(by) == set(KINDS) and min(by.values()) >= 6
    assert traps * 3 <= len(neg)
    keys = [(c.header, c.values) for c in cols]
    assert len(set(keys)) == len(keys)
    assert len({c.values for c in cols}) == len(cols)
    for c in cols:
        assert 60 <= len(c.values) <= 300, c.header
        assert all(len(v) == len(c.values) for v in c.beside.values()), c.header
        assert any(v is not None for v in c.values)
        assert all(v is None or isinstance(v, (str, int, float, dt.date)) for v in c.values)
    assert columns() == cols
    print("ok")


if __name__ == "__main__":
    _check()
