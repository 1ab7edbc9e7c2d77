"""Finds places that look annotated and are not: by models that have not seen their photo.

The photos are dealt into folds. For each fold a small network learns from the other photos what
annotated points look like, and marks the few places of each of its own that look most like them.
What these places look like, and which annotated and which other places of other photos they
resemble most, then says how likely each is annotated. An annotated region is a place like any
other, found by models that have not seen its photo; so what is said of the others can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from engine.audit.lookalikes.features import point_features, smooth
from engine.audit.lookalikes.judge import FOLDS, judge, main_axes, some
from engine.audit.lookalikes.photos import ANNOTATED, BACKGROUND, SmallPhoto
from engine.audit.lookalikes.places import Places, find_places
from engine.audit.lookalikes.points import PointModel, fit_points
from engine.audit.photos.preview import unpack
from engine.audit.photos.tints import unpack_tints
from engine.data.workers import WORKERS

MOST_STUDIED = 400
"""Photos that points are taken from, annotated ones before others."""

POSITIVES, NEGATIVES = 3000, 7000
"""Points that a network is fitted to."""

LEAST_AREA = 0.65
"""Area under the curve of points, on photos that were not learnt from; by chance it is 0.5."""

FIRST_PHOTOS = 150
"""Photos whose places tell along which axes patches differ."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The places of all photos.

    Attributes:
        photo: (n,) number of the photo that each is on.
        kind: (n,) `ANNOTATED`, `BACKGROUND`, or `UNUSED` beside an annotation.
        region: (n,) number of the annotated region on its photo, or -1.
        likelihood: (n,) how likely a place that looks like this is annotated, 0 to 1.
        resembles: (n,) the annotated place on another photo that it is most like, or -1.
        boxes_xywh: (n, 4) in px of the photo.
    """

    photo: NDArray[np.intp]
    kind: NDArray[np.int8]
    region: NDArray[np.int16]
    likelihood: NDArray[np.float64]
    resembles: NDArray[np.intp]
    boxes_xywh: NDArray[np.intp]


def search(photos: Sequence[SmallPhoto], seed: int = 0) -> Candidates | None:
    """The places of all photos that look most like annotated ones.

    None where what is annotated cannot be told from what is not.
    """
    rng = np.random.default_rng(seed)
    fold = deal(photos, rng)
    tinted = any(photo.tints for photo in photos)
    with threadpool_limits(limits=1), ThreadPoolExecutor(max_workers=WORKERS) as pool:
        studied = _study(photos, fold, tinted, rng)
        if not all(_both(studied.annotated[studied.fold != each]) for each in range(FOLDS)):
            return None
        models = list(pool.map(lambda each: _fit_fold(studied, each), range(FOLDS)))
        if _area(studied, models) < LEAST_AREA:
            return None

        def look(number: int) -> Places:
            return _places(photos[number], models[fold[number]], tinted)

        found = list(_looked(pool, look, len(photos), rng))
        photo = np.repeat(np.arange(len(photos)), [len(each) for each in found])
        kind, region = _kinds(photos, found)
        figures = np.concatenate([each.figures for each in found])
        looks = np.concatenate([each.patches for each in found])
        likelihood, resembles = judge(figures, looks, kind, fold[photo], rng)
    boxes = [at.to_photo(places.boxes) for at, places in zip(photos, found, strict=True)]
    return Candidates(photo, kind, region, likelihood, resembles, np.concatenate(boxes))


def deal(photos: Sequence[SmallPhoto], rng: np.random.Generator) -> NDArray[np.intp]:
    """A fold for each photo; annotated photos and others are dealt evenly."""
    order = rng.permutation(len(photos))
    annotated = np.array([bool(photos[number].regions) for number in order], np.bool_)
    fold = np.zeros(len(photos), np.intp)
    fold[np.concatenate([order[annotated], order[~annotated]])] = np.arange(len(photos)) % FOLDS
    return fold


def _looked(
    pool: ThreadPoolExecutor, look: Callable[[int], Places], count: int, rng: np.random.Generator
) -> Iterator[Places]:
    """The places of each photo, their patches along the axes in which the first ones differ."""
    first = list(pool.map(look, range(min(count, FIRST_PHOTOS))))
    axes = main_axes(np.concatenate([each.patches for each in first]), rng)
    yield from (replace(each, patches=axes.along(each.patches)) for each in first)

    def look_along(number: int) -> Places:
        places = look(number)
        return replace(places, patches=axes.along(places.patches))

    yield from pool.map(look_along, range(len(first), count))


def _places(photo: SmallPhoto, model: PointModel, tinted: bool) -> Places:
    level, tints = smooth(unpack(photo.preview)), unpack_tints(photo.tints)
    features = point_features(level, tints, tinted)
    return find_places(level, features, model.scores(features))


def _kinds(
    photos: Sequence[SmallPhoto], found: Sequence[Places]
) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Which places lie on or beside annotated regions, and on which."""
    kinds, regions = [], []
    for photo, places in zip(photos, found, strict=True):
        if photo.labels is None:
            kinds.append(np.full(len(places), BACKGROUND, np.int8))
            regions.append(np.full(len(places), -1, np.int16))
            continue
        owner = photo.labels.owner[places.rows, places.columns]
        kind = photo.labels.kind[places.rows, places.columns]
        kinds.append(np.where(owner >= 0, ANNOTATED, np.minimum(kind, BACKGROUND)))
        regions.append(owner)
    return np.concatenate(kinds).astype(np.int8), np.concatenate(regions)


@dataclass(frozen=True, slots=True)
class _Studied:
    """Points (n, figures) to learn from, whether each is annotated, and the fold of its photo."""

    features: NDArray[np.float32]
    annotated: NDArray[np.bool_]
    fold: NDArray[np.intp]


def _study(
    photos: Sequence[SmallPhoto],
    fold: NDArray[np.intp],
    tinted: bool,
    rng: np.random.Generator,
) -> _Studied:
    """Points of some photos: each region gives as many as any other, each photo as much ground."""
    order = rng.permutation(len(photos))
    annotated = [number for number in order if photos[number].regions]
    plain = [number for number in order if not photos[number].regions]
    ground = min(len(plain), max(MOST_STUDIED - len(annotated), MOST_STUDIED // 4))
    chosen = annotated[: MOST_STUDIED - ground] + plain[:ground]
    regions = sum(len(photos[number].regions) for number in chosen)
    share = FOLDS / max(FOLDS - 1, 1)
    a_region = max(1, round(share * POSITIVES / max(1, regions)))
    a_photo = max(4, round(share * NEGATIVES / max(1, len(chosen))))
    features, kinds, folds = [], [], []
    for number in chosen:
        photo = photos[number]
        level, tints = smooth(unpack(photo.preview)), unpack_tints(photo.tints)
        kind, owner = _points(photo)
        inside, free = np.flatnonzero(kind == ANNOTATED), np.flatnonzero(kind == BACKGROUND)
        picked = [some(free, a_photo, rng)]
        owner = owner[inside]
        picked += [some(inside[owner == each], a_region, rng) for each in np.unique(owner)]
        points = np.concatenate(picked)
        maps = point_features(level, tints, tinted)
        features.append(maps.reshape(len(maps), -1)[:, points].T)
        kinds.append(kind[points] == ANNOTATED)
        folds.append(np.full(len(points), fold[number]))
    return _Studied(np.concatenate(features), np.concatenate(kinds), np.concatenate(folds))


def _points(photo: SmallPhoto) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Kind and owner of each point of a photo, in one row."""
    if photo.labels is None:
        count = photo.grid_hw[0] * photo.grid_hw[1]
        return np.full(count, BACKGROUND, np.int8), np.full(count, -1, np.int16)
    return photo.labels.kind.ravel(), photo.labels.owner.ravel()


def _both(annotated: NDArray[np.bool_]) -> bool:
    return bool(annotated.any() and not annotated.all())


def _area(studied: _Studied, models: Sequence[PointModel]) -> float:
    """Area under the curve, each point scored by the network that has not seen its photo."""
    scores = np.zeros(len(studied.fold), np.float32)
    for each, model in enumerate(models):
        own = studied.fold == each
        scores[own] = model.scores(studied.features[own].T)
    return float(roc_auc_score(studied.annotated, scores)) if _both(studied.annotated) else 0.5


def _fit_fold(studied: _Studied, fold: int) -> PointModel:
    others = studied.fold != fold
    return fit_points(studied.features[others], studied.annotated[others])
