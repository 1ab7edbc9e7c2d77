"""How fast the training loop runs, and how much of its time is waiting for data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Measures the rate of the loop and how much of it is waiting for data."""

    def __init__(self, step: int) -> None:
        self._step, self._started, self._waited = step, time.monotonic(), 0.0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Counts the time within the block as waiting."""
        started = time.monotonic()
        yield
        self._waited += time.monotonic() - started

    def lap(self, step: int, batch: int) -> tuple[float, float]:
        """Images a second and waited share since the last lap."""
        elapsed = max(time.monotonic() - self._started, 1e-9)
        rate, share = (step - self._step) * batch / elapsed, self._waited / elapsed
        self._step, self._started, self._waited = step, time.monotonic(), 0.0
        return rate, share
