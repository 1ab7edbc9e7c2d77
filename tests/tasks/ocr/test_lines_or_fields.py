"""What a recipe may state where each photo is a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.data.readers import LabelTable
from engine.errors import UsageError
from engine.evaluate.bootstrap import estimate
from engine.evaluate.metric import HEADLINE
from engine.evaluate.verdict import reported_as
from engine.recipe import load_recipe
from engine.recipe.metrics import METRICS
from engine.tasks.ocr.lines import are_lines_already
from engine.tasks.ocr.lines_or_fields import OF_LOCATED_FIELDS, require_lines_suit
from engine.tasks.ocr.metrics import measure
from tests.builders import photo
from tests.data.boxes.files import boxes, write
from tests.data.boxes.files import read as read_source
from tests.e2e.ocr_sets import lines
from tests.tasks.ocr.seen import LIMITS, NAMES, read

TWO = "classes={a: {pattern: '%s'}, b: {pattern: '%s'}}"


@pytest.mark.parametrize(
    ("overrides", "where"),
    [
        (["margins.edge=2 px"], "margins.edge"),
        (["input.size=64x32", "input.resize=fit"], "input.size"),
        (["input.tile=64x64"], "input.tile"),
        (["accept.field_f1=0.9"], "accept.field_f1"),
        (["accept={exact_match: 0.9, recall: 90 %}"], "accept.recall"),
        (["accept.precision=0.9"], "accept.precision"),
        (["accept.map50=0.9"], "accept.map50"),
        (["classes={a: {characters: '12'}, b: {characters: '12'}}"], "classes"),
        ([TWO % ("[12]{2}", "[1-3]{2}")], "classes"),
    ],
)
def test_what_has_no_meaning_for_lines_is_refused(
    tmp_path: Path, overrides: list[str], where: str
) -> None:
    with pytest.raises(UsageError) as caught:
        require_lines_suit(load_recipe(lines(tmp_path), overrides))
    assert caught.value.where == where
    assert caught.value.fix


def test_paddle_ocr_tells_the_field_of_a_line(tmp_path: Path) -> None:
    said = []
    for at, (text, name) in enumerate((("L12", "lot"), ("12/26", "expiry"))):
        photo(tmp_path / f"{at}.png", seed=at, size_hw=(20, 60))
        corners = [[0, 0], [60, 0], [60, 20], [0, 20]]
        own = {"transcription": text, "points": corners, "key_cls": name}
        said.append(f"{at}.png\t{json.dumps([own])}\n")
    write(tmp_path / "Label.txt", "".join(said))
    table = LabelTable(("lot", "expiry"), (("lot",), ("expiry",)))
    found = read_source("paddle_ocr", tmp_path, table)
    assert [boxes(each).class_indices.tolist() for each in found.samples] == [[0], [1]]
    assert are_lines_already(found.samples)


def test_several_fields_suit_lines_where_no_text_fits_two(tmp_path: Path) -> None:
    require_lines_suit(load_recipe(lines(tmp_path), [TWO % ("[12]{2}", "[1-3]{3}")]))
    require_lines_suit(load_recipe(lines(tmp_path)))
    require_lines_suit(load_recipe(lines(tmp_path), ["accept={exact_match: 0.9, cer: 2 %}"]))


@pytest.mark.parametrize("located", [True, False])
def test_bounds_of_located_fields_alone_are_refused_of_lines(located: bool) -> None:
    """What is refused is what lines lack of the metrics that `accept` may name."""
    found = estimate(measure([read("L1", "L1")], NAMES, LIMITS, located=located), resamples=2)
    named = {reported_as(name, found) for name, each in METRICS.items() if "ocr" in each.tasks}
    measured = {each.name for each in found if each.region == HEADLINE and not each.class_name}
    assert named - measured == (set() if located else set(OF_LOCATED_FIELDS))
