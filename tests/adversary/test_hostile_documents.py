"""Documents made to harm who reads them: YAML that unfolds, XML that leads elsewhere, archives that lie.

Beside what stands at each reader (``tests/declaration/wrong.py``, ``tests/sources/test_source_formats.py``).
"""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml

from aqueduc.declaration import load_city
from aqueduc.declaration.diagnostics import document
from aqueduc.declaration.diagnostics.document import UnreadableDocument, parse_document, read_document
from aqueduc.errors import AqueducError, DeclarationError, SourceError, SourceUnreadable
from aqueduc.sources.formats import archive
from aqueduc.sources.formats.sheets import _parse_xml_document
from tests.sources.conftest import CANARY, House, api, reply  # noqa: F401

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


# --- YAML -----------------------------------------------------------------------------------------------------

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{rank}: &a{rank} [{', '.join([f'*a{rank - 1}' if rank else '*a'] * 9)}]\n" for rank in range(8)
)
ITSELF = "a: &a\n  b: *a\n"
HOSTILE_YAML = {
    "aliases that unfold": BOMB,
    "an alias of itself": ITSELF,
    "a tag of Python's": "title: !!python/object/apply:os.system ['touch /tmp/pris']\n",
    "a tag of one's own": "title: !ouvrir /etc/passwd\n",
    "a binary": "title: !!binary aGVsbG8=\n",
    "a set": "title: !!set {a, b}\n",
    "a key twice": "title: a\ntitle: b\n",
    "a key that is a list": "? [a, b]\n: c\n",
    "two documents": "title: a\n---\ntitle: b\n",
    "too deep": "title: " + "[" * 500 + "]" * 500 + "\n",
    "too many nodes": "title: [" + "a," * 60_000 + "]\n",
    "too large": "# " + "x" * 1_100_000 + "\ntitle: a\n",
    "a number without end": "title: 1" + ":1" * 100_000 + "\n",
    "an escape of a terminal": 'title: "\\e[2J"\n',
}


@pytest.mark.parametrize("text", HOSTILE_YAML.values(), ids=HOSTILE_YAML)
@pytest.mark.parametrize("name", ["datasets/jeu.yaml", "columns/personnes.yaml", "city.yaml"])
def test_yaml_made_to_harm_is_refused_at_once_wherever_it_stands(
    text: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(text)
    before = time.process_time()
    with pytest.raises(UnreadableDocument):
        read_document(tmp_path / "a.yaml", name)
    assert time.process_time() - before < 2


def test_a_merge_key_is_a_key_like_another() -> None:
    """It brings in nothing that does not stand where it is read."""
    found = parse_document(b"b: {x: 1}\nc: {<<: {x: 2}}\n", "city.yaml").value
    assert found["c"] == {"<<": {"x": 2}}


@pytest.mark.parametrize("text", [BOMB, ITSELF, HOSTILE_YAML["a tag of Python's"]])
def test_a_city_of_such_yaml_is_refused_with_its_place(house: House, text: str) -> None:
    (house.include / "city.yaml").write_text(text)
    with pytest.raises(DeclarationError, match=r"include/city\.yaml"):
        load_city(house.include)


def test_no_other_reader_of_yaml_is_given_what_it_would_obey() -> None:
    """Only ``safe_load``, of what a command wrote itself or a person has just typed; the rest goes by our reader."""
    found = {
        (path.relative_to(REPOSITORY / "plugins").as_posix(), call)
        for path in (REPOSITORY / "plugins").rglob("*.py")
        for call in re.findall(
            r"yaml\.(load|safe_load|unsafe_load|full_load|load_all|safe_load_all)\b", path.read_text()
        )
    }
    assert {call for _path, call in found} == {"safe_load"}
    assert {path.partition("/")[2].partition("/")[0] for path, _call in found} <= {"cli", "draft"}
    assert yaml.SafeLoader in document._Loader.__mro__ or document._Loader.__name__ == "CSafeLoader"


# --- XML ------------------------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE x [<!ENTITY a "{}">{}]>'.format(
    "b" * 64, "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(9))
)


def write_workbook(house: House, changes: dict[str, bytes]) -> None:
    """A sound workbook of one row, some of whose parts are changed or added."""
    book = openpyxl.Workbook()
    book.active.append(["nom"])
    book.active.append(["Mairie"])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as made, zipfile.ZipFile(house.drop / "a.xlsx", "w") as packed:
        for name in made.namelist():
            packed.writestr(name, changes.pop(name, made.read(name)))
        for name, data in changes.items():
            packed.writestr(name, data)


def read_cells(house: House) -> str:
    """What was read, or the message of the refusal."""
    dataset = house.declare({"file": "depot", "path": "a.xlsx"}, {"nom": "publish"})
    try:
        return str(house.rows(house.extract(dataset)))
    except AqueducError as error:
        return house.message(error)


SHARED = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2">{}</sst>'


@pytest.mark.parametrize(
    "name",
    [
        "xl/sharedStrings.xml",
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "docProps/core.xml",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_whose_xml_leads_to_a_file_gives_nothing_of_it(
    house: House, name: str, encoding: str
) -> None:
    secret = house.folder / "secret.txt"
    secret.write_text(CANARY)
    body = SHARED.format("<si><t>nom</t></si><si><t>&a;</t></si>")
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>{body}'
    write_workbook(house, {name: text.encode(encoding)})
    assert CANARY not in read_cells(house)


@pytest.mark.parametrize(
    "name", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_whose_entities_unfold_costs_nothing(house: House, name: str, encoding: str) -> None:
    body = SHARED.format("<si><t>nom</t></si><si><t>&a8;</t></si>")
    write_workbook(
        house, {name: f'<?xml version="1.0" encoding="{encoding}"?>{LAUGHS}{body}'.encode(encoding)}
    )
    before = time.process_time()
    assert len(read_cells(house)) < 10_000
    assert time.process_time() - before < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_no_tree_is_made_of_xml_that_declares_entities(tmp_path: Path, encoding: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("a.xml", f'<?xml version="1.0"?>{LAUGHS}<x>&a8;</x>'.encode(encoding))
    with zipfile.ZipFile(tmp_path / "a.zip") as opened, pytest.raises(ValueError):
        _parse_xml_document(opened, "a.xml")


@pytest.mark.parametrize(
    "answer",
    [
        f'<?xml version="1.0"?>{LAUGHS}<wfs:FeatureCollection xmlns:wfs="w" numberMatched="&a8;"/>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ExceptionReport><x>&a;</x></ExceptionReport>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><FeatureCollection numberMatched="1"/>',
    ],
)
def test_a_service_that_answers_with_a_dtd_is_refused(house: House, api, reply, answer: str) -> None:  # noqa: F811
    house.connect("geo", conn_type="http", host=api.url)
    api.reply("/", reply(body=answer.encode(), headers={"Content-Type": "text/xml"}))
    dataset = house.declare({"wfs": "geo", "dataset": "voirie:arbres"}, {"nom": "publish"})
    with pytest.raises(SourceError) as caught:
        house.extract(dataset)
    assert "root:" not in house.message(caught.value)


def test_xml_is_read_as_a_stream_that_refuses_a_dtd_and_by_nothing_else() -> None:
    """A tree is only made of parts of a workbook that hold no entity."""
    readers = {
        path.name
        for path in (REPOSITORY / "plugins").rglob("*.py")
        if re.search(
            r"ET\.(parse|fromstring|iterparse|XML)\(|ElementTree\.(parse|fromstring|iterparse|XML)\(|minidom|lxml\.|expat\.ParserCreate",
            path.read_text(),
        )
        and path.name != "xml.py"
    }
    assert readers == {"xmlstream.py", "sheets.py"}


# --- archives -------------------------------------------------------------------------------------------------

TABLE = b"nom,nombre\nMairie,1\n"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return out.getvalue()


def declare_drop(house: House, name: str, content: bytes, **source: object):
    (house.drop / name).write_bytes(content)
    columns = {"nom": "publish", "nombre": "publish"}
    return house.declare({"file": "depot", "path": name, **source}, columns)


OUTSIDE = (
    "../../sorti",
    "/tmp/sorti",
    "..\\..\\sorti",
    "C:\\sorti",
    "x/../../sorti",
    "\\\\serveur\\sorti",
    "./../sorti",
)


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(
    "kind, inner", [("csv", "a.csv"), ("kmz", "doc.kml"), ("zip", "a.shp")], ids=["csv", "kmz", "shapefile"]
)
def test_an_archive_writes_nowhere_else(house: House, name: str, kind: str, inner: str) -> None:
    before = set(house.folder.rglob("*"))
    suffix = Path(inner).suffix
    content = zipped((inner, TABLE), (f"{name}{suffix}", TABLE))
    source = {"format": "csv"} if kind == "csv" else {}
    dataset = declare_drop(house, f"a.{'zip' if kind == 'csv' else kind}", content, **source)
    house.fails(SourceUnreadable, dataset)
    left = {path for path in house.folder.rglob("*") if path.is_file()} - before
    assert not [path for path in left if "sorti" in path.name]
    assert not Path("/tmp/sorti").exists() and not Path(f"/tmp/sorti{suffix}").exists()


def test_a_link_in_an_archive_is_a_text(house: House) -> None:
    """What it leads to is not read: it is unpacked as the bytes that it is made of."""
    (house.folder / "secret.csv").write_text(f"nom,nombre\n{CANARY},1\n")
    link = zipfile.ZipInfo("a.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    dataset = declare_drop(
        house, "a.zip", zipped((link, str(house.folder / "secret.csv").encode())), format="csv"
    )
    with pytest.raises(AqueducError) as caught:
        house.extract(dataset)
    house.message(caught.value)


def test_an_archive_in_an_archive_is_not_opened_however_it_is_called(house: House) -> None:
    inner = zipped(("a.csv", TABLE))
    for name in ("b.zip", "b.csv", "b.xlsx", "b.gz"):
        content = zipped((name, inner))
        dataset = declare_drop(house, "a.zip", content, format="csv")
        assert "autre archive" in house.fails(SourceUnreadable, dataset)


def test_files_that_share_their_bytes_come_out_once_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand names over one block: only one is read, and what comes out of it is counted."""
    monkeypatch.setattr(archive, "SMALL_ENOUGH", 1 << 20)
    flat = b"nom,nombre\n" + b"Mairie,1\n" * 400_000
    data = zipped(("0.csv", flat))
    start = data.index(b"PK\x01\x02")
    entry = data[start : data.index(b"PK\x05\x06")]
    named = [entry.replace(b"0.csv", f"{rank % 10}.csv".encode()) for rank in range(10)]
    directory = b"".join(named)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, len(directory), start, 0)
    dataset = declare_drop(house, "a.zip", data[:start] + directory + end, format="csv", member="3.csv")
    message = house.fails(SourceUnreadable, dataset)
    assert "abîmée" in message or "toute mesure" in message


def test_one_name_twice_is_told_and_neither_is_chosen(house: House) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("a.csv", TABLE), ("a.csv", b"nom,nombre\nAutre,2\n"))
    for source in ({}, {"member": "a.csv"}):
        dataset = declare_drop(house, "a.zip", content, format="csv", **source)
        with pytest.raises(SourceError) as caught:
            house.extract(dataset)
        assert "2 fichiers" in str(caught.value) or "plusieurs fichiers" in str(caught.value)


def test_an_archive_under_a_password_of_either_kind_is_refused(house: House) -> None:
    data = bytearray(zipped(("a.csv", TABLE)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    strong = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        where = strong.index(mark) + at
        strong[where : where + 2] = (99).to_bytes(2, "little")
    for content in (bytes(data), bytes(strong)):
        assert "mot de passe" in house.fails(
            SourceUnreadable, declare_drop(house, "a.zip", content, format="csv")
        )
