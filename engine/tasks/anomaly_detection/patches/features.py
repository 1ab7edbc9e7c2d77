"""Features of patches: levels of a frozen backbone, each averaged over its neighbours.

Roth et al., 2022, section 3.1: mid-level features hold what a part looks like without being biased
towards ImageNet's classes, and a neighbourhood makes them tolerant of small shifts.
"""

from __future__ import annotations

import keras

from engine import kcv

STRIDES = (8, 16)
"""Of the levels that are used; features lie on the grid of the first."""

NEIGHBOURHOOD = 3
"""Side of the neighbourhood, in cells of a level."""


def patch_features(backbone: kcv.Backbone) -> keras.KerasTensor:
    """Features of a backbone's input, (B, H / STRIDES[0], W / STRIDES[0], D) float32."""
    parts = []
    for stride in STRIDES:
        level = backbone.pyramid[stride]
        near = keras.layers.AveragePooling2D(
            NEIGHBOURHOOD, strides=1, padding="same", dtype="float32", name=f"around_{stride}"
        )(level)
        if stride != STRIDES[0]:
            near = kcv.Enlarge(stride // STRIDES[0], dtype="float32", name=f"up_{stride}")(near)
        parts.append(near)
    return keras.layers.Concatenate(dtype="float32", name="patch_features")(parts)
