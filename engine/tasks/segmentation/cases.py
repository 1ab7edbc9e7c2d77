"""Which photos a reader of the report should see: the worst, and a fair sample of the rest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from engine.evaluate.metric import HEADLINE
from engine.phrasing import counted, told_apart
from engine.tasks.segmentation.outcome import ImageOutcome
from engine.tasks.segmentation.regions import Region

CaseKind = Literal["miss", "false_alarm", "correct"]
CASE_KINDS: tuple[CaseKind, ...] = ("miss", "false_alarm", "correct")


@dataclass(frozen=True, slots=True)
class Case:
    """One photo worth showing.

    Attributes:
        severity: the photos with the highest are shown.
        focus_xywh: what to look at on a large photo, or None for all of it.
        caption: what happened, in words.
    """

    kind: CaseKind
    severity: tuple[float, float]
    focus_xywh: tuple[int, int, int, int] | None
    caption: str


def case_of(outcome: ImageOutcome, image_threshold: float, region: Region = HEADLINE) -> Case:
    """What a photo is an example of.

    - `miss`: a bad photo called good (the lower its score the worse), then one with a defect
      that was not found (the larger the worse).
    - `false_alarm`: a good photo called bad (the higher its score the worse), then one with a
      predicted region where nothing is (the larger the worse).
    - `correct`: everything else, in an order that is as good as random and always the same.
    """
    own = outcome.region(region)
    missed = [d for d in outcome.missed_defects if region in ("all", d.region)]
    wrong = [
        d
        for d in outcome.predicted_defects
        if d.right is False and (region == "all" or region == d.region)
    ]
    is_bad, score = (own.is_bad, own.score) if own is not None else (None, 0.0)
    scored = "score {}, threshold {}".format(*told_apart(score, image_threshold))
    if is_bad is True and score < image_threshold:
        largest = max(outcome.true_defects, key=lambda d: d.area_px)
        return Case("miss", (1.0, -score), largest.bbox_xywh, f"bad, called good ({scored})")
    if missed:
        largest = max(missed, key=lambda d: d.area_px)
        caption = (
            f"{len(missed)} of {counted(len(outcome.true_defects), 'defect')} not found ({scored})"
        )
        return Case("miss", (0.0, float(largest.area_px)), largest.bbox_xywh, caption)
    if is_bad is False and score >= image_threshold:
        focus = max(wrong, key=lambda d: d.area_px).bbox_xywh if wrong else None
        return Case("false_alarm", (1.0, score), focus, f"good, called bad ({scored})")
    if wrong:
        worst = max(wrong, key=lambda d: d.area_px)
        caption = f"{len(wrong)} marked where nothing is ({scored})"
        return Case("false_alarm", (0.0, float(worst.area_px)), worst.bbox_xywh, caption)
    shown = max(outcome.true_defects, key=lambda d: d.area_px, default=None)
    called = {True: "bad, called bad", False: "good, called good", None: "not judged"}[is_bad]
    draw = int.from_bytes(hashlib.sha256(outcome.sample_id.encode()).digest()[:6], "big")
    focus = shown.bbox_xywh if shown else None
    return Case("correct", (float(is_bad is not None), float(draw)), focus, f"{called} ({scored})")
