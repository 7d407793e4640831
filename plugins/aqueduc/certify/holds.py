"""What people decided that holds a dataset today, or objected to, for the texts that are signed (French)."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.anonymise.objections import has_pending_objection, list_objection_ids_to_enforce
from aqueduc.certify.ledger import list_certificate_platforms
from aqueduc.decisions import (
    WithdrawalMark,
    read_claim_retention_holds_and_suspensions,
    read_pending_backup_restore_mark,
    read_withdrawal_mark,
)
from aqueduc.declaration.signatures import list_current_and_former_identifiers
from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.term import list_platforms_blocked_by_convention
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.findings import format_french_count
from aqueduc.publish.findings import DeletedResources, RecordDeleted, RecordHidden, VanishedRecord
from aqueduc.publish.planning.drift import was_published_with_visibility
from aqueduc.publish.recorder import (
    list_former_platforms,
    list_platforms_with_stored_state,
    read_platform_state,
)
from aqueduc.record.blocks import format_day, format_enumeration, format_quoted_names
from aqueduc.sightings import (
    OngoingPlatformDifference,
    list_incident_sightings,
    list_ongoing_platform_differences,
)
from aqueduc.store import CITY_LEDGER, Store, decode_json_or_none


def describe_holds_in_force(dataset: Dataset, city: City, store: Store, day: date) -> tuple[str, ...]:
    """A withdrawal, a former revision online again, a suspension, platforms it was taken off, what visitors could
    see and should not have, objections, on ``day``, that of the text. Raises StoreError."""
    zone, names = ZoneInfo(city.timezone), list_current_and_former_identifiers(dataset)
    stored = _get_dataset_under_former_id_until_run(dataset, store)
    return (
        *_describe_decisions_blocking_publication(stored, names, zone, store),
        *_describe_platforms_withdrawn_from(stored, names, city, store, day),
        *_describe_hidden_records(stored, store),
        *_describe_records_removed_by_people(stored.id, names, zone, store),
        *_describe_records_on_former_platforms(stored, store),
        *_describe_public_exposures(names, zone, store),
        *_describe_objections(stored, store),
    )


def _get_dataset_under_former_id_until_run(dataset: Dataset, store: Store) -> Dataset:
    """Under its former name, until its first run under the new one has carried what the store has of it
    (``Store.adopt_records_of_former_name``)."""
    former = dataset.moved_from
    if (
        not former
        or store.read_former_name(dataset.id)
        or store.read_ledger_head_bytes(dataset.id) is not None
    ):
        return dataset
    return dataset.model_copy(update={"id": former})


def list_platforms_withdrawn_from(dataset: str, store: Store) -> list[str]:
    """The names of those that the dataset was taken off, and to which no publication has brought it back. Raises
    StoreError."""
    return [
        name
        for name in list_platforms_with_stored_state(store, dataset)
        if read_platform_state(store, dataset, name).withdrawn
    ]


def list_platforms_hiding_record(dataset: Dataset, store: Store) -> list[str]:
    """The names of those where the record was left hidden from visitors, by a publication or by the look of a run.
    Raises StoreError."""
    names = dataset.publication.platforms
    return [
        one
        for one in names
        if was_published_with_visibility(read_platform_state(store, dataset.id, one), hidden=True)
    ]


def _describe_decisions_blocking_publication(
    dataset: Dataset, names: Collection[str], zone: ZoneInfo, store: Store
) -> Iterator[str]:
    if backup := read_pending_backup_restore_mark(store):
        yield (
            f"dépôt remis de la sauvegarde du {format_day(date.fromisoformat(backup['backed_up'][:10]))} : aucune "
            "exécution ne publie tant que personne n'a dit de continuer"
        )
    certificate = store.read_current_certificate(dataset.id) or {}
    if mark := read_withdrawal_mark(store, dataset.id):
        restricted = certificate.get("access", dataset.access.level) != AccessLevel.OPEN
        linked = certificate.get("linked", dataset.publication.is_link_to_source)
        held, day = (_format_local_day(instant, zone) for instant in (mark.held_at, mark.effective_at))
        yield (
            f"retrait décidé, à compter du {day} (au nom de : {mark.by}) : aucune exécution ne publie ce jeu à partir du "
            f"{held}, tant que ce retrait demeure ; que les plateformes n'en servent plus rien : "
            f"{_describe_withdrawal_proof(mark, zone, restricted=restricted)}{_LINK_STAYS if linked else ''}"
        )
    if restored := store.read_restoration_mark(dataset.id):
        day = _format_local_day(restored["at"], zone)
        yield (
            f"remise en ligne de la révision {restored['revision'][:12]}… décidée le {day} (au nom de : "
            f"{restored['by']}) : aucune exécution ne publie ce que donne la source tant que personne n'y met fin"
        )
    elif restored := certificate.get("restored"):
        yield (
            f"remise en ligne de la révision {restored['revision'][:12]}… levée, sans publication depuis : cette révision, "
            "là où elle est en ligne, y reste jusqu'à la prochaine"
        )
    if claims := _list_suspending_claims(names, store):
        yield (
            f"jeu suspendu ({format_enumeration(claims)}, au registre des réclamations et incidents) : aucune exécution "
            "ne le publie tant que cela n'est pas clos ; cacher sa fiche est demandé à l'inscription et, si la plateforme "
            "n'y répond pas, aux passages horaires d'Airflow"
        )


def _list_suspending_claims(names: Collection[str], store: Store) -> list[str]:
    suspended = read_claim_retention_holds_and_suspensions(store).suspended
    return list(dict.fromkeys(claim for name in names for claim in suspended.get(name, ())))


def _describe_platforms_withdrawn_from(
    dataset: Dataset, names: Collection[str], city: City, store: Store, day: date
) -> Iterator[str]:
    """Once nothing holds the dataset any more; apart, the platforms to which no publication brings it back today."""
    if read_withdrawal_mark(store, dataset.id) or _list_suspending_claims(names, store):
        return
    taken_off = list_platforms_withdrawn_from(dataset.id, store)
    undeclared = [name for name in taken_off if name not in dataset.publication.platforms]
    out_of_term = [
        name for name in taken_off if name in list_platforms_blocked_by_convention(dataset, city, day)
    ]
    others = [name for name in taken_off if name not in (*undeclared, *out_of_term)]
    for group, then in (
        (others, "il n'y revient qu'à la prochaine publication"),
        (out_of_term, "il n'y revient pas tant qu'aucune convention en vigueur ne le permet"),
        (undeclared, "sa déclaration ne l'y publie plus"),
    ):
        if group:
            yield (
                f"jeu ôté ou caché de {format_quoted_names(group)} (retrait, suspension ou convention échue) et pas "
                f"republié depuis : {then}"
            )


def _describe_hidden_records(dataset: Dataset, store: Store) -> Iterator[str]:
    """Where what is declared is not, or no longer, what was published: open to all, or not."""
    names = list_platforms_hiding_record(dataset, store)
    if not names:
        return
    where = f"aux visiteurs de {format_quoted_names(names)}"
    if dataset.access.is_open:
        yield (
            f"fiche cachée {where} (l'accès déclaré n'était pas ouvert à tous) : elle ne s'y ouvre qu'à la prochaine "
            "publication"
        )
    elif (store.read_current_certificate(dataset.id) or {}).get("access") == AccessLevel.OPEN:
        yield f"fiche publiée ouverte à tous, qu'Aqueduc a cachée {where} : l'accès déclaré ne l'est plus"


def _describe_records_removed_by_people(
    dataset: str, names: Collection[str], zone: ZoneInfo, store: Store
) -> Iterator[str]:
    """What people took away from the public at a platform, as the looks at the whole city found it; not where Aqueduc
    took it off itself, nor once it was published there again."""
    seen = [
        one
        for one in list_ongoing_platform_differences(store)
        if one.dataset in names and one.code in _TAKEN_AWAY
    ]
    taken_off = list_platforms_withdrawn_from(dataset, store) if seen else []
    since: dict[str, str] = {}
    for one in seen:
        if one.platform not in taken_off and not _was_republished_since_difference(one, dataset, store):
            since[one.platform] = min(one.since, since.get(one.platform, one.since))
    for platform, instant in since.items():
        yield (
            f"le {_format_local_day(instant, zone)}, la vérification de ce qui est en ligne a trouvé ôtés ou cachés sur "
            f"« {platform} », autrement que par Aqueduc, la fiche ou l'un de ses fichiers ; aucune autre depuis n'a "
            "constaté leur retour"
        )


def _describe_records_on_former_platforms(dataset: Dataset, store: Store) -> Iterator[str]:
    for platform in list_former_platforms(dataset, store):
        yield (
            f"fiche publiée auparavant sur « {platform} », que la déclaration ne nomme plus : Aqueduc ne l'en a pas ôtée, "
            "et ne l'y tient plus à jour"
        )


def _was_republished_since_difference(
    difference: OngoingPlatformDifference, dataset: str, store: Store
) -> bool:
    """Whether its platform was read back as serving the dataset after the difference was last seen there."""
    certificate = store.read_current_certificate(dataset) or {}
    places = [place.get("platform") for place in list_certificate_platforms(certificate)]
    served = certificate.get("served_at")
    return (
        difference.platform in places
        and served is not None
        and datetime.fromisoformat(str(served)) > datetime.fromisoformat(difference.seen)
    )


_TAKEN_AWAY = frozenset(kind.code for kind in (RecordHidden, RecordDeleted, VanishedRecord, DeletedResources))


def _describe_public_exposures(names: Collection[str], zone: ZoneInfo, store: Store) -> Iterator[str]:
    """What Aqueduc saw itself that visitors should not have been able to: until it is noted as an incident, then until
    that one is closed."""
    for seen in list_incident_sightings(store):
        if seen.dataset in names:
            yield (
                f"le {_format_local_day(seen.at, zone)}, {_SEEN[seen.kind]} sur « {seen.platform} » : incident à inscrire "
                "au registre des réclamations et incidents"
            )
    for incident in _list_open_incidents_recorded_by_aqueduc(store):
        if not {*names}.isdisjoint(incident["datasets"]):
            yield (
                f"incident {incident['id']}, connu le {_format_local_day(incident['known_at'], zone)} et pas clos au "
                f"registre des réclamations et incidents : {incident['what']}"
            )


_SEEN = {
    "restricted": "un visiteur a pu ouvrir ce jeu, alors restreint,",
    "withdrawn": "ce jeu, alors retiré, était de nouveau visible",
}


def _list_open_incidents_recorded_by_aqueduc(store: Store) -> list[dict[str, Any]]:
    """Those of the city's ledger that Aqueduc noted of itself."""
    keys = [*store.list_ledger_entry_keys(CITY_LEDGER), *store.list_pending_entry_keys(CITY_LEDGER)]
    read = [decode_json_or_none(data or b"") or {} for data in store.read_many(keys)]
    entries = [one.get("entry", one) for one in read]
    closed = {one["claim"] for one in entries if one.get("kind") == "claim-closed"}
    noted = [one["claim"] for one in entries if one.get("kind") == "claim"]
    return [one for one in noted if one.get("origin") == "aqueduc" and one["id"] not in closed]


def _describe_objections(dataset: Dataset, store: Store) -> Iterator[str]:
    count = len(list_objection_ids_to_enforce(store, dataset.id))
    if not count:
        return
    said = format_french_count(count, "opposition en vigueur", "oppositions en vigueur")
    if dataset.publication.is_link_to_source:
        said += " : le lien n'en ôte rien"
    elif has_pending_objection(store, dataset.id) and store.read_current_revision_pointer(dataset.id):
        said += " : la dernière révision publiée, là où elle est en ligne, peut encore montrer ce qui est demandé de retirer"
    yield said


_LINK_STAYS = " ; ce que la source sert à l'adresse du lien, ce retrait ne le ferme pas"


def _describe_withdrawal_proof(mark: WithdrawalMark, zone: ZoneInfo, *, restricted: bool) -> str:
    if not mark.proved_at:
        return "pas encore vu"
    if not any(mark.places.values()):
        return "rien n'en avait été publié"
    proved = _format_local_day(mark.proved_at, zone)
    if restricted:
        return f"vu le {proved}, comme un visiteur, qui n'y lisait déjà rien ; aucun compte n'a été essayé"
    return f"vu le {proved}, comme un visiteur ou, d'un portail sans adresse déclarée, dans son dossier"


def _format_local_day(instant: str, zone: ZoneInfo) -> str:
    return format_day(datetime.fromisoformat(instant).astimezone(zone).date())
