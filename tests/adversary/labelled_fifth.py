"""The fifth set of columns that a stranger labelled (seed 5517): the south-west and the Alps."""

from __future__ import annotations

import datetime as dt
import json
import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

SEED = 5517


@dataclass(frozen=True)
class Column:
    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: bool = True


NB, NN, ZW, WJ = "\u00a0", "\u202f", "\u200b", "\u2060"

# ------------------------------------------------------------------ pools
FR_P = [
    "Marie",
    "Jean",
    "Nathalie",
    "Philippe",
    "Isabelle",
    "Michel",
    "Sylvie",
    "Alain",
    "Catherine",
    "Patrick",
    "Sandrine",
    "Christophe",
    "Julie",
    "Nicolas",
    "Céline",
    "Sébastien",
    "Aurélie",
    "Thomas",
    "Camille",
    "Julien",
    "Maylis",
    "Xabi",
    "Maïté",
    "Bernadette",
    "Gérard",
    "Josiane",
    "Lucas",
    "Chloé",
    "Léa",
    "Hugo",
    "Inès",
    "Mathilde",
    "Benoît",
    "Hélène",
    "Cédric",
    "Zoé",
    "Marie-Claude",
    "Jean-Marc",
    "Anne-Laure",
    "Jean-Baptiste",
]
FR_N = [
    "Lafitte",
    "Cazenave",
    "Duprat",
    "Laborde",
    "Etcheverry",
    "Barrère",
    "Lacoste",
    "Dupuy",
    "Bordenave",
    "Casaubon",
    "Labat",
    "Larrieu",
    "Fourcade",
    "Peyre",
    "Delmas",
    "Cassagne",
    "Soulié",
    "Vidal",
    "Carrère",
    "Bonnet",
    "Favre",
    "Blanc",
    "Perrin",
    "Gaillard",
    "Mollard",
    "Vuillermoz",
    "Bouvier",
    "Rey",
    "Martin",
    "Bernard",
    "Petit",
    "Durand",
    "Leroy",
    "Moreau",
    "Garnier",
    "Faure",
    "Girard",
    "Chevallier",
    "Lambert",
    "Gauthier",
]
FR_N += ["de Saint-Aubin", "Le Gall", "d'Abbadie", "Martin-Lacaze", "Du Boüays", "Vidal-Cassou"]
ELSE = [
    ("Hery", "Rakotomalala"),
    ("Voahirana", "Andriamihaja"),
    ("Tojo", "Razafindrakoto"),
    ("Mehmet", "Yıldırım"),
    ("Elif", "Özdemir"),
    ("Sevgi", "Karataş"),
    ("Abdou", "Mchangama"),
    ("Faouzia", "Saïd Ali"),
    ("Moinaecha", "Youssouf"),
    ("Agnieszka", "Kowalczyk"),
    ("Zbigniew", "Wiśniewski"),
    ("Małgorzata", "Szymańska"),
    ("Thị Hương", "Nguyễn"),
    ("Văn Minh", "Trần"),
    ("Quốc Bảo", "Lê"),
    ("João", "da Conceição"),
    ("Fátima", "Gonçalves Pinto"),
    ("Rui", "dos Santos"),
    ("Hasmik", "Harutyunyan"),
    ("Gor", "Petrosyan"),
    ("Anouch", "Ter-Minassian"),
    ("Yacine", "Benhamouda"),
    ("Khadija", "El Mansouri"),
    ("Rachid", "Aït Ouarab"),
    ("Soumia", "Bouazza"),
    ("Walid", "Trabelsi"),
    ("Begoña", "Iturralde"),
    ("Iñaki", "Goikoetxea"),
    ("Mamadou", "Diakité"),
    ("Aïssatou", "Baldé"),
    ("Kwame", "Osei"),
    ("Oksana", "Shevchuk"),
    ("Dragan", "Jovanović"),
    ("Giuseppe", "De Luca"),
    ("Francesca", "Bertolotti"),
    ("Priya", "Ramasamy"),
    ("Xiuying", "Zhang"),
    ("Sivakumar", "Thavarajah"),
    ("Ioana", "Munteanu"),
    ("Levan", "Beridze"),
]

SW = [
    ("64000", "Pau", "64445"),
    ("64100", "Bayonne", "64102"),
    ("64200", "Biarritz", "64122"),
    ("40100", "Dax", "40088"),
    ("40000", "Mont-de-Marsan", "40192"),
    ("65000", "Tarbes", "65440"),
    ("65100", "Lourdes", "65286"),
    ("32000", "Auch", "32013"),
    ("47000", "Agen", "47001"),
    ("82000", "Montauban", "82121"),
    ("81000", "Albi", "81004"),
    ("81100", "Castres", "81065"),
    ("12000", "Rodez", "12202"),
    ("09100", "Pamiers", "09225"),
    ("24000", "Périgueux", "24322"),
    ("24100", "Bergerac", "24037"),
    ("33700", "Mérignac", "33281"),
    ("33400", "Talence", "33522"),
    ("31700", "Blagnac", "31069"),
    ("64400", "Oloron-Sainte-Marie", "64422"),
]
AL = [
    ("38000", "Grenoble", "38185"),
    ("38130", "Échirolles", "38151"),
    ("38500", "Voiron", "38563"),
    ("74000", "Annecy", "74010"),
    ("74100", "Annemasse", "74012"),
    ("74200", "Thonon-les-Bains", "74281"),
    ("74700", "Sallanches", "74256"),
    ("74400", "Chamonix-Mont-Blanc", "74056"),
    ("73000", "Chambéry", "73065"),
    ("73100", "Aix-les-Bains", "73008"),
    ("73200", "Albertville", "73011"),
    ("05000", "Gap", "05061"),
    ("05100", "Briançon", "05023"),
    ("04000", "Digne-les-Bains", "04070"),
    ("05200", "Embrun", "05046"),
]
TOWNS = SW + AL
STREETS = [
    "rue des Lilas",
    "chemin de Lacaussade",
    "avenue du Béarn",
    "impasse des Fougères",
    "rue du Moulin",
    "allée des Mimosas",
    "route de Bordeaux",
    "rue Carnot",
    "boulevard d'Alsace-Lorraine",
    "rue de la Fontaine",
    "chemin du Vieux Four",
    "lotissement Les Hauts de Guindalos",
    "rue Maubec",
    "quai de la Nive",
    "montée des Remparts",
    "rue du 11-Novembre",
    "clos des Gentianes",
    "chemin des Épilobes",
    "avenue de Genève",
    "rue de la Chantourne",
    "place des Tilleuls",
    "sentier de la Cascade",
    "rue Émile Zola",
    "résidence Le Parc",
    "rue Saint-Ursin",
    "passage du Gave",
]


def person(r):
    if r.random() < 0.5:
        return r.choice(FR_P), r.choice(FR_N)
    return r.choice(ELSE)


def people(r, n):
    return [person(r) for _ in range(n)]


def up(p):
    return f"{p[1].upper()} {p[0]}"


def plainname(p):
    return f"{p[0]} {p[1]}"


def ascii_(s):
    s = s.replace("ı", "i").replace("ł", "l").replace("Ł", "L").replace("đ", "d")
    s = "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))
    return "".join(c for c in s.lower() if c.isalnum() or c == "-")


def nfd(s):
    return unicodedata.normalize("NFD", s)


def full(s):
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789" else c for c in s)


def digits(r, n):
    return "".join(r.choice("0123456789") for _ in range(n))


def letters(r, n, alphabet="ABCDEFGHJKLMNPQRSTVWXYZ"):
    return "".join(r.choice(alphabet) for _ in range(n))


def group(s, sizes, sep=" "):
    out, i = [], 0
    for k in sizes:
        out.append(s[i : i + k])
        i += k
    if i < len(s):
        out.append(s[i:])
    return sep.join(out)


def mix(r, n, k, special, ordinary):
    """n cells of which exactly k come from special(), the rest from ordinary()."""
    idx = set(r.sample(range(n), k))
    return tuple(special(i) if i in idx else ordinary(i) for i in range(n))


def day(r, a, b):
    d0, d1 = dt.date(a, 1, 1).toordinal(), dt.date(b, 12, 31).toordinal()
    return dt.date.fromordinal(r.randint(d0, d1))


def frd(d):
    return d.strftime("%d/%m/%Y")


def euro(r, a, b):
    return f"{r.randint(a, b):,}".replace(",", NN) + " €"


def addr(r, pool=None):
    cp, t, _ = r.choice(pool or TOWNS)
    n = r.randint(1, 148)
    return f"{n}{r.choice(['', '', '', ' bis', ' ter'])} {r.choice(STREETS)}, {cp} {t}"


def luhn_key(s):
    tot = 0
    for i, c in enumerate(reversed(s)):
        d = int(c)
        if i % 2 == 0:
            d *= 2
            if d > 9:
                d -= 9
        tot += d
    return str((10 - tot % 10) % 10)


def luhn_ok(s):
    return luhn_key(s[:-1]) == s[-1]


def nir(r, dept=None, lo=40, hi=104):
    sex = r.choice("12")
    yy = f"{r.randint(lo, hi) % 100:02d}"
    mm = f"{r.randint(1, 12):02d}"
    if dept is None:
        dept = r.choice(
            ["64", "40", "33", "65", "31", "38", "74", "73", "05", "09", "81", "2A", "2B", "99", "99"]
        )
    if dept in ("2A", "2B"):  # 2A / 2B exist since 1976
        yy = f"{r.randint(76, 104) % 100:02d}"
    if dept == "99":
        com = r.choice(["350", "352", "333", "351", "208", "139", "122", "243", "397", "252"])
    else:
        com = f"{r.randint(1, 480):03d}"
    base = sex + yy + mm + dept + com + f"{r.randint(1, 640):03d}"
    key = 97 - int(base.replace("2A", "19").replace("2B", "18")) % 97
    return base + f"{key:02d}"


def iban_wrap(cc, bban):
    num = "".join(str(int(c, 36)) for c in bban + cc + "00")
    return cc + f"{98 - int(num) % 97:02d}" + bban


def rib(r):
    b = r.choice(["13335", "16906", "18106", "20041", "30002", "30004", "13106", "10278", "14445", "17807"])
    g = f"{r.randint(1, 999):05d}"
    c = digits(r, 11)
    k = 97 - (89 * int(b) + 15 * int(g) + 3 * int(c)) % 97
    return b, g, c, f"{k:02d}"


def iban(r, cc="FR"):
    if cc == "FR":
        return iban_wrap("FR", "".join(rib(r)))
    if cc == "BE":
        base = r.choice(["001", "063", "363", "732"]) + digits(r, 7)
        return iban_wrap("BE", base + f"{int(base) % 97 or 97:02d}")
    if cc == "DE":
        return iban_wrap("DE", r.choice(["37040044", "50010517", "70020270", "10010010"]) + digits(r, 10))
    if cc == "PT":
        base = r.choice(["0033", "0035", "0010", "0007"]) + f"{r.randint(1, 999):04d}" + digits(r, 11)
        return iban_wrap("PT", base + f"{98 - int(base) * 100 % 97:02d}")
    b, g, c = r.choice(["00004", "00005", "00009"]), f"{r.randint(1, 90):05d}", digits(r, 11)
    return iban_wrap("MG", b + g + c + f"{97 - (89 * int(b) + 15 * int(g) + 3 * int(c)) % 97:02d}")


def iban_ok(s):
    s = s.replace(" ", "").upper()
    return int("".join(str(int(c, 36)) for c in s[4:] + s[:4])) % 97 == 1


def card(r, brand=None):
    if brand == "amex":
        base = r.choice(["3749", "3763", "3742"]) + digits(r, 10)
    else:
        base = r.choice(
            ["497010", "497205", "497401", "497671", "513123", "513582", "535530", "456108"]
        ) + digits(r, 9)
    return base + luhn_key(base)


def siren(r, start=""):
    base = start + digits(r, 8 - len(start))
    return base + luhn_key(base)


def siret(r, start=""):
    base = siren(r, start) + f"{r.randint(1, 60):04d}"
    return base + luhn_key(base)


def ean13(base12):
    t = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(base12))
    return base12 + str((10 - t % 10) % 10)


def plate(r):
    a = "ABCDEFGHJKLMNPQRSTVWXYZ"
    return (
        letters(r, 1, "ABCDEFGH") + letters(r, 1, a),
        f"{r.randint(1, 999):03d}",
        letters(r, 2, a).replace("SS", "ST"),
    )


def mobile(r):
    return r.choice(["06", "06", "07"]) + str(r.choice([1, 2, 4, 5, 6, 7, 8])) + digits(r, 7)


def pairs(s, sep=" "):
    return group(s, [2] * 5, sep)


def pub_ip(r):
    a = r.choice(
        ["82.64", "90.12", "86.195", "176.158", "92.184", "88.124", "78.242", "109.190", "37.167", "2.10"]
    )
    return f"{a}.{r.randint(1, 254)}.{r.randint(1, 254)}"


def pub_ip6(r):
    p = r.choice(["2a01:e0a", "2a01:cb19", "2a02:8428", "2a01:cb1d", "2a04:cec0"])
    return p + ":" + ":".join(f"{r.randint(1, 65535):x}" for _ in range(6))


def mac(r, sep=":", case=str.lower):
    o = r.choice(["3c22fb", "f01898", "8cf5a3", "a45e60", "d0c637", "64a2f9", "38f9d3", "ac3743"])
    h = o + "".join(r.choice("0123456789abcdef") for _ in range(6))
    return case(sep.join(h[i : i + 2] for i in range(0, 12, 2)))


def mrz_key(s):
    t = 0
    for i, c in enumerate(s):
        v = 0 if c == "<" else int(c, 36)
        t += v * (7, 3, 1)[i % 3]
    return str(t % 10)


def passport(r):
    return f"{r.randint(15, 25):02d}{letters(r, 2, 'ACDEFHIKLPRTVX')}{digits(r, 5)}"


def cni_new(r):
    a = "CDFGHJKLMNPRTVWXZ"
    return letters(r, 1, a) + "".join(r.choice("0123456789" + a) for _ in range(8))


def cni_old(r):
    return f"{r.randint(6, 20):02d}{r.randint(1, 12):02d}{r.choice(['64', '40', '33', '65', '38', '74', '73', '05'])}{r.choice('1234')}{digits(r, 5)}"


def permis(r):
    return f"{r.randint(74, 112) % 100:02d}{r.randint(1, 12):02d}{r.choice(['64', '40', '33', '31', '38', '74', '73', '05'])}{r.choice(['1', '2', '3', '4'])}{digits(r, 5)}"


def caf(r):
    return digits(r, 7).replace("0000", "1234") + letters(r, 1)


def uai(num7):
    return num7 + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(num7) % 23]


# ------------------------------------------------------------------ personal columns
def _personal():
    out = []
    R = lambda k: random.Random(f"{SEED}-p-{k}")

    def P(kind, header, values, why, beside=None, neutral=True):
        b = {k: tuple(v) for k, v in (beside or {}).items()}
        out.append(Column(header, tuple(values), True, kind, why, b, neutral))

    # ---- nir
    r = R("nir")
    ps = people(r, 84)
    P(
        "nir",
        "n_secu",
        [nir(r) for _ in ps],
        "NIR clean beside names",
        {"nom": [p[1] for p in ps], "prenom": [p[0] for p in ps]},
    )
    P(
        "nir",
        "identifiant",
        [group(nir(r), [1, 2, 2, 2, 3, 3, 2], r.choice([NN, NB, " ", "  "])) for _ in range(96)],
        "NIR grouped with narrow spaces",
        {"service": [r.choice(["Crèches", "Voirie", "Restauration", "État civil"]) for _ in range(96)]},
    )
    P(
        "nir",
        "obs",
        mix(
            r,
            120,
            14,
            lambda i: (
                r.choice(["NIR transmis par tél : ", "sécu ", "N° SS : ", "assuré "])
                + group(nir(r), [1, 2, 2, 2, 3, 3, 2])
            ),
            lambda i: r.choice(
                ["Dossier complet", "Pièces manquantes", "RAS", None, "Relance envoyée", "Clos"]
            ),
        ),
        "NIR in some remarks",
    )
    n = [nir(r, dept=r.choice(["64", "33", "38", "74"])) for _ in range(72)]
    P(
        "nir",
        "matricule",
        [int(x[:13]) for x in n],
        "NIR without key, as integer, key beside",
        {"cle": [int(x[13:]) for x in n], "agent": [up(person(r)) for _ in n]},
    )
    P(
        "nir",
        "champ libre",
        [
            (
                lambda x: r.choice(
                    [
                        full(x),
                        x[:5] + ZW + x[5:],
                        "\t" + x + " ",
                        x[:1] + "." + x[1:5] + "." + x[5:],
                        x.lower(),
                    ]
                )
            )(nir(r, dept=r.choice(["2A", "2B", "64", "73"])))
            for _ in range(66)
        ],
        "NIR full-width, zero-width, Corsican lower case",
    )
    P(
        "nir",
        "payload",
        [
            json.dumps(
                {"demande": f"D{r.randint(1000, 9999)}", "usager": plainname(person(r)), "num": nir(r)},
                ensure_ascii=False,
            )
            for _ in range(70)
        ],
        "NIR inside JSON",
    )
    P(
        "nir",
        "reference_piece",
        mix(r, 150, 22, lambda i: nir(r), lambda i: f"FAC-{r.randint(2019, 2025)}-{r.randint(1, 9999):05d}"),
        "NIR typed where the invoice number goes",
    )

    # ---- iban
    r = R("iban")
    ps = people(r, 75)
    P(
        "iban",
        "IBAN",
        [iban(r) for _ in ps],
        "bank accounts of grant-holders",
        {"bénéficiaire": [up(p) for p in ps], "montant": [r.randint(50, 400) for _ in ps]},
    )
    ps = people(r, 63)
    P(
        "iban",
        "coordonnées",
        [group(iban(r), [4] * 6, r.choice([NB, NN, " "])) for _ in ps],
        "IBAN in fours with odd spaces",
        {"famille": [p[1].upper() for p in ps]},
    )
    P(
        "iban",
        "mode de règlement",
        mix(
            r,
            140,
            20,
            lambda i: r.choice(["Prélèvement ", "virt ", "VIR "]) + group(iban(r), [4] * 6),
            lambda i: r.choice(["Chèque", "Espèces", "CESU", "Carte au guichet", None]),
        ),
        "IBAN in one cell out of seven",
        {"redevable": [plainname(person(r)) for _ in range(140)]},
    )
    cc = [r.choice(["FR", "BE", "DE", "PT", "MG"]) for _ in range(68)]
    P(
        "iban",
        "cpte",
        [r.choice([str, str.lower])(iban(r, c)) for c in cc],
        "French and foreign IBAN, some lower case",
        {"titulaire": [plainname(person(r)) for _ in cc]},
    )
    P(
        "iban",
        "rib_parents",
        [" ".join(rib(r)) for _ in range(61)],
        "old-style RIB of families",
        {
            "responsable": ["M. et Mme " + person(r)[1] for _ in range(61)],
            "enfant": [person(r)[0] for _ in range(61)],
        },
    )
    P(
        "iban",
        "infos paiement",
        [
            f"Titulaire : {plainname(person(r))}\nIBAN : {group(iban(r), [4] * 6)}\nBIC : AGRIFRPP{r.choice(['869', '881', '833'])}"
            for _ in range(64)
        ],
        "holder, IBAN and BIC on three lines",
    )
    P(
        "iban",
        "lieu",
        mix(
            r,
            110,
            16,
            lambda i: (lambda x: x[:9] + ZW + x[9:18] + ZW + x[18:])(iban(r)),
            lambda i: r.choice(
                ["Salle des Halles", "Gymnase Pelletan", "Foyer rural", "Kiosque", "Médiathèque"]
            ),
        ),
        "IBAN with zero-width marks among places",
        {"adhérent": [up(person(r)) for _ in range(110)]},
    )

    # ---- card
    r = R("card")
    ps = people(r, 70)
    P(
        "card",
        "num_carte",
        [card(r) for _ in ps],
        "payment cards, clean",
        {"porteur": [up(p) for p in ps], "exp": [f"{r.randint(1, 12):02d}/{r.randint(26, 30)}" for _ in ps]},
    )
    P(
        "card",
        "obs",
        mix(
            r,
            130,
            13,
            lambda i: (
                r.choice(["Remboursé sur CB ", "carte refusée ", "paiement CB n° "])
                + group(card(r), [4, 4, 4], r.choice([" ", "-", NB]))
            ),
            lambda i: r.choice(
                ["Entrée annulée", "Tarif réduit", "Abonnement 10 séances", "", "Bon échangé"]
            ),
        ),
        "cards in refund notes of the pool",
    )
    P(
        "card",
        "ref_paiement",
        [int(card(r)) for _ in range(80)],
        "cards as integers",
        {
            "reseau": [r.choice(["CB", "VISA", "MASTERCARD"]) for _ in range(80)],
            "montant": [round(r.uniform(3, 90), 2) for _ in range(80)],
            "expire": [f"{r.randint(1, 12):02d}/{r.randint(26, 30)}" for _ in range(80)],
        },
    )
    P(
        "card",
        "equipement",
        [
            (
                lambda x: r.choice(
                    [full(x), group(x, [4, 4, 4], "."), group(x, [4, 4, 4], ZW + " "), "\n" + x]
                )
            )(card(r))
            for _ in range(62)
        ],
        "cards full-width or dotted, misleading header",
        {
            "crypto / date": [
                f"{r.randint(1, 12):02d}-{r.randint(26, 30)} / {digits(r, 3)}" for _ in range(62)
            ]
        },
    )
    P(
        "card",
        "moyen",
        mix(
            r,
            100,
            24,
            lambda i: (
                lambda a: group(a, [4, 6], " ") + " AMEX" if len(a) == 15 else group(a, [4, 4, 4]) + " VISA"
            )(card(r, r.choice(["amex", None]))),
            lambda i: r.choice(["espèces", "chèque bancaire", "chèque-vacances", "mandat administratif"]),
        ),
        "Amex and Visa numbers among means of payment",
    )
    P(
        "card",
        "detail",
        [
            f"<tr><td>{frd(day(r, 2024, 2025))}</td><td>{card(r)}</td><td>{r.randint(5, 80)},00&nbsp;€</td></tr>"
            if i % 4 == 0
            else f"<tr><td>{frd(day(r, 2024, 2025))}</td><td>espèces</td><td>{r.randint(5, 80)},00&nbsp;€</td></tr>"
            for i in range(88)
        ],
        "card numbers inside HTML rows, one in four",
    )

    # ---- phone
    r = R("phone")
    ps = people(r, 90)
    P(
        "phone",
        "portable",
        [pairs(mobile(r)) for _ in ps],
        "mobiles beside names",
        {"contact": [plainname(p) for p in ps]},
    )
    P(
        "phone",
        "lieu",
        [
            (lambda m: "+33" + NN + "(0)" + m[1] + NN + group(m[2:], [2, 2, 2], NN))(mobile(r))
            for _ in range(66)
        ],
        "mobiles, international, narrow spaces",
        {"inscrit": [up(person(r)) for _ in range(66)]},
    )
    P(
        "phone",
        "accès",
        mix(
            r,
            120,
            12,
            lambda i: (
                r.choice(["Contact : ", "appeler la gardienne ", "clé chez le voisin, "])
                + pairs(mobile(r), r.choice([".", " ", "-"]))
            ),
            lambda i: r.choice(
                [
                    "Portail vert",
                    "Badge à l'accueil",
                    "Entrée côté parking",
                    "Ouvert en journée",
                    "Digicode remis le jour même",
                ]
            ),
        ),
        "mobiles of wardens and neighbours in access notes",
        {
            "salle": [
                r.choice(["Salle Lauga", "Foyer d'Hérauritz", "Maison pour tous", "Salle du Bois Doré"])
                for _ in range(120)
            ]
        },
    )
    P(
        "phone",
        "num",
        [int(mobile(r)) for _ in range(74)],
        "mobiles that lost the leading zero",
        {"parent": [up(person(r)) for _ in range(74)]},
    )
    P(
        "phone",
        "joindre",
        [
            pairs(mobile(r), r.choice([" ", "."]))
            + r.choice([" / ", " ou ", " ; le soir "])
            + pairs(r.choice(["0559", "0562", "0476", "0450"]) + digits(r, 6))
            for _ in range(65)
        ],
        "two numbers of volunteers in a cell",
        {"bénévole": [plainname(person(r)) for _ in range(65)]},
    )
    P(
        "phone",
        "tel urgence",
        [
            r.choice(
                [
                    "+261 34 " + group(digits(r, 7), [2, 3]),
                    "+269 3" + group(digits(r, 6), [2, 2]),
                    "+351 91" + digits(r, 1) + " " + group(digits(r, 6), [3]),
                    "+34 6" + group(digits(r, 8), [2, 3]),
                    "+41 79 " + group(digits(r, 7), [3, 2]),
                    "0692 " + group(digits(r, 6), [2, 2]),
                ]
            )
            for _ in range(70)
        ],
        "foreign and overseas mobiles of relatives",
        {"lien": [r.choice(["mère", "frère", "tante", "grand-père", "voisine"]) for _ in range(70)]},
    )
    P(
        "phone",
        "réf.",
        [
            (
                lambda m: r.choice(
                    [
                        full(pairs(m)),
                        m.replace("0", "O", 1),
                        m[:4] + ZW + m[4:],
                        "zéro six " + group(m[2:], [2, 2, 2])
                        if m.startswith("06")
                        else "zéro sept " + group(m[2:], [2, 2, 2]),
                    ]
                )
            )(mobile(r))
            for _ in range(63)
        ],
        "mobiles disguised: letter O, words, full-width",
        {"qui": [person(r)[0] + " " + person(r)[1][0] + "." for _ in range(63)]},
    )

    # ---- email
    r = R("email")
    dom = [
        "gmail.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "hotmail.fr",
        "yahoo.fr",
        "outlook.com",
        "proton.me",
    ]

    def mail(p, d=None):
        return (
            f"{ascii_(p[0])}.{ascii_(p[1])}{r.choice(['', '', str(r.randint(1, 99))])}@{d or r.choice(dom)}"
        )

    ps = people(r, 100)
    P(
        "email",
        "courriel",
        [mail(p) for p in ps],
        "private addresses, clean",
        {"adhésion": [r.choice(["2024", "2025"]) for _ in ps]},
    )
    ps = people(r, 72)
    P(
        "email",
        "referent",
        [
            f"{ascii_(p[0])[0]}.{ascii_(p[1])}@{r.choice(['mairie-dax.fr', 'ville-pau.fr', 'annecy.fr', 'agglo-pau.fr'])}"
            for p in ps
        ],
        "agents' nominative addresses",
        {"direction": [r.choice(["Voirie", "Espaces verts", "Propreté", "Bâtiments"]) for _ in ps]},
    )
    P(
        "email",
        "lien",
        [
            mail(person(r))
            .replace("@", r.choice([" [at] ", " (arobase) ", " AT ", "＠"]))
            .replace(".", r.choice([" point ", ".", " [dot] "]))
            for _ in range(64)
        ],
        "addresses disguised with [at] and point",
    )
    P(
        "email",
        "mél",
        [
            (
                lambda m: r.choice(
                    [
                        m.replace("gmail.com", "gmial.con"),
                        m.replace(".fr", ",fr"),
                        m.replace("@", "@ "),
                        m.upper(),
                        m + ".",
                        m.replace("@", "@@"),
                    ]
                )
            )(mail(person(r), r.choice(["gmail.com", "orange.fr", "sfr.fr"])))
            for _ in range(68)
        ],
        "mistyped addresses",
    )
    P(
        "email",
        "remarques",
        mix(
            r,
            150,
            15,
            lambda i: (
                r.choice(["Réponse à envoyer à ", "écrire à : ", "demande reçue de "]) + mail(person(r))
            ),
            lambda i: r.choice(
                [
                    "Nid-de-poule signalé",
                    "Demande de banc",
                    "Lampadaire éteint",
                    "Haie à tailler",
                    "Poubelle renversée",
                    "Merci à la mairie pour les fleurs",
                ]
            ),
        ),
        "addresses in one remark in ten",
        {"secteur": [r.choice(["Nord", "Sud", "Hameaux", "Centre"]) for _ in range(150)]},
    )
    P(
        "email",
        "fiche",
        [
            (lambda m: f'<a href="mailto:{m}">écrire</a>')(mail(person(r)))
            if i % 3 == 0
            else '<a href="/contact">formulaire</a>'
            for i in range(90)
        ],
        "mailto links, one in three",
    )
    ps = people(r, 61)
    P(
        "email",
        "diffusion",
        [f"{plainname(p)} <{mail(p)}>; {plainname(q)} <{mail(q)}>" for p, q in zip(ps, people(r, 61))],
        "two recipients in a cell",
    )

    # ---- plate
    r = R("plate")
    P(
        "plate",
        "immatriculation",
        ["-".join(plate(r)) for _ in range(110)],
        "residents' parking permits",
        {"formule": [r.choice(["Résident 1 an", "Résident 6 mois", "2e véhicule"]) for _ in range(110)]},
    )
    P(
        "plate",
        "veh",
        [
            r.choice(
                [
                    " ".join(plate(r)).lower(),
                    f"{r.randint(12, 9987)} {letters(r, 2)} {r.choice(['64', '40', '33', '74', '05'])}",
                    f"{r.randint(1000, 9999)}{letters(r, 2).lower()}65",
                ]
            )
            for _ in range(70)
        ],
        "old and new plates, lower case",
        {
            "modele": [r.choice(["Clio", "206", "Kangoo", "Twingo", "C3"]) for _ in range(70)],
            "couleur": [r.choice(["gris", "blanc", "bleu", "noir"]) for _ in range(70)],
        },
    )
    P(
        "plate",
        "compte rendu",
        mix(
            r,
            120,
            18,
            lambda i: (
                f"{r.choice(['Véhicule', 'Peugeot 208', 'fourgon blanc', 'Scenic'])} {r.choice(['-', ' ', '']).join(plate(r))} {r.choice(['mis en fourrière', 'ventouse depuis 3 semaines', 'vitre brisée', 'verbalisé'])}"
            ),
            lambda i: r.choice(
                [
                    "Patrouille sans incident",
                    "Chien errant remis au refuge",
                    "Tapage cessé à notre arrivée",
                    "Sortie d'école surveillée",
                ]
            ),
        ),
        "plates in police reports",
    )
    P(
        "plate",
        "ref",
        ["".join(plate(r)) for _ in range(82)],
        "plates without dashes",
        {
            "marque": [r.choice(["RENAULT", "DACIA", "FIAT", "TOYOTA"]) for _ in range(82)],
            "infraction": [
                r.choice(["stationnement gênant", "défaut de ticket", "arrêt bus"]) for _ in range(82)
            ],
        },
    )
    P(
        "plate",
        "support",
        [
            r.choice(
                [
                    NB.join(plate(r)),
                    ("-" + ZW).join(plate(r)),
                    full("-".join(plate(r))),
                    f"{r.randint(1000, 9999)} {letters(r, 3, 'BCDFGHJKLMNPRSTVWXYZ')} (E)",
                    f"GE {r.randint(10000, 499999)} (CH)",
                ]
            )
            for _ in range(64)
        ],
        "plates with hidden marks, Spanish and Swiss",
        {"entrée parc": [f"{r.randint(7, 20):02d}:{r.randint(0, 59):02d}" for _ in range(64)]},
    )
    P(
        "plate",
        "signalement",
        mix(
            r,
            100,
            10,
            lambda i: json.dumps(
                {"type": "épave", "immat": "-".join(plate(r)), "rue": r.choice(STREETS)}, ensure_ascii=False
            ),
            lambda i: json.dumps(
                {"type": r.choice(["dépôt sauvage", "tag", "encombrants"]), "rue": r.choice(STREETS)},
                ensure_ascii=False,
            ),
        ),
        "plates in some JSON reports",
    )

    # ---- ip
    r = R("ip")
    pages = ["/agenda", "/etat-civil/naissance", "/ccas/aides", "/piscine/horaires", "/inscription-cantine"]
    P(
        "ip",
        "visiteur",
        [pub_ip(r) for _ in range(130)],
        "addresses of the site's visitors",
        {
            "page": [r.choice(pages) for _ in range(130)],
            "navigateur": [
                r.choice(["Firefox 131", "Safari iOS 17", "Chrome 129 Android"]) for _ in range(130)
            ],
        },
    )
    P(
        "ip",
        "log",
        [
            f'{pub_ip(r)} - - [{r.randint(1, 28):02d}/Oct/2025:{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d} +0200] "GET {r.choice(pages)} HTTP/1.1" 200 {r.randint(800, 30000)}'
            for _ in range(90)
        ],
        "web server log lines",
    )
    P(
        "ip",
        "origine",
        [pub_ip6(r) for _ in range(72)],
        "IPv6 of subscribers of public wifi",
        {
            "connexion": [
                f"2025-0{r.randint(4, 9)}-{r.randint(1, 28):02d} {r.randint(8, 22):02d}:{r.randint(0, 59):02d}"
                for _ in range(72)
            ],
            "terminal": [r.choice(["iPhone", "Galaxy A54", "Pixel 8", "Redmi Note"]) for _ in range(72)],
        },
    )
    P(
        "ip",
        "X-Forwarded-For",
        mix(
            r,
            120,
            40,
            lambda i: f"{pub_ip(r)}, 10.12.0.{r.randint(2, 250)}",
            lambda i: f"10.12.{r.randint(0, 9)}.{r.randint(2, 250)}",
        ),
        "visitors behind a proxy, a third of rows",
        {"requete": [r.choice(pages) for _ in range(120)]},
    )
    P(
        "ip",
        "contribution",
        mix(
            r,
            90,
            12,
            lambda i: (
                r.choice(
                    [
                        "Je suis contre le projet. ",
                        "Plus de pistes cyclables ! ",
                        "Gardez le marché place Clemenceau. ",
                    ]
                )
                + f"[posté depuis {pub_ip(r)}]"
            ),
            lambda i: r.choice(
                ["Favorable.", "Plus d'arbres svp", "Et le stationnement ?", "Bravo pour la concertation"]
            ),
        ),
        "addresses left after consultation comments",
    )
    P(
        "ip",
        "lieu",
        [
            r.choice(
                [
                    "::ffff:" + pub_ip(r),
                    full(pub_ip(r)),
                    pub_ip(r).replace(".", "." + ZW),
                    pub_ip(r).replace(".", "[.]"),
                    pub_ip(r) + ":" + str(r.randint(30000, 65000)),
                ]
            )
            for _ in range(66)
        ],
        "disguised addresses of petition signers",
        {"vote": [r.choice(["pour", "contre", "abstention"]) for _ in range(66)]},
    )

    # ---- mac
    r = R("mac")
    P(
        "mac",
        "terminal",
        [mac(r) for _ in range(140)],
        "phones seen by footfall counters",
        {
            "rssi": [-r.randint(40, 92) for _ in range(140)],
            "vu_a": [
                f"{r.randint(8, 20):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}" for _ in range(140)
            ],
            "fabricant": [r.choice(["Apple", "Samsung", "Xiaomi"]) for _ in range(140)],
        },
    )
    ps = people(r, 62)
    P(
        "mac",
        "adresse",
        [mac(r, "-", str.upper) for _ in ps],
        "laptops lent to agents, names beside",
        {"attribué à": [up(p) for p in ps]},
    )
    P(
        "mac",
        "id",
        [(lambda h: f"{h[:4]}.{h[4:8]}.{h[8:]}")(mac(r, "")) for _ in range(70)],
        "Cisco-style MAC of guests",
        {
            "nom appareil": [
                f"{r.choice(['iPhone', 'Galaxy', 'MacBook'])} de {person(r)[0]}" for _ in range(70)
            ]
        },
    )
    P(
        "mac",
        "evenement",
        mix(
            r,
            120,
            20,
            lambda i: (
                f"assoc {mac(r)} SSID=Pau-Wifi-Public {r.choice(['iPhone-de-', 'Galaxy-A-'])}{ascii_(person(r)[0])}"
            ),
            lambda i: r.choice(["reboot borne", "channel change 6 -> 11", "uplink ok", "firmware check"]),
        ),
        "wifi events, one in six names a phone",
    )
    P(
        "mac",
        "capteur",
        [r.choice([full(mac(r)), mac(r, " : "), mac(r, ":" + ZW), mac(r, "")]) for _ in range(64)],
        "disguised MAC of loaned tablets",
        {"emprunteur": [plainname(person(r)) for _ in range(64)]},
    )
    P(
        "mac",
        "trame",
        [
            json.dumps(
                {
                    "mac": mac(r),
                    "host": f"{ascii_(p[0])}-{r.choice(['ipad', 'pc', 'android'])}",
                    "dbm": -r.randint(40, 90),
                }
            )
            for p in people(r, 75)
        ],
        "MAC with host named after the owner, JSON",
    )

    # ---- person_name
    r = R("name")
    assoc = [
        "Les Amis du Gave",
        "Judo Club dacquois",
        "Chorale Arpège",
        "Pelote basque",
        "Ski Club",
        "Secours alpin",
        "Club photo",
        "Comité des fêtes",
        "Lous Paisans",
    ]
    ps = people(r, 88)
    P(
        "person_name",
        "président(e)",
        [up(p) for p in ps],
        "leaders of associations",
        {"association": [r.choice(assoc) for _ in ps]},
    )
    ps = people(r, 45)
    P(
        "person_name",
        "conseiller",
        [up(r.choice(ps)) for _ in range(120)],
        "elected people voting, in office: a decision is needed",
        {
            "vote": [r.choice(["POUR", "CONTRE", "ABSTENTION"]) for _ in range(120)],
            "délibération": [f"2025-{r.randint(1, 60):03d}" for _ in range(120)],
        },
    )
    P(
        "person_name",
        "attributaire",
        mix(
            r,
            120,
            15,
            lambda i: f"{r.choice(['M.', 'Mme', 'M'])} {plainname(person(r))}",
            lambda i: r.choice(
                [
                    "Eurovia Aquitaine",
                    "Colas France",
                    "SPIE Batignolles Sud-Ouest",
                    "SAS Énergies du Gave",
                    "Coved",
                    "Dalkia",
                    "Suez Eau France",
                    "SARL Toitures des Alpes",
                ]
            ),
        ),
        "natural persons among the companies",
        {"objet": [r.choice(["Maintenance", "Animation", "Travaux", "Conférence"]) for _ in range(120)]},
    )
    P(
        "person_name",
        "lieu",
        [
            r.choice(
                [
                    nfd(plainname(p)),
                    p[0].lower() + NB + p[1].lower(),
                    p[1] + ",\t" + p[0],
                    p[0][:3] + ZW + p[0][3:] + " " + p[1].upper(),
                    "<b>" + plainname(p) + "</b>",
                ]
            )
            for p in people(r, 76)
        ],
        "names decomposed, tabbed, tagged",
    )
    P(
        "person_name",
        "suivi",
        mix(
            r,
            110,
            12,
            lambda i: r.choice(
                [
                    "Accompagnement de Mme {} au CCAS",
                    "Courrier remis en main propre à M. {}",
                    "Plainte de Madame {} (bruit)",
                    "rdv pris pour monsieur {}",
                ]
            ).format(person(r)[1]),
            lambda i: r.choice(
                [
                    "Courrier classé",
                    "Réunion de quartier",
                    "Affichage effectué",
                    "Commande passée",
                    "Visite du chantier",
                ]
            ),
        ),
        "residents named in some follow-ups",
    )
    ps = people(r, 66)
    P(
        "person_name",
        "equipe",
        [" / ".join(ascii_(q[1]) for q in (p, person(r), person(r))) for p in ps],
        "surnames of agents on duty, lower case",
        {
            "poste": [r.choice(["Piscine", "Patinoire", "Stade"]) for _ in ps],
            "semaine": [r.randint(1, 52) for _ in ps],
        },
        neutral=True,
    )
    P(
        "person_name",
        "signataires",
        ["\n".join(plainname(p) for p in people(r, r.randint(2, 4))) for _ in range(60)],
        "several signatories by cell",
    )
    elus = people(r, 33)
    P(
        "person_name",
        "élu référent",
        [
            f"{plainname(r.choice(elus))}, {r.choice(['adjoint(e) au maire', 'conseiller(ère) municipal(e) délégué(e)', 'maire de quartier', '3e vice-présidence'])}"
            for _ in range(80)
        ],
        "elected people in office: decision needed",
        {"quartier": [r.choice(["Saragosse", "Berlioz", "Hameau", "Centre"]) for _ in range(80)]},
    )

    # ---- address
    r = R("addr")
    ps = people(r, 92)
    P("address", "domicile", [addr(r) for _ in ps], "homes beside names", {"nom": [up(p) for p in ps]})
    P(
        "address",
        "où",
        [
            f"{r.choice(['Appt', 'apt', 'Apt.', 'appart'])} {r.randint(1, 60)}, {r.choice(['RDC', '1er étage', '2e ét. gauche', '4e étage'])}\n{addr(r, AL)}"
            for _ in range(70)
        ],
        "flats of people receiving meals",
        {
            "portage": [r.choice(["lun-mer-ven", "tous les jours", "week-end"]) for _ in range(70)],
            "bénéficiaire": [f"{r.choice(['Mme', 'M.'])} {person(r)[1]}" for _ in range(70)],
        },
    )
    P(
        "address",
        "lieu",
        mix(
            r,
            120,
            18,
            lambda i: f"chez {r.choice(['M.', 'Mme', 'la famille'])} {person(r)[1]}, {addr(r, SW)}",
            lambda i: r.choice(
                [
                    "Place de la Mairie",
                    "Parc Beaumont",
                    "Marché couvert",
                    "Esplanade des Quinconces",
                    "Gare SNCF",
                ]
            ),
        ),
        "homes of hosts among public places",
        {"événement": [r.choice(["Fête des voisins", "Visite de jardin", "Concert"]) for _ in range(120)]},
    )
    P(
        "address",
        "adr",
        [
            (lambda a: r.choice([a.upper(), nfd(a), a.replace(" ", NB), full(a), a.replace(", ", "<br>")]))(
                addr(r)
            )
            for _ in range(66)
        ],
        "homes, dirty",
        {
            "locataire": [plainname(person(r)) for _ in range(66)],
            "loyer": [r.randint(310, 780) for _ in range(66)],
        },
    )
    P(
        "address",
        "motif",
        mix(
            r,
            100,
            10,
            lambda i: (
                f"{r.choice(['Cambriolage', 'Violences', 'Différend', 'Personne âgée sans nouvelles'])} au domicile, {addr(r)}"
            ),
            lambda i: r.choice(["Ronde", "Surveillance marché", "Point école", "Contrôle vitesse"]),
        ),
        "private homes in interventions",
    )
    P(
        "address",
        "destinataire",
        [f"{r.choice(['', 'Famille ', 'M. ou Mme '])}{plainname(person(r))}\n{addr(r)}" for _ in range(64)],
        "postal blocks of residents",
    )
    P(
        "address",
        "equipement",
        [
            f"{r.choice(['composteur 400 L', 'récupérateur 500 L', 'bac 120 L'])} livré {r.randint(1, 90)} {r.choice(STREETS)} ({r.choice(['M.', 'Mme'])} {person(r)[1]})"
            for _ in range(78)
        ],
        "delivery at homes, name in brackets",
    )

    # ---- birth_date
    r = R("birth")
    ps = people(r, 80)
    P(
        "birth_date",
        "ddn",
        [day(r, 2014, 2019) for _ in ps],
        "birth dates of pupils beside class",
        {"eleve": [up(p) for p in ps], "classe": [r.choice(["PS", "MS", "GS", "CP", "CE1"]) for _ in ps]},
        neutral=False,
    )
    P(
        "birth_date",
        "obs",
        mix(
            r,
            110,
            16,
            lambda i: (
                f"{r.choice(['né le', 'née le', 'né(e) le', 'nee le'])} {frd(day(r, 1932, 2006))} à {r.choice(TOWNS)[1]}"
            ),
            lambda i: r.choice(["dossier reçu", "à relancer", None, "complet"]),
        ),
        "« né le » in some remarks",
        {"usager": [plainname(person(r)) for _ in range(110)]},
    )
    P(
        "birth_date",
        "code",
        [int(day(r, 1938, 2017).strftime("%Y%m%d")) for _ in range(70)],
        "YYYYMMDD beside names",
        {"licencié": [plainname(person(r)) for _ in range(70)], "club": [r.choice(assoc) for _ in range(70)]},
        neutral=False,
    )
    P(
        "birth_date",
        "date",
        [day(r, 1929, 2005) for _ in range(95)],
        "birth date with place of birth beside names",
        {
            "nom": [up(person(r)) for _ in range(95)],
            "lieu": [
                r.choice(
                    [
                        "né à Tarbes (65)",
                        "née à Antsirabe (Madagascar)",
                        "né à Moroni (Comores)",
                        "née à Braga (Portugal)",
                        "née à Gap (05)",
                        "né à Izmir (Turquie)",
                    ]
                )
                for _ in range(95)
            ],
        },
    )
    ds = [day(r, 1936, 2004) for _ in range(64)]
    P(
        "birth_date",
        "age",
        [f"{d.strftime('%d.%m.%y')} ({2025 - d.year} ans)" for d in ds],
        "birth date and age in brackets",
        {"abonné": [plainname(person(r)) for _ in ds]},
    )
    P(
        "birth_date",
        "naissance",
        [
            (
                lambda d: r.choice(
                    [
                        full(frd(d)),
                        f" {d.day} / {d.month} /{d.year}",
                        f"{d.day:02d}{NN}{r.choice(['janv.', 'févr.', 'avril', 'août'])}{NN}{d.year}",
                        f"né en {d.year}, le {d.day:02d}-{d.month:02d}",
                    ]
                )
            )(day(r, 1931, 2010))
            for _ in range(68)
        ],
        "birth dates badly typed",
        {
            "prénom nom": [plainname(person(r)) for _ in range(68)],
            "ville nais.": [r.choice(TOWNS)[1] for _ in range(68)],
        },
        neutral=False,
    )
    P(
        "birth_date",
        "fiche",
        [
            f"{up(p)} - DN {frd(day(r, 1950, 2008))} - nat. {r.choice(['F', 'PRT', 'MAR', 'TUR'])}"
            for p in people(r, 62)
        ],
        "name and DN in a file line",
    )

    # ---- identity_card
    r = R("cni")
    pref = ["préf. Pyrénées-Atlantiques", "s/préf. Dax", "préf. Isère", "s/préf. Bonneville", "préf. Savoie"]
    ps = people(r, 74)
    P(
        "identity_card",
        "cni",
        [cni_new(r) for _ in ps],
        "new cards beside names and expiry",
        {"nom": [up(p) for p in ps], "expire": [day(r, 2031, 2035) for _ in ps]},
    )
    P(
        "identity_card",
        "numero",
        [cni_old(r) for _ in range(70)],
        "12-digit cards",
        {
            "titulaire": [plainname(person(r)) for _ in range(70)],
            "délivrée par": [r.choice(pref) for _ in range(70)],
        },
    )
    P(
        "identity_card",
        "pièce présentée",
        mix(
            r,
            120,
            30,
            lambda i: r.choice(["CNI n° ", "carte identité ", "C.N.I. "]) + r.choice([cni_old, cni_new])(r),
            lambda i: r.choice(
                ["justificatif de domicile", "livret de famille", "aucune", "avis d'imposition"]
            ),
        ),
        "card numbers in a quarter of rows",
    )
    P(
        "identity_card",
        "gage",
        [
            r.choice(
                [
                    full(cni_old(r)),
                    group(cni_old(r), [4, 2, 1], NB),
                    cni_new(r).lower(),
                    cni_new(r)[:4] + ZW + cni_new(r)[4:],
                ]
            )
            for _ in range(64)
        ],
        "cards left as deposit, dirty",
        {"emprunteur": [plainname(person(r)) for _ in range(64)], "pièce": ["carte d'identité"] * 64},
    )
    P(
        "identity_card",
        "procuration",
        [
            f"Mandant {plainname(person(r))}, CNI {cni_new(r)}, mandataire {plainname(person(r))}"
            for _ in range(60)
        ],
        "proxy voters with card",
    )
    P(
        "identity_card",
        "lieu",
        mix(
            r,
            100,
            9,
            lambda i: f"objet trouvé : CNI {cni_old(r)} au nom de {person(r)[1].upper()}",
            lambda i: r.choice(
                [
                    "objet trouvé : parapluie",
                    "objet trouvé : clés",
                    "objet trouvé : casquette enfant",
                    "objet trouvé : vélo bleu",
                ]
            ),
        ),
        "cards in lost property",
    )

    # ---- passport
    r = R("pass")
    ps = people(r, 66)
    P(
        "passport",
        "passeport",
        [passport(r) for _ in ps],
        "passports beside names",
        {
            "voyageur": [up(p) for p in ps],
            "nationalité": ["FRA"] * 66,
            "validité": [day(r, 2027, 2035) for _ in ps],
        },
    )

    def mrz(p):
        no = passport(r)
        b, e = day(r, 1950, 2007).strftime("%y%m%d"), day(r, 2027, 2034).strftime("%y%m%d")
        a = no + mrz_key(no)
        c = b + mrz_key(b)
        d = e + mrz_key(e)
        return f"{a}FRA{c}{r.choice('MF')}{d}" + "<" * 14 + "0" + mrz_key(a + c + d + "<" * 14 + "0")

    P("passport", "scan", [mrz(p) for p in people(r, 60)], "machine-readable second line of passports")
    P(
        "passport",
        "doc",
        mix(
            r,
            110,
            20,
            lambda i: f"{r.choice(['passeport', 'Passeport n°', 'PSPT'])} {passport(r)}",
            lambda i: r.choice(["acte de naissance", "photo conforme", "timbre fiscal 86 €", "attestation"]),
        ),
        "passports in some rows of the desk",
        {"rdv": [f"{r.randint(8, 17):02d}h{r.choice(['00', '15', '30', '45'])}" for _ in range(110)]},
    )
    P(
        "passport",
        "ref",
        [
            r.choice(
                [passport(r).lower(), full(passport(r)), group(passport(r), [2, 2], NN), passport(r) + "\t"]
            )
            for _ in range(65)
        ],
        "passports dirty beside twin-town travellers",
        {
            "participant": [plainname(person(r)) for _ in range(65)],
            "vol": [r.choice(["AF7461 TLS-ORY", "U24902 GVA-LIS", "AF1676 BOD-LGW"]) for _ in range(65)],
        },
    )
    P(
        "passport",
        "jumelage",
        [
            json.dumps(
                {"nom": person(r)[1], "prenom": person(r)[0], "doc": passport(r), "pays": "FR"},
                ensure_ascii=False,
            )
            for _ in range(62)
        ],
        "JSON of the school exchange",
    )
    P(
        "passport",
        "commentaire",
        mix(
            r,
            90,
            9,
            lambda i: f"M. {person(r)[1]} vient retirer le {passport(r)}, absent la veille",
            lambda i: r.choice(["retrait effectué", "mauvaise photo", "rdv décalé", "empreintes à refaire"]),
        ),
        "numbers in remarks",
    )

    # ---- driving_licence
    r = R("permis")
    ps = people(r, 68)
    P(
        "driving_licence",
        "permis",
        [permis(r) for _ in ps],
        "drivers' licences beside names",
        {
            "conducteur": [up(p) for p in ps],
            "catégories": [r.choice(["B", "B, BE", "B, C", "B, C, CE", "D"]) for _ in ps],
        },
    )
    P(
        "driving_licence",
        "n°",
        [int("9" + permis(r)[1:]) for _ in range(64)],
        "licences as integers",
        {
            "agent": [plainname(person(r)) for _ in range(64)],
            "cat.": [r.choice(["permis B", "permis C", "permis B+E"]) for _ in range(64)],
        },
    )
    P(
        "driving_licence",
        "habilitation",
        mix(
            r,
            100,
            25,
            lambda i: f"permis {r.choice(['B', 'C', 'D'])} n° {group(permis(r), [4, 2])}",
            lambda i: r.choice(["CACES R482 cat. A", "AIPR", "habilitation B1V", "SST"]),
        ),
        "licences among qualifications",
        {"matricule": [r.randint(1000, 4999) for _ in range(100)]},
    )
    P(
        "driving_licence",
        "réf",
        [
            r.choice(
                [
                    full(permis(r)),
                    group(permis(r), [2, 2, 2], NB),
                    permis(r)[:6] + ZW + permis(r)[6:],
                    "Permis:" + permis(r),
                ]
            )
            for _ in range(66)
        ],
        "licences dirty",
        {
            "autopartage": [plainname(person(r)) for _ in range(66)],
            "obtenu": [r.choice(["permis B 1998", "permis B 2004", "permis B 1987"]) for _ in range(66)],
        },
    )
    P(
        "driving_licence",
        "constat",
        mix(
            r,
            90,
            11,
            lambda i: f"conductrice {person(r)[1]}, permis {permis(r)}, dépistage négatif",
            lambda i: r.choice(
                ["dégâts matériels", "feu tricolore HS", "chaussée verglacée", "accrochage sans suite"]
            ),
        ),
        "licences in accident notes",
    )
    P(
        "driving_licence",
        "dossier",
        [f"{up(p)} | {r.choice(['B', 'BE', 'C1'])} | {permis(r)}" for p in people(r, 60)],
        "name | category | licence",
    )

    # ---- sports_licence
    r = R("sport")
    P(
        "sports_licence",
        "licence",
        [digits(r, 7) + letters(r, 1) for _ in range(78)],
        "tennis licences beside players",
        {
            "joueur": [plainname(person(r)) for _ in range(78)],
            "classement": [r.choice(["NC", "30/1", "15/4", "30/5", "40"]) for _ in range(78)],
        },
    )

    def judo(p):
        return f"{r.choice('MF')}{day(r, 1975, 2016).strftime('%d%m%Y')}{(ascii_(p[1]).replace('-', '') + 'xxxxx')[:5].upper()}{r.randint(1, 3):02d}"

    P(
        "sports_licence",
        "code",
        [judo(p) for p in people(r, 70)],
        "judo licences (sex, birth date, name)",
        {"ceinture": [r.choice(["blanche", "jaune", "orange", "verte", "noire 1er dan"]) for _ in range(70)]},
    )
    P(
        "sports_licence",
        "num",
        [r.choice(["VT", "BC", "JH", "OL"]) + digits(r, 6) for _ in range(66)],
        "basketball licences",
        {
            "joueuse": [up(person(r)) for _ in range(66)],
            "catégorie": [r.choice(["U11", "U13F", "U15", "Seniors"]) for _ in range(66)],
        },
    )
    P(
        "sports_licence",
        "aide",
        mix(
            r,
            110,
            18,
            lambda i: f"Pass'Sport {person(r)[0]} - licence FFF {r.choice(['2', '9', '1'])}{digits(r, 9)}",
            lambda i: r.choice(["achat ballons", "location minibus", "arbitrage", "tournoi de Pâques"]),
        ),
        "football licences in some aid lines",
    )
    P(
        "sports_licence",
        "ref",
        [
            r.choice([full, lambda x: group(x, [2, 2, 3], NN), lambda x: x + " "])(
                r.choice(["40", "44", "48"]) + r.choice(["64", "40", "73", "38"]) + digits(r, 7)
            )
            for _ in range(62)
        ],
        "cycling licences, dirty",
        {
            "coureur": [plainname(person(r)) for _ in range(62)],
            "dossard": [r.randint(1, 200) for _ in range(62)],
        },
    )
    P(
        "sports_licence",
        "adhérent",
        [
            f"{r.choice(['3800', '7400', '7306', '0505'])}{r.randint(2004, 2025)}{digits(r, 4)}"
            for _ in range(64)
        ],
        "alpine club licences",
        {
            "nom": [up(person(r)) for _ in range(64)],
            "activité": [r.choice(["alpinisme", "ski de randonnée", "escalade"]) for _ in range(64)],
        },
    )
    P(
        "sports_licence",
        "plongeurs",
        [
            f"{plainname(person(r))} (A-{r.choice(['09', '13', '06'])}-{digits(r, 6)}), {r.choice(['N1', 'N2', 'N3', 'E2'])}"
            for _ in range(60)
        ],
        "diving licences after names",
    )

    # ---- caf_number
    r = R("caf")
    ps = people(r, 85)
    P(
        "caf_number",
        "allocataire",
        [caf(r) for _ in ps],
        "CAF numbers with quotient",
        {"famille": [p[1].upper() for p in ps], "QF": [r.randint(180, 1900) for _ in ps]},
    )
    P(
        "caf_number",
        "id",
        [group(caf(r), [7], r.choice([" ", NB, ""])).lower() for _ in range(66)],
        "CAF numbers lower case",
        {
            "parents": [plainname(person(r)) for _ in range(66)],
            "crèche": [r.choice(["Les Isards", "Pirouette", "Les Edelweiss"]) for _ in range(66)],
            "qf": [f"QF CAF {r.randint(200, 1500)}" for _ in range(66)],
        },
    )
    P(
        "caf_number",
        "remarque",
        mix(
            r,
            120,
            14,
            lambda i: r.choice(["n° CAF ", "alloc. CAF ", "caf64 : ", "matricule CAF "]) + caf(r),
            lambda i: r.choice(
                ["tarif plein", "réduction fratrie", "dossier en ligne", "ALSH mercredi", None]
            ),
        ),
        "CAF numbers in some remarks",
    )
    P(
        "caf_number",
        "groupe",
        [
            r.choice([full(caf(r)), caf(r)[:3] + ZW + caf(r)[3:], "CAF/" + caf(r), caf(r) + "\n"])
            for _ in range(63)
        ],
        "CAF numbers dirty",
        {
            "resp. légal": [plainname(person(r)) for _ in range(63)],
            "tranche": [r.choice(["QF1", "QF2", "QF3"]) for _ in range(63)],
        },
    )
    P(
        "caf_number",
        "json",
        [
            json.dumps({"caf": caf(r), "qf": r.randint(150, 1700), "enfants": r.randint(1, 5)})
            for _ in range(70)
        ],
        "CAF numbers in JSON",
    )
    P(
        "caf_number",
        "organisme",
        mix(r, 100, 34, lambda i: "CAF " + caf(r), lambda i: r.choice(["MSA", "aucun", "hors régime"])),
        "CAF number after the body, a third of rows",
        {"enfant": [plainname(person(r)) for _ in range(100)]},
    )

    # ---- social_profile
    r = R("social")

    def handle(p):
        return r.choice(
            [
                ascii_(p[0]) + "_" + ascii_(p[1])[:4] + str(r.randint(1, 99)),
                ascii_(p[1]) + "." + ascii_(p[0]),
                ascii_(p[0])[:4] + "_du_" + r.choice(["64", "40", "38", "74"]),
            ]
        )

    P(
        "social_profile",
        "insta",
        ["https://www.instagram.com/" + handle(person(r)) + "/" for _ in range(72)],
        "Instagram pages of photo-contest entrants",
        {"photo": [f"concours_{i:03d}.jpg" for i in range(72)]},
    )
    ps = people(r, 66)
    P(
        "social_profile",
        "pseudo",
        ["@" + handle(p) for p in ps],
        "handles beside names",
        {"gagnant": [plainname(p) for p in ps]},
    )
    P(
        "social_profile",
        "commentaire",
        mix(
            r,
            120,
            15,
            lambda i: r.choice(
                ["Vu sur fb facebook.com/{}", "signalé par @{} sur X", "message privé de insta: {}"]
            ).format(handle(person(r))),
            lambda i: r.choice(["Signalement guichet", "Appel reçu", "Courrier", "Application mobile"]),
        ),
        "private profiles in some reports",
    )
    ps = people(r, 64)
    P(
        "social_profile",
        "source",
        [
            f"https://www.linkedin.com/in/{ascii_(p[0])}-{ascii_(p[1])}-{r.randint(10**7, 10**8):x}"
            for p in ps
        ],
        "LinkedIn of mentors",
    )
    P(
        "social_profile",
        "lien",
        [
            r.choice(
                [
                    "strava.com/athletes/" + digits(r, 8),
                    "@" + handle(p) + "@piaille.fr",
                    "tiktok . com / @" + handle(p),
                    "snap : " + handle(p),
                    "HTTPS://FB.COM/" + handle(p).upper(),
                ]
            )
            for p in people(r, 68)
        ],
        "assorted profiles, badly typed",
        {"bénévole": [plainname(person(r)) for _ in range(68)]},
    )
    P(
        "social_profile",
        "html",
        [
            f'<a href="https://x.com/{handle(p)}">{plainname(p)}</a>'
            if i % 5 == 0
            else '<a href="https://www.agglo-pau.fr">site</a>'
            for i, p in enumerate(people(r, 95))
        ],
        "private X accounts in one link in five",
    )

    # ---- trigram
    r = R("tri")
    ag = people(r, 14)
    tri = lambda p: (ascii_(p[0])[0] + ascii_(p[1]).replace("-", "")[:2]).upper()
    log = lambda p: ascii_(p[0])[0] + ascii_(p[1])
    sel = [r.choice(ag) for _ in range(90)]
    P(
        "trigram",
        "agent",
        [tri(p) for p in sel],
        "trigrams beside the agents' names",
        {"nom agent": [plainname(p) for p in sel]},
    )
    P(
        "trigram",
        "suivi",
        mix(
            r,
            100,
            30,
            lambda i: r.choice(
                [
                    "vu avec {} le {}",
                    "relancé par {} {}",
                    "{} : appel du {} sans réponse",
                    "transmis à {} le {}",
                ]
            ).format(tri(r.choice(ag)), f"{r.randint(1, 28):02d}/{r.randint(1, 12):02d}"),
            lambda i: r.choice(["devis reçu", "en attente", "commande faite", "réception sans réserve"]),
        ),
        "trigrams in follow-up texts",
    )
    P(
        "trigram",
        "maj_par",
        [log(r.choice(ag)) for _ in range(120)],
        "logins made of initial and surname",
        {
            "maj_le": [day(r, 2023, 2025) for _ in range(120)],
            "action": [r.choice(["création", "modification", "suppression"]) for _ in range(120)],
        },
    )
    P(
        "trigram",
        "visa",
        [f"{r.choice(ag)[0][0]}.{r.choice(ag)[1][0].upper()}. / {tri(r.choice(ag))}" for _ in range(70)],
        "initials of two signers",
        {"étape": [r.choice(["saisi par", "vérifié par", "signé par"]) for _ in range(70)]},
    )
    P(
        "trigram",
        "source",
        [
            r.choice(["VILLE\\", "ville\\", "MAIRIE-GAP\\"]) + log(r.choice(ag)) + r.choice(["", " ", ZW])
            for _ in range(80)
        ],
        "Windows domain logins",
    )
    P(
        "trigram",
        "historique",
        [
            f"{frd(day(r, 2024, 2025))} {log(r.choice(ag))} > ouverture\n{frd(day(r, 2025, 2025))} {log(r.choice(ag))} > clôture"
            for _ in range(62)
        ],
        "logins in histories",
    )
    sel = [r.choice(ag) for _ in range(75)]
    P(
        "trigram",
        "obs.",
        [
            f"({p[0][0].lower()}{p[1][0].lower()}) {r.choice(['rappeler', 'fait', 'à voir', 'ok'])}"
            for p in sel
        ],
        "initials in brackets beside agents",
        {"intervenant": [up(p) for p in sel]},
    )

    # ---- health
    r = R("health")
    ps = people(r, 76)
    P(
        "health",
        "PAI",
        [
            r.choice(
                [
                    "allergie arachide",
                    "asthme",
                    "diabète type 1 (insuline)",
                    "épilepsie",
                    "intolérance au gluten",
                    "drépanocytose",
                ]
            )
            for _ in ps
        ],
        "children's care plans beside names",
        {"enfant": [plainname(p) for p in ps]},
    )
    P(
        "health",
        "obs",
        mix(
            r,
            120,
            15,
            lambda i: r.choice(
                [
                    "M. {} hospitalisé pour AVC",
                    "Mme {} en chimiothérapie, report",
                    "malaise de {} au guichet, diabétique",
                    "{} sous traitement psychiatrique",
                ]
            ).format(person(r)[1]),
            lambda i: r.choice(["rdv honoré", "absent", "pièces remises", "report demandé"]),
        ),
        "health of some named users",
    )
    P(
        "health",
        "motif d'absence",
        [
            r.choice(
                [
                    "arrêt maladie – burn-out",
                    "ALD cancer du sein",
                    "grossesse pathologique",
                    "fracture poignet",
                    "congé longue durée dépression",
                    "lombalgie AT",
                ]
            )
            for _ in range(70)
        ],
        "agents' absences",
        {"agent": [up(person(r)) for _ in range(70)]},
    )
    P(
        "health",
        "besoin",
        [
            r.choice(
                [
                    "fauteuil roulant (SEP)",
                    "malvoyant<br>DMLA",
                    "de\u0301ficience auditive",
                    "trisomie 21, AESH",
                    "autisme\tcasque anti-bruit",
                    "mobilite\u0301 re\u0301duite apre\u0300s AVC",
                ]
            )
            for _ in range(64)
        ],
        "handicaps, dirty, beside names",
        {"inscrit·e": [plainname(person(r)) for _ in range(64)]},
    )
    P(
        "health",
        "compte-rendu",
        mix(
            r,
            90,
            12,
            lambda i: r.choice(
                [
                    "Mme {}, atteinte d'Alzheimer, était égarée",
                    "Monsieur {}, schizophrène, en crise",
                    "Secours pour Mme {}, hypoglycémie",
                ]
            ).format(r.choice(["Bonnet", "Karataş", "Petrosyan", "Larrieu"])),
            lambda i: r.choice(["Ronde parc", "Barrière remise", "Sortie d'école", "Chien perdu"]),
        ),
        "health of people met by police",
    )
    P(
        "health",
        "lieu",
        [
            f"{plainname(p)} : {r.choice(['sans sel, insuffisance cardiaque', 'mixé, dysphagie', 'régime diabétique', 'sans résidu, maladie de Crohn'])}"
            for p in people(r, 66)
        ],
        "meals with diagnosis and name",
    )
    P(
        "health",
        "orientation",
        [
            json.dumps(
                {
                    "usager": plainname(person(r)),
                    "besoin": r.choice(
                        ["suivi addictologie", "soins psychiatriques", "dialyse", "VIH - ALD"]
                    ),
                },
                ensure_ascii=False,
            )
            for _ in range(60)
        ],
        "JSON with diagnosis",
    )

    # ---- age_illness
    r = R("agei")
    ill = [
        "Alzheimer",
        "maladie de Parkinson",
        "cancer du poumon",
        "diabète",
        "insuffisance rénale",
        "sclérose en plaques",
        "dépression sévère",
        "BPCO",
    ]
    P(
        "age_illness",
        "profil",
        [f"{r.choice(['Femme', 'Homme'])}, {r.randint(58, 97)} ans, {r.choice(ill)}" for _ in range(80)],
        "age and illness of each helped person",
        {"quartier": [r.choice(["Ousse-des-Bois", "Dufau", "Trespoey"]) for _ in range(80)]},
    )
    P(
        "age_illness",
        "motif",
        mix(
            r,
            110,
            12,
            lambda i: (
                f"{r.choice(['dame', 'monsieur', 'patient'])} {r.randint(60, 95)} ans {r.choice(ill)}, vit seul(e)"
            ),
            lambda i: r.choice(["clé perdue", "porte claquée", "fuite d'eau", "ascenseur bloqué"]),
        ),
        "age and illness in some calls",
    )
    P(
        "age_illness",
        "situation",
        [
            f"{r.randint(4, 11)} a. - {r.choice(['asthme', 'épilepsie', 'TDAH', 'diabète T1', 'mucoviscidose'])}"
            for _ in range(70)
        ],
        "children's age and illness beside first names",
        {
            "prénom": [person(r)[0] for _ in range(70)],
            "centre": [r.choice(["ALSH Lannes", "ALSH Les Cordeliers"]) for _ in range(70)],
        },
    )
    P(
        "age_illness",
        "obs",
        [f"{full(str(r.randint(62, 98)))}{NN}ans,{NB}{nfd(r.choice(ill))}" for _ in range(64)],
        "full-width age, decomposed words",
        {"téléassistance": [plainname(person(r)) for _ in range(64)]},
    )
    P(
        "age_illness",
        "equipement",
        [
            f"lit médicalisé – {r.choice(['Mme', 'M.'])} {r.randint(70, 99)} ans – {r.choice(ill)}"
            if i % 3 == 0
            else r.choice(["déambulateur", "fauteuil releveur", "rampe"])
            for i in range(90)
        ],
        "one loan in three with age and illness",
    )
    P(
        "age_illness",
        "json",
        [
            json.dumps(
                {
                    "age": r.randint(18, 90),
                    "patho": r.choice(ill),
                    "aide": r.choice(["repas", "ménage", "transport"]),
                },
                ensure_ascii=False,
            )
            for _ in range(66)
        ],
        "age and illness of each user, JSON",
    )
    P(
        "age_illness",
        "âge",
        [r.randint(19, 91) for _ in range(72)],
        "ages beside illness, one person per row",
        {
            "pathologie": [r.choice(ill) for _ in range(72)],
            "sexe": [r.choice("HF") for _ in range(72)],
            "entrée": [day(r, 2023, 2025) for _ in range(72)],
        },
    )

    # ---- home_position
    r = R("home")

    def ll():
        return r.choice(
            [(43.295, -0.37), (43.493, -1.474), (45.188, 5.724), (45.899, 6.129), (44.559, 6.079)]
        )

    def pt():
        a, b = ll()
        return round(a + r.uniform(-0.03, 0.03), 6), round(b + r.uniform(-0.03, 0.03), 6)

    P(
        "home_position",
        "position",
        ["{}, {}".format(*pt()) for _ in range(80)],
        "homes of helped people",
        {"bénéficiaire": [up(person(r)) for _ in range(80)], "aide": ["portage à domicile"] * 80},
    )
    q = [pt() for _ in range(70)]
    P(
        "home_position",
        "lat",
        [a for a, b in q],
        "latitude of homes, longitude and name beside",
        {
            "lon": [b for a, b in q],
            "habitant": [plainname(person(r)) for _ in q],
            "logement": [r.choice(["maison individuelle", "appartement"]) for _ in q],
        },
    )
    P(
        "home_position",
        "geom",
        [f"POINT({b} {a})" for a, b in (pt() for _ in range(66))],
        "WKT of homes",
        {
            "foyer": ["famille " + person(r)[1] for _ in range(66)],
            "adresse": [f"{r.randint(1, 90)} {r.choice(STREETS)}" for _ in range(66)],
        },
    )
    P(
        "home_position",
        "repère",
        mix(
            r,
            100,
            14,
            lambda i: "domicile {} {} : {}, {}".format(r.choice(["Mme", "M."]), person(r)[1], *pt()),
            lambda i: "{} : {}, {}".format(r.choice(["borne", "abribus", "banc", "fontaine"]), *pt()),
        ),
        "homes among street furniture",
    )
    P(
        "home_position",
        "xy",
        [
            f"X={NB}{r.randint(424000, 430000)},{r.randint(10, 99)}\tY={NB}{r.randint(6249000, 6255000)},{r.randint(10, 99)}"
            for _ in range(64)
        ],
        "Lambert 93 of homes, dirty",
        {
            "téléalarme": [plainname(person(r)) + " (vit seule)" for _ in range(64)],
            "dom.": ["à son domicile"] * 64,
        },
    )
    P(
        "home_position",
        "carte",
        ["https://www.google.com/maps?q={},{}".format(*pt()) for _ in range(62)],
        "map links to childminders' homes",
        {"assistante maternelle": [plainname(person(r)) for _ in range(62)], "accueil": ["à domicile"] * 62},
    )
    P(
        "home_position",
        "geojson",
        [
            json.dumps(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": list(pt())[::-1]},
                    "properties": {"occupant": person(r)[1], "usage": "résidence principale"},
                },
                ensure_ascii=False,
            )
            for _ in range(60)
        ],
        "GeoJSON of homes with occupants",
    )

    # ---- person_header
    r = R("phead")
    dates = [dt.date(2025, 9, 1) + dt.timedelta(days=7 * i % 300) for i in range(60)]
    P(
        "person_header",
        "RAKOTOMALALA Hery",
        [r.choice(["présent", "absent", "excusé"]) for _ in range(60)],
        "header is an agent",
        {"date": dates},
        False,
    )
    P(
        "person_header",
        "Mme Duprat Maylis",
        [r.choice([7, 7.5, 8, 3.5, 0]) for _ in range(70)],
        "header is an agent, hours",
        {"jour": list(range(1, 71))},
        False,
    )
    P(
        "person_header",
        "Jean-Bernard Etcheverry",
        [r.choice(["x", None, "x", "X"]) for _ in range(64)],
        "header is a member",
        {"réunion": [f"CT n°{i}" for i in range(64)]},
        False,
    )
    P(
        "person_header",
        "ozdemir_elif",
        [r.randint(0, 40) for _ in range(80)],
        "header is an agent in snake case",
        {"guichet": [r.choice("ABC") for _ in range(80)]},
        False,
    )
    P(
        "person_header",
        "Kowalczyk\u00a0Agnieszka (remplaçante)",
        [r.choice(["matin", "soir", "repos"]) for _ in range(62)],
        "header is a replacement",
        {"semaine": list(range(62))},
        False,
    )
    P(
        "person_header",
        "M. Aït Ouarab / astreinte",
        [r.choice(["oui", "non"]) for _ in range(90)],
        "header is an agent on call",
        {"nuit": list(range(90))},
        False,
    )
    P(
        "person_header",
        nfd("Hélène Lacoste"),
        [round(r.uniform(0, 12), 1) for _ in range(66)],
        "header decomposed, mileage",
        {"trajet": [f"T{i:03d}" for i in range(66)]},
        False,
    )
    return out


# ------------------------------------------------------------------ harmless columns
SCHOOLS = [
    "École Jules Ferry",
    "École Marie Curie",
    "École Henri IV",
    "École Les Fleurs",
    "École Pierre Loti",
    "École Bosquet",
    "École Lapuyade",
    "École Arènes Nord",
    "Groupe scolaire Paul Bert",
    "École Jean Sarrailh",
    "École du Buisson",
    "École Guynemer",
]
PLACES = [
    "Médiathèque André-Labarrère",
    "Gymnase Léo-Lagrange",
    "Piscine Péguilhan",
    "Stade du Hameau",
    "Musée des Beaux-Arts",
    "Halle Clemenceau",
    "Théâtre Saint-Louis",
    "Centre technique municipal",
    "Maison des associations",
    "Patinoire de la Nive",
    "Conservatoire à rayonnement départemental",
    "Hôtel de ville",
]
TREES = [
    "Platanus × acerifolia",
    "Tilia cordata",
    "Quercus robur",
    "Ginkgo biloba",
    "Acer campestre",
    "Celtis australis",
    "Magnolia grandiflora",
    "Cedrus libani",
    "Fagus sylvatica 'Purpurea'",
]
ODO = [
    "Rue Jean Jaurès",
    "Avenue du Général Leclerc",
    "Rue Marie Curie",
    "Boulevard Victor Hugo",
    "Place Georges Clemenceau",
    "Rue Louis Barthou",
    "Rue Pierre Loti",
    "Allée Frédéric Bastiat",
    "Rue Stendhal",
    "Rue Bernadotte",
    "Avenue Jean Mermoz",
    "Rue Thiers",
    "Rue Gambetta",
    "Rue Hector Berlioz",
    "Quai Claude Bernard",
]


def _harmless():
    out = []

    def H(kind, header, values, why, beside=None, neutral=True):
        b = {k: tuple(v) for k, v in (beside or {}).items()}
        out.append(Column(header, tuple(values), False, kind, why, b, neutral))

    r = random.Random(f"{SEED}-h")
    c = lambda items, n: [items[i % len(items)] for i in range(n)]
    ch = lambda items, n: [r.choice(items) for _ in range(n)]

    # look like NIR
    H(
        "nir",
        "montant_centimes",
        [r.randint(10**6, 9 * 10**8) for _ in range(120)],
        "amounts in cents",
        {
            "chapitre": ch(
                ["011 charges à caractère général", "012 charges de personnel", "21 immobilisations"], 120
            )
        },
    )
    H(
        "nir",
        "horodatage",
        [1700000000000 + r.randint(0, 5 * 10**10) for _ in range(150)],
        "epoch milliseconds of a bike counter",
        {"passages": [r.randint(0, 300) for _ in range(150)]},
    )
    col = [siret(r, "2") for _ in range(70)]
    assert all(luhn_ok(x) for x in col)
    H(
        "nir",
        "siret",
        col,
        "SIRET of public bodies, starts with 2",
        {"structure": [f"Commune de {t[1]}" for t in c(TOWNS, 70)]},
    )
    H(
        "nir",
        "code-barres",
        [ean13("978" + r.choice(["207", "226", "281", "270"]) + digits(r, 6)) for _ in range(110)],
        "ISBN of the library",
        {
            "titre": ch(
                [
                    "Le Petit Prince",
                    "L'Étranger",
                    "Atlas des Pyrénées",
                    "Cuisine basque",
                    "Guide des refuges alpins",
                ],
                110,
            )
        },
    )
    H(
        "nir",
        "PDL",
        [r.choice(["19", "24"]) + digits(r, 12) for _ in range(64)],
        "electricity delivery points of public buildings",
        {"bâtiment": c(PLACES + SCHOOLS, 64)},
    )
    H(
        "nir",
        "parcelle",
        [
            f"{r.choice(['64445000', '38185000', '73065000'])}{letters(r, 2)}{r.randint(1, 480):04d}"
            for _ in range(80)
        ],
        "cadastral parcels of public facilities",
        {
            "occupation": c(
                ["cimetière communal", "stade municipal", "groupe scolaire", "parking public", "square"], 80
            )
        },
    )
    H(
        "nir",
        "cle_interop",
        [f"40088_{r.randint(10, 1990):04d}_{r.randint(1, 210):05d}" for _ in range(140)],
        "keys of the address base",
        {"voie_nom": ch(STREETS, 140)},
    )
    H(
        "nir",
        "n° marché",
        [
            f"{r.randint(2020, 2025)}{r.choice(['T', 'F', 'S'])}{r.randint(1, 99):03d}{r.choice(['00', '01', '02'])}"
            for _ in range(75)
        ],
        "contract numbers",
        {"objet": ch(["Réfection de toiture", "Fourniture de sel", "Nettoyage des vitres"], 75)},
    )

    # look like IBAN
    H(
        "iban",
        "borne",
        [
            f"FR*S{r.choice(['64', '74', '38'])}*E{r.randint(1000, 9999)}*{r.choice('AB')}*{r.randint(1, 4)}"
            for _ in range(90)
        ],
        "identifiers of charging points",
        {"puissance": ch(["7 kW", "22 kW", "50 kW"], 90)},
    )
    sirens = c([siren(r, r.choice("3458")) for _ in range(8)], 66)
    H(
        "iban",
        "tva",
        [f"FR{(12 + 3 * (int(s) % 97)) % 97:02d}{s}" for s in sirens],
        "VAT numbers of companies",
        {
            "raison sociale": c(
                [
                    "EUROVIA AQUITAINE",
                    "COLAS FRANCE",
                    "DALKIA",
                    "SUEZ EAU FRANCE",
                    "COVED",
                    "SPIE INDUSTRIE",
                    "SOPRA STERIA",
                    "BERGER LEVRAULT",
                ],
                66,
            )
        },
    )
    H(
        "iban",
        "masse_eau",
        [
            f"FRFR{r.choice(['', 'R'])}{r.randint(200, 420)}{r.choice(['', 'A', 'B', '_1'])}"
            for _ in range(70)
        ],
        "water bodies",
        {"cours d'eau": ch(["Gave de Pau", "Adour", "Nive", "Isère", "Drac", "Luy de France"], 70)},
    )
    H(
        "iban",
        "PCE",
        ["GI" + digits(r, 6) if r.random() < 0.4 else digits(r, 14) for _ in range(60)],
        "gas meters of public buildings",
        {"site": c(PLACES, 60), "kWh": [r.randint(20000, 900000) for _ in range(60)]},
    )
    H(
        "iban",
        "ics",
        (lambda z: z)(
            [
                f"FR{98 - int(str(int(''.join(str(int(k, 36)) for k in x + 'FR00')))) % 97:02d}ZZZ{x}"
                for x in [digits(r, 6) for _ in range(60)]
            ]
        ),
        "SEPA creditor ids of public utilities",
        {
            "régie": c(
                [
                    "Régie des eaux",
                    "Régie cantine",
                    "Régie des crèches",
                    "Régie de la piscine",
                    "Régie des transports",
                ],
                60,
            )
        },
    )

    # look like cards
    H(
        "card",
        "t_us",
        [1690000000000000 + r.randint(0, 7 * 10**13) for _ in range(100)],
        "timestamps in microseconds",
        {"mesure": [f"{r.uniform(30, 85):.1f} dB(A)" for _ in range(100)]},
    )
    H(
        "card",
        "ref_gtin",
        ["0" + ean13(r.choice(["376", "340", "301"]) + digits(r, 9)) for _ in range(80)],
        "product codes of the kitchen",
        {
            "produit": ch(
                [
                    "Lentilles vertes 5 kg",
                    "Emmental râpé 1 kg",
                    "Compote pomme 120 g",
                    "Huile de tournesol 5 L",
                ],
                80,
            )
        },
    )
    readings = []
    while len(readings) < 70:  # none of them passes Luhn
        q = [str(r.randint(1000, 9999)) for _ in range(4)]
        if not luhn_ok("".join(q)):
            readings.append(" ".join(q))
    H(
        "card",
        "consommation",
        readings,
        "four quarterly readings in one cell",
        {"unité": ["kWh T1 T2 T3 T4"] * 70, "bâtiment": c(PLACES, 70)},
    )
    H(
        "card",
        "carte",
        ch(
            [
                "Carte 1/25 000 Pau Est",
                "Carte PLU planche 12",
                "Carte du bruit",
                "Carte des aléas",
                "Carte touristique",
            ],
            64,
        ),
        "maps, header says card",
    )
    H(
        "card",
        "bon_commande",
        [f"4500{digits(r, 6)}" for _ in range(85)],
        "purchase orders",
        {
            "fournisseur": ch(["UGAP", "Rexel", "Point P", "Manutan Collectivités"], 85),
            "montant HT": [round(r.uniform(80, 9000), 2) for _ in range(85)],
        },
    )
    # phones
    svc = [
        "Accueil mairie",
        "État civil",
        "Police municipale",
        "CCAS",
        "Médiathèque",
        "Piscine municipale",
        "Déchetterie",
        "Régie des eaux",
        "Office de tourisme",
        "Urbanisme",
        "Crèche municipale",
        "Conservatoire",
    ]
    H(
        "phone",
        "téléphone",
        [pairs(r.choice(["0559", "0562", "0558", "0553"]) + digits(r, 6)) for _ in range(60)],
        "switchboards, service named beside",
        {"service": c([f"{s} – {t[1]}" for t in SW[:5] for s in svc], 60)},
    )
    H(
        "phone",
        "tel",
        [
            (lambda t: "+33" + NN + t[1:2] + NN + group(t[2:], [2, 2, 2], NN))(
                r.choice(["0476", "0450", "0479", "0492"]) + digits(r, 6)
            )
            for _ in range(60)
        ],
        "switchboards in the Alps, narrow spaces",
        {
            "équipement": c(
                [
                    f"{s} de {t[1]}"
                    for t in AL[:5]
                    for s in [
                        "Mairie",
                        "Médiathèque",
                        "Piscine",
                        "Office de tourisme",
                        "Maison de quartier",
                        "Gymnase",
                    ]
                ],
                60,
            )
        },
    )
    H(
        "phone",
        "urgence",
        c(["15", "17", "18", "112", "114", "115", "119", "3919", "3114", "0 800 05 95 95", "196"], 66),
        "national emergency numbers",
        {
            "pour": c(
                [
                    "SAMU",
                    "Police",
                    "Pompiers",
                    "Urgences Europe",
                    "Sourds",
                    "Sans-abri",
                    "Enfance en danger",
                    "Violences femmes info",
                    "Prévention du suicide",
                    "Viols femmes informations",
                    "Secours en mer",
                ],
                66,
            )
        },
    )
    H(
        "phone",
        "numero",
        [f"0{r.choice(['64445', '64102'])}{r.randint(1, 700):04d}" for _ in range(120)],
        "fire hydrants",
        {
            "type": ch(["poteau incendie DN100", "bouche incendie", "réserve 120 m3"], 120),
            "débit": [f"{r.randint(30, 140)} m3/h" for _ in range(120)],
        },
    )
    H(
        "phone",
        "cpv",
        [f"{r.choice(['45', '50', '34', '90', '71'])}{digits(r, 4)}00-{r.randint(0, 9)}" for _ in range(80)],
        "procurement codes",
        {"type de marché": ch(["travaux", "services", "fournitures"], 80)},
    )
    H(
        "phone",
        "population",
        [group(str(r.randint(100000, 999999)), [3], NN) for _ in range(60)],
        "populations",
        {"zone": ch(["aire d'attraction", "département", "SCoT"], 60)},
    )
    H(
        "phone",
        "ligne info",
        ch(
            [
                "0 800 64 00 64 (service et appel gratuits)",
                "0 806 00 01 02",
                "3975 Allô mairie",
                "39 39",
                "0 805 20 02 05",
            ],
            60,
        ),
        "toll-free lines named beside",
        {"pour quoi": ch(["Allô Propreté", "Infos travaux", "Service-public.fr", "Allô encombrants"], 60)},
    )

    # emails
    H(
        "email",
        "contact",
        [
            f"{p}@{d}"
            for p in [
                "mairie",
                "accueil",
                "etat-civil",
                "urbanisme",
                "ccas",
                "mediatheque",
                "piscine",
                "sports",
                "culture",
                "voirie",
            ]
            for d in [
                "ville-dax.fr",
                "mairie-auch.fr",
                "ville-gap.fr",
                "mairie-voiron.fr",
                "tarbes.fr",
                "agen.fr",
            ]
        ],
        "functional mailboxes",
        {
            "service": [
                s
                for s in [
                    "Mairie",
                    "Accueil",
                    "État civil",
                    "Urbanisme",
                    "CCAS",
                    "Médiathèque",
                    "Piscine",
                    "Sports",
                    "Culture",
                    "Voirie",
                ]
                for _ in range(6)
            ]
        },
    )
    H(
        "email",
        "mail",
        c(
            [
                "Mail des Cordeliers",
                "Mail François Mitterrand",
                "Mail des Alpes",
                "Mail de l'Adour",
                "Le Mail",
                "Mail Joséphine Baker",
            ],
            60,
        ),
        "promenades called mail",
        {"longueur m": [r.randint(60, 900) for _ in range(60)]},
    )
    H(
        "email",
        "adresse électronique",
        ch(
            [
                "dpo@agglo-pau.fr",
                "contact@grandchambery.fr",
                "marches-publics@annecy.fr",
                "ne-pas-repondre@grenoble.fr",
            ],
            70,
        ),
        "functional addresses of datasets",
        {"jeu de données": [f"jeu-{i:03d}" for i in range(70)]},
    )
    H(
        "email",
        "url",
        [
            f"https://www.ville-albi.fr/deliberations/{y}/DEL_{y}_{i:03d}.pdf"
            for y in (2023, 2024)
            for i in range(1, 46)
        ],
        "links to deliberations",
    )

    # plates
    H(
        "plate",
        "réf. produit",
        ["-".join(plate(r)) for _ in range(90)],
        "luminaire references shaped like plates",
        {
            "désignation": ch(
                [
                    "Luminaire LED 45 W 3000 K",
                    "Mât acier galvanisé 6 m",
                    "Crosse simple 1 m",
                    "Platine électronique DALI",
                ],
                90,
            ),
            "prix HT": [round(r.uniform(12, 780), 2) for _ in range(90)],
        },
    )
    H(
        "plate",
        "route",
        [f"{r.choice(['D', 'RD', 'N', 'A'])}-{r.randint(1, 999)}" for _ in range(70)],
        "roads",
        {"commune": ch([t[1] for t in TOWNS], 70)},
    )
    H(
        "plate",
        "arrêté",
        [f"AR-{r.randint(1, 999):03d}-{r.choice(['DP', 'VO', 'PM', 'UR'])}" for _ in range(80)],
        "orders by department",
        {
            "objet": ch(
                [
                    "Stationnement interdit rue Carnot",
                    "Vitesse limitée à 30 km/h",
                    "Fermeture du parc, vent violent",
                    "Tir du feu d'artifice",
                ],
                80,
            )
        },
    )
    H(
        "plate",
        "véhicule",
        ch(
            [
                "Renault Zoé",
                "Renault Mégane",
                "Peugeot 208",
                "Citroën C3",
                "Renault Clio",
                "Mercedes Citan",
                "Dacia Sandero",
                "Iveco Daily",
            ],
            64,
        ),
        "models of the fleet, no plates",
        {
            "énergie": ch(["électrique", "essence", "gazole", "GNV"], 64),
            "mise en service": [r.randint(2008, 2024) for _ in range(64)],
        },
    )
    H(
        "plate",
        "zonage",
        ch(["UAa", "UB", "UCa1", "1AU", "2AU", "N", "Nh", "A", "UY-12"], 75),
        "planning zones",
        {"surface ha": [round(r.uniform(0.3, 80), 2) for _ in range(75)]},
    )
    H(
        "plate",
        "panneau",
        ch(["B6a1", "B14 50", "C13a", "AB-3a", "M9z", "A13b", "B2a", "EB10", "C20a"], 95),
        "road signs",
        {"support": ch(["mât", "candélabre", "mur"], 95)},
    )
    H(
        "plate",
        "vol",
        ch(["AF 7526", "U2 4902", "FR 5182", "BA 2614", "A5 4031", "TO 3414"], 60),
        "flight numbers of the airport statistics",
        {"sièges offerts": [r.randint(70, 189) for _ in range(60)]},
    )
    # ip
    H(
        "ip",
        "version",
        [f"{r.randint(1, 12)}.{r.randint(0, 20)}.{r.randint(0, 9)}.{r.randint(0, 300)}" for _ in range(60)],
        "software versions",
        {"logiciel": c(["QGIS", "PostgreSQL", "LibreOffice", "Firefox ESR", "GeoServer", "PrestaShop"], 60)},
    )
    H(
        "ip",
        "adresse",
        [f"10.{r.randint(0, 60)}.{r.randint(0, 254)}.{r.randint(1, 254)}" for _ in range(66)],
        "private addresses of information panels",
        {"panneau": [f"Panneau d'information n° {i + 1}" for i in range(66)]},
    )
    H(
        "ip",
        "exemple",
        [f"{r.choice(['192.0.2', '198.51.100', '203.0.113'])}.{r.randint(1, 254)}" for _ in range(60)],
        "documentation addresses of a course",
        {"exercice": [f"TP réseau, question {i + 1}" for i in range(60)]},
    )
    H(
        "ip",
        "inventaire",
        [
            f"{r.randint(862, 998)}.{r.randint(1, 30)}.{r.randint(1, 12)}.{r.randint(1, 90)}"
            for _ in range(84)
        ],
        "museum inventory numbers",
        {
            "objet": ch(
                [
                    "Faïence de Samadet",
                    "Makila",
                    "Bâton de berger",
                    "Sonnaille",
                    "Berceau en hêtre",
                    "Colifichet",
                ],
                84,
            ),
            "période": ch(["XVIIIe s.", "XIXe s.", "1900-1920"], 84),
        },
    )
    H(
        "ip",
        "article CCTP",
        [f"{r.randint(1, 9)}.{r.randint(1, 12)}.{r.randint(1, 9)}.{r.randint(1, 6)}" for _ in range(72)],
        "clauses of specifications",
        {"titre": ch(["Terrassement", "Bordures", "Enrobés", "Essais", "Réception"], 72)},
    )
    # mac
    H(
        "mac",
        "DevEUI",
        ["70B3D5" + "".join(r.choice("0123456789ABCDEF") for _ in range(10)) for _ in range(90)],
        "LoRa sensors",
        {
            "capteur": ch(
                ["sonomètre", "remplissage colonne verre", "humidité du sol", "température école"], 90
            )
        },
    )
    H(
        "mac",
        "sha1",
        ["".join(r.choice("0123456789abcdef") for _ in range(40)) for _ in range(60)],
        "file fingerprints",
        {"fichier": [f"orthophoto_2023_dalle_{i:03d}.tif" for i in range(60)]},
    )
    H(
        "mac",
        "horaires",
        ch(
            ["08:30-12:00:13:30-17:00", "09:00-12:30", "10:00-18:00:sauf lundi", "08:00:12:00:14:00:18:00"],
            70,
        ),
        "opening hours with colons",
        {"lieu": c(PLACES, 70)},
    )
    H(
        "mac",
        "timecode",
        [f"00:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}:{r.randint(0, 24):02d}" for _ in range(66)],
        "timecodes of council films",
        {"point": ch(["Ouverture de séance", "Budget primitif", "Question diverse", "Vote"], 66)},
    )
    H(
        "mac",
        "couleur",
        [f"#{r.randint(0, 0xFFFFFF):06X}" for _ in range(60)],
        "colours of bus lines",
        {"ligne": [f"Ligne {i + 1}" for i in range(60)]},
    )

    # person names
    boys = [
        "Gabriel",
        "Louise",
        "Léo",
        "Jade",
        "Raphaël",
        "Ambre",
        "Maël",
        "Alba",
        "Eneko",
        "Maialen",
        "Noah",
        "Lina",
        "Adam",
        "Nour",
        "Malo",
    ]
    H(
        "person_name",
        "prenom",
        c(boys, 105),
        "first names as birth statistics",
        {"annee": [2018 + i // 15 for i in range(105)], "nombre": [r.randint(12, 90) for _ in range(105)]},
    )
    H(
        "person_name",
        "voie",
        [r.choice([str, nfd, str.upper, lambda s: s.replace(" ", NB)])(s) for s in c(ODO, 90)],
        "streets named after people",
        {"longueur": [r.randint(40, 1900) for _ in range(90)], "type": ["voie communale"] * 90},
    )
    H(
        "person_name",
        "école",
        c([s.replace("École ", "") for s in SCHOOLS], 72),
        "schools called after people",
        {
            "classes": [r.randint(3, 14) for _ in range(72)],
            "niveau": ch(["école maternelle", "école élémentaire"], 72),
        },
    )
    H(
        "person_name",
        "attributaire",
        ch(
            [
                "EIFFAGE ROUTE SUD OUEST",
                "BOUYGUES ÉNERGIES & SERVICES",
                "GUINTOLI",
                "PYRÉNÉES TP SAS",
                "ONET SERVICES",
                "SCOP ALPES PAYSAGE",
                "SARL LES JARDINS DU GAVE",
                "SA CITELUM",
            ],
            85,
        ),
        "companies awarded contracts",
        {"montant": [euro(r, 4000, 900000) for _ in range(85)]},
    )
    H(
        "person_name",
        "nom",
        [
            "Sainte-Marie",
            "Saint-Martin",
            "Saint-Jacques",
            "Saint-Vincent-de-Xaintes",
            "Notre-Dame",
            "Sainte-Bernadette",
        ]
        * 11,
        "churches",
        {"propriétaire": ["commune"] * 66, "siècle": ch(["XIIe", "XVe", "XIXe"], 66)},
    )
    H(
        "person_name",
        "titre",
        ch(
            [
                "Cyrano de Bergerac",
                "Thérèse Desqueyroux",
                "Jean de Florette",
                "Madame Bovary",
                "Amélie Poulain",
                "Carmen",
                "Manon Lescaut",
                "Marius",
            ],
            80,
        ),
        "works on the programme",
        {
            "genre": ch(["cinéma", "théâtre", "opéra"], 80),
            "durée": [f"{r.randint(80, 170)} min" for _ in range(80)],
        },
    )
    H(
        "person_name",
        "cloche",
        c(["Marie-Thérèse", "Jeanne", "Bernadette", "Joseph", "Anne-Françoise", "Louise"], 60),
        "church bells",
        {
            "poids": [f"{r.randint(90, 2400)} kg" for _ in range(60)],
            "note": ch(["do3", "ré3", "fa#3", "la2"], 60),
            "fondue en": [r.randint(1620, 1930) for _ in range(60)],
        },
    )
    H(
        "person_name",
        "individu",
        c(["Cannelle", "Néré", "Sarousse", "Goiat", "Caramelles", "Sorita", "Claverina", "Rodri"], 64),
        "brown bears of the Pyrenees",
        {
            "espèce": ["ours brun (Ursus arctos)"] * 64,
            "indice": ch(["poils", "empreinte", "photo automatique"], 64),
        },
    )
    H(
        "person_name",
        "variété",
        ch(
            [
                "Pierre de Ronsard",
                "Madame Meilland",
                "Souvenir de la Malmaison",
                "Gloire de Dijon",
                "Queen Elizabeth",
                "Général Jacqueminot",
                "Louise Odier",
            ],
            70,
        ),
        "roses of the rose garden",
        {
            "type": ch(["rosier grimpant", "rosier buisson", "rosier ancien"], 70),
            "couleur": ch(["rose", "jaune", "rouge"], 70),
        },
    )
    H(
        "person_name",
        "honoré(e)",
        [
            "Jean Jaurès (1859-1914)",
            "Marie Curie (1867-1934)",
            "Stendhal (1783-1842)",
            "Jean-Baptiste Bernadotte (1763-1844)",
            "Hector Berlioz (1803-1869)",
            "Louis Barthou (1862-1934)",
        ]
        * 11,
        "famous dead people honoured by streets",
        {"voie": ["rue", "avenue", "place", "boulevard", "quai", "cours"] * 11},
    )
    H(
        "person_name",
        "arrêt",
        ch(
            [
                "Jean Moulin",
                "Saint-Léon",
                "Bernadotte",
                "Victor Hugo - Hôpital",
                "Gare SNCF",
                "Porte Neuve",
                "Alsace-Lorraine",
                "Sainte-Claire",
            ],
            120,
        ),
        "bus stops",
        {"ligne": ch(["T1", "T2", "14", "Fébus"], 120), "accessible": ch(["oui", "non", "partiel"], 120)},
    )
    H(
        "person_name",
        "personnage",
        ch(
            [
                "Sent Pançard",
                "Zan Panzar",
                "La Dame Blanche",
                "Joan de l'Ors",
                "Mari",
                "Basajaun",
                "Olentzero",
                "Gargantua",
            ],
            60,
        ),
        "carnival giants",
        {
            "hauteur": [f"{r.uniform(2, 5):.1f} m" for _ in range(60)],
            "matériau": ch(["osier", "papier mâché", "mousse"], 60),
        },
    )
    H(
        "person_name",
        "refuge",
        ch(
            [
                "Refuge Albert 1er",
                "Refuge Wallon-Marcadau",
                "Refuge Adèle Planchard",
                "Refuge Jean Collet",
                "Refuge Baysselance",
                "Refuge de Pombie",
                "Refuge Cézanne",
            ],
            63,
        ),
        "mountain huts",
        {
            "places": [r.randint(12, 120) for _ in range(63)],
            "altitude": [r.randint(1600, 3100) for _ in range(63)],
        },
    )
    H(
        "person_name",
        "maire",
        c(
            [
                "Pierre Bernard de Lavigne",
                "Jean-Baptiste Dufau",
                "Arnaud Casamajor",
                "Pascal Larrieu-Hourcade",
                "Joseph de Cazalis",
            ],
            60,
        ),
        "mayors year by year, 1790-1850, all long dead",
        {
            "début": [1790 + i for i in range(60)],
            "fin": [1791 + i for i in range(60)],
            "régime": [
                "Révolution"
                if i < 14
                else "Empire"
                if i < 25
                else "Restauration"
                if i < 40
                else "Monarchie de Juillet"
                for i in range(60)
            ],
        },
    )
    H(
        "person_name",
        "oeuvre",
        ch(
            [
                "Portrait d'Henri IV enfant",
                "La Naissance d'Henri IV",
                "Buste de Bernadotte",
                "Sainte Anne",
                "Jeanne d'Albret à cheval",
                "Vue de Pau, côté sud",
                "Saint Jérôme pénitent",
            ],
            72,
        ),
        "works of the museum",
        {
            "technique": ch(["huile sur toile", "marbre", "gravure", "terre cuite"], 72),
            "siècle": ch(["XVIIe", "XVIIIe", "XIXe"], 72),
        },
    )
    H(
        "person_name",
        "tempête",
        c(["Klaus", "Xynthia", "Amélie", "Martin", "Lothar", "Ciarán", "Domingos"], 63),
        "storms",
        {
            "rafale max": [f"{r.randint(90, 160)} km/h" for _ in range(63)],
            "effets": [f"{r.randint(2, 200)} arbres tombés" for _ in range(63)],
        },
    )
    H(
        "person_name",
        "commune",
        c(
            [
                "Saint-Jean-de-Luz",
                "Saint-Martin-d'Uriage",
                "Castelnau-Magnoac",
                "Saint-Girons",
                "Vic-en-Bigorre",
                "La Roche-sur-Foron",
                "Saint-Michel-de-Maurienne",
                "Martel",
                "Bernadets",
                "Sainte-Colome",
            ],
            80,
        ),
        "towns whose names look like people",
        {
            "insee": [
                r.choice(["64", "38", "65", "74", "73", "46"]) + f"{r.randint(1, 500):03d}" for _ in range(80)
            ]
        },
    )
    H(
        "person_name",
        "subvention",
        ch(
            [
                "Amicale laïque Jean Macé",
                "Section paloise",
                "Les Amis de Louis Barthou",
                "Cercle Frédéric Bastiat",
                "Harmonie Sainte-Cécile",
                "Club alpin, section locale",
                "Foyer Léo Lagrange",
            ],
            75,
        ),
        "associations granted money",
        {"montant voté": [euro(r, 200, 40000) for _ in range(75)]},
    )
    H(
        "person_name",
        "plat",
        ch(
            [
                "Sauté de veau Marengo",
                "Poire Belle-Hélène",
                "Tarte Bourdaloue",
                "Purée Crécy",
                "Pommes Anna",
                "Hachis Parmentier",
                "Pêche Melba",
                "Œufs Mornay",
            ],
            100,
        ),
        "school menus",
        {"jour": ch(["lundi", "mardi", "jeudi", "vendredi"], 100)},
    )
    H(
        "person_name",
        "télésiège",
        ch(
            [
                "TSD Marmottes",
                "TS Saint-Jean",
                "TK Bernadette",
                "TC Prapoutel",
                "TS Grand Bernard",
                "TPH Jandri",
            ],
            60,
        ),
        "ski lifts",
        {"débit": [f"{r.randint(600, 3000)} p/h" for _ in range(60)]},
    )
    H(
        "person_name",
        "sommet",
        ch(
            [
                "Pic du Midi d'Ossau",
                "Mont Blanc",
                "Petit Vignemale",
                "Pic Long",
                "Aiguille Dibona",
                "Dent de Crolles",
                "Croix de Belledonne",
            ],
            70,
        ),
        "peaks",
        {"alt": [r.randint(1900, 4807) for _ in range(70)]},
    )

    # person headers
    H(
        "person_header",
        "Jean Jaurès",
        [r.randint(0, 1200) for _ in range(90)],
        "a street's bike counts",
        {
            "date": [dt.date(2025, 3, 1) + dt.timedelta(i) for i in range(90)],
            "Gambetta": [r.randint(0, 900) for _ in range(90)],
        },
    )
    H(
        "person_header",
        "Pierre Loti",
        [r.randint(80, 240) for _ in range(70)],
        "meals served in a school",
        {
            "jour": [dt.date(2025, 1, 6) + dt.timedelta(i) for i in range(70)],
            "Marie Curie": [r.randint(60, 200) for _ in range(70)],
        },
    )
    H(
        "person_header",
        "Saint-Michel",
        [round(r.uniform(0, 100), 1) for _ in range(80)],
        "car park filling in per cent",
        {"heure": [f"{i % 24:02d}:00" for i in range(80)]},
    )
    H(
        "person_header",
        "Léo-Lagrange",
        [r.randint(1000, 40000) for _ in range(60)],
        "gymnasium's electricity",
        {"mois": [f"{2020 + i // 12}-{i % 12 + 1:02d}" for i in range(60)], "unité": ["kWh"] * 60},
    )
    H(
        "person_header",
        "Frédéric Mistral",
        [round(r.uniform(2, 48), 1) for _ in range(100)],
        "air station, NO2",
        {"polluant": ["NO2 µg/m3"] * 100},
    )
    H(
        "person_header",
        "Bernadette",
        [round(r.uniform(0.2, 6), 2) for _ in range(64)],
        "flow of a spring named so",
        {"unité": ["L/s"] * 64, "mesuré le": [dt.date(2024, 1, 1) + dt.timedelta(7 * i) for i in range(64)]},
    )

    # addresses
    H(
        "address",
        "adresse",
        [f"{r.randint(1, 40)} {s}, {t[0]} {t[1]}" for t in c(TOWNS, 60) for s in [r.choice(ODO).lower()]],
        "public facilities, named beside",
        {
            "équipement": c(
                [
                    "Mairie",
                    "Médiathèque municipale",
                    "Piscine municipale",
                    "Gymnase",
                    "Bureau de poste",
                    "Commissariat",
                ],
                60,
            )
        },
    )
    H(
        "address",
        "bureau de vote",
        [f"Bureau {i + 1} – {r.choice(SCHOOLS)}, {r.randint(1, 60)} {r.choice(STREETS)}" for i in range(60)],
        "polling places",
        {"inscrits": [r.randint(600, 1200) for _ in range(60)]},
    )
    H(
        "address",
        "libellé abrégé",
        ch(
            [
                "R. DES LILAS",
                "AV GAL LECLERC",
                "BD MAL FOCH",
                "PL. CLEMENCEAU",
                "CHE DU VIEUX FOUR",
                "IMP DES FOUGERES",
                "ALL. MIMOSAS",
                "RTE DE BORDEAUX",
            ],
            95,
        ),
        "abbreviated streets",
        {
            "revêtement": ch(["enrobé", "pavés", "béton désactivé"], 95),
            "largeur": [round(r.uniform(3, 14), 1) for _ in range(95)],
        },
    )
    H(
        "address",
        "objet",
        [
            f"Réfection du trottoir {r.choice(STREETS)}, entre le n° {r.randint(1, 20)} et le n° {r.randint(21, 80)}"
            for _ in range(80)
        ],
        "works between house numbers",
        {"entreprise": ch(["Colas", "Eurovia", "Pyrénées TP"], 80)},
    )
    H(
        "address",
        "emplacement",
        ch(
            [
                "angle rue Carnot / place Gramont",
                "devant le 12 quai de la Nive (abribus)",
                "face à la gare SNCF",
                "parvis de la médiathèque",
                "parking Halles niveau -1",
            ],
            75,
        ),
        "places of stations and shelters",
        {"mobilier": ch(["abribus", "arceaux vélo", "sanisette", "fontaine"], 75)},
    )
    H(
        "address",
        "DAE",
        ch(
            [
                "Hall d'accueil, à gauche de la porte",
                "Mur extérieur côté rue",
                "Bord du bassin, local secouriste",
                "Vestiaire arbitres",
                "Façade mairie annexe",
            ],
            64,
        ),
        "defibrillators in public buildings",
        {"site": c(PLACES, 64)},
    )
    H(
        "address",
        "déviation",
        [
            f"Circulation interdite {r.choice(STREETS)} de {r.randint(7, 9)} h à {r.randint(16, 19)} h, déviation par {r.choice(STREETS)}"
            for _ in range(70)
        ],
        "traffic orders without names",
    )
    H(
        "address",
        "déchèterie / PAV",
        [
            f"{r.choice(STREETS)}{NB}–{NB}{r.choice(['colonne verre', 'textile', 'emballages'])}"
            for _ in range(88)
        ],
        "bottle banks",
        {"volume m3": [r.choice([3, 4, 5]) for _ in range(88)]},
    )

    # dates
    H(
        "birth_date",
        "date début",
        [day(r, 2019, 2025) for _ in range(80)],
        "dates of works",
        {"travaux": ch(["assainissement", "enrobés", "enfouissement réseaux", "plantation"], 80)},
    )
    H(
        "birth_date",
        "plantation",
        [day(r, 1935, 2020) for _ in range(110)],
        "dates of tree planting",
        {"essence": ch(TREES, 110), "hauteur m": [r.randint(2, 28) for _ in range(110)]},
    )
    H(
        "birth_date",
        "classement MH",
        [frd(day(r, 1862, 2005)) for _ in range(60)],
        "dates of listing of monuments",
        {
            "monument": c(["Château", "Pont Vieux", "Cathédrale", "Halle", "Beffroi", "Remparts"], 60),
            "protection": ch(["classé MH", "inscrit MH"], 60),
        },
    )
    H(
        "birth_date",
        "naissances",
        [r.randint(300, 2400) for _ in range(60)],
        "numbers of births per year",
        {"année": [1966 + i for i in range(60)]},
    )
    H(
        "birth_date",
        "séance",
        [frd(day(r, 2014, 2025)) for _ in range(72)],
        "dates of council meetings",
        {"instance": ch(["Conseil municipal", "Conseil communautaire", "Commission voirie"], 72)},
    )
    H(
        "birth_date",
        "mise en service",
        [day(r, 1958, 2023).strftime("%Y%m%d") for _ in range(66)],
        "dates of equipment",
        {"ouvrage": ch(["réservoir", "station de relevage", "transformateur", "passerelle"], 66)},
    )
    H(
        "birth_date",
        "création",
        [f"{r.randint(1, 28):02d}/{r.randint(1, 12):02d}/{r.randint(1921, 2022)}" for _ in range(70)],
        "founding dates of clubs",
        {
            "association": ch(
                ["Rugby club", "Cercle nautique", "Comité de jumelage", "Harmonie municipale"], 70
            )
        },
    )

    # identity papers look-alikes
    H(
        "identity_card",
        "rnb",
        ["".join(r.choice("123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12)) for _ in range(70)],
        "national building ids",
        {"bâtiment": c(PLACES + SCHOOLS, 70)},
    )
    H(
        "identity_card",
        "identité visuelle",
        ch(["Logo horizontal quadri", "Logo monochrome", "Blason", "Charte v3", "Pictogramme piscine"], 60),
        "graphic identity",
    )
    H(
        "identity_card",
        "ES",
        [f"E001I{r.choice(['64445', '40088', '73065'])}{r.randint(1, 120):04d}" for _ in range(80)],
        "sports equipment census",
        {
            "équipement": ch(
                ["court de tennis", "fronton", "salle de dojo", "bassin 25 m", "mur d'escalade"], 80
            )
        },
    )
    H(
        "passport",
        "ref",
        [f"{r.randint(15, 24)}{r.choice(['LE', 'MA', 'CR'])}{digits(r, 5)}" for _ in range(75)],
        "stock references shaped like passports",
        {
            "article": ch(["luminaire LED", "mât bois", "crosse acier", "coffret classe 2"], 75),
            "stock": [r.randint(0, 140) for _ in range(75)],
        },
    )
    H(
        "passport",
        "passeports",
        [r.randint(40, 900) for _ in range(60)],
        "passports issued per month",
        {"mois": [f"{2021 + i // 12}-{i % 12 + 1:02d}" for i in range(60)]},
    )
    H(
        "passport",
        "compteur",
        [
            f"{letters(r, 1, 'CDEI')}{r.randint(12, 24)}{letters(r, 2, 'BFJL')}{digits(r, 6)}"
            for _ in range(64)
        ],
        "water meters of public sites",
        {"site": c(PLACES + SCHOOLS, 64), "m3": [r.randint(10, 9000) for _ in range(64)]},
    )
    H(
        "driving_licence",
        "permis",
        [
            f"PC 0{r.choice(['64445', '73065', '38185'])} {r.randint(18, 25)} {letters(r, 1, 'PCR')}{r.randint(1, 400):04d}".replace(
                "PC 064445", "PC 064 445"
            )
            .replace("PC 073065", "PC 073 065")
            .replace("PC 038185", "PC 038 185")
            for _ in range(60)
        ],
        "building permits of public bodies",
        {
            "maître d'ouvrage": ch(
                ["Commune", "Département", "Office public de l'habitat", "État - rectorat"], 60
            ),
            "projet": ch(["école", "gymnase", "20 logements sociaux", "caserne"], 60),
        },
    )
    H(
        "driving_licence",
        "upc",
        [(lambda b: ean13("0" + b)[1:])("0" + digits(r, 10)) for _ in range(72)],
        "12-digit product codes of spare parts",
        {"pièce": ch(["joint torique", "cartouche filtre", "courroie", "ampoule H7"], 72)},
    )
    H(
        "driving_licence",
        "licence",
        ch(["Licence III", "Licence IV", "Petite restauration", "Licence ouverte 2.0", "ODbL 1.0"], 70),
        "drinks and data licences",
        {"nombre": [r.randint(11, 400) for _ in range(70)]},
    )

    # sports licence / CAF
    H(
        "sports_licence",
        "NNI terrain",
        [f"{r.choice(['644450', '381850', '740100'])}{r.randint(101, 990):03d}" for _ in range(62)],
        "football pitches",
        {
            "stade": ch(["Stade du Hameau", "Stade Bourda", "Stade Lesdiguières", "Plaine des jeux"], 62),
            "nature": ch(["pelouse naturelle", "synthétique"], 62),
        },
    )
    H(
        "sports_licence",
        "licenciés",
        [r.randint(25, 900) for _ in range(75)],
        "licence-holders by discipline",
        {"fédération": ch(["Rugby", "Pelote basque", "Ski", "Judo", "Handball"], 75)},
    )
    H(
        "sports_licence",
        "rna",
        [f"W{r.choice(['641', '401', '381', '741', '051'])}{digits(r, 6)}" for _ in range(80)],
        "register numbers of associations",
        {
            "titre": ch(
                ["Comité des fêtes", "Club de ski", "Amicale bouliste", "Chorale basque", "Société de pêche"],
                80,
            )
        },
    )
    H(
        "caf_number",
        "uai",
        [uai(r.choice(["064", "040", "033"]) + digits(r, 4)) for _ in range(84)],
        "school codes, 7 digits and a letter",
        {"établissement": c(SCHOOLS, 84)},
    )
    H(
        "caf_number",
        "code",
        [uai(r.choice(["038", "073", "074", "005"]) + digits(r, 4)).lower() for _ in range(61)],
        "lycées' codes, lower case",
        {
            "lycée": c(
                [
                    "Lycée Vaugelas",
                    "Lycée Berthollet",
                    "Lycée Stendhal",
                    "Collège Jean Macé",
                    "Collège Le Clergeon",
                    "Lycée polyvalent d'altitude",
                ],
                61,
            ),
            "élèves": [r.randint(300, 1600) for _ in range(61)],
        },
    )
    H(
        "caf_number",
        "finess",
        [r.choice(["640", "380", "740", "050"]) + digits(r, 6) for _ in range(66)],
        "health facilities",
        {
            "raison sociale": c(
                ["Centre hospitalier", "EHPAD Les Lilas", "Clinique des Alpes", "SSIAD", "Maison de santé"],
                66,
            )
        },
    )
    H(
        "caf_number",
        "tranche QF",
        c(["0-400", "401-700", "701-1000", "1001-1400", "> 1400"], 60),
        "tariff brackets with counts",
        {
            "familles": [r.randint(60, 900) for _ in range(60)],
            "tarif repas": [round(r.uniform(0.8, 6), 2) for _ in range(60)],
        },
    )

    # social
    H(
        "social_profile",
        "compte",
        [
            "@"
            + t[1].lower().replace("-", "").replace(" ", "").replace("é", "e").replace("É", "e")
            + "_officiel"
            for t in c(TOWNS, 70)
        ],
        "official accounts of towns",
        {"titulaire": ["Compte de la ville : " + t[1] for t in c(TOWNS, 70)]},
    )
    H(
        "social_profile",
        "hashtag",
        ch(
            ["#FetesDeDax", "#PauEnFete", "#GrenobleAlpes", "#MarcheDeNoel", "#ZeroDechet", "#Bayonne2025"],
            66,
        ),
        "hashtags",
        {"mentions": [r.randint(15, 6000) for _ in range(66)]},
    )
    H(
        "social_profile",
        "réseaux",
        [
            f"https://www.facebook.com/{x}"
            for x in c(
                [
                    "villedepau",
                    "mediathequedax",
                    "officetourismegap",
                    "museebasquebayonne",
                    "piscineannecy",
                    "theatregrenoble",
                ],
                60,
            )
        ],
        "pages of services",
        {
            "service": c(
                ["Ville de Pau", "Médiathèque", "Office de tourisme", "Musée basque", "Piscine", "Théâtre"],
                60,
            )
        },
    )

    # trigrams
    H(
        "trigram",
        "aéroport",
        c(["PUF", "BIQ", "LDE", "TLS", "BOD", "GNB", "CMF", "NCY", "GVA", "LYS"], 70),
        "airport codes",
        {
            "ville": c(
                [
                    "Pau",
                    "Biarritz",
                    "Tarbes-Lourdes",
                    "Toulouse",
                    "Bordeaux",
                    "Grenoble",
                    "Chambéry",
                    "Annecy",
                    "Genève",
                    "Lyon",
                ],
                70,
            )
        },
    )
    H(
        "trigram",
        "service",
        c(["DGS", "DRH", "DSI", "CTM", "CCAS", "DST", "DAJ", "DEP"], 64),
        "acronyms of departments",
        {
            "libellé": c(
                [
                    "Direction générale",
                    "Ressources humaines",
                    "Systèmes d'information",
                    "Centre technique",
                    "Action sociale",
                    "Services techniques",
                    "Affaires juridiques",
                    "Eau et assainissement",
                ],
                64,
            )
        },
    )
    H(
        "trigram",
        "matériau",
        c(["PVC", "FTE", "PEHD", "AMC", "BET", "FGR"], 90),
        "pipe materials",
        {
            "diamètre": [r.choice([63, 110, 160, 200, 300]) for _ in range(90)],
            "libellé": c(
                [
                    "polychlorure de vinyle",
                    "fonte ductile",
                    "polyéthylène",
                    "amiante-ciment",
                    "béton",
                    "fonte grise",
                ],
                90,
            ),
        },
    )
    H(
        "trigram",
        "suivi",
        ch(
            [
                "OT 2025-114 : driver remplacé",
                "AEP : fuite réparée, voir BC",
                "EP : mât redressé",
                "RAS - GTB en défaut",
                "SLT : carrefour au clignotant",
            ],
            100,
        ),
        "maintenance log with technical acronyms only",
    )

    # health
    H(
        "health",
        "allergènes",
        ch(["gluten, lait", "œuf, moutarde", "arachide", "poisson, céleri", "soja", "sulfites", None], 110),
        "allergens of meals",
        {"plat": ch(["Gratin dauphinois", "Garbure", "Axoa de veau", "Tourtière", "Salade landaise"], 110)},
    )
    H(
        "health",
        "état sanitaire",
        ch(
            [
                "chancre coloré",
                "dépérissement",
                "champignon lignivore",
                "cavité au collet",
                "sain",
                "blessure de taille",
                "anthracnose",
            ],
            95,
        ),
        "diseases of trees",
        {"arbre": ch(TREES, 95)},
    )
    H(
        "health",
        "sujet",
        ch(
            [
                "Maladie d'Alzheimer -- Guides",
                "Cancer -- Prévention",
                "Diabète -- Régimes",
                "Autisme -- Éducation",
                "Dépression -- Romans",
            ],
            74,
        ),
        "library subjects",
        {
            "exemplaires": [r.randint(1, 12) for _ in range(74)],
            "cote": ch(["616.8", "616.99", "613.2", "R POL"], 74),
        },
    )
    H(
        "health",
        "consultation",
        ch(
            [
                "Cardiologie",
                "Psychiatrie adulte",
                "Addictologie",
                "Oncologie",
                "Dermatologie",
                "Dépistage VIH anonyme",
            ],
            60,
        ),
        "specialities of the hospital",
        {"horaires": ch(["lun-ven 9h-17h", "mardi 14h-18h", "sur rendez-vous"], 60)},
    )
    H(
        "health",
        "cause",
        ch(["asthme", "diabète", "cancer", "maladies cardiovasculaires", "AVC"], 66),
        "causes of hospital stays, yearly totals",
        {
            "année": [r.randint(2012, 2023) for _ in range(66)],
            "séjours": [r.randint(150, 6000) for _ in range(66)],
            "territoire": ch(["Pyrénées-Atlantiques", "Isère", "Savoie"], 66),
        },
    )
    H(
        "health",
        "obs",
        ch(
            [
                "Borne malade : écran noir",
                "fontaine fermée, légionelle recherchée",
                "toilettes PMR en panne",
                "fauteuil de théâtre cassé",
                "bruit de toux du moteur",
            ],
            80,
        ),
        "faults of equipment with words of illness",
    )
    H(
        "health",
        "accessibilité",
        ch(
            [
                "boucle magnétique",
                "rampe fauteuil roulant",
                "bande podotactile",
                "audiodescription",
                "handicap mental : accueil formé",
            ],
            72,
        ),
        "accessibility of buildings",
        {"ERP": c(PLACES, 72)},
    )
    # age / illness
    H(
        "age_illness",
        "tranche d'âge",
        c(["0-14 ans", "15-29 ans", "30-44 ans", "45-59 ans", "60-74 ans", "75 ans et plus"], 72),
        "age brackets with large counts",
        {"habitants": [r.randint(900, 19000) for _ in range(72)]},
    )
    H(
        "age_illness",
        "campagne",
        ch(
            [
                "Dépistage du cancer colorectal, 50-74 ans",
                "Vaccination grippe, 65 ans et plus",
                "Diabète : atelier dès 40 ans",
                "Mammographie 50-74 ans",
                "Équilibre et chutes, 60 ans +",
            ],
            64,
        ),
        "prevention campaigns",
        {"lieu": c(PLACES, 64), "participants": [r.randint(20, 400) for _ in range(64)]},
    )
    H(
        "age_illness",
        "indicateur",
        [
            f"{n} : {r.uniform(2, 28):.1f} % des {a}"
            for n, a in zip(
                ch(["Diabète", "Asthme", "Hypertension", "Dépression"], 60),
                ch(["plus de 65 ans", "18-64 ans", "15 ans et plus"], 60),
            )
        ],
        "prevalence by age in a territory",
        {"territoire": ch(["Béarn", "Pays basque", "Grésivaudan", "Tarentaise"], 60)},
    )
    H(
        "age_illness",
        "âge",
        [r.randint(3, 140) for _ in range(85)],
        "age of trees",
        {"sujet": ch(TREES, 85), "diagnostic": ch(["sain", "chancre", "carie blanche", "dépérissement"], 85)},
    )
    H(
        "age_illness",
        "âge moyen",
        [round(r.uniform(33, 58), 1) for _ in range(60)],
        "average age by district",
        {
            "IRIS": [f"64445{i:04d}" for i in range(101, 161)],
            "population": [r.randint(1200, 4200) for _ in range(60)],
        },
    )

    # positions
    def pt(a, b):
        return round(a + r.uniform(-0.03, 0.03), 6), round(b + r.uniform(-0.03, 0.03), 6)

    H(
        "home_position",
        "geo_point_2d",
        ["{}, {}".format(*pt(43.295, -0.37)) for _ in range(140)],
        "street trees",
        {"essence": ch(TREES, 140)},
    )
    H(
        "home_position",
        "lat",
        [pt(45.188, 5.724)[0] for _ in range(80)],
        "bike shelters",
        {
            "lon": [pt(45.188, 5.724)[1] for _ in range(80)],
            "mobilier": ch(["arceau vélo", "consigne", "station de gonflage"], 80),
        },
    )
    H(
        "home_position",
        "geom",
        [
            "POLYGON(({} {}, {} {}, {} {}))".format(*sum((pt(6.08, 44.56) for _ in range(3)), ()))
            for _ in range(60)
        ],
        "outlines of parks",
        {"parc": [f"Espace vert n° {i + 1}" for i in range(60)]},
    )
    H(
        "home_position",
        "xy",
        [f"{r.randint(424000, 430000)};{r.randint(6249000, 6255000)}" for _ in range(95)],
        "Lambert 93 of street lights",
        {"candélabre": [f"EP-{i + 1:04d}" for i in range(95)], "puissance W": ch([36, 45, 70, 100], 95)},
    )
    H(
        "home_position",
        "geojson",
        [
            json.dumps(
                {
                    "type": "Point",
                    "coordinates": list(pt(43.49, -1.474))[::-1],
                    "properties": {
                        "nom": r.choice(["Fronton", "Sanisette", "Table de pique-nique", "Borne de recharge"])
                    },
                },
                ensure_ascii=False,
            )
            for _ in range(62)
        ],
        "public equipment in GeoJSON",
    )

    # plain
    H(
        "plain",
        "délibération",
        [f"DEL-{r.randint(2020, 2025)}-{r.randint(1, 180):03d}" for _ in range(90)],
        "deliberations",
        {
            "titre": ch(
                [
                    "Budget primitif",
                    "Tarifs de la cantine",
                    "Dénomination d'une voie",
                    "Convention avec l'État",
                ],
                90,
            )
        },
    )
    H(
        "plain",
        "code_postal",
        [t[0] for t in c(TOWNS, 70)],
        "postal codes",
        {"ville": [t[1] for t in c(TOWNS, 70)]},
    )
    H(
        "plain",
        "niveau sonore",
        [f"{r.uniform(38, 79):.1f}".replace(".", ",") + NB + "dB" for _ in range(120)],
        "noise measures",
    )
    H(
        "plain",
        "enneigement",
        [r.choice([0, 5, 12, 40, 85, 120, None]) for _ in range(150)],
        "snow depth in cm",
        {"station": ch(["Gourette", "Chamrousse", "Les Saisies", "Orcières"], 150)},
    )
    H(
        "plain",
        "description",
        [
            f"<p>{r.choice(['Concert gratuit', 'Marché de producteurs', 'Fête du fleuve', 'Nuit des musées'])} – <b>{r.choice(['entrée libre', '5&nbsp;€', 'sur réservation'])}</b></p>"
            for _ in range(76)
        ],
        "events in HTML",
    )
    H(
        "plain",
        "ouverture",
        [
            json.dumps(
                {"lun": r.choice(["9h-12h", "fermé"]), "mar": "9h-18h", "dim": r.choice(["fermé", "10h-13h"])}
            )
            for _ in range(66)
        ],
        "opening hours in JSON",
        {"lieu": c(PLACES, 66)},
    )
    H(
        "plain",
        "grade",
        ch(
            [
                "Adjoint technique principal 2e classe",
                "Rédacteur",
                "Attaché",
                "ATSEM principal",
                "Brigadier-chef principal",
            ],
            60,
        ),
        "staff statistics by grade",
        {"effectif": [r.randint(15, 240) for _ in range(60)]},
    )
    H(
        "plain",
        "nature M57",
        ch(
            [
                "60612 Énergie - électricité",
                "6188 Autres frais divers",
                "65748 Subventions",
                "6227 Frais d'actes et de contentieux",
                "2151 Réseaux de voirie",
            ],
            85,
        ),
        "accounts",
        {"mandaté": [euro(r, 100, 700000) for _ in range(85)]},
    )
    H(
        "plain",
        "nitrates",
        [r.choice(["<0,5", "3,2", "11", "24,8 mg/L", "n.d."]) for _ in range(95)],
        "water analyses",
        {"point": ch(["sortie station", "réservoir", "captage"], 95)},
    )
    H(
        "plain",
        "blancs",
        [r.randint(0, 40) for _ in range(68)],
        "blank ballots",
        {"bureau": list(range(1, 69)), "votants": [r.randint(400, 900) for _ in range(68)]},
    )
    H(
        "plain",
        "lexique",
        ch(
            [
                "carrèra : rue",
                "plaça : place",
                "etxe : maison",
                "mendi : montagne",
                "aiga : eau",
                "pont vielh : vieux pont",
            ],
            64,
        ),
        "Occitan and Basque glossary",
    )
    H(
        "plain",
        "cote",
        [f"{r.choice(['1 J', '4 Fi', 'E DEPOT', 'DD', '2 O'])} {r.randint(1, 400)}" for _ in range(72)],
        "archive shelf marks",
        {"contenu": ch(["plan du canal", "carte postale", "registre de voirie", "affiche"], 72)},
    )
    sp = [
        "Martin-pêcheur d'Europe – Alcedo atthis (Linnaeus, 1758)",
        "Robert-le-Diable – Polygonia c-album",
        "Herbe-à-Robert – Geranium robertianum",
        "Circaète Jean-le-Blanc – Circaetus gallicus",
        "Vulcain – Vanessa atalanta",
        "Desman des Pyrénées – Galemys pyrenaicus",
        "Grenouille de Perez – Pelophylax perezi",
    ]
    H(
        "person_name",
        "taxon",
        [r.choice([str, str.lower, nfd])(s) for s in ch(sp, 130)],
        "species with people's names inside",
        {
            "effectif": [r.randint(1, 60) for _ in range(130)],
            "milieu": ch(["ripisylve", "prairie", "falaise", "saligue"], 130),
        },
    )
    H(
        "person_name",
        "palmarès",
        [
            f"{y} : " + ", ".join(f"{x} ({r.randint(15, 90)})" for x in r.sample(boys, 4))
            for y in range(1963, 2025)
        ],
        "most given first names per year, with counts",
        {"naissances de l'année": [r.randint(900, 2400) for _ in range(62)]},
    )
    H(
        "person_name",
        "itinéraire",
        ch(
            [
                "Boucle de Sainte-Barbe",
                "Sentier Marcel-Pagnol",
                "Tour du Grand Bernard",
                "Chemin Henri IV",
                "Pas de l'Ours",
                "Vallon Saint-Ursin",
            ],
            78,
        ),
        "footpaths",
        {
            "distance": [f"{r.uniform(2, 19):.1f} km".replace(".", ",") for _ in range(78)],
            "dénivelé": [f"{r.randint(20, 1300)} m D+" for _ in range(78)],
        },
    )
    H(
        "phone",
        "renseignements",
        [
            f"{n}{NB}: {pairs(x + digits(r, 6), r.choice([' ', '.']))}"
            for n, x in zip(
                ch(
                    [
                        "Médiathèque intercommunale",
                        "Office de tourisme",
                        "Accueil de la mairie",
                        "Billetterie du théâtre",
                        "Piscine municipale",
                    ],
                    65,
                ),
                ch(["0559", "0562", "0476", "0492"], 65),
            )
        ],
        "phones of public services named in the cell",
        {"événement": ch(["Heure du conte", "Visite guidée", "Concert", "Nage en famille"], 65)},
    )
    H(
        "phone",
        "trip_id",
        [f"{r.randint(10**9, 10**10 - 1)}" for _ in range(90)],
        "timetable trip ids of ten digits",
        {
            "direction": ch(["Gare SNCF", "Hôpital", "Université", "Les Halles"], 90),
            "départ": [f"{r.randint(5, 24):02d}:{r.randint(0, 59):02d}:00" for _ in range(90)],
        },
    )
    H(
        "ip",
        "mesures",
        [
            json.dumps(
                {
                    "id": f"meteo-{r.randint(1, 12):02d}",
                    "t": round(r.uniform(-12, 38), 1),
                    "fw": f"{r.randint(1, 4)}.{r.randint(0, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}",
                }
            )
            for _ in range(85)
        ],
        "weather sensors in JSON, firmware with four numbers",
    )
    H(
        "email",
        "satisfaction",
        [
            f"Très satisfait : {x} % ; satisfait : {y} % ; peu satisfait : {100 - x - y} %"
            for x, y in ((r.randint(20, 50), r.randint(20, 40)) for _ in range(60))
        ],
        "answers of an e-mail survey, aggregated",
        {"répondants": [r.randint(120, 2400) for _ in range(60)]},
    )
    H(
        "plate",
        "plan cimetière",
        [f"{letters(r, 2)}-{r.randint(1, 320):03d}" for _ in range(74)],
        "free plots of the cemetery, no names",
        {"état": ["emplacement libre"] * 74, "surface": ch(["2 m²", "4 m²", "cave-urne"], 74)},
    )
    H(
        "identity_card",
        "lot",
        [f"{r.randint(21, 25):02d}{r.randint(1, 12):02d}{digits(r, 8)}" for _ in range(63)],
        "12-digit batch numbers of food checks",
        {
            "denrée": ch(["steak haché surgelé", "yaourt nature", "carottes râpées", "filet de lieu"], 63),
            "température": [f"{r.uniform(-20, 5):.1f} °C" for _ in range(63)],
        },
    )
    H(
        "health",
        "contrôle",
        ch(
            [
                "Legionella < 10 UFC/L",
                "Escherichia coli : absence",
                "Salmonella non détectée",
                "Staphylocoques présumés pathogènes : 0",
                "Cyanobactéries : seuil d'alerte",
            ],
            88,
        ),
        "microbiology of water and kitchens",
        {"site": c(PLACES, 88)},
    )
    H(
        "birth_date",
        "dernier contrôle",
        [
            r.choice(
                [
                    frd,
                    lambda d: d.strftime("%d.%m.%y"),
                    lambda d: full(frd(d)),
                    lambda d: f" {d.day}/{d.month}/{d.year}",
                ]
            )(day(r, 2015, 2025))
            for _ in range(92)
        ],
        "checks of extinguishers, dates badly typed",
        {"matériel": ch(["extincteur CO2 2 kg", "extincteur eau 6 L", "BAES", "désenfumage"], 92)},
    )
    H(
        "plain",
        "équipement de jeu",
        [f"PCM{digits(r, 6)}" for _ in range(60)],
        "playground models",
        {"type": ch(["toboggan", "balançoire", "tourniquet", "filet"], 60)},
    )
    return out


def columns() -> tuple[Column, ...]:
    return tuple(_personal() + _harmless())


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


def _check():
    cols = columns()
    assert cols == columns()
    pers = [c for c in cols if c.personal]
    harm = [c for c in cols if not c.personal]
    assert len(pers) >= 126 and len(harm) >= 126, (len(pers), len(harm))
    for k in KINDS:
        assert sum(c.kind == k for c in pers) >= 6, k
    for c in cols:
        assert c.kind in KINDS or (c.kind == "plain" and not c.personal)
        assert 60 <= len(c.values) <= 300, (c.header, len(c.values))
        assert all(len(v) == len(c.values) for v in c.beside.values()), c.header
        assert c.header not in c.beside, c.header
        for v in (c.values, *c.beside.values()):
            assert all(x is None or type(x) in (str, int, float, dt.date) for x in v), c.header
    assert len({(c.header, c.values) for c in cols}) == len(cols)
    r = random.Random(1)
    assert all(luhn_ok(card(r)) and len(card(r)) == 16 and luhn_ok(card(r, "amex")) for _ in range(50))
    assert all(iban_ok(iban(r, x)) for x in ("FR", "BE", "DE", "PT", "MG") for _ in range(50))
    assert [len(iban(r, x)) for x in ("FR", "BE", "DE", "PT", "MG")] == [27, 16, 22, 25, 27]
    return pers, harm
