"""Whose the boxes of a file are: none may end on another photo, nor on none in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.data.readers import LabelTable
from engine.errors import UsageError
from engine.records import IGNORE
from tests.builders import photo
from tests.data.boxes.files import boxes, only, read, write


class TestWhoseEntry:
    """Names of a table: an annotation must never end on another photo, nor on none in silence."""

    def stored(self, folder: Path, names: list[str], **more: object) -> Path:
        content = {
            "images": [{"id": n, "file_name": name} for n, name in enumerate(names)],
            "categories": [{"id": 1, "name": "nut"}],
            "annotations": [
                {"id": n, "image_id": n, "category_id": 1, "bbox": [5, 5, 10, 10 + n]}
                for n in range(len(names))
            ],
        }
        return write(folder / "instances.json", json.dumps(content | more))

    def test_another_folders_photo_is_not_this_one(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        self.stored(tmp_path, ["a.png", "cam2/a.png"])
        found = read("coco", tmp_path)
        assert boxes(found.samples[0]).corners[0, 2].tolist() == [15, 15]
        told = [(problem.kind, problem.sample) for problem in found.problems]
        assert told == [("missing_annotation", "cam2/a.png")]

    def test_the_end_of_a_path_will_do(self, tmp_path: Path) -> None:
        photo(tmp_path / "set/images/a.png")
        table = self.stored(tmp_path / "elsewhere", ["set/images/a.png"])
        found = read("coco", tmp_path / "set/images", labels=table)
        assert found.problems == () and len(boxes(found.samples[0]).corners) == 1

    def test_two_names_of_one_photo(self, tmp_path: Path) -> None:
        photo(tmp_path / "images/a.png")
        self.stored(tmp_path, ["images/a.png", str(tmp_path / "images/a.png")])
        (problem,) = read("coco", tmp_path).problems
        assert "named twice" in problem.message

    def test_photos_of_another_source_are_no_orphans(self, tmp_path: Path) -> None:
        for part in ("train", "test"):
            photo(tmp_path / part / f"{part}.png")
        table = self.stored(tmp_path, ["train.png", "test.png"])
        for part in ("train", "test"):
            found = read("coco", tmp_path / part, labels=table)
            assert found.problems == () and [s.id for s in found.samples] == [f"{part}.png"]

    def test_annotations_of_no_image(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        for image in ("0", None, 7, [0], {"a": 1}):
            annotations = [{"id": 4, "image_id": image, "category_id": 1, "bbox": [5, 5, 9, 9]}]
            self.stored(tmp_path, ["a.png"], annotations=annotations)
            (problem,) = read("coco", tmp_path).problems
            assert "annotation 4 belongs to image" in problem.message

    def test_a_photo_of_another_size(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png", size_hw=(24, 32))
        images = [{"id": 0, "file_name": "a.png", "width": 24, "height": 32}]
        self.stored(tmp_path, ["a.png"], images=images)
        (problem,) = read("coco", tmp_path).problems
        assert "the photo has 32 x 24 px, the file says 24 x 32" in problem.message
        assert "EXIF" in problem.message

    @pytest.mark.parametrize(
        "images",
        [
            [{"id": 0, "file_name": "a.png"}, {"id": 0, "file_name": "b.png"}],
            [{"id": 0, "file_name": "a.png"}, {"id": 1, "file_name": "a.png"}],
            [{"id": [0], "file_name": "a.png"}],
            [{"id": 0, "file_name": "a\u0000.png"}],
            [{"id": 0, "file_name": "\ud800.png"}],
        ],
    )
    def test_images_that_cannot_be_told_apart(
        self, tmp_path: Path, images: list[dict[str, object]]
    ) -> None:
        photo(tmp_path / "a.png")
        self.stored(tmp_path, ["a.png"], images=images)
        with pytest.raises(UsageError, match="COCO's form"):
            read("coco", tmp_path)

    @pytest.mark.parametrize(
        "broken",
        [
            {"bbox": [float("nan"), 1, 5, 5]},
            {"bbox": [float("inf"), 1, 5, 5]},
            {"bbox": [10**400, 1, 5, 5]},
            {"bbox": [1e30, 1, 5, 5]},
            {"attributes": [], "bbox": [1, 1]},
            {"segmentation": {"counts": [-3, 10], "size": [2, 2]}},
            {"segmentation": {"counts": [3, 10], "size": [-2, 2]}},
            {"segmentation": {"counts": "x", "size": [2, 2]}},
            {"segmentation": {}},
            {"category_id": [1], "bbox": [1, 1, 5, 5]},
        ],
    )
    def test_broken_annotations_leave_their_photo_out(
        self, tmp_path: Path, broken: dict[str, object]
    ) -> None:
        photo(tmp_path / "a.png")
        annotation = {"id": 1, "image_id": 0, "category_id": 1, **broken}
        self.stored(tmp_path, ["a.png"], annotations=[annotation])
        found = read("coco", tmp_path)
        assert found.samples == () and [p.sample for p in found.problems] == ["a.png"]


class TestWhoseFile:
    def test_a_photo_may_be_called_test(self, tmp_path: Path) -> None:
        photo(tmp_path / "test.png")
        write(tmp_path / "test.txt", "0 0.5 0.5 0.5 0.5\n")
        assert len(only(read("yolo", tmp_path, unlabelled="empty")).corners) == 1

    def test_two_files_for_one_photo_and_two_photos_for_one_file(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        for name in ("a.txt", "labels/a.txt"):
            write(tmp_path / name, "0 0.5 0.5 0.5 0.5\n")
        assert "two files hold boxes" in read("yolo", tmp_path).problems[0].message
        photo(tmp_path / "two/b.png", seed=2)
        photo(tmp_path / "two/b.jpg", seed=3)
        write(tmp_path / "two/b.txt", "")
        problems = read("yolo", tmp_path / "two").problems
        assert len(problems) == 2 and "may belong to b.jpg or to b.png" in problems[0].message

    def test_files_of_other_names_are_told_even_if_none_fits(self, tmp_path: Path) -> None:
        photo(tmp_path / "images/a.png")
        write(tmp_path / "labels/3f2b-a.txt", "0 0.5 0.5 0.5 0.5\n")
        problems = read("yolo", tmp_path, unlabelled="empty").problems
        assert [p.sample for p in problems] == ["labels/3f2b-a.txt"]

    def test_a_photo_may_begin_with_gt(self, tmp_path: Path) -> None:
        photo(tmp_path / "gt_0.png")
        write(tmp_path / "gt_0.txt", "0 0.5 0.5 0.5 0.5\n")
        assert len(only(read("yolo", tmp_path)).corners) == 1

    def test_a_note_among_the_photos_hides_no_labels(self, tmp_path: Path) -> None:
        photo(tmp_path / "images/train/a.png")
        write(tmp_path / "images/train/notes.txt", "taken on Monday")
        write(tmp_path / "labels/train/a.txt", "0 0.5 0.5 0.5 0.5\n")
        assert len(only(read("yolo", tmp_path / "images/train")).corners) == 1

    def test_a_link_that_leaves_the_data_is_no_empty_file(self, tmp_path: Path) -> None:
        photo(tmp_path / "data/a.png")
        (tmp_path / "data/a.txt").symlink_to(write(tmp_path / "out.txt", "0 0.5 0.5 0.5 0.5\n"))
        (problem,) = read("yolo", tmp_path / "data", unlabelled="empty").problems
        assert problem.sample == "a.png" and "leaves the data folder" in problem.message

    def test_labels_that_are_a_file(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        table = write(tmp_path / "labels.csv", "")
        with pytest.raises(UsageError, match="keeps a file a photo"):
            read("yolo", tmp_path, labels=table)

    def test_where_it_looked(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        (problem,) = read("yolo", tmp_path).problems
        assert problem.message.endswith("; looked for a.txt in its folder")


class TestClassList:
    def labelled(self, folder: Path, *numbers: int) -> None:
        photo(folder / "a.png")
        write(folder / "a.txt", "".join(f"{n} 0.5 0.5 0.5 0.5\n" for n in numbers))

    def test_names_that_look_like_numbers_are_names(self, tmp_path: Path) -> None:
        write(tmp_path / "data.yaml", "names: ['1', '2']\n")
        self.labelled(tmp_path, 0)
        table = LabelTable(("one", "two"), (("one",), ("two",)))
        assert [p.kind for p in read("yolo", tmp_path, table).problems] == ["unknown_label"]

    def test_a_number_beyond_the_list_means_nothing(self, tmp_path: Path) -> None:
        write(tmp_path / "classes.txt", "bolt\n")
        self.labelled(tmp_path, 1)
        (problem,) = read("yolo", tmp_path).problems
        assert "number 1 of the class list" in problem.message

    def test_data_yaml_comes_first_and_lists_must_agree(self, tmp_path: Path) -> None:
        write(tmp_path / "coco128.yaml", "names: [nut, bolt]\n")
        write(tmp_path / "data.yaml", "names: [bolt, no]\n")
        self.labelled(tmp_path, 0)
        assert only(read("yolo", tmp_path)).class_indices.tolist() == [0]
        write(tmp_path / "classes.txt", "bolt\nyes\n")
        with pytest.raises(UsageError, match="two files tell different names"):
            read("yolo", tmp_path)

    def test_names_and_ignored_numbers(self, tmp_path: Path) -> None:
        write(tmp_path / "classes.txt", "bolt\njunk\n")
        self.labelled(tmp_path, 0, 1)
        table = LabelTable(("bolt",), (("bolt",),), ignore=(1,))
        assert only(read("yolo", tmp_path, table)).class_indices.tolist() == [0, IGNORE]
