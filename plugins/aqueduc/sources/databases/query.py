"""A declared query as it is sent, and what any database is asked of its columns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from aqueduc.language import _
from aqueduc.sources.origin import SourceOrigin

SOURCE_ROWS = "__source_rows"
"""The column that says how many rows the query has in all, where some only are asked for."""


def quote_name(name: str, quoting: str) -> str:
    """A name in the SQL of a base, which ``quoting`` shows around « {} »: « `{}` », « [{}] »."""
    end = quoting[-1:]
    return quoting.format(name.replace(end, end * 2))


@dataclass(frozen=True)
class BoundQuery:
    """A query with its window. ``file`` is where a steward finds it; ``values``: what its driver binds, if it does."""

    sql: str
    file: str
    values: tuple[datetime, ...] = ()

    def wrap_as_subquery(self, before: str, after: str) -> str:
        """The query as a table of another one; on lines of its own, since it may end in a comment."""
        return f"{before} (\n{self.sql}\n) {after}"

    def build_rows_since_sql(
        self, condition: str, rows: str, *, selected: str = "q.*", count: str = "count(*)"
    ) -> str:
        """The rows that meet ``condition``, in which the query is ``q``; then ``rows``, the name of ``SOURCE_ROWS`` in
        the SQL of the base: asked for in one statement, both are of one state of it. No « AS »: Oracle has none there."""
        counted = self.wrap_as_subquery(f"(SELECT {count} AS {rows} FROM", "whole) counted")
        return self.wrap_as_subquery(
            f"SELECT {selected}, counted.{rows} FROM", f"q CROSS JOIN {counted} WHERE {condition}"
        )

    def format_line_reference(self, sent: int) -> str:
        """The words of a message for the 1-based line ``sent`` of what ``within`` gives; none outside of it."""
        line = sent - 1
        if not 1 <= line <= self.sql.count("\n") + 1:
            return ""
        return str(_(", ligne {line} de {file}").format(line=line, file=self.file))

    def find_name_present_in_query(self, candidates: Iterable[tuple[str, ...]]) -> str | None:
        """The first of the names that a server complains of which stands in the query: anything else that it
        quotes may be a cell."""
        for name in filter(None, chain.from_iterable(candidates)):
            last = re.split(r"[.\]\[`\"]+", name.strip("`\"[]'"))[-1]
            if last and re.search(rf"(?<!\w){re.escape(last)}(?!\w)", self.sql, re.IGNORECASE):
                return name
        return None


def check_column_names(origin: SourceOrigin, names: Sequence[str]) -> None:
    """Raises SourceUnreadable for a query without a column, or whose columns are not told apart."""
    if not names:
        raise origin.build_unreadable_error(
            _("La requête ne rend aucune colonne."), _("nommer celles qu'il faut lire")
        )
    origin.check_column_names(names, names, holder=_("La requête"))
