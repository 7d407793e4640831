"""A portal of the city's own: what stands in its folder, and that it is never more nor less than declared."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import fsspec
import httpx
import pyarrow.parquet as pq
import pytest
from rdflib import Graph
from rdflib.namespace import DCAT, RDF

from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.errors import (
    AqueducError,
    DeclarationError,
    PlatformRequestRejection,
    PlatformUnavailable,
    PublicationGateClosed,
    ReadBackMismatch,
)
from aqueduc.publish.report import PublishReport
from aqueduc.store import StoreRoot
from tests.publish.looking import REOPEN
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, Killed, Wire, rows
from tests.publish.showcase import Showcase, served, showcase

GEOGRAPHIC: dict[str, Any] = {
    "columns": {"code": "publish", "lon": "publish", "lat": "publish"},
    "fields": [
        {"name": "code", "title": "Code"},
        {"name": "lon", "type": "number"},
        {"name": "lat", "type": "number"},
    ],
    "geometry": {"longitude": "lon", "latitude": "lat"},
    "publish": {"mode": "upload", "formats": ["csv", "geojson"]},
}


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    return showcase(tmp_path)


def test_a_city_without_platform_has_a_portal(here: Showcase) -> None:
    report = here.publish(rows(5))
    assert (report.passed, report.platform) == (True, "portail")
    revisions = {shown["path"] for shown in record(here)["resources"]}
    assert {path.split("/")[1] for path in revisions} == {"lieux.csv", "lieux.parquet"}
    assert set(here.tree()) == {
        *(f"jeux/lieux/{path}" for path in revisions),
        "index.html",
        "catalog.jsonld",
        "catalog.ttl",
        "catalog.rdf",
        "catalogue-scdl.csv",
        "etat.json",
        "jeux/lieux/index.html",
        "jeux/lieux/fiche.json",
        "jeux/lieux/schema.json",
        "jeux/lieux/lieux.csv",
        "jeux/lieux/lieux.parquet",
    }
    with (here.folder / "jeux/lieux/lieux.csv").open(encoding="utf-8") as file:
        assert [row["code"] for row in csv.DictReader(file)] == ["01001", "01002", "01003", "01004", "01005"]
    assert pq.read_table(here.folder / "jeux/lieux/lieux.parquet").equals(rows(5))
    page = (here.folder / "jeux/lieux/index.html").read_text(encoding="utf-8")
    assert "Comment ce jeu a été préparé" in page
    # Nobody serves the folder: no visitor is said to have read it.
    assert {proof.reader for proof in report.proofs} == {"ville"}
    assert report.record_url == f"{address(here)}/jeux/lieux/index.html"


def test_a_machine_behind_a_proxy_reads_its_own_folder(
    here: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
    assert here.publish(rows(5)).passed


def test_twice_the_same_writes_nothing(here: Showcase) -> None:
    here.publish(rows(5))
    before = here.stamps()
    report = here.publish(rows(5))
    assert report.nothing_new
    assert report.writes == ()
    assert here.stamps() == before


def test_every_form_of_the_catalogue_knows_each_dataset(here: Showcase) -> None:
    here.publish(rows(5))
    here.publish(rows(3), here.dataset("autre", title="Un autre"))
    for name, form in (("catalog.jsonld", "json-ld"), ("catalog.ttl", "turtle"), ("catalog.rdf", "xml")):
        graph = Graph().parse(here.folder / name, format=form)
        assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 2
        urls = {str(url) for url in graph.objects(None, DCAT.downloadURL)}
        assert urls == {
            f"{address(here)}/jeux/{slug}/{slug}.{kind}"
            for slug in ("lieux", "autre")
            for kind in ("csv", "parquet")
        } | {
            f"{address(here)}/jeux/{slug}/{shown['path']}"
            for slug in ("lieux", "autre")
            for shown in record(here, slug)["resources"]
        }
    with (here.folder / "catalogue-scdl.csv").open(encoding="utf-8") as file:
        assert [row["ID"] for row in csv.DictReader(file)] == ["autre", "lieux"]


def test_a_page_tells_search_engines(here: Showcase) -> None:
    here.publish(rows(5), here.dataset(title="Fin </script> de <b>page</b> & suite"))
    page = (here.folder / "jeux/lieux/index.html").read_text(encoding="utf-8")
    assert page.count("</script>") == 1
    data = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["name"] == "Fin </script> de <b>page</b> & suite"
    assert "<b>page</b>" not in page


@pytest.mark.parametrize("position", [(892_390.5, 6_247_035.1), (5.4, -90.1), (181.0, 43.5)])
def test_a_position_that_is_not_in_degrees_closes_the_gate(
    here: Showcase, position: tuple[float, float]
) -> None:
    """Lambert-93 as if it were WGS84: a map of nowhere, and a fiche whose extent is wrong."""
    table = rows(2).select(["code"])
    table = table.append_column("lon", [[5.31, position[0]]]).append_column("lat", [[43.5, position[1]]])
    with pytest.raises(PublicationGateClosed) as caught:
        here.publish(table, here.dataset(**GEOGRAPHIC))
    (finding,) = caught.value.findings
    assert (finding.code, finding.count) == ("position-hors-du-globe", 1)
    assert str(position[0]) not in str(caught.value)
    assert not here.tree()


def test_a_geographic_dataset_has_its_extent_and_its_xml(here: Showcase) -> None:
    table = rows(3).select(["code"])
    table = table.append_column("lon", [[5.31, 5.42, 5.33]]).append_column("lat", [[43.5, 43.52, 43.61]])
    here.publish(table, here.dataset(**GEOGRAPHIC))
    assert (here.folder / "jeux/lieux/iso19139.xml").read_bytes().startswith(b"<?xml")
    fiche = json.loads((here.folder / "jeux/lieux/fiche.json").read_bytes())["fiche"]
    assert fiche["bbox"] == [5.31, 43.5, 5.42, 43.61]


def test_new_rows_have_an_address_of_their_own_and_the_one_that_stays(here: Showcase) -> None:
    first = here.publish(rows(5))
    second = here.publish(rows(9), here.dataset(title="Autre titre"))
    assert [r.id for r in second.resources] == [r.id for r in first.resources]
    for before, after in zip(first.resources, second.resources, strict=True):
        name = after.url.rsplit("/", 1)[-1]
        assert after.url == f"{address(here)}/jeux/lieux/{(after.sha256 or '')[:16]}/{name}"
        files = here.tree()
        assert files[f"jeux/lieux/{name}"] == after.sha256
        assert files[before.url.removeprefix(f"{address(here)}/")] == before.sha256, "for who reads it still"
    page = (here.folder / "jeux/lieux/index.html").read_text(encoding="utf-8")
    assert f'<a href="lieux.csv"><code>{address(here)}/jeux/lieux/lieux.csv</code></a>' in page
    assert "Autre titre" in (here.folder / "index.html").read_text(encoding="utf-8")
    assert here.publish(rows(9), here.dataset(title="Autre titre")).nothing_new


def test_a_format_that_leaves_leads_to_the_page(here: Showcase) -> None:
    here.publish(rows(5))
    report = here.publish(rows(5), here.dataset(publish={"mode": "upload"}))
    assert report.writes == ("retirer la ressource Parquet, que la déclaration ne publie plus",)
    assert "jeux/lieux/lieux.parquet" not in here.tree()
    redirects = (here.folder / "_redirects").read_text(encoding="ascii")
    assert redirects == "/jeux/lieux/lieux.parquet /jeux/lieux/ 301\n"
    # And it is a file again, not an address that leads away, when it comes back.
    here.publish(rows(5))
    assert (here.folder / "_redirects").read_text(encoding="ascii") == ""


@pytest.mark.parametrize("name", ["jeux/lieux/lieux.csv", "jeux/lieux/index.html", "catalog.ttl"])
def test_what_somebody_changed_or_lost_is_put_right(here: Showcase, name: str) -> None:
    here.publish(rows(5))
    before = here.tree()
    (here.folder / name).write_text("autre chose")
    assert here.publish(rows(5)).writes
    assert here.tree() == before
    (here.folder / name).unlink()
    assert here.publish(rows(5)).writes
    assert here.tree() == before


def test_a_file_that_somebody_takes_out_of_the_record_is_held(here: Showcase) -> None:
    """Unlike one that a disk lost, which the record still names."""
    first = here.publish(rows(5))
    said = record(here)
    (parquet,) = [one for one in said["resources"] if one["distribution"]["format"] == "Parquet"]
    said["resources"].remove(parquet)
    (here.folder / "jeux/lieux/fiche.json").write_text(json.dumps(said), encoding="utf-8")
    before = here.tree()
    with pytest.raises(PublicationGateClosed, match="« portail », ce qui y était publié : Parquet"):
        here.publish(rows(6))
    assert here.tree() == before
    again = here.publish(rows(6), waivers=REOPEN)
    assert [one.id for one in again.resources] == [one.id for one in first.resources]
    assert here.publish(rows(6)).nothing_new


def test_a_restricted_dataset_is_refused(here: Showcase) -> None:
    """By the loader already; and by the portal, should a declaration ever come by another way."""
    with pytest.raises(DeclarationError, match="ne cache rien"):
        here.dataset(licence="other-at", access={"level": "same_organization"})
    access = AccessSettings(level=AccessLevel.SAME_ORGANISATION)
    dataset = here.dataset().model_copy(update={"access": access})
    with pytest.raises(PlatformRequestRejection, match="ne sait rien cacher"):
        here.publish(rows(5), dataset)
    assert here.tree() == {}


def test_slices_come_and_go(here: Showcase) -> None:
    split = {"mode": "upload", "formats": ["csv"], "split": {"by": "nom", "per": "value"}}
    whole = here.publish(rows(3))
    sliced = here.publish(rows(3), here.dataset(publish=split))
    assert sliced.passed
    assert len(list((here.folder / "jeux/lieux").glob("*.csv"))) == 3
    assert {r.id for r in whole.resources}.isdisjoint(r.id for r in sliced.resources)
    fewer = here.publish(rows(2), here.dataset(publish=split))
    assert [r.id for r in fewer.resources] == [r.id for r in sliced.resources[:2]]
    assert len(list((here.folder / "jeux/lieux").glob("*.csv"))) == 2
    assert len(list((here.folder / "jeux/lieux").glob("*/*.csv"))) == 2, "what is withdrawn does not stay"


# --- served -------------------------------------------------------------------------------------------------


def test_a_visitor_reads_it_over_the_web(tmp_path: Path) -> None:
    folder = tmp_path / "portail"
    with served(folder) as url:
        here = showcase(tmp_path, {"portail": {"type": "portal", "folder": str(folder), "url": url}})
        report = here.publish(rows(5), here.dataset(publish={"mode": "upload", "platform": "portail"}))
        assert {(proof.what, proof.reader) for proof in report.proofs} == {
            ("fiche", "ville"),
            ("fiche", "visiteur"),
            ("fichier CSV", "ville"),
            ("fichier CSV", "visiteur"),
            ("fichier CSV, adresse stable", "ville"),
            ("fichier CSV, adresse stable", "visiteur"),
        }
        assert report.record_url == f"{url}/jeux/lieux/"
        assert httpx.get(report.resources[0].url).text.splitlines()[0] == "code,nom,surface,jour"


def test_no_log_no_error_and_no_report_names_a_slice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Silent(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith(".csv"):
                raise httpx.ConnectError(f"no answer from {request.url}")
            return super().handle_request(request)

    caplog.set_level("DEBUG")
    folder = tmp_path / "portail"
    split = {
        "mode": "upload",
        "platform": "portail",
        "formats": ["csv"],
        "split": {"by": "nom", "per": "value"},
    }
    with served(folder) as url:
        here = showcase(tmp_path, {"portail": {"type": "portal", "folder": str(folder), "url": url}})
        bench = Bench(here.desk, NOWHERE, "lieux")
        table = rows(3, nom=["canari", "b", "c"])
        with pytest.raises(PlatformUnavailable) as caught:
            bench.publish(table, here.dataset(publish=split), wire=Silent())
        report = bench.publish(table, here.dataset(publish=split))
    assert (folder / "jeux/lieux/lieux-canari.csv").exists()
    said = f"{caught.value!s}{caplog.text}{json.dumps(report.to_json())}"
    assert "partie 1" in said
    assert "canari" not in said.casefold()


def test_a_portal_that_serves_another_folder_is_found_out(tmp_path: Path) -> None:
    with served(tmp_path / "ailleurs") as url:
        platform = {"type": "portal", "folder": str(tmp_path / "portail"), "url": url}
        here = showcase(tmp_path, {"portail": platform})
        with pytest.raises(ReadBackMismatch, match="la fiche n'est pas publique"):
            here.publish(rows(5), here.dataset(publish={"mode": "upload", "platform": "portail"}))
    (left,) = tmp_path.rglob("publish.json")
    report = PublishReport.from_json(json.loads(left.read_text()))
    assert (report.passed, report.failed) == (
        False,
        ({"platform": "portail", "code": ReadBackMismatch.code},),
    )


def test_a_bucket_is_a_folder_like_another(tmp_path: Path) -> None:
    """Through fsspec, with nothing of a disk: leases instead of locks, no rename."""
    files = fsspec.filesystem("memory")

    class Bucket(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = f"/portail-{tmp_path.name}{self.path}"
            try:
                body = files.cat_file(path + "index.html" * path.endswith("/"))
            except FileNotFoundError:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url, folder = f"http://127.0.0.1:{server.server_address[1]}", f"memory://portail-{tmp_path.name}"
    here = showcase(tmp_path, {"portail": {"type": "portal", "folder": folder, "url": url}})
    publication = {"mode": "upload", "platform": "portail", "formats": ["csv", "parquet"]}
    report = here.publish(rows(5), here.dataset(publish=publication))
    assert ("fichier Parquet", "visiteur") in {(proof.what, proof.reader) for proof in report.proofs}
    assert here.publish(rows(5), here.dataset(publish=publication)).nothing_new
    here.publish(rows(5), here.dataset(publish={**publication, "formats": ["csv"]}))
    assert not files.exists(f"/portail-{tmp_path.name}/jeux/lieux/lieux.parquet")
    server.shutdown()
    server.server_close()


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """Whatever is read while revisions follow each other is one of them, whole."""
    folder = tmp_path / "portail"
    with served(folder) as url:
        here = showcase(tmp_path, {"portail": {"type": "portal", "folder": str(folder), "url": url}})
        dataset = here.dataset(publish={"mode": "upload", "platform": "portail"})
        sizes = (400, 4000, 1)
        here.publish(rows(sizes[0]), dataset)
        seen: list[tuple[int, int]] = []
        over = threading.Event()

        def poll() -> None:
            with httpx.Client() as client:
                while not over.is_set():
                    answer = client.get(f"{url}/jeux/lieux/lieux.csv")
                    seen.append((answer.status_code, answer.text.count("\n") - 1))

        reader = threading.Thread(target=poll)
        reader.start()
        for size in sizes[1:] * 2:
            here.publish(rows(size), dataset)
        over.set()
        reader.join()
    assert len(seen) > 20
    assert {status for status, _ in seen} == {200}
    assert {size for _, size in seen} <= set(sizes)


# --- killed, and together -----------------------------------------------------------------------------------


class Hand:
    """Counts what is written in one folder, and dies before the write of this number (which is after the one
    that comes first: on a disk no answer gets lost)."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.count, self.dies = folder, 0, -1
        for name in ("move_local_file_to_key", "write", "delete"):
            monkeypatch.setattr(StoreRoot, name, self._watched(getattr(StoreRoot, name)))

    def _watched(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(root: StoreRoot, *arguments: Any) -> Any:
            # « write » on a disk ends in « move_local_file_to_key »: counted once.
            if not root.url.startswith(self.folder.as_uri()) or inner.__name__ == "write":
                return inner(root, *arguments)
            rank, self.count = self.count, self.count + 1
            if rank == self.dies:
                raise Killed
            return inner(root, *arguments)

        return call


def first(made: Showcase) -> None:
    made.declared = {}


def second(made: Showcase) -> None:
    made.publish(rows(8))
    made.declared = {
        "title": "Un autre titre",
        "publish": {"mode": "upload", "formats": ["parquet"]},
        "columns": {key: COLUMNS[key] for key in ("code", "nom", "jour")},
        "fields": [FIELDS[0], FIELDS[1], FIELDS[3]],
    }


@pytest.mark.end_to_end
@pytest.mark.parametrize("prepare", [first, second])
def test_killed_at_every_write(tmp_path: Path, prepare: Callable[[Showcase], None]) -> None:
    """Enumerated, in the folder and in the store: the next run brings the folder, byte for byte, to where a
    calm run brings it."""
    table = rows(9) if prepare is first else rows(9).drop_columns(["surface"])
    calm = showcase(tmp_path / "calme")
    prepare(calm)
    calm.publish(table)
    expected, deaths = _relative(calm), []
    made = showcase(tmp_path / "ici")
    prepare(made)
    shutil.copytree(tmp_path / "ici", tmp_path / "avant")
    for rank in count():
        shutil.rmtree(tmp_path / "ici")
        shutil.copytree(tmp_path / "avant", tmp_path / "ici")
        died = made.killed(table, rank)
        made.publish(table)
        assert _relative(made) == expected, died
        if died is None:
            break
        deaths.append(died)
    places = {name.split("/")[1] for name in deaths}
    assert places == {"portail", "store"}
    assert sum("/portail/" in name for name in deaths) >= 8
    assert made.publish(table).nothing_new


def record(here: Showcase, slug: str = "lieux") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((here.folder / f"jeux/{slug}/fiche.json").read_bytes())
    return found


def address(here: Showcase) -> str:
    """Of a portal that nobody serves."""
    return here.folder.as_uri().replace("file://", "file://localhost")


def _relative(made: Showcase) -> dict[str, str]:
    """The files, their own address apart."""
    base = address(made)
    return {
        name: (made.folder / name).read_bytes().replace(base.encode(), b"").hex()
        for name in made.tree()
        if name not in ("catalog.rdf", "catalog.ttl", "catalog.jsonld", "etat.json")
    }


def test_two_at_once_make_one_catalogue(here: Showcase) -> None:
    here.desk.dataset("lieux")
    datasets = [here.dataset(f"jeu-{rank}") for rank in range(4)]
    failures: list[AqueducError] = []

    def one(dataset: Any) -> None:
        try:
            Showcase(here.desk, here.folder).publish(rows(3), dataset)
        except AqueducError as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(dataset,)) for dataset in datasets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    graph = Graph().parse(here.folder / "catalog.ttl", format="turtle")
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 4


def test_what_leaves_without_privacy_for_a_while_is_noted_too(here: Showcase) -> None:
    """Once ``privacy:`` is back, the next revision is compared with it."""
    store = here.desk.place.store
    here.publish(rows(4))
    assert not store.exists("datasets/lieux/released.json")
    store.write_json("datasets/lieux/released.json", {"files": [], "k": 5})
    here.publish(rows(5))
    (noted,) = store.read_json("datasets/lieux/released.json")["files"]
    assert noted["key"] == store.read_validated_partitions("lieux")[0].key
