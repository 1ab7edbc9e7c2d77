"""The good-caps example: committed files are what the program makes, laid out as MVTec AD."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from examples.caps.photo import expose
from examples.good_caps import generate
from examples.good_caps.defects import WHERE, WRONG, MissingPrint, draw_kind, without_print
from examples.good_caps.generate import LOTS, Lot
from examples.good_caps.product import INK, LACQUER, SECOND_INK, draw_printed_cap, inks_of
from examples.good_caps.scene import render
from examples.good_caps.station import draw_view

FOLDER = Path(generate.__file__).parent
BAD = tuple(lot for lot in LOTS if lot.kind != "good")
PHOTOS = {"train/good": 50, "test/good": 35} | {f"test/{lot.kind}": 13 for lot in BAD}
RIGHT = {"lacquer": LACQUER, "skirt": LACQUER, "ink": INK, "second_ink": SECOND_INK}


def lot_of(kind: str) -> Lot:
    return next(lot for lot in LOTS if (lot.part, lot.kind) == ("test", kind))


def names(lot: Lot) -> list[str]:
    return sorted(path.stem for path in (FOLDER / lot.part / lot.kind).iterdir())


def cap_of(name: str) -> str:
    match = re.search(r"(?P<object>cap\d+)", name)
    assert match
    return match["object"]


def read_photo(lot: Lot, name: str) -> np.ndarray:
    photo = cv2.imread(str(FOLDER / lot.part / lot.kind / f"{name}.jpg"))
    assert photo is not None
    return np.asarray(photo)


def read_mask(kind: str, name: str) -> np.ndarray:
    path = FOLDER / "ground_truth" / kind / f"{name}_mask.png"
    mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert mask is not None
    return np.asarray(mask)


@pytest.mark.parametrize(
    ("lot", "number"), [(LOTS[0], 1), *((lot, lot.first + 2) for lot in LOTS[1:])]
)
def test_committed_files_are_what_the_program_makes(lot: Lot, number: int) -> None:
    (photo,) = generate.make_cap(lot, number)
    made = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
    stored = read_photo(lot, photo.name)
    assert np.abs(made.astype(int) - stored.astype(int)).mean() < 4  # JPEG's loss
    if lot.kind == "good":
        assert not photo.mask.any()
    else:
        assert (photo.mask != read_mask(lot.kind, photo.name)).mean() < 1e-4  # another CPU's floats


def test_a_cap_made_twice_has_identical_pixels() -> None:
    lot = lot_of("missing_print")
    once, again = generate.make_cap(lot, 162), generate.make_cap(lot, 162)
    assert [photo.name for photo in once] == ["cap162_a", "cap162_b"]
    for first, second in zip(once, again, strict=True):
        assert np.array_equal(first.image, second.image)
        assert np.array_equal(first.mask, second.mask)


@pytest.mark.parametrize(("kind", "files"), [("good", 1), ("chip", 2)])
def test_a_photo_can_be_written(kind: str, files: int, tmp_path: Path) -> None:
    lot = lot_of(kind)
    (photo,) = generate.make_cap(lot, lot.first)
    generate.write_photo(lot, photo, tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == files
    assert (tmp_path / "test" / kind / f"{photo.name}.jpg").stat().st_size > 5000


@pytest.mark.parametrize("lot", LOTS)
def test_counts(lot: Lot) -> None:
    found = names(lot)
    assert len(found) == PHOTOS[f"{lot.part}/{lot.kind}"]
    caps = {f"cap{number:03d}" for number in range(lot.first, lot.first + lot.count)}
    assert {cap_of(name) for name in found} == caps
    assert all(read_photo(lot, name).shape == (256, 256, 3) for name in found)


def test_no_cap_is_in_two_folders() -> None:
    caps = [cap for lot in LOTS for cap in {cap_of(name) for name in names(lot)}]
    assert len(caps) == len(set(caps)) == 110


@pytest.mark.parametrize("lot", BAD)
def test_every_bad_photo_has_a_mask_off_the_edge(lot: Lot) -> None:
    masks = sorted(path.stem for path in (FOLDER / "ground_truth" / lot.kind).iterdir())
    assert masks == [f"{name}_mask" for name in names(lot)]
    for name in names(lot):
        mask = read_mask(lot.kind, name)
        assert (mask.shape, mask.dtype) == ((256, 256), np.uint8)
        assert set(np.unique(mask).tolist()) == {0, 255}
        assert mask.sum() == mask[8:-8, 8:-8].sum()


@pytest.mark.parametrize("lot", BAD)
def test_defects_are_small_and_large(lot: Lot) -> None:
    areas = [(read_mask(lot.kind, name) > 0).sum() for name in names(lot)]
    assert min(areas) >= generate.LEAST_PX
    assert max(areas) > 3 * min(areas)


@pytest.mark.parametrize("lot", BAD)
def test_what_a_mask_marks_can_be_seen_and_nothing_else_changes(lot: Lot) -> None:
    rng = np.random.default_rng([1, lot.first])
    for index in range(3):
        item, view = draw_printed_cap(1, rng), draw_view(rng)
        defects = draw_kind(lot.kind, item.cap, inks_of(item), index, rng)
        seen, masks = render(item, defects, view)
        flawless, _ = render(item, (), view)
        change = np.abs(seen - flawless).mean(2)
        marked = np.max(masks, axis=0) > 0
        near = cv2.dilate(marked.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
        assert change[marked].mean() > 4 * change[~marked].mean()
        assert change[~near].max(initial=0) < 25  # a chip at the rim moves the shadow beside it


@pytest.mark.parametrize("where", sorted(WRONG))
def test_wrong_colours_are_far_off(where: str) -> None:
    lab = {}
    for name, colours in (("right", (RIGHT[where],)), ("wrong", WRONG[where])):  # type: ignore[index]
        display = np.array([colours], np.float32) ** (1 / 2.2)
        lab[name] = cv2.cvtColor(display, cv2.COLOR_RGB2LAB)[0]
    assert where in WHERE
    assert (np.linalg.norm(lab["wrong"] - lab["right"], axis=1) > 50).all()


def test_batches_of_good_caps_differ_little() -> None:
    rng = np.random.default_rng(4)
    view = draw_view(rng)
    shots = [render(draw_printed_cap(k, rng), (), view)[0].mean((0, 1)) for k in range(6)]
    spread = np.ptp(shots, axis=0)
    assert 0.5 < spread.max() < 12


def test_print_is_taken_away_only_where_it_is_missing() -> None:
    rng = np.random.default_rng(5)
    inks = inks_of(draw_printed_cap(1, rng))
    line = np.array([[-0.3, -0.3], [0.3, -0.3], [0.3, 0.3], [-0.3, 0.3]])
    missing = MissingPrint(line, left=0.0, smear=None, texture_seed=1)
    smeared = replace(missing, left=0.3, smear=(0.1, 0.1))
    for ink, gone, dragged in zip(
        inks, without_print(inks, missing), without_print(inks, smeared), strict=True
    ):
        middle, outside = (slice(240, 400),) * 2, (slice(0, 200), slice(0, 640))
        assert gone[middle].max() < 0.01 < ink[middle].max()
        assert 0.05 < dragged[middle].max() < 0.7
        assert np.array_equal(ink[outside], gone[outside])


def test_light_and_place_differ_little_from_photo_to_photo() -> None:
    rng = np.random.default_rng(6)
    item = draw_printed_cap(1, rng)
    views = [draw_view(rng) for _ in range(5)]
    levels = [float(expose(render(item, (), view)[0], view).mean()) for view in views]
    assert np.std(levels) < 6
    assert all(np.abs(np.array(view.centre) - 256).max() <= 18 for view in views)
    assert np.ptp([view.angle for view in views]) > 1


def test_the_example_stays_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in files) < 3_000_000
