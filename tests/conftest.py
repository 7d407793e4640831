"""One sandbox for each worker of pytest-xdist (one in all without it): started by the first test that needs
it, stopped at the end.

``AQUEDUC_SANDBOX_ROOT`` names another one, already running perhaps; it is then left running.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from xdist.workermanage import NodeManager

from sandbox import city as city_of
from sandbox import processes
from sandbox import region as region_of
from sandbox.city import City
from sandbox.datagouv import real as real_datagouv
from sandbox.datagouv.real import RealUdata
from sandbox.region import Region
from tests.databases import reuse_databases
from tests.metadata import forget_metadata, share_metadata
from tests.unsynced import stop_waiting_for_the_disk

REPOSITORY = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER")

# What the machine of CI may lack. A skip for another reason is a test that was lost, and fails the session.
EXPECTED_SKIPS = re.compile(
    r"(samples|real files|national schemas) are not on this machine|no national schemas in|"
    r"the (shapes of DCAT-AP|schema) (are|is) not there|no copy of the real catalogue|"
    r"no Compose client|no Chromium|no (mariadbd|tinyproxy|docker-registry|openssl|cosign|"
    r"promtool|\S+==\S+|chart of Airflow) on|"
    r"the extra ner is not installed|REWRITE_EXPECTED=1"
)

# A worker takes the next file when it is done with one: with the longest first, all end at the same time. Leases
# are waited for, while the other worker's servers start.
LONGEST_FIRST = (
    "tests/end_to_end",
    "tests/chaos",
    "tests/test_leases.py",
    "tests/airflow",
    "tests/publish",
    "tests/sandbox",
    "tests/withdrawal",
    "tests/reconciliation",
    "tests/test_benchmarks.py",
    "tests/record",
    "tests/adversary",
    "tests/cli",
    "tests/draft",
    "tests/validate",
    "tests/anonymise",
    "tests/sources",
    "tests/test_bucket.py",
    "tests/test_backup.py",
    "tests/production",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-unexpected-skips",
        action="store_true",
        help="fail the session when a test is skipped for a reason that EXPECTED_SKIPS does not know",
    )


def unexpected_skips(reports: list[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """Where and why, of each skipped report whose reason is not expected."""
    reasons = [report.longrepr for report in reports if isinstance(report.longrepr, tuple)]
    return [f"{path}:{line}: {why}" for path, line, why in reasons if not EXPECTED_SKIPS.search(why)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if WORKER is not None or terminal is None or not config.getoption("fail_on_unexpected_skips"):
        return
    lost = unexpected_skips(terminal.stats.get("skipped", []))
    for line in lost:
        terminal.write_line(f"UNEXPECTED SKIP {line}", red=True)
    if lost and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    """The servers of a session that is interrupted or killed end with it, but for those it was to leave."""
    stop_waiting_for_the_disk()
    reuse_databases()
    share_metadata()
    config.add_cleanup(forget_metadata)
    # Ctrl-C has reached the workers, too: ten seconds of grace would only be waited for.
    NodeManager.EXIT_TIMEOUT = 2
    if "AQUEDUC_SANDBOX_ROOT" in os.environ:
        return
    stack = ExitStack()
    stack.enter_context(processes.stopped_with_us())
    config.add_cleanup(stack.close)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Most modules have none of the long tests: importing them all, in each process, takes longer than one of
    those."""
    tier = config.option.markexpr.partition(" ")[0]
    wanted = {"end_to_end": ("end_to_end",), "thorough": ("thorough", "rarely(", "@given", "share(")}.get(
        tier
    )
    if wanted is None or not (collection_path.name.startswith("test_") and collection_path.is_file()):
        return None
    text = collection_path.read_text()
    return None if any(one in text for one in wanted) else True


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: to look for garbage in it, again and again, took a tenth of the
    tests' processor time."""
    # Not before: who only starts the workers has no use for what these import.
    from tests.commands import build_commands_once
    from tests.readers import fork_workbook_workers

    build_commands_once()
    fork_workbook_workers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A session of an hour that is stopped before its end has said what failed."""
    if report.failed and WORKER is None:
        sys.stderr.write(f"\nFAILED {report.nodeid} ({report.when})\n")


def pytest_keyboard_interrupt() -> None:
    """A worker leaves its servers to the guard, which stops them all at the same time."""
    if WORKER is not None:
        processes.exit_now(pytest.ExitCode.INTERRUPTED)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if WORKER is not None:
        items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    return [*map(nodeid.startswith, LONGEST_FIRST), True].index(True)


@pytest.fixture(scope="module")
def few_windows() -> Iterator[None]:
    """Two periods of each dataset that is published by the period, where the demonstration shows six of a day."""
    from sandbox import demo_runs

    with pytest.MonkeyPatch.context() as patch:
        for name in ("_WINDOWS_OF_A_DAY", "_WINDOWS_BEYOND"):
            patch.setattr(demo_runs, name, 2)
        yield


@pytest.fixture(scope="session")
def sandbox_root() -> Iterator[Path]:
    """The folder of the session's sandbox: the databases stay in it, so that the next session starts warm."""
    given = os.environ.get("AQUEDUC_SANDBOX_ROOT")
    first = Path(given) if given else REPOSITORY / ".sandbox" / "tests"
    root = first if WORKER in (None, "gw0") else first.with_name(f"{first.name}-{WORKER}")
    root.mkdir(parents=True, exist_ok=True)
    if root != first:
        # CKAN and udata are installed once for all workers; their data are each one's own.
        region_of.share_environments(first, root)
        real_datagouv.share_environment(first, root)
    yield root
    if not given or root != first:
        city_of.stop(root)
        region_of.stop(root)
        real_datagouv.stop(root)


@pytest.fixture(scope="session")
def city(sandbox_root: Path) -> City:
    return city_of.start(sandbox_root)


@pytest.fixture(scope="session")
def region(sandbox_root: Path) -> Region:
    return region_of.start(sandbox_root)


@pytest.fixture(scope="session")
def real_udata(sandbox_root: Path) -> RealUdata:
    return real_datagouv.start(sandbox_root)
