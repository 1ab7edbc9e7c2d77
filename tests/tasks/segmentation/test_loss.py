"""The loss: a case by hand, what is ignored, and sums that add up over workers."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from engine.records import IGNORE
from engine.tasks.segmentation.loss import loss_from_sums, loss_sums, loss_sums_of_maps


def batch(size: int = 4, classes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, classes + 1, (size, 8, 8)).astype(np.uint8)
    labels[rng.random(labels.shape) < 0.2] = IGNORE
    return labels, rng.normal(0, 2, (size, 8, 8, classes + 1)).astype(np.float32)


def value(labels: np.ndarray, logits: np.ndarray) -> float:
    return float(loss_from_sums(loss_sums(labels, logits, logits.shape[-1] - 1)))


def test_a_case_by_hand() -> None:
    # Two pixels of one class and background; probabilities 3/4 and 1/4 for what is true.
    labels = np.array([[[1, 0]]], np.uint8)
    logits = np.log(np.array([[[[0.25, 0.75], [0.25, 0.75]]]], np.float32))
    # Each pixel weighs what its truth lacks to certainty; the weights happen to add up to one.
    entropy = -(0.25 * np.log(0.75) + 0.75 * np.log(0.25))
    dice = (2 * 0.75 + 1) / (1.5 + 1 + 1)
    assert value(labels, logits) == pytest.approx(entropy + 1 - dice, rel=1e-5)


def test_photos_in_validation_have_the_loss_of_training() -> None:
    labels, logits = batch()
    maps = np.asarray(tf.nn.softmax(logits))[..., 1:]
    parts = [loss_sums_of_maps(*photo) for photo in zip(labels, maps, strict=True)]
    sums = {name: sum(part[name] for part in parts) for name in parts[0]}
    sums = {name: np.float32(part) for name, part in sums.items()}
    assert float(loss_from_sums(sums)) == pytest.approx(value(labels, logits), rel=1e-4)


def test_a_photo_that_is_surely_wrong_has_a_finite_loss() -> None:
    maps = np.zeros((4, 4, 2), np.float32)
    maps[..., 1] = 1.0
    sums = loss_sums_of_maps(np.ones((4, 4), np.uint8), maps)
    sums = {name: np.float32(part) for name, part in sums.items()}
    assert 10 < float(loss_from_sums(sums)) < 20


def test_a_perfect_answer_costs_nothing() -> None:
    labels, _ = batch()
    target = np.where(labels == IGNORE, 0, labels)
    assert value(labels, 50.0 * np.eye(3, dtype=np.float32)[target]) < 1e-4


def test_a_class_that_is_not_there_costs_no_dice() -> None:
    labels = np.zeros((1, 4, 4), np.uint8)
    logits = np.zeros((1, 4, 4, 3), np.float32)
    assert value(labels, logits) == pytest.approx(np.log(3), rel=1e-5)


def test_right_pixels_do_not_dilute_wrong_ones() -> None:
    wrong, labels = np.zeros((1, 2, 2, 2), np.float32), np.zeros((1, 2, 2), np.uint8)
    wrong[..., 1] = 3.0
    right = np.broadcast_to(np.array([20.0, 0.0], np.float32), (1, 40, 2, 2))
    whole = np.concatenate([wrong, right], axis=1)
    assert value(np.zeros((1, 42, 2), np.uint8), whole) == pytest.approx(value(labels, wrong))


def test_what_is_ignored_counts_for_nothing() -> None:
    labels, logits = batch()
    other = logits.copy()
    other[labels == IGNORE] = 1e3 * np.random.default_rng(1).normal(size=3)
    assert value(labels, other) == pytest.approx(value(labels, logits), rel=1e-5)
    with tf.GradientTape() as tape:
        variable = tf.Variable(logits)
        loss = loss_from_sums(loss_sums(labels, variable, 2))
    gradient = tape.gradient(loss, variable).numpy()
    assert (gradient[labels == IGNORE] == 0).all()
    assert (gradient[labels != IGNORE] != 0).any()


def test_the_sums_of_two_halves_are_those_of_the_whole() -> None:
    labels, logits = batch()
    variable = tf.Variable(logits)
    with tf.GradientTape(persistent=True) as tape:
        whole = loss_from_sums(loss_sums(labels, variable, 2))
        first = loss_sums(labels[:1], variable[:1], 2)
        second = loss_sums(labels[1:], variable[1:], 2)
        halves = loss_from_sums({name: first[name] + second[name] for name in first})
    np.testing.assert_allclose(halves, whole, rtol=1e-6)
    np.testing.assert_allclose(
        tape.gradient(halves, variable), tape.gradient(whole, variable), atol=1e-7
    )


@pytest.mark.parametrize("fill", [0, IGNORE])
@pytest.mark.parametrize("logit", [0.0, 1e4, -1e4])
def test_empty_batches_stay_finite(fill: int, logit: float) -> None:
    labels = np.full((2, 4, 4), fill, np.uint8)
    variable = tf.Variable(tf.fill((2, 4, 4, 3), logit) * [0.0, 1.0, 0.0])
    with tf.GradientTape() as tape:
        loss = loss_from_sums(loss_sums(labels, variable, 2))
    assert np.isfinite(float(loss))
    assert np.isfinite(tape.gradient(loss, variable).numpy()).all()


def test_half_precision_logits_are_summed_in_float32() -> None:
    labels, logits = batch()
    sums = loss_sums(labels, tf.cast(logits, tf.bfloat16), 2)
    assert all(tensor.dtype == tf.float32 for tensor in sums.values())


def test_graph_and_eager_agree() -> None:
    labels, logits = batch()
    graph = tf.function(lambda truth, given: loss_from_sums(loss_sums(truth, given, 2)))
    assert float(graph(labels, logits)) == pytest.approx(value(labels, logits), rel=1e-6)
