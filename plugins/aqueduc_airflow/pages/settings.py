"""What the pages need of ``city.yaml``."""

import os
from functools import cache
from pathlib import Path

from aqueduc.cities import ONLY_CITY, DeployedCity
from aqueduc.declaration import load_city
from aqueduc_airflow.failures import ErrorCapture


@cache
def get_timezone(city: DeployedCity = ONLY_CITY) -> str:
    """The city's; that of France where the api-server has no declarations, or cannot read them."""
    include = Path(city.build_environment(os.environ).get("AQUEDUC_INCLUDE", "include"))
    with ErrorCapture():
        return load_city(include).city.timezone
    return "Europe/Paris"
