"""Formats of good and bad photos end to end: files on disk to verdicts, masks and problems."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.data.readers import formats
from engine.data.readers.masks import read_label_map
from engine.errors import UsageError
from engine.recipe.good_names import FOLDER_FORMATS
from engine.records import IGNORE, VerdictAnnotation
from tests.builders import mask, photo, picture
from tests.data.verdicts.files import good_bad, mvtec, read, told, verdicts

FORMATS = sorted(each.name for each in formats().values() if each.kinds is not None)


def test_the_family_is_not_empty() -> None:
    assert FORMATS == ["good_bad", "mvtec"]
    assert tuple(FORMATS) == FOLDER_FORMATS
    assert all(formats()[name].tasks == ("anomaly_detection",) for name in FORMATS)


def drawn(name: str, folder: Path) -> Path:
    """A source in a format, with a crack whose mask is known; returns the source's folder."""
    if name == "mvtec":
        return mvtec(folder, a_kind=1) / "test"
    photo(folder / "good/000.png", seed=1)
    photo(folder / "crack/000.png", seed=2)
    mask(folder / "ground_truth/crack/000_mask.png", 255)
    photo(folder / "cut/000.png", seed=3)
    mask(folder / "ground_truth/cut/000_mask.png", 255)
    return folder


def masks_of(folder: Path) -> Path:
    return next(path for path in (folder, folder.parent) if (path / "ground_truth").is_dir())


@pytest.mark.parametrize("name", FORMATS)
class TestEveryFormat:
    def test_round_trip(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        calls: list[tuple[int, int]] = []
        reading = read(name, folder, progress=lambda done, total: calls.append((done, total)))
        assert reading.problems == ()
        assert calls == [(1, 3), (2, 3), (3, 3)]
        found = verdicts(reading)
        good = found.pop("good/000.png")
        assert good == VerdictAnnotation(None, None)
        assert {key: each.defect for key, each in found.items()} == {
            "crack/000.png": 0,
            "cut/000.png": 1,
        }
        crack = found["crack/000.png"]
        assert crack.path is not None and crack.path.name == "000_mask.png"
        assert crack.classes == {0} and crack.mask is not None
        label_map = read_label_map(crack.mask, (24, 32))
        assert np.bincount(label_map.ravel()).tolist() == [24 * 32 - 16, 16]

    @pytest.mark.parametrize(
        ("spoil", "kind", "text"),
        [
            (lambda p, m: p.write_bytes(b""), "unreadable_image", "empty"),
            (lambda p, m: p.write_bytes(p.read_bytes()[:99]), "unreadable_image", ""),
            (lambda p, m: p.write_text("<html>"), "unreadable_image", "no image"),
            (lambda p, m: m.write_bytes(b""), "unreadable_mask", "empty"),
            (lambda p, m: m.write_bytes(m.read_bytes()[:60]), "unreadable_mask", ""),
            (lambda p, m: mask(m, size_hw=(32, 24)), "size_mismatch", "EXIF"),
            (lambda p, m: mask(m, size_hw=(9, 9)), "size_mismatch", "9 x 9 px"),
            (lambda p, m: mask(m, 3, 9), "unknown_label", r"3 \(16 px\)"),
            (lambda p, m: picture(m.with_suffix(".jpg"), np.zeros((24, 32), np.uint8))
                          and m.unlink(), "lossy_mask", ""),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_a_problem_and_left_out(
        self, name: str, tmp_path: Path, spoil: Callable[[Path, Path], object], kind: str, text: str
    ) -> None:
        folder = drawn(name, tmp_path)
        truth = masks_of(folder) / "ground_truth/crack/000_mask.png"
        spoil(folder / "crack/000.png", truth)
        reading = read(name, folder)
        assert sorted(verdicts(reading)) == ["cut/000.png", "good/000.png"]
        assert told(reading) == [(kind, "crack/000.png")]
        assert text.replace("\\", "") in reading.problems[0].message

    def test_a_mask_that_lost_its_photo(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        truth = mask(masks_of(folder) / "ground_truth/crack/077_mask.png", 255)
        reading = read(name, folder)
        assert len(reading.samples) == 3
        ((kind, lost),) = told(reading)
        assert kind == "missing_annotation" and reading.problems[0].evidence == {"orphan": True}
        assert (folder / lost).resolve() == truth

    def test_a_defect_that_nobody_marked(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        truth = masks_of(folder) / "ground_truth/crack/000_mask.png"
        mask(truth)
        empty = verdicts(read(name, folder))["crack/000.png"]
        assert (empty.defect, empty.mask, empty.path) == (0, None, truth)
        truth.unlink()
        assert verdicts(read(name, folder))["crack/000.png"] == VerdictAnnotation(None, 0)

    def test_ignored_values_and_folders(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        mask(masks_of(folder) / "ground_truth/crack/000_mask.png", 255, 128)
        reading = read(name, folder, "crack", ignore=[128, "cut"])
        assert reading.problems == ()
        found = verdicts(reading)
        assert sorted(found) == ["crack/000.png", "good/000.png"]
        annotation = found["crack/000.png"].mask
        assert annotation is not None
        values = np.unique(read_label_map(annotation, (24, 32)))
        assert values.tolist() == [0, 1, IGNORE]

    def test_a_folder_that_means_nothing(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        reading = read(name, folder, "crack", "cuts")
        assert told(reading) == [("unknown_label", "cut/000.png")]
        assert "its folder 'cut' says neither" in reading.problems[0].message
        assert "Did you mean 'cuts'?" in reading.problems[0].message

    def test_good_goes_by_another_name(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        (folder / "good").rename(folder / "MT_Free")
        found = verdicts(read(name, folder, good=("mt_free",)))
        assert found["MT_Free/000.png"].defect is None

    def test_soft_edges_and_ones(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        truth = masks_of(folder) / "ground_truth"
        mask(truth / "crack/000_mask.png", 40, 250)
        mask(truth / "cut/000_mask.png", 1)
        reading = read(name, folder)
        assert reading.problems == ()
        for each in verdicts(reading).values():
            if each.mask is not None:
                assert read_label_map(each.mask, (24, 32)).sum() == 16

    def test_a_good_photo_with_a_marked_mask_is_told_by_the_audit(
        self, name: str, tmp_path: Path
    ) -> None:
        folder = drawn(name, tmp_path)
        photo(folder / "good/090.png", seed=90)
        mask(masks_of(folder) / "ground_truth/good/090_mask.png", 255)
        good = verdicts(read(name, folder))["good/090.png"]
        assert good.defect is None
        assert good.mask is not None and good.mask.classes == {0}

    def test_a_list_and_globs(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        listed = tmp_path / "list.txt"
        listed.write_text("good/000.png\ncrack/000.png\n", encoding="utf-8")
        assert sorted(verdicts(read(name, folder, list=listed))) == [
            "crack/000.png",
            "good/000.png",
        ]
        assert sorted(verdicts(read(name, folder, include=("good/**",)))) == ["good/000.png"]

    def test_reading_changes_no_file(self, name: str, tmp_path: Path) -> None:
        folder = drawn(name, tmp_path)
        before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*.png")}
        read(name, folder)
        after = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*.png")}
        assert before == after


class TestMvtec:
    def test_masks_of_other_parts_are_no_orphans(self, tmp_path: Path) -> None:
        root = mvtec(tmp_path)
        assert read("mvtec", root / "train").problems == ()
        photo(root / "validation/cut/050.png", seed=50)
        mask(root / "ground_truth/cut/050_mask.png", 255)
        assert read("mvtec", root / "test").problems == ()

    @pytest.mark.parametrize(
        ("part", "other"), [("test", "validation"), ("validation", "test"), ("test", "held_out")]
    )
    def test_a_mask_of_photos_in_two_folders_marks_neither(
        self, tmp_path: Path, part: str, other: str
    ) -> None:
        root = tmp_path / "set"
        for seed, folder in enumerate(("test", "validation", other)):
            for number in range(2):
                photo(root / folder / f"cut/{number:03}.png", seed=10 * seed + number)
        (root / "test/cut/001.png").unlink()
        truth = mask(root / "ground_truth/cut/000_mask.png", 255)
        reading = read("mvtec", root / part)
        assert "cut/000.png" not in verdicts(reading)
        (problem,) = reading.problems
        assert (problem.kind, problem.sample) == ("missing_annotation", "cut/000.png")
        assert "its mask ground_truth/cut/000_mask.png fits " in problem.message
        assert f"{other}/cut/000.png" in problem.message
        assert f"move it to ground_truth/{part}/cut/000_mask.png" in problem.fix
        mine = root / f"ground_truth/{part}/cut/000_mask.png"
        mine.parent.mkdir(parents=True)
        truth.rename(mine)
        for folder in (part, other):
            reading = read("mvtec", root / folder)
            assert reading.problems == ()
            marked = verdicts(reading)["cut/000.png"].path
            assert marked == (mine if folder == part else None)

    def test_a_mask_in_the_parts_folder_goes_first(self, tmp_path: Path) -> None:
        root = mvtec(tmp_path)
        photo(root / "validation/cut/000.png", seed=50)
        mine = mask(root / "ground_truth/test/cut/000_mask.png", 255)
        assert verdicts(read("mvtec", root / "test"))["cut/000.png"].path == mine
        assert read("mvtec", root / "test").problems == ()
        assert told(read("mvtec", root / "validation")) == [("missing_annotation", "cut/000.png")]

    def test_an_empty_mask_may_fit_photos_of_two_parts(self, tmp_path: Path) -> None:
        root = mvtec(tmp_path)
        mask(root / "ground_truth/good/000_mask.png")
        for part in ("train", "test"):
            reading = read("mvtec", root / part)
            assert reading.problems == ()
            assert "good/000.png" in verdicts(reading)

    def test_a_mask_in_a_parts_folder_that_lost_its_photo(self, tmp_path: Path) -> None:
        root = mvtec(tmp_path)
        mask(root / "ground_truth/test/cut/077_mask.png", 255)
        for part in ("train", "test"):
            ((kind, lost),) = told(read("mvtec", root / part))
            assert kind == "missing_annotation"
            assert lost == "../ground_truth/test/cut/077_mask.png"

    def test_a_list_says_whose_mask_it_is(self, tmp_path: Path) -> None:
        root = mvtec(tmp_path)
        photo(root / "validation/cut/000.png", seed=50)
        listed = tmp_path / "list.txt"
        listed.write_text("cut/000.png\t../ground_truth/cut/000_mask.png\n", encoding="utf-8")
        reading = read("mvtec", root / "test", list=listed)
        assert reading.problems == ()
        assert verdicts(reading)["cut/000.png"].mask is not None

    def test_a_whole_set_is_no_part(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"holds all parts.*data\.root"):
            read("mvtec", mvtec(tmp_path))

    def test_labels_elsewhere(self, tmp_path: Path) -> None:
        root = mvtec(tmp_path / "set")
        moved = shutil.move(root / "ground_truth", tmp_path / "marks")
        found = verdicts(read("mvtec", root / "test", labels=Path(moved)))
        assert found["crack/001.png"].mask is not None


class TestGoodBad:
    @pytest.mark.parametrize(
        "place",
        ["crack/a_mask.png", "crack/a.png", "masks/crack/a.png", "crack/masks/a.png",
         "ground_truth/crack/a_mask.png"],
    )  # fmt: skip
    def test_where_masks_lie(self, tmp_path: Path, place: str) -> None:
        photo(tmp_path / "ok/b.jpg", seed=1)
        photo(tmp_path / "crack/a.jpg", seed=2)
        mask(tmp_path / place, 255)
        reading = read("good_bad", tmp_path)
        found = verdicts(reading)
        assert reading.problems == ()
        assert sorted(found) == ["crack/a.jpg", "ok/b.jpg"]
        assert found["crack/a.jpg"].mask is not None

    def test_masks_apart(self, tmp_path: Path) -> None:
        photo(tmp_path / "photos/Normal/b.jpg", seed=1)
        photo(tmp_path / "photos/crack/a.jpg", seed=2)
        mask(tmp_path / "marks/crack/a.png", 255)
        found = verdicts(read("good_bad", tmp_path / "photos", labels=tmp_path / "marks"))
        assert found["crack/a.jpg"].mask is not None

    def test_as_magnetic_tile_has_it(self, tmp_path: Path) -> None:
        for seed, folder in enumerate(["MT_Free", "MT_Crack", "MT_Uneven"]):
            photo(tmp_path / folder / "Imgs/x.jpg", seed=seed)
            mask(tmp_path / folder / "Imgs/x.png", *([3, 250] if folder == "MT_Crack" else []))
        found = verdicts(read("good_bad", tmp_path, good=("MT_Free",)))
        assert {key: (v.defect, v.mask is not None) for key, v in found.items()} == {
            "MT_Free/Imgs/x.jpg": (None, False),
            "MT_Crack/Imgs/x.jpg": (0, True),
            "MT_Uneven/Imgs/x.jpg": (1, False),
        }

    def test_a_source_that_is_a_folder_of_good_photos(self, tmp_path: Path) -> None:
        photo(tmp_path / "good/a.png")
        assert verdicts(read("good_bad", tmp_path / "good"))["a.png"].defect is None

    def test_photos_beside_the_folders_are_told(self, tmp_path: Path) -> None:
        good_bad(tmp_path)
        photo(tmp_path / "stray.png", seed=77)
        reading = read("good_bad", tmp_path)
        assert told(reading) == [("unknown_label", "stray.png")]
        assert len(reading.samples) == 12


@pytest.mark.parametrize("names", [["Crack", "crack"], ["#1"], ["background"]])
def test_folders_that_cannot_be_classes_ask_for_names(tmp_path: Path, names: list[str]) -> None:
    photo(tmp_path / "good/a.png")
    for seed, name in enumerate(names, start=1):
        photo(tmp_path / name / "a.png", seed=seed)
    with pytest.raises(UsageError, match=r"classes.*data\.good"):
        read("good_bad", tmp_path)
