"""How much of an enumeration is tried: all of it by ``make thorough``, a part at each change of the code.

Of a property, a third of the examples, or a tenth of those that take a second each; they are drawn anew each time, so that
what one session leaves out another one tries. Of a list of cases, those that are not marked as ``rarely``."""

import os
from typing import Any

import pytest

EVERY = os.environ.get("AQUEDUC_TESTS_THOROUGH") == "1"


def share(examples: int, *, of: int = 3) -> int:
    return examples if EVERY else -(-examples // of)


def rarely(*case: Any, id: str | None = None) -> Any:
    """A case of ``parametrize`` like another that is tried at each change."""
    return pytest.param(*case, id=id, marks=pytest.mark.thorough)


def some_rarely(cases: Any, rare: Any) -> list[Any]:
    """The ``cases``, of which those that are named in ``rare`` wait for ``make thorough``; each has its name as id."""
    assert set(rare) < set(cases), set(rare) - set(cases)
    return [rarely(name, id=name) if name in rare else pytest.param(name, id=name) for name in cases]
