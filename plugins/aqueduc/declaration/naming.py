"""The names that the public sees, made from the declaration alone: they never change."""

import re
import unicodedata

from aqueduc.declaration.vocabulary import LONGEST_FILE_NAME

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae"})


def build_published_file_name(slug: str, extension: str, tail: str = "") -> str:
    """ASCII, without blank, at most 30 characters with its extension, as DataSud asks.

    ``tail`` tells the files of a split apart: it is kept whole, the slug gives way.
    """
    ascii_slug = unicodedata.normalize("NFKD", slug).encode("ascii", "ignore").decode()
    end = f"-{tail}.{extension}" if tail else f".{extension}"
    return ascii_slug[: LONGEST_FILE_NAME - len(end)].rstrip("-_.") + end


def build_title_slug(title: str) -> str:
    """What a platform makes of a title: ``Permis délivrés !`` → ``permis-delivres``."""
    letters = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
