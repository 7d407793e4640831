"""The campaign: run after run under a fault, each settled by a run that nothing disturbs, and judged."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from chaos.child import Child, Doom
from chaos.city import PROFILES, SECRETS, ChaosCity, draw_first_state, draw_next_state
from chaos.faults import LATE, Fault, draw_fault
from chaos.model import DatasetModel, Violation, check_said, check_store, check_vault
from chaos.visitor import Visitor
from chaos.wire import Break, Wire

PATIENCE_S = 120
PUBLISHED, REFUSED, LATER, UNKNOWN = "published", "refused", "later", "unknown"
_OUTCOMES = {0: PUBLISHED, 1: REFUSED, 3: LATER}
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Outcome:
    """How a run ended: one of the four, the code of its error, and what it says of it."""

    ended: str
    error: str = ""
    message: str = ""


@dataclass(frozen=True)
class PlatformAccess:
    """A platform: who looks at it, and the connection with which runs reach it, through the wire."""

    visitor: Visitor
    wire: Wire
    connection: Mapping[str, Any]


@dataclass
class Campaign:
    """``platforms``: by their kind. ``kinds``: the only faults that are drawn, all of them where none is named.
    ``defect``: one that is planted in each run."""

    city: ChaosCity
    platforms: Mapping[str, PlatformAccess]
    seed: int
    kinds: tuple[str, ...] = ()
    defect: str = ""
    say: Callable[[str], None] = print
    models: dict[str, DatasetModel] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    steps: list[str] = field(default_factory=list)
    profile: str = ""

    def run(self, runs: int) -> None:
        """Until so many runs met their fault. Raises Violation."""
        self.models = self.city.found()
        for platform in self.platforms.values():
            platform.wire.look = self._glance
        for profile in self.city.profiles:
            rng = random.Random(f"{self.seed} {profile}")
            self._ask(profile, rng, "first")
            self._settle(profile)
        step = met = 0
        while met < runs:
            step += 1
            met += self._step(step)
        for profile, model in self.models.items():
            model.check_settled(self._platform(profile).visitor.look(model.name))

    def _platform(self, profile: str) -> PlatformAccess:
        return self.platforms[PROFILES[profile].platform]

    def purge(self) -> None:
        """Nothing is left of it on the platforms."""
        for profile, model in self.models.items():
            self._platform(profile).visitor.purge(model.name)

    def _step(self, step: int) -> int:
        """How many of its runs met their fault."""
        rng = random.Random(f"{self.seed} {step}")
        turns = [one for one in self.city.profiles for _turn in range(PROFILES[one].turns)]
        profile = rng.choice(turns)
        met = 0
        told = []
        for _again in range(rng.choice((1, 1, 1, 2))):
            change = rng.choice(("rows", "rows", "rows", "rows", "none", "planted"))
            self._ask(profile, rng, change)
            fault = draw_fault(rng, PROFILES[profile].reach[change], self.kinds)
            fired, outcomes = self._suffer(profile, fault)
            met += fired is not None
            told.append(f"{profile}, {change}: {fault.describe(fired)} -> {outcomes}")
            self.told[f"{fault.kind}: {'met' if fired is not None else 'never came'}"] += 1
            self._note(step, told[-1])
            if fault.kind in LATE and fired is not None:
                self._let_arrive(profile, rng)
        self._settle(profile)
        return met

    def _note(self, step: int, text: str) -> None:
        self.steps.append(f"seed {self.seed}, step {step}: {text}")
        self.say(self.steps[-1])
        self._raise_seen()

    def _ask(self, profile: str, rng: random.Random, change: str) -> None:
        model = self.models[profile]
        if change == "none":
            return
        state = (
            draw_first_state(rng)
            if change == "first"
            else draw_next_state(model.states, rng, planted=change == "planted")
        )
        model.ask(state)
        self.city.deliver(profile, state, rng)

    # --- a run ----------------------------------------------------------------------------------------------

    def _suffer(self, profile: str, fault: Fault) -> tuple[str | None, str]:
        """What the fault met (None: it never came), and how the runs ended."""
        breaks = Break(fault.kind, fault.at, fault.writes, fault.more) if fault.on_wire else None
        wire = self._platform(profile).wire
        wire.prepare(breaks)
        note = self.city.root / "note"
        note.unlink(missing_ok=True)
        doom = (
            Doom(fault.kind, fault.at, str(self.city.root), str(note))
            if fault.kind in ("kill", "full")
            else None
        )
        largest = fault.at if fault.kind == "largest" else None
        outcomes = self._launch(
            profile, 2 if fault.kind == "twins" else 1, doom, largest, down=fault.kind == "down"
        )
        ended = ", ".join(f"{one.ended} {one.error}".strip() for one in outcomes)
        if fault.on_wire:
            return wire.fired or None, ended
        if doom is not None:
            return (note.read_text(encoding="utf-8") if note.exists() else None), ended
        return "", ended

    def _launch(
        self,
        profile: str,
        copies: int = 1,
        doom: Doom | None = None,
        largest: int | None = None,
        *,
        down: bool = False,
    ) -> list[Outcome]:
        """Runs, at the same time, until all have ended; each is judged."""
        model = self.models[profile]
        self.profile = profile
        model.begin()
        platform = self._platform(profile)
        connection = {**platform.connection, "host": NOWHERE} if down else platform.connection
        environment = self.city.environment({PROFILES[profile].platform: connection})
        started: list[tuple[BaseProcess, Path]] = []
        for copy in range(copies):
            printed = self.city.root / f"printed-{copy}"
            printed.write_bytes(b"")
            arguments = ["aqueduc", "run", model.name, "--json"]
            child = Child(arguments, environment, self.city.root, printed, doom, largest, self.defect)
            started.append((child.start(), printed))
            platform.wire.pid = started[0][0].pid
        return [self._judge(model, self._wait(process), printed, largest) for process, printed in started]

    def _wait(self, process: BaseProcess) -> int:
        process.join(PATIENCE_S)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise Violation(f"a run was not done within {PATIENCE_S} s")
        return process.exitcode

    def _judge(self, model: DatasetModel, code: int, printed: Path, largest: int | None) -> Outcome:
        text = printed.read_text(encoding="utf-8", errors="replace")
        check_said(text, SECRETS)
        if code not in _OUTCOMES:
            return Outcome(UNKNOWN, f"signal {-code if code < 0 else code - 128}")
        # What it prints is a file too.
        document = {} if largest is not None and code else _read_document(text)
        error = document.get("error", {}).get("code", "")
        # A limit on the length of files stands for a disk without room: its error is another.
        if error == "defaut" and largest is None:
            raise Violation(
                f"{model.name}: an error that nobody foresaw: {document['error']['message']}"
                f" {document['error']['where']}"
            )
        if code == 0:
            if model.asked.planted:
                raise Violation(f"{model.name}: published what a gate had to stop")
            model.certified.append(document["run"])
        return Outcome(_OUTCOMES[code], error, document.get("error", {}).get("message", ""))

    def _let_arrive(self, profile: str, rng: random.Random) -> None:
        """What was held reaches the platform in the middle of a run, or after it."""
        if rng.random() < 0.5:
            self._ask(profile, rng, "rows")
        wire = self._platform(profile).wire
        wire.prepare(None, release_at=rng.randrange(30))
        outcomes = self._launch(profile)
        wire.release()
        self.say(f"    then {outcomes[0].ended} {outcomes[0].error}, with what was held")
        self._raise_seen()

    def _settle(self, profile: str) -> None:
        """A run that nothing disturbs, after which all is as asked for."""
        model, platform = self.models[profile], self._platform(profile)
        platform.wire.prepare(None)
        (outcome,) = self._launch(profile)
        self._raise_seen()
        expected = REFUSED if model.asked.planted else PUBLISHED
        if outcome.ended != expected:
            raise Violation(
                f"{model.name}: undisturbed, a run ends {outcome.ended} ({outcome.error}): {outcome.message}"
            )
        seen = platform.visitor.look(model.name)
        model.settle(seen)
        model.check_ledger(self.city.store, seen)
        check_vault(self.city.vault, SECRETS)
        check_store(self.city.store, SECRETS)
        found = sorted(name for name in platform.visitor.list_records() if name.endswith(self.city.mark))
        beside = (
            one for one, other in self.models.items() if other.states and self._platform(one) is platform
        )
        if found != sorted(map(self.city.name, beside)):
            raise Violation(f"the platform has the records {found}")

    # --- a visitor ------------------------------------------------------------------------------------------

    _violations: list[Violation] = field(default_factory=list)

    def _glance(self) -> None:
        """Around each write: kept for the thread of the campaign, which raises it."""
        model = self.models[self.profile]
        try:
            model.check(self._platform(self.profile).visitor.look(model.name))
        except Violation as violation:
            self._violations.append(violation)

    def _raise_seen(self) -> None:
        if self._violations:
            raise self._violations[0]


def _read_document(text: str) -> dict[str, Any]:
    """The JSON that a run printed, after what it logged. Raises Violation."""
    try:
        found: dict[str, Any] = json.loads(text[text.index("{") :])
    except ValueError:
        raise Violation("a run ended without saying how") from None
    return found


def measure(since: float) -> str:
    return f"{time.monotonic() - since:.0f} s"
