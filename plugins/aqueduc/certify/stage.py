"""Four reports → one certificate in the ledger → the commit pointer → what the next run compares with.

In that order: a run that dies in between is certified again by its retry, to the same entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from aqueduc import __version__, anonymise
from aqueduc.certify.certificate import Certificate, RowBalance, certificate_page
from aqueduc.certify.findings import DoesNotAddUp, NotProved
from aqueduc.certify.ledger import append_entry
from aqueduc.certify.officer import keep as keep_for_officer
from aqueduc.declaration.model import City, Dataset
from aqueduc.errors import PublicationGateClosed
from aqueduc.findings import Finding
from aqueduc.language import Said
from aqueduc.run import Run, Workspace
from aqueduc.sources.change import remember
from aqueduc.sources.report import ExtractReport
from aqueduc.store import Store

STAGES = ("extract", "anonymise", "validate", "publish")
_SCAN = Said("la recherche de données personnelles", "the search for personal data")
_STAGE = Said("l'étape « {} »", "the stage “{}”")
_CHAIN = Said(
    "que {later} part de ce que {earlier} a rendu", "that {later} starts from what {earlier} gave back"
)

Reports = Mapping[str, Mapping[str, Any]]


def certify(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> Certificate:
    """Certifies a published run and commits its revision; twice for the same run does it once.

    Raises PublicationGateClosed when a report is missing, is not that of a stage that passed, does not chain
    to the next, or when rows are unaccounted for; then nothing is committed. Raises DatasetBusy, StoreError.
    """
    with workspace.store.lock(f"datasets/{dataset.id}", where=f"jeu {dataset.id}"):
        reports = _reports(dataset, run, workspace.store)
        certificate = _certificate(dataset, city, run, reports)
        served = datetime.fromisoformat(certificate.served_at).astimezone(UTC)
        key, link = append_entry(workspace.store, dataset.id, run.id, served, certificate.to_json())
        page = workspace.store.write_ledger_page(key, certificate_page(certificate, city))
        keep_for_officer(dataset, city, run, workspace, page)
        if _commit(workspace.store, certificate, reports["publish"], key, link.sha256):
            _settle(workspace.store, certificate)
            remember(dataset, run, ExtractReport.from_json(reports["extract"]), workspace)
            anonymise.remember(dataset, run, reports["anonymise"], workspace)
    return certificate


def record_unchanged(dataset: Dataset, run: Run, workspace: Workspace) -> str:
    """Writes an entry of the ledger: the source was looked at and had not changed. Returns its key.

    Raises StoreError.
    """
    current = workspace.store.current(dataset.id) or {}
    report = workspace.store.read_report(dataset.id, run.id, "extract") or {}
    now = workspace.clock()
    entry = {
        "kind": "unchanged",
        "dataset": dataset.id,
        "run": run.id,
        "window": run.window.to_json() if run.window else None,
        "fingerprint": dataset.fingerprint,
        "revision": current.get("revision"),
        "certificate": current.get("certificate"),
        "rows": report.get("rows"),
        "at": now.isoformat(timespec="seconds"),
        "version": __version__,
        "lecture": [
            {"libelle": "Jeu de données", "valeur": f"{dataset.title} ({dataset.id})"},
            {"libelle": "Constat", "valeur": "la source n'a pas changé : rien n'a été publié"},
        ],
    }
    # An entry of its own: a run that is cleared and finds nothing new keeps the certificate it had.
    return append_entry(workspace.store, dataset.id, f"{run.id}__looked", now, entry)[0]


# --- proofs -------------------------------------------------------------------------------------------------


def _reports(dataset: Dataset, run: Run, store: Store) -> Reports:
    found = {stage: store.read_report(dataset.id, run.id, stage) for stage in STAGES}
    reports = {stage: report for stage, report in found.items() if report is not None}
    missing = [stage for stage in STAGES if reports.get(stage, {}).get("passed") is not True]
    if reports.get("publish", {}).get("dry_run"):
        missing.append("publish")
    if missing:
        raise _gate_error(dataset, *(NotProved(detail={"what": _STAGE.format(stage)}) for stage in missing))
    scan = store.read_report(dataset.id, run.id, "scan") or {}
    if scan.get("passed") is not True or scan["input_sha256"] != reports["validate"]["output_sha256"]:
        raise _gate_error(dataset, NotProved(detail={"what": _SCAN}))
    reports["scan"] = scan
    broken = [
        NotProved(detail={"what": _CHAIN.format(later=later, earlier=earlier)})
        for earlier, later in pairwise(STAGES)
        if reports[earlier]["output_sha256"] != reports[later]["input_sha256"]
    ]
    if broken:
        raise _gate_error(dataset, *broken)
    return reports


def _balance(dataset: Dataset, reports: Reports) -> RowBalance:
    extracted, anonymised, validated = (reports[stage] for stage in STAGES[:3])
    published = sum(
        part["rows"]
        for part in reports["publish"]["parts"]
        if part["sha256"] == validated["output_sha256"] and part["window"] == reports["extract"]["window"]
    )
    balance = RowBalance(
        extracted=extracted["rows"] + extracted["rejected"],
        published=published,
        rejected=extracted["rejected"] + anonymised["rejected"] + validated["rejected"],
        suppressed=anonymised["suppressed"] + validated["suppressed"],
    )
    if not balance.holds:
        raise _gate_error(dataset, DoesNotAddUp(detail=dict(balance.__dict__)))
    return balance


def _certificate(dataset: Dataset, city: City, run: Run, reports: Reports) -> Certificate:
    anonymised, published = reports["anonymise"], reports["publish"]
    settings = city.platform(published["platform"])
    return Certificate(
        dataset=dataset.id,
        title=dataset.title,
        owner=dataset.owner,
        run=run.id,
        window=reports["extract"]["window"],
        fingerprint=published["fingerprint"],
        revision=published["revision"],
        balance=_balance(dataset, reports),
        k=anonymised["k"],
        smallest_class=reports["validate"]["smallest_class"],
        quasi_identifiers=tuple(anonymised["quasi_identifiers"]),
        bases=tuple(
            {"column": item["published_as"], "basis": item["basis"]}
            for item in anonymised["treatments"]
            if item["basis"] and item["published_as"]
        ),
        treatments=tuple(anonymised["treatments"]),
        scan={"columns": reports["scan"]["columns"], "sightings": reports["scan"]["sightings"]},
        chain={
            "extract": reports["extract"]["output_sha256"],
            "anonymise": anonymised["output_sha256"],
            "validate": reports["validate"]["output_sha256"],
        },
        licence=published["licence"],
        access=published["access"],
        platform=settings.name if settings else published["platform"],
        mode=published["mode"],
        record_url=published["record_url"],
        resources=tuple(published["resources"]),
        proofs=tuple(published["proofs"]),
        served_at=published["at"],
        elsewhere=tuple(
            {key: other[key] for key in ("platform", "record_url", "resources", "proofs", "at")}
            for other in published.get("elsewhere", ())
        ),
        version=__version__,
        waivers=tuple(_waivers(reports["validate"])),
        corrected=int(reports["validate"].get("corrected", 0)),
        unit=tuple(anonymised["unit"]),
        protection=anonymised["protection"],
    )


def _waivers(validated: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """A guard that nobody waived leaves no validated report that passed."""
    for one in validated.get("guards", ()):
        if one["waived"]:
            yield {"guard": one["guard"], "found": one["finding"]["message"], **one["waived"]}


def _gate_error(dataset: Dataset, *findings: Finding) -> PublicationGateClosed:
    return PublicationGateClosed(
        "Cette exécution ne peut pas être certifiée.",
        findings=findings,
        where=f"jeu {dataset.id}",
        remedy="relancer le jeu depuis l'extraction ; si cela revient, signaler ce défaut",
    )


# --- the pointer -------------------------------------------------------------------------------------


def _commit(
    store: Store, certificate: Certificate, published: Mapping[str, Any], key: str, sha256: str
) -> bool:
    """Moves the pointer forward only: an old run certified again does not bring its revision back. Returns
    whether it stands where this run says."""
    current = store.current(certificate.dataset)
    if current and current["published_at"] > certificate.served_at:
        return False
    store.commit(
        certificate.dataset,
        {
            "dataset": certificate.dataset,
            "revision": certificate.revision,
            "fingerprint": certificate.fingerprint,
            "parts": published["parts"],
            "certificate": key,
            "certificate_sha256": sha256,
            "published_at": certificate.served_at,
            "platform": certificate.platform,
            "record_url": certificate.record_url,
        },
    )
    return True


def _settle(store: Store, certificate: Certificate) -> None:
    """What a publication left on the platform is known again: unless another began after this one was read
    back, and died."""
    writing = store.writing(certificate.dataset)
    if writing and (writing["run"] == certificate.run or writing["at"] < certificate.served_at):
        store.clear_writing(certificate.dataset)
