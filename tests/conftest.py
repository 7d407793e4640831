"""One sandbox for the whole session: started by the first test that needs it, stopped at the end.

``AQUEDUC_SANDBOX_ROOT`` names another one, already running perhaps; it is then left running.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import city as city_of
from sandbox import region as region_of
from sandbox.city import City
from sandbox.datagouv import real as real_datagouv
from sandbox.datagouv.real import RealUdata
from sandbox.region import Region

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def sandbox_root() -> Iterator[Path]:
    """The folder of the session's sandbox: the databases stay in it, so that the next session starts warm."""
    given = os.environ.get("AQUEDUC_SANDBOX_ROOT")
    root = Path(given) if given else REPOSITORY / ".sandbox" / "tests"
    root.mkdir(parents=True, exist_ok=True)
    yield root
    if not given:
        city_of.stop(root)
        region_of.stop(root)
        real_datagouv.stop(root)


@pytest.fixture(scope="session")
def city(sandbox_root: Path) -> City:
    return city_of.start(sandbox_root)


@pytest.fixture(scope="session")
def region(sandbox_root: Path) -> Region:
    return region_of.start(sandbox_root)


@pytest.fixture(scope="session")
def real_udata(sandbox_root: Path) -> RealUdata:
    return real_datagouv.start(sandbox_root)
