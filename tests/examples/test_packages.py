"""The package example: committed files are what the program makes, and fit the recipe."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from engine.data.boxes.geometry import sizes_wh
from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import IGNORE, BoxAnnotation, Dataset, Sample
from examples.packages import generate
from examples.packages.codes import LETTERS
from examples.packages.dots import COLUMNS, PATTERNS, ROWS, dotted, draw_dots
from examples.packages.labels import UNREADABLE, line_of
from examples.packages.lettering import FILES, lettering
from examples.packages.strokes import LINES, draw_strokes, written
from examples.packages.view import SIZE_HW, bent, draw_view, projection, through, unbent
from examples.relief import single

FOLDER = Path(generate.__file__).parent
RECIPE = FOLDER.parents[1] / "recipes" / "packages.yaml"
PHOTOS = {"train": 80, "test": 48}
PATTERN = {"lot": r"L[0-9]{4}[A-Z]", "expiry": r"[0-3][0-9]/[01][0-9]/202[6-9]"}
EDGE_PX = 12


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load_dataset(load_recipe(RECIPE))


@pytest.fixture(scope="module", params=PHOTOS)
def fields(request: pytest.FixtureRequest) -> dict[str, list[dict[str, Any]]]:
    return stored_fields(request.param)


def stored_fields(part: str) -> dict[str, list[dict[str, Any]]]:
    lines = (FOLDER / part / "Label.txt").read_text().splitlines()
    return {path: json.loads(text) for path, text in (line.split("\t") for line in lines)}


def texts_of(part: str) -> set[str]:
    return {each["transcription"] for own in stored_fields(part).values() for each in own}


def boxes_of(sample: Sample) -> BoxAnnotation:
    assert isinstance(sample.annotation, BoxAnnotation)
    return sample.annotation


@pytest.mark.parametrize(("part", "number"), [("train", 10), ("test", 131)])
def test_committed_files_are_what_the_program_makes(part: str, number: int) -> None:
    lines = (FOLDER / part / "Label.txt").read_text().splitlines()
    photos = generate.make_package(part, number)
    assert len(photos) == (2 if number == 10 else 1)
    for photo in photos:
        stored = cv2.imread(str(FOLDER / part / "images" / f"{photo.name}.jpg"))
        assert stored is not None
        made = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
        assert np.abs(made.astype(int) - stored.astype(int)).mean() < 4  # JPEG's loss
        assert line_of(f"images/{photo.name}.jpg", photo.marks) in lines


def test_a_package_made_twice_has_identical_files(tmp_path: Path) -> None:
    for run in ("once", "again"):
        generate.write_part(generate.make_package("train", 16), tmp_path / run)
    made = sorted(path.relative_to(tmp_path / "once") for path in (tmp_path / "once").rglob("*.*"))
    assert [path.name for path in made] == ["Label.txt", "pkg016_a.jpg"]
    for path in made:
        assert (tmp_path / "once" / path).read_bytes() == (tmp_path / "again" / path).read_bytes()


def test_the_recipe_reads_everything(dataset: Dataset) -> None:
    assert dataset.problems == ()
    assert dataset.class_names == ("lot", "expiry")
    shared = {"train": (*dataset.train, *dataset.validation), "test": dataset.test}
    for part, samples in shared.items():
        assert len(samples) == PHOTOS[part]
        assert len({sample.object for sample in samples}) == generate.PACKAGES[part]
        assert {sample.size_hw for sample in samples} == {SIZE_HW}
    assert 12 <= len(dataset.validation) <= 20


def test_what_nobody_can_read_is_ignored(dataset: Dataset) -> None:
    for samples, least in ((dataset.train + dataset.validation, 2), (dataset.test, 1)):
        ignored = 0
        for annotation in map(boxes_of, samples):
            assert annotation.texts is not None
            for index, text in zip(annotation.class_indices, annotation.texts, strict=True):
                assert (index == IGNORE) == (text == UNREADABLE)
                ignored += int(index == IGNORE)
        assert least <= ignored <= 4


def test_every_class_has_examples_in_every_part(dataset: Dataset) -> None:
    for samples, least in ((dataset.train, 40), (dataset.validation, 8), (dataset.test, 35)):
        indices = np.concatenate([boxes_of(sample).class_indices for sample in samples])
        assert (np.bincount(indices[indices != IGNORE], minlength=2) >= least).all()


def test_photos_show_one_or_two_fields_that_fit_their_pattern(
    fields: dict[str, list[dict[str, Any]]],
) -> None:
    lone = 0
    for own in fields.values():
        assert 1 <= len(own) <= 2
        lone += len(own) == 1
        assert len({each["key_cls"] for each in own}) == len(own)
        for each in own:
            text, unreadable = each["transcription"], each["transcription"] == UNREADABLE
            assert each["difficult"] == unreadable
            assert unreadable or re.fullmatch(PATTERN[each["key_cls"]], text)
    assert 0.05 < lone / len(fields) < 0.3


def test_photos_of_one_package_say_the_same(fields: dict[str, list[dict[str, Any]]]) -> None:
    said = {path[-9:-4]: {each["transcription"] for each in own} for path, own in fields.items()}
    for name in [name for name in said if name.endswith("_b")]:
        assert said[name] == said[name.replace("_b", "_a")]


def test_no_text_is_in_both_parts() -> None:
    assert texts_of("train") & texts_of("test") == {UNREADABLE}


def test_training_shows_every_letter_and_digit() -> None:
    assert set("".join(texts_of("train"))) >= {*LETTERS, *"0123456789/"}


def test_fields_lie_in_the_photo_and_few_near_its_border(
    fields: dict[str, list[dict[str, Any]]],
) -> None:
    near = 0
    for own in fields.values():
        points = np.array([each["points"] for each in own])
        assert points.min() >= 2
        assert (points <= np.array(SIZE_HW[::-1]) - 2).all()
        near += bool((np.minimum(points, np.array(SIZE_HW[::-1]) - points) < EDGE_PX).any())
    assert 2 <= near <= 0.12 * len(fields)


def test_fields_point_every_way_and_go_clockwise(fields: dict[str, list[dict[str, Any]]]) -> None:
    corners = single([each["points"] for own in fields.values() for each in own])
    width, height = sizes_wh(corners).T
    assert (width > 2 * height).all()
    assert (height > 20).all()
    assert (height < 40).all()
    top, right = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    assert (top[:, 0] * right[:, 1] - top[:, 1] * right[:, 0] > 0).all()
    headings = np.arctan2(top[:, 1], top[:, 0])
    assert (np.histogram(headings, 4, (-np.pi, np.pi))[0] > 0.12 * len(corners)).all()


@pytest.mark.parametrize(("part", "number"), [("train", 16), ("train", 47)])
def test_boxes_fit_the_ink_with_a_little_room(part: str, number: int) -> None:
    for photo in generate.make_package(part, number):
        for mark in photo.marks:
            ink, drawn = sizes_wh(single(np.stack([mark.ink, mark.corners])))
            assert (drawn - ink > 1.8).all()
            assert (drawn - ink < 6.6).all()


def test_the_dots_are_letters_of_seven_rows_of_five() -> None:
    assert set(PATTERNS) >= {*LETTERS, *"0123456789/"}
    for cells in PATTERNS.values():
        assert [len(row) for row in cells.split()] == [COLUMNS] * ROWS
    assert len(set(PATTERNS.values())) == len(PATTERNS)


@pytest.mark.parametrize("capital", [20.0, 47.0])
def test_letters_are_as_high_as_they_are_meant_to_be(capital: float) -> None:
    rng = np.random.default_rng(3)
    assert set(LINES) == set(PATTERNS)
    for font in FILES:
        assert len(lettering("H", font, capital)) == pytest.approx(capital, abs=2)
    for pricked in (False, True):
        strokes = draw_strokes(rng, pricked)
        assert len(written("H8", strokes, capital, rng)) == pytest.approx(capital, abs=3)
    assert len(dotted("H8", draw_dots(rng), capital, rng)) == pytest.approx(capital, rel=0.2)


def test_machines_differ_in_detail() -> None:
    rng = np.random.default_rng(5)
    masks = [dotted("L2047B", draw_dots(rng), 40.0, rng) for _ in range(5)]
    assert all(first.shape != second.shape for first, second in pairwise(masks))


def test_a_photo_sees_the_same_place_of_a_package_as_its_boxes() -> None:
    rng = np.random.default_rng(7)
    points = rng.uniform(-120, 120, (9, 2))
    for _ in range(10):
        view = draw_view(rng, float(rng.uniform(0, 6)), unsharp=False)
        matrix = projection(view, view.angle_rad, view.shift, 40.0)
        for radius in (None, 160.0):
            seen = through(matrix, bent(points, radius))
            back = through(np.linalg.inv(matrix), seen)
            across = unbent(single(back[:, 0]), radius)
            assert np.stack([across, back[:, 1]], 1) == pytest.approx(points, abs=0.01)


def test_every_kind_of_package_is_in_both_parts_in_both_kinds_of_print() -> None:
    for part, count in generate.PACKAGES.items():
        first = generate.FIRST_NUMBER[part]
        plans = [generate.plan(part, number) for number in range(first, first + count)]
        assert len({(plan.kind, plan.dots) for plan in plans}) == 2 * len(generate.KINDS)
        assert sum(plan.twice for plan in plans) == PHOTOS[part] - count
        assert sum(plan.poor for plan in plans) >= 3


def test_the_example_stays_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.suffix in (".jpg", ".txt")]
    assert sum(path.stat().st_size for path in files) <= 6_000_000
