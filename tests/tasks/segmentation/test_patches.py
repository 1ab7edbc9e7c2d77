"""Patches: reproducible, balanced, and blind to whatever an edge cut."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records import IGNORE
from engine.tasks.augment import Augmentation
from engine.tasks.segmentation.patches import (
    CUT_BAND_PX,
    PatchSampler,
    find_regions,
    index_patches,
)

EVERYTHING = Augmentation(True, True, 45.0, 0.3, 0.1, 0.2, 0.2, 1.0, 0.05, 3.0)


def sampler(
    images: list[np.ndarray],
    labels: list[np.ndarray],
    objects: list[str] | None = None,
    classes: int = 2,
    patch_hw: tuple[int, int] = (64, 64),
    augmentation: Augmentation = EVERYTHING,
    seed: int = 0,
) -> PatchSampler:
    names = objects or [f"part{number}" for number in range(len(images))]
    index = index_patches(labels.__getitem__, names, classes, seed)
    return PatchSampler(
        images.__getitem__, labels.__getitem__, index, augmentation, 4095.0, patch_hw, seed
    )


def photos(count: int, size_hw: tuple[int, int] = (128, 160)) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (*size_hw, 3), dtype=np.uint8) for _ in range(count)]


def blank(size_hw: tuple[int, int] = (128, 160)) -> np.ndarray:
    return np.zeros(size_hw, np.uint8)


@given(step=st.integers(0, 10**9), position=st.integers(0, 64), seed=st.integers(0, 2**31 - 1))
def test_a_patch_is_a_pure_function_of_seed_step_and_position(
    step: int, position: int, seed: int
) -> None:
    truth = blank()
    truth[40:60, 40:60] = 1
    first = sampler(photos(1), [truth], seed=seed).draw(step, position)
    again = sampler(photos(1), [truth], seed=seed).draw(step, position)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_steps_positions_and_seeds_see_different_patches() -> None:
    truth = blank()
    truth[40:60, 40:60] = 1
    drawn = sampler(photos(1), [truth])
    other = sampler(photos(1), [truth], seed=1)
    first = drawn.draw(0, 0)[0]
    for patch in (drawn.draw(0, 1), drawn.draw(1, 0), other.draw(0, 0)):
        assert not np.allclose(patch[0], first)


@pytest.mark.parametrize("shape", [(128, 160), (128, 160, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_and_16_bit_photos_become_rgb_in_0_to_1(
    shape: tuple[int, ...], dtype: type[np.generic]
) -> None:
    image = np.full(shape, 51 if dtype == np.uint8 else 819, dtype)
    drawn = sampler([image], [blank()], augmentation=Augmentation())
    pixels, labels = drawn.draw(3, 4)
    assert pixels.shape == (64, 64, 3)
    assert pixels.dtype == np.float32
    np.testing.assert_allclose(pixels, 0.2, atol=1e-6)
    assert labels.shape == (64, 64)
    assert labels.dtype == np.uint8


@given(step=st.integers(0, 10**6))
def test_the_band_along_the_patch_never_counts(step: int) -> None:
    _, labels = sampler(photos(1), [np.full((128, 160), 2, np.uint8)]).draw(step, 0)
    edge = np.ones((64, 64), bool)
    edge[CUT_BAND_PX:-CUT_BAND_PX, CUT_BAND_PX:-CUT_BAND_PX] = False
    assert (labels[edge] == IGNORE).all()
    assert (labels[~edge] == 2).any()


@given(step=st.integers(0, 10**6))
def test_what_counts_of_a_cut_defect_has_its_context(step: int) -> None:
    # A line across the whole photo leaves every patch; where it leaves, it does not count.
    truth = blank()
    truth[60:66, :] = 1
    image = np.where(truth == 1, 255, 0).astype(np.uint8)
    pixels, labels = sampler([image], [truth], augmentation=Augmentation(True, True, 45)).draw(
        step, 0
    )
    rows, columns = np.nonzero(labels == 1)
    for at in (rows, columns):
        assert ((at >= CUT_BAND_PX) & (at < 64 - CUT_BAND_PX)).all()
    assert (pixels[..., 0][labels == 1] > 0.3).all()


def test_a_class_of_one_pixel_gets_its_share() -> None:
    # Twenty objects with large defects of class 0, one with a single pixel of class 1.
    truths = [blank() for _ in range(21)]
    for truth in truths[:20]:
        truth[20:100, 20:100] = 1
    truths[20][64, 80] = 2
    drawn = sampler(photos(21), truths, augmentation=Augmentation())
    patches = [drawn.draw(step, 0)[1] for step in range(300)]
    rare = np.mean([(labels == 2).any() for labels in patches])
    assert 1 / 3 - 0.1 < rare < 1 / 3 + 0.1


def test_a_part_photographed_often_weighs_no_more_than_another() -> None:
    truth = blank()
    truth[50:70, 50:70] = 1
    images = [np.full((128, 160), 10 * number, np.uint8) for number in range(11)]
    drawn = sampler(images, [truth] * 11, ["often"] * 10 + ["once"], augmentation=Augmentation())
    shown = Counter(round(float(drawn.draw(step, 0)[0].mean()) * 25.5) for step in range(300))
    assert 0.4 < shown[10] / 300 < 0.6


@given(step=st.integers(0, 10**6))
def test_a_patch_around_a_defect_shows_it(step: int) -> None:
    truth = blank()
    truth[3, 150] = 1
    drawn = sampler(photos(1), [truth], classes=1, augmentation=Augmentation())
    labels = drawn.draw(step, 0)[1]
    centred = np.random.default_rng([0, step, 0]).random() < drawn.defect_share
    assert not centred or (labels == 1).any()


def test_photos_without_defects_are_trained_on_from_edge_to_edge() -> None:
    seen = np.zeros((80, 100), bool)
    numbers = np.arange(80 * 100, dtype=np.uint16).reshape(80, 100)
    drawn = sampler([numbers], [np.zeros((80, 100), np.uint8)], augmentation=Augmentation())
    for step in range(500):
        pixels, labels = drawn.draw(step, 0)
        values = np.rint(pixels[..., 0][labels != IGNORE] * 4095).astype(int)
        seen.ravel()[values[values < 4095]] = True
    assert seen[4:40, 4:-4].all()
    assert seen[:40].mean() > 0.9


def test_the_border_of_good_photos_is_seen_nearly_as_often_as_their_middle() -> None:
    rows = np.repeat(np.arange(160, dtype=np.uint16)[:, None], 200, axis=1)
    drawn = sampler([rows], [np.zeros((160, 200), np.uint8)], augmentation=Augmentation())
    seen: Counter[int] = Counter()
    for step in range(600):
        pixels, labels = drawn.draw(step, 0)
        counted = np.rint(pixels[..., 0][labels != IGNORE] * 4095).astype(int)
        seen.update(np.unique(counted).tolist())
    assert 0.35 < min(seen[0], seen[159]) / seen[80] < 1.5


@pytest.mark.parametrize("size_hw", [(1, 1), (20, 30), (50, 200), (63, 63), (64, 64), (70, 60)])
def test_photos_smaller_than_the_patch(size_hw: tuple[int, int]) -> None:
    truth = np.ones(size_hw, np.uint8)
    drawn = sampler(photos(1, size_hw), [truth], augmentation=Augmentation())
    pixels, labels = drawn.draw(0, 0)
    assert pixels.shape == (64, 64, 3)
    assert np.isfinite(pixels).all()
    assert set(np.unique(labels)) <= {1, IGNORE}
    assert (labels == 1).any()
    if max(size_hw) < 64 - 2 * CUT_BAND_PX:
        assert (labels == 1).sum() == truth.size


def test_without_any_defect_patches_come_from_anywhere() -> None:
    drawn = sampler(photos(3), [blank()] * 3)
    assert drawn.index.classes == ()
    assert drawn.index.extents_px == []
    for step in range(5):
        _, labels = drawn.draw(step, 0)
        assert set(np.unique(labels)) <= {0, IGNORE}


def test_a_class_that_is_nowhere_takes_no_share() -> None:
    truth = blank()
    truth[50:70, 50:70] = 1
    assert len(index_patches([truth].__getitem__, ["a"], 5, 0).classes) == 1


def test_ignored_pixels_are_no_regions() -> None:
    assert find_regions(np.full((20, 20), IGNORE, np.uint8), 0, 2, 0) == [[], []]


def test_regions_touch_at_corners_and_anchors_lie_on_them() -> None:
    truth = np.zeros((20, 30), np.uint8)
    truth[2:4, 2:4] = 1
    truth[4:6, 4:9] = 1  # touches at a corner: the same region
    truth[10:12, 20:22] = 1
    truth[15:19, 1:2] = 2
    first, second = find_regions(truth, 7, 2, 0)
    assert [region.extent_px for region in first] == [7, 2]
    assert [region.extent_px for region in second] == [4]
    for number, regions in ((1, first), (2, second)):
        for region in regions:
            assert region.sample == 7
            assert (truth[region.anchors_xy[:, 1], region.anchors_xy[:, 0]] == number).all()
    assert sum(len(region.anchors_xy) for region in first) == (truth == 1).sum()


def test_what_the_border_or_the_margin_cut_is_not_whole() -> None:
    truth = blank()
    truth[:12] = IGNORE
    truth[12:24, 40:50] = truth[60:70, 60:70] = 1
    truth[100:110, 150:160] = 2
    first, second = find_regions(truth, 0, 2, 0)
    assert [(region.bbox_xywh[1], region.whole) for region in first] == [(12, False), (60, True)]
    assert [region.whole for region in second] == [False]


def test_cut_defects_are_not_transplanted() -> None:
    truth = blank()
    truth[:20], truth[20:24, 60:90] = IGNORE, 1
    drawn = sampler(photos(1), [truth], classes=1, augmentation=Augmentation(contrast=0.1))
    for step in range(60):
        _, labels = drawn.draw(step, 0)
        assert (labels == 1).sum() <= 4 * 30


@pytest.mark.parametrize(
    ("augmentation", "transplanted"), [(Augmentation(), False), (Augmentation(contrast=0.1), True)]
)
def test_without_any_augmentation_good_photos_stay_good(
    augmentation: Augmentation, transplanted: bool
) -> None:
    """The second photo is good; a defect on a patch of it came from the first."""
    marked = blank()
    marked[60:64, 60:80] = 1
    surfaces = [np.full((128, 160, 3), grey, np.uint8) for grey in (60, 200)]
    surfaces[0][marked == 1] = 120
    drawn = sampler(surfaces, [marked, blank()], classes=1, augmentation=augmentation)
    patches = [drawn.draw(step, 0) for step in range(80)]
    good = [labels for pixels, labels in patches if np.median(pixels) > 0.6]
    assert len(good) > 10
    assert any((labels == 1).any() for labels in good) == transplanted


def test_a_speckled_mask_is_indexed_in_a_moment() -> None:
    truth = np.zeros((1000, 1000), np.uint8)
    truth[::10, ::10] = 1
    assert len(find_regions(truth, 0, 1, 0)[0]) == 10_000
