"""Chromium without a window, for the tests that look at a page or print it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def open_browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    # Under a shifted clock its waits return at once, and each of its processes spins.
    env = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"], env=dict(env))
        yield browser
        browser.close()
