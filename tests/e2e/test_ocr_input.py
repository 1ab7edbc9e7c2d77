"""Texts as they come: what is wrong is refused by line and words, what is odd is coped with."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.builders import picture
from tests.e2e.command import dltrain, fails, report, status
from tests.e2e.ocr_sets import line_of, lines
from tests.e2e.test_detection_input import numbers

Change = Callable[[Path], None]
LABEL = 'n000.png, "12"'


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def text(new: str) -> Change:
    """Another text on one photo."""
    return lambda folder: edit(folder / "train" / "gt.txt", LABEL, f'n000.png, "{new}"')


def field(words: str) -> Change:
    """Other words on the field."""
    return lambda folder: edit(folder / "digits.yaml", '{ characters: "12" }', f"{{ {words} }}")


def not_utf8(folder: Path) -> None:
    (folder / "train" / "gt.txt").write_bytes('n000.png, "é12"\n'.encode("latin-1"))


def no_label(folder: Path) -> None:
    edit(folder / "train" / "gt.txt", LABEL, "")


def no_text_fits(folder: Path) -> None:
    field('characters: "3-9"')(folder)
    edit(folder / "digits.yaml", 'DIV201: "off"', 'DIV201: "off", ANN308: warn, DIV206: "off"')


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (text(""), 1, r"ANN305 gt.txt:1: the text is empty; .* annotated as ###"),
        (text("3A"), 1, r"ANN308 the text '3A' of 'number' holds '3', 'A'"),
        (text("א2"), 1, r"ANN308 .*U\+05D0 .*right-to-left text cannot be read yet"),
        (text("1\u0323\u03432"), 1, r"ANN308 .*U\+0323 .* write the composed character"),
        (no_label, 1, r"ANN309 no annotation was found for this photo"),
        (not_utf8, 2, r"gt.txt: .* byte 0xe9 at position 11 \(line 1\) is not UTF-8"),
        (field('characters: "12א"'), 2, r"yaml:5.*characters: .*right-to-left text cannot"),
        (field('characters: "12", pattern: "[3-9]{2}"'), 2, "The pattern matches no text"),
        (field('pattern: "(1?){999999}"'), 2, "The pattern is too large"),
        (field('pattern: "(?=1)12"'), 2, r"pattern: .*\(\?=1… is none of the subset"),
        (field('characters: "3", skip: others'), 1, r"DIV203 the class 'number' has no example"),
        (no_text_fits, 2, r"classes: no training text can be read.*texts of '3456789'"),
    ],
)
def test_what_is_wrong_is_refused(
    change: Change, code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = lines(tmp_path)
    change(tmp_path)
    fails(capsys, code, words, "run", recipe, "--out", tmp_path / "runs")


def test_a_set_of_oddities_is_trained_and_reported_in_numbers(tmp_path: Path) -> None:
    """Good lines, one a px high, sizes and depths mixed, ignored and unreadable texts."""
    train = tmp_path / "train"
    recipe = lines(tmp_path, {"train": "12 21 1 2 12 21 1 2 11 22", "test": "12 21"})
    picture(train / "n000.png", np.full((1, 40, 3), 90, np.uint8))
    picture(train / "n001.png", np.full((40, 1), 90, np.uint8))
    deep = line_of("1", np.random.default_rng(0))[..., 0].astype(np.uint16) * 16
    picture(train / "n002.png", deep)
    large = cv2.resize(line_of("2", np.random.default_rng(1)), (900, 500))
    picture(train / "n003.png", large)
    edit(train / "gt.txt", 'n004.png, "12"', 'n004.png, "###"')
    edit(train / "gt.txt", 'n005.png, "21"', 'n005.png, "-a 2.1 "')
    edit(train / "gt.txt", 'n006.png, "1"', 'n006.png, "ABC"')
    field('characters: "12A", ignore_case: true, skip: " .-"')(tmp_path)
    edit(recipe, 'DIV201: "off"', 'DIV201: "off", ANN308: warn, IMG404: warn')
    edit(recipe, "steps: 60", "steps: 1")
    edit(recipe, "synthetic: 20 %", "synthetic: 60 %")
    assert dltrain("run", recipe, "--out", tmp_path / "runs") == 0
    (folder,) = (path for path in (tmp_path / "runs" / "digits").iterdir() if path.is_dir())
    assert status(folder)["status"] == "done"
    found = report(folder)
    assert found["data"]["train"]["images"] + found["data"]["validation"]["images"] == 10
    assert all(number is None or math.isfinite(number) for number in numbers(found))
    stored = json.loads((folder / "inference.json").read_text("utf-8"))
    assert stored["inference"] is None
    assert stored["reader"]["alphabet"] == "12A"
    for line in (folder / "report" / "predictions.jsonl").read_text("utf-8").splitlines():
        assert all(math.isfinite(number) for number in numbers(json.loads(line)))
