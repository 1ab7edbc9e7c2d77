"""What the audit makes of texts as photos show them, and of what a recipe asks of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.audit.audit import audit_settings
from engine.audit.texts import in_a_text, is_one_line, may_be_one, texts_of
from engine.data.boxes.geometry import turned_box, upright_box
from engine.recipe import load_recipe
from engine.records import IGNORE, BoxAnnotation, Dataset, Sample
from engine.text.field import TextField
from tests.audit.boxed import boxes, worded
from tests.audit.drawn import SIDE, arrow, coloured, surface, turned
from tests.audit.texted import ANY, DIGITS, found
from tests.builders import dataset, picture, sample, write_recipe


class TestTwins:
    def across(self, folder: Path, first: Sequence[str], second: Sequence[str]) -> Dataset:
        """Two photos of one surface in two parts, with these texts."""
        photos: list[Sample] = []
        for part, texts, pixels in (
            ("train", first, surface(0)),
            ("test", second, turned(surface(0))),
        ):
            path = picture(folder / f"{part}.png", pixels)
            corners = [upright_box(5, 5 + 20 * at, 60, 20 + 20 * at) for at in range(len(texts))]
            photos.append(
                replace(
                    sample(f"{part}.png"),
                    image=path,
                    size_hw=(SIDE, SIDE),
                    sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                    annotation=boxes(corners, texts=texts),
                )
            )
        return dataset(
            {"train": photos[:1], "validation": [], "test": photos[1:]}, class_names=("lot",)
        )

    @pytest.mark.parametrize(
        ("first", "second", "told"),
        [
            (["L1204"], ["L1204"], 1),
            (["L1204"], ["L1205"], 0),
            (["L1204", "2026"], ["2026"], 1),
            (["L1204", "2026"], ["L1205", "2026"], 0),
            (["L1204"], [], 1),
        ],
    )
    def test_photos_whose_texts_differ_show_different_things(
        self, tmp_path: Path, first: list[str], second: list[str], told: int
    ) -> None:
        data = self.across(tmp_path, first, second)
        assert len(found("SPL102", tmp_path, data, ANY)) == told
        assert may_be_one(data.train[0], data.test[0]) == bool(told)


def test_ink_in_a_text_is_no_mark(tmp_path: Path) -> None:
    photos = []
    for at in range(14):
        pixels = coloured(at)
        drawn = arrow(pixels, (230, 20, 30)) if at > 11 else pixels
        path = picture(tmp_path / f"{at}.png", drawn)
        corners = upright_box(20, 20, 100, 70) if at == 13 else upright_box(100, 100, 150, 120)
        photos.append(
            replace(
                sample(path.name),
                image=path,
                size_hw=(SIDE, SIDE),
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                annotation=boxes([corners], texts=["L1"]),
            )
        )
    data = dataset({"train": photos, "validation": [], "test": []}, class_names=("lot",))
    seen = found("IMG401", tmp_path, data, ANY)
    assert [each.samples for each in seen] == [("12.png",)]


def test_exif_says_nothing_about_a_line_as_a_whole(tmp_path: Path) -> None:
    photos = []
    for at, corners in enumerate((upright_box(0, 0, 32, 24), upright_box(2, 2, 20, 20))):
        pixels = np.full((24, 32, 3), 40 * at + 40, np.uint8)
        flipped = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
        exif = (
            b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x08\x00"
        )
        path = picture(tmp_path / f"{at}.jpg", flipped, exif=exif + b"\x00\x00\x00\x00\x00\x00")
        annotation = replace(boxes([corners], texts=["L1"]), path=path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        photos.append(replace(sample(path.name), image=path, sha256=digest, annotation=annotation))
    data = dataset({"train": photos, "validation": [], "test": []}, class_names=("lot",))
    assert [is_one_line(each) for each in photos] == [True, False]
    (seen,) = found("IMG404", tmp_path, data, ANY)
    assert seen.samples == ("1.jpg",)


def test_rates_are_shown_by_objects_with_texts(tmp_path: Path) -> None:
    data = worded(train=["1"], validation=["1"], test=["1"] * 46)
    wrong, rejected = found("SPL105", tmp_path, data, DIGITS, escape_rate=0.01, overkill_rate=0.05)
    assert wrong.message.startswith(
        "to show a rate of wrong reads of at most 1 % at 95 % you need 299 objects with texts"
    )
    assert rejected.message.startswith("to show a reject rate of at most 5 %")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("{ wrong_read_rate: 1 %, reject_rate: 20 % }", (0.01, 0.2)),
        ("{ escape_rate: 2 %, wrong_read_rate: 1 % }", (0.01, None)),
        ("{ cer: 0.1 }", (None, None)),
    ],
)
def test_what_the_recipe_asks_for(
    tmp_path: Path, accept: str, expected: tuple[float | None, float | None]
) -> None:
    text = (
        "version: 1\nname: lots\ntask: ocr\n"
        "classes:\n  lot: { characters: A-C, ignore_case: true }\n"
        f"data: {{ format: icdar, train: ., test: 20 %, object: image }}\naccept: {accept}\n"
    )
    settings = audit_settings(load_recipe(write_recipe(tmp_path, text)))
    assert (settings.escape_rate, settings.overkill_rate) == expected
    assert settings.text_fields == (TextField("ABC", None, True),)
    assert settings.drawn and settings.marked == "texts"
    off = load_recipe(write_recipe(tmp_path, text), ["augment.synthetic=off"])
    assert not audit_settings(off).drawn


def test_texts_of_a_photo() -> None:
    corners = [turned_box((16, 12), (20, 6), 0.5), upright_box(0, 0, 5, 5)]
    own = replace(sample("a.png"), annotation=boxes(corners, [1, IGNORE], ["A", "###"]))
    assert (texts_of(own), texts_of(own, 1), texts_of(own, 0)) == (("A",), ("A",), ())
    assert in_a_text(own, (14, 11, 4, 2)) and in_a_text(own, (1, 1, 2, 2))
    assert not in_a_text(own, (22, 6, 2, 2)) and not in_a_text(sample("b.png"), (1, 1, 2, 2))
    assert isinstance(own.annotation, BoxAnnotation) and not is_one_line(own)
    assert texts_of(sample("b.png")) == ()


def test_whether_a_field_is_there_is_no_verdict(tmp_path: Path) -> None:
    photos = []
    for at in range(24):
        path = picture(tmp_path / f"{at}.png", np.full((20, 20), 60 + 100 * (at % 2), np.uint8))
        annotation = boxes([upright_box(2, 2, 18, 18)] * (at % 2), texts=["1"] * (at % 2))
        digest = hashlib.sha256(path.read_bytes() + bytes([at])).hexdigest()
        photos.append(replace(sample(path.name), image=path, sha256=digest, annotation=annotation))
    assert found("DIV205", tmp_path, dataset({"train": photos}, class_names=("lot",)), ANY) == []
