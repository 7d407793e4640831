"""The drop folder: nothing outside of it, nothing but files, and a file that moves is not read."""

from __future__ import annotations

import os
import socket

import pytest

from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.sources.drops import extracting
from aqueduc.sources.files import adapter as files

COLUMNS = {"nom": "publish", "objet": "drop"}
CONTENT = "nom,objet\na,b\n"


def declare(house, path="a.csv"):
    return house.declare({"file": "depot", "path": path, "format": "csv"}, COLUMNS)


def test_a_file_of_a_sub_folder_and_a_link_inside(house):
    (house.drop / "2026").mkdir()
    (house.drop / "2026/a.csv").write_text(CONTENT)
    (house.drop / "lien.csv").symlink_to("2026/a.csv")
    assert house.rows(house.extract(declare(house, "2026/a.csv"))) == [(2, "a", "b")]
    assert house.rows(house.extract(declare(house, "lien.csv"), "r2")) == [(2, "a", "b")]


def test_the_report_names_the_file_not_the_folder(house):
    (house.drop / "a.csv").write_text(CONTENT)
    report = house.extract(declare(house)).report
    assert report.source == {"kind": "file", "connection": "depot", "path": "a.csv"}
    assert str(house.drop) not in str(report.to_json())


@pytest.mark.parametrize(
    "path", ["../secret.csv", "x/../../secret.csv", "/etc/passwd", "lien.csv", "dossier/secret.csv"]
)
def test_nothing_outside(house, canary, path):
    (house.folder / "secret.csv").write_text(f"nom,objet\n{canary},b\n")
    (house.drop / "lien.csv").symlink_to(house.folder / "secret.csv")
    (house.drop / "dossier").symlink_to(house.folder)
    assert "sort du dossier" in house.fails(SourceAccessRefusal, declare(house, path))


def test_a_missing_file_a_folder_a_socket(house):
    assert "a.csv" in house.fails(SourceNotFound, declare(house))
    (house.drop / "a.csv").mkdir()
    assert "pas un fichier" in house.fails(SourceUnreadable, declare(house))
    (house.drop / "a.csv").rmdir()
    os.mkfifo(house.drop / "a.csv")
    assert "pas un fichier" in house.fails(SourceUnreadable, declare(house))
    (house.drop / "a.csv").unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(house.drop / "a.csv"))
        assert "pas un fichier" in house.fails(SourceUnreadable, declare(house))


def test_a_file_without_the_right_to_read(house, monkeypatch):
    (house.drop / "a.csv").write_text(CONTENT)
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    assert "droit de lecture" in house.fails(SourceAccessRefusal, declare(house))


def test_a_folder_that_is_not_mounted_is_worth_a_retry(house):
    house.connect("depot", conn_type="fs", extra={"path": str(house.folder / "absent")})
    message = house.fails(SourceUnavailable, declare(house))
    assert "n'est pas là" in message and str(house.folder) not in message


def test_a_connection_without_a_folder_or_of_another_kind(house):
    house.connect("depot", conn_type="fs")
    assert '{"path": "/dossier"}' in house.fails(ConnectionMissing, declare(house))
    house.connect("depot", conn_type="postgres", host="x", password="secret-de-base")
    message = house.fails(ConnectionMissing, declare(house))
    assert "« postgres »" in message and "« fs »" in message and "secret-de-base" not in message


def test_an_extra_of_the_connection_that_is_not_understood(house):
    house.connect("depot", conn_type="fs", extra={"path": str(house.drop), "chemin": "/x"})
    assert "« chemin »" in house.fails(InvalidConnectionSettings, declare(house))


@pytest.mark.parametrize("content", [CONTENT, 'nom,objet\n"coupé'])
def test_a_file_still_being_written_is_worth_a_retry(house, monkeypatch, content):
    path = house.drop / "a.csv"
    path.write_text(content)
    real = extracting.extract_document

    def read_while_it_grows(*args, **kwargs):
        with path.open("a") as file:
            file.write("c,d\n")
        return real(*args, **kwargs)

    monkeypatch.setattr(extracting, "extract_document", read_while_it_grows)
    assert "en train de le déposer" in house.fails(SourceUnavailable, declare(house))
