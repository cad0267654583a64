"""Giving back memory, and when it is not worth its time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
_held: list[object] | None = None


def leave_it() -> None:
    """Give nothing back: this process ends with one command, and the system takes all of it at once."""
    global _held
    _held = []
    gc.disable()


def spare(found: T) -> T:
    """The same, which would take long to give back: held to the end, where the process ends soon."""
    if _held is not None:
        _held[:] = [found]
    return found


@contextmanager
def paused() -> Iterator[None]:
    """No collection meanwhile: who makes much that stays has thousands of objects looked through in vain."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
