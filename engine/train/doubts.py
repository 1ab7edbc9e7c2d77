"""What speaks against a training that came to its end: it learnt next to nothing, or was late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.phrasing import counted
from engine.train.plan import Plan

LEARNT = 0.1
"""A validation score (0 to 1) below this is that of a model that learnt next to nothing."""

FEW_STEPS = 100
"""Fewer teach a network from scratch nothing, whatever the photos show."""

LATE = 1.1
"""A time budget that is exceeded by more than this factor is told."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a training took.

    Attributes:
        steps: that were taken.
        seconds: of all of it, over all resumes.
        compiling_s: of the first step, which compiles the network.
        longest_validation_s: of the validation that took longest.
    """

    steps: int
    seconds: float
    compiling_s: float
    longest_validation_s: float


def doubts_of(
    spent: Spent, score: float, plan: Plan, *, stopped_early: bool = False
) -> tuple[str, ...]:
    """What is to be said, with the likely cause and what to do about it; mostly nothing.

    Args:
        score: of the weights that validation chose, 0 to 1.
        plan: what it was to be.
        stopped_early: whether `train.patience` ended it.
    """
    return (*_learnt_nothing(spent, score, plan, stopped_early), *_late(spent, plan))


def _learnt_nothing(spent: Spent, score: float, plan: Plan, stopped_early: bool) -> Iterator[str]:
    if score >= LEARNT:
        return
    steps = spent.steps
    learnt = (
        f"The model has learnt next to nothing: it scores {score:.3f} of 1 on validation photos"
    )
    if stopped_early:
        why = f"after {counted(steps, 'step')}, where train.patience ended it"
        fix = "Raise train.patience or leave it out: a model may score nothing for a while before "
        fix += "it learns. If it stays so, look at the annotations (dltrain check)"
    elif steps < FEW_STEPS:
        why = f"after {counted(steps, 'step')}, which are too few"
        fix = "Raise train.time_budget, train.steps or train.epochs"
        if plan.time_budget_s:
            fix += (
                f"; compiling the network took {spent.compiling_s:.0f} s of the "
                f"{plan.time_budget_s:.0f} s"
            )
    else:
        why = f"after {steps} steps"
        fix = "Look at the annotations (dltrain check) and at the pictures in TensorBoard"
        fix += "; if they are as they should be, give it more time"
    yield f"{learnt} {why}. The figures say nothing of what these photos can give. {fix}."


def _late(spent: Spent, plan: Plan) -> Iterator[str]:
    if plan.time_budget_s and spent.seconds > LATE * plan.time_budget_s:
        yield (
            f"Training took {spent.seconds:.0f} s of the {plan.time_budget_s:.0f} s budget "
            f"(train.time_budget): compiling the network took {spent.compiling_s:.0f} s, the "
            f"longest validation {spent.longest_validation_s:.0f} s, and neither can be cut short. "
            f"There was time for {counted(spent.steps, 'step')}."
        )
