"""A file that arrives: seen twice the same, asked for once, whatever died in between; and what is kept of it."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import SourceAccessRefusal, StoreError
from aqueduc.sources.arrivals import FAILURES_TOLD, list_arrival_triggered_runs, save_drop_watch_state

CANARY = "Canari-Zoé-0612345678"
COLUMNS = {"station": "publish", "valeur": "publish"}
ROW = "station,valeur\na,1\n"


@pytest.fixture
def watched(house):
    house.declare({"file": "depot", "path": "releves-*.csv", "take": "all"}, COLUMNS, on_arrival=True)
    return house


def put(house, name="releves-1.csv", text=ROW):
    (house.drop / name).write_text(text)


def look(house, *, noted=True):
    """The runs that one look asks for."""
    asked = []
    for arrival in list_arrival_triggered_runs(house.place, load_city(house.include)):
        asked.append((arrival.dataset, arrival.after.run_id))
        if noted:
            save_drop_watch_state(house.place, arrival.dataset, arrival.after)
    return asked


def arrive(house):
    """Two looks, the second of which asks for a run."""
    assert look(house) == []
    ((dataset, run),) = look(house)
    assert dataset == "essai"
    return run


def test_a_file_is_there_once_it_was_seen_twice_and_then_no_more(watched):
    assert look(watched) == []
    put(watched)
    first = arrive(watched)
    assert first.startswith("arrival__") and len(first) == len("arrival__") + 32
    assert [look(watched) for _ in range(3)] == [[]] * 3


def test_a_file_that_grows_waits(watched):
    for rows in range(1, 5):
        put(watched, text=ROW * rows)
        assert look(watched) == []
    assert len(look(watched)) == 1


def test_another_file_the_same_rewritten_and_one_that_comes_back(watched):
    put(watched)
    runs = [arrive(watched)]
    put(watched, "releves-2.csv")
    runs.append(arrive(watched))
    (watched.drop / "releves-2.csv").unlink()
    runs.append(arrive(watched))
    put(watched, text=ROW + "b,2\n")
    runs.append(arrive(watched))
    (watched.drop / "releves-1.csv").unlink()
    assert look(watched) == []
    put(watched, text=ROW + "b,2\n")
    runs.append(arrive(watched))
    assert len(set(runs)) == len(runs)


def test_a_former_state_that_comes_back_bit_for_bit_is_another_arrival(watched):
    """A copy put back with its date."""
    put(watched)
    state = (watched.drop / "releves-1.csv").stat()
    first = arrive(watched)
    kept = watched.drop / "copie"
    os.link(watched.drop / "releves-1.csv", kept)
    put(watched, "autre", ROW + "b,2\n")
    (watched.drop / "autre").replace(watched.drop / "releves-1.csv")
    second = arrive(watched)
    kept.replace(watched.drop / "releves-1.csv")
    assert (watched.drop / "releves-1.csv").stat().st_mtime_ns == state.st_mtime_ns
    assert arrive(watched) not in (first, second)


def test_what_no_pattern_means_and_what_is_still_called_so_is_no_arrival(watched):
    put(watched)
    arrive(watched)
    for name in ("autre.csv", ".releves-9.csv", "releves-9.csv.part"):
        put(watched, name)
    assert look(watched) == look(watched) == []


def test_a_task_that_dies_before_it_noted_asks_for_the_same_run(watched):
    put(watched)
    assert look(watched) == []
    lost = look(watched, noted=False)
    assert lost and look(watched) == lost and look(watched) == []


def test_a_drop_that_does_not_answer_asks_for_one_run_that_says_so(watched):
    put(watched)
    first = arrive(watched)
    watched.drop.rename(watched.folder / "ailleurs")
    asked = [look(watched) for _ in range(FAILURES_TOLD + 3)]
    assert [len(runs) for runs in asked] == [*[0] * (FAILURES_TOLD - 1), 1, 0, 0, 0]
    (watched.folder / "ailleurs").rename(watched.drop)
    assert look(watched) == look(watched) == []
    put(watched, "releves-2.csv")
    assert arrive(watched) not in (first, asked[FAILURES_TOLD - 1][0][1])


def test_a_short_absence_asks_for_nothing(watched):
    put(watched)
    arrive(watched)
    for _ in range(3):
        for _look in range(FAILURES_TOLD - 1):
            (watched.drop).rename(watched.folder / "ailleurs")
            assert look(watched) == []
            (watched.folder / "ailleurs").rename(watched.drop)
        assert look(watched) == []


@pytest.mark.parametrize("connection", [{"conn_type": "postgres", "host": "x"}, {"conn_type": "fs"}])
def test_a_connection_that_leads_nowhere_is_told_by_the_run(watched, connection):
    watched.connect("depot", **connection)
    assert [len(look(watched)) for _ in range(FAILURES_TOLD + 1)] == [*[0] * (FAILURES_TOLD - 1), 1, 0]


def test_a_dataset_that_does_not_wait_or_cannot_be_read_is_not_looked_at(house):
    put(house)
    house.declare({"file": "depot", "path": "releves-1.csv"}, COLUMNS)
    assert look(house) == look(house) == []
    house.declare({"file": "depot", "path": "releves-1.csv"}, COLUMNS, on_arrival=True)
    with (house.include / "datasets/essai.yaml").open("a") as file:
        file.write("titre: Encore\n")
    assert look(house) == look(house) == []


def test_an_environment_on_request_waits_for_no_file(watched, monkeypatch):
    put(watched)
    watched.city(environments={"recette": {"cadence": "as-needed"}})
    loaded = load_city(watched.include, "recette")
    assert [list(list_arrival_triggered_runs(watched.place, loaded)) for _ in range(2)] == [[], []]


def test_a_day_without_publication_sees_nothing_and_the_day_after_what_came(watched):
    put(watched)
    today = watched.place.clock().date()
    watched.city(holidays=[{"from": str(today - timedelta(days=1)), "to": str(today + timedelta(days=1))}])
    assert [look(watched) for _ in range(3)] == [[]] * 3
    watched.city()
    assert arrive(watched)


def test_nothing_of_a_file_is_kept_and_none_is_read(watched, monkeypatch):
    put(watched, f"releves-{CANARY}.csv", f"station,valeur\n{CANARY},1\n")
    (watched.drop / f"releves-{CANARY}.csv").chmod(0o000)
    run = arrive(watched)
    kept = (watched.folder / "store/arrivals/essai.json").read_text()
    assert "Canari" not in kept + run and watched.in_vault() == set()


def test_a_state_that_is_no_json_is_told(watched):
    put(watched)
    look(watched)
    (watched.folder / "store/arrivals/essai.json").write_text("{")
    with pytest.raises(StoreError):
        look(watched)


# --- a document at an address --------------------------------------------------------------------------------------------

DATED = {"Last-Modified": "Fri, 20 Mar 2026 08:00:00 GMT"}
DATED_AGAIN = {"Last-Modified": "Fri, 20 Mar 2026 09:00:00 GMT"}


@pytest.fixture
def document(house, api):
    house.connect("api", conn_type="http", host=api.url)
    source = {"http": "api", "path": "/releves", "format": "csv"}
    house.declare(source, COLUMNS, on_arrival=True)
    return house


@pytest.mark.parametrize("before, after", [({"ETag": '"a"'}, {"ETag": 'W/"b"'}), (DATED, DATED_AGAIN)])
def test_a_document_is_seen_by_the_state_that_its_address_announces(document, api, reply, before, after):
    api.reply("/releves", reply(ROW.encode(), headers=before))
    first = arrive(document)
    assert [look(document) for _ in range(3)] == [[]] * 3
    api.reply("/releves", reply(ROW.encode(), headers=after))
    assert arrive(document) != first
    assert set(api.methods) == {"HEAD"} and document.in_vault() == set()


def test_a_document_of_the_same_date_and_another_size_is_another(document, api, reply):
    api.reply("/releves", reply(ROW.encode(), headers=DATED))
    first = arrive(document)
    api.reply("/releves", reply(ROW.encode() * 2, headers=DATED))
    assert arrive(document) != first


def test_an_address_that_serves_get_alone_is_asked_so_and_its_body_left(document, api, reply):
    api.refused = frozenset({"HEAD"})
    api.reply("/releves", reply(ROW.encode(), headers={"ETag": '"a"'}))
    assert arrive(document)
    assert api.methods == ["HEAD", "GET"] * 2


def test_a_document_that_is_not_there_yet_has_not_arrived(document, api, reply):
    api.reply("/releves", reply(status=404))
    assert [look(document) for _ in range(FAILURES_TOLD + 1)] == [[]] * (FAILURES_TOLD + 1)
    api.reply("/releves", reply(ROW.encode(), headers={"ETag": '"a"'}))
    assert arrive(document)


@pytest.mark.parametrize(
    "headers, status", [({}, 200), ({}, 403), ({"Location": "http://ailleurs.example/"}, 302)]
)
def test_an_address_that_announces_nothing_asks_for_one_run_which_says_so(
    document, api, reply, headers, status
):
    api.reply("/releves", reply(ROW.encode(), status=status, headers=headers))
    assert [len(look(document)) for _ in range(FAILURES_TOLD + 2)] == [*[0] * (FAILURES_TOLD - 1), 1, 0, 0]
    dataset = load_dataset(document.include / "datasets/essai.yaml", load_city(document.include))
    if status == 200:
        (told,) = [one for one in document.extract(dataset).report.findings if one.code == "etat-non-annonce"]
        assert "ni ETag ni date" in str(told.message) and "cadence: daily" in str(told.remedy)
    else:
        document.fails(SourceAccessRefusal, dataset)


def test_a_run_says_nothing_where_the_address_announces_its_state(document, api, reply):
    api.reply("/releves", reply(ROW.encode(), headers={"ETag": '"a"'}))
    dataset = load_dataset(document.include / "datasets/essai.yaml", load_city(document.include))
    assert document.extract(dataset).report.findings == ()
