"""Kinds by their names: the house's own, and those that a city adds from a package.

Nothing is imported before it is asked for, and the packages installed are only looked through for a name that
the house lacks: reading their entry points costs more than parsing a DAG.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import Any, Generic, Protocol, TypeVar

from aqueduc.errors import ExtensionBroken


class Named(Protocol):
    @property
    def name(self) -> str: ...


Kind = TypeVar("Kind", bound=Named)


class Registry(Generic[Kind]):
    """``group`` is that of the entry points; ``own``: where each kind of the house stands, by its name
    (``module:object``)."""

    def __init__(self, group: str, own: Mapping[str, str]) -> None:
        self._group = group
        self._own = own
        self._found: dict[str, Kind | ExtensionBroken | None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Those of the house, in order."""
        return tuple(self._own)

    def own(self) -> Iterator[Kind]:
        """The house's kinds, in order."""
        return (self[name] for name in self._own)

    def all(self) -> Iterator[Kind]:
        """The house's, then those of every package installed that can be loaded."""
        found = map(self._find, dict.fromkeys((*self._own, *entry_points(group=self._group).names)))
        return (kind for kind in found if kind is not None and not isinstance(kind, ExtensionBroken))

    def __getitem__(self, name: str) -> Kind:
        """Raises KeyError for a name that nobody knows, ExtensionBroken for a package that cannot be
        loaded."""
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        if isinstance(found, ExtensionBroken):
            raise found.with_traceback(None)
        return found

    def __contains__(self, name: object) -> bool:
        """Whether the house or a package, sound or not, has a kind of this name."""
        return isinstance(name, str) and self._find(name) is not None

    def _find(self, name: str) -> Kind | ExtensionBroken | None:
        if name not in self._found:
            self._found[name] = resolve_name(self._own[name]) if name in self._own else self._installed(name)
        return self._found[name]

    def _installed(self, name: str) -> Kind | ExtensionBroken | None:
        found = entry_points(group=self._group, name=name)
        return next((_load(point) for point in found), None)


def _load(point: EntryPoint) -> Any:
    """The kind that ``point`` names, or what keeps it from being loaded."""
    try:
        kind = point.load()
        why = "" if kind.name == point.name else "un autre nom"
    except Exception as error:  # noqa: BLE001 - code of others: whatever it raises breaks its own datasets only
        kind, why = None, type(error).__name__
    if not why:
        return kind
    package = point.dist.name if point.dist else point.module
    return ExtensionBroken(
        package, point.name, why, where=f"point d'entrée « {point.group} » : {point.value}"
    )
