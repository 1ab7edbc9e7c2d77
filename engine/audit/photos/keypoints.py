"""Points of a preview that can be found again, turned, resized or lit otherwise, or mirrored.

ORB (Rublee et al., ORB: an efficient alternative to SIFT or SURF, ICCV 2011) on the flattened
preview. Its descriptors do not survive mirroring, so each point has a second one: that of the
mirrored preview.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.preview import Grey

MOST_POINTS, MOST_MIRRORED = 200, 100
DESCRIPTOR_BYTES = 32
_BORDER_PX = 12
_PATCH_PX = 25


@dataclass(frozen=True, slots=True)
class Keypoints:
    """Points of one preview.

    Attributes:
        xy: (n, 2) float32, px of the preview.
        descriptors: (n, 32) uint8, 256 bits each.
        mirrored_xy, mirrored: the same of the preview mirrored left to right, of the strongest
            points alone; a point close to the border may be missing.
    """

    xy: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    mirrored_xy: NDArray[np.float32]
    mirrored: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.xy)


def find_keypoints(flat: Grey) -> Keypoints:
    """The most prominent points of a flattened preview."""
    orb = cv2.ORB.create(
        nfeatures=MOST_POINTS,
        scaleFactor=1.2,
        nlevels=8,
        edgeThreshold=_BORDER_PX,
        patchSize=_PATCH_PX,
        fastThreshold=16,
    )
    if min(flat.shape) <= 2 * _BORDER_PX:
        return Keypoints(*_arrays((), None), *_arrays((), None))
    points, descriptors = orb.detectAndCompute(flat, None)
    last = flat.shape[1] - 1.0
    turned = [
        cv2.KeyPoint(
            last - point.pt[0],
            point.pt[1],
            point.size,
            (180.0 - point.angle) % 360.0,
            point.response,
            point.octave,
        )
        for point in sorted(points, key=lambda point: -point.response)[:MOST_MIRRORED]
    ]
    mirrored_points, mirrored = orb.compute(cv2.flip(flat, 1), turned)
    return Keypoints(*_arrays(points, descriptors), *_arrays(mirrored_points, mirrored))


def _arrays(points: object, descriptors: object) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    if descriptors is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, DESCRIPTOR_BYTES), np.uint8)
    xy = np.asarray(cv2.KeyPoint.convert(points), np.float32).reshape(-1, 2)  # type: ignore[call-overload]
    return xy, np.asarray(descriptors, np.uint8)
