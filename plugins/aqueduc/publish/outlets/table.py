"""The table of an outlet: the anonymised revision in a PostgreSQL of the city's own, for a role that reads.

One transaction makes the next table beside, grants it and puts it in the place of the former: whoever reads
has one revision or the other, and a process that dies leaves the former. The table's comment says whose it is
and which revision it holds, with a digest of its rows that the database itself computes: rows changed by hand
show.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from aqueduc.connections import Connection
from aqueduc.errors import (
    PlatformAccessRefusal,
    PlatformError,
    PlatformRequestRejection,
    PlatformUnavailable,
    ReadBackMismatch,
)
from aqueduc.fencing import raise_if_any_lock_is_lost
from aqueduc.language import Message, Sentence, _
from aqueduc.publish.planning.state import LONGEST_NAME, DesiredTable
from aqueduc.sources.libpq import (
    build_conninfo_without_credentials,
    build_libpq_connection_parameters,
    find_refusal_sqlstate,
)

SAMPLE_ROWS = 50
# The digest is of what the session writes of a row: it must not depend on who set the server up. While a
# replacement waits for whoever reads, those who come after wait behind it.
_SETTINGS = {"statement_timeout": 1_800_000, "lock_timeout": 10_000, "datestyle": "ISO"}
_MARK = re.compile(r"Aqueduc : jeu (\S+), révision ([0-9a-f]{64}) (\d+ -?\d+)")

_DIGEST = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended((t.*)::text, 0)), 0)::text FROM {} AS t")
_RIGHTS = """
    SELECT has_schema_privilege(%(role)s, relnamespace, 'USAGE')
           AND has_table_privilege(%(role)s, oid, 'SELECT'),
           has_any_column_privilege(%(role)s, oid, 'INSERT, UPDATE')
           OR has_table_privilege(%(role)s, oid, 'DELETE, TRUNCATE, TRIGGER')
           OR pg_has_role(%(role)s, relowner, 'MEMBER')
    FROM pg_class WHERE oid = to_regclass(%(table)s)
"""


@dataclass(frozen=True)
class OutletTableLocation:
    """The place of a dataset's table: ``name`` in ``space`` (a schema)."""

    connection: Connection = field(repr=False)
    space: str
    name: str
    dataset: str

    @property
    def table_reference(self) -> dict[str, str]:
        """What finds it again, whatever becomes of the declarations."""
        found = {"space": self.space, "name": self.name, "dataset": self.dataset}
        return {"connection": self.connection.id, **found}

    def drop_table(self) -> None:
        """Raises PlatformError, LeaseLost."""
        with self._open_session_confirming_locks() as session:
            self._drop_own_table(session)

    def has_own_table(self) -> bool:
        """Whether a table of this dataset stands there. Raises PlatformError."""
        with self._open_session() as session:
            mark = _MARK.fullmatch(self._read_table_comment(session) or "")
        return mark is not None and mark[1] == self.dataset

    def _drop_own_table(self, session: psycopg.Connection) -> None:
        """Drops the table that is there. Raises PlatformRequestRejection when it is not one of this dataset's."""
        said = self._read_table_comment(session)
        mark = _MARK.fullmatch(said or "")
        if said is not None and (mark is None or mark[1] != self.dataset):
            whose = _("elle est du jeu « {} »").format(mark[1]) if mark else _("Aqueduc ne l'a pas faite")
            raise PlatformRequestRejection(
                _("Une table de ce nom est déjà là, et {whose} : elle n'a pas été touchée.").format(
                    whose=whose
                ),
                where=self._error_location,
                remedy=_(
                    "la renommer, ou la supprimer si elle ne sert plus ; donner aux tables d'Aqueduc un "
                    "schéma qui ne soit qu'à elles"
                ),
            )
        session.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(self._table_identifier))

    def _read_table_comment(self, session: psycopg.Connection) -> str | None:
        """What the table there says of itself; None when there is none."""
        found = session.execute(
            "SELECT coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class WHERE oid = to_regclass(%s)",
            [self._quoted_table_name],
        ).fetchone()
        return str(found[0]) if found else None

    @property
    def _table_identifier(self) -> sql.Identifier:
        return sql.Identifier(self.space, self.name)

    @property
    def _quoted_table_name(self) -> str:
        return self._table_identifier.as_string(None)

    @property
    def _error_location(self) -> str:
        return str(
            _("connexion « {id} », table {space}.{name}").format(
                id=self.connection.id, space=self.space, name=self.name
            )
        )

    @contextmanager
    def _open_session(self) -> Iterator[psycopg.Connection]:
        """One transaction. What PostgreSQL says of its refusals quotes cells: only its code is kept."""
        code = None
        try:
            with self._connect() as session:
                yield session
        except psycopg.Error as error:
            code = error.sqlstate or type(error).__name__
        if code is not None:
            raise _build_sqlstate_error(code, self._error_location) from None

    @contextmanager
    def _open_session_confirming_locks(self) -> Iterator[psycopg.Connection]:
        """The same, of a run that still holds its locks: once asked before, and again right before the commit, since
        it may have slept, or waited for whoever reads, while another run replaced the table. Raises LeaseLost."""
        raise_if_any_lock_is_lost()
        with self._open_session() as session:
            yield session
            raise_if_any_lock_is_lost()

    def _connect(self) -> psycopg.Connection:
        """Raises PlatformError."""
        conninfo = ""
        try:
            conninfo = make_conninfo(
                build_conninfo_without_credentials(self.connection, _SETTINGS),
                **build_libpq_connection_parameters(self.connection),
            )
            return psycopg.connect(conninfo)
        except psycopg.Error:
            # Its text holds host and login; the code is to be had otherwise.
            pass
        raise _build_sqlstate_error(find_refusal_sqlstate(conninfo) or _NO_ANSWER, self._error_location)


@dataclass(frozen=True)
class OutletTable(OutletTableLocation):
    """The table that is to be there, which ``reader`` (a role) may read and not write."""

    reader: str
    table: DesiredTable

    @property
    def revision_digest(self) -> str:
        """Names the rows, their columns and their key."""
        shape = [*((one.name, one.type) for one in self.table.fields), self.table.key, self.table.partitions]
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()

    @property
    def write_description(self) -> str:
        return str(_("remplacer la table {name}").format(name=f"{self.space}.{self.name}"))

    @property
    def is_up_to_date(self) -> bool:
        """Whether it is as a publication of this revision left it. Raises PlatformError."""
        with self._open_session() as session:
            return self._holds_this_revision_intact(session)

    def replace_table(self) -> None:
        """Replaces it whole, in one transaction. Raises PlatformError, LeaseLost; ReadBackMismatch, nothing being
        changed, when the role that reads could not, or could write."""
        beside = sql.Identifier(self.space, f"aqueduc_{uuid4().hex}")
        with self._open_session_confirming_locks() as session:
            session.execute(self._build_create_table_sql(beside))
            self._copy_rows(session, beside)
            if self.table.key:
                key = sql.SQL(", ").join(map(sql.Identifier, self.table.key))
                session.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(beside, key))
            session.execute(sql.SQL("REVOKE ALL ON {} FROM PUBLIC").format(beside))
            session.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(beside, sql.Identifier(self.reader)))
            self._check_reader_role_rights(session, beside)
            digest = self._compute_rows_digest(session, beside)
            said = sql.Literal(f"Aqueduc : jeu {self.dataset}, révision {self.revision_digest} {digest}")
            session.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(beside, said))
            self._drop_own_table(session)
            session.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(beside, sql.Identifier(self.name)))

    def verify_table(self) -> None:
        """Reads it back as the role that reads: its count, its digest, and a sample cell by cell. Raises
        ReadBackMismatch when it does not hold the revision, or when that role may not read it, or may write
        it; PlatformError."""
        with self._open_session() as session:
            self._check_reader_role_rights(session, self._table_identifier)
            session.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(self.reader)))
            if not self._holds_this_revision_intact(session) or not self._has_sampled_rows(session):
                raise self._build_mismatch_error(_("n'est pas celle qui y a été mise"))

    def _check_reader_role_rights(self, session: psycopg.Connection, table: sql.Identifier) -> None:
        asked = {"role": self.reader, "table": table.as_string(None)}
        reads, writes = session.execute(_RIGHTS, asked).fetchone() or (False, False)
        if not reads:
            raise self._build_mismatch_error(_("n'est pas lisible par son rôle de lecture"))
        if writes:
            raise self._build_mismatch_error(_("peut être modifiée par son rôle de lecture"))

    def _holds_this_revision_intact(self, session: psycopg.Connection) -> bool:
        """Whether it says that it holds this revision, and its rows still are those of then, all of them."""
        mark = _MARK.fullmatch(self._read_table_comment(session) or "")
        if mark is None or mark[1] != self.dataset or mark[2] != self.revision_digest:
            return False
        digest = self._compute_rows_digest(session, self._table_identifier)
        return digest == mark[3] and digest.split()[0] == str(self.table.count)

    def _compute_rows_digest(self, session: psycopg.Connection, table: sql.Identifier) -> str:
        """How many rows, and what they sum up to, in any order."""
        return "{} {}".format(*(session.execute(_DIGEST.format(table)).fetchone() or ("", "")))

    def _has_sampled_rows(self, session: psycopg.Connection) -> bool:
        """Whether our first and last rows, and others, are there: the digest says that rows did not change
        since they were put, and not that they were put as they are."""
        desired = self.table.rows.sample_rows(SAMPLE_ROWS)
        if not desired:
            return True
        found = sql.SQL(", ").join(
            sql.SQL("EXISTS ({})").format(self._build_row_lookup_sql(record)) for record in desired
        )
        row = session.execute(sql.SQL("SELECT {}").format(found)).fetchone()
        return row is not None and all(row)

    def _build_row_lookup_sql(self, record: Mapping[str, object]) -> sql.Composed:
        key = frozenset(self.table.key)
        same = [
            sql.SQL("{} = {}" if name in key else "{} IS NOT DISTINCT FROM {}").format(
                sql.Identifier(name), sql.Literal(value)
            )
            for name, value in record.items()
        ]
        return sql.SQL("SELECT FROM {} WHERE {}").format(self._table_identifier, sql.SQL(" AND ").join(same))

    def _build_create_table_sql(self, table: sql.Identifier) -> sql.Composed:
        # The types of a column are PostgreSQL's own words.
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(one.name), sql.Identifier(one.type))
            for one in self.table.fields
        ]
        return sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(columns))

    def _copy_rows(self, session: psycopg.Connection, table: sql.Identifier) -> None:
        names = [one.name for one in self.table.fields]
        listed = sql.SQL(", ").join(map(sql.Identifier, names))
        with (
            session.cursor() as cursor,
            cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, listed)) as copy,
        ):
            for batch in self.table.rows.read_batches():
                for record in batch:
                    copy.write_row([record[name] for name in names])

    def _build_mismatch_error(self, what: Sentence) -> ReadBackMismatch:
        return ReadBackMismatch(
            _("La table {space}.{name} {what}.").format(space=self.space, name=self.name, what=what),
            where=_("connexion « {id} »").format(id=self.connection.id),
            remedy=_("vérifier les droits par défaut de ce schéma et qui y écrit, puis relancer la tâche"),
        )


def build_table_name(dataset: str) -> str:
    """As a query writes it without quotes: ``permis_de_construire``. A name that is too long for PostgreSQL
    is cut, and keeps a digest of the whole: two of the same beginning are two tables, as are one with a hyphen
    and one with an underscore."""
    name = dataset.replace("-", "_")
    if len(name) <= LONGEST_NAME and "_" not in dataset:
        return name
    digest = hashlib.sha256(dataset.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 9]}_{digest}"


_SAID = {
    "2BP01": (
        _("Une vue ou une autre table dépend de cette table : elle ne peut pas être remplacée"),
        _("supprimer ce qui en dépend, ou le faire lire une copie de cette table"),
    ),
    "23505": (
        _("Deux lignes ont la même clé : cette table n'en prend pas"),
        _("revoir « key: » de la déclaration"),
    ),
    "23502": (
        _("Une ligne n'a pas de clé : cette table n'en prend pas"),
        _("revoir « key: » de la déclaration"),
    ),
    "3D000": (
        _("Cette base n'existe pas"),
        _("corriger « schema » dans la connexion (c'est le nom de la base)"),
    ),
    "3F000": (_("Ce schéma n'existe pas"), _("le créer, ou corriger « space: » de city.yaml")),
    "42704": (_("Le rôle de lecture n'existe pas"), _("le créer, ou corriger « reader: » de city.yaml")),
    "25006": (
        _("Cette base est en lecture seule"),
        _("donner à la connexion l'adresse du serveur principal"),
    ),
}
_NO_RIGHT = _(
    "donner au compte de la connexion le droit de créer dans ce schéma (GRANT CREATE), le "
    "faire membre du rôle de lecture, et donner à ce rôle USAGE sur le schéma"
)
_NO_ANSWER = "08001"
_AGAIN = _("rien à faire si la tâche reprise réussit ; sinon prévenir l'administrateur de cette base")
_LASTING = ("08", "40", "53", "57", "58", "XX")


def _build_sqlstate_error(code: str, where: str) -> PlatformError:
    """The error of a SQLSTATE, most telling case first."""
    if code == "55P03":
        said = _(
            "Une lecture longue retient cette table : elle n'a pas pu être remplacée (SQLSTATE {code})."
        ).format(code=code)
        return PlatformUnavailable(said, where=where, remedy=_AGAIN)
    if code.startswith(_LASTING) or code == psycopg.OperationalError.__name__:
        # Without a code when the line was cut.
        said = _("La base de l'emplacement ne répond pas (SQLSTATE {code}).").format(code=code)
        return PlatformUnavailable(said, where=where, remedy=_AGAIN)
    if code.startswith("28"):
        return PlatformAccessRefusal(
            _("La base de l'emplacement refuse ce compte (SQLSTATE {code}).").format(code=code),
            where=where,
            remedy=_("vérifier le compte et le mot de passe de la connexion, et pg_hba.conf"),
        )
    if code == "42501":
        said = _("Le compte de la connexion n'a pas les droits qu'il faut (SQLSTATE {code}).").format(
            code=code
        )
        return PlatformAccessRefusal(said, where=where, remedy=_NO_RIGHT)
    what, remedy = _SAID.get(code, (_("La base de l'emplacement refuse cette table"), _("voir ce code")))
    return PlatformRequestRejection(Message("{} ({}).").format(what, code), where=where, remedy=remedy)
