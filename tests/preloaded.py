"""What the server of ``tests/warm.py`` has imported before it forks: the engine as stages and commands load it
when they run, and its templates, compiled. Never ``aqueduc.cli`` nor typer: a command reads its environment and
its screen when they are imported."""

from importlib import import_module

from aqueduc.page import _get_templates
from tests.tls import share_authorities
from tests.unsynced import stop_waiting_for_the_disk

for _name in (
    *("aqueduc.alerts", "aqueduc.certify", "aqueduc.convention.register", "aqueduc.draft"),
    *("aqueduc.pipeline", "aqueduc.publish.stage", "aqueduc.reconciliation", "aqueduc.withdrawal"),
    *("aqueduc.platforms.ckan.adapter", "aqueduc.platforms.portal.adapter", "aqueduc.sources.files.adapter"),
    *("aqueduc.record.dcat", "aqueduc.record.iso", "aqueduc.record.scdl"),
    *("pyarrow.dataset", "rdflib.plugins.serializers.jsonld", "rdflib.plugins.serializers.turtle"),
    # What tests send to a process.
    *("tests.adversary.dying", "tests.publish.publishing"),
):
    import_module(_name)

for _template in _get_templates().list_templates(extensions=["j2"]):
    _get_templates().get_template(_template)

stop_waiting_for_the_disk()
share_authorities()
