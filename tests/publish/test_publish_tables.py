"""The table and the file under the eyes of the public: whoever reads at any moment reads a whole revision."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time as clock
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest

from aqueduc.errors import ReadBackMismatch
from aqueduc.platforms.ckan import tables as ckan_table
from aqueduc.publish.planning import table_plan
from sandbox.region import Region
from tests.publish.publishing import (
    COLUMNS,
    FIELDS,
    HTTP,
    Api,
    Bench,
    Wire,
    bench,
    beside,
    rows,
    serving,
)

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

EVERY_SECONDS = 0.05
INDEX: dict[str, Any] = {
    "publish": {"mode": "index", "link": "/lieux"},
    "source": {"http": "api", "path": "/lieux"},
}


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, region: Region, api: Api) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        made.desk = beside(made, api)
        yield made


# --- a reader that never stops ------------------------------------------------------------------------------

State = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Sight:
    """What a visitor got, asked for at ``asked`` and in his hands at ``had`` (of one clock)."""

    what: Any
    asked: float
    had: float


@dataclass
class Reader:
    """What an anonymous visitor got, in order: a state of the table, bytes of the file, or None."""

    made: Bench
    tables: list[Sight] = field(default_factory=list)
    files: list[Sight] = field(default_factory=list)

    def table_once(self, client: httpx.Client) -> None:
        resource = self._shown(client)
        asked = time.monotonic()
        found = self._table(client, resource["id"]) if resource else None
        self.tables.append(Sight(found, asked, time.monotonic()))

    def file_once(self, client: httpx.Client) -> None:
        resource = self._shown(client)
        asked = time.monotonic()
        found = self._file(client, resource["url"]) if resource else None
        self.files.append(Sight(found, asked, time.monotonic()))

    def _shown(self, client: httpx.Client) -> dict[str, Any] | None:
        url = f"{self.made.region.url}/api/3/action/package_show"
        answer = client.get(url, params={"id": self.made.slug})
        shown = answer.json()["result"]["resources"] if answer.status_code == 200 else []
        return next((one for one in shown if one.get("data_type") == "raw"), None)

    def _table(self, client: httpx.Client, resource: str) -> State | None:
        url = f"{self.made.region.url}/api/3/action/datastore_search"
        # Its total, by default beside the rows, is of a second query: it may be the next revision's.
        asked = {"resource_id": resource, "limit": "32000", "include_total": "false"}
        answer = client.get(url, params=asked)
        if answer.status_code in (403, 404) or _left_meanwhile(answer):
            return None
        assert answer.status_code == 200, answer.text
        records = answer.json()["result"]["records"]
        return state([{k: v for k, v in record.items() if k != "_id"} for record in records])

    def _file(self, client: httpx.Client, url: str) -> bytes | None:
        answer = client.get(url, follow_redirects=True)
        return answer.content if answer.status_code == 200 else None

    def run(self, once: Callable[[httpx.Client], None], stop: threading.Event) -> None:
        """Every 50 ms; at once when the answer took longer."""
        with httpx.Client(timeout=60, verify=False) as client:
            while not stop.is_set():
                due = time.monotonic() + EVERY_SECONDS
                once(client)
                stop.wait(max(due - time.monotonic(), 0))


@dataclass
class Dated(Wire):
    """When each write was sent and answered, and whether it only moved the name of a table."""

    sent: list[tuple[str, bool, float, float]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        started = time.monotonic()
        answer = super().handle_request(request)
        if request.method == "POST":
            answer.read()
            name = request.url.path.rsplit("/", 1)[-1]
            multipart = request.headers["Content-Type"].startswith("multipart/")
            said = {} if multipart else json.loads(request.content)
            moves = name.startswith("datastore_") and not {"records", "fields", "filters"} & said.keys()
            self.sent.append((name, moves, started, time.monotonic()))
        return answer

    @property
    def moving(self) -> list[tuple[float, float]]:
        """From when to when the name of a table was being moved from one to the next: requests that load
        nothing, one after the other."""
        spans: list[tuple[float, float]] = []
        for (_, first, start, _), (_, second, _, end) in pairwise(self.sent):
            if first and second:
                spans.append((start, end))
        return spans


def _left_meanwhile(answer: httpx.Response) -> bool:
    """How CKAN before 2.12 says that a table left after it was looked up, within one request: since, it is a
    404 as well."""
    return answer.status_code == 409 and re.search(r"relation .* does not exist", answer.text) is not None


def state(records: list[dict[str, Any]]) -> State:
    """Rows by name of column: numbers by value, whatever they are written like."""
    return frozenset(
        tuple(f"{name}={float(v) if isinstance(v, int | float) else v}" for name, v in sorted(record.items()))
        for record in records
    )


def of(table: pa.Table) -> State:
    return state([{name: _json(value) for name, value in row.items()} for row in table.to_pylist()])


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | str) else str(value)


@contextmanager
def reading(made: Bench) -> Iterator[Reader]:
    """Two visitors, of the table and of the file; what they cannot make sense of fails the test."""
    reader, stop = Reader(made), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(reader.run, once, stop) for once in (reader.table_once, reader.file_once)]
        try:
            yield reader
            time.sleep(4 * EVERY_SECONDS)
        finally:
            stop.set()
        for each in both:
            each.result()


FIRST = rows(60)
"""The first revision."""
_NAMES = rows(63)["nom"].to_pylist()
DELTA = rows(63, nom=[f"corrigé {rank}" if rank < 20 else name for rank, name in enumerate(_NAMES)]).slice(2)
"""Two rows less, three more, eighteen corrected."""
SHRUNK = rows(60, nom=["plus court"] * 60).slice(10)
RELOADED = rows(60, nom=["rechargé"] * 60).slice(10)
TYPED = RELOADED.set_column(2, "surface", pa.array(["grande"] * 50))
AS_TEXT = [*FIELDS[:2], {"name": "surface", "type": "string"}, FIELDS[3]]


def _never_away(tables: list[Sight], wires: dict[str, Dated]) -> None:
    """Once there, the table is only away while its name moves to the next one, which was loaded before; and
    while there is none, between the link and the file that comes after it."""
    away = [span for wire in wires.values() for span in wire.moving]
    away.append((wires["link"].sent[0][2], wires["hosted"].sent[-1][3]))
    first = next(rank for rank, one in enumerate(tables) if one.what is not None)
    for one in tables[first:]:
        if one.what is None:
            assert any(start <= one.had and one.asked <= end for start, end in away), "the table was away"


def _one_revision_apart(reader: Reader, states: list[State], contents: list[bytes]) -> None:
    """The file comes first, then the table: whoever has the table of a revision gets its file, or the next
    one's; whoever has a file gets its table or the one before."""
    tables = [(states.index(one.what), one) for one in reader.tables if one.what in states]
    files = [(contents.index(one.what), one) for one in reader.files if one.what in contents]
    for rank, table in tables:
        for other, file in files:
            if file.asked > table.had:
                assert other >= rank, "a table ahead of its file"
            if file.had < table.asked:
                assert other <= rank + 1, "a table two revisions behind its file"


@pytest.mark.end_to_end
def test_a_visitor_sees_whole_revisions_only(
    here: Bench,
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """First load, delta, a delta that is no single transaction, a reload, a type, a key, a mode and back."""
    steps: list[tuple[str, pa.Table, dict[str, Any]]] = [
        ("first", FIRST, {}),
        ("delta", DELTA, {}),
        ("shrunk", SHRUNK, {}),
        ("reload", RELOADED, {}),
        ("type", TYPED, {"fields": AS_TEXT}),
        ("key", TYPED, {"key": ["code", "jour"]}),
        ("link", TYPED, INDEX),
        ("hosted", TYPED, {"publish": {"mode": "upload"}, "source": {"file": "depot", "path": "jeu.csv"}}),
    ]
    choices: dict[str, tuple[str, ...]] = {}
    files: dict[str, bytes] = {}
    wires = {name: Dated() for name, *_ in steps}
    with reading(here) as reader:
        for name, table, changes in steps:
            monkeypatch.setattr(table_plan, "ONE_CHANGE_ROWS", 40 if name == "reload" else 20_000)
            report = here.publish(table, here.dataset(**changes), wire=wires[name])
            choices[name] = report.choices
            (resource,) = (one for one in here.package()["resources"] if one["data_type"] == "raw")
            files[name] = here.body(resource).content
            if name == "key":
                hosted = resource
            if name == "link":
                led = HTTP.get(hosted["url"], follow_redirects=True)
                assert led.content == api.body, "the file's former address leads to the link"
    present = [one.what for one in reader.tables if one.what is not None]
    assert [one for rank, one in enumerate(present) if rank == 0 or one != present[rank - 1]] == [
        of(table) for table in (FIRST, DELTA, SHRUNK, RELOADED, TYPED)
    ], "a state of the table that was never published, or out of its turn"
    _never_away(reader.tables, wires)
    assert {one.what for one in reader.files} <= {None, api.body, *files.values()}, "half a file"
    first = next(rank for rank, one in enumerate(reader.files) if one.what is not None)
    assert None not in [one.what for one in reader.files[first:]], "the file was away"
    _one_revision_apart(reader, [of(table) for _, table, _ in steps[:5]], list(files.values())[:5])
    record_property("polls", f"{len(reader.tables)} of the table, {len(reader.files)} of the file")
    for name in ("delta", "shrunk", "reload", "type", "link", "hosted"):
        start, end = wires[name].sent[0][2], wires[name].sent[-1][3]
        for sights in (reader.tables, reader.files):
            assert any(start < one.asked < end for one in sights), f"nobody looked during {name}"
    assert {name: len(said) for name, said in choices.items()} == {
        "first": 0,
        "delta": 1,
        "shrunk": 1,
        "reload": 1,
        "type": 1,
        "key": 1,
        "link": 0,
        "hosted": 0,
    }
    assert here.publish(TYPED, wire=(again := Wire())).nothing_new
    assert again.writes == []


def test_a_delta_is_one_request_rows_that_leave_included(here: Bench) -> None:
    here.publish(FIRST)
    wire = Wire()
    report = here.publish(DELTA, wire=wire)
    assert wire.writes == ["package_revise", "datastore_upsert"]
    (choice,) = report.choices
    assert "lignes de plus : 3 ; modifiées : 18 ; de moins : 2" in choice
    (resource,) = here.package()["resources"]
    assert state(here.table(resource)) == of(DELTA)


def test_rows_that_only_leave_do_so_in_one_request_whatever_the_key(here: Bench) -> None:
    here.publish(FIRST, here.dataset(key=["code", "jour"]))
    wire = Wire()
    here.publish(FIRST.slice(7, 40), wire=wire)
    assert wire.writes == ["package_revise", "datastore_delete"]
    (resource,) = here.package()["resources"]
    assert state(here.table(resource)) == of(FIRST.slice(7, 40))


def test_what_is_no_single_transaction_is_built_beside_and_swapped(here: Bench) -> None:
    here.publish(FIRST)
    (before,) = here.package()["resources"]
    wire = Wire()
    report = here.publish(SHRUNK, wire=wire)
    assert wire.writes == [
        "package_revise",
        "resource_create",
        "datastore_create",
        "datastore_delete",
        "datastore_create",
        "resource_patch",
    ]
    assert report.writes[1:] == (
        "préparer à côté la nouvelle table interrogeable",
        "mettre en service la nouvelle table interrogeable",
    )
    shown, backing = here.package()["resources"]
    assert (shown["id"], shown["datastore_active"]) == (before["id"], True)
    assert backing["carries"] == before["id"]
    assert state(here.table(shown)) == of(SHRUNK)
    wire = Wire()
    assert here.publish(SHRUNK, wire=wire).nothing_new
    assert wire.writes == []
    wire = Wire()
    here.publish(rows(60, nom=["plus court"] * 59 + ["dernier"]).slice(10), wire=wire)
    assert wire.writes == ["package_revise", "datastore_upsert"], "the backing table is brought up to date"
    here.publish(rows(5))
    shown, other = here.package()["resources"]
    assert other["id"] != backing["id"]
    assert here.status("datastore_search", resource_id=backing["id"]) == 404
    assert state(here.table(shown)) == of(rows(5))


def test_a_lost_memory_builds_the_table_anew_rather_than_guess(here: Bench) -> None:
    here.publish(FIRST)
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/datasud.json")
    report = here.publish(DELTA)
    assert "préparer à côté la nouvelle table interrogeable" in report.writes
    assert "n'est pas connu" in report.choices[0]


def test_a_former_revision_damaged_on_its_disk_builds_the_table_anew(here: Bench) -> None:
    """What the table holds is then no longer known, and no run may stop at it for ever."""
    here.publish(FIRST)
    store = here.desk.place.store
    (former,) = store.read_validated_partitions(here.slug)
    store.write(former.key, b"PAR1 and no more")
    here.publish(DELTA)
    (resource,) = (one for one in here.package()["resources"] if not one.get("carries"))
    assert state(here.table(resource)) == of(DELTA)


def test_a_column_that_is_no_longer_published_leaves_before_anything_is_built(here: Bench) -> None:
    here.publish(FIRST)
    columns = {name: rule for name, rule in COLUMNS.items() if name != "surface"}
    fields = [one for one in FIELDS if one["name"] != "surface"]
    wire = Wire()
    report = here.publish(
        FIRST.drop_columns(["surface"]), here.dataset(columns=columns, fields=fields), wire=wire
    )
    assert wire.writes[-2:] == ["datastore_delete", "datastore_create"]
    assert report.writes[-2:] == (
        "retirer la table interrogeable, dont une colonne ne se publie plus",
        "charger la table interrogeable",
    )
    (resource,) = here.package()["resources"]
    assert state(here.table(resource)) == of(FIRST.drop_columns(["surface"]))


def test_without_a_key_the_table_is_replaced_whole_and_it_is_said(here: Bench) -> None:
    twice = pa.concat_tables([rows(3), rows(3)])
    report = here.publish(twice, here.dataset(key=[]))
    assert [finding.code for finding in report.findings] == ["table-remplacee-entiere"]
    (resource,) = here.package()["resources"]
    assert len(here.table(resource)) == 6
    wire = Wire()
    assert here.publish(twice, wire=wire).nothing_new
    assert wire.writes == []
    report = here.publish(rows(4))
    assert "préparer à côté la nouvelle table interrogeable" in report.writes
    shown, _ = here.package()["resources"]
    assert shown["id"] == resource["id"]
    assert state(here.table(shown)) == of(rows(4))


def test_a_table_taken_off_takes_its_backing_resource_along(here: Bench) -> None:
    here.publish(FIRST)
    here.publish(SHRUNK)
    here.publish(SHRUNK, here.dataset(publish={"mode": "upload", "datastore": False}))
    (resource,) = here.package()["resources"]
    assert not resource["datastore_active"]
    assert here.status("datastore_search", resource_id=resource["id"]) == 404
    here.publish(SHRUNK, here.dataset(publish={"mode": "upload"}))
    (resource,) = here.package()["resources"]
    assert state(here.table(resource)) == of(SHRUNK)
    here.publish(FIRST)
    here.publish(FIRST.slice(5), here.dataset(publish={"mode": "upload", "formats": ["parquet"]}))
    assert len(here.package()["resources"]) == 1


# --- reading back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [["code"], ["code", "jour"], []])
def test_a_row_that_is_not_as_it_was_sent_is_found(here: Bench, key: list[str]) -> None:
    """The table is tampered with after its last write, before it is read back: same number of rows."""
    here.publish(rows(12), here.dataset(key=key, publish={"mode": "upload", "datastore": False}))
    here.dataset(publish={"mode": "upload"})

    class Tampering(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.url.path.endswith("datastore_create"):
                answer.read()
                resource = here.package()["resources"][0]["id"]
                first = {"_id": 1, "nom": "autre chose", "code": "01001", "jour": "2026-01-01"}
                here.action("datastore_upsert", resource_id=resource, force=True, records=[first])
            return answer

    with pytest.raises(ReadBackMismatch, match="d'autres valeurs") as caught:
        here.publish(rows(12), wire=Tampering())
    assert "autre chose" not in str(caught.value)


def test_a_row_in_place_of_another_is_found_at_the_ends(here: Bench) -> None:
    """One row too many and one too few: the sample may miss both, the last row does not."""
    here.publish(rows(400), here.dataset(publish={"mode": "upload", "datastore": False}))
    here.dataset(publish={"mode": "upload"})

    class Tampering(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.url.path.endswith("datastore_create"):
                answer.read()
                resource = here.package()["resources"][0]["id"]
                foreign = [{"code": "99999", "nom": "étranger"}]
                here.action(
                    "datastore_upsert", resource_id=resource, force=True, records=foreign, method="insert"
                )
                here.action("datastore_delete", resource_id=resource, force=True, filters={"code": "01333"})
            return answer

    with pytest.raises(ReadBackMismatch, match="n'a pas été publiée"):
        here.publish(rows(400), wire=Tampering())


def test_a_row_written_by_hand_meanwhile_is_found_and_the_next_run_puts_it_right(here: Bench) -> None:
    """The same number of rows: nothing but reading them tells."""

    class Tampering(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.url.path.endswith("datastore_upsert"):
                answer.read()
                resource = here.package()["resources"][0]["id"]
                by_hand = [{"code": "01001", "nom": "écrit à la main"}]
                here.action("datastore_upsert", resource_id=resource, force=True, records=by_hand)
            return answer

    here.publish(rows(5))
    with pytest.raises(ReadBackMismatch, match="d'autres valeurs"):
        here.publish(rows(6), wire=Tampering())
    report = here.publish(rows(6))
    assert "préparer à côté la nouvelle table interrogeable" in report.writes
    (resource,) = (one for one in here.package()["resources"] if not one.get("carries"))
    assert state(here.table(resource)) == of(rows(6))
    assert here.publish(rows(6)).nothing_new


def test_cells_at_the_edge_of_their_types_are_read_back_as_they_were_sent(here: Bench) -> None:
    """Zero below zero, more digits than a float has, fractions of a second; keys too long for an address."""
    fields = [
        {"name": "code", "type": "string"},
        {"name": "montant", "type": "number"},
        {"name": "part", "type": "number"},
        {"name": "heure", "type": "time"},
    ]
    dataset = here.dataset(columns={field["name"]: "publish" for field in fields}, fields=fields)
    amounts = pa.array(map(Decimal, ("0.01", "99999999999999999999.99", "-1.10")), pa.decimal128(38, 2))
    hours = pa.array([clock(0), clock(23, 59, 59, 999_999), clock(1, 2, 3, 500_000)], pa.time64("us"))
    columns = {"montant": amounts, "part": [-0.0, 1e300, 1 / 3], "heure": hours}
    table = pa.table({"code": ["01001", "é" * 700, "é" * 699 + "e"], **columns})
    here.publish(table, dataset)
    report = here.publish(table.slice(0, 2), dataset)
    assert "mettre la table à jour par différence" in report.writes
    assert here.publish(table.slice(0, 2), dataset).nothing_new


def test_a_key_of_several_columns_is_read_back_in_few_requests(here: Bench) -> None:
    here.publish(rows(40), here.dataset(key=["code", "jour"]))
    wire = Wire()
    assert here.publish(rows(40), wire=wire).nothing_new
    whole, ends, keys = 1, 2, 1
    assert wire.reads.count("datastore_search") == whole + 2 * (ends + keys)


def test_where_values_of_a_key_meet_too_often_each_row_is_asked_for(
    here: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ckan_table, "TOGETHER_ROWS", 5)
    here.publish(rows(8), here.dataset(key=["code", "jour"]))
    wire = Wire()
    assert here.publish(rows(8), wire=wire).nothing_new
    whole, ends, keys = 1, 2, 1
    assert wire.reads.count("datastore_search") == whole + 2 * (ends + keys + 8)


# --- what a table cannot hold -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["xmin", "a\tb", "doux\u00adtrait"])
def test_a_column_name_that_no_table_takes_leaves_the_file_alone(here: Bench, name: str) -> None:
    fields = [{"name": "code", "type": "string"}, {"name": name, "type": "string"}]
    dataset = here.dataset(columns={"code": "publish", name: "publish"}, fields=fields)
    report = here.publish(pa.table({"code": ["1"], name: ["x"]}), dataset)
    assert [finding.code for finding in report.findings] == ["pas-de-table-ici"]


@pytest.mark.parametrize("code, said", [("a\0b", "U+0000"), ("a" * 2_700, "2700 octets")])
def test_a_cell_that_no_table_takes_leaves_the_file_alone(here: Bench, code: str, said: str) -> None:
    fields = [{"name": "code", "type": "string"}]
    dataset = here.dataset(columns={"code": "publish"}, fields=fields)
    report = here.publish(pa.table({"code": [code, "b"]}), dataset)
    (finding,) = report.findings
    assert finding.code == "pas-de-table-ici"
    assert said in finding.message
    assert code not in finding.message


def test_a_datastore_that_is_turned_off_and_on_again(here: Bench) -> None:
    class Without(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            name = request.url.path.rsplit("/", 1)[-1]
            if name.startswith("datastore_"):
                return httpx.Response(400, json=f"Bad request - Action name not known: {name}")
            answer = super().handle_request(request)
            if name == "status_show":
                answer.read()
                document = answer.json()
                document["result"]["extensions"].remove("datastore")
                return httpx.Response(200, json=document)
            return answer

    here.publish(FIRST)
    here.publish(SHRUNK)
    report = here.publish(FIRST, wire=Without())
    assert [finding.code for finding in report.findings] == ["pas-de-table-ici"]
    assert here.publish(FIRST, wire=Without()).nothing_new
    here.publish(FIRST)
    (resource,) = (one for one in here.package()["resources"] if not one.get("carries"))
    assert state(here.table(resource)) == of(FIRST)


def test_a_visitor_who_is_shown_another_fiche_is_found(here: Bench) -> None:
    class Cached(Wire):
        """A cache in front of the platform still serves visitors the licence of before."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.url.path.endswith("package_show") and "Authorization" not in request.headers:
                answer.read()
                document = answer.json()
                if document["success"]:
                    document["result"]["license_id"] = "odc-odbl"
                return httpx.Response(answer.status_code, json=document)
            return answer

    with pytest.raises(ReadBackMismatch, match=r"un visiteur ne voit pas la même fiche \(license_id\)"):
        here.publish(rows(5), wire=Cached())
