from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tests.report.samples import report

GOLDEN = Path(__file__).parents[1] / "golden" / "report" / "report.json"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class RecipePart(Strict):
    name: str
    task: str
    digest: str


class RunPart(Strict):
    id: str
    started: str
    finished: str
    train_seconds: float
    device: str
    versions: dict[str, str]


class SetPart(Strict):
    images: int
    objects: int
    digest: str


class DataPart(Strict):
    train: SetPart
    validation: SetPart
    test: SetPart
    disjoint: bool
    test_openings: int


class ThresholdPart(Strict):
    name: str
    class_: str | None = Field(alias="class")
    value: float
    chosen_on: Literal["validation"]


class MetricPart(Strict):
    name: str
    class_: str | None = Field(alias="class")
    region: Literal["all", "interior", "edge"]
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str


class VerdictPart(Strict):
    accepted: bool | None
    reasons: list[str]


class FindingsPart(Strict):
    error: int
    warn: int


class Contract(Strict):
    """`report.json` as the design fixes it."""

    recipe: RecipePart
    run: RunPart
    data: DataPart
    thresholds: list[ThresholdPart]
    metrics: list[MetricPart]
    verdict: VerdictPart
    waivers: list[dict[str, object]]
    findings: FindingsPart


def test_it_has_the_fields_of_the_contract_and_no_others() -> None:
    parsed = Contract.model_validate_json(report().to_json())
    assert parsed.thresholds[0].class_ == "scratch"
    assert parsed.metrics[2].value is None


def test_it_is_the_golden_file() -> None:
    assert report().to_json() == GOLDEN.read_text("utf-8")


def test_a_number_that_is_none_is_refused() -> None:
    broken = replace(report(), run=replace(report().run, train_seconds=float("nan")))
    with pytest.raises(ValueError, match="Out of range float"):
        broken.to_json()


def test_a_verdict_may_be_open() -> None:
    unjudged = replace(report(), verdict=replace(report().verdict, accepted=None))
    assert json.loads(unjudged.to_json())["verdict"]["accepted"] is None
