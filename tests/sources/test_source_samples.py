"""The real files of two cities, where they are, each read right with a declaration of less than a screen."""

from __future__ import annotations

import csv
import json
import struct
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
TOWN = SAMPLES / "montpellier"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not on this machine")

PERMITS = (
    "Nom modèle", "Surface de plancher (SHON)", "Surface terrain", "Date signature décision finale",
    "Nature avis décision", "Nombre de logements créés",
    *(f"{n} pièce{'s' if n > 1 else ''} logements individuels" for n in range(1, 6)),
    *(f"{n} pièce{'s' if n > 1 else ''} logements collectifs" for n in (1, 2, 4, 3, 5)),
    "Quartier", "Secteur",
)  # fmt: skip
PERMIT_TYPES = {
    **dict.fromkeys(PERMITS[1:3], "number"),
    PERMITS[3]: "date",
    **dict.fromkeys((*PERMITS[5:16], "Secteur"), "integer"),
}
SCREEN = 40


@pytest.fixture
def given(house):
    """``given(path, columns, types, **source)``: the columns and rows read, with a declaration that fits."""

    def read(path, columns, types=None, run="r1", **source):
        (house.drop / path.name).write_bytes(path.read_bytes())
        source = {"file": "depot", "path": path.name, **source}
        dataset = house.declare(source, dict.fromkeys(columns, "publish"), types=types)
        assert len((house.include / "datasets/essai.yaml").read_text().splitlines()) <= SCREEN
        extraction = house.extract(dataset, run)
        assert extraction.report.rejected == 0
        names, rows = house.table(extraction)
        assert names == ["__line", *columns]
        return rows

    return read


def test_the_permits_and_their_twin_of_another_format(given):
    path = TOWN / "VilleMTP_MTP_PermisConst.csv"
    reading = {"encoding": "auto", "delimiter": "auto", "decimal": ",", "dates": "DD/MM/YYYY"}
    rows = given(path, PERMITS, PERMIT_TYPES, **reading)
    assert len(rows) == 4_738
    assert rows[0][:6] == (2, "Permis de Construire", "161", "960", "2000-01-04", "Favorable")
    assert sum(not (row[-1] or "0").isdigit() for row in rows) == 1
    twin = given(TOWN / "VilleMTP_MTP_PermisConst.xls", PERMITS, PERMIT_TYPES, run="r2")
    assert [row[0] for row in twin] == [row[0] for row in rows]
    # What a spreadsheet keeps as a number, the text has rounded or not: the same to a hundredth.
    for ours, theirs in zip(rows, twin, strict=True):
        assert [ours[n] for n in (1, 4, 5, 17)] == [theirs[n] for n in (1, 4, 5, 17)]
        for n in (2, 3, *range(6, 17)):
            assert ours[n] == theirs[n] or abs(float(ours[n]) - float(theirs[n])) < 0.01


def test_the_counts(given):
    path = TOWN / "VilleMTP_MTP_Comptage.csv"
    with path.open(encoding="cp1252", newline="") as file:
        header, *expected = csv.reader(file)
    types = {"DDEBUT,D": "date", "DFIN,D": "date", "TJM,N,19,8": "number"}
    rows = given(path, header, types, encoding="auto", dates="DD/MM/YY", missing=["#N/A"])
    assert len(rows) == 3_314
    comment = header.index("COMMENTAIR,C,254")
    assert sum(row[1 + comment] is None for row in rows) >= 2_464
    assert rows[0][6:8] == ("2011-01-08", "2011-01-14")
    assert {row[6][:2] for row in rows if row[6]} <= {"19", "20"}
    name = header.index("NOM,C,254")
    assert [row[1 + name] for row in rows] == [row[name].strip() or None for row in expected]


def test_the_schools(given):
    path = TOWN / "VilleMTP_MTP_EffectifSco_2014.csv"
    with path.open(encoding="cp850", newline="") as file:
        header, *expected = csv.reader(file, delimiter=";")
    rows = given(path, header, encoding="auto", delimiter="auto")
    assert [row[1:] for row in rows] == [tuple(c.strip() or None for c in row) for row in expected]
    assert any(row[4] == "Ecole maternelle aliénor d'AQUITAINE" for row in rows)
    assert {row[18] for row in rows if row[18]} >= {"0341303G"}


def test_the_budget(given):
    path = TOWN / "VilleMTP_MTP_BudgetPri_2014.csv"
    columns = ["Exercice", "I_F", "D_R", "Nature", "Fonction", "BP", "Libellé fonction"]
    reading = {"encoding": "auto", "delimiter": "auto", "decimal": ",", "missing": ["-"]}
    rows = given(path, columns, {"BP": "number"}, **reading)
    with path.open(encoding="cp1252", newline="") as file:
        amounts = [row[5].strip() for row in list(csv.reader(file, delimiter=";"))[1:]]
    expected = sum(Decimal(text.replace("\u00a0", "").replace(",", ".")) for text in amounts if text != "-")
    assert len(rows) == len(amounts)
    assert sum(Decimal(row[6]) for row in rows if row[6]) == expected


def test_the_trees(given):
    path = TOWN / "VilleMTP_MTP_ArbresAlign.zip"
    with zipfile.ZipFile(path) as archive:
        dbf = archive.read(next(name for name in archive.namelist() if name.endswith(".dbf")))
    head = dbf[:2048]
    count, length, width = struct.unpack("<IHH", head[4:12])
    names = [
        head[at : at + 11].split(b"\0")[0].decode()
        for at in range(32, length - 1, 32)
        if head[at : at + 1] != b"\r"
    ]
    rows = given(path, [*names, "longitude", "latitude"])
    assert len(rows) == count
    # Where its two dates stand, counted by hand in its header; most of its records are zeros.
    for name, at in (("MAJ", 23), ("RELEVE", width - 8)):
        cells = [
            dbf[start + at : start + at + 8].strip(b" \0").decode()
            for start in range(length, len(dbf) - 1, width)
        ]
        dates = [row[1 + names.index(name)] for row in rows]
        assert dates == [f"{cell[:4]}-{cell[4:6]}-{cell[6:]}" if cell else None for cell in cells]
        assert 0 < sum(date is not None for date in dates) < 1_000
    # Montpellier, and no other place.
    assert all(3.80 < float(row[-2]) < 3.95 and 43.56 < float(row[-1]) < 43.66 for row in rows)
    assert not any("\ufffd" in cell for row in rows for cell in row[1:] if cell)


def test_the_car_parks(given):
    path = SAMPLES / "aix-parkings" / "parkings_cache.json"
    parks = json.loads(path.read_text("utf-8"))
    columns = ["parking", *parks["Rotonde"]]
    rows = given(path, columns, {"Timestamp": "time"}, keyed="parking", missing=["N/A"])
    assert [row[1] for row in rows] == list(parks)
    assert dict(zip(columns, rows[-1][1:], strict=True))["Affichage"] is None
    assert rows[0][1:4] == ("Bellegarde", "88", "340")
