"""Deliberations of the city council: schema `assemblee`. The one stored source that grows with time."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sandbox.city import associations, names, people
from sandbox.city.tables import Column, Row, Table, generator, put, repeat, spoil

COUNCIL = 55
FIRST_MONTH, DENSE_FROM = date(2021, 12, 1), date(2023, 12, 1)
_PER_MONTH_BEFORE, _PER_MONTH = 11, 38
_AUTHORS = 14

COLUMNS = (
    Column("numero", "text", "Numéro de la délibération"),
    Column("date_seance", "date", "Date de la séance"),
    Column("matiere_code", "text", "Code de la nomenclature ACTES"),
    Column("matiere_nom", "text", "Libellé de la matière"),
    Column("objet", "text", "Objet de la délibération"),
    Column("rapporteur", "text", "Élu rapporteur"),
    Column("vote_effectif", "integer", "Membres en exercice"),
    Column("vote_reel", "integer", "Suffrages exprimés et abstentions"),
    Column("vote_pour", "integer", "Voix pour"),
    Column("vote_contre", "integer", "Voix contre"),
    Column("vote_abstention", "integer", "Abstentions"),
    Column("pref_date", "date", "Date de réception en préfecture"),
    Column("url", "text", "Adresse du document"),
    Column("redacteur_nom", "text", "Agent rédacteur", "full_name"),
    Column("redacteur_courriel", "text", "Courriel de l'agent rédacteur", "email"),
    Column("observations", "text", "Notes internes, en texte libre", "text"),
)

_SUBJECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "1.1",
        "commande publique/marchés publics",
        ("Marché de travaux : {ecole}", "Accord-cadre d'entretien des espaces verts – {quartier}"),
    ),
    (
        "2.1",
        "urbanisme/documents d'urbanisme",
        (
            "Modification du plan local d'urbanisme – secteur {quartier}",
            "Concertation préalable – {quartier}",
        ),
    ),
    (
        "3.1",
        "domaine et patrimoine/acquisitions",
        ("Acquisition d'un terrain – {quartier}", "Acquisition d'un local commercial, {rue}"),
    ),
    (
        "3.5",
        "domaine et patrimoine/actes de gestion",
        ("Réaménagement de voirie : {rue}", "Dénomination de voie"),
    ),
    ("4.1", "fonction publique/personnels titulaires", ("Mise à jour du tableau des effectifs",)),
    (
        "5.2",
        "institutions et vie politique/fonctionnement des assemblées",
        (
            "Approbation du procès-verbal de la séance précédente",
            "Désignation dans les organismes extérieurs",
        ),
    ),
    (
        "7.1",
        "finances locales/décisions budgétaires",
        ("Décision modificative n° {n} du budget principal", "Autorisation de programme n° {n}"),
    ),
    (
        "7.5",
        "finances locales/subventions",
        ("Subvention à une association : {activite}", "Convention d'objectifs : {activite}"),
    ),
    ("8.1", "domaines de compétences/enseignement", ("Rénovation énergétique : {ecole}", "Carte scolaire")),
    ("8.9", "domaines de compétences/culture", ("Programmation : {lieu}", "Tarifs : {lieu}")),
)


def deliberations(seed: int, until: date) -> Table:
    """Every deliberation of the months before `until` (a first of month): 1,500 or so in five years.

    A month always holds the same rows, whatever `until`. There is no session in August. The bad rows
    (about 1 % of the sparse first two years) lie before DENSE_FROM.
    """
    rows: list[Row] = []
    mentions: set[tuple[str, str]] = set()
    month = FIRST_MONTH
    while month < until:
        rows.extend(_month(seed, month, mentions))
        month = (month + timedelta(days=32)).replace(day=1)
    early = [row for row in rows if str(row["date_seance"]) < DENSE_FROM.isoformat()]
    rng = generator(seed, "deliberations")
    soiled = spoil(rng, early, put(matiere_code="7,5"), put(vote_pour=99)) if len(early) > 2 else early
    rows = [*repeat(rng, soiled, min(1, len(soiled))), *rows[len(early) :]]
    comment = "Délibérations du conseil municipal"
    return Table("assemblee", "deliberation", comment, COLUMNS, tuple(rows), frozenset(mentions))


def _month(seed: int, month: date, mentions: set[tuple[str, str]]) -> list[Row]:
    if month.month == 8:
        return []
    rng = generator(seed, f"seance {month:%Y-%m}")
    count = _PER_MONTH if month >= DENSE_FROM else _PER_MONTH_BEFORE
    sessions = sorted(month + timedelta(days=day) for day in rng.sample(range(27), 2))
    return [
        _deliberation(rng, seed, sessions[rank * 2 // count], rank + 1, mentions) for rank in range(count)
    ]


def _deliberation(
    rng: random.Random, seed: int, session: date, rank: int, mentions: set[tuple[str, str]]
) -> Row:
    code, subject, purposes = rng.choice(_SUBJECTS)
    author = people.residents(seed)[rng.randrange(_AUTHORS)]
    present = rng.randint(38, COUNCIL)
    against = rng.choices((0, rng.randint(1, 9)), weights=(70, 30))[0]
    abstaining = rng.choices((0, rng.randint(1, 7)), weights=(65, 35))[0]
    number = f"DL.{session:%Y-%m}{rank:03d}"
    return {
        "numero": number,
        "date_seance": session,
        "matiere_code": code,
        "matiere_nom": subject,
        "objet": _purpose(rng, rng.choice(purposes)),
        "rapporteur": rng.choice(names.ELECTED),
        "vote_effectif": COUNCIL,
        "vote_reel": present,
        "vote_pour": present - against - abstaining,
        "vote_contre": against,
        "vote_abstention": abstaining,
        "pref_date": session + timedelta(days=rng.randint(1, 9)) if rng.random() < 0.93 else None,
        "url": f"https://deliberations.aix.example/{number.replace('.', '-')}.pdf",
        "redacteur_nom": people.write_full_name(rng, author),
        "redacteur_courriel": f"{names.slug(author.given)}.{names.slug(author.surname)}@mairie-aix.example",
        "observations": _note(rng, seed, mentions),
    }


def _purpose(rng: random.Random, template: str) -> str:
    return template.format(
        ecole=rng.choice(names.SCHOOLS),
        quartier=rng.choice(names.QUARTIERS).name,
        rue=rng.choice(names.PUBLIC_STREETS),
        lieu=rng.choice(names.FACILITIES),
        activite=rng.choice(rng.choice(list(associations.DOMAINS.values()))),
        n=rng.randint(1, 6),
    )


def _note(rng: random.Random, seed: int, mentions: set[tuple[str, str]]) -> str | None:
    """A note of the clerk: three in ten name a resident, with what the clerk had at hand."""
    draw = rng.random()
    if draw > 0.4:
        return None
    if draw > 0.3:
        return rng.choice(("À relire avant envoi.", "Pièces jointes incomplètes", "vu avec le cabinet"))
    who = rng.choice(people.residents(seed))
    written, phone = people.write_full_name(rng, who), people.write_phone(rng, who.phone)
    text, found = rng.choice(
        (
            (f"Courrier de {written} ({who.address}) reçu au sujet du dossier.", {("address", who.address)}),
            (f"{written} a téléphoné ({phone}), à rappeler", {("phone", phone)}),
            (f"Opposition de {written}, voir son message : {who.email}", {("email", who.email)}),
            (f"Riverain concerné : {written}", set()),
        )
    )
    mentions.update(found, {("full_name", written)})
    return text
