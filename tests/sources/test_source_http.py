"""HTTP: pages, tries, what is refused, and an answer that has not changed."""

from __future__ import annotations

import email.utils
import gzip
import itertools
import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import certifi
import pytest

from aqueduc import http
from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.run import Run
from aqueduc.sources import client
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from sandbox.processes import free_port
from tests.sources.conftest import serve_api
from tests.sources.pem import write_certificate

COLUMNS = {"id": "publish", "nom": "publish", "agent": "drop"}
ROWS = [{"id": 1, "nom": "Rotonde", "agent": "x"}, {"id": 2, "nom": "Mignet", "agent": "y"}]


@pytest.fixture
def declared(house, api):
    def declare(columns=COLUMNS, *, extra=None, **source):
        house.connect("mobilite", conn_type="http", host=api.url, extra=extra or {})
        return house.declare(
            {"http": "mobilite", "path": "/parkings", **source}, columns, types={"id": "integer"}
        )

    return declare


@pytest.fixture
def naps(monkeypatch):
    """The waits between tries, noted instead of slept."""
    taken = []
    monkeypatch.setattr("tenacity.nap.time.sleep", taken.append)
    return taken


def test_a_list_of_records(house, api, declared, reply):
    api.reply("/parkings", reply([{"id": 1.50, "nom": " Rotonde "}, {"nom": None, "agent": "y", "id": "2"}]))
    found = house.extract(declared())
    assert house.table(found) == (
        ["__line", "id", "nom", "agent"],
        [(1, "1.5", "Rotonde", None), (2, "2", None, "y")],
    )
    assert found.report.source == {"kind": "http", "connection": "mobilite", "path": "/parkings"}
    assert api.url not in str(found.report.to_json())


def test_records_at_a_path_nested_names_and_union_of_keys(house, api, declared, reply):
    api.reply(
        "/parkings",
        reply(
            {
                "meta": {"total": 3},
                "reponse": {
                    "liste": [
                        {"id": 1, "lieu": None, "ouvert": True},
                        {"id": 2, "lieu": {"lon": 5.450, "rue": {"nom": "Mirabeau"}}, "tags": []},
                        {"nom": "z", "lieu": {}},
                    ]
                },
            }
        ),
    )
    columns = dict.fromkeys(["id", "ouvert", "lieu.lon", "lieu.rue.nom", "tags", "nom"], "publish")
    assert house.table(house.extract(declared(columns, records="reponse.liste"))) == (
        ["__line", *columns],
        [
            (1, "1", "true", None, None, None, None),
            (2, "2", None, "5.45", "Mirabeau", "[]", None),
            (3, None, None, None, None, None, "z"),
        ],
    )


def test_no_record_at_all_keeps_the_declared_columns(house, api, declared, reply):
    api.reply("/parkings", reply([]))
    found = house.extract(declared())
    assert house.table(found) == (["__line", *COLUMNS], [])
    assert found.report.rows == 0


def test_parameters_window_and_credentials(house, api, declared, reply, march):
    api.reply("/parkings", reply(ROWS))
    dataset = declared(
        parameters={"debut": "{window_start}", "fin": "{window_end}", "zone": "Aix & co"},
        extra={"headers": {"X-Cle": "cle-secrete"}},
    )
    house.connect(
        "mobilite",
        conn_type="http",
        host=api.url,
        login="ville",
        password="p",
        extra={"headers": {"X-Cle": "c"}},
    )
    found = house.extract(dataset, window=march)
    target, headers = api.asked[0]
    assert target == "/parkings?debut=2026-03-01T00%3A00%3A00Z&fin=2026-04-01T00%3A00%3A00Z&zone=Aix+%26+co"
    assert headers["authorization"] == "Basic dmlsbGU6cA==" and headers["x-cle"] == "c"
    assert found.handle.window == march and found.report.window == march


# --- pages -------------------------------------------------------------------------------------------------


def pages(reply, count, *, link):
    return [
        reply(
            {
                "suivante": link(page) if page < count else None,
                "total": 2 * count,
                "resultats": [
                    {"id": 2 * page - 1, "nom": "a", "agent": "x"},
                    {"id": 2 * page, "nom": "b", "agent": "x"},
                ],
            }
        )
        for page in range(1, count + 1)
    ]


@pytest.mark.parametrize("relative", [True, False])
def test_pages_are_followed_to_the_last(house, api, declared, reply, relative):
    base = "" if relative else api.url
    for number, page in enumerate(pages(reply, 5, link=lambda n: f"{base}/parkings?page={n + 1}"), start=1):
        api.reply("/parkings?page=" + str(number) if number > 1 else "/parkings", page)
    found = house.extract(declared(records="resultats", paging={"next": "suivante"}))
    assert [row[:2] for row in house.rows(found)] == [(n, str(n)) for n in range(1, 11)]
    assert len(api.asked) == 5
    assert found.report.findings == ()


def test_a_dotted_name_of_next_and_its_absence_at_the_end(house, api, declared, reply):
    api.reply("/parkings", reply({"@odata.nextLink": "/parkings?p=2", "value": ROWS}))
    api.reply("/parkings?p=2", reply({"value": ROWS[::-1]}))
    found = house.extract(declared(records="value", paging={"next": "@odata.nextLink"}))
    assert found.report.rows == 4 and found.report.findings == ()
    api.reply("/parkings", reply({"value": ROWS}))
    found = house.extract(declared(records="value", paging={"next": "links.next"}), "r2")
    assert [finding.code for finding in found.report.findings] == ["pas-de-page-suivante"]


@pytest.mark.parametrize(
    "link",
    [
        "http://autre.example/parkings?page=2",
        "//autre.example/p",
        "https://127.0.0.1/parkings",
        "ftp://x/y",
        "http://[x",
    ],
)
def test_a_page_on_another_host_is_refused(house, api, declared, reply, link, canary):
    api.reply("/parkings", reply({"suivante": link, "resultats": [{"id": canary}]}))
    message = house.fails(SourceAccessRefusal, declared(records="resultats", paging={"next": "suivante"}))
    assert "autre serveur" in message and "autre.example" not in message
    assert len(api.asked) == 1


def test_pages_that_go_round_are_noticed(house, api, declared, reply):
    api.reply("/parkings", reply({"suivante": "/parkings?page=2", "resultats": ROWS}))
    api.reply("/parkings?page=2", reply({"suivante": "/parkings", "resultats": ROWS[::-1]}))
    dataset = declared(records="resultats", paging={"next": "suivante"})
    assert "tournent en rond" in house.fails(SourceUnreadable, dataset)


def test_pages_without_an_end_are_noticed(house, api, declared, reply, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.pages.MOST_PAGES", 4)
    numbers = itertools.count()
    api.answer = lambda *_: reply(
        {"suivante": f"/parkings?page={next(numbers)}", "resultats": [{**ROWS[0], "id": str(next(numbers))}]}
    )
    dataset = declared(records="resultats", paging={"next": "suivante"})
    assert "après 4 pages" in house.fails(SourceUnreadable, dataset)


def test_next_that_is_no_address(house, api, declared, reply):
    api.reply("/parkings", reply({"suivante": 2, "resultats": ROWS}))
    dataset = declared(records="resultats", paging={"next": "suivante"})
    assert "« suivante » n'est pas l'adresse" in house.fails(SourceUnreadable, dataset)


# --- what may pass, and what does not ----------------------------------------------------------------------


def test_real_life_passes_after_a_few_tries(house, api, declared, reply, naps):
    api.reply(
        "/parkings",
        reply(status=500),
        reply(ROWS, cut=True),
        reply(status=429, headers={"Retry-After": "7"}),
        reply(ROWS),
    )
    assert house.extract(declared()).report.rows == 2
    assert len(api.asked) == 4
    assert naps[2] == 7
    assert 0.25 <= naps[0] <= 1.0 and 0.5 <= naps[1] <= 2.0


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_failure_that_lasts_is_worth_a_retry_of_the_task(house, api, declared, reply, naps, status, canary):
    api.reply("/parkings", reply(canary.encode(), status=status))
    message = house.fails(SourceUnavailable, declared())
    assert str(status) in message and len(api.asked) == 4
    assert api.url not in message


def test_retry_after_a_date_and_more_than_a_minute(house, api, declared, reply, naps):
    soon = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=20))
    api.reply("/parkings", reply(status=503, headers={"Retry-After": soon}), reply(ROWS))
    assert house.extract(declared()).report.rows == 2
    assert 15 < naps[0] <= 20
    api.asked.clear()
    api.reply("/parkings", reply(status=503, headers={"Retry-After": "3600"}))
    house.fails(SourceUnavailable, declared(), run="r2")
    assert len(api.asked) == 1 and len(naps) == 1


@pytest.mark.parametrize(
    "status, kind, words",
    [
        (401, SourceAccessRefusal, "refuse l'accès (HTTP 401)"),
        (403, SourceAccessRefusal, "refuse l'accès (HTTP 403)"),
        (404, SourceNotFound, "Rien à cette adresse"),
        (410, SourceNotFound, "Rien à cette adresse"),
        (400, SourceUnreadable, "n'accepte pas la demande (HTTP 400)"),
        (304, SourceUnreadable, "HTTP 304"),
        (204, SourceUnreadable, "HTTP 204"),
    ],
)
def test_answers_that_will_not_change_are_asked_once(
    house, api, declared, reply, canary, status, kind, words
):
    api.reply("/parkings", reply(b"" if status in (204, 304) else canary.encode(), status=status))
    assert words in house.fails(kind, declared())
    assert len(api.asked) == 1


def test_nobody_listens(house, api, declared, naps):
    dataset = declared()
    house.connect("mobilite", conn_type="http", host="127.0.0.1", port=free_port(), schema="http")
    message = house.fails(SourceUnavailable, dataset)
    assert "ConnectError" in message and len(naps) == 3


def test_an_answer_that_never_comes(house, api, declared, reply, naps, monkeypatch):
    monkeypatch.setattr(client, "READ_TIMEOUT_S", 0.05)

    def sleepy(*_):
        threading.Event().wait(0.3)
        return reply(ROWS)

    api.answer = sleepy
    assert "ReadTimeout" in house.fails(SourceUnavailable, declared())


def test_an_answer_that_has_no_end(house, api, declared, reply, monkeypatch):
    api.reply("/parkings", reply([{"id": n} for n in range(1000)]))
    monkeypatch.setattr(client, "LARGEST_ANSWER", 5000)
    assert "dépasse toute mesure" in house.fails(SourceUnreadable, declared())
    monkeypatch.undo()
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", -1.0)
    assert "n'en finit pas" in house.fails(SourceUnavailable, declared())


def test_redirections_stay_at_home(house, api, declared, reply):
    api.reply("/parkings", reply(status=301, headers={"Location": "/v2/parkings"}))
    api.reply("/v2/parkings", reply(ROWS))
    assert house.extract(declared()).report.rows == 2
    api.reply("/v2/parkings", reply(status=302, headers={"Location": "http://autre.example/"}))
    assert "autre serveur" in house.fails(SourceAccessRefusal, declared(), run="r2")
    api.reply("/v2/parkings", reply(status=302, headers={"Location": "/parkings"}))
    assert "sans fin" in house.fails(SourceUnreadable, declared(), run="r3")


def test_compressed_answers(house, api, declared, reply):
    packed = gzip.compress(json.dumps(ROWS).encode())
    api.reply("/parkings", reply(packed, headers={"Content-Encoding": "gzip"}))
    assert house.extract(declared()).report.rows == 2
    api.reply("/parkings", reply(b"CANARI" + packed, headers={"Content-Encoding": "gzip"}))
    assert "mal compressée" in house.fails(SourceUnreadable, declared(), run="r2")


@pytest.mark.parametrize(
    "body, content_type, words",
    [
        (b"<html>CANARY</html>", "text/html; charset=utf-8", ["reçu : text/html", "une liste"]),
        (b'{"erreur": "CANARY"}', "application/json", ["une liste était attendue"]),
        (b'[{"id": 1, "nom": "CANARY"}, {"id": ', "application/json", ["coupé", "n° 1"]),
        (b'[{"id": 1}, "CANARY"]', "application/json", ["n° 2 n'est pas un objet"]),
        (b'[{"CANARY": 1}]', "application/json", ["n'en porte le nom"]),
        ('[{"id": "é"}]'.encode("cp1252"), "application/json", ["UTF-8"]),
        (b"", "application/json", ["une liste"]),
    ],
)
def test_answers_that_are_not_the_json_declared(
    house, api, declared, reply, canary, body, content_type, words
):
    api.reply(
        "/parkings", reply(body.replace(b"CANARY", canary.encode()), headers={"Content-Type": content_type})
    )
    message = house.fails(SourceUnreadable, declared())
    assert all(word in message for word in words), message


def test_a_missing_path_to_the_records(house, api, declared, reply):
    api.reply("/parkings", reply({"resultat": ROWS}))
    message = house.fails(SourceUnreadable, declared(records="resultats"))
    assert "« resultats » n'y figure pas" in message and "« records: »" in message


@pytest.mark.parametrize("host", ["ftp://x", "http://[x", "http://a b"])
def test_a_connection_that_is_no_url(house, declared, host):
    dataset = declared()
    house.connect("mobilite", conn_type="http", host=host)
    assert "URL http(s)" in house.fails(SourceUnreadable, dataset)


def test_a_connection_of_another_kind(house, declared):
    dataset = declared()
    house.connect("mobilite", conn_type="fs", extra={"path": "/"})
    assert "« http »" in house.fails(ConnectionMissing, dataset)


def test_an_extra_of_the_connection_that_is_not_understood(house, api, declared):
    """A proxy or a certificate that is ignored in silence is worse than none."""
    dataset = declared()
    house.connect("mobilite", conn_type="http", host=api.url, extra={"verfiy": True, "srv_lookup": True})
    message = house.fails(InvalidConnectionSettings, dataset)
    assert "« srv_lookup », « verfiy »" in message and "headers" in message and "mobilite" in message


@pytest.mark.parametrize(
    "extra, name",
    [
        ({"headers": ["secret"]}, "headers"),
        ({"verify": 3}, "verify"),
        ({"verify": "/secret/autorite.pem"}, "verify"),
        ({"verify_ssl": __file__}, "verify"),
        ({"cert": {"secret": 1}}, "cert"),
        ({"cert": ["/secret/client.pem", "/secret/client.key"]}, "cert"),
        ({"proxies": "http://secret.example"}, "proxies"),
        ({"proxies": {"ftp": "http://secret.example"}}, "proxies"),
        ({"proxies": {"http": "secret"}}, "proxies"),
        ({"timeout": "secret"}, "timeout"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": [1, 2, 3]}, "timeout"),
        ({"trust_env": "non"}, "trust_env"),
    ],
)
def test_a_setting_of_the_connection_that_is_wrong(house, api, declared, extra, name):
    dataset = declared()
    house.connect("mobilite", conn_type="http", host=api.url, extra=extra)
    message = house.fails(InvalidConnectionSettings, dataset)
    assert f"« {name} » de la connexion « mobilite » est mal réglé" in message
    assert "secret" not in message and api.asked == []


def test_settings_of_the_connection_that_airflow_has_too(house, api, declared, reply):
    """A proxy that is given is the way; a header may stand beside the settings, as Airflow's hook has it."""
    api.reply("http://api.ville.invalid/parkings", reply(ROWS))
    dataset = declared()
    extra = {
        "proxies": {"http": api.url},
        "X-Cle": "c",
        "timeout": [5, 30],
        "trust_env": False,
        "verify": True,
    }
    house.connect("mobilite", conn_type="http", host="http://api.ville.invalid", extra=extra)
    assert house.extract(dataset).report.rows == len(ROWS)
    (target, headers) = api.asked[0]
    assert target == "http://api.ville.invalid/parkings" and headers["x-cle"] == "c"


@pytest.fixture
def guarded(api, tmp_path):
    """A server that shows a certificate of nobody's authority, and asks for one: the file of both."""
    file = write_certificate(tmp_path / "essai.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.load_verify_locations(file)
    context.verify_mode = ssl.CERT_REQUIRED
    with serve_api(api, context) as url:
        yield url, str(file)


@pytest.mark.parametrize(
    "names, passes",
    [(("verify", "cert"), True), (("verify",), False), (("cert",), False), ((), False)],
)
def test_an_authority_and_a_certificate_of_the_citys(
    house, api, declared, reply, naps, guarded, names, passes
):
    url, file = guarded
    api.reply("/parkings", reply(ROWS))
    dataset = declared()
    house.connect("mobilite", conn_type="http", host=url, extra=dict.fromkeys(names, file))
    if passes:
        assert house.extract(dataset).report.rows == len(ROWS)
    else:
        assert file not in house.fails(SourceUnavailable, dataset) and api.asked == []


# --- CSV over HTTP -----------------------------------------------------------------------------------------


def test_csv_with_the_charset_of_the_answer(house, api, declared, reply):
    body = "id;nom;agent\r\n1;Été;x\r\n".encode("cp1252")
    api.reply("/parkings", reply(body, headers={"Content-Type": "text/csv; charset=windows-1252"}))
    assert house.rows(house.extract(declared(format="csv"))) == [(2, "1", "Été", "x")]
    api.reply("/parkings", reply(b'id,nom,agent\n1,"a\nb",x\n', headers={"Content-Type": "text/csv"}))
    assert house.rows(house.extract(declared(format="csv"), "r2")) == [(2, "1", "a\nb", "x")]


def test_csv_has_no_pages(house, api, declared, reply):
    api.reply("/parkings", reply(b"id,nom,agent\n"))
    assert "paging" in house.fails(SourceUnreadable, declared(format="csv", paging={"next": "x"}))


# --- unchanged ---------------------------------------------------------------------------------------------


def test_an_unchanged_answer_is_not_downloaded(house, api, declared, reply):
    dataset = declared()
    api.answer = lambda _, headers: (
        reply(status=304) if headers.get("If-None-Match") == '"e1"' else reply(ROWS, headers={"ETag": '"e1"'})
    )
    first = house.extract(dataset)
    assert "if-none-match" not in api.asked[-1][1]
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), first.report, house.place)
    second = house.extract(dataset, "r2")
    assert second.handle is None and second.report.unchanged and second.report.rows == 2
    assert api.asked[-1][1]["if-none-match"] == '"e1"'
    assert house.extract(dataset, "r3", force=True).handle is not None
    assert "if-none-match" not in api.asked[-1][1]


NIGHT = "Fri, 06 Mar 2026 02:00:00 GMT"


@pytest.mark.parametrize(
    "headers, conditional",
    [
        ({"Last-Modified": NIGHT, "Date": "Fri, 06 Mar 2026 02:01:00 GMT"}, True),
        # Within the minute it may have changed again, without another date.
        ({"Last-Modified": NIGHT, "Date": "Fri, 06 Mar 2026 02:00:59 GMT"}, False),
        ({"Last-Modified": NIGHT, "Date": NIGHT}, False),
        ({"Last-Modified": "hier"}, False),
        ({"Last-Modified": NIGHT, "ETag": '"e1"'}, False),
    ],
)
def test_a_document_that_has_a_date_only_is_asked_for_by_it(
    house, api, declared, reply, headers, conditional
):
    dataset = declared()
    api.answer = lambda _, asked: (
        reply(status=304) if asked.get("If-Modified-Since") == NIGHT else reply(ROWS, headers=headers)
    )
    first = house.extract(dataset)
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), first.report, house.place)
    second = house.extract(dataset, "r2")
    assert ("if-modified-since" in api.asked[-1][1]) is conditional
    assert second.report.unchanged and second.report.unchanged_by == ("mark" if conditional else "rows")


def test_pages_are_always_read(house, api, declared, reply):
    """The first page may stay the same while another changes."""
    dataset = declared(records="r", paging={"next": "suivante"})
    api.reply("/parkings", reply({"r": ROWS, "suivante": None}, headers={"ETag": '"e1"'}))
    first = house.extract(dataset)
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), first.report, house.place)
    assert house.extract(dataset, "r2").report.unchanged
    assert "if-none-match" not in api.asked[-1][1]


# --- other styles of pages ---------------------------------------------------------------------------------


def rank(number):
    return {"id": number, "nom": "a", "agent": "x"}


def counted(reply, *, by, size=2, rows=5, around=None):
    """An API that reads where it should start in its address: the number of a page, or of rows."""

    def answer(target, _headers):
        given = dict(part.split("=") for part in target.partition("?")[2].split("&") if part)
        start = int(given.get("offset", 0)) if by == "offset" else (int(given.get("page", 1)) - 1) * size
        records = [rank(n) for n in range(start + 1, min(start + size, rows) + 1)]
        return reply({"lignes": records, **(around(start + len(records)) if around else {})})

    return answer


def ids(house, found):
    return [row[1] for row in house.rows(found)]


@pytest.mark.parametrize(
    "by, paging, around, asked",
    [
        ("page", {"page": "page"}, None, 4),
        ("offset", {"offset": "offset"}, None, 4),
        ("offset", {"offset": "offset", "more": "encore"}, lambda n: {"encore": True} if n < 5 else {}, 3),
        ("page", {"page": "page", "total": "meta.total"}, lambda _n: {"meta": {"total": 5}}, 3),
        ("page", {"page": "page", "total": "total"}, lambda _n: {"total": None}, 4),
    ],
)
def test_pages_that_are_counted_are_read_to_the_last(house, api, declared, reply, by, paging, around, asked):
    api.answer = counted(reply, by=by, around=around)
    found = house.extract(declared(records="lignes", paging=paging))
    assert ids(house, found) == ["1", "2", "3", "4", "5"]
    assert len(api.asked) == asked and found.report.findings == ()


def test_a_first_page_numbered_nought(house, api, declared, reply):
    api.reply("/parkings?page=0", reply([rank(1)]))
    api.reply("/parkings?page=1", reply([rank(2)]))
    api.reply("/parkings?page=2", reply([]))
    found = house.extract(declared(parameters={"page": "0"}, paging={"page": "page", "first": 0}))
    assert ids(house, found) == ["1", "2"]


def test_the_link_header_leads_to_the_next_page(house, api, declared, reply):
    api.reply("/parkings", reply([rank(1)], headers={"Link": '</parkings?p=2>; rel="next", <x>; rel="last"'}))
    api.reply("/parkings?p=2", reply([rank(2)], headers={"Link": '</parkings>; rel="prev"'}))
    found = house.extract(declared(paging={"link": True}))
    assert ids(house, found) == ["1", "2"] and found.report.findings == ()
    api.reply("/parkings", reply([rank(1)]))
    found = house.extract(declared(paging={"link": True}), "r2")
    assert [finding.code for finding in found.report.findings] == ["pas-de-page-suivante"]


@pytest.mark.parametrize("end", [{}, {"X-Next-Page": ""}])
@pytest.mark.parametrize("more, asked", [({}, "page"), ({"parameter": "p"}, "p")])
def test_a_header_says_the_number_of_the_next_page(house, api, declared, reply, end, more, asked):
    api.reply("/parkings", reply([rank(1)], headers={"x-next-PAGE": " 2 "}))
    api.reply(f"/parkings?{asked}=2", reply([rank(2)], headers=end))
    found = house.extract(declared(paging={"header": "X-Next-Page", **more}))
    assert ids(house, found) == ["1", "2"] and found.report.findings == ()


def test_a_first_answer_without_the_header_is_told(house, api, declared, reply):
    api.reply("/parkings", reply([rank(1)]))
    found = house.extract(declared(paging={"header": "Numéro-Suivant"}))
    (finding,) = found.report.findings
    assert finding.code == "pas-de-page-suivante" and "« Numéro-Suivant »" in finding.message
    api.reply("/parkings", reply([rank(1)], headers={"X-Next-Page": ""}))
    assert house.extract(declared(paging={"header": "X-Next-Page"}), "r2").report.findings == ()


@pytest.mark.parametrize("said", ["Canari", "-1", "2&cle=x", "9" * 40])
def test_a_header_that_says_no_number(house, api, declared, reply, said):
    api.reply("/parkings", reply([rank(1)], headers={"X-Next-Page": said}))
    message = house.fails(SourceUnreadable, declared(paging={"header": "X-Next-Page"}))
    assert "« X-Next-Page » n'est pas" in message and said not in message


def test_a_header_that_goes_round_or_never_ends_is_noticed(house, api, declared, reply, monkeypatch):
    numbers = itertools.count()
    api.answer = lambda *_: reply([rank(next(numbers))], headers={"X-Next-Page": "2"})
    dataset = declared(paging={"header": "X-Next-Page"})
    assert "tournent en rond (après 2 pages)" in house.fails(SourceUnreadable, dataset)
    monkeypatch.setattr("aqueduc.sources.pages.MOST_PAGES", 4)
    api.answer = lambda *_: reply([rank(number := next(numbers))], headers={"X-Next-Page": str(number + 2)})
    assert "après 4 pages" in house.fails(SourceUnreadable, dataset)


@pytest.mark.parametrize("end", [None, "", False])
def test_a_cursor_is_sent_back(house, api, declared, reply, end):
    api.reply("/parkings", reply({"lignes": [rank(1)], "meta": {"suite": "a/b&c"}}))
    api.reply("/parkings?curseur=a%2Fb%26c", reply({"lignes": [rank(2)], "meta": {"suite": end}}))
    dataset = declared(records="lignes", paging={"cursor": "meta.suite", "parameter": "curseur"})
    assert ids(house, house.extract(dataset)) == ["1", "2"]


def test_a_cursor_that_is_none(house, api, declared, reply, canary):
    api.reply("/parkings", reply({"lignes": [rank(1)], "suite": {"x": canary}}))
    dataset = declared(records="lignes", paging={"cursor": "suite", "parameter": "c"})
    assert "« suite » n'est pas l'adresse" in house.fails(SourceUnreadable, dataset)


@pytest.mark.parametrize("paging", [{"page": "numero"}, {"offset": "debut"}])
def test_a_parameter_that_the_api_ignores_gives_the_same_page_twice(
    house, api, declared, reply, paging, canary
):
    api.answer = lambda *_: reply([{"id": 1, "nom": canary}])
    message = house.fails(SourceUnreadable, declared(paging=paging))
    assert "deux fois de suite la même page" in message and "« paging: »" in message
    assert len(api.asked) == 2


def test_fewer_rows_than_announced_publish_nothing(house, api, declared, reply):
    api.answer = counted(reply, by="page", around=lambda _n: {"total": 7})
    dataset = declared(records="lignes", paging={"page": "page", "total": "total"})
    message = house.fails(SourceUnreadable, dataset)
    assert "annoncées par l'API : 7 ; données par ses pages : 5" in message and "relancer" in message


def test_pages_counted_without_an_end_are_noticed(house, api, declared, reply, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.pages.MOST_PAGES", 4)
    numbers = itertools.count()
    api.answer = lambda *_: reply([rank(next(numbers))])
    assert "après 4 pages" in house.fails(SourceUnreadable, declared(paging={"page": "page"}))


# --- OAuth 2 -----------------------------------------------------------------------------------------------


@pytest.fixture
def authorised(house, api, declared):
    """An API that wants a token, and a server that gives one; ``api.tokens``: those it has given."""

    def declare(**extra):
        dataset = declared()
        house.connect(
            "mobilite",
            conn_type="http",
            host=api.url,
            login="ville",
            password=CLIENT_SECRET,
            extra={"token_url": f"{api.url}/token", **extra},
        )
        return dataset

    return declare


CLIENT_SECRET = "secret-du-client"


def test_a_token_is_asked_for_and_the_secret_goes_nowhere_else(house, api, authorised, reply):
    api.reply("/token", reply({"access_token": "jeton-1", "token_type": "bearer"}))
    api.reply("/parkings", reply(ROWS))
    assert house.extract(authorised(scope="lecture")).report.rows == 2
    (asked, basic), (target, bearer) = api.asked
    assert (asked, target) == ("/token", "/parkings")
    assert basic["authorization"].startswith("Basic ") and bearer["authorization"] == "Bearer jeton-1"
    assert api.bodies[0] == b"grant_type=client_credentials&scope=lecture"


def test_a_token_that_has_expired_is_renewed_once(house, api, authorised, reply):
    api.reply("/token", reply({"access_token": "jeton-1"}), reply({"access_token": "jeton-2"}))
    api.reply("/parkings", reply({"suivante": "/p2", "lignes": ROWS}))
    seen = []

    def answer(target, headers):
        if target == "/token":
            return api.replies["/token"].pop(0)
        seen.append(headers["Authorization"])
        if target == "/p2" and headers["Authorization"] == "Bearer jeton-1":
            return reply(status=401)
        first = target == "/parkings"
        return reply({"suivante": "/p2" if first else None, "lignes": ROWS if first else ROWS[::-1]})

    api.answer = answer
    dataset = authorised()
    dataset = house.declare(
        {"http": "mobilite", "path": "/parkings", "records": "lignes", "paging": {"next": "suivante"}},
        COLUMNS,
    )
    assert house.extract(dataset).report.rows == 4
    assert seen == ["Bearer jeton-1", "Bearer jeton-1", "Bearer jeton-2"]


@pytest.mark.parametrize(
    "given", [{"status": 401}, {"status": 400}, {"body": {"error": "x"}}, {"body": b"<"}]
)
def test_a_token_that_is_refused_says_so_without_the_secret(house, api, authorised, reply, given):
    api.reply("/token", reply(**given))
    message = house.fails(SourceAccessRefusal, authorised())
    assert "ne donne pas de jeton" in message and CLIENT_SECRET not in message
    assert [target for target, _ in api.asked] == ["/token"]


def test_a_server_of_tokens_that_is_busy_is_asked_again(house, api, authorised, reply, naps):
    api.reply("/token", reply(status=503, headers={"Retry-After": "7"}), reply({"access_token": "j"}))
    api.reply("/parkings", reply(ROWS))
    assert house.extract(authorised()).report.rows == 2
    assert naps == [7.0]


@pytest.mark.parametrize("address", ["ftp://x", "pas une adresse", 3])
def test_an_address_of_tokens_that_is_none(house, authorised, address):
    assert "« token_url »" in house.fails(InvalidConnectionSettings, authorised(token_url=address))


def test_authorities_are_read_once_for_each_set_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    create = http.httpx.create_ssl_context

    def count(**options: Any) -> Any:
        asked.append(options["trust_env"])
        return create(**options)

    monkeypatch.setattr(http.httpx, "create_ssl_context", count)
    http._load_cached_ssl_context.cache_clear()
    for variable, trust_env in (
        ("", True),
        ("", True),
        ("SSL_CERT_FILE", True),
        ("SSL_CERT_FILE", False),
        ("", True),
    ):
        with pytest.MonkeyPatch.context() as patch:
            if variable:
                patch.setenv(variable, certifi.where())
            with http.HttpClient(read_timeout_s=1, headers={}, trust_env=trust_env):
                pass
    assert asked == [True, True, False]
