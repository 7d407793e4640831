"""What a publication did and what was read back: names, counts, hashes and addresses; never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from aqueduc.decisions import DecisionWithLedgerEntry
from aqueduc.reports import ReportedFinding, StoredReport

LINK = "lien"
"""What a proof calls an address that a platform only links to; one a link, in the order of the resources."""


@dataclass(frozen=True)
class ReadBackProof:
    """One thing read back. ``reader`` is ``ville`` (with the city's token), ``visiteur`` (anonymous) or
    ``lecteur`` (the role that reads a table of the city's own); ``result`` is ``identique``, ``lisible`` or
    ``refusé``, or says in words what was compared where that is less than the whole. ``bytes`` were read
    back; ``sha256`` is only there when they are the whole file."""

    what: str
    reader: str
    result: str
    at: str
    sha256: str | None = None
    bytes: int | None = None
    rows: int | None = None


@dataclass(frozen=True)
class PublishedResource:
    """A resource as it was read back. ``sha256`` and ``bytes`` are None for a link. ``number`` and ``rows``:
    which slice of a dataset that is split, in the order shown, and how many rows it holds; never its label,
    which is a value of the data."""

    id: str
    format: str
    url: str
    sha256: str | None
    bytes: int | None
    table_rows: int | None
    number: int | None = None
    rows: int | None = None


@dataclass(frozen=True)
class PublishedPartition:
    """One window of the revision (the whole, when ``window`` is None). ``object`` is its key in the store."""

    window: list[str] | None
    object: str
    sha256: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class PublishReport(StoredReport):
    """The report of the publication of one run. ``writes`` names the writes in their order (in a dry run,
    those that would be made); ``nothing_new``: there was none to make. ``at`` is the instant the reading back
    ended, ISO 8601 in UTC. ``output_sha256`` is the revision. ``record_url`` is public. ``elsewhere``: the
    same of the other platforms, if the dataset goes to several; ``failed``: those where it could not be
    published, with the code of the error. ``choices`` says for each table that changed in public why it
    changed that way, with the counts and the estimates. ``waivers``: as those of a ValidateReport, for a
    record that a person had taken away."""

    stage = "publish"
    nested: ClassVar = {
        **StoredReport.nested,
        "parts": lambda raw: PublishedPartition(**raw),
        "resources": lambda raw: PublishedResource(**raw),
        "proofs": lambda raw: ReadBackProof(**raw),
        "elsewhere": lambda raw: PublishReport.from_json(raw),
    }

    dataset: str
    run: str
    fingerprint: str
    passed: bool
    dry_run: bool
    platform: str
    mode: str
    access: str
    licence: str
    input_sha256: str
    output_sha256: str | None
    revision: str | None = None
    parts: tuple[PublishedPartition, ...] = ()
    rows: int = 0
    record: str | None = None
    record_url: str = ""
    resources: tuple[PublishedResource, ...] = ()
    writes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    nothing_new: bool = False
    proofs: tuple[ReadBackProof, ...] = ()
    findings: tuple[ReportedFinding, ...] = ()
    at: str = ""
    seconds: float = 0.0
    elsewhere: tuple[PublishReport, ...] = ()
    failed: tuple[Mapping[str, str], ...] = ()
    waivers: tuple[Mapping[str, str], ...] = ()
    agreement: Mapping[str, Any] | None = None
    """The decision under which it was published (``decisions.DecisionWithLedgerEntry``); None where the city asks
    for none, and for a dry run."""
    unfinished: Mapping[str, Any] | None = None
    """The mark (``Store.read_publication_in_progress``) of a publication that it found begun and not certified: it is
    settled with it."""
    follows: str | None = None
    """The SHA-256 of the certificate of what was online when it began, None where nothing was: what it leaves comes
    after that, whatever their clocks said."""

    def with_agreement(self, agreement: DecisionWithLedgerEntry | None) -> PublishReport:
        """The report of a publication under ``agreement``."""
        return replace(self, agreement=agreement.to_json()) if agreement else self

    def with_leading_findings_and_duration(
        self, others: tuple[ReportedFinding, ...], seconds: float
    ) -> PublishReport:
        """The report, ``others`` before its findings, after so many ``seconds``."""
        return replace(self, findings=(*others, *self.findings), seconds=seconds)
