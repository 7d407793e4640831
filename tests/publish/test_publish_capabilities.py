"""What a platform can do decides where the fiche's fields go; nothing is assumed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.connections import Connection
from aqueduc.errors import PlatformRequestRejection
from aqueduc.platforms.ckan.adapter import CkanPlatform
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.planning.state import DesiredRecord
from aqueduc.publish.platform import DistributionOffer
from aqueduc.record import Distribution, RowPreparationCounts, build_fiche
from tests.making import Desk, desk

DATASUD = ["title", "notes", "frequency", "spatial", "granularity", "geocover", "datatype"]
OWN = {"frequency", "spatial", "granularity", "geocover", "datatype"}


def platform(*, fields: list[str] | None = None, **changes: Any) -> CkanPlatform:
    """A platform that answers questions; ``fields`` are those of its own schema."""
    answers: dict[str, Any] = {
        "status_show": {
            "ckan_version": "2.9.11",
            "extensions": ["datastore"],
            "site_url": "https://x.example",
        },
        "organization_list_for_user": [{"name": "ville-aix-en-provence", "id": "o-1"}],
        "license_list": [{"id": "lov2"}],
        "group_list_authz": [{"name": "administration-et-action-publique"}],
        **changes,
    }
    if fields is not None:
        schema = {"dataset_fields": [{"field_name": name} for name in fields], "resource_fields": []}
        answers["scheming_dataset_schema_show"] = schema

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        action = request.url.path.rsplit("/", 1)[-1]
        if action not in answers:
            return httpx.Response(400, json=f"Bad request: Action name not known: {action}")
        return httpx.Response(200, json={"success": True, "result": answers[action]})

    connection = Connection("datasud", "ckan", host="https://ckan.example", password="jeton")
    client = PlatformClient(connection, organisation="ville", transport=httpx.MockTransport(answer))
    return CkanPlatform(client, "ville-aix-en-provence")


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def asked(here: Desk, at: CkanPlatform) -> DesiredRecord:
    preparation = RowPreparationCounts(rejected=0, suppressed=0, whole=True)
    day = date(2026, 1, 5)
    fiche = build_fiche(here.dataset(), here.city, preparation, issued=day, modified=day)
    offer = DistributionOffer(Distribution("CSV", "text/csv", "jeu.csv", "c" * 64, 10))
    codes = [finding.code for finding in at.check_fiche_support(fiche)]
    old = ["ecriture-sans-comparaison"] if at.read_capabilities().version < (2, 9) else []
    assert codes == ([] if at.read_capabilities().categories else ["categorie-inconnue"]) + old
    return at.build_desired_record(fiche, [offer])


def test_datasuds_fields_stand_at_the_first_level(here: Desk) -> None:
    want = asked(here, platform(fields=DATASUD))
    assert set(want.fields) >= OWN
    assert not OWN & set(want.extras)
    assert want.fields["owner_org"] == "o-1"
    assert want.fields["frequency"] == "weekly"
    # What even DataSud's schema does not know is not dropped in silence.
    assert "dataset_publication_date" in want.extras


def test_without_datasuds_schema_they_are_extras(here: Desk) -> None:
    want = asked(here, platform())
    assert set(want.extras) >= OWN
    assert not OWN & set(want.fields)
    assert want.extras["datatype"] == "donnees-ouvertes"
    assert want.extras["frequency"] == "http://publications.europa.eu/resource/authority/frequency/WEEKLY"
    assert all(isinstance(value, str) for value in want.extras.values())


def test_a_category_out_of_reach_is_left_out(here: Desk) -> None:
    assert "groups" not in asked(here, platform(group_list_authz=[])).fields


def test_a_loader_keeps_the_hash_to_itself(here: Desk) -> None:
    status = {"ckan_version": "2.12.0", "extensions": ["datastore", "xloader"]}
    want = asked(here, platform(status_show=status))
    assert not want.tables
    assert "hash" not in want.resources[0].fields
    assert want.resources[0].fields["sha256"] == "c" * 64
    assert asked(here, platform()).resources[0].fields["hash"] == "c" * 64


def test_versions_are_compared_as_numbers() -> None:
    assert platform().read_capabilities().version == (2, 9)
    status = {"ckan_version": "2.12.0a1", "extensions": []}
    assert platform(status_show=status).read_capabilities().version == (2, 12)


def test_a_licence_it_does_not_know_is_refused_with_those_it_knows(here: Desk) -> None:
    with pytest.raises(PlatformRequestRejection, match="odc-odbl, other-at"):
        asked(here, platform(license_list=[{"id": "other-at"}, {"id": "odc-odbl"}]))
