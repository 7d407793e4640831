"""`python -m sandbox up|down|status|demo`: a city, a region and Airflow on this machine."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from rich.console import Console

from aqueduc.errors import AqueducError
from sandbox import airflow, city, demo, demo_setup, region
from sandbox.onegeo import lifecycle as onegeo_region
from sandbox.processes import SandboxError

_LOG_WIDTH = 200


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 when done (for `demo`: all is published; for `status`: all runs), 1 otherwise."""
    options = _parser().parse_args(arguments)
    # A log has no width: nothing is folded there.
    console = Console() if sys.stdout.isatty() else Console(width=_LOG_WIDTH)
    try:
        return _COMMANDS[options.command](options, console)
    except (SandboxError, AqueducError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Une Ville, une Région et Airflow sur cette machine."
    )
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("--root", type=Path, default=Path(".sandbox"), help="dossier d'état (.sandbox)")
    parser.add_argument(
        "--scale",
        type=float,
        default=float(os.environ.get("SCALE") or 1),
        help="1 : 200 000 transactions de stationnement ; 50 : 10 millions (SCALE)",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        default=os.environ.get("ONCE", "") not in ("", "0", "no", "false"),
        help="demo : s'arrêter tout seul (ONCE=1)",
    )
    parser.add_argument(
        "--region",
        choices=demo_setup.KINDS,
        default=os.environ.get("REGION") or demo_setup.CKAN,
        help="ce que fait tourner la Région (REGION)",
    )
    return parser


def _up(options: argparse.Namespace, console: Console) -> int:
    began = time.monotonic()
    sandbox = demo_setup.start(
        options.root,
        scale=options.scale,
        kind=options.region,
        tell=lambda text: console.print(f"  {text}"),
    )
    console.print(f"Prêt en {time.monotonic() - began:.0f} s.", highlight=False)
    demo.describe(sandbox, console)
    return 0


def _down(options: argparse.Namespace, console: Console) -> int:
    demo_setup.stop(options.root)
    console.print("Tout est arrêté ; les données restent.")
    return 0


def _status(options: argparse.Namespace, console: Console) -> int:
    root = options.root.resolve()
    services = region.status(root)
    parts = {
        "la Ville": city.running(root),
        "la Région": onegeo_region.running(root)
        or (bool(services) and all(service.running for service in services)),
        "Airflow": airflow.running(root),
    }
    for name, runs in parts.items():
        console.print(f"  {name:<10} {'en marche' if runs else 'à l’arrêt'}", highlight=False)
    if not all(parts.values()):
        return 1
    demo.describe(demo_setup.load(root), console)
    return 0


def _demo(options: argparse.Namespace, console: Console) -> int:
    return demo.demo(
        options.root, scale=options.scale, once=options.once, kind=options.region, console=console
    )


_COMMANDS = {"up": _up, "down": _down, "status": _status, "demo": _demo}


if __name__ == "__main__":
    raise SystemExit(main())
