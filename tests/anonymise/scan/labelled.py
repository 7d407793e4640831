"""The shape of a labelled column: what the scan is judged on."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Labelled:
    """One column somebody made and labelled: `values(random, n)` gives its `n` cells (None is NULL)."""

    name: str
    personal: bool
    kind: str
    values: Callable[[random.Random, int], list[Any]]
