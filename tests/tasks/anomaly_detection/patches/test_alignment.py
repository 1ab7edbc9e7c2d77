"""Whether parts lie alike: told from good photos, and left open where they cannot say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.data.view import View
from engine.tasks.anomaly_detection.patches import gather
from engine.tasks.anomaly_detection.patches.alignment import FEWEST, PLACE, place_weight
from engine.tasks.anomaly_detection.patches.gather import Gathered, gather_memory
from engine.tasks.anomaly_detection.patches.reader import GoodPhotos
from engine.tasks.segmentation.infer import Inference
from tests.tasks.anomaly_detection.good_parts import mean_colours

PART = np.kron(np.random.default_rng(7).integers(40, 200, (6, 6, 3)), np.ones((8, 8, 1)))
"""48 x 48 px, of which no two cells are alike."""

GROUND = np.kron(np.random.default_rng(8).integers(5, 60, (20, 20, 3)), np.ones((8, 8, 1)))
"""160 x 160 px below the part, the same on all photos."""

NOISE = 8.0
"""Of each px, in grey levels, so that photos differ by far more than distances are rounded."""

ONE_TILE = Inference(View(), 4095.0, (128, 128))


def photo(seed: int, anywhere: bool, size_hw: tuple[int, int] = (96, 96)) -> np.ndarray:
    """The part on the ground: at one place, or at any, in steps of cells."""
    rng = np.random.default_rng(seed)
    pixels = GROUND[: size_hw[0], : size_hw[1]] + rng.normal(0, NOISE, (*size_hw, 3))
    top, left = 8 * rng.integers(0, 7, 2) if anywhere else (24, 24)
    own = PART[: size_hw[0] - top, : size_hw[1] - left]
    pixels[top : top + own.shape[0], left : left + own.shape[1]] = own + rng.normal(
        0, NOISE, own.shape
    )
    return np.clip(pixels, 0, 255).astype(np.uint8)


def cells(pixels: np.ndarray) -> np.ndarray:
    """Features (H / 8, W / 8, 3): the mean colour of each cell."""
    rows, columns = pixels.shape[0] // 8, pixels.shape[1] // 8
    means = pixels[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8, 3).mean((1, 3))
    return np.asarray(means, np.float32)


def alike(seed: int) -> np.ndarray:
    return cells(photo(seed, anywhere=False))


def anyhow(seed: int) -> np.ndarray:
    return cells(photo(seed, anywhere=True))


def gathered(
    pictures: list[np.ndarray],
    inference: Inference = ONE_TILE,
    heard: list[tuple[int, int]] | None = None,
) -> Gathered:
    notes = [] if heard is None else heard
    names = [f"part{number}" for number in range(len(pictures))]
    photos = GoodPhotos(pictures.__getitem__, names, [each.shape[:2] for each in pictures])
    return gather_memory(
        mean_colours(), photos, inference, 0, lambda done, total: notes.append((done, total))
    )


def test_parts_that_lie_alike_have_places() -> None:
    features = [alike(seed) for seed in range(16)]
    spread = float(np.sqrt(np.concatenate(features).reshape(-1, 3).var(axis=0).sum()))
    assert place_weight(features, 0) == pytest.approx(PLACE * spread, rel=1e-5)


def test_the_same_parts_at_any_place_have_none() -> None:
    assert place_weight([anyhow(seed) for seed in range(16)], 0) == 0.0


@pytest.mark.parametrize("make", [alike, anyhow])
def test_few_photos_say_nothing(make: Callable[[int], np.ndarray]) -> None:
    assert place_weight([make(seed) for seed in range(FEWEST - 1)], 0) == 0.0


def test_from_eight_photos_on_parts_are_told_to_lie_alike() -> None:
    assert FEWEST == 8
    assert place_weight([alike(seed) for seed in range(FEWEST)], 0) > 0.0


def test_photos_of_mixed_sizes_have_no_places() -> None:
    features = [*(alike(seed) for seed in range(15)), cells(photo(15, False, (96, 104)))]
    assert place_weight(features, 0) == 0.0


def test_photos_that_are_all_one_have_no_places() -> None:
    assert place_weight([np.zeros((6, 6, 3), np.float32)] * 16, 0) == 0.0


def test_a_model_of_parts_that_lie_alike_misses_what_is_gone_from_its_place() -> None:
    found = gathered([photo(seed, anywhere=False) for seed in range(12)])
    assert found.aligned and found.model.get_layer("place").weight > 0.0
    shown = photo(50, anywhere=False)
    swapped = shown.copy()
    swapped[24:48, 24:72], swapped[48:72, 24:72] = shown[48:72, 24:72], shown[24:48, 24:72]

    def highest(pixels: np.ndarray) -> float:
        padded = np.pad(pixels, ((16, 16), (16, 16), (0, 0)), mode="reflect")
        return float(np.asarray(found.model(padded[None] / np.float32(255.0))).max())

    assert highest(swapped) > 3 * highest(shown)


def test_a_model_of_parts_at_any_place_has_no_places() -> None:
    found = gathered([photo(seed, anywhere=True) for seed in range(12)])
    assert not found.aligned and found.model.get_layer("place").weight == 0.0


def test_photos_of_several_tiles_have_no_places() -> None:
    pictures = [photo(seed, anywhere=False) for seed in range(12)]
    assert not gathered(pictures, Inference(View(), 4095.0, (96, 96))).aligned


def test_photos_of_several_tiles_are_not_read_to_find_out() -> None:
    """Their tiles would be many gigabytes."""
    heard: list[tuple[int, int]] = []
    pictures = [photo(seed, anywhere=False) for seed in range(12)]
    gathered(pictures, Inference(View(), 4095.0, (96, 96)), heard)
    assert heard == [(done, 24) for done in range(1, 25)]


def test_comparing_photos_is_told_as_progress() -> None:
    heard: list[tuple[int, int]] = []
    gathered([photo(seed, anywhere=False) for seed in range(12)], heard=heard)
    assert heard == [(done, 36) for done in range(1, 37)]


def test_a_larger_photo_beyond_those_compared_leaves_no_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gather, "COMPARED", 12)
    pictures = [photo(seed, anywhere=False) for seed in range(12)]
    assert gathered(pictures).aligned
    assert not gathered([*pictures, photo(99, False, (160, 160))]).aligned


def test_photos_of_mixed_sizes_are_gathered_without_places() -> None:
    pictures = [photo(seed, False, (96, 96 + 8 * (seed % 2))) for seed in range(12)]
    assert not gathered(pictures).aligned
