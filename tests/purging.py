"""An empty platform, for the tests that say what all of it holds."""

from __future__ import annotations

import requests

from sandbox.region import Region


def purge_records(region: Region) -> None:
    """Removes what an earlier session published."""
    session = requests.Session()
    session.headers["Authorization"] = region.admin_token
    api = f"{region.url}/api/3/action"
    found = session.get(f"{api}/package_search", params={"rows": 1000, "include_private": True}, timeout=30)
    for record in found.json()["result"]["results"]:
        for resource in record["resources"]:
            session.post(f"{api}/resource_delete", json={"id": resource["id"]}, timeout=30)
        session.post(f"{api}/dataset_purge", json={"id": record["id"]}, timeout=30).raise_for_status()
