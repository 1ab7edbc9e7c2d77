"""What the loop needs to know, and what a task gives it: plain values, no recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = tuple[NDArray[np.generic], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how to train.

    Attributes:
        steps: most optimizer steps.
        time_budget_s: most seconds of training, validation included; None is no limit.
        batch: global batch size to begin with.
        batch_may_shrink: halve the batch when memory runs out, instead of failing.
        learning_rate: peak of the schedule.
        weight_decay: of AdamW.
        clip_norm: largest global norm of a gradient.
        average_decay: of the moving average of the weights; 0 is none.
        settle_from: share of the budget from which on the network trains as it will be used: batch
            normalisation with its running statistics, without dropout; 1 is never.
        evaluations: most validations over the whole budget, evenly spread.
        tie: a validation score lower than the highest by at most this share of it is as good: of
            two such sets of weights the later one is kept, because it has learnt longer and
            validation photos are few.
        patience: validations without improvement before stopping; None never stops early.
        seed: of weights, order and augmentation.
        xla: compile the step with XLA, where one replica trains on a CPU.
    """

    steps: int
    time_budget_s: float | None
    batch: int
    batch_may_shrink: bool
    learning_rate: float
    seed: int
    weight_decay: float = 0.02
    clip_norm: float = 1.0
    average_decay: float = 0.99
    settle_from: float = 1.0
    evaluations: int = 12
    tie: float = 0.03
    patience: int | None = None
    xla: bool = False


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """A precision-recall curve: `thresholds` ascending in 0…1, all arrays of one length."""

    thresholds: NDArray[np.float64]
    true_positives: NDArray[np.float64]
    false_positives: NDArray[np.float64]
    false_negatives: NDArray[np.float64]
    true_negatives: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Validation:
    """What a task measured on validation data.

    Attributes:
        score: what "best" means; higher is better.
        scalars: named values for TensorBoard and the progress line.
        pictures: uint8 RGB (H, W, 3), truth and prediction side by side, by name.
        curves: precision-recall curves by class.
        meanings: what scalars are, as sentences for TensorBoard, by name.
    """

    score: float
    scalars: Mapping[str, float]
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)
    curves: Mapping[str, PrecisionRecall] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trainable:
    """A compiled recipe: everything that the training loop asks of a task.

    Attributes:
        build: makes the model; called inside the distribution strategy's scope.
        draw: (step, position) -> the arrays of one example, a pure function of both.
        example: shape and dtype of each array that `draw` gives; the first ones are the model's
            inputs.
        loss_sums: (targets, outputs) -> named sums over the batch, which add up over replicas.
        loss: summed sums -> scalar loss.
        validate: measures a model on validation data.
        inputs: how many arrays of an example the model takes; the others are targets.
        parts: names of the model's layers that share no weight with each other, and between them
            have all: the gradient of each is clipped by itself, so that none is cut because of
            another's. Empty where the model is one.
    """

    build: Callable[[], Any]
    draw: Callable[[int, int], Arrays]
    example: Sequence[tuple[tuple[int, ...], str]]
    loss_sums: Callable[[tuple[Any, ...], Any], dict[str, Any]]
    loss: Callable[[dict[str, Any]], Any]
    validate: Callable[[Any], Validation]
    inputs: int = 1
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """A model that was gathered, and what a reader of the report must know of it, as sentences."""

    model: Any
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathering:
    """A compiled recipe whose model is put together from photos in one pass, without an optimizer.

    Attributes:
        gather: (progress, called with things done and things in all) -> the model.
        validate: measures a model on validation data.
    """

    gather: Callable[[Callable[[int, int], None]], Gathered]
    validate: Callable[[Any], Validation]
