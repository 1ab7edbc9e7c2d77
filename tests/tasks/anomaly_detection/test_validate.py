"""What training is steered by: good and bad photos told apart, marked pixels found, heat maps."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import RunFailed
from engine.records import IGNORE
from engine.tasks.anomaly_detection.infer import Detector, detector, raw_map_of_picture
from engine.tasks.anomaly_detection.validate import DRAWN, PICTURES, REAL, _maps, validate
from engine.tasks.anomaly_detection.watched import DrawnPlace, WatchedPhoto
from engine.tasks.segmentation.infer import Inference
from engine.train.plan import Validation
from tests.tasks.anomaly_detection.good_parts import SPOT, brightness, surface
from tests.tasks.anomaly_detection.test_watched import options


def watched(
    name: str, bad: bool = False, marked: bool = True, level: int = 230, band: int = 0
) -> WatchedPhoto:
    picture, labels = surface(len(name)), np.zeros((64, 64), np.uint8)
    if bad:
        picture[SPOT], labels[SPOT] = level, 1
    if band:
        labels[:band] = IGNORE
    return of_arrays(name, picture, labels if marked else None, bad)


def of_arrays(
    name: str, picture: np.ndarray, labels: np.ndarray | None, bad: bool, *drawn: DrawnPlace
) -> WatchedPhoto:
    return WatchedPhoto(
        name, lambda: picture, None if labels is None else lambda: labels, bad, drawn
    )


def measured(folder: Path, *photos: WatchedPhoto, scale: float = 1.0) -> Validation:
    model = brightness()
    model.layers[0].set_weights([scale * weights for weights in model.layers[0].get_weights()])
    inference = Inference(View(), 65535.0, (64, 64))
    with np.errstate(all="raise"):
        how = replace(options(folder), architecture="patch_memory")
        return validate(model, photos, inference, how)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_a_model_that_tells_them_apart_scores_one(folder: Path) -> None:
    found = measured(folder, watched("a"), watched("bb"), watched("ccc", bad=True))
    assert found.scalars["image_auroc"] == 1.0
    assert found.scalars["defect_pixels_found"] > 0.95
    assert found.score == pytest.approx(np.mean(list(found.scalars.values())))
    ((name, picture),) = found.pictures.items()
    assert name == "ccc"
    assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.std() > 20


def test_what_scalars_mean_says_whether_defects_are_drawn(folder: Path) -> None:
    real = measured(folder, watched("a"), watched("ccc", bad=True))
    assert set(real.meanings) == set(real.scalars)
    assert all(text.endswith(REAL) for text in real.meanings.values())
    place = DrawnPlace(
        (slice(0, 8), slice(0, 8)), np.full((8, 8, 3), 255, np.uint8), np.ones((8, 8), np.uint8)
    )
    drawn = measured(folder, replace(watched("a"), drawn=(place,)), watched("bb"))
    assert set(drawn.meanings) == set(drawn.scalars) == {"image_auroc", "defect_pixels_found"}
    assert all(text.endswith(DRAWN) for text in drawn.meanings.values())


def test_one_that_sees_the_contrary_scores_nothing(folder: Path) -> None:
    found = measured(folder, watched("a"), watched("bb"), watched("ccc", bad=True, level=5))
    # The dark spot's map peaks elsewhere, where it is as bright as on good photos.
    assert found.scalars["defect_pixels_found"] < 0.05
    assert found.score < 0.7


def test_what_nobody_marked_counts_as_a_photo_alone(folder: Path) -> None:
    found = measured(folder, watched("a"), watched("bb", bad=True, marked=False))
    assert dict(found.scalars) == {"image_auroc": 1.0}
    assert found.score == 1.0 and set(found.pictures) == {"bb"}


def test_bad_photos_alone_have_no_auroc(folder: Path) -> None:
    found = measured(folder, watched("a", bad=True), watched("bb", bad=True))
    assert set(found.scalars) == {"defect_pixels_found"}
    assert np.isfinite(found.score)


@pytest.mark.parametrize("photos", [(), (watched("a"), watched("bb"))])
def test_without_a_defect_there_is_nothing_to_measure(
    folder: Path, photos: tuple[WatchedPhoto, ...]
) -> None:
    found = measured(folder, *photos)
    assert (found.score, dict(found.scalars), dict(found.pictures)) == (0.0, {}, {})


def test_what_is_ignored_decides_nothing(folder: Path) -> None:
    bright = watched("a", band=40)
    bright.picture()[SPOT] = 250
    found = measured(folder, bright, watched("bb"), watched("ccc", bad=True, level=160))
    assert found.scalars["image_auroc"] == 1.0


def test_photos_that_are_all_alike(folder: Path) -> None:
    dark = np.zeros((64, 64), np.uint8)
    black = of_arrays("a", dark, dark, False)
    bad = WatchedPhoto("b", black.picture, watched("x", bad=True).labels, True)
    found = measured(folder, black, bad)
    assert found.scalars["image_auroc"] == 0.5
    assert found.scalars["defect_pixels_found"] == 0.0


def test_no_number_stops_it(folder: Path) -> None:
    with pytest.raises(RunFailed, match=r"^a: .*negative or no numbers"):
        measured(folder, watched("a"), watched("bb", bad=True), scale=np.nan)


PLACE = (slice(200, 260), slice(300, 360))
LARGE_HW = (600, 800)


def large(name: str, size_hw: tuple[int, int] = LARGE_HW) -> WatchedPhoto:
    """A good photo of many tiles, made when it is asked for, with a bright spot drawn on a copy."""
    patch, labels = surface(7, (60, 60)), np.zeros((60, 60), np.uint8)
    patch[20:40, 20:40], labels[20:40, 20:40] = 230, 1
    return WatchedPhoto(
        name,
        lambda: surface(len(name), size_hw),
        lambda: np.zeros(size_hw, np.uint8),
        False,
        (DrawnPlace(PLACE, patch, labels),),
    )


def test_a_copy_is_scored_as_a_whole_photo_by_the_place_drawn_on_alone(folder: Path) -> None:
    inference = Inference(View(), 65535.0, (64, 64))
    ready, asked = detector(brightness(), "patch_memory"), []

    def counting(pictures: np.ndarray) -> np.ndarray:
        asked.append(len(pictures))
        return ready.run(pictures)

    (_, _, _, good), (name, copy, labels, raw) = _maps(
        Detector(counting, "patch_memory"), large("a"), inference
    )
    of_both = sum(asked)
    whole = raw_map_of_picture(Detector(counting, "patch_memory"), copy, inference)
    of_one = sum(asked) - of_both
    assert name == "a, 1 (drawn)" and labels is not None and labels.sum() == 400
    np.testing.assert_allclose(raw[PLACE], whole[PLACE], atol=1e-5)
    np.testing.assert_allclose(raw, whole, atol=0.03)
    assert raw.max() > 0.8 and good.max() < 0.5
    assert of_both < 1.5 * of_one


def test_a_photo_of_one_tile_is_seen_whole(folder: Path) -> None:
    """Where patches are compared in their place, a cut would move them."""
    inference, seen = Inference(View(), 65535.0, (832, 832)), []

    def watching(pictures: np.ndarray) -> np.ndarray:
        seen.append(pictures.shape)
        return pictures[..., :1]

    list(_maps(Detector(watching, "patch_memory"), large("a"), inference))
    assert len(seen) == 2 and seen[0] == seen[1]


def test_the_figures_are_those_of_whole_copies(folder: Path) -> None:
    found = measured(folder, large("a"), large("bb"))
    copies = []
    for photo in (large("a"), large("bb")):
        (drawn,) = photo.drawn
        picture, labels = photo.picture(), np.zeros(LARGE_HW, np.uint8)
        picture[PLACE], labels[PLACE] = drawn.patch, drawn.labels
        copies.append(of_arrays(f"{photo.name} whole", picture, labels, True))
    plain = [
        of_arrays(p.name, p.picture(), np.zeros(LARGE_HW, np.uint8), False)
        for p in (large("a"), large("bb"))
    ]
    assert dict(found.scalars) == pytest.approx(dict(measured(folder, *plain, *copies).scalars))


def test_no_map_is_held_whatever_the_number_of_photos(folder: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            measured(folder, *(large("a" * (n + 1), (600, 900)) for n in range(count)))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)
    maps_of_eight_and_their_copies = 8 * 2 * 4 * 600 * 900
    assert peak(PICTURES + 8) < peak(PICTURES) + maps_of_eight_and_their_copies / 3


def test_pictures_of_large_photos_are_cut_to_the_defect(folder: Path) -> None:
    found = measured(folder, large("a", (300, 1200)))
    assert list(found.pictures) == ["a, 1 (drawn)"]
    assert found.pictures["a, 1 (drawn)"].shape[1] < 3 * 600
