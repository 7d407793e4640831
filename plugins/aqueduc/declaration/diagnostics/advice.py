"""What somebody may have meant: advice for a word that is not known."""

import difflib
import unicodedata
from collections.abc import Iterable

from aqueduc.declaration.vocabulary import SYNONYMS
from aqueduc.language import Message, _

_LISTED = 30


def suggest_nearest_choice_or_list(
    word: str, choices: Iterable[str], listed: Message | None = None
) -> Message:
    """« vouliez-vous dire … ? », or the choices when nothing is near (``listed``: with what each means)."""
    known = sorted(set(choices))
    near = find_nearest_choice(word, known)
    if near:
        return _("vouliez-vous dire « {near} » ?").format(near=near)
    if not known:
        return _("à supprimer")
    shown = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
    return _("au choix : {listed}").format(listed=listed or shown)


def find_nearest_choice(word: str, choices: Iterable[str]) -> str | None:
    """What was meant by ``word``, if one of ``choices`` is near enough. Case and accents do not count, and
    the French name of a word of Aqueduc's leads to it."""
    known = sorted(set(choices))
    asked = fold_case_accents_and_hyphens(word)
    meant = SYNONYMS.get(asked)
    if meant in known:
        return meant
    by_fold = {fold_case_accents_and_hyphens(choice): choice for choice in known}
    if asked in by_fold:
        return by_fold[asked]
    near = difflib.get_close_matches(asked, by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def fold_case_accents_and_hyphens(text: str) -> str:
    """Without case, accents, nor blanks and hyphens that vary: ``Déchets-verts`` and ``dechets_verts`` fold
    to the same."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join("-" if char in " _-'’" else char for char in plain if not unicodedata.combining(char))
