"""The fence before each write of a block that holds a lock.

Servers ask for no token: whoever was taken for dead, and may have been replaced, has to stop by itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_confirmations: ContextVar[tuple[Callable[[], None], ...]] = ContextVar("confirmations", default=())


@contextmanager
def confirm_lock_before_writes(confirm: Callable[[], None]) -> Iterator[None]:
    """Has each write of the block call ``confirm`` first, which raises where the lock was lost."""
    before = _confirmations.set((*_confirmations.get(), confirm))
    try:
        yield
    finally:
        _confirmations.reset(before)


def raise_if_any_lock_is_lost() -> None:
    """To be called before whatever must not be done twice. Raises what the confirmations of the blocks that it stands
    in raise (LeaseLost); does nothing outside of any."""
    for confirm in _confirmations.get():
        confirm()


@contextmanager
def waive_lock_confirmation() -> Iterator[None]:
    """Has the writes of the block confirm nothing: what destroys personal data is done whoever holds the lock."""
    before = _confirmations.set(())
    try:
        yield
    finally:
        _confirmations.reset(before)
