"""The store and the vault in a bucket, opened by the id of a connection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aqueduc.connections import EnvironmentConnections
from aqueduc.errors import ConnectionMissing, InvalidConnectionSettings, StoreUnavailable
from aqueduc.run import build_store_from_environment, build_workspace_from_environment
from aqueduc.store import Store
from chaos.wire import Break, Wire, laid
from tests.publish.servers import bucket

pytestmark = pytest.mark.end_to_end

SECRET = "un-secret-qui-ne-se-dit-pas"


def environment(extra: object, /, kind: str = "aws", **more: str) -> dict[str, str]:
    connection = {"conn_type": kind, "login": "cle", "password": SECRET, "extra": extra}
    return {
        "AQUEDUC_STORE": "s3://depot",
        "AQUEDUC_STORE_CONNECTION": "seau_depot",
        "AIRFLOW_CONN_SEAU_DEPOT": json.dumps(connection),
        **more,
    }


def test_store_and_vault_are_opened_by_the_id_of_a_connection(tmp_path: Path) -> None:
    (tmp_path / "buckets" / "depot").mkdir(parents=True)
    (tmp_path / "buckets" / "coffre").mkdir()
    with bucket(tmp_path / "buckets", tmp_path / "rclone") as options:
        connection = {
            "conn_type": "aws",
            "login": options["key"],
            "password": options["secret"],
            "extra": {"endpoint_url": options["endpoint_url"], "region_name": "eu-west-3"},
        }
        variables = {
            "AQUEDUC_STORE": "s3://depot/ville",
            "AQUEDUC_STORE_CONNECTION": "depot",
            "AQUEDUC_VAULT": "s3://coffre/ville",
            "AQUEDUC_VAULT_CONNECTION": "coffre",
            "AIRFLOW_CONN_DEPOT": json.dumps(connection),
            "AIRFLOW_CONN_COFFRE": json.dumps(connection),
        }
        workspace = build_workspace_from_environment(environment=variables)
        workspace.store.write_json("a.json", {"a": 1})
        workspace.vault.write_json("b.json", {"b": 2})
        assert build_store_from_environment(environment=variables).read_json("a.json") == {"a": 1}
    assert (tmp_path / "buckets" / "depot" / "ville" / "a.json").is_file()
    assert (tmp_path / "buckets" / "coffre" / "ville" / "b.json").is_file()


@pytest.mark.parametrize(
    "variables, said",
    [
        (environment({"role_arn": "arn:aws:iam::1:role/r"}), "« role_arn »"),
        (environment({}, kind="http"), "du type « http », n'ouvre pas une adresse « s3:// »"),
        (environment({}, AQUEDUC_STORE="file:///depot"), "n'ouvre pas une adresse « file:// »"),
        (
            environment({}, AQUEDUC_STORE_OPTIONS='{"secret": "' + SECRET),
            "AQUEDUC_STORE_OPTIONS n'est pas un objet",
        ),
        (environment({}, AQUEDUC_STORE_OPTIONS=f'["{SECRET}"]'), "AQUEDUC_STORE_OPTIONS n'est pas un objet"),
    ],
)
def test_what_opens_no_bucket_is_refused_by_name_and_no_secret_is_shown(
    variables: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidConnectionSettings) as caught:
        build_store_from_environment(environment=variables)
    assert said in str(caught.value)
    assert "Que faire" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_connection_that_nobody_made_is_named() -> None:
    variables = environment({})
    del variables["AIRFLOW_CONN_SEAU_DEPOT"]
    with pytest.raises(ConnectionMissing, match="AIRFLOW_CONN_SEAU_DEPOT"):
        build_store_from_environment(EnvironmentConnections(variables), variables)


@pytest.mark.parametrize(
    "kind, writes, read",
    [
        ("fail-after", True, ""),
        ("fail-after", False, "a.json"),
        ("busy", False, "a.json"),
        ("truncate", False, "a.json"),
        # Cut in the middle, that there is none is an answer of another shape.
        ("truncate", False, "b.json"),
    ],
)
def test_a_bucket_that_does_not_answer_may_answer_later(
    tmp_path: Path, kind: str, writes: bool, read: str
) -> None:
    """Whatever keeps it from it, and however long."""
    (tmp_path / "buckets" / "depot").mkdir(parents=True)
    with bucket(tmp_path / "buckets", tmp_path / "rclone") as options:
        wire = Wire(options["endpoint_url"])
        with laid(wire) as url:
            store = Store("s3://depot/ville", {**options, "endpoint_url": url})
            store.write("a.json", b"1")
            wire.prepare(Break(kind, 0, writes, more=100))
            with pytest.raises(StoreUnavailable) as caught:
                store.write("a.json", b"2") if writes else store.read(read)
            assert caught.value.retryable
            wire.prepare(None)
            assert store.read("a.json") in (b"1", b"2")
