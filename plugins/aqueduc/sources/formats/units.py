"""Units that multiply or divide the numbers beside which they are written: thousands, millions, by head."""

import re

_UNIT = re.compile(r"(?<![^\W_])[km]d?\s?(?:€|eur)|millier|million|milliard|[€%]\s?/", re.IGNORECASE)


def mentions_scaling_unit(text: str) -> bool:
    """Whether a title, or what a format writes beside a number, says one. A plain currency is none."""
    return bool(_UNIT.search(text))
