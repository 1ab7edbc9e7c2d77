"""The boxes of a class that are looked at closely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import bounds_xywh, overhang_px, sizes_wh
from engine.records import BoxAnnotation, Sample

MOST_BOXES = 40
MOST_OVERHANG_PX = 1.0


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One box: its photo, its corners (4, 2) in px, and the upright box around it."""

    sample: Sample
    corners: NDArray[np.float32]

    @property
    def bbox_xywh(self) -> tuple[int, int, int, int]:
        """The upright box around it."""
        return bounds_xywh(self.corners)


def choose(samples: Iterable[Sample], class_index: int) -> tuple[LookedAt, ...]:
    """At most `MOST_BOXES` boxes of a class that lie on their photos; objects take turns.

    The order depends on the photos' content and the boxes alone.
    """
    taken: dict[str, int] = {}
    turns: list[tuple[int, str, LookedAt]] = []
    for sample in sorted(samples, key=lambda each: each.sha256):
        if not isinstance(sample.annotation, BoxAnnotation):
            continue
        own = sample.annotation.corners[sample.annotation.class_indices == class_index]
        for corners in own:
            overhang = overhang_px(corners.tolist(), sample.size_hw)
            if overhang is not None and overhang <= MOST_OVERHANG_PX:
                turn = taken.get(sample.object, 0)
                taken[sample.object] = turn + 1
                turns.append((turn, sample.sha256, LookedAt(sample, corners)))
    turns.sort(key=lambda each: each[:2])
    return tuple(each for _, _, each in turns[:MOST_BOXES])


def ratios(boxes: Sequence[LookedAt]) -> NDArray[np.float32]:
    """Longer by shorter side of each box."""
    sizes = sizes_wh(np.array([each.corners for each in boxes]))
    return np.asarray(sizes.max(axis=1) / sizes.min(axis=1))


def across_px(boxes: Sequence[LookedAt]) -> NDArray[np.float32]:
    """Shorter side of each box."""
    return np.asarray(sizes_wh(np.array([each.corners for each in boxes])).min(axis=1))
