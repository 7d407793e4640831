"""What a kind of source says of itself, before any source is asked: light enough to be read whenever Airflow
parses.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import IncompleteWindow, UnknownEncoding
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.queries import PLACEHOLDERS
from aqueduc.declaration.spec import (
    Delimiter,
    LexicalFormat,
    Source,
    Spec,
    Text,
    Texts,
    Whole,
    WrittenTypeAnnotation,
    derive_section_model,
    list_writable_keys,
)
from aqueduc.declaration.vocabulary import ENCODINGS
from aqueduc.errors import ExtensionBroken
from aqueduc.language import N_, Message, _, join_choices_with_or
from aqueduc.sources import SOURCES

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext

# --- what is written ------------------------------------------------------------------------------------

DecimalMark = Annotated[
    Literal[",", "."], Field(description=N_("Le signe décimal des nombres de la source."), exclude=True)
]
GroupedColumns = Annotated[
    Texts | None,
    Field(
        description=N_(
            "Les colonnes de nombres où un point sépare les milliers : 1.234 s'y lit 1234, et un point qui n'en sépare "
            "pas y fait rejeter la ligne. [] : aucune, un point y est partout celui des décimales."
        ),
        examples=[["tonnage"]],
        exclude=True,
    ),
]
DatePattern = Annotated[
    Text,
    Field(
        description=N_(
            "Comment les dates de la source sont écrites, par exemple DD/MM/YYYY ; « excel » pour "
            "les numéros de jour d'un classeur."
        ),
        exclude=True,
    ),
]
MissingTexts = Annotated[
    tuple[str, ...],
    Field(
        description=N_("Les textes qui, dans la source, veulent dire « rien », par exemple NA ou un tiret."),
        exclude=True,
    ),
]
KeyedBy = Annotated[
    Text | None,
    Field(
        description=N_(
            "Pour un JSON où les lignes sont les membres d'un objet, et non une liste : la colonne "
            "de leurs noms."
        ),
        examples=["parking"],
    ),
]
RecordsPath = Annotated[
    str,
    Field(
        description=N_(
            "Où se trouvent les lignes d'un document. JSON : le chemin de leur liste, avec des points (vide : "
            "le document est lui-même la liste). XML : celui de l'élément qui se répète, depuis la racine, "
            "avec des barres."
        ),
        examples=["resultats", "data.items", "export/lignes/ligne"],
    ),
]
GuessedDelimiter = Annotated[
    Delimiter | None,
    WrittenTypeAnnotation(Delimiter),
    Field(
        description=N_(
            "Ce qui sépare les colonnes d'un CSV ; par défaut, celui qui donne les colonnes déclarées."
        ),
        examples=[";"],
    ),
]
SheetName = Annotated[
    str | None,
    Field(
        description=N_(
            "La feuille du classeur (par défaut, la première), ou la couche d'un fichier géographique qui en "
            "contient plusieurs."
        )
    ),
]
HeaderRows = Annotated[
    Whole,
    Field(
        ge=1,
        le=5,
        description=N_(
            "Sur combien de lignes les colonnes sont nommées. Les lignes de titre au-dessus n'ont "
            "pas à être déclarées : l'en-tête est reconnu aux noms des colonnes."
        ),
        examples=[2],
    ),
]
NamedColumns = Annotated[
    bool,
    Field(
        description=N_(
            "false pour un tableau dont aucune ligne ne nomme les colonnes : elles s'appellent alors "
            "« colonne 1 », « colonne 2 »… ; « as: » leur donne un nom."
        ),
        examples=[False],
    ),
]


def _fold_case(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.casefold() for text in texts)


FooterTexts = Annotated[
    tuple[str, ...],
    WrittenTypeAnnotation(Texts, _fold_case),
    Field(
        description=N_(
            "Par quoi commencent les lignes du pied de tableau (totaux, notes) : celles de la fin, "
            "et elles seules, ne sont pas lues comme des données."
        ),
        examples=[["Total", "Source :"]],
    ),
]
HiddenRows = Annotated[
    Literal["read", "skip"] | None,
    Field(
        description=N_(
            "Ce que deviennent les lignes masquées d'un classeur, celles d'un filtre comprises. skip : elles ne sont pas "
            "lues ; read : elles le sont comme les autres ; rien : elles le sont, et l'exécution le dit."
        ),
        examples=["skip"],
    ),
]
ArchiveMember = Annotated[
    Text | None,
    Field(
        description=N_(
            "Le fichier à lire dans une archive zip qui en a plusieurs (une table d'un GTFS, par exemple)."
        ),
        examples=["stops.txt"],
    ),
]


@dataclass(frozen=True)
class ResolvedSource:
    """``source`` None: something of it is wrong, and was complained of. ``reading``: how its text is to be
    read. ``windowed``: it uses the run's data interval."""

    source: Source | None = None
    reading: LexicalFormat = field(default_factory=LexicalFormat)
    windowed: bool = False


class SourceSpec(Spec):
    """What may stand under ``source:``. The key that bears the name of the kind is that of its connection."""

    @abstractmethod
    def build_resolved_source(self, reader: DeclarationReadingContext) -> ResolvedSource:
        """What it comes to, once the files that it names were read; complains of what is wrong."""


def check_source_encoding_name(collector: ProblemCollector, encoding: str) -> None:
    if encoding != "auto" and encoding.lower().replace("_", "-") not in ENCODINGS:
        advice = suggest_nearest_choice_or_list(encoding, ("auto", *ENCODINGS))
        collector.add_value_problem(("source", "encoding"), UnknownEncoding, given=encoding, advice=advice)


def check_window_placeholders(collector: ProblemCollector, used: Iterable[str]) -> bool:
    """Whether the ``used`` placeholders make a window; complains of one end without the other."""
    once = set(used)
    if len(once) == 1:
        (one,) = once
        other = next(name for name in PLACEHOLDERS if name != one)
        collector.add_key_problem(("source",), IncompleteWindow, used=one, unused=other)
    return bool(once)


# --- the kind -------------------------------------------------------------------------------------------

ANY_CONNECTION = ("*",)
"""The ``connection_types`` of a kind that takes those of other packages."""


@dataclass(frozen=True, kw_only=True)
class SourceWording:
    """How a source is told, as templates over ``connection`` and ``location``. ``page``: on the page of its
    DAG (Markdown). ``statement``: in the text that is signed (French). ``summary``: on a line of
    ``check --connect``. ``origin``: what it is, in a list of the kinds."""

    page: Message
    statement: str
    summary: Message
    origin: Message


@dataclass(frozen=True, kw_only=True)
class DraftTargetCliOption:
    """The option of ``aqueduc new`` that says what to read."""

    option: str
    metavar: Message
    help: Message


PATH = DraftTargetCliOption(
    option="path",
    metavar=_("CHEMIN"),
    help=_("Le chemin à l'API, ou dans le dossier."),
)
DATASET = DraftTargetCliOption(
    option="dataset",
    metavar=_("IDENTIFIANT"),
    help=_("L'identifiant du jeu sur le portail où il est publié."),
)


@dataclass(frozen=True, kw_only=True)
class SourceKindDraftSettings:
    """How a source of this kind is drafted. ``aqueduc new`` has an option of the name of the kind, which
    takes the connection (``help``), and one for its ``target``. ``module``: its ``SourceDraftingFunctions``
    (``module:object``, see ``aqueduc.draft.kinds``), loaded when one is drafted. ``noun``: what is read, in
    French. ``cadences``: those proposed, the likeliest first."""

    help: Message
    target: DraftTargetCliOption
    module: str
    noun: str
    cadences: tuple[str, ...] = ("weekly", "daily", "monthly", "yearly", "as-needed")


@dataclass(frozen=True, kw_only=True)
class SourceKind:
    """A kind of source: ``name`` is the key of ``source:`` that gives its connection.

    ``adapter``: its ``SourceAdapter`` (``module:object``, see ``aqueduc.sources.adapter``), loaded when it is
    used. ``connection_types``: what Airflow calls the connections that lead there, the usual one first; ()
    when it needs none, ``ANY_CONNECTION`` when it takes any. ``example``: how one is written. ``overrides``: what an
    environment may change of it, by key, and ``city_override``: its connection, for all datasets at once
    (French, for the editor).
    ``extra``: that of the distribution with which what it loads is installed.
    """

    name: str
    spec: type[SourceSpec]
    adapter: str
    connection_types: tuple[str, ...]
    wording: SourceWording
    example: Message
    overrides: Mapping[str, str]
    city_override: str
    draft: SourceKindDraftSettings | None = None
    extra: str = ""


def describe_source_on_dag_page(source: Source) -> Message:
    return _fill_source_template(SOURCES[source.kind].wording.page, source)


def describe_source_in_signed_statement(source: Source) -> str:
    statement = Message(SOURCES[source.kind].wording.statement)
    return statement.format(
        connection=source.connection, location=source.location_in_signed_statement
    ).french_text


def summarise_source(source: Source) -> Message:
    return SOURCES[source.kind].wording.summary.format(connection=source.connection, location=source.location)


def _fill_source_template(template: Message, source: Source) -> Message:
    return template.format(connection=source.connection, location=source.location)


# --- which kind is meant ----------------------------------------------------------------------------------


def find_kinds_named_in_source(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds that ``source:`` names. Packages are only asked where it names none of the house's."""
    own = tuple(key for key in raw if key in SOURCES.builtin_names)
    return own or tuple(key for key in raw if key in SOURCES)


def list_source_connections(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The kinds that ``raw`` names and that need a connection, with the connection it gives each."""
    for name in filter(_is_loadable_kind, find_kinds_named_in_source(raw)):
        connection = str(raw[name] or "").strip()
        if connection and SOURCES[name].connection_types:
            yield name, connection


def format_source_kind_names() -> Message:
    """The house's kinds, in a sentence: ``a, b ou c``."""
    return join_choices_with_or(SOURCES.builtin_names)


def format_source_kind_origins() -> Message:
    """``une base (postgres), une API (http) ou un fichier (file)``."""
    return join_choices_with_or(
        [Message("{} ({})").format(kind.wording.origin, kind.name) for kind in SOURCES.list_builtin_kinds()]
    )


# --- what an environment changes --------------------------------------------------------------------------


def build_source_override_model(raw: object = None) -> type[Spec]:
    """What an environment may change of the source of a dataset: the connection, another file."""
    return _build_cached_source_override_model(_list_builtin_and_named_kinds(raw))


def build_city_source_override_model(raw: object = None) -> type[Spec]:
    """What an environment of ``city.yaml`` may change of the sources of all datasets."""
    return _build_cached_city_source_override_model(_list_builtin_and_named_kinds(raw))


def _list_builtin_and_named_kinds(raw: object) -> tuple[str, ...]:
    """The house's kinds, and those of packages that ``raw`` has keys of."""
    foreign = [key for key in raw if key not in SOURCES.builtin_names] if isinstance(raw, dict) else []
    return (*SOURCES.builtin_names, *(key for key in foreign if _is_loadable_kind(key)))


def _is_loadable_kind(name: str) -> bool:
    try:
        return name in SOURCES and bool(SOURCES[name])
    except ExtensionBroken:
        return False


@lru_cache(maxsize=8)
def _build_cached_source_override_model(names: Sequence[str]) -> type[Spec]:
    kinds = [SOURCES[name] for name in names]
    changed = {key: text for kind in kinds for key, text in kind.overrides.items()}
    # The connections first, in the order of the kinds.
    ordered = {key: changed[key] for key in (*names, *(key for key in changed if key not in names))}
    about = N_("Ce qui change d'une source dans un environnement.")
    return _build_override_model(
        "EnvironmentSource", about, ordered, _map_fixed_keys_to_reason(kinds, ordered)
    )


@lru_cache(maxsize=8)
def _build_cached_city_source_override_model(names: Sequence[str]) -> type[Spec]:
    kinds = [SOURCES[name] for name in names]
    own = {key: _("chaque jeu a le sien") for kind in kinds for key in kind.overrides if key not in names}
    changed = {kind.name: kind.city_override for kind in kinds}
    fixed = {**_map_fixed_keys_to_reason(kinds, changed), **own}
    return _build_override_model(
        "CityEnvironmentSource", N_("Les connexions de tout un environnement."), changed, fixed
    )


def _build_override_model(
    name: str, about: str, changed: Mapping[str, str], fixed: Mapping[str, Message]
) -> type[Spec]:
    fields: Any = {key: (Text | None, Field(None, description=text)) for key, text in changed.items()}
    return derive_section_model(name, about, (), elsewhere=fixed, **fields)


def _map_fixed_keys_to_reason(kinds: Iterable[SourceKind], changed: Mapping[str, str]) -> dict[str, Message]:
    keys = (key for kind in kinds for key in list_writable_keys(kind.spec) if key not in changed)
    return dict.fromkeys(keys, _("cette clé décide de ce qui est lu et anonymisé"))


__all__ = [
    "ANY_CONNECTION",
    "DATASET",
    "PATH",
    "ArchiveMember",
    "DatePattern",
    "DecimalMark",
    "DraftTargetCliOption",
    "FooterTexts",
    "GroupedColumns",
    "HeaderRows",
    "HiddenRows",
    "KeyedBy",
    "MissingTexts",
    "NamedColumns",
    "RecordsPath",
    "ResolvedSource",
    "SheetName",
    "SourceKind",
    "SourceKindDraftSettings",
    "SourceSpec",
    "SourceWording",
    "build_city_source_override_model",
    "build_source_override_model",
    "check_source_encoding_name",
    "check_window_placeholders",
    "describe_source_in_signed_statement",
    "describe_source_on_dag_page",
    "find_kinds_named_in_source",
    "format_source_kind_names",
    "format_source_kind_origins",
    "list_source_connections",
    "summarise_source",
]
