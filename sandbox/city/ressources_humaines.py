"""Pay of the best paid staff: schema `ressources_humaines`."""

from __future__ import annotations

from sandbox.city import people
from sandbox.city.tables import Column, Row, Table, generator, put, spoil

STAFF = 60
YEARS = range(2022, 2026)

COLUMNS = (
    Column("matricule", "text", "Matricule de l'agent", "staff_number"),
    Column("nom", "text", "Nom de l'agent", "surname"),
    Column("prenom", "text", "Prénom de l'agent", "given_name"),
    Column("sexe", "text", "F ou M"),
    Column("nir", "text", "Numéro de sécurité sociale", "nir"),
    Column("annee", "integer", "Année de paie"),
    Column("brut_annuel", "numeric(10,2)", "Rémunération brute de l'année, en euros"),
    Column("mois", "integer", "Mois payés dans l'année"),
)


def pay(seed: int) -> Table:
    """60 agents over four years; two rows are bad, neither among the ten best paid of a year."""
    rng = generator(seed, "remuneration")
    rows: list[Row] = []
    for rank, who in enumerate(rng.sample(people.residents(seed), STAFF)):
        gross, number = (
            148_000 * 0.985**rank + rng.uniform(0, 900),
            f"AGT{rng.randrange(10_000, 99_999)}-{rank:02d}",
        )
        for year in YEARS:
            months = 12 if rng.random() < 0.9 else rng.randint(4, 11)
            rows.append(
                {
                    "matricule": number,
                    "nom": people.write_surname(rng, who.surname),
                    "prenom": who.given,
                    "sexe": who.sex,
                    "nir": people.write_nir(rng, who.nir),
                    "annee": year,
                    "brut_annuel": f"{gross * 1.018 ** (year - 2022) * months / 12:.2f}",
                    "mois": months,
                }
            )
    kept, low = rows[: 40 * len(YEARS)], rows[40 * len(YEARS) :]
    rows = [*kept, *spoil(rng, low, put(brut_annuel=None), put(mois=13))]
    comment = "Rémunérations brutes annuelles des emplois supérieurs"
    return Table("ressources_humaines", "remuneration", comment, COLUMNS, tuple(rows))
