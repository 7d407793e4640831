"""Blind set, seed 3307 — South-West, Alsace, Réunion; urban planning, social, sports."""
from __future__ import annotations
import datetime as dt
import json
import math
import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

SEED = 3307


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
class Who(NamedTuple):
    s: str
    p: str
    n: str


F1 = "Nathalie Sandrine Isabelle Christine Martine Céline Émilie Aurélie Chantal Sylvie Brigitte Françoise Laurence Élodie Mélanie Hélène Camille Léa Manon Inès Marie-Claude Anne-Sophie Régine Monique Bernadette".split()
M1 = "Michel Philippe Stéphane Christophe Nicolas Jean-Pierre Patrick Didier Sébastien Frédéric Jérôme Bernard Gérard Mathieu Thomas Hugo Lucas Jean-Luc Éric Alain Pascal Benoît Cédric Rémi Loïc".split()
L1 = "Martin Dubois Lefèvre Moreau Laurent Simon Michel Garcia Roux Fournier Girard Bonnet Dupuy Lafitte Cazenave Labarthe Casteran Duhalde Etcheverry Lacoste Peyrot Schmitt Meyer Muller Klein Weber Kieffer Haas Schneider Walter Hoarau Payet Grondin Fontaine Boyer Rivière Techer Dijoux Robert Maillot".split()
F2 = "Voahangy Hanitra Ayşe Zeynep Fatima Zahra Nassima Halima Zaïnaba Małgorzata Agnieszka Thi-Lan Mai-Anh Conceição Maria-do-Céu Anahit Siranush Samira Khadija Priyanka Oksana Fatoumata Xiaoling Ioana Leïla".split()
M2 = "Rivo Haja Mehmet Emre Mohamed Youssef Karim Saïd-Ali Attoumani Krzysztof Wojciech Van-Hung Minh João Joaquim Artur Hovhannès Abdallah Nourredine Ramesh Dmytro Mamadou Wei Bogdan Iñaki".split()
L2 = ["Rakotomalala", "Andrianarisoa", "Razafindrakoto", "Yılmaz", "Öztürk", "Demirci", "Ben Youssef", "El Khattabi", "Boumediene", "Aït-Ouarab", "Mohamed Soilihi", "Abdou Madi", "Kowalczyk", "Wiśniewska", "Nguyen Van Tho", "Tran", "Pham-Ngoc", "Da Silva Ferreira", "dos Santos", "Gonçalves", "Hakobyan", "Petrossian", "de La Roche-Bernard", "d'Abbadie", "Von der Weid", "Vayaboury", "Chane-Kune", "Kovalenko", "Traoré", "Diallo-Sow", "Popescu", "Iturralde y Goñi", "Le Bihan-Nguyen", "Zongo", "M'Changama", "N'Diaye"]


def who(r):
    s = r.choice("FM")
    if r.random() < .5:
        return Who(s, r.choice(F1 if s == "F" else M1), r.choice(L1))
    p = r.choice((F2 if s == "F" else M2)) if r.random() < .8 else r.choice(F1 if s == "F" else M1)
    return Who(s, p, r.choice(L2))


def civ(w):
    return "Mme" if w.s == "F" else "M."


def PN(w):
    return f"{w.p} {w.n}"


def NP(w):
    return f"{w.n.upper()} {w.p}"


def CN(w):
    return f"{civ(w)} {w.n}"


def CPN(w):
    return f"{civ(w)} {w.p} {w.n}"


def asc(s):
    s = s.replace("ı", "i").replace("ł", "l").replace("Ł", "L")
    s = unicodedata.normalize("NFD", s)
    s = "".join(c for c in s if not unicodedata.combining(c))
    return "".join(c for c in s.lower() if c.isascii() and (c.isalnum() or c == "-"))


# town: (name, postcode, dept, commune code 3 (or 2 for 974), lat, lon, tel prefix)
SW = [("Pau", "64000", "64", "445", 43.300, -.370, "05 59"), ("Bayonne", "64100", "64", "102", 43.493, -1.475, "05 59"), ("Anglet", "64600", "64", "024", 43.485, -1.518, "05 59"), ("Dax", "40100", "40", "088", 43.710, -1.053, "05 58"), ("Mont-de-Marsan", "40000", "40", "192", 43.890, -.500, "05 58"), ("Agen", "47000", "47", "001", 44.203, .616, "05 53"), ("Périgueux", "24000", "24", "322", 45.184, .721, "05 53"), ("Tarbes", "65000", "65", "440", 43.233, .078, "05 62"), ("Auch", "32000", "32", "013", 43.646, .586, "05 62"), ("Montauban", "82000", "82", "121", 44.018, 1.355, "05 63"), ("Libourne", "33500", "33", "243", 44.915, -.243, "05 57"), ("Talence", "33400", "33", "522", 44.803, -.588, "05 56")]
AL = [("Strasbourg", "67000", "67", "482", 48.573, 7.752, "03 88"), ("Mulhouse", "68100", "68", "224", 47.750, 7.336, "03 89"), ("Colmar", "68000", "68", "066", 48.079, 7.358, "03 89"), ("Haguenau", "67500", "67", "180", 48.816, 7.790, "03 88"), ("Sélestat", "67600", "67", "462", 48.260, 7.454, "03 88"), ("Saverne", "67700", "67", "437", 48.741, 7.363, "03 88"), ("Schiltigheim", "67300", "67", "447", 48.607, 7.750, "03 88"), ("Guebwiller", "68500", "68", "112", 47.908, 7.211, "03 89")]
RE = [("Saint-Denis", "97400", "974", "11", -20.882, 55.450, "0262"), ("Saint-Pierre", "97410", "974", "16", -21.342, 55.478, "0262"), ("Le Tampon", "97430", "974", "22", -21.278, 55.517, "0262"), ("Saint-Paul", "97460", "974", "15", -21.010, 55.271, "0262"), ("Saint-André", "97440", "974", "09", -20.963, 55.650, "0262"), ("Saint-Joseph", "97480", "974", "12", -21.378, 55.619, "0262"), ("Le Port", "97420", "974", "07", -20.937, 55.292, "0262")]
ALL = SW + AL + RE
RUES = {"SW": ["rue du Maréchal Joffre", "avenue de l'Adour", "rue Henri IV", "boulevard Alsace-Lorraine", "rue des Cordeliers", "allée des Platanes", "chemin de Lahubiague", "rue Montpensier", "impasse du Gave", "avenue du 18 Juin", "rue Émile Zola", "côte de la Fontaine", "rue des Arènes"],
        "AL": ["rue des Tonneliers", "quai des Bateliers", "route de Colmar", "rue du Faubourg-de-Pierre", "rue de la Krutenau", "avenue de la Forêt-Noire", "rue des Vosges", "rue du Houblon", "Grand'Rue", "rue Schweitzer", "place du Marché-aux-Choux", "rue du Ballon"],
        "RE": ["chemin Ravine Blanche", "rue Juliette Dodu", "impasse des Letchis", "rue Roland Garros", "chemin Bois de Nèfles", "allée des Flamboyants", "rue du Piton", "route de la Plaine-des-Palmistes", "rue Mahé de Labourdonnais", "lotissement Les Vacoas, rue des Badamiers", "chemin Summer", "rue Amiral Lacaze"]}


def reg(t):
    return "RE" if t[2] == "974" else "AL" if t[2] in ("67", "68") else "SW"


def rue(r, t):
    return r.choice(RUES[reg(t)])


def adr(r, t=None, cp=True):
    t = t or r.choice(ALL)
    a = f"{r.randint(1, 148)}{r.choice(['', '', '', ' bis', ' ter'])} {rue(r, t)}"
    return f"{a}, {t[1]} {t[0]}" if cp else a


def day(r, a, b):
    o = dt.date(a, 1, 1).toordinal()
    return dt.date.fromordinal(r.randint(o, dt.date(b, 12, 31).toordinal()))


def fr(d):
    return d.strftime("%d/%m/%Y")


MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def lettres(d):
    return f"{'1er' if d.day == 1 else d.day} {MOIS[d.month - 1]} {d.year}"


# ------------------------------------------------------------------ numbers
def luhn_key(s):
    t = 0
    for i, c in enumerate(reversed(s)):
        d = int(c)
        if i % 2 == 0:
            d *= 2
            d -= 9 * (d > 9)
        t += d
    return str(-t % 10)


def luhn_ok(s):
    return luhn_key(s[:-1]) == s[-1]


def dig(r, n):
    return "".join(r.choice("0123456789") for _ in range(n))


def nir13(r, s=None, t=None, d=None):
    d = d or day(r, 1948, 2004)
    s = s or r.choice("FM")
    if t is None and r.random() < .25:
        lieu = "99" + r.choice(["333", "350", "352", "351", "208", "122", "139", "252", "243", "397"])
    else:
        t = t or r.choice(ALL)
        lieu = t[2] + t[3]
    return f"{1 if s == 'M' else 2}{d.year % 100:02d}{d.month:02d}{lieu}{r.randint(1, 480):03d}"


def key97(b):
    return f"{97 - int(b) % 97:02d}"


def nir(r, **k):
    b = nir13(r, **k)
    return b + key97(b)


def nirsp(x):
    return f"{x[0]} {x[1:3]} {x[3:5]} {x[5:7]} {x[7:10]} {x[10:13]} {x[13:]}"


def iban_of(cc, bban):
    v = "".join(str(int(c, 36)) for c in bban + cc + "00")
    return f"{cc}{98 - int(v) % 97:02d}{bban}"


BK = ["16906", "13306", "19906", "10278", "17206", "14707", "10907", "30004", "30003", "10057", "15135", "13335"]
TR = {c: str(k) for k, g in {1: "AJ", 2: "BKS", 3: "CLT", 4: "DMU", 5: "ENV", 6: "FOW", 7: "GPX", 8: "HQY", 9: "IRZ"}.items() for c in g}


def rib(r):
    if r.random() < .15:
        b, g, c = "20041", "010" + r.choice(["16", "01", "08"]), dig(r, 7) + r.choice("ABCDEFGHKLMNPRSTUVWXYZ") + "0" + r.choice(["22", "15", "36"])
    else:
        b, g, c = r.choice(BK), "0" + dig(r, 4), "0" + dig(r, 10)
    n = int("".join(TR.get(x, x) for x in c))
    return b, g, c, f"{97 - (89 * int(b) + 15 * int(g) + 3 * n) % 97:02d}"


def iban(r):
    return iban_of("FR", "".join(rib(r)))


def iban_de(r):
    return iban_of("DE", r.choice(["66490000", "66450050", "68050101", "66010075"]) + "0" + dig(r, 9))


def iban_es(r):
    b, o, c = r.choice(["2100", "0049", "3035", "2095"]), dig(r, 4), dig(r, 10)

    def k(s):
        x = 11 - sum(int(a) * w for a, w in zip(s, (1, 2, 4, 8, 5, 10, 9, 7, 3, 6))) % 11
        return str({10: 1, 11: 0}.get(x, x))
    return iban_of("ES", b + o + k("00" + b + o) + k(c) + c)


def g4(s):
    return " ".join(s[i:i + 4] for i in range(0, len(s), 4))


def card(r):
    b = r.choice(["4970", "4971", "4973", "4974", "4978", "5131", "5132", "5135", "5136"]) + dig(r, 11)
    return b + luhn_key(b)


def mob(r, sep=" "):
    x = r.choice(["06", "06", "07"])
    x += (str(r.randint(3, 8)) + dig(r, 1)) if x == "07" else r.choice("1234567") + dig(r, 1)
    x += dig(r, 6)
    return sep.join(x[i:i + 2] for i in range(0, 10, 2))


def gsm974(r):
    return r.choice(["0692", "0693"]) + " " + dig(r, 2) + " " + dig(r, 2) + " " + dig(r, 2)


def fixe(r, t):
    return f"{t[6]} {dig(r, 2)} {dig(r, 2)} {dig(r, 2)}"


FAI = ["gmail.com", "orange.fr", "wanadoo.fr", "hotmail.fr", "free.fr", "laposte.net", "yahoo.fr", "sfr.fr", "outlook.com"]


def mail(r, w=None, dom=None):
    w = w or who(r)
    p, n = asc(w.p), asc(w.n)
    loc = r.choice([f"{p}.{n}", f"{p[0]}.{n}", f"{n}.{p}", f"{p}{n}{r.randint(54, 99)}", f"{p}_{n}"])
    return loc + "@" + (dom or r.choice(FAI))


PL = "ABCDEFGHJKLMNPQRSTVWXYZ"


def two(r):
    while True:
        x = r.choice(PL) + r.choice(PL)
        if x not in ("SS", "WW"):
            return x


def siv(r, sep="-"):
    return f"{r.choice('ABCDEFGH')}{r.choice(PL)}{sep}{r.randint(1, 999):03d}{sep}{two(r)}"


def fni(r, d):
    return f"{r.randint(11, 9899)} {r.choice('QRSTVWXYZ')}{r.choice(PL)} {d}"


def ip4(r):
    a = r.choice(["82.64", "86.201", "90.63", "92.184", "109.9", "176.158", "78.193", "81.250", "165.169", "102.35", "213.44", "83.199"])
    return f"{a}.{r.randint(1, 254)}.{r.randint(1, 254)}"


def ip6(r):
    h = lambda: f"{r.randint(1, 65535):x}"
    return r.choice([f"2a01:cb{r.randint(10, 29)}", "2a01:e0a", f"2a02:842{r.choice('0123456789abcdef')}"]) + ":" + ":".join(h() for _ in range(6))


def mac(r, sep=":", up=True):
    oui = r.choice(["a4c3f0", "3c2ef9", "f0d5bf", "88e9fe", "dca632", "5c7017", "e8b2ac", "9c207b", "64a2f9", "d0d2b0", "7c04d0", "40b076"])
    x = oui + "".join(r.choice("0123456789abcdef") for _ in range(6))
    x = x.upper() if up else x
    return sep.join(x[i:i + 2] for i in range(0, 12, 2))


CN9 = "BCDFGHJKLMNPRTVWXYZ"


def cni_new(r):
    return r.choice(CN9) + r.choice("23456789") + "".join(r.choice(CN9 + "123456789123456789") for _ in range(6)) + r.choice("123456789")


def cni_old(r, t=None):
    t = t or r.choice(ALL)
    d = t[2] if len(t[2]) == 3 else t[2] + r.choice("123")
    return f"{r.randint(6, 20):02d}{r.randint(1, 12):02d}{d}{r.randint(1, 4000):05d}"


def passp(r):
    return f"{r.randint(15, 25):02d}{r.choice(['AA', 'AB', 'AC', 'AD', 'AE', 'AF', 'AH', 'AI', 'AK', 'CC', 'CI', 'CK', 'CP', 'DA', 'DE', 'EA', 'EI', 'FV', 'HE'])}{dig(r, 5)}"


def permis(r, t=None):
    t = t or r.choice(ALL)
    tail = 8 - len(t[2])
    y = r.choice(list(range(76, 100)) + list(range(0, 21)))
    return f"{y:02d}{r.randint(1, 12):02d}{t[2]}{r.randint(1000, 3999):0{tail}d}"[:12]


def caf(r, letter=True):
    return f"{r.randint(120000, 4999999):07d}" + (r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") if letter else "")


def uci(r):
    while True:
        b = "100" + dig(r, 6)
        if int(b) % 97:
            return f"{b[:3]} {b[3:6]} {b[6:]} {int(b) % 97:02d}"


def judo(w, d):
    n = asc(w.n).replace("-", "").upper()
    return f"{w.s}{d:%d%m%Y}{(n + '*****')[:5]}01"


def siren(r):
    b = r.choice("345789") + dig(r, 7)
    return b + luhn_key(b)


def siret(r):
    b = siren(r) + "000" + dig(r, 1)
    return b + luhn_key(b)


def ean13(p, r):
    b = p + dig(r, 12 - len(p))
    return b + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(b)) % 10)


def uai(r, d):
    b = f"0{d}{r.randint(10, 2400):04d}" if len(d) == 2 else f"{d}{r.randint(10, 1800):04d}"
    return b + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(b) % 23]


def pos(r, t, k=5, w=.012):
    return round(t[4] + r.uniform(-w, w), k), round(t[5] + r.uniform(-w, w), k)


def dms(v, a, b):
    h = a if v >= 0 else b
    v = abs(v)
    d = int(v)
    m = int((v - d) * 60)
    return f"{d}°{m:02d}'{((v - d) * 60 - m) * 60:04.1f}\"{h}"


# ------------------------------------------------------------------ dirt
def d_nb(r, s):
    s = "".join(r.choice("\u00a0\u202f ") if c == " " else c for c in s)
    return s + r.choice(["", "\u00a0", " "])


def d_zw(r, s):
    for _ in range(r.randint(1, 3)):
        k = r.randint(1, max(1, len(s) - 1))
        s = s[:k] + r.choice("\u200b\u200c\ufeff\u2060") + s[k:]
    return s


def d_fw(r, s):
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789" else c for c in s)


def d_tab(r, s):
    return r.choice(["\t", "", "  ", "\n"]) + s.replace(" ", "\t" if r.random() < .3 else " ") + r.choice(["\n", "\t", "\r\n", ""])


def d_nfd(r, s):
    return unicodedata.normalize("NFD", s)


def d_html(r, s):
    return r.choice(["<p>{}</p>", "<td class=\"c\">{}</td>", "<span>{}</span><br/>", "<b>{}</b>&nbsp;", "<div>\n{}\n</div>"]).format(s.replace(" ", "&nbsp;") if r.random() < .3 else s)


def d_low(r, s):
    return s.lower()


def some(*ds):
    return lambda r, s: r.choice(ds)(r, s)


def rare(d, p=.4):
    return lambda r, s: d(r, s) if r.random() < p else s


# ------------------------------------------------------------------ ordinary texts
EQ = ["gymnase des Allées", "stade du Hameau", "piscine municipale", "salle polyvalente", "boulodrome couvert", "dojo communal", "skate-park", "fronton place Libre", "terrain synthétique n°2", "court de tennis n°4", "plateau sportif Bellevue", "piste d'athlétisme"]


def urba(r):
    t = r.choice(ALL)
    return r.choice([
        "Façade à reprendre, teinte à valider par l'ABF", f"Clôture non conforme à l'article UB{r.randint(2, 14)}", f"Pièces manquantes : PCMI{r.randint(2, 8)} et plan de masse",
        f"Emprise {rue(r, t)}, {r.randint(12, 480)} m²", "Dossier complet, délai d'instruction deux mois", f"Avis favorable du SDIS sous réserve, hydrant à {r.randint(20, 180)} m",
        "Recours purgé, affichage constaté", f"Raccordement EU à créer {rue(r, t)}", "Terrain en zone inondable, cote NGF à préciser", f"Échafaudage du {r.randint(1, 28)} au 30, circulation alternée",
        "Certificat de conformité à éditer", f"DIA reçue, superficie {r.randint(200, 1900)} m², pas de préemption", "Toiture tuile canal exigée", "Attente avis gestionnaire voirie",
        f"Surface de plancher {r.randint(40, 900)} m², {r.randint(1, 12)} stationnements"])


def soc(r):
    return r.choice([
        "Demande transmise au pôle solidarité", "Dossier incomplet, relance prévue", f"Aide accordée : {r.randint(40, 600)} €", "Commission du mois reportée", "Bon alimentaire remis à l'accueil",
        "Accueil sans rendez-vous le matin", f"Colis distribués : {r.randint(3, 60)}", "Orientation vers la permanence habitat", "Courrier type n°3 envoyé", "Classé sans suite", "En attente de justificatifs de ressources",
        f"Quotient tranche {r.choice('ABCDEF')}", "Convention renouvelée pour un an", "Visite du service reportée", f"Atelier numérique complet ({r.randint(8, 14)} places)"])


def sport(r):
    return r.choice([
        f"Créneau du mardi déplacé au {r.choice(EQ)}", "Filets à remplacer avant la reprise", f"Éclairage en panne, {r.choice(EQ)}", "Prêt de 40 chaises et 6 barnums", "Convention signée par le club",
        f"Fréquentation : {r.randint(20, 300)} entrées", "Vestiaires à nettoyer après le tournoi", "Tracé des lignes à refaire", f"Clé rendue au gardien, {r.choice(EQ)}", "Annulé pour cause d'alerte orange",
        "Subvention votée, versement en deux fois", f"Arrosage coupé du {r.randint(1, 15)} au 20", "Panneau d'affichage à réparer", "Buvette autorisée jusqu'à 23h", "RAS"])


def ordi(r, i=0):
    return r.choice([urba, soc, sport])(r)


# ------------------------------------------------------------------ registry
_C: list[tuple] = []


def _add(personal, kind, header, gen, why, n=None, part=None, other=None, dirt=None, neutral=True, vide=0.0):
    _C.append((personal, kind, header, gen, why, n, part, other, dirt, neutral, vide))


def P(kind, header, gen, why, **k):
    _add(True, kind, header, gen, why, **k)


def H(kind, header, gen, why, **k):
    _add(False, kind, header, gen, why, **k)


def _build(idx, spec):
    personal, kind, header, gen, why, n, part, other, dirt, neutral, vide = spec
    r = random.Random(f"{SEED}:{idx}:{header}")
    n = n or r.randint(60, 190)
    if part:
        k = max(7, math.ceil(.06 * n), round(part * n))
        hot = set(r.sample(range(n), k))
    else:
        hot = set(range(n))
    vals, bes = [], {}
    for i in range(n):
        f = gen if i in hot else other
        x = f(r, i)
        b = {}
        if isinstance(x, tuple):
            x, b = x
        if dirt and isinstance(x, str) and i in hot:
            x = dirt(r, x)
        if vide and r.random() < vide and (not part or i not in hot):
            x = r.choice([None, None, "", "néant"])
        vals.append(x)
        for q, v in b.items():
            bes.setdefault(q, []).append(v)
    return Column(header, tuple(vals), personal, kind, why, {q: tuple(v) for q, v in bes.items()}, neutral)


def W(f):
    """gen with a person: f(r, w) -> value or (value, beside)"""
    return lambda r, i: f(r, who(r))


def cyc(seq):
    return lambda r, i: seq[i % len(seq)]


def pick(*seq):
    return lambda r, i: r.choice(seq)


SW_, AL_, RE_ = SW, AL, RE

# ================================================================== PERSONAL
# ---- nir
P("nir", "matricule_secu", W(lambda r, w: (nirsp(nir(r, s=w.s)), {"agent": NP(w), "grade": r.choice(["adjoint technique", "ETAPS", "rédacteur", "ATSEM", "attaché"])})), "numéros de sécurité sociale d'agents (Pau)")
P("nir", "N° dossier", lambda r, i: int(nir(r, t=r.choice(RE))), "NIR en nombre, foyers du CCAS de Saint-Pierre", n=88)
P("nir", "obs", lambda r, i: r.choice(["Carte vitale vue, sécu {} à jour", "ouverture droits CSS – n° {} – attestation scannée", "rattachée au NIR {} du conjoint", "Assuré {} ; mutuelle à fournir"]).format(r.choice([nir(r), nirsp(nir(r))])), "NIR dans une observation sur dix (CCAS d'Agen)", part=.1, other=lambda r, i: soc(r), n=210)
P("nir", "référence usager", lambda r, i: nirsp(nir(r)), "NIR avec espaces insécables, largeur nulle et chiffres pleine chasse (Mulhouse)", dirt=some(d_nb, d_zw, d_fw))


def _n13(r, w):
    b = nir13(r, s=w.s)
    return b, {"cle": key97(b), "nom": w.n.upper(), "prenom": w.p}


P("nir", "identifiant", W(_n13), "NIR à 13 chiffres, clé dans la colonne voisine, stage multisport de Dax", vide=.05)
P("nir", "lieu", lambda r, i: json.dumps({"resp": PN(who(r)), "secu": nir(r), "mutuelle": r.choice(["MGEN", "MNT", "Harmonie", None])}, ensure_ascii=False), "NIR dans du JSON, fiches sanitaires", part=.4, other=lambda r, i: json.dumps({"resp": None, "site": r.choice(EQ)}, ensure_ascii=False))
P("nir", "champ libre 2", lambda r, i: _corse(r), "NIR corses (2A, 2B) d'agents mutés à Colmar, avec la clé", n=64)


def _corse(r):
    s, d = r.choice("12"), day(r, 1960, 1999)
    c = r.choice(["2A004", "2B033", "2A041", "2B096"])
    b = f"{s}{d.year % 100:02d}{d.month:02d}{c}{r.randint(1, 300):03d}"
    k = 97 - int(b.replace("2A", "19", 1) if c[1] == "A" else b.replace("2B", "18", 1)) % 97
    return f"{b} {k:02d}"


# ---- iban
P("iban", "coordonnees_bancaires", W(lambda r, w: (g4(iban(r)), {"beneficiaire": CPN(w), "montant": round(r.uniform(15, 400), 2)})), "IBAN de particuliers remboursés (piscine de Bayonne)")
P("iban", "rib", lambda r, i: r.choice([iban, iban, iban_de])(r), "IBAN français et allemands de familles frontalières (Strasbourg)", part=.8, other=pick("chèque", "espèces", None), n=120)
P("iban", "lieu", lambda r, i: r.choice([g4(iban(r)).lower(), "-".join([x for x in g4(iban(r)).split()]), g4(iban(r))]), "IBAN en minuscules, tirets et espaces fines sous un mauvais titre", dirt=rare(d_nb, .6))
P("iban", "suite donnée", lambda r, i: r.choice(["Rembourser la caution sur {}", "nouveau RIB fourni {} (ancien clos)", "Virement aide exceptionnelle => {} ok DRFIP", "trop perçu cantine, IBAN : {}"]).format(r.choice([iban(r), g4(iban(r))])), "IBAN dans des suites données, CCAS du Tampon", part=.08, other=lambda r, i: soc(r), n=240)
P("iban", "compte", W(lambda r, w: "RIB " + " ".join(rib(r)) + f" au nom de {NP(w)}"), "RIB ancien format avec titulaire (Haguenau)", dirt=some(d_tab, d_html), n=70)
P("iban", "modalités", lambda r, i: f"parent 1 : {iban(r)} / parent 2 : {r.choice([iban, iban_es])(r)}", "deux IBAN par cellule, garde alternée, Anglet", part=.5, other=pick("prélèvement", "CESU", "chèque vacances", "carte bancaire au guichet"))

# ---- card
P("card", "paiement", lambda r, i: g4(card(r)), "numéros de carte saisis par la régie de la piscine de Saverne", n=75)
P("card", "Observations régie", lambda r, i: r.choice(["carte {} refusée 2 fois", "payé par téléphone cb {}", "remb. sur la carte {} demandé", "CB n° {} avalée par l'automate"]).format(r.choice([card(r), g4(card(r))])), "numéro de carte dans une observation sur douze", part=.08, other=lambda r, i: sport(r), n=200)
P("card", "ref_transaction", lambda r, i: "-".join(g4(card(r)).split()), "cartes avec tirets et largeur nulle (stationnement, Périgueux)", dirt=d_zw)
P("card", "num", lambda r, i: int(card(r)), "cartes en nombre de seize chiffres (Saint-Denis)", n=101, vide=.03)
P("card", "equipement", W(lambda r, w: f"{NP(w)} {g4(card(r))} exp {r.randint(1, 12):02d}/{r.randint(26, 29)}"), "carte, titulaire et échéance dans du HTML (cautions de matériel)", dirt=d_html, n=66)
P("card", "mode de règlement", lambda r, i: "CB " + card(r), "un dixième des règlements portent la carte entière", part=.12, other=pick("CB", "Espèces", "Chèque", "Prélèvement", "ANCV", "Pass'Sport 50 €"), n=160)
P("card", "détail", lambda r, i: f"4 places tribune ;{card(r)}; {r.randint(20, 90)},00 EUR", "numéro de carte entre points-virgules, billetterie rugby Tarbes", dirt=rare(d_fw, .5), part=.6, other=lambda r, i: f"{r.randint(1, 6)} places pesage ;; {r.randint(8, 60)},00 EUR")

# ---- phone
P("phone", "joindre", W(lambda r, w: (mob(r, "."), {"animateur": PN(w), "site": r.choice(EQ)})), "mobiles d'animateurs vacataires (Bayonne)")
P("phone", "Tél", lambda r, i: (r.choice([gsm974(r), "+262 " + gsm974(r)[1:], gsm974(r).replace(" ", ""), "00262" + gsm974(r)[1:].replace(" ", "")]), {"foyer": who(r).n.upper()}), "mobiles réunionnais de bénéficiaires, plusieurs formes", vide=.06)
P("phone", "equipement", W(lambda r, w: r.choice([f"Contact : {mob(r)} ({CN(w)})", f"{CN(w)} – port. {mob(r, '-')}", f"appeler {w.p} au {mob(r, '/')}"])), "contacts privés de clubs sous le titre équipement", dirt=rare(d_nb, .7))
MOTS = ["zéro six, douze, quarante-cinq, dix-huit, zéro trois", "zéro sept soixante et un vingt-deux trente onze", "06 quarante-deux 17 trente 88"]
P("phone", "remarque", lambda r, i: r.choice([f"la dame rappelle demain, {mob(r)}", f"voisin joignable au {mob(r, '')} après 18h", f"laissé msg répondeur {gsm974(r)}", "rappeler au " + r.choice(MOTS), f"pétitionnaire : +33 {mob(r)[1:]}"]), "téléphones de particuliers dans des remarques d'urbanisme, certains en lettres", part=.1, other=lambda r, i: urba(r), n=260)
P("phone", "code", W(lambda r, w: (int(mob(r, "")), {"licencie": NP(w)})), "mobiles en nombre, zéro initial perdu (Colmar)", n=92)
P("phone", "num_2", lambda r, i: (r.choice([d_fw(r, mob(r)), mob(r).replace("0", "O"), "(" + mob(r)[:2] + ") " + mob(r)[3:], mob(r, "\u200b")]), {"parent": PN(who(r))}), "mobiles pleine chasse, O pour 0, largeur nulle (Auch)")
P("phone", "contact", lambda r, i: f"{fixe(r, r.choice(AL))} (perso {CPN(who(r))})", "un contact sur dix est le fixe personnel d'un bénévole, sinon le service", part=.12, other=pick("Accueil mairie, guichet 3", "Service des sports", "Guichet unique", "Maison des associations"), n=130)

# ---- email
P("email", "courriel", W(lambda r, w: (mail(r, w), {"nom": w.n.upper(), "prénom": w.p})), "adresses privées de candidats à un logement (Libourne)")
P("email", "adresse", lambda r, i: r.choice([lambda m: m.replace("@", " (at) "), lambda m: m.replace("gmail", "gmial").replace("orange", "ornage"), lambda m: m.replace(".", ",", 1), lambda m: m.replace("@", "@ "), lambda m: m.upper(), lambda m: m.replace("@", "[arobase]").replace(".", " point ")])(mail(r)), "courriels mal tapés ou camouflés (inscriptions, Sélestat)")
P("email", "Contact service", lambda r, i: mail(r, dom=r.choice(["gmail.com", "orange.fr"])), "surtout des boîtes génériques, un dixième de boîtes privées nominatives", part=.12, other=lambda r, i: r.choice(["accueil", "sports", "urbanisme", "ccas", "etat-civil", "voirie"]) + "@" + r.choice(["ville-tarbes.fr", "mairie-dax.fr"]), n=150)
P("email", "lien", W(lambda r, w: (lambda m: f'<a href="mailto:{m}">{r.choice(["écrire", PN(w), m])}</a>')(mail(r, w))), "liens mailto de présidents bénévoles de clubs, en HTML", n=72)
P("email", "réponse apportée", W(lambda r, w: r.choice([f"Réponse faite par mail à {mail(r, w)}", f"cf. échange avec {CN(w)} <{mail(r, w)}>", f"PJ renvoyées ({mail(r, w)}) le {r.randint(1, 28)}/0{r.randint(1, 9)}"])), "courriels de pétitionnaires dans les réponses (Le Port)", part=.09, other=lambda r, i: urba(r), n=220)
P("email", "en_copie", lambda r, i: r.choice([" ; ", ",", "\n"]).join((lambda w: f"{asc(w.p)}.{asc(w.n)}@{r.choice(['ville-guebwiller.fr', 'guebwiller.fr'])}")(who(r)) for _ in range(r.randint(1, 3))), "adresses nominatives d'agents, plusieurs par cellule")

# ---- plate
P("plate", "immat", W(lambda r, w: (siv(r), {"titulaire": NP(w), "zone": r.choice(["Résident A", "Résident B", "Commerçant"])})), "macarons de stationnement des riverains (Anglet)")
P("plate", "véhicule", lambda r, i: r.choice(["R19 ", "205 ", "Express ", "", "", "Twingo "]) + fni(r, r.choice(["64", "40", "974", "67", "68"])), "anciennes plaques, véhicules épaves relevés chez des particuliers", dirt=some(d_nb, d_low, d_tab), n=80)
P("plate", "code acces", W(lambda r, w: (siv(r, "").lower(), {"resp. légal": CPN(w)})), "plaques en minuscules sans tiret, accès dépose-minute d'un club", vide=.04)
P("plate", "signalement", lambda r, i: r.choice(["Clio grise {} stationnée sur trottoir depuis 3 sem.", "{} : voiture du riverain devant l'accès pompier", "dépôt sauvage, camionnette blanche imm. {}", "Stationnement gênant PMR – {} – PV dressé"]).format(r.choice([siv(r), siv(r, " "), siv(r, "")])), "plaques dans des signalements (Talence)", part=.1, other=lambda r, i: urba(r), n=250)
P("plate", "fourriere_ref", lambda r, i: r.choice([siv(r), f"{r.choice(['KEL', 'OG', 'FR', 'LÖ'])}-{two(r)} {r.randint(10, 9999)}", siv(r, " ")]), "plaques françaises et allemandes, mises en fourrière (Strasbourg)", part=.5, other=pick("vélo sans plaque", "remorque", "trottinette", "sans plaque"))
P("plate", "réf.", lambda r, i: siv(r), "plaques avec largeur nulle et espaces insécables (Saint-Paul)", dirt=lambda r, s: d_zw(r, s.replace("-", r.choice(["\u00a0", "\u2011", "–", "-"]))), n=90)

# ---- ip
P("ip", "source", lambda r, i: (ip4(r), {"horodatage": f"2024-0{r.randint(1, 9)}-{r.randint(10, 28)}T{r.randint(7, 22):02d}:{r.randint(0, 59):02d}", "page": r.choice(["/demande-logement", "/pass-sport", "/permis-construire"])}), "IP des usagers du téléservice (Pau)")
P("ip", "origine", lambda r, i: (r.choice([ip4, ip6])(r), {"voté le": f"{r.randint(10, 28)}/04/2024 {r.randint(7, 23)}h{r.randint(10, 59)}", "projet préféré": r.choice(["city-stade", "jardin partagé", "ombrière"])}), "IPv4 et IPv6 des votants du budget participatif (Montauban)", vide=.04)
P("ip", "log", lambda r, i: f'{ip4(r)} - - [{r.randint(10, 28)}/Mar/2024:{r.randint(7, 22)}:{r.randint(10, 59)}:{r.randint(10, 59)} +0100] "POST /{r.choice(["inscription", "caf/qf", "rdv"])} HTTP/1.1" 200 {r.randint(300, 9000)}', "journal de connexions d'usagers avec IP", n=140)
P("ip", "remarques", lambda r, i: r.choice([f"[{ip4(r)}]:{r.randint(20000, 60000)}", f"IP={ip4(r)}; ua=Android", f"déposé depuis {ip4(r)}"]), "IP entourées de crochets ou d'un préfixe (enquête publique, Saverne)", dirt=rare(d_zw, .4))
P("ip", "canal", lambda r, i: "web " + ip4(r), "un canal sur dix porte l'IP du déposant", part=.11, other=pick("guichet", "courrier", "téléphone", "web", "permanence"), n=170)
P("ip", "equipement", W(lambda r, w: (ip4(r), {"signataire": PN(w), "commune": r.choice(RE)[0]})), "IP des signataires d'une pétition pour un stade", dirt=rare(d_fw, .3))

# ---- mac
P("mac", "terminal", lambda r, i: (mac(r), {"borne": r.choice(["WIFI-HALLES", "WIFI-MEDIATHEQUE", "WIFI-GARE"]), "appareil": r.choice(["Galaxy A52", "iPhone de Karim", "Redmi-Note-Léa", "iPad"]), "connexion": f"{r.randint(8, 19):02d}h{r.randint(0, 59):02d}"}), "appareils des visiteurs du wifi public (Colmar)")
P("mac", "id_appareil", lambda r, i: (mac(r, "-", False), {"prénom usager": who(r).p}), "MAC de tablettes privées en salle numérique (Agen)", vide=.05)
P("mac", "code", lambda r, i: (lambda x: (f"{x[:4]}.{x[4:8]}.{x[8:]}", {"utilisateur": mail(r)}))(mac(r, "", False)), "MAC à la Cisco, beside courriel de l'usager")
P("mac", "ticket", W(lambda r, w: r.choice([f"{CN(w)} ne capte plus, tel {mac(r)}", f"débloquer le smartphone de {PN(w)} ({mac(r, '-')})", f"quota dépassé pour {mac(r)} – {w.p}"])), "MAC de téléphones personnels dans des tickets", part=.12, other=pick("Borne redémarrée", "Portail captif lent", "Câble à remplacer", "RAS", "Firmware à jour", "Affiche wifi à recoller"), n=150)
P("mac", "passage", lambda r, i: mac(r, r.choice([":", "-", ""])) + r.choice([f" rssi -{r.randint(40, 90)}", f" rssi -{r.randint(40, 90)} smartphone", " (randomized=0) tél."]), "MAC captées par compteur de piétons (Bayonne)", dirt=some(d_nb, d_zw, d_low))
P("mac", "lieu", lambda r, i: (mac(r, ""), {"nom": NP(who(r)), "pret": r.choice(["PC portable perso", "tablette perso", "téléphone perso"])}), "douze hexadécimaux beside le nom du propriétaire", n=68)

# ---- person_name
P("person_name", "bénéficiaire", W(lambda r, w: (NP(w), {"aide": r.choice(["énergie", "alimentaire", "transport"]), "montant": r.randint(30, 400)})), "noms des aidés (CCAS de Saint-André)")
P("person_name", "lieu", W(lambda r, w: r.choice([PN(w).lower(), f"{w.n} ({w.p})", f"{w.p[0]}. {w.n}", CPN(w)])), "noms sous un mauvais titre, minuscules, accents décomposés", dirt=d_nfd)
SOC_ = ["SCI Les Acacias", "SAS Adour Promotion", "SARL Béarn Toitures", "Commune", "Domofrance", "Office 64 de l'Habitat", "SNC Lidl", "Syndicat mixte du Gave", "SA HLM Habitats de Haute-Alsace", "Enedis", "Copropriété Résidence du Parc", "SHLMR"]
P("person_name", "demandeur", W(lambda r, w: r.choice([NP(w), CPN(w), f"{CN(w)} et {CPN(who(r))}"])), "permis : surtout des sociétés, un sixième de particuliers", part=.16, other=pick(*SOC_), n=180)
P("person_name", "rapporteur", W(lambda r, w: (CPN(w), {"délibération": f"2024-{r.randint(1, 9):02d}-{r.randint(1, 60):03d}", "fonction": (r.choice(["adjointe à l'urbanisme", "conseillère déléguée aux sports", "adjointe aux solidarités"]) if w.s == "F" else r.choice(["adjoint à l'urbanisme", "conseiller délégué aux sports", "adjoint aux solidarités"]))})), "élus dans l'exercice de leur mandat : à trancher (Mont-de-Marsan)")
P("person_name", "vote", W(lambda r, w: f"Pour : {r.randint(20, 30)} ; Contre : {PN(w)}, {PN(who(r))} ; Abst. : {r.randint(0, 4)}"), "élus nommés dans les votes : à trancher (Saint-Joseph)", part=.3, other=lambda r, i: r.choice(["Unanimité", "Adopté à l'unanimité", "Majorité absolue", "Retiré de l'ordre du jour"]), n=90)
P("person_name", "objet", W(lambda r, w: r.choice([f"Courrier de {CPN(w)} : nuisances du terrain de basket", f"Contentieux {w.n.upper()} c/ commune – clôture", f"Cession d'un délaissé à {CN(w)} {w.p}", f"rdv {w.p} {w.n} 14h logement"])), "particuliers nommés dans un objet sur dix", part=.1, other=lambda r, i: urba(r), n=230)
P("person_name", "intervenant", W(lambda r, w: f"{r.choice(['Arbitre', 'Maître-nageur', 'Coach', 'Instructeur'])} : {PN(w)}"), "agents et vacataires nommés, HTML et espaces insécables", dirt=some(d_html, d_nb), n=84)
P("person_name", "equipe", W(lambda r, w: r.choice([" / ", ", ", "\n", " + "]).join(PN(x) for x in (w, who(r), who(r)))), "composition d'équipes de jeunes, trois noms par cellule (Schiltigheim)", dirt=rare(d_zw, .3))

# ---- address
P("address", "adresse", W(lambda r, w: (adr(r, r.choice(SW)), {"nom": NP(w), "portage": r.choice(["midi", "midi+soir"])})), "domiciles du portage de repas (Sud-Ouest)")
P("address", "point de livraison", W(lambda r, w: r.choice([f"{adr(r, r.choice(AL), False)} appt {r.randint(1, 60)} bât {r.choice('ABCD')} sonner {w.n}", f"chez {CN(w)}, {adr(r, r.choice(AL), False)}, 3e ét. gche", f"{adr(r, r.choice(AL), False)} – interphone {w.n.upper()}"])), "domiciles avec nom sur la sonnette, tapés au vol", dirt=some(d_low, d_nb, d_tab))
P("address", "localisation travaux", W(lambda r, w: f"domicile de {CN(w)}, {adr(r, r.choice(RE))}"), "lieux de travaux, un dixième de domiciles (amélioration de l'habitat)", part=.12, other=lambda r, i: r.choice(["École maternelle Les Badamiers", "Parking du stade", "Médiathèque", "Carrefour RD2 / RD26", "Cimetière, allée 4", "Front de mer"]), n=140)
P("address", "texte", W(lambda r, w: r.choice([f"{CN(w)}, qui habite {adr(r, cp=False)}, se plaint du bruit du city-stade", f"Haie de {PN(w)} ({adr(r, cp=False)}) déborde", f"loge chez sa sœur {adr(r)} depuis l'expulsion"])), "domiciles dans des textes (Périgueux)", part=.1, other=lambda r, i: ordi(r), n=240)
P("address", "terrain", W(lambda r, w: (adr(r, r.choice(SW + RE)), {"pétitionnaire": CPN(w), "nature": r.choice(["véranda", "piscine", "garage", "clôture", "surélévation"])})), "maisons de pétitionnaires particuliers nommés à côté", vide=.03)
P("address", "tournée", W(lambda r, w: f"{NP(w)}\n{adr(r, r.choice(AL), False)}\n\t{r.choice(['67000 STRASBOURG', '68200 MULHOUSE', '67100 STRASBOURG'])}"), "étiquettes postales d'inscrits sur plusieurs lignes", dirt=rare(d_nfd, .5), n=77)
P("address", "obs_elections", W(lambda r, w: f"NPAI : {adr(r, r.choice(RE))} -> nouvelle adresse {adr(r, r.choice(SW))} ({NP(w)})"), "déménagements d'électeurs, deux adresses par cellule", part=.3, other=pick("carte retirée", "carte remise au bureau", "à renvoyer", None))

# ---- birth_date
P("birth_date", "ddn", W(lambda r, w: (day(r, 2008, 2019), {"enfant": NP(w), "activité": r.choice(["judo", "natation", "pelote", "handball"])})), "dates de naissance d'enfants à l'école des sports (Dax)")
P("birth_date", "date", W(lambda r, w: (fr(day(r, 1938, 1965)), {"inscrit": CPN(w), "atelier": r.choice(["gym douce", "aquagym", "marche"])})), "naissances des seniors, simple titre « date »", dirt=rare(d_nb, .3), vide=.04)
P("birth_date", "etat", W(lambda r, w: r.choice(["né le {} à {}", "née le {} – {}", "Né(e) {} ({})"]).format(lettres(day(r, 1945, 2003)), r.choice(["Mutsamudu", "Antananarivo", "Łódź", "Izmir", "Braga", "Colmar", "Hué", "Erevan", "Oran", "Orthez"]))), "mentions d'état civil en lettres (Mulhouse)", dirt=some(d_nfd, d_nb))
P("birth_date", "code_usager", W(lambda r, w: (int(f"{day(r, 1950, 2005):%Y%m%d}"), {"usager": PN(w)})), "dates de naissance en entier AAAAMMJJ beside le nom", n=110)
P("birth_date", "meta", W(lambda r, w: json.dumps({"n": w.n, "p": w.p, "ne": day(r, 2010, 2018).isoformat()}, ensure_ascii=False)), "naissance dans du JSON d'inscription au centre de loisirs", part=.5, other=lambda r, i: json.dumps({"groupe": r.choice(["6-8 ans", "9-11 ans"]), "places": r.randint(8, 24)}), n=96)
P("birth_date", "commentaires", W(lambda r, w: r.choice([f"{CN(w)} né(e) le {fr(day(r, 1940, 2000))}, carte senior à refaire", f"erreur DDN : {day(r, 1940, 2000):%d.%m.%y} au lieu du 12 ({w.n})", f"{PN(w)} aura 65 ans, nais. {day(r, 1958, 1960):%d-%m-%Y}"])), "naissances dans un commentaire sur dix (Haguenau)", part=.1, other=lambda r, i: soc(r), n=200)

# ---- identity_card
P("identity_card", "piece", W(lambda r, w: (cni_new(r), {"titulaire": NP(w), "guichet": r.randint(1, 4)})), "CNI 2021 beside le titulaire (Saint-Denis)")
P("identity_card", "n_piece", lambda r, i: "CNI " + cni_old(r), "anciennes CNI à douze chiffres, caution de matériel sportif", n=85)
P("identity_card", "Observation accueil", lambda r, i: r.choice(["carte d'identité n° {} perdue, déclaration faite", "CNI {} périmée depuis 2 ans", "photocopie CNI {} au dossier", "identité vérifiée ({}) carte nationale"]).format(r.choice([cni_new(r), cni_old(r)])), "numéros de carte d'identité dans les observations (Tarbes)", part=.1, other=lambda r, i: soc(r), n=190)
P("identity_card", "justif", lambda r, i: r.choice([f"CNI:{cni_new(r)}", f"c.n.i {cni_old(r)}", f"Carte ident. {cni_new(r).lower()}", f"CNI n°{cni_old(r)[:4]} {cni_old(r)[4:]}"]), "CNI des deux modèles, tapées salement (Auch)", dirt=some(d_nb, d_zw, d_fw))
P("identity_card", "pièces fournies", lambda r, i: f"CNI recto verso ({cni_new(r)}) + justificatif domicile", "pièces fournies, un sixième avec numéro de CNI", part=.16, other=pick("justificatif domicile", "avis d'imposition + RIB", "livret de famille", "certificat médical", "attestation assurance"), n=130)
P("identity_card", "equipement", W(lambda r, w: f"<li>{PN(w)} : CNI {cni_old(r, r.choice(AL))}</li>"), "CNI d'emprunteurs de vélos dans du HTML (Strasbourg)", n=63, dirt=rare(d_tab))

# ---- passport
P("passport", "num_titre", W(lambda r, w: (passp(r), {"voyageur": NP(w), "destination": r.choice(["Kehl", "San Sebastián", "Maurice"])})), "passeports de jeunes d'un échange sportif (Bayonne)")
P("passport", "dossier", lambda r, i: r.choice([passp(r), "Passeport " + passp(r), "pass. n°" + passp(r)]), "passeports remis en mairie, mentionnés à moitié (Le Tampon)", dirt=rare(d_nb, .3))
P("passport", "note", lambda r, i: r.choice(["passeport {} à retirer avant destruction", "Remise passeport {} au père", "vu passeport n° {} (hébergement)", "passeport {} volé, plainte"]).format(passp(r)), "passeports dans une note sur dix", part=.1, other=lambda r, i: soc(r), n=210)
P("passport", "salle", lambda r, i: (lambda x: f"passeport {x[:2]} {x[2:4]} {x[4:]}")(passp(r)), "passeports découpés, pleine chasse ou minuscules", dirt=some(d_fw, d_low, d_zw), n=70)
P("passport", "justificatif", W(lambda r, w: f"passeport français {passp(r)} ({CN(w)})"), "justificatifs, un tiers de passeports", part=.33, other=pick("carte de bus", "quittance EDF", "facture d'eau", "livret de famille"), n=105)
P("passport", "bloc", W(lambda r, w: json.dumps({"type": "PASSEPORT", "num": passp(r), "exp": day(r, 2026, 2034).isoformat(), "nom": w.n}, ensure_ascii=False)), "passeports dans du JSON (jumelage, Colmar)", n=60)

# ---- driving_licence
P("driving_licence", "permis", W(lambda r, w: (permis(r), {"conducteur": NP(w), "catégorie": r.choice(["B", "C", "D", "BE"])})), "permis des conducteurs de minibus des clubs (Agen)")
P("driving_licence", "habilitation", lambda r, i: (lambda x: f"permis {r.choice(['B', 'C', 'D', 'BE'])} n° {x} délivré le {r.randint(1, 28):02d}/{x[2:4]}/{'19' if x[0] > '2' else '20'}{x[:2]}")(permis(r)), "permis d'agents en toutes lettres (Saint-Paul)", dirt=rare(d_nb, .5))
P("driving_licence", "obs", W(lambda r, w: r.choice([f"permis de conduire {permis(r)} suspendu 3 mois, {CN(w)}", f"NEPH {permis(r)} à vérifier ANTS", f"copie permis {permis(r)} reçue de {PN(w)}"])), "permis dans des observations de prêt de véhicule", part=.09, other=lambda r, i: sport(r), n=200)
P("driving_licence", "n°", W(lambda r, w: (lambda x: (int(x), {"agent": CPN(w), "délivré": dt.date(1900 + int(x[:2]), int(x[2:4]), r.randint(1, 28)), "cat.": r.choice(["B", "C"])}))("9" + permis(r)[1:])), "numéros de permis en nombre, beside agent et catégorie", n=76)
P("driving_licence", "pièce caution", lambda r, i: "permis " + permis(r), "une caution sur cinq est un permis", part=.2, other=pick("chèque 150 €", "espèces", "aucune", "badge"), n=115)
P("driving_licence", "lieu", lambda r, i: (lambda x: f"Permis n°{x[:2]} {x[2:4]} {x[4:6]} {x[6:]}")(permis(r)), "permis espacés, largeur nulle ou pleine chasse", dirt=some(d_zw, d_fw, d_nb), n=82)

# ---- sports_licence
P("sports_licence", "licence", W(lambda r, w: (dig(r, 7) + " " + r.choice("ABCDEFGHJKLMNPRSTUVWXYZ"), {"joueur": NP(w), "classement": r.choice(["15/4", "30/1", "30/5", "NC", "40"])})), "licences FFT beside les joueurs (tournoi de Talence)")
P("sports_licence", "n_federal", W(lambda r, w: judo(w, day(r, 1990, 2016))), "licences de judo, qui contiennent sexe, naissance et nom (Guebwiller)")
P("sports_licence", "id", W(lambda r, w: (uci(r), {"coureur": PN(w), "catégorie": r.choice(["Open 2", "U17", "Access 3"])})), "UCI ID de coureurs cyclistes (Saint-Denis)", dirt=rare(d_nb, .5))
P("sports_licence", "feuille de match", W(lambda r, w: " ; ".join(f"{x.n.upper()} {x.p[0]}. lic. {r.choice(['VT', 'BC'])}{dig(r, 6)}" for x in (w, who(r)))), "licences FFBB, deux par cellule", part=.6, other=pick("match reporté", "forfait adverse", "score 54-61"), n=100)
P("sports_licence", "observations", W(lambda r, w: r.choice([f"licence FFR {r.randint(1980, 2012)}{r.randint(1, 12):02d}{dig(r, 7)} – mutation demandée", f"{PN(w)}, licence foot 25{dig(r, 8)}, suspendu 2 matchs", f"licence échecs {r.choice('ABCDEFGHK')}{dig(r, 5)} à renouveler ({w.n})"])), "licences de plusieurs fédérations dans un texte sur dix", part=.1, other=lambda r, i: sport(r), n=220)
P("sports_licence", "equipement", W(lambda r, w: f"Lic. FFTT {r.choice(['64', '33', '67', '68'])}{dig(r, 5)} {w.p} {w.n}"), "licences de tennis de table sous un mauvais titre, sales", dirt=some(d_zw, d_fw, d_tab), n=65)

# ---- caf_number
P("caf_number", "allocataire", W(lambda r, w: (caf(r), {"famille": w.n.upper(), "QF": r.randint(180, 1400)})), "numéros d'allocataire beside la famille et son quotient (Pau)")
P("caf_number", "n_dossier", W(lambda r, w: (f"{caf(r, False)} {r.choice('ABCDEFGHJKLM')}", {"responsable": CPN(w), "organisme": r.choice(["CAF 974", "CAF 67", "MSA"])})), "allocataires, lettre séparée, organisme à côté", dirt=rare(d_nb, .4))
P("caf_number", "suivi", lambda r, i: r.choice(["CAF n° {} QF à jour", "alloc. CAF {} – attestation demandée", "RSA suspendu, n° allocataire {}", "(caf {}) impayé cantine"]).format(caf(r, r.random() < .7)), "numéros CAF dans un suivi sur dix (Saint-Joseph)", part=.1, other=lambda r, i: soc(r), n=230)
P("caf_number", "clé", lambda r, i: "CAF:" + r.choice([caf(r).lower(), caf(r), d_fw(r, caf(r))]), "numéros CAF préfixés, largeur nulle, pleine chasse", dirt=rare(d_zw, .5), n=79)
P("caf_number", "tarif appliqué", lambda r, i: f"T{r.randint(1, 6)} (alloc. CAF {caf(r)}, QF {r.randint(200, 1100)})", "tarifs, un sixième avec numéro d'allocataire", part=.17, other=lambda r, i: r.choice([f"T{r.randint(1, 6)}", "plein tarif", "extérieur"]), n=140)
P("caf_number", "foyer", W(lambda r, w: json.dumps({"alloc": caf(r), "parents": [PN(w), w.n], "enfants": r.randint(1, 5)}, ensure_ascii=False)), "allocataires en JSON (crèches de Mulhouse)", n=70)

# ---- social_profile


def handle(r, w):
    p, n = asc(w.p).replace("-", ""), asc(w.n).replace("-", "")
    return r.choice([f"{p}.{n}", f"{p}_{n}{r.choice(['', '64', '974', '67'])}", f"{p}{n[:4]}{r.randint(80, 99)}", f"{n}.{p}.off", f"le_{p}_{r.choice(['bearnais', 'runner', 'dalsace', 'du974'])}"])


P("social_profile", "pseudo", W(lambda r, w: ("@" + handle(r, w), {"participant": PN(w), "épreuve": r.choice(["10 km", "semi", "trail 25 km"])})), "comptes de coureurs du marathon (Colmar)")
P("social_profile", "site", W(lambda r, w: r.choice(["https://www.instagram.com/{}/", "https://www.facebook.com/{}", "https://www.tiktok.com/@{}", "https://x.com/{}"]).format(handle(r, w))), "profils de jeunes volontaires sous le titre site", vide=.1)
P("social_profile", "source du signalement", W(lambda r, w: f"fb.com/{handle(r, w)}"), "sources, un dixième de profils de particuliers", part=.12, other=pick("appli", "accueil", "téléphone", "élu de quartier", "https://www.mairie-dax.fr/signaler"), n=150)
P("social_profile", "verbatim", W(lambda r, w: r.choice([f"commentaire de @{handle(r, w)} sous la publi piscine : « trop cher »", f"insulte sur insta par {handle(r, w)} (compte privé)", f"MP de {PN(w)} fb /{handle(r, w)} : demande créneau"])), "comptes de particuliers dans des verbatims", part=.1, other=lambda r, i: r.choice(["« très bon accueil »", "« l'eau est froide »", "« il manque des bancs »", "« merci aux équipes »", "« horaires trop courts »"]), n=180)
P("social_profile", "lien", W(lambda r, w: f'<a href="https://www.linkedin.com/in/{asc(w.p)}-{asc(w.n)}-{dig(r, 6)}">profil</a>'), "profils LinkedIn de candidats, HTML", n=66)
P("social_profile", "contact2", W(lambda r, w: r.choice([f"insta {handle(r, w)} / snap {asc(w.p)}{r.randint(1, 99)}", f"Discord {asc(w.p)}#{dig(r, 4)} + IG @{handle(r, w)}"])), "comptes Snapchat, Instagram et Discord de mineurs du skate-park", dirt=some(d_zw, d_nb, lambda r, s: s.upper()))

# ---- trigram


def tri(w):
    return (asc(w.p)[0] + asc(w.n).replace("-", "")[:2]).upper()


def login(w):
    return asc(w.p)[0] + asc(w.n).replace("-", "")[:9]


P("trigram", "instr.", W(lambda r, w: (tri(w), {"instructeur": NP(w), "dossier": f"PC 064 445 24 0{r.randint(100, 999)}"})), "trigrammes d'instructeurs beside leur nom (Pau)")
P("trigram", "suivi", W(lambda r, w: r.choice([f"vu avec {tri(w)} le {r.randint(1, 28)}/03, ok", f"{tri(w)} relance le pétitionnaire", f"transmis à {tri(w)} puis {tri(who(r))}", f"RDV terrain {tri(w)}, absent"])), "trigrammes d'agents dans les suivis", part=.35, other=lambda r, i: urba(r), n=150)
P("trigram", "maj_par", W(lambda r, w: (login(w), {"service": r.choice(["URBA", "SPORTS", "CCAS"]), "agent": PN(w)})), "logins d'agents beside leur nom (Sélestat)")
P("trigram", "visa", W(lambda r, w: (f"{tri(w)}/{tri(who(r)).lower()}", {"rédaction": CPN(w)})), "initiales rédacteur/secrétaire, nom à côté", dirt=rare(d_nb, .3), n=90)
P("trigram", "commentaire", W(lambda r, w: f"{r.choice(['relance tel. faite', 'clé remise', 'créneau validé', 'état des lieux fait'])} – {r.choice([tri(w), tri(w).lower(), '.'.join(tri(w)[:2]) + '.'])}"), "fins de note signées d'initiales, une sur six", part=.17, other=lambda r, i: sport(r), n=160)
P("trigram", "journal", W(lambda r, w: json.dumps({"user": login(w), "action": r.choice(["UPDATE", "CREATE", "VALID"]), "ts": f"2024-05-{r.randint(10, 28)} {r.randint(8, 18)}:{r.randint(10, 59)}"})), "logins d'agents dans un journal JSON (Saint-Denis)", n=120)

# ---- health
PAI = ["allergie arachide, Anapen dans le sac", "asthme, Ventoline avant l'effort", "diabète type 1, pompe", "épilepsie, Buccolam", "intolérance gluten (cœliaque)", "drépanocytose, hydratation"]
P("health", "PAI", W(lambda r, w: (r.choice(PAI), {"enfant": NP(w), "classe": r.choice(["CP", "CE1", "CE2", "CM1"])})), "projets d'accueil individualisé beside l'enfant (Libourne)")
P("health", "aménagement", W(lambda r, w: (r.choice(["fauteuil roulant", "malvoyant, chien guide", "malentendante, boucle magnétique", "sous oxygène", "prothèse de hanche"]), {"abonné": CPN(w)})), "handicaps d'abonnés du stade beside leur nom", vide=.08)
P("health", "motif", W(lambda r, w: (r.choice(["arrêt maladie – lombalgie", "burn-out", "cancer du sein, CLM", "fracture poignet (AT)", "dépression, mi-temps thérapeutique", "grossesse pathologique"]), {"agent": NP(w), "jours": r.randint(2, 180)})), "motifs d'absence d'agents nommés", part=.4, other=W(lambda r, w: (r.choice(["congés annuels", "RTT", "formation", "garde d'enfant"]), {"agent": NP(w), "jours": r.randint(1, 20)})))
P("health", "visite", W(lambda r, w: r.choice([f"{CN(w)} sort de l'hôpital après un AVC, aide à domicile à revoir", f"le fils de {CN(w)} est autiste, demande IME", f"{PN(w)} suivi au CMP pour schizophrénie", f"{CN(w)} est alcoolique, cure à Bagnères", f"séropositif, ne souhaite pas que cela se sache ({w.n})"])), "santé de particuliers dans un compte rendu sur dix (CCAS)", part=.1, other=lambda r, i: soc(r), n=240)
P("health", "lieu", W(lambda r, w: f"{w.p} {w.n} : {r.choice(['diabète insulino-dépendant', 'dialyse 3x/sem', 'maladie de Crohn', 'hépatite C', 'sclérose en plaques'])}"), "maladies de nageurs seniors, accents décomposés et largeur nulle", dirt=lambda r, s: d_zw(r, d_nfd(r, s)), n=72)
P("health", "dispense", W(lambda r, w: f"<p>{CPN(w)} : {r.choice(['entorse genou', 'asthme sévère', 'opération LCA', 'commotion cérébrale'])} – certif. jusqu’au {fr(day(r, 2024, 2025))}</p>"), "certificats de dispense nominatifs, HTML", part=.5, other=pick("<p>certificat à fournir</p>", "<p>questionnaire rempli</p>", "<p>-</p>"), n=110)

# ---- age_illness
MAL = ["Alzheimer", "maladie de Parkinson", "BPCO", "insuffisance cardiaque", "diabète", "cancer du poumon", "DMLA", "polyarthrite"]
P("age_illness", "profil", lambda r, i: (f"{r.choice(['femme', 'homme'])}, {r.randint(66, 97)} ans, {r.choice(MAL)}", {"quartier": r.choice(["Ousse des Bois", "Le Hédas", "Saragosse", "Trespoey"]), "vit seul": r.choice(["oui", "non"])}), "une ligne par personne suivie : âge et maladie (Pau)")
P("age_illness", "pathologie", W(lambda r, w: (r.choice(MAL), {"âge": r.randint(60, 98), "bénéficiaire": f"{w.p} {w.n[0]}."})), "maladie, âge et bénéficiaire à côté (registre canicule)")
P("age_illness", "situation", lambda r, i: r.choice([f"Mr {r.randint(70, 95)} ans, {r.choice(MAL)}, vit au 4e sans ascenseur", f"dame de {r.randint(70, 95)}ans atteinte de {r.choice(MAL)}, refuse l'APA", f"enfant {r.randint(3, 11)} ans trisomique, fratrie de 3"]), "âge et maladie d'une personne, en accents décomposés (Obernai)", dirt=some(d_nfd, d_nb))
P("age_illness", "data", lambda r, i: json.dumps({"age": r.randint(18, 92), "patho": r.choice(MAL), "sexe": r.choice("FM")}, ensure_ascii=False), "JSON par bénéficiaire de sport sur ordonnance", n=95)
P("age_illness", "compte rendu", lambda r, i: r.choice([f"Personne de {r.randint(68, 94)} ans, {r.choice(MAL)}, chute cette nuit", f"ado {r.randint(12, 17)} ans anorexique signalée par le lycée", f"le voisin ({r.randint(40, 60)} ans, cirrhose) ne répond plus"]), "signalements, un sur dix avec âge et maladie (Saint-Leu)", part=.1, other=lambda r, i: soc(r), n=220)
P("age_illness", "cat", W(lambda r, w: f"{w.s} {r.randint(55, 90)}a – {r.choice(['ALD diabète', 'ALD K sein', 'post-AVC', 'HTA + obésité', 'fibromyalgie'])}"), "fiches abrégées du programme sport-santé (Strasbourg)", part=.6, other=pick("bilan à planifier", "liste d'attente", "abandon"), dirt=rare(d_fw, .3), n=130)

# ---- home_position
P("home_position", "geo", lambda r, i: (lambda t: (", ".join(map(str, pos(r, t))), {"usager": NP(who(r)), "service": "portage de repas"}))(AL[2]), "domiciles d'usagers nommés (Colmar)")
P("home_position", "lat", lambda r, i: (lambda q: (q[0], {"lon": q[1], "abonné": CPN(who(r))}))(pos(r, RE[1], 6)), "latitude du domicile, longitude et nom à côté (Saint-Pierre)", n=100)


def _l93(r, x, y):
    return f"POINT({x + r.randint(-900, 900)}.{r.randint(0, 9)} {y + r.randint(-900, 900)}.{r.randint(0, 9)})"


P("home_position", "geom", W(lambda r, w: (_l93(r, 426500, 6250900), {"bénéficiaire": NP(w), "téléalarme": r.choice(["posée", "en attente"])})), "Lambert 93 des logements équipés de téléalarme, noms à côté")
P("home_position", "lieu", W(lambda r, w: (lambda q: json.dumps({"type": "Point", "coordinates": [q[1], q[0]], "chez": PN(w)}, ensure_ascii=False))(pos(r, SW[3]))), "GeoJSON du domicile avec le nom", part=.7, other=pick("{}", "null", None), n=85)
P("home_position", "repère", W(lambda r, w: (lambda q: f"maison {CN(w)} {dms(q[0], 'N', 'S')} {dms(q[1], 'E', 'O')}")(pos(r, RE[5]))), "degrés-minutes-secondes de maisons nommées (Saint-Joseph)", dirt=some(d_nb, d_fw), n=67)
P("home_position", "carte", W(lambda r, w: (lambda q: f"domicile {PN(w)} https://www.google.com/maps?q={q[0]},{q[1]}")(pos(r, AL[1]))), "liens cartographiques vers des domiciles, un sur dix", part=.12, other=lambda r, i: r.choice(["voir plan", "plan cadastral joint", "parking du gymnase", "https://www.openstreetmap.org/relation/" + dig(r, 5)]), n=150)

# ---- person_header
P("person_header", "Fatoumata Diallo-Sow", lambda r, i: (r.choice(["X", "", "X", "exc."]), {"séance": fr(day(r, 2024, 2024))}), "présences d'une personne nommée en titre", neutral=False)
P("person_header", "DUHALDE Iñaki", lambda r, i: (round(r.uniform(0, 9), 2), {"semaine": i + 1}), "heures d'un agent nommé en titre", neutral=False, n=104)
P("person_header", "Mme Hoarau Régine", lambda r, i: (r.randint(0, 24), {"mois": f"{2017 + i // 12}-{i % 12 + 1:02d}"}), "dossiers instruits par une agente", neutral=False, n=84)
P("person_header", "nguyen van tho minh", lambda r, i: (r.choice(["favorable", "défavorable", "sans avis"]), {"projet": f"BP-{i + 1:03d}"}), "votes d'un habitant, titre en minuscules", neutral=False)
P("person_header", "K. Öztürk (MNS)", lambda r, i: (r.choice(["matin", "après-midi", "repos", "astreinte"]), {"jour": (dt.date(2024, 1, 1) + dt.timedelta(i)).isoformat()}), "planning d'un maître-nageur", neutral=False, n=182)
P("person_header", "nb_km Jean-Luc Kieffer", lambda r, i: (r.randint(0, 140), {"date": (dt.date(2023, 3, 1) + dt.timedelta(i * 2)).isoformat()}), "kilomètres d'un agent", neutral=False, n=90)
P("person_header", "Voahangy\u00a0RAKOTOMALALA", lambda r, i: (r.randint(16, 40) / 2, {"épreuve": r.choice(["50 m NL", "100 m dos", "relais"])}), "notes d'une nageuse, insécable dans le titre", neutral=False)

# ================================================================== HARMLESS
# ---- nir look-alikes


def _imei(r):
    b = r.choice(["35", "86"]) + dig(r, 12)
    return b + luhn_key(b)


def _notnir(r, pre, k):
    while True:
        x = pre + dig(r, k - len(pre))
        if not (x[0] in "12" and key97(x[:13]) == x[13:15]):
            return x


H("nir", "imei_modem", lambda r, i: (_imei(r), {"capteur": f"Sonomètre {i + 1:03d}", "site": r.choice(EQ)}), "IMEI de modems de sonomètres (Bayonne)")
H("nir", "num_mandat", lambda r, i: (_notnir(r, "2024" + "0", 15), {"imputation": r.choice(["6068", "61521", "60632"]), "objet": r.choice(["fournitures de voirie", "entretien de terrains", "petit équipement"])}), "numéros de mandats à quinze chiffres", n=120)
H("nir", "SIRET", lambda r, i: (siret(r), {"raison sociale": r.choice(SOC_[1:3] + SOC_[4:])}), "SIRET de personnes morales attributaires (Dax)")
H("nir", "siret titulaire", lambda r, i: (lambda x: (f"{x[:3]} {x[3:6]} {x[6:9]} {x[9:]}", {"marché": r.choice(["gros œuvre", "électricité", "CVC", "serrurerie"]), "titulaire": r.choice(["SAS Colas France", "SA Eiffage Énergie", "SAS Spie", "SAS Idverde"])}))(siret(r)), "SIRET espacés d'entreprises", n=70)
H("nir", "PDL", lambda r, i: (r.choice(["02", "16", "22", "25"]) + dig(r, 12), {"site": r.choice(["École Les Lauriers", "Gymnase A. Camus", "Éclairage public armoire 12", "Mairie annexe"]), "kWh": r.randint(900, 90000)}), "points de livraison d'électricité de bâtiments publics")
H("nir", "code_suivi", lambda r, i: (_notnir(r, r.choice(["1", "2"]), 15), {"type de bac": r.choice(["bac OM 660 L", "bac tri 360 L", "colonne verre"]), "voie": rue(r, AL[0])}), "puces de bacs publics, clé de NIR fausse (Strasbourg)", n=90)
# ---- iban look-alikes
H("iban", "code site", lambda r, i: ("FR" + r.choice(["72007", "72007", "42018", "91100"]) + dig(r, 2), {"intitulé": r.choice(["Gave de Pau", "Barthes de l'Adour", "Ried de Colmar", "Rhin, secteur alluvial"]), "surface_ha": r.randint(10, 9000)}), "codes Natura 2000")
H("iban", "tva_intra", lambda r, i: (lambda x: (f"FR{(12 + 3 * (int(x) % 97)) % 97:02d}{x}", {"fournisseur": r.choice(["SAS Sporteo Équipement", "SA Lacroix Signalisation", "SAS Casal Sport", "SAS Husson"])}))(siren(r)), "TVA intracommunautaire d'entreprises")
H("iban", "stop_id", lambda r, i: (f"FR:{r.choice(['67482', '64445', '97411'])}:ZE:{dig(r, 5)}:{r.choice(['IDELIS', 'CTS', 'CITALIS'])}", {"arrêt": r.choice(["Gare", "Hôpital", "Université", "Stade", "Zénith", "Barachois"])}), "identifiants d'arrêts NeTEx")
H("iban", "ref_convention", lambda r, i: f"FR76-CONV-{2018 + i % 7}-{r.randint(1, 999):04d}-{r.choice(['SPORT', 'URBA', 'CCAS'])}", "références de conventions qui commencent par FR76", n=66)
H("iban", "id_eau", lambda r, i: (f"FR{r.choice(['FR', 'CR', 'LR'])}{r.randint(100, 999)}{r.choice('ABC')}", {"masse d'eau": r.choice(["L'Ill", "La Lauch", "Le Gave", "La Midouze", "Rivière des Pluies"]), "état": r.choice(["bon", "moyen", "médiocre"])}), "codes de masses d'eau")
H("iban", "emprunt", lambda r, i: (f"MON{dig(r, 6)}EUR", {"prêteur": r.choice(["Caisse des Dépôts", "La Banque Postale", "AFL", "Caisse d'Épargne"]), "capital restant dû": r.randint(10 ** 5, 10 ** 7)}), "numéros de contrats de prêt de la ville", n=60)
# ---- card look-alikes


def _notluhn(r, p, n):
    while True:
        x = p + dig(r, n - len(p))
        if not luhn_ok(x):
            return x


H("card", "n_inventaire", lambda r, i: (_notluhn(r, "2183" + "2019", 16), {"bien": r.choice(["vidéoprojecteur", "tatami 2x1 m", "but de handball", "bureau droit"])}), "inventaire comptable à seize chiffres, clé de Luhn fausse")
H("card", "gtin", lambda r, i: (ean13(r.choice(["30", "37", "40"]), r), {"article": r.choice(["craie", "gant nitrile", "peinture routière", "savon 5 L"])}), "codes-barres d'articles")
H("card", "isbn", lambda r, i: (ean13("9782", r), {"titre": r.choice(["Atlas du Pays basque", "L'Alsace en cartes", "Flore de La Réunion", "Guide du rugby"])}), "ISBN de la médiathèque", n=130)
H("card", "compteur", lambda r, i: (g4(_notluhn(r, "0025", 16)), {"équipement": r.choice(EQ), "index m3": r.randint(10, 90000)}), "numéros de compteurs d'eau par blocs de quatre")
H("card", "totaux", lambda r, i: f"{r.randint(1000, 2999)} {r.randint(1000, 9999)} {r.randint(1000, 9999)} {r.randint(1000, 9999)} entrées T1/T2/T3/T4", "fréquentations trimestrielles à quatre chiffres", n=60)
H("card", "uuid", lambda r, i: (f"{r.getrandbits(32):08x}-{r.getrandbits(16):04x}-4{r.getrandbits(12):03x}-a{r.getrandbits(12):03x}-{r.getrandbits(48):012x}", {"objet": r.choice(["banc", "corbeille", "arceau vélo", "fontaine"])}), "UUID de mobilier urbain")
# ---- phone look-alikes
SERV = ["CCAS, accueil", "Service des sports", "Direction de l'urbanisme", "Police municipale", "Médiathèque", "Maison des aînés", "Espaces verts", "État civil"]
H("phone", "telephone", lambda r, i: (lambda t: (fixe(r, t), {"service": SERV[i % 8], "commune": t[0]}))(r.choice(SW)), "standards de services municipaux nommés à côté", n=72)
H("phone", "astreinte", lambda r, i: (f"0 800 {dig(r, 3)} {dig(r, 3)}", {"numéro vert de": r.choice(["Allô Voirie", "Collecte des déchets", "Eau et assainissement", "Canicule info"])}), "numéros verts de services")
H("phone", "tel_equipement", lambda r, i: ("0262 " + dig(r, 2) + " " + dig(r, 2) + " " + dig(r, 2), {"équipement": r.choice(["Piscine du Butor", "Gymnase de Champ-Fleuri", "Stade de l'Est", "Base nautique", "Médiathèque F.-Mitterrand"]), "gestionnaire": "commune"}), "téléphones d'équipements publics nommés (Réunion)")
H("phone", "montant_cts", lambda r, i: (int(r.choice(["6", "7"]) + dig(r, 8)), {"chapitre": r.choice(["011", "012", "65", "21", "23"]), "unité": "centimes"}), "montants en centimes à neuf chiffres")
H("phone", "cpv", lambda r, i: (f"{r.choice(['45233140', '45212200', '37400000', '77310000', '79341000'])}-{r.randint(1, 9)}", {"libellé": r.choice(["travaux routiers", "équipements sportifs", "articles de sport", "espaces verts"])}), "codes CPV", n=64)
H("phone", "horaires", lambda r, i: r.choice(["08 30 12 00", "09 00 12 30 14 00 18 00", "8h30-12h / 13h30-17h", "10 00 19 00", "06 30 21 00", "07 15 12 45 16 30"]) + r.choice(["", " sauf lundi", " (vac. scol.)", " du 15 06 au 31 08"]), "heures d'ouverture d'équipements")
H("phone", "releve", lambda r, i: " ".join(f"{r.randint(6, 29):02d}" for _ in range(5)) + " °C", "cinq températures de bassin par cellule", n=110)
# ---- email look-alikes
H("email", "courriel", lambda r, i: (lambda t, k: (k[0] + "@" + r.choice(["ville-", "mairie-"]) + asc(t[0]) + ".fr", {"service": k[1]}))(r.choice(ALL), r.choice([("contact", "Accueil de la mairie"), ("urbanisme", "Direction de l'urbanisme"), ("sports", "Service des sports"), ("ccas", "CCAS"), ("piscine", "Piscine municipale")])), "boîtes génériques de services")
H("email", "point_mesure", lambda r, i: f"{r.choice(['pompe', 'vanne', 'debit', 'turbidite'])}{r.randint(1, 9)}@{r.choice(['station-nord', 'bassin-ouest', 'reservoir-3'])}", "capteurs nommés « mesure@station »")
H("email", "tarif", lambda r, i: f"{r.randint(2, 40)} u. @ {r.randint(1, 90)},{r.randint(10, 99)} €/u. {r.choice(['chaise', 'barrière', 'plot', 'table', 'dossard'])}", "quantité @ prix unitaire")
H("email", "contact presse", lambda r, i: (r.choice(["presse@eurometropole.eu", "communication@ville-colmar.fr", "com@saintpierre.re", "agenda@pau.fr", "billetterie@zenith-strasbourg.fr"]), {"événement": r.choice(["Foire aux vins", "Sakifo", "Hestiv'Òc", "Carnaval"]), "année": 2010 + i % 15}), "boîtes de communication d'événements", n=75)
H("email", "depot", lambda r, i: f"git@git.ville-agen.fr:{r.choice(['sig', 'opendata', 'plu'])}/{r.choice(['reseau', 'zonage', 'arbres', 'stades'])}-{i}.git", "dépôts de code de la ville", n=60)
# ---- plate look-alikes
H("plate", "réf. produit", lambda r, i: (f"{two(r)}-{r.randint(100, 999)}-{two(r)}", {"désignation": r.choice(["robinet thermostatique 1/2", "filet de tennis", "lampe LED 18 W", "grille avaloir", "ballon taille 5"]), "prix HT": round(r.uniform(2, 300), 2)}), "références de catalogue en forme de plaque")
H("plate", "id_luminaire", lambda r, i: (f"LU-{r.randint(100, 999)}-O{r.choice('IOU')}", {"puissance W": r.choice([36, 54, 70, 100]), "voie": rue(r, SW[0])}), "luminaires, avec des lettres I, O, U qu'aucune plaque ne porte")
H("plate", "parcelle", lambda r, i: (f"{two(r)} {r.randint(1, 620):04d}", {"commune": r.choice(SW)[0], "contenance m2": r.randint(80, 9000), "propriétaire": "commune"}), "parcelles cadastrales communales")
H("plate", "salle", lambda r, i: f"{r.choice('ABC')}{r.choice('ABC')} {r.randint(100, 340)} {r.choice(['étage 1', 'rdc', 'étage 2', 'sous-sol'])}, {r.randint(10, 90)} places", "numéros de salles", n=61)
H("plate", "code_borne", lambda r, i: (f"FR*S64*P{r.choice(two(r))}{r.randint(100, 999)}*{r.randint(1, 4)}", {"puissance kW": r.choice([7, 22, 50]), "emplacement": r.choice(["parking de la gare", "parking du stade", "place du marché"])}), "bornes de recharge")
H("plate", "oblitération", lambda r, i: (f"{r.randint(1000, 9999)} {two(r)} {r.choice(['64', '67', '97'])}", {"nature du matériel": r.choice(["poteau incendie", "bouche incendie", "regard"]), "débit m3/h": r.randint(20, 120)}), "numéros d'hydrants en forme d'ancienne plaque")
H("plate", "ligne-voiture", lambda r, i: f"TER {r.randint(830000, 879999)} voie {r.choice('ABCDE')} quai {r.randint(1, 7)}", "trains et quais", n=73)
# ---- ip look-alikes
H("ip", "adresse_ip", lambda r, i: (f"{r.choice(['10.64', '192.168', '172.20'])}.{r.randint(0, 250)}.{r.randint(2, 254)}", {"équipement": r.choice(["caméra carrefour", "automate piscine", "imprimante accueil", "borne wifi"]), "site": r.choice(EQ)}), "adresses privées d'équipements")
H("ip", "exemple", lambda r, i: (f"{r.choice(['192.0.2', '198.51.100', '203.0.113'])}.{r.randint(1, 254)}", {"notice": "exemple de configuration"}), "adresses réservées à la documentation", n=60)
H("ip", "version", lambda r, i: (f"{r.randint(1, 24)}.{r.randint(0, 20)}.{r.randint(0, 9)}.{r.randint(0, 400)}", {"logiciel": r.choice(["QGIS", "Oxalis", "Arpège Concerto", "GTC piscine", "7-Zip"])}), "versions de logiciels")
H("ip", "article", lambda r, i: f"{r.randint(1, 9)}.{r.randint(1, 12)}.{r.randint(1, 9)}.{r.randint(1, 9)} {r.choice(['terrassement', 'enrobés', 'bordures', 'plantations', 'marquage'])}", "numéros de postes d'un bordereau de prix")
H("ip", "ipv6_doc", lambda r, i: (f"2001:db8:{r.getrandbits(16):x}::{r.randint(1, 254):x}", {"usage": r.choice(["maquette réseau", "plan d'adressage type"])}), "IPv6 de documentation", n=62)
H("ip", "code_nomenclature", lambda r, i: (f"{r.randint(1, 9)}.{r.randint(1, 6)}.{r.randint(1, 5)}", {"matière": r.choice(["Commande publique", "Urbanisme", "Domaine et patrimoine", "Finances locales"])}), "nomenclature @CTES des actes")
# ---- mac look-alikes
H("mac", "dev_eui", lambda r, i: (f"70B3D5{r.getrandbits(40):010X}", {"capteur": r.choice(["CO2 salle de classe", "humidité sol stade", "niveau de bac", "comptage vélo"])}), "identifiants LoRaWAN sur huit octets")
H("mac", "couleurs", lambda r, i: (f"#{r.getrandbits(24):06X}", {"zone PLU": r.choice(["UA", "UB", "UE", "1AU", "N", "A"])}), "couleurs de légende", n=60)
H("mac", "sha1", lambda r, i: (f"{r.getrandbits(160):040x}", {"fichier": f"plan_zonage_{i:03d}.pdf"}), "empreintes de fichiers")
H("mac", "passages", lambda r, i: (":".join(map(str, sorted(r.sample(range(10, 60), 6)))) + " min", {"arrêt": r.choice(["Homme de Fer", "Porte Haute", "Gare centrale"]), "heure": f"{5 + i % 18} h"}), "six minutes de passage de tramway séparées par « : »", n=88)
H("mac", "adresse_mac", lambda r, i: (mac(r), {"matériel": r.choice(["automate chaufferie", "commutateur gymnase", "contrôleur de feux"]), "propriétaire": "ville", "local": r.choice(["local technique A", "sous-station 2", "armoire carrefour 14"])}), "interfaces de machines publiques, machine nommée à côté", n=70)
H("mac", "id_objet", lambda r, i: (f"{r.getrandbits(96):024x}", {"couche": r.choice(["bancs", "jeux", "agrès", "clôtures"])}), "identifiants d'objets d'une base")
# ---- person_name look-alikes
H("person_name", "prenom", lambda r, i: (r.choice(["Emma", "Gabriel", "Louise", "Raphaël", "Jade", "Adam", "Inaya", "Maël", "Ambre", "Liam", "Lina", "Malo"]), {"année": 2005 + i % 19, "naissances": r.randint(3, 60)}), "prénoms donnés, statistique annuelle (Saint-Denis)", n=180)
H("person_name", "denomination", pick("Rue Albert Schweitzer", "Place Georges Clemenceau", "Rue Juliette Dodu", "Avenue Jean Mermoz", "Allée Simone Veil", "Boulevard Victor Hugo", "Rue Frédéric Bastiat", "Quai Kléber", "Rue Sarda Garriga", "Impasse Louise Michel", "Chemin Évariste de Parny", "Rue Edmond Albius"), "rues honorant des personnes illustres", n=140)
H("person_name", "œuvre", lambda r, i: (r.choice(["La Vierge au buisson de roses", "Portrait de Henri IV", "Saint Antoine ermite", "Buste de Gambetta", "Jeanne d'Arc", "Paul et Virginie"]), {"inventaire": f"{1880 + i}.{r.randint(1, 9)}.{r.randint(1, 90)}", "technique": r.choice(["huile sur toile", "bois polychrome", "plâtre", "gravure"])}), "œuvres du musée (Colmar)")
H("person_name", "espèce", pick("Platanus x hispanica", "Quercus robur", "Delonix regia", "Tilia cordata 'Greenspire'", "Ginkgo biloba", "Prunus serrulata", "Terminalia bentzoë", "Magnolia grandiflora", "Acer campestre"), "arbres d'alignement", n=200)
H("person_name", "variété", lambda r, i: (r.choice(["Pierre de Ronsard", "Madame Meilland", "Belle de Boskoop", "Reine-Claude d'Oullins", "Louise Bonne d'Avranches", "Général Leclerc", "Souvenir du Docteur Jamain"]), {"plante": r.choice(["rosier", "pommier", "prunier", "poirier"]), "plants": r.randint(1, 60)}), "variétés de roses et de fruits aux noms de personnes")
H("person_name", "cyclone", lambda r, i: (r.choice(["Belal", "Garance", "Dina", "Firinga", "Jenny", "Hollanda", "Gamède", "Berguitta"]), {"rafale max km/h": r.randint(90, 270), "alerte": r.choice(["orange", "rouge"])}), "noms de cyclones (Réunion)", n=60)
H("person_name", "etablissement", pick("École élémentaire Jules Ferry", "Collège Pierre de Fermat", "Lycée Louis-Barthou", "École Marie Curie", "Gymnase Colette Besson", "Stade Marcel Saupin", "Piscine Alfred Nakache", "Lycée Leconte-de-Lisle", "Collège Bourbon"), "établissements au nom de personnes illustres", n=105)
H("person_name", "association", pick("Union sportive dacquoise", "Section paloise omnisports", "Amicale laïque de Libourne", "Racing club de Strasbourg", "Cercle Saint-Martin", "Les Amis du Vieux Sélestat", "Ballet créole", "Foyer rural Saint-Jean"), "noms d'associations", n=96)
H("person_name", "programme", lambda r, i: (r.choice(["Johann Sebastian Bach – Suite n°2", "Maurice Ravel – Boléro", "W. A. Mozart – Requiem", "Hector Berlioz – Symphonie fantastique", "Claude Debussy – La Mer"]), {"salle": r.choice(["Palais Beaumont", "Cathédrale", "Tanneurs", "Téat plein air"]), "durée min": r.randint(20, 95)}), "compositeurs morts depuis longtemps, programme de concerts")
# ---- address look-alikes
H("address", "adresse", lambda r, i: (lambda t: (adr(r, t), {"équipement": r.choice(EQ), "gestion": "municipale"}))(r.choice(SW)), "adresses d'équipements sportifs nommés à côté")
H("address", "arret", lambda r, i: r.choice(["Pl. Clemenceau", "Rte de Colmar – n°114", "Av. du Gal Leclerc", "Chem. Ravine Blanche", "Bd Alsace-Lorraine / Gare", "Fbg de Pierre", "Imp. des Letchis (terminus)"]) + r.choice(["", " quai A", " quai B", " dir. centre"]), "arrêts de bus abrégés", n=150)
H("address", "emprise", lambda r, i: f"{rue(r, r.choice(AL))}, du n° {r.randint(1, 40)} au n° {r.randint(41, 160)}, {r.choice(['chaussée', 'trottoir pair', 'trottoir impair', 'piste cyclable'])}", "tronçons de voirie en travaux")
H("address", "implantation", lambda r, i: (f"{r.randint(1, 90)} {rue(r, RE[0])}", {"école": r.choice(["École maternelle Les Badamiers", "École primaire Bois de Nèfles", "École du Centre"]), "uai": uai(r, "974")}), "adresses d'écoles publiques (Saint-Denis)", n=80)
H("address", "bureau", lambda r, i: (f"Bureau n° {i + 1:02d}", {"lieu de vote": r.choice(["École Jules Ferry, 3 rue Henri IV", "Mairie, place de la Mairie", "Salle des fêtes, 12 allée des Platanes"]), "inscrits": r.randint(600, 1300)}), "bureaux de vote", n=64)
H("address", "marché", lambda r, i: f"Marché {r.choice(['alimentaire', 'bio', 'forain', 'aux fleurs'])}, {r.choice(['place', 'parking', 'halles'])} {r.choice(['du Foirail', 'de la Victoire', 'des Vosges', 'du Chaudron'])}, {r.randint(8, 120)} emplacements", "marchés de plein vent")
H("address", "voie", lambda r, i: (rue(r, r.choice(ALL)), {"longueur m": r.randint(40, 2400), "revêtement": r.choice(["enrobé", "pavés", "béton désactivé"])}), "nomenclature des voies, sans numéro")
# ---- birth_date look-alikes
H("birth_date", "date_travaux", lambda r, i: (day(r, 1975, 2024), {"ouvrage": r.choice(["pont", "mur de soutènement", "passerelle", "quai"]), "coût k€": r.randint(10, 900)}), "dates de travaux d'ouvrages")
H("birth_date", "construction", lambda r, i: (fr(day(r, 1930, 1998)), {"bâtiment": r.choice(["Gymnase", "École", "Tribune nord", "Vestiaires", "Mairie annexe"]), "DPE": r.choice("BCDEF")}), "dates de réception de bâtiments", n=80)
HIST = [("Victor Hugo", "26/02/1802", "22/05/1885"), ("Louise Michel", "29/05/1830", "09/01/1905"), ("Jean Jaurès", "03/09/1859", "31/07/1914"), ("Albert Schweitzer", "14/01/1875", "04/09/1965"), ("Henri IV", "13/12/1553", "14/05/1610"), ("Roland Garros", "06/10/1888", "05/10/1918"), ("Auguste Bartholdi", "02/08/1834", "04/10/1904")]
H("birth_date", "naissance", lambda r, i: (lambda h: (h[1], {"personnage": h[0], "mort": h[2], "voie": f"{r.choice(['rue', 'place', 'école'])} {h[0]}"}))(r.choice(HIST)), "naissances de personnages historiques, mort à côté", n=77)
H("birth_date", "seance", lambda r, i: (lettres(day(r, 2014, 2024)), {"n° délibération": f"DEL-{r.randint(1, 90):03d}", "vote": r.choice(["unanimité", "majorité"])}), "dates de conseils municipaux", n=115)
H("birth_date", "mise_en_service", lambda r, i: (day(r, 1996, 2023).isoformat(), {"matériel": r.choice(["balayeuse", "tondeuse autoportée", "benne 19 t", "nacelle"]), "heures": r.randint(100, 9000)}), "mises en service d'engins")
H("birth_date", "plantation", lambda r, i: (int(f"{day(r, 1950, 2022):%Y%m%d}"), {"essence": r.choice(["platane", "tilleul", "letchi", "chêne"]), "circonférence cm": r.randint(10, 280)}), "dates de plantation d'arbres en entier", n=190)
# ---- identity_card look-alikes


def _rnb(r):
    return "".join(r.choice("123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12))


H("identity_card", "rnb", lambda r, i: (_rnb(r), {"bâtiment": r.choice(["Halle", "Dojo", "Crèche", "Centre social"]), "surface": r.randint(80, 4000)}), "identifiants nationaux de bâtiments publics")
H("identity_card", "siren", lambda r, i: (siren(r), {"organisme": r.choice(["Communauté d'agglomération", "Syndicat des eaux", "SDIS", "Office de tourisme", "SEM locale"])}), "SIREN d'organismes publics")
H("identity_card", "n_deliberation", lambda r, i: f"{2016 + i % 9}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{i % 90 + 1:04d} {r.choice(['Urbanisme', 'Sports', 'Solidarités', 'Finances'])}", "numéros de délibérations à douze chiffres", n=120)
H("identity_card", "n_serie", lambda r, i: (f"{r.choice('HKX')}{r.randint(2, 9)}{r.choice(PL)}{dig(r, 5)}{r.choice('123456789')}", {"appareil": r.choice(["défibrillateur", "photocopieur", "autolaveuse", "horodateur"]), "marque": r.choice(["Zoll", "Kärcher", "Canon", "Parkeon"])}), "numéros de série à neuf caractères de machines", n=72)
H("identity_card", "finess", lambda r, i: (lambda b: (b + luhn_key(b), {"établissement": r.choice(["EHPAD public", "Centre hospitalier", "PMI", "CSAPA", "Foyer de vie"])}))(r.choice(["64", "67", "68", "40"]) + "0" + dig(r, 5)), "FINESS d'établissements")
H("identity_card", "rna", lambda r, i: (r.choice(["W641", "W672", "W9R1", "W402"]) + f"{r.randint(1, 9999):06d}", {"association": r.choice(["Club de pelote", "Amicale des boulistes", "Football club", "Chorale", "Jardins familiaux"])}), "numéros RNA d'associations", n=83)
# ---- passport look-alikes
H("passport", "n_marche", lambda r, i: (f"{r.randint(18, 25)}{r.choice(['TX', 'FC', 'SV', 'MO'])}{i + 1:05d}", {"objet": r.choice(["réfection de voirie", "fourniture de dossards", "maîtrise d'œuvre piscine", "nettoyage des gymnases"]), "montant HT": r.randint(4000, 900000)}), "numéros de marchés en forme de passeport")
H("passport", "arrete", lambda r, i: (f"{r.randint(20, 25)}AR{r.randint(1, 1800):05d}", {"nature": r.choice(["circulation", "stationnement", "débit de boissons", "occupation du domaine"])}), "arrêtés municipaux", n=150)
H("passport", "code_geste", lambda r, i: f"{r.randint(10, 42)}{r.choice(['BT', 'VR', 'EP'])}{dig(r, 5)} intervention {r.choice(['toiture', 'chaudière', 'éclairage', 'portail'])}", "bons de travaux sur bâtiments", n=91)
H("passport", "lot", lambda r, i: (f"{r.randint(22, 25)}LC{dig(r, 5)}", {"produit": r.choice(["chlore liquide", "sel de déneigement", "peinture blanche", "gazon ray-grass"]), "péremption": fr(day(r, 2025, 2028))}), "lots de produits")
H("passport", "cote archives", lambda r, i: f"{r.randint(1, 48)} {r.choice('DFMW')} {r.randint(1, 900)} ({r.choice(['plans', 'registre', 'affiches', 'cartes'])})", "cotes d'archives", n=68)
# ---- driving_licence look-alikes
H("driving_licence", "n_autorisation", lambda r, i: (f"0{r.choice(['64445', '67482', '68224'])}{r.randint(20, 25)}{i + 1:04d}", {"type": r.choice(["enseigne", "terrasse", "échafaudage", "benne"]), "surface": r.randint(2, 80)}), "autorisations de voirie à douze chiffres")
H("driving_licence", "upc", lambda r, i: (lambda x: (x[1:], {"article": r.choice(["raquette", "sifflet", "chronomètre", "chasuble"]), "stock": r.randint(0, 90)}))(ean13("0", r)), "codes UPC d'articles de sport")
H("driving_licence", "id_parcelle", lambda r, i: (f"{r.choice(['64445', '40088', '97411'])}000{two(r)}{r.randint(1, 700):04d}", {"domaine": r.choice(["square municipal", "voirie communale", "forêt communale", "parking public"]), "m2": r.randint(100, 20000)}), "identifiants de parcelles du domaine public", n=140)
H("driving_licence", "trafic", lambda r, i: (int(f"{r.randint(2015, 2024)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 23):02d}00"), {"véhicules/h": r.randint(10, 2400), "boucle": f"B{r.randint(1, 60)}"}), "horodatages à douze chiffres de comptages", n=240)
H("driving_licence", "rotation", lambda r, i: f"tournée {r.randint(100, 999)}{r.randint(100000000, 999999999)} camion benne {r.choice(['19 t', '26 t', '12 t'])}", "numéros de tournées", n=60)
# ---- sports_licence look-alikes
H("sports_licence", "num_equip", lambda r, i: (f"I{r.choice(['64445', '68066', '97416', '33243'])}{r.randint(1, 300):04d}", {"équipement": r.choice(EQ), "sol": r.choice(["synthétique", "parquet", "béton", "gazon"])}), "numéros RES d'équipements sportifs")
H("sports_licence", "affiliation", lambda r, i: (f"NAQ00{r.choice(['64', '40', '33'])}{r.randint(1, 120):03d}", {"club": r.choice(["Élan béarnais", "Dax basket", "Union Mios Biganos", "Talence basket"])}), "affiliations de clubs", n=65)
H("sports_licence", "n_match", lambda r, i: (f"{r.randint(50000, 59999)}.{r.randint(1, 2)}", {"compétition": r.choice(["Régional 1", "U15 D2", "Coupe de La Réunion"]), "score": f"{r.randint(0, 5)}-{r.randint(0, 5)}"}), "numéros de rencontres")
H("sports_licence", "licenciés", lambda r, i: (r.randint(12, 900), {"fédération": r.choice(["FFF", "FFR", "FFT", "FFBB", "FFJDA", "FFN"]), "quartier prioritaire": r.choice(["oui", "non"])}), "nombres de licenciés par fédération", n=99)
H("sports_licence", "homologation", lambda r, i: (f"{r.choice(['A', 'B', 'C'])}{r.randint(10000, 99999)}", {"piste": r.choice(["piste 8 couloirs", "sautoir", "aire de lancer"]), "échéance": day(r, 2024, 2032).isoformat()}), "homologations de pistes")
H("sports_licence", "cible tir", lambda r, i: (f"{dig(r, 7)} {r.choice('ABCDEF')}", {"article": r.choice(["cible carton 17x17", "flèche carbone", "blason 60 cm"]), "quantité": r.randint(10, 900)}), "références d'articles de tir", n=62)
# ---- caf_number look-alikes
H("caf_number", "uai", lambda r, i: (uai(r, r.choice(["64", "40", "67", "68"])), {"établissement": r.choice(["École élémentaire", "Collège", "Lycée professionnel", "École maternelle"])}), "UAI d'établissements scolaires", n=120)
H("caf_number", "allocataires", lambda r, i: (r.randint(11, 4200), {"IRIS": f"64445{r.randint(101, 140):04d}", "dispositif": r.choice(["RSA", "AAH", "APL", "PAJE"])}), "nombres d'allocataires par IRIS")
H("caf_number", "code_article", lambda r, i: (f"{r.randint(1000000, 2999999)}{r.choice('ABCK')}", {"libellé": r.choice(["bordure T2", "regard béton", "tuyau PVC 125", "géotextile"]), "unité": r.choice(["ml", "u", "m²"])}), "codes d'articles de voirie à sept chiffres et lettre")
H("caf_number", "convention_caf", lambda r, i: f"CTG {r.choice(['2020-2024', '2021-2025', '2023-2027'])} – fiche action {r.randint(1, 60)} : {r.choice(['petite enfance', 'jeunesse', 'accès aux droits', 'parentalité'])}", "fiches des conventions avec la CAF", n=70)
H("caf_number", "montant QF", lambda r, i: (f"QF {r.randint(0, 6) * 200} à {r.randint(7, 12) * 200}", {"tarif repas": round(r.uniform(.5, 7), 2), "places": r.randint(10, 90)}), "grille tarifaire par quotient", n=60)
# ---- social_profile look-alikes
H("social_profile", "compte", pick("@VilledePau", "@Strasbourg", "@villesaintdenis974", "@BayonneMairie", "@EurometropoleStr", "@prefet64", "@Pompiers_40", "@CASUD_Reunion", "@colmar_tourisme"), "comptes d'institutions", n=63)
H("social_profile", "url", lambda r, i: (r.choice(["https://www.facebook.com/mairie.dax.officiel", "https://www.instagram.com/villedecolmar", "https://www.youtube.com/@villedagen", "https://www.linkedin.com/company/ville-de-mulhouse"]) + f"/posts/{i}", {"publication": r.choice(["fermeture piscine", "vœux", "travaux tram", "forum des sports"])}), "publications des pages officielles")
H("social_profile", "mot-dièse", lambda r, i: "#" + r.choice(["SportPourTous", "OctobreRose", "PauEnFête", "NoelColmar", "Sakifo", "PLUi", "JardinsPartagés"]) + str(2016 + i % 9), "mots-dièse de campagnes", n=78)
H("social_profile", "site_club", lambda r, i: (r.choice(["https://www.section-paloise.com", "https://www.rcstrasbourgalsace.fr", "https://www.elan-bearnais.fr", "https://www.us-dax.fr"]) + f"/equipes/{r.choice(['u15', 'seniors', 'loisir'])}", {"discipline": r.choice(["rugby", "football", "basket"])}), "sites de clubs")
H("social_profile", "vues", lambda r, i: (r.randint(100, 90000), {"réseau": r.choice(["Facebook", "Instagram", "X", "TikTok"]), "mois": f"2023-{i % 12 + 1:02d}"}), "audience mensuelle des comptes de la ville", n=96)
# ---- trigram look-alikes
H("trigram", "sigle", lambda r, i: (lambda k: (k[0], {"direction": k[1], "effectif": r.randint(3, 90)}))(r.choice([("DUA", "Direction de l'urbanisme et de l'aménagement"), ("DSP", "Direction des sports"), ("DAS", "Direction de l'action sociale"), ("DEV", "Direction des espaces verts"), ("DSI", "Direction des systèmes d'information")])), "sigles de directions", n=65)
H("trigram", "zone", lambda r, i: (r.choice(["UAa", "UBc", "UCi", "Nh", "1AU", "Ap", "UEs"]), {"CES max": r.choice(["30 %", "50 %", "70 %"]), "hauteur m": r.randint(6, 21)}), "zones du PLU")
H("trigram", "aéroport", lambda r, i: (r.choice(["PUF", "BIQ", "SXB", "MLH", "RUN", "ZSE", "BOD", "LDE"]), {"passagers": r.randint(900, 200000), "mois": f"{2019 + i // 24}-{i % 12 + 1:02d}"}), "codes IATA", n=120)
H("trigram", "arret_court", lambda r, i: (lambda k: (k[0], {"arrêt": k[1], "ligne": r.choice("ABCDF")}))(r.choice([("HDV", "Hôtel de Ville"), ("GAR", "Gare"), ("UNI", "Université"), ("STD", "Stade"), ("HOP", "Hôpital"), ("ZEN", "Zénith"), ("HAL", "Halles")])), "trigrammes d'arrêts de tram")
H("trigram", "etat", lambda r, i: r.choice(["HS", "RAS", "ND", "NC", "TBE", "BE", "ME"]) + r.choice(["", " / AEP", " / EU", " / EP", " / BT"]), "abréviations d'état et de réseau", n=155)
H("trigram", "pays", lambda r, i: (r.choice(["FRA", "DEU", "CHE", "ESP", "MDG", "MUS", "COM"]), {"nuitées": r.randint(20, 40000)}), "codes de pays, nuitées", n=66)
# ---- health look-alikes
H("health", "campagne", lambda r, i: (r.choice(["Octobre rose : dépistage du cancer du sein", "Journée mondiale du diabète", "Semaine de la vaccination", "Lutte contre la dengue et le chikungunya", "Mars bleu : cancer colorectal", "Sidaction"]), {"lieu": r.choice(["Place de la mairie", "Médiathèque", "Marché forain"]), "affluence": r.randint(30, 900)}), "actions de santé publique", n=80)
H("health", "allergènes", pick("gluten, lait", "œuf, moutarde", "poisson, céleri", "arachide (traces)", "soja", "crustacés, sulfites", "fruits à coque, lait, gluten"), "allergènes des menus de cantine", n=130)
H("health", "état sanitaire", lambda r, i: (r.choice(["chancre coloré", "graphiose", "mildiou", "tumeur au collet", "dépérissement", "nécrose du tronc", "sain"]), {"essence": r.choice(["platane", "orme", "vigne", "marronnier"]), "n° arbre": f"A{i:04d}"}), "maladies d'arbres", n=170)
H("health", "DAE", lambda r, i: (f"Défibrillateur {r.choice(['intérieur', 'extérieur'])}, électrodes {r.choice(['adulte', 'pédiatriques'])} {fr(day(r, 2025, 2027))}", {"site": r.choice(EQ)}), "défibrillateurs", n=72)
H("health", "indicateur", lambda r, i: (r.choice(["cas de dengue", "hospitalisations pour asthme", "décès par AVC", "ALD diabète"]), {"effectif": r.randint(40, 3000), "semaine": f"2024-S{i % 52 + 1:02d}", "territoire": r.choice(["Ouest", "Sud", "Nord", "Est"])}), "indicateurs agrégés (Réunion)", n=104)
H("health", "accessibilité", lambda r, i: (r.choice(["rampe fauteuil roulant", "boucle magnétique", "bande podotactile", "sanitaire PMR", "place GIG-GIC"]), {"bâtiment": r.choice(EQ), "conforme": r.choice(["oui", "non"])}), "aménagements PMR des bâtiments")
H("health", "désordre", pick("fissure traitée", "radier malade : béton carbonaté", "amiante fibrociment", "plomb dans les peintures", "légionelle : < 10 UFC/L", "mérule, cave"), "pathologies de bâtiments", n=93)
# ---- age_illness look-alikes
H("age_illness", "tranche", lambda r, i: (r.choice(["0-14 ans", "15-44 ans", "45-64 ans", "65-74 ans", "75 ans et plus"]), {"pathologie": r.choice(["diabète", "asthme", "cancer", "Alzheimer"]), "taux pour 1000": round(r.uniform(2, 190), 1), "population": r.randint(2000, 30000)}), "prévalences agrégées par âge et maladie")
H("age_illness", "diagnostic", lambda r, i: f"{r.choice(['Platane', 'Orme', 'Marronnier', 'Tilleul'])}, {r.randint(15, 140)} ans, {r.choice(['chancre coloré', 'graphiose', 'mineuse', 'polypore au collet'])}, {r.choice(['abattre', 'surveiller', 'élaguer'])}", "arbres âgés et malades (Auch)", n=150)
H("age_illness", "ouvrage", lambda r, i: f"{r.choice(['Pont', 'École', 'Tribune', 'Château d’eau'])} de {r.randint(20, 110)} ans – {r.choice(['béton malade (alcali-réaction)', 'corrosion', 'fissures', 'toiture amiantée'])}", "bâtiments âgés et leurs maux")
H("age_illness", "public visé", pick("Vaccination HPV 11-14 ans", "Dépistage colorectal 50-74 ans", "Mammographie 50-74 ans", "Zona 65 ans et plus", "Bilan auditif à partir de 60 ans", "M'T dents 3-24 ans"), "programmes de prévention par âge", n=69)
H("age_illness", "catégorie", lambda r, i: (r.choice(["U11 (9-10 ans)", "U13", "Masters 50 ans+", "Vétérans 40-49 ans", "Sport santé 60 ans+"]), {"créneau": r.choice(["mardi 18h", "samedi 10h", "jeudi 14h"]), "places": r.randint(8, 40)}), "catégories d'âge de créneaux")
# ---- home_position look-alikes
H("home_position", "geo_point_2d", lambda r, i: (", ".join(map(str, pos(r, SW[0]))), {"équipement": r.choice(["hydrant", "banc", "fontaine", "aire de jeux"]), "n°": i + 1}), "positions de mobilier public (Pau)", n=200)
H("home_position", "latitude", lambda r, i: (lambda q: (q[0], {"longitude": q[1], "station": r.choice(["pluviomètre", "limnimètre", "qualité de l'air"])}))(pos(r, RE[3], 6)), "stations de mesure (Saint-Paul)")
H("home_position", "wkt", lambda r, i: (_l93(r, 1050200, 6840500), {"essence": r.choice(["tilleul", "érable", "cerisier"]), "hauteur m": r.randint(3, 28)}), "arbres en Lambert 93 (Strasbourg)")
H("home_position", "geojson", lambda r, i: (lambda q: json.dumps({"type": "Point", "coordinates": [q[1], q[0]], "arret": r.choice(["Gare", "Halles", "Stade"])}))(pos(r, AL[1])), "arrêts en GeoJSON (Mulhouse)", n=84)
H("home_position", "dms", lambda r, i: (lambda q: (dms(q[0], "N", "S") + " " + dms(q[1], "E", "O"), {"poste de secours": r.choice(["plage Boucan", "Roches Noires", "L'Hermitage"]), "zone": r.choice(["lagon", "large"])}))(pos(r, RE[3])), "postes de secours et balises", n=60)
# ---- person_header look-alikes
for _h, _w, _u in (("École Jean Moulin", "repas servis d'une école", "repas"), ("Gymnase Alice Milliat", "entrées d'un gymnase", "entrées"), ("Rue Henri IV", "comptages d'une rue", "véhicules"), ("Médiathèque André-Labarrère", "prêts d'une médiathèque", "prêts"), ("Saint-Joseph", "pluie d'une commune", "mm"), ("Place Kléber", "comptages de piétons", "piétons")):
    H("person_header", _h, lambda r, i, u=_u: (r.randint(5, 120 if u == "mm" else 900), {"jour": (dt.date(2024, 1, 1) + dt.timedelta(i)).isoformat(), "unité": u}), _w)
# ---- plain
H("plain", "montant_ht", lambda r, i: (round(r.uniform(50, 90000), 2), {"chapitre": r.choice(["011", "21", "23", "65"])}), "montants de dépenses")
H("plain", "code_postal", lambda r, i: (r.choice(ALL)[1], {"logements sociaux": r.randint(20, 9000)}), "codes postaux")
H("plain", "volume_m3", lambda r, i: r.randint(10, 99999) / 10, "consommations d'eau d'équipements", n=144)
H("plain", "commentaire", lambda r, i: urba(r), "textes d'urbanisme sans personne", n=250)
H("plain", "observations terrain", lambda r, i: sport(r), "textes du service des sports sans personne", n=220)
H("plain", "bilan social", lambda r, i: soc(r), "textes du CCAS sans personne", n=180)
H("plain", "PC n°", lambda r, i: (f"PC {r.choice(['064 445', '067 482', '974 416'])} {r.randint(19, 25)} {r.choice('ABSK')}{r.randint(1, 900):04d}", {"nature": r.choice(["groupe scolaire", "gymnase", "32 logements collectifs", "entrepôt"]), "SDP m2": r.randint(200, 9000)}), "numéros de permis d'équipements et d'ensembles")
H("plain", "température", lambda r, i: (round(r.uniform(-6, 38), 1), {"heure": f"{i % 24:02d}:00"}), "météo (Sélestat)", n=240)
H("plain", "population", lambda r, i: (r.randint(200, 6000), {"IRIS": f"68224{r.randint(101, 150):04d}", "part 65+": f"{r.randint(9, 34)} %"}), "population par IRIS (Mulhouse)", n=70)


def columns() -> tuple[Column, ...]:
    return tuple(_build(i, s) for i, s in enumerate(_C))
