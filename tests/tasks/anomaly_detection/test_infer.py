"""Maps of raw scores: of any size, without seams, never negative, at the photo's resolution."""

from __future__ import annotations

from typing import Any, get_args

import cv2
import keras
import numpy as np
import pytest

from engine.data.view import View
from engine.evaluate.false_alarms import lowest_threshold
from engine.tasks.anomaly_detection.infer import (
    SMOOTHING_PX,
    detector,
    raw_map,
    raw_map_of_picture,
)
from engine.tasks.anomaly_detection.normalise import LEAST_LIMITS, MOST_LOG_ODDS, normalised
from engine.tasks.anomaly_detection.options import Architecture
from engine.tasks.segmentation.infer import Inference
from tests.tasks.anomaly_detection.good_parts import brightness, surface

ARCHITECTURES = get_args(Architecture)


def small(view: View | None = None) -> Inference:
    return Inference(view or View(), 4095.0, (64, 64))


def wavy(size_hw: tuple[int, int]) -> np.ndarray:
    rows, columns = np.mgrid[0 : size_hw[0], 0 : size_hw[1]]
    grey = 127 + 60 * np.sin(rows / 9) + 60 * np.cos(columns / 13)
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("size_hw", [(1, 1), (1, 90), (31, 33), (65, 97), (150, 70)])
def test_maps_have_the_size_of_the_photo_and_are_not_negative(
    architecture: Architecture, size_hw: tuple[int, int]
) -> None:
    ready = detector(brightness(architecture), architecture)
    map_ = raw_map(ready, surface(0, size_hw), small())
    assert map_.shape == size_hw and map_.dtype == np.float32
    assert map_.flags["C_CONTIGUOUS"]
    assert np.isfinite(map_).all() and (map_ >= 0).all()


def test_a_distance_is_the_networks_smoothed() -> None:
    picture = wavy((100, 130))
    map_ = raw_map(detector(brightness(), "patch_memory"), picture, small())
    unit = (picture[..., 0] / np.float32(255)).astype(np.float32)
    sigma = SMOOTHING_PX["patch_memory"]
    smooth = cv2.GaussianBlur(unit, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
    np.testing.assert_allclose(map_, smooth, atol=1e-5)


def test_odds_are_those_of_two_logits_at_two_sizes_smoothed_and_bounded() -> None:
    picture = wavy((100, 130))
    architecture: Architecture = "synthetic_defects"
    ready = detector(brightness(architecture), architecture, (1.0, 0.5))
    map_ = raw_map(ready, picture, small())
    logits = picture[..., 0] / 25.5 - 5
    sigma = SMOOTHING_PX[architecture]
    half = cv2.resize(logits, (65, 50), interpolation=cv2.INTER_AREA)
    one, other = (
        cv2.GaussianBlur(each.astype(np.float32), (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
        for each in (logits, half)
    )
    other = cv2.resize(other, (130, 100), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_allclose(map_, np.exp((one + other) / 2), rtol=0.05)
    sure = brightness(architecture)
    sure.layers[0].set_weights([1e6 * weights for weights in sure.layers[0].get_weights()])
    extreme = raw_map(detector(sure, architecture), picture, small())
    assert extreme.max() == pytest.approx(np.exp(MOST_LOG_ODDS), rel=1e-3)
    assert 0 < extreme.min() < LEAST_LIMITS[architecture]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_tiles_say_what_the_whole_says_away_from_the_border(architecture: Architecture) -> None:
    """With context of a few px, as of convolutions that pad their tiles with black."""
    channels = 1 if architecture == "patch_memory" else 2
    pixels = keras.Input((None, None, 3))
    near = keras.layers.AveragePooling2D(5, strides=1, padding="same")(pixels)
    model = keras.Model(pixels, keras.layers.Conv2D(channels, 5, padding="same")(near))
    keras.utils.set_random_seed(1)
    own = [np.abs(weights) + 0.01 for weights in model.get_weights()]
    model.set_weights(own)
    ready = detector(model, architecture)
    picture = wavy((150, 170))
    tiled, whole = (
        raw_map_of_picture(ready, picture, Inference(View(), 4095.0, (side, side), 0.5))
        for side in (64, 512)
    )
    inner = (slice(16, -16), slice(16, -16))
    np.testing.assert_allclose(tiled[inner], whole[inner], rtol=0.08)


def test_the_region_of_interest_is_the_frame() -> None:
    photo = surface(0, (100, 120))
    photo[30:40, 40:60] = 250
    view = View(roi_xywh=(20, 10, 60, 50), size_hw=(32, 32), resize="fit")
    map_ = raw_map(detector(brightness(), "patch_memory"), photo, small(view))
    assert map_.shape == (50, 60)
    y, x = np.unravel_index(int(map_.argmax()), map_.shape)
    assert 18 <= y <= 32 and 18 <= x <= 42


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_and_16_bit_photos(dtype: type[np.generic]) -> None:
    white = 255 if dtype == np.uint8 else 4095
    photo = np.full((40, 50), white // 2, dtype)
    map_ = raw_map(detector(brightness(), "patch_memory"), photo, small())
    np.testing.assert_allclose(map_, 0.5, atol=0.01)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_photos_of_many_sizes_are_few_graphs(architecture: Architecture) -> None:
    traced: list[tuple[int | None, ...]] = []
    model, large = brightness(architecture), Inference(View(), 4095.0, (160, 160))

    def watched(pictures: Any, training: bool) -> Any:
        traced.append(tuple(pictures.shape))
        return model(pictures, training=training)

    for size_hw in [(40 * rows, 30 * columns) for rows in range(1, 6) for columns in range(1, 6)]:
        ready = detector(watched, architecture)
        assert raw_map(ready, surface(0, size_hw), large).shape == size_hw
    assert len(traced) <= 5
    assert traced[-1] == (None, None, None, 3)


@pytest.mark.parametrize("scales", [(1.0,), (1.0, 0.5)])
def test_progress_is_told(scales: tuple[float, ...]) -> None:
    heard: list[tuple[int, int]] = []
    ready = detector(brightness(), "patch_memory", scales)
    raw_map(ready, surface(0, (150, 70)), small(), lambda done, total: heard.append((done, total)))
    assert heard and heard[-1][0] == heard[-1][1] == len(heard)


def test_photos_of_the_lowest_odds_have_a_threshold_below_the_least() -> None:
    """So that they are told to be all alike; whatever has higher odds is bad, however low."""
    least = LEAST_LIMITS["synthetic_defects"]
    lowest = np.exp(np.float32(-MOST_LOG_ODDS))
    value, reached = lowest_threshold(np.full(10, lowest, np.float64), 0.05)
    assert (value < least, reached) == (True, 0)
    shares = normalised(np.array([lowest, np.exp(-29.9), np.exp(-14.0)]), least)
    assert (shares >= 0.5).tolist() == [False, True, True]
