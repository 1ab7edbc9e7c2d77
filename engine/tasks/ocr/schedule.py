"""How long and how a reader is trained.

Where fields are located as well, the locator's options say so instead, and `train.batch_size` is
its patches; each patch then brings its share of `lines_a_step`.
"""

from __future__ import annotations

from engine.recipe import Recipe
from engine.tasks.schedule import Schedule, batch_of, schedule_of

PIXELS_A_STEP = 16 * 64 * 160
LEAST_LINES, MOST_LINES = 8, 32
"""Pixels of the lines of a step of automatic size, and how many lines that may be."""

DEFAULT_STEPS = 3000
LEARNING_RATE = 3e-3


def line_schedule(recipe: Recipe, line_hw: tuple[int, int]) -> Schedule:
    """That of a reader alone, for lines of this size in px; its batch is of lines."""
    return schedule_of(recipe, lines_a_step(line_hw), DEFAULT_STEPS, LEARNING_RATE)


def lines_a_step(line_hw: tuple[int, int]) -> int:
    """How many lines of this size in px are shown in a step, where the recipe does not say."""
    return batch_of(line_hw, PIXELS_A_STEP, LEAST_LINES, MOST_LINES)
