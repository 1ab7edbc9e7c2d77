"""Labels for training: the edge margin and ignored labels count for nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import RunFailed, UsageError
from engine.recipe.units import Length
from engine.records import IGNORE, MaskAnnotation, Sample
from engine.tasks.segmentation.photos import mask_margin, open_photos, read_truth
from tests.builders import picture

VALUES = ((0, 0), (1, 1), (2, 2), (9, IGNORE))


@pytest.fixture
def part(tmp_path: Path) -> Sample:
    """A photo of 40 x 60 px: class 0 across all of it, a square of class 1, one to be ignored."""
    truth = np.zeros((40, 60), np.uint8)
    truth[10:14] = 1
    truth[20:30, 20:30] = 2
    truth[32:36, 40:50] = 9
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    return Sample(
        id="part.png",
        image=picture(tmp_path / "part.png", pixels),
        size_hw=(40, 60),
        annotation=MaskAnnotation(picture(tmp_path / "mask.png", truth), VALUES),
        object="part",
        sha256="0",
    )


def test_the_edge_margin_and_ignored_labels_are_left_out(part: Sample) -> None:
    labels = open_photos([part], View(), Length(5, "px")).labels(0)
    edge = np.ones((40, 60), bool)
    edge[5:35, 5:55] = False
    assert (labels[edge] == IGNORE).all()
    assert (labels[32:35, 40:50] == IGNORE).all()
    assert (labels[10:14, 5:55] == 1).all()
    assert (labels[20:30, 20:30] == 2).all()
    assert labels[6, 6] == 0


def test_a_margin_in_percent_is_of_the_shorter_side(part: Sample) -> None:
    labels = open_photos([part], View(), Length(10, "%")).labels(0)
    assert (labels[:4] == IGNORE).all()
    assert (labels[:, :4] == IGNORE).all()
    assert labels[4, 4] == 0


def test_the_margin_is_that_of_the_region_of_interest(part: Sample) -> None:
    photos = open_photos([part], View(roi_xywh=(10, 5, 40, 30)), Length(3, "px"))
    labels = photos.labels(0)
    assert labels.shape == (30, 40)
    assert photos.image(0).shape == (30, 40, 3)
    assert (labels[:3] == IGNORE).all()
    assert (labels[5:9, 3:-3] == 1).all()
    assert (labels[15:25, 10:20] == 2).all()


def test_labels_are_as_large_as_the_picture_that_the_network_sees(part: Sample) -> None:
    photos = open_photos([part], View(size_hw=(20, 20), resize="fit"), Length(6, "px"))
    assert photos.image(0).shape[:2] == photos.labels(0).shape == (13, 20)
    assert (photos.labels(0)[:, 0] == IGNORE).all()
    assert (photos.labels(0)[0] == IGNORE).all()


def test_the_truth_keeps_the_margin_for_evaluation(part: Sample) -> None:
    truth = read_truth(part, View())
    assert (truth[10:14] == 1).all()
    assert (truth[32:36, 40:50] == IGNORE).all()


def test_a_margin_that_leaves_nothing_leaves_nothing() -> None:
    assert (mask_margin(np.zeros((10, 30), np.uint8), 5) == IGNORE).all()
    assert (mask_margin(np.zeros((10, 30), np.uint8), 50) == IGNORE).all()


@pytest.mark.parametrize(
    ("view", "margin"),
    [
        (View(), Length(50, "%")),
        (View(), Length(1000)),
        (View(roi_xywh=(10, 5, 40, 30)), Length(15)),
    ],
)
def test_a_margin_that_covers_a_whole_photo_is_refused(
    part: Sample, view: View, margin: Length
) -> None:
    with pytest.raises(UsageError, match="covers the whole photo"):
        open_photos([part], view, margin)


def test_no_margin_gives_a_copy() -> None:
    labels = np.zeros((4, 4), np.uint8)
    masked = mask_margin(labels, 0)
    masked[0, 0] = 1
    assert labels[0, 0] == 0


def test_a_photo_without_annotation_never_becomes_background(tmp_path: Path) -> None:
    bare = Sample("a.png", tmp_path / "a.png", (4, 4), None, "a", "0")
    with pytest.raises(RunFailed, match="without annotation"):
        read_truth(bare, View())
