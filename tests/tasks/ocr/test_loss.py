"""The loss against all paths that spell a text, one by one; and sums that add up over workers."""

from __future__ import annotations

from itertools import groupby, product
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tasks.detection import loss as detection
from engine.tasks.ocr.loss import NOTHING, joined_loss_from_sums, loss_from_sums, loss_sums
from engine.text.ctc import text_log_probabilities


def logits_of(seed: int, lines: int, frames: int, characters: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 2, (lines, frames, 1 + characters)).astype("f")


def rows(*texts: list[int], longest: int = 0) -> np.ndarray:
    """Labels in rows of one length."""
    width = max(1, longest, *(len(text) for text in texts))
    return np.array([text + [NOTHING] * (width - len(text)) for text in texts], np.int32)


def anywhere(labels: np.ndarray) -> np.ndarray:
    """Places that hold all columns."""
    return np.broadcast_to(np.array([-1.0, 99.0], np.float32), (*labels.shape, 2))


def sums_of(labels: np.ndarray, logits: Any, places: np.ndarray | None = None) -> dict[str, Any]:
    own = anywhere(labels) if places is None else places
    return loss_sums(tf.constant(labels), tf.constant(own, tf.float32), logits)


def reading(labels: np.ndarray, logits: np.ndarray) -> float:
    """Connectionist temporal classification alone, a line."""
    sums = sums_of(labels, tf.constant(logits))
    return float(sums["reading"] / sums["lines"])


def value(labels: np.ndarray, logits: np.ndarray) -> float:
    return float(loss_from_sums(sums_of(labels, tf.constant(logits))))


def spelt(path: tuple[int, ...]) -> list[int]:
    """What a path of channels spells."""
    return [channel - 1 for channel, _ in groupby(path) if channel]


def enumerated(logits: np.ndarray, text: list[int]) -> float:
    """The negative log probability of a text, over each path by itself."""
    frames, channels = logits.shape
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    total = sum(
        np.prod(shares[range(frames), path])
        for path in product(range(channels), repeat=frames)
        if spelt(path) == text
    )
    return float(-np.log(total))


@settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(3, 5), st.lists(st.integers(0, 1), min_size=1, max_size=2))
def test_it_is_that_of_all_paths(seed: int, frames: int, text: list[int]) -> None:
    logits = logits_of(seed, 1, frames, 2)
    assert reading(rows(text), logits) == pytest.approx(enumerated(logits[0], text), rel=1e-4)


def test_of_several_lines_it_is_the_mean() -> None:
    texts = [[0], [1, 1, 0], [2, 0]]
    logits = logits_of(3, 3, 6, 3)
    each = [enumerated(own, text) for own, text in zip(logits, texts, strict=True)]
    assert reading(rows(*texts), logits) == pytest.approx(np.mean(each), rel=1e-4)


def test_it_is_what_decoding_takes_for_the_probability_of_the_text() -> None:
    text = [4, 4, 0, 7, 2]
    logits = logits_of(5, 1, 40, 9)
    (expected,) = text_log_probabilities(np.asarray(tf.nn.log_softmax(logits)), [text])
    assert reading(rows(text), logits) == pytest.approx(-expected, rel=1e-4)


def test_what_follows_the_texts_changes_nothing() -> None:
    texts, logits = [[0, 1], [1]], logits_of(1, 2, 6, 2)
    assert value(rows(*texts, longest=9), logits) == pytest.approx(value(rows(*texts), logits))


def test_only_blanks_say_nothing() -> None:
    """A line that is shown upside down has no text, among lines that have."""
    logits = logits_of(4, 2, 6, 2)
    blank = -float(tf.reduce_sum(tf.nn.log_softmax(logits)[0, :, 0]))
    assert reading(rows([]), logits[:1]) == pytest.approx(blank, rel=1e-5)
    both = (blank + enumerated(logits[1], [1, 0])) / 2
    assert reading(rows([], [1, 0]), logits) == pytest.approx(both, rel=1e-4)
    variable = tf.Variable(logits[:1])
    with tf.GradientTape() as tape:
        loss = loss_from_sums(sums_of(rows([], longest=2), variable))
    gradient = tape.gradient(loss, variable).numpy()
    assert (gradient[..., 0] < 0).all() and (gradient[..., 1:] > 0).all()


def test_lines_of_several_pictures_are_lines() -> None:
    labels, logits = rows([0], [1, 0], [1], [0, 0]), logits_of(2, 4, 6, 2)
    apart = value(labels.reshape(2, 2, -1), logits.reshape(2, 2, 6, 3))
    assert apart == pytest.approx(value(labels, logits))


def test_the_sums_of_two_halves_are_those_of_the_whole() -> None:
    labels, variable = rows([0], [1, 0], [1, 1]), tf.Variable(logits_of(2, 3, 6, 2))
    with tf.GradientTape(persistent=True) as tape:
        whole = loss_from_sums(sums_of(labels, variable))
        first, second = sums_of(labels[:1], variable[:1]), sums_of(labels[1:], variable[1:])
        halves = loss_from_sums({name: first[name] + second[name] for name in first})
    np.testing.assert_allclose(halves, whole, rtol=1e-6)
    np.testing.assert_allclose(
        tape.gradient(halves, variable), tape.gradient(whole, variable), atol=1e-6
    )


@pytest.mark.parametrize("strength", [0.0, 1e4, -1e4])
@pytest.mark.parametrize("text", [[0, 1, 0, 1], [0, 0, 1], [1]])
def test_a_text_that_needs_every_column_has_a_finite_gradient(
    text: list[int], strength: float
) -> None:
    variable = tf.Variable(tf.fill((1, 4, 3), strength) * [0.0, 1.0, 0.0])
    with tf.GradientTape() as tape:
        loss = loss_from_sums(sums_of(rows(text), variable))
    assert np.isfinite(float(loss))
    gradient = tape.gradient(loss, variable).numpy()
    assert np.isfinite(gradient).all() and (gradient != 0).any()


def test_half_precision_logits_are_summed_in_float32() -> None:
    logits = tf.cast(logits_of(0, 2, 6, 2), tf.bfloat16)
    sums = sums_of(rows([0], [1]), logits)
    assert all(tensor.dtype == tf.float32 for tensor in sums.values())


def test_graph_and_eager_agree() -> None:
    labels, logits = rows([0, 1], [1]), logits_of(1, 2, 6, 2)
    graph = tf.function(lambda *own: loss_from_sums(loss_sums(*own)))
    assert float(graph(labels, anywhere(labels), logits)) == pytest.approx(
        value(labels, logits), rel=1e-6
    )


def test_that_of_both_is_the_sum_of_each() -> None:
    names = ("things", "angles", "sure", "box", "sides", "angle")
    located = {name: np.float32(number) for number, name in enumerate(names, start=2)}
    own = sums_of(rows([0, 1]), tf.constant(logits_of(1, 1, 6, 2)))
    expected = float(detection.loss_from_sums(dict(located))) + float(loss_from_sums(own))
    assert float(joined_loss_from_sums({**located, **own})) == pytest.approx(expected)


def certain(*channels: int, characters: int = 2) -> np.ndarray:
    """Logits of one line that says one channel a column, surely."""
    return 30.0 * np.eye(1 + characters, dtype=np.float32)[list(channels)][None]


def placing(labels: np.ndarray, logits: np.ndarray, *places: tuple[float, float]) -> float:
    own = np.zeros((*labels.shape, 2), np.float32)
    own[0, : len(places)] = places
    return float(sums_of(labels, tf.constant(logits), own)["placing"])


def test_a_character_that_is_said_in_its_place_costs_nothing() -> None:
    says = certain(0, 1, 0, 0, 2, 0)
    assert placing(rows([0, 1]), says, (0, 3), (3, 6)) == pytest.approx(0, abs=1e-3)
    assert placing(rows([0, 1], longest=5), says, (1, 2), (4, 5)) == pytest.approx(0, abs=1e-3)


def test_what_is_said_elsewhere_does_not_count() -> None:
    says = certain(0, 1, 0, 0, 2, 0)
    assert placing(rows([0, 1]), says, (0, 3), (0, 3)) > 10
    assert placing(rows([0, 1]), says, (2, 3), (0, 3)) > 20
    assert placing(rows([1]), certain(0, 0, 0), (0, 3)) > 10


def test_columns_of_a_place_say_a_character_together() -> None:
    """A quarter each in two of its columns is a half; more than all is all."""
    quarter = np.log(np.array([[[0.75, 0.25], [0.75, 0.25], [0.999, 0.001]]], np.float32))
    assert placing(rows([0]), quarter, (0, 2)) == pytest.approx(-np.log(0.5), rel=1e-3)
    assert placing(rows([0]), certain(1, 1, 1, characters=1), (0, 3)) == pytest.approx(0, abs=1e-5)


def test_a_place_without_a_column_breaks_nothing() -> None:
    variable = tf.Variable(logits_of(0, 1, 6, 2))
    with tf.GradientTape() as tape:
        own = np.array([[[-9.0, -5.0], [40.0, 44.0]]], np.float32)
        loss = loss_from_sums(sums_of(rows([0, 1]), variable, own))
    assert np.isfinite(float(loss))
    assert np.isfinite(tape.gradient(loss, variable).numpy()).all()
