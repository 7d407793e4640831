"""Features of people that are read token by token: cells that are names, names inside a text.

A name in no list is known by its form (DUPONT Jean, J. Dupont), by its place beside a given name, and by not
being a word: the lists only add to that.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import filterfalse, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan import lexicon
from aqueduc.anonymise.scan import patterns as p
from aqueduc.anonymise.scan.names import NOBODY, NameLists, fold_case_accents, read_builtin_list
from aqueduc.anonymise.scan.regex import find_matching_cells
from aqueduc.anonymise.scan.tokens import CLASS, TokenizedCells, classify_token

CELL_FEATURES = lexicon.split_unique_words(
    "several single given given_weak surname thing brand worded clean caps_proper initialled unknown foreign "
    "famous capital login"
)


def flag_name_cells(cells: pa.StringArray, names: NameLists) -> Mapping[str, Any]:
    """One boolean a cell for each of ``CELL_FEATURES``, of cells that are words and nothing else."""
    tokens = TokenizedCells(cells, names)
    core, initials = tokens.count_tokens_of_class("core"), tokens.have_token_of_class("initial")
    word, both = tokens.have_token_of_class("word"), tokens.have_token_of_class("both")
    given, weak = tokens.have_token_of_class("given"), tokens.have_token_of_class("given_weak")
    # Fontaine and Villa are surnames too: beside a given name they are.
    thing = word | (both & ~(given | weak | initials | tokens.have_token_of_class("title")))
    thing |= _match_flagged_cells(~(given | weak), cells, p.SPECIES) | _match_flagged_cells(
        core > 0, cells, p.CULTIVAR
    )
    common, brand, lower = (
        tokens.have_token_of_class("common"),
        tokens.have_token_of_class("brand"),
        tokens.have_token_of_class("lower"),
    )
    caps = (
        tokens.have_token_of_class("caps")
        & tokens.have_token_of_class("proper")
        & ~tokens.have_token_of_class("acronym")
    )
    return {
        "several": core + tokens.count_tokens_of_class("initial") >= 2,
        "single": core == 1,
        "given": given,
        "given_weak": weak,
        "surname": tokens.have_token_of_class("surname"),
        "thing": thing,
        "brand": brand,
        "worded": common,
        "clean": (core > 0) & (core <= 6) & ~(thing | common | brand),
        "capital": (core > 0) & (~lower | ~tokens.have_token_of_class("proper", "caps")),
        "caps_proper": (core >= 2) & (core <= 5) & caps & ~lower,
        "initialled": _match_flagged_cells(initials & (core >= 1) & (core <= 3) & ~lower, cells, _APART),
        "unknown": tokens.have_token_of_class("unknown"),
        "foreign": tokens.have_token_of_class("foreign"),
        "famous": _flag_famous_names(cells, tokens.have_token_of_class("famous")),
        "login": _flag_login_cells(cells, names),
    }


# DEBUT,D is the header of a dBase file.
_APART = r"[A-ZÀ-Þ]\.|(?:^|[ ])[A-ZÀ-Þ](?:-[A-ZÀ-Þ])?(?:$|[ ,;/|])"


def _match_flagged_cells(asked: Any, cells: pa.StringArray, pattern: str) -> Any:
    """Whether the pattern is found, in the cells that are ``asked``."""
    ranks = np.flatnonzero(asked)
    yes = np.zeros(len(cells), bool)
    if len(ranks):
        yes[ranks] = find_matching_cells(cells.take(pa.array(ranks)), pattern)
    return yes


def _flag_famous_names(cells: pa.StringArray, perhaps: Any) -> Any:
    """Whether the cell is a name that streets and schools bear, and nothing else."""
    yes = np.zeros(len(cells), bool)
    ranks = np.flatnonzero(perhaps)
    for rank, cell in zip(ranks.tolist(), cells.take(pa.array(ranks)).to_pylist(), strict=True):
        yes[rank] = has_famous_name(cell)
    return yes


def _flag_login_cells(cells: pa.StringArray, names: NameLists) -> Any:
    """Whether each cell is made of a name as a login is: jdupont, j.dupont, jean.dupont, dupontj."""
    yes = find_matching_cells(cells, f"^{p.LOGIN_SHAPE}$")
    ranks = np.flatnonzero(yes)
    if len(ranks):
        yes[ranks] = [
            is_login_made_from_name(cell, names) for cell in cells.take(pa.array(ranks)).to_pylist()
        ]
    return yes


def is_login_made_from_name(cell: str, names: NameLists) -> bool:
    parts = re.split(r"[._\-]", fold_case_accents(cell).rstrip("0123456789"))
    if parts[0] in ("saint", "sainte", "st", "ste"):
        return False
    if len(parts) == 1:
        word = parts[0]
        if word in names.common or word in names.words or word in names.surnames or word in names.given:
            return False
        return len(word) > 4 and (word[1:] in names.surnames or word[:-1] in names.surnames)
    first, last = parts[0], parts[-1]
    if len(first) == 1 or len(last) == 1:
        long = last if len(first) == 1 else first
        return long in names.surnames or (
            long not in names.common and long not in names.words and len(long) > 3
        )
    return (first in names.given and first not in lexicon.ALSO_WORDS) or last in names.given


def list_name_words_without_titles(person: str) -> list[str]:
    """The words of a name, folded, without titles and particles: what initials are made of."""
    words = _WORDS.findall(fold_case_accents(person))
    return [word for word in words if classify_token(word, NOBODY) & CLASS["core"]]


_WORDS = re.compile("[a-z]+")
_SPLIT = re.compile(r"[^a-z']+")


def has_famous_name(cell: str) -> bool:
    """Jean Jaurès, JAURES Jean, Jean-Jaurès."""
    words = [word for word in _SPLIT.split(fold_case_accents(cell)) if word]
    return not _FAMOUS_WORDS.isdisjoint((frozenset(words),)) or any(
        frozenset(words[at : at + 2]) in _FAMOUS_WORDS for at in range(len(words) - 1)
    )


_FAMOUS_WORDS = frozenset(frozenset(_SPLIT.split(name)) for name in read_builtin_list("namesakes.txt"))

# --- in a text --------------------------------------------------------------------------------------------

_PAIR = rf"{p.CAPITAL}[{p.L}'’.\-]*[ ]+(?:[a-z'’]{{1,3}}[ ]+){{0,2}}{p.CAPITAL}"
FILE_END = r"(?i:\.(?:pdf|docx?|odt|xlsx?|ods|jpe?g|png|tiff?|zip|msg|eml)\b)"
_BREAK = r"[,;:!?()\[\]\"«»|/]+"


def has_person_name(cells: pa.StringArray, names: NameLists) -> Any:
    """Whether somebody is named in each cell: a given name before a surname, or after one in capitals; in
    the name of a file too."""
    yes = np.zeros(len(cells), bool)
    ranks = np.flatnonzero(find_matching_cells(cells, _PAIR))
    if len(ranks):
        texts = pc.replace_substring_regex(cells.take(pa.array(ranks)), f"{FILE_END}|{_BREAK}", " 0 ")
        yes[ranks] = _has_given_name_beside_surname(TokenizedCells(texts, names))
    return (
        yes
        | _check_cells_matching_pattern(f"{_JOINED}|{FILE_END}", _has_name_in_filename, cells, names)
        | _check_cells_matching_pattern(_LINE, _has_name_in_line, cells, names)
    )


def find_cells_with_name_after_cue(cells: pa.StringArray, names: NameLists) -> Any:
    """Whether each cell has a name after a word that calls for one."""
    return _check_cells_matching_pattern(
        _KIN_CALLED, _has_name_after_kinship_word, cells, names
    ) | _check_cells_matching_pattern(_BY_CALLED, _has_full_name_after_cue_word, cells, names)


def _check_cells_matching_pattern(
    gate: str, asked: Callable[[str, NameLists], bool], cells: pa.StringArray, names: NameLists
) -> Any:
    yes = np.zeros(len(cells), bool)
    ranks = np.flatnonzero(find_matching_cells(cells, gate))
    for rank, cell in zip(ranks.tolist(), cells.take(pa.array(ranks)).to_pylist(), strict=True):
        yes[rank] = asked(cell, names)
    return yes


# Whom one lives with or calls on: a lone name follows, with its capital.
_KIN = (
    "(?i:famille|fils|fille|fr[èe]re|s(?:oe|œ)ur|m[èe]re|p[èe]re|[ée]poux|[ée]pouse|voisine?"
    "|grand-m[èe]re|grand-p[èe]re|tante|oncle|neveu|ni[èe]ce|veuve|compagne|compagnon|petite?|enfant|b[ée]b[ée])"
)
# Before both names, in small letters: who did it, or is to be called.
_BY = (
    "(?:(?:é(?:e|s|es)?|faite?|charge|prise?s?|(?:re|trans|é)?mise?s?|suivie?|saisie?|reçue?|écrite?|ouverte?"
    "|fournie?|vue?s?|rdv|r[ée]union|contact|appel) (?:par|avec|chez)"
    "|(?:demande|plainte|courrier|appel|dossier|visite) de|(?:contact|agent) ?:|signataire|r[ée]f[ée]rente?"
    r"|r?appeler|joindre|pr[ée]venir|contacter|m\.|mme)"
)
# What is let, before whom it is let to: T2 - MOREL.
_LET = "^[A-Z]{0,2}[0-9]{1,4}[a-zA-Z]? ?[-:]"
# A shop may be called Chez Paul; somebody's home is written small, in a sentence.
_KIN_CALLED = rf"(?:(?:^|[^{p.L}]){_KIN}|[^{p.L}]chez) {p.CAPITAL}[a-zà-ÿ]|{_LET} ?{p.CAPITAL}{{3,}}$"
# Longer than « les » and « une », or one of the names that are as short.
_LONG_WORD = "(?:[a-zà-ÿ'-]{4,}|l[ée]a|eva|zo[ée]|no[ae]|guy|luc|mia|tom|ali|lou|max|ana|ava|eli|tim|th[ée]o)"
_BY_CALLED = rf"{_BY} {_LONG_WORD} (?:de |le |la |el |ben )?{_LONG_WORD}"
CALLED_FOR = f"{_KIN_CALLED}|{_BY_CALLED}"
_AFTER_KIN = re.compile(rf"(?:(?<![{p.L}]){_KIN}|(?<=[^{p.L}])chez|{_LET}) ?({p.CAPITAL}[{p.L}'-]+)")
_AFTER_BY = re.compile(rf"{_BY} ([a-zà-ÿ'-]{{3,}}) (?:de |le |la |el |ben )?([a-zà-ÿ'-]{{3,}})")


# Léo D.: as registers call children.
INITIALLED = rf"{p.CAPITAL}[{p.L}'-]+ [A-ZÀ-Þ](?:\.|$|[^{p.L}0-9'])"
_INITIALLED = re.compile(rf"(?<![{p.L}'-])({p.CAPITAL}[{p.L}'-]+) [A-ZÀ-Þ](?![{p.L}0-9'])")


def has_given_name_before_initial(cell: str, names: NameLists) -> bool:
    return any(_is_listed_given_name(found[1], names) for found in _INITIALLED.finditer(cell))


def _is_listed_given_name(word: str, names: NameLists) -> bool:
    """Each part of it, where it has several: Anne-Lise."""
    folded = fold_case_accents(word)
    return folded in names.given or all(part in names.given for part in folded.split("-"))


# At whose home: « Chez » with its capital begins the name of a shop as well.
_CARE_OF = r"(?i:c/o|c\.o\.|(?:aux )?bons soins de)"
HOSTED_BY = rf"(?:^|[^{p.L}])(?:(?i:chez)|{_CARE_OF})[ :]"
AT_HOME_OF = rf"(?:^|[^{p.L}])(?:chez|CHEZ|{_CARE_OF})[ :]"
_HOST = re.compile(rf"(?<![{p.L}])(?:(?i:chez)|{_CARE_OF})[ :]+((?:[{p.L}][{p.L}'’.-]*[ ]*){{2,5}})")


_HOST_PARTICLES = frozenset(
    ("m", "m.", "mr", "mme", "mlle", "monsieur", "madame", "de", "du", "le", "la", "el", "ben")
)
# Each « chez », with the first word after it that is no particle, and « bons soins de » without any. What begins
# with a set of letters is looked for ten times faster than (?i:chez).
_SKIPPED = rf"(?:(?ai:{'|'.join(map(re.escape, sorted(_HOST_PARTICLES)))})[ ]+)*"
_AT_HOST = re.compile(
    rf"[CcBb](?:(?<=[Cc])(?i:hez)[ :]+(?={_SKIPPED}([{p.L}'’.-]+))|(?<=[Bb])(?i:ons soins de))"
)


def has_person_name_after_chez(cell: str, names: NameLists) -> bool:
    """Chez Jean Dupont, c/o LEROY Anne, chez J. Haddad: a given name or an initial, and a name beside it."""
    if not _may_have_person_name_after_chez(cell, names):
        return False
    for found in _HOST.finditer(cell):
        words = [word for word in found[1].split() if word.lower() not in _HOST_PARTICLES]
        if len(words) < 2:
            continue
        shop = bool(_SHOP_OF.match(found.group()))
        second = fold_case_accents(words[1])
        listed = second in names.surnames or (
            not words[1].islower() and not _is_excluded_surname(second, names, shop=shop)
        )
        if _is_person_name_after_chez(fold_case_accents(words[0]), second, names, listed=listed):
            return True
    return False


def _may_have_person_name_after_chez(cell: str, names: NameLists) -> bool:
    """False only where ``has_person_name_after_chez`` is: to look at one word costs less than at each cell twice."""
    if "/" in cell or "." in cell:  # c/o, c.o.
        return True
    return any(not first or _may_begin_name_after_chez(first, names) for first in _AT_HOST.findall(cell))


@lru_cache(maxsize=50_000)
def _may_begin_name_after_chez(word: str, names: NameLists) -> bool:
    """Whether a host may be called so, whatever comes after."""
    first = fold_case_accents(word)
    return len(first.rstrip(".")) == 1 or first in names.surnames or _is_listed_given_name(first, names)


_SHOP_OF = re.compile("Chez ")


def _is_excluded_surname(word: str, names: NameLists, *, shop: bool) -> bool:
    """A word that is no family's: any word of the language, where a shop may be meant."""
    return _is_non_name_word(word, names) if shop else word in names.words


def _is_person_name_after_chez(first: str, second: str, names: NameLists, *, listed: bool) -> bool:
    """``listed``: the second word may be a family's name."""
    if len(first.rstrip(".")) == 1:
        return second in names.surnames
    if frozenset((first, second)) in _FAMOUS_WORDS:
        return False
    if _is_listed_given_name(first, names):
        return listed
    return first in names.surnames and second in names.given


# What most texts have none of: to look for them is cheaper than the pattern.
_GIVEN_ONLY = frozenset((*lexicon.GIVEN, *read_builtin_list("given.txt"))).difference(
    lexicon.ALSO_WORDS, read_builtin_list("words.txt"), lexicon.PLACES, lexicon.JOBS, lexicon.PROSE
)


@lru_cache(maxsize=10_000)
def _is_unambiguous_given_name(word: str) -> bool:
    return fold_case_accents(word) in _GIVEN_ONLY


def _has_name_after_kinship_word(cell: str, names: NameLists) -> bool:
    """Chez Abgrall."""
    return any(
        _is_unambiguous_name(fold_case_accents(found.group(1)), names) for found in _AFTER_KIN.finditer(cell)
    )


def _has_full_name_after_cue_word(cell: str, names: NameLists) -> bool:
    """Pris en charge par khadija abgrall."""
    words = cell.replace(",", " ").replace(".", " ").split()
    if _GIVEN_ONLY.isdisjoint(words) and not any(
        map(_is_unambiguous_given_name, filterfalse(str.isascii, words))
    ):
        return False
    return any(
        is_full_name(fold_case_accents(found[1]), fold_case_accents(found[2]), names)
        for found in _AFTER_BY.finditer(cell)
    )


def _is_unambiguous_name(word: str, names: NameLists) -> bool:
    known = word in names.surnames or (word in names.given and word not in lexicon.ALSO_WORDS)
    return known and not _is_non_name_word(word, names)


def _is_non_name_word(word: str, names: NameLists) -> bool:
    return word in names.words or word in names.common or word in _BRANDS


def is_full_name(first: str, second: str, names: NameLists) -> bool:
    """A given name and a surname, in either order, neither of them a word."""
    if frozenset((first, second)) in _FAMOUS_WORDS:
        return False
    return any(
        given in names.given
        and given not in lexicon.ALSO_WORDS
        and surname in names.surnames
        and not (_is_non_name_word(given, names) or _is_non_name_word(surname, names))
        for given, surname in ((first, second), (second, first))
    )


_BRANDS = frozenset(read_builtin_list("brands.txt"))
# The name of a file, a page of a site, a field: words without spaces between them.
_JOINED = rf"^[^ ]*[{p.L}]{{3,}}[_.+-][{p.L}]{{3,}}[^ ]*$"
# A line of a file of values: two words with nothing but a separator between them.
_LINE = rf"[{p.L}]{{2}}\"?[;,]\"?[{p.L}]{{2}}"
# One reading for all that may name somebody in a text.
NAMING_START = f"{_PAIR}|{_JOINED}|{CALLED_FOR}|{FILE_END}|{_LINE}"
_PARTS = re.compile("[^a-z]+")
# DUPONT_Jean: only people are written so.
_CAPITALS_FIRST = re.compile(rf"(?<![{p.L}])[A-ZÀ-Þ'-]{{3,}}[_+.]([A-ZÀ-Þ][a-zà-ÿ]+)(?![{p.L}])")


def _has_name_in_filename(cell: str, names: NameLists) -> bool:
    """DUPONT_Jean_acte.pdf, /agents/jean-dupont: two words that follow each other, not after « rue »."""
    name = cell.rpartition("/")[2] or cell
    if any(fold_case_accents(found.group(1)) in names.given for found in _CAPITALS_FIRST.finditer(name)):
        return True
    parts = [part for part in _PARTS.split(fold_case_accents(_CAMEL.sub("_", name))) if len(part) > 1]
    if not _ABOUT_SOMEBODY.isdisjoint(parts) and any(
        _is_unambiguous_name(part, names) or is_login_made_from_name(part, names) for part in parts
    ):
        return True
    return any(
        len(first) > 2
        and len(second) > 2
        and prior not in NAMED_PLACES
        and is_full_name(first, second, names)
        for prior, first, second in zip(["", *parts], parts, parts[1:], strict=False)
    )


_CAMEL = re.compile("(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
# Papers that are somebody's, whose name is the other word: scan_DUPONT.pdf, cv_jdupont.docx.
_ABOUT_SOMEBODY = frozenset(
    lexicon.split_unique_words(
        "cv cni rib acte naissance mariage deces certificat attestation bulletin paie ordonnance passeport photo"
        " scan lettre motivation diplome candidature mdph pai derogation jugement livret"
    )
)


def _has_name_in_line(cell: str, names: NameLists) -> bool:
    """Dupont;Jean;1984 or "Dupont","Jean","oui": two fields that follow each other among three."""
    fields = [field.strip(" '") for field in re.split('[;,"]+', cell)]
    return len(fields) > 2 and any(
        is_full_name(fold_case_accents(first), fold_case_accents(second), names)
        for first, second in pairwise(fields)
    )


NAMED_PLACES = frozenset((*lexicon.PLACES, *lexicon.WAYS, "saint", "sainte", "st", "ste"))

# --- who did it, in two or three letters ------------------------------------------------------------------

_DOER = (
    "(?:vue?s?|lue?|saisie?s?|relanc[ée]e?s?|valid[ée]e?s?|trait[ée]e?s?|close?s?|cl[ôo]tur[ée]e?s?|maj|m[àa]j"
    "|mise? [àa] jour|modifi[ée]e?s?|suivie?s?|instruite?s?|re[çc]ue?s?|r?appel[ée]e?s?|transmise?s?"
    "|contr[ôo]l[ée]e?s?"
    "|visa|cr[ée][ée]{1,2}e?s?|r[ée]dig[ée]e?s?|affect[ée]e?s?|g[ée]r[ée]e?s?|envoy[ée]e?s?|sign[ée]e?s?"
    "|pris(?:e)? en charge|repris(?:e)?|v[ée]rifi[ée]e?s?|corrig[ée]e?s?|pos[ée]e?s?|relev[ée]e?s?|faite?s?"
    "|rdv|ok|visite|appel|t[ée]l|rappel|relance|chauffeurs?|ripeurs?|conduct(?:eur|rice)s?|agents?|[ée]quipi[eè]re?s?|[ée]quipe|bin[ôo]me|technicien(?:ne)?s?"
    "|op[ée]rat(?:eur|rice)s?|instruct(?:eur|rice)s?|gestionnaires?|r[ée]f[ée]rente?s?|pilotes?|initiales?|trigramme)"
)
TRIGRAM = "[A-Z]{2,3}"
_LETTERS = r"(?:[A-Z]\.[ ]?[A-Z]\.(?:[A-Z]\.)?|[A-Z]{2,3})"
DID_IT = (
    rf"(?i:{_DOER})(?:(?:[ ]+(?i:par|à)|[ ]?[:,-])?[ ]+{_LETTERS}(?:$|[^{p.L}'’])"
    r"|[ ]+par [a-z]{3}[0-9]{0,3}(?:$|[ ,;.(])|[ ]+[a-z]{3}\)$)"
)
# Few letters between borders, which most texts have none of.
SHORT_WORD = (
    rf"[ ]{_LETTERS}(?:$|[^{p.L}'’-])|par [a-z]{{3}}[0-9]{{0,3}}(?:$|[ ,;.(])| [a-z]{{3}}\)$"
    r"|^[\[(](?:[A-Z]|[a-z]{2,3}[\])])"
)
_DID_IT = re.compile(
    rf"(?<![{p.L}])(?i:{_DOER})(?:[ ]+(?P<by>par|à)|[ ]?[:,-])?[ ]+(?P<who>{_LETTERS}"
    rf"|(?<=par )[a-z]{{3}}(?=[0-9]{{0,3}})|[a-z]{{3}}(?=\)$))(?:(?<=par [a-z]{{3}})[0-9]{{1,3}})?(?![{p.L}0-9'’])"
)
_BRACKETED = re.compile(rf"[\[(](?P<who>{_LETTERS}|[a-z]{{2,3}})[\])] ")
# Services, firms and things that are written so, and the ends of sentences in capitals.
_ACRONYMS = frozenset(
    lexicon.split_unique_words(
        "abf ads age aep ag ars asl bat bdc bp bt bus ca caf cb cc ccas cd cdc ce cgt chu cig cm cma cnil"
        " co cp cpi cr"
        " crm csv ct cv dab ddt ddtm dga dgs dgst dir dp dpo drac dre drh dsi dsp dst du ecs edf eau ehs"
        " eht el en ep epci"
        " erp es esp et eu ev faq fft gaz gdf gie gps ht ia id ign iii ii iv ia ide ii la le les lot lrar"
        " mer mjc ml na"
        " nb nc non ns oe ok oms ong ot otp oui pa pc pda pdf pei plu plui pm pmi pmr pos ppr pt pv pvc qr"
        " ra rar rat rc"
        " rdc rdv ref rer rf rh rn rpe rsa sa sarl sas sat sav sci sdc sdis sem sfr sig siv sms snc sna so"
        " spl sps ssi"
        " st sud svp tdf td tel tgv tma tnt tp tr ttc tv tva udo ue un us usb uv vae vc vdi vi vii viii vl"
        " vrd vtt web"
        " zac zad ze zfe zi zup lun mar mer jeu ven sam dim jan fev avr mai jui aou sep oct nov dec am utc"
        " cet min km kg"
        " de sa ses son ce ces se si on ou qui que ne ni nos vos tu il elle mon ma ta te au tel cet nul etc"
        " cse cia cgu cnp ccp bis ter etc pas rue place mail sur aux par une des dans elu elus"
    )
)


def has_agent_initials(cell: str) -> bool:
    """Vu par MKE, relancé SPR, saisi G.L. le…, [JDU] rappelé."""
    bracketed = _BRACKETED.match(cell)
    if bracketed and may_be_person_initials(bracketed["who"]):
        return True
    return any(may_be_person_initials(found["who"]) for found in _DID_IT.finditer(cell))


def may_be_person_initials(written: str) -> bool:
    word = fold_case_accents(written).replace(".", "").replace(" ", "")
    return word not in _ACRONYMS and not (written.islower() and (word in _SMALL_WORDS))


_SMALL_WORDS = frozenset(word for word in read_builtin_list("words.txt") if len(word) < 4)
_MOMENT = r"(?:[0-3]?[0-9][/.-][01]?[0-9](?:[/.-](?:20)?[0-9]{2})?|20[0-9]{2}-[01][0-9]-[0-3][0-9])"
_GROUP = rf"(?:{_LETTERS}|[a-z]{{2,3}})(?:[ ]?[+/&,-][ ]?(?:{_LETTERS}|[a-z]{{2,3}}))*"
_DATED = re.compile(
    rf"{_MOMENT}[ :,-]+(?P<after>{_GROUP})(?:[ ]?[:;,.-] .*|$)"
    rf"|(?P<before>{_GROUP})(?: le)?[ :,-]+{_MOMENT}(?:[ ]?[:;,.-] .*|$)"
)


def has_initials_beside_date(cell: str) -> bool:
    """14/12/24 fda+rmo; 01/04 MBL : dossier complet."""
    found = _DATED.fullmatch(cell)
    if not found:
        return False
    return all(map(may_be_person_initials, re.split("[ +/&,-]+", found["after"] or found["before"])))


def _has_given_name_beside_surname(tokens: TokenizedCells) -> Any:
    """Whether each cell has a given name next to a surname, particles between them let be."""
    cell = np.repeat(np.arange(len(tokens.starts)), np.diff([*tokens.starts, len(tokens.of)]))
    kept = np.flatnonzero((tokens.of & CLASS["particle"]) == 0)
    first, second, same = tokens.of[kept][:-1], tokens.of[kept][1:], cell[kept][:-1] == cell[kept][1:]
    capital = CLASS["caps"] | CLASS["proper"]
    no_word = ((first | second) & (CLASS["word"] | CLASS["brand"] | CLASS["common"])) == 0
    close = same & no_word & (second & capital != 0) & (first & capital != 0)
    listed = CLASS["surname"] | CLASS["unknown"] | CLASS["given_weak"] | CLASS["given"]
    forward = (first & CLASS["given"] != 0) & (second & listed != 0)
    weak = (
        (first & CLASS["given_weak"] != 0) & (second & CLASS["surname"] != 0) & (second & CLASS["both"] == 0)
    )
    # DUPONT Jean: Jean is a word of other names too, so the surname before it has to be known.
    turned = (first & CLASS["caps"] != 0) & (second & CLASS["proper"] != 0)
    known = (first & CLASS["surname"] != 0) & (second & CLASS["given_weak"] != 0)
    back = turned & ((second & CLASS["given"] != 0) | known)
    initial = (
        (first & CLASS["initial"] != 0) & (second & CLASS["surname"] != 0) & (second & CLASS["both"] == 0)
    )
    hit = (close & (forward | weak | back)) | (same & no_word & (second & capital != 0) & initial)
    found = np.zeros(len(tokens.starts), bool)
    found[cell[kept][:-1][hit]] = True
    return found
