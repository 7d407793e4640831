"""What pyarrow is to load with itself, and what not."""

import sys
from functools import cache
from importlib.abc import MetaPathFinder


class _PandasImportBlocker(MetaPathFinder):
    """Finds everything but pandas."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


@cache
def start_arrow_without_pandas() -> None:
    """Has pyarrow look for pandas now, in vain. It does so once in a process, at the first value of Python's that it
    is given, and would load it, for values of pandas's that nobody gives it.

    Who imports pandas finds it as before, and tables go to it and come back; a column of objects with pandas's own
    NA or NaT among them would be refused. Of a process that has pandas already, nothing changes.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    without = _PandasImportBlocker()
    sys.meta_path.insert(0, without)
    try:
        pa.scalar("")
    finally:
        sys.meta_path.remove(without)
