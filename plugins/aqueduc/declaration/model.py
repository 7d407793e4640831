"""What a city declares, as frozen objects. The shapes only; reading and cross-checking stand in ``loader``.

Imports nothing heavy: this module is loaded each time Airflow parses the DAGs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf
from pydantic_core import PydanticKnownError

from aqueduc.declaration.diagnostics.problem import Problem
from aqueduc.declaration.vocabulary import AccessLevel, Frequency, Licence
from aqueduc.language import Said
from aqueduc.platforms import PLATFORMS
from aqueduc.rules import Rule

if TYPE_CHECKING:
    from aqueduc.declaration.platform_kind import PlatformKind


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


Needs = Mapping[str, Said]
"""A key that must be there → how it may be written."""


class Written(Frozen):
    """``elsewhere``: keys that a reader would expect here, and why they have no place here. ``form``: how it
    is written, when not as a list of keys."""

    needs: ClassVar[Needs] = {}
    elsewhere: ClassVar[Mapping[str, Said]] = {}
    form: ClassVar[Said | None] = None


Whole = Annotated[int, Field(strict=True)]
Text = Annotated[str, Field(min_length=1)]
Title = Annotated[str, Field(min_length=1, max_length=500)]
"""Airflow's database has no room for a longer one, and would then refuse every DAG with this one."""


def one_or_many(raw: Any) -> Any:
    """A lone name is a list of one."""
    return [raw] if isinstance(raw, str) else raw


Names = Annotated[tuple[Text, ...], BeforeValidator(one_or_many), Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
"""A share between 0 and 1; YAML may write ``2%``."""


# --- columns --------------------------------------------------------------------------------------------


class Column(Frozen):
    """One column of the source. ``published_as`` is its name at the exit; None when it is dropped."""

    name: str
    rule: Rule
    published_as: str | None
    basis: str | None = None


# --- sources --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SourceCapabilities:
    """What a source can do, for checks and stages to ask instead of its kind.

    ``keeps_order``: its rows have an order, which may be kept (``order: source``). ``has_address``: a
    relative link hangs below the address of its connection. ``laid_out``: it was laid out for the eye, as
    what people type is, with groups and totals. ``spreadsheet``: cells come from a spreadsheet, which shows
    numbers where dates were meant.
    """

    keeps_order: bool = False
    has_address: bool = False
    laid_out: bool = False
    spreadsheet: bool = False


@dataclass(frozen=True, kw_only=True)
class LinkedDocument:
    """What a public link to the source itself serves. ``records`` and ``next_page`` are dotted paths in a
    JSON document, ``delimiter`` and ``encoding`` those of a CSV."""

    format: Literal["json", "csv", "geojson"]
    records: str = ""
    next_page: str = ""
    delimiter: str = ","
    encoding: str = "utf-8"


class Source(Frozen, ABC):
    """Where the rows come from, complete. Each kind has a class of its own, known to its folder only; the
    others ask what is here. ``connection`` is the id of what leads there."""

    kind: str
    connection: str

    @property
    @abstractmethod
    def location(self) -> str:
        """What is read there, as messages name it: a path, or the file of a query."""

    @property
    def capabilities(self) -> SourceCapabilities:
        return SourceCapabilities()

    @property
    def named_files(self) -> tuple[str, ...]:
        """The files of ``include/`` that it names."""
        return ()

    @property
    def query(self) -> str | None:
        """The text that the city itself asks the source with; None where it asks for all there is."""
        return None

    @property
    def filled_columns(self) -> tuple[str, ...]:
        """The columns of which a blank cell takes the value above (``fill_down``)."""
        return ()

    @property
    def linked_format(self) -> str:
        """What a link to it is said to serve."""
        return "json"

    @property
    def linked_document(self) -> LinkedDocument | None:
        """How to read what a link to it serves; None where that is not read back."""
        return None


class Reading(Frozen):
    """How values are written in a source of text: the decimal mark, the date pattern (``DD/MM/YYYY``), and
    what stands for nothing."""

    decimal: Literal[",", "."] = "."
    date: str = "YYYY-MM-DD"
    missing: tuple[str, ...] = ("",)


# --- privacy, schema, publication -------------------------------------------------------------------------


class Recode(StrEnum):
    """How hierarchies are climbed: to the first level declared of each; or, as the data allow, to one level a
    column for all rows, level after level for what is left over, or a level for each group."""

    FIXED = "fixed"
    GLOBAL = "global"
    ITERATIVE = "iterative"
    LOCAL = "local"


class DateStep(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DECADE = "decade"


class Ladder(Frozen):
    """What the values of the quasi-identifier ``column`` (as its rule leaves them) may become, level after
    level, ``*`` being the last: by ``dates``, ``bands``, ``prefix`` or the file at ``path``; one of the
    four."""

    column: str
    dates: tuple[DateStep, ...] = ()
    bands: tuple[float, ...] = ()
    prefix: tuple[int, ...] = ()
    path: str | None = None
    sha256: str | None = None


class SensitiveColumn(Frozen):
    """What each class must show of the source column ``column``: so many different values (``distinct``), an
    exponential of entropy (``entropy``), a distance to the whole table (``closeness``)."""

    column: str
    distinct: Annotated[int, Field(ge=1)] = 1
    entropy: Annotated[float, Field(ge=1)] = 1.0
    closeness: Share | None = None
    ordered: bool = False


class KMap(Frozen):
    """Each class may be ``at_least`` people of the population, counted in the CSV file ``path``, whose
    columns are named as the quasi-identifiers are published; ``count``: its column of numbers of people."""

    at_least: Annotated[int, Field(ge=2)]
    path: str
    count: str | None = None
    sha256: str = ""


class Privacy(Frozen):
    """k-anonymity over the published quasi-identifiers, reached by recoding along ``hierarchies`` (None: not
    at all), then by suppressing at most a share of the rows.

    ``quasi_identifiers`` name source columns. ``unit``: the dropped columns of the source that stand for a
    person; classes then count those that differ, and not rows. ``population``: the name of the people
    described, shared by the datasets that describe the same ones.
    """

    quasi_identifiers: tuple[str, ...] = Field(min_length=1)
    k: Annotated[int, Field(ge=2)]
    unit: tuple[str, ...] = ()
    suppress_at_most: Share = 0.0
    recode: Recode | None = None
    hierarchies: tuple[Ladder, ...] = ()
    sensitive: tuple[SensitiveColumn, ...] = ()
    k_map: KMap | None = None
    population: str | None = None

    def ladder(self, column: str) -> Ladder | None:
        return next((ladder for ladder in self.hierarchies if ladder.column == column), None)


class Waiver(Frozen):
    """A finding of the residual scan that somebody looked at and takes upon themselves: ``column`` as it is
    published, ``kind`` one of ``vocabulary.IDENTIFIERS``."""

    column: Text
    kind: Text
    reason: Text
    day: date
    by: Text


class Dpia(Frozen):
    """Data protection impact assessment (GDPR, art. 35): whether it is needed, and why."""

    needed: bool
    why: Text


class Processing(Frozen):
    """What only people know of the processing, in their words; None where they have not said. Nothing checks
    it: it is quoted where it is signed. GDPR, art. 5, 6, 30 and 35."""

    purpose: str | None = None
    legal_ground: str | None = None
    persons: str | None = None
    why_k: str | None = None
    dpia: Dpia | None = None
    retention: str | None = None


class Geometry(Frozen):
    """The two source columns that hold a WGS84 position."""

    longitude: Text = Field(description="La colonne de la source qui donne la longitude.")
    latitude: Text = Field(description="La colonne de la source qui donne la latitude.")


class Constraints(Frozen):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    required: bool = False
    unique: bool = False
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    exclusive_minimum: int | float | str | None = Field(None, alias="exclusiveMinimum")
    exclusive_maximum: int | float | str | None = Field(None, alias="exclusiveMaximum")
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
    "duration",
    "array",
    "object",
    "geojson",
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
    missing_values: tuple[str, ...] | None = Field(None, alias="missingValues")
    """Of this field alone (version 2 of the specification); None: the schema's."""
    array_item: ArrayItem | None = Field(None, alias="arrayItem")
    """What each item of an array must be (an extension of frictionless that national schemas use)."""


class ArrayItem(SchemaField):
    """The items of an array: a field without a name."""

    name: Text = "item"


class ForeignKey(BaseModel):
    """``fields`` must be found among the fields of ``reference``; ``resource`` "" is the dataset itself, else
    the identifier of another published dataset."""

    model_config = ConfigDict(frozen=True, extra="allow")

    class Reference(BaseModel):
        model_config = ConfigDict(frozen=True, extra="allow")

        resource: str = ""
        fields: Names

    fields: Names
    reference: Reference


class CustomCheck(BaseModel):
    """A check beyond Table Schema, as Validata writes it: ``french-siret-value`` with ``column``…"""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: Text
    params: Mapping[str, Any] = Field(default_factory=dict)


class TableSchema(BaseModel):
    """The Table Schema of what is published."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    fields: tuple[SchemaField, ...] = Field(min_length=1)
    missing_values: tuple[str, ...] = Field(("",), alias="missingValues")
    primary_key: Annotated[tuple[str, ...], BeforeValidator(one_or_many)] = Field((), alias="primaryKey")
    foreign_keys: tuple[ForeignKey, ...] = Field((), alias="foreignKeys")
    custom_checks: tuple[CustomCheck, ...] = ()
    title: str = ""
    description: str = ""

    def field(self, name: str) -> SchemaField | None:
        return next((field for field in self.fields if field.name == name), None)


class National(Frozen):
    """The national schema that a dataset follows: a name and a version of the catalogue at ``index``, pinned
    to the bytes of ``url`` that hash to ``sha256``."""

    name: str
    version: str
    sha256: str
    url: str
    index: str


class Fresh(Frozen):
    """The newest date of the published ``column`` is at most ``hours`` old."""

    column: Text
    hours: Annotated[int, Field(gt=0)]


class Guards(Frozen):
    """What the whole must be like, beside the revision that is published. None: the guard is off.

    ``shrink``, ``grow``: shares of rows lost or won. ``nulls``: rise of the share of empty cells of a column.
    ``shift``: share of rows whose category would have to change to find the former distribution again.
    ``totals``: of published columns, by what share their sum may move. ``told``: those somebody declared.
    """

    shrink: float | None = 0.3
    grow: float | None = 1.0
    columns: bool = True
    nulls: float | None = 0.2
    shift: float | None = 0.3
    truncated: bool = True
    fresh: Fresh | None = None
    totals: Mapping[str, float] = Field(default_factory=dict)
    told: frozenset[str] = frozenset()


GUARDS = (
    "shrink",
    "grow",
    "columns",
    "nulls",
    "shift",
    "truncated",
    "fresh",
    "totals",
    "baseline",
    "protection",
)
"""What may be waived for one run; ``baseline``: there is nothing to compare with, and there should be;
``protection``: the declaration protects people less than the one of the published revision. No declaration
turns these two off."""


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
    XLSX = "xlsx"


class Split(Frozen):
    """Several resources in one dataset: one for each year, or for each value, of the published column
    ``by``."""

    by: Text = Field(description="La colonne, sous son nom publié.", examples=["date_depot"])
    per: Literal["year", "value"] = Field(
        description="year : un fichier par année ; value : un fichier par valeur de la colonne."
    )


class Publication(Frozen):
    """Where and how. ``datastore``: also as a table citizens can query. In mode index, either ``link``, the
    public URL of the source (it may be relative to the source's connection), or ``outlet``, the place of the
    city's own where the files are put and linked. ``too_big``: when the
    platform would not take a file, the publication is held, or that format left out. ``formulas``: the cells
    of a CSV that a spreadsheet would evaluate are kept as they are, or have an apostrophe put before them."""

    platform: Text
    also: tuple[Text, ...] = ()
    """The other platforms it goes to, each with a state of its own."""
    mode: Mode
    formats: tuple[OutputFormat, ...] = (OutputFormat.CSV,)
    datastore: bool = True
    link: str | None = None
    outlet: str | None = None
    split: Split | None = None
    too_big: Literal["stop", "omit"] = "stop"
    formulas: Literal["keep", "prefix"] = "keep"

    @property
    def at_source(self) -> bool:
        """Whether the public reads the source itself, and not files that went through the stages."""
        return self.mode is Mode.INDEX and self.outlet is None

    @property
    def platforms(self) -> tuple[str, ...]:
        """All of them, the first one first."""
        return (self.platform, *self.also)


class Correction(Frozen):
    """The cell of published ``column`` in the row of ``key``, whose value has the mark ``before`` (None: it
    is empty), is ``after`` ("": nothing). ``line``: where its file says so."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)

    line: int
    key: tuple[str, ...]
    column: str
    before: str | None
    after: str
    by: str
    why: str


class Dataset(Frozen):
    """One declaration, complete: nothing else decides what happens to this dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: str
    path: Path
    fingerprint: str
    """SHA-256 of the YAML, of every file it names, and of what it takes from ``city.yaml`` (defaults,
    environment): changes whenever the declaration does."""
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
    source: InstanceOf[Source]
    reading: Reading
    key: tuple[str, ...]
    """Published names."""
    keeps_order: bool = False
    """Rows leave in the order of the file; else sorted by their values, which tells nothing of the source."""
    columns: tuple[Column, ...]
    column_sets: tuple[str, ...] = ()
    """The sets of ``include/columns/`` that some of the columns came from."""
    geometry: Geometry | None
    privacy: Privacy | None
    waivers: tuple[Waiver, ...] = ()
    processing: Processing = Processing()
    reject_at_most: float
    guards: Guards = Guards()
    corrections: tuple[Correction, ...] = ()
    schema_path: str
    table_schema: TableSchema
    """Of a national schema, without the optional fields that nothing publishes."""
    national: National | None = None
    publication: Publication
    moved_from: str | None = None
    """The identifier it had before: what platforms have under it becomes this dataset's."""
    environment: str | None = None
    """The environment it was read for; None for none."""
    warnings: tuple[InstanceOf[Problem], ...] = ()
    """What is doubtful in the declaration, and not refused."""

    @property
    def published(self) -> tuple[Column, ...]:
        """The columns that leave, in the order of the schema."""
        order = {field.name: rank for rank, field in enumerate(self.table_schema.fields)}
        kept = [column for column in self.columns if column.published_as is not None]
        return tuple(sorted(kept, key=lambda column: order.get(column.published_as or "", len(order))))

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


# --- the city -----------------------------------------------------------------------------------------------


class Amendment(Frozen):
    """What both sides agreed to change in the convention, and when."""

    signed: date
    about: Text


class Convention(Frozen):
    """The convention with the Region: notified on a day, for a year, renewed tacitly.

    ``project_lead`` is an e-mail address. ``amendments`` are in the order of their dates. ``ends``: the first
    day it is no longer in force; None while nobody has ended it.
    """

    partner: Text
    notified: date
    project_lead: Text
    amendments: tuple[Amendment, ...] = ()
    ends: date | None = None


def _known_kind(raw: Any) -> Any:
    """As pydantic refuses a word that is not in a closed list; which it is not, since packages add to it."""
    if raw in PLATFORMS:
        return raw
    raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, PLATFORMS.names))})


KeyProblem = tuple[str, type[Problem]]
"""A key, and what is wrong with its value."""


class PlatformSpec(Written):
    """Une plateforme où publier."""

    needs: ClassVar[Needs] = {
        "type": Said("« type: {name} »", "“type: {name}”").format(name=PLATFORMS.names[0])
    }

    type: Annotated[str, BeforeValidator(_known_kind)] | None = Field(
        None, description="Ce qu'est la plateforme."
    )
    connection: Text | None = Field(
        None, description="La connexion d'Airflow vers la plateforme (son adresse, et de quoi y écrire)."
    )
    pool: Annotated[Whole, Field(gt=0)] = Field(
        4, description="Combien de publications à la fois, au plus, sous Airflow."
    )
    largest_file_mb: Annotated[Whole, Field(gt=0)] | None = Field(
        None,
        description="Le plus gros fichier qu'elle accepte, en Mo : un plus gros est vu avant le dépôt.",
        examples=[100],
    )

    @property
    def fields_of_people(self) -> tuple[str, ...]:
        """Fields of a record that people keep on the platform once Aqueduc has made it."""
        return ()

    @property
    def public_url(self) -> str | None:
        """Where visitors read it, if that is declared here and not in a connection."""
        return None

    def find_problems(self) -> Iterable[KeyProblem]:
        """What of it does not fit together."""
        return ()


class ConnectedPlatformSpec(PlatformSpec):
    """Of a platform that only a connection leads to."""

    needs: ClassVar[Needs] = {
        **PlatformSpec.needs,
        "connection": Said("« connection: datasud »", "“connection: datasud”"),
    }


class PlatformSettings(Frozen):
    """A platform of ``city.yaml``, by its name, and what is written of it."""

    name: str
    spec: InstanceOf[PlatformSpec]

    @property
    def kind(self) -> PlatformKind:
        """Raises ExtensionBroken when it comes from a package that cannot be loaded."""
        return PLATFORMS[str(self.spec.type)]

    @property
    def connection(self) -> str:
        """The id of its connection, which bears its own name unless it is said otherwise."""
        return self.spec.connection or self.name


class OutletTableSettings(Frozen):
    """A PostgreSQL of the city's own: revisions are tables of ``space`` (a schema), which ``reader`` (a role)
    may read."""

    connection: Text
    space: Text
    reader: Text


class OutletSettings(Frozen):
    """A place of the city's own (``outlets:`` of ``city.yaml``): ``folder`` is written (a path or a URL that
    fsspec opens, with ``connection`` if it needs one), and served at ``url``. ``table``: where the same rows
    can be queried."""

    name: str
    folder: Text
    url: Text
    connection: Text | None = None
    table: OutletTableSettings | None = None


class Holiday(Frozen):
    """Days on which nothing is published by itself, both ends included."""

    first: date
    last: date
    why: str


class City(Frozen):
    """``include/city.yaml``."""

    path: Path
    fingerprint: str
    """SHA-256 of the file, of the environment chosen and of the city's lists of names."""
    lists: str = ""
    """SHA-256 of the city's lists of names; "" without any."""
    name: str
    organisation: str
    siren: str
    siret: str | None = None
    """Of its seat; None where it is not declared: then there is no SCDL catalogue."""
    insee: str
    bbox: tuple[float, float, float, float]
    """West, south, east, north, in degrees (WGS84)."""
    timezone: str
    contact: str | None = None
    """Where citizens write to; the default of the datasets' own ``contact``."""
    dpo: str | None = None
    """E-mail address of the data protection officer."""
    convention: Convention | None
    platforms: tuple[PlatformSettings, ...]
    outlets: tuple[OutletSettings, ...] = ()
    k_floor: int
    small_count_floor: int
    units_floor: int = 3
    households_floor: int = 11
    largest_share: float = 0.85
    distinct_floor: int = 2
    rejected_days: int
    holidays: tuple[Holiday, ...] = ()
    connections: Mapping[str, str] = Field(default_factory=dict)
    """Connection id → what it leads to, in French; empty when the city does not list them."""
    environments: tuple[str, ...] = ()
    environment: str | None = None
    """The environment it was read for; None for none."""

    def platform(self, name: str) -> PlatformSettings | None:
        return next((platform for platform in self.platforms if platform.name == name), None)

    def convention_of(self, dataset: Dataset) -> Convention | None:
        """The convention under which somebody else runs a platform of ``dataset``."""
        settings = map(self.platform, dataset.publication.platforms)
        run_by_others = any(one is not None and one.kind.capabilities.under_convention for one in settings)
        return self.convention if run_by_others else None

    def holiday(self, day: date) -> str | None:
        """Why nothing is published on ``day``; None when something may be."""
        return next((pause.why for pause in self.holidays if pause.first <= day <= pause.last), None)
