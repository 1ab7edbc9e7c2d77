"""From which size on a photo can be judged, as the training photos say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.data.view import View
from engine.errors import UsageError
from engine.tasks.small_photo import least_side_px, require_side
from tests.builders import sample


def least(*sizes_hw: tuple[int, int], view: View | None = None) -> int:
    photos = [replace(sample(f"{size}.png"), size_hw=size) for size in sizes_hw]
    return least_side_px(photos, view or View())


def test_of_large_photos_one_coarse_cell_is_enough() -> None:
    assert least((480, 640), (1000, 2000)) == 32


def test_what_is_as_large_as_the_smallest_photo_is_enough() -> None:
    assert least((480, 640), (20, 300)) == 20
    assert least((1, 1)) == 1
    assert least() == 1


def test_photos_that_are_seen_smaller_must_be_larger() -> None:
    assert least((1000, 2000), view=View(scale=0.25)) == 128
    assert least((512, 1024), view=View(size_hw=(128, 256), resize="fit")) == 128
    assert least((1000, 2000), view=View(size_hw=(16, 16), resize="stretch")) == 1000


def test_a_region_of_interest_is_as_large_on_every_photo() -> None:
    assert least((480, 640), view=View(roi_xywh=(0, 0, 100, 20))) == 20
    assert least((480, 640), view=View(roi_xywh=(0, 0, 100, 200))) == 32


def test_what_is_smaller_is_refused_with_what_is_allowed() -> None:
    require_side("a.png", (32, 400), 32)
    with pytest.raises(UsageError) as refused:
        require_side("line3/a.png", (5, 400), 32)
    assert refused.value.paragraph() == (
        "line3/a.png: the photo is smaller than those that the model was trained on, so it "
        "cannot be judged. Received: 400x5 px. Allowed: 32 px or more each way. Give photos of the "
        "size that the model was trained on."
    )
