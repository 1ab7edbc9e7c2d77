"""What of a photo a reader of the report should see: the worst, and a fair sample of the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.metric import HEADLINE
from engine.phrasing import counted, first_few
from engine.tasks.ocr.outcome import PhotoOutcome
from engine.tasks.ocr.verdicts import Limits, ReadField, Verdicts, verdicts_in

CaseKind = Literal["misread", "rejected", "missed_field", "false_field", "correct"]
CASE_KINDS: tuple[CaseKind, ...] = (
    "misread",
    "rejected",
    "missed_field",
    "false_field",
    "correct",
)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One photo worth showing, for one reason.

    Attributes:
        severity: the photos with the highest are shown.
        read: the fields whose lines are to be shown, the worst first; empty where the photo is.
        fields, detections: (m,) and (n,) what to look at on the photo; drawn bold.
        caption: what happened, in words.
    """

    kind: CaseKind
    severity: tuple[float, float]
    read: tuple[ReadField, ...]
    fields: NDArray[np.bool_]
    detections: NDArray[np.bool_]
    caption: str


def cases_of(outcome: PhotoOutcome, class_names: Sequence[str], limits: Limits) -> tuple[Case, ...]:
    """What a photo is an example of: one case of each kind that it shows.

    - `misread`: a wrong text was passed on; the surest first.
    - `rejected`: a reading was not passed on; those that are right first, then the surest.
    - `missed_field`: fields that were not located; the more the worse.
    - `false_field`: detections that lie on no field of their class; those first of which a text was
      passed on, the surest before others.
    - `correct`: none of these, in an order that is as good as random and always the same.
    """
    own = verdicts_in(outcome, HEADLINE, limits)
    if own is None:
        return ()
    found = [*_read_cases(outcome, own, class_names), *_box_cases(outcome, own, class_names)]
    if found:
        return tuple(found)
    draw = int.from_bytes(hashlib.sha256(outcome.sample_id.encode()).digest()[:6], "big")
    many = f"all {len(own.read)} fields read" if len(own.read) > 1 else "the one field read"
    caption = many if own.read else "nothing there, nothing found"
    severity = float(bool(own.read)), float(draw)
    return (Case("correct", severity, own.read, *_unmarked(outcome), caption),)


def _read_cases(outcome: PhotoOutcome, own: Verdicts, class_names: Sequence[str]) -> Iterator[Case]:
    """What went wrong with reading."""
    misread = sorted(
        (each for each in own.read if each.accepted and not each.exact),
        key=lambda each: -each.confidence,
    )
    if misread:
        caption = first_few([_told(each, class_names) for each in misread])
        severity = misread[0].confidence, float(len(misread))
        yield Case("misread", severity, tuple(misread), *_unmarked(outcome), caption)
    rejected = sorted(
        (each for each in own.read if not each.accepted),
        key=lambda each: (not each.exact, -each.confidence),
    )
    if rejected:
        caption = first_few([_told(each, class_names) for each in rejected])
        severity = float(rejected[0].exact), rejected[0].confidence
        yield Case("rejected", severity, tuple(rejected), *_unmarked(outcome), caption)


def _box_cases(outcome: PhotoOutcome, own: Verdicts, class_names: Sequence[str]) -> Iterator[Case]:
    """What went wrong with locating."""
    no_field, no_detection = _unmarked(outcome)
    fields, readings = outcome.fields, outcome.readings
    if own.missed.any():
        what = [
            f"{class_names[int(fields.things.classes[number])]} {fields.texts[number]!r}"
            for number in np.flatnonzero(own.missed).tolist()
        ]
        wanted = counted(len(what) + len(own.read), "field")
        caption = f"{len(what)} of {wanted} not located: {first_few(what)}"
        yield Case("missed_field", (float(len(what)), 0.0), (), own.missed, no_detection, caption)
    if own.alone.any():
        passed = own.alone & own.passed
        worst = passed if passed.any() else own.alone
        sureness = readings.confidences if passed.any() else readings.detections.scores
        severity = float(passed.any()), float(sureness[worst].max())
        what = [
            f"{class_names[int(readings.detections.classes[number])]} "
            f"{repr(readings.best(number)) if readings.best(number) else 'without a text'}"
            for number in np.flatnonzero(own.alone).tolist()
        ]
        caption = f"read where no field of the kind is: {first_few(what)}"
        if not passed.any():
            caption += "; not passed on"
        yield Case("false_field", severity, (), no_field, own.alone, caption)


def _told(each: ReadField, class_names: Sequence[str]) -> str:
    """What was read of a field: `lot 'L1234A' read as 'L1Z34A', confidence 0.97`."""
    name, sure = class_names[each.class_index], f"confidence {each.confidence:.2f}"
    if each.said is None:
        seen = f"seen as {each.raw!r}" if each.raw else "nothing was seen"
        return f"{name} {each.truth!r} unreadable, {seen}, {sure}"
    if each.exact:
        return f"{name} {each.truth!r} read right, {sure}"
    return f"{name} {each.truth!r} read as {each.said!r}, {sure}"


def _unmarked(outcome: PhotoOutcome) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return np.zeros(len(outcome.fields), bool), np.zeros(len(outcome.readings), bool)
