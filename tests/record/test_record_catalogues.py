"""The other catalogues: the collectivities' CSV, geographic portals' XML, search engines' JSON-LD; and the
fiche kept as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import frictionless
import pyarrow.csv as pa_csv
import pytest

from aqueduc.anonymise import anonymise_extract
from aqueduc.declaration.spec import TableSchema
from aqueduc.record.catalogue import (
    Catalogue,
    convert_fiche_to_json,
    parse_distribution_from_json,
    parse_fiche_from_json,
)
from aqueduc.record.fiche import NationalStandard
from aqueduc.record.iso import CODES, GCO, GMD, GML, GMX, XLINK, render_iso19139
from aqueduc.record.scdl import COLUMNS, render_scdl_catalogue
from aqueduc.record.structured import build_schema_org_document
from aqueduc.validate import validate_anonymised_rows
from tests.making import desk
from tests.record.catalogues import SIRET, full
from tests.record.iso_schemas import errors

SCHEMA = Path(__file__).resolve().parents[3] / "shared/reference/schemas/scdl-catalogue/schema.json"
NS = {"gmd": GMD, "gco": GCO, "gml": GML}


@pytest.fixture
def whole(tmp_path: Path) -> Catalogue:
    return full(tmp_path)


# --- SCDL ---------------------------------------------------------------------------------------------------


def scdl_file(whole: Catalogue, root: Path) -> Path:
    path = root / "catalogue.csv"
    data = render_scdl_catalogue(whole)
    assert data is not None
    path.write_bytes(data)
    return path


def test_scdl_lists_what_is_open_and_there(whole: Catalogue, tmp_path: Path) -> None:
    table = pa_csv.read_csv(scdl_file(whole, tmp_path))
    assert tuple(table.column_names) == COLUMNS
    assert table["ID"].to_pylist() == ["arbres", "parkings", "permis", "plans", "sorties"]
    first = table.slice(0, 1).to_pylist()[0]
    assert str(first["COLL_SIRET"]) == SIRET
    assert first["COUV_SPAT_NOM"] == "Aix-en-Provence"
    assert first["FREQ_MAJ"] == "Continuelle"
    assert first["MOTS_CLES"] == "arbres;oeuvre d'art vegetale"
    assert first["FORMAT_RESSOURCES"] == "csv;parquet;geojson"
    assert first["LICENCE"] == "Licence Ouverte-LO"
    assert table["LICENCE"].to_pylist()[3] == "Spécifique ou autre"


def test_no_siret_no_scdl(whole: Catalogue) -> None:
    assert render_scdl_catalogue(replace(whole, publisher=replace(whole.publisher, siret=""))) is None


def test_scdl_conforms_for_frictionless(whole: Catalogue, tmp_path: Path) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"the schema is not there ({SCHEMA})")
    path = scdl_file(whole, tmp_path)
    with frictionless.system.use_context(trusted=True):
        resource = frictionless.Resource(
            path=str(path), schema=frictionless.Schema.from_descriptor(str(SCHEMA))
        )
        report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type"])


def test_scdl_conforms_for_ourselves(whole: Catalogue, tmp_path: Path) -> None:
    """The catalogue walks our own corridor, under the national schema, and loses no row."""
    if not SCHEMA.exists():
        pytest.skip(f"the schema is not there ({SCHEMA})")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    names = [field.name for field in TableSchema.model_validate(schema).fields]
    assert tuple(names) == COLUMNS
    here = desk(tmp_path)
    dataset = here.dataset(columns=dict.fromkeys(names, "publish"), fields=schema["fields"])
    table = pa_csv.read_csv(
        scdl_file(whole, tmp_path),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, "string")),
    )
    run = here.run()
    safe = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    valid = validate_anonymised_rows(dataset, run, safe.handle, here.place)
    assert (valid.report.rows_out, valid.report.rejected) == (table.num_rows, 0)


# --- ISO 19139 ----------------------------------------------------------------------------------------------


def iso(whole: Catalogue, slug: str) -> ET.Element:
    entry = next(entry for entry in whole.entries if entry.fiche.slug == slug)
    return ET.fromstring(render_iso19139(whole, entry))


def said(root: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.findall(path, NS)]


def test_iso_says_what_the_fiche_says(whole: Catalogue) -> None:
    root = iso(whole, "arbres")
    fiche = whole.entries[1].fiche
    assert fiche.slug == "arbres"
    assert root.tag == f"{{{GMD}}}MD_Metadata"
    assert said(root, "gmd:fileIdentifier/gco:CharacterString") == ["arbres"]
    assert said(root, ".//gmd:abstract/gco:CharacterString") == [fiche.description]
    assert said(root, ".//gmd:CI_Citation/gmd:title/gco:CharacterString") == [fiche.title]
    box = "west", "south", "east", "north"
    axes = "Longitude", "Latitude", "Longitude", "Latitude"
    corners = [
        said(root, f".//gmd:{side}Bound{axis}/gco:Decimal") for side, axis in zip(box, axes, strict=True)
    ]
    assert [float(corner[0]) for corner in corners] == list(fiche.bbox)
    assert said(root, ".//gml:beginPosition") == ["2024-01-01"]
    assert said(root, ".//gmd:statement/gco:CharacterString") == [fiche.preparation]
    assert said(root, ".//gmd:onLine//gmd:URL")[:-1] == [p.latest_url for p in whole.entries[1].placed]
    assert {e.get("codeList", "") for e in root.iter() if e.get("codeList")} >= {f"{CODES}#CI_RoleCode"}


def test_iso_says_who_may_not_read(whole: Catalogue) -> None:
    assert "Accès restreint" in said(iso(whole, "agents"), ".//gmd:otherConstraints/gco:CharacterString")


def test_iso_is_valid_for_its_schemas(whole: Catalogue) -> None:
    documents = [render_iso19139(whole, entry) for entry in whole.entries]
    # The judge can fail: what must be there, and in which order.
    emptied = documents[0].replace(b"gmd:abstract>", b"gmd:purpose>")
    turned = documents[0].replace(b"gmd:fileIdentifier", b"gmd:dataSetURI")
    *verdicts, one, other = errors([*documents, emptied, turned])
    assert verdicts == [[]] * len(documents)
    assert one
    assert other


def test_iso_says_what_inspire_asks_of_any_dataset(whole: Catalogue) -> None:
    limits = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess"
    for entry in whole.entries:
        root = iso(whole, entry.fiche.slug)
        reading, using = root.findall(".//gmd:MD_LegalConstraints", NS)
        assert [child.tag.split("}")[1] for child in reading] == ["accessConstraints", "otherConstraints"]
        assert [child.tag.split("}")[1] for child in using] == ["useConstraints", "otherConstraints"]
        hrefs = [node.get(f"{{{XLINK}}}href") for node in reading.iter(f"{{{GMX}}}Anchor")]
        assert hrefs == ([f"{limits}/noLimitations"] if entry.fiche.access.is_open else [])
        hrefs = [node.get(f"{{{XLINK}}}href") for node in using.iter(f"{{{GMX}}}Anchor")]
        assert hrefs == ([entry.fiche.licence.url] if entry.fiche.licence.url else [])
        (passed,) = root.findall(".//gmd:DQ_ConformanceResult/gmd:pass", NS)
        assert passed.get(f"{{{GCO}}}nilReason") == "unknown"
        assert said(root, ".//gmd:referenceSystemInfo//gmd:code/gco:CharacterString") == [
            "http://www.opengis.net/def/crs/EPSG/0/4326"
        ]
        for needed in ("fileIdentifier", "dateStamp", "contact", "language", "hierarchyLevel"):
            assert root.find(f"gmd:{needed}", NS) is not None


# --- search engines, and the fiche itself -------------------------------------------------------------------


def test_structured_data_of_each_entry(whole: Catalogue) -> None:
    for entry in whole.entries:
        found = build_schema_org_document(whole, entry)
        assert (found["@type"], found["name"]) == ("Dataset", entry.fiche.title)
        assert 50 <= len(found["description"]) <= 5000
        assert [one["contentUrl"] for one in found["distribution"]] == [
            one.latest_url for one in entry.placed
        ]
        assert found["isAccessibleForFree"] is entry.fiche.access.is_open
        assert ("dateModified" in found) == (entry.fiche.modified is not None)
        licence = found["license"]
        assert licence == entry.fiche.licence.url or licence["name"] == entry.fiche.licence.title
        names = [one["name"] for one in found["distribution"]]
        assert len(names) == len(set(names))
        json.dumps(found)


def test_a_long_description_is_cut_and_says_so(whole: Catalogue) -> None:
    entry = whole.entries[0]
    long = replace(entry, fiche=replace(entry.fiche, description="mot " * 2000))
    found = build_schema_org_document(whole, long)["description"]
    assert len(found) <= 5000
    assert found.endswith("mot…")


def test_a_fiche_is_what_it_was(whole: Catalogue) -> None:
    for entry in whole.entries:
        national = NationalStandard("etalab/irve", "2.3.1", "https://schema.data.gouv.fr/irve.json")
        for fiche in (entry.fiche, replace(entry.fiche, standard=national)):
            assert parse_fiche_from_json(json.loads(json.dumps(convert_fiche_to_json(fiche)))) == fiche
        for placed in entry.placed:
            raw = json.loads(json.dumps(asdict(placed.distribution)))
            assert parse_distribution_from_json(raw) == placed.distribution
