"""Boxes as they come: what is wrong is refused by line and words, what is odd is coped with."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.e2e.command import dltrain, fails, report, status
from tests.e2e.trays import trays

Change = Callable[[Path], None]


def adding(line: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / "train" / "labels" / "t000.txt"
        path.write_text(f"{line}\n{path.read_text('utf-8')}", encoding="utf-8")

    return change


def without_file(folder: Path) -> None:
    (folder / "train" / "labels" / "t000.txt").unlink()


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "tray.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def all_in_the_margin(folder: Path) -> None:
    edit(folder, "edge: 4 px", "edge: 44 px")


def all_ignored(folder: Path) -> None:
    edit(folder, "  arrow: {}\n  dot: {", "  arrow: { labels: [7] }\n  dot: { labels: [8],")
    edit(folder, "data:\n", "ignore: [0, 1]\ndata:\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (adding("0 1.5 1.5 1.7 1.5 1.7 1.7 1.5 1.7"), r"t000.txt:1: .* outside of the photo"),
        (adding("0 .5 .5 .5 .5 .5 .7 .5 .7"), "ANN305 t000.txt:1: the box has no area"),
        (adding("0 .2 .2 .2 .4 .4 .4 .4 .2"), "ANN305 t000.txt:1: the box is reversed"),
        (adding("0 .2 .2 .4 .4 .4 .2 .2 .4"), "ANN305 t000.txt:1: the box crosses itself"),
        (adding("0 .5 .5 .1 .1"), "ANN305 t000.txt:1: .* five numbers belongs to format yolo"),
        (adding("2 .2 .2 .4 .2 .4 .4 .2 .4"), r"t000.txt:1: the label 2 .*Known: 0 \(arrow\)"),
        (without_file, "ANN309 no annotation was found for this photo; looked for t000.txt"),
        (all_in_the_margin, r"6 errors \(DIV203\).*no example in test away from the margin"),
        (all_ignored, r"6 errors \(DIV203\)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(
    change: Change, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = trays(tmp_path, train=8, test=2)
    change(tmp_path)
    fails(capsys, 1, words, "run", recipe, "--out", tmp_path / "runs")


def test_a_set_of_oddities_is_trained_and_reported_in_numbers(tmp_path: Path) -> None:
    """Good photos, sizes and depths mixed, ignored boxes, a class without any example."""
    recipe = trays(tmp_path, train=8, test=3)
    images = {path.stem: path for path in (tmp_path / "train" / "images").iterdir()}
    labels = tmp_path / "train" / "labels"
    (labels / "t000.txt").write_text("", encoding="utf-8")
    (labels / "t001.txt").unlink()
    large = cv2.resize(cv2.imread(str(images["t002"])), (230, 130))
    cv2.imwrite(str(images["t002"]), large)
    deep = cv2.imread(str(images["t003"])).astype(np.uint16) * 16
    cv2.imwrite(str(images["t003"]), deep)
    tiny = cv2.resize(cv2.imread(str(images["t004"])), (84, 84))
    cv2.imwrite(str(images["t004"]), tiny)
    with (labels / "t005.txt").open("a", encoding="utf-8") as file:
        file.write("9 -0.1 0.4 0.2 0.4 0.2 0.6 -0.1 0.6\n")
    edit(
        tmp_path,
        "  arrow: {}\n  dot: {",
        "  arrow: { labels: [0] }\n  bolt: { labels: [5] }\n  dot: { labels: [1],",
    )
    edit(tmp_path, "data:\n", "ignore: [9]\ndata:\n  unlabelled: empty\n")
    edit(tmp_path, "tile: 96x96", "roi: [2, 2, 80, 80]\n  size: 64x96\n  resize: fit")
    edit(tmp_path, "steps: 12", "steps: 3")
    edit(tmp_path, 'DIV201: "off"', 'DIV201: "off", DIV203: warn')
    assert dltrain("run", recipe, "--out", tmp_path / "runs") == 0
    (folder,) = (path for path in (tmp_path / "runs" / "tray").iterdir() if path.is_dir())
    assert status(folder)["status"] == "done"
    found = report(folder)
    assert found["data"]["train"]["images"] + found["data"]["validation"]["images"] == 8
    assert all(number is None or math.isfinite(number) for number in numbers(found))
    bolts = [metric for metric in found["metrics"] if metric["class"] == "bolt"]
    assert bolts and all(metric["value"] is None for metric in bolts)
    for line in (folder / "report" / "predictions.jsonl").read_text("utf-8").splitlines():
        assert all(math.isfinite(number) for number in numbers(json.loads(line)))


def numbers(value: object) -> list[float | None]:
    """All numbers of a JSON value."""
    if isinstance(value, dict):
        return [each for own in value.values() for each in numbers(own)]
    if isinstance(value, list):
        return [each for own in value for each in numbers(own)]
    return [value] if isinstance(value, float) else []
