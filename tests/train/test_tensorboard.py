"""TensorBoard's files, read back; and a real TensorBoard that serves them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata, plugin_data_pb2

from engine.train.loop import fit
from engine.train.plan import Validation
from engine.train.tensorboard import TensorBoardLog
from tests.train.launcher import environment
from tests.train.tiny import alone, plan, trainable

DEADLINE_S = 120.0
PARAMETERS = {"backbone": "yolov8_xs", "learning_rate": 0.02, "batch": 4, "freeze": False}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs of two short runs, as they lie under `runs/`."""
    runs = tmp_path_factory.mktemp("runs")
    for name in ("20260304-050607", "20260305-010203"):
        folder = runs / "caps" / name
        (folder / "checkpoints").mkdir(parents=True)
        with TensorBoardLog(folder / "tensorboard", name, PARAMETERS) as board:
            fit(trainable(), plan(steps=20), alone(), folder / "checkpoints", board)
    return runs


def events(runs: Path, part: str) -> EventAccumulator:
    read = EventAccumulator(str(runs / "caps" / "20260304-050607" / "tensorboard" / part))
    return read.Reload()


def test_training_is_read_back(runs: Path) -> None:
    read = events(runs, "train")
    tags = read.Tags()["tensors"]
    for tag in ("loss", "learning_rate", "speed/images_per_s", "speed/data_wait_share"):
        assert tag in tags
        assert [event.step for event in read.Tensors(tag)] == [1, 2, 10, 20]
    assert read.Tags()["graph"]
    assert "Conv2D" in {node.op for node in read.Graph().node}


def test_hyper_parameters_are_read_back(runs: Path) -> None:
    stored = events(runs, "").SummaryMetadata(metadata.SESSION_START_INFO_TAG)
    data = plugin_data_pb2.HParamsPluginData.FromString(stored.plugin_data.content)
    start = data.session_start_info
    assert start.group_name == "20260304-050607"
    assert set(start.hparams) == set(PARAMETERS)
    assert start.hparams["backbone"].string_value == "yolov8_xs"
    assert start.hparams["learning_rate"].number_value == 0.02


def test_what_a_scalar_means_is_said_beside_it(tmp_path: Path) -> None:
    said = Validation(0.5, {"image_auroc": 0.5, "other": 1.0}, meanings={"image_auroc": "So."})
    with TensorBoardLog(tmp_path, "run", PARAMETERS) as board:
        board.validated(3, said, kept=True)
    read = EventAccumulator(str(tmp_path / "validation")).Reload()
    assert read.SummaryMetadata("image_auroc").summary_description == "So."
    assert read.SummaryMetadata("other").summary_description == ""


def test_validation_is_read_back(runs: Path) -> None:
    read = events(runs, "validation")
    kinds = {
        tag: read.SummaryMetadata(tag).plugin_data.plugin_name for tag in read.Tags()["tensors"]
    }
    assert kinds == {
        "iou/mean": "scalars",
        "iou/scratch": "scalars",
        "truth_and_prediction/photos/a.png": "images",
        "precision_recall/scratch/pr_curves": "pr_curves",
    }
    for tag in kinds:
        assert [event.step for event in read.Tensors(tag)] == [7, 14, 20]
    width, height, *pictures = read.Tensors("truth_and_prediction/photos/a.png")[
        0
    ].tensor_proto.string_val
    assert (width, height) == (b"16", b"8")
    assert pictures[0].startswith(b"\x89PNG")


@pytest.fixture
def address(runs: Path, tmp_path: Path) -> Iterator[str]:
    """A real TensorBoard on a port of its own choice."""
    log = tmp_path / "tensorboard.log"
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(runs)]
    command += ["--host", "127.0.0.1", "--port", "0", "--load_fast", "false"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment({}), stdout=file, stderr=file)
    try:
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end and process.poll() is None:
            found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text("utf-8", "replace"))
            if found:
                yield found.group()
                return
            time.sleep(0.2)
        pytest.fail(f"TensorBoard did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
    finally:
        process.kill()
        process.wait()


def fetch(address: str, path: str) -> dict[str, dict[str, object]]:
    with urllib.request.urlopen(f"{address}data/{path}", timeout=30) as reply:
        answer: dict[str, dict[str, object]] = json.load(reply)
    return answer


def test_a_real_tensorboard_shows_two_runs_side_by_side(address: str) -> None:
    end = time.monotonic() + DEADLINE_S
    expected = {
        f"caps/{run}/tensorboard/{part}"
        for run in ("20260304-050607", "20260305-010203")
        for part in ("train", "validation")
    }
    while time.monotonic() < end:
        scalars = fetch(address, "plugin/scalars/tags")
        curves = fetch(address, "plugin/pr_curves/tags")
        if set(scalars) == expected and curves:
            break
        time.sleep(0.3)
    assert set(scalars) == expected
    train, validation = (
        f"caps/20260304-050607/tensorboard/{part}" for part in ("train", "validation")
    )
    assert set(scalars[train]) == {
        "loss",
        "learning_rate",
        "speed/images_per_s",
        "speed/data_wait_share",
    }
    assert set(scalars[validation]) == {"iou/mean", "iou/scratch"}
    pictures = fetch(address, "plugin/images/tags")[validation]
    assert set(pictures) == {"truth_and_prediction/photos/a.png"}
    assert set(curves[validation]) == {"precision_recall/scratch/pr_curves"}
    assert train in fetch(address, "plugin/graphs/info")


def test_a_real_tensorboard_lists_runs_with_what_validation_measured(address: str) -> None:
    asked = quote(json.dumps({"experimentName": ""}))
    end, metrics = time.monotonic() + DEADLINE_S, set[tuple[str, str]]()
    while time.monotonic() < end and ("validation", "iou/mean") not in metrics:
        infos: Any = fetch(address, f"plugin/hparams/experiment?request={asked}")["metricInfos"]
        metrics = {(info["name"]["group"], info["name"]["tag"]) for info in infos}
        time.sleep(0.3)
    assert {("validation", "iou/mean"), ("train", "loss")} <= metrics
