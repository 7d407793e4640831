"""The whole sandbox at once: the city, the region and Airflow between them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from sandbox import airflow, city, region
from sandbox.airflow import Airflow, Layout
from sandbox.airflow_api import Api
from sandbox.onegeo import lifecycle as onegeo_region
from sandbox.state import fingerprint, write_private

Part = TypeVar("Part")


CKAN, ONEGEO = "ckan", "onegeo"
KINDS = (CKAN, ONEGEO)
"""What a region may run."""


class RunningRegion(Protocol):
    """``token``: another one for each region that knows nothing of the former."""

    @property
    def token(self) -> str: ...

    def environment(self) -> dict[str, str]: ...

    def addresses(self) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class Sandbox:
    """Everything that runs under ``root``, and where Aqueduc keeps its files."""

    root: Path
    layout: Layout
    city: city.City
    region: RunningRegion
    airflow: Airflow

    def environment(self) -> dict[str, str]:
        """What the command ``aqueduc``, or a test, needs to work here as Airflow's tasks do."""
        return {**self.layout.environment(), **self.city.environment(), **self.region.environment()}

    def api(self) -> Api:
        return Api(self.airflow)


def start(
    root: Path,
    *,
    scale: float = 1.0,
    include: Path | None = None,
    kind: str = CKAN,
    tell: Callable[[str], None] = lambda _: None,
) -> Sandbox:
    """Starts, or finds running, everything under ``root``; ``tell`` hears of each part that is ready.

    ``include`` is the folder of declarations (the project's by default), written anew for a region of another
    ``kind`` than CKAN. Raises SandboxError when a server does not come up.
    """
    root = root.resolve()
    layout, start_region = _prepare_region(root, include, kind)
    with ThreadPoolExecutor(3) as pool:
        of_city = pool.submit(lambda: _said(city.start(root, scale=scale), tell, "La Ville est prête"))
        of_region = pool.submit(lambda: _said(start_region(), tell, "La Région est prête"))
        of_airflow = pool.submit(lambda: _said(airflow.prepare(layout), tell, "Airflow est prêt"))
        this_city, this_region, this_airflow = of_city.result(), of_region.result(), of_airflow.result()
    _forget_the_past(layout, this_region)
    airflow.schedule(layout, {**this_city.environment(), **this_region.environment()})
    sandbox = Sandbox(root, layout, this_city, this_region, this_airflow)
    tell("L'ordonnanceur est prêt")
    return sandbox


def _prepare_region(
    root: Path, include: Path | None, kind: str
) -> tuple[Layout, Callable[[], RunningRegion]]:
    """The layout with the declarations that suit a region of this ``kind``, and what starts it."""
    layout = Layout.under(root, include=include)
    if kind == CKAN:
        return layout, lambda: region.start(root)
    there = onegeo_region.start(root)
    written = onegeo_region.write_include(layout.include, root, there)
    return Layout.under(root, include=written), lambda: there


def load(root: Path) -> Sandbox:
    """The sandbox that runs under ``root``. Raises SandboxError when a part of it does not."""
    root = root.resolve()
    other = onegeo_region.running(root)
    there: RunningRegion = onegeo_region.load(root) if other else region.load(root)
    return Sandbox(root, Layout.under(root), city.load(root), there, airflow.load(root))


def stop(root: Path) -> None:
    """Stops everything under ``root``; what it holds stays for the next time."""
    root = root.resolve()
    with ThreadPoolExecutor(3) as pool:
        for stopping in [pool.submit(part.stop, root) for part in (airflow, city, region, onegeo_region)]:
            stopping.result()


def _forget_the_past(layout: Layout, portal: RunningRegion) -> None:
    """Drops what Aqueduc remembers when it is of another region, or was written by another engine.

    A region that was built anew holds nothing of it; and while the engine is being worked on, what it wrote
    yesterday proves nothing today.
    """
    mark = fingerprint((layout.plugins / "aqueduc").rglob("*.py"), portal.token)
    note = layout.store.parent / "mark"
    if not note.exists() or note.read_text(encoding="ascii") != mark:
        for folder in (layout.store, layout.vault):
            shutil.rmtree(folder, ignore_errors=True)
        write_private(note, mark)


def _said(part: Part, tell: Callable[[str], None], text: str) -> Part:
    tell(text)
    return part
