"""Reads ``city.yaml`` and the declarations: from text to frozen objects, or to every problem of the file.

Touches the disk only: no network, no database, nothing heavy to import.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aqueduc.declaration.complaints import Complaints
from aqueduc.declaration.model import (
    Access,
    City,
    Column,
    Convention,
    Dataset,
    FileFormat,
    FileSource,
    Frozen,
    Geometry,
    HttpSource,
    Mode,
    OutputFormat,
    PlatformSettings,
    PostgresSource,
    Privacy,
    Publication,
    Publish,
    Reading,
    Snap,
    Source,
    SuppressUnder,
    TableSchema,
)
from aqueduc.declaration.problems import (
    BadFileName,
    BadSource,
    BelowFloor,
    ColumnNotInSchema,
    FieldNotPublished,
    FileMissing,
    GeometryNeeded,
    HalfWindow,
    LicenceAccessMismatch,
    LinkNeeded,
    LinkUseless,
    LinkWouldLeak,
    MissingKey,
    NotAColumn,
    NothingPublished,
    PublishedTwice,
    ReservedName,
    SchemaProblem,
    SnapNeedsGeometry,
    UnknownChoice,
    UnknownEncoding,
    WindowNeedsSchedule,
    WrongType,
    did_you_mean,
    shown,
)
from aqueduc.declaration.queries import PLACEHOLDERS, read_query
from aqueduc.declaration.rules import read_columns
from aqueduc.declaration.tree import Document, Unreadable, read_document
from aqueduc.declaration.vocabulary import (
    CATEGORIES,
    CATEGORY_OF_THEME,
    ENCODINGS,
    FREQUENCIES,
    GRANULARITIES,
    LICENCES,
    THEMES,
    AccessLevel,
    Frequency,
    frequency,
)
from aqueduc.declaration.written import (
    WrittenCity,
    WrittenDataset,
    WrittenDefaults,
    WrittenFile,
    WrittenHttp,
    WrittenPostgres,
)
from aqueduc.errors import DeclarationError

SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?")


@dataclass(frozen=True)
class LoadedCity:
    """A city and the defaults its declarations inherit."""

    city: City
    defaults: WrittenDefaults


@dataclass
class _Reader:
    """What reading one declaration needs to have at hand; ``contents`` feed the fingerprint."""

    include: Path
    path: Path
    complaints: Complaints
    loaded: LoadedCity
    contents: list[bytes] = field(default_factory=list)


def dataset_paths(include: Path) -> tuple[Path, ...]:
    """The declarations of a city, sorted by name."""
    return tuple(sorted((include / "datasets").glob("*.yaml")))


def load_city(include: Path) -> LoadedCity:
    """Reads ``include/city.yaml``. Raises DeclarationError."""
    path = include / "city.yaml"
    document = _document(path, _shown(include, path))
    complaints = Complaints(document)
    written = complaints.model(WrittenCity, document.value)
    if written is not None:
        _choice(complaints, ("defaults", "licence"), "licence", written.defaults.licence, LICENCES)
        _choice(
            complaints, ("defaults", "platform"), "plateforme", written.defaults.platform, written.platforms
        )
    written = complaints.checked(written)
    city = City(
        path=path,
        fingerprint=_sha256([path.read_bytes()]),
        name=written.name,
        organisation=written.organisation,
        siren=written.siren,
        insee=written.insee,
        bbox=written.bbox,
        timezone=written.timezone,
        convention=Convention(**written.convention.model_dump()),
        platforms=tuple(
            PlatformSettings(
                name=name, kind=platform.type, connection=platform.connection, pool=platform.pool
            )
            for name, platform in written.platforms.items()
        ),
        k_floor=written.floors.k,
        small_count_floor=written.floors.small_count,
        rejected_days=written.rejected_days,
    )
    return LoadedCity(city, written.defaults)


def load_dataset(path: Path, loaded: LoadedCity) -> Dataset:
    """Reads one declaration with its schema and SQL. Raises DeclarationError with every problem found."""
    include = path.parent.parent
    document = _document(path, _shown(include, path))
    complaints = Complaints(document)
    reader = _Reader(include, path, complaints, loaded, [path.read_bytes()])
    if not SLUG.fullmatch(path.stem):
        complaints.at_key((), BadFileName, name=path.stem)
    written = complaints.model(WrittenDataset, document.value)
    if written is None:
        _columns(reader, document.value.get("columns"))
    return complaints.checked(_dataset(reader, written) if written is not None else None)


def _dataset(reader: _Reader, written: WrittenDataset) -> Dataset | None:
    columns = _columns(reader, written.columns)
    source, reading, windowed = _source(reader, written.source)
    schema = _schema(reader, written.schema_)
    rhythm = _frequency(reader, written.cadence, windowed=windowed)
    publication = _publication(reader, written)
    access = _access(written)
    _choice(reader.complaints, ("theme",), "thème", written.theme, THEMES)
    _choice(reader.complaints, ("category",), "catégorie", written.category, CATEGORIES)
    _choice(reader.complaints, ("granularity",), "granularité", written.granularity, GRANULARITIES)
    licence_id = written.licence or reader.loaded.defaults.licence
    contact = written.contact or reader.loaded.defaults.contact
    _licence(reader, licence_id, access)
    if contact is None:
        reader.complaints.at_key(("contact",), MissingKey, key="contact", advice="« contact: opendata@… »")
    if columns is not None:
        _check_columns(reader, written, columns, schema)
    if not (columns and source and schema and rhythm and publication and licence_id and contact):
        return None
    _check_link(reader, columns, publication)
    if reader.complaints.problems:
        return None
    return Dataset(
        id=reader.path.stem,
        path=reader.path,
        fingerprint=_sha256(reader.contents),
        title=written.title,
        description=written.description,
        owner=written.owner,
        contact=contact,
        theme=written.theme,
        category=written.category or CATEGORY_OF_THEME[written.theme],
        keywords=written.keywords,
        licence=LICENCES[licence_id],
        access=access,
        frequency=rhythm,
        granularity=written.granularity,
        windowed=windowed,
        source=source,
        reading=reading,
        key=written.key,
        columns=columns,
        geometry=written.geometry,
        privacy=Privacy(**written.privacy.model_dump()) if written.privacy else None,
        reject_at_most=written.reject_at_most,
        schema_path=written.schema_,
        table_schema=schema,
        publication=publication,
    )


# --- the parts of a declaration --------------------------------------------------------------------------


def _columns(reader: _Reader, raw: Any) -> tuple[Column, ...] | None:
    if not isinstance(raw, dict):
        return None
    columns, found = read_columns(raw)
    for path, kind, detail in found:
        place = reader.complaints.at_value if kind.code != "cle-inconnue" else reader.complaints.at_key
        place(("columns", *path), kind, **detail)
    return None if found else columns


_KINDS: dict[str, type[Frozen]] = {"postgres": WrittenPostgres, "http": WrittenHttp, "file": WrittenFile}


def _source(reader: _Reader, raw: dict[str, Any]) -> tuple[Source | None, Reading, bool]:
    """The source, how its text is to be read, and whether it uses the run's data interval."""
    named = [kind for kind in _KINDS if kind in raw]
    if len(named) != 1:
        reader.complaints.at_key(("source",), BadSource)
        return None, Reading(), False
    written = reader.complaints.model(_KINDS[named[0]], raw, ("source",))
    if isinstance(written, WrittenPostgres):
        sql = _text_file(reader, ("source", "sql"), written.sql)
        query = read_query(sql or "", file=_shown(reader.include, reader.include / written.sql))
        if query.problems:
            file = query.problems[0].file
            raise DeclarationError(query.problems, where=file, text=shown(query.problems))
        used = set(query.names)
        windowed = _windowed(reader, used)
        source = PostgresSource(connection=written.postgres, sql_path=written.sql, sql=sql or "")
        return (source if sql is not None else None), Reading(), windowed
    if isinstance(written, WrittenHttp):
        used = {
            name
            for name in PLACEHOLDERS
            if any(f"{{{name}}}" in value for value in written.parameters.values())
        }
        return _http(written), _reading(written), _windowed(reader, used)
    if isinstance(written, WrittenFile):
        return _file(reader, written), _reading(written), False
    return None, Reading(), False


def _http(written: WrittenHttp) -> HttpSource:
    return HttpSource(
        connection=written.http,
        path=written.path,
        format=written.format,
        records=written.records,
        parameters=written.parameters,
        paging=written.paging,
    )


def _file(reader: _Reader, written: WrittenFile) -> FileSource | None:
    if written.encoding.lower().replace("_", "-") not in ENCODINGS:
        advice = did_you_mean(written.encoding, ENCODINGS)
        path = ("source", "encoding")
        reader.complaints.at_value(path, UnknownEncoding, given=written.encoding, advice=advice)
    suffix = Path(written.path).suffix.lstrip(".").lower()
    kind = written.format or next((known for known in FileFormat if known.value == suffix), None)
    if kind is None:
        choices = [known.value for known in FileFormat]
        reader.complaints.at_value(
            ("source", "path"),
            UnknownChoice,
            what="format",
            given=suffix,
            advice=did_you_mean(suffix, choices),
        )
        return None
    return FileSource(
        connection=written.file,
        path=written.path,
        format=kind,
        encoding=written.encoding,
        delimiter=written.delimiter,
        sheet=written.sheet,
    )


def _reading(written: WrittenHttp | WrittenFile) -> Reading:
    return Reading(decimal=written.decimal, date=written.dates, missing=written.missing)


def _windowed(reader: _Reader, used: set[str]) -> bool:
    if len(used) == 1:
        (one,) = used
        other = next(name for name in PLACEHOLDERS if name != one)
        reader.complaints.at_key(("source",), HalfWindow, used=one, unused=other)
    return bool(used)


def _schema(reader: _Reader, name: str) -> TableSchema | None:
    text = _text_file(reader, ("schema",), name)
    if text is None:
        return None
    path = reader.include / name
    document = _document(path, _shown(reader.include, path))
    inner = Complaints(document)
    schema = inner.model(TableSchema, document.value)
    if schema is not None:
        repeated = [
            name for name, count in Counter(field.name for field in schema.fields).items() if count > 1
        ]
        for name_twice in repeated:
            inner.at_key(
                ("fields",),
                SchemaProblem,
                what=f"le champ « {name_twice} » y figure deux fois",
                advice="n'en garder qu'un",
            )
    inner.raise_if_any()
    return schema


def _frequency(reader: _Reader, cadence: str, *, windowed: bool) -> Frequency | None:
    found = frequency(cadence)
    if found is None:
        choices = [*FREQUENCIES, "every 10 minutes"]
        advice = did_you_mean(cadence, choices)
        reader.complaints.at_value(("cadence",), UnknownChoice, what="cadence", given=cadence, advice=advice)
    elif windowed and found.cron is None:
        reader.complaints.at_value(("cadence",), WindowNeedsSchedule, cadence=cadence)
    return found


def _publication(reader: _Reader, written: WrittenDataset) -> Publication | None:
    wanted = written.publish
    city = reader.loaded.city
    platform = wanted.platform or reader.loaded.defaults.platform
    known = [settings.name for settings in city.platforms]
    if platform is None:
        advice = "« platform: » avec " + ", ".join(known)
        reader.complaints.at_key(("publish", "platform"), MissingKey, key="platform", advice=advice)
        return None
    if not _choice(reader.complaints, ("publish", "platform"), "plateforme", platform, known):
        return None
    if wanted.mode is Mode.INDEX and wanted.link is None:
        reader.complaints.at_value(("publish", "mode"), LinkNeeded)
    if wanted.mode is Mode.UPLOAD and wanted.link is not None:
        reader.complaints.at_key(("publish", "link"), LinkUseless)
    return Publication(
        platform=platform,
        mode=wanted.mode,
        formats=wanted.formats,
        datastore=wanted.datastore and wanted.mode is Mode.UPLOAD and OutputFormat.CSV in wanted.formats,
        link=wanted.link,
    )


def _access(written: WrittenDataset) -> Access:
    if isinstance(written.access, str):
        return Access()
    return Access(level=AccessLevel(written.access.level), users=written.access.users)


def _licence(reader: _Reader, identifier: str | None, access: Access) -> None:
    if identifier is None:
        reader.complaints.at_key(
            ("licence",), MissingKey, key="licence", advice="« licence: lov2 », par exemple"
        )
        return
    if not _choice(reader.complaints, ("licence",), "licence", identifier, LICENCES):
        return
    licence = LICENCES[identifier]
    if licence.open != access.is_open:
        advice = "prendre « lov2 » ou « odc-odbl »" if access.is_open else "prendre « other-at »"
        word = "ouvert" if access.is_open else "restreint"
        path = ("licence",) if ("licence",) in reader.complaints.document.keys else ("access",)
        reader.complaints.at_value(
            path, LicenceAccessMismatch, licence=identifier, access=word, advice=advice
        )


# --- cross-checks ---------------------------------------------------------------------------------------


def _check_columns(
    reader: _Reader, written: WrittenDataset, columns: tuple[Column, ...], schema: TableSchema | None
) -> None:
    kept = [column for column in columns if column.published_as is not None]
    names = [column.published_as or "" for column in kept]
    if not kept:
        reader.complaints.at_key(("columns",), NothingPublished)
    for column in columns:
        for name in (column.name, column.published_as or ""):
            if name.startswith("__"):
                reader.complaints.at_key(("columns", column.name), ReservedName, name=name)
    for rank, column in enumerate(kept):
        if names[rank] in names[:rank]:
            reader.complaints.at_key(("columns", column.name), PublishedTwice, name=names[rank])
    if schema is not None:
        _check_against_schema(reader, kept, schema, written.schema_)
    _cited(reader, ("key",), "la clé", written.key, names, "publiée")
    by_name = {column.name: column for column in columns}
    if written.privacy:
        sources = [column.name for column in kept]
        path = ("privacy", "quasi_identifiers")
        _cited(reader, path, "quasi_identifiers", written.privacy.quasi_identifiers, sources, "publiée")
        _floor(reader, ("privacy", "k"), "k", written.privacy.k, reader.loaded.city.k_floor)
    for column in columns:
        if isinstance(column.rule, SuppressUnder):
            floor = reader.loaded.city.small_count_floor
            path_of = ("columns", column.name)
            _floor(reader, path_of, "suppress_under", column.rule.threshold, floor)
    _check_geometry(reader, written.geometry, by_name, written.publish.formats)


def _check_against_schema(reader: _Reader, kept: list[Column], schema: TableSchema, schema_path: str) -> None:
    fields = [field.name for field in schema.fields]
    names = [column.published_as or "" for column in kept]
    for column in kept:
        if column.published_as not in fields:
            advice = did_you_mean(column.published_as or "", [name for name in fields if name not in names])
            path = ("columns", column.name)
            reader.complaints.at_key(
                path, ColumnNotInSchema, column=column.published_as, schema=schema_path, advice=advice
            )
    for name in fields:
        if name not in names:
            advice = did_you_mean(name, [other for other in names if other not in fields])
            reader.complaints.at_value(("schema",), FieldNotPublished, field=name, advice=advice)


def _check_geometry(
    reader: _Reader,
    geometry: Geometry | None,
    columns: Mapping[str, Column],
    formats: Iterable[OutputFormat],
) -> None:
    pair = [columns.get(geometry.longitude), columns.get(geometry.latitude)] if geometry else []
    if geometry:
        _cited(
            reader,
            ("geometry",),
            "geometry",
            (geometry.longitude, geometry.latitude),
            list(columns),
            "de la source",
        )
    for column in columns.values():
        if isinstance(column.rule, Snap) and not (
            column in pair and all(other is not None and other.rule == column.rule for other in pair)
        ):
            reader.complaints.at_key(("columns", column.name), SnapNeedsGeometry, column=column.name)
    if OutputFormat.GEOJSON in formats and not (
        pair and all(column is not None and column.published_as for column in pair)
    ):
        reader.complaints.at_value(("publish", "formats"), GeometryNeeded)


def _check_link(reader: _Reader, columns: tuple[Column, ...], publication: Publication) -> None:
    """An indexed link serves the source itself: whatever a rule takes away there would still be read."""
    if publication.mode is not Mode.INDEX:
        return
    for column in columns:
        if not isinstance(column.rule, Publish):
            reader.complaints.at_key(("columns", column.name), LinkWouldLeak, column=column.name)


def _floor(reader: _Reader, path: tuple[str | int, ...], key: str, given: int, floor: int) -> None:
    if given < floor:
        reader.complaints.at_value(path, BelowFloor, key=key, given=given, floor=floor)


def _cited(
    reader: _Reader, path: tuple[str | int, ...], what: str, names: Iterable[str], known: list[str], kind: str
) -> None:
    for rank, name in enumerate(names):
        if name not in known:
            at = (*path, rank) if (*path, rank) in reader.complaints.document.values else path
            reader.complaints.at_value(
                at, NotAColumn, what=what, name=name, sort=kind, advice=did_you_mean(name, known)
            )


def _choice(
    complaints: Complaints, path: tuple[str | int, ...], what: str, given: str | None, known: Iterable[str]
) -> bool:
    choices = list(known)
    if given is None or given in choices:
        return True
    complaints.at_value(path, UnknownChoice, what=what, given=given, advice=did_you_mean(given, choices))
    return False


# --- files ----------------------------------------------------------------------------------------------


def _text_file(reader: _Reader, path: tuple[str | int, ...], name: str) -> str | None:
    """The text of a file of ``include/`` that the declaration names; its bytes join the fingerprint."""
    target = (reader.include / name).resolve()
    if not target.is_relative_to(reader.include.resolve()) or not target.is_file():
        folder = (reader.include / name).parent
        near = (
            [f"{Path(name).parent.as_posix()}/{other.name}" for other in folder.glob("*")]
            if folder.is_dir()
            else []
        )
        advice = did_you_mean(name, near) if near else "le créer, ou corriger le chemin"
        reader.complaints.at_value(path, FileMissing, name=name, advice=advice)
        return None
    data = target.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        reader.complaints.at_value(
            path, WrongType, key=name, expected="un fichier en UTF-8", advice="le réenregistrer"
        )
        return None
    reader.contents.append(data)
    return text


def _document(path: Path, name: str) -> Document:
    try:
        return read_document(path, name)
    except Unreadable as error:
        raise DeclarationError([error.problem], where=name, text=shown([error.problem])) from None


def _shown(include: Path, path: Path) -> str:
    """A path as a steward knows it: from ``include/`` on."""
    return (Path(include.name) / path.relative_to(include)).as_posix()


def _sha256(contents: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()
