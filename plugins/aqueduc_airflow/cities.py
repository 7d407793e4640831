"""The cities of the deployment as Airflow knows them: whose folder this is, and whose DAG.

Where there are several (``AQUEDUC_CITIES``), the dataset ``voirie`` of ``aix`` has the DAG ``aix.voirie``; inside its
store, its vault and its declarations it is ``voirie``. Where there is one, a DAG is named as its dataset.
"""

import os
from pathlib import Path

from aqueduc.cities import ONLY_CITY, SETTING, DeployedCity, read_cities
from aqueduc.errors import WrongCitySettings
from aqueduc.language import _


def list_cities() -> list[DeployedCity]:
    """Those of the deployment, the only one included. Raises WrongCitySettings."""
    return list(read_cities(os.environ).values()) or [ONLY_CITY]


def find_city(include: Path) -> DeployedCity:
    """The city whose declarations are in ``include``: its folder, or one below what Airflow fetched of its bundle.
    Raises WrongCitySettings for a folder that the administrator gave to nobody."""
    cities = read_cities(os.environ)
    if not cities:
        return ONLY_CITY
    for city in cities.values():
        if include == Path(city.include).resolve() if city.include else _is_fetched(include, city.bundle):
            return city
    raise WrongCitySettings(
        _("Ce dossier de déclarations n'est celui d'aucune ville déployée."),
        where=f"{SETTING}, {include}",
        remedy=_("le donner à une ville : « include », ou « bundle » si Airflow va le chercher"),
    )


def _is_fetched(include: Path, bundle: str) -> bool:
    from airflow.dag_processing.bundles.base import get_bundle_base_folder

    return get_bundle_base_folder(bundle).resolve() in include.parents


def build_dag_id(city: DeployedCity, name: str) -> str:
    """Of the dataset, or of the DAG of the whole city, ``name``."""
    return f"{city.code}.{name}" if city.code else name


def is_dag_id_of(city: DeployedCity, dag_id: str) -> bool:
    """Whether ``build_dag_id`` may have made it for a dataset of ``city``."""
    return dag_id.startswith(f"{city.code}.") if city.code else "." not in dag_id


def split_dag_id(dag_id: str) -> tuple[DeployedCity, str] | None:
    """What ``build_dag_id`` was given; None for a DAG of no city. Raises WrongCitySettings."""
    cities = read_cities(os.environ)
    if not cities:
        return ONLY_CITY, dag_id
    code, dot, name = dag_id.partition(".")
    return (cities[code], name) if dot and code in cities else None
