"""Annotated texts: what is learnt of them, and whether photos are lines already."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.data.boxes.geometry import upright_box
from engine.data.view import View
from engine.records import IGNORE, MaskAnnotation, Sample
from engine.tasks.ocr.lines import are_lines_already, fields_of, lines_of
from tests.tasks.ocr.annotated import turned, whole, written

SIZE = (100, 200)
LOT, DAY = 0, 1


def test_what_is_annotated_is_told_in_px_of_the_region_of_interest() -> None:
    sample = written(turned((90, 40, 60, 20, 200), (30, 80, 40, 12, 5)), ("L1", "07"), (LOT, DAY))
    plain, cut = (
        fields_of(sample, View(), located=True),
        fields_of(sample, View(roi_xywh=(20, 10, 150, 85)), located=True),
    )
    np.testing.assert_allclose(
        plain.things.corners, turned((90, 40, 60, 20, 200), (30, 80, 40, 12, 5)), atol=1e-3
    )
    np.testing.assert_allclose(cut.things.corners, plain.things.corners - (20, 10), atol=1e-3)
    assert cut.texts == plain.texts == ("L1", "07")
    assert cut.things.classes.tolist() == [LOT, DAY]


def test_a_field_whose_middle_lies_outside_of_the_region_is_to_be_ignored() -> None:
    sample = written(turned((90, 40, 60, 20, 0), (30, 80, 40, 12, 0)), ("L1", "07"), (LOT, DAY))
    classes = fields_of(sample, View(roi_xywh=(40, 0, 160, 100)), located=True).things.classes
    assert classes.tolist() == [LOT, IGNORE]


def test_a_quadrilateral_is_the_box_that_lies_as_it_does() -> None:
    quad = np.array([[(10, 10), (92, 14), (88, 34), (14, 26)]], np.float32)
    things = fields_of(written(quad, ("L1",)), View(), located=True).things
    x, y, width, height, angle = things.boxes[0]
    assert (x, y) == pytest.approx((51, 21))
    assert 74 < width < 83 and 15 < height < 21 and 0 < np.rad2deg(angle) < 6


def test_a_text_that_fills_its_photo_fills_the_region_of_interest() -> None:
    sample = written([whole(SIZE)], ("L1",))
    roi = View(roi_xywh=(100, 50, 90, 40))
    np.testing.assert_allclose(
        fields_of(sample, roi, located=False).things.corners[0], whole((40, 90))
    )
    (line,) = lines_of([sample], roi, [0.0], located=False)
    np.testing.assert_allclose(line.corners, whole((40, 90)))


def test_a_field_as_large_as_its_photo_stays_where_it_is_annotated() -> None:
    box = upright_box(1, 0.6, 198, 100)
    corners = fields_of(written([box], ("L1",)), View(), located=True).things.corners
    np.testing.assert_allclose(corners[0], box, atol=1e-3)


def test_a_photo_without_texts_has_no_field() -> None:
    assert len(fields_of(written([], None, ()), View(), located=True)) == 0
    assert lines_of([written([], None, ())], View(), [0.0], located=True) == ()


@pytest.mark.parametrize("annotation", [None, MaskAnnotation(None)])
def test_a_photo_without_boxes_is_an_error(annotation: MaskAnnotation | None) -> None:
    sample = replace(written([], None, ()), annotation=annotation)
    with pytest.raises(ValueError, match=r"a\.png has no boxes"):
        fields_of(sample, View(), located=True)


def test_learnt_is_what_has_a_class_and_a_text_away_from_the_margin() -> None:
    boxes = turned(
        (100, 50, 40, 12, 0), (100, 80, 40, 12, 0), (100, 20, 40, 12, 0), (8, 50, 12, 9, 0)
    )
    texts, classes = ("L1", "###", "", "L2"), (LOT, IGNORE, DAY, DAY)
    samples = [written([], None, ()), written(boxes, texts, classes)]
    near, far = (lines_of(samples, View(), [0.0, margin], located=True) for margin in (0.0, 12.0))
    assert [(each.photo, each.class_index, each.text) for each in near] == [
        (1, LOT, "L1"),
        (1, DAY, "L2"),
    ]
    assert [each.text for each in far] == ["L1"]
    np.testing.assert_allclose(far[0].corners, boxes[0], atol=1e-3)


@pytest.mark.parametrize(
    ("sample", "is_line"),
    [
        (written([whole(SIZE)], ("L1",)), True),
        (written([whole(SIZE)], ("###",), (IGNORE,)), True),
        (written([upright_box(1, 0.6, 198, 100)], ("L1",)), True),
        (written([upright_box(0, 0, 8.2, 16)], ("1",), size_hw=(15, 8)), True),
        (written([upright_box(0, 0, 190, 100)], ("L1",)), False),
        (written([np.roll(whole(SIZE), 2, axis=0)], ("L1",)), False),
        (written([whole(SIZE), whole(SIZE)], ("L1", "L2")), False),
    ],
)
def test_a_photo_is_a_line_where_its_one_text_fills_it(sample: Sample, is_line: bool) -> None:
    assert are_lines_already([sample]) is is_line
    line = written([whole(SIZE)], ("L1",))
    assert are_lines_already([line, sample, line]) is is_line


def test_an_empty_photo_is_of_either_kind() -> None:
    empty, line = written([], None, ()), written([whole(SIZE)], ("L1",))
    assert are_lines_already([line, empty, line])
    assert not are_lines_already([empty])


def test_no_photos_are_no_lines() -> None:
    assert not are_lines_already([])
