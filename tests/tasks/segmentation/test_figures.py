from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.records import IGNORE
from engine.tasks.drawing import PANEL_PX, class_colour, crop_around, encode_jpeg, to_rgb
from engine.tasks.segmentation.figures import draw_label_map, overlay


def grey(size_hw: tuple[int, int] = (64, 80)) -> np.ndarray:
    return np.full((*size_hw, 3), 120, np.uint8)


def test_a_scratch_of_one_pixel_width_is_tinted_and_outlined_beside_itself() -> None:
    labels = np.zeros((64, 80), np.uint8)
    labels[30, 10:60] = 2
    drawn = draw_label_map(grey(), labels)
    assert tuple(drawn[32, 30]) == class_colour(1)
    assert tuple(drawn[31, 30]) == (120, 120, 120)
    assert tuple(drawn[30, 30]) not in ((120, 120, 120), class_colour(1))
    assert tuple(drawn[50, 30]) == (120, 120, 120)


def test_the_photo_is_left_as_it_was() -> None:
    photo, labels = grey(), np.ones((64, 80), np.uint8)
    draw_label_map(photo, labels)
    assert (photo == 120).all()


def test_ignored_pixels_are_hatched() -> None:
    drawn = draw_label_map(grey(), np.full((64, 80), IGNORE, np.uint8))
    hatched = (drawn == 150).all(axis=-1)
    assert 0.3 < hatched.mean() < 0.45


def test_the_first_seven_classes_have_colours_of_their_own() -> None:
    assert len({class_colour(index) for index in range(7)}) == 7
    assert class_colour(7) == class_colour(0)


@pytest.mark.parametrize("size_hw", [(64, 80), (256, 256), (3000, 2000), (1, 1), (5, 900)])
def test_panels_stand_side_by_side_at_any_size(size_hw: tuple[int, int]) -> None:
    labels = np.zeros(size_hw, np.uint8)
    picture = overlay(grey(size_hw), labels, labels, ("scratch", "chip"))
    assert picture.dtype == np.uint8
    assert picture.shape[1] <= 3 * PANEL_PX + 20
    assert picture.shape[2] == 3


def test_many_long_and_strange_names_fit() -> None:
    names = ["Fleck größer als 3 mm" * 9, "划痕", *map(str, range(40))]
    labels = np.arange(64 * 80, dtype=np.uint32).reshape(64, 80) % 43
    many = overlay(grey(), labels.astype(np.uint8), np.zeros((64, 80), np.uint8), names)
    one = overlay(grey(), np.ones((64, 80), np.uint8), np.zeros((64, 80), np.uint8), ["a"])
    assert many.shape[1] == one.shape[1]
    assert many.shape[0] > one.shape[0] + 40


def test_a_narrow_photo_has_a_legend_of_what_it_shows() -> None:
    labels = np.zeros((320, 40), np.uint8)
    names = ["blowhole", "break", "crack", "fray", "uneven"]
    nothing = overlay(grey((320, 40)), labels, labels, names)
    labels[100:200] = 5
    shown = overlay(grey((320, 40)), labels, np.zeros_like(labels), names)
    legend = shown[nothing.shape[0] :]
    assert 18 < legend.shape[0] < 30
    assert (legend == class_colour(4)).all(axis=-1).sum() > 80
    assert not (legend == class_colour(0)).all(axis=-1).any()


def test_photos_of_any_depth_can_be_looked_at() -> None:
    twelve_bit = np.full((4, 4), 4095, np.uint16)
    twelve_bit[0, 0] = 0
    assert to_rgb(twelve_bit)[1, 1].tolist() == [255, 255, 255]
    assert to_rgb(np.zeros((4, 4), np.uint16)).max() == 0
    assert to_rgb(np.zeros((4, 4), np.uint8)).shape == (4, 4, 3)


@pytest.mark.parametrize("box", [(0, 0, 3, 3), (1990, 990, 10, 10), (500, 0, 1200, 30)])
def test_a_crop_shows_the_whole_box_and_stays_on_the_photo(
    box: tuple[int, int, int, int],
) -> None:
    rows, columns = crop_around(box, (1000, 2000))
    x, y, w, h = box
    assert rows.start <= y and y + h <= rows.stop <= 1000
    assert columns.start <= x and x + w <= columns.stop <= 2000
    assert rows.start >= 0 and columns.start >= 0
    assert rows.stop - rows.start >= PANEL_PX


def test_jpeg_keeps_colours_of_thin_lines() -> None:
    picture = grey()
    picture[30, :] = (230, 159, 0)
    decoded = cv2.imdecode(np.frombuffer(encode_jpeg(picture), np.uint8), cv2.IMREAD_COLOR)
    blue, green, red = (int(v) for v in decoded[30, 40])
    assert red > green > blue and red - blue > 120
