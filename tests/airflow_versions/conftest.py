"""Says at the end of the session what each row of the matrix was installed with."""

import pytest

from tests.airflow_versions.report import ROWS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS:
        terminalreporter.section("installed")
    for row, how in ROWS.items():
        terminalreporter.write_line(f"{row}: {how}")
