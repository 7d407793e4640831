"""What the pages need of ``city.yaml``."""

import os
from functools import cache
from pathlib import Path

from aqueduc.declaration import load_city
from aqueduc_airflow.failures import ErrorCapture


@cache
def get_timezone() -> str:
    """The city's; that of France where the api-server has no declarations, or cannot read them."""
    include = Path(os.environ.get("AQUEDUC_INCLUDE", "include"))
    with ErrorCapture():
        return load_city(include).city.timezone
    return "Europe/Paris"
