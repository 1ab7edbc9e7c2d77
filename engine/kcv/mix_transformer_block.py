"""One block of a Mix Transformer for feature maps of any size.

Follows keras_cv's `HierarchicalTransformerEncoder` operation by operation, because its trained
weights are only right with the same arithmetic. That includes a quirk: where the attention
shortens its sequence, keras_cv reads the (features, positions) matrix as if it were
(rows, columns, features), so what the shortened sequence mixes depends on the size of the
image. Train and predict on tiles of one size.
"""

from __future__ import annotations

import keras
from keras import layers, ops
from keras_cv.layers import DropPath


class MixTransformerBlock(layers.Layer):
    """Efficient self-attention, then a feed-forward part with a 3x3 convolution in it.

    Maps (batch, height, width, features) to the same shape.

    Args:
        features: width of the map; divisible by `heads`.
        heads: of the attention.
        reduction: factor by which the height and the width of keys and values are shortened.
        drop_rate: probability that a sample skips either half of the block in training.
        name: of the layer.
    """

    def __init__(
        self, *, features: int, heads: int, reduction: int, drop_rate: float, name: str
    ) -> None:
        super().__init__(name=name)
        self.features, self.heads, self.reduction = features, heads, reduction
        # The order of the attributes is the order of the weights, which is keras_cv's.
        self.attention_norm = layers.LayerNormalization(epsilon=1e-6)
        self.query = layers.Dense(features)
        self.key = layers.Dense(features)
        self.value = layers.Dense(features)
        self.attention_output = layers.Dense(features)
        if reduction > 1:
            self.shorten = layers.Conv2D(features, reduction, strides=reduction, padding="same")
            self.shorten_norm = layers.LayerNormalization()
        self.drop_path = DropPath(drop_rate)
        self.mix_norm = layers.LayerNormalization(epsilon=1e-6)
        self.expand = layers.Dense(4 * features)
        self.convolve = layers.DepthwiseConv2D(3, padding="same")
        self.project = layers.Dense(features)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes the weights for (batch, height, width, features)."""
        sequence = (None, None, self.features)
        self.attention_norm.build(input_shape)
        for layer in (self.query, self.key, self.value, self.attention_output):
            layer.build(sequence)
        if self.reduction > 1:
            self.shorten.build(input_shape)
            self.shorten_norm.build(sequence)
        self.mix_norm.build(input_shape)
        self.expand.build(input_shape)
        self.convolve.build((*input_shape[:-1], 4 * self.features))
        self.project.build((*input_shape[:-1], 4 * self.features))
        self.built = True

    def call(self, x: keras.KerasTensor, training: bool | None = None) -> keras.KerasTensor:
        """Applies both halves of the block, each around a shortcut."""
        x = x + self.drop_path(self._attend(self.attention_norm(x)), training=training)
        return x + self.drop_path(self._mix(self.mix_norm(x)), training=training)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return input_shape

    def _attend(self, x: keras.KerasTensor) -> keras.KerasTensor:
        batch, height, width, _ = ops.shape(x)
        sequence = ops.reshape(x, (batch, height * width, self.features))
        short = self._shorten(sequence, height, width) if self.reduction > 1 else sequence
        query = self._split_heads(self.query(sequence), batch)
        key = self._split_heads(self.key(short), batch)
        value = self._split_heads(self.value(short), batch)
        scale = (self.features // self.heads) ** -0.5
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) * scale
        attended = ops.matmul(ops.softmax(scores, axis=-1), value)
        joined = ops.reshape(ops.transpose(attended, (0, 2, 1, 3)), ops.shape(sequence))
        return ops.reshape(self.attention_output(joined), ops.shape(x))

    def _shorten(self, sequence: keras.KerasTensor, height: int, width: int) -> keras.KerasTensor:
        batch = ops.shape(sequence)[0]
        scrambled = ops.reshape(
            ops.transpose(sequence, (0, 2, 1)), (batch, height, width, self.features)
        )
        short = ops.reshape(self.shorten(scrambled), (batch, self.features, -1))
        return self.shorten_norm(ops.transpose(short, (0, 2, 1)))

    def _split_heads(self, x: keras.KerasTensor, batch: int) -> keras.KerasTensor:
        split = ops.reshape(x, (batch, -1, self.heads, self.features // self.heads))
        return ops.transpose(split, (0, 2, 1, 3))

    def _mix(self, x: keras.KerasTensor) -> keras.KerasTensor:
        return self.project(ops.gelu(self.convolve(self.expand(x))))
