"""Python's ``re`` under a deadline.

On a text made for it, a pattern that backtracks (``(?=a)(a+)+b``) takes longer than the world has; ``re``
knows no time limit, and nothing in its own process stops it. So it runs in another, which can be killed.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

SECONDS = 30.0
"""For the texts that DuckDB gives at a time, some two thousand: a sound pattern takes milliseconds."""

_PROGRAM = """
import json, re, sys
pattern, texts = json.load(sys.stdin)
full = re.compile(pattern).fullmatch
json.dump([None if text is None else full(text) is not None for text in texts], sys.stdout)
"""


class PatternTimeout(Exception):
    """The pattern gave no verdict in time. Says nothing of the texts."""


@dataclass
class TimedPattern:
    """A pattern of Python's ``re`` that whole texts must match. ``late``: a verdict once came too late."""

    pattern: str
    late: bool = False

    def __call__(self, text: str) -> bool:
        """Whether the text matches. Raises PatternTimeout, OSError."""
        return bool(self.match_texts([text])[0])

    def match_texts(self, texts: Sequence[str | None]) -> list[bool | None]:
        """Whether each text matches; None for None. Raises PatternTimeout, OSError."""
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-W", "ignore", "-c", _PROGRAM],
                input=json.dumps([self.pattern, texts]).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            done = None
        if done is None or done.returncode:
            # Killed for want of time or of memory: either way the pattern asks too much.
            self.late = True
            raise PatternTimeout
        return list(json.loads(done.stdout))
