"""What stands as the name of a column may be a cell: every reader, and a draft, tell it by its rank."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqueduc import duck
from aqueduc.anonymise import anonymise_extract
from aqueduc.anonymise.scan.lexicon import GIVEN, SURNAMES
from aqueduc.anonymise.stage import find_source_column_mismatches
from aqueduc.draft import draft_declaration
from aqueduc.draft.headings import find_data_like_name_ranks
from aqueduc.draft.kinds import build_draft_request_from_path_or_url as bare
from aqueduc.errors import AnonymisationGateClosed, AqueducError, SourceError
from aqueduc.run import Run
from aqueduc.sources.names import LONGEST, WORDS, is_showable_name
from tests.adversary.odd_files import ODD
from tests.sources.conftest import House, api, reply  # noqa: F401

CELLS = (
    "Jean Dupont",
    "DUPONT Jean",
    "dupont",
    "Rakotomalala",
    "rakotomalala_hery",
    "KESKINKAYA",
    "Mme Keskinkaya",
    "jean.dupont@ville.fr",
    "jean_dupont",
    "0612345678",
    "06 12 34 56 78",
    "tel_06_12_34_56_78",
    "1 85 05 78 006 084 91",
    "AB-123-CD",
    "12 rue des Lilas",
    "12/03/1954",
    "13100",
    "nom Жуков",
    "nom Đặng",
    "nom\u202edupont",
    "nom\u00adcache",
    "date 2013 12 31",
    "Zoé",
    "a suivi un traitement pour dépression",
    "nom de la mère : Fatoumata",
)
NAMES = (
    "montant_total",
    "CODE_INSEE",
    "Nb élèves 2013",
    "dateDepot",
    "Libellé de l'équipement",
    "tel2",
    "Œuvres",
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


# --- the rule -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_no_name(cell):
    assert not is_showable_name(cell)


@pytest.mark.parametrize("name", NAMES)
def test_the_usual_name_of_a_column_is_told(name):
    assert is_showable_name(name)


def test_no_word_of_columns_is_a_common_given_name():
    assert not WORDS & set(GIVEN)


@given(
    st.sampled_from(GIVEN),
    st.sampled_from(SURNAMES),
    st.sampled_from(["{} {}", "{}_{}", "{}.{}", "{}{}", "nom {} {}"]),
)
def test_nobody_is_a_name(given_name, surname, form):
    text = form.format(given_name, surname)
    assert (
        not is_showable_name(text)
        and not is_showable_name(text.upper())
        and not is_showable_name(text.title())
    )


@given(st.text())
def test_what_is_told_is_made_of_known_words_and_a_short_number(text):
    if is_showable_name(text):
        letters = "".join(char for char in text.lower() if char.isalpha())
        assert text.isprintable() and len(text) <= 60 and letters
        assert sum(char.isdigit() for char in text) <= 4


# --- every reader -------------------------------------------------------------------------------------------


def _csv(path: Path, name: str) -> None:
    quoted = name.replace('"', '""')
    path.write_text(f'nom,"{quoted}",date\na,b,c\n', "utf-8")


def _xlsx(path: Path, name: str) -> None:
    book = openpyxl.Workbook()
    for row in (["nom", name, "date"], ["a", "b", "c"]):
        book.active.append(row)
    book.save(path)


def _json(path: Path, name: str) -> None:
    path.write_text(json.dumps([{"nom": "a", name: "b", "date": "c"}]), "utf-8")


def _nested(path: Path, name: str) -> None:
    path.write_text(json.dumps([{"nom": "a", "personnes": {name: 1}, "date": "c"}]), "utf-8")


def _geojson(path: Path, name: str) -> None:
    feature = {"type": "Feature", "geometry": None, "properties": {"nom": "a", name: "b", "date": "c"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")


def _shapefile(path: Path, name: str) -> None:
    with duck.open_duckdb(path.parent, extensions=("spatial",)) as con:
        query = (
            f"SELECT 'a' AS nom, 'b' AS {duck.identifier(name[:10])}, 'c' AS date, ST_Point(5, 43) AS geom"
        )
        target = duck.literal(str(path.with_suffix(".shp")))
        con.execute(f"COPY ({query}) TO {target} (FORMAT gdal, DRIVER 'ESRI Shapefile', SRS 'EPSG:4326')")
    with zipfile.ZipFile(path, "w") as archive:
        for part in path.parent.glob(f"{path.stem}.???"):
            if part != path:
                archive.write(part, part.name)


_READERS: dict[str, Callable[[Path, str], None]] = {
    "a.csv": _csv,
    "a.xlsx": _xlsx,
    "a.json": _json,
    "b.json": _nested,
    "a.geojson": _geojson,
    "a.zip": _shapefile,
}
_POSITION = {"a.geojson": ["longitude", "latitude"], "a.zip": ["longitude", "latitude"]}


def gate(house: House, file: str) -> str:
    """What the gate on columns says, with its report and whatever else the store holds."""
    columns = ["nom", "date", *_POSITION.get(file, [])]
    dataset = house.declare({"file": "depot", "path": file}, dict.fromkeys(columns, "publish"))
    extraction = house.extract(dataset)
    assert extraction.handle is not None
    with pytest.raises(AnonymisationGateClosed) as closed:
        anonymise_extract(dataset, Run(dataset.id, "r1"), extraction.handle, house.place)
    stored = b"".join(path.read_bytes() for path in (house.folder / "store").rglob("*") if path.is_file())
    return house.message(closed.value) + stored.decode("utf-8", "replace")


@pytest.mark.parametrize("cell", ["Jean Dupont", "rakotomala", "0612345678"])
@pytest.mark.parametrize("file", _READERS)
def test_every_reader_tells_a_name_that_may_be_a_cell_by_its_rank(house, file, cell):
    _READERS[file](house.drop / file, cell)
    said = gate(house, file)
    assert cell[:10] not in said
    assert "la n° 2 de celles qui ont un nom (le sien est tu)" in said


@pytest.mark.parametrize("cell", CELLS)
def test_a_csv_header_that_holds_a_cell_is_shown_nowhere(house, cell):
    _csv(house.drop / "a.csv", cell)
    said = gate(house, "a.csv")
    words = [word for word in cell.split() if len(word) > 5 and not is_showable_name(word)]
    assert cell not in said and not any(word in said for word in words)


@pytest.mark.parametrize("file", ["a.csv", "a.xlsx", "a.json", "a.geojson", "a.zip"])
def test_every_reader_tells_the_usual_name_of_a_column(house, file):
    _READERS[file](house.drop / file, "montant")
    assert "« montant »" in gate(house, file)


def test_an_api_too(house, api, reply):  # noqa: F811
    api.reply("/jeu", reply([{"nom": "a", "rakotomala": "b"}]))
    house.connect("ville", conn_type="http", host=api.url)
    dataset = house.declare({"http": "ville", "path": "/jeu"}, {"nom": "publish"})
    extraction = house.extract(dataset)
    with pytest.raises(AnonymisationGateClosed) as closed:
        anonymise_extract(dataset, Run(dataset.id, "r1"), extraction.handle, house.place)
    assert "rakotomala" not in house.message(closed.value)


@pytest.mark.parametrize(
    "sql, shown",
    [
        ("SELECT nom, rakotomala FROM t", True),
        ("SELECT nom, x AS rakotomala FROM t", True),
        ("SELECT * FROM t", False),
        ("SELECT * FROM rakotomalala", False),
    ],
)
def test_what_a_query_does_not_say_itself_may_be_a_cell(house, sql, shown):
    """A view laid out across, whose columns were made of rows."""
    dataset = house.declare({"postgres": "base", "sql": "sql/essai.sql"}, {"nom": "publish"}, sql=sql)
    (found,) = find_source_column_mismatches(dataset, ["nom", "rakotomala"])
    assert ("rakotomala" in found.message()) is shown


def test_a_header_that_is_a_row_of_data_is_shown_nowhere(house):
    (house.drop / "a.csv").write_text("Zoé Keskinkaya,0612345678\nAwa,0612345679\n", "utf-8")
    dataset = house.declare({"file": "depot", "path": "a.csv"}, {"nom": "publish", "tel": "drop"})
    message = house.fails(SourceError, dataset, exact=False)
    assert "Keskinkaya" not in message and "0612" not in message


# --- drafts -------------------------------------------------------------------------------------------------

_PEOPLE = (
    "Jean Dupont",
    "Mme Keskinkaya",
    "Awa Keskinkaya",
    "0612345678",
    "12/03/1954",
    "jean.dupont@ville.fr",
)


def drafted(house: House, file: str, sheet: str | None = None) -> str:
    """All that ``new`` would write or say."""
    try:
        wanted = replace(bare("essai", str(house.drop / file)), sheet=sheet)
        made = draft_declaration(wanted, house.place)
    except AqueducError as error:
        return house.message(error)
    return "".join(made.files.values()) + json.dumps(made.to_json(), ensure_ascii=False)


@pytest.mark.parametrize("cell", _PEOPLE)
@pytest.mark.parametrize("file", ["a.csv", "a.xlsx", "b.json", "a.geojson"])
def test_no_draft_holds_a_person_who_has_a_column(house, file, cell):
    _READERS[file](house.drop / file, cell)
    said = drafted(house, file)
    assert cell not in said
    if file in ("a.csv", "a.xlsx"):
        # One such name is read by its rank; a key of a document has none.
        assert "appelée ici par son rang, « colonne 2 »" in said
    else:
        assert "n° 2" in said and "en lignes" in said


def test_no_draft_holds_the_key_that_leads_to_a_list(house):
    (house.drop / "a.json").write_text(json.dumps({"Jean Dupont": [{"nom": "a"}, {"nom": "b"}]}), "utf-8")
    said = drafted(house, "a.json")
    assert "Dupont" not in said and "Le chemin de la liste" in said


def test_no_draft_holds_the_name_of_a_sheet_that_is_a_person_s(house):
    book = openpyxl.Workbook()
    book.active.title = "Jean Dupont"
    book.active.append(["nom", "date"])
    book.active.append(["a", "b"])
    book.create_sheet("Awa Keskinkaya")
    book.save(house.drop / "a.xlsx")
    said = drafted(house, "a.xlsx")
    assert "Dupont" not in said and "feuille n° 1" in said


def make_sheets(house, *named):
    """A workbook; each sheet has its name and its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in named:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(house.drop / "a.xlsx")


def test_a_sheet_is_named_by_what_it_holds_and_a_year(house):
    make_sheets(house, ("Subv. 2025", [["lieu", "n"], ["Mairie", 1]]), ("Feuil2", [["x"]]))
    assert "sheet: Subv. 2025" in drafted(house, "a.xlsx")


def test_the_first_sheet_is_read_whatever_its_name_which_is_not_written(house):
    make_sheets(house, ("Jean Dupont", [["lieu", "n"], ["Mairie", 1]]), ("Feuil2", [["x"]]))
    said = drafted(house, "a.xlsx")
    assert "Dupont" not in said and "sheet:" not in said and "lieu:" in said


COVER = ("Lisez-moi", [["Budget de la Ville"], ["Source : finances"], ["Mise à jour en mars"]])
RECORDS = ("Jean Dupont", [["lieu", "places", "type"], *([f"Salle {rank}", rank, "a"] for rank in range(39))])


def test_a_cover_is_not_read_and_the_other_sheets_are_told(house):
    make_sheets(house, COVER, ("Lieux", RECORDS[1]), ("Awa Keskinkaya", [["x", "y"], [1, 2]]))
    said = drafted(house, "a.xlsx")
    assert "sheet: Lieux" in said and "places:" in said
    flat = said.replace("\N{NO-BREAK SPACE}", " ").replace("\n# ", " ")
    assert "Keskinkaya" not in said and "n° 3 : 2 lignes × 2 colonnes" in " ".join(flat.split())


def test_a_cover_of_two_columns_gives_way_to_a_larger_table(house):
    cover = [["Titre", "Budget"], ["Service", "Finances"], ["Date", "mars"]]
    make_sheets(house, ("Lisez-moi", cover), ("Lieux", RECORDS[1]))
    assert "sheet: Lieux" in drafted(house, "a.xlsx")


@pytest.mark.parametrize("asked", ["Lieux", "2"])
def test_a_sheet_is_read_that_is_asked_for(house, asked):
    make_sheets(house, ("Feuil1", [["x", "y"], [1, 2]]), ("Lieux", RECORDS[1]))
    assert "sheet: Lieux" in drafted(house, "a.xlsx", sheet=asked)


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(house):
    make_sheets(house, ("Feuil1", [["x", "y"], [1, 2]]), RECORDS)
    said = drafted(house, "a.xlsx", sheet="3").replace("\N{NO-BREAK SPACE}", " ")
    assert "n'a pas de feuille « 3 »" in said and "n° 2 : 40 lignes × 3 colonnes" in said
    assert "Dupont" not in said


def test_another_sheet_that_is_called_like_somebody_is_to_be_moved_or_renamed(house):
    make_sheets(house, ("Feuil1", []), ("Jean Dupont", [["lieu", "n"], ["Mairie", 1]]))
    said = drafted(house, "a.xlsx")
    assert "Dupont" not in said
    assert "La feuille n° 2 porte un nom qui ressemble à des données" in said
    assert "la mettre la première du classeur" in said


@pytest.mark.parametrize(
    "names",
    [
        ["OBJECTID", "CODCOM", "LIBTRI", "NORUE", "NOMVOIE"],
        ["Code Postal", "Diamètre Tronc", "Hauteur", "2013", "2014"],
        ["id_bien", "geo_point_2d", "Quartier", "Année de construction"],
        ["cdEtab", "libelle_ecole", "nbElevesUlis", "Éthylotest", "DAE"],
        ["hauteur_max", "DUREE_MAX", "freq_maj", "Dévers", "IBAN", "conn_type"],
        ["accueil_equipements_malentendants", "handicap", "pathologie"],
        [
            "Secteur",
            *["Jan", "Fév", "Mar", "Avr", "Mai", "Juin", "Juil", "Août", "Sep", "Oct", "Nov", "Déc"],
            "Total",
        ],
        ["lieu", "sept. 2024", "oct. 2024", "nov. 2024", "déc. 2024", "janv. 2025"],
        ["Site", *["Lun", "Mar", "Mer", "Jeu", "Ven", "Sam", "Dim"]],
        ["lieu", "Sam", "Dim", "Lun"],
        ["recordid", "fields.nom", "fields.tarifs.abonnement", "meta.page", "meta.total"],
        ["id", "carnot.nom", "carnot.tarifs.horaire", "carnot.places"],
        ["Subv. 2025", "Feuil1", "2024-2025", "2024/25", "janv. 2025", "Récap. 2025"],
    ],
)
def test_the_names_of_columns_are_no_data(names):
    assert find_data_like_name_ranks(names) == ()


@pytest.mark.parametrize(
    "names, ranks",
    [
        (["Semaine", "Dupont", "Martin"], (2, 3)),
        (["semaine", "jean_dupont"], (2,)),
        (["jour", "Mme Keskinkaya", "total"], (2,)),
        (["", "Jean Dupont"], (2,)),
        (["semaine", "Jan", "Mar", "Sam"], (2, 3, 4)),
        (["jean.dupont", "lieu"], (1,)),
        (["dupont.places", "dupont.age", "martin.places", "martin.age"], (1, 2, 3, 4)),
    ],
)
def test_people_who_have_a_column_are_data(names, ranks):
    assert find_data_like_name_ranks(names) == ranks


SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "schemas"


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the national schemas are not on this machine")
def test_no_field_of_a_national_schema_is_taken_for_data():
    names = {
        text
        for path in SCHEMAS.rglob("*.json")
        for field in _fields(json.loads(path.read_text("utf-8")))
        for text in (field.get("name"), field.get("title"))
        if isinstance(text, str) and len(text) <= LONGEST
    }
    listed = sorted(names)
    assert len(listed) > 500
    assert [listed[rank - 1] for rank in find_data_like_name_ranks(listed)] == []


def _fields(document: object) -> list[dict[str, object]]:
    found = document.get("fields") if isinstance(document, dict) else None
    return [field for field in found or [] if isinstance(field, dict)]


def test_a_merged_cell_under_a_name_that_may_be_a_cell_is_told_nowhere(house):
    book = openpyxl.Workbook()
    for row in (["nom", "Jean Dupont"], ["a", "x"], ["b", None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(house.drop / "a.xlsx")
    dataset = house.declare({"file": "depot", "path": "a.xlsx"}, {"nom": "publish"})
    assert "Dupont" not in json.dumps(house.extract(dataset).report.to_json(), ensure_ascii=False)


# What is over a megabyte is read from a file already.
@pytest.mark.parametrize(
    "name",
    [
        name
        for name, make in ODD.items()
        if name.endswith((".json", ".csv")) and "million" not in name and len(make()) <= 1_000_000
    ],
)
def test_an_api_that_answers_what_no_api_does(house, api, reply, name):  # noqa: F811
    data = ODD[name]()
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/json"
    api.reply("/jeu", reply(data, headers={"Content-Type": kind}))
    house.connect("ville", conn_type="http", host=api.url)
    source = {"http": "ville", "path": "/jeu", "format": name.rpartition(".")[2]}
    dataset = house.declare(source, dict.fromkeys(("nom", "date", "nombre"), "publish"))
    try:
        said = json.dumps(house.extract(dataset).report.to_json(), ensure_ascii=False)
    except SourceError as error:
        said = house.message(error)
    assert "Canari" not in said
