"""Payments at the pay stations: schema `stationnement`, generated inside PostgreSQL for speed."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.city import names, people
from sandbox.city.equipements import near
from sandbox.city.tables import Column, Table, generator

TRANSACTIONS = 200_000
PAY_STATIONS = 140

COLUMNS = (
    Column("id", "bigint", "Numéro de la transaction"),
    Column("horodatage", "timestamp", "Heure du paiement, heure de Paris"),
    Column("horodateur", "text", "Code de l'horodateur"),
    Column("zone", "text", "Zone tarifaire"),
    Column("longitude", "double precision", "Longitude WGS84 ; celle du téléphone pour un paiement mobile"),
    Column("latitude", "double precision", "Latitude WGS84 ; celle du téléphone pour un paiement mobile"),
    Column("plaque", "text", "Immatriculation saisie", "plate"),
    Column("duree_minutes", "integer", "Durée payée"),
    Column("montant", "numeric(8,2)", "Montant payé, en euros"),
    Column("moyen_paiement", "text", "CB, espèces ou mobile"),
)


@dataclass(frozen=True)
class PayStation:
    """A pay station: its code, tariff zone, position (WGS84, degrees) and tariff in euros an hour."""

    code: str
    zone: str
    longitude: float
    latitude: float
    tariff: float


def table() -> Table:
    """The empty table; PostgreSQL fills it with INSERT_SQL."""
    return Table("stationnement", "transaction", "Paiements aux horodateurs, année 2025", COLUMNS, ())


def pay_stations(seed: int) -> list[PayStation]:
    """The pay stations: the nearer to the centre, the dearer."""
    rng = generator(seed, "horodateurs")
    stations = []
    for rank in range(1, PAY_STATIONS + 1):
        zone, tariff, quartier = rng.choices(
            (
                ("Rouge", 2.6, names.QUARTIERS[0]),
                ("Orange", 1.8, names.QUARTIERS[10]),
                ("Verte", 1.0, names.QUARTIERS[2]),
            ),
            weights=(50, 30, 20),
        )[0]
        longitude, latitude = near(rng, quartier, 0.003)
        stations.append(PayStation(f"H{rank:03d}", zone, longitude, latitude, tariff))
    return stations


def plates(seed: int) -> list[str]:
    """The plates typed at the pay stations: one writing for each resident."""
    rng = generator(seed, "plaques")
    return [people.write_plate(rng, who.plate) for who in people.residents(seed)]


# Two hashes of the row number give every cell: the same rows on every machine, whatever the order of the
# join. 312 working days from Monday 30 December 2024; two thirds of the payments between 9 and 13.
INSERT_SQL = """
INSERT INTO stationnement.transaction
SELECT i,
       CASE WHEN i % 9973 = 11 THEN timestamp '1970-01-01 00:00:00'
            ELSE timestamp '2024-12-30 08:30:00' + make_interval(days => (a % 312 / 6 * 7 + a % 6)::int)
                 + make_interval(secs => CASE WHEN b % 3 < 2 THEN a / 997 % 16200 ELSE a / 997 % 37800 END)
       END,
       h.code,
       CASE WHEN i % 4001 = 7 THEN NULL ELSE h.zone END,
       round((h.longitude + CASE WHEN m = 2 THEN (b / 7 % 200 - 100) * 1e-5 ELSE 0 END)::numeric, 6),
       round((h.latitude + CASE WHEN m = 2 THEN (b / 1409 % 200 - 100) * 1e-5 ELSE 0 END)::numeric, 6),
       CASE WHEN b % 31 = 0 THEN NULL ELSE p.plaque END,
       CASE WHEN i % 1499 = 5 THEN NULL ELSE duree END,
       CASE WHEN i % 997 = 3 THEN -1 ELSE round(duree * h.tarif / 60, 2) END,
       (ARRAY['CB', 'espèces', 'mobile'])[m + 1]
FROM (SELECT i, a, b, (15 * (1 + a / 61 % 4 + b / 53 % 5))::int AS duree,
             CASE WHEN b / 17 % 10 < 6 THEN 0 WHEN b / 17 % 10 < 8 THEN 1 ELSE 2 END AS m
      FROM (SELECT i, hashint8extended(i, {seed}) & 9223372036854775807 AS a,
                   hashint8extended(i, {seed} + 1) & 9223372036854775807 AS b
            FROM generate_series({first}::bigint, {last}::bigint) AS i) AS hashed) AS drawn
JOIN pg_temp.horodateur AS h ON h.rang = a / 11 % {stations}
JOIN pg_temp.plaque AS p ON p.rang = b / 3 % {plates}
"""

DUPLICATES_SQL = """
INSERT INTO stationnement.transaction SELECT * FROM stationnement.transaction WHERE id % 9001 = 17
"""

WRITTEN_PLATES_SQL = (
    "SELECT DISTINCT plaque FROM stationnement.transaction WHERE plaque IS NOT NULL ORDER BY 1"
)
