"""An outlet behind real servers: a folder that Caddy serves, and a bucket of a real S3 protocol."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from aqueduc.connections import EnvironmentConnections
from aqueduc.errors import PublicationGateClosed, StoreError
from aqueduc.store import StoreRoot
from sandbox.region import Region
from tests.making import Desk
from tests.publish.publishing import bench, rows
from tests.publish.servers import Caddy, bucket, caddy, written
from tests.publish.showcase import Showcase, showcase
from tests.publish.test_publish_outlet import RESTRICTED, with_outlet
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

INDEX: dict[str, Any] = {"mode": "index", "outlet": "web", "formats": ["csv", "parquet"]}
CSV: dict[str, Any] = {**INDEX, "formats": ["csv"]}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Caddy]:
    """Serves what is in ``donnees`` below ``www``."""
    with caddy(tmp_path / "www", tmp_path / "caddy") as server:
        yield server


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[dict[str, Any]]:
    (tmp_path / "www" / "donnees").mkdir(parents=True)
    with bucket(tmp_path / "www", tmp_path / "rclone") as options:
        yield options


@pytest.fixture
def on_disk(tmp_path: Path, web: Caddy) -> Showcase:
    return _with_outlet(showcase(tmp_path), {"folder": str(tmp_path / "www/donnees"), "url": web.url})


@pytest.fixture
def in_bucket(tmp_path: Path, s3: dict[str, Any], web: Caddy) -> Showcase:
    outlet = {"folder": "s3://donnees", "url": web.url, "connection": "seau"}
    return _with_outlet(_opening(showcase(tmp_path), s3), outlet)


def _with_outlet(made: Showcase, outlet: dict[str, str]) -> Showcase:
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["outlets"] = {"web": {**outlet, "url": f"{outlet['url']}/donnees"}}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    made.declared = {"publish": INDEX}
    return made


def _opening(made: Showcase, options: dict[str, Any]) -> Showcase:
    """The same, with the connection ``seau`` of the bucket."""
    return replace(made, desk=_knowing(made.desk, {"AIRFLOW_CONN_SEAU": _seau(options)}))


def _seau(options: dict[str, Any]) -> str:
    extra = {"endpoint_url": options["endpoint_url"]}
    return json.dumps(
        {"conn_type": "aws", "login": options["key"], "password": options["secret"], "extra": extra}
    )


def _knowing(desk: Desk, environment: dict[str, str]) -> Desk:
    return Desk(replace(desk.place, connections=EnvironmentConnections(environment)))


@pytest.mark.parametrize("where", ["on_disk", "in_bucket"])
def test_a_real_server_gives_ranges_tags_and_whole_files(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    here: Showcase = request.getfixturevalue(where)
    report = here.publish(rows(5))
    assert report.findings == (), "a server that knows ranges and tags"
    url = report.resources[0].url
    first = httpx.get(url)
    part = httpx.get(url, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.text) == (206, first.text[:4])
    assert httpx.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert here.publish(rows(5)).nothing_new
    again = here.publish(rows(6))
    resumed = httpx.get(url, headers={"Range": "bytes=9-", "If-Range": first.headers["ETag"]})
    assert resumed.status_code == 200, "the whole of the new one, and not what was left of the other"
    assert [one.url for one in again.resources] == [one.url for one in report.resources]
    assert httpx.get(url, headers={"If-None-Match": first.headers["ETag"]}).text.count("\n") == 7
    here.publish(rows(6), here.dataset(publish={**INDEX, "formats": ["csv"]}))
    assert [path.name for path in (tmp_path / "www/donnees/lieux").iterdir()] == ["lieux.csv"]


def test_who_reads_during_a_replacement_gets_whole_files(on_disk: Showcase) -> None:
    """Every 50 ms, through replacements by a longer and by a shorter file."""
    here = on_disk
    url = here.publish(rows(3000), here.dataset(publish=CSV)).resources[0].url
    with polling(url) as seen:
        for count in (4000, 1000, 3000):
            here.publish(rows(count), here.dataset(publish=CSV))
            assert eventually(lambda lines=count + 1: bool(seen) and seen[-1][1] == lines, every=0.05)
    assert {(status, lines) for status, lines, _, _ in seen} == {(200, n + 1) for n in (1000, 3000, 4000)}
    assert len({tag for _, _, tag, _ in seen}) == len({(tag, digest) for _, _, tag, digest in seen})


def test_a_bucket_is_asked_to_replace_and_never_to_delete_first(in_bucket: Showcase, tmp_path: Path) -> None:
    """One request an object, which an S3 makes whole or not at all. (This one is not as good as it should be:
    rclone deletes the former file itself, right before.)"""
    here, place = in_bucket, tmp_path / "rclone"
    here.publish(rows(5), here.dataset(publish=CSV))
    before = len(written(place))
    here.publish(rows(6), here.dataset(publish=CSV))
    assert written(place)[before:] == ["CREATE OBJECT: donnees lieux/lieux.csv"]
    assert here.publish(rows(6), here.dataset(publish=CSV)).nothing_new
    assert len(written(place)) == before + 1


def test_a_portal_in_a_bucket_names_a_file_once_it_is_there(tmp_path: Path, s3: dict[str, Any]) -> None:
    """Each put makes one object, whole: the order is all. The newest is copied within the bucket."""
    with caddy(tmp_path / "www" / "donnees", tmp_path / "caddy") as server:
        portal = {"type": "portal", "folder": "s3://donnees", "url": server.url, "connection": "seau"}
        here = _opening(showcase(tmp_path, {"portail": portal}, platform="portail"), s3)
        here.declared = {"publish": {"mode": "upload", "formats": ["csv"]}}
        here.publish(rows(5))
        before = len(written(tmp_path / "rclone"))
        report = here.publish(rows(6))
        made = written(tmp_path / "rclone")[before:]
        revision = report.resources[0].url.removeprefix(f"{server.url}/")
        assert [line.removeprefix("CREATE OBJECT: donnees ") for line in made if ".leases/" not in line] == [
            revision,
            "jeux/lieux/lieux.csv",
            f"COPY: donnees/{revision} TO donnees jeux/lieux/lieux.csv",
            "jeux/lieux/fiche.json",
            "jeux/lieux/index.html",
            *("catalog.jsonld", "catalog.ttl", "catalog.rdf", "catalogue-scdl.csv"),
            "etat.json",
        ]
        assert here.publish(rows(6)).nothing_new


@contextmanager
def polling(url: str) -> Iterator[list[tuple[int, int, str, str]]]:
    """What a visitor gets at ``url``: code, lines, tag and digest."""
    seen: list[tuple[int, int, str, str]] = []
    stop = threading.Event()

    def poll() -> None:
        with httpx.Client(timeout=30) as client:
            while not stop.wait(0.05):
                got = client.get(url)
                digest = hashlib.sha256(got.content).hexdigest()
                seen.append((got.status_code, got.text.count("\n"), got.headers.get("ETag", ""), digest))

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        yield seen
    finally:
        stop.set()
        reader.join()


@pytest.mark.parametrize("where", ["on_disk", "in_bucket"])
def test_what_is_changed_there_by_hand_is_put_right(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    here: Showcase = request.getfixturevalue(where)
    here.publish(rows(5))
    path = tmp_path / "www/donnees/lieux/lieux.csv"
    whole = path.read_bytes()
    path.write_bytes(b"x" * len(whole))
    assert here.publish(rows(5)).writes == ("déposer lieux.csv dans « web »",)
    assert path.read_bytes() == whole


def test_a_bucket_with_a_wrong_key_is_said_and_nothing_is_linked(in_bucket: Showcase) -> None:
    place = in_bucket.desk.place
    seau = place.connections.get("seau")
    wrong = {"endpoint_url": seau.extra["endpoint_url"], "key": "ville", "secret": "un-autre-secret"}
    other = _opening(in_bucket, wrong)
    with pytest.raises(StoreError) as caught:
        other.publish(rows(5))
    assert "un-autre-secret" not in str(caught.value)
    assert not (in_bucket.folder / "jeux").exists()


# --- restricted ---------------------------------------------------------------------------------------------


@pytest.mark.sandbox
def test_a_restricted_dataset_is_held_as_long_as_a_visitor_is_let_in(
    tmp_path: Path, region: Region, s3: dict[str, Any], web: Caddy
) -> None:
    """Tried at each run, with the rules of the real server: they may have changed since."""
    with bench(tmp_path, region) as there:
        there.desk = _knowing(there.desk, {**region.environment(), "AIRFLOW_CONN_SEAU": _seau(s3)})
        with_outlet(there.desk, "s3://donnees", f"{web.url}/donnees", connection="seau")
        dataset = there.dataset(publish=INDEX, **RESTRICTED)
        with pytest.raises(PublicationGateClosed, match="ne protège pas"):
            there.publish(rows(5), dataset)
        assert not list((tmp_path / "www").rglob("*.csv"))
        web.close()
        report = there.publish(rows(5), dataset)
        assert {proof.result for proof in report.proofs if proof.reader == "visiteur"} == {"refusé"}
        assert httpx.get(report.resources[0].url).status_code == 401
        assert there.publish(rows(5), dataset).nothing_new
        web.open()
        kept = tmp_path / "www/donnees" / there.slug / f"{there.slug}.csv"
        whole = kept.read_bytes()
        for count in (5, 6):
            with pytest.raises(PublicationGateClosed, match="ne protège pas"):
                there.publish(rows(count), dataset)
        assert kept.read_bytes() == whole


# --- the store itself, in a bucket --------------------------------------------------------------------------


def test_what_another_process_wrote_is_seen(s3: dict[str, Any]) -> None:
    """fsspec remembers listings: a catalogue page open for a week would show the week before."""
    page = StoreRoot("s3://donnees/depot", s3)
    run = StoreRoot("s3://donnees/depot", {**s3, "client_kwargs": {"region_name": "us-east-1"}})
    run.write("jeux/un.json", b"1")
    assert page.list("jeux") == ["jeux/un.json"]
    run.write("jeux/deux.json", b"2")
    run.write("jeux/un.json", b"plus long")
    assert page.list("jeux") == ["jeux/deux.json", "jeux/un.json"]
    assert page.exists("jeux/deux.json")
    assert page.size("jeux/un.json") == 9
    run.delete("jeux/un.json")
    assert not page.exists("jeux/un.json")
