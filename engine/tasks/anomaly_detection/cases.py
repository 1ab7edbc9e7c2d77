"""Which photos a reader of the report should see: the worst, and a fair sample of the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.evaluate.metric import HEADLINE
from engine.evaluate.thresholds import NEUTRAL
from engine.phrasing import told_apart
from engine.tasks.anomaly_detection.outcome import PhotoOutcome

CaseKind = Literal["miss", "false_alarm", "correct"]
CASE_KINDS: tuple[CaseKind, ...] = ("miss", "false_alarm", "correct")


@dataclass(frozen=True, slots=True)
class Case:
    """One photo worth showing: the highest `severity` are shown; `caption` says what happened."""

    kind: CaseKind
    severity: tuple[float, float]
    caption: str


def case_of(outcome: PhotoOutcome, kinds: Sequence[str]) -> Case:
    """What a photo is an example of.

    - `miss`: a bad photo called good; the lower its score the worse.
    - `false_alarm`: a good photo called bad; the higher its score the worse.
    - `correct`: everything else, in an order that is as good as random and always the same.
    """
    own = outcome.region(HEADLINE)
    is_bad, score = (own.is_bad, own.score) if own is not None else (None, 0.0)
    scored = "score {}, threshold {}".format(*told_apart(score, NEUTRAL))
    bad = "bad" if outcome.kind is None else f"bad ({kinds[outcome.kind]})"
    if is_bad is True and score < NEUTRAL:
        return Case("miss", (1.0, -score), f"{bad}, called good ({scored})")
    if is_bad is False and score >= NEUTRAL:
        return Case("false_alarm", (1.0, score), f"good, called bad ({scored})")
    called = {True: f"{bad}, called bad", False: "good, called good", None: "not judged"}[is_bad]
    draw = int.from_bytes(hashlib.sha256(outcome.sample_id.encode()).digest()[:6], "big")
    return Case("correct", (float(is_bad is not None), float(draw)), f"{called} ({scored})")
