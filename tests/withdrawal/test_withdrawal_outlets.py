"""What is withdrawn leaves the city's own places: the files of an outlet, and its table in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.publish.publishing import NOWHERE, Bench, rows
from tests.publish.showcase import Showcase
from tests.publish.test_publish_outlet import Web
from tests.publish.test_publish_outlet_table import INDEX, as_owner, base, here, read, server
from tests.withdrawal.withdrawing import act, decide, entries, leave, lift

__all__ = ["base", "here", "server"]
pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]


def test_files_and_table_leave_and_come_back(here: Showcase, server: Web, base: str, tmp_path: Path) -> None:
    made = Bench(here.desk, NOWHERE, "lieux", {**here.dataset_document(), "publish": INDEX})
    made.certified(rows(5))
    url = f"{server.url}/lieux/lieux.csv"
    assert httpx.get(url).status_code == 200
    assert read(base, "SELECT count(*) FROM ouvert.lieux") == [(5,)]
    leave(made)
    assert httpx.get(url).status_code == 404
    assert not list((tmp_path / "www").rglob("*.csv"))
    assert read(base, "SELECT to_regclass('ouvert.lieux')") == [(None,)]
    (proof,) = entries(made, "withdrawn")
    assert {("web", "file", 404)} <= {(one["platform"], one["what"], one["status"]) for one in proof["asked"]}
    lift(made)
    made.certified(rows(5))
    assert httpx.get(url).status_code == 200
    assert read(base, "SELECT count(*) FROM ouvert.lieux") == [(5,)]


def test_a_table_that_something_depends_on_is_told_and_tried_again(
    here: Showcase, server: Web, base: str
) -> None:
    made = Bench(here.desk, NOWHERE, "lieux", {**here.dataset_document(), "publish": INDEX})
    made.certified(rows(5))
    as_owner(base, "CREATE VIEW ouvert.vue AS SELECT * FROM ouvert.lieux")
    decide(made)
    outcome = act(made)
    ((name, error),) = outcome.failures
    assert name == "outlets" and "dépend de cette table" in error.what
    assert "supprimer ce qui en dépend" in error.remedy
    as_owner(base, "DROP VIEW ouvert.vue")
    assert act(made).proved
