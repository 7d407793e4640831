"""Cross-checks: what is right in each part of a declaration, and wrong between them.

A part that could not be read was complained of already: nothing that hangs on it is complained of again.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import reduce

from aqueduc.declaration.additions import check_joined_and_computed_columns
from aqueduc.declaration.city import check_connection_is_listed
from aqueduc.declaration.confidentiality import (
    check_cited_column_exists,
    check_privacy,
    check_threshold_above_city_floor,
    check_value_within_city_bounds,
)
from aqueduc.declaration.diagnostics.advice import find_nearest_choice, suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    BlurredKey,
    BrokenPlatformPackage,
    ColumnOutsideSchema,
    DroppedColumnReference,
    DuplicatePublishedName,
    ExposedHomePosition,
    GuardTypeMismatch,
    IncompleteProcessing,
    InvalidLinkAddress,
    LeakingLink,
    LeakingSourceOrder,
    LicenceAccessMismatch,
    LinkOutletConflict,
    LinkSplitConflict,
    MeaninglessColumns,
    MissingAllowedUsers,
    MissingGeometry,
    MissingGeometryPair,
    MissingLegalBasis,
    MissingLink,
    MissingRulePosition,
    NeedlessWaiver,
    NonDecreeLicence,
    NoPublishedColumn,
    OversizedColumnTitle,
    RejectedKeyword,
    RepeatedItem,
    ReservedName,
    RestrictedLinkShownToAll,
    RuleTypeMismatch,
    ShortenedFileName,
    UndatedSplitColumn,
    UnenforceableLinkPrivacy,
    UnknownColumn,
    UnnamedWaiver,
    UnpublishedSchemaField,
    UnscheduledWindow,
    UnsupportedSourceOrder,
    UselessAllowedUsers,
    UselessLegalBasis,
    UselessLink,
    WorkbookAlone,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.embargo import find_instant_format_or_dst_problem
from aqueduc.declaration.naming import build_published_file_name
from aqueduc.declaration.national import find_missing_required_fields
from aqueduc.declaration.positions import find_exposed_positions
from aqueduc.declaration.predecessors import check_on_arrival_section, check_predecessors
from aqueduc.declaration.sections import (
    DeclarationReadingContext,
    DeclaredColumns,
    PartialDeclaration,
    PartialSchema,
    SchemaFields,
)
from aqueduc.declaration.spec import (
    AccessSettings,
    ChoiceList,
    ColumnDeclaration,
    DetectionWaiver,
    FileSplit,
    GeometryColumns,
    OutputFormat,
    PrivacySettings,
    PublicationMode,
    PublicationSettings,
)
from aqueduc.declaration.vocabulary import (
    LONGEST_COLUMN_TITLE,
    LONGEST_FILE_NAME,
    SHORTEST_KEYWORD,
    AccessLevel,
)
from aqueduc.declaration.watermark import check_watermark
from aqueduc.errors import ExtensionBroken
from aqueduc.language import NOTHING, Message, _, join_messages, n_, quote_text
from aqueduc.rules import CoordinateRequirement

DATED = ("date", "datetime", "year", "yearmonth")


def check_declaration_consistency(reader: DeclarationReadingContext, sections: PartialDeclaration) -> None:
    """Complains of everything that does not fit together."""
    collector = reader.collector
    _check_repeated_entries(collector, sections)
    if sections.columns is not None:
        _check_columns(reader, sections, sections.columns)
    if sections.privacy is not None:
        check_threshold_above_city_floor(
            collector, ("privacy", "k"), "k", sections.privacy.k, reader.loaded.city.floors.k
        )
    if sections.spec.privacy is not None:
        check_privacy(collector, sections, sections.spec.privacy, reader.loaded.city)
    if sections.resolved.windowed and sections.frequency is not None and sections.frequency.cron is None:
        collector.add_value_problem(("cadence",), UnscheduledWindow, cadence=sections.frequency.word)
    check_watermark(collector, sections)
    if sections.spec.after:
        check_predecessors(reader, sections)
    if sections.spec.on_arrival:
        check_on_arrival_section(collector, sections)
    if sections.spec.publish_at is not None:
        problem = find_instant_format_or_dst_problem(sections.spec.publish_at, reader.loaded.city.timezone)
        if problem is not None:
            collector.add_value_problem(("publish_at",), problem)
    if sections.spec.order == "source":
        _check_row_order_disclosure(collector, sections)
    if sections.publication is not None:
        _check_publication_mode_and_link(reader, sections, sections.publication)
        _check_platforms_support_publication(reader, sections, sections.publication)
    if sections.access is not None:
        _check_access_users_and_licence(collector, sections, sections.access)


def _check_platforms_support_publication(
    reader: DeclarationReadingContext, sections: PartialDeclaration, publication: PublicationSettings
) -> None:
    """What each of its platforms cannot take, as its kind says."""
    city, collector = reader.loaded.city, reader.collector
    for settings in filter(None, map(city.find_platform_settings, publication.platforms)):
        try:
            known = settings.kind.capabilities
        except ExtensionBroken as broken:
            collector.add_key_problem(
                ("publish",),
                BrokenPlatformPackage,
                platform=settings.name,
                type=broken.kind,
                package=broken.package,
                why=broken.why,
            )
            continue
        # The files of a split dataset have an order.
        if publication.split is not None and known.refuses_slices:
            collector.add_key_problem(("publish", "split"), known.refuses_slices, platform=settings.name)
        if publication.mode is PublicationMode.UPLOAD and known.refuses_files:
            collector.add_key_problem(("publish", "mode"), known.refuses_files, platform=settings.name)
        if sections.access is not None and not sections.access.is_open and known.refuses_restricted:
            collector.add_value_problem(("access",), known.refuses_restricted, platform=settings.name)


def collect_declaration_warnings(
    reader: DeclarationReadingContext, sections: PartialDeclaration
) -> ProblemCollector:
    """What is doubtful and not refused."""
    doubts = ProblemCollector(reader.collector.tree)
    with suppress(TooManyProblems):
        _warn_doubtful_declaration_choices(doubts, reader, sections)
    return doubts


def _warn_doubtful_declaration_choices(
    doubts: ProblemCollector, reader: DeclarationReadingContext, sections: PartialDeclaration
) -> None:
    licence, publication, access = sections.licence, sections.publication, sections.access
    if licence and licence.open and not licence.by_decree:
        doubts.add_value_problem(("licence",), NonDecreeLicence, licence=licence.id)
    if publication and publication.link and access and not access.is_open:
        doubts.add_value_problem(("access",), RestrictedLinkShownToAll)
    for rank, keyword in enumerate(sections.spec.keywords):
        if sum(char.isalnum() for char in keyword) < SHORTEST_KEYWORD:
            doubts.add_value_problem(
                _build_list_item_path(doubts, ("keywords",), rank), RejectedKeyword, keyword=keyword
            )
    for column in sections.columns.read if sections.columns else ():
        if column.basis and column.published_as is None:
            doubts.add_key_problem(("columns", column.name, "basis"), UselessLegalBasis, column=column.name)
    _warn_incomplete_gdpr_processing_record(doubts, sections)
    _warn_undescribed_schema_columns(doubts, sections)
    if publication and publication.mode is PublicationMode.UPLOAD:
        if publication.formats == (OutputFormat.XLSX,):
            doubts.add_value_problem(("publish", "formats"), WorkbookAlone)
        _warn_shortened_file_names(doubts, reader.path.stem, publication)


def _warn_incomplete_gdpr_processing_record(doubts: ProblemCollector, sections: PartialDeclaration) -> None:
    """What nobody has said of a processing that publishes something about people, protected or not."""
    if not _is_about_people(sections):
        return
    lacks = sections.spec.processing.lacks_any_key
    wanted = {key: label for key, label in _PROCESSING_LABELS.items() if key != "why_k" or sections.privacy}
    missing = {key: label for key, label in wanted.items() if lacks(key)}
    if missing:
        listed = join_messages(missing.values())
        doubts.add_key_problem(("processing",), IncompleteProcessing, listed=listed, keys=", ".join(missing))


def _warn_undescribed_schema_columns(doubts: ProblemCollector, sections: PartialDeclaration) -> None:
    schema = sections.schema
    if schema is None or not schema.meaningless:
        return
    shown, more = schema.meaningless[:_COLUMNS_SHOWN], len(schema.meaningless) - _COLUMNS_SHOWN
    listed: Message = join_messages(map(quote_text, shown))
    if more > 0:
        listed = n_(
            "{listed} et {count} autre colonne", "{listed} et {count} autres colonnes", more, listed=listed
        )
    doubts.add_key_problem(("schema",), MeaninglessColumns, listed=listed, file=f"include/{schema.path}")


_COLUMNS_SHOWN = 5
_PROCESSING_LABELS = {
    "purpose": _("la finalité"),
    "legal_ground": _("le fondement"),
    "persons": _("les personnes concernées"),
    "why_k": _("pourquoi ce k"),
    "dpia": _("l'analyse d'impact"),
}


def _is_about_people(sections: PartialDeclaration) -> bool:
    """Whether what leaves is, or was made of, data on people, as far as the declaration shows."""
    kept = sections.columns.kept_columns if sections.columns else ()
    return bool(
        sections.privacy
        or sections.spec.waivers
        or any(column.basis or column.rule.capabilities.about_people for column in kept)
    )


def _warn_shortened_file_names(doubts: ProblemCollector, slug: str, publication: PublicationSettings) -> None:
    by_year = publication.split is not None and publication.split.per == "year"
    for kind in publication.formats:
        name = build_published_file_name(slug, kind.value, "2026" if by_year else "")
        if not name.startswith(f"{slug}-" if by_year else f"{slug}."):
            doubts.add_value_problem(
                ("publish", "formats"), ShortenedFileName, name=name, limit=LONGEST_FILE_NAME
            )
            return


def _check_repeated_entries(collector: ProblemCollector, sections: PartialDeclaration) -> None:
    spec, privacy, publish = sections.spec, sections.spec.privacy, sections.written_publication
    lists: dict[PathKey, Iterable[str] | None] = {
        ("keywords",): spec.keywords,
        ("after",): spec.after,
        ("key",): spec.key,
        ("column_sets",): spec.column_sets,
        ("privacy", "quasi_identifiers"): privacy.quasi_identifiers if privacy else None,
        ("privacy", "unit"): privacy.unit if privacy else None,
        ("publish", "formats"): publish.formats if publish else None,
        ("publish", "platforms"): publish.platform_list if publish else None,
    }
    for path, items in lists.items():
        said = [str(item) for item in items or ()]
        for item, count in Counter(said).items():
            if count > 1:
                again = said.index(item, said.index(item) + 1)
                collector.add_value_problem((*path, again), RepeatedItem, key=str(path[-1]), item=item)


# --- columns --------------------------------------------------------------------------------------------


def _check_columns(
    reader: DeclarationReadingContext, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    collector = reader.collector
    if not columns.kept_columns and not columns.unread and columns.whole:
        collector.add_key_problem(("columns",), NoPublishedColumn)
    _check_published_column_names(collector, columns)
    if sections.schema_fields is not None:
        _check_columns_against_schema(collector, columns, sections.schema_fields, sections.schema)
    _check_key_columns(collector, columns, sections.spec.key, sections.privacy)
    _check_waivers(collector, columns, sections.spec.waivers)
    _check_email_columns_have_legal_basis(collector, sections, columns)
    _check_home_position_disclosure(collector, sections, columns)
    check_joined_and_computed_columns(collector, sections, columns)
    if sections.spec.privacy:
        _check_quasi_identifier_columns_exist(
            collector, columns, sections.spec.privacy.quasi_identifiers or ()
        )
    city = reader.loaded.city
    for column in columns.read:
        path = ("columns", column.name)
        for keys, name in column.rule.other_source_columns_by_yaml_path.items():
            check_cited_column_exists(collector, columns, (*path, *keys), keys[-1], name, dropped=True)
        for bound in column.rule.list_city_bounded_thresholds(city.floors):
            check_value_within_city_bounds(collector, path, bound)
        if column.rule.key_connection_id:
            at: PathKey = (*path, column.rule.spelling.word)
            at = (*at, "key") if collector.tree.has_path((*at, "key")) else at
            check_connection_is_listed(collector, at, column.rule.key_connection_id, city.connections)
    _check_geometry_rules_and_formats(collector, sections, columns)
    _check_columns_cited_by_source_key(
        collector, columns, "fill_down", sections.source.filled_down_columns if sections.source else ()
    )
    _check_columns_cited_by_source_key(
        collector, columns, "thousands", sections.resolved.reading.thousands or ()
    )
    _check_guard_columns(collector, sections, columns)
    if sections.publication and sections.publication.split:
        _check_split_column(collector, columns, sections.publication.split, sections.schema_fields)


def _check_columns_cited_by_source_key(
    collector: ProblemCollector, columns: DeclaredColumns, key: str, names: Sequence[str]
) -> None:
    """``names``: the columns that ``key`` lists below ``source:``."""
    known = _list_parsed_column_names(columns)
    for rank, name in enumerate(names):
        if name not in known and not columns.may_be_unread_column(name):
            at = _build_list_item_path(collector, ("source", key), rank)
            advice = suggest_nearest_choice_or_list(name, known)
            collector.add_value_problem(at, UnknownColumn, key=key, name=name, sort=_OF_SOURCE, advice=advice)


def _list_parsed_column_names(columns: DeclaredColumns) -> list[str]:
    return [column.name for column in columns.read]


def _check_row_order_disclosure(collector: ProblemCollector, sections: PartialDeclaration) -> None:
    """The order of a file may be that of a column which does not leave, or not as it is."""
    if sections.source is not None and not sections.source.capabilities.keeps_order:
        collector.add_value_problem(("order",), UnsupportedSourceOrder)
        return
    changed = [
        column.name
        for column in (sections.columns.read if sections.columns else ())
        if not column.rule.capabilities.as_is
    ]
    hidden = [*changed, *(["privacy"] if sections.spec.privacy else [])]
    if hidden:
        collector.add_value_problem(("order",), LeakingSourceOrder, columns=", ".join(hidden))


def _check_published_column_names(collector: ProblemCollector, columns: DeclaredColumns) -> None:
    seen: set[str] = set()
    for column in columns.read:
        path = ("columns", column.name)
        name = column.published_as
        for said in dict.fromkeys((column.name, name or "")):
            if said.startswith("__"):
                collector.add_key_problem(path, ReservedName, name=said)
        if name is None:
            continue
        if name.casefold() in seen:
            collector.add_key_problem(path, DuplicatePublishedName, name=name)
        seen.add(name.casefold())
        if len(name) > LONGEST_COLUMN_TITLE:
            collector.add_key_problem(
                path, OversizedColumnTitle, name=name, length=len(name), limit=LONGEST_COLUMN_TITLE
            )


def _check_columns_against_schema(
    collector: ProblemCollector, columns: DeclaredColumns, fields: SchemaFields, part: PartialSchema | None
) -> None:
    """Of a national schema, only what is required must be published."""
    schema, fixed = (part.path, part.national) if part else ("", None)
    names = {column.published_as or "": column for column in columns.kept_columns}
    lacking = {name for name in fields.types if name not in names}
    for name, column in names.items():
        if name in fields.types:
            _check_rule_result_fits_field_type(collector, column, name, fields.types[name], schema)
        elif fields.whole:
            # A column and a field that are nearly the same are one slip, not two.
            near = find_nearest_choice(name, lacking)
            lacking.discard(near or "")
            shown = {
                "near": _("vouliez-vous dire « {name} » ? sinon, ").format(name=near) if near else NOTHING,
                "add": NOTHING if fixed else _("l'ajouter au schéma, "),
            }
            collector.add_key_problem(
                ("columns", column.name), ColumnOutsideSchema, column=name, schema=schema, **shown
            )
    if part and fixed:
        lacking &= find_missing_required_fields(part.whole, names) if part.whole else set()
    without = {"schema": schema, "remove": NOTHING if fixed else _(", ou ôter le champ du schéma")}
    for name in fields.types:
        if name in lacking and not columns.may_be_unread_column(name):
            collector.add_value_problem(("schema",), UnpublishedSchemaField, field=name, **without)


def _check_rule_result_fits_field_type(
    collector: ProblemCollector, column: ColumnDeclaration, field: str, kind: str | None, schema: str
) -> None:
    gives = column.rule.result_type
    if gives is not None and kind is not None and kind not in gives.fits:
        detail = {"field": field, "type": kind, "schema": schema, "gives": gives.what}
        first, *others = gives.fits[:-1]
        fits = reduce(lambda some, one: _("{} ou {}").format(some, one), others, Message(first))
        collector.add_value_problem(
            ("columns", column.name), RuleTypeMismatch, column=column.name, fits=fits, **detail
        )


def _check_key_columns(
    collector: ProblemCollector, columns: DeclaredColumns, key: Iterable[str], privacy: PrivacySettings | None
) -> None:
    published = {column.published_as: column for column in columns.kept_columns}
    for rank, name in enumerate(key):
        path = _build_list_item_path(collector, ("key",), rank)
        column = published.get(name)
        if column is None:
            _report_unknown_column(collector, path, "key", name, columns, _PUBLISHED)
        elif column.rule.capabilities.blurs:
            collector.add_value_problem(path, BlurredKey, name=name, rule=column.rule.spelling.word)
        elif privacy is not None and privacy.find_hierarchy(column.name):
            collector.add_value_problem(path, BlurredKey, name=name, rule="hierarchies")


def _check_quasi_identifier_columns_exist(
    collector: ProblemCollector, columns: DeclaredColumns, names: Sequence[str]
) -> None:
    """One that is dropped counts for nothing, and may stay in the list while another leaves."""
    kept = {column.name for column in columns.kept_columns}
    accepted = kept if columns.dropped_column_names.issuperset(names) else kept | columns.dropped_column_names
    for rank, name in enumerate(names):
        if name not in accepted:
            path = _build_list_item_path(collector, ("privacy", "quasi_identifiers"), rank)
            _report_unknown_column(collector, path, "quasi_identifiers", name, columns, _OF_SOURCE)


def _check_waivers(
    collector: ProblemCollector, columns: DeclaredColumns, waivers: Iterable[DetectionWaiver]
) -> None:
    published = {column.published_as: column for column in columns.kept_columns}
    seen: set[tuple[str, str]] = set()
    for rank, waiver in enumerate(waivers):
        path: PathKey = ("waivers", rank)
        if waiver.by and not _NAMES_SOMEBODY.search(waiver.by):
            collector.add_value_problem((*path, "by"), UnnamedWaiver)
        if waiver.lacks_any_key("column"):
            continue
        column = published.get(waiver.column)
        if column is None:
            _report_unknown_column(
                collector, (*path, "column"), "waivers", waiver.column, columns, _PUBLISHED
            )
        elif column.basis:
            collector.add_key_problem(path, NeedlessWaiver, column=waiver.column)
        if waiver.kind and (waiver.column, waiver.kind) in seen:
            collector.add_key_problem(
                path, RepeatedItem, key="waivers", item=f"{waiver.column}, {waiver.kind}"
            )
        seen.add((waiver.column, waiver.kind or ""))


# A given name and a family name, in any order; particles may stand between (« Anne de La Tour »).
_CAPITAL = r"[^\W\d_a-zß-ÿ]"
_NAMES_SOMEBODY = re.compile(
    rf"(?<!\w){_CAPITAL}[\w'’.-]*(?: (?:de|du|des|le|la|van|von|ben|el|al))* (?:d['’])?{_CAPITAL}[\w'’-]+"
)


def _check_email_columns_have_legal_basis(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    """A column that its schema calls an e-mail address is personal by declaration."""
    waived = {waiver.column for waiver in sections.spec.waivers if waiver.kind == "email"}
    schema = sections.schema.whole if sections.schema else None
    mailboxes = {field.name for field in schema.fields if field.format == "email"} if schema else set()
    for column in columns.kept_columns:
        as_it_is = column.rule.capabilities.as_is and column.basis is None
        if as_it_is and column.published_as in mailboxes and column.published_as not in waived:
            collector.add_value_problem(
                ("columns", column.name), MissingLegalBasis, column=column.name, why=_MAILBOX
            )


def _check_home_position_disclosure(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    """A position gives back the address, or the person, that the declaration keeps back."""
    waived = {waiver.column for waiver in sections.spec.waivers if waiver.kind == "home_position"}
    types = sections.schema_fields.types if sections.schema_fields else {}
    for exposed in find_exposed_positions(columns.read, sections.spec.geometry, types, sections.privacy):
        if any(column.basis for column in exposed.columns) or waived & set(exposed.published_column_names):
            continue
        collector.add_value_problem(
            ("columns", exposed.columns[0].name),
            ExposedHomePosition,
            column=exposed.published_column_names[0],
            position=", ".join(exposed.published_column_names),
            beside=", ".join(exposed.beside[:_BESIDE]) + ("…" if len(exposed.beside) > _BESIDE else ""),
        )


_BESIDE = 4
_MAILBOX = _(
    "son schéma dit que c'est une adresse électronique (si ce n'est pas celle de quelqu'un, le lever sous "
    "« waivers: »)"
)
_PUBLISHED, _OF_SOURCE = _("publiée"), _("de la source")
_BY_PUBLISHED = _("la citer sous son nom publié : « {name} »")


def _report_unknown_column(
    collector: ProblemCollector, path: PathKey, key: str, name: str, columns: DeclaredColumns, sort: Message
) -> None:
    """``name`` is not one of the columns that ``key`` may cite: dropped, under its other name, or
    misspelt."""
    if columns.may_be_unread_column(name):
        return
    for column in columns.read:
        if column.name == name and column.published_as is None:
            collector.add_value_problem(path, DroppedColumnReference, key=key, name=name)
            return
    others = {c.name: c.published_as or "" for c in columns.kept_columns}
    if sort is _PUBLISHED:
        known, other, by = list(others.values()), others.get(name), _BY_PUBLISHED
    else:
        known, by = list(others), _("la citer sous son nom dans la source : « {name} »")
        other = next((source for source, published in others.items() if published == name), None)
    advice = by.format(name=other) if other else suggest_nearest_choice_or_list(name, known)
    collector.add_value_problem(path, UnknownColumn, key=key, name=name, sort=sort, advice=advice)


def _check_geometry_rules_and_formats(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    geometry = sections.spec.geometry
    by_name = {column.name: column for column in columns.read}
    if geometry:
        for key, name in (("longitude", geometry.longitude), ("latitude", geometry.latitude)):
            if name not in by_name and not columns.may_be_unread_column(name):
                advice = suggest_nearest_choice_or_list(name, by_name)
                collector.add_value_problem(
                    ("geometry", key), UnknownColumn, key=key, name=name, sort=_OF_SOURCE, advice=advice
                )
    if collector.has_problem_at_or_around_path(("geometry",)):
        return
    pair = _find_coordinate_column_declarations(geometry, by_name, columns)
    if pair is None:
        return
    for column in columns.read:
        rules = {other.rule for other in pair if other}
        need, detail = column.rule.capabilities.geometry, {"rule": column.rule.spelling.word}
        if need is CoordinateRequirement.PAIR and not (column in pair and rules == {column.rule}):
            collector.add_key_problem(
                ("columns", column.name), MissingGeometryPair, column=column.name, **detail
            )
        if need is CoordinateRequirement.POSITION and not pair:
            collector.add_key_problem(
                ("columns", column.name), MissingRulePosition, column=column.name, **detail
            )
    formats = sections.publication.formats if sections.publication else ()
    if OutputFormat.GEOJSON in formats and not (
        pair and all(column is not None and column.published_as for column in pair)
    ):
        collector.add_value_problem(("publish", "formats"), MissingGeometry)


def _find_coordinate_column_declarations(
    geometry: GeometryColumns | None, by_name: Mapping[str, ColumnDeclaration], columns: DeclaredColumns
) -> tuple[ColumnDeclaration | None, ...] | None:
    """Longitude and latitude, () without geometry; None when one of them could not be read."""
    if geometry is None:
        return ()
    names = (geometry.longitude, geometry.latitude)
    unread = any(name not in by_name and columns.may_be_unread_column(name) for name in names)
    return None if unread else tuple(by_name.get(name) for name in names)


def _check_split_column(
    collector: ProblemCollector, columns: DeclaredColumns, split: FileSplit, fields: SchemaFields | None
) -> None:
    path = ("publish", "split", "by")
    column = next((column for column in columns.kept_columns if column.published_as == split.by), None)
    if column is None:
        _report_unknown_column(collector, path, "split", split.by, columns, _PUBLISHED)
        return
    kind = fields.types.get(split.by) if fields else None
    if split.per == "year" and kind and kind not in DATED and not column.rule.capabilities.temporal:
        collector.add_value_problem(path, UndatedSplitColumn, column=split.by)


def _check_guard_columns(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    """The columns that guards watch are published, and of a type that can be watched."""
    fresh = sections.spec.guards.fresh
    watched = [(("guards", "totals", name), "totals", name) for name in sections.spec.guards.totals]
    if fresh:
        watched.append((("guards", "fresh", "column"), "fresh", fresh.column))
    for path, key, name in watched:
        column = next((column for column in columns.kept_columns if column.published_as == name), None)
        if column is None:
            _report_unknown_column(collector, path, key, name, columns, _PUBLISHED)
            continue
        kind = sections.schema_fields.types.get(name) if sections.schema_fields else None
        wanted = ("number", "integer") if key == "totals" else DATED
        if kind and kind not in wanted and not (key == "fresh" and column.rule.capabilities.temporal):
            collector.add_value_problem(
                path, GuardTypeMismatch, column=name, key=key, listed=", ".join(wanted)
            )


def _build_list_item_path(collector: ProblemCollector, path: PathKey, rank: int) -> PathKey:
    """An item of a list; the key itself where it was written without a list."""
    return (*path, rank) if collector.tree.has_path((*path, rank)) else path


# --- publication and access -----------------------------------------------------------------------------


def _check_publish_outlet(
    reader: DeclarationReadingContext, name: str, publication: PublicationSettings
) -> None:
    """The files that are linked went through the stages: what holds for a link to the source does not."""
    collector = reader.collector
    known = [outlet.name for outlet in reader.loaded.city.outlets]
    collector.check_choice(("publish", "outlet"), ChoiceList(_("emplacement inconnu"), known), name)
    if publication.link is not None:
        collector.add_key_problem(("publish", "link"), LinkOutletConflict)
    if publication.split is not None:
        collector.add_key_problem(("publish", "split"), LinkSplitConflict)


def _check_publication_mode_and_link(
    reader: DeclarationReadingContext, sections: PartialDeclaration, publication: PublicationSettings
) -> None:
    collector = reader.collector
    if publication.mode is PublicationMode.UPLOAD:
        for key in ("link", "outlet"):
            if getattr(publication, key) is not None:
                collector.add_key_problem(("publish", key), UselessLink, key=key)
        return
    if publication.outlet is not None:
        _check_publish_outlet(reader, publication.outlet, publication)
        return
    if publication.link is None and not collector.has_problem_at_or_around_path(("publish", "link")):
        collector.add_value_problem(("publish", "mode"), MissingLink)
    elsewhere = sections.source is not None and not sections.source.capabilities.has_address
    if publication.link and "://" not in publication.link and elsewhere:
        collector.add_value_problem(("publish", "link"), InvalidLinkAddress, link=publication.link)
    if publication.split is not None:
        collector.add_key_problem(("publish", "split"), LinkSplitConflict)
    if sections.spec.privacy is not None:
        collector.add_key_problem(("privacy",), UnenforceableLinkPrivacy)
    changed = [
        c.name for c in (sections.columns.read if sections.columns else ()) if not c.rule.capabilities.as_is
    ]
    if changed:
        collector.add_value_problem(("publish", "mode"), LeakingLink, columns=", ".join(changed))


def _check_access_users_and_licence(
    collector: ProblemCollector, sections: PartialDeclaration, access: AccessSettings
) -> None:
    named = access.level is AccessLevel.NAMED_USERS
    if named and not access.users and not collector.has_problem_at_or_around_path(("access",)):
        collector.add_value_problem(("access",), MissingAllowedUsers)
    if access.users and not named:
        collector.add_key_problem(("access", "users"), UselessAllowedUsers, level=access.written_level)
    licence = sections.licence
    if licence is None or licence.open == access.is_open:
        return
    # Where the licence is the city's, it is the access that this declaration chose.
    own = collector.tree.document.has_path(("licence",))
    path: PathKey = ("licence",) if own or not collector.tree.has_path(("access",)) else ("access",)
    word = _("ouvert") if access.is_open else _("restreint")
    advice = _("prendre « lov2 » ou « odc-odbl »") if access.is_open else _("prendre « licence: other-at »")
    collector.add_value_problem(path, LicenceAccessMismatch, licence=licence.id, access=word, advice=advice)
