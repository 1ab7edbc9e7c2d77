"""The metrics of segmentation, counted object by object.

Sums run over all photos of the set before anything is divided, so that a photo with a large
defect weighs by its pixels and a photo without any does not turn into 0/0:

- `iou` = TP / (true + predicted − TP), `dice` = 2 TP / (true + predicted), in pixels.
- `defect_recall` = found / annotated defects; `defect_precision` = right / predicted regions.
- `image_escape_rate` = bad photos scored below the image threshold / bad photos.
- `image_overkill_rate` = good photos scored at or above it / good photos.
- `image_auroc` = share of (bad, good) pairs of photos in the right order, ties counting half.

A mean over classes (class None) leaves out the classes that the set does not show. `n` is the
number of different objects behind a value: those that show the class, hold a predicted region,
or are photographed bad, or good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import RankingStatistic, RatioStatistic, Statistic
from engine.tasks.segmentation.outcome import ImageOutcome, RegionOutcome
from engine.tasks.segmentation.regions import REGIONS, Region

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Counts:
    """One region of all photos: `rows` are their objects, arrays are (photos, classes)."""

    region: Region
    object_count: int
    rows: NDArray[np.int64]
    outcomes: tuple[RegionOutcome, ...]

    def by_object(self, per_photo: Floats) -> Floats:
        """Sum (photos, K) over the photos of each object: (objects, K)."""
        summed = np.zeros((self.object_count, per_photo.shape[1]))
        np.add.at(summed, self.rows, per_photo)
        return summed

    def of(self, field: str) -> Floats:
        """A per-class count of the outcomes, summed by object: (objects, classes)."""
        return self.by_object(
            np.array([getattr(outcome, field) for outcome in self.outcomes], dtype=np.float64)
        )


def measure(
    outcomes: Sequence[ImageOutcome], class_names: Sequence[str], image_threshold: float
) -> tuple[Statistic, ...]:
    """Everything that the report measures, for each region that the photos have.

    `engine.evaluate.bootstrap.estimate` turns the result into values with intervals. Nothing
    depends on the order of `outcomes`.

    Args:
        outcomes: one a photo.
        class_names: in the order of the recipe.
        image_threshold: photos scored at or above it are called bad.
    """
    names = sorted({outcome.object for outcome in outcomes})
    row = {name: index for index, name in enumerate(names)}
    statistics: list[Statistic] = []
    for region in REGIONS:
        # Sorted, because sums of floats depend on their order.
        pairs = [
            (row[outcome.object], found)
            for outcome in sorted(outcomes, key=lambda outcome: outcome.sample_id)
            if (found := outcome.region(region)) is not None
        ]
        if not pairs:
            continue
        rows = np.array([index for index, _ in pairs], dtype=np.int64)
        counts = _Counts(region, len(names), rows, tuple(found for _, found in pairs))
        statistics += _area_statistics(counts, class_names)
        statistics += _defect_statistics(counts, class_names)
        statistics += _image_statistics(counts, image_threshold)
    return tuple(statistics)


def _per_class_and_mean(
    name: str,
    counts: _Counts,
    class_names: Sequence[str],
    shares: tuple[Floats, Floats, Floats],
    is_rate: bool,
) -> list[Statistic]:
    numerator, denominator, support = shares
    per_class = [
        RatioStatistic(
            name,
            class_name,
            counts.region,
            numerator[:, [index]],
            denominator[:, [index]],
            support[:, [index]],
            is_rate,
        )
        for index, class_name in enumerate(class_names)
    ]
    mean = RatioStatistic(name, None, counts.region, numerator, denominator, support, is_rate)
    return [mean, *per_class]


def _area_statistics(counts: _Counts, class_names: Sequence[str]) -> list[Statistic]:
    hit, true = counts.of("true_positive_px"), counts.of("true_px")
    both = true + counts.of("predicted_px")
    iou, dice = (hit, both - hit, true), (2 * hit, both, true)
    return [
        *_per_class_and_mean("iou", counts, class_names, iou, is_rate=False),
        *_per_class_and_mean("dice", counts, class_names, dice, is_rate=False),
    ]


def _defect_statistics(counts: _Counts, class_names: Sequence[str]) -> list[Statistic]:
    defects, regions = counts.of("defects"), counts.of("regions")
    recall = (counts.of("defects_found"), defects, defects)
    precision = (counts.of("regions_right"), regions, regions)
    return [
        *_per_class_and_mean("defect_recall", counts, class_names, recall, is_rate=True),
        *_per_class_and_mean("defect_precision", counts, class_names, precision, is_rate=True),
    ]


def _image_statistics(counts: _Counts, image_threshold: float) -> list[Statistic]:
    judged = np.array([outcome.is_bad is not None for outcome in counts.outcomes])
    is_bad = np.array([outcome.is_bad is True for outcome in counts.outcomes])
    is_good = judged & ~is_bad
    scores = np.array([outcome.score for outcome in counts.outcomes])
    called_bad = scores >= image_threshold

    def rate(name: str, wrong: NDArray[np.bool_], among: NDArray[np.bool_]) -> RatioStatistic:
        numerator = counts.by_object(wrong[:, None].astype(np.float64))
        denominator = counts.by_object(among[:, None].astype(np.float64))
        return RatioStatistic(
            name, None, counts.region, numerator, denominator, denominator, is_rate=True
        )

    return [
        rate("image_escape_rate", is_bad & ~called_bad, is_bad),
        rate("image_overkill_rate", is_good & called_bad, is_good),
        RankingStatistic(
            "image_auroc",
            counts.region,
            counts.rows[judged],
            scores[judged],
            is_bad[judged],
            counts.object_count,
        ),
    ]
