"""A photo as a model of good parts scores it: what every use of a trained model begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.metric import HEADLINE
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.infer import Detector, Progress, raw_map
from engine.tasks.anomaly_detection.normalise import normalised, normalised_map
from engine.tasks.anomaly_detection.outcome import highest_by_region
from engine.tasks.anomaly_detection.places import Place, anomalous_places
from engine.tasks.segmentation.regions import Region, region_masks


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPhoto:
    """The scores of one photo's region of interest; from 0.5 on they are bad.

    Attributes:
        scores: float32 (H, W), those of its pixels.
        by_region: those of the photo, within each region.
        margin_px: width of the edge band.
        corner_xy: of the region of interest, in px of the photo.
    """

    scores: NDArray[np.float32]
    by_region: dict[Region, float]
    margin_px: int
    corner_xy: tuple[int, int]

    @property
    def score(self) -> float:
        """That of the photo, away from the edge."""
        return self.by_region[HEADLINE]

    @property
    def interior(self) -> NDArray[np.bool_]:
        """What is not edge band, (H, W)."""
        return region_masks((self.scores.shape[0], self.scores.shape[1]), self.margin_px)[HEADLINE]

    def places(self) -> tuple[Place, ...]:
        """The anomalous places away from the edge, in px of the photo; the worst first."""
        return anomalous_places(self.scores, self.interior, self.corner_xy)


def score_photo(
    ready: Detector,
    photo: NDArray[Any],
    deployment: Deployment,
    truth: NDArray[np.uint8] | None = None,
    progress: Progress | None = None,
) -> ScoredPhoto:
    """Scores a photo, by the thresholds that validation chose.

    Args:
        photo: whole, as `read_image` gives it.
        truth: label map of its region of interest, whose ignored pixels do not count.
    """
    raw = raw_map(ready, photo, deployment.inference, progress)
    limits, roi = deployment.calibrated, deployment.inference.view.roi_xywh
    margin_px = deployment.margin.to_px((raw.shape[0], raw.shape[1]))
    return ScoredPhoto(
        scores=normalised_map(raw, limits.pixel.value),
        by_region={
            region: float(normalised(highest, limits.image.value))
            for region, highest in highest_by_region(raw, truth, margin_px).items()
        },
        margin_px=margin_px,
        corner_xy=(roi[0], roi[1]) if roi else (0, 0),
    )
