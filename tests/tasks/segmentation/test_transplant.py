"""Transplanted defects: image and labels change together, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.records import IGNORE
from engine.tasks.augment import Augmentation
from engine.tasks.segmentation.transplant import Graft, cut_graft, transplant, vary_graft

SIDE = 48
EVERYTHING = Augmentation(True, True, rotate_deg=180.0, scale=0.25, contrast=0.3)


def scratched(surface: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """A flat surface with a bright bar of 3 x 12 px."""
    image = np.full((SIDE, SIDE, 3), surface, np.float32)
    labels = np.zeros((SIDE, SIDE), np.uint8)
    image[20:23, 16:28], labels[20:23, 16:28] = surface + 0.4, 1
    return image, labels


def test_a_graft_is_the_difference_from_the_surface() -> None:
    image, labels = scratched()
    graft = cut_graft(image, labels, (18, 21), 1)
    assert graft is not None
    np.testing.assert_array_equal(graft.mask, labels == 1)
    np.testing.assert_allclose(graft.change[labels == 1], 0.4, atol=0.01)
    assert np.abs(graft.change[:12]).max() < 0.01


def test_only_the_region_around_the_pixel_is_cut() -> None:
    image, labels = scratched()
    labels[40:44, 4:8], image[40:44, 4:8] = 1, 0.9
    graft = cut_graft(image, labels, (18, 21), 1)
    assert graft is not None and not graft.mask[40:44, 4:8].any()


def test_without_a_surface_around_it_nothing_is_cut() -> None:
    image, labels = scratched()
    assert cut_graft(image, np.ones_like(labels), (18, 21), 1) is None
    assert cut_graft(image, labels, (0, 0), 1) is None


def test_a_dent_in_a_busy_print_is_not_cut() -> None:
    image, labels = scratched()
    image[:, ::4] += 0.6
    image[:, 1::4] += 0.6
    assert cut_graft(image, labels, (18, 21), 1) is None


@pytest.mark.parametrize("seed", range(8))
def test_image_and_labels_change_together(seed: int) -> None:
    image, labels = scratched()
    graft = cut_graft(image, labels, (18, 21), 1)
    assert graft is not None
    rng = np.random.default_rng(seed)
    patch, truth = np.full((64, 64, 3), 0.5, np.float32), np.zeros((64, 64), np.uint8)
    transplant(patch, truth, vary_graft(graft, EVERYTHING, rng), 2, rng)
    assert set(np.unique(truth)) == {0, 2}
    assert 15 <= (truth == 2).sum() <= 80
    assert (patch[truth == 2] > 0.6).mean() > 0.9
    assert np.abs(patch[truth == 0] - 0.5).mean() < 0.02
    assert patch.max() <= 1.0


def test_a_graft_is_drawn_whole_on_good_surface_or_not_at_all() -> None:
    image, labels = scratched()
    graft = cut_graft(image, labels, (18, 21), 1)
    assert graft is not None
    drawn = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        patch, truth = np.full((64, 64, 3), 0.5, np.float32), np.zeros((64, 64), np.uint8)
        truth[:, :16], truth[56:, 16:] = IGNORE, 3
        before = truth.copy()
        turned = vary_graft(graft, EVERYTHING, rng)
        transplant(patch, truth, turned, 2, rng)
        assert (truth[before != 0] == before[before != 0]).all()
        np.testing.assert_array_equal(patch[before != 0], np.float32(0.5))
        assert (truth == 2).sum() in (0, turned.mask.sum())
        drawn += bool((truth == 2).any())
    assert 20 < drawn < 190


def corner() -> Graft:
    """An L: no turn and no mirroring brings it back, but none at all."""
    mask = np.zeros((9, 9), np.bool_)
    mask[1:8, 1:3], mask[6:8, 1:5] = True, True
    return Graft(mask * np.float32(0.4), mask)


def seen(augmentation: Augmentation) -> tuple[set[bytes], set[float]]:
    """The shapes, cut to their box, and the strengths of a graft varied many times."""
    shapes, strengths = set(), set()
    for seed in range(40):
        varied = vary_graft(corner(), augmentation, np.random.default_rng(seed))
        rows, columns = np.nonzero(varied.mask)
        shape = varied.mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        shapes.add(bytes(shape.shape) + shape.tobytes())
        strengths.add(round(float(varied.change.max()), 4))
    return shapes, strengths


def test_a_graft_is_varied_only_as_the_recipe_lets_photos_be() -> None:
    assert [len(found) for found in seen(Augmentation(brightness=0.2))] == [1, 1]
    assert [len(found) for found in seen(Augmentation(flip_horizontal=True))] == [2, 1]
    assert [len(found) for found in seen(Augmentation(True, True))] == [4, 1]
    turned, _ = seen(Augmentation(rotate_deg=180.0))
    resized, _ = seen(Augmentation(scale=0.4))
    assert len(turned) > 10 and len(resized) > 1
    shapes, strengths = seen(Augmentation(contrast=0.3))
    assert len(shapes) == 1
    assert min(strengths) >= 0.7 * 0.4 - 1e-6 and max(strengths) <= 1.3 * 0.4 + 1e-6
    assert max(strengths) - min(strengths) > 0.1


def test_a_graft_that_does_not_fit_is_left_out() -> None:
    image, labels = scratched()
    graft = cut_graft(image, labels, (18, 21), 1)
    assert graft is not None
    patch, truth = np.full((8, 8, 3), 0.5, np.float32), np.zeros((8, 8), np.uint8)
    transplant(patch, truth, graft, 2, np.random.default_rng(0))
    assert not truth.any()
