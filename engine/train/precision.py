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
        UsageError: a mixed format on a CPU, where float16 is 7 to 11 times slower than float32
            and bfloat16 brings nothing.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if wanted.startswith("mixed") and not gpus:
        raise UsageError(
            "mixed precision is for GPUs: on a CPU float16 is 7 to 11 times slower than float32 "
            "and bfloat16 no faster",
            where="train.precision",
            received=f"{wanted} on a host without a GPU that TensorFlow can use",
            allowed="auto, float32",
            fix="Write train.precision: auto, or see with `dltrain doctor` why there is no GPU",
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
