"""What the server of ``tests/warm.py`` has imported before it forks: the engine as stages and commands load it
when they run, its templates, compiled, and what it reads once in a process. Never ``aqueduc.cli`` nor typer: a
command reads its environment and its screen when they are imported."""

import gc
from importlib import import_module

from aqueduc.anonymise.scan.names import load_builtin_names
from aqueduc.page import _get_templates
from aqueduc.program import compute_program_digest
from tests.unsynced import stop_waiting_for_the_disk

for _name in (
    *("aqueduc.alerts", "aqueduc.certify", "aqueduc.convention.register", "aqueduc.draft"),
    *("aqueduc.pipeline", "aqueduc.publish.stage", "aqueduc.reconciliation", "aqueduc.withdrawal"),
    *("aqueduc.platforms.ckan.adapter", "aqueduc.platforms.portal.adapter", "aqueduc.sources.files.adapter"),
    *("aqueduc.record.dcat", "aqueduc.record.iso", "aqueduc.record.scdl"),
    *(
        "aqueduc.rules.drop",
        "aqueduc.rules.generalise",
        "aqueduc.rules.publish",
        "aqueduc.sources.formats.csv",
    ),
    *("aqueduc.sources.foot", "aqueduc.sources.grouping", "aqueduc.sources.places", "aqueduc.steward"),
    "pyarrow.dataset",
    # What tests send to a process.
    *("tests.adversary.dying", "tests.publish.publishing"),
):
    import_module(_name)

for _template in _get_templates().list_templates(extensions=["j2"]):
    _get_templates().get_template(_template)

load_builtin_names()
compute_program_digest()
stop_waiting_for_the_disk()
# As in the session's own process: what is there when a process is forked is no garbage, whoever looks for it.
gc.collect()
gc.freeze()
gc.set_threshold(100_000, 50, 100)
