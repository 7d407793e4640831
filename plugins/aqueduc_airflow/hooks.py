"""The hooks behind the connection types: their forms' « Test » button, and a client for other DAGs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk.bases.hook import BaseHook

from aqueduc.errors import AqueducError, PlatformRefused
from aqueduc_airflow.connections import from_airflow

if TYPE_CHECKING:
    from aqueduc.connections import Connection
    from aqueduc.publish.client import Client


class CkanHook(BaseHook):
    """``organisation``, in the connection's extra, is where the token must be allowed to publish."""

    conn_name_attr: ClassVar[str] = "ckan_conn_id"
    default_conn_name: ClassVar[str] = "datasud"
    conn_type: ClassVar[str] = "ckan"
    hook_name: ClassVar[str] = "Plateforme CKAN"

    def __init__(self, ckan_conn_id: str = default_conn_name, **options: Any) -> None:
        super().__init__(**options)
        self.ckan_conn_id = ckan_conn_id

    def get_conn(self) -> Client:
        """A client, to be used in a ``with`` block and closed by it. Raises AirflowNotFoundException."""
        return _client(self._connection())

    def test_connection(self) -> tuple[bool, str]:
        """What the button says: the platform answers, and the token may publish in the organisation."""
        connection = self._connection()
        organisation = str(connection.extra.get("organisation") or "")
        try:
            with _client(connection) as client:
                version = client.ask("status_show", anonymous=True)["ckan_version"]
                allowed = client.ask("organization_list_for_user", permission="create_dataset")
        except PlatformRefused:
            return False, "La plateforme répond, mais refuse ce jeton."
        except AqueducError as error:
            return False, str(error)
        names = [one["name"] for one in allowed]
        if not names:
            return False, f"CKAN {version} répond, mais ce jeton n'est éditeur d'aucune organisation."
        if organisation and organisation not in names:
            return False, f"CKAN {version} répond, mais ce jeton n'est pas éditeur de « {organisation} »."
        return True, f"CKAN {version} répond ; ce jeton peut publier dans : {', '.join(names)}."

    def _connection(self) -> Connection:
        return from_airflow(self.ckan_conn_id, self.get_connection(self.ckan_conn_id))


class IdgoHook(BaseHook):
    """``organisation``, in the connection's extra, is what the account must contribute for."""

    conn_name_attr: ClassVar[str] = "idgo_conn_id"
    default_conn_name: ClassVar[str] = "datasud"
    conn_type: ClassVar[str] = "idgo"
    hook_name: ClassVar[str] = "IDGO, devant un CKAN"

    def __init__(self, idgo_conn_id: str = default_conn_name, **options: Any) -> None:
        super().__init__(**options)
        self.idgo_conn_id = idgo_conn_id

    def test_connection(self) -> tuple[bool, str]:
        """What the button says: IDGO and its CKAN answer, the account contributes for the organisation."""
        from aqueduc.publish.platforms.adapters import idgo_organisations

        connection = from_airflow(self.idgo_conn_id, self.get_connection(self.idgo_conn_id))
        organisation = str(connection.extra.get("organisation") or "")
        try:
            version, names = idgo_organisations(connection)
        except AqueducError as error:
            return False, str(error)
        if not names:
            return False, "IDGO répond, mais ce compte ne contribue pour aucune organisation."
        if organisation and organisation not in names:
            return False, f"IDGO répond, mais ce compte ne contribue pas pour « {organisation} »."
        return True, f"IDGO répond, devant un CKAN {version} ; ce compte contribue pour : {', '.join(names)}."


class DatagouvHook(BaseHook):
    """``organisation``, in the connection's extra, is what the key's account must belong to."""

    conn_name_attr: ClassVar[str] = "datagouv_conn_id"
    default_conn_name: ClassVar[str] = "datagouv"
    conn_type: ClassVar[str] = "datagouv"
    hook_name: ClassVar[str] = "data.gouv.fr (udata)"

    def __init__(self, datagouv_conn_id: str = default_conn_name, **options: Any) -> None:
        super().__init__(**options)
        self.datagouv_conn_id = datagouv_conn_id

    def test_connection(self) -> tuple[bool, str]:
        """What the button says: the platform answers, and the account belongs to the organisation."""
        from aqueduc.publish.platforms.adapters import datagouv_editor_of

        connection = from_airflow(self.datagouv_conn_id, self.get_connection(self.datagouv_conn_id))
        organisation = str(connection.extra.get("organisation") or "")
        try:
            names = datagouv_editor_of(connection)
        except AqueducError as error:
            return False, str(error)
        if not names:
            return False, "data.gouv.fr répond, mais ce compte n'est membre d'aucune organisation."
        if organisation and organisation not in {*names, *names.values()}:
            return False, f"data.gouv.fr répond, mais ce compte n'est pas membre de « {organisation} »."
        return True, f"data.gouv.fr répond ; ce compte est membre de : {', '.join(names)}."


def _client(connection: Connection) -> Client:
    from aqueduc.publish.client import Client

    return Client(connection, organisation=str(connection.extra.get("organisation") or ""))
