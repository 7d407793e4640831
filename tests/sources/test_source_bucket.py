"""Files of a bucket: rclone's S3, as for the store."""

from __future__ import annotations

import time

import pytest

from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.sources.s3 import adapter
from tests.publish.servers import bucket
from tests.sources.dropping import COLUMNS, drop_file
from tests.sources.relay import relay_to

BUCKET = {"service_config": {"s3": {"bucket_name": "depots"}}}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    place = tmp_path_factory.mktemp("seau")
    with bucket(place / "seaux", place) as options:
        (place / "seaux/depots").mkdir(exist_ok=True)
        yield place / "seaux/depots", options


@pytest.fixture
def depot(server, house):
    folder, options = server
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    connect(house, options)
    return folder


def connect(house, options, extra=BUCKET, **more):
    given = {"login": options["key"], "password": options["secret"], **more}
    house.connect(
        "depot_capteurs",
        conn_type="aws",
        extra={"endpoint_url": options["endpoint_url"], "region_name": "eu-west-3", **extra},
        **given,
    )


def declare(house, path="voirie/releves-*.csv", **source):
    chosen = {"take": "all"} if "*" in path else {}
    return house.declare({"s3": "depot_capteurs", "path": path, **chosen, **source}, COLUMNS)


def test_one_object_all_of_a_pattern_and_the_newest(house, depot):
    drop_file(depot, "voirie/releves-1.csv", "a,1", age=600)
    drop_file(depot, "voirie/releves-2.csv", "b,2", age=7200)
    drop_file(depot, "voirie/2025/releves-3.csv", "c,3")
    assert house.rows(house.extract(declare(house, "voirie/releves-1.csv"))) == [(2, "a", "1")]
    found = house.extract(declare(house), "r2")
    assert sorted(row[1:] for row in house.rows(found)) == [("a", "1"), ("b", "2")]
    assert house.rows(house.extract(declare(house, take="newest-name"), "r3")) == [(2, "b", "2")]
    assert house.rows(house.extract(declare(house, take="newest-date"), "r4")) == [(2, "a", "1")]
    assert not list((house.folder / "vault/.scratch").iterdir())


def test_an_object_at_the_root_of_several_blocks(house, depot):
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(400_000)))
    assert house.extract(declare(house, "releves-*.csv")).report.rows == 400_000


def test_what_is_not_there(house, depot):
    assert "n'est pas dans le seau" in house.fails(SourceNotFound, declare(house, "absent.csv"))
    assert "n'est pas dans le seau" in house.fails(SourceNotFound, declare(house, "absent/*.csv"))
    drop_file(depot, "voirie/autre.csv", "a,1")
    assert "Aucun fichier du dépôt" in house.fails(SourceNotFound, declare(house))
    assert "pas un fichier" in house.fails(SourceUnreadable, declare(house, "voirie", format="csv"))


@pytest.mark.parametrize("path", ["../autre/secret.csv", "/secret.csv", "../*.csv"])
def test_nothing_outside_of_the_bucket(house, depot, path):
    assert "sort du dossier" in house.fails(SourceAccessRefusal, declare(house, path))


def test_a_key_that_is_refused(house, server, depot):
    connect(house, server[1], password="un-autre-secret")
    message = house.fails(SourceAccessRefusal, declare(house))
    assert "refuse l'accès" in message and "un-autre-secret" not in message


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"service_config": "depots"},
        {"service_config": {"s3": {"bucket_name": ""}}},
        {"service_config": {"s3": {"bucket_name": "depots/voirie"}}},
        {"service_config": {"s3": {"bucket_name": "depots", "endpoint_url": "x"}}},
    ],
)
def test_a_connection_that_names_no_bucket(house, server, depot, extra):
    connect(house, server[1], extra)
    assert '{"s3": {"bucket_name": "depots"}}' in house.fails(InvalidConnectionSettings, declare(house))


def test_a_role_is_refused_by_its_name_and_another_kind_by_its_type(house, server, depot):
    connect(house, server[1], {**BUCKET, "role_arn": "arn:aws:iam::1:role/r"})
    assert "« role_arn »" in house.fails(InvalidConnectionSettings, declare(house))
    house.connect("depot_capteurs", conn_type="http", host="x")
    assert "« aws »" in house.fails(ConnectionMissing, declare(house))


def test_a_storage_that_is_not_there_or_breaks(house, server, depot):
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(100_000)))
    port = int(server[1]["endpoint_url"].rpartition(":")[2])
    quick = {**BUCKET, "config_kwargs": {"retries": {"max_attempts": 0}, "read_timeout": 5}}
    with relay_to(port) as relay:
        relay.left = 200_000
        connect(house, {**server[1], "endpoint_url": f"http://127.0.0.1:{relay.port}"}, quick)
        message = house.fails(SourceUnavailable, declare(house, "releves-1.csv"))
        assert "ne répond pas, ou plus" in message and "127.0.0.1" not in message
    assert not list((house.folder / "vault/.scratch").iterdir())
    house.fails(SourceUnavailable, declare(house, "releves-1.csv"))


def test_a_part_that_does_not_come_is_not_waited_for_without_end(house, server, depot, monkeypatch):
    monkeypatch.setattr(adapter, "RANGE_TIMEOUT_S", 2.0)
    drop_file(depot, "releves-1.csv", *(f"station-{rank},{rank}" for rank in range(100_000)))
    port = int(server[1]["endpoint_url"].rpartition(":")[2])
    with relay_to(port) as relay:
        relay.left, relay.stalls = 200_000, True
        connect(house, {**server[1], "endpoint_url": f"http://127.0.0.1:{relay.port}"})
        began = time.monotonic()
        assert "ne répond pas, ou plus" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))
    assert time.monotonic() - began < 20


def test_an_object_that_is_replaced_while_it_is_fetched_is_not_read(house, depot, monkeypatch):
    path = drop_file(depot, "releves-1.csv", "a,1")
    real = adapter.write_complete_download_or_nothing

    def fetch_while_it_is_replaced(origin, file, blocks, target):
        done = real(origin, file, blocks, target)
        path.write_text("station,valeur\nz,9\n")
        return done

    monkeypatch.setattr(adapter, "write_complete_download_or_nothing", fetch_while_it_is_replaced)
    assert "en train de le déposer" in house.fails(SourceUnavailable, declare(house, "releves-1.csv"))
