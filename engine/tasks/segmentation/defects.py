"""Defects as people count them: which annotated ones were found, which predicted ones are right.

The definitions stand in `engine.tasks.segmentation.outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.components import Component, find_components
from engine.tasks.segmentation.regions import Region

TOLERANCE_PX = 2
LEAST_COVER = 0.10


@dataclass(frozen=True, slots=True)
class TrueDefect:
    """One annotated defect, whether it was found, and the region it belongs to."""

    class_index: int
    bbox_xywh: tuple[int, int, int, int]
    area_px: int
    found: bool
    region: Region


@dataclass(frozen=True, slots=True)
class PredictedDefect:
    """One predicted region.

    Attributes:
        confidence: mean probability of its class over its pixels.
        score: highest `score_map` on it; None where that was not asked for.
        right: whether it lies on a defect of its class; None where the truth is not known.
        region: None where it was not looked up.
    """

    class_index: int
    bbox_xywh: tuple[int, int, int, int]
    area_px: int
    confidence: float
    score: float | None = None
    right: bool | None = None
    region: Region | None = None


def predicted_defects(
    prediction: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    scores: NDArray[np.float32],
    interior: NDArray[np.bool_],
) -> tuple[PredictedDefect, ...]:
    """The regions of a predicted label map, where the truth is not known.

    Args:
        prediction: (H, W) label map.
        probabilities: (H, W, C) of the defect classes.
        scores: (H, W), `score_map` of the photo.
        interior: (H, W), the pixels away from the edge.
    """
    return tuple(
        PredictedDefect(
            piece.class_index,
            piece.bbox_xywh,
            piece.area_px,
            _confidence(piece, probabilities),
            float(scores.ravel()[piece.pixels].max()),
            region=_region_of(piece, interior),
        )
        for piece in find_components(prediction)
    )


def _confidence(piece: Component, probabilities: NDArray[np.float32]) -> float:
    flat = probabilities.reshape(-1, probabilities.shape[-1])
    return float(np.mean(flat[piece.pixels, piece.class_index], dtype=np.float64))


def _widened(label_map: NDArray[np.uint8], class_index: int) -> NDArray[np.bool_]:
    """The pixels within `TOLERANCE_PX` of a class, flattened."""
    kernel = np.ones((2 * TOLERANCE_PX + 1,) * 2, dtype=np.uint8)
    mask = (label_map == class_index + 1).astype(np.uint8)
    return np.asarray(cv2.dilate(mask, kernel) > 0).ravel()


def _matches(
    label_map: NDArray[np.uint8], other: NDArray[np.uint8], counted: NDArray[np.bool_]
) -> list[tuple[Component, bool]]:
    """The counted components of `label_map`, and whether `other` covers enough of each."""
    pieces = find_components(label_map)
    near = {index: _widened(other, index) for index in {p.class_index for p in pieces}}
    flat = counted.ravel()
    matched: list[tuple[Component, bool]] = []
    for piece in pieces:
        valid = piece.pixels[flat[piece.pixels]]
        if 2 * len(valid) >= piece.area_px:
            cover = float(np.mean(near[piece.class_index][valid]))
            matched.append((replace(piece, pixels=valid), cover >= LEAST_COVER))
    return matched


def _region_of(piece: Component, interior: NDArray[np.bool_]) -> Region:
    inside = int(np.count_nonzero(interior.ravel()[piece.pixels]))
    return "interior" if 2 * inside >= piece.area_px else "edge"


def match_defects(
    truth: NDArray[np.uint8],
    prediction: NDArray[np.uint8],
    counted: NDArray[np.bool_],
    interior: NDArray[np.bool_],
) -> tuple[TrueDefect, ...]:
    """The annotated defects of a photo, and whether the prediction found them.

    Args:
        truth, prediction: (H, W) label maps.
        counted: (H, W), the pixels that are neither ignored nor outside the region of interest.
        interior: (H, W), the pixels away from the edge.
    """
    return tuple(
        TrueDefect(
            piece.class_index, piece.bbox_xywh, piece.area_px, found, _region_of(piece, interior)
        )
        for piece, found in _matches(truth, prediction, counted)
    )


def judge_regions(
    truth: NDArray[np.uint8],
    prediction: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    counted: NDArray[np.bool_],
    interior: NDArray[np.bool_],
) -> tuple[PredictedDefect, ...]:
    """The predicted regions of a photo, and whether they lie on truth; see `match_defects`.

    Args:
        probabilities: (H, W, C) of the defect classes.
    """
    return tuple(
        PredictedDefect(
            piece.class_index,
            piece.bbox_xywh,
            piece.area_px,
            _confidence(piece, probabilities),
            right=right,
            region=_region_of(piece, interior),
        )
        for piece, right in _matches(prediction, truth, counted)
    )
