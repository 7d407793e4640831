"""What a run that died had begun to write is ended only where it is that, and nobody decided anything since."""

from collections.abc import Mapping
from typing import Any

from aqueduc.decisions import compute_digest_of_decisions_and_claims
from aqueduc.declaration.spec import Dataset
from aqueduc.language import _
from aqueduc.publish.context import PublicationContext, PublicationPlan
from aqueduc.publish.findings import DecidedSince, UnknownServedFiles
from aqueduc.publish.refusals import build_gate_error
from aqueduc.store import Store

_KEPT = _("Rien n'est achevé.")


def refuse_finishing_after_new_decision(
    dataset: Dataset, begun: Mapping[str, Any] | None, store: Store
) -> None:
    """Raises PublicationGateClosed unless ``begun``, where there is one to end, is still the mark of the dataset, and all
    that was ever decided is what it was then; StoreError. To be called with the lease of the dataset."""
    if begun is None:
        return
    unchanged = begun.get("decisions") == compute_digest_of_decisions_and_claims(store, dataset.id)
    if not unchanged or store.read_publication_in_progress(dataset.id) != begun:
        raise build_gate_error(dataset, _KEPT, DecidedSince())


def require_partially_published_files(context: PublicationContext, plan: PublicationPlan) -> None:
    """Raises PublicationGateClosed unless each file online, read back, is that of the certified revision or that of the
    one to end, and one of them at least is of the latter alone: else nothing was begun, or the store is older than
    what is online."""
    certificate = context.workspace.store.read_current_certificate(context.dataset.id) or {}
    former = {one.get("sha256") for one in certificate.get("resources", ())}
    ours = {one.file.sha256 for one in plan.desired.resources if one.file}
    observed = plan.observed
    client = context.platform.client
    served = {
        client.hash_served_file(url, anonymous=False).sha256
        for there in (observed.resources if observed else ())
        if there.managed
        for url in there.file_addresses
    }
    shown = observed is not None and observed.hidden == plan.desired.hidden
    if not shown or not served <= former | ours or served <= former:
        raise build_gate_error(context.dataset, _KEPT, UnknownServedFiles())
