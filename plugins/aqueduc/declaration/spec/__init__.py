"""What may be written in ``include/``, and what comes of it: a model for each section, the same for both."""

from aqueduc.declaration.spec.base import Delimiter, Frozen, Needs, Parameters, Text, Texts, Whole
from aqueduc.declaration.spec.city import City, Convention, Floors, OutletSettings
from aqueduc.declaration.spec.dataset import Column, Correction, Dataset, Geometry
from aqueduc.declaration.spec.guards import GUARDS, Fresh, Guards
from aqueduc.declaration.spec.platform import (
    ConnectedPlatformSpec,
    KeyProblem,
    PlatformSettings,
    PlatformSpec,
)
from aqueduc.declaration.spec.privacy import (
    DateStep,
    KMap,
    Ladder,
    Privacy,
    Processing,
    Recode,
    SensitiveColumn,
    Waiver,
)
from aqueduc.declaration.spec.publication import Access, Mode, OutputFormat, Publication, Split
from aqueduc.declaration.spec.source import LinkedDocument, Reading, Source, SourceCapabilities
from aqueduc.declaration.spec.table_schema import CustomCheck, FieldType, SchemaField, TableSchema

__all__ = [
    "GUARDS",
    "Access",
    "City",
    "Column",
    "ConnectedPlatformSpec",
    "Convention",
    "Correction",
    "CustomCheck",
    "Dataset",
    "DateStep",
    "Delimiter",
    "FieldType",
    "Floors",
    "Fresh",
    "Frozen",
    "Geometry",
    "Guards",
    "KMap",
    "KeyProblem",
    "Ladder",
    "LinkedDocument",
    "Mode",
    "Needs",
    "OutletSettings",
    "OutputFormat",
    "Parameters",
    "PlatformSettings",
    "PlatformSpec",
    "Privacy",
    "Processing",
    "Publication",
    "Reading",
    "Recode",
    "SchemaField",
    "SensitiveColumn",
    "Source",
    "SourceCapabilities",
    "Split",
    "TableSchema",
    "Text",
    "Texts",
    "Waiver",
    "Whole",
]
