"""The eighth set of columns that a stranger labelled: Occitanie, Champagne and Normandy."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

SEED = 8823


@dataclass(frozen=True)
class Column:
    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    neutral: bool = True


FR_F = "Sylvie Nathalie Camille Léa Chantal Monique Élodie Aurélie Françoise Inès Marie-Laure Océane Brigitte Jeanne".split()
FR_M = "Thierry Jean-Pierre Hugo Mathéo Gérard Julien Benoît Cédric Loïc André Stéphane Quentin Yves Théo".split()
FR_N = "Martin Lefèvre Durand Roux Mercier Guérin Bonnet Lemoine Delaunay Fabre Cazals Puech Leclercq Marchand Vasseur Thiébault Lecomte Hébert Le Gall Noël Pélissier".replace(
    "Le Gall", "Le_Gall"
).split()
W_G = "Haingo Mehmet Moinaécha Agnieszka Thị_Lan João Anahit Yacine Fatoumata Rania Tuğba Krzysztof Nomenjanahary Saïd-Ali Nguyệt Conceição Hovhannès Djamila Oumar Ewa Tiago Lalaina Soilihi Aïcha".split()
W_F = set(
    "Haingo Moinaécha Agnieszka Thị_Lan Anahit Fatoumata Rania Tuğba Nguyệt Conceição Djamila Ewa Lalaina Aïcha".split()
)
W_N = "Rakotoarisoa Yıldırım Abdou_Madi Wiśniewska Nguyen_Van Ferreira_da_Silva Hakobyan Benabdallah Diarra El_Khattabi Çelik Kowalczyk Andrianjafy Mlimi Pham Teixeira Der_Sarkissian Aït_Ouali Sow-Camara Zielińska Ramanantsoa Ahamada de_La_Roche-Vidal van_den_Broeck Bounoua".split()


def person(r):
    g, n = (r.choice(FR_F + FR_M), r.choice(FR_N)) if r.random() < 0.5 else (r.choice(W_G), r.choice(W_N))
    return g.replace("_", " "), n.replace("_", " ")


def nm(r, st="PN"):
    g, n = person(r)
    fem = g in FR_F or g.replace(" ", "_") in W_F
    return {
        "PN": f"{g} {n}",
        "PU": f"{g} {n.upper()}",
        "UP": f"{n.upper()} {g}",
        "NP": f"{n}, {g}",
        "low": f"{g} {n}".lower(),
        "civ": f"{'Mme' if fem else 'M.'} {n.upper()} {g}",
        "N": n.upper(),
    }[st]


def slug(s):
    s = "".join(c for c in unicodedata.normalize("NFD", s.replace("ı", "i")) if not unicodedata.combining(c))
    return "".join(c for c in s.lower() if c.isascii() and (c.isalnum() or c == "-"))


def dig(r, k):
    return "".join(r.choice("0123456789") for _ in range(k))


def luhn(body):
    t = 0
    for i, c in enumerate(reversed(body)):
        d = int(c) * (2 if i % 2 == 0 else 1)
        t += d - 9 if d > 9 else d
    return body + str(-t % 10)


def siren(r):
    return luhn(r.choice("345789") + dig(r, 7))


def siret(r):
    return luhn(siren(r) + "000" + dig(r, 1))


def nir(r, sp=True, key=True, sep=" "):
    dep = r.choice("09 11 12 30 31 32 34 46 48 65 66 81 82 10 51 52 08 14 27 50 61 76 99 2A 75".split())
    parts = [
        r.choice("12"),
        f"{r.choice(list(range(38, 100)) + list(range(0, 8))):02d}",
        f"{r.randint(1, 12):02d}",
        dep,
        f"{r.randint(101, 480):03d}",
        f"{r.randint(1, 420):03d}",
    ]
    k = 97 - int("".join(parts).replace("2A", "19")) % 97
    if key:
        parts.append(f"{k:02d}")
    return (sep if sp else "").join(parts)


def iban(r, sp=True):
    b, g, c = (
        r.choice(["11206", "20041", "30004", "10278", "13135", "13807", "30003"]),
        f"{r.randint(1, 99):05d}",
        dig(r, 11),
    )
    k = 97 - (89 * int(b) + 15 * int(g) + 3 * int(c)) % 97
    bban = f"{b}{g}{c}{k:02d}"
    ch = 98 - int(bban + "152700") % 97
    s = f"FR{ch:02d}{bban}"
    return " ".join(s[i : i + 4] for i in range(0, 27, 4)) if sp else s


def card(r, sp=" "):
    s = luhn(r.choice(["4970", "4974", "5131", "5132", "4561", "5355"]) + dig(r, 11))
    return sp.join(s[i : i + 4] for i in range(0, 16, 4))


def mob(r, sep=" ", pre="0"):
    return sep.join([pre + r.choice("677"), *(dig(r, 2) for _ in range(4))])


def fixe(r, z="05", sep=" "):
    return sep.join([z, *(f"{r.randint(10, 99)}" for _ in range(4))])


L = "ABCDEFGHJKLMNPQRSTVWXYZ"


def siv(r, sep="-"):
    a = lambda: r.choice([x + y for x in L for y in L if x + y not in ("SS", "WW")])
    return f"{r.choice('ABCDEFGH')}{r.choice('ABCDEFGHJKLMNPQRTVWXYZ')}{sep}{r.randint(1, 999):03d}{sep}{a()}"


def fni(r):
    return (
        f"{r.randint(101, 9899)} {r.choice('STVWXYZ')}{r.choice(L)} {r.choice([12, 31, 34, 51, 10, 14, 76])}"
    )


def pubip(r):
    return r.choice(["90.{}.{}.{}", "82.64.{1}.{2}", "176.{}.{}.{}", "86.{}.{}.{}", "92.{}.{}.{}"]).format(
        r.randint(60, 190), r.randint(0, 255), r.randint(1, 254)
    )


def mac(r, sep=":", up=False):
    s = sep.join(
        [r.choice(["3c", "a4", "f0", "d8", "5c", "88"])] + [f"{r.randint(0, 255):02x}" for _ in range(5)]
    )
    return s.upper() if up else s


def day(r, a=2019, b=2025):
    return dt.date(a, 1, 1) + dt.timedelta(days=r.randrange((b - a + 1) * 365))


fd = lambda d: d.strftime("%d/%m/%Y")
MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
ld = lambda d: f"{d.day} {MOIS[d.month - 1]} {d.year}"

PRIV = [
    "rue des Tilleuls",
    "impasse du Lavoir",
    "chemin de la Garenne",
    "rue Basse",
    "allée des Mésanges",
    "rue Victor Hugo",
    "av. de la Gare",
    "route de Rodez",
    "rue du Puits-Neuf",
    "lotissement Les Cigales",
    "rue Saint-Hilaire",
    "chem. des Crêtes",
    "rue des Tanneurs",
    "bd de la Marne",
    "sente aux Loups",
    "rue du Vieux-Port",
    "rue de l'Abbaye",
    "quai Bérigny",
    "rue Gambetta",
    "côte de Grâce",
    "faubourg de Planques",
    "rue du Général-Leclerc",
]
TOWN = [
    ("12100", "Millau"),
    ("32000", "Auch"),
    ("46100", "Figeac"),
    ("48000", "Mende"),
    ("34400", "Lunel"),
    ("81100", "Castres"),
    ("09100", "Pamiers"),
    ("51200", "Épernay"),
    ("51100", "Reims"),
    ("10000", "Troyes"),
    ("51000", "Châlons-en-Champagne"),
    ("52000", "Chaumont"),
    ("51120", "Sézanne"),
    ("14100", "Lisieux"),
    ("76200", "Dieppe"),
    ("76400", "Fécamp"),
    ("50200", "Coutances"),
    ("61000", "Alençon"),
    ("27000", "Évreux"),
    ("14500", "Vire Normandie"),
]


def adr(r, t=True):
    s = f"{r.randint(1, 148)}{r.choice(['', '', '', ' bis', ' ter'])} {r.choice(PRIV)}"
    return s + (" {} {}".format(*r.choice(TOWN)) if t else "")


def mail(r):
    g, n = person(r)
    g, n = slug(g), slug(n)
    return (
        r.choice([f"{g}.{n}", f"{g[0]}{n}", f"{n}{r.randint(48, 99)}", f"{g}{n[:3]}"])
        + "@"
        + r.choice(["orange.fr", "gmail.com", "free.fr", "laposte.net", "sfr.fr", "hotmail.fr"])
    )


NB, NN, ZW = "\u00a0", "\u202f", "\u200b"
fw = lambda s: "".join(chr(ord(c) + 0xFEE0) if c in "0123456789" else c for c in s)
nfd = lambda s: unicodedata.normalize("NFD", s)


def dirty(r, s):
    k = r.randrange(8)
    if k == 0:
        return s.replace(" ", NB)
    if k == 1:
        return s.replace(" ", NN)
    if k == 2:
        return fw(s)
    if k == 3:
        return s[: len(s) // 2] + ZW + s[len(s) // 2 :]
    if k == 4:
        return f"\t{s}  "
    if k == 5:
        return f"<p>{s.replace(' ', '&nbsp;')}</p>"
    if k == 6:
        return nfd(s.lower())
    return s + "\n"


BANAL = [
    "RAS",
    "dossier complet",
    "relance faite par courrier",
    "à revoir en commission",
    "pièces reçues",
    "avis favorable",
    "salle indisponible le samedi",
    "attente devis",
    "clos",
    "transmis au service voirie",
    "nettoyage effectué",
    "remise des clés à l'accueil",
    "facture réglée",
    "report au trimestre suivant",
    "badge à désactiver",
]
ILL = [
    "diabète de type 2",
    "asthme sévère",
    "épilepsie",
    "sclérose en plaques",
    "maladie de Parkinson",
    "cancer du sein",
    "insuffisance rénale",
    "dépression",
    "schizophrénie",
    "mucoviscidose",
    "VIH",
    "Alzheimer débutant",
]
DOC = "CDFGHJKLMNPRTVWXYZ"
cni21 = lambda r: (
    r.choice(DOC) + "".join(r.choice(DOC + "0123456789") for _ in range(7)) + r.choice("0123456789")
)
cni12 = lambda r: (
    f"{r.choice(list(range(10, 21)) + [4, 5, 8, 9]):02d}{r.randint(1, 12):02d}{r.choice([12, 31, 34, 51, 10, 14, 76, 81]):02d}{r.randint(1, 4)}{dig(r, 5)}"
)
passp = lambda r: f"{r.randint(14, 24)}{r.choice('ACDEFHKPRTVX')}{r.choice('ABCDEFHIKLPRTVXYZ')}{dig(r, 5)}"
permis = lambda r: (
    f"{r.choice(list(range(68, 100)) + list(range(0, 13))):02d}{r.randint(1, 12):02d}{r.choice([12, 31, 34, 51, 10, 14, 76, 81, 46]):02d}{r.randint(1, 3)}{dig(r, 5)}"
)
caf = lambda r: dig(r, 7) + r.choice("ABCDEFGHJKLMNPRSTVWXYZ")


def ini(r):
    g, n = person(r)
    a = slug(g)[0] + slug(n)[:2]
    return a.upper(), f"{g} {n}"


def uai(r):
    b = "0" + r.choice(["12", "32", "51", "10", "76", "50"]) + dig(r, 4)
    return b + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(b) % 23]


def uci(r):
    b = "100" + dig(r, 6)
    return f"{b}{int(b) % 97:02d}"


def columns() -> tuple[Column, ...]:
    out: list[Column] = []

    def C(pers, kind, header, why, fn, b=(), n=None, neutral=True):
        r = random.Random(f"{SEED}/{len(out)}/{header}")
        n = n or r.randint(62, 150)
        rows = [fn(r, i) for i in range(n)]
        if b:
            cols = [tuple(c) for c in zip(*rows)]
            assert len(cols) == len(b) + 1, header
            out.append(Column(header, cols[0], pers, kind, why, dict(zip(b, cols[1:])), neutral))
        else:
            out.append(Column(header, tuple(rows), pers, kind, why, {}, neutral))

    def P(kind, header, why, fn, b=(), n=None, neutral=True):
        C(True, kind, header, why, fn, b, n, neutral)

    def H(kind, header, why, fn, b=(), n=None, neutral=True):
        C(False, kind, header, why, fn, b, n, neutral)

    ban = lambda r: r.choice(BANAL)
    # ---- nir
    P("nir", "num_secu", "NIR with key, spaced, agents beside", lambda r, i: (nir(r), nm(r, "UP")), ["agent"])
    P("nir", "identifiant", "NIR as 15 digits glued", lambda r, i: nir(r, False))
    P("nir", "réf. dossier CCAS", "NIR in every odd typing", lambda r, i: dirty(r, nir(r)))
    P(
        "nir",
        "obs",
        "NIR in one free text out of nine",
        lambda r, i: f"{ban(r)} - assuré {nir(r, i % 2 == 0)}, {ban(r)}" if i % 9 == 2 else ban(r),
        n=140,
    )
    P(
        "nir",
        "matricule",
        "NIR of 13 digits without key, beside names and jobs",
        lambda r, i: (
            nir(r, False, False),
            nm(r, "PU"),
            r.choice(["ATSEM", "agent de voirie", "vacataire piscine"]),
        ),
        ["nom_usage", "emploi"],
    )
    P(
        "nir",
        "lot",
        "NIR hidden with dots among lot numbers",
        lambda r, i: nir(r, True, True, ".") if i % 8 == 3 else f"LOT-{r.randint(1, 40):03d}",
        n=120,
    )
    # ---- iban
    P(
        "iban",
        "RIB",
        "IBAN of subsidy holders, names beside",
        lambda r, i: (iban(r), nm(r, "civ"), r.randint(60, 400)),
        ["beneficiaire", "prime_velo_eur"],
    )
    P(
        "iban",
        "cpte",
        "IBAN glued, lower case half the time, names beside",
        lambda r, i: (iban(r, False).lower() if i % 2 else iban(r, False), nm(r)),
        ["parent"],
    )
    P(
        "iban",
        "Remboursement cantine",
        "IBAN typed badly in a text with holder",
        lambda r, i: dirty(r, f"virement {nm(r, 'civ')} {iban(r)}"),
    )
    P(
        "iban",
        "commentaire_regie",
        "IBAN of families in one row of ten",
        lambda r, i: (
            f"Rembourser la famille {nm(r, 'N')} sur {iban(r, i % 20 == 0)}"
            if i % 10 == 0
            else r.choice(
                [
                    "caisse conforme",
                    "écart de 2,50 €",
                    "dépôt en trésorerie",
                    "carnet de tickets n° 118 épuisé",
                ]
            )
        ),
        n=130,
    )
    P(
        "iban",
        "json_tiers",
        "JSON with holder and IBAN",
        lambda r, i: json.dumps(
            {"titulaire": nm(r), "iban": iban(r, False), "montant": r.randint(20, 900)}, ensure_ascii=False
        ),
    )
    P(
        "iban",
        "payeur",
        "IBAN full-width or nbsp, mixed with cheques, names beside",
        lambda r, i: (f"chèque n° {dig(r, 7)}" if i % 3 else dirty(r, iban(r)), nm(r, "NP")),
        ["redevable"],
    )
    # ---- card
    P(
        "card",
        "moyen_paiement",
        "bank card numbers, names beside",
        lambda r, i: (card(r), nm(r, "UP"), f"{r.randint(1, 12):02d}/{r.randint(26, 29)}"),
        ["porteur", "exp"],
    )
    P(
        "card",
        "transaction",
        "16 digits glued Luhn with holder and expiry",
        lambda r, i: f"{card(r, '')};{r.randint(1, 12):02d}/{r.randint(26, 29)};{nm(r, 'PU')}",
    )
    P(
        "card",
        "billetterie",
        "cards typed oddly beside buyers",
        lambda r, i: (dirty(r, card(r)), nm(r)),
        ["acheteur"],
    )
    P(
        "card",
        "Note du régisseur",
        "card dictated on the phone in a few notes",
        lambda r, i: (
            f"CB {card(r, r.choice(['-', ' ', '.']))} exp {r.randint(1, 12):02d}/27 pour Mme {nm(r, 'N')}"
            if i % 11 == 5
            else r.choice(["payé en espèces", "payé ANCV", "chèque reçu", "gratuit -12 ans", "annulé pluie"])
        ),
        n=132,
    )
    P(
        "card",
        "caution_velo",
        "card kept as deposit, mixed with cheques, names beside",
        lambda r, i: (
            f"CB {card(r)}" if i % 4 == 1 else r.choice(["chèque 150 €", "espèces", "dispensé"]),
            nm(r, "low"),
        ),
        ["loueur"],
    )
    P(
        "card",
        "log",
        "payment JSON with PAN and holder",
        lambda r, i: (
            '{"pan":"%s","holder":"%s","amt":%d}' % (card(r, ""), slug(nm(r)).upper(), r.randint(200, 9000))
        ),
    )
    # ---- phone
    P(
        "phone",
        "tel",
        "mobiles of club secretaries with names",
        lambda r, i: (mob(r), nm(r)),
        ["correspondant"],
    )
    P(
        "phone",
        "N° d'urgence parents",
        "mobiles typed oddly, child beside",
        lambda r, i: (dirty(r, mob(r, r.choice([" ", ".", "-"]))), nm(r, "PU")),
        ["enfant"],
    )
    P(
        "phone",
        "lieu",
        "mobile slipped in a place, one row in ten",
        lambda r, i: (
            r.choice(["Salle des fêtes", "Gymnase Pantoja", "Halle Raymond-VII", "Parvis"])
            + (f" (clés chez {nm(r)} {mob(r, '.')})" if i % 10 == 6 else "")
        ),
        n=140,
    )
    P(
        "phone",
        "joindre",
        "international forms with first names",
        lambda r, i: f"{person(r)[0]} : {mob(r, r.choice([' ', '']), r.choice(['+33 ', '0033', '+33(0)']))}",
    )
    P(
        "phone",
        "mobile_num",
        "mobiles as integers without the zero, names beside",
        lambda r, i: (int(mob(r, "")), nm(r, "UP"), r.choice(["Millau", "Creissels", "Aguessac"])),
        ["adherent", "commune"],
    )
    P(
        "phone",
        "equipement",
        "several numbers in a cell, volunteers",
        lambda r, i: (
            f"Clé chez {nm(r, 'civ')} : {fixe(r, r.choice(['02', '03']))} / {mob(r)}"
            if i % 3 == 0
            else r.choice(["sono portable", "20 barrières Vauban", "podium 6x4", "chapiteau 5x5"])
        ),
    )
    # ---- email
    P("email", "courriel", "private mailboxes", lambda r, i: mail(r))
    P(
        "email",
        "contact_asso",
        "mailboxes mistyped, private providers",
        lambda r, i: r.choice(
            [
                mail(r).replace("@", " @ "),
                mail(r).replace(".fr", ",fr").replace(".com", ",com"),
                mail(r).replace("@", "(at)"),
                mail(r).upper(),
                mail(r).replace("@", "@" + ZW),
            ]
        ),
    )
    P(
        "email",
        "remarques",
        "mailbox of an inhabitant in few remarks",
        lambda r, i: (
            f"Demande de rappel, écrire à {mail(r)} svp"
            if i % 9 == 1
            else r.choice(
                [
                    "plus de bancs",
                    "le parc ferme trop tôt",
                    "bravo pour les fleurs",
                    "trop de bruit le soir",
                    "manque une poubelle",
                ]
            )
        ),
        n=150,
    )
    P(
        "email",
        "liste_diffusion",
        "several named mailboxes in a cell",
        lambda r, i: "; ".join(f"{nm(r)} <{mail(r)}>" for _ in range(r.randint(1, 3))),
    )
    P(
        "email",
        "agent_instructeur",
        "named mailboxes of agents",
        lambda r, i: (
            lambda p: (
                f"{slug(p[0])}.{slug(p[1])}@{r.choice(['ville-epernay.fr', 'mairie-figeac.fr', 'ville-lisieux.fr'])}"
            )
        )(person(r)),
    )
    P(
        "email",
        "lien",
        "mailto in HTML mixed with pages",
        lambda r, i: (
            f'<a href="mailto:{mail(r)}">écrire à {person(r)[0]}</a>'
            if i % 3 == 2
            else f'<a href="/agenda/{r.randint(100, 999)}">voir</a>'
        ),
    )
    # ---- plate
    P(
        "plate",
        "immat",
        "plates of resident permits with holders",
        lambda r, i: (siv(r), nm(r, "UP")),
        ["titulaire"],
    )
    P(
        "plate",
        "vehicule",
        "plates with make of a private car, lower case",
        lambda r, i: (
            f"{r.choice(['clio', '208', 'c3', 'yaris', 'sandero'])} {siv(r, r.choice(['-', ' ', ''])).lower()} - {nm(r, 'civ').lower()}"
        ),
    )
    P(
        "plate",
        "Macaron",
        "old and new plates with nbsp, street of resident beside",
        lambda r, i: (dirty(r, siv(r) if i % 3 else fni(r)), adr(r, False), "résident tarif réduit"),
        ["domicile", "type"],
    )
    P(
        "plate",
        "constat",
        "plate in some reports of abandoned cars",
        lambda r, i: (
            f"véhicule ventouse {siv(r)} {r.choice(['gris', 'blanc', 'rouge'])}, propriétaire avisé"
            if i % 7 == 0
            else r.choice(
                ["dépôt sauvage enlevé", "tag sur mur d'école", "barrière renversée", "nid-de-poule"]
            )
        ),
        n=126,
    )
    P(
        "plate",
        "place",
        "plate beside parking space and time of entry",
        lambda r, i: (
            siv(r, ""),
            f"{day(r, 2024, 2024).isoformat()} {r.randint(7, 19):02d}:{r.randint(0, 59):02d}",
            f"{r.randint(1, 9)},{r.choice(['20', '50', '80'])} €",
            r.choice(["Abonné", "Horaire", "PMR"]),
        ),
        ["entree", "paye", "profil"],
    )
    P(
        "plate",
        "doc",
        "plates in one in six among document types, families beside",
        lambda r, i: (
            f"carte grise {siv(r)}"
            if i % 6 == 4
            else r.choice(["justif. domicile", "attestation assurance", "avis d'échéance"]),
            nm(r, "NP"),
        ),
        ["demandeur"],
        n=108,
    )
    # ---- ip
    P(
        "ip",
        "adresse_ip",
        "public IPv4 of form users with date",
        lambda r, i: (
            pubip(r),
            f"{day(r, 2024).isoformat()}T{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:12",
            r.choice(["Mozilla/5.0 (iPhone; CPU iPhone OS 17_4)", "Mozilla/5.0 (Windows NT 10.0; Win64)"]),
        ),
        ["horodatage", "navigateur"],
    )
    P(
        "ip",
        "source",
        "subscribers' IPv6",
        lambda r, i: (
            f"2a01:{r.choice(['cb08', 'e0a', 'cb19'])}:{r.randint(4096, 65535):x}:{r.randint(4096, 65535):x}:{r.randint(4096, 65535):x}:{r.randint(4096, 65535):x}:{r.randint(4096, 65535):x}:{r.randint(1, 65535):x}",
            "vote budget participatif",
            mail(r),
        ),
        ["action", "votant"],
    )
    P(
        "ip",
        "trace",
        "web-server log lines of inhabitants",
        lambda r, i: (
            f'{pubip(r)} - - [{r.randint(1, 28):02d}/Mar/2025:{r.randint(7, 22):02d}:{r.randint(10, 59)}:07 +0100] "POST /demarches/etat-civil HTTP/1.1" 200'
        ),
    )
    P(
        "ip",
        "avis",
        "opinion with IP kept in a minority of rows",
        lambda r, i: (
            r.choice(
                [
                    "Oui à la piste cyclable",
                    "Non au sens unique",
                    "Garder les platanes",
                    "Plus d'ombre place du Mandarous",
                ]
            )
            + (f" [posté depuis {pubip(r)} par {person(r)[0]}]" if i % 8 == 1 else "")
        ),
        n=128,
    )
    P(
        "ip",
        "poste distant",
        "IP with port, spaces, defanged, user beside",
        lambda r, i: (
            r.choice(
                [
                    pubip(r) + ":" + str(r.randint(30000, 60000)),
                    pubip(r).replace(".", "[.]"),
                    pubip(r).replace(".", " . "),
                    fw(pubip(r)),
                ]
            ),
            nm(r, "low"),
        ),
        ["teletravailleur"],
    )
    P(
        "ip",
        "session",
        "JSON of a public wifi session",
        lambda r, i: json.dumps({"user": mail(r), "ip": pubip(r), "min": r.randint(2, 90)}),
    )
    # ---- mac
    P(
        "mac",
        "terminal",
        "MAC of phones seen by public wifi",
        lambda r, i: (
            mac(r),
            f"{day(r, 2025).isoformat()} {r.randint(8, 22):02d}:{r.randint(0, 59):02d}",
            r.choice(["iPhone de " + person(r)[0], "Galaxy-A54", "Redmi Note 12"]),
        ),
        ["vu_a", "nom_appareil"],
    )
    P(
        "mac",
        "appareil",
        "MAC of agents' laptops with names",
        lambda r, i: (mac(r, "-", True), nm(r, "UP")),
        ["affecte_a"],
    )
    P(
        "mac",
        "hote",
        "Cisco dotted MAC with the user's name",
        lambda r, i: (lambda h: f"{h[:4]}.{h[4:8]}.{h[8:]} ({nm(r)})")(mac(r, "")),
    )
    P(
        "mac",
        "borne",
        "MAC of visitors glued and full of blanks, e-mail beside",
        lambda r, i: (r.choice([mac(r, "", True), mac(r, " : "), mac(r) + NB, ZW + mac(r, "-")]), mail(r)),
        ["compte"],
    )
    P(
        "mac",
        "incident",
        "MAC of a pupil's tablet in a few incidents",
        lambda r, i: (
            f"tablette de l'élève {nm(r)} bloquée, mac {mac(r)}"
            if i % 9 == 3
            else r.choice(["vidéoprojecteur HS", "câble réseau débranché", "TNI à recalibrer", "toner vide"])
        ),
        n=126,
    )
    P(
        "mac",
        "json",
        "wifi probe with MAC and signal, mobiles",
        lambda r, i: (
            '{"sta":"%s","rssi":-%d,"device":"%s"}'
            % (mac(r), r.randint(40, 90), f"iPhone-de-{slug(person(r)[0])}")
        ),
    )
    # ---- person_name
    P("person_name", "demandeur", "applicants' names", lambda r, i: nm(r, "UP"))
    P(
        "person_name",
        "Élu référent",
        "elected people in office: need a decision",
        lambda r, i: (
            nm(r, "civ"),
            r.choice(
                [
                    "Adjoint(e) à la voirie",
                    "Conseil municipal, délégation sport",
                    "Maire",
                    "2e adjoint(e) - culture",
                ]
            ),
            r.choice(["pour", "contre", "abstention"]),
        ),
        ["fonction", "vote"],
        n=66,
    )
    P(
        "person_name",
        "lieu",
        "family names of grave holders, mixed",
        lambda r, i: (
            f"Carré {r.choice('ABCDE')} n° {r.randint(1, 200)} - concession renouvelée par {nm(r)}"
            if i % 4 == 0
            else f"Carré {r.choice('ABCDE')} n° {r.randint(1, 200)} - libre"
        ),
    )
    P(
        "person_name",
        "equipe",
        "several names in a cell, lower case, decomposed",
        lambda r, i: nfd(" / ".join(nm(r, "low") for _ in range(r.randint(2, 4)))),
    )
    P(
        "person_name",
        "commentaires",
        "one free text out of ten names a neighbour",
        lambda r, i: f"{ban(r)} ; voir avec {nm(r, 'civ')} qui s'est plaint" if i % 10 == 3 else ban(r),
        n=140,
    )
    P(
        "person_name",
        "Assistantes maternelles",
        "child minders, surname first with comma",
        lambda r, i: (nm(r, "NP"), r.randint(1, 4)),
        ["places"],
    )
    P(
        "person_name",
        "texte",
        "HTML with a laureate's name and zero-width",
        lambda r, i: (
            f"<li><b>{nm(r).replace(' ', NB + ZW)}</b>, {r.choice(['1er prix balcons fleuris', 'médaille du travail', 'mention jardins'])}</li>"
        ),
    )
    P(
        "person_name",
        "nom",
        "surnames alone beside given names and classes",
        lambda r, i: (lambda p: (p[1], p[0], r.choice(["CP", "CE1", "CE2", "CM1", "CM2"])))(person(r)),
        ["pnom", "niv"],
    )
    # ---- address
    P(
        "address",
        "adresse",
        "homes of composter holders, names beside",
        lambda r, i: (adr(r), nm(r, "civ")),
        ["foyer"],
    )
    P(
        "address",
        "point_de_collecte",
        "homes collected for bulky waste with the asker",
        lambda r, i: (
            adr(r, False),
            f"{r.choice(['canapé', 'matelas', 'frigo', '2 chaises'])} - chez {nm(r, 'civ')}",
        ),
        ["objet"],
    )
    P(
        "address",
        "suivi",
        "home address of elderly person in few rows",
        lambda r, i: (
            f"portage de repas chez {nm(r, 'civ')}, {adr(r)}, 2e étage gauche"
            if i % 8 == 5
            else r.choice(
                ["tournée annulée (neige)", "véhicule frigo au garage", "menu de Noël distribué", "RAS"]
            )
        ),
        n=136,
    )
    P(
        "address",
        "Dom.",
        "homes abbreviated, tabs, nbsp, beside names",
        lambda r, i: (
            dirty(r, adr(r).replace("rue", "R.").replace("chemin", "CH").replace("allée", "ALL")),
            nm(r, "UP"),
        ),
        ["assuré"],
    )
    P(
        "address",
        "json_ban",
        "JSON of home addresses of pupils",
        lambda r, i: json.dumps(
            {
                "eleve": nm(r),
                "housenumber": str(r.randint(1, 99)),
                "street": r.choice(PRIV),
                "city": r.choice(TOWN)[1],
            },
            ensure_ascii=False,
        ),
    )
    P(
        "address",
        "arret",
        "stop of school bus replaced by the home in a third of rows",
        lambda r, i: (
            f"devant domicile {adr(r, False)}"
            if i % 3 == 0
            else r.choice(["Mairie", "Église", "Le Bourg", "Cité scolaire"]),
            nm(r, "PU"),
        ),
        ["transporté"],
    )
    # ---- birth_date
    P(
        "birth_date",
        "ddn",
        "birth dates of members",
        lambda r, i: (day(r, 1938, 2018), nm(r, "UP")),
        ["licencié"],
    )
    P(
        "birth_date",
        "né(e) le",
        "birth in full letters with place",
        lambda r, i: f"né{r.choice(['', 'e'])} le {ld(day(r, 1930, 2010))} à {r.choice(TOWN)[1]}",
    )
    P(
        "birth_date",
        "date2",
        "eight digits glued, names beside",
        lambda r, i: (
            day(r, 2012, 2021).strftime("%d%m%Y"),
            nm(r, "PU"),
            r.choice(["centre aéré mercredi", "cantine", "garderie soir"]),
        ),
        ["enfant", "service"],
    )
    P(
        "birth_date",
        "divers",
        "birth date slipped in few notes",
        lambda r, i: (
            f"inscription {nm(r)} (née le {r.choice([fd, ld])(day(r, 2015, 2022))})"
            if i % 8 == 0
            else r.choice(["goûter fourni", "sortie piscine", "prévoir K-way", "groupe complet"])
        ),
        n=120,
    )
    P(
        "birth_date",
        "annee",
        "oddly typed birth dates with ages and names",
        lambda r, i: (
            lambda d: (
                dirty(r, r.choice([d.strftime("%d.%m.%y"), d.strftime("%d-%m-%Y"), ld(d)])),
                nm(r, "low"),
                f"{2025 - d.year} ans",
            )
        )(day(r, 1935, 1960)),
        ["invité banquet", "age"],
    )
    P(
        "birth_date",
        "conv",
        "birth dates in one row of three of summoned people",
        lambda r, i: (fd(day(r, 1960, 2000)) if i % 3 == 0 else None, nm(r, "civ"), "juré tiré au sort"),
        ["personne", "qualite"],
    )
    # ---- identity_card
    P(
        "identity_card",
        "piece",
        "new cards, names beside",
        lambda r, i: (cni21(r), nm(r, "UP"), fd(day(r, 2031, 2034))),
        ["porteur", "expire"],
    )
    P(
        "identity_card",
        "n° CNI",
        "old cards of 12 digits, names beside",
        lambda r, i: (cni12(r), nm(r, "PU")),
        ["signataire"],
    )
    P(
        "identity_card",
        "justificatif",
        "prefix CNI, mixed with other proofs",
        lambda r, i: (
            f"CNI n° {cni21(r) if i % 4 else cni12(r)}"
            if i % 2 == 0
            else r.choice(["facture EDF", "bail", "attestation employeur"]),
            nm(r),
        ),
        ["locataire salle"],
    )
    P(
        "identity_card",
        "caution",
        "cards typed with spaces and lower case",
        lambda r, i: (dirty(r, f"carte identité {cni21(r)[:3]} {cni21(r)[3:]}"), nm(r, "low")),
        ["emprunteur"],
    )
    P(
        "identity_card",
        "registre",
        "card number in a few visits",
        lambda r, i: (
            f"visiteur {nm(r)} - carte nationale d'identité {cni12(r)}"
            if i % 9 == 0
            else r.choice(
                ["livraison papier", "contrôle extincteurs", "groupe scolaire", "maintenance ascenseur"]
            )
        ),
        n=126,
    )
    P(
        "identity_card",
        "mandat",
        "proxy holder's card in a sentence",
        lambda r, i: f"Je soussigné(e) {nm(r)}, titulaire de la CNI {cni21(r)}, donne procuration",
    )
    # ---- passport
    P(
        "passport",
        "n_titre",
        "passports with names",
        lambda r, i: (passp(r), nm(r, "UP")),
        ["voyageur jumelage"],
    )
    P(
        "passport",
        "Doc. voyage",
        "passports written with word, dirty",
        lambda r, i: dirty(r, f"passeport {passp(r)} {nm(r)}"),
    )
    P(
        "passport",
        "ref",
        "passports spaced, nationality and name beside",
        lambda r, i: ((lambda p: f"{p[:2]} {p[2:4]} {p[4:]}")(passp(r)), nm(r, "PU"), "FRA"),
        ["participant", "nat"],
    )
    P(
        "passport",
        "etat",
        "passports left at the counter in some rows",
        lambda r, i: (
            f"passeport n°{passp(r)} retrouvé, titulaire {nm(r, 'civ')}"
            if i % 6 == 1
            else r.choice(["parapluie noir", "trousseau 3 clés", "vélo enfant bleu", "écharpe"])
        ),
        n=120,
    )
    P(
        "passport",
        "JSON",
        "passport in JSON",
        lambda r, i: json.dumps(
            {"type": "P", "pays": "FRA", "no": passp(r), "nom": nm(r, "N")}, ensure_ascii=False
        ),
    )
    P(
        "passport",
        "pièce fournie",
        "passport for a quarter of the couples",
        lambda r, i: (
            f"PASSEPORT {passp(r)}"
            if i % 4 == 2
            else r.choice(["acte de naissance", "justif domicile", "certificat de coutume"]),
            f"{nm(r)} & {nm(r)}",
        ),
        ["futurs époux"],
    )
    # ---- driving_licence
    P(
        "driving_licence",
        "permis",
        "12 digits, names and categories beside",
        lambda r, i: (permis(r), nm(r, "UP"), r.choice(["B", "B, BE", "C", "D"])),
        ["conducteur", "cat"],
    )
    P(
        "driving_licence",
        "habilitation",
        "licence with prefix in text",
        lambda r, i: (
            f"{nm(r)} - permis de conduire n° {permis(r)}{r.choice([' (vu original)', ', copie jointe', ''])}"
        ),
    )
    P(
        "driving_licence",
        "numéro",
        "licences cut by spaces and nbsp, names beside",
        lambda r, i: (
            (lambda p: r.choice([" ", NB, NN, "."]).join([p[:4], p[4:8], p[8:]]))(permis(r)),
            nm(r, "civ"),
            "permis B",
        ),
        ["agent", "titre"],
    )
    P(
        "driving_licence",
        "obs_flotte",
        "licence in a few fleet notes",
        lambda r, i: (
            f"conducteur {nm(r, 'civ')}, permis {permis(r)}, constat amiable"
            if i % 8 == 2
            else r.choice(["vidange", "pneus AV", "plein 42 L", "contrôle technique OK"])
        ),
        n=128,
    )
    P(
        "driving_licence",
        "autopartage",
        "licences as integers beside members",
        lambda r, i: (
            int("9" + permis(r)[1:]),
            nm(r, "low"),
            r.choice(["permis B validé", "permis B à vérifier"]),
        ),
        ["abonne", "statut"],
    )
    P(
        "driving_licence",
        "pieces_taxi",
        "licence full-width in a third of the rows",
        lambda r, i: (
            fw(f"permis {permis(r)}")
            if i % 3 == 1
            else r.choice(["carte pro", "assurance RC", "contrôle taximètre"]),
            nm(r, "NP"),
        ),
        ["chauffeur"],
    )
    # ---- sports_licence
    P(
        "sports_licence",
        "licence",
        "tennis licences with players",
        lambda r, i: (dig(r, 7) + " " + r.choice(L), nm(r, "UP"), r.choice(["30/2", "15/4", "NC", "40"])),
        ["joueur", "classement tennis"],
    )
    P(
        "sports_licence",
        "no_lic",
        "basket licences",
        lambda r, i: (
            r.choice(["VT", "BC", "JH"]) + dig(r, 6),
            nm(r, "PU"),
            r.choice(["U13", "U15", "Seniors F"]),
        ),
        ["basketteur", "cat"],
    )
    P(
        "sports_licence",
        "code adhérent",
        "judo licences built from sex, birth and name",
        lambda r, i: (
            lambda p, d: (
                f"{r.choice('MF')}{d.strftime('%d%m%Y')}{slug(p[1]).replace('-', '').upper()[:5].ljust(5, '*')}01"
            )
        )(person(r), day(r, 2005, 2017)),
    )
    P(
        "sports_licence",
        "resultat",
        "UCI number in race results",
        lambda r, i: (
            f"{i + 1}. {nm(r, 'UP')} (UCI {uci(r)}) {r.choice(['VC Rodez', 'UV Aube', 'ES Caen'])} à {r.randint(0, 9)}'{r.randint(10, 59)}''"
        ),
    )
    P(
        "sports_licence",
        "creneau",
        "table tennis licence for few bookings",
        lambda r, i: (
            f"résa {nm(r)} lic. FFTT {r.choice(['12', '51', '76'])}{dig(r, 5)}"
            if i % 7 == 0
            else r.choice(["scolaire", "club ping", "fermé", "entretien"]),
            f"{r.randint(8, 21)}h",
        ),
        ["heure"],
        n=112,
    )
    P(
        "sports_licence",
        "subv_licence",
        "handball numbers 13 digits with nbsp, players beside",
        lambda r, i: (
            r.choice(
                [f"{5131}{dig(r, 3)}{NB}{dig(r, 6)}", f"5131{dig(r, 9)}", f"5131{dig(r, 3)} {dig(r, 6)} "]
            ),
            nm(r, "NP"),
            "handball -15 G",
        ),
        ["jeune aidé", "discipline"],
    )
    # ---- caf_number
    P(
        "caf_number",
        "allocataire",
        "CAF numbers with names",
        lambda r, i: (caf(r), nm(r, "UP"), f"QF {r.randint(180, 1900)}"),
        ["responsable", "quotient"],
    )
    P("caf_number", "n°", "prefix CAF in cell", lambda r, i: f"CAF {caf(r)[:7]} {r.choice('ABCDEFGHJK')}")
    P(
        "caf_number",
        "tarif",
        "CAF numbers dirty beside families",
        lambda r, i: (dirty(r, "alloc. " + caf(r)), f"famille {nm(r, 'N')}"),
        ["foyer"],
    )
    P(
        "caf_number",
        "memo",
        "CAF number in few notes",
        lambda r, i: f"attestation CAF n° allocataire {caf(r)} pour {nm(r, 'civ')}" if i % 8 == 4 else ban(r),
        n=128,
    )
    P(
        "caf_number",
        "regime",
        "half CAF half other schemes, children beside",
        lambda r, i: (
            f"CAF51 {caf(r)}" if i % 2 else r.choice(["MSA", "hors régime", "non communiqué"]),
            nm(r, "PN"),
            r.choice(["ALSH mercredi", "cantine", "garderie"]),
        ),
        ["inscrit", "activité"],
    )
    P(
        "caf_number",
        "data",
        "JSON of family with CAF",
        lambda r, i: json.dumps(
            {"famille": nm(r, "N"), "caf": caf(r), "qf": r.randint(100, 1500)}, ensure_ascii=False
        ),
    )
    # ---- social_profile
    hd = lambda r: (
        lambda p: (
            "@"
            + r.choice(
                [
                    f"{slug(p[0])}_{slug(p[1])[:6]}",
                    f"{slug(p[0])}.{slug(p[1])}",
                    f"{slug(p[1])[:5]}{slug(p[0])}{r.randint(1, 99)}",
                ]
            )
        )
    )(person(r))
    P(
        "social_profile",
        "pseudo",
        "handles of commenters",
        lambda r, i: (
            hd(r),
            r.choice(
                [
                    "J'adore ce quartier",
                    "On veut des arbres",
                    "Le bus était en retard ce matin",
                    "Merci aux agents",
                ]
            ),
        ),
        ["message"],
    )
    P(
        "social_profile",
        "lien",
        "Facebook and LinkedIn pages of people",
        lambda r, i: (
            lambda p: r.choice(
                [
                    "https://www.facebook.com/{0}.{1}.{2}",
                    "https://www.linkedin.com/in/{0}-{1}-{2}/",
                    "https://www.instagram.com/{0}{1}{2}/",
                ]
            ).format(slug(p[0]), slug(p[1]), r.randint(10, 99))
        )(person(r)),
    )
    P(
        "social_profile",
        "credit_photo",
        "private handles in a fifth of the credits",
        lambda r, i: (
            f"photo {hd(r)} (insta), habitante du quartier"
            if i % 5 == 0
            else r.choice(["© Ville de Troyes", "archives municipales", "libre de droits", "sans crédit"])
        ),
    )
    P(
        "social_profile",
        "animateur",
        "names with TikTok and Snap accounts",
        lambda r, i: f"{nm(r)} - {r.choice(['snap', 'tiktok', 'insta'])} : {hd(r)[1:]}",
    )
    P(
        "social_profile",
        "compte fédiverse",
        "Mastodon accounts dirty, volunteers beside",
        lambda r, i: (
            r.choice(
                [
                    hd(r) + "@piaille.fr",
                    hd(r).replace("@", "@" + ZW) + "@mastodon.social",
                    hd(r).upper() + " @mamot.fr",
                ]
            ),
            nm(r),
        ),
        ["bénévole"],
    )
    P(
        "social_profile",
        "signalement",
        "links to a neighbour's profile in few reports",
        lambda r, i: (
            f"voir la vidéo de mon voisin https://www.tiktok.com/{hd(r)}/video/7{dig(r, 18)}"
            if i % 9 == 7
            else r.choice(["lampadaire éteint", "chien errant", "trou chaussée", "poubelles débordent"])
        ),
        n=135,
    )
    # ---- trigram
    P("trigram", "trig", "trigrams beside names", lambda r, i: ini(r), ["agent"])
    P(
        "trigram",
        "suivi",
        "trigrams in follow-up texts",
        lambda r, i: f"{fd(day(r, 2024))} {ini(r)[0]} : {ban(r)} ; à faire par {ini(r)[0]}",
    )
    P(
        "trigram",
        "login",
        "logins of agents beside service",
        lambda r, i: (
            (lambda p: slug(p[0])[0] + slug(p[1]).replace("-", "")[:7])(person(r)),
            r.choice(["Urbanisme", "État civil", "Police municipale"]),
            f"dernière connexion {fd(day(r, 2025))}",
        ),
        ["service", "session"],
    )
    P(
        "trigram",
        "Visa",
        "initials with slashes beside file owner names",
        lambda r, i: (
            lambda a, b: (f"{a[0][0]}.{a[0][1]}. / {b[0][0].lower()}{b[0][1].lower()}", f"{a[1]} ; {b[1]}")
        )(ini(r), ini(r)),
        ["rédacteurs"],
    )
    P(
        "trigram",
        "historique",
        "trigram in a minority of the lines",
        lambda r, i: (
            f"appelé le {fd(day(r, 2025))} par {ini(r)[0]}, rappeler {ini(r)[0]} lundi"
            if i % 5 == 1
            else r.choice(["créé", "clos", "en attente pièce", "doublon"])
        ),
    )
    P(
        "trigram",
        "maj_par",
        "logins with suffix digits and domain, mixed with batch",
        lambda r, i: (
            "MAIRIE\\"
            + (lambda p: slug(p[1]).replace("-", "")[:6] + slug(p[0])[0] + f"{r.randint(1, 3):02d}")(
                person(r)
            )
            if i % 3
            else "batch_nuit",
            f"modif {r.choice(['adresse', 'libellé', 'géométrie'])}",
        ),
        ["evt"],
    )
    # ---- health
    P(
        "health",
        "motif",
        "reason of absence of named agents",
        lambda r, i: (
            r.choice(
                [
                    "arrêt maladie - lombalgie",
                    "burn-out",
                    "hospitalisation",
                    "chimiothérapie",
                    "congé pathologique grossesse",
                    "fracture cheville",
                ]
            ),
            nm(r, "UP"),
        ),
        ["agent"],
    )
    P(
        "health",
        "PAI",
        "allergies of named pupils",
        lambda r, i: (
            r.choice(
                [
                    "allergie arachide",
                    "asthme - Ventoline",
                    "diabète : insuline 12h",
                    "épilepsie - Buccolam",
                    "intolérance lactose",
                    "œdème de Quincke",
                ]
            ),
            nm(r, "PU"),
            r.choice(["CP", "CE2", "CM1"]),
        ),
        ["eleve", "classe"],
    )
    P(
        "health",
        "observations",
        "health words in one in eight",
        lambda r, i: f"{nm(r, 'civ')} souffre de {r.choice(ILL)}, prévoir visite" if i % 8 == 0 else ban(r),
        n=128,
    )
    P(
        "health",
        "amenagement_poste",
        "illness of agents misspelled",
        lambda r, i: (
            r.choice(
                [
                    "RQTH depui 2021, hernie discal",
                    "apte avec restriction port de charge (epaule operee)",
                    "depressif, mi-tps therapeutique",
                    "canal carpien droit opéré",
                    "diabéte insulino, pauses",
                ]
            ),
            nm(r, "low"),
        ),
        ["qui"],
    )
    P(
        "health",
        "visite_domicile",
        "text about a person's health, nbsp",
        lambda r, i: (
            f"Mme{NB}{nm(r, 'N')}{NN}: {r.choice(['chute dans la salle de bain, plaie au front', 'perte de mémoire, ne prend plus son traitement', 'sous oxygène, fatiguée', 'escarre au talon, infirmière 2x/j'])}"
        ),
    )
    P(
        "health",
        "prestation",
        "half of the rows tell a disability",
        lambda r, i: (
            r.choice(["PMR - fauteuil, myopathie", "malvoyant, canne blanche", "autisme, accompagnateur"])
            if i % 2
            else r.choice(["trajet simple", "aller-retour", "trajet annulé"]),
            nm(r, "NP"),
        ),
        ["usager TAD"],
    )
    # ---- age_illness
    P(
        "age_illness",
        "situation",
        "age and illness in a sentence",
        lambda r, i: (
            f"{r.choice(['Homme', 'Femme'])} de {r.randint(19, 93)} ans, {r.choice(ILL)}, vit {r.choice(['seul(e)', 'chez sa fille', 'en foyer'])}"
        ),
    )
    P(
        "age_illness",
        "age",
        "ages beside illness and district, one person a row",
        lambda r, i: (
            r.randint(41, 96),
            r.choice(ILL),
            r.choice(["veuve", "célibataire", "chez sa fille", "en couple, 2 enfants"]),
        ),
        ["patho", "foyer"],
    )
    P(
        "age_illness",
        "detail",
        "age with illness in few rows",
        lambda r, i: (
            f"enfant {r.randint(3, 11)} ans, {r.choice(ILL[:3])}, PAI à prévoir"
            if i % 7 == 3
            else r.choice(["inscription standard", "liste d'attente", "fratrie", "changement d'école"])
        ),
        n=126,
    )
    P(
        "age_illness",
        "profil",
        "age as letters and abbreviations",
        lambda r, i: (
            r.choice(["♂", "F", "H", "♀"])
            + f"{NB}{r.randint(60, 95)}a, {r.choice(['ATCD AVC', 'BPCO', 'DNID', 'HTA + Parkinson', 'cancer colon 2021', 'IRC dialysé'])}"
        ),
    )
    P(
        "age_illness",
        "json",
        "JSON one patient each",
        lambda r, i: json.dumps(
            {
                "age": r.randint(18, 90),
                "sexe": r.choice("FM"),
                "diag": r.choice(ILL),
                "rdv": day(r, 2025).isoformat(),
            },
            ensure_ascii=False,
        ),
    )
    P(
        "age_illness",
        "equipement",
        "equipment lent with the age and illness of the borrower, mixed",
        lambda r, i: (
            f"lit médicalisé - monsieur {r.randint(66, 94)} ans, {r.choice(ILL)}"
            if i % 3 == 0
            else r.choice(["déambulateur - stock", "fauteuil - révision", "barre d'appui - stock"])
        ),
    )
    # ---- home_position
    P(
        "home_position",
        "lat_lon",
        "coordinates of homes, names beside",
        lambda r, i: (f"{44.09 + r.random() / 30:.6f}, {3.06 + r.random() / 30:.6f}", nm(r, "civ")),
        ["abonné eau"],
    )
    P(
        "home_position",
        "geom",
        "WKT of homes of named persons",
        lambda r, i: (
            f"POINT({3.94 + r.random() / 25:.6f} {49.03 + r.random() / 25:.6f})",
            f"domicile {nm(r)}",
        ),
        ["libellé"],
    )
    P(
        "home_position",
        "x",
        "Lambert 93 with y, carer files",
        lambda r, i: (
            round(648000 + r.random() * 4000, 2),
            round(6284000 + r.random() * 4000, 2),
            nm(r, "UP"),
            "téléassistance à domicile",
        ),
        ["y", "bénéficiaire", "service"],
    )
    P(
        "home_position",
        "geo_point",
        "GeoJSON of child minders' homes",
        lambda r, i: (
            json.dumps(
                {
                    "type": "Point",
                    "coordinates": [round(0.2 + r.random() / 20, 6), round(49.13 + r.random() / 20, 6)],
                }
            ),
            f"{nm(r)}, agréée à son domicile",
        ),
        ["assmat"],
    )
    P(
        "home_position",
        "position",
        "DMS and decimal comma, homes of elderly people",
        lambda r, i: (
            r.choice(
                [
                    f"49°{r.randint(50, 56)}'{r.randint(10, 59)}\"N 1°{r.randint(3, 6)}'{r.randint(10, 59)}\"E",
                    f"49,{r.randint(900000, 930000)} ; 1,{r.randint(60000, 99999):06d}",
                ]
            ),
            nm(r, "low"),
            "personne isolée, plan canicule, à son domicile",
        ),
        ["qui", "registre"],
    )
    P(
        "home_position",
        "localisation",
        "map link to a home in few rows",
        lambda r, i: (
            f"chez {nm(r)} https://maps.google.com/?q={43.60 + r.random() / 40:.5f},{2.24 + r.random() / 40:.5f}"
            if i % 7 == 2
            else r.choice(["déchèterie", "mairie annexe", "piscine", "stade"])
        ),
        n=126,
    )
    # ---- person_header
    for h, w, fn in [
        ("Mme RAKOTOARISOA Haingo", "hours under a name", lambda r, i: r.choice([7, 7.5, 0, 3.5, 8])),
        (
            "Thierry Pélissier",
            "presence marks under a name",
            lambda r, i: r.choice(["P", "A", "P", "excusé"]),
        ),
        ("note_Agnieszka_WISNIEWSKA", "marks under a name", lambda r, i: r.randint(4, 20)),
        (
            "m. yıldırım mehmet (astreinte)",
            "on-call weeks under a name",
            lambda r, i: r.choice(["X", None, None]),
        ),
        (
            "Inès Guérin-Der Sarkissian - tâches",
            "tasks under a name",
            lambda r, i: r.choice(["courrier", "accueil", "tri", "régie"]),
        ),
        ("NGUYEN VAN Thị Lan", "votes in jury under a name", lambda r, i: r.choice(["oui", "non", "blanc"])),
    ]:
        P("person_header", h, w, fn, neutral=False)
    # =============================== harmless ===============================
    OBJ = [
        "Réfection de chaussée rue de Vesle",
        "Marché de denrées cuisine centrale",
        "Éclairage LED",
        "Subvention harmonie municipale",
        "Maintenance ascenseurs",
        "Achat de sel de déneigement",
        "Toiture halle",
        "Assurance flotte",
    ]
    FAC = [
        ("Médiathèque Simone-Veil", "12 rue de la République"),
        ("Piscine Nakache", "4 allée des Sports"),
        ("Crèche Les Lutins", "27 bis rue Saint-Hilaire"),
        ("Centre technique municipal", "1 ZA du Puits"),
        ("Mairie annexe Nord", "3 place du Marché"),
        ("Gymnase Coubertin", "55 bd de la Marne"),
        ("École élémentaire Jules-Ferry", "8 rue Gambetta"),
        ("Maison des associations", "16 quai Bérigny"),
        ("Déchèterie des Prés", "RD 612, lieu-dit Les Prés"),
        ("Office de tourisme", "2 rue Grande"),
        ("Conservatoire", "31 faubourg de Planques"),
        ("Musée des beaux-arts", "5 cours d'Ormesson"),
    ]
    fac = lambda r: r.choice(FAC)
    # -- nir look-alikes
    H(
        "nir",
        "montant_centimes",
        "amounts in cents beside the object",
        lambda r, i: (r.randint(10**6, 10**9), r.choice(OBJ)),
        ["objet"],
    )
    H(
        "nir",
        "siret_attributaire",
        "SIRET beside companies",
        lambda r, i: (
            siret(r),
            r.choice(
                ["COLAS France", "Eiffage Énergie", "SAS Occitanie Propreté", "SUEZ RV", "SPIE CityNetworks"]
            ),
            r.choice(OBJ),
        ),
        ["titulaire", "objet"],
    )
    H(
        "nir",
        "pdl",
        "electric delivery points of public sites",
        lambda r, i: (f"{r.choice(['14', '07', '21'])}{dig(r, 12)}", fac(r)[0], r.randint(3, 250)),
        ["batiment", "puissance_kva"],
    )
    H(
        "nir",
        "id_parcelle",
        "14-char cadastral ids of public land",
        lambda r, i: (
            f"{r.choice(['12145', '51230', '76217'])}000{r.choice('ABCD')}{r.choice(L)}{r.randint(1, 400):04d}",
            r.choice(["espace vert communal", "cimetière", "stade", "voirie"]),
        ),
        ["usage"],
    )
    H(
        "nir",
        "ts_ms",
        "epoch milliseconds and counts of a bike counter",
        lambda r, i: (1735689600000 + i * 3600000, r.randint(0, 180), "passages vélo, Pont de Pierre"),
        ["n", "compteur"],
    )
    H(
        "nir",
        "imei",
        "IMEI of municipal air sensors",
        lambda r, i: (
            luhn("86" + dig(r, 12)),
            "capteur qualité de l'air v2",
            f"mât place n° {r.randint(1, 40)}",
        ),
        ["modele", "support"],
    )
    H(
        "nir",
        "code_barres",
        "EAN-13 of catalogue books by dead authors",
        lambda r, i: (
            lambda b: (
                b + str(-sum(int(c) * (1, 3)[k % 2] for k, c in enumerate(b)) % 10),
                r.choice(["Germinal", "Le Horla", "Bel-Ami", "Salammbô", "Les Fleurs du mal"]),
                r.choice(["poche", "relié"]),
            )
        )("9782" + dig(r, 8)),
        ["titre", "format"],
    )
    # -- iban
    H(
        "iban",
        "n_tva",
        "VAT numbers of companies",
        lambda r, i: (
            lambda s: (
                f"FR{(12 + 3 * (int(s) % 97)) % 97:02d}{s}",
                r.choice(
                    ["SAS Ponts & Ouvrages", "SA Berger-Levrault", "Coop. Champagne Bois", "SEM Habitat Auch"]
                ),
            )
        )(siren(r)),
        ["fournisseur"],
    )
    H(
        "iban",
        "ICS",
        "SEPA creditor ids of public services",
        lambda r, i: (
            f"FR{r.randint(10, 99)}ZZZ{dig(r, 6)}",
            r.choice(["Régie des eaux", "Cantine municipale", "Conservatoire à rayonnement communal"]),
        ),
        ["régie"],
    )
    H(
        "iban",
        "imputation",
        "accounting codes M57",
        lambda r, i: (
            f"{r.choice(['011', '012', '65', '21', '23'])}-{r.choice(['60612', '6156', '615221', '2315', '65748'])}-{r.randint(10, 99)}",
            r.choice(["Énergie - électricité", "Maintenance", "Entretien bâtiments publics"]),
        ),
        ["nature"],
    )
    H(
        "iban",
        "lei",
        "LEI of banks lending to the city",
        lambda r, i: (
            f"9695{dig(r, 2)}{''.join(r.choice('ABCDEFGHJKLMNPQRSTUVWXYZ0123456789') for _ in range(12))}{dig(r, 2)}",
            r.choice(["Caisse d'Épargne Midi-Pyrénées", "La Banque Postale", "AFL"]),
            f"{r.randint(5, 90) * 50000} €",
        ),
        ["preteur", "capital"],
    )
    H(
        "iban",
        "bic",
        "BIC of lenders beside loans",
        lambda r, i: (
            r.choice(["CEPAFRPP313", "AGRIFRPP812", "PSSTFRPPTOU", "CCBPFRPPTLS"]),
            f"Emprunt 20{r.randint(10, 24)}-{r.randint(1, 9)}",
            f"{r.randint(10, 390) / 100:.2f} %".replace(".", ","),
        ),
        ["contrat", "taux"],
    )
    H(
        "iban",
        "cle_ressource",
        "SHA-256 of published files",
        lambda r, i: (
            hashlib.sha256(dig(r, 9).encode()).hexdigest(),
            f"budget_20{r.randint(15, 25)}_{i}.csv",
        ),
        ["fichier"],
    )
    # -- card
    H(
        "card",
        "n_exemplaire",
        "16-digit book copy barcodes",
        lambda r, i: (
            f"0000{dig(r, 12)}",
            r.choice(["BD", "Roman adulte", "Album jeunesse", "DVD"]),
            r.choice(["disponible", "pilon", "en réserve"]),
        ),
        ["support", "état"],
    )
    H(
        "card",
        "volume_m3",
        "volumes of water with thousands spaces",
        lambda r, i: (
            f"{r.randint(1, 19)}{NN}{r.randint(0, 999):03d}{NN}{r.randint(0, 999):03d} m³",
            f"{r.choice(['captage', 'réservoir'])} de {r.choice(['Cornus', 'Bacchus', 'la Fontaine'])}",
        ),
        ["ouvrage"],
    )
    H(
        "card",
        "coord_l93",
        "Lambert pairs of fire hydrants",
        lambda r, i: (
            f"{r.randint(700000, 709999)}.{dig(r, 2)} {r.randint(6330000, 6339999)}.{dig(r, 2)}",
            r.choice(["PI DN100", "BI DN80", "bâche 120 m3"]),
        ),
        ["hydrant"],
    )
    H(
        "card",
        "sscc",
        "pallet codes of the central kitchen",
        lambda r, i: (
            f"(00)3{dig(r, 17)}",
            r.choice(["haricots verts bio 5 kg", "compote pomme", "riz de Camargue", "steak haché surgelé"]),
        ),
        ["denrée"],
    )
    H(
        "card",
        "rnb",
        "building ids RNB",
        lambda r, i: ("".join(r.choice("123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12)), fac(r)[0]),
        ["batiment_public"],
    )
    # -- phone
    H(
        "phone",
        "telephone",
        "lines of public services named beside",
        lambda r, i: (fixe(r, "05"), fac(r)[0]),
        ["service"],
    )
    H(
        "phone",
        "standard",
        "reception desks, odd typing, service in cell",
        lambda r, i: f"{fac(r)[0]} : {dirty(r, fixe(r, '03', '.'))}",
    )
    H(
        "phone",
        "n_utile",
        "national short and green numbers",
        lambda r, i: r.choice(
            [
                ("15", "SAMU"),
                ("3919", "Violences femmes info"),
                ("0 800 130 000", "info coronavirus"),
                ("119", "Enfance en danger"),
                ("3237", "Pharmacie de garde"),
                ("0 805 201 626", "Alerte encombrants"),
            ]
        ),
        ["service"],
    )
    H(
        "phone",
        "ref_marche",
        "public contracts numbered like phones beside objects",
        lambda r, i: (
            f"{r.randint(18, 25)} {r.randint(1, 12):02d} {r.randint(0, 99):02d} {r.randint(0, 9):02d} 00",
            r.choice(OBJ),
        ),
        ["objet_du_marche"],
    )
    H(
        "phone",
        "index",
        "meter index of public buildings",
        lambda r, i: (r.randint(600000000, 799999999), "Wh", fac(r)[0]),
        ["unité", "site"],
    )
    H(
        "phone",
        "version",
        "software versions and dates",
        lambda r, i: (
            f"v0{r.randint(1, 9)}.{r.randint(10, 40)}.{r.randint(10, 99)}.{r.randint(10, 99)}.{r.randint(10, 99)}",
            r.choice(["logiciel SIG", "portail famille", "parapheur"]),
            "mise à jour corrective",
        ),
        ["produit", "nature"],
    )
    H(
        "phone",
        "cote",
        "archive shelf marks",
        lambda r, i: (
            f"{r.randint(1, 9)} Fi {r.randint(100, 9999)}",
            r.choice(
                [
                    "carte postale, les halles, v. 1905",
                    "plan du canal, 1823",
                    "affiche fête de la Jeunesse, 1936",
                ]
            ),
        ),
        ["description"],
    )
    # -- email
    H(
        "email",
        "mél",
        "generic mailboxes beside the service",
        lambda r, i: (
            lambda p: (
                f"{p[0]}@{r.choice(['ville-auch.fr', 'mairie-dieppe.fr', 'epernay.fr', 'troyes.fr'])}",
                p[1],
            )
        )(
            r.choice(
                [
                    ("mediatheque", "Médiathèque"),
                    ("etat-civil", "Service état civil"),
                    ("accueil", "Accueil mairie"),
                    ("urbanisme", "Service urbanisme"),
                    ("voirie", "Service voirie"),
                    ("scolaire", "Affaires scolaires"),
                ]
            )
        ),
        ["service"],
    )
    H(
        "email",
        "contact",
        "noreply and dataset mailboxes",
        lambda r, i: (
            r.choice(["opendata", "sig", "noreply", "dpo", "postmaster"])
            + "@"
            + r.choice(
                ["reims.fr", "ville-castres.fr", "grandalbigeois.fr", "ville-alencon.fr", "chaumont.fr"]
            )
        ),
    )
    H(
        "email",
        "tarif",
        "at sign as price mark",
        lambda r, i: (
            f"{r.randint(2, 40)} {r.choice(['plants', 'rouleaux', 'sacs'])} @ {r.randint(1, 90)},{r.choice(['00', '50'])} €"
        ),
    )
    H(
        "email",
        "url",
        "pages of city facilities",
        lambda r, i: (
            f"https://www.ville-{r.choice(['figeac', 'lunel', 'flers', 'vire'])}.fr/equipements/{r.choice(['piscine', 'stade', 'mediatheque', 'cinema'])}?id={r.randint(1, 400)}"
        ),
    )
    H(
        "email",
        "xpath",
        "schema paths with @ attributes",
        lambda r, i: f"/gml:FeatureCollection/member[{i}]/@{r.choice(['gml:id', 'srsName', 'xlink:href'])}",
    )
    H(
        "email",
        "licence_donnees",
        "licence and producer of datasets",
        lambda r, i: (
            r.choice(["Licence Ouverte 2.0", "ODbL 1.0", "CC-BY 4.0"]),
            r.choice(["Arbres remarquables", "Pistes cyclables", "Budget primitif"]),
        ),
        ["jeu"],
    )
    # -- plate
    H(
        "plate",
        "ref_article",
        "shop references like plates beside goods",
        lambda r, i: (
            f"{r.choice(L)}{r.choice(L)}-{r.randint(100, 999)}-{r.choice(L)}{r.choice(L)}",
            r.choice(
                [
                    "boulon M12 inox",
                    "sac 110 L",
                    "ampoule E27 9 W",
                    "gants T9",
                    "peinture routière blanche 25 kg",
                ]
            ),
            f"{r.randint(1, 80)},90 €",
        ),
        ["désignation", "PU"],
    )
    H(
        "plate",
        "armoire",
        "lighting cabinets codes",
        lambda r, i: (
            f"AR-{r.randint(1, 220):03d}-EP",
            r.choice(["SHP 100 W", "LED 42 W", "LED 27 W"]),
            r.randint(4, 48),
        ),
        ["lampes", "nb_points_lumineux"],
    )
    H(
        "plate",
        "section_parcelle",
        "cadastre of municipal woods",
        lambda r, i: (
            f"{r.choice('ABCZ')}{r.choice(L)} {r.randint(1, 300)}",
            f"{r.randint(1, 40)} ha {r.randint(10, 99)} a",
            "forêt communale - " + r.choice(["hêtraie", "chênaie", "pin laricio"]),
        ),
        ["surface", "peuplement"],
    )
    H(
        "plate",
        "route",
        "roads and kilometre posts",
        lambda r, i: (
            f"{r.choice(['D', 'RD', 'RN', 'A'])}{r.choice([' ', ''])}{r.randint(1, 999)} PR {r.randint(0, 60)}+{r.randint(0, 999):03d}"
        ),
    )
    H(
        "plate",
        "vol",
        "flight numbers of the regional airport",
        lambda r, i: (
            f"{r.choice(['FR', 'AF', 'V7', 'U2'])} {r.randint(100, 9999)}",
            r.choice(["Rodez → Dublin", "Castres → Orly", "Deauville → Nice"]),
            f"{r.randint(6, 22):02d}h{r.randint(0, 59):02d}",
        ),
        ["liaison", "heure"],
    )
    H(
        "plate",
        "quai",
        "bus bays and lines",
        lambda r, i: (
            f"Q{r.choice('ABC')}-{r.randint(1, 12):02d}-L{r.randint(1, 9)}",
            r.choice(["Gare routière", "Pôle d'échanges", "Théâtre"]),
        ),
        ["station"],
    )
    # -- ip
    H(
        "ip",
        "adresse_equipement",
        "private IPs of city switches",
        lambda r, i: (
            f"10.{r.randint(0, 40)}.{r.randint(0, 255)}.{r.randint(1, 254)}",
            f"switch 24 ports - {fac(r)[0]}",
        ),
        ["materiel"],
    )
    H(
        "ip",
        "exemple",
        "documentation IPs in a manual",
        lambda r, i: (
            f"{r.choice(['192.0.2', '198.51.100', '203.0.113'])}.{r.randint(1, 254)}",
            "adresse fictive - support de formation réseau",
        ),
        ["note"],
    )
    H(
        "ip",
        "plan d'adressage",
        "private networks in CIDR",
        lambda r, i: (
            f"192.168.{r.randint(0, 250)}.0/24 VLAN {r.randint(10, 90)} {r.choice(['vidéoprojecteurs', 'imprimantes', 'GTB', 'horodateurs'])}"
        ),
    )
    H(
        "ip",
        "rubrique",
        "numbered headings of the local plan",
        lambda r, i: (
            f"{r.randint(1, 9)}.{r.randint(1, 12)}.{r.randint(1, 9)}.{r.randint(1, 9)} {r.choice(['Hauteur des constructions', 'Stationnement', 'Clôtures', 'Espaces libres'])}"
        ),
    )
    H(
        "ip",
        "firmware",
        "firmware of parking meters",
        lambda r, i: (
            f"{r.randint(1, 6)}.{r.randint(0, 20)}.{r.randint(0, 200)}.{r.randint(1, 9)}",
            f"horodateur H{r.randint(1, 90):02d} - {r.choice(['place Foch', 'quai Henri-IV', 'cours Arnozan'])}",
        ),
        ["borne"],
    )
    H(
        "ip",
        "multicast",
        "multicast and loopback groups of video walls",
        lambda r, i: (
            f"239.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}",
            "flux panneau lumineux d'information",
        ),
        ["flux"],
    )
    # -- mac
    H(
        "mac",
        "dev_eui",
        "LoRaWAN ids of bin sensors",
        lambda r, i: (
            "-".join(["70", "B3", "D5"] + [f"{r.randint(0, 255):02X}" for _ in range(5)]),
            f"benne verre n° {r.randint(1, 120)}",
            f"{r.randint(0, 100)} %",
        ),
        ["point_apport", "remplissage"],
    )
    H(
        "mac",
        "empreinte",
        "md5 of published files",
        lambda r, i: (
            hashlib.md5(dig(r, 8).encode()).hexdigest(),
            f"dalle_lidar_{r.randint(600, 700)}_{r.randint(6200, 6300)}.laz",
        ),
        ["fichier"],
    )
    H(
        "mac",
        "couleur",
        "colours of bus lines",
        lambda r, i: (f"#{r.randint(0, 0xFFFFFF):06X}", f"Ligne {r.choice('ABCDE')}{r.randint(1, 20)}"),
        ["ligne"],
    )
    H(
        "mac",
        "bssid",
        "MAC of fixed wifi points in public rooms",
        lambda r, i: (mac(r), f"borne wifi plafond, {fac(r)[0]}"),
        ["emplacement"],
    )
    H(
        "mac",
        "uuid",
        "UUIDs of trees",
        lambda r, i: (
            (lambda h: f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:32]}")(
                hashlib.md5(dig(r, 9).encode()).hexdigest()
            ),
            r.choice(["Platanus x hispanica", "Tilia cordata", "Acer campestre", "Celtis australis"]),
        ),
        ["essence"],
    )
    H(
        "mac",
        "plage_horaire",
        "opening hours with colons",
        lambda r, i: (
            f"{r.choice(['Lu-Ve', 'Ma-Sa', 'Me', 'Di'])} 08:{r.choice(['00', '30'])}-12:00; 13:30-{r.randint(16, 19)}:00"
        ),
    )
    # -- person_name
    H(
        "person_name",
        "nom_voie",
        "streets honouring dead people",
        lambda r, i: (
            r.choice(
                [
                    "rue Jean Moulin",
                    "avenue Jean Jaurès",
                    "place Marie Curie",
                    "bd Georges Clemenceau",
                    "rue Flora Tristan",
                    "allée Guy de Maupassant",
                    "quai Gustave Flaubert",
                ]
            ),
            r.randint(40, 900),
        ),
        ["longueur_m"],
    )
    H(
        "person_name",
        "auteur",
        "works by dead artists with dates",
        lambda r, i: r.choice(
            [
                ("Eugène Boudin", "La Plage de Trouville", "1824-1898"),
                ("Claude Monet", "Falaises à Fécamp", "1840-1926"),
                ("Henri de Toulouse-Lautrec", "Au salon", "1864-1901"),
                ("Camille Claudel", "La Valse", "1864-1943"),
                ("Antoine Bourdelle", "Héraklès archer", "1861-1929"),
            ]
        ),
        ["oeuvre", "vie"],
    )
    H(
        "person_name",
        "prenom",
        "first names given in the year with counts",
        lambda r, i: (
            r.choice(
                ["Louise", "Gabriel", "Jade", "Raphaël", "Ambre", "Noé", "Alba", "Ismaël", "Maëlys", "Léo"]
            ),
            r.choice("FM"),
            r.randint(5, 80),
            2010 + i % 14,
        ),
        ["sexe", "naissances", "année"],
    )
    H(
        "person_name",
        "titulaire",
        "companies whose names sound like people",
        lambda r, i: r.choice(
            [
                "SAS Martin Frères TP",
                "Leroy Merlin France",
                "Groupe Bernard SA",
                "SARL Fabre Espaces Verts",
                "Pierre Fabre SA",
                "Société Thomas Signalisation",
            ]
        ),
    )
    H(
        "person_name",
        "école",
        "schools honouring people",
        lambda r, i: (
            f"{r.choice(['École', 'Collège', 'Lycée'])} {r.choice(['Paul-Éluard', 'Jean-Vigo', 'Joliot-Curie', 'Louise-Michel', 'Marcel-Pagnol', 'Jacques-Prévert'])}",
            f"{r.randint(60, 800)} élèves",
            uai(r),
        ),
        ["effectif", "uai"],
    )
    H(
        "person_name",
        "personnage",
        "characters of the shows",
        lambda r, i: (
            r.choice(
                ["Cyrano de Bergerac", "Emma Bovary", "Jean Valjean", "Arsène Lupin", "Jean de Florette"]
            ),
            r.choice(["roman adapté, tout public", "marionnettes dès 6 ans", "lecture musicale"]),
        ),
        ["spectacle"],
    )
    H(
        "person_name",
        "variété",
        "roses and pears named after people",
        lambda r, i: (
            r.choice(
                [
                    "rose 'Pierre de Ronsard'",
                    "rose 'Madame Alfred Carrière'",
                    "pomme 'Reine des Reinettes'",
                    "poire 'Louise Bonne d'Avranches'",
                    "rose 'Gloire de Dijon'",
                ]
            ),
            r.randint(2, 300),
        ),
        ["plants"],
    )
    H(
        "person_name",
        "arret_de_bus",
        "bus stops named after people",
        lambda r, i: (
            r.choice(
                [
                    "Léon Blum",
                    "Général de Gaulle",
                    "Pasteur",
                    "Jean Mermoz",
                    "Saint-Exupéry",
                    "Lycée Roosevelt",
                    "Émile Zola",
                ]
            ),
            f"ligne {r.randint(1, 14)}",
            r.choice(["abri", "poteau"]),
        ),
        ["ligne", "mobilier"],
    )
    H(
        "person_name",
        "cloche",
        "church bells with names, metal and year",
        lambda r, i: (
            r.choice(["Marie-Madeleine", "Jeanne-Françoise", "Étienne", "Charlotte-Eugénie", "Thérèse"]),
            f"bourdon bronze, {r.randint(300, 4000)} kg, fondu en {r.randint(1640, 1890)}",
            r.choice(["beffroi", "collégiale", "cathédrale"]),
        ),
        ["description", "édifice"],
    )
    H(
        "person_name",
        "tempête",
        "storms and heat events with dates",
        lambda r, i: (
            r.choice(["Ciarán", "Domingos", "Eunice", "Alex", "Louis", "Nelson"]),
            f"rafale max {r.randint(80, 150)} km/h",
        ),
        ["mesure"],
    )
    # -- address
    H(
        "address",
        "adresse_equipement",
        "public facilities named beside",
        lambda r, i: (lambda f: (f[1] + " {} {}".format(*r.choice(TOWN)), f[0]))(fac(r)),
        ["nom"],
    )
    H(
        "address",
        "lieu_de_vote",
        "polling places",
        lambda r, i: (
            f"Bureau n° {i + 1} - {r.choice(['École Pasteur', 'Salle Planchard', 'Mairie', 'Gymnase Lagrange'])}, {r.randint(1, 60)} {r.choice(PRIV)}"
        ),
    )
    H(
        "address",
        "tronçon",
        "road works between crossings",
        lambda r, i: (
            f"{r.choice(PRIV)}, entre {r.choice(['la RD 24', 'le giratoire', 'la place Foch'])} et {r.choice(['le pont', 'la gare', 'le canal'])}"
        ),
    )
    H(
        "address",
        "station_irve",
        "charging stations",
        lambda r, i: (
            f"Parking {r.choice(['du Foirail', 'Sernam', 'des Halles'])}, {r.choice(['bd Carnot', 'av. de la Gare'])} {r.choice(TOWN)[1]}",
            f"{r.choice([7, 22, 50, 150])} kW",
            f"FRS{r.choice(['12', '51', '76'])}P{dig(r, 6)}",
        ),
        ["puissance", "id_pdc"],
    )
    H(
        "address",
        "abrév.",
        "abbreviated street names from FANTOIR",
        lambda r, i: (
            r.choice(
                [
                    "R DU GAL LECLERC",
                    "AV DE LA GARE",
                    "CHE DE LA GARENNE",
                    "IMP DU LAVOIR",
                    "PL DU MAL FOCH",
                    "BD ST MICHEL",
                    "ALL DES TILLEULS",
                ]
            ),
            f"{r.choice(['0240', '1130', '0877'])}{r.choice(L)}",
        ),
        ["rivoli"],
    )
    H(
        "address",
        "défibrillateur",
        "AED places in public halls",
        lambda r, i: (
            lambda f: f"DAE - {f[0]}, {f[1]}, {r.choice(['hall', 'façade extérieure', 'accueil'])}"
        )(fac(r)),
    )
    H(
        "address",
        "monument",
        "listed monuments with their street",
        lambda r, i: (
            *r.choice(
                [
                    ("place Sainte-Cécile", "Palais de la Berbie (musée)"),
                    ("rue Saint-Maclou", "Église Saint-Jacques, tour nord"),
                    ("1 place du Chanoine-Ladame", "Basilique Saint-Remi"),
                    ("4 rue de Vauluisant", "Hôtel de Vauluisant (musée)"),
                ]
            ),
            f"PA{dig(r, 8)}",
        ),
        ["édifice", "base Mérimée"],
    )
    H(
        "address",
        "marché",
        "weekly markets",
        lambda r, i: (
            f"{r.choice(['mardi', 'samedi', 'dimanche'])} matin, {r.choice(['place du Mandarous', 'halle Bérégovoy', 'place de la République', 'esplanade des Promenades'])}, {r.randint(10, 120)} étals"
        ),
    )
    # -- birth_date
    H(
        "birth_date",
        "date_travaux",
        "dates of works",
        lambda r, i: (
            day(r, 1965, 2005),
            r.choice(["pose conduite fonte DN100", "réfection toiture", "remplacement chaudière"]),
        ),
        ["intervention"],
    )
    H(
        "birth_date",
        "mise_en_service",
        "commissioning of water mains, mixed forms",
        lambda r, i: (
            r.choice([fd, ld, str])(day(r, 1950, 1999)),
            r.choice(["PVC", "fonte grise", "PEHD", "amiante-ciment"]),
            f"DN {r.choice([60, 100, 150])}",
        ),
        ["matériau", "diamètre"],
    )
    H(
        "birth_date",
        "naissance",
        "birth years of dead writers honoured by plaques",
        lambda r, i: r.choice(
            [
                ("12/12/1821", "Gustave Flaubert", "08/05/1880"),
                ("05/08/1850", "Guy de Maupassant", "06/07/1893"),
                ("08/07/1621", "Jean de La Fontaine", "13/04/1695"),
                ("05/10/1713", "Denis Diderot", "31/07/1784"),
            ]
        ),
        ["personnage", "mort"],
    )
    H(
        "birth_date",
        "datation",
        "planting dates of trees",
        lambda r, i: (
            day(r, 1970, 2015).strftime("%d%m%Y"),
            r.choice(["érable", "frêne", "micocoulier"]),
            f"{r.randint(20, 250)} cm",
        ),
        ["essence", "circonférence"],
    )
    H(
        "birth_date",
        "seance",
        "dates of council sittings with act numbers",
        lambda r, i: (
            lambda d: (
                fd(d),
                f"DEL-{d.year}-{r.randint(1, 200):03d}",
                r.choice(["Adoption du budget", "Convention avec le SDIS", "Tarifs de la piscine"]),
            )
        )(day(r, 2001)),
        ["acte", "objet"],
    )
    H(
        "birth_date",
        "crue",
        "floods of the past",
        lambda r, i: (
            ld(day(r, 1900, 2020)),
            f"{r.randint(200, 720)} cm",
            r.choice(["Tarn", "Aube", "Touques", "Orb"]),
        ),
        ["hauteur", "rivière"],
    )
    H(
        "birth_date",
        "annee_naissance",
        "births counted by year",
        lambda r, i: (1946 + i, r.randint(60, 900), r.randint(60, 900)),
        ["garçons", "filles"],
        n=70,
        neutral=False,
    )
    # -- identity_card
    H(
        "identity_card",
        "n_delib",
        "council acts numbers",
        lambda r, i: (
            f"{r.randint(2008, 2025)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(1, 60):04d}",
            r.choice(
                [
                    "Budget annexe eau - décision modificative",
                    "Dénomination de voie",
                    "Garantie d'emprunt SEM",
                ]
            ),
        ),
        ["intitulé"],
    )
    H(
        "identity_card",
        "code_support",
        "street furniture tags of 9 characters",
        lambda r, i: (cni21(r), r.choice(["banc bois", "corbeille 60 L", "potelet", "arceau vélo"])),
        ["mobilier"],
    )
    H(
        "identity_card",
        "lot_semences",
        "seed lots",
        lambda r, i: (
            f"F{dig(r, 4)}{r.choice(L)}{dig(r, 3)}",
            r.choice(["gazon rustique", "prairie fleurie", "trèfle nain"]),
            f"{r.randint(5, 50)} kg",
        ),
        ["semence", "poids"],
    )
    H(
        "identity_card",
        "n° série",
        "serial numbers of printers",
        lambda r, i: (
            f"VNB{r.choice('3478')}{r.choice(L)}{dig(r, 5)}",
            r.choice(["imprimante laser A4", "copieur A3", "traceur A0"]),
            fac(r)[0],
        ),
        ["type", "site"],
    )
    # -- passport
    H(
        "passport",
        "code_lampe",
        "lamp ids like passports",
        lambda r, i: (f"{r.randint(10, 29)}EP{dig(r, 5)}", f"candélabre {r.randint(4, 9)} m"),
        ["support"],
    )
    H(
        "passport",
        "sinistre_voirie",
        "pothole tickets",
        lambda r, i: (
            f"{r.randint(22, 25)}VO{dig(r, 5)}",
            r.choice(["nid-de-poule", "trottoir affaissé", "avaloir bouché"]),
            r.choice(["traité", "programmé"]),
        ),
        ["type", "statut"],
    )
    H(
        "passport",
        "dossier_mh",
        "numbers of heritage works",
        lambda r, i: (
            f"PM{r.choice(['12', '51', '14'])}{dig(r, 6)} - {r.choice(['retable, bois doré, XVIIe s.', 'cloche, bronze, 1642', 'vitrail, Arbre de Jessé'])}"
        ),
    )
    H(
        "passport",
        "passeport",
        "biodiversity passport: counts of a child leaflet",
        lambda r, i: (
            r.randint(20, 400),
            f"« Passeport nature » distribués, {r.choice(['parc Jouéry', 'jardin Massey', 'bois de Bercé'])}",
        ),
        ["lot"],
    )
    # -- driving_licence
    H(
        "driving_licence",
        "horodatage",
        "twelve-digit timestamps of river levels",
        lambda r, i: (
            f"2024{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 23):02d}{r.choice(['00', '30'])}",
            f"{r.randint(20, 300)} cm",
            "station Vigicrues",
        ),
        ["niveau", "source"],
    )
    H(
        "driving_licence",
        "gtin12",
        "paint product codes",
        lambda r, i: (
            f"3{dig(r, 11)}",
            r.choice(["peinture façade 15 L", "enduit 25 kg", "colle carrelage"]),
        ),
        ["produit"],
    )
    H(
        "driving_licence",
        "cumul",
        "twelve-digit totals of litres pumped",
        lambda r, i: (
            r.randint(10**11, 10**12 - 1),
            "litres cumulés depuis la mise en service",
            r.choice(["station de pompage Nord", "usine des eaux", "forage F2"]),
        ),
        ["unité", "ouvrage"],
    )
    H(
        "driving_licence",
        "permis",
        "counts of building permits by IRIS",
        lambda r, i: (
            r.randint(0, 60),
            f"{r.choice(['121450', '514540', '762170'])}{r.randint(101, 130)}",
            r.choice(["permis de construire accordés", "déclarations préalables"]),
        ),
        ["iris", "indicateur"],
    )
    # -- sports_licence
    H(
        "sports_licence",
        "nb_licences",
        "licences by club",
        lambda r, i: (
            r.randint(12, 900),
            r.choice(["SO Millau rugby", "Troyes Aube Handball", "FC Dieppe", "Épernay Judo"]),
            r.choice(["FFR", "FFHB", "FFF", "FFJDA"]),
        ),
        ["club", "fédération"],
    )
    H(
        "sports_licence",
        "n_affiliation",
        "affiliation numbers of clubs",
        lambda r, i: (
            f"{r.choice(['OCC', 'GES', 'NOR'])}00{r.choice(['12', '51', '76'])}{dig(r, 3)}",
            r.choice(["Basket club lunellois", "ASPTT Reims", "Stade castrais", "Dieppe Basket"]),
        ),
        ["club"],
    )
    H(
        "sports_licence",
        "homologation",
        "approval of sports grounds",
        lambda r, i: (
            f"E{r.choice(['12', '10', '14'])}{dig(r, 6)}",
            r.choice(["stade d'honneur, pelouse", "terrain synthétique", "piste 400 m"]),
            f"niveau T{r.randint(2, 7)}",
        ),
        ["terrain", "classement"],
    )
    H(
        "sports_licence",
        "score",
        "match results between clubs",
        lambda r, i: (
            f"{r.choice(['SC Albi', 'RC Épernay', 'US Flers', 'AS Mende'])} {r.randint(0, 40)}-{r.randint(0, 40)} {r.choice(['Castres XV', 'Reims Champagne', 'AG Caen', 'Rodez AF'])}"
        ),
    )
    # -- caf_number
    H(
        "caf_number",
        "code_uai",
        "school codes, 7 digits and a letter",
        lambda r, i: (
            uai(r),
            f"{r.choice(['Maternelle', 'Primaire', 'Collège'])} {r.choice(['du Centre', 'des Remparts', 'Les Vignes'])}",
        ),
        ["établissement"],
    )
    H(
        "caf_number",
        "caf",
        "households by quotient band",
        lambda r, i: (
            r.randint(50, 3000),
            f"QF de {(i % 12) * 200} à {(i % 12) * 200 + 199} €",
            2012 + i // 12,
        ),
        ["tranche", "année"],
        n=96,
    )
    H(
        "caf_number",
        "ref_vanne",
        "valve codes",
        lambda r, i: (
            f"{dig(r, 7)}V",
            r.choice(["vanne papillon", "robinet-vanne", "ventouse", "purge"]),
            r.choice(["ouverte", "fermée"]),
        ),
        ["organe", "état"],
    )
    # -- social_profile
    H(
        "social_profile",
        "compte",
        "institutional accounts named beside",
        lambda r, i: r.choice(
            [
                ("@VilledeReims", "Ville de Reims"),
                ("@museesdieppe", "Musée de Dieppe"),
                ("@Prefet12", "Préfecture de l'Aveyron"),
                ("@SDIS_10", "Pompiers de l'Aube"),
                ("@otlourdes", "Office de tourisme de Lourdes"),
                ("@lioTrain", "réseau liO"),
            ]
        ),
        ["institution"],
    )
    H(
        "social_profile",
        "page_fb",
        "pages of city facilities",
        lambda r, i: (
            "https://www.facebook.com/"
            + r.choice(
                [
                    "mediatheque.millau",
                    "piscine.epernay",
                    "theatre.lisieux",
                    "conservatoire.troyes",
                    "museedegap".replace("gap", "fecamp"),
                ]
            )
        ),
    )
    H(
        "social_profile",
        "mot-dièse",
        "hashtags of campaigns with counts",
        lambda r, i: (
            r.choice(["#MoisSansTabac", "#JEP2025", "#NuitDesMusees", "#ZeroDechet", "#FeteDeLaMusique"]),
            r.randint(3, 4000),
            "publications",
        ),
        ["n", "unite"],
    )
    H(
        "social_profile",
        "depot",
        "code repositories of the city",
        lambda r, i: (
            f"https://github.com/{r.choice(['etalab', 'ville-de-figeac', 'betagouv', 'incubateur-territoires'])}/{r.choice(['schema-irve', 'template-opendata', 'ban', 'api-geo'])}/blob/main/v{r.randint(1, 9)}.{r.randint(0, 9)}/schema.json"
        ),
    )
    # -- trigram
    H(
        "trigram",
        "service",
        "codes of departments beside names",
        lambda r, i: r.choice(
            [
                ("DRH", "Direction des ressources humaines"),
                ("DST", "Services techniques"),
                ("DSI", "Systèmes d'information"),
                ("CCAS", "Action sociale"),
                ("DEE", "Eau et environnement"),
                ("DAJ", "Affaires juridiques"),
            ]
        ),
        ["libellé"],
    )
    H(
        "trigram",
        "parti",
        "political shades and votes",
        lambda r, i: (
            r.choice(["DVG", "DVD", "DVC", "UG", "ECO", "RN"]),
            f"bureau {r.randint(1, 40)}",
            r.randint(5, 480),
        ),
        ["bureau", "voix"],
    )
    H(
        "trigram",
        "ess",
        "species trigrams",
        lambda r, i: r.choice(
            [
                ("PLA", "Platane"),
                ("TIL", "Tilleul"),
                ("CHE", "Chêne"),
                ("HET", "Hêtre"),
                ("MIC", "Micocoulier"),
                ("SOP", "Sophora"),
            ]
        ),
        ["essence"],
    )
    H(
        "trigram",
        "polluant",
        "pollutants and their measures",
        lambda r, i: (
            r.choice(["NO2", "O3", "PM10", "SO2", "CO", "C6H6"]),
            round(r.random() * 90, 1),
            "µg/m³",
        ),
        ["val", "unité"],
    )
    H(
        "trigram",
        "titre_mention",
        "acronyms in waste follow-up texts",
        lambda r, i: (
            f"{r.choice(['OMR', 'DEEE', 'BOM', 'PAV', 'DMA', 'CSR'])} : {r.randint(1, 90)} t, {r.choice(['collecte mardi', 'refus de tri', 'transfert usine', 'enfouissement'])}"
        ),
    )
    H(
        "trigram",
        "sens",
        "GTFS modes",
        lambda r, i: (
            r.choice(["ALL", "RET"]),
            r.choice(["BUS", "TAD", "CAR"]),
            f"course {r.randint(1000, 9999)}",
        ),
        ["mode", "course"],
    )
    # -- health
    H(
        "health",
        "patho_arbre",
        "tree diseases",
        lambda r, i: (
            r.choice(["chancre coloré", "graphiose", "chalarose", "oïdium", "carie blanche au collet"]),
            r.choice(["platane", "orme", "frêne", "érable"]),
        ),
        ["arbre"],
    )
    H(
        "health",
        "désordre",
        "pathologies of bridges",
        lambda r, i: (
            f"{r.choice(['OA', 'PONT'])} {r.randint(1, 60)} : {r.choice(['fatigue du tablier', 'fissuration, cancer du béton', 'dépression de chaussée', 'corrosion des aciers', 'appuis malades à remplacer'])}"
        ),
    )
    H(
        "health",
        "campagne",
        "health campaigns",
        lambda r, i: (
            f"{r.choice(['Octobre rose', 'Mars bleu', 'Semaine de la santé mentale', 'Journée mondiale du diabète', 'Movember'])} : {r.choice(['stand au marché', 'conférence', 'marche solidaire', 'dépistage gratuit ouvert à tous'])}"
        ),
    )
    H(
        "health",
        "cause",
        "deaths by cause in the department, thousands",
        lambda r, i: (
            r.choice(["tumeurs", "maladies cardio-vasculaires", "diabète", "maladies respiratoires"]),
            1990 + i % 32,
            r.randint(220, 1900),
            "taux pour 100 000 habitants, département",
        ),
        ["année", "taux", "unité"],
    )
    H(
        "health",
        "établissement",
        "hospitals and FINESS",
        lambda r, i: (
            r.choice(
                [
                    "CH Sainte-Marie - psychiatrie",
                    "EHPAD Les Terrasses (unité Alzheimer)",
                    "Centre de dialyse",
                    "Institut Jean-Godinot - cancérologie",
                ]
            ),
            luhn(r.choice(["12", "51", "76"]) + "0" + dig(r, 5)),
            r.randint(12, 400),
        ),
        ["finess", "lits"],
    )
    H(
        "health",
        "allergène",
        "allergens in canteen menus",
        lambda r, i: (
            r.choice(["gluten, lait", "arachide", "œuf, moutarde", "poisson", "fruits à coque"]),
            r.choice(["gratin dauphinois", "poisson pané", "salade de riz", "clafoutis"]),
        ),
        ["plat"],
    )
    H(
        "health",
        "pollen",
        "allergy risk by week",
        lambda r, i: (
            r.choice(["faible", "moyen", "élevé"]),
            r.choice(["graminées", "ambroisie", "cyprès", "bouleau"]),
            f"semaine {i % 52 + 1}",
        ),
        ["taxon", "sem"],
    )
    # -- age_illness
    H(
        "age_illness",
        "classe_age",
        "vaccination by age class, large counts",
        lambda r, i: (
            r.choice(["0-9 ans", "10-19 ans", "20-64 ans", "65-74 ans", "75 ans et +"]),
            r.randint(800, 90000),
            r.choice(["vaccinés grippe", "vaccinés covid-19"]),
            "département 51",
        ),
        ["effectif", "indicateur", "zone"],
    )
    H(
        "age_illness",
        "cible",
        "target of prevention workshops",
        lambda r, i: (
            f"Atelier {r.choice(['équilibre', 'mémoire', 'nutrition et diabète', 'sommeil'])}, à partir de {r.choice([55, 60, 65])} ans, {r.randint(8, 20)} places"
        ),
    )
    H(
        "age_illness",
        "taux",
        "prevalence in the region by age",
        lambda r, i: (
            f"{r.randint(10, 240) / 10}".replace(".", ",") + " %",
            r.choice(["asthme", "diabète traité", "hypertension"]),
            r.choice(["45-54 ans", "55-64 ans", "65 ans et plus"]),
            r.choice(["Occitanie", "Grand Est", "Normandie"]),
        ),
        ["affection", "tranche", "région"],
    )
    H(
        "age_illness",
        "age_arbre",
        "age and state of trees",
        lambda r, i: (
            f"{r.choice(['platane', 'marronnier', 'cèdre'])} {r.randint(20, 180)} ans, {r.choice(['mineuse', 'black rot', 'état sanitaire moyen', 'champignon lignivore'])}"
        ),
    )
    # -- home_position
    H(
        "home_position",
        "geo_point_2d",
        "trees positions",
        lambda r, i: (
            f"{43.64 + r.random() / 30:.6f}, {0.57 + r.random() / 30:.6f}",
            r.choice(["tilleul", "platane", "if"]),
        ),
        ["arbre"],
    )
    H(
        "home_position",
        "lat",
        "bike racks",
        lambda r, i: (
            round(49.24 + r.random() / 30, 6),
            round(4.02 + r.random() / 30, 6),
            f"{r.randint(2, 20)} arceaux vélo",
        ),
        ["lon", "mobilier"],
    )
    H(
        "home_position",
        "geometry",
        "lines of cycle paths in WKT",
        lambda r, i: (
            f"LINESTRING({1.08 + r.random() / 40:.5f} {49.92:.5f}, {1.09 + r.random() / 40:.5f} 49.92{r.randint(100, 999)})",
            r.choice(["piste bidirectionnelle", "bande cyclable", "voie verte"]),
        ),
        ["aménagement"],
    )
    H(
        "home_position",
        "position",
        "facilities positions",
        lambda r, i: (f"POINT({2.57 + r.random() / 50:.5f} {44.35 + r.random() / 50:.5f})", fac(r)[0]),
        ["lieu public"],
    )
    H(
        "home_position",
        "xy",
        "defibrillators and hydrants Lambert",
        lambda r, i: (
            f"X={r.randint(770000, 779999)} Y={r.randint(6790000, 6799999)} - {r.choice(['poteau incendie', 'bouche incendie', 'avaloir', 'regard EU'])}"
        ),
    )
    # -- plain
    H("plain", "commune", "communes with postal codes", lambda r, i: "{} {}".format(*r.choice(TOWN)))
    H(
        "plain",
        "debit_m3h",
        "flow of a treatment plant",
        lambda r, i: (round(r.random() * 900, 2), f"{day(r, 2024).isoformat()}", "STEP entrée"),
        ["jour", "point"],
    )
    H(
        "plain",
        "menu",
        "menus of canteens",
        lambda r, i: r.choice(
            [
                "carottes râpées / lasagnes / pomme",
                "taboulé / colin / yaourt",
                "aligot saucisse / salade / kiwi",
                "velouté / omelette / brie / flan",
                "trou normand sans alcool (sorbet)",
            ]
        ),
    )
    H(
        "plain",
        "remplissage",
        "bike-share docks occupancy",
        lambda r, i: (
            r.randint(0, 24),
            24,
            r.choice(["station Gare", "station Cathédrale", "station Campus"]),
        ),
        ["capacite", "station"],
    )
    H(
        "plain",
        "participation",
        "turnout by polling station",
        lambda r, i: (
            f"{r.randint(3500, 7900) / 100:.2f} %".replace(".", ","),
            r.randint(700, 1200),
            f"BV {i + 1}",
        ),
        ["inscrits", "bureau"],
    )
    H(
        "plain",
        "obs",
        "free texts of park rounds with no person",
        lambda r, i: (
            f"{r.choice(['balançoire', 'toboggan', 'filet', 'sol souple', 'clôture'])} : {r.choice(['à repeindre', 'conforme NF EN 1176', 'boulon manquant', 'remplacé'])}"
        ),
    )
    H(
        "plain",
        "temperature",
        "street temperatures with odd spaces",
        lambda r, i: (
            f"{r.randint(-40, 390) / 10:.1f}{NN}°C".replace(".", ","),
            f"sonde îlot de fraîcheur {r.randint(1, 9)}",
        ),
        ["capteur"],
    )
    H(
        "plain",
        "langue",
        "notices in languages",
        lambda r, i: (
            r.choice(["fr", "en", "oc", "es", "nl"]),
            r.choice(["dépliant cathédrale", "audioguide musée", "plan de ville"]),
        ),
        ["support"],
    )
    H(
        "plain",
        "html",
        "agenda descriptions in HTML",
        lambda r, i: (
            f"<p>{r.choice(['Vide-greniers', 'Bal trad', 'Fête de la Moisson', 'Concert de l’harmonie'])}{NB}: entrée {r.choice(['libre', '5&nbsp;€', 'gratuite -12&nbsp;ans'])}</p>"
        ),
    )
    H(
        "plain",
        "json",
        "JSON of lighting timetables",
        lambda r, i: json.dumps(
            {"zone": r.randint(1, 30), "extinction": f"{r.choice([23, 0, 1])}h", "rallumage": "5h30"}
        ),
    )
    H(
        "person_name",
        "taxon",
        "species with botanists' abbreviations",
        lambda r, i: (
            r.choice(
                [
                    "Quercus robur L., 1753",
                    "Magnolia grandiflora L.",
                    "Cedrus atlantica (Endl.) Manetti ex Carrière",
                    "Prunus serrulata Lindl. 'Kanzan'",
                    "Rosa 'Madame Meilland'",
                    "Salix babylonica L.",
                ]
            )
            + r.choice(["", f" - {r.randint(3, 25)} m de haut"])
        ),
    )
    H(
        "person_name",
        "lieu-dit",
        "localities that sound like families",
        lambda r, i: (
            f"lieu-dit {r.choice(['Chez Martin', 'Le Mas de Jeanne', 'La Lande Hébert', 'Le Moulin Durand', 'La Croix Saint-Pierre'])}",
            f"{r.randint(1, 80)} ha",
            r.choice(["zone agricole A", "zone naturelle N"]),
        ),
        ["surface", "zonage"],
    )
    H(
        "address",
        "délibération",
        "dispositive of council acts without people",
        lambda r, i: (
            f"Le conseil municipal, après en avoir délibéré, {r.choice(['approuve', 'autorise le maire à signer', 'prend acte de la présentation concernant'])} {r.choice(['la convention avec le SDIS', 'la dénomination « place du Marché-au-Blé »', 'le rapport annuel eau et assainissement', 'la vente de bois de la coupe 12'])} - {r.choice(['unanimité', '27 voix pour, 4 contre'])}"
        ),
    )
    H(
        "health",
        "motif_fermeture",
        "closures of facilities with health words",
        lambda r, i: (
            r.choice(
                [
                    "légionelle détectée, chloration choc",
                    "moisissures plafond",
                    "amiante, travaux",
                    "cyanobactéries : baignade interdite",
                ]
            ),
            r.choice(["douches du gymnase", "plan d'eau", "salle polyvalente"]),
            fd(day(r, 2023)),
        ),
        ["équipement", "depuis"],
    )
    H(
        "social_profile",
        "arobase",
        "institutional Mastodon and Bluesky accounts",
        lambda r, i: (
            r.choice(["@anssi", "@ville_alencon", "@mediatheque_auch", "@meteofrance"])
            + r.choice(["@social.numerique.gouv.fr", ".bsky.social"])
        ),
    )
    H(
        "plate",
        "modele",
        "fleet counted by model and energy",
        lambda r, i: (
            r.choice(["Renault Kangoo E-Tech", "Peugeot 208", "Iveco Daily 35C16", "Goupil G4"]),
            r.choice(["électrique", "diesel", "GNV"]),
            r.randint(1, 30),
        ),
        ["énergie", "nb"],
    )
    H(
        "caf_number",
        "n° lot",
        "batches of road salt and resins",
        lambda r, i: (
            f"lot {dig(r, 7)}{r.choice('KLMN')} - {r.choice(['sel de déneigement', 'enrobé à froid', 'résine bicomposant'])}, {r.randint(1, 25)} t"
        ),
    )
    return tuple(out)


if __name__ == "__main__":
    _c = columns()
    assert _c == columns()
    assert sum(c.personal for c in _c) >= 126 and sum(not c.personal for c in _c) >= 126
    assert all(60 <= len(c.values) <= 300 for c in _c)
    print(len(_c))
