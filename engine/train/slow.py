"""A word about what may take long, for those who wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told_if_slow(tell: Callable[[], None], after_s: float) -> Iterator[Callable[[], float]]:
    """Calls `tell` once, from another thread, where the block takes longer than `after_s`.

    Gives a function that says how many seconds it has been.
    """
    began = time.monotonic()
    timer = threading.Timer(after_s, tell)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: time.monotonic() - began
    finally:
        timer.cancel()
