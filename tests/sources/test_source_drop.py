"""Several files of a drop read as one source: which, whether they are whole, and what a row's number says."""

from __future__ import annotations

import threading

import pytest

from aqueduc.errors import SourceAccessRefusal, SourceNotFound, SourceUnavailable, SourceUnreadable
from aqueduc.findings import FILE_LINES, format_source_line_number, parse_source_line_number
from aqueduc.run import Run
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.names import format_safe_file_name
from tests.sources.dropping import COLUMNS, drop_file


def declare(house, path="releves-*.csv", columns=COLUMNS, **source):
    chosen = {"take": "all"} if "*" in path else {}
    return house.declare({"file": "depot", "path": path, **chosen, **source}, columns)


def values(house, extraction):
    return sorted(row[1:] for row in house.rows(extraction))


def certify(house, dataset, extraction):
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(
        dataset, Run(dataset.id, "r1"), extraction.report, house.place
    )


# --- which files -------------------------------------------------------------------------------------------


def test_all_files_of_a_pattern_are_one_source_and_each_line_says_its_file(house):
    drop_file(house.drop, "releves-2026-02.csv", "a,3")
    drop_file(house.drop, "releves-2026-01.csv", "a,1", "b,2")
    drop_file(house.drop, "autre.csv", "z,9")
    found = house.extract(declare(house))
    assert [(format_source_line_number(line), *rest) for line, *rest in house.rows(found)] == [
        ("1:2", "a", "1"),
        ("1:3", "b", "2"),
        ("2:2", "a", "3"),
    ]
    assert found.report.rows == 3
    assert [one.message for one in found.report.findings] == [
        "fichiers réunis : 1 « releves-2026-01.csv », 2 « releves-2026-02.csv »"
    ]


def test_the_name_of_its_file_may_be_a_column_declared_as_any_other(house):
    drop_file(house.drop, "releves-2026-01.csv", "a,1")
    drop_file(house.drop, "releves-2026-02.csv", "a,3")
    columns = {**COLUMNS, "fichier": "publish"}
    found = house.extract(declare(house, columns=columns, file_column="fichier"))
    assert values(house, found) == [("a", "1", "releves-2026-01.csv"), ("a", "3", "releves-2026-02.csv")]
    alone = declare(house, "releves-2026-02.csv", columns, file_column="fichier")
    assert house.rows(house.extract(alone, "r2")) == [(2, "a", "3", "releves-2026-02.csv")]
    drop_file(house.drop, "releves-2026-02.csv", "a,3,x", header="station,valeur,Fichier")
    assert "« fichier »" in house.fails(SourceUnreadable, alone, run="r3")


def test_the_newest_by_name_or_by_date(house):
    drop_file(house.drop, "releves-2026-01.csv", "a,1", age=60)
    drop_file(house.drop, "releves-2026-02.csv", "a,2", age=7200)
    by_name, by_date = declare(house, take="newest-name"), declare(house, take="newest-date")
    assert house.rows(house.extract(by_name)) == [(2, "a", "2")]
    assert house.rows(house.extract(by_date, "r2")) == [(2, "a", "1")]


def test_what_is_still_being_sent_or_hidden_is_no_file_of_a_pattern(house):
    drop_file(house.drop, "releves-1.csv", "a,1")
    for name in ("releves-2.csv.part", "releves-3.csv.filepart", ".releves-4.csv", "releves-5.csv.TMP"):
        drop_file(house.drop, name, "b,2")
    (house.drop / "releves-6.csv").mkdir()
    found = house.extract(declare(house, "*releves-*", format="csv"))
    assert values(house, found) == [("a", "1")]


def test_a_folder_below_and_a_link_that_leads_out(house):
    drop_file(house.drop, "2026/releves-1.csv", "a,1")
    dataset = declare(house, "2026/releves-*.csv")
    assert values(house, house.extract(dataset)) == [("a", "1")]
    (house.folder / "secret.csv").write_text("station,valeur\nx,y\n")
    (house.drop / "2026/releves-2.csv").symlink_to(house.folder / "secret.csv")
    assert "sort du dossier" in house.fails(SourceAccessRefusal, dataset, run="r2")


def test_what_the_pattern_does_not_designate_is_nobodys_business(house):
    drop_file(house.drop, "releves-1.csv", "a,1")
    (house.drop / "ailleurs.csv").symlink_to(house.folder / "include/city.yaml")
    (house.drop / "nulle-part.csv").symlink_to("absent")
    (house.drop / "releves-2.csv").symlink_to("absent")
    assert values(house, house.extract(declare(house))) == [("a", "1")]


def test_no_file_at_all_and_no_folder(house):
    assert "Aucun fichier du dépôt" in house.fails(SourceNotFound, declare(house))
    assert "Le dossier de « path: »" in house.fails(SourceNotFound, declare(house, "absent/*.csv"))


def test_one_bracket_is_a_bracket(house):
    drop_file(house.drop, "releves[1].csv", "a,1")
    assert values(house, house.extract(declare(house, "releves[1]*.csv"))) == [("a", "1")]


# --- their columns -----------------------------------------------------------------------------------------


def test_columns_in_another_order_are_the_same(house):
    drop_file(house.drop, "releves-1.csv", "a,1")
    drop_file(house.drop, "releves-2.csv", "2,b", header="valeur,station")
    assert values(house, house.extract(declare(house))) == [("a", "1"), ("b", "2")]


def test_files_of_other_columns_are_named_and_a_name_nobody_declared_is_not(house, canary):
    drop_file(house.drop, "releves-1.csv", "a,1")
    drop_file(house.drop, "releves-2.csv", "a", header="station")
    drop_file(house.drop, "releves-3.csv", "a,1,x", header=f"station,valeur,{canary}")
    drop_file(house.drop, f"releves-{canary}.csv", "b", header="station")
    message = house.fails(SourceUnreadable, declare(house))
    assert "colonnes du premier, « releves-1.csv »" in message
    assert "« releves-2.csv » (sans « valeur »)" in message
    assert "« releves-3.csv » (1 colonne de plus)" in message
    assert "n° 4 (son nom est tu) (sans « valeur »)" in message


def test_what_is_wrong_with_one_file_names_it(house):
    drop_file(house.drop, "releves-1.csv", "a,1")
    (house.drop / "releves-2.csv").write_bytes(b"")
    message = house.fails(SourceUnreadable, declare(house))
    assert "vide" in message and "releves-2.csv" in message


def test_rejected_rows_and_findings_keep_their_file(house):
    drop_file(house.drop, "releves-1.csv", "a,1", ",", "b,2,trop")
    drop_file(house.drop, "releves-2.csv", ",", "c,3,trop")
    dataset = house.declare(
        {"file": "depot", "path": "releves-*.csv", "take": "all"}, COLUMNS, reject_at_most=1.0
    )
    report = house.extract(dataset).report
    assert (report.rows, report.rejected) == (1, 2)
    by_code = {one.code: one for one in report.findings}
    assert by_code["lignes-vides"].count == 2
    assert by_code["lignes-mal-decoupees"].lines == (FILE_LINES + 4, 2 * FILE_LINES + 3)
    assert "(lignes 1:4, 2:3)" in by_code["lignes-mal-decoupees"].message


def test_a_number_of_line_reads_as_it_is_written():
    for text in ("15", "2:15", "1000:1048576"):
        assert format_source_line_number(parse_source_line_number(text)) == text
    with pytest.raises(ValueError, match="invalid literal"):
        parse_source_line_number("2:")


@pytest.mark.parametrize(
    "name, shown",
    [
        ("releves-2026-03-01.csv", True),
        ("releves-20260301T0405.csv", True),
        ("releves-01.03.2026.csv", True),
        ("releves-12.csv", True),
        ("releves-quartier.csv", False),
        ("releves-dupont.csv", False),
        ("releves-0612345678.csv", False),
        ("releves-06-12-34-56-78.csv", False),
        ("releves-185057800608436.csv", False),
    ],
)
def test_the_name_of_a_file_is_shown_when_it_can_be_nobodys(name, shown):
    assert (name in str(format_safe_file_name("releves-*.csv", name, 3))) is shown


# --- delivered again, late, moving ------------------------------------------------------------------------


def test_the_same_bytes_under_another_name_change_nothing(house):
    drop_file(house.drop, "releves-1.csv", "a,1")
    drop_file(house.drop, "releves-2.csv", "b,2")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    (house.drop / "releves-1.csv").rename(house.drop / "releves-9.csv")
    assert house.extract(dataset, "r2").report.unchanged_by == "mark"
    drop_file(house.drop, "releves-2 (copie).csv", "b,2")
    assert house.extract(dataset, "r3").report.unchanged_by == "mark"


def test_a_file_delivered_twice_is_read_once_and_told(house):
    for name in ("releves-1.csv", "releves-1 (2).csv"):
        drop_file(house.drop, name, "a,1")
    drop_file(house.drop, "releves-2.csv", "b,2")
    found = house.extract(declare(house))
    assert values(house, found) == [("a", "1"), ("b", "2")]
    (told, *_others) = found.report.findings
    assert told.message == "1 fichier dont le contenu est exactement celui d'un autre : non relus"


def test_a_late_file_adds_its_rows_and_is_no_newest_by_its_name(house):
    drop_file(house.drop, "releves-2026-02.csv", "a,2")
    everything, newest = declare(house), declare(house, take="newest-name")
    certify(house, everything, house.extract(everything := declare(house)))
    drop_file(house.drop, "releves-2026-01.csv", "a,1", age=0)
    found = house.extract(everything, "r2")
    assert values(house, found) == [("a", "1"), ("a", "2")]
    assert values(house, house.extract(newest, "r3")) == [("a", "2")]


def test_a_file_that_is_corrected_in_place_is_read_again(house):
    drop_file(house.drop, "releves-1.csv", "a,1")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    drop_file(house.drop, "releves-1.csv", "a,7")
    assert values(house, house.extract(dataset, "r2")) == [("a", "7")]


def test_a_file_still_being_written_is_waited_for_and_read_whole(house):
    """Written slowly: it changes once more while it is waited for."""
    drop_file(house.drop, "releves-1.csv", "a,1", age=0)
    dataset = declare(house, settled=1)
    slow = threading.Timer(0.3, lambda: drop_file(house.drop, "releves-1.csv", "a,1", "b,2", age=0))
    slow.start()
    message = house.fails(SourceUnavailable, dataset)
    slow.join()
    assert "en train de le déposer" in message and "prochaine tentative" in message
    assert values(house, house.extract(dataset, "r2")) == [("a", "1"), ("b", "2")]


def test_a_file_that_comes_while_others_are_waited_for(house):
    drop_file(house.drop, "releves-1.csv", "a,1", age=0)
    other = threading.Timer(0.3, lambda: drop_file(house.drop, "releves-2.csv", "b,2"))
    other.start()
    assert house.fails(SourceUnavailable, declare(house, settled=1))
    other.join()
