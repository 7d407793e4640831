"""Where a source is, as lineage names it: each kind, and never an account, a key, or what follows « ? »."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from aqueduc.connections import Connection
from aqueduc.sources import SOURCES
from aqueduc.sources.adapter import SourceAddress, import_object_of_source_kind

SECRET = "s3cr3t-Canari"
KEYED = f"https://lecteur:{SECRET}@API.ville.example:8443/v2/?key={SECRET}"
BELOW = ("https://api.ville.example:8443", "v2/parkings/libres")


def there(kind: str = "http", host: str = KEYED, **more: Any) -> Connection:
    return Connection("c", kind, host=host, login="lecteur", password=SECRET, **more)


def server(kind: str, port: int | None = None, database: str = "ville", **extra: Any) -> Connection:
    return there(kind, f"lecteur:{SECRET}@bd.ville.example", port=port, database=database, extra=extra)


HTTP = ("http", "arcgis", "opendatasoft", "ogcapi", "wfs", "onegeo", "ckan", "webdav")
BUCKET = {"service_config": {"s3": {"bucket_name": "depots"}}, "aws_secret_access_key": SECRET}
KINDS = [
    *((kind, there(), *BELOW) for kind in HTTP),
    ("postgres", server("postgres"), "postgres://bd.ville.example:5432", "ville"),
    ("postgres", server("postgres", 6432), "postgres://bd.ville.example:6432", "ville"),
    ("postgres", there("postgres", "/run/postgresql", database="ville"), "postgres://c", "ville"),
    ("mysql", server("mysql"), "mysql://bd.ville.example:3306", "ville"),
    ("mssql", server("mssql"), "mssql://bd.ville.example:1433", "ville"),
    ("mssql", server("mssql", database=""), "mssql://bd.ville.example:1433", ""),
    (
        "oracle",
        server("oracle", database="RH", service_name="paie"),
        "oracle://bd.ville.example:1521",
        "paie",
    ),
    ("oracle", server("oracle", database="paie"), "oracle://bd.ville.example:1521", "paie"),
    ("oracle", there("oracle", "", extra={"dsn": f"x/{SECRET}"}, database="RH"), "oracle://c", "RH"),
    ("dbapi", server("trino", 8080), "trino://bd.ville.example:8080", "ville"),
    ("dbapi", there("sqlite", "/srv/base.db"), "sqlite://c", ""),
    ("file", there("fs", "", extra={"path": "/srv/depot"}), "file", "/srv/depot/parkings/libres"),
    ("s3", there("aws", "", extra=BUCKET), "s3://depots", "parkings/libres"),
    ("sftp", server("sftp", path="/depot"), "sftp://bd.ville.example:22", "/depot/parkings/libres"),
    ("http", there(host=""), "http://c", "parkings/libres"),
]


@pytest.mark.parametrize("kind, connection, namespace, name", KINDS)
def test_a_source_is_named_by_where_it_is(
    kind: str, connection: Connection, namespace: str, name: str
) -> None:
    adapter = import_object_of_source_kind(kind, SOURCES[kind].adapter)
    path = "parkings/libres" if kind in ("file", "s3", "sftp") else f"/parkings/libres?cle={SECRET}"
    found = adapter.locate(connection, SimpleNamespace(kind=kind, path=path, location=path))
    assert found == SourceAddress(namespace, name)
    assert SECRET not in repr(found)


def test_every_kind_of_source_is_here() -> None:
    assert {kind for kind, *_ in KINDS} == {kind.name for kind in SOURCES.list_builtin_kinds()}
