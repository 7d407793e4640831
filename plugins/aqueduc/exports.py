"""The names that a package offers, each loaded when it is asked for: who wants one spares what the others load."""

from collections.abc import Callable, Mapping
from importlib import import_module


def build_lazy_module_getattr(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of ``package`` (PEP 562). ``homes``: the module of each name."""

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return load
