"""What goes with a model survives its way through JSON."""

from __future__ import annotations

import json

import pytest

from engine.data.view import View
from engine.errors import RunFailed
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.segmentation.deployment import Deployment, dump, load
from engine.tasks.segmentation.infer import Inference

DEPLOYMENT = Deployment(
    class_names=("scratch", "Kerbe ü"),
    margin=Length(2.5, "%"),
    inference=Inference(
        View((1, 2, 30, 40), (64, 64), "fit", True), 4095.0, (128, 256), 0.4, batch=2
    ),
    thresholds=(
        Threshold("pixel", "Kerbe ü", 0.25),
        Threshold("pixel", "scratch", 0.75),
        Threshold("image", None, 0.5),
    ),
)


@pytest.mark.parametrize("deployment", [DEPLOYMENT, DEPLOYMENT.with_thresholds(())])
def test_round_trip(deployment: Deployment) -> None:
    assert load(dump(deployment)) == deployment


def test_thresholds_are_found_by_name() -> None:
    assert DEPLOYMENT.pixel_limits == [0.75, 0.25]
    assert DEPLOYMENT.image_limit == 0.5


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"class_names": 3}'])
def test_anything_else_is_a_clear_error(text: str) -> None:
    with pytest.raises(RunFailed, match=r"^inference\.json: .*the file cannot be used"):
        load(text)


def test_a_missing_field_is_named() -> None:
    stored = json.loads(dump(DEPLOYMENT))
    del stored["inference"]["view"]
    with pytest.raises(
        RunFailed, match=r"^inference\.json: inference\.view: the file cannot be used"
    ):
        load(json.dumps(stored))
