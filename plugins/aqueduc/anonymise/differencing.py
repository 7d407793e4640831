"""Two files set side by side must not tell more of anyone than each does alone.

*What is looked for.* Somebody who kept an earlier revision subtracts it from the next one. In a class
(rows that share their quasi-identifiers) let ``added`` be the rows of the new file that the earlier one
has not, counted as often as they occur, and ``removed`` the contrary. Where either is between 1 and k - 1,
those rows are those of fewer than k people, who are known to have come, left or changed: they are singled
out, whatever k the files satisfy by themselves (Byun, Sohn, Bertino and Li 2006, *Secure anonymization for
incremental datasets*; Xiao and Tao 2007, *m-invariance*; Fung, Wang, Fu and Pei 2008). The same is asked
of the number of rows, and of the rows seen through any one of their other columns, since a column that
changes everywhere (a time stamp) would hide a row that is new. A class which is new, or gone, differs by k
rows at least or was never published.

*What is done.* For each class, the first of these that is safe beside **every** earlier state that was
published (not only the last: a row withheld once, then published, differs from the state before by itself):

1. all its rows;
2. those that were there before: what is new waits until k of them are;
3. all but as many old ones as it takes for k rows to leave at once;
4. 2 and 3 together;
5. none, which is always safe.

So what is published is always a part of what the source holds; a class that grows is published again each
time that k rows have gathered; and what waits counts among the rows withheld, within ``suppress_at_most``.

A class whose rows are those of the last revision is safe beside all others, as that revision was; where that
one had not all the columns of today, nothing says so, and every class is judged. An earlier state without
all the quasi-identifiers of today (one whose rule or hierarchy was written anew is another) has larger
classes: they are judged by those that both have (all rows in one class where there is none), and one that is
unsafe leaves whole. Where columns were recoded, classes that changed and whose labels overlap (2024 and
2020-2029) are also judged together. Beside another dataset of the same population, classes are compared by
the quasi-identifiers that both publish under one name; a difference of 1 to k - 1 withholds the class.

Where units stand for people (``units``), the rows of k of them may be more. Of an earlier file only the rows
are known; m rows, of which one unit has w at most, are those of m / w units at least. So a difference is
that of k people when it has more than (k - 1) w rows, where rows of an unknown unit may be anybody's: w is
counted in the class for what is new, was noted when it was published (``release_history``) for what is gone,
and is that of the present file for a state from before units were declared.

Not seen: other unions of classes, columns taken two by two, and states beyond the last
``release_history.COMPARED``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import duckdb

from aqueduc.anonymise.findings import (
    RowsWithheldForOtherDataset,
    SuppressedColumnDifference,
    SuppressedRevisionDifference,
    UncomparedRelatedDataset,
)
from aqueduc.anonymise.overlap import find_overlap_components
from aqueduc.anonymise.privacy_models import list_published_quasi_identifiers
from aqueduc.anonymise.release_history import MostRowsPerUnit, RelatedDataset
from aqueduc.anonymise.state_steps import (
    MOST_STEP_ROWS,
    PublishedFile,
    PublishedFileDifferenceCache,
    create_row_difference_table,
)
from aqueduc.anonymise.units import UNIT
from aqueduc.declaration.spec import Dataset, PrivacySettings
from aqueduc.duck import build_read_parquet_sql, count_rows, fetch_count, identifier, read_column_types
from aqueduc.findings import Finding
from aqueduc.language import format_privacy_unit_count

MOST_COMPONENTS = 4_000
_ALL = "__all"
_WIDEST_SQL = (
    f"coalesce(max(__n) FILTER ({UNIT} IS NOT NULL), 0) + coalesce(max(__n) FILTER ({UNIT} IS NULL), 0)"
)
"""SQL, over the rows ``__n`` of each unit, of the most rows that one may have: its own, and the unknown ones."""


@dataclass(frozen=True)
class DifferencingSuppressionResult:
    """A suppression against differencing. ``released_rows_sql``: what may leave; ``withheld``: how many rows
    may not; ``difference``: what it changes, where that is known without reading it all."""

    released_rows_sql: str
    withheld: int
    findings: tuple[Finding, ...]
    difference: ReleasedDifference | None = None


@dataclass(frozen=True)
class ReleasedDifference:
    """What may leave beside the ``last`` file: ``rows_sql``, SQL of the rows that it has more often, or less, and
    how many (``__n``). ``kinds``: the SQL types of its columns."""

    last: PublishedFile
    kinds: Mapping[str, str]
    rows_sql: str


def suppress_differencing_rows(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    dataset: Dataset,
    earlier: Sequence[str],
    others: Sequence[tuple[RelatedDataset, str]] = (),
    changed: Mapping[str, Collection[str]] = MappingProxyType({}),
    noted: Mapping[str, MostRowsPerUnit] = MappingProxyType({}),
    stored: PublishedFileDifferenceCache | None = None,
) -> DifferencingSuppressionResult:
    """Suppresses what would isolate somebody beside another publication: what may leave of ``rows`` (SQL;
    exactly the published columns, and ``UNIT`` where units are declared).

    ``earlier``: the files of the states that were published, the newest first; ``others``: datasets of the
    same population with SQL of what they publish; ``changed``: for an earlier file, its columns that meant
    something else then, by which it cannot be compared; ``noted``: for an earlier file, the most rows of one
    unit in it; ``stored``: where what differs from one file to the next is kept.
    """
    privacy = dataset.privacy
    if privacy is None or not (earlier or others):
        return DifferencingSuppressionResult(rows, 0, ())
    # Read each time: to keep the rows of a large table aside takes longer, since they do not fit in memory. The tables
    # that ``rows`` names stay as they are until what may leave is written, or kept aside.
    con.execute(f"CREATE TEMP VIEW fresh AS {rows}")
    comparison = _DifferencingSuppressor(
        con, list_published_quasi_identifiers(dataset), privacy, noted, stored
    )
    before = count_rows(con, "fresh")
    comparison.withhold_against_earlier_files(earlier, changed)
    left = count_rows(con, f"({comparison.build_released_rows_sql()})")
    steps = list(_list_comparison_steps_with_findings(comparison, dataset, privacy, others))
    withheld = [before - left, *[0] * (len(steps) - 1)]
    # What one comparison withholds is missing from what another saw: again until none withholds any more.
    start = left + 1
    while left < start:
        start = left
        for rank, (_, step) in enumerate(steps):
            if not step():
                continue
            now = count_rows(con, f"({comparison.build_released_rows_sql()})")
            withheld[rank] += left - now
            left = now
    findings = tuple(
        replace(finding, count=count) for (finding, _), count in zip(steps, withheld, strict=True) if count
    )
    alone = [other for other, _ in others if not comparison.list_common_quasi_identifiers(other)]
    uncompared = (UncomparedRelatedDataset(detail={"other": other.dataset}) for other in alone)
    return DifferencingSuppressionResult(
        comparison.build_released_rows_sql(),
        before - left,
        (*findings, *uncompared),
        comparison.build_released_difference(),
    )


def _list_comparison_steps_with_findings(
    comparison: _DifferencingSuppressor,
    dataset: Dataset,
    privacy: PrivacySettings,
    others: Sequence[tuple[RelatedDataset, str]],
) -> Iterator[tuple[Finding, Callable[[], bool]]]:
    """Each comparison, which answers whether it withheld something, and what tells of it."""
    detail = {"k": format_privacy_unit_count(privacy.unit, privacy.k)}
    yield (
        SuppressedRevisionDifference(detail=detail),
        partial(comparison.withhold_classes_unsafe_together, dataset),
    )
    yield (
        SuppressedColumnDifference(detail=detail),
        comparison.withhold_against_files_lacking_quasi_identifiers,
    )
    for other, published in others:
        k = format_privacy_unit_count(privacy.unit, max(privacy.k, other.k))
        yield (
            RowsWithheldForOtherDataset(detail={"k": k, "other": other.dataset}),
            partial(comparison.withhold_against_related_dataset, other, published),
        )


def _join_quoted_names(names: Sequence[str], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{identifier(name)}" for name in names)


class _DifferencingSuppressor:
    """The view ``fresh`` beside earlier files. Temporary tables: ``changed``, the classes that are not what
    they were; ``held``, their distinct rows with ``__now`` in ``fresh``, ``__past`` in the last revision and
    ``__keep``; ``steps``, the rows by which an older file differs from the one after it, and ``moves``, those by
    which what is held differs; ``unsafe``, the classes for which nothing was found yet; ``gone``, those of which
    nothing is kept; where units are counted, ``widest``, the classes that change as they are held, with how many
    ``__units`` they show and ``__most``, the most rows of one. Columns of ours begin with ``__``, as no
    declared name may: any other may be the city's."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        quasi: Sequence[str],
        privacy: PrivacySettings,
        noted: Mapping[str, MostRowsPerUnit],
        stored: PublishedFileDifferenceCache | None,
    ) -> None:
        self.con, self.quasi, self.k, self.stored = con, tuple(quasi), privacy.k, stored
        self.kinds = read_column_types(con, "fresh")
        self.kinds.pop(UNIT, None)
        self.noted = noted
        self.has_units = bool(privacy.unit)
        self.ours = self._compute_most_rows_per_unit() if self.has_units else MostRowsPerUnit()
        self.names = tuple(self.kinds)
        self.others = tuple(name for name in self.names if name not in self.quasi)
        self.files: list[_EarlierFile] = []
        self.larger: list[_EarlierFile] = []
        self.chain: list[_EarlierFile] = []
        con.execute(f"CREATE TEMP TABLE gone AS SELECT {_join_quoted_names(self.quasi)} FROM fresh LIMIT 0")
        con.execute(
            f"CREATE TEMP TABLE changed AS SELECT {_join_quoted_names(self.quasi)} FROM fresh LIMIT 0"
        )
        if self.has_units:
            self._create_ranked_changed_rows_table()
        con.execute(
            f"CREATE TEMP TABLE held AS SELECT {_join_quoted_names(self.names)}, 0 AS __keep FROM fresh LIMIT 0"
        )

    def _compute_most_rows_per_unit(self) -> MostRowsPerUnit:
        each = f"SELECT {_join_quoted_names(self.quasi)}, {UNIT}, count(*) AS __n FROM fresh GROUP BY ALL"
        classes = f"SELECT {_WIDEST_SQL} AS __n FROM ({each}) GROUP BY {_join_quoted_names(self.quasi)}"
        whole = f"SELECT {_WIDEST_SQL} AS __n FROM (SELECT {UNIT}, count(*) AS __n FROM fresh GROUP BY ALL)"
        most = [
            fetch_count(self.con, f"SELECT coalesce(max(__n), 1) FROM ({sizes})")
            for sizes in (classes, whole)
        ]
        return MostRowsPerUnit(*most)

    def build_released_rows_sql(self) -> str:
        """SQL of what may leave, with its units where there are any."""
        shown = [*self.names, *([UNIT] if self.has_units else [])]
        is_changed = self._build_class_match_condition_sql("f", "c")
        unchanged = f"SELECT {_join_quoted_names(shown)} FROM fresh f ANTI JOIN changed c ON {is_changed}"
        kept = f"SELECT {_join_quoted_names(self.names)} FROM (SELECT *, unnest(range(__keep)) FROM held)"
        if self.has_units:
            kept = f"SELECT {_join_quoted_names(shown)} FROM ({self._build_kept_rows_sql()})"
        both = f"{unchanged} UNION ALL {kept}"
        is_gone = self._build_class_match_condition_sql("a", "g")
        return f"SELECT {_join_quoted_names(shown)} FROM ({both}) a ANTI JOIN gone g ON {is_gone}"

    def build_released_difference(self) -> ReleasedDifference | None:
        """None where the last file had other columns, or where a class is withheld that had not changed."""
        if not self.files or self.files[0].names != self.names:
            return None
        is_changed = self._build_class_match_condition_sql("g", "c")
        if count_rows(self.con, f"gone g ANTI JOIN changed c ON {is_changed}"):
            return None
        kept = f"CASE WHEN {self._build_class_exists_condition_sql('h', 'gone')} THEN 0 ELSE __keep END"
        moved = f"SELECT {_join_quoted_names(self.names)}, ({kept} - __past)::BIGINT AS __n FROM held h"
        return ReleasedDifference(self.files[0].state, self.kinds, f"SELECT * FROM ({moved}) WHERE __n <> 0")

    def _create_ranked_changed_rows_table(self) -> None:
        """``ranked``: the rows of the classes that changed; of those that are alike, the ones of different
        units come first, and are kept first."""
        every = _join_quoted_names(self.names)
        turns = f"SELECT *, row_number() OVER (PARTITION BY {every}, {UNIT}) AS __turn FROM fresh f "
        turns += f"SEMI JOIN changed c ON {self._build_class_match_condition_sql('f', 'c')}"
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE ranked AS SELECT *, row_number() OVER "
            f"(PARTITION BY {every} ORDER BY __turn, {UNIT}) AS __rank FROM ({turns})"
        )

    def _build_kept_rows_sql(self) -> str:
        """SQL of the rows of ``ranked`` that are kept."""
        same = _build_null_safe_join_condition_sql("r", "h", self.names)
        return f"SELECT r.* FROM ranked r JOIN held h ON {same} AND r.__rank <= h.__keep"

    # --- one dataset, revision after revision --------------------------------------------------------------

    def withhold_against_earlier_files(
        self, earlier: Sequence[str], changed: Mapping[str, Collection[str]]
    ) -> None:
        read = [self._build_earlier_file(path, changed.get(path, ())) for path in earlier]
        self.larger = [file for file in read if file.quasi != self.quasi]
        self.files = files = [file for file in read if file.quasi == self.quasi]
        if not files:
            return
        self._fill_changed_classes_table(files[0])
        self._create_changed_rows_table(files[0])
        if self.has_units:
            self._create_ranked_changed_rows_table()
        self.chain = self._chain_earlier_files_by_difference(files) if count_rows(self.con, "changed") else []
        apart = [file for file in files if file not in self.chain]
        for candidate in self._list_kept_row_count_expressions(files[0]):
            self.con.execute(
                f"UPDATE held h SET __keep = {candidate} WHERE {self._build_class_exists_condition_sql('h', 'unsafe')}"
            )
            self._update_unsafe_classes_table(apart)
            if not count_rows(self.con, "unsafe"):
                break
        self.con.execute("INSERT INTO gone SELECT * FROM unsafe")

    def withhold_classes_unsafe_together(self, dataset: Dataset) -> bool:
        """Withholds classes that are safe each by itself, and not together. Safe to do again. Returns whether
        there was anything to compare, as the two others do."""
        asked = bool(self.files and dataset.privacy and dataset.privacy.hierarchies)
        if asked:
            self._withhold_overlapping_classes_changed_below_k(self.files[0], dataset)
        return asked

    def _build_earlier_file(self, path: str, changed: Collection[str]) -> _EarlierFile:
        """An earlier file, read as the columns of today."""
        read = build_read_parquet_sql(path)
        there = read_column_types(self.con, read)
        names = tuple(name for name in self.names if name in there and name not in changed)
        quasi = tuple(name for name in self.quasi if name in names)
        # Nothing may be left of it but its number of rows.
        cells = ", ".join(
            [f"TRY_CAST({identifier(n)} AS {self.kinds[n]}) AS {identifier(n)}" for n in names]
            or ["0 AS __nothing"]
        )
        # A state before units were declared is taken to be like this one.
        noted = (self.noted.get(path) or self.ours) if self.has_units else MostRowsPerUnit()
        return _EarlierFile(PublishedFile(Path(path), cells), names, quasi, noted)

    def _fill_changed_classes_table(self, last: _EarlierFile) -> None:
        """Classes whose number of rows, or sum of their hashes, is another: of two sets that differ the sums
        of 64 bits are the same once in 2**64. All of them where a column is new: the last file was never
        compared by it."""
        sums = f"count(*) AS __n, sum(hash({_join_quoted_names(last.names)})::HUGEINT) AS __hash"
        quasi = _join_quoted_names(self.quasi)
        unlike = "count(*) = 1 OR min(__n) <> max(__n) OR min(__hash) <> max(__hash)"
        having = unlike if last.names == self.names else "true"
        self.con.execute(f"""
            INSERT INTO changed SELECT {quasi} FROM (
                SELECT {quasi}, {sums}, 1 AS __side FROM fresh GROUP BY {quasi}
                UNION ALL
                SELECT {quasi}, {sums}, 2 AS __side FROM {last.relation_sql} GROUP BY {quasi}
            ) GROUP BY {quasi} HAVING {having}
        """)
        self.con.execute("CREATE TEMP TABLE unsafe AS FROM changed")

    def _create_changed_rows_table(self, last: _EarlierFile) -> None:
        """The distinct rows of the classes that changed; ``__past`` means nothing where the last file had other
        columns: it is then not used."""
        names = _join_quoted_names(self.names)
        past = ""
        if last.names == self.names:
            same = self._build_class_match_condition_sql("f", "c")
            past = f"UNION ALL SELECT {names}, 0, 1 FROM {last.relation_sql} f SEMI JOIN changed c ON {same}"
        self.con.execute("DROP TABLE held")
        self.con.execute(f"""
            CREATE TEMP TABLE held AS
            SELECT {names}, sum(__now)::BIGINT AS __now, sum(__past)::BIGINT AS __past, 0::BIGINT AS __keep
            FROM (
                SELECT {names}, 1 AS __now, 0 AS __past FROM fresh f
                SEMI JOIN changed c ON {self._build_class_match_condition_sql("f", "c")} {past}
            ) GROUP BY ALL
        """)
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE held AS
            SELECT *, greatest(sum(__past - least(__now, __past)) OVER q, 0) AS __removed,
                   coalesce(sum(least(__now, __past)) OVER (q ORDER BY {names} ROWS BETWEEN UNBOUNDED
                            PRECEDING AND 1 PRECEDING), 0) AS __old_before
            FROM held WINDOW q AS (PARTITION BY {_join_quoted_names(self.quasi)})
        """)

    def _list_kept_row_count_expressions(self, last: _EarlierFile) -> Iterator[str]:
        """How many of each distinct row to keep, as SQL over ``held``."""
        yield "__now"
        if last.names == self.names:
            old, few = "least(__now, __past)", (self.k - 1) * last.noted.in_class
            # As many old rows as are missing from k units, the first in order.
            left = f"greatest(0, least({old}, {few + 1} - __removed - __old_before))"
            short = f"CASE WHEN __removed BETWEEN 1 AND {few} THEN {left} ELSE 0 END"
            yield old
            yield f"__now - {short}"
            yield f"{old} - {short}"

    def _update_unsafe_classes_table(self, files: Sequence[_EarlierFile]) -> None:
        """``unsafe`` becomes those of its classes that, as they are held, are unsafe beside some file, or
        hold fewer than k rows (units)."""
        quasi = _join_quoted_names(self.quasi)
        is_unsafe = self._build_class_match_condition_sql("h", "u")
        few = f"SELECT {quasi}, sum(__keep) AS __units FROM held h SEMI JOIN unsafe u ON {is_unsafe} GROUP BY {quasi}"
        if self.has_units:
            self._create_unsafe_class_unit_counts_table()
            few = f"SELECT {quasi}, __units FROM widest"
        found = [
            f"SELECT {quasi} FROM ({few}) WHERE __units BETWEEN 1 AND {self.k - 1}",
            *self._list_classes_isolated_in_chain_queries(),
        ]
        for file in files:
            others = [name for name in self.others if name in file.names]
            self.con.execute(self._build_create_row_count_pairs_table_sql(file, others))
            views = [[*self.quasi, *others], list(self.quasi), *([*self.quasi, name] for name in others)]
            self.con.execute(
                "CREATE OR REPLACE TEMP TABLE isolated AS "
                + " UNION ".join([*found, *(self._build_isolated_classes_sql(view, file) for view in views)])
            )
            found = [f"SELECT {quasi} FROM isolated"]
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE isolated AS {' UNION '.join(found)}")
        self.con.execute("CREATE OR REPLACE TEMP TABLE unsafe AS SELECT DISTINCT * FROM isolated")

    # --- states by what differs from one to the next ---------------------------------------------------------

    def _chain_earlier_files_by_difference(self, files: Sequence[_EarlierFile]) -> list[_EarlierFile]:
        """Those of ``files`` that are known by what differs from one to the next, the last first; ``steps`` has
        these rows, of the classes that changed, with the rank of the older one (from 2)."""
        moved = count_rows(self.con, "held WHERE __now <> __past")
        if files[0].names != self.names or moved > MOST_STEP_ROWS:
            return []
        chain, names = [files[0]], _join_quoted_names(self.names)
        self.con.execute(
            f"CREATE TEMP TABLE steps AS SELECT {names}, 0 AS __rank, 0::BIGINT AS __n FROM fresh LIMIT 0"
        )
        for file in files[1:]:
            if file.names != self.names:
                continue
            if create_row_difference_table(self.con, chain[-1].state, file.state, names, self.stored):
                chain.append(file)
                self.con.execute(
                    f"INSERT INTO steps SELECT {names}, {len(chain)}, __n FROM step s "
                    f"SEMI JOIN changed c ON {self._build_class_match_condition_sql('s', 'c')}"
                )
        return chain

    def _list_classes_isolated_in_chain_queries(self) -> list[str]:
        """SQL of the classes of ``unsafe`` that, as they are held, are unsafe beside a file of the chain. What is
        held has more than one of them what it has more than the last, and the steps from there."""
        if not self.chain:
            return []
        names, unsafe = (
            _join_quoted_names(self.names),
            f"SEMI JOIN unsafe u ON {self._build_class_match_condition_sql('h', 'u')}",
        )
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE moves AS
            SELECT {names}, 1 AS __rank, __keep - __past AS __n FROM held h {unsafe} WHERE __keep <> __past
            UNION ALL SELECT {names}, __rank, __n FROM steps h {unsafe}
        """)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE sizes AS SELECT {_join_quoted_names(self.quasi)}, sum(__keep) AS __s "
            f"FROM held h {unsafe} GROUP BY {_join_quoted_names(self.quasi)}"
        )
        views = [[*self.quasi, *self.others], list(self.quasi), *([*self.quasi, n] for n in self.others)]
        return [self._build_classes_isolated_in_chain_sql(view) for view in views]

    def _build_classes_isolated_in_chain_sql(self, view: Sequence[str]) -> str:
        """As ``_build_isolated_classes_sql``, beside every file of the chain at once. Each row of ``running`` is one thing
        seen through the columns of ``view``, from the file of a rank on: what a class has more, or less, only changes
        there, and is added up from the last file to the oldest."""
        most, joined = self._build_most_rows_per_unit_sql_and_join("g")
        quasi = _join_quoted_names(self.quasi)
        few = [(self.k - 1) * file.noted.in_class for file in self.chain]
        least = str(few[0])
        if len(set(few)) > 1:
            ranks = ", ".join(f"({rank}, {one})" for rank, one in enumerate(few, 1))
            least = f"""(SELECT max(f.few) FROM (VALUES {ranks}) f(rank, few)
                         WHERE f.rank >= g.__rank AND f.rank < g.__next)"""
        return f"""
            SELECT {_join_quoted_names(self.quasi, "g.")} FROM (
                SELECT {quasi}, __rank, sum(__come) OVER c AS __added, sum(__go) OVER c AS __removed,
                       sum(__n) OVER c AS __more, lead(__rank, 1, {len(self.chain) + 1}) OVER c AS __next
                FROM (
                    SELECT {quasi}, __rank, sum(__n) AS __n,
                           sum(greatest(__d, 0) - greatest(__d - __n, 0)) AS __come,
                           sum(greatest(-__d, 0) - greatest(__n - __d, 0)) AS __go
                    FROM (
                        SELECT {quasi}, __rank, __n,
                               sum(__n) OVER (PARTITION BY {_join_quoted_names(view)} ORDER BY __rank) AS __d
                        FROM (SELECT {_join_quoted_names(view)}, __rank, sum(__n) AS __n FROM moves
                        GROUP BY {_join_quoted_names(view)}, __rank)
                    ) GROUP BY {quasi}, __rank
                ) WINDOW c AS (PARTITION BY {quasi} ORDER BY __rank)
            ) g JOIN sizes s ON {self._build_class_match_condition_sql("g", "s")} {joined}
            WHERE s.__s > 0 AND s.__s - g.__more > 0 AND (g.__added BETWEEN 1 AND {self.k - 1} * {most}
                                                         OR g.__removed BETWEEN 1 AND {least})
        """

    def _create_unsafe_class_unit_counts_table(self) -> None:
        quasi = _join_quoted_names(self.quasi)
        each = f"SELECT {quasi}, {UNIT}, count(*) AS __n FROM ({self._build_kept_rows_sql()}) k "
        each += f"SEMI JOIN unsafe u ON {self._build_class_match_condition_sql('k', 'u')} GROUP BY ALL"
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE widest AS "
            f"SELECT {quasi}, count({UNIT}) AS __units, {_WIDEST_SQL} AS __most FROM ({each}) GROUP BY {quasi}"
        )

    def _build_create_row_count_pairs_table_sql(self, file: _EarlierFile, others: Sequence[str]) -> str:
        names = _join_quoted_names([*self.quasi, *others])
        return f"""
            CREATE OR REPLACE TEMP TABLE pairs AS
            SELECT {names}, sum(__s)::BIGINT AS __s, sum(__r)::BIGINT AS __r FROM (
                SELECT {names}, __keep AS __s, 0 AS __r FROM held h
                SEMI JOIN unsafe u ON {self._build_class_match_condition_sql("h", "u")}
                UNION ALL
                SELECT {names}, 0 AS __s, 1 AS __r FROM {file.relation_sql} f
                SEMI JOIN unsafe u ON {self._build_class_match_condition_sql("f", "u")}
            ) GROUP BY ALL
        """

    def _build_most_rows_per_unit_sql_and_join(self, alias: str) -> tuple[str, str]:
        """SQL of the most rows of one unit in a class of ``alias``, and the join that gives it."""
        if not self.has_units:
            return "1", ""
        return (
            "coalesce(w.__most, 1)",
            f"LEFT JOIN widest w ON {self._build_class_match_condition_sql(alias, 'w')}",
        )

    def _build_isolated_classes_sql(
        self, view: Sequence[str], file: _EarlierFile, key: Sequence[str] = (), table: str = "pairs"
    ) -> str:
        """Classes (by ``key``, the quasi-identifiers) of ``table`` that differ, seen through the columns of
        ``view``, by the rows of fewer than k units."""
        names = list(key or self.quasi)
        most, joined = (
            (str(self.ours.in_file), "") if key else self._build_most_rows_per_unit_sql_and_join("g")
        )
        theirs = file.noted.in_file if key else file.noted.in_class
        viewed = _join_quoted_names(view)
        seen = f"SELECT {viewed}, sum(__s) AS __s, sum(__r) AS __r FROM {table} GROUP BY {viewed}"
        return f"""
            SELECT {_join_quoted_names(names, "g.")} FROM (
                SELECT {_join_quoted_names(names)}, sum(__s) AS __s, sum(__r) AS __r,
                       sum(greatest(__s - __r, 0)) AS __added, sum(greatest(__r - __s, 0)) AS __removed
                FROM ({seen}) GROUP BY {_join_quoted_names(names)}
            ) g {joined}
            WHERE g.__s > 0 AND g.__r > 0 AND (g.__added BETWEEN 1 AND {self.k - 1} * {most}
                                               OR g.__removed BETWEEN 1 AND {(self.k - 1) * theirs})
        """

    # --- classes at several levels -------------------------------------------------------------------------

    def _withhold_overlapping_classes_changed_below_k(self, last: _EarlierFile, dataset: Dataset) -> None:
        """Withholds all the classes that changed and whose labels overlap, where together they differ from
        the last revision by 1 to k - 1 rows."""
        self.con.execute("CREATE OR REPLACE TEMP TABLE unsafe AS FROM changed")
        others = [name for name in self.others if name in last.names]
        self.con.execute(self._build_create_row_count_pairs_table_sql(last, others))
        quasi = _join_quoted_names(self.quasi)
        kept = f"CASE WHEN {self._build_class_exists_condition_sql('p', 'gone')} THEN 0 ELSE __s END"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE pairs AS SELECT * REPLACE ({kept} AS __s) FROM pairs p"
        )
        texts = ", ".join(f"CAST({identifier(name)} AS VARCHAR)" for name in self.quasi)
        moved = (
            f"SELECT {quasi} FROM pairs GROUP BY {quasi} HAVING count(*) FILTER (__s <> __r) > 0 ORDER BY ALL"
        )
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE moved AS SELECT *, row_number() OVER () - 1 AS __i FROM ({moved})"
        )
        classes = self.con.execute(f"SELECT {texts} FROM moved ORDER BY __i").fetchall()
        if len(classes) < 2:
            return
        numbers = (
            find_overlap_components(classes, dataset, self.quasi)
            if len(classes) <= MOST_COMPONENTS
            else [0] * len(classes)
        )
        self.con.execute("CREATE OR REPLACE TEMP TABLE joined (__i BIGINT, __component BIGINT)")
        self.con.executemany("INSERT INTO joined VALUES (?, ?)", list(enumerate(numbers)))
        seen = ", ".join(["__component", *(identifier(name) for name in others)])
        # One unit may be in each of the classes that are joined.
        wide = max(self.ours.in_file, last.noted.in_file)
        between = f"BETWEEN 1 AND {(self.k - 1) * wide}"
        self.con.execute(f"""
            INSERT INTO gone
            SELECT {_join_quoted_names(self.quasi, "m.")} FROM moved m JOIN joined USING (__i) WHERE __component IN (
                SELECT __component FROM (
                    SELECT {seen}, sum(__s) AS __s, sum(__r) AS __r
                    FROM pairs p JOIN moved m ON {self._build_class_match_condition_sql("p", "m")} JOIN joined USING (__i)
                    GROUP BY {seen}
                ) GROUP BY __component
                HAVING sum(__s) > 0 AND (sum(greatest(__s - __r, 0)) {between}
                    OR sum(greatest(__r - __s, 0)) {between} OR abs(sum(__s) - sum(__r)) {between})
            )
        """)

    # --- fewer quasi-identifiers ---------------------------------------------------------------------------

    def withhold_against_files_lacking_quasi_identifiers(self) -> bool:
        """Withholds whole what is unsafe beside the earlier files that lack a quasi-identifier. Safe to do
        again."""
        for file in self.larger:
            key = [_ALL, *file.quasi]
            others = [name for name in file.names if name not in file.quasi]
            every = _join_quoted_names([*key, *others])
            cells = f"true AS {_join_quoted_names([_ALL])}, *"
            self.con.execute(f"""
                CREATE OR REPLACE TEMP TABLE larger AS
                SELECT {every}, sum(__s)::BIGINT AS __s, sum(__r)::BIGINT AS __r FROM (
                    SELECT {every}, 1 AS __s, 0 AS __r FROM (SELECT {cells} FROM ({self.build_released_rows_sql()}))
                    UNION ALL
                    SELECT {every}, 0 AS __s, 1 AS __r FROM (SELECT {cells} FROM {file.relation_sql})
                ) GROUP BY {every}
            """)
            views = [[*key, *others], key, *([*key, name] for name in others)]
            found = " UNION ".join(
                self._build_isolated_classes_sql(view, file, key, "larger") for view in views
            )
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE apart AS {found}")
            same = " AND ".join(
                ["true", *(f"f.{identifier(n)} IS NOT DISTINCT FROM a.{identifier(n)}" for n in file.quasi)]
            )
            self._withhold_classes_matching_isolated_keys(same)
        return bool(self.larger)

    # --- two datasets of the same people -------------------------------------------------------------------

    def list_common_quasi_identifiers(self, other: RelatedDataset) -> list[str]:
        """The quasi-identifiers that both publish under one name."""
        return [name for name in self.quasi if name in other.quasi_identifiers]

    def withhold_against_related_dataset(self, other: RelatedDataset, published: str) -> bool:
        """Withholds the classes whose number of rows differs from that of ``other`` by those of fewer than k
        units, over the quasi-identifiers that both publish under one name."""
        common = self.list_common_quasi_identifiers(other)
        if not common:
            return False
        cells = ", ".join(f"CAST({identifier(name)} AS VARCHAR) AS {identifier(name)}" for name in common)
        names = _join_quoted_names(common)
        few = (max(self.k, other.k) - 1) * max(self.ours.in_file, other.noted.in_file)
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE apart AS
            SELECT {names} FROM (
                SELECT {cells}, 1 AS __s, 0 AS __r FROM ({self.build_released_rows_sql()})
                UNION ALL
                SELECT {cells}, 0 AS __s, 1 AS __r FROM ({published})
            ) GROUP BY {names}
            HAVING sum(__s) > 0 AND sum(__r) > 0 AND abs(sum(__s) - sum(__r)) BETWEEN 1 AND {few}
        """)
        same = " AND ".join(
            f"CAST(f.{identifier(name)} AS VARCHAR) IS NOT DISTINCT FROM a.{identifier(name)}"
            for name in common
        )
        self._withhold_classes_matching_isolated_keys(same)
        return True

    def _withhold_classes_matching_isolated_keys(self, same: str) -> None:
        quasi = _join_quoted_names(self.quasi, "f.")
        self.con.execute(f"INSERT INTO gone SELECT DISTINCT {quasi} FROM fresh f SEMI JOIN apart a ON {same}")

    # --- small things --------------------------------------------------------------------------------------

    def _build_class_match_condition_sql(self, left: str, right: str) -> str:
        return _build_null_safe_join_condition_sql(left, right, self.quasi)

    def _build_class_exists_condition_sql(self, alias: str, table: str) -> str:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {self._build_class_match_condition_sql(alias, table)})"


def _build_null_safe_join_condition_sql(left: str, right: str, names: Sequence[str]) -> str:
    return " AND ".join(
        f"{left}.{identifier(name)} IS NOT DISTINCT FROM {right}.{identifier(name)}" for name in names
    )


@dataclass(frozen=True)
class _EarlierFile:
    """``names``: its columns that are published today; ``quasi``: its quasi-identifiers of today; ``noted``:
    the most rows of one unit in it."""

    state: PublishedFile
    names: tuple[str, ...]
    quasi: tuple[str, ...]
    noted: MostRowsPerUnit

    @property
    def relation_sql(self) -> str:
        return self.state.relation_sql
