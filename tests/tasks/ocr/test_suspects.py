"""Fields on training photos that nobody annotated; where photos are lines, none are looked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.evaluate.thresholds import Threshold
from engine.records import TrainSet
from engine.tasks.ocr.model import LOCATOR
from engine.tasks.ocr.suspects import suspects
from tests.tasks.detection.bright import Bright
from tests.tasks.ocr.annotated import turned, written
from tests.tasks.ocr.spoken import deployed, line, photo


class Joined:
    """A model whose locator sees bright rectangles."""

    name = "located_and_read"

    def get_layer(self, name: str) -> Bright:
        assert name == LOCATOR
        return Bright(2)


def test_a_field_that_nobody_annotated_is_told(tmp_path: Path) -> None:
    whole = photo(tmp_path, "whole", (10, 20, 250, "A12"), (50, 60, 240, "B34"))
    lacking = photo(tmp_path, "lacking", (10, 20, 250, "A12"), (50, 60, 240, "B34"))
    annotation = written(turned((28, 26, 36, 12, 0)), ("A12",)).annotation
    scores = (Threshold("score", "lot", 0.5), Threshold("score", "day", 0.5))
    deployment = deployed(located=True).with_thresholds(scores, 0.8)
    train = TrainSet((whole, replace(lacking, annotation=annotation)))
    found = suspects(Joined(), deployment, train, lambda *_: None)
    assert (found.looked, found.photos) == (2, 2)
    assert [(each.sample_id, each.class_name) for each in found.found] == [("lacking.png", "lot")]


def test_lines_are_not_searched(tmp_path: Path) -> None:
    train = TrainSet((line(tmp_path, "a", 200, "A12"),))
    found = suspects(Joined(), deployed(), train, lambda *_: None)
    assert (found.looked, found.photos, found.limit, found.found) == (0, 1, None, ())
    assert "each photo is a line" in found.reason
