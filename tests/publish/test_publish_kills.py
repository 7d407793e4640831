"""A publication killed (SIGKILL) right before each of its effects (``Doom``): the next run brings the
platform to exactly what is declared, with the ids it had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.errors import DatasetBusy
from sandbox.region import Region
from tests.publish.publishing import (
    COLUMNS,
    FIELDS,
    Bench,
    Wire,
    bench,
    beside,
    requests,
    rows,
    serving,
)
from tests.publish.showcase import served
from tests.publish.test_publish_outlet import with_outlet

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

TWO_FORMATS = {"mode": "upload", "formats": ["csv", "parquet"]}
OPEN: dict[str, Any] = {
    "title": "Jeu d'essai",
    "licence": "lov2",
    "access": "open",
    "columns": COLUMNS,
    "fields": FIELDS,
    "key": ["code"],
    "publish": TWO_FORMATS,
    "source": {"file": "depot", "path": "jeu.csv"},
}
BEFORE = rows(8)
DELTA = rows(9, nom=["neuf"] * 9).slice(1)
FEWER = {
    "columns": {name: COLUMNS[name] for name in ("code", "nom", "jour")},
    "fields": [FIELDS[0], FIELDS[1], FIELDS[3]],
}


@dataclass(frozen=True)
class Face:
    """A declaration, as changes over ``OPEN``, and its rows."""

    declared: dict[str, Any]
    table: pa.Table


HERE = Face({}, BEFORE)
"""What every change starts from, and comes back to."""
CHANGES = {
    "delta, title and licence": Face({"title": "Un autre titre", "licence": "odc-odbl"}, DELTA),
    "a type, and a reload on the way back": Face(
        {
            "fields": [*FIELDS[:2], {"name": "surface", "type": "string"}, FIELDS[3]],
            "publish": {"mode": "upload"},
        },
        BEFORE.set_column(2, "surface", pa.array(["grande"] * 8)),
    ),
    "restricted, one format, one column less": Face(
        {
            "licence": "other-at",
            "access": {"level": "same_organization"},
            "publish": {"mode": "upload"},
            **FEWER,
        },
        DELTA.drop_columns(["surface"]),
    ),
    "a link": Face(
        {
            "publish": {"mode": "index", "link": "/lieux"},
            "source": {"http": "api", "path": "/lieux"},
        },
        BEFORE,
    ),
    "an outlet": Face({"publish": {"mode": "index", "outlet": "web", "formats": ["csv"]}}, DELTA),
}
# Killed at each change of the code; while an outlet is filled, in ``test_publish_onegeo``.
DAILY = ("delta, title and licence", "a link")
WITH_FILES = ("delta, title and licence", "an outlet")


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with made_in(tmp_path / "ici", region) as made:
        yield made


@contextmanager
def made_in(root: Path, region: Region) -> Iterator[Bench]:
    with bench(root, region) as made, serving() as api, served(root / "www") as web:
        made.desk = beside(made, api)
        with_outlet(made.desk, root / "www", web)
        made.dataset(**OPEN)
        yield made


def test_a_first_publication(tmp_path: Path, region: Region, record_property: Any) -> None:
    """Every effect, those on the store that come before the first request included."""
    with made_in(tmp_path / "calme", region) as calm:
        calm.publish(BEFORE, wire=(wire := Wire()))
        model = face(calm)
        deaths = []
        for rank in count():
            with made_in(tmp_path / f"{rank}", region) as made:
                died = made.killed(BEFORE, rank, early=True)
                known = ids(made)
                made.publish(BEFORE)
                assert face(made) == model, died
                assert known == ids(made)[: len(known)]
            if died is None:
                break
            deaths.append(died)
    record_property("deaths", len(deaths))
    assert requests(deaths) == wire.writes
    assert {"half of POST resource_create"} <= set(deaths)
    for name in ("writing", "parts", "platforms/datasud"):
        assert any(one.startswith("rename") and one.endswith(f"{name}.json") for one in deaths), name


@pytest.mark.parametrize(
    "change", [name if name in DAILY else pytest.param(name, marks=pytest.mark.thorough) for name in CHANGES]
)
def test_a_change_and_its_return(here: Bench, change: str, record_property: Any) -> None:
    """There and back, killed before each effect in turn: those on files are the same whatever changes, but for
    what an outlet serves."""
    there, models, calm = CHANGES[change], {}, {}
    here.publish(BEFORE)
    for one in (there, HERE):
        here.publish(one.table, here.dataset(**{**OPEN, **one.declared}), wire=(wire := Wire()))
        models[id(one)], calm[id(one)] = (face(here), ids(here)[0]), wire.writes
    deaths: dict[int, list[str]] = {id(there): [], id(HERE): []}
    for rank in count():
        died = []
        for at in (there, HERE):
            here.dataset(**{**OPEN, **at.declared})
            died.append(here.killed(at.table, rank, local=change in WITH_FILES))
            here.publish(at.table)
            assert (face(here), ids(here)[0]) == models[id(at)], (rank, died)
            deaths[id(at)] += [died[-1]] if died[-1] else []
        if not any(died):
            break
    record_property("deaths", sum(map(len, deaths.values())))
    for at in (there, HERE):
        assert len(requests(deaths[id(at)])) >= len(calm[id(at)]) >= 2
    assert here.publish(HERE.table, wire=(again := Wire())).nothing_new
    assert again.writes == []


def ids(made: Bench) -> list[str]:
    """Of the resources that people see, in their order."""
    if made.status("package_show", id=made.slug) == 404:
        return []
    return [resource["id"] for resource in made.package()["resources"] if not resource.get("carries")]


def face(made: Bench) -> dict[str, Any]:
    """All that a publication decides, without what differs from one record to another. Where the rows of a
    table are kept is not part of it, but none may be kept for nothing."""
    record = made.package()
    shown = [resource for resource in record["resources"] if not resource.get("carries")]
    carried = [resource["carries"] for resource in record["resources"] if resource.get("carries")]
    assert len(set(carried)) == len(carried)
    assert set(carried) <= {resource["id"] for resource in shown if resource["datastore_active"]}
    own = {"id", "name", "metadata_created", "metadata_modified", "resources", "num_resources"}
    kept = ("name", "format", "hash", "size", "url_type", "restricted", "description", "datastore_active")
    tables = [made.table(resource) for resource in shown if resource["datastore_active"]]
    www = made.desk.include.parent / "www"
    return {
        **{key: value for key, value in record.items() if key not in own},
        "resources": [[resource.get(key) for key in kept] for resource in shown],
        "tables": tables,
        "files": [made.body(resource).status_code for resource in shown],
        "outlet": {
            path.name: path.read_bytes()
            for path in www.rglob("*")
            if path.is_file() and path.suffix == ".csv"
        },
        "scratch": [str(path) for path in www.parent.rglob(".scratch/*")],
    }


def test_two_runs_at_once_are_one_after_the_other(here: Bench) -> None:
    """Another process is in the middle of its publication, waiting for the platform."""
    here.publish(BEFORE)

    class Meanwhile(Wire):
        def handle_request(self, request: Any) -> Any:
            if request.method == "POST" and not self.writes:
                deaths.append(other())
            return super().handle_request(request)

    def other() -> str:
        with pytest.raises(DatasetBusy) as busy:
            here.publish(rows(3))
        assert busy.value.retryable
        return "busy"

    deaths: list[str] = []
    here.publish(DELTA, wire=Meanwhile())
    assert deaths == ["busy"]
    assert len(here.table(here.package()["resources"][0])) == DELTA.num_rows
    assert here.killed(BEFORE, 1), "whoever dies lets go"
    here.publish(BEFORE)
    assert len(here.table(here.package()["resources"][0])) == BEFORE.num_rows
