"""`report.json`: what a run was, what it was measured on, and what came out; the contract's fields.

The field `class_name` is written as `class`, a word that Python keeps for itself. Numbers are
finite or null; anything else is refused when the report is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.evaluate.metric import MetricValue
from engine.evaluate.thresholds import Threshold
from engine.evaluate.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RecipeInfo:
    """Which recipe was run; `digest` is that of the resolved recipe."""

    name: str
    task: str
    digest: str


@dataclass(frozen=True, slots=True)
class RunInfo:
    """When and on what it ran.

    Attributes:
        started, finished: ISO 8601 with its zone.
        train_seconds: of training, over all resumes.
        device: in words.
        versions: of Python and the packages, by name.
    """

    id: str
    started: str
    finished: str
    train_seconds: float
    device: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetInfo:
    """One part of the split; `digest` is `SampleSet.digest`."""

    images: int
    objects: int
    digest: str


@dataclass(frozen=True, slots=True)
class DataInfo:
    """The split, and how often its test set had been opened when this report was written."""

    train: SetInfo
    validation: SetInfo
    test: SetInfo
    disjoint: bool
    test_openings: int


@dataclass(frozen=True, slots=True)
class WaiverInfo:
    """A finding that the recipe accepts, and why."""

    code: str
    name: str
    samples: tuple[str, ...]
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """How many findings of the audit stand."""

    error: int
    warn: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of `report.json`."""

    recipe: RecipeInfo
    run: RunInfo
    data: DataInfo
    thresholds: tuple[Threshold, ...]
    metrics: tuple[MetricValue, ...]
    verdict: Verdict
    waivers: tuple[WaiverInfo, ...]
    findings: FindingCounts

    def to_json(self) -> str:
        """The report as JSON text.

        Raises:
            ValueError: a number is not finite.
        """
        document = {
            "recipe": asdict(self.recipe),
            "run": {**asdict(self.run), "versions": dict(self.run.versions)},
            "data": asdict(self.data),
            "thresholds": [_threshold(threshold) for threshold in self.thresholds],
            "metrics": [_metric(metric) for metric in self.metrics],
            "verdict": {
                "accepted": self.verdict.accepted,
                "reasons": list(self.verdict.reasons),
            },
            "waivers": [asdict(waiver) for waiver in self.waivers],
            "findings": asdict(self.findings),
        }
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _threshold(threshold: Threshold) -> dict[str, Any]:
    return {
        "name": threshold.name,
        "class": threshold.class_name,
        "value": threshold.value,
        "chosen_on": threshold.chosen_on,
    }


def _metric(metric: MetricValue) -> dict[str, Any]:
    return {
        "name": metric.name,
        "class": metric.class_name,
        "region": metric.region,
        "value": metric.value,
        "low": metric.low,
        "high": metric.high,
        "n": metric.n,
        "unit": metric.unit,
    }
