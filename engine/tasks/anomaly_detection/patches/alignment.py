"""Whether parts lie alike on all photos: found out from good photos alone.

Good photos are held against the patches of others, once wherever these lie and once tied to their
place. Where parts lie alike, a patch finds its like nearly as well in its own place; where they lie
anyhow, it does not, and the distances of good photos rise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.tasks.anomaly_detection.patches.coreset import Features, squared_distances
from engine.tasks.anomaly_detection.patches.position import with_position

PLACE = 8.0
"""What the whole height or width of a picture counts as, in standard deviations of features."""

MOST_RISE = 1.14
"""Rise of good photos' typical distance up to which parts lie alike
(benchmarks/anomaly_detection/README.md)."""

COMPARED, FEWEST = 32, 8
"""Photos of different objects that are compared, a quarter of them against the others, and fewer
than which say nothing."""

PATCHES = 20_000
"""Most patches that they are held against."""

Cells = tuple[Features, NDArray[np.bool_]]
"""Features (H, W, D) of a photo, and which of them are looked at, (H, W)."""


def place_weight(
    photos: Sequence[Features], seed: int, counted: Sequence[NDArray[np.bool_]] | None = None
) -> float:
    """The weight of `WithPosition`: 0 where parts do not lie alike, or nobody can say.

    Args:
        photos: features (H, W, D) of photos of different objects, all of one size.
        seed: of the patches that are compared.
        counted: (H, W) of each photo, the patches that are looked at; None: all.
    """
    cells = counted or [np.ones(photo.shape[:2], bool) for photo in photos]
    pairs = [pair for pair in zip(photos, cells, strict=True) if pair[1].any()]
    if len(pairs) < FEWEST or len({photo.shape for photo, _ in pairs}) > 1:
        return 0.0
    count = max(1, len(pairs) // 4)
    flat = np.concatenate([photo[own] for photo, own in pairs])
    weight = PLACE * float(np.sqrt(flat.var(axis=0).sum()))
    anywhere = _typical_distance(pairs[:count], pairs[count:], 0.0, seed)
    in_place = _typical_distance(pairs[:count], pairs[count:], weight, seed)
    return weight if 0.0 < in_place <= MOST_RISE * anywhere else 0.0


def _typical_distance(
    held: Sequence[Cells], others: Sequence[Cells], weight: float, seed: int
) -> float:
    """Median over photos of the largest distance of their patches from those of the others."""

    def placed(cells: Cells) -> Features:
        features, counted = cells
        return with_position(features, weight)[counted]

    memory = np.concatenate([placed(photo) for photo in others])
    if len(memory) > PATCHES:
        memory = memory[np.random.default_rng(seed).choice(len(memory), PATCHES, replace=False)]
    farthest = [squared_distances(placed(photo), memory).min(axis=1).max() for photo in held]
    return float(np.sqrt(np.median(farthest)))
