"""The command ``aqueduc``: the engine at a prompt. One module a command, or a few that belong together.

Exit codes: 0 all is well; 1 a declaration is wrong, a gate is closed or the platform refuses; 2 the command
is misspelt; 3 something does not answer and may answer later.
"""

from aqueduc.cli.app import main

__all__ = ["main"]
