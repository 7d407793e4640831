"""What each row of the matrix was installed with, for the end of the session."""

ROWS: dict[str, str] = {}


def note_row(row: str, how: str) -> None:
    ROWS[row] = how
