"""The tray example: committed files are what the program makes, and fit the recipe."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.data.boxes.geometry import overhang_px, sizes_wh
from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import BoxAnnotation, Dataset, Sample
from examples.relief import single
from examples.tray import generate
from examples.tray.boxes import line_of, marked
from examples.tray.load import SIZE_HW, Part, draw_load, part_shape
from examples.tray.shapes import KINDS, KindName
from examples.tray.view import draw_view, placed, seen_share

FOLDER = Path(generate.__file__).parent
RECIPE = FOLDER.parents[1] / "recipes" / "tray.yaml"
PHOTOS = {"train": 40, "test": 24}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load_dataset(load_recipe(RECIPE))


def boxes_of(sample: Sample) -> BoxAnnotation:
    assert isinstance(sample.annotation, BoxAnnotation)
    return sample.annotation


def lone(kind: KindName, angle_rad: float = 0.0) -> Part:
    return Part(kind, (3.0, -5.0), angle_rad, 1.0, 0.5, (0.6, 0.6, 0.6), 0.5, (0.0, 0.0), 1)


@pytest.mark.parametrize(("part", "number"), [("train", 4), ("test", 101)])
def test_committed_files_are_what_the_program_makes(part: str, number: int) -> None:
    photos = generate.make_tray(part, number)
    assert photos
    for photo in photos:
        stored = cv2.imread(str(FOLDER / part / "images" / f"{photo.name}.jpg"))
        assert stored is not None
        made = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
        assert np.abs(made.astype(int) - stored.astype(int)).mean() < 4  # JPEG's loss
        lines = (FOLDER / part / "labels" / f"{photo.name}.txt").read_text().splitlines()
        assert lines == [line_of(box, SIZE_HW) for box in photo.boxes]


def test_a_tray_made_twice_has_identical_pixels() -> None:
    (once,), (again,) = generate.make_tray("train", 1), generate.make_tray("train", 1)
    assert once.name == again.name
    assert np.array_equal(once.image, again.image)
    for first, second in zip(once.boxes, again.boxes, strict=True):
        assert np.array_equal(first.corners, second.corners)


def test_a_photo_can_be_written(tmp_path: Path) -> None:
    (photo,) = generate.make_tray("train", 1)
    generate.write_photo(photo, tmp_path)
    assert (tmp_path / "images" / "tray001_a.jpg").stat().st_size > 10_000
    assert len((tmp_path / "labels" / "tray001_a.txt").read_text().splitlines()) == len(photo.boxes)


def test_the_recipe_reads_everything(dataset: Dataset) -> None:
    assert dataset.problems == ()
    shared = {"train": (*dataset.train, *dataset.validation), "test": dataset.test}
    for part, samples in shared.items():
        assert len(samples) == PHOTOS[part]
        assert len({sample.object for sample in samples}) == generate.TRAYS[part]
        assert {sample.size_hw for sample in samples} == {SIZE_HW}
    assert 6 <= len(dataset.validation) <= 10


def test_every_photo_has_its_parts(dataset: Dataset) -> None:
    for sample in (*dataset.train, *dataset.validation, *dataset.test):
        assert 4 <= len(boxes_of(sample).corners) <= 14


def test_every_class_has_examples_in_every_part(dataset: Dataset) -> None:
    assert dataset.class_names == tuple(KINDS)
    for samples, least in ((dataset.train, 40), (dataset.validation, 8), (dataset.test, 25)):
        indices = np.concatenate([boxes_of(sample).class_indices for sample in samples])
        assert (np.bincount(indices, minlength=len(KINDS)) >= least).all()


def test_every_box_lies_on_its_photo_and_few_beyond_its_border(dataset: Dataset) -> None:
    cut = 0
    for sample in dataset.test:
        corners = boxes_of(sample).corners
        for box, size in zip(corners, sizes_wh(corners), strict=True):
            overhang = overhang_px([(x, y) for x, y in box.tolist()], sample.size_hw)
            assert overhang is not None
            assert overhang < 0.75 * size.max()  # a square turned by 45 degrees
            cut += overhang > 2
    assert 5 <= cut <= 40


def test_some_parts_touch(dataset: Dataset) -> None:
    touching = 0
    for sample in dataset.test:
        middles = boxes_of(sample).corners.mean(axis=1)
        apart = np.linalg.norm(middles[:, None] - middles[None], axis=2)
        apart[np.diag_indices(len(apart))] = np.inf
        touching += int((apart.min(axis=1) < 50).sum())
    assert touching >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_the_box_fits_the_part_tightly(kind: KindName) -> None:
    y, x = np.mgrid[-60:60:0.25, -60:60:0.25].astype(np.float32)
    outside = part_shape(lone(kind), single(x + 3), single(y - 5)).outside
    rows, columns = np.nonzero(outside < 0)
    reach = [x[0, columns.min()], x[0, columns.max()], y[rows.min(), 0], y[rows.max(), 0]]
    width, height = KINDS[kind].size_wh
    assert reach == pytest.approx([-width / 2, width / 2, -height / 2, height / 2], abs=0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_turned_by_its_symmetry_looks_the_same(kind: KindName) -> None:
    y, x = np.mgrid[-50:50:0.5, -50:50:0.5].astype(np.float32)
    at = single(x + 3), single(y - 5)
    turns = KINDS[kind].symmetry or 7
    first = part_shape(lone(kind), *at).height
    turned = part_shape(lone(kind, 2 * np.pi / turns), *at).height
    other = part_shape(lone(kind, np.pi / 2 if kind == "screw" else 0.5), *at).height
    assert np.abs(first - turned).mean() < 0.02
    assert (np.abs(first - other).mean() > 0.1) == (kind != "washer")


def test_boxes_are_drawn_about_a_pixel_off() -> None:
    rng = np.random.default_rng(5)
    offs: list[float] = []
    for _ in range(20):
        view = draw_view(rng, turned=True)
        for part in draw_load(rng):
            middle, size, _ = placed(view, part)
            box = marked(part, view, rng)
            offs.append(float(np.abs(box.corners.mean(axis=0) - middle).max()))
            drawn = sizes_wh(single(box.corners)[None])[0]
            assert np.abs(drawn - size).max() <= 3.0
            assert 0 <= seen_share(view, part) <= 1
    assert 0.2 < float(np.mean(offs)) < 0.8
    assert max(offs) <= 2.2


def test_the_example_stays_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.suffix in (".jpg", ".txt")]
    assert sum(path.stat().st_size for path in files) <= 5_000_000
