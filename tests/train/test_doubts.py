"""A training that learnt nothing does not end like a good one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.train.doubts import doubts_of
from engine.train.plan import Plan

PLAN = Plan(
    steps=10_000,
    time_budget_s=60.0,
    batch=4,
    batch_may_shrink=True,
    learning_rate=1e-3,
    seed=0,
)


@pytest.mark.parametrize(("steps", "score"), [(5000, 0.1), (20, 0.8)])
def test_a_good_training_leaves_no_doubt(steps: int, score: float) -> None:
    assert doubts_of(steps, score, PLAN) == ()


@pytest.mark.parametrize(
    ("steps", "score", "words"),
    [
        (2, 0.0, ("scores 0.000 of 1", "after 2 steps, which are too few", "of the 60 s, comp")),
        (1, 0.0, ("after 1 step, which",)),
        (5000, 0.099, ("scores 0.099 of 1", "after 5000 steps.", "Look at the annotations")),
    ],
)
def test_what_went_wrong_is_told(steps: int, score: float, words: tuple[str, ...]) -> None:
    (doubt,) = doubts_of(steps, score, PLAN)
    assert all(word in doubt for word in words)
    assert doubt.endswith(".")


def test_patience_is_named_where_it_ended_the_run() -> None:
    (doubt,) = doubts_of(900, 0.0, PLAN, stopped_early=True)
    assert "after 900 steps, where train.patience ended it" in doubt
    assert "Raise train.patience or leave it out" in doubt and "time_budget" not in doubt


def test_a_budget_of_steps_says_nothing_of_seconds() -> None:
    (doubt,) = doubts_of(2, 0.0, replace(PLAN, time_budget_s=None))
    assert doubt.endswith("Raise train.time_budget, train.steps or train.epochs.")
