"""Photos of large things are seen smaller, and no smaller than their things allow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.data.boxes.geometry import upright_box
from engine.data.view import View
from engine.recipe import load_recipe
from engine.recipe.units import Length
from engine.records import IGNORE, BoxAnnotation, Sample, Split
from engine.steps import check
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.infer import Inference
from engine.tasks.detection.photos import open_photos
from engine.tasks.detection.shrink import SHRINKING, scale_for, view_for
from engine.tasks.detection.validate import _observed
from engine.tasks.task import find_task
from tests.e2e.trays import trays


def things(*sides: tuple[float, float], label: int = 0) -> Things:
    boxes = [(500.0, 500.0, width, height, 0.3) for width, height in sides]
    return Things(np.array(boxes, np.float32).reshape(-1, 5), np.full(len(boxes), label, np.uint8))


def test_large_things_shrink_their_photos_to_what_a_detector_needs() -> None:
    side = 4 * SHRINKING.typical_px
    assert scale_for([things((side, side)), things((side, side))]) == pytest.approx(0.25)
    assert scale_for([things((2 * side, side / 2))]) == pytest.approx(0.25)


@pytest.mark.parametrize("side", [10.0, SHRINKING.typical_px, 1.2 * SHRINKING.typical_px])
def test_photos_of_other_things_stay_as_they_are(side: float) -> None:
    assert scale_for([things((side, side))]) == 1.0


def test_the_small_things_of_one_class_hold_all_photos_large() -> None:
    side = 8 * SHRINKING.typical_px
    parts, holes = things(*[(side, side)] * 30), things((2 * SHRINKING.shortest_px,) * 2, label=1)
    assert scale_for([parts]) == pytest.approx(1 / 8)
    assert scale_for([parts, holes]) == pytest.approx(0.5)
    narrow = things((side, 2 * SHRINKING.shortest_px))
    assert scale_for([narrow]) == pytest.approx(0.5)


def test_a_few_small_ones_of_many_do_not() -> None:
    side = 8 * SHRINKING.typical_px
    parts = things(*[(side, side)] * 30, (SHRINKING.shortest_px, SHRINKING.shortest_px))
    assert scale_for([parts]) == pytest.approx(1 / 8)


def test_ignored_things_and_none_decide_nothing() -> None:
    side = 4 * SHRINKING.typical_px
    ignored = things((8.0, 8.0), label=IGNORE)
    assert scale_for([things((side, side)), ignored]) == pytest.approx(0.25)
    assert scale_for([ignored]) == 1.0
    assert scale_for([]) == 1.0


@pytest.mark.parametrize(("size", "shrunk"), [(0.74, True), (0.76, False)])
def test_little_is_not_worth_it(size: float, shrunk: bool) -> None:
    side = SHRINKING.typical_px / size
    assert scale_for([things((side, side))]) == pytest.approx(size if shrunk else 1.0)


def test_things_without_area_are_no_reason_to_fail() -> None:
    assert scale_for([things((0.0, 0.0), (0.0, 30.0))]) == 1.0


@pytest.fixture
def large_trays(tmp_path: Path) -> Path:
    """Trays photographed with sixteen times as many pixels each way; labels are shares of them."""
    recipe = trays(tmp_path, train=8, test=3)
    text = recipe.read_text("utf-8")
    text = text.replace("input:\n  tile: 96x96\n", "").replace("edge: 4 px", "edge: 64 px")
    recipe.write_text(text, "utf-8")
    for photo in tmp_path.rglob("*.png"):
        small = cv2.imread(str(photo))
        cv2.imwrite(str(photo), cv2.resize(small, None, fx=16, fy=16))
    return recipe


@pytest.mark.parametrize(
    ("override", "shrunk"),
    [("input.resize=auto", True), ("input.resize=none", False), ("input.tile=640x640", False)],
)
def test_the_recipe_decides(large_trays: Path, override: str, shrunk: bool) -> None:
    recipe = load_recipe(large_trays, [override])
    compiled = find_task(recipe.task).compile(recipe, Split.of(check(recipe).dataset))
    scale = compiled.deployment.inference.view.scale
    assert (scale < 0.5) == shrunk
    assert ("shrunk_to" in compiled.parameters) == shrunk
    (height, width, _), _ = compiled.trainable.example[0]
    assert (max(height, width) <= 320) == shrunk


def test_training_measures_its_errors_in_px_of_the_photo(tmp_path: Path) -> None:
    corners = np.array([upright_box(200, 300, 280, 340)], np.float32)
    boxes = BoxAnnotation(None, corners, np.array([0], np.uint8))
    photo = Sample("a.png", tmp_path / "a.png", (800, 1000), boxes, "a", "")
    view = View(scale=0.25)
    photos = open_photos([photo], view, Length(40, "px"), (1,), oriented=True)
    seen = photos.things[0]
    off = seen.boxes + np.array([[3, 0, 0, 0, 0]], np.float32)  # 12 px of the photo
    found = Detections(off, seen.classes, np.array([0.9], np.float32))
    inference = Inference(view, 255.0, (1,), (8,), (1024, 1024), 0.25)
    outcome = _observed(photos, 0, found, inference)
    np.testing.assert_allclose(outcome.things.boxes[0], [240, 320, 80, 40, 0], atol=1e-3)
    np.testing.assert_allclose(outcome.detections.boxes[0], [252, 320, 80, 40, 0], atol=1e-3)
    assert outcome.region("interior") is not None


def test_slivers_in_the_margin_decide_nothing(tmp_path: Path) -> None:
    recipe = load_recipe(trays(tmp_path, train=8, test=3), ["input.tile=null", "margins.edge=9 px"])
    sides = 8 * SHRINKING.typical_px
    whole = upright_box(300, 300, 300 + sides, 300 + sides)
    sliver = upright_box(0, 300, 8, 700)
    boxes = BoxAnnotation(None, np.array([whole, sliver], np.float32), np.array([0, 0], np.uint8))
    photo = Sample("a.png", tmp_path / "a.png", (1000, 1000), boxes, "a", "")
    assert view_for(recipe, [photo], (1, 0), oriented=True).scale == pytest.approx(1 / 8)
    wider = replace(photo, annotation=replace(boxes, corners=boxes.corners + np.float32((100, 0))))
    assert view_for(recipe, [wider], (1, 0), oriented=True).scale == 1.0
