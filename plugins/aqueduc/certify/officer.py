"""The report of one run for the data protection officer: what was done to each column and why, what risk is
left, who answered for what; then what nothing checks, and where to sign (``record.statement``). Counts,
rules and law; no cell.

What it measures is less than the three risks of the Article 29 Working Party's opinion 05/2014 on
anonymisation techniques, and says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.anonymise import AnonymiseReport
from aqueduc.anonymise.disclosure.risk_metrics import (
    RiskMetrics,
    UnmeasurableRisk,
    measure_reidentification_risk,
)
from aqueduc.anonymise.findings import UncountedOtherPersons, UncountedPersonsAccepted
from aqueduc.anonymise.objections import find_unenforced_objection_ids
from aqueduc.anonymise.privacy_models import build_privacy_model_on_rows, list_published_quasi_identifiers
from aqueduc.certify.certificate import build_guard_waiver_page_fields, format_interval
from aqueduc.certify.holds import (
    describe_holds_in_force,
    list_platforms_hiding_record,
    list_platforms_withdrawn_from,
)
from aqueduc.certify.reports import RunReports
from aqueduc.decisions import read_claim_retention_holds_and_suspensions, read_withdrawal_mark
from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.treatment import is_fixed_recoding_description
from aqueduc.declaration.vocabulary import IDENTIFIERS, AccessLevel
from aqueduc.errors import ReadBackMismatch, RestrictedDataExposed
from aqueduc.findings import format_french_count
from aqueduc.language import NOTHING, build_row_count_message, format_privacy_unit_count, use_language
from aqueduc.page import (
    BarChart,
    build_bar_chart,
    format_french_number,
    format_share_as_percentage,
    render_page,
)
from aqueduc.publish.proof.agreement import find_current_decision
from aqueduc.publish.proof.former import RestorationReport, find_run_that_prepared_rows
from aqueduc.publish.proof.readback import OTHER_RESOURCES
from aqueduc.publish.recorder import read_platform_state
from aqueduc.publish.report import PublishReport
from aqueduc.record.blocks import format_day
from aqueduc.record.explanation import FIRST_ROWS, describe_added_columns, describe_embargo
from aqueduc.record.statement import (
    PRINTED_CHANGES,
    OpinionAndAgreementContext,
    RunFingerprints,
    build_dpo_statement_sections,
    format_file_name_cells_exception_clause,
    read_last_opinion_into_context,
)
from aqueduc.rules import AS_IS, RuleCapabilities, RuleTexts, TreatmentCategory, get_rule_capabilities
from aqueduc.run import Run, Workspace
from aqueduc.store import Store, build_object_key, convert_to_json
from aqueduc.validate import ValidateReport
from aqueduc.validate.findings import WaivedGuard

_NAMES = {"extract": "l'extraction", "anonymise": "l'anonymisation", "validate": "la validation"}
_ANSWERS = {
    "none": "ferme la porte",
    "basis": "la colonne cite un fondement ; nul ne vérifie qu'il couvre cela",
    "waiver": "couvert par une levée inscrite au nom d'une personne",
    "told": "signalé sans décision, à lire",
}
_COARSER = RuleTexts(describe=NOTHING).why
_FORMER_FILE_NAMES = ", hors les noms de fichiers, si une colonne les contenait alors"
_UNFOUNDED = "sans fondement cité : c'est tenir que cela ne désigne personne"
_KEPT_VALUES = f"ce qui est donné sort tel quel, {_UNFOUNDED}"
_BESIDE_A_BASIS = (
    "aucun fondement cité : c'est tenir que, seule ou réunie, elle ne désigne que ceux qu'un fondement couvre"
)
_BUT_THE_BASED = ", hors ceux que couvre un fondement cité"
_MAYBE_COARSER = "peut sortir telle quelle, ou moins précise selon sa hiérarchie"


@use_language("fr")
def build_dpo_report(
    dataset: Dataset, city: City, run: Run, store: Store, edition: OpinionAndAgreementContext, certificate: str | None = None
) -> dict[str, Any] | None:  # fmt: skip
    """The report as data, from what the stages of ``run`` wrote, as far as it went; None for a run that has
    anonymised nothing. Of a run that put a former revision online again: what was made of its rows then, what
    the search found now. ``certificate``: the address of its page, from that of the report.

    Raises StoreError when the validated file is gone.
    """
    restored = _read_restoration_report(dataset, run, store)
    reports = _read_reports_of_preparing_run(dataset, run, restored, store)
    anonymised, validated, scan, publish = reports.anonymise, reports.validate, reports.scan, reports.publish
    if anonymised is None:
        return None
    sightings = convert_to_json(scan.sightings) if scan else []
    published = _format_publication_time(dataset, city, run, publish, store)
    signed = _build_signed_run_facts(run, anonymised, publish, restored, published)
    same, output = signed.fingerprint == dataset.fingerprint, validated.output_sha256 if validated else None
    after = _measure_validated_file_risk(dataset, store, output) if same and output else None
    return {
        "kind": "officer",
        "dataset": dataset.id,
        "title": dataset.title,
        "owner": dataset.owner,
        "city": city.name,
        "officer": city.dpo or None,
        "run": run.id,
        "restored": _describe_restoration(restored),
        **_describe_online_state(dataset, publish if published else None, reports, store),
        "unobeyed": _count_objections_since_preparation(dataset, anonymised, store),
        **_describe_interval(reports.extract.window_interval if reports.extract else None, city),
        "revision": _describe_revision_intervals(publish, restored, city),
        "at": publish.at if publish else None,
        "published_at": published,
        "wrote": signed.wrote,
        "record_url": publish.record_url if publish else None,
        "edited": format_day(edition.day),
        "version": dataset.software_version_and_code_digest,
        "published": _get_publication_state(dataset, run, publish, store),
        **_describe_run_outcome(reports, restored, describe_embargo(dataset, city, edition.day)),
        "changed": list(_list_changes_since_run(dataset, city, signed)),
        "linked": restored is None and anonymised.was_source_open_to_public(dataset),
        "beside": _list_other_resource_proof_results(publish),
        "rows": _count_rows_by_outcome(reports, anonymised),
        "columns": _build_column_reports(anonymised, sightings, edition.day),
        **_describe_joined_and_computed_columns(dataset, same=same),
        "risk": _build_risk_before_and_after(anonymised, validated, after),
        "classes": [list(one) for one in _list_class_size_histogram(after)] if after else [],
        **_build_protection_summary(anonymised, validated),
        "scanned": {"columns": scan.columns, "rows": scan.rows} if scan else None,
        "sightings": sightings,
        "bases": list(anonymised.legal_bases),
        "findings": _list_findings_except_waived_guards(reports, restored),
        "guards": [one for stage in (validated, publish) if stage for one in stage.waivers],
        **_describe_fingerprints(signed),
        **_describe_validated_file(validated),
        "certificate": certificate,
        "statement": [asdict(one) for one in build_dpo_statement_sections(dataset, city, edition, signed)],
    }


def _describe_joined_and_computed_columns(dataset: Dataset, *, same: bool) -> dict[str, Any]:
    """Those that the source does not have, if the declaration is the ``same`` as that of the run; of another, which
    it had is not known."""
    return {
        "added": describe_added_columns(dataset) if same else "",
        "told_cells": format_file_name_cells_exception_clause(dataset) if same else _FORMER_FILE_NAMES,
    }


def _describe_run_outcome(
    reports: RunReports, restored: RestorationReport | None, embargo: str
) -> dict[str, Any]:
    """Whether everything let the file through, else what did not; ``failed``: the codes of the platforms'
    errors; ``trial``: nothing was to be published; ``embargo``: the one of today, in a sentence."""
    closed_at = _find_blocking_stage(reports, restored)
    return {
        "passed": closed_at is None,
        "closed_at": closed_at,
        "decided": closed_at is None or closed_at in _list_reported_stages(reports, restored),
        "failed": [one["code"] for one in reports.publish.failed] if reports.publish else [],
        "trial": bool(reports.publish and reports.publish.dry_run),
        "embargo": embargo,
    }


def _describe_interval(window: list[str] | None, city: City) -> dict[str, Any]:
    return {"window": window, "interval": format_interval(window, city.timezone) if window else None}


def _describe_revision_intervals(
    publish: PublishReport | None, restored: RestorationReport | None, city: City
) -> dict[str, Any] | None:
    """The whole that is online with the interval of a run; None where the whole has no intervals, or is unknown."""
    parts = restored.parts if restored else publish.parts if publish else ()
    windows = [part.window for part in parts if part.window]
    if not windows:
        return None
    bounds = [min(start for start, _ in windows), max(end for _, end in windows)]
    return {
        "intervals": len(windows),
        "rows": sum(part.rows for part in parts),
        "span": format_interval(bounds, city.timezone),
    }


def _describe_restoration(restored: RestorationReport | None) -> dict[str, Any] | None:
    if restored is None:
        return None
    told = {name: getattr(restored, name) for name in ("certified_run", "by", "reason")}
    return {**told, "searched": restored.scan is not None}


def _describe_online_state(
    dataset: Dataset, published: PublishReport | None, reports: RunReports, store: Store
) -> dict[str, Any]:
    """Whether it is held offline; whether rows that this run did not publish are online, for some only, and under another
    declaration than today's; whether another revision replaced the one that was ``published``."""
    pointer = store.read_current_revision_pointer(dataset.id) or {}
    names = _list_published_platforms(published) if published else dataset.publication.platforms
    hidden = (
        list_platforms_hiding_record(dataset, store)
        if published and published.access == AccessLevel.OPEN
        else ()
    )
    released = (
        not published
        and _is_visible_on_any_platform(dataset, store)
        and _are_rows_prepared_by_run_online(dataset, reports, store)
    )
    return {
        "offline": _is_withdrawn_without_republication(dataset, names, store)
        or not set(names).isdisjoint(hidden),
        "released": released,
        "restricted": released
        and not (dataset.access.is_open and _was_published_with_open_access(dataset, store)),
        "redeclared": released and pointer.get("fingerprint") != dataset.fingerprint,
        "replaced": bool(published and pointer and pointer["revision"] != published.revision),
    }


def _was_published_with_open_access(dataset: Dataset, store: Store) -> bool:
    return (store.read_current_certificate(dataset.id) or {}).get("access") == AccessLevel.OPEN


def _list_published_platforms(published: PublishReport) -> tuple[str, ...]:
    return (published.platform, *(one.platform for one in published.elsewhere))


def _is_withdrawn_without_republication(dataset: Dataset, names: Iterable[str], store: Store) -> bool:
    """Whether a withdrawal or a claim is in force, or none is any more and no publication has brought the dataset
    back, since, to one of the platforms of these ``names``."""
    if _has_withdrawal_or_suspending_claim(dataset, store):
        return True
    return not set(names).isdisjoint(list_platforms_withdrawn_from(dataset.id, store))


def _has_withdrawal_or_suspending_claim(dataset: Dataset, store: Store) -> bool:
    """Whether nothing of it is to be public, today or on a day to come."""
    return (
        read_withdrawal_mark(store, dataset.id) is not None
        or dataset.id in read_claim_retention_holds_and_suspensions(store).suspended
    )


def _is_visible_on_any_platform(dataset: Dataset, store: Store) -> bool:
    """Whether one of its platforms has it, as far as Aqueduc knows."""
    if _has_withdrawal_or_suspending_claim(dataset, store):
        return False
    hidden = list_platforms_hiding_record(dataset, store) if dataset.access.is_open else ()
    shown = [name for name in dataset.publication.platforms if name not in hidden]
    states = [read_platform_state(store, dataset.id, name) for name in shown]
    return any(state.record and not state.withdrawn for state in states)


def _are_rows_prepared_by_run_online(dataset: Dataset, reports: RunReports, store: Store) -> bool:
    """Whether rows that were prepared and that this run did not publish are online all the same: they waited for other
    intervals or for an agreement, or are those of the revision that it was to put online again. Another interval may
    have the same rows, or none as well; what a link serves is not known."""
    extract, validated = reports.extract, reports.validate
    linked = (store.read_current_certificate(dataset.id) or {}).get("linked")
    if linked or not (extract and validated and validated.rows_out):
        return False
    made = (extract.window_interval, validated.output_sha256)
    parts = (store.read_current_revision_pointer(dataset.id) or {}).get("parts", ())
    return made in [(part["window"], part["sha256"]) for part in parts]


def _count_objections_since_preparation(dataset: Dataset, anonymised: AnonymiseReport, store: Store) -> int:
    """The objections in force that were recorded since these rows were prepared: what passed obeyed all of those
    before. Of a former revision, its own preparation."""
    if anonymised.passed is not True:
        return 0
    return len(find_unenforced_objection_ids(store, dataset.id, anonymised.objections))


def _describe_fingerprints(signed: RunFingerprints) -> dict[str, str]:
    return {
        "fingerprint": signed.fingerprint,
        "city_fingerprint": signed.city,
        "run_version": signed.version,
    }


def _list_other_resource_proof_results(publish: PublishReport | None) -> list[str]:
    return [
        one.result for one in (publish.proofs if publish else ()) if one.what == OTHER_RESOURCES.french_text
    ]


def _read_restoration_report(dataset: Dataset, run: Run, store: Store) -> RestorationReport | None:
    """Its ``certified_run`` is the one that prepared the rows, in a store of before too."""
    restored = RestorationReport.read(store, dataset.id, run.id)
    if restored is None:
        return None
    return replace(restored, certified_run=find_run_that_prepared_rows(store, dataset.id, run.id))


def _read_reports_of_preparing_run(
    dataset: Dataset, run: Run, restored: RestorationReport | None, store: Store
) -> RunReports:
    if restored is None:
        return RunReports.read(store, dataset.id, run.id)
    former = RunReports.read(store, dataset.id, restored.certified_run)
    return replace(
        former, publish=PublishReport.read(store, dataset.id, run.id), scan=restored.scan or former.scan
    )


def _describe_validated_file(validated: ValidateReport | None) -> dict[str, Any]:
    return {
        "corrected": validated.corrected if validated else 0,
        "sha256": validated.output_sha256 if validated else None,
    }


def _build_protection_summary(
    anonymised: AnonymiseReport, validated: ValidateReport | None
) -> dict[str, Any]:
    """The protection that was asked for, and what it came to."""
    return {
        "quasi_identifiers": list(anonymised.quasi_identifiers),
        "k": anonymised.k,
        "unit": list(anonymised.unit),
        "smallest": validated.smallest_class if validated else None,
        **{key: anonymised.recoding.get(key) for key in ("loss", "scope", "minimality")},
    }


@use_language("fr")
def render_dpo_report_page(report: Mapping[str, Any]) -> str:
    """The same report as a page of HTML, in French, with nothing to fetch."""
    return render_page(
        "officer.html.j2",
        city=report["city"],
        report=report,
        verdict=_build_publication_verdict(report),
        guards=[
            build_guard_waiver_page_fields(one, _get_certified_run_of_restoration(report))
            for one in report["guards"]
        ],
        only_told=_describe_undecided_sightings(report),
        risks=list(_build_risk_table_rows(report)),
        apart=list(_list_noteworthy_columns(report)),
        plain=[one for one in report["columns"] if not _is_noteworthy_column(one)],
        unshown=_describe_what_after_shows(report),
        levels=_describe_generalisation_choice(report),
        chart=_build_class_size_chart(report),
        wanted=format_privacy_unit_count(report["unit"], report["k"] or 0).french_text,
        smallest=format_privacy_unit_count(report["unit"], report["smallest"] or 0).french_text,
        identifiers={code: label.french_text for code, label in IDENTIFIERS.items()},
        sure={
            "certain": "sûr",
            "likely": "probable",
            "possible": "possible",
            "noted": "ne ferme pas la porte",
        },
        answers=_ANSWERS,
        first_rows=FIRST_ROWS,
        revision=_format_revision_counts(report["revision"]),
    )


def describe_newer_run_without_report(run: str, state: str) -> str:
    """What the page of a former run says of a newer ``run`` that left no report of its own (``newer``). ``state``:
    that of its steward's report."""
    why = {
        "unchanged": " : la source n'avait pas changé",
        "held": " : elle n'a pas abouti, le rapport du passage dit pourquoi",
        "failed": " : elle n'a pas abouti, le rapport du passage dit pourquoi",
    }.get(state, "")
    return f"Une exécution plus récente ({run}) n'a laissé aucun rapport d'anonymisation{why}."


def _get_certified_run_of_restoration(report: Mapping[str, Any]) -> str:
    """Of a former revision; "" of any other."""
    return str(report["restored"]["certified_run"]) if report["restored"] else ""


def _format_revision_counts(revision: Mapping[str, Any] | None) -> str:
    if revision is None:
        return ""
    count = revision["intervals"]
    whole = (
        "d'un seul intervalle"
        if count == 1
        else f"de {format_french_count(count, 'intervalle', 'intervalles')}"
    )
    return f"révision {whole}, {build_row_count_message(revision['rows']).french_text}"


def _build_signed_run_facts(
    run: Run,
    anonymised: AnonymiseReport,
    publish: PublishReport | None,
    restored: RestorationReport | None,
    published: str | None,
) -> RunFingerprints:
    return RunFingerprints(
        run.id,
        anonymised.fingerprint,
        anonymised.city_fingerprint,
        anonymised.version,
        published=published or "",
        wrote=not (publish and publish.nothing_new),
        rows_of=restored.certified_run if restored else "",
    )


def _list_changes_since_run(dataset: Dataset, city: City, signed: RunFingerprints) -> Iterator[str]:
    """What the run was made under that is no longer that of today, or that its reports do not say."""
    if signed.fingerprint != dataset.fingerprint:
        yield "la déclaration"
    if signed.city != city.fingerprint:
        yield "city.yaml ou une liste de noms"
    if signed.version != dataset.software_version_and_code_digest:
        yield "la version d'Aqueduc ou d'un paquet de règles"


def write_dpo_report(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> str | None:
    """Writes the report beside the run's others, as JSON and as a page, which leads to that of the certificate,
    where the run has one; returns the key of the page, None for a run that has anonymised nothing. Raises
    AqueducError."""
    key = workspace.store.build_report_page_key(dataset.id, run.id, "officer")
    edition = read_dpo_opinion_context_for_today(dataset, city, workspace)
    certificate = workspace.store.find_certificate_page_key(dataset.id, run.id)
    link = f"../../../{certificate}" if certificate else None
    report = build_dpo_report(dataset, city, run, workspace.store, edition, link)
    if report is None:
        return None
    workspace.store.write_report(dataset.id, run.id, "officer", report)
    workspace.store.write_text(key, render_dpo_report_page(report))
    return key


def read_dpo_opinion_context_for_today(
    dataset: Dataset, city: City, workspace: Workspace
) -> OpinionAndAgreementContext:
    """Today's, to be printed."""
    today = workspace.clock().astimezone(ZoneInfo(city.timezone)).date()
    agreement = find_current_decision(dataset, city, workspace)
    held = describe_holds_in_force(dataset, city, workspace.store, today)
    return read_last_opinion_into_context(workspace.include, dataset, today, PRINTED_CHANGES, agreement, held)


def _find_blocking_stage(reports: RunReports, restored: RestorationReport | None) -> str | None:
    """The stage that did not let the file through. The scan ends validation: it closed nothing that it did not
    reach. That of the publication judges the file again; it may not have been reached yet."""
    if restored and not restored.passed:
        return restored.stage
    found = {"anonymise": reports.anonymise, "validate": reports.validate, "scan": reports.scan}
    stages = {**found, **({"publish": reports.publish} if reports.publish else {})}
    closed = next((name for name, report in stages.items() if not report or report.passed is not True), None)
    searched = closed == "validate" and reports.scan and reports.scan.passed is not True
    return "scan" if searched else closed


def _list_reported_stages(reports: RunReports, restored: RestorationReport | None) -> list[str]:
    """Those whose report is there: a stage that was killed, or that could not write, has decided nothing."""
    stages = (reports.anonymise, reports.validate, reports.scan, reports.publish, restored)
    return [one.stage for one in stages if one]


def _format_publication_time(
    dataset: Dataset, city: City, run: Run, report: PublishReport | None, store: Store
) -> str | None:
    """On the city's clock; None for a run that has published nothing."""
    at = report.at if report else None
    if not at or _get_publication_state(dataset, run, report, store) != "yes":
        return None
    return datetime.fromisoformat(at).astimezone(ZoneInfo(city.timezone)).strftime("%d/%m/%Y à %H:%M")


def _get_publication_state(dataset: Dataset, run: Run, report: PublishReport | None, store: Store) -> str:
    """``yes``, ``no`` (so far), or ``unknown``: begun, and not read back to its end."""
    if report and report.passed and not report.dry_run:
        return "yes"
    writing = store.read_publication_in_progress(dataset.id)
    return "unknown" if writing and writing["run"] == run.id else "no"


# --- what is counted --------------------------------------------------------------------------------------


def _count_rows_by_outcome(reports: RunReports, anonymised: AnonymiseReport) -> dict[str, int | None]:
    return {
        "extracted": anonymised.rows_in + (reports.extract.rejected if reports.extract else 0),
        "carried": reports.validate.carried if reports.validate else 0,
        "published": reports.validate.rows_out if reports.validate and reports.validate.passed else None,
        "rejected": reports.rejected_rows,
        "suppressed": reports.suppressed_rows,
        "objected": reports.objected_rows,
    }


def _build_column_reports(
    anonymised: AnonymiseReport, sightings: list[Mapping[str, Any]], day: date
) -> list[dict[str, Any]]:
    treatments = convert_to_json(anonymised.treatments)
    based = any(item["basis"] for item in treatments)
    return [
        {
            **_build_column_report(item, sightings, based=based),
            "basis_end": _describe_legal_basis_expiry(anonymised.basis_ends.get(item["column"]), day),
        }
        for item in treatments
    ]


def _describe_legal_basis_expiry(last: str | None, day: date) -> str:
    """The last day of a basis, on ``day``; "" for one without."""
    if last is None:
        return ""
    end = date.fromisoformat(last)
    return f"{'a valu ' if end < day else ''}jusqu'au {format_day(end)}"


def _build_column_report(
    treatment: Mapping[str, Any], sightings: list[Mapping[str, Any]], *, based: bool
) -> dict[str, Any]:
    """``based``: a column of the run is published on a basis, which covers those whom it names."""
    kept, why = treatment["published_as"], _load_rule_capabilities(treatment).texts.why
    rule = _load_rule_capabilities(treatment)
    if _has_hierarchy_recoding(treatment):
        # A stopped run keeps nothing of how hierarchies were climbed: what was asked of the column says it.
        why = _MAYBE_COARSER if treatment["described"].startswith(AS_IS.french_text) else _COARSER
    elif rule.effect is TreatmentCategory.KEPT:
        why = why if rule.as_is else f"{why} ; {_KEPT_VALUES}"
        if based:
            why = _BESIDE_A_BASIS if rule.as_is else f"{why}{_BUT_THE_BASED}"
    elif rule.texts.intact and not is_fixed_recoding_description(treatment["described"]):
        why = f"{why} ; telle quelle {rule.texts.intact}, {_UNFOUNDED}{_BUT_THE_BASED if based else ''}"
    return {
        **treatment,
        "why": why,
        "found": [one for one in sightings if one["column"] == kept],
    }


def _has_hierarchy_recoding(treatment: Mapping[str, Any]) -> bool:
    return _load_rule_capabilities(treatment).as_is and treatment["described"] != AS_IS.french_text


def _load_rule_capabilities(treatment: Mapping[str, Any]) -> RuleCapabilities:
    return get_rule_capabilities(treatment["rule"])


def _build_risk_before_and_after(
    anonymised: AnonymiseReport, validated: ValidateReport | None, after: RiskMetrics | None
) -> dict[str, Any]:
    return {
        "before": _build_risk_before_privacy_model(anonymised),
        "after": _build_risk_after_privacy_model(after, validated) if after and validated else None,
        "unique": _compute_unique_row_share(validated) if validated else None,
    }


def _build_risk_before_privacy_model(anonymised: AnonymiseReport) -> dict[str, Any] | None:
    """What the extract would have given away, had its columns left as the rules alone make them."""
    risk = anonymised.risk
    if not risk or not risk["rows"]:
        return None
    return {
        "rows": risk["rows"],
        "classes": risk["classes"],
        "singled_out": risk["alone"] / risk["rows"],
        "below_k": risk["small"] / risk["rows"],
    }


def _measure_validated_file_risk(dataset: Dataset, store: Store, digest: str | None) -> RiskMetrics | None:
    """Measured on the file that was kept to be published."""
    names = list_published_quasi_identifiers(dataset)
    if dataset.privacy is None or not digest or not names:
        return None
    with store.open_local_file_of_key(build_object_key(digest)) as path:
        try:
            return measure_reidentification_risk(
                path, names, build_privacy_model_on_rows(dataset, dataset.privacy)
            )
        except UnmeasurableRisk:
            return None


def _build_risk_after_privacy_model(risk: RiskMetrics, validated: ValidateReport) -> dict[str, Any]:
    """In units where classes count them: no row of what was validated is then in a class of fewer than its
    smallest. That one was counted when it was validated, since the file has no units."""
    measured = {
        "rows": risk.rows,
        "classes": risk.classes,
        "smallest": risk.smallest,
        "singled_out": risk.singled_out,
        "below_k": risk.below_k,
        "highest": risk.highest,
        "average": risk.average,
        "inference": [dict(one.__dict__) for one in risk.inference],
    }
    return (
        {**measured, **_build_risk_fields_in_units(validated.units.smallest)} if validated.units else measured
    )


def _build_risk_fields_in_units(smallest: int | None) -> dict[str, Any]:
    """The gate that judged units let no class below k through."""
    shares = {"singled_out": 0.0, "below_k": 0.0} if smallest else {"singled_out": None, "below_k": None}
    return {**shares, "smallest": smallest, "highest": 1 / smallest if smallest else None, "average": None}


def _compute_unique_row_share(validated: ValidateReport) -> float | None:
    """The share of rows that nothing else is like, over all published columns; None where it was not
    counted."""
    rows, unique = validated.rows_out, validated.unique
    return unique / rows if rows and unique is not None else None


def _list_class_size_histogram(risk: RiskMetrics) -> Iterator[tuple[str, int]]:
    for bar in risk.histogram:
        if bar.at_most is None:
            label = f"≥ {bar.at_least}"
        else:
            label = str(bar.at_least) if bar.at_least == bar.at_most else f"{bar.at_least}–{bar.at_most}"
        yield label, bar.classes


def _list_findings_except_waived_guards(
    reports: RunReports, restored: RestorationReport | None
) -> list[dict[str, Any]]:
    """Without the guards that were waived, which are said apart."""
    keys = ("code", "column", "count", "message", "remedy")
    found = chain(*reports.findings_by_stage.values(), restored.findings if restored else ())
    return [{key: getattr(one, key) for key in keys} for one in found if one.code != WaivedGuard.code]


# --- what is said -----------------------------------------------------------------------------------------


_LINKED = (
    "{passed} ; la fiche a été relue, et le lien redemandé sans compte, sans comparer ce "
    "qu'il sert. Ils ne voient pas tout : lire « Ce que rien ne vérifie »."
)
_VERDICTS = {
    "yes": "{passed} ; la publication a été relue, par sondage pour les grands fichiers et les tables. Ils "
    "ne voient pas tout : lire « Ce que rien ne vérifie ».",
    "no": "{passed} ; cette exécution n'a mené aucune publication à son terme (accord attendu, publication retenue, "
    "plateforme en défaut, exécution tuée : le rapport du passage, s'il y en a un, dit pourquoi).",
    "trial": "{passed} ; cette exécution était un essai : elle ne devait rien publier, et n'a rien publié.",
    "unknown": "{passed}, mais la publication n'est pas allée à son terme : la plateforme sert peut-être "
    "une partie de ce fichier.",
}

_READ_BACK = {
    ReadBackMismatch.code: " : la relecture a trouvé autre chose que ce qui devait être servi",
    RestrictedDataExposed.code: " : un visiteur a pu ouvrir ce qui est restreint",
}


def _build_publication_verdict(report: Mapping[str, Any]) -> tuple[bool | None, str]:
    """Whether it published (None for a trial that went well), and what became of it."""
    if report["passed"]:
        published = report["published"]
        text = _LINKED if report["linked"] and published == "yes" else _VERDICTS[published]
        if report["trial"] and published == "no":
            return None, _VERDICTS["trial"].format(passed=_describe_tolerated_findings(report))
        waits = report.get("embargo", "") if published == "no" else ""
        said = text.format(passed=_describe_tolerated_findings(report)) + waits
        if published == "yes" and _has_unique_rows_after_protection(report):
            # A tick would be read as one of the protection.
            share = format_share_as_percentage(report["risk"]["unique"])
            return (
                None,
                f"{said} Après protection, {share} des lignes restent uniques sur toutes les colonnes.",
            )
        return published == "yes", said
    if report["closed_at"] == "publish":
        return False, _describe_failed_publication(report)
    if report["closed_at"] == RestorationReport.stage:
        return (
            False,
            "Cette révision n'a pas été remise en ligne : la porte l'a refusée, voir les constats ci-dessous.",
        )
    where = {"scan": "la recherche de données personnelles", **_NAMES}[report["closed_at"]]
    if not report["decided"]:
        return False, f"Cette exécution n'a rien publié : elle s'est arrêtée avant que {where} soit jugée."
    return False, f"Cette exécution n'a rien publié : la porte de {where} est restée fermée."


def _has_unique_rows_after_protection(report: Mapping[str, Any]) -> bool:
    """Whether something is declared to protect people, and rows are left that no other is like."""
    protects = report["k"] is not None or any(
        not _load_rule_capabilities(one).as_is for one in report["columns"]
    )
    return protects and bool(report["risk"]["unique"])


def _describe_failed_publication(report: Mapping[str, Any]) -> str:
    if not report["failed"]:
        return "La publication n'a pas abouti : voir les constats ci-dessous et le rapport du passage."
    found = "".join(text for code, text in _READ_BACK.items() if code in report["failed"])
    partly = (
        " ; la plateforme sert peut-être une partie de ce fichier" if report["published"] == "unknown" else ""
    )
    return f"La publication n'a pas abouti{found}{partly} (voir le rapport du passage)."


def _describe_tolerated_findings(report: Mapping[str, Any]) -> str:
    """What the controls let go as well: a run that nothing stopped is not one where nothing was found."""
    rows, answers = report["rows"], [one["answer"] for one in report["sightings"]]
    objected = ("désignée", "désignées") if report["linked"] else ("retirée", "retirées")
    counted = (
        (rows["rejected"], "ligne rejetée", "lignes rejetées"),
        (
            rows["suppressed"] - rows["objected"],
            "ligne retirée par une protection",
            "lignes retirées par une protection",
        ),
        (rows["objected"], f"ligne {objected[0]} sur demande", f"lignes {objected[1]} sur demande"),
        (answers.count("basis"), "constat couvert par un fondement", "constats couverts par un fondement"),
        (
            answers.count("waiver"),
            "constat couvert par une levée inscrite",
            "constats couverts par une levée inscrite",
        ),
        (len(report["guards"]), "garde levée au nom d'une personne", "gardes levées au nom d'une personne"),
        (
            sum(one["code"] == UncountedPersonsAccepted.code for one in report["findings"]),
            "constat de moins de personnes que de lignes, que la déclaration admet",
            "constats de moins de personnes que de lignes, que la déclaration admet",
        ),
        (
            sum(one["code"] == UncountedOtherPersons.code for one in report["findings"]),
            "constat d'un numéro de personne ou de dossier que « unit: » ne compte pas",
            "constats de numéros de personne ou de dossier que « unit: » ne compte pas",
        ),
        (answers.count("told"), "constat signalé sans décision", "constats signalés sans décision"),
        (
            len(report["findings"])
            and len(report["findings"]) + len(report["guards"]) + bool(report["corrected"]),
            "constat sous « Autres constats »",
            "constats en tout sous « Autres constats »",
        ),
    )
    told = [format_french_count(count, one, many) for count, one, many in counted if count]
    said = ", ".join(told) or "rien de rejeté, de retiré ni de signalé"
    return f"Aucun contrôle des données n'a arrêté l'exécution : {said}"


_MOST_TOLD = 8


def _describe_undecided_sightings(report: Mapping[str, Any]) -> str:
    """What was recognised, closes nothing, and that nobody has decided on; "" for nothing."""
    told = [
        f"« {one['column']} » ({IDENTIFIERS[one['kind']].french_text}, "
        f"{build_row_count_message(one['rows']).french_text} au moins)"
        for one in report["sightings"]
        if one["answer"] == "told"
    ]
    if not told:
        return ""
    others = len(told) - _MOST_TOLD
    more = f", et {format_french_count(others, 'autre', 'autres')}" if others > 0 else ""
    shown = ", ".join(told[:_MOST_TOLD])
    return f"Signalé sans fermer la porte, à lire : {shown}{more}. Personne n'en a décidé."


def _is_noteworthy_column(column: Mapping[str, Any]) -> bool:
    """Whether a column has more to tell than that it stays, or leaves as it is under its own name."""
    if column["found"] or column["basis"]:
        return True
    rule = _load_rule_capabilities(column)
    return column["why"] not in (rule.texts.why, _BESIDE_A_BASIS) or not (
        rule.as_is or rule.effect is TreatmentCategory.DROPPED
    )


def _list_noteworthy_columns(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from filter(_is_noteworthy_column, report["columns"])


def list_risk_shares(report: Mapping[str, Any]) -> Iterator[tuple[str, float | None, float | None]]:
    """What is measured of a report, with its share before and after; None for what is not measured."""
    for row in _build_risk_table_rows(report):
        yield row["name"], row["before"], row["after"]


def _build_risk_table_rows(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    before, after = report["risk"]["before"] or {}, report["risk"]["after"] or {}
    if report["k"]:
        yield {
            "name": f"Groupes d'une seule {'unité' if report['unit'] else 'ligne'}",
            "means": "part des lignes qui s'y trouvent, sur les seuls quasi-identifiants",
            "before": before.get("singled_out"),
            "after": after.get("singled_out"),
        }
        yield {
            "name": f"Groupes de moins de {format_privacy_unit_count(report['unit'], report['k']).french_text}",
            "means": "part des lignes qui s'y trouvent, sur les seuls quasi-identifiants",
            "before": before.get("below_k"),
            "after": after.get("below_k"),
        }
    yield {
        "name": "Lignes uniques",
        "means": "part des lignes que rien ne répète, sur toutes les colonnes du fichier validé",
        "before": None,
        "after": report["risk"]["unique"],
    }
    for one in after.get("inference", ()):
        yield {
            "name": f"Inférence de « {one['name']} »",
            "means": "part des lignes dont le groupe ne montre qu'une valeur : qui le trouve l'apprend ; un "
            "groupe presque tout d'une même valeur n'y compte pas",
            "before": None,
            "after": one["certain"],
        }
    yield {
        "name": "Corrélation (non mesurée)",
        "means": "si des lignes, rapprochées d'autres fichiers, sont celles d'une même personne (avis 05/2014 du G29)",
        "before": None,
        "after": None,
    }
    if not after.get("inference"):
        yield {
            "name": "Inférence (non mesurée)" if after or not report["k"] else "Inférence (non montrée)",
            "means": "non mesurée : aucune colonne sensible n'est déclarée"
            if after
            else "rien n'est montré : lire « Après » ci-dessus",
            "before": None,
            "after": None,
        }


def _describe_what_after_shows(report: Mapping[str, Any]) -> str:
    """What of « Après » is there, where the groups of a validated file are not measured under today's declaration."""
    smallest, unique = bool(report["smallest"]), report["risk"]["unique"] is not None
    counted = {
        (True, True): "le plus petit groupe et les lignes uniques, comptés",
        (True, False): "le plus petit groupe, compté",
        (False, True): "les lignes uniques, comptées",
    }.get((smallest, unique), "")
    if report["sha256"]:
        return f"rien d'autre n'est montré que {counted} à la validation" if counted else "rien n'est montré"
    known = f"rien d'autre que {counted} à la validation," if counted else "rien"
    return f"{known} n'a été mesuré, faute de fichier validé"


_CHOICES = {
    "fixed": "Les niveaux de généralisation sont ceux que la déclaration donne : ils ne dépendent pas des "
    "données.",
    "global": "Le niveau de généralisation, le même pour toutes les lignes, est choisi d'après les données "
    "parmi {choices} : ce choix apprend qu'aucun autre n'aurait, à 2 points près (sur 100), perdu moins sans "
    "retirer trop de lignes.",
    "iterative": "Les niveaux de généralisation sont choisis d'après les données, et cela s'apprend : "
    "pour {rows} sur {of} ({share}), {when}, le niveau publié montre que le groupe ne convenait pas à un niveau "
    "choisi avant.",
    "local": "Les niveaux de généralisation sont choisis d'après les données, groupe par groupe, et cela "
    "s'apprend (A. Cohen, USENIX Security 2022) : pour {rows} sur {of} ({share}), {when}, il suffit de connaître la "
    "taille du groupe et les hiérarchies pour savoir que toutes ses lignes, sauf {others} au plus, ont une "
    "même valeur plus précise que celle qui est publiée. Qui connaît mieux la source peut en déduire "
    "davantage.",
    "local, more than k": "Les niveaux de généralisation sont choisis d'après les données, groupe par "
    "groupe, et cela s'apprend (A. Cohen, USENIX Security 2022) : pour {rows} sur {of} ({share}), {when}, un "
    "groupe de plus de {others} {units} par valeur plus précise possible n'a pas été divisé, et tout y a la même "
    "valeur plus précise, sauf {others} {units} au plus ; qu'il n'ait pas été divisé le laisse deviner.",
}


def _describe_generalisation_choice(report: Mapping[str, Any]) -> str | None:
    """How the levels of generalisation were chosen, and what that alone gives away; None without any."""
    scope, told = report.get("scope"), report.get("minimality") or {}
    if scope not in _CHOICES or (scope != "fixed" and not told):
        return None
    rows, of = told.get("rows", 0), told.get("of", 0)
    more = scope == "local" and not told.get("proved")
    return _CHOICES["local, more than k" if more else scope].format(
        units=("unité" if report["unit"] else "ligne") + ("s" if (report["k"] or 1) > 2 else ""),
        choices=format_french_number(told.get("choices", 0)),
        rows=build_row_count_message(rows).french_text,
        of=format_french_number(of),
        share=format_share_as_percentage(rows / of if of else 0.0),
        when="comptées avant ce que la validation retire ou rejette",
        others=(report["k"] or 1) - 1,
    )


def _build_class_size_chart(report: Mapping[str, Any]) -> BarChart | None:
    if not report["classes"]:
        return None
    values = [(label, count) for label, count in report["classes"]]
    small = [label for label, _ in values if int(label.replace("≥ ", "").split("–")[0]) < (report["k"] or 0)]
    return build_bar_chart(
        "Nombre de groupes, selon le nombre de lignes qu'ils comptent", values, alarming=small
    )
