"""The last days of the bases on which personal data are published, told ahead and once past."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from aqueduc.alert_queue import Alert
from aqueduc.declaration import LoadedCity, list_declaration_paths_mentioning_keys, load_dataset
from aqueduc.declaration.term import ANNOUNCED_DAYS, convert_to_city_date
from aqueduc.errors import AqueducError
from aqueduc.language import Message, _, format_localised_day, n_
from aqueduc.publish.expiry import list_legal_basis_ends
from aqueduc.run import Workspace


def find_legal_basis_deadline_alerts(workspace: Workspace, loaded: LoadedCity) -> list[Alert]:
    """An alert ``ANNOUNCED_DAYS`` ahead, and one once a basis has run out. Files that declare no end are not
    parsed; of a declaration that cannot be read, nothing is published anyhow."""
    now = workspace.clock()
    return [
        alert
        for path in list_declaration_paths_mentioning_keys(workspace.include, "until", "column_sets")
        for alert in _find_dataset_basis_alerts(path, loaded, now)
    ]


def _find_dataset_basis_alerts(path: Path, loaded: LoadedCity, now: datetime) -> Iterator[Alert]:
    try:
        dataset = load_dataset(path, loaded)
    except AqueducError:
        return
    for column, end in list_legal_basis_ends(dataset):
        left = (end - convert_to_city_date(now, loaded.city.timezone)).days
        due = -1 if left < 0 else min((ahead for ahead in ANNOUNCED_DAYS if left <= ahead), default=None)
        if due is not None:
            yield Alert(
                kind="deadline",
                subject=dataset.id,
                title=dataset.title,
                occurrence=f"basis {column} {end.isoformat()} {due}",
                what=_describe_legal_basis_deadline(column, end, left),
                remedy=_(
                    "retirer ce jeu (aqueduc withdraw {dataset}), ou ne plus publier cette colonne (drop), ou citer un "
                    "fondement qui vaut encore (basis:, until:)"
                ).format(dataset=dataset.id),
                audience=("steward", "dpo"),
                at=now.isoformat(),
            )


def _describe_legal_basis_deadline(column: str, end: date, left: int) -> Message:
    if left < 0:
        return _(
            "le fondement de « {column} » a pris fin le {day} : le jeu n'est plus publié, et ce qui est en ligne y "
            "reste tant que personne ne le retire"
        ).format(column=column, day=format_localised_day(end))
    return n_(
        "le fondement de « {column} » prend fin le {day}, dans {count} jour : le jeu ne sera plus publié ensuite",
        "le fondement de « {column} » prend fin le {day}, dans {count} jours : le jeu ne sera plus publié ensuite",
        left,
        column=column,
        day=format_localised_day(end),
    )
