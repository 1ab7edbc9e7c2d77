"""Training photos that look bad all the same are told, the most anomalous first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.data.view import View
from engine.records import IGNORE, MaskAnnotation, Sample, TrainSet, VerdictAnnotation
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.patches.memory import PatchMemory
from engine.tasks.anomaly_detection.suspects import LEARNT, LEFT_OUT, NAME, suspects
from engine.tasks.suspicion import MOST_SECONDS
from engine.tasks.task import Suspects
from tests.builders import picture
from tests.tasks.anomaly_detection.good_parts import SPOT, brightness, deployed, photo_of, surface


def search(*samples: Sample, deployment: Deployment | None = None) -> Suspects:
    heard: list[int] = []
    own = deployment or deployed(image=0.6, pixel=0.6)
    found = suspects(brightness(), own, TrainSet(samples), lambda n, _: heard.append(n))
    assert heard == list(range(1, found.looked + 1))
    return found


def test_what_looks_bad_is_told(tmp_path: Path) -> None:
    found = search(
        photo_of(tmp_path, "good"),
        photo_of(tmp_path, "small", spot=(slice(20, 30), slice(30, 40))),
        photo_of(tmp_path, "large", spot=(slice(20, 50), slice(20, 50))),
        photo_of(tmp_path, "dull", pixels=surface(1, level=40)),
    )
    assert (found.looked, found.photos, found.limit) == (4, 4, 0.5)
    assert [each.sample_id for each in found.found] == ["large.png", "small.png"]
    assert found.found[0].confidence > found.found[1].confidence >= 0.5
    for each in found.found:
        assert each.class_name == NAME and each.others == 0
        assert each.picture.startswith(b"\xff\xd8")
    x, y, width, height = found.found[1].bbox_xywh
    assert abs(x + width / 2 - 35) < 2 and abs(y + height / 2 - 25) < 2


def test_further_places_are_counted(tmp_path: Path) -> None:
    pixels = surface(0, (64, 100))
    pixels[10:26, 70:86] = 250
    sample = photo_of(tmp_path, "two", spot=SPOT, pixels=pixels)
    assert [each.others for each in search(sample).found] == [1]


def test_without_a_marked_pixel_the_most_anomalous_one_is_shown(tmp_path: Path) -> None:
    sample = photo_of(tmp_path, "a", spot=SPOT)
    (one,) = search(sample, deployment=deployed(image=0.5, pixel=5.0)).found
    assert one.bbox_xywh[2:] == (1, 1)
    assert 28 <= one.bbox_xywh[0] <= 42 and 24 <= one.bbox_xywh[1] <= 36


def test_boxes_are_those_of_the_whole_photo(tmp_path: Path) -> None:
    sample = photo_of(tmp_path, "a", spot=(slice(36, 52), slice(30, 46)))
    for pixel in (0.6, 5.0):
        own = deployed(image=0.5, pixel=pixel, view=View(roi_xywh=(10, 4, 50, 56)))
        ((x, y, width, height),) = [each.bbox_xywh for each in search(sample, deployment=own).found]
        assert abs(x + width / 2 - 38) < 2 and abs(y + height / 2 - 44) < 2


def test_the_margin_is_no_matter(tmp_path: Path) -> None:
    sample = photo_of(tmp_path, "a", spot=(slice(0, 8), slice(10, 50)))
    assert search(sample, deployment=deployed(image=0.6, margin="20")).found == ()
    assert len(search(sample).found) == 1


def partly_ignored(folder: Path, sample: Sample, where: tuple[slice, slice]) -> Sample:
    """The good photo with a mask that leaves a region of it open."""
    marked = np.zeros(sample.size_hw, np.uint8)
    marked[where] = 9
    mask = MaskAnnotation(picture(folder / "ignored.png", marked), ((0, 0), (9, IGNORE)))
    return replace(sample, annotation=VerdictAnnotation(mask.path, None, mask))


def test_what_is_ignored_is_not_told(tmp_path: Path) -> None:
    sample = photo_of(tmp_path, "a", spot=SPOT)
    around = np.s_[8:52, 12:58]
    assert len(search(sample).found) == 1
    assert search(partly_ignored(tmp_path, sample, around)).found == ()


def test_places_that_are_ignored_are_not_counted_among_others(tmp_path: Path) -> None:
    pixels = surface(0, (64, 100))
    pixels[10:26, 70:86] = 250
    sample = photo_of(tmp_path, "two", spot=SPOT, pixels=pixels)
    (one,) = search(partly_ignored(tmp_path, sample, np.s_[:, :60])).found
    assert one.others == 0 and one.bbox_xywh[0] > 60


def test_it_stops_when_its_time_is_over(tmp_path: Path) -> None:
    samples = tuple(photo_of(tmp_path, f"{n}", spot=SPOT) for n in range(4))
    moments = iter([0.0, 1.0, 2.0, MOST_SECONDS + 1])
    found = suspects(
        brightness(), deployed(), TrainSet(samples), lambda *_: None, clock=lambda: next(moments)
    )
    assert (found.looked, found.photos) == (2, 4)
    order = sorted(samples, key=lambda each: each.sha256)
    assert {each.sample_id for each in found.found} == {each.id for each in order[:2]}


def far_from_black(outliers: Sequence[str] = (), *, left_out: bool = True) -> keras.Model:
    """A memory of one black patch, that knows of outliers."""
    pixels = keras.Input((None, None, 3))
    memory = PatchMemory(1, 3, outliers, left_out=left_out)
    model = keras.Model(pixels, memory(pixels))
    memory.remember(np.zeros((1, 3), np.float32))
    return model


@pytest.mark.parametrize(("left_out", "name"), [(True, LEFT_OUT), (False, LEARNT)])
def test_outliers_are_looked_at_first_and_told_whatever_they_score(
    left_out: bool, name: str, tmp_path: Path
) -> None:
    odd = photo_of(tmp_path, "odd", pixels=surface(1, level=40), object_name="part 7")
    others = [photo_of(tmp_path, f"{n}", spot=SPOT) for n in range(3)]
    heard: list[tuple[int, int]] = []
    model = far_from_black(["part 7"], left_out=left_out)
    moments = iter([0.0, 1.0, 2.0, 3.0, MOST_SECONDS + 4])
    found = suspects(
        model,
        deployed(image=1.0, pixel=1.0),
        TrainSet((*others, odd)),
        lambda done, total: heard.append((done, total)),
        clock=lambda: next(moments),
    )
    assert (found.looked, found.photos) == (2, 4) and heard == [(1, 4), (2, 4)]
    first = found.found[0]
    assert (first.sample_id, first.class_name) == ("odd.png", name)
    assert first.confidence < 0.5 <= found.found[1].confidence
    assert found.found[1].class_name == NAME and found.found[1].sample_id != "odd.png"


def test_photos_of_defects_are_not_searched(tmp_path: Path) -> None:
    """They are in the training set where ANN310 is waived, and were not trained on."""
    found = search(photo_of(tmp_path, "good"), photo_of(tmp_path, "bad", kind=0))
    assert (found.looked, found.photos, found.found) == (1, 1, ())
