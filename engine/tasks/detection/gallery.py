"""The report's figures, gathered while the test set goes by: no photo is looked at twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import bounds_xywh
from engine.evaluate.metric import HEADLINE
from engine.tasks.charts import MEDIA_TYPE, pr_curves
from engine.tasks.detection.boxes import to_corners
from engine.tasks.detection.cases import CASE_KINDS, Case, cases_of
from engine.tasks.detection.charts import confusion_chart
from engine.tasks.detection.confusion import confusion_matrix
from engine.tasks.detection.curves import curves_of
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.figures import overlay
from engine.tasks.detection.outcome import PhotoOutcome
from engine.tasks.detection.told import told
from engine.tasks.drawing import PANEL_PX, crop_around, encode_jpeg
from engine.tasks.task import Figure
from engine.tasks.worst import Worst

CHOICES = 200
"""Places of a large photo that are tried for its cut."""


@dataclass(slots=True)
class Gallery:
    """Keeps the pictures of the worst photos seen so far; holds no photo itself."""

    deployment: Deployment
    worst: Worst = field(default_factory=lambda: Worst(CASE_KINDS))

    def consider(self, outcome: PhotoOutcome, photo: NDArray[np.generic]) -> None:
        """Draws a photo (H, W) or (H, W, 3) for each kind that it belongs on the page so far."""
        deployment = self.deployment
        for case in cases_of(outcome, deployment.class_names, deployment.orders, deployment.limits):
            if self.worst.admits(case.kind, case.severity, outcome.sample_id, outcome.object):
                caption = _caption(outcome, case, deployment)
                jpeg = encode_jpeg(picture(outcome, case, photo, deployment))
                figure = Figure(case.kind, outcome.sample_id, caption, "image/jpeg", jpeg)
                self.worst.keep(figure, case.severity, outcome.object)

    def figures(self, outcomes: Sequence[PhotoOutcome]) -> tuple[Figure, ...]:
        """The charts, and the pictures kept, the worst first."""
        deployment = self.deployment
        names, limits = deployment.class_names, deployment.limits
        curves = curves_of(outcomes, HEADLINE, len(names))
        matrix = confusion_matrix(outcomes, HEADLINE, deployment.orders, limits)
        charts = (
            Figure(
                "chart",
                "Precision and recall",
                "On test photos, away from the edge, at an overlap of at least a half; circles "
                "mark the chosen thresholds.",
                MEDIA_TYPE,
                pr_curves(curves, names, limits.tolist(), "things"),
            ),
            Figure(
                "chart",
                "What things were called",
                "On test photos, away from the edge, at the chosen thresholds. The last column "
                "counts misses, the last row false alarms; the colour is the share of the row.",
                MEDIA_TYPE,
                confusion_chart(matrix, names),
            ),
        )
        return (*charts, *self.worst.figures())


def window(outcome: PhotoOutcome, case: Case) -> tuple[slice, slice] | None:
    """The rows and columns of a large photo that show most of what a case is about.

    None where the photo is shown whole. Of false alarms, and of equal places, it is the first.
    """
    things = outcome.things.boxes[case.things]
    focus = np.concatenate([things, outcome.detections.boxes[case.detections]])
    if not len(focus) or max(outcome.size_hw) <= 2 * PANEL_PX:
        return None
    tried = focus[: 1 if case.kind == "false_alarm" else CHOICES]
    places = [crop_around(bounds_xywh(each), outcome.size_hw) for each in to_corners(tried)]
    x, y = focus[:, 0], focus[:, 1]
    shown = [
        ((y >= rows.start) & (y < rows.stop) & (x >= columns.start) & (x < columns.stop)).sum()
        for rows, columns in places
    ]
    return places[int(np.argmax(shown))]


def _caption(outcome: PhotoOutcome, case: Case, deployment: Deployment) -> str:
    """What happened, and of a part of the photo where that part lies."""
    shown = window(outcome, case)
    if shown is None:
        return case.caption
    left, top = (deployment.inference.view.roi_xywh or (0, 0))[:2]
    rows, columns = shown
    size = f"{columns.stop - columns.start} x {rows.stop - rows.start} px"
    place = f"{left + columns.start}, {top + rows.start} px"
    return f"{case.caption}; shown: {size} from {place} on"


def picture(
    outcome: PhotoOutcome, case: Case, photo: NDArray[np.generic], deployment: Deployment
) -> NDArray[np.uint8]:
    """The photo side by side, cut to what the case is about where it is too large to be shown."""
    detections = outcome.detections
    sure = told(detections, deployment.limits)
    things, found = outcome.things, detections.take(sure)
    shown = window(outcome, case)
    if shown is not None:
        rows, columns = shown
        photo = photo[rows, columns]
        away = np.array([columns.start, rows.start, 0, 0, 0], np.float32)
        things = Things(things.boxes - away, things.classes)
        found = Detections(found.boxes - away, found.classes, found.scores)
    return overlay(
        photo,
        things,
        found,
        deployment.class_names,
        deployment.orders,
        case.things,
        case.detections[sure],
    )
