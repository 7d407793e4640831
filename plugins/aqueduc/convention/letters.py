"""What the Region is told, in French: kept in the store to be sent or printed.

::

    claims/<id>.txt                 convention, article 11: the parties tell each other as soon as they know
    withdrawals/_fin-<day>.txt      article 7.2: at the end of the convention nothing is extracted nor reused any more
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from aqueduc.certify.bound import list_served_platforms_under_convention
from aqueduc.certify.granted import describe_granted_rights
from aqueduc.certify.ledger import list_certificates, list_certified_record_urls
from aqueduc.convention.claims import Claim
from aqueduc.convention.entries import ORIGINS
from aqueduc.convention.handkept import HandKeptRecord
from aqueduc.convention.takedown import PlatformRecord
from aqueduc.declaration.spec import City
from aqueduc.declaration.term import convert_to_city_date, is_city_convention_in_force
from aqueduc.language import use_language
from aqueduc.run import Workspace

_LETTER = """{city}

À l'attention de {lead}
{partner}

Objet : {kind} n° {id}{cited}

Madame, Monsieur,

{informs} vous informe de {article}, dont elle a eu
connaissance le {known} et qu'elle a noté le {recorded} :

    {what}

{about}{measures}
Nous vous prions de nous faire savoir sans délai ce que vous en savez, ce qui en a été reçu de votre côté, et de
conserver les journaux d'accès de ces jeux jusqu'à la clôture.

{by}
"""


_END = """{city}

À l'attention de {lead}
{partner}

Objet : fin de la convention (article 7.2)

Madame, Monsieur,

La convention a pris fin le {day}. La Ville cache puis retire ce qu'Aqueduc avait publié sur la plateforme :

{datasets}
{by_hand}L'article 7.2 de la convention prévoit qu'à son terme les données de la Ville ne sont plus ni extraites ni
réutilisées : nous vous prions d'y mettre fin pour ces jeux et pour ceux que la Ville y tenait à la main.

Nous vous demandons en outre, ce que cet article ne prévoit pas, de n'en rien conserver : fiches, fichiers, tables,
corbeille et sauvegardes ; et de prévenir les catalogues qui moissonnent la plateforme (data.gouv.fr, Open PACA), pour
que la fiche moissonnée et ce qui en est gardé soient supprimés.
{granted}
Nous vous remercions de nous le confirmer par retour de courrier.
"""


@use_language("fr")
def write_convention_end_letter(
    records: Sequence[PlatformRecord],
    kept_by_hand: Sequence[HandKeptRecord],
    day: date,
    city: City,
    workspace: Workspace,
) -> str:
    """Prepares the letter of the end, once, with the ``records`` that are taken off, at the addresses that
    certificates name, and those of the city that Aqueduc does not keep. Returns it; "" without a convention. Raises
    StoreError."""
    convention, key = city.convention, f"withdrawals/_fin-{day.isoformat()}.txt"
    if convention is None:
        return ""
    if kept := workspace.store.read(key):
        return kept.decode()
    text = _END.format(
        city=city.name,
        lead=convention.project_lead,
        partner=convention.partner,
        day=f"{day:%d/%m/%Y}",
        datasets=_format_records_for_letter(records, workspace) or "  (aucun)\n",
        by_hand=_format_hand_kept_records(kept_by_hand),
        granted=describe_granted_rights(sorted({one.dataset for one in records}), workspace.store),
    )
    workspace.store.write_text(key, text)
    return text


def _format_hand_kept_records(records: Sequence[HandKeptRecord]) -> str:
    if not records:
        return ""
    listed = "".join(f"  - {one.title}\n      {one.url}\n" for one in records)
    return f"Fiches de la Ville tenues à la main : à retirer par qui les tient.\n\n{listed}\n"


def _format_records_for_letter(records: Sequence[PlatformRecord], workspace: Workspace) -> str:
    platforms: dict[str, set[str]] = {}
    for one in sorted(records, key=lambda record: record.dataset):
        platforms.setdefault(one.dataset, set()).add(one.platform)
    return "".join(_format_dataset_record_urls(name, names, workspace) for name, names in platforms.items())


def _format_dataset_record_urls(dataset: str, platforms: Collection[str], workspace: Workspace) -> str:
    certificates = [certificate for _name, certificate in list_certificates(workspace.store, dataset)]
    title = str(certificates[-1]["title"]) if certificates else dataset
    urls = list_certified_record_urls(workspace.store, dataset, platforms)
    return f"  - {title} ({dataset})\n" + "".join(f"      {url}\n" for url in urls)


def build_claim_letter_key(identifier: str) -> str:
    return f"claims/{identifier}.txt"


@use_language("fr")
def write_claim_letter(claim: Claim, city: City, workspace: Workspace) -> str:
    """Prepares the letter, once: before what it asks for is done, of which it promises nothing. Returns it; ""
    without a convention, and of datasets that no platform of it ever had. Raises StoreError."""
    convention = city.convention
    key = build_claim_letter_key(claim.id)
    if convention is None:
        return ""
    if kept := workspace.store.read(key):
        return kept.decode()
    known = [
        one for one in claim.datasets if list_served_platforms_under_convention(one, city, workspace.store)
    ]
    if claim.datasets and not known:
        return ""
    incident, in_force = (
        claim.kind == "incident",
        is_city_convention_in_force(city, convert_to_city_date(workspace.clock(), city.timezone)),
    )
    text = _LETTER.format(
        city=city.name,
        lead=convention.project_lead,
        partner=convention.partner,
        kind="incident" if incident else "réclamation",
        cited=" (convention, article 11)" if in_force else "",
        informs="Conformément à l'article 11 de la convention, la Ville" if in_force else "La Ville",
        article="l'incident suivant" if incident else "la réclamation suivante",
        id=claim.id,
        known=_format_instant(claim.known_at, city),
        recorded=_format_instant(claim.recorded_at, city),
        what=claim.what,
        about=_describe_claim_scope(replace(claim, datasets=tuple(known))),
        measures=_describe_claim_measures(claim, city, workspace.clock()),
        by=claim.by,
    )
    workspace.store.write_text(key, text)
    return text


def _describe_claim_scope(claim: Claim) -> str:
    days = " au ".join(
        f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in filter(None, (claim.first_day, claim.last_day))
    )
    lines = [
        ("Origine", ORIGINS[claim.origin].french_text if claim.origin else ""),
        ("Jeux de données", ", ".join(claim.datasets)),
        ("Révisions", ", ".join(one[:12] for one in claim.revisions)),
        ("Jours", days),
    ]
    return "".join(f"{label} : {value}\n" for label, value in lines if value)


def _describe_claim_measures(claim: Claim, city: City, now: datetime) -> str:
    deadline = claim.notification_deadline
    said = []
    if claim.suspend:
        said.append(
            "Le masquage de ce qui est en ligne de ces jeux est demandé, et rien n'en est publié jusqu'à la clôture."
        )
    if claim.hold:
        said.append(
            "Aucune révision ni ligne rejetée de ces jeux n'expire à la Ville jusqu'à la clôture ; les extraits bruts "
            "sont détruits à la fin de chaque exécution."
        )
    if deadline is not None:
        expires = "court jusqu'au" if now < deadline else "a expiré le"
        said.append(
            f"Des données personnelles sont concernées : le délai de 72 heures (RGPD, art. 33) {expires} "
            f"{_format_instant(deadline.isoformat(), city)}."
        )
    return "".join(f"{one}\n" for one in said)


def _format_instant(instant: str, city: City) -> str:
    moment = datetime.fromisoformat(instant)
    local = moment.astimezone(ZoneInfo(city.timezone))
    return f"{local:%d/%m/%Y à %H:%M} ({moment.astimezone(UTC):%H:%M} UTC)"
