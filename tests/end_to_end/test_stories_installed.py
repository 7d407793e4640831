"""Stories of other modules, told again by what is installed: a file of the tree that the wheel lacks fails here.

In an environment of their own, which has the wheel, the packages of this one, and not the tree of ``plugins/``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from aqueduc.platforms import PLATFORMS
from aqueduc.sources import SOURCES
from tests.publish.everywhere import KINDS

pytestmark = [pytest.mark.end_to_end, pytest.mark.sandbox]

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
# By kind of source: read from a real server where there is one that can be had, else from what speaks as it.
SOURCE_STORIES = {
    "postgres": "sources/test_source_postgres.py::test_native_types_in_the_order_of_the_query",
    "mysql": "sources/test_source_mysql.py::test_native_types_in_the_order_of_the_query",
    "mssql": "sources/test_source_mssql.py::test_a_table_is_read_in_one_snapshot_that_is_undone",
    "oracle": "sources/test_source_oracle.py::test_a_table_is_read_in_one_read_only_transaction",
    "dbapi": "airflow/test_database_hooks.py::test_a_table_is_read",
    "http": "sources/test_source_http.py::test_pages_are_followed_to_the_last",
    "file": "sources/test_source_drop.py::test_all_files_of_a_pattern_are_one_source_and_each_line_says_its_file",
    "sftp": "sources/test_source_sftp.py::test_one_file_and_all_of_a_pattern",
    "s3": "sources/test_source_bucket.py::test_one_object_all_of_a_pattern_and_the_newest",
    "webdav": "sources/test_source_webdav.py::test_one_file_and_all_of_a_pattern",
    "arcgis": "sources/test_source_arcgis.py::test_all_pages_in_wgs84_with_local_dates",
    "opendatasoft": "sources/test_source_opendatasoft.py::test_all_rows_in_one_export",
    "ogcapi": "sources/test_source_features.py::test_all_pages_to_the_last[ogcapi]",
    "wfs": "sources/test_source_features.py::test_all_pages_to_the_last[wfs]",
    "onegeo": "sources/test_source_onegeo.py::test_the_file_of_a_dataset",
    "ckan": "sources/test_source_ckan.py::test_the_table_of_a_resource_all_its_pages",
}
# Published, read back, certified, restored: of each kind of platform.
PLATFORM_STORIES = [f"publish/test_restore.py::test_restored_then_run_then_lifted[{kind}]" for kind in KINDS]
# From the city to the region's CKAN through Airflow's scheduler.
WHOLE_STORY = "end_to_end/test_demo.py::test_every_dataset_is_published_read_back_and_certified"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    uv = BIN / "uv"
    build = [uv, "build", "--quiet", "--offline", "--wheel", "--out-dir", folder, REPOSITORY]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    install = [uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel]
    subprocess.run(install, check=True)
    # A path in a .pth file reads no other .pth: that of the editable install stays out.
    packages = Path(sysconfig.get_path("purelib"))
    beside = environment / packages.relative_to(sys.prefix) / "beside.pth"
    beside.write_text(f"{packages}\n", encoding="utf-8")
    for tool in ("caddy", "rclone", "uv"):
        (python.parent / tool).symlink_to(BIN / tool)
    return python


def tell(installed: Path, sandbox_root: Path, *stories: str) -> str:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "PYTEST", "PYTHON", "VIRTUAL_ENV"))
    }
    options = ["-q", "-n", "0", "--fail-on-unexpected-skips", "-p", "no:cacheprovider", "-o", "pythonpath=."]
    code = "tests/end_to_end/of_the_wheel.py"
    done = subprocess.run(
        [installed, "-m", "pytest", *options, code, *(f"tests/{story}" for story in stories)],
        cwd=REPOSITORY,
        env={**kept, "AQUEDUC_SANDBOX_ROOT": str(sandbox_root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-3000:]
    return done.stdout


def test_each_kind_of_source_is_read_by_the_wheel(installed: Path, sandbox_root: Path) -> None:
    assert [*SOURCE_STORIES] == [kind.name for kind in SOURCES.list_builtin_kinds()]
    assert " passed" in tell(installed, sandbox_root, *SOURCE_STORIES.values())


def test_each_kind_of_platform_is_published_to_by_the_wheel(installed: Path, sandbox_root: Path) -> None:
    assert {*KINDS} == {kind.name for kind in PLATFORMS.list_builtin_kinds()}
    assert f"{len(KINDS) + 1} passed" in tell(installed, sandbox_root, *PLATFORM_STORIES)


@pytest.mark.thorough
def test_the_twelve_datasets_are_published_by_the_wheel(installed: Path, sandbox_root: Path) -> None:
    assert "2 passed" in tell(installed, sandbox_root, WHOLE_STORY)
