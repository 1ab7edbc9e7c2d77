"""Which places are worth telling: those that look more like annotated ones than not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.lookalikes.photos import ANNOTATED, BACKGROUND, BoxXywh, SmallPhoto
from engine.audit.lookalikes.search import Candidates, search

FEWEST_REGIONS, FEWEST_PHOTOS = 20, 10
"""Annotated regions, and photos that show some, below which nothing can be learnt."""

TYPICAL = 0.5
"""A place is told when it is as likely as this share of the annotated regions are at most."""

LIKELY = 0.6
"""Or when it is as likely as this, which half of them may well be."""

UNLIKELY = 0.1
"""But never where fewer than this share of the annotated regions are less likely: where looks tell
nearly all that is annotated, what is not quite like it is something else."""

LEAST_LIKELY = 0.25
"""Where the typical annotated region is less likely, annotated places cannot be told by looks."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that looks annotated and is not.

    Attributes:
        photo: number of its photo.
        bbox_xywh: in px of the photo.
        likelihood: how likely a place that looks like this is annotated, 0 to 1.
        above: share of the annotated regions that look less like one, 0 to 1.
        class_index: of the annotated region that it resembles most.
        resembles_photo, resembles_xywh: where that is.
    """

    photo: int
    bbox_xywh: BoxXywh
    likelihood: float
    above: float
    class_index: int
    resembles_photo: int
    resembles_xywh: BoxXywh


def suggest(photos: Sequence[SmallPhoto], seed: int = 0) -> tuple[Suggestion, ...]:
    """The places of photos that look annotated and are not, likeliest first.

    A place must be `LIKELY`, or look more like an annotated one than half of the annotated regions
    do, each of them judged as if it were not annotated. None where that cannot be told.
    """
    annotated = [len(photo.regions) for photo in photos if photo.regions]
    if sum(annotated) < FEWEST_REGIONS or len(annotated) < FEWEST_PHOTOS:
        return ()
    candidates = search(photos, seed)
    if candidates is None:
        return ()
    regions = region_likelihoods(candidates, sum(annotated))
    limit = least_told(regions)
    if limit is None:
        return ()
    order = ranked(candidates)
    likely = order[candidates.likelihood[order] >= limit]
    shown = [_suggestion(photos, candidates, place, regions) for place in likely.tolist()]
    return tuple(each for each in shown if each is not None)


def ranked(candidates: Candidates) -> NDArray[np.intp]:
    """Places where nothing is annotated, likeliest first, each thing once."""
    free = np.flatnonzero(candidates.kind == BACKGROUND)
    order = free[np.argsort(-candidates.likelihood[free], kind="stable")]
    kept: dict[int, list[BoxXywh]] = {}
    told = []
    for place in order.tolist():
        x, y, width, height = candidates.boxes_xywh[place].tolist()
        own = kept.setdefault(int(candidates.photo[place]), [])
        box = (x, y, width, height)
        if not any(_holds(box, other) or _holds(other, box) for other in own):
            own.append(box)
            told.append(place)
    return np.array(told, np.intp)


def _holds(box: BoxXywh, other: BoxXywh) -> bool:
    """Whether the middle of a box lies inside of another."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return other[0] <= x <= other[0] + other[2] and other[1] <= y <= other[1] + other[3]


def region_likelihoods(candidates: Candidates, regions: int) -> NDArray[np.float64]:
    """How likely each annotated region is, as if it were not; 0 for one that no place lies on."""
    best: dict[tuple[int, int], float] = {}
    for place in np.flatnonzero(candidates.kind == ANNOTATED).tolist():
        own = int(candidates.photo[place]), int(candidates.region[place])
        best[own] = max(best.get(own, 0.0), float(candidates.likelihood[place]))
    return np.sort(np.array([*best.values(), *[0.0] * (regions - len(best))]))


def least_told(regions: NDArray[np.float64]) -> float | None:
    """How likely a place must be to be told, given that of annotated regions; None: none is."""
    typical, unlikely = (float(np.quantile(regions, share)) for share in (TYPICAL, UNLIKELY))
    return None if typical < LEAST_LIKELY else max(min(typical, LIKELY), unlikely)


def _suggestion(
    photos: Sequence[SmallPhoto],
    candidates: Candidates,
    place: int,
    regions: NDArray[np.float64],
) -> Suggestion | None:
    like = int(candidates.resembles[place])
    if like < 0:
        return None
    other = int(candidates.photo[like])
    class_index, bbox_xywh = photos[other].regions[int(candidates.region[like])]
    x, y, width, height = candidates.boxes_xywh[place].tolist()
    likelihood = float(candidates.likelihood[place])
    return Suggestion(
        photo=int(candidates.photo[place]),
        bbox_xywh=(x, y, width, height),
        likelihood=likelihood,
        above=float(np.searchsorted(regions, likelihood) / len(regions)),
        class_index=class_index,
        resembles_photo=other,
        resembles_xywh=bbox_xywh,
    )
