"""An agreement or a refusal, kept in the ledger of its dataset and held by its mark."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aqueduc import __version__
from aqueduc.agreement.identity import (
    build_decision_refused_error,
    read_statement_predicate,
    require_city_person_with_role,
)
from aqueduc.agreement.request import AgreementRequest, store_agreement_request
from aqueduc.certify.signature import verify_dsse_envelope
from aqueduc.certify.witness.making import append_act_entry
from aqueduc.decisions import (
    KNOWN_BY,
    Decision,
    DecisionWithLedgerEntry,
    write_decision_mark,
    write_empty_decision_mark,
)
from aqueduc.declaration.spec import City, Dataset
from aqueduc.language import _
from aqueduc.ledger_chain import AGREEMENT_SUFFIX
from aqueduc.publish.proof.agreement import MARK
from aqueduc.record.material import (
    collect_dataset_facts_under_agreement,
    hash_declaration_parts_needing_agreement,
)
from aqueduc.run import Workspace


def record_agreement_decision(
    dataset: Dataset,
    city: City,
    run: str,
    request: AgreementRequest,
    decision: Decision,
    workspace: Workspace,
    envelope: Mapping[str, Any] | None = None,
) -> DecisionWithLedgerEntry:
    """Writes the entry, then the mark; ``envelope``: of a person known by their key. Whoever dies in between
    leaves the gate closed, and decides again.

    Raises DecisionRefused for who may not decide, for another declaration than that of today, for no reason
    or no signature; PersonalTextRefused, StoreError, DatasetBusy, ConnectionMissing, SigningKeyUnreadable.
    """
    store = workspace.store
    _refuse_invalid_decision(dataset, city, decision, workspace, envelope)
    at = datetime.fromisoformat(decision.at).astimezone(UTC)
    entry = {
        "kind": MARK,
        "dataset": dataset.id,
        "run": run,
        "decision": decision.to_json(),
        "shown": {**request.shown_digests, "request": store_agreement_request(store, request)},
        "changes": list(request.changes),
        "facts": collect_dataset_facts_under_agreement(dataset, city),
        "envelope": envelope,
        "at": decision.at,
        "version": __version__,
        "lecture": _build_decision_label_value_entries(dataset, decision, request),
    }
    with store.lock(f"agreements/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
        write_empty_decision_mark(store, dataset.id, MARK)
        key, link = append_act_entry(dataset.id, f"{run}{AGREEMENT_SUFFIX}", at, entry, city, workspace)
        recorded = DecisionWithLedgerEntry(decision, key.rsplit("/", 1)[-1], link.sha256)
        write_decision_mark(store, recorded, MARK)
    return recorded


def _refuse_invalid_decision(
    dataset: Dataset,
    city: City,
    decision: Decision,
    workspace: Workspace,
    envelope: Mapping[str, Any] | None,
) -> None:
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    where = _("jeu {id}").format(id=dataset.id)
    if not decision.reason.strip():
        raise build_decision_refused_error(
            _("Aucun motif n'est donné."), where=where, remedy=_("dire pourquoi, sans citer de donnée")
        )
    refuse_personal_texts({_("Le motif"): decision.reason}, where, workspace.include)
    if decision.identified != "seed":
        person = require_city_person_with_role(city, decision.by, city.agreement_role)
        keys = (person.key,) if person.key else ()
        signed = verify_dsse_envelope(envelope, decision.about, keys) == "valid" and (
            read_statement_predicate(envelope) == decision.to_json()
        )
        if decision.identified == "key" and not signed:
            raise build_decision_refused_error(
                _("Cette décision n'est pas signée de la clé de {name}.").format(name=person.name),
                where=where,
                remedy=_("la signer : aqueduc agree {dataset} --by {by}").format(
                    dataset=dataset.id, by=decision.by
                ),
            )
    if decision.about != hash_declaration_parts_needing_agreement(dataset, city, workspace.include):
        raise build_decision_refused_error(
            _(
                "La déclaration n'est plus celle sur laquelle porte cette décision : elle a changé sur le fond "
                "depuis que ces pages ont été montrées."
            ),
            where=where,
            remedy=_(
                "relire ce qui est demandé aujourd'hui (aqueduc agree {dataset} --show), et décider"
            ).format(dataset=dataset.id),
        )


def _build_decision_label_value_entries(
    dataset: Dataset, decision: Decision, request: AgreementRequest
) -> list[dict[str, str]]:
    """As a data protection officer reads it, in French."""
    rows = [
        ("Jeu de données", f"{dataset.title} ({dataset.id})"),
        ("Publication", "accordée" if decision.agreed else "refusée"),
        ("Par", f"{decision.person_name} ({decision.by}), {KNOWN_BY[decision.identified]}"),
        ("Motif", decision.reason),
        ("Fond de la déclaration (SHA-256)", decision.about),
        ("Exécution dont le risque a été lu", request.run),
        *(("Changé depuis la décision d'avant", change) for change in request.changes),
        *((f"Montré : {name} (SHA-256)", digest) for name, digest in request.shown_digests.items()),
    ]
    return [{"libelle": label, "valeur": value} for label, value in rows]
