"""Labelled columns, second blind set: what a French city's tabular open data leaks, and what it does not."""

from __future__ import annotations

import datetime as dt
import json
import random
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

SEED = 7741
NB, NNB, ZW, ZWJ, SHY, BOM = "\u00a0", "\u202f", "\u200b", "\u200d", "\u00ad", "\ufeff"
Rng = random.Random
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Column:
    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: bool = True


Maker = Callable[[Rng, int], object]


def let(value: T, body: Callable[[T], R]) -> R:
    """Names a value inside an expression."""
    return body(value)


class Bag:
    """Gathers the columns; a maker gives a cell, or a row {"": the cell, other header: its cell}."""

    def __init__(self) -> None:
        self.items: list[Column] = []

    def _put(
        self,
        personal: bool,
        kind: str,
        header: str,
        make: Maker,
        why: str,
        n: int,
        blank: float,
        neutral: bool,
    ) -> None:
        r = random.Random(f"{SEED}/{len(self.items)}/{kind}/{header}")
        size = n or r.randrange(70, 260)
        cells: list[object] = []
        beside: dict[str, list[object]] = {}
        for i in range(size):
            row = make(r, i)
            if isinstance(row, dict):
                for name, cell in row.items():
                    if name:
                        beside.setdefault(str(name), []).append(cell)
                row = row[""]
            cells.append(None if blank and r.random() < blank else row)
        frozen = {name: tuple(col) for name, col in beside.items()}
        self.items.append(Column(header, tuple(cells), personal, kind, why, frozen, neutral))

    def yes(
        self,
        kind: str,
        header: str,
        make: Maker,
        why: str,
        n: int = 0,
        blank: float = 0.0,
        neutral: bool = True,
    ) -> None:
        self._put(True, kind, header, make, why, n, blank, neutral)

    def no(
        self,
        kind: str,
        header: str,
        make: Maker,
        why: str,
        n: int = 0,
        blank: float = 0.0,
        neutral: bool = True,
    ) -> None:
        self._put(False, kind, header, make, why, n, blank, neutral)


def words(text: str) -> tuple[str, ...]:
    return tuple(w.strip() for w in text.strip().split("|"))


WOMEN = words(
    "Marie|Nathalie|Sylvie|Camille|Léa|Chloé|Inès|Fatima|Aïcha|Gwenaëlle|Soazig|Rozenn|Françoise|Élodie|Maud|Yasmine|"
    "Anne-Laure|Marie-Thérèse|Clémence|Odile|Khadija|Thi "
    "Mai|Oumou|Agnieszka|Jeanne|Noémie|Solène|Brigitte|Élif|Zoé"
)
MEN = words(
    "Jean|Yannick|Mohamed|Lucas|Hugo|Théo|Jean-Marc|Jean-Baptiste|Loïc|Erwan|Ronan|Gaël|Karim|Mehmet|Ibrahima|Piotr|"
    "François|Didier|Thierry|Stéphane|Bernard|Ahmed|Mathis|Éloi|Tanguy|Goulven|Rémi|Patrick|Ousmane|Quentin"
)
COMMON = words(
    "Martin|Bernard|Dubois|Thomas|Robert|Petit|Durand|Leroy|Moreau|Simon|Laurent|Lefebvre|Michel|Garcia|David|Bertrand|"
    "Roux|Vincent|Fournier|Morel|Girard|Mercier|Dupont|Lambert|Bonnet|François|Martinez|Legrand|Garnier|Faure|Rousseau"
)
BRETON = words(
    "Le Gall|Kervella|Le Bihan|Morvan|Le "
    "Goff|Prigent|Quéméneur|Guéguen|Salaün|Abgrall|Cloarec|Le Roux|Kerdraon|Tanguy|"
    "Gourvennec|L'Hostis|Riou|Jézéquel|Floc'h|Calvez|Pellen|Bescond"
)
NORTH = words(
    "Delattre|Vandeputte|Dhaene|Lesaffre|Desmarescaux|Vanhoutte|Delobel|Deroubaix|Carpentier|Wattrelos|Debruyne|Caudron"
)
RARE = words(
    "Rakotomalala|Keskinkaya|Andriamanantena|Szczepanik|Thiruchelvam|Gbaguidi|Etcheverrigaray|Sivasubramaniam|Haxhiu|"
    "Ouldbouya|Papadimitriou|Ramdhonee|Tchiboukdjian|Bensoukehal|Nzambimoukala|Phommachanh|Quenehervé|Ziyarmal|Oyarzabal|"
    "Kouadio-N'Guessan|Vlahovitch|Ben Abdessalem|de La "
    "Villemarqué|Yıldırımoğlu|Zagbayou|Fotsing|Mahamoud Abdi|Traverzin"
)
STREETS = words(
    "rue de Siam|rue Jean Jaurès|rue du Faubourg de Béthune|boulevard "
    "Gambetta|avenue de la République|rue des Quatre-Vents|"
    "impasse des Ajoncs|allée des Hortensias|rue Anatole "
    "France|chemin de Kerjean|cours Berriat|rue Ampère|place Guérin|"
    "rue Robespierre|rue de Lyon|rue du Moulin à Poudre|venelle "
    "du Puits|rue Louis Pasteur|quai Perrière|route de Gouesnou|"
    "rue Auguste Kervern|rue de Wazemmes|rue Gambetta|rue "
    "Colbert|square des Tilleuls|hameau de Penhoat|rue Nicolas Appert"
)
TOWNS = (
    ("29200", "Brest"),
    ("29480", "Le Relecq-Kerhuon"),
    ("29490", "Guipavas"),
    ("29280", "Plouzané"),
    ("59000", "Lille"),
    ("59160", "Lomme"),
    ("59650", "Villeneuve-d'Ascq"),
    ("59200", "Tourcoing"),
    ("38000", "Grenoble"),
    ("38100", "Grenoble"),
    ("38130", "Échirolles"),
    ("38400", "Saint-Martin-d'Hères"),
)
BOXES = words(
    "wanadoo.fr|orange.fr|gmail.com|hotmail.fr|free.fr|laposte.net|yahoo.fr|sfr.fr|outlook.com|icloud.com"
)

RIDES = ("dialyse 3x/sem", "fauteuil roulant, tétraplégie", "radiothérapie CHRU", "malvoyant")
RIGHTS = ("RQTH", "AAH taux 80 %", "ALD 30", "sous curatelle, troubles psychiques", "sevrage alcool")
PUBLIC_SITES = (
    "Mairie",
    "Médiathèque",
    "École maternelle",
    "Piscine municipale",
    "Déchèterie",
    "Maison de quartier",
)
GROUPS = ("Les Amis de", "Comité de quartier", "Amicale laïque", "Club", "Cercle celtique de")
QUARTERS = ("Recouvrance", "Wazemmes", "Saint-Marc", "Pen ar Creach", "la Villeneuve", "Saint-Bruno")
CLUB_SITES = (
    "amicale-kerinou",
    "clubnautique-moulinblanc",
    "jardins-partages",
    "repaircafe-wazemmes",
    "mjc-allobroges",
    "petanque-stmarc",
)
PAGES = ("villedebrest", "mediatheques.brest", "museedesbeauxartsdelille", "GrenobleVille", "LaCarene")
PIPE_ILLS = ("fonte grise, corrosion", "amiante-ciment", "PVC, fuites répétées", "acier, vétusté")
SUBJECTS = (
    "ZAC du Rody",
    "école Jean Rostand",
    "rue Victor Hugo",
    "budget annexe eau",
    "Festival Astropolis",
    "association Vert le Jardin",
)


def digits(r: Rng, n: int) -> str:
    return "".join(r.choice(string.digits) for _ in range(n))


def plain(text: str) -> str:
    text = unicodedata.normalize("NFD", text.replace("ı", "i").replace("ğ", "g"))
    kept = "".join(c for c in text if not unicodedata.combining(c))
    return "".join(c for c in kept.lower() if c.isalnum() or c in "-.")


def wide(text: str) -> str:
    return text.translate({ord("0") + d: chr(0xFF10 + d) for d in range(10)})


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def first(r: Rng) -> str:
    return r.choice(WOMEN + MEN)


def last(r: Rng) -> str:
    return r.choice(r.choice((COMMON, BRETON, BRETON, NORTH, RARE)))


def who(r: Rng) -> tuple[str, str]:
    return first(r), last(r)


def shaped(r: Rng, digs: str, seps: Sequence[str] = (" ",)) -> str:
    """Odd grouping: chunks of one to four digits."""
    out, at = [], 0
    while at < len(digs):
        step = r.choice((1, 2, 2, 3, 3, 4))
        out.append(digs[at : at + step])
        at += step
    return r.choice(tuple(seps)).join(out)


def tel(r: Rng, heads: str = "6677") -> str:
    return "0" + r.choice(heads) + r.choice("1234568") + digits(r, 7)


def pairs(digs: str, sep: str = " ") -> str:
    return sep.join(digs[i : i + 2] for i in range(0, len(digs), 2))


def mail(r: Rng, f: str, n: str) -> str:
    a, b = plain(f), plain(n)
    user = r.choice((f"{a}.{b}", f"{a[0]}{b}", f"{b}{a[0]}{r.randrange(50, 99)}", f"{b}.{a}", f"{a}_{b}"))
    return f"{user}@{r.choice(BOXES)}"


def day(r: Rng, y0: int, y1: int) -> dt.date:
    start = dt.date(y0, 1, 1).toordinal()
    return dt.date.fromordinal(r.randrange(start, dt.date(y1, 12, 31).toordinal() + 1))


def home(r: Rng) -> str:
    number = f"{r.randrange(1, 180)}{r.choice(('', '', '', '', ' bis', ' ter', 'B'))}"
    return f"{number} {r.choice(STREETS)}"


def town(r: Rng) -> str:
    return " ".join(r.choice(TOWNS))


def nir13(r: Rng, dep: str = "") -> str:
    dep = dep or r.choice(("29", "59", "38", "75", "13", "99", "22", "62", "69"))
    place = digits(r, 2 if len(dep) == 3 else 3)
    born = f"{r.randrange(36, 100):02d}{r.randrange(1, 13):02d}"
    return f"{r.choice('12')}{born}{dep}{place}{r.randrange(1, 700):03d}"


def nir_key(body: str) -> str:
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"


def nir_cut(body: str, sep: str) -> str:
    return sep.join((body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:13], nir_key(body)))


def mod97(country: str, bban: str) -> str:
    text = "".join(str(int(c, 36)) for c in bban + country + "00")
    return f"{country}{98 - int(text) % 97:02d}{bban}"


def rib(r: Rng) -> tuple[str, str, str, str]:
    bank, desk, account = (
        r.choice(("30004", "30003", "10278", "20041", "15589", "13907")),
        digits(r, 5),
        digits(r, 11),
    )
    key = 97 - (89 * int(bank) + 15 * int(desk) + 3 * int(account)) % 97
    return bank, desk, account, f"{key:02d}"


def iban(r: Rng, country: str = "FR") -> str:
    if country == "FR":
        return mod97("FR", "".join(rib(r)))
    if country == "BE":
        body = digits(r, 10)
        return mod97("BE", body + f"{int(body) % 97 or 97:02d}")
    sizes = {"DE": 18, "ES": 20, "LU": 16, "PT": 21, "TN": 20}
    return mod97(country, digits(r, sizes[country]))


def fours(text: str, sep: str = " ") -> str:
    return sep.join(text[i : i + 4] for i in range(0, len(text), 4))


def luhn(body: str) -> str:
    total = 0
    for i, c in enumerate(reversed(body)):
        d = int(c) * (2 if i % 2 == 0 else 1)
        total += d - 9 if d > 9 else d
    return body + str(-total % 10)


def card(r: Rng, brand: str = "") -> str:
    brand = brand or r.choice("vvvm")
    if brand == "a":
        return luhn(r.choice(("34", "37")) + digits(r, 12))
    return luhn(
        (r.choice(("4970", "4974", "4976", "4532")) if brand == "v" else f"5{r.randrange(1, 6)}13")
        + digits(r, 11)
    )


def siren(r: Rng) -> str:
    return luhn(r.choice(("3", "4", "5", "8")) + digits(r, 7))


def siret(r: Rng) -> str:
    return luhn(siren(r) + f"000{digits(r, 1)}")


def uai(r: Rng) -> str:
    number = "029" + digits(r, 4)
    return number + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(number) % 23]


def lei(body: str) -> str:
    number = "".join(str(int(c, 36)) for c in body + "00")
    return f"{body}{98 - int(number) % 97:02d}"


def ean(body: str) -> str:
    total = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body))
    return body + str(-total % 10)


SIV = "ABCDEFGHJKLMNPQRSTVWXYZ"


def siv(r: Rng, sep: str = "-") -> str:
    two = [r.choice("ABCDEFG") + r.choice(SIV), r.choice(SIV) + r.choice(SIV)]
    return sep.join((two[0], f"{r.randrange(1, 1000):03d}", two[1]))


def public_ip(r: Rng) -> str:
    head = r.choice(("90.12", "82.64", "176.158", "86.195", "92.184", "37.171", "78.193", "2.11", "109.26"))
    return f"{head}.{r.randrange(0, 256)}.{r.randrange(1, 255)}"


def mac(r: Rng, sep: str = ":") -> str:
    oui = r.choice(
        ("F4F5DB", "3C2EFF", "A4D1D2", "DCA904", "001EC2", "8C8590", "40CBC0", "B827EB", "F0D1A9", "C8F650")
    )
    text = oui + "".join(r.choice("0123456789ABCDEF") for _ in range(6))
    return pairs(text, sep)


def spot(r: Rng, places: int = 6) -> tuple[float, float]:
    lon, lat = r.choice(((-4.486, 48.39), (-4.45, 48.4), (3.06, 50.63), (5.72, 45.18)))
    return round(lon + r.uniform(-0.03, 0.03), places), round(lat + r.uniform(-0.02, 0.02), places)


MONTHS = words("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre")


def fr_date(d: dt.date) -> str:
    return f"{d.day}{'er' if d.day == 1 else ''} {MONTHS[d.month - 1]} {d.year}"


def serial(d: dt.date) -> int:
    return (d - dt.date(1899, 12, 30)).days


def _identifiers(b: Bag) -> None:
    y = b.yes
    # -- NIR
    y(
        "nir",
        "num_ss",
        lambda r, i: let(nir13(r), lambda k: k + nir_key(k)),
        "15-digit NIR with valid key",
        140,
    )
    y("nir", "N° Sécu.", lambda r, i: nir_cut(nir13(r), " "), "NIR printed as on the carte Vitale", blank=0.2)
    y("nir", "matricule_assure", lambda r, i: int(nir13(r)), "NIR without key, read as an integer")
    y(
        "nir",
        "NIR_ayant_droit",
        lambda r, i: nir_cut(nir13(r, r.choice(("2A", "2B"))), r.choice(("", NB, " "))),
        "NIR of Corsican births, 2A/2B",
    )
    y(
        "nir",
        "identifiant usager ",
        lambda r, i: nir_cut(nir13(r), NNB) + r.choice(("", "\t", "\r\n", NB)),
        "NIR with narrow no-break spaces and a tail of dirt",
    )
    y(
        "nir",
        "code_tiers",
        lambda r, i: (
            wide(let(nir13(r), lambda k: k + nir_key(k)))
            if i % 2
            else ZW.join(nir_cut(nir13(r), "|").split("|"))
        ),
        "NIR in full-width digits or cut by zero-width spaces",
    )
    y(
        "nir",
        "ref_dossier_CCAS",
        lambda r, i: let(
            nir13(r), lambda k: f"SS:{k}/{nir_key(k)} - {r.randrange(2015, 2025)}-{r.randrange(1, 999):03d}"
        ),
        "NIR hidden inside a file reference",
    )
    y(
        "nir",
        "payload",
        lambda r, i: json.dumps({"id": i, "assure": {"nir": nir_cut(nir13(r), ""), "rg": r.choice("123")}}),
        "NIR inside a JSON cell left by an export",
    )
    y(
        "nir",
        "immat_agent",
        lambda r, i: float(nir13(r, r.choice(("29", "974", "972", "99")))),
        "13-digit NIR turned into floats by a spreadsheet",
        90,
    )

    # -- IBAN
    y("iban", "IBAN_beneficiaire", lambda r, i: iban(r), "plain French IBANs of people paid an allowance")
    y(
        "iban",
        "coord. bancaires",
        lambda r, i: fours(iban(r), r.choice((" ", NB))),
        "IBAN by fours as on a RIB",
        blank=0.3,
    )
    y(
        "iban",
        "compte",
        lambda r, i: iban(r, r.choice(("FR", "FR", "BE", "DE", "ES", "LU", "PT", "TN"))),
        "IBANs of several countries, border city",
    )
    y(
        "iban",
        "RIB (banque/guichet/compte/clé)",
        lambda r, i: r.choice((" / ", "|", " - ")).join(rib(r)),
        "RIB in its old four-part form, valid key",
    )
    y(
        "iban",
        "reglement",
        lambda r, i: {
            "": f"vir. {fours(iban(r)).lower()} BIC {r.choice(('CMBRFR2BARK', 'AGRIFRPP882'))}",
            "payeur": " ".join(who(r)),
        },
        "lowercase IBAN of a private payer inside a wording",
    )
    y(
        "iban",
        "montant_aide",
        lambda r, i: f"<td>{shaped(r, iban(r), ('&nbsp;', ' '))}</td>",
        "shifted column: an IBAN in HTML under 'montant'",
    )
    y(
        "iban",
        "Observations compta",
        lambda r, i: (
            r.choice(("RAS", "attente pièce", "soldé", "2e relance"))
            if r.random() < 0.7
            else f"nouveau RIB : {fours(iban(r), NNB)} (M. {last(r)})"
        ),
        "IBANs of named people, three rows in ten of the remarks",
        180,
    )

    # -- payment cards
    y("card", "num_cb", lambda r, i: fours(card(r)), "card numbers by fours, Luhn valid")
    y("card", "moyen_paiement", lambda r, i: int(card(r)), "card numbers as integers", 80)
    y(
        "card",
        "Réf paiement cantine",
        lambda r, i: fours(card(r), "-") + f" {r.randrange(1, 13):02d}/{r.randrange(25, 29)}",
        "card number and expiry of a parent",
    )
    y(
        "card",
        "transac",
        lambda r, i: (
            r.choice(("chèque", "espèces", "CESU", None))
            if r.random() < 0.6
            else "CB " + fours(card(r, r.choice("vma")), NB)
        ),
        "card numbers among other means of payment",
        160,
    )
    y(
        "card",
        "log_tpe",
        lambda r, i: f"{day(r, 2023, 2024):%Y%m%d}|PAN={card(r, 'v')}|{r.randrange(100, 9900)}|OK",
        "raw line of a payment terminal with full PAN",
    )
    y(
        "card",
        "carte piscine ",
        lambda r, i: let(card(r, "a"), lambda c: f"{c[:4]} {c[4:10]} {c[10:]}"),
        "American Express layout",
    )
    y(
        "card",
        "n°",
        lambda r, i: {"": wide(card(r)), "titulaire": " ".join(who(r)).upper()},
        "full-width digits beside the holder's name",
        75,
    )

    # -- phones
    y("phone", "Tel. portable", lambda r, i: pairs(tel(r)), "mobile numbers of requesters", blank=0.15)
    y("phone", "contact_signalant", lambda r, i: shaped(r, tel(r)), "oddly grouped mobiles (06 260 92 803)")
    y("phone", "TEL", lambda r, i: int(tel(r)), "mobiles which lost their leading 0", 200)
    y(
        "phone",
        "téléfone",
        lambda r, i: (
            r.choice(("+33 (0)", "0033 ", "+33", "33.")) + shaped(r, tel(r, "67")[1:], ("", " ", "."))
        ),
        "international ways of writing, misspelt header",
    )
    y(
        "phone",
        "joignable au",
        lambda r, i: (
            f"{pairs(tel(r), '.')} / {pairs(tel(r, '2349'), '.')} {r.choice(('ap. 18h', '', 'dom.'))}"
        ),
        "mobile and home phone in one cell",
    )
    y(
        "phone",
        "lieu",
        lambda r, i: r.choice(STREETS) if r.random() < 0.75 else pairs(tel(r), NB),
        "mobiles typed in the place column, one row in four",
    )
    y(
        "phone",
        "gsm_parent_2",
        lambda r, i: wide(tel(r)) if i % 3 == 0 else BOM + pairs(tel(r), "-") + ZW,
        "full-width, zero-width",
    )
    y(
        "phone",
        "N° étranger",
        lambda r, i: r.choice(
            (
                f"+32 4{r.randrange(70, 99)} {digits(r, 2)} {digits(r, 2)} {digits(r, 2)}",
                f"+49 15{digits(r, 2)} {digits(r, 7)}",
                f"00212 6 {pairs(digits(r, 8))}",
                f"+44 7{digits(r, 3)} {digits(r, 6)}",
                f"+221 77 {digits(r, 3)} {digits(r, 2)} {digits(r, 2)}",
            )
        ),
        "foreign mobiles of seasonal stallholders",
    )
    y(
        "phone",
        "equipement",
        lambda r, i: f"Composteur {i + 1} - {first(r)} {pairs(tel(r), NNB)}",
        "mobile of the host of a compost bin",
    )
    y(
        "phone",
        "fiche",
        lambda r, i: f'<a href="tel:+33{tel(r)[1:]}">appeler {r.choice(("M.", "Mme"))} {last(r)}</a>',
        "tel: link with a person's name",
    )

    # -- e-mails
    y("email", "Courriel", lambda r, i: mail(r, *who(r)), "personal mailboxes", blank=0.1)
    y(
        "email",
        "mail_demandeur",
        lambda r, i: mail(r, *who(r)).replace(".fr", "").replace(".com", ""),
        "x@wanadoo: lost domain",
    )
    y(
        "email",
        "e-mial",
        lambda r, i: mail(r, *who(r)).replace("@", r.choice((" arobase ", "[at]", " (at) ", " @ ", "＠"))),
        "disguised mailboxes, misspelt header",
    )
    y(
        "email",
        "contact",
        lambda r, i: mail(r, *who(r)).replace("@", "").replace(".fr", r.choice((" .fr", ".fr", ",fr"))),
        "mailboxes whose @ was lost: still a name and a provider",
        100,
    )
    y(
        "email",
        "AdresseElec",
        lambda r, i: mail(r, *who(r)).replace(".", ";") if i % 2 else mail(r, *who(r)).upper() + NB,
        "hotmail;fr and upper case",
    )
    y(
        "email",
        "destinataires",
        lambda r, i: "; ".join(f"{' '.join(p)} <{mail(r, *p)}>" for p in (who(r), who(r), who(r))),
        "distribution list with names",
    )
    y(
        "email",
        "agent_instructeur",
        lambda r, i: let(
            who(r),
            lambda p: (
                f"{plain(p[0])}.{plain(p[1])}@"
                f"{r.choice(('brest-metropole', 'mairie-lille', 'grenoblealpesmetropole'))}.fr"
            ),
        ),
        "nominative professional mailboxes of agents",
    )
    y(
        "email",
        "url_contact",
        lambda r, i: f"mailto:{mail(r, *who(r))}?subject=Signalement%20{i}",
        "mailto links to people",
    )
    y(
        "email",
        "remarque",
        lambda r, i: (
            r.choice(("vu", "à relancer", "ok", None))
            if r.random() < 0.9
            else f"a.{plain(last(r))}@orange .fr"
        ),
        "mailboxes in a tenth of the remarks, with a stray space",
        300,
    )

    # -- plates
    y("plate", "immatriculation", lambda r, i: siv(r), "plates of residents' parking permits")
    y("plate", "plaque ", lambda r, i: siv(r, " ").lower(), "lowercase spaced plates", blank=0.1)
    y(
        "plate",
        "Immat.",
        lambda r, i: (
            f"{r.randrange(10, 9999)} {r.choice(SIV)}{r.choice(SIV)}"
            f" {r.choice(('29', '59', '38', '22', '62', '2A'))}"
        ),
        "old FNI plates with department",
    )
    y(
        "plate",
        "vehicule",
        lambda r, i: (
            f"{r.choice(('Clio', 'Kangoo', '208', 'Zoé', 'C3', 'Duster'))}"
            f" {r.choice(('grise', 'bleue', 'blanc'))}"
            f" {siv(r, r.choice(('', '.', NB)))}"
        ),
        "make, colour and plate of an abandoned car",
    )
    y(
        "plate",
        "équipement concerné",
        lambda r, i: r.choice(("banc", "poubelle", "candélabre")) if r.random() < 0.5 else f"VL {siv(r)}",
        "plates of badly parked cars among furniture",
        150,
    )
    y(
        "plate",
        "ZFE_controle",
        lambda r, i: {
            "": wide(siv(r, "")) if i % 4 == 0 else siv(r, ""),
            "horodatage": f"{day(r, 2024, 2024)}T{r.randrange(6, 22):02d}"
            f":{r.randrange(60):02d}:{r.randrange(60):02d}",
            "crit_air": r.randrange(0, 6),
        },
        "camera reads of passing vehicles",
    )
    y(
        "plate",
        "taxi",
        lambda r, i: f"ADS n°{i + 1} | {last(r).upper()} {first(r)} | {siv(r)}",
        "taxi licence, owner and plate",
        64,
    )
    y(
        "plate",
        "Plaque étrangère",
        lambda r, i: r.choice(
            (
                f"1-{''.join(r.choice(SIV) for _ in range(3))}-{digits(r, 3)} (B)",
                f"{r.choice(('AC', 'K', 'DU'))}-{r.choice(SIV)}{r.choice(SIV)} {r.randrange(100, 9999)} (D)",
                f"{digits(r, 4)} {''.join(r.choice('BCDFGHJKLMN') for _ in range(3))} (E)",
            )
        ),
        "foreign plates of parking fines",
    )

    # -- IP
    y("ip", "ip_votant", lambda r, i: public_ip(r), "public addresses of voters in a consultation")
    y(
        "ip",
        "X-Forwarded-For",
        lambda r, i: f"{public_ip(r)}, 10.0.{r.randrange(4)}.{r.randrange(1, 99)}",
        "client then proxy",
    )
    y(
        "ip",
        "source",
        lambda r, i: (
            f"2a01:{r.choice(('cb08', 'e0a', 'e34'))}:{r.randrange(4096):x}:{r.randrange(65535):x}:"
            f"{r.randrange(65535):x}:{r.randrange(65535):x}:{r.randrange(65535):x}:{r.randrange(65535):x}"
        ),
        "IPv6 of home lines",
    )
    y(
        "ip",
        "log",
        lambda r, i: (
            f"{public_ip(r)} - - [{r.randrange(1, 29):02d}/Mar/2024:"
            f'{r.randrange(24):02d}:14:07 +0100] "GET /demarche/{i} HTTP/1.1" 200'
        ),
        "access log of the e-services portal",
    )
    y(
        "ip",
        "session_wifi",
        lambda r, i: {
            "": f"{public_ip(r)}:{r.randrange(1025, 65000)}",
            "debut": f"{day(r, 2023, 2024):%d/%m/%Y} {r.randrange(8, 20)}h{r.randrange(60):02d}",
            "mail": mail(r, *who(r)),
        },
        "address and port beside the mailbox of the reader",
    )
    y(
        "ip",
        "commentaire technique",
        lambda r, i: (
            f"avis n°{i} déposé depuis {public_ip(r).replace('.', ' . ')}"
            if r.random() < 0.5
            else "avis déposé en mairie"
        ),
        "IP with spaced dots in half of the rows",
    )
    y(
        "ip",
        "poste",
        lambda r, i: json.dumps({"ua": r.choice(("iPhone; iOS 17", "Android 13")), "ip": public_ip(r)}),
        "JSON of a form",
    )

    # -- MAC
    def stamp(r: Rng) -> str:
        return (
            f"2024-0{r.randrange(1, 9)}-{r.randrange(1, 29):02d}"
            f" {r.randrange(6, 23):02d}:{r.randrange(60):02d}"
        )

    y(
        "mac",
        "mac_terminal",
        lambda r, i: {
            "": mac(r),
            "vu_le": stamp(r),
            "hotspot": r.choice(("Place Liberté", "Halles", "Gare")),
        },
        "phones seen by public wifi",
    )
    y(
        "mac",
        "client_id",
        lambda r, i: {"": mac(r, "-").lower(), "nom": " ".join(who(r))},
        "readers' laptops beside their names",
    )
    y(
        "mac",
        "Station",
        lambda r, i: (
            let(mac(r, "").lower(), lambda m: f"{m[:4]}.{m[4:8]}.{m[8:]}")
            + f" {r.choice(('iPhone-de', 'Galaxy-de', 'PC-de'))}-{first(r)}"
        ),
        "Cisco layout with host names bearing first names",
    )
    y(
        "mac",
        "bt_addr",
        lambda r, i: {
            "": mac(r, ""),
            "capteur_entree": r.choice(("P1", "P2")),
            "h_entree": stamp(r),
            "duree_s": r.randrange(60, 900),
        },
        "bluetooth tracking of cars, address not hashed",
        neutral=False,
    )
    y(
        "mac",
        "détection",
        lambda r, i: (
            f"{{'mac': '{mac(r)}', 'rssi': -{r.randrange(40, 95)}, 'probe': "
            f"'{r.choice(('Livebox', 'SFR', 'Freebox'))}-{digits(r, 4)}'}}"
        ),
        "probe requests with the home network's name",
    )
    y(
        "mac",
        "emprunt tablette",
        lambda r, i: f"{last(r)} {first(r)[0]}. / {mac(r, ' ')}",
        "MAC spaced by pairs beside the borrower",
        66,
    )

    # -- identity papers
    def cni9(r: Rng) -> str:
        return r.choice("DFHJKLMNPRTVWXZ") + "".join(
            r.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(8)
        )

    def cni12(r: Rng) -> str:
        return (
            f"{r.randrange(4, 21):02d}{r.randrange(1, 13):02d}"
            f"{r.choice(('29', '59', '38', '75'))}{r.randrange(1, 5)}{digits(r, 5)}"
        )

    y(
        "identity_card",
        "n_cni",
        lambda r, i: {"": cni12(r), "nom": last(r).upper(), "prenom": first(r)},
        "old identity cards, 12 digits, beside names",
    )
    y(
        "identity_card",
        "piece_identite",
        lambda r, i: f"CNI {cni9(r)}",
        "new identity card numbers",
        blank=0.1,
    )
    y(
        "identity_card",
        "Justificatif",
        lambda r, i: (
            f"carte nat. d'identité n° {shaped(r, cni12(r))} délivrée le {day(r, 2008, 2020):%d/%m/%Y}"
        ),
        "number and issue date of the paper shown",
    )
    y(
        "identity_card",
        "titre",
        lambda r, i: (
            f"IDFRA{plain(last(r)).upper().replace('-', '<'):<<25}"
            f"{r.choice(('292', '591', '381'))}{digits(r, 3)}"
        ),
        "first MRZ line of the card",
    )
    y(
        "identity_card",
        "pièce fournie (vide-grenier)",
        lambda r, i: {
            "": r.choice(("C.I. ", "cni:", "CNI n°")) + cni12(r),
            "exposant": " ".join(who(r)),
            "ml": r.randrange(2, 9),
        },
        "register of private sellers at a flea market",
    )
    y(
        "identity_card",
        "doc_num",
        lambda r, i: {
            "": cni9(r).lower() if i % 3 else wide(cni9(r)),
            "ne_le": day(r, 1940, 2004).isoformat(),
            "sexe": r.choice("MF"),
        },
        "new cards beside birth dates and sex",
        neutral=False,
    )

    def pas(r: Rng) -> str:
        return f"{r.randrange(10, 25)}{r.choice('ACDEFHKP')}{r.choice(SIV)}{digits(r, 5)}"

    y(
        "passport",
        "passeport",
        lambda r, i: {"": pas(r), "titulaire": " ".join(who(r)[::-1])},
        "French passports beside holders",
    )
    y(
        "passport",
        "N° PASSEPORT",
        lambda r, i: "Passeport " + pas(r)[:2] + NB + pas(r)[2:4] + NB + digits(r, 5),
        "spaced passport numbers",
    )
    y(
        "passport",
        "mrz",
        lambda r, i: (
            f"P<FRA{plain(last(r)).upper().replace('-', '<')}"
            f"<<{plain(first(r)).upper().replace('-', '<')}".ljust(44, "<")
        ),
        "passport MRZ, a name in it",
    )
    y(
        "passport",
        "Jumelage – voyageurs",
        lambda r, i: let(
            who(r),
            lambda p: (
                f"{p[1].upper()} {p[0]} ; passeport n°{pas(r).lower()} ; exp. {r.randrange(2025, 2034)}"
            ),
        ),
        "travellers of a twinning trip",
        62,
    )
    y(
        "passport",
        "ident_etranger",
        lambda r, i: r.choice(
            (
                f"passeport marocain {r.choice(SIV)}{r.choice(SIV)}{digits(r, 7)}",
                f"Passport TUR U{digits(r, 8)}",
                f"pass. tunisien {r.choice(SIV)}{digits(r, 6)}",
                "carte de séjour (vue)",
            )
        ),
        "foreign passports of hosted people",
    )
    y(
        "passport",
        "piece",
        lambda r, i: (
            json.dumps({"type": "PASSPORT", "num": pas(r), "pays": "FRA"})
            if r.random() < 0.5
            else '{"type": "AUCUNE"}'
        ),
        "passports in JSON, half of the rows",
    )
    y(
        "driving_licence",
        "permis_conduire",
        lambda r, i: {
            "": f"{r.randrange(75, 100)}{r.randrange(1, 13):02d}{r.choice(('29', '59', '38'))}{digits(r, 6)}",
            "agent": last(r).upper() + " " + first(r),
        },
        "12-digit licences beside the drivers' names",
    )
    y(
        "driving_licence",
        "N° permis B",
        lambda r, i: f"permis {r.randrange(13, 25)}{r.choice('AB')}{r.choice(SIV)}{digits(r, 5)}",
        "new licences",
    )
    y(
        "driving_licence",
        "habilitation",
        lambda r, i: f"Permis C n°{shaped(r, digits(r, 12))} val. {day(r, 2025, 2030):%d/%m/%Y}",
        "lorry licences of agents",
    )
    y(
        "driving_licence",
        "chauffeur taxi",
        lambda r, i: let(
            who(r),
            lambda p: f"{p[0][0]}. {p[1]} (pc {r.randrange(80, 99)}{r.randrange(1, 13):02d}29{digits(r, 6)})",
        ),
        "driver and licence",
        60,
    )
    y(
        "driving_licence",
        "neph",
        lambda r, i: (
            f"NEPH {r.randrange(0, 24):02d}{r.randrange(1, 13):02d}{r.choice(('29', '38'))}{NB}{digits(r, 6)}"
        ),
        "NEPH numbers of helped youths (bourse au permis)",
    )
    y(
        "driving_licence",
        "doc autopartage",
        lambda r, i: {
            "": f"D1FRA{r.randrange(13, 25)}A{r.choice(SIV)}{digits(r, 5)}{r.randrange(26, 39)}"
            f"{r.randrange(1, 13):02d}{r.randrange(1, 29):02d}"
            f"{plain(last(r)).upper()[:8]:<<8}<{r.randrange(10)}",
            "abonne": i + 1,
        },
        "machine-readable line of the licence card",
    )
    # -- sports licences
    club = words("Stade Brestois|ASPTT|PLB Basket|Lille UC|GUC Hand|Grenoble Ski|Dojo Ponantais")
    y(
        "sports_licence",
        "licence_FFF",
        lambda r, i: {
            "": int("2" + digits(r, 9)),
            "joueur": let(who(r), lambda p: f"{p[1].upper()} {p[0]}"),
            "club": r.choice(club),
        },
        "football licences beside players",
    )
    y(
        "sports_licence",
        "N° licence judo",
        lambda r, i: (
            f"{r.choice('MF')}{day(r, 1995, 2016):%d%m%Y}"
            f"{plain(last(r)).replace('-', '').upper()[:5]:*<5}{r.randrange(1, 4):02d}"
        ),
        "FFJDA: sex, birth date, name in the number",
    )
    y(
        "sports_licence",
        "licence basket",
        lambda r, i: f"{r.choice(('BC', 'VT', 'JH'))}{digits(r, 6)} {first(r)} {last(r)}",
        "FFBB number and name",
    )
    y(
        "sports_licence",
        "lic.",
        lambda r, i: f"FFT {digits(r, 7)}{NB}{r.choice(SIV)} - {r.choice(('NC', '30/2', '15/4'))}",
        "tennis licence and ranking",
    )
    y(
        "sports_licence",
        "dossard",
        lambda r, i: (
            f"{i + 1} | {last(r)} {first(r)} | FFA n° {digits(r, 7)} | {r.choice(('SEM', 'V1F', 'JUM'))}"
        ),
        "runners of the 10 km",
        210,
    )
    y(
        "sports_licence",
        "uci",
        lambda r, i: {
            "": f"100 {digits(r, 3)} {digits(r, 3)} {digits(r, 2)}",
            "coureur": let(who(r), lambda p: f"{p[0]} {p[1]}"),
            "naissance": r.randrange(1980, 2010),
        },
        "UCI id beside rider",
    )
    y(
        "sports_licence",
        "subvention haut niveau",
        lambda r, i: (
            f"licence handball n°{digits(r, 13)} ({first(r)} {last(r)[0]}., {r.randrange(15, 24)} ans)"
        ),
        "grant to a named athlete",
        61,
    )
    # -- CAF
    y(
        "caf_number",
        "n° allocataire",
        lambda r, i: {"": f"{digits(r, 7)} {r.choice(SIV)}", "nom": last(r), "QF": r.randrange(150, 1800)},
        "allocataire number, name, family quotient",
    )
    y(
        "caf_number",
        "num_caf",
        lambda r, i: {
            "": int(r.choice("123456789") + digits(r, 6)),
            "enfant": first(r),
            "quotient": r.randrange(0, 2200),
            "ne_le": day(r, 2012, 2021),
        },
        "CAF numbers beside children",
    )
    y(
        "caf_number",
        "CAF/MSA",
        lambda r, i: r.choice(
            (
                f"CAF 29 n°{digits(r, 7)}{r.choice(SIV)}",
                f"allocataire CAF {digits(r, 7)}",
                "MSA",
                "non allocataire",
            )
        ),
        "mixed cell",
    )
    y(
        "caf_number",
        "Dossier",
        lambda r, i: f"{digits(r, 7)}{r.choice(SIV)} CAF du Nord / QF {r.randrange(100, 900)}",
        "CAF file and quotient",
    )
    y(
        "caf_number",
        "tarif_cantine",
        lambda r, i: (
            f"T{r.randrange(1, 8)}"
            if r.random() < 0.8
            else f"T{r.randrange(1, 8)} (alloc. {shaped(r, digits(r, 7), (NB,))} {last(r)})"
        ),
        "one row in five",
        150,
    )
    y(
        "caf_number",
        "justif ressources",
        lambda r, i: (
            f"attestation CAF<br/>matricule&nbsp;{digits(r, 7)}<br/>{r.choice(('RSA', 'AAH', 'APL', 'ASS'))}"
        ),
        "HTML with benefit and number",
    )

    # -- social profiles
    def pseudo(r: Rng) -> str:
        return let(
            who(r),
            lambda p: (
                r.choice(
                    (
                        plain(p[0]) + plain(p[1])[:6] + digits(r, 2),
                        plain(p[0]) + "_" + plain(p[1]),
                        plain(p[1]) + digits(r, 4),
                    )
                )
                .replace("-", "")
                .replace(".", "")
            ),
        )

    y("social_profile", "twitter_auteur", lambda r, i: "@" + pseudo(r), "handles of people who complained")
    y(
        "social_profile",
        "profil",
        lambda r, i: f"https://www.facebook.com/{pseudo(r)}",
        "personal profile pages",
        blank=0.2,
    )
    y(
        "social_profile",
        "LinkedIn",
        lambda r, i: let(
            who(r), lambda p: f"linkedin.com/in/{plain(p[0])}-{plain(p[1])}-{r.randrange(16**6):06x}"
        ),
        "profiles of mentors",
    )
    y(
        "social_profile",
        "insta / snap",
        lambda r, i: f"insta : {pseudo(r)}{NB}| snap : {pseudo(r)}",
        "handles of youths of the Mission locale",
    )
    y(
        "social_profile",
        "source_signalement",
        lambda r, i: (
            r.choice(("appli", "téléphone", "courrier"))
            if r.random() < 0.6
            else f"via X https://x.com/{pseudo(r)}/status/17{digits(r, 17)}"
        ),
        "posts with their authors",
    )
    y(
        "social_profile",
        "Réseau",
        lambda r, i: r.choice(
            (
                f"@{pseudo(r)}@mastodon.social",
                f"{pseudo(r)}.bsky.social",
                f"https://www.tiktok.com/@{pseudo(r)}",
                f"t.me/{pseudo(r)}",
            )
        ),
        "newer networks",
    )
    y(
        "social_profile",
        "avis",
        lambda r, i: (
            f'<blockquote>Photo : <a href="https://instagram.com/{pseudo(r)}/">@{pseudo(r)}</a></blockquote>'
        ),
        "amateur photographers' profiles",
    )


ILLS = words(
    "diabète type 2|Alzheimer|BPCO|AVC|sclérose en plaques|épilepsie|cancer du "
    "poumon|dépression|schizophrénie|insuffisance "
    "rénale|Parkinson|asthme sévère|VIH|bipolarité|hépatite C|myopathie"
)
CALM = words(
    "Lampadaire éteint depuis trois jours.|Nid-de-poule devant l'arrêt "
    "de bus.|Conteneur à verre plein.|Tag sur le mur du gymnase.|"
    "Merci de repasser, la balayeuse n'est pas venue.|RAS|Travaux terminés "
    "le matin.|Banc cassé dans le parc.|Fuite d'eau sur la chaussée.|"
    "Dépôt sauvage au pied des conteneurs.|Branche tombée sur la piste cyclable.|Feu "
    "tricolore en panne au carrefour.|Demande transmise au service voirie.|"
    "La barrière du marché est restée fermée.|Jeu pour enfants dégradé.|Rats "
    "aperçus près des poubelles.|Marquage au sol effacé.|Bruit du chantier avant 7h."
)


def calm(r: Rng) -> str:
    return r.choice(CALM)


def _people(b: Bag) -> None:
    y = b.yes
    civ = words("M.|Mme|Monsieur|Madame|Mlle")
    # -- names
    y(
        "person_name",
        "Nom Prénom",
        lambda r, i: f"{last(r).upper()} {first(r)}",
        "applicants for a market stall",
    )
    y("person_name", "demandeur", lambda r, i: f"{r.choice(civ)} {last(r)}", "title and surname", blank=0.1)
    y(
        "person_name",
        "nom_usage",
        lambda r, i: r.choice(RARE).upper() if i % 3 else r.choice(BRETON + NORTH).upper(),
        "surnames alone, rare ones",
        150,
    )
    y(
        "person_name",
        "Responsable(s)",
        lambda r, i: f"{first(r)} {last(r)}{r.choice(('|', ' / ', ' & ', chr(10)))}{first(r)} {last(r)}",
        "two people in a cell",
    )
    y(
        "person_name",
        "Famille",
        lambda r, i: f"M. et Mme {last(r)}" + (f" {first(r)}" if r.random() < 0.4 else ""),
        "couples",
    )
    y(
        "person_name",
        "concessionnaire",
        lambda r, i: (
            f"{last(r).upper()} née {last(r).upper()} {r.choice(WOMEN)}"
            if i % 2
            else f"Famille {last(r)}-{last(r)} (Cts {first(r)[0]}. {last(r)})"
        ),
        "living holders of graves",
    )
    y(
        "person_name",
        "titulaire",
        lambda r, i: (
            f"{last(r).upper()} {first(r)}"
            if r.random() < 0.5
            else f"{r.choice(('SARL', 'SAS', 'EURL', 'SCI'))} "
            f"{r.choice(('Armor Primeurs', 'Les Halles', 'Ty Krampouz', 'Flandre Bio', 'Vercors Miel'))}"
        ),
        "half firms, half people",
    )
    y(
        "person_name",
        "lieu ",
        lambda r, i: (
            nfd(f"{first(r)} {last(r)}")
            if r.random() < 0.6
            else r.choice(("Halle", "Place Guérin", "Quai 3"))
        ),
        "names, decomposed accents, under 'lieu'",
    )
    y(
        "person_name",
        "conseiller_num",
        lambda r, i: f"{first(r)[0]}.{NB}{last(r)}",
        "initial and surname of digital advisers",
    )
    y(
        "person_name",
        "assistante maternelle",
        lambda r, i: f"<b>{last(r)}</b>&nbsp;{r.choice(WOMEN)}",
        "childminders, HTML",
    )
    y(
        "person_name",
        "équipe",
        lambda r, i: json.dumps([{"n": p[1], "p": p[0]} for p in (who(r), who(r))], ensure_ascii=i % 2 == 0),
        "names in JSON, escaped accents",
    )
    y(
        "person_name",
        "inscrits",
        lambda r, i: ", ".join(f"{first(r)} {last(r)[0]}." for _ in range(r.randrange(2, 6))),
        "pupils by first name and initial",
        70,
    )
    y(
        "person_name",
        "NOM",
        lambda r, i: {
            "": last(r).lower(),
            "PRENOM": first(r).lower(),
            "classe": r.choice(("CE1", "CM2", "PS", "6e")),
        },
        "lowercase surnames of pupils",
    )
    y(
        "person_name",
        "redevable",
        lambda r, i: (
            ZW.join((last(r)[:2], last(r)[2:])) + " " + first(r) if i % 3 == 0 else f"{last(r)},{first(r)}\t"
        ),
        "commas, zero-width, tab",
    )
    y(
        "person_name",
        "Prenom",
        lambda r, i: {
            "": first(r),
            "ecole": r.choice(("Jean Macé", "Kerhallet", "Simone Veil")),
            "date_naiss": day(r, 2013, 2020),
            "allergie": r.choice((None, None, "arachide")),
        },
        "first names of children, birth dates and schools",
    )
    # -- home addresses
    y(
        "address",
        "adresse_demandeur",
        lambda r, i: {"": f"{home(r)} {town(r)}", "demandeur": f"{r.choice(civ)} {last(r)}"},
        "homes of requesters, named beside",
    )
    y(
        "address",
        "Domicile",
        lambda r, i: f"Appt {r.randrange(1, 90)}, {r.randrange(0, 9)}e étage, {home(r)}{NB}{town(r)}",
        "flat and storey: a home",
    )
    y(
        "address",
        "adr inversée",
        lambda r, i: {
            "": f"{r.choice(STREETS).upper()}, {r.randrange(1, 180)}{r.choice(('', '', ' BIS'))}",
            "habitant": last(r).upper(),
        },
        "inverted addresses beside inhabitants",
    )
    y(
        "address",
        "point_collecte",
        lambda r, i: (
            f"chez Mme {last(r)}, {home(r)}" if i % 2 else f"M. {last(r)} - {home(r)}, {r.choice(TOWNS)[1]}"
        ),
        "doorstep collection at named homes",
    )
    y(
        "address",
        "LIEU_INTERVENTION",
        lambda r, i: {
            "": home(r).upper().replace("RUE", "R").replace("AVENUE", "AV").replace("BOULEVARD", "BD"),
            "objet": r.choice(("nid de frelons - particulier", "punaises de lit", "dératisation logement")),
            "tel": pairs(tel(r)),
        },
        "treated homes beside the occupier's phone",
    )
    y(
        "address",
        "n°+voie",
        lambda r, i: {
            "": home(r).replace(" ", "\n", 1) if i % 4 == 0 else home(r),
            "beneficiaire": " ".join(who(r)),
            "prime_velo_eur": r.choice((100, 150, 200, 400)),
        },
        "bike-grant beneficiaries, newline inside",
    )
    y(
        "address",
        "Résidence",
        lambda r, i: (
            f"Rés. {r.choice(('Kerigonan', 'Les Cèdres', 'Mistral', 'Bellevue'))}"
            f" bât {r.choice('ABCDEF')} porte {r.randrange(1, 60)} - {home(r)}"
        ),
        "block, door: homes",
    )
    y(
        "address",
        "livraison repas",
        lambda r, i: f"{home(r)}, code portail {digits(r, 4)}{r.choice('AB')}, sonner {last(r).upper()}",
        "meals on wheels: gate code and name",
        80,
    )
    y(
        "address",
        "observation voirie",
        lambda r, i: (
            calm(r)
            if r.random() < 0.5
            else f"Branchement du domicile de {r.choice(civ)} {last(r)}, {home(r)}"
        ),
        "half of the rows name a home",
    )
    # -- birth dates
    y(
        "birth_date",
        "date_naissance",
        lambda r, i: {"": day(r, 1935, 2005), "nom": last(r).upper()},
        "birth dates beside names",
    )
    y(
        "birth_date",
        "DDN",
        lambda r, i: {"": serial(day(r, 1938, 2004)), "NOM": last(r), "PRENOM": first(r)},
        "Excel serials beside names",
        neutral=False,
    )
    y(
        "birth_date",
        "né(e) le",
        lambda r, i: (
            f"né{'e' if i % 2 else ''} le {fr_date(day(r, 1930, 2006))} à "
            f"{r.choice(('Brest', 'Oran', 'Lille', 'Antananarivo', 'Quimper'))}"
        ),
        "date in words and place of birth",
    )
    y(
        "birth_date",
        "enfant_ddn",
        lambda r, i: {
            "": day(r, 2012, 2022).isoformat(),
            "prenom": first(r),
            "creche": r.choice(("Tournicoti", "Les Moussaillons", "Kérédern")),
        },
        "ISO births of children",
    )
    y(
        "birth_date",
        "naiss",
        lambda r, i: {
            "": f"{day(r, 1945, 2003):%d%m%Y}",
            "agent": f"{first(r)} {last(r)}",
            "grade": r.choice(("Adjoint technique", "Rédacteur", "ATSEM")),
        },
        "compact ddmmyyyy beside agents",
    )
    y(
        "birth_date",
        "infos",
        lambda r, i: f"{r.choice('HF')} / {day(r, 1950, 2001):%d.%m.%y} / {first(r)}",
        "sex, short birth date, first name",
    )
    y(
        "birth_date",
        "date",
        lambda r, i: {
            "": wide(f"{day(r, 1955, 2008):%d/%m/%Y}") if i % 2 else f"{day(r, 1955, 2008):%d/%m/%Y}{NB}",
            "licencie": " ".join(who(r)),
            "categorie": r.choice(("Senior", "U17", "Vétéran")),
        },
        "full-width dates beside club members",
    )
    y(
        "birth_date",
        "annee_jour",
        lambda r, i: {
            "": int(f"{day(r, 1940, 2005):%Y%m%d}"),
            "nom": last(r),
            "sexe": r.choice("FM"),
            "commune_naiss": r.choice(("BREST", "LILLE", "ALGER", "DAKAR")),
        },
        "yyyymmdd integers beside names",
    )

    # -- trigrams
    def tri(p: tuple[str, str]) -> str:
        return (plain(p[0])[0] + plain(p[1]).replace("-", "")[:2]).upper()

    def tri_row(r: Rng, i: int) -> object:
        p = who(r)
        return {
            "": tri(p),
            "Agent": f"{p[0]} {p[1].upper()}",
            "service": r.choice(("Voirie", "Eau", "Propreté")),
        }

    def ini_row(r: Rng, i: int) -> object:
        p = who(r)
        return {"": f"{p[0][0]}.{p[1][0]}.", "elu": f"{p[1]} {p[0]}", "vote": r.choice(("P", "C", "A"))}

    y("trigram", "trigramme", tri_row, "trigrams beside the agents' names", 90)
    y("trigram", "visa", ini_row, "initials beside full names", 66)
    crew = ("JLD", "MKE", "YLG", "SPR", "FDA", "RMO", "ABC", "EKE", "TNM")
    y(
        "trigram",
        "saisi_par",
        lambda r, i: {
            "": r.choice(crew),
            "saisi_le": day(r, 2023, 2024),
            "etat": r.choice(("clos", "en cours")),
        },
        "who typed it, by trigram",
        neutral=False,
    )
    y(
        "trigram",
        "suivi",
        lambda r, i: f"Vu par {r.choice(crew)} le {day(r, 2024, 2024):%d/%m}, relancé {r.choice(crew)}",
        "who-did-it trigrams in a follow-up",
    )
    y(
        "trigram",
        "Maj",
        lambda r, i: (
            f"{day(r, 2023, 2024):%d/%m/%y} {r.choice(crew).lower()}"
            + ("" if i % 3 else f"+{r.choice(crew).lower()}")
        ),
        "lowercase trigrams after the date",
        220,
    )
    y(
        "trigram",
        "instructeur PC",
        lambda r, i: (
            r.choice(("J.-M. K.", "A. L. G.", "Y. M.", "S. P.-D.", "F. D."))
            + r.choice((" (instr.)", "", " pour avis"))
        ),
        "dotted initials of planning officers",
    )
    y(
        "trigram",
        "login_modif",
        lambda r, i: let(
            who(r),
            lambda p: {
                "": plain(p[1]).replace("-", "")[:7] + plain(p[0])[0],
                "agent": f"{p[1].upper()} {p[0]}",
            },
        ),
        "logins made of names, beside the names",
    )
    y(
        "trigram",
        "tournée",
        lambda r, i: (
            f"T{r.randrange(1, 9)} : chauffeur {r.choice(crew)} / ripeurs {r.choice(crew)}-{r.choice(crew)}"
        ),
        "crew of the refuse lorry by trigrams",
    )

    # -- health
    def kid(r: Rng) -> str:
        return f"{first(r)} {last(r)}"

    y(
        "health",
        "allergies",
        lambda r, i: {
            "": r.choice(
                (
                    "arachide",
                    "gluten (coeliaque)",
                    "œufs",
                    "PAI asthme",
                    "néant",
                    "lait - choc anaphylactique",
                )
            ),
            "enfant": kid(r),
            "ecole": r.choice(("Kerisbian", "Jean Zay")),
        },
        "children's allergies beside their names",
    )
    y(
        "health",
        "motif absence",
        lambda r, i: {
            "": r.choice(
                (
                    "congé longue maladie",
                    "burn-out",
                    "grossesse pathologique",
                    "RTT",
                    "opération genou",
                    "chimio",
                )
            ),
            "agent": last(r).upper(),
        },
        "sick leaves beside agents",
    )
    y(
        "health",
        "GIR",
        lambda r, i: {"": f"GIR {r.randrange(1, 7)}", "beneficiaire": f"Mme {last(r)}", "domicile": home(r)},
        "degree of dependency of named people",
    )
    y(
        "health",
        "transport PMR",
        lambda r, i: f"{r.choice(civ)} {last(r)} - {r.choice(RIDES)}",
        "paratransit riders and why",
    )
    y(
        "health",
        "diag",
        lambda r, i: {
            "": r.choice(("F32.1", "G30.9", "E11.9", "C34.1", "J44.9", "F20.0", "B24")),
            "patient": " ".join(who(r)),
            "vu_le": day(r, 2023, 2024),
        },
        "ICD-10 codes beside patients",
    )
    y(
        "health",
        "équipement",
        lambda r, i: (
            f"lit médicalisé {last(r)} ({r.choice(ILLS)})"
            if i % 2
            else f"téléassistance Mme {last(r)}, {r.choice(ILLS)}"
        ),
        "illness under 'équipement'",
    )
    y(
        "health",
        "traitement",
        lambda r, i: {
            "": r.choice(
                ("Lévothyrox 75", "Ventoline", "méthadone", "Insuline Lantus", "Dépakine", "Ritaline 10 mg")
            ),
            "date_naissance": day(r, 2010, 2019),
            "prenom": first(r),
        },
        "drugs given at the leisure centre to a child",
    )
    y(
        "health",
        "Situation sociale",
        lambda r, i: f"<p>{first(r)} : {r.choice(RIGHTS)}</p>",
        "handicap and illness of a first-named person",
    )
    # -- age + illness
    y(
        "age_illness",
        "age_patho",
        lambda r, i: f"{r.randrange(18, 97)} ans, {r.choice(ILLS)}",
        "row-level age and illness",
    )
    y(
        "age_illness",
        "profil usager",
        lambda r, i: (
            f"{r.choice(('Femme', 'Homme'))} de {r.randrange(20, 95)} ans, "
            f"diagnostic {r.choice(ILLS)}, {r.choice(('vit seul(e)', 'en couple'))}"
        ),
        "portrait of one user",
    )
    y(
        "age_illness",
        "cas",
        lambda r, i: f"{r.choice('FH')}/{r.randrange(30, 99)}/{r.choice(ILLS).upper()}",
        "sex/age/illness code",
    )
    y(
        "age_illness",
        "Age",
        lambda r, i: {
            "": r.randrange(3, 98),
            "pathologie": r.choice(ILLS),
            "iris": f"29019{digits(r, 4)}",
            "sexe": r.choice("FM"),
        },
        "age beside illness and IRIS, one row per person",
        neutral=False,
    )
    y(
        "age_illness",
        "intervention SAMU social",
        lambda r, i: (
            calm(r) if r.random() < 0.6 else f"Homme {r.randrange(25, 80)}a, {r.choice(ILLS)}, orienté CHRS"
        ),
        "four rows in ten",
        140,
    )
    y(
        "age_illness",
        "commentaire (crèche)",
        lambda r, i: (
            f"enfant de {r.randrange(3, 36)} mois, "
            f"{r.choice(('épileptique', 'asthmatique', 'diabétique', 'trisomique'))}, PAI en cours"
        ),
        "child's age and illness",
    )
    y(
        "age_illness",
        "signalement isolement",
        lambda r, i: (
            f"né{r.choice(('', 'e'))} en {r.randrange(1928, 1960)} ; "
            f"{r.choice(ILLS)} ; aide {r.choice(('quotidienne', 'hebdo'))}"
        ),
        "birth year and illness",
    )
    # -- homes by position
    y(
        "home_position",
        "longitude",
        lambda r, i: let(
            spot(r),
            lambda s: {
                "": s[0],
                "latitude": s[1],
                "nom": last(r).upper(),
                "prenom": first(r),
                "type": "composteur individuel",
            },
        ),
        "home compost bins beside names",
    )
    y(
        "home_position",
        "lat",
        lambda r, i: let(
            spot(r),
            lambda s: {
                "": str(s[1]).replace(".", ","),
                "lon": str(s[0]).replace(".", ","),
                "assmat": f"Mme {last(r)}",
                "tel": pairs(tel(r)),
            },
        ),
        "childminders' homes, decimal commas",
    )
    y(
        "home_position",
        "geo_point_2d",
        lambda r, i: let(
            spot(r),
            lambda s: {"": f"{s[1]}, {s[0]}", "beneficiaire_prime": " ".join(who(r)), "adresse": home(r)},
        ),
        "grant beneficiaries' homes",
    )
    y(
        "home_position",
        "WKT",
        lambda r, i: let(
            spot(r),
            lambda s: {
                "": f"POINT ({s[0]} {s[1]})",
                "abonne_eau": f"{r.choice(civ)} {last(r)}",
                "index_m3": r.randrange(3, 4000),
            },
        ),
        "water subscribers' homes",
    )
    y(
        "home_position",
        "X_L93",
        lambda r, i: {
            "": round(r.uniform(140000, 152000), 2),
            "Y_L93": round(r.uniform(6836000, 6844000), 2),
            "demandeur": f"{first(r)} {last(r)}",
            "objet": "nid de frelons domicile",
        },
        "Lambert 93 of the requester's home",
    )
    y(
        "home_position",
        "geom",
        lambda r, i: {
            "": json.dumps({"type": "Point", "coordinates": list(spot(r))}),
            "domicile_de": last(r),
            "aide": r.choice(("portage repas", "téléassistance")),
        },
        "homes of frail people in GeoJSON",
    )
    y(
        "home_position",
        "position",
        lambda r, i: {
            "": f"48°{r.randrange(21, 26)}'{r.uniform(0, 59):.2f}\"N "
            f"4°{r.randrange(24, 34)}'{r.uniform(0, 59):.2f}\"W",
            "mail": mail(r, *who(r)),
            "logement": r.choice(("maison", "appt T3")),
        },
        "dwellings in DMS beside the owner's mailbox",
    )
    # -- headers that are people
    y(
        "person_header",
        "LE GALL Yannick",
        lambda r, i: r.choice(("x", None)),
        "pivoted attendance sheet",
        neutral=False,
    )
    y(
        "person_header",
        "m.dupont@mairie-lille.fr",
        lambda r, i: r.randrange(0, 9),
        "pivoted count of tickets by agent",
        neutral=False,
    )
    y(
        "person_header",
        "Mme KESKINKAYA  Elif",
        lambda r, i: r.choice(("P", "A", "E", "")),
        "votes of one member",
        neutral=False,
    )
    y(
        "person_header",
        "Jean-Baptiste Rakotomalala",
        lambda r, i: round(r.uniform(0, 8), 2),
        "hours of one agent",
        neutral=False,
    )
    y(
        "person_header",
        "KERVELLA P.",
        lambda r, i: r.choice((0, 1)),
        "surname and initial over ticks",
        neutral=False,
    )
    y(
        "person_header",
        "Heures Fatou DIALLO",
        lambda r, i: f"{r.randrange(0, 8)}h{r.choice(('00', '30', '15'))}",
        "hours of a named person",
        neutral=False,
    )
    y(
        "person_header",
        "anne-laure.morvan@brest-metropole.fr",
        lambda r, i: r.choice(("oui", "non", "peut-être")),
        "Framadate poll",
        neutral=False,
    )
    y(
        "person_header",
        nfd("Gwenaëlle Quéméneur\n(suppléante)"),
        lambda r, i: r.choice(("présente", "excusée", None)),
        "decomposed accents and a newline in the header",
        neutral=False,
    )


def _sentences(b: Bag) -> None:
    """Free text: `kind` says what leaks, `why` at which share of the rows."""

    def mixed(kind: str, header: str, share: float, leak: Callable[[Rng], str], why: str, n: int) -> None:
        every = max(1, round(1 / share))
        b.yes(
            kind, header, lambda r, i: leak(r) if i % every == every // 2 else calm(r), f"free text: {why}", n
        )

    mixed(
        "person_name",
        "description",
        1,
        lambda r: f"Signalé par {first(r)} {last(r)} : {calm(r).lower()}",
        "the signaller's name, every row",
        110,
    )
    mixed(
        "phone",
        "Commentaire usager",
        0.5,
        lambda r: f"{calm(r)} Merci de me rappeler au {shaped(r, tel(r))}.",
        "a mobile, every other row",
        160,
    )
    mixed(
        "email",
        "texte_libre",
        0.1,
        lambda r: f"{calm(r)} Réponse souhaitée à {mail(r, *who(r))}",
        "a mailbox, one row in ten",
        250,
    )
    mixed(
        "person_name",
        "Compte-rendu",
        1 / 300,
        lambda r: f"Mme {r.choice(RARE)} refuse l'accès à son jardin pour l'élagage.",
        "one named inhabitant in 300 rows",
        300,
    )
    mixed(
        "phone",
        "note_interne",
        1 / 300,
        lambda r: f"Voir avec la voisine ({pairs(tel(r), NB)}) pour les clés.",
        "one mobile in 300 rows",
        300,
    )
    mixed(
        "email",
        "precision",
        1 / 300,
        lambda r: f"copie à {plain(last(r))}.{plain(first(r))} arobase orange point fr",
        "one spelled-out mailbox in 300 rows",
        300,
    )
    mixed(
        "address",
        "detail_demande",
        0.1,
        lambda r: f"J'habite au {home(r)}, 2e étage gauche, et le bruit m'empêche de dormir.",
        "one's own home, one in ten",
        200,
    )
    mixed(
        "health",
        "Observations agents",
        0.1,
        lambda r: f"Le plaignant, M. {last(r)}, est suivi pour {r.choice(ILLS)}.",
        "illness of a named plaintiff, one in ten",
        220,
    )
    mixed(
        "health",
        "motif_recours",
        0.5,
        lambda r: (
            f"Ma fille {r.choice(WOMEN)} est handicapée ("
            f"{r.choice(('autisme', 'surdité', 'myopathie'))}), je demande une place PMR."
        ),
        "a daughter's handicap, every other row",
        120,
    )
    mixed(
        "address",
        "desc_html",
        0.5,
        lambda r: f"<p>Propriétaire : {last(r).upper()}<br>{home(r)}&nbsp;{town(r)}</p>",
        "owner and home in HTML",
        130,
    )
    mixed(
        "iban",
        "suite donnée",
        0.1,
        lambda r: f"Remboursement de M. {last(r)} sur {fours(iban(r))}.",
        "an IBAN, one in ten",
        180,
    )
    mixed(
        "plate",
        "constat PM",
        0.5,
        lambda r: f"Stationnement gênant, véhicule {siv(r, ' ').lower()}, PV dressé.",
        "a plate in the constable's report",
        150,
    )
    mixed(
        "nir",
        "instruction",
        0.1,
        lambda r: f"assuré {nir_cut(nir13(r), ' ')}, droits ouverts",
        "a NIR, one in ten",
        170,
    )
    mixed(
        "birth_date",
        "etat civil divers",
        0.5,
        lambda r: (
            f"Livret de famille de {first(r)} {last(r)}, né le {fr_date(day(r, 1950, 2015))}, à retirer."
        ),
        "birth date of a named person",
        100,
    )
    mixed(
        "social_profile",
        "veille",
        0.1,
        lambda r: f"Tweet de @{plain(first(r))}{plain(last(r))[:5]} : « {calm(r)} »",
        "author of a tweet, one in ten",
        200,
    )
    mixed(
        "person_name",
        "rapport élagage",
        0.1,
        lambda r: (
            f"Arbre penché côté jardin de chez {r.choice(RARE + BRETON)}, prévenir le fils {r.choice(MEN)}."
        ),
        "neighbour, no title, one in ten",
        210,
    )
    mixed(
        "person_name",
        "Intervention",
        0.5,
        lambda r: f"pris en charge par {first(r).lower()} {last(r).lower()} ce matin",
        "lower-case names of agents",
        120,
    )
    mixed(
        "age_illness",
        "maraude",
        0.1,
        lambda r: f"Rencontré un homme de {r.randrange(25, 75)} ans, {r.choice(ILLS)}, refuse l'hébergement.",
        "age and illness, one in ten",
        200,
    )
    mixed(
        "ip",
        "journal",
        0.1,
        lambda r: f"doublon : même avis reçu de {public_ip(r)} sous le nom {last(r)}",
        "IP and name, one in ten",
        190,
    )
    mixed(
        "phone",
        "demande ",
        1,
        lambda r: (
            f"{first(r)} {last(r)[0]}. {r.choice(('tel', 'tél :', 'port.', '☎'))} "
            f"{wide(tel(r)) if r.random() < 0.3 else pairs(tel(r), '/')} {calm(r)}"
        ),
        "name and phone in each row",
        90,
    )


def _codes(b: Bag) -> None:
    """Harmless codes and numbers."""
    n = b.no
    hexa = "0123456789abcdef"
    n("nir", "SIREN", lambda r, i: siren(r), "company number, Luhn valid", blank=0.1)
    n(
        "card",
        "siret_etab",
        lambda r, i: let(siret(r), lambda s: f"{s[:3]} {s[3:6]} {s[6:9]} {s[9:]}"),
        "establishment number, spaced, Luhn valid",
    )
    n(
        "iban",
        "TVA intracom",
        lambda r, i: let(siren(r), lambda s: f"FR{(12 + 3 * (int(s) % 97)) % 97:02d}{s}"),
        "VAT numbers of suppliers",
    )
    n(
        "phone",
        "siren_titulaire_marche",
        lambda r, i: int(siren(r)),
        "SIREN as integers: nine digits like a phone without its 0",
    )
    n(
        "caf_number",
        "code_insee",
        lambda r, i: r.choice(("29019", "29235", "29075", "59350", "59512", "38185", "2A004")),
        "INSEE codes of communes",
    )
    n("address", "CP", lambda r, i: int(r.choice(TOWNS)[0]), "postal codes as integers")
    n(
        "caf_number",
        "RNA",
        lambda r, i: f"W{r.choice(('291', '595', '381'))}{digits(r, 6)}",
        "association register numbers",
    )
    n(
        "phone",
        "montant_centimes",
        lambda r, i: r.randrange(100000000, 999999999),
        "amounts in cents, nine digits, some starting with 6 or 7",
        120,
    )
    n(
        "caf_number",
        "volume_m3_an",
        lambda r, i: r.randrange(1000000, 9999999),
        "water volumes produced by the plants",
    )
    n(
        "identity_card",
        "index_compteur_usine",
        lambda r, i: 240000000000 + i * 1735421 + r.randrange(9000),
        "running index of a production meter, 12 digits",
    )
    n(
        "nir",
        "pdl_batiments_communaux",
        lambda r, i: {
            "": "1" + digits(r, 13),
            "batiment": r.choice(("Hôtel de Ville", "Gymnase Jean Guéguéniat", "École Kerhallet")),
        },
        "electricity delivery points of public buildings",
    )
    n("nir", "EAN", lambda r, i: ean("2" + digits(r, 11)), "EAN-13 starting with 2, valid key")
    n(
        "nir",
        "isbn13",
        lambda r, i: let(
            ean("9782" + digits(r, 8)), lambda e: f"{e[:3]}-{e[3]}-{e[4:6]}-{e[6:12]}-{e[12]}" if i % 2 else e
        ),
        "books of the media library",
    )
    n(
        "card",
        "code_barre_exemplaire",
        lambda r, i: {
            "": luhn("3" + digits(r, 12)),
            "titre": r.choice(("Germinal", "Tintin au Tibet", "Les Misérables", "Astérix en Corse")),
        },
        "14-digit Luhn barcodes of library copies, not of readers",
    )
    n(
        "card",
        "imei_modem",
        lambda r, i: {"": luhn("35" + digits(r, 12)), "equipement": f"Bac enterré BV-{i:03d}"},
        "IMEI of the modems of waste bins",
    )
    n(
        "passport",
        "n_deliberation",
        lambda r, i: (
            f"{r.choice(('C', 'B'))} {r.randrange(2019, 2025)}-"
            f"{r.randrange(1, 13):02d}-{r.randrange(1, 120):03d}"
        ),
        "deliberation numbers",
    )
    n(
        "plate",
        "ref_article",
        lambda r, i: {
            "": f"{r.choice(SIV)}{r.choice(SIV)}-{digits(r, 3)}-{r.choice(SIV)}{r.choice(SIV)}",
            "designation": r.choice(("Joint torique DN80", "Lampe LED 40 W", "Vanne papillon", "Bordure T2")),
            "stock": r.randrange(400),
        },
        "stock references in the shape of plates",
    )
    n(
        "plate",
        "type_mat",
        lambda r, i: (
            r.choice(("AX-200-BI", "IO-045-UU", "UK 100 OI", "SS-000-WW")) + f" rev.{r.randrange(1, 9)}"
        ),
        "types with letters no plate has",
    )
    n(
        "ip",
        "version_logiciel",
        lambda r, i: (
            f"v{r.randrange(1, 12)}.{r.randrange(0, 30)}.{r.randrange(0, 12)}.{r.randrange(0, 3000)}"
        ),
        "four-part version numbers",
    )
    n(
        "ip",
        "ip_equipement",
        lambda r, i: {
            "": f"10.{r.choice((12, 40))}.{r.randrange(256)}.{r.randrange(1, 255)}",
            "borne": f"BW-{i:03d}",
        },
        "private addresses of wifi points",
    )
    n(
        "ip",
        "adresse_reseau",
        lambda r, i: f"192.168.{r.randrange(0, 64) * 4}.0/{r.choice((22, 24, 26))}",
        "private network ranges",
    )
    n(
        "ip",
        "exemple",
        lambda r, i: r.choice(("192.0.2.", "198.51.100.", "203.0.113.")) + str(r.randrange(1, 255)),
        "documentation addresses",
    )
    n(
        "ip",
        "Masque",
        lambda r, i: r.choice(("255.255.255.0", "255.255.252.0", "255.255.0.0", "0.0.0.255")),
        "network masks",
    )
    n(
        "ip",
        "n_inventaire",
        lambda r, i: f"{r.randrange(1890, 2010)}.{r.randrange(1, 14)}.{r.randrange(1, 99)}",
        "museum inventory numbers",
    )
    n(
        "ip",
        "article_CGCT",
        lambda r, i: (
            f"{r.randrange(1, 8)}.{r.randrange(1, 6)}.{r.randrange(1, 4)}.{r.randrange(1, 9)} – "
            f"{r.choice(('Finances', 'Urbanisme', 'Personnel (délibérations-cadres)', 'Voirie'))}"
        ),
        "numbered matters of the acts (@ctes)",
    )
    n(
        "mac",
        "devEUI",
        lambda r, i: {
            "": "70B3D5" + "".join(r.choice("0123456789ABCDEF") for _ in range(10)),
            "capteur": f"CO2 classe {i % 40}",
        },
        "LoRaWAN ids of sensors",
    )
    n(
        "mac",
        "hash_court",
        lambda r, i: "".join(r.choice(hexa) for _ in range(12)),
        "short hashes of the records of a tree inventory",
        neutral=False,
    )
    n(
        "mac",
        "mac_borne_irve",
        lambda r, i: {
            "": pairs("0004A3" + "".join(r.choice(hexa) for _ in range(6)).upper(), ":"),
            "borne": f"Borne recharge {r.choice(('Parking Liberté', 'P+R Nord', 'Halles'))} n°{i}",
        },
        "MAC of charging stations, equipment of the city",
    )
    n("mac", "sha1", lambda r, i: "".join(r.choice(hexa) for _ in range(40)), "file checksums")
    n(
        "nir",
        "uuid",
        lambda r, i: "-".join("".join(r.choice(hexa) for _ in range(k)) for k in (8, 4, 4, 4, 12)),
        "row identifiers",
    )
    n(
        "iban",
        "id_pdc_itinerance",
        lambda r, i: f"FR{r.choice(('S29', 'IZF', 'ELC'))}E{digits(r, 8)}{r.randrange(1, 5)}",
        "EVSE ids of charging points",
    )
    n(
        "iban",
        "LEI",
        lambda r, i: lei("969500" + "".join(r.choice(SIV + "0123456789") for _ in range(12))),
        "legal entity identifiers",
    )
    n(
        "driving_licence",
        "no_commande",
        lambda r, i: f"BC{r.randrange(20, 25)}{digits(r, 6)}",
        "purchase orders",
    )
    n(
        "phone",
        "ref_mandat",
        lambda r, i: {
            "": f"06 {digits(r, 2)} {digits(r, 2)} {digits(r, 2)} {digits(r, 2)}",
            "chapitre": r.choice(("011", "012", "65")),
            "objet": r.choice(("Fournitures", "Énergie", "Prestations")),
        },
        "payment orders written like mobiles",
        neutral=False,
    )
    n("sports_licence", "UAI", lambda r, i: uai(r), "school codes")
    n("caf_number", "FINESS", lambda r, i: luhn(f"29000{digits(r, 3)}"), "health establishments")
    n(
        "caf_number",
        "ape",
        lambda r, i: r.choice(("84.11Z", "4781Z", "56.10A", "8899B", "4932Z")),
        "activity codes",
    )
    n(
        "identity_card",
        "PC_num",
        lambda r, i: (
            f"PC 029 019 {r.randrange(19, 25)} {r.randrange(1, 400):05d}" + r.choice(("", " M01", " T01"))
        ),
        "building permit numbers",
    )
    n(
        "identity_card",
        "cpv",
        lambda r, i: r.choice(
            ("45233140-2", "90511000-2", "45000000-7", "71000000-8", "34144512-0", "60112000-6")
        ),
        "procurement vocabulary",
    )
    n(
        "health",
        "code_ccam",
        lambda r, i: r.choice(("HBLD036", "YYYY600", "DEQP003", "ZBQK002", "JQGD010")),
        "codes of acts, tariff table",
    )
    n("nir", "CIP13", lambda r, i: ean("34009" + digits(r, 7)), "drug codes of a pharmacy stock")
    n(
        "birth_date",
        "timestamp_ms",
        lambda r, i: 1700000000000 + i * 900000,
        "epoch milliseconds of a counter",
    )
    n("phone", "id_troncon", lambda r, i: 600000000 + i * 37, "identifiers of road sections, nine digits")
    n(
        "plate",
        "parcelle",
        lambda r, i: (
            f"{r.choice(('AB', 'BC', 'HK', 'CE'))} {r.randrange(1, 600):04d} (domaine public communal)"
        ),
        "parcels of the public domain",
    )
    n(
        "trigram",
        "code_iata",
        lambda r, i: r.choice(("BES", "CDG", "ORY", "LYS", "MRS", "LIL", "GNB")),
        "airports served",
    )
    n(
        "trigram",
        "direction",
        lambda r, i: r.choice(("DGS", "DRH", "DSI", "CCAS", "DEU", "DPE", "DAJ")),
        "acronyms of departments",
    )
    n(
        "trigram",
        "zone_plu",
        lambda r, i: r.choice(("UAb", "UHc", "N", "Ns", "1AUe", "UE", "A")),
        "zoning codes",
    )
    n(
        "trigram",
        "lg",
        lambda r, i: r.choice(("fra", "bre", "eng", "spa", "deu", "ara")),
        "languages of the books",
    )
    n(
        "card",
        "ref_acte_prefecture",
        lambda r, i: f"029-242900314-{day(r, 2020, 2024):%Y%m%d}-{r.randrange(1, 99):04d}-DE",
        "acknowledgement numbers of acts",
    )
    n(
        "passport",
        "lot_marche",
        lambda r, i: f"{r.randrange(20, 25)}AC{r.randrange(10000, 99999)}",
        "framework contracts numbered like passports",
        neutral=False,
    )
    n(
        "caf_number",
        "matricule_candelabre",
        lambda r, i: f"{r.randrange(1000000, 9999999)} {r.choice(SIV)}" + " LED",
        "lamp posts",
    )
    n(
        "nir",
        "id_bal",
        lambda r, i: f"29019_{digits(r, 4)}_{r.randrange(1, 200):05d}" + r.choice(("", "_bis")),
        "interoperability keys of the address base (no person in it)",
    )
    n("driving_licence", "n_pei", lambda r, i: f"29019-PI-{r.randrange(1, 2000):05d}", "hydrants")


def _places(b: Bag) -> None:
    """Harmless places, names of things and of the dead, services."""
    n = b.no
    great = words(
        "Jean Jaurès|Louis Pasteur|Marie Curie|Victor Hugo|Simone "
        "Veil|Jean Moulin|Jules Ferry|Émile Zola|Anatole "
        "France|Jacques Brel|Georges Brassens|Colette Besson|Jean "
        "Macé|Léo Lagrange|Rosa Parks|Aimé Césaire|Pierre Brossolette"
    )
    n(
        "person_name",
        "nom_voie",
        lambda r, i: f"{r.choice(('rue', 'avenue', 'place', 'square', 'boulevard'))} {r.choice(great)}",
        "streets named after people, no number",
    )
    n(
        "address",
        "libelle_fantoir",
        lambda r, i: (
            f"{r.choice(('R', 'AV', 'BD', 'IMP', 'ALL'))} "
            f"{plain(r.choice(great).replace(' ', '.')).replace('.', ' ').upper()}"
        ),
        "street names of the tax office",
    )
    n(
        "person_name",
        "école",
        lambda r, i: (
            f"{r.choice(('École élémentaire', 'École maternelle', 'Collège', 'Groupe scolaire'))}"
            f" {r.choice(great)}"
        ),
        "schools",
    )
    n(
        "person_name",
        "GYMNASE",
        lambda r, i: f"{r.choice(('Gymnase', 'Stade', 'Salle', 'Piscine'))} {r.choice(great).upper()}",
        "sports grounds",
    )
    n(
        "person_name",
        "arrêt",
        lambda r, i: r.choice(great) + r.choice((" (quai A)", " (quai B)")),
        "tram and bus stops",
    )
    n(
        "person_name",
        "stop_name",
        lambda r, i: {
            "": r.choice(great),
            "stop_id": f"BIB:{1000 + i}",
            "wheelchair_boarding": r.choice((0, 1, 2)),
        },
        "GTFS stops which are only a name",
    )
    n(
        "address",
        "adresse_equipement_public",
        lambda r, i: f"{r.choice(PUBLIC_SITES)}, {home(r)}, {town(r)}",
        "addresses of public buildings, which the cell names",
    )
    n(
        "address",
        "adr_mairie_quartier",
        lambda r, i: {
            "": home(r),
            "equipement": r.choice(
                ("Mairie de quartier", "Crèche municipale", "Gymnase", "Bibliothèque", "Commissariat")
            ),
        },
        "public buildings beside their type",
    )
    n(
        "address",
        "implantation",
        lambda r, i: f"angle {r.choice(STREETS)} / {r.choice(STREETS)}",
        "crossroads",
    )
    n(
        "address",
        "emprise chantier",
        lambda r, i: f"{r.choice(STREETS)}, de : {r.choice(STREETS)} à : giratoire",
        "roadworks",
    )
    n(
        "address",
        "bureau_vote",
        lambda r, i: f"Bureau n°{100 + i} - École {r.choice(great)} - préau",
        "polling stations",
    )
    n(
        "person_name",
        "association",
        lambda r, i: f"{r.choice(GROUPS)} {r.choice(QUARTERS)}",
        "associations granted a subsidy",
    )
    n(
        "person_name",
        "attributaire",
        lambda r, i: r.choice(
            (
                "EUROVIA BRETAGNE",
                "COLAS FRANCE",
                "VEOLIA EAU",
                "SADE CGTH",
                "JCDecaux France SAS",
                "Eiffage Route IDF",
                "KPMG SA",
                "SUEZ RV",
                "Bouygues Énergies",
                "MARC SA",
                "Le Du Industrie SAS",
                "Lagadec TP SARL",
            )
        ),
        "companies with contracts, some named after founders",
    )
    n(
        "person_name",
        "personnalité",
        lambda r, i: r.choice(
            (
                "Auguste Rodin (1840-1917)",
                "Camille Claudel (1864-1943)",
                "Paul Gauguin (1848-1903)",
                "Max Jacob (1876-1944)",
                "Mathurin Méheut (1882-1958)",
                "Georges Rouault (1871-1958)",
            )
        ),
        "artists long dead, with their dates",
    )
    n(
        "person_name",
        "auteur",
        lambda r, i: {
            "": r.choice(
                (
                    "Zola, Émile",
                    "Hugo, Victor",
                    "Sand, George",
                    "Verne, Jules",
                    "Dumas, Alexandre",
                    "Maupassant, Guy de",
                )
            ),
            "titre": r.choice(("Germinal", "Notre-Dame de Paris", "La Mare au diable", "Bel-Ami")),
            "cote": f"R {r.choice(('ZOL', 'HUG', 'SAN', 'VER'))}",
        },
        "authors of the 19th century",
    )
    n(
        "person_name",
        "titre",
        lambda r, i: r.choice(
            (
                "Madame Bovary",
                "Eugénie Grandet",
                "Thérèse Raquin",
                "Cyrano de Bergerac",
                "Jean-Christophe",
                "Le Père Goriot",
                "Colomba",
                "Madame Chrysanthème",
                "Jean Santeuil",
            )
        ),
        "novels: people of fiction",
    )
    n(
        "health",
        "spectacle",
        lambda r, i: (
            r.choice(
                (
                    "Le Malade imaginaire",
                    "Le Médecin malgré lui",
                    "Knock",
                    "Antigone",
                    "La Traviata",
                    "L'Amour médecin",
                    "Ubu roi",
                )
            )
            + r.choice((" (reprise)", "", " – scolaire"))
        ),
        "shows with sick people in the title",
    )
    n(
        "person_name",
        "navire",
        lambda r, i: r.choice(
            (
                "Marie-Fernand",
                "Abeille Bourbon",
                "La Recouvrance",
                "Notre-Dame de Rumengol",
                "Général Leclerc",
                "Louise-Marie",
                "Jean-Charcot",
                "Belle Étoile",
                "André-Yvette",
            )
        ),
        "ships of the maritime festival",
    )
    n(
        "person_name",
        "tempête",
        lambda r, i: r.choice(
            ("Ciarán", "Alex", "Bella", "Domingos", "Justine", "Aurore", "Eunice", "Céline")
        ),
        "storms named with first names",
        neutral=False,
    )
    n(
        "person_name",
        "prenom",
        lambda r, i: {
            "": first(r),
            "nombre": r.randrange(5, 180),
            "annee": r.randrange(2004, 2024),
            "sexe": r.choice("FM"),
        },
        "first names given in the city: counts",
    )
    n(
        "person_name",
        "PRENOMS_TOP",
        lambda r, i: (
            f"{r.choice(WOMEN + MEN).upper()} ({r.randrange(5, 120)} naissances en {r.randrange(2010, 2024)})"
        ),
        "first names with counts in the cell",
    )
    n(
        "person_name",
        "cultivar",
        lambda r, i: r.choice(
            (
                "Rosa 'Madame Meilland'",
                "Rosa 'Pierre de Ronsard'",
                "Rosa 'Mme Alfred Carrière'",
                "Camellia 'Marie Bracey'",
                "Syringa 'Charles Joly'",
                "Clematis 'Mme Le Coultre'",
                "Malus 'John Downie'",
            )
        ),
        "cultivars with names of people",
    )
    n(
        "person_name",
        "espèce",
        lambda r, i: r.choice(
            (
                "Acer platanoides",
                "Quercus robur",
                "Tilia cordata 'Greenspire'",
                "Prunus serrulata 'Kanzan'",
                "Magnolia grandiflora",
                "Davidia involucrata",
                "Robinia pseudoacacia",
                "Paulownia tomentosa",
            )
        ),
        "tree species",
    )
    n(
        "person_name",
        "quartier",
        lambda r, i: r.choice(
            (
                "Saint-Marc",
                "Saint-Pierre",
                "Lambézellec",
                "Bellevue",
                "Saint-Martin",
                "Sainte-Thérèse",
                "Saint-Bruno",
                "Saint-Maurice Pellevoisin",
            )
        ),
        "districts with saints' names",
    )
    n(
        "person_name",
        "commune_dest",
        lambda r, i: r.choice(
            (
                "Saint-Jean-du-Doigt",
                "Sainte-Anne-d'Auray",
                "Château-Gontier",
                "Marie-Galante",
                "Villeneuve-d'Ascq",
                "Port-Louis",
                "Saint-Martin-d'Hères",
            )
        ),
        "communes",
    )
    n(
        "person_name",
        "mort_pour_la_france",
        lambda r, i: (
            f"{last(r).upper()} {r.choice(('Jean', 'Yves', 'François', 'Louis', 'Pierre'))}, soldat "
            f"au {r.randrange(2, 300)}e RI, mort pour la France le {day(r, 1914, 1918):%d/%m/%Y}"
        ),
        "war memorial 1914-1918: all dead for a century",
    )
    n(
        "person_header",
        "Jean Jaurès",
        lambda r, i: r.randrange(20, 900),
        "boardings at a stop: the header is a stop's name",
        neutral=False,
    )
    n(
        "person_header",
        "Collège Anna Marly",
        lambda r, i: r.randrange(0, 30),
        "counts at a school",
        neutral=False,
    )
    n(
        "phone",
        "tel_mairie",
        lambda r, i: {
            "": "02 98 00 8" + f"{r.randrange(10)} {r.randrange(100):02d}",
            "service": r.choice(
                ("Standard de l'hôtel de ville", "État civil", "Accueil médiathèque", "Propreté")
            ),
        },
        "phones of services",
    )
    n(
        "phone",
        "Standard",
        lambda r, i: (
            f"{r.choice(('Accueil mairie', 'Standard', 'Secrétariat école', 'Régie piscine'))}"
            f" : {pairs('0' + r.choice('234') + digits(r, 8))}"
        ),
        "switchboards, said in the cell",
    )
    n(
        "phone",
        "n_utile",
        lambda r, i: r.choice(
            ("3975", "15", "18", "112", "0 800 00 39 75", "116 117", "3919", "0 810 40 30 20", "115")
        ),
        "emergency and toll-free numbers",
    )
    n(
        "email",
        "mel_service",
        lambda r, i: (
            f"{r.choice(('accueil', 'contact', 'mairie', 'voirie', 'etat-civil', 'proprete', 'dpo'))}"
            f"@{r.choice(('brest-metropole', 'mairie-lille', 'grenoble', 'plouzane', 'guipavas'))}.fr"
        ),
        "mailboxes of services",
    )
    n(
        "email",
        "courriel_ecole",
        lambda r, i: f"ec.{uai(r).lower()}@ac-rennes.fr",
        "mailboxes of schools by their code",
    )
    n(
        "email",
        "Contact asso",
        lambda r, i: f"contact@{r.choice(CLUB_SITES)}.org",
        "generic mailboxes of associations",
    )
    n(
        "social_profile",
        "compte_officiel",
        lambda r, i: (
            "@"
            + r.choice(
                (
                    "BrestFr",
                    "lillefrance",
                    "VilledeGrenoble",
                    "Bibus_Brest",
                    "MEL_Lille",
                    "SDIS29",
                    "Prefet29",
                )
            )
        ),
        "official accounts of institutions",
    )
    n(
        "social_profile",
        "hashtag",
        lambda r, i: (
            "#"
            + r.choice(
                ("Brest2024", "FetesMaritimes", "ZeroDechet", "Velo", "Budget_Participatif", "OctobreRose")
            )
        ),
        "hashtags",
    )
    n(
        "social_profile",
        "url",
        lambda r, i: (
            f"https://www.{r.choice(('brest.fr', 'lillemetropole.fr', 'grenoble.fr'))}/"
            f"{r.choice(('demarches', 'agenda', 'equipements'))}/{r.randrange(100, 9000)}"
        ),
        "pages of services",
    )
    n(
        "social_profile",
        "page_fb",
        lambda r, i: f"https://www.facebook.com/{r.choice(PAGES)}",
        "pages of institutions",
    )
    n(
        "person_name",
        "fonction",
        lambda r, i: r.choice(
            (
                "Maire",
                "1re adjointe",
                "Conseiller délégué",
                "Directrice générale des services",
                "Agent de maîtrise",
                "ATSEM",
                "Chef de projet",
                "Vice-président",
            )
        ),
        "roles",
    )
    n(
        "person_name",
        "canton_elu",
        lambda r, i: f"Canton de {r.choice(('Brest-1', 'Brest-2', 'Guipavas', 'Lille-3', 'Grenoble-4'))}",
        "districts of the elected, no name",
    )
    n(
        "home_position",
        "lon",
        lambda r, i: let(
            spot(r),
            lambda s: {
                "": s[0],
                "lat": s[1],
                "type": r.choice(("Corbeille", "Banc", "Arceau vélo", "Borne incendie")),
                "materiau": r.choice(("acier", "bois")),
            },
        ),
        "street furniture",
    )
    n(
        "home_position",
        "Geo Point",
        lambda r, i: let(
            spot(r),
            lambda s: {
                "": f"{s[1]}, {s[0]}",
                "nom": f"École {r.choice(great)}",
                "effectif": r.randrange(60, 400),
            },
        ),
        "schools",
    )
    n(
        "home_position",
        "geo_shape",
        lambda r, i: let(
            spot(r),
            lambda s: {
                "": json.dumps({"type": "Point", "coordinates": [s[0], s[1]]}),
                "espece": r.choice(("Tilia", "Acer", "Quercus")),
                "hauteur_m": r.randrange(2, 25),
            },
        ),
        "trees",
    )
    n(
        "home_position",
        "y_l93",
        lambda r, i: {
            "": round(r.uniform(6836000, 6844000), 1),
            "x_l93": round(r.uniform(140000, 152000), 1),
            "capteur": f"Q-AIR-{i:02d}",
        },
        "air sensors",
    )
    n(
        "home_position",
        "wkt_point",
        lambda r, i: let(
            spot(r),
            lambda s: {
                "": f"SRID=4326;POINT({s[0]} {s[1]})",
                "arret": r.choice(great),
                "ligne": r.choice("ABC"),
            },
        ),
        "stops",
    )
    n(
        "address",
        "emplacement défibrillateur",
        lambda r, i: (
            f"{r.choice(('Hall', 'Accueil', 'Vestiaires', 'Façade'))} - "
            f"{r.choice(('Gymnase', 'Mairie', 'Centre nautique', 'Salle'))} {r.choice(great)}"
        ),
        "defibrillators",
    )
    n(
        "address",
        "site_marche",
        lambda r, i: (
            f"Marché {r.choice(('Saint-Louis', 'de Kerinou', 'de Wazemmes', 'Saint-Martin', 'du Bouchet'))}"
            f", {r.choice(('mardi', 'dimanche'))} matin"
        ),
        "open-air markets",
    )
    n(
        "person_name",
        "plat_cantine",
        lambda r, i: r.choice(
            (
                "Parmentier de lentilles",
                "Poulet Marengo",
                "Pêche Melba",
                "Saint-Nectaire",
                "Paris-Brest",
                "Sole Colbert",
                "Poire Belle-Hélène",
                "Crêpe Suzette",
                "Sauce Robert",
            )
        ),
        "dishes with names of people",
    )
    n(
        "health",
        "allergènes du menu",
        lambda r, i: (
            "Contient : "
            + ", ".join(
                r.sample(
                    ("gluten", "lait", "œuf", "moutarde", "soja", "céleri", "arachide"), r.randrange(1, 4)
                )
            )
        ),
        "allergens in dishes, not in children",
    )
    n(
        "health",
        "indicateur_sante",
        lambda r, i: {
            "": r.choice(
                (
                    "Taux de vaccination grippe 65+",
                    "Prévalence diabète",
                    "Hospitalisations BPCO",
                    "ALD tumeurs malignes",
                )
            ),
            "territoire": r.choice(("Finistère", "Nord", "Isère")),
            "taux_pour_1000": round(r.uniform(1, 90), 1),
            "annee": r.randrange(2015, 2024),
        },
        "aggregates by department",
    )
    n(
        "health",
        "medicament_stock",
        lambda r, i: (
            f"{r.choice(('Paracétamol', 'Ventoline', 'Insuline Lantus', 'Amoxicilline', 'Sérum phy'))}"
            f" - {r.randrange(1, 90)} boîtes - lot {digits(r, 5)}"
        ),
        "stock of a pharmacy",
    )
    n(
        "age_illness",
        "tranche_age",
        lambda r, i: {
            "": r.choice(("0-14 ans", "15-29 ans", "30-44 ans", "45-64 ans", "65-74 ans", "75 ans et +")),
            "cas_grippe": r.randrange(50, 5000),
            "semaine": f"2023-S{r.randrange(1, 53):02d}",
        },
        "flu by age band, regional counts",
    )
    n(
        "age_illness",
        "public",
        lambda r, i: r.choice(
            (
                "3-6 ans",
                "dès 8 ans",
                "Seniors",
                "ados 12-17 ans",
                "tout public",
                "parents d'enfants allergiques",
            )
        ),
        "audience of workshops",
    )
    n(
        "age_illness",
        "age_reseau",
        lambda r, i: f"{r.randrange(2, 95)} ans - {r.choice(PIPE_ILLS)}",
        "age and ills of water pipes",
    )
    n(
        "health",
        "état phytosanitaire",
        lambda r, i: r.choice(
            (
                "chancre coloré",
                "graphiose",
                "sain",
                "armillaire",
                "cancer bactérien du frêne",
                "dépérissement",
                "oïdium",
            )
        ),
        "diseases of trees",
    )
    n(
        "person_name",
        "sculpture",
        lambda r, i: r.choice(
            (
                "Buste de Jean Moulin",
                "Monument aux morts",
                "Jeanne d'Arc",
                "La Déesse",
                "Statue du général Faidherbe",
                "Fontaine Bianco",
                "Vierge à l'Enfant",
            )
        ),
        "works in public space",
    )
    n(
        "person_name",
        "club_resident",
        lambda r, i: r.choice(
            (
                "AS Jean Bouin",
                "Étoile Saint-Laurent",
                "Stade Brestois 29",
                "Légion Saint-Pierre",
                "FC Saint-Bruno",
                "ASPTT Lille",
                "Entente Saint-Marc",
            )
        ),
        "clubs",
    )


def _dates_and_plain(b: Bag) -> None:
    n = b.no
    n("birth_date", "date_evenement", lambda r, i: day(r, 2023, 2025), "dates of events")
    n(
        "birth_date",
        "horodate",
        lambda r, i: (
            f"{day(r, 2023, 2024).isoformat()}T{r.randrange(24):02d}"
            f":{r.choice(('00', '15', '30', '45'))}:00+02:00"
        ),
        "measures every quarter of an hour",
    )
    n(
        "birth_date",
        "seance_conseil",
        lambda r, i: f"séance du {fr_date(day(r, 2018, 2024))}",
        "council sessions",
    )
    n(
        "birth_date",
        "dt_extraction",
        lambda r, i: int(f"{day(r, 2022, 2024):%Y%m%d}"),
        "compact dates of extraction",
    )
    n(
        "birth_date",
        "date_construction",
        lambda r, i: {
            "": f"{day(r, 1948, 1999):%d/%m/%Y}",
            "ouvrage": r.choice(("Pont de Recouvrance", "Passerelle", "Mur de soutènement", "Buse")),
        },
        "acceptance dates of bridges",
    )
    n(
        "birth_date",
        "date_plantation",
        lambda r, i: {
            "": day(r, 1960, 2022).isoformat(),
            "essence": r.choice(("Tilleul", "Chêne", "Érable")),
        },
        "planting dates of trees",
    )
    n(
        "birth_date",
        "pose",
        lambda r, i: {
            "": serial(day(r, 1970, 2020)),
            "conduite": r.choice(("fonte DN100", "PEHD 63", "PVC 110")),
            "longueur_m": round(r.uniform(3, 240), 1),
        },
        "serial dates of pipes",
    )
    n("birth_date", "annee_constr", lambda r, i: r.randrange(1850, 2024), "years of buildings")
    n(
        "birth_date",
        "Délibéré le",
        lambda r, i: f"{day(r, 2020, 2024):%d.%m.%y}" + r.choice(("", " (AR préf.)")),
        "short dates of deliberations",
    )
    n(
        "birth_date",
        "naissances",
        lambda r, i: {"": r.randrange(80, 420), "mois": f"{r.choice(MONTHS)} {r.randrange(2015, 2024)}"},
        "monthly counts of births",
    )
    n(
        "text",
        "horaires",
        lambda r, i: r.choice(
            (
                "Mo-Fr 09:00-18:00; Sa 10:00-12:30",
                "Mar-Sam 10h-12h / 14h-18h",
                "24/7",
                "fermé le lundi",
                "Tu,Th 13:30-17:00; PH off",
            )
        ),
        "opening hours",
    )
    n("text", "commentaire", lambda r, i: calm(r), "reports where nobody is named", 240)
    n(
        "text",
        "objet_deliberation",
        lambda r, i: (
            f"{r.choice(('Approbation', 'Modification', 'Convention', 'Subvention'))} – {r.choice(SUBJECTS)}"
        ),
        "objects of deliberations",
    )
    n(
        "text",
        "description équipement",
        lambda r, i: r.choice(
            (
                "Aire de jeux clôturée, 3 à 10 ans, revêtement souple.",
                "Parking souterrain de 320 places, 8 PMR, hauteur 1,90 m.",
                "Fontaine à boire, bouton poussoir, hors gel.",
                "Toilettes automatiques accessibles, gratuites.",
            )
        ),
        "descriptions of equipment",
    )
    n(
        "text",
        "consigne",
        lambda r, i: r.choice(
            (
                "Appeler le 15 en cas de malaise",
                "Écrire à dechets@brest-metropole.fr (service)",
                "Se présenter à l'accueil de la mairie muni d'une carte d'identité",
                "Composer le 3975, standard de la ville",
            )
        ),
        "advice to the public with service contacts",
    )
    n(
        "text",
        "faq",
        lambda r, i: r.choice(
            (
                "Quelles pièces ? Passeport ou permis de conduire.",
                "Où trouver mon n° allocataire CAF ? Sur votre attestation.",
                "Faut-il un RIB ? Oui, au format IBAN.",
                "Mon NIR est-il conservé ? Non.",
            )
        ),
        "speaks of papers, contains none",
    )
    n(
        "text",
        "html",
        lambda r, i: (
            f"<ul><li>{r.choice(('Ligne A', 'Ligne C1', 'Bus 12'))}</li><li>"
            f"{r.choice(('travaux', 'déviation', 'reprise du service'))}</li></ul>"
        ),
        "HTML of traffic news",
    )
    n(
        "text",
        "meta_json",
        lambda r, i: json.dumps({"id": i, "etat": r.choice(("OK", "HS")), "batterie": r.randrange(101)}),
        "JSON of sensors",
    )
    n(
        "text",
        "pieces_jointes",
        lambda r, i: f"IMG_{day(r, 2023, 2024):%Y%m%d}_{digits(r, 6)}.jpg",
        "file names of photos of potholes",
    )
    n(
        "person_name",
        "categorie_demandeur",
        lambda r, i: r.choice(
            (
                "Particulier",
                "Entreprise",
                "Association",
                "Bailleur social",
                "M. ou Mme X (anonymisé)",
                "Anonyme",
            )
        ),
        "kinds of requesters, anonymised",
    )
    n(
        "phone",
        "tel",
        lambda r, i: r.choice(("masqué", "06 XX XX XX XX", "non communiqué", None, "**********")),
        "masked phones",
    )
    n(
        "email",
        "email",
        lambda r, i: r.choice(("anonymise@example.org", "xxxxx@xxxxx.fr", "non renseigné", "n/a")),
        "masked mailboxes",
    )
    n(
        "plate",
        "vehicule_type",
        lambda r, i: r.choice(
            ("BOM 26 t", "VL Zoé", "Balayeuse 5 m3", "Tramway Citadis", "Bus GX 427", "Nacelle 18 m")
        ),
        "types of fleet vehicles",
    )
    n(
        "plate",
        "crit'air",
        lambda r, i: {
            "": r.choice(("Crit'Air 1", "Crit'Air 2", "Crit'Air E", "NC")),
            "nb_vehicules": r.randrange(40, 30000),
        },
        "counts by sticker",
    )
    n(
        "iban",
        "imputation",
        lambda r, i: (
            f"{r.choice(('011', '012', '65', '204'))}-{r.randrange(6000, 6800)}"
            f"-{r.randrange(10, 99)} / {r.choice(('F020', 'F512', 'F813'))}"
        ),
        "budget lines",
    )
    # -- the most of a real file
    n(
        "plain",
        "statut",
        lambda r, i: r.choice(("En service", "Hors service", "En travaux", "Projet")),
        "ordinary state",
    )
    n("plain", "surface_m2", lambda r, i: round(r.uniform(12, 9800), 1), "areas")
    n("plain", "nb_places", lambda r, i: r.randrange(2, 800), "parking capacity", blank=0.2)
    n("plain", "ANNEE", lambda r, i: 2010 + i % 14, "fiscal years")
    n(
        "plain",
        "type de voie",
        lambda r, i: r.choice(("Piste cyclable", "Bande", "Voie verte", "Zone 30", "Aire piétonne")),
        "cycle ways",
    )
    n("plain", "commune", lambda r, i: r.choice(TOWNS)[1].upper(), "names of communes")
    n(
        "plain",
        "accessible PMR ",
        lambda r, i: r.choice(("oui", "non", "Oui", "NON", None)),
        "access for wheelchairs: of a place",
    )
    n("plain", "hauteur", lambda r, i: f"{r.uniform(1, 30):.2f}".replace(".", ","), "heights, decimal commas")
    n(
        "plain",
        "matériau",
        lambda r, i: r.choice(("granit", "enrobé", "béton désactivé", "pavé", "stabilisé")),
        "materials",
    )
    n("plain", "Tarif plein (€)", lambda r, i: r.choice((2.5, 3.0, 4.2, 5, 7.8, 12)), "prices")
    n(
        "plain",
        "couleur_bac",
        lambda r, i: r.choice(("jaune", "vert", "gris", "marron", "#FFD700", "RAL 6018")),
        "colours",
    )
    n("plain", "puissance_kW", lambda r, i: r.choice((3.7, 7.4, 22, 50, 150)), "power of chargers")
    n("plain", "taux_occupation", lambda r, i: f"{r.randrange(0, 101)}{NNB}%", "rates of car parks")
    n(
        "plain",
        "jour_collecte",
        lambda r, i: "/".join(r.sample(("lun", "mar", "mer", "jeu", "ven", "sam"), 2)),
        "collection days",
    )
    n("plain", "temp_eau", lambda r, i: round(r.gauss(15, 4), 2), "water temperatures")
    n(
        "plain",
        "NITRATES mg/L",
        lambda r, i: r.choice(("<1", "12,4", "23", "31,7", "traces", "47")),
        "quality of water",
    )
    n("plain", "tonnage", lambda r, i: round(r.expovariate(1 / 320), 3), "waste tonnages")
    n(
        "plain",
        "licence",
        lambda r, i: r.choice(("Licence Ouverte v2.0 (Etalab)", "ODbL", "CC-BY 4.0")),
        "licences of data sets",
    )
    n(
        "plain",
        "ligne",
        lambda r, i: r.choice(("A", "B", "C", "1", "2", "Flexo 40", "Noctibus")),
        "lines of the network",
    )
    n("plain", "comptage_velo", lambda r, i: int(r.expovariate(1 / 240)), "cycle counts by day", 365)
    n(
        "plain",
        "nb_titulaires",
        lambda r, i: {
            "": r.randrange(0, 300),
            "nb_agents_sexe_f": r.randrange(0, 300),
            "filiere": r.choice(("Technique", "Administrative", "Sociale")),
        },
        "staff by sector, counts",
    )
    n(
        "plain",
        "Montant TTC",
        lambda r, i: f"{r.randrange(1, 900)}{NB}{r.randrange(1000):03d},{r.randrange(100):02d}{NB}€",
        "amounts with no-break spaces",
    )
    n(
        "plain",
        "duree",
        lambda r, i: f"{r.randrange(0, 3)}:{r.randrange(60):02d}:{r.randrange(60):02d}",
        "durations of swims in a statistics table",
    )
    n(
        "plain",
        "source_donnee",
        lambda r, i: r.choice(("DGFiP", "IGN BD TOPO", "Insee RP 2020", "OSM", "Brest métropole - DSI")),
        "sources",
    )
    n("plain", "rang", lambda r, i: i + 1, "row order")
    n("plain", "pente_%", lambda r, i: round(abs(r.gauss(2, 3)), 1) if i % 17 else "NC", "slopes")
    n(
        "plain",
        "niveau",
        lambda r, i: r.choice(("R+1", "R+2", "RDC", "SS-1", "R+4+C")),
        "storeys of public car parks",
    )
    n(
        "plain",
        "observations",
        lambda r, i: r.choice(("RAS", "-", "à vérifier", "", "cf. plan", "voir fiche 12")),
        "remarks that say nothing",
    )


def columns() -> tuple[Column, ...]:
    bag = Bag()
    for fill in (_identifiers, _people, _sentences, _codes, _places, _dates_and_plain):
        fill(bag)
    return tuple(bag.items)


KINDS = words(
    "nir|iban|card|phone|email|plate|ip|mac|person_name|address|birth_date|identity_card|passport|driving_licence|"
    "sports_licence|caf_number|social_profile|trigram|health|age_illness|home_position|person_header"
)
