"""A city's own lists of names: made of INSEE's files, read by the scan and by ``scrub``, cited by hash."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from aqueduc.anonymise.scan import IdentifierKind, scan_table
from aqueduc.anonymise.scan.city_lists import build_name_list_from_insee_file, load_name_lists
from aqueduc.anonymise.scan.names import fold_case_accents, load_builtin_names
from aqueduc.anonymise.scrubbing import MARKER, scrub_texts
from aqueduc.cli.app import app
from aqueduc.errors import UnusableNameList

DAY = date(2026, 11, 26)
OLD = (
    "sexe;preusuel;annais;nombre\n1;ZORBANE;1990;30\n1;ZORBANE;XXXX;5\n"
    "2;ÉLFRIA;2001;12\n2;_PRENOMS_RARES;1990;900\n"
)
NEW = "sexe;prenom;periode;valeur\n1;Zorbane;1990;35\n2;Élfria;2001;12\n"
SURNAMES = (
    "NOM\t_1891_1900\t_1901_1910\t_1991_2000\nQUZINVALE\t3\t4\t20\n"
    "VRESTOUL\t1\t0\t0\nAUTRES NOMS\t9\t9\t900\n"
)


@pytest.fixture
def include(tmp_path: Path) -> Path:
    (tmp_path / "lexicons").mkdir()
    return tmp_path


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def listed(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("text", [OLD, NEW, NEW.replace(";", ",")], ids=["2022", "newer", "commas"])
def test_first_names_are_summed_in_either_layout_of_insee(tmp_path: Path, text: str, encoding: str) -> None:
    file = write(tmp_path / "nat.csv", text, encoding)
    assert listed(build_name_list_from_insee_file(file, "given", DAY, 10).text) == ["elfria", "zorbane"]
    assert listed(build_name_list_from_insee_file(file, "given", DAY, 35).text) == ["zorbane"]


def test_family_names_are_summed_over_the_decades(tmp_path: Path) -> None:
    file = write(tmp_path / "noms2008nat_txt.txt", SURNAMES, "cp1252")
    assert listed(build_name_list_from_insee_file(file, "surnames", DAY, 20).text) == ["quzinvale"]
    assert listed(build_name_list_from_insee_file(file, "surnames", DAY, 1).text) == ["quzinvale", "vrestoul"]


def test_a_list_says_its_source_its_hash_and_its_date(tmp_path: Path) -> None:
    file = write(tmp_path / "nat2022.csv", OLD)
    head = [
        line
        for line in build_name_list_from_insee_file(file, "given", DAY, 10).text.splitlines()
        if line.startswith("#")
    ]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert {"# lists: given", "# source: nat2022.csv", f"# sha256: {digest}", "# date: 2026-11-26"} <= set(
        head
    )


@pytest.mark.parametrize(
    "lists, text",
    [
        ("given", SURNAMES),
        ("surnames", OLD),
        ("given", ""),
        ("surnames", "NOM\n"),
        ("given", OLD.split("\n")[0]),
    ],
)
def test_another_file_is_refused_and_none_of_its_lines_is_quoted(
    tmp_path: Path, lists: str, text: str
) -> None:
    file = write(tmp_path / "autre.csv", text)
    with pytest.raises(UnusableNameList) as refused:
        build_name_list_from_insee_file(file, lists, DAY, 1)
    assert refused.value.where == "autre.csv" and refused.value.remedy
    assert not any(name in str(refused.value) for name in ("ZORBANE", "QUZINVALE"))


@settings(deadline=None)  # the first call reads the lists of the scan
@given(
    st.dictionaries(
        st.text("ABCDEFGHIJ", min_size=3, max_size=8), st.integers(1, 99), min_size=1, max_size=20
    )
)
def test_what_is_built_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]
) -> None:
    include = tmp_path_factory.mktemp("city")
    (include / "lexicons").mkdir()
    rows = "".join(f"1;{name};2000;{count}\n" for name, count in {**counts, "ZZQX": 10}.items())
    built = build_name_list_from_insee_file(
        write(include / "nat.csv", "sexe;preusuel;annais;nombre\n" + rows), "given", DAY, 10
    )
    write(include / "lexicons" / "prenoms.txt", built.text)
    names = load_name_lists(include)
    frequent = {"zzqx", *(fold_case_accents(name) for name, count in counts.items() if count >= 10)}
    assert names.given - load_builtin_names().given == frequent - load_builtin_names().given
    assert names.sources[0].entries == len(frequent)


# --- what a list changes ----------------------------------------------------------------------------------

# Two words that no list has and that are no name by their form: small letters.
CELLS = ["zorbane quzinvale", "elfria quzinvale", "zorbane vrestoul"] * 8


def city(include: Path) -> Path:
    write(include / "lexicons" / "a.txt", "# lists: given\nzorbane\nÉlfria\n")
    write(include / "lexicons" / "b.txt", "# lists: surnames\nquzinvale\nvrestoul\n")
    return include


def people(include: Path) -> set[str]:
    hits = scan_table(pa.table({"champ_1": CELLS}), names=load_name_lists(include))
    return {hit.column for hit in hits if hit.kind is IdentifierKind.PERSON_NAME and hit.is_blocking_hit}


def test_names_of_a_citys_list_are_found(include: Path) -> None:
    assert people(include) == set()
    assert people(city(include)) == {"champ_1"}


def test_words_of_a_citys_list_are_no_names(include: Path) -> None:
    city(include)
    write(include / "lexicons" / "z.txt", "# lists: words\nzorbane\nelfria\nquzinvale\nvrestoul\n")
    assert people(include) == set()


def test_scrub_takes_out_the_names_of_a_citys_list(include: Path) -> None:
    text = pa.array(["Vu avec Zorbane Quzinvale ce matin"])
    assert scrub_texts(text).to_pylist() == text.to_pylist()
    (left,) = scrub_texts(text, load_name_lists(city(include))).to_pylist()
    assert MARKER in left and "Zorbane" not in left and "Quzinvale" not in left


def test_the_sources_are_told_with_their_hash(include: Path) -> None:
    sources = load_name_lists(city(include)).sources
    assert [(one.path, one.lists, one.entries) for one in sources] == [
        ("lexicons/a.txt", "given", 2),
        ("lexicons/b.txt", "surnames", 2),
    ]
    assert sources[0].sha256 == hashlib.sha256((include / "lexicons" / "a.txt").read_bytes()).hexdigest()


@pytest.mark.parametrize("text", ["zorbane\n", "# lists: chats\nzorbane\n", ""])
def test_a_list_that_does_not_say_what_it_lists_stops_the_scan(include: Path, text: str) -> None:
    write(include / "lexicons" / "muette.txt", text)
    with pytest.raises(UnusableNameList, match=r"include/lexicons/muette\.txt"):
        load_name_lists(include)


def test_without_a_folder_the_lists_are_those_of_the_scan(tmp_path: Path) -> None:
    assert load_name_lists(tmp_path) is load_builtin_names()


# --- the command ------------------------------------------------------------------------------------------


def test_the_command_writes_lists_that_the_scan_reads(include: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQUEDUC_INCLUDE", str(include))
    files = write(include / "nat2022.csv", OLD), write(include / "noms.txt", SURNAMES)
    command = ["build-lexicon", "--given", str(files[0]), "--surnames", str(files[1]), "--least", "1"]
    done = CliRunner().invoke(app, command, prog_name="aqueduc")
    assert done.exit_code == 0, done.output
    assert [one.path for one in load_name_lists(include).sources] == [
        "lexicons/noms-insee.txt",
        "lexicons/prenoms-insee.txt",
    ]
    assert people(include) == {"champ_1"}


def test_the_command_writes_nothing_when_one_file_is_wrong(
    include: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUEDUC_INCLUDE", str(include))
    file = str(write(include / "nat2022.csv", OLD))
    done = CliRunner().invoke(
        app, ["build-lexicon", "--given", file, "--surnames", file], prog_name="aqueduc"
    )
    assert done.exit_code != 0
    assert not list((include / "lexicons").iterdir())
