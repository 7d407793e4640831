"""The commands of the tests begin warm (``tests/warm.py``): they answer as those that a shell starts."""

from __future__ import annotations

import pytest

from tests.cli.office import Office


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["list", "--json"],
        ["show", "jeu"],
        ["explain", "jeu", "--json"],
        ["report", "jeu"],
        ["verify", "--lang", "en"],
        ["withdraw", "jeu"],
        ["objection", "autre"],
        ["public", "jeu"],
    ],
    ids=" ".join,
)
def test_a_command_that_begins_warm_answers_as_one_that_a_shell_starts(
    office: Office, arguments: list[str]
) -> None:
    assert office.aqueduc(*arguments) == office.aqueduc_as_installed(*arguments)
