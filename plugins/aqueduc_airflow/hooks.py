"""The hooks behind the connection types: their forms' « Test » button, and a client for other DAGs.

A kind of platform has one, made when it is asked for by its name (``hooks.CkanHook``).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk.bases.hook import BaseHook

from aqueduc.errors import AqueducError
from aqueduc.language import translate
from aqueduc.platforms import PLATFORMS
from aqueduc_airflow.connections import convert_airflow_connection
from aqueduc_airflow.provider import build_hook_class_name

if TYPE_CHECKING:
    from aqueduc.connections import Connection
    from aqueduc.publish.client import PlatformClient


class PlatformHook(BaseHook):
    """The hook of a platform's connection, for its form in Airflow. ``organisation``, in the connection's
    extra, is where the account must be allowed to publish."""

    conn_name_attr: ClassVar[str]
    default_conn_name: ClassVar[str]
    conn_type: ClassVar[str]
    hook_name: ClassVar[str]
    module: ClassVar[str]

    def __init__(self, conn_id: str = "", **options: Any) -> None:
        named = options.pop(self.conn_name_attr, None)
        super().__init__(**options)
        self.conn_id = named or conn_id or self.default_conn_name

    def get_conn(self) -> PlatformClient:
        """A client, to be used in a ``with`` block and closed by it. Raises AirflowNotFoundException."""
        connection = self._read_connection()
        client: PlatformClient = import_module(self.module).open_client(
            connection, organisation=_get_organisation(connection)
        )
        return client

    def test_connection(self) -> tuple[bool, str]:
        """What the button says: the platform answers, and the account may publish in the organisation."""
        connection = self._read_connection()
        try:
            works, said = import_module(self.module).try_connection(connection, _get_organisation(connection))
        except AqueducError as error:
            return False, str(error)
        return works, str(said)

    def _read_connection(self) -> Connection:
        return convert_airflow_connection(self.conn_id, self.get_connection(self.conn_id))


def _get_organisation(connection: Connection) -> str:
    return str(connection.extra.get("organisation") or "")


@cache
def __getattr__(name: str) -> type[PlatformHook]:
    for kind in PLATFORMS.list_all_kinds():
        if kind.connection and build_hook_class_name(kind.name) == name:
            words = {
                "__module__": __name__,
                "__doc__": PlatformHook.__doc__,
                "conn_name_attr": f"{kind.name}_conn_id",
                "default_conn_name": kind.connection.usual_id,
                "conn_type": kind.name,
                "hook_name": translate(kind.connection.label),
                "module": kind.connection.module,
            }
            return type(name, (PlatformHook,), words)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
