"""Annotations are brought to the grid of the small picture, and boxes back to the photo."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audit.lookalikes.photos import (
    ANNOTATED,
    BACKGROUND,
    UNUSED,
    Annotated,
    grid_hw,
    small_hw,
    small_photo,
)
from engine.audit.photos.preview import make_preview


@pytest.mark.parametrize("size_hw", [(640, 480), (33, 47), (300, 7), (5, 5), (256, 256)])
def test_the_size_of_a_small_picture_is_known_without_it(size_hw: tuple[int, int]) -> None:
    assert make_preview(np.zeros(size_hw, np.uint8)).shape == small_hw(size_hw)


def test_a_mask_counts_where_it_is_and_a_box_in_its_middle() -> None:
    mask = np.zeros((64, 64), np.bool_)
    mask[:16] = True
    box = (256, 256, 64, 64)
    for annotated, corner, middle in (
        (Annotated(1, box, mask), ANNOTATED, BACKGROUND),
        (Annotated(1, box), UNUSED, ANNOTATED),
    ):
        photo = small_photo(b"", b"", (512, 512), [annotated])
        assert photo.labels is not None and photo.regions == ((1, box),)
        assert photo.labels.kind[64, 64] == corner
        assert photo.labels.kind[72, 72] == middle
        assert photo.labels.owner[64, 64] == 0
        assert photo.labels.kind[10, 10] == BACKGROUND and photo.labels.owner[10, 10] == -1


def test_ignored_pixels_and_what_is_not_inspected_are_no_background() -> None:
    ignored = np.zeros((512, 512), np.bool_)
    ignored[:100] = True
    frame = (0, 0, 512, 400)
    photo = small_photo(b"", b"", (512, 512), [Annotated(None, (0, 0, 512, 512), ignored)], frame)
    assert photo.labels is not None and photo.regions == ()
    assert photo.labels.kind[10, 60] == UNUSED
    assert photo.labels.kind[60, 60] == BACKGROUND
    assert photo.labels.kind[110, 60] == UNUSED


def test_a_photo_without_annotations_needs_no_labels() -> None:
    photo = small_photo(b"", b"", (512, 512), [], (0, 0, 512, 512))
    assert photo.labels is None and photo.grid_hw == grid_hw((512, 512)) == (128, 128)


def test_boxes_of_points_cover_their_pixels() -> None:
    photo = small_photo(b"", b"", (1024, 512))
    assert photo.to_photo(np.array([[0, 0, 2, 3]])).tolist() == [[0, 0, 16, 24]]
    assert photo.to_photo(np.array([[60, 120, 64, 128]])).tolist() == [[480, 960, 32, 64]]


@pytest.mark.parametrize("box", [(0, 0, 1, 1), (511, 511, 1, 1), (510, 0, 30, 600)])
def test_the_smallest_region_has_a_point(box: tuple[int, int, int, int]) -> None:
    photo = small_photo(b"", b"", (512, 512), [Annotated(0, box)])
    assert photo.labels is not None
    assert (photo.labels.kind == ANNOTATED).any()
