"""Where a dataset comes from, in the words of a message; and the typed errors that say so.

Errors are made here and raised outside of ``except`` blocks: an exception of a driver, which may quote a
cell, must not even hang behind ours as its context.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from aqueduc.connections import Connection
from aqueduc.declaration.source_kind import ANY_CONNECTION
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import (
    ConnectionMissing,
    SourceAccessRefusal,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.language import Sentence, _, join_messages, n_, quote_text

LINE = "__line"
MOST_COLUMNS = 4_000
_SOURCE = _("La source")
"""No table of a city has as many: what is wider has been laid out across, or is no table."""
_CHECK_TEXT = _("rétablir l'en-tête, ou mettre à jour « columns: », « delimiter: » ou « encoding: »")
CHECK_COLUMNS = _("rétablir ces colonnes dans le fichier, ou mettre à jour « columns: »")
"""Of a table that is no text."""


@dataclass(frozen=True)
class SourceOrigin:
    """One declared source. ``path`` is the SQL file, the path at the API, or the path of the file; ``key`` is the
    key of the declaration that says so."""

    dataset: str
    kind: str
    connection: str
    path: str
    key: str = "path"

    @classmethod
    def from_dataset(cls, dataset: Dataset) -> Self:
        source = dataset.source
        return cls(dataset.id, source.kind, source.connection, source.location, source.location_key)

    @property
    def location_text(self) -> str:
        if not self.connection:
            return str(_("jeu {dataset}, {path}").format(dataset=self.dataset, path=self.path))
        return str(
            _("jeu {dataset}, connexion « {connection} », {path}").format(
                dataset=self.dataset, connection=self.connection, path=self.path
            )
        )

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "connection": self.connection, "path": self.path}

    def build_unavailable_error(self, what: Sentence, remedy: Sentence) -> SourceUnavailable:
        return SourceUnavailable(what, where=self.location_text, remedy=remedy)

    def build_refusal_error(self, what: Sentence, remedy: Sentence) -> SourceAccessRefusal:
        return SourceAccessRefusal(what, where=self.location_text, remedy=remedy)

    def build_missing_error(self, what: Sentence, remedy: Sentence) -> SourceNotFound:
        return SourceNotFound(what, where=self.location_text, remedy=remedy)

    def build_unreadable_error(self, what: Sentence, remedy: Sentence) -> SourceUnreadable:
        return SourceUnreadable(what, where=self.location_text, remedy=remedy)

    def check_connection_kind(self, connection: Connection, known: Sequence[str]) -> None:
        """Raises ConnectionMissing when the connection is for another kind of system."""
        if connection.kind and connection.kind not in known and tuple(known) != ANY_CONNECTION:
            raise ConnectionMissing(
                _("La connexion « {id} » est de type « {kind} », et non « {known} ».").format(
                    id=connection.id, kind=connection.kind, known=known[0]
                ),
                where=self.location_text,
                remedy=_("corriger le type de la connexion, ou la source que déclare {dataset}").format(
                    dataset=self.dataset
                ),
            )

    def check_column_names(
        self, names: Sequence[str], declared: Iterable[str], *, holder: Sentence = _SOURCE
    ) -> None:
        """Raises SourceUnreadable for a column without a name, named like ours, or named twice, and for more
        columns than ``MOST_COLUMNS``.

        Names that differ by their case only are the same name: DuckDB, and many a spreadsheet, think so. A
        name nobody declared may be a cell, or a key that is data: it is told by its rank.
        """
        self.check_column_count(len(names))
        for rank, name in enumerate(names, start=1):
            if not name or name == LINE:
                what = (
                    _("n'a pas de nom") if not name else _("porte un nom réservé ({line})").format(line=LINE)
                )
                raise self.build_unreadable_error(
                    _("La colonne n° {rank} {what}.").format(rank=rank, what=what),
                    _("lui donner un nom dans la source, ou l'en retirer"),
                )
        count = Counter(name.casefold() for name in names)
        twice = list(dict.fromkeys(name for name in names if count[name.casefold()] > 1))
        if twice:
            known = {name.casefold() for name in declared}
            listed = join_messages(
                quote_text(name)
                if name.casefold() in known
                else _("la n° {rank}").format(rank=names.index(name) + 1)
                for name in twice
            )
            raise self.build_unreadable_error(
                _("{holder} porte plusieurs colonnes du même nom (à la casse près) : {listed}.").format(
                    holder=holder, listed=listed
                ),
                _("donner à chaque colonne un nom qui lui soit propre"),
            )

    def check_column_count(self, count: int) -> None:
        """Raises SourceUnreadable for more columns than ``MOST_COLUMNS``."""
        if count > MOST_COLUMNS:
            shown = n_("{count} colonne", "{count} colonnes", MOST_COLUMNS)
            raise self.build_unreadable_error(
                _("La source a plus de {shown}.").format(shown=shown),
                _(
                    "la remettre en lignes : une colonne pour ce qui varie, une pour la valeur ; ou corriger "
                    "« delimiter: »"
                ),
            )

    def check_has_any_declared_column(
        self,
        names: Iterable[str],
        declared: Iterable[str],
        *,
        json: bool = False,
        remedy: Sentence = _CHECK_TEXT,
    ) -> None:
        """Raises SourceUnreadable when no declared column is there. ``remedy``: what to do of a table.

        It names none of those found: where a header is missing, what stands in its place is a row of data.
        """
        if set(names) & set(declared):
            return
        if json:
            what = _("aucun de ses enregistrements n'en porte le nom")
            remedy = _("mettre à jour « columns: », ou « records: » si ce n'est pas la bonne liste")
        else:
            what = _("sa ligne d'en-tête manque ou a changé")
        raise self.build_unreadable_error(
            _("Aucune des colonnes déclarées n'est dans la source : {what}.").format(what=what), remedy
        )
