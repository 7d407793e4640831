"""The fence before each write of a block that holds a lock.

Servers ask for no token: whoever was taken for dead, and may have been replaced, has to stop by itself. A process may
be stopped between the question and the write, for as long as it takes another to follow: where its lock can tell, the
lock stays closed to others for that moment (``fence_write``).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from contextvars import ContextVar

_Fence = tuple[Callable[[], None], Callable[[], AbstractContextManager[None]]]
_fences: ContextVar[tuple[_Fence, ...]] = ContextVar("fences", default=())


@contextmanager
def confirm_lock_before_writes(
    confirm: Callable[[], None], keep: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Iterator[None]:
    """Has each write of the block call ``confirm`` first, which raises where the lock was lost; ``keep``: holds it
    against who would take it over, for the moment of a write."""
    before = _fences.set((*_fences.get(), (confirm, keep)))
    try:
        yield
    finally:
        _fences.reset(before)


def raise_if_any_lock_is_lost() -> None:
    """To be called before whatever must not be done twice. Raises what the confirmations of the blocks that it stands
    in raise (LeaseLost); does nothing outside of any."""
    for confirm, _keep in _fences.get():
        confirm()


@contextmanager
def fence_write() -> Iterator[None]:
    """The block is one short write to a disk: nobody takes the locks over meanwhile. Raises as
    ``raise_if_any_lock_is_lost``."""
    with ExitStack() as stack:
        for _confirm, keep in _fences.get():
            stack.enter_context(keep())
        raise_if_any_lock_is_lost()
        yield


def is_in_locked_block() -> bool:
    """Whether a write must be confirmed."""
    return bool(_fences.get())


@contextmanager
def waive_lock_confirmation() -> Iterator[None]:
    """Has the writes of the block confirm nothing: what destroys personal data is done whoever holds the lock."""
    before = _fences.set(())
    try:
        yield
    finally:
        _fences.reset(before)
