"""What happened between two photos of the same thing, in words."""

from __future__ import annotations

import numpy as np

from engine.audit.photos.facts import PhotoFacts
from engine.audit.photos.preview import LONG_SIDE_PX
from engine.audit.twins.twins import Twin

_LEAST_TURN_DEG = 1.0
_LEAST_SCALE = 0.03
_LEAST_SHIFT = 0.01
_LEAST_LIGHT = 0.05


def transformation(twin: Twin, first: PhotoFacts, second: PhotoFacts) -> str:
    """How the second photo differs from the first: mirrored, turned, resized, shifted, lit."""
    if twin.identical:
        return "the same pixels, stored again"
    matrix = np.asarray(twin.matrix)
    said = ["mirrored"] if twin.mirrored else []
    turn = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    if abs(turn) >= _LEAST_TURN_DEG:
        said.append(f"turned by {turn:.0f}°")
    zoom = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    original = zoom * _preview_scale(first) / _preview_scale(second)
    if abs(original - 1.0) >= _LEAST_SCALE:
        said.append(f"resized to {original:.0%}")
    shift = _shift(matrix, first, second)
    if shift >= _LEAST_SHIFT:
        said.append(f"shifted by {shift:.0%}")
    darker = second.light.mean - first.light.mean
    if abs(darker) >= _LEAST_LIGHT:
        said.append("brighter" if darker > 0 else "darker")
    return ", ".join(said) or "compressed, lit or retouched a little"


def _preview_scale(photo: PhotoFacts) -> float:
    """Preview px a photo px."""
    return LONG_SIDE_PX / max(photo.size_hw)


def _shift(matrix: np.ndarray, first: PhotoFacts, second: PhotoFacts) -> float:
    """How far the middle of the first lies from the middle of the second, as a share."""
    centers = [
        np.array([photo.size_hw[1], photo.size_hw[0]]) * _preview_scale(photo) / 2
        for photo in (first, second)
    ]
    moved = matrix[:, :2] @ centers[0] + matrix[:, 2] - centers[1]
    return float(np.hypot(*moved)) / LONG_SIDE_PX
