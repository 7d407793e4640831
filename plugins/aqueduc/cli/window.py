"""The interval of a windowed dataset, from ``--start`` and ``--end``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.language import N_, _

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
        help=N_(
            "Début de l'intervalle à lire (2026-03-01, ou 2026-03-01T14:00, en UTC), pour un jeu lu par "
            "intervalle."
        ),
    ),
]
End = Annotated[
    datetime | None,
    typer.Option(
        "--end",
        metavar="DATE",
        formats=_FORMATS,
        help=N_("Fin de l'intervalle, exclue."),
    ),
]


def window_of(dataset: Dataset, start: datetime | None, end: datetime | None) -> Window | None:
    """Raises typer.BadParameter unless the dataset wants what is given."""
    from aqueduc.store import Window

    if not dataset.windowed:
        if start or end:
            raise typer.BadParameter(
                str(_("« {} » se lit en entier : ni --start ni --end.").format(dataset.id))
            )
        return None
    if start is None or end is None:
        raise typer.BadParameter(
            str(
                _(
                    "« {} » se lit par intervalle : donner --start et --end, par exemple --start {} --end {}."
                ).format(dataset.id, *_last_month())
            )
        )
    if end <= start:
        raise typer.BadParameter(str(_("la fin de l'intervalle précède son début.")))
    return Window(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))


def _last_month() -> tuple[str, str]:
    end = datetime.now(UTC).replace(day=1)
    start = end.replace(year=end.year - (end.month == 1), month=12 if end.month == 1 else end.month - 1)
    return f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"
