"""The metrics of OCR, counted object by object.

A field is *located* by a detection of its class at the class's score threshold and an intersection
over union of at least 0.5; where photos are lines already, every field is. A reading is *passed
on* when it is readable and its confidence reaches the reject threshold.

- `exact_match`: of the located fields, the share whose text is read exactly. The reject threshold
  is not applied; unreadable is not exact.
- `cer` = edit distances / characters of the truth, and `wer` = the same over words split at blanks,
  summed over the located fields; unreadable counts as the empty text. They may exceed 1.
- `wrong_read_rate` = fields of which a wrong text is passed on / fields; `reject_rate` = located
  fields whose reading is not passed on / located fields.

Where fields are located, also:

- `field_f1` = 2 x right / (passed on + fields). A reading that is passed on is right where its box
  lies on a field of its class (intersection over union at least 0.5) and its text is exact.
- `map50`, `recall` and `precision` of locating, and `flip_rate`: see
  `engine.tasks.detection.metrics`.

Fields to be ignored count for nothing. A mean over classes (class None) leaves out the classes of
which the set has nothing to measure it on. `n` is the number of different objects behind a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import RatioStatistic, Statistic
from engine.tasks.detection import metrics as detection
from engine.tasks.detection.boxes import HEADING
from engine.tasks.detection.outcome import REGIONS, Region
from engine.tasks.ocr.edits import edit_distance, word_distance
from engine.tasks.ocr.one_kind import TEXT
from engine.tasks.ocr.outcome import PhotoOutcome
from engine.tasks.ocr.verdicts import Limits, verdicts

OF_LOCATING = ("map50", "recall", "precision", "flip_rate")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Of one region, (objects, classes) each."""

    fields: Floats
    located: Floats
    exact: Floats
    edits: Floats
    characters: Floats
    word_edits: Floats
    words: Floats
    passed: Floats
    right: Floats
    wrong: Floats
    rejected: Floats


def measure(
    outcomes: Sequence[PhotoOutcome],
    class_names: Sequence[str],
    limits: Limits,
    *,
    located: bool,
    one_kind: bool = False,
) -> tuple[Statistic, ...]:
    """Everything that the report measures, for each region that the photos have.

    Args:
        outcomes: one a photo.
        class_names: in the order of the recipe.
        located: whether fields had to be located; False where each photo is a line.
        one_kind: whether all classes were located as one; figures of locating are of all then.
    """
    statistics: list[Statistic] = []
    boxes = [outcome.located for outcome in outcomes] if located else []
    kinds = (TEXT,) if one_kind else tuple(class_names)
    orders, scores = (HEADING,) * len(kinds), limits.scores[: len(kinds)]
    of_boxes = [
        each
        for each in detection.measure(boxes, kinds, orders, scores)
        if each.class_name is None or not one_kind
    ]
    for region in REGIONS:
        counts = _count(outcomes, region, len(class_names), limits)
        if counts is None:
            continue
        statistics += _shares(counts, class_names, region, located=located)
        own = [each for each in of_boxes if each.region == region]
        statistics += [each for name in OF_LOCATING for each in own if each.name == name]
    return tuple(statistics)


def _shares(
    counts: _Counts, class_names: Sequence[str], region: Region, *, located: bool
) -> Iterator[RatioStatistic]:
    """The statistics of texts: of all classes, and of each."""
    shares = [
        ("exact_match", counts.exact, counts.located, counts.located),
        ("cer", counts.edits, counts.characters, counts.characters),
        ("wer", counts.word_edits, counts.words, counts.words),
        ("wrong_read_rate", counts.wrong, counts.fields, counts.fields),
        ("reject_rate", counts.rejected, counts.located, counts.located),
    ]
    if located:
        both = counts.passed + counts.fields
        shares.append(("field_f1", 2 * counts.right, both, counts.fields))
    groups: list[tuple[str | None, list[int]]] = [(None, list(range(len(class_names))))]
    groups += [(name, [index]) for index, name in enumerate(class_names)]
    for name, *parts in shares:
        is_rate = name.endswith("_rate") or name == "exact_match"
        highest = None if name in ("cer", "wer") else 1.0
        for class_name, columns in groups:
            top, bottom, support = (part[:, columns] for part in parts)
            yield RatioStatistic(
                name, class_name, region, top, bottom, support, is_rate, highest=highest
            )


def _count(
    outcomes: Sequence[PhotoOutcome], name: Region, class_count: int, limits: Limits
) -> _Counts | None:
    """What a region of all photos holds; None where no photo has it."""
    row = {each: at for at, each in enumerate(sorted({outcome.object for outcome in outcomes}))}
    counts = _Counts(*(np.zeros((len(row), class_count)) for _ in fields(_Counts)))
    shown = False
    for outcome in outcomes:
        region = outcome.located.region(name)
        if region is None:
            continue
        shown = True
        at = row[outcome.object]
        found = verdicts(outcome, region, limits)
        np.add.at(counts.fields[at], outcome.fields.things.classes[region.wanted], 1)
        np.add.at(counts.passed[at], outcome.readings.detections.classes[found.passed], 1)
        for each in found.read:
            own, said = (at, each.class_index), each.said or ""
            counts.located[own] += 1
            counts.exact[own] += each.exact
            counts.edits[own] += edit_distance(each.truth, said)
            counts.characters[own] += len(each.truth)
            counts.word_edits[own] += word_distance(each.truth, said)
            counts.words[own] += len(each.truth.split())
            counts.rejected[own] += not each.accepted
            counts.right[own] += each.accepted and each.exact
            counts.wrong[own] += each.accepted and not each.exact
    return counts if shown else None
