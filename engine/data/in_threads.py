"""Work on many files at once: decoding releases the interpreter's lock, so threads serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from engine.data.workers import WORKERS

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """The results in the order of the items; `progress` is called with (items done, items in all).

    Whatever ends the wait, such as Ctrl-C, drops the items still to come.
    """
    results: list[Result] = []
    pool = ThreadPoolExecutor(max_workers=WORKERS)
    try:
        for result in pool.map(work, items):
            results.append(result)
            if progress is not None:
                progress(len(results), len(items))
    finally:
        pool.shutdown(cancel_futures=True)
    return results
