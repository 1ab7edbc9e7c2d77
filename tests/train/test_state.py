"""The state of training on disk: everything, whole, and of the right model."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from engine.errors import RunFailed
from engine.train import state as state_module
from engine.train.state import LoopState, load_state, make_average, save_state
from tests.train.tiny import build


def fresh(seed: int, width: int = 4) -> LoopState:
    keras.utils.set_random_seed(seed)
    model = build(dropout=0.5)
    if width != 4:
        pixels = keras.Input((8, 8, 3))
        model = keras.Model(pixels, keras.layers.Conv2D(width, 3)(pixels))
    optimizer = keras.optimizers.AdamW(1e-3)
    optimizer.build(model.trainable_variables)
    return LoopState(model, optimizer, make_average(model), build(dropout=0.5))


def arrays(state: LoopState) -> list[np.ndarray]:
    return [
        np.asarray(variable.numpy())
        for group in (state.model.variables, state.optimizer.variables, state.average)
        for variable in group
    ]


@pytest.fixture
def used(tmp_path: Path) -> LoopState:
    """A state after a step with dropout, so that every kind of variable has moved."""
    state = fresh(0)
    state.model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    state.model.train_on_batch(np.ones((2, 8, 8, 3)), np.ones((2, 8, 8, 1)))
    gradients = [
        np.ones(variable.shape, np.float32) for variable in state.model.trainable_variables
    ]
    state.optimizer.apply(gradients, state.model.trainable_variables)
    state.counters.step, state.counters.kept_score, state.counters.seconds = 17, 0.25, 3.5
    return state


def test_everything_comes_back(used: LoopState, tmp_path: Path) -> None:
    save_state(used, tmp_path / "last.npz")
    other = fresh(1)
    assert not all(np.array_equal(a, b) for a, b in zip(arrays(used), arrays(other), strict=True))
    load_state(other, tmp_path / "last.npz")
    for one, two in zip(arrays(used), arrays(other), strict=True):
        np.testing.assert_array_equal(one, two)
    assert other.counters == used.counters


def test_the_state_of_dropout_is_part_of_it(used: LoopState) -> None:
    names = [variable.path for variable in used.model.variables]
    assert any("seed_generator_state" in name for name in names)


def test_the_average_can_be_published(used: LoopState) -> None:
    for variable in used.average:
        variable.assign(np.full(variable.shape, 0.5, np.float32))
    published = used.publish_average()
    assert all((weight.numpy() == 0.5).all() for weight in published.weights)


@pytest.mark.parametrize("size", [0, 10, 500])
def test_a_damaged_file_is_a_clear_error(used: LoopState, tmp_path: Path, size: int) -> None:
    path = tmp_path / "last.npz"
    save_state(used, path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(RunFailed, match="the checkpoint cannot be read"):
        load_state(fresh(1), path)


def test_damage_in_the_middle_is_noticed(used: LoopState, tmp_path: Path) -> None:
    path = tmp_path / "last.npz"
    save_state(used, path)
    content = bytearray(path.read_bytes())
    content[content.index(b"NUMPY", content.index(b"model/00000")) + 130] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(RunFailed, match="the checkpoint cannot be read"):
        load_state(fresh(1), path)


def test_the_checkpoint_of_another_model_is_refused(used: LoopState, tmp_path: Path) -> None:
    save_state(used, tmp_path / "last.npz")
    with pytest.raises(RunFailed, match="belongs to another model"):
        load_state(fresh(1, width=5), tmp_path / "last.npz")
    save_state(fresh(1, width=5), tmp_path / "small.npz")
    with pytest.raises(RunFailed, match="belongs to another model"):
        load_state(used, tmp_path / "small.npz")


@pytest.mark.parametrize(("owner", "name"), [(os, "replace"), (state_module.np, "savez")])
def test_a_crash_while_saving_leaves_the_file_before_it(
    used: LoopState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "last.npz"
    save_state(used, path)
    before = path.read_bytes()
    used.counters.step = 18
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fail)
        with pytest.raises(OSError, match="No space left"):
            save_state(used, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["last.npz"]
