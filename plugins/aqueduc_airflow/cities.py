"""The cities of the deployment as Airflow knows them: whose folder this is, and whose DAG.

Where there are several (``AQUEDUC_CITIES``), the dataset ``voirie`` of ``aix`` has the DAG ``aix.voirie``; inside its
store, its vault and its declarations it is ``voirie``. Where there is one, a DAG is named as its dataset.
"""

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from aqueduc.cities import ONLY_CITY, SETTING, DeployedCity, read_cities
from aqueduc.errors import AqueducError, InvalidCitiesSetting
from aqueduc.language import _


def list_cities() -> list[DeployedCity]:
    """Those of the deployment, the only one included. Raises InvalidCitiesSetting."""
    return list(read_cities(os.environ).values()) or [ONLY_CITY]


def _read_cities() -> Mapping[str, DeployedCity]:
    """Raises InvalidCitiesSetting. The people of a city read the logs of its tasks: these say less of a setting that does
    not hold than the dag-processor, which names other cities to the administrator."""
    try:
        return read_cities(os.environ)
    except InvalidCitiesSetting as error:
        from airflow.sdk import get_parsing_context

        if get_parsing_context().dag_id is None:
            raise
        told = hide_other_cities_in_error(error)
    raise told


def hide_other_cities_in_error(error: AqueducError) -> AqueducError:
    """``error`` as the people of one city may read it: a setting that does not hold names cities that are not theirs."""
    with suppress(InvalidCitiesSetting):
        if isinstance(error, InvalidCitiesSetting):
            read_cities(os.environ)
        return error
    return InvalidCitiesSetting(
        _("Le réglage des villes de ce déploiement ne peut pas être employé : rien n'est publié."),
        where=SETTING,
        remedy=_(
            "prévenir l'administrateur ; une erreur d'import du dag-processor lui dit ce qui est à corriger"
        ),
    )


_found: tuple[Mapping[str, DeployedCity], dict[tuple[Path, str], DeployedCity]] = ({}, {})
"""The owners of the folders already asked about, each with where it led, as one reading of the setting has them: each
dataset asks several times, and an answer resolves the paths of all. What belongs to nobody is not kept: a link may lead
there later."""


def find_city_of_folder(include: Path) -> DeployedCity:
    """The city whose declarations are in ``include``: its folder, or one below what Airflow fetched of its bundle.
    Raises InvalidCitiesSetting for a folder that the administrator gave to nobody."""
    global _found
    cities, found = _read_cities(), _found
    if not cities:
        return ONLY_CITY
    if found[0] is not cities:
        found = _found = (cities, {})
    # What leads elsewhere since is asked about anew: a repository may make of its own folder a link to another's.
    asked = (include, os.path.realpath(include))
    if asked not in found[1]:
        found[1][asked] = _find_city_owning_folder(include, cities.values())
    return found[1][asked]


def _find_city_owning_folder(include: Path, cities: Collection[DeployedCity]) -> DeployedCity:
    """Links that the administrator makes are followed; what a link leads to out of a bundle, whose links are those of
    the city, is nobody's. Raises InvalidCitiesSetting."""
    real = include.resolve()
    fetched = [city for city in cities if (folder := get_bundle_folder(city)) and folder in include.parents]
    owners = [city for city in fetched if get_bundle_folder(city) in real.parents]
    if not fetched:
        owners = [city for city in cities if city.include and Path(city.include).resolve() == real]
    if owners:
        return owners[0]
    raise InvalidCitiesSetting(
        _("Ce dossier de déclarations n'est celui d'aucune ville déployée."),
        where=f"{SETTING}, {include}",
        remedy=_("le donner à une ville : « include », ou « bundle » si Airflow va le chercher"),
    )


def get_bundle_folder(city: DeployedCity) -> Path | None:
    """Where Airflow puts what it fetches for the city; None for one that has its folder."""
    from airflow.dag_processing.bundles.base import get_bundle_base_folder

    return get_bundle_base_folder(city.bundle).resolve() if city.bundle else None


def build_dag_id(city: DeployedCity, name: str) -> str:
    """Of the dataset, or of the DAG of the whole city, ``name``."""
    return f"{city.code}.{name}" if city.code else name


def is_dag_id_of(city: DeployedCity, dag_id: str) -> bool:
    """Whether ``build_dag_id`` may have made it for a dataset of ``city``."""
    return dag_id.startswith(f"{city.code}.") if city.code else "." not in dag_id


def split_dag_id(dag_id: str) -> tuple[DeployedCity, str] | None:
    """What ``build_dag_id`` was given; None for a DAG of no city. Raises InvalidCitiesSetting."""
    cities = _read_cities()
    if not cities:
        return ONLY_CITY, dag_id
    code, dot, name = dag_id.partition(".")
    return (cities[code], name) if dot and code in cities else None
