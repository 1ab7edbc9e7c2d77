"""Pixels that masks of two classes both claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.audit.regions import LEAST_AREA_PX
from engine.data.components import find_components
from engine.data.images import IntegerArray, read_mask
from engine.data.readers.masks import read_label_map
from engine.records import IGNORE, MaskAnnotation

LEAST_SHARE = 0.5

Overlap = tuple[int, int, tuple[int, int, int, int], float]
"""Class of a region, the class that claims it as well, its box x, y, w, h in px, that share."""


def find_overlaps(
    annotation: MaskAnnotation,
    size_hw: tuple[int, int],
    read: Callable[[Path], IntegerArray] = read_mask,
) -> tuple[Overlap, ...]:
    """The regions of one class that a mask of another class covers by half or more, most first.

    Args:
        annotation: with a mask each of several classes.
        size_hw: height and width of the photo in px.
        read: how a mask file is read.

    Raises:
        UnreadableImage: when a mask cannot be read any more.
    """
    layers = [
        read_label_map(replace(layer, more=()), size_hw, read)
        for layer in (annotation, *annotation.more)
    ]
    found: list[Overlap] = []
    for at, layer in enumerate(layers):
        for piece in find_components(layer):
            if piece.area_px < LEAST_AREA_PX:
                continue
            for other_at, other in enumerate(layers):
                own = other.ravel()[piece.pixels]
                claimed = own[(own > 0) & (own != IGNORE) & (own != piece.class_index + 1)]
                share = len(claimed) / piece.area_px
                if other_at != at and share >= LEAST_SHARE:
                    second = int(np.bincount(claimed).argmax()) - 1
                    found.append((piece.class_index, second, piece.bbox_xywh, round(share, 4)))
    return tuple(sorted(found, key=lambda each: (-each[3], each)))
