"""What is ignored on good photos is in no memory, vouches for nothing, and decides no place."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import RunFailed
from engine.records import IGNORE
from engine.tasks.anomaly_detection.patches.alignment import FEWEST, place_weight
from engine.tasks.anomaly_detection.patches.gather import Gathered, gather_memory
from engine.tasks.anomaly_detection.patches.reader import GoodPhotos, PatchReader, counted_cells
from engine.tasks.segmentation.infer import Inference, infer_picture
from tests.tasks.anomaly_detection.good_parts import mean_colours, surface

SMALL = Inference(View(), 4095.0, (64, 64))
SPOT = np.s_[24:40, 24:40]


def spotted(seed: int) -> np.ndarray:
    own = surface(seed, (96, 96))
    own[40:48, 40:48] = (230, 40, 40)
    return own


AROUND = np.s_[8:72, 8:72]
"""Whatever has the spot in its neighbourhood."""


def ignoring(*wheres: tuple[slice, slice], side: int = 64) -> np.ndarray:
    labels = np.zeros((side, side), np.uint8)
    for where in wheres:
        labels[where] = IGNORE
    return labels


def gathered(pictures: list[np.ndarray], labels: list[np.ndarray] | None = None) -> Gathered:
    names = [f"part{number}" for number in range(len(pictures))]
    sizes = [own.shape[:2] for own in pictures]
    read = None if labels is None else labels.__getitem__
    photos = GoodPhotos(pictures.__getitem__, names, sizes, read)
    return gather_memory(mean_colours(), photos, SMALL, 0, lambda *_: None)


def scored(found: Gathered, picture: np.ndarray) -> float:
    return float(infer_picture(lambda tiles: np.asarray(found.model(tiles)), picture, SMALL).max())


def test_a_cell_with_any_ignored_pixel_is_not_learnt() -> None:
    labels = np.ones((16, 24), np.uint8)
    labels[7, 8] = labels[8, 23] = IGNORE
    np.testing.assert_array_equal(counted_cells(labels), [[1, 0, 1], [1, 1, 0]])


def test_cells_are_passed_over_tile_by_tile() -> None:
    pictures, labels = [surface(0, (64, 64))], ignoring(SPOT)
    photos = GoodPhotos(pictures.__getitem__, ["part"], [(64, 64)], lambda _: labels)
    reader = PatchReader(photos, SMALL, lambda tile: tile[::8, ::8])
    seen = [(cells.shape, counted.shape) for cells, counted in reader.tiles(0)]
    assert seen == [((8, 8, 3), (8, 8))] * 4
    whole = PatchReader(GoodPhotos(photos.image, ["part"], [(64, 64)]), SMALL, reader.extract)
    left = [sum(len(own) for own in each.patches(0, 1.0)) for each in (reader, whole)]
    assert left[0] < left[1] == 4 * 64


@pytest.mark.parametrize("bad", [1, 7])
def test_what_is_ignored_is_not_learnt_and_makes_no_outlier(bad: int) -> None:
    pictures = [spotted(seed) if seed < bad else surface(seed, (96, 96)) for seed in range(8)]
    labels = [ignoring(AROUND, side=96)] * bad + [ignoring(side=96)] * (8 - bad)
    found = gathered(pictures, labels)
    assert found.outliers == ()
    assert scored(found, spotted(90)) > 10 * scored(found, surface(91, (96, 96)))
    learnt = gathered(pictures)
    if bad == 1:
        assert [outlier.object for outlier in learnt.outliers] == ["part0"]
    else:
        assert scored(learnt, spotted(90)) < 0.1 * scored(found, spotted(90))


def test_without_an_ignored_pixel_nothing_changes() -> None:
    pictures = [surface(seed) for seed in range(6)]
    one, other = gathered(pictures), gathered(pictures, [ignoring()] * 6)
    for left, right in zip(one.model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_photo_that_is_ignored_as_a_whole_is_passed_over() -> None:
    pictures = [surface(seed) for seed in range(6)]
    found = gathered(pictures, [*[ignoring()] * 5, ignoring(np.s_[:, :])])
    assert found.patches == gathered(pictures[:5]).patches


def test_nothing_but_ignored_pixels_ends_the_run() -> None:
    with pytest.raises(RunFailed, match="nothing of the good training photos is left"):
        gathered([surface(seed) for seed in range(9)], [ignoring(np.s_[:, :])] * 9)


def test_parts_lie_alike_or_not_whatever_is_ignored() -> None:
    rng = np.random.default_rng(0)
    part = rng.normal(0, 10, (6, 6, 4)).astype(np.float32)
    photos = [part + rng.normal(0, 0.1, part.shape).astype(np.float32) for _ in range(12)]
    counted = [np.ones((6, 6), bool) for _ in photos]
    plain = place_weight(photos, 0)
    assert plain > 0.0
    for number, photo in enumerate(photos):
        place = np.s_[number % 5 : number % 5 + 2, :2]
        photo[place] = 100.0
        counted[number][place] = False
    assert place_weight(photos, 0) != pytest.approx(plain, rel=0.3)
    assert place_weight(photos, 0, counted) == pytest.approx(plain, rel=0.1)
    nothing = [np.zeros((6, 6), bool)] * (12 - FEWEST + 1)
    assert place_weight(photos, 0, [*nothing, *counted[len(nothing) :]]) == 0.0
