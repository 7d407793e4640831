"""The sixth set of columns that a stranger labelled: Brittany, Alsace and overseas."""

import datetime as dt
import json
import unicodedata
from dataclasses import dataclass, field
from random import Random
from typing import Mapping

SEED = 6619


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
    "nir iban card phone email plate ip mac person_name address birth_date identity_card passport "
    "driving_licence sports_licence caf_number social_profile trigram health age_illness home_position "
    "person_header"
).split()

# ------------------------------------------------------------------ typing habits
NB, NN, ZW, THIN = "\u00a0", "\u202f", "\u200b", "\u2009"


def nb(s):
    return s.replace(" ", NB)


def nn(s):
    return s.replace(" ", NN)


def nfd(s):
    return unicodedata.normalize("NFD", s)


def fw(s):
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and ord(c) < 128 else c for c in s)


def zw(r, s, k=2):
    for _ in range(k):
        i = r.randint(1, max(1, len(s) - 1))
        s = s[:i] + r.choice((ZW, "\u2060", "\ufeff", "\u00ad")) + s[i:]
    return s


def flat(s):
    return "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))


def slug(s):
    s = flat(s).lower().replace("ı", "i").replace("ł", "l").replace("đ", "d").replace("ø", "o")
    return "".join(c if c.isalnum() else "-" for c in s).strip("-")


def grp(s, *sizes, sep=" "):
    o, i = [], 0
    for k in sizes:
        o.append(s[i : i + k])
        i += k
    if i < len(s):
        o.append(s[i:])
    return sep.join(o)


def dig(r, k):
    return "".join(r.choice("0123456789") for _ in range(k))


def alp(r, k, a="ABCDEFGHJKLMNPQRSTVWXYZ"):
    return "".join(r.choice(a) for _ in range(k))


def L(n, g):
    return [g() for _ in range(n)]


def mix(r, n, k, pg, og):
    k = max(k, 6, -(-n * 6 // 100))
    pos = set(r.sample(range(n), k))
    return [pg() if i in pos else og() for i in range(n)]


def day(r, y1, y2):
    return dt.date(y1, 1, 1) + dt.timedelta(days=r.randrange((y2 - y1 + 1) * 365))


def fr(d):
    return d.strftime("%d/%m/%Y")


# ------------------------------------------------------------------ people
POOLS_FR = [
    (
        [
            "Soizic",
            "Anne-Marie",
            "Gwenaëlle",
            "Maryvonne",
            "Nolwenn",
            "Rozenn",
            "Annaïg",
            "Enora",
            "Claire",
            "Sandrine",
        ],
        ["Yann", "Loïc", "Erwan", "Hervé", "Gwendal", "Ronan", "Jean-Yves", "Malo", "Tanguy", "Philippe"],
        [
            "Le Goff",
            "Le Gall",
            "Kervella",
            "Quéméneur",
            "Cadiou",
            "Le Bihan",
            "Riou",
            "Guivarc'h",
            "Kermarrec",
            "Le Floc'h",
            "Nédélec",
            "Jaouen",
            "Hamon",
            "Bothorel",
            "Corre",
            "de Kersauson",
        ],
    ),
    (
        [
            "Martine",
            "Sylvie",
            "Caroline",
            "Mathilde",
            "Léa",
            "Liesel",
            "Isabelle",
            "Élodie",
            "Chloé",
            "Marlyse",
        ],
        [
            "Jean-Georges",
            "Hubert",
            "Thibaut",
            "Nicolas",
            "Frédéric",
            "Lucas",
            "Bernard",
            "Raymond",
            "Matthieu",
            "Fernand",
        ],
        [
            "Schmitt",
            "Muller",
            "Klein",
            "Kieffer",
            "Wurtz",
            "Baumgartner",
            "Meyer",
            "Schneider",
            "Heitz",
            "Ostertag",
            "Zimmermann",
            "Fritsch",
            "Dietrich",
            "Sutter",
            "Martin",
            "Petit",
        ],
    ),
    (
        ["Marie-Annick", "Laurence", "Sabrina", "Émilie", "Nathalie", "Julie", "Marie-Thérèse", "Aurélie"],
        ["Jean-Hugues", "Giovanni", "Patrick", "Thierry", "Mickaël", "Olivier", "Expédit", "Alexandre"],
        [
            "Payet",
            "Hoarau",
            "Grondin",
            "Boyer",
            "Fontaine",
            "Rivière",
            "Dijoux",
            "Técher",
            "Dubois",
            "Bernard",
            "Durand",
            "Lefèvre",
            "Moreau",
            "Girard",
        ],
    ),
]
POOLS_W = [
    (
        ["Voahirana", "Hanitra", "Fanja"],
        ["Tojo", "Haja", "Solofo"],
        ["Rakotoarisoa", "Andriamanantena", "Razafindrakoto", "Ramanantsoa"],
    ),
    (["Ayşe", "Elif", "Zeynep"], ["Mehmet", "Yusuf", "Emre"], ["Yılmaz", "Öztürk", "Çelik", "Kılıç"]),
    (
        ["Moinaécha", "Echati", "Zaïnaba"],
        ["Saïd", "Attoumani", "Nassur"],
        ["Madi Ali", "Bacar", "Ahamada", "M'Changama", "Ali Houmadi"],
    ),
    (
        ["Agnieszka", "Katarzyna", "Małgorzata"],
        ["Paweł", "Zbigniew", "Tomasz"],
        ["Wiśniewski", "Kowalczyk", "Szymański", "Wójcik"],
    ),
    (
        ["Thị Hương", "Ngọc Lan", "Mỹ Linh"],
        ["Văn Đức", "Quang Minh", "Hữu Phước"],
        ["Nguyễn", "Trần", "Phạm", "Huỳnh"],
    ),
    (
        ["Maria de Fátima", "Conceição", "Inês"],
        ["João", "Manuel", "Tiago"],
        ["da Silva Ferreira", "Gonçalves", "dos Santos", "Magalhães"],
    ),
    (
        ["Anahit", "Lusine", "Gohar"],
        ["Hayk", "Vardan", "Aram"],
        ["Hovhannisyan", "Sargsyan", "Ter-Petrossian", "Mkrtchyan"],
    ),
    (
        ["Fatima-Zohra", "Khadija", "Yamina"],
        ["Abdelkader", "Mohamed-Amine", "Hichem"],
        ["Ben Aïssa", "El Khattabi", "Bouzidi", "Aït Ouarab", "Belhadj"],
    ),
    (
        ["Kinsley", "Marie-Lourdes", "Guerda"],
        ["Wilner", "Jean-Rony", "Fritz"],
        ["Jean-Louis", "Pierre-Paul", "Moutoussamy", "Célestin-Dorville"],
    ),
    (
        ["Mai Yia", "Pa Houa", "Teura"],
        ["Tou Lee", "Teva", "Wasissi"],
        ["Siong", "Vang-Ly", "Teriierooiterai", "Hnaissilin"],
    ),
]


def person(r, kind=None):
    """(civility, first, last): half common French, half from anywhere."""
    f, m, l = r.choice(r.choice((POOLS_FR, POOLS_W)))
    w = r.random() < 0.5
    first, last = r.choice(f if w else m), r.choice(l)
    if r.random() < 0.06:
        last = last + "-" + r.choice(r.choice(POOLS_FR)[2])
    return ("Mme" if w else "M.", first, last)


def full(p):
    return f"{p[1]} {p[2]}"


def off(p):
    return f"{p[2].upper()} {p[1]}"


def civ(p):
    return f"{p[0]} {p[2]}"


def people(r, n):
    return [person(r) for _ in range(n)]


# ------------------------------------------------------------------ places
BZH = [
    "Rennes",
    "Brest",
    "Quimper",
    "Lorient",
    "Vannes",
    "Saint-Malo",
    "Saint-Brieuc",
    "Fougères",
    "Morlaix",
    "Lannion",
    "Concarneau",
    "Douarnenez",
    "Auray",
    "Pontivy",
    "Vitré",
    "Dinan",
]
ALS = [
    "Strasbourg",
    "Mulhouse",
    "Colmar",
    "Haguenau",
    "Sélestat",
    "Saverne",
    "Obernai",
    "Molsheim",
    "Guebwiller",
    "Thann",
    "Wissembourg",
]
OM = [
    "Saint-Denis",
    "Saint-Pierre",
    "Le Tampon",
    "Les Abymes",
    "Fort-de-France",
    "Le Lamentin",
    "Cayenne",
    "Kourou",
    "Mamoudzou",
    "Koungou",
]
CP = {
    "Rennes": "35000",
    "Brest": "29200",
    "Quimper": "29000",
    "Lorient": "56100",
    "Vannes": "56000",
    "Saint-Malo": "35400",
    "Saint-Brieuc": "22000",
    "Fougères": "35300",
    "Morlaix": "29600",
    "Lannion": "22300",
    "Concarneau": "29900",
    "Douarnenez": "29100",
    "Auray": "56400",
    "Pontivy": "56300",
    "Vitré": "35500",
    "Dinan": "22100",
    "Strasbourg": "67000",
    "Mulhouse": "68100",
    "Colmar": "68000",
    "Haguenau": "67500",
    "Sélestat": "67600",
    "Saverne": "67700",
    "Obernai": "67210",
    "Molsheim": "67120",
    "Guebwiller": "68500",
    "Thann": "68800",
    "Wissembourg": "67160",
    "Saint-Denis": "97400",
    "Saint-Pierre": "97410",
    "Le Tampon": "97430",
    "Les Abymes": "97139",
    "Fort-de-France": "97200",
    "Le Lamentin": "97232",
    "Cayenne": "97300",
    "Kourou": "97310",
    "Mamoudzou": "97600",
    "Koungou": "97690",
}
ST_B = [
    "rue de Siam",
    "rue Jean Jaurès",
    "quai de la Fosse aux Loups",
    "rue de Kergoat",
    "venelle du Pain-Cuit",
    "rue du Chapeau Rouge",
    "allée des Ajoncs",
    "hent Kerdrein",
    "boulevard de la Liberté",
    "rue Saint-Mathieu",
    "route de Plougastel",
    "rue de Fougères",
]
ST_A = [
    "rue des Tonneliers",
    "rue du Faubourg de Pierre",
    "quai des Bateliers",
    "rue de la Krutenau",
    "rue du Sauvage",
    "Grand'Rue",
    "rue de l'Ill",
    "route de Bischwiller",
    "rue des Mésanges",
    "rue du Houblon",
    "rue Kléber",
    "place du Marché-aux-Choux",
]
ST_O = [
    "chemin Bois de Nèfles",
    "rue Schoelcher",
    "lotissement Les Flamboyants",
    "rue Lamartine",
    "ruelle Pavé",
    "route de Ravine Blanche",
    "rue Mahabou",
    "allée des Balisiers",
    "impasse des Ylangs",
    "avenue d'Estrées",
    "rue Victor-Sévère",
    "chemin Lallemand",
]
ALLST = ST_B + ST_A + ST_O


def home(r, town=None):
    t = town or r.choice(BZH + ALS + OM)
    s = r.choice(ST_B if t in BZH else ST_A if t in ALS else ST_O)
    return f"{r.randint(1, 148)}{r.choice(['', '', '', ' bis', ' ter'])} {s}, {CP[t]} {t}"


XY = {
    "Rennes": (48.112, -1.677),
    "Brest": (48.392, -4.487),
    "Quimper": (47.996, -4.10),
    "Vannes": (47.658, -2.76),
    "Strasbourg": (48.577, 7.748),
    "Mulhouse": (47.748, 7.336),
    "Colmar": (48.079, 7.356),
    "Haguenau": (48.815, 7.789),
    "Saint-Denis": (-20.897, 55.455),
    "Fort-de-France": (14.612, -61.06),
    "Cayenne": (4.932, -52.33),
    "Mamoudzou": (-12.783, 45.222),
    "Kourou": (5.158, -52.645),
    "Lorient": (47.748, -3.366),
}


def ll(r, t):
    a, b = XY[t]
    return round(a + r.uniform(-0.018, 0.018), 6), round(b + r.uniform(-0.018, 0.018), 6)


# ------------------------------------------------------------------ numbers
def luhn(s):
    t = 0
    for i, c in enumerate(reversed(s)):
        d = int(c)
        if i % 2 == 0:
            d = d * 2 - 9 if d > 4 else d * 2
        t += d
    return s + str(-t % 10)


def nir(r, dept=None, y=None):
    d = dept or r.choice(["35", "29", "56", "22", "67", "68", "974", "972", "973", "976", "99", "75"])
    y = r.randint(38, 99) if y is None else y
    com = dig(r, 3) if len(d) == 2 else f"{r.randint(1, 24):02d}"
    if len(d) == 2:
        com = f"{r.randint(1, 352):03d}"
    body = f"{r.choice('12')}{y:02d}{r.randint(1, 12):02d}{d}{com}{r.randint(1, 399):03d}"
    n = int(body.replace("2A", "19").replace("2B", "18"))
    return body + f"{97 - n % 97:02d}"


def nirg(s, sep=" "):
    return grp(s, 1, 2, 2, 2, 3, 3, 2, sep=sep)


def mod97(cc, bban):
    s = "".join(str(int(c, 36)) for c in bban + cc + "00")
    return f"{98 - int(s) % 97:02d}"


def rib(r):
    b = r.choice(["15589", "14706", "10278", "17206", "30004", "20041", "19906", "14107", "30003", "18306"])
    g, c = f"{r.randint(1, 9999):05d}", dig(r, 11)
    k = 97 - (89 * int(b) + 15 * int(g) + 3 * int(c)) % 97
    return b, g, c, f"{k:02d}"


def iban(r, cc="FR"):
    if cc == "FR":
        b = "".join(rib(r))
    elif cc == "DE":
        b = r.choice(["66490000", "66450050", "68052863", "66010075", "68390000"]) + dig(r, 10)
    elif cc == "BE":
        x = r.choice(["001", "063", "310", "979"]) + dig(r, 7)
        b = x + f"{int(x) % 97 or 97:02d}"
    elif cc == "CH":
        b = r.choice(["00770", "09000", "80808"]) + dig(r, 12)
    else:
        b = r.choice(["001", "003", "028"]) + dig(r, 13)
    return cc + mod97(cc, b) + b


def g4(s, sep=" "):
    return sep.join(s[i : i + 4] for i in range(0, len(s), 4))


def card(r):
    return luhn(r.choice(["4970", "4974", "4978", "5131", "5132", "4972", "5355", "4533"]) + dig(r, 11))


def siren(r):
    return luhn(r.choice("345789") + dig(r, 7))


def siret(r):
    s = siren(r)
    return luhn(s + f"{r.randint(1, 40):04d}")


def vat(r):
    s = siren(r)
    return f"FR{(12 + 3 * (int(s) % 97)) % 97:02d}{s}"


def ean(s):
    return s + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(s)) % 10)


SIVL = "ABCDEFGHJKLMNPQRSTVWXYZ"


def siv(r, sep="-"):
    return f"{r.choice('ABCDEFGH')}{alp(r, 1, SIVL)}{sep}{r.randint(1, 999):03d}{sep}{alp(r, 2, 'ABCDEFGHJKLMNPQRTVWXYZ')}"


def fni(r):
    return f"{r.randint(12, 9999)} {alp(r, 2, 'ABCDEFGHJKLMNPQRSTVWXYZ')} {r.choice(['29', '35', '56', '22', '67', '68', '974', '972', '973'])}"


def mob(r, om=None):
    if om:
        return r.choice(om) + dig(r, 6)
    a = r.choice(["06", "07"])
    return a + r.choice("12345678" if a == "06" else "345678") + dig(r, 7)


def p2(s, sep=" "):
    return sep.join(s[i : i + 2] for i in range(0, len(s), 2))


def cni_new(r):
    return (
        alp(r, 1, "CDFGHJKLMNPRTVWXYZ")
        + "".join(r.choice("0123456789CDFGHJKLMNPRTVWXYZ") for _ in range(7))
        + r.choice("0123456789")
    )


def cni_old(r):
    return f"{r.randint(8, 20):02d}{r.randint(1, 12):02d}{r.choice(['35', '29', '56', '22', '67', '68'])}{r.choice('1234')}{r.randint(1, 9999):05d}"


def passp(r):
    return f"{r.randint(14, 25):02d}{alp(r, 2, 'ABCDEFHIKLPRTVXYZ')}{r.randint(100, 99999):05d}"


def permis(r):
    return f"{r.randint(70, 99) if r.random() < 0.6 else r.randint(0, 12):02d}{r.randint(1, 12):02d}{r.choice(['35', '29', '56', '22', '67', '68', '97'])}{r.choice('123')}{r.randint(1, 99999):05d}"


def caf(r):
    return f"{r.randint(102345, 3999999):07d}{alp(r, 1, 'ABCDEFGHJKLMNPRSTVWXYZ')}"


def pubip(r):
    return (
        r.choice(["90.{}", "86.{}", "82.64", "78.{}", "109.190", "88.{}", "92.{}"]).format(r.randint(90, 215))
        + f".{r.randint(1, 254)}.{r.randint(1, 254)}"
    )


def ip6(r):
    return (
        r.choice(["2a01:e0a:", "2a01:cb08:", "2a02:8424:"])
        + f"{r.randrange(4096, 65535):x}:{r.randrange(4096, 65535):x}:"
        + ":".join(f"{r.randrange(256, 65535):x}" for _ in range(4))
    )


OUI = [
    "3c:06:30",
    "f0:18:98",
    "a4:83:e7",
    "8c:85:90",
    "5c:f9:38",
    "00:1a:11",
    "dc:a6:32",
    "48:2c:a0",
    "f8:e6:1a",
    "50:01:d9",
]


def mac(r):
    return r.choice(OUI) + "".join(f":{r.randrange(256):02x}" for _ in range(3))


DOMS = [
    "orange.fr",
    "gmail.com",
    "free.fr",
    "laposte.net",
    "hotmail.fr",
    "sfr.fr",
    "evc.net",
    "yahoo.fr",
    "outlook.com",
    "protonmail.com",
]


def mailof(r, p):
    f, l = slug(p[1]).replace("-", ""), slug(p[2]).replace("-", "")
    return r.choice([f"{f}.{l}", f"{f[0]}{l}", f"{l}{r.randint(11, 99)}", f"{f}-{l}"]) + "@" + r.choice(DOMS)


ILL = [
    "diabète de type 2",
    "maladie de Parkinson",
    "asthme sévère",
    "cancer du sein",
    "sclérose en plaques",
    "insuffisance rénale dialysée",
    "épilepsie",
    "dépression",
    "maladie d'Alzheimer",
    "BPCO",
    "drépanocytose",
    "AVC récent",
    "schizophrénie",
    "insuffisance cardiaque",
]

# ordinary follow-up sentences, no person in them
ORD = [
    "Dossier complet, transmis au service instructeur.",
    "En attente de la pièce manquante.",
    "RAS",
    "Relance faite par courrier type.",
    "Accord de la commission du mois dernier.",
    "À reprendre en septembre.",
    "Guichet fermé, reporté.",
    "Clos.",
    "Voir arrêté municipal.",
    "Transmis au CCAS",
    "Demande sans suite",
    "Travaux terminés, chaussée rouverte",
    "Éclairage à vérifier",
    "Bac renversé, remis en place",
    "Commande livrée",
    "Nid-de-poule rebouché",
    "Devis signé",
    "",
    "Idem mois précédent",
    "Panneau à redresser côté pair",
]


# ================================================================== PERSONAL
def _personal(add):
    def P(kind, header, why, f, neutral=True):
        add(True, kind, header, why, f, neutral)

    # ---------- nir
    def f(r, n):
        ps = people(r, n)
        return [nirg(nir(r)) for _ in ps], {"bénéficiaire": [off(p) for p in ps]}

    P("nir", "num_secu", "NIR with its key, beside names", f)
    P(
        "nir",
        "identifiant_agent",
        "NIR read as integers from XLSX",
        lambda r, n: [int(nir(r)) for _ in range(n)],
    )
    P(
        "nir",
        "obs",
        "free texts, some quote a NIR",
        lambda r, n: mix(
            r,
            n,
            n // 9,
            lambda: r.choice(
                [
                    "Usagère au guichet, n° SS {}, CMU à renouveler",
                    "{} -> attestation jointe",
                    "pb carte vitale {} rappeler",
                    "Sécu : {} (conjoint)",
                ]
            ).format(r.choice([nirg, str, lambda s: nn(nirg(s))])(nir(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "nir",
        "ref_dossier",
        "NIR cut with zero-width characters",
        lambda r, n: [zw(r, nir(r, r.choice(["974", "972", "973"]))) for _ in range(n)],
    )
    P(
        "nir",
        "meta",
        "JSON cells holding the NIR",
        lambda r, n: [
            json.dumps(
                {
                    "regime": r.choice(["général", "MSA", "CNRACL"]),
                    "assure": nirg(nir(r), r.choice([" ", "", "."])),
                    "maj": fr(day(r, 2021, 2024)),
                },
                ensure_ascii=False,
            )
            for _ in range(n)
        ],
    )
    P(
        "nir",
        "equipement",
        "sensor ids with one NIR in ten",
        lambda r, n: mix(
            r,
            n,
            n // 10,
            lambda: nirg(nir(r), r.choice([" ", "-"])),
            lambda: f"CAPT-{r.randint(1, 400):04d}-{alp(r, 2)}",
        ),
    )
    P(
        "nir",
        "N° immat.",
        "full-width digits, Corsican births",
        lambda r, n: [
            r.choice([fw, str, nb, nn])(nirg(nir(r, r.choice(["2A", "67", "68", "29"]), r.randint(76, 99))))
            for _ in range(n)
        ],
    )

    # ---------- iban
    def f(r, n):
        ps = people(r, n)
        return [g4(iban(r)) for _ in ps], {
            "élève boursier": [full(p) for p in ps],
            "montant": [r.choice([105, 294, 459]) for _ in ps],
        }

    P("iban", "iban", "IBAN of families with a grant", f)

    def f(r, n):
        ps = people(r, n)
        return [r.choice([" ", NB, "\t"]).join(rib(r)) for _ in ps], {"agent": [off(p) for p in ps]}

    P("iban", "domiciliation", "French RIB (bank, branch, account, key) of agents", f)
    P(
        "iban",
        "commentaire_regie",
        "free texts, some quote a person's IBAN",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "Rembourser {p} sur {i}",
                    "trop-perçu cantine, RIB {p} : {i}",
                    "{p} a changé de banque ({i})",
                ]
            ).format(p=civ(person(r)), i=r.choice([g4, str, str.lower])(iban(r))),
            lambda: r.choice(ORD),
        ),
    )

    def f(r, n):
        ps = people(r, n)
        return [
            r.choice([nb, nn, str.lower])(g4(iban(r, r.choice(["DE", "DE", "CH", "BE", "FR"])))) for _ in ps
        ], {"Frontalier": [f"{p[2]}, {p[1]}" for p in ps]}

    P("iban", "compte", "foreign IBAN, narrow spaces or lower case, beside names", f)

    def f(r, n):
        return [f"<p>{full(person(r))}<br/>{g4(iban(r), '&nbsp;')}</p>" for _ in range(n)]

    P("iban", "fiche", "HTML with name and IBAN", f)
    P(
        "iban",
        "lieu",
        "places with a few IBAN of residents",
        lambda r, n: mix(
            r,
            n,
            n // 11,
            lambda: f"{full(person(r))} {iban(r, r.choice(['FR', 'LU', 'FR']))}",
            lambda: (
                f"Salle {r.choice(['Brizeux', 'du Port', 'des Halles', 'Ker Anna', 'polyvalente'])} – {r.choice(BZH)}"
            ),
        ),
    )

    # ---------- card
    def f(r, n):
        ps = people(r, n)
        return [g4(card(r)) for _ in ps], {"porteur": [off(p) for p in ps]}

    P("card", "carte", "bank cards beside bearers", f)
    P(
        "card",
        "notes caisse",
        "free texts, some quote a card",
        lambda r, n: mix(
            r,
            n,
            n // 9,
            lambda: r.choice(
                ["client débité 2 fois CB {}", "CB oubliée au TPE {} exp {}", "{} refusée, code 51"]
            ).format(r.choice([g4, str])(card(r)), f"{r.randint(1, 12):02d}/{r.randint(26, 29)}"),
            lambda: r.choice(
                [
                    "Z de caisse conforme",
                    "Écart 0,50",
                    "Rouleau TPE changé",
                    "Fond de caisse 150",
                    "RAS",
                    "Clôture 18h05",
                ]
            ),
        ),
    )
    P(
        "card",
        "reference_paiement",
        "transaction labels with some full card numbers",
        lambda r, n: mix(
            r,
            n,
            n // 7,
            lambda: f"CB {card(r)} {r.randint(1, 12):02d}/27",
            lambda: f"PAYFIP-{dig(r, 6)}-{r.choice(['CANT', 'PISC', 'BIB'])}",
        ),
    )
    P(
        "card",
        "num_support",
        "card numbers read as integers, beside expiry and holder",
        lambda r, n: (
            [int(card(r)) for _ in range(n)],
            {
                "exp": [f"{r.randint(1, 12):02d}/{r.randint(25, 29)}" for _ in range(n)],
                "au nom de": [off(person(r)) for _ in range(n)],
            },
        ),
    )
    P(
        "card",
        "horodateur",
        "dashed or full-width card numbers",
        lambda r, n: [
            r.choice(
                [lambda s: g4(s, "-"), lambda s: fw(g4(s)), lambda s: g4(s, THIN), lambda s: g4(s, ".")]
            )(card(r))
            + f" exp. {r.randint(1, 12):02d}/{r.randint(25, 29)}"
            for _ in range(n)
        ],
    )
    P(
        "card",
        "trace",
        "JSON with PAN, newlines inside",
        lambda r, n: [
            json.dumps(
                {
                    "tpe": f"T{r.randint(1, 9)}",
                    "pan": g4(card(r), r.choice([" ", "", "\n"])),
                    "exp": f"{r.randint(1, 12):02d}{r.randint(25, 29)}",
                }
            )
            for _ in range(n)
        ],
    )

    # ---------- phone
    def f(r, n):
        ps = people(r, n)
        return [p2(mob(r)) for _ in ps], {"parent": [full(p) for p in ps]}

    P("phone", "portable", "mobiles of parents", f)

    def f(r, n):
        ps = people(r, n)
        return [
            r.choice(["+262 {}", "00262{}", "0{}", "(+262)(0){}"]).format(
                r.choice([str, lambda s: grp(s, 3, 2, 2, 2)])(r.choice(["692", "693", "639"]) + dig(r, 6))
            )
            for _ in ps
        ], {"licencié": [off(p) for p in ps]}

    P("phone", "contact", "Réunion and Mayotte mobiles beside names", f)
    P(
        "phone",
        "suivi",
        "free texts, some quote a mobile",
        lambda r, n: mix(
            r,
            n,
            n // 9,
            lambda: r.choice(
                [
                    "rappeler la dame au {}",
                    "Contact : {} (après 18h)",
                    "voisin joignable {}",
                    "laissé msg sur {} pas de réponse",
                ]
            ).format(r.choice([p2, str, lambda s: p2(s, "."), lambda s: nn(p2(s))])(mob(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "phone",
        "tel",
        "integers: leading zero lost by the spreadsheet, beside names",
        lambda r, n: ([int(mob(r)) for _ in range(n)], {"bénévole": [full(person(r)) for _ in range(n)]}),
    )
    P(
        "phone",
        "equipement",
        "wrapped mobiles: zero-width, full-width, tabs, beside names",
        lambda r, n: (
            [
                r.choice(
                    [
                        lambda s: zw(r, p2(s)),
                        lambda s: fw(p2(s)),
                        lambda s: p2(s, "\t"),
                        lambda s: nb(p2(s)),
                        lambda s: p2(s, "/"),
                    ]
                )(mob(r, ["0690", "0691", "0696", "0697", "0694"]))
                for _ in range(n)
            ],
            {"gardé par": [civ(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "phone",
        "joindre",
        "several values in a cell: home and mobile, mum or dad",
        lambda r, n: [
            f"{r.choice(['maman', 'mère', 'mamie'])} {p2(r.choice(['0298', '0299', '0388', '0389', '0297']) + dig(r, 6), '.')} / {r.choice(['papa', 'père', 'tonton'])} {p2(mob(r))}"
            for _ in range(n)
        ],
    )
    P(
        "phone",
        "lieu_rdv",
        "meeting points, a few with a private mobile",
        lambda r, n: mix(
            r,
            n,
            n // 10,
            lambda: f"chez {r.choice(['Yann', 'Monique', 'Hichem', 'Voahirana', 'Marlyse'])}, tél {mob(r)}",
            lambda: r.choice(
                [
                    "Parking du stade",
                    "Devant la mairie",
                    "Cale du port",
                    "Arrêt Homme de Fer",
                    "Jardin de l'État",
                    "Porte de la piscine",
                ]
            ),
        ),
    )

    # ---------- email
    def f(r, n):
        ps = people(r, n)
        return [mailof(r, p) for p in ps], {"inscrit": [full(p) for p in ps]}

    P("email", "courriel", "private mail addresses", f)
    P(
        "email",
        "agent_ref",
        "nominative work addresses of agents",
        lambda r, n: [
            f"{slug(p[1])}.{slug(p[2])}@{r.choice(['ville-guebwiller.fr', 'mairie-thann.fr'])}"
            for p in people(r, n)
        ],
    )
    P(
        "email",
        "contact_",
        "mistyped addresses: spaces, (at), comma, missing dot",
        lambda r, n: [
            r.choice(
                [
                    lambda s: s.replace("@", " @ "),
                    lambda s: s.replace("@", "(at)"),
                    lambda s: s.replace(".", ",", 1),
                    lambda s: s.replace("@", "[arobase]"),
                    lambda s: s.upper(),
                    lambda s: "mailto:" + s,
                    lambda s: s.replace(".fr", " .fr").replace(".com", ".con"),
                ]
            )(mailof(r, person(r)))
            for _ in range(n)
        ],
    )
    P(
        "email",
        "remarques",
        "free texts, some quote an address",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "envoyer la photo à {}",
                    "réponse attendue de {} avant vendredi",
                    "{} ne reçoit pas la lettre",
                    "doublon avec {}",
                ]
            ).format(mailof(r, person(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "email",
        "source",
        "service mailboxes with one private address in ten",
        lambda r, n: mix(
            r,
            n,
            n // 10,
            lambda: mailof(r, person(r)),
            lambda: (
                r.choice(["sig", "opendata", "espaces-verts", "voirie", "accueil"])
                + "@"
                + r.choice(["lannion.bzh", "ville-lannion.fr"])
            ),
        ),
    )
    P(
        "email",
        "html_bloc",
        "anchors around private addresses",
        lambda r, n: [
            (lambda p: f'<a href="mailto:{mailof(r, p)}">{full(p)}</a>')(person(r)) for _ in range(n)
        ],
    )
    P(
        "email",
        "auteur_fiche",
        "addresses cut with zero-width and full-width @",
        lambda r, n: [
            r.choice(
                [
                    lambda s: zw(r, s, 3),
                    lambda s: s.replace("@", "＠"),
                    lambda s: s.replace("@", "&#64;"),
                    lambda s: f"Nom <{s}>;",
                ]
            )(mailof(r, person(r)))
            for _ in range(n)
        ],
    )

    # ---------- plate
    P(
        "plate",
        "immatriculation",
        "cars of resident permits, beside holders",
        lambda r, n: (
            [siv(r) for _ in range(n)],
            {"titulaire": [off(person(r)) for _ in range(n)], "zone": [r.choice("ABCD") for _ in range(n)]},
        ),
    )
    P(
        "plate",
        "vehicule",
        "towed cars: make and plate in one text",
        lambda r, n: [
            f"{r.choice(['Clio grise', 'PEUGEOT 208', 'Dacia Duster', 'kangoo blc', 'Golf noire', 'C3', 'Twingo'])} {siv(r, r.choice(['-', ' ', '', '.']))}"
            for _ in range(n)
        ],
    )
    P(
        "plate",
        "anc_immat",
        "old FNI plates of wrecks, beside make and street",
        lambda r, n: (
            [fni(r) for _ in range(n)],
            {
                "modèle": [
                    r.choice(["Renault 5", "Peugeot 205", "Citroën AX", "Fiat Panda", "Golf II"])
                    for _ in range(n)
                ],
                "épave relevée": [r.choice(ALLST) for _ in range(n)],
            },
        ),
    )
    P(
        "plate",
        "observations PM",
        "free texts, some quote a plate",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "véhicule {} stationné sur PMR",
                    "plaque {} gêne le bus",
                    "{} ventouse depuis 10 j",
                    "relevé imm. {} fuite d'huile",
                ]
            ).format(siv(r, r.choice(["-", "", " "])).lower() if r.random() < 0.5 else siv(r)),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "plate",
        "badge_parking",
        "badges; some cells hold a plate instead",
        lambda r, n: (
            mix(
                r,
                n,
                n // 6,
                lambda: r.choice([nn, str])(f"immat. {siv(r, ' ')}"),
                lambda: f"BADGE {r.randint(1000, 9999)}",
            ),
            {"niveau": [r.choice(["-1", "-2", "RDC"]) for _ in range(n)]},
        ),
    )
    P(
        "plate",
        "ref_vl",
        "German and SIV plates of carpoolers, beside first names",
        lambda r, n: (
            [
                r.choice(
                    [
                        lambda: f"OG-{alp(r, 2)} {r.randint(10, 999)}",
                        lambda: f"KEL-{alp(r, 1)} {r.randint(100, 999)}",
                        lambda: f"FR-{alp(r, 2)} {r.randint(10, 999)}",
                        lambda: siv(r),
                    ]
                )()
                for _ in range(n)
            ],
            {
                "covoitureur": [full(person(r)) for _ in range(n)],
                "voiture": [
                    r.choice(["VW Polo", "Skoda Fabia", "Opel Corsa", "Audi A3", "Peugeot 308"])
                    for _ in range(n)
                ],
            },
        ),
    )
    P(
        "plate",
        "passage",
        "plates cut with zero-width characters, beside camera time",
        lambda r, n: (
            [zw(r, siv(r), 2) for _ in range(n)],
            {
                "entrée": [f"{r.randint(7, 19):02d}:{r.randint(0, 59):02d}" for _ in range(n)],
                "barrière": [r.choice(["Parking Kléber P1", "Parking Gare P2"]) for _ in range(n)],
            },
        ),
    )

    # ---------- ip
    hits = ["/demarches/etat-civil", "/agenda", "/cantine/paiement", "/", "/carte-bruit"]
    P(
        "ip",
        "ip_client",
        "public IPv4 of visitors",
        lambda r, n: (
            [pubip(r) for _ in range(n)],
            {
                "horodatage": [
                    f"2024-0{r.randint(1, 9)}-{r.randint(10, 28)}T{r.randint(0, 23):02d}:{r.randint(10, 59)}:{r.randint(10, 59)}"
                    for _ in range(n)
                ],
                "page": [r.choice(hits) for _ in range(n)],
            },
        ),
    )
    P(
        "ip",
        "log",
        "whole web log lines",
        lambda r, n: [
            f'{pubip(r)} - - [{r.randint(10, 28)}/Mar/2024:{r.randint(10, 23)}:{r.randint(10, 59)}:12 +0100] "GET {r.choice(hits)} HTTP/1.1" 200 {r.randint(300, 9000)}'
            for _ in range(n)
        ],
    )
    P(
        "ip",
        "origine_vote",
        "IPv6 of voters at a citizens' budget",
        lambda r, n: (
            [ip6(r) for _ in range(n)],
            {
                "projet": [
                    r.choice(["Verger partagé", "Abri vélos", "Fresque du lavoir", "Boîte à livres"])
                    for _ in range(n)
                ],
                "vote le": [fr(day(r, 2023, 2023)) for _ in range(n)],
            },
        ),
    )
    P(
        "ip",
        "equipement_wifi",
        "hotspots with some clients' public IP",
        lambda r, n: (
            mix(
                r,
                n,
                n // 8,
                lambda: f"client {pubip(r)}",
                lambda: f"borne-{r.choice(['halles', 'gare', 'mediatheque'])}-{r.randint(1, 9)}",
            ),
            {"évènement": [r.choice(["connexion portail", "redémarrage", "mise à jour"]) for _ in range(n)]},
        ),
    )
    P(
        "ip",
        "obs",
        "free texts, some quote a public IP",
        lambda r, n: mix(
            r,
            n,
            n // 9,
            lambda: r.choice(
                [
                    "inscription douteuse depuis {}",
                    "5 essais de mot de passe, IP {}",
                    "usager bloqué ({}) à débloquer",
                ]
            ).format(
                r.choice([str, lambda s: s.replace(".", " . "), lambda s: s.replace(".", "[.]")])(pubip(r))
            ),
            lambda: r.choice(
                ["Formulaire en ligne", "Papier", "RAS", "Doublon supprimé", "Traité", "Pièce illisible"]
            ),
        ),
    )
    P(
        "ip",
        "x_forwarded",
        "several IPs in a cell, proxies first, narrow spaces",
        lambda r, n: (
            [f"10.{r.randint(0, 9)}.0.{r.randint(2, 99)},{NN}{pubip(r)}" for _ in range(n)],
            {"compte créé": [fr(day(r, 2022, 2024)) for _ in range(n)]},
        ),
    )

    # ---------- mac
    P(
        "mac",
        "mac",
        "visitors' phones on public Wi-Fi",
        lambda r, n: (
            [mac(r) for _ in range(n)],
            {
                "1re vue": [
                    f"{r.randint(7, 22):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}" for _ in range(n)
                ],
                "borne": [r.choice(["Place Kléber", "Petite France", "Gare centrale"]) for _ in range(n)],
            },
        ),
    )
    P(
        "mac",
        "appareil",
        "name of a person's device and its MAC",
        lambda r, n: [
            f"{r.choice(['iPhone de', 'Galaxy A14 de', 'iPad de', 'PC-'])} {person(r)[1]} ({mac(r).upper()})"
            for _ in range(n)
        ],
    )
    P(
        "mac",
        "journal",
        "free texts, some quote a visitor's MAC",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "téléphone {} vu 3 jours de suite sur le marché",
                    "smartphone visiteur {} banni 24 h",
                    "portable d'un usager {} débit limité",
                ]
            ).format(r.choice([str, lambda s: s.replace(":", "-").upper()])(mac(r))),
            lambda: r.choice(
                ["borne redémarrée", "firmware 4.2", "coupure EDF", "RAS", "antenne réorientée"]
            ),
        ),
    )
    P(
        "mac",
        "id_passage",
        "Cisco-style dotted MAC of passers-by, beside dwell time",
        lambda r, n: (
            [(lambda s: grp(s, 4, 4, 4, sep="."))(mac(r).replace(":", "")) for _ in range(n)],
            {
                "durée présence visiteur (s)": [r.randint(20, 4000) for _ in range(n)],
                "rue": [r.choice(ST_B) for _ in range(n)],
                "appareil": [
                    r.choice(["smartphone Android", "iPhone", "montre connectée", "tablette"])
                    for _ in range(n)
                ],
            },
        ),
    )
    P(
        "mac",
        "poste",
        "computers of named agents",
        lambda r, n: (
            [mac(r).upper().replace(":", r.choice(["-", ":"])) for _ in range(n)],
            {"affecté à": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "mac",
        "meta_wifi",
        "JSON with client MAC and dirty spaces",
        lambda r, n: [
            json.dumps(
                {
                    "client": r.choice([str, lambda s: zw(r, s, 1), lambda s: s.replace(":", " ")])(mac(r)),
                    "os": r.choice(["iOS 17", "Android 14", "Windows 11"]),
                    "duree_min": r.randint(1, 190),
                },
                ensure_ascii=False,
            )
            for _ in range(n)
        ],
    )

    # ---------- person_name
    P(
        "person_name",
        "nom",
        "surname in capitals then first name",
        lambda r, n: [off(person(r)) for _ in range(n)],
    )
    P(
        "person_name",
        "titulaire",
        "concession holders, « Mme Vve », « Époux »",
        lambda r, n: [
            r.choice(["Mme Vve {l}", "Époux {l}", "Consorts {l}", "{c} {l} {f}", "{l} {f} née {m}"]).format(
                l=p[2].upper(), f=p[1], c=p[0], m=person(r)[2].upper()
            )
            for p in people(r, n)
        ],
    )
    P(
        "person_name",
        "lieu",
        "rooms, and at times the person who booked",
        lambda r, n: mix(
            r,
            n,
            n // 10,
            lambda: f"Salle 2 (rés. {full(person(r))})",
            lambda: r.choice(["Salle 1", "Salle 2", "Salle des mariages", "Préau", "Hall", "Cour"]),
        ),
    )
    P(
        "person_name",
        "delegation",
        "elected people in office: published under the law, needs a decision",
        lambda r, n: [
            f"{full(p)}, {r.choice(['adjointe au maire', 'conseillère municipale déléguée'] if p[0] == 'Mme' else ['adjoint au maire', 'conseiller municipal délégué'])}"
            for p in people(r, n)
        ],
    )
    P(
        "person_name",
        "objet",
        "texts of follow-up, some name a private person",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "{} demande un abattage",
                    "Vu {} sur place, d'accord",
                    "plainte de {} pour bruit",
                    "{} n'a pas payé juin",
                ]
            ).format(r.choice([civ, full, lambda p: nfd(full(p)), lambda p: civ(p).lower()])(person(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "person_name",
        "equipe",
        "several people a cell, decomposed accents, no-break spaces",
        lambda r, n: [
            r.choice([" / ", "\n", " & ", "; "]).join(
                r.choice([nfd, nb, str])(full(person(r))) for _ in range(r.randint(2, 4))
            )
            for _ in range(n)
        ],
    )
    P(
        "person_name",
        "assistante maternelle",
        "first names and surnames typed lower case, misplaced hyphens",
        lambda r, n: [
            r.choice(
                [
                    lambda p: full(p).lower(),
                    lambda p: f"{p[2]}, {p[1]}".lower(),
                    lambda p: flat(off(p)),
                    lambda p: f"{p[1][0]}. {p[2]}",
                ]
            )(person(r))
            for _ in range(n)
        ],
    )
    P(
        "person_name",
        "resultat",
        "race results: rank, name, club",
        lambda r, n: [
            f"{i + 1}. {off(person(r))} ({r.choice(['CA Bigouden', 'ASPTT Strasbourg', 'CMO Saint-Denis', 'Stade Brestois', 'non lic.'])}) {r.randint(33, 59)}:{r.randint(10, 59)}"
            for i in range(n)
        ],
    )

    # ---------- address
    P(
        "address",
        "adresse",
        "homes beside names",
        lambda r, n: (lambda ps: ([home(r) for _ in ps], {"abonné": [full(p) for p in ps]}))(people(r, n)),
    )
    P(
        "address",
        "livraison",
        "meals at home: name and address in one cell",
        lambda r, n: [f"{civ(person(r))}, {home(r, r.choice(ALS))}" for _ in range(n)],
    )
    P(
        "address",
        "precisions",
        "free texts, some tell where somebody lives",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                ["chez {p} {a}, sonner 2 fois", "{p} habite {a}", "domicile de {p} : {a}"]
            ).format(p=civ(person(r)), a=home(r).split(",")[0]),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "address",
        "point_collecte",
        "bring sites and one line in eight a private home",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: f"Particulier {person(r)[2].upper()} - {home(r, r.choice(BZH))}",
            lambda: r.choice(
                [
                    "Déchèterie du Spernot",
                    "PAV parking Leclerc",
                    "Borne verre quai Est",
                    "Colonne enterrée n° " + str(r.randint(1, 60)),
                ]
            ),
        ),
    )
    P(
        "address",
        "lot",
        "overseas addresses with landmarks, beside tenants",
        lambda r, n: (
            [
                f"{r.choice(['Bât', 'bt', 'Bloc'])} {r.choice('ABCDEF')} {r.choice(['apt', 'porte', 'logt'])} {r.randint(1, 48)}, {r.choice(ST_O)}{r.choice([' (derrière la boutique)', ' case en tôle verte', '', ' en face du manguier'])}"
                for _ in range(n)
            ],
            {"locataire": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "address",
        "html",
        "HTML address blocks of private people",
        lambda r, n: [
            (lambda h: f"<address>{full(person(r))}<br>{h.split(', ')[0]}<br>{h.split(', ')[1]}</address>")(
                home(r, r.choice(OM))
            )
            for _ in range(n)
        ],
    )
    P(
        "address",
        "rue",
        "no-break spaces and zero-width in homes of candidates for a garden plot",
        lambda r, n: (
            [
                r.choice([nb, nfd, lambda s: zw(r, s), lambda s: s.replace(", ", "\n"), lambda s: s.upper()])(
                    home(r, "Brest")
                )
                for _ in range(n)
            ],
            {"jardinier": [full(person(r)) for _ in range(n)]},
        ),
    )

    # ---------- birth_date
    P(
        "birth_date",
        "date_naissance",
        "birth dates of children beside names",
        lambda r, n: (
            [day(r, 2013, 2021) for _ in range(n)],
            {
                "enfant": [full(person(r)) for _ in range(n)],
                "classe": [r.choice(["PS", "MS", "GS", "CP", "CE1", "CM2"]) for _ in range(n)],
            },
        ),
    )
    P(
        "birth_date",
        "etat",
        "« né(e) le … à … » in texts",
        lambda r, n: [
            f"{r.choice(['né le', 'née le', 'Né(e) le', 'nee le'])} {fr(day(r, 1936, 2006))} à {r.choice(BZH + OM + ['Moroni', 'Izmir', 'Kraków', 'Antananarivo', 'Setúbal'])}"
            for _ in range(n)
        ],
    )
    P(
        "birth_date",
        "rens",
        "free texts, some with a birth date",
        lambda r, n: mix(
            r,
            n,
            n // 9,
            lambda: r.choice(
                ["{p} née le {d}", "homonyme : {p} ({d}), né à Thann", "ddn {d} à corriger pour {p}"]
            ).format(
                p=civ(person(r)),
                d=r.choice(
                    [fr(day(r, 1940, 2010)), day(r, 1940, 2010).strftime("%d.%m.%y"), str(day(r, 1940, 2010))]
                ),
            ),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "birth_date",
        "ddn",
        "dates of birth in French letters, narrow spaces, beside names",
        lambda r, n: (
            [
                nn(
                    f"{d.day} {['janv.', 'févr.', 'mars', 'avril', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'][d.month - 1]} {d.year}"
                )
                for d in [day(r, 1931, 1958) for _ in range(n)]
            ],
            {"colis des aînés": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "birth_date",
        "depuis",
        "misleading header: birth dates only a number stands beside",
        lambda r, n: (
            [fr(day(r, 1934, 2007)) for _ in range(n)],
            {"né(e) à": [r.choice(BZH + ALS) for _ in range(n)], "sexe": [r.choice("FH") for _ in range(n)]},
        ),
        neutral=False,
    )
    P(
        "birth_date",
        "naiss",
        "JSON identity with birth date",
        lambda r, n: [
            json.dumps(
                {"prenom": p[1], "naissance": r.choice([str, fr])(day(r, 1950, 2012))}, ensure_ascii=False
            )
            for p in people(r, n)
        ],
    )
    P(
        "birth_date",
        "cle",
        "YYYYMMDD integers of agents beside names and grade",
        lambda r, n: (
            [int(day(r, 1961, 2003).strftime("%Y%m%d")) for _ in range(n)],
            {
                "agent": [off(person(r)) for _ in range(n)],
                "grade": [r.choice(["adjoint technique", "rédacteur", "attaché", "ATSEM"]) for _ in range(n)],
            },
        ),
    )

    # ---------- identity_card
    P(
        "identity_card",
        "piece",
        "new identity cards beside names",
        lambda r, n: ([cni_new(r) for _ in range(n)], {"déposant": [off(person(r)) for _ in range(n)]}),
    )
    P(
        "identity_card",
        "n_titre",
        "12-digit cards beside names",
        lambda r, n: ([cni_old(r) for _ in range(n)], {"mandant": [full(person(r)) for _ in range(n)]}),
    )
    P(
        "identity_card",
        "justificatif",
        "kind and number in one cell",
        lambda r, n: [
            r.choice(["CNI {}", "C.N.I n° {}", "carte d'identité {}", "CI : {}"]).format(
                r.choice([cni_new, cni_old])(r)
            )
            for _ in range(n)
        ],
    )
    P(
        "identity_card",
        "remarque accueil",
        "free texts, some quote a card",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "CNI trouvée {} remise PM",
                    "carte identité {} périmée, refaire",
                    "copie CNI n°{} dans le dossier",
                ]
            ).format(r.choice([nb, fw, str])(r.choice([cni_new, cni_old])(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "identity_card",
        "objet_trouve",
        "lost property, some identity cards by number",
        lambda r, n: mix(
            r,
            n,
            n // 7,
            lambda: f"carte nat. identité {cni_new(r)} au nom de {person(r)[2].upper()}",
            lambda: r.choice(
                ["parapluie noir", "clés x3", "doudou lapin", "trottinette", "gant gauche", "lunettes"]
            ),
        ),
    )
    P(
        "identity_card",
        "vot_procuration",
        "cards spaced, with zero-width, beside names",
        lambda r, n: (
            [
                zw(
                    r,
                    r.choice([lambda: grp(cni_old(r), 2, 2, 2, 1, 5), lambda: grp(cni_new(r), 3, 3, 3)])(),
                    1,
                )
                for _ in range(n)
            ],
            {
                "électeur": [r.choice([nb, nfd])(full(person(r))) for _ in range(n)],
                "pièce": [r.choice(["CNI", "carte d'identité"]) for _ in range(n)],
            },
        ),
    )

    # ---------- passport
    P(
        "passport",
        "passeport",
        "passports beside names",
        lambda r, n: (
            [passp(r) for _ in range(n)],
            {"voyageur jumelage": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "passport",
        "retrait",
        "ready passports, number and name in a cell",
        lambda r, n: [f"{passp(r)} {off(person(r))} - à retirer" for _ in range(n)],
    )
    P(
        "passport",
        "obs_titres",
        "free texts, some quote a passport",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                ["passeport {} rendu", "perte psp {} déclarée", "erreur de photo sur le passeport n° {}"]
            ).format(r.choice([str.lower, str, lambda s: grp(s, 2, 2, 5)])(passp(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "passport",
        "ref",
        "passports with narrow spaces, beside trip and names",
        lambda r, n: (
            [grp(passp(r), 2, 2, 5, sep=r.choice([NN, NB, "-", "\t"])) for _ in range(n)],
            {
                "séjour": [r.choice(["Kehl 2024", "Galway 2023", "Maurice 2024"]) for _ in range(n)],
                "ado": [full(person(r)) for _ in range(n)],
            },
        ),
    )
    P(
        "passport",
        "pieces_jointes",
        "lists of papers, some with a passport's number",
        lambda r, n: mix(
            r,
            n,
            n // 6,
            lambda: f"justif. domicile; passeport {passp(r)}; photo",
            lambda: r.choice(
                [
                    "justif. domicile; photo",
                    "devis; RIB",
                    "attestation assurance",
                    "Kbis; statuts",
                    "plan; notice",
                ]
            ),
        ),
    )
    P(
        "passport",
        "carte_sejour_psp",
        "JSON: passports of guests",
        lambda r, n: [
            json.dumps(
                {
                    "doc": "PASSEPORT",
                    "no": passp(r),
                    "nat": r.choice(["FRA", "FRA", "FRA"]),
                    "nom": person(r)[2].upper(),
                },
                ensure_ascii=False,
            )
            for _ in range(n)
        ],
    )

    # ---------- driving_licence
    P(
        "driving_licence",
        "permis",
        "licences of drivers beside names",
        lambda r, n: (
            [permis(r) for _ in range(n)],
            {
                "conducteur": [off(person(r)) for _ in range(n)],
                "catégorie": [r.choice(["B", "C", "D", "BE"]) for _ in range(n)],
            },
        ),
    )
    P(
        "driving_licence",
        "habilitation",
        "category, number and date in a cell",
        lambda r, n: [
            f"permis {r.choice(['B', 'C', 'D', 'CE'])} n° {permis(r)} dél. {fr(day(r, 1985, 2012))}"
            for _ in range(n)
        ],
    )
    P(
        "driving_licence",
        "commentaire",
        "free texts, some quote a licence",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "autopartage : permis {} vérifié",
                    "PC suspendu {} jusqu'en mars",
                    "copie du permis de conduire {} floue",
                ]
            ).format(r.choice([str, lambda s: grp(s, 2, 2, 2, 6), fw])(permis(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "driving_licence",
        "num",
        "licences spaced with no-break spaces, beside names and categories",
        lambda r, n: (
            [grp(permis(r), 2, 2, 2, 1, 5, sep=r.choice([NB, NN, "."])) for _ in range(n)],
            {
                "chauffeur": [full(person(r)) for _ in range(n)],
                "catégories": [r.choice(["B", "B, C", "B, BE", "B, C, D"]) for _ in range(n)],
            },
        ),
    )
    P(
        "driving_licence",
        "equipement",
        "car-pool keys, some with the driver's licence",
        lambda r, n: mix(
            r,
            n,
            n // 7,
            lambda: f"clé {r.randint(1, 40)} / permis cond. {permis(r)}",
            lambda: f"clé {r.randint(1, 40)} / carte carburant {r.randint(1, 9)}",
        ),
    )
    P(
        "driving_licence",
        "id_chauffeur",
        "integers, first zero lost, beside name and visit",
        lambda r, n: (
            [int(permis(r)) for _ in range(n)],
            {"car scolaire – conduit par": [off(person(r)) for _ in range(n)], "catégorie": ["D"] * n},
        ),
    )

    # ---------- sports_licence
    P(
        "sports_licence",
        "licence FFBB",
        "basketball licences (2 letters, 6 digits) beside names",
        lambda r, n: (
            [
                r.choice(["VT", "BC", "JH", "OC"])
                + f"{r.randint(70, 99) if r.random() < 0.5 else r.randint(0, 15):02d}"
                + dig(r, 4)
                for _ in range(n)
            ],
            {"joueur": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "sports_licence",
        "num_licence",
        "judo licences, made of sex, birth date and name",
        lambda r, n: [
            f"{'F' if p[0] == 'Mme' else 'M'}{day(r, 1975, 2016).strftime('%d%m%Y')}{(flat(p[2]).upper().replace(' ', '').replace('-', '').replace(chr(39), '') + '*****')[:5]}{r.choice(['01', '01', '01', '02'])}"
            for p in people(r, n)
        ],
    )
    P(
        "sports_licence",
        "n°",
        "tennis licences (7 digits and a letter) beside names",
        lambda r, n: (
            [f"{dig(r, 7)}{r.choice(['', ' ', NB])}{alp(r, 1)}" for _ in range(n)],
            {
                "adhérent": [full(person(r)) for _ in range(n)],
                "classement": [r.choice(["NC", "30/1", "30", "15/4", "15"]) for _ in range(n)],
            },
        ),
    )
    P(
        "sports_licence",
        "infos",
        "free texts, some quote a licence",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "{p} lic. FFF {x} qualifié",
                    "mutation de {p}, licence n° {x}",
                    "certif. médical {p} manquant (licence FFF {x})",
                ]
            ).format(p=civ(person(r)), x="2" + r.choice("35") + dig(r, 8)),
            lambda: r.choice(
                [
                    "terrain B impraticable",
                    "vestiaire 3 fermé",
                    "arrosage ok",
                    "RAS",
                    "tracé refait",
                    "filets changés",
                ]
            ),
        ),
    )
    P(
        "sports_licence",
        "dossard",
        "bibs; some with the runner's federation licence",
        lambda r, n: (
            mix(
                r,
                n,
                n // 6,
                lambda: f"lic. FFA {r.randint(600000, 2499999)} {person(r)[2].upper()}",
                lambda: f"dossard {r.randint(1, 900)}",
            ),
            {"course": [r.choice(["10 km", "semi", "relais"]) for _ in range(n)]},
        ),
    )
    P(
        "sports_licence",
        "identifiant",
        "table-tennis licences as integers, beside names and points",
        lambda r, n: (
            [
                int(r.choice(["35", "29", "56", "22", "67", "68"]) + dig(r, r.choice([4, 5])))
                for _ in range(n)
            ],
            {
                "pongiste": [off(person(r)) for _ in range(n)],
                "points": [r.randint(500, 1900) for _ in range(n)],
                "club": [r.choice(["TT Lorient", "Racing TT Colmar", "Kourou Ping"]) for _ in range(n)],
            },
        ),
        neutral=True,
    )

    # ---------- caf_number
    P(
        "caf_number",
        "n_allocataire",
        "CAF numbers beside names",
        lambda r, n: (
            [caf(r) for _ in range(n)],
            {"famille": [off(person(r)) for _ in range(n)], "QF": [r.randint(180, 1900) for _ in range(n)]},
        ),
    )
    P(
        "caf_number",
        "quotient",
        "number and quotient in one text",
        lambda r, n: [f"CAF {caf(r)} QF {r.randint(150, 2100)}" for _ in range(n)],
    )
    P(
        "caf_number",
        "obs enfance",
        "free texts, some quote a CAF number",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "n° alloc. {} à vérifier sur CDAP",
                    "allocataire {} : tarif réduit",
                    "changement CAF, nouveau n° {}",
                ]
            ).format(r.choice([str, str.lower, lambda s: grp(s, 7), nn])(caf(r))),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "caf_number",
        "code_tarif",
        "tariff codes and some CAF numbers",
        lambda r, n: (
            mix(
                r, n, n // 7, lambda: f"alloc {caf(r)}", lambda: r.choice(["T1", "T2", "T3", "EXT", "PLEIN"])
            ),
            {"prestation": [r.choice(["cantine", "ALSH", "périscolaire"]) for _ in range(n)]},
        ),
    )
    P(
        "caf_number",
        "reference",
        "CAF numbers with spaces and zero-width, beside names",
        lambda r, n: (
            [zw(r, grp(caf(r), 4, 3, 1), 1) for _ in range(n)],
            {
                "responsable légal": [full(person(r)) for _ in range(n)],
                "aide": [r.choice(["APL", "PAJE", "RSA", "AAH"]) for _ in range(n)],
            },
        ),
    )
    P(
        "caf_number",
        "props",
        "JSON with CAF number and family",
        lambda r, n: [
            json.dumps(
                {"caf": caf(r), "dept": r.choice(["974", "972", "67", "29"]), "resp": off(person(r))},
                ensure_ascii=False,
            )
            for _ in range(n)
        ],
    )

    # ---------- social_profile
    def hd(r):
        p = person(r)
        return r.choice(["{f}.{l}", "{f}_{l}{n}", "{l}{f}{n}", "its.{f}{n}"]).format(
            f=slug(p[1]).replace("-", ""), l=slug(p[2]).replace("-", ""), n=r.randint(1, 99)
        )

    P(
        "social_profile",
        "instagram",
        "profiles of young volunteers beside names",
        lambda r, n: (
            lambda ps: (
                [
                    f"https://www.instagram.com/{slug(p[1]).replace('-', '')}_{slug(p[2]).replace('-', '')[:6]}{r.randint(1, 99)}/"
                    for p in ps
                ],
                {"bénévole": [full(p) for p in ps]},
            )
        )(people(r, n)),
    )
    P(
        "social_profile",
        "lien",
        "LinkedIn and Facebook pages of people",
        lambda r, n: [
            (
                lambda p: r.choice(
                    [
                        f"linkedin.com/in/{slug(p[1])}-{slug(p[2])}-{dig(r, 6)}",
                        f"https://www.facebook.com/{slug(p[1])}.{slug(p[2])}.{r.randint(1, 99)}",
                        f"https://fr.linkedin.com/in/{slug(p[1])}{slug(p[2])}",
                    ]
                )
            )(person(r))
            for _ in range(n)
        ],
    )
    P(
        "social_profile",
        "credit",
        "photo credits, some private handles",
        lambda r, n: mix(
            r,
            n,
            n // 6,
            lambda: f"photo @{hd(r)} (Insta)",
            lambda: r.choice(
                ["Ville de Concarneau", "Service communication", "IGN", "DR", "Office de tourisme"]
            ),
        ),
    )
    P(
        "social_profile",
        "message",
        "comments, some quote a private handle",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                ["signalé par @{} sur X", "vidéo TikTok de @{} au skatepark", "répondre à @{} en MP"]
            ).format(hd(r)),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "social_profile",
        "compte",
        "Mastodon handles of individuals beside names",
        lambda r, n: (
            lambda ps: (
                [
                    f"@{slug(p[1])}_{slug(p[2]).replace('-', '')[:4]}@{r.choice(['piaille.fr', 'mastodon.social', 'mastodon.bzh', 'framapiaf.org'])}"
                    for p in ps
                ],
                {"contributeur": [full(p) for p in ps]},
            )
        )(people(r, n)),
    )
    P(
        "social_profile",
        "site",
        "TikTok, Snapchat, Strava of athletes, broken by zero-width and HTML",
        lambda r, n: (
            [
                r.choice(
                    [
                        "<a href='https://www.tiktok.com/@{0}'>{0}</a>",
                        "snap : {0}",
                        "https://www.strava.com/athletes/{1}",
                        "tiktok.com/@\u200b{0}",
                    ]
                ).format(hd(r), r.randint(10**6, 9 * 10**7))
                for _ in range(n)
            ],
            {"traileur": [off(person(r)) for _ in range(n)]},
        ),
    )

    # ---------- trigram
    def tri(p):
        l = slug(p[2]).replace("-", "").upper()
        return (flat(p[1])[0] + l[:2]).upper()

    P(
        "trigram",
        "visa",
        "trigrams beside the agents' names",
        lambda r, n: (lambda ps: ([tri(p) for p in ps], {"rédacteur": [full(p) for p in ps]}))(people(r, n)),
    )
    P(
        "trigram",
        "login",
        "logins beside the agents' names",
        lambda r, n: (
            lambda ps: (
                [(slug(p[1])[0] + slug(p[2]).replace("-", ""))[:10] + r.choice(["", "", "2"]) for p in ps],
                {"compte de": [off(p) for p in ps]},
            )
        )(people(r, n)),
    )
    P(
        "trigram",
        "suivi",
        "follow-up texts signed with trigrams",
        lambda r, n: mix(
            r,
            n,
            n // 2,
            lambda: r.choice(
                [
                    "vu par {} le {d}",
                    "{} a rappelé l'usager {d}",
                    "{d} {} : OK pour signature",
                    "affecté à {} depuis {d}",
                ]
            ).format(
                r.choice(["KLG", "JPS", "NRM", "ABZ", "THV", "CDS", "YMH"]),
                d=f"{r.randint(1, 28)}/{r.randint(1, 12):02d}",
            ),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "trigram",
        "Initiales",
        "dotted initials beside names of registrars",
        lambda r, n: (
            lambda ps: (
                [f"{flat(p[1])[0]}.{flat(p[2])[0].upper()}." for p in ps],
                {"officier d'état civil": [full(p) for p in ps]},
            )
        )(people(r, n)),
    )
    P(
        "trigram",
        "maj_par",
        "GIS edit stamps: logins and time",
        lambda r, n: [
            f"{r.choice(['jlebihan', 'sschmitt', 'mhoarau', 'akowalczyk', 'nmadiali', 'edasilva', 'vtran', 'gkermarrec'])} {day(r, 2022, 2024)} {r.randint(8, 17):02d}:{r.randint(10, 59)}"
            for _ in range(n)
        ],
    )
    P(
        "trigram",
        "equipement",
        "asset list, some rows name the agent by login",
        lambda r, n: (
            lambda ps: (
                [
                    f"PC-{(slug(p[1])[0] + slug(p[2]).replace('-', ''))[:9].upper()}"
                    if i % 6 == 0
                    else f"IMPR-{r.randint(10, 99)}"
                    for i, p in enumerate(ps)
                ],
                {"attribué à": [off(p) if i % 6 == 0 else "pool" for i, p in enumerate(ps)]},
            )
        )(people(r, n)),
    )

    # ---------- health
    P(
        "health",
        "pai",
        "children's allergies beside names",
        lambda r, n: (
            [
                r.choice(
                    [
                        "allergie arachide",
                        "asthme, Ventoline dans le sac",
                        "diabète type 1, insuline midi",
                        "épilepsie – Buccolam",
                        "intolérance lactose sévère",
                        "sans",
                    ]
                )
                for _ in range(n)
            ],
            {"élève": [full(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "health",
        "motif",
        "agents' leaves with health reason beside names",
        lambda r, n: (
            [
                r.choice(
                    [
                        "CLM cancer",
                        "burn-out",
                        "lombalgie AT",
                        "grossesse pathologique",
                        "dépression",
                        "CMO",
                        "opération genou",
                    ]
                )
                for _ in range(n)
            ],
            {"agent": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "health",
        "notes_visite",
        "free texts, some tell a person's illness",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: r.choice(
                [
                    "{p} sort d'hôpital, {m}",
                    "{p} : {m}, ne peut monter l'escalier",
                    "suivi {m} pour {p}, aidant épuisé",
                ]
            ).format(p=civ(person(r)), m=r.choice(ILL)),
            lambda: r.choice(ORD),
        ),
    )
    P(
        "health",
        "taux",
        "disability rates beside holders",
        lambda r, n: (
            [
                r.choice(
                    [
                        "80 % – AAH",
                        "50-79 %",
                        "RQTH",
                        "CMI invalidité 80 %",
                        "CMI priorité (station debout pénible)",
                    ]
                )
                for _ in range(n)
            ],
            {"bénéficiaire": [full(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "health",
        "obs_bac",
        "bin complaints, some rows give the neighbour's condition",
        lambda r, n: mix(
            r,
            n,
            n // 9,
            lambda: r.choice(
                [
                    "bac non sorti : {p} en fauteuil roulant ({m})",
                    "{p} hospitalisé(e) pour {m}, suspendre la collecte",
                    "prêter un composteur bas à {p}, hémiplégie",
                ]
            ).format(p=civ(person(r)), m=nb(nfd(r.choice(ILL)))),
            lambda: r.choice(["bac cassé", "bac volé", "double passage", "tri refusé", "RAS"]),
        ),
    )
    P(
        "health",
        "fiche",
        "JSON home-help sheets",
        lambda r, n: [
            json.dumps(
                {
                    "nom": person(r)[2],
                    "gir": r.randint(1, 5),
                    "patho": r.choice(ILL),
                    "repas": r.choice(["mixé", "sans sel", "normal"]),
                },
                ensure_ascii=False,
            )
            for _ in range(n)
        ],
    )

    # ---------- age_illness
    P(
        "age_illness",
        "situation",
        "age and illness in one cell beside the first name",
        lambda r, n: (
            [f"{r.randint(19, 96)} ans, {r.choice(ILL)}" for _ in range(n)],
            {"prénom": [person(r)[1] for _ in range(n)]},
        ),
    )
    P(
        "age_illness",
        "age",
        "age beside illness and names",
        lambda r, n: (
            [r.randint(4, 97) for _ in range(n)],
            {"pathologie": [r.choice(ILL) for _ in range(n)], "patient": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "age_illness",
        "canicule",
        "free texts of heat-wave register, some rows",
        lambda r, n: mix(
            r,
            n,
            n // 7,
            lambda: r.choice(
                [
                    "dame de {a} ans, {m}, vit seule {s}",
                    "M. {a} ans {m} ne répond pas, {s}",
                    "{s} : veuf, {a} ans, {m}",
                ]
            ).format(a=r.randint(71, 98), m=r.choice(ILL), s=r.choice(ALLST)),
            lambda: r.choice(["appel passé", "pas de réponse", "rappel demain", "RAS", "ventilateur prêté"]),
        ),
    )
    P(
        "age_illness",
        "profil",
        "JSON with age and illness of one person",
        lambda r, n: [
            json.dumps(
                {
                    "usager": f"{person(r)[1]} {person(r)[2][0]}.",
                    "age": r.randint(60, 96),
                    "ald": r.choice(ILL),
                },
                ensure_ascii=False,
            )
            for _ in range(n)
        ],
    )
    P(
        "age_illness",
        "intervention",
        "rescue calls, full-width or no-break typed ages",
        lambda r, n: [
            r.choice([fw, nb, nn, str])(
                f"{r.choice(['H', 'F'])} {r.randint(6, 95)} ans {r.choice(['crise d’épilepsie', 'OAP', 'hypoglycémie, diabétique', 'crise d’asthme', 'AVC', 'TS médicamenteuse'])} {r.randint(1, 90)} {r.choice(ST_O)}"
            )
            for _ in range(n)
        ],
    )
    P(
        "age_illness",
        "public",
        "activity groups and some individual cases",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: (
                f"{person(r)[1]}, {r.randint(62, 93)} a., {r.choice(['Alzheimer débutant', 'Parkinson', 'DMLA, malvoyante', 'séquelles AVC'])}"
            ),
            lambda: r.choice(["gym douce", "atelier mémoire", "marche nordique", "aquagym", "relaxation"]),
        ),
    )

    # ---------- home_position
    def pos(town, fmt):
        def g(r, n):
            return [fmt(*ll(r, town)) for _ in range(n)]

        return g

    P(
        "home_position",
        "geo",
        "lat,lon of home-help users beside names",
        lambda r, n: (
            pos("Rennes", lambda a, b: f"{a},{b}")(r, n),
            {"portage repas": [off(person(r)) for _ in range(n)]},
        ),
    )
    P(
        "home_position",
        "lat",
        "latitude beside longitude and childminder",
        lambda r, n: (
            lambda c: (
                [x[0] for x in c],
                {"lon": [x[1] for x in c], "assistante maternelle": [full(person(r)) for _ in c]},
            )
        )([ll(r, "Strasbourg") for _ in range(n)]),
    )
    P(
        "home_position",
        "geom",
        "WKT points of allotment applicants' homes",
        lambda r, n: (
            pos("Quimper", lambda a, b: f"POINT ({b} {a})")(r, n),
            {
                "demandeur": [full(person(r)) for _ in range(n)],
                "domicile": [home(r, "Quimper") for _ in range(n)],
            },
        ),
    )
    P(
        "home_position",
        "geo_shape",
        "GeoJSON of homes with the owner's name",
        lambda r, n: [
            (
                lambda c: json.dumps(
                    {
                        "type": "Feature",
                        "geometry": {"type": "Point", "coordinates": [c[1], c[0]]},
                        "properties": {"domicile": off(person(r))},
                    },
                    ensure_ascii=False,
                )
            )(ll(r, "Fort-de-France"))
            for _ in range(n)
        ],
    )
    P(
        "home_position",
        "x",
        "Lambert-93 easting beside northing and composter holders",
        lambda r, n: (
            [round(1023000 + r.uniform(-2500, 2500), 2) for _ in range(n)],
            {
                "y": [round(6784000 + r.uniform(-2500, 2500), 2) for _ in range(n)],
                "foyer": [f"famille {person(r)[2]}" for _ in range(n)],
            },
        ),
    )
    P(
        "home_position",
        "obs_terrain",
        "field notes, some give someone's home by coordinates",
        lambda r, n: mix(
            r,
            n,
            n // 8,
            lambda: (lambda c: f"maison de {civ(person(r))} {c[0]} / {c[1]}")(ll(r, "Mamoudzou")),
            lambda: r.choice(["ravine propre", "buse bouchée", "talus stable", "rien vu", "piste coupée"]),
        ),
    )
    P(
        "home_position",
        "coord",
        "degrees minutes with narrow spaces, beside names",
        lambda r, n: (
            [
                nn(
                    f"48°{r.randint(22, 25)}'{r.uniform(0, 59):.1f}\" N, 4°{r.randint(26, 32)}'{r.uniform(0, 59):.1f}\" O"
                )
                for _ in range(n)
            ],
            {
                "téléalarme": [civ(person(r)) for _ in range(n)],
                "clé chez": [r.choice(["voisine", "fils", "gardien", "fille"]) for _ in range(n)],
            },
        ),
    )

    # ---------- person_header
    for hname, gen, why in [
        (
            "Mme Soizic Le Meur",
            lambda r, n: L(n, lambda: r.choice(["x", "", "x", None, "exc."])),
            "attendance marks under a person's name",
        ),
        (
            "WURTZ Jean-Georges",
            lambda r, n: L(n, lambda: round(r.uniform(0, 8), 2)),
            "hours worked under a person's name",
        ),
        (
            "Voahirana Rakotoarisoa",
            lambda r, n: L(n, lambda: r.choice(["pour", "contre", "abstention", "absent"])),
            "votes under a person's name",
        ),
        (
            "planning_Mehmet_Öztürk",
            lambda r, n: L(n, lambda: r.choice(["M", "AM", "RTT", "CA", "N"])),
            "shifts under a person's name",
        ),
        (
            "nb visites (Mme da Silva Ferreira)",
            lambda r, n: L(n, lambda: r.randint(0, 14)),
            "counts under a person's name",
        ),
        (
            "ngoc-lan.nguyen",
            lambda r, n: L(n, lambda: r.choice([0, 1])),
            "tasks under a login made of a name",
        ),
        (
            "HOARAU Expédit\n(remplaçant)",
            lambda r, n: L(n, lambda: r.choice(["07h-13h", "13h-20h", "repos"])),
            "rota under a name with a newline",
        ),
    ]:
        P("person_header", hname, why, gen, neutral=False)


# ================================================================== HARMLESS
PUB = [
    "Piscine de Recouvrance",
    "Médiathèque André Malraux",
    "Groupe scolaire Diwan",
    "Mairie annexe",
    "Gymnase de Kerzu",
    "École maternelle du Neuhof",
    "Crèche municipale Les Cigognes",
    "Salle polyvalente",
    "Centre technique municipal",
    "Stade municipal",
    "Conservatoire",
    "Maison des associations",
    "Cimetière de l'Est",
    "Théâtre municipal",
    "CCAS",
    "Déchèterie",
    "Capitainerie du port",
    "Office de tourisme",
    "Marché couvert",
    "École élémentaire Sainte-Odile",
]
CO = [
    "EIFFAGE ROUTE SAS",
    "COLAS FRANCE SA",
    "SADE CGTH SA",
    "SUEZ EAU FRANCE SAS",
    "SPIE CITYNETWORKS SAS",
    "Lyreco France SAS",
    "Engie Solutions SA",
    "ES ÉNERGIES SA",
    "Bouygues Bâtiment SAS",
    "Manutan Collectivités SAS",
    "Otis SCS",
    "UGAP",
    "Schindler SA",
    "La Poste SA",
    "Orange SA",
    "EDF SA",
    "Transdev SA",
    "Veolia Eau SCA",
]
TREES = [
    "Tilia cordata",
    "Quercus robur",
    "Platanus x hispanica",
    "Berberis thunbergii",
    "Delonix regia",
    "Acer campestre",
    "Cocos nucifera",
    "Magnolia grandiflora",
    "Pandanus utilis",
    "Abies nordmanniana",
    "Ginkgo biloba",
    "Mangifera indica",
]
HON = [
    "Jean Jaurès",
    "Victor Schœlcher",
    "Anne de Bretagne",
    "Général de Gaulle",
    "Louis Pasteur",
    "Marie Curie",
    "Jules Ferry",
    "Victor Hugo",
    "Jacques Cartier",
    "Frédéric-Auguste Bartholdi",
    "Roland Garros",
    "Aimé Césaire",
    "Félix Éboué",
    "Jean-Baptiste Kléber",
    "Surcouf",
    "Simone Veil",
    "Jean Moulin",
    "Louise Michel",
    "Toussaint Louverture",
    "Chateaubriand",
]
DIS = [
    "Diabète (ALD 8)",
    "Cancers (ALD 30)",
    "Asthme",
    "Maladie d'Alzheimer",
    "Drépanocytose",
    "AVC invalidants",
    "Insuffisance rénale",
    "Dengue",
    "Chikungunya",
    "Grippe",
]
AGEC = ["0-14 ans", "15-29 ans", "30-44 ans", "45-59 ans", "60-74 ans", "75 ans et plus"]


def land(r, n, reg="P"):
    return f"{r.choice(['02 98', '02 99', '03 88', '03 89', '02 97'])} {dig(r, 2)} {dig(r, 2)} {dig(r, 2)}"


def _harmless(add):
    def H(kind, header, why, f, neutral=True):
        add(False, kind, header, why, f, neutral)

    def C(n, r, xs):
        return [r.choice(xs) for _ in range(n)]

    # ---------- taken for nir
    H(
        "nir",
        "puce",
        "ISO transponders of a municipal farm's animals, beside species",
        lambda r, n: (
            ["250" + f"26{r.randint(8, 9)}" + dig(r, 9) for _ in range(n)],
            {
                "espèce": C(
                    n,
                    r,
                    [
                        "chèvre des fossés",
                        "mouton d'Ouessant",
                        "vache pie noir",
                        "âne commun",
                        "cigogne blanche",
                    ],
                ),
                "enclos": C(n, r, ["A", "B", "étable"]),
            },
        ),
    )
    H(
        "nir",
        "imei",
        "modems of bins' level sensors, Luhn right",
        lambda r, n: (
            [luhn("86" + dig(r, 12)) for _ in range(n)],
            {
                "modèle": ["sonde ultrason LoRa/NB-IoT"] * n,
                "conteneur": [f"verre {r.randint(1, 80)}" for _ in range(n)],
            },
        ),
    )
    H(
        "nir",
        "matricule",
        "PRM of public buildings",
        lambda r, n: (
            [f"{r.choice(['14', '19', '25', '02'])}{dig(r, 12)}" for _ in range(n)],
            {"bâtiment": C(n, r, PUB), "kVA": C(n, r, [36, 48, 84, 120])},
        ),
    )
    H(
        "nir",
        "siret",
        "SIRET of companies holding contracts",
        lambda r, n: ([grp(siret(r), 3, 3, 3) for _ in range(n)], {"titulaire": C(n, r, CO)}),
    )
    H(
        "nir",
        "horodatage",
        "stamps YYYYMMDDhhmmssmmm beside flows",
        lambda r, n: (
            [
                f"2023{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 23):02d}{r.randint(0, 59):02d}{r.randint(0, 59):02d}000"
                for _ in range(n)
            ],
            {"véh/h": [r.randint(12, 1900) for _ in range(n)]},
        ),
    )
    H(
        "nir",
        "imputation",
        "M57 accounting chains",
        lambda r, n: [
            f"2024 {r.choice(['011', '012', '65', '21'])} {r.choice(['60612', '6068', '2152', '65748', '61521'])} {r.choice(['0201', '321', '845', '4221'])} {r.choice(['CTM', 'EDU', 'CULT'])}"
            for _ in range(n)
        ],
    )
    H(
        "nir",
        "montant_cts",
        "amounts in cents written with thin groups",
        lambda r, n: (
            [
                nn(f"{r.randint(1, 2)} {r.randint(10, 99)}{r.randint(0, 9)} {dig(r, 3)} {dig(r, 3)}")
                + NN
                + "cts"
                for _ in range(n)
            ],
            {"opération": C(n, r, ["Halles", "Quai", "Tram ligne F", "Digue", "Médiathèque"])},
        ),
    )

    # ---------- taken for iban
    H(
        "iban",
        "tva_intra",
        "VAT numbers of companies, key right",
        lambda r, n: ([vat(r) for _ in range(n)], {"fournisseur": C(n, r, CO)}),
    )
    H(
        "iban",
        "isin",
        "ISIN of index and loans in the debt report",
        lambda r, n: (
            [
                (lambda b: b + luhn("".join(str(int(c, 36)) for c in b))[-1])("FR00" + dig(r, 7))
                for _ in range(n)
            ],
            {
                "emprunt": [
                    f"Obligataire {r.randint(2009, 2023)} – taux {r.choice(['fixe', 'variable'])}"
                    for _ in range(n)
                ],
                "capital": [r.randint(1, 40) * 500000 for _ in range(n)],
            },
        ),
    )
    H(
        "iban",
        "bic",
        "BIC of banks with bank named",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"banque prêteuse": [x[1] for x in k], "encours (k€)": [r.randint(100, 9000) for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("BDFEFRPPCCT", "Banque de France"),
                        ("CMBRFR2BARK", "Crédit Mutuel Arkéa"),
                        ("CMCIFR2A", "Crédit Mutuel Alliance"),
                        ("SOGEFRPP", "Société Générale"),
                        ("CDCGFRPP", "Caisse des Dépôts"),
                        ("AGRIFRPP", "Crédit Agricole"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "iban",
        "parcelle",
        "cadastral identifiers of public squares and schools",
        lambda r, n: (
            [
                f"{r.choice(['29019', '35238', '67482', '68066', '97411'])}000{alp(r, 2)}{r.randint(1, 480):04d}"
                for _ in range(n)
            ],
            {
                "affectation publique": C(
                    n,
                    r,
                    ["square communal", "école publique", "voirie communale", "mairie", "stade municipal"],
                )
            },
        ),
    )
    H(
        "iban",
        "evse",
        "charging points of the public network",
        lambda r, n: (
            [f"FR*{r.choice(['S35', 'S67', 'B29', 'R97'])}*E{dig(r, 5)}*{r.randint(1, 4)}" for _ in range(n)],
            {
                "station": [
                    f"Parking {r.choice(['République', 'Halles', 'Gare', 'Port'])}" for _ in range(n)
                ],
                "kW": C(n, r, [7.4, 22, 50, 150]),
            },
        ),
    )
    H(
        "iban",
        "lei",
        "LEI codes of banks, mod-97 right",
        lambda r, n: (
            lambda bs: (
                [b + mod97("", b) for b in bs],
                {
                    "contrepartie": C(
                        n, r, ["Banque Postale SA", "CAFFIL SA", "Dexia SA", "Agence France Locale SA"]
                    )
                },
            )
        )(["9695" + "00" + alp(r, 4) + dig(r, 4) + alp(r, 4) for _ in range(n)]),
    )

    # ---------- taken for card
    H(
        "card",
        "code_barres",
        "library copies' bar codes beside classic titles",
        lambda r, n: (
            [f"3{dig(r, 13)}" for _ in range(n)],
            {
                "titre": C(
                    n,
                    r,
                    [
                        "Les Misérables",
                        "Pêcheur d'Islande",
                        "Le Petit Prince",
                        "Germinal",
                        "Atlas des lichens",
                        "Cahier d'un retour au pays natal",
                    ],
                )
            },
        ),
    )
    H(
        "card",
        "SSCC",
        "pallet codes of supplies",
        lambda r, n: (
            [ean("0" + "03" + dig(r, 14)) for _ in range(n)],
            {
                "produit": C(
                    n, r, ["papier A4 80 g", "sel de déneigement", "sacs jaunes 50 L", "couches T4 crèche"]
                )
            },
        ),
    )
    H(
        "card",
        "ean",
        "EAN-13 of food bought by the kitchen",
        lambda r, n: (
            [int(ean("3" + dig(r, 11))) for _ in range(n)],
            {
                "denrée": C(
                    n, r, ["beurre doux 10 kg", "choucroute crue", "riz long", "compote pomme", "thon listao"]
                )
            },
        ),
    )
    H(
        "card",
        "compteur_wh",
        "16-digit cumulated counters with unit",
        lambda r, n: (
            [f"{r.randint(4000, 5499)} {dig(r, 4)} {dig(r, 4)} {dig(r, 4)} Wh" for _ in range(n)],
            {"poste": C(n, r, ["chaufferie bois", "UVE", "turbine du barrage", "solaire toiture"])},
        ),
    )
    H(
        "card",
        "volume_m3",
        "large volumes grouped by three",
        lambda r, n: [f"{r.randint(1, 80)} {dig(r, 3)} {dig(r, 3)} m³" for _ in range(n)],
    )
    H(
        "card",
        "n° bac",
        "RFID tags of bins at public sites",
        lambda r, n: (
            [
                f"{alp(r, 0)}0{dig(r, 3)} {dig(r, 4)} {alp(r, 2, 'ABCDEF')}{dig(r, 2)} {dig(r, 4)}"
                for _ in range(n)
            ],
            {"lieu public": C(n, r, PUB), "litrage": C(n, r, [240, 360, 660])},
        ),
    )

    # ---------- taken for phone
    H(
        "phone",
        "telephone",
        "switchboards, public service beside",
        lambda r, n: ([land(r, n) for _ in range(n)], {"service": C(n, r, PUB)}),
    )
    H(
        "phone",
        "contact",
        "public service named in the cell",
        lambda r, n: [f"{r.choice(PUB)} – tél. {nb(land(r, n))}" for _ in range(n)],
    )
    H(
        "phone",
        "num_urgence",
        "short and free numbers",
        lambda r, n: (lambda k: ([x[0] for x in k], {"organisme": [x[1] for x in k]}))(
            [
                r.choice(
                    [
                        ("15", "SAMU"),
                        ("18", "Pompiers"),
                        ("115", "Samu social"),
                        ("3919", "Violences Femmes Info"),
                        ("119", "Enfance en danger"),
                        ("114", "Urgence sourds"),
                        ("196", "CROSS, sauvetage en mer"),
                        ("0 800 130 000", "Canicule info"),
                        ("3977", "Maltraitance"),
                        ("112", "Urgence Europe"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "phone",
        "relevé le",
        "date and hour of river gauges, in dotted pairs",
        lambda r, n: (
            [
                f"{r.choice(['06', '07', '02', '03'])}.{r.randint(1, 12):02d}.{r.randint(20, 24)}.{r.randint(0, 23):02d}.{r.choice(['00', '15', '30', '45'])}"
                for _ in range(n)
            ],
            {
                "échelle de crue": C(
                    n,
                    r,
                    [
                        "Ill – Pont Saint-Guillaume",
                        "Vilaine – Guichen",
                        "Odet – Tréodet",
                        "Rivière des Pluies",
                    ],
                ),
                "hauteur": [f"{r.uniform(0.2, 5.8):.2f} m" for _ in range(n)],
            },
        ),
    )
    H(
        "phone",
        "astreinte eau",
        "hotline of water company, company beside",
        lambda r, n: (
            [f"09 69 32 {dig(r, 2)} {dig(r, 2)}" for _ in range(n)],
            {
                "exploitant": C(n, r, ["Veolia Eau SCA", "SUEZ EAU FRANCE SAS", "SAUR SAS", "Runéo SAS"]),
                "commune": C(n, r, BZH + OM),
            },
        ),
    )
    H(
        "phone",
        "relevés",
        "10-digit meter indexes",
        lambda r, n: ([f"{dig(r, 8)},{dig(r, 2)} kWh" for _ in range(n)], {"site": C(n, r, PUB)}),
    )
    H(
        "phone",
        "cote",
        "archive references with numbers in pairs, beside contents",
        lambda r, n: (
            [
                f"{r.randint(1, 9)} {r.choice('DMORFI')} {r.randint(1, 99):02d} / {r.randint(1, 99):02d}-{r.randint(1, 99):02d}"
                for _ in range(n)
            ],
            {
                "contenu": [
                    f"{r.choice(['Plans de voirie', 'Octroi, registres', 'Construction des halles', 'Éclairage au gaz', 'Budget communal'])}, {r.randint(1810, 1899)}"
                    for _ in range(n)
                ]
            },
        ),
    )

    # ---------- taken for email
    H(
        "email",
        "courriel",
        "service mailboxes with the service beside",
        lambda r, n: (
            lambda k: (
                [f"{x}@{r.choice(['ville-saverne.fr', 'mairie-auray.fr', 'villedethann.fr'])}" for x in k],
                {"service": [x.replace("-", " ").title() for x in k]},
            )
        )(
            C(
                n,
                r,
                [
                    "etat-civil",
                    "urbanisme",
                    "piscine",
                    "police-municipale",
                    "cimetieres",
                    "dechets",
                    "periscolaire",
                    "marches-publics",
                ],
            )
        ),
    )
    H(
        "email",
        "dependance",
        "npm packages and versions of the city's app",
        lambda r, n: [
            f"@{r.choice(['turf/turf', 'vue/cli', 'angular/core', 'mapbox/geojson-rewind', 'types/leaflet'])}@{r.randint(1, 17)}.{r.randint(0, 9)}.{r.randint(0, 9)}"
            for _ in range(n)
        ],
    )
    H(
        "email",
        "modele_adresse",
        "patterns, not addresses",
        lambda r, n: [
            r.choice(["prenom.nom@{}", "[service]@{}", "<initiale>nom@{}", "nom-service@{}"]).format(
                f"{slug(r.choice(BZH + ALS))}.fr"
            )
            + r.choice(["", " (modèle)"])
            for _ in range(n)
        ],
    )
    H(
        "email",
        "expediteur",
        "no-reply addresses of automata",
        lambda r, n: (
            [
                r.choice(["noreply", "ne-pas-repondre", "no-reply", "alerte-capteur", "mailer-daemon"])
                + "@"
                + r.choice(["demarches.lorient.bzh", "notif.strasbourg.eu", "sig.cinor.re"])
                for _ in range(n)
            ],
            {
                "type d'envoi": C(
                    n, r, ["accusé automatique", "alerte batterie", "bulletin météo", "rapport nocturne"]
                )
            },
        ),
    )
    H(
        "email",
        "prix_marche",
        "quantities with @ as a price sign",
        lambda r, n: (
            [f"{r.randint(1, 40)} @ {r.randint(1, 9)},{r.choice(['50', '90', '20'])} €" for _ in range(n)],
            {"article": C(n, r, ["bottes", "gants", "sacs", "ampoules LED", "terreau"])},
        ),
    )
    H(
        "email",
        "contact_mel",
        "role mailboxes of a company and of State services, HTML",
        lambda r, n: [
            (lambda k: f'<a href="mailto:{k}">{k}</a>')(
                r.choice(["contact@", "accueil@", "info@", "sav@"])
                + r.choice(
                    [
                        "citiz.coop",
                        "cts-strasbourg.eu",
                        "bibus.fr",
                        "citalis.re",
                        "eau-du-ponant.fr",
                        "martiniquetransport.mq",
                    ]
                )
            )
            for _ in range(n)
        ],
    )

    # ---------- taken for plate
    H(
        "plate",
        "reference",
        "street furniture references beside the product",
        lambda r, n: (
            [f"{alp(r, 2)}-{r.randint(100, 999)}-{alp(r, 2)}" for _ in range(n)],
            {
                "désignation": C(
                    n,
                    r,
                    [
                        "banc chêne 1,80 m",
                        "corbeille 60 L",
                        "potelet à mémoire de forme",
                        "appui-vélo",
                        "jardinière acier",
                    ],
                ),
                "PU HT": [round(r.uniform(20, 900), 2) for _ in range(n)],
            },
        ),
    )
    H(
        "plate",
        "etiquette",
        "tree tags that look like SIV, beside species",
        lambda r, n: (
            [siv(r) for _ in range(n)],
            {"essence": C(n, r, TREES), "circonférence": [r.randint(20, 320) for _ in range(n)]},
        ),
    )
    H(
        "plate",
        "section",
        "cadastral sections of public domain, beside use",
        lambda r, n: (
            [f"{alp(r, 2)} {r.randint(1, 480):03d}" for _ in range(n)],
            {
                "emprise": C(n, r, ["voirie communale", "square", "école publique", "cale municipale"]),
                "m²": [r.randint(40, 9000) for _ in range(n)],
            },
        ),
    )
    H(
        "plate",
        "parc",
        "bus fleet numbers beside model and line",
        lambda r, n: (
            [
                f"{r.choice(['CTS', 'BIB', 'STAR', 'QUB'])} {r.randint(100, 999)} {r.choice(['GX', 'CI', 'UW'])}"
                for _ in range(n)
            ],
            {
                "bus": C(n, r, ["Heuliez GX 337", "Citaro G", "Urbanway 12 GNV", "Bluebus 12 m"]),
                "ligne": C(n, r, ["C1", "C4", "G", "2", "12"]),
            },
        ),
    )
    H(
        "plate",
        "lampadaire",
        "lamp posts, beside lamp power",
        lambda r, n: (
            [f"EP-{r.randint(1, 999):03d}-{alp(r, 2)}" for _ in range(n)],
            {
                "source": C(n, r, ["LED 36 W", "SHP 100 W", "LED 58 W"]),
                "mât": C(n, r, ["acier 6 m", "alu 4 m", "façade"]),
            },
        ),
    )
    H(
        "plate",
        "jeu",
        "playground products beside standard",
        lambda r, n: (
            [f"{alp(r, 2)} {r.randint(100, 999)} {alp(r, 2)}" for _ in range(n)],
            {
                "équipement": C(n, r, ["toboggan 1,5 m", "balançoire nid", "tourniquet", "filet 3D"]),
                "norme": ["NF EN 1176"] * n,
            },
        ),
    )

    # ---------- taken for ip
    H(
        "ip",
        "adresse_ip",
        "private addresses of equipment",
        lambda r, n: (
            [f"10.{r.randint(0, 60)}.{r.randint(0, 254)}.{r.randint(2, 254)}" for _ in range(n)],
            {
                "équipement": C(
                    n, r, ["automate chaufferie", "imprimante hall", "GTB piscine", "panneau lumineux"]
                )
            },
        ),
    )
    H(
        "ip",
        "exemple",
        "documentation addresses",
        lambda r, n: [
            r.choice(["192.0.2.{}", "198.51.100.{}", "203.0.113.{}", "2001:db8::{}"]).format(
                r.randint(1, 250)
            )
            for _ in range(n)
        ],
    )
    H(
        "ip",
        "version",
        "software versions beside the software",
        lambda r, n: (
            [
                f"{r.randint(1, 24)}.{r.randint(0, 20)}.{r.randint(0, 9)}.{r.randint(1, 250)}"
                for _ in range(n)
            ],
            {
                "logiciel": C(
                    n, r, ["QGIS", "PostgreSQL/PostGIS", "LibreOffice", "GeoServer", "firmware LoRa"]
                )
            },
        ),
    )
    H(
        "ip",
        "article",
        "numbered clauses of a technical specification",
        lambda r, n: [
            f"{r.randint(1, 9)}.{r.randint(1, 12)}.{r.randint(1, 9)}.{r.randint(1, 6)} {r.choice(['Terrassement', 'Bordures', 'Enrobés', 'Réception', 'Assainissement', 'Plantations'])}"
            for _ in range(n)
        ],
    )
    H(
        "ip",
        "reseau",
        "private subnets with VLAN",
        lambda r, n: (
            [
                f"{r.choice(['172.16', '172.20', '192.168', '10.42'])}.{r.randint(0, 254)}.0/24"
                for _ in range(n)
            ],
            {
                "VLAN": [r.randint(10, 900) for _ in range(n)],
                "usage": C(n, r, ["écoles – tablettes", "téléphonie", "vidéoprojecteurs", "GTC"]),
            },
        ),
    )
    H(
        "ip",
        "dns",
        "public resolvers with their operators",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"résolveur": [x[1] for x in k], "latence ms": [r.randint(4, 60) for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("9.9.9.9", "Quad9"),
                        ("1.1.1.1", "Cloudflare"),
                        ("80.67.169.12", "FDN"),
                        ("8.8.8.8", "Google DNS"),
                        ("86.54.11.100", "DNS4EU"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )

    # ---------- taken for mac
    H(
        "mac",
        "dev_eui",
        "LoRaWAN sensors' EUI-64 with measure",
        lambda r, n: (
            [f"70b3d5{r.randrange(16**10):010x}" for _ in range(n)],
            {
                "mesure": C(
                    n,
                    r,
                    [
                        "CO2 salle de classe",
                        "niveau de la Vilaine",
                        "température chaussée",
                        "humidité massif",
                    ],
                )
            },
        ),
    )
    H(
        "mac",
        "doc_mac",
        "documentation MAC range of a manual",
        lambda r, n: [
            f"00-00-5E-00-53-{r.randrange(256):02X}" + r.choice(["", " (exemple)"]) for _ in range(n)
        ],
    )
    H(
        "mac",
        "empreinte",
        "hashes of published files",
        lambda r, n: (
            [f"{r.randrange(16**40):040x}" for _ in range(n)],
            {
                "fichier": [
                    f"{r.choice(['arbres', 'budget', 'bruit', 'plu'])}_{r.randint(2015, 2024)}.{r.choice(['csv', 'gpkg', 'json'])}"
                    for _ in range(n)
                ]
            },
        ),
    )
    H(
        "mac",
        "palette",
        "colours of the zoning plan",
        lambda r, n: (
            [f"#{r.randrange(16**6):06x}" for _ in range(n)],
            {"zone PLU": C(n, r, ["UA", "UB", "AU1", "N", "A", "UX"])},
        ),
    )
    H(
        "mac",
        "plages",
        "opening hours glued with colons",
        lambda r, n: [
            f"{r.choice(['Lu', 'Ma', 'Me', 'Je', 'Ve', 'Sa'])} {r.randint(8, 10):02d}:00-12:{r.choice(['00', '30'])};13:30-{r.randint(16, 19)}:{r.choice(['00', '15', '30'])}"
            for _ in range(n)
        ],
    )
    H(
        "mac",
        "uuid_objet",
        "UUID of GIS pipes, beside material and diameter",
        lambda r, n: (
            [
                (lambda h: f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:32]}")(
                    f"{r.randrange(16**32):032x}"
                )
                for _ in range(n)
            ],
            {"conduite": C(n, r, ["FTE", "PVC", "PEHD", "BTM"]), "DN": C(n, r, [80, 100, 150, 200, 300])},
        ),
    )

    # ---------- taken for person_name
    H(
        "person_name",
        "nom",
        "street names honouring historical people",
        lambda r, n: [
            f"{r.choice(['Rue', 'Avenue', 'Place', 'Boulevard', 'Quai', 'Allée'])} {r.choice(HON)}"
            for _ in range(n)
        ],
    )
    H(
        "person_name",
        "prenom",
        "given names as yearly statistics",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"année": [x[1] for x in k], "nombre de naissances": [r.randint(8, 95) for _ in k]},
            )
        )(
            r.sample(
                [
                    (a, y)
                    for a in [
                        "Louise",
                        "Gabriel",
                        "Jade",
                        "Raphaël",
                        "Emma",
                        "Malo",
                        "Maël",
                        "Lina",
                        "Adam",
                        "Soan",
                        "Alice",
                        "Noah",
                    ]
                    for y in range(2004, 2024)
                ],
                n,
            )
        ),
    )
    H(
        "person_name",
        "etablissement",
        "schools named after historical people",
        lambda r, n: (
            [
                f"{r.choice(['École', 'Collège', 'Lycée', 'Groupe scolaire'])} {r.choice(HON)}"
                for _ in range(n)
            ],
            {"effectif": [r.randint(60, 900) for _ in range(n)]},
        ),
    )
    H(
        "person_name",
        "auteur",
        "dead artists of the museum's works, with their lives",
        lambda r, n: (lambda k: ([x[0] for x in k], {"œuvre": [x[1] for x in k], "vie": [x[2] for x in k]}))(
            [
                r.choice(
                    [
                        ("Gustave Doré", "Le Christ quittant le prétoire", "1832-1883"),
                        ("Paul Gauguin", "L'Oie", "1848-1903"),
                        ("Martin Schongauer", "La Vierge au buisson de roses", "v. 1450-1491"),
                        ("Paul Sérusier", "La Vieille du Pouldu", "1864-1927"),
                        ("Jean-Jacques Henner", "La Liseuse", "1829-1905"),
                        ("Pierre Paul Rubens", "La Chasse au tigre", "1577-1640"),
                        ("Eugène Boudin", "Le Port de Quimper", "1824-1898"),
                        ("Maxime Maufra", "Vue du port de Pont-Aven", "1861-1918"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "person_name",
        "variete",
        "cultivars named after people, in parks",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"plante": [x[1] for x in k], "massif": [f"M{r.randint(1, 40)}" for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("'Pierre de Ronsard'", "Rosier grimpant"),
                        ("'Madame Isaac Pereire'", "Rosier"),
                        ("'Souvenir de la Malmaison'", "Rosier"),
                        ("'Général Schablikine'", "Rosier"),
                        ("'Reinette Clochard'", "Pommier"),
                        ("'Madame Meilland'", "Rosier"),
                        ("'Docteur Jules Guyot'", "Poirier"),
                        ("'Mme Alfred Carrière'", "Rosier grimpant"),
                        ("'Beurré Hardy'", "Poirier"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "person_name",
        "depression",
        "storm and cyclone names with gusts",
        lambda r, n: (
            [
                r.choice(
                    [
                        "Ciarán",
                        "Domingos",
                        "Belal",
                        "Chido",
                        "Garance",
                        "Dina",
                        "Xynthia",
                        "Lothar",
                        "Maria",
                        "Dean",
                        "Irma",
                        "Gamède",
                    ]
                )
                for _ in range(n)
            ],
            {
                "rafale": [f"{r.randint(90, 230)} km/h" for _ in range(n)],
                "pression": [f"{r.randint(930, 995)} hPa" for _ in range(n)],
            },
        ),
    )
    H(
        "person_name",
        "station",
        "tram and metro stops",
        lambda r, n: (
            [
                r.choice(
                    [
                        "Jacques Cartier",
                        "Clemenceau",
                        "Charles de Gaulle",
                        "Henri Fréville",
                        "Jean Jaurès",
                        "Robert Schuman",
                        "Joliot-Curie",
                        "Anatole France",
                        "Villejean-Université",
                        "Langstross Grand'Rue",
                    ]
                )
                for _ in range(n)
            ],
            {
                "ligne": C(n, r, ["métro a", "métro b", "tram A", "tram D"]),
                "montées/jour": [r.randint(200, 9000) for _ in range(n)],
            },
        ),
    )
    H(
        "person_name",
        "titulaire",
        "companies whose brand sounds like a person",
        lambda r, n: (
            [
                r.choice(
                    [
                        "JC DECAUX FRANCE SAS",
                        "YVES ROCHER SA",
                        "LEROY MERLIN FRANCE SA",
                        "E.LECLERC – SODIROCHE SAS",
                        "EUGÈNE PERMA SAS",
                        "LOUIS VUITTON SAS",
                        "PIERRE & VACANCES SA",
                        "JEAN LEFEBVRE SAS",
                        "VINCI SA",
                        "LE DUFF SA",
                    ]
                )
                for _ in range(n)
            ],
            {"marché": [f"{r.randint(2020, 2024)}-{r.randint(1, 99):03d}" for _ in range(n)]},
        ),
    )
    H(
        "person_name",
        "fete",
        "saints of the calendar beside the day",
        lambda r, n: (
            lambda k: (
                [x[1] for x in k],
                {
                    "jour": [x[0] for x in k],
                    "marée haute": [f"{r.randint(4, 9):02d}h{r.randint(10, 59)}" for _ in k],
                },
            )
        )(
            [
                r.choice(
                    [
                        ("1er janv.", "Marie"),
                        ("19 mai", "St Yves"),
                        ("26 juil.", "Ste Anne"),
                        ("6 déc.", "St Nicolas"),
                        ("13 déc.", "Ste Odile"),
                        ("11 nov.", "St Martin"),
                        ("1er mars", "St Aubin"),
                        ("3 févr.", "St Blaise"),
                        ("22 nov.", "Ste Cécile"),
                        ("29 sept.", "St Michel"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "person_name",
        "film",
        "open-air cinema titles",
        lambda r, n: (
            [
                r.choice(
                    [
                        "Le Fabuleux Destin d'Amélie Poulain",
                        "Cyrano de Bergerac",
                        "Jean de Florette",
                        "Monsieur Hulot",
                        "Bécassine !",
                        "Mary Poppins",
                        "Manon des sources",
                        "Billy Elliot",
                        "Kirikou",
                    ]
                )
                for _ in range(n)
            ],
            {"séance": [f"{r.randint(1, 31)} juillet 22 h" for _ in range(n)], "tarif": ["gratuit"] * n},
        ),
    )

    # ---------- taken for address
    H(
        "address",
        "adresse",
        "addresses of facilities, facility beside",
        lambda r, n: ([home(r) for _ in range(n)], {"équipement": C(n, r, PUB)}),
    )
    H(
        "address",
        "arret",
        "bus stops",
        lambda r, n: (
            [
                r.choice(
                    [
                        "Pl. de la Rép.",
                        "Gal Leclerc",
                        "Éc. Kerargaouyat",
                        "Hôp. Civil",
                        "Gare – quai B",
                        "Pont de l'Iroise",
                        "Petit Marché",
                        "Barachois",
                        "Pte des Blagueurs",
                        "Univ. Esplanade",
                        "Cim. St-Urbain",
                    ]
                )
                + r.choice(["", " (A)", " (R)"])
                for _ in range(n)
            ],
            {"lignes": C(n, r, ["1, 3", "A", "C2", "12", "N1"])},
        ),
    )
    H(
        "address",
        "chantier",
        "street works with abbreviated streets",
        lambda r, n: [
            f"{r.choice(['Trx', 'Réf.', 'Rempl. AEP', 'Enrobé', 'Créa. piste cycl.'])} {r.choice(['av. du Gal de Gaulle', 'bd Clemenceau', 'r. de l’Ill', 'pl. du Mal Leclerc', 'ch. des Vacoas', 'rte de Quimper', 'imp. du Lavoir'])} {r.choice(['entre r. Pasteur et pl. Kléber', 'ttes voies', 'côté pair', 'sens unique', 'phase 2'])}"
            for _ in range(n)
        ],
    )
    H(
        "address",
        "bureau_vote",
        "polling places",
        lambda r, n: [
            f"BV {r.randint(1, 90):02d} – {r.choice(['École', 'Gymnase', 'Salle', 'Mairie de quartier'])} {r.choice(HON)}, {r.choice(ALLST)}"
            for _ in range(n)
        ],
    )
    H(
        "address",
        "dae",
        "defibrillators in public buildings",
        lambda r, n: [
            f"{r.choice(PUB)}, {r.randint(1, 90)} {r.choice(ALLST)} – {r.choice(['hall', 'façade', 'accueil RDC', 'extérieur 24h/24'])}"
            for _ in range(n)
        ],
    )
    H(
        "address",
        "voie",
        "street list with RIVOLI code and length",
        lambda r, n: (
            [r.choice(ALLST).upper() for _ in range(n)],
            {
                "rivoli": [f"{dig(r, 4)}{alp(r, 1)}" for _ in range(n)],
                "longueur": [f"{r.randint(40, 1900)} ml" for _ in range(n)],
            },
        ),
    )
    H(
        "address",
        "domicile",
        "head offices of large companies",
        lambda r, n: (lambda k: ([x[1] for x in k], {"titulaire du marché": [x[0] for x in k]}))(
            [
                r.choice(
                    [
                        ("EDF SA", "22-30 avenue de Wagram, 75008 Paris"),
                        ("Orange SA", "111 quai du Président Roosevelt, 92130 Issy-les-Moulineaux"),
                        ("La Poste SA", "9 rue du Colonel Pierre Avia, 75015 Paris"),
                        ("COLAS SA", "1 rue du Colonel Pierre Avia, 75015 Paris"),
                        ("UGAP", "1 boulevard Archimède, 77444 Marne-la-Vallée"),
                        ("Transdev SA", "3 allée de Grenelle, 92130 Issy-les-Moulineaux"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "address",
        "marche_plein_air",
        "market places and days",
        lambda r, n: [
            f"{r.choice(['Place', 'Quai', 'Halles', 'Esplanade'])} {r.choice(['Saint-Louis', 'de la Victoire', 'Broglie', 'des Lices', 'du Forirail', 'Lalaouette'])} – {r.choice(['mardi', 'samedi', 'vendredi', 'dimanche'])} {r.choice(['7h-13h', '8h-12h30', '16h-20h'])}"
            for _ in range(n)
        ],
    )

    # ---------- taken for birth_date
    H(
        "birth_date",
        "date",
        "works beginning, beside works",
        lambda r, n: (
            [day(r, 2019, 2024) for _ in range(n)],
            {"travaux": C(n, r, ["réfection trottoir", "pose fibre", "élagage", "curage réseau"])},
        ),
    )
    H(
        "birth_date",
        "mise_en_service",
        "commissioning of equipment, 1930-2010",
        lambda r, n: (
            [fr(day(r, 1930, 2010)) for _ in range(n)],
            {
                "ouvrage": C(
                    n,
                    r,
                    ["pont routier", "château d'eau", "groupe scolaire", "poste de refoulement", "écluse"],
                )
            },
        ),
    )
    H(
        "birth_date",
        "classement_mh",
        "listing of historic monuments",
        lambda r, n: (
            [f"{r.choice(['inscrit', 'classé'])} MH le {fr(day(r, 1905, 1995))}" for _ in range(n)],
            {
                "monument": C(
                    n,
                    r,
                    [
                        "Église Saint-Thomas",
                        "Tour Tanguy",
                        "Fontaine de la Sirène",
                        "Hôtel de ville",
                        "Lavoir",
                        "Usine sucrière",
                    ],
                )
            },
        ),
    )
    H(
        "birth_date",
        "né le",
        "odd header: plantings, beside species",
        lambda r, n: (
            [day(r, 1975, 2023).strftime("%Y-%m-%d") for _ in range(n)],
            {"arbre": C(n, r, TREES), "pépinière": C(n, r, ["serre municipale", "lot 3", "don de l'ONF"])},
        ),
    )
    H(
        "birth_date",
        "prelevement",
        "bathing water samples",
        lambda r, n: (
            [f"{fr(day(r, 2018, 2024))}{NB}{r.randint(8, 16)}:{r.randint(10, 59)}" for _ in range(n)],
            {
                "plage": C(
                    n, r, ["Moulin Blanc", "Trez-Hir", "Grande Anse", "Étang-Salé", "Plan d'eau de Plobsheim"]
                ),
                "E. coli /100 mL": [r.randint(15, 900) for _ in range(n)],
            },
        ),
    )
    H(
        "birth_date",
        "création",
        "associations' declaration dates (sports clubs)",
        lambda r, n: (
            [fr(day(r, 1922, 2015)) for _ in range(n)],
            {
                "association": C(
                    n,
                    r,
                    [
                        "Stade Brestois Handball",
                        "Cercle celtique",
                        "Chorale Sainte-Cécile",
                        "Moto-club du Florival",
                        "Yole club",
                        "Amicale laïque",
                    ],
                )
            },
        ),
    )

    # ---------- taken for identity_card
    H(
        "identity_card",
        "rnb",
        "RNB identifiers of public buildings",
        lambda r, n: (
            ["".join(r.choice("123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12)) for _ in range(n)],
            {"bâtiment public": C(n, r, PUB)},
        ),
    )
    H(
        "identity_card",
        "merimee",
        "Mérimée and Palissy records",
        lambda r, n: (
            [
                r.choice(["PA000", "PA001"]) + dig(r, 5)
                if r.random() < 0.6
                else r.choice(["IA29", "IA67", "PM35", "PM97"]) + "00" + dig(r, 4)
                for _ in range(n)
            ],
            {
                "édifice": C(
                    n,
                    r,
                    [
                        "Chapelle Saint-Tugdual",
                        "Maison Kammerzell",
                        "Phare du Créac'h",
                        "Habitation Clément",
                        "Calvaire",
                    ],
                )
            },
        ),
    )
    H(
        "identity_card",
        "n_serie",
        "serial numbers of tablets' charging carts, beside model",
        lambda r, n: (
            [
                alp(r, 1) + "".join(r.choice("0123456789CDFGHJKLMNPRTVWXYZ") for _ in range(8))
                for _ in range(n)
            ],
            {
                "matériel scolaire": C(
                    n, r, ["chariot 20 tablettes", 'TBI 77"', "visualiseur", "borne Wi-Fi école"]
                )
            },
        ),
    )
    H(
        "identity_card",
        "znieff",
        "nature areas by national identifiers",
        lambda r, n: (
            [f"{r.choice(['530', '420', '040', '020', '030'])}{dig(r, 6)}" for _ in range(n)],
            {
                "milieu": C(
                    n, r, ["tourbière", "mangrove", "lande sèche", "ried inondable", "forêt hygrophile"]
                )
            },
        ),
    )
    H(
        "identity_card",
        "inventaire",
        "museum inventory numbers",
        lambda r, n: (
            [f"{r.randint(870, 999)}.{r.randint(1, 40)}.{r.randint(1, 300)}" for _ in range(n)],
            {
                "objet": C(
                    n,
                    r,
                    [
                        "coiffe bigoudène",
                        "moule à kougelhopf",
                        "lit clos",
                        "faïence HB",
                        "houe",
                        "tambour ka",
                    ],
                )
            },
        ),
    )
    H(
        "identity_card",
        "id_mesure",
        "12-digit stamps of air quality",
        lambda r, n: (
            [
                int(f"2024{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 23):02d}00")
                for _ in range(n)
            ],
            {
                "polluant": C(n, r, ["NO2", "PM10", "PM2.5", "O3"]),
                "µg/m³": [round(r.uniform(2, 90), 1) for _ in range(n)],
            },
        ),
    )

    # ---------- taken for passport
    H(
        "passport",
        "marche",
        "procurement numbers in passport form, beside object",
        lambda r, n: (
            [
                f"{r.randint(18, 24)}{r.choice(['TX', 'FC', 'PA', 'AO', 'MP'])}{r.randint(1, 99999):05d}"
                for _ in range(n)
            ],
            {
                "objet": C(
                    n,
                    r,
                    [
                        "Entretien des ascenseurs",
                        "Denrées biologiques",
                        "Signalisation",
                        "Maîtrise d'œuvre digue",
                    ],
                ),
                "titulaire": C(n, r, CO),
            },
        ),
    )
    H(
        "passport",
        "arrete",
        "traffic orders",
        lambda r, n: (
            [f"{r.randint(19, 24)}AR{r.randint(1, 3999):05d}" for _ in range(n)],
            {
                "portant": C(
                    n,
                    r,
                    [
                        "circulation alternée",
                        "stationnement interdit – marché",
                        "baignade interdite",
                        "interdiction de feux",
                    ],
                )
            },
        ),
    )
    H(
        "passport",
        "delib",
        "deliberations' numbers",
        lambda r, n: (
            [f"{r.randint(15, 24)}DL{r.randint(1, 400):05d}" for _ in range(n)],
            {
                "titre": C(
                    n,
                    r,
                    [
                        "Budget primitif",
                        "Tarifs de l'eau",
                        "Taux de taxe foncière",
                        "Schéma vélo",
                        "Dénomination de voies",
                    ],
                )
            },
        ),
    )
    H(
        "passport",
        "lot",
        "batches of road salt and paint",
        lambda r, n: (
            [f"{r.randint(20, 24)}{alp(r, 2)}{dig(r, 5)}" for _ in range(n)],
            {
                "matière": C(
                    n, r, ["sel marin vrac", "peinture routière", "émulsion bitume", "chlore liquide piscine"]
                ),
                "tonnes": [round(r.uniform(0.2, 28), 1) for _ in range(n)],
            },
        ),
    )
    H(
        "passport",
        "regard",
        "manholes of the sewer network",
        lambda r, n: (
            [f"{r.randint(10, 99)}{r.choice(['EU', 'EP', 'UN'])}{r.randint(1, 99999):05d}" for _ in range(n)],
            {
                "réseau": C(n, r, ["eaux usées", "eaux pluviales", "unitaire"]),
                "profondeur": [f"{r.uniform(0.8, 4.5):.2f} m" for _ in range(n)],
            },
        ),
    )
    H(
        "passport",
        "carotte",
        "asphalt cores tested for asbestos",
        lambda r, n: (
            [f"{r.randint(17, 24)}CR{dig(r, 5)}" for _ in range(n)],
            {
                "enrobé": C(n, r, ["amiante non détecté", "HAP < 50 mg/kg", "HAP 120 mg/kg"]),
                "route": C(n, r, ["RD 768", "RM 351", "RN 2", "bd Gambetta"]),
            },
        ),
    )

    # ---------- taken for driving_licence
    H(
        "driving_licence",
        "index",
        "12-digit hour stamps beside bike counts",
        lambda r, n: (
            [
                f"2022{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 23):02d}{r.choice(['00', '15', '30', '45'])}"
                for _ in range(n)
            ],
            {"passages vélos": [r.randint(0, 640) for _ in range(n)]},
        ),
    )
    H(
        "driving_licence",
        "exemplaire",
        "12-digit copies beside ISBN",
        lambda r, n: (
            [f"67{dig(r, 10)}" for _ in range(n)],
            {
                "isbn": [ean("9782" + dig(r, 8)) for _ in range(n)],
                "support": C(n, r, ["livre", "BD", "album", "documentaire"]),
            },
        ),
    )
    H(
        "driving_licence",
        "bon_travaux",
        "work orders YYMM + number beside task",
        lambda r, n: (
            [f"{r.randint(20, 24)}{r.randint(1, 12):02d}{dig(r, 8)}" for _ in range(n)],
            {
                "tâche": C(
                    n,
                    r,
                    [
                        "changer néon",
                        "déboucher évier école",
                        "repeindre passage piéton",
                        "tailler haie stade",
                    ],
                )
            },
        ),
    )
    H(
        "driving_licence",
        "compteur",
        "water meters of public fountains",
        lambda r, n: (
            [f"{r.randint(8, 23):02d}{r.choice(['67', '35', '97'])}{dig(r, 8)}" for _ in range(n)],
            {
                "point d'eau": C(
                    n, r, ["fontaine publique", "arrosage square", "borne de puisage", "toilettes publiques"]
                ),
                "m³/an": [r.randint(10, 5000) for _ in range(n)],
            },
        ),
    )
    H(
        "driving_licence",
        "cumul_pluie",
        "12-digit cumulated liters with unit",
        lambda r, n: [f"{dig(r, 12)} L" for _ in range(n)],
    )
    H(
        "driving_licence",
        "categorie",
        "vehicle categories allowed on roads",
        lambda r, n: [
            f"{r.choice(['VL', 'PL', 'Cat. B', 'Cat. C'])} {r.choice(['≤ 3,5 t', '> 7,5 t', '≤ 19 t'])} {r.choice(['autorisé', 'interdit 22h-6h', 'desserte locale'])}"
            for _ in range(n)
        ],
    )

    # ---------- taken for sports_licence
    H(
        "sports_licence",
        "equipement_sportif",
        "national inventory of sports facilities",
        lambda r, n: (
            [f"E001I{r.choice(['29', '35', '67', '68', '974'])}{dig(r, 7)}" for _ in range(n)],
            {
                "terrain": C(
                    n, r, ["court de tennis", "dojo", "bassin 25 m", "fronton", "terrain de football A8"]
                )
            },
        ),
    )
    H(
        "sports_licence",
        "club",
        "club affiliation numbers, club beside",
        lambda r, n: (
            [
                f"{r.choice(['GES0067', 'GES0068', 'BRE0029', 'BRE0035', 'REU0974'])}{dig(r, 3)}"
                for _ in range(n)
            ],
            {
                "association sportive": C(
                    n,
                    r,
                    [
                        "Basket club de Thann",
                        "Ergué-Armel Basket",
                        "Tampon Basket Ball",
                        "AS Strasbourg Meinau",
                    ],
                )
            },
        ),
    )
    H(
        "sports_licence",
        "categorie",
        "categories and quotas",
        lambda r, n: (
            [r.choice(["U11 F", "U13 M", "U15", "Seniors F", "Vétérans", "Baby-gym"]) for _ in range(n)],
            {"licenciés": [r.randint(20, 140) for _ in range(n)]},
        ),
    )
    H(
        "sports_licence",
        "uai",
        "schools' UAI codes, key right",
        lambda r, n: (
            (lambda ks: [k + "abcdefghjklmnprstuvwxyz"[int(k) % 23].upper() for k in ks])(
                [f"{r.choice(['029', '035', '067', '068'])}{dig(r, 4)}" for _ in range(n)]
            ),
            {
                "établissement scolaire": [
                    f"{r.choice(['École', 'Collège'])} {r.choice(HON)}" for _ in range(n)
                ]
            },
        ),
    )
    H(
        "sports_licence",
        "homologation",
        "approved grounds with levels",
        lambda r, n: [
            f"NNI {r.choice(['290190', '674820', '974110'])}{dig(r, 3)} – {r.choice(['T4', 'T5 SYN', 'Gymnase 2', 'Foot A11'])}"
            for _ in range(n)
        ],
    )
    H(
        "sports_licence",
        "prix_licence",
        "fees by sport",
        lambda r, n: (
            [f"{r.randint(35, 240)},00 €" for _ in range(n)],
            {
                "discipline": C(n, r, ["judo", "voile", "gouren", "football", "danse", "surf"]),
                "tranche": C(n, r, AGEC),
            },
        ),
    )

    # ---------- taken for caf_number
    H(
        "caf_number",
        "code_uai",
        "UAI lower case, beside pupils' counts",
        lambda r, n: (
            (lambda ks: [k + "abcdefghjklmnprstuvwxyz"[int(k) % 23] for k in ks])(
                [f"{r.choice(['974', '972', '973', '976'])}{dig(r, 4)}" for _ in range(n)]
            ),
            {
                "école": [
                    f"École {r.choice(['élémentaire', 'maternelle', 'primaire'])} {r.choice(HON)}"
                    for _ in range(n)
                ],
                "élèves": [r.randint(45, 420) for _ in range(n)],
            },
        ),
    )
    H(
        "caf_number",
        "ref_produit",
        "7 digits and a letter of spare parts",
        lambda r, n: (
            [f"{dig(r, 7)}{alp(r, 1)}" for _ in range(n)],
            {
                "pièce détachée": C(
                    n, r, ["joint pompe", "filtre à air balayeuse", "courroie", "lame tondeuse", "fusible"]
                )
            },
        ),
    )
    H(
        "caf_number",
        "pr_abscisse",
        "marker posts: metres and side of the road",
        lambda r, n: (
            [f"{r.randint(1000, 99999):07d}{r.choice('DG')}" for _ in range(n)],
            {
                "axe": C(n, r, ["RD 789", "RM 1004", "RN 1", "voie verte"]),
                "signal": C(n, r, ["B14 50", "AB4", "C12", "D21"]),
            },
        ),
    )
    H(
        "caf_number",
        "tranche_qf",
        "tariff brackets",
        lambda r, n: [
            f"QF {a} à {a + 199} : {r.randint(1, 6)},{r.randint(10, 99)} € le repas"
            for a in [r.randrange(0, 2000, 200) for _ in range(n)]
        ],
    )
    H(
        "caf_number",
        "nb_allocataires",
        "counts of beneficiaries by district",
        lambda r, n: (
            [r.randint(60, 4000) for _ in range(n)],
            {
                "IRIS": [f"{r.choice(['352380', '674820', '974110'])}{dig(r, 3)}" for _ in range(n)],
                "prestation": C(n, r, ["RSA", "AAH", "APL", "prime d'activité"]),
            },
        ),
    )
    H(
        "caf_number",
        "poteau",
        "telecom poles",
        lambda r, n: (
            [f"{dig(r, 7)} {r.choice('BMC')}" for _ in range(n)],
            {
                "appui": C(n, r, ["bois 8 m", "métal 7 m", "composite 8 m"]),
                "état": C(n, r, ["bon", "à remplacer", "recalé"]),
            },
        ),
    )

    # ---------- taken for social_profile
    H(
        "social_profile",
        "compte",
        "institutions' accounts with the institution beside",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"organisme": [x[1] for x in k], "abonnés": [r.randint(300, 90000) for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("@strasbourg", "Ville de Strasbourg"),
                        ("@metropolerennes", "Rennes Métropole"),
                        ("@villedebrest", "Ville de Brest"),
                        ("@Prefet67", "Préfecture du Bas-Rhin"),
                        ("@SDIS974", "Pompiers de La Réunion"),
                        ("@meteofrance", "Météo-France"),
                        ("@reseau_star", "Réseau STAR"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "social_profile",
        "reseau",
        "pages of public facilities",
        lambda r, n: [
            f"https://www.{r.choice(['facebook.com', 'instagram.com'])}/{r.choice(['mediatheque', 'piscine', 'theatre', 'musee', 'officedetourisme', 'mairie', 'ludotheque'])}.{slug(r.choice(BZH + ALS))}"
            for _ in range(n)
        ],
    )
    H(
        "social_profile",
        "hashtag",
        "hashtags of campaigns",
        lambda r, n: [
            " ".join(
                "#" + x
                for x in r.sample(
                    [
                        "JourDuTri",
                        "FestNoz2024",
                        "MarchéDeNoël",
                        "GrandRaid",
                        "BrestMaritime",
                        "ZéroDéchet",
                        "VivreÀMulhouse",
                        "FêteDeLaMusique",
                    ],
                    r.randint(1, 3),
                )
            )
            for _ in range(n)
        ],
    )
    H(
        "social_profile",
        "lien_osm",
        "OSM and Wikidata objects of public equipment",
        lambda r, n: (
            [
                r.choice(
                    [
                        f"https://www.openstreetmap.org/node/{r.randint(10**8, 9 * 10**9)}",
                        f"https://www.wikidata.org/wiki/Q{r.randint(10**5, 9 * 10**7)}",
                    ]
                )
                for _ in range(n)
            ],
            {"objet": C(n, r, ["fontaine à boire", "menhir", "kiosque", "toilettes publiques", "pont"])},
        ),
    )
    H(
        "social_profile",
        "video",
        "council broadcasts",
        lambda r, n: [
            f"Conseil municipal du {fr(day(r, 2020, 2024))} : https://www.youtube.com/@Ville{r.choice(['Lorient', 'Colmar', 'Kourou'])}/streams"
            for _ in range(n)
        ],
    )
    H(
        "social_profile",
        "fil_mastodon",
        "Mastodon accounts of public bodies, body beside",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"éditeur": [x[1] for x in k], "billets": [r.randint(10, 900) for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("@strasbourg@social.numerique.gouv.fr", "Ville de Strasbourg"),
                        ("@IGNFrance@social.numerique.gouv.fr", "IGN"),
                        ("@ademe@social.numerique.gouv.fr", "ADEME"),
                        ("@DINUM@social.numerique.gouv.fr", "DINUM"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )

    # ---------- taken for trigram
    H(
        "trigram",
        "svc",
        "codes of departments beside their names",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"libellé": [x[1] for x in k], "ETP": [r.randint(12, 180) for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("DGS", "Direction générale des services"),
                        ("DRH", "Ressources humaines"),
                        ("CTM", "Centre technique municipal"),
                        ("DSI", "Systèmes d'information"),
                        ("DEE", "Direction enfance éducation"),
                        ("PM", "Police municipale"),
                        ("DEV", "Espaces verts"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "trigram",
        "aeroport",
        "IATA codes beside traffic",
        lambda r, n: (
            [
                r.choice(["RNS", "BES", "SXB", "MLH", "RUN", "FDF", "PTP", "CAY", "DZA", "LRT", "UIP"])
                for _ in range(n)
            ],
            {
                "passagers/an": [r.randint(20000, 2500000) for _ in range(n)],
                "mouvements": [r.randint(900, 30000) for _ in range(n)],
            },
        ),
    )
    H(
        "trigram",
        "esp",
        "FAO three-letter codes of fish beside species and landings",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"espèce": [x[1] for x in k], "kg débarqués": [r.randint(50, 90000) for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("BSS", "bar"),
                        ("SOL", "sole"),
                        ("NEP", "langoustine"),
                        ("ANF", "lotte"),
                        ("MAC", "maquereau"),
                        ("DOL", "dorade coryphène"),
                        ("YFT", "thon jaune"),
                        ("PIL", "sardine"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "trigram",
        "mat",
        "materials of pipes beside diameter",
        lambda r, n: (
            [r.choice(["PVC", "FTE", "FTG", "BTM", "GRE", "AMC", "PHD"]) for _ in range(n)],
            {
                "DN mm": C(n, r, [100, 150, 200, 400]),
                "linéaire": [f"{r.randint(5, 900)} ml" for _ in range(n)],
            },
        ),
    )
    H(
        "trigram",
        "langue",
        "ISO codes of library books' languages",
        lambda r, n: (
            [
                r.choice(["fre", "bre", "ger", "gsw", "gcf", "rcf", "eng", "por", "tur", "swb"])
                for _ in range(n)
            ],
            {
                "documents": [r.randint(30, 9000) for _ in range(n)],
                "prêts": [r.randint(30, 20000) for _ in range(n)],
            },
        ),
    )
    H(
        "trigram",
        "nuance",
        "political shades with list votes by commune",
        lambda r, n: (
            [r.choice(["LDVG", "LDVD", "LVEC", "LREG", "LUG", "LDVC", "LDIV"]) for _ in range(n)],
            {
                "voix": [r.randint(120, 19000) for _ in range(n)],
                "% exprimés": [f"{r.uniform(2, 60):.2f} %" for _ in range(n)],
            },
        ),
    )

    # ---------- taken for health
    H(
        "health",
        "pathologie",
        "department-wide patients counts",
        lambda r, n: (
            [r.choice(DIS) for _ in range(n)],
            {
                "département": C(
                    n, r, ["Finistère", "Bas-Rhin", "La Réunion", "Martinique", "Ille-et-Vilaine"]
                ),
                "patients": [r.randint(900, 60000) for _ in range(n)],
            },
        ),
    )
    H(
        "health",
        "allergenes",
        "allergens of school menus",
        lambda r, n: (
            [
                ", ".join(
                    r.sample(
                        ["gluten", "lait", "œuf", "poisson", "céleri", "moutarde", "arachide", "soja"],
                        r.randint(1, 4),
                    )
                )
                for _ in range(n)
            ],
            {
                "plat": C(
                    n,
                    r,
                    [
                        "galette complète",
                        "baeckeoffe",
                        "rougail saucisse",
                        "colombo de poulet",
                        "lieu noir sauce citron",
                        "tarte flambée",
                    ],
                )
            },
        ),
    )
    H(
        "health",
        "livre",
        "library titles about illness",
        lambda r, n: [
            r.choice(
                [
                    "Vivre avec le diabète",
                    "Comprendre la maladie d'Alzheimer",
                    "L'asthme de l'enfant",
                    "Le cancer expliqué aux enfants",
                    "Guide de la dépression",
                    "Épilepsies : le point",
                    "Manger sans gluten",
                ]
            )
            + r.choice([" (gros caractères)", " – DVD", "", " – 2e éd.", " [exclu du prêt]"])
            for _ in range(n)
        ],
    )
    H(
        "health",
        "diagnostic",
        "tree diseases beside species",
        lambda r, n: (
            [
                r.choice(
                    [
                        "graphiose",
                        "chancre coloré",
                        "chalarose",
                        "cancer cortical",
                        "carie du collet",
                        "sain",
                        "encre du châtaignier",
                    ]
                )
                for _ in range(n)
            ],
            {"essence": C(n, r, TREES), "H (m)": [r.randint(4, 28) for _ in range(n)]},
        ),
    )
    H(
        "health",
        "action",
        "public health events",
        lambda r, n: [
            f"{r.choice(['Octobre rose', 'Mois sans tabac', 'Semaine bleue', 'Journée drépanocytose', 'Dépistage diabète'])} : {r.choice(['stand halles', 'conférence', 'marche 5 km', 'bus santé', 'atelier cuisine'])}, {r.choice(BZH + ALS + OM)}"
            for _ in range(n)
        ],
    )
    H(
        "health",
        "incidence",
        "weekly surveillance per region",
        lambda r, n: (
            [
                f"{r.choice(['Dengue', 'Grippe', 'Gastro-entérite', 'Bronchiolite', 'Leptospirose'])} : {r.randint(25, 900)} cas / 100 000 hab."
                for _ in range(n)
            ],
            {
                "semaine": [f"2024-S{r.randint(1, 52):02d}" for _ in range(n)],
                "région": C(n, r, ["Bretagne", "Grand Est", "La Réunion", "Mayotte", "Guyane"]),
            },
        ),
    )
    H(
        "health",
        "materiel",
        "medical stock of public facilities",
        lambda r, n: (
            [
                r.choice(
                    [
                        "fauteuil roulant tout-terrain",
                        "tiralo",
                        "oxygène 5 L",
                        "trousse PPMS",
                        "lit médicalisé",
                        "défibrillateur",
                    ]
                )
                for _ in range(n)
            ],
            {
                "site": C(n, r, ["plage surveillée", "piscine", "gymnase", "EHPAD municipal"]),
                "qté": [r.randint(1, 12) for _ in range(n)],
            },
        ),
    )

    # ---------- taken for age_illness
    H(
        "age_illness",
        "classe",
        "age classes by disease, region counts",
        lambda r, n: (
            [f"{r.choice(AGEC)} – {r.choice(DIS)}" for _ in range(n)],
            {"effectif régional": [r.randint(400, 30000) for _ in range(n)]},
        ),
    )
    H(
        "age_illness",
        "etat",
        "age and disease of trees",
        lambda r, n: (
            [
                f"{r.randint(20, 190)} ans, {r.choice(['graphiose', 'chancre', 'pourriture racinaire', 'sain', 'champignon lignivore'])}"
                for _ in range(n)
            ],
            {"arbre remarquable": C(n, r, TREES)},
        ),
    )
    H(
        "age_illness",
        "vaccin",
        "recommendations by age",
        lambda r, n: [
            f"{r.choice(['Dès', 'À partir de', 'Rappel à'])} {r.choice([11, 25, 45, 60, 65, 75])} ans : {r.choice(['grippe', 'zona', 'dTP', 'HPV', 'Covid-19', 'pneumocoque'])}{r.choice(['', ' (centre de vaccination)', ' – gratuit'])}"
            for _ in range(n)
        ],
    )
    H(
        "age_illness",
        "pathologie_bati",
        "age and defects of public buildings",
        lambda r, n: (
            [
                f"{r.randint(15, 140)} ans : {r.choice(['mérule', 'fissures', 'carbonatation', 'amiante VH', 'radon 420 Bq/m³'])}"
                for _ in range(n)
            ],
            {"bâtiment communal": C(n, r, PUB)},
        ),
    )
    H(
        "age_illness",
        "age_moyen",
        "average ages of admission in the region",
        lambda r, n: (
            [f"{r.uniform(58, 89):.1f} ans" for _ in range(n)],
            {"motif (n > 100)": C(n, r, DIS), "séjours": [r.randint(120, 9000) for _ in range(n)]},
        ),
    )
    H(
        "age_illness",
        "atelier",
        "public programme by age",
        lambda r, n: [
            f"{r.choice(['60 ans et +', 'seniors 65+', '6-11 ans', 'tout public', '12-17 ans'])} : {r.choice(['équilibre et prévention des chutes', 'mémoire', 'premiers secours', 'bien manger avec le diabète', 'prévention audition'])}"
            for _ in range(n)
        ],
    )

    # ---------- taken for home_position
    H(
        "home_position",
        "geo_point_2d",
        "positions of trees beside species",
        lambda r, n: ([", ".join(map(str, ll(r, "Brest"))) for _ in range(n)], {"essence": C(n, r, TREES)}),
    )
    H(
        "home_position",
        "geometry",
        "WKT of hydrants beside flow",
        lambda r, n: (
            [(lambda c: f"POINT ({c[1]} {c[0]})")(ll(r, "Haguenau")) for _ in range(n)],
            {
                "hydrant": C(n, r, ["PI 100", "BI 100", "PI 150"]),
                "débit": [f"{r.randint(30, 160)} m³/h" for _ in range(n)],
            },
        ),
    )
    H(
        "home_position",
        "latitude",
        "latitude of bus stops",
        lambda r, n: (
            lambda c: (
                [x[0] for x in c],
                {
                    "longitude": [x[1] for x in c],
                    "arrêt de bus": [
                        r.choice(["Mairie", "Halles", "Gare routière", "Stade", "Hôpital", "Université"])
                        for _ in c
                    ],
                },
            )
        )([ll(r, "Saint-Denis") for _ in range(n)]),
    )
    H(
        "home_position",
        "coord",
        "public facilities, facility beside",
        lambda r, n: (
            [(lambda c: f"[{c[1]}, {c[0]}]")(ll(r, "Vannes")) for _ in range(n)],
            {"équipement public": C(n, r, PUB)},
        ),
    )
    H(
        "home_position",
        "maillage",
        "buoys and marine stations",
        lambda r, n: (
            [
                nn(
                    f"{r.randint(47, 48)}°{r.randint(10, 59)},{r.randint(0, 9)}' N 00{r.randint(3, 5)}°{r.randint(10, 59)},{r.randint(0, 9)}' W"
                )
                for _ in range(n)
            ],
            {"balise": C(n, r, ["cardinale ouest", "bouée houlographe", "tourelle", "feu de port"])},
        ),
    )
    H(
        "home_position",
        "X_L93",
        "benches in Lambert 93",
        lambda r, n: (
            [round(1050000 + r.uniform(-3000, 3000), 2) for _ in range(n)],
            {
                "Y_L93": [round(6842000 + r.uniform(-3000, 3000), 2) for _ in range(n)],
                "mobilier": C(n, r, ["banc public", "corbeille", "borne fontaine", "sanisette"]),
            },
        ),
    )

    # ---------- taken for person_header
    for hname, gen, why in [
        (
            "École Jean Jaurès",
            lambda r, n: (
                L(n, lambda: r.randint(80, 340)),
                {"repas": [r.choice(["lundi", "mardi", "jeudi", "vendredi"]) for _ in range(n)]},
            ),
            "meals served in a school",
        ),
        (
            "Place Kléber",
            lambda r, n: (
                L(n, lambda: f"{r.uniform(48, 82):.1f} dB(A)"),
                {"heure": [f"{r.randint(0, 23)} h" for _ in range(n)]},
            ),
            "noise on a square",
        ),
        (
            "Jacques Cartier",
            lambda r, n: (
                L(n, lambda: r.randint(900, 12000)),
                {
                    "validations métro": [
                        r.choice(["heure pleine", "heure creuse", "soirée"]) for _ in range(n)
                    ]
                },
            ),
            "validations at a metro station",
        ),
        (
            "Pont Victor-Schœlcher",
            lambda r, n: (
                L(n, lambda: f"{r.randint(200, 2400)} véh/h"),
                {"sens": [r.choice(["entrant", "sortant"]) for _ in range(n)]},
            ),
            "traffic on a bridge",
        ),
        (
            "Collège Anne de Bretagne",
            lambda r, n: (
                L(n, lambda: f"{r.randint(120, 5900)} kWh"),
                {"mois": [r.choice(["janv.", "févr.", "mars", "avril"]) for _ in range(n)]},
            ),
            "energy of a school",
        ),
        (
            "Sainte-Odile",
            lambda r, n: (
                L(n, lambda: f"{r.randint(1, 260)} mm"),
                {"pluviomètre": [r.choice(["automatique", "manuel"]) for _ in range(n)]},
            ),
            "rain at a station",
        ),
    ]:
        H("person_header", hname, why, gen)

    # ---------- plain
    H(
        "plain",
        "dechets_t",
        "waste tonnage",
        lambda r, n: (
            [round(r.uniform(10, 900), 1) for _ in range(n)],
            {"flux": C(n, r, ["OMR", "verre", "emballages", "biodéchets", "encombrants"])},
        ),
    )
    H(
        "plain",
        "menu",
        "school menus",
        lambda r, n: [
            f"{r.choice(['Carottes râpées', 'Salade de palmiste', 'Velouté potiron', 'Achards'])} / {r.choice(['Choucroute', 'Kig ha farz', 'Cari poulet', 'Poisson meunière'])} / {r.choice(['Far', 'Yaourt bio', 'Mangue', 'Kougelhopf'])}"
            for _ in range(n)
        ],
    )
    H(
        "plain",
        "subvention",
        "subsidies to associations",
        lambda r, n: (
            [f"{nn(format(r.randint(2, 90) * 500, ',').replace(',', ' '))} €" for _ in range(n)],
            {
                "association": C(
                    n,
                    r,
                    [
                        "Bagad de Lann-Bihoué",
                        "Racing Club section jeunes",
                        "Secours populaire",
                        "Harmonie municipale",
                        "Foyer rural",
                        "Yole club",
                    ],
                )
            },
        ),
    )
    H(
        "plain",
        "signalement",
        "reported street defects, no reporter",
        lambda r, n: [
            f"{r.choice(['Nid-de-poule', 'Tag', 'Lampadaire éteint', 'Dépôt sauvage', 'Fuite d’eau', 'Arbre tombé'])} {r.choice(['près du', 'face au', 'derrière le'])} {r.choice(['gymnase', 'marché', 'rond-point', 'port', 'collège', 'parking relais'])}, {r.choice(ALLST)}"
            for _ in range(n)
        ],
    )
    H(
        "plain",
        "objet_deliberation",
        "titles of deliberations, no person",
        lambda r, n: [
            f"{r.choice(['Approbation', 'Modification', 'Avenant n° 2', 'Adoption', 'Lancement'])} – {r.choice(['règlement du cimetière', 'convention SNSM', 'tarifs des mouillages', 'DSP chauffage urbain', 'contrat de ville', 'plan climat', 'charte Ya d’ar brezhoneg'])}"
            for _ in range(n)
        ],
    )
    H(
        "plain",
        "population",
        "population by IRIS and class",
        lambda r, n: (
            [r.randint(300, 4200) for _ in range(n)],
            {"IRIS": [f"68224{dig(r, 4)}" for _ in range(n)], "âge": C(n, r, AGEC)},
        ),
    )
    H(
        "plain",
        "code_postal",
        "postal codes with communes",
        lambda r, n: (lambda k: ([CP[x] for x in k], {"commune": k}))(C(n, r, BZH + ALS + OM)),
    )
    H(
        "plain",
        "salaire_moyen",
        "average pay by category (over 20 agents)",
        lambda r, n: (
            [f"{r.randint(1850, 3900)} € brut" for _ in range(n)],
            {
                "catégorie": C(n, r, ["A", "B", "C"]),
                "effectif": [r.randint(25, 900) for _ in range(n)],
                "année": [r.randint(2010, 2023) for _ in range(n)],
            },
        ),
    )
    H(
        "plain",
        "horaires",
        "hours of facilities",
        lambda r, n: (
            [
                f"lun-ven {r.randint(8, 9)}h30-12h / 13h30-{r.randint(16, 18)}h ; {r.choice(['sam 9h-12h', 'fermé sam.'])}"
                for _ in range(n)
            ],
            {"lieu": C(n, r, PUB)},
        ),
    )
    H(
        "plain",
        "accessible",
        "accessibility of public buildings",
        lambda r, n: (
            [r.choice(["oui", "non", "partiel", None]) for _ in range(n)],
            {"ERP": C(n, r, PUB), "type": C(n, r, ["R", "S", "X", "L", "W"])},
        ),
    )
    H(
        "plain",
        "commentaire",
        "maintenance notes",
        lambda r, n: [
            r.choice([x for x in ORD if x]).rstrip(".")
            + r.choice(["", ". Voir photo.", " (lot 2)", " – urgent", " OK"])
            for _ in range(n)
        ],
    )
    H(
        "plain",
        "ape",
        "activity codes with labels of companies",
        lambda r, n: (
            lambda k: (
                [x[0] for x in k],
                {"activité": [x[1] for x in k], "nb établissements": [r.randint(11, 400) for _ in k]},
            )
        )(
            [
                r.choice(
                    [
                        ("10.71C", "Boulangerie"),
                        ("03.11Z", "Pêche en mer"),
                        ("11.05Z", "Fabrication de bière"),
                        ("56.10A", "Restauration"),
                        ("01.24Z", "Fruits à pépins"),
                        ("49.31Z", "Transports urbains"),
                    ]
                )
                for _ in range(n)
            ]
        ),
    )
    H(
        "plain",
        "isbn",
        "ISBN of books",
        lambda r, n: [
            (lambda s: f"{s[:3]}-{s[3]}-{s[4:8]}-{s[8:12]}-{s[12]}")(ean("9782" + dig(r, 8)))
            for _ in range(n)
        ],
    )
    H(
        "plain",
        "maree",
        "tide coefficients and heights",
        lambda r, n: (
            [f"{r.uniform(0.4, 13.2):.2f} m" for _ in range(n)],
            {
                "coef.": [r.randint(25, 118) for _ in range(n)],
                "port": C(n, r, ["Saint-Malo", "Brest", "Concarneau"]),
            },
        ),
    )

    H(
        "person_name",
        "navire",
        "calling ships named after people, with tonnage",
        lambda r, n: (
            [
                r.choice(
                    [
                        "Marion Dufresne",
                        "Commandant Charcot",
                        "Jean-Charles de Borda",
                        "Belle Poule",
                        "Abeille Bourbon",
                        "Jacques Saadé",
                        "Armorique",
                        "Duc de Normandie",
                        "Queen Mary 2",
                        "Alexander von Humboldt",
                    ]
                )
                for _ in range(n)
            ],
            {
                "jauge brute": [f"{r.randint(900, 150000)} UMS" for _ in range(n)],
                "quai": C(n, r, ["5e bassin", "Naye", "Poste 8", "Pointe des Grives"]),
                "type": C(n, r, ["paquebot", "roulier", "voilier", "porte-conteneurs"]),
            },
        ),
    )
    H(
        "person_name",
        "programme",
        "concerts of dead composers",
        lambda r, n: [
            f"{r.choice(['J.-S. Bach', 'W. A. Mozart', 'Hector Berlioz', 'Camille Saint-Saëns', 'Joseph Guy Ropartz', 'Clara Schumann', 'Joseph Bologne de Saint-George'])} – {r.choice(['sonate', 'quatuor', 'messe', 'ouverture', 'trio'])} n° {r.randint(1, 9)}, {r.choice(['église', 'opéra', 'conservatoire', 'temple'])}"
            for _ in range(n)
        ],
    )
    H(
        "trigram",
        "visa_labo",
        "bacteria and parameter codes in water tests",
        lambda r, n: (
            [r.choice(["ECO", "ENT", "NO3", "TUR", "CDT", "CL2", "ATZ"]) for _ in range(n)],
            {
                "valeur": [
                    f"{r.uniform(0, 60):.1f} {r.choice(['mg/L', 'µg/L', 'UFC/100 mL'])}" for _ in range(n)
                ],
                "robinet": C(n, r, ["réservoir", "sortie station", "école", "mairie"]),
            },
        ),
    )
    H(
        "nir",
        "donnees",
        "JSON messages of a weather sensor, long numbers",
        lambda r, n: [
            json.dumps(
                {
                    "ts": 1700000000000 + r.randint(0, 10**10),
                    "t_C": round(r.uniform(-6, 34), 1),
                    "hr": r.randint(20, 99),
                    "seq": r.randint(10**9, 10**10),
                }
            )
            for _ in range(n)
        ],
    )
    H(
        "phone",
        "nous joindre",
        "public services with dirty typing: zero-width, HTML, service named",
        lambda r, n: [
            r.choice([f"<b>{s}</b><br>{t}", f"{s}\n{zw(r, t, 1)}", f"{nb(s)} : {fw(t)}"])
            for s, t in [(r.choice(PUB), land(r, n)) for _ in range(n)]
        ],
    )
    H(
        "plain",
        "participation",
        "turnout by polling station",
        lambda r, n: (
            [f"{r.uniform(28, 82):.2f} %" for _ in range(n)],
            {
                "bureau": [f"{i + 1:04d}" for i in range(n)],
                "inscrits": [r.randint(420, 1300) for _ in range(n)],
            },
        ),
    )
    H(
        "plain",
        "permis_construire",
        "dwellings authorised per year and commune",
        lambda r, n: (
            [r.randint(12, 900) for _ in range(n)],
            {
                "commune": C(n, r, BZH + ALS + OM),
                "année": [r.randint(2008, 2023) for _ in range(n)],
                "type": C(n, r, ["collectif", "individuel groupé"]),
            },
        ),
    )


def columns() -> tuple[Column, ...]:
    out: list[Column] = []

    def add(personal, kind, header, why, f, neutral):
        r = Random(f"{SEED}:{len(out)}:{header}")
        n = r.randint(62, 150)
        res = f(r, n)
        vals, beside = res if isinstance(res, tuple) else (res, {})
        out.append(
            Column(
                header, tuple(vals), personal, kind, why, {k: tuple(v) for k, v in beside.items()}, neutral
            )
        )

    _personal(add)
    _harmless(add)
    return tuple(out)


def _check() -> None:
    from collections import Counter

    cs = columns()
    assert cs == columns()
    p = Counter(c.kind for c in cs if c.personal)
    h = Counter(c.kind for c in cs if not c.personal)
    assert set(p) == set(KINDS) and all(v >= 6 for v in p.values()), p
    assert sum(p.values()) >= 126 and sum(h.values()) >= 126, (sum(p.values()), sum(h.values()))
    assert set(h) <= set(KINDS) | {"plain"}
    for c in cs:
        assert 60 <= len(c.values) <= 300, c.header
        assert all(v is None or isinstance(v, (str, int, float, dt.date)) for v in c.values), c.header
        for k, v in c.beside.items():
            assert len(v) == len(c.values), (c.header, k)
            assert k != c.header
