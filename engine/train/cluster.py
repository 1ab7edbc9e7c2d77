"""This process among the workers of a run, as the environment variable TF_CONFIG tells."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from engine.errors import UsageError

EXAMPLE = (
    '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """`count` worker processes, of which this is number `index`, from 0."""

    count: int = 1
    index: int = 0

    @property
    def chief(self) -> bool:
        """Whether this process writes the run folder and decides when to stop."""
        return self.index == 0


def read_cluster() -> Cluster:
    """The cluster that TF_CONFIG describes; a single worker without it.

    Raises:
        UsageError: TF_CONFIG is no usable description of workers.
    """
    text = os.environ.get("TF_CONFIG", "").strip()
    if not text:
        return Cluster()
    try:
        config = json.loads(text)
        workers = config["cluster"]["worker"]
        kind, index = config["task"]["type"], int(config["task"]["index"])
        if kind != "worker" or not 0 <= index < len(workers):
            raise ValueError(f"task {kind} {index} of {len(workers)} workers")
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "TF_CONFIG does not describe a cluster of workers",
            where="environment variable TF_CONFIG",
            received=text[:200],
            allowed=EXAMPLE,
            fix=f"Correct it or unset it ({error})",
        ) from error
    return Cluster(len(workers), index)
