"""Four reports → one certificate in the ledger → the commit pointer → the officer's page → what the next run
compares with.

In that order: a run that dies in between is certified again by its retry, to the same entry. The page is written
once all that it tells is settled; a run that dies before leaves none, or its retry another.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from aqueduc import anonymise
from aqueduc.anonymise import AnonymiseReport, ScanReport
from aqueduc.anonymise.objections import record_enforced_objections
from aqueduc.certify.certificate import RowBalance, RunCertificate, render_certificate_page
from aqueduc.certify.declarations import append_declaration_version, store_declaration_text
from aqueduc.certify.findings import MissingProof, UnbalancedRows
from aqueduc.certify.ledger import append_ledger_entry, build_signature_storage_key
from aqueduc.certify.officer import write_dpo_report as keep_for_officer
from aqueduc.certify.reports import RunReports
from aqueduc.certify.signature import load_city_signer, verify_dsse_envelope
from aqueduc.declaration.spec import REOPEN, City, Dataset
from aqueduc.declaration.term import convert_to_city_date, find_amendment_in_force
from aqueduc.errors import LedgerTampering, PublicationGateClosed
from aqueduc.findings import Finding
from aqueduc.language import _, use_language
from aqueduc.overview import build_overview_fields_of_declaration, update_overview_row
from aqueduc.publish.announcement import save_published_schema_and_announcement
from aqueduc.publish.attestation import write_attestation_on_platforms
from aqueduc.publish.proof.former import require_restoration_report
from aqueduc.publish.report import PublishReport
from aqueduc.run import Run, Workspace
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.report import ExtractReport
from aqueduc.store import Store, compute_bytes_sha256, convert_to_json, decode_json_or_none
from aqueduc.validate import ValidateReport
from aqueduc.week_journal import WeekEvent, record_week_event

STAGES = ("extract", "anonymise", "validate", "publish")
_SCAN = _("la recherche de données personnelles")
_STAGE = _("l'étape « {} »")
_CHAIN = _("que {later} part de ce que {earlier} a rendu")


@dataclass(frozen=True)
class _ConsistentRunReports:
    """The reports of a run that have been found to agree with each other."""

    extract: ExtractReport
    anonymise: AnonymiseReport
    validate: ValidateReport
    scan: ScanReport
    publish: PublishReport


@use_language("fr")
def certify_run(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> RunCertificate:
    """Certifies a published run and commits its revision; twice for the same run does it once.

    Raises PublicationGateClosed when a report is missing, is not that of a stage that passed, does not chain
    to the next, or when rows are unaccounted for; then nothing is committed. Raises DatasetBusy, StoreError;
    and PlatformError when what was signed cannot be put beside the files: a retry does.
    """
    with workspace.store.lock(f"datasets/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
        proof = None if run.restoration else _require_consistent_reports(dataset, run, workspace.store)
        if proof is None:
            certificate, published = _build_restored_certificate(dataset, city, run, workspace.store)
        else:
            certificate, published = _build_certificate(dataset, city, run, proof), proof.publish
        if dataset.fingerprint == certificate.fingerprint:
            # Else its text has changed since, and is not what was published under.
            certificate = replace(
                certificate, declaration=store_declaration_text(dataset, city, workspace.store)
            )
        served = datetime.fromisoformat(certificate.served_at).astimezone(UTC)
        key, link = append_ledger_entry(
            workspace.store,
            dataset.id,
            run.id,
            served,
            certificate.to_json(),
            load_city_signer(city, workspace.connections),
        )
        workspace.store.write_ledger_entry_page(key, render_certificate_page(certificate, city))
        # Before the pointer moves: a retry then still knows that nothing was published before.
        event: WeekEvent = (
            "refreshed" if workspace.store.read_current_revision_pointer(dataset.id) else "opened"
        )
        record_week_event(workspace.store, event, dataset.id, served)
        newest = _advance_current_revision_pointer(workspace.store, certificate, published, key, link.sha256)
        if newest:
            _update_store_after_certification(dataset, certificate, published, proof, workspace.store)
        keep_for_officer(dataset, city, run, workspace)
        if newest:
            _publish_signed_statement(dataset, city, workspace, build_signature_storage_key(key, link.sha256))
            if proof:
                promote_pending_state_to_last_certified_one(
                    dataset,
                    run,
                    proof.extract,
                    workspace,
                    # What an objection took away would be missing once it is lifted.
                    joinable=not (proof.anonymise.objections or proof.validate.astray),
                )
                anonymise.save_certified_recoding_and_types(dataset, run, proof.anonymise, workspace)
            # Last: until then, the next run takes nothing that it remembers of the source for what is online.
            _clear_pending_publication(workspace.store, published)
    return certificate


def _update_store_after_certification(
    dataset: Dataset,
    certificate: RunCertificate,
    published: PublishReport,
    proof: _ConsistentRunReports | None,
    store: Store,
) -> None:
    """What follows the pointer in the store. A revision put online again obeys all objections, or is refused."""
    save_published_schema_and_announcement(
        dataset, datetime.fromisoformat(certificate.served_at).astimezone(UTC), store
    )
    append_declaration_version(store, certificate)
    _update_dataset_overview_row(dataset, certificate, published, store)
    if proof:
        obeyed, met = proof.anonymise.objections, proof.anonymise.objections_met
        record_enforced_objections(store, dataset.id, obeyed, met)


def _publish_signed_statement(dataset: Dataset, city: City, workspace: Workspace, key: str) -> None:
    """Where a platform can, what the city signed of an entry, which is at ``key``, is had beside the files."""
    envelope = workspace.store.read(key)
    if city.signing is None or envelope is None:
        return
    newest = city.signing.keys[-1:]

    def is_valid_for(data: bytes | None, sha256: str) -> bool:
        return verify_dsse_envelope(decode_json_or_none(data or b""), sha256, newest) == "valid"

    write_attestation_on_platforms(dataset, city, workspace, envelope, is_valid_for)


def _update_dataset_overview_row(
    dataset: Dataset, certificate: RunCertificate, published: PublishReport, store: Store
) -> None:
    balance = certificate.balance
    update_overview_row(
        store,
        dataset.id,
        **build_overview_fields_of_declaration(dataset),
        state="restored" if certificate.restored else "published",
        run=certificate.run,
        at=certificate.served_at,
        published_at=certificate.served_at,
        published_by=certificate.run,
        looked_at=certificate.served_at,
        revision=certificate.revision,
        record_url=certificate.record_url,
        rows=sum(part.rows for part in published.parts),
        rejected=balance.rejected,
        withheld=balance.suppressed,
        smallest_class=certificate.smallest_class,
    )


# --- proofs -------------------------------------------------------------------------------------------------


def _require_consistent_reports(dataset: Dataset, run: Run, store: Store) -> _ConsistentRunReports:
    found = RunReports.read(store, dataset.id, run.id)
    extract, anonymised, validated, published = found.extract, found.anonymise, found.validate, found.publish
    passed = {stage for stage, report in found.reports_by_stage.items() if report.passed is True}
    missing = [stage for stage in STAGES if stage not in passed]
    if published and published.dry_run:
        missing.append("publish")
    if missing or not (extract and anonymised and validated and published):
        raise _build_certification_error(
            dataset, *(MissingProof(detail={"what": _STAGE.format(stage)}) for stage in missing)
        )
    scan = found.scan
    if scan is None or scan.passed is not True or scan.input_sha256 != validated.output_sha256:
        raise _build_certification_error(dataset, MissingProof(detail={"what": _SCAN}))
    links = (
        (extract, anonymised),
        (anonymised, validated),
        (validated, published),
    )
    broken = [
        MissingProof(detail={"what": _CHAIN.format(later=later.stage, earlier=earlier.stage)})
        for earlier, later in links
        if earlier.output_sha256 != later.input_sha256
    ]
    if broken:
        raise _build_certification_error(dataset, *broken)
    return _ConsistentRunReports(extract, anonymised, validated, scan, published)


def _build_row_balance(dataset: Dataset, proof: _ConsistentRunReports) -> RowBalance:
    extracted, anonymised, validated = proof.extract, proof.anonymise, proof.validate
    published = sum(
        part.rows
        for part in proof.publish.parts
        if part.sha256 == validated.output_sha256 and part.window == extracted.window_interval
    )
    balance = RowBalance(
        extracted=extracted.rows + extracted.rejected,
        published=published,
        rejected=extracted.rejected + anonymised.rejected + validated.rejected,
        suppressed=anonymised.suppressed + validated.suppressed,
        carried=validated.carried,
    )
    if not balance.is_balanced:
        raise _build_certification_error(dataset, UnbalancedRows(detail=dict(balance.__dict__)))
    return balance


def _build_certificate(
    dataset: Dataset, city: City, run: Run, proof: _ConsistentRunReports
) -> RunCertificate:
    anonymised, validated = proof.anonymise, proof.validate
    return RunCertificate(
        **_build_certificate_publication_fields(dataset, city, run, proof.publish, anonymised.version),
        linked=anonymised.was_source_open_to_public(dataset),
        dataset=dataset.id,
        window=proof.extract.window_interval,
        balance=_build_row_balance(dataset, proof),
        k=anonymised.k,
        smallest_class=validated.smallest_class,
        quasi_identifiers=anonymised.quasi_identifiers,
        bases=anonymised.legal_bases,
        treatments=tuple(convert_to_json(anonymised.treatments)),
        scan=_build_scan_summary(proof.scan),
        chain={
            "extract": proof.extract.output_sha256,
            "anonymise": anonymised.output_sha256,
            "validate": validated.output_sha256,
        },
        waivers=(*validated.waivers, *proof.publish.waivers),
        corrected=validated.corrected,
        objected=anonymised.objected,
        unit=anonymised.unit,
        protection=anonymised.protection,
    )


def _build_scan_summary(scan: ScanReport) -> dict[str, Any]:
    return {"columns": scan.columns, "sightings": convert_to_json(scan.sightings)}


def _build_certificate_publication_fields(
    dataset: Dataset, city: City, run: Run, published: PublishReport, version: str
) -> dict[str, Any]:
    """What a certificate says of the run that published, and of what was read back; ``version``: of what judged the
    rows, the certificate of which may be made by another."""
    settings = city.find_platform_settings(published.platform)
    return {
        "title": dataset.title,
        "owner": dataset.owner,
        "run": run.id,
        "fingerprint": published.fingerprint,
        "revision": published.revision or "",
        "licence": published.licence,
        "access": published.access,
        "agreement": published.agreement or {"asked": city.agreement},
        "platform": settings.name if settings else published.platform,
        "mode": published.mode,
        "timezone": city.timezone,
        "online_rows": sum(part.rows for part in published.parts),
        "record_url": published.record_url,
        "resources": tuple(convert_to_json(published.resources)),
        "proofs": tuple(convert_to_json(published.proofs)),
        "served_at": published.at,
        "elsewhere": tuple(
            {key: other[key] for key in ("platform", "record_url", "resources", "proofs", "at")}
            for other in convert_to_json(published.elsewhere)
        ),
        "version": version,
        "convention": _build_convention_citation(city, published),
    }


def _build_convention_citation(city: City, published: PublishReport) -> dict[str, Any] | None:
    """The convention, and the amendment in force when it was read back, where it binds a platform that was
    published on."""
    names = (published.platform, *(other.platform for other in published.elsewhere))
    bound = any(one.under_convention for one in city.platforms if one.name in names)
    if city.convention is None or not bound:
        return None
    day = convert_to_city_date(datetime.fromisoformat(published.at), city.timezone)
    amendment = find_amendment_in_force(city.convention, day)
    return {
        "partner": city.convention.partner,
        "notified": city.convention.notified.isoformat(),
        "amendment": {"signed": amendment.signed.isoformat(), "about": amendment.about}
        if amendment
        else None,
    }


def _build_restored_certificate(
    dataset: Dataset, city: City, run: Run, store: Store
) -> tuple[RunCertificate, PublishReport]:
    """That of a former revision which ``run`` has put online again: what its certificate said of the rows,
    and what was read back now. Raises as ``certify_run``."""
    judged = require_restoration_report(dataset, run, store)
    published = PublishReport.read(store, dataset.id, run.id)
    if published is None or not published.passed or published.dry_run or published.parts != judged.parts:
        raise _build_certification_error(dataset, MissingProof(detail={"what": _STAGE.format("publish")}))
    key = f"datasets/{dataset.id}/ledger/{judged.certificate}"
    data = store.read(key) or b""
    if compute_bytes_sha256(data) != judged.certificate_sha256:
        raise LedgerTampering(key, store.url)
    former = RunCertificate.from_json(decode_json_or_none(data))
    restored = {
        "revision": judged.revision,
        "run": judged.certified_run,
        "by": judged.by,
        "reason": judged.reason,
    }
    waivers = (*(one for one in former.waivers if one["guard"] != REOPEN), *published.waivers)
    online = _build_certificate_publication_fields(dataset, city, run, published, judged.version)
    scan = _build_scan_summary(judged.scan) if judged.scan else former.scan
    return replace(former, **online, linked=False, restored=restored, waivers=waivers, scan=scan), published


def _build_certification_error(dataset: Dataset, *findings: Finding) -> PublicationGateClosed:
    return PublicationGateClosed(
        _("Cette exécution ne peut pas être certifiée."),
        findings=findings,
        where=_("jeu {id}").format(id=dataset.id),
        remedy=_("relancer le jeu depuis l'extraction ; si cela revient, signaler ce défaut"),
    )


# --- the pointer -------------------------------------------------------------------------------------


def _advance_current_revision_pointer(
    store: Store, certificate: RunCertificate, published: PublishReport, key: str, sha256: str
) -> bool:
    """Moves the pointer forward only: an old run certified again does not bring its revision back. Returns
    whether it stands where this run says. Clocks are asked where nothing else tells which of two came last."""
    current = store.read_current_revision_pointer(certificate.dataset) or {}
    writing = store.read_publication_in_progress(certificate.dataset) or {}
    comes_last = writing.get("run") == published.run or current.get("certificate_sha256") == published.follows
    if not comes_last and current.get("published_at", "") > certificate.served_at:
        return False
    store.write_current_revision_pointer(
        certificate.dataset,
        {
            "dataset": certificate.dataset,
            "revision": certificate.revision,
            "fingerprint": certificate.fingerprint,
            "parts": convert_to_json(published.parts),
            "certificate": key,
            "certificate_sha256": sha256,
            "published_at": certificate.served_at,
            "platform": certificate.platform,
            "platforms": [certificate.platform, *(one["platform"] for one in certificate.elsewhere)],
            "record_url": certificate.record_url,
        },
    )
    return True


def _clear_pending_publication(store: Store, published: PublishReport) -> None:
    """What a publication left on the platform is known again, that of this run or one that it found unfinished:
    unless another began since, and died."""
    writing = store.read_publication_in_progress(published.dataset)
    if writing and (writing["run"] == published.run or writing == published.unfinished):
        store.clear_publication_in_progress(published.dataset)
