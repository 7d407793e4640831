"""Drops that are not as we think: a clock behind ours, names of another age, neighbours of whoever deposits."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import paramiko
import pytest

from aqueduc.errors import (
    AqueducError,
    SourceError,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.run import Run
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.names import format_safe_file_name
from aqueduc.sources.sftp import adapter
from aqueduc.sources.sftp.known_hosts import read_known_hosts

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


def test_a_file_being_written_by_a_server_whose_clock_is_behind(house, tree, monkeypatch):
    tree.clock = -300.0
    put(tree, "releves-1.csv")
    dataset = declare(house, "releves-1.csv", settled=2)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("time.sleep", lambda _: put(tree, "releves-1.csv", ROW + b"b,2\n"))
        message = house.fails(SourceUnavailable, dataset)
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
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), found.report, house.place)
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


@pytest.mark.parametrize("status, told", [("507 Insufficient Storage", True), ("200 OK", False)])
def test_a_listing_that_says_to_be_cut_is_not_taken_for_whole(house, api, reply, status, told):
    entry = ENTRY.format("/dav/releves-1.csv", f"<getcontentlength>{len(ROW)}</getcontentlength>")
    cut = f"<response><href>/dav/</href><status>HTTP/1.1 {status}</status></response>"
    listing = f'<multistatus xmlns="DAV:">{entry}{cut}</multistatus>'.encode()
    api.answer = lambda target, _: (
        reply(body=ROW) if target.endswith("1.csv") else reply(body=listing, status=207)
    )
    house.connect("nuage", conn_type="http", host=f"{api.url}/dav")
    source = {"webdav": "nuage", "path": "releves-*.csv", "take": "all", "settled": 0}
    dataset = house.declare(source, COLUMNS)
    if told:
        assert "qu'une part de ce que contient le dossier (HTTP 507)" in house.fails(
            SourceUnreadable, dataset
        )
    else:
        assert house.extract(dataset).report.rows == 1


def test_a_file_that_goes_between_the_list_and_its_reading(house, tree, monkeypatch):
    put(tree, "releves-1.csv")
    put(tree, "releves-2.csv", ROW + b"b,2\n")
    real = adapter.SftpFolder.fetch_file

    def fetch_while_it_goes(self, file, target):
        tree.files.pop("releves-2.csv", None)
        return real(self, file, target)

    monkeypatch.setattr(adapter.SftpFolder, "fetch_file", fetch_while_it_goes)
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


# --- what is read of the files ----------------------------------------------------------------------------------


def test_the_same_bytes_at_two_places_are_two_data_where_the_name_is_one(house):
    for name in ("presence-centre.csv", "presence-nord.csv"):
        drop(house, name, b"agents,jour\n3,2026-01-01\n")
    columns = dict.fromkeys(("agents", "jour", "site"), "publish")
    source = {"file": "depot", "path": "presence-*.csv", "take": "all", "file_column": "site"}
    found = house.extract(house.declare(source, columns))
    assert sorted(row[3] for row in house.rows(found)) == ["presence-centre.csv", "presence-nord.csv"]
    assert [one.code for one in found.report.findings] == ["fichiers-lus"]


@pytest.mark.parametrize(
    "names, accepted",
    [
        (("bilan-2026-9.csv", "bilan-2026-10.csv"), False),
        (("bilan-20260301.csv", "bilan-2026-04-01.csv"), False),
        (("bilan-9.csv", "bilan-annuel.csv", "bilan-10.csv"), False),
        (("bilan-2026-09.csv", "bilan-2026-10.csv", "bilan-2026-10 (2).csv"), True),
        (("bilan-9.csv",), True),
    ],
)
def test_the_last_by_name_is_refused_where_numbers_do_not_follow_each_other(house, names, accepted):
    for rank, name in enumerate(names, start=1):
        drop(house, name, b"station,valeur\na,%d\n" % rank)
    source = {"file": "depot", "path": "bilan-*.csv", "take": "newest-name"}
    dataset = house.declare(source, COLUMNS)
    if accepted:
        by_name = names.index(max(names)) + 1
        assert house.rows(house.extract(dataset)) == [(2, "a", str(by_name))]
    else:
        message = house.fails(SourceUnreadable, dataset)
        assert "autant de chiffres (« 9 » y viendrait après « 10 »)" in message
        assert "« take: newest-date »" in message and "2026" not in message


# --- time -------------------------------------------------------------------------------------------------------


@contextmanager
def serve_drops(answers):
    """An HTTP server: by the start of the request, what it answers at once, then byte by byte."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer(client):
        with client:
            asked = client.recv(65536)
            while asked.startswith(b"PROPFIND") and b"</propfind>" not in asked:
                asked += client.recv(65536)
            at_once, slowly = next(found for start, found in answers.items() if asked.startswith(start))
            length = len(at_once) + len(slowly)
            client.sendall(
                b"HTTP/1.1 %d OK\r\nConnection: close\r\n" % (207 if b"PROPFIND" in asked else 200)
            )
            client.sendall(b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % length + at_once)
            for rank in range(len(slowly)):
                client.sendall(slowly[rank : rank + 1])
                time.sleep(0.1)

    def answer_quietly(client):
        with suppress(OSError):
            answer(client)

    def accept():
        with suppress(OSError):
            while True:
                threading.Thread(target=answer_quietly, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()


LISTED = '<multistatus xmlns="DAV:">{}</multistatus>'.format(
    ENTRY.format("/releves-1.csv", f"<getcontentlength>{len(ROW) + 60}</getcontentlength>")
).encode()


@pytest.mark.parametrize(
    "source, answers, limit",
    [
        (
            {"http": "lent", "path": "/x"},
            {b"GET": (b'[{"station":"a"}', b" " * 60 + b"]")},
            "client.ANSWER_TIMEOUT_S",
        ),
        (
            {"webdav": "lent", "path": "releves-1.csv", "settled": 0},
            {b"PROPFIND": (LISTED, b""), b"GET": (ROW, b"\n" * 60)},
            "drops.downloading.FETCH_TIMEOUT_S",
        ),
        (
            {"webdav": "lent", "path": "releves-*.csv", "take": "all", "settled": 0},
            {b"PROPFIND": (b"", LISTED)},
            "webdav.adapter.LISTING_TIMEOUT_S",
        ),
    ],
    ids=["api", "fichier", "liste"],
)
def test_what_comes_drop_by_drop_is_not_read_to_its_end(house, monkeypatch, source, answers, limit):
    monkeypatch.setattr(f"aqueduc.sources.{limit}", 0.5)
    monkeypatch.setattr("aqueduc.http._BACK_OFF", lambda _: 0.0)
    with serve_drops(answers) as url:
        house.connect("lent", conn_type="http", host=url)
        began = time.monotonic()
        assert "n'en finit pas" in house.fails(SourceUnavailable, house.declare(source, COLUMNS))
    assert time.monotonic() - began < 4


def test_the_time_of_a_file_is_looked_at_between_two_answers_of_the_server(house, tree, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.drops.downloading.FETCH_TIMEOUT_S", 0.5)
    put(tree, "releves-1.csv", ROW + b"a,1\n" * 60_000)
    read = []

    class Slow(io.BytesIO):
        def read(self, size=-1):
            read.append(size)
            time.sleep(0.4)
            return super().read(size)

    def open_slowly(self, path, flags, attr):
        handle = _Tree.open(self, path, flags, attr)
        handle.readfile = Slow(handle.readfile.getvalue())
        return handle

    monkeypatch.setattr(tree, "open", open_slowly)
    assert "n'en finit pas" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))
    assert len(read) < 6


# --- what hangs behind an error ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["releves-1.csv", "absent/*.csv", "*.csv"])
def test_no_exception_of_a_driver_hangs_behind_ours(house, tree, monkeypatch, path):
    put(tree, "releves-9.csv")
    monkeypatch.setattr(tree, "open", lambda *_: paramiko.SFTP_PERMISSION_DENIED)
    monkeypatch.setattr(
        tree,
        "list_folder",
        lambda self, at: paramiko.SFTP_FAILURE if "absent" in at else _Tree.list_folder(self, at),
    )
    with pytest.raises(SourceError) as caught:
        house.extract(declare(house, path))
    behind = [caught.value]
    while behind[-1].__context__ is not None:
        behind.append(behind[-1].__context__)
    assert all(isinstance(one, AqueducError) for one in behind), behind


def test_a_key_that_is_revoked_is_trusted_by_no_other_line(tmp_path):
    ours, theirs = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
    first, second = (f"ecdsa-sha2-nistp256 {key.get_base64()}" for key in (ours, theirs))
    known = tmp_path / "known_hosts"
    known.write_text(
        f"a {first}\n@cert-authority *.ville.fr {second}\n@revoked * {first}\nb garbled\nb {second}\n"
    )
    with paramiko.SSHClient() as ssh:
        adapter._add_known_host_keys(ssh, [read_known_hosts(known)])
        assert list(ssh.get_host_keys()) == ["b"]
        assert ssh.get_host_keys().check("b", theirs)
    assert read_known_hosts(tmp_path / "absent") is None
