"""What the checks say of boxes and texts, where one failing example is not enough."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.audit.audited import Audited
from engine.audit.checks import all_checks
from engine.audit.checks.text_outside_field import fault
from engine.audit.finding import Observation
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.store import FactStore
from engine.audit.pictures import photo_uri, turned_sheet_uri
from engine.audit.regions import box_regions, larger_boxes
from engine.audit.settings import AuditSettings
from engine.audit.tool.looked_at import choose
from engine.data.boxes.geometry import upright_box
from engine.recipe.metrics import TASKS
from engine.recipe.units import Length
from engine.records import IGNORE, Dataset, MaskAnnotation, ReadProblem
from engine.text.field import TextField
from tests.audit.boxed import boxed, boxes, things
from tests.audit.examples import EXAMPLES
from tests.builders import dataset, mask, picture, sample


def found(
    code: str, folder: Path, data: Dataset, settings: AuditSettings | None = None
) -> list[Observation]:
    store = FactStore(folder / "cache")
    audited = Audited(data, settings or AuditSettings(task="detection"), Examiner(store))
    seen = list(all_checks()[code].run(audited))
    store.close()
    return seen


class TestWrongTool:
    def said(
        self, folder: Path, declared: str | int, *, task: str = "oriented_detection", **draw: object
    ) -> list[str]:
        settings = AuditSettings(task=task, symmetries=(declared,))
        data = things(**draw)(folder)  # type: ignore[arg-type]
        return [each.message for each in found("ANN304", folder, data, settings)]

    def test_boxes_upside_down_are_named(self, tmp_path: Path) -> None:
        settings = AuditSettings(task="oriented_detection", symmetries=("none",))
        data = things(upside_down=2)(tmp_path)
        (seen,) = found("ANN304", tmp_path, data, settings)
        assert seen.message == "2 of 12 boxes of 'bolt' looked at are upside down"
        assert set(seen.samples) == {"0.png", "1.png"}

    def test_headings_at_random(self, tmp_path: Path) -> None:
        (said,) = self.said(tmp_path, "none", upside_down=5)
        assert said.startswith("the headings of 'bolt' are marked at random: 5 of 12")

    def test_a_heading_that_the_thing_does_not_have(self, tmp_path: Path) -> None:
        (said,) = self.said(tmp_path, "none", kind="bar", upside_down=5)
        assert "a turn by 180 degrees changes next to nothing" in said
        assert self.said(tmp_path / "right", 2, kind="bar", upside_down=5) == []

    def test_a_symmetry_that_the_thing_does_not_have(self, tmp_path: Path) -> None:
        (said,) = self.said(tmp_path, 2)
        assert "declared to look alike after 180 degrees, and such a turn changes it" in said
        for declared in (6, "round"):
            (said,) = self.said(tmp_path / str(declared), declared)
            assert "2.1 times as long as wide" in said

    def test_upright_boxes_around_things_at_an_angle(self, tmp_path: Path) -> None:
        (said,) = self.said(tmp_path, "none", task="detection", upright=True)
        assert said.startswith("upright boxes of 'bolt' hold things that lie at an angle")

    def test_elbows_that_all_lie_alike(self, tmp_path: Path) -> None:
        draw = {"kind": "elbow", "upright": True, "aligned": True}
        assert self.said(tmp_path, "none", task="detection", **draw) == []

    def test_a_dot_in_the_corner_is_a_heading(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, "none", kind="chip", dot=True) == []
        (said,) = self.said(tmp_path / "plain", "none", kind="chip")
        assert said.endswith("changes next to nothing")

    def test_variants_are_not_upside_down(self, tmp_path: Path) -> None:
        assert self.said(tmp_path / "dark", "none", dark=3) == []
        assert self.said(tmp_path / "mirrored", "none", kind="elbow", mirrored=3) == []

    def test_round_things_may_be_seen_obliquely(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, "round", kind="slab") == []

    def test_boxes_at_the_edge_are_looked_at(self) -> None:
        edge, beyond = upright_box(-0.4, 2, 10, 12), upright_box(-3, 2, 10, 12)
        outside = upright_box(-20, 2, -10, 12)
        (seen,) = choose(boxed(boxes([beyond, edge, outside])).train, 0)
        assert seen.corners[0, 0] == pytest.approx(-0.4)

    def test_small_and_thin_things(self, tmp_path: Path) -> None:
        for height, words in ((4, "small"), (2, "small")):
            data = boxed(*[boxes([upright_box(2, 2, 30, 2 + height)])] * 10)
            (seen,) = found(
                "ANN304", tmp_path, data, AuditSettings(task="detection", symmetries=("none",) * 2)
            )
            assert f"are {words} for boxes" in seen.message

    def test_only_boxes_have_such_a_tool(self) -> None:
        told = {task for task in TASKS if all_checks()["ANN304"].applies_to(task)}
        assert told == {"detection", "oriented_detection"}

    def test_what_was_seen_is_remembered(self, tmp_path: Path) -> None:
        data = things(upside_down=2)(tmp_path)
        settings = AuditSettings(task="oriented_detection", symmetries=("none",))
        first = found("ANN304", tmp_path, data, settings)
        for each in data.train:
            each.image.unlink()
        assert found("ANN304", tmp_path, data, settings) == first


class TestAnnotatedTwice:
    def test_the_most_alike_pair_is_told(self, tmp_path: Path) -> None:
        corners = [upright_box(0, 0, 10, 10), upright_box(0, 0, 10, 8), upright_box(0, 0, 10, 9)]
        (seen,) = found("ANN307", tmp_path, boxed(boxes(corners)))
        assert seen.message == "two boxes of 'bolt' share 90% of what they cover (and 2 more pairs)"

    def test_a_photo_without_boxes_and_one_with_many_equal_ones(self, tmp_path: Path) -> None:
        many = boxes([upright_box(0, 0, 10, 10)] * 2000)
        (seen,) = found("ANN307", tmp_path, boxed(boxes([]), many))
        assert seen.message.endswith("share 100% of what they cover (and 1998 more pairs)")

    def test_masks_that_claim_the_same_pixels(self, tmp_path: Path) -> None:
        paths = [mask(tmp_path / f"{name}.png", 1) for name in "ab"]
        layers = [
            MaskAnnotation(path, ((0, 0), (1, value)), classes=frozenset([value - 1]))
            for value, path in zip((1, 2), paths, strict=True)
        ]
        both = MaskAnnotation(
            layers[0].path, layers[0].values, classes=frozenset([0, 1]), more=(layers[1],)
        )
        photo = sample("a.png")
        data = dataset(
            {"train": [type(photo)("a.png", photo.image, (24, 32), both, "a", photo.sha256)]}
        )
        (seen,) = found("ANN307", tmp_path, data)
        assert seen.message.startswith("100% of a region of 'scratch' is 'chip' as well")


class TestTextOutsideField:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("L12O4A", "holds 'O'; did you mean 'L1204A'?"),
            ("LI2O4A", "holds 'I', 'O'; did you mean 'L1204A'?"),
            ("L1204", "does not match the pattern 'L[0-9]{4}[A-Z]'"),
            ("", "does not match the pattern 'L[0-9]{4}[A-Z]'"),
            ("l1204a", "holds 'l', 'a'; did you mean 'L1204A'?"),
            ("L12O4А", "holds 'O', 'А'; did you mean 'L1204A'?"),  # the last one is Cyrillic
            ("LOI234A", "holds 'O', 'I'"),
            (" L1204A", "holds ' '; did you mean 'L1204A'?"),
            ("L1204A", None),
        ],
    )
    def test_faults(self, text: str, said: str | None) -> None:
        field = TextField("0123456789ABCL", "L[0-9]{4}[A-Z]")
        assert fault(text, field) == said

    def test_a_field_without_rules_holds_anything(self) -> None:
        assert fault("ÄÖ 12", TextField(None, None)) is None

    def test_the_likeliest_confusion_is_told(self) -> None:
        field = TextField("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "[A-Z]{3}[0-9]{4}")
        assert fault("0BC1234", field).endswith("did you mean 'OBC1234'?")
        assert fault("ABCOI2E", field) == f"does not match the pattern {field.pattern!r}"
        many = TextField("0123456789", "[0-9]{20}")
        assert fault("OI23456789OI23456789", many).endswith("'01234567890123456789'?")

    @pytest.mark.parametrize("pattern", ["x", "([A-Z0-9]+-?)+x"])
    def test_a_long_text_is_no_long_wait(self, pattern: str) -> None:
        started = time.monotonic()
        assert fault("0OIl1" * 4, TextField(None, pattern)).startswith("does not match")
        assert time.monotonic() - started < 5


class TestClassAbsent:
    """Photos of 24 x 32 px; a margin of 6 px leaves the middles from 6 to 18 and from 6 to 26."""

    def absent(self, folder: Path, settings: AuditSettings, *own: tuple[float, ...]) -> list[str]:
        data = boxed(boxes([upright_box(*each) for each in own]), class_names=("bolt",))
        everywhere = dataset(
            dict.fromkeys(("train", "validation", "test"), data.train), class_names=("bolt",)
        )
        return [each.message for each in found("DIV203", folder, everywhere, settings)]

    def test_boxes_in_the_margin_are_no_examples(self, tmp_path: Path) -> None:
        settings = AuditSettings(task="detection", margin=Length(6.0))
        first, *_ = self.absent(tmp_path, settings, (0, 0, 10, 10), (20, 4, 36, 14))
        assert first == (
            "the class 'bolt' has no example in train away from the margin: it cannot be learnt"
        )
        assert self.absent(tmp_path, settings, (0, 0, 10, 10), (0, 0, 14, 13)) == []

    def test_boxes_outside_of_the_region_are_no_examples(self, tmp_path: Path) -> None:
        settings = AuditSettings(task="detection", roi_xywh=(10, 4, 20, 20))
        assert len(self.absent(tmp_path, settings, (2, 2, 10, 10))) == 3
        assert self.absent(tmp_path, settings, (8, 8, 16, 16)) == []

    def test_photos_left_out_are_told_as_what_may_be_why(self, tmp_path: Path) -> None:
        problem = ReadProblem("broken_box", "9.png", "a.txt:1: the box has no area")
        data = replace(boxed(boxes([]), class_names=("bolt",)), problems=(problem,))
        first, *_ = found("DIV203", tmp_path, data)
        assert first.message.endswith(
            "(1 photo that cannot be used is left out and may be why: mend these first)"
        )

    def test_boxes_to_be_ignored_are_no_examples(self, tmp_path: Path) -> None:
        ignored = boxed(boxes([upright_box(2, 2, 10, 10)], [IGNORE]), class_names=("bolt",))
        assert len(found("DIV203", tmp_path, ignored)) == 3


def test_boxes_that_reach_out_are_warned_of_together(tmp_path: Path) -> None:
    inside, out = upright_box(2, 2, 12, 12), upright_box(25, 2, 37, 12)
    data = boxed(boxes([inside]), boxes([inside, out]), boxes([upright_box(-4, 2, 12, 12), out]))
    (seen,) = found("ANN305", tmp_path, data)
    assert (seen.samples, seen.severity) == (("1.png", "2.png"), "warn")
    assert seen.message.startswith("3 boxes reach out of 2 photos, the furthest 5 px: ")
    (sheet,) = seen.evidence["kinds"]
    assert [row["bbox_xywh"][0] for row in sheet["regions"]] == [25, 25, -4]


def test_a_box_that_is_mostly_off_the_photo_is_warned_of_by_itself(tmp_path: Path) -> None:
    mostly, ignored = upright_box(25, 2, 40, 12), upright_box(26, 2, 40, 12)
    data = boxed(boxes([mostly]), boxes([ignored], [IGNORE]))
    (seen,) = found("ANN305", tmp_path, data)
    assert (seen.samples, seen.severity) == (("0.png",), "warn")
    assert seen.message.endswith("it reaches 8 px out, and is not trained on")
    settings = AuditSettings(task="detection", margin=Length(3.0, "px"))
    assert found("ANN301", tmp_path, data, settings) == []


def test_a_box_in_the_margin_is_told_once(tmp_path: Path) -> None:
    """Photos of 32 x 24 px: a margin of 5 px leaves the middles from 5 to 27 and from 5 to 19."""
    in_margin, whole = upright_box(23, 2, 36, 12), upright_box(-4, -4, 36, 28)
    touching = upright_box(0, 6, 12, 18)
    settings = AuditSettings(task="detection", margin=Length(5.0, "px"))
    data = boxed(
        boxes([in_margin]), boxes([in_margin], [IGNORE]), boxes([whole]), boxes([touching])
    )
    (seen,) = found("ANN301", tmp_path, data, settings)
    assert seen.samples == ("0.png",)
    assert seen.message == (
        "a box of 'bolt' has its middle in the margin of 5 px: not trained on, measured apart"
    )
    (told,) = found("ANN305", tmp_path, data, settings)
    assert told.samples == ("2.png",)
    assert told.fix == "Mark what the photos show of the things"


def test_a_margin_is_advised_where_it_leaves_something_of_the_photo(tmp_path: Path) -> None:
    data = boxed(boxes([upright_box(-4, 6, 8, 18)]))
    (told,) = found("ANN305", tmp_path, data, AuditSettings(task="detection"))
    assert told.fix.endswith(
        "or make margins.edge half of the largest thing, which leaves them out"
    )


def test_a_box_outside_of_the_region_is_told(tmp_path: Path) -> None:
    settings = AuditSettings(task="detection", roi_xywh=(10, 4, 20, 20))
    data = boxed(boxes([upright_box(2, 2, 14, 12), upright_box(12, 6, 22, 16)]))
    (seen,) = found("ANN301", tmp_path, data, settings)
    assert "has its middle outside of input.roi" in seen.message
    assert [row["bbox_xywh"][0] for row in seen.evidence["boxes"]] == [2]


@pytest.mark.parametrize(("task", "marked"), [("detection", "things"), ("segmentation", "defects")])
def test_what_looks_like_a_thing_is_called_one(tmp_path: Path, task: str, marked: str) -> None:
    failing = EXAMPLES["ANN303"].failing
    data = failing(tmp_path) if callable(failing) else failing
    (seen,) = found("ANN303", tmp_path, data, AuditSettings(task=task))
    assert seen.fix.startswith(f"Annotate those that are {marked}, or waive this")


def test_regions_of_boxes() -> None:
    annotation = boxes([upright_box(-4, 2, 6, 12), upright_box(0, 0, 5, 5)], [1, IGNORE])
    (region,) = box_regions(annotation)
    assert (region.class_index, region.bbox_xywh, region.area_px) == (1, (-4, 2, 10, 10), 100)
    (cut,) = larger_boxes(annotation, (24, 32))
    assert (cut.bbox_xywh, cut.area_px) == ((0, 2, 6, 10), 60)


def test_corners_are_drawn_with_their_top(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", np.zeros((100, 100), np.uint8))
    uri = photo_uri(path, corners=[[[20, 20], [80, 20], [80, 60], [20, 60]]])
    assert uri is not None
    data = np.frombuffer(base64.b64decode(uri.partition(",")[2]), np.uint8)
    blue, green, red = cv2.split(cv2.imdecode(data, cv2.IMREAD_COLOR).astype(int))
    assert green[20, 50] > 150 > blue[20, 50] and red[20, 50] > 150
    assert green[60, 50] < 100 < red[60, 50]


def test_a_sheet_of_boxes_has_their_tops_up(tmp_path: Path) -> None:
    photo = np.zeros((100, 100), np.uint8)
    photo[:, 60:] = 255
    path = picture(tmp_path / "a.png", photo)
    corners = [[80, 20], [80, 80], [20, 80], [20, 20]]  # the top of the thing is on the right
    uri = turned_sheet_uri([(path, corners), (tmp_path / "gone.png", corners)])
    assert uri is not None
    data = np.frombuffer(base64.b64decode(uri.partition(",")[2]), np.uint8)
    sheet = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert sheet.shape == (96, 96)
    assert sheet[20, 48] > 200 and sheet[75, 48] < 50
