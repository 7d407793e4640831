"""A revision in several files: one for each year, or for each value, of a published column.

The file of one slice is made from a Parquet file of its own: a slice whose rows did not change has the bytes
it had, whatever happened to the others. No label ever goes into a message: slices are told by their number.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc.declaration.spec import Dataset, FileSplit
from aqueduc.duck import (
    build_read_parquet_sql,
    fetch_count,
    identifier,
    literal,
    open_duckdb,
    read_column_types,
    write_parquet,
)
from aqueduc.language import _
from aqueduc.publish.findings import EmptySplit, IncompleteSlices, TooManySlices
from aqueduc.publish.refusals import build_gate_error
from aqueduc.record import DatasetSplitPart

MOST_SLICES = 100
MISSING = {"year": "sans-date", "value": "sans-valeur"}
"""The label of the slice whose rows have nothing in the column."""

_LONGEST_TAIL = 14
_BLANKS = r"[\s\x{85}\x{A0}\x{2000}-\x{200B}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]+"
_YEAR_OF_TEXT = r"^(\d{4})(?:\D|$)"


@dataclass(frozen=True)
class RevisionSlice:
    """One slice of the revision: its Parquet file, its rows (how many), and the end of its files' names."""

    slice: DatasetSplitPart
    path: Path
    rows: int
    tail: str


def write_revision_slices(
    dataset: Dataset, split: FileSplit, paths: Sequence[Path], rows: int, scratch: Path
) -> tuple[RevisionSlice, ...]:
    """Cuts the Parquet files at ``paths`` (one revision, ``rows`` in all) into slices, in the order in which
    they are shown: newest year first, values in alphabetical order, rows without any last.

    Raises PublicationGateClosed when there is nothing to cut, when there would be more than a hundred slices,
    and when the slices do not hold every row once.
    """
    with open_duckdb(scratch) as con:
        con.execute(f"CREATE VIEW revision AS SELECT * FROM {build_read_parquet_sql(*paths)}")
        label = _build_slice_label_sql(con, split)
        slices = _build_ordered_slices(split, _read_slice_labels(con, dataset, label))
        tails = build_file_suffixes([slice_.label for slice_ in slices])
        cuts = tuple(
            RevisionSlice(
                slice_,
                target := scratch / f"partie-{slice_.number}.parquet",
                write_parquet(con, f"FROM revision WHERE {label} = {literal(slice_.label)}", target),
                tails[slice_.label],
            )
            for slice_ in slices
        )
    held = sum(piece.rows for piece in cuts)
    if held != rows:
        detail = {"held": held, "expected": rows}
        raise build_gate_error(
            dataset, _("Les parties ne font pas le tout."), IncompleteSlices(detail=detail)
        )
    return cuts


def build_file_suffixes(labels: Iterable[str]) -> Mapping[str, str]:
    """The end of a file's name for each label: ASCII, lower case, short, each of its own; a date is written
    ``20181220`` as DataSud asks. Labels that would share one get four digits of their hash."""
    plain = {label: _build_file_suffix(label) for label in labels}
    taken = list(plain.values())
    return {
        label: tail if tail and taken.count(tail) == 1 else _build_unique_suffix(label, tail)
        for label, tail in plain.items()
    }


def _build_file_suffix(label: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", label):
        return label.replace("-", "")
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_TAIL].rstrip("-")


def _build_unique_suffix(label: str, tail: str) -> str:
    digest = hashlib.sha256(label.encode()).hexdigest()[:4]
    return f"{tail[: _LONGEST_TAIL - 5].rstrip('-')}-{digest}".lstrip("-")


def _build_slice_label_sql(con: duckdb.DuckDBPyConnection, split: FileSplit) -> str:
    """SQL: the label of a row; never NULL."""
    column = identifier(split.by)
    kind = read_column_types(con, "revision")[split.by]
    text = f"CAST({column} AS VARCHAR)"
    if split.per == "value":
        # Blanks are all one: a form of the platform may write a line break otherwise than it was sent.
        found = f"trim(regexp_replace({text}, {literal(_BLANKS)}, ' ', 'g'))"
    elif kind.startswith(("DATE", "TIMESTAMP")):
        found = f"CAST(year({column}) AS VARCHAR)"
    else:
        found = f"regexp_extract({text}, {literal(_YEAR_OF_TEXT)}, 1)"
    return f"coalesce(nullif({found}, ''), {literal(MISSING[split.per])})"


def _read_slice_labels(con: duckdb.DuckDBPyConnection, dataset: Dataset, label: str) -> list[str]:
    found = con.execute(f"SELECT DISTINCT {label} FROM revision LIMIT {MOST_SLICES + 1}").fetchall()
    if not found:
        raise build_gate_error(dataset, _("Il n'y a rien à répartir."), EmptySplit())
    if len(found) > MOST_SLICES:
        count = fetch_count(con, f"SELECT count(DISTINCT {label}) FROM revision")
        raise build_gate_error(
            dataset,
            _("Le jeu ne se répartit pas ainsi."),
            TooManySlices(detail={"count": count, "most": MOST_SLICES}),
        )
    return [str(name) for (name,) in found]


def _build_ordered_slices(split: FileSplit, labels: Iterable[str]) -> tuple[DatasetSplitPart, ...]:
    missing = MISSING[split.per]
    present = sorted((label for label in labels if label != missing), key=_build_accent_insensitive_sort_key)
    if split.per == "year":
        present.reverse()
    ordered = [*present, *(label for label in labels if label == missing)]
    return tuple(
        DatasetSplitPart(label, split.by, split.per, label == missing, number, len(ordered))
        for number, label in enumerate(ordered, 1)
    )


def _build_accent_insensitive_sort_key(label: str) -> tuple[str, str]:
    """Accents and case last, as in a French dictionary."""
    plain = unicodedata.normalize("NFKD", label)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold(), label
