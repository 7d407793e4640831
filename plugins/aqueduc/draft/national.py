"""The French national schema that fits: a catalogue of Table Schemas, compared with the names of the columns.

The catalogue is a folder of schemas (``include/schemas/national``, or any) or an index as schema.data.gouv.fr
publishes it (https://schema.data.gouv.fr/schemas/schemas.json: ``schemas`` with ``name``, ``schema_type``,
``schema_url`` and ``versions``).
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from aqueduc.connections import Connection
from aqueduc.declaration.column_name_hints import DIRECT, ColumnNature, classify_column_name, normalise_words
from aqueduc.declaration.spec import SchemaField
from aqueduc.errors import SourceError
from aqueduc.language import _, n_
from aqueduc.sources.client import SourceClient
from aqueduc.sources.origin import SourceOrigin
from aqueduc.validate.types import find_cell_text_parser

MOST_SCHEMAS = 200
LARGEST = 4 << 20

FITS = 0.45
"""The least score of a schema that is proposed."""
NEAR = 0.35
_CLOSE = 0.9
_ANYWHERE = frozenset(
    re.findall(
        r"\w+",
        "id identifiant nom name titre title description adresse address commune ville insee codeinsee "
        "codepostal postalcode cp longitude latitude lon lat long siret siren telephone phone tel courriel "
        "email mail contact site siteweb url website statut etat type date datemaj dateobservation "
        "commentaire commentaires observations quartier departement region libelle code numero annee source",
    )
)
"""Names that are met in any file: they pair columns with fields, and prove nothing."""
_TELLING = 3
"""How many other names must agree."""


@dataclass(frozen=True)
class NationalSchema:
    """A national Table Schema: ``fields`` are its own, in its order, each a mapping that has a ``name``.
    ``missing_values``: what it takes for nothing, () where it does not say."""

    name: str
    title: str
    version: str
    fields: tuple[Mapping[str, Any], ...]
    missing_values: tuple[str, ...] = ()

    def get_field(self, name: str) -> Mapping[str, Any]:
        return next(field for field in self.fields if field["name"] == name)

    @property
    def required_fields(self) -> frozenset[str]:
        return frozenset(f["name"] for f in self.fields if _get_field_constraints(f).get("required") is True)


@dataclass(frozen=True)
class SchemaMatch:
    """A comparison of a national schema with a source. ``pairs``: source column to field. ``score`` between 0
    and 1 (see ``_compute_match_score``)."""

    schema: NationalSchema
    pairs: Mapping[str, str]
    score: float
    columns: int

    @property
    def missing_required_fields(self) -> tuple[str, ...]:
        """The required fields that no column gives."""
        given = set(self.pairs.values())
        return tuple(
            f["name"] for f in self.schema.fields if f["name"] in self.schema.required_fields - given
        )

    @property
    def is_close_enough(self) -> bool:
        return self.score >= FITS


@dataclass(frozen=True)
class SchemaCatalogue:
    """The national schemas to compare a source with. ``said``: what could not be had, in French."""

    schemas: tuple[NationalSchema, ...] = ()
    said: str = ""
    shown: str = ""
    problems: tuple[str, ...] = field(default=())

    def list_best_matches(self, columns: Sequence[str]) -> tuple[SchemaMatch, ...]:
        """The schemas that come near, best first."""
        matches = (match_columns_to_schema_fields(schema, columns) for schema in self.schemas)
        near = [match for match in matches if match.score >= NEAR]
        return tuple(sorted(near, key=lambda match: (-match.score, match.schema.name)))


# --- matching -----------------------------------------------------------------------------------------


def match_columns_to_schema_fields(schema: NationalSchema, columns: Sequence[str]) -> SchemaMatch:
    """Pairs each column with a field: the same name, then the same words after a prefix, then nearly
    the same."""
    pairs: dict[str, str] = {}
    sure: list[str] = []
    free = {field["name"]: normalise_words(field["name"]).split() for field in schema.fields}
    for same in (_has_same_words, _has_prefixed_words, _has_near_words, _has_same_last_word):
        if same is _has_same_last_word and len(pairs) < _TELLING:
            continue
        for column in columns:
            words = normalise_words(column).split()
            found = [name for name, others in free.items() if column not in pairs and same(words, others)]
            if len(found) == 1:
                pairs[column] = found[0]
                del free[found[0]]
                if same is _has_same_words:
                    sure.append(column)
    about = [column for column in columns if column in pairs or not _is_unpublishable_column(column)]
    return SchemaMatch(schema, pairs, _compute_match_score(schema, pairs, sure, len(about)), len(columns))


def _is_unpublishable_column(column: str) -> bool:
    """A column that will not be published anyway is no reason to doubt of a schema."""
    return bool(classify_column_name(column).natures & (DIRECT | {ColumnNature.FREE_TEXT}))


def _has_same_words(words: list[str], others: list[str]) -> bool:
    return "".join(words) == "".join(others)


def _has_prefixed_words(words: list[str], others: list[str]) -> bool:
    """``matiere_code`` and ``DELIB_MATIERE_CODE``: one prefix more, on either side; a lone word is too
    little."""
    longer, shorter = (words, others) if len(words) > len(others) else (others, words)
    return len(shorter) >= 2 and len(longer) == len(shorter) + 1 and longer[1:] == shorter


def _has_same_last_word(words: list[str], others: list[str]) -> bool:
    """``objet`` and ``DELIB_OBJET``: enough once other columns have told what the file is."""
    return len(words) == 1 and len(others) == 2 and others[-1] == words[0]


def _has_near_words(words: list[str], others: list[str]) -> bool:
    one, other = "".join(words), "".join(others)
    return min(len(one), len(other)) >= 6 and difflib.SequenceMatcher(None, one, other).ratio() >= _CLOSE


def _compute_match_score(
    schema: NationalSchema, pairs: Mapping[str, str], sure: Sequence[str], columns: int
) -> float:
    """How much of the file the schema explains, and how much of what the schema demands the file gives.

    The harmonic mean of the two; a pair whose names are not the same counts for 0.7, and fewer than three
    telling pairs say nothing.
    """
    telling = [column for column in pairs if normalise_words(column).replace(" ", "") not in _ANYWHERE]
    if len(telling) < _TELLING:
        return 0.0
    weight = len(sure) + 0.7 * (len(pairs) - len(sure))
    precision = weight / columns
    demanded = schema.required_fields or frozenset(field["name"] for field in schema.fields)
    share = len(demanded & set(pairs.values())) / len(demanded)
    recall = min(1.0, share * weight / len(pairs))
    return round(2 * precision * recall / (precision + recall), 3) if precision + recall else 0.0


# --- fields -------------------------------------------------------------------------------------------

_CONSTRAINTS = ("required", "unique", "minimum", "maximum", "minLength", "maxLength", "pattern", "enum")


def keep_supported_field_properties(field: Mapping[str, Any]) -> dict[str, Any]:
    """A field of a national schema as Aqueduc reads it: what it does not understand is left out."""
    kept = {key: field[key] for key in ("name", "type", "format", "title", "description") if field.get(key)}
    for key in ("trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber", "missingValues"):
        if key in field:
            kept[key] = field[key]
    constraints = {key: value for key, value in _get_field_constraints(field).items() if key in _CONSTRAINTS}
    for attempt in (
        kept | ({"constraints": constraints} if constraints else {}),
        kept,
        {key: value for key, value in kept.items() if key != "format"},
    ):
        if _is_supported_field(attempt):
            return attempt
    return {key: kept[key] for key in ("name", "title", "description") if key in kept} | {"type": "string"}


def _is_supported_field(field: Mapping[str, Any]) -> bool:
    try:
        return find_cell_text_parser(SchemaField.model_validate(dict(field))) is not None
    except ValidationError:
        return False


def _get_field_constraints(field: Mapping[str, Any]) -> Mapping[str, Any]:
    found = field.get("constraints")
    return found if isinstance(found, Mapping) else {}


# --- having the catalogue -----------------------------------------------------------------------------


def load_schema_catalogue_from_folder(folder: Path) -> SchemaCatalogue:
    """Every Table Schema below a folder, whatever its name; anything else there is left alone."""
    found = [schema for path in sorted(folder.rglob("*.json")) if (schema := _load_schema_file(path, folder))]
    return SchemaCatalogue(tuple(found[:MOST_SCHEMAS]), shown=folder.name)


def _load_schema_file(path: Path, folder: Path) -> NationalSchema | None:
    if path.stat().st_size > LARGEST:
        return None
    try:
        document = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return parse_national_schema(document, name=path.relative_to(folder).with_suffix("").as_posix())


def parse_national_schema(document: Any, *, name: str, version: str = "") -> NationalSchema | None:
    """The Table Schema that ``text`` holds, None for anything else."""
    fields = document.get("fields") if isinstance(document, dict) else None
    if (
        not isinstance(fields, list)
        or not fields
        or not all(isinstance(field, dict) and isinstance(field.get("name"), str) for field in fields)
    ):
        return None
    return NationalSchema(
        name=str(document.get("name") or name),
        title=" ".join(str(document.get("title") or name).split()),
        version=version or str(document.get("version") or ""),
        fields=tuple(fields),
        missing_values=_keep_text_items(document.get("missingValues")),
    )


def _keep_text_items(found: Any) -> tuple[str, ...]:
    return tuple(text for text in found if isinstance(text, str)) if isinstance(found, list) else ()


def fetch_schema_catalogue_from_index(url: str, scratch: Path) -> SchemaCatalogue:
    """The Table Schemas of an index; what cannot be had is said, and the rest is used.

    ``scratch`` receives one document at a time.
    """
    parts = urlsplit(url)
    origin = SourceOrigin("schemas-nationaux", "http", parts.hostname or "", parts.path)
    port = f":{parts.port}" if parts.port else ""
    connection = Connection(
        id=origin.connection, kind="http", host=f"{parts.scheme}://{parts.hostname}{port}"
    )
    try:
        with SourceClient(origin, connection) as client:
            schemas, lost = _fetch_schemas(client, _fetch_json_or_none(client, url, scratch), scratch)
    except SourceError as error:
        return SchemaCatalogue(
            said=str(_("catalogue des schémas nationaux injoignable : {what}").format(what=error.what)),
            shown=origin.connection,
        )
    said = (
        str(
            n_(
                "{count} schéma du catalogue n'a pas pu être lu",
                "{count} schémas du catalogue n'ont pas pu être lus",
                lost,
            )
        )
        if lost
        else ""
    )
    return SchemaCatalogue(tuple(schemas), said, origin.connection)


def _fetch_schemas(client: SourceClient, index: Any, scratch: Path) -> tuple[list[NationalSchema], int]:
    schemas: list[NationalSchema] = []
    lost = 0
    for entry in _list_schema_entries(index):
        try:
            document = _fetch_json_or_none(client, str(entry["schema_url"]), scratch)
        except SourceError:
            document = None
        version = str((entry.get("versions") or [{}])[-1].get("version_name") or "")
        schema = parse_national_schema(document, name=str(entry.get("name") or ""), version=version)
        if schema is None:
            lost += 1
        else:
            schemas.append(
                NationalSchema(str(entry.get("name") or schema.name), schema.title, version, schema.fields)
            )
    return schemas, lost


def _list_schema_entries(index: Any) -> Iterator[Mapping[str, Any]]:
    listed = index.get("schemas") if isinstance(index, dict) else None
    known = [entry for entry in listed or () if isinstance(entry, dict)]
    tables = [e for e in known if e.get("schema_type") == "tableschema" and e.get("schema_url")]
    yield from tables[:MOST_SCHEMAS]


def _fetch_json_or_none(client: SourceClient, url: str, scratch: Path) -> Any:
    """A JSON document, or None when it is none. Raises SourceError."""
    answer = client.download(url, scratch / "schema.json")
    data = answer.path.read_bytes() if answer.path.stat().st_size <= LARGEST else b""
    answer.path.unlink()
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
