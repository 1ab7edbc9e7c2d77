"""The report's figures, gathered while the test set goes by: no photo is looked at twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.histogram import PrCurve
from engine.tasks.charts import MEDIA_TYPE, pr_curves, score_histogram
from engine.tasks.drawing import PANEL_PX, crop_around, encode_jpeg
from engine.tasks.photo_verdicts import judged_scores
from engine.tasks.segmentation.cases import CASE_KINDS, Case, case_of
from engine.tasks.segmentation.decode import decode
from engine.tasks.segmentation.figures import overlay
from engine.tasks.segmentation.outcome import ImageOutcome
from engine.tasks.task import Figure
from engine.tasks.worst import Worst

if TYPE_CHECKING:
    from engine.tasks.segmentation.deployment import Deployment


@dataclass(slots=True)
class Gallery:
    """Keeps the pictures of the worst photos seen so far; holds no photo itself."""

    deployment: Deployment
    worst: Worst = field(default_factory=lambda: Worst(CASE_KINDS))

    def consider(
        self,
        outcome: ImageOutcome,
        photo: NDArray[np.generic],
        truth: NDArray[np.uint8],
        probabilities: NDArray[np.float32],
    ) -> None:
        """Draws a photo if it belongs on the page so far.

        Args:
            outcome: what `observe` made of it.
            photo: (H, W) or (H, W, 3), of the size of the truth.
            truth: (H, W) label map.
            probabilities: (H, W, C) of the defect classes.
        """
        case = case_of(outcome, self.deployment.image_limit)
        if not self.worst.admits(case.kind, case.severity, outcome.sample_id, outcome.object):
            return
        prediction = decode(probabilities, self.deployment.pixel_limits)
        jpeg = encode_jpeg(_picture(case, photo, truth, prediction, self.deployment.class_names))
        figure = Figure(case.kind, outcome.sample_id, case.caption, "image/jpeg", jpeg)
        self.worst.keep(figure, case.severity, outcome.object)

    def figures(
        self, outcomes: Sequence[ImageOutcome], curves: Sequence[PrCurve]
    ) -> tuple[Figure, ...]:
        """The charts, and the pictures kept, the worst first."""
        scores, is_bad = judged_scores(outcomes)
        limits, names = self.deployment.pixel_limits, self.deployment.class_names
        charts = (
            Figure(
                "chart",
                "Scores of good and bad photos",
                "Test photos by their score; the threshold was chosen on validation photos.",
                MEDIA_TYPE,
                score_histogram(scores, is_bad, self.deployment.image_limit),
            ),
            Figure(
                "chart",
                "Precision and recall of pixels",
                "On test photos, away from the edge; circles mark the chosen thresholds.",
                MEDIA_TYPE,
                pr_curves(curves, names, limits),
            ),
        )
        return (*charts, *self.worst.figures())


def _picture(
    case: Case,
    photo: NDArray[np.generic],
    truth: NDArray[np.uint8],
    prediction: NDArray[np.uint8],
    class_names: Sequence[str],
) -> NDArray[np.uint8]:
    """The photo side by side, cut to its focus where it is too large to be shown whole."""
    if case.focus_xywh is not None and max(truth.shape) > 2 * PANEL_PX:
        cut = crop_around(case.focus_xywh, (truth.shape[0], truth.shape[1]))
        photo, truth, prediction = photo[cut], truth[cut], prediction[cut]
    return overlay(photo, truth, prediction, class_names)
