"""What is added to the rows of a source once they are read: the columns of a table of the city's own."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from aqueduc.declaration.spec.base import (
    Delimiter,
    Needs,
    Spec,
    Text,
    Texts,
    UnwritableFieldAnnotation,
    WrittenTypeAnnotation,
    build_field_with_hidden_default,
    build_required_field,
)
from aqueduc.language import N_, quote_text


def _expand_join_key_shorthand(raw: Any) -> Any:
    """A name, or some, stand for columns of the same name on both sides."""
    names = [raw] if isinstance(raw, str) else raw
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return {name: name for name in names}
    return raw


_Keys = dict[Text, Text]
_SomeKeys = Annotated[_Keys, Field(min_length=1)]
_KeyNames = Annotated[tuple[Text, ...], Field(min_length=1)]


class ReferenceJoin(Spec):
    """A table of ``include/`` whose ``columns`` (() : all but its keys) are added to the rows whose columns are
    equal to its keys (``sources.keys``): ``on`` names each with its column there."""

    meaning = N_("Une table du dépôt de la Ville, dont des colonnes sont ajoutées aux lignes de la source.")

    needs: ClassVar[Needs] = {
        "file": quote_text("file: references/quartiers.csv"),
        "on": quote_text("on: code_quartier"),
    }

    file: Text = build_required_field(
        N_(
            "Un fichier de include/, dans un format que lisent les sources (CSV, XLSX, ODS, JSON, Parquet…), reconnu à "
            "son extension. Il n'est pas pour des données personnelles : il est dans le dépôt de la Ville."
        ),
        examples=["references/quartiers.csv"],
    )
    on: Annotated[
        _SomeKeys,
        BeforeValidator(_expand_join_key_shorthand, json_schema_input_type=Text | _KeyNames | _SomeKeys),
    ] = build_required_field(
        N_(
            "La colonne de la source qui désigne la ligne de cette table, ou les colonnes : un nom, s'il est le même des "
            "deux côtés, ou {colonne de la source: colonne de la table}. Une clé qui s'y trouve deux fois arrête tout."
        ),
        examples=["code_quartier", {"code_quartier": "code"}],
    )
    columns: Texts = build_field_with_hidden_default(
        (),
        description=N_(
            "Les colonnes de cette table qui sont ajoutées, et qui se déclarent comme les autres sous « columns: » ; par "
            "défaut, toutes sauf ses clés."
        ),
        examples=[["nom_quartier", "canton"]],
    )
    unmatched: Literal["keep", "reject"] = Field(
        "keep",
        description=N_(
            "Ce que devient une ligne de la source que la table ne connaît pas. keep : elle est gardée, et les colonnes "
            "ajoutées y sont vides ; reject : elle est rejetée (voir reject_at_most)."
        ),
    )
    encoding: Text = Field(
        "utf-8",
        description=N_("L'encodage d'un fichier de texte ; auto : il est deviné."),
        examples=["utf-8", "cp1252", "auto"],
    )
    delimiter: Annotated[Delimiter | None, WrittenTypeAnnotation(Delimiter)] = (
        build_field_with_hidden_default(
            None,
            description=N_(
                "Ce qui sépare les colonnes d'un CSV ; par défaut, ce qui donne les colonnes déclarées."
            ),
            examples=[";"],
        )
    )
    sheet: Text | None = Field(None, description=N_("La feuille d'un classeur ; par défaut, la première."))
    decimal: Literal[",", "."] = Field(".", description=N_("Le signe décimal des nombres de ce fichier."))
    dates: Text = Field(
        "YYYY-MM-DD",
        description=N_("Comment les dates de ce fichier sont écrites, par exemple DD/MM/YYYY."),
    )
    sha256: Annotated[str, UnwritableFieldAnnotation()] = ""
    """Of the file, when the declaration was read."""


def _wrap_single_join_in_list(raw: Any) -> Any:
    return raw if isinstance(raw, list | tuple) else [raw]


_Joins = tuple[ReferenceJoin, ...]
AnyJoins = Annotated[
    _Joins, BeforeValidator(_wrap_single_join_in_list, json_schema_input_type=ReferenceJoin | _Joins)
]
"""One join, or a list of them."""
