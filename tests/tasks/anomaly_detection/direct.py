"""The figures of anomaly detection by their definitions: slow, and without a histogram."""

from __future__ import annotations

import cv2
import numpy as np


def auroc(bad: np.ndarray, good: np.ndarray) -> float:
    """Share of all pairs in the right order, ties counting half."""
    differences = np.asarray(bad, float)[:, None] - np.asarray(good, float)[None, :]
    return float(((differences > 0) + 0.5 * (differences == 0)).mean())


def average_precision(bad: np.ndarray, good: np.ndarray) -> float:
    """Sum over falling thresholds of precision times the recall gained."""
    area = recall_before = 0.0
    for threshold in sorted({*bad, *good}, reverse=True):
        found, wrong = int((bad >= threshold).sum()), int((good >= threshold).sum())
        recall = found / len(bad)
        area += (recall - recall_before) * found / (found + wrong)
        recall_before = recall
    return area


def pro(maps: list[np.ndarray], masks: list[np.ndarray], limit: float = 0.3) -> float:
    """Mean overlap of all connected regions over the false-positive rate, at every threshold.

    As the evaluation of MVTec AD does: all values sorted, the rate counted over all good pixels,
    the curve cut at the limit by interpolation, the trapezoids summed and divided by the limit.
    """
    good = np.concatenate([m[t == 0] for m, t in zip(maps, masks, strict=True)])
    regions = []
    for scores, truth in zip(maps, masks, strict=True):
        count, owner = cv2.connectedComponents((truth > 0).astype(np.uint8), connectivity=8)
        regions += [scores[owner == index] for index in range(1, count)]
    rates, overlaps = [0.0], [0.0]
    for threshold in np.unique(np.concatenate([m.ravel() for m in maps]))[::-1]:
        rates.append(float((good >= threshold).mean()))
        overlaps.append(float(np.mean([(own >= threshold).mean() for own in regions])))
    area = 0.0
    for index in range(1, len(rates)):
        x0, x1, y0, y1 = rates[index - 1], rates[index], overlaps[index - 1], overlaps[index]
        if x1 > limit:
            y1, x1 = y0 + (y1 - y0) * (limit - x0) / (x1 - x0), limit
            return (area + (x1 - x0) * (y0 + y1) / 2) / limit
        area += (x1 - x0) * (y0 + y1) / 2
    return area / limit
