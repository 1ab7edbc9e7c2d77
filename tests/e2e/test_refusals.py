"""The exit code of each failure of `dltrain run`, and a sentence that says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import kcv
from tests.builders import mask
from tests.e2e.command import dltrain, fails, only_run, report, status
from tests.e2e.parts import part, parts


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("train.learning_rte=1", "Did you mean 'learning_rate'"),
        ("train.steps=many", "train.steps"),
        ("data.train=nowhere", "nowhere"),
        ("model.backbone=yolo9000", "yolov8_xs"),
        ("model.architecture=transformer", "deeplab_v3_plus"),
        ("input.tile=70x70", "multiples of 32"),
        ("input.roi=[0, 0, 100, 20]", r"input\.roi"),
        ("train.precision=mixed_float16", "mixed precision is for GPUs"),
        ("task=ocr", "segmentation"),
    ],
)
def test_a_request_that_cannot_be_met_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, words: str
) -> None:
    recipe = parts(tmp_path / "data")
    fails(capsys, 2, words, "run", recipe, "--set", setting, "--out", tmp_path / "runs")
    assert not any((tmp_path / "runs").glob("**/model.keras"))


def test_no_test_photos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = parts(tmp_path / "data", test=0)
    (tmp_path / "data" / "test" / "images").mkdir(parents=True)
    (tmp_path / "data" / "test" / "masks").mkdir()
    fails(capsys, 2, "test", "run", recipe, "--out", tmp_path / "runs")


@pytest.mark.skipif(not Path("/proc/1").is_dir(), reason="needs a folder that nobody can fill")
def test_a_folder_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = parts(tmp_path / "data")
    fails(capsys, 2, "cannot be written.*--out", "run", recipe, "--out", "/proc/1/runs")


def test_weights_of_another_architecture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, weights = parts(tmp_path / "data"), tmp_path / "other.weights.h5"
    kcv.build_backbone("mobilenet_v2_035").core.save_weights(weights)
    setting = f"model.weights={weights}"
    fails(capsys, 2, "other.weights.h5", "run", recipe, "--set", setting, "--out", tmp_path / "r")
    assert status(only_run(tmp_path / "r"))["status"] == "failed"


def wrong_size(data: Path) -> None:
    mask(data / "train" / "masks" / "cap001_a.png", 1, size_hw=(32, 64))


def unknown_value(data: Path) -> None:
    mask(data / "train" / "masks" / "cap001_a.png", 1, 77, size_hw=(64, 64))


def no_chips(data: Path) -> None:
    for index in range(15):
        part(data / "train", f"cap{index:03}_a.png", index % 2, index)


def not_annotated(data: Path) -> None:
    (data / "train" / "masks" / "cap001_a.png").unlink()


def truncated(data: Path) -> None:
    path = data / "train" / "images" / "cap001_a.png"
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (wrong_size, "ANN305"),
        (unknown_value, "ANN306"),
        (no_chips, "DIV203"),
        (not_annotated, "ANN309"),
        (truncated, "IMG403"),
    ],
)
def test_data_that_are_refused_end_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None], code: str
) -> None:
    recipe = parts(tmp_path / "data")
    spoil(tmp_path / "data")
    fails(capsys, 1, code, "run", recipe, "--out", tmp_path / "runs")
    run = only_run(tmp_path / "runs")
    assert status(run)["status"] == "failed"
    assert code in (run / "audit" / "findings.json").read_text("utf-8")


def test_a_model_below_what_the_recipe_accepts_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = parts(tmp_path / "data")
    settings = ("--set", "train.steps=1", "--set", "accept.iou='>= 0.999'")
    assert dltrain("run", recipe, *settings, "--out", tmp_path / "runs") == 1
    assert "NOT accepted" in capsys.readouterr().out
    run = only_run(tmp_path / "runs")
    assert status(run)["status"] == "done"
    assert report(run)["verdict"]["accepted"] is False


def test_nothing_is_reported_on_photos_that_are_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = parts(tmp_path / "data")
    for photo in (tmp_path / "data" / "test" / "images").iterdir():
        photo.write_bytes(b"no photo")
    lowered = ("--set", "checks={IMG403: warn, DIV203: warn}")
    words = "no photo is left for test"
    fails(capsys, 1, words, "run", recipe, *lowered, "--out", tmp_path / "runs")
    assert status(only_run(tmp_path / "runs"))["status"] == "failed"
