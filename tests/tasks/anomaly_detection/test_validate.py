"""What training is steered by: good and bad photos told apart, marked pixels found, heat maps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import RunFailed
from engine.records import IGNORE
from engine.tasks.anomaly_detection.validate import validate
from engine.tasks.anomaly_detection.watched import WatchedPhoto
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
    return WatchedPhoto(name, picture, labels if marked else None, bad)


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
    bright.picture[SPOT] = 250
    found = measured(folder, bright, watched("bb"), watched("ccc", bad=True, level=160))
    assert found.scalars["image_auroc"] == 1.0


def test_photos_that_are_all_alike(folder: Path) -> None:
    black = WatchedPhoto("a", np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8), False)
    bad = WatchedPhoto("b", black.picture, watched("x", bad=True).labels, True)
    found = measured(folder, black, bad)
    assert found.scalars["image_auroc"] == 0.5
    assert found.scalars["defect_pixels_found"] == 0.0


def test_no_number_stops_it(folder: Path) -> None:
    with pytest.raises(RunFailed, match="negative or no numbers"):
        measured(folder, watched("a"), watched("bb", bad=True), scale=np.nan)
