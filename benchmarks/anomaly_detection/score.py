r"""Judges what either side told of the test photos.

    python -m benchmarks.anomaly_detection.score \
        --data $DLTRAIN_DATA/mvtec_reduced/hazelnut_reduced \
        --told .bench/anomaly_detection/hazelnut_reduced/dltrain --told …/anomalib

- `image_auroc`, `pixel_auroc`: share of (anomalous, good) pairs in the right order, ties counting
  half; of pixels over all photos together.
- `pro`: the share of a defect's pixels (a connected piece of the mask, 8-neighbourhood) at or above
  a threshold, mean over all defects, integrated over the share of good pixels at or above it from 0
  to 30 %, divided by 0.3 (Bergmann et al., IJCV 129, 2021, section 5.1).

All are exact: every score is a threshold. Photos of a defect that nobody marked count for
`image_auroc` alone. A figure that the photos do not allow is null.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.anomaly_detection.photos import JudgedPhoto, read_mask, read_photos
from benchmarks.anomaly_detection.told import Told, read_told

PRO_LIMIT = 0.3

Floats = NDArray[np.float64]


def auroc(scores: Floats, anomalous: NDArray[np.bool_]) -> float | None:
    """Area under the ROC curve; None without both kinds.

    Args:
        scores: (n,), the higher, the more anomalous.
        anomalous: (n,).
    """
    if not anomalous.any() or anomalous.all():
        return None
    weights = np.where(anomalous, 1.0 / anomalous.sum(), 0.0)
    false, true = _curve(scores, ~anomalous, weights)
    return float(np.trapezoid(true, false))


def per_region_overlap(scores: Floats, good: NDArray[np.bool_], weights: Floats) -> float | None:
    """Normalised area under the mean overlap, up to `PRO_LIMIT` good pixels; None without defects.

    Args:
        scores: (n,) of pixels.
        good: (n,).
        weights: (n,) of an anomalous pixel 1 / (pixels of its defect × number of defects), else 0.
    """
    if not weights.any() or not good.any():
        return None
    false, overlap = _curve(scores, good, weights)
    within = int((false <= PRO_LIMIT).sum())
    around = slice(within - 1, within + 1)
    end = np.interp(PRO_LIMIT, false[around], overlap[around])
    x, y = np.append(false[:within], PRO_LIMIT), np.append(overlap[:within], end)
    return float(np.trapezoid(y, x) / PRO_LIMIT)


def _curve(scores: Floats, good: NDArray[np.bool_], weights: Floats) -> tuple[Floats, Floats]:
    """From (0, 0) to (1, 1), threshold by falling threshold: share of good ones, and weight."""
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)
    false = np.cumsum(good[order])[last] / good.sum()
    return np.append(0.0, false), np.append(0.0, np.cumsum(weights[order])[last])


def judge(photos: Sequence[JudgedPhoto], told: Mapping[str, Told]) -> dict[str, float | None]:
    """The figures of one side.

    Raises:
        ValueError: a photo lacks an answer, a number is not finite, or a mask has another size.
    """
    values: list[Floats] = []
    defect_weights: list[Floats] = []
    regions = 0
    for photo in photos:
        if photo.id not in told:
            raise ValueError(f"{photo.id}: nothing is told of it.")
        answer = told[photo.id]
        if not (np.isfinite(answer.map).all() and np.isfinite(answer.score)):
            raise ValueError(f"{photo.id}: scores that are no finite numbers.")
        mask = read_mask(photo, (answer.map.shape[0], answer.map.shape[1]))
        if mask is None:
            continue
        count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
        areas = np.bincount(labels.ravel())
        inverse = np.append(0.0, 1.0 / areas[1:])
        regions += count - 1
        values.append(answer.map.ravel().astype(np.float64))
        defect_weights.append(inverse[labels.ravel()])
    bad = np.array([photo.kind is not None for photo in photos])
    scores = np.array([told[photo.id].score for photo in photos])
    pixels = np.concatenate(values) if values else np.zeros(0)
    weights = np.concatenate(defect_weights) if defect_weights else np.zeros(0)
    return {
        "image_auroc": auroc(scores, bad),
        "pixel_auroc": auroc(pixels, weights > 0),
        "pro": per_region_overlap(pixels, weights == 0, weights / max(regions, 1)),
        "good_photos": int((~bad).sum()),
        "bad_photos": int(bad.sum()),
        "defects": regions,
    }


def main() -> None:
    """Prints the figures of each side as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="an MVTec folder, or a JSON list")
    parser.add_argument("--told", type=Path, required=True, action="append", help="may be repeated")
    given = parser.parse_args()
    photos = read_photos(given.data).test
    sides = {str(out): judge(photos, read_told(out)) for out in given.told}
    print(json.dumps(sides, indent=2))


if __name__ == "__main__":
    main()
