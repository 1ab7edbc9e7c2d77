"""How long training may take."""

from __future__ import annotations

import time
from collections.abc import Callable


class Budget:
    """A stop-watch: the share of the seconds that training has had."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self.clock, self.seconds = clock, seconds
        self.begun: float | None = None
        self.before = 0.0

    def start(self) -> None:
        """Runs on from here."""
        self.begun = self.clock()

    def stop(self) -> None:
        """Stands still until it is started again."""
        self.before, self.begun = self.before + self._running(), None

    def share(self) -> float:
        """From 0 to 1, and a little more at the end."""
        return (self.before + self._running()) / self.seconds

    def _running(self) -> float:
        return 0.0 if self.begun is None else self.clock() - self.begun


def budget_of(clock: str, seconds: float, cores: int) -> Budget:
    """So many seconds of the clock, or with `cpu` of the process on so many cores."""
    if clock == "cpu":
        return Budget(lambda: time.process_time() / cores, seconds)
    return Budget(time.perf_counter, seconds)
