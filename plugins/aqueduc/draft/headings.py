"""Whether what names the columns of a source may be written in a draft: a cell may not.

A name of known words may. Of the others, none may look like data to the residual scan, to the form of a
number or an address, or to that of a person's name in no list. A name alone (« Rakotomalala ») cannot be told
from a column's: whoever reads the draft does.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from aqueduc import duck
from aqueduc.anonymise.scan import HitStrength, IdentifierKind, ScanHit, scan_table
from aqueduc.declaration.column_name_hints import normalise_words
from aqueduc.draft.layout import DAY, is_header_of_successive_days
from aqueduc.errors import SourceUnreadable
from aqueduc.language import _, n_
from aqueduc.sources.names import is_data_like_name, is_person_like_name, is_showable_name, list_unknown_words
from aqueduc.sources.origin import SourceOrigin

_SHOWN = 10
_CIVILITIES = frozenset(("m", "mr", "mme", "mlle", "monsieur", "madame"))


def refuse_excess_columns(origin: SourceOrigin, count: int) -> None:
    """Raises SourceUnreadable for more columns than a table of records has."""
    if count > MOST_COLUMNS:
        raise origin.build_unreadable_error(TOO_WIDE.format(count), WIDE_REMEDY)


def refuse_data_like_names(
    origin: SourceOrigin,
    names: Sequence[str],
    headers: Sequence[Sequence[str]] = (),
    what: str = "colonne",
    *,
    titled: bool = False,
) -> None:
    """Lets the names of the columns pass, or raises SourceUnreadable for names that a draft may not hold, or
    not spell, and for more of them than a table of records has. It tells ranks, and no name. ``headers``: the
    rows whose cells the ``names`` join, each judged by itself: « Maternelle » above « PS » is no person, nor is a
    day under the name of a group. ``titled``: a row of the table names them, where another may be put."""
    refuse_excess_columns(origin, len(names))
    unusable = [
        rank for rank, name in enumerate(names, start=1) if what == "colonne" and not _is_writable_name(name)
    ]
    if unusable:
        raise origin.build_unreadable_error(
            _("Des colonnes n'ont pas un nom qui puisse s'écrire : n° {list_ranks}.").format(
                list_ranks=_format_rank_list(unusable)
            ),
            _("leur en donner un dans la source, qui ne commence pas par deux tirets bas"),
        )
    rows = [*headers[:1], *map(_blank_out_days, headers[1:])] or [
        _blank_out_days(names) if is_header_of_successive_days(names) else names
    ]
    wrong = sorted({rank for row in rows for rank in find_data_like_name_ranks(row)})
    if not wrong:
        return
    if what == "feuille":
        raise _build_sheet_name_error(origin, wrong)
    listed = _format_rank_list(wrong)
    raise origin.build_unreadable_error(
        n_(
            "La colonne n° {listed} porte un nom qui ressemble à des données (une personne, un numéro, une "
            "adresse) : le brouillon les écrirait.",
            "Les colonnes n° {listed} portent des noms qui ressemblent à des données (une personne, un numéro, "
            "une adresse) : le brouillon les écrirait.",
            len(wrong),
            listed=listed,
        ),
        _TITLE_REMEDY if titled else _RENAME_REMEDY,
    )


def _build_sheet_name_error(origin: SourceOrigin, wrong: Sequence[int]) -> SourceUnreadable:
    listed = _format_rank_list(wrong)
    return origin.build_unreadable_error(
        n_(
            "La feuille n° {listed} porte un nom qui ressemble à des données (une personne, un numéro, une "
            "adresse) : le brouillon les écrirait.",
            "Les feuilles n° {listed} portent des noms qui ressemblent à des données (une personne, un numéro, "
            "une adresse) : le brouillon les écrirait.",
            len(wrong),
            listed=listed,
        ),
        _("renommer la feuille, ou la mettre la première du classeur"),
    )


_TITLE_REMEDY = _(
    "mettre en tête une ligne qui nomme les colonnes ; si chaque personne, ou chaque numéro, a sa colonne, les mettre en "
    "lignes"
)
_RENAME_REMEDY = _(
    "leur donner un autre nom à la source ; si chaque personne, ou chaque numéro, y a le sien, les mettre en lignes"
)


def _blank_out_days(row: Sequence[str]) -> Sequence[str]:
    return ["" if DAY.fullmatch(cell) else cell for cell in row]


_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
_WEEK = "lundi mardi mercredi jeudi vendredi samedi dimanche"
_CALENDARS = (_MONTHS.split(), _WEEK.split())
_IN_A_ROW = 3
"""Fewer may be people: Mars and Avril are surnames, Sam and Jan given names."""


def list_calendar_cell_ranks(row: Sequence[str]) -> frozenset[int]:
    """The ranks, from 1, of the cells that name months, or days of the week, one after the other, in short or not."""
    return frozenset(
        rank for calendar in _CALENDARS for run in _list_calendar_runs(row, calendar) for rank in run
    )


def _list_calendar_runs(row: Sequence[str], calendar: Sequence[str]) -> list[list[int]]:
    """The runs of ranks that name one month, or day, and then the next."""
    runs: list[list[int]] = []
    before: set[int] = set()
    for rank, cell in enumerate(row, start=1):
        word = re.sub(r" (?:19|20)?[0-9]{2}$", "", normalise_words(cell))
        places = {at for at, name in enumerate(calendar) if _is_abbreviation_of(word, name)}
        next_ones = {(at + 1) % len(calendar) for at in before}
        if places & next_ones:
            runs[-1].append(rank)
            before = places & next_ones
        elif places:
            runs.append([rank])
            before = places
        else:
            before = set()
    return [run for run in runs if len(run) >= _IN_A_ROW]


def _is_abbreviation_of(word: str, name: str) -> bool:
    return word == name or (2 < len(word) < len(name) and name.startswith(word)) or word == _SHORTER.get(name)


_SHORTER = {"juillet": "jul", "juin": "jun"}
"""What is no beginning of the word."""


MOST_COLUMNS = 400
"""Hundreds of columns are most often data: the keys of a JSON object, days written from left to right."""
TOO_WIDE = _("La source a {} colonnes : ce sont sans doute des données.")
WIDE_REMEDY = _("la remettre en lignes : une colonne pour ce qui varie, une pour la valeur")


def _format_rank_list(ranks: Sequence[int]) -> str:
    return ", ".join(map(str, ranks[:_SHOWN])) + (", …" if len(ranks) > _SHOWN else "")


def _is_writable_name(name: str) -> bool:
    """A NUL and half of a surrogate stand in no file."""
    spelt = name.encode("utf-8", "ignore").decode() == name and "\0" not in name
    return bool(name.strip()) and spelt and not name.startswith("__")


def refuse_data_like_json_path(origin: SourceOrigin, path: str) -> None:
    """As ``refuse_data_like_names``, for the dotted ``path`` to a list in a JSON document, whose names may be keys that
    are data."""
    if find_data_like_name_ranks(path.split(".")):
        raise origin.build_unreadable_error(
            _(
                "Le chemin de la liste, dans le document, passe par des noms qui ressemblent à des "
                "données : le brouillon les écrirait."
            ),
            _("demander un document dont la liste est à la racine, ou sous un nom de champ"),
        )


def find_data_like_name_ranks(names: Sequence[str]) -> tuple[int, ...]:
    """The ranks, from 1, of the names that look like data."""
    doubtful: dict[int, list[str]] = {}
    nested, calendar = _list_shared_prefixes(names), list_calendar_cell_ranks(names)
    for rank, name in enumerate(names, start=1):
        if rank in calendar:
            continue
        # The names of nested objects are joined by dots.
        segments = list(map(str.strip, name.split(".")))
        pieces = dict.fromkeys(segments if segments[0] in nested else (name, *segments))
        parts = [part for part in pieces if part and not is_showable_name(part)]
        if parts:
            doubtful[rank] = parts
    people = _find_names_with_personal_data({part for parts in doubtful.values() for part in parts})
    found = {rank for rank, parts in doubtful.items() if people.intersection(parts)}
    alone = [rank for rank in found if all(len(list_unknown_words(part)) < 2 for part in doubtful[rank])]
    # « Dévers » is a surname and the slope of a pavement: people who have a column are several. What all the members
    # of an object begin with is said once.
    several = len({part for rank in alone for part in people.intersection(doubtful[rank])}) > 1
    hit = found if several else found - set(alone)
    return tuple(
        rank for rank, parts in doubtful.items() if rank in hit or any(map(is_data_like_name, parts))
    )


def _list_shared_prefixes(names: Sequence[str]) -> frozenset[str]:
    """The names of the objects that several columns are members of."""
    heads = Counter(name.split(".")[0].strip() for name in names if "." in name)
    return frozenset(head for head, count in heads.items() if count > 1)


MOST_HIDDEN = 3


def find_column_ranks_to_mask(names: Sequence[str]) -> frozenset[int]:
    """The ranks, from 1, of the few names that look like data, whose columns can be read by their rank instead:
    none where they are many, or several people's, or look so to the scan alone, which no reading asks."""
    if is_header_of_successive_days(names):
        return frozenset()
    wrong = find_data_like_name_ranks(names)
    people = sum(is_person_like_name(names[rank - 1]) for rank in wrong)
    known = all(is_data_like_name(names[rank - 1]) for rank in wrong)
    others = sum(map(bool, names)) - len(wrong)
    return frozenset(wrong if known and others and people < 2 and len(wrong) <= MOST_HIDDEN else ())


def is_header_row_actually_data(
    first: Sequence[str], below: Sequence[str], among_cells: Sequence[str] = ()
) -> bool:
    """Whether what stands first in a table is no header but a row like the one ``below``: cells that look
    like data, or that are found again in their column (``among_cells``)."""
    wrong = find_data_like_name_ranks(first)
    alike = [
        rank
        for rank in wrong
        if rank <= len(below)
        and _mask_letters_and_digits(first[rank - 1]) == _mask_letters_and_digits(below[rank - 1])
    ]
    if any(char.isdigit() for rank in alike for char in first[rank - 1]):
        return True
    if is_header_of_successive_days(first):
        return False
    filled = [cell for cell in first if cell]
    if len(among_cells) == len(filled) > 1:
        return True
    if wrong and all(
        rank <= len(below) and _is_name_above_number(first[rank - 1], below[rank - 1]) for rank in wrong
    ):
        return False
    doubtful = bool(wrong) or not all(map(is_showable_name, among_cells))
    shown = sum(map(is_showable_name, filled)) + len(list_calendar_cell_ranks(first))
    return doubtful and 2 * shown < len(filled)


def _is_name_above_number(name: str, cell: str) -> bool:
    """Whether the cell below what may be a name is a number, or a date, as no name is."""
    return not any(map(str.isdigit, name)) and bool(_MEASURED.fullmatch(cell))


_MEASURED = re.compile(r"[-+]?[0-9][0-9 \u00a0\u202f.,/:-]*[%€]?")


def _mask_letters_and_digits(cell: str) -> str:
    """A cell without what it says: its letters and its digits are those of any other."""
    return re.sub(r"(?<!9)9{1,5}(?!9)", "9", re.sub(r"\d", "9", re.sub(r"[^\W\d_]+", "a", cell)))


@dataclass(frozen=True)
class HeaderRepetitions:
    """Names of columns that are found again among the cells: ``rows`` that repeat the whole header, and the
    ``columns`` of which a cell is the name."""

    rows: int
    columns: tuple[str, ...]


def find_header_repetitions_in_rows(path: Path, names: Sequence[str], scratch: Path) -> HeaderRepetitions:
    """Looks for the header among the rows of a Parquet file, whatever the case of its letters."""
    same = [f"coalesce(lower({duck.identifier(n)}) = {duck.literal(n.lower())}, false)" for n in names]
    with duck.open_duckdb(scratch) as con:
        rows, *found = duck.fetch_single_row(
            con,
            f"SELECT count(*) FILTER ({' AND '.join(same)}), {', '.join(f'bool_or({one})' for one in same)} "
            f"FROM {duck.build_read_parquet_sql(path)}",
        )
    columns = tuple(name for name, again in zip(names, found, strict=True) if again)
    return HeaderRepetitions(int(rows) if len(names) > 1 else 0, columns)


def _find_names_with_personal_data(names: Collection[str]) -> set[str]:
    """Those in which the scan sees somebody, each read as the only cell of a column."""
    listed = sorted(names)
    cells = {f"colonne {at}": pa.array([text]) for at, text in enumerate(listed)}
    hits = scan_table(pa.table(cells)) if cells else ()
    sure = (HitStrength.CERTAIN, HitStrength.LIKELY)
    return {
        listed[int(hit.column.split()[-1])]
        for hit in hits
        if hit.strength in sure and _is_convincing_name_hit(hit, cells)
    }


def _is_convincing_name_hit(hit: ScanHit, cells: Mapping[str, pa.Array]) -> bool:
    """Of a name with a word of columns in it, one word more is not enough (« hauteur_max »); an identifier
    has digits, or the signs of an address."""
    text = cells[hit.column][0].as_py()
    if hit.kind is not IdentifierKind.PERSON_NAME:
        return any(char.isdigit() or char in "@:" for char in text)
    words, unknown = normalise_words(text).split(), list_unknown_words(text)
    return len(unknown) > 1 or len(unknown) == len(words) or bool(_CIVILITIES & set(words))
