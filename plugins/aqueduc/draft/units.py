"""Whom the groups count where one person has several rows: the columns that stand for a person, or for a file.

Counted in rows, sixty people of twelve payments each are sixty groups of twelve. A column tells whose a row is by its
name (« N° dossier »), or by its form: the rows of each of its values name the same person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb

from aqueduc import duck
from aqueduc.anonymise.units import build_unit_sql
from aqueduc.declaration.column_name_hints import (
    PERSON_NUMBERS,
    ColumnNature,
    is_file_number_name,
    is_measure_column_name,
    looks_like_code,
    normalise_words,
)
from aqueduc.draft.proposals import DROP, ColumnEvidence, ColumnProposal, is_person_number, may_be_number
from aqueduc.language import Message, _, quote_text

AGREEING = 0.9
"""Share of the values met in several rows from which a column whose rows name one person each stands for people."""
KNOWN = 0.9
"""Share of the rows from which a column tells whose they are."""
FEW_WORDS = 20
"""Up to as many values, a column named after people, and not after their number, may only sort them."""


@dataclass(frozen=True)
class CountingUnit:
    """``columns``: those that stand for one person, which are dropped; () where each row is one's. ``asked``: whether
    a person has to say so. ``linking``: all the columns that would link the rows of one."""

    columns: tuple[str, ...] = ()
    asked: bool = False
    linking: frozenset[str] = frozenset()

    @property
    def quoted_columns(self) -> str:
        return ", ".join(str(quote_text(name)) for name in self.columns)


@dataclass(frozen=True)
class _UnitCandidate:
    """``compared``: the columns by which its persons are told apart, to know whether one has several rows."""

    columns: tuple[str, ...]
    compared: tuple[str, ...]
    sure: bool = True


def find_counting_unit(
    con: duckdb.DuckDBPyConnection, found: Sequence[ColumnEvidence], people: Sequence[str]
) -> CountingUnit:
    """Of a file about ``people``. Of several columns that repeat, the one with the fewest values: it only withholds
    more. Needs the view ``source``. Raises duckdb.Error."""
    numbers = [subject.name for subject in found if _is_linking_number(subject)]
    formed = [
        subject.name
        for subject in found
        if subject.name not in numbers and _has_form_of_number(con, subject, people)
    ]
    linking = frozenset((*numbers, *formed))
    candidates = [
        *(_UnitCandidate((name,), (name,)) for name in numbers),
        *(
            _UnitCandidate((s.name,), (s.name,))
            for s in found
            if s.name in people and s.natures & PERSON_NUMBERS
        ),
        *(_UnitCandidate((name,), (name,)) for name in formed),
        *_list_name_candidates(found, people),
    ]
    counted = [(*_count_persons(con, one.compared), one) for one in candidates]
    repeated = [(persons, rows, one) for rows, persons, one in counted if persons < rows]
    if repeated:
        _persons, rows, one = min(repeated, key=lambda item: item[0])
        sure = one.sure and rows >= KNOWN * found[0].profile.rows
        return CountingUnit(one.columns, asked=not sure, linking=linking)
    told = any(_tells_persons(found, one) for one in candidates)
    return CountingUnit((), asked=not told and not _is_told_apart(con, people), linking=linking)


def _is_linking_number(subject: ColumnEvidence) -> bool:
    if is_person_number(subject):
        return True
    named = is_file_number_name(subject.name) and may_be_number(subject)
    return named and (looks_like_code(subject.name) or subject.profile.distinct > FEW_WORDS)


def _has_form_of_number(
    con: duckdb.DuckDBPyConnection, subject: ColumnEvidence, people: Sequence[str]
) -> bool:
    """Whether the rows of each value, where there are several, name the same person."""
    others = [name for name in people if name != subject.name]
    profile = subject.profile
    if not others or subject.name in people or profile.unique or not may_be_number(subject):
        return False
    if is_measure_column_name(subject.name) and not looks_like_code(subject.name):
        return False
    column, compared = duck.identifier(subject.name), duck.identifiers(others)
    several, agreeing = duck.fetch_row(
        con,
        f"SELECT count(*), count(*) FILTER (persons = 1) FROM (SELECT count(*) AS n, "
        f"count(DISTINCT row({compared})) AS persons FROM source WHERE {column} IS NOT NULL GROUP BY {column}) "
        "WHERE n > 1",
    )
    return int(several) > 1 and int(agreeing) >= AGREEING * int(several)


def _list_name_candidates(found: Sequence[ColumnEvidence], people: Sequence[str]) -> Iterator[_UnitCandidate]:
    """The names of those whom the rows are about; a surname alone may be that of several."""
    of_people = [subject for subject in found if subject.name in people]
    names = [s for s in of_people if ColumnNature.PERSON_NAME in s.natures]
    if not names:
        return
    columns = tuple(subject.name for subject in names)
    born = tuple(s.name for s in of_people if ColumnNature.BIRTH in s.natures and s not in names)
    full = len(names) > 1 or names[0].profile.spaces >= 0.5 or "prenom" in normalise_words(columns[0])
    yield _UnitCandidate(columns, (*columns, *born), sure=full or bool(born))


def _count_persons(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> tuple[int, int]:
    """The rows of which the person is known, and how many different persons."""
    unit = build_unit_sql(names, "source")
    rows, persons = duck.fetch_row(
        con, f"SELECT count(u), count(DISTINCT u) FROM (SELECT {unit} AS u FROM source)"
    )
    return int(rows), int(persons)


def _tells_persons(found: Sequence[ColumnEvidence], candidate: _UnitCandidate) -> bool:
    """Whether a column without repetition says that each row is another person's: the number of a file does not."""
    if len(candidate.columns) > 1 or candidate.columns != candidate.compared:
        return True
    (subject,) = (subject for subject in found if subject.name == candidate.columns[0])
    return is_person_number(subject) or bool(subject.natures & {*PERSON_NUMBERS, ColumnNature.PERSON_NAME})


def _is_told_apart(con: duckdb.DuckDBPyConnection, people: Sequence[str]) -> bool:
    rows, persons = _count_persons(con, people)
    return rows == persons and rows == duck.count_rows(con, "source")


def hold_back_linking_columns(
    proposals: Sequence[ColumnProposal], unit: CountingUnit
) -> tuple[ColumnProposal, ...]:
    """The proposals without the columns that are counted, which can only be dropped."""
    return tuple(
        replace(proposal, options=(DROP,), question="", why=str(_explain_counted_column()))
        if proposal.name in unit.columns and proposal.open
        else proposal
        for proposal in proposals
    )


def _explain_counted_column() -> Message:
    return _("désigne la personne, qui a plusieurs lignes : les groupes la comptent (« privacy: unit: »)")
