"""What the pages need of ``city.yaml``."""

import os
from functools import cache
from pathlib import Path

from aqueduc.cities import ONLY_CITY, DeployedCity
from aqueduc.declaration import load_city
from aqueduc_airflow.cities import get_bundle_folder
from aqueduc_airflow.failures import ErrorCapture


@cache
def get_timezone(city: DeployedCity = ONLY_CITY) -> str:
    """The city's; that of France where the api-server has no declarations, or cannot read them."""
    with ErrorCapture():
        return load_city(_find_city_include_folder(city)).city.timezone
    return "Europe/Paris"


def _find_city_include_folder(city: DeployedCity) -> Path:
    """Of a city that Airflow fetches, what a bundle of git keeps: the working directory is another's, or nobody's."""
    fetched = get_bundle_folder(city)
    if fetched is not None:
        return fetched / "tracking_repo" / "include"
    return Path(city.build_city_environment_variables(os.environ).get("AQUEDUC_INCLUDE", "include"))
