"""What a model says of one photo whose truth is not known, and the same as a line of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.evaluate.thresholds import NEUTRAL
from engine.phrasing import counted, told_apart
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.figures import draw_heat
from engine.tasks.anomaly_detection.infer import detector
from engine.tasks.anomaly_detection.outcome import PhotoOutcome
from engine.tasks.anomaly_detection.scored import ScoredPhoto, score_photo
from engine.tasks.small_photo import require_side
from engine.tasks.task import Prediction, Predictor, Progress


def predictor(model: Any, deployment: Deployment) -> Predictor:
    """A function from a photo to its prediction.

    It raises UsageError where the region of interest leaves the photo, where the photo is
    smaller than those of training, and where the edge margin leaves nothing of it: such a photo is
    neither good nor bad.
    """
    ready = detector(model, deployment.architecture, deployment.scales)
    view = deployment.inference.view

    def predict(photo: NDArray[Any], name: str, progress: Progress) -> Prediction:
        size_hw = photo.shape[0], photo.shape[1]
        view.require_inside(name, size_hw)
        frame_hw = view.frame_hw(size_hw)
        require_side(name, frame_hw, deployment.least_side_px)
        _require_interior(frame_hw, name, deployment)
        scored = score_photo(ready, photo, deployment, progress=progress)
        result = {
            "verdict": _verdict(scored.score),
            "score": _rounded(scored.score),
            "threshold": NEUTRAL,
            "places": _places(scored),
        }
        full = np.zeros(size_hw, np.float32)
        view.crop(full)[...] = scored.scores
        return Prediction(result, draw_heat(photo, full), _summary(result))

    return predict


def prediction_line(
    outcome: PhotoOutcome, scored: ScoredPhoto, kinds: Sequence[str]
) -> dict[str, Any]:
    """The outcome of a test photo, as `predictions.jsonl` holds it."""
    regions = {
        region.name: {
            "score": _rounded(region.score),
            "truth": None if region.is_bad is None else ("bad" if region.is_bad else "good"),
            "verdict": _verdict(region.score),
        }
        for region in outcome.regions
    }
    return {
        "image": outcome.sample_id,
        "object": outcome.object,
        "kind": None if outcome.kind is None else kinds[outcome.kind],
        "regions": regions,
        "places": _places(scored),
    }


def _verdict(score: float) -> str:
    return "bad" if score >= NEUTRAL else "good"


def _rounded(score: float) -> float:
    """Six digits, never across the threshold."""
    shown = round(score, 6)
    return shown if (shown >= NEUTRAL) == (score >= NEUTRAL) else NEUTRAL - 1e-6


def _places(scored: ScoredPhoto) -> list[dict[str, Any]]:
    """The anomalous places away from the edge, in px of the photo."""
    return [
        {
            "bbox_xywh": list(place.bbox_xywh),
            "area_px": place.area_px,
            "score": round(place.score, 4),
        }
        for place in scored.places()
    ]


def _require_interior(frame_hw: tuple[int, int], name: str, deployment: Deployment) -> None:
    if 2 * deployment.margin.to_px(frame_hw) >= min(frame_hw):
        raise UsageError(
            "nothing of the photo lies inside the edge margin, so it cannot be judged",
            where=name,
            received=f"{frame_hw[1]}x{frame_hw[0]} px",
            allowed=f"more than twice the margin of {deployment.margin}",
            fix="Give photos of the size that the model was made for",
        )


def _summary(result: dict[str, Any]) -> str:
    """The verdict, and how many places look unlike a good part."""
    relation = "above" if result["verdict"] == "bad" else "below"
    score, threshold = told_apart(result["score"], result["threshold"])
    places = result["places"]
    found = counted(len(places), "anomalous place") if places else "no place is marked"
    return f"{result['verdict']}, score {score} {relation} the threshold {threshold}: {found}"
