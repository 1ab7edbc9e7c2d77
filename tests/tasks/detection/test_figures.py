"""Pictures of boxes: ticks point to the top, symmetry is drawn as it is, ignored is grey."""

from __future__ import annotations

import numpy as np
import pytest

from engine.records import IGNORE
from engine.tasks.detection.boxes import HEADING, NO_ANGLE
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.figures import MOST_TICKS, draw_boxes, overlay, shown_classes
from engine.tasks.drawing import IGNORED_COLOUR, PANEL_PX, class_colour

SIZE = 120


def grey(size_hw: tuple[int, int] = (SIZE, SIZE)) -> np.ndarray:
    return np.full((*size_hw, 3), 90, np.uint8)


def one(degrees: float = 0.0, label: int = 0, side: float = 60.0) -> Things:
    """A box in the middle of a pixel in the middle of the picture."""
    box = [[SIZE / 2 + 0.5, SIZE / 2 + 0.5, side, side, np.deg2rad(degrees)]]
    return Things(np.array(box, np.float32), np.array([label], np.uint8))


def coloured(drawn: np.ndarray) -> np.ndarray:
    """The pixels that have the colour of the first class."""
    return np.asarray(np.abs(drawn.astype(int) - class_colour(0)).sum(axis=2) < 60)


def ticks_at(drawn: np.ndarray, reach: float = 25.0) -> list[int]:
    """The directions, in degrees clockwise from up, in which the class's colour lies."""
    found = []
    for degrees in range(0, 360, 5):
        turn = np.deg2rad(degrees)
        x = int(SIZE / 2 + reach * np.sin(turn))
        y = int(SIZE / 2 - reach * np.cos(turn))
        if coloured(drawn[y - 1 : y + 2, x - 1 : x + 2]).any():
            found.append(degrees)
    return found


def centres(found: list[int]) -> list[int]:
    """The middles of runs of neighbouring directions."""
    runs: list[list[int]] = []
    for degrees in found:
        if runs and degrees - runs[-1][-1] == 5:
            runs[-1].append(degrees)
        else:
            runs.append([degrees])
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 355:
        runs[0] = [*(degrees - 360 for degrees in runs.pop()), *runs[0]]
    return sorted(round(float(np.mean(run)) / 5) * 5 % 360 for run in runs)


@pytest.mark.parametrize("degrees", [0, 40, 90, 135, 180, 270, 315])
def test_the_tick_of_a_heading_points_to_the_top(degrees: int) -> None:
    (seen,) = centres(ticks_at(draw_boxes(grey(), one(degrees), (HEADING,))))
    assert abs(seen - degrees) <= 5


@pytest.mark.parametrize("degrees", [0, 40, 180, 270])
def test_over_texts_the_tick_stands_on_the_top_of_the_box(degrees: int) -> None:
    drawn = draw_boxes(grey(), one(degrees), (HEADING,), over_text=True)
    assert ticks_at(drawn, reach=22) == []
    (seen,) = centres(ticks_at(drawn, reach=47))
    assert abs(seen - degrees) <= 5


def test_over_texts_at_the_edge_the_tick_stays_in_the_picture() -> None:
    box = np.array([[60.5, 15.5, 80, 31, 0]], np.float32)
    things = Things(box, np.zeros(1, np.uint8))
    drawn = draw_boxes(grey(), things, (HEADING,), over_text=True)
    assert coloured(drawn)[3:6, 60].any()
    assert not coloured(drawn)[11:28, 50:70].any()


@pytest.mark.parametrize("order", [2, 4, 6])
@pytest.mark.parametrize("degrees", [0, 25])
def test_a_symmetry_has_a_tick_for_each_turn(order: int, degrees: int) -> None:
    seen = centres(ticks_at(draw_boxes(grey(), one(degrees), (order,))))
    expected = sorted((degrees + 360 * turn / order) % 360 for turn in range(order))
    np.testing.assert_allclose(seen, expected, atol=5)


@pytest.mark.parametrize("order", [NO_ANGLE, MOST_TICKS + 1])
def test_what_is_round_has_none(order: int) -> None:
    assert ticks_at(draw_boxes(grey(), one(), (order,)), reach=22) == []


def test_lines_lie_on_the_box_and_the_photo_is_left_as_it_was() -> None:
    photo = grey()
    drawn = draw_boxes(photo, one(), (NO_ANGLE,))
    assert (photo == 90).all()
    lines = coloured(drawn)
    for found in (np.flatnonzero(lines.any(axis=1)), np.flatnonzero(lines.any(axis=0))):
        assert (found[0], found[-1]) == (29, 91)  # three px around 30.5 and 90.5
    assert (drawn[36:84, 36:84] == 90).all()


def test_ignored_boxes_are_grey_without_a_tick() -> None:
    drawn = draw_boxes(grey(), one(label=IGNORE), (HEADING,))
    assert not coloured(drawn).any()
    assert (np.abs(drawn.astype(int) - IGNORED_COLOUR).sum(axis=2) < 30).any()
    nothing = Detections(np.empty((0, 5), np.float32), np.empty(0, np.uint8), np.empty(0))
    assert shown_classes(one(label=IGNORE), nothing, ["a"]) == [("ignored", IGNORED_COLOUR)]


def test_marked_boxes_are_bolder() -> None:
    thin, bold = (
        coloured(draw_boxes(grey(), one(), (NO_ANGLE,), np.array([mark]))).sum()
        for mark in (False, True)
    )
    assert bold > 1.5 * thin


@pytest.mark.parametrize(
    "size_hw", [(1, 1), (20, 20), (64, 80), (300, 12000), (700, 5), (1000, 1500)]
)
def test_panels_stand_side_by_side_at_any_size(size_hw: tuple[int, int]) -> None:
    things = one(30)
    said = Detections(things.boxes, things.classes, np.ones(1, np.float32))
    picture = overlay(grey(size_hw), things, said, ("bolt",), (HEADING,))
    assert picture.dtype == np.uint8
    assert picture.shape[1] <= 3 * PANEL_PX + 20


@pytest.mark.parametrize("times", [0.5, 1.0, 8.0])
def test_colours_stay_bright_however_large_the_photo_is(times: float) -> None:
    side = int(SIZE * times)
    things = Things(one().boxes * np.array([times] * 4 + [1], np.float32), one().classes)
    said = Detections(things.boxes, things.classes, np.ones(1, np.float32))
    picture = overlay(grey((side, side)), things, said, ("bolt",), (HEADING,))[22:-22]
    assert (np.abs(picture.astype(int) - class_colour(0)).sum(axis=2) < 30).sum() > 500


def test_two_thousand_boxes_are_drawn_soon() -> None:
    random = np.random.default_rng(0)
    boxes = np.concatenate(
        [random.uniform(0, 1000, (2000, 2)), random.uniform(8, 30, (2000, 3))], axis=1
    )
    things = Things(boxes.astype(np.float32), random.integers(0, 2, 2000).astype(np.uint8))
    drawn = draw_boxes(grey((1000, 1000)), things, (HEADING, 6))
    assert (drawn != 90).any()
