"""The training loop: one for CPU, one GPU, many GPUs and many hosts.

Why not `Model.fit`: it fails under `MultiWorkerMirroredStrategy`, and exact resume needs the
loop's whole state (docs/adr/0002-own-training-loop.md).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from engine.errors import Interrupted, RunFailed
from engine.train.budget import Budget
from engine.train.clock import Clock
from engine.train.distribute import Workers
from engine.train.feed import feed
from engine.train.interrupt import interruptible
from engine.train.listener import Listener, StepReport
from engine.train.plan import Plan, Trainable
from engine.train.slow import told_if_slow
from engine.train.state import LoopState, load_state, make_average, save_state
from engine.train.step import Step, compile_step, share_batch

REPORT_EVERY = 10
"""Steps between two reports; the loss is read, and checked, then and before each save."""

SAVE_EVERY_S = 120.0
"""Seconds between two checkpoints when no validation comes in between."""

TOLD_AFTER_S = 3.0
"""Seconds of compiling after which it is told that this is what takes so long."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model that validation chose, its step and score, and where the loop stood.

    Attributes:
        seconds: of training, over all resumes.
        compiling_s: of the first step, which compiles the network.
        longest_validation_s: of the validation that took longest.
        notes: what a reader of the report must know, as sentences.
    """

    model: Any
    steps: int
    best_step: int
    best_score: float
    seconds: float
    compiling_s: float
    longest_validation_s: float
    batch: int
    stopped_early: bool
    notes: tuple[str, ...] = ()


def fit(
    trainable: Trainable,
    plan: Plan,
    workers: Workers,
    folder: Path,
    listener: Listener,
    resume: bool = False,
) -> Fitted:
    """Trains until the budget is spent; keeps `last` and `best` in `folder`.

    Raises:
        RunFailed: the loss is no longer finite, or memory does not even hold a batch of one.
        Interrupted: a signal asked to stop; `last` was saved.
    """
    state = build_state(trainable, plan, workers)
    if resume and (folder / "last.npz").is_file():
        load_state(state, folder / "last.npz")
        listener.said(f"resumed at step {state.counters.step}")
    listener.started(state.averaged_model)
    state.counters.batch = state.counters.batch or _round_batch(plan.batch, workers)
    budget = Budget(plan, state.counters)
    run = _Run(trainable, plan, workers, folder, listener, state, budget)
    with interruptible() as asked:
        while not run.finished():
            try:
                run.train(asked)
            except _OutOfMemory as error:
                _shrink(state, plan, workers, listener, error)
            except tf.errors.ResourceExhaustedError as error:
                raise _exhausted(error, folder) from error
        if asked():
            run.stop(here=True)
    run.evaluate_if_needed()
    counters = state.counters
    if workers.chief:
        state.averaged_model.load_weights(folder / "best.weights.h5")
    else:
        state.publish_average()
    return Fitted(
        model=state.averaged_model,
        steps=counters.step,
        best_step=counters.kept_step,
        best_score=counters.kept_score,
        seconds=counters.seconds,
        compiling_s=run.compiling_s,
        longest_validation_s=counters.longest_validation_s,
        batch=counters.batch,
        stopped_early=run.budget.progress() < 1.0,
    )


def build_state(trainable: Trainable, plan: Plan, workers: Workers) -> LoopState:
    """A fresh state: seeded models, a built optimizer, and the average at their first weights."""
    keras.utils.set_random_seed(plan.seed)
    with workers.strategy.scope():
        model = trainable.build()
        averaged = trainable.build()
        optimizer: Any = keras.optimizers.AdamW(
            learning_rate=plan.learning_rate, weight_decay=plan.weight_decay
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        if keras.config.dtype_policy().compute_dtype == "float16":
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        optimizer.build(model.trainable_variables)
        average = make_average(model)
    return LoopState(model, optimizer, average, averaged)


def _round_batch(batch: int, workers: Workers) -> int:
    """The batch size rounded up to a multiple of the replicas."""
    return math.ceil(batch / workers.replicas) * workers.replicas


class _OutOfMemory(Exception):
    """A step did not fit into memory; anything else that runs out is no matter of the batch."""


def _exhausted(error: Exception, folder: Path) -> RunFailed:
    return RunFailed(
        "memory or the disk ran full outside of a training step",
        where=str(folder),
        received=str(error).splitlines()[0][:200],
        fix="Free some space, or set a smaller input.tile, and go on with --resume",
    )


def _shrink(
    state: LoopState, plan: Plan, workers: Workers, listener: Listener, error: Exception
) -> None:
    """Halves the batch; a step that ran out of memory had not changed the weights yet."""
    batch = state.counters.batch
    if not plan.batch_may_shrink or batch <= workers.replicas or workers.count > 1:
        raise RunFailed(
            f"a batch of {batch} does not fit into memory",
            where="train.batch_size",
            received=str(error).splitlines()[0][:200],
            fix="Set a smaller train.batch_size, a smaller input.tile or a smaller backbone",
        ) from error
    state.counters.batch = _round_batch(batch // 2, workers)
    listener.said(f"out of memory with a batch of {batch}; going on with {state.counters.batch}")


@dataclass(slots=True)
class _Run:
    """The loop while it runs: what never changes, and the state that does."""

    trainable: Trainable
    plan: Plan
    workers: Workers
    folder: Path
    listener: Listener
    state: LoopState
    budget: Budget
    saved_at: float = 0.0
    compiled: bool = False
    compiling_s: float = 0.0
    told_to_finish: bool = False
    told_progress: float = 0.0

    def finished(self) -> bool:
        """Whether nothing is left to train; of several workers the chief decides."""
        if self.workers.count > 1:
            return self.told_to_finish or self.state.counters.step >= self.plan.steps
        return self.budget.is_spent()

    def train(self, asked: Callable[[], bool]) -> None:
        """Trains to the end of the budget, or of the patience."""
        counters = self.state.counters
        step = compile_step(self.trainable, self.plan, self.workers, self.state)
        positions = self.workers.positions(counters.batch)
        clock = Clock(counters.step)
        with feed(self.trainable, counters.step, self.plan.steps, positions) as batches:
            while not self.finished():
                with self.budget.timed():
                    self._advance(step, batches, clock, asked)

    def _advance(
        self, step: Step, batches: Iterator[Any], clock: Clock, asked: Callable[[], bool]
    ) -> None:
        """One step, and what is due after it: a report, a validation, a checkpoint."""
        counters = self.state.counters
        with clock.waiting():
            batch = share_batch(self.workers, next(batches))
        number = tf.constant(counters.step, tf.int64)
        counters.settled |= self._agreed_progress() >= self.plan.settle_from
        words = self._control(asked())
        inputs = (counters.settled, words, number, *batch)
        loss, rate, control = _take(step, *inputs) if self.compiled else self._compile(step, inputs)
        counters.step += 1
        if not self.compiled:
            self.compiled = True
            self.budget.compiled()
        stopping = self._listen(control, asked)
        evaluating = self.budget.evaluation_due()
        saving = self.budget.seconds() - self.saved_at > SAVE_EVERY_S
        reporting = counters.step % REPORT_EVERY == 0 or counters.step <= 2
        if evaluating or saving or stopping or reporting:
            self._require_finite(float(loss), float(rate))
        if reporting:
            self._report(float(loss), float(rate), clock)
        if stopping:
            self.stop(asked())
        if evaluating:
            self.evaluate()
        elif saving:
            self.save()

    def _compile(self, step: Step, inputs: tuple[Any, ...]) -> tuple[Any, Any, Any]:
        """The first step, which compiles the network; who waits for it is told why."""
        said = "compiling the network…"
        with told_if_slow(lambda: self.listener.said(said), TOLD_AFTER_S) as seconds:
            taken = _take(step, *inputs)
            self.compiling_s = seconds()
        return taken

    def _listen(self, words: Any, asked: Callable[[], bool]) -> bool:
        """Whether to stop now; a single worker need not wait for the device to know."""
        if self.workers.count == 1:
            return asked()
        self.told_progress, self.told_to_finish = float(words[0]), bool(words[2] > 0)
        return bool(words[1] > 0)

    def _agreed_progress(self) -> float:
        """The progress that all workers know: of several, the chief's at the step before."""
        return self.told_progress if self.workers.count > 1 else self.budget.progress()

    def _control(self, interrupted: bool) -> tf.Tensor:
        """This worker's word: progress and end by the chief alone, an interruption by anyone.

        Each local replica carries its share, so that the sum over all replicas is the word.
        """
        chief = self.workers.chief
        words = [
            self.budget.progress() if chief else 0.0,
            float(interrupted),
            float(chief and self.workers.count > 1 and self.budget.is_spent()),
        ]
        return tf.constant([word / self.workers.local_replicas for word in words], tf.float32)

    def stop(self, here: bool) -> None:
        """Saves and ends the loop; `here` tells whether this worker got the signal."""
        self.save()
        raise Interrupted(
            f"stopped at step {self.state.counters.step} by a signal"
            + ("" if here else " to another worker")
        )

    def _require_finite(self, loss: float, rate: float) -> None:
        """Ends the run before weights that are no numbers reach a checkpoint."""
        if not math.isfinite(loss):
            raise RunFailed(
                f"the loss is {loss} at step {self.state.counters.step}",
                where="training",
                received=f"learning rate {rate:.2g}",
                fix="Lower train.learning_rate, or set train.precision: float32",
            )

    def _report(self, loss: float, rate: float, clock: Clock) -> None:
        progress, counters = self.budget.progress(), self.state.counters
        left = self.budget.seconds() * (1.0 - progress) / max(progress, 1e-6)
        images_per_s, wait_share = clock.lap(counters.step, counters.batch)
        self.listener.stepped(
            StepReport(counters.step, progress, loss, rate, images_per_s, wait_share, left)
        )

    def evaluate_if_needed(self) -> None:
        """Validates the last weights when the time ran out after the last validation."""
        counters = self.state.counters
        if self.workers.chief and counters.step > counters.validated_step:
            with self.budget.timed():
                self.evaluate()

    def evaluate(self) -> None:
        """Validates the averaged weights, keeps them unless others are better, saves the state."""
        counters = self.state.counters
        counters.validated_step = counters.step
        if self.workers.chief:
            began = time.monotonic()
            model = self.state.publish_average()
            validation = self.trainable.validate(model)
            taken = time.monotonic() - began
            counters.longest_validation_s = max(counters.longest_validation_s, taken)
            highest = counters.highest_score
            kept = highest is None or validation.score >= highest * (1.0 - self.plan.tie)
            if kept:
                counters.kept_step, counters.kept_score = counters.step, validation.score
                _save_weights(model, self.folder / "best.weights.h5")
            better = highest is None or validation.score > highest
            counters.highest_score = validation.score if better else highest
            counters.stale = 0 if better else counters.stale + 1
            self.listener.validated(counters.step, validation, kept)
        # What the validation took counts as well: or the next would be due at once.
        counters.validated_progress = self.budget.progress()
        self.save()

    def save(self) -> None:
        """Writes the checkpoint `last`, by the chief alone."""
        self.budget.settle()
        self.saved_at = self.state.counters.seconds
        if self.workers.chief:
            save_state(self.state, self.folder / "last.npz")


def _take(step: Step, *arguments: Any) -> tuple[Any, Any, Any]:
    """One step; raises `_OutOfMemory` when it does not fit."""
    try:
        return step(*arguments)
    except tf.errors.ResourceExhaustedError as error:
        raise _OutOfMemory(str(error)) from error


def _save_weights(model: Any, path: Path) -> None:
    temporary = path.with_name(f".{path.name.removesuffix('.weights.h5')}.part.weights.h5")
    try:
        model.save_weights(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
