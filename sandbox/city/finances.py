"""Grants of the year (a file of the drop folder), and the schema `finances`: budget lines and payees."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sandbox.city import associations, people
from sandbox.city.tables import Column, Row, Table, generator, put, repeat, spoil

GRANTS = 800
GRANT_YEAR = 2025

GRANT_COLUMNS = (
    Column("nomAttribuant"),
    Column("idAttribuant"),
    Column("dateConvention"),
    Column("referenceDecision"),
    Column("nomBeneficiaire"),
    Column("idBeneficiaire"),
    Column("rnaBeneficiaire"),
    Column("objet"),
    Column("montant"),
    Column("nature"),
    Column("conditionsVersement"),
    Column("datesPeriodeVersement"),
    Column("idRAE"),
    Column("notificationUE"),
    Column("pourcentageSubvention"),
    Column("dispositifAide"),
    Column("Nom du contact", personal="full_name"),
    Column("Téléphone du contact", personal="phone"),
    Column("Courriel du contact", personal="email"),
    Column("IBAN", personal="iban"),
)

# The curly apostrophe, the dash, the euro and the oe are the bytes that tell cp1252 from Latin-1.
_PURPOSES = (
    "Fonctionnement annuel – exercice 2025",
    "Organisation de la fête de quartier",
    "Achat d’équipement (matériel < 500 €)",
    "Œuvre collective avec les écoles",
    "Soutien à l’action « {} »",
    "Aide au projet {} – 2e tranche",
    "Tournoi et rencontres : {}",
)
_CONDITIONS = ("unique", "échelonné", "unique", "Versement en deux fois : 70 % puis 30 %")
_SCHEMES = ("Fonctionnement", "Projet", "Investissement", "Politique de la ville", "")

_CHAPTERS = (
    ("fonctionnement", "dépense", "011", "Charges à caractère général"),
    ("fonctionnement", "dépense", "012", "Charges de personnel"),
    ("fonctionnement", "dépense", "65", "Autres charges de gestion courante"),
    ("fonctionnement", "recette", "70", "Produits des services"),
    ("fonctionnement", "recette", "73", "Impôts et taxes"),
    ("fonctionnement", "recette", "74", "Dotations et participations"),
    ("investissement", "dépense", "20", "Immobilisations incorporelles"),
    ("investissement", "dépense", "21", "Immobilisations corporelles"),
    ("investissement", "dépense", "23", "Immobilisations en cours"),
    ("investissement", "recette", "13", "Subventions d'investissement"),
    ("investissement", "recette", "16", "Emprunts et dettes assimilées"),
)


def grants(seed: int) -> Table:
    """About 800 grants of the year, every cell a text as written in the file; some 0.9 % are bad."""
    rng = generator(seed, "subventions")
    payees = [row for row in associations.associations(seed).rows if len(str(row["numero_rna"])) == 10]
    payees = [row for row in payees if str(row["nom"]).strip()]
    crowd = people.residents(seed)
    rows = [_grant(rng, rank, rng.choice(payees), rng.choice(crowd)) for rank in range(1, GRANTS + 1)]
    stains = [
        put(dateConvention="31/02/2025"),
        put(montant="à préciser"),
        put(montant=""),
        put(nomBeneficiaire=""),
        put(idBeneficiaire="9130012"),
        put(nature="numéraire"),
    ]
    rows = repeat(rng, spoil(rng, rows, *stains), 1)
    return Table("depot", "subventions", "Subventions versées en 2025", GRANT_COLUMNS, tuple(rows))


def budget(seed: int) -> Table:
    """Budget lines of the last six years: nothing personal, no dirt."""
    rng = generator(seed, "budget")
    rows: list[Row] = [
        {
            "annee": year,
            "section": section,
            "sens": side,
            "chapitre": chapter,
            "libelle": label,
            "fonction": str(function),
            "montant": f"{rng.lognormvariate(13.5, 1.1):.2f}",
        }
        for year in range(2020, 2026)
        for section, side, chapter, label in _CHAPTERS
        for function in range(10)
    ]
    columns = (
        Column("annee", "integer", "Exercice"),
        Column("section", "text", "fonctionnement ou investissement"),
        Column("sens", "text", "dépense ou recette"),
        Column("chapitre", "text", "Chapitre de la nomenclature M57"),
        Column("libelle", "text", "Libellé du chapitre"),
        Column("fonction", "text", "Fonction, premier chiffre"),
        Column("montant", "numeric(14,2)", "Montant voté, en euros"),
    )
    return Table("finances", "budget", "Budget principal voté", columns, tuple(rows))


def payees(seed: int) -> Table:
    """600 payees with their bank account: nothing here is ever published."""
    rng = generator(seed, "tiers")
    rows: list[Row] = [
        {
            "id": rank,
            "nom": people.write_full_name(rng, who),
            "adresse": people.write_address(rng, who),
            "telephone": people.write_phone(rng, who.phone),
            "iban": people.write_iban(rng, who.iban),
        }
        for rank, who in enumerate(rng.sample(people.residents(seed), 600), 1)
    ]
    columns = (
        Column("id", "integer", "Numéro du tiers"),
        Column("nom", "text", "Nom complet", "full_name"),
        Column("adresse", "text", "Adresse", "address"),
        Column("telephone", "text", "Téléphone", "phone"),
        Column("iban", "text", "Compte bancaire", "iban"),
    )
    return Table("finances", "tiers", "Tiers payés par la Ville", columns, tuple(rows))


def _grant(rng: random.Random, rank: int, payee: Row, contact: people.Resident) -> Row:
    signed = date(GRANT_YEAR, 1, 6) + timedelta(days=rng.randrange(340))
    activity = rng.choice(associations.DOMAINS.get(str(payee["domaine"]).strip(), ("vie associative",)))
    return {
        "nomAttribuant": "Ville d’Aix-en-Provence",
        "idAttribuant": "21130001700016",
        "dateConvention": f"{signed:%d/%m/%Y}",
        "referenceDecision": f"DL.{GRANT_YEAR}-{rank:04d}",
        "nomBeneficiaire": str(payee["nom"]),
        "idBeneficiaire": people.siret(rng) if rng.random() < 0.8 else "",
        "rnaBeneficiaire": str(payee["numero_rna"]),
        "objet": rng.choice(_PURPOSES).format(activity),
        "montant": write_amount(rng, min(round(rng.lognormvariate(8.2, 1.2) / 50) * 50 + 150, 900_000)),
        "nature": rng.choices(
            ("aide en numéraire", "aide en nature", "aide en numéraire;aide en nature"), weights=(88, 8, 4)
        )[0],
        "conditionsVersement": rng.choice(_CONDITIONS),
        "datesPeriodeVersement": rng.choice((f"{signed:%Y-%m-%d}", f"{signed:%Y-%m-%d}/{GRANT_YEAR}-12-31")),
        "idRAE": "",
        "notificationUE": "non",
        "pourcentageSubvention": rng.choice(("1", "0,5", "0,45", "0,8", "1,00", "0,25")),
        "dispositifAide": rng.choice(_SCHEMES),
        "Nom du contact": people.write_full_name(rng, contact),
        "Téléphone du contact": people.write_phone(rng, contact.phone) if rng.random() < 0.9 else "",
        "Courriel du contact": contact.email if rng.random() < 0.9 else "",
        "IBAN": people.write_iban(rng, contact.iban),
    }


def write_amount(rng: random.Random, euros: int) -> str:
    """An amount as French accounting software prints it: decimal comma, a blank between thousands."""
    cents = rng.choice((0, 0, 0, 50, 25))
    grouped = f"{euros:,}".replace(",", rng.choices((" ", "\u00a0", ""), weights=(60, 20, 20))[0])
    return rng.choices(
        (f"{grouped},{cents:02d}", f" {grouped},{cents:02d}  ", grouped), weights=(80, 10, 10)
    )[0]
