"""The places of a photo that are called anomalous: connected pieces of the heat map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.components import find_components
from engine.evaluate.thresholds import NEUTRAL

MOST_PLACES = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A connected piece (8-neighbourhood) of pixels at or above the threshold.

    Attributes:
        bbox_xywh: in px.
        score: the highest normalised score within.
    """

    bbox_xywh: tuple[int, int, int, int]
    area_px: int
    score: float


def anomalous_places(
    scores: NDArray[np.float32], counted: NDArray[np.bool_], corner_xy: tuple[int, int] = (0, 0)
) -> tuple[Place, ...]:
    """The places of a photo, the most anomalous first; at most `MOST_PLACES`.

    Args:
        scores: (H, W) normalised.
        counted: (H, W) pixels that are looked at.
        corner_xy: where the first pixel lies in the picture that places are told in.
    """
    marked = (scores >= NEUTRAL) & counted
    places: list[Place] = []
    for piece in find_components(marked.astype(np.uint8)):
        x, y, width, height = piece.bbox_xywh
        box = (x + corner_xy[0], y + corner_xy[1], width, height)
        places.append(Place(box, piece.area_px, float(scores.ravel()[piece.pixels].max())))
    return tuple(sorted(places, key=lambda place: -place.score)[:MOST_PLACES])
