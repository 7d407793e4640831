"""The commands of the tests begin warm (``tests/warm.py``): they answer as those that a shell starts."""

from __future__ import annotations

import pytest

from tests.cli.office import Office


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        pytest.param(["list", "--json"], marks=pytest.mark.thorough),
        pytest.param(["show", "jeu"], marks=pytest.mark.thorough),
        ["explain", "jeu", "--json"],
        pytest.param(["report", "jeu"], marks=pytest.mark.thorough),
        ["verify", "--lang", "en"],
        pytest.param(["withdraw", "jeu"], marks=pytest.mark.thorough),
        pytest.param(["objection", "autre"], marks=pytest.mark.thorough),
        pytest.param(["public", "jeu"], marks=pytest.mark.thorough),
    ],
    ids=" ".join,
)
def test_a_command_that_begins_warm_answers_as_one_that_a_shell_starts(
    office: Office, arguments: list[str]
) -> None:
    assert office.aqueduc(*arguments) == office.aqueduc_as_installed(*arguments)
