"""What tests of the publication share: a validated revision made on the spot, a transport that counts and
kills, and a look behind the back of the platform."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc.anonymise import AnonymiseReport
from aqueduc.anonymise.report import ColumnTreatment, ScanReport
from aqueduc.anonymise.residual import scan_output_file
from aqueduc.anonymise.scan.city_lists import load_name_lists
from aqueduc.anonymise.weakening import build_protection_state
from aqueduc.certify import RunCertificate, certify_run, lift_restoration
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import Dataset, load_city
from aqueduc.pipeline import run_preparation_stages
from aqueduc.publish import PublishReport, publish_revision
from aqueduc.run import RestorationOrder, Run
from aqueduc.sources.report import ExtractReport
from aqueduc.store import ParquetFileHandle, Window
from aqueduc.validate.report import ValidateReport
from sandbox.door import answering
from sandbox.region import Region
from tests.making import Desk, desk
from tests.warm import get_warm_context

FIELDS = [
    {"name": "code", "type": "string", "title": "Code", "description": "Code INSEE."},
    {"name": "nom", "type": "string", "title": "Nom"},
    {"name": "surface", "type": "number", "title": "Surface", "unit": "m²"},
    {"name": "jour", "type": "date"},
]
COLUMNS: dict[str, Any] = {"code": "publish", "nom": "publish", "surface": "publish", "jour": "publish"}


def rows(count: int = 5, **changes: Any) -> pa.Table:
    """``count`` rows with keys 01001, 01002…; ``changes`` replace whole columns."""
    columns = {
        "code": [f"{1001 + rank:05}" for rank in range(count)],
        "nom": [f"Lieu n° {rank}, dit « L'Été »" for rank in range(count)],
        "surface": [rank + 0.25 for rank in range(count)],
        "jour": pa.array([datetime(2026, 1, 1 + rank % 28).date() for rank in range(count)], pa.date32()),
        **changes,
    }
    return pa.table(columns)


NOWHERE = Region("http://127.0.0.1:9", "ville-aix-en-provence", "jeton", "e", "p", "a", "a", "p", "", "")

# The sandbox has no certificate, and closes what was idle, at times while it is asked again.
HTTP = httpx.Client(timeout=60, verify=False, limits=httpx.Limits(max_keepalive_connections=0))


class Killed(BaseException):
    """The process dies here: nobody catches it."""


@dataclass
class Wire(httpx.BaseTransport):
    """The real network, watched. Dies (in this process: ``Doom`` kills one) before request number
    ``dies_before``, counted over writes, from 0. To log in, or to ask what may be written, writes nothing."""

    dies_before: int | None = None
    writes: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    inner: httpx.BaseTransport = field(default_factory=lambda: httpx.HTTPTransport(verify=False))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rstrip("/").rsplit("/", 1)[-1]
        if reads_only(request):
            self.reads.append(name)
            return self.inner.handle_request(request)
        if self.dies_before == len(self.writes):
            raise Killed
        self.writes.append(name)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def reads_only(request: httpx.Request) -> bool:
    return request.method in ("GET", "OPTIONS") or request.url.path.endswith("/signin/")


def at_once(_: float) -> None:
    """No pause before another try."""


_SCANNED: dict[tuple[object, ...], ScanReport] = {}


def scan_as_before(dataset: Dataset, handle: ParquetFileHandle, desk: Desk) -> ScanReport:
    """What the scan says of the file of ``handle``; that of the same file, declaration and lists is asked once a
    session, since most tests publish the same rows."""
    names = load_name_lists(desk.include)
    key = (handle.sha256, dataset.fingerprint, names.sources)
    if key not in _SCANNED:
        with (
            desk.place.store.open_local_file_of_key(handle.key) as path,
            desk.place.store.open_scratch_folder() as scratch,
        ):
            _SCANNED[key] = scan_output_file(dataset, path, scratch, names).report
    return _SCANNED[key]


@dataclass
class Bench:
    """One dataset of a small city, and the region it is published to. ``pause``: what is done instead of
    waiting (seconds) before another try."""

    desk: Desk
    region: Region
    slug: str
    declared: dict[str, Any] = field(default_factory=dict)
    count: int = 0
    pause: Callable[[float], None] = at_once

    def dataset(self, **changes: Any) -> Dataset:
        """The declaration, with ``changes`` over what was declared so far."""
        self.declared.update(changes)
        return self.desk.dataset(self.slug, **self.declared)

    def run(self, window: Window | None = None, **more: Any) -> Run:
        self.count += 1
        return Run(dataset=self.slug, id=f"essai-{self.count}", window=window, **more)

    def valid(
        self, dataset: Dataset, run: Run, table: pa.Table, *, rejected: int = 0, suppressed: int = 0
    ) -> ParquetFileHandle:
        """``table`` as the validated table of ``run``, with the reports of a sound walk down the corridor."""
        store = self.desk.place.store
        with store.open_scratch_folder() as scratch:
            local = scratch / "valid.parquet"
            pq.write_table(table, local)
            handle = store.store_parquet_by_sha256(
                local,
                dataset=dataset.id,
                run=run.id,
                stage="valid",
                rows=table.num_rows,
                window=run.window,
            )
        scan_as_before(dataset, handle, self.desk).write(store, dataset.id, run.id)
        for stage, report in sound_reports(dataset, run, handle, rejected, suppressed).items():
            store.write_report(dataset.id, run.id, stage, report)
        return handle

    def publish(
        self,
        table: pa.Table,
        dataset: Dataset | None = None,
        *,
        run: Run | None = None,
        wire: httpx.BaseTransport | None = None,
        **counts: int,
    ) -> PublishReport:
        dataset, run = dataset or self.dataset(), run or self.run()
        handle = self.valid(dataset, run, table, **counts)
        return self.send(dataset, run, handle, wire)

    def send(
        self, dataset: Dataset, run: Run, handle: ParquetFileHandle, wire: httpx.BaseTransport | None = None
    ) -> PublishReport:
        return publish_revision(
            dataset, self.desk.city, run, handle, self.desk.place, transport=wire, sleep=self.pause
        )

    def certified(self, table: pa.Table, *, wire: httpx.BaseTransport | None = None) -> RunCertificate:
        """A run that publishes ``table``, to its end."""
        dataset, run = self.dataset(), self.run()
        self.publish(table, dataset, run=run, wire=wire)
        return certify_run(dataset, self.desk.city, run, self.desk.place)

    def restored(self, revision: str, *, wire: httpx.BaseTransport | None = None) -> RunCertificate:
        """A run that puts a former revision online again, to its end."""
        order = RestorationOrder(revision, "Jeanne Martin", "lignes perdues à la source")
        dataset, run = self.dataset(), self.run(restoration=order)
        (judged,) = run_preparation_stages(dataset, run, self.desk.place)
        assert judged.handle is not None
        self.send(dataset, run, judged.handle, wire)
        return certify_run(dataset, self.desk.city, run, self.desk.place)

    def lift(self) -> str:
        """Ends what ``restored`` began."""
        self.count += 1
        place = self.desk.place
        return lift_restoration(
            self.dataset(), self.desk.city, f"levee-{self.count}", "Jeanne Martin", "source corrigée", place
        )

    def killed(self, table: pa.Table, rank: int, *, early: bool = False, local: bool = True) -> str | None:
        """Publishes ``table`` in a process of its own, killed (SIGKILL) right before its effect number
        ``rank`` (``Doom``). Returns what the effect would have been, None when it had no such effect."""
        made, run = self.dataset(), self.run()
        return killed(
            self.desk, self.valid, made, run, table, rank, early=early, local=local, pause=self.pause
        )

    # --- behind the platform's back -------------------------------------------------------------------------

    def action(self, action: str, /, *, token: str | None = None, **data: Any) -> Any:
        answer = HTTP.post(
            f"{self.region.url}/api/3/action/{action}",
            json=data,
            headers={"Authorization": self.region.admin_token if token is None else token},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def package(self) -> dict[str, Any]:
        found: dict[str, Any] = self.action("package_show", id=self.slug)
        return found

    def status(self, action: str, **parameters: str) -> int:
        """What an anonymous visitor gets."""
        return HTTP.get(f"{self.region.url}/api/3/action/{action}", params=parameters, timeout=60).status_code

    def body(self, resource: Mapping[str, Any]) -> httpx.Response:
        """The file as an anonymous visitor downloads it."""
        return HTTP.get(resource["url"])

    def table(self, resource: Mapping[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.action(
            "datastore_search", resource_id=resource["id"], limit=32_000, sort="code"
        )["records"]
        return [{key: value for key, value in record.items() if key != "_id"} for record in found]


@dataclass
class Doom:
    """Counts all that a process makes last, and ends it (SIGKILL) right before the effect number ``at``.

    An effect is a request that writes, the second half of one that carries a file, and a file that is put
    in place or removed below ``root``: in the store (pointers, memory of ids, marks), a portal, an outlet.
    What the dead leave is what lasted: to die once a request was answered, its answer unused, is to die
    before the next effect, whichever comes next. Content-addressed objects and reports are left out, and,
    unless ``early``, what is put into the store before the first request; unless ``local``, all files.
    """

    at: int
    root: str
    note: str
    early: bool
    local: bool = True
    count: int = 0
    begun: bool = False

    def effect(self, name: str) -> None:
        if self.count == self.at:
            Path(self.note).write_text(name, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python's own audit: no write of a file gets round it."""
        if not self.local or event not in ("os.rename", "os.remove"):
            return
        path = os.fsdecode(arguments[1 if event == "os.rename" else 0])
        inside = path.startswith(self.root) and not any(part in path for part in _NOT_STATE)
        if inside and (self.early or self.begun or "/store/" not in path):
            self.effect(f"{event.removeprefix('os.')} {path.removeprefix(self.root)}")


_NOT_STATE = ("/.scratch/", "/objects/", "/runs/", "/.leases/")


@dataclass
class DoomedWire(Wire):
    """The real network of a process that has to die."""

    doom: Doom | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert self.doom is not None
        if not reads_only(request):
            self.doom.begun = True
            name = request.url.path.rstrip("/").rsplit("/", 1)[-1]
            self.doom.effect(f"{request.method} {name}")
            if request.headers.get("Content-Type", "").startswith("multipart/"):
                request.stream = _Halved(request.stream, self.doom, f"half of {request.method} {name}")
        return super().handle_request(request)


class _Halved(httpx.SyncByteStream):
    """A body, and an effect before its last chunk: what was sent until then is on its way."""

    def __init__(self, inner: Any, doom: Doom, name: str) -> None:
        self._inner, self._doom, self._name = inner, doom, name

    def __iter__(self) -> Iterator[bytes]:
        *first, last = self._inner
        yield from first
        self._doom.effect(self._name)
        yield last


def killed(
    desk: Desk,
    valid: Callable[[Dataset, Run, pa.Table], ParquetFileHandle],
    dataset: Dataset,
    run: Run,
    table: pa.Table,
    rank: int,
    *,
    early: bool = False,
    local: bool = True,
    pause: Callable[[float], None] = at_once,
) -> str | None:
    """As ``Bench.killed``, of any desk."""
    handle = valid(dataset, run, table)
    root = str(desk.include.parent)
    doom = Doom(rank, root, f"{root}/mort", early, local)
    Path(doom.note).unlink(missing_ok=True)
    process = get_warm_context().Process(
        target=publish_and_die, args=(desk, dataset, run, handle, doom, pause)
    )
    process.start()
    process.join(120)
    if process.exitcode == 0:
        return None
    assert process.exitcode == -signal.SIGKILL, process.exitcode
    return Path(doom.note).read_text(encoding="utf-8")


def publish_and_die(
    desk: Desk,
    dataset: Dataset,
    run: Run,
    handle: ParquetFileHandle,
    doom: Doom,
    pause: Callable[[float], None],
) -> None:
    """The errand of ``killed``."""
    sys.addaudithook(doom.heard)
    publish_revision(
        dataset, desk.city, run, handle, desk.place, transport=DoomedWire(doom=doom), sleep=pause
    )


def requests(deaths: list[str]) -> list[str]:
    """The requests among the effects before which a process died, as ``Wire.writes`` has them."""
    methods = ("POST", "PUT", "PATCH", "DELETE")
    return [name.split()[1] for name in deaths if name.split()[0] in methods]


def sound_reports(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, rejected: int = 0, suppressed: int = 0
) -> dict[str, dict[str, Any]]:
    """What the stages before would have written, had they made ``handle``."""
    extracted = handle.rows + rejected + suppressed
    city = load_city(dataset.path.parent.parent).city
    extract = ExtractReport(
        dataset=dataset.id,
        run=run.id,
        source={},
        window=run.window,
        rows=extracted,
        rejected=0,
        columns=(),
        unchanged=False,
        output_sha256="e" * 64,
        seconds=0.0,
    )
    anonymise = AnonymiseReport(
        dataset=dataset.id,
        run=run.id,
        fingerprint=dataset.fingerprint,
        passed=True,
        input_sha256="e" * 64,
        output_sha256="a" * 64,
        rows_in=extracted,
        rows_out=handle.rows,
        rejected=rejected,
        suppressed=suppressed,
        suppressed_classes=0,
        quasi_identifiers=(),
        k=None,
        smallest_class=None,
        classes=None,
        treatments=tuple(
            ColumnTreatment(column.name, column.published_as, column.rule.kind, "…", column.basis)
            for column in dataset.columns
        ),
        findings=(),
        rejected_key=None,
        seconds=0.0,
        protection=build_protection_state(dataset).to_json(),
        city_fingerprint=city.fingerprint,
        version=dataset.software_version_and_code_digest,
    )
    validate = ValidateReport(
        fingerprint=dataset.fingerprint,
        rows_in=handle.rows,
        rows_out=handle.rows,
        rejected=0,
        suppressed=0,
        smallest_class=None,
        tolerated=0.0,
        findings=(),
        input_sha256="a" * 64,
        output_sha256=handle.sha256,
        schema=dataset.schema_path,
        rejected_key=None,
        seconds=0.0,
        passed=True,
        city_fingerprint=city.fingerprint,
        version=dataset.software_version_and_code_digest,
    )
    return {
        "extract": extract.to_json(),
        "anonymise": anonymise.to_json(),
        "validate": validate.to_json(),
    }


@contextmanager
def bench(root: Path, region: Region) -> Iterator[Bench]:
    """A dataset with a slug of its own; what it left on the platform is gone afterwards."""
    slug = f"essai-{uuid4().hex[:12]}"
    made = Bench(
        desk(root, region.environment()),
        region,
        slug,
        {"columns": COLUMNS, "fields": FIELDS, "key": ["code"], "publish": {"mode": "upload"}},
    )
    yield made
    answer = HTTP.post(
        f"{region.url}/api/3/action/dataset_purge",
        json={"id": slug},
        headers={"Authorization": region.admin_token},
    )
    assert answer.status_code in (200, 404), answer.text


def elsewhere(made: Bench, **connection: Any) -> Bench:
    """The same bench, but with another connection ``datasud``."""
    environment = made.region.environment()
    document = {**json.loads(environment["AIRFLOW_CONN_DATASUD"]), **connection}
    place = replace(
        made.desk.place,
        connections=EnvironmentConnections({"AIRFLOW_CONN_DATASUD": json.dumps(document)}),
    )
    return replace(made, desk=Desk(place))


def again(made: Bench, table: Any) -> PublishReport:
    """A publication that must find nothing to do."""
    wire = Wire()
    report = made.publish(table, wire=wire)
    assert report.nothing_new
    assert wire.writes == []
    return report


def declared_in(made: Bench, changes: dict[str, Any]) -> Dataset:
    """Declares the dataset with ``changes``, of which the title may quote its slug."""
    return made.dataset(**{**changes, "title": str(changes["title"]).format(slug=made.slug)})


def month(number: int) -> Window:
    start = datetime(2026, number, 1, tzinfo=UTC)
    return Window(start, datetime(2026, number + 1, 1, tzinfo=UTC))


# --- a source of the city's own, for links ------------------------------------------------------------------


class Api(ThreadingHTTPServer):
    """One address, ``/lieux``, which answers what the test says."""

    status = 200
    body: bytes = b""
    media_type = "application/json"
    seen: list[str | None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        self.server.seen.append(self.headers.get("Authorization"))
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.media_type)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def serving() -> Iterator[Api]:
    server = Api(("127.0.0.1", 0), Handler)
    server.seen = []
    server.body = json.dumps(rows(3).to_pylist(), default=str).encode()
    with answering(server):
        yield server


def beside(made: Bench, api: Api, **datasud: Any) -> Desk:
    """The bench's desk, which also knows ``api`` as its connection of that name; ``datasud`` changes that
    one."""
    connection = {"conn_type": "http", "host": api.url, "login": "u", "password": "secret"}
    region = {**json.loads(made.region.environment()["AIRFLOW_CONN_DATASUD"]), **datasud}
    environment = {"AIRFLOW_CONN_DATASUD": json.dumps(region), "AIRFLOW_CONN_API": json.dumps(connection)}
    return Desk(replace(made.desk.place, connections=EnvironmentConnections(environment)))
