"""Tiles: each thing once, wherever the borders fall; many things; broken networks."""

from __future__ import annotations

import time

import numpy as np
import pytest
import tensorflow as tf

from engine.data.view import View
from engine.errors import RunFailed
from engine.tasks.detection.decode import LEAST_SURE, Peaks
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.grid import SIZE_OF_STRIDE, Grid
from engine.tasks.detection.infer import Forward, Inference, detect, detect_in_picture, forward

SIDE = 20


def seeing(orders: tuple[int, ...] = (1,)) -> Forward:
    """A network that sees a box around each white rectangle, as far as its tile shows it."""
    import cv2

    def run(picture: np.ndarray, grid: Grid, least: float) -> Peaks:
        mask = (picture[..., 0] > 0.5).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        middles, strides = grid.middles(), grid.cell_px()
        cells, said = [], []
        for x, y, width, height, _ in stats[1:count]:
            middle = np.array([x + width / 2, y + height / 2])
            cell = int(np.argmin(((middles - middle) ** 2).sum(axis=1)))
            offset = (middle - middles[cell]) / strides[cell]
            size = np.log(np.array([width, height]) / (SIZE_OF_STRIDE * strides[cell]))
            cells.append(cell)
            said.append([*offset, *size, 1.0, 0.0])
        return Peaks(
            np.full(len(cells), 0.9, np.float32),
            np.zeros(len(cells), np.int32),
            np.array(cells, np.int32).reshape(-1),
            np.array(said, np.float32).reshape(-1, 6),
        )

    return run


def inference(tile: int, extent_px: float, view: View | None = None) -> Inference:
    return Inference(view or View(), 255.0, (1,), (4, 8), (tile, tile), 0.25, extent_px)


def scene(size_hw: tuple[int, int], count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """White rectangles that do not touch, and their boxes (n, 5)."""
    rng = np.random.default_rng(seed)
    photo = np.zeros((*size_hw, 3), np.uint8)
    cells = [
        (x, y)
        for y in range(0, size_hw[0] - SIDE - 8, SIDE + 8)
        for x in range(0, size_hw[1] - SIDE - 8, SIDE + 8)
    ]
    boxes = []
    for number in rng.permutation(len(cells))[:count]:
        x, y = cells[number] + rng.integers(0, 6, 2)
        width, height = rng.integers(8, SIDE, 2)
        photo[y : y + height, x : x + width] = 255
        boxes.append([x + width / 2, y + height / 2, width, height, 0])
    return photo, np.array(boxes, np.float32).reshape(-1, 5)


def in_order(found: Detections) -> np.ndarray:
    return found.boxes[np.lexsort(found.boxes.T[:2])]


@pytest.mark.parametrize("tile", [64, 96, 160, 1024])
@pytest.mark.parametrize("size_hw", [(150, 333), (64, 64), (47, 90), (301, 128)])
def test_every_thing_is_found_once_wherever_the_borders_fall(
    tile: int, size_hw: tuple[int, int]
) -> None:
    photo, boxes = scene(size_hw, 40)
    found = detect(seeing(), photo, inference(tile, 28.3))
    assert len(found) == len(boxes)
    np.testing.assert_allclose(in_order(found), boxes[np.lexsort(boxes.T[:2])], atol=1e-3)


def test_a_thing_larger_than_foreseen_is_one_thing() -> None:
    photo = np.zeros((96, 400, 3), np.uint8)
    photo[40:60, 30:370] = 255
    found = detect(seeing(), photo, inference(96, 20.0))
    assert len(found) == 1
    np.testing.assert_allclose(found.boxes[0], [200, 50, 340, 20, 0], atol=1)


def test_two_things_that_nearly_touch_over_a_border_stay_two() -> None:
    photo = np.zeros((96, 300, 3), np.uint8)
    photo[30:50, 60:78] = 255
    photo[30:50, 81:99] = 255
    assert len(detect(seeing(), photo, inference(96, 30.0))) == 2


@pytest.mark.parametrize("seam_px", np.linspace(-2, 2, 9).tolist())
def test_tiles_that_do_not_quite_agree_lose_nothing_at_their_seam(seam_px: float) -> None:
    rng, see = np.random.default_rng(0), seeing()
    settings = inference(96, 30.0)
    seam = settings.axis(300, 1)
    middle = (seam.starts[1] + seam.starts[0] + seam.tile) / 2 + seam_px
    photo = np.zeros((96, 300, 3), np.uint8)
    left = round(middle) - 6
    photo[40:52, left : left + 12] = 255

    def jittery(picture: np.ndarray, grid: Grid, least: float) -> Peaks:
        peaks = see(picture, grid, least)
        peaks.said[:, :2] += rng.normal(0, 0.7 / grid.strides[0], (len(peaks.said), 2))
        return peaks

    for _ in range(40):
        assert len(detect(jittery, photo, settings)) == 1


@pytest.mark.parametrize(("width", "asked"), [(96, 0.7), (300, LEAST_SURE)])
def test_parts_may_be_less_sure_than_what_is_asked_for(width: int, asked: float) -> None:
    heard: list[float] = []

    def listening(picture: np.ndarray, grid: Grid, least: float) -> Peaks:
        heard.append(float(np.min(least)))
        return seeing()(picture, grid, least)

    limits = np.array([0.7, 0.9], np.float32)
    detect(listening, np.zeros((96, width, 3), np.uint8), inference(96, 20.0), least=limits)
    assert heard == pytest.approx([asked] * len(heard))
    assert (len(heard) == 1) == (width == 96)


def test_boxes_come_back_in_px_of_a_photo_that_was_shrunk() -> None:
    photo = np.zeros((400, 600, 3), np.uint8)
    photo[120:200, 240:360] = 255
    view = View((40, 80, 480, 240), scale=0.25)
    found = detect(seeing(), photo, inference(256, 30.0, view))
    np.testing.assert_allclose(found.boxes[0], [260, 80, 120, 80, 0], atol=4.1)


def test_nothing_is_found_where_nothing_is() -> None:
    found = detect(seeing(), np.zeros((100, 300, 3), np.uint8), inference(96, 30.0))
    assert len(found) == 0


def test_two_thousand_things_are_found_in_time() -> None:
    photo, boxes = scene((1400, 1400), 2000)
    run = seeing()
    run(np.zeros((64, 64, 3), np.float32), Grid((4, 8), (64, 64)), 0.5)
    began = time.process_time()  # of all threads: other work on the machine costs nothing
    found = detect(run, photo, inference(1024, 30.0))
    assert len(found) == len(boxes) == 2000
    assert time.process_time() - began < 60


def test_boxes_come_back_in_px_of_the_region_of_interest() -> None:
    photo = np.zeros((200, 300, 3), np.uint8)
    photo[60:100, 120:180] = 255
    view = View((20, 40, 240, 120), (60, 120), "fit")
    found = detect(seeing(), photo, inference(256, 30.0, view))
    np.testing.assert_allclose(found.boxes[0], [130, 40, 60, 40, 0], atol=2.1)


def test_progress_counts_tiles() -> None:
    told: list[tuple[int, int]] = []
    photo, _ = scene((100, 300), 5)
    detect_in_picture(seeing(), photo, inference(96, 20.0), lambda *own: told.append(own))
    assert told[-1][0] == told[-1][1] == len(told) > 2


@pytest.mark.parametrize("part", [slice(0, 1), slice(1, 7)], ids=["classes", "boxes"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_network_that_gives_no_numbers_is_no_good_photo(part: slice, value: float) -> None:
    def broken(pictures: tf.Tensor, training: bool) -> tf.Tensor:
        said = np.zeros((1, Grid((4, 8), (64, 64)).count, 7), np.float32)
        said[0, 5, part] = value
        return tf.constant(said)

    photo = np.zeros((64, 64, 3), np.uint8)
    with pytest.raises(RunFailed, match="no numbers"):
        detect(forward(broken, (1,)), photo, inference(96, 20.0))
