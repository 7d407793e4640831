"""The faults, drawn from a seed: what breaks, where, and how that is told."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

WIRE = {
    "refuse": "the platform hangs up on {what}",
    "cut-upload": "the connection is cut in the middle of {what}",
    "cut-answer": "the connection is cut after {what} was done, before its answer",
    "truncate": "the answer to {what} is cut short",
    "fail-after": "{what} is done, and answered by a 500",
    "busy": "{what} is answered by a 429, to come back later",
    "slow": "{what} takes long",
    "wrong": "{what} is done, and the answer says something else",
    "page": "{what} is done, and the answer is a page",
    "kill-before": "killed (SIGKILL) before {what}",
    "kill-amid": "killed (SIGKILL) in the middle of {what}",
    "kill-after": "killed (SIGKILL) once {what} is done",
    "hold": "killed (SIGKILL) at {what}, which reaches the platform during the next run",
    "delay": "{what} is cut, and reaches the platform later",
    "terminate": "SIGTERM at {what}",
}
LATE = ("hold", "delay")
SLEEP_S = 3600
"""Longer than the lease of a run lasts."""
MACHINE = {
    "kill": "killed (SIGKILL) at its write {at} on the disk",
    "full": "the disk is full from its write {at} on",
    "largest": "no file may be longer than {at} bytes",
    "down": "the platform is down",
    "twins": "two live copies of the run",
    "doubles": "two live copies of the run, under one name",
    "clock": "the clock is wrong by {at} hours",
    "sleep": "asleep at {what} for longer than its lease, while another run publishes",
}
STORE = ("refuse", "cut-answer", "truncate", "fail-after", "busy", "slow", "kill-before", "kill-after")
"""Those of WIRE that come between a run and its store, where that is a bucket."""
READ_TOO = ("refuse", "truncate", "busy", "slow", "page", "kill-before", "terminate")
_ALL = (
    *WIRE,
    *WIRE,
    *("kill",) * 8,
    *("full",) * 3,
    *("largest",) * 2,
    "down",
    *("twins",) * 2,
    *("doubles",) * 3,
    "clock",
    *("sleep",) * 3,
)


@dataclass(frozen=True)
class Reach:
    """How far a run goes: how many requests that write and that read it makes to the platform, how many writes on the
    disk, and how many requests to a store that is a bucket (none to one that is a folder)."""

    writes: int
    reads: int
    effects: int
    stored: int = 0
    fetched: int = 0


@dataclass(frozen=True)
class Fault:
    """``kind`` of WIRE or MACHINE; ``at``: at which request (of those that write, or that read) or at which write on
    the disk; ``more``: how many requests after that one. ``store``: on the wire to the store, not to the platform."""

    kind: str
    at: int = 0
    writes: bool = True
    more: int = 0
    store: bool = False

    @property
    def on_wire(self) -> bool:
        return self.kind in WIRE

    def describe(self, met: str | None = "") -> str:
        """``met``: what it was done to; None when it never came to that."""
        met = "never came" if met is None else met
        what = (
            f"{'write' if self.writes else 'read'} {self.at} to the {'store' if self.store else 'platform'}"
        )
        if not self.on_wire:
            return MACHINE[self.kind].format(at=self.at, what=what) + (f" ({met})" if met else "")
        more = f", and {self.more} more" if self.more else ""
        return WIRE[self.kind].format(what=f"{what} ({met})" if met else what) + more


def draw_fault(rng: random.Random, reach: Reach, kinds: Sequence[str] = ()) -> Fault:
    """One that a run meets which goes as far as ``reach``. ``kinds``: no other is drawn."""
    if reach.stored and not kinds and rng.random() < 0.5:
        writes = rng.random() < 0.5
        at = rng.randrange(reach.stored if writes else reach.fetched)
        return Fault(rng.choice(STORE), at, writes, rng.choice((0, 0, 3, 30)), True)
    kind = rng.choice(kinds or _ALL)
    if kind in WIRE:
        writes = reach.writes > 0 and (kind not in READ_TOO or rng.random() < 0.6)
        if not writes and kind not in READ_TOO and not kinds:
            kind = rng.choice(READ_TOO)
        at = rng.randrange(max(1, reach.writes if writes else reach.reads))
        return Fault(kind, at, writes, 0 if kind in LATE else rng.choice((0, 0, 1, 5)))
    if kind in ("kill", "full"):
        return Fault(kind, rng.randrange(reach.effects))
    if kind == "clock":
        return Fault(kind, rng.choice((-48, -1, 1, 48)))
    if kind == "largest":
        return Fault(kind, rng.choice((100, 1000, 3000, 10_000)))
    # Where nothing is written, the two meet in what they read.
    return Fault(kind, rng.randrange(max(1, reach.writes)), writes=reach.writes > 0)
