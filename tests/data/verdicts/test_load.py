"""From a recipe to good training data and defects kept apart, for every way to name the parts."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.load import load_dataset
from engine.data.share_good import share_out_good
from engine.errors import UsageError
from engine.recipe import load_recipe
from engine.records import Dataset, Split, VerdictAnnotation
from tests.builders import mask, photo, sample, write_recipe
from tests.data.verdicts.files import good_bad, mvtec

HEAD = "version: 1\nname: caps\ntask: anomaly_detection\n"


def load(folder: Path, data: str, head: str = HEAD) -> Dataset:
    """The data set of a recipe with this `data` section, keys apart from each other by `;`."""
    lines = "".join(f"  {line.strip()}\n" for line in data.split(";"))
    return load_dataset(load_recipe(write_recipe(folder, f"{head}data:\n{lines}")))


def kinds(dataset: Dataset) -> dict[str, Counter[str]]:
    """How many photos each part has of what."""
    names = (*dataset.class_names, "good")
    return {
        part: Counter(names[min(each.classes, default=-1)] for each in samples)
        for part, samples in dataset.parts().items()
    }


def test_an_mvtec_root_with_the_usual_share(tmp_path: Path) -> None:
    mvtec(tmp_path, good=10)
    dataset = load(tmp_path, "format: mvtec; root: .; object: image")
    assert dataset.class_names == ("crack", "cut")
    assert dataset.problems == ()
    assert kinds(dataset) == {
        "train": {"good": 8},
        "validation": {"good": 2},
        "test": {"good": 1, "crack": 2, "cut": 2},
    }
    assert {each.id for each in dataset.test} >= {"test/crack/000.png", "test/good/000.png"}
    Split.of(dataset)


def test_an_mvtec_root_with_a_share_and_with_a_folder(tmp_path: Path) -> None:
    mvtec(tmp_path, good=10)
    half = load(tmp_path, "format: mvtec; root: .; object: image; validation: 50 %")
    assert kinds(half)["validation"] == {"good": 5}
    photo(tmp_path / "validation/good/000.png", seed=700)
    own = load(tmp_path, "format: mvtec; root: .; object: image")
    assert kinds(own)["validation"] == {"good": 1}
    assert kinds(own)["train"] == {"good": 10}


def test_a_lost_mask_is_told_once(tmp_path: Path) -> None:
    mvtec(tmp_path, good=10)
    mask(tmp_path / "ground_truth/crack/099_mask.png", 255)
    dataset = load(tmp_path, "format: mvtec; root: .; object: image")
    assert [(each.kind, each.sample) for each in dataset.problems] == [
        ("missing_annotation", "ground_truth/crack/099_mask.png")
    ]


def test_a_pool_keeps_defects_out_of_training(tmp_path: Path) -> None:
    good_bad(tmp_path / "caps", good=20, a_kind=6)
    dataset = load(
        tmp_path, "format: good_bad; pool: caps; validation: 20 %; test: 20 %; object: image"
    )
    assert dataset.class_names == ("chip", "scratch")
    found = kinds(dataset)
    assert found["train"] == {"good": 12}
    assert found["validation"] == found["test"] == {"good": 4, "chip": 3, "scratch": 3}
    Split.of(dataset)


def test_an_object_with_one_defect_is_not_trained_on(tmp_path: Path) -> None:
    good_bad(tmp_path / "caps", good=12, a_kind=2)
    photo(tmp_path / "caps/good/cap100_b.png", seed=5000)
    dataset = load(
        tmp_path,
        r"format: good_bad; pool: caps; validation: 20 %; test: 20 %; object: '(?P<object>cap\d+)'",
    )
    assert all(not each.classes for each in dataset.train)
    assert "cap100" not in {each.object for each in dataset.train}
    Split.of(dataset)


def test_defects_of_train_go_to_a_share_of_validation(tmp_path: Path) -> None:
    good_bad(tmp_path / "train", good=10, a_kind=2)
    good_bad(tmp_path / "more", good=2, a_kind=1)
    shutil.move(tmp_path / "more", tmp_path / "test")
    for path in sorted((tmp_path / "test").rglob("*.png")):
        if not path.stem.endswith("_mask"):
            photo(path, seed=10_000 + int(path.stem.removeprefix("cap")))
    data = "format: good_bad; train: train; validation: 20 %; test: test; object: image"
    found = kinds(load(tmp_path, data))
    assert found["train"] == {"good": 8}
    assert found["validation"] == {"good": 2, "chip": 2, "scratch": 2}
    assert found["test"] == {"good": 2, "chip": 1, "scratch": 1}


def test_sources_without_shares_stay_as_they_are(tmp_path: Path) -> None:
    good_bad(tmp_path / "train", good=4, a_kind=1)
    good_bad(tmp_path / "val", good=4, a_kind=1)
    good_bad(tmp_path / "test", good=4, a_kind=1)
    data = "format: good_bad; train: train; validation: val; test: test; object: image"
    assert kinds(load(tmp_path, data))["train"] == {"good": 4, "chip": 1, "scratch": 1}


def test_kinds_of_all_sources_and_named_ones(tmp_path: Path) -> None:
    good_bad(tmp_path / "train", good=9, a_kind=0)
    photo(tmp_path / "test/good/a.png", seed=800)
    photo(tmp_path / "test/burr/a.png", seed=801)
    data = "format: good_bad; train: train; validation: 20 %; test: test; object: image"
    assert load(tmp_path, data).class_names == ("burr",)
    named = load(tmp_path, data, f"{HEAD}classes: {{edge: {{labels: [burr]}}, dent: {{}}}}\n")
    assert named.class_names == ("edge", "dent")
    assert kinds(named)["test"] == {"good": 1, "edge": 1}
    other = load(tmp_path, data, f"{HEAD}classes: [dent]\n".replace("[dent]", "{dent: {}}"))
    assert [each.kind for each in other.problems] == ["unknown_label"]


def test_no_defect_at_all(tmp_path: Path) -> None:
    good_bad(tmp_path / "caps", good=10, a_kind=0)
    data = "format: good_bad; pool: caps; validation: 20 %; test: 20 %; object: image"
    dataset = load(tmp_path, data)
    assert dataset.class_names == ()
    assert kinds(dataset) == {
        "train": {"good": 6},
        "validation": {"good": 2},
        "test": {"good": 2},
    }


def test_good_goes_by_another_name(tmp_path: Path) -> None:
    good_bad(tmp_path / "caps", good=10, a_kind=2, name="MT_Free")
    data = "format: good_bad; pool: caps; good: [mt_free]; validation: 20 %; test: 20 %"
    assert kinds(load(tmp_path, f"{data}; object: image"))["train"] == {"good": 6}


def test_masks_alone_tell_good_from_bad(tmp_path: Path) -> None:
    for number in range(12):
        photo(tmp_path / f"caps/images/{number:02}.png", seed=number)
        values = {0: [255], 1: [255]}.get(number, [])
        mask(tmp_path / f"caps/masks/{number:02}.png", *values)
    data = "format: masks; pool: caps; validation: 20 %; test: 20 %; object: image"
    dataset = load(tmp_path, data)
    assert dataset.class_names == ("defect",)
    assert kinds(dataset)["train"] == {"good": 6}
    for samples in dataset.parts().values():
        for each in samples:
            assert isinstance(each.annotation, VerdictAnnotation)
            assert (each.annotation.mask is not None) == bool(each.classes)


def test_too_few_good_objects_to_share_out(tmp_path: Path) -> None:
    good_bad(tmp_path / "caps", good=2, a_kind=5)
    data = "format: good_bad; pool: caps; validation: 20 %; test: 20 %; object: image"
    with pytest.raises(UsageError, match=r"too few objects.*2 different good objects for 3 parts"):
        load(tmp_path, data)


def test_nothing_good_to_share_out(tmp_path: Path) -> None:
    good_bad(tmp_path / "caps", good=6, a_kind=5, name="fine")
    data = "format: good_bad; pool: caps; validation: 20 %; test: 20 %; object: image"
    with pytest.raises(UsageError, match=r"none to learn good from.*data\.good"):
        load(tmp_path, data)


def test_one_defect_is_tested_on() -> None:
    pool = [sample(f"{n}.png") for n in range(9)] + [sample("bad.png", [0])]
    dealt = share_out_good(pool, {"validation": 0.2, "test": 0.2}, 0, 1)
    assert "bad.png" in {each.id for each in dealt["test"]}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from([None, 0, 1])), max_size=60),
    st.integers(0, 5),
)
def test_nothing_but_good_objects_is_trained_on(
    photos: list[tuple[int, int | None]], seed: int
) -> None:
    pool = [sample(f"good{n}.png", (), f"good{n}") for n in range(4)]
    pool += [
        sample(f"{n}.png", () if kind is None else [kind], f"object{owner}")
        for n, (owner, kind) in enumerate(photos)
    ]
    dealt = share_out_good(pool, {"validation": 0.2, "test": 0.25}, seed, 2)
    bad = {each.object for each in pool if each.classes}
    assert not bad & {each.object for each in dealt["train"]}
    assert sorted(each.id for part in dealt.values() for each in part) == sorted(
        each.id for each in pool
    )
    owners: dict[str, str] = {}
    for part, samples in dealt.items():
        for each in samples:
            assert owners.setdefault(each.object, part) == part
    if len(bad) >= 2:
        for part in ("validation", "test"):
            assert any(each.classes for each in dealt[part])


@pytest.mark.parametrize("format_name", ["mvtec", "good_bad"])
def test_copies_of_a_good_photo_are_counted_once_and_named(
    tmp_path: Path, format_name: str
) -> None:
    folder = mvtec(tmp_path, good=0) / ("train/good" if format_name == "mvtec" else "pool/good")
    for number in range(3):
        photo(folder / f"{number}.png", seed=1)
    share = "root: ." if format_name == "mvtec" else "pool: pool; validation: 20 %; test: 20 %"
    with pytest.raises(UsageError, match=r"too few objects") as caught:
        load(tmp_path, f"format: {format_name}; {share}; object: image")
    said = r"1 different good object for \d parts \(copies of one photo count once: \S*0\.png"
    assert re.search(said, str(caught.value))


def test_copies_are_one_object(tmp_path: Path) -> None:
    mvtec(tmp_path, good=2)
    photo(tmp_path / "validation/good/000.png", seed=50)
    photo(tmp_path / "train/good/002.png", seed=0)
    dataset = load(tmp_path, "format: mvtec; root: .; object: image")
    objects = {sample.id: sample.object for sample in dataset.train}
    assert objects == {
        "train/good/000.png": "train/good/000.png",
        "train/good/001.png": "train/good/001.png",
        "train/good/002.png": "train/good/000.png",
    }


def test_nothing_good_among_masks(tmp_path: Path) -> None:
    for number in range(6):
        photo(tmp_path / f"caps/images/{number}.png", seed=number)
        mask(tmp_path / f"caps/masks/{number}.png", 255)
    data = "format: masks; pool: caps; validation: 20 %; test: 20 %; object: image"
    with pytest.raises(UsageError, match=r"none to learn good from.*empty mask") as caught:
        load(tmp_path, data)
    assert "data.good" not in str(caught.value)


def test_a_root_without_a_part(tmp_path: Path) -> None:
    for number in range(6):
        photo(tmp_path / f"train/good/{number}.png", seed=number)
    with pytest.raises(UsageError, match=r"data\.root: the folder has no test/") as caught:
        load(tmp_path, "format: mvtec; root: .; object: image")
    # With `root` a recipe cannot state `data.test`.
    assert caught.value.fix == "Add the folder test/, with photos, beside the one for training"
