"""Which devices train: the default one, all GPUs of this host, or many hosts by TF_CONFIG."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from engine.errors import UsageError


@dataclass(frozen=True, slots=True)
class Workers:
    """Where this process stands among the workers of the run.

    Attributes:
        strategy: of tf.distribute.
        count: number of worker processes.
        index: of this one, from 0.
        local_replicas: model copies in this process.
    """

    strategy: Any
    count: int
    index: int
    local_replicas: int

    @property
    def chief(self) -> bool:
        """Whether this process writes the run folder and decides when to stop."""
        return self.index == 0

    @property
    def replicas(self) -> int:
        """Model copies in all processes."""
        return int(self.strategy.num_replicas_in_sync)

    def positions(self, batch: int) -> range:
        """The positions of the global batch that this process computes."""
        share = batch // self.count
        return range(self.index * share, (self.index + 1) * share)


def connect() -> Workers:
    """The strategy for this host: many workers if TF_CONFIG names them, else its GPUs or CPU.

    Raises:
        UsageError: TF_CONFIG is no usable cluster description.
    """
    cluster = _cluster()
    if cluster is not None:
        count, index = cluster
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
        return Workers(strategy, count, index, strategy.num_replicas_in_sync // count)
    devices = tf.config.list_logical_devices("GPU")
    if len(devices) > 1:
        mirrored = tf.distribute.MirroredStrategy([device.name for device in devices])
        return Workers(mirrored, 1, 0, len(devices))
    return Workers(tf.distribute.get_strategy(), 1, 0, 1)


def prepare_devices() -> None:
    """Let GPU memory grow as needed, before the first operation touches a device."""
    for device in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(device, True)
        except RuntimeError:
            return  # devices are in use already, so their memory was configured before


def _cluster() -> tuple[int, int] | None:
    text = os.environ.get("TF_CONFIG", "").strip()
    if not text:
        return None
    try:
        config = json.loads(text)
        workers = config["cluster"]["worker"]
        kind, index = config["task"]["type"], int(config["task"]["index"])
        if kind not in ("worker", "chief") or not 0 <= index < len(workers):
            raise ValueError(f"task {kind} {index} of {len(workers)} workers")
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "TF_CONFIG does not describe a cluster of workers",
            where="environment variable TF_CONFIG",
            received=text[:200],
            allowed='{"cluster": {"worker": ["host:port", …]}, "task": {"type": "worker", "index": 0}}',
            fix=f"Correct it or unset it ({error})",
        ) from error
    return (len(workers), index) if len(workers) > 1 else None
