"""What the city answers for, on paper: the extract for the register of processing activities (GDPR, article 30)
and the yearly report of the convention, as sections of a page in French, made to be printed and kept.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from aqueduc.certify.history import (
    CERTIFICATE,
    HIDDEN,
    UNCHANGED,
    WITHDRAWN,
    DatasetHistory,
    HistoryEvent,
    OnlinePeriod,
    read_history,
)
from aqueduc.convention.claims import Claim, list_claims
from aqueduc.convention.standing import assess_convention_status
from aqueduc.declaration.spec import City, ColumnDeclaration, Dataset, RegionalConvention
from aqueduc.declaration.term import compute_day_start, find_convention_end
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.declaration.vocabulary import UpdateFrequency
from aqueduc.findings import format_french_count
from aqueduc.page import render_page
from aqueduc.record.blocks import (
    Block,
    BulletList,
    Paragraph,
    TableBlock,
    TextSection,
    build_section_with_nobreak_spaces,
    format_day,
    punctuate_items,
)
from aqueduc.record.statement import BLANK, build_processing_sections
from aqueduc.run import Workspace
from aqueduc.sightings import LOOKS, build_look_key
from aqueduc.store import Store

LATE_PERIODS = 2
"""A dataset is late where more than so many periods of its cadence, or the bound that it promises, passed without
a look at its source."""


@dataclass(frozen=True)
class PrintableDocument:
    """A text to print: its title, what stands below it, and its sections."""

    title: str
    under: str
    sections: tuple[TextSection, ...]


def render_printable_page(text: PrintableDocument, city: City) -> str:
    """The text as one page of HTML in French, with nothing to fetch."""
    return render_page("register.html.j2", city=city.name, text=text)


# --- the register of processing activities --------------------------------------------------------------------


def build_processing_register(
    datasets: Sequence[Dataset], city: City, today: date, undeclared: Sequence[str] = ()
) -> PrintableDocument:
    """One section a dataset, after whoever is responsible. What only people know, and have not declared, is
    left blank. ``undeclared``: as ``list_undeclared_online_datasets`` names them."""
    known = [one for one in datasets if one.processing.persons or _may_concern_people(one)]
    return PrintableDocument(
        "Extrait pour le registre des activités de traitement",
        f"RGPD, article 30 · d'après les déclarations du {format_day(today)}",
        (
            build_section_with_nobreak_spaces("Responsable du traitement", _describe_data_controller(city)),
            *(part for one in known for part in _build_dataset_processing_sections(one, city)),
            *(
                [
                    build_section_with_nobreak_spaces(
                        "Jeux en ligne que rien ne déclare plus", _describe_undeclared_datasets(undeclared)
                    )
                ]
                if undeclared
                else []
            ),
            build_section_with_nobreak_spaces(
                "Jeux à confirmer : aucune personne n'y est déclarée",
                _describe_datasets_without_personal_data(datasets, known),
            ),
        ),
    )


def list_undeclared_online_datasets(datasets: Sequence[Dataset], store: Store) -> list[str]:
    """What is still online, as the ledgers tell it, of datasets that nothing declares any more. Raises StoreError."""
    declared = {one.id for one in datasets}
    found = {
        name: [
            url
            for one in read_history(store, name).periods
            if one.end is None
            for url in one.records.values()
        ]
        for name in store.list_datasets()
        if name not in declared
    }
    return [f"{name} : {', '.join(dict.fromkeys(urls))}" for name, urls in found.items() if urls]


def _describe_undeclared_datasets(undeclared: Sequence[str]) -> Iterator[Block]:
    yield Paragraph(
        "D'après leurs registres ; ce texte n'en dit rien d'autre, faute de déclaration : leur traitement est à décrire "
        "à la main, ou le jeu à retirer du public."
    )
    yield BulletList(punctuate_items(list(undeclared)))


def _may_concern_people(dataset: Dataset) -> bool:
    """Whether anything declared is only there for people: a protection, a basis, a column taken away."""
    return dataset.privacy is not None or any(
        column.basis or column.published_as is None for column in dataset.columns
    )


def _describe_data_controller(city: City) -> Iterator[Block]:
    yield TableBlock(
        ("", ""),
        (
            ("Responsable", city.legal_name),
            ("Représentant dans l'Union (RGPD, art. 27)", "sans objet"),
            ("Délégué à la protection des données", city.dpo or BLANK),
            ("Responsable conjoint", "aucun n'est déclaré"),
            ("Transferts hors de l'Union", BLANK),
        ),
    )


def _build_dataset_processing_sections(dataset: Dataset, city: City) -> Iterator[TextSection]:
    yield build_section_with_nobreak_spaces(
        f"{dataset.title} ({dataset.id})", _describe_processed_columns(dataset, city)
    )
    yield from build_processing_sections(dataset, city)


def _describe_processed_columns(dataset: Dataset, city: City) -> Iterator[Block]:
    yield Paragraph(
        f"Direction : {dataset.owner}. Rythme déclaré : {dataset.frequency.french_label}. "
        f"Déclaration {dataset.fingerprint[:16]}…"
    )
    rows = tuple(
        (
            column.name,
            column.published_as or "n'est pas publiée",
            describe_column_treatment(column, dataset.privacy).french_text,
            _describe_legal_basis(column),
        )
        for column in dataset.columns
    )
    yield TableBlock(("Donnée de la source", "Publiée sous", "Ce qui en est fait", "Fondement"), rows)
    yield BulletList(punctuate_items(list(_list_security_measures(dataset, city))))


def _describe_legal_basis(column: ColumnDeclaration) -> str:
    until = f", jusqu'au {format_day(column.basis_until)}" if column.basis_until else ""
    return f"{column.basis}{until}" if column.basis else ""


def _list_security_measures(dataset: Dataset, city: City) -> Iterator[str]:
    """What the software does, and only that (GDPR, article 32)."""
    yield (
        "extraits bruts et lignes rejetées gardés à part (coffre), jamais dans un journal, un message ni un rapport"
    )
    yield "extraits bruts détruits à la fin de chaque exécution"
    if dataset.privacy is not None:
        yield f"k-anonymat : k = {dataset.privacy.k}, vérifié sur ce qui est publié"
    yield f"recherche de données personnelles, avant chaque publication, dans {_describe_scan_scope(dataset)}"
    yield "chaque publication relue sur la plateforme avant d'être certifiée"
    signed = " et signé" if city.signing else ""
    yield f"registre des publications enchaîné{signed}"


def _describe_scan_scope(dataset: Dataset) -> str:
    """As the explanation says it: of an interval, of what is read, of what a link serves."""
    rows = "les lignes de l'intervalle lu" if dataset.windowed else "toutes les lignes"
    if not dataset.publication.is_link_to_source:
        return f"{rows} à publier"
    if not dataset.access.is_open:
        return f"{rows} lues à la source, non dans ce que sert le lien à qui peut l'ouvrir"
    served = dataset.source.linked_document
    page = "la première page de " if served and served.paged else ""
    return f"{rows} lues à la source et dans {page}ce que sert le lien"


def _describe_datasets_without_personal_data(
    datasets: Sequence[Dataset], known: Sequence[Dataset]
) -> Iterator[Block]:
    others = [f"{one.title} ({one.id})" for one in datasets if one not in known]
    if others:
        yield Paragraph(
            "Ni personnes déclarées, ni k-anonymat, ni colonne retirée, ni fondement cité. À confirmer par la Ville : un "
            "jeu qui concerne des personnes est à porter au registre."
        )
        yield BulletList(punctuate_items(others))
    else:
        yield Paragraph("Aucun.")


# --- the year of the convention -------------------------------------------------------------------------------


@dataclass(frozen=True)
class DatasetYearReview:
    """A dataset in a year, as its ledger tells it. ``opened``: the day of its first publication ever, where
    that is in the year; ``certified``: its certificates, those of runs that had nothing to write too; ``looks``:
    runs that found nothing new; ``longest``: the longest time between two looks, or since the last one of a
    declared dataset, None without any; ``late``: how many such times were longer than its cadence lets them be,
    None without a cadence or a look; ``left``: the day it was withdrawn, or hidden from a platform; ``returned``: the day it
    was first online there again."""

    dataset: str
    title: str
    opened: date | None
    certified: int
    looks: int
    longest: timedelta | None
    late: int | None
    left: date | None
    returned: date | None
    holds: bool


@dataclass(frozen=True)
class PlatformYearReview:
    """A platform in a year, as the daily looks found it (convention, article 6): how many ``looks`` there were,
    and the instants (ISO 8601, UTC) of those that could not be made: it did not answer, or refused."""

    platform: str
    looks: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class ConventionYearReview:
    """A year of the convention, from its ledgers. ``claims``: those noted in it."""

    year: int
    datasets: tuple[DatasetYearReview, ...]
    claims: tuple[Claim, ...]
    platforms: tuple[PlatformYearReview, ...] = ()


def build_convention_year_review(
    year: int, datasets: Sequence[Dataset], city: City, workspace: Workspace
) -> ConventionYearReview:
    """Of every dataset that left something in the store, declared or not. Raises StoreError."""
    store, zone = workspace.store, city.timezone
    bounds = compute_day_start(date(year, 1, 1), zone), compute_day_start(date(year + 1, 1, 1), zone)
    declared = {one.id: one for one in datasets}
    names = sorted({*declared, *store.list_datasets()})
    keys = city.signing.keys if city.signing else ()
    now = workspace.clock()
    read = [
        _build_dataset_year_review(read_history(store, name, keys), declared.get(name), bounds, now, zone)
        for name in names
    ]
    claims = [
        one for one in list_claims(store) if bounds[0] <= datetime.fromisoformat(one.recorded_at) < bounds[1]
    ]
    known = tuple(one for one in read if one is not None)
    return ConventionYearReview(year, known, tuple(claims), _read_platform_year_reviews(store, bounds))


def _read_platform_year_reviews(
    store: Store, bounds: tuple[datetime, datetime]
) -> tuple[PlatformYearReview, ...]:
    """From the looks at the whole city that ``reconciliation`` keeps, each named by its instant."""
    first, after = (build_look_key(one) for one in bounds)
    looks = Counter[str]()
    failed: dict[str, list[str]] = {}
    for key in store.list(LOOKS):
        found = store.read_json(key) if first <= key < after else None
        if not found:
            continue
        # By name, whether it could be looked at: not how often.
        looks.update(list(found["platforms"]))
        for name in (name for name, answered in found["platforms"].items() if not answered):
            failed.setdefault(name, []).append(found["at"])
    return tuple(PlatformYearReview(name, looks[name], tuple(failed.get(name, ()))) for name in sorted(looks))


def _build_dataset_year_review(
    history: DatasetHistory,
    dataset: Dataset | None,
    bounds: tuple[datetime, datetime],
    now: datetime,
    zone: str,
) -> DatasetYearReview | None:
    certificates = [one for one in history.events if one.kind == CERTIFICATE]
    seen = [one for one in history.events if bounds[0] <= one.at < bounds[1]]
    if not seen and dataset is None:
        return None
    gaps = _list_durations_between_source_checks(history, bounds, min(now, bounds[1]) if dataset else None)
    most = _compute_longest_time_between_checks(dataset.frequency) if dataset else None
    first = certificates[0].at if certificates else None
    left = max(
        (one.at for one in seen if one.kind in (WITHDRAWN, HIDDEN) and _was_online_before(history, one.at)),
        default=None,
    )
    returned = _find_return_online_time(history, left) if left else None
    return DatasetYearReview(
        dataset=history.dataset,
        title=dataset.title if dataset else history.dataset,
        opened=_get_day_in_timezone(first, zone)
        if first is not None and bounds[0] <= first < bounds[1]
        else None,
        certified=_count_events(seen, CERTIFICATE),
        looks=_count_events(seen, UNCHANGED),
        longest=max(gaps, default=None),
        late=sum(gap > most for gap in gaps) if most and gaps else None,
        left=_get_day_in_timezone(left, zone) if left else None,
        returned=_get_day_in_timezone(returned, zone) if returned else None,
        holds=history.holds,
    )


def _was_online_before(history: DatasetHistory, at: datetime) -> bool:
    """A withdrawal that was decided before the first publication took nothing away."""
    return any(one.start < at for one in history.periods)


def _list_durations_between_source_checks(
    history: DatasetHistory, bounds: tuple[datetime, datetime], until: datetime | None
) -> list[timedelta]:
    """The times between two looks of which the later is of the year, and the time from the last one ``until``
    then; each until nothing was online any more; None where no other look was to come."""
    start, after = bounds
    looked = [one.at for one in history.events if one.kind in (CERTIFICATE, UNCHANGED) and one.at < after]
    spans = list(pairwise(looked))
    if looked and until is not None:
        spans.append((looked[-1], until))
    ended = [(earlier, _find_end_of_gap_between_checks(history, earlier, later)) for earlier, later in spans]
    return [end - earlier for earlier, end in ended if end >= max(start, earlier)]


def _find_end_of_gap_between_checks(history: DatasetHistory, looked: datetime, until: datetime) -> datetime:
    """When the silence after a look ended: at the next one, or once nothing was online."""
    ends = [one.end or until for one in history.periods if one.start <= looked]
    return min(until, max(ends, default=until))


def _find_return_online_time(history: DatasetHistory, left: datetime) -> datetime | None:
    """When it was online again on a platform that it had left at ``left``, at the latest."""
    gone = [
        one for one in history.periods if one.ending in (HIDDEN, WITHDRAWN) and one.end and one.end <= left
    ]
    last = max((one.end for one in gone if one.end), default=None)
    places = {place for one in gone if one.end == last for place in _list_period_platforms_and_urls(one)}
    return next(
        (
            one.start
            for one in history.periods
            if one.start > left and places & _list_period_platforms_and_urls(one)
        ),
        None,
    )


def _list_period_platforms_and_urls(period: OnlinePeriod) -> set[str]:
    return {*period.records, *period.records.values()}


def _compute_longest_time_between_checks(frequency: UpdateFrequency) -> timedelta | None:
    """How long two looks may be apart before the dataset is late; None without a promise."""
    if frequency.period is None:
        return None
    return frequency.period if frequency.is_upper_bound_only else LATE_PERIODS * frequency.period


def _count_events(events: Sequence[HistoryEvent], kind: str) -> int:
    return sum(one.kind == kind for one in events)


def _get_day_in_timezone(moment: datetime, zone: str) -> date:
    from aqueduc.declaration.term import convert_to_city_date

    return convert_to_city_date(moment, zone)


def build_convention_year_report(
    found: ConventionYearReview, city: City, workspace: Workspace
) -> PrintableDocument:
    """The report that the parties look at together, once a year."""
    now = workspace.clock()
    standing, today = assess_convention_status(city, now), _get_day_in_timezone(now, city.timezone)
    return PrintableDocument(
        f"Convention : rapport de l'année {found.year}",
        f"D'après les registres, lus le {format_day(today)}",
        (
            build_section_with_nobreak_spaces(
                "La convention", _describe_convention(city.convention, min(today, date(found.year, 12, 31)))
            ),
            build_section_with_nobreak_spaces("En bref", _describe_year_totals(found)),
            build_section_with_nobreak_spaces("Jeux de données", _build_dataset_year_table(found)),
            build_section_with_nobreak_spaces("Réclamations et incidents", _build_claim_table(found)),
            build_section_with_nobreak_spaces(
                "Plateformes liées",
                _build_yearly_platform_checks_table(found, standing.platforms if standing else ()),
            ),
        ),
    )


def _describe_convention(convention: RegionalConvention | None, day: date) -> Iterator[Block]:
    """As of ``day``: an amendment that is still to be signed changes nothing yet."""
    if convention is None:
        yield Paragraph("Aucune convention n'est déclarée.")
        return
    end = find_convention_end(convention)
    rows = [
        ("Partenaire", convention.partner),
        ("À notifier le" if day < convention.notified else "Notifiée le", format_day(convention.notified)),
        ("Fin", format_day(end.day) if end else "renouvelée chaque année"),
        *(
            (f"Avenant du {format_day(one.signed)}", one.about)
            for one in convention.amendments
            if one.signed <= day
        ),
    ]
    yield TableBlock(("", ""), tuple(rows))


def _describe_year_totals(found: ConventionYearReview) -> Iterator[Block]:
    datasets = found.datasets
    late = sum(bool(one.late) for one in datasets)
    items = [
        f"ouverts dans l'année : {sum(one.opened is not None for one in datasets)}",
        f"exécutions certifiées, même sans rien à écrire : {sum(one.certified for one in datasets)}",
        f"passages où la source n'avait pas changé : {sum(one.looks for one in datasets)}",
        f"jeux en retard au moins une fois : {late}",
        f"jeux retirés, ou cachés d'une plateforme au moins : {sum(one.left is not None for one in datasets)}, "
        f"dont revenus depuis : {sum(one.returned is not None for one in datasets)}",
        f"réclamations : {sum(one.kind == 'claim' for one in found.claims)}",
        f"incidents : {sum(one.kind == 'incident' for one in found.claims)}",
    ]
    yield BulletList(punctuate_items(items))
    yield Paragraph(
        f"En retard : plus de {LATE_PERIODS} fois le rythme promis entre deux passages, ou depuis le dernier, "
        "changement ou non, ou plus que le délai promis sans horloge ; l'un et l'autre sont ceux de la déclaration "
        "d'aujourd'hui."
    )


def _build_dataset_year_table(found: ConventionYearReview) -> Iterator[Block]:
    head = ("Jeu", "Ouvert le", "Certifié", "Inchangé", "Plus long silence", "Retards", "Retiré ou caché le")
    yield TableBlock(head, tuple(_format_dataset_year_cells(one) for one in found.datasets))
    broken = [one.dataset for one in found.datasets if not one.holds]
    if broken:
        yield Paragraph(f"Registre rompu, qui ne prouve plus rien : {', '.join(broken)}.")


def _build_yearly_platform_checks_table(found: ConventionYearReview, bound: Sequence[str]) -> Iterator[Block]:
    if not bound:
        yield Paragraph("aucune")
        return
    known = {one.platform: one for one in found.platforms}
    yield TableBlock(
        ("Plateforme", "Vérifications", "Sans résultat", "Dernière fois"),
        tuple(
            (one.platform, str(one.looks), str(len(one.failed)), _format_instant(max(one.failed, default="")))
            for one in [known.get(name, PlatformYearReview(name, 0, ())) for name in bound]
        ),
    )
    yield Paragraph(
        "D'après la vérification de chaque jour, sans résultat où la plateforme n'a pas répondu ou a refusé ; elle ne dit "
        "rien de ce qui est tombé entre deux."
    )


def _format_dataset_year_cells(one: DatasetYearReview) -> tuple[str, ...]:
    return (
        f"{one.title} ({one.dataset})",
        format_day(one.opened) if one.opened else "",
        str(one.certified),
        str(one.looks),
        "" if one.longest is None else format_french_count(one.longest.days, "jour", "jours"),
        "" if one.late is None else str(one.late),
        _format_withdrawal_and_return_days(one),
    )


def _format_withdrawal_and_return_days(one: DatasetYearReview) -> str:
    if one.left is None:
        return ""
    returned = f", revenu le {format_day(one.returned)}" if one.returned else ""
    return f"{format_day(one.left)}{returned}"


def _build_claim_table(found: ConventionYearReview) -> Iterator[Block]:
    if not found.claims:
        yield Paragraph("Aucun.")
        return
    head = ("Numéro", "Nature", "Objet", "Jeux", "Connu le", "Région avertie le", "Clos le", "Issue")
    yield TableBlock(head, tuple(_list_claim_cells(one) for one in found.claims))


def _list_claim_cells(one: Claim) -> tuple[str, ...]:
    nature = "réclamation" if one.kind == "claim" else "incident"
    return (
        one.id,
        f"{nature}, données personnelles" if one.personal else nature,
        one.what,
        ", ".join(one.datasets),
        _format_instant(one.known_at),
        _format_instant(one.told.get("region", "")),
        _format_instant(one.closed_at),
        one.outcome,
    )


def _format_instant(instant: str) -> str:
    """In UTC, as the ledger has it."""
    return f"{datetime.fromisoformat(instant):%d/%m/%Y %H:%M} UTC" if instant else ""
