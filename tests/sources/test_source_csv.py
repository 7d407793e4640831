"""CSV: encodings, records of several lines, their line numbers, and what is refused."""

from __future__ import annotations

import codecs
import csv
import io

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from aqueduc.connections import Connection
from aqueduc.declaration.spec import (
    ColumnDeclaration,
    Dataset,
    LexicalFormat,
    SchemaField,
    TableSchema,
)
from aqueduc.errors import SourceUnreadable
from aqueduc.rules.publish import UnchangedPublication
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.files import FileSource
from aqueduc.sources.formats import csv as csv_room
from aqueduc.sources.formats import csv_blocks
from aqueduc.sources.formats import text as text_room
from aqueduc.sources.origin import SourceOrigin
from tests.examples import share

COLUMNS = {"nom": "publish", "objet": "publish", "ville": "drop"}


def declare(house, columns=COLUMNS, **source) -> Dataset:
    reading = {key: source.pop(key) for key in ("types",) if key in source}
    return house.declare({"file": "depot", "path": "a.csv", "delimiter": ";", **source}, columns, **reading)


def read(house, content: bytes | str, dataset: Dataset | None = None):
    (house.drop / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return house.extract(dataset or declare(house))


def refused(house, content: bytes | str, dataset: Dataset | None = None) -> str:
    (house.drop / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return house.fails(SourceUnreadable, dataset or declare(house))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_a_plain_file(house, newline, last):
    lines = ["nom;objet;ville", "Les amis;chant;Aix", "Club;;", "Cercle;échecs;Aix"]
    found = read(house, newline.join(lines) + (newline if last else ""))
    names, rows = house.table(found)
    assert names == ["__line", "nom", "objet", "ville"]
    assert rows == [(2, "Les amis", "chant", "Aix"), (3, "Club", None, None), (4, "Cercle", "échecs", "Aix")]
    assert found.report.rows == 3


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "latin-1", "iso-8859-15", "cp850", "mac-roman", "utf-16", "utf-16-le"],
)
def test_encodings_are_read_faithfully(house, encoding):
    text = "nom;objet;ville\nL'été à Noël;çà et là;Îles\n"
    assert house.rows(read(house, text.encode(encoding), declare(house, encoding=encoding))) == [
        (2, "L'été à Noël", "çà et là", "Îles")
    ]


def test_cp1252_typography_and_euro(house):
    text = "nom;objet;ville\n« L’œuvre »…;12 €;–\n"
    rows = house.rows(read(house, text.encode("cp1252"), declare(house, encoding="cp1252")))
    assert rows == [(2, "« L’œuvre »…", "12 €", "–")]


def test_a_character_across_two_blocks(house, monkeypatch):
    monkeypatch.setattr(text_room, "BLOCK", 7)
    lines = [f"nom {n};é{n}\u20ac;à" for n in range(200)]
    rows = house.rows(read(house, "nom;objet;ville\r\n" + "\r\n".join(lines)))
    assert rows == [(n + 2, f"nom {n}", f"é{n}\u20ac", "à") for n in range(200)]


def test_a_byte_that_the_encoding_does_not_have(house, canary):
    message = refused(
        house, f"nom;objet;ville\n{canary};x;y\nété;x;y\n".encode().replace("été".encode(), b"\xe9t\xe9")
    )
    assert "ligne 3" in message and "utf-8" in message and "cp1252 ?" in message


def test_an_undefined_byte_of_cp1252(house):
    assert "ligne 2" in refused(house, b"nom;objet;ville\na;\x81;c\n", declare(house, encoding="cp1252"))


def test_the_first_line_that_is_wrong_is_told_though_blocks_are_read_ahead(house, monkeypatch):
    monkeypatch.setattr(text_room, "BLOCK", 32)
    monkeypatch.setattr(csv_room, "LONG_BLOCK", 1)
    monkeypatch.setattr(csv_room, "HEAD_LINES", 1)
    rows = b"a;b;c\n" * 9
    message = refused(house, b"nom;objet;ville\n" + rows + b"a;b\rb;c\n" + rows + b"\xff;b;c\n")
    assert "La ligne 11 contient un retour chariot" in message


def test_utf8_declared_as_cp1252_would_publish_wrong_accents(house):
    message = refused(house, "nom;objet;ville\nété;x;y\n", declare(house, encoding="cp1252"))
    assert "écrit en UTF-8" in message and "encoding: utf-8" in message


def test_lines_of_multi_line_cells(house):
    content = (
        'nom;objet;ville\r\n"a\r\nb";x;y\r\nc;"d ""e""\r\n\r\nf";z\r\n\r\n;;\r\n'
        'g;"h";i\r\n"j";"k\n";"l\r\nm"\r\nn;o;p'
    )
    found = read(house, content)
    assert house.rows(found) == [
        (2, "a\r\nb", "x", "y"),
        (4, "c", 'd "e"\r\n\r\nf', "z"),
        (9, "g", "h", "i"),
        (10, "j", "k", "l\r\nm"),
        (13, "n", "o", "p"),
    ]
    assert [finding.code for finding in found.report.findings] == ["lignes-vides"]


def test_quotes_that_open_nothing(house):
    rows = house.rows(read(house, 'nom;objet;ville\n12" de haut;"""";l\'"autre"\n"x" ; "y;z";t\n'))
    assert rows == [(2, '12" de haut', '"', 'l\'"autre"'), (3, "x", "y;z", "t")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_only_rows_without_any_text_are_blank(read_directly, delimiter):
    lines = ["nom;objet;ville", '"";;""', '" ";\u00a0;', '"""";;', '";";;', '"\n";"x";', "-;;"]
    raw, rows = read_directly("\n".join(lines).replace(";", delimiter), delimiter)
    assert [row["nom"] for row in rows] == ['"', ";" if delimiter == ";" else None, None, "-"]
    assert [finding.count for finding in raw.findings] == [2]


def test_header_trimmed_bom_and_cells_on_several_lines(house):
    dataset = declare(house, {"Nom du contact": "drop", "objet": "publish"})
    found = read(house, codecs.BOM_UTF8 + b'\n "Nom du\ncontact" ;objet\xc2\xa0\nx;y\n', dataset)
    assert house.table(found) == (["__line", "Nom du contact", "objet"], [(4, "x", "y")])


def test_missing_values_blanks_and_case(house):
    dataset = declare(house, missing=["NC", "-"])
    rows = house.rows(read(house, "nom;objet;ville\n \u00a0x ;NC; - \nnc;;\t\n", dataset))
    assert rows == [(2, "x", None, None), (3, "nc", None, None)]


@pytest.mark.parametrize(
    "content, words",
    [
        ("", ["vide"]),
        ("\n\r\n", ["vide"]),
        ("nom;objet;Nom\nx;y;z\n", ["« nom », « Nom »"]),
        ("nom;;ville\nx;y;z\n", ["colonne n° 2 n'a pas de nom"]),
        ("nom;__line;ville\nx;y;z\n", ["colonne n° 2", "réservé"]),
        ("nom;objet;ville\nx;y\nx;y;z\nx;y;z;CANARY\n", ["2 lignes", "lignes 2, 4"]),
        ('nom;objet;ville\n"a\nb";y;z\n"CANARY"x;y;z\n', ["1 ligne ", "(ligne 4)"]),
        ('nom;objet;ville\nx;y;z\nx;"CANARY;z\nx;y;z\n', ["ligne 3", "jamais refermé"]),
        ("nom;objet;ville\nx;y;z\nCANARY\rx;y;z\n", ["ligne 3", "retour chariot"]),
        ('nom;objet;ville\nx;y;z\nCANARY\rx;"y";z\n', ["bien formé"]),
    ],
)
def test_what_cannot_be_read(house, canary, content, words):
    message = refused(house, content.replace("CANARY", canary))
    assert all(word in message for word in words), message


def test_a_file_without_its_header_is_not_quoted(house, canary):
    message = refused(house, f"{canary};a;{canary}\nx;y;z\n")
    assert "ligne d'en-tête manque" in message


def test_a_wrong_delimiter_says_so(house):
    assert "« delimiter: »" in refused(house, "nom,objet,ville\nx,y,z\n")


def test_many_wrong_lines_are_counted_not_listed(house):
    message = refused(house, "nom;objet;ville\n" + "x;y\n" * 5000)
    assert "au moins 1\u202f000 lignes" in message and "11, …" not in message and "11…" in message


def test_a_tolerated_share_of_wrong_lines_is_put_aside(house, canary):
    lines = [f"nom {n};o;v" for n in range(97)]
    lines[40] = f"{canary};x"
    lines[60] = f'"{canary}"x;y;z'
    lines[80] = '"a\nb";y;z;"trop"'
    dataset = house.declare(
        {"file": "depot", "path": "a.csv", "delimiter": ";"}, COLUMNS, reject_at_most="4%"
    )
    found = read(house, "nom;objet;ville\n" + "\n".join(lines), dataset)
    assert [row[0] for row in house.rows(found)] == [n for n in range(2, 100) if n not in (42, 62, 82, 83)]
    report = found.report
    assert (report.rows, report.rejected) == (94, 3)
    assert canary not in str(report.to_json())
    (finding,) = report.findings
    assert (finding.code, finding.count, finding.lines) == ("lignes-mal-decoupees", 3, (42, 62, 82))
    kept = pq.read_table(house.folder / "vault/rejected/essai/r1/extract.parquet").to_pylist()
    assert [(row["__line"], row["__rules"]) for row in kept] == [(n, "decoupage") for n in (42, 62, 82)]
    strict = dataset.model_copy(update={"reject_at_most": 0.02})
    assert "3 lignes" in refused(house, "nom;objet;ville\n" + "\n".join(lines), strict)


def test_a_file_that_has_no_lines(house, monkeypatch):
    monkeypatch.setattr(text_room, "LONGEST_LINE", 1000)
    assert "dépasse toute mesure" in refused(house, "nom;objet;ville" + "x" * 3000)


def test_a_nul_and_other_controls_pass(house):
    assert house.rows(read(house, "nom;objet;ville\na\x00b;\x1a;\u2028\n")) == [
        (2, "a\x00b", "\x1a", "\u2028")
    ]


def test_a_single_column(house):
    dataset = declare(house, {"nom": "publish"})
    assert house.rows(read(house, 'nom\nx\n\n"y\nz"\n""\nw\n', dataset)) == [(2, "x"), (4, "y\nz"), (7, "w")]


# --- properties --------------------------------------------------------------------------------------------

CELLS = st.text(
    st.one_of(
        st.sampled_from('";\r\n\t ,|é€'),
        st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def read_directly(tmp_path_factory):
    """``(content, delimiter) -> raw, rows`` without a house around each example. Raises SourceUnreadable."""
    folder = tmp_path_factory.mktemp("direct")
    columns = tuple(
        ColumnDeclaration(name=name, rule=UnchangedPublication(), published_as=name) for name in COLUMNS
    )
    schema = TableSchema(fields=tuple(SchemaField(name=name) for name in COLUMNS))
    source = FileSource(connection="depot", path="a.csv", format="csv")
    dataset = Dataset.model_construct(
        id="essai",
        columns=columns,
        table_schema=schema,
        reading=LexicalFormat(),
        source=source,
        reject_at_most=0.5,
    )
    request = ExtractRequest(
        dataset, Connection("depot", "fs"), None, "UTC", None, folder, folder / "out.parquet"
    )
    path = folder / "a.csv"

    def read_content(content: str, delimiter: str = ";") -> tuple[ExtractResult, list[tuple]]:
        path.write_bytes(content.encode())
        raw = csv_room.read_csv(request, path, encoding="utf-8", delimiter=delimiter)
        return raw, pq.read_table(request.target).to_pylist()

    return read_content


@settings(max_examples=share(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12),
    dialect=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    newline=st.sampled_from(["\n", "\r\n"]),
    block=st.integers(1, 64),
    delimiter=st.sampled_from(";,\t|"),
    long=st.sampled_from([1, csv_room.LONG_BLOCK]),
    head=st.sampled_from([1, csv_room.HEAD_LINES]),
)
def test_what_csv_writes_is_what_is_read(
    read_directly, monkeypatch, rows, dialect, newline, block, delimiter, long, head
):
    """Any text, through Python's own writer, with the line where each record starts."""
    monkeypatch.setattr(text_room, "BLOCK", block)
    monkeypatch.setattr(csv_room, "LONG_BLOCK", long)
    # Blocks are numbered ahead from the header on.
    monkeypatch.setattr(csv_room, "HEAD_LINES", head)
    if newline == "\n" and any("\r" in cell for row in rows for cell in row):
        # Python's writer would leave such a cell without its quotes: a CSV that nobody can read back.
        dialect = csv.QUOTE_ALL
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=dialect)
    # A cell is trimmed by design: an anchor at both ends shows that nothing else is lost.
    anchored = [[f"[{cell}]" for cell in row] for row in rows]
    writer.writerows([list(COLUMNS), *anchored])
    expected, line = [], 2
    for row in anchored:
        expected.append({"__line": line, **dict(zip(COLUMNS, row, strict=True))})
        line += 1 + "".join(row).count("\n")
    assert read_directly(out.getvalue(), delimiter)[1] == expected


@settings(max_examples=share(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.text(st.sampled_from('ab;"\r\n '), max_size=60),
    block=st.integers(1, 64),
    long=st.sampled_from([1, csv_room.LONG_BLOCK]),
    head=st.sampled_from([1, csv_room.HEAD_LINES]),
)
@example(content="a\n;;a", block=1, long=1, head=1)
def test_any_file_is_read_or_refused(read_directly, monkeypatch, content, block, long, head):
    """Never a crash nor an untyped error; where the text is plain, Python's reader sees the same records."""
    monkeypatch.setattr(text_room, "BLOCK", block)
    monkeypatch.setattr(csv_room, "LONG_BLOCK", long)
    # Blocks are numbered ahead from the header on.
    monkeypatch.setattr(csv_room, "HEAD_LINES", head)
    try:
        raw, _ = read_directly("nom;objet;ville\n" + content)
    except SourceUnreadable:
        return
    records = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    filled = [row for row in records if any(cell.strip() for cell in row)]
    if " " not in content and "\r" not in content:
        assert raw.rows + raw.rejected == len(filled)


CSV_LINES = st.lists(
    st.lists(
        st.sampled_from(['"a"', '"é\n"', '"\u00a0;"', '"a""b"', '""', "a", "é", "", " ", "\u00a0", 'a"', "\r"]), max_size=4
    ).map(";".join),
    max_size=8,
)  # fmt: skip


@settings(max_examples=share(300), deadline=None)
@given(lines=CSV_LINES, newline=st.sampled_from(["\n", "\r\n"]))
@example(lines=['"a";"b"', '""; ', ";", "", '"a\r\nb";""""'], newline="\r\n")
def test_a_long_block_is_numbered_as_its_lines_are_one_by_one(lines, newline):
    block = newline.join(lines)
    event(f"at once: {(found := _number_at_once(block)) is not None}")
    if found is None:
        return
    numberer = _begin_numbering()
    chunks = list(numberer._number_lines_one_by_one(block.split("\n")))
    assert not numberer._inside
    assert (found.lines, found.records, found.blanks) == (numberer._line, numberer.records, numberer.blanks)
    assert found.text.to_pybytes().decode() == "".join(text for _start, text in chunks)


@pytest.mark.parametrize(
    "block",
    ['a;b"c;d', '"a;b', '"a"b;c', ' "a";b', "a\rb;c", "a;b\r\r\nc", '"a" ;b', '"a";"b"c"'],
)
def test_a_block_whose_quotes_leave_a_doubt_is_read_line_by_line(block):
    assert _number_at_once(block) is None


def _begin_numbering():
    origin = SourceOrigin("essai", "file", "depot", "a.csv")
    return csv_room._CsvRecordNumberer(origin, io.BytesIO(), ";", ("nom",))


def _number_at_once(block):
    return csv_blocks.number_block_records(block, ";", 1, _begin_numbering()._is_blank_line)


def test_ragged_records_are_rejected_and_kept_where_that_is_tolerated(read_directly) -> None:
    text = "nom;objet;ville\n1;x;a\n2;y;b;Sarrazouls-Canari\n3\n4;z;c\n5;t;d\n"
    raw, rows = read_directly(text)
    assert [row["__line"] for row in rows] == [2, 5, 6]
    assert (raw.rows, raw.rejected) == (3, 2)
    assert [row["__line"] for row in pq.read_table(raw.rejected_file).to_pylist()] == [3, 4]
    message = str(raw.findings[-1])
    assert "2 lignes dont le nombre de cellules n'est pas celui de l'en-tête : rejet (lignes 3, 4)" in message
    assert "Canari" not in message
