"""What a reader of the report must know of how a detector was trained, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.data.view import View
from engine.phrasing import counted, percent
from engine.records import Sample
from engine.tasks.detection.detections import Things
from engine.tasks.detection.options import DetectionOptions
from engine.tasks.detection.patches import CUT_SHARE, shown_at_most
from engine.tasks.detection.photos import Photos

ENOUGH = 0.9
"""Share of a class's things that a patch can show, below which it is told."""


def shrinking(view: View, samples: Sequence[Sample], photos: Photos) -> Iterator[str]:
    """How much smaller than they are photos are seen, where the tool decided so."""
    if view.scale == 1.0:
        return
    whole = np.median([view.frame_hw(sample.size_hw) for sample in samples], axis=0)
    seen = np.median(photos.sizes_hw, axis=0)
    yield (
        f"Photos of {whole[1]:.0f} x {whole[0]:.0f} px are seen at {percent(view.scale)}, as "
        f"{seen[1]:.0f} x {seen[0]:.0f} px, because the things on them are large "
        "(input.resize: auto). Positions are that much coarser; input.resize: none keeps every "
        "pixel, and needs more time."
    )


def misfits(options: DetectionOptions, things: Sequence[Things], *, stated: bool) -> Iterator[str]:
    """The classes of which many things are cut by every training patch: they are not learnt.

    Args:
        options: with the size of a patch.
        things: of the training photos; those to be ignored do not count.
        stated: whether the recipe states that size.
    """
    height, width = options.patch_hw
    fix = (
        "Enlarge input.tile, or leave it out"
        if stated
        else "Shrink the photos with input.size and resize: fit"
    )
    for index, name in enumerate(options.class_names):
        shares = [shown_at_most(own.take(own.classes == index), options.patch_hw) for own in things]
        shown = np.concatenate([np.empty(0, np.float32), *shares])
        fitting = int((shown >= 1 - CUT_SHARE).sum())
        if fitting < ENOUGH * len(shown):
            yield (
                f"Of {counted(len(shown), 'training thing')} of {name!r} {fitting} fit into a "
                f"training patch of {width} x {height} px by three quarters or more; the others "
                f"are not learnt. {fix}."
            )
