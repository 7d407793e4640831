"""What Airflow's database says of a deployment: the entry point ``airflow`` of ``aqueduc.doctor``."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.configuration import conf
from sqlalchemy import String, cast, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from aqueduc.cities import DeployedCity
from aqueduc.connections import Connection, build_missing_connection_error
from aqueduc.doctor import AirflowInspection, DoctorFinding, measure_clock_offset
from aqueduc.errors import InvalidConnectionSettings
from aqueduc.language import _
from aqueduc_airflow.capacity import build_platform_pool_name, build_source_pool_name
from aqueduc_airflow.connections import convert_airflow_connection

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ELSEWHERE = _(
    "l'exécuter là où la base d'Airflow s'ouvre : docker compose run --rm --no-deps init aqueduc doctor ; sans "
    "Compose, avec l'environnement du scheduler"
)


class MetadataConnections:
    """An ``aqueduc.connections.ConnectionLookup`` for who opens Airflow's database, outside of a task: the environment
    and the secrets backends come first, as they do there."""

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing, InvalidConnectionSettings."""
        from airflow.exceptions import AirflowNotFoundException
        from airflow.models.connection import Connection as StoredConnection
        from airflow.utils.session import create_session

        try:
            found = StoredConnection.get_connection_from_secrets(identifier)
            return convert_airflow_connection(identifier, found)
        except AirflowNotFoundException:
            with create_session() as session:
                known = session.scalar(
                    select(StoredConnection.conn_id).where(StoredConnection.conn_id == identifier)
                )
        if known is None:
            raise build_missing_connection_error(identifier)
        # Airflow takes one that it cannot decrypt for one that it does not have.
        raise InvalidConnectionSettings(
            _("La clé Fernet d'ici n'ouvre pas la connexion « {identifier} ».").format(identifier=identifier),
            where=_("connexion {identifier}").format(identifier=identifier),
            remedy=_("remettre la clé d'alors (FERNET_KEY de .env), ou saisir de nouveau ses secrets"),
        )


def inspect_airflow(city: DeployedCity) -> AirflowInspection | DoctorFinding:
    """Reads the database that this process's settings name; a finding where it has none, or it does not answer."""
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session

    url = make_url(conf.get("database", "sql_alchemy_conn"))
    if url.drivername.startswith("sqlite") and not (url.database and Path(url.database).is_file()):
        figure = _("ce processus n'ouvre pas sa base (un worker n'en a pas la clé)")
        return DoctorFinding("skipped", figure, _ELSEWHERE)
    try:
        with create_session() as session:
            if not _is_migrated():
                figure = _("sa base n'est pas de sa version : il ne démarre pas")
                return DoctorFinding(
                    "wrong", figure, _("la sauvegarder (pg_dump), puis : airflow db migrate")
                )
            return AirflowInspection(
                MetadataConnections(),
                partial(build_platform_pool_name, city=city),
                partial(build_source_pool_name, city=city),
                measure_clock_offset(partial(_read_clock, session), partial(datetime.now, UTC)),
                dict(session.execute(select(Pool.pool, Pool.slots)).tuples().all()),
            )
    except SQLAlchemyError as error:
        # Its text has the address, and the account.
        figure = _("sa base ne répond pas ({kind})").format(kind=type(error).__name__)
        remedy = _("voir si PostgreSQL tourne, et si AIRFLOW__DATABASE__SQL_ALCHEMY_CONN est la bonne")
        return DoctorFinding("wrong", figure, remedy)


def _is_migrated() -> bool:
    from airflow.utils.db import check_migrations

    try:
        check_migrations(0)
    except TimeoutError:
        return False
    return True


def _read_clock(session: "Session") -> datetime:
    moment = datetime.fromisoformat(str(session.scalar(select(cast(func.current_timestamp(), String)))))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
