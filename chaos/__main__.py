"""``make chaos``: ``SEED=…`` draws the same faults again, ``RUNS=…`` says how many runs must meet one."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
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
from tests.publish.servers import bucket

RUNS = 300
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_ENOUGH_BYTES = 1 << 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 when every promise was kept, 1 when one was not, 2 when there is no sandbox."""
    parser = argparse.ArgumentParser(prog="python -m chaos")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--runs", type=int, default=RUNS, help="how many runs must meet their fault")
    parser.add_argument("--root", type=Path, default=Path(".sandbox/tests"), help="the folder of the sandbox")
    parser.add_argument("--only", nargs="+", choices=PROFILES, default=list(PROFILES), help="datasets")
    parser.add_argument("--faults", nargs="+", choices=[*WIRE, *MACHINE], default=[], help="no other faults")
    parser.add_argument(
        "--bucket", action="store_true", help="the store is a bucket, behind a wire of its own"
    )
    parser.add_argument(
        "--jobs", type=int, default=1, help="so many campaigns at once, every other one in a bucket"
    )
    parser.add_argument("--defect", default="", help="one of chaos.defects, planted in each run")
    given = parser.parse_args(arguments)
    if given.jobs > 1:
        return _run_at_once(given)
    _say(f"seed {given.seed}: {_build_replay(given)}")
    root = Path(tempfile.mkdtemp(prefix="aqueduc-chaos-", dir=_find_memory()))
    try:
        return _run(given, root)
    except SandboxError as error:
        _say(str(error))
        return 2


def _find_memory() -> Path | None:
    """Where a file costs a fifth of what it costs on a disk, if there is room: a run makes hundreds."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES else None


def _build_replay(given: argparse.Namespace) -> str:
    """The command that draws the same faults again."""
    lists = [("--only", given.only), ("--faults", given.faults)]
    more = [" ".join((name, *values)) for name, values in lists if values]
    more += ["--bucket"] * given.bucket + [f"--defect {given.defect}"] * bool(given.defect)
    return " ".join((f"python -m chaos --seed {given.seed} --runs {given.runs}", *more))


def _run_at_once(given: argparse.Namespace) -> int:
    """Campaigns beside each other, each from a seed of its own that follows from the one that is given. A run whose
    store is a bucket takes four times as long as another: such campaigns have a quarter of the runs."""
    shares = [1 if job % 2 else 4 for job in range(given.jobs)]
    command = [sys.executable, "-m", "chaos", "--root", str(given.root)]
    if any(PROFILES[one].platform == "ckan" for one in given.only):
        region_of.start(given.root)
    _say(f"seed {given.seed} (make chaos SEED={given.seed} RUNS={given.runs}): {given.jobs} campaigns")
    begun = [
        subprocess.Popen(
            [
                *command,
                "--seed",
                str(given.seed + job),
                "--runs",
                str(-(-given.runs * share // sum(shares))),
                *(["--bucket"] if job % 2 else []),
                "--only",
                *given.only,
            ],
            env={**os.environ, "AQUEDUC_SANDBOX_ROOT": str(given.root)},
        )
        for job, share in enumerate(shares)
    ]
    return max(one.wait() for one in begun)


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
            _say(
                f"        again: {_build_replay(given)}" + ("" if given.defect else f"; what is left: {root}")
            )
            return 1
        finally:
            campaign.purge()
            if given.defect:
                # It was to break: nobody looks for why, and memory is not for keeping.
                shutil.rmtree(root, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    for line in sorted(f"{count:5} {kind}" for kind, count in campaign.told.items()):
        _say(line)
    _say(f"every promise kept, in {measure(began)}: {campaign.launched} runs")
    return 0


def _prepare(given: argparse.Namespace, root: Path, stack: ExitStack) -> Campaign:
    kinds = {PROFILES[one].platform for one in given.only}
    store_wire, opened = None, None
    if given.bucket:
        (root / "buckets" / "depot").mkdir(parents=True)
        options = stack.enter_context(bucket(root / "buckets", root / "rclone"))
        store_wire = Wire(options["endpoint_url"])
        opened = {**options, "endpoint_url": stack.enter_context(laid(store_wire))}
    city = ChaosCity(root, secrets.token_hex(4), tuple(given.only), opened)
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
    return Campaign(city, platforms, str(given.seed), tuple(given.faults), given.defect, _say, store_wire)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if "AQUEDUC_SANDBOX_ROOT" in os.environ:
        sys.exit(main())
    with stopped_with_us():
        sys.exit(main())
