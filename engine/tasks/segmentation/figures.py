"""Pictures of what a segmentation model saw: photo, truth and prediction side by side."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.drawing import (
    IGNORED_COLOUR,
    LegendEntry,
    Rgb,
    class_colour,
    short_name,
    side_by_side,
    to_rgb,
)


def draw_label_map(photo: NDArray[np.generic], label_map: NDArray[np.uint8]) -> Rgb:
    """The photo (H, W, 3) with each class tinted and outlined, and ignored pixels hatched.

    Outlines run outside of a region, so that a scratch of 1 px width stays visible.
    """
    drawn = to_rgb(photo).copy()
    rows, columns = np.nonzero(label_map == IGNORE)
    stripe = (rows + columns) % 8 < 3
    drawn[rows[stripe], columns[stripe]] = IGNORED_COLOUR
    for value in np.unique(label_map):
        if value in (0, IGNORE):
            continue
        colour = np.array(class_colour(int(value) - 1), dtype=np.float32)
        mask = label_map == value
        drawn[mask] = np.rint(0.45 * drawn[mask] + 0.55 * colour).astype(np.uint8)
        around = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        drawn[around & ~near & (label_map == 0)] = colour.astype(np.uint8)
    return drawn


def overlay(
    image: NDArray[np.generic],
    truth: NDArray[np.uint8],
    prediction: NDArray[np.uint8],
    class_names: Sequence[str],
) -> Rgb:
    """Photo, truth and prediction side by side, with titles and a legend; (H', W', 3).

    Args:
        image: (H, W) or (H, W, 3), uint8 or uint16. Cut large photos with `crop_around` first.
        truth, prediction: (H, W) label maps.
        class_names: in the order of the recipe.
    """
    panels = [
        ("photo", to_rgb(image)),
        ("truth", draw_label_map(image, truth)),
        ("prediction", draw_label_map(image, prediction)),
    ]
    return side_by_side(panels, _shown_classes(truth, prediction, class_names))


def _shown_classes(
    truth: NDArray[np.uint8], prediction: NDArray[np.uint8], class_names: Sequence[str]
) -> list[LegendEntry]:
    """Name and colour of what is to be seen in truth or prediction."""
    values = {int(value) for value in np.union1d(truth, prediction)}
    shown = [
        (short_name(name), class_colour(index))
        for index, name in enumerate(class_names)
        if index + 1 in values
    ]
    return [*shown, ("ignored", IGNORED_COLOUR)] if IGNORE in values else shown
