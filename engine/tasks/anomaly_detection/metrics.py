"""The metrics of anomaly detection, counted object by object.

- `image_auroc` = share of (bad, good) pairs of photos in the right order, ties counting half; of a
  kind of defect the bad photos are those of that kind, the good ones are all.
- `image_ap` = Σ precision × share of the bad photos found, threshold by falling threshold.
- `pixel_auroc` = share of (anomalous, good) pairs of pixels in the right order, all photos pooled.
- `pro` (per-region overlap) = the share of a defect's pixels at or above a threshold, mean over all
  defects, integrated over the share of good pixels at or above it from 0 to 30 %, straight from
  one threshold to the next, divided by 0.3 (Bergmann et al., "The MVTec Anomaly Detection
  Dataset", IJCV 129, 2021, section 5.1).
- `image_escape_rate` = bad photos below the threshold / bad photos, of all kinds and of each.
- `image_overkill_rate` = good photos at or above the threshold / good photos.

A figure without a class is of all photos together, and not the mean over the kinds. `n` is the
number of different objects behind a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import (
    CurveStatistic,
    RankingStatistic,
    RatioStatistic,
    Statistic,
)
from engine.evaluate.thresholds import NEUTRAL
from engine.tasks.anomaly_detection.histogram import BINS, merged_bins, pooled
from engine.tasks.anomaly_detection.outcome import PhotoOutcome, RegionOutcome
from engine.tasks.segmentation.regions import REGIONS, Region

PRO_LIMIT = 0.3
"""Share of good pixels up to which the overlap is integrated."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Photos:
    """One region of all photos, (N,) each: `rows` are their objects, `kinds` -1 where good."""

    region: Region
    object_count: int
    rows: NDArray[np.int64]
    kinds: NDArray[np.int64]
    outcomes: tuple[RegionOutcome, ...]


def measure(outcomes: Sequence[PhotoOutcome], kinds: Sequence[str]) -> tuple[Statistic, ...]:
    """Everything that the report measures, for each region that the photos have.

    `engine.evaluate.bootstrap.estimate` turns the result into values with intervals. Nothing
    depends on the order of `outcomes`.

    Args:
        outcomes: one a photo.
        kinds: the kinds of defect, in the order of the recipe or of the folders.
    """
    names = sorted({outcome.object for outcome in outcomes})
    row = {name: index for index, name in enumerate(names)}
    statistics: list[Statistic] = []
    for region in REGIONS:
        found = [
            (outcome, own)
            for outcome in sorted(outcomes, key=lambda outcome: outcome.sample_id)
            if (own := outcome.region(region)) is not None
        ]
        if not found:
            continue
        photos = _Photos(
            region,
            len(names),
            np.array([row[outcome.object] for outcome, _ in found], np.int64),
            np.array([-1 if o.kind is None else o.kind for o, _ in found], np.int64),
            tuple(own for _, own in found),
        )
        statistics += _photo_statistics(photos, kinds)
        statistics += _pixel_statistics(photos)
    return tuple(statistics)


def _photo_statistics(photos: _Photos, kinds: Sequence[str]) -> list[Statistic]:
    is_good = np.array([outcome.is_bad is False for outcome in photos.outcomes])
    is_bad = np.array([outcome.is_bad is True for outcome in photos.outcomes])
    scores = np.array([outcome.score for outcome in photos.outcomes], np.float64)
    called_bad = scores >= NEUTRAL
    by_kind: list[tuple[str | None, NDArray[np.bool_]]] = [(None, is_bad)]
    by_kind += [(name, is_bad & (photos.kinds == k)) for k, name in enumerate(kinds)]

    def rate(
        name: str, kind: str | None, wrong: NDArray[np.bool_], among: NDArray[np.bool_]
    ) -> RatioStatistic:
        top, whole = (_by_object(photos, x & among) for x in (wrong, among))
        return RatioStatistic(name, kind, photos.region, top, whole, whole, is_rate=True)

    def ranking(name: str, kind: str | None, bad: NDArray[np.bool_]) -> RankingStatistic:
        own = bad | is_good
        return RankingStatistic(
            name,
            photos.region,
            photos.rows[own],
            scores[own],
            bad[own],
            photos.object_count,
            kind,
            "average_precision" if name == "image_ap" else "auroc",
        )

    return [
        *(rate("image_escape_rate", kind, ~called_bad, bad) for kind, bad in by_kind),
        rate("image_overkill_rate", None, called_bad, is_good),
        *(ranking("image_auroc", kind, bad) for kind, bad in by_kind),
        ranking("image_ap", None, is_bad),
    ]


def _by_object(photos: _Photos, chosen: NDArray[np.bool_]) -> Floats:
    """Number of chosen photos of each object, (objects, 1)."""
    counts = np.bincount(photos.rows[chosen], minlength=photos.object_count)
    return counts[:, None].astype(np.float64)


def _pixel_statistics(photos: _Photos) -> list[Statistic]:
    merged = merged_bins(pooled(outcome.good for outcome in photos.outcomes), PRO_LIMIT)
    good, anomalous, defects = (
        np.zeros((photos.object_count, int(merged[BINS - 1]) + 1)) for _ in range(3)
    )
    for row, outcome in zip(photos.rows, photos.outcomes, strict=True):
        np.add.at(good[row], merged[outcome.good.bins], outcome.good.counts)
        np.add.at(anomalous[row], merged[outcome.anomalous.bins], outcome.anomalous.counts)
        for defect in outcome.defects:
            # Each defect counts as one, whatever its area.
            np.add.at(defects[row], merged[defect.bins], defect.counts / defect.total)
    return [
        CurveStatistic("pixel_auroc", None, photos.region, good, anomalous),
        CurveStatistic("pro", None, photos.region, good, defects, PRO_LIMIT),
    ]
