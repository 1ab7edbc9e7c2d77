"""What compiling makes of good photos: what is learnt of each pixel, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import IGNORE, MaskAnnotation, Sample, Split, VerdictAnnotation
from engine.tasks.anomaly_detection import compile as compiling
from engine.tasks.anomaly_detection.options import AnomalyOptions, resolve
from engine.tasks.anomaly_detection.patches.outliers import Outlier
from engine.tasks.anomaly_detection.sampler import BAND
from tests.builders import picture
from tests.e2e.good_set import good_set


def good_photo(folder: Path) -> tuple[Sample, AnomalyOptions]:
    recipe = load_recipe(good_set(folder, train=6, good=3, a_kind=1))
    split = Split.of(load_dataset(recipe))
    return split.train.samples[0], resolve(recipe, split.class_names)


def test_ignored_pixels_of_a_good_photo_are_ignored_also_in_the_band(tmp_path: Path) -> None:
    sample, options = good_photo(tmp_path)
    plain = compiling._places(sample, options)
    assert set(np.unique(plain)) == {0, BAND} and (plain[4:-4, 4:-4] == 0).all()
    marked = np.zeros(sample.size_hw, np.uint8)
    marked[:20, 30:40] = 9
    mask = MaskAnnotation(picture(tmp_path / "mask.png", marked), ((0, 0), (9, IGNORE)))
    ignoring = replace(sample, annotation=VerdictAnnotation(mask.path, None, mask))
    places = compiling._places(ignoring, options)
    assert (places[:20, 30:40] == IGNORE).all()
    places[:20, 30:40] = plain[:20, 30:40]
    np.testing.assert_array_equal(places, plain)


def outliers(count: int) -> tuple[Outlier, ...]:
    return tuple(Outlier(f"part{n}", 9.0 - n / 10, 4.5) for n in range(count))


def test_nothing_is_said_where_no_object_is_unlike_the_others() -> None:
    assert compiling._unlike((), "object", left_out=False) == ()


def test_objects_that_were_left_out_are_named() -> None:
    assert compiling._unlike(outliers(1), "object", left_out=True) == (
        "1 training object looks unlike all others and was left out of the memory: part0 (9); "
        "the limit was 4.5. Look at it: a defect among good photos, most likely.",
    )
    assert compiling._unlike(outliers(2), "object", left_out=True) == (
        "2 training objects look unlike all others and were left out of the memory: part0 (9), "
        "part1 (8.9); the limit was 4.5. Look at them: a defect among good photos, most likely.",
    )


def test_photos_are_named_where_each_is_an_object() -> None:
    (note,) = compiling._unlike(outliers(1), "photo", left_out=True)
    assert note.startswith("1 training photo looks unlike all others")


def test_objects_too_many_to_be_left_out_are_named_too() -> None:
    assert compiling._unlike(outliers(2), "object", left_out=False) == (
        "2 training objects look unlike all others and are learnt all the same, being too many to "
        "be odd ones: part0 (9), part1 (8.9); the limit was 4.5. Look at them, and move out of "
        "training what shows a defect.",
    )
