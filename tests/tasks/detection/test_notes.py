"""What a report must say of how a detector was trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data.boxes.geometry import upright_box
from engine.data.view import View
from engine.recipe.units import Length
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.tasks.detection.detections import Things
from engine.tasks.detection.notes import misfits, shrinking
from engine.tasks.detection.options import DetectionOptions
from engine.tasks.detection.patches import cut_off
from engine.tasks.detection.photos import open_photos
from tests.tasks.detection.test_options import options, recipe_path, things

__all__ = ["recipe_path"]


def test_shrinking_is_told_in_px(tmp_path: Path) -> None:
    corners = np.array([upright_box(200, 300, 280, 340)], np.float32)
    boxes = BoxAnnotation(None, corners, np.array([0], np.uint8))
    samples = [Sample("a.png", tmp_path / "a.png", (800, 1000), boxes, "a", "")]

    def told(view: View) -> list[str]:
        photos = open_photos(samples, view, Length(0, "px"), (1,), oriented=True)
        return list(shrinking(view, samples, photos))

    (note,) = told(View(scale=0.25))
    assert note.startswith("Photos of 1000 x 800 px are seen at 25 %, as 250 x 200 px, ")
    assert told(View()) == []


class TestMisfits:
    @pytest.fixture
    def small_patch(self, recipe_path: Path) -> DetectionOptions:
        found = options(recipe_path, [things((20, 20, 10, 10, 0))])
        names = ("bracket", "nut", "washer")
        return replace(found, class_names=names, patch_hw=(32, 64))

    def test_a_class_that_is_too_large_is_told(self, small_patch: DetectionOptions) -> None:
        large, small = (50, 50, 90, 60, 0.5), (50, 50, 30, 20, 0.5)
        both = Things(
            np.array([large, large, small, small], np.float32), np.array([0, 0, 0, 1], np.uint8)
        )
        (note,) = misfits(small_patch, [both, things()], stated=True)
        assert note.startswith(
            "Of 3 training things of 'bracket' 1 fit into a training patch of 64 x 32 px by "
        )
        assert note.endswith("Enlarge input.tile, or leave it out.")

    def test_a_few_large_ones_are_no_matter(self, small_patch: DetectionOptions) -> None:
        sides = [40.0] * 9 + [90.0]
        own = things(*[(50, 50, side, 20, 0) for side in sides])
        assert list(misfits(small_patch, [own], stated=True)) == []

    @pytest.mark.parametrize(
        ("box", "learnt"),
        [((50, 50, 60, 42, 0), True), ((50, 50, 60, 44, 0), False), ((50, 50, 20, 64, 0), False)],
    )
    def test_what_is_learnt_is_what_a_patch_does_not_cut_off(
        self, small_patch: DetectionOptions, box: tuple[float, ...], learnt: bool
    ) -> None:
        own = things(*[box] * 10)
        notes = list(misfits(small_patch, [own], stated=False))
        assert (notes == []) is learnt
        assert all("input.tile" not in note for note in notes)
        centred = Things(own.boxes - (18, 34, 0, 0, 0), own.classes)
        assert (cut_off(centred, (32, 64)).classes != IGNORE).all() == learnt

    def test_things_in_the_margin_do_not_count(self, small_patch: DetectionOptions) -> None:
        large = things(*[(50, 50, 200, 200, 0)] * 10)
        ignored = Things(large.boxes, np.full(10, IGNORE, np.uint8))
        assert list(misfits(small_patch, [ignored], stated=True)) == []
