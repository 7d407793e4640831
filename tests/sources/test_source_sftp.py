"""Files of an SFTP server (rclone's, a server of its own in Go): its key is verified, and nothing is read by half."""

from __future__ import annotations

import base64
import dataclasses
import time

import paramiko
import pytest

from aqueduc.errors import (
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.run import Run
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.drops import downloading
from aqueduc.sources.sftp import adapter
from tests.publish.servers import KEY, SECRET, sftp_server
from tests.sources.dropping import COLUMNS, drop_file
from tests.sources.relay import relay_to


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with a drop, its port and its public key; emptied by each test that has ``depot``."""
    place = tmp_path_factory.mktemp("sftp")
    with sftp_server(place / "racine", place) as found:
        yield found


@pytest.fixture
def depot(server, house):
    for path in sorted(server.folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() or path.is_symlink() else path.rmdir()
    connect(house, server)
    return server.folder


def connect(house, server, *, port=0, login=KEY, password=SECRET, **extra):
    extra = {"host_key": server.host_key, **extra}
    house.connect(
        "depot_voirie",
        conn_type="sftp",
        host="127.0.0.1",
        port=port or server.port,
        login=login,
        password=password,
        extra={name: value for name, value in extra.items() if value is not None},
    )


def declare(house, path="releves-*.csv", **source):
    chosen = {"take": "all"} if "*" in path else {}
    return house.declare({"sftp": "depot_voirie", "path": path, "settled": 0, **chosen, **source}, COLUMNS)


def test_one_file_and_all_of_a_pattern(house, depot):
    drop_file(depot, "releves-1.csv", "a,1")
    drop_file(depot, "2026/releves-2.csv", "b,2")
    drop_file(depot, "releves-3.csv.part", "c,3")
    found = house.extract(declare(house, "2026/releves-2.csv"))
    assert house.rows(found) == [(2, "b", "2")]
    assert found.report.source == {"kind": "sftp", "connection": "depot_voirie", "path": "2026/releves-2.csv"}
    drop_file(depot, "releves-4.csv", "d,4")
    found = house.extract(declare(house), "r2")
    assert sorted(row[1:] for row in house.rows(found)) == [("a", "1"), ("d", "4")]
    assert not list((house.folder / "vault/.scratch").iterdir())


def test_the_newest_by_date_in_the_folder_of_the_connection(house, server, depot):
    connect(house, server, path="2026")
    drop_file(depot, "2026/releves-1.csv", "a,1", age=600)
    drop_file(depot, "2026/releves-2.csv", "b,2", age=7200)
    assert house.rows(house.extract(declare(house, take="newest-date"))) == [(2, "a", "1")]


def test_the_same_bytes_are_not_read_again_whatever_they_are_called(house, depot):
    drop_file(depot, "releves-1.csv", "a,1")
    dataset = declare(house)
    found = house.extract(dataset)
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), found.report, house.place)
    (depot / "releves-1.csv").rename(depot / "releves-2.csv")
    assert house.extract(dataset, "r2").report.unchanged_by == "mark"
    drop_file(depot, "releves-3.csv", "b,2")
    assert house.extract(dataset, "r3").report.rows == 2


def test_a_young_file_is_waited_for(house, depot):
    drop_file(depot, "releves-1.csv", "a,1", age=0)
    began = time.monotonic()
    assert house.extract(declare(house, settled=2)).report.rows == 1
    assert 1 < time.monotonic() - began < 60


def test_a_large_file_arrives_whole(house, depot):
    rows = [f"station-{rank},{rank}" for rank in range(300_000)]
    drop_file(depot, "releves-1.csv", *rows)
    assert house.extract(declare(house, "releves-1.csv")).report.rows == 300_000


def test_a_key_instead_of_a_password(house, server, depot):
    drop_file(depot, "releves-1.csv", "a,1")
    text = server.client_key.read_text()
    connect(house, server, password="", private_key=text)
    assert house.rows(house.extract(declare(house, "releves-1.csv"))) == [(2, "a", "1")]
    connect(house, server, password="", key_file=str(server.client_key))
    assert house.rows(house.extract(declare(house, "releves-1.csv"), "r2")) == [(2, "a", "1")]


def test_known_hosts_is_another_way_to_know_the_key(house, server, depot, tmp_path):
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {server.host_key}\n")
    connect(house, server, host_key=None, known_hosts=str(known))
    drop_file(depot, "releves-1.csv", "a,1")
    assert house.rows(house.extract(declare(house, "releves-1.csv"))) == [(2, "a", "1")]
    connect(house, server, host_key=None, known_hosts=str(tmp_path / "absent"))
    assert "« known_hosts »" in house.fails(InvalidConnectionSettings, declare(house), run="r2")
    known.write_text("serveur ssh-ed25519 AAA\n")
    connect(house, server, host_key=None, known_hosts=str(known))
    assert "« known_hosts »" in house.fails(InvalidConnectionSettings, declare(house), run="r3")


# --- who it is, and who we are ----------------------------------------------------------------------------


def test_a_server_that_nobody_knows_is_told_with_its_fingerprint_and_the_line_to_write(
    house, server, depot, monkeypatch, tmp_path
):
    monkeypatch.setenv("HOME", str(tmp_path))
    connect(house, server, host_key=None)
    message = house.fails(SourceAccessRefusal, declare(house))
    key = paramiko.PKey.from_type_string(*parse_key(server.host_key))
    assert key.fingerprint in message and f'"host_key": "{server.host_key}"' in message
    assert "127.0.0.1" not in message and SECRET not in message


def test_a_server_whose_key_changed_is_told_otherwise(house, server, depot):
    other = paramiko.ECDSAKey.generate()
    connect(house, server, host_key=f"{other.get_name()} {other.get_base64()}")
    message = house.fails(SourceAccessRefusal, declare(house))
    assert "n'est plus celle qui est connue" in message and "sécurité informatique" in message


def parse_key(text):
    kind, encoded = text.split()
    return kind, base64.b64decode(encoded)


def test_an_account_that_is_refused(house, server, depot):
    connect(house, server, password="un-autre-secret")
    message = house.fails(SourceAccessRefusal, declare(house))
    assert "refuse ce compte" in message and "un-autre-secret" not in message


@pytest.mark.parametrize(
    "extra, said",
    [
        ({"no_host_key_check": "true"}, "« no_host_key_check »"),
        ({"allow_host_key_change": True}, "« allow_host_key_change »"),
        ({"host_key": "ssh-ed25519 pas-une-cle"}, "« host_key »"),
        ({"private_key": "un-secret-qui-n-est-pas-une-cle"}, "« private_key »"),
        ({"key_file": "/dossier/absent/cle"}, "« key_file »"),
        ({"conn_timeout": "vite"}, "« conn_timeout »"),
        ({"compress": "peut-être"}, "« compress »"),
        ({"disabled_algorithms": "ssh-rsa"}, "« disabled_algorithms »"),
        ({"chemin": "/x"}, "« chemin »"),
    ],
)
def test_a_setting_that_is_wrong_is_told_by_its_name(house, server, depot, extra, said):
    connect(house, server, **extra)
    message = house.fails(InvalidConnectionSettings, declare(house))
    assert said in message
    assert not any(str(value) in message for value in extra.values() if len(str(value)) > 10)


def test_what_the_form_of_airflow_writes_by_itself_is_understood(house, server, depot):
    connect(house, server, no_host_key_check="false", look_for_keys="false", compress="true")
    drop_file(depot, "releves-1.csv", "a,1")
    assert house.rows(house.extract(declare(house, "releves-1.csv"))) == [(2, "a", "1")]


# --- what is not there, and what is outside --------------------------------------------------------------


def test_a_missing_file_a_missing_folder_and_a_folder(house, server, depot):
    assert "n'est pas sur le serveur SFTP" in house.fails(SourceNotFound, declare(house, "absent.csv"))
    assert "n'est pas sur le serveur SFTP" in house.fails(SourceNotFound, declare(house, "absent/*.csv"))
    assert "Aucun fichier du dépôt" in house.fails(SourceNotFound, declare(house))
    (depot / "releves.csv").mkdir()
    assert "pas un fichier" in house.fails(SourceUnreadable, declare(house, "releves.csv"))


@pytest.mark.parametrize("path", ["../secret.csv", "x/../../secret.csv", "/secret.csv", "../*.csv"])
def test_nothing_outside_of_the_folder(house, server, depot, path):
    (depot / "depot").mkdir()
    drop_file(depot, "secret.csv", "x,y")
    connect(house, server, path="depot")
    assert "sort du dossier" in house.fails(SourceAccessRefusal, declare(house, path))


# --- what breaks -------------------------------------------------------------------------------------------


def test_a_server_that_is_not_there(house, server, depot):
    with relay_to(server.port) as relay:
        port = relay.port
    connect(house, server, port=port)
    message = house.fails(SourceUnavailable, declare(house))
    assert "ne répond pas" in message and "127.0.0.1" not in message


@pytest.mark.parametrize("left", [10, 5_000, 400_000])
def test_a_wire_that_breaks_leaves_nothing_behind(house, server, depot, left):
    """While they greet each other, before the first byte of the file, and in the middle of it."""
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(100_000)))
    with relay_to(server.port) as relay:
        relay.left = left
        connect(house, server, port=relay.port)
        assert "ne répond pas, ou plus" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))
    assert not list((house.folder / "vault/.scratch").iterdir())


def test_a_server_that_falls_silent_is_not_waited_for_without_end(house, server, depot, monkeypatch):
    monkeypatch.setattr(adapter, "READ_TIMEOUT_S", 1.0)
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(100_000)))
    with relay_to(server.port) as relay:
        relay.left, relay.stalls = 400_000, True
        connect(house, server, port=relay.port)
        house.fails(SourceUnavailable, declare(house, "releves-1.csv"))


def test_a_file_that_is_too_large_or_never_ends(house, server, depot, monkeypatch):
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(1_000)))
    monkeypatch.setattr(downloading, "LARGEST_FILE", 1_000)
    assert "dépasse toute mesure" in house.fails(SourceUnreadable, declare(house, "releves-1.csv"))
    monkeypatch.setattr(downloading, "LARGEST_FILE", 20_000)
    drop_file(depot, "releves-2.csv", *(f"autre-{rank},{rank}" for rank in range(1_000)))
    assert "motif plus étroit" in house.fails(SourceUnreadable, declare(house))
    monkeypatch.undo()
    monkeypatch.setattr(downloading, "FETCH_TIMEOUT_S", 0.0)
    assert "n'en finit pas d'arriver" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))


def test_a_file_that_grows_while_it_is_fetched_is_not_read(house, server, depot, monkeypatch):
    path = drop_file(depot, "releves-1.csv", "a,1")
    real = downloading.write_complete_download_or_nothing

    def fetch_while_it_grows(origin, file, blocks, target):
        done = real(origin, file, blocks, target)
        with path.open("a") as out:
            out.write("b,2\n")
        return done

    monkeypatch.setattr(adapter, "write_complete_download_or_nothing", fetch_while_it_grows)
    assert "en train de le déposer" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))


def test_a_file_of_less_bytes_than_was_said_is_not_read(house, server, depot, monkeypatch):
    drop_file(depot, "releves-1.csv", "a,1", "b,2")
    real = adapter._build_drop_file
    monkeypatch.setattr(
        adapter, "_build_drop_file", lambda *args: dataclasses.replace(real(*args), size=real(*args).size + 7)
    )
    assert "pas arrivé entier" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))
