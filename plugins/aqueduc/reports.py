"""The reports of a run: how they are kept in the store and read back, and what they say was found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from aqueduc.findings import Finding
from aqueduc.language import parse_message
from aqueduc.store import JsonRecord, Store


@dataclass(frozen=True)
class ReportedFinding:
    """A finding as a report keeps it. ``texts``: its message and its remedy as they are kept to be read in
    another language than they were told in."""

    code: str
    message: str
    remedy: str = ""
    column: str | None = None
    count: int = 1
    lines: tuple[int, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.message} — {self.remedy}" if self.remedy else self.message

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """The finding that a report kept, told in the language spoken now."""
        return cls(**{**translate_report_texts(raw), "lines": tuple(raw.get("lines", ()))})


def translate_report_texts(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a report keeps, with its ``texts`` told in the language spoken now."""
    return {**raw, **{name: str(parse_message(text)) for name, text in raw.get("texts", {}).items()}}


def build_reported_findings(findings: Iterable[Finding]) -> tuple[ReportedFinding, ...]:
    """The findings as a report keeps them."""
    return tuple(ReportedFinding.from_json(finding.to_json()) for finding in findings)


class StoredReport(JsonRecord):
    """A report of a run, kept in the store under the name of its ``stage``: base of the frozen classes."""

    stage: ClassVar[str]
    nested: ClassVar[Mapping[str, Callable[[Any], Any]]] = {"findings": ReportedFinding.from_json}

    @classmethod
    def read(cls, store: Store, dataset: str, run: str) -> Self | None:
        """That of ``run``, None when the stage has left none. Raises StoreError."""
        raw = store.read_report(dataset, run, cls.stage)
        return cls.from_json(raw) if raw else None

    def write(self, store: Store, dataset: str, run: str) -> None:
        """Keeps the report among those of ``run``; that of a look which found nothing, until the next one. Raises
        StoreError."""
        write = store.write_look_report if self.is_of_look else store.write_report
        write(dataset, run, self.stage, self.to_json())

    @property
    def is_of_look(self) -> bool:
        """Whether the run looked at the source, and found nothing new."""
        return False
