"""Gathering the memory: of any photos, without the defects that hide among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine.data.view import View
from engine.tasks.anomaly_detection.infer import detector, raw_map
from engine.tasks.anomaly_detection.patches import gather
from engine.tasks.anomaly_detection.patches.gather import Gathered, gather_memory
from engine.tasks.anomaly_detection.patches.memory import memory_of
from engine.tasks.anomaly_detection.patches.reader import GoodPhotos
from engine.tasks.segmentation.infer import Inference, infer_picture
from tests.tasks.anomaly_detection.good_parts import mean_colours, surface

SMALL = Inference(View(), 4095.0, (64, 64))


def gathered(
    pictures: Sequence[np.ndarray],
    objects: Sequence[str] | None = None,
    inference: Inference = SMALL,
    heard: list[tuple[int, int]] | None = None,
) -> Gathered:
    names = objects or [f"part{n}" for n in range(len(pictures))]
    photos = GoodPhotos(pictures.__getitem__, names, [each.shape[:2] for each in pictures])
    notes = [] if heard is None else heard
    return gather_memory(
        mean_colours(), photos, inference, 0, lambda done, total: notes.append((done, total))
    )


def scored(found: Gathered, picture: np.ndarray, inference: Inference = SMALL) -> float:
    run = lambda tiles: np.asarray(found.model(tiles))  # noqa: E731
    return float(infer_picture(run, picture, inference).max())


def spotted(seed: int, size_hw: tuple[int, int] = (64, 64)) -> np.ndarray:
    own = surface(seed, size_hw)
    own[24:40, 24:40] = (230, 40, 40)
    return own


def test_good_photos_score_low_and_a_defect_high() -> None:
    heard: list[tuple[int, int]] = []
    found = gathered([surface(seed) for seed in range(6)], heard=heard)
    assert found.outliers == ()
    assert 1 <= found.kept <= found.patches
    assert scored(found, spotted(90)) > 10 * scored(found, surface(91))
    assert heard == [(done, 12) for done in range(1, 13)]


def test_a_defect_among_good_photos_is_told_and_left_out() -> None:
    pictures = [surface(seed) for seed in range(7)]
    found = gathered([*pictures, spotted(50)])
    assert [outlier.object for outlier in found.outliers] == ["part7"]
    assert found.outliers[0].score > found.outliers[0].limit
    memory = memory_of(found.model)
    assert memory is not None and memory.outliers == ("part7",) and memory.left_out
    clean = gathered(pictures)
    assert scored(found, spotted(51)) > 0.7 * scored(clean, spotted(51))


@pytest.mark.parametrize("bad", range(8))
def test_what_an_outlier_stood_for_is_learnt_from_the_others(bad: int) -> None:
    """All parts lie on one black ground, of which a memory keeps one patch, of any of them."""

    def on_ground(seed: int, odd: bool = False) -> np.ndarray:
        own = np.zeros((64, 64, 3), np.uint8)
        grain = np.random.default_rng(seed).normal(90, 40, (16, 16, 3))
        own[24:40, 24:40] = (230, 40, 40) if odd else np.clip(grain, 0, 255)
        return own

    good = [on_ground(seed) for seed in range(7)]
    found = gathered([*good[:bad], on_ground(50, odd=True), *good[bad:]])
    assert [outlier.object for outlier in found.outliers] == [f"part{bad}"]
    clean = gathered(good)
    assert (found.patches, found.kept) == (clean.patches, clean.kept)
    assert scored(found, on_ground(90)) == pytest.approx(scored(clean, on_ground(90)), rel=1e-3)
    assert scored(found, np.zeros((64, 64, 3), np.uint8)) < 1e-3


def test_progress_goes_on_where_photos_are_gathered_again() -> None:
    heard: list[tuple[int, int]] = []
    pictures = [*(surface(seed, (96, 96)) for seed in range(7)), spotted(50, (96, 96))]
    assert gathered(pictures, heard=heard).outliers
    assert heard == [(done, 16 if done < 17 else 23) for done in range(1, 24)]


def test_a_defect_is_told_where_the_memory_holds_each_place_of_a_part_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gather, "LARGEST_MEMORY", 170)
    part = np.random.default_rng(7).integers(40, 200, (8, 8, 3), dtype=np.uint8)
    part = np.kron(part, np.ones((8, 8, 1), np.uint8))
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 3, (8, *part.shape))
    pictures = list(np.clip(part + noise, 0, 255).astype(np.uint8))
    assert gathered(pictures).outliers == ()
    pictures[3][16:24, 40:48] += 40
    assert [outlier.object for outlier in gathered(pictures).outliers] == ["part3"]


def test_two_photos_of_one_bad_object_do_not_vouch_for_each_other() -> None:
    pictures = [*(surface(seed) for seed in range(7)), spotted(50), spotted(52)]
    names = [f"part{number}" for number in range(7)]
    together = gathered(pictures, [*names, "bad", "bad"])
    assert [outlier.object for outlier in together.outliers] == ["bad"]
    # Two objects with the same defect do: then it may be how some parts are.
    assert gathered(pictures, [*names, "one", "other"]).outliers == ()


@pytest.mark.parametrize("count", [1, 2, 4])
def test_few_photos_have_no_outlier(count: int) -> None:
    pictures = [*(surface(seed) for seed in range(count - 1)), spotted(50)]
    found = gathered(pictures)
    assert found.outliers == ()
    assert np.isfinite(scored(found, surface(9)))


def test_photos_of_one_object_alone() -> None:
    assert gathered([surface(seed) for seed in range(6)], ["part"] * 6).outliers == ()


@pytest.mark.parametrize("size_hw", [(1, 1), (5, 40), (64, 64), (70, 100)])
def test_photos_of_any_size(size_hw: tuple[int, int]) -> None:
    found = gathered([surface(seed, size_hw) for seed in range(5)])
    assert np.isfinite(scored(found, surface(9, size_hw)))


def test_photos_of_mixed_sizes() -> None:
    sizes = [(64, 64), (40, 90), (20, 20), (100, 33), (64, 64)]
    large = Inference(View(), 4095.0, (128, 128))
    pictures = [surface(seed, size_hw) for seed, size_hw in enumerate(sizes)]
    found = gathered(pictures, inference=large)
    assert scored(found, spotted(90)) > 5 * scored(found, surface(91))
    ready = detector(found.model, "patch_memory")
    for picture, size_hw in zip(pictures, sizes, strict=True):
        maps = raw_map(ready, picture, large)
        assert maps.shape == size_hw and np.isfinite(maps).all()


def test_grey_photos_of_16_bit_are_the_same_as_of_8() -> None:
    grey = [surface(seed, channels=1) for seed in range(5)]
    deep = [np.rint(own * (4095 / 255)).astype(np.uint16) for own in grey]
    shown = surface(9, channels=1)
    shown[20:40, 20:40] = 220
    one, other = gathered(grey), gathered(deep)
    as_deep = np.rint(shown * (4095 / 255)).astype(np.uint16)
    assert scored(other, as_deep) == pytest.approx(scored(one, shown), rel=0.02)


def test_identical_photos_leave_one_memory_of_them() -> None:
    found = gathered([surface(0)] * 6)
    assert found.outliers == ()
    assert scored(found, surface(0)) < 0.02


def test_a_defect_among_identical_photos_is_told() -> None:
    found = gathered([*[surface(0)] * 7, spotted(0)])
    assert [outlier.object for outlier in found.outliers] == ["part7"] and found.left_out


def test_many_objects_among_duplicates_are_told_and_learnt() -> None:
    parts = [surface(seed, level=40 + 30 * seed) for seed in range(1, 5)]
    found = gathered([*[surface(0)] * 10, *parts])
    assert len(found.outliers) == 4 and not found.left_out
    memory = memory_of(found.model)
    assert memory is not None and len(memory.outliers) == 4 and not memory.left_out
    assert all(scored(found, part) < 0.05 for part in parts)


def test_black_photos_leave_one_patch_that_still_finds_a_defect() -> None:
    found = gathered([np.zeros((64, 64, 3), np.uint8)] * 6)
    assert found.kept == 1
    assert scored(found, np.zeros((64, 64, 3), np.uint8)) == 0.0
    assert scored(found, spotted(1)) > 0.1


def test_the_same_photos_give_the_same_memory() -> None:
    pictures = [surface(seed) for seed in range(5)]
    one, other = gathered(pictures), gathered(pictures)
    for left, right in zip(one.model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def test_each_object_is_judged_once_before_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gather._spread(["a", "a", "a", "b", "c", "b"], 4) == [0, 3, 4, 1]
    monkeypatch.setattr(gather, "JUDGED_PHOTOS", 3)
    heard: list[tuple[int, int]] = []
    gathered([surface(seed) for seed in range(6)], heard=heard)
    assert heard[-1] == (9, 9)


def test_the_memory_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "LARGEST_MEMORY", 7)
    assert gathered([surface(seed) for seed in range(5)]).kept == 7
