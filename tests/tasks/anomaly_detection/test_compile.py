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
