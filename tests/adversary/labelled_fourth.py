# -*- coding: utf-8 -*-
"""Blind exam n° 4 (seed 4409): columns of open data tables, personal or not.

Everything is synthetic. Towns: Normandy, the Rhône valley, the Paris suburbs.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import random
import unicodedata
from dataclasses import dataclass, field
from typing import Callable, Mapping

SEED = 4409
NB, NN, ZW, TAB, WJ, SHY, BOM, THIN = "\u00a0", "\u202f", "\u200b", "\t", "\u2060", "\u00ad", "\ufeff", "\u2009"


@dataclass(frozen=True)
class Column:
    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: bool = True


# ------------------------------------------------------------------ pools
FR_F = ["Marie", "Nathalie", "Isabelle", "Sylvie", "Céline", "Émilie", "Chloé", "Léa", "Camille", "Stéphanie", "Aurélie",
        "Monique", "Françoise", "Jacqueline", "Maëlle", "Anne-Sophie", "Marie-Claude", "Manon", "Véronique", "Odile", "Brigitte", "Inès"]
FR_M = ["Jean", "Pierre", "Michel", "Philippe", "Nicolas", "Julien", "Thomas", "Hugo", "Sébastien", "Gérard", "Loïc",
        "Jean-Pierre", "Benoît", "Guillaume", "Théo", "François", "Rémi", "Jean-Luc", "Didier", "Xavier", "Gaël", "Étienne"]
FR_L = ["Martin", "Bernard", "Dubois", "Lefèvre", "Lemonnier", "Leroy", "Duval", "Lecomte", "Hébert", "Lebreton", "Vasseur",
        "Fontaine", "Chevalier", "Roussel", "Garnier", "Faure", "Blanc", "Chapuis", "Perret", "Bouvier", "Girard", "Mercier",
        "Guérin", "Delaunay", "Quesnel", "Lepetit", "Anquetil", "Levasseur", "de La Rivière", "Le Goff", "du Boscq", "Lecœur",
        "Auvray", "Pesnel", "d'Hérouville", "Lemaître-Vallée", "Sanchez", "Moulin", "Petit", "Boyer"]
WORLD = [
    (["Haja", "Voahangy", "Tiana", "Mamy", "Lalaina", "Hery"], ["Rakotomalala", "Andrianarisoa", "Razafindrakoto", "Ravelojaona", "Rasoanaivo", "Randriamampionona"]),
    (["Mehmet", "Ayşe", "Elif", "Emre", "Zeynep", "Hüseyin"], ["Yılmaz", "Kaya", "Demir", "Çelik", "Öztürk", "Şahin"]),
    (["Saïd", "Faouzia", "Moinaecha", "Youssouf", "Echati", "Nassurdine"], ["Ahamada", "Soilihi", "Mze", "M'Saidié", "Boinali", "Abdallah"]),
    (["Piotr", "Agnieszka", "Krzysztof", "Małgorzata", "Zbigniew"], ["Kowalski", "Wiśniewska", "Nowak", "Szymański", "Wójcik"]),
    (["Thi Hoa", "Van Minh", "Quang", "Thu Trang", "Ngoc Anh"], ["Nguyen", "Tran", "Pham", "Vo", "Huynh"]),
    (["João", "Maria da Conceição", "Rui", "Fátima", "Anabela"], ["da Silva", "Ferreira dos Santos", "Gonçalves", "Pereira", "Teixeira"]),
    (["Armen", "Anahit", "Hovhannes", "Siranoush", "Tigran"], ["Hakobyan", "Petrossian", "Sargsyan", "Ter-Minassian", "Kévorkian"]),
    (["Mohamed", "Fatima-Zohra", "Karim", "Samira", "Yacine", "Nadia", "Abdelkader"], ["Benali", "El Amrani", "Bouzid", "Ould Ahmed", "Aït Ouali", "Haddad", "Ben Youssef"]),
    (["Aïssatou", "Mamadou", "Fatoumata", "Ousmane", "Bintou"], ["Diallo", "Traoré", "Coulibaly", "N'Diaye", "Kanouté"]),
    (["Sivakumar", "Tharshini", "Rajeevan"], ["Kandiah", "Selvarajah", "Nadarajah"]),
    (["Ioana", "Andrei", "Ștefan"], ["Popescu", "Ionescu", "Munteanu"]),
    (["Merveille", "Dieudonné", "Grâce"], ["Mbemba", "Nkounkou", "Ngoma-Ndala"]),
]
# name, lat, lon, postcode, insee
NORM = [("Lisieux", 49.146, 0.226, "14100", "14366"), ("Bayeux", 49.278, -0.703, "14400", "14047"), ("Falaise", 48.896, -0.199, "14700", "14258"),
        ("Argentan", 48.744, -0.020, "61200", "61006"), ("Dieppe", 49.922, 1.078, "76200", "76217"), ("Fécamp", 49.757, 0.375, "76400", "76259"),
        ("Louviers", 49.214, 1.166, "27400", "27375"), ("Vernon", 49.092, 1.485, "27200", "27681"), ("Granville", 48.838, -1.597, "50400", "50218"),
        ("Coutances", 49.048, -1.443, "50200", "50147"), ("Flers", 48.750, -0.563, "61100", "61169"), ("Elbeuf", 49.286, 1.008, "76500", "76231"),
        ("Yvetot", 49.617, 0.757, "76190", "76758"), ("Pont-Audemer", 49.356, 0.515, "27500", "27467")]
RHON = [("Valence", 44.933, 4.892, "26000", "26362"), ("Vienne", 45.524, 4.878, "38200", "38544"), ("Montélimar", 44.556, 4.750, "26200", "26198"),
        ("Romans-sur-Isère", 45.046, 5.050, "26100", "26281"), ("Givors", 45.585, 4.772, "69700", "69091"), ("Annonay", 45.240, 4.671, "07100", "07010"),
        ("Tournon-sur-Rhône", 45.067, 4.832, "07300", "07324"), ("Orange", 44.138, 4.808, "84100", "84087"), ("Bollène", 44.281, 4.748, "84500", "84019"),
        ("Pierrelatte", 44.377, 4.696, "26700", "26235"), ("Le Teil", 44.545, 4.682, "07400", "07319")]
BANL = [("Montreuil", 48.861, 2.443, "93100", "93048"), ("Bobigny", 48.907, 2.440, "93000", "93008"), ("Sarcelles", 48.995, 2.380, "95200", "95585"),
        ("Argenteuil", 48.947, 2.247, "95100", "95018"), ("Vitry-sur-Seine", 48.787, 2.393, "94400", "94081"), ("Massy", 48.731, 2.271, "91300", "91377"),
        ("Trappes", 48.777, 2.003, "78190", "78621"), ("Mantes-la-Jolie", 48.990, 1.717, "78200", "78361"), ("Meaux", 48.960, 2.879, "77100", "77284"),
        ("Chelles", 48.883, 2.593, "77500", "77108"), ("Pantin", 48.894, 2.409, "93500", "93055"), ("Clamart", 48.801, 2.263, "92140", "92023")]
TOWNS = NORM + RHON + BANL
TOWN = {t[0]: t for t in TOWNS}
RUES = ["rue de la République", "avenue Jean Jaurès", "rue Pasteur", "boulevard Victor Hugo", "rue du Général Leclerc", "chemin des Vignes",
        "impasse des Lilas", "rue aux Juifs", "place du Marché", "rue des Tanneurs", "quai de la Touques", "rue Gambetta", "allée des Acacias",
        "sente aux Moines", "rue du Docteur Calmette", "cours Joubert", "rue de l'Hôtel de Ville", "route de Falaise", "rue Guillaume le Conquérant",
        "montée Saint-Marcel", "rue Émile Zola", "avenue Paul Vaillant-Couturier", "rue de la Poterie", "square des Tilleuls", "rue du 8 Mai 1945",
        "venelle du Puits", "rue Anatole France", "chemin de la Procession", "rue Basse", "passage du Moulin"]
MOIS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]


def rng(tag: str) -> random.Random:
    return random.Random(f"{SEED}/{tag}")


def person(r):
    if r.random() < 0.5:
        return r.choice(FR_F + FR_M), r.choice(FR_L)
    f, l = r.choice(WORLD)
    return r.choice(f), r.choice(l)


def people(r, n):
    seen, out = set(), []
    while len(out) < n:
        p = person(r)
        if p in seen and r.random() < 0.9:
            continue
        seen.add(p)
        out.append(p)
    return out


def fl(p): return f"{p[0]} {p[1]}"
def fL(p): return f"{p[0]} {p[1].upper()}"
def Lf(p): return f"{p[1].upper()} {p[0]}"


def civ(r, p):
    f = p[0] in FR_F or p[0] in {"Voahangy", "Lalaina", "Ayşe", "Elif", "Zeynep", "Faouzia", "Moinaecha", "Echati", "Agnieszka", "Małgorzata", "Thi Hoa",
                                 "Thu Trang", "Maria da Conceição", "Fátima", "Anabela", "Anahit", "Siranoush", "Fatima-Zohra", "Samira", "Nadia",
                                 "Aïssatou", "Fatoumata", "Bintou", "Tharshini", "Ioana", "Merveille", "Grâce", "Ngoc Anh"}
    return f"{'Mme' if f else 'M.'} {p[1]}"


def ascii_(s):
    s = s.replace("ı", "i").replace("ł", "l").replace("œ", "oe").replace("Œ", "OE")
    return "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))


def slug(s): return "".join(c for c in ascii_(s).lower() if c.isalnum() or c == "-")
def nfd(s): return unicodedata.normalize("NFD", s)
def fw(s): return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and c.isascii() else c for c in s)
def zw(r, s, k=2, ch=ZW):
    s = list(s)
    for _ in range(k):
        s.insert(r.randrange(1, max(2, len(s))), ch)
    return "".join(s)


def digits(r, n): return "".join(r.choice("0123456789") for _ in range(n))
def letters(r, n, pool="ABCDEFGHJKLMNPQRSTVWXYZ"): return "".join(r.choice(pool) for _ in range(n))
def many(n, f): return tuple(f() for _ in range(n))
def grp(s, k, sep=" "): return sep.join(s[i:i + k] for i in range(0, len(s), k))


def day(r, a, b):
    lo, hi = dt.date(a, 1, 1).toordinal(), dt.date(b, 12, 31).toordinal()
    return dt.date.fromordinal(r.randint(lo, hi))


def frd(d): return d.strftime("%d/%m/%Y")
def longd(d): return f"{'1er' if d.day == 1 else d.day} {MOIS[d.month - 1]} {d.year}"


def mix(r, n, base: Callable[[], object], pers: Callable[[], object], share: float):
    k = max(7, round(n * share))
    idx = set(r.sample(range(n), k))
    return tuple(pers() if i in idx else base() for i in range(n))


def luhn_digit(s):
    t = 0
    for i, c in enumerate(reversed(s)):
        d = int(c)
        if i % 2 == 0:
            d = d * 2 - 9 if d > 4 else d * 2
        t += d
    return str(-t % 10)


def luhn_ok(s): return luhn_digit(s[:-1]) == s[-1]


def siren(r):
    s = r.choice("345789") + digits(r, 7)
    return s + luhn_digit(s)


def siret(r):
    s = siren(r) + "000" + r.choice("12345")
    return s + luhn_digit(s)


def nir(r, corsica=True):
    s = r.choice("12")
    yy, mm = r.randint(35, 99), r.randint(1, 12)
    x = r.random()
    if x < 0.15:
        place = "99" + r.choice(["350", "351", "352", "139", "122", "208", "397", "333", "243"])
    elif x < 0.22 and corsica:
        place = r.choice(["2A", "2B"]) + r.choice(["004", "033", "041", "096"])
    else:
        place = r.choice(["14", "27", "50", "61", "76", "26", "07", "38", "69", "84", "93", "92", "94", "95", "78", "77", "91", "75"]) + f"{r.randint(1, 480):03d}"
    body = f"{s}{yy:02d}{mm:02d}{place}{r.randint(1, 420):03d}"
    num = int(body.replace("2A", "19").replace("2B", "18"))
    return body, f"{97 - num % 97:02d}"


def nir_sp(b, k, sep=" "): return sep.join([b[0], b[1:3], b[3:5], b[5:7], b[7:10], b[10:13], k])


def iban_make(cc, bban):
    t = "".join(str(int(c, 36)) for c in bban + cc + "00")
    return f"{cc}{98 - int(t) % 97:02d}{bban}"


def rib(r):
    b = r.choice(["30004", "30003", "20041", "16606", "10278", "13825", "17806", "30002", "18206", "11425", "40618"])
    g, c = digits(r, 5), digits(r, 11)
    return b, g, c, f"{97 - (89 * int(b) + 15 * int(g) + 3 * int(c)) % 97:02d}"


def iban_fr(r): return iban_make("FR", "".join(rib(r)))


def iban_for(r):
    k = r.randrange(3)
    if k == 0:
        a = r.choice(["001", "363", "068", "734"]) + digits(r, 7)
        return iban_make("BE", a + f"{(int(a) % 97) or 97:02d}")
    if k == 1:
        return iban_make("DE", r.choice(["50010517", "10010010", "37040044", "59050101"]) + digits(r, 10))
    a = r.choice(["0035", "0033", "0010", "0007"]) + digits(r, 4) + digits(r, 11)
    return iban_make("PT", a + f"{98 - int(a + '00') % 97:02d}")


def card(r):
    if r.random() < 0.08:
        s = r.choice(["3742", "3759", "3791"]) + digits(r, 10)
    else:
        s = r.choice(["4970", "4974", "4978", "4561", "5132", "5136", "5355", "5137"]) + digits(r, 11)
    return s + luhn_digit(s)


def card_sp(s, sep=" "): return sep.join([s[:4], s[4:10], s[10:]]) if len(s) == 15 else grp(s, 4, sep)


def mob(r):
    a = r.choice("6667")
    return "0" + a + r.choice("123456789" if a == "6" else "3456789") + digits(r, 7)
def fix(r, z="2"): return "0" + z + r.choice("34567") + digits(r, 7)
def tel(s, sep=" "): return grp(s, 2, sep)


DOM = ["gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "hotmail.fr", "laposte.net", "outlook.fr", "sfr.fr", "yahoo.fr", "icloud.com", "proton.me"]


def mail(r, p=None):
    p = p or person(r)
    a, b = slug(p[0]), slug(p[1])
    return r.choice([f"{a}.{b}", f"{b}.{a}", f"{a[0]}{b}", f"{a}{b}{r.randint(50, 99)}", f"{b}_{a}", f"{a}.{b}{r.randint(1, 95):02d}"]) + "@" + r.choice(DOM)


SIV = "ABCDEFGHJKLMNPQRSTVWXYZ"


def siv(r, sep="-"):
    while True:
        a, b = letters(r, 2, SIV), letters(r, 2, SIV)
        if a not in ("SS", "WW") and b != "SS" and a[0] in "ABCDEFGH":
            return f"{a}{sep}{r.randint(1, 999):03d}{sep}{b}"


def fni(r, sep=" "):
    return f"{r.randint(10, 9999)}{sep}{letters(r, 2, 'ABCDEFGHJKLMNPQRSTVWXYZ')}{sep}{r.choice(['14', '27', '50', '61', '76', '26', '07', '69', '93', '95', '78'])}"


VEH = ["Renault Clio", "Peugeot 208", "Citroën C3", "Dacia Sandero", "Renault Mégane", "VW Polo", "Toyota Yaris", "Peugeot 308", "Fiat 500", "Ford Fiesta", "Opel Corsa", "Renault Kangoo"]


def ip4(r):
    a = r.choice(["90.{}", "82.64", "82.65", "78.19{}", "92.184", "86.2{}", "176.1{}", "88.1{}", "109.2{}", "37.16{}"])
    a = a.replace("{}", {"90.{}": str(r.randint(1, 120)), "78.19{}": str(r.randint(2, 9)), "86.2{}": str(r.randint(10, 49)), "176.1{}": str(r.randint(30, 90)),
                         "88.1{}": str(r.randint(20, 80)), "109.2{}": str(r.randint(10, 20)), "37.16{}": str(r.randint(4, 9))}.get(a, ""))
    return f"{a}.{r.randint(1, 254)}.{r.randint(2, 253)}"


def ip6(r):
    return r.choice(["2a01:e0a", "2a01:cb00", "2a01:cb1c", "2a02:8428", "2a01:e34"]) + "".join(f":{r.randint(1, 65535):x}" for _ in range(6))


def mac(r, sep=":"):
    first = r.choice(["3c2eff", "a4d1d2", "f0989d", "8cf5a3", "5c51e2", "d0817a", "7c38ad", "bc5436", "28395e", "e0dcff"])
    h = first + "".join(r.choice("0123456789abcdef") for _ in range(6))
    return sep.join(h[i:i + 2] for i in range(0, 12, 2))


CNIL = "BCDFGHJKLMNPRSTVWXYZ"


def cni_new(r):
    while True:
        s = r.choice(CNIL) + "".join(r.choice(CNIL + "0123456789" * 2) for _ in range(8))
        if sum(c.isdigit() for c in s) >= 3 and sum(c.isalpha() for c in s) >= 3:
            return s


def cni_old(r):
    return f"{r.randint(9, 20):02d}{r.randint(1, 12):02d}{r.choice(['14', '27', '50', '61', '76', '26', '38', '69', '84', '93', '95', '78', '92'])}{r.randint(1, 4)}{r.randint(100, 99999):05d}"


def passport(r): return f"{r.randint(14, 24)}{letters(r, 2, 'ACDEFHIKPRTVX')}{r.randint(10000, 99999)}"


def permis(r):
    return f"{r.choice(list(range(75, 100)) + list(range(0, 13))):02d}{r.randint(1, 12):02d}{r.choice(['14', '27', '50', '61', '76', '26', '38', '69', '84', '93', '95', '78'])}{r.randint(100000, 399999)}"


def caf(r): return f"{r.randint(100000, 4999999):07d}{letters(r, 1, 'ABCDEFGHJKLMNPQRSTVWXYZ')}"


def coord(r, town, s=0.012):
    t = TOWN[town]
    return round(t[1] + r.uniform(-s, s), 6), round(t[2] + r.uniform(-s * 1.4, s * 1.4), 6)


def l93(lat, lon):
    n, c, e = 0.7256077650532670, 11754255.426096, 0.08181919104281579
    la = math.radians(lat)
    iso = math.atanh(math.sin(la)) - e * math.atanh(e * math.sin(la))
    rr, g = c * math.exp(-n * iso), n * math.radians(lon - 3)
    return round(700000 + rr * math.sin(g), 2), round(12655612.049876 - rr * math.cos(g), 2)


def dms(v, pos, neg):
    h = pos if v >= 0 else neg
    v = abs(v)
    d = int(v)
    m = int((v - d) * 60)
    s = (v - d - m / 60) * 3600
    return f"{d}°{m:02d}'{s:04.1f}\"{h}"


def addr(r, town, sep=", "):
    t = TOWN[town]
    return f"{r.randint(1, 140)}{r.choice(['', '', '', '', ' bis', ' ter'])} {r.choice(RUES)}{sep}{t[3]} {t[0]}"


def street(r): return f"{r.randint(1, 140)} {r.choice(RUES)}"


T_VOIRIE = ["Nid-de-poule signalé {n} {rue}, enrobé à froid posé", "Candélabre éteint {rue}, lampe remplacée", "Avaloir bouché {rue}, hydrocurage demandé",
            "Dépôt sauvage enlevé, {m} m3", "RAS", "Potelet arraché {rue}, repose semaine {s}", "Marquage effacé passage piéton {rue}", "Panneau B14 tordu, redressé",
            "Intervention reportée cause gel", "Bordure descellée {n} {rue}", "Tampon bruyant {rue}, joint changé", "attente devis entreprise, relance sem. {s}"]
T_CANT = ["menu végétarien demandé le vendredi", "effectif du jour : {n}", "livraison en retard de {m} min", "goûter supplémentaire fourni", "prévoir {m} pique-niques sortie scolaire",
          "four en panne, repas froid servi", "RAS", "température à réception {m} °C", "commande pain ajustée à {n}", "grève, service minimum"]
T_ACC = ["demande de renseignements urbanisme", "orienté vers le guichet état civil", "formulaire remis", "courrier transmis au service voirie", "dossier incomplet, pièces à fournir",
         "reçu sans rdv", "appel sans suite", "demande composteur, liste d'attente", "réservation salle des fêtes, dispo le {d}", "borne tickets en panne"]
T_SPORT = ["créneau annulé, gymnase fermé", "vestiaire 2 : fuite réparée", "tournoi prévu le {d}", "filet à remplacer", "effectif {n} participants", "clé rendue",
           "traçage terrain d'honneur fait", "RAS", "chauffage en panne, {m} °C", "ballons commandés"]
T_VERT = ["taille haies {rue}", "arrosage massif rond-point", "tonte terrain {m}", "plantation {n} bulbes", "désherbage manuel {rue}", "souche rognée", "RAS", "paillage chanvre posé",
          "jardinières {rue} fleuries", "prunus mort, à remplacer"]
T_BIB = ["document rendu abîmé, couverture recollée", "réservation prête", "retard {m} jours, relance auto", "don accepté, {n} volumes", "DVD rayé retiré du fonds", "prêt prolongé",
         "animation heure du conte le {d}", "RAS", "étiquette RFID remplacée", "section jeunesse réaménagée"]


def text(r, pool):
    return r.choice(pool).format(n=r.randint(3, 140), rue=r.choice(RUES), m=r.randint(2, 38), s=r.randint(2, 51), d=frd(day(r, 2023, 2024)))


class Bag:
    def __init__(self):
        self.out: list[Column] = []

    def P(self, kind, header, values, why, beside=None, neutral=True):
        self.out.append(Column(header, tuple(values), True, kind, why, {k: tuple(v) for k, v in (beside or {}).items()}, neutral))

    def H(self, kind, header, values, why, beside=None):
        self.out.append(Column(header, tuple(values), False, kind, why, {k: tuple(v) for k, v in (beside or {}).items()}, True))


# ================================================================= PERSONAL
def p_nir(b):
    k = "nir"
    r = rng("nir1"); b.P(k, "nir", many(84, lambda: "".join(nir(r))), "clean: 15-character NIR")
    r = rng("nir2"); n = 110; ps = people(r, n)
    b.P(k, "N° sécu", many(n, lambda: nir_sp(*nir(r))), "clean: spaced NIR, Corsica too", {"bénéficiaire": [Lf(p) for p in ps]})
    r = rng("nir3"); n = 90; ps = people(r, n)
    b.P(k, "matricule", many(n, lambda: int("".join(nir(r, False)))), "clean: NIR as whole numbers", {"agent": [fL(p) for p in ps], "grade": [r.choice(["ATSEM principal", "adjoint technique", "rédacteur", "agent de maîtrise"]) for _ in range(n)]})
    r = rng("nir4")
    b.P(k, "ref_dossier", mix(r, 180, lambda: f"CCAS-{r.randint(2019, 2024)}-{r.randint(1, 9999):05d}", lambda: "".join(nir(r)), .09), "mixed: NIR typed instead of the file number")
    r = rng("nir5")
    b.P(k, "obs_regie", mix(r, 150, lambda: text(r, T_CANT), lambda: r.choice(["attestation CPAM jointe, n° SS {}", "ouvrant droit {} (mère)", "sécu {} à vérifier", "tarif réduit validé / immat. {}"]).format(nir_sp(*nir(r), r.choice([" ", NB, "", "."]))), .07), "mixed: NIR in canteen notes")
    r = rng("nir6")
    def d6():
        bo, ke = nir(r)
        return r.choice([lambda: fw(nir_sp(bo, ke)), lambda: zw(r, bo + ke, 3), lambda: bo + " clé " + ke, lambda: nir_sp(bo, ke, NN) + TAB, lambda: nir_sp(bo, ke, "-").lower(), lambda: bo + "/" + ke + "\n"])()
    b.P(k, "equipement", many(75, d6), "dirty: full-width, zero-width, odd separators, lying header")
    r = rng("nir7"); n = 66
    def d7():
        p, (bo, ke) = person(r), nir(r)
        return json.dumps({"dossier": r.randint(1000, 9999), "ayant_droit": {"nom": p[1], "ss": bo + " " + ke}}, ensure_ascii=r.random() < .5)
    b.P(k, "payload", many(n, d7), "dirty: NIR inside JSON")


def p_iban(b):
    k = "iban"
    r = rng("iban1"); n = 95; ps = people(r, n)
    b.P(k, "iban", many(n, lambda: iban_fr(r)), "clean: beside private holders", {"titulaire": [Lf(p) for p in ps]})
    r = rng("iban2"); n = 72; ps = people(r, n)
    b.P(k, "coordonnées bancaires", many(n, lambda: grp(iban_fr(r), 4)), "clean: grouped by four, refund of nursery fees", {"parent": [fl(p) for p in ps], "remboursement": [round(r.uniform(12, 340), 2) for _ in range(n)]})
    r = rng("iban3"); n = 64; ps = people(r, n)
    b.P(k, "RIB", many(n, lambda: " ".join(rib(r))), "clean: bank/branch/account/key of persons", {"locataire": [fL(p) for p in ps]})
    r = rng("iban4"); n = 160
    b.P(k, "mode_reglement", mix(r, n, lambda: r.choice(["CB", "espèces", f"chèque n° {r.randint(1000000, 9999999)}", "TIPI", "CESU", "prélèvement"]), lambda: f"virement {civ(r, person(r))} {grp(iban_fr(r), 4)}", .1), "mixed: IBAN of families among means of payment")
    r = rng("iban5"); n = 120
    b.P(k, "commentaire", mix(r, n, lambda: text(r, T_BIB), lambda: f"remb. caution à {fl(person(r))}, nouveau rib {grp(iban_fr(r), 4, r.choice([' ', NB, '']))}" + r.choice(["", " merci", " (ancien compte clos)"]), .08), "mixed: refunds in library notes")
    r = rng("iban6"); n = 80; ps = people(r, n)
    def d6():
        s = iban_fr(r)
        return r.choice([lambda: grp(s.lower(), 4, NN), lambda: grp(s, 4, "-"), lambda: fw(grp(s, 4)), lambda: zw(r, s, 4), lambda: "IBAN:" + TAB + grp(s, 4, "."), lambda: " " + grp(s, 4, NB) + " \n"])()
    b.P(k, "lieu", many(n, d6), "dirty: lower case, narrow spaces, full-width, lying header", {"obs": [civ(r, p) for p in ps]})
    r = rng("iban7"); n = 70
    b.P(k, "html_bloc", many(n, lambda: f"<p>{fl(person(r))}<br/>{r.choice(['Compte', 'IBAN', 'cpte'])}&nbsp;: <b>{grp(iban_for(r), 4)}</b>" + (f"<br>ou {iban_fr(r)}" if r.random() < .3 else "") + "</p>"), "dirty: Belgian, German, Portuguese IBANs in HTML")


def p_card(b):
    k = "card"
    r = rng("card1"); b.P(k, "num_carte", many(78, lambda: card(r)), "clean: Luhn-valid payment cards")
    r = rng("card2"); n = 100
    b.P(k, "carte", many(n, lambda: card_sp(card(r))), "clean: spaced, expiry beside", {"validité": [f"{r.randint(1, 12):02d}/{r.randint(25, 29)}" for _ in range(n)], "porteur": [Lf(p) for p in people(r, n)]})
    r = rng("card3"); n = 140
    b.P(k, "ref_transaction", mix(r, n, lambda: f"TX{r.randint(10**9, 10**10 - 1)}", lambda: card(r), .08), "mixed: card typed as transaction reference", {"produit": [r.choice(["entrée piscine", "abonnement 10 entrées", "location ligne d'eau", "aquagym"]) for _ in range(n)]})
    r = rng("card4")
    b.P(k, "obs_caisse", mix(r, 130, lambda: text(r, T_SPORT), lambda: r.choice(["paiement tel CB {} exp {}/{}", "double débit carte {} ({}/{}) à rembourser", "CB refusée {} fin {}/{}"]).format(card_sp(card(r), r.choice([" ", "", NB])), f"{r.randint(1, 12):02d}", r.randint(25, 28)), .08), "mixed: cards in till remarks")
    r = rng("card5")
    def d5():
        s = card(r)
        return r.choice([lambda: fw(card_sp(s)), lambda: card_sp(s, "-"), lambda: zw(r, s, 3), lambda: card_sp(s, NN), lambda: "CB:" + card_sp(s, "."), lambda: card_sp(s, "  ") + TAB])()
    b.P(k, "equip_borne", many(66, d5), "dirty: full-width, dashes, zero-width")
    r = rng("card6")
    b.P(k, "trace", many(72, lambda: json.dumps({"op": r.choice(["pay", "refund"]), "pan": card(r), "exp": f"{r.randint(25, 29)}{r.randint(1, 12):02d}", "mt": r.randint(200, 9900)})), "dirty: PAN in JSON trace of a car park terminal")


def words2(x):
    u = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"]
    if x < 20:
        return u[x]
    d, q = divmod(x, 10)
    t = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 7: "soixante", 8: "quatre-vingt", 9: "quatre-vingt"}[d]
    if d in (7, 9):
        return f"{t}-{u[10 + q]}" if not (d == 7 and q == 1) else "soixante et onze"
    if q == 0:
        return t + ("s" if d == 8 else "")
    if q == 1 and d != 8:
        return t + " et un"
    return f"{t}-{u[q]}"


def tel_words(s):
    o = []
    for i in range(0, 10, 2):
        q = s[i:i + 2]
        o.append("zéro " + words2(int(q[1])) if q[0] == "0" else words2(int(q)))
    return " ".join(o)


def p_phone(b):
    k = "phone"
    r = rng("ph1"); n = 120; ps = people(r, n)
    b.P(k, "portable", many(n, lambda: tel(mob(r))), "clean: mobiles beside names", {"adhérent": [fl(p) for p in ps]})
    r = rng("ph2"); n = 88; ps = people(r, n)
    b.P(k, "tel", many(n, lambda: int(mob(r))), "clean: mobiles as numbers, leading zero lost", {"nom": [p[1].upper() for p in ps], "prenom": [p[0] for p in ps]})
    r = rng("ph3"); n = 150
    b.P(k, "suite_donnee", mix(r, n, lambda: text(r, T_VOIRIE), lambda: r.choice(["rappeler {p} au {t} après 18h", "riverain {p} joignable {t}", "tél. plaignante : {t} ({p})", "{t} {p} - chien errant"]).format(p=civ(r, person(r)), t=tel(mob(r), r.choice([" ", ".", "", NB]))), .09), "mixed: phones of residents in road notes")
    r = rng("ph4"); n = 100
    b.P(k, "contact_asso", mix(r, n, lambda: r.choice(["voir site internet", "forum des associations", "permanence mardi 18 h", "local 3 rue Basse", "-"]), lambda: f"{fl(person(r))} {tel(mob(r), r.choice(['.', ' ']))}", .4), "mixed: private phones of club leaders")
    r = rng("ph5"); n = 76
    def d5():
        s = mob(r)
        return r.choice([lambda: fw(tel(s)), lambda: "+33" + NN + s[1] + NN + tel(s[2:], NN), lambda: "+33 (0)" + s[1] + "." + tel(s[2:], "."), lambda: "0033" + s[1:], lambda: zw(r, tel(s), 3), lambda: "Contact : " + tel(s, "/"), lambda: tel(s, "-") + "\n", lambda: "tél°" + tel(s, TAB)])()
    b.P(k, "lieu_rdv", many(n, d5), "dirty: every way to type a mobile")
    r = rng("ph6"); n = 92; ps = people(r, n)
    def d6():
        c, m = r.choice([("+212 6{} {}", 2), ("+261 34 {} {}", 1), ("+351 91{} {}", 1), ("+90 53{} {}", 2), ("+84 9{} {}", 2), ("+48 60{} {}", 1)])
        f = c.format(digits(r, m), digits(r, 6))
        return r.choice([f, f.replace(" ", ""), f.replace(" ", NB), f"{tel(mob(r))} / {f}", f"{tel(mob(r), '.')} ou {tel(fix(r, '4'), '.')}"])
    b.P(k, "joindre", many(n, d6), "dirty: foreign numbers and several in a cell", {"responsable légal": [Lf(p) for p in ps]})
    r = rng("ph7"); n = 110
    b.P(k, "message", mix(r, n, lambda: text(r, T_ACC), lambda: f"rappeler {civ(r, person(r))} au {tel_words(mob(r))}", .1), "mixed: phone spelt out in words")


def p_email(b):
    k = "email"
    r = rng("em1"); n = 115; ps = people(r, n)
    b.P(k, "courriel", [mail(r, p) for p in ps], "clean: private mailboxes")
    r = rng("em2"); n = 90; ps = people(r, n)
    b.P(k, "mail_agent", [f"{slug(p[0])}.{slug(p[1])}@ville-lisieux.fr" for p in ps], "clean: named mailboxes of agents", {"service": [r.choice(["Voirie", "État civil", "Finances", "Sports", "Écoles"]) for _ in range(n)]})
    r = rng("em3"); n = 140
    b.P(k, "contact", mix(r, n, lambda: r.choice(["contact", "accueil", "secretariat", "mairie", "infos"]) + "@" + r.choice(["mjc-valence.fr", "judo-annonay.org", "amicale-vienne.fr", "cosi-romans.fr", "tennis-givors.fr"]), lambda: mail(r), .12), "mixed: private boxes among generic ones")
    r = rng("em4"); n = 100
    b.P(k, "remarques", mix(r, n, lambda: text(r, T_BIB), lambda: f"{r.choice(['prévenir', 'écrire à', 'relance envoyée à', 'mail :'])} {mail(r)}", .1), "mixed: in library remarks")
    r = rng("em5"); n = 80
    def d5():
        m = mail(r); a, d = m.split("@")
        return r.choice([f"{a} [at] {d}", f"{a}(arobase){d}", f"{a} @ {d}", f"{a}@{d.replace('.', ',')}", f"{a}@{d.replace('.', ' point ')}", f"<a href=\"mailto:{m}\">écrire</a>", zw(r, m, 2), f"{a}＠{d}", m.upper() + NB])
    b.P(k, "site_web", many(n, d5), "dirty: hidden at signs, HTML, full-width @")
    r = rng("em6"); n = 70
    def d6():
        m = mail(r)
        return r.choice([m.replace("gmail.com", "gmial.com").replace("orange.fr", "orang.fr"), m + ";" + mail(r), m + "\n" + mail(r), "e-mail : " + m + ".", m.replace("@", "@@") if r.random() < .3 else "mail:" + m, f"{fl(person(r))} <{m}>"])
    b.P(k, "destinataires", many(n, d6), "dirty: mistyped, several in a cell")
    r = rng("em7"); n = 64
    b.P(k, "json_form", many(n, lambda: json.dumps({"id": r.randint(1, 9999), "email": mail(r), "optin": r.random() < .5})), "dirty: form answers in JSON")


def p_plate(b):
    k = "plate"
    r = rng("pl1"); n = 130
    b.P(k, "immatriculation", many(n, lambda: siv(r)), "clean: residents' parking permits", {"véhicule": [r.choice(VEH) for _ in range(n)], "zone": [r.choice(["A - résident", "B - résident", "C - pro"]) for _ in range(n)]})
    r = rng("pl2"); n = 75
    b.P(k, "vehicule_ancien", many(n, lambda: fni(r)), "clean: old FNI plates towed away", {"modele": [r.choice(VEH) for _ in range(n)], "motif": [r.choice(["épave", "stationnement > 7 jours", "voiture ventouse"]) for _ in range(n)]})
    r = rng("pl3"); n = 150
    b.P(k, "constat_asvp", mix(r, n, lambda: text(r, T_VOIRIE), lambda: f"{r.choice(VEH)} {siv(r, r.choice(['-', ' ', '']))} {r.choice(['gênant devant bateau', 'stationné trottoir', 'sur place PMR', 'FPS non payé'])}", .1), "mixed: plates in wardens' notes")
    r = rng("pl4"); n = 110
    b.P(k, "badge", mix(r, n, lambda: f"BDG{r.randint(10000, 99999)}", lambda: siv(r), .15), "mixed: plate instead of the badge number", {"acces": [r.choice(["parking Gambetta", "déchetterie", "parking gare"]) for _ in range(n)]})
    r = rng("pl5"); n = 82
    def d5():
        s = siv(r, "")
        return r.choice([s.lower(), f"{s[:2]} {s[2:5]} {s[5:]}", f"{s[:2]}{NN}{s[2:5]}{NN}{s[5:]}", fw(siv(r)), zw(r, siv(r), 2), f"immat:{s}", f"{s[:2]}_{s[2:5]}_{s[5:]}", f"{s[:2]}.{s[2:5]}.{s[5:]}\t"])
    b.P(k, "ref", many(n, d5), "dirty: lower case, narrow spaces, full-width", {"modèle": [r.choice(VEH) for _ in range(n)]})
    r = rng("pl6"); n = 68
    b.P(k, "foyer_vehicules", many(n, lambda: r.choice([" / ", ";", "\n", " et "]).join(r.choice([siv(r), fni(r, r.choice([" ", "-", ""]))]) for _ in range(r.randint(1, 3)))), "dirty: several per household", {"foyer": [f"famille {p[1]}" for p in people(r, n)]})


def p_ip(b):
    k = "ip"
    def ts(r): return f"2024-{r.randint(1, 12):02d}-{r.randint(1, 28):02d} {r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}"
    r = rng("ip1"); n = 200
    b.P(k, "ip_client", many(n, lambda: ip4(r)), "clean: visitors of the portal", {"horodatage": [ts(r) for _ in range(n)], "page": [r.choice(["/accueil", "/demarches/acte", "/agenda", "/cantine/payer"]) for _ in range(n)]})
    r = rng("ip2"); n = 90
    b.P(k, "adresse", many(n, lambda: ip6(r)), "clean: IPv6 of form senders", {"envoi": [ts(r) for _ in range(n)]})
    r = rng("ip3"); n = 160
    b.P(k, "source", mix(r, n, lambda: f"10.{r.randint(1, 30)}.{r.randint(0, 255)}.{r.randint(1, 254)}", lambda: ip4(r), .12), "mixed: home IPs among private ones (remote work)", {"evenement": [r.choice(["connexion VPN", "échec mot de passe", "déconnexion"]) for _ in range(n)]})
    r = rng("ip4")
    b.P(k, "note_moderation", mix(r, 120, lambda: r.choice(["avis publié", "hors sujet, supprimé", "doublon", "question transmise aux services", "publié après correction"]), lambda: f"spam répété depuis {ip4(r)}, {r.choice(['banni', 'signalé', '2e avertissement'])}", .09), "mixed: IPs of citizens in moderation notes")
    r = rng("ip5")
    b.P(k, "log", many(85, lambda: f"{ip4(r)} - - [{r.randint(1, 28):02d}/Mar/2024:{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d} +0100] \"GET /{r.choice(['agenda', 'menu', 'plan', 'cantine'])} HTTP/1.1\" {r.choice([200, 200, 304, 404])} {r.randint(200, 90000)}"), "dirty: raw Apache lines")
    r = rng("ip6"); n = 74
    def d6():
        s = ip4(r)
        return r.choice([s.replace(".", "[.]"), fw(s), f"{s}:{r.randint(1024, 65000)}", zw(r, s, 2), json.dumps({"xff": f"{s}, 10.0.0.{r.randint(1, 9)}"}), f"ip={s};ua=Mozilla/5.0", f"[{ip6(r)}]:443"])
    b.P(k, "equipement_reseau", many(n, d6), "dirty: defanged, full-width, with ports, forwarded", {"réponse au sondage": [r.choice(["plutôt pour", "plutôt contre", "sans opinion"]) for _ in range(n)]})


def p_mac(b):
    k = "mac"
    spots = ["Médiathèque", "Gare", "Place du Marché", "Hôtel de Ville", "Piscine"]
    phones = ["iPhone", "Galaxy A52", "Redmi Note 11", "Pixel 6a", "iPad", "Huawei P30"]
    def host(r): return f"{r.choice(phones).replace(' ', '-')}-de-{ascii_(person(r)[0]).replace(' ', '-')}"
    def tsm(r): return f"{r.randint(1, 28):02d}/05/2024 {r.randint(8, 19):02d}:{r.randint(0, 59):02d}"
    r = rng("mac1"); n = 140
    b.P(k, "mac_terminal", many(n, lambda: mac(r).upper()), "clean: visitors' phones on public Wi-Fi", {"borne": [r.choice(spots) for _ in range(n)], "appareil": [host(r) for _ in range(n)]})
    r = rng("mac2"); n = 80
    b.P(k, "id_appareil", many(n, lambda: mac(r, "-")), "clean: dashes", {"nom_hote": [host(r) for _ in range(n)]})
    r = rng("mac3"); n = 120
    b.P(k, "ticket_wifi", mix(r, n, lambda: r.choice(["code perdu, réédité", "portail captif lent", "borne hall redémarrée", "SSID invisible", "débit faible étage 2"]), lambda: f"tél. de {civ(r, person(r))} bloqué, MAC {mac(r)} débloquée", .1), "mixed: in helpdesk notes")
    r = rng("mac4"); n = 100
    b.P(k, "identifiant", mix(r, n, lambda: f"invité-{r.randint(1000, 9999)}", lambda: mac(r).upper(), .2), "mixed: MAC when no voucher", {"connexion": [tsm(r) for _ in range(n)], "terminal": [host(r) for _ in range(n)]})
    r = rng("mac5"); n = 70
    def d5():
        m = mac(r, "")
        return r.choice([".".join([m[:4], m[4:8], m[8:]]), m.upper(), zw(r, mac(r), 2), mac(r, " : "), fw(mac(r)), "MAC=" + mac(r, "-").upper() + NB])
    b.P(k, "lieu", many(n, d5), "dirty: Cisco dots, no separators, full-width", {"hote": [host(r) for _ in range(n)]})
    r = rng("mac6"); n = 66
    b.P(k, "raw", many(n, lambda: f"DHCPACK on 192.168.{r.randint(1, 9)}.{r.randint(2, 250)} to {mac(r)} ({host(r)}) via wlan0"), "dirty: DHCP lines naming the owner's phone")


def p_name(b):
    k = "person_name"
    r = rng("nm1"); b.P(k, "demandeur", [fL(p) for p in people(r, 150)], "clean: First LAST")
    r = rng("nm2"); ps = people(r, 110)
    b.P(k, "nom", [p[1] for p in ps], "clean: surnames, first names beside", {"prénom": [p[0] for p in ps], "quartier": [r.choice(["Hauteville", "Saint-Désir", "centre", "gare"]) for _ in ps]})
    r = rng("nm3"); b.P(k, "equipement", [Lf(p) for p in people(r, 90)], "clean but lying header: swimmers booked")
    r = rng("nm4"); n = 180
    co = lambda: f"{r.choice(['Maçonnerie', 'Garage', 'Transports', 'Menuiserie', 'Boulangerie'])} {r.choice(FR_L)} {r.choice(['SARL', 'SAS', 'SASU'])}"
    b.P(k, "pétitionnaire", mix(r, n, co, lambda: (lambda p: f"{civ(r, p).split()[0]} {Lf(p)}")(person(r)), .12), "mixed: individuals among companies")
    r = rng("nm5"); n = 140
    b.P(k, "obs", mix(r, n, lambda: text(r, T_VERT), lambda: r.choice(["arbre mitoyen avec {}, accord oral", "plainte de {} (feuilles)", "clé portail chez {}", "vu avec {} sur place"]).format(r.choice([civ(r, person(r)), fl(person(r))])), .09), "mixed: neighbours in green space notes")
    r = rng("nm6"); n = 78
    def d6():
        p = person(r)
        return r.choice([nfd(fl(p)), zw(r, Lf(p), 2), fl(p).replace(" ", NB), Lf(p) + TAB, ascii_(fl(p)).lower(), f"  {p[1].upper()},{p[0]}", f"{p[0]}{NN}{p[1].upper()}\n", SHY.join([p[1][:3], p[1][3:]]) + " " + p[0]])
    b.P(k, "article", many(n, d6), "dirty: decomposed, zero-width, soft hyphens")
    r = rng("nm7"); n = 70
    b.P(k, "fiche_html", many(n, lambda: (lambda p: f"<td class='b'>{civ(r, p).split()[0]}&nbsp;<span>{Lf(p).replace('é', '&eacute;')}</span></td>")(person(r))), "dirty: HTML scraps of a registrations page")
    r = rng("nm8"); n = 66
    b.P(k, "foyer", many(n, lambda: (lambda p, q: r.choice([f"{civ(r, p)} et {civ(r, q)}", f"{p[0]} et {q[0]} {p[1].upper()}", f"{fl(p)} / {fl(q)}", f"{p[1].upper()}-{q[1].upper()} {p[0]}", f"indivision {p[1].upper()} {p[0]} ; {fl(q)}"]))(person(r), person(r))), "dirty: several per cell")
    r = rng("nm9"); n = 64
    b.P(k, "data", many(n, lambda: json.dumps({"places": r.randint(1, 4), "resa": {"n": person(r)[1], "p": person(r)[0]}}, ensure_ascii=False)), "dirty: JSON of theatre bookings")
    r = rng("nm10"); n = 90; ps = people(r, 90)
    b.P(k, "votant", [f"{p[0][0]}. {p[1].upper()}" if r.random() < .7 else f"{Lf(p)} ({r.choice(['pouvoir', 'absent', 'présente'])})" for p in ps], "elected members acting in office: needs a decision", {"vote": [r.choice(["pour", "contre", "abstention"]) for _ in ps], "délibération": [f"DEL-2024-{r.randint(1, 30):03d}" for _ in ps]})
    r = rng("nm11"); n = 72; ps = people(r, n)
    b.P(k, "élu", [fl(p) for p in ps], "elected people published by law: needs a decision", {"mandat": [r.choice(["adjoint au maire", "conseillère municipale déléguée", "conseiller communautaire", "maire"]) for _ in ps], "commune": [r.choice(NORM)[0] for _ in ps]})
    r = rng("nm12"); n = 120
    b.P(k, "lieu_depot", mix(r, n, lambda: r.choice(["mairie annexe", "accueil CCAS", "guichet unique", "boîte aux lettres", "en ligne"]), lambda: f"déposé par {fl(person(r))}", .15), "mixed: depositors in a place column")


def p_addr(b):
    k = "address"
    r = rng("ad1"); n = 120; ps = people(r, n)
    b.P(k, "adresse", many(n, lambda: addr(r, "Falaise")), "clean: homes beside names", {"abonné": [Lf(p) for p in ps]})
    r = rng("ad2"); n = 84; ps = people(r, n)
    b.P(k, "domicile", many(n, lambda: f"{street(r)}, {r.choice(['bât. B', 'esc. 3', 'appt 12', '2e étage gauche', 'porte 41'])}, {TOWN['Sarcelles'][3]} SARCELLES"), "clean: flats", {"enfant": [fl(p) for p in ps], "classe": [r.choice(["CP", "CE1", "CM2", "GS"]) for _ in ps]})
    r = rng("ad3"); n = 150
    b.P(k, "point_collecte", mix(r, n, lambda: r.choice(["PAV place du Marché", "déchetterie Nord", "PAV parking gare", "PAV gymnase"]), lambda: f"chez {civ(r, person(r))}, {street(r)}{r.choice(['', ', portail vert', ', sonner 2 fois'])}", .12), "mixed: homes among collection points")
    r = rng("ad4"); n = 130
    b.P(k, "observations portage", mix(r, n, lambda: text(r, T_CANT), lambda: f"{civ(r, person(r))} a déménagé : {addr(r, 'Annonay')}", .08), "mixed: meals at home, new addresses")
    r = rng("ad5"); n = 76; ps = people(r, n)
    def d5():
        a = addr(r, r.choice(["Vienne", "Givors", "Valence"]))
        return r.choice([a.upper().replace("RUE", "R").replace("AVENUE", "AV"), nfd(a), a.replace(", ", "\n"), a.replace(" ", NB), fw(a), zw(r, a, 3), a.replace(", ", "<br/>"), "adr.: " + a.lower()])
    b.P(k, "equip", many(n, d5), "dirty: abbreviations, HTML, newlines", {"tiers": [fL(p) for p in ps]})
    r = rng("ad6"); n = 68
    b.P(k, "bloc_destinataire", many(n, lambda: (lambda p, t: f"{civ(r, p).split()[0]} {fL(p)}\r\n{street(r)}\r\n{t[3]} {t[0].upper()}")(person(r), r.choice(BANL))), "dirty: whole letter heads in a cell")
    r = rng("ad7"); n = 100; ps = people(r, n)
    b.P(k, "lot", many(n, lambda: f"{r.choice(['rés. Les Cottages', 'lotissement du Bois', 'résidence Maupassant'])} n° {r.randint(1, 60)} - {r.choice(RUES)}"), "clean: rented homes with tenants beside", {"occupant": [civ(r, p) for p in ps], "loyer": [round(r.uniform(280, 790), 2) for _ in ps]})


def p_birth(b):
    k = "birth_date"
    r = rng("bd1"); n = 130; ps = people(r, n)
    b.P(k, "date_naissance", many(n, lambda: day(r, 1935, 2018)), "clean: dates beside names", {"nom_prenom": [Lf(p) for p in ps]})
    r = rng("bd2"); n = 90; ps = people(r, n)
    b.P(k, "ddn", many(n, lambda: frd(day(r, 2012, 2021))), "clean: pupils", {"élève": [fl(p) for p in ps], "niveau": [r.choice(["PS", "MS", "GS", "CP", "CE2"]) for _ in ps]})
    r = rng("bd3"); n = 80
    b.P(k, "Date de naissance (série Excel)", many(n, lambda: (day(r, 1940, 2005) - dt.date(1899, 12, 30)).days), "clean: Excel serials, only the header tells", neutral=False)
    r = rng("bd4"); n = 140
    b.P(k, "pieces", mix(r, n, lambda: r.choice(["justif. domicile ok", "photo manquante", "formulaire signé", "dossier complet", "attente assurance"]), lambda: f"{r.choice(['né', 'née', 'nee'])} le {r.choice([frd, longd])(day(r, 1950, 2015))} à {r.choice(TOWNS)[0]}", .12), "mixed: births among papers")
    r = rng("bd5"); n = 120
    b.P(k, "commentaires", mix(r, n, lambda: text(r, T_SPORT), lambda: f"{fl(person(r))} ({frd(day(r, 1998, 2016))}) {r.choice(['surclassé', 'certificat à rendre', 'dossard attribué'])}, né(e) avant la date limite", .09), "mixed: name with birth date in sports notes")
    r = rng("bd6"); n = 74; ps = people(r, n)
    def d6():
        d = day(r, 1938, 2010)
        return r.choice([d.strftime("%d.%m.%y"), d.strftime("%d/%m/%Y").replace("/", NN + "/"), fw(frd(d)), nfd(longd(d)), d.strftime("%d%m%Y"), "né le " + frd(d), d.strftime("%Y-%m-%dT00:00:00Z"), frd(d) + TAB])
    b.P(k, "obs_date", many(n, d6), "dirty: ten ways to write it", {"personne": [fL(p) for p in ps]})
    r = rng("bd7"); n = 66
    b.P(k, "champs_libres", many(n, lambda: json.dumps({"prenom": person(r)[0], "naiss": day(r, 1945, 2012).isoformat(), "ville": r.choice(RHON)[0]}, ensure_ascii=False)), "dirty: births in JSON")


def p_cni(b):
    k = "identity_card"
    r = rng("ci1"); n = 85; ps = people(r, n)
    b.P(k, "n_cni", many(n, lambda: cni_new(r)), "clean: cards since 2021", {"titulaire": [Lf(p) for p in ps]})
    r = rng("ci2"); n = 95; ps = people(r, n)
    b.P(k, "num_piece", many(n, lambda: cni_old(r)), "clean: 12 digits", {"piece": ["CNI"] * n, "mandataire": [fL(p) for p in ps]})
    r = rng("ci3"); n = 130
    b.P(k, "justificatif", mix(r, n, lambda: r.choice(["facture EDF", "avis d'imposition", "quittance de loyer", "livret de famille", "attestation employeur"]), lambda: f"CNI n° {r.choice([cni_new, cni_old])(r)}", .12), "mixed: card numbers among proofs")
    r = rng("ci4"); n = 120
    b.P(k, "note accueil", mix(r, n, lambda: text(r, T_ACC), lambda: f"procuration déposée, carte d'identité {r.choice([cni_new, cni_old])(r)} de {civ(r, person(r))}", .08), "mixed: in desk notes")
    r = rng("ci5"); n = 70; ps = people(r, n)
    def d5():
        s = r.choice([cni_new, cni_old])(r)
        return r.choice([s.lower(), grp(s, 4 if len(s) == 12 else 3), fw(s), zw(r, s, 2), "CNI:" + s, "CI " + grp(s, 3, NN), s + TAB])
    b.P(k, "materiel_prete", many(n, d5), "dirty: pledge against loan, lower case, spaces", {"emprunteur": [fl(p) for p in ps]})
    r = rng("ci6"); n = 64
    b.P(k, "xml", many(n, lambda: f"<piece type=\"CNI\"><num>{r.choice([cni_new, cni_old])(r)}</num><exp>{day(r, 2025, 2033).isoformat()}</exp></piece>"), "dirty: XML scraps of visitors' passes")


def p_pass(b):
    k = "passport"
    r = rng("pp1"); n = 90; ps = people(r, n)
    b.P(k, "passeport", many(n, lambda: passport(r)), "clean: beside names", {"voyageur": [Lf(p) for p in ps]})
    r = rng("pp2"); n = 70; ps = people(r, n)
    b.P(k, "no_document", many(n, lambda: passport(r)), "clean: with expiry dates and holders", {"expire": [day(r, 2025, 2034) for _ in ps], "délégation": [fl(p) for p in ps]})
    r = rng("pp3"); n = 130
    b.P(k, "piece_presentee", mix(r, n, lambda: r.choice(["CNI vue", "permis vu", "livret de famille", "aucune", "titre de séjour vu"]), lambda: f"passeport {passport(r)}", .1), "mixed: passports among papers shown")
    r = rng("pp4"); n = 110
    b.P(k, "jumelage_obs", mix(r, n, lambda: r.choice(["hôtel réservé", "car de 49 places", "devis reçu", "repas du soir prévu", "programme envoyé"]), lambda: f"{fl(person(r))} pass. {passport(r)} {r.choice(['à renouveler', 'ok', 'copie reçue'])}", .12), "mixed: twinning trip notes")
    r = rng("pp5"); n = 66; ps = people(r, n)
    def d5():
        s = passport(r)
        return r.choice([s.lower(), f"{s[:2]} {s[2:4]} {s[4:]}", f"{s[:2]}{NN}{s[2:4]}{NN}{s[4:]}", fw(s), zw(r, s, 2), "Pass. n°" + s, s[:4] + "-" + s[4:] + "\n"])
    b.P(k, "ref_lieu", many(n, d5), "dirty: spaces, full-width, lower case", {"invité": [fL(p) for p in ps]})
    r = rng("pp6"); n = 62
    b.P(k, "liste", many(n, lambda: "; ".join(f"{person(r)[1].upper()} {passport(r)}" for _ in range(r.randint(1, 3)))), "dirty: several holders per cell")


def p_drv(b):
    k = "driving_licence"
    r = rng("dl1"); n = 88; ps = people(r, n)
    b.P(k, "permis_num", many(n, lambda: permis(r)), "clean: bus drivers", {"conducteur": [Lf(p) for p in ps], "catégories": [r.choice(["B, D", "B, C, CE", "B", "B, BE"]) for _ in ps]})
    r = rng("dl2"); n = 75; ps = people(r, n); nums = [permis(r) for _ in ps]
    b.P(k, "n_permis", nums, "clean: car sharing", {"catégorie": ["B"] * n, "abonné": [fl(p) for p in ps], "délivré": [dt.date((1900 if int(x[:2]) > 50 else 2000) + int(x[:2]), int(x[2:4]), r.randint(1, 28)) for x in nums]})
    r = rng("dl3"); n = 120
    b.P(k, "document", mix(r, n, lambda: r.choice(["carte grise vue", "assurance ok", "CT valide", "constat joint", "-"]), lambda: f"permis n° {permis(r)}", .1), "mixed: licences among vehicle papers")
    r = rng("dl4"); n = 130
    b.P(k, "rapport", mix(r, n, lambda: text(r, T_VOIRIE), lambda: f"conducteur {fl(person(r))}, permis B {permis(r)}, {r.choice(['constat amiable', 'accrochage benne', 'audition'])}", .08), "mixed: accident reports")
    r = rng("dl5"); n = 68; ps = people(r, n)
    def d5():
        s = permis(r)
        return r.choice([grp(s, 2), f"{s[:4]} {s[4:6]} {s[6:]}", fw(s), zw(r, s, 2), "PC " + s, f"permis{NB}: {grp(s, 4, NN)}", s + " (B)"])
    b.P(k, "outillage", many(n, d5), "dirty: spaces, full-width", {"agent": [fl(p) for p in ps], "habilitation": [r.choice(["permis B", "permis C", "permis BE"]) for _ in ps]})
    r = rng("dl6"); n = 62
    b.P(k, "flux", many(n, lambda: json.dumps({"loc": r.choice(["Kangoo", "Zoe", "utilitaire 6 m3"]), "permis": {"num": permis(r), "cat": "B"}, "nom": person(r)[1]}, ensure_ascii=False)), "dirty: JSON of rentals")


def p_sport(b):
    k = "sports_licence"
    fft = lambda r: f"{r.randint(1000000, 9999999)}{letters(r, 1)}"
    def ffj(r, p=None):
        p = p or person(r)
        d = day(r, 1970, 2016)
        l = "".join(c for c in ascii_(p[1]).upper() if c.isalpha())
        return f"{r.choice('MF')}{d.strftime('%d%m%Y')}{(l + '*****')[:5]}{r.randint(1, 3):02d}"
    fff = lambda r: str(r.choice([25, 23, 95, 96]) * 10**8 + r.randint(10**7, 10**8 - 1))
    bb = lambda r: f"{r.choice(['VT', 'BC', 'JH', 'RD'])}{r.randint(0, 999999):06d}"
    r = rng("sl1"); n = 96; ps = people(r, n)
    b.P(k, "licence", many(n, lambda: fft(r)), "clean: tennis federation", {"joueur": [Lf(p) for p in ps], "classement": [r.choice(["NC", "40", "30/2", "15/4", "30"]) for _ in ps]})
    r = rng("sl2"); n = 84; ps = people(r, n)
    b.P(k, "num_lic_judo", [ffj(r, p) for p in ps], "clean: judo licences carry sex, birth and name")
    r = rng("sl3"); n = 110; ps = people(r, n)
    b.P(k, "n°", many(n, lambda: int(fff(r))), "clean: football licences as numbers", {"licencié": [fL(p) for p in ps], "catégorie": [r.choice(["U9", "U11", "U13 F", "Senior", "Vétéran"]) for _ in ps]})
    r = rng("sl4"); n = 130
    b.P(k, "dossier_sport", mix(r, n, lambda: r.choice(["cotisation réglée", "certificat médical à fournir", "en attente", "pass'sport utilisé", "charte signée"]), lambda: f"licence FFBB {bb(r)} ok", .12), "mixed: basketball licences among statuses", {"membre": [fl(p) for p in people(r, n)]})
    r = rng("sl5"); n = 120
    b.P(k, "obs_tournoi", mix(r, n, lambda: text(r, T_SPORT), lambda: r.choice([lambda: f"{fl(person(r))} lic. {fft(r)} forfait", lambda: f"licence judo {ffj(r)} à contrôler", lambda: f"{civ(r, person(r))}, licence n° {fff(r)}, suspendu"])(), .09), "mixed: in tournament notes")
    r = rng("sl6"); n = 70; ps = people(r, n)
    def d6(p):
        s = r.choice([fft(r), bb(r), ffj(r, p), fff(r)])
        return r.choice([s.lower(), grp(s, 4), fw(s), zw(r, s, 2), "Lic. n°" + NB + s, s + TAB, "lic:" + s])
    b.P(k, "salle", [d6(p) for p in ps], "dirty: several federations, lying header", {"adh.": [fl(p) for p in ps], "club": [r.choice(["JC Valence", "AS Vienne foot", "TC Orange", "BC Bollène"]) for _ in ps]})


def p_caf(b):
    k = "caf_number"
    r = rng("cf1"); n = 98; ps = people(r, n)
    b.P(k, "n_allocataire", many(n, lambda: caf(r)), "clean: beside names and family quotient", {"famille": [p[1].upper() for p in ps], "QF": [r.randint(180, 1900) for _ in ps]})
    r = rng("cf2"); n = 80; ps = people(r, n)
    b.P(k, "caf", many(n, lambda: (lambda s: s[:7] + " " + s[7])(caf(r))), "clean: letter apart", {"parent 1": [fl(p) for p in ps]})
    r = rng("cf3"); n = 120
    b.P(k, "tarif", mix(r, n, lambda: r.choice(["tranche A", "tranche B", "tranche C", "plein tarif", "hors commune"]), lambda: f"alloc. CAF {caf(r)}, QF {r.randint(200, 1200)}", .12), "mixed: among price bands")
    r = rng("cf4"); n = 140
    b.P(k, "notes_creche", mix(r, n, lambda: text(r, T_CANT), lambda: f"{civ(r, person(r))} : n° caf {caf(r)}, {r.choice(['CMG', 'RSA', 'APL en cours', 'attestation reçue'])}", .08), "mixed: nursery notes")
    r = rng("cf5"); n = 66; ps = people(r, n)
    def d5():
        s = caf(r)
        return r.choice([s.lower(), fw(s), zw(r, s, 2), "CAF76-" + s, grp(s[:7], 3, NN) + s[7], "alloc n°" + s + "\n", s[:7] + "-" + s[7]])
    b.P(k, "structure", many(n, d5), "dirty: full-width, lower case, prefix", {"resp. légal": [Lf(p) for p in ps], "prestation": [r.choice(["PAJE", "AF", "RSA", "ARS"]) for _ in ps]})
    r = rng("cf6"); n = 62
    b.P(k, "import_cafpro", many(n, lambda: f"ALLOC|{caf(r)}|{Lf(person(r))}|QF|{r.randint(150, 1800)}"), "dirty: pipe-separated import lines")


def p_social(b):
    k = "social_profile"
    def hd(r, p=None):
        p = p or person(r)
        a, c = slug(p[0]).replace("-", ""), slug(p[1]).replace("-", "")
        return r.choice([f"{a}_{c}", f"{a}.{c}{r.randint(1, 99):02d}", f"{a}{c[:3]}{r.randint(50, 99)}", f"{c}.{a}"])
    def url(r, p=None):
        h = hd(r, p)
        return r.choice([f"https://www.instagram.com/{h}/", f"https://www.facebook.com/{h}", f"https://www.linkedin.com/in/{h.replace('_', '-').replace('.', '-')}", f"https://www.tiktok.com/@{h}", f"https://x.com/{h.replace('.', '_')}"])
    r = rng("so1"); n = 95; ps = people(r, n)
    b.P(k, "insta", ["@" + hd(r, p) for p in ps], "clean: handles of photo contest entrants", {"participant": [fl(p) for p in ps]})
    r = rng("so2"); b.P(k, "lien", many(80, lambda: url(r)), "clean: profiles of private people")
    r = rng("so3"); n = 120
    b.P(k, "source_photo", mix(r, n, lambda: r.choice(["service com", "archives municipales", "drone ville", "banque d'images", "office de tourisme"]), lambda: f"© @{hd(r)} (Instagram)", .12), "mixed: residents credited")
    r = rng("so4"); n = 110
    b.P(k, "veille", mix(r, n, lambda: r.choice(["article presse locale", "radio locale, sujet travaux", "aucune mention", "post mairie 40 partages"]), lambda: (lambda p: f"{r.choice(['commentaire agressif de', 'riverain mécontent :', 'post viral de'])} {fl(p)} {url(r, p)}")(person(r)), .1), "mixed: watch on residents' posts")
    r = rng("so5"); n = 70
    def d5():
        h, u = hd(r), url(r)
        return r.choice([f"insta : {h}", u.replace("https://www.", "").upper(), zw(r, "@" + h, 2), f"＠{h}", f"<a href='{u}'>profil</a>", f"@{h}@mastodon.social", f"fb/{h}", f"snap: {h}", u + "?igshid=" + digits(r, 6)])
    b.P(k, "site", many(n, d5), "dirty: upper case, HTML, full-width at, Mastodon", {"bénévole": [fl(p) for p in people(r, n)]})
    r = rng("so6"); n = 64
    b.P(k, "candidature", many(n, lambda: (lambda p: json.dumps({"nom": Lf(p), "reseaux": [url(r, p) for _ in range(r.randint(1, 2))]}, ensure_ascii=False))(person(r))), "dirty: JSON of young volunteers")


def p_tri(b):
    k = "trigram"
    def tri(p):
        l = "".join(c for c in ascii_(p[1]).upper() if c.isalpha())
        return ascii_(p[0])[0].upper() + l[:2]
    r = rng("tr1"); n = 100; team = people(r, 14); w = [r.choice(team) for _ in range(n)]
    b.P(k, "trig", [tri(p) for p in w], "clean: trigrams beside agents' names", {"agent": [fL(p) for p in w]})
    r = rng("tr2"); n = 86; w = people(r, n)
    b.P(k, "login", [slug(p[0])[0] + slug(p[1]).replace("-", "")[:8] for p in w], "clean: logins beside names", {"nom": [p[1] for p in w], "prenom": [p[0] for p in w]})
    r = rng("tr3"); n = 140; team = people(r, 11)
    b.P(k, "suivi", mix(r, n, lambda: text(r, T_VOIRIE), lambda: f"{text(r, T_ACC)} — traité par {tri(r.choice(team))} le {r.randint(1, 28):02d}/0{r.randint(1, 9)}", .2), "mixed: trigrams in follow-up")
    r = rng("tr4"); n = 110; team = people(r, 9)
    b.P(k, "historique", mix(r, n, lambda: r.choice(["clos", "en attente", "sans objet", "transmis au prestataire"]), lambda: " ; ".join(f"{r.randint(1, 28):02d}/03 {tri(r.choice(team))} : {r.choice(['relance', 'appel usager', 'courrier parti', 'rdv fixé'])}" for _ in range(r.randint(2, 3))), .25), "mixed: dated log by trigram")
    r = rng("tr5"); n = 72; team = people(r, 12); w = [r.choice(team) for _ in range(n)]
    def d5(p):
        t = tri(p)
        return r.choice([t.lower(), ".".join(t) + ".", f"[{t}]", f"<i>{t}</i>", t[0] + NN + t[1:], zw(r, t, 1), f"{t}/{tri(r.choice(team))}", "vu " + t])
    b.P(k, "visa", [d5(p) for p in w], "dirty: dots, brackets, HTML", {"instructeur": [civ(r, p) for p in w]})
    r = rng("tr6"); n = 66; team = people(r, 10)
    b.P(k, "log_app", many(n, lambda: (lambda p: f"user={slug(p[0])[0]}.{slug(p[1])} action={r.choice(['valide', 'rejette', 'modifie'])} dossier={r.randint(1000, 9999)}")(r.choice(team))), "dirty: logins in application log")
    r = rng("tr7"); n = 90; team = people(r, 16); w = [r.choice(team) for _ in range(n)]
    b.P(k, "init.", [".".join(x[0].upper() for x in ascii_(fl(p)).replace("-", " ").replace("'", " ").split()) + "." for p in w], "clean: initials beside the surnames", {"rédacteur": [f"{p[0]} {p[1]}" for p in w]})


HEALTH = ["asthmatique, Ventoline dans le sac", "diabète de type 1, insuline midi", "allergie arachide (PAI)", "épileptique, protocole au bureau", "reconnu MDPH 80 %", "sous anticoagulants",
          "trisomie 21, AESH 12 h", "maladie de Parkinson", "insuffisant rénal, dialyse mardi/jeudi", "cancer du sein, traitement en cours", "dépression, arrêt long", "fauteuil roulant suite AVC",
          "TDAH sous Ritaline", "intolérant au gluten (cœliaque)", "enceinte de 7 mois", "mal entendante appareillée", "schizophrénie, suivi CMP", "drépanocytose", "prothèse de hanche", "VIH, suivi hôpital"]


KIDS = ["asthmatique, Ventoline dans le sac", "diabète de type 1, insuline midi", "allergie arachide (PAI)", "épileptique, protocole au bureau", "reconnu MDPH 80 %", "trisomie 21, AESH 12 h",
        "TDAH sous Ritaline", "intolérant au gluten (cœliaque)", "drépanocytose", "mucoviscidose, kiné mardi", "eczéma sévère, cortisone", "autisme, casque anti-bruit"]


def p_health(b):
    k = "health"
    r = rng("he1"); n = 92; ps = people(r, n)
    b.P(k, "santé", many(n, lambda: r.choice(KIDS)), "clean: beside children's names", {"enfant": [fl(p) for p in ps]})
    r = rng("he2"); n = 80; ps = people(r, n)
    b.P(k, "motif_absence", many(n, lambda: r.choice(["maladie ordinaire", "longue maladie (cancer)", "accident de service, lombalgie", "congé maternité", "burn-out", "mi-temps thérapeutique", "opération du genou", "covid long"])), "clean: sick leave of agents", {"agent": [Lf(p) for p in ps], "jours": [r.randint(1, 180) for _ in ps]})
    r = rng("he3"); n = 140
    b.P(k, "consigne", mix(r, n, lambda: r.choice(["repas sans porc", "départ 16 h 30", "bus ligne 2", "autorisation photo oui", "sortie seul autorisée", "double de clé"]), lambda: f"{person(r)[0]} {r.choice(KIDS)}", .12), "mixed: children's illnesses among instructions")
    r = rng("he4"); n = 130
    b.P(k, "remarque_visite", mix(r, n, lambda: text(r, T_ACC), lambda: f"{civ(r, person(r))} : {r.choice(HEALTH)}", .09), "mixed: CCAS visits")
    r = rng("he5"); n = 74; ps = people(r, n)
    def d5():
        h = r.choice(HEALTH)
        return r.choice([nfd(h).upper(), zw(r, h, 3), h.replace(" ", NB), f"<em>{h}</em>", "PAI : " + h, ascii_(h), h + "\n" + r.choice(["trousse urgence bureau", "voir ordonnance", "certif. médical joint"])])
    b.P(k, "materiel", many(n, d5), "dirty: decomposed, HTML, lying header", {"qui": [civ(r, p) for p in ps]})
    r = rng("he6"); n = 64
    b.P(k, "questionnaire", many(n, lambda: json.dumps({"p": fl(person(r)), "antecedents": r.choice(HEALTH), "traitement": r.choice(["oui", "non"])}, ensure_ascii=r.random() < .4)), "dirty: JSON of sports health forms")


def p_age(b):
    k = "age_illness"
    old = ["Alzheimer", "diabète type 2", "BPCO", "insuffisance cardiaque", "AVC avec séquelles", "Parkinson", "cancer de la prostate", "fracture du col du fémur", "DMLA", "démence à corps de Lewy"]
    r = rng("ag1"); n = 90
    b.P(k, "situation", many(n, lambda: f"{r.randint(62, 99)} ans, {r.choice(old)}"), "clean: one line per helped person", {"aide": [r.choice(["portage repas 5 j", "téléassistance", "aide ménagère 6 h", "APA GIR 3"]) for _ in range(n)], "commune": [r.choice(NORM)[0] for _ in range(n)]})
    r = rng("ag2"); n = 84
    b.P(k, "age", many(n, lambda: r.randint(58, 101)), "clean: ages beside each person's illness", {"pathologie": [r.choice(old) for _ in range(n)], "civilité": [r.choice(["M.", "Mme"]) for _ in range(n)], "orientation": [r.choice(["retour à domicile", "EHPAD", "SSR", "SSIAD"]) for _ in range(n)]})
    r = rng("ag3"); n = 130
    b.P(k, "appel_canicule", mix(r, n, lambda: r.choice(["pas de réponse", "tout va bien", "ventilateur livré", "rappel demain", "messagerie"]), lambda: f"{r.choice(['dame', 'monsieur', 'Mme', 'homme'])} {r.randint(71, 98)} ans {r.choice(['isolée, ', 'vit seul, ', ''])}{r.choice(old)}", .12), "mixed: heatwave calls")
    r = rng("ag4"); n = 120
    b.P(k, "intervention", mix(r, n, lambda: text(r, T_SPORT), lambda: f"malaise bassin, {r.choice(['femme', 'homme', 'garçon', 'fille'])} {r.randint(6, 80)} ans, {r.choice(['crise d épilepsie', 'hypoglycémie (diabétique)', 'crise d asthme', 'antécédent cardiaque'])}", .08), "mixed: pool rescues")
    r = rng("ag5"); n = 70
    def d5():
        a, p = r.choice([(r.randint(64, 97), r.choice(old)), (r.randint(5, 30), r.choice(["asthme", "épilepsie", "autisme", "mucoviscidose"]))])
        return r.choice([fw(f"{a} ans") + " / " + p, f"{p} ({a}a)", zw(r, f"{a} ans {p}", 2), nfd(f"{p} – âge {a}"), f"{a}{NN}ans\t{p.upper()}", f"<td>{a}</td><td>{p}</td>"])
    b.P(k, "lieu_interv", many(n, d5), "dirty: full-width ages, decomposed", {"date": [day(r, 2023, 2024) for _ in range(n)], "evt": [r.choice(["transport pompiers", "SAMU", "soins sur place"]) for _ in range(n)]})
    r = rng("ag6"); n = 64
    b.P(k, "fiche", many(n, lambda: json.dumps({"age": r.randint(4, 17), "sexe": r.choice("FM"), "pai": r.choice(["asthme", "épilepsie", "diabète T1", "allergie œuf", "drépanocytose"]), "ecole": r.choice(["Jules Ferry", "Paul Bert", "La Fontaine"])}, ensure_ascii=False)), "dirty: one JSON per child")


def p_home(b):
    k = "home_position"
    r = rng("ho1"); n = 100; ps = people(r, n)
    b.P(k, "geo_point", many(n, lambda: "{}, {}".format(*coord(r, "Bayeux"))), "clean: homes beside names", {"bénéficiaire": [Lf(p) for p in ps]})
    r = rng("ho2"); n = 84; ps = people(r, n); cs = [coord(r, "Montélimar") for _ in ps]
    b.P(k, "latitude", [c[0] for c in cs], "clean: latitude of homes, longitude and tenant beside", {"longitude": [c[1] for c in cs], "locataire": [fL(p) for p in ps]})
    r = rng("ho3"); n = 110; ps = people(r, n); idx = set(r.sample(range(n), 16))
    b.P(k, "position", many(n, lambda: "{};{}".format(*coord(r, "Meaux"))), "mixed: homes of callers among street furniture", {"objet": [f"domicile {civ(r, p)}" if i in idx else r.choice(["candélabre", "corbeille", "banc", "bac à sel"]) for i, p in enumerate(ps)]})
    r = rng("ho4"); n = 120
    b.P(k, "trajet", mix(r, n, lambda: r.choice(["dépôt > école Ferry", "dépôt > gymnase", "retour dépôt", "circuit 3 annulé"]), lambda: "dépôt > domicile {} ({}, {})".format(fl(person(r)), *coord(r, "Dieppe")), .1), "mixed: homes in special transport runs")
    r = rng("ho5"); n = 70; ps = people(r, n)
    def d5():
        la, lo = coord(r, "Tournon-sur-Rhône")
        return r.choice([f"{dms(la, 'N', 'S')} {dms(lo, 'E', 'O')}", f"{la}".replace(".", ",") + " ; " + f"{lo}".replace(".", ","), f"https://www.google.com/maps?q={la},{lo}", f"POINT({lo} {la})", json.dumps({"type": "Point", "coordinates": [lo, la]}), fw(f"{la} {lo}"), f"geo:{la},{lo}"])
    b.P(k, "ref_carto", many(n, d5), "dirty: DMS, WKT, GeoJSON, links", {"usager": [civ(r, p) for p in ps]})
    r = rng("ho6"); n = 66; ps = people(r, n)
    b.P(k, "xy", many(n, lambda: "X={}{}Y={}".format(l93(*coord(r, "Argenteuil"))[0], NN, l93(*coord(r, "Argenteuil"))[1])), "dirty: Lambert 93 of homes in one cell", {"allocataire": [fl(p) for p in ps], "aide": [r.choice(["téléassistance", "repas à domicile"]) for _ in ps]})
    r = rng("ho7"); n = 78; ps = people(r, n); cs = [l93(*coord(r, "Vernon")) for _ in ps]
    b.P(k, "x_l93", [c[0] for c in cs], "clean: Lambert X of composter owners", {"y_l93": [c[1] for c in cs], "foyer": [f"{p[1].upper()} {p[0]}" for p in ps]})


def p_head(b):
    k = "person_header"
    def go(tag, header, f, why, n, beside=None):
        r = rng(tag)
        b.P(k, header, [f(r) for _ in range(n)], why, beside(r, n) if beside else None, neutral=False)
    days = lambda r, n: {"jour": [dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(n)]}
    go("ph_1", "Mme Agnieszka Nowak", lambda r: r.choice([0, 3.5, 7, 7.5]), "clean: hours of a named agent", 120, days)
    go("ph_2", "heures_RAKOTOMALALA_Haja", lambda r: r.randint(0, 9), "mixed: prefix and name", 90, days)
    go("ph_3", "Jean-Luc QUESNEL", lambda r: r.choice(["x", "", None, "x"]), "clean: ticks under a name", 100, lambda r, n: {"tâche": [r.choice(["tonte", "taille", "arrosage"]) for _ in range(n)]})
    go("ph_4", "Absences de M. Lemonnier Didier", lambda r: r.choice(["non", "non", "non", "oui"]), "mixed: absences of a named man", 75, days)
    go("ph_5", "planning-samira-benali", lambda r: r.choice(["matin", "après-midi", "repos", "soir"]), "dirty: slug of a name", 84, days)
    go("ph_6", zw(rng("zh"), "Hüseyin" + NB + "ÖZTÜRK", 2), lambda r: round(r.uniform(0, 120), 2), "dirty: zero-width and no-break space in the name", 66, lambda r, n: {"poste": [r.choice(["carburant", "péage", "repas"]) for _ in range(n)]})
    go("ph_7", nfd("Visites de Thérèse Lefèvre (née Hébert)"), lambda r: r.randint(0, 4), "dirty: decomposed accents", 70, days)
    go("ph_8", "VOTE : Nguyen Thi Hoa", lambda r: r.choice(["A", "B", "C", "blanc"]), "mixed: answers of a named juror", 64, lambda r, n: {"projet": [f"projet n° {i + 1}" for i in range(n)]})


# ================================================================= HARMLESS
FAC = ["Médiathèque La Page", "Piscine du Nautile", "Gymnase Léo-Lagrange", "Hôtel de Ville", "Maison des associations", "Centre technique municipal", "Crèche Les Petits Loups",
       "École Paul-Bert", "École Jules-Ferry", "Conservatoire", "Déchetterie Nord", "Stade du Vallon", "Musée des Beaux-Arts", "Mairie annexe", "Office de tourisme", "Cimetière de l'Est",
       "Salle des fêtes", "Maison de quartier Hauteville", "Centre nautique", "Théâtre municipal"]
STREETS_P = ["rue Jean Moulin", "avenue Charles de Gaulle", "rue Louise Michel", "boulevard Maréchal Foch", "place Jeanne d'Arc", "rue Gustave Flaubert", "rue Pierre Corneille", "quai Jean Recher",
             "rue Guy de Maupassant", "allée Marie Curie", "rue Aristide Briand", "rue Eugène Boudin", "square Olympe de Gouges", "rue Léon Gambetta", "rue Alphonse Daudet", "rue Frédéric Mistral",
             "avenue Gabriel Péri", "rue Camille Desmoulins", "rue Joseph Montgolfier", "rue Marc Seguin", "impasse Denis Papin", "cours Ferdinand Buisson", "rue Édouard Vaillant", "rue Thérèse de Lisieux"]
TREES = ["Platanus x hispanica", "Tilia cordata", "Acer campestre", "Quercus robur", "Fraxinus excelsior", "Carpinus betulus", "Prunus avium", "Ginkgo biloba", "Aesculus hippocastanum", "Betula pendula"]


def h_num(b):
    H = b.H
    r = rng("h1"); n = 120; H("nir", "siret", many(n, lambda: siret(r)), "SIRET of firms", {"raison_sociale": [f"{r.choice(['Colas', 'Eurovia', 'Sanef', 'Idex', 'Paysages'])} {r.choice(['Normandie', 'Rhône', 'IDF'])} SAS" for _ in range(n)]})
    r = rng("h2"); n = 90; H("nir", "ref_parcelle", many(n, lambda: f"14366000{letters(r, 2)}{r.randint(1, 480):04d}"), "14-character cadastral references", {"nature": [r.choice(["voirie", "espace vert", "parking"]) for _ in range(n)]})
    r = rng("h3"); n = 84; H("nir", "pdl", many(n, lambda: r.choice(["215", "213", "145"]) + digits(r, 11)), "Enedis delivery points of public buildings", {"site": [r.choice(FAC) for _ in range(n)], "kWh": [r.randint(900, 88000) for _ in range(n)]})
    r = rng("h4"); n = 76; H("nir", "cle_interop", many(n, lambda: f"61006_{r.randint(1, 1800):04d}_{r.randint(1, 90):05d}"), "BAN interoperability keys", {"voie": [r.choice(STREETS_P) for _ in range(n)], "type": ["plaque de rue"] * n})
    r = rng("h5"); n = 100; H("nir", "id_troncon", many(n, lambda: "TRONROUT" + f"{r.randint(10**6, 10**9):016d}"), "BD TOPO road sections", {"longueur_m": [round(r.uniform(8, 420), 1) for _ in range(n)]})
    r = rng("h6"); n = 70; H("nir", "horodatage", many(n, lambda: day(r, 2023, 2024).strftime("%Y%m%d") + f"T{r.randint(0, 23):02d}{r.randint(0, 59):02d}00"), "compact timestamps of water levels", {"hauteur_cm": [r.randint(12, 380) for _ in range(n)]})
    r = rng("h7"); n = 90; H("iban", "n_tva", many(n, lambda: (lambda s: f"FR{(12 + 3 * (int(s) % 97)) % 97:02d}{s}")(siren(r))), "intra-community VAT numbers of suppliers", {"fournisseur": [f"{r.choice(['Sodexo', 'Lacroix', 'Mavic', 'Signature'])} {r.choice(['Ouest', 'Sud-Est'])} SA" for _ in range(n)]})
    r = rng("h8"); n = 64
    def ics():
        x = letters(r, 1, "0123456789") + digits(r, 5)
        t = "".join(str(int(c, 36)) for c in x + "FR00")
        return f"FR{98 - int(t) % 97:02d}ZZZ{x}"
    H("iban", "ICS", many(n, ics), "SEPA creditor identifiers of public bodies", {"créancier": [f"{r.choice(['Régie des eaux', 'SIVOM', 'Régie transports', 'Syndicat scolaire'])} de {r.choice(RHON)[0]}" for _ in range(n)]})
    r = rng("h9"); n = 80; H("iban", "engagement", many(n, lambda: f"EJ{r.randint(2019, 2024)}{r.randint(1, 99999):06d}FR"), "commitment numbers", {"montant": [round(r.uniform(80, 99999), 2) for _ in range(n)]})
    r = rng("h10"); n = 96
    def nl():
        while True:
            s = r.choice("4567") + digits(r, 15)
            if not luhn_ok(s): return s
    H("card", "n_compteur", many(n, nl), "16-digit serials of water meters, failing Luhn", {"site": [r.choice(FAC) for _ in range(n)], "index_m3": [r.randint(10, 99999) for _ in range(n)]})
    r = rng("h11"); n = 72; H("card", "iccid", many(n, lambda: (lambda s: s + luhn_digit(s))("8933" + digits(r, 14))), "SIM serials of sensors", {"capteur": [r.choice(["bruit", "crue", "NO2", "comptage vélo", "remplissage PAV"]) for _ in range(n)]})
    r = rng("h12"); n = 110
    def ean():
        s = "978" + r.choice(["2", "10"]) ; s += digits(r, 12 - len(s))
        return s + str(-sum(int(c) * (1, 3)[i % 2] for i, c in enumerate(s)) % 10)
    H("nir", "isbn", many(n, ean), "ISBN-13 of library loans", {"titre": [r.choice(["Bel-Ami", "Madame Bovary", "Les Misérables", "Germinal", "Le Horla", "Salammbô"]) for _ in range(n)], "prêts": [r.randint(0, 60) for _ in range(n)]})
    r = rng("h13"); n = 90; H("card", "montant_cts", many(n, lambda: r.randint(10**7, 10**11)), "budget lines in cents", {"chapitre": [r.choice(["011", "012", "65", "66", "204", "21"]) for _ in range(n)]})
    r = rng("h14"); n = 88; H("phone", "volume_m3", many(n, lambda: r.randint(600000000, 799999999)), "cumulated litres through a treatment plant", {"station": [r.choice(["STEP Touques", "STEP Rhône", "STEP Seine aval"]) for _ in range(n)], "unité": ["litres"] * n})
    r = rng("h15"); n = 78; H("phone", "n° marché", many(n, lambda: f"06{r.randint(19, 24)}{r.randint(1, 99):02d}{r.randint(1000, 9999)}"), "ten-digit contract numbers", {"objet": [r.choice(["Réfection toiture", "Fourniture de sel", "Nettoyage vitrerie", "Entretien chaudières"]) for _ in range(n)]})
    r = rng("h16"); n = 66; H("phone", "téléphone", many(n, lambda: tel(fix(r, "2"))), "public services' phones, service beside", {"service": [r.choice(FAC) for _ in range(n)]})
    r = rng("h17"); n = 60; H("phone", "tel_accueil", many(n, lambda: r.choice(["+33 4 75 ", "04.75."]) + tel(digits(r, 6), r.choice([" ", "."]))), "switchboards of town halls", {"organisme": [f"Mairie de {r.choice(['Bollène', 'Le Teil', 'Pierrelatte', 'Annonay'])}" for _ in range(n)]})
    r = rng("h18"); n = 60; nn = [r.choice([("15", "SAMU"), ("17", "police"), ("18", "pompiers"), ("112", "urgences Europe"), ("115", "sans-abri"), ("119", "enfance en danger"), ("3919", "violences femmes"), ("3939", "administration"), ("116 117", "médecin de garde"), ("0 800 05 95 95", "viols femmes informations"), ("3114", "prévention du suicide")]) for _ in range(n)]; H("phone", "numéro", [x[0] for x in nn], "emergency and short numbers", {"pour": [x[1] for x in nn], "affiché": [r.choice(FAC) for _ in nn]})
    r = rng("h19"); n = 120; H("phone", "siren", many(n, lambda: int(siren(r))), "SIREN as numbers", {"entreprise": [f"{r.choice(['Bouygues', 'Demathieu', 'Spie', 'Citéos'])} {r.choice(['Ouest', 'Est', 'TP'])} SAS" for _ in range(n)]})
    r = rng("h20"); n = 70; H("phone", "fax", many(n, lambda: tel(fix(r, "1"), ".")), "fax of police stations and libraries, body beside", {"etablissement": [r.choice(["Commissariat", "Bibliothèque", "PMI", "Trésorerie", "CPAM"]) + " de " + r.choice(BANL)[0] for _ in range(n)]})
    r = rng("h21"); n = 130; tt = [r.choice(TOWNS) for _ in range(n)]; H("plain", "code_postal", [t[3] for t in tt], "postal codes", {"commune": [t[0] for t in tt]})
    r = rng("h22"); n = 90; H("identity_card", "rnb", many(n, lambda: "".join(r.choice("123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12))), "RNB building ids", {"bâtiment": [r.choice(FAC) for _ in range(n)]})
    r = rng("h23"); n = 80; H("identity_card", "n_mandat", many(n, lambda: f"{r.randint(2021, 2024)}{r.randint(1, 12):02d}{r.randint(1, 999999):06d}"), "12-digit payment orders", {"bordereau": [r.randint(1, 400) for _ in range(n)], "objet": [r.choice(["gaz", "fournitures scolaires", "carburant", "intérêts d'emprunt"]) for _ in range(n)]})
    r = rng("h24"); n = 64; H("identity_card", "lot", many(n, lambda: f"{letters(r, 1)}{r.randint(2, 9)}{letters(r, 2)}{r.randint(1000, 9999)}{letters(r, 1)}"), "nine-character batch codes of paint and salt", {"produit": [r.choice(["peinture routière blanche", "sel de déneigement", "résine", "enrobé froid"]) for _ in range(n)], "péremption": [day(r, 2025, 2027) for _ in range(n)]})
    r = rng("h25"); n = 96; H("passport", "num_march", many(n, lambda: f"{r.randint(19, 24)}{r.choice(['TX', 'FS', 'PI', 'MS'])}{r.randint(10000, 10400)}"), "contracts shaped like passports", {"objet du marché": [r.choice(["Travaux d'éclairage public", "Fourniture de repas", "Maîtrise d'œuvre école", "Location de bennes"]) for _ in range(n)]})
    r = rng("h26"); n = 75; H("driving_licence", "code_inventaire", many(n, lambda: f"{r.randint(90, 99)}{r.randint(1, 12):02d}14{r.randint(100000, 399999)}"), "inventory numbers of furniture", {"bien": [r.choice(["armoire métallique", "photocopieur", "chaise scolaire T4", "vidéoprojecteur"]) for _ in range(n)], "valeur nette": [round(r.uniform(0, 900), 2) for _ in range(n)]})
    r = rng("h27"); n = 88
    def uai():
        s = r.choice(["014", "050", "061", "027", "076", "026", "007", "093"]) + f"{r.randint(1, 2400):04d}"
        return s + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(s) % 23]
    H("caf_number", "uai", many(n, uai), "school codes, seven digits and a letter", {"établissement": [f"{r.choice(['École élémentaire', 'Collège', 'Lycée', 'École maternelle'])} {r.choice(['Jules Verne', 'Marcel Pagnol', 'Jacques Prévert', 'Marie Curie'])}" for _ in range(n)]})
    r = rng("h28"); n = 92; H("sports_licence", "id_equipement", many(n, lambda: f"E001I{r.choice(['14366', '26362', '93048'])}{r.randint(1, 400):04d}"), "national ids of sports facilities", {"type": [r.choice(["court de tennis", "terrain de football", "dojo", "bassin sportif", "boulodrome"]) for _ in range(n)]})
    r = rng("h29"); n = 60; H("sports_licence", "n_affiliation", many(n, lambda: r.randint(500001, 582999)), "clubs' affiliation numbers", {"club": [f"{r.choice(['AS', 'US', 'FC', 'Olympique'])} {r.choice(TOWNS)[0]}" for _ in range(n)]})
    r = rng("h30"); n = 70; H("caf_number", "ref_catalogue", many(n, lambda: f"{r.randint(1000000, 9999999)}{r.choice('ABKX')}"), "catalogue items", {"désignation": [r.choice(["vis inox 6x40", "joint torique", "ampoule LED E27", "cartouche silicone"]) for _ in range(n)], "prix HT": [round(r.uniform(.3, 40), 2) for _ in range(n)]})
    r = rng("h31"); n = 140; H("nir", "rna", many(n, lambda: f"W{r.choice(['142', '143', '761', '263', '931'])}{r.randint(1, 9999):06d}"), "RNA numbers of associations", {"titre": [f"{r.choice(['Comité des fêtes', 'Chorale', 'Amicale laïque', 'Club photo'])} de {r.choice(TOWNS)[0]}" for _ in range(n)]})
    r = rng("h32"); n = 66; H("nir", "finess", many(n, lambda: (lambda x: x + luhn_digit(x))(r.choice(["14", "76", "26", "93"]) + "0" + digits(r, 5))), "FINESS of health facilities", {"établissement": [f"{r.choice(['EHPAD', 'Hôpital', 'Centre de santé', 'PMI'])} {r.choice(['du Parc', 'des Sources', 'municipal'])}" for _ in range(n)]})
    r = rng("h33"); n = 72; H("card", "pce", many(n, lambda: r.choice(["GI" + digits(r, 6), r.choice(["141", "263", "930"]) + digits(r, 11)])), "gas metering points of schools", {"école": [r.choice(["Paul-Bert", "Ferry", "Langevin", "Pagnol"]) for _ in range(n)], "énergie": ["gaz naturel"] * n})


def h_plate_ip(b):
    H = b.H
    r = rng("h40"); n = 90; H("plate", "reference", many(n, lambda: f"{letters(r, 2)}-{r.randint(100, 999)}-{letters(r, 2)}"), "filter references shaped like plates", {"article": [r.choice(["filtre à huile", "courroie", "plaquettes de frein", "bougie"]) for _ in range(n)], "stock": [r.randint(0, 40) for _ in range(n)]})
    r = rng("h41"); n = 110; H("plate", "parcelle", many(n, lambda: f"{letters(r, 2)} {r.randint(1, 900)}"), "cadastral sections", {"surface_m2": [r.randint(40, 9000) for _ in range(n)], "propriétaire": ["commune"] * n})
    r = rng("h42"); n = 130; H("plate", "num_candelabre", many(n, lambda: f"{r.choice(['LU', 'OU', 'IO'])}-{r.randint(1, 999):03d}-{r.choice(['UO', 'IU', 'BO'])}"), "lamp posts (letters plates never use)", {"lampe": [r.choice(["LED 45 W", "SHP 100 W", "LED 28 W"]) for _ in range(n)]})
    r = rng("h43"); n = 70; H("plate", "modèle", many(n, lambda: f"{r.choice(['XR', 'GT', 'ZX', 'HP'])} {r.randint(100, 999)} {r.choice(['TF', 'LX', 'DW'])}"), "printer and mower models", {"famille": [r.choice(["tondeuse", "imprimante", "souffleur", "scanner"]) for _ in range(n)]})
    r = rng("h44"); n = 84; H("plate", "route", many(n, lambda: r.choice(["D", "N", "A", "RD", "VC"]) + str(r.randint(1, 940)) + r.choice(["", "A", "E3"])), "road numbers", {"PR": [f"{r.randint(0, 60)}+{r.randint(0, 999):03d}" for _ in range(n)]})
    r = rng("h45"); n = 78; H("plate", "signal", many(n, lambda: r.choice(["AB4", "B14-30", "B6a1", "C13a", "A13b", "M9z", "B21-1", "CE14"])), "road sign codes", {"voie": [r.choice(STREETS_P) for _ in range(n)]})
    r = rng("h46"); n = 80; H("ip", "ip", many(n, lambda: f"192.168.{r.randint(0, 12)}.{r.randint(1, 254)}"), "private IPs of printers", {"imprimante": [f"copieur {r.choice(FAC)}" for _ in range(n)]})
    r = rng("h47"); n = 62; H("ip", "exemple", many(n, lambda: r.choice(["192.0.2.", "198.51.100.", "203.0.113."]) + str(r.randint(1, 254))), "documentation ranges in a user guide", {"note": [r.choice(["exemple de configuration", "à remplacer", "valeur fictive"]) for _ in range(n)]})
    r = rng("h48"); n = 90; H("ip", "version", many(n, lambda: f"{r.randint(1, 24)}.{r.randint(0, 12)}.{r.randint(0, 30)}.{r.randint(0, 9)}"), "software versions", {"logiciel": [r.choice(["QGIS", "LibreOffice", "GLPI", "Firefox ESR", "PostgreSQL"]) for _ in range(n)]})
    r = rng("h49"); n = 74; H("ip", "article_cctp", many(n, lambda: ".".join(str(r.randint(1, 9)) for _ in range(4))), "clause numbers", {"intitulé": [r.choice(["Terrassements", "Bordures", "Enrobés", "Signalisation", "Réseaux secs"]) for _ in range(n)]})
    r = rng("h50"); n = 66; H("ip", "sous_reseau", many(n, lambda: f"10.{r.randint(0, 60)}.{r.randint(0, 250)}.0/24"), "subnets of sites", {"site": [r.choice(FAC) for _ in range(n)], "vlan": [r.randint(2, 400) for _ in range(n)]})
    r = rng("h51"); n = 88; H("ip", "nomenclature", many(n, lambda: f"{r.randint(1, 9)}.{r.randint(1, 10)}.{r.randint(1, 5)}"), "ACTES nomenclature", {"matière": [r.choice(["Commande publique", "Urbanisme", "Finances locales", "Domaine et patrimoine"]) for _ in range(n)]})
    r = rng("h52"); n = 100; H("mac", "deveui", many(n, lambda: "70b3d5" + "".join(r.choice("0123456789abcdef") for _ in range(10))), "LoRaWAN sensor ids", {"mesure": [r.choice(["CO2 salle de classe", "humidité sol", "niveau de cuve", "température"]) for _ in range(n)]})
    r = rng("h53"); n = 70; H("mac", "empreinte", many(n, lambda: hashlib.sha256(digits(r, 12).encode()).hexdigest()), "checksums of files published", {"fichier": [f"ortho_2023_dalle_{r.randint(1, 900):03d}.tif" for _ in range(n)]})
    r = rng("h54"); n = 76; H("mac", "couleur", many(n, lambda: "#" + "".join(r.choice("0123456789ABCDEF") for _ in range(6))), "colours of zoning map", {"zone": [r.choice(["UA", "UB", "AU", "N", "A"]) for _ in range(n)]})
    r = rng("h55"); n = 64; H("mac", "horaires", many(n, lambda: ":".join(f"{r.randint(0, 59):02d}" for _ in range(3))), "durations of the relay race", {"étape": [f"relais {i % 8 + 1}" for i in range(n)], "équipe": [r.choice(["bleue", "rouge", "verte"]) for _ in range(n)]})
    r = rng("h56"); n = 82; H("mac", "uuid", many(n, lambda: (lambda h: f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:32]}")("".join(r.choice("0123456789abcdef") for _ in range(32)))), "dataset UUIDs", {"jeu": [r.choice(["PLU zonage", "arbres", "bancs", "budget primitif", "menus"]) for _ in range(n)]})
    r = rng("h57"); n = 70; H("email", "courriel_service", many(n, lambda: f"{r.choice(['accueil', 'urbanisme', 'etatcivil', 'sports', 'mediatheque', 'voirie', 'eau'])}@{r.choice(['ville-bayeux', 'mairie-vernon', 'valence-services', 'ville-pantin'])}.fr"), "generic mailboxes", {"service": [r.choice(["Urbanisme", "État civil", "Sports", "Culture"]) for _ in range(n)]})
    r = rng("h58"); n = 62; H("email", "paquet", many(n, lambda: f"{r.choice(['leaflet', 'maplibre-gl', 'd3-scale', 'proj4', 'chart.js'])}@{r.randint(1, 7)}.{r.randint(0, 20)}.{r.randint(0, 9)}"), "software packages with @", {"licence": [r.choice(["MIT", "BSD-2", "ISC"]) for _ in range(n)]})
    r = rng("h59"); n = 66; aa = [r.choice([("VilledeVernon", "Ville"), ("MuseeDieppe", "Musée"), ("mediatheque_orange", "Médiathèque"), ("OT_Falaise", "Office de tourisme"), ("theatre_chelles", "Théâtre"), ("piscine_massy", "Piscine")]) for _ in range(n)]; H("social_profile", "compte", ["@" + x[0] for x in aa], "official accounts of public bodies", {"structure": [x[1] for x in aa], "abonnés": [r.randint(90, 9000) for _ in aa]})
    r = rng("h60"); n = 60; H("social_profile", "hashtag", many(n, lambda: "#" + r.choice(["JourneesDuPatrimoine", "Armada2023", "FeteDeLaMusique", "MaVilleEnVert", "JO2024", "NuitBlanche"]) + r.choice(["", "2024", "_off"])), "hashtags", {"mentions": [r.randint(2, 9000) for _ in range(n)]})
    r = rng("h61"); n = 68; H("social_profile", "url", many(n, lambda: "https://www.ville-argentan.fr/" + r.choice(["agenda", "demarches", "marches-publics", "culture/musee", "sport/piscine"]) + f"/{r.randint(1, 999)}"), "town website pages", {"vues": [r.randint(3, 9000) for _ in range(n)]})


def h_names(b):
    H = b.H; k = "person_name"
    r = rng("h70"); n = 120; H(k, "nom_voie", [r.choice(STREETS_P) for _ in range(n)], "street names", {"code_rivoli": [f"{r.randint(1, 1900):04d}{letters(r, 1)}" for _ in range(n)]})
    r = rng("h71"); n = 70; H(k, "école", many(n, lambda: r.choice(["École Jacques Prévert", "Collège Jean Rostand", "Lycée Marie Curie", "Maternelle Pauline Kergomard", "École Louise Michel", "Collège Alain Chartier", "Groupe scolaire Robert Desnos"])), "schools", {"effectif": [r.randint(40, 620) for _ in range(n)]})
    r = rng("h72"); n = 100; H(k, "titulaire", many(n, lambda: f"{r.choice(['Maçonnerie', 'Garage', 'Transports', 'Pépinières', 'Menuiserie', 'Électricité'])} {r.choice(FR_L)} {r.choice(['SAS', 'SARL', 'SA'])}"), "company names with surnames", {"siren": [siren(r) for _ in range(n)], "montant HT": [round(r.uniform(4000, 900000), 2) for _ in range(n)]})
    r = rng("h73"); n = 200; H(k, "prénom", [r.choice(FR_F + FR_M) for _ in range(n)], "first names as statistics", {"année": [r.randint(2005, 2023) for _ in range(n)], "nombre de naissances": [r.randint(5, 60) for _ in range(n)]})
    r = rng("h74"); n = 90; H(k, "titre", many(n, lambda: r.choice(["Portrait de Madame Récamier", "Saint Jérôme pénitent", "Judith et Holopherne", "Jeanne d'Arc écoutant ses voix", "La Plage de Trouville", "Le Martyre de saint Étienne", "Portrait de Pierre Corneille", "Suzanne et les vieillards"])), "works of art", {"technique": [r.choice(["huile sur toile", "pastel", "gravure", "marbre"]) for _ in range(n)], "siècle": [r.choice(["XVIIe", "XVIIIe", "XIXe"]) for _ in range(n)]})
    r = rng("h75"); n = 80; H(k, "auteur", many(n, lambda: r.choice(["Claude Monet", "Eugène Boudin", "Théodore Géricault", "Nicolas Poussin", "Jean-François Millet", "Hubert Robert", "Johan Jongkind", "Pierre Puvis de Chavannes"])), "painters dead long ago", {"œuvre": [r.choice(["La Falaise", "Barques à marée basse", "Étude de cheval", "Paysage", "Ruines antiques"]) for _ in range(n)], "date": [r.choice(["1640", "vers 1790", "1818", "1865", "1871"]) for _ in range(n)]})
    r = rng("h76"); n = 130; H(k, "arret", many(n, lambda: r.choice(["Jean Jaurès", "Marcel Pagnol", "Pierre Mendès France", "Victor Hugo", "Simone Veil", "Général Leclerc", "Édith Piaf", "Anatole France"])), "bus stops", {"ligne": [r.choice(["1", "2", "5", "Noctibus", "12 bis"]) for _ in range(n)], "montées": [r.randint(0, 400) for _ in range(n)]})
    r = rng("h77"); n = 75; H(k, "salle", many(n, lambda: r.choice(["Salle Jacques Brel", "Salle Marcel Aymé", "Espace Barbara", "Dojo Jigoro Kano", "Salle Georges Brassens", "Amphi Simone de Beauvoir"])), "rooms", {"capacité": [r.randint(20, 600) for _ in range(n)]})
    r = rng("h78"); n = 110; H(k, "essence", [r.choice(TREES) for _ in range(n)], "tree species", {"hauteur_m": [r.randint(3, 30) for _ in range(n)]})
    r = rng("h79"); n = 66; H(k, "cultivar", many(n, lambda: r.choice(["Madame Alfred Carrière", "Pierre de Ronsard", "Souvenir de la Malmaison", "Ghislaine de Féligonde", "Cuisse de Nymphe", "Madame Isaac Pereire", "Gloire de Dijon"])), "rose cultivars", {"plants": [r.randint(1, 40) for _ in range(n)], "massif": [r.choice(["rosier grimpant, roseraie A", "rosier buisson, roseraie B"]) for _ in range(n)]})
    r = rng("h80"); n = 72; H(k, "navire", many(n, lambda: r.choice(["Marie-Madeleine", "Petit Jean", "Notre-Dame de Lorette", "Belle Étoile", "Abeille Liberté", "Marité", "Sainte Thérèse"])), "boats calling at port", {"tirant d'eau": [round(r.uniform(1, 8), 1) for _ in range(n)], "type": [r.choice(["chalutier", "vieux gréement", "remorqueur"]) for _ in range(n)]})
    r = rng("h81"); n = 64; H(k, "fête", many(n, lambda: r.choice(["Saint Romain", "Sainte Thérèse", "Saint Vincent", "Saint Jean", "Sainte Catherine", "Saint Michel", "Saint Apollinaire"])), "patron saint fairs", {"foire": [r.choice(["foire aux vins", "vide-greniers", "fête foraine"]) for _ in range(n)]})
    r = rng("h82"); n = 70; H(k, "titre_film", many(n, lambda: r.choice(["Jeanne Dielman", "Monsieur Hire", "Jules et Jim", "Camille redouble", "César et Rosalie", "Thérèse Desqueyroux", "Vincent, François, Paul et les autres"])), "films at the town cinema", {"entrées": [r.randint(3, 300) for _ in range(n)], "séance": [r.choice(["14h", "18h30", "20h45"]) for _ in range(n)]})
    r = rng("h83"); n = 84; H(k, "titre_livre", many(n, lambda: r.choice(["Thérèse Raquin", "Eugénie Grandet", "Pierre et Jean", "Madame Bovary", "Le Père Goriot", "Paul et Virginie", "Colomba", "Manon Lescaut"])), "novels", {"cote": [f"R {r.choice(['ZOL', 'BAL', 'MAU', 'FLA'])}" for _ in range(n)], "prêts": [r.randint(0, 60) for _ in range(n)]})
    r = rng("h84"); n = 60; H(k, "monument", many(n, lambda: r.choice(["Statue équestre de Guillaume le Conquérant", "Buste de Marianne", "Monument au général Championnet", "Stèle du 6 juin 1944", "Statue de Jeanne d'Arc", "Fontaine Montgolfier"])), "monuments", {"matériau": [r.choice(["bronze", "pierre", "fonte"]) for _ in range(n)]})
    r = rng("h85"); n = 95; H(k, "stade", many(n, lambda: r.choice(["Stade Georges Pompidou", "Stade Jean Bouin", "Gymnase Micheline Ostermeyer", "Piscine Alfred Nakache", "Stade Louis Michel"]) + r.choice(["", " – terrain 1", " – terrain 2"])), "sports grounds", {"revêtement": [r.choice(["synthétique", "herbe", "parquet"]) for _ in range(n)]})
    r = rng("h86"); n = 68; H(k, "fromage_menu", many(n, lambda: r.choice(["Saint-Marcellin", "Saint-Félicien", "Pont-l'évêque", "Livarot", "Petit Louis", "Saint-Nectaire", "Neufchâtel"])), "cheeses", {"plat": [r.choice(["parmentier", "blanquette", "colin", "omelette"]) for _ in range(n)]})
    r = rng("h87"); n = 60; H(k, "lieu-dit", many(n, lambda: r.choice(["La Martinière", "Le Clos Bernard", "Le Bois Guérin", "La Cour Lefèvre", "Les Girards", "Chez Petit"])), "hamlets", {"surface_ha": [round(r.uniform(.4, 80), 2) for _ in range(n)]})
    r = rng("h88"); n = 72; H(k, "vainqueur", many(n, lambda: r.choice(["Olympique de Valence", "US Granville", "AS Vitry", "Montreuil HB", "Vienne Rugby", "CA Lisieux", "Orange Basket"])), "winning teams", {"score": [f"{r.randint(0, 5)}-{r.randint(0, 5)}" for _ in range(n)]})
    r = rng("h89"); n = 80; H(k, "race", many(n, lambda: r.choice(["Jack Russell", "Cavalier King Charles", "Saint-Bernard", "Berger de Beauce", "Bichon", "Croisé"])), "dog breeds, counts by district", {"quartier": [r.choice(["centre", "gare", "port"]) for _ in range(n)], "nombre de chiens": [r.randint(5, 90) for _ in range(n)]})


def h_addr_date(b):
    H = b.H
    r = rng("h100"); n = 70; H("address", "adresse", many(n, lambda: addr(r, "Granville")), "public facilities beside", {"équipement": [r.choice(FAC) for _ in range(n)]})
    r = rng("h101"); n = 88; H("address", "bureau_vote", many(n, lambda: f"Bureau {r.randint(1, 40)} - {r.choice(FAC)} - {street(r)}"), "polling places", {"inscrits": [r.randint(400, 1300) for _ in range(n)]})
    r = rng("h102"); n = 90; H("address", "voie_abregee", many(n, lambda: r.choice(["AV GAL LECLERC", "BD MAL FOCH", "R ST PIERRE", "PL DR CALMETTE", "ALL DES TILLEULS", "IMP DU MOULIN", "CHE DES VIGNES"])), "abbreviated streets", {"linéaire": [r.randint(20, 1900) for _ in range(n)]})
    r = rng("h103"); n = 100; H("address", "localisation", many(n, lambda: f"{r.choice(RUES)}, entre {r.choice(STREETS_P)} et {r.choice(STREETS_P)}"), "road works sections", {"travaux": [r.choice(["enrobés", "réseau eau", "fibre", "trottoirs"]) for _ in range(n)]})
    r = rng("h104"); n = 66; H("address", "siège", many(n, lambda: addr(r, "Vienne")), "head offices of companies", {"société": [f"{r.choice(['Rhône Bâti', 'Alpes TP', 'Isère Énergie', 'Viennoise de Nettoyage'])} SAS" for _ in range(n)], "SIRET": [siret(r) for _ in range(n)]})
    r = rng("h105"); n = 84; H("address", "implantation", many(n, lambda: f"face au {r.randint(1, 120)} {r.choice(RUES)}"), "bins located", {"mobilier": [r.choice(["conteneur verre", "corbeille", "arceau vélo", "bac à sel"]) for _ in range(n)]})
    r = rng("h106"); n = 72; H("address", "carrefour", many(n, lambda: f"{r.choice(RUES)} / {r.choice(STREETS_P)}"), "junctions with counters", {"véh_jour": [r.randint(90, 21000) for _ in range(n)]})
    r = rng("h107"); n = 60; H("address", "borne", many(n, lambda: f"Parking {r.choice(['Gambetta', 'de la Gare', 'du Port', 'Hoche'])}, {street(r)}"), "charging stations", {"puissance": [r.choice(["7,4 kW", "22 kW", "50 kW"]) for _ in range(n)]})
    k = "birth_date"
    r = rng("h110"); n = 110; H(k, "date_travaux", many(n, lambda: day(r, 1975, 2024)), "dates of road works", {"nature": [r.choice(["réfection chaussée", "enfouissement réseaux", "création trottoir"]) for _ in range(n)]})
    r = rng("h111"); n = 80; H(k, "date_seance", many(n, lambda: frd(day(r, 2014, 2024))), "council sittings", {"délibération": [f"DEL{r.randint(1, 120):03d} {r.choice(['Budget primitif', 'Subventions', 'Cession de terrain', 'Tarifs'])}" for _ in range(n)]})
    r = rng("h112"); n = 96; H(k, "plantation", many(n, lambda: day(r, 1950, 2023).year), "tree planting years", {"essence": [r.choice(TREES) for _ in range(n)]})
    r = rng("h113"); n = 70; H(k, "date_protection", many(n, lambda: longd(day(r, 1910, 1999))), "heritage listing dates", {"édifice": [r.choice(["église Saint-Pierre", "manoir", "halle", "pont", "lavoir"]) for _ in range(n)], "niveau": [r.choice(["classé MH", "inscrit MH"]) for _ in range(n)]})
    r = rng("h114"); n = 64; H(k, "mise_en_service", many(n, lambda: day(r, 1960, 2022)), "lifts and boilers commissioning", {"appareil": [r.choice(["ascenseur", "chaudière gaz", "pompe de relevage"]) for _ in range(n)]})
    r = rng("h115"); n = 120; H(k, "jour", [dt.date(2023, 1, 1) + dt.timedelta(days=i) for i in range(n)], "daily counts", {"entrées piscine": [r.randint(0, 900) for _ in range(n)]})
    r = rng("h116"); n = 72; H(k, "né le", many(n, lambda: frd(day(r, 2015, 2024))), "animals of the municipal farm", {"espèce": [r.choice(["chèvre des fossés", "mouton d'Ouessant", "poule de Gournay", "âne du Cotentin"]) for _ in range(n)]})
    r = rng("h117"); n = 66; H(k, "horaires", many(n, lambda: r.choice(["lun-ven 9h-12h 14h-17h", "mar 10h-19h", "sam 9h-12h", "fermé", "tlj 8h-20h", "mer et sam 14 h - 18 h"])), "opening hours", {"lieu": [r.choice(FAC) for _ in range(n)]})
    k = "home_position"
    r = rng("h120"); n = 120; H(k, "geo_point_2d", many(n, lambda: "{}, {}".format(*coord(r, "Lisieux"))), "trees located", {"espèce": [r.choice(TREES) for _ in range(n)]})
    r = rng("h121"); n = 90; cs = [coord(r, "Romans-sur-Isère") for _ in range(n)]; H(k, "lat", [c[0] for c in cs], "bus stops", {"lon": [c[1] for c in cs], "arrêt": [r.choice(["Gare", "Mairie", "Hôpital", "Stade", "Zone industrielle"]) for _ in range(n)]})
    r = rng("h122"); n = 70; H(k, "coord", many(n, lambda: json.dumps({"type": "Point", "coordinates": list(reversed(coord(r, "Trappes")))})), "defibrillators in public buildings", {"implanté": [r.choice(FAC) for _ in range(n)], "matériel": ["DAE"] * n})
    r = rng("h123"); n = 84; cs = [l93(*coord(r, "Orange")) for _ in range(n)]; H(k, "X", [c[0] for c in cs], "manholes in Lambert 93", {"Y": [c[1] for c in cs], "ouvrage": [r.choice(["regard EU", "avaloir", "bouche à clé", "poteau incendie"]) for _ in range(n)]})
    r = rng("h124"); n = 64; H(k, "maison", many(n, lambda: "{};{}".format(*coord(r, "Dieppe", .02))), "nest boxes: a misleading header", {"gîte": [r.choice(["nichoir mésange", "hôtel à insectes", "gîte chauve-souris"]) for _ in range(n)]})
    r = rng("h125"); n = 60; H(k, "centroide", many(n, lambda: "POINT({1} {0})".format(*coord(r, "Vernon", .03))), "centroids of statistical blocks", {"iris": [f"27681{r.randint(1, 14):04d}" for _ in range(n)], "population": [r.randint(1200, 3900) for _ in range(n)]})
    r = rng("h126"); n = 66; H(k, "gps", many(n, lambda: (lambda c: f"{dms(c[0], 'N', 'S')} {dms(c[1], 'E', 'O')}")(coord(r, "Coutances"))), "viewpoints and calvaries", {"site": [r.choice(["calvaire", "point de vue", "lavoir", "table d'orientation"]) for _ in range(n)]})


def h_health_etc(b):
    H = b.H; k = "health"
    r = rng("h130"); n = 80; H(k, "maladie", many(n, lambda: r.choice(["chancre coloré", "graphiose", "chalarose", "oïdium", "black-rot", "anthracnose", "feu bactérien"])), "tree diseases", {"essence": [r.choice(TREES) for _ in range(n)], "action": [r.choice(["abattage", "taille sanitaire", "surveillance"]) for _ in range(n)]})
    r = rng("h131"); n = 96; H(k, "pathologie", many(n, lambda: r.choice(["diabète", "asthme", "maladies cardiovasculaires", "cancers", "dépression"])), "aggregated health statistics", {"taux pour 1000": [round(r.uniform(3, 90), 1) for _ in range(n)], "territoire": [r.choice(["Calvados", "Drôme", "Seine-Saint-Denis", "Manche", "Ardèche"]) for _ in range(n)]})
    r = rng("h132"); n = 90; H(k, "allergènes", many(n, lambda: ", ".join(r.sample(["gluten", "lait", "œuf", "arachide", "soja", "moutarde", "céleri"], r.randint(1, 3)))), "allergens of dishes", {"plat": [r.choice(["lasagnes", "crêpe au fromage", "poisson pané", "tarte normande"]) for _ in range(n)]})
    r = rng("h133"); n = 70; H(k, "accessibilité", many(n, lambda: r.choice(["accès fauteuil roulant", "boucle magnétique (malentendants)", "bande podotactile (déficience visuelle)", "non accessible", "rampe amovible"])), "accessibility of buildings", {"ERP": [r.choice(FAC) for _ in range(n)]})
    r = rng("h134"); n = 64; H(k, "vaccin", many(n, lambda: r.choice(["DTP", "ROR", "grippe saisonnière", "HPV", "hépatite B", "Covid-19"])), "doses by centre", {"centre": [f"centre de vaccination {r.choice(['Nord', 'Sud', 'mairie'])}" for _ in range(n)], "doses": [r.randint(12, 800) for _ in range(n)]})
    r = rng("h135"); n = 60; H(k, "pollen", many(n, lambda: r.choice(["bouleau : risque d'allergie élevé", "graminées : moyen", "ambroisie : très élevé", "cyprès : faible", "olivier : faible"])), "pollen bulletins", {"semaine": [f"2024-S{r.randint(1, 52):02d}" for _ in range(n)]})
    r = rng("h136"); n = 72; H(k, "atelier", many(n, lambda: r.choice(["mémoire et Alzheimer, conférence", "octobre rose : dépistage cancer du sein", "sport santé diabète", "groupe de parole addictions", "bien dormir"])), "public health events", {"lieu": [r.choice(FAC) for _ in range(n)], "places": [r.randint(8, 80) for _ in range(n)]})
    r = rng("h137"); n = 75; H(k, "diagnostic", many(n, lambda: r.choice(["fissure en façade", "mérule", "amiante plancher", "toiture malade, infiltrations", "plomb", "pathologie du béton"])), "building pathology", {"bâtiment": [r.choice(FAC) for _ in range(n)]})
    r = rng("h138"); n = 66; H(k, "spécialité", many(n, lambda: r.choice(["cardiologie", "psychiatrie", "pédiatrie", "addictologie", "gériatrie", "dialyse"])), "hospital departments", {"lits": [r.randint(4, 90) for _ in range(n)], "hôpital": [f"CH de {r.choice(TOWNS)[0]}" for _ in range(n)]})
    k = "age_illness"
    r = rng("h140"); n = 90; H(k, "tranche_age", many(n, lambda: r.choice(["0-4 ans", "5-14 ans", "15-29 ans", "30-59 ans", "60-74 ans", "75 ans et +"])), "statistics by age and disease", {"affection": [r.choice(["diabète", "asthme", "AVC", "cancer"]) for _ in range(n)], "effectif": [r.randint(20, 4000) for _ in range(n)]})
    r = rng("h141"); n = 84; H(k, "observation", many(n, lambda: f"{r.randint(20, 160)} ans, {r.choice(['chancre', 'pourriture du collet', 'champignon lignivore', 'dépérissement de cime', 'sain'])}"), "ages and diseases of trees", {"arbre": [r.choice(TREES) for _ in range(n)]})
    r = rng("h142"); n = 70; H(k, "age", many(n, lambda: r.randint(20, 140)), "ages of buildings", {"patrimoine": [r.choice(FAC) for _ in range(n)], "désordre": [r.choice(["mérule", "amiante", "salpêtre", "aucun"]) for _ in range(n)]})
    r = rng("h143"); n = 64; H(k, "public", many(n, lambda: r.choice(["dès 3 ans", "6-10 ans", "tout public", "seniors 60 ans et +", "12 ans et plus"])), "audiences of events", {"spectacle": [r.choice(["Le Malade imaginaire", "conte musical", "cirque", "marionnettes"]) for _ in range(n)]})
    r = rng("h144"); n = 60; H(k, "recommandation", many(n, lambda: r.choice(["65 ans et plus : grippe tous les ans", "dès 11 ans : HPV", "50-74 ans : mammographie tous les 2 ans", "50-74 ans : test colorectal"])), "screening advice", {"brochure": [f"fiche {r.randint(1, 12)}" for _ in range(n)]})
    r = rng("h145"); n = 72; H(k, "esperance", many(n, lambda: f"{r.uniform(78, 87):.1f} ans".replace(".", ",")), "life expectancy by area", {"zone": [r.choice(["Drôme", "Ardèche", "Calvados", "Seine-Maritime", "Val-de-Marne"]) for _ in range(n)], "année": [r.randint(2010, 2023) for _ in range(n)], "sexe": [r.choice(["femmes", "hommes"]) for _ in range(n)]})
    k = "trigram"
    r = rng("h150"); n = 88; H(k, "service", many(n, lambda: r.choice(["DRH", "DSI", "DGS", "DST", "CTM", "CCAS", "DEJ", "DUA"])), "departments' acronyms", {"budget": [round(r.uniform(1e4, 4e6), 2) for _ in range(n)]})
    r = rng("h151"); n = 70; H(k, "code_esp", many(n, lambda: r.choice(["PLA", "TIC", "ACC", "QUR", "FRE", "CAB"])), "species codes", {"latin": [r.choice(TREES) for _ in range(n)]})
    r = rng("h152"); n = 64; H(k, "pays", many(n, lambda: r.choice(["FRA", "DEU", "POL", "PRT", "MDG", "VNM", "ARM"])), "ISO codes of import statistics", {"tonnage": [r.randint(10, 90000) for _ in range(n)]})
    r = rng("h153"); n = 96; H(k, "zone_plu", many(n, lambda: r.choice(["UAa", "UBc", "AUx", "UEp", "NLh", "AUc"])), "zoning codes", {"surface_ha": [round(r.uniform(.1, 60), 2) for _ in range(n)]})
    r = rng("h154"); n = 120; H(k, "avancement", many(n, lambda: r.choice(["PLU approuvé", "ZAC : DCE en cours", "AVP validé par la DST", "PC déposé, ABF consulté", "DUP en enquête", "MOE notifiée"])), "acronyms in project texts", {"opération": [r.choice(["îlot Gare", "école Nord", "berges", "halle"]) for _ in range(n)]})
    r = rng("h155"); n = 60; H(k, "gare", many(n, lambda: r.choice(["LIX", "CAE", "VAL", "MTL", "DPE", "MLV"])), "station codes", {"voyageurs": [r.randint(1000, 900000) for _ in range(n)]})
    r = rng("h156"); n = 68; H(k, "naf", many(n, lambda: r.choice(["4120A", "4711D", "8411Z", "5610C", "9602A", "4321A"])), "activity codes", {"nb entreprises": [r.randint(1, 220) for _ in range(n)]})
    r = rng("h157"); n = 74; H(k, "matière", many(n, lambda: r.choice(["PVC", "PEHD", "FTE", "AMC", "PRV", "BET"])), "pipe materials", {"diamètre": [r.choice([60, 80, 100, 150, 200]) for _ in range(n)]})
    k = "person_header"
    def ph(tag, header, f, why, n, beside=None):
        q = rng(tag); H(k, header, [f(q) for _ in range(n)], why, beside(q, n) if beside else None)
    months = lambda q, n: {"mois": [f"{2018 + i // 12}-{i % 12 + 1:02d}" for i in range(n)]}
    ph("h160", "Jules Ferry", lambda q: q.randint(40, 260), "meals by school: a school's name", 66, months)
    ph("h161", "Marie Curie", lambda q: q.choice(["libre", "occupé"]), "room named after a dead scientist", 84, lambda q, n: {"créneau": [f"{8 + i % 10} h" for i in range(n)]})
    ph("h162", "Jean Moulin", lambda q: q.randint(0, 400), "boardings at a stop", 72, months)
    ph("h163", "Place Victor Hugo", lambda q: round(q.uniform(10, 60), 1), "PM10 at a station", 90, months)
    ph("h164", "Guillaume le Conquérant", lambda q: q.randint(200, 4000), "visitors of the castle", 64, months)
    ph("h165", "Stade Louis Michel (kWh)", lambda q: q.randint(300, 9000), "energy of a stadium", 60, months)
    ph("h166", "Thérèse", lambda q: q.randint(5, 60), "first name as a statistic", 70, lambda q, n: {"année": list(range(1950, 1950 + n))})


def h_plain(b):
    H = b.H; k = "plain"
    r = rng("h170"); n = 110; H(k, "num_delib", [f"2024-{i + 1:03d}" for i in range(n)], "deliberations", {"objet": [r.choice(["Tarifs cantine", "Vente terrain communal", "Convention", "Budget annexe eau"]) for _ in range(n)]})
    r = rng("h171"); n = 100; H(k, "temperature", many(n, lambda: round(r.uniform(-4, 38), 1)), "temperatures", {"station": [r.choice(["Massy", "Antony", "Clamart"]) for _ in range(n)]})
    r = rng("h172"); n = 80; H(k, "libelle", many(n, lambda: r.choice(["Fournitures administratives", "Carburants", "Eau et assainissement", "Fêtes et cérémonies", "Dotations"])), "budget headings", {"réalisé": [round(r.uniform(100, 9e5), 2) for _ in range(n)]})
    r = rng("h173"); n = 120; H(k, "observations", many(n, lambda: text(r, T_VOIRIE)), "road notes without anyone", {"équipe": [r.choice(["équipe A", "équipe B", "astreinte"]) for _ in range(n)]})
    r = rng("h174"); n = 96; H(k, "commentaire", many(n, lambda: text(r, T_VERT) + r.choice(["", NB, " \n", TAB])), "green space notes, dirty but nobody")
    r = rng("h175"); n = 90; H(k, "note", many(n, lambda: text(r, T_BIB)), "library notes without anyone")
    r = rng("h176"); n = 84; H(k, "remarque_resto", many(n, lambda: text(r, T_CANT)), "canteen notes without anyone", {"office": [r.choice(["Ferry", "Bert", "Centre"]) for _ in range(n)]})
    r = rng("h177"); n = 66; H(k, "contact", many(n, lambda: r.choice(["s'adresser à l'accueil", "guichet unique", "formulaire en ligne", "borne d'appel", "sur place"])), "contact without a person", {"service": [r.choice(FAC) for _ in range(n)]})
    r = rng("h178"); n = 72; H(k, "nom", many(n, lambda: r.choice(["arceau vélo", "banc bois", "corbeille 80 L", "potelet", "borne fontaine"])), "name of furniture: misleading header", {"stock": [r.randint(0, 300) for _ in range(n)]})
    r = rng("h179"); n = 64; H("health", "etat", many(n, lambda: r.choice(["bon", "moyen", "vétuste", "HS", "à déposer", "neuf"])), "state of street furniture", {"objet": [r.choice(["banc", "candélabre", "aire de jeux"]) for _ in range(n)]})
    r = rng("h180"); n = 78; H("person_name", "beneficiaire", many(n, lambda: r.choice(["Croix-Rouge française", "Secours populaire", "Amicale laïque", "MJC", "Comité de jumelage", "Association Saint-Vincent"])), "associations subsidised", {"subvention": [r.choice([500, 1200, 3000, 15000]) for _ in range(n)]})
    r = rng("h181"); n = 150; H(k, "pct", many(n, lambda: f"{r.uniform(0, 100):.1f} %".replace(".", ",")), "shares of votes by polling place", {"bureau": [f"BV {i % 30 + 1:02d}" for i in range(n)]})
    r = rng("h182"); n = 70; H("driving_licence", "permis", many(n, lambda: f"PC 014 366 {r.randint(20, 24)} {r.choice(['P', 'D', 'R'])}{r.randint(1, 99):04d}"), "building permits of public works", {"maître d'ouvrage": [r.choice(["Commune", "Département", "Région", "SDIS"]) for _ in range(n)]})
    r = rng("h183"); n = 66; H("card", "carte", many(n, lambda: r.choice(["1612 OT", "1714 SB", "3036 OT", "2314 OT", "1812 O"])), "hiking map sheets", {"boucle": [r.choice(["voie verte", "GR 42", "tour du Pilat", "chemin des douaniers"]) for _ in range(n)]})
    r = rng("h184"); n = 60; H("phone", "cotation", many(n, lambda: r.choice(["06.00", "07.30", "12.45", "18.15"]) + "-" + r.choice(["20.00", "21.30", "22.45"])), "lighting time slots", {"armoire": [f"EP{r.randint(1, 90):02d}" for _ in range(n)]})
    r = rng("h185"); n = 84; H("birth_date", "depart", many(n, lambda: f"{r.randint(5, 22):02d}:{r.randint(0, 59):02d}:00"), "timetables", {"ligne": [r.choice(["C1", "T2", "Citéa 3"]) for _ in range(n)]})
    r = rng("h186"); n = 64; H("iban", "bic", many(n, lambda: r.choice(["BDFEFRPPCCT", "PSSTFRPPROU", "AGRIFRPP866", "CEPAFRPP142", "DEXIFRPPXXX"])), "BIC of lenders", {"prêteur": [r.choice(["Caisse d'Épargne", "Banque Postale", "Crédit agricole"]) for _ in range(n)], "encours": [round(r.uniform(1e5, 9e6), 2) for _ in range(n)]})
    r = rng("h187"); n = 72; H("email", "tarif", many(n, lambda: r.choice(["2,50 € @ l'heure", "forfait @ 12 €", "gratuit", "1 € @ jour"])), "prices written with @", {"parking": [r.choice(["Gare", "Hoche", "Port"]) for _ in range(n)]})


def h_dirty(b):
    H = b.H
    r = rng("d1"); n = 80
    def s1():
        s = siret(r)
        q = f"{s[:3]} {s[3:6]} {s[6:9]} {s[9:]}"
        return r.choice([q.replace(" ", NN), q.replace(" ", NB), fw(q), zw(r, s, 2), "SIRET : " + s, q + TAB])
    H("nir", "num", many(n, s1), "dirty SIRET of companies", {"entreprise": [f"{r.choice(['Norman Signal', 'Drôme Espaces Verts', 'Seine Levage'])} {r.choice(['SAS', 'SARL'])}" for _ in range(n)]})
    r = rng("d2"); H("mac", "trame", many(72, lambda: json.dumps({"devEUI": "70b3d5" + "".join(r.choice("0123456789abcdef") for _ in range(10)), "type": r.choice(["sonde sol", "comptage eau", "température"]), "val": round(r.uniform(0, 40), 1)}, ensure_ascii=False)), "JSON frames of sensors")
    r = rng("d3"); H("phone", "bloc", many(66, lambda: f"<p><b>{r.choice(FAC)}</b><br/>Tél.&nbsp;: {tel(fix(r, r.choice('124')), r.choice(['.', ' ', NB]))}</p>"), "HTML blocks: facilities with their switchboards")
    r = rng("d4"); n = 90
    def s4():
        v = r.choice(STREETS_P)
        return r.choice([nfd(v), zw(r, v, 2), v.upper(), v.replace(" ", NB), ascii_(v).lower() + " "])
    H("person_name", "voie", many(n, s4), "dirty street names", {"longueur": [f"{r.randint(30, 1800)} m" for _ in range(n)]})
    r = rng("d5"); H("passport", "suivi_marche", many(110, lambda: f"{r.choice(['avenant', 'OS de démarrage', 'réception', 'DGD'])} marché {r.randint(20, 24)}{r.choice(['TX', 'FS', 'PI'])}{r.randint(10000, 10400)} {r.choice(['notifié', 'en signature', 'visé trésorerie'])}"), "contract numbers in follow-up texts")
    r = rng("d6"); H("nir", "montant", many(84, lambda: r.choice([lambda: fw(f"{r.randint(1, 99)} {r.randint(100, 999)},{r.randint(0, 99):02d} €"), lambda: f"{r.randint(1, 2)}{NN}{r.randint(100, 999)}{NN}{r.randint(100, 999)}{NN}{r.randint(100, 999)} €", lambda: f"{r.randint(1, 999)}{NB}k€"])()), "dirty amounts")
    r = rng("d7"); H("ip", "journal", many(96, lambda: f"{r.randint(1, 28):02d}/04 {r.randint(6, 20):02d}:{r.randint(0, 59):02d} 10.{r.randint(1, 9)}.{r.randint(0, 99)}.{r.randint(2, 250)} {r.choice(['copieur', 'automate chaufferie', 'horloge tableau', 'contrôleur feux'])} : {r.choice(['toner bas', 'défaut com', 'redémarrage', 'ok'])}"), "equipment logs with private IPs")
    r = rng("d8"); H("plate", "piece", many(78, lambda: r.choice(["filtre {}", "réf. {} courroie", "joint {}  (lot de 2)", "plaquettes {}"]).format(f"{letters(r, 2)}{r.choice(['-', '', ' '])}{r.randint(100, 999)}{r.choice(['-', '', ' '])}{letters(r, 2)}".lower())), "spare part references in lower case")
    r = rng("d9"); H("person_name", "signalement", many(130, lambda: f"{r.choice(['nid-de-poule', 'lampe éteinte', 'tag', 'encombrants'])} {r.choice(STREETS_P)}, {r.choice(['face école Louise Michel', 'près stade Jean Bouin', 'angle square Olympe de Gouges', 'arrêt Victor Hugo'])}"), "reports full of honoured names, nobody private")
    r = rng("d10"); H("email", "lien_contact", many(64, lambda: (lambda u: f"<a href=\"mailto:{u}\">{u}</a>")(f"{r.choice(['etat.civil', 'mediatheque', 'piscine', 'dechets', 'standard'])}@{r.choice(['ville-givors', 'mairie-flers', 'est-ensemble-services'])}.fr")), "mailto of services")
    r = rng("d11"); H("age_illness", "avis_arboriste", many(88, lambda: r.choice(["sujet de {} ans malade, abattage", "platane {} ans : chancre, à surveiller", "tilleul d'environ {} ans, bon état", "frêne {} ans atteint de chalarose"]).format(r.randint(20, 150))), "trees old and ill")
    r = rng("d12"); n = 70; H("health", "json_stat", many(n, lambda: json.dumps({"semaine": f"2022-S{r.randint(1, 52):02d}", "maladie": r.choice(["grippe", "bronchiolite", "Covid-19"]), "dep": r.choice(["14", "26", "93", "76"]), "cas": r.randint(60, 9000)})), "weekly epidemic counts by department")
    r = rng("d13"); n = 60; H("birth_date", "obs", many(n, lambda: r.choice(["construit en {y}", "inauguré le {d}", "ravalement {y}", "PV de réception du {d}"]).format(y=r.randint(1880, 2020), d=frd(day(r, 1960, 2022)))), "building dates in texts", {"edifice": [r.choice(FAC) for _ in range(n)]})
    r = rng("d14"); n = 66; H("home_position", "domicile", many(n, lambda: "https://www.openstreetmap.org/?mlat={}&mlon={}".format(*coord(r, "Montreuil"))), "misleading header: links to recycling points", {"point": [r.choice(["conteneur verre", "compost collectif", "borne textile"]) for _ in range(n)]})


def columns() -> tuple[Column, ...]:
    b = Bag()
    for f in (p_nir, p_iban, p_card, p_phone, p_email, p_plate, p_ip, p_mac, p_name, p_addr, p_birth, p_cni, p_pass, p_drv, p_sport, p_caf, p_social,
              p_tri, p_health, p_age, p_home, p_head, h_num, h_plate_ip, h_names, h_addr_date, h_health_etc, h_plain, h_dirty):
        f(b)
    return tuple(b.out)


if __name__ == "__main__":
    from collections import Counter
    cs = columns()
    assert cs == columns()
    pers, harm = Counter(c.kind for c in cs if c.personal), Counter(c.kind for c in cs if not c.personal)
    assert sum(pers.values()) >= 126 and sum(harm.values()) >= 126 and len(pers) == 22 and min(pers.values()) >= 6
    for c in cs:
        assert 60 <= len(c.values) <= 300, c.header
        assert all(v is None or isinstance(v, (str, int, float, dt.date)) for v in c.values), c.header
        assert all(len(v) == len(c.values) for v in c.beside.values()), c.header
    assert len({c.values for c in cs}) == len(cs)
    print(sum(pers.values()), dict(pers))
    print(sum(harm.values()), dict(harm))
