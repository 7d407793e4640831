"""Where the region keeps its things under its folder, and which servers it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.processes import Service


@dataclass(frozen=True)
class Layout:
    """The paths of one region; `folder` is its own, under a root."""

    folder: Path

    @property
    def lock(self) -> Path:
        """Held while the region is being started or stopped."""
        return self.folder / "lock"

    @property
    def region(self) -> Path:
        """The Region of the last start, as JSON; private."""
        return self.folder / "region.json"

    @property
    def ini(self) -> Path:
        """CKAN's configuration; private."""
        return self.folder / "ckan.ini"

    @property
    def secrets(self) -> Path:
        """One private file a password, and the tokens."""
        return self.folder / "secrets"

    @property
    def tokens(self) -> Path:
        return self.secrets / "tokens.json"

    @property
    def journal(self) -> Path:
        """The documents of the search index."""
        return self.folder / "search.journal"

    @property
    def storage(self) -> Path:
        """The uploaded files."""
        return self.folder / "storage"

    @property
    def running_stamp(self) -> Path:
        """What the running servers were started from."""
        return self.folder / "running.stamp"

    @property
    def prepared_stamp(self) -> Path:
        """What the databases were prepared by."""
        return self.folder / "prepared.stamp"

    @property
    def redis(self) -> Service:
        return Service("redis", self.folder)

    @property
    def search(self) -> Service:
        return Service("search", self.folder)

    @property
    def web(self) -> Service:
        return Service("web", self.folder)

    @property
    def worker(self) -> Service:
        """Runs CKAN's background jobs; only with xloader."""
        return Service("worker", self.folder)

    def port_file(self, name: str) -> Path:
        return self.folder / "ports" / name
