"""The ``columns:`` of a declaration: one rule a column, as text or as a small mapping.

::

    numero: publish
    demandeur: drop
    date_depot: {generalise: month}
    surface_m2: {generalise: {band: 50}, as: surface}
    rapporteur: {publish: true, basis: "CGCT, art. L2121-15"}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from aqueduc.declaration.model import (
    Band,
    Column,
    DateUnit,
    Drop,
    Generalise,
    Pseudonym,
    Publish,
    Rule,
    Snap,
    SuppressUnder,
    Truncate,
)
from aqueduc.declaration.problems import BadRule, BasisNeeded, Problem, UnknownKey, did_you_mean
from aqueduc.declaration.tree import PathKey

Complaint = tuple[PathKey, type[Problem], dict[str, Any]]
"""Where (a path below ``columns``), what kind of problem, and its words."""

_UNITS = ", ".join(unit.value for unit in DateUnit)
_HELP = {
    "publish": "« publish » ou « publish: true »",
    "drop": "« drop »",
    "generalise": f"« generalise: » attend {_UNITS}, ou {{band: largeur}}",
    "truncate": "« truncate: » attend un nombre de caractères à garder, par exemple 2",
    "snap": "« snap: » attend un pas en mètres, par exemple 100",
    "pseudonym": "« pseudonym: » attend le nom de la connexion qui garde la clé",
    "suppress_under": "« suppress_under: » attend un seuil, par exemple 3",
}
_OPTIONS = ("as", "basis")


def _publish(value: Any) -> Rule | None:
    return Publish() if value is True else None


def _drop(value: Any) -> Rule | None:
    return Drop() if value is True else None


def _generalise(value: Any) -> Rule | None:
    if isinstance(value, str) and value in set(DateUnit):
        return Generalise(unit=DateUnit(value))
    if isinstance(value, dict) and set(value) == {"band"} and _positive(value["band"]):
        return Band(width=value["band"])
    return None


def _truncate(value: Any) -> Rule | None:
    return Truncate(length=value) if _positive(value) and isinstance(value, int) else None


def _snap(value: Any) -> Rule | None:
    return Snap(metres=value) if _positive(value) else None


def _pseudonym(value: Any) -> Rule | None:
    return Pseudonym(key=value) if isinstance(value, str) and value else None


def _suppress_under(value: Any) -> Rule | None:
    return (
        SuppressUnder(threshold=value) if isinstance(value, int) and _positive(value) and value > 1 else None
    )


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")


_MAKERS: dict[str, Callable[[Any], Rule | None]] = {
    "publish": _publish,
    "drop": _drop,
    "generalise": _generalise,
    "truncate": _truncate,
    "snap": _snap,
    "pseudonym": _pseudonym,
    "suppress_under": _suppress_under,
}


def read_columns(written: dict[str, Any]) -> tuple[tuple[Column, ...], list[Complaint]]:
    """The columns that could be read, and a complaint for each that could not."""
    columns: list[Column] = []
    complaints: list[Complaint] = []
    for name, raw in written.items():
        column, found = _read_column(name, raw)
        complaints += [((name, *path), kind, detail) for path, kind, detail in found]
        if column is not None:
            columns.append(column)
    return tuple(columns), complaints


def _read_column(name: str, raw: Any) -> tuple[Column | None, list[Complaint]]:
    spec = {raw: True} if isinstance(raw, str) else raw
    if not isinstance(spec, dict):
        return None, [_bad(name, (), "par exemple « publish » ou « drop »")]
    complaints: list[Complaint] = list(_unknown(name, spec, as_text=isinstance(raw, str)))
    named = [key for key in spec if key in _MAKERS]
    if len(named) != 1:
        if not complaints:
            complaints.append(_bad(name, (), "donner une règle, et une seule : " + ", ".join(_MAKERS)))
        return None, complaints
    rule = _MAKERS[named[0]](spec[named[0]])
    if rule is None:
        return None, [*complaints, _bad(name, (named[0],), _HELP[named[0]])]
    complaints += [
        _bad(name, (option,), f"« {option}: » attend un texte")
        for option in _OPTIONS
        if option in spec and not (isinstance(spec[option], str) and spec[option].strip())
    ]
    if complaints:
        return None, complaints
    return _column(name, rule, spec)


def _column(name: str, rule: Rule, spec: dict[str, Any]) -> tuple[Column | None, list[Complaint]]:
    basis = spec.get("basis")
    if isinstance(rule, Pseudonym) and not basis:
        why = "un pseudonyme permet de suivre la même personne"
        return None, [((), BasisNeeded, {"column": name, "why": why})]
    published_as = None if isinstance(rule, Drop) else str(spec.get("as", name)).strip()
    return Column(name=name, rule=rule, published_as=published_as, basis=basis), []


def _unknown(name: str, spec: dict[str, Any], *, as_text: bool) -> Iterator[Complaint]:
    for key in spec:
        if key in _MAKERS or key in _OPTIONS:
            continue
        advice = did_you_mean(key, _MAKERS if as_text else [*_MAKERS, *_OPTIONS])
        yield (
            ((), BadRule, {"column": name, "advice": advice})
            if as_text
            else (
                (key,),
                UnknownKey,
                {"key": key, "advice": advice},
            )
        )


def _bad(name: str, path: PathKey, advice: str) -> Complaint:
    return path, BadRule, {"column": name, "advice": advice}
