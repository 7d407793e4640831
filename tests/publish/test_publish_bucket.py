"""An outlet behind real servers: a folder that Caddy serves, and a bucket of a real S3 protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from aqueduc.connections import EnvironmentConnections
from aqueduc.errors import StoreError
from aqueduc.store import Root
from tests.making import Desk
from tests.publish.publishing import rows
from tests.publish.servers import Caddy, bucket, caddy
from tests.publish.showcase import Showcase, showcase

INDEX: dict[str, Any] = {"mode": "index", "outlet": "web", "formats": ["csv", "parquet"]}


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
    extra = {"endpoint_url": options["endpoint_url"]}
    seau = {"conn_type": "aws", "login": options["key"], "password": options["secret"], "extra": extra}
    known = EnvironmentConnections({"AIRFLOW_CONN_SEAU": json.dumps(seau)})
    return replace(made, desk=Desk(replace(made.desk.place, connections=known)))


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
    assert [one.url for one in again.resources] == [one.url for one in report.resources]
    assert httpx.get(url, headers={"If-None-Match": first.headers["ETag"]}).text.count("\n") == 7
    here.publish(rows(6), here.dataset(publish={**INDEX, "formats": ["csv"]}))
    assert [path.name for path in (tmp_path / "www/donnees/lieux").iterdir()] == ["lieux.csv"]


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


# --- the store itself, in a bucket --------------------------------------------------------------------------


def test_what_another_process_wrote_is_seen(s3: dict[str, Any]) -> None:
    """fsspec remembers listings: a catalogue page open for a week would show the week before."""
    page = Root("s3://donnees/depot", s3)
    run = Root("s3://donnees/depot", {**s3, "client_kwargs": {"region_name": "us-east-1"}})
    run.write("jeux/un.json", b"1")
    assert page.list("jeux") == ["jeux/un.json"]
    run.write("jeux/deux.json", b"2")
    run.write("jeux/un.json", b"plus long")
    assert page.list("jeux") == ["jeux/deux.json", "jeux/un.json"]
    assert page.exists("jeux/deux.json")
    assert page.size("jeux/un.json") == 9
    run.delete("jeux/un.json")
    assert not page.exists("jeux/un.json")
