"""What the tests of the look share: one look, what it tells, and the requests that it takes."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest

from aqueduc.publish.inspection import MOST_REQUESTS, detect_differences_and_hide_exposed_records
from aqueduc.run import GuardWaiver, Run
from tests.publish.publishing import Bench, Wire

REOPEN = (GuardWaiver("reopen", "Camille Essai", "cachée par erreur"),)


@dataclass
class Look:
    """What a look came to: what it told, and the requests that it took."""

    differs: bool
    said: str
    wire: Wire = field(default_factory=Wire)


def look(made: Bench, told: pytest.LogCaptureFixture, run: Run | None = None) -> Look:
    told.clear()
    told.set_level(logging.WARNING, logger="aqueduc.publish.inspection")
    wire = Wire()
    differs = detect_differences_and_hide_exposed_records(
        made.dataset(), made.desk.city, run or made.run(), made.desk.place, transport=wire, sleep=made.pause
    )
    assert len(wire.reads) <= MOST_REQUESTS
    assert wire.writes == []
    return Look(differs, told.text, wire)
