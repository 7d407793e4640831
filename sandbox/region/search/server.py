"""The HTTP face of the stand-in."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.processes import HOST
from sandbox.region.search.errors import SolrError
from sandbox.region.search.index import Index
from sandbox.region.search.selection import select

_JSON = "application/json;charset=utf-8"
_XML = "application/xml;charset=utf-8"


class SearchServer(ThreadingHTTPServer):
    """Serves one index on HOST."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, index: Index) -> None:
        super().__init__((HOST, port), _Handler)
        self.index = index


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SearchServer

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, format: str, *args: Any) -> None:
        """A line a request would drown the errors."""

    def _answer(self, body: bytes) -> None:
        address = urlsplit(self.path)
        parameters = parse_qs(address.query, keep_blank_values=True)
        path = address.path.rstrip("/")
        try:
            if path.endswith("/select"):
                self._reply(200, select(self.server.index, _merged(parameters, body)))
            elif path.endswith("/update"):
                self._update(parameters, body)
                self._reply(200, {"responseHeader": {"status": 0, "QTime": 0}})
            elif path.endswith(("/schema", "/admin/file")):
                self._send(200, self.server.index.schema.xml.encode(), _XML)
            elif path.endswith("/admin/ping"):
                self._reply(200, {"responseHeader": {"status": 0}, "status": "OK"})
            else:
                self._refuse(404, f"not found: {path}")
        except (SolrError, ValueError, ElementTree.ParseError) as error:
            self._refuse(400, str(error))

    def _update(self, parameters: dict[str, list[str]], body: bytes) -> None:
        index = self.server.index
        commit = parameters.get("commit", parameters.get("softCommit", ["false"]))[0] == "true"
        if "json" in self.headers.get("Content-Type", ""):
            posted = json.loads(body)
            index.add(posted if isinstance(posted, list) else [posted])
        elif body:
            message = ElementTree.fromstring(body)  # noqa: S314 - CKAN alone posts here
            if message.tag == "delete":
                keys = [element.text or "" for element in message.findall("id")]
                index.delete(keys, [element.text or "" for element in message.findall("query")])
            commit = commit or message.tag == "commit"
        if commit:
            index.commit()

    def _refuse(self, code: int, message: str) -> None:
        self._reply(code, {"responseHeader": {"status": code}, "error": {"msg": message, "code": code}})

    def _reply(self, code: int, answer: dict[str, Any]) -> None:
        self._send(code, json.dumps(answer).encode(), _JSON)

    def _send(self, code: int, data: bytes, content_type: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _merged(parameters: dict[str, list[str]], body: bytes) -> dict[str, list[str]]:
    """Parameters of the address and, since long queries are posted, of the form in the body."""
    posted = parse_qs(body.decode(), keep_blank_values=True)
    return {name: parameters.get(name, []) + posted.get(name, []) for name in {**parameters, **posted}}
