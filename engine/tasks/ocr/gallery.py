"""The report's figures, gathered while the test set goes by: no photo is looked at twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import bounds_xywh
from engine.evaluate.metric import HEADLINE
from engine.tasks.charts import MEDIA_TYPE, pr_curves
from engine.tasks.detection.boxes import HEADING, to_corners
from engine.tasks.detection.charts import confusion_chart
from engine.tasks.detection.confusion import confusion_matrix
from engine.tasks.detection.curves import curves_of
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.figures import overlay
from engine.tasks.drawing import PANEL_PX, Rgb, crop_around, encode_jpeg
from engine.tasks.ocr.cases import CASE_KINDS, Case, cases_of
from engine.tasks.ocr.charts import (
    confusion_table,
    position_chart,
    reject_chart,
    reliability_chart,
)
from engine.tasks.ocr.confidence import expected_calibration_error
from engine.tasks.ocr.curves import FEWEST_FIELDS, ByPosition, at_reject, by_position, confusions
from engine.tasks.ocr.one_kind import ALL_FIELDS
from engine.tasks.ocr.outcome import PhotoOutcome
from engine.tasks.ocr.sheet import draw_readings
from engine.tasks.ocr.verdicts import Limits, ReadField, read_fields, sure
from engine.tasks.task import Figure
from engine.tasks.worst import Worst

MOST_LINES = 6
"""Lines of one photo that are shown."""


@dataclass(slots=True)
class Gallery:
    """Keeps the pictures of the worst photos seen so far; holds no photo itself.

    Attributes:
        class_names: in the order of the recipe.
        limits: the chosen thresholds.
        located: whether fields had to be located; False where each photo is a line.
        one_kind: whether all classes were located as one.
    """

    class_names: tuple[str, ...]
    limits: Limits
    located: bool
    one_kind: bool = False
    worst: Worst = field(default_factory=lambda: Worst(CASE_KINDS))

    def consider(self, outcome: PhotoOutcome, photo: Rgb, crops: Sequence[Rgb]) -> None:
        """Draws a photo for each kind that it belongs on the page so far.

        Args:
            photo: uint8 (H, W, 3), the region of interest.
            crops: uint8 (h, w, 3), the line of each reading, upright as the reader saw it.
        """
        for case in cases_of(outcome, self.class_names, self.limits):
            if self.worst.admits(case.kind, case.severity, outcome.sample_id, outcome.object):
                jpeg = encode_jpeg(self._picture(outcome, case, photo, crops))
                figure = Figure(case.kind, outcome.sample_id, case.caption, "image/jpeg", jpeg)
                self.worst.keep(figure, case.severity, outcome.object)

    def figures(self, outcomes: Sequence[PhotoOutcome]) -> tuple[Figure, ...]:
        """The charts, and the pictures kept, the worst first."""
        read = read_fields(outcomes, HEADLINE, self.limits)
        charts = [*self._charts_of_reading(read)] if read else []
        if self.located:
            charts += self._charts_of_locating(outcomes)
        return (*charts, *self.worst.figures())

    def _charts_of_reading(self, read: Sequence[ReadField]) -> Iterator[Figure]:
        of = "located fields" if self.located else "lines"
        places = by_position(read)
        yield _chart(
            "Characters that were misread",
            f"On test photos{', in the fields that were located' if self.located else ''}, passed "
            "on or not. Of what is unreadable, what the network saw; nothing: left out, or read "
            "where nothing stands.",
            confusion_table(confusions(read)),
        )
        yield _chart(
            "Accuracy at a rate of rejects",
            "On test photos: the readings that are passed on, the surest alone at the right, and "
            "how many of them are right.",
            reject_chart(at_reject(read, self.limits.reading), of),
        )
        yield _chart(
            "Accuracy by place",
            "Of the characters at each place, how many were read right. Whiskers: 95 % intervals, "
            f"each field counted by itself.{_left_out(places)}",
            position_chart(places, self.class_names),
        )
        readable = [each for each in read if each.said is not None]
        confidences = np.array([each.confidence for each in readable], np.float64)
        right = np.array([each.exact for each in readable], bool)
        off = expected_calibration_error(confidences, right)
        if off is not None:
            yield _chart(
                "Can confidences be trusted?",
                "Readings of about one confidence, how many they are, and how many of them are "
                f"right; off by {100 * off:.1f} % on average (expected calibration error).",
                reliability_chart(confidences, right),
            )

    def _charts_of_locating(self, outcomes: Sequence[PhotoOutcome]) -> Iterator[Figure]:
        boxes = [outcome.located for outcome in outcomes]
        names = (ALL_FIELDS,) if self.one_kind else self.class_names
        scores = self.limits.scores[: len(names)]
        curves = curves_of(boxes, HEADLINE, len(names))
        yield _chart(
            "Precision and recall of locating",
            "On test photos, away from the edge, at an overlap of at least a half, whatever is "
            "read; circles mark the chosen thresholds.",
            pr_curves(curves, names, scores.tolist(), "fields"),
        )
        if len(names) > 1:
            matrix = confusion_matrix(boxes, HEADLINE, (HEADING,) * len(names), scores)
            yield _chart(
                "What fields were called",
                "On test photos, away from the edge, at the chosen thresholds. The last column "
                "counts fields that were missed, the last row what was found where none is.",
                confusion_chart(matrix, names),
            )

    def _picture(self, outcome: PhotoOutcome, case: Case, photo: Rgb, crops: Sequence[Rgb]) -> Rgb:
        """The lines that a case is about, or where it is about boxes the photo side by side."""
        shown = case.read[:MOST_LINES]
        if shown:
            return draw_readings(
                [crops[each.reading] for each in shown],
                [each.truth for each in shown],
                [each.best or None for each in shown],
                [self._note(each) for each in shown],
            )
        things, detections = outcome.fields.things, outcome.readings.detections
        told_here = sure(outcome.readings, self.limits)
        rows, columns = _window(outcome, case)
        away = np.array([columns.start, rows.start, 0, 0, 0], np.float32)
        found = detections.take(told_here)
        return overlay(
            photo[rows, columns],
            Things(things.boxes - away, things.classes),
            Detections(found.boxes - away, found.classes, found.scores),
            self.class_names,
            (HEADING,) * len(self.class_names),
            case.fields,
            case.detections[told_here],
            over_text=True,
        )

    def _note(self, each: ReadField) -> str:
        """The words below a line."""
        name = f"{self.class_names[each.class_index]}, " if len(self.class_names) > 1 else ""
        became = "unreadable" if each.said is None else "" if each.accepted else "rejected"
        return f"{name}confidence {each.confidence:.2f}" + (f", {became}" if became else "")


def _left_out(places: Sequence[ByPosition]) -> str:
    """What the chart of places does not show, as a sentence of its own; empty for nothing."""
    if all(own.telling == len(own.count) for own in places):
        return ""
    longest = max(len(own.count) for own in places)
    return (
        f" Places that fewer than {FEWEST_FIELDS} fields have are left out; the longest text has "
        f"{longest} characters."
    )


def _window(outcome: PhotoOutcome, case: Case) -> tuple[slice, slice]:
    """The rows and columns that show what a case is about first; all of a photo that is small."""
    height, width = outcome.size_hw
    marked: NDArray[np.float32] = np.concatenate(
        [
            outcome.fields.things.boxes[case.fields],
            outcome.readings.detections.boxes[case.detections],
        ]
    )
    if max(height, width) <= 2 * PANEL_PX or not len(marked):
        return slice(0, height), slice(0, width)
    return crop_around(bounds_xywh(to_corners(marked[:1])[0]), outcome.size_hw)


def _chart(title: str, caption: str, data: bytes) -> Figure:
    return Figure("chart", title, caption, MEDIA_TYPE, data)
