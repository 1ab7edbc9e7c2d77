"""The learning rate over the budget."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from engine.train.schedule import FINAL, WARM_UP, learning_rate


def rates(progress: np.ndarray, peak: float = 1.0) -> np.ndarray:
    return np.array([float(learning_rate(tf.constant(p, tf.float32), peak)) for p in progress])


def test_it_rises_to_the_peak_and_falls_to_the_end() -> None:
    curve = rates(np.linspace(0, 1, 101), peak=0.02)
    top = int(curve.argmax())
    assert curve.max() == pytest.approx(0.02, rel=1e-3)
    assert np.linspace(0, 1, 101)[top] == pytest.approx(WARM_UP, abs=0.011)
    assert (np.diff(curve[: top + 1]) >= 0).all()
    assert (np.diff(curve[top:]) < 0).all()
    assert curve[-1] == pytest.approx(0.02 * FINAL)


def test_the_first_step_learns_already() -> None:
    assert 0 < rates(np.zeros(1))[0] < 0.2


def test_a_budget_that_is_overdrawn_stays_at_the_end() -> None:
    np.testing.assert_allclose(rates(np.array([1.0, 1.5, 9.0])), FINAL, rtol=1e-5)
    assert rates(np.array([-1.0]))[0] == rates(np.array([0.0]))[0]
