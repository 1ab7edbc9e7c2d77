"""What is true of a photo: its things in px of what is inspected, and what only reaches into it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.boxes.geometry import turned_box, upright_box
from engine.data.view import View
from engine.errors import RunFailed
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.tasks.detection.detections import Things
from engine.tasks.detection.photos import read_truth, scaled, to_view

ORDERS = (1, 0)


def sample(*corners: object, classes: tuple[int, ...] | None = None) -> Sample:
    annotation = BoxAnnotation(
        None,
        np.array(corners, np.float32).reshape(-1, 4, 2),
        np.array(classes or [0] * len(corners), np.uint8),
    )
    return Sample("a.png", Path("a.png"), (100, 200), annotation, "a", "0" * 64)


def truth(own: Sample, view: View | None = None, *, oriented: bool = True) -> Things:
    return read_truth(own, view or View(), ORDERS, oriented=oriented)


def test_boxes_are_told_in_px_of_the_region_of_interest() -> None:
    own = truth(sample(upright_box(60, 30, 80, 42)), View(roi_xywh=(50, 20, 100, 60)))
    np.testing.assert_allclose(own.boxes, [[20, 16, 20, 12, 0]], atol=1e-4)


def test_what_only_reaches_into_the_region_is_ignored_and_what_lies_outside_is_gone() -> None:
    own = truth(
        sample(
            upright_box(36, 30, 60, 50),  # middle at 48
            upright_box(40, 30, 62, 50),  # middle at 51
            upright_box(20, 30, 50, 50),  # touches it
            upright_box(0, 0, 20, 20),
        ),
        View(roi_xywh=(50, 20, 100, 60)),
    )
    assert own.classes.tolist() == [IGNORE, 0]


def test_a_box_that_reaches_out_of_the_photo_stays_while_its_middle_is_seen() -> None:
    own = truth(sample(upright_box(-8, 30, 12, 50), upright_box(-12, 30, 8, 50)))
    assert own.classes.tolist() == [0, IGNORE]
    np.testing.assert_allclose(own.boxes[0], [2, 40, 20, 20, 0], atol=1e-4)


def test_classes_without_an_angle_lie_upright() -> None:
    turned = turned_box((50, 50), (20, 10), 0.5)
    own = truth(sample(turned, turned, classes=(0, 1)))
    np.testing.assert_allclose(own.boxes[:, 4], [0.5, 0.0], atol=1e-5)


def test_upright_detection_takes_the_box_around() -> None:
    own = truth(sample(turned_box((50, 50), (20, 10), np.pi / 2)), oriented=False)
    np.testing.assert_allclose(own.boxes, [[50, 50, 10, 20, 0]], atol=1e-3)


def test_a_photo_without_an_annotation_is_refused() -> None:
    bare = Sample("a.png", Path("a.png"), (100, 200), None, "a", "0" * 64)
    with pytest.raises(RunFailed, match="without boxes"):
        truth(bare)


def test_no_boxes_are_no_things() -> None:
    assert len(truth(sample())) == 0


@pytest.mark.parametrize("resize", ["fit", "stretch"])
def test_things_are_seen_in_the_size_of_the_view_and_back(resize: str) -> None:
    view = View(size_hw=(64, 64), resize=resize)  # type: ignore[arg-type]
    own = truth(sample(turned_box((50, 40), (30, 10), 0.7), upright_box(100, 20, 120, 60)))
    seen = to_view(own, view, (100, 200))
    frame = view.network_size_hw((100, 200))
    assert (seen.boxes[:, 0] <= frame[1]).all() and (seen.boxes[:, 1] <= frame[0]).all()
    back = scaled(seen.boxes, (200 / frame[1], 100 / frame[0]))
    np.testing.assert_allclose(back[:, :2], own.boxes[:, :2], atol=1e-3)
    np.testing.assert_allclose(back[1], own.boxes[1], atol=1e-3)
    if resize == "fit":
        np.testing.assert_allclose(back, own.boxes, atol=1e-3)
