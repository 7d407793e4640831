"""Withdrawn from the real udata: the record, its files at each address they had, its lists and catalogues."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import yaml

from sandbox.datagouv.real import RealUdata
from tests.publish.publishing import rows
from tests.publish.test_publish_udata import held, made_at
from tests.withdrawal.withdrawing import entries, leave, lift, served_addresses

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize("choice", ["tombstone", "purge"])
def test_withdrawn_proved_and_lifted(tmp_path: Path, real_udata: RealUdata, choice: str) -> None:
    made = made_at(tmp_path, real_udata)
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    for platform in city["platforms"].values():
        platform["withdrawn"] = choice
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    made.certified(rows(3))
    before = made.certified(rows(5))
    (record,) = held(made, real_udata)
    files = {one["url"] for one in record["resources"]} | {*served_addresses(made)}
    leave(made)
    for url in files:
        assert httpx.get(url, follow_redirects=True).status_code in (404, 410), url
    answer = httpx.get(f"{real_udata.url}/api/1/datasets/{record['id']}/")
    assert answer.status_code in (404, 410)
    (proof,) = entries(made, "withdrawn")
    assert {"page", "api", "search", "dcat", "file"} == {one["what"] for one in proof["asked"]}
    lift(made)
    again = made.certified(rows(5))
    assert (again.revision, again.record_url) == (before.revision, before.record_url)
    (back,) = held(made, real_udata)
    assert (back["id"], back["private"], back["deleted"]) == (record["id"], False, None)
