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
from engine.tasks.segmentation.cases import CASE_KINDS, Case, CaseKind, case_of
from engine.tasks.segmentation.decode import decode
from engine.tasks.segmentation.figures import overlay
from engine.tasks.segmentation.metrics import judged_scores
from engine.tasks.segmentation.outcome import ImageOutcome
from engine.tasks.task import Figure

if TYPE_CHECKING:
    from engine.tasks.segmentation.deployment import Deployment

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
        kept = self.kept[case.kind]
        rivals = [shown for shown in kept if shown.object == outcome.object]
        if not rivals and len(kept) >= SHOWN:
            rivals = kept
        weakest = min(rivals, key=_rank, default=None)
        if weakest is not None:
            if (case.severity, outcome.sample_id) <= _rank(weakest):
                return
            kept.remove(weakest)
        prediction = decode(probabilities, self.deployment.pixel_limits)
        jpeg = encode_jpeg(_picture(case, photo, truth, prediction, self.deployment.class_names))
        kept.append(_Shown(case, outcome.sample_id, outcome.object, jpeg))

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
        pictures = tuple(
            Figure(kind, shown.sample_id, shown.case.caption, "image/jpeg", shown.jpeg)
            for kind in CASE_KINDS
            for shown in sorted(self.kept[kind], key=_rank, reverse=True)
        )
        return (*charts, *pictures)


def _rank(shown: _Shown) -> tuple[tuple[float, float], str]:
    return shown.case.severity, shown.sample_id


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
