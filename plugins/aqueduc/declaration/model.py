"""What a city declares, as frozen objects. The shapes only; reading and cross-checking stand in ``loader``.

Imports nothing heavy: this module is loaded each time Airflow parses the DAGs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from aqueduc.declaration.vocabulary import AccessLevel, Frequency, Licence


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
"""A share between 0 and 1; YAML may write ``2%``."""


# --- rules: what happens to one column ------------------------------------------------------------------


class Publish(Frozen):
    """The column leaves as it is."""

    kind: Literal["publish"] = "publish"


class Drop(Frozen):
    """The column stays."""

    kind: Literal["drop"] = "drop"


class DateUnit(StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    HOUR = "hour"


class Generalise(Frozen):
    """A date or time becomes its hour (``2026-03-01T14``… as a timestamp), day, month (``2026-03``),
    quarter (``2026-T1``) or year."""

    kind: Literal["generalise"] = "generalise"
    unit: DateUnit


class Band(Frozen):
    """A number becomes the band it falls in, ``100-149`` for a width of 50 (lower bound included)."""

    kind: Literal["band"] = "band"
    width: Annotated[float, Field(gt=0)]


class Truncate(Frozen):
    """A code keeps its first ``length`` characters."""

    kind: Literal["truncate"] = "truncate"
    length: Annotated[int, Field(gt=0)]


class Snap(Frozen):
    """A longitude or latitude of ``geometry`` moves to the centre of its cell of ``metres`` (Lambert-93)."""

    kind: Literal["snap"] = "snap"
    metres: Annotated[float, Field(gt=0)]


class Pseudonym(Frozen):
    """HMAC-SHA-256 under the key kept in the connection ``key``. Still personal data: needs a basis."""

    kind: Literal["pseudonym"] = "pseudonym"
    key: Text


class SuppressUnder(Frozen):
    """A count: rows where it is below ``threshold`` (zero included) do not leave."""

    kind: Literal["suppress_under"] = "suppress_under"
    threshold: Annotated[int, Field(gt=1)]


Rule = Publish | Drop | Generalise | Band | Truncate | Snap | Pseudonym | SuppressUnder


class Column(Frozen):
    """One column of the source. ``published_as`` is its name at the exit; None when it is dropped."""

    name: str
    rule: Rule
    published_as: str | None
    basis: str | None = None


# --- sources --------------------------------------------------------------------------------------------


class PostgresSource(Frozen):
    """A query. ``:window_start`` and ``:window_end`` in it are the run's data interval."""

    kind: Literal["postgres"] = "postgres"
    connection: Text
    sql_path: str
    sql: str


class Paging(Frozen):
    """How an API hands out its pages. ``next`` is the dotted path of the next page's URL in the answer."""

    next: Text


class HttpSource(Frozen):
    """A JSON (or CSV) document. ``records`` is the dotted path of the list of rows; "" is the document."""

    kind: Literal["http"] = "http"
    connection: Text
    path: Text
    format: Literal["json", "csv"] = "json"
    records: str = ""
    parameters: Mapping[str, str] = Field(default_factory=dict)
    paging: Paging | None = None


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


class FileSource(Frozen):
    """A file in a folder. The reading hints are those people really need: see ``docs/guide.md``."""

    kind: Literal["file"] = "file"
    connection: Text
    path: Text
    format: FileFormat
    encoding: str = "utf-8"
    delimiter: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1)] = ","
    sheet: str | None = None


Source = PostgresSource | HttpSource | FileSource


class Reading(Frozen):
    """How values are written in a source of text: the decimal mark, the date pattern (``DD/MM/YYYY``), and
    what stands for nothing."""

    decimal: Literal[",", "."] = "."
    date: str = "YYYY-MM-DD"
    missing: tuple[str, ...] = ("",)


# --- privacy, schema, publication -------------------------------------------------------------------------


class Privacy(Frozen):
    """k-anonymity over the published quasi-identifiers, reached by suppressing at most a share of the rows.

    ``quasi_identifiers`` name source columns.
    """

    quasi_identifiers: tuple[str, ...] = Field(min_length=1)
    k: Annotated[int, Field(ge=2)]
    suppress_at_most: Share = 0.0


class Geometry(Frozen):
    """The two source columns that hold a WGS84 position."""

    longitude: Text
    latitude: Text


class Constraints(Frozen):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    required: bool = False
    unique: bool = False
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    min_length: int | None = Field(None, alias="minLength", ge=0)
    max_length: int | None = Field(None, alias="maxLength", ge=0)
    pattern: str | None = None
    enum: tuple[Any, ...] | None = None


FieldType = Literal[
    "string",
    "number",
    "integer",
    "boolean",
    "date",
    "time",
    "datetime",
    "year",
    "yearmonth",
    "geopoint",
    "any",
]


class SchemaField(BaseModel):
    """A field of a Table Schema (specs.frictionlessdata.io). Unknown properties are allowed, as there."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    name: Text
    type: FieldType = "string"
    format: str = "default"
    title: str = ""
    description: str = ""
    unit: str = ""
    constraints: Constraints = Constraints()
    decimal_char: str = Field(".", alias="decimalChar")
    group_char: str = Field("", alias="groupChar")
    bare_number: bool = Field(True, alias="bareNumber")
    true_values: tuple[str, ...] = Field(("true", "True", "TRUE", "1"), alias="trueValues")
    false_values: tuple[str, ...] = Field(("false", "False", "FALSE", "0"), alias="falseValues")


class TableSchema(BaseModel):
    """The Table Schema of what is published."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    fields: tuple[SchemaField, ...] = Field(min_length=1)
    missing_values: tuple[str, ...] = Field(("",), alias="missingValues")
    primary_key: tuple[str, ...] = Field((), alias="primaryKey")
    title: str = ""
    description: str = ""

    def field(self, name: str) -> SchemaField | None:
        return next((field for field in self.fields if field.name == name), None)


class Access(Frozen):
    """``level`` in IDGO's words; ``users`` for ``only_allowed_users``."""

    level: AccessLevel = AccessLevel.OPEN
    users: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.level is AccessLevel.OPEN


class Mode(StrEnum):
    UPLOAD = "upload"
    INDEX = "index"


class OutputFormat(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    GEOJSON = "geojson"


class Publication(Frozen):
    """Where and how. ``datastore``: also as a table citizens can query. ``link``: the public URL of the
    source, for mode index (it may be relative to the source's connection)."""

    platform: Text
    mode: Mode
    formats: tuple[OutputFormat, ...] = (OutputFormat.CSV,)
    datastore: bool = True
    link: str | None = None


class Dataset(Frozen):
    """One declaration, complete: nothing else decides what happens to this dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: str
    path: Path
    fingerprint: str
    """SHA-256 of the YAML, its schema and its SQL: changes whenever the declaration does."""
    title: str
    description: str
    owner: str
    contact: str
    theme: str
    category: str
    keywords: tuple[str, ...]
    licence: Licence
    access: Access
    frequency: Frequency
    granularity: str
    windowed: bool
    source: Source
    reading: Reading
    key: tuple[str, ...]
    """Published names."""
    columns: tuple[Column, ...]
    geometry: Geometry | None
    privacy: Privacy | None
    reject_at_most: float
    schema_path: str
    table_schema: TableSchema
    publication: Publication

    @property
    def published(self) -> tuple[Column, ...]:
        """The columns that leave, in the order of the schema."""
        order = {field.name: rank for rank, field in enumerate(self.table_schema.fields)}
        kept = [column for column in self.columns if column.published_as is not None]
        return tuple(sorted(kept, key=lambda column: order.get(column.published_as or "", len(order))))

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


# --- the city -----------------------------------------------------------------------------------------------


class Convention(Frozen):
    """The convention with the Region: notified on a day, for a year, renewed tacitly."""

    partner: Text
    notified: date
    project_lead: Text


class PlatformSettings(Frozen):
    """A platform of ``city.yaml``. ``pool``: how many publications may run there at once."""

    name: str
    kind: Literal["ckan"]
    connection: Text
    pool: Annotated[int, Field(gt=0)] = 4


class City(Frozen):
    """``include/city.yaml``."""

    path: Path
    fingerprint: str
    name: str
    organisation: str
    siren: str
    insee: str
    bbox: tuple[float, float, float, float]
    """West, south, east, north, in degrees (WGS84)."""
    timezone: str
    convention: Convention
    platforms: tuple[PlatformSettings, ...]
    k_floor: int
    small_count_floor: int
    rejected_days: int

    def platform(self, name: str) -> PlatformSettings | None:
        return next((platform for platform in self.platforms if platform.name == name), None)
