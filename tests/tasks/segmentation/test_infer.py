"""Tiled inference: no seams, any size, bounded memory."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.view import View
from engine.tasks.segmentation.infer import CONTEXT_PX, Inference, forward, infer, infer_picture

SMALL = Inference(View(), 65535.0, tile_hw=(64, 96), overlap=0.25, batch=3)


def pointwise(pictures: np.ndarray) -> np.ndarray:
    """A network without context: its maps depend on each pixel alone."""
    return np.stack([pictures[..., 0], 1.0 - pictures[..., 1], pictures.mean(axis=-1)], axis=-1)


def photo(size_hw: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (*size_hw, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "size_hw", [(1, 1), (1, 200), (31, 33), (32, 64), (64, 96), (65, 97), (129, 300), (500, 700)]
)
@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.7])
def test_tiles_leave_no_seam(size_hw: tuple[int, int], overlap: float) -> None:
    picture = photo(size_hw)
    inference = Inference(View(), 65535.0, (64, 96), overlap, 3)
    maps = infer_picture(pointwise, picture, inference)
    assert maps.dtype == np.float32
    np.testing.assert_allclose(maps, pointwise(picture[None] / 255.0)[0], atol=2e-6)


@settings(max_examples=30)
@given(height=st.integers(1, 260), width=st.integers(1, 260), overlap=st.floats(0, 0.9))
def test_no_size_and_overlap_leaves_a_seam(height: int, width: int, overlap: float) -> None:
    picture = photo((height, width))
    inference = Inference(View(), 65535.0, (96, 64), overlap, 5)
    maps = infer_picture(pointwise, picture, inference)
    np.testing.assert_allclose(maps, pointwise(picture[None] / 255.0)[0], atol=2e-6)


def blurred(pictures: np.ndarray) -> np.ndarray:
    """A network with context, which sees black beyond its tile, as padded convolutions do."""
    maps = [cv2.blur(np.pad(picture[..., 0], 16), (15, 15))[16:-16, 16:-16] for picture in pictures]
    return np.stack(maps)[..., None]


def test_a_network_with_context_leaves_no_seam_either() -> None:
    """Its maps fall by half at a tile's edge; blended, neither level nor slope shows where."""

    def along(overlap: float) -> np.ndarray:
        inference = Inference(View(), 65535.0, (64, 64), overlap, 3)
        maps = infer_picture(blurred, np.full((200, 300, 3), 255, np.uint8), inference)
        return np.asarray(maps[..., 0])

    def deepest(maps: np.ndarray) -> float:
        return float(1.0 - maps.min())

    def steepest(maps: np.ndarray) -> float:
        return float(max(np.abs(np.diff(maps, axis=axis)).max() for axis in (0, 1)))

    blended, cut = along(0.25), along(0.0)
    assert deepest(cut) > 0.4
    assert deepest(blended) < min(0.12, deepest(cut) / 4)
    assert steepest(blended) < 0.03


def test_a_tile_sees_the_photo_and_its_mirrored_border() -> None:
    seen: list[np.ndarray] = []

    def watch(pictures: np.ndarray) -> np.ndarray:
        seen.append(pictures)
        return pictures[..., :1]

    picture = photo((40, 50))
    infer_picture(watch, picture, Inference(View(), 65535.0))
    assert len(seen) == 1
    unit = picture / 255.0
    inner = seen[0][0, CONTEXT_PX : CONTEXT_PX + 40, CONTEXT_PX : CONTEXT_PX + 50]
    np.testing.assert_allclose(inner, unit, atol=1e-6)
    above = seen[0][0, CONTEXT_PX - 1, CONTEXT_PX : CONTEXT_PX + 50]
    np.testing.assert_allclose(above, unit[1], atol=1e-6)


def test_tiles_come_in_batches_of_bounded_size() -> None:
    shapes: set[tuple[int, ...]] = set()

    def watch(pictures: np.ndarray) -> np.ndarray:
        shapes.add(pictures.shape)
        return pictures[..., :2]

    infer_picture(watch, photo((700, 1500)), SMALL)
    assert {shape[1:] for shape in shapes} == {(64, 96, 3)}
    assert max(shape[0] for shape in shapes) == SMALL.batch


def test_of_a_large_photo_only_one_row_of_tiles_is_held() -> None:
    import tracemalloc

    picture = np.zeros((4000, 1000), np.uint8)
    tracemalloc.start()
    try:
        infer_picture(lambda pictures: pictures[..., :1], picture, SMALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The maps themselves are 16 MB; the picture's mirrored copy 4 MB; rows are small.
    assert peak < 30e6


def test_photos_of_many_sizes_are_few_graphs() -> None:
    traced: list[tuple[int | None, ...]] = []
    large = Inference(View(), 65535.0, (160, 160))

    def watched(pictures: Any, training: bool) -> Any:
        traced.append(tuple(pictures.shape))
        return pictures

    for size_hw in [(40 * rows, 30 * columns) for rows in range(1, 6) for columns in range(1, 6)]:
        assert infer(forward(watched), photo(size_hw), large).shape == (*size_hw, 2)
    assert len(traced) <= 5
    assert traced[-1] == (None, None, None, 3)


def test_maps_come_back_in_the_frame_of_the_region_of_interest() -> None:
    view = View(roi_xywh=(20, 10, 60, 40), size_hw=(64, 64), resize="fit")
    maps = infer(pointwise, photo((100, 120)), Inference(view, 65535.0))
    assert maps.shape == (40, 60, 3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_and_16_bit_photos(dtype: type[np.generic]) -> None:
    white = 255 if dtype == np.uint8 else 1023
    maps = infer(pointwise, np.full((50, 60), white, dtype), Inference(View(), 1023.0))
    np.testing.assert_allclose(maps[..., 0], 1.0, atol=1e-6)
