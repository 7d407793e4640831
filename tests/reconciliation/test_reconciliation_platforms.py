"""The same on the other platforms: a sound dataset differs in nothing, and what hands do there is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.errors import PlatformRequestRejection
from aqueduc.publish.inspection import detect_differences_and_hide_exposed_records
from aqueduc.publish.planning.state import build_platform_state_key
from aqueduc.publish.proof import contents
from aqueduc.publish.revision.rows import RevisionRows
from sandbox import datagouv as datagouv_of
from sandbox import onegeo as onegeo_of
from sandbox.datagouv.real import RealUdata
from sandbox.datagouv.server import KEY
from sandbox.region import Region
from tests.publish import test_publish_datagouv, test_publish_onegeo, test_publish_udata
from tests.publish.everywhere import open_bench
from tests.publish.publishing import HTTP, Bench, bench, rows
from tests.publish.test_publish_inspection import replace_file
from tests.reconciliation.towns import Town, code, open_portal_town

pytestmark = pytest.mark.end_to_end

OTHERS = {"fiche-sans-declaration", "ecarts-anormaux"}
RESTRICTED: dict[str, Any] = {"licence": "other-at", "access": {"level": "same_organization"}}


def look(made: Bench, *, alone: bool = False, **more: Any) -> list[str]:
    """The codes of what differs about the one dataset, the gravest first, but for what is others'. ``alone``:
    nobody else writes at this platform."""
    made.dataset()
    town = Town(made.desk, Path("/"))
    found = [one for one in town.reconcile(**more).differences if one.dataset in (made.slug, "")]
    told = [one for one in found if one.gravity != "notice"]
    # Other tests of the session leave records of theirs at the same platforms.
    return [
        code(one) for one in told if alone or code(one) not in OTHERS or made.slug in str(one.finding.detail)
    ]


@dataclass
class Hand:
    """What a hand does at a platform, and what is then told."""

    act: Callable[[], Any]
    kinds: set[str]


def do(made: Bench, hands: dict[str, Hand]) -> None:
    """Each act is told, then put right by a publication."""
    for name, hand in hands.items():
        hand.act()
        assert set(look(made)) == hand.kinds, name
        made.certified(rows(5))
        assert look(made) == [], name


# --- each kind ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "datagouv",
        "onegeo",
        pytest.param("ckan", marks=pytest.mark.sandbox),
        pytest.param("idgo", marks=pytest.mark.sandbox),
    ],
)
def test_a_sound_dataset_differs_in_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with open_bench(kind, tmp_path, request) as made:
        made.dataset()
        assert look(made) == ["jamais-publie"] or look(made) == ["jamais-lance"]
        made.certified(rows(5))
        assert look(made) == []
        made.certified(rows(7))
        assert look(made) == []


# --- udata --------------------------------------------------------------------------------------------------


def udata_hands(made: Bench, url: str, key: str) -> dict[str, Hand]:
    """The edits of a record, of its file and beside it."""
    headers = {"X-API-KEY": key}

    def address() -> str:
        (name,) = made.dataset().publication.platforms
        state = made.desk.place.store.read_json(build_platform_state_key(made.slug, name))
        return f"{url}/api/1/datasets/{state['record']}/"

    def put(**fields: Any) -> None:
        now = httpx.get(address(), headers=headers, timeout=60).json()
        kept = ("title", "description", "license", "frequency", "tags", "private", "extras", "spatial")
        period = {"temporal_coverage": now["temporal_coverage"], "access_type": now.get("access_type")}
        form = {**{name: now[name] for name in kept}, **period, **fields}
        answer = httpx.put(address(), json=form, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text

    def send() -> None:
        (resource,) = httpx.get(address(), headers=headers, timeout=60).json()["resources"]
        files = {"file": ("autre.csv", b"a\n1\n", "text/csv")}
        where = f"{address()}resources/{resource['id']}/upload/"
        assert httpx.post(where, files=files, headers=headers, timeout=60).is_success

    return {
        "title": Hand(lambda: put(title=f"Une main {made.slug}"), {"titre-modifie"}),
        "licence": Hand(lambda: put(license="odc-odbl"), {"licence-modifiee"}),
        "tags": Hand(lambda: put(tags=["une-main"]), {"mots-cles-modifies"}),
        "frequency": Hand(lambda: put(frequency="annual"), {"frequence-modifiee"}),
        "file": Hand(send, {"fichier-remplace"}),
    }


def add_document(made: Bench, url: str, key: str) -> None:
    (name,) = made.dataset().publication.platforms
    record = made.desk.place.store.read_json(build_platform_state_key(made.slug, name))["record"]
    form = {"title": "Une note", "type": "documentation", "filetype": "remote", "format": "pdf"}
    answer = httpx.post(
        f"{url}/api/1/datasets/{record}/resources/",
        json={**form, "url": "https://ville.test/note.pdf"},
        headers={"X-API-KEY": key},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text


@pytest.fixture
def udata(tmp_path: Path) -> Iterator[tuple[Bench, datagouv_of.Server]]:
    with datagouv_of.serving() as server:
        made = test_publish_datagouv.made_in(tmp_path, server)
        made.certified(rows(5))
        yield made, server


def test_what_hands_do_at_a_udata(udata: tuple[Bench, Any]) -> None:
    made, server = udata
    do(made, udata_hands(made, server.url, KEY))
    add_document(made, server.url, KEY)
    assert look(made) == ["ressource-ajoutee"]


def test_a_udata_that_hides_deletes_or_archives(udata: tuple[Bench, Any]) -> None:
    made, server = udata
    record = test_publish_datagouv.held(made, server)
    record["private"] = True
    assert look(made) == ["fiche-cachee"]
    record["private"] = False
    record["archived"] = "2026-01-01T00:00:00+00:00"
    assert look(made) == ["plateforme-refuse"]
    record["archived"] = None
    record["deleted"] = "2026-01-01T00:00:00+00:00"
    assert look(made) == ["fiche-supprimee"]


def test_a_harvested_double_and_one_of_ours(udata: tuple[Bench, Any]) -> None:
    made, server = udata
    record = test_publish_datagouv.held(made, server)
    twin = {**record, "id": "b" * 24, "slug": "jumelle", "extras": {}, "harvest": {"backend": "DCAT"}}
    server.datasets[twin["id"]] = twin
    assert look(made) == ["moissonnee-en-double"]
    twin |= {"harvest": None, "extras": dict(record["extras"])}
    assert look(made) == ["fiche-en-double"]
    twin |= {"title": "Une autre", "extras": {"aqueduc:dataset": "inconnu"}}
    assert look(made, alone=True) == ["fiche-sans-declaration"]
    twin |= {"extras": {}}
    assert look(made) == []


# --- OneGeo -------------------------------------------------------------------------------------------------


def test_what_hands_do_at_a_onegeo(tmp_path: Path) -> None:
    with onegeo_of.serving() as site, test_publish_onegeo.made_in(tmp_path, site) as made:
        made.certified(rows(5))

        def edit(**fields: Any) -> Callable[[], Any]:
            return lambda: test_publish_onegeo.edited(site, made, **fields)

        do(
            made,
            {
                "title": Hand(edit(display_name="Une main"), {"titre-modifie"}),
                "description": Hand(edit(description="Licence : une autre."), {"description-modifiee"}),
            },
        )
        edit(publish=False)()
        assert look(made) == ["fiche-cachee"]


def test_restricted_data_that_somebody_opened_are_hidden_at_once(tmp_path: Path) -> None:
    with (
        onegeo_of.serving() as site,
        test_publish_onegeo.made_in(tmp_path, site) as made,
        test_publish_onegeo.closed_outlet(made),
    ):
        made.dataset(**test_publish_onegeo.CLOSED)
        made.certified(rows(3))
        assert look(made) == []
        test_publish_onegeo.edited(site, made, publish=True)
        assert look(made) == ["restreint-ouvert"]
        assert look(made) == []


def test_what_a_run_hid_itself_and_is_open_again_is_told_until_it_is_published(tmp_path: Path) -> None:
    with onegeo_of.serving() as site, test_publish_onegeo.made_in(tmp_path, site) as made:
        made.certified(rows(3))
        declared = dict(made.declared)
        made.declared |= test_publish_onegeo.CLOSED
        detect_differences_and_hide_exposed_records(
            made.dataset(), made.desk.city, made.run(), made.desk.place, sleep=made.pause
        )
        made.declared.clear()
        made.dataset(**declared)
        assert look(made) == ["retour-en-attente"]
        made.certified(rows(3))
        assert look(made) == []


# --- the real CKAN ------------------------------------------------------------------------------------------


@pytest.fixture
def ckan(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        made.dataset(keywords=["un", "deux"])
        made.certified(rows(5))
        yield made


def ckan_hands(made: Bench) -> dict[str, Hand]:
    def patch(**fields: Any) -> Callable[[], Any]:
        return lambda: made.action("package_patch", id=made.slug, **fields)

    def shown() -> str:
        """The id of the resource that is not there for a table alone."""
        return next(one["id"] for one in made.package()["resources"] if not one.get("carries"))

    def of_resource(action: str, **fields: Any) -> Any:
        return made.action(action, **{"id": shown(), **fields})

    def remove_row() -> None:
        made.action("datastore_delete", resource_id=shown(), force=True, filters={"code": "01001"})

    def add_column() -> None:
        held = made.action("datastore_info", id=shown())
        columns = [{"id": one["id"], "type": one["type"]} for one in held["fields"]]
        fields = [*columns, {"id": "note", "type": "text"}]
        made.action("datastore_create", resource_id=held["meta"]["id"], force=True, fields=fields)

    return {
        "licence": Hand(patch(license_id="odc-odbl"), {"licence-modifiee"}),
        "title": Hand(patch(title=f"Une main {made.slug}"), {"titre-modifie"}),
        "contact": Hand(patch(maintainer_email="autre@ville.example"), {"contact-modifie"}),
        "keywords": Hand(patch(tags=[{"name": "une main"}]), {"mots-cles-modifies"}),
        "resource": Hand(
            lambda: of_resource("resource_patch", description="Une main"), {"ressource-modifiee"}
        ),
        "file": Hand(lambda: replace_file(made, shown()), {"fichier-remplace"}),
        "row": Hand(remove_row, {"table-inexacte"}),
        "cell": Hand(lambda: edit_cell(made), {"table-modifiee"}),
        "column": Hand(add_column, {"table-aux-autres-colonnes"}),
    }


@pytest.mark.sandbox
@pytest.mark.end_to_end
def test_what_hands_do_at_a_ckan(ckan: Bench) -> None:
    do(ckan, ckan_hands(ckan))
    for resource in ckan.package()["resources"]:
        ckan.action("resource_delete", id=resource["id"])
    assert look(ckan) == ["ressource-supprimee"]


@pytest.mark.sandbox
def test_a_ckan_that_hides_deletes_or_shows_a_resource_of_others(ckan: Bench) -> None:
    link = {"url": "https://ville.test/note.pdf", "name": "Note", "format": "PDF"}
    added = ckan.action("resource_create", package_id=ckan.slug, **link)
    assert look(ckan) == ["ressource-ajoutee"]
    ckan.action("resource_delete", id=added["id"])
    ckan.action("package_patch", id=ckan.slug, private=True)
    assert look(ckan) == ["fiche-cachee"]
    ckan.action("package_delete", id=ckan.slug)
    assert look(ckan) == ["fiche-supprimee"]
    ckan.action("dataset_purge", id=ckan.slug)
    assert look(ckan) == ["fiche-disparue"]


@pytest.mark.sandbox
def test_a_restricted_record_of_a_ckan_that_somebody_opened_is_hidden_and_told(ckan: Bench) -> None:
    declared = dict(ckan.declared)
    ckan.dataset(**RESTRICTED)
    assert look(ckan) == ["restriction-en-attente", "declaration-en-attente"]
    detect_differences_and_hide_exposed_records(
        ckan.dataset(), ckan.desk.city, ckan.run(), ckan.desk.place, sleep=ckan.pause
    )
    ckan.declared.clear()
    ckan.dataset(**declared)
    assert look(ckan) == ["retour-en-attente"]
    ckan.dataset(**RESTRICTED)
    ckan.certified(rows(5))
    assert look(ckan) == []
    ckan.action("package_patch", id=ckan.slug, private=False)
    assert look(ckan) == ["restreint-ouvert"]
    assert ckan.status("package_show", id=ckan.slug) in (403, 404)
    assert look(ckan) == []


@pytest.mark.sandbox
def test_a_table_that_stayed_behind(ckan: Bench) -> None:
    town = Town(ckan.desk, Path("/"))

    def forget(document: dict[str, Any]) -> None:
        for table in document["tables"].values():
            table["parts"] = ["objects/00/ancien.parquet"]

    town.state(ckan.slug, forget, "datasud")
    assert look(ckan) == ["table-ancienne"]
    (resource,) = ckan.package()["resources"]
    ckan.action("datastore_delete", resource_id=resource["id"], force=True)
    assert look(ckan) == ["table-absente", "table-ancienne"]


@pytest.mark.sandbox
def test_a_region_whose_token_ran_out_is_no_difference(ckan: Bench) -> None:
    from tests.publish.publishing import elsewhere

    assert look(elsewhere(ckan, password="expire")) == ["plateforme-refuse"]


# --- the real udata -----------------------------------------------------------------------------------------


@pytest.mark.end_to_end
def test_what_hands_do_at_the_real_udata(tmp_path: Path, real_udata: RealUdata) -> None:
    made = test_publish_udata.made_at(tmp_path, real_udata)
    made.certified(rows(5))
    assert look(made) == []
    key = real_udata.keys["admin"]
    do(made, udata_hands(made, real_udata.url, key))
    add_document(made, real_udata.url, key)
    assert look(made) == ["ressource-ajoutee"]


@pytest.mark.end_to_end
def test_a_double_on_the_real_udata(tmp_path: Path, real_udata: RealUdata) -> None:
    """One that another tool made under the same title, and one that bears our mark."""
    made = test_publish_udata.made_at(tmp_path, real_udata)
    made.certified(rows(5))
    headers = {"X-API-KEY": real_udata.keys["admin"]}
    form = {
        "title": made.dataset().title,
        "description": "La même, faite par un autre outil.",
        "frequency": "unknown",
        "organization": real_udata.organisation,
    }
    address = f"{real_udata.url}/api/1/datasets/"
    twin = httpx.post(address, json=form, headers=headers, timeout=60)
    assert twin.status_code == 201, twin.text
    assert look(made) == ["fiche-en-double"]
    marked = {**form, "title": f"Une autre {made.slug}", "extras": {"aqueduc:dataset": made.slug}}
    answer = httpx.put(f"{address}{twin.json()['id']}/", json=marked, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    assert look(made) == ["fiche-en-double"]
    httpx.delete(f"{address}{twin.json()['id']}/", headers=headers, timeout=60)
    assert look(made) == []


@pytest.mark.end_to_end
def test_a_harvested_double_on_the_real_udata(tmp_path: Path, real_udata: RealUdata) -> None:
    """The site also harvests the city's own portal, into the same organisation."""
    made = test_publish_udata.made_at(tmp_path / "direct", real_udata)
    made.certified(rows(5))
    headers = {"X-API-KEY": real_udata.keys["site"]}
    with open_portal_town(tmp_path, ("bancs",), over_http=True) as town:
        town.benches["bancs"].dataset(title=made.dataset().title)
        town.benches["bancs"].certified(rows(6))
        url = str((town.store.read_current_certificate("bancs") or {})["record_url"]).partition("/jeux/")[0]
        source = {"name": made.slug, "url": f"{url}/catalog.jsonld", "backend": "dcat"}
        form = {**source, "organization": real_udata.organisation}
        sources = f"{real_udata.url}/api/1/harvest/sources/"
        answer = httpx.post(sources, json=form, headers=headers, timeout=60)
        assert answer.status_code == 201, answer.text
        here = f"{real_udata.url}/api/1/harvest/source/{answer.json()['id']}"
        for step, said in (("validate", {"state": "accepted"}), ("run", None)):
            answer = httpx.post(f"{here}/{step}/", json=said, headers=headers, timeout=120)
            assert answer.is_success, answer.text
        assert look(made) == ["moissonnee-en-double"]


# --- a cell of a table --------------------------------------------------------------------------------------

NAMED = "Camille Essai, 06 12 34 56 78"


def edit_cell(made: Bench, key: str = "01002") -> None:
    """As an editor of the organisation may."""
    table = next(one["id"] for one in made.package()["resources"] if not one.get("carries"))
    home = made.action("datastore_info", id=table)["meta"]["id"]
    edited = [{"code": key, "nom": NAMED}]
    made.action("datastore_upsert", resource_id=home, force=True, method="upsert", records=edited)


def read_as_visitor(made: Bench) -> str:
    table = next(one["id"] for one in made.package()["resources"] if not one.get("carries"))
    asked = f"{made.region.url}/api/3/action/datastore_search?resource_id={table}&limit=32000"
    return HTTP.get(asked).raise_for_status().text


@pytest.mark.sandbox
@pytest.mark.parametrize("declared", [{}, RESTRICTED], ids=["open", "restricted"])
def test_a_cell_that_an_editor_changed_is_told_without_its_value(
    ckan: Bench, declared: dict[str, Any]
) -> None:
    if declared:
        ckan.dataset(**declared)
        ckan.certified(rows(5))
    edit_cell(ckan)
    town = Town(ckan.desk, Path("/"))
    (found,) = [one for one in town.reconcile().differences if code(one) == "table-modifiee"]
    said = f"{found.finding.message()} {found.finding.format_remedy()}"
    assert "1 ligne de la table" in said
    assert "colonnes : nom" in said
    assert "Camille" not in str(found.to_json())
    assert (found.gravity, found.correcting_command) == ("replaced", f"aqueduc run {ckan.slug}")
    assert detect_differences_and_hide_exposed_records(
        ckan.dataset(), ckan.desk.city, ckan.run(), ckan.desk.place, sleep=ckan.pause
    ), "the next run goes on, changed source or not"
    ckan.certified(rows(5))
    assert look(ckan) == []


@pytest.mark.sandbox
@pytest.mark.parametrize("count", [5, 1_200])
def test_a_cell_that_an_editor_changed_is_put_back_though_the_source_did_not_change(
    ckan: Bench, count: int
) -> None:
    if count > 5:
        ckan.certified(rows(count))
    edit_cell(ckan)
    assert NAMED in read_as_visitor(ckan)
    told = (
        detect_differences_and_hide_exposed_records(
            ckan.dataset(), ckan.desk.city, ckan.run(), ckan.desk.place, sleep=ckan.pause
        )
        if count == 5
        # A glance at a larger table may draw other rows: the daily look reads them all.
        else look(ckan) == ["table-modifiee"]
    )
    assert told
    ckan.certified(rows(count))
    assert NAMED not in read_as_visitor(ckan)
    assert look(ckan) == []


@pytest.mark.sandbox
def test_a_large_table_in_which_other_rows_were_read_is_made_anew_by_the_next_run(
    ckan: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "WHOLE_ROWS", 0)
    monkeypatch.setattr(contents, "SAMPLED_ROWS", 1)
    ckan.certified(rows(40))
    store = ckan.desk.place.store
    parts = [one["object"] for one in (store.read_current_revision_pointer(ckan.slug) or {})["parts"]]
    sample = RevisionRows(store, ("code",), ("code",), tuple(parts)).sample_rows(1)
    missed = next(
        key for key in rows(40)["code"].to_pylist() if key not in [record["code"] for record in sample]
    )
    edit_cell(ckan, missed)
    assert look(ckan) == ["table-modifiee"]
    ckan.certified(rows(40))
    assert NAMED not in read_as_visitor(ckan)
    assert look(ckan) == []


@pytest.mark.sandbox
def test_a_record_that_was_given_to_another_organisation_is_an_incident(ckan: Bench) -> None:
    ours = ckan.package()["owner_org"]
    other = ckan.action("organization_create", name=f"autre-{ckan.slug}", title="Une autre organisation")
    ckan.action("package_patch", id=ckan.slug, owner_org=other["id"])
    assert "organisation-changee" in look(ckan)
    with pytest.raises(PlatformRequestRejection):
        ckan.publish(rows(5))
    ckan.action("package_patch", id=ckan.slug, owner_org=ours)
    ckan.action("organization_purge", id=other["id"])
    assert look(ckan) == []


@pytest.mark.sandbox
def test_an_organisation_that_was_renamed_is_told_until_a_publication_keeps_its_title(ckan: Bench) -> None:
    ours = {"id": ckan.package()["owner_org"]}
    title = ckan.action("organization_show", **ours)["title"]
    try:
        ckan.action("organization_patch", **ours, title=f"Une autre ville {ckan.slug}")
        assert look(ckan) == ["organisation-renommee"]
        assert [one.code for one in ckan.publish(rows(6)).findings] == ["organisation-renommee"]
        ckan.certified(rows(6))
        assert look(ckan) == []
    finally:
        ckan.action("organization_patch", **ours, title=title)
    assert look(ckan) == ["organisation-renommee"]
