"""Outcomes of photos, for what is made of them."""

from __future__ import annotations

import numpy as np

from engine.records import IGNORE
from engine.tasks.anomaly_detection.outcome import PhotoOutcome, highest_by_region, observe
from tests.tasks.anomaly_detection.good_parts import SPOT

DIM = 0.2


def scored(spot: float = DIM, size_hw: tuple[int, int] = (64, 64)) -> np.ndarray:
    """A map that is dim but for a spot."""
    scores = np.full(size_hw, DIM, np.float32)
    scores[SPOT] = spot
    return scores


def marked(size_hw: tuple[int, int] = (64, 64), band: int = 0) -> np.ndarray:
    truth = np.zeros(size_hw, np.uint8)
    truth[SPOT] = 1
    if band:
        truth[:band] = IGNORE
    return truth


def outcome(
    name: str,
    kind: int | None,
    spot: float,
    truth: np.ndarray | None = None,
    margin_px: int = 0,
) -> PhotoOutcome:
    scores = scored(spot)
    own = highest_by_region(scores, truth, margin_px)
    return observe(name, name, kind, truth, scores, own, margin_px)
