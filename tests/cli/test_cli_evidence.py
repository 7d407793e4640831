"""``aqueduc evidence`` and ``aqueduc register`` at the prompt."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.cli.office import SURNAMES, Office, open_office


def declared_office(root: Path) -> Office:
    """One that publishes on a portal of its own."""
    office = open_office(root)
    path = office.desk.include / "city.yaml"
    text = path.read_text().replace("type: ckan", "type: portal").replace("connection: datasud", "pool: 2")
    path.write_text(text)
    office.declare()
    return office


def test_an_archive_and_two_pages(tmp_path: Path) -> None:
    office = declared_office(tmp_path)
    ran = office.aqueduc("run", "jeu")
    assert ran.code == 0, ran.all
    archive = tmp_path / "preuves.zip"
    said = office.aqueduc(
        "evidence", "jeu", "--from", "2020-01-01", "--to", "2099-12-31", "--output", str(archive), "--json"
    )
    assert said.json == {"output": str(archive), "periods": 1, "revisions": 1, "broken": []}
    names = zipfile.ZipFile(archive).namelist()
    assert {"LISEZMOI.txt", "SHA256SUMS", "en-ligne.json"} <= set(names)
    with zipfile.ZipFile(archive) as opened:
        everything = b"".join(map(opened.read, names)).decode()
    assert not [name for name in SURNAMES if name in everything]
    pages = office.aqueduc("register", "--output", str(tmp_path / "papiers"), "--json").json
    assert Path(pages["files"][0]).name == "registre.html"
    texts = [Path(one).read_text() for one in pages["files"]]
    assert all(name not in text for name in SURNAMES for text in texts)


def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    office = declared_office(tmp_path)
    archive = tmp_path / "preuves.zip"
    days = ("--from", "2026-02-01", "--to", "2026-01-01", "--output", str(archive))
    assert (office.aqueduc("evidence", "jeu", *days).code, archive.exists()) == (2, False)
    unknown = office.aqueduc(
        "evidence", "je", "--from", "2026-01-01", "--to", "2026-01-02", "--output", "a.zip"
    )
    assert (unknown.code, "aucun jeu « je »" in unknown.err) == (2, True)
