"""Toronto's open-data-toronto/operations: one YAML file a package, with resources and their attributes.

What is understood is what that project's DAG generator and readers understand: CSV, JSON, GeoJSON and
workbooks at an address, ArcGIS layers, several files made one, and rows made by a program of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from aqueduc.declaration.vocabulary import FREQUENCIES, THEMES
from aqueduc.draft.writing import YamlLine
from aqueduc.language import _
from aqueduc.migrate.cadence import cadence_of
from aqueduc.migrate.columns import DraftColumns, SourceAttribute, draft_columns, published_as, sound
from aqueduc.migrate.conversion import (
    Conversion,
    DatasetDraft,
    OpenPointCollector,
    identifier,
    sentence,
    texts,
)
from aqueduc.migrate.findings import (
    NONE,
    ArcGisPages,
    CadenceOpen,
    CadenceUnsaid,
    ContactOpen,
    DescriptionOpen,
    EncodingToCheck,
    GeometryOpen,
    HeadersLeftOut,
    LicenceOpen,
    NotThisKind,
    OwnerOpen,
    RenamedRuleOpen,
    SameColumns,
    SourceAddress,
    SourceByProgram,
    SourceOfManyFiles,
    ThemeOpen,
    TitleOpen,
    WorkbookAtAddress,
)
from aqueduc.migrate.web import WebAddress, parse_address

ORIGIN = "Toronto (open-data-toronto/operations)"

_REFRESH = {
    "real-time": "continuous",
    "hourly": "hourly",
    "daily": "daily",
    "weekly": "weekly",
    "bi-weekly": "twice-a-month",
    "monthly": "monthly",
    "quarterly": "quarterly",
    "semi-annually": "twice-a-year",
    "annually": "yearly",
    "as available": "irregular",
    "will not be refreshed": "never-again",
}
_TOPICS = {
    "business": "ECON",
    "city government": "GOVE",
    "community services": "SOCI",
    "culture and tourism": "EDUC",
    "development and infrastructure": "REGI",
    "environment": "ENVI",
    "finance": "ECON",
    "garbage and recycling": "ENVI",
    "health": "HEAL",
    "locations and mapping": "REGI",
    "parks and recreation": "ENVI",
    "permits and licenses": "GOVE",
    "public safety": "JUST",
    "transportation": "TRAN",
    "water": "ENVI",
}
_VAGUE = frozenset({"locations and mapping", "city government"})
"""Topics given to nearly everything: they count only when there is no other."""
_TYPES = {
    "text": "string",
    "int": "integer",
    "float": "number",
    "date": "date",
    "timestamp": "datetime",
    "json": "string",
}
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class TorontoSource:
    """The source that a resource of Toronto's makes: the ``source:`` to write; ``prefix`` stands before the
    names of the attributes in its rows, and ``more`` are columns that it yields besides them."""

    value: str | tuple[YamlLine, ...]
    prefix: str = ""
    more: tuple[YamlLine, ...] = ()
    published: tuple[Mapping[str, str], ...] = ()
    """Fields of the schema for those of ``more`` that may be published."""
    geometry: bool = False
    lexical: bool = True
    """Whether it takes ``dates:``."""


def convert(file: str, document: Entry) -> Conversion:
    """One draft for each resource of the package."""
    packages = [(slug, entry) for slug, entry in document.items() if _is_package(entry)]
    if not packages:
        return Conversion(file, refused=(NotThisKind(detail={"origin": ORIGIN}),))
    drafts: list[DatasetDraft] = []
    for slug, package in packages:
        resources = {str(name): entry for name, entry in package["resources"].items()}
        shared = _same_columns(resources)
        for name, resource in resources.items():
            alone = len(resources) == 1
            made = [draft.id for draft in drafts]
            known = identifier(slug, taken=made) if alone else identifier(slug, name, taken=made)
            desk = OpenPointCollector()
            if name in shared:
                desk.remind("publish.split", SameColumns(count=shared[name], detail={"count": shared[name]}))
            drafts.append(_draft(file, known, package, "" if alone else name, resource, desk))
    return Conversion(file, tuple(drafts))


def _is_package(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("resources"), Mapping)
        and bool(entry["resources"])
        and all(
            isinstance(resource, Mapping) and isinstance(resource.get("attributes"), list)
            for resource in entry["resources"].values()
        )
    )


def _same_columns(resources: Mapping[str, Entry]) -> dict[str, int]:
    """For each resource whose columns are also those of others: how many they are in all."""

    def names(name: str) -> tuple[str, ...]:
        return tuple(attribute.published for attribute in _attributes(resources[name]))

    groups = [list(group) for _, group in groupby(sorted(resources, key=names), key=names)]
    return {name: len(group) for group in groups if len(group) > 1 for name in group}


def _draft(
    file: str, known: str, package: Entry, name: str, resource: Entry, desk: OpenPointCollector
) -> DatasetDraft:
    record = tuple(_record(package, name, desk))
    source = _source(resource, desk)
    columns = draft_columns(_attributes(resource), desk, prefix=source.prefix)
    origin = f"la ressource « {name} » de {file}" if name else file
    lines = (
        *record,
        _source_line(source, columns),
        *_key(resource, {field["name"] for field in columns.schema["fields"]}),
        YamlLine("columns", (*columns.lines, *source.more), above=_ON_COLUMNS),
        *_position(source),
        YamlLine("schema", f"schemas/{known}.json", above=("",)),
        YamlLine("publish", (YamlLine("mode", "upload"), YamlLine("formats", ["csv"])), above=("",)),
    )
    schema = {"fields": [*columns.schema["fields"], *source.published]}
    return DatasetDraft(known, origin, lines, tuple(desk.open), schema)


_ON_COLUMNS = (
    "",
    "Une règle par colonne. Une colonne retirée (drop) l'est aussi du schéma ; une colonne que la source "
    "rend et qui n'est pas ici arrête la publication.",
)


# --- the record ---------------------------------------------------------------------------------------------


def _record(package: Entry, name: str, desk: OpenPointCollector) -> Iterator[YamlLine]:
    title = sentence(package.get("title"))
    full = f"{title} – {sentence(name)}" if title and name else title
    yield YamlLine("title", full or desk.ask("title", TitleOpen(detail={"given": sentence(name) or "…"})))
    yield YamlLine("description", _description(package) or desk.ask("description", DescriptionOpen()))
    owner = [sentence(package.get(key)) for key in ("owner_division", "owner_section")]
    yield YamlLine(
        "owner",
        ", ".join(filter(None, owner)) or desk.ask("owner", OwnerOpen(detail={"given": "…"})),
        above=("",),
    )
    yield from _contact(package, desk)
    yield YamlLine("theme", _theme(package, desk))
    keywords = list(dict.fromkeys([*texts(package.get("tags")), *texts(package.get("civic_issues"))]))
    if keywords:
        yield YamlLine("keywords", keywords)
    yield YamlLine("licence", desk.ask("licence", LicenceOpen()))
    yield _cadence(package, desk)


def _description(package: Entry) -> str:
    parts = list(dict.fromkeys(sentence(package.get(key)) for key in ("excerpt", "notes")))
    if len(parts) == 2 and parts[0] and parts[0] in parts[1]:
        parts = parts[1:]
    said = {
        "Limites : ": sentence(package.get("limitations")),
        "Collecte : ": sentence(package.get("collection_method")),
        "En savoir plus : ": sentence(package.get("information_url")),
    }
    return "\n\n".join(filter(None, [*parts, *(f"{label}{text}" for label, text in said.items() if text)]))


def _contact(package: Entry, desk: OpenPointCollector) -> Iterator[YamlLine]:
    """Left out where there is none: the city's own contact then holds."""
    mail = sentence(package.get("owner_email"))
    if mail:
        fits = _MAIL.fullmatch(mail)
        yield YamlLine("contact", mail if fits else desk.ask("contact", ContactOpen(detail={"given": mail})))


def _theme(package: Entry, desk: OpenPointCollector) -> str:
    topics = texts(package.get("topics"))
    sharp = [topic for topic in topics if topic.casefold() not in _VAGUE]
    themes = list(dict.fromkeys(_TOPICS[t.casefold()] for t in sharp or topics if t.casefold() in _TOPICS))
    if len(themes) == 1:
        return themes[0]
    detail = {"given": ", ".join(topics) or NONE, "choices": ", ".join(themes or THEMES)}
    return desk.ask("theme", ThemeOpen(detail=detail))


def _cadence(package: Entry, desk: OpenPointCollector) -> YamlLine:
    """What the record announced, unless the schedule says another thing: in Aqueduc one word drives both."""
    said, scheduled = str(package.get("refresh_rate") or ""), str(package.get("schedule") or "")
    announced, run = _REFRESH.get(said.strip().casefold()), cadence_of(scheduled)
    if announced and (run in (None, announced)):
        return YamlLine("cadence", announced, beside=FREQUENCIES[announced].french)
    if not (announced and run):
        choices = {"choices": ", ".join([run] if run else FREQUENCIES)}
        return YamlLine("cadence", desk.ask("cadence", CadenceUnsaid(detail=choices)))
    detail = {"said": said, "scheduled": scheduled, "choices": f"{announced}, {run}"}
    return YamlLine("cadence", desk.ask("cadence", CadenceOpen(detail=detail)))


# --- the source ---------------------------------------------------------------------------------------------


def _source(resource: Entry, desk: OpenPointCollector) -> TorontoSource:
    if program := resource.get("custom_reader"):
        return TorontoSource(desk.ask("source", SourceByProgram(detail={"program": program})), lexical=False)
    if resource.get("multi"):
        return TorontoSource(desk.ask("source", SourceOfManyFiles()), lexical=False)
    url, kind = str(resource.get("url") or resource.get("source_url") or ""), str(resource.get("format"))
    if kind.casefold() in ("xls", "xlsx") and not resource.get("agol"):
        return _workbook(url, resource, desk)
    address = parse_address(url, desk)
    if address is None:
        return TorontoSource(desk.ask("source", SourceAddress()), lexical=False)
    if headers := resource.get("custom_headers"):
        desk.remind("source.http", HeadersLeftOut(detail={"names": ", ".join(map(str, headers))}))
    if resource.get("agol"):
        return _arcgis(address, resource, desk)
    encoding = str(resource.get("encoding") or "utf-8").casefold()
    if kind.casefold() == "csv" and not encoding.startswith("utf"):
        desk.remind("source.format", EncodingToCheck(detail={"encoding": encoding}))
    if kind.casefold() == "csv":
        return TorontoSource(tuple(_http(address, "csv")))
    if kind.casefold() == "geojson" or resource.get("is_geojson"):
        more = (
            YamlLine("type", "drop"),
            YamlLine("geometry.type", "drop"),
            _shape("geometry.coordinates", desk),
        )
        return TorontoSource(tuple(_http(address, "json", "features")), "properties.", more, (_SHAPE,))
    steps = [step for step in str(resource.get("jsonpath") or "").split(".") if step not in ("", "$")]
    return TorontoSource(tuple(_http(address, "json", ".".join(steps))))


def _http(address: WebAddress, kind: str, records: str = "") -> Iterator[YamlLine]:
    yield YamlLine("http", address.connection)
    yield YamlLine("path", address.path)
    yield YamlLine("format", kind)
    if records:
        yield YamlLine("records", records)
    if address.parameters:
        yield YamlLine("parameters", tuple(YamlLine(name, text) for name, text in address.parameters.items()))


def _workbook(url: str, resource: Entry, desk: OpenPointCollector) -> TorontoSource:
    lines = [
        YamlLine("file", desk.ask("source.file", WorkbookAtAddress())),
        YamlLine(
            "path", PurePosixPath(url.split("?", 1)[0]).name or "classeur.xlsx", beside="tel qu'à son adresse"
        ),
        YamlLine("format", "xlsx"),
    ]
    if sheet := resource.get("sheet"):
        lines.append(YamlLine("sheet", str(sheet)))
    return TorontoSource(tuple(lines))


def _arcgis(address: WebAddress, resource: Entry, desk: OpenPointCollector) -> TorontoSource:
    """A layer, asked in ArcGIS's own JSON: there the position of a point is two numbers."""
    located = str(resource.get("format")).casefold() == "geojson"
    where = str(resource.get("query_params") or "1=1")
    wanted = {
        **address.parameters,
        "where": where,
        "outFields": "*",
        "outSR": "4326",
        "returnGeometry": "true" if located else "false",
        "f": "json",
    }
    asked = WebAddress(address.connection, f"{address.path.rstrip('/').removesuffix('/query')}/query", wanted)
    paging = YamlLine("paging", desk.ask("source.paging", ArcGisPages()))
    lines = (*_http(asked, "json", "features"), paging)
    if not located:
        return TorontoSource(lines, "attributes.")
    taken = {attribute.published.casefold() for attribute in _attributes(resource)}
    named = [(axis, name, f"{name}_wgs84" if name in taken else name) for axis, name in _AXES]
    more = tuple(_axis(axis, published, desk) for axis, _, published in named)
    fields = tuple(
        {"name": published, "type": "number", "description": f"WGS84, {name}."}
        for _, name, published in named
    )
    return TorontoSource(lines, "attributes.", more, fields, geometry=True)


_AXES = (("x", "longitude"), ("y", "latitude"))
_SHAPE = {"name": "geometry", "type": "string", "description": "Coordonnées GeoJSON (WGS84)."}


def _shape(name: str, desk: OpenPointCollector) -> YamlLine:
    hint = _(" (la position, en texte GeoJSON)")
    detail = {"hint": hint, "option": published_as("geometry")}
    return YamlLine(name, desk.ask(f"columns.{name}", RenamedRuleOpen(column=name, detail=detail)))


def _axis(axis: str, name: str, desk: OpenPointCollector) -> YamlLine:
    detail = {"other": "geometry.paths ou geometry.rings", "option": published_as(name)}
    return YamlLine(f"geometry.{axis}", desk.ask(f"columns.geometry.{axis}", GeometryOpen(detail=detail)))


def _source_line(source: TorontoSource, columns: DraftColumns) -> YamlLine:
    value = source.value
    if not isinstance(value, str) and columns.dates and source.lexical:
        value = (*value, YamlLine("dates", columns.dates))
    return YamlLine("source", value, above=("",))


def _position(source: TorontoSource) -> Iterator[YamlLine]:
    if source.geometry:
        yield YamlLine(
            "geometry",
            (YamlLine("longitude", "geometry.x"), YamlLine("latitude", "geometry.y")),
            above=("", "Pour une couche de points ; à ôter pour des lignes ou des surfaces."),
        )


def _key(resource: Entry, published: set[str]) -> Iterator[YamlLine]:
    upsert = resource.get("datastore_upsert")
    key = texts(upsert.get("primary_key")) if isinstance(upsert, Mapping) else []
    if key and set(key) <= published:
        yield YamlLine("key", list(key), above=("",))


# --- the columns --------------------------------------------------------------------------------------------


def _attributes(resource: Entry) -> tuple[SourceAttribute, ...]:
    """Those of the rows; the geometry of a map is not one of them, it comes with the source."""
    located = str(resource.get("format")).casefold() == "geojson" or bool(resource.get("is_geojson"))
    own = not resource.get("custom_reader") and not resource.get("multi")
    return sound(
        _attribute(entry)
        for entry in resource["attributes"]
        if isinstance(entry, Mapping)
        and _name(entry)
        and not (located and own and _name(entry) == "geometry")
    )


def _name(entry: Entry) -> str:
    return str(entry.get("id") or entry.get("target_name") or "")


def _attribute(entry: Entry) -> SourceAttribute:
    info = entry.get("info")
    kind = _TYPES.get(str(entry.get("type")), "string")
    return SourceAttribute(
        source=str(entry.get("source_name") or _name(entry)),
        published=_name(entry).strip(),
        type=kind,
        description=sentence(info.get("notes")) if isinstance(info, Mapping) else "",
        pattern=str(entry.get("format") or "") if kind in ("date", "datetime") else "",
    )
