"""What a reader of the report must know of how a detector was trained, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.data.view import View
from engine.records import Sample
from engine.tasks.detection.detections import Things
from engine.tasks.detection.options import DetectionOptions
from engine.tasks.detection.photos import Photos

ENOUGH = 0.9
"""Share of a class's things that fit into a patch, below which it is told."""


def shrinking(view: View, samples: Sequence[Sample], photos: Photos) -> Iterator[str]:
    """How much smaller than they are photos are seen, where the tool decided so."""
    if view.scale == 1.0:
        return
    whole = np.median([view.frame_hw(sample.size_hw) for sample in samples], axis=0)
    seen = np.median(photos.sizes_hw, axis=0)
    yield (
        f"Photos of {whole[1]:.0f} x {whole[0]:.0f} px are seen at {100 * view.scale:.3g} %, as "
        f"{seen[1]:.0f} x {seen[0]:.0f} px, because the things on them are large "
        "(input.resize: auto). Positions are that much coarser; input.resize: none keeps every "
        "pixel, and needs more time."
    )


def misfits(options: DetectionOptions, things: Sequence[Things]) -> Iterator[str]:
    """The classes of which many things are larger than a training patch: they are not learnt."""
    height, width = options.patch_hw
    for index, name in enumerate(options.class_names):
        sides = [own.boxes[own.classes == index, 2:4].max(axis=1) for own in things]
        longest = np.concatenate([np.empty(0, np.float32), *sides])
        fitting = int((longest <= max(height, width)).sum())
        if fitting < ENOUGH * len(longest):
            yield (
                f"Of {len(longest)} training things of {name!r} {fitting} fit into a training "
                f"patch of {width} x {height} px; the others are not learnt. Enlarge input.tile or "
                "leave it out, or shrink the photos with input.size."
            )
