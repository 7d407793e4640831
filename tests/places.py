"""Where the servers of a test keep their things."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder, for a PostgreSQL that is started in it, and stopped before it is removed.

    Not pytest's ``tmp_path``: PostgreSQL runs as another user when we are root, and whenever a session of
    pytest begins on this machine, it closes the folders of all sessions to other users.
    """
    with tempfile.TemporaryDirectory(prefix="aqueduc-tests-", ignore_cleanup_errors=True) as name:
        yield Path(name)
