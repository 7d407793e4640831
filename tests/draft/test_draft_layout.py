"""Tables made for the eye: totals and notes below the records, a row of groups above the names of the columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import tests.sources.test_source_ods as ods
from aqueduc.declaration.column_name_hints import normalise_words
from aqueduc.draft import build_draft_request_from_path_or_url, draft_declaration
from aqueduc.draft.layout import find_header_rows
from aqueduc.draft.proposals import COUNTS_PEOPLE
from aqueduc.errors import SourceUnreadable
from tests.draft.test_draft_twins import open_file, stewards_office
from tests.examples import rarely
from tests.sources.test_source_geo import SPECIES, pack_species

pytestmark = pytest.mark.end_to_end

GRANTS = [
    ["club", "quartier", "montant"],
    ["Judo", "Nord", 1200],
    ["Vélo", "Sud", 800],
    ["Chorale", "Sud", 350],
]
SUM = 2350


def build_ods(rows: Sequence[Sequence[Any]]) -> bytes:
    cells = (
        (
            ods.EMPTY if not one else ods.cell(one) if isinstance(one, str) else ods.cell(str(one), "float")
            for one in line
        )
        for line in rows
    )
    return ods.book(ods.sheet(*(ods.row(*line) for line in cells)))


def write_table(folder: Path, name: str, rows: Sequence[Sequence[Any]]) -> Path:
    path = folder / name
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    elif name.endswith(".ods"):
        path.write_bytes(build_ods(rows))
    else:
        text = "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows)
        path.write_text(f"{text}\n", "utf-8")
    return path


# Workbooks with a foot, with names on two rows: below, once each.
@pytest.mark.parametrize("name", ["a.csv", rarely("a.xlsx")])
@pytest.mark.parametrize(
    "foot, words",
    [
        ([["Total", None, SUM], ["Source : service Vie associative", None, None]], ["Total", "Source"]),
        ([["Total", None, None], ["SOURCE : la Ville", None, None]], ["Total", "Source"]),
        ([["TOTAL GÉNÉRAL", "", SUM], ["", "", ""], ["Note : hors avances", "", ""]], ["Total", "Note"]),
    ],
    ids=["a-sum", "a-formula-without-value", "a-note-apart"],
)
def test_totals_and_notes_are_told_and_left_out(
    name: str, foot: list[list[Any]], words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", name, [*GRANTS, *foot])
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert made.plan.look.source["footer"] == words
    (told,) = [str(note.text) for note in made.plan.look.notes if "pied du tableau" in str(note.text)]
    assert told.startswith("2 lignes de totaux ou de notes") and "(lignes 5, " in told
    assert "Vie associative" not in "".join(made.files.values())
    assert sorted(row[0] for row in published[1:]) == ["Chorale", "Judo", "Vélo"]
    assert made.plan.profiles.get_column("montant").kind == "integer"


@pytest.mark.parametrize(
    "name, foot, words",
    [
        (
            "a.ods",
            [["Ensemble", None, SUM], ["", "", ""], ["(1) hors révision", None, None]],
            ["Ensemble", "(1)"],
        ),
        ("a.xlsx", [["Total", None, SUM], ["* secret statistique", None, None]], ["Total", "*"]),
        ("a.csv", [["NC : non connu", None, None], ["n.d. non disponible", None, None]], ["NC :", "n.d."]),
        ("a.csv", [["Total", None, SUM], ["n.d.\u00a0: non disponible", None, None]], ["Total", "n.d."]),
        ("a.csv", [["* hors avances", None, None], ["Contact : régie", None, None]], ["*", "Contact"]),
        ("a.csv", [["(*) données provisoires", None, None], ["(a) estimations", None, None]], ["(*)", "(a)"]),
    ],
)
def test_the_signs_that_call_notes_begin_a_foot(
    name: str, foot: list[list[Any]], words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", name, [*GRANTS, *foot])
    steward = stewards_office(tmp_path, path.parent)
    made = draft_declaration(build_draft_request_from_path_or_url("essai", str(path)), steward.place)
    assert made.plan.look.source["footer"] == words
    (told,) = [str(note.text) for note in made.plan.look.notes if "pied du tableau" in str(note.text)]
    assert told.startswith("2 lignes de totaux ou de notes") and "non disponible" not in told
    # The rows that are read are those of the table.
    assert made.plan.profiles.get_column("montant").rows == 3


def draft_text(tmp_path: Path, *last: str) -> Any:
    """A draft of the grants as a text, with ``last`` below as they are."""
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", "a.csv", [*GRANTS, ["Ensemble", None, SUM]])
    path.write_text(path.read_text("utf-8") + "".join(f"{line}\n" for line in last), "utf-8")
    steward = stewards_office(tmp_path, path.parent)
    return draft_declaration(build_draft_request_from_path_or_url("essai", str(path)), steward.place)


def test_a_note_without_separators_ends_the_foot_with_the_total_above_it(tmp_path: Path) -> None:
    """The attack: « footer: [Ensemble] » was written, and the total was published as a row."""
    made = draft_text(tmp_path, "Source : régie des sports")
    assert made.plan.look.source["footer"] == ["Ensemble", "Source"]
    assert made.plan.profiles.get_column("montant").rows == len(GRANTS) - 1


def test_a_foot_that_no_word_stops_is_asked(tmp_path: Path) -> None:
    made = draft_text(tmp_path, "Tableau clos par le service")
    (asked,) = [one for one in made.decisions if one.key == "source.footer"]
    assert "par quoi commencent" in str(asked.question)
    assert any("rien ne fait reconnaître" in str(note.text) for note in made.plan.look.notes)


@pytest.mark.parametrize(
    "last",
    [
        ["Total Énergies", "Nord", 300],
        rarely(["Sources du Nord", "Nord", 300]),
        rarely(["Notes et Portées", "Nord", 300]),
        rarely(["Ensemble vocal", "Nord", 300]),
        ["(1) Judo", "Nord", 300],
    ],
)
def test_a_last_record_is_no_foot(last: list[Any], tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", "a.csv", [*GRANTS, last])
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert "footer" not in made.plan.look.source
    assert last[0] in {row[0] for row in published}


def test_an_encoding_guessed_in_a_shapefile_is_told(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    path = tmp_path / "depot/a.zip"
    path.write_bytes(pack_species(tmp_path, "cp1252"))
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    told = [str(note.text) for note in made.plan.look.notes if note.doubt]
    assert "encodage des attributs deviné : cp1252 ; ni un .cpg ni le .dbf ne le disent" in told
    assert "encodage des attributs deviné : cp1252" in made.files["datasets/essai.yaml"]
    assert {row[published[0].index("essence")] for row in published[1:]} == {*SPECIES}


# --- two rows that name the columns -------------------------------------------------------------------------

SCHOOLS = [
    ["école", "Filles", None, "Garçons", None],
    [None, "maternelle", "élémentaire", "maternelle", "élémentaire"],
    ["Mirabeau", 12, 40, 14, 38],
    ["Zola", 10, 35, 9, 41],
]
NAMES = ["école", "Filles maternelle", "Filles élémentaire", "Garçons maternelle", "Garçons élémentaire"]


@pytest.mark.parametrize("name", ["a.csv", rarely("a.xlsx")])
@pytest.mark.parametrize(
    "rows, names",
    [
        (SCHOOLS, NAMES),
        ([["Effectifs de la rentrée"], *SCHOOLS], NAMES),
        (
            [
                [None, "2023", None, "2024", None],
                ["école", "filles", "garçons", "filles", "garçons"],
                *SCHOOLS[2:],
            ],
            ["école", "2023 filles", "2023 garçons", "2024 filles", "2024 garçons"],
        ),
        (
            [["école", "Inscrits", None], [None, "2023", "2024"], ["Mirabeau", 12, 40], ["Zola", 10, 35]],
            ["école", "Inscrits 2023", "Inscrits 2024"],
        ),
    ],
    ids=["groups-above", "under-a-title", "names-that-come-back", "years"],
)
def test_a_row_of_groups_names_the_columns_with_the_one_below(
    name: str, rows: list[list[Any]], names: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", name, rows)
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert made.plan.look.source["header_rows"] == 2
    assert published[0] == names
    assert sorted(row[0] for row in published[1:]) == ["Mirabeau", "Zola"]


def write_merged(folder: Path, rows: Sequence[Sequence[Any]], areas: Sequence[str]) -> Path:
    path = write_table(folder, "a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    for area in areas:
        book.active.merge_cells(area)
    book.save(path)
    return path


STUBS = [
    ["École", "Code UAI", "Maternelle", None, None, "Élémentaire", None, None],
    [None, None, "PS", "MS", "GS", "CE1", "CE2", "CM1"],
    ["Mirabeau", "0007", 30, 31, 32, 33, 34, 35],
    ["Zola", "0008", 40, 41, 42, 43, 44, 45],
]
STUB_NAMES = [
    "École",
    "Code UAI",
    *(f"Maternelle {one}" for one in ("PS", "MS", "GS")),
    *(f"Élémentaire {one}" for one in ("CE1", "CE2", "CM1")),
]
MONTHS = [datetime(2025, month, 1) for month in range(1, 5)]
QUARTERS = [
    ["Site", "1er trimestre", None, "2e trimestre", None],
    [None, *MONTHS],
    ["Bassin", 30, 31, 32, 33],
    ["Plage", 40, 41, 42, 43],
]


@pytest.mark.parametrize(
    "rows, areas, names",
    [
        (STUBS, ["A1:A2", "B1:B2", "C1:E1", "F1:H1"], STUB_NAMES),
        (STUBS, [], STUB_NAMES),
        rarely([["Effectifs"], [], *STUBS], ["A3:A4", "B3:B4", "C3:E3", "F3:H3"], STUB_NAMES),
        rarely(
            [["Site", "Public", None, "Créneau", None], [None, "Adultes", "Enfants", "Matin", "Soir"]]
            + [row[:5] for row in QUARTERS[2:]],
            ["A1:A2", "B1:C1", "D1:E1"],
            ["Site", "Public Adultes", "Public Enfants", "Créneau Matin", "Créneau Soir"],
        ),
        (
            QUARTERS,
            ["A1:A2", "B1:C1", "D1:E1"],
            [
                "Site",
                "1er trimestre 2025-01-01",
                "1er trimestre 2025-02-01",
                "2e trimestre 2025-03-01",
                "2e trimestre 2025-04-01",
            ],
        ),
    ],
    ids=["merged", "not-merged", "under-a-title", "two-capitals", "days"],
)
def test_merged_names_beside_groups_are_read_with_those_below(
    rows: list[list[Any]], areas: list[str], names: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_merged(tmp_path / "depot", rows, areas)
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert made.plan.look.source["header_rows"] == 2
    assert published[0] == names
    assert [row[-1] for row in published[1:]] == [str(row[-1]) for row in rows[-2:]]


def test_people_who_have_columns_are_refused_above_others_too(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    rows = [
        ["semaine", "Awa Keskinkaya", None, "Hery Rakotomalala", None],
        [None, "jour", "nuit", "jour", "nuit"],
        *([week, 30, 31, 32, 33] for week in range(1, 4)),
    ]
    path = write_merged(tmp_path / "depot", rows, ["A1:A2", "B1:C1", "D1:E1"])
    with pytest.raises(SourceUnreadable, match="ressemblent à des données"):
        open_file(stewards_office(tmp_path, path.parent), path, {})


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["secteur", "jour", ""],
            ["", "2025-01-01", "x"],
            ["Sud", "2025-01-02", "y"],
            ["", "2025-01-03", ""],
        ],
        [["Tarifs", "", ""], ["", "plein", "réduit"], ["Piscine", "3", "2"]],
        [["lieu", "", "ville"], ["Mairie", "12", "Aix"], ["Poste", "7", "Aix"]],
        [["lieu", "", "ville"], ["Mairie", "est", "Aix"], ["Poste", "sud", "Aix"], ["Gare", "", "Aix"]],
        [["secteur", "lieu"], ["Nord", "Mairie"], ["", "Poste"], ["Sud", "Gare"]],
        [["acces", "acces"], ["a", "b"], ["c", "d"]],
        [["Lieux", ""], ["acces", "acces"], ["a", "b"]],
        [["lieu", "n"], ["Mairie", "1"], ["Poste", "2"]],
    ],
)
def test_one_row_is_a_header_by_itself(rows: list[list[str]]) -> None:
    rank = 1 if rows[0][0] in ("Lieux", "Tarifs") else 0
    assert find_header_rows(rows, rank) == (rank, 1)


# --- what columns hold --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["dont PMR", "Dont PAI", "Public Enfants", "adhérents", "Handicap", "nombre"]
)
def test_a_column_that_counts_people_is_known_by_its_name(name: str) -> None:
    assert COUNTS_PEOPLE.search(normalise_words(name))


def test_numbers_that_are_not_all_read_are_said_to_be_the_text_that_they_are(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    prices = [1290, 1190.5, "1 350,00", "1\u00a0290,00", None]
    records = [{"lot": f"L{n}", "taux": 0.25 + n, "prix_ht": price} for n, price in enumerate(prices * 4)]
    path = tmp_path / "depot" / "a.json"
    path.write_text(json.dumps(records), "utf-8")
    made, _published = open_file(stewards_office(tmp_path, path.parent), path, {})
    (proposal,) = (one for one in made.plan.proposals if one.name == "prix_ht")
    assert made.plan.fields["prix_ht"]["type"] == proposal.subject.profile.kind == "string"
    assert (
        "# un texte : trop de cellules ne se lisent pas comme les autres" in made.files["datasets/essai.yaml"]
    )


# --- positions ----------------------------------------------------------------------------------------------


def test_a_position_out_of_place_and_a_shape_among_points_are_told(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    places: list[dict[str, Any]] = [
        {"type": "Point", "coordinates": [5.4 + n / 1000, 43.5]} for n in range(8)
    ]
    places += [
        {"type": "Point", "coordinates": [43.61, 5.41]},
        {"type": "MultiPoint", "coordinates": [[5.41, 43.51], [5.42, 43.52]]},
    ]
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": one} for n, one in enumerate(places)]
    path = tmp_path / "depot" / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    made, _published = open_file(stewards_office(tmp_path, path.parent), path, {})
    told = " ".join(str(note.text) for note in made.plan.notes)
    assert "1 ligne dont la longitude et la latitude semblent échangées" in told and "(ligne 9)" in told
    assert "1 ligne dont la position n'est pas un point" in told and "(ligne 10)" in told
    assert "43.61" not in "".join(made.files.values())


# --- what is hidden -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer, left", [({}, ["Chorale", "Judo"]), ({"hidden_rows": "read"}, ["Chorale", "Judo", "Vélo"])]
)
def test_hidden_rows_and_hidden_columns_are_asked(
    answer: dict[str, str], left: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", "a.xlsx", GRANTS)
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.save(path)
    made, published = open_file(stewards_office(tmp_path, path.parent), path, answer)
    (asked,) = (one for one in made.decisions if one.key == "source.hidden_rows")
    assert asked.options == ("skip", "read") and "ne pas les lire (skip)" in str(asked.question)
    notes = [str(note.text) for note in (*made.plan.look.notes, *made.plan.notes)]
    assert any(note.startswith("1 ligne masquée dans le classeur") and "(ligne 3)" in note for note in notes)
    (column,) = (one for one in made.decisions if one.key == "columns.montant")
    assert {*column.options} == {"drop", "publish"} and "doit-elle sortir ?" in str(column.question)
    assert made.plan.trial and made.plan.trial.left == 2
    assert sorted(row[0] for row in published[1:]) == left


def test_two_tables_in_a_sheet_are_told_and_counts_are_nobody(tmp_path: Path) -> None:
    """The attack: the homes of the second table were published as the inhabitants of the first one, who were said
    to be people's names."""
    (tmp_path / "depot").mkdir()
    rows: list[list[Any]] = [["Quartier", "Habitants", "Ménages"]]
    rows += [[f"Quartier {rank}", 1000 * rank + 3, 400 * rank] for rank in range(7)]
    rows += [[None] * 3, ["Logements par quartier", None, None], ["Quartier", "Logements", "Vacants"]]
    rows += [[f"Quartier {rank}", 500 * rank + 3, 40 * rank] for rank in range(7)]
    path = write_table(tmp_path / "depot", "a.xlsx", rows)
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), stewards_office(tmp_path, path.parent).place
    )
    text = made.files["datasets/essai.yaml"]
    assert "semble l'en-tête d'un autre tableau" in " ".join(text.replace("\n# ", " ").split())
    assert made.plan.people == () and "privacy:" not in text
    assert "?." not in text
