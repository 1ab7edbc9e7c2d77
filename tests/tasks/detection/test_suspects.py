"""What the model is sure of on training photos and nobody annotated is told, surest first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.data.view import View
from engine.records import Sample, TrainSet
from engine.tasks.detection.deployment import Deployment, dump, load
from engine.tasks.detection.suspects import suspects
from engine.tasks.suspicion import MOST_SECONDS
from engine.tasks.task import Suspects
from tests.tasks.detection.bright import Bright, deployed, spotted

MODEL = Bright()


def search(*samples: Sample, deployment: Deployment | None = None) -> Suspects:
    heard: list[int] = []
    found = suspects(
        MODEL, deployment or deployed(), TrainSet(samples), lambda done, _: heard.append(done)
    )
    assert heard == list(range(1, found.looked + 1))
    return found


def test_a_sure_thing_without_annotation_is_told(tmp_path: Path) -> None:
    found = search(
        spotted(tmp_path, "annotated", (20, 20, 255, True)),
        spotted(tmp_path, "forgotten", (20, 20, 255, True), (50, 40, 230, False)),
        spotted(tmp_path, "surer", (30, 40, 250, False), (60, 60, 215, False)),
        spotted(tmp_path, "unsure", (20, 20, 150, False)),
    )
    assert (found.looked, found.photos, found.limit) == (4, 4, 0.8)
    told = [(each.sample_id, each.class_name, each.others) for each in found.found]
    assert told == [("surer.png", "spot", 1), ("forgotten.png", "spot", 0)]
    assert found.found[0].confidence > found.found[1].confidence > 0.8
    x, y, width, height = found.found[1].bbox_xywh
    assert abs(x - 50) <= 1 and abs(y - 40) <= 1 and abs(width - 12) <= 2 and abs(height - 12) <= 2
    assert all(each.picture.startswith(b"\xff\xd8") for each in found.found)


def test_removing_an_annotation_is_found_and_with_it_nothing_is(tmp_path: Path) -> None:
    whole = spotted(tmp_path, "a", (20, 20, 255, True), (60, 50, 240, True))
    assert search(whole).found == ()
    lacking = spotted(tmp_path, "a", (20, 20, 255, True), (60, 50, 240, False))
    (one,) = search(lacking).found
    assert one.bbox_xywh[:2] in [(60, 50), (59, 49), (59, 50), (60, 49)]


def test_what_overlaps_an_annotation_or_lies_in_the_margin_is_not(tmp_path: Path) -> None:
    beside = spotted(tmp_path, "beside", (20, 20, 255, False))
    annotation = spotted(tmp_path, "shifted", (25, 25, 255, True)).annotation
    margin = spotted(tmp_path, "margin", (0, 20, 255, False))
    assert search(replace(beside, annotation=annotation), margin).found == ()


def test_boxes_are_those_of_the_whole_photo(tmp_path: Path) -> None:
    view = View(roi_xywh=(16, 8, 64, 80))
    (one,) = search(
        spotted(tmp_path, "a", (40, 48, 255, False)), deployment=deployed(view=view)
    ).found
    x, y, width, height = one.bbox_xywh
    assert abs(x - 40) <= 1 and abs(y - 48) <= 1 and abs(width - 12) <= 2 and abs(height - 12) <= 2


def test_a_model_that_is_too_often_wrong_is_not_asked(tmp_path: Path) -> None:
    sample = spotted(tmp_path, "a", (30, 40, 255, False))
    found = search(sample, deployment=replace(deployed(), suspicion=None))
    assert (found.looked, found.photos, found.limit, found.found) == (0, 1, None, ())


def test_it_stops_when_its_time_is_over(tmp_path: Path) -> None:
    samples = tuple(spotted(tmp_path, f"{n}", (20 + n, 40, 255, False)) for n in range(4))
    moments = iter([0.0, 1.0, 2.0, MOST_SECONDS + 1])
    found = suspects(
        MODEL, deployed(), TrainSet(samples), lambda *_: None, clock=lambda: next(moments)
    )
    assert (found.looked, found.photos) == (2, 4)


def test_suspicion_is_stored_with_the_model() -> None:
    assert load(dump(replace(deployed(), suspicion=0.75))).suspicion == 0.75
    assert load(dump(replace(deployed(), suspicion=None))).suspicion is None
