"""Formats with boxes end to end: files on disk to corners, classes, texts and problems."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as run_lengths

from engine.data.readers import LabelTable
from engine.errors import UsageError
from engine.records import IGNORE
from tests.builders import photo
from tests.data.boxes.files import NAMED, ONE, boxes, only, read, write


class TestYolo:
    def test_boxes_are_shares_of_the_photo(self, tmp_path: Path) -> None:
        photo(tmp_path / "train/images/a.png", size_hw=(40, 80))
        write(tmp_path / "train/labels/a.txt", "1 0.5 0.25 0.25 0.5\n0 0.1 0.5 0.1 0.2\n")
        found = only(read("yolo", tmp_path / "train"))
        assert found.corners[0].tolist() == [[30, 0], [50, 0], [50, 20], [30, 20]]
        assert found.class_indices.tolist() == [1, 0]
        assert found.classes == {0, 1}

    def test_labels_beside_a_source_below_images(self, tmp_path: Path) -> None:
        photo(tmp_path / "images/train/a.png")
        write(tmp_path / "labels/train/a.txt", "0 0.5 0.5 0.5 0.5\n")
        assert only(read("yolo", tmp_path / "images/train")).class_indices.tolist() == [0]

    def test_an_empty_file_is_good_and_a_missing_one_is_told(self, tmp_path: Path) -> None:
        photo(tmp_path / "good.png", seed=1)
        photo(tmp_path / "forgotten.png", seed=2)
        write(tmp_path / "good.txt", "")
        found = read("yolo", tmp_path)
        assert [(s.id, s.classes) for s in found.samples] == [("good.png", frozenset())]
        assert [(p.kind, p.sample) for p in found.problems] == [
            ("missing_annotation", "forgotten.png")
        ]
        assert len(read("yolo", tmp_path, unlabelled="empty").samples) == 2

    @pytest.mark.parametrize(
        ("file", "text"),
        [
            ("data.yaml", "names: [nut, screw, bolt]\n"),
            ("data.yaml", "names:\n  0: nut\n  2: bolt\n"),
            ("classes.txt", "nut\nscrew\nbolt\n"),
        ],
    )
    def test_names_of_the_numbers(self, tmp_path: Path, file: str, text: str) -> None:
        write(tmp_path / file, text)
        photo(tmp_path / "images/a.png")
        write(tmp_path / "labels/a.txt", "0 0.5 0.5 0.5 0.5\n2 0.5 0.5 0.5 0.5\n")
        assert only(read("yolo", tmp_path)).class_indices.tolist() == [1, 0]

    def test_numbers_in_the_recipe_win(self, tmp_path: Path) -> None:
        write(tmp_path / "classes.txt", "nut\nbolt\n")
        photo(tmp_path / "a.png")
        write(tmp_path / "a.txt", "0 0.5 0.5 0.5 0.5\n7 0.5 0.5 0.2 0.2\n")
        table = LabelTable(("bolt",), ((0,),), ignore=(7,))
        assert only(read("yolo", tmp_path, table)).class_indices.tolist() == [0, IGNORE]

    @pytest.mark.parametrize(
        ("line", "kind", "said"),
        [
            ("0 0.5 0.5 0.5", "unreadable_boxes", "a.txt:2: the line '0 0.5 0.5 0.5' is not of"),
            ("x 0.5 0.5 0.5 0.5", "unreadable_boxes", "class x y width height"),
            ("0 nan 0.5 0.5 0.5", "unreadable_boxes", "not of the form"),
            ("0 10 12 5 5", "unreadable_boxes", "shares of the photo"),
            ("0 .1 .1 .2 .1 .2 .2 .1 .2", "unreadable_boxes", "yolo_obb"),
            ("0 0.5 0.5 0 0.5", "broken_box", "a.txt:2: the box has no area"),
            ("0 1.6 0.5 0.1 0.5", "broken_box", "outside of the photo"),
            ("5 0.5 0.5 0.5 0.5", "unknown_label", "the label 5 means nothing in the recipe"),
        ],
    )
    def test_bad_lines_name_file_and_line(
        self, tmp_path: Path, line: str, kind: str, said: str
    ) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "a.txt", f"0 0.5 0.5 0.5 0.5\n{line}\n")
        found = read("yolo", tmp_path)
        assert found.samples == ()
        assert [(p.kind, p.sample) for p in found.problems] == [(kind, "a.png")]
        assert said in found.problems[0].message

    def test_a_file_without_a_photo(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        for name in ("a", "lost", "classes", "README"):
            write(tmp_path / f"{name}.txt", "")
        found = read("yolo", tmp_path)
        assert [(p.kind, p.sample) for p in found.problems] == [("missing_annotation", "lost.txt")]

    def test_no_text_and_no_utf_8(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        (tmp_path / "a.txt").write_bytes(b"\xff\xfe0\x00")
        assert [p.kind for p in read("yolo", tmp_path).problems] == ["unreadable_boxes"]

    def test_two_thousand_boxes(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png", size_hw=(100, 100))
        write(tmp_path / "a.txt", "0 0.5 0.5 0.1 0.1\n" * 2000)
        assert only(read("yolo", tmp_path)).corners.shape == (2000, 4, 2)


class TestYoloObb:
    @pytest.mark.parametrize(
        "line, words",
        [
            ("0 1.5 1.5 1.7 1.5 1.7 1.7 1.5 1.7", "a.txt:1: the box lies outside of the photo"),
            ("0 .5 .5 .5 .5 .5 .7 .5 .7", "a.txt:1: the box has no area"),
            ("0 .2 .2 .2 .4 .4 .4 .4 .2", "a.txt:1: the box is reversed"),
            ("0 .2 .2 .4 .4 .4 .2 .2 .4", "a.txt:1: the box crosses itself"),
            ("0 .5 .5 .1 .1", "a line of five numbers belongs to format yolo"),
            ("0.5 .2 .2 .4 .2 .4 .4 .2 .4", "the class is a whole number"),
            ("0 nan .2 .4 .2 .4 .4 .2 .4", "all others are finite numbers"),
            ("0 .2 .2 .4 .2 .4 .4 .2 .4 .5 .5", "a polygon of YOLO segmentation"),
            (
                "7 .2 .2 .4 .2 .4 .4 .2 .4",
                "label 7 means nothing in the recipe. Known: 0 (bolt), 1 (nut",
            ),
            ("-1 .2 .2 .4 .2 .4 .4 .2 .4", "the label -1 means nothing in the recipe"),
            ("0 20 20 40 20 40 40 20 40", "its coordinates are shares of the photo"),
        ],
    )
    def test_a_bad_line_is_told_by_what_is_wrong(
        self, tmp_path: Path, line: str, words: str
    ) -> None:
        photo(tmp_path / "a.png", size_hw=(100, 200))
        write(tmp_path / "a.txt", line + "\n")
        reading = read("yolo_obb", tmp_path)
        assert reading.samples == ()
        (problem,) = reading.problems
        assert words in problem.message

    def test_two_thousand_boxes(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png", size_hw=(100, 200))
        own = "1 .2 .2 .4 .2 .4 .4 .2 .4\n" * 2000
        write(tmp_path / "a.txt", own)
        assert only(read("yolo_obb", tmp_path)).corners.shape == (2000, 4, 2)

    def test_the_order_of_the_corners_stays(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png", size_hw=(100, 200))
        write(tmp_path / "a.txt", "0 0.2 0.8 0.1 0.8 0.1 0.2 0.2 0.2\n")
        found = only(read("yolo_obb", tmp_path))
        np.testing.assert_allclose(found.corners[0], [[40, 80], [20, 80], [20, 20], [40, 20]])

    def test_reversed_corners_and_short_lines(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "a.txt", "0 0.1 0.1 0.1 0.9 0.9 0.9 0.9 0.1\n")
        (problem,) = read("yolo_obb", tmp_path).problems
        assert problem.kind == "broken_box" and "anticlockwise" in problem.message
        write(tmp_path / "a.txt", "0 0.5 0.5 0.5 0.5\n")
        assert "format yolo" in read("yolo_obb", tmp_path).problems[0].message


def test_dota(tmp_path: Path) -> None:
    photo(tmp_path / "images/a.png", size_hw=(100, 100))
    text = "imagesource:GoogleEarth\ngsd:0.1\n10 10 30 10 30 20 10 20 nut 0\n"
    write(tmp_path / "labelTxt/a.txt", f"{text}40 40 60 40 60 60 40 60 bolt 1\n")
    found = only(read("dota", tmp_path))
    assert found.class_indices.tolist() == [1, IGNORE]
    assert found.corners[0].tolist() == [[10, 10], [30, 10], [30, 20], [10, 20]]
    write(tmp_path / "labelTxt/a.txt", "10 10 30 10 30 20 10 20 nutt 0\n")
    (problem,) = read("dota", tmp_path).problems
    assert problem.kind == "unknown_label" and "Did you mean 'nut'?" in problem.message


def test_deeppcb_with_a_list_and_without(tmp_path: Path) -> None:
    photo(tmp_path / "g/1/001_test.png", size_hw=(100, 100))
    write(tmp_path / "g/1_not/001.txt", "10 20 30 40 2\n")
    table = LabelTable(("bolt", "nut"), ((1,), (2,)))
    listed = write(tmp_path / "list.txt", "g/1/001_test.png g/1_not/001.txt\n")
    photo(tmp_path / "spaced/my part 1.png", size_hw=(100, 100))
    spaced = write(tmp_path / "spaced.txt", "spaced/my part 1.png g/1_not/001.txt\n")
    assert only(read("deeppcb", tmp_path, table, list=spaced)).class_indices.tolist() == [1]
    (tmp_path / "spaced/my part 1.png").unlink()
    for found in (
        only(read("deeppcb", tmp_path, table)),
        only(read("deeppcb", tmp_path, table, list=listed)),
    ):
        assert found.class_indices.tolist() == [1]
        assert found.corners[0].tolist() == [[10, 20], [30, 20], [30, 40], [10, 40]]


def test_msra_td500_turns_about_the_middle(tmp_path: Path) -> None:
    photo(tmp_path / "a.png", size_hw=(100, 100))
    write(tmp_path / "a.gt", "0 0 40 45 20 10 1.5707963\n1 1 10 10 20 10 0\n")
    found = only(read("msra_td500", tmp_path, ONE))
    np.testing.assert_allclose(
        found.corners[0], [[55, 40], [55, 60], [45, 60], [45, 40]], atol=1e-4
    )
    assert found.class_indices.tolist() == [0, IGNORE]
    with pytest.raises(UsageError, match="recipes with one class"):
        read("msra_td500", tmp_path, NAMED)


class TestCoco:
    def stored(self, folder: Path, *annotations: dict[str, object], **more: object) -> Path:
        photo(folder / "a.png", size_hw=(100, 100))
        content = {
            "images": [{"id": 7, "file_name": "a.png"}],
            "categories": [{"id": 1, "name": "nut"}, {"id": 2, "name": "bolt"}],
            "annotations": [{"id": 1, "image_id": 7, "category_id": 1, **a} for a in annotations],
        }
        return write(folder / "instances.json", json.dumps(content | more))

    def test_boxes_and_crowds(self, tmp_path: Path) -> None:
        self.stored(tmp_path, {"bbox": [10, 20, 30, 40]}, {"bbox": [0, 0, 5, 5], "iscrowd": 1})
        found = only(read("coco", tmp_path))
        assert found.corners[0].tolist() == [[10, 20], [40, 20], [40, 60], [10, 60]]
        assert found.class_indices.tolist() == [1, IGNORE]

    def test_a_rotation_turns_about_the_middle(self, tmp_path: Path) -> None:
        self.stored(tmp_path, {"bbox": [40, 45, 20, 10], "attributes": {"rotation": 90}})
        found = only(read("coco", tmp_path, oriented=True))
        expected = [[55, 40], [55, 60], [45, 60], [45, 40]]
        np.testing.assert_allclose(found.corners[0], expected, atol=1e-4)

    def test_four_corners_keep_their_order(self, tmp_path: Path) -> None:
        polygon = [[40, 80, 20, 80, 20, 20, 40, 20]]
        self.stored(tmp_path, {"segmentation": polygon})
        turned = only(read("coco", tmp_path, oriented=True))
        assert turned.corners[0].tolist() == [[40, 80], [20, 80], [20, 20], [40, 20]]
        upright = only(read("coco", tmp_path))
        assert upright.corners[0].tolist() == [[20, 20], [40, 20], [40, 80], [20, 80]]

    @pytest.mark.parametrize("compressed", [True, False])
    def test_run_lengths(self, tmp_path: Path, compressed: bool) -> None:
        marked = np.zeros((100, 100), np.uint8, order="F")
        marked[30:50, 10:70] = 1
        if compressed:
            shape = run_lengths.encode(marked)
            shape["counts"] = shape["counts"].decode()
        else:
            flat = marked.ravel(order="F")
            edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [1 - flat[-1]]])))
            shape = {"size": [100, 100], "counts": np.diff([0, *edges]).tolist()}
        self.stored(tmp_path, {"segmentation": shape})
        upright = only(read("coco", tmp_path))
        assert upright.corners[0].tolist() == [[10, 30], [70, 30], [70, 50], [10, 50]]
        turned = only(read("coco", tmp_path, oriented=True)).corners[0]
        assert np.linalg.norm(turned[1] - turned[0]) == pytest.approx(60, abs=1e-3)

    def test_a_named_photo_without_boxes_is_good(self, tmp_path: Path) -> None:
        self.stored(tmp_path)
        photo(tmp_path / "unnamed.png", seed=5)
        found = read("coco", tmp_path)
        assert [(s.id, s.classes) for s in found.samples] == [("a.png", frozenset())]
        assert [(p.kind, p.sample) for p in found.problems] == [
            ("missing_annotation", "unnamed.png")
        ]

    def test_a_photo_that_is_not_there(self, tmp_path: Path) -> None:
        images = [{"id": 7, "file_name": "a.png"}, {"id": 8, "file_name": "gone.png"}]
        self.stored(tmp_path, images=images)
        (problem,) = read("coco", tmp_path).problems
        assert (problem.kind, problem.sample) == ("missing_annotation", "gone.png")

    @pytest.mark.parametrize(
        ("annotation", "kind"),
        [
            ({}, "unreadable_boxes"),
            ({"bbox": [1, 2, 3]}, "unreadable_boxes"),
            ({"bbox": "wide"}, "unreadable_boxes"),
            ({"segmentation": []}, "unreadable_boxes"),
            ({"bbox": [10, 10, 0, 5]}, "broken_box"),
            ({"bbox": [10, 10, 5, 5], "category_id": 9}, "unknown_label"),
        ],
    )
    def test_broken_annotations(
        self, tmp_path: Path, annotation: dict[str, object], kind: str
    ) -> None:
        self.stored(tmp_path, annotation)
        (problem,) = read("coco", tmp_path).problems
        assert problem.kind == kind and problem.message.startswith("instances.json:annotation 1:")

    @pytest.mark.parametrize(
        "content",
        [
            "{",
            "[]",
            '{"images": [], "annotations": []}',
            '{"images": [{}], "annotations": [], "categories": []}',
        ],
    )
    def test_files_that_are_not_cocos(self, tmp_path: Path, content: str) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "a.json", content)
        with pytest.raises(UsageError, match="COCO's form"):
            read("coco", tmp_path)

    def test_two_files_need_a_word(self, tmp_path: Path) -> None:
        chosen = self.stored(tmp_path, {"bbox": [10, 20, 30, 40]})
        write(tmp_path / "other.json", "{}")
        assert only(read("coco", tmp_path)).class_indices.tolist() == [1]
        write(tmp_path / "copy.json", chosen.read_text())
        with pytest.raises(UsageError, match="not clear"):
            read("coco", tmp_path)
        assert only(read("coco", tmp_path, labels=chosen)).class_indices.tolist() == [1]


def test_icdar_texts_hold_commas_and_files_a_mark(tmp_path: Path) -> None:
    photo(tmp_path / "img_1.png", size_hw=(100, 100))
    text = "\ufeff10,10,60,10,60,20,10,20,L12, B\n10,40,60,40,60,50,10,50,###\n"
    write(tmp_path / "gt_img_1.txt", text)
    found = only(read("icdar", tmp_path, ONE))
    assert found.texts == ("L12, B", "###")
    assert found.class_indices.tolist() == [0, IGNORE]


class TestWordList:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("gt.txt", '\ufeffa.png, "He said \\"7\\""\nb.png, "X"\n'),
            ("gt.txt", 'a.jpg\tHe said "7"\nb.jpg\tX\n'),
            ("labels.csv", 'region,image,text\nx,a.png,"He said ""7"""\nx,b.png,X\n'),
        ],
    )
    def test_lines_and_tables(self, tmp_path: Path, name: str, text: str) -> None:
        for number, stem in enumerate("ab"):
            photo(tmp_path / f"{stem}.png", seed=number, size_hw=(10, 30))
        write(tmp_path / name, text)
        found = read("word_list", tmp_path, ONE)
        assert found.problems == ()
        assert [boxes(each).texts for each in found.samples] == [('He said "7"',), ("X",)]
        assert boxes(found.samples[0]).corners[0].tolist() == [[0, 0], [30, 0], [30, 10], [0, 10]]

    def test_empty_and_doubled_texts(self, tmp_path: Path) -> None:
        for number, stem in enumerate("abc"):
            photo(tmp_path / f"{stem}.png", seed=number)
        write(tmp_path / "gt.txt", 'a.png, ""\nb.png, "X"\nb.png, "Y"\nc.png, "###"\n')
        found = read("word_list", tmp_path, ONE)
        assert [each.id for each in found.samples] == ["c.png"]
        assert [each.message for each in found.problems] == [
            "gt.txt:1: the text is empty; what nobody can read is annotated as ###",
            "gt.txt:3: line 2 has a text for this photo already",
        ]

    def test_a_line_of_another_form(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "gt.txt", "a.png X\n")
        with pytest.raises(UsageError, match=r"gt\.txt:1"):
            read("word_list", tmp_path, ONE)
