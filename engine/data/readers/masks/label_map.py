"""A mask annotation as a label map, ready to train on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.data.images import IntegerArray, read_mask
from engine.data.readers.masks.values import to_label_map
from engine.errors import UnreadableImage
from engine.records import BACKGROUND, MaskAnnotation


def read_label_map(
    annotation: MaskAnnotation,
    size_hw: tuple[int, int],
    read: Callable[[Path], IntegerArray] = read_mask,
) -> npt.NDArray[np.uint8]:
    """Reads the label map of a photo.

    Where several masks of one photo overlap, a class that comes later in the recipe covers an
    earlier one, and `IGNORE` covers all.

    Args:
        annotation: as a reader made it.
        size_hw: height and width of the photo in px.
        read: gives the decoded mask of a path.

    Returns:
        (H, W) uint8: 0 background, k + 1 for class k, `IGNORE` for neither.

    Raises:
        UnreadableImage: when the mask cannot be read, has another size, or holds values that it
            did not hold when the data were read.
    """
    label_map = np.full(size_hw, BACKGROUND, np.uint8)
    for layer in (annotation, *annotation.more):
        if layer.path is not None:
            np.maximum(label_map, _read_layer(layer, size_hw, read), out=label_map)
    return label_map


def _read_layer(
    layer: MaskAnnotation, size_hw: tuple[int, int], read: Callable[[Path], IntegerArray]
) -> npt.NDArray[np.uint8]:
    path = layer.path
    if path is None:
        return np.full(size_hw, BACKGROUND, np.uint8)
    mask = read(path)
    if mask.shape != size_hw:
        raise UnreadableImage(
            "the mask has another size than its photo",
            where=str(path),
            received=f"{mask.shape[1]} x {mask.shape[0]} px",
            allowed=f"{size_hw[1]} x {size_hw[0]} px",
            fix="Run `dltrain check` on the recipe",
        )
    label_map, unknown = to_label_map(mask, layer.values, layer.threshold)
    if unknown.any():
        raise UnreadableImage(
            "the mask holds values that it did not hold when the data were read",
            where=str(path),
            received=", ".join(map(str, np.unique(mask[unknown])[:8])),
            fix="Run the command again",
        )
    return label_map
