"""People who never lived, drawn to resemble the Adult census set: 9 quasi-identifiers, a sensitive attribute.

Shares of each value are rounded from what has been published about the set (Kohavi and Becker 1996); who goes
with whom is made up, to have the correlations that anyone expects of a census: age with marriage, sex with
trade, schooling with trade and pay, origin with country. The lattice of the hierarchies has 12,960 nodes.

The real set with its hierarchies comes in the folder ``data`` of ARX (github.com/arx-deidentifier/arx), as
``adult.csv`` and ``adult_hierarchy_<column>.csv``; the benchmark downloads nothing, and does without it unless
``ADULT`` names that folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc.anonymise.disclosure import GeneralisationHierarchy, build_band_hierarchy, parse_hierarchy_csv

ROWS = 30_162
CHUNK = 500_000
Draw = npt.NDArray[np.int64]

SEX = {"Male": 67.6, "Female": 32.4}
RACE = {"White": 86.0, "Black": 9.3, "Asian": 3.0, "Native": 0.95, "Other": 0.75}
# value: (share in %, level 1)
MARITAL = {
    "Married": (46.6, "with spouse"),
    "Never married": (32.2, "alone"),
    "Divorced": (14.0, "alone"),
    "Separated": (3.1, "alone"),
    "Widowed": (2.7, "alone"),
    "Spouse absent": (1.3, "alone"),
    "Spouse in the army": (0.1, "with spouse"),
}
# value: (share in %, level 1, level 2, years of schooling)
EDUCATION = {
    "High school": (32.6, "school", "secondary", 9),
    "Some college": (22.1, "undergraduate", "higher", 10),
    "Bachelor": (16.7, "undergraduate", "higher", 13),
    "Master": (5.4, "graduate", "higher", 14),
    "Vocational": (4.3, "professional", "higher", 11),
    "11th": (3.5, "school", "secondary", 7),
    "Associate": (3.3, "professional", "higher", 12),
    "10th": (2.7, "school", "secondary", 6),
    "7th-8th": (1.9, "school", "secondary", 4),
    "Professional school": (1.8, "professional", "higher", 15),
    "9th": (1.5, "school", "secondary", 5),
    "12th": (1.3, "school", "secondary", 8),
    "Doctorate": (1.2, "graduate", "higher", 16),
    "5th-6th": (1.0, "primary school", "primary", 3),
    "1st-4th": (0.5, "primary school", "primary", 2),
    "Preschool": (0.2, "primary school", "primary", 1),
}
WORKCLASS = {
    "Private": (73.9, "business"),
    "Self-employed": (8.3, "business"),
    "Local": (6.9, "government"),
    "State": (4.2, "government"),
    "Self-employed, incorporated": (3.6, "business"),
    "Federal": (3.1, "government"),
    "Without pay": (0.05, "none"),
}
# value: (share in %, level 1, how much schooling goes with it, log-odds of a man)
OCCUPATION = {
    "Professional": (13.4, "technical", 0.9, 0.0),
    "Craft": (13.4, "technical", -0.4, 2.0),
    "Executive": (13.2, "office", 0.5, 0.3),
    "Clerical": (12.3, "office", -0.1, -1.4),
    "Sales": (11.9, "office", 0.1, 0.1),
    "Service": (10.6, "other", -0.4, -0.9),
    "Operator": (6.5, "technical", -0.6, 0.4),
    "Transport": (5.2, "other", -0.5, 2.2),
    "Handler": (4.5, "other", -0.5, 1.5),
    "Farming": (3.3, "other", -0.5, 2.0),
    "Support": (3.0, "technical", 0.2, 0.0),
    "Protection": (2.1, "other", 0.0, 1.4),
    "House": (0.5, "other", -0.7, -3.0),
    "Army": (0.03, "technical", 0.0, 2.0),
}
# value: (share in %, level 1, the race it mostly goes with)
COUNTRIES = {
    "United States": (91.2, "North America", ""),
    "Mexico": (2.0, "North America", "Other"),
    "Philippines": (0.62, "Asia", "Asian"),
    "Germany": (0.42, "Europe", "White"),
    "Puerto Rico": (0.36, "North America", "Other"),
    "Canada": (0.35, "North America", "White"),
    "El Salvador": (0.33, "South America", "Other"),
    "India": (0.33, "Asia", "Asian"),
    "Cuba": (0.3, "North America", "White"),
    "England": (0.28, "Europe", "White"),
    "Jamaica": (0.27, "North America", "Black"),
    "South Korea": (0.24, "Asia", "Asian"),
    "Italy": (0.23, "Europe", "White"),
    "China": (0.23, "Asia", "Asian"),
    "Dominican Republic": (0.22, "North America", "Other"),
    "Vietnam": (0.21, "Asia", "Asian"),
    "Guatemala": (0.21, "North America", "Other"),
    "Japan": (0.2, "Asia", "Asian"),
    "Columbia": (0.19, "South America", "Other"),
    "Poland": (0.19, "Europe", "White"),
    "Haiti": (0.14, "North America", "Black"),
    "Iran": (0.14, "Asia", "White"),
    "Taiwan": (0.14, "Asia", "Asian"),
    "Portugal": (0.11, "Europe", "White"),
    "Nicaragua": (0.11, "North America", "Other"),
    "Peru": (0.1, "South America", "Other"),
    "Greece": (0.1, "Europe", "White"),
    "Ecuador": (0.09, "South America", "Other"),
    "France": (0.09, "Europe", "White"),
    "Ireland": (0.08, "Europe", "White"),
    "Hong Kong": (0.06, "Asia", "Asian"),
    "Cambodia": (0.06, "Asia", "Asian"),
    "Trinidad": (0.06, "South America", "Black"),
    "Thailand": (0.06, "Asia", "Asian"),
    "Laos": (0.06, "Asia", "Asian"),
    "Yugoslavia": (0.05, "Europe", "White"),
    "Outlying islands": (0.05, "North America", "Asian"),
    "Hungary": (0.04, "Europe", "White"),
    "Honduras": (0.04, "North America", "Other"),
    "Scotland": (0.04, "Europe", "White"),
    "Holland": (0.01, "Europe", "White"),
}
PAY = ("low", "high")
NAMES = (
    "sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation", "pay"
)  # fmt: skip
SENSITIVE = "hours"


def hierarchies() -> tuple[GeneralisationHierarchy, ...]:
    """One for each of ``NAMES``, of heights 2, 5, 2, 3, 4, 3, 3, 3 and 2."""
    return (
        _table("sex", [(value,) for value in SEX]),
        build_band_hierarchy("age", [str(age) for age in range(17, 91)], [5, 10, 20]),
        _table("race", [(value,) for value in RACE]),
        _table("marital-status", [(value, *more[1:2]) for value, more in MARITAL.items()]),
        _table("education", [(value, *more[1:3]) for value, more in EDUCATION.items()]),
        _table("native-country", [(value, *more[1:2]) for value, more in COUNTRIES.items()]),
        _table("workclass", [(value, *more[1:2]) for value, more in WORKCLASS.items()]),
        _table("occupation", [(value, *more[1:2]) for value, more in OCCUPATION.items()]),
        _table("pay", [(value,) for value in PAY]),
    )


def _table(column: str, paths: Sequence[tuple[str, ...]]) -> GeneralisationHierarchy:
    return parse_hierarchy_csv(column, "\n".join(";".join((*path, "*")) for path in paths))


def write(path: Path, rows: int = ROWS, *, seed: int = 1996) -> None:
    """A Parquet file of ``rows`` people, the same for the same seed."""
    schema = pa.schema(
        [(name, pa.int16() if name in ("age", SENSITIVE) else pa.string()) for name in (*NAMES, SENSITIVE)]
    )
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for size, random in _chunks(rows, seed):
            writer.write_table(pa.table(_people(size, random), schema=schema))


def _chunks(rows: int, seed: int) -> Iterator[tuple[int, np.random.Generator]]:
    for rank, start in enumerate(range(0, rows, CHUNK)):
        yield min(CHUNK, rows - start), np.random.default_rng((seed, rank))


def _people(size: int, random: np.random.Generator) -> dict[str, object]:
    age = 17 + np.minimum(random.gamma(2.4, 9.2, size), 73).astype(np.int64)
    man = random.random(size) < SEX["Male"] / 100
    race = random.choice(len(RACE), size, p=_shares(list(RACE.values())))
    marital = _marital(age, man, random)
    education = _education(age, random)
    country = _country(race, random)
    schooling = np.array([more[3] for more in EDUCATION.values()])[education]
    occupation = _occupation(schooling, man, random)
    workclass = _workclass(schooling, age, random)
    odds = (
        -4.05 + 0.33 * (schooling - 9) + 2.1 * (marital == 0) + 0.045 * (np.minimum(age, 60) - 17) + 0.4 * man
    )
    high = random.random(size) < 1 / (1 + np.exp(-odds))
    return {
        "sex": _named(SEX, 1 - man),
        "age": age.astype(np.int16),
        "race": _named(RACE, race),
        "marital-status": _named(MARITAL, marital),
        "education": _named(EDUCATION, education),
        "native-country": _named(COUNTRIES, country),
        "workclass": _named(WORKCLASS, workclass),
        "occupation": _named(OCCUPATION, occupation),
        "pay": _named(PAY, high),
        SENSITIVE: _hours(occupation, high, random),
    }


def _shares(weights: Sequence[float]) -> npt.NDArray[np.float64]:
    shares = np.array(weights, dtype=float)
    return shares / shares.sum()


def _named(values: Sequence[str] | Mapping[str, object], codes: npt.NDArray[np.generic]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(list(values))).cast(
        pa.string()
    )


def _weighted(scores: npt.NDArray[np.float64], random: np.random.Generator) -> Draw:
    """One value for each row, with chances proportional to the exponential of its scores (Gumbel's trick)."""
    return np.argmax(scores + random.gumbel(size=scores.shape), axis=1)


def _marital(age: Draw, man: npt.NDArray[np.bool_], random: np.random.Generator) -> Draw:
    base = np.log(_shares([more[0] for more in MARITAL.values()]))
    scores = np.tile(base, (len(age), 1))
    old = (age - 38) / 13
    scores[:, 0] += 0.9 * np.tanh(old + 0.6) + np.where(man, 0.5, -0.9)
    scores[:, 1] -= 1.6 * old + 0.25
    scores[:, 2] += np.where(man, 0.1, 0.8) + 0.6 * np.tanh(old)
    scores[:, 4] += 1.3 * old + np.where(man, -1.6, 0.3)
    return _weighted(scores, random)


def _education(age: Draw, random: np.random.Generator) -> Draw:
    scores = np.tile(np.log(_shares([more[0] for more in EDUCATION.values()])), (len(age), 1))
    years = np.array([more[3] for more in EDUCATION.values()])
    young = np.maximum(25 - age, 0)[:, None]
    scores -= 0.5 * young * (years >= 13) + 0.02 * np.maximum(age - 55, 0)[:, None] * (years >= 10)
    return _weighted(scores, random)


def _country(race: Draw, random: np.random.Generator) -> Draw:
    base = np.log(_shares([more[0] for more in COUNTRIES.values()]))
    home = [more[2] for more in COUNTRIES.values()]
    chances = np.exp(
        np.stack(
            [
                base
                + np.where(
                    [place == kind for place in home],
                    1.9 if kind == "White" else 3.0,
                    np.where([not place for place in home], 1.2, -1.5),
                )
                for kind in RACE
            ]
        )
    )
    bounds = np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)
    drawn = random.random(len(race))
    return np.minimum((drawn[:, None] > bounds[race]).sum(axis=1), len(COUNTRIES) - 1)


def _occupation(schooling: Draw, man: npt.NDArray[np.bool_], random: np.random.Generator) -> Draw:
    facts = list(OCCUPATION.values())
    scores = np.tile(np.log(_shares([more[0] for more in facts])), (len(schooling), 1))
    scores += ((schooling - 10) / 2.5)[:, None] * np.array([more[2] for more in facts])
    scores += np.where(man, 0.35, -0.65)[:, None] * np.array([more[3] for more in facts])
    return _weighted(scores, random)


def _workclass(schooling: Draw, age: Draw, random: np.random.Generator) -> Draw:
    scores = np.tile(np.log(_shares([more[0] for more in WORKCLASS.values()])), (len(age), 1))
    scores[:, [1, 4]] += 0.03 * (age - 38)[:, None]
    scores[:, [2, 3]] += 0.15 * (schooling - 10)[:, None]
    return _weighted(scores, random)


def _hours(
    occupation: Draw, high: npt.NDArray[np.bool_], random: np.random.Generator
) -> npt.NDArray[np.int16]:
    """Half work 40 hours; the others a few more or less, by tens more often than not."""
    drawn = random.normal(40 + 5 * high - 4 * (occupation == 5), 12)
    rounded = np.where(random.random(len(drawn)) < 0.6, np.round(drawn / 5) * 5, np.round(drawn))
    usual = random.random(len(drawn)) < 0.47
    return np.clip(np.where(usual, 40, rounded), 1, 99).astype(np.int16)
