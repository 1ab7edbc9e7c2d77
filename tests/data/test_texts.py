"""Texts as their fields read them, from the recipe to the data set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data.boxes.geometry import upright_box
from engine.data.load import load_dataset
from engine.data.texts import as_read, lacks_texts
from engine.errors import UsageError
from engine.recipe import load_recipe
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.text.field import TextField
from tests.builders import photo, sample, write_recipe
from tests.data.boxes.files import write

RECIPE = """version: 1
name: plates
task: ocr
classes:
  plate: { %s }
data:
  format: %s
  train: .
  validation: 25 %%
  test: 25 %%
  object: image
"""


def annotated(*texts: str, classes: tuple[int, ...] = ()) -> Sample:
    corners = [upright_box(0, 5 * at, 20, 5 * at + 4) for at in range(len(texts))]
    boxes = BoxAnnotation(
        None,
        np.array(corners, np.float32).reshape(-1, 4, 2),
        np.array(classes or [0] * len(texts), np.uint8),
        texts or None,
    )
    return replace(sample("a.png"), annotation=boxes)


def test_each_text_is_read_as_its_class_is() -> None:
    fields = (TextField("ABC-", None, True, " "), TextField("0123456789", None, False, "others"))
    changed = as_read(annotated("a b-c", "12/05", "###", classes=(0, 1, IGNORE)), fields)
    assert isinstance(changed.annotation, BoxAnnotation)
    assert changed.annotation.texts == ("AB-C", "1205", "###")
    assert changed.annotation.class_indices.tolist() == [0, 1, IGNORE]


def test_a_text_of_which_nothing_is_left_is_ignored() -> None:
    changed = as_read(annotated("--", "A"), (TextField("A", None, False, "others"),))
    assert isinstance(changed.annotation, BoxAnnotation)
    assert changed.annotation.class_indices.tolist() == [IGNORE, 0]
    assert changed.annotation.texts == ("--", "A")
    assert changed.annotation.skipped == ((0, "--"),)


def test_boxes_without_texts_are_told() -> None:
    found = lacks_texts(replace(annotated("A"), annotation=replace(_boxes("A"), texts=None)))
    assert found is not None and found.kind == "unreadable_boxes"
    ignored = replace(_boxes("A"), texts=None, class_indices=np.array([IGNORE], np.uint8))
    for own in (annotated(), annotated("A"), replace(annotated(), annotation=ignored)):
        assert lacks_texts(own) is None
    assert lacks_texts(sample("a.png")) is None


def _boxes(*texts: str) -> BoxAnnotation:
    boxes = annotated(*texts).annotation
    assert isinstance(boxes, BoxAnnotation)
    return boxes


def test_from_a_recipe(tmp_path: Path) -> None:
    for at in range(8):
        photo(tmp_path / f"{at}.png", seed=at)
    write(tmp_path / "gt.txt", "".join(f'{at}.png, "e\u0301 {at}"\n' for at in range(8)))
    path = write_recipe(tmp_path, RECIPE % ('ignore_case: true, skip: " "', "word_list"))
    dataset = load_dataset(load_recipe(path))
    texts = [text for part in dataset.parts().values() for s in part for text in _texts(s)]
    assert sorted(texts) == [f"É{at}" for at in range(8)]


def _texts(own: Sample) -> tuple[str, ...]:
    assert isinstance(own.annotation, BoxAnnotation) and own.annotation.texts is not None
    return own.annotation.texts


@pytest.mark.parametrize("name", ["yolo_obb", "dota", "coco", "masks"])
def test_formats_without_texts_do_not_serve(name: str, tmp_path: Path) -> None:
    photo(tmp_path / "a.png")
    with pytest.raises(UsageError, match="this format holds no annotations for ocr") as caught:
        load_dataset(load_recipe(write_recipe(tmp_path, RECIPE % ("", name))))
    assert "coco_text, doctr, icdar, paddle_ocr, text_in_name, word_list" in str(caught.value)
