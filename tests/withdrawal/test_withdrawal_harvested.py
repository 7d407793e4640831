"""What a udata harvested of a withdrawn dataset leaves too, where the city may write there."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from sandbox import datagouv as datagouv_of
from sandbox.datagouv.server import KEY, ORGANISATION
from tests.publish.publishing import rows
from tests.publish.test_publish_datagouv import made_in
from tests.withdrawal.withdrawing import entries, leave

pytestmark = pytest.mark.sandbox


def test_a_harvested_copy_is_removed_and_proved_gone(tmp_path: Path) -> None:
    with datagouv_of.serving() as udata:
        made = made_in(tmp_path, udata)
        made.certified(rows(5))
        title = made.dataset().title
        for name in (title, "Un autre jeu"):
            said = {"title": name, "description": "Moissonnée.", "organization": ORGANISATION}
            answer = httpx.post(f"{udata.url}/api/1/datasets/", json=said, headers={"X-API-KEY": KEY})
            udata.datasets[answer.json()["id"]]["harvest"] = {"backend": "ckan", "domain": "region.example"}
        copies = {one["title"]: one for one in udata.datasets.values() if one.get("harvest")}
        leave(made)
        assert copies[title]["deleted"] is not None
        assert copies["Un autre jeu"]["deleted"] is None
        url = f"{udata.url}/api/1/datasets/{copies[title]['id']}/"
        assert httpx.get(url).status_code in (404, 410)
        (proof,) = entries(made, "withdrawn")
        asked = [one for one in proof["asked"] if copies[title]["id"] in one["address"]]
        assert asked and all(one["gone"] for one in asked)
