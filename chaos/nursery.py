"""What the server that forks the runs has imported before it forks: the engine, as its stages load it, and what a
process reads or compiles once. Waiting is ten times shorter here, and the disk is not waited for."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from importlib import import_module
from typing import Any

from tests.databases import reuse_databases
from tests.unsynced import stop_waiting_for_the_disk

HASTE = 10
_sleep, _pause = time.sleep, asyncio.sleep


def _sleep_less(seconds: float) -> None:
    _sleep(seconds / HASTE)


async def _pause_less(seconds: float, result: Any = None) -> Any:
    return await _pause(seconds / HASTE, result)


# Before the engine is imported: it keeps the function that waits between two tries. So does what speaks to a bucket.
time.sleep = _sleep_less  # type: ignore[assignment]
asyncio.sleep = _pause_less  # type: ignore[assignment]
stop_waiting_for_the_disk()
reuse_databases()

for _name in (
    *("aqueduc.cli", "aqueduc.alerts", "aqueduc.draft", "aqueduc.pipeline", "aqueduc.steward"),
    *("aqueduc.publish.stage", "aqueduc.publish.attestation", "aqueduc.reconciliation", "aqueduc.withdrawal"),
    *(
        "aqueduc.platforms.ckan.adapter",
        "aqueduc.platforms.datagouv.adapter",
        "aqueduc.sources.files.adapter",
    ),
    *("aqueduc.sources.formats.csv", "aqueduc.sources.foot", "aqueduc.sources.grouping"),
    *("aqueduc.sources.places", "aqueduc.anonymise.stage", "aqueduc.rules.drop", "aqueduc.rules.publish"),
    *("aqueduc.validate.stage", "aqueduc.certify.stage", "aqueduc.certify.officer"),
    *("aqueduc.record.dcat", "aqueduc.record.statement", "aqueduc.record.explanation"),
    *("aqueduc.declaration.signatures", "aqueduc.cli.progress", "chaos.child", "chaos.defects"),
    *("encodings.ascii", "encodings.idna", "fsspec.implementations.chained", "httpcore", "pyarrow.dataset"),
    *("pydantic.type_adapter", "rich._emoji_codes", "s3fs", "typer._adapters", "typer._click.decorators"),
):
    import_module(_name)

import pyarrow as pa  # noqa: E402 - after the engine

from aqueduc import http  # noqa: E402
from aqueduc.anonymise.scan.features import detect_features  # noqa: E402
from aqueduc.page import _get_templates  # noqa: E402
from aqueduc.program import compute_program_digest  # noqa: E402
from chaos.city import draw_first_state, draw_next_state  # noqa: E402

for _template in _get_templates().list_templates(extensions=["j2"]):
    _get_templates().get_template(_template)

compute_program_digest()
# As a run asks for them, which has none of the names in its environment.
http._load_cached_ssl_context(True, *(None for _ in http._AUTHORITIES))
# The patterns of the scan, by cells of which each has some asked.
_first = draw_first_state(random.Random(1))
for _rows in (_first.rows, draw_next_state([_first], random.Random(1), planted=True).rows):
    for _cells in zip(*_rows, strict=True):
        detect_features(pa.array(sorted(set(_cells))))

# What is there when a process is forked is no garbage, whoever looks for it, and stays one copy in memory.
gc.collect()
gc.freeze()
gc.set_threshold(100_000, 50, 100)
