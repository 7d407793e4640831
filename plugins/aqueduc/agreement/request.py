"""What somebody who is asked to agree has before their eyes: what changed since the last decision, the risk
that a run measured, the fiche, and the text that is signed. In French; no cell is in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.agreement.identity import build_decision_refused_error
from aqueduc.certify.officer import build_dpo_report, list_risk_shares, read_dpo_opinion_context_for_today
from aqueduc.decisions import DecisionWithLedgerEntry
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import LedgerTampering, PublicationGateClosed
from aqueduc.findings import format_french_count
from aqueduc.language import _, use_language
from aqueduc.publish.proof.agreement import AgreementState, read_agreement_state
from aqueduc.publish.revision.partitions import merge_prepared_file_into_partitions
from aqueduc.record import RowPreparationCounts, build_fiche
from aqueduc.record.blocks import (
    Block,
    BulletList,
    Paragraph,
    TableBlock,
    build_section_with_nobreak_spaces,
    format_percent,
)
from aqueduc.record.coverage import measure_stored_parts_coverage
from aqueduc.record.explanation import PublicationExplanation, build_publication_explanation
from aqueduc.record.fields import build_record_fields
from aqueduc.record.material import describe_agreement_scope
from aqueduc.record.prose import render_explanation_markdown
from aqueduc.run import Run, Workspace
from aqueduc.sources.report import ExtractReport
from aqueduc.steward import find_latest_reported_run_id
from aqueduc.store import (
    ParquetFileHandle,
    Store,
    Window,
    build_object_key,
    compute_bytes_sha256,
    decode_json_or_none,
    encode_canonical_json,
)
from aqueduc.validate import ValidateReport

_SET_ON_PUBLICATION = frozenset(
    {"dataset_creation_date", "dataset_publication_date", "dataset_modification_date", "ledger_head"}
)
"""Of the record, what nobody knows before."""


@dataclass(frozen=True)
class AgreementRequest:
    """What is shown. ``about``: SHA-256 of the material part of the declaration; ``run``: the one whose
    ``risk`` (the officer's report) it is; ``text``: all of it, in Markdown; ``changes``: since the last
    decision, () where there was none."""

    dataset: str
    about: str
    run: str
    explanation: Mapping[str, Any]
    risk: Mapping[str, Any]
    fiche: Mapping[str, Any]
    changes: tuple[str, ...]
    text: str

    @property
    def question_line(self) -> str:
        """What is asked, on a line."""
        return f"Accorder la publication de « {self.fiche['title']} » ({self.dataset}) ?"

    @property
    def shown_digests(self) -> dict[str, str]:
        """SHA-256 of each thing shown, by its name."""
        shown = {"explanation": self.explanation, "risk": self.risk, "fiche": self.fiche}
        return {
            **{name: compute_bytes_sha256(encode_canonical_json(one)) for name, one in shown.items()},
            "text": compute_bytes_sha256(self.text.encode()),
        }


@use_language("fr")
def build_agreement_request(
    dataset: Dataset, city: City, workspace: Workspace, run: str | None = None
) -> AgreementRequest:
    """From the reports of ``run``, or else of the last run that went as far as validation.

    Raises DecisionRefused where no run measured the risk under the declaration of today, StoreError.
    """
    store = workspace.store
    state = read_agreement_state(dataset, city, store, workspace.include)
    edition = read_dpo_opinion_context_for_today(dataset, city, workspace)
    names = (
        [run]
        if run
        else [
            find_latest_reported_run_id(store, dataset.id),
            (store.read_current_certificate(dataset.id) or {}).get("run"),
        ]
    )
    reports = (
        build_dpo_report(dataset, city, Run(dataset.id, name), store, edition)
        for name in dict.fromkeys(filter(None, names))
    )
    risk = next(
        (one for one in reports if one and one["passed"] and one["fingerprint"] == dataset.fingerprint), None
    )
    if risk is None:
        raise build_decision_refused_error(
            _(
                "Aucune exécution n'a mesuré le risque de cette déclaration : il n'y a rien à lire avant de décider."
            ),
            where=_("jeu {id}").format(id=dataset.id),
            remedy=_(
                "faire d'abord un essai à blanc : aqueduc run {dataset} --dry-run (dans Airflow : « dry_run ») ; si une "
                "garde l'arrête et qu'elle est à lever, ajouter « --waive », à l'essai comme ensuite à l'exécution"
            ).format(dataset=dataset.id),
        )
    text = build_publication_explanation(dataset, city, edition)
    fiche = _build_fiche_fields(dataset, city, risk, workspace)
    return AgreementRequest(
        dataset=dataset.id,
        about=state.about,
        run=risk["run"],
        explanation=asdict(text),
        risk=risk,
        fiche=fiche,
        changes=state.changes,
        text=_render_request_markdown(dataset, state, text, risk, fiche),
    )


def _build_fiche_fields(
    dataset: Dataset, city: City, risk: Mapping[str, Any], workspace: Workspace
) -> dict[str, Any]:
    """The record in the words that catalogues share; without its dates, which are those of publications."""
    rows = risk["rows"]
    told = rows["suppressed"] - rows["objected"]
    counts = RowPreparationCounts(rows["rejected"], told, whole=risk["window"] is None)
    zone = ZoneInfo(city.timezone)
    parts = _list_parts_to_publish(dataset, risk["run"], workspace.store)
    coverage = measure_stored_parts_coverage(dataset, parts, workspace.store, zone)
    today = workspace.clock().astimezone(zone).date()
    fiche = build_fiche(dataset, city, counts, issued=today, modified=today, coverage=coverage)
    return {
        name: value
        for name, value in build_record_fields(fiche).items()
        if value not in ("", ()) and name not in _SET_ON_PUBLICATION
    }


def _list_parts_to_publish(dataset: Dataset, run: str, store: Store) -> tuple[ParquetFileHandle, ...]:
    """What a publication of what ``run`` validated would be made of; what is online, where that was published
    since, or is older."""
    report = ValidateReport.read(store, dataset.id, run)
    if report is None or report.output_sha256 is None:
        return tuple(store.read_validated_partitions(dataset.id))
    extract = ExtractReport.read(store, dataset.id, run)
    digest = report.output_sha256
    window = Window.from_json(extract.window_interval) if extract and extract.window_interval else None
    handle = ParquetFileHandle(
        dataset.id, run, "valid", build_object_key(digest), digest, report.rows_out, window
    )
    try:
        return merge_prepared_file_into_partitions(dataset, handle, store).partitions
    except PublicationGateClosed:
        return tuple(store.read_validated_partitions(dataset.id))


def store_agreement_request(store: Store, request: AgreementRequest) -> str:
    """Keeps what is shown, for whoever asks one day what was; returns its SHA-256. Raises StoreError."""
    data = encode_canonical_json(asdict(request))
    digest = compute_bytes_sha256(data)
    key = build_request_key(request.dataset, digest)
    if not store.exists(key):
        store.write(key, data)
    return digest


def read_agreement_request(store: Store, dataset: str, digest: str) -> AgreementRequest:
    """Raises LedgerTampering where what was shown is not what was kept; StoreError."""
    key = build_request_key(dataset, digest)
    data = store.read(key) or b""
    if compute_bytes_sha256(data) != digest:
        raise LedgerTampering(key, store.url)
    raw = decode_json_or_none(data)
    return AgreementRequest(**{**raw, "changes": tuple(raw["changes"])})


def build_request_key(dataset: str, digest: str) -> str:
    return f"datasets/{dataset}/requests/{digest}.json"


# --- in Markdown --------------------------------------------------------------------------------------------


def _render_request_markdown(
    dataset: Dataset,
    state: AgreementState,
    text: PublicationExplanation,
    risk: Mapping[str, Any],
    fiche: Mapping[str, Any],
) -> str:
    first = (
        build_section_with_nobreak_spaces("Ce qui est demandé", _build_request_blocks(dataset, state)),
        build_section_with_nobreak_spaces("Le risque mesuré", _build_risk_blocks(risk)),
        build_section_with_nobreak_spaces("La fiche", (Paragraph(_FICHE_SHOWN), _build_fiche_table(fiche))),
    )
    return render_explanation_markdown(text, first)


_FICHE_SHOWN = (
    "Telle qu'elle sera publiée, dans les mots communs aux catalogues. S'y ajoutent, le jour de la publication, ses "
    "dates de création, de publication et de mise à jour, et l'entrée du registre qu'elle cite."
)


def _build_request_blocks(dataset: Dataset, state: AgreementState) -> Iterator[Block]:
    yield Paragraph(
        f"D'accorder, ou de refuser, la publication du jeu « {dataset.title} » ({dataset.id}), telle que "
        f"l'exposent ces pages. La décision vaut pour le fond de la déclaration d'empreinte {state.about} : "
        f"{describe_agreement_scope(dataset)} ; ce qui y changerait serait demandé de nouveau, et n'est pas publié "
        "d'ici là."
    )
    if state.recorded is None:
        yield Paragraph("C'est la première décision sur ce jeu.")
        return
    yield Paragraph(f"Dernière décision : {describe_decision(state.recorded)}. Ce qui a changé depuis :")
    yield BulletList(state.changes or ("rien de ce qui est comparé",))


def describe_decision(recorded: DecisionWithLedgerEntry) -> str:
    """Who agreed or refused, when, and where it is written, in French."""
    decision = recorded.decision
    said = "accord" if decision.agreed else "refus"
    return f"{said} de {decision.person_name}, le {decision.at} ({decision.reason} ; registre : {recorded.entry})"


def _build_risk_blocks(risk: Mapping[str, Any]) -> Iterator[Block]:
    rows = risk["rows"]
    yield Paragraph(
        f"Mesuré par l'exécution {risk['run']} : "
        f"{format_french_count(rows['extracted'], 'ligne lue', 'lignes lues')}, "
        f"{format_french_count(rows['published'], 'validée', 'validées')}, "
        f"{format_french_count(rows['suppressed'], 'retirée', 'retirées')} pour protéger des personnes, "
        f"{format_french_count(rows['rejected'], 'rejetée', 'rejetées')}. Le rapport entier, avec le sort de "
        f"chaque colonne, se lit par : aqueduc report {risk['dataset']} --for officer."
    )
    shares = [
        (name, *("–" if one is None else format_percent(round(one, 6)) for one in (before, after)))
        for name, before, after in list_risk_shares(risk)
    ]
    yield TableBlock(("Ce qui est mesuré", "Avant", "Après"), tuple(shares))
    told = [f"{one['message']}" for one in risk["findings"]]
    if told:
        yield Paragraph("Ce que les étapes ont signalé :")
        yield BulletList(tuple(told))


def _build_fiche_table(fiche: Mapping[str, Any]) -> TableBlock:
    rows = (
        (name, ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value))
        for name, value in fiche.items()
    )
    return TableBlock(("Champ", "Valeur"), tuple(rows))
