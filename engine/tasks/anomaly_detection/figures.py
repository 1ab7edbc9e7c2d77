"""Pictures of what a model of good parts saw: photo, truth and heat map side by side."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.evaluate.thresholds import NEUTRAL
from engine.tasks.drawing import IGNORED_COLOUR, LegendEntry, Rgb, side_by_side, to_rgb
from engine.tasks.segmentation.figures import draw_label_map

HEAT_FROM, HEAT_TO = 0.4, 0.8
"""Normalised scores between which the colours change: 0.5 is the threshold, 0.8 four times it."""

BETWEEN = 0.65
"""A score in the legend, between the threshold and the brightest colour."""

OUTLINE = (255, 255, 255)
_MAP = np.asarray(cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, None], cv2.COLORMAP_INFERNO))
_COLOURS = _MAP.reshape(256, 3)[:, ::-1].astype(np.float32)


def draw_heat(photo: NDArray[np.generic], scores: NDArray[np.float32]) -> Rgb:
    """The photo (H, W, 3) with a heat map over it, and an outline around what is called anomalous.

    Args:
        photo: (H, W) or (H, W, 3), uint8 or uint16.
        scores: (H, W) normalised: 0.5 is the threshold.
    """
    drawn = to_rgb(photo).astype(np.float32)
    heat = np.clip((scores - HEAT_FROM) / (HEAT_TO - HEAT_FROM), 0.0, 1.0)
    colours = _COLOURS[np.rint(heat * 255.0).astype(np.uint8)]
    strength = np.clip(heat * 3.0, 0.0, 0.65)[..., None]
    drawn = drawn * (1.0 - strength) + colours * strength
    marked = (scores >= NEUTRAL).astype(np.uint8)
    around = cv2.dilate(marked, np.ones((3, 3), np.uint8)) > marked
    drawn[around] = OUTLINE
    return np.asarray(np.rint(drawn), np.uint8)


def heat_sheet(
    photo: NDArray[np.generic], truth: NDArray[np.uint8] | None, scores: NDArray[np.float32]
) -> Rgb:
    """Photo, truth and heat map side by side; no truth where nobody marked the defect.

    Args:
        photo: (H, W) or (H, W, 3). Cut large photos with `crop_around` first.
        truth: (H, W) label map, or None.
        scores: (H, W) normalised.
    """
    panels = [("photo", to_rgb(photo))]
    if truth is not None:
        panels.append(("truth", draw_label_map(photo, truth)))
    panels.append(("heat map", draw_heat(photo, scores)))
    return side_by_side(panels, _legend(truth))


def _legend(truth: NDArray[np.uint8] | None) -> list[LegendEntry]:
    entries: list[LegendEntry] = [
        (f"score {NEUTRAL:.2f}: the threshold, outlined", _colour(NEUTRAL)),
        (f"{BETWEEN:.2f}", _colour(BETWEEN)),
        (f"{HEAT_TO:.2f} and more", _colour(HEAT_TO)),
    ]
    if truth is not None and (truth == 255).any():
        entries.append(("ignored", IGNORED_COLOUR))
    return entries


def _colour(score: float) -> tuple[int, int, int]:
    heat = round((score - HEAT_FROM) / (HEAT_TO - HEAT_FROM) * 255.0)
    red, green, blue = (int(value) for value in _COLOURS[heat])
    return red, green, blue
