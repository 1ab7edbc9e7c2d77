"""Gathers the memory from good photos: features, coreset, outliers, and the model of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine import kcv
from engine.errors import RunFailed
from engine.tasks.anomaly_detection.patches.alignment import COMPARED, FEWEST, place_weight
from engine.tasks.anomaly_detection.patches.coreset import CoresetStream, Features
from engine.tasks.anomaly_detection.patches.crowd import Crowd
from engine.tasks.anomaly_detection.patches.features import STRIDES, patch_features
from engine.tasks.anomaly_detection.patches.memory import PatchMemory
from engine.tasks.anomaly_detection.patches.outliers import Outlier, few_enough, find_outliers
from engine.tasks.anomaly_detection.patches.position import WithPosition
from engine.tasks.anomaly_detection.patches.reader import GoodPhotos, PatchReader
from engine.tasks.anomaly_detection.patches.tiles import share_one_tile
from engine.tasks.segmentation.infer import Inference

LARGEST_MEMORY = 6000
"""Patches in the memory. Speed falls with them; see benchmarks/anomaly_detection/README.md."""

MEMORY_SHARE = 0.25
"""Of all patches of the training photos."""

JUDGED_PHOTOS = 400
"""Training photos that are looked at for outliers, each object once before twice."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Attributes:
    model: pixels to distances, see `build_model`.
    patches: that the memory was chosen from.
    kept: patches in the memory.
    aligned: the parts lie alike on all photos, so that patches are compared in their place.
    outliers: the objects that look unlike all others.
    left_out: whether they were left out of the memory; they are not where they are many.
    """

    model: keras.Model
    patches: int
    kept: int
    aligned: bool
    outliers: tuple[Outlier, ...]
    left_out: bool


def gather_memory(
    backbone: kcv.Backbone, photos: GoodPhotos, inference: Inference, seed: int, progress: Progress
) -> Gathered:
    """The memory of all photos, without outliers where these are few.

    Args:
        backbone: with trained weights.
        photos: good ones.
        inference: how pictures become tiles.
        seed: of the coreset.
        progress: called with (photos done, photos in all). There are more of them than was told
            at first where outliers are left out: the others are gathered again.

    Raises:
        RunFailed: ignored pixels leave nothing to learn from.
    """
    extract = keras.Model(backbone.model.input, patch_features(backbone))
    extractor = tf.function(lambda tiles: extract(tiles, training=False), reduce_retracing=True)
    names = sorted(set(photos.objects))
    owner = {name: number for number, name in enumerate(names)}
    compared = _compared(photos, inference)
    judged = _spread(photos.objects, JUDGED_PHOTOS)
    steps = _Steps(progress, len(compared) + len(photos.objects) + len(judged))

    reader = PatchReader(photos, inference, lambda tile: np.asarray(extractor(tile[None]))[0])
    alike = [next(reader.tiles(index)) for index in steps.over(compared)]
    weight = place_weight([cells for cells, _ in alike], seed, [counted for _, counted in alike])
    del alike

    def gathered(indices: Iterable[int]) -> CoresetStream:
        stream = CoresetStream(seed)
        for index in steps.over(indices):
            for patches in reader.patches(index, weight):
                stream.add(patches, owner[photos.objects[index]])
        return stream

    stream = gathered(range(len(photos.objects)))
    memory, owners = _coreset(stream)
    crowd = Crowd(memory, owners)
    for index in steps.over(judged):
        for patches in reader.patches(index, weight):
            crowd.meet(patches, owner[photos.objects[index]])
    outliers = find_outliers({names[own]: score for own, score in crowd.scores().items()})
    odd_ones = [outlier.object for outlier in outliers]
    left_out = bool(outliers) and few_enough(len(outliers), len(names))
    if left_out:
        # Patches were passed over because an outlier already had their like: without it, anew.
        others = [index for index, name in enumerate(photos.objects) if name not in odd_ones]
        steps.total += len(others)
        stream = gathered(others)
        memory, _ = _coreset(stream)
    model = build_model(backbone, memory, weight, odd_ones, left_out=left_out)
    return Gathered(model, stream.taken_in, len(memory), weight > 0.0, outliers, left_out)


def build_model(
    backbone: kcv.Backbone,
    memory: Features,
    weight: float = 0.0,
    outliers: Sequence[str] = (),
    *,
    left_out: bool = False,
) -> keras.Model:
    """Pixels (B, H, W, 3) in 0…1 to distances (B, H, W, 1) from the memory.

    Args:
        memory: (M, D + 2) features with their places.
        weight: of places, 0 where parts do not lie alike.
        outliers, left_out: see `PatchMemory`.
    """
    features = WithPosition(weight, name="place")(patch_features(backbone))
    size, width = memory.shape
    layer = PatchMemory(size, width, outliers, left_out=left_out, name="memory")
    distances = layer(features)
    layer.remember(memory)
    enlarged = kcv.Enlarge(STRIDES[0], dtype="float32", name="distances")(distances)
    return keras.Model(backbone.model.input, enlarged, name=f"patch_memory_{backbone.spec.name}")


@dataclass(slots=True)
class _Steps:
    """Tells how many photos of several rounds are done."""

    progress: Progress
    total: int
    _done: int = 0

    def over(self, indices: Iterable[int]) -> Iterator[int]:
        """The indices of a round; each counts as done when the next one is asked for."""
        for index in indices:
            yield index
            self._done += 1
            self.progress(self._done, self.total)


def _compared(photos: GoodPhotos, inference: Inference) -> list[int]:
    """Photos of different objects that tell whether parts lie alike.

    None where a photo takes several tiles or another one than the others: places are those of a
    tile.
    """
    objects = len(set(photos.objects))
    if objects < FEWEST or not share_one_tile(photos.sizes_hw, inference):
        return []
    return _spread(photos.objects, min(COMPARED, objects))


def _coreset(stream: CoresetStream) -> tuple[Features, NDArray[np.int64]]:
    """The memory of all that a stream took in, and the number of the object that each is of.

    Raises:
        RunFailed: it took in nothing.
    """
    if not stream.taken_in:
        raise RunFailed(
            "nothing of the good training photos is left to learn from",
            where="data.train",
            received="photos on which every patch shows ignored pixels",
            allowed="patches of 8 px without an ignored pixel",
            fix="Take labels out of `ignore`, or add good photos without ignored regions",
        )
    return stream.coreset(int(min(LARGEST_MEMORY, max(1, MEMORY_SHARE * stream.taken_in))))


def _spread(objects: Sequence[str], most: int) -> list[int]:
    """Indices of at most so many photos, each object once before twice."""
    seen: dict[str, int] = {}
    rounds: list[tuple[int, int]] = []
    for index, name in enumerate(objects):
        rounds.append((seen.get(name, 0), index))
        seen[name] = seen.get(name, 0) + 1
    return [index for _, index in sorted(rounds)[:most]]
