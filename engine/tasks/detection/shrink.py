"""How much smaller than they are a detector sees photos: as small as the things allow.

A camera of 5 megapixels shows parts of 400 px. Seen at 48 px they are a seventieth of the pixels to
learn from and to look at: in the same time much more is learnt (benchmarks/detection, on photos
that were enlarged). Detail that needs more pixels is lost; `input.resize: none` keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.data.view import View
from engine.recipe import Recipe
from engine.records import IGNORE, Sample
from engine.tasks.detection.detections import Things
from engine.tasks.detection.patches import ignore_margin
from engine.tasks.detection.photos import read_truth
from engine.tasks.from_recipe import view_of

FEW = 0.1
"""Share of a class's things whose shorter sides may become smaller."""

NOTICEABLE = 0.75
"""Less is not worth blurring the photos for."""

SMALLEST_PX = 1.0
"""What is smaller counts as so large."""


@dataclass(frozen=True, slots=True)
class Shrinking:
    """How small a task's things may be seen.

    Attributes:
        typical_px: size (root of the area) that the median thing keeps.
        shortest_px: shorter side that things keep, those of every class alike but a few.
    """

    typical_px: float
    shortest_px: float


SHRINKING = Shrinking(typical_px=48.0, shortest_px=24.0)
"""That of detection."""


def view_for(
    recipe: Recipe,
    samples: Sequence[Sample],
    orders: Sequence[int],
    shrinking: Shrinking = SHRINKING,
    *,
    oriented: bool,
) -> View:
    """What the network sees of photos: with `input.resize: auto`, as much as the things ask for.

    A stated `input.tile` is in px of the photo as it is, so every pixel is kept with it. Things
    that are not learnt from, in the margin or to be ignored, decide nothing.
    """
    view = view_of(recipe)
    if recipe.input.resize != "auto" or recipe.input.tile_hw is not None:
        return view
    things = []
    for sample in samples:
        frame_hw = view.frame_hw(sample.size_hw)
        truth = read_truth(sample, view, orders, oriented=oriented)
        things.append(ignore_margin(truth, frame_hw, recipe.margins.edge.to_px(frame_hw)))
    return replace(view, scale=scale_for(things, shrinking))


def scale_for(things: Sequence[Things], shrinking: Shrinking = SHRINKING) -> float:
    """The factor, at most 1, by which photos of these things are shrunk; 1 without any."""
    boxes = np.concatenate([np.empty((0, 5), np.float32), *(own.boxes for own in things)])
    classes = np.concatenate([np.empty(0, np.uint8), *(own.classes for own in things)])
    sides = np.maximum(boxes[:, 2:4], SMALLEST_PX)
    names = set(classes.tolist()) - {IGNORE}
    if not names:
        return 1.0
    typical = float(np.median(np.sqrt(np.prod(sides[classes != IGNORE], axis=1))))
    shortest = min(_shortest(sides[classes == name]) for name in names)
    scale = max(shrinking.typical_px / typical, shrinking.shortest_px / shortest)
    return scale if scale < NOTICEABLE else 1.0


def _shortest(sides: NDArray[np.float32]) -> float:
    return float(np.quantile(sides.min(axis=1), FEW, method="lower"))
