"""The fiche, in nobody's vocabulary: what any catalogue could ask about a dataset, all of it derived.

A translation (``record/fields.py``, ``platforms/``) says it in the words of a catalogue.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aqueduc.declaration.spec import AccessSettings, City, Dataset, OutputFormat
from aqueduc.declaration.vocabulary import Licence, UpdateFrequency
from aqueduc.record.preparation import build_preparation_text_for_citizens

GEOGRAPHIC = frozenset({OutputFormat.GEOJSON})


@dataclass(frozen=True)
class RowPreparationCounts:
    """What the run did to the rows. ``whole``: these counts are those of the whole file, and not of the one
    window that was prepared last."""

    rejected: int
    suppressed: int
    whole: bool


@dataclass(frozen=True)
class DataCoverage:
    """Where and when the data are about. ``bbox``: west, south, east, north in degrees (WGS84); ``temporal``:
    the first and the last day."""

    bbox: tuple[float, float, float, float] | None = None
    temporal: tuple[date, date] | None = None


NOWHERE = DataCoverage()


@dataclass(frozen=True)
class DataDictionaryEntry:
    """One line of the data dictionary, from the Table Schema. ``kind`` is a type of Table Schema."""

    name: str
    kind: str
    title: str
    description: str
    unit: str


@dataclass(frozen=True)
class NationalStandard:
    """The national schema that the data follow, as its catalogue calls it, and the address of its bytes."""

    name: str
    version: str
    url: str


@dataclass(frozen=True)
class DatasetSplitPart:
    """One of the ``count`` files that a dataset split by the published column ``by`` comes in.

    ``label`` (``2024``) is its identity for good, and a value of the data: it stands on the platform only.
    ``number`` is its place in the order shown, and what logs and reports may say. ``missing``: its rows have
    nothing in the column, and its label is a word of ours.
    """

    label: str
    by: str
    per: Literal["year", "value"]
    missing: bool
    number: int
    count: int

    @property
    def title_suffix(self) -> str:
        """As it stands at the end of a title."""
        if not self.missing:
            return self.label
        return "sans date" if self.per == "year" else "non renseigné"


@dataclass(frozen=True)
class Distribution:
    """One way to get the data: a file of ours (``filename``, ``sha256``, ``bytes``), or a ``link``.

    ``format`` is the name catalogues show (``CSV``), ``media_type`` its MIME type. ``slice``: which rows,
    when the dataset comes in several files.
    """

    format: str
    media_type: str
    filename: str = ""
    sha256: str = ""
    bytes: int = 0
    link: str = ""
    slice: DatasetSplitPart | None = None


@dataclass(frozen=True)
class Fiche:
    """All that a catalogue may be told. ``bbox`` is west, south, east, north in degrees (WGS84): of the data
    where they have positions, else of the commune; ``temporal``: the first and last day they cover, None
    where they do not say; ``modified`` is None where the data live elsewhere and change without us.
    ``standard``: the national schema that they follow; ``ledger_head``: the newest entry of the dataset's
    ledger before these data were published (``Store.read_newest_ledger_entry_name``)."""

    slug: str
    title: str
    description: str
    preparation: str
    keywords: tuple[str, ...]
    theme: str
    category: str
    licence: Licence
    access: AccessSettings
    frequency: UpdateFrequency
    granularity: str
    geographic: bool
    producer: str
    publisher: str
    contact: str
    organisation: str
    bbox: tuple[float, float, float, float] | None
    temporal: tuple[date, date] | None
    issued: date
    modified: date | None
    columns: tuple[DataDictionaryEntry, ...]
    standard: NationalStandard | None = None
    ledger_head: str = ""
    announcement: str = ""
    """A change to come of what is published, in a sentence; the description says it too."""


def build_fiche(
    dataset: Dataset,
    city: City,
    preparation: RowPreparationCounts,
    *,
    issued: date,
    modified: date | None,
    coverage: DataCoverage = NOWHERE,
    ledger_head: str = "",
) -> Fiche:
    """The fiche of ``dataset``: first published on ``issued``, its bytes last changed on ``modified``."""
    announcement = describe_announced_change(dataset)
    return Fiche(
        slug=dataset.id,
        title=dataset.title,
        description="\n\n".join(filter(None, (dataset.description.strip(), announcement))),
        preparation=build_preparation_text_for_citizens(
            dataset,
            rejected=preparation.rejected if preparation.whole else None,
            suppressed=preparation.suppressed if preparation.whole else None,
        ),
        keywords=dataset.keywords,
        theme=dataset.theme,
        category=dataset.category,
        licence=dataset.licence,
        access=dataset.access,
        frequency=dataset.frequency,
        granularity=dataset.granularity,
        geographic=dataset.geometry is not None or bool(GEOGRAPHIC & set(dataset.publication.formats)),
        producer=dataset.owner,
        publisher=city.name,
        contact=dataset.contact,
        organisation=city.organisation,
        bbox=coverage.bbox or city.bbox,
        temporal=coverage.temporal,
        issued=issued,
        modified=None if dataset.publication.is_link_to_source else modified,
        columns=build_data_dictionary(dataset),
        standard=_build_national_standard(dataset),
        ledger_head=ledger_head,
        announcement=announcement,
    )


def describe_announced_change(dataset: Dataset) -> str:
    """What reusers read ahead of a change; empty where none is announced."""
    if dataset.announce is None:
        return ""
    return f"Changement annoncé pour le {dataset.announce.day:%d/%m/%Y} : {dataset.announce.change.strip()}"


def _build_national_standard(dataset: Dataset) -> NationalStandard | None:
    found = dataset.national
    return NationalStandard(found.name, found.version, found.url) if found else None


def build_data_dictionary(dataset: Dataset) -> tuple[DataDictionaryEntry, ...]:
    """The data dictionary, in the order of the published columns."""
    return tuple(
        DataDictionaryEntry(
            field.name, field.type, field.title.strip(), field.description.strip(), field.unit.strip()
        )
        for field in (
            dataset.table_schema.find_field(column.published_as or "") for column in dataset.published_columns
        )
        if field is not None
    )
