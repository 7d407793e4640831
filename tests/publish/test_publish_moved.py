"""A declaration that is renamed, and says so: the same record, the same resources, at a new address."""

from __future__ import annotations

import json
import shutil
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from aqueduc.errors import PlatformRequestRejection
from aqueduc.sources.stage import extract_source
from aqueduc.store import Store
from sandbox import datagouv as datagouv_of
from sandbox import idgo as idgo_of
from sandbox.region import Region
from tests.making import desk
from tests.publish import test_publish_datagouv, test_publish_idgo
from tests.publish.publishing import HTTP, Bench, Killed, Wire, bench, elsewhere, month, requests, rows
from tests.publish.showcase import Showcase, showcase
from tests.publish.test_publish_portal import Hand, _relative, address

pytestmark = pytest.mark.end_to_end


def moved(here: Showcase) -> Showcase:
    """Its file renamed, and its run begun."""
    here.desk.place.store.adopt_records_of_former_name("lieux", "endroits")
    (here.desk.include / "datasets" / "lieux.yaml").unlink()
    here.declared = {"moved_from": "lieux", "title": "Jeu lieux"}
    return here


def test_a_portal_keeps_ids_and_leads_old_addresses_to_new_ones(tmp_path: Path) -> None:
    here = showcase(tmp_path)
    here.publish(rows(4))
    before = here.publish(rows(5))
    after = moved(here).publish(rows(5), here.dataset("endroits"))
    assert [resource.id for resource in after.resources] == [resource.id for resource in before.resources]
    assert after.record == before.record
    assert {name for name in here.tree() if name.startswith("jeux/lieux/")} == {"jeux/lieux/index.html"}
    stub = (here.folder / "jeux/lieux/index.html").read_text(encoding="utf-8")
    assert 'content="0; url=../../jeux/endroits/index.html"' in stub
    redirects = (here.folder / "_redirects").read_text(encoding="ascii").splitlines()
    assert "/jeux/lieux/ /jeux/endroits/ 301" in redirects
    assert "/jeux/lieux/lieux.csv /jeux/endroits/endroits.csv 301" in redirects
    assert "lieux/index.html" not in (here.folder / "index.html").read_text(encoding="utf-8")
    assert here.publish(rows(5), here.dataset("endroits")).nothing_new


def test_what_moves_leaves_none_of_its_revisions_behind(tmp_path: Path) -> None:
    """Neither those that were replaced, nor what was signed of them."""
    here = showcase(tmp_path)
    here.publish(rows(4))
    report = here.publish(rows(5))
    path = here.folder / report.resources[0].url.removeprefix(f"{address(here)}/")
    path.with_name("lieux.csv.dsse").write_text("{}")
    moved(here).publish(rows(5), here.dataset("endroits"))
    assert [path.name for path in (here.folder / "jeux/lieux").iterdir()] == ["index.html"]


@pytest.mark.end_to_end
def test_a_move_killed_anywhere_is_finished_by_the_next_run(tmp_path: Path) -> None:
    csv = {"mode": "upload", "formats": ["csv"]}
    calm = showcase(tmp_path / "calme")
    calm.publish(rows(2), calm.dataset(publish=csv))
    moved(calm).publish(rows(2), calm.dataset("endroits", publish=csv))
    expected, deaths = _relative(calm), []
    made = showcase(tmp_path / "ici")
    made.publish(rows(2), made.dataset(publish=csv))
    moved(made)
    shutil.copytree(tmp_path / "ici", tmp_path / "avant")
    for rank in count():
        shutil.rmtree(tmp_path / "ici")
        shutil.copytree(tmp_path / "avant", tmp_path / "ici")
        died = made.killed(rows(2), rank, made.dataset("endroits", publish=csv))
        made.publish(rows(2), made.dataset("endroits", publish=csv))
        assert _relative(made) == expected, died
        if died is None:
            break
        deaths.append(died)
    assert sum("/portail/" in name for name in deaths) >= 8


def renamed(made: Bench, slug: str) -> Bench:
    """The same dataset under another identifier, its file renamed and its run begun."""
    (made.desk.include / "datasets" / f"{made.slug}.yaml").unlink()
    made.desk.place.store.adopt_records_of_former_name(made.slug, slug)
    return Bench(made.desk, made.region, slug, {**made.declared, "moved_from": made.slug}, made.count)


def killed_while_moving(made: Bench) -> tuple[Bench, list[str]]:
    """Renamed again and again, and killed before each effect of it in turn; its ids stay."""
    first, slug, deaths = made.publish(rows(3)), made.slug, []
    for rank in count():
        made = renamed(made, f"{slug}-{rank}")
        died = made.killed(rows(3), rank)
        after = made.publish(rows(3))
        assert [one.id for one in after.resources] == [one.id for one in first.resources], died
        if died is None:
            assert made.publish(rows(3), wire=(wire := Wire())).nothing_new
            assert wire.writes == []
            return made, deaths
        deaths.append(died)
    raise AssertionError


@pytest.mark.end_to_end
@pytest.mark.sandbox
def test_killed_while_moving_in_ckan(tmp_path: Path, region: Region) -> None:
    with bench(tmp_path, region) as here:
        here.publish(rows(3))
        before = here.package()
        there, deaths = killed_while_moving(here)
        after = there.package()
        assert (after["id"], after["name"]) == (before["id"], there.slug)
        assert len(after["resources"]) == 1
        assert "package_revise" in requests(deaths)
        former = HTTP.get(before["resources"][0]["url"])
        assert former.content == there.body(after["resources"][0]).content, "its file's former name"
        there.action("dataset_purge", id=there.slug)


@pytest.mark.end_to_end
@pytest.mark.sandbox
def test_killed_while_moving_through_idgo(tmp_path: Path, region: Region) -> None:
    with idgo_of.serving(region) as server:
        there, deaths = killed_while_moving(test_publish_idgo.made_in(tmp_path, region, server))
        assert list(server.datasets) == [there.slug]
        assert requests(deaths), "one: the record, with its name"


@pytest.mark.end_to_end
def test_killed_while_moving_on_a_udata(tmp_path: Path) -> None:
    with datagouv_of.serving() as udata:
        there, deaths = killed_while_moving(test_publish_datagouv.made_in(tmp_path, udata))
        (record,) = udata.datasets.values()
        assert record["extras"]["aqueduc:dataset"] == there.slug
        assert requests(deaths), "one: its address there follows its title"


@pytest.mark.sandbox
def test_from_idgo_to_its_ckan_everything_keeps_its_id_and_never_the_other_way(
    tmp_path: Path, region: Region
) -> None:
    """Two ways of writing the same region. IDGO takes no record that it has not made: nothing in its API
    gives it the id of one (``ckan_id`` is its own), and it refuses an address that CKAN knows otherwise."""
    with idgo_of.serving(region) as server:
        here = test_publish_idgo.made_in(tmp_path, region, server)
        before = here.publish(rows(3))
        record = here.package()["id"]
        direct = elsewhere(here)
        city = here.desk.include / "city.yaml"
        through, straight = city.read_text(encoding="utf-8"), "type: ckan"
        city.write_text(through.replace("type: idgo", straight), encoding="utf-8")
        after = direct.publish(rows(4))
        assert (after.record, direct.package()["id"]) == (record, record)
        assert [(one.id, one.url) for one in after.resources] == [
            (one.id, one.url) for one in before.resources
        ]
        assert "ecart-sur-la-plateforme" not in {finding.code for finding in after.findings}
        assert direct.publish(rows(4)).nothing_new
        made = Bench(direct.desk, region, f"{here.slug}-ckan", {**here.declared, "title": "Né dans CKAN"})
        made.publish(rows(3))
        city.write_text(through, encoding="utf-8")
        wire = Wire()
        with pytest.raises(PlatformRequestRejection, match="une fiche qu'IDGO ne connaît pas"):
            Bench(here.desk, region, made.slug, made.declared).publish(rows(3), wire=wire)
        assert wire.writes == []
        here.action("dataset_purge", id=made.slug)


def test_a_run_begins_with_all_that_was_known(tmp_path: Path) -> None:
    """The gates compare with earlier releases: a new name must not make them forget one."""
    depot = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    here = desk(tmp_path, {"AIRFLOW_CONN_DEPOT": json.dumps(depot)})
    (tmp_path / "jeu.csv").write_text("quartier\nCentre\n")
    store = here.place.store
    known = {
        "released.json": {"files": [1]},
        "current.json": {"revision": "r"},
        "platforms/a.json": {"record": "x"},
    }
    for name, document in known.items():
        store.write_json(f"datasets/vieux/{name}", document)
    store.write_json("datasets/jeu/platforms/a.json", {"record": "le sien"})
    dataset = here.dataset(moved_from="vieux")
    for _ in range(2):
        extract_source(dataset, here.run(), here.place)
        assert store.read_json("datasets/jeu/released.json") == {"files": [1]}
        assert store.read_current_revision_pointer("jeu") == {"revision": "r"}
        assert store.read_json("datasets/jeu/platforms/a.json") == {"record": "le sien"}
        assert store.read_current_revision_pointer("vieux") is None


def test_a_carry_cut_short_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for rank in range(6):
        store = Store((tmp_path / str(rank)).as_uri())
        for name in ("parts.json", "current.json", "ledger/1.json", "platforms/a.json"):
            store.write_json(f"datasets/vieux/{name}", {"name": name})
        hand = Hand(tmp_path / str(rank), monkeypatch)
        hand.dies = rank
        with pytest.raises(Killed):
            store.adopt_records_of_former_name("vieux", "jeu")
        hand.dies = -1
        store.adopt_records_of_former_name("vieux", "jeu")
        assert store.read_current_revision_pointer("jeu") == {"name": "current.json"}
        assert store.list_ledger_entry_keys("jeu") == ["datasets/jeu/ledger/1.json"]
        assert store.read_current_revision_pointer("vieux") is None or rank == 5


def test_the_windows_of_the_past_come_along(tmp_path: Path) -> None:
    here = showcase(tmp_path)
    here.publish(rows(3), window=month(1))
    later = rows(3, code=["02001", "02002", "02003"])
    report = moved(here).publish(later, here.dataset("endroits"), window=month(2))
    assert report.rows == 6
    assert [part.window is not None for part in report.parts] == [True, True]


@pytest.mark.sandbox
def test_ckan_keeps_the_record_and_its_resources(tmp_path: Path, region: Region) -> None:
    with bench(tmp_path, region) as here:
        here.publish(rows(5))
        before = here.package()
        former, slug = here.slug, f"essai-{uuid4().hex[:12]}"
        (here.desk.include / "datasets" / f"{former}.yaml").unlink()
        here.desk.place.store.adopt_records_of_former_name(former, slug)
        there = Bench(here.desk, region, slug, {**here.declared, "moved_from": former})
        report = there.publish(rows(5))
        assert report.writes[0].startswith("mettre à jour la fiche (name")
        after = there.package()
        assert (after["id"], after["name"]) == (before["id"], slug)
        assert [r["id"] for r in after["resources"]] == [r["id"] for r in before["resources"]]
        assert there.publish(rows(5)).nothing_new
        here.action("dataset_purge", id=slug)
