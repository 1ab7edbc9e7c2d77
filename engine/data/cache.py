"""Decoded photos in memory, each decoded once as long as they fit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.memory import memory_bytes

UNKNOWN_MEMORY_BYTES = 4 * 2**30


def default_limit_bytes() -> int:
    """An eighth of the memory that this process may use.

    A run has four caches (photos and labels of two parts), so half of the memory at most; one that
    looks at photos at half size too has two more of a quarter of that each, so 9/16.
    """
    return (memory_bytes() or UNKNOWN_MEMORY_BYTES) // 8


@dataclass(slots=True)
class ArrayCache:
    """Keeps what `load` gave for an index until `limit_bytes` are full; then loads each time.

    Callable like `load` itself, and safe to call from several threads.
    """

    load: Callable[[int], NDArray[Any]]
    limit_bytes: int = field(default_factory=default_limit_bytes)
    _kept: dict[int, NDArray[Any]] = field(default_factory=dict)
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, index: int) -> NDArray[Any]:
        """The array of an index, read-only."""
        kept = self._kept.get(index)
        if kept is not None:
            return kept
        array = np.ascontiguousarray(self.load(index))
        array.flags.writeable = False
        with self._lock:
            if index not in self._kept and self._bytes + array.nbytes <= self.limit_bytes:
                self._kept[index] = array
                self._bytes += array.nbytes
        return array
