"""The interval of a windowed dataset, from ``--start`` and ``--end``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.cli.bilingual import both
from aqueduc.language import Said

if TYPE_CHECKING:
    from aqueduc.declaration import Dataset
    from aqueduc.store import Window

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]

Start = Annotated[
    datetime | None,
    typer.Option(
        "--start",
        metavar="DATE",
        formats=_FORMATS,
        help=both(
            "Début de l'intervalle à lire (2026-03-01, ou 2026-03-01T14:00, en UTC), pour un jeu lu par "
            "intervalle.",
            "Start of the interval to read (2026-03-01, or 2026-03-01T14:00, in UTC), for a dataset that is "
            "read by interval.",
        ),
    ),
]
End = Annotated[
    datetime | None,
    typer.Option(
        "--end",
        metavar="DATE",
        formats=_FORMATS,
        help=both("Fin de l'intervalle, exclue.", "End of the interval, excluded."),
    ),
]

_NEEDED = Said(
    "« {} » se lit par intervalle : donner --start et --end, par exemple --start {} --end {}.",
    "“{}” is read by interval: give --start and --end, for instance --start {} --end {}.",
)
_NOT_WANTED = Said(
    "« {} » se lit en entier : ni --start ni --end.", "“{}” is read as a whole: no --start, no --end."
)
_REVERSED = Said("la fin de l'intervalle précède son début.", "the interval ends before it starts.")


def window_of(dataset: Dataset, start: datetime | None, end: datetime | None) -> Window | None:
    """Raises typer.BadParameter unless the dataset wants what is given."""
    from aqueduc.store import Window

    if not dataset.windowed:
        if start or end:
            raise typer.BadParameter(str(_NOT_WANTED.format(dataset.id)))
        return None
    if start is None or end is None:
        raise typer.BadParameter(str(_NEEDED.format(dataset.id, *_last_month())))
    if end <= start:
        raise typer.BadParameter(str(_REVERSED))
    return Window(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))


def _last_month() -> tuple[str, str]:
    end = datetime.now(UTC).replace(day=1)
    start = end.replace(year=end.year - (end.month == 1), month=12 if end.month == 1 else end.month - 1)
    return f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"
