"""Whom the groups count where one person has several rows: the columns that stand for a person, or for a file.

Counted in rows, sixty people of twelve payments each are sixty groups of twelve. A column tells whose a row is by its
name (« N° dossier »), or by its form: the rows of each of its values name the same person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import duckdb

from aqueduc import duck
from aqueduc.anonymise.units import build_unit_hash_sql
from aqueduc.declaration.column_name_hints import (
    PERSON_NUMBERS,
    ColumnNature,
    classify_column_name,
    is_case_file_identifier_column_name,
    is_code_column_name,
    is_measure_column_name,
    is_object_identifier_column_name,
    normalise_words,
)
from aqueduc.draft.proposals import (
    DROP,
    ColumnEvidence,
    ColumnProposal,
    is_person_identifier_number_column,
    may_hold_identifier_numbers,
)
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
    a person has to say so, and ``others``: what else may stand for one. ``linking``: all the columns that would link
    the rows of one."""

    columns: tuple[str, ...] = ()
    asked: bool = False
    linking: frozenset[str] = frozenset()
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def quoted_column_names(self) -> str:
        return ", ".join(str(quote_text(name)) for name in self.columns)


class _UnitEvidenceRank(IntEnum):
    """What says that columns stand for people, the strongest first."""

    PERSON_NUMBER = 1
    FILE_NUMBER = 2
    NAMES = 3
    GUESS = 4


@dataclass(frozen=True)
class _CountingUnitCandidate:
    """``compared``: the columns by which its persons are told apart, to know whether one has several rows."""

    columns: tuple[str, ...]
    compared: tuple[str, ...]
    evidence: _UnitEvidenceRank


@dataclass(frozen=True)
class _CountedUnitCandidate:
    """A candidate that repeats: ``rows`` of which the person is known, and how many ``persons``."""

    candidate: _CountingUnitCandidate
    rows: int
    persons: int


def find_counting_unit(
    con: duckdb.DuckDBPyConnection, found: Sequence[ColumnEvidence], people: Sequence[str]
) -> CountingUnit:
    """Of a file about ``people``. Needs the view ``source``. Raises duckdb.Error."""
    numbers = [subject.name for subject in found if _is_person_or_file_number_column(subject)]
    formed = [
        subject.name
        for subject in found
        if subject.name not in numbers and _has_one_person_per_value(con, subject, people)
    ]
    linking = frozenset((*numbers, *formed))
    candidates = [
        *_list_person_or_file_number_candidates(found, numbers, people),
        *(_CountingUnitCandidate((name,), (name,), _UnitEvidenceRank.GUESS) for name in formed),
        *_list_person_name_unit_candidates(found, people),
    ]
    counted = [
        (_CountedUnitCandidate(one, *_count_rows_and_persons(con, one.compared))) for one in candidates
    ]
    repeated = [one for one in counted if one.persons < one.rows]
    if repeated:
        return _choose_counting_unit(repeated, linking, found[0].profile.rows)
    told = any(_identifies_persons(found, one) for one in candidates)
    return CountingUnit((), asked=not told and not _is_one_row_per_person(con, people), linking=linking)


def _choose_counting_unit(
    repeated: Sequence[_CountedUnitCandidate], linking: frozenset[str], rows: int
) -> CountingUnit:
    """The one column that is named as the number of a person or of a file; where there are several, or none, it is
    asked, and the first answer is that of the fewest values: it only withholds more."""
    named = [one for one in repeated if one.candidate.evidence <= _UnitEvidenceRank.FILE_NUMBER]
    if named and all(one.candidate.evidence is _UnitEvidenceRank.FILE_NUMBER for one in named):
        # One person may have several files.
        fewest = min(one.persons for one in named)
        named += [
            one
            for one in repeated
            if one.candidate.evidence is _UnitEvidenceRank.NAMES and one.persons < fewest
        ]
    ranked = sorted(named or repeated, key=lambda one: one.persons)
    first = ranked[0]
    sure = (
        len(ranked) == 1
        and first.candidate.evidence is not _UnitEvidenceRank.GUESS
        and first.rows >= KNOWN * rows
    )
    others = tuple(dict.fromkeys(one.candidate.columns for one in ranked[1:]))
    return CountingUnit(first.candidate.columns, asked=not sure, linking=linking, others=others)


def _list_person_or_file_number_candidates(
    found: Sequence[ColumnEvidence], numbers: Sequence[str], people: Sequence[str]
) -> Iterator[_CountingUnitCandidate]:
    """The columns whose name says that they number people, or the files that they have."""
    for subject in found:
        of_person = is_person_identifier_number_column(subject) or (
            subject.name in people and bool(subject.natures & PERSON_NUMBERS)
        )
        if of_person or subject.name in numbers:
            evidence = _UnitEvidenceRank.PERSON_NUMBER if of_person else _UnitEvidenceRank.FILE_NUMBER
            yield _CountingUnitCandidate((subject.name,), (subject.name,), evidence)


def _is_person_or_file_number_column(subject: ColumnEvidence) -> bool:
    if is_person_identifier_number_column(subject):
        return True
    named = is_case_file_identifier_column_name(subject.name) and may_hold_identifier_numbers(subject)
    return named and (is_code_column_name(subject.name) or subject.profile.distinct > FEW_WORDS)


def _has_one_person_per_value(
    con: duckdb.DuckDBPyConnection, subject: ColumnEvidence, people: Sequence[str]
) -> bool:
    """Whether the rows of each value, where there are several, name the same person."""
    others = [name for name in people if name != subject.name]
    profile = subject.profile
    if (
        not others
        or subject.name in people
        or profile.is_complete_and_unique
        or not may_hold_identifier_numbers(subject)
    ):
        return False
    if is_object_identifier_column_name(subject.name):
        return False
    if is_measure_column_name(subject.name) and not is_code_column_name(subject.name):
        return False
    column, compared = duck.identifier(subject.name), duck.identifiers(others)
    several, agreeing = duck.fetch_single_row(
        con,
        f"SELECT count(*), count(*) FILTER (persons = 1) FROM (SELECT count(*) AS n, "
        f"count(DISTINCT row({compared})) AS persons FROM source WHERE {column} IS NOT NULL GROUP BY {column}) "
        "WHERE n > 1",
    )
    return int(several) > 1 and int(agreeing) >= AGREEING * int(several)


def _list_person_name_unit_candidates(
    found: Sequence[ColumnEvidence], people: Sequence[str]
) -> Iterator[_CountingUnitCandidate]:
    """The names of those whom the rows are about; a surname alone may be that of several."""
    of_people = [subject for subject in found if subject.name in people]
    names = [
        s
        for s in of_people
        if ColumnNature.PERSON_NAME in s.natures
        and not (is_object_identifier_column_name(s.name) or _is_person_or_file_number_column(s))
    ]
    if not names:
        return
    columns = tuple(subject.name for subject in names)
    born = tuple(s.name for s in of_people if ColumnNature.BIRTH in s.natures and s not in names)
    full = len(names) > 1 or names[0].profile.spaces >= 0.5 or "prenom" in normalise_words(columns[0])
    said = all(classify_column_name(name).natures & _NAMES for name in columns)
    sure = (full or bool(born)) and said
    yield _CountingUnitCandidate(
        columns, (*columns, *born), _UnitEvidenceRank.NAMES if sure else _UnitEvidenceRank.GUESS
    )


_NAMES = {ColumnNature.PERSON_NAME, ColumnNature.NAME}


def _count_rows_and_persons(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> tuple[int, int]:
    """The rows of which the person is known, and how many different persons."""
    unit = build_unit_hash_sql(names, "source")
    rows, persons = duck.fetch_single_row(
        con, f"SELECT count(u), count(DISTINCT u) FROM (SELECT {unit} AS u FROM source)"
    )
    return int(rows), int(persons)


def _identifies_persons(found: Sequence[ColumnEvidence], candidate: _CountingUnitCandidate) -> bool:
    """Whether a column without repetition says that each row is another person's: the number of a file does not."""
    if len(candidate.columns) > 1 or candidate.columns != candidate.compared:
        return True
    (subject,) = (subject for subject in found if subject.name == candidate.columns[0])
    return is_person_identifier_number_column(subject) or bool(
        subject.natures & {*PERSON_NUMBERS, ColumnNature.PERSON_NAME}
    )


def _is_one_row_per_person(con: duckdb.DuckDBPyConnection, people: Sequence[str]) -> bool:
    rows, persons = _count_rows_and_persons(con, people)
    return rows == persons and rows == duck.count_rows(con, "source")


def drop_counting_unit_columns(
    proposals: Sequence[ColumnProposal], unit: CountingUnit
) -> tuple[ColumnProposal, ...]:
    """The proposals without the columns that are counted, which can only be dropped."""
    return tuple(
        replace(proposal, options=(DROP,), question="", why=str(_explain_counted_column()))
        if proposal.name in unit.columns and proposal.is_undecided
        else proposal
        for proposal in proposals
    )


def _explain_counted_column() -> Message:
    return _("désigne la personne, qui a plusieurs lignes : les groupes la comptent (« privacy: unit: »)")
