"""The register of associations, as the clerk's spreadsheet exports it: the dirtiest source of the city."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sandbox.city import names, people
from sandbox.city.people import Resident
from sandbox.city.tables import Column, Row, Table, generator, put, repeat, spoil

ASSOCIATIONS = 1_200

COLUMNS = (
    Column("numero_rna", comment="Numéro au répertoire national des associations"),
    Column("nom", comment="Nom de l'association"),
    Column("objet", comment="Objet, en texte libre", personal="text"),
    Column("date_creation", comment="Date de création, JJ/MM/AAAA"),
    Column("domaine", comment="Domaine d'activité"),
    Column("adresse_siege", comment="Siège, souvent au domicile d'un membre", personal="text"),
    Column("code_postal", comment="Code postal du siège"),
    Column("commune", comment="Commune du siège"),
    Column("president", comment="Nom du président", personal="full_name"),
    Column("telephone", comment="Téléphone", personal="phone"),
    Column("courriel", comment="Courriel", personal="email"),
    Column("site_web", comment="Site de l'association"),
)

DOMAINS: dict[str, tuple[str, ...]] = {
    "Sport": (
        "pétanque",
        "football",
        "escrime",
        "natation",
        "rugby",
        "escalade",
        "handball",
        "judo",
        "aviron",
    ),
    "Culture": ("théâtre", "lecture", "photographie", "peinture", "cinéma", "poésie", "patrimoine"),
    "Musique": ("chant choral", "jazz", "musique de chambre", "fifre et tambour", "orgue"),
    "Traditions": ("danse provençale", "crèche et santons", "cuisine du terroir", "langue d'oc"),
    "Environnement": ("jardin partagé", "randonnée", "ornithologie", "compostage", "protection de l'Arc"),
    "Solidarité": ("entraide alimentaire", "aide aux devoirs", "accueil des familles", "microcrédit"),
    "Santé": ("don du sang", "soutien aux aidants", "sport et santé", "prévention"),
    "Éducation": ("parents d'élèves", "soutien scolaire", "éducation populaire", "sciences"),
    "Loisirs": ("échecs", "bridge", "modélisme", "philatélie", "jeux de société", "couture"),
    "Vie locale": ("comité d'intérêt de quartier", "fête du village", "commerçants", "mémoire du quartier"),
}

_FORMS = (
    "Club aixois – {}",
    "Amicale – {}",
    "Association « {} »",
    "Les Amis – {}",
    "Atelier {}",
    "Collectif {}",
)
_PURPOSES = (
    "Pratique et promotion de l'activité « {} » auprès de tous les publics.",
    "Organiser des rencontres, des stages et des sorties autour du thème : {}.",
    "Initiation en milieu scolaire : {} ; animations le mercredi.",
    "Regrouper les amateurs : {}. Cours, ateliers, manifestation annuelle.",
)
_NEWS = (
    "\nRéunion le premier mardi du mois.",
    "\nAdhésion : 15 €.\nPermanence le samedi matin.",
    "\r\nAssemblée générale en janvier.",
)


def associations(seed: int) -> Table:
    """About 1,200 associations, every cell a text as written in the file; some 0.8 % of the rows are bad."""
    rng = generator(seed, "associations")
    crowd = people.residents(seed)
    mentions: set[tuple[str, str]] = set()
    rows = [
        _association(rng, rank, name, domain, activity, rng.choice(crowd), mentions)
        for rank, (name, domain, activity) in enumerate(_names(rng), 1)
    ]
    stains = [
        put(date_creation="30/02/2012"),
        put(date_creation="courant 1998"),
        put(date_creation="00/00/0000"),
        put(nom=""),
        put(nom="   "),
        put(numero_rna="W13"),
        put(numero_rna="en cours"),
    ]
    rows = repeat(rng, spoil(rng, rows, *stains), 3)
    comment = "Répertoire des associations"
    return Table("depot", "associations", comment, COLUMNS, tuple(rows), frozenset(mentions))


def _names(rng: random.Random) -> list[tuple[str, str, str]]:
    """Distinct (name, domain, activity)."""
    everything = [
        (f"{form.format(activity)} ({quartier.name})", domain, activity)
        for domain, activities in DOMAINS.items()
        for activity in activities
        for form in _FORMS
        for quartier in names.QUARTIERS
    ]
    return rng.sample(everything, ASSOCIATIONS)


def _association(
    rng: random.Random,
    rank: int,
    name: str,
    domain: str,
    activity: str,
    head: Resident,
    mentions: set[tuple[str, str]],
) -> Row:
    created = date(1965, 1, 1) + timedelta(days=rng.randrange(60 * 365))
    site = names.slug(name)[:50].strip("-")
    return {
        "numero_rna": f"W{rng.choice((131, 133))}{rank * 7 + 1000:06d}",
        "nom": rng.choices((name, name.upper(), f"  {name}", f"{name} "), weights=(84, 8, 4, 4))[0],
        "objet": _purpose(rng, activity, head, mentions),
        "date_creation": f"{created:%d/%m/%Y}",
        "domaine": rng.choices((domain, domain.upper(), f"{domain} "), weights=(94, 3, 3))[0],
        "adresse_siege": _seat(rng, head, mentions),
        "code_postal": head.postcode if rng.random() < 0.97 else "",
        "commune": rng.choices(
            ("Aix-en-Provence", "AIX EN PROVENCE", " Aix-en-Provence"), weights=(85, 12, 3)
        )[0],
        "president": people.write_full_name(rng, head) if rng.random() < 0.95 else "",
        "telephone": people.write_phone(rng, head.phone) if rng.random() < 0.8 else "",
        "courriel": rng.choice((head.email, f"contact@{site}.example")) if rng.random() < 0.85 else "",
        "site_web": f"https://www.{site}.example" if rng.random() < 0.45 else "",
    }


def _seat(rng: random.Random, head: Resident, mentions: set[tuple[str, str]]) -> str:
    if rng.random() < 0.45:
        return f"{rng.choice(names.FACILITIES)}, {rng.choice(names.PUBLIC_STREETS)}"
    mentions.add(("address", head.address))
    if rng.random() < 0.5:
        return head.address
    title = "Mme" if head.sex == "F" else "M."
    who = f"{title} {head.surname.upper()}"
    mentions.add(("full_name", who))
    return f"{rng.choice(('chez', 'Chez', 'c/o'))} {who}, {head.address}"


def _purpose(rng: random.Random, activity: str, head: Resident, mentions: set[tuple[str, str]]) -> str:
    text = rng.choice(_PURPOSES).format(activity)
    if rng.random() < 0.12:
        text += rng.choice(_NEWS)
    draw = rng.random()
    if draw < 0.12:
        phone = people.write_phone(rng, head.phone)
        mentions.add(("phone", phone))
        text += f" Renseignements : {phone}."
    elif draw < 0.22:
        mentions.add(("email", head.email))
        text += f" Inscriptions auprès de {head.email}"
    elif draw < 0.30:
        mentions.add(("full_name", head.full_name))
        text += f" S'adresser à {head.full_name}"
    return text
