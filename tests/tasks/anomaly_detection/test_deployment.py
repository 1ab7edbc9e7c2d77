"""What goes with a model of good parts survives its way through JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.data.view import View
from engine.errors import RunFailed
from engine.recipe.units import Length
from engine.tasks.anomaly_detection.deployment import Deployment, dump, load
from engine.tasks.anomaly_detection.limits import Limit, Limits
from engine.tasks.segmentation.infer import Inference

DEPLOYMENT = Deployment(
    kinds=("Kerbe ü", "spot"),
    margin=Length(2.5, "%"),
    architecture="patch_memory",
    inference=Inference(
        View((1, 2, 30, 40), (64, 64), "fit", True), 4095.0, (128, 256), 0.4, batch=2
    ),
    limits=Limits(Limit(3.25, "raw score 3.25, …"), Limit(1e-6, "alike")),
)


@pytest.mark.parametrize(
    "deployment",
    [
        DEPLOYMENT,
        replace(DEPLOYMENT, limits=None),
        replace(DEPLOYMENT, kinds=(), architecture="synthetic_defects", scales=(1.0, 0.5)),
    ],
)
def test_round_trip(deployment: Deployment) -> None:
    assert load(dump(deployment)) == deployment


def test_a_run_of_before_there_were_sizes_looks_at_full_size_alone() -> None:
    stored = json.loads(dump(replace(DEPLOYMENT, scales=(1.0, 0.5))))
    del stored["scales"]
    assert load(json.dumps(stored)).scales == (1.0,)


def test_thresholds_are_told_in_normalised_scores() -> None:
    told = {(each.name, each.class_name, each.value) for each in DEPLOYMENT.thresholds}
    assert told == {("image", None, 0.5), ("pixel", None, 0.5)}
    notes = {each.name: each.note for each in DEPLOYMENT.thresholds}
    assert notes == {"image": "raw score 3.25, …", "pixel": "alike"}


def test_before_calibration_there_are_none() -> None:
    fresh = replace(DEPLOYMENT, limits=None)
    assert fresh.thresholds == ()
    with pytest.raises(ValueError, match="not calibrated"):
        _ = fresh.calibrated


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kinds": 3}'])
def test_anything_else_is_a_clear_error(text: str) -> None:
    with pytest.raises(RunFailed, match=r"^inference\.json: .*the file cannot be used"):
        load(text)


@pytest.mark.parametrize("key", ["architecture", "inference", "margin"])
def test_a_missing_field_is_named(key: str) -> None:
    stored = json.loads(dump(DEPLOYMENT))
    del stored[key]
    with pytest.raises(RunFailed, match=rf"^inference\.json: {key}: the file cannot be used"):
        load(json.dumps(stored))


def test_an_architecture_that_is_none_is_refused() -> None:
    stored = json.loads(dump(DEPLOYMENT))
    stored["architecture"] = "unet"
    with pytest.raises(RunFailed, match="architecture"):
        load(json.dumps(stored))
