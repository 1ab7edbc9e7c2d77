"""One optimizer step over all replicas, compiled.

The loss is computed from sums that are added over the replicas first, so its value and its
gradient are those of one device with the whole batch. The chief's progress and wish to stop
travel with the same reduction: all workers use one learning rate and stop at one step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from engine.train.distribute import Workers
from engine.train.plan import Plan, Trainable
from engine.train.schedule import learning_rate
from engine.train.state import LoopState

Step = Callable[..., tuple[Any, Any, Any]]


def compile_step(trainable: Trainable, plan: Plan, workers: Workers, state: LoopState) -> Step:
    """The step as a function of (settled, control, step number, *batch).

    `settled` is a bool, see `Plan.settle_from`; all workers must agree on it. The control is this
    worker's word on (progress, interrupted, finished). The step returns the loss, the learning
    rate used, and the sum of all workers' words.
    """
    strategy, model, optimizer = workers.strategy, state.model, state.optimizer
    replicas = workers.replicas
    variables = model.trainable_variables
    parts = _places(model, trainable.parts)

    def add_up(tensors: Any) -> Any:
        if replicas == 1:
            return tensors
        context = tf.distribute.get_replica_context()
        return tf.nest.map_structure(
            lambda tensor: context.all_reduce(tf.distribute.ReduceOp.SUM, tensor), tensors
        )

    def given(batch: tuple[Any, ...]) -> Any:
        return batch[0] if trainable.inputs == 1 else list(batch[: trainable.inputs])

    def replica_step(
        settled: bool, control: Any, number: Any, batch: tuple[Any, ...]
    ) -> tuple[Any, Any, Any]:
        # An argument has no device, which a reduction needs; its copy has the replica's.
        control = add_up(tf.identity(control))
        rate = learning_rate(control[0], plan.learning_rate)
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            outputs = model(given(batch), training=not settled)
            sums = add_up(trainable.loss_sums(batch[trainable.inputs :], outputs))
            loss = trainable.loss(sums)
            scaled = optimizer.scale_loss(loss / replicas)
        gradients = add_up(tape.gradient(scaled, variables))
        for part in parts:
            own = _clip([gradients[place] for place in part], optimizer, plan.clip_norm)
            for place, gradient in zip(part, own, strict=True):
                gradients[place] = gradient
        # The optimizer adds the gradients of the replicas, which are equal by now.
        optimizer.apply([gradient / replicas for gradient in gradients], variables)
        _average(state, number, plan.average_decay)
        return loss, rate, control

    def step(settled: bool, control: Any, number: Any, *batch: Any) -> tuple[Any, Any, Any]:
        loss, rate, words = strategy.run(replica_step, args=(settled, control, number, batch))
        first = strategy.experimental_local_results
        return first(loss)[0], first(rate)[0], first(words)[0]

    xla = plan.xla and replicas == 1 and not tf.config.list_logical_devices("GPU")
    compiled: Step = tf.function(step, reduce_retracing=True, jit_compile=xla or None)
    return compiled


def _places(model: Any, parts: tuple[str, ...]) -> list[list[int]]:
    """Where the variables of each part are among the model's trainable ones."""
    variables = model.trainable_variables
    if not parts:
        return [list(range(len(variables)))]
    place = {id(variable): number for number, variable in enumerate(variables)}
    found = [[place[id(v)] for v in model.get_layer(name).trainable_variables] for name in parts]
    if sorted(number for part in found for number in part) != list(range(len(variables))):
        raise ValueError(f"the parts of the model do not have each weight once. Received: {parts}")
    return found


def _clip(gradients: list[Any], optimizer: Any, clip_norm: float) -> list[Any]:
    """Clips by global norm; with a scaled loss (float16) the bound is scaled alike."""
    bound = optimizer.scale_loss(tf.constant(clip_norm))
    norm = tf.linalg.global_norm(gradients)
    factor = tf.where(norm > bound, bound / norm, tf.ones_like(norm))
    return [gradient * tf.cast(factor, gradient.dtype) for gradient in gradients]


def _average(state: LoopState, number: Any, decay: float) -> None:
    """Exponential moving average of the weights, with a shorter memory in the first steps."""
    number = tf.cast(number, tf.float32)
    keep = tf.minimum(decay, (1.0 + number) / (10.0 + number))
    for average, weight in zip(state.average, state.model.weights, strict=True):
        value = tf.convert_to_tensor(weight)
        average.assign_add(tf.cast(1.0 - keep, value.dtype) * (value - average))


def share_batch(workers: Workers, batch: tuple[Any, ...]) -> tuple[Any, ...]:
    """The worker's batch, cut into one slice a local replica."""
    if workers.local_replicas == 1:
        return batch

    def cut(tensor: Any) -> Any:
        slices = tf.split(tensor, workers.local_replicas)
        return workers.strategy.experimental_distribute_values_from_function(
            lambda context: slices[context.replica_id_in_sync_group % workers.local_replicas]
        )

    return tuple(cut(tensor) for tensor in batch)
