"""The package of ``outside``, as a city would install it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from aqueduc.platforms import PLATFORMS

PACKAGE = Path(__file__).parent / "outside"


def install(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Installs it at ``place``; nobody has asked for it yet."""
    shutil.copytree(PACKAGE, place)
    monkeypatch.syspath_prepend(place)
    monkeypatch.setattr(PLATFORMS, "_found", {})
    for module in ("aqueduc_board", "aqueduc_board.adapter", "aqueduc_board.connection"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return place
