"""Reads odd files one after the other, in a process that may die of one: run by ``test_odd_files``.

Its arguments are a folder, then the names of files. For each it says what it is about to read, then what came
of it, a line of JSON each: the class of what was raised by the extraction and by the draft, all that they
say, seconds, and the memory of the process at its highest (megabytes).
"""

from __future__ import annotations

import faulthandler
import json
import logging
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from aqueduc.anonymise import anonymise_extract
from aqueduc.draft import draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url as bare
from aqueduc.run import Run
from tests.adversary.odd_files import drop
from tests.sources.conftest import House

COLUMNS = {"nom": "publish", "date": "publish", "nombre": "publish"}


def extracted(house: House, name: str) -> str:
    dataset = house.declare({"file": "depot", "path": name}, COLUMNS)
    try:
        done = house.extract(dataset)
        said = json.dumps(done.report.to_json(), ensure_ascii=False)
        if done.handle is not None:
            anonymise_extract(dataset, Run(dataset.id, "r1"), done.handle, house.place)
        return f"read {said}"
    except Exception as error:  # noqa: BLE001 - that it is one of ours is what is asked
        return f"{type(error).__name__} {''.join(traceback.format_exception(error))}"


def drafted(house: House, name: str) -> str:
    try:
        made = draft_declaration(bare("essai", str(house.drop / name)), house.place)
        return f"drafted {json.dumps(made.to_json(), ensure_ascii=False)}{''.join(made.files.values())}"
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__} {''.join(traceback.format_exception(error))}"


def say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(folder: Path, names: list[str]) -> None:
    faulthandler.enable()
    logging.basicConfig(level=logging.DEBUG)
    for rank, name in enumerate(names):
        (folder / str(rank)).mkdir()
        house = House(folder / str(rank))
        drop(name, house.drop)
        say(about=name)
        for what, act in (("extract", extracted), ("draft", drafted)):
            if what == "draft" and name.startswith("flipped-"):
                continue
            started = time.monotonic()
            said = act(house, name)
            peak = max(
                resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            )
            say(name=name, what=what, said=said, seconds=time.monotonic() - started, megabytes=peak >> 10)
        (house.drop / name).unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
