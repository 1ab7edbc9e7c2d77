"""Training patches: decided by step and place, most of them with drawn defects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.records import IGNORE
from engine.tasks.anomaly_detection import sampler
from engine.tasks.anomaly_detection.sampler import BAND, GoodSampler, Level
from engine.tasks.augment import Augmentation
from tests.tasks.anomaly_detection.good_parts import surface

ALL = Augmentation(
    True, True, rotate_deg=15.0, scale=0.1, shift=0.1, brightness=0.1, contrast=0.1, blur_px=1.0,
    noise=0.02,
)  # fmt: skip


def draws(
    *pictures: np.ndarray,
    band: int = 0,
    augmentation: Augmentation | None = None,
    objects: list[list[int]] | None = None,
    patch_hw: tuple[int, int] = (64, 64),
    scales: tuple[float, ...] = (1.0,),
) -> GoodSampler:
    def places(index: int) -> np.ndarray:
        own = np.zeros(pictures[index].shape[:2], np.uint8)
        if band:
            own[:band] = own[-band:] = own[:, :band] = own[:, -band:] = BAND
        return own

    return GoodSampler(
        levels=[Level(pictures.__getitem__, places).shrunk(scale) for scale in scales],
        objects=objects or [[index] for index in range(len(pictures))],
        augmentation=augmentation or Augmentation(),
        white_16_bit=4095.0,
        patch_hw=patch_hw,
        seed=5,
    )


def examples(own: GoodSampler, count: int = 40) -> list[tuple[np.ndarray, np.ndarray]]:
    return [own.draw(0, position) for position in range(count)]


@pytest.mark.parametrize("augmentation", [Augmentation(), ALL])
def test_step_and_position_decide_everything(augmentation: Augmentation) -> None:
    one, other = (
        draws(surface(0, (80, 90)), surface(1, (80, 90)), augmentation=augmentation)
        for _ in range(2)
    )
    later = [one.draw(step, position) for step in (3, 0, 7) for position in (1, 0)]
    again = [other.draw(step, position) for step in (7, 0, 3) for position in (0, 1)][::-1]
    for (left, labels), (right, same) in zip(later, again, strict=True):
        np.testing.assert_array_equal(left, right)
        np.testing.assert_array_equal(labels, same)
    assert len({patch.tobytes() for patch, _ in later}) == 6


@pytest.mark.parametrize("augmentation", [Augmentation(), ALL])
def test_a_patch_is_a_picture_with_its_label_map(augmentation: Augmentation) -> None:
    for patch, labels in examples(draws(surface(0, (70, 99)), augmentation=augmentation)):
        assert patch.shape == (64, 64, 3) and patch.dtype == np.float32
        assert patch.min() >= 0.0 and patch.max() <= 1.0
        assert labels.shape == (64, 64) and labels.dtype == np.uint8
        assert set(np.unique(labels)) <= {0, 1, IGNORE}


def test_the_stated_share_of_patches_shows_a_defect() -> None:
    marked = [(labels == 1).any() for _, labels in examples(draws(surface(0)), 120)]
    assert sampler.DRAWN_SHARE - 0.15 < np.mean(marked) < min(sampler.DRAWN_SHARE + 0.1, 0.99)


def test_the_others_are_good_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "DRAWN_SHARE", 0.0)
    mirrored = np.pad(surface(0, (96, 96)), ((16, 16), (16, 16), (0, 0)), mode="reflect")
    whole = mirrored / np.float32(255)
    for patch, labels in examples(draws(surface(0, (96, 96))), 8):
        assert not (labels == 1).any()
        windows = np.lib.stride_tricks.sliding_window_view(whole, (64, 64, 3))
        assert np.isclose(windows, patch, atol=1e-6).all(axis=(3, 4, 5)).any()


def test_in_the_edge_band_what_is_good_is_learnt_and_what_is_drawn_is_not() -> None:
    """A photo of the patch's size is shown whole."""
    without = examples(draws(surface(0)))
    with_band = examples(draws(surface(0), band=8))
    learnt_as_good = left_out = 0
    for (patch, plain), (same, labels) in zip(without, with_band, strict=True):
        np.testing.assert_array_equal(patch, same)
        np.testing.assert_array_equal(labels[8:-8, 8:-8], plain[8:-8, 8:-8])
        for band in (np.s_[:8], np.s_[-8:], np.s_[:, :8], np.s_[:, -8:]):
            assert not (labels[band] == 1).any()
            np.testing.assert_array_equal(labels[band] == 0, plain[band] == 0)
            learnt_as_good += (labels[band] == 0).sum()
            left_out += (plain[band] == 1).sum()
    assert learnt_as_good and left_out


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_is_ignored_on_a_good_photo_is_in_no_loss(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampler, "DRAWN_SHARE", share)
    places = np.zeros((64, 64), np.uint8)
    places[:, :8] = BAND
    places[20:40, 4:30] = IGNORE
    own = replace(draws(surface(0)), levels=[Level(lambda _: surface(0), lambda _: places)])
    for _, labels in examples(own, 10):
        assert (labels[20:40, 4:30] == IGNORE).all()
        assert share or not (labels[places != IGNORE]).any()


def test_the_border_of_a_photo_is_seen_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sampler, "DRAWN_SHARE", 0.0)
    photo = np.zeros((200, 200, 3), np.uint8)
    photo[:, :4], photo[:, 98:102] = 255, 128
    shown = [patch for patch, _ in examples(draws(photo, patch_hw=(64, 64)), 400)]
    border = np.mean([(patch[..., 0] > 0.9).all(axis=0).any() for patch in shown])
    middle = np.mean(
        [np.isclose(patch[..., 0], 128 / 255, atol=0.01).all(axis=0).any() for patch in shown]
    )
    assert 0.2 * middle < border < middle


def test_at_half_size_a_patch_shows_twice_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "DRAWN_SHARE", 0.0)
    photo = surface(0, (128, 128))
    whole = photo.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3)) / 255
    places = np.zeros((128, 128), np.uint8)
    places[20:60, 40:90] = IGNORE
    half = Level(lambda _: photo, lambda _: places).shrunk(0.5)
    own = replace(draws(photo), levels=[half])
    for patch, labels in examples(own, 4):
        np.testing.assert_allclose(patch, whole, atol=0.5 / 255)
        np.testing.assert_array_equal(labels, places[::2, ::2])


def test_each_size_is_shown_as_often_as_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "DRAWN_SHARE", 0.0)
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    own = draws(stripes, scales=(1.0, 0.5))
    shrunk = [patch.std() < 0.1 for patch, _ in examples(own, 200)]
    assert 0.4 < np.mean(shrunk) < 0.6


def test_defects_are_drawn_at_the_size_that_is_shown() -> None:
    """So that at half size they are as large in the patch, and twice as large on the photo."""
    areas = [
        np.median(
            [(labels == 1).sum() for _, labels in examples(draws(photo, scales=(scale,)), 80)]
        )
        for photo, scale in ((surface(0), 1.0), (surface(0, (128, 128)), 0.5))
    ]
    assert 0.5 < areas[0] / areas[1] < 2.0


@pytest.mark.parametrize("size_hw", [(1, 1), (20, 30), (40, 200), (64, 64)])
def test_photos_smaller_than_a_patch(size_hw: tuple[int, int]) -> None:
    own = draws(surface(0, size_hw), augmentation=ALL, scales=(1.0, 0.5))
    for patch, labels in examples(own, 12):
        assert np.isfinite(patch).all() and patch.shape == (64, 64, 3)
        if size_hw[0] < 50 and size_hw[1] < 50:
            # Beyond the photo there is nothing to learn.
            assert (labels == IGNORE).mean() > 0.3


def test_grey_photos_of_16_bit_stay_grey() -> None:
    deep = np.rint(surface(0, (80, 80), channels=1) * (4095 / 255)).astype(np.uint16)
    for patch, _ in examples(draws(deep), 20):
        np.testing.assert_array_equal(patch[..., 0], patch[..., 2])
        assert 0.25 < np.median(patch) < 0.45


def test_every_object_is_drawn_as_often_as_any_other() -> None:
    photos = [surface(0, level=level) for level in (30, 120, 120, 120, 120)]
    seen: list[int] = []

    def image(index: int) -> np.ndarray:
        seen.append(index)
        return photos[index]

    own: Any = draws(*photos, objects=[[0], [1, 2, 3, 4]])
    for position in range(60):
        replace(own, levels=[Level(image, own.levels[0].places)], seed=1).draw(0, position)
    counts = np.bincount(seen, minlength=5)
    assert 0.35 < counts[0] / len(seen) < 0.65
    assert (counts[1:] > 0).all()


def test_mixed_sizes_and_channels() -> None:
    own = draws(surface(0, (64, 64)), surface(1, (30, 100), channels=1), surface(2, (100, 20)))
    assert all(np.isfinite(patch).all() for patch, _ in examples(own, 30))
