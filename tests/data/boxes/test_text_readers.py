"""Each format of texts: what its own keys and names mean."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.data.readers import LabelTable
from engine.data.readers.text_in_name import text_of
from engine.errors import UsageError
from engine.records import IGNORE
from tests.builders import photo
from tests.data.boxes.files import ONE, boxes, only, read, write

FIELDS = LabelTable(("lot", "expiry"), (("lot",), ("expiry",)))
SQUARE = [[10, 10], [60, 10], [60, 30], [10, 30]]


def paddles(folder: Path, *texts: object, name: str = "a.png") -> Path:
    if not (folder / name).exists():
        photo(folder / name, size_hw=(100, 100))
    return write(folder / "Label.txt", f"{name}\t{json.dumps(texts)}\n")


class TestPaddleOcr:
    def test_difficult_and_illegible_texts_are_ignored(self, tmp_path: Path) -> None:
        paddles(
            tmp_path,
            {"transcription": "L12, B", "points": SQUARE, "difficult": False},
            {"transcription": "###", "points": SQUARE},
            {"transcription": "", "points": SQUARE, "difficult": True},
        )
        found = only(read("paddle_ocr", tmp_path, ONE))
        assert found.texts is not None and found.texts[0] == "L12, B"
        assert found.class_indices.tolist() == [0, IGNORE, IGNORE]
        assert found.corners[0].tolist() == SQUARE

    def test_an_empty_list_says_that_nothing_is_to_be_read(self, tmp_path: Path) -> None:
        paddles(tmp_path)
        assert len(only(read("paddle_ocr", tmp_path, ONE)).corners) == 0

    def test_many_points_become_the_smallest_box(self, tmp_path: Path) -> None:
        curved = [[10, 20], [30, 18], [50, 20], [50, 40], [30, 38], [10, 40]]
        paddles(tmp_path, {"transcription": "A", "points": curved})
        (corners,) = only(read("paddle_ocr", tmp_path, ONE)).corners
        np.testing.assert_allclose(corners, [[10, 18], [50, 18], [50, 40], [10, 40]], atol=1e-3)

    def test_classes_by_key(self, tmp_path: Path) -> None:
        lot = {"transcription": "L1", "points": SQUARE, "key_cls": "lot"}
        date = {"transcription": "12", "points": SQUARE, "key_cls": "expiry"}
        paddles(tmp_path, lot, date)
        assert only(read("paddle_ocr", tmp_path, FIELDS)).class_indices.tolist() == [0, 1]
        paddles(tmp_path, lot, {**date, "key_cls": "None"})
        (problem,) = read("paddle_ocr", tmp_path, FIELDS).problems
        assert problem.message.startswith("Label.txt:1, text 2: it has no 'key_cls'")
        paddles(tmp_path, lot, {**date, "key_cls": "expire"})
        (problem,) = read("paddle_ocr", tmp_path, FIELDS).problems
        assert problem.kind == "unknown_label" and "Did you mean 'expiry'?" in problem.message

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ({"points": SQUARE}, "it has no 'transcription'"),
            ({"transcription": None, "points": SQUARE}, "it has no 'transcription'"),
            ({"transcription": "A"}, "it has no 'points'"),
            ({"transcription": "A", "points": [[1, True], *SQUARE]}, "hold true, which is no"),
            (
                {"transcription": "A", "points": [[float("nan"), 1], *SQUARE[1:]]},
                "its 'points' hold NaN, which is no coordinate",
            ),
            ({"transcription": "A", "points": [[1, 2, 3], *SQUARE]}, "hold [1, 2, 3], which is no"),
            ({"transcription": "A", "points": SQUARE[:3]}, "its 'points' are 3, and a box needs"),
            ({"transcription": "A", "points": "x"}, "its 'points' are no list"),
            (
                {"transcription": 1234, "points": SQUARE},
                "its 'transcription' is 1234, which is no text: write \"1234\"",
            ),
            ({"transcription": "A", "points": SQUARE[::-1]}, "the box is reversed"),
            ({"transcription": "A\n", "points": SQUARE}, None),
            ({"transcription": "A\nB", "points": SQUARE}, "the text holds U+000A"),
            ("A", '"A" is no mapping with'),
        ],
    )
    def test_bad_entries(self, tmp_path: Path, text: object, said: str | None) -> None:
        paddles(tmp_path, text)
        found = read("paddle_ocr", tmp_path, ONE)
        assert [problem.sample for problem in found.problems] == (["a.png"] if said else [])
        assert said is None or said in found.problems[0].message

    def test_a_photo_named_twice(self, tmp_path: Path) -> None:
        path = paddles(tmp_path, {"transcription": "A", "points": SQUARE})
        path.write_text(path.read_text() * 2)
        (problem,) = read("paddle_ocr", tmp_path, ONE).problems
        assert problem.message == "Label.txt:2: line 1 is about this photo already"

    def test_lists_for_recognition_are_sent_to_word_list(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "rec_gt.txt", "a.png\tL12B\n")
        with pytest.raises(UsageError, match="belong to format word_list"):
            read("paddle_ocr", tmp_path, ONE)

    def test_both_lists_of_the_tool_side_by_side(self, tmp_path: Path) -> None:
        paddles(tmp_path / "day1", {"transcription": "L1", "points": SQUARE}, name="a.png")
        label = tmp_path / "day1/Label.txt"
        label.write_text(f"day1/{label.read_text()}")
        write(tmp_path / "day1/rec_gt.txt", "a.png\tL1\n")
        assert only(read("paddle_ocr", tmp_path / "day1", ONE)).texts == ("L1",)
        assert only(read("word_list", tmp_path / "day1", ONE)).texts == ("L1",)


class TestIcdar:
    CORNERS = "10,10,60,10,60,20,10,20,"

    def said(self, folder: Path, *files: str) -> list[str]:
        """What is told of photos with these files of labels."""
        for at, text in enumerate(files):
            photo(folder / f"{at}.png", seed=at, size_hw=(100, 100))
            write(folder / f"gt_{at}.txt", text)
        return [problem.message for problem in read("icdar", folder, ONE).problems]

    def test_upright_boxes(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, '5,60,50,80,"EXP"\n5,10,50,30,1,5 kg\n') == []
        found = only(read("icdar", tmp_path, ONE))
        assert found.texts == ("EXP", "1,5 kg")
        assert found.corners[0].tolist() == [[5, 60], [50, 60], [50, 80], [5, 80]]

    def test_a_line_that_lacks_a_number_is_no_upright_box(self, tmp_path: Path) -> None:
        (said,) = self.said(tmp_path, f"{self.CORNERS}A", f"{self.CORNERS}B\n1,2,3,4,5,6,7,ABC\n")
        assert said == (
            "gt_1.txt:2: the line '1,2,3,4,5,6,7,ABC' is not of the form "
            "'x1,y1,x2,y2,x3,y3,x4,y4,text'; 2 of 3 lines are of it"
        )

    @pytest.mark.parametrize("line", ["1,2,3,4,5,6,7,ABC", "1,2,3,4,5,6,7", "1,2,3,4", "1,2,3,A"])
    def test_nor_is_it_where_it_stands_alone(self, tmp_path: Path, line: str) -> None:
        (said,) = self.said(tmp_path, line)
        assert said.endswith("is not of the form 'x1,y1,x2,y2,x3,y3,x4,y4,text'")

    def test_the_source_decides_which_form_it_is(self, tmp_path: Path) -> None:
        upright = "5,60,50,80,EXP"
        (said,) = self.said(tmp_path, f"{self.CORNERS}A\n{self.CORNERS}B", upright)
        assert said.startswith("gt_1.txt:1: ") and "'x1,y1,x2" in said
        (said,) = self.said(tmp_path, f"{upright}\n{upright}", f"{self.CORNERS}A")
        assert said.startswith("gt_1.txt:1: ") and "'left,top,right,bottom,text'" in said
        assert said.endswith("2 of 3 lines are of it; a text that begins with numbers stands in "
                             "quotes")  # fmt: skip
        assert self.said(tmp_path, upright, '5,60,50,80,"1,2,3,4,kg"') == []

    def test_the_remedy_doubts_the_format_only_where_most_fails(self, tmp_path: Path) -> None:
        assert len(self.said(tmp_path, f"{self.CORNERS}A", self.CORNERS)) == 1
        (problem,) = read("icdar", tmp_path, ONE).problems
        assert problem.fix == "Correct what stands there"
        self.said(tmp_path, "1 2 3 4", "0 0.5 0.5 0.1 0.1")
        fixes = {problem.fix for problem in read("icdar", tmp_path, ONE).problems}
        assert fixes == {"Correct what stands there, or choose the format that it belongs to"}

    def test_another_encoding_is_told_of_the_file_with_one_remedy(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        (tmp_path / "gt_a.txt").write_bytes(b"1,1,20,1,20,9,1,9,\xd6l")
        (problem,) = read("icdar", tmp_path, ONE).problems
        assert problem.message == "gt_a.txt: the byte 0xd6 at position 18 (line 1) is not UTF-8"
        assert problem.fix.startswith("Save it as UTF-8") and problem.evidence["entries"] == []


class TestDoctr:
    def test_its_own_layout(self, tmp_path: Path) -> None:
        photo(tmp_path / "images/a.png", size_hw=(10, 30))
        write(tmp_path / "labels.json", '{"a.png": " Jedi "}')
        found = only(read("doctr", tmp_path, ONE))
        assert found.texts == ("Jedi",)
        assert found.corners[0].tolist() == [[0, 0], [30, 0], [30, 10], [0, 10]]

    @pytest.mark.parametrize("polygons", [[SQUARE], {"words": [SQUARE]}])
    def test_labels_for_detection_hold_no_texts(self, tmp_path: Path, polygons: object) -> None:
        photo(tmp_path / "a.png")
        own = {"img_dimensions": [24, 32], "img_hash": "0", "polygons": polygons}
        write(tmp_path / "labels.json", json.dumps({"a.png": own}))
        with pytest.raises(UsageError, match=r"labels for detection \(of 'a.png'\)"):
            read("doctr", tmp_path, ONE)

    def test_a_photo_with_two_texts(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "labels.json", '{"a.png": "A", "a.png": "B"}')
        (problem,) = read("doctr", tmp_path, ONE).problems
        assert problem.message == "labels.json:entry 2: entry 1 has a text for this photo already"

    def test_photos_that_are_missing_or_not_named(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "labels.json", '{"b.png": "B"}')
        told = {(p.kind, p.sample) for p in read("doctr", tmp_path, ONE).problems}
        assert told == {("missing_annotation", "a.png"), ("missing_annotation", "b.png")}


class TestCocoText:
    def stored(self, folder: Path, *texts: dict[str, object], **more: object) -> None:
        photo(folder / "a.png", size_hw=(100, 100))
        content = {
            "imgs": {"7": {"id": 7, "file_name": "a.png", "width": 100, "height": 100}},
            "anns": {str(at): {"id": at, "image_id": 7, **t} for at, t in enumerate(texts)},
        }
        write(folder / "cocotext.json", json.dumps(content | more))

    def test_its_own_outlines_run_downwards(self, tmp_path: Path) -> None:
        mask = [10, 20, 10, 30, 60, 31, 60, 21]
        self.stored(tmp_path, {"utf8_string": "New", "mask": mask, "bbox": [1, 2, 3, 4]})
        found = only(read("coco_text", tmp_path, ONE))
        assert found.corners[0].tolist() == [[10, 20], [60, 21], [60, 31], [10, 30]]
        assert found.texts == ("New",)

    @pytest.mark.parametrize("name", ["polygon", "points", "segmentation"])
    def test_clockwise_outlines_keep_their_order(self, tmp_path: Path, name: str) -> None:
        flat = [60, 30, 10, 30, 10, 20, 60, 20]
        self.stored(tmp_path, {"utf8_string": "A", name: [flat] if name[0] == "s" else flat})
        found = only(read("coco_text", tmp_path, ONE))
        assert found.corners[0].tolist() == [[60, 30], [10, 30], [10, 20], [60, 20]]

    def test_what_is_illegible(self, tmp_path: Path) -> None:
        box = {"bbox": [10, 20, 30, 10]}
        self.stored(
            tmp_path,
            {"utf8_string": "A", "legibility": "legible", **box},
            {"utf8_string": "B", "legibility": "illegible", **box},
            {"utf8_string": "", **box},
            {"utf8_string": "###", **box},
            box,
        )
        found = only(read("coco_text", tmp_path, ONE))
        assert found.class_indices.tolist() == [0, IGNORE, IGNORE, IGNORE, IGNORE]
        assert found.corners[0].tolist() == [[10, 20], [40, 20], [40, 30], [10, 30]]

    def test_lists_with_classes(self, tmp_path: Path) -> None:
        photo(tmp_path / "a.png", size_hw=(100, 100))
        own = {"image_id": "x", "bbox": [10, 20, 30, 10]}
        content = {
            "images": [{"id": "x", "file_name": "a.png"}],
            "annotations": [
                {**own, "category_id": 1, "utf8_string": "L1"},
                {**own, "category_id": 2, "utf8_string": "12"},
            ],
            "categories": [{"id": 1, "name": "lot"}, {"id": 2, "name": "expiry"}],
        }
        write(tmp_path / "texts.json", json.dumps(content))
        assert only(read("coco_text", tmp_path, FIELDS)).class_indices.tolist() == [0, 1]
        content["annotations"][0]["category_id"] = 9  # type: ignore[index]
        write(tmp_path / "texts.json", json.dumps(content))
        (problem,) = read("coco_text", tmp_path, FIELDS).problems
        assert "the label 'category 9' means nothing in the recipe" in problem.message

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ({"utf8_string": "A"}, "neither an outline of four points nor a bbox"),
            ({"utf8_string": "A", "bbox": [1, 2, 3]}, "its 'bbox' is [1, 2, 3], not x, y"),
            ({"utf8_string": "A", "mask": [1, 2, 3, 4]}, "its 'mask' are 2, and a box needs 4"),
            ({"utf8_string": 5, "bbox": [1, 2, 30, 40]}, "'utf8_string' is 5, which is no text"),
            ({"utf8_string": "A", "bbox": [1, 2, 0, 4]}, "the box has no area"),
            ({"utf8_string": "A", "image_id": 8}, "belongs to image 8"),
        ],
    )
    def test_broken_annotations(self, tmp_path: Path, text: dict[str, object], said: str) -> None:
        self.stored(tmp_path, text)
        (problem,) = read("coco_text", tmp_path, ONE).problems
        assert said in problem.message

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ({"images": [], "annotations": [{"bbox": [1, 2, 3, 4]}]}, "without any 'utf8_string'"),
            ({"images": []}, "neither 'anns' nor 'annotations'"),
            ({"imgs": {"1": {"id": 1}}, "anns": {}}, "image 0 without an id and a 'file_name'"),
            (
                {"imgs": [{"id": 1, "file_name": "a"}, {"id": "1", "file_name": "b"}], "anns": []},
                "image 1 with the id '1' of another one",
            ),
        ],
    )
    def test_files_of_another_form(self, tmp_path: Path, content: object, said: str) -> None:
        photo(tmp_path / "a.png")
        write(tmp_path / "texts.json", json.dumps(content))
        with pytest.raises(UsageError, match="COCO-Text's form") as caught:
            read("coco_text", tmp_path, ONE)
        assert said in str(caught.value)


class TestTextInName:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("FUW999.jpg", "FUW999"),
            ("FUW999_2.jpg", "FUW999"),
            ("ny/FUW_999_12.jpg", "FUW_999"),
            ("A_1_1.png", "A_1"),
            ("0001_FUW999.jpg", "0001_FUW999"),
            ("12.05.2024_1.png", "12.05.2024"),
            ("A_B.png", "A_B"),
        ],
    )
    def test_what_a_name_says(self, name: str, text: str) -> None:
        assert text_of(name) == text

    def test_photos_in_folders(self, tmp_path: Path) -> None:
        for at, name in enumerate(("ak/FUW 999.png", "ny/FUW 999_1.png", "_7.png", "###_1.png")):
            photo(tmp_path / name, seed=at, size_hw=(10, 30))
        write(tmp_path / "notes.txt", "nothing")
        found = read("text_in_name", tmp_path, ONE)
        read_so = {each.id: boxes(each).texts for each in found.samples}
        assert read_so == {
            "###_1.png": ("###",),
            "ak/FUW 999.png": ("FUW 999",),
            "ny/FUW 999_1.png": ("FUW 999",),
        }
        assert boxes(found.samples[0]).class_indices.tolist() == [IGNORE]
        (problem,) = found.problems
        assert problem.message.startswith("_7.png:name: the text is empty")

    def test_a_list_chooses_photos(self, tmp_path: Path) -> None:
        for at, name in enumerate(("A.png", "B.png")):
            photo(tmp_path / name, seed=at)
        chosen = write(tmp_path / "list.txt", "B.png\n")
        assert only(read("text_in_name", tmp_path, ONE, list=chosen)).texts == ("B",)


class TestWordList:
    @pytest.mark.parametrize(
        "head",
        [
            "image,text",
            "image,region,text",
            "filename,words",
            "FILE,LABEL",
            "id;path;transcription",
            "file_name\ttext",
            "label,text,image",
        ],
    )
    def test_names_of_columns(self, tmp_path: Path, head: str) -> None:
        photo(tmp_path / "a.png")
        separator = next(each for each in ",;\t" if each in head)
        cells = {"region": "ak", "id": "1", **dict.fromkeys(("text", "words"), "L1")}
        cells |= dict.fromkeys(("image", "filename", "file", "path", "file_name"), "a.png")
        cells["transcription"] = "L1"
        cells["label"] = "no" if "text" in head else "L1"
        row = separator.join(cells[name] for name in head.casefold().split(separator))
        write(tmp_path / "labels.csv", f"{head}\n{row}\n")
        assert only(read("word_list", tmp_path, ONE)).texts == ("L1",)

    def test_labels_for_detection_are_sent_to_paddle_ocr(self, tmp_path: Path) -> None:
        paddles(tmp_path, {"transcription": "A", "points": SQUARE})
        with pytest.raises(UsageError, match="belong to format paddle_ocr"):
            read("word_list", tmp_path, ONE)
