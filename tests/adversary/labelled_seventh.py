"""The seventh set of columns that a stranger labelled: the Loire valley, the North and Corsica."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import unicodedata
from dataclasses import dataclass, field
from typing import Mapping


@dataclass(frozen=True)
class Column:
    header: str
    values: tuple
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple] = field(default_factory=dict)
    neutral: bool = True


SEED = 7721
FF = (
    "Marie Claire Sylvie Nathalie Camille Manon Léa Chloé Hélène Françoise Aurélie Élodie Océane Zoé Anaïs Mathilde Solène Bérénice".split()
    + ["Anne-Sophie", "Marie-Laure"]
)
FM = (
    "Jean Pierre Thomas Nicolas Julien Benoît Rémi Clément Mathis Lucas Théo Jérôme Loïc François Gérard Yves Didier Cédric".split()
    + ["Jean-Baptiste", "Pierre-Yves"]
)
LF = "Besnard Guérin Chevallier Moreau Lefèvre Delattre Vandamme Dubois Carpentier Lemaire Delecroix Rousseau Bodin Martineau Gaudin Renard Blanchard Poirier Lecomte Dhaene Wattrelos Ferrand Métais Bruneau".split()
WF = "Aminata Fatoumata Zeynep Elif Haingo Volatiana Agnieszka Katarzyna Inès Beatriz Anahit Lusine Yasmina Khadija Moinaécha Linh Thuy Ghjulia Lesia Nour".split()
WM = "Mehmet Emre Rivo Tojo Zbigniew Paweł João Tiago Hovhannes Aram Karim Soufiane Saïd-Ali Ahamada Quang Minh Ghjuvan Petru-Santu Dumè Oumar".split()
LW = [
    "Rakotomalala",
    "Randrianarisoa",
    "Yıldırım",
    "Öztürk",
    "Kowalczyk",
    "Wiśniewski",
    "Ferreira da Silva",
    "Carvalho",
    "Hakobyan",
    "Sargsyan",
    "Benkhelifa",
    "El Amrani",
    "Bouzidi",
    "Mohamed Abdou",
    "Mzé Hamadi",
    "Nguyễn",
    "Trần Văn",
    "Casabianca",
    "Luciani",
    "Santoni-Poli",
    "de Kerdrel",
    "Van den Broucke",
    "d'Hautefeuille",
    "Diakité",
    "Traoré-Lambert",
    "Ould Brahim",
    "Popescu",
    "Haddad",
]
ST = {
    "Tours": (
        "37000",
        [
            "rue Colbert",
            "rue Bernard-Palissy",
            "avenue de Grammont",
            "rue Georges-Courteline",
            "rue du Commerce",
            "boulevard Béranger",
            "rue de la Fuye",
            "rue Lakanal",
        ],
    ),
    "Blois": (
        "41000",
        [
            "rue du Bourg-Neuf",
            "rue Denis-Papin",
            "rue de la Chaîne",
            "avenue de Vendôme",
            "rue Basse-des-Grouëts",
            "quai Villebois-Mareuil",
        ],
    ),
    "Saumur": (
        "49400",
        [
            "rue Saint-Nicolas",
            "rue d'Orléans",
            "rue de la Tonnelle",
            "rue du Petit-Mail",
            "levée du Chardonnet",
        ],
    ),
    "Amboise": (
        "37400",
        ["rue Nationale", "rue de Mosny", "rue Bretonneau", "quai des Violettes", "rue Rabelais"],
    ),
    "Lille": (
        "59000",
        [
            "rue de la Barre",
            "rue Solférino",
            "rue de Wazemmes",
            "rue du Faubourg-de-Roubaix",
            "rue Gustave-Delory",
            "rue d'Esquermes",
        ],
    ),
    "Roubaix": (
        "59100",
        ["rue de Lannoy", "rue de l'Épeule", "boulevard de Fourmies", "rue Jules-Guesde", "Grande-Rue"],
    ),
    "Dunkerque": (
        "59140",
        ["rue de la Panne", "avenue Faidherbe", "rue Poincaré", "digue de Mer", "rue du Sud"],
    ),
    "Valenciennes": ("59300", ["rue de Famars", "rue du Quesnoy", "avenue de Liège", "rue Askièvre"]),
    "Ajaccio": (
        "20000",
        ["cours Napoléon", "rue Fesch", "boulevard Lantivy", "rue Bonaparte", "route d'Alata"],
    ),
    "Bastia": (
        "20200",
        ["rue Droite", "boulevard Paoli", "rue César-Campinchi", "rue Napoléon", "montée des Philippines"],
    ),
    "Corte": (
        "20250",
        ["cours Paoli", "rue du Colonel-Feracci", "avenue Xavier-Luciani", "rampe Sainte-Croix"],
    ),
}
LOIRE = ["Tours", "Blois", "Saumur", "Amboise"]
NORD = ["Lille", "Roubaix", "Dunkerque", "Valenciennes"]
CORSE = ["Ajaccio", "Bastia", "Corte"]
ALLT = LOIRE + NORD + CORSE
GEO = {
    "Tours": (47.394, 0.685),
    "Blois": (47.588, 1.331),
    "Saumur": (47.259, -0.078),
    "Amboise": (47.411, 0.983),
    "Lille": (50.632, 3.058),
    "Roubaix": (50.690, 3.175),
    "Dunkerque": (51.035, 2.377),
    "Valenciennes": (50.357, 3.523),
    "Ajaccio": (41.927, 8.737),
    "Bastia": (42.699, 9.450),
    "Corte": (42.306, 9.150),
}
CONS = "BCDFGHJKLMNPRTVWXYZ"
PL = "ABCDEFGHJKLMNPQRSTVWXYZ"
NB, NNB, ZW = "\u00a0", "\u202f", "\u200b"


class Rnd(random.Random):
    def d(self, n):
        return "".join(self.choice("0123456789") for _ in range(n))

    def L(self, n, a="ABCDEFGHJKLMNPQRSTVWXYZ"):
        return "".join(self.choice(a) for _ in range(n))

    def person(self):
        s = self.choice("12")
        if self.random() < 0.5:
            return (s, self.choice(FM if s == "1" else FF), self.choice(LF))
        return (s, self.choice(WM if s == "1" else WF), self.choice(LW))

    def day(self, a=1945, b=2015):
        x, y = dt.date(a, 1, 1).toordinal(), dt.date(b, 12, 28).toordinal()
        return dt.date.fromordinal(self.randint(x, y))


_k = 0


def R():
    global _k
    _k += 1
    return Rnd(f"{SEED}/{_k}")


def luhn_key(s):
    t = 0
    for i, ch in enumerate(reversed(s)):
        v = int(ch) * (2 if i % 2 == 0 else 1)
        t += v - 9 if v > 9 else v
    return str(-t % 10)


def siren(r):
    s = r.choice("3458") + r.d(7)
    return s + luhn_key(s)


def siret(r):
    s = siren(r) + "000" + r.choice("123")
    return s + luhn_key(s)


def nir(r, sex, d, place=None):
    place = place or r.choice(
        [
            "37261",
            "41018",
            "49328",
            "59350",
            "59512",
            "59183",
            "2A004",
            "2B033",
            "2B096",
            "99352",
            "99350",
            "99208",
            "99333",
            "99397",
            "99122",
            "99139",
            "99243",
            "99252",
        ]
    )
    if d.year < 1976 and place[0:2] in ("2A", "2B"):
        place = "20" + place[2:]
    b = f"{sex}{d:%y%m}{place}{r.randint(1, 480):03d}"
    dep = {"2A": "19", "2B": "18"}.get(b[5:7], b[5:7])
    return b + f"{97 - int(b[:5] + dep + b[7:]) % 97:02d}"


def sp_nir(n, s=" "):
    return s.join([n[0], n[1:3], n[3:5], n[5:7], n[7:10], n[10:13], n[13:15]]).strip(s)


def iban_key(cc, bban):
    t = "".join(str(int(c, 36)) for c in bban + cc + "00")
    return f"{98 - int(t) % 97:02d}"


def iban(r, cc="FR"):
    if cc == "FR":
        bk = r.choice(["10278", "30004", "14406", "20041", "30002", "13335", "16706", "12006", "30003"])
        gu, ac = r.d(5), r.d(11)
        b = bk + gu + ac
        b += f"{97 - (89 * int(bk) + 15 * int(gu) + 3 * int(ac)) % 97:02d}"
    elif cc == "BE":
        x = r.choice(["001", "363", "734", "068"]) + r.d(7)
        b = x + f"{int(x) % 97 or 97:02d}"
    elif cc == "PT":
        x = r.choice(["0035", "0033", "0010"]) + r.d(15)
        b = x + f"{98 - int(x + '00') % 97:02d}"
    else:
        b = r.choice(["37040044", "10010010", "50010517"]) + r.d(10)
    return cc + iban_key(cc, b) + b


def g4(s, sep=" "):
    return sep.join(s[i : i + 4] for i in range(0, len(s), 4))


def card(r, pre=None, n=16):
    s = pre or r.choice(["4970", "4976", "4972", "5131", "5354", "4150"])
    s += r.d(n - 1 - len(s))
    return s + luhn_key(s)


def mob(r, sep=" "):
    s = r.choice(["06", "06", "07"])
    s += (r.choice("35678") if s == "07" else r.choice("0123456789")) + r.d(7)
    return sep.join(s[i : i + 2] for i in range(0, 10, 2))


def fixe(r, z="02 47"):
    return z + " " + " ".join(r.d(2) for _ in range(3))


def siv(r, sep="-"):
    while True:
        a, b = r.choice("ABCDEFGH") + r.L(1, PL), r.L(2, PL)
        if "SS" not in (a, b) and "WW" not in (a, b):
            return f"{a}{sep}{r.randint(1, 999):03d}{sep}{b}"


def pubip(r):
    return (
        r.choice(["90.", "86.", "92.", "82.", "78.", "109.", "176.", "88."])
        + f"{r.randint(64, 190)}.{r.randint(0, 255)}.{r.randint(1, 254)}"
    )


def mac(r, sep=":", up=False):
    o = r.choice(
        ["3c22fb", "a483e7", "f0989d", "8c8590", "5c497d", "d0c637", "7c11be", "e4e749", "1c5cf2", "ac3743"]
    ) + "".join(r.choice("0123456789abcdef") for _ in range(6))
    o = sep.join(o[i : i + 2] for i in range(0, 12, 2))
    return o.upper() if up else o


def asc(s):
    s = s.replace("ı", "i").replace("ł", "l").replace("đ", "d").replace("Ł", "L")
    return "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))


def slug(s, sep=""):
    return "".join(c if c.isalnum() else sep for c in asc(s).lower())


def nfd(s):
    return unicodedata.normalize("NFD", s)


def fw(s):
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and c.isascii() else c for c in s)


def cni(r):
    return (
        r.choice("DFGHJKLMPRTX")
        + "".join(r.choice(CONS + "0123456789" * 2) for _ in range(7))
        + r.choice("0123456789")
    )


def cni12(r, dep=None):
    return f"{r.randint(4, 20):02d}{r.randint(1, 12):02d}{dep or r.choice(['37', '41', '49', '59', '2A', '2B', '59'])}{r.choice('1234')}{r.d(5)}"


def passport(r):
    return f"{r.randint(14, 24):02d}{r.choice('ABCDEFHK')}{r.L(1, PL)}{r.d(5)}"


def permis(r, y0=75, y1=99):
    return f"{r.randint(y0, y1):02d}{r.randint(1, 12):02d}{r.choice(['37', '41', '49', '59', '59', '20'])}{r.choice('123')}{r.d(5)}"


def caf(r):
    return r.choice("012345") + r.d(6) + r.L(1)


def mrzk(s):
    t = 0
    for i, c in enumerate(s):
        t += (0 if c == "<" else int(c, 36)) * (7, 3, 1)[i % 3]
    return str(t % 10)


def mz(s):
    return "".join(c if c.isalnum() else "<" for c in asc(s).upper())


def nm(p, f="NP"):
    if f == "NP":
        return f"{p[2].upper()} {p[1]}"
    if f == "PN":
        return f"{p[1]} {p[2]}"
    if f == "civ":
        return ("M. " if p[0] == "1" else "Mme ") + f"{p[1]} {p[2].upper()}"
    if f == "cn":
        return ("M. " if p[0] == "1" else "Mme ") + p[2]
    return asc(f"{p[1]} {p[2]}").lower()


def addr(r, t):
    return f"{r.randint(1, 148)}{r.choice(['', '', '', ' bis', ' ter'])} {r.choice(ST[t][1])}"


def pos(r, t, s=0.012):
    a, b = GEO[t]
    return round(a + r.uniform(-s, s), 6), round(b + r.uniform(-s, s), 6)


def frd(d):
    return f"{d:%d/%m/%Y}"


MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def longd(d):
    return f"{'1er' if d.day == 1 else d.day} {MOIS[d.month - 1]} {d.year}"


def marks(r, n, share):
    k = max(7, round(n * share))
    return set(r.sample(range(n), k))


def mix(r, n, share, f, g):
    m = marks(r, n, share)
    return tuple(f() if i in m else g() for i in range(n))


OUT: list = []


def P(kind, header, values, why, beside=None, neutral=True):
    OUT.append(
        Column(
            header, tuple(values), True, kind, why, {k: tuple(v) for k, v in (beside or {}).items()}, neutral
        )
    )


def H(kind, header, values, why, beside=None, neutral=True):
    OUT.append(
        Column(
            header, tuple(values), False, kind, why, {k: tuple(v) for k, v in (beside or {}).items()}, neutral
        )
    )


OT = [
    "lampe remplacée",
    "nid-de-poule rebouché à l'enrobé à froid",
    "RAS",
    "vidage corbeille effectué",
    "pièce en commande",
    "devis transmis au service achats",
    "nettoyage haute pression fait",
    "à revoir au prochain passage",
    "panneau redressé",
    "grille avaloir débouchée",
    "peinture au sol reprise",
    "tag effacé",
    "potelet remis en place",
    "fuite réparée, compteur relevé",
    None,
    "",
    "attente entreprise",
    "programmé semaine 42",
    "clos",
    "banc revissé",
    "arbre élagué",
]
OS = [
    "dossier complet",
    "manque justificatif de domicile",
    "quotient familial à mettre à jour",
    "inscription validée",
    "liste d'attente",
    "règlement reçu",
    None,
    "",
    "courrier envoyé",
    "attestation d'assurance fournie",
    "changement de groupe accepté",
    "remboursement de deux repas",
    "forfait annuel",
    "tarif extérieur",
    "demande hors délai",
    "rendez-vous pris",
    "transmis au CCAS",
    "accord de principe",
]


def build_personal():
    # ---------- NIR
    r = R()
    pp = [r.person() for _ in range(84)]
    P(
        "nir",
        "matricule",
        [nir(r, p[0], r.day(1955, 2004)) for p in pp],
        "NIR compact à côté des noms",
        {"agent": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(72)]
    P(
        "nir",
        "n_ss",
        [sp_nir(nir(r, p[0], r.day(1950, 2000)), r.choice([NB, NNB, " ", "."])) for p in pp],
        "NIR espacé, insécables",
    )
    r = R()
    P(
        "nir",
        "suite_donnee",
        mix(
            r,
            140,
            0.1,
            lambda: (
                f"{r.choice(['demande DUI renvoyée CPAM, ass.', 'radiation mutuelle n°', 'ayant droit'])} {sp_nir(nir(r, r.choice('12'), r.day(1950, 2001)))}{r.choice(['', ' (à vérifier)', ' - courrier 2'])}"
            ),
            lambda: r.choice(OS),
        ),
        "NIR dans 1 texte sur 10",
    )
    r = R()
    pp = [r.person() for _ in range(66)]
    dd = [r.day(1977, 2005) for _ in pp]
    P(
        "nir",
        "identifiant rgt",
        [
            sp_nir(nir(r, p[0], d, r.choice(["2A004", "2A247", "2B033", "2B096", "2B050"]))[:13].lower())
            for p, d in zip(pp, dd)
        ],
        "NIR corse sans clé, en minuscules",
        {"nom": [nm(p, "low") for p in pp], "ddn": [frd(d) for d in dd]},
    )
    r = R()
    P(
        "nir",
        "ref_externe",
        [
            int(
                nir(
                    r,
                    r.choice("12"),
                    r.day(1960, 2003),
                    r.choice(["59350", "59512", "59183", "37261", "99350", "99122"]),
                )
            )
            for _ in range(90)
        ],
        "NIR lus comme entiers",
    )
    r = R()
    vals = []
    for i in range(64):
        s = nir(r, r.choice("12"), r.day(1948, 1999))
        vals.append(
            json.dumps(
                {
                    "id": i + 300,
                    "assure": fw(s) if i % 2 else s[:5] + ZW + s[5:],
                    "caisse": r.choice(["591", "371", "201"]),
                },
                ensure_ascii=False,
            )
        )
    P("nir", "payload", vals, "NIR en JSON, pleine chasse ou espace nul")
    # ---------- IBAN
    r = R()
    pp = [r.person() for _ in range(75)]
    P(
        "iban",
        "coordonnees_paiement",
        [g4(iban(r)) for _ in pp],
        "IBAN d'assistantes maternelles",
        {"bénéficiaire": [nm(p, "civ") for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(68)]
    P(
        "iban",
        "cpt",
        [r.choice(["", "\t", " "]) + iban(r).lower() + r.choice(["", "\n", NB]) for _ in pp],
        "IBAN minuscules à côté des noms",
        {"c2": [nm(p, "low") for p in pp]},
    )
    r = R()
    P(
        "iban",
        "observations régie",
        mix(
            r,
            130,
            0.12,
            lambda: (
                f"remb. trop-perçu cantine {r.randint(12, 90)},{r.d(1)}0 € à {nm(r.person(), 'cn')} sur {g4(iban(r), NNB)}"
            ),
            lambda: r.choice(OS),
        ),
        "IBAN de parents dans le texte",
    )
    r = R()
    pp = [r.person() for _ in range(70)]
    P(
        "iban",
        "account",
        [g4(iban(r, r.choice(["PT", "BE", "DE", "FR"])), r.choice([" ", "-"])) for _ in pp],
        "IBAN étrangers de saisonniers",
        {"prénom": [p[1] for p in pp], "nom": [p[2] for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(62)]
    P(
        "iban",
        "RIB",
        [
            f"Titulaire : {nm(p)}\nIBAN : {g4(iban(r), NB)}\nBIC : {r.choice(['CMCIFR2A', 'PSSTFRPPLIL', 'AGRIFRPP820', 'BNPAFRPP'])}"
            for p in pp
        ],
        "RIB multi-lignes nominatif",
    )
    r = R()
    pp = [r.person() for _ in range(110)]
    P(
        "iban",
        "mode_reglement",
        mix(
            r,
            110,
            0.2,
            lambda: "prélèvement " + iban(r),
            lambda: r.choice(["chèque", "CB", "espèces", "CESU", "virement"]),
        ),
        "IBAN dans 1 cellule sur 5",
        {"payeur": ["Famille " + p[2].upper() for p in pp]},
    )
    # ---------- CARD
    r = R()
    pp = [r.person() for _ in range(70)]
    P(
        "card",
        "num_carte",
        [g4(card(r)) for _ in pp],
        "numéros de carte bancaire",
        {"porteur": [mz(nm(p, "PN")).replace("<", " ") for p in pp]},
    )
    r = R()
    P(
        "card",
        "commentaire_caisse",
        mix(
            r,
            150,
            0.08,
            lambda: (
                f"TPE HS, réglé au tél. CB {g4(card(r))} exp {r.randint(1, 12):02d}/{r.randint(26, 29)} {r.choice(['', 'crypto communiqué', 'accord banque'])}"
            ),
            lambda: r.choice(
                [
                    "entrée piscine plein tarif",
                    "abonnement 10 entrées",
                    "carte perdue refaite",
                    "",
                    None,
                    "avoir émis",
                    "groupe scolaire",
                    "erreur de rendu 2 €",
                    "fond de caisse vérifié",
                ]
            ),
        ),
        "CB dictées au téléphone",
    )
    r = R()
    pp = [r.person() for _ in range(61)]
    P(
        "card",
        "moyen",
        [
            (lambda c: f"AMEX {c[:4]} {c[4:10]} {c[10:]}")(card(r, r.choice(["3728", "3742", "3759"]), 15))
            if r.random() < 0.4
            else "VISA " + g4(card(r, "4973"), ".")
            for _ in pp
        ],
        "Amex et Visa des usagers",
        {"usager": [nm(p, "PN") for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(80)]
    P(
        "card",
        "reference_transaction",
        [int(card(r)) for _ in pp],
        "PAN en entiers, à côté des noms et expirations",
        {"a": [nm(p) for p in pp], "b": [f"{r.randint(1, 12):02d}/{r.randint(25, 29)}" for _ in pp]},
    )
    r = R()
    P(
        "card",
        "log_paiement",
        [
            json.dumps(
                {
                    "ts": f"2024-0{r.randint(1, 9)}-{r.randint(10, 28)}T{r.randint(8, 19):02d}:{r.d(1)}4:0{r.d(1)}Z",
                    "pan": card(r, r.choice(["5131", "4978"])),
                    "exp": f"{r.randint(1, 12):02d}2{r.randint(6, 9)}",
                    "holder": mz(nm(r.person(), "PN")).replace("<", " "),
                }
            )
            for _ in range(66)
        ],
        "PAN non masqué en JSON",
    )
    r = R()
    pp = [r.person() for _ in range(95)]
    P(
        "card",
        "caution",
        mix(
            r,
            95,
            0.3,
            lambda: "empreinte " + g4(card(r), NB) + ZW,
            lambda: r.choice(["chèque 150 €", "espèces", "exonéré", "chèque 300 €", None]),
        ),
        "empreintes de carte pour locations de salle",
        {"locataire": [nm(p, "civ") for p in pp]},
    )
    # ---------- PHONE
    r = R()
    pp = [r.person() for _ in range(90)]
    P("phone", "tel", [mob(r) for _ in pp], "mobiles de bénévoles", {"bénévole": [nm(p) for p in pp]})
    r = R()
    pp = [r.person() for _ in range(63)]
    P(
        "phone",
        "joindre",
        [f"+33{NB}(0){mob(r, r.choice([NNB, NB, '.']))[1:]}" for _ in pp],
        "+33 (0) insécables",
        {"responsable légal": [nm(p, "civ") for p in pp]},
    )
    r = R()
    P(
        "phone",
        "obs",
        mix(
            r,
            160,
            0.07,
            lambda: r.choice(
                [
                    "rappeler la mère au {}",
                    "riverain absent, son portable {}",
                    "laissé message grand-père {} le soir",
                    "voisine du 2e : {}",
                ]
            ).format(mob(r, r.choice(["", " ", "."]))),
            lambda: r.choice(OT),
        ),
        "portables de particuliers dans 7 % des textes",
    )
    r = R()
    pp = [r.person() for _ in range(77)]
    P(
        "phone",
        "num",
        [int(mob(r, "")) for _ in pp],
        "mobiles sans zéro initial (entiers)",
        {"jardinier": [nm(p, "PN") for p in pp], "parcelle": [f"J{i + 1}" for i in range(77)]},
    )
    r = R()
    pp = [r.person() for _ in range(60)]
    P(
        "phone",
        "Contact(s)",
        [
            f"dom. {fixe(r, '03 20')} / port. {mob(r, '-')}"
            + (f" ; conjoint {mob(r)}" if r.random() < 0.4 else "")
            for _ in pp
        ],
        "plusieurs numéros par cellule",
        {"adhérent": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(72)]
    P(
        "phone",
        "équipement",
        [
            r.choice(
                [
                    lambda: fw(mob(r)),
                    lambda: "O" + mob(r)[1:],
                    lambda: f"+261 34 {r.d(2)} {r.d(3)} {r.d(2)}",
                    lambda: f"+90 532 {r.d(3)} {r.d(2)} {r.d(2)}",
                    lambda: f"00269 3{r.d(2)} {r.d(2)} {r.d(2)}",
                    lambda: mob(r).replace(" ", "\t"),
                ]
            )()
            for _ in pp
        ],
        "numéros travestis ou étrangers",
        {"champ": [nm(p, "low") for p in pp]},
    )
    # ---------- EMAIL
    r = R()
    P(
        "email",
        "courriel",
        [
            f"{slug(p[1])}.{slug(p[2])}{r.choice(['', r.d(2)])}@{r.choice(['gmail.com', 'orange.fr', 'laposte.net', 'hotmail.fr', 'sfr.fr'])}"
            for p in (r.person() for _ in range(120))
        ],
        "courriels personnels",
    )
    r = R()
    P(
        "email",
        "mel_usager",
        [
            r.choice(
                [
                    "{0}.{1}@gmial,com",
                    "{0}{1}(at)wanadoo.fr",
                    "{0} . {1} @ free.fr",
                    "{1}.{0} arobase yahoo point fr",
                    "{0}-{1}@outlook.fr;",
                    "{0}.{1}@@gmail.com",
                ]
            ).format(slug(p[1]), slug(p[2]))
            for p in (r.person() for _ in range(70))
        ],
        "courriels mal saisis",
    )
    r = R()
    P(
        "email",
        "remarque",
        mix(
            r,
            125,
            0.09,
            lambda: (
                lambda p: (
                    f"envoyer la facture à {slug(p[1])[0]}.{slug(p[2])}@{r.choice(['free.fr', 'gmail.com'])} {r.choice(['SVP', '(papa)', 'et non par courrier'])}"
                )
            )(r.person()),
            lambda: r.choice(OS),
        ),
        "courriels dans certains textes",
    )
    r = R()
    P(
        "email",
        "lien",
        [
            (
                lambda p: (
                    f'<a href="mailto:{slug(p[1])}_{slug(p[2])}@{r.choice(["yahoo.fr", "gmail.com"])}?subject=Jardin%20partag%C3%A9">{p[1]}</a>'
                )
            )(r.person())
            for _ in range(65)
        ],
        "mailto HTML",
    )
    r = R()
    assoc = [
        "Comité des fêtes",
        "Amicale laïque",
        "Club nautique",
        "Harmonie municipale",
        "Société de tir",
        "Foyer rural",
        "Les Jardins solidaires",
        "Atelier théâtre",
        "Cyclo-club",
        "Chorale A Filetta di u Borgu",
    ]
    P(
        "email",
        "contact",
        mix(
            r,
            100,
            0.2,
            lambda: (lambda p: f"{slug(p[1])}.{slug(p[2])}@orange.fr")(r.person()),
            lambda: (
                r.choice(["contact", "bureau", "secretariat"])
                + "@"
                + r.choice(["asso-blois.fr", "mda-lille.fr", "vita-bastia.corsica"])
            ),
        ),
        "courriels nominatifs parmi des adresses de fonction",
        {"association": [f"{r.choice(assoc)} {i + 1}" for i in range(100)]},
    )
    r = R()
    P(
        "email",
        "VALIDEUR",
        [
            (
                lambda p: (
                    f"{slug(p[1], '-')}.{slug(p[2], '-')}".upper()
                    + ZW
                    + "@"
                    + r.choice(["VILLE-CORTE.FR", "MAIRIE-ROUBAIX.FR", "BLOIS.FR"])
                )
            )(r.person())
            for _ in range(80)
        ],
        "courriels nominatifs d'agents, espace nul",
    )
    # ---------- PLATE
    r = R()
    pp = [r.person() for _ in range(100)]
    P(
        "plate",
        "immatriculation",
        [siv(r) for _ in pp],
        "stationnement résidant",
        {"titulaire": [nm(p) for p in pp]},
    )
    r = R()
    P(
        "plate",
        "vehicule",
        [siv(r, r.choice(["", " ", "."])).lower() for _ in range(85)],
        "plaques verbalisées, minuscules",
        {
            "marque": [r.choice(["renault", "peugeot", "dacia", "bmw", "citroen", "vw"]) for _ in range(85)],
            "motif": [
                r.choice(["stationnement gênant", "trottoir", "défaut de paiement FPS", "place PMR"])
                for _ in range(85)
            ],
        },
    )
    r = R()
    pp = [r.person() for _ in range(64)]
    P(
        "plate",
        "ref",
        [f"{r.randint(12, 9999)} {r.L(2, PL)} {r.choice(['59', '62', '37', '2A', '2B'])}" for _ in pp],
        "anciennes plaques FNI",
        {
            "propriétaire": [nm(p, "civ") for p in pp],
            "véhicule": [r.choice(["2CV", "R4", "4L Trophy", "DS", "Méhari", "R5"]) for _ in pp],
        },
    )
    r = R()
    P(
        "plate",
        "description",
        mix(
            r,
            145,
            0.1,
            lambda: (
                f"{r.choice(['véhicule ventouse', 'épave signalée', 'camionnette en double file', 'dépôt sauvage depuis un utilitaire'])} {r.choice(['Clio grise', 'Kangoo blanc', 'Golf noire', '208 rouge'])} {r.choice(['immat.', 'plaque', ''])} {siv(r, r.choice(['-', ' ', '']))}"
            ),
            lambda: r.choice(OT),
        ),
        "plaques dans des signalements",
    )
    r = R()
    P(
        "plate",
        "fiche",
        [
            f"<b>Fourrière</b><br/>Entrée : {frd(r.day(2022, 2024))}<br/>{r.choice(['Renault Twingo', 'Fiat Panda', 'Peugeot 307', 'Toyota Yaris'])}<br/>&nbsp;{siv(r)}"
            for _ in range(60)
        ],
        "fiches de fourrière HTML",
    )
    r = R()
    pp = [r.person() for _ in range(70)]
    P(
        "plate",
        "badge",
        mix(
            r,
            70,
            0.4,
            lambda: r.choice(
                [lambda: f"B 1-{r.L(3)}-{r.d(3)}", lambda: fw(siv(r)), lambda: f"D K{NB}{r.L(2)} {r.d(4)}"]
            )(),
            lambda: r.choice(["piéton", "vélo", "navette", None]),
        ),
        "plaques belges, allemandes, pleine chasse",
        {"accrédité": [nm(p, "PN") for p in pp]},
    )
    # ---------- IP
    r = R()
    P(
        "ip",
        "adr_ip",
        [pubip(r) for _ in range(150)],
        "IP de participants",
        {
            "déposé le": [f"{frd(r.day(2023, 2024))} {r.randint(7, 23):02d}:{r.d(1)}5" for _ in range(150)],
            "avis": [
                r.choice(["pour", "contre", "favorable avec réserve", "ne se prononce pas"])
                for _ in range(150)
            ],
        },
    )
    r = R()
    P(
        "ip",
        "source",
        [
            f"2a01:e0a:{r.randint(16, 4000):x}:{r.randint(256, 65535):x}:{r.randint(256, 65535):x}:{r.randint(256, 65535):x}:{r.randint(256, 65535):x}:{r.randint(256, 65535):x}"
            for _ in range(70)
        ],
        "IPv6 d'abonnés",
        {"pseudo": [r.choice(["lou", "ch'ti", "mimi", "papi", "zaza", "kiki"]) + r.d(2) for _ in range(70)]},
    )
    r = R()
    P(
        "ip",
        "journal",
        [
            f'{pubip(r)} - - [{r.randint(10, 28)}/Mar/2024:{r.randint(0, 23):02d}:{r.randint(10, 59)}:{r.randint(10, 59)} +0100] "POST /demarches/{r.choice(["etat-civil", "cantine", "logement"])} HTTP/1.1" 200 {r.randint(300, 9000)}'
            for _ in range(110)
        ],
        "journal web d'usagers",
    )
    r = R()
    P(
        "ip",
        "poste",
        mix(
            r,
            120,
            0.25,
            lambda: pubip(r),
            lambda: f"10.{r.randint(1, 20)}.{r.randint(0, 9)}.{r.randint(2, 250)}",
        ),
        "IP de domicile (télétravail) parmi des adresses privées",
        {"session": [(lambda p: slug(p[1])[0] + slug(p[2]))(r.person()) for _ in range(120)]},
    )
    r = R()
    P(
        "ip",
        "x_forwarded",
        [f"{pubip(r)}, {r.choice(['10.0.4.2', '172.16.3.9'])}" + r.choice(["", "\n"]) for _ in range(62)],
        "IP client puis relais",
        {
            "user_agent": [
                r.choice(
                    [
                        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2)",
                        "Mozilla/5.0 (Windows NT 10.0; Win64)",
                        "Mozilla/5.0 (Linux; Android 13; SM-A546B)",
                    ]
                )
                for _ in range(62)
            ],
            "formulaire": [
                r.choice(["pétition piste cyclable", "budget participatif", "enquête marché"])
                for _ in range(62)
            ],
        },
    )
    r = R()
    P(
        "ip",
        "moderation",
        mix(
            r,
            100,
            0.12,
            lambda: (
                f"commentaire supprimé, internaute {fw(pubip(r)) if r.random() < 0.4 else pubip(r)}:{r.randint(20000, 60000)} banni {r.randint(2, 30)} j"
            ),
            lambda: r.choice(
                [
                    "publié",
                    "publié après relecture",
                    "doublon",
                    "hors sujet",
                    "",
                    "transmis au service voirie",
                ]
            ),
        ),
        "IP d'internautes bannis",
    )
    # ---------- MAC
    r = R()
    host = lambda r: r.choice(["iPhone-de-{}", "Galaxy-S21-de-{}", "MacBook-{}", "iPad de {}"]).format(
        r.person()[1]
    )
    P(
        "mac",
        "client_mac",
        [mac(r) for _ in range(130)],
        "terminaux du wifi public",
        {"hote": [host(r) for _ in range(130)]},
    )
    r = R()
    P(
        "mac",
        "station",
        [(lambda m: f"{m[:4]}.{m[4:8]}.{m[8:]}")(mac(r, "")) for _ in range(72)],
        "notation Cisco, terminaux d'usagers",
        {
            "nom": [host(r) for _ in range(72)],
            "borne": [r.choice(["médiathèque", "parvis gare", "patio mairie"]) for _ in range(72)],
        },
    )
    r = R()
    pp = [r.person() for _ in range(65)]
    P(
        "mac",
        "equipement",
        [mac(r, "-", True) for _ in pp],
        "portables remis à des agents",
        {"affectataire": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(68)]
    P(
        "mac",
        "cle",
        [mac(r, "") + r.choice(["", " ", "\t"]) for _ in pp],
        "MAC sans séparateur près du lecteur",
        {"emprunteur tablette": [nm(p, "PN") for p in pp]},
    )
    r = R()
    P(
        "mac",
        "syslog",
        mix(
            r,
            140,
            0.3,
            lambda: (
                f"DHCPACK on 10.8.{r.randint(0, 7)}.{r.randint(2, 250)} to {mac(r)} ({host(r)}) via wlan0"
            ),
            lambda: r.choice(
                [
                    "interface eth0 up",
                    "NTP synchronisé",
                    "cron: rotation des journaux",
                    "mise à jour du firmware",
                    "charge CPU 12 %",
                ]
            ),
        ),
        "MAC de téléphones dans un journal",
    )
    r = R()
    P(
        "mac",
        "trace",
        [
            json.dumps(
                {
                    "probe": mac(r, ":", True),
                    "rssi": -r.randint(40, 90),
                    "vu": f"2024-06-{r.randint(10, 29)} {r.randint(8, 22):02d}:{r.randint(10, 59)}",
                    "appareil": host(r),
                },
                ensure_ascii=False,
            )
            for _ in range(75)
        ],
        "comptage piéton par MAC non hachée",
    )
    # ---------- PERSON NAME
    r = R()
    P("person_name", "bénéficiaire", [nm(r.person()) for _ in range(140)], "noms de bénéficiaires")
    r = R()
    P(
        "person_name",
        "élu rapporteur",
        [nm(r.person(), "civ") for _ in range(60)],
        "élus dans leurs fonctions : décision",
        {
            "délibération": [f"DEL-2024-{i + 12:03d}" for i in range(60)],
            "vote": [r.choice(["unanimité", "majorité"]) for _ in range(60)],
        },
    )
    r = R()
    P(
        "person_name",
        "objet de la demande",
        mix(
            r,
            155,
            0.12,
            lambda: r.choice(
                [
                    "{} demande un rendez-vous avec le service",
                    "relance de {} pour sa concession",
                    "réclamation de {} (bruit)",
                    "vu avec {} sur place",
                ]
            ).format(nm(r.person(), "civ")),
            lambda: r.choice(OT),
        ),
        "noms dans 12 % des textes",
    )
    r = R()
    P(
        "person_name",
        "lieu",
        [nm(r.person(), "low") + r.choice(["", " ", "\n", NB]) for _ in range(82)],
        "noms en minuscules, en-tête trompeur",
    )
    r = R()
    P(
        "person_name",
        "signataire",
        [nfd(f"{p[2]},{NB}{p[1]}") for p in (r.person() for _ in range(90))],
        "accents décomposés, nom virgule prénom",
    )
    r = R()
    P(
        "person_name",
        "point de livraison",
        mix(
            r,
            120,
            0.15,
            lambda: (
                r.choice(["chez {}", "domicile {}", "voir gardienne {}"]).format(nm(r.person(), "cn"))
                + " ("
                + r.person()[1]
                + ")"
            ),
            lambda: r.choice(
                [
                    "foyer Les Capucins",
                    "résidence autonomie Gaston-Courtin",
                    "cuisine centrale",
                    "école du Port",
                    "centre social Vauban",
                    "maison de quartier Lupino",
                ]
            ),
        ),
        "portage de repas : particuliers parmi des lieux",
    )
    r = R()
    P(
        "person_name",
        "concession",
        [
            json.dumps(
                {
                    "carre": r.choice("ABCD"),
                    "n": i + 1,
                    "concessionnaire": nm(r.person()),
                    "duree": r.choice([15, 30, 50]),
                },
                ensure_ascii=False,
            )
            for i in range(78)
        ],
        "concessionnaires vivants en JSON",
        {"renouvellement": [frd(r.day(2024, 2026)) for _ in range(78)]},
    )
    r = R()
    P(
        "person_name",
        "membres",
        ["; ".join(nm(r.person(), "PN") for _ in range(r.randint(2, 4))) for _ in range(66)],
        "conseillers de quartier, plusieurs par cellule",
        {"collège": [r.choice(["habitants", "tirés au sort", "acteurs locaux"]) for _ in range(66)]},
    )
    # ---------- ADDRESS
    r = R()
    pp = [r.person() for _ in range(88)]
    P(
        "address",
        "adresse",
        [addr(r, "Tours") + ", 37000 TOURS" for _ in pp],
        "adresses d'abonnés",
        {"abonné": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(64)]
    P(
        "address",
        "destinataire",
        [
            f"{nm(p, 'civ')}\n{addr(r, t)}\n{ST[t][0]} {t.upper()}"
            for p, t in ((p, r.choice(NORD)) for p in pp)
        ],
        "blocs d'adresse postale",
    )
    r = R()
    P(
        "address",
        "motif intervention",
        mix(
            r,
            135,
            0.1,
            lambda: (
                lambda t: (
                    f"{r.choice(['fuite chez', 'branchement bouché chez', 'encombrants devant le domicile de', 'guêpes chez'])} {nm(r.person(), 'cn')}, {addr(r, t)} {t}"
                )
            )(r.choice(LOIRE)),
            lambda: r.choice(OT),
        ),
        "domiciles dans des interventions",
    )
    r = R()
    pp = [r.person() for _ in range(70)]
    P(
        "address",
        "localisation",
        [
            f"Bât {r.choice('ABCD')}{NB}appt {r.randint(1, 80)}, {r.choice(['rdc', '1er ét.', '3e étage', '5e ét. gauche'])} - {addr(r, 'Roubaix').lower()}"
            for _ in pp
        ],
        "logements de locataires",
        {"occupant": [nm(p, "low") for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(67)]
    P(
        "address",
        "site",
        [
            f"{r.choice(['Lieu-dit', 'Hameau', 'Ld', 'Résidence'])} {r.choice(['Vaccaja', 'Pietralba', 'Casatorra', 'Suartello', 'Mezzavia', 'U Salgetu', 'Pruneta'])}, {r.choice(['villa', 'maison', 'lot'])} {r.randint(1, 60)}, {r.choice(['20167', '20600', '20137', '20230'])}"
            for _ in pp
        ],
        "adresses corses sans numéro de voie",
        {"demandeur débroussaillement": [nm(p, "PN") for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(95)]
    P(
        "address",
        "lieu de remise",
        mix(
            r,
            95,
            0.3,
            lambda: f"à domicile<br>{fw(str(r.randint(2, 90)))}&nbsp;{r.choice(ST['Dunkerque'][1])}",
            lambda: r.choice(
                ["accueil mairie", "mairie annexe de Rosendaël", "guichet unique", "retrait médiathèque"]
            ),
        ),
        "domiciles parmi des guichets, HTML",
        {"usager": [nm(p) for p in pp]},
    )
    # ---------- BIRTH DATE
    r = R()
    pp = [r.person() for _ in range(105)]
    P(
        "birth_date",
        "date_naissance",
        [r.day(2012, 2020) for _ in pp],
        "dates de naissance d'enfants",
        {
            "enfant": [nm(p) for p in pp],
            "école": [r.choice(["Rabelais", "Marie-Curie", "Simone-Veil"]) for _ in pp],
        },
    )
    r = R()
    pp = [r.person() for _ in range(73)]
    P(
        "birth_date",
        "dt",
        [frd(r.day(1935, 1960)) for _ in pp],
        "inscrits au repas des aînés",
        {"convive": [nm(p, "civ") for p in pp], "table": [r.randint(1, 20) for _ in pp]},
    )
    r = R()
    P(
        "birth_date",
        "annotations",
        mix(
            r,
            118,
            0.12,
            lambda: (
                lambda p: (
                    f"{nm(p, 'cn')} {'né' if p[0] == '1' else 'née'} le {longd(r.day(1940, 2000))} à {r.choice(['Lille', 'Tananarive', 'Saumur', 'Bastia', 'Erzurum', 'Moroni'])}"
                )
            )(r.person()),
            lambda: r.choice(OS),
        ),
        "naissance dans le texte",
    )
    r = R()
    pp = [r.person() for _ in range(76)]
    P(
        "birth_date",
        "num2",
        [int(f"{r.day(1960, 2004):%Y%m%d}") for _ in pp],
        "AAAAMMJJ en entiers",
        {"num1": [nm(p, "PN") for p in pp], "num3": [r.choice(["titulaire", "contractuel"]) for _ in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(69)]
    P(
        "birth_date",
        "date_naissance_xls",
        [(r.day(1950, 2006) - dt.date(1899, 12, 30)).days for _ in pp],
        "numéros de série Excel de naissance : l'en-tête le dit",
        {"candidat": [nm(p) for p in pp]},
        False,
    )
    r = R()
    P(
        "birth_date",
        "inscrit",
        [
            f"{nm(p)}{r.choice([' ', NB, chr(9)])}({r.choice(['né(e)', 'ne(e) le', 'n.'])} {r.day(1990, 2012):%d-%m-%y})"
            for p in (r.person() for _ in range(80))
        ],
        "nom et naissance à deux chiffres",
    )
    # ---------- IDENTITY CARD
    r = R()
    pp = [r.person() for _ in range(74)]
    P(
        "identity_card",
        "n_piece",
        [cni(r) for _ in pp],
        "CNI 2021 près des noms",
        {"mandant": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(70)]
    P(
        "identity_card",
        "numero",
        [cni12(r) for _ in pp],
        "CNI à 12 caractères près des noms",
        {"déclarant": [nm(p, "PN") for p in pp], "délivrée le": [frd(r.day(2006, 2020)) for _ in pp]},
    )
    r = R()
    P(
        "identity_card",
        "note accueil",
        mix(
            r,
            128,
            0.08,
            lambda: (
                f"{r.choice(['CNI n°', 'carte identité', 'C.N.I', 'CI'])} {cni(r)} {r.choice(['présentée', 'trouvée place du Marché', 'périmée', 'photocopie au dossier'])}"
            ),
            lambda: r.choice(OS),
        ),
        "CNI dans 8 % des textes",
    )
    r = R()
    pp = [r.person() for _ in range(90)]
    P(
        "identity_card",
        "justificatif",
        mix(
            r,
            90,
            0.25,
            lambda: "CNI" + NB + g4(cni12(r), r.choice(["", " "])),
            lambda: r.choice(["facture EDF", "livret de famille", "avis d'imposition", "bail", None]),
        ),
        "CNI parmi d'autres pièces",
        {"électeur": [nm(p) for p in pp]},
    )
    r = R()

    def mrz_id(p):
        n, b = cni12(r, r.choice(["37", "59"])), f"{r.day(1960, 2000):%y%m%d}"
        l1 = ("IDFRA" + mz(p[2])).ljust(30, "<")[:30] + n[4:7] + r.d(3)
        l2 = n + mrzk(n) + mz(p[1]).ljust(14, "<")[:14] + b + mrzk(b) + ("M" if p[0] == "1" else "F")
        return l1 + "\n" + l2 + mrzk(l1 + l2)

    P("identity_card", "scan", [mrz_id(r.person()) for _ in range(60)], "bande MRZ de CNI")
    r = R()
    P(
        "identity_card",
        "data",
        [
            json.dumps(
                {
                    "doc": "CNI",
                    "no": (lambda s: s[:4] + ZW + s[4:])(cni(r)).lower(),
                    "exp": f"203{r.randint(1, 5)}-0{r.randint(1, 9)}-1{r.d(1)}",
                },
                ensure_ascii=False,
            )
            for _ in range(66)
        ],
        "CNI en JSON, minuscules, espace nul",
        {"visiteur": [nm(r.person(), "PN") for _ in range(66)]},
    )
    # ---------- PASSPORT
    r = R()
    pp = [r.person() for _ in range(71)]
    P(
        "passport",
        "titre",
        [passport(r) for _ in pp],
        "passeports du jumelage",
        {"voyageur": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(63)]
    P(
        "passport",
        "doc",
        [
            (lambda s: f"{s[:2]}{c}{s[2:4]}{c}{s[4:]}")(passport(r).lower())
            for _ in pp
            for c in [r.choice([" ", NB, NNB])]
        ],
        "passeports espacés en minuscules",
        {"nom": [nm(p, "low") for p in pp]},
    )
    r = R()
    P(
        "passport",
        "incident guichet",
        mix(
            r,
            122,
            0.09,
            lambda: (
                f"{r.choice(['passeport', 'PASSEPORT n°', 'psp'])} {passport(r)} {r.choice(['non retiré, à détruire', 'remis au conjoint', 'erreur de photo', 'déclaré perdu'])}"
            ),
            lambda: r.choice(
                [
                    "panne station DR2",
                    "affluence",
                    "RAS",
                    "usager sans rendez-vous",
                    None,
                    "empreintes refaites",
                    "timbre manquant",
                ]
            ),
        ),
        "passeports dans le texte",
    )
    r = R()

    def mrz_p(p):
        n, b, e = passport(r), f"{r.day(1960, 2000):%y%m%d}", f"{r.day(2026, 2033):%y%m%d}"
        l1 = ("P<FRA" + mz(p[2]) + "<<" + mz(p[1])).ljust(44, "<")[:44]
        x, y, z, o = n + mrzk(n), b + mrzk(b), e + mrzk(e), "<" * 14 + "0"
        return l1 + "\n" + x + "FRA" + y + ("M" if p[0] == "1" else "F") + z + o + mrzk(x + y + z + o)

    P("passport", "lecture", [mrz_p(r.person()) for _ in range(61)], "MRZ de passeports")
    r = R()
    pp = [r.person() for _ in range(85)]
    P(
        "passport",
        "pièce produite",
        mix(
            r,
            85,
            0.3,
            lambda: (lambda n: "Passeport " + fw(n) + f" — exp. {r.randint(1, 12):02d}/20{int(n[:2]) + 10}")(
                passport(r)
            ),
            lambda: r.choice(["CNI vue", "titre de séjour vu", "livret de famille", "acte de naissance"]),
        ),
        "passeports pleine chasse au mariage",
        {"futur époux": [nm(p, "civ") for p in pp]},
    )
    r = R()
    P(
        "passport",
        "equipage",
        [
            "<li>" + "</li><li>".join(f"{nm(r.person())} {passport(r)}" for _ in range(2)) + "</li>"
            for _ in range(60)
        ],
        "deux passeports par cellule HTML",
        {
            "navire": [
                r.choice(["Capo Rosso", "A Nave Va", "Jean Bart II", "Pascal Paoli"]) for _ in range(60)
            ]
        },
    )
    # ---------- DRIVING LICENCE
    r = R()
    pp = [r.person() for _ in range(78)]
    P(
        "driving_licence",
        "n_permis",
        [permis(r) for _ in pp],
        "permis de chauffeurs",
        {"conducteur": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(62)]
    P(
        "driving_licence",
        "habilitation",
        [(lambda s: NB.join([s[:4], s[4:6], s[6:]]))(permis(r)) for _ in pp],
        "permis espacés",
        {"agent": [nm(p, "PN") for p in pp], "catégorie": [r.choice(["B", "C", "D", "BE"]) for _ in pp]},
    )
    r = R()
    P(
        "driving_licence",
        "suivi flotte",
        mix(
            r,
            115,
            0.11,
            lambda: (
                f"permis {r.choice(['B', 'C', 'D'])} n° {permis(r)} {r.choice(['vérifié', 'copie fournie', 'visite médicale à faire'])}"
            ),
            lambda: r.choice(
                [
                    "vidange faite",
                    "pneus avant",
                    "contrôle technique OK",
                    None,
                    "carte carburant refaite",
                    "prêt au service espaces verts",
                ]
            ),
        ),
        "permis dans le suivi",
    )
    r = R()
    pp = [r.person() for _ in range(66)]
    P(
        "driving_licence",
        "code",
        [int(permis(r, 1, 12)) for _ in pp],
        "permis en entiers, zéro perdu",
        {"stagiaire taxi": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(88)]
    P(
        "driving_licence",
        "observation RH",
        mix(
            r,
            88,
            0.2,
            lambda: "PC " + permis(r) + r.choice(["\n", "\t", ""]),
            lambda: r.choice(["sans permis", "en cours", "non requis", ""]),
        ),
        "permis partiels près des agents",
        {"agent": [nm(p, "civ") for p in pp]},
    )
    r = R()
    P(
        "driving_licence",
        "autopartage",
        [
            json.dumps(
                {"client": nm(p, "PN"), "permis": fw(permis(r)) if i % 3 == 0 else permis(r), "pays": "FR"},
                ensure_ascii=False,
            )
            for i, p in enumerate(r.person() for _ in range(70))
        ],
        "permis en JSON",
    )
    # ---------- SPORTS LICENCE
    r = R()
    pp = [r.person() for _ in range(95)]
    P(
        "sports_licence",
        "licence FFF",
        [r.choice("29") + r.choice("534") + r.d(8) for _ in pp],
        "licences de football (10 chiffres)",
        {"joueur": [nm(p) for p in pp], "cat.": [r.choice(["U11", "U13", "U15", "Senior"]) for _ in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(72)]
    P(
        "sports_licence",
        "n°",
        [r.choice(["VT", "BC", "JH", "RH"]) + f"{r.randint(50, 99):02d}" + r.d(4) for _ in pp],
        "licences de basket",
        {"licencié": [nm(p, "PN") for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(68)]
    P(
        "sports_licence",
        "identifiant",
        [
            (lambda d: f"{'M' if p[0] == '1' else 'F'}{d:%d%m%Y}{slug(p[2])[:5].upper().ljust(5, '*')}01")(
                r.day(1990, 2014)
            )
            for p in pp
        ],
        "licences de judo : sexe, naissance, nom",
    )
    r = R()
    pp = [r.person() for _ in range(64)]
    P(
        "sports_licence",
        "ref club",
        [f"{r.day(1985, 2012):%Y%m}" + NB + r.d(7) for _ in pp],
        "licences de rugby (13 chiffres)",
        {
            "c1": [nm(p, "low") for p in pp],
            "c2": [r.choice(["pilier", "ailier", "arrière", "talonneur"]) for _ in pp],
        },
    )
    r = R()
    P(
        "sports_licence",
        "remarques tournoi",
        mix(
            r,
            112,
            0.12,
            lambda: (
                lambda p: (
                    f"{nm(p, 'PN')} lic. {r.choice(['FFT', 'tennis', ''])} {r.d(7)}{r.L(1)} classé{'e' if p[0] == '2' else ''} {r.choice(['15/2', '30/1', '30', 'NC'])}"
                )
            )(r.person()),
            lambda: r.choice(
                [
                    "match reporté (pluie)",
                    "court 3 indisponible",
                    "balles fournies",
                    "",
                    "finale à 15 h",
                    "forfait",
                    "arbitre désigné",
                ]
            ),
        ),
        "licences de tennis dans le texte",
    )
    r = R()
    pp = [r.person() for _ in range(60)]
    P(
        "sports_licence",
        "UCI",
        [(lambda b: f"{b}{int(b) % 97:02d}")("100" + r.d(6)) for _ in pp],
        "UCI ID de coureurs",
        {"coureur": [nm(p) for p in pp], "dossard": list(range(1, 61))},
    )
    # ---------- CAF
    r = R()
    pp = [r.person() for _ in range(92)]
    P("caf_number", "n_allocataire", [caf(r) for _ in pp], "numéros CAF", {"famille": [nm(p) for p in pp]})
    r = R()
    pp = [r.person() for _ in range(66)]
    P(
        "caf_number",
        "dossier",
        [(lambda s: s[:7] + r.choice([" ", NB, "-"]) + s[7].lower())(caf(r)) for _ in pp],
        "CAF espacés, minuscules",
        {"parent 1": [nm(p, "PN") for p in pp], "QF": [r.randint(180, 1900) for _ in pp]},
    )
    r = R()
    P(
        "caf_number",
        "commentaire",
        mix(
            r,
            138,
            0.09,
            lambda: (
                f"{r.choice(['alloc CAF', 'CAF du Nord n°', 'n° CAF', 'caf 37 :'])} {caf(r)} {r.choice(['QF 412', 'droits suspendus', 'à rapprocher', 'AVE notifiée'])}"
            ),
            lambda: r.choice(OS),
        ),
        "CAF dans 9 % des textes",
    )
    r = R()
    P(
        "caf_number",
        "cle_import",
        [
            json.dumps(
                {"org": "CAF", "alloc": caf(r), "qf": r.randint(150, 2200), "parts": r.choice([2, 2.5, 3, 4])}
            )
            for _ in range(71)
        ],
        "CAF et quotient en JSON",
    )
    r = R()
    pp = [r.person() for _ in range(85)]
    P(
        "caf_number",
        "régime",
        mix(
            r,
            85,
            0.35,
            lambda: "CAF " + fw(caf(r)),
            lambda: r.choice(["MSA", "régime général", "sans", "CNMSS"]),
        ),
        "CAF pleine chasse, partiel",
        {"responsable": [nm(p, "civ") for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(60)]
    P(
        "caf_number",
        "Réf.",
        [
            f"{r.choice(['201', '202', '591', '371'])}/{caf(r)}\n{r.choice(['APL', 'RSA', 'AAH', 'AEEH', 'prime activité'])}"
            for _ in pp
        ],
        "organisme/numéro et prestation",
        {"demandeur": [nm(p) for p in pp]},
    )
    # ---------- SOCIAL
    hd = lambda r: (
        lambda p: (
            "@"
            + r.choice(
                [slug(p[1]) + "_" + slug(p[2])[:6], slug(p[1]) + r.d(2), slug(p[2]) + "." + slug(p[1])]
            )
        )
    )(r.person())
    r = R()
    pp = [r.person() for _ in range(67)]
    P(
        "social_profile",
        "pseudo",
        [f"@{slug(p[1])}{r.choice(['_', '.', ''])}{slug(p[2])[:5]}{r.d(2)}" for p in pp],
        "pseudos d'habitants",
        {"lauréat": [nm(p, "PN") for p in pp]},
    )
    r = R()
    P(
        "social_profile",
        "page",
        [
            f"https://www.instagram.com/{slug(p[1])}.{slug(p[2])}{r.choice(['', r.d(2)])}/"
            for p in (r.person() for _ in range(80))
        ],
        "profils Instagram nominatifs",
    )
    r = R()
    P(
        "social_profile",
        "web",
        mix(
            r,
            96,
            0.2,
            lambda: (lambda p: f"facebook.com/{slug(p[1])}.{slug(p[2])}.{r.randint(2, 98)}")(r.person()),
            lambda: (
                f"https://www.{r.choice(['comite-quartier', 'amis-du-port', 'velo-club', 'a-cantarella'])}-{r.choice(['tours', 'lille', 'bastia'])}.fr"
            ),
        ),
        "Facebook de particuliers parmi des sites associatifs",
    )
    r = R()
    P(
        "social_profile",
        "parcours",
        [
            f"{nm(p, 'PN')} — https://fr.linkedin.com/in/{slug(p[1])}-{slug(p[2])}-{r.d(1)}{r.choice('abcdef')}{r.d(3)}{r.choice('abcdef')}{r.d(2)}"
            for p in (r.person() for _ in range(62))
        ],
        "LinkedIn de candidats",
    )
    r = R()
    P(
        "social_profile",
        "retours",
        mix(
            r,
            125,
            0.14,
            lambda: (
                f"{r.choice(['merci à', 'photo de', 'vu chez', 'signalé par'])} {hd(r)} {r.choice(['sur Insta', 'sur X', '(tiktok)', 'en story'])}"
            ),
            lambda: r.choice(
                [
                    "belle fête",
                    "trop de bruit",
                    "bonne ambiance",
                    "manque de toilettes",
                    "feu d'artifice superbe",
                    "",
                ]
            ),
        ),
        "pseudos cités dans les retours",
    )
    r = R()
    P(
        "social_profile",
        "source_photo",
        [
            '<a href="https://www.tiktok.com/{0}">{0}</a>'.format(hd(r)) + r.choice(["", ZW])
            for _ in range(70)
        ],
        "comptes TikTok HTML",
    )
    # ---------- TRIGRAM
    tri = lambda p: (slug(p[1])[0] + slug(p[2])[:2]).upper()
    r = R()
    pp = [r.person() for _ in range(65)]
    P("trigram", "code", [tri(p) for p in pp], "trigrammes près des noms", {"agent": [nm(p) for p in pp]})
    r = R()
    P(
        "trigram",
        "suivi",
        mix(
            r,
            132,
            0.4,
            lambda: r.choice(
                [
                    "vu par {} le {}",
                    "{} rappelle l'usager le {}",
                    "dossier transmis à {} le {}",
                    "RDV {} / {}",
                ]
            ).format(tri(r.person()), f"{r.day(2023, 2024):%d/%m}"),
            lambda: r.choice(OT),
        ),
        "trigrammes d'agents dans le suivi",
    )
    r = R()
    pp = [r.person() for _ in range(73)]
    P(
        "trigram",
        "maj_par",
        [slug(p[1])[0] + slug(p[2])[:7] + r.choice(["", "01"]) for p in pp],
        "identifiants de session d'agents",
        {"gestionnaire": [nm(p, "PN") for p in pp], "maj_le": [r.day(2023, 2024) for _ in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(70)]
    P(
        "trigram",
        "visa",
        [f"{p[1][0]}.{NB}{p[2][0].upper()}." for p in pp],
        "initiales près des noms complets",
        {
            "instructeur": [nm(p, "civ") for p in pp],
            "acte": [r.choice(["accordé", "refusé", "sursis"]) for _ in pp],
        },
    )
    r = R()
    P(
        "trigram",
        "etat",
        mix(
            r,
            100,
            0.3,
            lambda: f"clos ({tri(r.person())})",
            lambda: r.choice(["clos", "ouvert", "en cours", "en attente"]),
        ),
        "initiales d'agent dans l'état",
        {
            "historique": [
                f"appel usager, {r.choice(['message laissé', 'rendez-vous fixé', 'explications données'])} par l'agent d'accueil"
                for _ in range(100)
            ]
        },
    )
    r = R()
    P(
        "trigram",
        "hist.",
        [
            f"relance {tri(r.person()).lower()} {r.day(2023, 2023):%d/%m} ; rappel {tri(r.person()).lower()} {r.day(2024, 2024):%d/%m}"
            + r.choice(["", "\nok " + tri(r.person()).lower()])
            for _ in range(77)
        ],
        "trigrammes minuscules, plusieurs par cellule",
    )
    # ---------- HEALTH
    r = R()
    pp = [r.person() for _ in range(82)]
    P(
        "health",
        "info cantine",
        mix(
            r,
            82,
            0.3,
            lambda: r.choice(
                [
                    "allergie arachide sévère (stylo)",
                    "PAI asthme",
                    "diabète type 1, glycémie avant repas",
                    "intolérance gluten (cœliaque)",
                    "allergie œuf",
                ]
            ),
            lambda: r.choice(["sans porc", "standard", "végétarien", ""]),
        ),
        "santé d'enfants nommés",
        {"élève": [nm(p) for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(70)]
    P(
        "health",
        "nature",
        [
            r.choice(
                [
                    "entorse cheville",
                    "lombalgie aiguë",
                    "plaie main gauche",
                    "burn-out",
                    "tendinite épaule",
                    "choc psychologique",
                    "fracture poignet",
                ]
            )
            for _ in pp
        ],
        "accidents du travail d'agents nommés",
        {"victime": [nm(p, "civ") for p in pp], "arrêt (j)": [r.randint(0, 60) for _ in pp]},
    )
    r = R()
    P(
        "health",
        "motivation",
        mix(
            r,
            120,
            0.15,
            lambda: r.choice(
                [
                    "demandeuse sous chimiothérapie, besoin RDC",
                    "fils autiste, chambre séparée indispensable",
                    "monsieur dialysé 3 fois/semaine",
                    "dépression suite divorce, suivie au CMP",
                    "mère atteinte de sclérose en plaques",
                    "locataire séropositif, certificat joint",
                ]
            ),
            lambda: r.choice(
                [
                    "surpeuplement",
                    "rapprochement travail",
                    "loyer trop cher",
                    "logement insalubre",
                    "fin de bail",
                    "décohabitation",
                ]
            ),
        ),
        "santé dans des demandes de logement",
        {"n° demande": [f"059{r.d(6)}{r.d(3)}" for _ in range(120)]},
    )
    r = R()
    pp = [r.person() for _ in range(61)]
    P(
        "health",
        "TRANSPORT",
        [
            r.choice(
                [
                    "FAUTEUIL ROULANT",
                    "ÉPILEPSIE – VALIUM DANS LE SAC",
                    "TRISOMIE 21",
                    "MALVOYANT",
                    "MYO" + ZW + "PATHIE",
                    "TROUBLES AUTISTIQUES",
                ]
            )
            + r.choice(["", NB, "\n"])
            for _ in pp
        ],
        "handicap d'élèves transportés",
        {"ÉLÈVE": [nm(p).upper() for p in pp]},
    )
    r = R()
    P(
        "health",
        "fiche",
        [
            f"<p>{nm(r.person(), 'cn')}&nbsp;: {r.choice(['insuffisance cardiaque', 'maladie de Parkinson', 'oxygène à domicile', 'démence débutante', 'cancer en rémission'])}, {r.choice(['vit seule', 'aidant épuisé', 'appel quotidien'])}</p>"
            for _ in range(64)
        ],
        "registre canicule HTML",
    )
    r = R()
    P(
        "health",
        "compte rendu",
        mix(
            r,
            150,
            0.08,
            lambda: nfd(
                r.choice(
                    [
                        "la résidente est diabétique et refuse l'infirmière",
                        "usager alcoolo-dépendant, cure prévue",
                        "le père est bipolaire, prudence en visite",
                        "dame sous tutelle, Alzheimer diagnostiqué",
                        "il a fait une tentative de suicide en mars",
                        "enceinte de 7 mois, grossesse à risque",
                    ]
                )
            ),
            lambda: r.choice(
                [
                    "visite effectuée",
                    "logement propre",
                    "absent au passage",
                    "aide-ménagère maintenue",
                    "",
                    "dossier APA en cours",
                ]
            ),
        ),
        "santé dans des visites sociales",
        {"tournée": [r.choice(["A", "B", "C"]) for _ in range(150)]},
    )
    # ---------- AGE ILLNESS
    ILL = [
        "cancer du sein",
        "AVC",
        "épilepsie",
        "sclérose en plaques",
        "schizophrénie",
        "insuffisance rénale",
        "mucoviscidose",
        "hépatite C",
    ]
    r = R()
    P(
        "age_illness",
        "profil",
        [f"{r.choice(['femme', 'homme'])}, {r.randint(19, 91)} ans, {r.choice(ILL)}" for _ in range(70)],
        "âge et maladie, une ligne par personne",
        {"quartier": [r.choice(["Lupino", "Paese Novu", "Cardo"]) for _ in range(70)]},
    )
    r = R()
    P(
        "age_illness",
        "enfant accueilli",
        [
            f"{r.choice(['garçon', 'fille'])} {r.randint(3, 12)}{NB}ans – {r.choice(['TDAH', 'asthme', 'drépanocytose', 'diabète', 'surdité'])}"
            + r.choice(["", "\t"])
            for _ in range(63)
        ],
        "âge et maladie d'enfants",
        {"centre": [r.choice(["Les Francas", "Bord de Loire", "La Gloriette"]) for _ in range(63)]},
    )
    r = R()
    P(
        "age_illness",
        "main courante",
        mix(
            r,
            142,
            0.09,
            lambda: r.choice(
                [
                    "malaise d'un homme de {} ans, diabétique",
                    "dame {} ans désorientée (Alzheimer) ramenée chez elle",
                    "homme de {} ans, crise d'épilepsie, SAMU",
                    "{} ans, cardiaque, refuse l'hôpital",
                ]
            ).format(r.randint(61, 93)),
            lambda: r.choice(
                [
                    "ronde sans incident",
                    "tapage terminé",
                    "chien errant capturé",
                    "stationnement verbalisé",
                    "ouverture du parc",
                    "",
                ]
            ),
        ),
        "interventions : âge et maladie",
    )
    r = R()
    P(
        "age_illness",
        "age",
        [r.randint(22, 95) for _ in range(85)],
        "âge près du diagnostic individuel",
        {
            "diag": [r.choice(ILL) for _ in range(85)],
            "sexe": [r.choice("HF") for _ in range(85)],
            "rue": [r.choice(ST["Valenciennes"][1]) for _ in range(85)],
        },
    )
    r = R()
    P(
        "age_illness",
        "cas",
        [
            f"{r.choice('HF')}/{r.randint(20, 94)}/{r.choice(['AVC', 'BPCO', 'SEP', 'VIH', 'IRC', 'K sein', 'K poumon'])}"
            for _ in range(66)
        ],
        "codes sexe/âge/maladie",
        {"entrée": [frd(r.day(2023, 2024)) for _ in range(66)]},
    )
    r = R()
    P(
        "age_illness",
        "demande",
        [
            json.dumps(
                {
                    "age": r.randint(60, 96),
                    "gir": r.randint(1, 4),
                    "patho": r.choice(["Parkinson", "Alzheimer", "dépression", "insuffisance cardiaque"]),
                    "aidant": r.choice(["conjoint", "fille", "aucun"]),
                },
                ensure_ascii=False,
            )
            for _ in range(72)
        ],
        "dossiers individuels d'aide en JSON",
        {"reçu le": [r.day(2022, 2024) for _ in range(72)]},
    )
    # ---------- HOME POSITION
    r = R()
    pp = [r.person() for _ in range(79)]
    P(
        "home_position",
        "geo",
        ["{}, {}".format(*pos(r, "Tours")) for _ in pp],
        "domiciles géolocalisés",
        {"personne isolée": [nm(p, "civ") for p in pp]},
    )
    r = R()
    pp = [r.person() for _ in range(68)]
    xy = [pos(r, "Bastia", 0.006) for _ in pp]
    P(
        "home_position",
        "y",
        [a for a, _ in xy],
        "latitude du domicile",
        {"x": [b for _, b in xy], "abonné": [nm(p) for p in pp], "objet": ["compteur domicile"] * 68},
    )
    r = R()
    pp = [r.person() for _ in range(64)]
    P(
        "home_position",
        "the_geom",
        ["POINT ({1} {0})".format(*pos(r, "Roubaix")) for _ in pp],
        "WKT de domiciles",
        {
            "foyer": ["famille " + p[2] for p in pp],
            "composteur remis": [r.choice(["oui", "non"]) for _ in pp],
        },
    )
    r = R()
    P(
        "home_position",
        "feature",
        [
            (
                lambda a: json.dumps(
                    {
                        "type": "Feature",
                        "geometry": {"type": "Point", "coordinates": [a[1], a[0]]},
                        "properties": {"occupant": nm(r.person()), "type": "maison"},
                    },
                    ensure_ascii=False,
                )
            )(pos(r, "Saumur"))
            for _ in range(60)
        ],
        "GeoJSON avec l'occupant",
    )
    r = R()
    pp = [r.person() for _ in range(75)]
    P(
        "home_position",
        "X_L93",
        [r.randint(701000, 706500) for _ in pp],
        "Lambert-93 du logement",
        {
            "Y_L93": [r.randint(7056000, 7061500) for _ in pp],
            "locataire": [nm(p, "PN") for p in pp],
            "logement": [r.choice(["T2", "T3", "T4", "maison"]) for _ in pp],
        },
    )
    r = R()
    pp = [r.person() for _ in range(90)]

    def dms(v, h):
        d = int(v)
        m = int((v - d) * 60)
        return f"{d}°{m:02d}'{((v - d) * 60 - m) * 60:04.1f}\"{h}"

    P(
        "home_position",
        "point de ramassage",
        mix(
            r,
            90,
            0.35,
            lambda: (lambda a: "domicile " + dms(a[0], "N") + NB + dms(a[1], "E"))(pos(r, "Ajaccio")),
            lambda: r.choice(["arrêt Mezzavia", "arrêt Les Salines", "gare CFC", "arrêt Aspretto"]),
        ),
        "domiciles d'élèves en degrés",
        {"élève": [nm(p) for p in pp]},
    )
    # ---------- PERSON HEADER
    for h, f in [
        ("Mme Claire BESNARD", lambda r: r.choice(["présente", "excusée", "pouvoir", "absente"])),
        ("Karim Benkhelifa", lambda r: r.choice([0, 1, 1, None])),
        ("heures RAKOTOMALALA Haingo", lambda r: r.choice([3.5, 7, 7.5, 8, None])),
        ("avis_nguyen_thi_linh", lambda r: r.choice(["favorable", "défavorable", "réservé"])),
        ("Petru-Santu LUCIANI (astreinte)", lambda r: r.choice(["X", "", "x", None])),
        ("M. Van den Broucke Benoît - km", lambda r: r.randint(0, 140)),
        ("Zeynep Yıldırım", lambda r: r.choice(["oui", "non", "NSP"])),
    ]:
        r = R()
        n = r.randint(60, 110)
        P(
            "person_header",
            h,
            [f(r) for _ in range(n)],
            "nom de personne en en-tête",
            {"date": [dt.date(2024, 1, 1) + dt.timedelta(days=2 * i) for i in range(n)]},
            False,
        )


def gtin(r, pre):
    s = pre + r.d(12 - len(pre))
    return s + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(s)) % 10)


def finess(r, dep):
    s = dep + "0" * (5 - len(dep)) + r.d(3)
    s = s[:8].ljust(8, "0")
    return s + luhn_key(s)


def uai(r, dep):
    s = f"0{dep}" + r.d(4)
    return s + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(s) % 23]


def many(r, n, *seqs):
    """n lignes tirees sans repetition (tant que possible) du produit des listes."""
    rows = [()]
    for s in seqs:
        rows = [a + (b,) for a in rows for b in s]
    r.shuffle(rows)
    return (rows * (n // len(rows) + 1))[:n]


EQ = [
    "École élémentaire",
    "École maternelle",
    "Gymnase",
    "Médiathèque",
    "Piscine",
    "Crèche",
    "Centre social",
    "Maison de quartier",
    "Stade",
    "Cimetière",
    "Salle des fêtes",
    "Mairie annexe",
]
SUF = [
    "du Port",
    "des Tilleuls",
    "de la Gare",
    "du Vieux-Moulin",
    "des Remparts",
    "du Beffroi",
    "de la Citadelle",
    "des Varennes",
    "du Canal",
    "de l'Écluse",
    "des Mouettes",
    "du Maquis",
]
CO = [
    "EIFFAGE ROUTE SA",
    "COLAS FRANCE SAS",
    "SPIE CITYNETWORKS SAS",
    "ENGIE SOLUTIONS SA",
    "EUROVIA CENTRE LOIRE SAS",
    "ORANGE SA",
    "SUEZ EAU FRANCE SAS",
    "KEOLIS SA",
    "JCDECAUX FRANCE SAS",
    "DALKIA SA",
    "BOUYGUES ENERGIES SAS",
    "SOCOTEC CONSTRUCTION SAS",
    "VEOLIA EAU SCA",
    "CITEOS SAS",
]
SP = [
    "Platanus × hispanica",
    "Tilia cordata",
    "Acer platanoides",
    "Quercus ilex",
    "Pinus pinaster",
    "Celtis australis",
    "Fraxinus excelsior",
    "Ginkgo biloba",
    "Carpinus betulus",
    "Olea europaea",
]
STREET_HON = [
    "rue Victor-Hugo",
    "rue Jean-Jaurès",
    "place Jeanne-d'Arc",
    "boulevard Pasquale-Paoli",
    "rue Marie-Curie",
    "avenue Jean-Moulin",
    "rue François-Rabelais",
    "rue Honoré-de-Balzac",
    "place Jean-Bart",
    "rue Louis-Pasteur",
    "rue Louise-Michel",
    "allée Danielle-Casanova",
    "rue George-Sand",
    "rue Pierre-de-Ronsard",
    "rue Joachim-du-Bellay",
    "rue Gambetta",
    "rue du Général-Faidherbe",
    "rue Léon-Blum",
    "square Agnès-Sorel",
    "rue Denis-Papin",
]
WORK = [
    "réfection de chaussée",
    "remplacement de canalisation",
    "enfouissement de réseaux",
    "création de piste cyclable",
    "reprise des trottoirs",
    "plantation d'alignement",
]
SERV = [
    "État civil",
    "Urbanisme",
    "Médiathèque",
    "Piscine municipale",
    "Police municipale",
    "CCAS",
    "Déchèterie",
    "Office de tourisme",
    "Musée des Beaux-Arts",
    "Conservatoire",
    "Crèche municipale",
    "Service des eaux",
    "Archives municipales",
    "Cuisine centrale",
    "Maison des associations",
]


def build_harmless():
    n60 = range(60)
    # --- pris pour un NIR
    r = R()
    H(
        "nir",
        "num_appareil",
        [(lambda s: s + luhn_key(s))("35" + r.d(12)) for _ in range(70)],
        "IMEI de modems d'horodateurs",
        {
            "matériel": [f"modem 4G horodateur H{i + 1:03d}" for i in range(70)],
            "zone": [r.choice(["verte", "orange"]) for _ in range(70)],
        },
    )
    r = R()
    H(
        "nir",
        "PRM",
        [r.choice(["21", "25", "19"]) + r.d(12) for _ in range(88)],
        "points de livraison de bâtiments publics",
        {
            "bâtiment": [f"{a} {b}" for a, b in many(r, 88, EQ, SUF)],
            "kVA": [r.choice([36, 60, 120]) for _ in range(88)],
        },
    )
    r = R()
    H(
        "nir",
        "iris",
        [int(r.choice(["37261", "41018", "59350"]) + f"{r.randint(101, 1204):04d}") for _ in range(66)],
        "codes IRIS et population",
        {
            "population": [r.randint(1500, 4200) for _ in range(66)],
            "superficie_ha": [r.randint(12, 300) for _ in range(66)],
            "libellé iris": [
                f"{r.choice(['Centre', 'Gare', 'Nord', 'Sud', 'Port'])} {i % 9 + 1}" for i in range(66)
            ],
        },
    )
    r = R()
    H(
        "nir",
        "engagement",
        [f"2024 {r.randint(1, 12):02d} 011 {r.d(6)}" for _ in range(90)],
        "numéros d'engagement comptable",
        {
            "compte": [r.choice(["60612", "60632", "615221", "6156"]) for _ in range(90)],
            "libellé": [
                r.choice(
                    [
                        "énergie électricité",
                        "fournitures de petit équipement",
                        "entretien bâtiments publics",
                        "maintenance",
                    ]
                )
                for _ in range(90)
            ],
            "société": [r.choice(CO) for _ in range(90)],
        },
    )
    r = R()
    H(
        "nir",
        "code barre",
        [gtin(r, r.choice(["3", "30", "54", "40"])) for _ in range(75)],
        "GTIN de fournitures",
        {
            "article": [
                f"{a} {b}"
                for a, b in many(
                    r,
                    75,
                    ["Ramette A4", "Stylo bille", "Classeur", "Agrafeuse", "Enveloppe C5", "Marqueur"],
                    [
                        "bleu",
                        "noir",
                        "rouge",
                        "lot de 10",
                        "lot de 50",
                        "recyclé",
                        "éco",
                        "premium",
                        "standard",
                        "vert",
                        "carton",
                        "x100",
                        "x500",
                    ],
                )
            ]
        },
    )
    r = R()
    H(
        "nir",
        "id_tronçon",
        [
            f"1 {r.randint(10, 99)} {r.randint(1, 12):02d} {r.randint(10, 95)} {r.d(3)} {r.d(3)}"
            for _ in range(64)
        ],
        "identifiants hydrographiques espacés",
        {
            "cours d'eau": [
                r.choice(["le Cher", "la Loire", "l'Indre", "la Cisse", "la Vienne"]) for _ in range(64)
            ],
            "linéaire_m": [r.randint(80, 4000) for _ in range(64)],
            "état écologique": [r.choice(["bon", "moyen", "médiocre"]) for _ in range(64)],
        },
    )
    # --- IBAN
    r = R()

    def lei():
        b = "9695" + "00" + "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(12))
        return b + f"{98 - int(''.join(str(int(c, 36)) for c in b + '00')) % 97:02d}"

    H(
        "iban",
        "identifiant prêteur",
        [lei() for _ in range(60)],
        "LEI de banques",
        {
            "banque": [
                r.choice(
                    [
                        "Caisse française de financement local",
                        "La Banque Postale",
                        "Crédit Coopératif",
                        "Arkéa Banque E&I",
                        "Banque des Territoires",
                    ]
                )
                for _ in n60
            ],
            "capital restant dû": [r.randint(10**5, 9 * 10**6) for _ in n60],
        },
    )
    r = R()
    H(
        "iban",
        "contrat",
        [f"M{r.choice('OI')}N{r.d(6)}EUR/{r.d(7)}/001" for _ in range(62)],
        "contrats d'emprunt",
        {
            "taux": [
                r.choice(["fixe 1,42 %", "Euribor 3M + 0,45", "Livret A + 1", "fixe 3,10 %"])
                for _ in range(62)
            ],
            "échéance": [dt.date(r.randint(2027, 2045), 12, 1) for _ in range(62)],
        },
    )
    r = R()

    def tva():
        s = siren(r)
        return f"FR {(12 + 3 * (int(s) % 97)) % 97:02d} {s[:3]} {s[3:6]} {s[6:]}"

    H(
        "iban",
        "n° TVA",
        [tva() for _ in range(70)],
        "TVA intracommunautaire de sociétés",
        {
            "titulaire du marché": [r.choice(CO) for _ in range(70)],
            "montant HT": [r.randint(4000, 900000) for _ in range(70)],
        },
    )
    r = R()
    bk = [
        r.choice(
            [
                ("BDFEFRPPCCT", "Banque de France"),
                ("CDCGFR2LXXX", "Caisse des Dépôts"),
                ("CEPAFRPP452", "Caisse d'Épargne Loire-Centre"),
                ("AGRIFRPP894", "Crédit Agricole Touraine-Poitou"),
            ]
        )
        for _ in n60
    ]
    H(
        "iban",
        "BIC",
        [a for a, _ in bk],
        "BIC d'établissements",
        {"établissement": [b for _, b in bk], "objet": [f"ligne de trésorerie {2010 + i % 15}" for i in n60]},
    )
    r = R()
    H(
        "iban",
        "code_gare",
        [int("87" + r.d(6)) for _ in range(65)],
        "codes UIC",
        {
            "gare": [
                f"Gare de {r.choice(['Tours', 'Saint-Pierre-des-Corps', 'Blois-Chambord', 'Lille-Flandres', 'Dunkerque', 'Onzain'])}, quai {i % 12 + 1}"
                for i in range(65)
            ],
            "voyageurs/an": [r.randint(9000, 4000000) for _ in range(65)],
        },
    )
    r = R()
    H(
        "iban",
        "ref_ouvrage",
        [f"FR{r.randint(10, 99)} {r.d(4)} {r.d(4)} {r.choice('ABC')}{r.d(3)}" for _ in range(68)],
        "références d'ouvrages d'eau",
        {
            "ouvrage": [
                f"{r.choice(['château d eau', 'forage', 'surpresseur', 'poste de relevage'])} {r.choice(SUF)}"
                for _ in range(68)
            ],
            "m3/j": [r.randint(40, 9000) for _ in range(68)],
        },
    )
    # --- CARTE
    r = R()
    H(
        "card",
        "ref_lampadaire",
        [f"{r.choice(['3726', '4101'])} {r.d(4)} {r.d(4)} {r.d(4)}" for _ in range(90)],
        "références à 16 chiffres d'éclairage",
        {
            "type": [
                r.choice(["mât 8 m LED 42 W", "console façade SHP 100 W", "borne basse", "projecteur"])
                for _ in range(90)
            ],
            "armoire": [f"ARM-{r.randint(1, 70):03d}" for _ in range(90)],
        },
    )
    r = R()
    H(
        "card",
        "montant_centimes",
        [r.randint(10**7, 9 * 10**9) for _ in range(84)],
        "crédits en centimes",
        {
            "chapitre": [
                r.choice(
                    [
                        "011 Charges à caractère général",
                        "012 Charges de personnel",
                        "65 Autres charges",
                        "21 Immobilisations corporelles",
                        "23 Immobilisations en cours",
                    ]
                )
                for _ in range(84)
            ],
            "exercice": [2010 + i % 14 for i in range(84)],
        },
    )
    r = R()
    H(
        "card",
        "lot",
        [f"{r.choice(['4', '5'])}{r.d(3)}-{r.d(4)}-{r.d(4)}-{r.d(4)}" for _ in n60],
        "numéros de lot alimentaire",
        {
            "produit": [
                r.choice(
                    [
                        "yaourt nature bio",
                        "emmental râpé",
                        "steak haché VBF",
                        "compote pomme",
                        "pain de campagne",
                    ]
                )
                for _ in n60
            ],
            "DLC": [dt.date(2024, r.randint(1, 12), r.randint(1, 28)) for _ in n60],
        },
    )
    r = R()
    H(
        "card",
        "code_exemplaire",
        [int("3" + r.d(13)) for _ in range(78)],
        "codes-barres d'exemplaires",
        {
            "titre": [
                r.choice(
                    [
                        "Gargantua",
                        "Le Père Goriot",
                        "Les Regrets",
                        "Germinal",
                        "Colomba",
                        "Les Amours",
                        "Eugénie Grandet",
                    ]
                )
                for _ in range(78)
            ],
            "cote": [f"R {r.choice(['RAB', 'BAL', 'ZOL', 'MER', 'BEL'])}" for _ in range(78)],
        },
    )
    r = R()
    H(
        "card",
        "volume cumulé",
        [round(r.uniform(10**5, 10**7), 9) for _ in range(72)],
        "volumes à longues décimales",
        {
            "compteur": [
                f"{a} {b}" for a, b in many(r, 72, ["Station d'épuration", "Réservoir", "Captage"], SUF)
            ],
            "unité": ["m3"] * 72,
        },
    )
    r = R()
    H(
        "card",
        "cle_interop",
        [f"{r.choice(['37261', '59350', '2b033'])}_{r.d(4)}_{r.randint(1, 90):05d}" for _ in range(80)],
        "clés BAN d'équipements publics",
        {"équipement": [f"{a} {b}" for a, b in many(r, 80, EQ, SUF)]},
    )
    # --- TELEPHONE
    r = R()
    H(
        "phone",
        "telephone",
        [fixe(r, "02 47") for _ in n60],
        "téléphones de services nommés",
        {"service": [f"{r.choice(SERV)} – guichet {i % 6 + 1}" for i in n60]},
    )
    r = R()
    H(
        "phone",
        "contact",
        [r.choice(["15", "17", "18", "112", "115", "119", "3919", "3114", "3977", "116 006"]) for _ in n60],
        "numéros d'urgence nationaux",
        {"affiché à": [f"{a} {b}" for a, b in many(r, 60, EQ, SUF)]},
    )
    r = R()
    H(
        "phone",
        "finess",
        [finess(r, r.choice(["37", "41", "59"])) for _ in range(64)],
        "FINESS d'établissements",
        {
            "établissement": [
                f"{r.choice(['EHPAD', 'CHRU', 'Clinique', 'Centre de santé municipal', 'Laboratoire hospitalier'])} {r.choice(SUF)}"
                for _ in range(64)
            ],
            "lits": [r.randint(20, 800) for _ in range(64)],
        },
    )
    r = R()
    H(
        "phone",
        "réf article",
        [f"06{r.d(8)}" for _ in range(70)],
        "références de quincaillerie commençant par 06",
        {
            "désignation": [
                f"{a} {b}"
                for a, b in many(
                    r,
                    70,
                    ["vis inox", "joint torique", "cartouche robinet", "charnière", "boulon"],
                    [f"{d} mm" for d in range(4, 22)],
                )
            ],
            "prix": [round(r.uniform(0.2, 60), 2) for _ in range(70)],
        },
    )
    r = R()
    H(
        "phone",
        "joindre",
        [
            f"Standard du {a.lower()} {b} : {fixe(r, z)}\n(lun-ven 9h-17h)"
            for (a, b), z in zip(
                many(
                    r,
                    66,
                    [
                        "CCAS",
                        "Service propreté",
                        "Centre nautique",
                        "Théâtre municipal",
                        "Musée",
                        "Conservatoire",
                    ],
                    SUF,
                ),
                ["03 20", "03 28", "04 95"] * 22,
            )
        ],
        "standards de services, nommés dans la cellule",
    )
    r = R()
    H(
        "phone",
        "n vert",
        [f"0{NB}80{r.choice('05')}{NB}{r.d(3)}{NB}{r.d(3)}" for _ in n60],
        "numéros verts d'exploitants",
        {
            "objet": [
                r.choice(
                    [
                        "collecte des encombrants",
                        "fuite sur réseau d'eau",
                        "éclairage public en panne",
                        "info transports",
                        "allô propreté",
                    ]
                )
                for _ in n60
            ],
            "commune": [r.choice(ALLT) for _ in n60],
        },
    )
    # --- COURRIEL
    r = R()
    H(
        "email",
        "mail",
        [
            f"{r.choice(['accueil', 'contact', 'secretariat', 'reservation', 'urbanisme', 'etat-civil'])}@{r.choice(['tours.fr', 'blois.fr', 'ville-saumur.fr', 'ville-dunkerque.fr', 'bastia.corsica'])}"
            for _ in range(80)
        ],
        "adresses de fonction",
    )
    r = R()
    H(
        "email",
        "composant",
        [
            f"@{a}/{b}@{r.randint(1, 18)}.{r.randint(0, 9)}.{r.randint(0, 9)}"
            for a, b in many(
                r,
                63,
                ["angular", "vue", "gouvfr", "turf", "babel", "types"],
                ["core", "cli", "router", "dsfr", "helpers", "leaflet", "node"],
            )
        ],
        "paquets npm du portail",
    )
    r = R()
    H(
        "email",
        "fichier",
        [
            f"{a}@{b}x.{c}"
            for a, b, c in many(
                r,
                66,
                ["logo-ville", "picto-bus", "blason", "plan-centre", "icone-velo"],
                [1, 2, 3],
                ["png", "webp", "jpg", "svg", "avif"],
            )
        ],
        "images @2x",
    )
    r = R()
    H(
        "email",
        "domaine",
        [
            f"*@{a}.{b}"
            for a, b in many(
                r,
                60,
                [
                    "mairie-tours",
                    "academie-lille",
                    "loiret",
                    "nord-habitat",
                    "cdc-corse",
                    "sdis59",
                    "chru-tours",
                    "univ-corse",
                ],
                ["fr", "gouv.fr", "org", "corsica", "com", "eu", "net", "info"],
            )
        ],
        "domaines autorisés",
        {"règle": ["accepter"] * 60},
    )
    r = R()
    H(
        "email",
        "signalement",
        [
            f"{r.choice(['formulaire en ligne ou', 'écrire à', 'courriel :'])} {b}@{t}.fr ({a.lower()})"
            for a, b, t in many(
                r,
                64,
                ["voirie", "propreté", "espaces verts", "éclairage"],
                ["allo-mairie", "proximite", "ma-rue", "cadre-de-vie"],
                ["lille", "roubaix", "valenciennes", "blois"],
            )
        ],
        "boîtes de service dans un texte",
    )
    r = R()
    H(
        "email",
        "tarif",
        [f"{r.randint(1, 40)} u @ {r.randint(2, 90)},{r.d(1)}0 €" for _ in range(68)],
        "quantités @ prix",
        {
            "fourniture": [
                r.choice(["terreau 40 L", "sel de déneigement", "peinture routière", "barrière Vauban"])
                for _ in range(68)
            ]
        },
    )
    # --- PLAQUE
    r = R()
    H(
        "plate",
        "modèle",
        [
            f"{r.choice(['LD', 'EP', 'BQ', 'CB'])}-{r.randint(100, 980)}-{r.choice(['GR', 'NR', 'BL', 'VT'])}"
            for _ in range(75)
        ],
        "références de mobilier urbain",
        {
            "mobilier": [
                f"{r.choice(['banc bois', 'corbeille', 'borne escamotable', 'lanterne LED'])} {r.choice(['gris', 'noir', 'bleu', 'vert'])}"
                for _ in range(75)
            ],
            "PU HT": [r.randint(80, 1900) for _ in range(75)],
        },
    )
    r = R()
    H(
        "plate",
        "parcelle",
        [f"{r.L(2, 'ABCDEHKLMN')} {r.randint(1, 640):03d}" for _ in range(70)],
        "sections cadastrales d'équipements publics",
        {
            "équipement public": [f"{a} {b}" for a, b in many(r, 70, EQ, SUF)],
            "contenance_m2": [r.randint(300, 24000) for _ in range(70)],
        },
    )
    r = R()
    H(
        "plate",
        "voie",
        [
            f"{r.choice(['D', 'RD', 'N', 'T', 'A'])}{r.choice([' ', NB, ''])}{r.randint(1, 980)}{r.choice(['', 'A', ' bis'])}"
            for _ in range(85)
        ],
        "routes",
        {
            "PR": [f"{r.randint(0, 60)}+{r.randint(0, 999):03d}" for _ in range(85)],
            "TMJA": [r.randint(300, 42000) for _ in range(85)],
        },
    )
    r = R()
    H(
        "plate",
        "n° équipement",
        [f"AS-{r.randint(100, 999)}-{r.choice(['AA', 'AB', 'BA'])}" for _ in n60],
        "ascenseurs",
        {
            "désignation": [f"ascenseur {r.choice([6, 8, 13])} pers. {r.choice(SUF)}" for _ in n60],
            "contrôle": [r.choice(["conforme", "réserve levée", "à programmer"]) for _ in n60],
        },
    )
    r = R()
    H(
        "plate",
        "vol",
        [f"{a} {b}" for a, b in many(r, 65, ["AF", "XK", "U2", "V7", "FR"], range(4100, 4190, 6))],
        "numéros de vols",
        {
            "aéroport": [
                r.choice(["Bastia-Poretta", "Ajaccio", "Calvi", "Figari", "Tours Val de Loire"])
                for _ in range(65)
            ],
            "sièges offerts": [r.choice([70, 144, 180]) for _ in range(65)],
        },
    )
    r = R()
    H(
        "plate",
        "borne",
        [f"FR*S37*P{r.d(4)}*{r.randint(1, 4)}" for _ in range(70)],
        "bornes de recharge (AFIREV)",
        {
            "puissance": [r.choice(["22 kW", "7,4 kW", "50 kW DC"]) for _ in range(70)],
            "station": [f"Parking {r.choice(SUF)}" for _ in range(70)],
        },
    )
    # --- IP
    r = R()
    H(
        "ip",
        "version",
        [f"{r.randint(5, 24)}.{r.randint(0, 12)}.{r.randint(0, 9)}.{r.randint(0, 240)}" for _ in range(66)],
        "versions de logiciels",
        {
            "logiciel": [
                r.choice(["QGIS Server", "GLPI", "PostgreSQL ODBC", "LibreOffice", "7-Zip", "Firefox ESR"])
                for _ in range(66)
            ]
        },
    )
    r = R()
    H(
        "ip",
        "rubrique IOTA",
        [f"{r.choice('12335')}.{r.randint(1, 3)}.{r.randint(1, 5)}.0" for _ in n60],
        "nomenclature loi sur l'eau",
        {
            "installation": [
                r.choice(
                    [
                        "prélèvement en nappe",
                        "rejet d'eaux pluviales",
                        "remblai en lit majeur",
                        "plan d'eau",
                        "consolidation de berges",
                    ]
                )
                for _ in n60
            ],
            "régime": [r.choice(["D", "A"]) for _ in n60],
        },
    )
    r = R()
    H(
        "ip",
        "exemple_requete",
        [
            f"curl http://{r.choice(['192.0.2', '198.51.100', '203.0.113'])}.{r.randint(1, 254)}/api/v{r.randint(1, 3)}/{r.choice(['arrets', 'velos', 'arbres', 'menus'])}"
            for _ in n60
        ],
        "adresses de documentation",
    )
    r = R()
    H(
        "ip",
        "article CCTP",
        [f"{r.randint(1, 12)}.{r.randint(1, 9)}.{r.randint(1, 9)}.{r.randint(1, 14)}" for _ in range(90)],
        "articles de cahier des charges",
        {
            "intitulé": [
                r.choice(
                    [
                        "enrobé bitumineux 0/10",
                        "bordures T2",
                        "terrassement en déblai",
                        "géotextile",
                        "grave non traitée",
                        "regard béton Ø 800",
                    ]
                )
                for _ in range(90)
            ],
            "unité": [r.choice(["m2", "ml", "m3", "u"]) for _ in range(90)],
        },
    )
    r = R()
    H(
        "ip",
        "cible",
        [f"{r.choice(['224.0.0', '239.255.0', '127.0.0', '169.254.0'])}.{r.randint(1, 250)}" for _ in n60],
        "adresses multicast et locales",
        {
            "usage": [
                r.choice(
                    [
                        "diffusion vidéo mur d'image",
                        "test local",
                        "annonce de routage",
                        "découverte de service",
                    ]
                )
                for _ in n60
            ]
        },
    )
    r = R()
    H(
        "ip",
        "delib",
        [
            f"{r.choice([2022, 2023, 2024])}.{r.randint(1, 12):02d}.{r.randint(1, 28):02d}.{r.randint(1, 60):02d}"
            for _ in range(74)
        ],
        "numéros de délibérations pointés",
        {
            "objet": [
                r.choice(
                    [
                        "tarifs de la restauration scolaire",
                        "convention avec le SDIS",
                        "décision modificative n° 2",
                        "dénomination de la place du Beffroi",
                        "règlement des marchés",
                    ]
                )
                for _ in range(74)
            ]
        },
    )
    # --- MAC
    r = R()
    H(
        "mac",
        "deveui",
        ["70B3D5" + "".join(r.choice("0123456789ABCDEF") for _ in range(10)) for _ in range(80)],
        "capteurs LoRaWAN",
        {
            "capteur": [
                f"{r.choice(['CO2 salle de classe', 'niveau de colonne à verre', 'humidité de sol', 'crue du Cher'])} {i + 1}"
                for i in range(80)
            ]
        },
    )
    r = R()
    H(
        "mac",
        "empreinte",
        [hashlib.md5(f"7721{i}".encode()).hexdigest() for i in range(70)],
        "MD5 de fichiers",
        {"fichier": [f"orthophoto_{2018 + i % 6}_dalle_{i:03d}.tif" for i in range(70)]},
    )
    r = R()
    H(
        "mac",
        "couleur",
        ["#" + "".join(r.choice("0123456789abcdef") for _ in range(6)) for _ in n60],
        "couleurs de lignes",
        {"ligne": [f"Ligne {i + 1}" for i in n60], "mode": [r.choice(["bus", "tram", "car"]) for _ in n60]},
    )
    r = R()
    H(
        "mac",
        "passages",
        [":".join(f"{(6 + j) % 24:02d}" for j in sorted(r.sample(range(17), 6))) for _ in range(70)],
        "heures de passage séparées par deux-points",
        {
            "arrêt": [
                f"{a} {b}"
                for a, b in many(r, 70, ["Gare", "Mairie", "Hôpital", "Lycée", "Halles", "Université"], SUF)
            ],
            "fréquence": ["heures pleines"] * 70,
        },
    )
    r = R()
    H(
        "mac",
        "commit",
        ["".join(r.choice("0123456789abcdef") for _ in range(12)) for _ in range(64)],
        "révisions du schéma",
        {
            "message": [
                r.choice(
                    [
                        "corrige le typage des dates",
                        "ajoute la colonne surface",
                        "met à jour la licence",
                        "renomme le champ code_insee",
                        "supprime les doublons",
                    ]
                )
                for _ in range(64)
            ]
        },
    )
    r = R()
    H(
        "mac",
        "uuid",
        [
            "-".join("".join(r.choice("0123456789abcdef") for _ in range(k)) for k in (8, 4))
            + "-4"
            + "".join(r.choice("0123456789abcdef") for _ in range(3))
            + "-a"
            + "".join(r.choice("0123456789abcdef") for _ in range(3))
            + "-"
            + "".join(r.choice("0123456789abcdef") for _ in range(12))
            for _ in range(66)
        ],
        "UUID de jeux de données",
        {
            "jeu": [
                f"{a} {b}"
                for a, b in many(
                    r,
                    66,
                    [
                        "Arbres",
                        "Stationnement",
                        "Budget",
                        "Menus scolaires",
                        "Pistes cyclables",
                        "Défibrillateurs",
                    ],
                    range(2013, 2025),
                )
            ]
        },
    )
    # --- NOM
    r = R()
    H(
        "person_name",
        "nom",
        [r.choice(STREET_HON) for _ in range(85)],
        "voies honorant des morts illustres",
        {
            "longueur_m": [r.randint(40, 1400) for _ in range(85)],
            "revêtement": [r.choice(["enrobé", "pavés", "béton désactivé"]) for _ in range(85)],
        },
    )
    r = R()
    H(
        "person_name",
        "prenom",
        [
            p
            for p, _ in many(
                r,
                120,
                FF[:12] + FM[:12] + ["Nour", "Inès", "Karim", "Aminata", "Soufiane", "Ghjulia"],
                range(2018, 2022),
            )
        ],
        "prénoms donnés, statistique",
        {"année": [2018 + i % 4 for i in range(120)], "nombre": [r.randint(11, 96) for _ in range(120)]},
    )
    r = R()
    H(
        "person_name",
        "auteur",
        [
            r.choice(
                [
                    "Rabelais, François",
                    "Balzac, Honoré de",
                    "Ronsard, Pierre de",
                    "Du Bellay, Joachim",
                    "Mérimée, Prosper",
                    "Zola, Émile",
                    "Sand, George",
                    "Descartes, René",
                    "Vigny, Alfred de",
                ]
            )
            for _ in range(95)
        ],
        "auteurs morts depuis longtemps",
        {
            "prêts": [r.randint(12, 400) for _ in range(95)],
            "rayon": [
                r.choice(["classiques", "poésie", "philosophie", "grands caractères"]) for _ in range(95)
            ],
        },
    )
    r = R()
    H(
        "person_name",
        "variété",
        [
            r.choice(
                [
                    "Madame A. Meilland",
                    "Pierre de Ronsard",
                    "Mme Alfred Carrière",
                    "Ferdinand Pichard",
                    "Jacques Cartier",
                    "Gloire de Dijon",
                    "Louise Odier",
                    "Général Schablikine",
                    "Souvenir du Docteur Jamain",
                ]
            )
            for _ in range(70)
        ],
        "rosiers",
        {
            "genre": ["Rosa (rosier " + r.choice(["grimpant", "buisson", "ancien"]) + ")" for _ in range(70)],
            "massif": [r.choice(["roseraie nord", "parc Mirabeau", "jardin botanique"]) for _ in range(70)],
            "pieds": [r.randint(3, 40) for _ in range(70)],
        },
    )
    r = R()
    H(
        "person_name",
        "titulaire",
        [r.choice(CO) for _ in range(88)],
        "sociétés attributaires",
        {
            "marché": [r.choice(WORK) for _ in range(88)],
            "montant": [r.randint(25000, 2400000) for _ in range(88)],
        },
    )
    r = R()
    H(
        "person_name",
        "arrêt",
        [
            f"{a}{b}"
            for a, b in many(
                r,
                90,
                [
                    "Jean Jaurès",
                    "Marie Curie",
                    "Pasteur",
                    "Colbert",
                    "Napoléon",
                    "Faidherbe",
                    "Rabelais",
                    "Jean Bart",
                    "Charcot",
                    "Gutenberg",
                ],
                [
                    "",
                    " – quai A",
                    " – quai B",
                    " (terminus)",
                    " Université",
                    " Collège",
                    " Halles",
                    " Stade",
                    " Poste",
                ],
            )
        ],
        "arrêts de bus",
        {
            "accessible PMR": [r.choice(["oui", "non"]) for _ in range(90)],
            "ligne": [r.choice(["2A", "3", "10", "C5"]) for _ in range(90)],
        },
    )
    r = R()
    H(
        "person_name",
        "œuvre",
        [
            r.choice(
                [
                    "Buste de Balzac",
                    "Statue de Jeanne d'Arc",
                    "Monument à Jean Bart",
                    "Statue équestre de Napoléon Ier et ses frères",
                    "Buste de Descartes",
                    "Médaillon de Pascal Paoli",
                    "Gisant d'Agnès Sorel",
                ]
            )
            for _ in n60
        ],
        "monuments",
        {
            "sculpteur": [
                r.choice(
                    [
                        "David d'Angers (1788-1856)",
                        "Auguste Rodin (1840-1917)",
                        "Foyatier (1793-1863)",
                        "Viollet-le-Duc (1814-1879)",
                    ]
                )
                for _ in n60
            ],
            "matériau": [r.choice(["bronze", "marbre", "pierre de tuffeau"]) for _ in n60],
        },
    )
    # --- ADRESSE
    r = R()
    H(
        "address",
        "adresse",
        [f"{addr(r, t)} {ST[t][0]} {t}" for t in [r.choice(ALLT) for _ in range(90)]],
        "adresses d'équipements nommés",
        {"équipement": [f"{a} {b}" for a, b in many(r, 90, EQ, SUF)]},
    )
    r = R()
    H(
        "address",
        "lieu de vote",
        [
            f"Bureau {i + 1} – {r.choice(['école', 'gymnase', 'salle'])} {r.choice(SUF)}, {addr(r, 'Lille')}"
            for i in range(64)
        ],
        "bureaux de vote",
        {"inscrits": [r.randint(600, 1300) for _ in range(64)]},
    )
    r = R()
    H(
        "address",
        "emprise",
        [
            f"{s}, du n° {a} au n° {a + r.randint(20, 90)}"
            for s, a in many(r, 75, ST["Roubaix"][1] + ST["Tours"][1], range(1, 90, 9))
        ],
        "emprises de chantier",
        {"travaux": [r.choice(WORK) for _ in range(75)], "entreprise": [r.choice(CO) for _ in range(75)]},
    )
    r = R()
    H(
        "address",
        "situation",
        [
            f"angle {a} / {b}"
            for a, b in many(r, 62, ST["Saumur"][1] + ST["Blois"][1], ST["Amboise"][1] + ["rue de la Gare"])
        ],
        "carrefours à feux",
        {
            "équipement": [
                r.choice(
                    ["feu tricolore", "boucle de comptage", "caméra de comptage vélo", "radar pédagogique"]
                )
                for _ in range(62)
            ]
        },
    )
    r = R()
    H(
        "address",
        "emplacement",
        [f"face au {r.randint(2, 120)} {r.choice(ST['Bastia'][1])}" for _ in range(70)],
        "colonnes à verre",
        {
            "type": [
                r.choice(["colonne à verre enterrée 5 m3", "colonne emballages 4 m3", "borne textile"])
                for _ in range(70)
            ],
            "vidages/an": [r.randint(12, 104) for _ in range(70)],
        },
    )
    r = R()
    H(
        "address",
        "abréviation",
        [
            asc(s)
            .upper()
            .replace("RUE", "R")
            .replace("AVENUE", "AV")
            .replace("BOULEVARD", "BD")
            .replace("-", " ")
            for s in r.sample(sorted({x for t in ALLT for x in ST[t][1]}) * 2, 72)
        ],
        "voies abrégées du référentiel",
        {
            "FANTOIR": [r.d(4) + r.choice("ABCDEFGH") for _ in range(72)],
            "cantonnement": [r.choice(["secteur nord", "secteur sud"]) for _ in range(72)],
        },
    )
    # --- DATE
    r = R()
    H(
        "birth_date",
        "date",
        [r.day(1890, 2020) for _ in range(80)],
        "mises en service d'équipements",
        {"équipement": [f"{a} {b}" for a, b in many(r, 80, EQ, SUF)], "étape": ["ouverture au public"] * 80},
    )
    r = R()
    H(
        "birth_date",
        "date_plantation",
        [frd(r.day(1955, 2023)) for _ in range(130)],
        "plantations d'arbres",
        {"essence": [r.choice(SP) for _ in range(130)], "hauteur_m": [r.randint(3, 28) for _ in range(130)]},
    )
    r = R()
    H(
        "birth_date",
        "le",
        [longd(r.day(2019, 2024)) for _ in range(66)],
        "séances du conseil",
        {
            "séance": [f"conseil municipal n° {i + 1}" for i in range(66)],
            "points à l'ordre du jour": [r.randint(8, 70) for _ in range(66)],
        },
    )
    r = R()
    H(
        "birth_date",
        "date_prel",
        [int(f"{r.day(2021, 2024):%Y%m%d}") for _ in range(90)],
        "prélèvements d'eau",
        {
            "paramètre": [r.choice(["E. coli", "nitrates", "pH", "turbidité"]) for _ in range(90)],
            "point": [
                r.choice(["plage de l'Arinella", "captage de l'île Aucard", "digue du Braek"])
                for _ in range(90)
            ],
        },
    )
    r = R()
    H(
        "birth_date",
        "né le",
        [f"{r.day(2016, 2023):%d-%m-%Y}" for _ in n60],
        "naissances d'animaux des parcs",
        {
            "espèce": [
                r.choice(["cygne tuberculé", "daim", "chèvre des fossés", "âne du Cotentin", "paon bleu"])
                for _ in n60
            ],
            "enclos": [r.choice(["parc Barbieux", "jardin botanique", "zoo de Lille"]) for _ in n60],
            "boucle": [f"FR-{r.d(5)}" for _ in n60],
        },
    )
    r = R()
    H(
        "birth_date",
        "classement",
        [f"inscrit MH le {longd(r.day(1910, 1990))}" for _ in range(64)],
        "monuments historiques",
        {
            "édifice": [
                r.choice(["beffroi", "abbaye", "citadelle", "hôtel-Dieu", "chapelle romane", "halles"])
                + " "
                + r.choice(["de Bergues", "de Fontevraud", "de Corte", "de Blois", "de Cambrai"])
                for _ in range(64)
            ]
        },
    )
    # --- CNI / PASSEPORT / PERMIS
    r = R()
    H(
        "identity_card",
        "rnb_id",
        ["".join(r.choice("123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12)) for _ in range(72)],
        "identifiants RNB d'équipements publics",
        {
            "bâtiment": [f"{a} {b}" for a, b in many(r, 72, EQ, SUF)],
            "DPE": [r.choice("ABCDEFG") for _ in range(72)],
        },
    )
    r = R()
    H(
        "identity_card",
        "ref. Mérimée",
        [f"PA{r.choice(['00097', '00098', '00107', '00099'])}{r.d(3)}" for _ in n60],
        "notices Mérimée",
        {
            "monument": [
                f"{r.choice(['église', 'château', 'beffroi', 'pont', 'tour génoise'])} {r.choice(SUF)}"
                for _ in n60
            ],
            "siècle": [r.choice(["12e", "15e", "16e", "18e"]) for _ in n60],
        },
    )
    r = R()
    H(
        "identity_card",
        "compteur",
        [f"{r.randint(8, 22):02d}{r.randint(1, 12):02d}{r.d(8)}" for _ in range(76)],
        "matricules à 12 chiffres de compteurs d'eau",
        {
            "calibre": [r.choice(["DN15", "DN40", "DN100"]) for _ in range(76)],
            "arrosage": [
                f"{r.choice(['square', 'parc', 'rond-point', 'stade'])} {r.choice(SUF)}" for _ in range(76)
            ],
        },
    )
    r = R()

    def bic():
        p = r.choice(["CMAU", "MSCU", "TCLU"]) + r.d(6)
        val = {c: v for c, v in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [x for x in range(10, 39) if x % 11])}
        return p + str(sum((val[c] if c.isalpha() else int(c)) * 2**i for i, c in enumerate(p)) % 11 % 10)

    H(
        "identity_card",
        "conteneur",
        [bic() for _ in range(68)],
        "conteneurs maritimes (ISO 6346)",
        {
            "terminal": [r.choice(["Flandres", "Port Est", "Loon-Plage"]) for _ in range(68)],
            "tare_kg": [r.randint(2100, 3900) for _ in range(68)],
            "armateur": [r.choice(["CMA CGM", "MSC"]) for _ in range(68)],
        },
    )
    r = R()
    H(
        "passport",
        "n° marché",
        [f"{r.randint(21, 24)}{r.choice(['MP', 'AC', 'TX', 'FS'])}{r.d(5)}" for _ in range(84)],
        "marchés publics au format de passeport",
        {
            "objet": [r.choice(WORK + ["fourniture de repas", "nettoyage des vitres"]) for _ in range(84)],
            "attributaire": [r.choice(CO) for _ in range(84)],
        },
    )
    r = R()
    H(
        "passport",
        "acte",
        [f"{r.randint(20, 24)}AR{r.d(5)}" for _ in range(70)],
        "arrêtés de circulation",
        {
            "objet": [
                f"{r.choice(['interdiction de stationner', 'sens unique', 'zone 30', 'déviation'])} {r.choice(STREET_HON)}"
                for _ in range(70)
            ]
        },
    )
    r = R()
    H(
        "passport",
        "inventaire",
        [f"{r.randint(10, 24)}.{r.choice(['PE', 'DE', 'SC'])}.{r.d(5)}" for _ in n60],
        "inventaire de musée",
        {
            "désignation": [
                r.choice(
                    [
                        "huile sur toile, anonyme XVIIe s.",
                        "céramique de Desvres",
                        "pointe de flèche néolithique",
                        "masque corse en bois",
                        "plan-relief de la citadelle",
                    ]
                )
                for _ in n60
            ]
        },
    )
    r = R()
    H(
        "passport",
        "immobilisation",
        [f"{r.randint(10, 23)}BU{r.d(5)}" for _ in range(66)],
        "numéros d'inventaire comptable",
        {
            "bien": [
                r.choice(
                    ["tondeuse autoportée", "vidéoprojecteur", "lave-vaisselle", "bac de tri", "autolaveuse"]
                )
                for _ in range(66)
            ],
            "amortissement": [r.choice(["5 ans", "10 ans"]) for _ in range(66)],
        },
    )
    r = R()
    H(
        "driving_licence",
        "dossier",
        [f"{r.choice(['PC', 'DP', 'PA'])} 037 261 {r.randint(20, 24)} {r.d(5)}" for _ in range(62)],
        "autorisations d'urbanisme de personnes publiques",
        {
            "nature": [
                r.choice(
                    [
                        "construction d'un gymnase",
                        "extension d'une école",
                        "ravalement de la mairie",
                        "couverture du marché",
                    ]
                )
                for _ in range(62)
            ],
            "pétitionnaire": [
                r.choice(
                    [
                        "Commune de Tours",
                        "Tours Métropole Val de Loire",
                        "Département d'Indre-et-Loire",
                        "Région Centre-Val de Loire",
                    ]
                )
                for _ in range(62)
            ],
        },
    )
    r = R()
    H(
        "driving_licence",
        "n°DPE",
        [f"{r.randint(21, 24)}{r.choice(['59', '37'])}E{r.d(7)}{r.L(1)}" for _ in range(70)],
        "diagnostics de bâtiments publics",
        {
            "bâtiment": [f"{a} {b}" for a, b in many(r, 70, EQ, SUF)],
            "kWh/m2": [r.randint(45, 420) for _ in range(70)],
        },
    )
    r = R()
    H(
        "driving_licence",
        "support",
        [f"{r.randint(80, 99)}{r.randint(1, 12):02d}59{r.d(6)}" for _ in range(74)],
        "supports de signalisation à 12 chiffres",
        {
            "panneau": [
                r.choice(["B14 30 km/h", "AB4 stop", "C20a passage piéton", "B6a1", "A13a"])
                for _ in range(74)
            ],
            "état": [r.choice(["bon", "moyen", "à remplacer"]) for _ in range(74)],
        },
    )
    # --- LICENCE / CAF
    r = R()
    H(
        "sports_licence",
        "n_affiliation",
        [f"5{r.d(5)}" for _ in n60],
        "affiliations de clubs",
        {
            "club": [
                f"{r.choice(['AS', 'US', 'FC', 'SC', 'Étoile'])} {r.choice(ALLT)} {r.choice(['Centre', 'Sud', 'Nord', 'Rives'])}"
                for _ in n60
            ],
            "licenciés": [r.randint(60, 700) for _ in n60],
        },
    )
    r = R()
    H(
        "sports_licence",
        "numéro",
        [f"{r.choice(['I', 'E001I'])}{r.choice(['372610', '593500', '2B0330'])}{r.d(3)}" for _ in range(78)],
        "recensement des équipements sportifs",
        {
            "nature": [
                r.choice(
                    [
                        "court de tennis",
                        "terrain de football",
                        "bassin sportif",
                        "boulodrome",
                        "mur d'escalade",
                    ]
                )
                for _ in range(78)
            ],
            "sol": [r.choice(["béton poreux", "gazon naturel", "carrelage", "sable"]) for _ in range(78)],
        },
    )
    r = R()
    H(
        "sports_licence",
        "RNA",
        [f"W{r.choice(['372', '595', '2B2', '411'])}{r.d(6)}" for _ in range(90)],
        "numéros d'associations",
        {
            "association": [
                f"{a} {b}"
                for a, b in many(
                    r,
                    90,
                    [
                        "Comité de quartier",
                        "Harmonie",
                        "Amicale laïque",
                        "Cyclo-club",
                        "Les Jardins",
                        "Chorale",
                        "Club nautique",
                        "Ludothèque",
                    ],
                    SUF,
                )
            ],
            "subvention": [r.randint(3, 240) * 100 for _ in range(90)],
        },
    )
    r = R()
    H(
        "caf_number",
        "code établissement",
        [uai(r, r.choice(["37", "41", "59"])) for _ in range(86)],
        "UAI au format de numéro CAF",
        {
            "école": [
                f"{r.choice(['École maternelle', 'École élémentaire', 'Collège', 'Lycée'])} {r.choice(SUF)}"
                for _ in range(86)
            ],
            "effectif": [r.randint(60, 900) for _ in range(86)],
        },
    )
    r = R()
    H(
        "caf_number",
        "référence",
        [r.d(7) + r.L(1) for _ in range(68)],
        "références de pièces",
        {
            "pièce": [
                r.choice(
                    [
                        "filtre à huile",
                        "courroie",
                        "plaquettes de frein",
                        "balai essuie-glace",
                        "batterie 70 Ah",
                    ]
                )
                for _ in range(68)
            ],
            "stock": [r.randint(0, 40) for _ in range(68)],
        },
    )
    r = R()
    H(
        "caf_number",
        "agrément",
        [f"{r.choice(['37', '59', '20'])}{r.d(5)}{NB}{r.choice('ABCK')}" for _ in n60],
        "agréments d'accueils collectifs",
        {
            "accueil": [f"Multi-accueil {r.choice(SUF)}" for _ in n60],
            "places": [r.randint(15, 90) for _ in n60],
        },
    )
    r = R()
    H(
        "caf_number",
        "siret",
        [siret(r) for _ in range(75)],
        "SIRET de sociétés",
        {
            "raison sociale": [r.choice(CO) for _ in range(75)],
            "lot": [r.choice(["gros œuvre", "électricité", "voirie", "plomberie"]) for _ in range(75)],
        },
    )
    # --- RESEAUX
    r = R()
    H(
        "social_profile",
        "compte",
        [
            a + b
            for a, b in many(
                r,
                60,
                ["@Ville", "@Mairie", "@Bibliotheque", "@Musees", "@Stade"],
                [
                    "DeTours",
                    "DeLille",
                    "Bastia",
                    "Dunkerque",
                    "Blois",
                    "Saumur",
                    "Roubaix",
                    "Corte",
                    "Amboise",
                    "Ajaccio",
                    "Valenciennes",
                    "Cambrai",
                ],
            )
        ],
        "comptes institutionnels",
    )
    r = R()
    H(
        "social_profile",
        "mot-clé",
        [
            "#" + a + str(b)
            for a, b in many(
                r,
                64,
                [
                    "BraderieDeLille",
                    "CarnavalDunkerque",
                    "FestaDiANazione",
                    "JazzEnTouraine",
                    "LoireAVelo",
                    "BudgetParticipatif",
                    "FeteDeLaMusique",
                    "JEP",
                ],
                range(2017, 2025),
            )
        ],
        "mots-dièse d'événements",
        {"vues": [r.randint(300, 90000) for _ in range(64)]},
    )
    r = R()
    H(
        "social_profile",
        "lien",
        [
            f"https://www.openstreetmap.org/{r.choice(['way', 'node', 'relation'])}/{r.randint(10**6, 10**9)}"
            for _ in range(70)
        ],
        "objets OSM",
        {
            "objet": [
                r.choice(["fontaine publique", "abri vélo", "toilettes publiques", "aire de jeux"])
                for _ in range(70)
            ]
        },
    )
    r = R()
    H(
        "social_profile",
        "page",
        [
            f"https://www.facebook.com/{a}.{b}/"
            for a, b in many(
                r,
                63,
                [
                    "mediatheque",
                    "piscine",
                    "conservatoire",
                    "officedetourisme",
                    "theatre",
                    "museum",
                    "archives",
                ],
                ["tours", "lille", "saumur", "bastia", "blois", "ajaccio", "dunkerque", "roubaix", "corte"],
            )
        ],
        "pages d'établissements",
    )
    # --- TRIGRAMME
    r = R()
    sg = [
        r.choice(
            [
                ("DGS", "Direction générale des services"),
                ("DRH", "Ressources humaines"),
                ("DSI", "Systèmes d'information"),
                ("CTM", "Centre technique municipal"),
                ("DAF", "Affaires financières"),
                ("DEVE", "Espaces verts"),
                ("PM", "Police municipale"),
            ]
        )
        for _ in range(70)
    ]
    H(
        "trigram",
        "sigle",
        [a for a, _ in sg],
        "sigles de directions",
        {"direction": [b for _, b in sg], "budget_k€": [r.randint(90, 9000) for _ in sg]},
    )
    r = R()
    H(
        "trigram",
        "mat.",
        [r.choice(["PVC", "PEH", "FTE", "AMI", "BET", "GRS", "FTD"]) for _ in range(140)],
        "matériaux de conduite",
        {
            "diamètre_mm": [r.choice([63, 110, 160, 200, 400]) for _ in range(140)],
            "longueur_m": [r.randint(4, 380) for _ in range(140)],
            "réseau": [r.choice(["eau potable", "eaux usées", "pluvial"]) for _ in range(140)],
        },
    )
    r = R()
    ia = [
        r.choice(
            [
                ("TUF", "Tours"),
                ("BIA", "Bastia"),
                ("AJA", "Ajaccio"),
                ("LIL", "Lille"),
                ("CLY", "Calvi"),
                ("FSC", "Figari"),
            ]
        )
        for _ in range(66)
    ]
    H(
        "trigram",
        "code",
        [a for a, _ in ia],
        "codes IATA",
        {"aéroport": ["Aéroport de " + b for _, b in ia], "passagers": [r.randint(900, 160000) for _ in ia]},
    )
    r = R()
    lg = [
        r.choice(
            [
                ("fra", "français"),
                ("eng", "anglais"),
                ("cos", "corse"),
                ("nld", "néerlandais"),
                ("vls", "flamand occidental"),
                ("deu", "allemand"),
                ("por", "portugais"),
            ]
        )
        for _ in range(72)
    ]
    H(
        "trigram",
        "lng",
        [a for a, _ in lg],
        "codes de langue ISO 639",
        {"langue": [b for _, b in lg], "documents": [r.randint(2, 4000) for _ in lg]},
    )
    r = R()
    H(
        "trigram",
        "class.",
        [r.choice(["VC", "CR", "RD", "VIC", "PPR", "ZTL"]) for _ in range(95)],
        "classes de voirie",
        {
            "voie": [r.choice(STREET_HON) for _ in range(95)],
            "largeur": [r.choice([3.5, 5, 6, 7.5]) for _ in range(95)],
        },
    )
    # --- SANTE
    r = R()
    H(
        "health",
        "allergènes",
        [
            ", ".join(
                r.sample(
                    ["gluten", "lait", "œuf", "arachide", "céleri", "moutarde", "soja", "sulfites"],
                    r.randint(1, 4),
                )
            )
            for _ in range(88)
        ],
        "allergènes de plats",
        {
            "plat": [
                r.choice(
                    [
                        "carbonade flamande",
                        "gratin dauphinois",
                        "sauté de veau corse",
                        "tarte aux pommes",
                        "poisson pané",
                        "fouace tourangelle",
                    ]
                )
                for _ in range(88)
            ]
        },
    )
    r = R()
    H(
        "health",
        "maladie",
        [
            r.choice(
                [
                    "chancre coloré",
                    "anthracnose",
                    "graphiose",
                    "oïdium",
                    "chalarose",
                    "mineuse du marronnier",
                    "Xylella fastidiosa",
                    "aucune",
                ]
            )
            for _ in range(95)
        ],
        "maladies d'arbres",
        {
            "essence": [r.choice(SP) for _ in range(95)],
            "diagnostic": [r.choice(["abattage", "surveillance", "taille sanitaire"]) for _ in range(95)],
        },
    )
    r = R()
    H(
        "health",
        "service",
        [
            r.choice(
                [
                    "cardiologie",
                    "oncologie",
                    "néphrologie – dialyse",
                    "psychiatrie adulte",
                    "maternité",
                    "pneumologie",
                    "addictologie",
                ]
            )
            for _ in range(70)
        ],
        "services hospitaliers",
        {
            "hôpital": [
                r.choice(["CHRU de Tours", "CHU de Lille", "CH de Bastia", "CH de Saumur", "CH de Dunkerque"])
                for _ in range(70)
            ],
            "lits": [r.randint(8, 90) for _ in range(70)],
        },
    )
    r = R()
    H(
        "health",
        "association",
        [
            r.choice(
                [
                    "Ligue contre le cancer",
                    "AFM-Téléthon",
                    "France Alzheimer",
                    "Vaincre la mucoviscidose",
                    "APF France handicap",
                    "AFD – diabétiques",
                    "AIDES",
                ]
            )
            + " – "
            + r.choice(["comité 37", "délégation Nord", "antenne Haute-Corse", "comité 41", "délégation 49"])
            for _ in n60
        ],
        "associations de santé",
        {"subvention_€": [r.randint(5, 120) * 100 for _ in n60]},
    )
    r = R()
    H(
        "health",
        "pollens",
        [
            r.choice(["risque allergique faible", "risque allergique moyen", "risque allergique élevé"])
            for _ in range(100)
        ],
        "bulletin pollinique",
        {
            "taxon": [
                r.choice(["bouleau", "graminées", "cyprès", "ambroisie", "olivier"]) for _ in range(100)
            ],
            "semaine": [f"2024-S{i % 52 + 1:02d}" for i in range(100)],
        },
    )
    r = R()
    H(
        "health",
        "accessibilité",
        [
            r.choice(
                [
                    "rampe fauteuil roulant",
                    "boucle magnétique malentendants",
                    "guidage malvoyants",
                    "sanitaires adaptés",
                    "non accessible",
                ]
            )
            for _ in range(82)
        ],
        "accessibilité d'ERP",
        {"ERP": [f"{a} {b}" for a, b in many(r, 82, EQ, SUF)]},
    )
    r = R()
    H(
        "health",
        "animation",
        [
            r.choice(
                [
                    "Octobre rose : dépistage du cancer du sein",
                    "Semaine de la santé mentale : dépression, en parler",
                    "Atelier diabète et alimentation",
                    "Café des aidants Alzheimer",
                    "Journée don du sang",
                    "Mois sans tabac",
                ]
            )
            for _ in range(64)
        ],
        "actions de prévention ouvertes à tous",
        {
            "lieu": [
                f"{a} {b}"
                for a, b in many(r, 64, ["Centre social", "Médiathèque", "Maison de quartier"], SUF)
            ],
            "date": [r.day(2023, 2024) for _ in range(64)],
        },
    )
    # --- AGE MALADIE
    r = R()
    AG = ["0-14 ans", "15-29 ans", "30-44 ans", "45-59 ans", "60-74 ans", "75 ans et plus"]
    H(
        "age_illness",
        "tranche",
        [AG[i % 6] for i in range(72)],
        "statistique agrégée par âge et maladie",
        {
            "pathologie": [
                ["diabète", "cancers", "maladies cardiovasculaires", "maladies respiratoires"][i // 6 % 4]
                for i in range(72)
            ],
            "patients pris en charge": [r.randint(120, 9000) // 10 * 10 for _ in range(72)],
            "territoire": [["Nord", "Indre-et-Loire", "Haute-Corse"][i // 24] for i in range(72)],
        },
    )
    r = R()
    H(
        "age_illness",
        "diagnostic",
        [
            f"{a}, {r.randint(20, 180)} ans, {b}"
            for a, b in many(
                r,
                66,
                ["platane", "tilleul", "marronnier", "chêne vert", "micocoulier", "orme"],
                [
                    "chancre coloré",
                    "cavité au collet",
                    "champignon lignivore",
                    "chenilles processionnaires",
                    "sain",
                    "nécrose corticale",
                ],
            )
        ],
        "arbres : âge et maladie",
    )
    r = R()
    H(
        "age_illness",
        "public",
        [
            f"{a} – {b}"
            for a, b in many(
                r,
                62,
                ["60 ans et +", "65 ans et +", "50-74 ans", "11-14 ans", "25-65 ans"],
                [
                    "prévention des chutes",
                    "dépistage colorectal",
                    "vaccination HPV",
                    "vaccination grippe",
                    "mémoire et Alzheimer",
                    "frottis de dépistage",
                ],
            )
        ],
        "publics de campagnes",
    )
    r = R()
    H(
        "age_illness",
        "taux",
        [f"{r.randint(15, 92)},{r.d(1)} %" for _ in range(96)],
        "couverture vaccinale agrégée",
        {
            "vaccin": [
                ["grippe 65 ans et plus", "ROR 2 ans", "HPV 15 ans", "méningocoque C 2 ans"][i % 4]
                for i in range(96)
            ],
            "département": [["37", "41", "49", "59", "2A", "2B"][i // 4 % 6] for i in range(96)],
            "année": [2020 + i // 24 for i in range(96)],
        },
    )
    r = R()
    H(
        "age_illness",
        "âge",
        [r.randint(1, 45) for _ in range(80)],
        "âge d'installations et pannes",
        {
            "installation": [f"chaudière {a} {b}" for a, b in many(r, 80, EQ, SUF)],
            "défaillance": [
                r.choice(["brûleur encrassé", "fuite échangeur", "aucune", "circulateur HS"])
                for _ in range(80)
            ],
        },
    )
    # --- POSITION
    for hd, t, what in [
        ("geo_point_2d", "Tours", "arbre"),
        ("coordonnees", "Dunkerque", "défibrillateur"),
        ("position", "Ajaccio", "borne incendie"),
        ("xy", "Lille", "station vélo"),
    ]:
        r = R()
        n = r.randint(62, 140)
        H(
            "home_position",
            hd,
            ["{}, {}".format(*pos(r, t)) for _ in range(n)],
            f"positions : {what}",
            {
                "objet": [f"{what} {i + 1:03d}" for i in range(n)],
                "détail": [
                    r.choice(SP)
                    if what == "arbre"
                    else r.choice(["en service", "maintenance", "hors service"])
                    for _ in range(n)
                ],
            },
        )
    r = R()
    H(
        "home_position",
        "geom",
        [json.dumps({"type": "Point", "coordinates": list(pos(r, "Saumur"))[::-1]}) for _ in range(64)],
        "échelles de crue",
        {
            "station": [f"échelle limnimétrique {i + 1}" for i in range(64)],
            "cote_m": [round(r.uniform(-1, 6), 2) for _ in range(64)],
        },
    )
    r = R()
    H(
        "home_position",
        "X",
        [r.randint(520000, 530000) for _ in range(90)],
        "Lambert-93 d'avaloirs",
        {
            "Y": [r.randint(6697000, 6706000) for _ in range(90)],
            "ouvrage": ["avaloir " + r.choice(["à grille", "à bavette"]) for _ in range(90)],
        },
    )
    # --- jeux difficiles
    r = R()
    H(
        "phone",
        "descriptif",
        [
            f"<p>{a} {b}, {r.choice(['entrée libre', 'sur inscription', 'tarif réduit -18 ans'])}. Renseignements : office de tourisme, {fixe(r, '02 41')}, accueil@ot-saumur.fr</p>"
            for a, b in many(
                r,
                66,
                [
                    "Visite guidée du château",
                    "Atelier vitrail",
                    "Concert d'orgue",
                    "Bourse aux plantes",
                    "Conférence sur la Loire",
                ],
                [
                    "samedi 15 h",
                    "dimanche 10 h 30",
                    "le 14 juillet",
                    "tout l'été",
                    "vendredi 20 h",
                    "en nocturne",
                    "le 2 mai",
                    "jeudi 18 h",
                    "mercredi 14 h",
                    "le 11 novembre",
                    "le 8 mai",
                    "chaque mardi",
                    "fin août",
                    "lundi de Pâques",
                ],
            )
        ],
        "agenda HTML avec téléphone de l'office",
    )
    r = R()
    H(
        "person_name",
        "spectacle",
        [
            f"{a} ({b})"
            for a, b in many(
                r,
                64,
                [
                    "Cyrano de Bergerac",
                    "Madame Bovary",
                    "Monsieur de Pourceaugnac",
                    "Don Juan",
                    "Phèdre",
                    "Le Bourgeois gentilhomme",
                    "Antigone",
                    "Mateo Falcone",
                ],
                [
                    "plein tarif",
                    "scolaire",
                    "abonnés",
                    "audiodescription",
                    "séance supplémentaire",
                    "gradins",
                    "plein air",
                    "générale publique",
                ],
            )
        ],
        "œuvres classiques",
        {
            "salle": [
                r.choice(["Grand Théâtre", "Le Bateau Feu", "Théâtre du Casino", "Halle aux grains"])
                for _ in range(64)
            ],
            "jauge": [r.randint(120, 900) for _ in range(64)],
        },
    )
    r = R()
    H(
        "person_name",
        "navire",
        [
            r.choice(["Jean Nicoli", "Pascal Paoli", "Danielle Casanova", "Jean Bart", "Vauban", "Surcouf"])
            for _ in range(76)
        ],
        "navires",
        {
            "escale": [f"quai {r.randint(1, 9)}, tirant d'eau {r.randint(4, 8)} m" for _ in range(76)],
            "jauge brute": [r.randint(3000, 42000) for _ in range(76)],
            "type": [r.choice(["ferry", "ro-ro", "remorqueur"]) for _ in range(76)],
        },
    )
    r = R()
    H(
        "home_position",
        "trace",
        [
            "LINESTRING (" + ", ".join("{1} {0}".format(*pos(r, "Valenciennes")) for _ in range(4)) + ")"
            for _ in range(62)
        ],
        "tracés de pistes cyclables",
        {
            "aménagement": [
                r.choice(["piste bidirectionnelle", "bande cyclable", "voie verte", "double sens cyclable"])
                for _ in range(62)
            ]
        },
    )
    r = R()
    H(
        "birth_date",
        "naissances",
        [r.randint(140, 380) for _ in range(84)],
        "naissances par mois, statistique",
        {"mois": [f"{2017 + i // 12}-{i % 12 + 1:02d}" for i in range(84)], "commune": ["Valenciennes"] * 84},
    )
    r = R()
    H(
        "passport",
        "passeports",
        [f"{r.randint(180, 900)} passeports délivrés" for _ in range(72)],
        "titres délivrés par mois",
        {"mois": [f"{MOIS[i % 12]} {2019 + i // 12}" for i in range(72)]},
    )
    r = R()
    H(
        "identity_card",
        "délai CNI",
        [f"CNI : {r.randint(6, 95)} j d'attente, {r.randint(4, 60)} créneaux" for _ in range(64)],
        "délais de rendez-vous",
        {"guichet": [f"mairie de {r.choice(ALLT)}, station {i % 5 + 1}" for i in range(64)]},
    )
    r = R()
    H(
        "driving_licence",
        "prérequis",
        [
            r.choice(
                [
                    "permis B exigé",
                    "permis B souhaité",
                    "permis C et FIMO",
                    "permis D, formation payée",
                    "CACES R482 et permis B",
                    "sans permis",
                ]
            )
            for _ in range(68)
        ],
        "offres d'emploi",
        {
            "offre": [
                r.choice(
                    [
                        "agent de propreté",
                        "conducteur de benne",
                        "jardinier",
                        "animateur périscolaire",
                        "chauffeur de car",
                    ]
                )
                + f" – poste n° {i + 101}"
                for i in range(68)
            ],
            "grade": [
                r.choice(["adjoint technique", "agent de maîtrise", "adjoint d'animation"]) for _ in range(68)
            ],
        },
    )
    r = R()
    H(
        "sports_licence",
        "licences",
        [r.randint(150, 9800) for _ in range(72)],
        "licences par fédération, statistique",
        {
            "fédération": [
                ["FF football", "FF basketball", "FF judo", "FF tennis", "FF natation", "FF voile"][i % 6]
                for i in range(72)
            ],
            "département": [
                ["Nord", "Indre-et-Loire", "Loir-et-Cher", "Corse-du-Sud"][i // 6 % 4] for i in range(72)
            ],
            "saison": [f"{2020 + i // 24}/{2021 + i // 24}" for i in range(72)],
        },
    )
    r = R()
    H(
        "caf_number",
        "recette",
        [
            f"CAF {r.choice(['PSU', 'CTG', 'bonus territoire'])} {r.randint(1000000, 9999999) / 100:.2f}".replace(
                ".", ","
            )
            + " €"
            for _ in range(70)
        ],
        "recettes de la CAF",
        {
            "structure": [
                f"{a} {b}"
                for a, b in many(
                    r,
                    70,
                    [
                        "Multi-accueil",
                        "Accueil de loisirs",
                        "Relais petite enfance",
                        "Ludothèque",
                        "Centre social",
                        "Crèche",
                    ],
                    SUF,
                )
            ]
        },
    )
    r = R()
    H(
        "ip",
        "indice",
        [f"IP{r.choice([44, 54, 65, 66, 67])} / IK{r.choice(['07', '08', '10'])}" for _ in range(82)],
        "indices de protection de luminaires",
        {
            "luminaire": [
                f"{r.choice(['lanterne', 'projecteur', 'hublot', 'borne'])} LED {r.choice([18, 27, 36, 54])} W"
                for _ in range(82)
            ]
        },
    )
    r = R()
    H(
        "health",
        "fonction",
        [
            r.choice(
                [
                    "4238 Personnes âgées – autres",
                    "425 Personnes handicapées",
                    "412 Prévention et éducation pour la santé",
                    "411 PMI et planification familiale",
                    "418 Autres actions de santé",
                ]
            )
            for _ in range(78)
        ],
        "nomenclature budgétaire M57",
        {
            "dépense": [r.randint(2000, 900000) for _ in range(78)],
            "exercice": [2018 + i % 6 for i in range(78)],
            "article": [r.choice(["6042", "6068", "6188", "657362"]) for _ in range(78)],
        },
    )
    r = R()
    H(
        "card",
        "decp",
        [
            json.dumps(
                {
                    "id": f"2024{r.d(10)}",
                    "acheteur": siret(r),
                    "montant": r.randint(40000, 3000000),
                    "cpv": r.choice(["45233140-2", "55524000-9", "90910000-9", "34928500-3"]),
                    "objet": r.choice(WORK),
                    "titulaire": r.choice(CO),
                },
                ensure_ascii=False,
            )
            for _ in range(64)
        ],
        "marchés publics en JSON, longs nombres",
    )
    # --- EN-TETE DE NOM
    r = R()
    H(
        "person_header",
        "Rue Marie-Curie",
        [r.randint(300, 9000) for _ in range(70)],
        "comptage par rue",
        {"jour": [dt.date(2024, 3, 1) + dt.timedelta(days=i) for i in range(70)]},
        False,
    )
    r = R()
    H(
        "person_header",
        "Gymnase Jean-Bart",
        [r.choice(["libre", "occupé", "fermé"]) for _ in range(80)],
        "occupation d'un équipement",
        {"créneau": [f"{8 + i % 14}h-{9 + i % 14}h" for i in range(80)]},
        False,
    )
    r = R()
    H(
        "person_header",
        "Collège Honoré de Balzac",
        [r.randint(80, 320) for _ in n60],
        "repas servis par établissement",
        {"semaine": [f"S{i % 52 + 1}" for i in n60]},
        False,
    )
    r = R()
    H(
        "person_header",
        "Pont Napoléon - débit",
        [round(r.uniform(50, 1800), 1) for _ in range(120)],
        "débits",
        {"heure": [f"{i % 24:02d}:00" for i in range(120)]},
        False,
    )
    r = R()
    H(
        "person_header",
        "Reine Claude (kg)",
        [r.choice([None, 3, 5.5, 12, 20]) for _ in n60],
        "récoltes de prunes du verger public",
        {"récolte": [dt.date(2024, 8, 1) + dt.timedelta(days=i % 30) for i in n60]},
        False,
    )
    # --- PLAIN
    r = R()
    H(
        "plain",
        "objet",
        [
            f"{a} {b}"
            for a, b in many(
                r,
                90,
                [
                    "Approbation du procès-verbal",
                    "Convention de mise à disposition",
                    "Tarifs 2025",
                    "Avenant n° 1 au marché",
                    "Demande de subvention DSIL",
                    "Garantie d'emprunt au bailleur",
                ],
                [
                    "de la séance précédente",
                    "du gymnase",
                    "de la restauration",
                    "de propreté urbaine",
                    "pour l'école",
                    "social départemental",
                    "de l'eau",
                    "du stade",
                ],
            )
        ],
        "objets de délibérations",
    )
    r = R()
    H(
        "plain",
        "horaires",
        [
            f"{r.choice(['lu-ve', 'ma-sa', 'me, sa'])} {r.choice([8, 9, 10])}h{r.choice(['', '30'])}-12h / {r.choice([13, 14])}h-{r.choice([17, 18, 19])}h"
            for _ in range(65)
        ],
        "horaires d'ouverture",
    )
    r = R()
    H(
        "plain",
        "code_postal",
        [
            int(r.choice(["37000", "37100", "41000", "59000", "59140", "20200", "20000", "49400"]))
            for _ in range(100)
        ],
        "codes postaux",
        {
            "commune": [r.choice(ALLT) for _ in range(100)],
            "logements": [r.randint(2000, 90000) for _ in range(100)],
        },
    )
    r = R()
    H(
        "plain",
        "description",
        [
            f"{a} {b}"
            for a, b in many(
                r,
                110,
                [
                    "lampadaire éteint",
                    "trou dans la chaussée",
                    "corbeille pleine",
                    "tag sur abribus",
                    "feu clignotant",
                    "arbre penché",
                    "dépôt de gravats",
                ],
                [
                    "place du marché",
                    "devant la gare",
                    "quai de Loire",
                    "parking de la citadelle",
                    "sortie du parc",
                    "rond-point nord",
                    "allée du canal",
                    "parvis de la mairie",
                    "digue",
                    "aire de jeux",
                ],
            )
        ],
        "signalements sans personne",
        {"statut": [r.choice(["nouveau", "clos"]) for _ in range(110)]},
    )
    r = R()
    H(
        "plain",
        "menu",
        [
            f"{r.choice(['carottes râpées', 'potage', 'salade verte'])} / {r.choice(['poulet rôti', 'omelette', 'waterzooï', 'brandade', 'lasagnes'])} / {r.choice(['camembert', 'maroilles', 'brocciu', 'sainte-maure'])} / {r.choice(['pomme', 'flan', 'fiadone', 'gaufre'])}"
            for _ in range(120)
        ],
        "menus scolaires",
    )
    r = R()
    H(
        "plain",
        "isbn",
        [gtin(r, "9782") for _ in range(80)],
        "ISBN",
        {
            "titre": [
                r.choice(
                    [
                        "Histoire de Tours",
                        "Guide des oiseaux de Loire",
                        "Le Nord à vélo",
                        "Cuisine corse",
                        "Atlas des paysages",
                    ]
                )
                for _ in range(80)
            ],
            "exemplaires": [r.randint(1, 6) for _ in range(80)],
        },
    )
    r = R()
    H(
        "plain",
        "votants",
        [r.randint(210, 980) for _ in range(90)],
        "résultats par bureau",
        {
            "bureau": [f"{i + 1:04d}" for i in range(90)],
            "inscrits": [r.randint(990, 1400) for _ in range(90)],
            "blancs": [r.randint(2, 40) for _ in range(90)],
        },
    )
    r = R()
    H(
        "plain",
        "espèce",
        [
            r.choice(
                [
                    "Ardea cinerea",
                    "Sterna hirundo",
                    "Castor fiber",
                    "Larus audouinii",
                    "Phoca vitulina",
                    "Podarcis tiliguerta",
                    "Pandion haliaetus",
                ]
            )
            for _ in range(105)
        ],
        "observations naturalistes agrégées",
        {
            "maille": [f"E0{r.randint(50, 70)}N{r.randint(660, 712)}" for _ in range(105)],
            "individus": [r.randint(1, 300) for _ in range(105)],
        },
    )
    r = R()
    H(
        "plain",
        "PM10",
        [round(r.uniform(4, 61), 1) if r.random() > 0.05 else None for _ in range(200)],
        "qualité de l'air",
        {
            "station": [
                r.choice(["Tours – La Bruyère", "Lille – Fives", "Bastia – Giraud"]) for _ in range(200)
            ],
            "unité": ["µg/m3"] * 200,
        },
    )
    r = R()
    H(
        "plain",
        "événement",
        [
            f"{a} {b}"
            for a, b in many(
                r,
                66,
                [
                    "Marché nocturne",
                    "Braderie",
                    "Concert de l'harmonie municipale",
                    "Fête foraine",
                    "Cinéma de plein air",
                    "Brocante",
                ],
                [
                    "quai de Loire",
                    "Grand-Place",
                    "de la citadelle",
                    "place Saint-Nicolas",
                    "du beffroi",
                    "du parc",
                    "des halles",
                    "du port",
                    "de la Saint-Jean",
                    "d'été",
                    "de Noël",
                ],
            )
        ],
        "agenda",
    )
    r = R()
    H(
        "plain",
        "QF",
        [f"{a} à {a + 199} €" for a in [i % 12 * 200 for i in range(72)]],
        "tranches tarifaires",
        {
            "tarif repas": [round(0.5 + i % 12 * 0.42, 2) for i in range(72)],
            "formule": [
                ["cantine", "mercredi", "vacances", "garderie soir", "goûter", "matin"][i // 12]
                for i in range(72)
            ],
        },
    )
    r = R()
    H(
        "plain",
        "observation",
        [
            nfd(
                r.choice(
                    [
                        "revêtement souple à reprendre",
                        "jeu à ressort dévissé",
                        "clôture conforme",
                        "panneau d'âge 2-8 ans manquant",
                        "sable à renouveler",
                        "toboggan : fissure",
                        "conforme EN 1176",
                    ]
                )
            )
            + r.choice(["", "\n", NB])
            for _ in range(85)
        ],
        "contrôles d'aires de jeux",
        {"aire": [f"aire {r.choice(SUF)}" for _ in range(85)]},
    )
    r = R()
    H(
        "plain",
        "effectif",
        [r.randint(14, 31) for _ in range(110)],
        "effectifs par classe",
        {
            "niveau": [r.choice(["PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2"]) for _ in range(110)],
            "école": [f"École {r.choice(SUF)}" for _ in range(110)],
        },
    )
    r = R()
    H(
        "plain",
        "taux_occupation",
        [round(r.random(), 3) for _ in range(144)],
        "parkings en ouvrage",
        {
            "parking": [r.choice(["Gare", "Halles", "Citadelle", "Beffroi"]) for _ in range(144)],
            "heure": [f"{i % 24:02d}h" for i in range(144)],
        },
    )
    r = R()
    H(
        "plain",
        "tonnage",
        [f"{r.randint(1, 40)}{NNB}{r.d(3)},{r.d(2)} t" for _ in range(76)],
        "déchets collectés",
        {
            "flux": [r.choice(["OMR", "verre", "emballages", "biodéchets"]) for _ in range(76)],
            "mois": [f"{2019 + i // 12}-{i % 12 + 1:02d}" for i in range(76)],
        },
    )
    r = R()
    H(
        "plain",
        "zonage",
        [r.choice(["UA", "UBa", "1AU", "2AU", "N", "Ap", "UE", "Nl"]) for _ in range(95)],
        "zones du PLU",
        {
            "destination": [
                r.choice(
                    [
                        "centre ancien",
                        "équipements",
                        "zone naturelle",
                        "urbanisation future",
                        "terres agricoles protégées",
                    ]
                )
                for _ in range(95)
            ],
            "ha": [round(r.uniform(0.3, 90), 2) for _ in range(95)],
        },
    )


KINDS = "nir iban card phone email plate ip mac person_name address birth_date identity_card passport driving_licence sports_licence caf_number social_profile trigram health age_illness home_position person_header".split()


def columns() -> tuple:
    global _k
    _k = 0
    OUT.clear()
    build_personal()
    build_harmless()
    return tuple(OUT)


def check():
    from collections import Counter

    c = columns()
    assert c == columns()
    p = Counter(x.kind for x in c if x.personal)
    h = Counter(x.kind for x in c if not x.personal)
    assert sum(p.values()) >= 126 and sum(h.values()) >= 126, (p, h)
    assert set(p) == set(KINDS) and all(p[k] >= 6 for k in KINDS), p
    for x in c:
        assert 60 <= len(x.values) <= 300, (x.header, len(x.values))
        assert all(len(v) == len(x.values) for v in x.beside.values()), x.header
        for v in (x.values, *x.beside.values()):
            assert all(a is None or type(a) in (str, int, float, dt.date) for a in v), x.header
    assert len({x.values for x in c}) == len(c)
    return p, h


if __name__ == "__main__":
    P_, H_ = check()
    print("personnelles", sum(P_.values()), dict(P_))
    print("inoffensives", sum(H_.values()), dict(H_))
