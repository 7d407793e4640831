"""A former revision online again: found by its certificate, judged under the declaration of now, and held
online until a person lifts it.

``prepare_revision_restoration`` stands where the preparation of a run stands: publication and certification follow as for
any run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aqueduc import __version__
from aqueduc.anonymise import (
    ScanReport,
    open_related_releases,
    verify_against_related_datasets,
    verify_output,
)
from aqueduc.anonymise.findings import UnexpectedOutputColumn
from aqueduc.anonymise.objections import list_objection_ids_to_enforce, read_last_objection_time
from aqueduc.anonymise.release_history import MostRowsPerUnit, read_most_rows_per_unit_by_file
from aqueduc.anonymise.report import ReportedHit
from aqueduc.anonymise.residual import scan_output_file
from aqueduc.anonymise.scan.city_lists import load_name_lists
from aqueduc.anonymise.scan.kinds import HitStrength
from aqueduc.anonymise.weakening import ProtectionState, build_protection_state, find_protection_losses
from aqueduc.certify.findings import (
    RevisionLessPrivate,
    RevisionLessProtected,
    RevisionOfOtherColumns,
    RevisionProtectionUnknown,
)
from aqueduc.certify.ledger import verify_ledger
from aqueduc.certify.witness.making import append_act_entry
from aqueduc.declaration.loader import load_city
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import RevisionRestorationRefused
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _
from aqueduc.publish.proof.former import RestorationReport, find_run_that_prepared_rows
from aqueduc.publish.refusals import build_gate_error
from aqueduc.publish.report import PublishedPartition, PublishReport
from aqueduc.publish.revision.partitions import compute_revision_digest
from aqueduc.reports import build_reported_findings
from aqueduc.run import RestorationOrder, Run, Workspace
from aqueduc.sources import change
from aqueduc.store import ParquetFileHandle, Store, compute_bytes_sha256, decode_json_or_none
from aqueduc.validate.stage import find_schema_breaches_of_file_rows

SHORTEST = 8
"""Characters of a digest that name a revision."""
_LIST = _("« aqueduc restore {dataset} » donne celles qui ont été certifiées")


@dataclass(frozen=True)
class RestorationResult:
    """A former revision that may be published: the ``handle`` of one of its parts, and the report."""

    handle: ParquetFileHandle
    report: RestorationReport


@dataclass(frozen=True)
class CertifiedRevision:
    """A revision with the newest certificate that was given for it, and the name and digest of its entry."""

    certificate: Mapping[str, Any]
    entry: str
    sha256: str

    @property
    def revision_digest(self) -> str:
        return str(self.certificate["revision"])


def list_certified_revisions(store: Store, dataset: str) -> list[CertifiedRevision]:
    """Those of a dataset, the one published last first."""
    found: dict[str, CertifiedRevision] = {}
    for key in reversed(store.list_ledger_entry_keys(dataset)):
        data = store.read(key) or b""
        entry = decode_json_or_none(data) or {}
        if entry.get("kind") == "certificate":
            one = CertifiedRevision(entry, key.rsplit("/", 1)[-1], compute_bytes_sha256(data))
            found.setdefault(one.revision_digest, one)
    return list(found.values())


# --- putting online again -----------------------------------------------------------------------------------


def prepare_revision_restoration(
    dataset: Dataset, run: Run, order: RestorationOrder, workspace: Workspace
) -> RestorationResult:
    """Finds the former revision and judges each of its parts; leaves the report, passed or not.

    Raises RevisionRestorationRefused (no such revision, a file that is gone, a ledger that does not hold),
    PublicationGateClosed when today's declaration does not let it out, StoreError.
    """
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    store = workspace.store
    refuse_personal_texts(
        {_("Le motif"): order.reason}, _("jeu {id}").format(id=dataset.id), workspace.include
    )
    if dataset.publication.is_link_to_source:
        raise _build_revision_restoration_refused_error(
            dataset,
            _(
                "Ce jeu est publié par un lien, qui mène à la source : aucune révision gardée n'y peut être remise."
            ),
            _("rétablir la source elle-même"),
        )
    city = load_city(workspace.include).city
    signing = city.signing
    verdict = verify_ledger(store, dataset.id, signing.keys if signing else ())
    if not verdict.is_valid:
        broken = verdict.breaks[0]
        said = _("Le registre ne prouve plus rien : {broken}.").format(broken=broken.message())
        raise _build_revision_restoration_refused_error(dataset, said, broken.format_remedy())
    former = _find_revision_by_digest_prefix(dataset, order, store)
    objections = list_objection_ids_to_enforce(store, dataset.id)
    _refuse_revision_before_objection(dataset, former, store)
    parts = _find_revision_parts(dataset, former, store)
    with ExitStack() as stack:
        paths = [stack.enter_context(store.open_local_file_of_key(part.object)) for part in parts]
        findings, scans = [*_find_weaker_protection(dataset, former.certificate)], list[ScanReport]()
        for part, path in zip(parts, paths, strict=True):
            found, scan = _rerun_checks_on_part(dataset, part, path, workspace)
            findings += found
            scans += [scan] if scan else []
    report = replace(
        _build_restoration_report(dataset, run, order, former, parts, findings, store),
        city_fingerprint=city.fingerprint,
        version=dataset.software_version_and_code_digest,
        scan=_merge_scan_reports(scans),
        objections=objections,
    )
    report.write(store, dataset.id, run.id)
    if findings:
        raise build_gate_error(
            dataset, _("La déclaration d'aujourd'hui ne laisse pas sortir cette révision."), *findings
        )
    return RestorationResult(report.partitions[-1], report)


def _build_revision_restoration_refused_error(
    dataset: Dataset, what: Sentence, remedy: Sentence
) -> RevisionRestorationRefused:
    return RevisionRestorationRefused(
        _("{what} Rien n'a été fait.").format(what=what),
        where=_("jeu {id}").format(id=dataset.id),
        remedy=remedy,
    )


def _find_revision_by_digest_prefix(
    dataset: Dataset, order: RestorationOrder, store: Store
) -> CertifiedRevision:
    known = list_certified_revisions(store, dataset.id)
    wanted = order.revision.strip().lower()
    found = [one for one in known if len(wanted) >= SHORTEST and one.revision_digest.startswith(wanted)]
    if not known:
        raise _build_revision_restoration_refused_error(
            dataset, _("Rien de ce jeu n'a encore été publié et certifié."), _("publier d'abord le jeu")
        )
    if len(found) != 1:
        what = _("Aucune révision certifiée de ce jeu, ou plusieurs, ne commence par « {revision} ».")
        remedy = _("{list} ; en donner au moins {shortest} caractères")
        raise _build_revision_restoration_refused_error(
            dataset,
            what.format(revision=wanted),
            remedy.format(list=_LIST.format(dataset=dataset.id), shortest=SHORTEST),
        )
    return found[0]


def _refuse_revision_before_objection(dataset: Dataset, former: CertifiedRevision, store: Store) -> None:
    """Its file has no column any more that would tell the rows apart."""
    last = read_last_objection_time(store, dataset.id)
    if last and datetime.fromisoformat(str(former.certificate["served_at"])) <= datetime.fromisoformat(last):
        raise _build_revision_restoration_refused_error(
            dataset,
            _(
                "Une opposition en vigueur a été enregistrée depuis : cette révision peut montrer ce qui a été "
                "retiré."
            ),
            _(
                "rétablir une révision plus récente que l'opposition, ou corriger la source et relancer le jeu"
            ),
        )


def _find_revision_parts(
    dataset: Dataset, former: CertifiedRevision, store: Store
) -> tuple[PublishedPartition, ...]:
    """From the report of its publication, which its certificate must name: its digest is made of theirs."""
    published = PublishReport.read(store, dataset.id, str(former.certificate["run"]))
    parts = published.parts if published else ()
    lost = [part.object for part in parts if not store.is_object_intact(part.object)]
    if lost:
        raise _build_revision_restoration_refused_error(
            dataset,
            _("Un fichier de cette révision n'est plus dans le dépôt, ou y a été abîmé ({key}).").format(
                key=lost[0]
            ),
            _(
                "le restaurer depuis une sauvegarde du dépôt (« revision_days » dit combien de temps il est "
                "gardé), ou choisir une autre révision : {list}"
            ).format(list=_LIST.format(dataset=dataset.id)),
        )
    if (
        not parts
        or compute_revision_digest(str(former.certificate["fingerprint"]), parts) != former.revision_digest
    ):
        raise _build_revision_restoration_refused_error(
            dataset,
            _("Le rapport qui dit de quels fichiers cette révision était faite manque, ou a été modifié."),
            _(
                "restaurer le dossier runs/{dataset} du dépôt depuis une sauvegarde, ou choisir une autre "
                "révision"
            ).format(dataset=dataset.id),
        )
    return parts


def _build_restoration_report(
    dataset: Dataset,
    run: Run,
    order: RestorationOrder,
    former: CertifiedRevision,
    parts: tuple[PublishedPartition, ...],
    findings: list[Finding],
    store: Store,
) -> RestorationReport:
    balance = former.certificate["balance"]
    return RestorationReport(
        dataset=dataset.id,
        run=run.id,
        fingerprint=dataset.fingerprint,
        passed=not findings,
        revision=former.revision_digest,
        certified_run=find_run_that_prepared_rows(store, dataset.id, str(former.certificate["run"])),
        certificate=former.entry,
        certificate_sha256=former.sha256,
        parts=parts,
        rejected=int(balance["rejected"]),
        suppressed=int(balance["suppressed"]),
        objected=int(former.certificate.get("objected") or 0),
        by=order.by,
        reason=order.reason,
        findings=build_reported_findings(findings),
    )


# --- judging anew -------------------------------------------------------------------------------------------


def _find_weaker_protection(dataset: Dataset, certificate: Mapping[str, Any]) -> Iterator[Finding]:
    """What the revision protects less than the declaration of now asks. Who may read is as declared now."""
    raw = certificate.get("protection")
    then = ProtectionState.from_json(raw) if raw else None
    if then is None:
        yield RevisionProtectionUnknown()
        return
    losses = [
        loss.column
        for loss in find_protection_losses(build_protection_state(dataset), replace(then, access=None))
    ]
    for column in dict.fromkeys(losses):
        yield RevisionLessProtected(column=column) if column else RevisionLessPrivate()


def _rerun_checks_on_part(
    dataset: Dataset, part: PublishedPartition, path: Path, workspace: Workspace
) -> tuple[list[Finding], ScanReport | None]:
    """What anonymisation, validation and the scan find in a file that they let through once, and the report
    of the scan, where it was reached."""
    judged = verify_output(path, dataset, workspace.include).findings
    if any(isinstance(finding, UnexpectedOutputColumn) for finding in judged):
        return [RevisionOfOtherColumns()], None
    store = workspace.store
    with store.open_scratch_folder() as scratch, ExitStack() as stack:
        breaches = find_schema_breaches_of_file_rows(dataset, path, store, scratch)
        residue = scan_output_file(dataset, path, scratch, load_name_lists(workspace.include))
        alike = open_related_releases(dataset, store, stack)
        noted = read_most_rows_per_unit_by_file(dataset.id, store).get(part.object, MostRowsPerUnit())
        found = [
            *judged,
            *breaches,
            *(() if residue.report.passed else residue.findings),
            *verify_against_related_datasets(path, alike, dataset, noted.in_file),
        ]
    return found, residue.report


def _merge_scan_reports(scans: Sequence[ScanReport]) -> ScanReport | None:
    """One for all the parts of a revision."""
    if not scans:
        return None
    return replace(
        scans[-1],
        passed=all(one.passed for one in scans),
        rows=sum(one.rows for one in scans),
        sightings=tuple(_merge_sightings(seen for one in scans for seen in one.sightings)),
    )


def _merge_sightings(sightings: Iterable[ReportedHit]) -> Iterator[ReportedHit]:
    """One for each kind in a column, as sure as the surest part, of the rows of all of them. The lines are of no file
    any more where there are several."""
    groups: dict[tuple[str, str], list[ReportedHit]] = {}
    for one in sightings:
        groups.setdefault((one.column, one.kind), []).append(one)
    for first, *others in groups.values():
        if not others:
            yield first
            continue
        alike = (first, *others)
        rows, cells = sum(one.rows for one in alike), sum(one.cells for one in alike)
        surest = min(alike, key=lambda one: HitStrength(one.strength).rank)
        share = round(rows / cells, 4) if cells else 0.0
        yield replace(surest, rows=rows, cells=cells, share=share, lines=())


# --- going back to the ordinary course ----------------------------------------------------------------------


def lift_restoration(
    dataset: Dataset, city: City, run: str, by: str, reason: str, workspace: Workspace
) -> str:
    """Ends the restoration in force: the next run reads the source and publishes again. Returns the revision
    that stays online until then; noted in the ledger.

    Raises RevisionRestorationRefused when none is in force, StoreError, DatasetBusy, ConnectionMissing.
    """
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    store, where = workspace.store, _("jeu {id}").format(id=dataset.id)
    refuse_personal_texts({_("Le motif"): reason}, where, workspace.include)
    with store.lock(f"datasets/{dataset.id}", where=where):
        mark = store.read_restoration_mark(dataset.id)
        if mark is None:
            raise _build_revision_restoration_refused_error(
                dataset,
                _("Aucune révision rétablie n'est en vigueur."),
                _("rien à lever : les exécutions publient"),
            )
        now = workspace.clock().astimezone(UTC)
        entry = {
            "kind": "lifted",
            "dataset": dataset.id,
            "run": run,
            "revision": mark["revision"],
            "by": by,
            "reason": reason,
            "restored_by": mark["run"],
            "at": now.isoformat(timespec="seconds"),
            "version": __version__,
            "lecture": [
                {"libelle": "Jeu de données", "valeur": f"{dataset.title} ({dataset.id})"},
                {"libelle": "Rétablissement levé", "valeur": f"au nom de : {by} ; motif : {reason}"},
            ],
        }
        append_act_entry(dataset.id, run, now, entry, city, workspace)
        # What the source was seen to be is what that revision was put in place of.
        change.mark_source_states_outdated(workspace.vault, dataset.id)
        store.delete_restoration_mark(dataset.id)
    return str(mark["revision"])
