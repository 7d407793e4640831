"""A declaration as it is written, before anything is resolved. Every key a steward may use is here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from aqueduc.declaration.model import (
    FileFormat,
    Frozen,
    Geometry,
    Mode,
    OutputFormat,
    Paging,
    Text,
)


def _share(raw: Any) -> Any:
    """``2%`` and ``0.02`` are the same share."""
    if isinstance(raw, str) and raw.strip().endswith("%"):
        try:
            return float(raw.strip()[:-1].replace(",", ".")) / 100
        except ValueError:
            return raw
    return raw


def _one_or_many(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


Share = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
Delimiter = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many)]


class WrittenPostgres(Frozen):
    postgres: Text
    sql: Text


class WrittenHttp(Frozen):
    http: Text
    path: Text
    format: Literal["json", "csv"] = "json"
    records: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    paging: Paging | None = None
    decimal: Literal[",", "."] = "."
    dates: Text = "YYYY-MM-DD"
    missing: tuple[str, ...] = ("",)


class WrittenFile(Frozen):
    file: Text
    path: Text
    format: FileFormat | None = None
    encoding: Text = "utf-8"
    delimiter: Delimiter = ","
    sheet: str | None = None
    decimal: Literal[",", "."] = "."
    dates: Text = "YYYY-MM-DD"
    missing: tuple[str, ...] = ("",)


class WrittenPrivacy(Frozen):
    quasi_identifiers: Texts = Field(min_length=1)
    k: Annotated[int, Field(ge=2)]
    suppress_at_most: Share = 0.0


class WrittenAccess(Frozen):
    level: Literal[
        "registered", "only_allowed_users", "same_organization", "any_organization", "only_idgo_partners"
    ]
    users: Texts = ()


class WrittenPublication(Frozen):
    platform: Text | None = None
    mode: Mode
    formats: Annotated[tuple[OutputFormat, ...], BeforeValidator(_one_or_many)] = (OutputFormat.CSV,)
    datastore: bool = True
    link: Text | None = None


class WrittenDataset(Frozen):
    title: Text
    description: Text
    owner: Text
    contact: Text | None = None
    theme: Text
    category: Text | None = None
    keywords: Texts = ()
    licence: Text | None = None
    access: Literal["open"] | WrittenAccess = "open"
    cadence: Text
    granularity: Text = "commune"
    source: dict[str, Any]
    key: Texts = ()
    columns: dict[str, Any]
    geometry: Geometry | None = None
    privacy: WrittenPrivacy | None = None
    reject_at_most: Share = 0.0
    schema_: Text = Field(alias="schema")
    publish: WrittenPublication


class WrittenConvention(Frozen):
    partner: Text
    notified: date
    project_lead: Text


class WrittenPlatform(Frozen):
    type: Literal["ckan"]
    connection: Text
    pool: Annotated[int, Field(gt=0)] = 4


class WrittenDefaults(Frozen):
    licence: Text | None = None
    contact: Text | None = None
    platform: Text | None = None


class WrittenFloors(Frozen):
    k: Annotated[int, Field(ge=2)] = 5
    small_count: Annotated[int, Field(ge=2)] = 3


class WrittenCity(Frozen):
    name: Text
    organisation: Text
    siren: Annotated[str, Field(pattern=r"^\d{9}$")]
    insee: Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
    bbox: tuple[float, float, float, float]
    timezone: Text = "Europe/Paris"
    convention: WrittenConvention
    platforms: dict[str, WrittenPlatform] = Field(min_length=1)
    defaults: WrittenDefaults = WrittenDefaults()
    floors: WrittenFloors = WrittenFloors()
    rejected_days: Annotated[int, Field(gt=0)] = 30
