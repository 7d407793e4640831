"""Hierarchies of generalisation: what each value of a column becomes, level after level.

Level 0 is the value itself; each level groups the groups of the one below (Samarati and Sweeney 1998). A
hierarchy is made for the values a column really has, from bands, dates, code prefixes or a table.

NULL is a value of its own, here as in the judgement of the written file: a blank is seen as a blank, so a
row without a date hides among rows without a date only. It stays NULL at every level, but the last when that
level is one group for all: there it is told apart by nothing, and is published as ``*`` like the others.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from io import StringIO
from itertools import pairwise

from aqueduc.anonymise.disclosure.findings import (
    LAST_LEVEL,
    AmbiguousLabel,
    DuplicateLeaf,
    HierarchyEmpty,
    RaggedHierarchyLine,
    UnknownValues,
    UnnestedLevels,
    UnnestedWidths,
    UnreadableValues,
)
from aqueduc.findings import Finding

ANY = "*"
FIRST_LINES = 5
MAX_DIGITS = 15
DATE_UNITS = ("day", "month", "quarter", "year", "decade")
_DATE = re.compile(r"(\d{4})(?:-(?:T([1-4])|(\d{2})(?:-(\d{2})(?:[ T].*)?)?))?")

_BAND = re.compile(r"(-?\d+)-(-?\d+)|(-?[\d.]+);(-?[\d.]+)")

Text = str | None
Rows = Sequence[tuple[Text, ...]]


class UnusableHierarchy(Exception):
    """What is declared does not make a hierarchy for these values. ``findings`` say why; no value is in
    them.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(finding.code for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class GeneralisationHierarchy:
    """A generalisation hierarchy: ``groups[level][i]`` is the group of ``leaves[i]``,
    ``labels[level][group]`` what is published for it.

    Groups are numbered from 0 in the order of their first leaf. ``labels`` of level 0 are the leaves.
    """

    column: str
    leaves: tuple[Text, ...]
    groups: tuple[tuple[int, ...], ...]
    labels: tuple[tuple[Text, ...], ...]
    findings: tuple[Finding, ...] = ()
    unknown: frozenset[Text] = frozenset()
    """Leaves that the hierarchy does not know: they stay as they are up to the last level, one for all;
    ``findings`` say how many."""

    @property
    def level_count(self) -> int:
        """The number of levels, that of the values themselves included."""
        return len(self.groups)

    def count_leaves_per_group(self, level: int) -> tuple[int, ...]:
        """For each group of a level, how many leaves it stands for."""
        counts = [0] * len(self.labels[level])
        for group in self.groups[level]:
            counts[group] += 1
        return tuple(counts)

    def compute_group_losses(self, level: int) -> tuple[float, ...]:
        """For each group of a level, (leaves covered - 1) / (leaves - 1): 0 for a value, 1 for all of them.

        Iyengar 2002's loss metric. A hierarchy with a single leaf loses nothing.
        """
        others = len(self.leaves) - 1
        return tuple((count - 1) / others if others else 0.0 for count in self.count_leaves_per_group(level))

    def get_leaf_label(self, leaf: int, level: int) -> Text:
        return self.labels[level][self.groups[level][leaf]]


def build_hierarchy_from_paths(column: str, paths: Rows) -> GeneralisationHierarchy:
    """The hierarchy in which each path is ``(leaf, label at level 1, …)``; all have one length.

    A group is what shares its label, within what shares its group one level up: see ``check_hierarchy_paths``.
    """
    height = len(paths[0])
    groups, labels = [], []
    for level in range(height):
        numbers: dict[Text, int] = {}
        groups.append(tuple(numbers.setdefault(path[level], len(numbers)) for path in paths))
        labels.append(tuple(numbers))
    return GeneralisationHierarchy(column, tuple(path[0] for path in paths), tuple(groups), tuple(labels))


def build_flat_hierarchy(column: str, values: Iterable[Text]) -> GeneralisationHierarchy:
    """A hierarchy without generalisation: the column is published as it is, or its row is not."""
    return build_hierarchy_from_paths(
        column, [(value,) for value in _sort_distinct_leaves_as_text(values)] or [(None,)]
    )


def build_band_hierarchy(
    column: str, values: Iterable[Text], widths: Sequence[float], *, top: bool = True
) -> GeneralisationHierarchy:
    """The hierarchy of numbers in bands of rising, nested widths: ``37`` → ``35-39`` → ``30-39``, then ``*``
    if ``top``.

    Whole numbers under whole widths give ``30-39``; anything else ``0.5;1`` (upper bound excluded), as the
    rule ``generalise: {band: …}`` writes them. Its bands may be values here: they are those that fall whole
    in one band. Raises UnusableHierarchy for widths that do not nest and for values that are not numbers.
    """
    exact = [Decimal(str(width)) for width in widths]
    if any(low <= 0 or high % low for low, high in pairwise([*exact[:1], *exact])):
        raise UnusableHierarchy([UnnestedWidths(column=column)])
    leaves = _sort_distinct_leaves_as_text(values)
    spans = [_parse_number_span(leaf, exact[0]) for leaf in leaves]
    numbers = [span[0] if span else None for span in spans]
    bounds = [bound for span in spans if span for bound in span]
    whole = all(number == number.to_integral_value() for number in (*exact, *bounds))
    levels = [[_format_number_band(number, width, whole) for number in numbers] for width in exact]
    return _build_hierarchy_from_levels(column, leaves, levels, top)


def _format_number_band(number: Decimal | None, width: Decimal, whole: bool) -> Text:
    if number is None:
        return None
    low = (number / width).to_integral_value(rounding="ROUND_FLOOR") * width
    if whole:
        return f"{_format_number_without_trailing_zeros(low)}-{_format_number_without_trailing_zeros(low + width - 1)}"
    return (
        f"{_format_number_without_trailing_zeros(low)};{_format_number_without_trailing_zeros(low + width)}"
    )


def _format_number_without_trailing_zeros(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parse_number_span(text: Text, width: Decimal) -> tuple[Decimal, Decimal] | None:
    """The first and the last number that a value stands for; None when they are not in one band."""
    found = _BAND.fullmatch(text) if text is not None else None
    low, high = (
        (_parse_decimal_number(end) for end in found.groups() if end is not None)
        if found
        else (_parse_decimal_number(text),) * 2
    )
    if low is None or high is None:
        return None
    end = (low / width).to_integral_value(rounding="ROUND_FLOOR") * width + width
    # The upper bound of 0.5;1 is not in the band, that of 10-19 is.
    inside = high <= end if text is not None and ";" in text else high < end
    return (low, high) if inside else None


def _parse_decimal_number(text: Text) -> Decimal | None:
    try:
        number = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and number.adjusted() < MAX_DIGITS else None


def build_date_hierarchy(
    column: str,
    values: Iterable[Text],
    units: Sequence[str] = DATE_UNITS[1:],
    *,
    top: bool = True,
) -> GeneralisationHierarchy:
    """The hierarchy of dates (``2024-03-05``, ``2024-03``, ``2024-T1`` or ``2024``) by rising units of
    ``DATE_UNITS``.

    ``2024-03-05`` → ``2024-03`` → ``2024-T1`` → ``2024`` → ``2020-2029``. Raises UnusableHierarchy for
    values that are not dates, or not as precise as the first unit asks.
    """
    leaves = _sort_distinct_leaves_as_text(values)
    matches = [_DATE.fullmatch(leaf) if leaf is not None else None for leaf in leaves]
    ranks = [DATE_UNITS.index(unit) for unit in units]
    if ranks != sorted(set(ranks)):
        raise UnusableHierarchy([UnnestedWidths(column=column)])
    levels = [[_format_date_unit(match, unit) for match in matches] for unit in units]
    return _build_hierarchy_from_levels(column, leaves, levels, top)


def _format_date_unit(match: re.Match[str] | None, unit: str) -> Text:
    if match is None:
        return None
    year, quarter, month, day = match.groups()
    if month and not 1 <= int(month) <= 12:
        return None
    quarter = quarter or (str((int(month) + 2) // 3) if month else None)
    decade = int(year) // 10 * 10
    return {
        "day": f"{year}-{month}-{day}" if day else None,
        "month": f"{year}-{month}" if month else None,
        "quarter": f"{year}-T{quarter}" if quarter else None,
        "year": year,
        "decade": f"{decade}-{decade + 9}",
    }[unit]


def build_prefix_hierarchy(
    column: str, values: Iterable[Text], lengths: Sequence[int], *, top: bool = True
) -> GeneralisationHierarchy:
    """The hierarchy of codes cut to falling lengths: ``13001`` → ``130*`` → ``13*``. A code that is short
    enough stays whole."""
    if any(length < 1 for length in lengths) or list(lengths) != sorted(set(lengths), reverse=True):
        raise UnusableHierarchy([UnnestedWidths(column=column)])
    leaves = _sort_distinct_leaves_as_text(values)
    levels = [[_truncate_code(leaf, length) for leaf in leaves] for length in lengths]
    return _build_hierarchy_from_levels(column, leaves, levels, top)


def _truncate_code(code: Text, length: int) -> Text:
    return code if code is None or len(code) <= length else f"{code[:length]}{ANY}"


def parse_hierarchy_csv(column: str, text: str, values: Iterable[Text] = ()) -> GeneralisationHierarchy:
    """The hierarchy of a table ``leaf;level 1;level 2;…`` (CSV, semicolons, no header), as ARX and the city's
    own lists have it.

    Each leaf has one line, each line all the levels, and what shares a label shares all the labels after it.
    An empty leaf is NULL. A last level which is not one group for all is followed by ``*``. Leaves that are
    not among ``values``, when there are some, are left out: the loss is that of the values there are.
    Raises UnusableHierarchy with every problem found, by line.
    """
    lines = [(number, row) for number, row in enumerate(csv.reader(StringIO(text), delimiter=";"), 1) if row]
    paths = [tuple(cell or None if rank == 0 else cell for rank, cell in enumerate(row)) for _, row in lines]
    if len({path[-1] for path in paths}) > 1:
        paths = [(*path, ANY) for path in paths]
    problems = check_hierarchy_paths(column, paths, [number for number, _ in lines])
    if problems:
        raise UnusableHierarchy(problems)
    wanted = set(values)
    if not wanted:
        return build_hierarchy_from_paths(column, paths)
    unknown = sorted(value for value in wanted - {path[0] for path in paths} if value is not None)
    strange = _report_or_refuse_unknown_values(column, UnknownValues, len(unknown), len(wanted))
    height = len(paths[0])
    paths = [path for path in paths if path[0] in wanted]
    paths += [(*[value] * (height - 1), ANY if height > 1 else value) for value in unknown]
    paths = paths or [(None,) * height]
    if problems := _check_ambiguous_labels(column, paths, None):
        raise UnusableHierarchy(problems)
    return replace(build_hierarchy_from_paths(column, paths), findings=strange, unknown=frozenset(unknown))


def check_hierarchy_paths(column: str, paths: Rows, lines: Sequence[int]) -> list[Finding]:
    """What keeps ``paths`` from being a hierarchy: total, functional, nested, and each label with one
    meaning.
    """
    if not paths:
        return [HierarchyEmpty(column=column)]
    ragged = [line for line, path in zip(lines, paths, strict=True) if len(path) != len(paths[0])]
    if ragged:
        return [_build_line_finding(RaggedHierarchyLine, column, ragged)]
    seen: set[Text] = set()
    twice = []
    for line, path in zip(lines, paths, strict=True):
        twice += [line] if path[0] in seen else []
        seen.add(path[0])
    problems: list[Finding] = [_build_line_finding(DuplicateLeaf, column, twice)] if twice else []
    for level in range(1, len(paths[0]) - 1):
        parents: dict[Text, Text] = {}
        torn = [
            line
            for line, path in zip(lines, paths, strict=True)
            if parents.setdefault(path[level], path[level + 1]) != path[level + 1]
        ]
        if torn:
            problems.append(_build_line_finding(UnnestedLevels, column, torn, level=level))
    return problems or _check_ambiguous_labels(column, paths, lines)


def _check_ambiguous_labels(column: str, paths: Rows, lines: Sequence[int] | None) -> list[Finding]:
    """A label met at two levels must stand for the same leaves, or a reader could not tell which are
    meant.
    """
    meanings: dict[Text, frozenset[int]] = {}
    unclear: set[int] = set()
    for level in range(len(paths[0])):
        members: dict[Text, list[int]] = {}
        for rank, path in enumerate(paths):
            members.setdefault(path[level], []).append(rank)
        for label, ranks in members.items():
            if meanings.setdefault(label, frozenset(ranks)) != frozenset(ranks):
                unclear.add(ranks[0])
    found = [lines[rank] for rank in sorted(unclear)] if lines else []
    return (
        [replace(_build_line_finding(AmbiguousLabel, column, found), count=len(unclear))] if unclear else []
    )


def _build_line_finding(kind: type[Finding], column: str, lines: Sequence[int], **detail: object) -> Finding:
    return kind(column=column, count=len(lines), lines=tuple(lines[:FIRST_LINES]), detail=detail)


def extend_hierarchy_to_null(
    hierarchy: GeneralisationHierarchy, values: Collection[Text]
) -> GeneralisationHierarchy:
    """The same hierarchy, which also knows NULL when ``values`` has it. Raises UnusableHierarchy for
    others.
    """
    known = set(hierarchy.leaves)
    unknown = sum(value is not None and value not in known for value in values)
    if unknown:
        detail = {"missing": unknown, "fate": LAST_LEVEL}
        raise UnusableHierarchy([UnknownValues(column=hierarchy.column, detail=detail)])
    if None in known or None not in values:
        return hierarchy
    paths = [
        tuple(hierarchy.get_leaf_label(leaf, level) for level in range(hierarchy.level_count))
        for leaf in range(len(hierarchy.leaves))
    ]
    one = len(hierarchy.labels[-1]) == 1 and hierarchy.level_count > 1
    blank = (*[None] * (hierarchy.level_count - 1), hierarchy.labels[-1][0] if one else None)
    return replace(
        build_hierarchy_from_paths(hierarchy.column, [blank, *paths]),
        findings=hierarchy.findings,
        unknown=hierarchy.unknown,
    )


def _sort_distinct_leaves_as_text(values: Iterable[Text]) -> list[Text]:
    return sorted(set(values), key=lambda value: (value is not None, value or ""))


def _report_or_refuse_unknown_values(
    column: str, kind: type[Finding], number: int, of: int
) -> tuple[Finding, ...]:
    """What to say of values that a hierarchy does not know. Raises UnusableHierarchy when it knows fewer than
    half of them: it is not theirs."""
    if not number:
        return ()
    found = kind(column=column, count=number, detail={"missing": number, "fate": LAST_LEVEL})
    if 2 * number > of:
        raise UnusableHierarchy([found])
    return (found,)


def _build_hierarchy_from_levels(
    column: str, leaves: list[Text], levels: Sequence[Sequence[Text]], top: bool
) -> GeneralisationHierarchy:
    """Every declared level is kept, even one that groups nothing in these values: a node of the lattice must
    mean the same thing at the next revision."""
    if not leaves:
        leaves, levels = [None], [[None]] * len(levels)
    unread = [
        rank
        for rank, leaf in enumerate(leaves)
        if leaf is not None and any(at[rank] is None for at in levels)
    ]
    strange = _report_or_refuse_unknown_values(column, UnreadableValues, len(unread), len(leaves))
    tops = [[ANY] * len(leaves)] if top else []
    paths = list(zip(leaves, *levels, *tops, strict=True))
    for rank in unread:
        paths[rank] = (*[leaves[rank]] * (len(levels) + 1), *([ANY] if top else []))
    problems = _check_ambiguous_labels(column, paths, None)
    if problems:
        raise UnusableHierarchy(problems)
    unknown = frozenset(leaves[rank] for rank in unread)
    return replace(build_hierarchy_from_paths(column, paths), findings=strange, unknown=unknown)
