"""Each photo is decoded once as long as memory allows."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.data.cache import ArrayCache


def counting_cache(limit_bytes: int) -> tuple[ArrayCache, Counter[int]]:
    loaded: Counter[int] = Counter()

    def load(index: int) -> np.ndarray:
        loaded[index] += 1
        return np.full(100, index, np.uint8)

    return ArrayCache(load, limit_bytes), loaded


def test_what_fits_is_loaded_once() -> None:
    cache, loaded = counting_cache(1000)
    for _ in range(3):
        for index in range(5):
            assert (cache(index) == index).all()
    assert loaded == Counter(range(5))


def test_what_does_not_fit_is_loaded_each_time_and_nothing_is_pushed_out() -> None:
    cache, loaded = counting_cache(250)
    for _ in range(3):
        for index in range(4):
            assert (cache(index) == index).all()
    assert loaded == Counter({0: 1, 1: 1, 2: 3, 3: 3})


def test_nobody_can_change_what_is_kept() -> None:
    cache, _ = counting_cache(1000)
    with pytest.raises(ValueError, match="read-only"):
        cache(0)[0] = 1


def test_threads_see_the_right_arrays() -> None:
    cache, _ = counting_cache(1500)
    with ThreadPoolExecutor(8) as pool:
        indices = [index % 20 for index in range(400)]
        for index, array in zip(indices, pool.map(cache, indices), strict=True):
            assert (array == index).all()
