"""A connection of the DB-API (PEP 249), as far as the documentation of the drivers of SQL Server and Oracle goes: no
server of either was at hand. What it is asked is kept; what it answers, a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest


@dataclass
class Answer:
    """The rows of a statement, or what it raises: at once, or after ``rows``."""

    rows: Sequence[Sequence[Any]] = ()
    description: Sequence[Any] = ()
    error: Exception | None = None
    late: Exception | None = None


@dataclass
class FakeConnection:
    """``answer`` gives what a statement answers."""

    answer: Callable[[str], Answer]
    asked: list[str] = field(default_factory=list)
    bound: list[Any] = field(default_factory=list)
    sizes: dict[str, Any] = field(default_factory=dict)
    fetched: list[int] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    timeout: int = 0
    call_timeout: int = 0
    closed: bool = False
    rolled_back: int = 0

    def connect(self, **options: Any) -> FakeConnection:
        self.options = options
        return self

    def cursor(self) -> FakeCursor:
        return FakeCursor(self)

    def rollback(self) -> None:
        self.rolled_back += 1

    def close(self) -> None:
        self.closed = True


def connect_fake(
    monkeypatch: pytest.MonkeyPatch, driver: ModuleType, answer: Callable[[str], Answer]
) -> FakeConnection:
    """Has ``driver`` open the connection that is returned."""
    fake = FakeConnection(answer)
    monkeypatch.setattr(driver, "connect", fake.connect)
    return fake


class FakeCursor:
    def __init__(self, connection: FakeConnection) -> None:
        self.connection = connection
        self.arraysize = self.prefetchrows = 100
        self.outputtypehandler: Callable[..., Any] | None = None
        self.variables: list[Any] = []
        self.description: Sequence[Any] = ()
        self._answer = Answer()
        self._given = 0

    def __enter__(self) -> FakeCursor:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def var(self, kind: Any, arraysize: int = 1) -> Any:
        return SimpleNamespace(kind=kind, arraysize=arraysize)

    def setinputsizes(self, **kinds: Any) -> None:
        self.connection.sizes = kinds

    def execute(self, sql: str, *values: Any) -> None:
        self.connection.asked.append(sql)
        self.connection.bound += values
        self._answer, self._given = self.connection.answer(sql), 0
        if self._answer.error is not None:
            raise self._answer.error
        self.description = self._answer.description
        if self.outputtypehandler is not None:
            self.variables = [self.outputtypehandler(self, info) for info in self.description]

    def fetchmany(self, count: int) -> Sequence[Sequence[Any]]:
        self.connection.fetched.append(count)
        rows = self._answer.rows[self._given : self._given + count]
        self._given += len(rows)
        if not rows and self._answer.late is not None:
            raise self._answer.late
        return rows

    def fetchall(self) -> Sequence[Sequence[Any]]:
        return self._answer.rows
