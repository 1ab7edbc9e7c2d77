"""The photos that training is watched on: real ones, and drawn ones where no defect is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.intensity import to_unit
from engine.recipe import load_recipe
from engine.records import IGNORE, Sample
from engine.tasks.anomaly_detection import watched
from engine.tasks.anomaly_detection.options import AnomalyOptions, resolve
from engine.tasks.anomaly_detection.watched import WatchedPhoto, watch
from tests.builders import write_recipe
from tests.tasks.anomaly_detection.good_parts import KINDS, SPOT, photo_of, surface

RECIPE = """version: 1
name: parts
task: anomaly_detection
data:
  format: mvtec
  root: .
  object: image
"""


def options(folder: Path, *overrides: str) -> AnomalyOptions:
    return resolve(load_recipe(write_recipe(folder, RECIPE), list(overrides)), KINDS)


def watching(
    folder: Path, samples: list[Sample], *overrides: str, white: float = 65535.0
) -> tuple[WatchedPhoto, ...]:
    return watch(samples, options(folder, *overrides), white)


def good(folder: Path, count: int, **how: Any) -> list[Sample]:
    return [photo_of(folder, f"good{number}", **how) for number in range(count)]


def test_real_defects_need_no_drawn_ones(tmp_path: Path) -> None:
    samples = [*good(tmp_path, 2), photo_of(tmp_path, "bad", 1)]
    found = watching(tmp_path, samples)
    assert [(each.name, each.is_bad) for each in found] == [
        ("good0.png", False),
        ("good1.png", False),
        ("bad.png", True),
    ]
    assert found[2].labels is not None and found[0].labels is not None
    labels = found[2].labels()
    assert (labels[SPOT] == 1).all() and labels.sum() == 12 * 14
    assert not found[0].labels().any()
    assert not any(each.drawn for each in found)


def test_a_defect_that_nobody_marked_has_no_labels(tmp_path: Path) -> None:
    found = watching(tmp_path, [*good(tmp_path, 1), photo_of(tmp_path, "bad", 0, mask=False)])
    assert found[1].is_bad and found[1].labels is None


@pytest.mark.parametrize("override", ["input.roi=[0, 0, 20, 20]", "margins.edge=25 px"])
def test_a_defect_beyond_what_is_judged_is_not_watched_and_defects_are_drawn(
    tmp_path: Path, override: str
) -> None:
    samples = [*good(tmp_path, 3), photo_of(tmp_path, "bad", 1, (slice(40, 46), slice(50, 60)))]
    found = watching(tmp_path, samples, override)
    assert "bad.png" not in [each.name for each in found]
    assert any(each.drawn for each in found)


@pytest.mark.parametrize("depth", [8, 16])
def test_good_photos_alone_get_copies_with_drawn_defects(tmp_path: Path, depth: int) -> None:
    white = 255.0 if depth == 8 else 4095.0
    how = np.uint8 if depth == 8 else np.uint16
    samples = [
        photo_of(tmp_path, f"good{n}", pixels=(surface(n, channels=1) * (white / 255)).astype(how))
        for n in range(4)
    ]
    found = watching(tmp_path, samples, white=white)
    assert len(found) == 4 and not any(each.is_bad for each in found)
    assert sum(len(each.drawn) for each in found) >= 5
    for each in found:
        for drawn in each.drawn:
            assert (drawn.labels == 1).any()
            # Seen as the network sees it, the copy is the photo where nothing is drawn.
            original = each.picture()[drawn.rows_columns]
            assert (drawn.patch.dtype, drawn.patch.shape) == (original.dtype, original.shape)
            copy, before = (to_unit(own, white) for own in (drawn.patch, original))
            same = drawn.labels == 0
            np.testing.assert_allclose(copy[same], before[same], atol=0.06)
            assert np.abs(copy - before)[drawn.labels == 1].mean() > 0.02


def test_of_large_photos_the_places_drawn_on_are_held_alone(tmp_path: Path) -> None:
    samples = good(tmp_path, 2, pixels=surface(1, (900, 1100)))
    for each in watching(tmp_path, samples):
        assert each.drawn
        for drawn in each.drawn:
            assert drawn.patch.shape == (256, 256, 3) and drawn.patch.base is None
            assert each.picture()[drawn.rows_columns].shape == drawn.patch.shape


def test_what_is_drawn_is_always_the_same(tmp_path: Path) -> None:
    samples = good(tmp_path, 3)
    one, other = watching(tmp_path, samples), watching(tmp_path, samples)
    assert [each.name for each in one] == [each.name for each in other]
    drawn = [[place for each in found for place in each.drawn] for found in (one, other)]
    for left, right in zip(*drawn, strict=True):
        np.testing.assert_array_equal(left.patch, right.patch)


def test_the_edge_band_is_ignored_and_nothing_is_marked_in_it(tmp_path: Path) -> None:
    for each in watching(tmp_path, good(tmp_path, 4), "margins.edge=8 px"):
        assert each.labels is not None
        for labels in (each.labels(), *(own.labels for own in each.drawn)):
            assert (labels[:8] == IGNORE).all() and (labels[:, -8:] == IGNORE).all()
            assert (labels[8:-8, 8:-8] != IGNORE).any()


def test_labels_are_of_the_size_that_the_network_sees(tmp_path: Path) -> None:
    samples = [*good(tmp_path, 1), photo_of(tmp_path, "bad", 0)]
    overrides = ("input.size=32x32", "input.resize=stretch")
    for each in watching(tmp_path, samples, *overrides):
        assert each.labels is not None
        assert each.picture().shape[:2] == each.labels().shape == (32, 32)


def test_a_single_photo_and_mixed_sizes_and_none(tmp_path: Path) -> None:
    assert watching(tmp_path, []) == ()
    assert len(watching(tmp_path, good(tmp_path, 1))) >= 1
    mixed = [
        photo_of(tmp_path, "wide", pixels=surface(0, (30, 90))),
        photo_of(tmp_path, "high", pixels=surface(1, (90, 30), channels=1)),
        photo_of(tmp_path, "dot", pixels=surface(2, (1, 1))),
    ]
    for each in watching(tmp_path, mixed):
        assert each.labels is not None and each.picture().shape[:2] == each.labels().shape


def test_of_many_photos_some_are_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "MOST_PHOTOS", 4)
    samples = [*good(tmp_path, 9), photo_of(tmp_path, "bad", 0)]
    found = watching(tmp_path, samples)
    assert len(found) == 4
    assert [each.is_bad for each in found].count(True) == 1
