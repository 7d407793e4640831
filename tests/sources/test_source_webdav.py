"""Files of a shared folder: rclone's WebDAV, and what a server that answers wrongly may say."""

from __future__ import annotations

import pytest

from aqueduc.errors import (
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.sources.webdav import adapter
from aqueduc.sources.webdav.listing import parse_webdav_listing
from tests.publish.servers import KEY, SECRET, webdav_server
from tests.sources.dropping import COLUMNS, drop_file
from tests.sources.relay import relay_to


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    place = tmp_path_factory.mktemp("webdav")
    with webdav_server(place / "racine", place) as found:
        yield found


@pytest.fixture
def depot(server, house):
    for path in sorted(server.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    connect(house, f"http://127.0.0.1:{server.port}")
    return server.folder


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    monkeypatch.setattr("aqueduc.http._BACK_OFF", lambda _: 0.0)


def connect(house, host, login=KEY, password=SECRET, **extra):
    house.connect("nuage", conn_type="http", host=host, login=login, password=password, extra=extra)


def declare(house, path="releves-*.csv", **source):
    chosen = {"take": "all"} if "*" in path else {}
    return house.declare({"webdav": "nuage", "path": path, "settled": 0, **chosen, **source}, COLUMNS)


def test_one_file_and_all_of_a_pattern(house, depot):
    drop_file(depot, "été 2026/relevés-1.csv", "b,2")
    drop_file(depot, "releves-1.csv", "a,1")
    drop_file(depot, "releves-2.csv.part", "c,3")
    found = house.extract(declare(house, "été 2026/relevés-1.csv"))
    assert house.rows(found) == [(2, "b", "2")]
    drop_file(depot, "releves-4.csv", "d,4")
    found = house.extract(declare(house), "r2")
    assert sorted(row[1:] for row in house.rows(found)) == [("a", "1"), ("d", "4")]
    assert not list((house.folder / "vault/.scratch").iterdir())


def test_the_newest_in_the_folder_of_the_address(house, server, depot):
    connect(house, f"http://127.0.0.1:{server.port}/voirie/")
    drop_file(depot, "voirie/releves-1.csv", "a,1", age=600)
    drop_file(depot, "voirie/releves-2.csv", "b,2", age=7200)
    assert house.rows(house.extract(declare(house, take="newest-date"))) == [(2, "a", "1")]
    assert house.rows(house.extract(declare(house, take="newest-name"), "r2")) == [(2, "b", "2")]


def test_an_account_that_is_refused_and_what_is_not_there(house, server, depot):
    assert "n'est pas dans le dossier partagé" in house.fails(SourceNotFound, declare(house, "absent.csv"))
    assert "n'est pas dans le dossier partagé" in house.fails(SourceNotFound, declare(house, "absent/*.csv"))
    assert "Aucun fichier du dépôt" in house.fails(SourceNotFound, declare(house))
    (depot / "releves.csv").mkdir()
    assert "pas un fichier" in house.fails(SourceUnreadable, declare(house, "releves.csv"))
    connect(house, f"http://127.0.0.1:{server.port}", password="un-autre-secret")
    message = house.fails(SourceAccessRefusal, declare(house))
    assert "mot de passe d'application" in message and "un-autre-secret" not in message


@pytest.mark.parametrize("path", ["../secret.csv", "/secret.csv", "../*.csv"])
def test_nothing_outside_of_the_folder(house, server, depot, path):
    drop_file(depot, "secret.csv", "x,y")
    connect(house, f"http://127.0.0.1:{server.port}/voirie")
    assert "sort du dossier" in house.fails(SourceAccessRefusal, declare(house, path))


def test_a_setting_that_is_not_understood_and_an_address_that_is_none(house, depot):
    connect(house, "http://127.0.0.1", verifie=True)
    assert "« verifie »" in house.fails(InvalidConnectionSettings, declare(house))
    connect(house, "ftp://127.0.0.1")
    assert "URL http(s)" in house.fails(SourceUnreadable, declare(house))


@pytest.mark.parametrize("left", [10, 2_000, 400_000])
def test_a_wire_that_breaks_leaves_nothing_behind(house, server, depot, left):
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(100_000)))
    with relay_to(server.port) as relay:
        relay.left = left
        connect(house, f"http://127.0.0.1:{relay.port}")
        message = house.fails(SourceUnavailable, declare(house, "releves-1.csv"))
    assert "ne répond pas, ou plus" in message and "127.0.0.1" not in message
    assert not list((house.folder / "vault/.scratch").iterdir())


def test_a_wire_that_breaks_once_is_tried_again(house, server, depot):
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(100_000)))
    with relay_to(server.port) as relay:
        relay.left, relay.mends = 400_000, True
        connect(house, f"http://127.0.0.1:{relay.port}")
        assert house.extract(declare(house, "releves-1.csv")).report.rows == 100_000


def test_a_file_that_grows_while_it_is_fetched_is_not_read(house, depot, monkeypatch):
    path = drop_file(depot, "releves-1.csv", "a,1")
    real = adapter.write_complete_download_or_nothing

    def fetch_while_it_grows(origin, file, blocks, target):
        done = real(origin, file, blocks, target)
        with path.open("a") as out:
            out.write("b,2\n")
        return done

    monkeypatch.setattr(adapter, "write_complete_download_or_nothing", fetch_while_it_grows)
    assert "en train de le déposer" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))


# --- a server that answers wrongly -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer, error, said",
    [
        ({"body": b"<html><body>Bienvenue</body></html>"}, SourceUnreadable, "pas un dossier WebDAV"),
        ({"body": b"pas du XML", "status": 207}, SourceUnreadable, "pas un dossier WebDAV"),
        ({"status": 501}, SourceUnreadable, "pas un dossier WebDAV"),
        ({"status": 405}, SourceUnreadable, "pas un dossier WebDAV"),
        ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, SourceAccessRefusal, "autre adresse"),
        ({"status": 503}, SourceUnavailable, "503"),
    ],
)
def test_what_is_no_webdav_is_told(house, api, reply, answer, error, said):
    api.answer = lambda *_: reply(**answer)
    connect(house, api.url)
    assert said in house.fails(error, declare(house))


LISTING = """<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">{}</D:multistatus>"""
ENTRY = (
    "<D:response><D:href>{}</D:href><D:propstat><D:prop><D:resourcetype/>{}</D:prop>"
    "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
)


def test_an_entry_of_elsewhere_or_without_a_size_is_not_read(house, api, reply):
    sized = "<D:getcontentlength>12</D:getcontentlength>"
    elsewhere = LISTING.format(ENTRY.format("/ailleurs/releves-1.csv", sized))
    api.answer = lambda *_: reply(body=elsewhere.encode(), status=207)
    connect(house, api.url)
    assert "Aucun fichier du dépôt" in house.fails(SourceNotFound, declare(house))
    without = LISTING.format(ENTRY.format("/releves-1.csv", ""))
    api.answer = lambda *_: reply(body=without.encode(), status=207)
    assert "ne dit pas la taille" in house.fails(SourceUnreadable, declare(house))


def test_a_drop_that_says_no_dates_has_no_newest(house, api, reply):
    entry = ENTRY.format("/releves-1.csv", "<D:getcontentlength>12</D:getcontentlength>")
    api.answer = lambda *_: reply(body=LISTING.format(entry).encode(), status=207)
    connect(house, api.url)
    assert "newest-name" in house.fails(SourceUnreadable, declare(house, take="newest-date"))


def test_a_listing_with_a_dtd_is_none():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    assert parse_webdav_listing(bomb) is None
