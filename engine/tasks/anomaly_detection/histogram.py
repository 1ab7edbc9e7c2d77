"""Normalised scores of pixels as counts in fixed bins, so that no map has to be kept.

A normalised score s is raw / (raw + limit), so the odds s / (1 − s) are raw / limit. The bins are
1/744 of an octave of the odds wide: scores that differ by 0.1 % are told apart wherever they lie,
also where a method's raw scores vary little, or by decades. They reach from 2⁻⁶⁴, as raw odds of
e⁻³⁰ do with a limit of e¹⁴, to 2²⁴, from where on a score in float32 is 1; what lies beyond is in
the outermost ones. The threshold 0.5 lies between two bins. What has no pixel is not stored: a
region of a photo takes about 10 to 50 kB, whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_OCTAVES_BELOW, _OCTAVES_ABOVE = 64, 24
_PER_OCTAVE = 744
BINS = (_OCTAVES_BELOW + _OCTAVES_ABOVE) * _PER_OCTAVE
AT_THRESHOLD = _OCTAVES_BELOW * _PER_OCTAVE
"""The lowest bin of what is called anomalous."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreHistogram:
    """How many pixels have which score.

    Attributes:
        bins: (k,) uint16, rising: the bins that hold a pixel at all.
        counts: (k,) uint32, at least 1 each.
    """

    bins: NDArray[np.uint16]
    counts: NDArray[np.uint32]

    @property
    def total(self) -> int:
        """Number of pixels."""
        return int(self.counts.sum(dtype=np.int64))


def bins_of(scores: NDArray[np.float32]) -> NDArray[np.uint16]:
    """The bin of each normalised score in 0…1; the higher the score, the higher the bin."""
    with np.errstate(divide="ignore"):
        octaves = np.log2(scores / (np.float32(1.0) - scores))
    steps = np.floor(octaves * np.float32(_PER_OCTAVE)) + np.float32(AT_THRESHOLD)
    return np.asarray(np.clip(steps, 0, BINS - 1).astype(np.uint16))


def count_bins(bins: NDArray[np.uint16]) -> ScoreHistogram:
    """The histogram of pixels by their bins, of any shape."""
    counts = np.bincount(bins.ravel(), minlength=1)
    held = np.flatnonzero(counts)
    return ScoreHistogram(held.astype(np.uint16), counts[held].astype(np.uint32))


def pooled(histograms: Iterable[ScoreHistogram]) -> NDArray[np.int64]:
    """The counts of all of them together, in every bin, (BINS,)."""
    counts = np.zeros(BINS, np.int64)
    for histogram in histograms:
        counts[histogram.bins] += histogram.counts
    return counts


def merged_bins(good: NDArray[np.int64], fine_below: float) -> NDArray[np.int64]:
    """Neighbouring bins put together as far as figures of ranking do not feel it.

    What lies in one merged bin counts as equal. A merged bin holds 1/500 of the good pixels at
    most, and 1/500 of `fine_below` where no more than that share scores higher, unless a single
    bin holds more. So areas under the ROC curve are off by less than 0.001, also those up to
    `fine_below` and divided by it.

    Args:
        good: (BINS,) good pixels of all photos.
        fine_below: share of the good pixels, counted from the highest score, in 0…1.

    Returns:
        (BINS,) number of the merged bin, rising from 0 without gaps.
    """
    total = max(int(good.sum()), 1)
    above = total - np.cumsum(good)
    steps = np.r_[np.linspace(0.0, fine_below, 501), np.linspace(fine_below, 1.0, 501)[1:]] * total
    # The step that a bin's good pixels begin in, and the one that they end in: a bin that reaches
    # from one step into the next stays alone, so that no sum exceeds a step.
    first, last = (np.searchsorted(steps, at, side="right") for at in (above, above + good))
    differs = (np.diff(first) != 0) | (np.diff(last) != 0)
    return np.asarray(np.cumsum(np.r_[0, differs]), np.int64)
