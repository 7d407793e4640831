"""The sending of one file, apart: a process that imports nothing else tells what the sending itself takes."""

from __future__ import annotations

from pathlib import Path

from aqueduc.connections import Connection
from aqueduc.publish.client import PlatformClient, PublishableFile


def upload(url: str, token: str, package: str, path: str, digest: str) -> str:
    """Creates a resource with the file at ``path`` and returns its id."""
    file = PublishableFile(Path(path), "gros.csv", "text/csv", digest, Path(path).stat().st_size)
    connection = Connection("datasud", "ckan", host=url, password=token)
    with PlatformClient(connection, organisation="ville") as client:
        made = client.call_upload_action(
            "resource_create", {"package_id": package, "name": "Gros"}, file, idempotent=False
        )
        return str(made["id"])
