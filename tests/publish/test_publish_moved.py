"""A declaration that is renamed, and says so: the same record, the same resources, at a new address."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from aqueduc.source import extract
from aqueduc.store import Store
from sandbox.region import Region
from tests.making import desk
from tests.publish.publishing import Bench, Killed, bench, month, rows
from tests.publish.showcase import Showcase, showcase
from tests.publish.test_publish_portal import Hand, _relative


def moved(here: Showcase) -> Showcase:
    """Its file renamed, and its run begun."""
    here.desk.place.store.carry("lieux", "endroits")
    (here.desk.include / "datasets" / "lieux.yaml").unlink()
    here.declared = {"moved_from": "lieux", "title": "Jeu lieux"}
    return here


def test_a_portal_keeps_ids_and_leads_old_addresses_to_new_ones(tmp_path: Path) -> None:
    here = showcase(tmp_path)
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


def test_a_move_cut_short_anywhere_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = Hand(tmp_path / "nulle part", monkeypatch)
    csv = {"mode": "upload", "formats": ["csv"]}
    calm = showcase(tmp_path / "calme")
    calm.publish(rows(2), calm.dataset(publish=csv))
    hand.folder = calm.folder
    moved(calm).publish(rows(2), calm.dataset("endroits", publish=csv))
    total, expected = hand.count, _relative(calm)
    assert total >= 8
    for rank in range(total):
        made = showcase(tmp_path / str(rank))
        hand.folder = tmp_path / "nulle part"
        made.publish(rows(2), made.dataset(publish=csv))
        hand.folder, hand.count, hand.dies = made.folder, 0, rank
        with pytest.raises(Killed):
            moved(made).publish(rows(2), made.dataset("endroits", publish=csv))
        hand.dies = -1
        made.publish(rows(2), made.dataset("endroits", publish=csv))
        assert _relative(made) == expected, rank


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
        extract(dataset, here.run(), here.place)
        assert store.read_json("datasets/jeu/released.json") == {"files": [1]}
        assert store.current("jeu") == {"revision": "r"}
        assert store.read_json("datasets/jeu/platforms/a.json") == {"record": "le sien"}
        assert store.current("vieux") is None


def test_a_carry_cut_short_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for rank in range(6):
        store = Store((tmp_path / str(rank)).as_uri())
        for name in ("parts.json", "current.json", "ledger/1.json", "platforms/a.json"):
            store.write_json(f"datasets/vieux/{name}", {"name": name})
        hand = Hand(tmp_path / str(rank), monkeypatch)
        hand.dies = rank
        with pytest.raises(Killed):
            store.carry("vieux", "jeu")
        hand.dies = -1
        store.carry("vieux", "jeu")
        assert store.current("jeu") == {"name": "current.json"}
        assert store.ledger("jeu") == ["datasets/jeu/ledger/1.json"]
        assert store.current("vieux") is None or rank == 5


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
        here.desk.place.store.carry(former, slug)
        there = Bench(here.desk, region, slug, {**here.declared, "moved_from": former})
        report = there.publish(rows(5))
        assert report.writes[0].startswith("mettre à jour la fiche (name")
        after = there.package()
        assert (after["id"], after["name"]) == (before["id"], slug)
        assert [r["id"] for r in after["resources"]] == [r["id"] for r in before["resources"]]
        assert there.publish(rows(5)).nothing_new
        here.action("dataset_purge", id=slug)
