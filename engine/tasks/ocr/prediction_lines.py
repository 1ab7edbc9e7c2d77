"""What was read on one photo as JSON: for `predictions.jsonl` and `dltrain predict`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.boxes.geometry import as_lists
from engine.evaluate.metric import HEADLINE
from engine.tasks.detection.boxes import to_corners
from engine.tasks.detection.detections import Floats
from engine.tasks.ocr.outcome import PhotoOutcome, Readings
from engine.tasks.ocr.verdicts import Limits, accepted, sure, verdicts_in

DIGITS = 4
"""Of scores and confidences."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What it takes to tell readings in words of the recipe and px of the photo.

    Attributes:
        class_names: in the order of the recipe.
        limits: the chosen thresholds.
        located: whether fields had to be located; places are told only then.
        offset_xy: the upper left corner of the region of interest, in px of the photo.
    """

    class_names: tuple[str, ...]
    limits: Limits
    located: bool
    offset_xy: tuple[int, int] = (0, 0)


def reading_lines(readings: Readings, telling: Telling) -> list[dict[str, Any]]:
    """The readings of sure detections, the surest first.

    `text` is what is passed on; null where it is unreadable or rejected. `read` is the best guess
    whatever became of it, `characters` the confidence of each of its characters, and `raw` what the
    network saw, whatever the field can hold.
    """
    told = np.flatnonzero(sure(readings, telling.limits)).tolist()
    return [reading_line(readings, number, telling) for number in told]


def reading_line(readings: Readings, number: int, telling: Telling) -> dict[str, Any]:
    """One of them. The first edge of its corners, in px of the photo, is the top of the text."""
    found = readings.detections
    passed = bool(accepted(readings, telling.limits)[number])
    line: dict[str, Any] = {
        "class": telling.class_names[int(found.classes[number])],
        "text": readings.texts[number] if passed else None,
        "accepted": passed,
        "read": readings.best(number),
        "raw": readings.raw[number],
        "confidence": round(float(readings.confidences[number]), DIGITS),
        "characters": [round(float(each), DIGITS) for each in readings.characters[number]],
    }
    if telling.located:
        box = found.boxes[number : number + 1]
        line["score"] = round(float(found.scores[number]), DIGITS)
        line["corners"] = _corners(box, telling)[0]
        angle_deg = round(float(np.rad2deg(box[0, 4])) % 360.0, 2)
        line["angle_deg"] = angle_deg if angle_deg < 360.0 else 0.0
    return line


def prediction_line(outcome: PhotoOutcome, telling: Telling) -> dict[str, Any]:
    """The outcome of a test photo, as `predictions.jsonl` holds it.

    A reading that counts as right or wrong says which, passed on or not; one on a field says what
    stands there.
    """
    fields, limits = outcome.fields, telling.limits
    whole, inner = (outcome.located.region(name) for name in ("all", HEADLINE))
    own = verdicts_in(outcome, "all", limits)
    if whole is None or inner is None or own is None:
        raise ValueError(f"no outcome for {outcome.sample_id}")
    on_field = {each.reading: each for each in own.read}
    lines = []
    for number in np.flatnonzero(sure(outcome.readings, limits)).tolist():
        line = reading_line(outcome.readings, number, telling)
        each = on_field.get(number)
        if whole.counted[0, number]:
            line["right"] = each is not None and each.exact
        if each is not None:
            line["truth"] = each.truth
        lines.append(line)
    corners = _corners(fields.things.boxes, telling)
    missed = [
        {
            "class": telling.class_names[int(fields.things.classes[number])],
            "truth": fields.texts[number],
            "corners": corners[number],
            "region": HEADLINE if inner.wanted[number] else "edge",
        }
        for number in np.flatnonzero(own.missed).tolist()
    ]
    return {
        "image": outcome.sample_id,
        "object": outcome.object,
        "things": lines,
        "missed": missed,
    }


def summary(lines: Sequence[dict[str, Any]]) -> str:
    """What was read in a few words: `lot L1234A, expiry 01/02/2027; 1 not read`."""
    passed = [f"{line['class']} {line['text']}" for line in lines if line["accepted"]]
    rest = len(lines) - len(passed)
    if not lines:
        return "nothing found"
    return "; ".join(filter(None, (", ".join(passed), f"{rest} not read" if rest else "")))


def _corners(boxes: Floats, telling: Telling) -> list[Any]:
    """Corners (n, 4, 2) of boxes in px of the photo."""
    left, top = telling.offset_xy
    return as_lists(to_corners(boxes + np.array([left, top, 0, 0, 0], np.float32)), 2)
