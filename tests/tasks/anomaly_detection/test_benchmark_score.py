"""The benchmark's own judge of maps: exact, and of whatever side wrote them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.anomaly_detection.photos import Photos, read_photos
from benchmarks.anomaly_detection.score import judge
from benchmarks.anomaly_detection.told import Cost, Told, read_told, write_told
from tests.tasks.anomaly_detection import direct

SIZE_HW = (12, 16)


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Laid out as MVTec AD: a good photo, two of dents, one of a crack that nobody marked."""
    root = tmp_path / "set"
    grey = np.zeros(SIZE_HW, np.uint8)
    for name in ("train/good/0", "test/good/0", "test/dent/0", "test/dent/1", "test/crack/0"):
        save(root / f"{name}.png", grey)
    first, second = grey.copy(), grey.copy()
    first[2:5, 3:7] = 255
    second[1, 1] = second[2, 2] = second[8:12, 10:] = 255  # corner to corner: one defect
    save(root / "ground_truth/dent/0_mask.png", first)
    save(root / "ground_truth/dent/1_mask.png", second)
    return root


def answers(photos: Photos, levels: int) -> dict[str, Told]:
    """Chance maps of so many different values, somewhat higher at defects."""
    rng = np.random.default_rng(levels)
    told = {}
    for photo in photos.test:
        map_ = rng.integers(0, levels, SIZE_HW).astype(np.float32)
        if photo.mask is not None:
            map_ += np.asarray(Image.open(photo.mask)) / 255 * levels / 3
        told[photo.id] = Told(float(map_.max()), map_.astype(np.float32))
    return told


@pytest.mark.parametrize("levels", [2, 9, 10_000])
def test_figures_are_those_of_their_definitions(folder: Path, levels: int) -> None:
    photos = read_photos(folder)
    told = answers(photos, levels)
    figures = judge(photos.test, told)
    marked = [photo for photo in photos.test if photo.kind != "crack"]
    maps = [told[photo.id].map for photo in marked]
    masks = [
        np.zeros(SIZE_HW) if photo.mask is None else np.asarray(Image.open(photo.mask))
        for photo in marked
    ]
    pixels, truth = np.concatenate(maps).ravel(), np.concatenate(masks).ravel() > 0
    good = np.array([told[photo.id].score for photo in photos.test if photo.kind is None])
    bad = np.array([told[photo.id].score for photo in photos.test if photo.kind is not None])
    assert figures["image_auroc"] == pytest.approx(direct.auroc(bad, good))
    assert figures["pixel_auroc"] == pytest.approx(direct.auroc(pixels[truth], pixels[~truth]))
    assert figures["pro"] == pytest.approx(direct.pro(maps, masks))
    counted = {name: figures[name] for name in ("good_photos", "bad_photos", "defects")}
    assert counted == {"good_photos": 1, "bad_photos": 3, "defects": 3}


def test_a_perfect_map_has_one_everywhere(folder: Path) -> None:
    photos = read_photos(folder)
    told = {}
    for photo in photos.test:
        marked = np.zeros(SIZE_HW) if photo.mask is None else np.asarray(Image.open(photo.mask))
        told[photo.id] = Told(float(photo.kind is not None), marked.astype(np.float32))
    figures = judge(photos.test, told)
    reached = [figures[name] for name in ("image_auroc", "pixel_auroc", "pro")]
    assert reached == pytest.approx([1.0, 1.0, 1.0])


def test_a_list_names_the_same_photos_as_a_folder(folder: Path) -> None:
    of_folder = read_photos(folder)
    listed = {
        "train": ["train/good/0.png"],
        "test": [
            {
                "image": photo.id,
                "kind": photo.kind,
                "mask": photo.mask and photo.mask.relative_to(folder).as_posix(),
            }
            for photo in of_folder.test
        ],
    }
    file = folder / "set.json"
    file.write_text(json.dumps(listed), encoding="utf-8")
    assert read_photos(file) == of_folder


def test_what_is_told_is_read_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    photos = read_photos(folder)
    told = answers(photos, 9)
    in_order = [told[photo.id] for photo in photos.test]
    cost = Cost(1.0, 2.0)
    write_told(tmp_path / "out", photos.test, in_order, cost, [cost] * 4, {"side": "mine"})
    again = read_told(tmp_path / "out")
    assert judge(photos.test, again) == judge(photos.test, told)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["side"] == "mine"
    assert summary["fit"] == {"wall_s": 1.0, "cpu_s": 2.0}


def test_only_good_photos_leave_figures_open(folder: Path) -> None:
    photos = read_photos(folder)
    good = [photo for photo in photos.test if photo.kind is None]
    figures = judge(good, answers(photos, 9))
    assert [figures[name] for name in ("image_auroc", "pixel_auroc", "pro")] == [None] * 3


def test_a_missing_answer_a_wrong_size_and_a_nan_are_refused(folder: Path) -> None:
    photos = read_photos(folder)
    told = answers(photos, 9)
    with pytest.raises(ValueError, match="nothing is told"):
        judge(photos.test, {})
    name = "test/dent/0.png"
    with pytest.raises(ValueError, match="its map"):
        judge(photos.test, {**told, name: Told(1.0, np.zeros((4, 4), np.float32))})
    with pytest.raises(ValueError, match="no finite"):
        judge(photos.test, {**told, name: Told(float("nan"), told[name].map)})


def test_a_photo_is_not_for_training_and_for_testing(folder: Path) -> None:
    listed = {"train": ["test/good/0.png"], "test": [{"image": "test/good/0.png"}]}
    (folder / "set.json").write_text(json.dumps(listed), encoding="utf-8")
    with pytest.raises(ValueError, match="for training and for testing"):
        read_photos(folder / "set.json")
