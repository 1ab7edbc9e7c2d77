"""Thresholds from validation and figures from the test set, on tiny sets of every make-up."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import RunFailed
from engine.evaluate.bootstrap import estimate
from engine.evaluate.metric import MetricValue
from engine.recipe import Recipe, load_recipe
from engine.records import Sample, TestSet, ValidationSet
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.evaluate import calibrate, evaluate
from engine.tasks.task import Evaluation
from tests.builders import write_recipe
from tests.tasks.anomaly_detection.good_parts import brightness, deployed, photo_of, surface
from tests.tasks.anomaly_detection.test_watched import RECIPE

EDGE_SPOT = (slice(0, 8), slice(20, 36))


def recipe(folder: Path, **accept: str) -> Recipe:
    lines = "".join(f"  {name}: {bound!r}\n" for name, bound in accept.items())
    return load_recipe(write_recipe(folder, RECIPE + (f"accept:\n{lines}" if lines else "")))


def calibrated(
    folder: Path, validation: Sequence[Sample], own: Deployment | None = None, **accept: str
) -> Deployment:
    heard: list[tuple[int, int]] = []
    fresh = own or deployed(image=None)
    found = calibrate(
        brightness(),
        fresh,
        ValidationSet(tuple(validation)),
        recipe(folder, **accept),
        lambda *how: heard.append(how),
    )
    assert heard == [(n, len(validation)) for n in range(1, len(validation) + 1)]
    return found


def measured(
    deployment: Deployment, test: Sequence[Sample]
) -> tuple[Evaluation, dict[tuple[str, str | None, str], MetricValue]]:
    """The evaluation, and its metrics by name, class and region; all of it fit for strict JSON."""
    with np.errstate(all="raise", under="ignore"):
        found = evaluate(brightness(), deployment, TestSet(tuple(test)), lambda *_: None)
    metrics = estimate(found.statistics, 40)
    for metric in metrics:
        for number in (metric.value, metric.low, metric.high):
            assert number is None or math.isfinite(number), metric
    json.dumps([*found.predictions, found.confusion], allow_nan=False)
    assert len(found.predictions) == len(test)
    return found, {(m.name, m.class_name, m.region): m for m in metrics}


def good(folder: Path, count: int, name: str = "good", **how: Any) -> list[Sample]:
    return [photo_of(folder, f"{name}{number}", **how) for number in range(count)]


def bad(folder: Path, count: int, name: str = "bad", **how: Any) -> list[Sample]:
    return [photo_of(folder, f"{name}{number}", number % 2, **how) for number in range(count)]


VALIDATIONS = ["good alone", "with defects", "with unmarked defects", "defects alone"]


def validation_of(folder: Path, make_up: str) -> list[Sample]:
    own = folder / "validation"
    return {
        "good alone": lambda: good(own, 5),
        "with defects": lambda: [*good(own, 4), *bad(own, 2)],
        "with unmarked defects": lambda: [*good(own, 4), *bad(own, 2, mask=False)],
        "defects alone": lambda: bad(own, 3),
    }[make_up]()


@pytest.mark.parametrize("make_up", VALIDATIONS[:3])
@pytest.mark.parametrize("marked", [True, False])
def test_good_and_bad_are_told_apart_whatever_validation_shows(
    tmp_path: Path, make_up: str, marked: bool
) -> None:
    own = calibrated(tmp_path, validation_of(tmp_path, make_up))
    assert 0.35 < own.calibrated.image.value < 0.9
    assert 0.35 < own.calibrated.pixel.value < 0.5
    test = [*good(tmp_path, 6, "unseen"), *bad(tmp_path, 4, "broken", mask=marked)]
    found, metrics = measured(own, test)
    assert found.confusion == {
        "bad_called_bad": 4,
        "bad_called_good": 0,
        "good_called_good": 6,
        "good_called_bad": 0,
    }
    assert metrics["image_auroc", None, "interior"].value == 1.0
    assert metrics["image_ap", None, "interior"].value == 1.0
    assert metrics["image_escape_rate", "dent", "interior"].value == 0.0
    assert metrics["image_overkill_rate", None, "all"].value == 0.0
    for name in ("pixel_auroc", "pro"):
        value = metrics[name, None, "interior"].value
        assert (value is not None and value > 0.95) if marked else value is None
    kinds = [line["kind"] for line in found.predictions]
    assert kinds == [None] * 6 + ["dent", "stain"] * 2


def test_defects_alone_still_choose_a_threshold(tmp_path: Path) -> None:
    own = calibrated(tmp_path, validation_of(tmp_path, "defects alone"))
    found, _ = measured(own, bad(tmp_path, 2, "broken"))
    assert found.confusion["bad_called_bad"] == 2


def test_notes_say_how_the_thresholds_came_about(tmp_path: Path) -> None:
    alone = calibrated(tmp_path, validation_of(tmp_path, "good alone"))
    assert "good validation photos" in alone.calibrated.image.note
    assert "95 %" in alone.calibrated.image.note
    assert "how many defects escape is not known" in alone.calibrated.image.note
    with_defects = calibrated(tmp_path, validation_of(tmp_path, "with defects"))
    assert "good and bad validation photos" in with_defects.calibrated.image.note


def test_the_stated_overkill_rate_is_kept(tmp_path: Path) -> None:
    samples = [photo_of(tmp_path, f"v{n}", pixels=surface(n, level=40 + 10 * n)) for n in range(10)]
    strict = calibrated(tmp_path, samples, overkill_rate="1 %").calibrated.image.value
    loose = calibrated(tmp_path, samples, overkill_rate="30 %").calibrated.image.value
    assert loose < 115 / 255 < 130 / 255 < strict


def test_without_good_test_photos_little_can_be_said(tmp_path: Path) -> None:
    own = calibrated(tmp_path, validation_of(tmp_path, "good alone"))
    found, metrics = measured(own, bad(tmp_path, 4, "broken"))
    assert metrics["image_escape_rate", None, "interior"].value == 0.0
    for name in ("image_auroc", "image_overkill_rate"):
        assert metrics[name, None, "interior"].value is None
    assert metrics["pixel_auroc", None, "interior"].value == pytest.approx(1.0, abs=0.02)
    assert found.figures[0].kind == "chart"


def test_without_defects_in_test_neither(tmp_path: Path) -> None:
    own = calibrated(tmp_path, validation_of(tmp_path, "good alone"))
    _, metrics = measured(own, good(tmp_path, 4, "unseen"))
    assert metrics["image_overkill_rate", None, "interior"].value == 0.0
    for name in ("image_auroc", "image_ap", "image_escape_rate", "pixel_auroc", "pro"):
        assert metrics[name, None, "interior"].value is None


@pytest.mark.parametrize("size", [1, 2])
def test_sets_of_one_or_two_photos(tmp_path: Path, size: int) -> None:
    own = calibrated(tmp_path, good(tmp_path / "v", size))
    measured(own, [*good(tmp_path, size - 1, "u"), *bad(tmp_path, 1)])


@pytest.mark.parametrize("level", [0, 90, 255])
def test_photos_that_are_all_alike(tmp_path: Path, level: int) -> None:
    """What equals the validation photos is good, and what differs from black is bad."""
    plain = np.full((64, 64, 3), level, np.uint8)
    own = calibrated(tmp_path, good(tmp_path / "v", 4, pixels=plain))
    shown = np.full((64, 64, 3), level, np.uint8)
    shown[20:40, 20:40] = 255 if level < 255 else 200
    found, metrics = measured(
        own, [*good(tmp_path, 3, "u", pixels=plain), *bad(tmp_path, 1, pixels=shown)]
    )
    assert found.confusion["good_called_bad"] == 0
    assert found.confusion["bad_called_bad"] == (1 if level < 255 else 0)
    assert metrics["image_overkill_rate", None, "interior"].value == 0.0


def test_black_photos_with_defects_nobody_can_see(tmp_path: Path) -> None:
    black = np.zeros((64, 64), np.uint8)
    hidden = [
        photo_of(tmp_path, f"h{n}", 0, (slice(0, 0), slice(0, 0)), pixels=black, mask=False)
        for n in range(2)
    ]
    own = calibrated(tmp_path, [*good(tmp_path / "v", 3, pixels=black), *hidden])
    found, metrics = measured(own, [*good(tmp_path, 3, "u", pixels=black), *hidden])
    assert metrics["image_auroc", None, "interior"].value == 0.5
    assert found.confusion["good_called_bad"] == 0


def test_margins_part_the_regions(tmp_path: Path) -> None:
    fresh = deployed(image=None, margin="10")
    own = calibrated(tmp_path, validation_of(tmp_path, "good alone"), fresh)
    test = [*good(tmp_path, 3, "u"), *bad(tmp_path, 2), photo_of(tmp_path, "rim", 0, EDGE_SPOT)]
    found, metrics = measured(own, test)
    rim = found.predictions[-1]["regions"]
    assert [rim[name]["truth"] for name in ("all", "interior", "edge")] == ["bad", None, "bad"]
    assert rim["edge"]["score"] > rim["interior"]["score"]
    assert metrics["image_escape_rate", None, "all"].n == 3
    assert metrics["image_escape_rate", None, "interior"].n == 2
    assert metrics["image_escape_rate", None, "edge"].n == 1
    assert found.confusion["bad_called_bad"] == 2


def test_what_lies_in_the_margin_of_validation_moves_no_threshold(tmp_path: Path) -> None:
    dirty = [photo_of(tmp_path, f"v{n}", spot=EDGE_SPOT, pixels=surface(n)) for n in range(4)]
    fresh = deployed(image=None, margin="24")
    assert calibrated(tmp_path, dirty, fresh).calibrated.image.value < 0.45
    assert calibrated(tmp_path, dirty).calibrated.image.value > 0.45


def test_mixed_sizes_grey_and_16_bit(tmp_path: Path) -> None:
    deep = np.rint(surface(0, (50, 70), channels=1) * 257.0).astype(np.uint16)
    mixed = [
        photo_of(tmp_path, "deep", pixels=deep),
        photo_of(tmp_path, "grey", pixels=surface(1, (90, 40), channels=1)),
        photo_of(tmp_path, "dot", pixels=surface(2, (1, 1))),
    ]
    own = calibrated(tmp_path, mixed)
    found, _ = measured(own, [*mixed, *bad(tmp_path, 2)])
    assert found.confusion["bad_called_bad"] == 2


def test_a_model_that_gives_no_numbers_is_told_with_the_photo(tmp_path: Path) -> None:
    broken = brightness()
    broken.layers[0].set_weights([np.nan * own for own in broken.layers[0].get_weights()])
    samples, quiet = tuple(good(tmp_path, 2)), lambda *_: None
    with pytest.raises(RunFailed, match=r"^good0\.png: the model gave raw scores"):
        fresh = deployed(image=None)
        calibrate(broken, fresh, ValidationSet(samples), recipe(tmp_path), quiet)
    with pytest.raises(RunFailed, match=r"^good0\.png: the model gave raw scores"):
        evaluate(broken, deployed(), TestSet(samples), quiet)


def test_a_photo_of_the_same_object_counts_once(tmp_path: Path) -> None:
    own = calibrated(tmp_path, validation_of(tmp_path, "good alone"))
    test = [*good(tmp_path, 3, "u", object_name="one"), *bad(tmp_path, 2)]
    _, metrics = measured(own, test)
    assert metrics["image_overkill_rate", None, "interior"].n == 1
