"""Defects that tests plant in the runs, to see that they are found. None of them has a hook in the engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from importlib import import_module
from typing import Any

from aqueduc import leases
from aqueduc.http import HttpClient
from aqueduc.sources import change
from aqueduc.store import Vault


def plant(name: str) -> None:
    """In this process."""
    DEFECTS[name]()


def _drop_lock() -> None:
    """Nobody's lease keeps anybody out, and who seized one stops nobody."""
    leases.LeaseRegistry._is_rival_claim_alive = lambda *_: False  # type: ignore[method-assign]
    _ignore_fence()


def _ignore_fence() -> None:
    """Who was taken for dead goes on writing."""
    leases.Lease.raise_if_lost = lambda _: None  # type: ignore[method-assign, assignment]
    leases.Lease.hold_during_write = lambda _: nullcontext()  # type: ignore[method-assign, assignment, return-value]


def _reorder_write() -> None:
    """The source is noted as published before it is."""
    save = change.save_pending_source_state

    def save_both(vault: Any, run: Any, seen: Any) -> None:
        save(vault, run, seen)
        key = f"seen/{run.dataset}.json"
        before = (vault.read_json(key) or {}).get("snapshot", {})
        vault.write_json(key, {"snapshot": {**seen.to_json(), "part": before.get("part")}})

    change.save_pending_source_state = save_both


def _double_retry() -> None:
    """What may not be done twice is tried again."""
    retry = HttpClient.retry_request
    HttpClient.retry_request = lambda self, once, error_of, **_: retry(self, once, error_of)  # type: ignore[method-assign]


def _skip_shred() -> None:
    """What a run extracted stays."""
    Vault.shred_extracts = lambda *_: None  # type: ignore[method-assign]


def _skip_search() -> None:
    """Whatever is found of persons in what is published, it may leave."""
    validation: Any = import_module("aqueduc.validate.stage")
    scan = validation.scan_output_file

    def scan_in_vain(*given: Any) -> Any:
        found = scan(*given)
        return replace(found, report=replace(found.report, passed=True))

    validation.scan_output_file = scan_in_vain


DEFECTS: dict[str, Callable[[], None]] = {
    "lock-dropped": _drop_lock,
    "fence-ignored": _ignore_fence,
    "write-reordered": _reorder_write,
    "retry-doubled": _double_retry,
    "shred-skipped": _skip_shred,
    "search-skipped": _skip_search,
}
