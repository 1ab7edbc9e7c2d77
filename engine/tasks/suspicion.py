"""How sure a model must be of something on a training photo to doubt its annotation.

It was trained to call what nobody annotated background. On validation photos its word is free:
where it is as sure, and nearly always right there, it is to be believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from engine.records import Sample, TrainSet
from engine.tasks.task import Progress, Suspect, Suspects

LEAST_RIGHT = 0.95
"""Share of the marks on validation photos, at least as sure, that lie on something annotated."""

FEWEST_RIGHT = 5

MOST_SECONDS = 20.0
MOST_SHOWN = 12

Clock = Callable[[], float]


def choose_suspicion(marks: Sequence[tuple[float, bool]]) -> float | None:
    """The limit; None where its marks are not right often enough to say.

    Args:
        marks: (how sure, whether right) of all marks on validation photos.
    """
    ordered = sorted(marks, key=lambda mark: -mark[0])
    right = np.cumsum([is_right for _, is_right in ordered])
    share = right / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero((share >= LEAST_RIGHT) & (right >= FEWEST_RIGHT))
    return ordered[enough[-1]][0] if len(enough) else None


def search(
    train: TrainSet,
    limit: float | None,
    look: Callable[[Sample, float], Suspect | None],
    progress: Progress,
    clock: Clock = time.monotonic,
) -> Suspects:
    """The surest suspects, for `MOST_SECONDS`; photos in an order that their content decides.

    Args:
        limit: how sure the model must be; None where it is not asked.
        look: (photo, limit) -> what the model is surest of there and nobody annotated, if anything.
        progress: called with (photos done, photos).
    """
    if limit is None:
        return Suspects(0, len(train), None, ())
    found: list[Suspect] = []
    looked, started = 0, clock()
    for sample in sorted(train.samples, key=lambda each: each.sha256):
        if clock() - started > MOST_SECONDS:
            break
        suspect = look(sample, limit)
        if suspect is not None:
            found.append(suspect)
            found = sorted(found, key=lambda each: -each.confidence)[:MOST_SHOWN]
        looked += 1
        progress(looked, len(train))
    return Suspects(looked, len(train), limit, tuple(found))
