"""A region that runs OneGeo Suite, for the demonstration: its site and the city's outlets in one process, and
the city's declarations as they are written for it.

The site keeps nothing when it stops: each start is a new one, which the next publication fills.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox import processes
from sandbox.onegeo.outlet import CLOSED, OPEN, folder_of
from sandbox.onegeo.server import PASSWORD, USER
from sandbox.processes import SandboxError, Service, listening, steady_port
from sandbox.state import new_secret, write_private

ORGANISATION = "ville-aix-en-provence"
_REPOSITORY = Path(__file__).resolve().parents[2]
_PLATFORM = "datasud: {type: ckan, connection: datasud}"


@dataclass(frozen=True)
class OneGeoRegion:
    """The site at ``url``, and the outlets below ``outlets``. ``token`` is another at each start."""

    url: str
    outlets: str
    token: str

    def environment(self) -> dict[str, str]:
        """The Airflow connection `datasud`, as an environment variable."""
        account = {"login": USER, "password": PASSWORD, "extra": {"organisation": ORGANISATION}}
        connection = {"conn_type": "onegeo", "host": f"{self.url}/fr/", **account}
        return {"AIRFLOW_CONN_DATASUD": json.dumps(connection)}

    def addresses(self) -> list[tuple[str, str]]:
        """Where people look, by its name."""
        return [
            ("OneGeo Suite", f"{self.url}/explorer/fr/jeux-de-donnees/"),
            ("  compte", f"{USER} / {PASSWORD}"),
            ("Fichiers, chez soi", f"{self.outlets}/{OPEN}/"),
        ]


def start(root: Path) -> OneGeoRegion:
    """Starts it, or finds it running. Raises SandboxError when it does not come up."""
    place = _place(root)
    service = Service("onegeo", place)
    if running(root):
        return load(root)
    site, outlets = (steady_port(place / f"{name}.port") for name in ("site", "outlets"))
    command = [sys.executable, "-m", "sandbox.onegeo", str(place), str(site), str(outlets)]
    processes.start(service, command, healthy=lambda: listening(site) and listening(outlets), cwd=_REPOSITORY)
    shutil.rmtree(place / "www", ignore_errors=True)
    host = f"http://{processes.HOST}"
    region = OneGeoRegion(f"{host}:{site}", f"{host}:{outlets}", new_secret())
    write_private(place / "region.json", json.dumps(asdict(region)))
    return region


def stop(root: Path) -> bool:
    """True when it was running."""
    return processes.stop(Service("onegeo", _place(root)))


def running(root: Path) -> bool:
    return processes.running(Service("onegeo", _place(root)))


def load(root: Path) -> OneGeoRegion:
    """The one last started under ``root``. Raises SandboxError when there is none."""
    path = _place(root) / "region.json"
    if not path.exists():
        raise SandboxError(f"no OneGeo Suite under {root}: start it first")
    return OneGeoRegion(**json.loads(path.read_text(encoding="utf-8")))


def write_include(include: Path, root: Path, region: OneGeoRegion) -> Path:
    """The declarations of ``include`` for this region: the same datasets, whose files go to an outlet and not
    to the platform. Returns their folder."""
    place = _place(root)
    target = place / "include"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(include, target)
    outlets = "".join(
        f"  {name}: {{folder: {folder_of(place, name)}, url: '{region.outlets}/{name}'}}\n"
        for name in (OPEN, CLOSED)
    )
    city = target / "city.yaml"
    text = city.read_text(encoding="utf-8")
    if _PLATFORM not in text:
        raise SandboxError(f"{include / 'city.yaml'} has no line « {_PLATFORM} » to change")
    changed = text.replace(_PLATFORM, _PLATFORM.replace("ckan", "onegeo"))
    city.write_text(f"{changed}\noutlets:\n{outlets}", encoding="utf-8")
    for path in (target / "datasets").glob("*.yaml"):
        declared = path.read_text(encoding="utf-8")
        outlet = CLOSED if "\naccess: {level:" in declared else OPEN
        kept = [line for line in declared.splitlines() if not line.startswith("  datastore:")]
        path.write_text(
            "\n".join(kept).replace("  mode: upload", f"  mode: index\n  outlet: {outlet}") + "\n",
            encoding="utf-8",
        )
    return target


def _place(root: Path) -> Path:
    return root.resolve() / "onegeo"
