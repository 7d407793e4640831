"""What each distant drop owes to those who declare: it answers ``check --connect``, drafts, and says what it lacks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import yaml

from aqueduc.cli.connect import probe_connections
from aqueduc.declaration.loader import load_city
from aqueduc.draft import InvalidDraftRequest, draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url, load_source_drafting_functions
from aqueduc.errors import PackageExtraMissing
from aqueduc.sources import SOURCES
from aqueduc.sources.arrivals import list_arrival_triggered_runs, save_drop_watch_state
from tests.publish.servers import KEY, SECRET, bucket, sftp_server, webdav_server

COLUMNS = {"station": "publish", "valeur": "publish"}
DISTANT = ("sftp", "webdav", "s3")


@contextmanager
def serve(kind, place) -> Iterator[tuple]:
    """The folder of a server of this kind, and the connection that leads there."""
    account = {"login": KEY, "password": SECRET}
    if kind == "sftp":
        with sftp_server(place / "racine", place) as server:
            extra = {"host_key": server.host_key}
            connection = {"conn_type": "sftp", "host": "127.0.0.1", "port": server.port, "extra": extra}
            yield server.folder, {**connection, **account}
    elif kind == "webdav":
        with webdav_server(place / "racine", place) as server:
            host = f"http://127.0.0.1:{server.port}"
            yield server.folder, {"conn_type": "http", "host": host, **account}
    else:
        with bucket(place / "seaux", place) as options:
            folder = place / "seaux/depots"
            folder.mkdir()
            extra = {"endpoint_url": options["endpoint_url"], "region_name": "eu-west-3"}
            extra |= {"service_config": {"s3": {"bucket_name": "depots"}}}
            yield folder, {"conn_type": "aws", "extra": extra, **account}


@pytest.fixture(params=DISTANT)
def kind(request, house, tmp_path):
    """A kind whose drop, reached by ``lieu``, has two files, delivered an hour ago."""
    with serve(request.param, tmp_path / "serveur") as (folder, connection):
        house.connect("lieu", **connection)
        for rank in (1, 2):
            (folder / f"releves-{rank}.csv").write_text(f"station,valeur\na,{rank}\n")
        yield request.param


def test_check_connect_lists_the_drop(house, kind):
    dataset = house.declare({kind: "lieu", "path": "releves-*.csv", "take": "all"}, COLUMNS)
    answer = next(probe_connections([dataset], load_city(house.include).city, house.place))
    assert (answer.ok, answer.said) == (True, "2 fichiers ; 2 colonnes, toutes déclarées")
    assert "« lieu », releves-*.csv" in answer.name
    assert house.in_vault() == set()


def test_a_draft_is_made_of_one_of_its_files(house, kind, monkeypatch):
    # A draft looks at the server twice, ten seconds apart, and reads the file twice.
    monkeypatch.setattr("time.sleep", lambda _: None)
    drafting = load_source_drafting_functions(kind)
    made = draft_declaration(drafting.choose("essai", "lieu", "releves-1.csv"), house.place)
    source = yaml.safe_load(made.files["datasets/essai.yaml"])["source"]
    assert (source[kind], source["path"]) == ("lieu", "releves-1.csv")
    with pytest.raises(InvalidDraftRequest, match="take"):
        drafting.choose("essai", "lieu", "releves-*.csv")


def test_what_is_signed_says_where_and_which(house):
    from aqueduc.declaration.source_kind import describe_source_in_signed_statement

    for name in DISTANT:
        dataset = house.declare({name: "lieu", "path": "releves-*.csv", "take": "newest-date"}, COLUMNS)
        assert describe_source_in_signed_statement(dataset.source).endswith("« lieu »")
        assert "releves-*.csv (le dernier déposé)" in describe_source_in_signed_statement(dataset.source)


@pytest.mark.parametrize("name, package", [("sftp", "paramiko"), ("s3", "s3fs")])
def test_a_package_that_was_not_installed(house, monkeypatch, name, package):
    adapter = SOURCES[name].adapter.partition(":")[0]
    monkeypatch.delitem(sys.modules, adapter, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    dataset = house.declare({name: "lieu", "path": "releves.csv"}, COLUMNS)
    house.connect("lieu", conn_type=SOURCES[name].connection_types[0], host="x", login="y")
    assert f"aqueduc-opendata[{name}]" in house.fails(PackageExtraMissing, dataset)


def test_a_file_is_drafted_where_the_packages_of_other_kinds_are_not_installed(house, monkeypatch):
    for package in ("paramiko", "s3fs"):
        monkeypatch.setitem(sys.modules, package, None)
    for name in DISTANT:
        monkeypatch.delitem(sys.modules, f"aqueduc.sources.{name}.adapter", raising=False)
    (house.drop / "a.csv").write_text("station,valeur\na,1\n")
    wanted = build_draft_request_from_path_or_url("essai", str(house.drop / "a.csv"))
    assert "station" in draft_declaration(wanted, house.place).files["datasets/essai.yaml"]


def test_a_file_that_arrives_is_seen_without_being_fetched(house, kind, tmp_path):
    """What is listed changes with the bytes, and with nothing else."""
    house.declare({kind: "lieu", "path": "releves-*.csv", "take": "all"}, COLUMNS, on_arrival=True)
    folder = next(path.parent for path in (tmp_path / "serveur").rglob("releves-1.csv"))

    def look():
        found = list(list_arrival_triggered_runs(house.place, load_city(house.include)))
        for one in found:
            save_drop_watch_state(house.place, one.dataset, one.after)
        return len(found)

    assert [look() for _ in range(4)] == [0, 1, 0, 0]
    (folder / "releves-3.csv").write_text("station,valeur\na,3\n")
    assert [look() for _ in range(3)] == [0, 1, 0]
    assert house.in_vault() == set()
