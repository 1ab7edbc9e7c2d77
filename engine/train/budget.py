"""How much of a run's budget is spent, in steps or in time, over all resumes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.train.plan import Plan
from engine.train.state import Counters

VALIDATION_SHARE = 0.15
"""Share of a time budget that validations may take; dear ones come more seldom."""


@dataclass(slots=True)
class Budget:
    """What a plan allows, and what the counters say is spent of it.

    Attributes:
        plan: most steps, most seconds, most validations and the patience.
        counters: where the loop stands; their seconds are counted here.
        lap_began: when what is under way began, on the monotonic clock.
    """

    plan: Plan
    counters: Counters
    lap_began: float | None = None

    def seconds(self) -> float:
        """Of training until now, over all resumes, the step under way included."""
        under_way = time.monotonic() - self.lap_began if self.lap_began is not None else 0.0
        return self.counters.seconds + under_way

    def progress(self) -> float:
        """The spent share of the budget; steps or time, whichever is further.

        The last validation is part of the time budget: as long as the longest one took so far
        is kept free for it.
        """
        counters, plan = self.counters, self.plan
        by_steps, by_time = counters.step / plan.steps, 0.0
        if plan.time_budget_s:
            kept_free = min(counters.longest_validation_s, plan.time_budget_s / 2)
            by_time = self.seconds() / (plan.time_budget_s - kept_free)
        return min(1.0, max(by_steps, by_time))

    def is_spent(self) -> bool:
        """Whether nothing is left of the budget, or of the patience."""
        patience = self.plan.patience
        stale = patience is not None and self.counters.stale >= patience
        return self.progress() >= 1.0 or stale

    def compiled(self) -> None:
        """The first step is done: what compiling took of a time budget asks for no validation."""
        if self.plan.time_budget_s:
            counters = self.counters
            counters.validated_progress = max(counters.validated_progress, self.progress())

    def evaluation_due(self) -> bool:
        """Whether the weights of this step are to be validated."""
        counters, plan = self.counters, self.plan
        apart = 1.0 / plan.evaluations
        if plan.time_budget_s:
            dear = counters.longest_validation_s / plan.time_budget_s / VALIDATION_SHARE
            apart = max(apart, dear)
        due = self.progress() - counters.validated_progress >= apart - 1e-9
        return due and counters.step > counters.validated_step

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Counts the time within the block."""
        self.lap_began = time.monotonic()
        try:
            yield
        finally:
            self.settle()
            self.lap_began = None

    def settle(self) -> None:
        """Puts the time of what is under way into the counters, to be saved with them."""
        now = time.monotonic()
        if self.lap_began is not None:
            self.counters.seconds += now - self.lap_began
            self.lap_began = now
