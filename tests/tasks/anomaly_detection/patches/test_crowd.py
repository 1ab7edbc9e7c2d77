"""How unlike the others an object is: by its own patches, against all those of the others."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.anomaly_detection.patches.crowd import Crowd


def row(*values: float) -> np.ndarray:
    return np.array(values, np.float32)[:, None]


def test_a_patch_of_the_memory_is_held_against_all_patches_of_the_others() -> None:
    crowd = Crowd(row(1.0, 5.0, 9.0), np.array([0, 1, 0]))
    crowd.meet(row(1.0, 9.0), 0)
    crowd.meet(row(5.0, 1.25), 1)
    crowd.meet(row(1.5, 8.0), 2)
    scores = crowd.scores()
    # Object 0: 1 is 0.25 from 1.25, 9 is 1 from 8. Object 1: 5 is 3 from 8. Object 2 has none.
    assert scores == pytest.approx({0: 1.0, 1: 3.0, 2: 1.0})


def test_an_object_that_is_alone_has_no_score() -> None:
    crowd = Crowd(row(1.0, 5.0), np.array([0, 0]))
    crowd.meet(row(1.0, 2.0, 5.0), 0)
    assert crowd.scores() == {}


def test_what_rounding_alone_tells_apart_is_the_same() -> None:
    features = np.random.default_rng(0).normal(10, 1, (50, 30)).astype(np.float32)
    crowd = Crowd(features, np.zeros(50, np.int64))
    crowd.meet(features[::-1] * np.float32(1 + 1e-6), 1)
    assert crowd.scores() == {0: 0.0, 1: 0.0}


def test_photos_of_one_object_are_one() -> None:
    crowd = Crowd(row(1.0, 7.0), np.array([0, 1]))
    for values, owner in (
        (row(1.0), 0),
        (row(1.1), 0),
        (row(7.0), 1),
        (row(2.0), 2),
        (row(4.0), 2),
    ):
        crowd.meet(values, owner)
    assert crowd.scores() == pytest.approx({0: 1.0, 1: 3.0, 2: 3.0})
