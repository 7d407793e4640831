"""A broken declaration among Airflow's import errors, under its own name, while every other DAG lives.

Airflow attaches an import error to a file and hides all the DAGs of that file; ours all come from
``dags/datasets.py``. An importer may report errors of other files, though, which hides nothing of this one.
``[dag_processor] dag_bundle_config_list`` names the class of each DAG bundle, and ours brings the importer::

    [{"name": "dags-folder", "classpath": "aqueduc_airflow.bundle.DeclarationsBundle", "kwargs": {}}]

Airflow forgets such an error each time it refreshes the bundle (every five minutes by default), repaired or
not, and learns it again at the next parse. Without the setting a broken declaration still shows, as a DAG
marked unreadable.
"""

from __future__ import annotations

from pathlib import Path

from airflow.dag_processing.bundles.local import LocalDagBundle
from airflow.dag_processing.importers import (
    DagImportError,
    DagImportResult,
    PythonDagImporter,
    get_importer_registry,
)

from aqueduc_airflow import factory


class DeclarationImporter(PythonDagImporter):
    """Airflow's own importer, then one import error per declaration that the file could not read."""

    def import_file(
        self,
        file_path: str | Path,
        *,
        bundle_path: Path | None = None,
        bundle_name: str | None = None,
        safe_mode: bool = True,
    ) -> DagImportResult:
        factory.broken.clear()
        result = super().import_file(
            file_path, bundle_path=bundle_path, bundle_name=bundle_name, safe_mode=safe_mode
        )
        result.errors.extend(
            DagImportError(
                file_path=_shown(path), message=message, error_type="declaration", stacktrace=message
            )
            for path, message in factory.broken.items()
        )
        return result


def _shown(path: Path) -> str:
    """From ``include/`` on, as messages have it."""
    root = path.parent if path.name == "city.yaml" else path.parent.parent
    return str(path.relative_to(root.parent))


class DeclarationsBundle(LocalDagBundle):
    """A local folder of DAGs whose broken declarations are reported."""

    def refresh(self) -> None:
        """Called by the dag-processor only, before it reads files: tasks do without the importer."""
        super().refresh()
        registry = get_importer_registry()
        if not isinstance(registry.get_importer("datasets.py"), DeclarationImporter):
            registry.register(DeclarationImporter())
