"""The ninth set of columns that a stranger labelled: Bretagne, Alsace, Corse, Pays basque, La Réunion, Mayotte and the mining Nord."""

from __future__ import annotations

import datetime
import json
import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

SEED = 90417


@dataclass(frozen=True)
class Column:
    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: bool = True


Rng = random.Random
Cell = Callable[[Rng, int], object]

NBSP, NNBSP, ZW, ZWJ, SHY = "\u00a0", "\u202f", "\u200b", "\u200d", "\u00ad"
FULL = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


def _rng(*parts: object) -> Rng:
    # a str seed goes through SHA-512 in random.seed: the same on every run
    return random.Random("/".join(str(p) for p in (SEED, *parts)))


def _digits(r: Rng, n: int) -> str:
    return "".join(r.choice("0123456789") for _ in range(n))


def _letters(r: Rng, n: int, alphabet: str = "ABCDEFGHJKLMNPQRSTVWXYZ") -> str:
    return "".join(r.choice(alphabet) for _ in range(n))


def _nfd(s: str) -> str:
    return unicodedata.normalize("NFD", s)


def _ascii(s: str) -> str:
    return "".join(c for c in _nfd(s) if not unicodedata.combining(c))


def _slug(s: str, sep: str = "") -> str:
    return (
        _ascii(s)
        .lower()
        .replace(" ", sep)
        .replace("'", "")
        .replace("’", "")
        .replace("-", "-" if sep == "-" else "")
    )


def every(k: int, f: Cell, g: Cell) -> Cell:
    """f in one row out of k, g in the others."""
    return lambda r, i: f(r, i) if i % k == k // 2 else g(r, i)


def pick(*items: object) -> Cell:
    return lambda r, i: r.choice(items)


def none(r: Rng, i: int) -> None:
    return None


# ------------------------------------------------------------------ people
GIVEN = (
    "Maëlys",
    "Goulven",
    "Erwan",
    "Nolwenn",
    "Tifenn",
    "Gwenaëlle",
    "Ronan",
    "Yann-Fañch",
    "Enora",
    "Malo",
    "Ghjuvan",
    "Lisandru",
    "Anghjula",
    "Letizia",
    "Pasquale",
    "Ange-Toussaint",
    "Marie-Dominique",
    "Saveriu",
    "Amaia",
    "Peio",
    "Xabi",
    "Maialen",
    "Eneko",
    "Iker",
    "Jean-Yves",
    "Marie-Josèphe",
    "Bernadette",
    "Monique",
    "Fatoumata",
    "Nassurdine",
    "Moinaécha",
    "Soilihi",
    "Zaïnaba",
    "Ibrahima",
    "Khadidja",
    "Rachida",
    "Mohamed",
    "Thi Hoa",
    "Kim-Ly",
    "Priyanka",
    "Davy",
    "Ginette",
    "Jean-Hugues",
    "Marie-Reine",
    "Krzysztof",
    "Bożena",
    "Zbigniew",
    "Wanda",
    "Giorgi",
    "Nino",
    "Oleksandr",
    "Iryna",
    "Hélène",
    "Gérard",
    "Sylvie",
    "Thierry",
    "Kévin",
    "Océane",
    "Lucas",
    "Inès",
    "Jeannine",
    "Hubert",
    "Solange",
    "Liselotte",
    "Théophile",
    "Édouard",
)
SURNAME = (
    "Le Bihan",
    "Kerbrat",
    "Quéméneur",
    "Guivarc’h",
    "Le Floc'h",
    "Abgrall",
    "Tanguy",
    "Cozic",
    "Kermarrec",
    "Lostanlen",
    "Schmitt",
    "Oberlé",
    "Wurtz",
    "Haegelin",
    "Zimmermann",
    "Kuntz",
    "Sprauel",
    "Muckensturm",
    "Ehrhart",
    "Goetschy",
    "Luciani",
    "Santoni",
    "Casanova",
    "Leca",
    "Paoletti",
    "Agostini",
    "Filippi",
    "Mattei",
    "Orsoni",
    "Giacobbi",
    "Etcheverry",
    "Harispe",
    "Iribarne",
    "Goyhenetche",
    "Duhalde",
    "Bidegain",
    "Elissalde",
    "Ospital",
    "Payet",
    "Hoarau",
    "Grondin",
    "Técher",
    "Dijoux",
    "Vadivelou",
    "Sinimalé",
    "Ramassamy",
    "Ah-Tchy",
    "Boyer",
    "Abdallah",
    "Madi Boinaïdi",
    "Attoumani",
    "Saïd Ali",
    "Houmadi",
    "Diakité",
    "Traoré",
    "Ben Youssef",
    "El Amrani",
    "Wiśniewski",
    "Kowalczyk",
    "Nowakowski",
    "Szymczak",
    "Delattre",
    "Lefebvre",
    "Vandenbroucke",
    "Deleporte",
    "Nguyen",
    "Tran Van",
    "Gelashvili",
    "Kovalenko",
    "Da Silva",
    "Fernandes",
    "Roussel",
    "Marchand",
    "Petit",
    "Blanc",
)


def given(r: Rng, i: int = 0) -> str:
    return r.choice(GIVEN)


def surname(r: Rng, i: int = 0) -> str:
    return r.choice(SURNAME)


def full(r: Rng, i: int = 0) -> str:
    return f"{given(r)} {surname(r)}"


def FULLUP(r: Rng, i: int = 0) -> str:
    return f"{surname(r).upper()} {given(r)}"


def civ(r: Rng, i: int = 0) -> str:
    return f"{r.choice(('M.', 'Mme', 'Mr', 'Mme.', 'Monsieur', 'Madame', 'Mlle'))} {surname(r)}"


# ------------------------------------------------------------------ numbers
def nir13(r: Rng) -> str:
    dept = r.choice(("29", "56", "67", "68", "2A", "2B", "64", "62", "59", "22", "99"))
    return f"{r.choice('12')}{r.randint(30, 99):02d}{r.randint(1, 12):02d}{dept}{r.randint(1, 480):03d}{r.randint(1, 320):03d}"


def nirkey(n: str) -> str:
    v = int(n.replace("2A", "19").replace("2B", "18"))
    return f"{97 - v % 97:02d}"


def nir(r: Rng, i: int = 0) -> str:
    n = nir13(r)
    return n + nirkey(n)


def nir_sp(r: Rng, sep: str = " ") -> str:
    n = nir(r)
    return sep.join((n[0], n[1:3], n[3:5], n[5:7], n[7:10], n[10:13], n[13:]))


def iban(r: Rng, i: int = 0) -> str:
    bank = r.choice(("12906", "17206", "30004", "20041", "10278", "14707", "19906", "16706"))
    branch, acc = _digits(r, 5), _digits(r, 11)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(acc)) % 97
    bban = f"{bank}{branch}{acc}{key:02d}"
    check = 98 - int(bban + "152700") % 97
    return f"FR{check:02d}{bban}"


def iban_de(r: Rng) -> str:
    bban = "66" + _digits(r, 16)
    return f"DE{98 - int(bban + '131400') % 97:02d}{bban}"


def group4(s: str, sep: str = " ") -> str:
    return sep.join(s[k : k + 4] for k in range(0, len(s), 4))


def card(r: Rng, i: int = 0) -> str:
    body = r.choice(("4970", "4974", "4978", "5132", "5135", "4561", "5355")) + _digits(r, 11)
    t = 0
    for k, c in enumerate(reversed(body)):
        d = int(c)
        if k % 2 == 0:
            d = d * 2 - 9 if d > 4 else d * 2
        t += d
    return body + str(-t % 10)


def mob(r: Rng, i: int = 0) -> str:
    return r.choice(("06", "07")) + r.choice("123456789"[:8]) + _digits(r, 7)


def fix(r: Rng, i: int = 0) -> str:
    return r.choice(("0298", "0297", "0388", "0389", "0495", "0559", "0321", "0327", "0262")) + _digits(r, 6)


def pairs(s: str, sep: str = " ") -> str:
    return sep.join(s[k : k + 2] for k in range(0, len(s), 2))


DOMAINS = (
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "gmail.com",
    "laposte.net",
    "hotmail.fr",
    "sfr.fr",
    "yahoo.fr",
    "outlook.com",
    "icloud.com",
)


def mail(r: Rng, i: int = 0) -> str:
    g, s = _slug(given(r)), _slug(surname(r))
    loc = r.choice(
        (
            f"{g}.{s}",
            f"{g[0]}{s}",
            f"{s}{r.randint(1, 99)}",
            f"{g}_{s}",
            f"{s}.{g[0]}",
            f"{g}{r.randint(50, 99)}{s[:3]}",
        )
    )
    return f"{loc}@{r.choice(DOMAINS)}"


def plate(r: Rng, i: int = 0, sep: str = "-") -> str:
    return f"{_letters(r, 2)}{sep}{r.randint(1, 999):03d}{sep}{_letters(r, 2)}"


def oldplate(r: Rng, i: int = 0) -> str:
    return f"{r.randint(10, 9999)} {_letters(r, r.choice((2, 2, 3)))} {r.choice(('29', '56', '67', '68', '2A', '2B', '64', '62', '59', '974'))}"


def ip4(r: Rng, i: int = 0) -> str:
    return f"{r.choice((78, 81, 82, 83, 86, 88, 90, 92, 109, 176))}.{r.randint(1, 254)}.{r.randint(0, 255)}.{r.randint(1, 254)}"


def ip6(r: Rng, i: int = 0) -> str:
    h = lambda: f"{r.randint(1, 65535):x}"
    return f"2a01:{r.choice(('cb00', 'cb08', 'e0a', 'e34'))}:{h()}:{h()}:{h()}:{h()}:{h()}:{h()}"


def mac(r: Rng, i: int = 0, sep: str = ":") -> str:
    first = r.choice(
        (0x3C, 0xA4, 0xDC, 0xF0, 0x8C, 0x1E, 0xDA, 0x5A, 0xB6, 0x72)
    )  # unicast; vendors' and randomized addresses
    return sep.join(f"{b:02x}" for b in (first, *(r.randint(0, 255) for _ in range(5))))


def cni_old(r: Rng, i: int = 0) -> str:
    return f"{r.randint(8, 20):02d}{r.randint(1, 12):02d}{r.choice(('293', '563', '673', '683', '2A1', '641', '623', '593'))}{_digits(r, 5)}".replace(
        "2A1", "201"
    )


def cni_new(r: Rng, i: int = 0) -> str:
    a = "0123456789CFGHJKLMNPRTVWXYZ"
    return r.choice("DFGHJLMRTX") + "".join(r.choice(a) for _ in range(8))


def passport(r: Rng, i: int = 0) -> str:
    return f"{r.randint(10, 24):02d}{_letters(r, 2)}{_digits(r, 5)}"


def licence_old(r: Rng, i: int = 0) -> str:
    return f"{r.randint(60, 99):02d}{r.randint(1, 12):02d}{r.choice(('29', '56', '67', '68', '64', '62', '59', '20'))}{_digits(r, 6)}"


def neph(r: Rng, i: int = 0) -> str:
    return f"{r.randint(0, 23):02d}{r.randint(1, 12):02d}{r.choice(('29', '56', '67', '68', '64', '62', '59', '97'))}{_digits(r, 6)}"


# ------------------------------------------------------------------ places and dates
STREETS = (
    "rue des Goémoniers",
    "rue du Maréchal Foch",
    "route de Locmaria",
    "impasse des Ajoncs",
    "chemin de Kerdrein",
    "rue de l'Ill",
    "rue des Tanneurs",
    "place du Kageneck",
    "rue du Vignoble",
    "cours Napoléon",
    "montée de la Citadelle",
    "chemin d'Errota",
    "allée des Frênes",
    "avenue de Verdun",
    "rue Émile Basly",
    "rue du Coron Rouge",
    "boulevard Hubert Delisle",
    "chemin Bras-Panon",
    "rue de la Mosquée",
    "lotissement Parc ar Menez",
    "résidence U Pinu",
    "rue Jean Jaurès",
    "rue de la Fosse 4",
    "ruelle des Lilas",
)
TOWNS = (
    ("29830", "Ploudalmézeau"),
    ("29260", "Lesneven"),
    ("56470", "La Trinité-sur-Mer"),
    ("67600", "Sélestat"),
    ("68150", "Ribeauvillé"),
    ("20100", "Sartène"),
    ("20250", "Corte"),
    ("64240", "Hasparren"),
    ("64220", "Saint-Jean-Pied-de-Port"),
    ("62300", "Lens"),
    ("59220", "Denain"),
    ("97412", "Bras-Panon"),
    ("97430", "Le Tampon"),
    ("97615", "Pamandzi"),
)


def street(r: Rng, i: int = 0) -> str:
    return f"{r.randint(1, 148)}{r.choice(('', '', '', ' bis', ' ter', 'B'))} {r.choice(STREETS)}"


def home(r: Rng, i: int = 0) -> str:
    cp, t = r.choice(TOWNS)
    return f"{street(r)}, {cp} {t}"


def day(r: Rng, y0: int, y1: int) -> datetime.date:
    return datetime.date(y0, 1, 1) + datetime.timedelta(days=r.randint(0, (y1 - y0 + 1) * 365 - 1))


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


def words_date(d: datetime.date) -> str:
    return f"{'1er' if d.day == 1 else d.day} {MONTHS[d.month - 1]} {d.year}"


_OUT: list[Column] = []


def _add(
    personal: bool,
    header: str,
    kind: str,
    why: str,
    fn: Cell,
    n: int,
    neutral: bool,
    beside: Mapping[str, Cell] | None,
) -> None:
    r = _rng("col", len(_OUT), header)
    vals = tuple(fn(r, i) for i in range(n))
    bes = {}
    for name, f in (beside or {}).items():
        rb = _rng("beside", len(_OUT), header, name)
        bes[name] = tuple(f(rb, i) for i in range(n))
    _OUT.append(Column(header, vals, personal, kind, why, bes, neutral))


def P(
    header: str,
    kind: str,
    why: str,
    fn: Cell,
    n: int = 120,
    neutral: bool = True,
    beside: Mapping[str, Cell] | None = None,
) -> None:
    _add(True, header, kind, why, fn, n, neutral, beside)


def N(
    header: str,
    kind: str,
    why: str,
    fn: Cell,
    n: int = 120,
    neutral: bool = True,
    beside: Mapping[str, Cell] | None = None,
) -> None:
    _add(False, header, kind, why, fn, n, neutral, beside)


DULL = pick(
    "RAS",
    "dossier complet",
    "à relancer",
    "transmis au service le jour même",
    "pièces manquantes",
    "vu en commission",
    "classé sans suite",
    "en attente d'un devis",
    "reçu au guichet",
    "ok",
    "voir courrier du 12/03",
    None,
    None,
    "a rappeler sous 8 jours",
)


def _positives() -> None:
    # ---------------------------------------------------------------- nir
    P("N° SS", "nir", "15 digits typed in one go", nir)
    P("Immatriculation assuré", "nir", "spaced as on the carte Vitale", lambda r, i: nir_sp(r))
    P(
        "Réf. organisme",
        "nir",
        "13 digits without key as integers, misleading header (none of Corsica, so that it is a number)",
        lambda r, i: int(nir13(r).replace("2A", "20").replace("2B", "20")),
        n=90,
    )
    P(
        "commentaire agent d'accueil",
        "nir",
        "number dictated in a note, one row in 12",
        every(
            12,
            lambda r, i: (
                f"{r.choice(('n° sécu', 'NIR :', 'sécu'))} {nir_sp(r, NBSP)} {r.choice(('à vérifier', 'attestation à fournir', '(conjoint)'))}"
            ),
            DULL,
        ),
        n=180,
    )
    P(
        "num_insee_salarie",
        "nir",
        "narrow no-break spaces and dots, key after a slash",
        lambda r, i: (
            lambda s: (
                s[:13] + " / " + s[13:]
                if i % 3 == 0
                else NNBSP.join((s[0], s[1:3], s[3:5], s[5:7], s[7:10], s[10:13], s[13:]))
                if i % 3 == 1
                else s[:1] + "." + s[1:7] + "." + s[7:13] + "." + s[13:]
            )
        )(nir(r)),
    )
    P(
        "payload",
        "nir",
        "JSON of a form, the number under a key",
        lambda r, i: json.dumps(
            {"demande": 4000 + i, "nss": nir(r), "piece": r.choice(["RIB", "CERFA", "justif"])},
            ensure_ascii=False,
        ),
        n=80,
    )
    P(
        "matricule",
        "nir",
        "full-width digits pasted from a PDF in a third of the rows, otherwise an agent's local number",
        every(3, lambda r, i: nir(r).translate(FULL), lambda r, i: f"AG{r.randint(100, 999)}"),
        n=150,
    )

    P(
        "NSS",
        "nir",
        "typed by hand: O for 0, one digit lost, key wrong in a quarter of the rows",
        lambda r, i: (lambda v: v.replace("0", "O") if i % 8 == 0 else v[:-4] + v[-3:] if i % 8 == 4 else v)(
            nir_sp(r)
        ),
        n=100,
    )

    # ---------------------------------------------------------------- iban
    P(
        "RIB association ou particulier",
        "iban",
        "grouped by four, payees of the sports voucher are parents",
        lambda r, i: group4(iban(r)),
        beside={"beneficiaire": full},
    )
    P(
        "coordonnees_bancaires",
        "iban",
        "glued and lower-case",
        lambda r, i: iban(r).lower(),
        beside={"Nom parent": FULLUP},
    )
    P(
        "Mode de remboursement",
        "iban",
        "one row in ten says the account of the parent",
        every(
            10,
            lambda r, i: f"virement sur {group4(iban(r))} au nom de {civ(r)}",
            pick("chèque", "virement", "avoir sur facture", "espèces régie", None),
        ),
        n=160,
    )
    P(
        "compte agent",
        "iban",
        "IBAN with no-break spaces, some German accounts of cross-border agents",
        lambda r, i: group4(iban_de(r) if i % 5 == 0 else iban(r), NBSP),
        beside={"agent": FULLUP},
        n=100,
    )
    P(
        "html_recap",
        "iban",
        "a mail's HTML with the IBAN in a cell",
        lambda r, i: (
            f"<tr><td>Remb. cantine</td><td><b>{group4(iban(r), '&nbsp;')}</b></td><td>{r.randint(8, 90)},{r.randint(10, 99)}&nbsp;€</td></tr>"
        ),
        n=70,
    )
    P(
        "info_2",
        "iban",
        "the words IBAN: and BIC in the same cell, dashes, neutral header",
        lambda r, i: (
            f"IBAN : {group4(iban(r), '-')} - BIC {r.choice(('CMBRFR2BARK', 'AGRIFRPP867', 'CCBPFRPPNAN'))} titulaire {FULLUP(r)}"
        ),
        n=90,
    )
    P(
        "Bénéficiaire bourse permis",
        "iban",
        "name then IBAN with one zero-width space",
        lambda r, i: f"{full(r)} ; " + (lambda s: s[:9] + ZW + s[9:])(iban(r)),
        n=80,
    )

    P(
        "RIB saisi guichet",
        "iban",
        "typed by hand: a digit swapped or a group lost in a third of the rows",
        lambda r, i: (
            lambda v: v[:10] + v[11] + v[10] + v[12:] if i % 6 == 0 else v[:-5] if i % 6 == 3 else v
        )(group4(iban(r))),
        n=90,
    )

    # ---------------------------------------------------------------- card
    P("ref_paiement", "card", "sixteen digits, misleading header", card)
    P(
        "Carte (télépaiement)",
        "card",
        "grouped by four with expiry",
        lambda r, i: f"{group4(card(r))} exp {r.randint(1, 12):02d}/{r.randint(25, 29)}",
        n=80,
    )
    P(
        "Note régie piscine",
        "card",
        "one row in fifteen, the till's agent copied the card number",
        every(
            15,
            lambda r, i: f"TPE en panne, CB {group4(card(r), '-')} à débiter",
            pick(
                "RAS", "fond de caisse 150 €", "ticket annulé", "abonnement 10 entrées", "erreur de rendu 2 €"
            ),
        ),
        n=225,
    )
    P(
        "log",
        "card",
        "JSON log of the payment service",
        lambda r, i: (
            '{"ts":%d,"pan":"%s","montant":%d}' % (1690000000 + i * 977, card(r), r.randint(500, 9900))
        ),
        n=75,
    )
    P(
        "champ libre 3",
        "card",
        "no-break spaces, integers mixed with text",
        lambda r, i: int(card(r)) if i % 4 == 0 else group4(card(r), NBSP),
        n=100,
    )
    P(
        "transaction",
        "card",
        "half of the rows hold the card, the others a transaction's id",
        every(2, lambda r, i: group4(card(r)), lambda r, i: f"TX-{r.randint(10000, 99999)}-{_letters(r, 3)}"),
        n=110,
    )

    # ---------------------------------------------------------------- phone
    P(
        "Tél",
        "phone",
        "mobiles in pairs with spaces, some empty",
        lambda r, i: None if i % 9 == 0 else pairs(mob(r)),
    )
    P(
        "Joindre le responsable légal",
        "phone",
        "text: two numbers and who answers",
        lambda r, i: (
            f"{pairs(mob(r), '.')} ({r.choice(('maman', 'papa', 'tonton', 'mamie'))}) / {pairs(fix(r), '.')}"
        ),
    )
    P(
        "contact_usager",
        "phone",
        "+262 692 and +33 (0)6 forms",
        lambda r, i: (
            f"+262 692 {_digits(r, 2)} {_digits(r, 2)} {_digits(r, 2)}"
            if i % 2
            else f"+33 (0){mob(r)[1]} {pairs(mob(r)[2:])}"
        ),
    )
    P(
        "numero",
        "phone",
        "integers that lost their leading zero, beside the names of referees' licences",
        lambda r, i: int(mob(r)),
        beside={"nom": FULLUP},
        n=90,
    )
    P(
        "Obs. tournée portage repas",
        "phone",
        "one row in 20, the neighbour's phone in a note",
        every(
            20,
            lambda r, i: f"si absente appeler la voisine {civ(r)} au {mob(r)}",
            pick(
                "sonner 2 fois",
                "clé chez le gardien",
                "chien !",
                "régime sans sel demandé",
                "portillon vert",
                None,
            ),
        ),
        n=240,
    )
    P(
        "coord.",
        "phone",
        "full-width digits and narrow no-break spaces",
        lambda r, i: pairs(mob(r), NNBSP).translate(FULL) if i % 3 == 0 else pairs(mob(r), NNBSP),
        n=90,
    )
    P(
        "Portable élu·e d'astreinte",
        "phone",
        "five elected people on duty come back through the year",
        lambda r, i: (
            ("06 81 44 20 97", "0681 905 312", "07.69.33.18.04", "+33 6 07 15 82 26", "06-86-51-73-40")[
                (i // 7) % 5
            ]
            if i % 11
            else None
        ),
        n=260,
        beside={"semaine": lambda r, i: f"2023-S{i % 52 + 1:02d}"},
    )
    P(
        "tel_html",
        "phone",
        "tel: links of a volunteers' directory",
        lambda r, i: (lambda m: f'<a href="tel:+33{m[1:]}">{pairs(m)}</a>')(mob(r)),
        n=70,
    )
    P(
        "Téléphone fixe domicile",
        "phone",
        "landlines of people enrolled in the heat-wave register, slashes and typed o instead of 0",
        lambda r, i: pairs(fix(r), "/").replace("0", "O", 1) if i % 6 == 0 else pairs(fix(r), "/"),
        neutral=False,
        beside={"Nom prénom": FULLUP},
    )
    P(
        "Signalement",
        "phone",
        "citizen's report with the phone in the sentence, one in six",
        every(
            6,
            lambda r, i: (
                f"lampadaire éteint devant chez moi, rappelez moi au zero six {pairs(_digits(r, 8), ' ')} merci {given(r)}"
                if i % 12 == 3
                else f"poubelle non collectée rappel {mob(r)[:4]} {mob(r)[4:7]} {mob(r)[7:]}"
            ),
            pick(
                "nid de poule rue des Tanneurs",
                "dépôt sauvage derrière le stade",
                "tags sur l'abribus",
                "branche cassée parc de la Citadelle",
                "fuite bouche à clé",
            ),
        ),
        n=150,
    )

    P(
        "Rappeler",
        "phone",
        "typed by hand: nine digits, a letter l for 1, +33 with its zero kept, spaces by three",
        lambda r, i: (
            lambda m: (
                pairs(m)[:-1]
                if i % 7 == 0
                else m.replace("1", "l")
                if i % 7 == 1
                else "+330" + m[1:]
                if i % 7 == 2
                else f"{m[:4]} {m[4:7]} {m[7:]}"
                if i % 7 < 5
                else "(" + m[:2] + ")" + m[2:]
            )
        )(mob(r)),
        n=110,
    )

    # ---------------------------------------------------------------- email
    P("adresse électronique", "email", "private mailboxes of applicants", mail)
    P(
        "Contact parent élu FCPE",
        "email",
        "given name and mailbox within chevrons",
        lambda r, i: f"{full(r)} <{mail(r)}>",
        n=80,
    )
    P(
        "mail",
        "email",
        "mistyped: gmial, comma, spaces, missing dot",
        lambda r, i: (
            lambda m: (
                m.replace("@", " @ ")
                if i % 5 == 0
                else m.replace(".fr", ",fr")
                if i % 5 == 1
                else m.replace("gmail", "gmial")
                if i % 5 == 2
                else m.upper()
                if i % 5 == 3
                else m
            )
        )(mail(r)),
    )
    P(
        "Suite donnée",
        "email",
        "one row in 25, the claimant's mailbox",
        every(25, lambda r, i: f"répondu à {mail(r)} le {r.randint(1, 28):02d}/0{r.randint(1, 9)}", DULL),
        n=300,
    )
    P(
        "redacteur",
        "email",
        "professional mailboxes, named agents",
        lambda r, i: (
            f"{_slug(given(r))}.{_slug(surname(r))}@{r.choice(('ville-lesneven.fr', 'selestat.fr', 'cc-paysbasque.eus'))}"
        ),
    )
    P(
        "login portail famille",
        "email",
        "the mailbox with [at] and (point)",
        lambda r, i: (
            mail(r).replace("@", r.choice((" [at] ", "(at)", " arobase "))).replace(".fr", " point fr")
        ),
        n=80,
    )
    P(
        "json_contact",
        "email",
        "fragments of JSON",
        lambda r, i: '{"type":"mel","valeur":"%s","principal":%s}' % (mail(r), r.choice(("true", "false"))),
        n=90,
    )
    P(
        "Inscrit par",
        "email",
        "mailto links in half of the rows, zero-width characters inside",
        every(
            2,
            lambda r, i: f'<a href="mailto:{mail(r)}">écrire</a>',
            lambda r, i: mail(r).replace("@", ZW + "@"),
        ),
        n=100,
    )

    # ---------------------------------------------------------------- plate
    P("Véhicule du résident", "plate", "new plates with dashes", plate)
    P(
        "immat",
        "plate",
        "old and new plates, glued, lower-case",
        lambda r, i: (
            oldplate(r) if i % 3 == 0 else plate(r, sep="").lower() if i % 3 == 1 else plate(r, sep=" ")
        ),
    )
    P(
        "Macaron",
        "plate",
        "holder's plate with the make, neutral header",
        lambda r, i: (
            f"{r.choice(('Clio', 'C3', '208', 'Dacia Sandero', 'Kangoo', 'Twingo'))} {r.choice(('grise', 'bleue', 'blanche'))} {plate(r)}"
        ),
        n=90,
    )
    P(
        "Motif fourrière",
        "plate",
        "one row in eight has the plate in the text",
        every(
            8,
            lambda r, i: f"stationnement gênant {plate(r, sep=NBSP)} propriétaire avisé",
            pick("épave sans plaques", "stationnement > 7 jours", "voie pompiers", "marché du samedi"),
        ),
        n=160,
    )
    P(
        "champ_immatr",
        "plate",
        "old Corsican and mining-North plates with dashes and dots",
        lambda r, i: oldplate(r).replace(" ", r.choice(("-", ".", " ")))[:14],
        n=90,
        beside={"demandeur": civ},
    )
    P(
        "Abonné parking",
        "plate",
        "O for zero typed in a tenth of the numbers, no-break hyphen U+2011 in half",
        lambda r, i: (
            plate(r, sep="\u2011") if i % 2 else plate(r).replace("0", "O") if i % 10 == 0 else plate(r)
        ),
        n=100,
    )
    P(
        "covoitureur",
        "plate",
        "the driver's plate after the first name",
        lambda r, i: f"{given(r)} / {plate(r)}",
        n=80,
    )

    P(
        "constat PM",
        "plate",
        "three rows in a hundred quote the plate of the car",
        every(
            33,
            lambda r, i: f"tapage, véhicule {oldplate(r) if i % 2 else plate(r, sep=' ')} relevé",
            pick(
                "ronde effectuée RAS",
                "chien errant remis à la SPA",
                "tapage terrasse, rappel à l'ordre",
                "barrière déplacée",
                "dépôt d'ordures",
            ),
        ),
        n=297,
    )

    # ---------------------------------------------------------------- ip
    P(
        "adresse_connexion",
        "ip",
        "public IPv4 of the library's online visitors",
        ip4,
        n=150,
        beside={"date_connexion": lambda r, i: day(r, 2023, 2023)},
    )
    P(
        "source",
        "ip",
        "votes of a consultation with IPv4 and port",
        lambda r, i: f"{ip4(r)}:{r.randint(1024, 65000)}",
        n=120,
    )
    P("cli", "ip", "residential IPv6", ip6, n=90)
    P(
        "trace",
        "ip",
        "log line of the family portal",
        lambda r, i: (
            f'{ip4(r)} - - [{r.randint(1, 28):02d}/Mar/2024:{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:11 +0100] "POST /connexion HTTP/1.1" 302'
        ),
        n=100,
    )
    P(
        "Avis participatif - métadonnées",
        "ip",
        "JSON with IP in half of the rows",
        every(
            2, lambda r, i: '{"ip":"%s","ua":"Mozilla/5.0 (iPhone)"}' % ip4(r), lambda r, i: '{"papier":true}'
        ),
        n=120,
    )
    P(
        "poste ou origine",
        "ip",
        "public IPv4 of contributors in one row of 7, otherwise an agency's counter",
        every(
            7,
            lambda r, i: f"web ({ip4(r)})",
            pick("guichet mairie", "guichet annexe", "courrier", "borne médiathèque"),
        ),
        n=175,
    )

    # ---------------------------------------------------------------- mac
    P(
        "appareil",
        "mac",
        "devices connected to the public Wi-Fi",
        mac,
        n=150,
        beside={
            "debut_session": lambda r, i: f"2024-02-{i % 28 + 1:02d} {r.randint(8, 21)}:{r.randint(10, 59)}"
        },
    )
    P("id_terminal_usager", "mac", "upper-case with dashes", lambda r, i: mac(r, sep="-").upper(), n=100)
    P(
        "bornes wifi - dernier client vu",
        "mac",
        "one row in four, the visitor's phone with its name",
        every(4, lambda r, i: f"iPhone-de-{given(r)} {mac(r)}", pick("aucun", "-", None)),
        n=140,
    )
    P(
        "st_mac",
        "mac",
        "Cisco's dotted form",
        lambda r, i: (lambda h: f"{h[:4]}.{h[4:8]}.{h[8:]}")(mac(r, sep="")),
        n=90,
    )
    P(
        "evt",
        "mac",
        "RADIUS log with Calling-Station-Id",
        lambda r, i: (
            f"Acct-Start Calling-Station-Id={mac(r, sep='-').upper()} NAS=mediatheque-{r.randint(1, 4)}"
        ),
        n=80,
    )
    P(
        "Compteur piéton Wi-Fi : empreinte",
        "mac",
        "passers-by tracked by their phones' MAC, glued hex",
        lambda r, i: mac(r, sep="").upper(),
        n=120,
        neutral=False,
    )

    # ---------------------------------------------------------------- identity_card
    P("N° CNI", "identity_card", "twelve digits of the old card", cni_old, neutral=False)
    P(
        "Pièce présentée",
        "identity_card",
        "kind of document then its number",
        lambda r, i: f"CNI n° {cni_old(r) if i % 2 else cni_new(r)}",
        n=100,
    )
    P(
        "carte nationale d'identité (nouveau format)",
        "identity_card",
        "nine characters",
        cni_new,
        neutral=False,
    )
    P(
        "Justificatif procuration",
        "identity_card",
        "one row in six has the card's number",
        every(
            6,
            lambda r, i: (
                f"carte d'identité {cni_old(r)} délivrée par s/préf. de {r.choice(('Morlaix', 'Sartène', 'Bayonne', 'Lens'))}"
            ),
            pick("à produire", "vu", "non présenté", "procuration papier"),
        ),
        n=150,
    )
    P(
        "num_titre",
        "identity_card",
        "integers, beside holder and 'CNI'",
        lambda r, i: int("1" + cni_old(r)[1:]),
        neutral=False,
        beside={"type_titre": pick("CNI", "CNI", "Carte nationale d'identité"), "titulaire": FULLUP},
    )
    P(
        "Titre retiré en mairie",
        "identity_card",
        "JSON of the appointment's desk",
        lambda r, i: json.dumps(
            {"titre": "CNI", "numero": cni_new(r), "retrait": f"2024-0{r.randint(1, 9)}-1{r.randint(0, 9)}"}
        ),
        n=70,
    )
    P(
        "MRZ",
        "identity_card",
        "machine-readable line of the card",
        lambda r, i: (
            f"IDFRA{_ascii(surname(r)).upper().replace(' ', '<').replace(chr(39), '<').replace('’', '<'):<<25}{_digits(r, 6)}"
        ),
        n=60,
    )

    # ---------------------------------------------------------------- passport
    P("Numéro de passeport", "passport", "French pattern 2 digits 2 letters 5 digits", passport)
    P(
        "doc_voyage",
        "passport",
        "lower-case with spaces, twinning trip",
        lambda r, i: (lambda p: f"{p[:2]} {p[2:4]} {p[4:]}".lower())(passport(r)),
        n=80,
        neutral=False,
        beside={"voyageur": full},
    )
    P(
        "Observations jumelage Freudenstadt",
        "passport",
        "one row in nine, the traveller's passport",
        every(
            9,
            lambda r, i: (
                f"passeport {passport(r)} valable jusqu'au {r.randint(1, 28):02d}/0{r.randint(1, 9)}/2029"
            ),
            pick("hébergé en famille", "acompte versé", "végétarien", None),
        ),
        n=135,
    )
    P(
        "Pièce",
        "passport",
        "passport numbers beside holders, types in the next column",
        passport,
        n=90,
        beside={"type": pick("PASSEPORT", "Passeport bio."), "nom": FULLUP},
    )
    P(
        "titre_sejour_ou_passeport",
        "passport",
        "mixed: passports with Psp. prefix and titres de séjour's ten digits",
        lambda r, i: f"Psp. {passport(r)}" if i % 2 else f"TS {_digits(r, 10)}",
        n=100,
    )
    P(
        "zone_lecture",
        "passport",
        "first MRZ line of passports",
        lambda r, i: (
            f"P<FRA{_ascii(surname(r)).upper().replace(' ', '<').replace(chr(39), '').replace('’', '')}<<{_ascii(given(r)).upper().replace('-', '<').replace(' ', '<')}".ljust(
                44, "<"
            )
        ),
        n=60,
    )

    # ---------------------------------------------------------------- driving_licence
    P(
        "N° de permis",
        "driving_licence",
        "twelve digits of the pink paper",
        licence_old,
        neutral=False,
        beside={"Chauffeur": FULLUP},
    )
    P("NEPH", "driving_licence", "NEPH numbers of the young helped to pass the licence", neph, neutral=False)
    P(
        "Permis B conducteurs bénévoles",
        "driving_licence",
        "new format 2 digits 2 letters 5 digits with date",
        lambda r, i: (
            f"permis {passport(r)} du {r.randint(1, 28):02d}/{r.randint(1, 12):02d}/20{r.randint(13, 23)}"
        ),
        n=80,
    )
    P(
        "Contrôle flotte",
        "driving_licence",
        "one row in five in a note",
        every(
            5,
            lambda r, i: f"permis de conduire n° {licence_old(r)} vu original",
            pick("vidange faite", "pneus avant", "CT OK", "plein 42 L"),
        ),
        n=140,
    )
    P(
        "autorisation_conduite",
        "driving_licence",
        "agent's trigram then licence number",
        lambda r, i: f"{_letters(r, 3)} - permis {licence_old(r)[:6]} {licence_old(r)[6:]}",
        n=90,
    )
    P(
        "num_permis_conduire",
        "driving_licence",
        "integers of twelve digits",
        lambda r, i: int("9" + licence_old(r)[1:]),
        n=90,
        neutral=False,
    )

    # ---------------------------------------------------------------- sports_licence
    P(
        "Licence FFF",
        "sports_licence",
        "ten digits of footballers",
        lambda r, i: int(f"2{_digits(r, 9)}"),
        neutral=False,
        beside={"Joueur": FULLUP},
    )
    P(
        "n° licence FFBB",
        "sports_licence",
        "two letters and six digits",
        lambda r, i: f"{r.choice(('VT', 'BC', 'JH'))}{_digits(r, 6)}",
        neutral=False,
    )
    P(
        "licence_tennis",
        "sports_licence",
        "seven digits and a letter",
        lambda r, i: f"{_digits(r, 7)}{_letters(r, 1)}",
        n=90,
        neutral=False,
        beside={"categorie": pick("11/12 ans", "13/14 ans", "Senior", "+35")},
    )
    P(
        "Inscription trail de la Rhune",
        "sports_licence",
        "licence FFA in a sentence",
        lambda r, i: (
            f"licence FFA n°{_digits(r, 7)} club {r.choice(('Hasparren AC', 'Anglet AC', 'Lagunak'))}"
        ),
        n=80,
    )
    P(
        "Justif. aptitude",
        "sports_licence",
        "licence in a row of three, certificate otherwise",
        every(
            3,
            lambda r, i: f"Lic. FFTRI {r.choice('ABC')}{_digits(r, 5)}C{_digits(r, 7)}FRA",
            pick("PPS fourni", "certificat fourni", "à fournir le jour J"),
        ),
        n=120,
    )
    P(
        "licencié",
        "sports_licence",
        "handball's thirteen digits then name",
        lambda r, i: f"{r.choice(('6029', '6067', '6064'))}{_digits(r, 9)} {FULLUP(r)}",
        n=80,
    )
    P(
        "Numéro licence pelote",
        "sports_licence",
        "six digits of pelota players, each beside his name",
        lambda r, i: f"{r.randint(10000, 99999):06d}",
        n=70,
        neutral=False,
        beside={"pilotari": full},
    )

    # ---------------------------------------------------------------- caf_number
    P(
        "N° allocataire",
        "caf_number",
        "seven digits and a letter",
        lambda r, i: f"{_digits(r, 7)}{_letters(r, 1)}",
        neutral=False,
    )
    P(
        "num_caf",
        "caf_number",
        "seven digits as integers",
        lambda r, i: r.randint(1000000, 6999999),
        neutral=False,
        beside={"QF": lambda r, i: r.randint(200, 1900)},
    )
    P(
        "Dossier crèche",
        "caf_number",
        "allocataire CAF said in the text",
        lambda r, i: (
            f"alloc. CAF {_digits(r, 7)} {_letters(r, 1)} - tarif PSU {r.randint(0, 3)},{r.randint(10, 99)} €/h"
        ),
        n=90,
    )
    P(
        "justificatif QF",
        "caf_number",
        "one row in seven",
        every(
            7,
            lambda r, i: f"CAF 29 n° allocataire {_digits(r, 7)}",
            pick("avis d'imposition", "non fourni", "tarif max appliqué", None),
        ),
        n=154,
    )
    P(
        "matricule CAF/MSA",
        "caf_number",
        "CAF with key or MSA, no-break space",
        lambda r, i: f"{_digits(r, 7)}{NBSP}{_letters(r, 1)}" if i % 4 else "MSA",
        n=100,
        neutral=False,
    )
    P(
        "tarif_alsh",
        "caf_number",
        "JSON with the allocataire",
        lambda r, i: json.dumps(
            {"allocataire_caf": _digits(r, 7) + _letters(r, 1), "tranche": r.randint(1, 8)}
        ),
        n=80,
    )

    # ---------------------------------------------------------------- social_profile
    P(
        "Compte Insta",
        "social_profile",
        "handles of the photo contest's entrants",
        lambda r, i: (
            f"@{_slug(given(r))}{r.choice(('_', '.', ''))}{_slug(surname(r))[:6]}{r.choice(('', '29', '64', '_pics'))}"
        ),
    )
    P(
        "profil",
        "social_profile",
        "LinkedIn pages of speakers",
        lambda r, i: (
            f"https://www.linkedin.com/in/{_slug(given(r), '-')}-{_slug(surname(r), '-')}-{r.randint(10, 99)}a{r.randint(100, 999)}/"
        ),
        n=80,
    )
    P(
        "Lien",
        "social_profile",
        "Facebook profiles of citizens who commented",
        lambda r, i: (
            f"facebook.com/{_slug(given(r))}.{_slug(surname(r))}.{r.randint(1, 99)}"
            if i % 3
            else f"https://www.facebook.com/profile.php?id=1000{_digits(r, 11)}"
        ),
    )
    P(
        "Source du témoignage",
        "social_profile",
        "one row in six: a resident's tweet",
        every(
            6,
            lambda r, i: (
                f"https://twitter.com/{_slug(given(r))}_{_slug(surname(r))}/status/16{_digits(r, 17)}"
            ),
            pick("réunion publique", "cahier de doléances", "atelier du 14 mars", "courrier anonyme"),
        ),
        n=150,
    )
    P(
        "reseaux du candidat",
        "social_profile",
        "several networks in a cell",
        lambda r, i: (lambda a: f"insta: @{a} / tiktok.com/@{a}{r.randint(1, 99)}")(
            f"{_slug(given(r))}.{_slug(surname(r))}"
        ),
        n=70,
    )
    P(
        "mastodon",
        "social_profile",
        "people's addresses in the fediverse",
        lambda r, i: (
            f"@{_slug(given(r))}@{r.choice(('mastodon.bzh', 'mamot.fr', 'piaille.fr', 'framapiaf.org'))}"
        ),
        n=70,
    )
    P(
        "snap_ou_discord",
        "social_profile",
        "pseudonyms of the young council's members",
        lambda r, i: (
            f"{_slug(given(r))}.{_slug(surname(r))[:3]}#{r.randint(1000, 9999)}"
            if i % 2
            else f"snap : {_slug(given(r))}_{r.randint(2006, 2010)}"
        ),
        n=66,
        beside={"jeune": given},
    )

    # ---------------------------------------------------------------- person_name
    P(
        "Nom du concessionnaire",
        "person_name",
        "capitals then given name, Corsican, Breton and Mahorais names",
        FULLUP,
    )
    P("libelle", "person_name", "given name then surname under a neutral header", full)
    P(
        "Instructeur",
        "person_name",
        "six agents who come back in hundreds of rows",
        lambda r, i: (
            "Mme GUÉZENNEC",
            "M. Bihannic",
            "P. Stéphan",
            "Mme Riou-Le Dantec",
            "M. ABOUDOU",
            "Mme Pensec",
        )[r.randint(0, 5)],
        n=300,
    )
    P(
        "rapporteur",
        "person_name",
        "five elected people with initials",
        lambda r, i: ("J.-M. CASABIANCA", "A. Pietri", "M.-L. Susini", "D. BARTOLI", "Fr. Poggi")[
            r.randint(0, 4)
        ],
        n=260,
    )
    P(
        "signé par",
        "person_name",
        "one surname-only per duty mayor",
        lambda r, i: ("ETCHEPARE", "Lafitte", "IRIGOYEN", "Sallaberry")[(i // 9 + r.randint(0, 1)) % 4],
        n=240,
        neutral=False,
    )
    P(
        "prenom_enfant",
        "person_name",
        "given names alone, one row a pupil",
        given,
        n=140,
        beside={"classe": pick("PS", "MS", "GS", "CP", "CE1"), "nom_famille": surname},
    )
    P("NOM", "person_name", "surnames alone", lambda r, i: surname(r).upper(), n=150, neutral=False)
    P(
        "Attributaire du jardin familial",
        "person_name",
        "titles and couples",
        lambda r, i: r.choice(
            (civ(r), f"M. et Mme {surname(r)}", f"Vve {surname(r).upper()}", f"{civ(r)} {given(r)}")
        ),
    )
    P(
        "Titulaire",
        "person_name",
        "decomposed accents and no-break spaces",
        lambda r, i: _nfd(full(r)).replace(" ", NBSP),
        n=90,
    )
    P(
        "agent_ayant_relevé",
        "person_name",
        "given names alone of four gardeners",
        lambda r, i: ("Yannig", "Steven", "Marie-Noëlle", "Abdou")[r.randint(0, 3)],
        n=280,
    )
    P(
        "remarque jury villes fleuries",
        "person_name",
        "one row in ten names the gardener",
        every(
            10,
            lambda r, i: f"beau balcon de {civ(r)}, à revoir en juillet",
            pick("massif sec", "jardinières homogènes", "peu de vivaces", "bon désherbage", None),
        ),
        n=170,
    )
    P(
        "Carnet - mariages et pacs",
        "person_name",
        "living spouses with née",
        lambda r, i: f"{surname(r).upper()} née {surname(r).upper()} {given(r)}",
        n=80,
    )
    P(
        "locataire_logement",
        "person_name",
        "Georgian, Tamil, Comorian, Hmong names out of usual lists",
        lambda r, i: (
            r.choice(
                (
                    "Tsotne",
                    "Vasanthi",
                    "Mchangama",
                    "Xeng",
                    "Nargiza",
                    "Kouassi",
                    "Ulziibat",
                    "Selvakumar",
                    "Hmingthan",
                    "Anfane",
                    "Echati",
                    "Rivo",
                )
            )
            + " "
            + r.choice(
                (
                    "BERIDZE",
                    "MOUTOUSSAMY",
                    "ABDOU-BACAR",
                    "YANG",
                    "RAKOTOMALALA",
                    "KONAN",
                    "GANBOLD",
                    "VANG",
                    "THIRUMALAI",
                    "MHOMA",
                    "TCHIKAÏDZE",
                    "HERY",
                )
            )
        ),
        n=90,
    )
    P(
        "demandeur_pc",
        "person_name",
        "half are people, half are companies (planning permissions)",
        every(
            2,
            lambda r, i: FULLUP(r),
            lambda r, i: (
                f"{r.choice(('SCI', 'SARL', 'SAS'))} {r.choice(('Ti Mor', 'Les Embruns', 'U Castellu', 'Immo Rhin', 'Larrun', 'Bois Rouge'))}"
            ),
        ),
        n=140,
    )
    P(
        "Personne à prévenir",
        "person_name",
        "with the relationship",
        lambda r, i: f"{full(r)} ({r.choice(('fille', 'fils', 'nièce', 'voisin', 'curatrice'))})",
        n=100,
    )
    P(
        "auteur_contribution",
        "person_name",
        "lower-case, typed hurriedly, dots",
        lambda r, i: (
            f"{_ascii(given(r)).lower()}.{_ascii(surname(r)).lower()}"
            if i % 3
            else f"{_ascii(given(r)).lower()} {surname(r)[0].lower()}."
        ),
        n=120,
    )
    P(
        "equipe",
        "person_name",
        "pairs of duty agents",
        lambda r, i: " + ".join(
            r.sample(("Kevin L.", "Nadège", "Tonton Roger", "Soizic B.", "Jean-Luc", "Mohamed T."), 2)
        ),
        n=200,
    )
    P(
        "data",
        "person_name",
        "JSON of a form",
        lambda r, i: json.dumps(
            {"nom": surname(r), "prenom": given(r), "nb_pers": r.randint(1, 6)}, ensure_ascii=False
        ),
        n=80,
    )
    P(
        "Vote",
        "person_name",
        "who abstained, a list",
        lambda r, i: "unanimité" if i % 3 else f"abstention : {civ(r)}, {civ(r)} ; contre : {civ(r)}",
        n=120,
    )
    P(
        "Tuteur de stage",
        "person_name",
        "zero-width joiners within names, capitals spaced",
        lambda r, i: ZW.join(full(r).split(" ")) if i % 4 == 0 else full(r).replace(" ", " " + ZW),
        n=80,
    )

    P(
        "Historique salle",
        "person_name",
        "three rows in a hundred name the tenant of the hall",
        every(
            33,
            lambda r, i: f"caution rendue à {civ(r)} {given(r)}",
            pick(
                "état des lieux OK",
                "vaisselle complète",
                "chauffage coupé à 23 h",
                "clé badge rendue",
                "ménage à revoir",
            ),
        ),
        n=297,
    )
    P(
        "Membres du jury",
        "person_name",
        "lists of people in HTML",
        lambda r, i: "<ul>" + "".join(f"<li>{full(r)}</li>" for _ in range(3)) + "</ul>",
        n=64,
    )
    P(
        "Médiateur numérique",
        "person_name",
        "three conseillers, given name and initial, hundreds of rows",
        lambda r, i: ("Enora K.", "Bakary D.", "Jean-Mi R.")[r.randint(0, 2)],
        n=300,
        beside={"atelier": pick("Smartphone", "Impôts en ligne", "Photo")},
    )

    # ---------------------------------------------------------------- address
    P("Domicile", "address", "homes of applicants", home, neutral=False)
    P(
        "adresse du foyer",
        "address",
        "abbreviations: r., av., imp., apt, bât., chez",
        lambda r, i: (
            f"{r.randint(1, 90)} {r.choice(('r.', 'av', 'imp.', 'chem.', 'bd', 'lot.'))} {r.choice(('des Ajoncs', 'Jaurès', 'du Vignoble', 'de Kerdrein', 'Payet'))} {r.choice(('apt 12', 'bât B', 'chez M. Le Bihan', '2e ét. gauche', 'BP 4', 'esc. C'))}"
        ),
        n=110,
    )
    P(
        "Lieu de livraison du repas",
        "address",
        "homes of elders in a text with the door's code",
        lambda r, i: (
            f"{home(r)} - digicode {r.randint(10, 99)}A{r.randint(10, 99)}, {r.choice(('rdc', '1er étage', 'dernière porte à droite'))}"
        ),
        n=90,
        beside={"bénéficiaire": civ},
    )
    P(
        "adr1",
        "address",
        "street alone, beside surnames of pupils",
        street,
        n=120,
        neutral=False,
        beside={"Nom élève": FULLUP},
    )
    P(
        "message",
        "address",
        "a sentence with the home, one row in eight",
        every(
            8,
            lambda r, i: f"bonjour j'habite au {street(r)} et mon bac n'a pas été vidé",
            pick(
                "merci pour votre réponse",
                "toujours rien",
                "c'est inadmissible !",
                "quand passe la balayeuse ?",
                "bravo pour la fête",
            ),
        ),
        n=200,
    )
    P(
        "Composteur remis à",
        "address",
        "name and home in a cell",
        lambda r, i: f"{civ(r)} - {street(r)}, {r.choice(TOWNS)[1]}",
        n=100,
    )
    P(
        "localité assistante maternelle",
        "address",
        "homes of childminders, with lieu-dit Breton and Basque",
        lambda r, i: (
            f"{r.choice(('Kergreac’h', 'Lieu-dit Penn ar Hoat', 'Maison Etxe Xuria, quartier Urcuray', 'Ferme Bihan', 'Villa Mon Rêve', '3 U Stazzu'))}{', ' if i % 2 else NBSP}{' '.join(r.choice(TOWNS))}"
        ),
        n=80,
        neutral=False,
    )
    P(
        "html_adresse",
        "address",
        "HTML with br of residents",
        lambda r, i: f"<p>{civ(r)}<br/>{street(r)}<br/>{' '.join(r.choice(TOWNS))}</p>",
        n=70,
    )
    P(
        "Abonné eau - point de desserte",
        "address",
        "homes beside subscriber's names",
        home,
        n=130,
        neutral=False,
        beside={"abonne": FULLUP, "m3": lambda r, i: r.randint(20, 220)},
    )

    P(
        "Cause du retard de collecte",
        "address",
        "three rows in a hundred give a resident's home",
        every(
            33,
            lambda r, i: f"bac de {civ(r)}, {street(r)}, non sorti",
            pick("neige", "travaux rue barrée", "panne BOM 12", "grève", "stationnement gênant", "férié"),
        ),
        n=297,
    )

    # ---------------------------------------------------------------- birth_date
    bd = lambda r, i: day(r, 1935, 2004)
    P("Né(e) le", "birth_date", "dates of adults", bd, neutral=False)
    P(
        "ddn",
        "birth_date",
        "pupils, dd/mm/yy",
        lambda r, i: day(r, 2012, 2019).strftime("%d/%m/%y"),
        n=110,
        neutral=False,
        beside={"élève": FULLUP},
    )
    P(
        "naissance",
        "birth_date",
        "in words, born ... at",
        lambda r, i: f"{r.choice(('né', 'née'))} le {words_date(bd(r, i))} à {r.choice(TOWNS)[1]}",
        n=100,
    )
    P(
        "date_naissance_conjoint",
        "birth_date",
        "Excel's serial numbers",
        lambda r, i: r.randint(13000, 37000),
        n=100,
        neutral=False,
    )
    P(
        "dn_enfant",
        "birth_date",
        "compact yyyymmdd integers of children of a crèche",
        lambda r, i: int(day(r, 2021, 2023).strftime("%Y%m%d")),
        n=80,
        neutral=False,
        beside={"prénom": given},
    )
    P(
        "Infos inscrit centre aéré",
        "birth_date",
        "given name (born the ...) in the text",
        lambda r, i: (
            f"{given(r)} (né.e le {day(r, 2011, 2018).strftime('%d.%m.%Y')}) - {r.choice(('demi-journée', 'journée', 'avec repas'))}"
        ),
        n=90,
    )
    P(
        "Année de naissance du titulaire / complément",
        "birth_date",
        "partial: d/m/Y mixed with ISO, blanks",
        lambda r, i: (
            None if i % 6 == 0 else bd(r, i).isoformat() if i % 2 else bd(r, i).strftime("%-d/%-m/%Y")
        ),
        n=120,
        neutral=False,
    )
    P(
        "Remarques aide sociale",
        "birth_date",
        "one row in 12",
        every(12, lambda r, i: f"{civ(r)} née le {bd(r, i).strftime('%d/%m/%Y')}, dossier APA", DULL),
        n=180,
    )
    P(
        "naiss. licencié",
        "birth_date",
        "full-width digits, dots",
        lambda r, i: bd(r, i).strftime("%d.%m.%Y").translate(FULL),
        n=70,
        neutral=False,
    )

    # ---------------------------------------------------------------- trigram
    tri = ("GLB", "NKE", "PST", "YRI", "MAB", "SQU", "JYC")
    P(
        "Agent (trigramme)",
        "trigram",
        "seven agents' trigrams",
        lambda r, i: r.choice(tri),
        n=220,
        neutral=False,
    )
    P(
        "saisi_par",
        "trigram",
        "initials with dots",
        lambda r, i: r.choice(("G.L.B.", "N.K.", "P.S.", "Y.R.", "A.-M. B.")),
        n=200,
        neutral=False,
    )
    P(
        "visa",
        "trigram",
        "given by the agent in charge, lower-case",
        lambda r, i: r.choice(tri).lower(),
        n=180,
        neutral=False,
        beside={"agent_instructeur": lambda r, i: r.choice(("Le Bihan G.", "Kerbrat N.", "Stéphan P."))},
    )
    P(
        "Redact.",
        "trigram",
        "writer/typist's initials of letters",
        lambda r, i: f"{r.choice(tri)}/{r.choice(tri).lower()}",
        n=160,
        neutral=False,
    )
    P(
        "resp_intervention",
        "trigram",
        "trigrams beside names of agents: same people",
        lambda r, i: ("GLB", "NKE", "PST")[i % 3],
        n=150,
        neutral=False,
        beside={"nom_resp": lambda r, i: ("Goulven Le Bihan", "Nolwenn Kerbrat", "Paul Stéphan")[i % 3]},
    )
    P(
        "initiales usager",
        "trigram",
        "two or three letters of hundreds of social-service users",
        lambda r, i: _letters(r, r.choice((2, 3)), "ABCDEFGHJKLMNPRSTV"),
        n=200,
        neutral=False,
        beside={"rdv": lambda r, i: day(r, 2024, 2024)},
    )

    # ---------------------------------------------------------------- health
    ill = (
        "diabétique insulinodépendante",
        "épileptique",
        "sous chimiothérapie",
        "allergique à l'arachide, Epipen dans le sac",
        "asthmatique sévère",
        "greffé du rein",
        "dialysé 3x/semaine",
        "suivie pour dépression",
        "séropositif",
        "atteint de la maladie de Parkinson",
    )
    P(
        "Consignes particulières",
        "health",
        "carers' notes about a person, one row in three",
        every(
            3,
            lambda r, i: f"{civ(r)} est {r.choice(ill)}",
            pick("RAS", "sonner fort", "passage avant 11 h", None),
        ),
        n=150,
    )
    P(
        "PAI",
        "health",
        "each pupil's allergy beside his name",
        pick(
            "allergie oeuf",
            "intolérance lactose",
            "asthme - ventoline",
            "diabète type 1",
            "coeliaque",
            "allergie fruits à coque",
            "épilepsie",
            "aucun",
            "aucun",
        ),
        n=120,
        beside={"Elève": FULLUP},
    )
    P(
        "motif_absence_agent",
        "health",
        "sick leaves said with their cause, beside agents",
        pick(
            "burn-out",
            "lombalgie - AT",
            "CLM cancer du sein",
            "opération du genou",
            "dépression",
            "congé maternité pathologique",
            "covid",
            "garde d'enfant",
        ),
        n=140,
        beside={"agent": civ},
    )
    P(
        "Situation du demandeur",
        "health",
        "handicap rate and recognition",
        lambda r, i: r.choice(
            (
                "AAH taux 80 %",
                "RQTH en cours",
                "MDPH : surdité bilatérale",
                "fauteuil roulant suite AVC",
                "sans objet",
                "hébergé",
            )
        ),
        n=120,
        beside={"demandeur": FULLUP},
    )
    P(
        "note animateur",
        "health",
        "child's trouble in a text, one row in seven",
        every(
            7,
            lambda r, i: (
                f"{given(r)} {r.choice(('a fait une crise d’asthme', 'prend de la Ritaline le midi', 'est autiste, AVS présente', 'a été hospitalisée pour appendicite'))}"
            ),
            pick("sortie plage ok", "goûter partagé", "bon groupe", "pique-nique oublié"),
        ),
        n=154,
    )
    P(
        "aménagement de poste",
        "health",
        "the doctor's restrictions with the agent's name",
        lambda r, i: (
            f"{FULLUP(r)} : {r.choice(('pas de port de charge > 5 kg (hernie discale)', 'inapte travail de nuit, troubles cardiaques', 'mi-temps thérapeutique après AVC', 'écran adapté, DMLA'))}"
        ),
        n=80,
    )
    P(
        "Régime médical du convive",
        "health",
        "diets on prescription beside home-delivered people",
        pick(
            "diabétique",
            "sans sel (insuff. cardiaque)",
            "mixé - troubles de déglutition",
            "hypocholestérol",
            "normal",
            "normal",
        ),
        n=130,
        neutral=False,
        beside={"convive": civ},
    )
    P(
        "obs",
        "health",
        "decomposed accents and no-break spaces in health notes",
        lambda r, i: _nfd(f"{civ(r)}{NBSP}: {r.choice(ill)}"),
        n=70,
    )

    # ---------------------------------------------------------------- age_illness
    P(
        "Profil appelant CCAS",
        "age_illness",
        "age with illness",
        lambda r, i: (
            f"{r.choice(('femme', 'homme'))} {r.randint(61, 96)} ans, {r.choice(('Alzheimer', 'Parkinson', 'cancer du poumon', 'diabète', 'insuffisance cardiaque', 'BPCO'))}"
        ),
        n=90,
    )
    P(
        "description",
        "age_illness",
        "children of a special class",
        lambda r, i: (
            f"enfant de {r.randint(3, 11)} ans {r.choice(('autiste', 'épileptique', 'atteint de mucoviscidose', 'trisomique', 'dyspraxique sévère'))}, école {r.choice(('du Bourg', 'Jean Macé', 'Diwan'))}"
        ),
        n=80,
    )
    P(
        "Intervention secours plage",
        "age_illness",
        "one row in four, the victim's age and trouble",
        every(
            4,
            lambda r, i: (
                f"victime {r.randint(8, 84)} ans, {r.choice(('crise d’épilepsie', 'malaise cardiaque', 'choc anaphylactique piqûre', 'hypoglycémie diabétique'))}, évacuée CH"
            ),
            pick("piqûre de vive", "remorquage planche", "petit soin genou", "enfant égaré retrouvé"),
        ),
        n=140,
    )
    P(
        "cas",
        "age_illness",
        "short codes F82 with illness",
        lambda r, i: (
            f"{r.choice('FH')}{r.randint(18, 95)} - {r.choice(('VIH', 'hépatite C', 'tuberculose', 'schizophrénie', 'cancer colorectal', 'sclérose en plaques'))}"
        ),
        n=90,
    )
    P(
        "motif orientation PAERPA",
        "age_illness",
        "age in words",
        lambda r, i: (
            f"{r.choice(('octogénaire', 'dame de quatre-vingt-deux ans', 'monsieur âgé de 91 ans', 'nonagénaire (93 ans)'))} {r.choice(('avec démence à corps de Lewy', 'dialysé', 'après fracture du col du fémur', 'cancer en soins palliatifs'))}"
        ),
        n=70,
    )
    P(
        "jsn",
        "age_illness",
        "JSON with age and pathology",
        lambda r, i: json.dumps(
            {
                "age": r.randint(2, 94),
                "patho": r.choice(["asthme", "leucémie", "diabète T1", "AVC", "dépression"]),
                "iris": f"2910{r.randint(1, 9)}",
            },
            ensure_ascii=False,
        ),
        n=80,
    )
    P(
        "pathologie",
        "age_illness",
        "illness of one person per row, with age and district beside",
        pick("diabète", "cancer du sein", "AVC", "Alzheimer", "Parkinson", "BPCO", "leucémie"),
        n=120,
        beside={
            "age": lambda r, i: r.randint(19, 97),
            "quartier": pick("Recouvrance", "Bellevue", "Kerbonne", "Siam"),
        },
    )


def _siren(r: Rng) -> str:
    while True:
        s = r.choice("345789") + _digits(r, 8)
        if (
            sum((lambda d: d - 9 if d > 9 else d)(int(c) * (2 if k % 2 else 1)) for k, c in enumerate(s)) % 10
            == 0
        ):
            return s


def _siret(r: Rng) -> str:
    while True:
        s = _siren(r) + f"000{r.randint(10, 99)}"
        if (
            sum((lambda d: d - 9 if d > 9 else d)(int(c) * (2 if k % 2 == 0 else 1)) for k, c in enumerate(s))
            % 10
            == 0
        ):
            return s


def _isbn(r: Rng) -> str:
    s = "978" + r.choice(("2", "2", "0")) + _digits(r, 8)
    return s + str(-sum(int(c) * (3 if k % 2 else 1) for k, c in enumerate(s)) % 10)


def _negatives() -> None:
    # ------------------------------------------------------------ amounts and identifiers
    N(
        "Montant versé (centimes)",
        "amount",
        "grants in cents, nine or ten digits",
        lambda r, i: r.randint(100000000, 6999999999),
    )
    N(
        "credits_ouverts",
        "amount",
        "budget in cents as text with no-break spaces",
        lambda r, i: (
            f"{r.randint(1, 79)}{NBSP}{r.randint(0, 999):03d}{NBSP}{r.randint(0, 999):03d},{r.randint(0, 99):02d}"
        ),
    )
    N(
        "dette_capital_restant_du",
        "amount",
        "floats of eight digits",
        lambda r, i: round(r.uniform(600000, 69999999), 2),
    )
    N(
        "SIRET attributaire",
        "siret",
        "14 digits of companies of public works",
        lambda r, i: _siret(r),
        beside={
            "attributaire": lambda r, i: (
                f"SAS {r.choice(('COLAS', 'EUROVIA', 'BOUYGUES ENERGIES', 'LAGADEC TP'))}"
            )
        },
    )
    N(
        "SIREN délégataire",
        "siren",
        "nine digits spaced by three",
        lambda r, i: (lambda s: f"{s[:3]} {s[3:6]} {s[6:]}")(_siren(r)),
    )
    N(
        "siret_etablissement",
        "siret",
        "spaced 3 3 3 5",
        lambda r, i: (lambda s: f"{s[:3]} {s[3:6]} {s[6:9]} {s[9:]}")(_siret(r)),
    )
    N(
        "idRNA",
        "rna",
        "W and nine digits of associations",
        lambda r, i: f"W{r.choice(('291', '563', '671', '2A1', '641', '623'))}{_digits(r, 6)}",
    )
    N(
        "code UAI",
        "code",
        "schools' codes",
        lambda r, i: f"{r.choice(('029', '067', '064', '062', '974'))}{_digits(r, 4)}{_letters(r, 1)}",
    )
    N(
        "N° FINESS",
        "code",
        "nine digits of health facilities",
        lambda r, i: f"{r.choice(('29', '67', '64', '62'))}0{_digits(r, 6)}",
    )
    N(
        "id_mutation_parcelle",
        "cadastre",
        "fourteen-character cadastral identifiers",
        lambda r, i: (
            f"{r.choice(('29103', '67462', '64256', '62498'))}000{_letters(r, 2)}{r.randint(1, 999):04d}"
        ),
    )
    N(
        "Réf. cadastrale",
        "cadastre",
        "section and number of town-owned parcels",
        lambda r, i: f"{r.choice(('AB', 'AC', 'ZH', 'BK', 'OC', 'ZD'))} {r.randint(1, 640)}",
        beside={"propriétaire": lambda r, i: "COMMUNE DE LESNEVEN"},
    )
    N(
        "emprise",
        "cadastre",
        "several parcels in a cell, dashes",
        lambda r, i: " ; ".join(f"{_letters(r, 2)}-{r.randint(1, 400):04d}" for _ in range(r.randint(1, 3))),
        n=90,
    )
    N(
        "PRM éclairage public",
        "meter",
        "fourteen digits of Enedis delivery points of lighting cabinets",
        lambda r, i: f"{r.choice(('064', '161', '220', '304'))}{_digits(r, 11)}"[:14],
        neutral=False,
    )
    N(
        "PCE bâtiment communal",
        "meter",
        "gas points of the town's buildings",
        lambda r, i: f"GI{_digits(r, 6)}",
        beside={"bâtiment": pick("Salle polyvalente", "École Diwan", "Gymnase Foch", "Piscine")},
    )
    N(
        "n° compteur eau (bâtiments communaux)",
        "meter",
        "meter's serial",
        lambda r, i: f"{r.choice('CD')}{r.randint(10, 22)}{_letters(r, 2)}{_digits(r, 6)}",
        neutral=False,
    )
    N(
        "Index relevé",
        "volume",
        "cumulated litres of public fountains",
        lambda r, i: 100000000 + i * r.randint(9000, 91000),
    )
    N("volume_annuel_traite_m3", "volume", "a plant's volumes", lambda r, i: r.randint(60000000, 799999999))
    N("ISBN", "isbn", "13 digits, integers", lambda r, i: int(_isbn(r)))
    N(
        "ean_ou_isbn",
        "isbn",
        "with dashes",
        lambda r, i: (lambda s: f"{s[:3]}-{s[3]}-{s[4:8]}-{s[8:12]}-{s[12]}")(_isbn(r)),
    )
    N(
        "cote",
        "library",
        "shelf marks with authors' first three letters, as in every library",
        lambda r, i: (
            f"{r.choice(('R', 'BD', 'JR', 'RP', 'DOC 944'))} {r.choice(('HUG', 'ZOL', 'SIM', 'PEN', 'GIO', 'VER', 'DUM', 'BAL'))}"
        ),
        neutral=False,
    )
    N(
        "Code-barres document",
        "library",
        "library's barcodes of documents, 14 digits not cards",
        lambda r, i: f"3{r.choice(('2901', '6762'))}{_digits(r, 9)}",
        neutral=False,
    )
    N(
        "ref_article_magasin",
        "product",
        "toner and filters references that look like plates but for their shape",
        lambda r, i: (
            f"{r.choice(('TN', 'DR', 'CF', 'HP', 'LC'))}-{r.randint(100, 4999)}{r.choice(('', 'XL', '-BK', 'A'))}"
        ),
    )
    N(
        "N° inventaire",
        "product",
        "inventory numbers letters-digits-letters with an O, I or U",
        lambda r, i: (
            f"{r.choice(('MOB', 'INF', 'OUT', 'VIO'))}-{r.randint(1, 999):03d}-{r.choice(('IO', 'UO', 'OI'))}"
        ),
    )
    N(
        "référence pièce plan",
        "product",
        "drawings' numbers of a building site, the header tells it",
        lambda r, i: f"{r.choice(('EX', 'PR', 'DC'))}-{r.randint(1, 480):03d}-{r.choice(('AA', 'AB', 'AC'))}",
        neutral=False,
        beside={"intitulé": pick("coupe A-A", "plan de réseaux", "façade nord", "détail caniveau")},
    )
    N(
        "N° délibération",
        "deliberation",
        "year-month-day-number",
        lambda r, i: (
            f"{r.randint(2018, 2024)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}-{r.randint(1, 45):02d}"
        ),
    )
    N(
        "DELIB_ID",
        "deliberation",
        "twelve digits made of a date and a number",
        lambda r, i: int(
            f"{r.randint(2019, 2024)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(1, 999):04d}"
        ),
        neutral=False,
        beside={
            "DELIB_OBJET": pick(
                "Budget primitif", "Tarifs cantine", "Dénomination de voie", "Convention SDIS"
            )
        },
    )
    N(
        "numero_marche",
        "contract",
        "public contracts",
        lambda r, i: (
            f"{r.randint(2018, 2024)}{r.choice(('TVX', 'FCS', 'PI'))}{r.randint(1, 99):03d}L{r.randint(1, 9)}"
        ),
    )
    N(
        "id_arrete",
        "deliberation",
        "orders of the roads service",
        lambda r, i: f"AR-{r.randint(2020, 2024)}-{r.randint(1, 900):04d}-VOIRIE",
    )
    N(
        "CPV",
        "code",
        "eight digits and a key",
        lambda r, i: (
            f"{r.choice(('45233', '30192', '09310', '71320', '55524', '90910'))}{r.randint(0, 9)}00-{r.randint(1, 9)}"
        ),
    )
    N(
        "code_insee_commune",
        "code",
        "five characters with 2A, 2B",
        lambda r, i: f"{r.choice(('29', '56', '67', '2A', '2B', '64', '974'))}{r.randint(1, 320):03d}"[:5],
    )
    N(
        "IRIS",
        "code",
        "nine digits",
        lambda r, i: int(f"{r.choice(('290190', '674820', '641020', '624270'))}{r.randint(101, 909)}"),
    )
    N(
        "imputation comptable",
        "code",
        "M57 accounts",
        lambda r, i: (
            f"{r.choice(('60612', '6232', '2128', '65748', '6135'))}-{r.choice(('020', '33', '411', '64'))}-{r.choice(('ENV', 'CULT', 'SPORT'))}"
        ),
    )
    N(
        "N° mandat",
        "code",
        "serials",
        lambda r, i: 7000001 + i * 3,
        neutral=False,
        beside={"tiers": pick("EDF", "ENGIE", "LA POSTE", "ORANGE SA", "SAUR")},
    )
    N(
        "hash_fichier",
        "code",
        "SHA of the files of a catalogue",
        lambda r, i: "".join(r.choice("0123456789abcdef") for _ in range(40)),
    )
    N(
        "uuid_jeu_de_donnees",
        "code",
        "catalogue's identifiers",
        lambda r, i: "-".join(
            "".join(r.choice("0123456789abcdef") for _ in range(k)) for k in (8, 4, 4, 4, 12)
        ),
    )
    N(
        "osm_id",
        "code",
        "ten digits of OpenStreetMap's nodes",
        lambda r, i: r.randint(1000000000, 9999999999),
        neutral=False,
    )
    N("DOI", "code", "reports' DOI", lambda r, i: f"10.5281/zenodo.{_digits(r, 7)}")
    N(
        "ark",
        "code",
        "ARK of digitized records of the municipal archives",
        lambda r, i: (
            f"ark:/{r.choice(('12148', '61904', '78321'))}/{''.join(r.choice('bcdfghjkmnpqrstvwxz0123456789') for _ in range(11))}"
        ),
    )

    # ------------------------------------------------------------ networks, coordinates, versions
    N(
        "adresse IP locale (plan type du FabLab)",
        "private_ip",
        "private addresses of the fablab's published training network",
        lambda r, i: f"192.168.{r.choice((10, 20, 30))}.{r.randint(2, 250)}",
    )
    N(
        "sous_reseau",
        "private_ip",
        "private subnets",
        lambda r, i: f"10.{r.randint(0, 120)}.{r.randint(0, 255)}.0/24",
    )
    N(
        "version_logiciel",
        "version",
        "four-part versions",
        lambda r, i: f"{r.randint(1, 24)}.{r.randint(0, 12)}.{r.randint(0, 9)}.{r.randint(0, 40)}",
        beside={"logiciel": pick("QGIS", "Moodle", "Nextcloud", "PostgreSQL")},
        neutral=False,
    )
    N(
        "masque",
        "private_ip",
        "netmasks and loopback",
        pick("255.255.255.0", "255.255.0.0", "255.255.255.128", "127.0.0.1", "0.0.0.0"),
        n=60,
    )
    N(
        "DevEUI capteur CO2",
        "sensor",
        "sixteen hex digits of LoRaWAN sensors in classrooms",
        lambda r, i: "70b3d5" + "".join(r.choice("0123456789abcdef") for _ in range(10)),
    )
    N(
        "lat_long équipement",
        "coordinates",
        "town's defibrillators",
        lambda r, i: f"{48 + r.random():.6f}, {-4 + r.random():.6f}",
        beside={"équipement": pick("DAE mairie", "DAE gymnase", "DAE salle des fêtes")},
    )
    N(
        "x_l93",
        "coordinates",
        "Lambert 93 metres of hydrants",
        lambda r, i: round(r.uniform(140000, 1240000), 2),
    )
    N("y_l93", "coordinates", "seven digits of Lambert 93", lambda r, i: r.randint(6048000, 7120000))
    N(
        "geometrie",
        "coordinates",
        "GeoJSON of benches",
        lambda r, i: json.dumps(
            {
                "type": "Point",
                "coordinates": [round(7.4 + r.random() / 9, 6), round(48.2 + r.random() / 9, 6)],
            }
        ),
        n=90,
    )
    N(
        "couleur_hex",
        "colour",
        "hex colours of the bus network",
        lambda r, i: "#" + "".join(r.choice("0123456789ABCDEF") for _ in range(6)),
    )
    N(
        "RAL",
        "colour",
        "furniture's paints",
        lambda r, i: f"RAL {r.choice((1003, 3020, 5010, 6005, 7016, 9005, 9010, 6018))}",
        n=80,
    )
    N(
        "coloris",
        "colour",
        "colours which are also surnames and given names",
        pick("blanc", "brun", "roux", "violette", "rose", "olive", "noir", "prune", "clémentine", "garance"),
        n=100,
    )

    # ------------------------------------------------------------ streets and facilities named after people
    N(
        "Dénomination de voie",
        "street",
        "streets named after people",
        lambda r, i: (
            f"{r.choice(('Rue', 'Avenue', 'Impasse', 'Place', 'Allée', 'Quai'))} {r.choice(('Jean Moulin', 'Anatole Le Braz', 'Théodore Botrel', 'Simone Veil', 'Pasquale Paoli', 'Danielle Casanova', 'Émile Zola', 'Roland Garros', 'Martin Schongauer', 'Max Jacob', 'Xavier Grall', 'Angela Duval'))}"
        ),
    )
    N(
        "nom_ecole",
        "school",
        "schools named after people",
        lambda r, i: (
            f"{r.choice(('École élémentaire', 'EMPU', 'Collège', 'Lycée'))} {r.choice(('Jean Macé', 'Jules Ferry', 'Louise Michel', 'Laetitia Bonaparte', 'Ernestine Wendel', 'Leconte de Lisle', 'Per-Jakez Helias', 'Henri Wallon', 'René Cassin', 'Pablo Picasso'))}"
        ),
        beside={"uai": lambda r, i: f"029{_digits(r, 4)}{_letters(r, 1)}"},
    )
    N(
        "Équipement sportif",
        "facility",
        "stadiums and halls",
        lambda r, i: (
            f"{r.choice(('Stade', 'Gymnase', 'Salle', 'Piscine', 'Trinquet', 'Boulodrome'))} {r.choice(('Francis Le Blé', 'Felix-Bollaert', 'Michel Volnay', 'Alice Milliat', 'Armand Cesari', 'Marcel Cerdan', 'Jean Dauger', 'Colette Besson'))}"
        ),
    )
    N(
        "arret",
        "bus_stop",
        "bus stops named after people",
        pick(
            "Jean Jaurès",
            "Albert 1er",
            "Général Leclerc",
            "Mairie",
            "Paul Doumer",
            "Saint-Joseph",
            "Marie Curie",
            "Gare SNCF",
            "Ferdinand Buisson",
            "Sainte-Anne",
            "Docteur Schweitzer",
            "Place Kléber",
            "Félix Guyon",
        ),
        n=140,
    )
    N(
        "stop_name",
        "bus_stop",
        "GTFS stops in capitals",
        pick(
            "MAX DORMOY",
            "CHATEAUBRIAND",
            "LECLERC DRIVE",
            "PONT DE L'EUROPE",
            "PIERRE LOTI",
            "SAINT MARTIN",
            "KERALLAN",
            "LYCEE LAMARTINE",
            "JARDIN DE L'ETAT",
            "VICTOR SCHOELCHER",
        ),
        n=120,
    )
    N(
        "Salle",
        "facility",
        "meeting rooms named after personalities",
        pick(
            "Salle Simone de Beauvoir",
            "Salle Aimé Césaire",
            "Salle Yves Rocard",
            "Grand salon",
            "Salle Rosa Parks",
            "Salle Germaine Tillion",
            "Salle du conseil",
        ),
        n=90,
    )
    N(
        "Monument",
        "facility",
        "statues and memorials of historic figures",
        pick(
            "Statue de Jean-Baptiste Kléber",
            "Buste de Napoléon Bonaparte",
            "Stèle Charles de Gaulle",
            "Monument aux morts 1914-1918",
            "Statue de Sarda Garriga",
            "Plaque Pierre Loti",
            "Fontaine Bartholdi",
            "Mémorial des mineurs de Courrières",
            "Calvaire de Guimiliau",
            "Statue de Roland Garros",
        ),
        n=70,
    )
    N(
        "Adresse de l'équipement",
        "public_address",
        "playgrounds' addresses",
        lambda r, i: f"{street(r)}, {' '.join(r.choice(TOWNS))}",
        neutral=False,
        beside={"equipement": pick("Aire de jeux", "City-stade", "Skatepark", "Boîte à livres")},
    )
    N(
        "adresse_mairie",
        "public_address",
        "town halls' addresses",
        lambda r, i: (
            f"{r.choice(('Hôtel de ville, ', 'Mairie, '))}{r.randint(1, 9)} place {r.choice(('de la République', 'Foch', 'de l’Église', 'du Général-de-Gaulle'))}, {' '.join(r.choice(TOWNS))}"
        ),
    )
    N(
        "lieu de vote",
        "public_address",
        "polling stations",
        lambda r, i: (
            f"Bureau n°{i % 60 + 1} - {r.choice(('École Jules Ferry', 'Gymnase Foch', 'Maison de quartier', 'Salle Ti an Holl'))}, {street(r)}"
        ),
        n=75,
    )
    N(
        "localisation_chantier",
        "public_address",
        "roadworks along street segments",
        lambda r, i: f"{r.choice(STREETS)}, entre le n°{r.randint(1, 40)} et le n°{r.randint(41, 120)}",
    )
    N(
        "emplacement corbeille",
        "public_address",
        "street and mark",
        lambda r, i: (
            f"{(lambda t: t[0].upper() + t[1:])(r.choice(STREETS))} - {r.choice(('face à la boulangerie', 'angle rue de Brest', 'sortie parking', 'côté pair'))}"
        ),
    )
    N(
        "point_apport_volontaire",
        "public_address",
        "glass containers",
        lambda r, i: (
            f"PAV {r.choice(('Kergaradec', 'Neudorf', 'Fosse 7', 'Errobi', 'Mamoudzou sud'))} {r.choice(('verre', 'papier', 'textile'))} {r.randint(1, 30)}"
        ),
    )

    # ------------------------------------------------------------ companies, associations, places
    N(
        "Raison sociale",
        "company",
        "companies of public contracts with surnames",
        lambda r, i: (
            f"{r.choice(('SARL', 'SAS', 'SA', 'SCOP'))} {surname(r).upper()} {r.choice(('TP', '& FILS', 'PAYSAGES', 'MENUISERIE', 'FRERES', 'ENERGIES'))}"
        ),
        beside={"montant_ht": lambda r, i: r.randint(9000, 900000)},
    )
    N(
        "titulaire_marche",
        "company",
        "large firms with surnames and given names in them",
        pick(
            "Bouygues Construction",
            "Leroy Merlin France",
            "Jean Lefebvre SA",
            "Ernest Renault Poids lourds SAS",
            "Eiffage",
            "Michelin",
            "Leclerc Guipavas SAS",
            "Louis Geneste SAS",
            "JCDecaux France",
            "Marcel Robbez SAS",
        ),
        n=100,
    )
    N(
        "Association",
        "association",
        "clubs with people's names",
        pick(
            "Les Amis d'Anatole Le Braz",
            "Comité Jean-Baptiste Schwilgué",
            "Amicale laïque Paul Langevin",
            "Alliance Jeanne d'Arc",
            "Cercle Saint-Stanislas",
            "Association Albert Schweitzer",
            "Harmonie Sainte-Cécile",
            "Lagunak",
            "A Filetta",
            "Les Restos du Cœur",
        ),
        n=90,
    )
    N(
        "marque",
        "company",
        "vehicle makers named after people",
        pick(
            "Renault",
            "Citroën",
            "Peugeot",
            "Mercedes-Benz",
            "Ford",
            "Iveco",
            "Heuliez Bus",
            "Ferrari",
            "Renault Trucks",
            "Piaggio",
        ),
        n=100,
    )
    N(
        "fournisseur",
        "company",
        "utilities and publishers in capitals",
        pick(
            "ALBIN MICHEL",
            "ROBERT LAFFONT",
            "EDITIONS BELIN",
            "FERNAND NATHAN",
            "HENRY SCHEIN FRANCE",
            "GERARD DARTY ET CIE SA",
            "PICARD SURGELES",
            "BERNER SARL",
            "WURTH FRANCE",
        ),
        n=90,
    )
    N(
        "Commune",
        "place",
        "communes which are also surnames or given names",
        pick(
            "Saint-André",
            "Gérardmer",
            "Martigny",
            "Lens",
            "Denain",
            "Salomé",
            "Bernard",
            "Carling",
            "Saint-Louis",
            "Sainte-Marie",
            "Salazie",
            "Barr",
            "Colmar",
            "Sainte-Suzanne",
            "Plougastel-Daoulas",
            "Guidel",
        ),
        n=130,
    )
    N(
        "district",
        "place",
        "quarters which are surnames too",
        pick(
            "Saint-Pierre",
            "Bellevue",
            "Robertsau",
            "Neudorf",
            "Lambézellec",
            "Saint-Marc",
            "Petit Bayonne",
            "Kerfeunteun",
            "Meinau",
            "Saint-Esprit",
            "Recouvrance",
            "Montplaisir",
        ),
        n=130,
    )
    N(
        "Paroisse",
        "place",
        "churches and chapels",
        lambda r, i: (
            f"{r.choice(('Église', 'Chapelle', 'Cathédrale'))} {r.choice(('Saint-Corentin', 'Sainte-Foy', 'Saint-Thomas', 'Notre-Dame-du-Folgoët', 'Saint-Jean-Baptiste', 'Sainte-Marie-Madeleine', 'Saint-Yves'))}"
        ),
        n=80,
    )
    N(
        "canton",
        "place",
        "cantons and districts",
        pick(
            "Brest-3",
            "Schiltigheim",
            "Ajaccio-1",
            "Nive-Adour",
            "Lens",
            "Le Tampon-2",
            "Guingamp",
            "Bischwiller",
            "Avion",
            "Harnes",
            "Carvin",
        ),
        n=90,
    )
    N(
        "département",
        "place",
        "with code",
        pick(
            "29 Finistère",
            "67 Bas-Rhin",
            "2A Corse-du-Sud",
            "64 Pyrénées-Atlantiques",
            "974 La Réunion",
            "62 Pas-de-Calais",
            "976 Mayotte",
        ),
        n=80,
    )
    N(
        "Ville jumelée",
        "place",
        "twin towns",
        pick(
            "Freudenstadt",
            "Saint Helier",
            "Victoria",
            "Bangor",
            "Estella",
            "Florence",
            "Charlotte",
            "Adélaïde",
            "Sofia",
            "Saint-Gall",
        ),
        n=60,
    )
    N(
        "nom_navire",
        "boat",
        "municipal and heritage boats with given names",
        pick(
            "Marie-Fernand",
            "Notre-Dame de Rumengol",
            "Belle-Étoile",
            "La Recouvrance",
            "Ar Zenith",
            "André-Yvette",
            "Général Leclerc",
            "Fée de l'Aulne",
            "Enez Eussa III",
            "Dalh Mad",
        ),
        n=80,
    )
    N(
        "géosite / lieu-dit",
        "place",
        "Breton and Basque hamlets",
        pick(
            "Kerbrat",
            "Kermarrec",
            "Penn ar Bed",
            "Etcheverry",
            "Lann Vihan",
            "Kervignac",
            "Iribarne",
            "Harizmendi",
            "Ty Guen",
            "Bidegain Borda",
        ),
        n=100,
        neutral=False,
        beside={"type": pick("hameau", "lieu-dit", "sommet"), "altitude_m": lambda r, i: r.randint(2, 900)},
    )
    N(
        "Bassin hydrographique",
        "place",
        "rivers, some like names",
        pick(
            "L'Elorn",
            "La Thur",
            "L'Aulne",
            "La Nive",
            "Le Gravona",
            "La Scarpe",
            "L'Ill",
            "La Bruche",
            "Rivière Saint-Denis",
            "Bras de Sainte-Suzanne",
        ),
        n=90,
    )

    # ------------------------------------------------------------ nature, culture
    N(
        "cultivar",
        "plant",
        "roses and camellias with given names",
        pick(
            "Pierre de Ronsard",
            "Madame Alfred Carrière",
            "Souvenir de la Malmaison",
            "Madame Meilland",
            "Ferdinand Pichard",
            "Rosa 'Clair Matin'",
            "Camellia 'Général Leclerc'",
            "Mme Isaac Pereire",
            "Gloire de Dijon",
            "Hydrangea 'Annabelle'",
        ),
        n=120,
    )
    N(
        "Essence",
        "plant",
        "trees of the town",
        pick(
            "Quercus robur",
            "Platanus x acerifolia",
            "Prunus serrulata 'Kanzan'",
            "Tilia cordata",
            "Camellia japonica",
            "Olea europaea",
            "Ginkgo biloba",
            "Magnolia grandiflora",
            "Araucaria araucana",
        ),
        n=140,
    )
    N(
        "variété de pomme (verger communal)",
        "plant",
        "old apples",
        pick(
            "Reine des reinettes",
            "Reinette d'Armorique",
            "Marie Ménard",
            "Guillevic",
            "Patte de loup",
            "Belle de Boskoop",
            "Christ Kohler",
            "Transparente de Croncels",
            "Lobo",
            "Jacques Lebel",
            "Ernest Bosc",
        ),
        n=90,
    )
    N(
        "nom_vernaculaire",
        "species",
        "species seen in the reserve",
        pick(
            "Martin-pêcheur d'Europe",
            "Pie bavarde",
            "Robert-le-diable",
            "Vulcain",
            "Petit gravelot",
            "Bergeronnette grise",
            "Sitelle corse",
            "Tuit-tuit",
            "Hareng",
            "Colin",
            "Rossignol philomèle",
            "Merle noir",
        ),
        n=130,
    )
    N(
        "taxon",
        "species",
        "binomials with authors' abbreviations",
        pick(
            "Bufo bufo (Linnaeus, 1758)",
            "Salamandra corsica Savi, 1838",
            "Vespa velutina Lepeletier, 1836",
            "Lacerta bilineata Daudin, 1802",
            "Phelsuma borbonica Mertens, 1966",
            "Fallopia japonica (Houtt.) Ronse Decr., 1988",
        ),
        n=90,
    )
    N(
        "Titre",
        "title",
        "titles of books with names",
        pick(
            "Madame Bovary",
            "Thérèse Raquin",
            "Le Père Goriot",
            "Eugénie Grandet",
            "Jean-Christophe",
            "Harry Potter à l'école des sorciers",
            "Colomba",
            "Pêcheur d'Islande",
            "Paul et Virginie",
            "Germinal",
            "Ramuntcho",
            "Anna Karénine",
            "Tristan et Iseut",
        ),
        n=140,
    )
    N(
        "film",
        "title",
        "titles of films with names",
        pick(
            "Monsieur Hulot",
            "Le Fabuleux Destin d'Amélie Poulain",
            "César et Rosalie",
            "Camille redouble",
            "Jules et Jim",
            "Erin Brockovich",
            "Kirikou et la sorcière",
            "Adèle H.",
            "Marius et Jeannette",
            "Billy Elliot",
            "Thelma et Louise",
        ),
        n=110,
    )
    N(
        "Œuvre musicale",
        "title",
        "conservatoire's pieces",
        pick(
            "Für Elise",
            "Carmen, Habanera",
            "Peer Gynt, suite n°1",
            "Roméo et Juliette",
            "An Alarc'h",
            "Messe de Sainte Cécile",
            "Hegoak",
            "Don Giovanni, ouverture",
            "Lakmé, duo des fleurs",
        ),
        n=80,
    )
    N(
        "personnage géant / carnaval",
        "title",
        "giants and masks of the North",
        pick(
            "Gayant",
            "Marie Cagenon",
            "Reuze Papa",
            "Lydéric",
            "Phinaert",
            "Martin et Martine",
            "Jehan de Calais",
            "Cafougnette",
        ),
        n=70,
        neutral=False,
    )
    N(
        "Spectacle",
        "event",
        "season's shows",
        pick(
            "Cyrano de Bergerac",
            "Hamlet",
            "Le Mariage de Figaro",
            "Antigone",
            "Fest-noz de la Saint-Yves",
            "Pastorale souletine",
            "Dom Juan",
            "Guignol au parc",
            "Le Petit Nicolas",
            "Cendrillon",
        ),
        n=90,
    )
    N(
        "Tempête",
        "event",
        "storms' names",
        pick(
            "Ciaran",
            "Domingos",
            "Louis",
            "Nelson",
            "Klaus",
            "Lothar",
            "Belal",
            "Chido",
            "Gamane",
            "Alex",
            "Barbara",
        ),
        n=60,
        neutral=False,
        beside={"rafale_kmh": lambda r, i: r.randint(90, 210)},
    )

    # ------------------------------------------------------------ statistics
    N(
        "prenom",
        "statistics",
        "first names by year with their counts",
        lambda r, i: given(r).split("-")[0].upper(),
        n=200,
        neutral=False,
        beside={
            "annee": lambda r, i: 2010 + i % 13,
            "nombre": lambda r, i: r.randint(5, 90),
            "sexe": pick("F", "M"),
        },
    )
    N(
        "Top prénoms de l'année",
        "statistics",
        "rank, first name and number in a cell",
        lambda r, i: (
            f"{i % 20 + 1}. {r.choice(('Léo', 'Jade', 'Gabriel', 'Louise', 'Maël', 'Alba', 'Malo', 'Lisandru'))} ({r.randint(11, 80)} naissances)"
        ),
        n=80,
    )
    N(
        "classe_age",
        "statistics",
        "age brackets",
        pick("0-14 ans", "15-29 ans", "30-44 ans", "45-59 ans", "60-74 ans", "75 ans et plus"),
        n=90,
    )
    N(
        "annee_naissance_cohorte",
        "statistics",
        "cohorts of the census with their counts",
        lambda r, i: 1925 + i,
        n=95,
        neutral=False,
        beside={"effectif": lambda r, i: r.randint(40, 900)},
    )
    N(
        "nb_allocataires_caf",
        "statistics",
        "counts by commune",
        lambda r, i: r.randint(60, 23000),
        beside={"commune": lambda r, i: r.choice(TOWNS)[1]},
    )
    N(
        "Licences sportives par fédération",
        "statistics",
        "counts",
        lambda r, i: (
            f"{r.choice(('Football', 'Tennis', 'Pelote basque', 'Surf', 'Judo'))} : {r.randint(50, 4000)} licences"
        ),
        n=90,
    )
    N(
        "causes médicales de décès",
        "statistics",
        "regional table of causes with numbers",
        pick(
            "Tumeurs",
            "Maladies de l'appareil circulatoire",
            "Diabète sucré",
            "Maladie d'Alzheimer",
            "Suicides",
            "Accidents de transport",
            "Maladies infectieuses",
        ),
        n=84,
        neutral=False,
        beside={
            "region": pick("Bretagne", "Grand Est", "Corse", "Hauts-de-France"),
            "taux_pour_100000": lambda r, i: round(r.uniform(40, 300), 1),
        },
    )
    N(
        "doses_injectees",
        "public_health",
        "vaccination's counts by week",
        lambda r, i: r.randint(100, 99999),
        beside={
            "semaine": lambda r, i: f"2021-S{i % 52 + 1:02d}",
            "vaccin": pick("Pfizer", "Moderna", "Janssen"),
        },
    )
    N(
        "Service hospitalier",
        "public_health",
        "a hospital's services",
        pick(
            "Cardiologie",
            "Oncologie médicale",
            "Néphrologie - dialyse",
            "Diabétologie",
            "Psychiatrie adulte",
            "Addictologie",
            "Maternité",
            "Pédiatrie",
            "SSR gériatrique",
            "Urgences",
        ),
        n=110,
    )
    N(
        "Thème de la campagne",
        "public_health",
        "prevention's themes",
        pick(
            "Octobre rose - dépistage du cancer du sein",
            "Mars bleu - cancer colorectal",
            "Journée mondiale du diabète",
            "Mois sans tabac",
            "Semaine de la santé mentale",
            "Lutte anti-moustique : dengue et chikungunya",
            "Dépistage VIH gratuit",
            "Semaine bleue",
        ),
        n=80,
    )
    N(
        "Allergènes du plat",
        "menu",
        "menus of the canteen",
        pick(
            "gluten, lait",
            "œuf, arachide",
            "poisson",
            "sans allergène majeur",
            "céleri, moutarde",
            "soja",
            "lait, fruits à coque",
            "crustacés",
        ),
        n=120,
        beside={
            "plat": pick("Gratin dauphinois", "Kig ha farz", "Cari poulet", "Poulet basquaise", "Choucroute")
        },
    )
    N(
        "indice pollinique",
        "public_health",
        "pollen's risk for allergic people",
        pick(
            "bouleau : risque moyen",
            "graminées : risque élevé",
            "ambroisie : nul",
            "aulne : faible",
            "platane : moyen",
        ),
        n=90,
    )
    N(
        "accessibilité PMR",
        "accessibility",
        "handicaps that a public building welcomes",
        pick(
            "handicap moteur",
            "handicap visuel, auditif",
            "boucle magnétique",
            "rampe amovible",
            "non accessible",
            "tous handicaps",
            "place GIG-GIC à 30 m",
        ),
        n=110,
    )
    N(
        "Zone de baignade - qualité",
        "public_health",
        "bathing water's bacteria",
        pick(
            "Escherichia coli < 15",
            "entérocoques 40 npp/100 ml",
            "excellente",
            "bonne",
            "cyanobactéries : interdiction temporaire",
        ),
        n=80,
    )

    # ------------------------------------------------------------ services' contacts
    N(
        "Téléphone mairie",
        "service_phone",
        "switchboards",
        lambda r, i: pairs(fix(r)),
        neutral=False,
        beside={"commune": lambda r, i: r.choice(TOWNS)[1]},
    )
    N(
        "Numéros utiles",
        "service_phone",
        "short and green numbers",
        pick(
            "15",
            "18",
            "112",
            "3939",
            "0 800 130 000",
            "0 805 023 105",
            "115 - Samu social",
            "119 - Enfance en danger",
            "3919 Violences Femmes Info",
            "114",
        ),
        n=70,
    )
    N(
        "standard",
        "service_phone",
        "service and number in a cell",
        lambda r, i: (
            f"{r.choice(('Accueil médiathèque', 'Déchèterie', 'Office de tourisme', 'Police municipale', 'Maison de santé', 'Piscine'))} : {pairs(fix(r), '.')}"
        ),
        n=90,
    )
    N(
        "courriel",
        "service_mail",
        "generic mailboxes",
        lambda r, i: (
            f"{r.choice(('mairie', 'accueil', 'contact', 'urbanisme', 'etat-civil', 'mediatheque', 'ccas', 'secretariat'))}@{r.choice(('lesneven.bzh', 'ribeauville.fr', 'hasparren.eus', 'mairie-corte.corsica', 'ville-denain.fr', 'letampon.re'))}"
        ),
    )
    N(
        "contact_open_data",
        "service_mail",
        "the data's producer",
        pick(
            "opendata@brest-metropole.fr",
            "donnees@bretagne.bzh",
            "sig@agglo-lens.fr",
            "dpo@megalis.bretagne.bzh",
            "opendata@strasbourg.eu",
        ),
        n=90,
    )
    N(
        "Email école",
        "service_mail",
        "schools' institutional mailboxes by UAI",
        lambda r, i: (lambda d: f"ce.{d[0]}{_digits(r, 4)}{r.choice('abcdefgh')}@ac-{d[1]}.fr")(
            r.choice((("029", "rennes"), ("067", "strasbourg"), ("064", "bordeaux"), ("062", "lille")))
        ),
        n=100,
    )
    N(
        "site_web",
        "url",
        "clubs' and communes' sites",
        lambda r, i: (
            f"https://www.{_slug(r.choice(TOWNS)[1], '-')}.fr/{r.choice(('sport', 'vie-locale', '', 'demarches'))}"
        ),
    )
    N(
        "Twitter institution",
        "institution_handle",
        "handles of institutions",
        pick(
            "@BrestFr",
            "@strasbourg",
            "@VilleLens",
            "@CollectivitaCorsica",
            "@Prefet29",
            "@SDIS64",
            "@CHUReunion",
            "@meteofrance",
            "@RegionBretagne",
            "@gendarmerie_029",
        ),
        n=80,
    )
    N(
        "facebook_page",
        "institution_handle",
        "public institutions' pages",
        lambda r, i: (
            f"https://www.facebook.com/{r.choice(('villede', 'mairie.', 'mediatheque.', 'officedetourisme'))}{_slug(r.choice(TOWNS)[1])}"
        ),
        n=90,
    )
    N(
        "horaires",
        "hours",
        "opening hours",
        lambda r, i: (
            f"lun-ven {r.choice(('08:30', '09:00', '9h15'))}-12:00 / 13:30-{r.choice(('17:00', '17h30', '18:00'))}{r.choice(('', ' ; sam 9h-12h', ' ; fermé mer.'))}"
        ),
        n=100,
    )
    N(
        "opening_hours",
        "hours",
        "OSM syntax",
        pick(
            "Mo-Fr 08:30-12:00,13:30-17:30",
            "24/7",
            "Tu-Sa 10:00-18:00; PH off",
            "Sa 09:00-12:00",
            "Apr-Oct: Mo-Su 08:00-20:00",
        ),
        n=90,
    )

    # ------------------------------------------------------------ dates
    N(
        "date_evenement",
        "date",
        "agenda",
        lambda r, i: day(r, 2022, 2025),
        neutral=False,
        beside={"evenement": pick("Fest-noz", "Vide-grenier", "Marché de Noël", "Forum des associations")},
    )
    N(
        "Mise en service",
        "date",
        "commissioning of street lamps",
        lambda r, i: day(r, 1968, 2022).strftime("%d/%m/%Y"),
        neutral=False,
        beside={"modele": pick("Ballon fluo", "SHP 150W", "LED 42W")},
    )
    N(
        "Date plantation",
        "date",
        "trees' planting",
        lambda r, i: day(r, 1950, 2020),
        neutral=False,
        beside={"essence": pick("Tilleul", "Chêne", "Platane", "Érable")},
    )
    N("date_delib", "date", "in words", lambda r, i: f"séance du {words_date(day(r, 2019, 2024))}")
    N(
        "classement MH",
        "date",
        "protected monuments",
        lambda r, i: f"inscrit MH le {day(r, 1915, 2010).strftime('%d/%m/%Y')}",
        n=90,
    )
    N(
        "derniere_maj",
        "date",
        "ISO stamps",
        lambda r, i: (
            f"{day(r, 2021, 2024).isoformat()}T{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:00+02:00"
        ),
    )
    N(
        "debut_periode_releve",
        "date",
        "serial numbers of the spreadsheet for sampling days",
        lambda r, i: 43831 + i * 7,
        n=150,
        neutral=False,
        beside={"station": pick("Pont de Buis", "Ill aval", "Nive amont")},
    )
    N(
        "Ouverture de l'établissement",
        "date",
        "schools' opening dates",
        lambda r, i: f"01/09/{r.randint(1955, 2015)}",
        n=80,
        beside={"établissement": pick("École Jules Ferry", "Collège Anna Marly", "Lycée Kerichen")},
    )
    N(
        "date_contrôle_poteau_incendie",
        "date",
        "hydrants' inspections",
        lambda r, i: int(day(r, 2019, 2023).strftime("%Y%m%d")),
        neutral=False,
    )

    # ------------------------------------------------------------ categories and texts
    N(
        "type_voie",
        "category",
        "few values",
        pick("rue", "impasse", "chemin", "place", "route", "venelle", "straed"),
        n=120,
    )
    N(
        "sigle_direction",
        "category",
        "three-letter sigla of services, not agents",
        pick("DST", "DGS", "DRH", "DSI", "CCAS", "DEE", "DAC", "PM"),
        n=150,
        beside={
            "libellé_direction": pick("Services techniques", "Direction générale", "Ressources humaines")
        },
        neutral=False,
    )
    N(
        "code_aeroport",
        "category",
        "IATA codes",
        pick("BES", "SXB", "AJA", "BIQ", "RUN", "DZA", "LIL", "BIA", "UIP", "MLH"),
        n=90,
        neutral=False,
        beside={"passagers": lambda r, i: r.randint(10000, 2000000)},
    )
    N("unité", "category", "units", pick("kWh", "m3", "NTU", "mgL", "kVA", "dBA"), n=90)
    N("ligne", "category", "bus lines", pick("A", "B", "C1", "L7", "35", "Tram D", "Chronobus", "BNJ"), n=110)
    N(
        "catégorie_emploi",
        "category",
        "jobs in the town's budgeted posts",
        pick(
            "Attaché territorial",
            "Rédacteur principal 2e cl.",
            "Adjoint technique",
            "ATSEM",
            "Gardien-brigadier",
            "Puéricultrice",
            "Maître-nageur",
        ),
        n=100,
        beside={"postes_budgétés": lambda r, i: r.randint(1, 60)},
    )
    N(
        "Objet du marché",
        "text",
        "contracts' subjects with names of places",
        pick(
            "Réfection de l'étanchéité du gymnase Marcel Cerdan",
            "Extension de l'école Jean Macé - lot 3 menuiseries",
            "Fourniture de repas pour la crèche Ti Babig",
            "AMO pour la ZAC Jules Verne",
            "Entretien des espaces verts du parc Charles de Gaulle",
            "Curage du canal Vauban",
        ),
        n=90,
    )
    N(
        "désordre constaté",
        "text",
        "an engineer's inspections",
        pick(
            "fissure traversante voûte nord",
            "joint de dilatation hors service",
            "affouillement pile 2",
            "garde-corps corrodé sur 3 m",
            "nid-de-poule 40x60",
            "avaloir colmaté",
            "peinture écaillée",
        ),
        n=120,
    )
    N(
        "Avis de la commission accessibilité",
        "text",
        "no person",
        pick(
            "favorable",
            "favorable avec réserve : pente 6 %",
            "défavorable : sanitaires non conformes",
            "dérogation accordée pour le patrimoine",
            "sans avis",
        ),
        n=100,
    )
    N(
        "menu du jour",
        "menu",
        "dishes with given names",
        pick(
            "Pêche Melba",
            "Tarte Tatin",
            "Poulet Vallée d'Auge",
            "Parmentier de canard",
            "Crêpe Suzette",
            "Salade César",
            "Croque-madame",
            "Madeleine",
            "Baba au rhum",
            "Sauce béchamel",
        ),
        n=120,
    )
    N(
        "fromage AOP",
        "menu",
        "cheeses of the canteen",
        pick(
            "Ossau-Iraty",
            "Munster",
            "Brocciu",
            "Maroilles",
            "Saint-Nectaire",
            "Saint-Paulin",
            "Edam",
            "Petit Billy",
            "Vieux-Lille",
        ),
        n=80,
    )
    N(
        "Modèle candélabre",
        "product",
        "lighting's ranges with first names",
        pick("Lucie LED", "Valentino", "Alura", "Hestia", "Victor 2", "Albany", "Citéa", "Isla", "Oyster"),
        n=110,
    )
    N(
        "prix_ticket",
        "amount",
        "prices in text",
        lambda r, i: f"{r.randint(1, 19)},{r.choice(('00', '50', '20'))} €",
        n=90,
    )
    N(
        "debit_trafic_moyen",
        "count",
        "vehicles a day by counting station",
        lambda r, i: r.randint(100, 49000),
        beside={
            "station": lambda r, i: f"RD{r.randint(5, 990)} PR {r.randint(1, 40)}+{r.randint(0, 999):03d}"
        },
    )
    N(
        "PR_debut",
        "code",
        "road marks",
        lambda r, i: f"D{r.randint(5, 990)} PR{r.randint(0, 60)}+{r.randint(0, 999):04d}",
        n=100,
    )
    N(
        "immatriculation bateau patrimoine",
        "boat",
        "maritime quarters' marks of the town's own heritage boats",
        lambda r, i: f"{r.choice(('BR', 'CM', 'DZ', 'LO', 'BA', 'AJ', 'RU'))} {_digits(r, 6)}",
        n=80,
        neutral=False,
    )
    N(
        "n° de lot vaccin",
        "public_health",
        "batches' numbers received by the centre",
        lambda r, i: f"{_letters(r, 2)}{r.randint(1000, 9999)}",
        n=90,
        neutral=False,
    )
    N(
        "numéro_serie_horodateur",
        "product",
        "parking meters' serials, thirteen digits",
        lambda r, i: f"1{r.randint(15, 23)}{r.randint(1, 12):02d}{_digits(r, 8)}",
        neutral=False,
        beside={"modele": pick("Strada", "CWT", "Parkeon Rapide")},
    )
    N(
        "dimension",
        "product",
        "sizes of the road signs",
        lambda r, i: (
            f"{r.choice((300, 450, 600, 900))}x{r.choice((300, 450, 600, 900))}x{r.choice((2, 3))} mm"
        ),
        n=70,
    )
    N(
        "html_fiche",
        "service_phone",
        "HTML cards of services with the switchboard",
        lambda r, i: (
            f"<p><b>{r.choice(('Mairie annexe', 'Médiathèque', 'CCAS', 'Déchèterie'))}</b><br>Tél.&nbsp;: {pairs(fix(r), '&nbsp;')}<br>ouvert du lundi au vendredi</p>"
        ),
        n=80,
    )
    N(
        "json_entreprise",
        "siren",
        "JSON of firms under contract",
        lambda r, i: json.dumps(
            {
                "siren": _siren(r),
                "forme": r.choice(["SAS", "SARL", "SA"]),
                "capital_cts": r.randint(100000000, 999999999),
            }
        ),
        n=80,
    )
    N(
        "nom_espace_vert",
        "facility",
        "squares named after people, no-break spaces and decomposed accents",
        lambda r, i: _nfd(
            f"{r.choice(('Square', 'Jardin', 'Parc', 'Mail'))}{NBSP}{r.choice(('Édouard Corbière', 'Hélène Boucher', 'André Malraux', 'François Mitterrand', 'Frédéric Chopin', 'Sœur Emmanuelle', 'Général Koenig'))}"
        ),
        n=90,
    )
    N(
        "Quantième de lampe / repère",
        "product",
        "poles' marks letters and digits by cabinet",
        lambda r, i: f"{_letters(r, 1)}{r.randint(1, 60):02d}-{r.randint(1, 40):03d}",
        n=140,
    )
    N(
        "conso_kwh_cumulee",
        "volume",
        "ten digits of a cumulated counter with narrow no-break spaces",
        lambda r, i: (
            f"{r.randint(1, 6)}{NNBSP}{r.randint(0, 999):03d}{NNBSP}{r.randint(0, 999):03d}{NNBSP}{r.randint(0, 999):03d}"
        ),
        n=100,
    )
    N(
        "N° d'ordre parution",
        "library",
        "ISSN of magazines",
        lambda r, i: f"{_digits(r, 4)}-{_digits(r, 3)}{r.choice('0123456789X')}",
        n=90,
    )
    N(
        "Équipe",
        "association",
        "clubs' teams of the championship",
        lambda r, i: (
            f"{r.choice(('US', 'AS', 'FC', 'Stade', 'Gars de'))} {r.choice(('Saint-Yves', 'Lesneven', 'Kochersberg', 'Corte', 'Hasparren', 'Noeux', 'Saint-Benoît', 'Sainte-Rose'))} {r.choice(('U13', 'U15 F', 'Seniors B', 'Vétérans'))}"
        ),
        n=100,
    )
    N(
        "Résultat d'analyse eau",
        "text",
        "laboratory's texts",
        lambda r, i: (
            f"nitrates {r.randint(2, 49)} mg/L, pH {r.randint(6, 8)},{r.randint(0, 9)}, turbidité {r.randint(0, 1)},{r.randint(10, 99)} NFU"
        ),
        n=90,
    )
    N(
        "telephone_urgence_24h",
        "service_phone",
        "networks' emergency lines",
        pick("0 800 47 33 33", "09 72 67 50 29", "0 977 401 130", "09.69.32.58.19", "0800 473 333"),
        n=70,
        beside={"réseau": pick("GRDF", "Enedis", "Eau", "Assainissement")},
    )
    N(
        "parcours rando",
        "place",
        "trails named after saints and writers",
        pick(
            "Sentier Victor Segalen",
            "Tro Breiz - étape Saint-Pol",
            "Chemin Stevenson",
            "GR 20 - Calenzana",
            "Circuit Saint-Guénolé",
            "Sentier Paul-Jovet",
            "Boucle de la Rhune",
            "Chemin de Sainte-Odile",
        ),
        n=80,
    )
    N(
        "panneau",
        "code",
        "signs' codes",
        pick("AB3a", "AB4", "B14-30", "C20a", "B6a1", "KC1", "M6a", "B0", "CE15f"),
        n=100,
    )


def columns() -> list[Column]:
    _OUT.clear()
    _positives()
    _negatives()
    return list(_OUT)


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

if __name__ == "__main__":
    from collections import Counter

    cols = columns()
    assert cols == columns()
    pos = [c for c in cols if c.personal]
    neg = [c for c in cols if not c.personal]
    by = Counter(c.kind for c in pos)
    for k in KINDS:
        print(f"{k:16} {by[k]}")
        assert by[k] >= 6, k
    assert set(by) == set(KINDS)
    print("personal", len(pos), "negative", len(neg), dict(Counter(c.kind for c in neg)))
    assert len(pos) >= 125 and len(neg) >= 125
    assert len({(c.header, c.values) for c in cols}) == len(cols)
    assert len({c.header for c in cols}) == len(cols)
    for c in cols:
        assert 60 <= len(c.values) <= 300, c.header
        assert all(v is None or isinstance(v, (str, int, float, datetime.date)) for v in c.values), c.header
        assert all(len(v) == len(c.values) for v in c.beside.values()), c.header
    print("neutral: personal", sum(c.neutral for c in pos), "negative", sum(c.neutral for c in neg))
