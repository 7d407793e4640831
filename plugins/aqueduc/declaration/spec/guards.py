"""What the whole of a dataset must be like, beside the revision that is published."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from aqueduc.declaration.spec.base import (
    DelayHours,
    Needs,
    Spec,
    Text,
    build_field_with_hidden_default,
    build_required_field,
    require_share,
)
from aqueduc.language import N_, quote_text

ANY = "any"

FEWEST_ROWS = 20
"""Under which a few cells make a large share: ``nulls`` and ``shift`` are not judged."""


def _parse_percentage_limit_or_any(raw: Any) -> Any:
    """``any`` is no limit."""
    return math.inf if raw == ANY else require_share(raw)


_AnyPercentage = Annotated[str, Field(pattern=r"^\d+([.,]\d+)?\s*%$")]
_Limit = Annotated[float, Field(ge=0, strict=True)]
Limit = Annotated[
    _Limit,
    BeforeValidator(
        _parse_percentage_limit_or_any, json_schema_input_type=Literal["any"] | _Limit | _AnyPercentage
    ),
]
"""A share that may be above 1, infinite for ``any``."""


class FreshnessGuard(Spec):
    """The newest date of the published ``column`` is at most ``hours`` old."""

    meaning = N_("L'âge de la ligne la plus récente.")

    needs: ClassVar[Needs] = {
        "column": quote_text("column: date_depot"),
        "within": quote_text("within: 45 days"),
    }

    column: Text = build_required_field(N_("La colonne publiée qui porte la date."), examples=["date_depot"])
    hours: DelayHours = build_required_field(
        N_("L'âge de la date la plus récente, au plus."), alias="within", examples=["45 days", "6 hours"]
    )


class CityDefaultGuards(Spec):
    meaning = N_("Ce que tout le jeu doit être, à côté de la révision publiée ; sinon, il est retenu.")

    shrink: Limit = Field(
        0.3,
        description=N_(
            "La part des lignes que le jeu peut perdre d'une publication à l'autre ; any : n'importe."
        ),
        examples=["10%", ANY],
    )
    grow: Limit = Field(
        1.0,
        description=N_("La part de lignes en plus ; any : n'importe."),
        examples=["200%", ANY],
    )
    columns: Literal["keep", "any"] = Field(
        "keep",
        description=N_(
            "keep : une colonne publiée ne disparaît pas sans être déclarée « drop » ; any : n'importe."
        ),
    )
    nulls: Limit = Field(
        0.2,
        description=N_("De combien la part de cellules vides d'une colonne peut monter ; any : n'importe."),
        examples=["5%", ANY],
    )
    shift: Limit = Field(
        0.3,
        description=N_(
            "La part des lignes qui peuvent changer de catégorie, colonne par colonne ; any : n'importe."
        ),
        examples=["15%", ANY],
    )
    truncated: Literal["hold", "any"] = Field(
        "hold",
        description=N_(
            "hold : un extrait d'exactement 1 000, 10 000 ou 65 536 lignes… est tenu pour coupé ; any : non."
        ),
    )


LOOSE_GUARDS = ("shrink", "grow", "shift", "totals")
"""Those that judge a window read again only, unless the declaration sets them."""


class DatasetGuards(CityDefaultGuards):
    """``shrink``, ``grow``: shares of rows lost or won. ``nulls``: rise of the share of empty cells of a
    column. ``shift``: share of rows whose category would have to change to find the former distribution
    again. ``totals``: of published columns, by what share their sum may move. Infinite: the guard is off.
    """

    meaning = N_("Ce que tout le jeu doit être, à côté de la révision publiée ; sinon, il est retenu.")

    fresh: FreshnessGuard | None = Field(
        None,
        description=N_("La ligne la plus récente n'est pas trop vieille."),
        examples=[{"column": "date_depot", "within": "45 days"}],
    )
    totals: dict[str, Limit] = build_field_with_hidden_default(
        {},
        description=N_("De combien le total d'une colonne de nombres publiée peut changer."),
        examples=[{"montant": "30%"}],
    )

    @property
    def declared_guard_names(self) -> set[str]:
        """Those that somebody declared, in the dataset or for the whole city."""
        return self.model_fields_set

    @property
    def new_window_guards(self) -> tuple[str, ...]:
        """Those that judge a new window too, since they are declared."""
        return tuple(name for name in LOOSE_GUARDS if name in self.declared_guard_names)


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
    "keys",
    REOPEN := "reopen",
)
"""What may be waived for one run; ``baseline``: there is nothing to compare with, and there should be;
``protection``: the declaration protects people less than the one of the published revision; ``keys``: a value
has a key that was never published there; ``reopen``: a person took the record away at the platform. No declaration
turns these four off."""
GUARD_LABELS: Mapping[str, str] = {
    "shrink": "lignes en moins",
    "grow": "lignes en plus",
    "columns": "colonne disparue",
    "nulls": "cellules vides",
    "shift": "catégories",
    "truncated": "source coupée",
    "fresh": "date la plus récente",
    "totals": "totaux",
    "baseline": "révision à comparer perdue",
    "protection": "protection affaiblie",
    "keys": "membre nouveau dans une cellule écrite en JSON",
    REOPEN: "fiche ôtée",
}
"""As pages to sign call them, in French."""
