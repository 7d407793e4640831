"""What the server that forks the runs has imported before it forks: the engine, as its stages load it. Waiting is
ten times shorter here, and the disk is not waited for."""

from __future__ import annotations

import time
from importlib import import_module

from tests.unsynced import stop_waiting_for_the_disk

HASTE = 10
_sleep = time.sleep


def _sleep_less(seconds: float) -> None:
    _sleep(seconds / HASTE)


# Before the engine is imported: it keeps the function that waits between two tries.
time.sleep = _sleep_less  # type: ignore[assignment]
stop_waiting_for_the_disk()

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
