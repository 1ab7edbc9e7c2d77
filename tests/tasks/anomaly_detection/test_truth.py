"""The truth of photos, from files on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import RunFailed
from engine.records import IGNORE
from engine.tasks.anomaly_detection.judged import verdicts
from engine.tasks.anomaly_detection.truth import good_samples, read_truth, verdict_of
from tests.builders import mask, photo, sample
from tests.data.verdicts.files import read


def test_marked_unmarked_and_good(tmp_path: Path) -> None:
    for seed, name in enumerate(["good/a", "crack/b", "crack/c", "crack/d", "good/e", "good/f"]):
        photo(tmp_path / f"{name}.jpg", seed=seed)
    mask(tmp_path / "crack/b.png", 255, 7)
    mask(tmp_path / "crack/c.png")
    mask(tmp_path / "good/e.png", 7)
    mask(tmp_path / "good/f.png", 255, 7)
    reading = read("good_bad", tmp_path, ignore=[7])
    truth = {each.id: read_truth(each, View()) for each in reading.samples}
    assert truth["crack/c.jpg"] is None and truth["crack/d.jpg"] is None
    assert truth["good/a.jpg"] is not None and not truth["good/a.jpg"].any()
    values_of = {
        "crack/b.jpg": [0, 1, IGNORE],
        "good/e.jpg": [0, IGNORE],
        "good/f.jpg": [IGNORE],  # its folder and its mask contradict each other
    }
    for name, values in values_of.items():
        found = truth[name]
        assert found is not None and found.dtype == np.uint8 and found.shape == (24, 32)
        assert np.unique(found).tolist() == values
    good = [each.id for each in good_samples(reading.samples)]
    assert good == ["good/a.jpg", "good/e.jpg"]


def test_the_region_of_interest(tmp_path: Path) -> None:
    photo(tmp_path / "good/a.jpg", seed=1)
    photo(tmp_path / "crack/b.jpg", seed=2)
    mask(tmp_path / "crack/b.png", 255)
    view = View(roi_xywh=(2, 2, 10, 8))
    for each in read("good_bad", tmp_path).samples:
        found = read_truth(each, view)
        assert found is not None and found.shape == (8, 10)
        assert found.sum() == (16 if each.classes else 0)


def test_a_defect_beyond_the_region_of_interest_is_judged_nowhere(tmp_path: Path) -> None:
    """The mask is empty after the crop, and that is not a defect that nobody marked."""
    photo(tmp_path / "good/a.jpg", seed=1)
    photo(tmp_path / "crack/b.jpg", seed=2)
    mask(tmp_path / "crack/b.png", 255)
    view = View(roi_xywh=(20, 14, 10, 8))
    own = next(each for each in read("good_bad", tmp_path).samples if each.classes)
    found = read_truth(own, view)
    assert found is not None and not found.any()
    judged = verdicts(own.id, verdict_of(own).defect, found, (8, 10), 0)
    assert judged == {"all": None, "interior": None}


def test_a_photo_without_a_verdict() -> None:
    with pytest.raises(RunFailed, match="nobody judged"):
        read_truth(sample("a.png"), View())
