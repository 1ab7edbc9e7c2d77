"""What is to be found on a photo, and what a model finds there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.detection.boxes import to_corners

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Things:
    """The annotated things of one photo, in px of the frame (the photo's region of interest).

    Attributes:
        boxes: float32 (n, 5), see `engine.tasks.detection.boxes`.
        classes: uint8 (n,), `IGNORE` for a box that is neither class nor background.
    """

    boxes: Floats
    classes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def corners(self) -> Floats:
        """(n, 4, 2); the first edge is the top of the thing."""
        return to_corners(self.boxes)

    @property
    def ignored(self) -> NDArray[np.bool_]:
        """(n,) whether each is neither class nor background."""
        return np.asarray(self.classes == IGNORE)

    def take(self, which: NDArray[np.generic]) -> Things:
        """Some of them, by indices or by a mask."""
        return Things(self.boxes[which], self.classes[which])


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What a model finds on one photo, the surest first, in px of the frame.

    Attributes:
        boxes: float32 (n, 5), see `engine.tasks.detection.boxes`.
        classes: uint8 (n,).
        scores: float32 (n,) in 0…1.
    """

    boxes: Floats
    classes: NDArray[np.uint8]
    scores: Floats

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def corners(self) -> Floats:
        """(n, 4, 2); the first edge is the top of the thing."""
        return to_corners(self.boxes)

    def take(self, which: NDArray[np.generic]) -> Detections:
        """Some of them, by indices or by a mask."""
        return Detections(self.boxes[which], self.classes[which], self.scores[which])
