"""Patches: boxes move with the pixels, what is cut or in the margin is unknown, draws are pure."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.records import IGNORE
from engine.tasks.augment import Augmentation, sampling_matrix
from engine.tasks.detection.boxes import HEADING, angle_difference, to_corners
from engine.tasks.detection.detections import Things
from engine.tasks.detection.grid import Grid
from engine.tasks.detection.patches import (
    PatchSampler,
    cut_off,
    ignore_margin,
    index_things,
    move,
)

PATCH_HW = (96, 128)


def things(*boxes: tuple[float, ...], classes: list[int] | None = None) -> Things:
    values = np.array(boxes, np.float32).reshape(-1, 5)
    return Things(values, np.array(classes or [0] * len(values), np.uint8))


def photo_of(corners: np.ndarray, size_hw: tuple[int, int]) -> np.ndarray:
    """White quadrilateral with a dark top third, drawn at a sixteenth of a pixel."""
    photo = np.zeros(size_hw, np.uint8)
    cv2.fillPoly(photo, [np.rint((corners - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    top = np.stack(
        [
            corners[0],
            corners[1],
            corners[1] + (corners[2] - corners[1]) / 3,
            corners[0] + (corners[3] - corners[0]) / 3,
        ]
    )
    cv2.fillPoly(photo, [np.rint((top - 0.5) * 16).astype(np.int32)], 100, cv2.LINE_8, 4)
    return photo


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**31),
    st.floats(-np.pi, np.pi),
    st.booleans(),
    st.booleans(),
)
def test_box_and_heading_stay_on_the_thing_through_any_augmentation(
    seed: int, angle: float, horizontal: bool, vertical: bool
) -> None:
    """The property that heading rests on: after any draw the box's top lies on the dark third."""
    own = things((150, 140, 44, 27, angle))
    photo = photo_of(own.corners[0], (280, 300))
    augmentation = Augmentation(horizontal, vertical, rotate_deg=180, scale=0.3)
    matrix = sampling_matrix((150, 140), PATCH_HW, augmentation, np.random.default_rng(seed))
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    patch = cv2.warpAffine(photo, matrix, PATCH_HW[::-1], flags=flags)
    moved = move(own, matrix, oriented=True)
    assert np.prod(moved.boxes[0, 2:4]) == pytest.approx(
        44 * 27 / abs(np.linalg.det(matrix[:, :2])), rel=1e-3
    )
    drawn = photo_of(moved.corners[0], PATCH_HW)
    inner = cv2.erode((drawn > 0).astype(np.uint8), np.ones((5, 5))) > 0
    edges = cv2.dilate((cv2.Canny(drawn, 50, 100) > 0).astype(np.uint8), np.ones((5, 5))) > 0
    sure = inner & ~edges
    assert np.abs(patch[sure].astype(int) - drawn[sure]).max(initial=0) <= 60
    away = cv2.dilate((drawn > 0).astype(np.uint8), np.ones((7, 7))) == 0
    assert patch[away].max(initial=0) <= 30


@given(st.floats(0, 2 * np.pi), st.floats(5, 80), st.floats(5, 80))
def test_an_upright_box_does_not_grow_when_it_is_turned(
    turn: float, width: float, height: float
) -> None:
    cosine, sine = np.cos(turn), np.sin(turn)
    matrix = np.array([[cosine, -sine, 3.0], [sine, cosine, -2.0]])
    box = move(things((40, 50, width, height, 0)), matrix, oriented=False).boxes[0]
    assert max(box[2:4]) <= max(width, height) + 1e-3
    assert min(box[2:4]) >= min(width, height) - 1e-3
    if width == height:
        np.testing.assert_allclose(box[2:4], width, rtol=1e-5)


def test_a_quarter_turn_of_an_upright_box_is_exact() -> None:
    matrix = np.array([[0.0, -1, 100], [1, 0, 0]])
    box = move(things((60, 30, 20, 8, 0)), matrix, oriented=False).boxes[0]
    np.testing.assert_allclose(box[2:4], (8, 20), atol=1e-4)


def test_what_the_border_cuts_is_unknown_and_what_lies_outside_is_gone() -> None:
    own = things(
        (50, 50, 20, 10, 0), (0, 50, 20, 10, 0), (-30, 50, 20, 10, 0), (8.5, 20, 20, 10, 0)
    )
    seen = cut_off(own, (96, 128))
    assert seen.classes.tolist() == [0, IGNORE, 0]  # whole, cut in half, hardly cut


def test_what_lies_in_the_margin_is_unknown() -> None:
    own = things((50, 50, 20, 10, 0), (8, 50, 10, 10, 0), (95, 95, 8, 8, 0))
    assert ignore_margin(own, (100, 100), 12).classes.tolist() == [0, IGNORE, IGNORE]
    assert ignore_margin(own, (100, 100), 0).classes.tolist() == [0, 0, 0]


def sampler(margin_px: float = 0.0, classes: int = 2, **changes: float) -> PatchSampler:
    rng = np.random.default_rng(0)
    photos = [rng.integers(0, 255, (150, 160, 3), dtype=np.uint8) for _ in range(4)]
    own = [
        ignore_margin(
            things(*[(x, y, 16, 10, 0.4) for x, y in spots], classes=labels), (150, 160), margin_px
        )
        for spots, labels in (
            ([(40, 40), (90, 100)], [0, 0]),
            ([(80, 80)], [1]),
            ([(50, 100), (5, 5)], [0, IGNORE]),
            ([], []),
        )
    ]
    return PatchSampler(
        images=photos.__getitem__,
        things=own,
        margins_px=[margin_px] * 4,
        index=index_things(own, ["a", "b", "c", "d"], classes),
        orders=(1, 2),
        oriented=True,
        augmentation=Augmentation(**changes),
        white_16_bit=255.0,
        grid=Grid((4, 8), (64, 64)),
        seed=3,
    )


def test_a_draw_depends_on_its_numbers_alone() -> None:
    first, again = sampler(rotate_deg=90.0), sampler(rotate_deg=90.0)
    for one, other in zip(first.draw(5, 2), again.draw(5, 2), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(first.draw(5, 2)[0], first.draw(5, 3)[0])


def test_rare_classes_are_shown_as_often_and_every_patch_has_its_shape() -> None:
    own = sampler()
    shown = [own.patch(0, position)[1].classes for position in range(200)]
    ones = sum(1 in classes for classes in shown)
    zeros = sum(0 in classes for classes in shown)
    assert 50 < ones < 130
    assert 50 < zeros < 150
    assert [array.shape for array in own.draw(0, 0)] == [
        (64, 64, 3), (320, 2), (320, 7), (320,), (320,), (320,),
    ]  # fmt: skip


def test_the_margin_of_a_photo_is_unknown_in_its_patches() -> None:
    _, _, unknown = sampler(margin_px=30.0).patch(0, 0)
    assert unknown.any()
    everything = sampler(margin_px=0.0)
    assert np.mean([everything.patch(0, p)[2].mean() for p in range(30)]) < 0.2


def test_mirrored_things_keep_their_top() -> None:
    own = things((50, 50, 30, 10, 0.0))
    mirror = np.array([[-1.0, 0, 127], [0, 1, 0]])
    moved = move(own, mirror, oriented=True)
    assert angle_difference(moved.boxes[:, 4], np.zeros(1), HEADING)[0] < 1e-6
    upside_down = np.array([[1.0, 0, 0], [0, -1, 95]])
    turned = move(own, upside_down, oriented=True)
    assert np.rad2deg(angle_difference(turned.boxes[:, 4], np.zeros(1), HEADING)[0]) > 179
    assert to_corners(turned.boxes)[0, 0, 1] > 46  # the top edge lies below now
