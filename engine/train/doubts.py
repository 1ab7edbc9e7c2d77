"""What speaks against a training that came to its end: next to nothing was learnt."""

from __future__ import annotations

from engine.phrasing import counted
from engine.train.plan import Plan

LEARNT = 0.1
"""A validation score (0 to 1) below this is that of a model that learnt next to nothing."""

FEW_STEPS = 100
"""Fewer teach a network from scratch nothing, whatever the photos show."""


def doubts_of(
    steps: int, score: float, plan: Plan, *, stopped_early: bool = False
) -> tuple[str, ...]:
    """What is to be said, with the likely cause and what to do about it; mostly nothing.

    Args:
        steps: that were taken.
        score: of the weights that validation chose, 0 to 1.
        plan: what it was to be.
        stopped_early: whether `train.patience` ended it.
    """
    if score >= LEARNT:
        return ()
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
            fix += f"; of the {plan.time_budget_s:.0f} s, compiling the network took the first"
    else:
        why = f"after {steps} steps"
        fix = "Look at the annotations (dltrain check) and at the pictures in TensorBoard"
        fix += "; if they are as they should be, give it more time"
    return (f"{learnt} {why}. The figures say nothing of what these photos can give. {fix}.",)
