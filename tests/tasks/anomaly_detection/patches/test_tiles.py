"""Tiles of pictures: those of inference, and whether pictures share one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.view import View
from engine.tasks.anomaly_detection.patches.tiles import cut, share_one_tile, tiles_of
from engine.tasks.segmentation.infer import CONTEXT_PX, Inference, infer_picture
from tests.tasks.anomaly_detection.good_parts import surface

SMALL = Inference(View(), 4095.0, (64, 64))


def test_tiles_are_those_that_inference_shows() -> None:
    seen: list[np.ndarray] = []

    def watch(tiles: np.ndarray) -> np.ndarray:
        seen.extend(tiles)
        return tiles[..., :1]

    picture = surface(0, (70, 100))
    infer_picture(watch, picture, SMALL)
    own = list(tiles_of(picture, SMALL))
    assert len(own) == len(seen) > 1
    for tile, shown in zip(own, seen, strict=True):
        np.testing.assert_array_equal(tile, shown)
    (whole,) = tiles_of(picture, Inference(View(), 4095.0))
    np.testing.assert_allclose(
        whole[CONTEXT_PX : CONTEXT_PX + 70, CONTEXT_PX : CONTEXT_PX + 100], picture / 255, atol=1e-6
    )


def test_tiles_of_a_label_map_are_where_those_of_its_picture_are() -> None:
    picture = surface(0, (70, 100))
    for tile, labels in zip(tiles_of(picture, SMALL), cut(picture[..., 0], SMALL), strict=True):
        np.testing.assert_allclose(tile[..., 0], labels / 255, atol=1e-6)


@pytest.mark.parametrize(
    ("sizes_hw", "one"),
    [
        ([(32, 32)] * 3, True),
        ([(32, 32), (30, 31)], True),
        ([(32, 33)], False),
        ([(5000, 5000)], False),
        ([*[(32, 32)] * 50, (128, 128)], False),
        ([(16, 32), (32, 32)], True),
        ([], False),
    ],
)
def test_pictures_share_a_tile_where_each_fits_into_the_same_one(
    sizes_hw: list[tuple[int, int]], one: bool
) -> None:
    assert share_one_tile(sizes_hw, SMALL) is one
