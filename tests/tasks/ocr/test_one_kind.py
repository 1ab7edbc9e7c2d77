"""Fields that reading tells apart: one kind of thing to the locator, told by what is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data.load import load_dataset
from engine.evaluate.thresholds import Threshold
from engine.recipe import load_recipe
from engine.records import IGNORE, BoxAnnotation, Split, TrainSet
from engine.tasks.detection.infer import forward
from engine.tasks.ocr.better import field_of
from engine.tasks.ocr.compile import compile_recipe
from engine.tasks.ocr.deployment import Deployment, dump, load
from engine.tasks.ocr.infer import Network, see
from engine.tasks.ocr.model import LOCATOR
from engine.tasks.ocr.one_kind import of_one_kind, told_by_reading
from engine.tasks.ocr.suspects import suspects
from engine.text.field import TextField
from engine.text.reading import Reading
from tests.e2e.ocr_sets import codes
from tests.tasks.detection.bright import SIDE, Bright
from tests.tasks.ocr.annotated import turned, written
from tests.tasks.ocr.spoken import Spoken, deployed, photo

LOT = TextField(None, "[AB][0-9]{2}")
DAY = TextField(None, "[0-9]{4}")
ANY = TextField("0123456789AB", None)


def of_one(*fields: TextField) -> Deployment:
    """A deployment whose locator knows one kind of text."""
    own = deployed(*fields, located=True)
    assert own.inference is not None
    return replace(own, inference=replace(own.inference, orders=(2,)))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ((LOT, DAY), True),
        ((LOT, DAY, TextField(None, "[0-9]{5}")), True),
        ((LOT, DAY, TextField(None, "[0-9]{4,5}")), False),
        ((LOT, LOT), False),
        ((LOT, ANY), False),
        ((LOT,), False),
        ((TextField("ABab", "[ab]{2}", ignore_case=True), TextField(None, "[AB]{2}")), False),
    ],
)
def test_patterns_without_a_common_text_tell_fields_apart(
    fields: tuple[TextField, ...], told: bool
) -> None:
    assert told_by_reading(fields) is told


def test_all_fields_of_a_photo_are_one_kind_but_those_to_be_ignored() -> None:
    boxes = turned((30, 30, 20, 8, 0), (80, 30, 20, 8, 0), (130, 30, 20, 8, 0))
    sample = written(boxes, ("A12", "###", "1234"), (0, IGNORE, 1))
    annotation = of_one_kind(sample).annotation
    assert isinstance(annotation, BoxAnnotation)
    assert annotation.class_indices.tolist() == [0, IGNORE, 0]
    assert annotation.texts == ("A12", "###", "1234")
    bare = replace(sample, annotation=None)
    assert of_one_kind(bare) is bare


@pytest.mark.parametrize(
    ("texts", "raw", "index"),
    [
        (("A12", None), "A12", 0),
        ((None, "1234"), "1234", 1),
        ((None, None), "ABA", 0),
        ((None, None), "A2345B", 1),
        ((None, None), "", 0),
    ],
)
def test_a_line_is_the_field_that_it_reads_as(
    texts: tuple[str | None, ...], raw: str, index: int
) -> None:
    automata = [field.automaton("") for field in (LOT, DAY)]
    readings = [Reading(text, raw, -0.5, ()) for text in texts]
    assert field_of(readings, automata) == index


def test_what_is_read_says_which_field_it_is() -> None:
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[10:22, 10:46], pixels[40:52, 10:46], pixels[70:82, 10:46] = 240, 200, 160
    spoken = Spoken({240: ("1234", 0.99), 200: ("A12", 0.99), 160: ("B", 0.9)})
    seen = see(Network(forward(Bright(1), (2,)), spoken), pixels, of_one(LOT, DAY))
    said = {
        each.raw: index
        for each, index in zip(seen.said.readings, seen.said.detections.classes, strict=True)
    }
    assert said == {"1234": 1, "A12": 0, "B": 0}
    assert [each.text for each in seen.said.readings] == ["1234", "A12", None]


def test_a_deployment_of_one_kind_is_stored_and_read_as_it_is() -> None:
    own = of_one(LOT, DAY)
    assert own.one_kind and not deployed(LOT, DAY, located=True).one_kind
    assert not deployed(LOT).one_kind
    assert load(dump(own)) == own and load(dump(own)).one_kind


class Joined:
    """A model whose locator sees bright rectangles, all of one kind."""

    name = "located_and_read"

    def get_layer(self, name: str) -> Bright:
        assert name == LOCATOR
        return Bright(1)


def test_what_nobody_annotated_is_told_as_a_text(tmp_path: Path) -> None:
    """Its field has not been read, and limits are those of the fields."""
    lacking = photo(tmp_path, "lacking", (10, 20, 250, "1234"), (50, 60, 240, "A12"))
    annotation = written(turned((28, 26, 36, 12, 0)), ("1234",), (1,)).annotation
    scores = (Threshold("score", "lot", 0.4), Threshold("score", "day", 0.6))
    deployment = of_one(LOT, DAY).with_thresholds(scores, 0.8)
    train = TrainSet((replace(lacking, annotation=annotation),))
    found = suspects(Joined(), deployment, train, lambda *_: None)
    assert [(each.sample_id, each.class_name) for each in found.found] == [("lacking.png", "text")]
    assert deployment.locating is not None
    assert deployment.locating.limits.tolist() == pytest.approx([0.4])


@pytest.mark.parametrize(("day", "kinds"), [("{ pattern: '[0-9]{2}' }", 1), ("{}", 2)])
def test_a_locator_has_as_many_classes_as_it_must_tell_apart(
    day: str, kinds: int, tmp_path: Path
) -> None:
    path = codes(tmp_path, train=6, test=2)
    stated = path.read_text("utf-8").replace('{ pattern: "[0-3][0-9]" }', day)
    path.write_text(stated, encoding="utf-8")
    recipe = load_recipe(path)
    compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
    deployment = compiled.deployment
    assert deployment.class_names == ("lot", "day")
    assert deployment.one_kind == (kinds == 1)
    assert len(deployment.inference.orders) == kinds
    (_, _), (_, _), (first, _), *_ = compiled.trainable.example
    assert first[-1] == kinds
    assert [array.shape for array in compiled.trainable.draw(0, 0)] == [
        shape for shape, _ in compiled.trainable.example
    ]
