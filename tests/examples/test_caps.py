"""The bottle-cap example: committed files are what the program makes, and fit the recipe."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from examples.caps import generate

FOLDER = Path(generate.__file__).parent
PARTS = ("train", "test")


def names(part: str) -> list[str]:
    return sorted(path.stem for path in (FOLDER / part / "images").iterdir())


def cap_of(name: str) -> str:
    match = re.search(r"(?P<object>cap\d+)", name)
    assert match
    return match["object"]


def read_mask(part: str, name: str) -> np.ndarray:
    mask = cv2.imread(str(FOLDER / part / "masks" / f"{name}.png"), cv2.IMREAD_UNCHANGED)
    assert mask is not None
    return np.asarray(mask)


@pytest.mark.parametrize(("part", "number"), [("train", 4)])
def test_a_cap_made_twice_has_identical_pixels(part: str, number: int) -> None:
    once, again = generate.make_cap(part, number), generate.make_cap(part, number)
    assert [photo.name for photo in once] == [photo.name for photo in again]
    for first, second in zip(once, again, strict=True):
        assert np.array_equal(first.image, second.image)
        assert np.array_equal(first.mask, second.mask)


@pytest.mark.parametrize(("part", "number"), [("train", 8), ("test", 109)])
def test_committed_files_are_what_the_program_makes(part: str, number: int) -> None:
    for photo in generate.make_cap(part, number):
        stored = cv2.imread(str(FOLDER / part / "images" / f"{photo.name}.jpg"))
        assert stored is not None
        made = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
        assert np.abs(made.astype(int) - stored.astype(int)).mean() < 4  # JPEG's loss
        assert np.array_equal(photo.mask, read_mask(part, photo.name))


def test_a_cap_can_be_written_and_read_back(tmp_path: Path) -> None:
    (photo,) = generate.make_cap("train", 10)
    generate.write_photo(photo, tmp_path)
    assert np.array_equal(
        cv2.imread(str(tmp_path / "masks" / f"{photo.name}.png"), cv2.IMREAD_UNCHANGED), photo.mask
    )
    assert (tmp_path / "images" / f"{photo.name}.jpg").stat().st_size > 5000


@pytest.mark.parametrize("part", PARTS)
def test_counts(part: str) -> None:
    found = names(part)
    caps = {cap_of(name) for name in found}
    good = {cap_of(name) for name in found if not read_mask(part, name).any()}
    assert (len(found), len(caps), len(good)) == (80, 60, 20)
    assert found == sorted(path.stem for path in (FOLDER / part / "masks").iterdir())


@pytest.mark.parametrize("part", PARTS)
def test_masks_are_indices_and_hold_every_class(part: str) -> None:
    caps_with: dict[int, set[str]] = {1: set(), 2: set()}
    for name in names(part):
        mask = read_mask(part, name)
        assert mask.shape == (256, 256)
        assert mask.dtype == np.uint8
        values = set(np.unique(mask).tolist())
        assert values <= {0, 1, 2}
        for value in values - {0}:
            caps_with[value].add(cap_of(name))
    assert len(caps_with[1]) == 28
    assert len(caps_with[2]) == 24


@pytest.mark.parametrize("part", PARTS)
def test_some_defects_lie_in_the_edge_band(part: str) -> None:
    touched = 0
    for name in names(part):
        mask = read_mask(part, name)
        touched += bool(mask.any() and mask.sum() > mask[12:-12, 12:-12].sum())
    assert 2 <= touched <= 12


def test_no_cap_is_in_both_folders() -> None:
    train, test = ({cap_of(name) for name in names(part)} for part in PARTS)
    assert not train & test


def test_the_example_stays_small() -> None:
    files = [path for part in PARTS for path in (FOLDER / part).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 5_000_000
