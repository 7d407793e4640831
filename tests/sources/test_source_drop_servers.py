"""Drops that are not as we think: a clock behind ours, names of another age, neighbours of whoever deposits."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import paramiko
import pytest

from aqueduc.errors import SourceNotFound, SourceUnavailable, SourceUnreadable
from aqueduc.run import Run
from aqueduc.sources.change import save_certified_state
from aqueduc.sources.names import format_safe_file_name

COLUMNS = {"station": "publish", "valeur": "publish"}
ROW = b"station,valeur\na,1\n"
FILE, LINK = 0o100644, 0o120777


class _Anybody(paramiko.ServerInterface):
    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username):
        return "password"


class _Tree(paramiko.SFTPServerInterface):
    """One folder. ``files``: by name, the bytes and the mode; ``clock``: what is added to the dates."""

    files: ClassVar[dict] = {}
    asked: ClassVar[list] = []
    clock = 0.0

    def canonicalize(self, path):
        return os.path.normpath("/" + path.lstrip("/"))

    def describe(self, name):
        found = paramiko.SFTPAttributes()
        found.filename = name
        found.st_size, found.st_mode = len(self.files[name][0]), self.files[name][1]
        found.st_mtime = found.st_atime = int(self.files[name][2] + self.clock)
        found.st_uid = found.st_gid = 0
        return found

    def list_folder(self, path):
        return [self.describe(name) for name in self.files]

    def stat(self, path):
        name = path.strip("/")
        self.asked.append(name)
        found = self.files.get(name)
        return self.describe(name) if found and found[1] == FILE else paramiko.SFTP_NO_SUCH_FILE

    lstat = stat

    def open(self, path, flags, attr):
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = io.BytesIO(self.files[path.strip("/")][0])
        handle.stat = lambda: self.describe(path.strip("/"))
        return handle


@contextmanager
def serve_sftp(tree):
    key, transports = paramiko.ECDSAKey.generate(), []
    server = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            try:
                client, _address = server.accept()
            except OSError:
                return
            transport = paramiko.Transport(client)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, tree)
            transport.start_server(server=_Anybody())
            transports.append(transport)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1], f"{key.get_name()} {key.get_base64()}"
    finally:
        server.close()
        for transport in transports:
            transport.close()


@pytest.fixture
def tree(house):
    """What the SFTP server of the connection ``ancien`` has, to be filled."""
    kind = type("Tree", (_Tree,), {"files": {}, "asked": []})
    with serve_sftp(kind) as (port, key):
        house.connect(
            "ancien",
            conn_type="sftp",
            host="127.0.0.1",
            port=port,
            login="u",
            password="p",
            extra={"host_key": key},
        )
        yield kind


def put(tree, name, content=ROW, mode=FILE):
    tree.files[name] = (content, mode, time.time())


def declare(house, path="releves-*.csv", **source):
    chosen = {"take": "all"} if "*" in path else {}
    return house.declare({"sftp": "ancien", "path": path, "settled": 0, **chosen, **source}, COLUMNS)


def drop(house, name, content=ROW):
    (Path(house.drop) / os.fsdecode(name)).write_bytes(content)


# --- clocks -----------------------------------------------------------------------------------------------------


def test_a_file_being_written_by_a_server_whose_clock_is_behind(house, tree):
    tree.clock = -300.0
    put(tree, "releves-1.csv")
    slow = threading.Timer(0.5, lambda: put(tree, "releves-1.csv", ROW + b"b,2\n"))
    dataset = declare(house, "releves-1.csv", settled=2)
    slow.start()
    message = house.fails(SourceUnavailable, dataset)
    slow.join()
    assert "en train de le déposer" in message and "prochaine tentative" in message
    assert house.extract(dataset, "r2").report.rows == 2


def test_the_pause_is_that_of_settled_and_only_for_what_is_not_known_yet(house, monkeypatch):
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    drop(house, "releves-1.csv")
    dataset = house.declare({"file": "depot", "path": "releves-1.csv", "settled": 600}, COLUMNS)
    found = house.extract(dataset)
    assert 500 < max(slept) <= 600
    slept.clear()
    save_certified_state(dataset, Run(dataset.id, "r1"), found.report, house.place)
    house.commit(dataset, None)
    assert house.extract(dataset, "r2").report.unchanged_by == "mark"
    assert not slept


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["voisin", "parent", "page", "jardin", "bail", "poste", "avril", "total"])
def test_a_word_that_may_be_a_surname_is_not_shown(house, word):
    assert word not in str(format_safe_file_name("dossier-*.csv", f"dossier-{word}.csv", 3))
    drop(house, "dossier-1.csv")
    drop(house, f"dossier-{word}.csv", ROW + b"b,2\n")
    dataset = house.declare({"file": "depot", "path": "dossier-*.csv", "take": "all"}, COLUMNS)
    (told,) = house.extract(dataset).report.findings
    assert told.message == "fichiers réunis : 1 « dossier-1.csv », 2 n° 2 (son nom est tu)"


@pytest.mark.parametrize(
    "pattern", ["a-*-*-*-*-*.csv", "a-??-??-??-??-??.csv", "a-??????????.csv", "a-?*.csv"]
)
def test_digits_are_not_shown_one_by_one_either(pattern):
    parts = "-" if pattern.count("-") > 1 else ""
    name = f"a-{parts.join(('06', '12', '34', '56', '78'))}.csv"
    assert name not in str(format_safe_file_name(pattern, name, 2))
    assert "a-2026-03.csv" in str(format_safe_file_name("a-*-??.csv", "a-2026-03.csv", 2))


LATIN_1 = b"Dupont-pr\xe9nom.csv"


def test_a_name_that_is_not_utf_8_is_nobodys_business_unless_the_pattern_matches_it(house, tree):
    put(tree, "releves-1.csv")
    put(tree, LATIN_1)
    assert house.extract(declare(house)).report.rows == 1
    message = house.fails(SourceUnreadable, declare(house, "*.csv"), run="r2")
    assert "n'est pas en UTF-8" in message and "le renommer sans accent" in message
    assert "Dupont" not in message and "nom.csv" not in message


def test_a_server_whose_own_words_are_not_utf_8(house, tree, monkeypatch):
    words = list(paramiko.sftp.SFTP_DESC)
    words[paramiko.SFTP_NO_SUCH_FILE] = b"Fichier supprim\xe9"
    monkeypatch.setattr("paramiko.sftp_server.SFTP_DESC", words)
    assert "n'est pas sur le serveur SFTP" in house.fails(SourceNotFound, declare(house, "releves-1.csv"))


@pytest.mark.parametrize("more", [{}, {"file_column": "fichier"}])
def test_a_name_of_a_folder_that_is_not_utf_8(house, more):
    drop(house, "releves-1.csv")
    drop(house, b"Dupont-pr\xe9nom.csv")
    columns = {**COLUMNS, **dict.fromkeys(more.values(), "publish")}

    def declare_here(path):
        return house.declare({"file": "depot", "path": path, "take": "all", **more}, columns)

    assert house.extract(declare_here("releves-*.csv")).report.rows == 1
    message = house.fails(SourceUnreadable, declare_here("*.csv"), run="r2")
    assert "n'est pas en UTF-8" in message and "Dupont" not in message


# --- neighbours -------------------------------------------------------------------------------------------------


def test_nothing_is_asked_of_a_neighbour_that_no_pattern_matches(house, tree):
    put(tree, "releves-1.csv")
    put(tree, "releves-2.csv", mode=LINK)
    put(tree, "archives", mode=LINK)
    put(tree, "releves-3.csv.part", mode=LINK)
    assert house.extract(declare(house)).report.rows == 1
    assert not {"archives", "releves-3.csv.part"} & set(tree.asked)


ENTRY = (
    "<response><href>{}</href><propstat><prop><resourcetype/>{}</prop><status>HTTP/1.1 200 OK</status></propstat>"
    "</response>"
)


@pytest.mark.parametrize(
    "href, wanted",
    [("notes.gdoc", True), ("..", True), ("pr%E9nom.csv", True), ("releves-pr%E9nom.csv", False)],
)
def test_a_neighbour_in_a_shared_folder(house, api, reply, href, wanted):
    sized = f"<getcontentlength>{len(ROW)}</getcontentlength>"
    entries = ENTRY.format("/dav/releves-1.csv", sized) + ENTRY.format(f"/dav/{href}", "")
    listing = f'<multistatus xmlns="DAV:">{entries}</multistatus>'.encode()
    api.answer = lambda target, _: (
        reply(body=ROW) if target.endswith("1.csv") else reply(body=listing, status=207)
    )
    house.connect("nuage", conn_type="http", host=f"{api.url}/dav")
    source = {"webdav": "nuage", "path": "releves-*.csv", "take": "all", "settled": 0}
    dataset = house.declare(source, COLUMNS)
    if wanted:
        assert house.extract(dataset).report.rows == 1
    else:
        assert "n'est pas en UTF-8" in house.fails(SourceUnreadable, dataset)


def test_a_file_that_goes_between_the_list_and_its_reading(house, tree, monkeypatch):
    from aqueduc.sources.sftp.adapter import SftpFolder

    put(tree, "releves-1.csv")
    put(tree, "releves-2.csv", ROW + b"b,2\n")
    real = SftpFolder.fetch

    def fetch_while_it_goes(self, file, target):
        tree.files.pop("releves-2.csv", None)
        return real(self, file, target)

    monkeypatch.setattr(SftpFolder, "fetch", fetch_while_it_goes)
    monkeypatch.setattr(
        tree,
        "open",
        lambda self, path, flags, attr: (
            _Tree.open(self, path, flags, attr)
            if path.strip("/") in self.files
            else paramiko.SFTP_NO_SUCH_FILE
        ),
    )
    assert "prochaine tentative" in house.fails(SourceUnavailable, declare(house))
