"""A network of a few parameters on 8 x 8 px, for tests of the training loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.train.distribute import Workers
from engine.train.listener import StepReport
from engine.train.plan import Plan, PrecisionRecall, Trainable, Validation

PLAN = Plan(
    steps=12,
    time_budget_s=None,
    batch=4,
    batch_may_shrink=True,
    learning_rate=0.02,
    seed=3,
    average_decay=0.9,
    evaluations=3,
)


def plan(**changes: Any) -> Plan:
    return replace(PLAN, **changes)


def alone() -> Workers:
    """One process with the default device."""
    return Workers(tf.distribute.get_strategy(), 1, 0, 1)


def build(dropout: float) -> keras.Model:
    """Convolution, batch normalisation over all replicas, dropout, one logit a pixel."""
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    pixels = keras.Input((8, 8, 3))
    features = keras.layers.Conv2D(4, 3, padding="same", use_bias=False)(pixels)
    features = keras.layers.BatchNormalization(momentum=0.9, synchronized=replicas > 1)(features)
    features = keras.layers.Activation("swish")(features)
    features = keras.layers.Dropout(dropout)(features)
    return keras.Model(pixels, keras.layers.Conv2D(1, 1)(features), name="tiny")


def draw(step: int, position: int) -> tuple[np.ndarray, np.ndarray]:
    """Noise, and where its first channel is bright."""
    pixels = np.random.default_rng([7, step, position]).random((8, 8, 3), np.float32)
    return pixels, (pixels[..., :1] > 0.5).astype(np.float32)


def loss_sums(targets: tuple[Any, ...], outputs: Any) -> dict[str, Any]:
    entropy = tf.nn.sigmoid_cross_entropy_with_logits(targets[0], outputs)
    return {
        "entropy": tf.reduce_sum(entropy),
        "pixels": tf.cast(tf.size(entropy), tf.float32),
    }


def accuracy(model: Any) -> float:
    """Share of right pixels on examples that no step draws."""
    examples = [draw(10**6, position) for position in range(8)]
    pixels, truth = (np.stack(arrays) for arrays in zip(*examples, strict=True))
    return float(np.mean((np.asarray(model(pixels)) > 0) == (truth > 0)))


def trainable(
    dropout: float = 0.0, scores: Iterator[float] | None = None, **changes: Any
) -> Trainable:
    """The tiny task; `scores` replaces what validation finds."""

    def validate(model: Any) -> Validation:
        score = accuracy(model) if scores is None else next(scores)
        counts = np.array([4.0, 2.0])
        return Validation(
            score=score,
            scalars={"iou/mean": score, "iou/scratch": score / 2},
            pictures={"photos/a.png": np.zeros((8, 16, 3), np.uint8)},
            curves={"scratch": PrecisionRecall(np.array([0.0, 1.0]), *(counts,) * 4)},
        )

    task = Trainable(
        build=lambda: build(dropout),
        draw=draw,
        example=(((8, 8, 3), "float32"), ((8, 8, 1), "float32")),
        loss_sums=loss_sums,
        loss=lambda sums: sums["entropy"] / sums["pixels"],
        validate=validate,
    )
    return replace(task, **changes)


def rising() -> Iterator[float]:
    """Each validation is better than the one before."""
    return (float(number) for number in count())


@dataclass
class Recorder:
    """A listener that keeps what it hears, and may act on a report."""

    act: Callable[[StepReport], None] = lambda report: None
    reports: list[StepReport] = field(default_factory=list)
    validations: list[tuple[int, float, bool]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def started(self, model: Any) -> None:
        self.messages.append(f"started {model.name}")

    def stepped(self, report: StepReport) -> None:
        self.reports.append(report)
        self.act(report)

    def validated(self, step: int, validation: Validation, kept: bool) -> None:
        self.validations.append((step, validation.score, kept))

    def said(self, message: str) -> None:
        self.messages.append(message)
