"""`python -m sandbox.city up|down|status --root DIR [--scale 1.0] [--seed 13001]`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from sandbox import city
from sandbox.processes import SandboxError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.city", description="La Ville du bac à sable")
    parser.add_argument("action", choices=("up", "down", "status"))
    parser.add_argument("--root", type=Path, default=Path(".sandbox"))
    parser.add_argument("--scale", type=float, default=1.0, help="1 : 200 000 transactions de stationnement")
    parser.add_argument("--seed", type=int, default=city.DEFAULT_SEED)
    options = parser.parse_args()
    try:
        return _ACTIONS[options.action](options)
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _up(options: argparse.Namespace) -> int:
    began = time.monotonic()
    found = city.start(options.root, scale=options.scale, seed=options.seed)
    sys.stdout.write(f"La Ville est prête en {time.monotonic() - began:.1f} s.\n")
    _describe(found)
    return 0


def _down(options: argparse.Namespace) -> int:
    city.stop(options.root)
    sys.stdout.write("La Ville est arrêtée ; ses données restent.\n")
    return 0


def _status(options: argparse.Namespace) -> int:
    if not city.running(options.root):
        sys.stdout.write("La Ville est arrêtée.\n")
        return 3
    _describe(city.load(options.root))
    return 0


def _describe(found: city.City) -> None:
    # The superuser's password stays in city.json, which only its owner reads.
    server = found.dsn.rpartition("@")[2]
    sys.stdout.write(
        f"  base de données  {server}\n"
        f"  API              {found.api_url}\n"
        f"  dépôt            {found.drop_folder}\n"
        f"  courrier         {found.smtp_host}:{found.smtp_port} -> {found.mail_folder}\n"
    )


_ACTIONS = {"up": _up, "down": _down, "status": _status}


if __name__ == "__main__":
    raise SystemExit(main())
