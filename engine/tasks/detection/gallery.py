"""The report's figures, gathered while the test set goes by: no photo is looked at twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import bounds_xywh
from engine.evaluate.metric import HEADLINE
from engine.tasks.charts import MEDIA_TYPE, pr_curves
from engine.tasks.detection.cases import CASE_KINDS, Case, CaseKind, cases_of
from engine.tasks.detection.charts import confusion_chart
from engine.tasks.detection.confusion import confusion_matrix
from engine.tasks.detection.curves import curves_of
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.figures import overlay
from engine.tasks.detection.outcome import PhotoOutcome
from engine.tasks.drawing import PANEL_PX, crop_around, encode_jpeg
from engine.tasks.task import Figure

SHOWN = 6
"""Photos of each kind; one an object, so that one bad part does not fill the page."""


@dataclass(frozen=True, slots=True)
class _Shown:
    case: Case
    sample_id: str
    object: str
    jpeg: bytes


@dataclass(slots=True)
class Gallery:
    """Keeps the pictures of the worst photos seen so far; holds no photo itself."""

    deployment: Deployment
    kept: dict[CaseKind, list[_Shown]] = field(
        default_factory=lambda: {kind: [] for kind in CASE_KINDS}
    )

    def consider(self, outcome: PhotoOutcome, photo: NDArray[np.generic]) -> None:
        """Draws a photo (H, W) or (H, W, 3) for each kind that it belongs on the page so far."""
        deployment = self.deployment
        for case in cases_of(outcome, deployment.class_names, deployment.orders, deployment.limits):
            kept = self.kept[case.kind]
            rivals = [shown for shown in kept if shown.object == outcome.object]
            if not rivals and len(kept) >= SHOWN:
                rivals = kept
            weakest = min(rivals, key=_rank, default=None)
            if weakest is not None:
                if (case.severity, outcome.sample_id) <= _rank(weakest):
                    continue
                kept.remove(weakest)
            jpeg = encode_jpeg(picture(outcome, case, photo, deployment))
            kept.append(_Shown(case, outcome.sample_id, outcome.object, jpeg))

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
        pictures = tuple(
            Figure(kind, shown.sample_id, shown.case.caption, "image/jpeg", shown.jpeg)
            for kind in CASE_KINDS
            for shown in sorted(self.kept[kind], key=_rank, reverse=True)
        )
        return (*charts, *pictures)


def _rank(shown: _Shown) -> tuple[tuple[float, float], str]:
    return shown.case.severity, shown.sample_id


def picture(
    outcome: PhotoOutcome, case: Case, photo: NDArray[np.generic], deployment: Deployment
) -> NDArray[np.uint8]:
    """The photo side by side, cut to what the case is about where it is too large to be shown."""
    detections = outcome.detections
    sure = detections.scores >= deployment.limits[detections.classes]
    things, found = outcome.things, detections.take(sure)
    focus = np.concatenate([things.boxes[case.things], detections.boxes[case.detections]])
    if len(focus) and max(photo.shape[:2]) > 2 * PANEL_PX:
        first = Things(focus[:1], np.zeros(1, np.uint8)).corners[0]
        rows, columns = crop_around(bounds_xywh(first), (photo.shape[0], photo.shape[1]))
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
