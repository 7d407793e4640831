"""Amounts that are written with their currency: texts, until the schema says what stands around their digits."""

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.language import Message, _

_SPACES = (" ", "\u00a0", "\u202f", "\u2009", "\u2007")
_CURRENCY = "(?:€|eur|euros?)"
_DIGITS = f"[-+]?[0-9][0-9.,{''.join(_SPACES)}]*?[{''.join(_SPACES)}]*"
_PLAIN = f"(?i){_DIGITS}{_CURRENCY}"
_SCALED = f"(?i){_DIGITS}[km]{_CURRENCY}"


@dataclass(frozen=True)
class AmountWriting:
    """How the amounts of a column are written. ``decimal``: their mark; ``group``: what sets their thousands apart.
    ``readable``: whether the field of a schema can say it; thousands of euros, and several ways at once, it cannot."""

    decimal: str = "."
    group: str = ""
    readable: bool = True

    @property
    def field(self) -> dict[str, Any]:
        """What the field of the schema says of them."""
        marks = {"decimalChar": self.decimal if self.decimal != "." else "", "groupChar": self.group}
        return {"type": "number", "bareNumber": False, **{key: mark for key, mark in marks.items() if mark}}

    @property
    def advice(self) -> Message:
        """How to have numbers of them."""
        if not self.readable:
            return _(
                "des montants en milliers (k€), en millions, ou écrits de plusieurs façons, que rien ne convertit : pour en "
                "faire des nombres, les écrire en euros à la source"
            )
        # Escaped, the several spaces of a text can be told apart.
        return _(
            "des montants avec leur devise : pour en faire des nombres, mettre dans leur champ du schéma « {field} » à la "
            'place de « "type": "string" »'
        ).format(field=json.dumps(self.field)[1:-1])


def describe_amounts(con: duckdb.DuckDBPyConnection) -> AmountWriting | None:
    """How the cells of ``words`` (``t``) write amounts; None unless all of them are. Raises duckdb.Error."""
    groups = ", ".join(
        f"bool_or(contains(regexp_replace(t, {_AFTER_DIGITS}, ''), '{space}'))" for space in _SPACES
    )
    plain, any_amount, comma, point, *spaces = duck.fetch_row(
        con,
        f"SELECT bool_and(regexp_full_match(t, {duck.literal(_PLAIN)})), "
        f"bool_and(regexp_full_match(t, {duck.literal(f'{_PLAIN}|{_SCALED}')})), "
        f"bool_or(contains(t, ',')), bool_or(contains(t, '.')), {groups} FROM words",
    )
    if not any_amount:
        return None
    used = [space for space, met in zip(_SPACES, spaces, strict=True) if met]
    if comma and point:
        used.append(".")
    readable = bool(plain) and len(used) < 2
    return AmountWriting("," if comma else ".", used[0] if used else "", readable)


_AFTER_DIGITS = duck.literal("[^0-9]*$")
