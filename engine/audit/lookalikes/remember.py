"""Suggestions for the photos of a data set, or what was suggested for the same ones before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.audit.lookalikes.photos import BoxXywh, SmallPhoto, small_hw, small_photo
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.facts import PhotoFacts
from engine.audit.remembered import remembered
from engine.data.verdicts.verdict import is_clear
from engine.errors import DltrainError, UnreadableImage
from engine.records import Sample, VerdictAnnotation

LEAST_SIDE_PX = 24
"""Of the small picture: a strip narrower than that has no surroundings to compare."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A place that looks annotated and is not; see `engine.audit.lookalikes.suggest.Suggestion`.

    Attributes:
        sample, resembles: ids of the photos.
        bbox_xywh, resembles_xywh: in px of each.
    """

    sample: str
    bbox_xywh: BoxXywh
    likelihood: float
    above: float
    class_index: int
    resembles: str
    resembles_xywh: BoxXywh


def remembered_lookalikes(
    examiner: Examiner,
    samples: Sequence[Sample],
    facts: Mapping[str, PhotoFacts],
    frames: Mapping[str, BoxXywh],
) -> tuple[Lookalike, ...]:
    """Places on the samples' photos that look annotated and are not, likeliest first.

    What is found depends on the content of photos and masks alone, not on names or their order.

    Args:
        examiner: reads masks, and remembers.
        samples: any; those that are not annotated, or too narrow, are left out, and so are photos
            of a defect that nobody marked. Where a mask vanishes meanwhile nothing is suggested,
            nor remembered.
        facts: of their photos, by id.
        frames: what is inspected of each, by id: x, y, width, height in px.
    """
    known: list[tuple[str, Sample]] = []
    for sample in samples:
        if sample.annotation is None or sample.id not in facts:
            continue
        if isinstance(sample.annotation, VerdictAnnotation) and not is_clear(sample.annotation):
            continue
        if min(small_hw(sample.size_hw)) < LEAST_SIDE_PX:
            continue
        try:
            annotated = examiner.annotation_key(sample.annotation)
        except DltrainError:
            continue
        known.append((f"{sample.sha256} {annotated} {frames[sample.id]}", sample))
    known.sort(key=lambda pair: (pair[0], pair[1].id))
    own = [sample for _, sample in known]
    try:
        stored = remembered(
            examiner.store,
            "lookalikes",
            [key for key, _ in known],
            lambda: _search(examiner, own, facts, frames),
        )
    except UnreadableImage:
        return ()
    return tuple(
        Lookalike(own[at].id, tuple(box), likely, above, index, own[other].id, tuple(other_box))
        for at, box, likely, above, index, other, other_box in stored
    )


def _search(
    examiner: Examiner,
    samples: Sequence[Sample],
    facts: Mapping[str, PhotoFacts],
    frames: Mapping[str, BoxXywh],
) -> list[tuple[int, BoxXywh, float, float, int, int, BoxXywh]]:
    """As plain values; photos are named by their position among the samples."""
    from engine.audit.lookalikes.suggest import suggest  # scikit-learn takes a second to import

    photos: list[SmallPhoto] = []
    position: list[int] = []
    for number, sample in enumerate(samples):
        annotated = examiner.annotated(sample)
        if annotated is None:
            raise UnreadableImage("its mask cannot be read any more", where=sample.id)
        fact = facts[sample.id]
        photos.append(
            small_photo(fact.preview, fact.tints, sample.size_hw, annotated, frames[sample.id])
        )
        position.append(number)
    return [
        (
            position[each.photo],
            each.bbox_xywh,
            round(each.likelihood, 4),
            round(each.above, 4),
            each.class_index,
            position[each.resembles_photo],
            each.resembles_xywh,
        )
        for each in suggest(photos)
    ]
