"""Good photos as patches: their features, without what nobody is to learn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.anomaly_detection.patches.coreset import Features
from engine.tasks.anomaly_detection.patches.features import STRIDES
from engine.tasks.anomaly_detection.patches.position import with_position
from engine.tasks.anomaly_detection.patches.tiles import cut, tiles_of
from engine.tasks.segmentation.infer import Inference


@dataclass(frozen=True, slots=True)
class GoodPhotos:
    """The photos to learn from, by index.

    Attributes:
        image: gives the picture as the network sees it, (H, W) or (H, W, 3), uint8 or uint16.
        objects: the object of each.
        sizes_hw: height and width in px of each picture.
        labels: gives the label map (H, W) of the picture, uint8; what is `IGNORE` there is not
            learnt. None: all is.
    """

    image: Callable[[int], NDArray[Any]]
    objects: Sequence[str]
    sizes_hw: Sequence[tuple[int, int]]
    labels: Callable[[int], NDArray[np.uint8]] | None = None


@dataclass(frozen=True, slots=True)
class PatchReader:
    """Attributes:
    photos: good ones.
    inference: how pictures become tiles.
    extract: features (h, w, D) of a tile (H, W, 3) in 0…1, a cell for `STRIDES[0]` px.
    """

    photos: GoodPhotos
    inference: Inference
    extract: Callable[[NDArray[np.float32]], Features]

    def tiles(self, index: int) -> Iterator[tuple[Features, NDArray[np.bool_]]]:
        """Features (h, w, D) of each tile of a photo, and which cells (h, w) are to be learnt.

        A cell is not where any of its pixels is ignored.
        """
        tiles = tiles_of(self.photos.image(index), self.inference)
        if self.photos.labels is None:
            for tile in tiles:
                features = self.extract(tile)
                yield features, np.ones(features.shape[:2], bool)
            return
        label_maps = cut(self.photos.labels(index), self.inference)
        for tile, labels in zip(tiles, label_maps, strict=True):
            yield self.extract(tile), counted_cells(labels)

    def patches(self, index: int, weight: float) -> Iterator[Features]:
        """Features with their places (N, D + 2), N > 0, of what is to be learnt of each tile.

        Args:
            index: of the photo.
            weight: of places.
        """
        for features, counted in self.tiles(index):
            if counted.any():
                yield with_position(features, weight)[counted]


def counted_cells(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The cells (H / STRIDES[0], W / STRIDES[0]) of a label map (H, W) without an ignored pixel."""
    side = STRIDES[0]
    rows, columns = labels.shape[0] // side, labels.shape[1] // side
    ignored = (labels == IGNORE).reshape(rows, side, columns, side)
    return np.asarray(~ignored.any(axis=(1, 3)))
