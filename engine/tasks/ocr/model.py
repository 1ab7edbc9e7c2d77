"""The reader, and the network that locates fields and reads them.

*Reader.* A feature pyramid on a keras-cv backbone, from its coarsest level down to a quarter of the
line's height and width (Lin et al., Feature Pyramid Networks, 2017); the rows of each column become
one vector; a bidirectional LSTM goes along the columns (Shi et al., An End-to-End Trainable Neural
Network for Image-based Sequence Recognition, 2015); and each column says which character it ends,
or none, for connectionist temporal classification (Graves et al., 2006).

*Both.* Locator and reader are two networks in one model, so that one loop trains them, one file
holds them and one validation chooses between their weights. They share nothing but the step.
"""

from __future__ import annotations

from typing import Any

import keras

from engine import kcv
from engine.tasks.ocr.line_size import FRAME_PX

WIDTH = 64
"""Channels of the pyramid."""

SEQUENCE_WIDTH = 128
"""Numbers that a column is told by."""

READER, LOCATOR = "reader", "locator"


def build_reader(
    backbone: kcv.Backbone, character_count: int, line_hw: tuple[int, int]
) -> keras.Model:
    """Builds an untrained reader on a backbone.

    Args:
        backbone: with tensors at the strides from 4 up to 32.
        character_count: number of characters that it can tell.
        line_hw: size of a line in px, both divisible by 32.

    Returns:
        A model from lines (B, H, W, 3) in 0…1 to float32 logits (B, W / 4, 1 + characters); the
        first is that of the blank.
    """
    height, width = line_hw
    pixels = keras.Input((height, width, 3), name="lines")
    levels = dict(zip(backbone.spec.strides, backbone.model(pixels), strict=True))
    columns = _columns(_pyramid(levels), (height // FRAME_PX, width // FRAME_PX))
    forward = keras.layers.LSTM(SEQUENCE_WIDTH // 2, return_sequences=True)
    along = keras.layers.Bidirectional(forward, name="along")(columns)
    said = keras.layers.Dense(1 + character_count, dtype="float32", name="characters")(along)
    return keras.Model(pixels, said, name=READER)


def _pyramid(levels: dict[int, Any]) -> Any:
    """Features at a quarter of the line's height and width."""
    above: Any = None
    for stride in sorted((each for each in levels if each >= FRAME_PX), reverse=True):
        own = kcv.convolve(levels[stride], WIDTH, f"lateral_{stride}", side=1)
        if above is not None:
            larger = keras.layers.UpSampling2D(2, name=f"up_{stride}")(above)
            own = keras.layers.Add(name=f"join_{stride}")([own, larger])
            own = kcv.convolve(own, WIDTH, f"pyramid_{stride}")
        above = own
    return above


def _columns(features: Any, shape: tuple[int, int]) -> Any:
    """The rows of each column as one vector: (B, columns, `SEQUENCE_WIDTH`)."""
    rows, columns = shape
    turned = keras.layers.Permute((2, 1, 3), name="columns_first")(features)
    joined = keras.layers.Reshape((columns, rows * WIDTH), name="columns")(turned)
    told = keras.layers.Dense(SEQUENCE_WIDTH, use_bias=False, name="column")(joined)
    normal = keras.layers.BatchNormalization(epsilon=1e-3, name="column_normalization")(told)
    return keras.layers.Activation("relu", name="column_activation")(normal)


def join(locator: keras.Model, reader: keras.Model, lines: int) -> keras.Model:
    """Locator and reader as one model.

    Args:
        locator: takes pictures (B, H, W, 3).
        reader: takes lines (B, h, w, 3).
        lines: that come with each picture.

    Returns:
        A model from [pictures (B, H, W, 3), lines (B, lines, h, w, 3)] to [what the locator says,
        what the reader says of each line (B, lines, frames, 1 + characters)].
    """
    locator = keras.Model(locator.input, locator.output, name=LOCATOR)
    pictures = keras.Input(locator.input.shape[1:], name="pictures")
    line_shape, said_shape = reader.input.shape[1:], reader.output.shape[1:]
    together = keras.Input((lines, *line_shape), name="lines_of_pictures")
    apart = Fold(line_shape, name="apart")(together)
    said = Fold((lines, *said_shape), name="together")(reader(apart))
    return keras.Model([pictures, together], [locator(pictures), said], name="located_and_read")


@keras.saving.register_keras_serializable(package="dltrain")
class Fold(keras.layers.Layer):
    """Gives a tensor another shape, the batch's size among what changes.

    Args:
        shape: of one example of the result.
    """

    def __init__(self, shape: tuple[int, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape = tuple(shape)

    def call(self, tensor: Any) -> Any:
        """The tensor as (any, *shape)."""
        return keras.ops.reshape(tensor, (-1, *self.shape))

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """As a batch of any size."""
        return (None, *self.shape)

    def get_config(self) -> dict[str, Any]:
        """As the constructor takes it."""
        return {**super().get_config(), "shape": self.shape}


def reader_of(model: keras.Model) -> keras.Model:
    """The reader of a model that may be joined."""
    return model if model.name == READER else model.get_layer(READER)


def locator_of(model: keras.Model) -> keras.Model:
    """The locator of a joined model."""
    return model.get_layer(LOCATOR)
