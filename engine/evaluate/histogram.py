"""Counts from which IoU, precision and recall follow for every threshold, without keeping maps.

A threshold is a multiple of 1/256. Probabilities are binned downwards to the same grid, so that
`p >= b / 256` holds exactly for the pixels of bin `b` and above: the curves are exact on the
grid. A few kilobytes stand for any number of photos.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 256

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PixelHistogram:
    """Pixels by their likeliest defect class and its probability; `a + b` pools photos.

    Attributes:
        hits: (C, 256) pixels whose likeliest defect class is k, and whose truth is k.
        false_alarms: (C, 256) the same where the truth is something else.
        true_px: (C,) pixels of each class in the truth.
    """

    hits: Counts
    false_alarms: Counts
    true_px: Counts

    @classmethod
    def empty(cls, class_count: int) -> PixelHistogram:
        """The histogram of no photo."""
        shape = (class_count, BINS)
        return cls(
            np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(class_count, np.int64)
        )

    def __add__(self, other: PixelHistogram) -> PixelHistogram:
        return PixelHistogram(
            self.hits + other.hits,
            self.false_alarms + other.false_alarms,
            self.true_px + other.true_px,
        )


@dataclass(frozen=True, slots=True)
class PrCurve:
    """Precision over recall of the pixels of one class, by rising threshold, (T,) each.

    Thresholds at which nothing is predicted have no precision and are left out; where the class
    is never shown or never predicted all three are empty and `average_precision` is None.
    """

    thresholds: Floats
    precision: Floats
    recall: Floats
    average_precision: float | None


def histogram_of(
    truth: NDArray[np.uint8], probabilities: NDArray[np.float32], valid: NDArray[np.bool_]
) -> PixelHistogram:
    """Count the pixels of one photo.

    Args:
        truth: (H, W) label map.
        probabilities: (H, W, C) of the defect classes, in 0…1, finite.
        valid: (H, W), the pixels that count; ignored ones must not be among them.
    """
    class_count = probabilities.shape[-1]
    chosen, true = probabilities[valid], truth[valid]
    likeliest = np.argmax(chosen, axis=1)
    confidence = np.take_along_axis(chosen, likeliest[:, None], axis=1)[:, 0]
    bins = np.clip(confidence * np.float32(BINS), 0, BINS - 1).astype(np.int32)
    cells = likeliest * BINS + bins
    right = true == likeliest + 1
    size = class_count * BINS
    hits = np.bincount(cells[right], minlength=size)
    return PixelHistogram(
        hits.reshape(class_count, BINS),
        (np.bincount(cells, minlength=size) - hits).reshape(class_count, BINS),
        np.bincount(true, minlength=class_count + 1)[1:],
    )


def iou_at_bins(histogram: PixelHistogram) -> Floats:
    """IoU of each class at the thresholds 0/256 … 255/256, (C, 256); 0 where undefined."""
    hits, false_alarms = _at_or_above(histogram.hits), _at_or_above(histogram.false_alarms)
    union = histogram.true_px[:, None] + false_alarms
    return np.asarray(np.divide(hits, union, out=np.zeros(hits.shape), where=union > 0))


def pr_curve(histogram: PixelHistogram) -> tuple[PrCurve, ...]:
    """The curve of each class.

    Average precision is the area under the step curve, Σ (R_n − R_n+1) P_n by rising threshold.
    Recall ends below 1 where another defect class was likelier.
    """
    hits, false_alarms = _at_or_above(histogram.hits), _at_or_above(histogram.false_alarms)
    return tuple(
        _curve(hits[k], false_alarms[k], int(histogram.true_px[k])) for k in range(len(hits))
    )


def _curve(hits: Counts, false_alarms: Counts, true_px: int) -> PrCurve:
    predicted = hits + false_alarms
    kept = np.flatnonzero(predicted > 0)
    if true_px == 0 or not len(kept):
        return PrCurve(np.empty(0), np.empty(0), np.empty(0), None)
    precision, recall = hits[kept] / predicted[kept], hits[kept] / true_px
    steps = recall - np.r_[recall[1:], 0.0]
    return PrCurve(kept / BINS, precision, recall, float(np.sum(steps * precision)))


def _at_or_above(counts: Counts) -> Counts:
    """Sums from each bin to the last, along the last axis."""
    return np.cumsum(counts[..., ::-1], axis=-1)[..., ::-1]


def precision_recall_counts(histogram: PixelHistogram) -> list[tuple[Floats, ...]]:
    """For each class the thresholds, and true positives, false positives, false negatives and
    true negatives in px at each, as TensorBoard's curves want them.

    True negatives are the pixels whose likeliest class is another, or this one below the
    threshold without being it.
    """
    hits, false_alarms = _at_or_above(histogram.hits), _at_or_above(histogram.false_alarms)
    total = int(histogram.hits.sum() + histogram.false_alarms.sum())
    thresholds = np.arange(BINS) / BINS
    curves: list[tuple[Floats, ...]] = []
    for k, true_px in enumerate(histogram.true_px):
        missed = true_px - hits[k]
        counts = (hits[k], false_alarms[k], missed, total - true_px - false_alarms[k])
        curves.append((thresholds, *(count.astype(np.float64) for count in counts)))
    return curves
