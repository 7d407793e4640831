"""Amounts that are written with their currency: texts, until the schema says what stands around their digits."""

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.language import Message, _, n_

_SPACES = (" ", "\u00a0", "\u202f", "\u2009", "\u2007")
_CURRENCY = "(?:€|eur|euros?)"
_DIGITS = f"[-+]?[0-9][0-9.,{''.join(_SPACES)}]*?[{''.join(_SPACES)}]*"
_AMOUNT = f"{_DIGITS}{_CURRENCY}"
# Accountants put what is taken back between brackets.
_PLAIN = f"(?i){_AMOUNT}|[(]{_AMOUNT}[)]"
_SCALED = f"(?i){_DIGITS}[km]{_CURRENCY}"
_NUMBER = "[-+]?[0-9]+(?:[.][0-9]+)?"
_OTHERS = 0.2
"""The share of the cells that may be written in another way: their rows are kept back, and counted."""


@dataclass(frozen=True)
class AmountFormat:
    """How the amounts of a column are written. ``decimal``: their mark; ``group``: what sets their thousands apart.
    ``readable``: whether the field of a schema can say it; thousands of euros, and several ways at once, it cannot.
    ``others``: the cells that it does not say."""

    decimal: str = "."
    group: str = ""
    readable: bool = True
    others: int = 0

    @property
    def schema_field(self) -> dict[str, Any]:
        """What the field of the schema says of them."""
        marks = {"decimalChar": self.decimal if self.decimal != "." else "", "groupChar": self.group}
        return {"type": "number", "bareNumber": False, **{key: mark for key, mark in marks.items() if mark}}

    @property
    def conversion_advice(self) -> Message:
        """How to have numbers of them."""
        if not self.readable:
            return _(
                "des montants en milliers (k€), en millions, ou écrits de plusieurs façons, que rien ne convertit : pour en "
                "faire des nombres, les écrire en euros à la source"
            )
        # Escaped, the several spaces of a text can be told apart.
        said = _(
            "des montants avec leur devise : pour en faire des nombres, mettre dans leur champ du schéma « {field} » à la "
            'place de « "type": "string" »'
        ).format(field=json.dumps(self.schema_field)[1:-1])
        if not self.others:
            return said
        return n_(
            "{said} ; {count} ligne d'une autre forme (k€, texte…) sera alors rejetée, à corriger à la source",
            "{said} ; {count} lignes d'une autre forme (k€, texte…) seront alors rejetées, à corriger à la source",
            self.others,
            said=said,
        )


def find_amount_format(con: duckdb.DuckDBPyConnection, *, spreadsheet: bool = False) -> AmountFormat | None:
    """How the cells of ``words`` (``t``, ``n`` times) write amounts; None unless nearly all of them are.
    ``spreadsheet``: numbers beside them are numbers there, which are read whatever the marks. Raises duckdb.Error."""
    plain = f"regexp_full_match(t, {duck.literal(_PLAIN)})"
    scaled = f"regexp_full_match(t, {duck.literal(_SCALED)})"
    digits = f"regexp_replace(t, {_AFTER_DIGITS}, '')"
    marks = ", ".join(
        f"coalesce(bool_or(contains({digits}, '{mark}')) FILTER ({plain}), false)"
        for mark in (",", ".", *_SPACES)
    )
    bare = f"regexp_full_match(t, {duck.literal(_NUMBER)})" if spreadsheet else "false"
    total, read, numbers, thousands, comma, point, *spaces = duck.fetch_single_row(
        con,
        f"SELECT sum(n), coalesce(sum(n) FILTER ({plain}), 0), coalesce(sum(n) FILTER ({bare}), 0), "
        f"coalesce(sum(n) FILTER ({scaled}), 0), {marks} FROM words",
    )
    if not read + thousands:
        return None
    read += numbers
    if read + thousands < (1 - _OTHERS) * total:
        return None
    used = [space for space, met in zip(_SPACES, spaces, strict=True) if met]
    if comma and point:
        used.append(".")
    readable = bool(read >= (1 - _OTHERS) * total) and len(used) < 2
    return AmountFormat("," if comma else ".", used[0] if used else "", readable, int(total - read))


_AFTER_DIGITS = duck.literal("[^0-9]*$")
