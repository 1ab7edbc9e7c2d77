"""The orange example: committed files are what the program makes, and fit the recipe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from engine.data.boxes.geometry import bounds
from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import IGNORE, BoxAnnotation, Dataset, Sample
from examples.oranges import generate
from examples.oranges.heap import SIZE_HW

FOLDER = Path(generate.__file__).parent
RECIPE = FOLDER.parents[1] / "recipes" / "oranges.yaml"
PHOTOS = {"train": 36, "test": 20}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load_dataset(load_recipe(RECIPE))


def boxes_of(sample: Sample) -> BoxAnnotation:
    assert isinstance(sample.annotation, BoxAnnotation)
    return sample.annotation


def stored_boxes(part: str, name: str) -> list[tuple[list[float], int]]:
    stored: dict[str, Any] = json.loads((FOLDER / part / "annotations.json").read_text())
    (image,) = (each["id"] for each in stored["images"] if each["file_name"] == f"{name}.jpg")
    own = [each for each in stored["annotations"] if each["image_id"] == image]
    return [(each["bbox"], each["iscrowd"]) for each in own]


@pytest.mark.parametrize(("part", "number"), [("train", 2), ("test", 103)])
def test_committed_files_are_what_the_program_makes(part: str, number: int) -> None:
    photos = generate.make_stretch(part, number)
    assert len(photos) == (2 if number == 2 else 1)
    for photo in photos:
        stored = cv2.imread(str(FOLDER / part / f"{photo.name}.jpg"))
        assert stored is not None
        made = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
        assert np.abs(made.astype(int) - stored.astype(int)).mean() < 4  # JPEG's loss
        kept = stored_boxes(part, photo.name)
        for (bbox, crowd), box in zip(kept, photo.boxes, strict=True):
            left, top, right, bottom = box.sides
            assert bbox == pytest.approx([left, top, right - left, bottom - top], abs=0.06)
            assert crowd == int(box.hidden)


def test_a_stretch_made_twice_has_identical_pixels() -> None:
    (once,), (again,) = generate.make_stretch("train", 3), generate.make_stretch("train", 3)
    assert np.array_equal(once.image, again.image)
    assert once.boxes == again.boxes


def test_a_part_can_be_written_and_read_back(tmp_path: Path) -> None:
    photos = generate.make_stretch("train", 3)
    generate.write_part(iter(photos), tmp_path)
    stored = json.loads((tmp_path / "annotations.json").read_text())
    assert [image["file_name"] for image in stored["images"]] == ["belt003_a.jpg"]
    assert len(stored["annotations"]) == len(photos[0].boxes)
    assert (tmp_path / "belt003_a.jpg").stat().st_size > 10_000


def test_the_recipe_reads_everything(dataset: Dataset) -> None:
    assert dataset.problems == ()
    shared = {"train": (*dataset.train, *dataset.validation), "test": dataset.test}
    for part, samples in shared.items():
        assert len(samples) == PHOTOS[part]
        assert len({sample.object for sample in samples}) == generate.STRETCHES[part]
        assert {sample.size_hw for sample in samples} == {SIZE_HW}


def test_photos_hold_few_or_many_oranges(dataset: Dataset) -> None:
    samples = (*dataset.train, *dataset.validation, *dataset.test)
    counts = [int((boxes_of(sample).class_indices != IGNORE).sum()) for sample in samples]
    assert 1 <= min(counts) <= 4
    assert 25 <= max(counts) <= 44


def test_every_box_lies_within_its_photo(dataset: Dataset) -> None:
    height, width = SIZE_HW
    for sample in (*dataset.train, *dataset.validation, *dataset.test):
        for corners in boxes_of(sample).corners:
            left, top, right, bottom = bounds([(x, y) for x, y in corners.tolist()])
            assert -0.1 <= left < right <= width + 0.1
            assert -0.1 <= top < bottom <= height + 0.1


def test_only_hidden_oranges_are_ignored(dataset: Dataset) -> None:
    indices = np.concatenate([boxes_of(sample).class_indices for sample in dataset.test])
    assert 0 < (indices == IGNORE).mean() < 0.2


def test_the_example_stays_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.suffix in (".jpg", ".json")]
    assert sum(path.stat().st_size for path in files) <= 4_000_000
