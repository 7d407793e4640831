"""What MySQL and MariaDB refuse, by the number of the error: its text may quote a row."""

import re

from aqueduc.errors import SourceError
from aqueduc.sources.databases import failures as texts
from aqueduc.sources.databases.failures import QueryFailure, map_error_numbers_to_texts
from aqueduc.sources.databases.query import BoundQuery
from aqueduc.sources.origin import SourceOrigin

_LOST = frozenset({1053, 1077, 1079, 1152, 1153, 1158, 1159, 1160, 1161, 1184, 1927})
_KNOWN = map_error_numbers_to_texts(
    {
        texts.STOPPED: frozenset({1317, 1969, 3024}),
        texts.LOCKED: frozenset({1205, 1213}),
        texts.FULL: frozenset({1021, 1037, 1038, 1040, 1041, 1114, 1203, 1226}),
        texts.ACCOUNT: frozenset(
            {1044, 1045, 1129, 1130, 1251, 1524, 1698, 1820, 1862, 3118, 3159, 3955, 4151}
        ),
        texts.RIGHTS: frozenset({1142, 1143, 1227, 1345, 1370}),
        texts.WRITES: frozenset({1290, 1792, 1836}),
        texts.NO_TABLE: frozenset({1146}),
        texts.BROKEN_VIEW: frozenset({1356}),
        texts.NO_COLUMN: frozenset({1054}),
        texts.NO_FUNCTION: frozenset({1305, 1630}),
        texts.NO_DATABASE: frozenset({1049}),
        texts.NAMELESS_DATABASE: frozenset({1046}),
        texts.SAME_NAMES: frozenset({1060}),
        texts.COMPUTED: frozenset({1264, 1265, 1292, 1365, 1366, 1367, 1406, 1411, 1416, 1441, 1582, 1690}),
    }
)
_WRONG_JSON = range(3140, 3159)
_OF_THE_CLIENT = range(2000, 2100)


def build_query_failure_error(
    origin: SourceOrigin, number: object, text: str, query: BoundQuery, *, connected: bool, limit_s: int
) -> SourceError:
    """``text``: the server's own, of which names of the query, and a line of it, are kept."""
    line = re.search(r" at line (\d+)$", text)
    known = number if isinstance(number, int) and number > 0 else None
    failure = QueryFailure(
        number=known,
        name=query.find_name_present_in_query(re.findall(r"'([^']+)'|FUNCTION (\S+)", text)),
        at=query.format_line_reference(int(line[1])) if line else "",
        limit_s=limit_s,
    )
    if known is None or known in _OF_THE_CLIENT:
        return failure.build_source_error(origin, texts.CUT if connected else texts.NO_ANSWER)
    if known in _LOST:
        return failure.build_source_error(origin, texts.CUT if connected else texts.BROKEN)
    if known in _WRONG_JSON:
        return failure.build_source_error(origin, texts.COMPUTED)
    return failure.build_source_error(origin, _KNOWN.get(known, texts.REFUSED))
