"""The training loop on a tiny task: when it ends, what it keeps, and how it goes on."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from engine.errors import Interrupted, RunFailed
from engine.train import budget, loop
from engine.train.listener import StepReport
from engine.train.loop import Fitted, fit
from engine.train.plan import Plan, Trainable, Validation
from tests.train.tiny import Recorder, accuracy, alone, plan, rising, trainable


def run(
    folder: Path, how: Plan, listener: Recorder | None = None, resume: bool = False, **task: Any
) -> Fitted:
    return fit(trainable(**task), how, alone(), folder, listener or Recorder(), resume)


def stored(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "last.npz") as archive:
        return {name: archive[name] for name in archive.files if name != "counters"}


def assert_same(one: Path, other: Path) -> None:
    first, second = stored(one), stored(other)
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name], err_msg=name)


def set_clock(monkeypatch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
    """Has the loop read another clock."""
    for module in (loop, budget):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=monotonic))


def send(number: int, step: int) -> Callable[[StepReport], None]:
    """Sends this process a signal when a step is reported."""
    return lambda report: os.kill(os.getpid(), number) if report.step == step else None


def test_it_learns(tmp_path: Path) -> None:
    recorder = Recorder()
    fitted = run(tmp_path, plan(steps=120, learning_rate=0.05, batch=8), recorder)
    assert recorder.reports[-1].loss < 0.5 * recorder.reports[0].loss
    assert fitted.best_score > 0.9
    assert accuracy(fitted.model) == fitted.best_score
    assert recorder.messages[0] == "started tiny"


def test_it_stops_at_the_steps(tmp_path: Path) -> None:
    recorder = Recorder()
    fitted = run(tmp_path, plan(steps=12), recorder)
    assert fitted.steps == 12
    assert not fitted.stopped_early
    assert [step for step, _, _ in recorder.validations] == [4, 8, 12]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.weights.h5", "last.npz"]
    last = recorder.reports[-1]
    assert last.step == 10
    assert 0 < last.progress < 1
    assert last.learning_rate > 0
    assert 0 <= last.wait_share <= 1
    assert last.images_per_s > 0
    assert last.seconds_left > 0


def test_it_stops_when_the_time_is_spent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(np.arange(0, 1e6, 0.5))
    set_clock(monkeypatch, lambda: float(next(now)))
    recorder = Recorder()
    fitted = run(tmp_path, plan(steps=10**9, time_budget_s=30.0), recorder)
    assert 5 < fitted.steps <= 60
    assert fitted.seconds >= 30
    assert not fitted.stopped_early
    assert len(recorder.validations) == 3
    rates = [report.learning_rate for report in recorder.reports]
    assert rates[-1] < max(rates)


def test_the_time_left_is_known_from_the_first_step_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter(np.arange(0, 1e6, 0.5))
    set_clock(monkeypatch, lambda: float(next(now)))
    recorder = Recorder()
    run(tmp_path, plan(steps=10**9, time_budget_s=60.0), recorder)
    first = recorder.reports[0]
    assert first.step == 1
    assert 50 < first.seconds_left < 90  # the clock moves whenever it is asked


@pytest.mark.parametrize(
    ("budget_s", "validation_s", "validations", "seconds"),
    [(100.0, 10.0, 2, (98, 102)), (40.0, 15.0, 1, (25, 35))],
)
def test_the_last_validation_is_part_of_the_time_budget_and_none_is_repeated(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    budget_s: float,
    validation_s: float,
    validations: int,
    seconds: tuple[float, float],
) -> None:
    """Validations on a clock that steps move by little; where no time is left none follows."""
    task = on_a_clock(monkeypatch, 0.05, validation_s)
    recorder, budget = Recorder(), plan(steps=10**9, time_budget_s=budget_s)
    fitted = fit(task, budget, alone(), tmp_path, recorder)
    steps = [step for step, _, _ in recorder.validations]
    assert len(steps) == validations
    assert len(set(steps)) == len(steps)  # never the same weights twice
    assert seconds[0] < fitted.seconds < seconds[1]


@pytest.mark.parametrize(
    ("validation_s", "validations"), [(0.4, range(70, 101)), (4.0, range(12, 15))]
)
def test_dear_validations_come_more_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, validation_s: float, validations: range
) -> None:
    """All of them together take at most 15 % of the time, be they cheap or dear."""
    budget_s = 400.0
    task = on_a_clock(monkeypatch, 0.2, validation_s)
    recorder = Recorder()
    how = plan(steps=10**9, time_budget_s=budget_s, evaluations=100)
    fit(task, how, alone(), tmp_path, recorder)
    count = len(recorder.validations)
    assert count in validations
    assert count * validation_s <= 0.15 * budget_s


def on_a_clock(monkeypatch: pytest.MonkeyPatch, tick_s: float, validation_s: float) -> Trainable:
    """The tiny task, on a clock that moves when it is looked at, and by each validation."""
    clock = [0.0]

    def monotonic() -> float:
        clock[0] += tick_s
        return clock[0]

    task = trainable()

    def slow(model: Any) -> Validation:
        clock[0] += validation_s
        return task.validate(model)

    set_clock(monkeypatch, monotonic)
    return replace(task, validate=slow)


@pytest.mark.parametrize("told", [True, False])
def test_who_waits_for_compiling_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(loop, "TOLD_AFTER_S", 0.01 if told else 600.0)
    recorder = Recorder()
    fitted = run(tmp_path, plan(steps=2), recorder)
    assert ("compiling the network…" in recorder.messages) == told
    assert 0.01 < fitted.compiling_s < fitted.seconds


def test_it_stops_when_nothing_gets_better_and_keeps_the_best(tmp_path: Path) -> None:
    recorder = Recorder()
    scores = iter([0.5, 0.7, 0.6, 0.7, 0.2, 0.1, 0.1, 0.1])
    fitted = run(tmp_path, plan(steps=24, evaluations=8, patience=3), recorder, scores=scores)
    assert fitted.stopped_early
    assert (fitted.best_step, fitted.best_score, fitted.steps) == (12, 0.7, 15)
    assert [best for _, _, best in recorder.validations] == [True, True, False, True, False]


def test_the_best_model_is_returned_not_the_last(tmp_path: Path) -> None:
    kept: list[list[np.ndarray]] = []
    scores = iter([0.1, 0.9, 0.3])

    def validate(model: Any) -> Any:
        kept.append([weight.numpy() for weight in model.weights])
        return trainable(scores=scores).validate(model)

    fitted = run(tmp_path, plan(), validate=validate)
    for weight, second, third in zip(fitted.model.weights, kept[1], kept[2], strict=True):
        np.testing.assert_array_equal(weight.numpy(), second)
        assert not np.array_equal(second, third) or second.size == 0


@pytest.mark.parametrize(("tie", "kept"), [(0.0, 8), (0.02, 12), (0.005, 8)])
def test_of_scores_that_are_as_good_the_later_weights_are_kept(
    tmp_path: Path, tie: float, kept: int
) -> None:
    fitted = run(tmp_path, plan(tie=tie), scores=iter([0.5, 0.73, 0.72]))
    scores = {8: 0.73, 12: 0.72}
    assert (fitted.best_step, fitted.best_score) == (kept, scores[kept])


def test_two_runs_are_equal_and_another_seed_is_not(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        (tmp_path / name).mkdir()
        run(tmp_path / name, plan(steps=4, seed=seed), dropout=0.3)
    assert_same(tmp_path / "a", tmp_path / "b")
    with pytest.raises(AssertionError):
        assert_same(tmp_path / "a", tmp_path / "c")


@pytest.mark.parametrize(
    ("number", "settle_from"), [(signal.SIGTERM, 1.0), (signal.SIGINT, 0.2), (signal.SIGINT, 0.5)]
)
def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(
    tmp_path: Path, number: int, settle_from: float
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    how = plan(steps=30, settle_from=settle_from)
    whole.mkdir()
    parts.mkdir()
    run(whole, how, dropout=0.3)
    before = signal.getsignal(number)
    with pytest.raises(Interrupted, match=r"stopped at step 11") as stopped:
        run(parts, how, Recorder(send(number, 10)), dropout=0.3)
    assert stopped.value.exit_code == 130
    assert signal.getsignal(number) is before
    assert (parts / "last.npz").is_file()
    recorder = Recorder()
    fitted = run(parts, how, recorder, resume=True, dropout=0.3)
    assert "resumed at step 11" in recorder.messages
    assert fitted.steps == 30
    assert [step for step, _, _ in recorder.validations] == [20, 30]
    assert_same(whole, parts)


def test_a_signal_after_the_last_step_is_not_lost(tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match="stopped at step 10"):
        run(tmp_path, plan(steps=10), Recorder(send(signal.SIGTERM, 10)))
    fitted = run(tmp_path, plan(steps=10), resume=True)
    assert fitted.steps == 10


def test_asking_twice_stops_at_once(tmp_path: Path) -> None:
    def insist(report: StepReport) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, plan(), Recorder(insist))


def test_resuming_without_a_checkpoint_begins_anew(tmp_path: Path) -> None:
    recorder = Recorder()
    assert run(tmp_path, plan(steps=3), recorder, resume=True).steps == 3
    assert not any("resumed" in message for message in recorder.messages)


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match=r"the loss is nan at step 1\b.*learning rate"):
        run(tmp_path, plan(), loss=lambda sums: sums["entropy"] * math.nan)
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_no_numbers_never_reach_a_checkpoint(tmp_path: Path) -> None:
    def draw(step: int, position: int) -> tuple[np.ndarray, np.ndarray]:
        value = math.nan if step >= 6 else 0.5
        return np.full((8, 8, 3), value, np.float32), np.zeros((8, 8, 1), np.float32)

    with pytest.raises(RunFailed, match="the loss is nan at step 8"):
        run(tmp_path, plan(steps=12), draw=draw)
    assert all(np.isfinite(array).all() for array in stored(tmp_path).values())


def out_of_memory(above: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps with more than `above` examples find no memory."""
    real = loop.compile_step

    def compile_step(*arguments: Any) -> Any:
        step = real(*arguments)

        def limited(settled: bool, control: Any, number: Any, *batch: Any) -> Any:
            if len(batch[0]) > above:
                raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
            return step(settled, control, number, *batch)

        return limited

    monkeypatch.setattr(loop, "compile_step", compile_step)


def test_an_automatic_batch_shrinks_until_it_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out_of_memory(3, monkeypatch)
    recorder = Recorder()
    fitted = run(tmp_path, plan(steps=3, batch=9), recorder)
    assert (fitted.batch, fitted.steps) == (2, 3)
    said = [message for message in recorder.messages if "out of memory" in message]
    assert said == [
        "out of memory with a batch of 9; going on with 4",
        "out of memory with a batch of 4; going on with 2",
    ]


@pytest.mark.parametrize(("above", "may_shrink"), [(3, False), (0, True)])
def test_a_batch_that_may_not_shrink_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, above: int, may_shrink: bool
) -> None:
    out_of_memory(above, monkeypatch)
    with pytest.raises(RunFailed, match=r"does not fit into memory.*OOM.*train\.batch_size"):
        run(tmp_path, plan(batch=4, batch_may_shrink=may_shrink))


def test_a_full_disk_is_not_taken_for_a_batch_too_large(tmp_path: Path) -> None:
    def fail(report: StepReport) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")

    recorder = Recorder(fail)
    with pytest.raises(RunFailed, match=r"memory or the disk ran full.*No space left"):
        run(tmp_path, plan(), recorder)
    assert not any("batch" in message for message in recorder.messages)


def test_a_crash_while_the_best_is_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, plan(steps=2, evaluations=1))
    before = (tmp_path / "best.weights.h5").read_bytes()

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        run(tmp_path, plan(steps=2, evaluations=1), scores=rising())
    assert (tmp_path / "best.weights.h5").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.weights.h5", "last.npz"]


def test_without_averaging_the_last_weights_are_validated(tmp_path: Path) -> None:
    fitted = run(tmp_path, plan(steps=3, average_decay=0.0, evaluations=1))
    arrays = stored(tmp_path)
    for number, weight in enumerate(fitted.model.weights):
        np.testing.assert_allclose(weight.numpy(), arrays[f"average/{number:05d}"], atol=1e-7)
    model = [arrays[name] for name in sorted(arrays) if name.startswith("model/")]
    average = [arrays[name] for name in sorted(arrays) if name.startswith("average/")]
    for one, other in zip(model, average, strict=False):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize(("settle_from", "settled"), [(0.0, 12), (0.5, 6), (1.0, 0)])
def test_the_network_settles_at_a_share_of_the_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settle_from: float, settled: int
) -> None:
    flags: list[bool] = []
    real = loop.compile_step

    def compile_step(*arguments: Any) -> Any:
        step = real(*arguments)

        def noted(flag: bool, *rest: Any) -> Any:
            flags.append(flag)
            return step(flag, *rest)

        return noted

    monkeypatch.setattr(loop, "compile_step", compile_step)
    fitted = run(tmp_path, plan(steps=12, settle_from=settle_from), dropout=0.3)
    assert flags == [False] * (12 - settled) + [True] * settled
    (mean,) = (weight for weight in fitted.model.weights if weight.path.endswith("moving_mean"))
    assert bool(np.any(mean.numpy())) == (settled < 12)  # statistics that stand still stay at 0
