"""The campaign: run after run under a fault, each settled by a run that nothing disturbs, and judged."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from chaos.child import Child, Doom
from chaos.city import PROFILES, SECRETS, ChaosCity, draw_first_state, draw_next_state
from chaos.faults import LATE, SLEEP_S, Fault, draw_fault
from chaos.model import DatasetModel, SourceState, Violation, check_said, check_store, check_vault
from chaos.visitor import Visitor
from chaos.wire import Break, Wire

PATIENCE_S = 120
PUBLISHED, REFUSED, LATER, UNKNOWN = "published", "refused", "later", "unknown"
_OUTCOMES = {0: PUBLISHED, 1: REFUSED, 3: LATER}
_BEFORE_REST = (1, 1, 2, 2, 3)
"""How many runs under a fault come before one that nothing disturbs."""
_CHANGES = ("rows", "rows", "rows", "rows", "none", "planted", "first")
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Outcome:
    """How a run ended: one of the four, the code of its error, and what it says of it."""

    ended: str
    error: str = ""
    message: str = ""

    def __str__(self) -> str:
        return f"{self.ended} {self.error}".strip()


@dataclass(frozen=True)
class PlatformAccess:
    """A platform: who looks at it, and the connection with which runs reach it, through the wire."""

    visitor: Visitor
    wire: Wire
    connection: Mapping[str, Any]


@dataclass(frozen=True)
class _Launched:
    """A run that goes on: what it was asked for, and where it prints."""

    process: BaseProcess
    model: DatasetModel
    state: SourceState
    printed: Path
    limited: bool


@dataclass
class Campaign:
    """``platforms``: by their kind. ``kinds``: the only faults that are drawn, all of them where none is named.
    ``defect``: one that is planted in each run. ``store_wire``: that to a store which is a bucket."""

    city: ChaosCity
    platforms: Mapping[str, PlatformAccess]
    seed: str
    kinds: tuple[str, ...] = ()
    defect: str = ""
    say: Callable[[str], None] = print
    store_wire: Wire | None = None
    models: dict[str, DatasetModel] = field(default_factory=dict)
    kept: list[tuple[str, DatasetModel]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    steps: list[str] = field(default_factory=list)
    looking: str = ""
    launched: int = 0
    _violations: list[Violation] = field(default_factory=list)

    def run(self, runs: int) -> None:
        """Until so many runs met their fault. Raises Violation."""
        self.city.found()
        for platform in self.platforms.values():
            platform.wire.look = self._glance
        for profile in self.city.profiles:
            self._ask(profile, random.Random(f"{self.seed} {profile}"), "first")
            self._settle(profile)
        step = met = 0
        while met < runs:
            step += 1
            met += self._step(step)
        for profile, model in self.kept:
            model.check_settled(self._platform(profile).visitor.look(model.name))

    def purge(self) -> None:
        """Nothing is left of it on the platforms."""
        for profile, model in self.kept:
            self._platform(profile).visitor.purge(model.name)

    def _platform(self, profile: str) -> PlatformAccess:
        return self.platforms[PROFILES[profile].platform]

    def _step(self, step: int) -> int:
        """How many of its runs met their fault."""
        rng = random.Random(f"{self.seed} {step}")
        profile = rng.choice([one for one in self.city.profiles for _turn in range(PROFILES[one].turns)])
        met = 0
        for again in range(rng.choice(_BEFORE_REST)):
            # What is not settled yet is not left for another one.
            change = rng.choice(_CHANGES[:-1] if again else _CHANGES)
            reach = PROFILES[profile].get_reach(change, in_bucket=self.city.bucket is not None)
            fault = draw_fault(rng, reach, self.kinds)
            self._ask(profile, rng, change)
            self._calm_down(self._platform(profile))
            fired, ended = (
                self._sleep(profile, fault, rng) if fault.kind == "sleep" else self._suffer(profile, fault)
            )
            met += fired is not None
            self.told[f"{fault.kind}: {'met' if fired is not None else 'never came'}"] += 1
            self.steps.append(
                f"seed {self.seed}, step {step}: {profile}, {change}: {fault.describe(fired)} -> {ended}"
            )
            self.say(self.steps[-1])
            self._raise_seen()
            if fault.kind in LATE and fired is not None:
                self._let_arrive(profile, rng)
        self._settle(profile)
        return met

    def _ask(self, profile: str, rng: random.Random, change: str) -> None:
        """What becomes of the source; ``first``: another dataset is opened, of which nothing is public yet."""
        if change == "none":
            return
        if change == "first":
            self.models[profile] = self.city.declare(profile, len(self.kept))
            self.kept.append((profile, self.models[profile]))
            state = draw_first_state(rng)
        else:
            state = draw_next_state(self.models[profile].states, rng, planted=change == "planted")
        self.models[profile].ask(state)
        self.city.deliver(self.models[profile].name, state, rng)

    # --- a run ----------------------------------------------------------------------------------------------

    def _suffer(self, profile: str, fault: Fault) -> tuple[str | None, str]:
        """What the fault met (None: it never came), and how the runs ended."""
        wire = self._platform(profile).wire
        if fault.store and self.store_wire is not None:
            wire.prepare(None)
            wire = self.store_wire
        # The first of two is held up for a moment, so that the other catches up with it.
        twice = fault.kind in ("twins", "doubles")
        kind = "slow" if twice else fault.kind
        on_wire = fault.on_wire or twice
        wire.prepare(Break(kind, fault.at, fault.writes, fault.more) if on_wire else None)
        note = self.city.root / "note"
        note.unlink(missing_ok=True)
        ills = self._build_ills(fault, note)
        launched = [
            self._launch(profile, down=fault.kind == "down", **ills) for _copy in range(2 if twice else 1)
        ]
        ended = ", ".join(str(self._judge(one)) for one in launched)
        if fault.on_wire:
            return wire.fired or None, ended
        if "doom" in ills:
            return (note.read_text(encoding="utf-8") if note.exists() else None), ended
        return "", ended

    def _build_ills(self, fault: Fault, note: Path) -> dict[str, Any]:
        """What becomes of the process itself, as ``Child`` is told."""
        match fault.kind:
            case "kill" | "full":
                return {"doom": Doom(fault.kind, fault.at, str(self.city.root), str(note))}
            case "largest":
                return {"largest": fault.at}
            case "doubles":
                return {"name": f"scheduled__{self.launched}"}
            case "clock":
                return {"ahead_s": fault.at * 3600}
        return {}

    def _sleep(self, profile: str, fault: Fault, rng: random.Random) -> tuple[str | None, str]:
        """A run that stops for longer than its lease lasts, and goes on once another has published."""
        wire = self._platform(profile).wire
        wire.prepare(Break("sleep", fault.at, fault.writes))
        first = self._launch(profile)
        while first.process.exitcode is None and not wire.asleep.wait(0.05):
            first.process.join(0)
        if not wire.asleep.is_set():
            return None, str(self._judge(first))
        met = wire.fired
        self._let_leases_run_out(first.process)
        self._ask(profile, rng, "rows")
        wire.prepare(None)
        second = self._judge(self._launch(profile))
        first.model.expect_late_write()
        wire.awake.set()
        outcome = self._judge(first)
        if outcome.ended == second.ended == PUBLISHED:
            raise Violation(f"{first.model.name}: a run that had lost its lease published all the same")
        return met, f"{outcome}, while another {second}"

    def _let_leases_run_out(self, holder: BaseProcess) -> None:
        """The clock goes on for the leases that are held now, and for who holds them."""
        (self.city.root / f"slept-{holder.pid}").write_text(str(SLEEP_S), encoding="utf-8")
        self._age_claims()

    def _age_claims(self) -> None:
        for folder in (self.city.store, self.city.vault):
            for claim in [path for path in (folder / ".leases").rglob("[0-9]*-*") if path.is_file()]:
                os.utime(claim, times=(claim.stat().st_mtime - SLEEP_S,) * 2)

    def _launch(self, profile: str, *, down: bool = False, **ills: Any) -> _Launched:
        model, platform = self.models[profile], self._platform(profile)
        self.looking = profile
        model.begin()
        connection = {**platform.connection, "host": NOWHERE} if down else platform.connection
        self.launched += 1
        printed = self.city.root / f"printed-{self.launched % 4}"
        printed.write_bytes(b"")
        child = Child(
            ["aqueduc", "run", model.name, "--json"],
            self.city.environment({PROFILES[profile].platform: connection}),
            self.city.root,
            printed,
            defect=self.defect,
            **ills,
        )
        process = child.start()
        for wire in filter(None, (platform.wire, self.store_wire)):
            wire.pid = process.pid
        return _Launched(process, model, model.asked, printed, "largest" in ills)

    def _judge(self, run: _Launched) -> Outcome:
        """Once it has ended. Raises Violation."""
        code = _wait(run.process)
        text = run.printed.read_text(encoding="utf-8", errors="replace")
        check_said(text, SECRETS)
        if code not in _OUTCOMES:
            return Outcome(UNKNOWN, f"signal {-code if code < 0 else code - 128}")
        # What it prints is a file too.
        document = {} if run.limited and code else _read_document(text)
        error = document.get("error", {})
        # A limit on the length of files stands for a disk without room: its error is another.
        if error.get("code") == "defaut" and not run.limited:
            raise Violation(
                f"{run.model.name}: an error that nobody foresaw: {error['message']} {error['where']}"
            )
        if code == 0:
            if run.state.planted:
                raise Violation(f"{run.model.name}: published what a gate had to stop")
            run.model.certified.append(document["run"])
        return Outcome(_OUTCOMES[code], error.get("code", ""), error.get("message", ""))

    def _let_arrive(self, profile: str, rng: random.Random) -> None:
        """What was held reaches the platform in the middle of a run, or after it."""
        if rng.random() < 0.5:
            self._ask(profile, rng, "rows")
        wire = self._platform(profile).wire
        self._calm_down(self._platform(profile))
        self.models[profile].expect_late_write()
        wire.prepare(None, release_at=rng.randrange(30))
        outcome = self._judge(self._launch(profile))
        wire.release()
        self.say(f"    then {outcome}, with what was held")
        self._raise_seen()

    def _settle(self, profile: str) -> None:
        """A run that nothing disturbs, after which all is as asked for."""
        model, platform = self.models[profile], self._platform(profile)
        self._calm_down(platform)
        outcome = self._judge(self._launch(profile))
        self._raise_seen()
        if outcome.ended != (REFUSED if model.asked.planted else PUBLISHED):
            raise Violation(f"{model.name}: undisturbed, a run ends {outcome}: {outcome.message}")
        seen = platform.visitor.look(model.name)
        model.settle(seen)
        model.check_ledger(self.city.store, seen)
        check_vault(self.city.vault, SECRETS)
        check_store(self.city.store, SECRETS)
        self._check_records(platform)

    def _calm_down(self, platform: PlatformAccess) -> None:
        """No break is left; nor, in a bucket, which cannot tell who died, a lease of who did."""
        platform.wire.prepare(None)
        if self.store_wire is not None:
            self.store_wire.prepare(None)
            self._age_claims()

    def _check_records(self, platform: PlatformAccess) -> None:
        """One record for each dataset; none for one that never had anything to show."""
        found = sorted(name for name in platform.visitor.list_records() if name.endswith(self.city.mark))
        beside = [model for profile, model in self.kept if self._platform(profile) is platform]
        known = {model.name for model in beside}
        least = {model.name for model in beside if None not in model.possible}
        # A second one that a late request made is hidden and empty: the morning's look has a person delete it.
        twice = {name for name in found if found.count(name) > 1}
        late = {model.name for model in beside if model.was_late}
        if not (twice <= late and least <= set(found) <= known):
            raise Violation(f"the platform has the records {', '.join(found)}")

    # --- a visitor ------------------------------------------------------------------------------------------

    def _glance(self) -> None:
        """Around each write: kept for the thread of the campaign, which raises it."""
        model = self.models[self.looking]
        try:
            model.check(self._platform(self.looking).visitor.look(model.name))
        except Violation as violation:
            self._violations.append(violation)

    def _raise_seen(self) -> None:
        if self._violations:
            raise self._violations[0]


def _wait(process: BaseProcess) -> int:
    if process.pid is not None and process.exitcode is None:
        os.kill(process.pid, signal.SIGCONT)
    process.join(PATIENCE_S)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise Violation(f"a run was not done within {PATIENCE_S} s")
    return process.exitcode


def _read_document(text: str) -> dict[str, Any]:
    """The JSON that a run printed, after what it logged. Raises Violation."""
    try:
        found: dict[str, Any] = json.loads(text[text.index("{") :])
    except ValueError:
        raise Violation("a run ended without saying how") from None
    return found


def measure(since: float) -> str:
    return f"{time.monotonic() - since:.0f} s"
