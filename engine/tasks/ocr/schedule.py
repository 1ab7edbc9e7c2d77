"""How long and how a reader is trained; this is where `train` takes effect on lines.

Where fields are located as well, the locator's options say so instead, and `train.batch_size` is
its patches; each patch then brings its share of `lines_a_step`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.recipe import Recipe

PIXELS_A_STEP = 16 * 64 * 160
LEAST_LINES, MOST_LINES = 8, 32
"""Pixels of the lines of a step of automatic size, and how many lines that may be."""

DEFAULT_STEPS = 3000
LEARNING_RATE = 3e-3


@dataclass(frozen=True, slots=True)
class LineSchedule:
    """The training of a reader alone, see `engine.tasks.trainable.Schedule`.

    Attributes:
        batch: lines a step.
    """

    batch: int
    batch_may_shrink: bool
    epochs: int | None
    steps: int | None
    time_budget_s: float | None
    learning_rate: float
    patience: int | None
    seed: int


def line_schedule(recipe: Recipe, line_hw: tuple[int, int]) -> LineSchedule:
    """That of a recipe, for lines of this size in px."""
    train = recipe.train
    nothing_given = train.epochs is None and train.steps is None and train.time_budget_s is None
    return LineSchedule(
        batch=lines_a_step(line_hw) if train.batch_size == "auto" else train.batch_size,
        batch_may_shrink=train.batch_size == "auto",
        epochs=train.epochs,
        steps=DEFAULT_STEPS if nothing_given else train.steps,
        time_budget_s=train.time_budget_s,
        learning_rate=train.learning_rate or LEARNING_RATE,
        patience=train.patience,
        seed=train.seed,
    )


def lines_a_step(line_hw: tuple[int, int]) -> int:
    """How many lines of this size in px are shown in a step, where the recipe does not say."""
    wanted = round(PIXELS_A_STEP / (line_hw[0] * line_hw[1]))
    return min(MOST_LINES, max(LEAST_LINES, wanted))
