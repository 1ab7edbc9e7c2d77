"""The detector: a feature pyramid on a keras-cv backbone, and one head that all levels share.

The pyramid goes from the coarsest level of the backbone down to the finest that the data need
(Lin et al., Feature Pyramid Networks, 2017). At each cell the head says how sure it is that
the middle of a thing of each class lies there, where its middle is and how large it is, and, for
oriented boxes, (cos n·angle, sin n·angle).

Things are assigned by their middle and not by overlap with anchors (Zhou et al., Objects as
Points, 2019): no shapes have to be prepared for the boxes of a data set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from engine import kcv

WIDTH = 64
"""Channels of the pyramid and of the head."""

PRIOR = 0.01
"""How sure the untrained network is that a cell is the middle of a thing (Lin et al., Focal Loss,
2017, section 4.1)."""

SIDES, PAIR = 4, 2
"""Numbers a cell says of a box's middle and sides, and of its angle."""


def build_detector(
    backbone: kcv.Backbone, class_count: int, strides: tuple[int, ...], *, oriented: bool
) -> keras.Model:
    """Builds an untrained head on a backbone.

    Args:
        backbone: with tensors at the strides from the smallest of `strides` up to 32.
        class_count: number of classes.
        strides: of the levels that answer, ascending.

    Returns:
        A model from pictures (B, H, W, 3) in 0…1, H and W divisible by 32, to float32
        (B, cells, classes + 4 (+ 2)) in the order of `Grid`: logits of the classes, the middle
        relative to the cell's in strides, the logarithm of the sides in units of the level's
        size, and the pair of the angle if `oriented`.
    """
    levels = _pyramid(backbone, strides)
    outputs = class_count + SIDES + (PAIR if oriented else 0)
    what = _Branch.of("what", class_count, float(np.log(PRIOR / (1 - PRIOR))))
    where = _Branch.of("where", outputs - class_count)
    answers = []
    for stride, features in levels.items():
        said = [what(features, stride), where(features, stride)]
        joined = keras.layers.Concatenate(dtype="float32", name=f"said_{stride}")(said)
        shape = keras.layers.Reshape((-1, outputs), dtype="float32", name=f"cells_{stride}")
        answers.append(shape(joined))
    cells = (
        keras.layers.Concatenate(axis=1, dtype="float32", name="cells")(answers)
        if len(answers) > 1
        else answers[0]
    )
    return keras.Model(backbone.model.input, cells, name=f"detector_{backbone.spec.name}")


def _pyramid(backbone: kcv.Backbone, strides: tuple[int, ...]) -> dict[int, Any]:
    """Features of each level that answers, finest first."""
    found: dict[int, Any] = {}
    above: Any = None
    for stride in sorted((s for s in backbone.pyramid if s >= strides[0]), reverse=True):
        own = kcv.convolve(backbone.pyramid[stride], WIDTH, f"lateral_{stride}", side=1)
        if above is not None:
            larger = keras.layers.UpSampling2D(2, name=f"up_{stride}")(above)
            own = keras.layers.Add(name=f"join_{stride}")([own, larger])
            own = kcv.convolve(own, WIDTH, f"pyramid_{stride}")
        above = own
        if stride in strides:
            found[stride] = own
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Branch:
    """Half of the head: a convolution that all levels share, with statistics of each level."""

    name: str
    convolution: keras.layers.Layer
    answer: keras.layers.Layer

    @classmethod
    def of(cls, name: str, outputs: int, bias: float = 0.0) -> _Branch:
        return cls(
            name,
            keras.layers.Conv2D(WIDTH, 3, padding="same", use_bias=False, name=f"{name}_features"),
            keras.layers.Conv2D(
                outputs,
                1,
                bias_initializer=keras.initializers.Constant(bias),
                dtype="float32",
                name=name,
            ),
        )

    def __call__(self, features: Any, stride: int) -> Any:
        features = self.convolution(features)
        normalise = keras.layers.BatchNormalization(
            epsilon=1e-3, name=f"{self.name}_{stride}_normalization"
        )
        activate = keras.layers.Activation("relu", name=f"{self.name}_{stride}_activation")
        return self.answer(activate(normalise(features)))
