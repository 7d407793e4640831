"""DCAT-AP: judged by the SHACL shapes of its own authors, and by what CKAN's harvester reads back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyshacl import validate
from rdflib import BNode, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, RDF, SH

from aqueduc.declaration.vocabulary import LICENCES
from aqueduc.record.catalogue import Catalogue, CatalogueEntry, DistributionWithUrl
from aqueduc.record.dcat import (
    SHA256,
    get_licence_label_for_harvesters,
    get_schema_url,
    render_dcat_formats,
)
from aqueduc.record.fiche import DataDictionaryEntry, Distribution, NationalStandard
from aqueduc.record.fields import build_resource_description, format_split_part_title
from sandbox.region import folder
from sandbox.region.venv import ensure
from tests.record.catalogues import HOME, full
from tests.record.harvester import HASHES, SPDX, Harvested, Unharvestable, harvest
from tests.record.harvester import LICENCES as TITLES

HAS_CURRENT_VERSION = URIRef(f"{DCAT}hasCurrentVersion")
ALGORITHM = URIRef(SHA256.value)
SHAPES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "dcat-ap"
WRITTEN = {"json-ld": "jsonld", "turtle": "ttl", "xml": "rdf"}
"""The ending of its file's name, by what rdflib calls each form."""

# A city is not a body of the Union, nor is a commune in the Union's list of places.
FOREIGN = {(DCTERMS.publisher, "Warning"), (DCTERMS.spatial, "Warning")}

# DCAT-AP 2 knew SHA-1 alone, which proves nothing any more.
OUTDATED = {"2.1.1_shacl_shapes": {(SPDX.algorithm, "Violation")}}


@pytest.fixture
def whole(tmp_path: Path) -> Catalogue:
    return full(tmp_path)


def read(catalogue: Catalogue, form: str) -> Graph:
    return Graph().parse(data=render_dcat_formats(catalogue)[WRITTEN[form]], format=form)


@pytest.mark.parametrize(
    "name",
    [
        "3.0.0_shapes",
        "3.0.0_shapes_recommended",
        "3.0.0_mdr-vocabularies.shape",
        "2.1.1_shacl_shapes",
        "2.1.1_shacl_shapes_recommended",
        "2.1.1_shacl_mdr-vocabularies.shape",
    ],
)
def test_conforms_to_the_shapes(whole: Catalogue, name: str) -> None:
    """One form is enough: the three say the same (below)."""
    path = SHAPES / f"dcat-ap_{name}.ttl"
    if not path.exists():
        pytest.skip(f"the shapes of DCAT-AP are not there ({path})")
    if name.endswith("recommended"):
        # What is recommended can be asked of those that have it.
        told = (e for e in whole.entries if e.placed and e.fiche.keywords and e.fiche.temporal)
        whole = replace(whole, entries=tuple(told))
        assert len(whole.entries) == 3
    _, report, _ = validate(read(whole, "turtle"), shacl_graph=Graph().parse(path, format="turtle"))
    assert isinstance(report, Graph)
    found = {
        (report.value(result, SH.resultPath), str(report.value(result, SH.resultSeverity)).split("#")[1])
        for result in report.objects(None, SH.result)
    }
    assert found - FOREIGN == OUTDATED.get(name, set())


@pytest.mark.parametrize("missing", [DCTERMS.title, DCTERMS.description, DCAT.accessURL])
def test_the_judge_can_fail(whole: Catalogue, missing: URIRef) -> None:
    path = SHAPES / "dcat-ap_3.0.0_shapes.ttl"
    if not path.exists():
        pytest.skip(f"the shapes of DCAT-AP are not there ({path})")
    graph = read(whole, "turtle")
    graph.remove((None, missing, None))
    assert not validate(graph, shacl_graph=Graph().parse(path, format="turtle"))[0]


def test_the_musts_and_shoulds_without_any_shapes(whole: Catalogue) -> None:
    graph = read(whole, "turtle")
    home = URIRef(f"{HOME}/#catalogue")
    datasets = set(graph.objects(home, DCAT.dataset))
    assert datasets == set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == len(whole.entries)
    for node in (home, *datasets):
        for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.spatial):
            assert graph.value(node, needed) is not None
    for dataset in datasets:
        for needed in (DCAT.contactPoint, DCAT.theme, DCTERMS.accrualPeriodicity, DCTERMS.accessRights):
            assert graph.value(dataset, needed) is not None
    for node in graph.subjects(RDF.type, DCAT.Distribution):
        for needed in (DCAT.accessURL, DCTERMS.license, DCTERMS["format"], DCAT.mediaType, DCTERMS.title):
            assert graph.value(node, needed) is not None


def test_the_three_say_the_same_and_only_periods_are_nameless(whole: Catalogue) -> None:
    assert all(data.isascii() for data in render_dcat_formats(whole).values())
    first, *others = (read(whole, form) for form in WRITTEN)
    assert all(isomorphic(first, other) for other in others)
    nameless = {node for node in first.all_nodes() if isinstance(node, BNode)}
    assert nameless == set(first.subjects(RDF.type, DCTERMS.PeriodOfTime))


def test_a_hash_is_said_of_the_address_that_serves_these_bytes_only(whole: Catalogue) -> None:
    """Beside the distributions: who lists those finds each file once, where it stays."""
    hosted = [placed for entry in whole.entries for placed in entry.placed if placed.stable_url]
    graph = read(whole, "turtle")
    files = {
        (str(graph.value(node, DCAT.downloadURL)), str(graph.value(checksum, SPDX.checksumValue)))
        for node, checksum in graph.subject_objects(SPDX.checksum)
    }
    assert files == {(placed.url, placed.distribution.sha256) for placed in hosted}
    named = set(graph.subjects(SPDX.checksum))
    assert named == set(graph.objects(None, HAS_CURRENT_VERSION))
    assert not named & set(graph.subjects(RDF.type, DCAT.Distribution))
    assert {graph.value(checksum, SPDX.algorithm) for checksum in graph.subjects(SPDX.checksumValue)} == {
        ALGORITHM
    }


def test_an_address_that_is_none_does_not_lose_the_others(whole: Catalogue) -> None:
    """One odd link of one dataset must not keep the whole city out of the catalogue."""
    odd = 'https://ville.example/é à.csv?a={b}&c=<d>|"\\^`'
    entry = next(entry for entry in whole.entries if entry.fiche.slug == "parkings")
    (placed,) = entry.placed
    linked = replace(entry, placed=(replace(placed, url=odd),))
    for form in WRITTEN:
        graph = read(replace(whole, entries=(linked,)), form)
        (found,) = graph.objects(None, DCAT.downloadURL)
        assert str(found) == "https://ville.example/é%20à.csv?a=%7Bb%7D&c=%3Cd%3E%7C%22%5C%5E%60"


def test_an_empty_catalogue_is_one(tmp_path: Path) -> None:
    here = full(tmp_path)
    empty = Catalogue(here.url, here.title, here.description, here.publisher, ())
    assert set(read(empty, "turtle").subjects(RDF.type, DCAT.Catalog)) == {URIRef(f"{HOME}/#catalogue")}


def test_same_catalogue_same_bytes_in_any_process(whole: Catalogue, tmp_path: Path) -> None:
    """Sets and hashes are seeded anew in each process: no order may come from them."""
    script = (
        "import sys; from pathlib import Path; from tests.record.catalogues import full;"
        "from aqueduc.record.dcat import *; import hashlib;"
        "c = full(Path(sys.argv[1]));"
        "print([hashlib.sha256(data).hexdigest() for data in render_dcat_formats(c).values()])"
    )
    root = Path(__file__).resolve().parents[2]
    said = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed)],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join([str(root), str(root / "plugins")]),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


# --- data.gouv.fr's harvester -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", WRITTEN)
def test_data_gouv_fr_harvests_it_without_loss(whole: Catalogue, form: str) -> None:
    found = harvest(read(whole, form))
    assert set(found) == {entry.fiche.slug for entry in whole.entries}
    for entry in whole.entries:
        _harvested(whole, entry, found[entry.fiche.slug])


def _harvested(whole: Catalogue, entry: CatalogueEntry, found: Harvested) -> None:
    fiche = entry.fiche
    assert (found.title, found.description, found.page) == (fiche.title, fiche.description, entry.page)
    assert found.licence == (fiche.licence.id if entry.placed else None)
    assert (found.frequency, found.provenance) == (fiche.frequency.eu, fiche.preparation)
    assert found.tags >= set(fiche.keywords)
    west, south, east, north = fiche.bbox
    assert (found.spatial[0], found.spatial[2]) == ((west, south), (east, north))
    assert (found.temporal, found.issued, found.modified) == (fiche.temporal, fiche.issued, fiche.modified)
    assert found.schema == f"{entry.page}schema.json"
    assert found.contacts == {
        ("contactPoint", fiche.producer),
        ("creator", fiche.producer),
        ("publisher", whole.publisher.name),
    }
    assert len(found.files) == len(entry.placed)
    for file, placed in zip(found.files, entry.placed, strict=True):
        shown = placed.distribution
        assert (file.url, file.format, file.mime) == (
            placed.latest_url,
            shown.format.lower(),
            shown.media_type,
        )
        assert (file.size, file.modified) == (shown.bytes, fiche.modified)


def test_data_gouv_fr_knows_every_licence_and_national_schema(whole: Catalogue) -> None:
    address = "https://schema.data.gouv.fr/schemas/etalab/irve/2.3.1/schema-statique.json"
    standard = NationalStandard("etalab/irve", "2.3.1", address)
    entry = next(entry for entry in whole.entries if entry.fiche.slug == "arbres")
    assert set(TITLES.values()) == set(LICENCES)
    for licence in LICENCES.values():
        followed = replace(entry, fiche=replace(entry.fiche, licence=licence, standard=standard))
        found = harvest(read(replace(whole, entries=(followed,)), "turtle"))["arbres"]
        assert (found.licence, found.schema) == (licence.id, address)
        assert [file.schema for file in found.files if file.format != "geojson"] == [address] * 2


def test_what_its_harvester_cannot_take(whole: Catalogue) -> None:
    """A hash that would be bytes to it, a period that it would look for on the web: the judge can fail."""
    graph = read(whole, "turtle")
    assert ALGORITHM not in HASHES
    for checksum in set(graph.subjects(SPDX.algorithm, ALGORITHM)):
        graph.set((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    for distribution, node in set(graph.subject_objects(HAS_CURRENT_VERSION)):
        graph.add((distribution, SPDX.checksum, next(graph.objects(node, SPDX.checksum))))
    with pytest.raises(Unharvestable, match="checksum"):
        harvest(graph)
    graph = read(whole, "turtle")
    for dataset in set(graph.subjects(DCTERMS.temporal)):
        graph.set((dataset, DCTERMS.temporal, URIRef(f"{dataset}-periode")))
    with pytest.raises(Unharvestable, match="periode"):
        harvest(graph)


# --- CKAN's harvester ---------------------------------------------------------------------------------------

PARSER = """
import json, sys
from ckan.common import config
from ckanext.dcat.processors import RDFParser
parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(open(sys.argv[1], encoding="utf-8").read(), _format=sys.argv[2])
json.dump(list(parser.datasets()), sys.stdout)
"""


@pytest.mark.sandbox
@pytest.mark.parametrize("form", WRITTEN)
def test_ckan_reads_it_back_without_loss(
    whole: Catalogue, form: str, sandbox_root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "catalog"
    path.write_bytes(render_dcat_formats(whole)[WRITTEN[form]])
    venv = ensure(folder(sandbox_root) / "venv")
    done = subprocess.run(
        [str(venv.python), "-c", PARSER, str(path), form],
        env=venv.environment(tmp_path / "none.ini"),
        capture_output=True,
        check=True,
    )
    found = {_extras(package)["identifier"]: package for package in json.loads(done.stdout)}
    assert set(found) == {entry.fiche.slug for entry in whole.entries}
    for entry in whole.entries:
        _same(whole, entry, found[entry.fiche.slug])


def _same(whole: Catalogue, entry: CatalogueEntry, package: dict[str, Any]) -> None:
    """Everything that a fiche says, and the catalogue of it."""
    fiche, extras = entry.fiche, _extras(package)
    authority = "http://publications.europa.eu/resource/authority"
    assert (package["title"], package["notes"], package["url"]) == (
        fiche.title,
        fiche.description,
        entry.page,
    )
    assert {tag["name"] for tag in package["tags"]} >= {word for word in fiche.keywords if ";" not in word}
    assert (extras["uri"], extras["identifier"]) == (entry.dataset_uri, fiche.slug)
    assert extras["provenance"] == fiche.preparation
    assert extras["frequency"] == f"{authority}/frequency/{fiche.frequency.eu}"
    assert json.loads(extras["theme"]) == [f"{authority}/data-theme/{fiche.theme}"]
    assert json.loads(extras["language"]) == [f"{authority}/language/FRA"]
    assert json.loads(extras["conforms_to"]) == [get_schema_url(entry)]
    assert extras["access_rights"].endswith("PUBLIC" if fiche.access.is_open else "RESTRICTED")
    assert (extras["contact_name"], extras["contact_email"]) == (fiche.producer, fiche.contact)
    assert extras["creator_name"] == fiche.producer
    assert extras["publisher_name"] == whole.publisher.name
    assert extras["issued"] == fiche.issued.isoformat()
    assert extras.get("modified") == (fiche.modified.isoformat() if fiche.modified else None)
    covered = tuple(day.isoformat() for day in fiche.temporal) if fiche.temporal else (None, None)
    assert (extras.get("temporal_start"), extras.get("temporal_end")) == covered
    corners = json.loads(extras["spatial"])["coordinates"][0]
    assert (*corners[0], *corners[2]) == fiche.bbox
    resources = {resource["uri"]: resource for resource in package["resources"]}
    assert set(resources) == {f"{entry.page}#{placed.id}" for placed in entry.placed}
    for placed in entry.placed:
        _same_file(entry, placed, resources[f"{entry.page}#{placed.id}"])


def _same_file(entry: CatalogueEntry, placed: DistributionWithUrl, resource: dict[str, Any]) -> None:
    fiche, shown = entry.fiche, placed.distribution
    assert resource["url"] == resource["download_url"] == resource["access_url"] == placed.latest_url
    assert resource["name"] == f"{format_split_part_title(fiche.title, shown.slice)} ({shown.format})"
    assert resource["description"] == build_resource_description(fiche, shown)
    # A copy of the hash would grow stale: the address goes on to newer bytes.
    assert (resource.get("hash"), resource.get("size", 0)) == (None, shown.bytes)
    assert resource["mimetype"] == shown.media_type
    # CKAN names the formats that it knows by their media type (Parquet is none); others keep their address.
    kinds = "http://publications.europa.eu/resource/authority/file-type/"
    assert resource["format"].removeprefix(kinds).casefold() == shown.format.casefold()
    assert resource["availability"].endswith("/STABLE")
    assert resource["issued"] == fiche.issued.isoformat()
    assert resource.get("modified") == (fiche.modified.isoformat() if fiche.modified else None)
    licence = get_licence_label_for_harvesters(fiche.licence) or fiche.licence.url or f"{entry.page}#licence"
    assert resource["license"] == licence


def _extras(package: dict[str, Any]) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in package["extras"]}


@pytest.mark.parametrize(
    "kinds, said",
    [
        (("string", "date", "number"), ", point décimal dans les nombres, AAAA-MM-JJ pour les dates."),
        (("string", "datetime"), ", AAAA-MM-JJ pour les dates."),
        (("string",), "virgule entre les colonnes."),
    ],
)
def test_a_file_is_said_to_be_written_as_its_columns_are(
    kinds: tuple[str, ...], said: str, whole: Catalogue
) -> None:
    """A text that is a date or an amount goes out as somebody wrote it: nothing is promised of it."""
    columns = tuple(DataDictionaryEntry(kind, kind, "", "", "") for kind in kinds)
    fiche = replace(whole.entries[0].fiche, columns=columns)
    shown = build_resource_description(fiche, Distribution("CSV", "text/csv"))
    assert shown.split("\n")[0].endswith(said)
