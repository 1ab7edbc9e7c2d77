"""The report's figures, gathered while the test set goes by: no photo is looked at twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.thresholds import NEUTRAL
from engine.tasks.anomaly_detection.cases import CASE_KINDS, case_of
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.figures import heat_sheet
from engine.tasks.anomaly_detection.outcome import PhotoOutcome
from engine.tasks.charts import MEDIA_TYPE, score_histogram
from engine.tasks.drawing import PANEL_PX, crop_around, encode_jpeg
from engine.tasks.photo_verdicts import judged_scores
from engine.tasks.task import Figure
from engine.tasks.worst import Worst


@dataclass(slots=True)
class Gallery:
    """Keeps the pictures of the worst photos seen so far; holds no photo itself."""

    deployment: Deployment
    worst: Worst = field(default_factory=lambda: Worst(CASE_KINDS))

    def consider(
        self,
        outcome: PhotoOutcome,
        photo: NDArray[np.generic],
        truth: NDArray[np.uint8] | None,
        scores: NDArray[np.float32],
    ) -> None:
        """Draws a photo if it belongs on the page so far.

        Args:
            outcome: what `observe` made of it.
            photo: (H, W) or (H, W, 3), of the size of the map.
            truth: (H, W) label map; None where nobody marked the defect.
            scores: (H, W) normalised.
        """
        case = case_of(outcome, self.deployment.kinds)
        if not self.worst.admits(case.kind, case.severity, outcome.sample_id, outcome.object):
            return
        jpeg = encode_jpeg(picture(photo, truth, scores))
        figure = Figure(case.kind, outcome.sample_id, case.caption, "image/jpeg", jpeg)
        self.worst.keep(figure, case.severity, outcome.object)

    def figures(self, outcomes: Sequence[PhotoOutcome]) -> tuple[Figure, ...]:
        """The chart, and the pictures kept, the worst first."""
        scores, is_bad = judged_scores(outcomes)
        chart = Figure(
            "chart",
            "Scores of good and bad photos",
            "Test photos by their score; the threshold was chosen on validation photos.",
            MEDIA_TYPE,
            score_histogram(scores, is_bad, NEUTRAL),
        )
        return (chart, *self.worst.figures())


def picture(
    photo: NDArray[np.generic], truth: NDArray[np.uint8] | None, scores: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Photo, truth and heat map, cut to what matters where the photo is too large to be shown."""
    return heat_sheet(*cut_to_focus(photo, truth, scores))


def cut_to_focus(
    photo: NDArray[np.generic], truth: NDArray[np.uint8] | None, scores: NDArray[np.float32]
) -> tuple[NDArray[np.generic], NDArray[np.uint8] | None, NDArray[np.float32]]:
    """Copies of what matters of a photo that is too large to be shown; a smaller one as it is.

    Args:
        photo: (H, W) or (H, W, 3).
        truth: (H, W) label map, or None.
        scores: (H, W), raw or normalised.
    """
    if max(scores.shape) <= 2 * PANEL_PX:
        return photo, truth, scores
    cut = crop_around(_focus(truth, scores), (scores.shape[0], scores.shape[1]))
    return photo[cut].copy(), None if truth is None else truth[cut].copy(), scores[cut].copy()


def _focus(
    truth: NDArray[np.uint8] | None, scores: NDArray[np.float32]
) -> tuple[int, int, int, int]:
    """The box of what is marked, or of the most anomalous pixel; x, y, width, height in px."""
    marked = np.argwhere(truth == 1) if truth is not None else np.empty((0, 2), np.int64)
    if not len(marked):
        marked = np.array([np.unravel_index(int(scores.argmax()), scores.shape)])
    (top, left), (bottom, right) = marked.min(axis=0), marked.max(axis=0)
    return int(left), int(top), int(right - left + 1), int(bottom - top + 1)
