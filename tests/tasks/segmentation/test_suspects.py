"""What the model is sure of on training photos and nobody annotated is told, surest first."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data.view import View
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.records import MaskAnnotation, Sample, TrainSet
from engine.tasks.segmentation.defects import PredictedDefect
from engine.tasks.segmentation.deployment import Deployment, dump, load
from engine.tasks.segmentation.infer import Inference
from engine.tasks.segmentation.suspects import suspects, suspicion_of
from engine.tasks.suspicion import MOST_SECONDS
from engine.tasks.task import Suspects
from tests.builders import picture
from tests.tasks.segmentation.test_predict import brightness_model

THRESHOLDS = (Threshold("pixel", "spot", 0.5), Threshold("image", None, 0.9))


def deployed(suspicion: float | None = 0.8, view: View | None = None) -> Deployment:
    inference = Inference(view or View(), 65535.0, (64, 64))
    return Deployment(("spot",), Length(8.0), inference, THRESHOLDS, suspicion)


def spotted(folder: Path, name: str, *spots: tuple[int, int, int, bool]) -> Sample:
    """A dark photo of 64 x 64 px with squares of 8 px: x, y, grey level, whether annotated."""
    pixels, labels = np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8)
    for x, y, level, annotated in spots:
        pixels[y : y + 8, x : x + 8] = level
        labels[y : y + 8, x : x + 8] = annotated
    path = picture(folder / f"{name}.png", pixels)
    mask = picture(folder / f"{name}_mask.png", labels)
    classes = frozenset([0] if labels.any() else [])
    annotation = MaskAnnotation(mask, ((0, 0), (1, 1)), classes=classes)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Sample(f"{name}.png", path, (64, 64), annotation, name, digest)


def search(*samples: Sample, deployment: Deployment | None = None) -> Suspects:
    heard: list[int] = []
    found = suspects(
        brightness_model(),
        deployment or deployed(),
        TrainSet(samples),
        lambda n, _: heard.append(n),
    )
    assert heard == list(range(1, found.looked + 1))
    return found


def test_a_sure_mark_without_annotation_is_told(tmp_path: Path) -> None:
    found = search(
        spotted(tmp_path, "annotated", (20, 20, 255, True)),
        spotted(tmp_path, "forgotten", (20, 20, 255, True), (40, 30, 250, False)),
        spotted(tmp_path, "surer", (30, 40, 255, False), (12, 12, 240, False)),
        spotted(tmp_path, "unsure", (20, 20, 150, False)),
    )
    assert (found.looked, found.photos, found.limit) == (4, 4, 0.8)
    told = [(each.sample_id, each.bbox_xywh, each.others) for each in found.found]
    assert told == [("surer.png", (30, 40, 8, 8), 1), ("forgotten.png", (40, 30, 8, 8), 0)]
    assert found.found[0].confidence > found.found[1].confidence > 0.8
    assert all(each.picture.startswith(b"\xff\xd8") for each in found.found)


def test_what_touches_an_annotation_or_the_margin_is_not(tmp_path: Path) -> None:
    found = search(
        spotted(tmp_path, "beside", (20, 20, 255, True), (29, 20, 255, False)),
        spotted(tmp_path, "margin", (0, 20, 255, False)),
    )
    assert found.found == ()


def test_boxes_are_those_of_the_whole_photo(tmp_path: Path) -> None:
    view = View(roi_xywh=(10, 4, 50, 56))
    sample = spotted(tmp_path, "a", (30, 40, 255, False))
    (one,) = search(sample, deployment=deployed(view=view)).found
    assert one.bbox_xywh == (30, 40, 8, 8)


def test_a_model_that_is_too_often_wrong_is_not_asked(tmp_path: Path) -> None:
    sample = spotted(tmp_path, "a", (30, 40, 255, False))
    found = search(sample, deployment=deployed(None))
    assert (found.looked, found.photos, found.limit, found.found) == (0, 1, None, ())


def test_it_stops_when_its_time_is_over(tmp_path: Path) -> None:
    samples = [spotted(tmp_path, f"{n}", (20 + n, 40, 255, False)) for n in range(4)]
    moments = iter([0.0, 1.0, 2.0, MOST_SECONDS + 1])
    found = suspects(
        brightness_model(), deployed(), TrainSet(tuple(samples)), lambda *_: None,
        clock=lambda: next(moments),
    )  # fmt: skip
    assert (found.looked, found.photos) == (2, 4)


def mark(confidence: float, right: bool, area_px: int = 30) -> PredictedDefect:
    return PredictedDefect(0, (0, 0, 6, 5), area_px, confidence, right=right)


@pytest.mark.parametrize(
    "rights, asked",
    [
        ([True] * 5, 5),
        ([True] * 8 + [False] * 2, 8),
        ([True] * 19 + [False] * 9, 20),
        ([False] + [True] * 18 + [False] * 2, 0),
        ([False] + [True] * 19 + [False] * 2, 20),
        ([True] * 4, 0),
        ([False] * 9 + [True] * 9, 0),
    ],
)
def test_suspicion_is_as_sure_as_nineteen_of_twenty_are_right(
    rights: list[bool], asked: int
) -> None:
    """`asked` is how many of the marks, the surest first, are sure enough."""
    marks = [mark(0.99 - 0.01 * n, right) for n, right in enumerate(rights)]
    chosen = suspicion_of(marks[::-1])
    assert chosen == (marks[asked - 1].confidence if asked else None)


def test_crumbs_do_not_choose() -> None:
    assert suspicion_of([mark(0.9, True, area_px=3)] * 9) is None


def test_suspicion_is_stored_with_the_model() -> None:
    assert load(dump(deployed(0.75))).suspicion == 0.75
    assert load(dump(replace(deployed(), suspicion=None))).suspicion is None
