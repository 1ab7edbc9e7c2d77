"""What is written on a photo, as far as checks need it; texts to be ignored are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from engine.data.boxes.geometry import bounds
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.text.field import TextField

Xywh = tuple[int, int, int, int]

COVERED_PX = 1.0
"""How far from the photo's edges a box may end that is taken to hold all of it."""


def texts_of(sample: Sample, class_index: int | None = None) -> tuple[str, ...]:
    """The texts of a photo, or those of one class."""
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation) or annotation.texts is None:
        return ()
    return tuple(
        text
        for index, text in zip(annotation.class_indices.tolist(), annotation.texts, strict=True)
        if index != IGNORE and class_index in (None, index)
    )


def skipped_on(sample: Sample, class_index: int) -> tuple[str, ...]:
    """The texts of a class of which its `skip` leaves nothing."""
    annotation = sample.annotation
    skipped = annotation.skipped if isinstance(annotation, BoxAnnotation) else ()
    return tuple(text for index, text in skipped if index == class_index)


def illegible_on(sample: Sample) -> int:
    """How many fields of a photo are annotated as not to be read."""
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation):
        return 0
    return int((annotation.class_indices == IGNORE).sum()) - len(annotation.skipped)


def texts_in(samples: Iterable[Sample], class_index: int) -> Counter[str]:
    """How often each text of a class occurs on some photos."""
    return Counter(text for sample in samples for text in texts_of(sample, class_index))


def characters_of(field: TextField) -> str | None:
    """The characters that a field may hold, sorted; None where it states none and no pattern."""
    if field.pattern is None:
        return field.characters
    automaton = field.automaton("")
    read = np.flatnonzero((automaton.moves >= 0).any(axis=0))
    return "".join(automaton.alphabet[column] for column in read.tolist())


def may_be_one(first: Sample, second: Sample) -> bool:
    """Whether what is written on two photos lets them show one thing.

    Things of one kind look alike but for their codes. One photo may show fewer of the texts than
    the other; where nothing can be read on it, nothing speaks against it.
    """
    fewer, more = sorted((Counter(texts_of(each)) for each in (first, second)), key=Counter.total)
    return fewer <= more


def in_a_text(sample: Sample, box_xywh: Xywh) -> bool:
    """Whether the middle of a region lies in an annotated text, also one to be ignored."""
    if not isinstance(sample.annotation, BoxAnnotation):
        return False
    x, y, width, height = box_xywh
    corners = sample.annotation.corners
    along = np.roll(corners, -1, axis=1) - corners
    away = np.array([x + width / 2, y + height / 2], np.float32) - corners
    turns = along[..., 0] * away[..., 1] - along[..., 1] * away[..., 0]
    return bool((turns >= 0).all(axis=1).any())


def is_one_line(sample: Sample) -> bool:
    """Whether the photo as a whole is one text."""
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation) or len(annotation.corners) != 1:
        return False
    left, top, right, bottom = bounds([(float(x), float(y)) for x, y in annotation.corners[0]])
    height, width = sample.size_hw
    short = max(left, top, width - right, height - bottom)
    return short <= COVERED_PX
