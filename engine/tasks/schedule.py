"""How long and how a network is trained: where `train` takes effect, whatever the task."""

from __future__ import annotations

from dataclasses import dataclass

from engine.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Schedule:
    """The words of a recipe on training, as plain values.

    Attributes:
        batch: examples a step.
        batch_may_shrink: whether that was chosen automatically.
        epochs, steps: at most one is given; a default of `steps` where there is no time budget
            either.
        time_budget_s: most seconds of training.
        learning_rate: its peak.
        patience: validations without improvement before stopping.
        seed: of weights, order and augmentation.
    """

    batch: int
    batch_may_shrink: bool
    epochs: int | None
    steps: int | None
    time_budget_s: float | None
    learning_rate: float
    patience: int | None
    seed: int


def schedule_of(recipe: Recipe, batch: int, steps: int, learning_rate: float) -> Schedule:
    """That of a recipe; what is given here is taken where the recipe leaves it open."""
    train = recipe.train
    nothing_given = train.epochs is None and train.steps is None and train.time_budget_s is None
    return Schedule(
        batch=batch if train.batch_size == "auto" else train.batch_size,
        batch_may_shrink=train.batch_size == "auto",
        epochs=train.epochs,
        steps=steps if nothing_given else train.steps,
        time_budget_s=train.time_budget_s,
        learning_rate=train.learning_rate or learning_rate,
        patience=train.patience,
        seed=train.seed,
    )


def batch_of(size_hw: tuple[int, int], pixels_a_step: int, least: int, most: int) -> int:
    """How many examples of this size in px make a step of about so many pixels."""
    return min(most, max(least, round(pixels_a_step / (size_hw[0] * size_hw[1]))))
