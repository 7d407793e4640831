"""What the « Test » button of the board says."""

from __future__ import annotations

from aqueduc.connections import Connection


def try_connection(connection: Connection, organisation: str) -> tuple[bool, str]:
    return True, f"On affiche sur {connection.host} pour « {organisation} »."
