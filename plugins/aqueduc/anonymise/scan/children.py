"""Children: a given name with an age or a class, pupils listed in a cell, the national number of a pupil (INE)."""

import re

from aqueduc.anonymise.scan import lexicon
from aqueduc.anonymise.scan.names import NameLists, fold_case_accents
from aqueduc.anonymise.scan.patterns import CAPITAL, L

_AGE = r"(?:[1-9][0-9]?|1[01][0-9]) ?(?i:ans?|mois)"
_CLASS = (
    r"(?:(?i:(?:toute )?petite|moyenne|grande) section|CP|C[EM] ?[12]|T?PS|MS|GS|ULIS|SEGPA|UPE2A"
    r"|[3-6] ?(?:e|è|[eè]me)(?: ?[A-H1-9])?|2n?de|[Ss]econde|[Pp]remi[èe]re|[Tt]erminale|Tle)"
)
CHILD_START = rf"(?:^|[^{L}0-9])(?:{_AGE}|{_CLASS})(?:$|[^{L}0-9])"
_LINK = (
    r"(?P<link>[ ,:;(|–-]{1,3})(?:(?i:(?:est |[ée]l[èe]ve |scolaris[ée]e? )?en|(?:[ée]l[èe]ve )?de"
    r"|(?:en )?classe(?: de)?|a|[âa]g[ée]e?(?: de)?) )?"
)
# Charles, 3e étage: what is ranked so is no class.
_RANKED = rf"(?![{L}0-9]| (?i:[ée]tage|arr|rang|prix|[ée]dition|place|au|du|sur))"
_CHILD = re.compile(
    rf"(?<![{L}'’.-])(?P<given>{CAPITAL}[{L}'’-]+)(?P<initial> {CAPITAL}(?:\.|(?![{L}0-9'’])))?{_LINK}"
    rf"(?:{_AGE}(?![{L}])|{_CLASS}{_RANKED})"
    rf"|(?<![{L}0-9-])(?:{_CLASS}|{_AGE})(?P<colon>[ ]?[:,|–-] )(?P<after>{CAPITAL}[{L}'’-]+)(?! {CAPITAL}[{L}'’]{{2}})"
)

_PUPIL = rf"[{L}'’]{{2,}}(?: {CAPITAL}\.?)?"
_BETWEEN_PUPILS = r"(?:[ ]?[,;/|&+•-][ ]?| et )"
_CALLED = rf"{CAPITAL}[{L}'’-]+ {CAPITAL}(?:\.|$|[ ,;/])"
PUPILS_START = (
    rf"{_PUPIL}{_BETWEEN_PUPILS}{_PUPIL}{_BETWEEN_PUPILS}[{L}]{{2}}"
    rf"|{_CALLED}(?:[ ,;/&]| et )*{_CALLED}|^(?:{CAPITAL}[{L}'’-]+ ){{3,}}{CAPITAL}[{L}'’-]+$"
)
_HEADING = re.compile(
    rf"^[^:]{{2,40}}: |^(?i:absents?|pr[ée]sents?|enfants?|[ée]l[èe]ves?|groupe [{L}0-9]+)[ :]+"
)
_SEPARATOR = re.compile(rf"[ ]?[,;/|&+•][ ]?| - | et |-|(?<=[^{L}]{CAPITAL}\.)[ ]")
_NAMED = re.compile(rf"([{L}'’]{{2,}})( {CAPITAL}\.?)?")
_MOST = 0.75

INE = "(?:[0-9]{10} ?[A-Z]|[0-9]{9} ?[A-Z]{2})"
INE_TOLD = (
    rf"(?:(?i:identifiant national|[ée]l[èe]ves?|[ée]tudiante?s?)|INE)[^0-9]{{0,15}}{INE}(?:$|[^{L}0-9])"
)


def has_child(cell: str, names: NameLists) -> bool:
    """Léa, 6 ans; Lucas B. en CP; CE2 : Inès. A given name that is a word too needs a comma or a bracket."""
    for found in _CHILD.finditer(cell):
        apart = found["colon"] or found["initial"] or found["link"].strip()
        if _is_given_name(found["given"] or found["after"], names, word_too=bool(apart)):
            return True
    return False


def has_pupil_list(cell: str, names: NameLists) -> bool:
    """Léa, Tom et Inès; absents : Emma D., Lucas P.: given names, alone or with an initial, and hardly a word else."""
    text = _HEADING.sub("", cell)
    parts = [part for part in _SEPARATOR.split(text) if part.strip()]
    # With nothing but blanks between them, four: three may be one person's.
    parts, fewest = (parts, 3) if len(parts) > 1 else (text.split(), 4)
    called = [found for part in parts if (found := _NAMED.fullmatch(part.strip(" .")))]
    sure = [found for found in called if _is_given_name(found[1], names, word_too=bool(found[2]))]
    initialled = sum(bool(found[2]) for found in sure)
    return (len(sure) >= fewest or initialled >= 2) and len(sure) >= _MOST * len(parts)


def _is_given_name(word: str, names: NameLists, *, word_too: bool) -> bool:
    folded = fold_case_accents(word)
    parts = folded.split("-")
    if folded in names.words or not all(part in names.given for part in parts):
        return False
    if word_too:
        return True
    return folded not in lexicon.ALSO_WORDS and (folded not in names.common or folded in _COMMONEST)


_COMMONEST = frozenset(lexicon.GIVEN)
