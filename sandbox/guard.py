"""`python -m sandbox.guard`: stops, when its standard input closes, the services named there.

A line a service, `["name", "/its/folder"]`. It has a session of its own: Ctrl-C does not reach it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from sandbox.processes import Service, stop_all


def read_services(lines: Iterable[str]) -> list[Service]:
    """One service a line, each once; a line cut by a death is let be."""
    complete = (line for line in lines if line.endswith("\n"))
    named = dict.fromkeys((name, folder) for name, folder in map(json.loads, complete))
    return [Service(name, Path(folder)) for name, folder in named]


if __name__ == "__main__":
    stop_all(read_services(sys.stdin))
