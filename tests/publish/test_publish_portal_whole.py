"""A portal is whole at every instant: whatever names a hash leads to bytes of that hash, and whatever was
offered at an address that never changes is there."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from rdflib import Graph
from rdflib.namespace import DCAT

from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.errors import RestrictedDataExposed
from aqueduc.publish import PublishReport
from aqueduc.publish.inspection import detect_differences_and_hide_exposed_records
from aqueduc.run import Run
from aqueduc.sightings import list_incident_sightings
from aqueduc.store import StoreRoot
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, rows
from tests.publish.showcase import Showcase, served, showcase
from tests.publish.test_publish_portal import first, record, second
from tests.record.harvester import SPDX
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

Claim = tuple[str, str, str]
"""Who says it, the path of a file in the folder, the SHA-256 that it is said to have."""


def claims(folder: Path) -> Iterator[Claim]:
    """All that a reader of the folder is told of a file: by the pages, the records and the catalogues."""
    for page in folder.glob("jeux/*/index.html"):
        text = page.read_text(encoding="utf-8")
        links = re.findall(r'<a class="button" href="([^"]+)"', text)
        for link, digest in zip(links, re.findall(r"<code>([0-9a-f]{64})</code>", text), strict=False):
            yield _name(folder, page), _name(folder, page.parent / link), digest
    for fiche in folder.glob("jeux/*/fiche.json"):
        said = json.loads(fiche.read_bytes())
        offered = [(raw["distribution"], raw) for raw in said["resources"] if raw["url_type"] == "upload"]
        for shown, raw in (*offered, *((one, one) for one in said.get("former", ()))):
            path = fiche.parent / raw.get("path", shown.get("filename", ""))
            yield _name(folder, fiche), _name(folder, path), shown["sha256"]
    for form in FORMS:
        if (catalogue := folder / f"catalog.{form}").exists():
            for address, digest in _hashes(catalogue.read_bytes(), form):
                yield catalogue.name, _name(folder, Path(urlsplit(address).path)), digest


FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


@cache
def _hashes(data: bytes, form: str) -> tuple[tuple[str, str], ...]:
    """The addresses of a catalogue that it says the hash of."""
    graph = Graph().parse(data=data, format=FORMS[form])
    return tuple(
        (str(graph.value(node, DCAT.downloadURL)), str(graph.value(checksum, SPDX.checksumValue)))
        for node, checksum in graph.subject_objects(SPDX.checksum)
    )


def _name(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder))


def mismatches(folder: Path) -> list[Claim]:
    """The claims that do not hold at this instant."""
    return [claim for claim in claims(folder) if _digest(folder / claim[1]) != claim[2]]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "nothing there"


def renewed(made: Showcase) -> None:
    """Of a dataset that has a neighbour, each file is replaced."""
    made.publish(rows(4), made.dataset("autre", title="Un autre"))
    made.publish(rows(8))


@pytest.mark.parametrize("prepare", [first, second, renewed])
def test_whoever_reads_before_any_effect_finds_no_other_hash(
    tmp_path: Path, prepare: Callable[[Showcase], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One publication, and a reader who follows everything before each of its effects."""
    here = showcase(tmp_path)
    prepare(here)
    found: list[list[Claim]] = []

    def watched(inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(root: StoreRoot, *arguments: Any) -> Any:
            if root.url == here.folder.as_uri():
                found.append(mismatches(here.folder))
            return inner(root, *arguments)

        return call

    for name in ("move_local_file_to_key", "delete"):
        monkeypatch.setattr(StoreRoot, name, watched(getattr(StoreRoot, name)))
    here.publish(rows(9) if prepare is not second else rows(9).drop_columns(["surface"]))
    found.append(mismatches(here.folder))
    assert len(found) > 8
    assert [claims for claims in found if claims] == []


@pytest.mark.end_to_end
@pytest.mark.parametrize("prepare", [first, second, renewed])
def test_killed_before_any_effect_it_leaves_no_other_hash(
    tmp_path: Path, prepare: Callable[[Showcase], None]
) -> None:
    """SIGKILL before each effect, in the folder and in the store, and a reader who comes at once."""
    table = rows(9) if prepare is not second else rows(9).drop_columns(["surface"])
    made = showcase(tmp_path / "ici")
    prepare(made)
    shutil.copytree(tmp_path / "ici", tmp_path / "avant")
    found: list[tuple[str, list[Claim]]] = []
    for rank in count():
        shutil.rmtree(tmp_path / "ici")
        shutil.copytree(tmp_path / "avant", tmp_path / "ici")
        if (died := made.killed(table, rank)) is None:
            break
        found.append((died, mismatches(made.folder)))
    assert sum("/portail/" in died for died, _ in found) >= 8
    assert [(died, claims) for died, claims in found if claims] == []


def test_a_visitor_gets_what_the_page_before_his_eyes_says(tmp_path: Path) -> None:
    """Over the web, while revisions follow each other: he reads the page, then follows its button."""
    folder, over = tmp_path / "portail", threading.Event()
    told: list[tuple[str, str]] = []
    with served(folder) as url:
        portal = {"type": "portal", "folder": str(folder), "url": url}
        here = showcase(tmp_path, {"portail": portal}, platform="portail")
        here.declared = CSV

        def visit() -> None:
            with httpx.Client(base_url=f"{url}/jeux/lieux/") as client:
                while not over.is_set():
                    page = client.get("").text
                    (link,) = re.findall(r'<a class="button" href="([^"]+)"', page)
                    (digest,) = re.findall(r"<code>([0-9a-f]{64})</code>", page)
                    told.append((digest, hashlib.sha256(client.get(link).content).hexdigest()))

        published = [sha256(here.publish(rows(400)))]
        visitor = threading.Thread(target=visit)
        visitor.start()
        published += [sha256(here.publish(rows(count))) for count in (401, 402, 403)]
        assert eventually(lambda: bool(told) and told[-1][0] == published[-1], every=0.05)
        over.set()
        visitor.join()
    assert [(said, got) for said, got in told if said != got] == []
    assert len({said for said, _ in told}) > 1, "he saw them change"


# --- what was replaced --------------------------------------------------------------------------------------


def on(day: int, made: Showcase) -> Showcase:
    """The same, on that day of March."""
    moment = datetime(2026, 3, day, 12, tzinfo=UTC)
    return replace(made, desk=Desk(replace(made.desk.place, clock=lambda: moment)))


def revisions(made: Showcase) -> set[str]:
    """The revisions of the CSV that the folder serves."""
    return {_digest(path) for path in made.folder.glob("jeux/lieux/*/lieux.csv")}


CSV: dict[str, Any] = {"publish": {"mode": "upload", "formats": ["csv"]}}


def sha256(report: PublishReport) -> str:
    return report.resources[0].sha256 or ""


def test_a_replaced_file_is_served_for_as_long_as_declared(tmp_path: Path) -> None:
    portal = {"type": "portal", "folder": str(tmp_path / "portail"), "former_days": 3}
    here = showcase(tmp_path, {"portail": portal}, platform="portail")
    here.declared = CSV
    one, two = (sha256(on(day, here).publish(rows(day))) for day in (1, 2))
    assert revisions(here) == {one, two}
    assert on(4, here).publish(rows(2)).nothing_new
    city, run = here.desk.city, Run("lieux", "regard")
    looks = [
        detect_differences_and_hide_exposed_records(here.dataset(), city, run, on(day, here).desk.place)
        for day in (4, 5)
    ]
    assert looks == [False, True], "a source that never changes keeps no former file for ever"
    report = on(5, here).publish(rows(2))
    assert report.writes == ("mettre à jour la fiche (entretien)",)
    assert revisions(here) == {two}
    assert record(here)["former"] == []
    assert "ecart-sur-la-plateforme" not in {finding.code for finding in report.findings}
    assert on(6, here).publish(rows(2)).nothing_new


def test_what_other_rules_made_leaves_at_once(tmp_path: Path) -> None:
    """Whatever else changes: the new rules may be there to hide what a former file shows."""
    here = showcase(tmp_path)
    here.declared = CSV
    here.publish(rows(4))
    here.publish(rows(5))
    assert len(revisions(here)) == 2
    drop: dict[str, Any] = {
        "columns": {**COLUMNS, "surface": "drop"},
        "fields": [FIELDS[0], FIELDS[1], FIELDS[3]],
    }
    report = here.publish(rows(5).drop_columns(["surface"]), here.dataset(**drop))
    assert revisions(here) == {sha256(report)}


def test_who_goes_back_takes_away_what_came_after(tmp_path: Path) -> None:
    """A bad revision that gives way to the one before is not served for a week more."""
    here = showcase(tmp_path)
    here.declared = CSV
    first, second, _bad = (sha256(here.publish(rows(count))) for count in (3, 4, 5))
    here.publish(rows(4))
    assert revisions(here) == {first, second}


def test_a_revision_that_a_run_left_when_it_died_goes(tmp_path: Path) -> None:
    here = showcase(tmp_path)
    report = here.publish(rows(4))
    left = here.folder / "jeux/lieux/0123456789abcdef/lieux.csv"
    left.parent.mkdir()
    left.write_text("code\n")
    beside = here.folder / "jeux/lieux/notice.pdf"
    beside.write_text("d'une personne")
    assert here.publish(rows(4)).writes == ("mettre à jour la fiche (catalogue)",)
    assert not left.exists()
    assert beside.exists()
    assert report.resources[0].sha256 in revisions(here)


def test_a_portal_of_the_first_form_keeps_its_addresses_and_gets_the_others(tmp_path: Path) -> None:
    here = showcase(tmp_path)
    before = here.publish(rows(5))
    said = record(here)
    for folder in {Path(shown.pop("path")).parent for shown in said["resources"]}:
        shutil.rmtree(here.folder / "jeux/lieux" / folder)
    del said["former"]
    path = here.folder / "jeux/lieux/fiche.json"
    path.write_text(json.dumps({**said, "form": 1}), encoding="utf-8")
    made = json.loads((here.folder / "etat.json").read_bytes())
    del made["pages"]
    made["fiches"]["lieux"] = _digest(path)
    (here.folder / "etat.json").write_text(json.dumps(made), encoding="utf-8")
    after = here.publish(rows(5))
    assert after.writes == ("mettre à jour la fiche (entretien)",)
    assert "ecart-sur-la-plateforme" not in {finding.code for finding in after.findings}
    assert after.resources == before.resources
    assert mismatches(here.folder) == []
    assert here.publish(rows(5)).nothing_new


def test_a_dataset_that_is_restricted_now_leaves_both_addresses(tmp_path: Path) -> None:
    """The portal takes it no more, and the look that comes before a publication elsewhere takes it down."""
    places = {name: {"type": "portal", "folder": str(tmp_path / name)} for name in ("portail", "la")}
    here = showcase(tmp_path, places, platform="portail")
    here.publish(rows(4))
    here.publish(rows(5))
    access = AccessSettings(level=AccessLevel.SAME_ORGANISATION)
    declared = here.dataset(publish={"mode": "upload", "platform": "la"})
    now, city, place = declared.model_copy(update={"access": access}), here.desk.city, here.desk.place
    run = Run("lieux", "regard")
    assert not detect_differences_and_hide_exposed_records(declared, city, run, place), "an open one may stay"
    with pytest.raises(RestrictedDataExposed, match=r"« portail » .* La fiche vient d'y être cachée"):
        detect_differences_and_hide_exposed_records(now, city, run, place)
    assert [name for name in here.tree() if name.startswith("jeux/lieux/")] == ["jeux/lieux/fiche.json"]
    assert record(here)["fiche"] == {}
    assert "Jeu lieux" not in "".join(
        path.read_text(encoding="utf-8") for path in here.folder.iterdir() if path.is_file()
    )
    assert not detect_differences_and_hide_exposed_records(now, city, run, place), "that is done"
    assert list_incident_sightings(place.store) == [], "nobody opened what was left open"
    report = here.publish(rows(5), here.dataset(publish={"mode": "upload", "formats": ["csv", "parquet"]}))
    assert "fiche-restee-ailleurs" not in {finding.code for finding in report.findings}
    assert mismatches(here.folder) == []
    assert here.publish(rows(5)).nothing_new


def test_what_somebody_removes_by_hand_is_named_no_more(tmp_path: Path) -> None:
    """A former revision, then a dataset: the next publication, of any other, puts the rest in agreement."""
    here = showcase(tmp_path)
    here.publish(rows(3), here.dataset("autre", title="Un autre"))
    here.publish(rows(4))
    here.publish(rows(5))
    former, other = record(here)["former"]
    shutil.rmtree((here.folder / "jeux/lieux" / former["path"]).parent)
    assert here.publish(rows(5)).writes == ("mettre à jour la fiche (entretien)",)
    assert record(here)["former"] == [other]
    shutil.rmtree(here.folder / "jeux/lieux")
    assert here.publish(rows(3), here.dataset("autre", title="Un autre")).writes
    assert mismatches(here.folder) == []
    assert "Jeu lieux" not in (here.folder / "index.html").read_text(encoding="utf-8")
