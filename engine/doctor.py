"""What this host offers for training: devices, memory, versions, precisions, weights in cache."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from engine.data.memory import memory_bytes
from engine.environment import versions
from engine.quiet import import_tensorflow

_FLOAT16_CAPABILITY = (7, 0)
_BFLOAT16_CAPABILITY = (8, 0)


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU that TensorFlow can use; `compute_capability` as (major, minor), where known."""

    name: str
    compute_capability: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Precision:
    """Whether a value of `train.precision` makes sense on this host, and why."""

    name: str
    sensible: bool
    reason: str


@dataclass(frozen=True, slots=True)
class CachedWeights:
    """Published weights of a backbone, and whether they can be loaded without a network."""

    backbone: str
    trained_on: str
    path: Path
    cached: bool


@dataclass(frozen=True, slots=True)
class Host:
    """What was found.

    Attributes:
        platform: operating system and processor.
        cpu_count: cores that this process may use.
        memory_bytes: that this process may use (of the machine or the container); None where
            the system does not say.
        versions: of Python and the packages that a result depends on.
        gpus: that TensorFlow can use.
        precisions: every value of `train.precision` but `auto`.
        weights: every set of published weights.
    """

    platform: str
    cpu_count: int
    memory_bytes: int | None
    versions: dict[str, str]
    gpus: tuple[Gpu, ...]
    precisions: tuple[Precision, ...]
    weights: tuple[CachedWeights, ...]


def examine_host() -> Host:
    """Looks at this host; imports TensorFlow and keras_cv."""
    gpus = _gpus()
    return Host(
        platform=f"{platform.platform()} {platform.machine()}",
        cpu_count=_cpu_count(),
        memory_bytes=memory_bytes(),
        versions=versions(),
        gpus=gpus,
        precisions=judge_precisions(gpus),
        weights=_weights(),
    )


def judge_precisions(gpus: tuple[Gpu, ...]) -> tuple[Precision, ...]:
    """Which precisions make sense on these GPUs; without any, on the CPU.

    On a CPU float16 was measured 7 to 11 times slower than float32, and bfloat16 no faster.
    """
    always = Precision("float32", True, "works everywhere")
    if not gpus:
        return (
            always,
            Precision("mixed_bfloat16", False, "no GPU; brings nothing reliable on a CPU"),
            Precision("mixed_float16", False, "no GPU; many times slower on a CPU"),
        )
    return (
        always,
        _judge("mixed_bfloat16", _BFLOAT16_CAPABILITY, gpus),
        _judge("mixed_float16", _FLOAT16_CAPABILITY, gpus),
    )


def _judge(name: str, needed: tuple[int, int], gpus: tuple[Gpu, ...]) -> Precision:
    wanted = f"compute capability {needed[0]}.{needed[1]}"
    for gpu in gpus:
        if gpu.compute_capability is None:
            return Precision(name, False, f"{gpu.name} does not say whether it has {wanted}")
        if gpu.compute_capability < needed:
            return Precision(name, False, f"{gpu.name} lacks {wanted}")
    return Precision(name, True, f"every GPU has {wanted}")


def _gpus() -> tuple[Gpu, ...]:
    import_tensorflow()
    import tensorflow as tf

    found = []
    for device in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(device)
        name = str(details.get("device_name", device.name))
        found.append(Gpu(name, details.get("compute_capability")))
    return tuple(found)


def _cpu_count() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _weights() -> tuple[CachedWeights, ...]:
    from engine.kcv import BACKBONES
    from engine.kcv.hub import cache_path, is_cached

    return tuple(
        CachedWeights(spec.name, trained_on, cache_path(handle), is_cached(handle))
        for spec in BACKBONES.values()
        for trained_on, handle in spec.presets.items()
    )
