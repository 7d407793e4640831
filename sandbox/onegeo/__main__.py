"""`python -m sandbox.onegeo FOLDER PORT PORT`: the site and the city's outlets, until it is stopped."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from sandbox.door import opened
from sandbox.onegeo.lifecycle import ORGANISATION
from sandbox.onegeo.outlet import OutletDoor
from sandbox.onegeo.server import serving


def main(folder: str, site: str, outlets: str) -> None:
    door = type("Door", (OutletDoor,), {"root": Path(folder)})
    with serving(ORGANISATION, port=int(site)), opened(door, int(outlets)):
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
