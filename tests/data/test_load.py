"""From a recipe to a data set, for every way to name the parts."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from engine.data.load import load_dataset
from engine.errors import DltrainError, UsageError
from engine.recipe import load_recipe
from engine.records import Dataset, Split
from tests.builders import RECIPE, caps, mask, photo, write_recipe


def load(folder: Path, data: str) -> Dataset:
    """The data set of the caps recipe with another `data` section."""
    head = RECIPE[: RECIPE.index("data:")]
    lines = "".join(f"  {line.strip()}\n" for line in data.split(";"))
    return load_dataset(load_recipe(write_recipe(folder, f"{head}data:\n  format: masks\n{lines}")))


def counts(dataset: Dataset) -> tuple[int, int, int]:
    return len(dataset.train), len(dataset.validation), len(dataset.test)


OBJECT = r"object: '(?P<object>cap\d+)'"


def test_sources_and_a_share(tmp_path: Path) -> None:
    dataset = load_dataset(load_recipe(caps(tmp_path)))
    assert counts(dataset) == (9, 3, 6)
    assert dataset.class_names == ("scratch", "chip")
    assert dataset.folder == tmp_path
    assert dataset.test[0].id == "test/images/cap500_a.png"
    assert dataset.test[0].object == "cap500"
    assert {index for s in dataset.validation for index in s.classes} == {0, 1}
    Split.of(dataset)


def test_a_data_set_knows_whether_objects_were_told(tmp_path: Path) -> None:
    caps(tmp_path)
    assert load(tmp_path, f"train: train; test: test; {OBJECT}").object_declared
    assert not load(tmp_path, "train: train; test: test; object: image").object_declared


def test_three_sources(tmp_path: Path) -> None:
    caps(tmp_path)
    shutil.copytree(tmp_path / "test", tmp_path / "val")
    dataset = load(tmp_path, f"train: train; validation: val; test: test; {OBJECT}")
    assert counts(dataset) == (12, 6, 6)
    with pytest.raises(DltrainError, match="share an object"):
        Split.of(dataset)


def test_a_folder_with_a_link_and_no_photo_is_a_wrong_request(tmp_path: Path) -> None:
    caps(tmp_path)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/note.txt").touch()
    (tmp_path / "etc/link").symlink_to(tmp_path / "train")
    with pytest.raises(UsageError, match=r"no photo was found in .*link to a folder"):
        load(tmp_path, f"train: etc; validation: 25 %; test: test; {OBJECT}")


def test_a_folder_with_broken_photos_alone_is_for_the_audit(tmp_path: Path) -> None:
    caps(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/a.png").write_bytes(b"nothing")
    dataset = load(tmp_path, f"train: broken; validation: test; test: test; {OBJECT}")
    assert [each.kind for each in dataset.problems] == ["unreadable_image"]


def test_a_test_share_of_training(tmp_path: Path) -> None:
    caps(tmp_path)
    dataset = load(tmp_path, f"train: train; validation: 25 %; test: 25 %; {OBJECT}")
    assert counts(dataset) == (6, 3, 3)
    assert dataset.folder == tmp_path / "train"


def test_a_pool(tmp_path: Path) -> None:
    caps(tmp_path)
    dataset = load(tmp_path, f"pool: train; validation: 25 %; test: 25 %; {OBJECT}")
    assert counts(dataset) == (6, 3, 3)


def test_a_root_with_splits(tmp_path: Path) -> None:
    caps(tmp_path)
    with_share = load(tmp_path, f"root: .; validation: 25 %; {OBJECT}")
    assert counts(with_share) == (9, 3, 6)
    shutil.copytree(tmp_path / "test", tmp_path / "valid")
    assert counts(load(tmp_path, f"root: .; {OBJECT}")) == (12, 6, 6)


def test_a_root_with_images_and_masks_above_the_splits(tmp_path: Path) -> None:
    for part, seed in (("train", 0), ("val", 100), ("test", 200)):
        for index in range(3):
            photo(tmp_path / f"images/{part}/cap{seed + index}.png", seed + index)
            mask(tmp_path / f"masks/{part}/cap{seed + index}.png", 1, 2)
    dataset = load(tmp_path, f"root: .; {OBJECT}")
    assert counts(dataset) == (3, 3, 3)
    assert dataset.test[0].id == "test/cap200.png"


def test_a_root_without_splits_is_refused(tmp_path: Path) -> None:
    photo(tmp_path / "images/cap1.png")
    with pytest.raises(UsageError, match=r"data.root: .*carries no splits"):
        load(tmp_path, f"root: .; {OBJECT}")


def test_objects_by_table_and_by_image(tmp_path: Path) -> None:
    caps(tmp_path, train=6)
    rows = "".join(f"train/images/cap{n:03}_a.png,p{n // 2}\n" for n in range(6))
    (tmp_path / "parts.csv").write_text(f"image,part\n{rows}", encoding="utf-8")
    pool = "pool: train; validation: 33 %; test: 33 %"
    dataset = load(tmp_path, f"{pool}; object: {{table: parts.csv, object: part}}")
    assert counts(dataset) == (2, 2, 2)
    assert {len({s.object for s in part}) for part in dataset.parts().values()} == {1}
    dataset = load(tmp_path, f"{pool}; object: image")
    assert {s.object for s in dataset.train} == {s.id for s in dataset.train}


def test_photos_without_an_object_are_refused_with_their_names(tmp_path: Path) -> None:
    caps(tmp_path)
    data = r"train: train; validation: 25 %; test: test; object: '(?P<object>cap00\d)'"
    with pytest.raises(UsageError, match=r"no object in 2 of 12 paths.*cap010_a.png"):
        load(tmp_path, data)


def test_empty_folders_are_refused(tmp_path: Path) -> None:
    caps(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("train", "test"):
        data = f"train: train; validation: 25 %; test: test; {OBJECT}"
        with pytest.raises(UsageError, match=rf"data.{name}: no photo was found in .*empty"):
            load(tmp_path, data.replace(f"{name}: {name}", f"{name}: empty"))
    excluded = f"train: train; validation: 25 %; test: {{path: test, exclude: ['*']}}; {OBJECT}"
    with pytest.raises(UsageError, match=r"data.test: no photo"):
        load(tmp_path, excluded)


def test_problems_are_kept_and_their_photos_left_out(tmp_path: Path) -> None:
    recipe = caps(tmp_path)
    (tmp_path / "train/images/cap000_a.png").write_bytes(b"")
    mask(tmp_path / "test/masks/cap501_a.png", 9)
    dataset = load_dataset(load_recipe(recipe))
    assert counts(dataset) == (8, 3, 5)
    assert {(p.kind, p.sample) for p in dataset.problems} == {
        ("unreadable_image", "train/images/cap000_a.png"),
        ("unknown_label", "test/images/cap501_a.png"),
    }
    unknown = next(p for p in dataset.problems if p.kind == "unknown_label")
    assert unknown.evidence["mask"] == "test/masks/cap501_a.png"


def test_progress_counts_all_sources(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    load_dataset(load_recipe(caps(tmp_path)), lambda done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == list(range(1, 19))
    assert calls[-1] == (18, 18)


def test_an_unknown_format(tmp_path: Path) -> None:
    text = caps(tmp_path).read_text(encoding="utf-8").replace("format: masks", "format: mask")
    with pytest.raises(DltrainError, match=r"Did you mean 'masks'"):
        load_dataset(load_recipe(write_recipe(tmp_path, text)))


@pytest.mark.shared_data
@pytest.mark.skipif("DLTRAIN_DATA" not in os.environ, reason="DLTRAIN_DATA is not set")
def test_magnetic_tile_by_part(tmp_path: Path) -> None:
    root = Path(os.environ["DLTRAIN_DATA"]).absolute() / "magnetic_tile"
    names = ("Blowhole", "Break", "Crack", "Fray", "Uneven")
    classes = "".join(f"  {name.lower()}: {{labels: [MT_{name}]}}\n" for name in names)
    recipe = write_recipe(
        tmp_path,
        f"version: 1\nname: tiles\ntask: segmentation\nclasses:\n{classes}"
        f"data:\n  format: masks\n  pool: {root}\n  validation: 20 %\n  test: 20 %\n"
        f"  object: {{table: {root}/parts.csv, object: part}}\n",
    )
    dataset = load_dataset(load_recipe(recipe))
    assert dataset.problems == ()
    assert sum(counts(dataset)) == 1344
    Split.of(dataset)
    everywhere = Counter(
        kind for part in dataset.parts().values() for s in part for kind in s.classes
    )
    for name, share in (("train", 0.6), ("validation", 0.2), ("test", 0.2)):
        part = dataset.parts()[name]
        assert abs(len(part) / 1344 - share) < 0.02
        here = Counter(kind for s in part for kind in s.classes)
        for kind, total in everywhere.items():
            assert abs(here[kind] / total - share) < 0.1


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("input: { roi: [0, 0, 33, 24] }", "input.roi [0, 0, 33, 24] leaves the photo of 32x24 px"),
        ("margins: { edge: 12 px }", "the margin of 12 px (margins.edge) leaves nothing of the"),
    ],
)
def test_photos_of_which_nothing_can_be_judged_are_told_and_left_out(
    tmp_path: Path, section: str, reason: str
) -> None:
    caps(tmp_path)
    photo(tmp_path / "train/images/cap900_a.png", seed=99, size_hw=(80, 80))
    mask(tmp_path / "train/masks/cap900_a.png", 1, size_hw=(80, 80))
    text = f"{RECIPE}{section}\n"
    dataset = load_dataset(load_recipe(write_recipe(tmp_path, text)))
    assert len(dataset.train) + len(dataset.problems) == 19
    assert {sample.id for sample in dataset.train} <= {"train/images/cap900_a.png"}
    assert {problem.kind for problem in dataset.problems} == {"nothing_to_judge"}
    assert all(problem.message.startswith(reason) for problem in dataset.problems)


def test_a_margin_that_leaves_nothing_of_any_photo_is_a_mistake_of_the_recipe(
    tmp_path: Path,
) -> None:
    caps(tmp_path)
    section = "input: { roi: [0, 0, 32, 10] }\nmargins: { edge: 5 px }\n"
    recipe = load_recipe(write_recipe(tmp_path, RECIPE + section))
    with pytest.raises(UsageError, match=r"the margin of 5 px .* leaves nothing of input\.roi"):
        load_dataset(recipe)


def test_a_photo_wider_than_its_margins_is_kept(tmp_path: Path) -> None:
    caps(tmp_path)
    recipe = load_recipe(write_recipe(tmp_path, f"{RECIPE}margins: {{ edge: 11 px }}\n"))
    assert not load_dataset(recipe).problems
