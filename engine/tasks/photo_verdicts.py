"""Photos by what they are and what they were called, in tasks that judge whole photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.metric import HEADLINE
from engine.tasks.segmentation.regions import Region


class JudgedRegion(Protocol):
    """A region of a photo: whether it is bad (None: not judged), and its score."""

    @property
    def is_bad(self) -> bool | None:
        """None where the photo is not judged in this region."""

    @property
    def score(self) -> float:
        """The higher, the worse."""


class JudgedPhoto(Protocol):
    """What a task observed on a photo."""

    def region(self, name: Region) -> JudgedRegion | None:
        """One region, None where the photo has no such region."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many good and bad photos were called what; photos that are not judged are left out."""

    bad_called_bad: int
    bad_called_good: int
    good_called_good: int
    good_called_bad: int


def judged_scores(
    outcomes: Sequence[JudgedPhoto], region: Region = HEADLINE
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores and truth (bad or not) of the photos that are judged in a region, (N,) each."""
    found = [own for outcome in outcomes if (own := outcome.region(region)) is not None]
    judged = [own for own in found if own.is_bad is not None]
    scores = np.array([own.score for own in judged], dtype=np.float64)
    return scores, np.array([own.is_bad for own in judged], dtype=bool)


def confusion(
    outcomes: Sequence[JudgedPhoto], image_threshold: float, region: Region = HEADLINE
) -> Confusion:
    """Good and bad photos by what they were called."""
    scores, is_bad = judged_scores(outcomes, region)
    called_bad = scores >= image_threshold
    return Confusion(
        bad_called_bad=int(np.count_nonzero(is_bad & called_bad)),
        bad_called_good=int(np.count_nonzero(is_bad & ~called_bad)),
        good_called_good=int(np.count_nonzero(~is_bad & ~called_bad)),
        good_called_bad=int(np.count_nonzero(~is_bad & called_bad)),
    )
