"""Which devices train: the default one, all GPUs of this host, or many hosts by TF_CONFIG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from engine.train.cluster import read_cluster


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
    cluster = read_cluster()
    if cluster.count > 1:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
        local = strategy.num_replicas_in_sync // cluster.count
        return Workers(strategy, cluster.count, cluster.index, local)
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
