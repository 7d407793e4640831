"""What a database of unknown make refuses: by the SQLSTATE that its driver may tell, by what its text is about, by the
class of the DB-API. The text itself, which may quote a cell, is shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.sources.databases import failures as texts
from aqueduc.sources.databases.failures import FailureMessageTemplate, QueryFailure
from aqueduc.sources.databases.query import BoundQuery
from aqueduc.sources.origin import SourceOrigin

UNOPENED = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("La base ne s'ouvre pas (erreur {number})."),
    _(
        "vérifier qu'elle répond, puis l'adresse, le compte et les paramètres de la connexion ; dans Airflow, le bouton "
        "« Test » de son formulaire dit davantage"
    ),
)
NO_DRIVER = FailureMessageTemplate(
    SourceOrigin.build_unreadable_error,
    _("Le pilote de cette base n'est pas installé, ou ne se charge pas (erreur {number})."),
    _("installer ce que demande le fournisseur d'Airflow de cette base, là où tournent les tâches"),
)
STOPPED = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("La requête a été arrêtée (erreur {number}) : pas finie en {limit_s} s, ou annulée."),
    _("l'accélérer (index, fenêtre plus courte), ou la lire intervalle par intervalle"),
)
# ISO/IEC 9075, whose classes are the first two characters.
_STATES: Mapping[str, FailureMessageTemplate] = {
    "42S02": texts.NO_TABLE,
    "42P01": texts.NO_TABLE,
    "42S22": texts.NO_COLUMN,
    "42703": texts.NO_COLUMN,
    "42501": texts.RIGHTS,
    "57014": STOPPED,
    "08": texts.BROKEN,
    "22": texts.COMPUTED,
    "25": texts.WRITES,
    "28": texts.ACCOUNT,
    "40": texts.LOCKED,
    "53": texts.FULL,
    "57": texts.BROKEN,
}
_ABSENT = r"no such|not (be )?(exist|found|resolved)|doesn't exist|unknown|invalid"
_SUBJECTS = (
    (re.compile(r"read.?only", re.IGNORECASE), texts.WRITES),
    (re.compile(r"\block(ed)?\b|deadlock", re.IGNORECASE), texts.LOCKED),
    (re.compile(r"interrupted|time.?out|timed out|cancel+ed", re.IGNORECASE), STOPPED),
    (re.compile(rf"(column|identifier).*({_ABSENT})|({_ABSENT}).*column", re.IGNORECASE), texts.NO_COLUMN),
    (re.compile(rf"(table|view|object|relation).*({_ABSENT})", re.IGNORECASE), texts.NO_TABLE),
    (re.compile(rf"({_ABSENT}).*(table|view|object|relation)", re.IGNORECASE), texts.NO_TABLE),
    (re.compile(rf"({_ABSENT}).*function|function.*({_ABSENT})", re.IGNORECASE), texts.NO_FUNCTION),
    (re.compile(r"permission|denied|not authorized|privilege", re.IGNORECASE), texts.RIGHTS),
)
_CLASSES: Mapping[str, FailureMessageTemplate] = {
    "DataError": texts.COMPUTED,
    "ProgrammingError": texts.REFUSED,
    "NotSupportedError": texts.REFUSED,
    "UnicodeError": texts.NOT_UTF8,
    "ConnectionError": texts.CUT,
    "InterfaceError": texts.CUT,
    "InternalError": texts.REFUSED,
    "IntegrityError": texts.WRITES,
}


@dataclass(frozen=True)
class DriverErrorReport:
    """What is kept of an error of a driver: its classes by name, its SQLSTATE, and its text, to find in it names of
    the query."""

    classes: tuple[str, ...]
    state: str
    text: str

    @property
    def error_class_and_sqlstate(self) -> str:
        return f"{self.classes[0]} {self.state}".strip()


class DriverError(Exception):
    """Whatever a driver raised; says nothing of it by itself."""

    def __init__(self, report: DriverErrorReport) -> None:
        super().__init__()
        self.report = report


def build_driver_error_report(error: Exception) -> DriverErrorReport:
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return DriverErrorReport(
        tuple(one.__name__ for one in type(error).__mro__),
        state if isinstance(state, str) and re.fullmatch(r"[0-9A-Z]{5}", state) else "",
        str(error),
    )


def build_query_failure_error(
    origin: SourceOrigin, report: DriverErrorReport, query: BoundQuery, *, connected: bool, limit_s: int
) -> SourceError:
    names = [(name,) for name in re.findall(r"[\w.\"`\[\]]+", report.text)]
    told = _choose_failure_text(report, connected=connected)
    name = (
        query.find_name_present_in_query(names)
        if told in (texts.NO_TABLE, texts.NO_COLUMN, texts.NO_FUNCTION)
        else None
    )
    return QueryFailure(report.error_class_and_sqlstate, name, limit_s=limit_s).build_source_error(
        origin, told
    )


def _choose_failure_text(report: DriverErrorReport, *, connected: bool) -> FailureMessageTemplate:
    if "ImportError" in report.classes:
        return NO_DRIVER
    by_state = _STATES.get(report.state) or _STATES.get(report.state[:2])
    if by_state is not None:
        return by_state
    if not connected:
        return UNOPENED
    by_subject = next((told for subject, told in _SUBJECTS if subject.search(report.text)), None)
    if by_subject is not None:
        return by_subject
    return next((_CLASSES[name] for name in report.classes if name in _CLASSES), texts.REFUSED)
