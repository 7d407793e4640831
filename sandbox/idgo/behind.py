"""The CKAN behind IDGO, written as IDGO writes it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import httpx

from sandbox.idgo.forms import Refused, Upload
from sandbox.region import Region


class Behind:
    """Its calls raise Refused (400), as IDGO answers when CKAN says no."""

    def __init__(self, region: Region) -> None:
        self._region = region
        # Made once, for it costs 40 ms of processor; the sandbox's CKAN is on this machine.
        self._http = httpx.Client(timeout=60, headers={"Authorization": region.admin_token})

    def close(self) -> None:
        self._http.close()

    def licences(self) -> frozenset[str]:
        return self._licences

    @cached_property
    def _licences(self) -> frozenset[str]:
        return frozenset(one["id"] for one in self._asked("license_list"))

    def groups(self) -> frozenset[str]:
        return self._groups

    @cached_property
    def _groups(self) -> frozenset[str]:
        return frozenset(self._asked("group_list"))

    def has_organisation(self, name: str) -> bool:
        return self._call("organization_show", {"id": name}).status_code == 200

    def record(self, identifier: str | None, data: dict[str, Any]) -> str:
        """Creates or updates it whole, keeping what CKAN has besides. Returns its id."""
        if identifier is None:
            return str(self._asked("package_create", data)["id"])
        there = self._asked("package_show", {"id": identifier})
        return str(self._asked("package_update", {**there, **data})["id"])

    def purge(self, identifier: str) -> None:
        self._asked("package_delete", {"id": identifier})
        self._asked("dataset_purge", {"id": identifier})

    def resource(self, package: str, data: dict[str, Any], upload: Upload | None) -> None:
        """Without a new address or file, the old one stays: so does ``url_type``, always."""
        answer = self._call("resource_show", {"id": data["id"]})
        known = answer.status_code == 200
        there = answer.json()["result"] if known else {"package_id": package}
        sent = {**there, **{name: value for name, value in data.items() if name != "url" or value}}
        action = "resource_update" if known else "resource_create"
        if upload is None:
            self._asked(action, sent)
            return
        form = {name: _text(value) for name, value in sent.items() if value is not None and name != "url"}
        files = {"upload": (upload.filename, upload.data, upload.media_type)}
        self._result(self._http.post(self._address(action), data=form, files=files))

    def remove(self, identifier: str) -> None:
        self._asked("resource_delete", {"id": identifier})

    def _asked(self, action: str, data: dict[str, Any] | None = None) -> Any:
        return self._result(self._call(action, data or {}))

    def _call(self, action: str, data: dict[str, Any]) -> httpx.Response:
        return self._http.post(self._address(action), json=data)

    def _address(self, action: str) -> str:
        return f"{self._region.url}/api/3/action/{action}"

    @staticmethod
    def _result(answer: httpx.Response) -> Any:
        if answer.status_code != 200:
            raise Refused(400, {"__all__": [answer.text[:500]]})
        return answer.json()["result"]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
