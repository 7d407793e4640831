"""``make chaos``: ``SEED=…`` draws the same faults again, ``RUNS=…`` says how many runs must meet one."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx

from chaos.campaign import Campaign, PlatformAccess, measure
from chaos.city import PROFILES, ChaosCity
from chaos.faults import MACHINE, WIRE
from chaos.model import Violation
from chaos.visitor import CkanVisitor, UdataVisitor
from chaos.wire import Wire, laid
from sandbox import region as region_of
from sandbox.datagouv import serving
from sandbox.datagouv.server import KEY, ORGANISATION
from sandbox.processes import SandboxError, stopped_with_us

RUNS = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 when every promise was kept, 1 when one was not, 2 when there is no sandbox."""
    parser = argparse.ArgumentParser(prog="python -m chaos")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--runs", type=int, default=RUNS, help="how many runs must meet their fault")
    parser.add_argument("--root", type=Path, default=Path(".sandbox/tests"), help="the folder of the sandbox")
    parser.add_argument("--only", nargs="+", choices=PROFILES, default=list(PROFILES), help="datasets")
    parser.add_argument("--faults", nargs="+", choices=[*WIRE, *MACHINE], default=[], help="no other faults")
    parser.add_argument("--defect", default="", help="one of chaos.defects, planted in each run")
    given = parser.parse_args(arguments)
    _say(f"seed {given.seed} (make chaos SEED={given.seed} RUNS={given.runs})")
    root = Path(tempfile.mkdtemp(prefix="aqueduc-chaos-"))
    try:
        return _run(given, root)
    except SandboxError as error:
        _say(str(error))
        return 2


def _run(given: argparse.Namespace, root: Path) -> int:
    began = time.monotonic()
    with ExitStack() as stack:
        campaign = _prepare(given, root, stack)
        try:
            campaign.run(given.runs)
        except Violation as violation:
            _say(
                f"\nBROKEN  {violation}\n        after {campaign.steps[-1] if campaign.steps else 'nothing'}"
            )
            _say(f"        make chaos SEED={given.seed} RUNS={given.runs}; what is left: {root}")
            return 1
        finally:
            campaign.purge()
    shutil.rmtree(root, ignore_errors=True)
    for line in sorted(f"{count:5} {kind}" for kind, count in campaign.told.items()):
        _say(line)
    _say(f"every promise kept, in {measure(began)}")
    return 0


def _prepare(given: argparse.Namespace, root: Path, stack: ExitStack) -> Campaign:
    kinds = {PROFILES[one].platform for one in given.only}
    city = ChaosCity(root, secrets.token_hex(4), tuple(given.only))
    http = stack.enter_context(httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)))
    platforms = {}
    if "ckan" in kinds:
        region = region_of.start(given.root)
        wire = Wire(region.url)
        connection = {
            "conn_type": "ckan",
            "host": stack.enter_context(laid(wire)),
            "password": region.token,
            "extra": {"organisation": region.organisation},
        }
        visitor = CkanVisitor(region.url, region.organisation, region.admin_token, http)
        platforms["ckan"] = PlatformAccess(visitor, wire, connection)
    if "datagouv" in kinds:
        udata = stack.enter_context(serving())
        wire = Wire(udata.url)
        connection = {"conn_type": "datagouv", "host": stack.enter_context(laid(wire)), "password": KEY}
        platforms["datagouv"] = PlatformAccess(
            UdataVisitor(udata.url, ORGANISATION, KEY, http), wire, connection
        )
    return Campaign(city, platforms, str(given.seed), tuple(given.faults), given.defect, _say)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if "AQUEDUC_SANDBOX_ROOT" in os.environ:
        sys.exit(main())
    with stopped_with_us():
        sys.exit(main())
