"""What of a photo a reader of the report should see: the worst, and a fair sample of the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.metric import HEADLINE
from engine.phrasing import counted
from engine.tasks.detection.boxes import HEADING, NO_ANGLE, angle_difference
from engine.tasks.detection.outcome import PhotoOutcome
from engine.tasks.detection.verdicts import verdicts

CaseKind = Literal["miss", "false_alarm", "wrong_class", "wrong_heading", "correct"]
CASE_KINDS: tuple[CaseKind, ...] = (
    "miss",
    "false_alarm",
    "wrong_class",
    "wrong_heading",
    "correct",
)
WRONG_ANGLE = 0.25
"""An angle is wrong beyond this share of a turn after which the class looks the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One photo worth showing, for one reason.

    Attributes:
        severity: the photos with the highest are shown.
        things, detections: (m,) and (n,) what to look at; drawn bold.
        caption: what happened, in words.
    """

    kind: CaseKind
    severity: tuple[float, float]
    things: NDArray[np.bool_]
    detections: NDArray[np.bool_]
    caption: str


def cases_of(
    outcome: PhotoOutcome,
    class_names: Sequence[str],
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> tuple[Case, ...]:
    """What a photo is an example of: one case of each kind that it shows.

    - `miss`: things without a detection at the threshold; the more the worse.
    - `false_alarm`: detections where nothing is; the surest first.
    - `wrong_class`: things that were found and called something else.
    - `wrong_heading`: things found whose angle is wrong; the most wrong headings first.
    - `correct`: none of these, in an order that is as good as random and always the same.
    """
    found = list(_wrong_cases(outcome, class_names, orders, thresholds))
    own = outcome.region(HEADLINE)
    if found or own is None:
        return tuple(found)
    wanted = int(own.wanted.sum())
    draw = int.from_bytes(hashlib.sha256(outcome.sample_id.encode()).digest()[:6], "big")
    many = f"all {wanted} things found" if wanted > 1 else "the one thing found"
    caption = many if wanted else "nothing there, nothing found"
    nothing = np.zeros(len(outcome.things), bool), np.zeros(len(outcome.detections), bool)
    return (Case("correct", (float(wanted > 0), float(draw)), *nothing, caption),)


def _wrong_cases(
    outcome: PhotoOutcome,
    class_names: Sequence[str],
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> Iterator[Case]:
    own = outcome.region(HEADLINE)
    if own is None:
        return
    things, detections = outcome.things, outcome.detections
    became = verdicts(outcome, own, orders, thresholds)
    missed, alone, mixed = became.missed, became.alone, became.mixed
    no_thing, no_detection = np.zeros(len(things), bool), np.zeros(len(detections), bool)
    if missed.any():
        what = _named(things.classes[missed], class_names)
        wanted = counted(int(own.wanted.sum()), "thing")
        caption = f"{int(missed.sum())} of {wanted} not found: {what}"
        yield Case("miss", (float(missed.sum()), 0.0), missed, no_detection, caption)
    if alone.any():
        surest = float(detections.scores[alone].max())
        what = _named(detections.classes[alone], class_names)
        caption = f"seen where nothing of the kind is: {what} (surest {surest:.2f})"
        yield Case("false_alarm", (surest, float(alone.sum())), no_thing, alone, caption)
    if mixed:
        pairs = [
            f"{class_names[things.classes[thing]]} called {class_names[detections.classes[found]]}"
            for found, thing in mixed
        ]
        there, said = no_thing.copy(), no_detection.copy()
        there[[thing for _, thing in mixed]] = True
        said[[detection for detection, _ in mixed]] = True
        yield Case("wrong_class", (float(len(mixed)), 0.0), there, said, _in_short(pairs))
    yield from _wrong_angles(
        outcome, class_names, orders, np.flatnonzero(became.right), own.thing[0]
    )


def _wrong_angles(
    outcome: PhotoOutcome,
    class_names: Sequence[str],
    orders: Sequence[int],
    right: NDArray[np.int64],
    thing_of: NDArray[np.int64],
) -> Iterator[Case]:
    things, detections = outcome.things, outcome.detections
    there, said = np.zeros(len(things), bool), np.zeros(len(detections), bool)
    wrong: dict[int, list[float]] = {}
    for number in right.tolist():
        order = orders[int(detections.classes[number])]
        if order == NO_ANGLE:
            continue
        thing = int(thing_of[number])
        off = np.rad2deg(
            angle_difference(detections.boxes[number, 4], things.boxes[thing, 4], order)
        )
        if off > WRONG_ANGLE * 360 / order:
            there[thing], said[number] = True, True
            wrong.setdefault(int(detections.classes[number]), []).append(float(off))
    if wrong:
        headings = sum(len(off) for index, off in wrong.items() if orders[index] == HEADING)
        severity = float(headings), float(said.sum())
        words = [_turned(wrong[i], orders[i], class_names[i]) for i in sorted(wrong)]
        yield Case("wrong_heading", severity, there, said, ", ".join(words))


def _turned(off_deg: Sequence[float], order: int, class_name: str) -> str:
    """How far things of a class are turned: `heading of 2 x bracket off by 91 to 170 degrees`."""
    what = "heading" if order == HEADING else "angle"
    low, high = f"{min(off_deg):.0f}", f"{max(off_deg):.0f}"
    amount = low if low == high else f"{low} to {high}"
    return f"{what} of {len(off_deg)} x {class_name} off by {amount} degrees"


def _named(classes: NDArray[np.uint8], class_names: Sequence[str]) -> str:
    """How many of each class: `2 x nut, 1 x washer`."""
    found, counts = np.unique(classes, return_counts=True)
    return ", ".join(
        f"{count} x {class_names[index]}"
        for index, count in zip(found.tolist(), counts.tolist(), strict=True)
    )


def _in_short(words: Sequence[str], most: int = 3) -> str:
    more = f", and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
