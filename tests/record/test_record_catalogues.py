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

from aqueduc.anonymise import anonymise
from aqueduc.declaration.model import TableSchema
from aqueduc.record.catalogue import (
    Catalogue,
    distribution_from_json,
    fiche_from_json,
    fiche_to_json,
)
from aqueduc.record.fiche import Standard
from aqueduc.record.iso import CODES, GCO, GMD, GML, iso19139
from aqueduc.record.scdl import COLUMNS, scdl
from aqueduc.record.structured import structured
from aqueduc.validate import validate
from tests.making import desk
from tests.record.catalogues import SIRET, full

SCHEMA = Path(__file__).resolve().parents[3] / "shared/reference/schemas/scdl-catalogue/schema.json"
NS = {"gmd": GMD, "gco": GCO, "gml": GML}


@pytest.fixture
def whole(tmp_path: Path) -> Catalogue:
    return full(tmp_path)


# --- SCDL ---------------------------------------------------------------------------------------------------


def scdl_file(whole: Catalogue, root: Path) -> Path:
    path = root / "catalogue.csv"
    data = scdl(whole)
    assert data is not None
    path.write_bytes(data)
    return path


def test_scdl_lists_what_is_open_and_there(whole: Catalogue, tmp_path: Path) -> None:
    table = pa_csv.read_csv(scdl_file(whole, tmp_path))
    assert tuple(table.column_names) == COLUMNS
    assert table["ID"].to_pylist() == ["arbres", "parkings", "permis", "plans"]
    first = table.slice(0, 1).to_pylist()[0]
    assert str(first["COLL_SIRET"]) == SIRET
    assert first["COUV_SPAT_NOM"] == "Aix-en-Provence"
    assert first["FREQ_MAJ"] == "Continuelle"
    assert first["MOTS_CLES"] == "arbres;oeuvre d'art vegetale"
    assert first["FORMAT_RESSOURCES"] == "csv;parquet;geojson"
    assert first["LICENCE"] == "Licence Ouverte-LO"
    assert table["LICENCE"].to_pylist()[-1] == "Spécifique ou autre"


def test_no_siret_no_scdl(whole: Catalogue) -> None:
    assert scdl(replace(whole, publisher=replace(whole.publisher, siret=""))) is None


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
    safe = anonymise(dataset, run, here.raw(table, run), here.place)
    valid = validate(dataset, run, safe.handle, here.place)
    assert (valid.report.rows_out, valid.report.rejected) == (table.num_rows, 0)


# --- ISO 19139 ----------------------------------------------------------------------------------------------


def iso(whole: Catalogue, slug: str) -> ET.Element:
    entry = next(entry for entry in whole.entries if entry.fiche.slug == slug)
    return ET.fromstring(iso19139(whole, entry))


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
    assert said(root, ".//gmd:onLine//gmd:URL")[:-1] == [p.url for p in whole.entries[1].placed]
    assert {e.get("codeList", "") for e in root.iter() if e.get("codeList")} >= {f"{CODES}#CI_RoleCode"}


def test_iso_says_who_may_not_read(whole: Catalogue) -> None:
    assert "Accès restreint" in said(iso(whole, "agents"), ".//gmd:otherConstraints/gco:CharacterString")


def test_iso_keeps_the_order_of_its_schema(whole: Catalogue) -> None:
    """gmd.xsd is a sequence: a reader that validates refuses what is out of order."""
    for slug in ("arbres", "parkings", "agents"):
        root = iso(whole, slug)
        for kind, order in SEQUENCES.items():
            for node in root.iter(f"{{{GMD}}}{kind}"):
                names = [child.tag.split("}")[1] for child in node]
                assert [order.index(name) for name in names] == sorted(order.index(name) for name in names)


# From gmd/metadataEntity.xsd, identification.xsd, citation.xsd, constraints.xsd, extent.xsd,
# distribution.xsd (ISO 19139:2007): the elements used here, in the order of their sequences.
SEQUENCES = {
    "MD_Metadata": [
        "fileIdentifier",
        "language",
        "characterSet",
        "hierarchyLevel",
        "contact",
        "dateStamp",
        "metadataStandardName",
        "metadataStandardVersion",
        "referenceSystemInfo",
        "identificationInfo",
        "distributionInfo",
        "dataQualityInfo",
    ],
    "MD_DataIdentification": [
        "citation",
        "abstract",
        "pointOfContact",
        "resourceMaintenance",
        "descriptiveKeywords",
        "resourceConstraints",
        "spatialRepresentationType",
        "language",
        "topicCategory",
        "extent",
    ],
    "CI_Citation": ["title", "date", "identifier"],
    "CI_ResponsibleParty": ["organisationName", "contactInfo", "role"],
    "MD_LegalConstraints": ["accessConstraints", "useConstraints", "otherConstraints"],
    "EX_Extent": ["description", "geographicElement", "temporalElement"],
    "EX_GeographicBoundingBox": [
        "westBoundLongitude",
        "eastBoundLongitude",
        "southBoundLatitude",
        "northBoundLatitude",
    ],
    "MD_Distribution": ["distributionFormat", "transferOptions"],
    "CI_OnlineResource": ["linkage", "protocol", "name", "function"],
    "DQ_DataQuality": ["scope", "lineage"],
}


# --- search engines, and the fiche itself -------------------------------------------------------------------


def test_structured_data_of_each_entry(whole: Catalogue) -> None:
    for entry in whole.entries:
        found = structured(whole, entry)
        assert (found["@type"], found["name"]) == ("Dataset", entry.fiche.title)
        assert 50 <= len(found["description"]) <= 5000
        assert [one["contentUrl"] for one in found["distribution"]] == [one.url for one in entry.placed]
        assert found["isAccessibleForFree"] is entry.fiche.access.is_open
        assert ("dateModified" in found) == (entry.fiche.modified is not None)
        json.dumps(found)


def test_a_fiche_is_what_it_was(whole: Catalogue) -> None:
    for entry in whole.entries:
        national = Standard("etalab/irve", "2.3.1", "https://schema.data.gouv.fr/irve.json")
        for fiche in (entry.fiche, replace(entry.fiche, standard=national)):
            assert fiche_from_json(json.loads(json.dumps(fiche_to_json(fiche)))) == fiche
        for placed in entry.placed:
            raw = json.loads(json.dumps(asdict(placed.distribution)))
            assert distribution_from_json(raw) == placed.distribution
