"""The city's repository, fetched by Airflow itself: what is pushed to its branch is what runs, without a copy.

``[dag_processor] dag_bundle_config_list``; needs ``apache-airflow-providers-git`` (the extra ``git``)::

    [{"name": "aqueduc", "classpath": "aqueduc_airflow.git_bundle.DeclarationsGitBundle",
      "kwargs": {"git_conn_id": "depot_git", "tracking_ref": "main"}}]

A run keeps to the commit that it began with, declarations included: ``include/`` stands beside ``dags/`` in the
checkout, so that ``AQUEDUC_INCLUDE`` must not be set.
"""

from typing import Any

from airflow.providers.git.bundles.git import GitDagBundle

from aqueduc_airflow.bundle import DeclarationsBundleMixin

DAGS = "dags"


class DeclarationsGitBundle(DeclarationsBundleMixin, GitDagBundle):
    """Airflow's own GitDagBundle, of the folder ``dags/`` of a repository as ``aqueduc init`` makes it."""

    def __init__(self, *, subdir: str = DAGS, **options: Any) -> None:
        super().__init__(subdir=subdir, **options)
