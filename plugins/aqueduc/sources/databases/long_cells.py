"""Cells that no column of open data has: such a one would take the memory of whoever reads it."""

from aqueduc.errors import SourceUnreadable
from aqueduc.language import _, quote_text
from aqueduc.sources.origin import SourceOrigin

MOST_CELL_BYTES = 50_000_000
"""The outline of a large territory takes a tenth of it."""

SHORTEN_CELL = _(
    "l'ôter de la requête, n'en lire que le début (LEFT, SUBSTR), ou corriger la donnée à la source"
)


def build_long_cell_error(origin: SourceOrigin, column: str) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _("La colonne {name} a une cellule de plus de {limit} Mo : aucune n'est lue au-delà.").format(
            name=quote_text(column), limit=MOST_CELL_BYTES // 1_000_000
        ),
        SHORTEN_CELL,
    )


def build_long_row_error(origin: SourceOrigin, longest: str) -> SourceUnreadable:
    """``longest``: the column that makes it so, if it is known."""
    at = _(" (la colonne {name} surtout)").format(name=quote_text(longest)) if longest else ""
    return origin.build_unreadable_error(
        _("Une ligne de la requête a plus de {limit} Mo{at} : aucune n'est lue au-delà.").format(
            limit=MOST_CELL_BYTES // 1_000_000, at=at
        ),
        SHORTEN_CELL,
    )
