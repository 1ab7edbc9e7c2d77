"""What drawn defects are filled with: of every kind, and a picture like the patch each."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.anomaly_detection.defects import fills
from engine.tasks.anomaly_detection.defects.fills import FILLS, draw_fill


def patch(seed: int, size_hw: tuple[int, int] = (48, 40)) -> np.ndarray:
    return np.random.default_rng(seed).random((*size_hw, 3), np.float32)


PLAIN = {
    "noise": patch(0),
    "black": np.zeros((48, 40, 3), np.float32),
    "white": np.ones((48, 40, 3), np.float32),
    "one px": patch(0, (1, 1)),
}


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("fill", FILLS, ids=lambda fill: fill.__name__)
def test_a_fill_is_a_picture_like_the_patch(fill: fills.Fill, name: str) -> None:
    own = PLAIN[name]
    before = own.copy()
    donor = patch(1, own.shape[:2])
    for seed in range(8):
        filled = fill(own, donor, np.random.default_rng(seed))
        assert filled.shape == own.shape
        assert np.isfinite(filled).all()
    np.testing.assert_array_equal(own, before)


@pytest.mark.parametrize("fill", FILLS, ids=lambda fill: fill.__name__)
def test_a_fill_differs_from_what_was_there(fill: fills.Fill) -> None:
    own, donor = patch(0), patch(1)
    changes = [
        np.abs(np.clip(fill(own, donor, np.random.default_rng(seed)), 0, 1) - own).mean()
        for seed in range(8)
    ]
    assert np.mean(changes) > 0.03


def test_every_fill_is_drawn_and_cut_to_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def noted(number: int) -> fills.Fill:
        def fill(
            own: fills.Picture, donor: fills.Picture, rng: np.random.Generator
        ) -> fills.Picture:
            drawn.append(number)
            return np.asarray(own * 5 - 2, np.float32)

        return fill

    monkeypatch.setattr(fills, "FILLS", tuple(noted(number) for number in range(len(FILLS))))
    rng = np.random.default_rng(0)
    for _ in range(200):
        filled = draw_fill(patch(0, (4, 4)), patch(1, (4, 4)), rng)
        assert filled.dtype == np.float32
        assert filled.min() >= 0.0 and filled.max() <= 1.0
    assert set(drawn) == set(range(len(FILLS)))
