"""An outlet: the files of a revision in a place of the city's own, linked once read back there."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from aqueduc.certify import certify_run
from aqueduc.certify.history import read_history
from aqueduc.errors import PlatformRequestRejection, PublicationGateClosed, ReadBackMismatch
from aqueduc.run import Run
from sandbox.door import answering
from sandbox.region import Region
from tests.making import Desk
from tests.publish.publishing import NOWHERE, Bench, Wire, bench, rows
from tests.publish.showcase import Showcase, showcase

INDEX: dict[str, Any] = {"mode": "index", "outlet": "web", "formats": ["csv", "parquet"]}
RESTRICTED: dict[str, Any] = {"licence": "other-at", "access": {"level": "same_organization"}}


class Web(ThreadingHTTPServer):
    """A web server as good as ``able`` (ranges and tags), which turns visitors away when ``closed``."""

    able = True
    closed = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/donnees"


class Handler(SimpleHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        if self.server.closed:
            self.send_error(403)
            return
        path = Path(self.translate_path(self.path.removeprefix("/donnees")))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        whole = len(body)
        if asked and self.server.able:
            body = body[int(asked[1]) : int(asked[2]) + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {asked[1]}-{asked[2]}/{whole}")
        else:
            self.send_response(200)
        if self.server.able:
            self.send_header("ETag", f'"{path.stat().st_mtime_ns}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def web(folder: Path) -> Iterator[Web]:
    folder.mkdir(parents=True, exist_ok=True)
    server = Web(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    with answering(server):
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Web]:
    with web(tmp_path / "www") as made:
        yield made


@pytest.fixture
def here(tmp_path: Path, server: Web) -> Showcase:
    """On a portal, so that what is not CKAN's affair needs no CKAN."""
    made = showcase(tmp_path)
    with_outlet(made.desk, tmp_path / "www", server.url)
    made.declared = {"publish": INDEX}
    return made


def with_outlet(desk: Desk, folder: Path | str, url: str, **more: str) -> None:
    path = desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["outlets"] = {"web": {"folder": str(folder), "url": url, **more}}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")


def test_a_link_s_digest_is_in_the_history_as_it_was_read_back(here: Showcase, tmp_path: Path) -> None:
    dataset, run = here.dataset(), Run("lieux", "un")
    Bench(here.desk, NOWHERE, "lieux").publish(rows(5), dataset, run=run)
    certify_run(dataset, here.desk.city, run, here.desk.place)
    (period,) = read_history(here.desk.place.store, "lieux").periods
    there = [(tmp_path / "www" / "lieux" / name).read_bytes() for name in ("lieux.csv", "lieux.parquet")]
    assert [one.sha256 for one in period.files] == [hashlib.sha256(data).hexdigest() for data in there]
    assert [one.bytes for one in period.files] == [len(data) for data in there]
    assert all(one.link for one in period.files)


def test_the_files_are_put_read_back_and_linked(here: Showcase, tmp_path: Path, server: Web) -> None:
    report = here.publish(rows(5))
    assert report.writes[:2] == (
        "déposer lieux.csv dans « web »",
        "déposer lieux.parquet dans « web »",
    )
    assert [resource.url for resource in report.resources] == [
        f"{server.url}/lieux/lieux.csv",
        f"{server.url}/lieux/lieux.parquet",
    ]
    served = httpx.get(report.resources[0].url)
    assert served.text.count("\n") == 6
    assert {path.name for path in (here.folder / "jeux/lieux").iterdir()} == {
        "fiche.json",
        "index.html",
        "schema.json",
    }
    fiche = json.loads((here.folder / "jeux/lieux/fiche.json").read_bytes())
    assert fiche["fiche"]["modified"] is not None
    shown = [(raw["distribution"]["sha256"], raw["linked_sha256"]) for raw in fiche["resources"]]
    digests = [hashlib.sha256(httpx.get(one.url).content).hexdigest() for one in report.resources]
    assert shown == [("", digest) for digest in digests], "the outlet may serve newer bytes before"
    assert report.findings == ()


def test_columns_may_be_transformed(here: Showcase, tmp_path: Path) -> None:
    """What no link to a source may do: the files went through the rules."""
    dataset = here.dataset(
        columns={"code": "publish", "nom": "drop", "surface": "publish", "jour": "publish"},
        fields=[{"name": "code"}, {"name": "surface", "type": "number"}, {"name": "jour", "type": "date"}],
    )
    here.publish(rows(5).drop_columns(["nom"]), dataset)
    assert (tmp_path / "www/lieux/lieux.csv").read_text().splitlines()[0] == "code,surface,jour"


def test_twice_the_same_writes_nothing(here: Showcase, tmp_path: Path) -> None:
    here.publish(rows(5))
    before = (tmp_path / "www/lieux/lieux.csv").stat().st_ino
    report = here.publish(rows(5))
    assert (report.nothing_new, report.writes) == (True, ())
    assert (tmp_path / "www/lieux/lieux.csv").stat().st_ino == before
    again = here.publish(rows(6))
    assert again.resources[0].url == report.resources[0].url
    assert httpx.get(again.resources[0].url).text.count("\n") == 7


def test_a_file_changed_by_hand_is_put_right(here: Showcase, tmp_path: Path) -> None:
    here.publish(rows(5))
    path = tmp_path / "www/lieux/lieux.csv"
    whole = path.read_bytes()
    path.write_bytes(b"x" * len(whole))
    assert here.publish(rows(5)).writes == ("déposer lieux.csv dans « web »",)
    assert path.read_bytes() == whole


def test_a_server_without_ranges_or_tags_is_told(here: Showcase, server: Web) -> None:
    server.able = False
    report = here.publish(rows(5))
    assert [finding.code for finding in report.findings] == [
        "emplacement-sans-plages",
        "emplacement-sans-etag",
    ]


def test_a_server_of_another_folder_links_nothing(here: Showcase, tmp_path: Path) -> None:
    with web(tmp_path / "ailleurs") as other:
        with_outlet(here.desk, tmp_path / "www", other.url)
        with pytest.raises(ReadBackMismatch, match=r"n'est pas servi aux visiteurs \(code 404\)"):
            here.publish(rows(5))
    assert not (here.folder / "jeux").exists()


def test_what_is_no_longer_published_leaves_the_outlet(here: Showcase, tmp_path: Path) -> None:
    here.publish(rows(5))
    here.publish(rows(5), here.dataset(publish={**INDEX, "formats": ["csv"]}))
    assert [path.name for path in (tmp_path / "www/lieux").iterdir()] == ["lieux.csv"]
    report = here.publish(rows(5), here.dataset(publish={"mode": "upload", "formats": ["csv"]}))
    assert list((tmp_path / "www/lieux").iterdir()) == []
    assert (here.folder / "jeux/lieux/lieux.csv").exists()
    assert report.passed


def test_what_a_platform_that_failed_leads_to_stays(tmp_path: Path, server: Web) -> None:
    names = ["ici", "la"]
    here = showcase(tmp_path, {name: {"type": "portal", "folder": str(tmp_path / name)} for name in names})
    with_outlet(here.desk, tmp_path / "www", server.url)
    both = {"mode": "index", "outlet": "web", "platforms": names}
    here.publish(rows(5), here.dataset(publish={**both, "formats": ["csv", "parquet"]}))
    fewer = here.dataset(publish={**both, "formats": ["csv"]})
    fiche = tmp_path / "la/jeux/lieux/fiche.json"
    said = json.loads(fiche.read_text(encoding="utf-8"))
    fiche.write_text(json.dumps({**said, "organisation": "une-autre"}), encoding="utf-8")
    with pytest.raises(PlatformRequestRejection, match="« ici »"):
        here.publish(rows(5), fewer)
    assert (tmp_path / "www/lieux/lieux.parquet").exists()
    fiche.write_text(json.dumps(said), encoding="utf-8")
    assert here.publish(rows(5), fewer).passed
    assert [path.name for path in (tmp_path / "www/lieux").iterdir()] == ["lieux.csv"]


def test_what_a_platform_takes_at_most_is_no_matter_of_an_outlet(tmp_path: Path, server: Web) -> None:
    here = showcase(
        tmp_path, {"ici": {"type": "portal", "folder": str(tmp_path / "ici"), "largest_file_mb": 1}}
    )
    with_outlet(here.desk, tmp_path / "www", server.url)
    big = rows(5, nom=[hashlib.shake_256(bytes([rank])).hexdigest(200_000) for rank in range(5)])
    link = {**INDEX, "platform": "ici", "formats": ["csv"]}
    assert here.publish(big, here.dataset(publish=link)).passed


# --- with the real CKAN -------------------------------------------------------------------------------------


@pytest.fixture
def there(tmp_path: Path, region: Region, server: Web) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        made.declared["publish"] = INDEX
        with_outlet(made.desk, tmp_path / "www", server.url)
        yield made


@pytest.mark.sandbox
def test_ckan_gets_links_and_keeps_ids_through_a_change_of_mode(
    there: Bench, tmp_path: Path, server: Web
) -> None:
    there.publish(rows(5))
    before = there.package()["resources"]
    assert [resource["url"] for resource in before] == [
        f"{server.url}/{there.slug}/{there.slug}.csv",
        f"{server.url}/{there.slug}/{there.slug}.parquet",
    ]
    assert {resource["resource_type"] for resource in before} == {"file"}
    wire = Wire()
    assert there.publish(rows(5), wire=wire).nothing_new
    assert wire.writes == []
    there.publish(rows(5), there.dataset(publish={"mode": "upload", "formats": ["csv", "parquet"]}))
    after = there.package()["resources"]
    assert [resource["id"] for resource in after] == [resource["id"] for resource in before]
    assert list((tmp_path / "www" / there.slug).iterdir()) == []


@pytest.mark.sandbox
@pytest.mark.parametrize("closed", [True, False])
def test_a_restricted_dataset_needs_a_place_that_refuses(
    there: Bench, tmp_path: Path, server: Web, closed: bool
) -> None:
    """No row is ever written where a visitor is let in: a file that says nothing is tried first."""
    server.closed = closed
    dataset = there.dataset(**RESTRICTED)
    if closed:
        report = there.publish(rows(5), dataset)
        assert {proof.result for proof in report.proofs if proof.reader == "visiteur"} == {"refusé"}
        server.closed = False
        with pytest.raises(PublicationGateClosed, match="ne protège pas"):
            there.publish(rows(5), dataset)
    else:
        with pytest.raises(PublicationGateClosed, match="ne protège pas"):
            there.publish(rows(5), dataset)
        assert not [path for path in (tmp_path / "www").rglob("*") if path.is_file()]
        assert there.status("package_show", id=there.slug) == 404
