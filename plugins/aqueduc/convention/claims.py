"""Claims and incidents (convention, article 11): noted with their instants, told to the Region, and closed.

::

    datasets/_convention/ledger/…    each claim, what was told of it and its end: entries of the city's ledger
    claims/<id>.txt                  what the Region is told of it, in French
    holds.json                       derived: the datasets of which nothing expires, and by which claims

What stands in the ledger is what happened; all the rest is made of it, again at each look if it is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aqueduc import __version__
from aqueduc.certify.witness.making import append_act_entry
from aqueduc.convention.entries import (
    Reading,
    describe_authority_notification,
    describe_claim,
    describe_claim_closure,
    describe_sighting,
)
from aqueduc.decisions import (
    ClaimHoldsAndSuspensions,
    read_claim_retention_holds_and_suspensions,
    write_claim_holds_and_suspensions,
)
from aqueduc.declaration.loader import list_dataset_paths, load_city, load_dataset
from aqueduc.declaration.spec import City
from aqueduc.errors import ClaimOrIncidentRefusal, DeclarationError
from aqueduc.language import Sentence, _, use_language
from aqueduc.run import Workspace
from aqueduc.sightings import list_incident_sightings
from aqueduc.store import CITY_LEDGER, JsonRecord, Store, decode_json_or_none

ClaimKind = Literal["claim", "incident"]
ClaimOrigin = Literal["region", "citizen", "service", "aqueduc"]
Authority = Literal["region", "cnil"]

NOTIFICATION = timedelta(hours=72)
"""From when a breach of personal data is known to when the CNIL must have been told (GDPR, article 33)."""
SHORTEST = 8
"""Characters of a digest that name a revision."""
_SAY_WHAT = _("dire en une phrase ce qui s'est passé")
_OPENED, _TOLD, _CLOSED = "claim", "claim-told", "claim-closed"


@dataclass(frozen=True)
class ClaimDraft:
    """What is said of a claim, or of an incident, when it is noted. ``known_at``: when the city learnt of it.
    ``first_day``, ``last_day``: the days it is about, as people count them. ``personal``: personal data could be
    read by whom they were not for. ``hold``: nothing of ``datasets`` expires until it is closed; ``suspend``:
    they are hidden, and not published, until then. ``origin``: from whom the city learnt of it, empty where
    nobody said."""

    kind: ClaimKind
    what: str
    by: str
    known_at: datetime
    datasets: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    personal: bool = False
    hold: bool = False
    suspend: bool = False
    origin: ClaimOrigin | Literal[""] = ""


@dataclass(frozen=True)
class Claim(JsonRecord):
    """A claim or an incident as the ledger has it; instants in ISO 8601, UTC, days in ISO 8601. ``told``: when
    each authority was told. ``closed_at`` is empty while it is open, ``origin`` where nobody said
    it."""

    id: str
    kind: ClaimKind
    what: str
    by: str
    known_at: str
    recorded_at: str
    datasets: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    first_day: str | None = None
    last_day: str | None = None
    personal: bool = False
    hold: bool = False
    suspend: bool = False
    origin: ClaimOrigin | Literal[""] = ""
    told: Mapping[str, str] = field(default_factory=dict)
    closed_at: str = ""
    closed_by: str = ""
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        return not self.closed_at

    @property
    def notification_deadline(self) -> datetime | None:
        """Until when the CNIL must be told, in UTC; None where no personal data are concerned."""
        return datetime.fromisoformat(self.known_at) + NOTIFICATION if self.personal else None

    def to_json(self) -> dict[str, Any]:
        deadline = self.notification_deadline
        return {**asdict(self), "authority_deadline": deadline.isoformat() if deadline else None}


# --- reading ------------------------------------------------------------------------------------------------


def list_claims(store: Store) -> list[Claim]:
    """All of them, in the order of their numbers. Raises StoreError."""
    found: dict[str, Claim] = {}
    for entry in _read_city_ledger_entries(store):
        match entry.get("kind"):
            case "claim":
                found[entry["claim"]["id"]] = Claim.from_json(entry["claim"])
            case "claim-told":
                claim = found[entry["claim"]]
                found[claim.id] = replace(claim, told={**claim.told, entry["whom"]: entry["told_at"]})
            case "claim-closed":
                ended = {"closed_at": entry["at"], "closed_by": entry["by"], "outcome": entry["outcome"]}
                found[entry["claim"]] = replace(found[entry["claim"]], **ended)
    return sorted(found.values(), key=lambda one: one.id)


def find_claim(store: Store, identifier: str) -> Claim:
    """Raises ClaimOrIncidentRefusal for one that nobody noted; StoreError."""
    claims = list_claims(store)
    found = next((one for one in claims if one.id == identifier), None)
    if found is None:
        raise _build_claim_refusal_error(
            _("Aucune réclamation ni incident ne porte le numéro « {id} ».").format(id=identifier),
            _("en choisir un parmi : {names}").format(names=", ".join(one.id for one in claims) or "—"),
        )
    return found


def _read_city_ledger_entries(store: Store) -> Iterator[dict[str, Any]]:
    keys = [*store.list_ledger_entry_keys(CITY_LEDGER), *store.list_pending_entry_keys(CITY_LEDGER)]
    for data in store.read_many(keys):
        entry = decode_json_or_none(data or b"")
        if isinstance(entry, dict):
            # What waits for a seal holds and suspends like the rest.
            yield entry.get("entry", entry)


# --- noting -------------------------------------------------------------------------------------------------


@use_language("fr")
def record_claim(draft: ClaimDraft, city: City, workspace: Workspace) -> Claim:
    """Notes a claim or an incident; its hold holds from before it is noted.

    Raises ClaimOrIncidentRefusal (an instant to come, an unknown dataset or revision), PersonalTextRefused;
    StoreError, DatasetBusy, ConnectionMissing.
    """
    store, now = workspace.store, workspace.clock().astimezone(UTC)
    with store.lock("claims", where=_("réclamations")):
        return _open_claim(
            draft,
            _check_draft_and_resolve_revisions(draft, now, workspace),
            list_claims(store),
            city,
            workspace,
        )


@use_language("fr")
def record_sighted_incidents(city: City, workspace: Workspace) -> None:
    """Notes as incidents what Aqueduc saw itself: each once, until that one is closed. To be called with the
    lock of claims. Raises as ``record_claim``."""
    store = workspace.store
    for seen in list_incident_sightings(store):
        what = describe_sighting(seen)
        draft = ClaimDraft(
            "incident",
            what,
            "Aqueduc",
            datetime.fromisoformat(seen.at),
            (seen.dataset,),
            personal=_may_publish_personal_data(seen.dataset, workspace),
            origin="aqueduc",
        )
        claims = list_claims(store)
        if not any(one.is_open and (one.origin, one.what) == (draft.origin, what) for one in claims):
            _open_claim(draft, (), claims, city, workspace)
        store.delete(seen.key)


def _may_publish_personal_data(dataset: str, workspace: Workspace) -> bool:
    """Whether what it publishes is about somebody, as it is declared; so it is held to be where nobody can
    tell any more."""
    path = workspace.include / "datasets" / f"{dataset}.yaml"
    try:
        declared = load_dataset(path, load_city(workspace.include)) if path.is_file() else None
    except DeclarationError:
        declared = None
    if declared is None:
        return True
    return bool(declared.processing.persons) or any(one.basis for one in declared.published_columns)


def _open_claim(
    draft: ClaimDraft, revisions: tuple[str, ...], claims: list[Claim], city: City, workspace: Workspace
) -> Claim:
    now = workspace.clock().astimezone(UTC)
    claim = _build_numbered_claim(draft, revisions, claims, now, city)
    update_claim_holds(workspace.store, [*claims, claim])
    _append_claim_entry(
        claim.id,
        "",
        {"kind": _OPENED, "claim": _build_opening_entry(claim)},
        now,
        describe_claim(claim),
        city,
        workspace,
    )
    return claim


def _build_opening_entry(claim: Claim) -> dict[str, Any]:
    """The claim as its own entry has it: what came after is in entries of their own."""
    later = ("told", "closed_at", "closed_by", "outcome")
    return {name: value for name, value in asdict(claim).items() if name not in later}


def _build_numbered_claim(
    draft: ClaimDraft, revisions: tuple[str, ...], claims: Sequence[Claim], now: datetime, city: City
) -> Claim:
    year = now.astimezone(ZoneInfo(city.timezone)).year
    rank = 1 + sum(one.id.startswith(f"{year}-") for one in claims)
    return Claim(
        id=f"{year}-{rank:03}",
        kind=draft.kind,
        what=" ".join(draft.what.split()),
        by=draft.by.strip(),
        known_at=draft.known_at.astimezone(UTC).isoformat(timespec="seconds"),
        recorded_at=now.isoformat(timespec="seconds"),
        datasets=draft.datasets,
        revisions=revisions,
        first_day=draft.first_day.isoformat() if draft.first_day else None,
        last_day=draft.last_day.isoformat() if draft.last_day else None,
        personal=draft.personal,
        hold=draft.hold,
        suspend=draft.suspend,
        origin=draft.origin,
    )


def _append_claim_entry(
    identifier: str,
    step: str,
    entry: Mapping[str, Any],
    at: datetime,
    reading: Reading,
    city: City,
    workspace: Workspace,
) -> None:
    said = {**entry, "at": at.isoformat(timespec="seconds"), "version": __version__, "lecture": reading}
    append_act_entry(CITY_LEDGER, f"claim__{identifier}{step}", at, said, city, workspace)


# --- what comes after ---------------------------------------------------------------------------------------


def record_authority_notification(
    identifier: str, whom: Authority, told_at: datetime, by: str, city: City, workspace: Workspace
) -> Claim:
    """Notes when the Region, or the CNIL, was told. Raises as ``record_claim``."""
    store, now = workspace.store, workspace.clock().astimezone(UTC)
    with store.lock("claims", where=_("réclamations")):
        claim = find_claim(store, identifier)
        _require_non_empty_text(by, _("Il manque qui l'a avertie."), _('donner --by "Prénom Nom"'))
        _refuse_future_instant(told_at, now)
        at = told_at.astimezone(UTC).isoformat(timespec="seconds")
        entry = {"kind": _TOLD, "claim": claim.id, "whom": whom, "told_at": at, "by": by.strip()}
        _append_claim_entry(
            claim.id,
            f"__{whom}",
            entry,
            now,
            describe_authority_notification(whom, at, by.strip()),
            city,
            workspace,
        )
    return find_claim(store, identifier)


def close_claim(identifier: str, by: str, outcome: str, city: City, workspace: Workspace) -> Claim:
    """Ends a claim; what it held may expire again, unless another one holds it. Raises as ``record_claim``,
    and ClaimOrIncidentRefusal for one that is closed."""
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    store, now = workspace.store, workspace.clock().astimezone(UTC)
    with store.lock("claims", where=_("réclamations")):
        claim = find_claim(store, identifier)
        if not claim.is_open:
            raise _build_claim_refusal_error(
                _("« {id} » est déjà clos.").format(id=identifier),
                _("rien à faire ; en noter un autre au besoin"),
            )
        _require_non_empty_text(by, _("Il manque qui le clôt."), _('donner --by "Prénom Nom"'))
        _require_non_empty_text(outcome, _("Il manque l'issue (--outcome)."), _SAY_WHAT)
        refuse_personal_texts({_("L'issue"): outcome}, _("réclamations et incidents"), workspace.include)
        entry = {"kind": _CLOSED, "claim": claim.id, "by": by.strip(), "outcome": " ".join(outcome.split())}
        _append_claim_entry(
            claim.id,
            "__closed",
            entry,
            now,
            describe_claim_closure(by.strip(), entry["outcome"]),
            city,
            workspace,
        )
        update_claim_holds(store, list_claims(store))
    return find_claim(store, identifier)


def update_claim_holds(store: Store, claims: Sequence[Claim]) -> None:
    """Makes ``holds.json`` what the open ``claims`` say. Raises StoreError."""
    open_ones = [one for one in claims if one.is_open]
    holds = ClaimHoldsAndSuspensions(
        held=_group_claims_by_dataset(one for one in open_ones if one.hold),
        suspended=_group_claims_by_dataset(one for one in open_ones if one.suspend),
    )
    if read_claim_retention_holds_and_suspensions(store) != holds:
        write_claim_holds_and_suspensions(store, holds)


def _group_claims_by_dataset(claims: Iterable[Claim]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim in claims:
        for name in claim.datasets:
            found.setdefault(name, []).append(claim.id)
    return found


# --- what is refused ----------------------------------------------------------------------------------------


def _check_draft_and_resolve_revisions(
    draft: ClaimDraft, now: datetime, workspace: Workspace
) -> tuple[str, ...]:
    """The whole digests of the revisions that ``draft`` names."""
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    _require_non_empty_text(draft.by, _("Il manque qui le note."), _('donner --by "Prénom Nom"'))
    _require_non_empty_text(draft.what, _("Il manque la description (--what)."), _SAY_WHAT)
    refuse_personal_texts(
        {_("La description"): draft.what}, _("réclamations et incidents"), workspace.include
    )
    _refuse_future_instant(draft.known_at, now)
    if draft.first_day and draft.last_day and draft.last_day < draft.first_day:
        raise _build_claim_refusal_error(
            _("Le dernier jour précède le premier."), _("corriger --from ou --to")
        )
    known = {path.stem for path in list_dataset_paths(workspace.include)} | {*workspace.store.list_datasets()}
    unknown = [name for name in draft.datasets if name not in known]
    if unknown:
        raise _build_claim_refusal_error(
            _("Aucun jeu « {name} » n'est déclaré ni publié.").format(name=unknown[0]),
            _("en choisir parmi : {names}").format(names=", ".join(sorted(known)) or "—"),
        )
    if (draft.hold or draft.suspend) and not draft.datasets:
        raise _build_claim_refusal_error(
            _("Conserver ou suspendre demande de quels jeux il s'agit."), _("les nommer avec --dataset")
        )
    return tuple(
        _resolve_revision_digest_prefix(one, draft.datasets, workspace.store) for one in draft.revisions
    )


def _resolve_revision_digest_prefix(written: str, datasets: Sequence[str], store: Store) -> str:
    revisions = {
        str(entry["revision"])
        for name in datasets
        for key in store.list_ledger_entry_keys(name)
        if (entry := decode_json_or_none(store.read(key) or b"") or {}).get("kind") == "certificate"
    }
    found = [one for one in revisions if len(written) >= SHORTEST and one.startswith(written.lower())]
    if len(found) != 1:
        raise _build_claim_refusal_error(
            _("Aucune révision certifiée de ces jeux, ou plusieurs, ne commence par « {revision} ».").format(
                revision=written
            ),
            _("« aqueduc history » donne celles d'un jeu ; en donner au moins {shortest} caractères").format(
                shortest=SHORTEST
            ),
        )
    return found[0]


def _refuse_future_instant(moment: datetime, now: datetime) -> None:
    if moment > now:
        raise _build_claim_refusal_error(
            _("Cet instant n'est pas encore passé."),
            _("donner la date et l'heure de la Ville (2026-03-01T14:05), ou rien pour maintenant"),
        )


def _require_non_empty_text(text: str, what: Sentence, remedy: Sentence) -> None:
    if not text.strip():
        raise _build_claim_refusal_error(what, remedy)


def _build_claim_refusal_error(what: Sentence, remedy: Sentence) -> ClaimOrIncidentRefusal:
    return ClaimOrIncidentRefusal(
        _("{what} Rien n'a été noté.").format(what=what), where=_("réclamations et incidents"), remedy=remedy
    )
