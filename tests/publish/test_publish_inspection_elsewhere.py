"""What people do at a udata, a OneGeo Suite, an IDGO or a portal is seen by the next run, as at a CKAN."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.errors import (
    PlatformRequestRejection,
    PlatformWriteConflict,
    PublicationGateClosed,
    RestrictedDataExposed,
)
from aqueduc.publish.inspection import detect_differences_and_hide_exposed_records
from aqueduc.publish.planning.state import PlatformState, build_platform_state_key
from aqueduc.publish.recorder import read_platform_state
from aqueduc.store import Store
from aqueduc.withdrawal.removal import build_withdrawn_state
from sandbox import datagouv as datagouv_of
from sandbox import idgo as idgo_of
from sandbox import onegeo as onegeo_of
from sandbox.datagouv.real import RealUdata
from sandbox.datagouv.server import KEY
from sandbox.region import Region
from tests.publish import test_publish_datagouv, test_publish_idgo, test_publish_onegeo, test_publish_udata
from tests.publish.looking import REOPEN, look
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, Wire, rows
from tests.publish.showcase import served, showcase
from tests.waiting import eventually

RESTRICTED: dict[str, Any] = {"licence": "other-at", "access": {"level": "same_organization"}}


@dataclass
class Drill:
    """A dataset on a platform, and what people do there: ``acts`` by what a look is to tell of them.
    ``removed``: what the hold says of a record that was deleted. ``expose`` opens a restricted one."""

    made: Bench
    acts: dict[str, Callable[[], Any]]
    hide: Callable[[], Any]
    delete: Callable[[], Any]
    removed: str
    expose: Callable[[], Any] | None = None
    restricted: dict[str, Any] | None = None


def record_of(made: Bench) -> str:
    """The id of the record, as Aqueduc remembers it."""
    (name,) = made.dataset().publication.platforms
    state = PlatformState.from_json(
        made.desk.place.store.read_json(build_platform_state_key(made.slug, name))
    )
    return state.record or ""


# --- the platforms ------------------------------------------------------------------------------------------


def udata_drill(made: Bench, url: str, key: str) -> Drill:
    def put(**fields: Any) -> None:
        address, headers = f"{url}/api/1/datasets/{record_of(made)}/", {"X-API-KEY": key}
        now = httpx.get(address, headers=headers, timeout=60).json()
        kept = ("title", "description", "license", "frequency", "tags", "private", "extras", "spatial")
        period = {"temporal_coverage": now["temporal_coverage"], "access_type": now.get("access_type")}
        form = {**{name: now[name] for name in kept}, **period, **fields}
        answer = httpx.put(address, json=form, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text

    def send() -> None:
        address, headers = f"{url}/api/1/datasets/{record_of(made)}/", {"X-API-KEY": key}
        (resource,) = httpx.get(address, headers=headers, timeout=60).json()["resources"]
        upload = f"{address}resources/{resource['id']}/upload/"
        files = {"file": ("autre.csv", b"a\n1\n", "text/csv")}
        assert httpx.post(upload, files=files, headers=headers, timeout=60).is_success

    def delete() -> None:
        address = f"{url}/api/1/datasets/{record_of(made)}/"
        assert httpx.delete(address, headers={"X-API-KEY": key}, timeout=60).status_code == 204

    def arrive() -> None:
        """The file of a run that had been taken for dead, after another one published."""
        address, headers = f"{url}/api/1/datasets/{record_of(made)}/upload/", {"X-API-KEY": key}
        files = {"file": (f"{made.slug}.csv", b"code\n1\n", "text/csv")}
        # udata refuses two files of one name within the same second.
        assert eventually(
            lambda: httpx.post(address, files=files, headers=headers, timeout=60).is_success, seconds=10
        )

    acts = {
        "title": lambda: put(title=f"À la main {made.slug}"),
        "license": lambda: put(license="odc-odbl"),
        "CSV.fichier": send,
        "CSV (en trop)": arrive,
    }
    return Drill(made, acts, lambda: put(private=True), delete, "quelqu'un a supprimé la fiche")


@pytest.fixture
def udata(tmp_path: Path) -> Iterator[Drill]:
    with datagouv_of.serving() as server:
        made = test_publish_datagouv.made_in(tmp_path, server)
        yield udata_drill(made, server.url, KEY)


@pytest.fixture
def onegeo(tmp_path: Path) -> Iterator[Drill]:
    with onegeo_of.serving() as site, test_publish_onegeo.made_in(tmp_path, site) as made:

        def edit(**fields: Any) -> None:
            test_publish_onegeo.edited(site, made, **fields)

        def delete() -> None:
            site.delete_dataset(onegeo_of.USER, int(record_of(made)))

        def replace_file() -> None:
            (path,) = (tmp_path / "www" / made.slug).glob("*.csv")
            path.write_bytes(b"a\n1\n")

        acts: dict[str, Callable[[], Any]] = {
            "display_name": lambda: edit(display_name="À la main"),
            "description": lambda: edit(description="Licence : une autre."),
            "CSV.fichier": replace_file,
        }
        yield Drill(
            made,
            acts,
            lambda: edit(publish=False),
            delete,
            "n'existe plus",
            expose=lambda: edit(publish=True),
        )


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Drill]:
    with served(tmp_path / "portail") as url:
        platforms = {"portail": {"type": "portal", "folder": str(tmp_path / "portail"), "url": url}}
        desk = showcase(tmp_path, platforms, {}, "portail").desk
        declared = {"columns": COLUMNS, "fields": FIELDS, "key": ["code"], "publish": {"mode": "upload"}}
        made = Bench(desk, NOWHERE, "lieux", declared)
        folder = tmp_path / "portail" / "jeux" / "lieux"

        def edit(change: Callable[[dict[str, Any]], None]) -> None:
            document = json.loads((folder / "fiche.json").read_text(encoding="utf-8"))
            change(document)
            (folder / "fiche.json").write_text(json.dumps(document), encoding="utf-8")

        def replace_file() -> None:
            (path,) = folder.glob("*.csv")
            path.write_bytes(b"a\n1\n")

        acts: dict[str, Callable[[], Any]] = {
            "title": lambda: edit(lambda document: document["fiche"].update(title="À la main")),
            "licence": lambda: edit(lambda document: document["fiche"].update(licence="odc-odbl")),
            "CSV.fichier": replace_file,
        }

        def delete() -> None:
            shutil.rmtree(folder)

        hide = lambda: edit(lambda document: document.update(hidden=True))  # noqa: E731
        yield Drill(made, acts, hide, delete, "n'existe plus")


@pytest.fixture
def idgo(tmp_path: Path, region: Region) -> Iterator[Drill]:
    with idgo_of.serving(region) as server:
        made = test_publish_idgo.made_in(tmp_path, region, server)

        def edit(**fields: str) -> None:
            test_publish_idgo.edited(server, made, **fields)

        def replace_file() -> None:
            (resource,) = made.package()["resources"]
            httpx.post(
                f"{region.url}/api/3/action/resource_patch",
                data={"id": resource["id"]},
                files={"upload": ("x.csv", b"a\n1\n", "text/csv")},
                headers={"Authorization": region.admin_token},
                timeout=60,
                verify=False,
            ).raise_for_status()

        acts: dict[str, Callable[[], Any]] = {
            "title": lambda: edit(title=f"À la main {made.slug}"),
            "license": lambda: edit(license="odc-odbl"),
            "CSV.fichier": replace_file,
        }
        yield Drill(
            made,
            acts,
            lambda: edit(private="True"),
            lambda: made.action("package_delete", id=made.slug),
            "quelqu'un a caché la fiche",
            lambda: edit(private="False"),
            test_publish_idgo.CLOSED,
        )


@pytest.fixture(
    params=[
        "udata",
        "onegeo",
        "portal",
        pytest.param("idgo", marks=[pytest.mark.sandbox, pytest.mark.end_to_end]),
    ]
)
def drill(request: pytest.FixtureRequest) -> Drill:
    found: Drill = request.getfixturevalue(request.param)
    return found


# --- the drill ----------------------------------------------------------------------------------------------


def test_a_look_at_what_is_as_it_was_left_tells_nothing(
    drill: Drill, caplog: pytest.LogCaptureFixture
) -> None:
    assert look(drill.made, caplog).wire.reads == []
    drill.made.publish(rows(5))
    seen = look(drill.made, caplog)
    assert (seen.differs, seen.said) == (False, "")
    assert seen.wire.reads


def test_each_act_is_told_by_the_next_look_and_put_right(
    drill: Drill, caplog: pytest.LogCaptureFixture
) -> None:
    drill.made.publish(rows(5))
    for name, act in drill.acts.items():
        act()
        seen = look(drill.made, caplog)
        assert seen.differs
        assert name in seen.said
        assert "à la main" not in seen.said.casefold().replace(drill.made.slug, "")
        drill.made.publish(rows(5))
        assert not look(drill.made, caplog).differs, name


@pytest.mark.parametrize("act", ["hide", "delete"])
def test_what_somebody_took_away_is_held_until_a_person_decides(
    drill: Drill, caplog: pytest.LogCaptureFixture, act: str
) -> None:
    made, told = drill.made, drill.removed if act == "delete" else "quelqu'un a caché la fiche"
    made.publish(rows(5))
    getattr(drill, act)()
    for run in (made.run(), made.run(force=True)):
        with pytest.raises(PublicationGateClosed, match=told):
            look(made, caplog, run)
        wire = Wire()
        with pytest.raises(PublicationGateClosed, match=told):
            made.publish(rows(6), run=run, wire=wire)
        assert wire.writes == []
    if (drill.removed, act) == ("quelqu'un a caché la fiche", "delete"):
        # IDGO brings its CKAN's record back with the first thing it is sent: the task is tried again.
        with pytest.raises(PlatformWriteConflict):
            made.publish(rows(6), run=made.run(waivers=REOPEN))
        assert made.publish(rows(6)).passed
    else:
        report = made.publish(rows(6), run=made.run(waivers=REOPEN))
        assert report.waivers[0]["reason"] == "cachée par erreur"
    assert not look(made, caplog).differs


@pytest.mark.sandbox
@pytest.mark.end_to_end
def test_a_restricted_one_that_somebody_opened_is_hidden_at_once(
    idgo: Drill, caplog: pytest.LogCaptureFixture
) -> None:
    assert idgo.expose and idgo.restricted
    idgo.made.publish(rows(3), idgo.made.dataset(**idgo.restricted))
    assert not look(idgo.made, caplog).differs
    idgo.expose()
    with pytest.raises(RestrictedDataExposed, match="cachée"):
        detect_differences_and_hide_exposed_records(
            idgo.made.dataset(), idgo.made.desk.city, idgo.made.run(), idgo.made.desk.place
        )
    assert not look(idgo.made, caplog).differs


def test_a_record_that_was_archived_is_held(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with datagouv_of.serving() as server:
        made = test_publish_datagouv.made_in(tmp_path, server)
        made.publish(rows(3))
        test_publish_datagouv.held(made, server)["archived"] = "2026-01-01T00:00:00+00:00"
        with pytest.raises(PlatformRequestRejection, match="archivée"):
            look(made, caplog)


@pytest.mark.parametrize("way", test_publish_onegeo.WAYS)
def test_a_look_at_onegeo_is_short_in_each_way(
    tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        onegeo_of.serving(ways=test_publish_onegeo.WAYS[way]) as site,
        test_publish_onegeo.made_in(tmp_path, site) as made,
    ):
        made.publish(rows(5))
        assert not look(made, caplog).differs
        test_publish_onegeo.edited(site, made, display_name="À la main")
        assert "display_name" in look(made, caplog).said


def test_a_restricted_record_of_onegeo_or_its_outlet_that_somebody_opened_is_told(
    onegeo: Drill, caplog: pytest.LogCaptureFixture
) -> None:
    """The record is hidden again; the city's web server is not Aqueduc's to close."""
    made, edit = onegeo.made, onegeo.expose
    assert edit
    with test_publish_onegeo.closed_outlet(made) as server:
        made.publish(rows(3), made.dataset(**test_publish_onegeo.CLOSED))
        assert not look(made, caplog).differs
        edit()
        with pytest.raises(RestrictedDataExposed, match=r"\(la fiche\)\. La fiche vient d'y être cachée"):
            detect_differences_and_hide_exposed_records(
                made.dataset(), made.desk.city, made.run(), made.desk.place
            )
        assert not look(made, caplog).differs
        server.closed = False
        with pytest.raises(
            RestrictedDataExposed, match=r"\(CSV.fichier\)\. Ce qui était ouvert l'est encore"
        ):
            detect_differences_and_hide_exposed_records(
                made.dataset(), made.desk.city, made.run(), made.desk.place
            )


@pytest.mark.parametrize(
    "name, closed",
    [
        ("onegeo", test_publish_onegeo.CLOSED),
        pytest.param("idgo", test_publish_idgo.CLOSED, marks=[pytest.mark.sandbox, pytest.mark.end_to_end]),
    ],
)
def test_what_a_run_hid_itself_is_shown_again_once_it_is_declared_open(
    name: str, closed: dict[str, Any], request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    made: Bench = request.getfixturevalue(name).made
    made.publish(rows(3))
    declared = dict(made.declared)
    made.declared |= closed
    assert detect_differences_and_hide_exposed_records(
        made.dataset(), made.desk.city, made.run(), made.desk.place, sleep=made.pause
    )
    made.declared.clear()
    made.declared |= declared
    for _again in range(2):
        seen = look(made, caplog)
        assert seen.differs
        assert "est déclaré ouvert et la fiche est cachée" in seen.said
        assert "Modifié" not in seen.said
    made.publish(rows(3))
    assert not look(made, caplog).differs


def test_a_run_that_dies_right_after_it_hid_a_record_leaves_no_act_of_a_person(
    onegeo: Drill, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = onegeo.made
    made.publish(rows(3))
    declared, write = dict(made.declared), Store.write_json
    made.declared |= test_publish_onegeo.CLOSED

    def die(store: Store, key: str, document: Any) -> None:
        if "private" in document["left"]:
            raise KeyboardInterrupt
        write(store, key, document)

    monkeypatch.setattr(Store, "write_json", die)
    with pytest.raises(KeyboardInterrupt):
        detect_differences_and_hide_exposed_records(
            made.dataset(), made.desk.city, made.run(), made.desk.place, sleep=made.pause
        )
    monkeypatch.undo()
    made.declared.clear()
    made.declared |= declared
    assert look(made, caplog).differs, "and no person is asked to open it again"
    made.publish(rows(3))
    assert not look(made, caplog).differs


def test_what_was_taken_off_comes_back_even_where_nothing_else_says_that_it_was(
    portal: Drill, caplog: pytest.LogCaptureFixture
) -> None:
    """As of a vault that was lost after the withdrawal was lifted: an unchanged source has to be published again."""
    made = portal.made
    made.certified(rows(3))
    assert not look(made, caplog).differs
    key = build_platform_state_key(made.slug, "portail")
    state = read_platform_state(made.desk.place.store, made.slug, "portail")
    made.desk.place.store.write_json(key, build_withdrawn_state(state).to_json())
    assert look(made, caplog).differs
    made.certified(rows(3))
    assert not look(made, caplog).differs


# --- the real udata -----------------------------------------------------------------------------------------


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    "test",
    [
        test_a_look_at_what_is_as_it_was_left_tells_nothing,
        test_each_act_is_told_by_the_next_look_and_put_right,
        lambda drill, caplog: test_what_somebody_took_away_is_held_until_a_person_decides(
            drill, caplog, "hide"
        ),
        lambda drill, caplog: test_what_somebody_took_away_is_held_until_a_person_decides(
            drill, caplog, "delete"
        ),
    ],
    ids=["as it was left", "acts", "hidden", "deleted"],
)
def test_the_same_on_the_real_udata(
    tmp_path: Path, real_udata: RealUdata, caplog: pytest.LogCaptureFixture, test: Callable[..., None]
) -> None:
    made = test_publish_udata.made_at(tmp_path, real_udata)
    test(udata_drill(made, real_udata.url, real_udata.keys["admin"]), caplog)
