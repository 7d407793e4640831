"""What SQL Server refuses: by the number that it gives of a query that it plans, by the SQLSTATE of the rest."""

import re

from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.sources.databases import failures as texts
from aqueduc.sources.databases.failures import (
    FailureMessageTemplate,
    QueryFailure,
    map_error_numbers_to_texts,
)
from aqueduc.sources.databases.query import BoundQuery
from aqueduc.sources.origin import SourceOrigin

NO_TABLE_OF_ANOTHER = FailureMessageTemplate(
    SourceOrigin.build_unreadable_error,
    _(
        "SQL Server ne peut faire de cette requête la table d'une autre, ce que demande « watermark: » (erreur {number})."
    ),
    _("en ôter ORDER BY ; faire de ce que nomme WITH … AS des sous-requêtes, ou une vue"),
)
# https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
_PLANNED = map_error_numbers_to_texts(
    {
        texts.NO_TABLE: frozenset({208, 4902}),
        texts.NO_COLUMN: frozenset({207, 4104}),
        texts.NO_FUNCTION: frozenset({195, 2812, 4121}),
        texts.NO_DATABASE: frozenset({911, 4060}),
        texts.BROKEN_VIEW: frozenset({4413, 4502}),
        texts.RIGHTS: frozenset({229, 230, 262, 297, 300, 916}),
        texts.SAME_NAMES: frozenset({8156}),
        NO_TABLE_OF_ANOTHER: frozenset({1033}),
        texts.COMPUTED: frozenset({220, 232, 241, 242, 245, 248, 529, 8114, 8115, 8134}),
    }
)
# https://learn.microsoft.com/sql/odbc/reference/appendixes/appendix-a-odbc-error-codes
_STATES = map_error_numbers_to_texts(
    {
        texts.NO_ANSWER: frozenset({"08001", "HYT01"}),
        texts.BROKEN: frozenset({"08004"}),
        texts.ACCOUNT: frozenset({"28000"}),
        texts.STOPPED: frozenset({"HYT00", "HY008"}),
        texts.LOCKED: frozenset({"40001"}),
        texts.FULL: frozenset({"HY001", "HY013", "HY014"}),
        texts.NO_TABLE: frozenset({"42S02"}),
        texts.NO_COLUMN: frozenset({"42S22"}),
        texts.NO_DATABASE: frozenset({"3D000"}),
        texts.COMPUTED: frozenset({"22001", "22002", "22003", "22007", "22008", "22012", "22015", "22018"}),
        texts.WRITES: frozenset({"25000"}),
    }
)
_CUT = frozenset({"08S01", "08007", "08003"})
STATES = (*_STATES, *_CUT, "42000", "HY000")


def build_planning_error(
    origin: SourceOrigin, number: int, text: str, query: BoundQuery, *, limit_s: int
) -> SourceError:
    """Of a query that the server cannot plan. ``text``: the server's own, of which names of the query are kept."""
    names = [(name,) for name in re.findall(r"'([^']+)'", text)]
    failure = QueryFailure(number, query.find_name_present_in_query(names), limit_s=limit_s)
    return failure.build_source_error(origin, _PLANNED.get(number, texts.REFUSED))


def build_error_from_sqlstate(
    origin: SourceOrigin, state: str | None, *, connected: bool, untrusted: bool, limit_s: int
) -> SourceError:
    """Of whatever else goes wrong."""
    failure = QueryFailure(state, limit_s=limit_s)
    if untrusted:
        return failure.build_source_error(origin, texts.UNTRUSTED)
    if state is None or state in _CUT:
        return failure.build_source_error(origin, texts.CUT if connected else texts.NO_ANSWER)
    return failure.build_source_error(origin, _STATES.get(state, texts.REFUSED))
