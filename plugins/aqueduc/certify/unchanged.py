"""An entry of the ledger for a run that found nothing new. It asks for little, since most runs are such."""

from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.certify.signature import load_city_signer
from aqueduc.declaration.spec import City, Dataset
from aqueduc.overview import build_overview_fields_of_declaration, update_overview_row
from aqueduc.run import Run, Workspace
from aqueduc.sources.report import ExtractReport
from aqueduc.week_journal import record_week_event

_UNCHANGED = (
    "ni la source ni ce qui a été regardé sur ses plateformes n'ont changé depuis : rien n'a été publié"
)
_UNCHANGED_BY = {
    "mark": (
        "la source, ou l'empreinte de son fichier, est celle de la dernière lecture certifiée ; ses lignes n'ont "
        "pas été relues"
    ),
    "watermark": (
        "les lignes que la date de modification donne pour récentes ont été relues : ce sont celles de la dernière lecture "
        "certifiée ; les autres n'ont pas été relues"
    ),
    "rows": "toutes les lignes de la source ont été relues : ce sont celles de la dernière lecture certifiée",
}


def record_unchanged_run(
    dataset: Dataset, city: City, run: Run, report: ExtractReport, workspace: Workspace
) -> str:
    """Writes an entry of the ledger: the source was looked at and had not changed, as the ``report`` says. Returns its
    key.

    Raises StoreError, DatasetBusy, ConnectionMissing, SigningKeyUnreadable.
    """
    current = workspace.store.read_current_revision_pointer(dataset.id) or {}
    shown = _UNCHANGED_BY.get(report.unchanged_by)
    now = workspace.clock()
    entry = {
        "kind": "unchanged",
        "dataset": dataset.id,
        "run": run.id,
        "window": run.window.to_json() if run.window else None,
        "fingerprint": dataset.fingerprint,
        "revision": current.get("revision"),
        "certificate": current.get("certificate"),
        "rows": report.rows,
        "at": now.isoformat(timespec="seconds"),
        "version": dataset.software_version_and_code_digest,
        "lecture": [
            {"libelle": "Jeu de données", "valeur": f"{dataset.title} ({dataset.id})"},
            {"libelle": "Constat", "valeur": _UNCHANGED},
            *([{"libelle": "Ce qui le montre", "valeur": shown}] if shown else []),
        ],
    }
    at = now.isoformat(timespec="seconds")
    update_overview_row(
        workspace.store,
        dataset.id,
        **build_overview_fields_of_declaration(dataset),
        state="published",
        run=run.id,
        at=at,
        looked_at=at,
    )
    # An entry of its own: a run that is cleared and finds nothing new keeps the certificate it had.
    signer = load_city_signer(city, workspace.connections)
    record_week_event(workspace.store, "unchanged", dataset.id, now)
    return append_ledger_entry(workspace.store, dataset.id, f"{run.id}__looked", now, entry, signer)[0]
