"""What the server that forks the runs has imported before it forks: the engine, as its stages load it. Waiting is
ten times shorter here, and the disk is not waited for."""

from __future__ import annotations

import os
import time
from importlib import import_module

HASTE = 10
_sleep = time.sleep


def _sleep_less(seconds: float) -> None:
    _sleep(seconds / HASTE)


def _sync_nothing(fd: object) -> None:
    """A process dies here, never the machine: the kernel's cache outlives it."""


# Before the engine is imported: it keeps the function that waits between two tries.
time.sleep = _sleep_less  # type: ignore[assignment]
os.fsync = _sync_nothing

for _name in (
    *("aqueduc.cli", "aqueduc.alerts", "aqueduc.certify", "aqueduc.draft", "aqueduc.pipeline"),
    *("aqueduc.publish.stage", "aqueduc.reconciliation", "aqueduc.withdrawal"),
    *("aqueduc.platforms.ckan.adapter", "aqueduc.platforms.datagouv.adapter"),
    *("aqueduc.sources.files.adapter", "aqueduc.record.dcat", "aqueduc.cli.progress"),
    *("pyarrow.dataset", "s3fs", "chaos.child", "chaos.defects"),
):
    import_module(_name)

from aqueduc.page import _get_templates  # noqa: E402 - after the engine

for _template in _get_templates().list_templates(extensions=["j2"]):
    _get_templates().get_template(_template)
