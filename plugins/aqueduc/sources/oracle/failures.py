"""What Oracle and its driver refuse, by the code of the error: its text may quote a row."""

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

_TOO_OLD = FailureMessageTemplate(
    SourceOrigin.build_unreadable_error,
    _(
        "Ce serveur Oracle est trop ancien pour être lu sans le client d'Oracle (erreur {number}) : avant 12.1."
    ),
    _("le mettre à jour, ou faire déposer un fichier par qui l'exploite"),
)
_NO_SERVICE = FailureMessageTemplate(
    SourceOrigin.build_missing_error,
    _("Le serveur Oracle n'a pas ce service (erreur {number})."),
    _("corriger « service_name » ou « sid » dans la connexion"),
)
_SNAPSHOT_LOST = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("Oracle n'a plus de quoi rendre l'état du début de la lecture (erreur {number})."),
    _("relancer quand la base est moins écrite, ou faire agrandir l'espace d'annulation (undo) de la base"),
)

# https://docs.oracle.com/error-help/db/ for ORA, python-oracledb's own documentation for DPY.
_KNOWN = map_error_numbers_to_texts(
    {
        texts.NO_ANSWER: frozenset({"DPY-6005", "ORA-12541", "ORA-12170", "ORA-12543", "ORA-12545"}),
        texts.BROKEN: frozenset({"ORA-01033", "ORA-01034", "ORA-01089", "ORA-01090", "ORA-12528"}),
        texts.STOPPED: frozenset({"DPY-4024", "ORA-01013", "ORA-00040", "ORA-02393"}),
        texts.LOCKED: frozenset({"ORA-00054", "ORA-00060", "ORA-04021"}),
        texts.FULL: frozenset(
            {
                "ORA-00018",
                "ORA-00020",
                "ORA-12516",
                "ORA-12519",
                "ORA-12520",
                "ORA-02391",
                "ORA-01652",
                "ORA-04031",
            }
        ),
        _SNAPSHOT_LOST: frozenset({"ORA-01555"}),
        texts.UNTRUSTED: frozenset({"DPY-6002", "ORA-29024"}),
        texts.ACCOUNT: frozenset(
            {
                "ORA-01017",
                "ORA-01045",
                "ORA-28000",
                "ORA-28001",
                "ORA-01005",
                "DPY-4001",
                "DPY-3015",
                "DPY-3001",
            }
        ),
        texts.RIGHTS: frozenset({"ORA-01031", "ORA-41900"}),
        texts.WRITES: frozenset({"ORA-01456", "ORA-16000", "ORA-14551"}),
        texts.NO_TABLE: frozenset({"ORA-00942", "ORA-04043"}),
        texts.BROKEN_VIEW: frozenset({"ORA-04063"}),
        texts.NO_COLUMN: frozenset({"ORA-00904"}),
        texts.SAME_NAMES: frozenset({"ORA-00918", "ORA-00957"}),
        texts.COMPUTED: frozenset(
            {"ORA-01476", "ORA-01722", "ORA-01426", "ORA-01428", "ORA-06502"}
            | {f"ORA-{number:05}" for number in range(1830, 1866)}
        ),
        _NO_SERVICE: frozenset({"DPY-6001", "DPY-6003", "ORA-12514", "ORA-12505"}),
        _TOO_OLD: frozenset({"DPY-3010"}),
    }
)
_CUT = frozenset(
    {"DPY-4011", "DPY-1001", "ORA-03113", "ORA-03114", "ORA-03135", "ORA-12537", "ORA-12570", "ORA-00028"}
)


def build_query_failure_error(
    origin: SourceOrigin, code: str | None, text: str, query: BoundQuery, *, connected: bool, limit_s: int
) -> SourceError:
    """``text``: the driver's own, of which names of the query are kept."""
    quoted = re.findall(r'((?:"[^"]+"\.)*"[^"]+")', text)
    names = [(name.replace('"', ""),) for name in quoted]
    failure = QueryFailure(code, query.find_name_present_in_query(names), limit_s=limit_s)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return failure.build_source_error(origin, texts.UNTRUSTED)
    if code is None or code in _CUT:
        return failure.build_source_error(origin, texts.CUT if connected else texts.NO_ANSWER)
    return failure.build_source_error(origin, _KNOWN.get(code, texts.REFUSED))
