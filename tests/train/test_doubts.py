"""A training that learnt nothing does not end like a good one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.train.doubts import Spent, doubts_of
from engine.train.plan import Plan

PLAN = Plan(
    steps=10_000,
    time_budget_s=60.0,
    batch=4,
    batch_may_shrink=True,
    learning_rate=1e-3,
    seed=0,
)


def after(steps: int, seconds: float = 60.0) -> Spent:
    return Spent(steps, seconds, compiling_s=41.2, longest_validation_s=9.0)


@pytest.mark.parametrize(("steps", "score"), [(5000, 0.1), (20, 0.8)])
def test_a_good_training_leaves_no_doubt(steps: int, score: float) -> None:
    assert doubts_of(after(steps), score, PLAN) == ()


@pytest.mark.parametrize(
    ("steps", "score", "words"),
    [
        (
            2,
            0.0,
            (
                "scores 0.000 of 1",
                "after 2 steps, which are too few",
                "compiling the network took 41 s of the 60 s.",
            ),
        ),
        (1, 0.0, ("after 1 step, which",)),
        (5000, 0.099, ("scores 0.099 of 1", "after 5000 steps.", "Look at the annotations")),
    ],
)
def test_what_went_wrong_is_told(steps: int, score: float, words: tuple[str, ...]) -> None:
    (doubt,) = doubts_of(after(steps), score, PLAN)
    assert all(word in doubt for word in words)
    assert doubt.endswith(".")


def test_patience_is_named_where_it_ended_the_run() -> None:
    (doubt,) = doubts_of(after(900), 0.0, PLAN, stopped_early=True)
    assert "after 900 steps, where train.patience ended it" in doubt
    assert "Raise train.patience or leave it out" in doubt and "time_budget" not in doubt


def test_a_budget_of_steps_says_nothing_of_seconds() -> None:
    (doubt,) = doubts_of(after(2), 0.0, replace(PLAN, time_budget_s=None))
    assert doubt.endswith("Raise train.time_budget, train.steps or train.epochs.")


def test_a_budget_that_was_exceeded_is_told_with_where_the_time_went() -> None:
    (doubt,) = doubts_of(after(3, seconds=128.4), 0.8, PLAN)
    assert doubt.startswith(
        "Training took 128 s of the 60 s budget (train.time_budget): compiling the network took "
        "41 s, the longest validation 9 s"
    )
    assert doubt.endswith("There was time for 3 steps.")
    assert doubts_of(after(3, seconds=65.0), 0.8, PLAN) == ()
    assert doubts_of(after(3, seconds=900.0), 0.8, replace(PLAN, time_budget_s=None)) == ()
    assert len(doubts_of(after(3, seconds=900.0), 0.0, PLAN)) == 2
