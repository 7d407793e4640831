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
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, SH, XSD
from rdflib.term import Node

from aqueduc.record.catalogue import Catalogue, Entry
from aqueduc.record.dcat import SPDX, every_form
from sandbox.region import folder
from sandbox.region.venv import ensure
from tests.record.catalogues import HOME, full

SHAPES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "dcat-ap"
WRITTEN = {"json-ld": "jsonld", "turtle": "ttl", "xml": "rdf"}
"""The ending of its file's name, by what rdflib calls each form."""

# The shapes want the algorithm's address to start with https, which the namespace that they import does not:
# CKAN and data.gouv.fr know it by its true name.
AT_ODDS = {(SPDX.algorithm, "Violation")}
# A city is not a body of the Union, nor is a commune in the Union's list of places.
FOREIGN = {(DCTERMS.publisher, "Warning"), (DCTERMS.spatial, "Warning")}


@pytest.fixture
def whole(tmp_path: Path) -> Catalogue:
    return full(tmp_path)


def read(catalogue: Catalogue, form: str) -> Graph:
    return Graph().parse(data=every_form(catalogue)[WRITTEN[form]], format=form)


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("name", ["shapes", "shapes_recommended", "mdr-vocabularies.shape"])
def test_conforms_to_the_shapes(whole: Catalogue, form: str, name: str) -> None:
    path = SHAPES / f"dcat-ap_3.0.0_{name}.ttl"
    if not path.exists():
        pytest.skip(f"the shapes of DCAT-AP are not there ({path})")
    if name == "shapes_recommended":
        # What is recommended can be asked of those that have it.
        told = (e for e in whole.entries if e.placed and e.fiche.keywords and e.fiche.temporal)
        whole = replace(whole, entries=tuple(told))
        assert len(whole.entries) == 2
    _, report, _ = validate(read(whole, form), shacl_graph=Graph().parse(path, format="turtle"))
    assert isinstance(report, Graph)
    found = {
        (report.value(result, SH.resultPath), str(report.value(result, SH.resultSeverity)).split("#")[1])
        for result in report.objects(None, SH.result)
    }
    assert found - FOREIGN - AT_ODDS == set()


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


def test_the_three_say_the_same_and_nothing_is_nameless(whole: Catalogue) -> None:
    graphs = [read(whole, form) for form in WRITTEN]
    first, *others = ({(s, p, _valued(o)) for s, p, o in graph} for graph in graphs)
    assert all(first == other for other in others)
    assert not [node for node in graphs[0].all_nodes() if isinstance(node, BNode)]


def _valued(node: Node) -> Any:
    """Turtle writes the decimal 12 as 12.0."""
    return node.value if isinstance(node, Literal) and node.datatype == XSD.decimal else node


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
        "print([hashlib.sha256(data).hexdigest() for data in every_form(c).values()])"
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
    path.write_bytes(every_form(whole)[WRITTEN[form]])
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
        _same(entry, found[entry.fiche.slug])


def _same(entry: Entry, package: dict[str, Any]) -> None:
    fiche, extras = entry.fiche, _extras(package)
    authority = "http://publications.europa.eu/resource/authority"
    assert (package["title"], package["notes"], package["url"]) == (
        fiche.title,
        fiche.description,
        entry.page,
    )
    assert {tag["name"] for tag in package["tags"]} >= {word for word in fiche.keywords if ";" not in word}
    assert extras["provenance"] == fiche.preparation
    assert extras["frequency"] == f"{authority}/frequency/{fiche.frequency.eu}"
    assert json.loads(extras["theme"]) == [f"{authority}/data-theme/{fiche.theme}"]
    assert extras["access_rights"].endswith("PUBLIC" if fiche.access.is_open else "RESTRICTED")
    assert (extras["contact_email"], extras["creator_name"]) == (fiche.contact, fiche.producer)
    assert extras["issued"] == fiche.issued.isoformat()
    assert extras.get("modified") == (fiche.modified.isoformat() if fiche.modified else None)
    covered = tuple(day.isoformat() for day in fiche.temporal) if fiche.temporal else (None, None)
    assert (extras.get("temporal_start"), extras.get("temporal_end")) == covered
    corners = json.loads(extras["spatial"])["coordinates"][0]
    assert (*corners[0], *corners[2]) == fiche.bbox
    resources = {resource["uri"]: resource for resource in package["resources"]}
    assert set(resources) == {f"{entry.page}#{placed.id}" for placed in entry.placed}
    for placed in entry.placed:
        resource = resources[f"{entry.page}#{placed.id}"]
        assert resource["url"] == placed.url
        assert resource.get("hash", "") == placed.distribution.sha256
        assert resource.get("size", 0) == placed.distribution.bytes
        assert resource["mimetype"].endswith(placed.distribution.media_type)
        assert resource["license"] == (fiche.licence.url or f"{entry.page}#licence")


def _extras(package: dict[str, Any]) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in package["extras"]}
