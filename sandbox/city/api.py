"""The city's HTTP API: car parks, bicycle counters, and a hook that provokes outages.

    GET  /parkings                                 nine car parks, new figures every ten minutes; ETag
    GET  /comptages?debut=ISO&fin=ISO&page=N       hourly passages, 100 rows a page; ETag
    GET  /sante                                    {"etat": "ok"}
    GET  /_panne                                   the outages in force
    POST /_panne?chemin=/parkings&statut=500&duree=60[&delai=2]    (GET does the same)
    POST /_panne?chemin=/parkings&duree=0          the end of that outage
    POST /_panne?caprices=non                      no more random 429 and 500 (`oui`: again)

Like any API it has its moods: about one address in seven answers 429 or 500 the first time it is asked,
and well afterwards. Run as `python -m sandbox.city.api --port 8080 --seed 13001`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import signal
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.city import mobilite
from sandbox.processes import HOST

Query = dict[str, str]

_TOO_MANY, _BROKEN = 0.09, 0.14
_MOODS_REMEMBERED = 10_000
_MAX_DELAY = 120.0


class BadRequestError(ValueError):
    """The query string does not make sense; the message is for the caller."""


@dataclass(frozen=True)
class Request:
    """A GET: its path, its query, the address of the API as its client wrote it, and when (aware)."""

    path: str
    query: Query
    base: str
    now: datetime


@dataclass(frozen=True)
class Reply:
    """An answer: `body` is a JSON value; an ETag is added to a 200."""

    status: int
    body: object
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outage:
    """`path` answers `status` until `until` (monotonic seconds), each time after `delay` seconds."""

    path: str
    status: int
    until: float
    delay: float


class City:
    """What the API knows: its seed, the outages in force, the addresses that have had their mood."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._moody = True
        self._outages: dict[str, Outage] = {}
        self._served: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Reply:
        """The reply to a request."""
        path = request.path
        try:
            if path == "/_panne":
                return self._panne(request.query)
            outage = self._outage(path)
            if outage is not None:
                return outage
            if path in _SOURCES:
                return self._mood(request) or _SOURCES[path](self.seed, request)
        except BadRequestError as error:
            return Reply(HTTPStatus.BAD_REQUEST, {"erreur": str(error)})
        if path == "/sante":
            return Reply(HTTPStatus.OK, {"etat": "ok"})
        if path == "/":
            return Reply(HTTPStatus.OK, {"points": [f"{request.base}{known}" for known in _SOURCES]})
        return Reply(HTTPStatus.NOT_FOUND, {"erreur": "adresse inconnue"})

    def _outage(self, path: str) -> Reply | None:
        outage = self._outages.get(path)
        if outage is None or time.monotonic() >= outage.until:
            return None
        time.sleep(outage.delay)
        if outage.status == HTTPStatus.OK:
            return None
        return Reply(outage.status, {"erreur": "service indisponible"})

    def _mood(self, request: Request) -> Reply | None:
        """The refusal that the first request of an address meets, if it is to meet one.

        The moods change every ten minutes, as the car parks do.
        """
        slot = mobilite.floor(request.now, mobilite.CAR_PARK_STEP)
        key = (f"{request.path}?{urlencode(sorted(request.query.items()))}", slot.isoformat())
        with self._lock:
            first = self._moody and key not in self._served
            if len(self._served) > _MOODS_REMEMBERED:
                self._served.clear()
            self._served.add(key)
        return mood(self.seed, *key) if first else None

    def _panne(self, query: Query) -> Reply:
        if "caprices" in query:
            self._moody = query["caprices"] != "non"
        if "chemin" in query:
            seconds = _number(query, "duree", 60.0)
            self._outages[query["chemin"]] = Outage(
                path=query["chemin"],
                status=int(_number(query, "statut", 500)),
                until=time.monotonic() + seconds,
                delay=min(_number(query, "delai", 0.0), _MAX_DELAY),
            )
        now = time.monotonic()
        active = [outage for outage in self._outages.values() if outage.until > now]
        described = [
            {"chemin": o.path, "statut": o.status, "reste": round(o.until - now, 1), "delai": o.delay}
            for o in active
        ]
        return Reply(HTTPStatus.OK, {"pannes": described, "caprices": self._moody})


def mood(seed: int, address: str, slot: str) -> Reply | None:
    """429, 500 or nothing: depends on its arguments only."""
    chance = mobilite.draw(seed, "caprice", address, slot)
    if chance < _TOO_MANY:
        reply = {"erreur": "trop de requêtes"}
        return Reply(HTTPStatus.TOO_MANY_REQUESTS, reply, {"Retry-After": "1"})
    if chance < _BROKEN:
        return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, {"erreur": "erreur interne"})
    return None


def _car_parks(seed: int, request: Request) -> Reply:
    step = mobilite.CAR_PARK_STEP
    left = step - (request.now - mobilite.floor(request.now, step))
    headers = {"Cache-Control": f"public, max-age={int(left.total_seconds())}"}
    return Reply(HTTPStatus.OK, mobilite.car_parks(seed, request.now), headers)


def _counts(seed: int, request: Request) -> Reply:
    end = _moment(request.query, "fin", request.now)
    start = _moment(request.query, "debut", end - timedelta(days=1))
    if start > end:
        raise BadRequestError("debut est après fin")
    page = int(_number(request.query, "page", 1))
    if page < 1:
        raise BadRequestError("page commence à 1")
    total, rows = mobilite.counts(seed, start, end, page, request.now)
    following = None
    if page * mobilite.PAGE_SIZE < total:
        # Both ends are written out: the pages of an answer stay those of one interval as time goes by.
        bounds = {"debut": start.isoformat(), "fin": end.isoformat(), "page": page + 1}
        following = f"{request.base}/comptages?{urlencode(bounds)}"
    return Reply(HTTPStatus.OK, {"total": total, "page": page, "suivante": following, "resultats": rows})


_SOURCES = {"/parkings": _car_parks, "/comptages": _counts}


def _moment(query: Query, name: str, default: datetime) -> datetime:
    """An ISO 8601 time; without offset it is UTC."""
    if name not in query:
        return default
    try:
        # A `+` left unquoted in a query string reaches us as a blank.
        moment = datetime.fromisoformat(query[name].replace(" ", "+"))
    except ValueError:
        raise BadRequestError(f"{name} n'est pas une date ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(query: Query, name: str, default: float) -> float:
    try:
        return float(query.get(name, default))
    except ValueError:
        raise BadRequestError(f"{name} n'est pas un nombre") from None


class Server(ThreadingHTTPServer):
    """One thread a connection."""

    daemon_threads = True

    def __init__(self, port: int, city: City) -> None:
        super().__init__((HOST, port), Handler)
        self.city = city


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive, JSON out, conditional GET."""

    protocol_version = "HTTP/1.1"
    server_version = "VilleAPI/1.0"
    sys_version = ""
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        self._reply(with_body=True)

    def do_HEAD(self) -> None:
        self._reply(with_body=False)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if urlsplit(self.path).path == "/_panne":
            self._reply(with_body=True)
        else:
            self._send(Reply(HTTPStatus.METHOD_NOT_ALLOWED, {"erreur": "lecture seule"}), with_body=True)

    def _reply(self, *, with_body: bool) -> None:
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        base = f"http://{self.headers.get('Host') or f'{HOST}:{self.server.server_port}'}"
        request = Request(url.path.rstrip("/") or "/", query, base, datetime.now(UTC))
        self._send(self.server.city.answer(request), with_body=with_body)

    def _send(self, reply: Reply, *, with_body: bool) -> None:
        body = json.dumps(reply.body, ensure_ascii=False).encode()
        status, headers = int(reply.status), dict(reply.headers)
        if status == HTTPStatus.OK:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            if headers["ETag"] in (self.headers.get("If-None-Match") or ""):
                status, body = int(HTTPStatus.NOT_MODIFIED), b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def main() -> None:
    parser = argparse.ArgumentParser(description="L'API de la Ville")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    server = Server(options.port, City(options.seed))
    # shutdown() waits for the loop of serve_forever, which this very thread runs: ask from another one.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
