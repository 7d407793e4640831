"""How many examples a property is tried on: all of them by ``make thorough``, a third at each change of the code.
They are drawn anew each time, so that what one session leaves out another one tries."""

import os

_EVERY = os.environ.get("AQUEDUC_TESTS_THOROUGH") == "1"


def share(examples: int) -> int:
    return examples if _EVERY else -(-examples // 3)
