"""What a person did on a platform: a record, or a resource of it, taken away from the public."""

from collections.abc import Mapping

from aqueduc.declaration.spec import REOPEN, Dataset
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.publish.findings import DeletedResources
from aqueduc.publish.planning.drift import classify_person_withdrawal, list_deleted_resource_formats
from aqueduc.publish.planning.state import ObservedRecord, PlatformState
from aqueduc.publish.refusals import build_gate_error
from aqueduc.run import GuardWaiver


def require_waiver_to_undo_person_withdrawal(
    dataset: Dataset,
    waiver: GuardWaiver | None,
    platform: str,
    observed: ObservedRecord | None,
    state: PlatformState,
) -> tuple[Mapping[str, str], ...]:
    """Raises PublicationGateClosed when a person took the record, or a resource of it, away from the public,
    unless another one wants it there again (``waiver``): gives then who, and why, as a report keeps it."""
    finding = _build_person_withdrawal_finding(dataset, platform, observed, state)
    if finding is None:
        return ()
    if waiver is None:
        raise build_gate_error(
            dataset,
            _("Quelqu'un l'a retiré au public : rien ne le lui rend sans une décision."),
            finding,
        )
    return ({"guard": REOPEN, "found": finding.message(), **waiver.author_report_fields},)


def _build_person_withdrawal_finding(
    dataset: Dataset, platform: str, observed: ObservedRecord | None, state: PlatformState
) -> Finding | None:
    kind = classify_person_withdrawal(observed, state, hidden=not dataset.access.is_open)
    if kind is not None:
        return kind(detail={"platform": platform})
    # What a link leads to has a format of its own.
    wanted = (
        {one.value for one in dataset.publication.formats}
        if not dataset.publication.is_link_to_source
        else None
    )
    gone = list_deleted_resource_formats(observed, state, wanted)
    return DeletedResources(detail={"platform": platform, "names": ", ".join(gone)}) if gone else None
