"""Cross-checks: what is right in each part of a declaration, and wrong between them.

A part that could not be read was complained of already: nothing that hangs on it is complained of again.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import reduce

from aqueduc.declaration.city import check_connection
from aqueduc.declaration.confidentiality import check_bound, check_privacy, check_source_column, floor
from aqueduc.declaration.diagnostics.advice import did_you_mean, nearest
from aqueduc.declaration.diagnostics.catalogue import (
    BasisNeeded,
    BasisUseless,
    ColumnIsDropped,
    ColumnNotInSchema,
    FieldNotPublished,
    FileNameCut,
    GeometryNeeded,
    GuardAgainstType,
    HomePublished,
    KeyBlurred,
    KeywordLost,
    LicenceAccessMismatch,
    LicenceNotByDecree,
    LinkAndOutlet,
    LinkNeeded,
    LinkNotAnAddress,
    LinkUseless,
    LinkWouldLeak,
    NotAColumn,
    NothingPublished,
    OrderOfNoFile,
    OrderWouldLeak,
    PackageBroken,
    PrivacyOnLink,
    ProcessingIncomplete,
    PublishedTwice,
    RepeatedItem,
    ReservedName,
    RestrictedLink,
    RuleAgainstType,
    RuleNeedsPair,
    RuleNeedsPosition,
    SplitNeedsDate,
    SplitOnLink,
    TitleTooLong,
    UsersNeeded,
    UsersUseless,
    WaiverNeedless,
    WaiverUnnamed,
    WindowNeedsSchedule,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.naming import file_name
from aqueduc.declaration.national import missing_fields
from aqueduc.declaration.positions import exposed_positions
from aqueduc.declaration.sections import (
    DeclarationReader,
    DeclaredColumns,
    SchemaFields,
    SchemaPart,
    Sections,
    find_repetitions,
)
from aqueduc.declaration.spec import (
    Access,
    Choice,
    Column,
    Geometry,
    Mode,
    OutputFormat,
    Privacy,
    Publication,
    Split,
    Waiver,
)
from aqueduc.declaration.vocabulary import (
    LONGEST_COLUMN_TITLE,
    LONGEST_FILE_NAME,
    SHORTEST_KEYWORD,
    AccessLevel,
)
from aqueduc.errors import ExtensionBroken
from aqueduc.language import NOTHING, Message, _, join
from aqueduc.rules import CoordinateRequirement

DATED = ("date", "datetime", "year", "yearmonth")


def check(reader: DeclarationReader, sections: Sections) -> None:
    """Complains of everything that does not fit together."""
    collector = reader.collector
    _check_repeated_entries(collector, sections)
    if sections.columns is not None:
        _columns(reader, sections, sections.columns)
    if sections.privacy is not None:
        floor(collector, ("privacy", "k"), "k", sections.privacy.k, reader.loaded.city.floors.k)
    if sections.spec.privacy is not None:
        check_privacy(collector, sections, sections.spec.privacy, reader.loaded.city)
    if sections.resolved.windowed and sections.frequency is not None and sections.frequency.cron is None:
        collector.at_value(("cadence",), WindowNeedsSchedule, cadence=sections.frequency.word)
    if sections.spec.order == "source":
        _order(collector, sections)
    if sections.publication is not None:
        _publication(reader, sections, sections.publication)
        _platforms(reader, sections, sections.publication)
    if sections.access is not None:
        _access(collector, sections, sections.access)


def _platforms(reader: DeclarationReader, sections: Sections, publication: Publication) -> None:
    """What each of its platforms cannot take, as its kind says."""
    city, collector = reader.loaded.city, reader.collector
    for settings in filter(None, map(city.platform, publication.platforms)):
        try:
            known = settings.kind.capabilities
        except ExtensionBroken as broken:
            words = {"type": broken.kind, "package": broken.package, "why": broken.why}
            collector.at_key(("publish",), PackageBroken, platform=settings.name, **words)
            continue
        # The files of a split dataset have an order.
        if publication.split is not None and known.refuses_slices:
            collector.at_key(("publish", "split"), known.refuses_slices, platform=settings.name)
        if publication.mode is Mode.UPLOAD and known.refuses_files:
            collector.at_key(("publish", "mode"), known.refuses_files, platform=settings.name)
        if sections.access is not None and not sections.access.is_open and known.refuses_restricted:
            collector.at_value(("access",), known.refuses_restricted, platform=settings.name)


def warn(reader: DeclarationReader, sections: Sections) -> ProblemCollector:
    """What is doubtful and not refused."""
    doubts = ProblemCollector(reader.collector.tree)
    with suppress(TooManyProblems):
        _doubt(doubts, reader, sections)
    return doubts


def _doubt(doubts: ProblemCollector, reader: DeclarationReader, sections: Sections) -> None:
    licence, publication, access = sections.licence, sections.publication, sections.access
    if licence and licence.open and not licence.by_decree:
        doubts.at_value(("licence",), LicenceNotByDecree, licence=licence.id)
    if publication and publication.link and access and not access.is_open:
        doubts.at_value(("access",), RestrictedLink)
    for rank, keyword in enumerate(sections.spec.keywords):
        if sum(char.isalnum() for char in keyword) < SHORTEST_KEYWORD:
            doubts.at_value(_item(doubts, ("keywords",), rank), KeywordLost, keyword=keyword)
    for column in sections.columns.read if sections.columns else ():
        if column.basis and column.published_as is None:
            doubts.at_key(("columns", column.name, "basis"), BasisUseless, column=column.name)
    _warn_processing(doubts, sections)
    if publication and publication.mode is Mode.UPLOAD:
        _long_names(doubts, reader.path.stem, publication)


def _warn_processing(doubts: ProblemCollector, sections: Sections) -> None:
    """What nobody has said of a processing that publishes something about people, protected or not."""
    if not _about_people(sections):
        return
    lacks = sections.spec.processing.lacks
    wanted = {key: label for key, label in _PROCESSING_LABELS.items() if key != "why_k" or sections.privacy}
    missing = {key: label for key, label in wanted.items() if lacks(key)}
    if missing:
        listed = join(missing.values())
        doubts.at_key(("processing",), ProcessingIncomplete, listed=listed, keys=", ".join(missing))


_PROCESSING_LABELS = {
    "purpose": _("la finalité"),
    "legal_ground": _("le fondement"),
    "persons": _("les personnes concernées"),
    "why_k": _("pourquoi ce k"),
    "dpia": _("l'analyse d'impact"),
}


def _about_people(sections: Sections) -> bool:
    """Whether what leaves is, or was made of, data on people, as far as the declaration shows."""
    kept = sections.columns.kept if sections.columns else ()
    return bool(
        sections.privacy
        or sections.spec.waivers
        or any(column.basis or column.rule.capabilities.about_people for column in kept)
    )


def _long_names(doubts: ProblemCollector, slug: str, publication: Publication) -> None:
    by_year = publication.split is not None and publication.split.per == "year"
    for kind in publication.formats:
        name = file_name(slug, kind.value, "2026" if by_year else "")
        if not name.startswith(f"{slug}-" if by_year else f"{slug}."):
            doubts.at_value(("publish", "formats"), FileNameCut, name=name, limit=LONGEST_FILE_NAME)
            return


def _check_repeated_entries(collector: ProblemCollector, sections: Sections) -> None:
    spec, privacy, publish = sections.spec, sections.spec.privacy, sections.said_publication
    lists: dict[PathKey, Iterable[str] | None] = {
        ("keywords",): spec.keywords,
        ("key",): spec.key,
        ("column_sets",): spec.column_sets,
        ("privacy", "quasi_identifiers"): privacy.quasi_identifiers if privacy else None,
        ("privacy", "unit"): privacy.unit if privacy else None,
        ("publish", "formats"): publish.formats if publish else None,
        ("publish", "platforms"): publish.platform_list if publish else None,
    }
    for path, items in lists.items():
        said = [str(item) for item in items or ()]
        for item in find_repetitions(said):
            again = said.index(item, said.index(item) + 1)
            collector.at_value((*path, again), RepeatedItem, key=str(path[-1]), item=item)


# --- columns --------------------------------------------------------------------------------------------


def _columns(reader: DeclarationReader, sections: Sections, columns: DeclaredColumns) -> None:
    collector = reader.collector
    if not columns.kept and not columns.unread and columns.whole:
        collector.at_key(("columns",), NothingPublished)
    _names(collector, columns)
    if sections.fields is not None:
        _against_schema(collector, columns, sections.fields, sections.schema)
    _key(collector, columns, sections.spec.key, sections.privacy)
    _waivers(collector, columns, sections.spec.waivers)
    _emails(collector, sections, columns)
    _homes(collector, sections, columns)
    if sections.spec.privacy:
        _quasi_identifiers(collector, columns, sections.spec.privacy.quasi_identifiers or ())
    city = reader.loaded.city
    for column in columns.read:
        path = ("columns", column.name)
        for keys, name in column.rule.columns_read.items():
            check_source_column(collector, columns, (*path, *keys), keys[-1], name, dropped=True)
        for bound in column.rule.bounds(city.floors):
            check_bound(collector, path, bound)
        if column.rule.secret:
            at: PathKey = (*path, column.rule.spelling.word)
            at = (*at, "key") if collector.tree.has((*at, "key")) else at
            check_connection(collector, at, column.rule.secret, city.connections)
    _geometry(collector, sections, columns)
    for rank, name in enumerate(sections.source.filled_columns if sections.source else ()):
        if name not in _column_names(columns) and not columns.may_be(name):
            at, advice = (
                _item(collector, ("source", "fill_down"), rank),
                did_you_mean(name, _column_names(columns)),
            )
            collector.at_value(at, NotAColumn, key="fill_down", name=name, sort=_OF_SOURCE, advice=advice)
    _guards(collector, sections, columns)
    if sections.publication and sections.publication.split:
        _split(collector, columns, sections.publication.split, sections.fields)


def _column_names(columns: DeclaredColumns) -> list[str]:
    return [column.name for column in columns.read]


def _order(collector: ProblemCollector, sections: Sections) -> None:
    """The order of a file may be that of a column which does not leave, or not as it is."""
    if sections.source is not None and not sections.source.capabilities.keeps_order:
        collector.at_value(("order",), OrderOfNoFile)
        return
    changed = [
        column.name
        for column in (sections.columns.read if sections.columns else ())
        if not column.rule.capabilities.as_is
    ]
    hidden = [*changed, *(["privacy"] if sections.spec.privacy else [])]
    if hidden:
        collector.at_value(("order",), OrderWouldLeak, columns=", ".join(hidden))


def _names(collector: ProblemCollector, columns: DeclaredColumns) -> None:
    seen: set[str] = set()
    for column in columns.read:
        path = ("columns", column.name)
        name = column.published_as
        for said in dict.fromkeys((column.name, name or "")):
            if said.startswith("__"):
                collector.at_key(path, ReservedName, name=said)
        if name is None:
            continue
        if name.casefold() in seen:
            collector.at_key(path, PublishedTwice, name=name)
        seen.add(name.casefold())
        if len(name) > LONGEST_COLUMN_TITLE:
            detail = {"name": name, "length": len(name), "limit": LONGEST_COLUMN_TITLE}
            collector.at_key(path, TitleTooLong, **detail)


def _against_schema(
    collector: ProblemCollector, columns: DeclaredColumns, fields: SchemaFields, part: SchemaPart | None
) -> None:
    """Of a national schema, only what is required must be published."""
    schema, fixed = (part.path, part.national) if part else ("", None)
    names = {column.published_as or "": column for column in columns.kept}
    lacking = {name for name in fields.types if name not in names}
    for name, column in names.items():
        if name in fields.types:
            _type(collector, column, name, fields.types[name], schema)
        elif fields.whole:
            # A column and a field that are nearly the same are one slip, not two.
            near = nearest(name, lacking)
            lacking.discard(near or "")
            shown = {
                "near": _("vouliez-vous dire « {name} » ? sinon, ").format(name=near) if near else NOTHING,
                "add": NOTHING if fixed else _("l'ajouter au schéma, "),
            }
            detail = {"schema": schema, **shown}
            collector.at_key(("columns", column.name), ColumnNotInSchema, column=name, **detail)
    if part and fixed:
        lacking &= missing_fields(part.whole, names) if part.whole else set()
    without = {"schema": schema, "remove": NOTHING if fixed else _(", ou ôter le champ du schéma")}
    for name in fields.types:
        if name in lacking and not columns.may_be(name):
            collector.at_value(("schema",), FieldNotPublished, field=name, **without)


def _type(collector: ProblemCollector, column: Column, field: str, kind: str | None, schema: str) -> None:
    gives = column.rule.gives
    if gives is not None and kind is not None and kind not in gives.fits:
        detail = {"field": field, "type": kind, "schema": schema, "gives": gives.what}
        first, *others = gives.fits[:-1]
        fits = reduce(lambda some, one: _("{} ou {}").format(some, one), others, Message(first))
        collector.at_value(("columns", column.name), RuleAgainstType, column=column.name, fits=fits, **detail)


def _key(
    collector: ProblemCollector, columns: DeclaredColumns, key: Iterable[str], privacy: Privacy | None
) -> None:
    published = {column.published_as: column for column in columns.kept}
    for rank, name in enumerate(key):
        path = _item(collector, ("key",), rank)
        column = published.get(name)
        if column is None:
            _missing(collector, path, "key", name, columns, _PUBLISHED)
        elif column.rule.capabilities.blurs:
            collector.at_value(path, KeyBlurred, name=name, rule=column.rule.spelling.word)
        elif privacy is not None and privacy.ladder(column.name):
            collector.at_value(path, KeyBlurred, name=name, rule="hierarchies")


def _quasi_identifiers(collector: ProblemCollector, columns: DeclaredColumns, names: Iterable[str]) -> None:
    kept = {column.name for column in columns.kept}
    for rank, name in enumerate(names):
        if name not in kept:
            path = _item(collector, ("privacy", "quasi_identifiers"), rank)
            _missing(collector, path, "quasi_identifiers", name, columns, _OF_SOURCE)


def _waivers(collector: ProblemCollector, columns: DeclaredColumns, waivers: Iterable[Waiver]) -> None:
    published = {column.published_as: column for column in columns.kept}
    seen: set[tuple[str, str]] = set()
    for rank, waiver in enumerate(waivers):
        path: PathKey = ("waivers", rank)
        if waiver.by and not _NAMES_SOMEBODY.search(waiver.by):
            collector.at_value((*path, "by"), WaiverUnnamed)
        if waiver.lacks("column"):
            continue
        column = published.get(waiver.column)
        if column is None:
            _missing(collector, (*path, "column"), "waivers", waiver.column, columns, _PUBLISHED)
        elif column.basis:
            collector.at_key(path, WaiverNeedless, column=waiver.column)
        if waiver.kind and (waiver.column, waiver.kind) in seen:
            collector.at_key(path, RepeatedItem, key="waivers", item=f"{waiver.column}, {waiver.kind}")
        seen.add((waiver.column, waiver.kind or ""))


# A given name and a family name, in any order; particles may stand between (« Anne de La Tour »).
_CAPITAL = r"[^\W\d_a-zß-ÿ]"
_NAMES_SOMEBODY = re.compile(
    rf"(?<!\w){_CAPITAL}[\w'’.-]*(?: (?:de|du|des|le|la|van|von|ben|el|al))* (?:d['’])?{_CAPITAL}[\w'’-]+"
)


def _emails(collector: ProblemCollector, sections: Sections, columns: DeclaredColumns) -> None:
    """A column that its schema calls an e-mail address is personal by declaration."""
    waived = {waiver.column for waiver in sections.spec.waivers if waiver.kind == "email"}
    schema = sections.schema.whole if sections.schema else None
    mailboxes = {field.name for field in schema.fields if field.format == "email"} if schema else set()
    for column in columns.kept:
        as_it_is = column.rule.capabilities.as_is and column.basis is None
        if as_it_is and column.published_as in mailboxes and column.published_as not in waived:
            collector.at_value(("columns", column.name), BasisNeeded, column=column.name, why=_MAILBOX)


def _homes(collector: ProblemCollector, sections: Sections, columns: DeclaredColumns) -> None:
    """A position gives back the address, or the person, that the declaration keeps back."""
    waived = {waiver.column for waiver in sections.spec.waivers if waiver.kind == "home_position"}
    types = sections.fields.types if sections.fields else {}
    for exposed in exposed_positions(columns.read, sections.spec.geometry, types, sections.privacy):
        if exposed.has_basis or waived & set(exposed.names):
            continue
        beside = ", ".join(exposed.beside[:_BESIDE]) + ("…" if len(exposed.beside) > _BESIDE else "")
        collector.at_value(
            ("columns", exposed.columns[0].name),
            HomePublished,
            column=exposed.names[0],
            position=", ".join(exposed.names),
            beside=beside,
        )


_BESIDE = 4
_MAILBOX = _(
    "son schéma dit que c'est une adresse électronique (si ce n'est pas celle de quelqu'un, le lever sous "
    "« waivers: »)"
)
_PUBLISHED, _OF_SOURCE = _("publiée"), _("de la source")
_BY_PUBLISHED = _("la citer sous son nom publié : « {name} »")


def _missing(
    collector: ProblemCollector, path: PathKey, key: str, name: str, columns: DeclaredColumns, sort: Message
) -> None:
    """``name`` is not one of the columns that ``key`` may cite: dropped, under its other name, or
    misspelt."""
    if columns.may_be(name):
        return
    for column in columns.read:
        if column.name == name and column.published_as is None:
            collector.at_value(path, ColumnIsDropped, key=key, name=name)
            return
    others = {c.name: c.published_as or "" for c in columns.kept}
    if sort is _PUBLISHED:
        known, other, by = list(others.values()), others.get(name), _BY_PUBLISHED
    else:
        known, by = list(others), _("la citer sous son nom dans la source : « {name} »")
        other = next((source for source, published in others.items() if published == name), None)
    advice = by.format(name=other) if other else did_you_mean(name, known)
    collector.at_value(path, NotAColumn, key=key, name=name, sort=sort, advice=advice)


def _geometry(collector: ProblemCollector, sections: Sections, columns: DeclaredColumns) -> None:
    geometry = sections.spec.geometry
    by_name = {column.name: column for column in columns.read}
    if geometry:
        for key, name in (("longitude", geometry.longitude), ("latitude", geometry.latitude)):
            if name not in by_name and not columns.may_be(name):
                advice = did_you_mean(name, by_name)
                collector.at_value(
                    ("geometry", key), NotAColumn, key=key, name=name, sort=_OF_SOURCE, advice=advice
                )
    if collector.silent(("geometry",)):
        return
    pair = _pair(geometry, by_name, columns)
    if pair is None:
        return
    for column in columns.read:
        rules = {other.rule for other in pair if other}
        need, detail = column.rule.capabilities.geometry, {"rule": column.rule.spelling.word}
        if need is CoordinateRequirement.PAIR and not (column in pair and rules == {column.rule}):
            collector.at_key(("columns", column.name), RuleNeedsPair, column=column.name, **detail)
        if need is CoordinateRequirement.POSITION and not pair:
            collector.at_key(("columns", column.name), RuleNeedsPosition, column=column.name, **detail)
    formats = sections.publication.formats if sections.publication else ()
    if OutputFormat.GEOJSON in formats and not (
        pair and all(column is not None and column.published_as for column in pair)
    ):
        collector.at_value(("publish", "formats"), GeometryNeeded)


def _pair(
    geometry: Geometry | None, by_name: Mapping[str, Column], columns: DeclaredColumns
) -> tuple[Column | None, ...] | None:
    """Longitude and latitude, () without geometry; None when one of them could not be read."""
    if geometry is None:
        return ()
    names = (geometry.longitude, geometry.latitude)
    unread = any(name not in by_name and columns.may_be(name) for name in names)
    return None if unread else tuple(by_name.get(name) for name in names)


def _split(
    collector: ProblemCollector, columns: DeclaredColumns, split: Split, fields: SchemaFields | None
) -> None:
    path = ("publish", "split", "by")
    column = next((column for column in columns.kept if column.published_as == split.by), None)
    if column is None:
        _missing(collector, path, "split", split.by, columns, _PUBLISHED)
        return
    kind = fields.types.get(split.by) if fields else None
    if split.per == "year" and kind and kind not in DATED and not column.rule.capabilities.temporal:
        collector.at_value(path, SplitNeedsDate, column=split.by)


def _guards(collector: ProblemCollector, sections: Sections, columns: DeclaredColumns) -> None:
    """The columns that guards watch are published, and of a type that can be watched."""
    fresh = sections.spec.guards.fresh
    watched = [(("guards", "totals", name), "totals", name) for name in sections.spec.guards.totals]
    if fresh:
        watched.append((("guards", "fresh", "column"), "fresh", fresh.column))
    for path, key, name in watched:
        column = next((column for column in columns.kept if column.published_as == name), None)
        if column is None:
            _missing(collector, path, key, name, columns, _PUBLISHED)
            continue
        kind = sections.fields.types.get(name) if sections.fields else None
        wanted = ("number", "integer") if key == "totals" else DATED
        if kind and kind not in wanted and not (key == "fresh" and column.rule.capabilities.temporal):
            collector.at_value(path, GuardAgainstType, column=name, key=key, listed=", ".join(wanted))


def _item(collector: ProblemCollector, path: PathKey, rank: int) -> PathKey:
    """An item of a list; the key itself where it was written without a list."""
    return (*path, rank) if collector.tree.has((*path, rank)) else path


# --- publication and access -----------------------------------------------------------------------------


def _outlet(reader: DeclarationReader, name: str, publication: Publication) -> None:
    """The files that are linked went through the stages: what holds for a link to the source does not."""
    collector = reader.collector
    known = [outlet.name for outlet in reader.loaded.city.outlets]
    collector.check_choice(("publish", "outlet"), Choice(_("emplacement inconnu"), known), name)
    if publication.link is not None:
        collector.at_key(("publish", "link"), LinkAndOutlet)
    if publication.split is not None:
        collector.at_key(("publish", "split"), SplitOnLink)


def _publication(reader: DeclarationReader, sections: Sections, publication: Publication) -> None:
    collector = reader.collector
    if publication.mode is Mode.UPLOAD:
        for key in ("link", "outlet"):
            if getattr(publication, key) is not None:
                collector.at_key(("publish", key), LinkUseless, key=key)
        return
    if publication.outlet is not None:
        _outlet(reader, publication.outlet, publication)
        return
    if publication.link is None and not collector.silent(("publish", "link")):
        collector.at_value(("publish", "mode"), LinkNeeded)
    elsewhere = sections.source is not None and not sections.source.capabilities.has_address
    if publication.link and "://" not in publication.link and elsewhere:
        collector.at_value(("publish", "link"), LinkNotAnAddress, link=publication.link)
    if publication.split is not None:
        collector.at_key(("publish", "split"), SplitOnLink)
    if sections.spec.privacy is not None:
        collector.at_key(("privacy",), PrivacyOnLink)
    changed = [
        c.name for c in (sections.columns.read if sections.columns else ()) if not c.rule.capabilities.as_is
    ]
    if changed:
        collector.at_value(("publish", "mode"), LinkWouldLeak, columns=", ".join(changed))


def _access(collector: ProblemCollector, sections: Sections, access: Access) -> None:
    named = access.level is AccessLevel.NAMED_USERS
    if named and not access.users and not collector.silent(("access",)):
        collector.at_value(("access",), UsersNeeded)
    if access.users and not named:
        collector.at_key(("access", "users"), UsersUseless, level=access.word)
    licence = sections.licence
    if licence is None or licence.open == access.is_open:
        return
    # Where the licence is the city's, it is the access that this declaration chose.
    own = collector.tree.document.has(("licence",))
    path: PathKey = ("licence",) if own or not collector.tree.has(("access",)) else ("access",)
    word = _("ouvert") if access.is_open else _("restreint")
    advice = _("prendre « lov2 » ou « odc-odbl »") if access.is_open else _("prendre « licence: other-at »")
    collector.at_value(path, LicenceAccessMismatch, licence=licence.id, access=word, advice=advice)
