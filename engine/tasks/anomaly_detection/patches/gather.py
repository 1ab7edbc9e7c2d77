"""Gathers the memory from good photos: features, coreset, outliers, and the model of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine import kcv
from engine.data.intensity import to_unit
from engine.data.tiles import cover
from engine.tasks.anomaly_detection.patches.alignment import COMPARED, place_weight
from engine.tasks.anomaly_detection.patches.coreset import CoresetStream, Features
from engine.tasks.anomaly_detection.patches.crowd import Crowd
from engine.tasks.anomaly_detection.patches.features import STRIDES, patch_features
from engine.tasks.anomaly_detection.patches.memory import PatchMemory
from engine.tasks.anomaly_detection.patches.outliers import Outlier, find_outliers
from engine.tasks.anomaly_detection.patches.position import WithPosition, with_position
from engine.tasks.segmentation.infer import CONTEXT_PX, Inference

LARGEST_MEMORY = 6000
"""Patches in the memory. Speed falls with them; see benchmarks/anomaly_detection/README.md."""

MEMORY_SHARE = 0.25
"""Of all patches of the training photos."""

JUDGED_PHOTOS = 400
"""Training photos that are looked at for outliers, each object once before twice."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class GoodPhotos:
    """The photos to learn from: pictures as the network sees them, and the object of each."""

    image: Callable[[int], NDArray[Any]]
    objects: Sequence[str]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The model, how many patches it was gathered from, and the objects that were left out.

    `aligned`: the parts lie alike on all photos, so that patches are compared in their place.
    """

    model: keras.Model
    patches: int
    kept: int
    aligned: bool
    outliers: tuple[Outlier, ...]


def gather_memory(
    backbone: kcv.Backbone, photos: GoodPhotos, inference: Inference, seed: int, progress: Progress
) -> Gathered:
    """The memory of all photos without outliers.

    Args:
        backbone: with trained weights.
        photos: good ones.
        inference: how pictures become tiles.
        seed: of the coreset.
        progress: called with (photos done, photos in all).
    """
    extract = keras.Model(backbone.model.input, patch_features(backbone))
    extractor = tf.function(lambda tiles: extract(tiles, training=False), reduce_retracing=True)
    names = sorted(set(photos.objects))
    owner = {name: number for number, name in enumerate(names)}
    judged = _spread(photos.objects, JUDGED_PHOTOS)
    total = len(photos.objects) + len(judged)
    stream = CoresetStream(seed)
    weight = _place_weight(
        lambda tile: np.asarray(extractor(tile[None]))[0], photos, inference, seed
    )

    def run(tile: NDArray[np.float32]) -> Features:
        placed = with_position(np.asarray(extractor(tile[None]))[0], weight)
        return placed.reshape(-1, placed.shape[-1])

    for index, name in enumerate(photos.objects):
        for tile in tiles_of(photos.image(index), inference):
            stream.add(run(tile), owner[name])
        progress(index + 1, total)
    wanted = int(min(LARGEST_MEMORY, max(1, MEMORY_SHARE * stream.taken_in)))
    memory, owners = stream.coreset(wanted)
    crowd = Crowd(memory, owners)
    for done, index in enumerate(judged, 1):
        for tile in tiles_of(photos.image(index), inference):
            crowd.meet(run(tile), owner[photos.objects[index]])
        progress(len(photos.objects) + done, total)
    outliers = find_outliers({names[own]: score for own, score in crowd.scores().items()})
    stream.drop({owner[outlier.object] for outlier in outliers})
    memory, _ = stream.coreset(wanted)
    model = build_model(backbone, memory, weight)
    return Gathered(model, stream.taken_in, len(memory), weight > 0.0, outliers)


def build_model(backbone: kcv.Backbone, memory: Features, weight: float = 0.0) -> keras.Model:
    """Pixels (B, H, W, 3) in 0…1 to distances (B, H, W, 1) from the memory.

    Args:
        memory: (M, D + 2) features with their places.
        weight: of places, 0 where parts do not lie alike.
    """
    features = WithPosition(weight, name="place")(patch_features(backbone))
    layer = PatchMemory(len(memory), memory.shape[1], name="memory")
    distances = layer(features)
    layer.remember(memory)
    enlarged = keras.layers.UpSampling2D(
        STRIDES[0], interpolation="bilinear", dtype="float32", name="distances"
    )(distances)
    return keras.Model(backbone.model.input, enlarged, name=f"patch_memory_{backbone.spec.name}")


def tiles_of(picture: NDArray[Any], inference: Inference) -> Iterator[NDArray[np.float32]]:
    """The tiles (h, w, 3) that inference shows the network of a picture."""
    height, width = picture.shape[:2]
    rows = cover(height + 2 * CONTEXT_PX, inference.tile_hw[0], inference.overlap)
    columns = cover(width + 2 * CONTEXT_PX, inference.tile_hw[1], inference.overlap)
    padded = cv2.copyMakeBorder(
        picture,
        CONTEXT_PX,
        rows.length - height - CONTEXT_PX,
        CONTEXT_PX,
        columns.length - width - CONTEXT_PX,
        cv2.BORDER_REFLECT_101,
    )
    for top in rows.starts:
        for left in columns.starts:
            tile = padded[top : top + rows.tile, left : left + columns.tile]
            yield to_unit(tile, inference.white_16_bit)


def _place_weight(
    extract: Callable[[NDArray[np.float32]], Features],
    photos: GoodPhotos,
    inference: Inference,
    seed: int,
) -> float:
    """The weight of places; 0 where a photo takes several tiles: places are those of a tile."""
    chosen = _spread(photos.objects, min(COMPARED, len(set(photos.objects))))
    tiles = [list(tiles_of(photos.image(index), inference)) for index in chosen]
    if any(len(own) > 1 for own in tiles) or len({own[0].shape for own in tiles}) > 1:
        return 0.0
    return place_weight([extract(own[0]) for own in tiles], seed)


def _spread(objects: Sequence[str], most: int) -> list[int]:
    """Indices of at most so many photos, each object once before twice."""
    seen: dict[str, int] = {}
    rounds: list[tuple[int, int]] = []
    for index, name in enumerate(objects):
        rounds.append((seen.get(name, 0), index))
        seen[name] = seen.get(name, 0) + 1
    return [index for _, index in sorted(rounds)[:most]]
