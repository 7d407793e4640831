"""A declaration as a list of labelled facts in French: what is kept beside an opinion, so that the next one
can be told what has changed since, in words and not as a difference of files."""

import hashlib
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aqueduc.declaration.source_kind import describe_source_in_signed_statement
from aqueduc.declaration.spec import (
    NOTICE_WAYS,
    City,
    ColumnDeclaration,
    Dataset,
    DatasetGuards,
    FrozenModel,
    PrivacyFloors,
    PrivacySettings,
    ProcessingRecord,
    ReferenceJoin,
    RegionalConvention,
    SensitiveColumn,
    ServedFolderOutletSettings,
    WatermarkSettings,
)
from aqueduc.declaration.term import find_convention_end
from aqueduc.declaration.treatment import describe_column_treatment, describe_hierarchy_levels
from aqueduc.declaration.vocabulary import IDENTIFIERS, AccessLevel
from aqueduc.findings import format_french_count
from aqueduc.language import format_exact_number
from aqueduc.record.blocks import format_day, format_percent, format_quoted_names
from aqueduc.rules import Rule

Fact = tuple[str, str | None]
"""A label and what holds; empty or None, nothing does."""
Facts = Mapping[str, str]
"""Label → what holds, both in French, in the order of the text that is signed."""


def collect_dataset_facts(dataset: Dataset, city: City) -> dict[str, str]:
    """All that a declaration and ``city.yaml`` decide of what leaves, to whom, for how long, and who said so.

    What has no words (a query, a schema) stands by its SHA-256. No cell is in it. Whatever changes a sentence
    of the texts that are signed changes a fact.
    """
    found = [
        *_list_identity_and_source_facts(dataset),
        *_list_data_processing_facts(dataset.processing),
        *_list_column_facts(dataset),
        *_list_privacy_facts(dataset),
        *_list_waiver_correction_and_guard_facts(dataset),
        *_list_publication_facts(dataset, city),
        *_list_city_facts(city),
        *_list_content_hash_facts(dataset),
        ("Version d'Aqueduc", dataset.software_version_and_code_digest),
    ]
    return {label: " ".join(value.split()) for label, value in found if value}


def _list_identity_and_source_facts(dataset: Dataset) -> Iterable[Fact]:
    return (
        ("Titre", dataset.title),
        ("Description", dataset.description),
        ("Direction", dataset.owner),
        ("Contact", dataset.contact),
        ("Origine", describe_source_in_signed_statement(dataset.source)),
        ("Lecture de la source", _format_non_default_settings(dataset.source, dataset.reading)),
        *((f"Table jointe « {one.file} »", _describe_join(one)) for one in dataset.join),
        *((f"Colonne calculée « {name} »", said) for name, said in dataset.computed.items()),
        ("Position", _format_non_default_settings(dataset.geometry) if dataset.geometry else ""),
        ("Intervalles", "lue intervalle par intervalle" if dataset.windowed else ""),
        ("Lignes modifiées", describe_watermark(dataset.source.watermark)),
        ("Clé", format_quoted_names(dataset.key)),
        ("Jeux de colonnes", ", ".join(dataset.column_sets)),
        ("Environnement", dataset.environment),
        ("Nom d'avant", dataset.moved_from),
    )


def _describe_join(join: ReferenceJoin) -> str:
    """Its contents are told by ``_list_content_hash_facts``."""
    keys = ", ".join(here if here == there else f"{here} = {there}" for here, there in join.on.items())
    columns = format_quoted_names(join.columns) or "toutes ses colonnes"
    lost = "rejetées" if join.unmatched == "reject" else "gardées"
    read = join.model_dump(
        exclude_defaults=True, include={"encoding", "delimiter", "sheet", "decimal", "dates"}
    )
    how = "".join(f", {name} {value}" for name, value in read.items())
    return f"par {keys} : {columns} ; lignes sans correspondance {lost}{how}"


_ELSEWHERE = frozenset({"kind", "connection", "path", "sql_path", "sql", "settled", "incremental"})
"""Of a source, what ``origin``, a hash or another fact says, and what changes nothing of what is read."""


def describe_watermark(watermark: WatermarkSettings | None) -> str:
    """Which rows are read, as the text that is signed has it; "" where all are."""
    if watermark is None:
        return ""
    hours = watermark.full_every_hours
    whole = (
        f"toutes le sont au plus tard à la première exécution qui a lieu {_format_hours_or_days(hours)} après la dernière "
        "qui les a toutes lues"
        if hours
        else "il est déclaré qu'aucune ligne n'est jamais supprimée à la source"
    )
    return (
        f"ne sont lues que celles dont « {watermark.column} » est vide, ou n'est pas de plus de "
        f"{_format_hours_or_days(watermark.lateness_hours)} antérieure à la plus récente déjà publiée ; {whole}"
    )


def _format_hours_or_days(hours: int) -> str:
    if hours % 24 == 0:
        return format_french_count(hours // 24, "jour", "jours")
    return format_french_count(hours, "heure", "heures")


def _format_non_default_settings(*models: FrozenModel) -> str:
    """What is set otherwise than by default, by its own names."""
    said = (
        f"{name} {value}"
        for model in models
        for name, value in model.model_dump(mode="json", exclude_defaults=True).items()
        if name not in _ELSEWHERE
    )
    return ", ".join(said)


def find_period_date_column(dataset: Dataset) -> str | None:
    """The published column whose dates say what period the dataset covers; None where none is alone to."""
    split = dataset.publication.split
    if split is not None and split.per == "year":
        return split.by
    dated = list(_list_date_columns(dataset))
    return dated[0] if len(dated) == 1 else None


def _list_date_columns(dataset: Dataset) -> Iterable[str]:
    for column in dataset.published_columns:
        name = column.published_as or ""
        field = dataset.table_schema.find_field(name)
        if column.rule.capabilities.temporal or (
            field is not None and field.type in {"date", "datetime", "year", "yearmonth"}
        ):
            yield name


def find_longitude_latitude_columns(dataset: Dataset) -> tuple[str, ...]:
    """The published columns of longitude and latitude, as published; none where one of them is dropped."""
    if dataset.geometry is None:
        return ()
    pair = (dataset.find_column(dataset.geometry.longitude), dataset.find_column(dataset.geometry.latitude))
    names = [column.published_as for column in pair if column is not None and column.published_as]
    return tuple(names) if len(names) == 2 else ()


def _list_data_processing_facts(said: ProcessingRecord) -> Iterable[Fact]:
    dpia = said.dpia
    return (
        ("Finalité", said.purpose),
        ("Fondement du traitement", said.legal_ground),
        ("Personnes concernées", said.persons),
        ("Raison du k", said.why_k),
        ("AIPD", f"{'nécessaire' if dpia.needed else 'non nécessaire'} : {dpia.why}" if dpia else ""),
        ("Durée de publication", said.retention),
    )


_COLUMN, _SETTINGS = "Colonne ", "Réglages de "
"""How the labels of a column, and of what its words leave out, begin."""


def _list_column_facts(dataset: Dataset) -> Iterator[Fact]:
    for column in dataset.columns:
        yield f"{_COLUMN}« {column.name} »", _describe_column_treatment_and_basis(column, dataset.privacy)
        yield f"{_SETTINGS}« {column.name} »", _format_undescribed_rule_settings(column.rule)


def _format_undescribed_rule_settings(rule: Rule) -> str:
    """What is set of a rule, by its own names, and that its words leave out."""
    told = rule.describe().french_text
    set_here = rule.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in set_here.items() if str(value) not in told)


def _describe_column_treatment_and_basis(column: ColumnDeclaration, privacy: PrivacySettings | None) -> str:
    if column.published_as is None:
        return describe_column_treatment(column, privacy).french_text
    name = f" ; publiée sous « {column.published_as} »" if column.published_as != column.name else ""
    basis = f" ; fondement : {column.basis}" if column.basis else ""
    until = f", jusqu'au {column.basis_until:%d/%m/%Y}" if column.basis_until else ""
    return f"{describe_column_treatment(column, privacy).french_text}{name}{basis}{until}"


def _describe_counted_unit(privacy: PrivacySettings) -> str:
    rows = "la ligne, tenue pour une personne (« unit: [] »)" if privacy.counts_rows_as_people else "la ligne"
    return format_quoted_names(privacy.unit) or rows


def _list_privacy_facts(dataset: Dataset) -> Iterator[Fact]:
    privacy = dataset.privacy
    if privacy is None:
        yield "k-anonymat", "aucun"
        return
    yield from (
        ("k-anonymat", f"k = {privacy.k}"),
        ("Quasi-identifiants", format_quoted_names(privacy.quasi_identifiers)),
        ("Unité comptée", _describe_counted_unit(privacy)),
        ("Lignes retirées par le k-anonymat", f"{format_percent(privacy.suppress_at_most)} au plus"),
        ("Choix des niveaux", str(privacy.recode.value) if privacy.recode else ""),
    )
    for ladder in privacy.hierarchies:
        told = f" ({ladder.sha256[:12]})" if ladder.sha256 else ""
        yield f"Hiérarchie de « {ladder.column} »", f"{describe_hierarchy_levels(ladder).french_text}{told}"
    for one in privacy.sensitive:
        yield f"Colonne sensible « {one.column} »", _format_sensitive_requirement(one)
    if privacy.k_map:
        people = f" (nombre : {privacy.k_map.count})" if privacy.k_map.count else ""
        file = f"{privacy.k_map.path}{people} ({privacy.k_map.sha256[:12]})"
        yield "Population comparée", f"{file}, {privacy.k_map.at_least} personnes par groupe"
    yield "Population commune", privacy.population


def _format_sensitive_requirement(one: SensitiveColumn) -> str:
    asked = [f"{one.distinct} valeurs différentes", f"variété {format_exact_number(one.entropy)}"]
    asked += [f"écart d'au plus {format_percent(one.closeness)}"] if one.closeness is not None else []
    asked += ["valeurs ordonnées"] if one.ordered else []
    return ", ".join(asked)


def _list_waiver_correction_and_guard_facts(dataset: Dataset) -> Iterator[Fact]:
    for waiver in dataset.waivers:
        label = f"Constat levé : « {waiver.column} », {IDENTIFIERS[waiver.kind].french_text}"
        yield label, f"{waiver.reason} ({waiver.by}, {format_day(waiver.day)})"
    if dataset.corrections:
        people = sorted({f"{one.by} : {one.column}" for one in dataset.corrections})
        cells = format_french_count(len(dataset.corrections), "cellule", "cellules")
        yield "Cellules corrigées par la Ville", f"{cells} ({', '.join(people)})"
    yield "Ordre des lignes", "celui du fichier" if dataset.keeps_order else ""
    yield "Lignes fautives tolérées", format_percent(dataset.reject_at_most)
    yield "Gardes", format_guard_settings(dataset.guards)
    yield (
        "Gardes des intervalles nouveaux",
        ", ".join(dataset.guards.new_window_guards if dataset.windowed else ()),
    )


def format_guard_settings(guards: DatasetGuards) -> str:
    limits = {"shrink": guards.shrink, "grow": guards.grow, "nulls": guards.nulls, "shift": guards.shift}
    said = [
        f"{name} {'sans limite' if math.isinf(value) else format_percent(value)}"
        for name, value in limits.items()
    ]
    said += [f"{name} {'non vérifié' if how == 'any' else 'vérifié'}" for name, how in
             (("columns", guards.columns), ("truncated", guards.truncated))]  # fmt: skip
    said += [f"fresh {guards.fresh.column} {guards.fresh.hours} h"] if guards.fresh else []
    said += [f"totals {name} {format_percent(value)}" for name, value in guards.totals.items()]
    return ", ".join(said)


def _list_publication_facts(dataset: Dataset, city: City) -> Iterator[Fact]:
    publication, access = dataset.publication, dataset.access
    users = f" ({', '.join(access.users)})" if access.users else ""
    yield "Accès", f"{access.level.value}{users}"
    yield "Licence", dataset.licence.title
    yield "Rythme", dataset.frequency.french_label
    yield "Relu après", ", ".join(dataset.after)
    yield "Relu à l'arrivée d'un fichier", "oui" if dataset.on_arrival else ""
    yield "Embargo", str(dataset.publish_at or "")
    for name in publication.platforms:
        spec = settings.spec if (settings := city.find_platform_settings(name)) else None
        yield f"Plateforme « {name} »", f"{spec.type} {spec.public_url or ''}" if spec else "inconnue"
        if spec and spec.convention is not None:
            yield f"Convention et « {name} »", "la lie" if spec.convention else "ne la lie pas"
        days = spec.replaced_file_retention_days if spec else 0
        yield f"Fichiers remplacés sur « {name} »", format_french_count(days, "jour", "jours") if days else ""
    yield "Ordre des plateformes", ", ".join(publication.platforms) if publication.other_platforms else ""
    yield "Mode", publication.mode.value
    yield "Lien", publication.link
    outlet = next((one for one in city.outlets if one.name == publication.outlet), None)
    if outlet:
        yield f"Emplacement « {outlet.name} »", f"{outlet.url}{_describe_outlet_table(outlet)}"
    split = publication.split
    yield from (
        ("Formats", ", ".join(kind.value for kind in publication.formats)),
        ("Fichier trop gros", "omis, si un autre convient" if publication.too_big == "omit" else ""),
        ("Formules du CSV", "précédées d'une apostrophe" if publication.formulas == "prefix" else ""),
        ("Table interrogeable", "oui" if publication.datastore else "non"),
        ("Répartition", f"{split.by}, {split.per}" if split else ""),
    )


def _describe_outlet_table(outlet: ServedFolderOutletSettings) -> str:
    table = outlet.table
    if table is None:
        return ""
    return f", et table du schéma « {table.space} » de « {table.connection} », lue par « {table.reader} »"


def _list_city_facts(city: City) -> Iterator[Fact]:
    yield "Ville", f"{city.legal_name}, organisation « {city.organisation} »"
    if city.convention:
        yield from _list_convention_facts(city.convention)
    agreement = "attendu" if city.agreement == "required" else "recueilli hors d'Aqueduc"
    days = format_french_count(len(city.holidays), "jour", "jours") if city.holidays else ""
    yield from (
        ("Planchers de la Ville", format_privacy_floors(city.floors)),
        ("Listes de noms (SHA-256)", city.lists[:16]),
        ("Délégué à la protection des données", city.dpo),
        ("Accord avant publication", agreement),
        ("Qui accorde", city.agreement_role if city.agreement == "required" else ""),
        ("Registre", "signé" if city.signing else "non signé"),
        ("Alertes", _format_non_default_settings(city.notify)),
        ("Jours sans publication", days),
        ("Garde des lignes rejetées", format_french_count(city.rejected_days, "jour", "jours")),
        (
            "Garde des révisions remplacées",
            format_french_count(city.revision_days, "jour", "jours") if city.revision_days else "sans limite",
        ),
    )


def _list_convention_facts(convention: RegionalConvention) -> Iterator[Fact]:
    yield "Convention", f"{convention.partner}, notifiée le {format_day(convention.notified)}"
    yield "Correspondant de la convention", convention.project_lead
    end = find_convention_end(convention)
    yield "Fin de la convention", format_day(end.day) if end else ""
    for one in convention.amendments:
        taken = filter(None, (one.deliberations.city, one.deliberations.partner))
        acts = [f"{act.body}, {act.number}, {format_day(act.taken)}" for act in taken]
        yield f"Avenant du {format_day(one.signed)}", " ; ".join((one.about, *acts))
    for notice in convention.notices:
        revoked = f"renoncé le {format_day(notice.revoked)}" if notice.revoked else ""
        yield f"{NOTICE_WAYS[notice.way].french_text} du {format_day(notice.day)}", revoked or "en cours"


def format_privacy_floors(floors: PrivacyFloors) -> str:
    return (
        f"k {floors.k}, petits effectifs {floors.small_count}, unités {floors.units}, ménages "
        f"{floors.households}, part la plus grande {format_percent(floors.largest_share)}, valeurs différentes "
        f"{floors.distinct}"
    )


def _list_content_hash_facts(dataset: Dataset) -> Iterator[Fact]:
    if dataset.source.query is not None:
        yield "Texte de la requête (SHA-256)", _compute_short_hash(dataset.source.query)
    for one in dataset.join:
        yield f"Contenu de « {one.file} » (SHA-256)", one.sha256[:16]
    followed = dataset.national
    yield "Schéma", f"national, {followed.name} {followed.version}" if followed else dataset.schema_path
    yield "Schéma (SHA-256)", _compute_short_hash(dataset.table_schema.model_dump_json())


def _compute_short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- what has changed ---------------------------------------------------------------------------------------


ACCESS_READERS = {
    AccessLevel.OPEN: "toute personne, sans inscription",
    AccessLevel.REGISTERED: "les utilisateurs inscrits sur la plateforme",
    AccessLevel.NAMED_USERS: "les comptes que la déclaration nomme ({users})",
    AccessLevel.SAME_ORGANISATION: "les membres de l'organisation de la Ville sur la plateforme",
    AccessLevel.ANY_ORGANISATION: "les membres des organisations inscrites sur la plateforme",
    AccessLevel.PARTNERS: "les partenaires de la plateforme",
}
_MODES = {"upload": "fichier hébergé", "index": "lien vers ce que la Ville sert"}


def _format_fact_value(label: str, value: str) -> str:
    """In words, where what is kept is a word of the declaration."""
    if label == "Mode":
        return _MODES.get(value, value)
    level, _, users = value.partition(" ")
    if label != "Accès" or level not in ACCESS_READERS:
        return value
    return ACCESS_READERS[AccessLevel(level)].format(users=users.strip("()"))


@dataclass(frozen=True)
class FactChange:
    """The change of one fact since the last opinion. ``before`` None: the fact is new; ``after`` None: it is
    gone."""

    label: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        label = "Accès déclaré" if self.label == "Accès" else self.label
        before, after = (one and _format_fact_value(self.label, one) for one in (self.before, self.after))
        if before is None:
            return f"{label} : {after} (nouveau)"
        if after is None:
            return f"{label} : {before} (n'est plus déclaré)"
        return f"{label} : {after} (auparavant : {before})"


def compare_facts(before: Facts, after: Facts) -> tuple[FactChange, ...]:
    """In the order of today's facts, what is gone last."""
    changes = [
        FactChange(label, before.get(label), after.get(label))
        for label in [*after, *(label for label in before if label not in after)]
        if before.get(label) != after.get(label)
    ]
    changed = {one.label for one in changes}
    return tuple(one for one in changes if not _is_redundant_with_column_change(one, changed))


_FLAG_OR_NUMBER = re.compile(r"\w+ (?:True|False|-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)")
"""What the French words of a rule tell of it, otherwise written; not a key, nor a SHA-256."""


def _is_redundant_with_column_change(change: FactChange, changed: Collection[str]) -> bool:
    """Whether the settings of a rule say again what the words of its column, which changed too, say."""
    if not change.label.startswith(_SETTINGS) or change.label.replace(_SETTINGS, _COLUMN) not in changed:
        return False
    before, after = ((said or "").split(", ") for said in (change.before, change.after))
    return all(_FLAG_OR_NUMBER.fullmatch(one) for one in {*before} ^ {*after} if one)
