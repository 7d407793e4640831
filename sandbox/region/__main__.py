"""`python -m sandbox.region up|down|status --root DIR`"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox.processes import SandboxError
from sandbox.region.lifecycle import start, status, stop


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 when done (for `status`: when everything runs), 1 otherwise."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "up":
            region = start(options.root, xloader=options.xloader)
            _say(f"{region.url}\nadministrateur : {region.admin_name} / {region.admin_password}")
            _say(f"éditeur de {region.organisation} : {region.editor_name} / {region.editor_password}")
        elif options.command == "down":
            _say("arrêté" if stop(options.root) else "rien ne tournait")
        else:
            services = status(options.root)
            for service in services:
                _say(f"{service.name:<10} {'en marche' if service.running else 'arrêté'}")
            return 0 if services and all(service.running for service in services) else 1
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.region",
        description="La Région du bac à sable : un vrai CKAN, sur cette machine.",
    )
    parser.add_argument("command", choices=["up", "down", "status"])
    parser.add_argument("--root", type=Path, default=Path(".sandbox"), help="dossier d'état (.sandbox)")
    parser.add_argument("--xloader", action="store_true", help="charger aussi les fichiers dans le DataStore")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
