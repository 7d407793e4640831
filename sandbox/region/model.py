"""What the rest of the project needs to know of a running region."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sandbox.processes import SandboxError
from sandbox.state import write_private

ORGANISATION = "ville-aix-en-provence"


@dataclass(frozen=True)
class Region:
    """A regional portal and the accounts made on it.

    `url` has no trailing slash. `token` belongs to an editor of `organisation`, not a system administrator;
    `admin_token` to a system administrator. `datastore_dsn` opens the DataStore's database as its superuser:
    for tests that look behind CKAN's back.
    """

    url: str
    organisation: str
    token: str
    editor_name: str
    editor_password: str
    admin_token: str
    admin_name: str
    admin_password: str
    storage: str
    datastore_dsn: str

    def environment(self) -> dict[str, str]:
        """The Airflow connection `datasud`, as an environment variable."""
        connection = {
            "conn_type": "ckan",
            "host": self.url,
            "password": self.token,
            "extra": {"organisation": self.organisation},
        }
        return {"AIRFLOW_CONN_DATASUD": json.dumps(connection)}

    def addresses(self) -> list[tuple[str, str]]:
        """Where people look, by its name."""
        return [
            ("CKAN (la Région)", f"{self.url}/organization/{self.organisation}"),
            ("  éditeur", f"{self.editor_name} / {self.editor_password}"),
            ("  administrateur", f"{self.admin_name} / {self.admin_password}"),
        ]


def save(region: Region, path: Path) -> None:
    """Write the region to a private file: it holds tokens and passwords."""
    write_private(path, json.dumps(asdict(region), indent=2) + "\n")


def read(path: Path) -> Region:
    """Read a region; raises SandboxError when there is none, or one of another version of the sandbox."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SandboxError(f"no region under {path.parent}: start it first") from None
    if set(kept) != {field.name for field in fields(Region)}:
        raise SandboxError(f"{path} was written by another version of the sandbox: start the region again")
    return Region(**kept)
