"""Kinds by their names: the house's own, and those that a city adds from a package.

Nothing is imported before it is asked for, and the packages installed are only looked through for a name that
the house lacks: reading their entry points costs more than parsing a DAG.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import Any, Generic, TypeVar

from aqueduc.errors import ExtensionBroken
from aqueduc.language import Sentence, _

Kind = TypeVar("Kind")

AIRFLOW = "airflow"
"""The name of the entry points by which the engine asks what only Airflow's side knows."""


def has_kind_name(kind: Any, name: str) -> bool:
    return bool(getattr(kind, "name", "") == name)


_ANOTHER_NAME = _("un autre nom")


class KindRegistry(Generic[Kind]):
    """``group`` is that of the entry points; ``list_builtin_kinds``: where each kind of the house stands, by its name
    (``module:object``). What a package gives under a name must be of a kind that ``fits`` it; ``unfit`` says
    so when it does not."""

    def __init__(
        self,
        group: str,
        own: Mapping[str, str],
        fits: Callable[[Any, str], bool] = has_kind_name,
        unfit: Sentence = _ANOTHER_NAME,
    ) -> None:
        self._group, self._own = group, own
        self._fits, self._unfit = fits, unfit
        self._found: dict[str, Kind | ExtensionBroken | None] = {}

    @property
    def builtin_names(self) -> tuple[str, ...]:
        """Those of the house, in order."""
        return tuple(self._own)

    def list_builtin_kinds(self) -> Iterator[Kind]:
        """The house's kinds, in order."""
        return (self[name] for name in self._own)

    def list_all_kinds(self) -> Iterator[Kind]:
        """The house's, then those of every package installed that can be loaded."""
        names = dict.fromkeys((*self._own, *sorted(entry_points(group=self._group).names)))
        return filter(None, map(self.get, names))

    def list_packages_providing_kinds(self, names: Iterable[str]) -> list[str]:
        """The packages, with their versions, that give those of these names that the house lacks."""
        foreign = set(names) - self._own.keys()
        points = entry_points(group=self._group) if foreign else ()
        given = {point.dist for point in points if point.name in foreign and point.dist}
        return sorted({f"{package.name} {package.version}" for package in given})

    def get(self, name: object) -> Kind | None:
        """None for a name that nobody knows, or whose package cannot be loaded."""
        found = self._find_kind(name) if isinstance(name, str) else None
        return None if isinstance(found, ExtensionBroken) else found

    def __getitem__(self, name: str) -> Kind:
        """Raises KeyError for a name that nobody knows, ExtensionBroken for a package that cannot be
        loaded."""
        found = self._find_kind(name)
        if found is None:
            raise KeyError(name)
        if isinstance(found, ExtensionBroken):
            raise found.with_traceback(None)
        return found

    def __contains__(self, name: object) -> bool:
        """Whether the house or a package, sound or not, has a kind of this name."""
        return isinstance(name, str) and self._find_kind(name) is not None

    def _find_kind(self, name: str) -> Kind | ExtensionBroken | None:
        if name not in self._found:
            self._found[name] = (
                resolve_name(self._own[name]) if name in self._own else self._find_installed_kind(name)
            )
        return self._found[name]

    def load_object_by_reference(self, kind: str, object_reference: str) -> Any:
        """The object at ``object_reference`` (``module:object``) that the kind of this name keeps, imported
        when it is used. Raises ExtensionBroken."""
        if kind in self._own:
            return resolve_name(object_reference)
        found = _load_entry_point(EntryPoint(kind, object_reference, self._group))
        if isinstance(found, ExtensionBroken):
            raise found
        return found

    def _find_installed_kind(self, name: str) -> Any:
        points = tuple(entry_points(group=self._group, name=name))
        if len(points) > 1:
            return _build_extension_broken_error(points, _("plusieurs paquets l'apportent"))
        return _load_entry_point(points[0], self._fits, self._unfit) if points else None


def load_airflow_entry_point(group: str) -> Any:
    """What Airflow's side gives under ``group``; None where Airflow is not installed."""
    for point in entry_points(group=group, name=AIRFLOW):
        try:
            return point.load()
        except ModuleNotFoundError:
            continue
    return None


def _load_entry_point(
    point: EntryPoint, fits: Callable[[Any, str], bool] = lambda *_found: True, unfit: Sentence = ""
) -> Any:
    """What ``point`` names, or why it cannot be used."""
    try:
        found = point.load()
        return found if fits(found, point.name) else _build_extension_broken_error((point,), unfit)
    except Exception as error:  # noqa: BLE001 - code of others: whatever it raises breaks its own datasets only
        return _build_extension_broken_error((point,), type(error).__name__)


def _build_extension_broken_error(points: tuple[EntryPoint, ...], why: Sentence) -> ExtensionBroken:
    names = {point.dist.name if point.dist else point.module.partition(".")[0] for point in points}
    where = _("point d'entrée « {group} » : {value}").format(group=points[0].group, value=points[0].value)
    return ExtensionBroken(", ".join(sorted(names)), points[0].name, why, where=where)
