"""In which number format the network computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import keras
import tensorflow as tf

from engine.errors import UsageError

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]


def choose_precision(wanted: Literal["auto"] | Precision) -> Precision:
    """The format for this host: mixed on a GPU that gains by it, float32 on a CPU.

    Raises:
        UsageError: float16 on a CPU, where it is 7 to 11 times slower than float32.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if wanted == "mixed_float16" and not gpus:
        raise UsageError(
            "float16 is 7 to 11 times slower than float32 on a CPU",
            where="train.precision",
            received="mixed_float16 on a host without GPU",
            allowed="auto, float32, mixed_bfloat16",
            fix="Write train.precision: auto",
        )
    if wanted != "auto":
        return wanted
    if not gpus:
        return "float32"
    return "mixed_bfloat16" if all(_has_bfloat16(gpu) for gpu in gpus) else "mixed_float16"


@contextmanager
def precision(policy: Precision) -> Iterator[None]:
    """Models built within the block compute in the given format."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _has_bfloat16(gpu: object) -> bool:
    """Whether the GPU computes bfloat16 in hardware (compute capability 8.0 and later)."""
    details = tf.config.experimental.get_device_details(gpu)
    capability: tuple[int, int] = details.get("compute_capability", (0, 0))
    return capability >= (8, 0)
