from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate.average_precision import average_precision
from engine.evaluate.statistic import RankedDetections

OBJECTS = 5


def ranked(seed: int, n: int = 40, levels: int = 3, objects: int = OBJECTS) -> RankedDetections:
    """Detections of which fewer are right from level to level, some that do not count, and ties."""
    rng = np.random.default_rng(seed)
    draw = rng.random(n)
    right = np.array([draw < 0.6 - 0.15 * level for level in range(levels)])
    index = rng.integers(0, objects, n)
    missed = rng.integers(0, 3, objects)
    return RankedDetections(
        index,
        np.round(rng.random(n), 1),
        right,
        right | (rng.random((levels, n)) < 0.8),
        (np.bincount(index[right[0]], minlength=objects) + missed).astype(np.float64),
    )


def plain(scores: list[float], right: list[bool], things: float) -> float:
    """The average precision of detections on one object, all of which count."""
    flags = np.array([right], bool)
    one = RankedDetections(
        np.zeros(len(scores), np.int64), np.array(scores), flags, flags | True, np.array([things])
    )
    return float(average_precision(one, np.ones((1, 1)))[0, 0])


def reference(curve: RankedDetections, level: int, row: np.ndarray) -> float:
    """One detection after the other, each as often as its object, as COCO's code does it."""
    things = float(row @ curve.things)
    if things == 0:
        return float("nan")
    repeats = (row[curve.object_index] * curve.counted[level]).astype(int)
    order = np.argsort(-np.repeat(curve.scores, repeats), kind="stable")
    right = np.repeat(curve.right[level], repeats)[order]
    recalls, precisions, found = [], [], 0
    for position, hit in enumerate(right, start=1):
        found += int(hit)
        recalls.append(found)
        precisions.append(found / position)
    total = 0.0
    for step in range(101):
        beyond = [p for r, p in zip(recalls, precisions, strict=True) if 100 * r >= step * things]
        total += max(beyond, default=0.0)
    return total / 101


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.lists(st.integers(0, 3), min_size=OBJECTS, max_size=OBJECTS))
def test_under_weights_it_is_that_of_repeated_objects(seed: int, weights: list[int]) -> None:
    curve, row = ranked(seed), np.array(weights, float)
    own = average_precision(curve, np.stack([np.ones(OBJECTS), row]))
    for level in range(3):
        expected = [reference(curve, level, np.ones(OBJECTS)), reference(curve, level, row)]
        assert own[level] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("scores", "right", "things", "expected"),
    [
        ([0.9, 0.8], [True, True], 2, 1.0),
        ([0.9, 0.8, 0.7], [True, True, False], 2, 1.0),  # a wrong one after the last right one
        ([0.9, 0.8], [False, True], 1, 0.5),
        ([0.9], [True], 2, 51 / 101),  # recalls 0.00 … 0.50
        ([0.9, 0.8, 0.7], [True, False, True], 2, (51 + 50 * 2 / 3) / 101),
        ([0.9], [False], 1, 0.0),
        ([], [], 1, 0.0),
        ([0.9], [False], 0, float("nan")),
    ],
)
def test_by_hand(scores: list[float], right: list[bool], things: float, expected: float) -> None:
    assert plain(scores, right, things) == pytest.approx(expected, nan_ok=True)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000))
def test_only_the_order_of_scores_and_the_ratio_of_weights_matter(seed: int) -> None:
    curve = ranked(seed)
    stretched = RankedDetections(
        curve.object_index, curve.scores**3 - 7.0, curve.right, curve.counted, curve.things
    )
    weights = np.array([[1.0, 2.0, 0.0, 1.0, 3.0]])
    own = average_precision(curve, weights)
    assert np.array_equal(own, average_precision(stretched, weights), equal_nan=True)
    assert own == pytest.approx(average_precision(curve, 5 * weights), nan_ok=True)


def test_a_detection_that_does_not_count_is_as_good_as_none() -> None:
    curve = ranked(3, levels=1)
    kept = curve.counted[0]
    without = RankedDetections(
        curve.object_index[kept],
        curve.scores[kept],
        curve.right[:, kept],
        curve.counted[:, kept],
        curve.things,
    )
    weights = np.random.default_rng(0).integers(0, 3, (20, OBJECTS)).astype(float)
    assert not kept.all()
    assert average_precision(curve, weights) == pytest.approx(average_precision(without, weights))


def test_pieces_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    curve = ranked(4)
    weights = np.random.default_rng(0).integers(0, 3, (20, OBJECTS)).astype(float)
    whole = average_precision(curve, weights)
    monkeypatch.setattr("engine.evaluate.average_precision._AT_ONCE", 100)
    assert np.array_equal(average_precision(curve, weights), whole)


def test_ten_thousand_detections_are_quick() -> None:
    curve = ranked(5, n=10_000, levels=10, objects=200)
    weights = np.random.default_rng(0).multinomial(200, np.full(200, 1 / 200), size=100)
    started = time.process_time()
    average_precision(curve, weights.astype(float))
    # 2,000 resamples of six classes within 20 s on a quick core, with room for a slow one.
    assert time.process_time() - started < 1.0
