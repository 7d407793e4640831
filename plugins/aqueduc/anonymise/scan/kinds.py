"""What the scan can find, and how it says so: a kind, counts and lines, never a value."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class IdentifierKind(StrEnum):
    """What identifies somebody, as ``declaration.vocabulary.IDENTIFIERS`` names it."""

    NIR = "nir"
    IBAN = "iban"
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"
    IP = "ip"
    MAC = "mac"
    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"
    SPORTS_LICENCE = "sports_licence"
    CAF_NUMBER = "caf_number"
    STUDENT_NUMBER = "student_number"
    SOCIAL_PROFILE = "social_profile"
    PERSON_NAME = "person_name"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    TRIGRAM = "trigram"
    HEALTH = "health"
    AGE_ILLNESS = "age_illness"
    HOME_POSITION = "home_position"
    PERSON_HEADER = "person_header"
    DERIVED = "derived"


class HitStrength(StrEnum):
    """How sure the scan is.

    ``CERTAIN``: a check digit or a layout that nothing else has. ``LIKELY``: layout, share of the cells and
    name of the column agree. ``POSSIBLE``: looks like one, but may be something else (the address of a
    school): a named person decides before it leaves. ``NOTED``: one in form, of nobody in particular (the
    mailbox or the telephone of a service): written in the report, closes nothing.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    NOTED = "noted"

    @property
    def rank(self) -> int:
        """From 0, the surest."""
        return list(HitStrength).index(self)


class NotedHitReason(StrEnum):
    """Why what has the form of an identifier is no more than noted.

    ``FEW``: too few cells of the column have it. ``HEADER``: its own form, the header or the other cells of
    the column make a thing, a service or a reference of it. ``TABLE``: the other columns do.
    """

    FEW = "few"
    HEADER = "header"
    TABLE = "table"


@dataclass(frozen=True)
class ScanHit:
    """One kind found in one column.

    ``rows`` of the ``cells`` that hold something hit; ``lines`` are the first line numbers, where the table
    has them in a column ``__line``; ``noted_for`` says why a noted one is no more than that.
    """

    column: str
    kind: IdentifierKind
    strength: HitStrength
    rows: int
    cells: int
    lines: tuple[int, ...] = ()
    noted_for: NotedHitReason = NotedHitReason.HEADER

    @property
    def row_share(self) -> float:
        """Between 0 and 1."""
        return self.rows / self.cells if self.cells else 0.0

    @property
    def is_sure(self) -> bool:
        """Whether it is more than possible."""
        return self.strength in (HitStrength.CERTAIN, HitStrength.LIKELY)

    @property
    def is_blocking_hit(self) -> bool:
        """Whether this is enough to close a gate that nothing else opens."""
        return self.strength is not HitStrength.NOTED

    def to_json(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "kind": str(self.kind),
            "strength": str(self.strength),
            "rows": self.rows,
            "cells": self.cells,
            "share": round(self.row_share, 4),
            "lines": list(self.lines),
        }
