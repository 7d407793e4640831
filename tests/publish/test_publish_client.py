"""The client: what it tries again, what it says of each no, and where its token goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from aqueduc.connections import Connection
from aqueduc.errors import PlatformAccessRefusal, PlatformError, PlatformRequestRejection, PlatformUnavailable
from aqueduc.platforms.ckan.adapter import CkanPlatform
from aqueduc.publish.client import (
    PlatformClient,
    PlatformItemNotFound,
    PublishableFile,
    UnknownPlatformAction,
)
from aqueduc.publish.planning.state import DesiredRecord
from aqueduc.publish.proof.readback import WHOLE_BYTES, RecordReadBackVerifier, read_served_file_if_identical
from aqueduc.store import compute_file_sha256

TOKEN = "jeton-tres-secret"
CANARY = "Sarrazouls-Canari"
Answer = Callable[[httpx.Request], httpx.Response]


class Answers:
    """Gives the answers one after the other, the last one for ever."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def client(answer: Answer, pauses: list[float] | None = None) -> PlatformClient:
    return PlatformClient(
        Connection("datasud", "ckan", host="https://ckan.example", password=TOKEN),
        organisation="ville",
        transport=httpx.MockTransport(answer),
        sleep=(pauses if pauses is not None else []).append,
    )


def ok(result: object) -> httpx.Response:
    return httpx.Response(200, json={"success": True, "result": result})


def no(status: int, **error: object) -> httpx.Response:
    return httpx.Response(status, json={"success": False, "error": error})


def test_a_read_is_tried_again_and_honours_what_the_server_asks() -> None:
    answers = Answers(
        httpx.ConnectError("x"),
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503, headers={"Retry-After": "900"}),
        ok("fait"),
    )
    pauses: list[float] = []
    with client(answers, pauses) as made:
        assert made.call_read_action("package_show", id="x") == "fait"
    assert pauses[1:] == [7.0, 60.0]
    assert 0 <= pauses[0] <= 20


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.Response(502), httpx.Response(429)],
)
def test_tries_are_bounded_then_it_is_unavailable(answer: httpx.Response | Exception) -> None:
    answers = Answers(answer)
    with client(answers) as made, pytest.raises(PlatformUnavailable) as caught:
        made.call_read_action("package_show", id="x")
    assert len(answers.requests) == 4
    assert caught.value.retryable
    assert "reste en place" not in caught.value.remedy, "it may have been asked to take everything down"
    assert caught.value.__context__ is None


def test_a_write_that_cannot_be_repeated_is_not(tmp_path: Path) -> None:
    answers = Answers(httpx.ReadTimeout("x"))
    with client(answers) as made:
        with pytest.raises(PlatformUnavailable):
            made.call_write_action("package_create", {"name": "x"}, idempotent=False)
        assert len(answers.requests) == 1
        with pytest.raises(PlatformUnavailable):
            made.call_write_action("package_patch", {"id": "x"}, idempotent=True)
    assert len(answers.requests) == 5


@pytest.mark.parametrize(
    "answer", [httpx.Response(429, headers={"Retry-After": "7"}), httpx.ConnectError("x")]
)
def test_a_write_that_was_surely_not_done_is_tried_again(answer: httpx.Response | Exception) -> None:
    """Turned away for haste, or never sent: a hundred slices would not get past a platform that counts."""
    answers, pauses = Answers(answer, ok({"id": "1"})), list[float]()
    with client(answers, pauses) as made:
        assert made.call_write_action("package_create", {"name": "x"}, idempotent=False) == {"id": "1"}
    assert len(answers.requests) == 2
    if isinstance(answer, httpx.Response):
        assert pauses == [7.0]


def test_an_answer_that_is_not_compressed_as_it_says_is_no_answer() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        headers = {"Content-Encoding": "gzip"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"not gzip"))

    with client(broken) as made:
        with pytest.raises(PlatformUnavailable, match="DecodingError"):
            made.call_read_action("package_show", id="x")
        with pytest.raises(PlatformUnavailable, match="DecodingError"):
            made.hash_served_file("https://ckan.example/x.csv", anonymous=True)


def test_keys_that_make_too_long_an_address_go_into_the_body() -> None:
    answers = Answers(ok({"records": []}))
    with client(answers) as made:
        made.call_read_action("datastore_search", resource_id="1", filters={"code": ["é" * 20]})
        made.call_read_action("datastore_search", resource_id="1", filters={"code": ["é" * 900]})
    short, long = answers.requests
    assert (short.method, long.method) == ("GET", "POST")
    assert json.loads(long.content) == {"resource_id": "1", "filters": {"code": ["é" * 900]}}
    assert len(str(long.url)) < 100


@pytest.mark.parametrize(
    "token, message",
    [("eyJ0eXAi…", "caractères qu'un jeton ne peut pas contenir"), ("ab\ncd", "ne peut pas contenir")],
)
def test_a_token_that_was_cut_or_broken_is_said_without_it(token: str, message: str) -> None:
    connection = Connection("datasud", "ckan", host="https://ckan.example", password=token)
    with pytest.raises(PlatformAccessRefusal, match=message) as caught:
        PlatformClient(connection, organisation="ville")
    assert token not in str(caught.value)


def test_blanks_around_a_token_are_not_part_of_it() -> None:
    answers = Answers(ok({}))
    connection = Connection("datasud", "ckan", host="https://ckan.example", password=f" {TOKEN}\n")
    with PlatformClient(connection, organisation="ville", transport=httpx.MockTransport(answers)) as made:
        made.call_read_action("package_show", id="x")
    assert answers.requests[0].headers["Authorization"] == TOKEN


def test_an_upload_that_is_repeated_sends_the_whole_file_again(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n" * 50_000)
    answers = Answers(httpx.Response(503), ok({}))
    file = PublishableFile(path, "x.csv", "text/csv", compute_file_sha256(path), path.stat().st_size)
    with client(answers) as made:
        made.call_upload_action("resource_patch", {"id": "1", "name": "Été"}, file, idempotent=True)
    bodies = [request.content for request in answers.requests]
    assert len(bodies) == 2
    for body in bodies:
        assert path.read_bytes() in body
        assert b'filename="x.csv"' in body
        assert "Été".encode() in body


@pytest.mark.parametrize(
    "answer, kind, said",
    [
        (
            no(403, __type="Authorization Error", message="Access denied"),
            PlatformAccessRefusal,
            "« datasud »",
        ),
        (no(401), PlatformAccessRefusal, "organisation « ville »"),
        (no(404, __type="Not Found Error"), PlatformItemNotFound, "package_patch"),
        (
            no(409, __type="Validation Error", tags=["Tag invalide"]),
            PlatformRequestRejection,
            "tags : Tag invalide",
        ),
        (no(409, __type="Validation Error", upload=["too large"]), PlatformRequestRejection, "taille"),
        (httpx.Response(413, text="<html>"), PlatformRequestRejection, "parquet"),
        (httpx.Response(200, text="<html>bonjour"), UnknownPlatformAction, "adresse"),
        (
            httpx.Response(400, json="Bad request: Action name not known"),
            UnknownPlatformAction,
            "package_patch",
        ),
        (
            httpx.Response(302, headers={"Location": "https://ailleurs.example"}),
            UnknownPlatformAction,
            "302",
        ),
        # CKAN 2.7 says no with a 200.
        (no(200, __type="Authorization Error"), PlatformAccessRefusal, "jeton"),
        (no(200, __type="Validation Error", name=["prise"]), PlatformRequestRejection, "name : prise"),
    ],
)
def test_each_no_has_its_error_and_is_said_once(
    answer: httpx.Response, kind: type[PlatformError], said: str
) -> None:
    answers = Answers(answer)
    with client(answers) as made, pytest.raises(kind) as caught:
        made.call_write_action("package_patch", {"id": "x"}, idempotent=True)
    assert said in str(caught.value)
    assert TOKEN not in repr(caught.value)
    assert len(answers.requests) == 1
    assert not caught.value.retryable


def test_what_the_datastore_says_is_not_repeated() -> None:
    answer = no(
        409,
        __type="Validation Error",
        records=[f'invalid input syntax for type integer: "{CANARY}"'],
        data=CANARY,
        info={"orig": [CANARY]},
    )
    with client(Answers(answer)) as made, pytest.raises(PlatformRequestRejection) as caught:
        made.call_write_action("datastore_upsert", {"records": [{"a": CANARY}]}, idempotent=True)
    assert CANARY not in repr(caught.value) + str(caught.value)
    assert "records, data, info" in str(caught.value)


def test_no_value_of_a_filter_is_in_the_place_of_an_error() -> None:
    with client(Answers(httpx.ConnectError("x"))) as made, pytest.raises(PlatformUnavailable) as caught:
        made.call_read_action("datastore_search", filters={"nom": CANARY})
    assert CANARY not in str(caught.value)


def test_the_token_goes_to_the_platform_only_and_not_for_a_visitor() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.url.host, request.headers.get("Authorization")))
        if request.url.host == "ckan.example":
            return httpx.Response(302, headers={"Location": "https://stockage.example/objet"})
        return httpx.Response(200, content=b"abc", headers={"Set-Cookie": "session=1"})

    sent: list[tuple[str, str | None]] = []
    with client(answer) as made:
        assert made.hash_served_file("https://ckan.example/f.csv", anonymous=False).size == 3
        assert made.hash_served_file("https://ckan.example/f.csv", anonymous=True).size == 3
        made.hash_served_file("https://autre.example/f.csv", anonymous=False)
        made.allow_token_at_public_origin("https://autre.example/x")
        made.hash_served_file("https://autre.example/f.csv", anonymous=False)
    assert sent == [
        ("ckan.example", TOKEN),
        ("stockage.example", None),
        ("ckan.example", None),
        ("stockage.example", None),
        ("autre.example", None),
        ("autre.example", TOKEN),
    ]


def test_no_cookie_is_kept() -> None:
    """Between the moment when it was dropped and a visitor's request, another thread could have been told one."""
    told = httpx.Response(200, content=b"abc", headers={"Set-Cookie": "session=1; Path=/"})
    with client(Answers(told)) as made:
        assert made.hash_served_file("https://ckan.example/f.csv", anonymous=False).size == 3
        assert not list(made._http.cookies.jar)


def test_a_visitor_sent_to_the_login_page_is_refused() -> None:
    answer = httpx.Response(302, headers={"Location": "/user/login?came_from=/dataset/x"})
    with client(Answers(answer)) as made:
        served = made.hash_served_file("https://ckan.example/dataset/x", anonymous=True)
    assert served.refused
    assert not served.is_success


def test_a_loop_of_redirections_ends() -> None:
    answers = Answers(httpx.Response(302, headers={"Location": "https://ckan.example/encore"}))
    with client(answers) as made:
        served = made.hash_served_file("https://ckan.example/x", anonymous=True)
    assert not served.is_success
    assert len(answers.requests) == 6


def test_a_part_says_how_long_the_whole_is() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Range"] == "bytes=2-4"
        return httpx.Response(206, content=b"cde", headers={"Content-Range": "bytes 2-4/10"})

    with client(answer) as made:
        served = made.read_byte_range("https://ckan.example/f", 2, 3, anonymous=True)
    assert (served.head, served.total, served.is_success) == (b"cde", 10, True)


def test_the_token_never_goes_in_clear_where_the_connection_does_not() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.url.scheme, request.headers.get("Authorization")))
        if request.url.scheme == "http":
            return httpx.Response(301, headers={"Location": str(request.url).replace("http:", "https:")})
        return httpx.Response(200, content=b"abc")

    sent: list[tuple[str, str | None]] = []
    with client(answer) as made:
        for address in ("http://ckan.example", "http://public.example"):
            made.allow_token_at_public_origin(address)
            assert made.hash_served_file(f"{address}/f.csv", anonymous=False).size == 3
    assert sent == [("http", None), ("https", TOKEN)] * 2


def test_what_is_only_sampled_is_counted_as_such(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        first, last = (int(mark) for mark in request.headers["Range"].removeprefix("bytes=").split("-"))
        whole = {"Content-Range": f"bytes {first}-{last}/{size}"}
        return httpx.Response(206, content=b"\0" * (last - first + 1), headers=whole)

    size = WHOLE_BYTES + 1
    path = tmp_path / "gros.csv"
    with path.open("wb") as out:
        out.truncate(size)
    file = PublishableFile(path, "gros.csv", "text/csv", "0" * 64, size)
    with client(answer) as made:
        read = read_served_file_if_identical(made, "https://ckan.example/gros.csv", file, anonymous=True)
        assert read is not None
        assert read.size == 8 << 20
        nothing = DesiredRecord("jeu", {}, {}, hidden=False, resources=(), tables=True)
        reader = RecordReadBackVerifier(
            CkanPlatform(made, "ville"), nothing, "", lambda: datetime(2026, 3, 1, tzinfo=UTC)
        )
        proof = reader.build_file_proof("fichier CSV", "visiteur", file, read.size)
    assert proof.sha256 is None
    assert proof.bytes == read.size
    assert proof.result.replace("\N{NARROW NO-BREAK SPACE}", " ") == (
        "identique, par sondage : 8 388 608 octets relus sur 67 108 865 octets"
    )
