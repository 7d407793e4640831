"""Which published classes may hold the same people, their quasi-identifiers being at different levels."""

from collections.abc import Sequence

from aqueduc.declaration.spec import Dataset, HierarchyLevels

Label = str | None
ANY = "*"


def find_overlap_components(
    classes: Sequence[tuple[Label, ...]], dataset: Dataset, quasi: Sequence[str]
) -> list[int]:
    """A number for each class: the same for those that overlap, or are linked by others that do."""
    columns = [_find_column_hierarchy(dataset, name) for name in quasi]
    parents = list(range(len(classes)))

    def find_component_root(rank: int) -> int:
        while parents[rank] != rank:
            parents[rank] = parents[parents[rank]]
            rank = parents[rank]
        return rank

    for left in range(len(classes)):
        for right in range(left):
            if find_component_root(left) != find_component_root(right) and all(
                has_label_overlap(one, other, ladder)
                for one, other, ladder in zip(classes[left], classes[right], columns, strict=True)
            ):
                parents[find_component_root(left)] = find_component_root(right)
    return [find_component_root(rank) for rank in range(len(classes))]


def _find_column_hierarchy(dataset: Dataset, published: str) -> HierarchyLevels | None:
    name = next((column.name for column in dataset.published_columns if column.published_as == published), "")
    return dataset.privacy.find_hierarchy(name) if dataset.privacy else None


def has_label_overlap(one: Label, other: Label, ladder: HierarchyLevels | None) -> bool:
    """Whether a value may be published as ``one`` and as ``other``. In doubt (a file's labels), it may."""
    if one == other:
        return True
    if ladder is None:
        return False
    if ANY in (one, other):
        return True
    if one is None or other is None:
        return False
    if ladder.dates:
        return _has_number_span_overlap(_parse_month_span(one), _parse_month_span(other))
    if ladder.bands:
        return _has_number_span_overlap(_parse_number_span(one), _parse_number_span(other))
    if ladder.prefix:
        short, long = sorted((one.rstrip(ANY), other.rstrip(ANY)), key=len)
        return long.startswith(short)
    return True


def _has_number_span_overlap(one: tuple[float, float] | None, other: tuple[float, float] | None) -> bool:
    """Whether two half-open spans meet; in doubt they do."""
    return one is None or other is None or (one[0] < other[1] and other[0] < one[1])


def _parse_month_span(label: str) -> tuple[float, float] | None:
    """2024, 2024-03, 2024-03-05, 2024-T1 and 2020-2029, in months."""
    head, _, tail = label[:10].partition("-")
    if not head.isdecimal():
        return None
    start = 12 * int(head)
    if not tail:
        return start, start + 12
    if tail.startswith("T") and tail[1:].isdecimal():
        quarter = start + 3 * (int(tail[1:]) - 1)
        return quarter, quarter + 3
    if len(tail) == 4 and tail.isdecimal():
        return start, 12 * (int(tail) + 1)
    month, _, day = tail.partition("-")
    if not month.isdecimal():
        return None
    first = start + int(month) - 1
    if day.isdecimal():
        # A day is a part of its month, of its own.
        return first + int(day) / 32, first + (int(day) + 1) / 32
    return first, first + 1


def _parse_number_span(label: str) -> tuple[float, float] | None:
    """37, 30-39 (both bounds included) and 0.5;1."""
    try:
        if ";" in label:
            low, high = label.split(";")
            return float(low), float(high)
        low, dash, high = label[1:].partition("-")
        if dash:
            return float(label[0] + low), float(high) + 1
        return float(label), float(label) + 1e-9
    except ValueError:
        return None
