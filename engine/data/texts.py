"""Texts of photos in the form in which they are read: composed, in their case, without skips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.records import IGNORE, BoxAnnotation, ReadProblem, Sample
from engine.text.field import TextField


def lacks_texts(sample: Sample) -> ReadProblem | None:
    """What is told of a photo whose boxes do not say what is written in them."""
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation) or annotation.texts is not None:
        return None
    if not annotation.classes:
        return None
    return ReadProblem(
        "unreadable_boxes",
        sample.id,
        "its boxes do not say what is written in them",
        fix="State the texts, or choose a format that holds them: `dltrain formats`",
    )


def as_read(sample: Sample, fields: Sequence[TextField]) -> Sample:
    """The photo with its texts as their fields read them.

    A text of which nothing is left is neither text nor background, and stays as it was stated.

    Args:
        sample: a photo with boxes of the classes of `fields`.
        fields: of the classes, in order.
    """
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation) or annotation.texts is None:
        return sample
    classes = annotation.class_indices.tolist()
    read = [
        text if index == IGNORE else fields[index].normalise(text)
        for index, text in zip(classes, annotation.texts, strict=True)
    ]
    kept = [index if text else IGNORE for index, text in zip(classes, read, strict=True)]
    texts = [text or stated for text, stated in zip(read, annotation.texts, strict=True)]
    skipped = [
        (index, stated)
        for index, text, stated in zip(classes, read, annotation.texts, strict=True)
        if index != IGNORE and not text
    ]
    changed = replace(
        annotation,
        class_indices=np.array(kept, np.uint8),
        texts=tuple(texts),
        skipped=tuple(skipped),
    )
    return replace(sample, annotation=changed)
