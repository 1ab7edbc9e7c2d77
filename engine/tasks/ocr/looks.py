"""How often a located line is looked at: from both ends, and again with more room where need be.

A box that ends too early cuts off a character, and what is left is unreadable or, worse, another
text of the field. So a line that is not read surely is cut out again, up to four times, each with
more room at one of its ends, until it is read surely; the best reading of all is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.tasks.ocr import reader as reading
from engine.tasks.ocr.better import rank
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.upright import choose, turned
from engine.tasks.ocr.window import widened
from engine.text.reading import Reading

SURE = 0.8
"""From which likelihood on a text needs no other look."""

FURTHER = ((0.8, 0.0), (0.0, 0.8), (1.6, 0.0), (0.0, 1.6))
"""Room added before and after a line that is not read surely, look by look, in heights of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What was read of n lines.

    Attributes:
        lines: float32 (n, H, W, 3) in 0…1, each as it read best.
        readings: of each.
        classes: of each, the field that it is read as.
        is_turned: bool (n,), whether it is read from the end where its box ends.
    """

    lines: NDArray[np.float32]
    readings: list[Reading]
    classes: list[int]
    is_turned: NDArray[np.bool_]


def look(
    run: reading.Forward,
    frame: NDArray[Any],
    corners: NDArray[np.float32],
    classes: Sequence[int],
    deployment: Deployment,
) -> Looked:
    """Reads lines at corners (n, 4, 2) in px of the frame, located as fields of these classes.

    Where the locator knows one kind of text, what is read says which field it is.
    """
    best = _both_ways(run, frame, corners, classes, deployment)
    for before, after in FURTHER:
        unsure = [number for number, each in enumerate(best.readings) if not is_sure(each)]
        if not unsure:
            break
        wider = widened(corners[unsure], before, after)
        again = _both_ways(run, frame, wider, [classes[each] for each in unsure], deployment)
        _keep_better(best, again, unsure)
    return best


def is_sure(said: Reading) -> bool:
    """Whether a text was read, and surely."""
    return said.text is not None and said.log_probability >= log(SURE)


def _keep_better(best: Looked, again: Looked, places: Sequence[int]) -> None:
    """Puts what reads better at another look in the places of the lines that were looked at."""
    for number, place in enumerate(places):
        if rank(again.readings[number]) > rank(best.readings[place]):
            best.lines[place] = again.lines[number]
            best.readings[place] = again.readings[number]
            best.classes[place] = again.classes[number]
            best.is_turned[place] = again.is_turned[number]


def _both_ways(
    run: reading.Forward,
    frame: NDArray[Any],
    corners: NDArray[np.float32],
    classes: Sequence[int],
    deployment: Deployment,
) -> Looked:
    """Reads lines as they lie and from the other end, and keeps what reads better."""
    reader, count = deployment.reader, len(corners)
    ways = reading.cut_lines(frame, corners, reader)
    others = reading.cut_lines(frame, turned(corners), reader)
    both, labels = np.concatenate([ways, others]), [*classes, *classes]
    if deployment.one_kind:
        said, labels = reading.read_as_any(run, both, reader, deployment.plain)
    else:
        said = reading.read(run, both, labels, reader, deployment.plain)
    is_turned = choose(said[:count], said[count:])
    chosen = np.arange(count) + count * is_turned
    return Looked(
        lines=both[chosen],
        readings=[said[each] for each in chosen],
        classes=[labels[each] for each in chosen],
        is_turned=is_turned,
    )
