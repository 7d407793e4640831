"""The order of rows: sorted by default, which hides the source's; kept on request, from file to files; told
where a file looks as if it meant something."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.cli.connect import probe_connections
from aqueduc.declaration import load_city
from aqueduc.draft import draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url as bare
from aqueduc.draft.sniff import detect_delimited_text_layout
from aqueduc.errors import DeclarationError, PublicationGateClosed
from aqueduc.pipeline import run_pipeline
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.findings import SuspectedBlankGroups, SuspectedGroupLabels, SuspectedSubtotalRows
from aqueduc.sources.formats.encodings import detect_file_encoding
from aqueduc.sources.formats.workbook import read_sheet_previews
from aqueduc.sources.origin import SourceOrigin
from tests.adversary.town import Town, found_town
from tests.examples import rarely, share
from tests.sources.conftest import House

GROUPED = [
    ("", "2013", "", ""),
    ("Bibliothèque Méjanes", "", "12", "3.5"),
    ("Stade Carcassonne", "", "7", "1.25"),
    ("", "2012", "", ""),
    ("Bibliothèque Méjanes", "", "11", "3"),
    ("Centre Albert-Camus", "", "9", ""),
    ("", "2014", "", ""),
    ("Stade Carcassonne", "", "8", "2"),
]
NAMES = ("lieu", "annee", "visites", "heures")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return found_town(tmp_path)


def drop(town: Town, rows) -> None:
    with (town.drop / "jeu.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([NAMES, *rows])


def declare(town: Town, **changes):
    return town.declare(
        columns=dict.fromkeys(NAMES, "publish"),
        fields=[
            {"name": "lieu"},
            {"name": "annee"},
            {"name": "visites", "type": "integer"},
            {"name": "heures", "type": "number"},
        ],
        **{"publish": {"mode": "upload", "formats": ["csv", "parquet", "xlsx"]}, **changes},
    )


def recheck_withdrawal(town: Town) -> None:
    """A run that stops at an unchanged source, as those of the schedule do."""
    run_pipeline(town.dataset(), town.desk.city, town.desk.run(identifier="encore"), town.desk.place)


def published(town: Town, name: str = "jeu") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((town.portal / "jeux" / name).glob(f"{name}.*"))}


def test_the_order_of_the_source_goes_through_to_every_file(town):
    drop(town, GROUPED)
    declare(town, order="source")
    town.run()
    files = published(town)
    expected = [tuple(cell or None for cell in row) for row in GROUPED]
    read = list(csv.reader(io.StringIO(files["jeu.csv"].decode())))[1:]
    assert [tuple(cell or None for cell in row) for row in read] == [
        (lieu, annee, visites, heures and str(float(heures)).removesuffix(".0"))
        for lieu, annee, visites, heures in expected
    ]
    for column in (
        pq.read_table(io.BytesIO(files["jeu.parquet"])).column("lieu").to_pylist(),
        _workbook(files["jeu.xlsx"]),
    ):
        assert column == [row[0] for row in expected]


def _workbook(data: bytes) -> list[str | None]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_a_geojson_keeps_it_too(town):
    points = [("Luynes", 5.4, 43.5), ("Aix", 5.45, 43.52), ("Milles", 5.38, 43.5)]
    town.file([{"nom": nom, "lon": lon, "lat": lat} for nom, lon, lat in points])
    town.declare(
        columns=dict.fromkeys(("nom", "lon", "lat"), "publish"),
        fields=[{"name": "nom"}, {"name": "lon", "type": "number"}, {"name": "lat", "type": "number"}],
        geometry={"longitude": "lon", "latitude": "lat"},
        order="source",
        publish={"mode": "upload", "formats": ["geojson"]},
    )
    town.run()
    features = json.loads(published(town)["jeu.geojson"])["features"]
    assert [feature["properties"]["nom"] for feature in features] == [nom for nom, *_ in points]


def test_a_geojson_of_nothing_but_null_geometries_does_not_leave(town):
    """Polygons, whose two columns of a position are empty: seven features were published, each without a place."""
    town.file([{"nom": f"Parc {rank}", "lon": None, "lat": None} for rank in range(7)])
    town.declare(
        columns=dict.fromkeys(("nom", "lon", "lat"), "publish"),
        fields=[{"name": "nom"}, {"name": "lon", "type": "number"}, {"name": "lat", "type": "number"}],
        geometry={"longitude": "lon", "latitude": "lat"},
        publish={"mode": "upload", "formats": ["csv", "geojson"]},
    )
    with pytest.raises(PublicationGateClosed, match="géométrie nulle"):
        town.run()


def test_without_it_rows_are_sorted(town):
    drop(town, GROUPED)
    declare(town)
    town.run()
    assert [row["lieu"] for row in town.published()] == sorted(
        (row[0] for row in GROUPED), key=lambda name: (not name, name)
    )


def test_the_same_file_gives_the_same_bytes(town, tmp_path_factory):
    other = found_town(tmp_path_factory.mktemp("autre"))
    for place in (town, other):
        drop(place, GROUPED)
        declare(place, order="source")
        place.run()
    before = published(town)
    assert before == published(other)
    town.run()
    assert published(town) == before


def test_rows_that_only_change_places_are_published_anew(town):
    drop(town, GROUPED)
    declare(town, order="source")
    town.run()
    drop(town, GROUPED[::-1])
    recheck_withdrawal(town)
    assert [row["lieu"] for row in town.published()] == [row[0] for row in GROUPED[::-1]]


def test_rows_that_only_change_places_change_nothing_once_sorted(town):
    drop(town, GROUPED)
    declare(town)
    town.run()
    before = published(town)
    drop(town, GROUPED[::-1])
    recheck_withdrawal(town)
    assert published(town) == before


@pytest.mark.parametrize(
    "change",
    [
        {
            "columns": {**dict.fromkeys(NAMES, "publish"), "lieu": "drop"},
            "fields": [{"name": name} for name in NAMES[1:]],
        },
        {"columns": {**dict.fromkeys(NAMES, "publish"), "lieu": {"truncate": 2}}},
        {"columns": {**dict.fromkeys(NAMES, "publish"), "lieu": "scrub"}},
        {"columns": {**dict.fromkeys(NAMES, "publish"), "lieu": {"constant": "x"}}},
        {"privacy": {"quasi_identifiers": ["annee"], "k": 5}},
    ],
)
def test_the_order_of_what_does_not_leave_is_refused_with_the_ways_out(town, change):
    with pytest.raises(DeclarationError) as refused:
        town.declare(
            **{
                "columns": dict.fromkeys(NAMES, "publish"),
                "fields": [{"name": name} for name in NAMES],
                "order": "source",
                **change,
            }
        )
    said = str(refused.value)
    assert "garde le rang de chacun" in said and "fill_down" in said and "ôter « order »" in said


def test_the_order_of_a_dropped_name_never_shows(town):
    """A file sorted by name: its other columns would give the rank of each."""
    rows = [{"nom": f"N{rank:02}", "note": (7 * rank) % 20} for rank in range(20)]
    columns = {"nom": "drop", "note": "publish"}
    town.file(rows)
    town.declare(columns=columns, fields=[{"name": "note"}])
    town.run()
    assert town.published() != [{"note": str(row["note"])} for row in rows]
    assert town.published() == sorted(town.published(), key=lambda row: row["note"])


# --- files that look grouped --------------------------------------------------------------------------------

HEADER = ["lieu", "annee", "visites", "heures"]
BY_LABEL = [HEADER, *map(list, GROUPED)]
BY_FIRST_CELL = [
    ["quartier", "rue", "arbres"],
    ["Luynes", "Rue A", "3"],
    ["", "Rue B", "4"],
    ["", "Rue C", "1"],
    ["Milles", "Rue D", "7"],
    ["", "Rue E", "2"],
    ["", "Rue F", "2"],
]
IN_ONE_COLUMN = [
    ["poste", "budget", "realise"],
    ["Fonctionnement", "", ""],
    ["Personnel", "100", "90"],
    ["Fluides", "50", "60"],
    ["Investissement", "", ""],
    ["Voirie", "10", "9"],
    ["Écoles", "20", "19"],
]
WITH_TOTALS = [
    ["secteur", "ecole", "eleves", "classes"],
    ["Nord", "A", "10", "1"],
    ["Nord", "B", "20", "2"],
    ["Total Nord", "", "30", "3"],
    ["Sud", "C", "40", "4"],
    ["Sous-total", "", "40", "4"],
    ["Est", "D", "1", "1"],
]
TOTALS_BESIDE = [
    ["commune", "equipement", "cout"],
    *(["Nord", f"Gymnase {rank}", "10"] for rank in range(3)),
    ["Nord", "Total", "30"],
    *(["Sud", f"Stade {rank}", "5"] for rank in range(2)),
    ["Sud", "Total", "10"],
    ["Est", "Piscine", "7"],
    ["Est", "Total", "7"],
]


def with_total(label: str, amount: str) -> list[list[str]]:
    """One subtotal in the middle. ``amount``: "" where a workbook never worked its formula out."""
    return [
        ["pole", "equipement", "surface", "cout"],
        *(["Nord", f"Gymnase {rank}", "100", "10"] for rank in range(4)),
        [label, "", "", amount],
        *(["Sud", f"Stade {rank}", "50", "5"] for rank in range(3)),
    ]


SUBTOTALS = [
    with_total("Sous-total Nord", ""),
    with_total("S/T Nord", "40"),
    *(with_total(label, "40") for label in ("Ss-total", "SOUS TOTAL", "Ensemble", "Cumul", "TOTAL GÉNÉRAL")),
]
TWO_TABLES = [
    ["quartier", "habitants", "menages"],
    *([f"Q{rank}", f"{1000 + rank}", f"{400 + rank}"] for rank in range(6)),
    ["", "", ""],
    ["Logements par quartier", "", ""],
    ["Quartier", "Logements", "Vacants"],
    *([f"Q{rank}", f"{500 + rank}", f"{40 + rank}"] for rank in range(6)),
]
LOOK_GROUPED = {
    "second-en-tete": (TWO_TABLES, TWO_TABLES[:8] + TWO_TABLES[9:]),
    "titres-de-groupes": (BY_LABEL, IN_ONE_COLUMN),
    "groupes-nommes-une-fois": (BY_FIRST_CELL,),
    "sous-totaux": (WITH_TOTALS, TOTALS_BESIDE, *SUBTOTALS),
}
RECORDS = {
    "a record of which only the name is known": [
        ["nom", "adresse", "telephone"],
        ["École A", "Rue B", "04"],
        ["École C", "", ""],
        ["École D", "Rue E", "05"],
        ["École F", "", ""],
    ],
    "the first record too": [
        ["nom", "adresse", "telephone"],
        ["École A", "", ""],
        ["École C", "Rue B", "04"],
        ["École D", "Rue E", "05"],
    ],
    "a sparse column": [
        ["id", "nom", "remarque"],
        ["1", "a", "fermé"],
        ["2", "b", ""],
        ["3", "c", ""],
        ["4", "d", "ouvert"],
    ],
    "a sparse first column": [
        ["remarque", "nom", "taille"],
        ["fermé", "a", "1"],
        ["", "b", "2"],
        ["", "c", "3"],
        ["fermé", "d", "4"],
        ["", "e", "5"],
    ],
    "a company called Total": [
        ["fournisseur", "objet", "montant"],
        ["Total", "carburant", "10"],
        ["TotalEnergies", "gaz", "20"],
        ["Autre", "", "5"],
        ["Autre", "eau", "5"],
    ],
    "a company called Total, in the second column": [
        ["annee", "fournisseur", "montant"],
        ["2023", "Total", "10"],
        ["2023", "Autre", "5"],
        ["2024", "Autre", "20"],
        ["2024", "Total", "10"],
        ["2025", "Autre", "5"],
    ],
    "a choir": [
        ["association", "objet", "montant"],
        ["Ensemble vocal", "", "10"],
        ["Judo", "sport", "20"],
        ["Tennis", "sport", "5"],
    ],
    "a table of two columns": [["cle", "valeur"], ["a", ""], ["b", "1"], ["c", ""]],
    "crossings by year": [["annee", "nord", "sud"], ["2012", "1", "2"], ["2013", "", ""], ["2014", "3", "4"]],
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def written(house: House, rows, kind: str) -> None:
    if kind == "csv":
        with (house.drop / "a.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        return
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(house.drop / "a.xlsx")


def told(house: House, rows, kind: str = "csv", **more) -> list[str]:
    written(house, rows, kind)
    columns = dict.fromkeys(rows[0], "publish")
    dataset = house.declare({"file": "depot", "path": f"a.{kind}"}, columns, **more)
    return [finding.code for finding in house.extract(dataset).report.findings]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "code, rows", [(code, rows) for code, files in LOOK_GROUPED.items() for rows in files]
)
def test_a_file_that_looks_grouped_is_told(house, kind, code, rows):
    assert code in told(house, rows, kind)


def test_numbers_that_are_not_known_are_no_header(house):
    rows = [["ecole", "eleves", "classes"], ["A", "10", "1"], ["B", "20", "2"], ["", "", ""]]
    assert told(house, [*rows, ["C", "inconnu", "inconnu"], ["D", "NC", "NC"]]) == ["lignes-vides"]


def test_a_total_at_the_foot_is_not_in_the_middle(house):
    rows = [["ecole", "rue", "eleves"], ["A", "Rue A", "10"], ["B", "Rue B", "20"], ["Total", "", "30"]]
    assert told(house, rows) == ["pied-lu-comme-donnees"]


def test_the_total_of_the_last_group_is_counted_with_the_others(house):
    written(house, TOTALS_BESIDE, "csv")
    dataset = house.declare({"file": "depot", "path": "a.csv"}, dict.fromkeys(TOTALS_BESIDE[0], "publish"))
    (found,) = house.extract(dataset).report.findings
    assert (found.code, found.count) == ("sous-totaux", 3)


@pytest.mark.parametrize("label", ["S/T Est", "Ss-total", "Cumul"])
def test_a_subtotal_at_the_foot_is_one_whatever_it_is_called(house, label):
    rows = [["ecole", "rue", "eleves"], ["A", "Rue A", "10"], ["B", "Rue B", "20"], [label, "", "30"]]
    assert told(house, rows) == ["pied-lu-comme-donnees"]


@pytest.mark.parametrize("what", RECORDS)
def test_a_table_of_records_is_not_grouped(house, what):
    assert told(house, RECORDS[what]) == []


def test_nothing_is_told_where_the_order_is_kept(house):
    assert told(house, BY_LABEL, order="source") == []


def test_the_finding_says_which_lines_and_what_to_do_and_no_cell(house):
    written(house, BY_LABEL, "csv")
    dataset = house.declare({"file": "depot", "path": "a.csv"}, dict.fromkeys(HEADER, "publish"))
    (finding,) = house.extract(dataset).report.findings
    assert finding.lines == (2, 5, 8) and finding.count == 3
    assert "order: source" in finding.remedy and "fill_down" in finding.remedy
    assert "2013" not in str(asdict(finding))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "last", [["(1) hors révision", "", ""], ["Ensemble", "", "176"], ["NC : non connu", "", ""]]
)
def test_a_foot_read_as_data_is_told(house, kind, last):
    """Of a table whose declaration, written before, has no « footer: »."""
    rows = [
        ["poste", "budget", "realise"],
        ["Personnel", "100", "90"],
        ["Fluides", "50", "60"],
        ["Voirie", "10", "9"],
    ]
    written(house, [*rows, last], kind)
    dataset = house.declare({"file": "depot", "path": f"a.{kind}"}, dict.fromkeys(rows[0], "publish"))
    (finding,) = house.extract(dataset).report.findings
    assert finding.message == (
        "1 ligne à la fin du tableau semble un total ou une note, et est lue comme une donnée (ligne 5)"
    )
    assert "« footer: »" in finding.remedy and "révision" not in str(asdict(finding))


def list_grouped_files():
    """Each as CSV, and one of each look as a workbook: a process of its own reads it, for seconds."""
    for code, files in LOOK_GROUPED.items():
        for rank, rows in enumerate(files):
            yield pytest.param(code, rows, "csv", id=f"{code}-{rank}-csv")
            workbook, name = (code, rows, "xlsx"), f"{code}-{rank}-xlsx"
            yield rarely(*workbook, id=name) if rank else pytest.param(*workbook, id=name)


@pytest.mark.parametrize("code, rows, kind", list(list_grouped_files()))
def test_check_connect_says_it(house, code, rows, kind):
    written(house, rows, kind)
    source = {"file": "depot", "path": f"a.{kind}"}
    columns = dict.fromkeys(rows[0], "publish")
    dataset = house.declare(source, columns)
    city = load_city(house.include).city
    assert code in [doubt.code for doubt in probe_source(dataset, city, house.place).doubts]
    (answer,) = probe_connections([dataset], city.model_copy(update={"platforms": ()}), house.place)
    remedies = ("order: source", "footer:", "une feuille à part")
    assert answer.ok and any(remedy in doubt for doubt in answer.doubts for remedy in remedies)
    assert not any(
        cell in doubt for doubt in answer.doubts for row in rows[1:] for cell in row if len(cell) > 2
    )
    kept = house.declare(source, columns, order="source")
    assert probe_source(kept, city, house.place).doubts == ()


def test_check_connect_reads_no_more_than_a_small_file(house, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.drops.extracting.LAID_OUT_BYTES", 10)
    written(house, BY_LABEL, "csv")
    dataset = house.declare({"file": "depot", "path": "a.csv"}, dict.fromkeys(BY_LABEL[0], "publish"))
    assert probe_source(dataset, load_city(house.include).city, house.place).doubts == ()


@pytest.mark.parametrize("rows", RECORDS.values(), ids=RECORDS)
def test_check_connect_takes_no_records_for_a_report(house, rows):
    written(house, rows, "csv")
    dataset = house.declare({"file": "depot", "path": "a.csv"}, dict.fromkeys(rows[0], "publish"))
    assert probe_source(dataset, load_city(house.include).city, house.place).doubts == ()


def test_a_draft_says_it(house):
    written(house, BY_LABEL, "csv")
    made = draft_declaration(bare("essai", str(house.drop / "a.csv")), house.place)
    notes = [note["text"] for note in made.to_json()["notes"] if note["doubt"]]
    assert any("titre d'un groupe" in note and "order: source" in note for note in notes)
    assert "order: source" in made.files["datasets/essai.yaml"].replace("\n# ", " ")


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from(["", "1"]), st.sampled_from(["", "2"]), st.just("x")
        ),
        min_size=2,
        max_size=30,
    )
)
@settings(max_examples=share(20), deadline=None)
def test_rows_that_are_all_filled_at_both_ends_have_no_titles(tmp_path_factory, rows):
    house = House(tmp_path_factory.mktemp("maison"))
    found = told(house, [["a", "b", "c", "d"], *map(list, rows)])
    assert not set(found) & {"titres-de-groupes", "groupes-nommes-une-fois", "sous-totaux"}


# --- real files ---------------------------------------------------------------------------------------------

SHARED = Path(__file__).resolve().parents[3] / "shared"
REAL = sorted(
    [*SHARED.glob("samples/montpellier/*.csv"), *SHARED.glob("samples/montpellier/*.xls")]
    + [
        path
        for path in SHARED.glob("reference/schemas/*/*.csv")
        if not {"invalid", "duplicate"} & set(path.stem.split("-"))
    ]
)
CODES = {kind.code for kind in (SuspectedGroupLabels, SuspectedBlankGroups, SuspectedSubtotalRows)}


def hints(path: Path) -> tuple[dict[str, str], list[str]]:
    """How a real file is read, and its columns."""
    if path.suffix == ".xls":
        return {}, [
            cell
            for cell in read_sheet_previews(SourceOrigin("essai", "file", "depot", path.name), path, 1)[
                0
            ].rows[0]
            if cell
        ]
    encoding = detect_file_encoding(path).name
    layout = detect_delimited_text_layout(path, encoding)
    return {"encoding": encoding, "delimiter": layout.delimiter}, list(layout.names)


@pytest.mark.thorough
@pytest.mark.skipif(not REAL, reason="the real files are not on this machine")
@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_real_file_of_records_is_taken_for_a_grouped_one(house, path):
    """Files of cities, and the examples of the national schemas."""
    (house.drop / f"a{path.suffix}").write_bytes(path.read_bytes())
    how, names = hints(path)
    columns = {name: {"publish": True, "as": f"c{rank}"} for rank, name in enumerate(names)}
    source = {"file": "depot", "path": f"a{path.suffix}", "missing": ["#N/A"], **how}
    found = house.extract(house.declare(source, columns, reject_at_most=1.0)).report
    assert found.rows and not {finding.code for finding in found.findings} & CODES
