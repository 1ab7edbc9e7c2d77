"""What the training loop gets of every task in the same way: plan, parameters, a ready network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, Protocol

import keras
import tensorflow as tf

from engine import kcv
from engine.tasks.augment import Augmentation
from engine.tasks.schedule import Schedule
from engine.train.plan import Plan

WITHOUT_LIMIT = 10**9
"""Steps of a run that only time ends."""

PATCHES_A_PHOTO = 4
"""What counts as one epoch: so many patches for each training photo."""


class Network(Protocol):
    """What the options of all tasks say of the network, and of what it is shown."""

    @property
    def backbone(self) -> str:
        """By name."""

    @property
    def architecture(self) -> str:
        """By name."""

    @property
    def weights(self) -> Literal["none", "imagenet"] | Path:
        """What the backbone starts from."""

    @property
    def freeze(self) -> bool:
        """Whether the backbone stays as it starts."""

    @property
    def patch_hw(self) -> tuple[int, int]:
        """Of training, in px."""

    @property
    def augmentation(self) -> Augmentation:
        """Of patches."""


def plan_of(schedule: Schedule, photo_count: int, settle_from: float = 1.0) -> Plan:
    """How long and how to train on so many photos; `settle_from` as in `Plan`."""
    steps_per_epoch = max(1, math.ceil(photo_count * PATCHES_A_PHOTO / schedule.batch))
    return Plan(
        steps=schedule.steps or (schedule.epochs or 0) * steps_per_epoch or WITHOUT_LIMIT,
        time_budget_s=schedule.time_budget_s,
        batch=schedule.batch,
        batch_may_shrink=schedule.batch_may_shrink,
        learning_rate=schedule.learning_rate,
        seed=schedule.seed,
        patience=schedule.patience,
        settle_from=settle_from,
    )


def repays(plan: Plan, steps: int, seconds: float) -> bool:
    """Whether a plan is at least so long that compiling its steps by XLA pays."""
    long_enough = plan.time_budget_s is None or plan.time_budget_s >= seconds
    return long_enough and plan.steps >= steps


def parameters_of(
    network: Network, plan: Plan, of_the_task: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """What TensorBoard lists as hyper-parameters, with those that one task alone has."""
    return {
        "backbone": network.backbone,
        "architecture": network.architecture,
        "weights": str(network.weights),
        "freeze": network.freeze,
        **(of_the_task or {}),
        "patch": f"{network.patch_hw[1]}x{network.patch_hw[0]}",
        "batch": plan.batch,
        "steps": plan.steps if plan.steps < WITHOUT_LIMIT else "no limit",
        "time_budget_s": plan.time_budget_s or "no limit",
        "learning_rate": plan.learning_rate,
        "weight_decay": plan.weight_decay,
        "settle_from": plan.settle_from,
        "seed": plan.seed,
        **{f"augment/{name}": value for name, value in asdict(network.augmentation).items()},
    }


def make_ready(model: keras.Model, backbone: kcv.Backbone, *, freeze: bool) -> None:
    """Freezes the backbone if asked to, and has batch normalisation as the replicas need it."""
    backbone.core.trainable = not freeze
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    kcv.prepare_batch_norm(model, synchronized=replicas > 1)
