"""Photos that nobody vouches for: neither learnt from, nor judged, and named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.load import load_dataset
from engine.data.view import View
from engine.errors import DltrainError
from engine.recipe import load_recipe
from engine.records import IGNORE, Sample, Split, TrainSet, VerdictAnnotation
from engine.tasks.anomaly_detection import watched
from engine.tasks.anomaly_detection.compile import compile_recipe
from engine.tasks.anomaly_detection.truth import good_samples, read_truth
from engine.tasks.anomaly_detection.unused import disputed, not_learnt_from
from engine.tasks.anomaly_detection.watched import watch
from tests.builders import mask
from tests.e2e.good_set import good_set
from tests.tasks.anomaly_detection.good_parts import photo_of
from tests.tasks.anomaly_detection.test_evaluate import calibrated, good, measured
from tests.tasks.anomaly_detection.test_watched import options


def disputed_photo(folder: Path, name: str) -> Sample:
    """A photo with a bright spot that its mask marks, in a folder of good ones."""
    found = photo_of(folder, name, 0)
    assert isinstance(found.annotation, VerdictAnnotation)
    return replace(found, annotation=replace(found.annotation, defect=None))


def test_it_is_neither_good_nor_bad(tmp_path: Path) -> None:
    own = disputed_photo(tmp_path, "a")
    assert own.is_disputed and not own.is_good and not own.classes
    assert good_samples([own, photo_of(tmp_path, "b")])[0].id == "b.png"
    truth = read_truth(own, View())
    assert truth is not None and (truth == IGNORE).all()


def test_photos_are_named(tmp_path: Path) -> None:
    odd = [disputed_photo(tmp_path, name) for name in ("a", "b")]
    bad = photo_of(tmp_path, "c", 1)
    assert not_learnt_from([*odd, bad, photo_of(tmp_path, "d")]) == (
        "1 training photo shows a defect and was left out of training (ANN310): c.png.",
        "The folders of 2 training photos say good, and their masks mark defects (ANN310): a.png, "
        "b.png. Nothing is learnt from them.",
    )
    assert disputed(odd[:1], "validation") == (
        "The folder of 1 validation photo says good, and its mask marks a defect (ANN310): a.png. "
        "It chooses no threshold.",
    )
    assert disputed([bad], "test") == ()


def test_it_has_no_say_in_thresholds_and_figures(tmp_path: Path) -> None:
    validation, test = good(tmp_path / "v", 5), good(tmp_path / "t", 4)
    plain = calibrated(tmp_path, validation)
    own = calibrated(tmp_path, [*validation, disputed_photo(tmp_path / "v", "odd")])
    assert own.limits == plain.limits
    bad = photo_of(tmp_path / "t", "bad", 0)
    before, values = measured(own, [*test, bad])
    after, same = measured(own, [*test, bad, disputed_photo(tmp_path / "t", "odd")])
    assert (before.confusion, before.notes) == (after.confusion, ())
    for key, value in values.items():
        assert same[key].value == pytest.approx(value.value, nan_ok=True), key
    assert len(after.notes) == 1 and after.notes[0].endswith("odd.png. It counts in no figure.")
    line = after.predictions[-1]["regions"]["interior"]
    assert line["truth"] is None and line["verdict"] == "bad" and line["score"] > 0.5


def test_a_run_leaves_it_out_and_says_so(tmp_path: Path) -> None:
    recipe_path = good_set(tmp_path, train=7, good=3, a_kind=1)
    for name in ("000", "001"):
        mask(tmp_path / f"set/ground_truth/train/good/{name}_mask.png", 255, size_hw=(64, 64))
    recipe = load_recipe(recipe_path)
    split = Split.of(load_dataset(recipe))
    assert all(sample.is_good for sample in split.train.samples)  # the share keeps them out
    odd = [sample for sample in split.validation.samples if sample.is_disputed]
    assert len(odd) == 2
    moved = replace(
        split,
        train=TrainSet((*split.train.samples, odd[0])),
        validation=replace(
            split.validation,
            samples=tuple(each for each in split.validation.samples if each is not odd[0]),
        ),
    )
    compiled = compile_recipe(recipe, moved)
    assert [note.split(".")[-2].strip() for note in compiled.notes] == [
        "Nothing is learnt from it",
        "It chooses no threshold",
    ]
    with pytest.raises(DltrainError, match=r"no training photo is good.*train/good of data\.root"):
        compile_recipe(recipe, replace(moved, train=TrainSet((odd[0],))))


def test_it_takes_no_place_among_those_that_training_is_watched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "MOST_PHOTOS", 4)
    odd = [disputed_photo(tmp_path, f"a{number}") for number in range(4)]
    found = watch([*odd, *good(tmp_path, 4)], options(tmp_path), 65535.0)
    assert len(found) == 4
    assert not {each.name for each in found} & {sample.id for sample in odd}
