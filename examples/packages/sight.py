"""Whether a person can read a field: what its ink changes, letter by letter."""

from __future__ import annotations

import cv2
import numpy as np

from examples.camera import Camera
from examples.packages.labels import Mark
from examples.packages.printing import FINE
from examples.packages.scene import Scene
from examples.relief import Array, single

LETTER_HW = (24, 18)
"""Each letter is looked at in a field of so many px."""
RESTLESS = 0.5
"""The ground's own standard deviation, at most so much of what the ink changes."""


def weakest_letter(scene: Scene, mark: Mark, camera: Camera) -> float:
    """Grey levels that the ink of the faintest letter changes; 0 where the ground hides it."""
    count, (high, wide) = len(mark.text), LETTER_HW
    target = single([(0, 0), (count * wide, 0), (count * wide, high), (0, high)])
    matrix = cv2.getPerspectiveTransform(single(mark.ink * FINE), target)
    bare, printed = (
        cv2.warpPerspective(
            _levels(light, camera), matrix, (count * wide, high), flags=cv2.INTER_AREA
        )
        for light in (scene.bare, scene.printed)
    )
    least = np.inf
    for left in range(0, count * wide, wide):
        letter = slice(left, left + wide)
        change = float(np.percentile(np.abs(printed - bare)[:, letter], 90))
        unrest = float(bare[:, letter].std())
        least = min(least, change if unrest <= RESTLESS * change else 0.0)
    return float(least)


def _levels(light: Array, camera: Camera) -> Array:
    """Grey levels of linear light (h, w, 3), as the camera stores them before its noise."""
    return single(255 * np.sqrt(np.clip(light.mean(axis=2) * camera.exposure, 0, 1)))
